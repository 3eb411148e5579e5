//! The commands and their options: what `--help` shows.

mod planning;

pub use planning::*;

use clap::{Args, Parser, Subcommand};
use std::path::PathBuf;

/// The version, and whether this build asks the policies before something is done.
const VERSION: &str = match cfg!(feature = "policy") {
    true => concat!(env!("CARGO_PKG_VERSION"), ", asks the policies"),
    false => concat!(env!("CARGO_PKG_VERSION"), ", does not ask the policies (feature `policy`)"),
};

/// A shared record for rebuilding after conflict: from real files to a checked plan.
#[derive(Debug, Parser)]
#[command(name = "mostari", version = VERSION, after_help = "Start here: mostari demo velmora")]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,

    /// Print one JSON object on stdout.
    #[arg(long, global = true)]
    pub json: bool,

    /// Say nothing on stderr but errors.
    #[arg(long, short, global = true)]
    pub quiet: bool,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make a small invented country to try things on.
    Demo(Demo),
    /// Make an empty mission folder.
    Init(Init),
    /// Read files into the record.
    Add(Add),
    /// Show what readers and engines found doubtful or could not use.
    Findings(Findings),
    /// Show how place names were matched, and settle the open ones.
    Match(Match),
    /// Say how each area is doing.
    Assess(Assess),
    /// Propose projects by rule, from a catalogue and the assessment.
    Nominate(Nominate),
    /// Choose projects: what, where, when, paid and done by whom; and why not the others.
    Plan(Box<PlanArgs>),
    /// Solve a standard instance file with one of the engines: routing, siting, location, knapsacks.
    Solve(Solve),
    /// Check a plan with a program that shares no code with the planner.
    Check(Check),
    /// Write a briefing: one HTML file.
    Brief(Brief),
    /// List readers, indicators, planners, finding codes; or what a mission holds.
    List(List),
    /// Check a mission, or a log's static files in a folder or on the web: was anything removed or altered?
    Verify(Verify),
    /// Publish, and ask the mission's witnesses to cosign what the log says.
    Cosign(Cosign),
    /// Be a witness: cosign logs of others as long as they only grow.
    Witness(Witness),
    /// Give the proof that an entry is in the log, for anybody to check offline.
    Receipt(Receipt),
    /// Show the keys that may sign; add, replace or revoke one.
    Keys(Keys),
    /// Destroy what a sealed entry says; its place in the log stays proven.
    Erase(Erase),
    /// Say that an entry shall not count any more; correcting a correction brings it back.
    Correct(Correct),
    /// Lower the label of an entry, or publish a table of counts with what is small hidden.
    Release(Release),
    /// Count the money of the IATI files in the record once, and show what does not match.
    Funds(Funds),
    /// Say what was done, promised, paid or found: statements on projects and funds, a JSON object a line.
    Say(Say),
    /// Give a field of a project another value; no edit overwrites another.
    Edit(Edit),
    /// Decide between values that stand against each other.
    Decide(Decide),
    /// Follow one id from need to handover, in both directions, and see what is missing.
    Trace(Trace),
    /// Write a copy for others: it proves everything and holds what its readers may see.
    Export(Export),
    /// Take in another party's log, and keep a verified copy of it.
    Mirror(Mirror),
    /// Show one entry, area, project or plan of a mission.
    Show(Show),
}

/// Who signs a statement, and when it happened.
#[derive(Debug, Args)]
pub struct Signing {
    /// The key file that signs; the mission's own key if not said.
    #[arg(long, value_name = "FILE")]
    pub key: Option<PathBuf>,
    /// When it happened; today if not said.
    #[arg(long, value_name = "DATE")]
    pub happened: Option<String>,
    /// Compartments that a reader must hold to see it, joined by `+`.
    #[arg(long, default_value = "public")]
    pub label: String,
}

