//! The fold: what follows from the entries, taken one after the other in their order.
//!
//! A statement is used as a whole or refused as a whole, with all the reasons. Refused or not, it stays in the history.

mod deliver;
mod field;
mod hand_over;
mod lifecycle;
mod other;

use crate::{
    Entry, Happening, MilitaryAssetRequested, NeedStated, ProjectRecord, Series, Statement,
    findings::{INCOMPLETE, TAKEN, TOO_LARGE, UNKNOWN},
};
use mostari_model::{
    DeliveryId, EntryId, Finding, FindingCard, HandoverId, NeedId, NominationId, PartyId, PaymentId, ProjectId,
    RequestId, VisitId,
};
use serde::Serialize;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// The largest amount of goods (units) or money (minor units) that one statement may name: 10^15.
pub(crate) const AMOUNT_MAX: u64 = 1_000_000_000_000_000;
/// The largest sum of all amounts that may be stated about one project: 10^18, which any 64-bit column can hold.
const STATED_MAX: u128 = 1_000_000_000_000_000_000;

/// A need, with the entry that states it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Need {
    /// The entry.
    pub entry: EntryId,
    /// Who states it.
    pub party: PartyId,
    /// What it says.
    pub stated: NeedStated,
}

/// A request for a military asset.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AssetRequest {
    /// The entry.
    pub entry: EntryId,
    /// Who states it.
    pub party: PartyId,
    /// What it asks.
    pub asked: MilitaryAssetRequested,
    /// The entry that states the end of the use, if it has ended.
    pub ended: Option<EntryId>,
}

/// Everything that follows from the entries.
#[derive(Debug, Clone, Default, Serialize)]
pub(crate) struct Book {
    pub needs: BTreeMap<NeedId, Need>,
    pub projects: BTreeMap<ProjectId, ProjectRecord>,
    pub requests: BTreeMap<RequestId, AssetRequest>,
    pub series: BTreeMap<String, BTreeMap<String, Series>>,
    pub nominations: BTreeMap<NominationId, ProjectId>,
    pub deliveries: BTreeMap<DeliveryId, ProjectId>,
    pub visits: BTreeMap<VisitId, ProjectId>,
    pub handovers: BTreeMap<HandoverId, ProjectId>,
    pub payments: BTreeMap<PaymentId, (ProjectId, DeliveryId)>,
    pub entries: BTreeSet<EntryId>,
}

/// Why a statement was not used.
pub(crate) type Refused = Vec<Finding>;

/// One reason.
pub(crate) fn refuse<T>(card: &'static FindingCard, message: String) -> Result<T, Refused> {
    Err(vec![Finding::new(card, message)])
}

/// Refuses blank words.
pub(crate) fn check_words(word: &str, what: &str) -> Result<(), Refused> {
    match word.trim().is_empty() {
        true => refuse(INCOMPLETE, format!("{what} is blank")),
        false => Ok(()),
    }
}

/// Refuses amounts beyond [`AMOUNT_MAX`].
pub(crate) fn check_size(amount: u64, what: &str) -> Result<(), Refused> {
    match amount > AMOUNT_MAX {
        true => refuse(TOO_LARGE, format!("{what} is {amount}; the most is {AMOUNT_MAX}")),
        false => Ok(()),
    }
}

impl Book {
    /// Takes the next entry; gives the reasons if it is refused, nothing if it is used.
    pub fn take(&mut self, entry: &Arc<Entry>) -> Refused {
        if !self.entries.insert(entry.id.clone()) {
            let twice = Finding::new(TAKEN, format!("the entry id {} stands twice", entry.id));
            return self.remember(entry, vec![twice]);
        }
        let refused = self.apply(entry).err().unwrap_or_default();
        self.remember(entry, refused)
    }

    /// Writes the entry into the history of its project, with the reasons why it was refused.
    pub fn remember(&mut self, entry: &Arc<Entry>, refused: Refused) -> Refused {
        if let Some(project) = self.project_of(&entry.statement).and_then(|id| self.projects.get_mut(&id)) {
            project.label = project.label.join(&entry.label);
            project.history.push(Happening {
                entry: entry.id.clone(),
                happened: entry.happened,
                party: entry.party.clone(),
                words: entry.statement.words(),
                refused: refused.iter().map(|finding| finding.code.to_string()).collect(),
            });
        }
        refused
    }

    fn apply(&mut self, entry: &Entry) -> Result<(), Refused> {
        match &entry.statement {
            Statement::NeedStated(_)
            | Statement::FigureStated { .. }
            | Statement::FigureRestated { .. }
            | Statement::MilitaryAssetRequested(_)
            | Statement::MilitaryAssetEnded { .. } => other::apply(self, entry),
            Statement::Nominated(nominated) => lifecycle::nominate(self, entry, nominated),
            Statement::DeliveryReported { .. }
            | Statement::DeliveryConfirmed { .. }
            | Statement::DeliveryVerified { .. }
            | Statement::DeliveryPaid { .. }
            | Statement::Visited(_) => deliver::apply(self, entry),
            Statement::HandoverPrepared { .. }
            | Statement::HandoverSigned { .. }
            | Statement::DefectMended { .. }
            | Statement::Accepted { .. }
            | Statement::FunctionChecked { .. } => hand_over::apply(self, entry),
            Statement::FieldEdited { .. } | Statement::ConflictStated { .. } | Statement::ConflictDecided { .. } => {
                field::apply(self, entry)
            }
            Statement::LocationClaimed(claim) => other::claim_location(self, entry, claim),
            _ => lifecycle::step(self, entry),
        }
    }

    /// The project that a statement speaks of, directly or through a delivery, visit, handover or request.
    pub fn project_of(&self, statement: &Statement) -> Option<ProjectId> {
        if let Some(project) = statement.project() {
            return Some(project.clone());
        }
        match statement {
            Statement::DeliveryConfirmed { delivery, .. }
            | Statement::DeliveryVerified { delivery, .. }
            | Statement::DeliveryPaid { delivery, .. } => self.deliveries.get(delivery).cloned(),
            Statement::HandoverSigned { handover, .. } | Statement::DefectMended { handover, .. } => {
                self.handovers.get(handover).cloned()
            }
            Statement::MilitaryAssetEnded { request } => self.requests.get(request)?.asked.project.clone(),
            _ => None,
        }
    }

    pub fn project_mut(&mut self, id: &ProjectId) -> Result<&mut ProjectRecord, Refused> {
        match self.projects.get_mut(id) {
            Some(project) => Ok(project),
            None => refuse(UNKNOWN, format!("nobody nominated a project {id}")),
        }
    }
}

impl ProjectRecord {
    /// Adds an amount to what was stated about the project, unless it would be beyond counting.
    pub(crate) fn count(&mut self, amount: u64) -> Result<(), Refused> {
        let stated = self.stated + u128::from(amount);
        if stated > STATED_MAX {
            return refuse(TOO_LARGE, format!("all amounts stated of {} together pass {STATED_MAX}", self.id));
        }
        self.stated = stated;
        Ok(())
    }
}
