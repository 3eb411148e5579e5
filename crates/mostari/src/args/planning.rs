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