/// `mostari say`.
#[derive(Debug, Args)]
pub struct Say {
    /// Mission folder.
    pub folder: PathBuf,
    /// Files with statements, a JSON object a line; docs/statements.md shows each.
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
    /// Folder with a file `NAME.key` for every `by` in the files.
    #[arg(long, value_name = "FOLDER")]
    pub keys: Option<PathBuf>,
    /// Say also what would not be used now: it may wait for another party's statement.
    #[arg(long)]
    pub anyway: bool,
}

/// `mostari edit`.
#[derive(Debug, Args)]
pub struct Edit {
    /// Mission folder.
    pub folder: PathBuf,
    /// The project's id.
    pub project: String,
    /// The field: `title`, `beds`, ...
    pub field: String,
    /// The value: a whole number, a date, money (`EUR 12000.00`), or words.
    pub value: String,
    #[command(flatten)]
    pub signing: Signing,
}

/// `mostari decide`.
#[derive(Debug, Args)]
pub struct Decide {
    /// Mission folder.
    pub folder: PathBuf,
    /// The first letters of the conflict's id (`mostari list conflicts DIR`).
    pub conflict: String,
    /// Whose value holds: the party, or the first letters of the entry's id.
    #[arg(long, value_name = "WHOSE", conflicts_with = "value")]
    pub keep: Option<String>,
    /// Another value holds.
    #[arg(long, value_name = "VALUE")]
    pub value: Option<String>,
    /// Why.
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
    #[command(flatten)]
    pub signing: Signing,
}

/// `mostari trace`.
#[derive(Debug, Args)]
pub struct Trace {
    /// Mission folder.
    pub folder: PathBuf,
    /// Id of a need, nomination, project, fund, payment, delivery, visit, handover or entry.
    pub id: String,
    /// The day to speak of: it decides which checks are due. Today if not said.
    #[arg(long, value_name = "DATE")]
    pub as_of: Option<String>,
    #[command(flatten)]
    pub reader: Reader,
}

/// `mostari export`.
#[derive(Debug, Args)]
pub struct Export {
    /// Mission folder.
    pub folder: PathBuf,
    /// Folder to write, which must not exist or be empty; with `--as` a file.
    pub to: PathBuf,
    /// Write what the record says of projects or money in a published format instead.
    #[arg(long = "as", value_name = "FORMAT", value_enum)]
    pub format: Option<ExportFormat>,
    /// The publisher's prefix of project ids in OC4IDS, such as `oc4ids-abc123`.
    #[arg(long, value_name = "PREFIX", default_value = "")]
    pub prefix: String,
    #[command(flatten)]
    pub reader: Reader,
}

/// A format of others that can be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum ExportFormat {
    /// Projects: Open Contracting for Infrastructure Data Standard 0.9.5 (JSON).
    Oc4ids,
    /// Aid activities with their transactions: IATI 2.03 (XML).
    Iati,
}

/// `mostari mirror`.
#[derive(Debug, Args)]
pub struct Mirror {
    /// Mission folder.
    pub folder: PathBuf,
    /// The other party's mission folder, or an export of it.
    pub from: PathBuf,
    /// The party for which it speaks; the other mission's name if not said.
    #[arg(long, value_name = "NAME")]
    pub party: Option<String>,
    /// The verifier key that the log must have, as its owner told you by another way.
    #[arg(long, value_name = "VKEY")]
    pub key: Option<String>,
    /// Compartments that a reader must hold to know that this log was taken in, joined by `+`.
    #[arg(long, default_value = "public")]
    pub label: String,
}

/// Which reader a command works for.
#[derive(Debug, Args, Clone)]
pub struct Reader {
    /// Compartments that the reader holds, joined by `+`; data under other labels stay unseen.
    #[arg(long, value_name = "LABEL", default_value = "public")]
    pub clearance: String,
}

