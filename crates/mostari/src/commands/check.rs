//! `mostari check`: does a plan keep every rule?

use super::plan::problem;
use crate::terminal::Terminal;
use crate::{Answer, args, failure::Failure, session::Session};
use mostari_model::{Assessment, CheckReport, Conditions, Means, Plan, Project};
use mostari_plan::{Parameters, Parts, Problem};
use serde_json::json;

pub fn run(args: &args::Check, terminal: &Terminal) -> Result<Answer, Failure> {
    let session = Session::open_with_areas(&args.folder, &args.reader.clearance, terminal)?;
    let plan = session.plan(Some(&args.plan))?;
    let problem = problem_of(&session, &plan)?;
    let report = mostari_plan::check::check(&plan, &problem);
    let digest = plan.digest();
    let recorded = session.plans()?.iter().any(|computation| computation.result_digest == digest);
    if !recorded {
        terminal.note("note: this is not a plan of the record; it was made elsewhere or changed since");
    }
    say(&report, terminal);
    terminal
        .json(&json!({"plan": digest, "recorded": recorded, "rules": report.rules, "violations": report.violations}));
    Ok(if report.violations.is_empty() { Answer::Done } else { Answer::No })
}

/// Brings together what a plan says it was made from; all of it stands in the record under its digest.
pub fn problem_of(session: &Session, plan: &Plan) -> Result<Problem, Failure> {
    if plan.snapshot != session.snapshot.digest {
        return Err(Failure::PlanInputs(format!(
            "the plan was made from snapshot {}, and this reader's record now holds {}",
            plan.snapshot.short(),
            session.snapshot.digest.short(),
        )));
    }
    let assessment: Assessment = session.read_blob(&plan.assessment, "assessment")?;
    let projects: Vec<Project> = session.read_blob(&plan.projects, "candidates")?;
    let means: Means = session.read_blob(&plan.means, "means")?;
    let parameters = Parameters {
        floor: plan.floor,
        conflict_hazard: plan.conflict_hazard,
        seed: plan.seed,
        start_every: plan.start_every,
    };
    let conditions: Conditions = match &plan.conditions {
        Some(digest) => session.read_blob(digest, "conditions")?,
        None => Conditions::default(),
    };
    let problem = problem(session, &assessment, projects, (means, conditions), parameters)?;
    let parts = Parts { agreed: plan.agreed.clone(), ..(*problem).clone() };
    Problem::new(parts).map_err(|error| Failure::Plan(error.into()))
}

fn say(report: &CheckReport, terminal: &Terminal) {
    for rule in &report.rules {
        let broken: Vec<_> = report.violations.iter().filter(|violation| violation.rule == *rule).collect();
        let name = serde_json::to_value(rule).ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default();
        terminal.say(format!("{name:12} {}", if broken.is_empty() { "holds" } else { "broken" }));
        for violation in broken {
            let project = violation.project.as_ref().map(|id| format!("{id}: ")).unwrap_or_default();
            terminal.say(format!("  {project}{}", violation.message));
        }
    }
    terminal.say(format!("{} violations of {} rules", report.violations.len(), report.rules.len()));
}
