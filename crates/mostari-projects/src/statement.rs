//! What parties state about needs, projects and deliveries, and the entry of a log that carries a statement.

use crate::{Figure, Goods, Quantity};
use jiff::Timestamp;
use mostari_model::{
    AreaId, Date, DeliveryId, EntryId, FundId, HandoverId, Label, Money, NeedId, NominationId, PartyId, PaymentId,
    ProjectId, RequestId, VisitId,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// A statement as a log carries it. Signatures are checked before: `by` has signed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// Name of the log that carries it.
    pub log: String,
    /// Position in that log, from 0. Order within a log is this and nothing else.
    pub index: u64,
    /// Its name, unique in all logs.
    pub id: EntryId,
    /// The key that signed it.
    pub by: String,
    /// The party that the key speaks for.
    pub party: PartyId,
    /// When its author says that it was recorded: a claim, used only to order entries of different logs.
    pub recorded: Timestamp,
    /// When its author says that it happened: a claim.
    pub happened: Date,
    /// Who may read it.
    #[serde(default)]
    pub label: Label,
    /// Entries of other logs that its author had read and builds upon; they come before it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub after: Vec<EntryId>,
    /// What it says.
    pub statement: Statement,
}

/// What a party says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "says", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Statement {
    /// Something is needed.
    NeedStated(NeedStated),
    /// A project is put forward.
    Nominated(Nominated),
    /// It is the kind of thing that could be done here.
    Screened {
        /// Which project.
        project: ProjectId,
    },
    /// It was scored; a later score stands beside the earlier one.
    Appraised {
        /// Which project.
        project: ProjectId,
        /// The score in hundredths.
        score_hundredths: i64,
        /// Name and version of the method.
        method: String,
    },
    /// It was decided upon.
    Approved {
        /// Which project.
        project: ProjectId,
        /// The decision: a number, a minute, a link.
        decision: String,
    },
    /// A fund stands behind it. Amounts are the ledger's.
    Funded {
        /// Which project.
        project: ProjectId,
        /// Which fund.
        fund: FundId,
        /// Whether the project is now funded in part or in full.
        coverage: Coverage,
    },
    /// Somebody is bound to do it.
    Contracted {
        /// Which project.
        project: ProjectId,
        /// Who.
        contractor: PartyId,
        /// The contract's number.
        contract: String,
        /// The day that was promised.
        complete_by: Option<Date>,
    },
    /// Work began, or began again after an inspection.
    Implementing {
        /// Which project.
        project: ProjectId,
    },
    /// The work is done.
    MechanicallyComplete {
        /// Which project.
        project: ProjectId,
    },
    /// The owner takes the project over on the terms of a handover that it has signed.
    Accepted {
        /// Which project.
        project: ProjectId,
        /// On which terms.
        handover: HandoverId,
    },
    /// It is in use.
    Operating {
        /// Which project.
        project: ProjectId,
    },
    /// It is stopped for a time.
    Suspended {
        /// Which project.
        project: ProjectId,
        /// Why.
        reason: String,
    },
    /// It goes on where it was stopped.
    Resumed {
        /// Which project.
        project: ProjectId,
    },
    /// It is given up.
    Cancelled {
        /// Which project.
        project: ProjectId,
        /// Why.
        reason: String,
    },
    /// Those who were bound to do it have left.
    Abandoned {
        /// Which project.
        project: ProjectId,
        /// What is known.
        reason: String,
    },
    /// It is left to somebody who has not signed.
    TransferredUnilaterally {
        /// Which project.
        project: ProjectId,
        /// To whom.
        to: PartyId,
        /// Why.
        reason: String,
    },
    /// A deliverer says that it has delivered.
    DeliveryReported {
        /// Which delivery.
        delivery: DeliveryId,
        /// For which project.
        project: ProjectId,
        /// Who delivered; often, but not always, the party that states it.
        deliverer: PartyId,
        /// What and how much.
        quantity: Quantity,
    },
    /// Somebody else says that it arrived.
    DeliveryConfirmed {
        /// Which delivery.
        delivery: DeliveryId,
        /// How much arrived.
        quantity: Quantity,
    },
    /// A visitor saw it.
    DeliveryVerified {
        /// Which delivery.
        delivery: DeliveryId,
        /// On which visit.
        visit: VisitId,
        /// How much was seen.
        quantity: Quantity,
    },
    /// It was paid for.
    DeliveryPaid {
        /// Which delivery.
        delivery: DeliveryId,
        /// From which fund.
        fund: FundId,
        /// The payment, as the ledger names it.
        payment: PaymentId,
        /// How much money.
        amount: Money,
        /// For how much of it.
        quantity: Quantity,
    },
    /// Somebody went there.
    Visited(Visited),
    /// Where the project is said to be.
    LocationClaimed(LocationClaimed),
    /// The terms of a handover, ready for the owner's signature.
    HandoverPrepared {
        /// Which handover.
        handover: HandoverId,
        /// Of which project.
        project: ProjectId,
        /// The terms.
        terms: HandoverTerms,
    },
    /// The owner signs. The signature is that of this entry.
    HandoverSigned {
        /// Which handover.
        handover: HandoverId,
        /// The entry that states the terms, so that nothing else is signed.
        terms: EntryId,
    },
    /// A defect of the handover's list is mended.
    DefectMended {
        /// Which handover.
        handover: HandoverId,
        /// Name of the defect in the list.
        defect: String,
    },
    /// Whether it works, a year or two after.
    FunctionChecked {
        /// Which project.
        project: ProjectId,
        /// Which of the two checks.
        age: CheckAge,
        /// What was found.
        functioning: Functioning,
        /// In words.
        words: String,
    },
    /// A field of a project has another value.
    FieldEdited {
        /// Which project.
        project: ProjectId,
        /// Which field.
        field: String,
        /// The entry whose value the author saw: the nomination or the latest edit.
        base: EntryId,
        /// The new value.
        value: FieldValue,
    },
    /// Two or more values of a field stand against each other.
    ConflictStated {
        /// Which project.
        project: ProjectId,
        /// Which field.
        field: String,
        /// The entries with the values.
        versions: BTreeSet<EntryId>,
    },
    /// Somebody decides between values. None of them is lost.
    ConflictDecided {
        /// Which project.
        project: ProjectId,
        /// Which field.
        field: String,
        /// The entries with the values, all of them.
        versions: BTreeSet<EntryId>,
        /// What holds from now on.
        outcome: Outcome,
        /// Why.
        reason: String,
    },
    /// A published rate with both of its parts.
    FigureStated {
        /// The series: `property-claims-decided`.
        series: String,
        /// Part of it: a municipality, or empty for the whole.
        part: String,
        /// The figure.
        figure: Figure,
    },
    /// A published figure is replaced; the old one stays beside it.
    FigureRestated {
        /// The series.
        series: String,
        /// Part of it.
        part: String,
        /// As it stood.
        old: Figure,
        /// As it stands now.
        new: Figure,
        /// Why.
        reason: String,
    },
    /// A civilian asks for the use of a military asset.
    MilitaryAssetRequested(MilitaryAssetRequested),
    /// The use of a military asset has ended.
    MilitaryAssetEnded {
        /// Which request.
        request: RequestId,
    },
}