/// `mostari demo`.
#[derive(Debug, Args)]
pub struct Demo {
    /// Folder to make.
    pub folder: PathBuf,
    /// Same seed, same country.
    #[arg(long, default_value_t = 7)]
    pub seed: u64,
    /// How many areas, 4 to 100 000.
    #[arg(long, default_value_t = 12, value_parser = clap::value_parser!(u32).range(4..=100_000))]
    pub scale: u32,
    /// How many events for each area, on average.
    #[arg(long, default_value_t = 40)]
    pub events: u32,
}

/// `mostari init`.
#[derive(Debug, Args)]
pub struct Init {
    /// Folder to make.
    pub folder: PathBuf,
    /// Name of the mission.
    #[arg(long)]
    pub name: String,
    /// What the founding key is for and holds, as for `mostari keys`: `domain:force`, `steward`, ...; may be given several times. Every role if none is said.
    #[arg(long, value_name = "WORD")]
    pub role: Vec<String>,
    /// The country: its ISO 3166-1 alpha-3 code, such as BIH, or its English name.
    #[arg(long, value_name = "ISO3")]
    pub country: String,
}

/// `mostari add`.
#[derive(Debug, Args)]
pub struct Add {
    /// Mission folder.
    pub folder: PathBuf,
    /// Files to read; of a folder, every file in it.
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
    /// Read with this reader instead of the one that fits best (`mostari list readers`).
    #[arg(long, value_name = "READER")]
    pub kind: Option<String>,
    /// Compartments that a reader must hold to see the data, joined by `+`.
    #[arg(long, default_value = "public")]
    pub label: String,
    /// Who publishes the data; the file name if not said.
    #[arg(long)]
    pub source: Option<String>,
    /// Licence of the data, as its publisher states it.
    #[arg(long, default_value = "")]
    pub licence: String,
}

/// `mostari findings`.
#[derive(Debug, Args)]
pub struct Findings {
    /// Mission folder.
    pub folder: PathBuf,
    /// Only this code.
    #[arg(long)]
    pub code: Option<String>,
    /// Only this file.
    #[arg(long)]
    pub file: Option<String>,
    /// Print every one, not the first few of each code.
    #[arg(long)]
    pub all: bool,
    #[command(flatten)]
    pub reader: Reader,
}

/// `mostari match`.
#[derive(Debug, Args)]
pub struct Match {
    /// Mission folder.
    pub folder: PathBuf,
    /// Settle a place: its number in the list, `=`, the area's code; `none` if no area is meant.
    #[arg(long, value_name = "NUMBER=CODE")]
    pub settle: Vec<String>,
    /// Also list places that were matched beyond doubt.
    #[arg(long)]
    pub all: bool,
    #[command(flatten)]
    pub reader: Reader,
}

/// `mostari assess`.
#[derive(Debug, Args)]
pub struct Assess {
    /// Mission folder.
    pub folder: PathBuf,
    /// The day to speak of; nothing later is used. The day of the latest observation if not said.
    #[arg(long, value_name = "DATE")]
    pub as_of: Option<String>,
    /// Only this indicator; may be given several times.
    #[arg(long, value_name = "ID")]
    pub indicator: Vec<String>,
    #[command(flatten)]
    pub reader: Reader,
}

/// `mostari nominate`.
#[derive(Debug, Args)]
pub struct Nominate {
    /// Mission folder.
    pub folder: PathBuf,
    /// Kinds of project with unit costs, as TOML; `FOLDER/catalogue.toml` if not said.
    #[arg(long, value_name = "FILE")]
    pub catalogue: Option<PathBuf>,
    /// The day to speak of, as for `assess`.
    #[arg(long, value_name = "DATE")]
    pub as_of: Option<String>,
    #[command(flatten)]
    pub reader: Reader,
}

/// `mostari check`.
#[derive(Debug, Args)]
pub struct Check {
    /// Mission folder.
    pub folder: PathBuf,
    /// The plan: a file, or the first letters of its digest.
    pub plan: String,
    #[command(flatten)]
    pub reader: Reader,
}

