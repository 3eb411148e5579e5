//! `mostari plan`: which projects, when, paid and done by whom; and why not the others.

mod compare;
mod convoys;
mod explain;
mod front;
mod goods;
mod presence;
mod sites;

use crate::terminal::{Terminal, Watch, clock, count, duration};
use crate::{
    Answer, args,
    failure::Failure,
    session::{Session, read_toml, write},
};
use mostari_model::{
    Agreed, Assessment, CheckReport, Conditions, Finding, Means, Money, Month, Plan, Project, ReasonGroup, StoppedBy,
    canonical_json,
};
use mostari_plan::problem::Breach;
use mostari_plan::{Parameters, Parts, PlanError, PlanLimits, Problem};
use mostari_record::ComputationKind;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;

/// Projects named on a terminal.
const SHOWN: usize = 8;

pub fn run(args: &args::PlanArgs, terminal: &Terminal) -> Result<Answer, Failure> {
    match &args.question {
        Some(args::PlanQuestion::Front(args)) => front::run(args, terminal),
        Some(args::PlanQuestion::Compare(args)) => compare::run(args, terminal),
        Some(args::PlanQuestion::Explain(args)) => explain::one(args, terminal),
        Some(args::PlanQuestion::WhyNot(args)) => explain::all(args, terminal),
        Some(args::PlanQuestion::Sites(args)) => sites::run(args, terminal),
        Some(args::PlanQuestion::Presence(args)) => presence::run(args, terminal),
        Some(args::PlanQuestion::Convoys(args)) => convoys::run(args, terminal),
        None => make(&args.make, terminal),
    }
}

fn make(args: &args::Plan, terminal: &Terminal) -> Result<Answer, Failure> {
    let folder = args.folder.as_deref().expect("required where nothing else is asked");
    let session = Session::open_with_areas(folder, &args.reader.clearance, terminal)?;
    let parameters =
        Parameters { floor: args.floor, seed: args.seed, start_every: args.every, ..Parameters::default() };
    let mut problem = gather(&session, (folder, &args.inputs), parameters, terminal)?;
    if let (Some(again), Some(from)) = (&args.again, args.from) {
        let before = session.plan(Some(again))?;
        // What the earlier plan says is in this one too: for no more eyes than that.
        let label = problem.label.join(&before.label);
        let parts = Parts { agreed: Some(agreed(&before, from, args.give)), label, ..(*problem).clone() };
        problem = Problem::new(parts).map_err(|error| Failure::Plan(error.into()))?;
    }
    let watch = Watch::start();
    terminal.progress(format!(
        "Planning {} projects; at most {} for the search, then the reasons …",
        problem.projects.len(),
        duration(args.time)
    ));
    let limits = PlanLimits {
        gap: args.gap,
        seconds: args.time,
        clock: Some(clock),
        reasons: args.reasons,
        ..PlanLimits::default()
    };
    let plan = mostari_plan::plan(&problem, &limits).map_err(plan_failure)?;
    terminal.progress("Checking the plan …");
    let report = mostari_plan::check::check(&plan, &problem);
    terminal.clear_progress();
    let path = keep(&session, &plan, &problem, args)?;
    say(&plan, &problem, &report, watch.seconds(), terminal);
    terminal.say(format!("Wrote {path}"));
    terminal.json(&as_json(&plan, &report, &problem, watch.seconds(), &path));
    Ok(if report.violations.is_empty() { Answer::Done } else { Answer::No })
}

/// What an earlier plan agreed.
fn agreed(plan: &Plan, from: Month, give: f64) -> Agreed {
    let starts = plan.chosen.iter().map(|chosen| (chosen.project.clone(), chosen.start)).collect();
    Agreed { plan: plan.digest(), from, give, starts }
}