/// Something is needed. People are a count of an area; no person is named.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NeedStated {
    /// Its id.
    pub need: NeedId,
    /// Where.
    pub area: AreaId,
    /// Sector (`health`, `education`, …).
    pub sector: String,
    /// How many people, if known.
    pub people: Option<u64>,
    /// In words.
    pub words: String,
}

/// A project is put forward.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Nominated {
    /// Id of this act.
    pub nomination: NominationId,
    /// The project.
    pub project: ProjectId,
    /// The needs that it answers.
    pub needs: Vec<NeedId>,
    /// What a person calls it.
    pub title: String,
    /// Kind in the catalogue, or empty.
    pub kind: String,
    /// Area that it stands in.
    pub area: AreaId,
}

/// How much of a project is funded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Coverage {
    /// A part.
    Partial,
    /// All of it.
    Full,
}

/// A place on the globe in degrees, WGS 84.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Point {
    /// Degrees east, -180 to 180.
    pub longitude: f64,
    /// Degrees north, -90 to 90.
    pub latitude: f64,
}

impl Point {
    /// Whether it is a place on the globe at all.
    pub fn is_valid(self) -> bool {
        (-180.0..=180.0).contains(&self.longitude) && (-90.0..=90.0).contains(&self.latitude)
    }
}

/// How a coordinate was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LocationMethod {
    /// A receiver on the spot.
    Gps,
    /// Pointed at on a map or image.
    Map,
    /// Looked up by address or name.
    Address,
    /// Copied from another list.
    List,
    /// Nobody said.
    Unknown,
}

