//! Where the chain from need to handover has a gap, and how the register hangs together with the ledger.

use crate::{
    Amounts, Committed, Delivery, Disbursed, MoneyColumns, ProjectRecord, Register, State,
    findings::{
        LEDGER_DIFFERS, NO_DELIVERY, NO_FUND, NO_HANDOVER, NO_NEED, NO_PAYMENT, NOT_CONFIRMED, NOT_IN_LEDGER,
        NOT_VERIFIED, ORPHAN, PAID_UNCONFIRMED,
    },
};
use mostari_model::{Date, DeliveryId, Finding, FindingCard, FundId, Money, PaymentId, ProjectId};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What the ledger knows of one fund's money for one project. The register knows no amounts but those of payments.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FundLink {
    /// The fund.
    pub fund: FundId,
    /// The project that the money is for; `None` if the ledger does not say.
    pub project: Option<ProjectId>,
    /// The money, column by column.
    #[serde(default)]
    pub money: MoneyColumns,
    /// The payments that make up what was disbursed or expended, one by one.
    #[serde(default)]
    pub payments: Vec<LedgerPayment>,
}

/// A payment as the ledger knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerPayment {
    /// Its name.
    pub payment: PaymentId,
    /// The delivery that it pays for, if the ledger says so.
    pub delivery: Option<DeliveryId>,
    /// How much.
    pub amount: Money,
    /// When.
    pub date: Date,
}

impl FundLink {
    /// A link without any amount.
    pub fn new(fund: FundId, project: Option<ProjectId>) -> Self {
        Self { fund, project, money: MoneyColumns::default(), payments: Vec::new() }
    }

    /// Adds money that somebody is bound to give.
    pub fn with_committed(mut self, money: Money) -> Self {
        self.money.committed = self.money.committed + Amounts::<Committed>::of(money);
        self
    }

    /// Adds a payment, which is also a disbursement.
    pub fn with_payment(mut self, payment: LedgerPayment) -> Self {
        self.money.disbursed = self.money.disbursed + Amounts::<Disbursed>::of(payment.amount);
        self.payments.push(payment);
        self
    }
}

/// A gap in the chain, in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Gap {
    /// The project in whose chain it is; `None` for money that belongs to no project.
    pub project: Option<ProjectId>,
    /// The id at which the chain breaks: a project, delivery, payment or fund.
    pub at: String,
    /// What is missing, with its code and what to do.
    pub finding: Finding,
}

impl Gap {
    fn new(card: &'static FindingCard, project: Option<&ProjectId>, at: impl ToString, words: String) -> Self {
        Self { project: project.cloned(), at: at.to_string(), finding: Finding::new(card, words) }
    }
}

/// Every gap between need and handover, project by project, then the money that belongs to none.
pub fn gaps(register: &Register, links: &[FundLink]) -> Vec<Gap> {
    let ledger = Ledger::of(links);
    let mut found = Vec::new();
    for project in register.projects().values() {
        of_project(project, &ledger, &mut found);
        for (id, delivery) in &project.deliveries {
            of_delivery(project, id, delivery, &ledger, &mut found);
        }
    }
    for (link, payment) in ledger.payments.values().flatten() {
        of_payment(register, link, payment, &mut found);
    }
    for link in links.iter().filter(|link| link.payments.is_empty()) {
        of_fund(register, link, &mut found);
    }
    // A chain reads project by project; what belongs to none stands last.
    found.sort_by(|a, b| (a.project.is_none(), &a.project).cmp(&(b.project.is_none(), &b.project)));
    found
}

/// The ledger's links by what the register asks of them.
struct Ledger<'a> {
    payments: BTreeMap<&'a PaymentId, Vec<(&'a FundLink, &'a LedgerPayment)>>,
    paid: BTreeSet<&'a DeliveryId>,
    funded: BTreeSet<&'a ProjectId>,
}

impl<'a> Ledger<'a> {
    fn of(links: &'a [FundLink]) -> Self {
        let mut payments: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for link in links {
            for payment in &link.payments {
                payments.entry(&payment.payment).or_default().push((link, payment));
            }
        }
        let paid =
            links.iter().flat_map(|link| &link.payments).filter_map(|payment| payment.delivery.as_ref()).collect();
        Self { payments, paid, funded: links.iter().filter_map(|link| link.project.as_ref()).collect() }
    }
}

