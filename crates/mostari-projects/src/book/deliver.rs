//! Deliveries: reported, confirmed, verified, paid; and the visits.

use super::{Book, Refused, check_size, refuse};
use crate::{
    Delivery, Entry, Payment, ProjectRecord, Quantity, Statement, Visit, Visited, Witnessed,
    findings::{GOODS_DIFFER, INCOMPLETE, NOT_VISITED, PLACE_INVALID, SELF_CONFIRMED, STEP, TAKEN, UNKNOWN},
    state::State,
};
use mostari_model::{DeliveryId, ProjectId, VisitId};
use std::collections::BTreeMap;

pub(super) fn apply(book: &mut Book, entry: &Entry) -> Result<(), Refused> {
    match &entry.statement {
        Statement::DeliveryReported { delivery, project, quantity, .. } => {
            report(book, entry, delivery, project, quantity)
        }
        Statement::DeliveryConfirmed { delivery, quantity } => confirm(book, entry, delivery, quantity),
        Statement::DeliveryVerified { delivery, visit, quantity } => verify(book, entry, delivery, visit, quantity),
        Statement::DeliveryPaid { .. } => pay(book, entry),
        Statement::Visited(visited) => visit(book, entry, visited),
        other => unreachable!("`Book::apply` sends `{}` elsewhere", other.words()),
    }
}

fn report(
    book: &mut Book,
    entry: &Entry,
    delivery: &DeliveryId,
    project: &ProjectId,
    quantity: &Quantity,
) -> Result<(), Refused> {
    let Statement::DeliveryReported { deliverer, .. } = &entry.statement else { return Ok(()) };
    if book.deliveries.contains_key(delivery) {
        return refuse(TAKEN, format!("there is a delivery {delivery} already"));
    }
    check_size(quantity.amount, "the quantity")?;
    if quantity.goods.item.trim().is_empty() || quantity.goods.unit.trim().is_empty() {
        return refuse(INCOMPLETE, "the item or the unit is blank".to_owned());
    }
    let record = book.project_mut(project)?;
    // What comes in before a contract is in kind; what comes in after an end is not.
    if matches!(record.state, State::Cancelled | State::Abandoned) {
        return refuse(STEP, format!("{project} is {}; nothing can be delivered for it", record.state));
    }
    record.count(quantity.amount)?;
    let reported = Delivery {
        entry: entry.id.clone(),
        deliverer: deliverer.clone(),
        reporter: entry.party.clone(),
        reporter_key: entry.by.clone(),
        happened: entry.happened,
        reported: quantity.clone(),
        confirmed: BTreeMap::new(),
        verified: BTreeMap::new(),
        paid: BTreeMap::new(),
    };
    record.deliveries.insert(delivery.clone(), reported);
    book.deliveries.insert(delivery.clone(), project.clone());
    Ok(())
}

fn confirm(book: &mut Book, entry: &Entry, delivery: &DeliveryId, quantity: &Quantity) -> Result<(), Refused> {
    let project = project_of(book, delivery)?;
    let held = held(project, delivery);
    check_goods(held, delivery, quantity)?;
    check_independent(held, entry, delivery)?;
    project.count(quantity.amount)?;
    let witnessed = witnessed(entry, quantity);
    held_mut(project, delivery).confirmed.insert(entry.party.clone(), witnessed);
    Ok(())
}

fn verify(
    book: &mut Book,
    entry: &Entry,
    delivery: &DeliveryId,
    visit: &VisitId,
    quantity: &Quantity,
) -> Result<(), Refused> {
    let project = project_of(book, delivery)?;
    let held = held(project, delivery);
    check_goods(held, delivery, quantity)?;
    check_independent(held, entry, delivery)?;
    match project.visits.get(visit) {
        Some(made) if made.party == entry.party => {}
        Some(made) => return refuse(NOT_VISITED, format!("{visit} was made by {}, not {}", made.party, entry.party)),
        None => return refuse(NOT_VISITED, format!("nobody stated a visit {visit} to {}", project.id)),
    }
    project.count(quantity.amount)?;
    let witnessed = witnessed(entry, quantity);
    held_mut(project, delivery).verified.insert(visit.clone(), witnessed);
    Ok(())
}

