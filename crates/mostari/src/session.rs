//! What most commands begin with: an open mission, a snapshot for a reader, its rows in their areas, its assessment.

use crate::failure::Failure;
use crate::terminal::{Terminal, counted};
use jiff::Timestamp;
use mostari_model::{Assessment, Clearance, Date, Digest, Label, Plan, Project, Snapshot, canonical_json};
use mostari_place::Placed;
use mostari_record::{Body, Computation, ComputationKind, Mission};
use serde_json::json;
use std::fs;
use std::path::{Path, PathBuf};

/// Says that something was erased, if it was.
pub fn note_erased(erased: u64, terminal: &Terminal) {
    if erased > 0 {
        terminal.note(format!(
            "note: {} that this reader could see {} erased: no total counts what it said",
            counted(erased, "entry", "entries"),
            if erased == 1 { "was" } else { "were" },
        ));
    }
}

/// An open mission and what one reader may see of it.
pub struct Session {
    /// The mission folder.
    pub mission: Mission,
    /// What the reader may see.
    pub snapshot: Snapshot,
    /// Every row in its area.
    pub placed: Placed,
}

impl Session {
    /// Opens a mission, takes a snapshot for a reader and places its rows.
    pub fn open(folder: &Path, clearance: &str, terminal: &Terminal) -> Result<Self, Failure> {
        let mission = Mission::open(folder)?;
        let reader = Clearance::for_label(&label(clearance)?);
        terminal.progress("Reading the record …");
        let snapshot = mission.snapshot(&reader, None)?;
        terminal.progress("Finding the area of every row …");
        let placed = mostari_place::place(&snapshot);
        terminal.clear_progress();
        note_erased(snapshot.erased, terminal);
        Ok(Self { mission, snapshot, placed })
    }

    /// As [`Session::open`], but refuses a mission without areas.
    pub fn open_with_areas(folder: &Path, clearance: &str, terminal: &Terminal) -> Result<Self, Failure> {
        let session = Self::open(folder, clearance, terminal)?;
        match session.snapshot.tables.areas.is_empty() {
            true => Err(Failure::NoAreas),
            false => Ok(session),
        }
    }

    /// The day to speak of: the one that was asked for, else that of the latest observation.
    pub fn as_of(&self, asked: Option<&str>) -> Result<Date, Failure> {
        match asked {
            Some(text) => text
                .parse()
                .map_err(|_| Failure::Option { value: text.to_owned(), expected: "a date such as 2024-06-01" }),
            None => mostari_assess::default_as_of(&self.snapshot).ok_or(Failure::NoDate),
        }
    }

    /// Assesses and records that it did; all indicators if none is named. Gives the assessment and its digest.
    pub fn assess(
        &self,
        as_of: Date,
        indicators: &[String],
        terminal: &Terminal,
    ) -> Result<(Assessment, Digest), Failure> {
        terminal.progress("Assessing …");
        let only = (!indicators.is_empty()).then(|| indicators.to_vec());
        let options = mostari_assess::Options { as_of, indicators: only };
        let assessment = mostari_assess::assess(&self.snapshot, &self.placed, &options)?;
        terminal.clear_progress();
        let parameters = json!({"as_of": as_of.to_string(), "indicators": assessment.indicators});
        let digest = self.record(
            ComputationKind::Assess,
            (parameters, Vec::new()),
            &assessment.engine,
            &canonical_json(&assessment),
            &assessment.label,
        )?;
        Ok((assessment, digest))
    }

    /// Keeps a result and appends the entry that says how it was computed, with its parameters and the blobs that it needed. The result's digest is that of its canonical bytes.
    pub fn record(
        &self,
        kind: ComputationKind,
        (parameters, inputs): (serde_json::Value, Vec<Digest>),
        engine: &str,
        result: &[u8],
        label: &Label,
    ) -> Result<Digest, Failure> {
        let blob = self.mission.store_result(result)?;
        let computation = Computation {
            kind,
            snapshot: self.snapshot.digest,
            parameters,
            inputs,
            engine: engine.to_owned(),
            result_digest: blob,
            result_blob: blob,
        };
        self.mission.append_computation(&computation, label, Timestamp::now())?;
        Ok(blob)
    }

