//! Does a presence plan hold? Counts teams, cover and chances anew; and do drawn visits keep what was stated?
//!
//! | code | rule |
//! | --- | --- |
//! | PRS-R01 | the plan has a figure for each rota, shift, post and area |
//! | PRS-R02 | no more teams than there are |
//! | PRS-R03 | no more teams stand ready in a shift than their rotas bring, nor at a post than it takes |
//! | PRS-R04 | cover and expected weight are those of the teams |
//! | PRS-R05 | the share with a backup is as stated, and at least what is asked for |
//! | PRS-R06 | the bound is not below the expected weight; the gap is theirs |
//! | PRS-R07 | chances of a visit lie between their least and most, and sum to the visits |
//! | PRS-R08 | no more visits than the teams of the shift make |
//! | PRS-R09 | drawn visits name known areas, each once, as many as stated, never one without a chance |
//! | PRS-R10 | over many rounds areas are visited as often as stated, within what chance allows |
//! | PRS-R11 | over many rounds, a visit says nothing of the next one, within what chance allows |

use crate::problem::Breach;
use crate::problem::presence::{PresencePlan, PresenceProblem, ShiftCover, Visits};

/// Part by which two figures may differ.
const TOLERANCE: f64 = 1e-6;

/// Standard deviations by which a count may miss what was stated.
const DEVIATIONS: f64 = 6.0;

/// Every rule that the plan breaks.
pub fn check(plan: &PresencePlan, problem: &PresenceProblem) -> Vec<Breach> {
    let mut found = Vec::new();
    let (posts, areas) = (problem.posts.len(), problem.areas.len());
    let has_figures = |shift: &ShiftCover| {
        shift.teams.len() == posts && shift.cover.len() == areas && shift.visit_chances.len() == areas
    };
    if plan.rota_teams.len() != problem.rotas.len()
        || plan.shifts.len() != problem.shifts.len()
        || !plan.shifts.iter().all(has_figures)
    {
        found.push(Breach::new("PRS-R01", "", "figures are missing"));
        return found;
    }
    let teams: u64 = plan.rota_teams.iter().map(|teams| u64::from(*teams)).sum();
    if teams > u64::from(problem.teams_count) {
        found.push(Breach::new("PRS-R02", "", format!("{teams} teams work, there are {}", problem.teams_count)));
    }
    for (shift, cover) in plan.shifts.iter().enumerate() {
        ready(plan, problem, shift, cover, &mut found);
        covered(problem, shift, cover, &mut found);
        visited(problem, shift, cover, &mut found);
    }
    whole(plan, &mut found);
    found
}

fn is_same(a: f64, b: f64) -> bool {
    (a - b).abs() <= TOLERANCE * a.abs().max(b.abs()).max(1.0)
}

fn ready(plan: &PresencePlan, problem: &PresenceProblem, shift: usize, cover: &ShiftCover, found: &mut Vec<Breach>) {
    let name = &problem.shifts[shift];
    let mut works = 0_u64;
    for (rota, teams) in problem.rotas.iter().zip(&plan.rota_teams) {
        if rota.shifts.iter().any(|&of| of as usize == shift) {
            works += u64::from(*teams);
        }
    }
    let stands: u64 = cover.teams.iter().map(|teams| u64::from(*teams)).sum();
    if stands > works {
        found.push(Breach::new("PRS-R03", name, format!("{stands} teams stand ready, {works} work")));
    }
    for (post, teams) in problem.posts.iter().zip(&cover.teams) {
        if *teams > post.teams_max_count {
            let message = format!("{}: {teams} teams, it takes {}", post.id, post.teams_max_count);
            found.push(Breach::new("PRS-R03", name, message));
        }
    }
}

fn covered(problem: &PresenceProblem, shift: usize, cover: &ShiftCover, found: &mut Vec<Breach>) {
    let name = &problem.shifts[shift];
    let (mut expected, mut twice, mut all) = (0.0, 0.0, 0.0);
    for (at, area) in problem.areas.iter().enumerate() {
        let mut teams = 0;
        for (post, standing) in problem.posts.iter().zip(&cover.teams) {
            teams += if post.travel_time_h[at] <= problem.response_limit_h { *standing } else { 0 };
        }
        if teams != cover.cover[at] {
            let message = format!("{name}: says {} teams, it is {teams}", cover.cover[at]);
            found.push(Breach::new("PRS-R04", &area.id, message));
        }
        let mut all_busy = 1.0;
        (0..teams).for_each(|_| all_busy *= problem.busy_share);
        expected += area.weights[shift] * (1.0 - all_busy);
        twice += if teams > 1 { area.weights[shift] } else { 0.0 };
        all += area.weights[shift];
    }
    if !is_same(cover.expected_weight, expected) {
        found.push(Breach::new("PRS-R04", name, format!("says {}, it is {expected}", cover.expected_weight)));
    }
    let share = if all > 0.0 { twice / all } else { 0.0 };
    if !is_same(cover.backup_share, share) {
        found.push(Breach::new("PRS-R05", name, format!("says {}, it is {share}", cover.backup_share)));
    }
    if all > 0.0 && share < problem.backup_least - TOLERANCE {
        found.push(Breach::new("PRS-R05", name, format!("{share} has a backup, asked for {}", problem.backup_least)));
    }
}

