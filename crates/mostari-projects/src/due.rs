//! What is still owed: checks on the use, completion, mending, signatures, the end of a military asset's use.

use crate::{CheckAge, ProjectRecord, Register, State};
use jiff::ToSpan;
use mostari_model::{Date, EntryId, PartyId, ProjectId};
use serde::Serialize;

/// The days on which the two checks are due for something handed over on a day.
///
/// Months are those of the calendar; where the month is shorter, the check is due on its last day.
///
/// ```
/// let due = mostari_projects::checks_due("2024-02-29".parse().unwrap());
/// assert_eq!(due.map(|(_, day)| day.to_string()), ["2025-02-28", "2026-02-28"]);
/// ```
pub fn checks_due(handed_over: Date) -> [(CheckAge, Date); 2] {
    // Saturates only at the end of the year 9999.
    CheckAge::ALL.map(|age| (age, handed_over.saturating_add(age.months().months())))
}

/// A check on the use that somebody has to make or has made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CheckDue {
    /// Which project.
    pub project: ProjectId,
    /// Which check.
    pub age: CheckAge,
    /// From which day on it counts.
    pub due: Date,
    /// The entry that states it, if it was made.
    pub done: Option<EntryId>,
    /// Whether it is due and not made.
    pub is_overdue: bool,
}

/// What kind of promise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum PromiseKind {
    /// To complete the work by a day.
    Completion,
    /// To sign terms that were prepared.
    Signature,
    /// To mend a defect.
    Mending,
    /// To look whether it works.
    Check,
    /// To end the use of a military asset.
    MilitaryAssetEnd,
}

/// Something that somebody is bound to do and has not done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Promise {
    /// What kind.
    pub kind: PromiseKind,
    /// For which project, if for one.
    pub project: Option<ProjectId>,
    /// Who is bound; `None` if it is not said.
    pub by: Option<PartyId>,
    /// In words.
    pub words: String,
    /// By when, if a day was said.
    pub due: Option<Date>,
    /// The entry that it follows from.
    pub entry: Option<EntryId>,
    /// Whether the day has passed.
    pub is_overdue: bool,
}

impl ProjectRecord {
    /// The two checks on the use; none before it was handed over or left to somebody.
    pub fn checks(&self, as_of: Date) -> Vec<CheckDue> {
        let due = self.in_use_since().map(checks_due).into_iter().flatten();
        due.map(|(age, due)| {
            let done = self.checks.iter().find(|check| check.age == age && check.happened <= as_of);
            CheckDue {
                project: self.id.clone(),
                age,
                due,
                done: done.map(|check| check.entry.clone()),
                is_overdue: done.is_none() && due < as_of,
            }
        })
        .collect()
    }

    /// What is still owed to this project.
    pub fn promises(&self, as_of: Date) -> Vec<Promise> {
        let (project, is_past) = (Some(self.id.clone()), |due: Option<Date>| due.is_some_and(|due| due < as_of));
        let mut open = Vec::new();
        let at_work = |state| matches!(state, State::Contracted | State::Implementing);
        if at_work(self.state) || self.stopped_in.is_some_and(at_work) {
            // A later contract replaces the promise of an earlier one.
            if let Some(contract) = self.contracts.last() {
                open.push(Promise {
                    kind: PromiseKind::Completion,
                    project: project.clone(),
                    by: Some(contract.contractor.clone()),
                    words: format!("complete the work under {}", contract.contract),
                    due: contract.complete_by,
                    entry: Some(contract.entry.clone()),
                    is_overdue: is_past(contract.complete_by),
                });
            }
        }
        for (id, handover) in &self.handovers {
            if handover.signed.is_none() && self.accepted.is_none() {
                open.push(Promise {
                    kind: PromiseKind::Signature,
                    project: project.clone(),
                    by: Some(handover.terms.owner.clone()),
                    words: format!("sign the terms of {id}, or say what is wrong with them"),
                    due: None,
                    entry: Some(handover.entry.clone()),
                    is_overdue: false,
                });
            }
            let defects = handover.terms.defects.iter().flatten();
            for defect in
                defects.filter(|defect| handover.signed.is_some() && !handover.mended.contains_key(&defect.name))
            {
                open.push(Promise {
                    kind: PromiseKind::Mending,
                    project: project.clone(),
                    by: Some(defect.mended_by.clone()),
                    words: format!("mend `{}`", defect.name),
                    due: defect.due,
                    entry: Some(handover.entry.clone()),
                    is_overdue: is_past(defect.due),
                });
            }
        }
        open.extend(self.checks(as_of).into_iter().filter(|check| check.done.is_none()).map(|check| Promise {
            kind: PromiseKind::Check,
            project: project.clone(),
            by: None,
            words: format!("look whether it works, {} months after", check.age.months()),
            due: Some(check.due),
            entry: None,
            is_overdue: check.is_overdue,
        }));
        open
    }
}

impl Register {
    /// All checks on the use, made or not, by project.
    pub fn checks(&self, as_of: Date) -> Vec<CheckDue> {
        self.projects().values().flat_map(|project| project.checks(as_of)).collect()
    }

    /// All that is still owed, what is due first; what has no day comes last.
    pub fn promises(&self, as_of: Date) -> Vec<Promise> {
        let mut open: Vec<Promise> = self.projects().values().flat_map(|project| project.promises(as_of)).collect();
        let requests = self.requests().iter().filter(|(_, request)| request.ended.is_none());
        open.extend(requests.map(|(id, request)| Promise {
            kind: PromiseKind::MilitaryAssetEnd,
            project: request.asked.project.clone(),
            by: Some(request.asked.asked_by.clone()),
            words: format!("end the use of {} under {id}", request.asked.asset.item),
            due: Some(request.asked.until),
            entry: Some(request.entry.clone()),
            is_overdue: request.asked.until < as_of,
        }));
        open.sort_by_key(|promise| (promise.due.is_none(), promise.due, promise.kind));
        open
    }
}
