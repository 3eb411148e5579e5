//! The record's statements, given to the engines that understand them: a register of projects, a ledger of funds, and how
//! the two hang together.

use crate::failure::Failure;
use crate::session::note_erased;
use crate::terminal::{Terminal, counted};
use mostari_funds::{AccountKind, Ledger, Outcome, Posting, Recorded, step_of};
use mostari_model::{Clearance, Currency, Date, Money, ProjectId};
use mostari_projects::{
    Amounts, Committed, Disbursed, Expended, FundLink, LedgerPayment, MoneyColumns, Pledged, Register,
};
use mostari_record::Mission;
use std::collections::{BTreeMap, BTreeSet};

/// The kind under which a log carries statements about needs, projects and deliveries.
pub const PROJECT: &str = "project";
/// The kind under which a log carries statements about funds and goods.
pub const FUNDS: &str = "funds";

/// Everything that was stated of projects and funds, as far as one reader may see.
pub struct Joined {
    /// Needs, projects, deliveries.
    pub register: Register,
    /// Money, goods, weeks.
    pub ledger: Ledger,
    /// The ledger's money by fund and project.
    pub links: Vec<FundLink>,
    /// How many entries that the reader could see were erased: they may have stated something of this.
    pub erased: u64,
}

impl Joined {
    /// Reads what the record holds of both, here and in the logs that were taken in. What this version cannot read is said.
    pub fn open(mission: &Mission, reader: &Clearance, terminal: &Terminal) -> Result<Self, Failure> {
        let (projects, funds) = (mission.stated(PROJECT, reader)?, mission.stated(FUNDS, reader)?);
        let mut unread = Vec::new();
        let register = Register::replay(
            projects.iter().filter_map(|stated| note(mostari_projects::Entry::of(stated), &mut unread)),
        );
        let entries: Vec<_> =
            funds.iter().filter_map(|stated| note(mostari_funds::Entry::of(stated), &mut unread)).collect();
        let ledger = Ledger::replay(entries);
        if let Some(first) = unread.first() {
            let all = counted(unread.len() as u64, "statement", "statements");
            terminal.note(format!("note: {all} cannot be read by this version and {} not used; {first}", are(&unread)));
        }
        let erased = mission.erased(reader)?;
        note_erased(erased, terminal);
        let links = fund_links(&ledger);
        Ok(Self { register, ledger, links, erased })
    }
}

fn are(list: &[String]) -> &'static str {
    if list.len() == 1 { "is" } else { "are" }
}

fn note<T>(read: Result<T, String>, unread: &mut Vec<String>) -> Option<T> {
    read.map_err(|reason| unread.push(reason)).ok()
}

/// What the ledger says of the money of each grant line for each project, and every payment to somebody outside.
///
/// An account of kind `project` is named like its project. A grant line whose money reached one project alone is that
/// project's with all its columns; what was pledged and committed for several stays with the line.
fn fund_links(ledger: &Ledger) -> Vec<FundLink> {
    let mut found: BTreeMap<(String, Option<ProjectId>), FundLink> = BTreeMap::new();
    for moved in ledger.history().iter().flat_map(Moved::all) {
        let Some(project) = moved.project(ledger) else { continue };
        let fund = moved.fund(ledger);
        let link = found.entry((fund.clone(), Some(project.clone()))).or_insert_with(|| link(&fund, Some(project)));
        moved.count(ledger, link);
    }
    let reached = |fund: &str| -> BTreeSet<ProjectId> {
        found.keys().filter(|(known, _)| known == fund).filter_map(|(_, project)| project.clone()).collect()
    };
    let mut promised = Vec::new();
    for (grant, line) in ledger.grants() {
        let projects = reached(grant.as_str());
        let project = if projects.len() == 1 { projects.first().cloned() } else { None };
        promised.push((grant.to_string(), project, line.unit.to_string(), line.posted));
    }
    for (fund, project, unit, [pledged, committed, ..]) in promised {
        let link = found.entry((fund.clone(), project.clone())).or_insert_with(|| link(&fund, project));
        let money = |amount: u64| money(amount, &unit).filter(|_| amount > 0);
        let columns = MoneyColumns {
            pledged: money(pledged).map(Amounts::<Pledged>::of).unwrap_or_default(),
            committed: money(committed).map(Amounts::<Committed>::of).unwrap_or_default(),
            ..MoneyColumns::default()
        };
        link.money = std::mem::take(&mut link.money) + columns;
    }
    found.into_values().collect()
}

fn link(fund: &str, project: Option<ProjectId>) -> FundLink {
    FundLink::new(fund.into(), project)
}

fn money(amount: u64, unit: &str) -> Option<Money> {
    let currency: Currency = unit.parse().ok()?;
    Some(Money::new(i64::try_from(amount).ok()?, currency))
}

/// A leg of a posting, with the entry that first stated it.
struct Moved<'a> {
    name: &'a str,
    booked: Date,
    leg: &'a mostari_funds::Leg,
}

impl<'a> Moved<'a> {
    fn all(recorded: &'a Recorded) -> Vec<Self> {
        let Outcome::Posted(Posting { booked, legs }) = &recorded.outcome else { return Vec::new() };
        let name = match &recorded.entry.statement {
            mostari_funds::Statement::Approve { of } | mostari_funds::Statement::Post { of, .. } => of,
            _ => &recorded.entry.id,
        };
        legs.iter().map(|leg| Moved { name: name.as_str(), booked: *booked, leg }).collect()
    }

    fn project(&self, ledger: &Ledger) -> Option<ProjectId> {
        [&self.leg.credit, &self.leg.debit].into_iter().find_map(|id| {
            let account = ledger.account(id)?;
            (account.card.kind == AccountKind::Project).then(|| id.as_str().into())
        })
    }

    /// The grant line; without one the donor of the money's first lot.
    fn fund(&self, ledger: &Ledger) -> String {
        let donor = || ledger.lot(self.leg.lots.first()?.lot)?.earmark.donor.as_ref().map(ToString::to_string);
        match &self.leg.grant {
            Some(grant) => grant.to_string(),
            None => donor().unwrap_or_else(|| "unassigned".to_owned()),
        }
    }

    fn count(&self, ledger: &Ledger, link: &mut FundLink) {
        let kind_of = |id| ledger.account(id).map(|account| account.card.kind);
        let unit = ledger.account(&self.leg.credit).map(|account| account.card.unit.to_string());
        let Some(amount) = unit.and_then(|unit| money(self.leg.amount, &unit)) else { return };
        let mut columns = MoneyColumns::default();
        match self.leg.kind.and_then(step_of) {
            Some(2) => columns.disbursed = Amounts::<Disbursed>::of(amount),
            Some(3) => columns.expended = Amounts::<Expended>::of(amount),
            _ => {}
        }
        link.money = std::mem::take(&mut link.money) + columns;
        if kind_of(&self.leg.credit) == Some(AccountKind::Payee) {
            let (payment, delivery, date) = (self.name.into(), None, self.booked);
            link.payments.push(LedgerPayment { payment, delivery, amount, date });
        }
    }
}
