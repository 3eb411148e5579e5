//! What is known of one project: where it stands and how it came there.

use crate::{
    ActivityStatus, Amounts, CheckAge, Coverage, DeliveryColumns, Field, Functioning, HandoverTerms, LocationClaimed,
    Oc4idsStatus, Point, Quantity, State, Tally,
};
use mostari_model::{
    AreaId, Date, DeliveryId, EntryId, FundId, HandoverId, Label, Money, NeedId, NominationId, PartyId, PaymentId,
    ProjectId, VisitId,
};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// One project. All of it follows from the entries; nothing is set by hand.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ProjectRecord {
    /// Its id.
    pub id: ProjectId,
    /// The act that put it forward.
    pub nomination: NominationId,
    /// The needs that it answers, as the nomination says.
    pub needs: Vec<NeedId>,
    /// Kind in the catalogue, or empty.
    pub kind: String,
    /// Area that it stands in, as the nomination says.
    pub area: AreaId,
    /// Where it stands.
    pub state: State,
    /// Since when, as its author says.
    pub since: Date,
    /// The state in which it was stopped, while it is suspended.
    pub stopped_in: Option<State>,
    /// Every entry that speaks of it, in the order of the register, refused ones too.
    pub history: Vec<Happening>,
    /// Funds that stand behind it.
    pub funds: BTreeMap<FundId, Coverage>,
    /// Scores, in the order in which they were given.
    pub scores: Vec<Score>,
    /// Contracts.
    pub contracts: Vec<Contract>,
    /// Deliveries.
    pub deliveries: BTreeMap<DeliveryId, Delivery>,
    /// Visits.
    pub visits: BTreeMap<VisitId, Visit>,
    /// Terms of handover that were prepared.
    pub handovers: BTreeMap<HandoverId, Handover>,
    /// The handover on whose terms it was accepted.
    pub accepted: Option<HandoverId>,
    /// The transfer to somebody who did not sign.
    pub transferred: Option<Transfer>,
    /// Where it is said to be, in the order of the claims.
    pub locations: Vec<Location>,
    /// What was found 12 and 24 months after.
    pub checks: Vec<FunctionCheck>,
    /// Its fields, with all their versions. The title is one of them.
    pub fields: BTreeMap<String, Field>,
    /// The compartments that a reader of all this must hold.
    pub label: Label,
    /// The sum of all amounts that were stated, of whatever kind: only to keep them within what can be counted.
    #[serde(skip)]
    pub(crate) stated: u128,
}

/// One entry in a project's history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Happening {
    /// The entry.
    pub entry: EntryId,
    /// When it happened, as its author says.
    pub happened: Date,
    /// Who says so.
    pub party: PartyId,
    /// In words.
    pub words: String,
    /// Codes of the reasons why it was refused; empty if it counts.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub refused: Vec<String>,
}

/// A score.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Score {
    /// The entry.
    pub entry: EntryId,
    /// In hundredths.
    pub score_hundredths: i64,
    /// Name and version of the method.
    pub method: String,
}

/// A contract.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Contract {
    /// The entry.
    pub entry: EntryId,
    /// Who is bound.
    pub contractor: PartyId,
    /// Its number.
    pub contract: String,
    /// The day that was promised.
    pub complete_by: Option<Date>,
}

/// A delivery: what each party says of it, apart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Delivery {
    /// The report.
    pub entry: EntryId,
    /// Who delivered.
    pub deliverer: PartyId,
    /// Who reported.
    pub reporter: PartyId,
    /// The key that signed the report.
    #[serde(skip)]
    pub(crate) reporter_key: String,
    /// When, as reported.
    pub happened: Date,
    /// As reported.
    pub reported: Quantity,
    /// As confirmed, by party; a party's later word replaces its earlier one here, not in the history.
    pub confirmed: BTreeMap<PartyId, Witnessed>,
    /// As seen, by visit.
    pub verified: BTreeMap<VisitId, Witnessed>,
    /// As paid.
    pub paid: BTreeMap<PaymentId, Payment>,
}

/// How much somebody else than the deliverer says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Witnessed {
    /// The entry.
    pub entry: EntryId,
    /// Who.
    pub party: PartyId,
    /// When.
    pub happened: Date,
    /// How much, in the delivery's goods.
    pub amount: u64,
}

/// A payment for a delivery.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Payment {
    /// The entry.
    pub entry: EntryId,
    /// From which fund.
    pub fund: FundId,
    /// How much money.
    pub money: Money,
    /// When.
    pub happened: Date,
    /// For how much of the delivery.
    pub amount: u64,
}

