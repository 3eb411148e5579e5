//! `mostari plan sites`: where to open so many of a kind, so that people reach one.

use crate::session::{Session, write};
use crate::terminal::{Terminal, Watch, count, duration, table};
use crate::{Answer, args, failure::Failure};
use mostari_model::{AreaId, Digest, Finding, canonical_json};
use mostari_plan::check::siting::{SitingViolation, check_siting};
use mostari_plan::mission::sites::{Among, ENGINE, Site, SitesPlan, SitesProblem, SitesQuestion, open};
use mostari_plan::problem::siting::Goal;
use mostari_record::ComputationKind;
use serde_json::{Value, json};

/// Areas shown as served worst.
const WORST: usize = 5;
/// Rules of siting without capacities.
const RULES: usize = 9;

pub fn run(args: &args::Sites, terminal: &Terminal) -> Result<Answer, Failure> {
    let session = Session::open_with_areas(&args.folder, &args.reader.clearance, terminal)?;
    let within_m = (args.within * 1_000.0).round() as u32;
    let asked = SitesQuestion {
        kind: args.kind.clone(),
        count: args.count as usize,
        among: if args.among_facilities { Among::Facilities } else { Among::Areas },
        keeps: !args.afresh,
        goal: match args.goal {
            args::SitesGoal::Median => Goal::Median,
            args::SitesGoal::Center => Goal::Center,
            args::SitesGoal::Cover => Goal::Cover { radius: within_m, once_permille: 1_000 },
        },
        not_in: args.not_in.iter().map(AreaId::new).collect(),
    };
    terminal.progress("Measuring distances …");
    let gathered = SitesProblem::of(&session.snapshot, &session.placed, &asked);
    let (problem, findings) = gathered.map_err(|error| Failure::Plan(error.into()))?;
    super::show_findings(&findings, terminal);
    terminal.progress(format!(
        "Choosing {} of {} places …",
        args.count,
        problem.sites.len() - problem.siting.kept().len()
    ));
    let watch = Watch::start();
    let (plan, plain) = open(&problem, within_m, args.seed, &mut || watch.seconds() > args.time);
    let violations = check_siting(&plain, &problem.siting);
    terminal.clear_progress();
    let path = keep(&session, &plan, args)?;
    say(&plan, &problem, args, &violations, watch.seconds(), terminal);
    terminal.say(format!("Wrote {path}"));
    terminal.json(&as_json(&plan, &problem, args, (&findings, &violations), watch.seconds(), &path));
    Ok(if violations.is_empty() { Answer::Done } else { Answer::No })
}

fn keep(session: &Session, plan: &SitesPlan, args: &args::Sites) -> Result<String, Failure> {
    let parameters = json!({
        "kind": args.kind, "count": args.count, "goal": args.goal.name(), "within_km": args.within, "not_in": args.not_in,
        "among_facilities": args.among_facilities, "afresh": args.afresh, "seed": args.seed, "time_s": args.time,
    });
    let bytes = canonical_json(plan);
    session.record(ComputationKind::Sites, (parameters, Vec::new()), ENGINE, &bytes, &session.snapshot.label)?;
    let name = format!("sites-{}.json", Digest::of_value(plan).short());
    let path = session.mission.dir().join("plans").join(name);
    write(&path, &bytes)?;
    Ok(path.display().to_string())
}

fn site_name(problem: &SitesProblem, site: &Site) -> String {
    match &site.facility {
        Some(id) => format!("{} (`{id}`)", problem.ground.name(&site.area)),
        None => problem.ground.name(&site.area).to_owned(),
    }
}

fn kilometres(metres: Option<f64>) -> String {
    metres.map_or_else(|| "unknown".to_owned(), |metres| format!("{:.1} km", metres / 1_000.0))
}

