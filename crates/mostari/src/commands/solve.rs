//! `mostari solve`: any engine on a standard instance file, for benchmarks and for people who want only the solver.

use crate::terminal::{Terminal, Watch, duration};
use crate::{Answer, args, failure::Failure};
use mostari_plan::check::knapsack::check_knapsack;
use mostari_plan::check::siting::{check_location, check_siting};
use mostari_plan::instances::{read_capacitated, read_knapsacks, read_median};
use mostari_plan::problem::siting::Goal;
use mostari_plan::{knapsack, siting};
use mostari_routing::engine::{self, Budget, Settings};
use mostari_routing::{check, instance};
use serde_json::{Value, json};
use std::fs;

/// What an engine found on one instance.
struct Found {
    name: String,
    objective: f64,
    /// Proven: nothing is better. Routing proves none.
    bound: Option<f64>,
    /// What the independent checker objects to.
    violations: Vec<String>,
    /// The answer itself, for `--json`.
    answer: Value,
}

pub fn run(args: &args::Solve, terminal: &Terminal) -> Result<Answer, Failure> {
    let text = fs::read_to_string(&args.file).map_err(|source| Failure::Read { path: args.file.clone(), source })?;
    let name = args.file.file_stem().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let watch = Watch::start();
    terminal.progress(format!("Solving {name}; at most {} …", duration(args.time)));
    let unread =
        |error: Box<dyn std::error::Error + Send + Sync>| Failure::Settings { path: args.file.clone(), source: error };
    let found = match args.kind.unwrap_or_else(|| kind_of(&text)) {
        args::Instance::Routing => vec![routing(&text, args).map_err(unread)?],
        args::Instance::Median => vec![sites(&name, &text, Goal::Median, args).map_err(unread)?],
        args::Instance::Center => vec![sites(&name, &text, Goal::Center, args).map_err(unread)?],
        args::Instance::Location => vec![location(&name, &text, args).map_err(unread)?],
        args::Instance::Knapsack => knapsacks(&name, &text, args, terminal).map_err(unread)?,
    };
    terminal.clear_progress();
    found.iter().for_each(|one| say(one, terminal));
    terminal.say(format!(
        "{} in {}",
        crate::terminal::counted(found.len() as u64, "instance", "instances"),
        duration(watch.seconds())
    ));
    let answers: Vec<Value> = found.iter().map(Found::to_json).collect();
    terminal.json(&json!({"instances": answers, "seconds": watch.seconds()}));
    Ok(if found.iter().all(|one| one.violations.is_empty()) { Answer::Done } else { Answer::No })
}

type Solved<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// By what stands in the first lines: VRPLIB names its parts; the OR-Library has three whole numbers first for p-median,
/// two for location and one for knapsacks.
fn kind_of(text: &str) -> args::Instance {
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let words: Vec<&str> = first.split_whitespace().collect();
    match (words.len(), words.iter().all(|word| word.parse::<f64>().is_ok())) {
        (3, true) => args::Instance::Median,
        (2, true) => args::Instance::Location,
        (1, true) => args::Instance::Knapsack,
        _ => args::Instance::Routing,
    }
}

/// Seconds on the clock as an engine's budget.
pub(super) struct Seconds {
    pub watch: Watch,
    pub limit: f64,
}

impl Budget for Seconds {
    fn spent(&mut self, _iterations: u64) -> f64 {
        self.watch.seconds() / self.limit.max(f64::MIN_POSITIVE)
    }
}

fn routing(text: &str, args: &args::Solve) -> Solved<Found> {
    let read = instance::read(text)?;
    let settings = Settings { seed: args.seed, ..Settings::default() };
    let mut seconds = Seconds { watch: Watch::start(), limit: args.time };
    let outcome = engine::solve(&read.problem, &settings, &mut seconds)?;
    let verdict = check::check(&read.problem, &outcome.solution);
    let words = |code: &str| check::CODES.iter().find(|(of, _)| *of == code).map_or("", |(_, words)| *words);
    let in_words = |violation: &check::Violation| format!("{}: {}", violation.code, words(violation.code));
    let mut violations: Vec<String> = verdict.violations.iter().map(in_words).collect();
    if verdict.cost != outcome.cost {
        violations.push(format!("priced {} by the checker", verdict.cost));
    }
    let routes: Vec<Value> = outcome
        .solution
        .routes
        .iter()
        .map(|route| json!({"vehicle_type": route.vehicle_type, "clients": route.clients}))
        .collect();
    let answer = json!({"routes": routes, "unserved": outcome.solution.unserved, "iterations": outcome.iterations});
    Ok(Found { name: read.name.clone(), objective: outcome.cost as f64, bound: None, violations, answer })
}