fn of_project(project: &ProjectRecord, ledger: &Ledger, found: &mut Vec<Gap>) {
    let (id, state) = (&project.id, project.state);
    let mut gap = |card, words: String| found.push(Gap::new(card, Some(id), id, words));
    if project.needs.is_empty() {
        gap(NO_NEED, format!("{id} answers no stated need"));
    }
    let is_at_work = matches!(
        state,
        State::Contracted | State::Implementing | State::MechanicallyComplete | State::Accepted | State::Operating
    );
    if is_at_work && project.funds.is_empty() && !ledger.funded.contains(id) {
        gap(NO_FUND, format!("{id} is {state} and no fund stands behind it"));
    }
    if state == State::MechanicallyComplete && project.handovers.is_empty() {
        gap(NO_HANDOVER, format!("{id} is {state} since {} and nobody has prepared its handover", project.since));
    }
}

fn of_delivery(project: &ProjectRecord, id: &DeliveryId, delivery: &Delivery, ledger: &Ledger, found: &mut Vec<Gap>) {
    let mut gap = |card, words: String| found.push(Gap::new(card, Some(&project.id), id, words));
    let what = format!("{id} ({})", delivery.reported);
    let is_paid = !delivery.paid.is_empty() || ledger.paid.contains(id);
    match (delivery.confirmed.is_empty(), is_paid) {
        (true, true) => {
            gap(PAID_UNCONFIRMED, format!("{what} is paid and nobody but {} says that it arrived", delivery.deliverer))
        }
        (true, false) => gap(NOT_CONFIRMED, format!("nobody but {} says that {what} arrived", delivery.deliverer)),
        (false, false) => gap(NO_PAYMENT, format!("{what} arrived and nothing is paid for it")),
        (false, true) => {}
    }
    if delivery.verified.is_empty() {
        gap(NOT_VERIFIED, format!("nobody has gone to see {what}"));
    }
    for (payment, paid) in &delivery.paid {
        match ledger.payments.get(payment).map_or(&[][..], Vec::as_slice) {
            [] => gap(NOT_IN_LEDGER, format!("{payment} over {} for {what} is in no ledger", paid.money)),
            known => {
                for (_, entry) in known.iter().filter(|(_, entry)| entry.amount != paid.money) {
                    let words = format!("{payment} for {what}: {} stated, {} in the ledger", paid.money, entry.amount);
                    gap(LEDGER_DIFFERS, words);
                }
            }
        }
    }
}

/// A payment must lead to a delivery, by its own word or by that of the register.
fn of_payment(register: &Register, link: &FundLink, payment: &LedgerPayment, found: &mut Vec<Gap>) {
    let book = register.book();
    let stated = book.payments.get(&payment.payment).map(|(project, _)| project);
    let named = payment.delivery.as_ref().and_then(|delivery| book.deliveries.get(delivery));
    if stated.or(named).is_some() {
        return;
    }
    let what = format!("{} over {} from {} on {}", payment.payment, payment.amount, link.fund, payment.date);
    match link.project.as_ref().filter(|project| book.projects.contains_key(*project)) {
        Some(project) => {
            let words = match &payment.delivery {
                Some(delivery) => format!("{what} pays for {delivery}, which nobody reported"),
                None => format!("{what} pays for no delivery"),
            };
            found.push(Gap::new(NO_DELIVERY, Some(project), &payment.payment, words));
        }
        None => {
            let words = match &link.project {
                Some(project) => format!("{what} is for {project}, which nobody nominated"),
                None => format!("{what} is for no project"),
            };
            found.push(Gap::new(ORPHAN, None, &payment.payment, words));
        }
    }
}

/// Money without single payments must at least belong to a project.
fn of_fund(register: &Register, link: &FundLink, found: &mut Vec<Gap>) {
    let is_known = link.project.as_ref().is_some_and(|project| register.project(project).is_some());
    let money = [link.money.disbursed.to_string(), link.money.expended.to_string()];
    let has_moved = !(link.money.disbursed.is_empty() && link.money.expended.is_empty());
    if is_known || !has_moved {
        return;
    }
    let of =
        link.project.as_ref().map_or_else(|| "no project".to_owned(), |id| format!("{id}, which nobody nominated"));
    let words = format!("{}: disbursed {}, expended {} for {of}", link.fund, money[0], money[1]);
    found.push(Gap::new(ORPHAN, None, &link.fund, words));
}
