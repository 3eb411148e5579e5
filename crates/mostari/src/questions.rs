//! What saying something asks of the policies: which action it is, on what kind of entry, and about whose delivery.

use crate::allowed::Asked;
use crate::joined::{FUNDS, PROJECT};
use mostari_funds::{EntryId, Ledger};
use mostari_model::{DeliveryId, Label, PartyId};
use mostari_policy::actions::{Action, EntryKind};
use mostari_projects::Register;
use serde_json::Value;

/// What the engines know already: deliveries with their deliverers, transfers with their makers.
pub struct Known<'a> {
    /// Needs, projects, deliveries.
    pub register: &'a Register,
    /// Money and goods.
    pub ledger: &'a Ledger,
}

/// What a statement asks, under a label.
pub fn asked(kind: &str, statement: &Value, label: &Label, known: &Known<'_>) -> Asked {
    let own = Asked::own(Action::Append, kind_of(kind, statement), label);
    match kind {
        PROJECT => serde_json::from_value(statement.clone()).map_or(own.clone(), |said| of_project(&said, own, known)),
        FUNDS => serde_json::from_value(statement.clone()).map_or(own.clone(), |said| of_funds(&said, own, known)),
        _ => own,
    }
}

/// What a statement is about, as far as policies care. What this version does not know is a decision: few may say it.
pub fn kind_of(kind: &str, statement: &Value) -> EntryKind {
    match kind {
        PROJECT => serde_json::from_value(statement.clone()).map_or(EntryKind::Decision, |said| project_kind(&said)),
        FUNDS => serde_json::from_value(statement.clone()).map_or(EntryKind::Decision, |said| funds_kind(&said)),
        _ => EntryKind::Decision,
    }
}

fn project_kind(said: &mostari_projects::Statement) -> EntryKind {
    use mostari_projects::Statement as S;
    match said {
        S::NeedStated(_) | S::Visited(_) | S::LocationClaimed(_) | S::FunctionChecked { .. } => EntryKind::Dataset,
        S::FigureStated { .. } | S::FigureRestated { .. } => EntryKind::Dataset,
        S::Approved { .. } | S::ConflictDecided { .. } => EntryKind::Decision,
        S::Funded { .. } | S::DeliveryPaid { .. } => EntryKind::Transfer,
        // What those say who build: it began, came, is done, is offered to its owner, is mended.
        S::Implementing { .. } | S::DeliveryReported { .. } | S::MechanicallyComplete { .. } => EntryKind::Delivery,
        S::HandoverPrepared { .. } | S::DefectMended { .. } => EntryKind::Delivery,
        S::DeliveryConfirmed { .. } | S::DeliveryVerified { .. } => EntryKind::Delivery,
        S::HandoverSigned { .. } | S::Accepted { .. } => EntryKind::Handover,
        _ => EntryKind::Project,
    }
}

fn funds_kind(said: &mostari_funds::Statement) -> EntryKind {
    use mostari_funds::Statement as S;
    match said {
        S::ReportDelivery { .. } | S::ConfirmDelivery { .. } | S::Lose { .. } => EntryKind::Delivery,
        _ => EntryKind::Transfer,
    }
}

fn of_project(said: &mostari_projects::Statement, own: Asked, known: &Known<'_>) -> Asked {
    use mostari_projects::Statement as S;
    match said {
        S::DeliveryConfirmed { delivery, .. } | S::DeliveryVerified { delivery, .. } => {
            Asked { action: Action::ConfirmDelivery, deliverer: deliverer(known.register, delivery), ..own }
        }
        _ => own,
    }
}

fn deliverer(register: &Register, id: &DeliveryId) -> Option<PartyId> {
    let deliveries = register.projects().values().find_map(|project| project.deliveries.get(id));
    deliveries.map(|delivery| delivery.deliverer.clone())
}

fn of_funds(said: &mostari_funds::Statement, own: Asked, known: &Known<'_>) -> Asked {
    use mostari_funds::Statement as S;
    match said {
        S::ConfirmDelivery { dispatch, .. } => {
            let deliverer = match known.ledger.answer(dispatch).map(|recorded| &recorded.entry.statement) {
                Some(S::Dispatch(dispatch)) => Some(dispatch.deliverer.clone()),
                _ => None,
            };
            Asked { action: Action::ConfirmDelivery, deliverer, ..own }
        }
        S::Approve { of } => approval(of, own, known.ledger),
        _ => own,
    }
}

/// A second signature: on what another key made, in the books of the party that keeps them.
fn approval(of: &EntryId, own: Asked, ledger: &Ledger) -> Asked {
    let made = ledger.answer(of).map(|recorded| &recorded.entry);
    let maker = made.map(|entry| entry.by.to_string());
    let originator = made.and_then(|entry| keeper(&entry.statement, ledger));
    Asked { action: Action::Approve, maker, originator, ..own }
}

/// The party that opened the unit of account, and so set above which amount two must sign.
fn keeper(made: &mostari_funds::Statement, ledger: &Ledger) -> Option<PartyId> {
    use mostari_funds::{Move, Statement as S};
    let made = match made {
        S::Reverse { of, .. } => &ledger.answer(of)?.entry.statement,
        made => made,
    };
    let account = match made {
        S::Transfer(transfer) => match transfer.moves.first()? {
            Move::Plain(plain) => &plain.debit,
            Move::Exchange(exchange) => &exchange.from,
        },
        S::Dispatch(dispatch) => &dispatch.from,
        _ => return None,
    };
    let unit = &ledger.account(account)?.card.unit;
    let opened = ledger.history().iter().find(|recorded| {
        matches!(&recorded.entry.statement, S::OpenUnit(opened) if opened.unit == *unit)
            && recorded.outcome.refusal().is_none()
    });
    opened.map(|recorded| recorded.entry.party.clone())
}
