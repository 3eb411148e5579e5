//! `mostari match`: how place names were matched; and a person's word on the open ones.

use crate::allowed::{Asked, Guard};
use crate::terminal::{Terminal, counted, table};
use crate::{Answer, args, failure::Failure, session::Session};
use jiff::Timestamp;
use mostari_model::{AreaId, Settled};
use mostari_place::{AreaIndex, Match, PlaceMatch};
use mostari_policy::actions::{Action, EntryKind};
use serde_json::{Value, json};

pub fn run(args: &args::Match, terminal: &Terminal) -> Result<Answer, Failure> {
    let session = Session::open_with_areas(&args.folder, &args.reader.clearance, terminal)?;
    if !args.settle.is_empty() {
        return settle(&session, &args.settle, terminal);
    }
    let listed: Vec<(usize, &PlaceMatch)> = session
        .placed
        .matches
        .iter()
        .enumerate()
        .filter(|(_, place)| args.all || !matches!(place.found, Match::Exact { .. }))
        .collect();
    let rows: Vec<Vec<String>> = listed.iter().map(|(number, place)| row(&session, *number, place)).collect();
    for line in table(&["no", "place in the file", "table", "rows", "match", "area", "because"], &rows, &[0, 3]) {
        terminal.say(line);
    }
    let count =
        |test: fn(&Match) -> bool| session.placed.matches.iter().filter(|place| test(&place.found)).count() as u64;
    let exact = count(|found| matches!(found, Match::Exact { .. }));
    let likely = count(|found| matches!(found, Match::Likely { .. }));
    let ask = count(|found| matches!(found, Match::Ask { .. }));
    terminal.say(format!("{} exact, {likely} likely, {ask} to be settled", counted(exact, "place", "places")));
    if ask > 0 {
        terminal.hint(format!(
            "settle one with `mostari match {} --settle NUMBER=CODE`, or `NUMBER=none`",
            args.folder.display()
        ));
    }
    let all: Vec<Value> = listed.iter().map(|(number, place)| as_json(&session, *number, place)).collect();
    terminal.json(&json!({"exact": exact, "likely": likely, "ask": ask, "places": all}));
    Ok(Answer::Done)
}

fn area_words(session: &Session, area: AreaIndex) -> String {
    let area = &session.placed.gazetteer.areas[area];
    format!("{} ({})", area.name, area.id)
}

fn row(session: &Session, number: usize, place: &PlaceMatch) -> Vec<String> {
    let (word, area, because) = match &place.found {
        Match::Exact { area, because } => ("exact", area_words(session, *area), because),
        Match::Likely { area, because } => ("likely", area_words(session, *area), because),
        Match::Ask { candidates, because } => {
            let names: Vec<String> =
                candidates.iter().take(3).map(|c| format!("{}?", area_words(session, c.area))).collect();
            ("ask", names.join(" "), because)
        }
    };
    vec![
        number.to_string(),
        place.place.to_words(),
        place.table.to_owned(),
        place.rows.to_string(),
        word.to_owned(),
        area,
        because.clone(),
    ]
}

fn as_json(session: &Session, number: usize, place: &PlaceMatch) -> Value {
    let id = |area: AreaIndex| session.placed.gazetteer.areas[area].id.clone();
    let (found, because, candidates) = match &place.found {
        Match::Exact { because, .. } => ("exact", because, Vec::new()),
        Match::Likely { because, .. } => ("likely", because, Vec::new()),
        Match::Ask { candidates, because } => {
            let candidate =
                |c: &mostari_place::Candidate| json!({"area": id(c.area), "score": c.score, "because": c.because});
            ("ask", because, candidates.iter().map(candidate).collect())
        }
    };
    json!({
        "number": number, "place": place.place, "table": place.table, "rows": place.rows, "match": found,
        "area": place.found.area().map(id), "because": because, "candidates": candidates,
    })
}

/// Records what a person said; each word is a new entry, so that it can be taken back by a later one.
fn settle(session: &Session, words: &[String], terminal: &Terminal) -> Result<Answer, Failure> {
    let settled = words.iter().map(|word| one(session, word)).collect::<Result<Vec<_>, _>>()?;
    let asked = Asked::own(Action::Settle, EntryKind::Dataset, &session.snapshot.label);
    Guard::open(&session.mission)?.check(&session.mission.author_secret()?.author(), &asked)?;
    let appended = session.mission.append_settled(&settled, &session.snapshot.label, Timestamp::now())?;
    for (settled, entry) in settled.iter().zip(&appended) {
        let area = settled.area.as_ref().map_or("no area of this mission".to_owned(), AreaId::to_string);
        let again = if entry.already_present { " (stood already)" } else { "" };
        terminal.say(format!("{} means {area}{again}", settled.place.to_words()));
    }
    terminal.json(&json!({"settled": settled}));
    Ok(Answer::Done)
}

fn one(session: &Session, word: &str) -> Result<Settled, Failure> {
    let bad = |expected| Failure::Option { value: word.to_owned(), expected };
    let (number, code) = word.split_once('=').ok_or_else(|| bad("of the form NUMBER=CODE"))?;
    let number: usize = number.trim().parse().map_err(|_| bad("of the form NUMBER=CODE"))?;
    let place = session
        .placed
        .matches
        .get(number)
        .ok_or_else(|| bad("a number of the list that `mostari match --all` shows"))?;
    let area = match code.trim() {
        "none" => None,
        code => {
            let id = AreaId::new(code);
            session.placed.gazetteer.index_of(&id).ok_or_else(|| Failure::NotFound(code.to_owned()))?;
            Some(id)
        }
    };
    Ok(Settled { place: place.place.clone(), area })
}
