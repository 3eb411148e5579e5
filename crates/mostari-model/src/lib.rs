//! The vocabulary of Mostari. Start here.
//!
//! Everything else speaks in these words. This crate does no I/O, reads no clock and knows no format.
//!
//! # Glossary
//!
//! | word | meaning | type |
//! | --- | --- | --- |
//! | area | an administrative unit, known by a code, versioned, with a parent | [`Areas`], [`AreaId`] |
//! | place reference | how a file names a place: a code, a name, its parents | [`PlaceRef`] |
//! | table | observations of one kind as columns; what a reader gives | [`Table`] |
//! | finding | something a reader or an engine wants a person to know, with a stable code | [`Finding`] |
//! | dataset | one file's worth of tables in the record, with source, licence and label | [`Dataset`] |
//! | label | the compartments a reader must hold; the empty set is public | [`Label`] |
//! | snapshot | what one reader may see at one point of the record; immutable | [`Snapshot`] |
//! | indicator value | a number for an area and a period, with unit, bounds, confidence and sources | [`IndicatorValue`] |
//! | assessment | all indicator values computed from one snapshot | [`Assessment`] |
//! | project | something that could be built, cleared, repaired or supplied | [`Project`] |
//! | catalogue | kinds of project with unit costs, used to propose projects by rule | [`Catalogue`] |
//! | means | who can pay and who can work, when, and under which caveats | [`Means`] |
//! | conditions | what people decided about a plan beside its means: what is required, excluded, bundled, run by whom | [`Conditions`] |
//! | plan | which projects, when, paid and done by whom; and why not the others | [`Plan`] |
//! | about card | id, name, unit, range, direction, source, method of a reader, indicator or planner | [`About`] |

mod about;
mod aid;
mod area;
mod assessment;
mod catalogue;
mod column;
mod conditions;
mod digest;
mod finding;
mod label;
mod means;
mod money;
mod period;
mod place_ref;
mod plan;
mod project;
mod snapshot;
mod stated;
mod table;

pub use about::{About, Direction, Kind};
pub use aid::{
    AidActivity, AidLocation, AidShare, AidTransaction, Counterparty, Organisation, Participation, TransactionType,
};
pub use area::{
    AreaId, DeliveryId, EntryId, FundId, HandoverId, NeedId, NominationId, PartyId, PaymentId, ProjectId, RequestId,
    VisitId,
};
pub use assessment::{Assessment, Confidence, IndicatorValue, LatestValues, Unit};
pub use catalogue::{Catalogue, CatalogueError, ProjectKind, Trigger};
pub use column::{Cells, Column, ColumnError, Dates, Integers, Numbers, Places, Rows, Shapes, Texts, Words};
pub use conditions::{After, Conditions, ConditionsError, Owner, Running, Together, Weight, Which};
pub use digest::{Digest, canonical_json};
pub use finding::{Finding, FindingCard, Severity, count_by_code};
pub use label::{Clearance, Label};
pub use means::{Capability, Caveat, Donor, Earmark, Means, MeansError, Party};
pub use money::{Currency, Money, MoneyError};
pub use period::{Date, Month, MonthError, Period};
pub use place_ref::PlaceRef;
pub use plan::{
    Agreed, Answered, Change, CheckReport, Chosen, NotChosen, Payment, Plan, Reason, ReasonGroup, Rule, StoppedBy,
    Violation, Work,
};
pub use project::{Answer, CostRange, Oc4idsStatus, Origin, Project};
pub use snapshot::{Dataset, DatasetId, Mission, Settled, Snapshot};
pub use stated::Stated;
pub use table::*;
