//! `mostari plan front`: what fairness costs.

use super::{gather, plan_failure};
use crate::terminal::{Terminal, Watch, clock, count, duration, table};
use crate::{Answer, args, failure::Failure, session::Session};
use mostari_plan::{FrontPoint, Parameters, PlanLimits, front};
use serde_json::json;

pub fn run(args: &args::Front, terminal: &Terminal) -> Result<Answer, Failure> {
    let session = Session::open_with_areas(&args.folder, &args.reader.clearance, terminal)?;
    let problem = gather(&session, (&args.folder, &args.inputs), Parameters::default(), terminal)?;
    let watch = Watch::start();
    terminal.progress(format!("Weighing {} projects at {} floors …", problem.projects.len(), args.points));
    let limits = PlanLimits { seconds: args.time, clock: Some(clock), ..PlanLimits::default() };
    let found = front(&problem, usize::from(args.points), &limits).map_err(plan_failure)?;
    terminal.clear_progress();
    let most = found.points.first().map_or(0.0, |point| point.bound);
    let rows: Vec<Vec<String>> = found.points.iter().map(|point| row(point, most)).collect();
    table(&["floor", "at most", "of the most", "found"], &rows, &[0, 1, 2, 3])
        .iter()
        .for_each(|line| terminal.say(line));
    terminal.say(format!(
        "Severity-weighted person-months at each least share of every area\u{2019}s possible benefit, in {}",
        duration(watch.seconds())
    ));
    if args.time <= 0.0 {
        terminal.hint("bounds allow parts of projects; `--time 10` looks for a plan of whole ones at each floor");
    }
    let points: Vec<_> = found
        .points
        .iter()
        .map(|point| json!({"floor": point.floor, "bound": point.bound, "benefit": point.benefit}))
        .collect();
    terminal.json(&json!({"points": points, "seconds": watch.seconds()}));
    Ok(Answer::Done)
}

fn row(point: &FrontPoint, most: f64) -> Vec<String> {
    let share = if most > 0.0 { point.bound / most } else { 1.0 };
    let found = point.benefit.map_or_else(|| "-".to_owned(), |benefit| count(benefit.round() as u64));
    let bound = count(point.bound.round() as u64);
    vec![format!("{:.3}", point.floor), bound, format!("{:.1} %", 100.0 * share), found]
}