fn say(
    plan: &SitesPlan,
    problem: &SitesProblem,
    args: &args::Sites,
    violations: &[SitingViolation],
    seconds: f64,
    terminal: &Terminal,
) {
    let rows: Vec<Vec<String>> =
        plan.open.iter().map(|(site, people)| vec![site_name(problem, site), count(*people)]).collect();
    let heading = format!("open a {} in", args.kind);
    table(&[heading.as_str(), "people nearest to it"], &rows, &[1]).iter().for_each(|line| terminal.say(line));
    let stands = problem.siting.kept().len();
    if stands > 0 {
        terminal.say(format!("beside {} that stand ({})", count(stands as u64), problem.kinds.join(", ")));
    } else if problem.kinds.is_empty() {
        terminal.say(format!("no `{}` is recorded: none counts as standing", args.kind));
    }
    let before = |words: String| if stands > 0 { format!(" (before {words})") } else { String::new() };
    let [mean_before, mean] = plan.mean_m;
    let [longest_before, longest] = plan.longest_m.map(|metres| metres.map(|metres| metres as f64));
    terminal.say(format!(
        "{:.1} % of the people within {} km{}; mean distance {}{}; farthest {}{}",
        100.0 * plan.within_share[1],
        args.within,
        before(format!("{:.1} %", 100.0 * plan.within_share[0])),
        kilometres(mean),
        before(kilometres(mean_before)),
        kilometres(longest),
        before(kilometres(longest_before)),
    ));
    for served in plan.served.iter().take(WORST) {
        terminal.say(format!(
            "  worst served: {}, {} people, {}",
            problem.ground.name(&served.area),
            count(served.people),
            kilometres(served.distance_m.map(|metres| metres as f64))
        ));
    }
    for (site, [_, found]) in &plan.next_best {
        let more = 100.0 * (found.saturating_sub(plan.objective)) as f64 / plan.objective.max(1) as f64;
        terminal.say(format!("  next best: one in {} costs {more:.1} % more distance", site_name(problem, site)));
    }
    let proof = match plan.objective == plan.bound {
        true => "proven to be the best".to_owned(),
        false => format!("within {:.2} % of the best possible", 100.0 * plan.gap),
    };
    terminal.say(format!("By {}: {proof}, in {}", args.goal.words(), duration(seconds)));
    terminal.say(format!("People: {}", people_from(problem)));
    terminal.say(format!("Distance: {DOUBT}"));
    terminal.say(format!("Checked by separate code: {} violations of {RULES} rules", violations.len()));
    for violation in violations {
        terminal.say(format!("  {}: {}", violation.rule.code(), violation.message));
    }
}

/// Where distances come from, and why they may be wrong.
const DOUBT: &str =
    "great circles; the record has no travel times, and everybody is taken to live at one point of their area";

fn people_from(problem: &SitesProblem) -> String {
    let all: u64 = problem.siting.people().iter().map(|people| u64::from(*people)).sum();
    format!(
        "{} in {} areas, the latest totals of {}; unknown in {} areas, which count nowhere",
        count(all),
        problem.clients.len(),
        problem.ground.people_from.join(", "),
        problem.unknown.len()
    )
}

fn as_json(
    plan: &SitesPlan,
    problem: &SitesProblem,
    args: &args::Sites,
    (findings, violations): (&[Finding], &[SitingViolation]),
    seconds: f64,
    path: &str,
) -> Value {
    let name = |area: &AreaId| problem.ground.name(area).to_owned();
    let open: Vec<Value> = plan
        .open
        .iter()
        .map(|(site, people)| json!({"area": site.area, "name": name(&site.area), "facility": site.facility, "people": people}))
        .collect();
    let next: Vec<Value> = plan
        .next_best
        .iter()
        .map(|(site, [at_best, found])| json!({"area": site.area, "facility": site.facility, "at_best": at_best, "found": found}))
        .collect();
    let violations: Vec<Value> =
        violations.iter().map(|it| json!({"code": it.rule.code(), "message": it.message})).collect();
    json!({
        "plan": path, "digest": Digest::of_value(plan), "kind": args.kind, "kinds": problem.kinds, "goal": args.goal.name(),
        "sites": open, "standing": problem.siting.kept().len(), "served": plan.served,
        "within_km": args.within, "within_share": {"before": plan.within_share[0], "after": plan.within_share[1]},
        "mean_m": {"before": plan.mean_m[0], "after": plan.mean_m[1]},
        "longest_m": {"before": plan.longest_m[0], "after": plan.longest_m[1]},
        "objective": plan.objective, "bound": plan.bound, "gap": plan.gap, "next_best": next,
        "people": {"sources": problem.ground.people_from, "areas": problem.clients.len(), "unknown": problem.unknown},
        "travel": {"unit": "m", "source": "computed from boundaries and points in the record", "doubt": DOUBT},
        "findings": findings, "check": {"rules": RULES, "violations": violations}, "seconds": seconds,
    })
}
