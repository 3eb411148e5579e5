//! Edits of fields, conflicts and decisions.

use super::{Book, Refused, check_words, refuse};
use crate::{
    Entry, Field, FieldValue, Outcome, ProjectRecord, Statement, Version,
    findings::{NO_CONFLICT, UNKNOWN},
};
use mostari_model::EntryId;
use std::collections::BTreeSet;

pub(super) fn apply(book: &mut Book, entry: &Entry) -> Result<(), Refused> {
    match &entry.statement {
        Statement::FieldEdited { project, field, base, value } => {
            check_words(field, "the field's name")?;
            edit(book.project_mut(project)?, entry, field, base, value)
        }
        Statement::ConflictStated { project, field, versions } => {
            let project = book.project_mut(project)?;
            let field = conflicting(project, field, versions)?;
            field.stated.insert(entry.id.clone(), versions.clone());
            Ok(())
        }
        Statement::ConflictDecided { project, field, versions, outcome, reason } => {
            check_words(reason, "the reason")?;
            let project = book.project_mut(project)?;
            decide(conflicting(project, field, versions)?, entry, versions, outcome, reason)
        }
        other => unreachable!("`Book::apply` sends `{}` elsewhere", other.words()),
    }
}

fn edit(
    project: &mut ProjectRecord,
    entry: &Entry,
    name: &str,
    base: &EntryId,
    value: &FieldValue,
) -> Result<(), Refused> {
    let origin = nomination(project);
    let is_known = project.fields.get(name).is_some_and(|field| field.versions.contains_key(base));
    if !is_known && origin.as_ref().map(|(entry, _)| entry) != Some(base) {
        return refuse(UNKNOWN, format!("`{base}` is no version of the field `{name}` of {}", project.id));
    }
    let field = project.fields.entry(name.to_owned()).or_default();
    // A field that the nomination does not speak of begins there without a value.
    if let (Some((origin, version)), true) = (origin, field.versions.is_empty()) {
        field.versions.insert(origin, version);
    }
    let (party, happened) = (entry.party.clone(), entry.happened);
    let upon = BTreeSet::from([base.clone()]);
    let version = Version { value: Some(value.clone()), party, happened, upon, decided: None };
    field.versions.insert(entry.id.clone(), version);
    Ok(())
}

/// The entry that put the project forward, as the first version of a field.
fn nomination(project: &ProjectRecord) -> Option<(EntryId, Version)> {
    let first = project.fields.get(crate::TITLE)?;
    let (entry, version) = first.versions.iter().find(|(_, version)| version.upon.is_empty())?;
    Some((entry.clone(), Version { value: None, ..version.clone() }))
}

fn conflicting<'a>(
    project: &'a mut ProjectRecord,
    name: &str,
    versions: &BTreeSet<EntryId>,
) -> Result<&'a mut Field, Refused> {
    let id = project.id.clone();
    match project.fields.get_mut(name) {
        Some(field) if field.is_conflict(versions) => Ok(field),
        _ => {
            let named = versions.iter().map(EntryId::as_str).collect::<Vec<_>>().join(", ");
            refuse(NO_CONFLICT, format!("[{named}] do not stand against each other in the field `{name}` of {id}"))
        }
    }
}

fn decide(
    field: &mut Field,
    entry: &Entry,
    versions: &BTreeSet<EntryId>,
    outcome: &Outcome,
    reason: &str,
) -> Result<(), Refused> {
    let Some(value) = field.outcome(versions, outcome) else {
        return refuse(NO_CONFLICT, "it keeps a value that is none of those that it names".to_owned());
    };
    let version = Version {
        value: Some(value),
        party: entry.party.clone(),
        happened: entry.happened,
        upon: versions.clone(),
        decided: Some(reason.to_owned()),
    };
    field.versions.insert(entry.id.clone(), version);
    Ok(())
}
