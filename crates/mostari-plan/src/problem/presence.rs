//! Where presence is needed, by area and shift: how many teams stand ready where, and which areas they visit when.
//!
//! No person, no armed actor and no route stands in here: an area, a shift and a number of teams are the finest that
//! is said.

use serde::{Deserialize, Serialize};

/// An area that may need help at any time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PresenceArea {
    /// Name.
    pub id: String,
    /// How much a call from here weighs, by shift: people, or calls expected.
    pub weights: Vec<f64>,
    /// Least probability of a visit in each shift, 0 to 1.
    pub visit_least: f64,
    /// Most probability of a visit in a shift, 0 to 1: below 1 nobody can know that a visit will come.
    pub visit_most: f64,
}

/// A place at which teams can stand ready.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Post {
    /// Name.
    pub id: String,
    /// Most teams at once.
    pub teams_max_count: u32,
    /// Hours to each area.
    pub travel_time_h: Vec<f64>,
}

/// Shifts that one team works in the course of a roster, rest between them kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Rota {
    /// Name.
    pub id: String,
    /// Positions of the shifts, ascending.
    pub shifts: Vec<u32>,
}

/// Areas, posts, rotas and teams.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PresenceProblem {
    /// Areas.
    pub areas: Vec<PresenceArea>,
    /// Posts.
    pub posts: Vec<Post>,
    /// Names of the shifts.
    pub shifts: Vec<String>,
    /// Ways to work through the roster.
    pub rotas: Vec<Rota>,
    /// Teams that there are.
    pub teams_count: u32,
    /// An area is covered from a post that is at most this far away, in hours.
    pub response_limit_h: f64,
    /// Share of the time that a team is busy, 0 to below 1.
    pub busy_share: f64,
    /// Least share of the weight of each shift that two teams or more cover, 0 to 1.
    pub backup_least: f64,
    /// Visits that the teams of a shift make, beside standing ready, per team.
    pub visits_per_team: u32,
}

/// Cover in one shift.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ShiftCover {
    /// Teams at each post.
    pub teams: Vec<u32>,
    /// Teams that cover each area.
    pub cover: Vec<u32>,
    /// Weight that finds a free team, in expectation.
    pub expected_weight: f64,
    /// Share of the weight that two teams or more cover.
    pub backup_share: f64,
    /// Probability of a visit, by area.
    pub visit_chances: Vec<f64>,
    /// Visits in the shift: the sum of the chances.
    pub visits_count: u32,
}

/// Teams by rota and post, and how likely each area is visited.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PresencePlan {
    /// Teams on each rota.
    pub rota_teams: Vec<u32>,
    /// By shift.
    pub shifts: Vec<ShiftCover>,
    /// Expected weight covered, over all shifts.
    pub expected_weight: f64,
    /// No plan covers more.
    pub bound: f64,
    /// (bound - expected weight) / expected weight; 0 where nothing is covered.
    pub gap: f64,
    /// Whether the search was cut off before its gap was proven.
    pub is_stopped: bool,
}

/// Areas visited, by day and shift: one drawn roster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Visits {
    /// By shift of each round through the roster, positions of the areas visited, ascending.
    pub rounds: Vec<Vec<Vec<u32>>>,
}
