//! Presence: how many teams stand ready in which area, and how likely each area is visited, from the security picture of
//! the record by area. No person, no armed actor, no route and no hour stands in it.

use crate::findings::{PRESENCE_POSTS_CUT, PRESENCE_WEIGHT_ASSUMED};
use crate::mission::Ways;
use crate::mission::convoys::{PEOPLE, spelled};
use crate::presence::{PresenceError, draw, solve};
use crate::problem::ground::{Ground, Place};
use crate::problem::presence::{Post, PresenceArea, PresencePlan, PresenceProblem, Rota, Visits};
use mostari_milp::Limits;
use mostari_model::{AreaId, Assessment, Finding, Snapshot};
use mostari_place::Gazetteer;

/// Name and version, for the record.
pub const ENGINE: &str = concat!("mostari-plan presence ", env!("CARGO_PKG_VERSION"));

/// Areas in which teams can stand, if none are named: those of most weight.
const POSTS_MAX: usize = 200;

/// Share of a shift's visits that is spread evenly over all areas, if no least chance is said.
const EVEN_SHARE: f64 = 0.25;

/// Rounds that are drawn to see whether the drawing keeps the stated chances; the first of them are the schedule.
const ROUNDS_CHECKED: u32 = 1_000;

/// What is asked.
#[derive(Debug, Clone, PartialEq)]
pub struct PresenceQuestion {
    /// Teams in all; each works one shift of a round.
    pub teams: u32,
    /// Names of the shifts of a round.
    pub shifts: Vec<String>,
    /// What an area weighs: an indicator of the assessment, or `people`.
    pub weigh: String,
    /// The part of the indicator; empty for the whole.
    pub part: String,
    /// Areas in which teams can stand; those of most weight if none are named.
    pub posts: Vec<AreaId>,
    /// Kilometres an hour on the way.
    pub speed_kmh: f64,
    /// Factor on every step from area to area.
    pub detour: f64,
    /// An area is covered from where a team needs at most so many hours.
    pub within_h: f64,
    /// Share of the time that a team is busy.
    pub busy_share: f64,
    /// Least share of the weight that two teams or more cover.
    pub backup: f64,
    /// Visits that a team makes in a shift.
    pub visits: u32,
    /// Least chance of a visit in a shift, for every area; a quarter of the visits spread evenly if not said.
    pub least: Option<f64>,
    /// Most chance of a visit in a shift.
    pub most: f64,
}

/// Why there is no presence plan.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum PresenceOnMissionError {
    /// An area that is not there, or no smallest one.
    #[error("`{0}` is no smallest area of this mission")]
    Area(AreaId),
    /// Nothing weighs anything.
    #[error(
        "`{weigh}` is 0 or unknown in every area: nothing says where presence is needed; another day (`--as-of`) or indicator (`--weigh`) may"
    )]
    NoWeight {
        /// What was to be weighed.
        weigh: String,
    },
    /// The engine's own.
    #[error("teams and visits do not fit")]
    Presence(#[from] PresenceError),
}

/// Gathers weights, posts and travel. What is unknown is taken to weigh what the median of the known areas does.
///
/// # Errors
/// [`PresenceOnMissionError`].
pub fn gather(
    snapshot: &Snapshot,
    gazetteer: &Gazetteer,
    assessment: Option<&Assessment>,
    asked: &PresenceQuestion,
) -> Result<(Ground, PresenceProblem, Vec<Finding>), PresenceOnMissionError> {
    let ground = Ground::of(snapshot, gazetteer);
    let mut findings = Vec::new();
    let weights = weights(&ground, assessment, asked, &mut findings)?;
    let posts = posts(&ground, gazetteer, asked, &weights, &mut findings)?;
    let open = |_: usize| true;
    let post = |at: usize| {
        let ways = Ways::from(&ground, at, asked.detour, &open, &|_, _| true);
        let hours = |metres: &Option<u64>| metres.map_or(f64::MAX, |metres| metres as f64 / 1_000.0 / asked.speed_kmh);
        Post {
            id: ground.places[at].area.to_string(),
            teams_max_count: asked.teams,
            travel_time_h: ways.metres.iter().map(hours).collect(),
        }
    };
    let a_shift = f64::from(asked.teams / asked.shifts.len().max(1) as u32 * asked.visits);
    let even = (EVEN_SHARE * a_shift / ground.places.len().max(1) as f64).min(asked.most);
    let area = |(place, weight): (&Place, &f64)| PresenceArea {
        id: place.area.to_string(),
        weights: vec![*weight; asked.shifts.len()],
        visit_least: asked.least.unwrap_or(even),
        visit_most: asked.most,
    };
    let rota = |(at, shift): (usize, &String)| Rota { id: shift.clone(), shifts: vec![at as u32] };
    let problem = PresenceProblem {
        areas: ground.places.iter().zip(&weights).map(area).collect(),
        posts: posts.into_iter().map(post).collect(),
        shifts: asked.shifts.clone(),
        rotas: asked.shifts.iter().enumerate().map(rota).collect(),
        teams_count: asked.teams,
        response_limit_h: asked.within_h,
        busy_share: asked.busy_share,
        backup_least: asked.backup,
        visits_per_team: asked.visits,
    };
    Ok((ground, problem, findings))
}

