//! One indicator a file, and the one list of them.

pub(crate) mod conflict;
pub(crate) mod displacement;
pub(crate) mod facilities;
pub(crate) mod food;
pub(crate) mod hazard_share;
pub(crate) mod hot_spots;
pub(crate) mod needs_people;
pub(crate) mod needs_severity;
pub(crate) mod population_change;
pub(crate) mod presence;
pub(crate) mod road_closure_share;

use crate::Indicator;

/// Every indicator, in the order in which results stand.
pub fn all() -> &'static [&'static dyn Indicator] {
    &[
        &conflict::Conflict::EVENTS,
        &conflict::Conflict::DEATHS,
        &conflict::Monthly::EVENTS,
        &conflict::Monthly::DEATHS,
        &hot_spots::HotSpots,
        &hazard_share::HazardShare,
        &facilities::PeoplePerFacility,
        &facilities::Facilities,
        &facilities::NearestFacility,
        &road_closure_share::RoadClosureShare,
        &population_change::PopulationChange,
        &displacement::Displacement,
        &displacement::DisplacementShare,
        &needs_people::NeedsPeople,
        &needs_severity::NeedsSeverity,
        &food::FoodInsecurePeople,
        &food::FoodPhase,
        &presence::Presence,
    ]
}
