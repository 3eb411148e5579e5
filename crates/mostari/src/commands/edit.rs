//! `mostari edit` and `mostari decide`: fields of projects, which several people edit apart.

use crate::joined::{Joined, PROJECT};
use crate::stating::{Became, Keys, Saying, say};
use crate::terminal::Terminal;
use crate::{Answer, args, failure::Failure, session};
use jiff::{Timestamp, Zoned};
use mostari_model::{Currency, Date, EntryId, Money, ProjectId};
use mostari_projects::{Conflict, FieldValue, Outcome, ProjectRecord, Statement, TITLE};
use mostari_record::Mission;
use serde_json::json;

/// Gives a field of a project another value, built upon the one that stands.
pub fn run(args: &args::Edit, terminal: &Terminal) -> Result<Answer, Failure> {
    let mission = Mission::open(&args.folder)?;
    let joined = Joined::open(&mission, &mission.full_clearance()?, terminal)?;
    let id = ProjectId::from(args.project.as_str());
    let project = joined.register.project(&id).ok_or_else(|| Failure::NotFound(args.project.clone()))?;
    let base = standing(project, &args.field)?;
    let value = value_of(&args.value);
    let words = format!("{id}: {} is now \"{value}\"", args.field);
    let statement = Statement::FieldEdited { project: id, field: args.field.clone(), base, value };
    state(&mission, &statement, &args.signing, words, terminal)
}

/// Ends a conflict between values of a field.
pub fn decide(args: &args::Decide, terminal: &Terminal) -> Result<Answer, Failure> {
    let mission = Mission::open(&args.folder)?;
    let joined = Joined::open(&mission, &mission.full_clearance()?, terminal)?;
    let conflict = find(joined.register.conflicts(), &args.conflict)?;
    let outcome = match (&args.keep, &args.value) {
        (Some(kept), None) => Outcome::Keep(version(&conflict, kept)?),
        (None, Some(value)) => Outcome::New(value_of(value)),
        _ => return Err(Failure::Conflict("say which value holds: `--keep WHOSE` or `--value VALUE`".into())),
    };
    let words = format!("Decided: {} of {}", conflict.field, conflict.project);
    let statement = Statement::ConflictDecided {
        project: conflict.project.clone(),
        field: conflict.field.clone(),
        versions: conflict.versions.keys().cloned().collect(),
        outcome,
        reason: args.reason.clone(),
    };
    state(&mission, &statement, &args.signing, words, terminal)
}

fn state(
    mission: &Mission,
    statement: &Statement,
    signing: &args::Signing,
    words: String,
    terminal: &Terminal,
) -> Result<Answer, Failure> {
    let happened = signing.happened.as_deref().map_or_else(|| Ok(Zoned::now().date()), date)?;
    let saying = Saying {
        kind: PROJECT,
        statement: json!(statement),
        happened,
        id: None,
        label: session::label(&signing.label)?,
        area: None,
        by: None,
    };
    let mut keys = Keys::single(mission, signing.key.as_deref())?;
    let became = say(mission, &[saying], &mut keys, false, Timestamp::now())?;
    let entry = became.iter().find_map(|became| if let Became::Entry(index) = became { Some(*index) } else { None });
    terminal.say(match entry {
        Some(index) => format!("{words} (entry {index})"),
        None => format!("{words} (said already)"),
    });
    terminal.json(&json!({"entry": entry}));
    Ok(Answer::Done)
}

fn date(text: &str) -> Result<Date, Failure> {
    text.parse().map_err(|_| Failure::Option { value: text.to_owned(), expected: "a date such as 2026-03-10" })
}

/// The version that an edit builds upon: the one that stands, or the nomination of a field that nobody has spoken of.
fn standing(project: &ProjectRecord, name: &str) -> Result<EntryId, Failure> {
    let versions: Vec<EntryId> =
        project.fields.get(name).into_iter().flat_map(|field| field.standing()).map(|(id, _)| id.clone()).collect();
    match versions.as_slice() {
        [one] => Ok(one.clone()),
        [] => {
            let first = project.fields.get(TITLE).and_then(|title| {
                title.versions.iter().find(|(_, version)| version.upon.is_empty()).map(|(id, _)| id.clone())
            });
            first.ok_or_else(|| Failure::NotFound(project.id.to_string()))
        }
        several => Err(Failure::Conflict(format!(
            "{} values of `{name}` stand against each other: decide between them first",
            several.len()
        ))),
    }
}

fn find(conflicts: Vec<Conflict>, asked: &str) -> Result<Conflict, Failure> {
    let mut found = conflicts.into_iter().filter(|conflict| conflict.id.to_string().starts_with(asked));
    match (found.next(), found.next()) {
        (Some(one), None) if !asked.is_empty() => Ok(one),
        (None, _) => Err(Failure::Conflict(format!("there is no conflict `{asked}`"))),
        _ => Err(Failure::Conflict(format!("several conflicts begin with `{asked}`"))),
    }
}

/// A version by its entry or by the party that states it.
fn version(conflict: &Conflict, asked: &str) -> Result<EntryId, Failure> {
    let is_asked = |(id, version): &(&EntryId, &mostari_projects::Version)| {
        version.party.as_str() == asked || (!asked.is_empty() && id.as_str().starts_with(asked))
    };
    let found: Vec<&EntryId> = conflict.versions.iter().filter(is_asked).map(|(id, _)| id).collect();
    match found.as_slice() {
        [one] => Ok((*one).clone()),
        [] => Err(Failure::Conflict(format!("no value of this conflict is by `{asked}`"))),
        _ => Err(Failure::Conflict(format!("several values are by `{asked}`: name the entry"))),
    }
}

/// A whole number, a day, an amount of money (`EUR 12000.00`), or else words.
fn value_of(text: &str) -> FieldValue {
    if let Ok(count) = text.parse() {
        return FieldValue::Count(count);
    }
    if let Ok(day) = text.parse() {
        return FieldValue::Day(day);
    }
    match money(text) {
        Some(money) => FieldValue::Money(money),
        None => FieldValue::Text(text.to_owned()),
    }
}

fn money(text: &str) -> Option<Money> {
    let (currency, amount) = text.split_once(' ')?;
    Money::parse(amount, currency.parse::<Currency>().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_what_it_looks_like() {
        assert_eq!(value_of("40"), FieldValue::Count(40));
        assert!(matches!(value_of("2026-03-10"), FieldValue::Day(_)));
        assert!(matches!(value_of("EUR 12000.50"), FieldValue::Money(_)));
        assert_eq!(value_of("Clinic in Brdo"), FieldValue::Text("Clinic in Brdo".into()));
    }
}
