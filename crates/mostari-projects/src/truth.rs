//! Is a claimed place true? Six rules that can be asked before money moves, each with its distance, and a score.
//!
//! The rules and their order follow what SIGAR asked of the 641 clinics of a health programme in Afghanistan (letters
//! 15-67-SP and 15-82-SP): outside the country, outside the stated province, shared with another, missing, no building within
//! 400 feet, several buildings that cannot be told apart. A rule that cannot be asked is said to be so, and counts neither
//! way. The score informs; it approves nothing.

mod ask;

use crate::{
    Point, Points, ProjectRecord, Register,
    findings::{
        NO_BUILDING, NOT_TOLD_APART, OUTSIDE_AREA, OUTSIDE_COUNTRY, PLACE_MISSING, PLACE_NOT_ASKED, PLACE_SHARED,
    },
    points::distance_m,
};
use ask::Asked;
use mostari_model::{AreaId, Finding, FindingCard};
use mostari_place::{Gazetteer, TOLERANCE_M};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// SIGAR's 400 feet, in **metres**.
const NEAR_M: f64 = 121.92;
/// Two claims at most this far apart are one place, in **metres**: about the error of a receiver on the spot.
const SAME_PLACE_M: f64 = 10.0;
/// A claim at most this far outside its stated area is taken to be inside, in **metres**: boundaries are simplified.
const AREA_BORDER_M: f64 = 1_000.0;

/// A claimed place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PlaceClaim {
    /// Whose place: a project, a clinic.
    pub id: String,
    /// Name of a site that it shares with others, or empty: those who name one site may stand at one place.
    pub site: String,
    /// The point; `None` if nobody knows it.
    pub at: Option<Point>,
    /// The area that it is said to lie in.
    pub area: Option<AreaId>,
    /// Whether a visitor found the thing and measured a position near the claimed one.
    pub is_visited: bool,
}

/// Buildings or facilities, and where we have looked for them.
#[derive(Debug, Clone, Default)]
pub struct Buildings {
    /// Where they stand.
    pub points: Points,
    /// The areas for which the list is meant to be complete; `None`: everywhere. Elsewhere "no building" means nothing.
    pub mapped: Option<BTreeSet<AreaId>>,
}

/// What claims are held against.
#[derive(Debug, Clone, Copy)]
pub struct Ground<'a> {
    /// Areas with boundaries.
    pub gazetteer: &'a Gazetteer,
    /// ISO 3166-1 alpha-3 code of the country in which all claims should lie.
    pub country: &'a str,
    /// Buildings; `None` if there is no list.
    pub buildings: Option<&'a Buildings>,
}

/// A rule, in the order in which they are asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PlaceRule {
    /// There is a point.
    Missing,
    /// It lies in the country.
    OutsideCountry,
    /// It lies in the stated area.
    OutsideArea,
    /// No other claim stands at it.
    Shared,
    /// A building stands near it.
    NoBuilding,
    /// No more than one building stands near it, or a visit has settled which one it is.
    NotToldApart,
}

/// Distances of the rules in **metres**, and how many points of the score each rule takes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct PlaceRules {
    /// A building within this distance is near.
    pub near_m: f64,
    /// Two claims within this distance stand at one place; 0 for the same coordinates only.
    pub same_place_m: f64,
    /// A point this far outside all areas is still in the nearest.
    pub country_border_m: f64,
    /// A point this far outside its stated area is still in it.
    pub area_border_m: f64,
    /// What each rule takes from 100.
    pub weights: PlaceWeights,
}

impl Default for PlaceRules {
    fn default() -> Self {
        Self {
            near_m: NEAR_M,
            same_place_m: SAME_PLACE_M,
            country_border_m: TOLERANCE_M,
            area_border_m: AREA_BORDER_M,
            weights: PlaceWeights::default(),
        }
    }
}

/// Points that each rule takes from 100. Our judgement (decision 0016), not a measurement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PlaceWeights {
    /// No point at all.
    pub missing: u8,
    /// In another country or at sea.
    pub outside_country: u8,
    /// In another area than stated.
    pub outside_area: u8,
    /// At the place of another.
    pub shared: u8,
    /// Nothing stands there.
    pub no_building: u8,
    /// Several things stand there.
    pub not_told_apart: u8,
}

impl Default for PlaceWeights {
    fn default() -> Self {
        Self { missing: 100, outside_country: 100, outside_area: 50, shared: 50, no_building: 60, not_told_apart: 10 }
    }
}

impl PlaceRule {
    /// All rules, in the order in which they are asked.
    pub const ALL: [Self; 6] =
        [Self::Missing, Self::OutsideCountry, Self::OutsideArea, Self::Shared, Self::NoBuilding, Self::NotToldApart];