/// What each place weighs.
fn weights(
    ground: &Ground,
    assessment: Option<&Assessment>,
    asked: &PresenceQuestion,
    findings: &mut Vec<Finding>,
) -> Result<Vec<f64>, PresenceOnMissionError> {
    let latest = assessment.map(Assessment::latest).unwrap_or_default();
    let weight = |place: &Place| match asked.weigh.as_str() {
        PEOPLE => place.people.map(|people| people as f64),
        indicator => latest.get(indicator, &asked.part, &place.area).and_then(|value| value.value),
    };
    let known: Vec<Option<f64>> = ground.places.iter().map(|place| weight(place).map(|it| it.max(0.0))).collect();
    let mut sorted: Vec<f64> = known.iter().flatten().copied().collect();
    sorted.sort_by(f64::total_cmp);
    let median = sorted.get(sorted.len().saturating_sub(1) / 2).copied().unwrap_or(0.0);
    if sorted.iter().sum::<f64>() <= 0.0 {
        return Err(PresenceOnMissionError::NoWeight { weigh: asked.weigh.clone() });
    }
    let unknown: Vec<&str> = ground
        .places
        .iter()
        .zip(&known)
        .filter(|(_, weight)| weight.is_none())
        .map(|(place, _)| place.name.as_str())
        .collect();
    if !unknown.is_empty() {
        let more = if unknown.len() > 8 { ", …" } else { "" };
        let names = unknown.iter().take(8).copied().collect::<Vec<_>>().join(", ");
        let message = format!("`{}` in {} areas ({names}{more}): {median} is assumed", asked.weigh, unknown.len());
        findings.push(Finding::new(PRESENCE_WEIGHT_ASSUMED, message));
    }
    Ok(known.into_iter().map(|weight| weight.unwrap_or(median)).collect())
}

/// Where teams can stand, in the order of the places.
fn posts(
    ground: &Ground,
    gazetteer: &Gazetteer,
    asked: &PresenceQuestion,
    weights: &[f64],
    findings: &mut Vec<Finding>,
) -> Result<Vec<usize>, PresenceOnMissionError> {
    let mut posts = Vec::new();
    for area in &asked.posts {
        let area = spelled(area, gazetteer);
        posts.push(ground.find(&area).ok_or(PresenceOnMissionError::Area(area))?);
    }
    if asked.posts.is_empty() {
        posts = (0..ground.places.len()).collect();
        posts.sort_by(|a, b| weights[*b].total_cmp(&weights[*a]).then(a.cmp(b)));
        if posts.len() > POSTS_MAX {
            let message = format!("{} of {} areas; name others with `--post`", POSTS_MAX, posts.len());
            findings.push(Finding::new(PRESENCE_POSTS_CUT, message));
            posts.truncate(POSTS_MAX);
        }
    }
    posts.sort_unstable();
    posts.dedup();
    Ok(posts)
}

/// Teams, cover and chances.
///
/// # Errors
/// [`PresenceOnMissionError::Presence`].
pub fn cover(problem: &PresenceProblem, seconds: f64) -> Result<PresencePlan, PresenceOnMissionError> {
    let limits = Limits { gap: 0.01, nodes: None, seconds, seed: 1, warm_start: None };
    Ok(solve(problem, &limits)?)
}

/// Visits for so many rounds, and at least as many as show whether the drawing keeps what was stated. A schedule is the
/// beginning of them.
pub fn visits(plan: &PresencePlan, rounds: u32, seed: u64) -> Visits {
    draw(plan, rounds.max(ROUNDS_CHECKED), seed)
}
