//! `mostari plan convoys`: which vehicle brings what where, and why something is not brought.

use super::goods;
use crate::commands::solve::Seconds;
use crate::session::{Session, write};
use crate::terminal::{Terminal, Watch, count, counted, duration, table};
use crate::{Answer, args, failure::Failure};
use mostari_model::{AreaId, Digest, Finding, Money, canonical_json};
use mostari_plan::check::convoys::{RULES, check_convoys};
use mostari_plan::mission::convoys::{ENGINE, solve};
use mostari_plan::problem::Breach;
use mostari_plan::problem::convoys::{ConvoyPlan, ConvoyProblem, Round};
use mostari_record::ComputationKind;
use mostari_routing::engine::Iterations;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// Rounds whose stops are shown on a terminal, and areas that get nothing.
const SHOWN: usize = 12;

pub fn run(args: &args::Convoys, terminal: &Terminal) -> Result<Answer, Failure> {
    let paths = if args.goods.is_empty() { vec![args.folder.join("convoys.toml")] } else { args.goods.clone() };
    let goods = goods::read(&paths, &args.closed)?;
    let session = Session::open_with_areas(&args.folder, &args.reader.clearance, terminal)?;
    let indicators = goods.file.indicators();
    let assessment = match indicators.is_empty() {
        true => None,
        false => Some(session.assess(session.as_of(args.as_of.as_deref())?, &indicators, terminal)?.0),
    };
    terminal.progress("Laying ways from area to area …");
    let (snapshot, gazetteer) = (&session.snapshot, &session.placed.gazetteer);
    let gathered = ConvoyProblem::of(snapshot, gazetteer, assessment.as_ref(), goods.file.clone());
    let (problem, findings) = gathered.map_err(|error| goods.failure(error))?;
    terminal.clear_progress();
    super::show_findings(&findings, terminal);
    let watch = Watch::start();
    terminal.progress(format!("Routing to {} areas …", problem.demands.len()));
    let plan = match args.steps {
        Some(steps) => solve(&problem, args.seed, &mut Iterations(steps)),
        None => solve(&problem, args.seed, &mut Seconds { watch: Watch::start(), limit: args.time }),
    };
    let plan = plan.map_err(|error| goods.failure(error))?;
    let breaches = check_convoys(&plan, &problem);
    terminal.clear_progress();
    let path = keep(&session, &plan, &problem, args)?;
    say(&plan, &problem, &breaches, watch.seconds(), terminal);
    terminal.say(format!("Wrote {path}"));
    terminal.json(&as_json(&plan, &problem, (&findings, &breaches), watch.seconds(), &path));
    Ok(if breaches.is_empty() { Answer::Done } else { Answer::No })
}

/// Keeps the rounds in the record, beside the problem as this reader sees it, and as a file.
fn keep(
    session: &Session,
    plan: &ConvoyPlan,
    problem: &ConvoyProblem,
    args: &args::Convoys,
) -> Result<String, Failure> {
    let seen = session.mission.store_result(&canonical_json(&problem.as_seen()))?;
    let parameters = json!({"problem": seen, "seed": args.seed, "time_s": args.time, "steps": args.steps});
    let bytes = canonical_json(plan);
    session.record(ComputationKind::Convoys, (parameters, vec![seen]), ENGINE, &bytes, &plan.label)?;
    let name = format!("convoys-{}.json", Digest::of_value(plan).short());
    let path = session.mission.dir().join("plans").join(name);
    write(&path, &bytes)?;
    Ok(path.display().to_string())
}

fn money(problem: &ConvoyProblem, cost: f64) -> Money {
    let digits = i32::try_from(problem.currency.minor_digits()).unwrap_or(2);
    Money::new((cost * 10_f64.powi(digits)).round() as i64, problem.currency)
}

/// `flour 7 200 kg, kits 40`.
fn amounts(problem: &ConvoyProblem, goods: &BTreeMap<String, i64>) -> String {
    let unit = |id: &str| problem.goods.iter().find(|good| good.id == id).map_or("", |good| good.unit.as_str());
    let one = |(good, amount): (&String, &i64)| {
        format!("{good} {} {}", count(u64::try_from(*amount).unwrap_or(0)), unit(good)).trim_end().to_owned()
    };
    goods.iter().map(one).collect::<Vec<_>>().join(", ")
}