fn pay(book: &mut Book, entry: &Entry) -> Result<(), Refused> {
    let Statement::DeliveryPaid { delivery, fund, payment, amount, quantity } = &entry.statement else { return Ok(()) };
    if book.payments.contains_key(payment) {
        return refuse(TAKEN, format!("the payment {payment} is stated already"));
    }
    if amount.minor <= 0 {
        return refuse(INCOMPLETE, format!("a payment of {amount} is none; the ledger states what is taken back"));
    }
    check_size(amount.minor.unsigned_abs(), "the amount of money")?;
    let project = project_of(book, delivery)?;
    check_goods(held(project, delivery), delivery, quantity)?;
    project.count(quantity.amount + amount.minor.unsigned_abs())?;
    let paid = Payment {
        entry: entry.id.clone(),
        fund: fund.clone(),
        money: *amount,
        happened: entry.happened,
        amount: quantity.amount,
    };
    held_mut(project, delivery).paid.insert(payment.clone(), paid);
    let id = project.id.clone();
    book.payments.insert(payment.clone(), (id, delivery.clone()));
    Ok(())
}

fn visit(book: &mut Book, entry: &Entry, visited: &Visited) -> Result<(), Refused> {
    if book.visits.contains_key(&visited.visit) {
        return refuse(TAKEN, format!("there is a visit {} already", visited.visit));
    }
    if visited.at.is_some_and(|at| !at.is_valid()) {
        return refuse(PLACE_INVALID, "the visitor's position is no place on the globe".to_owned());
    }
    let project = book.project_mut(&visited.project)?;
    if project.doers().contains(&entry.party) {
        return refuse(SELF_CONFIRMED, format!("{} works for {} and cannot verify it", entry.party, project.id));
    }
    let made = Visit {
        entry: entry.id.clone(),
        party: entry.party.clone(),
        happened: entry.happened,
        at: visited.at,
        found: visited.found,
        words: visited.words.clone(),
    };
    project.visits.insert(visited.visit.clone(), made);
    book.visits.insert(visited.visit.clone(), visited.project.clone());
    Ok(())
}

fn project_of<'a>(book: &'a mut Book, delivery: &DeliveryId) -> Result<&'a mut ProjectRecord, Refused> {
    match book.deliveries.get(delivery).cloned() {
        Some(project) => book.project_mut(&project),
        None => refuse(UNKNOWN, format!("nobody reported a delivery {delivery}")),
    }
}

fn held<'a>(project: &'a ProjectRecord, delivery: &DeliveryId) -> &'a Delivery {
    project.deliveries.get(delivery).expect("the book lists a delivery only with its project")
}

fn held_mut<'a>(project: &'a mut ProjectRecord, delivery: &DeliveryId) -> &'a mut Delivery {
    project.deliveries.get_mut(delivery).expect("the book lists a delivery only with its project")
}

fn witnessed(entry: &Entry, quantity: &Quantity) -> Witnessed {
    let (party, happened) = (entry.party.clone(), entry.happened);
    Witnessed { entry: entry.id.clone(), party, happened, amount: quantity.amount }
}

fn check_goods(held: &Delivery, delivery: &DeliveryId, quantity: &Quantity) -> Result<(), Refused> {
    check_size(quantity.amount, "the quantity")?;
    if held.reported.goods == quantity.goods {
        return Ok(());
    }
    refuse(GOODS_DIFFER, format!("{delivery} was reported as {}, not as {quantity}", held.reported))
}

/// Neither who delivered nor who reported may confirm, nor anybody with the same key.
fn check_independent(held: &Delivery, entry: &Entry, delivery: &DeliveryId) -> Result<(), Refused> {
    let party = &entry.party;
    if *party == held.deliverer {
        return refuse(SELF_CONFIRMED, format!("{party} delivered {delivery} and cannot confirm it"));
    }
    if *party == held.reporter {
        return refuse(SELF_CONFIRMED, format!("{party} reported {delivery} and cannot confirm it"));
    }
    if entry.by == held.reporter_key {
        return refuse(SELF_CONFIRMED, format!("the key that signs for {party} also signed the report of {delivery}"));
    }
    Ok(())
}
