//! Handover, acceptance, and the checks on the use.

use super::{Book, Refused, check_size, refuse};
use crate::{
    Entry, FunctionCheck, Handover, HandoverTerms, ProjectRecord, State, Statement, checks_due,
    findings::{
        CHECK_EARLY, INCOMPLETE, NO_ASSETS, NO_BUDGET_LINE, NO_DEFECTS, NO_RUNNING_COST, NO_TRAINING, NOT_OWNER,
        SELF_CONFIRMED, STEP, TAKEN, UNKNOWN, UNSIGNED,
    },
};
use mostari_model::{EntryId, Finding, FindingCard, HandoverId, ProjectId};
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn apply(book: &mut Book, entry: &Entry) -> Result<(), Refused> {
    match &entry.statement {
        Statement::HandoverPrepared { handover, project, terms } => prepare(book, entry, handover, project, terms),
        Statement::HandoverSigned { handover, terms } => sign(book, entry, handover, terms),
        Statement::DefectMended { handover, defect } => mend(book, entry, handover, defect),
        Statement::Accepted { project, handover } => accept(book, entry, project, handover),
        Statement::FunctionChecked { project, .. } => check_function(book, entry, project),
        other => unreachable!("`Book::apply` sends `{}` elsewhere", other.words()),
    }
}

fn prepare(
    book: &mut Book,
    entry: &Entry,
    handover: &HandoverId,
    project: &ProjectId,
    terms: &HandoverTerms,
) -> Result<(), Refused> {
    if book.handovers.contains_key(handover) {
        return refuse(TAKEN, format!("there is a handover {handover} already"));
    }
    if let Some(cost) = terms.running_cost_year {
        if cost.minor < 0 {
            return refuse(INCOMPLETE, format!("a running cost of {cost} is none"));
        }
        check_size(cost.minor.unsigned_abs(), "the running cost")?;
    }
    terms.assets.iter().try_for_each(|asset| check_size(asset.amount, "an asset's quantity"))?;
    let mut names = BTreeSet::new();
    if let Some(twice) = terms.defects.iter().flatten().find(|defect| !names.insert(&defect.name)) {
        return refuse(TAKEN, format!("two defects are called `{}`", twice.name));
    }
    let record = book.project_mut(project)?;
    let prepared = Handover { entry: entry.id.clone(), terms: terms.clone(), signed: None, mended: BTreeMap::new() };
    record.handovers.insert(handover.clone(), prepared);
    book.handovers.insert(handover.clone(), project.clone());
    Ok(())
}

fn sign(book: &mut Book, entry: &Entry, handover: &HandoverId, terms: &EntryId) -> Result<(), Refused> {
    let prepared = prepared(book, handover)?;
    if prepared.entry != *terms {
        return refuse(UNKNOWN, format!("the terms of {handover} stand in {}, not in {terms}", prepared.entry));
    }
    if prepared.terms.owner != entry.party {
        let owner = &prepared.terms.owner;
        return refuse(NOT_OWNER, format!("{} signs {handover}; its owner is {owner}", entry.party));
    }
    if prepared.signed.is_some() {
        return refuse(TAKEN, format!("{handover} is signed already"));
    }
    prepared.signed = Some((entry.id.clone(), entry.happened));
    Ok(())
}

fn mend(book: &mut Book, entry: &Entry, handover: &HandoverId, defect: &str) -> Result<(), Refused> {
    let prepared = prepared(book, handover)?;
    if !prepared.terms.defects.iter().flatten().any(|listed| listed.name == defect) {
        return refuse(UNKNOWN, format!("{handover} lists no defect `{defect}`"));
    }
    if prepared.mended.contains_key(defect) {
        return refuse(TAKEN, format!("`{defect}` of {handover} is mended already"));
    }
    prepared.mended.insert(defect.to_owned(), entry.id.clone());
    Ok(())
}

fn prepared<'a>(book: &'a mut Book, handover: &HandoverId) -> Result<&'a mut Handover, Refused> {
    let project = book.handovers.get(handover).cloned();
    let record = project.and_then(|project| book.projects.get_mut(&project));
    match record.and_then(|record| record.handovers.get_mut(handover)) {
        Some(prepared) => Ok(prepared),
        None => refuse(UNKNOWN, format!("nobody prepared a handover {handover}")),
    }
}

fn accept(book: &mut Book, entry: &Entry, project: &ProjectId, handover: &HandoverId) -> Result<(), Refused> {
    let record = book.project_mut(project)?;
    let Some(prepared) = record.handovers.get(handover) else {
        return refuse(UNKNOWN, format!("nobody prepared a handover {handover} of {project}"));
    };
    let missing = check_complete(handover, prepared);
    if !missing.is_empty() {
        return Err(missing);
    }
    record.go(State::Accepted, entry)?;
    record.accepted = Some(handover.clone());
    Ok(())
}

/// Everything that terms lack before an owner can take a project over on them.
fn check_complete(handover: &HandoverId, prepared: &Handover) -> Vec<Finding> {
    let HandoverTerms { owner, running_cost_year, budget_line, assets, defects, training } = &prepared.terms;
    let rules: [(bool, &'static FindingCard, String); 6] = [
        (prepared.signed.is_none(), UNSIGNED, format!("{owner} has not signed {handover}")),
        (running_cost_year.is_none(), NO_RUNNING_COST, format!("{handover} states no running cost")),
        (budget_line.trim().is_empty(), NO_BUDGET_LINE, format!("{handover} names no budget line")),
        (assets.is_empty(), NO_ASSETS, format!("{handover} lists no assets")),
        (defects.is_none(), NO_DEFECTS, format!("{handover} has no list of defects")),
        (training.is_none(), NO_TRAINING, format!("{handover} does not speak of training")),
    ];
    rules.into_iter().filter(|(lacks, ..)| *lacks).map(|(_, card, message)| Finding::new(card, message)).collect()
}

fn check_function(book: &mut Book, entry: &Entry, project: &ProjectId) -> Result<(), Refused> {
    let Statement::FunctionChecked { age, functioning, words, .. } = &entry.statement else { return Ok(()) };
    let record = book.project_mut(project)?;
    let Some(due) = due_day(record, *age) else {
        return refuse(STEP, format!("{project} is {}; it has not been handed over", record.state));
    };
    if entry.happened < due {
        return refuse(CHECK_EARLY, format!("the check after {} months is due on {due}", age.months()));
    }
    if record.doers().contains(&entry.party) {
        return refuse(SELF_CONFIRMED, format!("{} worked for {project} and cannot check it", entry.party));
    }
    record.checks.push(FunctionCheck {
        entry: entry.id.clone(),
        age: *age,
        party: entry.party.clone(),
        happened: entry.happened,
        functioning: *functioning,
        words: words.clone(),
    });
    Ok(())
}

fn due_day(record: &ProjectRecord, age: crate::CheckAge) -> Option<mostari_model::Date> {
    checks_due(record.in_use_since()?).into_iter().find(|(due, _)| *due == age).map(|(_, day)| day)
}
