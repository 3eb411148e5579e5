//! Arguments of what plans and solves.

use super::{Reader, share};
use clap::{Args, Subcommand};
use std::path::PathBuf;

/// `mostari plan`: make one, or ask about plans.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub struct PlanArgs {
    #[command(subcommand)]
    pub question: Option<PlanQuestion>,
    #[command(flatten)]
    pub make: Plan,
}

/// What can be asked about plans.
#[derive(Debug, Subcommand)]
pub enum PlanQuestion {
    /// What fairness costs: benefit against the share of the worst-off area.
    Front(Front),
    /// How two plans differ: what is in one only, what moved, who pays more.
    Compare(ComparePlans),
    /// Why one project is in a plan when it is, or why it is not and what would let it in.
    Explain(ExplainProject),
    /// Why everything that is left out is left out.
    WhyNot(WhyNot),
    /// Where to open so many of a kind, such as clinics, so that people reach one.
    Sites(Sites),
    /// Which vehicle brings what where, around what is closed; and why something is not brought.
    Convoys(Convoys),
    /// How many teams stand ready in which area, and how likely each area is visited; visits are drawn.
    Presence(Presence),
}

/// `mostari solve`.
#[derive(Debug, Args)]
pub struct Solve {
    /// The instance: VRPLIB (CVRP, VRPTW, several depots, fleets of several kinds), or the OR-Library's p-median, capacitated location or multidimensional knapsack.
    pub file: PathBuf,
    /// What it is, if its first line does not tell.
    #[arg(long = "as", value_name = "KIND", value_enum)]
    pub kind: Option<Instance>,
    /// Stop after this many seconds; of a file with several instances, each gets them.
    #[arg(long, value_name = "SECONDS", default_value_t = 10.0)]
    pub time: f64,
    /// Seed of the search.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Capacity of every site, for location files that leave it open.
    #[arg(long, value_name = "NUMBER")]
    pub capacity: Option<f64>,
}

/// Kinds of instance file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Instance {
    /// Vehicles to clients.
    Routing,
    /// Sites with the least travel of all.
    Median,
    /// Sites with the least longest travel.
    Center,
    /// Sites with opening costs and capacities.
    Location,
    /// Choice under several budgets.
    Knapsack,
}

/// What a plan is made from, beside the candidates.
#[derive(Debug, Args)]
pub struct Inputs {
    /// Who pays and who works, as TOML; `FOLDER/means.toml` if not said.
    #[arg(long, value_name = "FILE")]
    pub means: Option<PathBuf>,
    /// What people decided beside the means, as TOML: required projects, alternatives, bundles, owners, weights; `FOLDER/conditions.toml`, if it is there.
    #[arg(long, value_name = "FILE")]
    pub conditions: Option<PathBuf>,
}

/// `mostari plan front`.
#[derive(Debug, Args)]
pub struct Front {
    /// Mission folder.
    pub folder: PathBuf,
    #[command(flatten)]
    pub inputs: Inputs,
    /// How many floors between none and the largest.
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u16).range(2..=100))]
    pub points: u16,
    /// Look for a plan at each floor for this many seconds; without it only bounds are shown.
    #[arg(long, value_name = "SECONDS", default_value_t = 0.0)]
    pub time: f64,
    #[command(flatten)]
    pub reader: Reader,
}

/// `mostari plan compare`.
#[derive(Debug, Args)]
pub struct ComparePlans {
    /// Mission folder.
    pub folder: PathBuf,
    /// A plan: a file, or the first letters of its digest.
    pub one: String,
    /// Another.
    pub other: String,
    #[command(flatten)]
    pub reader: Reader,
}

/// `mostari plan explain`.
#[derive(Debug, Args)]
pub struct ExplainProject {
    /// Mission folder.
    pub folder: PathBuf,
    /// The project, by id.
    pub project: String,
    /// The plan: a file, or the first letters of its digest; the latest if not said.
    #[arg(long)]
    pub plan: Option<String>,
    #[command(flatten)]
    pub reader: Reader,
}

/// `mostari plan why-not`.
#[derive(Debug, Args)]
pub struct WhyNot {
    /// Mission folder.
    pub folder: PathBuf,
    /// The plan: a file, or the first letters of its digest; the latest if not said.
    #[arg(long)]
    pub plan: Option<String>,
    #[command(flatten)]
    pub reader: Reader,
}