impl Delivery {
    /// Its columns. Where several parties confirm or verify, the least that any of them says counts.
    pub fn columns(&self) -> DeliveryColumns {
        let goods = || self.reported.goods.clone();
        let least = |witnessed: &mut dyn Iterator<Item = &Witnessed>| witnessed.map(|w| w.amount).min();
        let paid = self.paid.values().fold(Tally::default(), |sum, p| sum + Tally::of(goods(), p.amount));
        DeliveryColumns {
            reported: Tally::of(goods(), self.reported.amount),
            confirmed: least(&mut self.confirmed.values()).map_or_else(Tally::default, |n| Tally::of(goods(), n)),
            verified: least(&mut self.verified.values()).map_or_else(Tally::default, |n| Tally::of(goods(), n)),
            paid,
            paid_money: self.paid.values().fold(Amounts::default(), |sum, p| sum + Amounts::of(p.money)),
        }
    }
}

/// A visit.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Visit {
    /// The entry.
    pub entry: EntryId,
    /// Who went.
    pub party: PartyId,
    /// When.
    pub happened: Date,
    /// Where the visitor stood.
    pub at: Option<Point>,
    /// Whether the thing was found.
    pub found: bool,
    /// In words.
    pub words: String,
}

/// Terms of handover, and the owner's signature under them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Handover {
    /// The entry that states the terms.
    pub entry: EntryId,
    /// The terms.
    pub terms: HandoverTerms,
    /// The entry with which the owner signed, and the day.
    pub signed: Option<(EntryId, Date)>,
    /// Defects that are mended, with the entry that says so.
    pub mended: BTreeMap<String, EntryId>,
}

/// A transfer to somebody who did not sign.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Transfer {
    /// The entry.
    pub entry: EntryId,
    /// To whom.
    pub to: PartyId,
    /// When.
    pub happened: Date,
}

/// A claim of a place, with its author and day.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Location {
    /// The entry.
    pub entry: EntryId,
    /// Who claims.
    pub party: PartyId,
    /// When.
    pub happened: Date,
    /// What.
    pub claim: LocationClaimed,
}

/// A check on the use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FunctionCheck {
    /// The entry.
    pub entry: EntryId,
    /// Which one.
    pub age: CheckAge,
    /// Who looked.
    pub party: PartyId,
    /// When.
    pub happened: Date,
    /// What was found.
    pub functioning: Functioning,
    /// In words.
    pub words: String,
}

impl ProjectRecord {
    /// What was delivered, column by column.
    pub fn columns(&self) -> DeliveryColumns {
        self.deliveries.values().map(Delivery::columns).fold(DeliveryColumns::default(), |sum, one| DeliveryColumns {
            reported: sum.reported + one.reported,
            confirmed: sum.confirmed + one.confirmed,
            verified: sum.verified + one.verified,
            paid: sum.paid + one.paid,
            paid_money: sum.paid_money + one.paid_money,
        })
    }

    /// What a person calls it: the title that stands; where two stand against each other, both.
    pub fn title(&self) -> String {
        self.fields.get(TITLE).map(Field::words).unwrap_or_default()
    }

    /// The handover on whose terms it was accepted.
    pub fn handover(&self) -> Option<&Handover> {
        self.handovers.get(self.accepted.as_ref()?)
    }

    /// The day from which the checks on the use count: that of the owner's signature, else that of the transfer.
    pub fn in_use_since(&self) -> Option<Date> {
        let signed = self.handover().and_then(|handover| handover.signed.as_ref()).map(|(_, day)| *day);
        signed.or_else(|| self.transferred.as_ref().map(|transfer| transfer.happened))
    }

    /// Whether all checks on the use are done.
    pub fn is_checked(&self) -> bool {
        CheckAge::ALL.iter().all(|age| self.checks.iter().any(|check| check.age == *age))
    }

    /// What OC4IDS calls its state.
    pub fn oc4ids(&self) -> Oc4idsStatus {
        self.state.oc4ids(self.stopped_in)
    }

    /// What IATI calls its state.
    pub fn iati(&self) -> ActivityStatus {
        self.state.iati(self.is_checked())
    }

    /// Those who are bound to do it or say that they did: they cannot confirm, verify or check it.
    pub fn doers(&self) -> BTreeSet<&PartyId> {
        let contractors = self.contracts.iter().map(|contract| &contract.contractor);
        contractors.chain(self.deliveries.values().map(|delivery| &delivery.deliverer)).collect()
    }

    /// The place that was claimed last.
    pub fn location(&self) -> Option<&Location> {
        self.locations.last()
    }
}

/// The field that holds what a person calls the project.
pub const TITLE: &str = "title";
