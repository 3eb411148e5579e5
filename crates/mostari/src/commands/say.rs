//! `mostari say`: takes in what parties state of projects and funds, a JSON object a line.

use crate::joined::{FUNDS, PROJECT};
use crate::stating::{Became, Keys, Saying, say};
use crate::terminal::{Terminal, counted};
use crate::{Answer, args, failure::Failure, session};
use jiff::Timestamp;
use mostari_model::{AreaId, Date, EntryId, Finding, Label};
use mostari_record::Mission;
use serde::Deserialize;
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};

/// One line of a file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    happened: Date,
    by: Option<String>,
    id: Option<EntryId>,
    label: Option<String>,
    area: Option<AreaId>,
    project: Option<Value>,
    funds: Option<Value>,
}

/// Where a statement stands.
struct Place {
    path: PathBuf,
    row: usize,
}

pub fn run(args: &args::Say, terminal: &Terminal) -> Result<Answer, Failure> {
    let mission = Mission::open(&args.folder)?;
    let mut keys = Keys::open(&mission, args.keys.as_deref())?;
    let mut places = Vec::new();
    let mut sayings = Vec::new();
    for path in &args.files {
        read(path, mission.settings().origin.as_str(), &mut places, &mut sayings)?;
    }
    let became = say(&mission, &sayings, &mut keys, args.anyway, Timestamp::now());
    let became = became.map_err(|failure| at_their_places(failure, &places))?;
    let entries: Vec<u64> = became
        .iter()
        .filter_map(|became| if let Became::Entry(index) = became { Some(*index) } else { None })
        .collect();
    let repeated = became.len() - entries.len();
    let mut words = format!("Said {}", counted(entries.len() as u64, "statement", "statements"));
    if let (Some(first), Some(last)) = (entries.first(), entries.last()) {
        words.push_str(&format!(", entries {first} to {last}"));
    }
    if repeated > 0 {
        words.push_str(&format!("; {repeated} stood in the record already"));
    }
    terminal.say(words);
    terminal.json(&json!({"entries": entries, "already_said": repeated}));
    Ok(Answer::Done)
}

fn read(path: &Path, origin: &str, places: &mut Vec<Place>, sayings: &mut Vec<Saying>) -> Result<(), Failure> {
    let text = fs::read_to_string(path).map_err(|source| Failure::Read { path: path.to_owned(), source })?;
    let lines = text.lines().enumerate().map(|(at, line)| (at + 1, line.trim()));
    for (row, line) in lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#')) {
        let fault = |reason: String| Failure::Statement { path: path.to_owned(), row, reason };
        let line: Line = serde_json::from_str(line).map_err(|error| fault(error.to_string()))?;
        sayings.push(line.to_saying(origin).map_err(fault)?);
        places.push(Place { path: path.to_owned(), row });
    }
    Ok(())
}

impl Line {
    fn to_saying(&self, origin: &str) -> Result<Saying, String> {
        let (kind, statement) = match (&self.project, &self.funds) {
            (Some(statement), None) => (PROJECT, of_project(statement)?),
            (None, Some(statement)) => (FUNDS, of_funds(statement, origin)?),
            _ => return Err("it needs one of `project` and `funds`".to_owned()),
        };
        let label = self.label.as_deref().map(session::label).transpose().map_err(|failure| failure.to_string())?;
        Ok(Saying {
            kind,
            statement,
            happened: self.happened,
            id: self.id.clone(),
            label: label.unwrap_or_else(Label::public),
            area: self.area.clone(),
            by: self.by.clone(),
        })
    }
}

fn of_project(value: &Value) -> Result<Value, String> {
    let statement: mostari_projects::Statement =
        serde_json::from_value(value.clone()).map_err(|error| error.to_string())?;
    serde_json::to_value(statement).map_err(|error| error.to_string())
}

/// An account that does not say where its home is has it in this log.
fn of_funds(value: &Value, origin: &str) -> Result<Value, String> {
    let mut value = value.clone();
    if let Value::Object(map) = &mut value
        && map.get("say").is_some_and(|say| say == "open-account")
    {
        map.entry("home").or_insert_with(|| json!(origin));
    }
    let statement: mostari_funds::Statement = serde_json::from_value(value).map_err(|error| error.to_string())?;
    serde_json::to_value(statement).map_err(|error| error.to_string())
}

/// The findings with the file and the line that each is about.
fn at_their_places(failure: Failure, places: &[Place]) -> Failure {
    let found = match failure {
        Failure::NotAllowed { at, source, .. } => {
            let Place { path, row } = &places[at];
            return Failure::NotAllowed { at, place: format!("`{}`, line {row},", path.display()), source };
        }
        Failure::NotUsed(found) => found,
        other => return other,
    };
    let place = |(at, finding): (usize, Finding)| {
        let Place { path, row } = &places[at];
        (at, finding.in_file(path.display().to_string()).at_row(*row as u64))
    };
    Failure::NotUsed(found.into_iter().map(place).collect())
}
