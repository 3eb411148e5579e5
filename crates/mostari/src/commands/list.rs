//! `mostari list`: readers, indicators, planners, codes; and what a mission holds.

use crate::tables::{Published, published};
use crate::terminal::{Terminal, count, table};
use crate::{Answer, args, cards, failure::Failure, joined::Joined, session::Session, stating::reader};
use mostari_model::{Dataset, Kind, Project};
use mostari_place::AreaNode;
use mostari_policy::release::Release;
use mostari_projects::Conflict;
use mostari_record::{Body, Computation, Entry, Mission};
use serde_json::{Value, json};
use std::path::Path;

const WHAT: &str =
    "one of readers, indicators, planners, codes, datasets, areas, projects, plans, log, conflicts, releases";

/// A table that can be listed.
struct Listing {
    name: &'static str,
    columns: &'static [&'static str],
    rows: Vec<Vec<String>>,
}

pub fn run(args: &args::List, terminal: &Terminal) -> Result<Answer, Failure> {
    let what = args.what.as_deref().unwrap_or("");
    let listing = match (what, &args.folder) {
        ("", _) => {
            terminal.say(format!("Say what to list: {WHAT}"));
            terminal.say("The last seven need a mission folder: `mostari list areas DIR`");
            terminal.json(&json!({"what": WHAT.trim_start_matches("one of ").split(", ").collect::<Vec<_>>()}));
            return Ok(Answer::Done);
        }
        ("readers", _) => Listing::new("readers", &["id", "name", "reads"], of_kind(Kind::Reader)),
        ("indicators", _) => Listing::new("indicators", &["id", "name", "answers"], of_kind(Kind::Indicator)),
        ("planners", _) => Listing::new("planners", &["id", "name", "answers"], of_kind(Kind::Planner)),
        ("codes", _) => Listing::new("codes", &["code", "severity", "title", "hint"], codes()),
        ("datasets" | "areas" | "projects" | "plans" | "log" | "conflicts" | "releases", None) => {
            return Err(Failure::Option { value: what.to_owned(), expected: "complete: name the mission folder too" });
        }
        ("conflicts", Some(folder)) => conflicts(folder, &args.reader.clearance, terminal)?,
        ("releases", Some(folder)) => releases(folder, &args.reader.clearance)?,
        (_, Some(folder)) => of_mission(what, &Session::open(folder, &args.reader.clearance, terminal)?)?,
        (other, None) => return Err(Failure::Option { value: other.to_owned(), expected: WHAT }),
    };
    for line in table(listing.columns, &listing.rows, &[]) {
        terminal.say(line);
    }
    terminal.json(&json!({ listing.name: listing.objects() }));
    Ok(Answer::Done)
}

impl Listing {
    fn new(name: &'static str, columns: &'static [&'static str], rows: Vec<Vec<String>>) -> Self {
        Self { name, columns, rows }
    }

    fn objects(&self) -> Vec<Value> {
        let object = |row: &Vec<String>| {
            self.columns.iter().zip(row).map(|(column, cell)| ((*column).to_owned(), json!(cell))).collect()
        };
        self.rows.iter().map(object).collect()
    }
}

fn of_kind(kind: Kind) -> Vec<Vec<String>> {
    let of_kind = cards::cards().into_iter().filter(|about| about.kind == kind);
    of_kind.map(|about| vec![about.id.to_owned(), about.name.to_owned(), about.summary.to_owned()]).collect()
}

fn codes() -> Vec<Vec<String>> {
    let row = |card: &'static mostari_model::FindingCard| {
        let severity = format!("{:?}", card.severity).to_lowercase();
        vec![card.code.to_owned(), severity, card.title.to_owned(), card.hint.to_owned()]
    };
    let mut rows: Vec<Vec<String>> = cards::finding_cards().into_iter().map(row).collect();
    rows.sort();
    rows
}

fn of_mission(what: &str, session: &Session) -> Result<Listing, Failure> {
    Ok(match what {
        "datasets" => {
            let columns = &["id", "file", "reader", "tables", "label", "licence", "source"];
            Listing::new("datasets", columns, session.snapshot.datasets.iter().map(dataset).collect())
        }
        "areas" => {
            let areas = &session.placed.gazetteer.areas;
            let rows = areas.iter().map(|node| area(node, areas)).collect();
            Listing::new("areas", &["id", "name", "level", "parent", "people"], rows)
        }
        "projects" => {
            let rows = session.candidates()?.0.iter().map(project).collect();
            Listing::new("projects", &["id", "kind", "area", "cost", "people", "title"], rows)
        }
        "plans" => {
            let rows = session.plans()?.iter().map(|computation| plan(computation, session)).collect();
            Listing::new("plans", &["plan", "snapshot", "current"], rows)
        }
        "log" => {
            let mut entries = session.mission.entries(0)?;
            entries.retain(|entry| entry.label.is_readable_by(&session.snapshot.reader));
            let columns = &["entry", "kind", "recorded", "label", "what"];
            Listing::new("log", columns, entries.iter().map(log_entry).collect())
        }
        other => return Err(Failure::Option { value: other.to_owned(), expected: WHAT }),
    })
}