/// The problem of a mission: its latest candidates, and the means and conditions in files.
fn gather(
    session: &Session,
    (folder, inputs): (&Path, &args::Inputs),
    parameters: Parameters,
    terminal: &Terminal,
) -> Result<Problem, Failure> {
    let path = inputs.means.clone().unwrap_or_else(|| folder.join("means.toml"));
    let means: Means = read_toml(&path)?;
    means.validate().map_err(|error| Failure::Settings { path: path.clone(), source: error.into() })?;
    let conditions = conditions(folder, inputs)?;
    let (projects, computation) = session.candidates()?;
    let assessment: Assessment = session.named_blob(&computation.parameters, "assessment")?;
    let nominated = projects.len();
    let problem = problem(session, &assessment, projects, (means, conditions), parameters)?;
    show_findings(&problem.findings, terminal);
    if problem.projects.is_empty() && nominated > 0 {
        let first = problem.findings.first().map_or("", |finding| finding.message.as_str());
        return Err(Failure::Plan(
            format!("none of the {nominated} candidates can be planned; the first: {first}").into(),
        ));
    }
    Ok(problem)
}

/// What people decided: the file that was named, or the one beside the means, or nothing.
fn conditions(folder: &Path, inputs: &args::Inputs) -> Result<Conditions, Failure> {
    let beside = folder.join("conditions.toml");
    match &inputs.conditions {
        Some(path) => read_toml(path),
        None if beside.exists() => read_toml(&beside),
        None => Ok(Conditions::default()),
    }
}

/// Everything that a plan is a function of.
pub fn problem(
    session: &Session,
    assessment: &Assessment,
    projects: Vec<Project>,
    (means, conditions): (Means, Conditions),
    parameters: Parameters,
) -> Result<Problem, Failure> {
    Problem::of(&session.snapshot, &session.placed.gazetteer, assessment, projects, means, conditions, parameters)
        .map_err(|error| Failure::Plan(error.into()))
}

fn show_findings(findings: &[Finding], terminal: &Terminal) {
    for finding in findings.iter().take(SHOWN) {
        terminal.note(format!("{finding}\n"));
    }
    if findings.len() > SHOWN {
        terminal.note(format!("… {} more findings; `--json` lists them", findings.len() - SHOWN));
    }
}

/// The verdict of a checker that counts its rules.
fn say_breaches(breaches: &[Breach], rules: usize, terminal: &Terminal) {
    terminal.say(format!("Checked by separate code: {} violations of {rules} rules", breaches.len()));
    for breach in breaches.iter().take(SHOWN) {
        terminal.say(format!("  {}: {} {}", breach.code, breach.subject, breach.message));
    }
}

fn plan_failure(error: PlanError) -> Failure {
    match error {
        PlanError::FloorTooHigh { asked, feasible, .. } => Failure::Floor { asked: 100.0 * asked, possible: feasible },
        other => Failure::Plan(other.into()),
    }
}

/// Keeps the plan and what it was made from in the record, and the plan as a file.
fn keep(session: &Session, plan: &Plan, problem: &Problem, args: &args::Plan) -> Result<String, Failure> {
    let means = session.mission.store_result(&canonical_json(&problem.means))?;
    let projects = session.mission.store_result(&canonical_json(&problem.projects))?;
    let mut used = vec![means, projects, plan.assessment];
    if plan.conditions.is_some() {
        used.push(session.mission.store_result(&canonical_json(&problem.conditions))?);
    }
    let parameters = json!({
        "means": plan.means, "conditions": plan.conditions, "projects": plan.projects, "assessment": plan.assessment,
        "floor": args.floor, "every": args.every, "agreed": plan.agreed, "seed": args.seed, "gap": args.gap, "time_s": args.time, "reasons": args.reasons,
    });
    let bytes = canonical_json(plan);
    session.record(ComputationKind::Plan, (parameters, used), &plan.engine, &bytes, &plan.label)?;
    let path = session.mission.dir().join("plans").join(format!("{}.json", plan.digest().short()));
    write(&path, &bytes)?;
    Ok(path.display().to_string())
}

