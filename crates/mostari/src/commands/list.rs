//! `mostari list`: readers, indicators, planners, codes; and what a mission holds.

use crate::terminal::{Terminal, count, table};
use crate::{Answer, args, cards, failure::Failure, session::Session};
use mostari_model::Kind;
use serde_json::{Value, json};

const WHAT: &str = "one of readers, indicators, planners, codes, datasets, areas, projects, plans, log";

pub fn run(args: &args::List, terminal: &Terminal) -> Result<Answer, Failure> {
    let what = args.what.as_deref().unwrap_or("");
    let (name, header, rows): (&str, Vec<&str>, Vec<Vec<String>>) = match (what, &args.folder) {
        ("", _) => {
            terminal.say(format!("Say what to list: {WHAT}"));
            terminal.say("The last five need a mission folder: `mostari list areas DIR`");
            terminal.json(&json!({"what": WHAT.trim_start_matches("one of ").split(", ").collect::<Vec<_>>()}));
            return Ok(Answer::Done);
        }
        ("readers", _) => ("readers", vec!["id", "name", "reads"], of_kind(Kind::Reader)),
        ("indicators", _) => ("indicators", vec!["id", "name", "answers"], of_kind(Kind::Indicator)),
        ("planners", _) => ("planners", vec!["id", "name", "answers"], of_kind(Kind::Planner)),
        ("codes", _) => ("codes", vec!["code", "severity", "title", "hint"], codes()),
        ("datasets" | "areas" | "projects" | "plans" | "log", None) => {
            return Err(Failure::Option { value: what.to_owned(), expected: "complete: name the mission folder too" });
        }
        (_, Some(folder)) => {
            let session = Session::open(folder, &args.reader.clearance, terminal)?;
            of_mission(what, &session)?
        }
        (other, None) => return Err(Failure::Option { value: other.to_owned(), expected: WHAT }),
    };
    for line in table(&header, &rows, &[]) {
        terminal.say(line);
    }
    let objects: Vec<Value> = rows
        .iter()
        .map(|row| header.iter().zip(row).map(|(key, cell)| ((*key).to_owned(), json!(cell))).collect())
        .collect();
    terminal.json(&json!({ name: objects }));
    Ok(Answer::Done)
}

fn of_kind(kind: Kind) -> Vec<Vec<String>> {
    let of_kind = cards::cards().into_iter().filter(|about| about.kind == kind);
    of_kind.map(|about| vec![about.id.to_owned(), about.name.to_owned(), about.summary.to_owned()]).collect()
}

fn codes() -> Vec<Vec<String>> {
    let mut rows: Vec<Vec<String>> = cards::finding_cards()
        .into_iter()
        .map(|card| {
            vec![
                card.code.to_owned(),
                format!("{:?}", card.severity).to_lowercase(),
                card.title.to_owned(),
                card.hint.to_owned(),
            ]
        })
        .collect();
    rows.sort();
    rows
}

fn of_mission(what: &str, session: &Session) -> Result<(&'static str, Vec<&'static str>, Vec<Vec<String>>), Failure> {
    Ok(match what {
        "datasets" => {
            let row = |d: &mostari_model::Dataset| {
                let tables: Vec<String> =
                    d.tables.iter().map(|(kind, rows, _)| format!("{kind} {}", count(*rows))).collect();
                let licence = if d.licence.is_empty() { "not stated".to_owned() } else { d.licence.clone() };
                vec![
                    d.id.to_string(),
                    d.file.clone(),
                    d.reader.clone(),
                    tables.join(", "),
                    d.label.to_string(),
                    licence,
                    d.source.clone(),
                ]
            };
            let rows = session.snapshot.datasets.iter().map(row).collect();
            ("datasets", vec!["id", "file", "reader", "tables", "label", "licence", "source"], rows)
        }
        "areas" => {
            let areas = &session.placed.gazetteer.areas;
            let row = |area: &mostari_place::AreaNode| {
                let parent = area.parent.map_or(String::new(), |parent| areas[parent].id.to_string());
                let people = area.people.map_or("unknown".to_owned(), |(people, _)| count(people));
                vec![area.id.to_string(), area.name.clone(), area.level.to_string(), parent, people]
            };
            ("areas", vec!["id", "name", "level", "parent", "people"], areas.iter().map(row).collect())
        }
        "projects" => {
            let (projects, _) = session.candidates()?;
            let row = |p: &mostari_model::Project| {
                vec![
                    p.id.to_string(),
                    p.kind.clone(),
                    p.area.to_string(),
                    p.cost.likely.to_string(),
                    count(p.people),
                    p.title.clone(),
                ]
            };
            ("projects", vec!["id", "kind", "area", "cost", "people", "title"], projects.iter().map(row).collect())
        }
        "plans" => {
            let row = |plan: &mostari_record::Computation| {
                let current = if plan.snapshot == session.snapshot.digest { "yes" } else { "no" };
                vec![plan.result_digest.short(), plan.snapshot.short(), current.to_owned()]
            };
            ("plans", vec!["plan", "snapshot", "current"], session.plans()?.iter().map(row).collect())
        }
        "log" => {
            let mut entries = session.mission.entries(0)?;
            entries.retain(|entry| entry.label.is_readable_by(&session.snapshot.reader));
            let row = |entry: &mostari_record::Entry| {
                let what = match &entry.body {
                    mostari_record::Body::Dataset(dataset) => {
                        format!("{} ({} rows)", dataset.file, count(dataset.rows))
                    }
                    mostari_record::Body::Settled(settled) => settled.place.to_words(),
                    mostari_record::Body::Computation(c) => {
                        format!("{:?} {}", c.kind, c.result_digest.short()).to_lowercase()
                    }
                    _ => String::new(),
                };
                vec![
                    entry.index.to_string(),
                    entry.body.kind().to_owned(),
                    entry.recorded_at.to_string(),
                    entry.label.to_string(),
                    what,
                ]
            };
            ("log", vec!["entry", "kind", "recorded", "label", "what"], entries.iter().map(row).collect())
        }
        other => return Err(Failure::Option { value: other.to_owned(), expected: WHAT }),
    })
}