/// How exact a coordinate claims to be (IATI code list `GeographicExactness`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Exactness {
    /// The place itself.
    Exact,
    /// Near it.
    Approximate,
}

/// Where a project is said to be. Its date and author are those of the entry.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LocationClaimed {
    /// Which project.
    pub project: ProjectId,
    /// Name of the site that it shares with other projects, or empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub site: String,
    /// The point; `None` says that nobody knows it.
    pub at: Option<Point>,
    /// The area that it is said to lie in.
    pub area: Option<AreaId>,
    /// How it was found.
    pub method: LocationMethod,
    /// How exact it claims to be.
    pub exactness: Exactness,
}

/// A visit to a project.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Visited {
    /// Its id.
    pub visit: VisitId,
    /// Which project.
    pub project: ProjectId,
    /// Where the visitor stood, if measured.
    pub at: Option<Point>,
    /// Whether the thing was found there.
    pub found: bool,
    /// In words.
    pub words: String,
}

/// What an owner takes over. What is not stated is `None` or empty, and then nothing can be accepted on these terms.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandoverTerms {
    /// Who will own it.
    pub owner: PartyId,
    /// What it costs to run for a year.
    pub running_cost_year: Option<Money>,
    /// The line of the owner's budget that pays for this, or empty.
    #[serde(default)]
    pub budget_line: String,
    /// The things that change hands.
    #[serde(default)]
    pub assets: Vec<Quantity>,
    /// What is wrong with them; an empty list says that somebody looked and found nothing.
    pub defects: Option<Vec<Defect>>,
    /// Who was trained in what, as counts; an empty list says that none was needed.
    pub training: Option<Vec<Training>>,
}

/// Something that is wrong at handover.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Defect {
    /// Its name in the list.
    pub name: String,
    /// Who is to mend it.
    pub mended_by: PartyId,
    /// By when.
    pub due: Option<Date>,
}

/// Training that was given: counts, no persons.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Training {
    /// In what.
    pub subject: String,
    /// How many people.
    pub people: u32,
}

/// Which check on the use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CheckAge {
    /// 12 months after handover.
    #[serde(rename = "12-months")]
    Months12,
    /// 24 months after handover.
    #[serde(rename = "24-months")]
    Months24,
}

impl CheckAge {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Months12, Self::Months24];

    /// Calendar months after handover.
    pub const fn months(self) -> i32 {
        match self {
            Self::Months12 => 12,
            Self::Months24 => 24,
        }
    }
}

/// What a check found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Functioning {
    /// It does what it was built for.
    Yes,
    /// In part.
    Partly,
    /// It does not.
    No,
}

/// The value of a field.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FieldValue {
    /// Words.
    Text(String),
    /// A whole number.
    Count(i64),
    /// Money.
    Money(Money),
    /// A day.
    Day(Date),
}

/// How a conflict ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// One of the values holds: that of this entry.
    Keep(EntryId),
    /// Neither: this value holds.
    New(FieldValue),
}

/// A civilian asks for the use of a military asset: last resort, for a time, with a way out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MilitaryAssetRequested {
    /// Its id.
    pub request: RequestId,
    /// For which project, if for one.
    pub project: Option<ProjectId>,
    /// What is asked for.
    pub asset: Goods,
    /// Who asks.
    pub asked_by: PartyId,
    /// Why no civilian option will do.
    pub why_no_civilian: String,
    /// The day on which the use ends.
    pub until: Date,
    /// How it ends.
    pub exit_plan: String,
}
