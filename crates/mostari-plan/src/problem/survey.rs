//! Where the next look is worth most: candidates whose worth is in doubt, looks that would tell, short flights.

use serde::{Deserialize, Serialize};

/// A candidate that may be funded or not, and how it may really stand.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DoubtfulCandidate {
    /// Name.
    pub id: String,
    /// Probability of each state that it may be in, from what is known; the sum is 1.
    pub chances: Vec<f64>,
    /// What funding it is worth in each state: benefit less the worth of its cost elsewhere; not funding is worth 0.
    pub worth: Vec<f64>,
}

/// A look at a candidate: by whom, where, how long, and what it tells.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Look {
    /// Name.
    pub id: String,
    /// Position of the candidate that it tells about.
    pub candidate: u32,
    /// Position of the kind of flight that can do it.
    pub kind: u32,
    /// Position of its place in the travel times of the kind.
    pub place: u32,
    /// Hours that it takes on the spot.
    pub hours: f64,
    /// Probability of each result, by result and state of the candidate: for each state the sum is 1.
    pub results: Vec<Vec<f64>>,
}

/// A kind of flight: a drone, a team in a car.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Kind {
    /// Name.
    pub id: String,
    /// Shortest hours from place to place, so that no detour is quicker; infinite where there is no way.
    pub travel_time_h: Vec<Vec<f64>>,
}

/// One flight or drive from a base and back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Flight {
    /// Name.
    pub id: String,
    /// Position of its kind.
    pub kind: u32,
    /// Position of its base in the travel times of the kind.
    pub base: u32,
    /// Most hours from start to return.
    pub hours_max: f64,
}

/// Candidates in doubt, looks and flights.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SurveyProblem {
    /// Candidates in doubt.
    pub candidates: Vec<DoubtfulCandidate>,
    /// Looks; at most one of those at the same candidate is taken.
    pub looks: Vec<Look>,
    /// Kinds of flight.
    pub kinds: Vec<Kind>,
    /// Flights that there are.
    pub flights: Vec<Flight>,
}

/// What a look is worth, and what it may change.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LookWorth {
    /// Expected value of information: what deciding after the look is worth more than deciding now.
    pub worth: f64,
    /// Whether the candidate would be funded as things stand.
    pub funds_now: bool,
    /// Probability that the decision changes.
    pub change_chance: f64,
}

/// One flight as planned.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Tour {
    /// Looks in their order, by position; none if the flight stays at its base.
    pub looks: Vec<u32>,
    /// Hours from start to return.
    pub hours: f64,
    /// What its looks are worth.
    pub worth: f64,
}

/// Which looks to take, on which flight, in which order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SurveyPlan {
    /// By look.
    pub looks: Vec<LookWorth>,
    /// By flight.
    pub tours: Vec<Tour>,
    /// What all looks taken are worth.
    pub worth: f64,
    /// No plan is worth more.
    pub bound: f64,
    /// (bound - worth) / worth; 0 where nothing is worth anything.
    pub gap: f64,
}