fn visited(problem: &PresenceProblem, shift: usize, cover: &ShiftCover, found: &mut Vec<Breach>) {
    let name = &problem.shifts[shift];
    for (area, chance) in problem.areas.iter().zip(&cover.visit_chances) {
        let is_within = *chance >= area.visit_least - TOLERANCE && *chance <= area.visit_most + TOLERANCE;
        if !is_within {
            let message = format!("{name}: {chance} is not from {} to {}", area.visit_least, area.visit_most);
            found.push(Breach::new("PRS-R07", &area.id, message));
        }
    }
    let sum: f64 = cover.visit_chances.iter().sum();
    if !is_same(sum, f64::from(cover.visits_count)) {
        let message = format!("chances sum to {sum}, visits are {}", cover.visits_count);
        found.push(Breach::new("PRS-R07", name, message));
    }
    let makes = cover.teams.iter().map(|teams| u64::from(*teams)).sum::<u64>() * u64::from(problem.visits_per_team);
    if u64::from(cover.visits_count) > makes {
        found.push(Breach::new("PRS-R08", name, format!("{} visits, teams make {makes}", cover.visits_count)));
    }
}

fn whole(plan: &PresencePlan, found: &mut Vec<Breach>) {
    let sum: f64 = plan.shifts.iter().map(|shift| shift.expected_weight).sum();
    if !is_same(plan.expected_weight, sum) {
        found.push(Breach::new("PRS-R04", "", format!("says {}, it is {sum}", plan.expected_weight)));
    }
    let apart = plan.bound - plan.expected_weight;
    let gap = if plan.expected_weight > 0.0 { apart / plan.expected_weight } else { 0.0 };
    if plan.bound.is_nan() || apart < -TOLERANCE * plan.expected_weight || !is_same(plan.gap, gap) {
        let message = format!("bound {}, expected {}, gap {}", plan.bound, plan.expected_weight, plan.gap);
        found.push(Breach::new("PRS-R06", "", message));
    }
}

/// Every rule that drawn visits break. The rules about many rounds are judged by the rounds that there are.
pub fn check_visits(visits: &Visits, plan: &PresencePlan, problem: &PresenceProblem) -> Vec<Breach> {
    let mut found = Vec::new();
    let (shifts, areas) = (plan.shifts.len(), problem.areas.len());
    let mut is_drawn = vec![vec![vec![false; areas]; shifts]; visits.rounds.len()];
    for (round, drawn) in visits.rounds.iter().enumerate() {
        if drawn.len() != shifts {
            found.push(Breach::new("PRS-R09", format!("round {round}"), "not one draw for each shift"));
            return found;
        }
        for (shift, drawn) in drawn.iter().enumerate() {
            let cover = &plan.shifts[shift];
            let is_known = drawn.iter().all(|&area| (area as usize) < areas);
            let is_once = drawn.windows(2).all(|pair| pair[0] < pair[1]);
            let is_full = drawn.len() == cover.visits_count as usize;
            let has_chance = || drawn.iter().all(|&area| cover.visit_chances[area as usize] > 0.0);
            if !(is_known && is_once && is_full && has_chance()) {
                let message = format!("shift {}: {drawn:?}", problem.shifts[shift]);
                found.push(Breach::new("PRS-R09", format!("round {round}"), message));
                return found;
            }
            drawn.iter().for_each(|&area| is_drawn[round][shift][area as usize] = true);
        }
    }
    for shift in 0..shifts {
        for area in 0..areas {
            let drawn: Vec<bool> = is_drawn.iter().map(|round| round[shift][area]).collect();
            let chance = plan.shifts[shift].visit_chances[area];
            often(&drawn, chance, &problem.areas[area].id, &mut found);
            next(&drawn, chance, &problem.areas[area].id, &mut found);
        }
    }
    found
}

/// How often an area is visited.
fn often(drawn: &[bool], chance: f64, area: &str, found: &mut Vec<Breach>) {
    let rounds = drawn.len() as f64;
    let times = drawn.iter().filter(|drawn| **drawn).count() as f64;
    let deviation = (rounds * chance * (1.0 - chance)).max(0.0).sqrt();
    if (times - rounds * chance).abs() > DEVIATIONS * deviation + 1.0 {
        let message = format!("visited {times} times in {rounds} rounds, stated is {chance}");
        found.push(Breach::new("PRS-R10", area, message));
    }
}

/// How often an area is visited in two rounds that follow each other: if draws are independent, the square of its
/// chance. Pairs that share a round are not independent, hence the second term of the variance.
fn next(drawn: &[bool], chance: f64, area: &str, found: &mut Vec<Breach>) {
    let pairs = drawn.len().saturating_sub(1) as f64;
    let both = drawn.windows(2).filter(|pair| pair[0] && pair[1]).count() as f64;
    let square = chance * chance;
    let variance = pairs * (square * (1.0 - square) + 2.0 * square * (chance - square));
    if (both - pairs * square).abs() > DEVIATIONS * variance.max(0.0).sqrt() + 1.0 {
        let message = format!("visited {both} times in two rounds running, of {pairs}; stated is {square}");
        found.push(Breach::new("PRS-R11", area, message));
    }
}
