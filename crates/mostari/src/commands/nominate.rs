//! `mostari nominate`: candidate projects by rule, from a catalogue and the assessment.

use crate::terminal::{Terminal, count, counted};
use crate::{
    Answer, args,
    failure::Failure,
    session::{Session, read_toml},
};
use mostari_model::{Catalogue, Digest, Finding, Money, Origin, Project, canonical_json};
use mostari_record::ComputationKind;
use serde_json::json;
use std::collections::BTreeMap;

/// Findings shown; the rest under `--json`.
const FINDINGS_SHOWN: usize = 3;

pub fn run(args: &args::Nominate, terminal: &Terminal) -> Result<Answer, Failure> {
    let path = args.catalogue.clone().unwrap_or_else(|| args.folder.join("catalogue.toml"));
    let catalogue: Catalogue = read_toml(&path)?;
    catalogue.validate().map_err(|error| Failure::Settings { path: path.clone(), source: error.into() })?;
    let session = Session::open_with_areas(&args.folder, &args.reader.clearance, terminal)?;
    let as_of = session.as_of(args.as_of.as_deref())?;
    let (assessment, assessed) = session.assess(as_of, &[], terminal)?;
    terminal.progress("Proposing projects …");
    let (mut projects, findings) = mostari_plan::nominate(&session.snapshot, &session.placed, &assessment, &catalogue);
    terminal.clear_progress();
    projects.sort_by(|a, b| a.id.cmp(&b.id));
    let parameters =
        json!({"catalogue": Digest::of_value(&catalogue), "assessment": assessed, "as_of": as_of.to_string()});
    let inputs = vec![session.mission.store_result(&canonical_json(&catalogue))?, assessed];
    let engine = concat!("mostari-plan ", env!("CARGO_PKG_VERSION"));
    session.record(
        ComputationKind::Nominate,
        (parameters, inputs),
        engine,
        &canonical_json(&projects),
        &assessment.label,
    )?;
    say(&projects, &catalogue, terminal);
    show_some(&findings, terminal);
    let nominated: Vec<_> = projects.iter().map(as_json).collect();
    terminal.json(&json!({"nominated": nominated, "digest": Digest::of_value(&projects), "findings": findings}));
    Ok(Answer::Done)
}

fn as_json(project: &Project) -> serde_json::Value {
    json!({
        "project": project.id, "kind": project.kind, "area": project.area, "title": project.title,
        "answers": project.answers, "origin": project.origin, "cost": project.cost.likely,
        "people": project.people, "severity": project.severity, "needs_before": project.needs_before,
    })
}

fn say(projects: &[Project], catalogue: &Catalogue, terminal: &Terminal) {
    let mut by_kind: BTreeMap<&str, Vec<&Project>> = BTreeMap::new();
    for project in projects {
        by_kind.entry(&project.kind).or_default().push(project);
    }
    for (kind, of_kind) in &by_kind {
        let minor: i64 = of_kind.iter().map(|project| project.cost.likely.minor).sum();
        let people: u64 = of_kind.iter().map(|project| project.people).sum();
        terminal.say(format!(
            "{kind:24} {:>5}  {:>20}  serving up to {} people",
            of_kind.len(),
            Money::new(minor, catalogue.currency).to_string(),
            count(people),
        ));
    }
    let by_rule = projects.iter().filter(|project| matches!(project.origin, Origin::Rule { .. })).count();
    terminal.say(format!(
        "{} ({by_rule} proposed by rule, {} put forward by parties)",
        counted(projects.len() as u64, "candidate", "candidates"),
        projects.len() - by_rule,
    ));
}

fn show_some(findings: &[Finding], terminal: &Terminal) {
    for finding in findings.iter().take(FINDINGS_SHOWN) {
        terminal.note(format!("\n{finding}"));
    }
    if findings.len() > FINDINGS_SHOWN {
        terminal.hint(format!("{} findings in all; `--json` lists them", findings.len()));
    }
}