fn sites(name: &str, text: &str, goal: Goal, args: &args::Solve) -> Solved<Found> {
    let problem = read_median(text)?.problem(goal)?;
    let watch = Watch::start();
    let plan = siting::site(&problem, &siting::Limits::standard(args.seed), &mut || watch.seconds() > args.time);
    let violations = check_siting(&plan, &problem).iter().map(|violation| format!("{violation:?}")).collect();
    let answer = json!({"open": plan.open});
    Ok(Found {
        name: name.to_owned(),
        objective: plan.objective as f64,
        bound: Some(plan.bound as f64),
        violations,
        answer,
    })
}

fn location(name: &str, text: &str, args: &args::Solve) -> Solved<Found> {
    let problem = read_capacitated(text, args.capacity)?;
    let watch = Watch::start();
    let plan = siting::locate(&problem, &siting::Limits::standard(args.seed), &mut || watch.seconds() > args.time);
    let violations = check_location(&plan, &problem).iter().map(|violation| format!("{violation:?}")).collect();
    let answer = json!({"open": plan.open});
    Ok(Found { name: name.to_owned(), objective: plan.cost, bound: Some(plan.bound), violations, answer })
}

/// A file holds several; each gets the time.
fn knapsacks(name: &str, text: &str, args: &args::Solve, terminal: &Terminal) -> Solved<Vec<Found>> {
    let instances = read_knapsacks(text)?;
    let mut found = Vec::with_capacity(instances.len());
    for (place, instance) in instances.iter().enumerate() {
        terminal.progress(format!("Solving {name} {} of {} …", place + 1, instances.len()));
        let watch = Watch::start();
        let limits = knapsack::Limits { rounds: u64::MAX, ..knapsack::Limits::standard(args.seed) };
        let plan = knapsack::choose(&instance.problem, &limits, &mut || watch.seconds() > args.time)?;
        let violations = check_knapsack(&plan, &instance.problem);
        found.push(Found {
            name: format!("{name} {}", place + 1),
            objective: plan.value as f64,
            bound: Some(plan.bound as f64),
            violations: violations.iter().map(|violation| format!("{violation:?}")).collect(),
            answer: json!({"chosen": plan.chosen}),
        });
    }
    Ok(found)
}

impl Found {
    fn gap(&self) -> Option<f64> {
        let apart = (self.bound? - self.objective).abs();
        Some(if apart == 0.0 { 0.0 } else { apart / self.objective.abs() })
    }

    fn to_json(&self) -> Value {
        json!({
            "name": self.name, "objective": self.objective, "bound": self.bound, "gap": self.gap(),
            "checked": self.violations.is_empty(), "violations": self.violations, "answer": self.answer,
        })
    }
}

fn say(found: &Found, terminal: &Terminal) {
    let bound = match (found.bound, found.gap()) {
        (Some(bound), Some(gap)) => format!("bound {bound}, gap {:.3} %", 100.0 * gap),
        _ => "no bound".to_owned(),
    };
    let checked = match found.violations.first() {
        None => "checked".to_owned(),
        Some(first) => format!("{} violations, the first: {first}", found.violations.len()),
    };
    terminal.say(format!("{}: {}, {bound}, {checked}", found.name, found.objective));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_known_by_its_first_line() {
        let kinds = [
            ("NAME : X-n101-k25\nTYPE : CVRP\n", args::Instance::Routing),
            ("\n 100 198 5\n1 2 30\n", args::Instance::Median),
            (" 16 50\n", args::Instance::Location),
            ("30\n 100 5 0\n", args::Instance::Knapsack),
        ];
        for (text, kind) in kinds {
            assert_eq!(kind_of(text), kind, "{text}");
        }
    }
}
