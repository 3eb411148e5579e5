//! The parts that statements are made of.

use crate::{Goods, Quantity};
use mostari_model::{AreaId, Date, EntryId, Money, NeedId, NominationId, PartyId, ProjectId, RequestId, VisitId};
use serde::{Deserialize, Serialize};

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
