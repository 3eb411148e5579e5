//! `mostari show`: one thing of a mission in full.

use crate::tables::{Published, published};
use crate::terminal::{Terminal, count};
use crate::{Answer, args, failure::Failure, session::Session};
use mostari_model::{AreaId, Assessment, Dataset, Plan, Project};
use mostari_record::ComputationKind;
use serde_json::{Value, json};

pub fn run(args: &args::Show, terminal: &Terminal) -> Result<Answer, Failure> {
    let session = Session::open(&args.folder, &args.reader.clearance, terminal)?;
    let Some(what) = args.what.as_deref() else { return mission(&session, terminal) };
    if let Some(dataset) = session.snapshot.datasets.iter().find(|dataset| dataset.id.to_string() == what) {
        return dataset_in_full(dataset, terminal);
    }
    if session.placed.gazetteer.index_of(&AreaId::new(what)).is_some() {
        return area(&session, what, terminal);
    }
    let projects = session.candidates().map(|(projects, _)| projects).unwrap_or_default();
    let plan = session.plan(None).ok();
    if let Some(found) = projects.iter().find(|project| project.id.as_str() == what) {
        return project(found, plan.as_ref(), terminal);
    }
    let tables = published(&session.mission, &session.snapshot.reader)?;
    let is_asked = |table: &&Published| table.told.release.released.to_string().starts_with(what);
    if let Some(found) = tables.iter().find(is_asked) {
        let value = json!({"release": found.told, "party": found.stated.party, "table": found.table});
        lines(&value, 0, terminal);
        terminal.json(&value);
        return Ok(Answer::Done);
    }
    match session.plan(Some(what)) {
        Ok(plan) => {
            let value = serde_json::to_value(&plan).unwrap_or_default();
            lines(&value, 0, terminal);
            terminal.json(&value);
            Ok(Answer::Done)
        }
        Err(_) => Err(Failure::NotFound(what.to_owned())),
    }
}

fn mission(session: &Session, terminal: &Terminal) -> Result<Answer, Failure> {
    let entries = session.mission.entries(0)?;
    let entries = entries.iter().filter(|entry| entry.label.is_readable_by(&session.snapshot.reader)).count();
    let rows: u64 = session.snapshot.datasets.iter().flat_map(|dataset| &dataset.tables).map(|(_, rows, _)| rows).sum();
    let value = json!({
        "mission": session.snapshot.mission.name,
        "country": session.snapshot.mission.country,
        "entries": entries,
        "snapshot": session.snapshot.digest,
        "label": session.snapshot.label,
        "datasets": session.snapshot.datasets.len(),
        "observations": rows,
        "areas": session.placed.gazetteer.areas.len(),
    });
    terminal.say(format!("{} ({})", session.snapshot.mission.name, session.snapshot.mission.country));
    terminal.say(format!(
        "  {} entries for this reader; snapshot {}, label {}",
        entries,
        session.snapshot.digest.short(),
        session.snapshot.label
    ));
    terminal.say(format!(
        "  {} datasets with {} observations; {} areas",
        session.snapshot.datasets.len(),
        count(rows),
        count(session.placed.gazetteer.areas.len() as u64),
    ));
    terminal.json(&value);
    Ok(Answer::Done)
}

fn dataset_in_full(dataset: &Dataset, terminal: &Terminal) -> Result<Answer, Failure> {
    let value = serde_json::to_value(dataset).unwrap_or_default();
    lines(&value, 0, terminal);
    terminal.json(&value);
    Ok(Answer::Done)
}

fn area(session: &Session, code: &str, terminal: &Terminal) -> Result<Answer, Failure> {
    let gazetteer = &session.placed.gazetteer;
    let Some(index) = gazetteer.index_of(&AreaId::new(code)) else { return Err(Failure::NotFound(code.to_owned())) };
    let node = &gazetteer.areas[index];
    let above: Vec<&str> =
        gazetteer.upward(index).skip(1).map(|parent| gazetteer.areas[parent].name.as_str()).collect();
    terminal.say(format!("{} ({}), level {}, in {}", node.name, node.id, node.level, above.join(", ")));
    let latest = session.mission.latest_computation(
        ComputationKind::Assess,
        &session.snapshot.digest,
        &session.snapshot.reader,
    )?;
    let assessment: Option<Assessment> = latest.map(|c| session.read_blob(&c.result_blob, "assessment")).transpose()?;
    let values: Vec<_> = assessment.iter().flat_map(|a| &a.values).filter(|value| value.area == node.id).collect();
    for value in &values {
        let number = value.value.map_or("unknown".to_owned(), |v| format!("{v:.4}"));
        let bounds = value.low.zip(value.high).map_or(String::new(), |(low, high)| format!(" [{low:.4}, {high:.4}]"));
        let part = if value.part.is_empty() { String::new() } else { format!(" {}", value.part) };
        terminal.say(format!(
            "  {}{part}  {}  {number}{bounds} {}  {}: {}",
            value.indicator, value.period, value.unit, value.confidence, value.doubt
        ));
    }
    if assessment.is_none() {
        terminal.hint("assess first: `mostari assess DIR`");
    }
    terminal.json(&json!({"area": node.id, "name": node.name, "level": node.level, "in": above, "people": node.people.map(|p| p.0), "values": values}));
    Ok(Answer::Done)
}

fn project(project: &Project, plan: Option<&Plan>, terminal: &Terminal) -> Result<Answer, Failure> {
    let value = serde_json::to_value(project).unwrap_or_default();
    lines(&value, 0, terminal);
    let chosen = plan.and_then(|plan| plan.chosen.iter().find(|chosen| chosen.project == project.id));
    let left_out = plan.and_then(|plan| plan.not_chosen.iter().find(|left_out| left_out.project == project.id));
    if let Some(chosen) = chosen {
        terminal.say(format!("in the latest plan: {} to {}", chosen.start, chosen.end));
    }
    if let Some(left_out) = left_out {
        terminal.say(format!("not in the latest plan: {}", left_out.reason.words));
        left_out.reason.changes.iter().for_each(|change| terminal.say(format!("  {}", change.words)));
    }
    terminal.json(&json!({"project": value, "chosen": chosen, "not_chosen": left_out}));
    Ok(Answer::Done)
}

/// A JSON value as indented `key: value` lines.
fn lines(value: &Value, depth: usize, terminal: &Terminal) {
    let pad = "  ".repeat(depth);
    match value {
        Value::Object(map) => {
            for (key, inner) in map {
                match inner {
                    Value::Object(_) | Value::Array(_) => {
                        terminal.say(format!("{pad}{key}:"));
                        lines(inner, depth + 1, terminal);
                    }
                    plain => terminal.say(format!("{pad}{key}: {}", words(plain))),
                }
            }
        }
        Value::Array(items) if items.iter().all(|item| !item.is_object() && !item.is_array()) => {
            terminal.say(format!("{pad}{}", items.iter().map(words).collect::<Vec<_>>().join(", ")));
        }
        Value::Array(items) => {
            for item in items {
                lines(item, depth, terminal);
                terminal.say(format!("{pad}-"));
            }
        }
        plain => terminal.say(format!("{pad}{}", words(plain))),
    }
}

fn words(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