/// `mostari plan convoys`.
#[derive(Debug, Args)]
pub struct Convoys {
    /// Mission folder.
    pub folder: PathBuf,
    /// Goods, depots, vehicles with their caveats, demands and what is closed, as TOML (docs/convoys.md); beside it demands as CSV with the columns `area`, `good`, `amount`. `FOLDER/convoys.toml` if not said.
    #[arg(long, value_name = "FILE")]
    pub goods: Vec<PathBuf>,
    /// An area that is closed to everybody, by code or name; two with a comma between them: nobody passes from one to the other. May be given several times.
    #[arg(long, value_name = "AREA[,AREA]")]
    pub closed: Vec<String>,
    /// Search for this many seconds; a search by the clock may differ between machines.
    #[arg(long, value_name = "SECONDS", default_value_t = 5.0)]
    pub time: f64,
    /// Search so many steps instead: the same rounds on every machine.
    #[arg(long, value_name = "N", conflicts_with = "time")]
    pub steps: Option<u64>,
    /// Seed of the search.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// The day for which people are counted, as for `assess`.
    #[arg(long, value_name = "DATE")]
    pub as_of: Option<String>,
    #[command(flatten)]
    pub reader: Reader,
}

/// `mostari plan sites`.
#[derive(Debug, Args)]
pub struct Sites {
    /// Mission folder.
    pub folder: PathBuf,
    /// What is opened: a kind of facility as the record calls it, such as `health.clinic`, or its last word; any word if none is recorded.
    #[arg(long, value_name = "KIND")]
    pub kind: String,
    /// How many are opened, beside those that stand.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub count: u32,
    /// What makes one choice better than another.
    #[arg(long, value_enum, default_value_t = SitesGoal::Median)]
    pub goal: SitesGoal,
    /// The distance in kilometres for which shares of people are shown, and which `cover` covers.
    #[arg(long, value_name = "KM", default_value_t = 10.0, value_parser = kilometres)]
    pub within: f64,
    /// Choose among the recorded facilities of the kind that do not work, instead of all areas.
    #[arg(long)]
    pub among_facilities: bool,
    /// As if none stood yet.
    #[arg(long)]
    pub afresh: bool,
    /// Open none in this area, by code or name, nor below it. May be given several times.
    #[arg(long, value_name = "AREA")]
    pub not_in: Vec<String>,
    /// Stop after this many seconds; the bound says how far from the best the answer can be.
    #[arg(long, value_name = "SECONDS", default_value_t = 30.0)]
    pub time: f64,
    /// Seed of the search.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    #[command(flatten)]
    pub reader: Reader,
}

/// What makes one choice of sites better than another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum SitesGoal {
    /// The least distance of all people together.
    Median,
    /// The least longest distance of any area.
    Center,
    /// The most people within the distance of `--within`.
    Cover,
}

impl SitesGoal {
    /// Its word on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Median => "median",
            Self::Center => "center",
            Self::Cover => "cover",
        }
    }

    /// What it seeks.
    pub fn words(self) -> &'static str {
        match self {
            Self::Median => "the least distance of all people together",
            Self::Center => "the least longest distance of any area",
            Self::Cover => "the most people within that distance",
        }
    }
}

fn kilometres(text: &str) -> Result<f64, String> {
    let number: f64 = text.parse().map_err(|_| format!("`{text}` is not a number"))?;
    if number > 0.0 && number <= 20_000.0 {
        Ok(number)
    } else {
        Err("must be more than 0 and at most 20000".to_owned())
    }
}

