//! `mostari brief`: the situation and the plan as one HTML file.

use super::{check::problem_of, findings};
use crate::terminal::{Terminal, Watch, duration};
use crate::{
    Answer, args,
    failure::Failure,
    session::{Session, write},
};
use mostari_brief::Briefing;
use mostari_model::{Assessment, Digest, Plan};
use mostari_record::ComputationKind;
use serde_json::json;

pub fn run(args: &args::Brief, terminal: &Terminal) -> Result<Answer, Failure> {
    let watch = Watch::start();
    let session = Session::open_with_areas(&args.folder, &args.reader.clearance, terminal)?;
    let plan = match session.plan(args.plan.as_deref()) {
        Ok(plan) => Some(plan),
        Err(Failure::NoPlan(_)) if args.plan.is_none() => None,
        Err(failure) => return Err(failure),
    };
    let problem = plan.as_ref().map(|plan| problem_of(&session, plan)).transpose()?;
    let check = plan.as_ref().zip(problem.as_ref()).map(|(plan, problem)| mostari_plan::check::check(plan, problem));
    let assessment = assessment_for(&session, plan.as_ref(), terminal)?;
    let projects = match &problem {
        Some(problem) => problem.projects.clone(),
        None => session.candidates().map(|(projects, _)| projects).unwrap_or_default(),
    };
    let findings = findings::of_data(&session)?;
    let cards: Vec<_> = mostari_assess::all().iter().map(|indicator| indicator.about()).collect();
    terminal.progress("Writing the briefing …");
    let html = mostari_brief::brief(&Briefing {
        snapshot: &session.snapshot,
        placed: &session.placed,
        assessment: &assessment,
        indicators: &cards,
        projects: &projects,
        plan: plan.as_ref(),
        means: problem.as_ref().map(|problem| &problem.means),
        check: check.as_ref(),
        findings: &findings,
        version: env!("CARGO_PKG_VERSION"),
    });
    terminal.clear_progress();
    let name = plan
        .as_ref()
        .map_or_else(|| format!("assessment-{}", assessment.digest().short()), |plan| plan.digest().short());
    let path = args.out.clone().unwrap_or_else(|| session.mission.dir().join("briefs").join(format!("{name}.html")));
    write(&path, html.as_bytes())?;
    let digest = Digest::of(html.as_bytes());
    terminal.say(format!(
        "Wrote {} ({} kB, sha256 {}) in {}",
        path.display(),
        html.len() / 1000,
        digest.short(),
        duration(watch.seconds())
    ));
    terminal.say("Open it in any browser, or print it; it needs no network");
    terminal.json(&json!({"brief": path.display().to_string(), "digest": digest, "bytes": html.len(), "plan": plan.map(|plan| plan.digest())}));
    Ok(Answer::Done)
}

/// The assessment that the plan was made from; without a plan the latest one, or a new one.
fn assessment_for(session: &Session, plan: Option<&Plan>, terminal: &Terminal) -> Result<Assessment, Failure> {
    if let Some(plan) = plan {
        return session.read_blob(&plan.assessment, "assessment");
    }
    let latest = session.mission.latest_computation(
        ComputationKind::Assess,
        &session.snapshot.digest,
        &session.snapshot.reader,
    )?;
    match latest {
        Some(computation) => session.read_blob(&computation.result_blob, "assessment"),
        None => session.assess(session.as_of(None)?, &[], terminal).map(|(assessment, _)| assessment),
    }
}
