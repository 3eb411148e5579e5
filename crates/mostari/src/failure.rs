//! Why a command could not be done: a stable code, the chain of causes, a hint.

use crate::terminal::Terminal;
use mostari_model::Finding;
use mostari_record::RecordError;
use serde_json::json;
use std::error::Error;
use std::path::PathBuf;

/// What can go wrong at the edge; engines' own errors pass through with their codes.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Failure {
    /// A file cannot be read.
    #[error("cannot read `{path}`")]
    Read {
        path: PathBuf,
        #[source]
        source: std::io::Error,
    },
    /// A file cannot be written.
    #[error("cannot write `{path}`")]
    Write {
        path: PathBuf,
        #[source]
        source: std::io::Error,
    },
    /// An option's value cannot be understood.
    #[error("`{value}` is not {expected}")]
    Option { value: String, expected: &'static str },
    /// A settings file does not hold together.
    #[error("cannot use `{path}`")]
    Settings {
        path: PathBuf,
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
    /// What convoys are to bring, or with what, does not hold together.
    #[error("cannot use `{path}`{}", row.map_or_else(String::new, |row| format!(", row {row}")))]
    Goods {
        path: PathBuf,
        row: Option<usize>,
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
    /// A plan file is no plan.
    #[error("`{path}` is not a plan")]
    PlanFile {
        path: PathBuf,
        #[source]
        source: serde_json::Error,
    },
    /// A policy file does not read.
    #[error("`{path}` is no policy of logs and witnesses")]
    Policy {
        path: PathBuf,
        #[source]
        source: mostari_log::PolicyError,
    },
    /// A line of a file states nothing that can be understood.
    #[error("`{path}`, line {row}, is no statement: {reason}")]
    Statement { path: PathBuf, row: usize, reason: String },
    /// The engines would not use what shall be said.
    #[error("nothing was said: {} of the statements would not be used", .0.len())]
    NotUsed(Vec<(usize, Finding)>),
    /// Nobody here can sign by that name.
    #[error("there is no key `{0}` that may sign here")]
    NoKey(String),
    /// Values stand against each other, or do not.
    #[error("{0}")]
    Conflict(String),
    /// What the record says does not fit into the format.
    #[error("the file was not written: the format cannot say {} of it", .0.len())]
    Unwritable(Vec<Finding>),
    /// The mission has policies of its own, and this build asks none.
    #[error("`{0}` says who may do what, and this build of Mostari does not ask")]
    PoliciesUnasked(PathBuf),
    /// The policies do not allow it, or do not read.
    #[error(transparent)]
    Denied(#[from] mostari_policy::actions::PolicyError),
    /// The policies do not let a key say one of several statements.
    #[error("nothing was said: {place} is not for this key to say")]
    NotAllowed { at: usize, place: String, source: mostari_policy::actions::PolicyError },
    /// A table cannot be released.
    #[error("{0}")]
    Table(String),
    /// A table cannot be protected.
    #[error(transparent)]
    Disclosure(#[from] mostari_policy::disclosure::DisclosureError),
    /// There is nothing to trace.
    #[error(transparent)]
    Trace(#[from] mostari_projects::TraceError),
    /// A file would be seen by more people than before.
    #[error(
        "`{file}` stands in the record under the label `{stricter}`; adding it as `{label}` would show it to more people"
    )]
    Lowered { file: String, stricter: String, label: String },
    /// None of the files could be read.
    #[error("none of the files was added")]
    NothingAdded { files: Vec<serde_json::Value> },
    /// Nothing tells which day to speak of.
    #[error("no observation of this mission has a date")]
    NoDate,
    /// There are no areas.
    #[error("this mission has no areas yet")]
    NoAreas,
    /// No candidates for this snapshot.
    #[error("no projects are proposed for what the record holds now")]
    NoCandidates,
    /// No such plan.
    #[error("there is no plan {0}")]
    NoPlan(String),
    /// What a plan was made from is not what the record holds.
    #[error("{0}")]
    PlanInputs(String),
    /// Nothing by that name.
    #[error("the mission has no area, project, dataset or plan `{0}`")]
    NotFound(String),
    /// The record.
    #[error(transparent)]
    Record(#[from] RecordError),
    /// The network, and a witness's folder.
    #[error(transparent)]
    Serve(#[from] mostari_serve::ServeError),
    /// The assessment.
    #[error(transparent)]
    Assess(#[from] mostari_assess::AssessError),
    /// The planner.
    #[error("cannot make a plan")]
    Plan(#[source] Box<dyn Error + Send + Sync>),
    /// A floor that no plan can keep: percent asked for, and a share that is feasible.
    #[error("no plan gives every area {asked:.1} % of its possible benefit")]
    Floor { asked: f64, possible: f64 },
}

impl Failure {
    /// The stable code; `docs/findings/` has a heading for each.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Read { .. } => "CLI-001",
            Self::Write { .. } => "CLI-002",
            Self::Option { .. } => "CLI-003",
            Self::Settings { .. } => "CLI-004",
            Self::NothingAdded { .. } => "CLI-005",
            Self::NoDate => "CLI-006",
            Self::NoAreas => "CLI-007",
            Self::NoCandidates => "CLI-008",
            Self::NoPlan(_) => "CLI-009",
            Self::PlanInputs(_) => "CLI-010",
            Self::NotFound(_) => "CLI-011",
            Self::Plan(_) => "CLI-012",
            Self::Floor { .. } => "CLI-013",
            Self::Lowered { .. } => "CLI-014",
            Self::PlanFile { .. } => "CLI-015",
            Self::Policy { .. } => "CLI-016",
            Self::Statement { .. } => "CLI-017",
            Self::NotUsed(_) => "CLI-018",
            Self::NoKey(_) => "CLI-019",
            Self::Conflict(_) => "CLI-020",
            Self::Unwritable(_) => "CLI-021",
            Self::Table(_) => "CLI-022",
            Self::PoliciesUnasked(_) => "CLI-023",
            Self::Goods { .. } => "CLI-024",
            Self::Disclosure(error) => error.code(),
            Self::Denied(error) | Self::NotAllowed { source: error, .. } => error.code(),
            Self::Trace(error) => error.code(),
            Self::Record(error) => error.code(),
            Self::Serve(error) => error.code(),
            Self::Assess(error) => error.code(),
        }
    }

    /// Every code that [`Failure::code`] gives by itself.
    pub const CODES: &[&str] = &[
        "CLI-001", "CLI-002", "CLI-003", "CLI-004", "CLI-005", "CLI-006", "CLI-007", "CLI-008", "CLI-009", "CLI-010",
        "CLI-011", "CLI-012", "CLI-013", "CLI-014", "CLI-015", "CLI-016", "CLI-017", "CLI-018", "CLI-019", "CLI-020",
        "CLI-021", "CLI-022", "CLI-023", "CLI-024",
    ];

    /// What to do about it.
    pub fn hint(&self) -> String {
        match self {
            Self::Read { .. } => "check the name, and that you may read the file".into(),
            Self::Write { .. } => "check that the folder exists and that you may write there".into(),
            Self::Option { .. } => "see `mostari help` and the command's `--help`".into(),
            Self::Settings { .. } => "docs/means-and-catalogue.md shows a whole example".into(),
            Self::Goods { .. } => {
                "docs/convoys.md shows a whole example; `mostari list areas DIR` the codes and names of areas".into()
            }
            Self::NothingAdded { .. } => "see what is read with `mostari list readers`".into(),
            Self::NoDate => "say the day yourself: `--as-of 2024-06-01`".into(),
            Self::NoAreas => "add area boundaries first: GeoJSON (COD-AB, geoBoundaries) or a shapefile".into(),
            Self::NoCandidates => "propose some: `mostari nominate DIR --catalogue FILE`".into(),
            Self::NoPlan(_) => {
                "make one: `mostari plan DIR --means FILE`; see those that there are: `mostari list plans DIR`".into()
            }
            Self::PlanInputs(_) => "make the plan again: `mostari plan DIR --means FILE`".into(),
            Self::NotFound(_) => "see what there is: `mostari list areas DIR`, `mostari list projects DIR`".into(),
            Self::Plan(_) => "mend what the cause names and run the command again".into(),
            Self::Floor { possible, .. } => {
                format!("the largest floor that works is {possible:.3}: `--floor {possible:.3}`")
            }
            Self::Lowered { stricter, .. } => {
                format!("add it with `--label {stricter}`; only a release by its owner lowers a label")
            }
            Self::Policy { .. } => {
                "its lines are `log KEY`, `witness NAME KEY`, `group NAME K MEMBER…`, `quorum NAME`".into()
            }
            Self::Statement { .. } => "docs/statements.md shows every statement with an example".into(),
            Self::NotUsed(_) => {
                "mend what is named; if it waits for another party's statement, say it with `--anyway`".into()
            }
            Self::NoKey(_) => "see who may sign: `mostari keys DIR`; make a key with `--new FILE --party NAME`".into(),
            Self::Conflict(_) => "see what stands against each other: `mostari list conflicts DIR`".into(),
            Self::Unwritable(_) => "mend what is listed by another statement, and export again".into(),
            Self::Table(_) => "try it with `--dry-run`: it shows what would be released and records nothing".into(),
            Self::PoliciesUnasked(_) => "use a build with policies: `make service`".into(),
            Self::Disclosure(error) => error.hint().into(),
            Self::Denied(error) | Self::NotAllowed { source: error, .. } => {
                format!("{}; who may what: `mostari keys DIR`", error.hint())
            }
            Self::Trace(error) => error.hint().into(),
            Self::PlanFile { .. } => "name a file of `DIR/plans/`, or the first letters of a plan's digest".into(),
            Self::Record(error) => error.hint().into(),
            Self::Serve(error) => error.hint().into(),
            Self::Assess(error) => error.hint(),
        }
    }

    /// Prints `error[CODE]: message`, the causes, and the hint; under `--json` also one object on stdout.
    pub fn print(&self, terminal: &Terminal) {
        terminal.clear_progress();
        let mut causes = Vec::new();
        let mut next = self.source();
        while let Some(cause) = next {
            causes.push(cause.to_string());
            next = cause.source();
        }
        eprintln!("{}: {self}", terminal.strong(&format!("error[{}]", self.code())));
        for cause in &causes {
            eprintln!("  caused by: {}", cause.replace('\n', "\n  "));
        }
        for finding in self.findings() {
            eprintln!("  {}", finding.to_string().replace('\n', "\n  "));
        }
        eprintln!("\nhint: {}", self.hint());
        let mut object = json!({
            "error": {"code": self.code(), "message": self.to_string(), "causes": causes, "hint": self.hint()},
        });
        match self {
            Self::NothingAdded { files } => object["files"] = json!(files),
            Self::NotUsed(_) | Self::Unwritable(_) => object["findings"] = json!(self.findings()),
            _ => {}
        }
        terminal.json(&object);
    }

    /// What is wrong, one by one, where several things are.
    fn findings(&self) -> Vec<&Finding> {
        match self {
            Self::NotUsed(found) => found.iter().map(|(_, finding)| finding).collect(),
            Self::Unwritable(found) => found.iter().collect(),
            _ => Vec::new(),
        }
    }
}