    /// The latest candidates for this snapshot.
    pub fn candidates(&self) -> Result<(Vec<Project>, Computation), Failure> {
        let latest =
            self.mission.latest_computation(ComputationKind::Nominate, &self.snapshot.digest, &self.snapshot.reader)?;
        let computation = latest.ok_or(Failure::NoCandidates)?;
        let projects = self.read_blob(&computation.result_blob, "candidates")?;
        Ok((projects, computation))
    }

    /// A plan by file, by the first letters of its digest, or the latest one for this snapshot; only one that the reader may see.
    pub fn plan(&self, which: Option<&str>) -> Result<Plan, Failure> {
        let plan: Plan = match which {
            None => {
                let plans = self.plans()?;
                let latest = plans.iter().rev().find(|computation| computation.snapshot == self.snapshot.digest);
                let latest = latest.ok_or_else(|| Failure::NoPlan("for what the record holds now".into()))?;
                self.read_blob(&latest.result_blob, "plan")?
            }
            Some(which) if Path::new(which).is_file() => {
                let path = PathBuf::from(which);
                let bytes = fs::read(&path).map_err(|source| Failure::Read { path: path.clone(), source })?;
                serde_json::from_slice(&bytes).map_err(|error| Failure::PlanFile { path, source: error })?
            }
            Some(which) => self.read_blob(&self.plan_digest(which)?, "plan")?,
        };
        match plan.label.is_readable_by(&self.snapshot.reader) {
            true => Ok(plan),
            false => Err(Failure::NoPlan("that this reader may see by that name".into())),
        }
    }

    /// The plans of the record that the reader may see, in the order of the log.
    pub fn plans(&self) -> Result<Vec<Computation>, Failure> {
        let readable =
            self.mission.entries(0)?.into_iter().filter(|entry| entry.label.is_readable_by(&self.snapshot.reader));
        let plan = |entry: mostari_record::Entry| match entry.body {
            Body::Computation(computation) if computation.kind == ComputationKind::Plan => Some(computation),
            _ => None,
        };
        Ok(readable.filter_map(plan).collect())
    }

    fn plan_digest(&self, which: &str) -> Result<Digest, Failure> {
        let mut found: Vec<Digest> = self.plans()?.iter().map(|plan| plan.result_digest).collect();
        found.retain(|digest| !which.is_empty() && digest.to_string().starts_with(which));
        found.sort_unstable();
        found.dedup();
        match found.as_slice() {
            [one] => Ok(*one),
            [] => Err(Failure::NoPlan(format!("`{which}`"))),
            _ => Err(Failure::NoPlan(format!("that alone begins with `{which}`"))),
        }
    }

    /// A result whose digest a computation's parameters name.
    pub fn named_blob<T: serde::de::DeserializeOwned>(
        &self,
        parameters: &serde_json::Value,
        name: &str,
    ) -> Result<T, Failure> {
        let digest = parameters.get(name).and_then(|value| value.as_str()).and_then(|text| text.parse().ok());
        let digest =
            digest.ok_or_else(|| Failure::PlanInputs(format!("the record does not say which {name} was used")))?;
        self.read_blob(&digest, name)
    }

    /// A result that the record keeps, by its digest.
    pub fn read_blob<T: serde::de::DeserializeOwned>(&self, digest: &Digest, what: &str) -> Result<T, Failure> {
        let bytes = self.mission.blob(digest)?;
        serde_json::from_slice(&bytes)
            .map_err(|error| Failure::PlanInputs(format!("the {what} in the record do not read: {error}")))
    }
}

/// A label from an option.
pub fn label(text: &str) -> Result<Label, Failure> {
    text.parse().map_err(|_| Failure::Option {
        value: text.to_owned(),
        expected: "a label: lower-case words joined by `+`, or `public`",
    })
}

/// Reads and checks a TOML file.
pub fn read_toml<T: serde::de::DeserializeOwned>(path: &Path) -> Result<T, Failure> {
    let text = fs::read_to_string(path).map_err(|source| Failure::Read { path: path.to_owned(), source })?;
    toml::from_str(&text).map_err(|error| Failure::Settings { path: path.to_owned(), source: error.into() })
}

/// Writes a file and the folder that it stands in.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let fail = |source| Failure::Write { path: path.to_owned(), source };
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(fail)?;
    }
    fs::write(path, bytes).map_err(fail)
}
