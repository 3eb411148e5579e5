//! What parties state about needs, projects and deliveries, and the entry of a log that carries a statement.

mod parts;

use crate::{Figure, Quantity};
use jiff::Timestamp;
use mostari_model::{
    Date, DeliveryId, EntryId, FundId, HandoverId, Label, Money, PartyId, PaymentId, ProjectId, RequestId, VisitId,
};
pub use parts::*;
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