/// `mostari brief`.
#[derive(Debug, Args)]
pub struct Brief {
    /// Mission folder.
    pub folder: PathBuf,
    /// The plan: a file, or the first letters of its digest; the latest if not said.
    #[arg(long)]
    pub plan: Option<String>,
    /// Where to write; `FOLDER/briefs/…html` if not said.
    #[arg(long, short, value_name = "FILE")]
    pub out: Option<PathBuf>,
    #[command(flatten)]
    pub reader: Reader,
}

/// `mostari list`.
#[derive(Debug, Args)]
pub struct List {
    /// `readers`, `indicators`, `planners`, `codes`; with a mission folder also `datasets`, `areas`, `projects`, `plans`, `log`, `conflicts`, `releases`.
    pub what: Option<String>,
    /// Mission folder.
    pub folder: Option<PathBuf>,
    #[command(flatten)]
    pub reader: Reader,
}

/// `mostari show`.
#[derive(Debug, Args)]
pub struct Show {
    /// Mission folder.
    pub folder: PathBuf,
    /// An area's code, a project's id, a dataset (`#3`), the digest of a plan or of a released table; the mission itself if not said.
    pub what: Option<String>,
    #[command(flatten)]
    pub reader: Reader,
}

/// `mostari verify`.
#[derive(Debug, Args)]
pub struct Verify {
    /// Mission folder; or a folder or an address (`https://…`) with `checkpoint` and `tile/`.
    pub target: PathBuf,
    /// Whom to trust (C2SP tlog-policy): the logs and witnesses that are known, and the quorum. Of a mission `FOLDER/policy`
    /// if not said, its own log if there is none.
    #[arg(long, value_name = "FILE")]
    pub policy: Option<PathBuf>,
    /// A checkpoint that was kept earlier: is it a beginning of this log?
    #[arg(long, value_name = "FILE")]
    pub since: Option<PathBuf>,
    #[command(flatten)]
    pub network: Network,
}

/// How a command uses the network.
#[derive(Debug, Args)]
pub struct Network {
    /// PEM certificates of the authority that vouches for hosts of `https://` addresses; Mozilla's list if not said.
    #[arg(long, value_name = "FILE")]
    pub ca: Option<PathBuf>,
}

/// `mostari cosign`.
#[derive(Debug, Args)]
pub struct Cosign {
    /// Mission folder.
    pub folder: PathBuf,
    /// Ask here; may be given several times. The addresses that the policy states if not said.
    #[arg(long, value_name = "URL")]
    pub witness: Vec<String>,
    /// The witnesses, their keys and the quorum (C2SP tlog-policy); `FOLDER/policy` if not said.
    #[arg(long, value_name = "FILE")]
    pub policy: Option<PathBuf>,
    /// Wait at most this many seconds for the quorum.
    #[arg(long, value_name = "SECONDS", default_value_t = 30)]
    pub time: u64,
    #[command(flatten)]
    pub network: Network,
}

/// `mostari witness`.
#[derive(Debug, Args)]
pub struct Witness {
    /// The witness's own folder; it is made, with new keys, if it is not there.
    pub folder: PathBuf,
    /// Where to listen; port 0 takes any free one.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8080")]
    pub listen: std::net::SocketAddr,
    /// The name of a new witness, unique in the world and for ever, such as `witness.un.example/1`; made of its key if not said.
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    /// Know this log from now on: its verifier key, the line `log` in `mostari.toml`; may be given several times.
    #[arg(long, value_name = "KEY")]
    pub log: Vec<String>,
    /// Know the logs of this policy from now on.
    #[arg(long, value_name = "FILE")]
    pub logs: Option<PathBuf>,
}