/// `mostari plan presence`.
#[derive(Debug, Args)]
pub struct Presence {
    /// Mission folder.
    pub folder: PathBuf,
    /// Teams in all; each works one shift of a round.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub patrols: u32,
    /// Shifts of a round, such as a day.
    #[arg(long, value_name = "N", default_value_t = 2, value_parser = clap::value_parser!(u32).range(1..=21))]
    pub shifts: u32,
    /// Rounds for which visits are drawn.
    #[arg(long, value_name = "N", default_value_t = 7, value_parser = clap::value_parser!(u32).range(1..=3_660))]
    pub rounds: u32,
    /// What an area weighs: an indicator of `assess`, or `people`.
    #[arg(long, value_name = "INDICATOR", default_value = "conflict-events")]
    pub weigh: String,
    /// The part of that indicator, such as a kind of violence.
    #[arg(long, default_value = "")]
    pub part: String,
    /// An area in which teams can stand, by code or name; may be given several times. Any area if none is named.
    #[arg(long, value_name = "AREA")]
    pub post: Vec<String>,
    /// Kilometres an hour on the way.
    #[arg(long, value_name = "KMH", default_value_t = 40.0, value_parser = at_least_one)]
    pub speed: f64,
    /// How much longer a way is than the steps from area to touching area.
    #[arg(long, value_name = "FACTOR", default_value_t = mostari_plan::problem::convoys::DETOUR, value_parser = at_least_one)]
    pub detour: f64,
    /// An area is covered from where a team needs at most so many hours.
    #[arg(long, value_name = "HOURS", default_value_t = 1.0)]
    pub within_hours: f64,
    /// Share of the time that a team is busy, 0 to below 1.
    #[arg(long, value_name = "SHARE", default_value_t = 0.3, value_parser = below_one)]
    pub busy: f64,
    /// Least share of the weight that two teams or more cover in every shift, 0 to 1.
    #[arg(long, value_name = "SHARE", default_value_t = 0.0, value_parser = share)]
    pub backup: f64,
    /// Visits that a team makes in a shift.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=100))]
    pub visits: u32,
    /// Least chance that an area is visited in a shift; a quarter of the visits spread evenly if not said.
    #[arg(long, value_name = "CHANCE", value_parser = share)]
    pub least: Option<f64>,
    /// Most chance that an area is visited in a shift: below 1, so that nobody can wait for a visit.
    #[arg(long, value_name = "CHANCE", default_value_t = 0.9, value_parser = below_one)]
    pub most: f64,
    /// Stop the search for posts after this many seconds.
    #[arg(long, value_name = "SECONDS", default_value_t = 30.0)]
    pub time: f64,
    /// Seed of the drawing: the same one draws the same visits. Nobody's guess if not said.
    #[arg(long)]
    pub seed: Option<u64>,
    /// The day to speak of, as for `assess`.
    #[arg(long, value_name = "DATE")]
    pub as_of: Option<String>,
    #[command(flatten)]
    pub reader: Reader,
}

fn below_one(text: &str) -> Result<f64, String> {
    share(text).and_then(|number| if number < 1.0 { Ok(number) } else { Err("must be below 1".to_owned()) })
}

fn at_least_one(text: &str) -> Result<f64, String> {
    let number: f64 = text.parse().map_err(|_| format!("`{text}` is not a number"))?;
    if (1.0..=1_000.0).contains(&number) { Ok(number) } else { Err("must be from 1 to 1000".to_owned()) }
}

/// Making a plan.
#[derive(Debug, Args)]
pub struct Plan {
    /// Mission folder.
    #[arg(required = true)]
    pub folder: Option<PathBuf>,
    #[command(flatten)]
    pub inputs: Inputs,
    /// Stop the search after this many seconds; a search that time stopped may differ between machines.
    #[arg(long, value_name = "SECONDS", default_value_t = 60.0)]
    pub time: f64,
    /// Stop when the plan is proven to be within this share of the best, 0 to 1.
    #[arg(long, default_value_t = 0.01, value_parser = share)]
    pub gap: f64,
    /// Seed of the search.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Disturb this earlier plan as little as can be (a file, or the first letters of its digest): what is under way goes on or is given up.
    #[arg(long, value_name = "PLAN", requires = "from")]
    pub again: Option<String>,
    /// The month from which the new plan speaks; what started before is under way.
    #[arg(long, value_name = "MONTH", requires = "again")]
    pub from: Option<mostari_model::Month>,
    /// Share of the best possible benefit that may be given up for the sake of what was agreed, 0 to 1.
    #[arg(long, default_value_t = 0.02, value_parser = share, requires = "again")]
    pub give: f64,
    /// Work starts in every so many months only: 3 plans by quarters, 12 by years, which is quicker.
    #[arg(long, value_name = "MONTHS", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=120))]
    pub every: u32,
    /// Explain at most this many of the projects that are left out, the most beneficial first; all if not said, 50 in a large portfolio.
    #[arg(long, value_name = "N")]
    pub reasons: Option<usize>,
    /// Least share of its possible benefit that every area gets, 0 to 1.
    #[arg(long, default_value_t = 0.0, value_parser = share)]
    pub floor: f64,
    #[command(flatten)]
    pub reader: Reader,
}