fn say(plan: &Plan, problem: &Problem, report: &CheckReport, seconds: f64, terminal: &Terminal) {
    let by_id: BTreeMap<_, _> = problem.projects.iter().map(|project| (&project.id, project)).collect();
    let cost: i64 = plan.chosen.iter().flat_map(|chosen| &chosen.payers).map(|payment| payment.amount.minor).sum();
    for chosen in plan.chosen.iter().take(SHOWN) {
        let Some(project) = by_id.get(&chosen.project) else { continue };
        let payers: Vec<&str> = chosen.payers.iter().map(|payment| payment.donor.as_str()).collect();
        terminal.say(format!(
            "{}–{}  {:>16}  {}  ({})",
            chosen.start,
            chosen.end,
            project.cost.likely.to_string(),
            project.title,
            dedup(payers)
        ));
    }
    if plan.chosen.len() > SHOWN {
        terminal.say(format!("… {} more; `mostari brief` shows them all", plan.chosen.len() - SHOWN));
    }
    let candidates = plan.chosen.len() + plan.not_chosen.len();
    terminal.say(format!(
        "{} of {candidates} projects chosen, {}; {} severity-weighted person-months (best possible {}; gap {:.1} %), in {}",
        plan.chosen.len(),
        Money::new(cost, problem.means.currency),
        count(plan.objective.round() as u64),
        count(plan.bound.round() as u64),
        100.0 * plan.gap,
        duration(seconds),
    ));
    if plan.stopped_by == StoppedBy::Time {
        terminal.note("note: the time limit ended the search; another run may give another plan. `--time` allows more");
    }
    let verified = plan.not_chosen.iter().filter(|left_out| left_out.verified).count();
    for left_out in plan.not_chosen.iter().take(3) {
        let title = by_id.get(&left_out.project).map_or(left_out.project.as_str(), |project| project.title.as_str());
        terminal.say(format!("left out: {title}: {}", left_out.reason.words));
        left_out.reason.changes.iter().for_each(|change| terminal.say(format!("  {}", change.words)));
    }
    terminal.say(format!("Reasons: {verified} of {} verified by solving again", plan.not_chosen.len()));
    let not_examined =
        plan.not_chosen.iter().filter(|left_out| left_out.reason.group == ReasonGroup::NotExamined).count();
    if not_examined > 0 {
        terminal.hint(format!("{not_examined} were not examined; `--reasons {}` examines all", plan.not_chosen.len()));
    }
    terminal.say(format!(
        "Checked by separate code: {} violations of {} rules",
        report.violations.len(),
        report.rules.len()
    ));
    for violation in &report.violations {
        terminal.say(format!("  {:?}: {}", violation.rule, violation.message));
    }
}

fn dedup(mut names: Vec<&str>) -> String {
    names.dedup();
    names.join(", ")
}

fn as_json(plan: &Plan, report: &CheckReport, problem: &Problem, seconds: f64, path: &str) -> Value {
    let chosen: Vec<Value> = plan
        .chosen
        .iter()
        .map(|c| json!({"project": c.project, "start": c.start, "end": c.end, "payers": c.payers, "executors": c.executors, "benefit": c.benefit, "completes": c.completes}))
        .collect();
    let not_chosen: Vec<Value> = plan
        .not_chosen
        .iter()
        .map(|n| json!({"project": n.project, "reason": n.reason.words, "group": n.reason.group, "verified": n.verified, "displaces": n.reason.displaces, "changes": n.reason.changes, "forced_objective": n.reason.forced_objective}))
        .collect();
    json!({
        "plan": path, "digest": plan.digest(), "objective": plan.objective, "bound": plan.bound, "gap": plan.gap,
        "seconds": seconds, "stopped_by": plan.stopped_by, "chosen": chosen, "not_chosen": not_chosen,
        "areas": plan.areas, "check": report, "findings": problem.findings,
    })
}