/// `mostari receipt`.
#[derive(Debug, Args)]
pub struct Receipt {
    /// Mission folder.
    pub folder: PathBuf,
    /// Index of the entry (`mostari list log DIR`).
    pub entry: u64,
    /// Where to write the `.tlog-proof`; stdout if not said.
    #[arg(long, short, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

/// `mostari keys`.
#[derive(Debug, Args)]
pub struct Keys {
    /// Mission folder.
    pub folder: PathBuf,
    /// Let this key sign from the next entry on.
    #[arg(long, value_name = "KEY", requires = "party", conflicts_with_all = ["revoke", "rotate"])]
    pub add: Option<String>,
    /// Make a new key, write its secret half to this file, and let it sign from the next entry on.
    #[arg(long, value_name = "FILE", requires = "party", conflicts_with_all = ["add", "revoke", "rotate"])]
    pub new: Option<PathBuf>,
    /// Whose the key is: an organisation or office, no person.
    #[arg(long, value_name = "NAME")]
    pub party: Option<String>,
    /// What it may do, its party's domain, what it holds: `treasurer`, `domain:force`, `holds:humanitarian`; may be given several times. `authority` may change keys.
    #[arg(long, value_name = "ROLE")]
    pub role: Vec<String>,
    /// Put a new key in the place of an old one.
    #[arg(long, num_args = 2, value_names = ["OLD", "NEW"], conflicts_with = "revoke")]
    pub rotate: Vec<String>,
    /// Let this key's signatures not count, from an entry on.
    #[arg(long, value_name = "KEY", requires_all = ["from", "reason"])]
    pub revoke: Option<String>,
    /// The first entry that does not count; it may lie in the past.
    #[arg(long, value_name = "ENTRY")]
    pub from: Option<u64>,
    /// Why.
    #[arg(long, value_name = "TEXT")]
    pub reason: Option<String>,
}

/// `mostari erase`.
#[derive(Debug, Args)]
pub struct Erase {
    /// Mission folder.
    pub folder: PathBuf,
    /// Index of the entry (`mostari list log DIR`).
    pub entry: u64,
    /// Why, in words that give nothing away: they are public.
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
}

/// `mostari correct`.
#[derive(Debug, Args)]
pub struct Correct {
    /// Mission folder.
    pub folder: PathBuf,
    /// Index of the entry that shall not count (`mostari list log DIR`).
    pub entry: u64,
    /// Why.
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
    /// Compartments that a reader must hold to see the correction, joined by `+`.
    #[arg(long, default_value = "public")]
    pub label: String,
}

/// `mostari release`.
#[derive(Debug, Args)]
pub struct Release {
    /// Mission folder.
    pub folder: PathBuf,
    /// Index of the sealed entry (`mostari list log DIR --clearance LABEL`).
    #[arg(conflicts_with = "table")]
    pub entry: Option<u64>,
    /// Release this indicator of the latest assessment by area: `conflict-events`, `conflict-deaths`, `displacement`, `needs-people`.
    #[arg(long, value_name = "INDICATOR")]
    pub table: Option<String>,
    /// The label from now on: compartments joined by `+`, or `public`.
    #[arg(long, value_name = "LABEL")]
    pub to: String,
    /// Why; it is told with the release.
    #[arg(long, value_name = "TEXT")]
    pub reason: Option<String>,
    /// The key file that signs, of the party that said it; the mission's own key if not said.
    #[arg(long, value_name = "FILE")]
    pub key: Option<PathBuf>,
    /// The day of the table, as for `assess`.
    #[arg(long, value_name = "DATE")]
    pub as_of: Option<String>,
    /// Show what would be released, and record nothing.
    #[arg(long)]
    pub dry_run: bool,
    #[command(flatten)]
    pub reader: Reader,
}

/// `mostari funds`.
#[derive(Debug, Args)]
pub struct Funds {
    /// Mission folder.
    pub folder: PathBuf,
    /// Print every unmatched movement, not the first few.
    #[arg(long)]
    pub all: bool,
    #[command(flatten)]
    pub reader: Reader,
}

fn share(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(share) if (0.0..=1.0).contains(&share) => Ok(share),
        _ => Err("write a share of 0 to 1, such as 0.05".to_owned()),
    }
}