fn say(plan: &ConvoyPlan, problem: &ConvoyProblem, breaches: &[Breach], seconds: f64, terminal: &Terminal) {
    let rows: Vec<Vec<String>> = plan.rounds.iter().map(|round| row(problem, round)).collect();
    let lines = table(&["vehicle", "from", "stops", "km", "hours", "cost", "carries"], &rows, &[2, 3, 4, 5]);
    lines.first().filter(|_| !rows.is_empty()).into_iter().for_each(|line| terminal.say(line));
    for (line, round) in lines.iter().skip(1).zip(&plan.rounds).take(SHOWN) {
        terminal.say(line);
        terminal.say(format!("  {}", stops(problem, round)));
    }
    if plan.rounds.len() > SHOWN {
        terminal.say(format!("… {} more rounds; `--json` has them all", plan.rounds.len() - SHOWN));
    }
    for unserved in plan.unserved.iter().take(SHOWN) {
        let name = problem.ground.name(&unserved.area);
        terminal.say(format!("not brought: {name}, {}: {}", amounts(problem, &unserved.goods), unserved.reason));
        unserved.changes.iter().for_each(|change| terminal.say(format!("  {change}")));
    }
    if plan.unserved.len() > SHOWN {
        terminal.say(format!("… {} more areas do not get all; `--json` has them", plan.unserved.len() - SHOWN));
    }
    let metres: i64 = plan.rounds.iter().map(|round| round.distance_m).sum();
    terminal.say(format!(
        "{} to {} of {} areas, {} km, {}, in {}",
        counted(plan.rounds.len() as u64, "round", "rounds"),
        served(plan).len(),
        problem.demands.len(),
        count((metres as f64 / 1_000.0).round() as u64),
        money(problem, plan.cost),
        duration(seconds),
    ));
    terminal.say(format!("Ways: {}", doubt(problem)));
    super::say_breaches(breaches, RULES, terminal);
}

fn row(problem: &ConvoyProblem, round: &Round) -> Vec<String> {
    vec![
        format!("{} {}", round.vehicle, round.number),
        round.depot.clone(),
        round.stops.len().to_string(),
        format!("{:.0}", round.distance_m as f64 / 1_000.0),
        format!("{:.1}", round.duration_s as f64 / 3_600.0),
        money(problem, round.cost).to_string(),
        amounts(problem, &round.load),
    ]
}

/// Where a round goes, with the areas that it only passes in brackets.
fn stops(problem: &ConvoyProblem, round: &Round) -> String {
    let name = |area: &AreaId| problem.ground.name(area).to_owned();
    let passes = |areas: &[AreaId]| match areas {
        [] => String::new(),
        [first, .., last] if areas.len() > 3 => {
            format!("(through {} areas, {} to {}) ", areas.len(), name(first), name(last))
        }
        areas => format!("(through {}) ", areas.iter().map(name).collect::<Vec<_>>().join(", ")),
    };
    let stop = |stop: &mostari_plan::problem::convoys::Stop| {
        format!("{}{}: {}", passes(&stop.through), name(&stop.area), amounts(problem, &stop.goods))
    };
    let way: Vec<String> = round.stops.iter().map(stop).collect();
    format!("→ {} → {}back", way.join(" → "), passes(&round.back_through))
}

/// Areas to which something is brought.
fn served(plan: &ConvoyPlan) -> BTreeSet<&AreaId> {
    plan.rounds.iter().flat_map(|round| &round.stops).map(|stop| &stop.area).collect()
}

/// Where distances come from, and why they may be wrong.
fn doubt(problem: &ConvoyProblem) -> String {
    let way = match problem.ground.is_open_ground {
        true => "straight from a point in one area to one in the other (no boundaries are known)",
        false => "from a point in one area to one in each touching area (great circles)",
    };
    format!("{way}, x {}; the record has no travel times, and within an area no way is counted", problem.detour)
}

fn as_json(
    plan: &ConvoyPlan,
    problem: &ConvoyProblem,
    (findings, breaches): (&[Finding], &[Breach]),
    seconds: f64,
    path: &str,
) -> Value {
    json!({
        "plan": path, "digest": Digest::of_value(plan), "rounds": plan.rounds, "unserved": plan.unserved,
        "cost": plan.cost, "currency": problem.currency, "areas": problem.demands.len(), "served": served(plan).len(),
        "demands": problem.demands, "label": plan.label,
        "travel": {"unit": "m", "source": "computed from boundaries in the record", "detour": problem.detour, "doubt": doubt(problem)},
        "findings": findings, "check": {"rules": RULES, "violations": breaches}, "seconds": seconds,
    })
}