fn conflicts(folder: &Path, clearance: &str, terminal: &Terminal) -> Result<Listing, Failure> {
    let joined = Joined::open(&Mission::open(folder)?, &reader(clearance)?, terminal)?;
    let row = |conflict: &Conflict| {
        let project = conflict.project.to_string();
        vec![conflict.id.short(), project, conflict.field.clone(), conflict.to_string()]
    };
    let rows = joined.register.conflicts().iter().map(row).collect();
    Ok(Listing::new("conflicts", &["conflict", "project", "field", "values"], rows))
}

fn releases(folder: &Path, clearance: &str) -> Result<Listing, Failure> {
    let row = |Published { stated, told, .. }: &Published| {
        let Release { table, released, hidden, label_before, label_after, .. } = &told.release;
        let (party, date) = (stated.party.to_string(), stated.happened.to_string());
        let labels = [label_before.to_string(), label_after.to_string()];
        [
            vec![released.short(), table.clone(), party, date],
            labels.to_vec(),
            vec![hidden.to_string(), told.reason.clone()],
        ]
        .concat()
    };
    let rows = published(&Mission::open(folder)?, &reader(clearance)?)?.iter().map(row).collect();
    let columns = &["released", "table", "party", "date", "label_before", "label_after", "hidden", "reason"];
    Ok(Listing::new("releases", columns, rows))
}

fn dataset(dataset: &Dataset) -> Vec<String> {
    let tables: Vec<String> = dataset.tables.iter().map(|(kind, rows, _)| format!("{kind} {}", count(*rows))).collect();
    let licence = if dataset.licence.is_empty() { "not stated" } else { &dataset.licence };
    vec![
        dataset.id.to_string(),
        dataset.file.clone(),
        dataset.reader.clone(),
        tables.join(", "),
        dataset.label.to_string(),
        licence.to_owned(),
        dataset.source.clone(),
    ]
}

fn area(area: &AreaNode, areas: &[AreaNode]) -> Vec<String> {
    let parent = area.parent.map_or(String::new(), |parent| areas[parent].id.to_string());
    let people = area.people.map_or("unknown".to_owned(), |(people, _)| count(people));
    vec![area.id.to_string(), area.name.clone(), area.level.to_string(), parent, people]
}

fn project(project: &Project) -> Vec<String> {
    vec![
        project.id.to_string(),
        project.kind.clone(),
        project.area.to_string(),
        project.cost.likely.to_string(),
        count(project.people),
        project.title.clone(),
    ]
}

fn plan(plan: &Computation, session: &Session) -> Vec<String> {
    let current = if plan.snapshot == session.snapshot.digest { "yes" } else { "no" };
    vec![plan.result_digest.short(), plan.snapshot.short(), current.to_owned()]
}

fn log_entry(entry: &Entry) -> Vec<String> {
    let what = match &entry.body {
        Body::Dataset(dataset) => format!("{} ({} rows)", dataset.file, count(dataset.rows)),
        Body::Settled(settled) => settled.place.to_words(),
        Body::Computation(c) => format!("{:?} {}", c.kind, c.result_digest.short()).to_lowercase(),
        Body::Founded(founded) => format!("{} ({})", founded.name, founded.country),
        Body::Correction(correction) => format!("entry {} does not count: {}", correction.of, correction.reason),
        Body::Decision(decision) => format!("{}: {} ({})", decision.about, decision.decision, decision.reason),
        Body::Erasure(erasure) => format!("what entry {} said is destroyed: {}", erasure.of, erasure.reason),
        Body::Mirrored(said) => format!("{} of {}: {} entries", said.origin, said.party, count(said.size)),
        Body::Said(said) => said.name("").to_string(),
        Body::Withheld => "sealed".to_owned(),
        _ => String::new(),
    };
    let what = match entry.releases() {
        Some(source) => format!("{what} (releases entry {source})"),
        None => what,
    };
    let recorded = entry.recorded_at.map_or_else(String::new, |at| at.to_string());
    let (index, label) = (entry.index.to_string(), entry.label.to_string());
    vec![index, entry.body.kind().to_owned(), recorded, label, what]
}