    fn card(self) -> &'static FindingCard {
        match self {
            Self::Missing => PLACE_MISSING,
            Self::OutsideCountry => OUTSIDE_COUNTRY,
            Self::OutsideArea => OUTSIDE_AREA,
            Self::Shared => PLACE_SHARED,
            Self::NoBuilding => NO_BUILDING,
            Self::NotToldApart => NOT_TOLD_APART,
        }
    }

    fn weight(self, weights: &PlaceWeights) -> u8 {
        match self {
            Self::Missing => weights.missing,
            Self::OutsideCountry => weights.outside_country,
            Self::OutsideArea => weights.outside_area,
            Self::Shared => weights.shared,
            Self::NoBuilding => weights.no_building,
            Self::NotToldApart => weights.not_told_apart,
        }
    }
}

/// A reason to doubt a claim.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Doubt {
    /// The rule.
    pub rule: PlaceRule,
    /// Its code.
    pub code: &'static str,
    /// How far from where it should be, in whole **metres**, where the rule knows it.
    pub distance_m: Option<u64>,
    /// In words, with the distance.
    pub words: String,
    /// Points that it takes from 100.
    pub weight: u8,
}

/// What the rules say of one claim.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PlaceJudgement {
    /// Whose place.
    pub id: String,
    /// 100 without a doubt, less the weight of each doubt, at least 0; `None` if there is a point and no rule about the
    /// ground could be asked.
    pub score: Option<u8>,
    /// The reasons to doubt it.
    pub doubts: Vec<Doubt>,
    /// Rules that could not be asked, with the reason.
    pub not_asked: Vec<(PlaceRule, String)>,
}

impl PlaceJudgement {
    /// Whether any rule doubts it.
    pub fn is_doubtful(&self) -> bool {
        !self.doubts.is_empty()
    }
}

/// What the rules say of all claims.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PlaceReport {
    /// The rules as they were asked.
    pub rules: PlaceRules,
    /// One judgement a claim, in the order of the claims.
    pub places: Vec<PlaceJudgement>,
    /// Claims that stand at one place, by id.
    pub shared: Vec<Vec<String>>,
    /// How many claims each rule doubts.
    pub counts: BTreeMap<PlaceRule, u64>,
    /// How many claims any rule doubts.
    pub doubtful: u64,
}

/// Holds claims against the ground.
///
/// A point that is no place on the globe counts as missing. What lies outside the country is not asked about its area and
/// buildings: one doubt says it all. All other rules are asked of every claim.
pub fn judge_places(claims: &[PlaceClaim], ground: &Ground, rules: &PlaceRules) -> PlaceReport {
    let asked = Asked::new(claims, ground, rules);
    let places: Vec<PlaceJudgement> = (0..claims.len()).map(|i| asked.judge(i)).collect();
    let mut counts: BTreeMap<PlaceRule, u64> = PlaceRule::ALL.map(|rule| (rule, 0)).into();
    for doubt in places.iter().flat_map(|place| &place.doubts) {
        *counts.entry(doubt.rule).or_default() += 1;
    }
    let name = |group: &Vec<usize>| group.iter().map(|i| claims[*i].id.clone()).collect();
    let shared = asked.groups.iter().map(name).collect();
    let doubtful = places.iter().filter(|place| place.is_doubtful()).count() as u64;
    PlaceReport { rules: rules.clone(), places, shared, counts, doubtful }
}

impl PlaceReport {
    /// Every doubt, and every rule that could not be asked, as findings.
    pub fn findings(&self) -> Vec<Finding> {
        let of = |place: &PlaceJudgement| {
            let doubts = place.doubts.iter();
            let doubts = doubts.map(|doubt| Finding::new(doubt.rule.card(), format!("{}: {}", place.id, doubt.words)));
            let unasked = place.not_asked.iter();
            let unasked = unasked.map(|(_, why)| Finding::new(PLACE_NOT_ASKED, format!("{}: {why}", place.id)));
            doubts.chain(unasked).collect::<Vec<_>>()
        };
        self.places.iter().flat_map(of).collect()
    }

    /// What is said of one place.
    pub fn place(&self, id: &str) -> Option<&PlaceJudgement> {
        self.places.iter().find(|place| place.id == id)
    }
}

impl Register {
    /// The place that was claimed last for each project that is not given up; without one, a claim without a point.
    pub fn place_claims(&self, rules: &PlaceRules) -> Vec<PlaceClaim> {
        let given_up =
            |project: &&ProjectRecord| !matches!(project.state, crate::State::Cancelled | crate::State::Abandoned);
        self.projects().values().filter(given_up).map(|project| claim_of(project, rules)).collect()
    }
}

fn claim_of(project: &ProjectRecord, rules: &PlaceRules) -> PlaceClaim {
    let claim = project.location().map(|location| &location.claim);
    let at = claim.and_then(|claim| claim.at);
    let near = |seen: Point| at.is_some_and(|at| distance_m(at, seen) <= rules.near_m);
    PlaceClaim {
        id: project.id.to_string(),
        site: claim.map_or_else(String::new, |claim| claim.site.clone()),
        at,
        area: Some(claim.and_then(|claim| claim.area.clone()).unwrap_or_else(|| project.area.clone())),
        is_visited: project.visits.values().any(|visit| visit.found && visit.at.is_some_and(near)),
    }
}
