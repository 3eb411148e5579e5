//! Teams by rota, post and shift as a program: each further team that covers an area adds less.

use super::{PresenceError, is_covered};
use crate::problem::presence::{PresencePlan, PresenceProblem, ShiftCover};
use mostari_milp::{Kind, Limits, MilpError, Model, Sense, Solution, StoppedBy, Variable, solve};

/// A gain from a further team below this share of the first one's is left out of the program; the bound adds it back.
const GAIN_SHARE_MIN: f64 = 1e-9;

struct Built {
    model: Model,
    rotas: Vec<Variable>,
    /// By shift and post.
    teams: Vec<Vec<Variable>>,
    /// What levels beyond the program could add at most.
    left_out: f64,
}

pub(super) fn roster(problem: &PresenceProblem, limits: &Limits) -> Result<PresencePlan, PresenceError> {
    let built = build(problem);
    let solution = solve(&built.model, limits).map_err(|source| match source {
        MilpError::Infeasible => {
            PresenceError::BackupOutOfReach { teams: problem.teams_count, share: problem.backup_least }
        }
        source => PresenceError::Program { source },
    })?;
    Ok(read(problem, &built, &solution))
}

fn build(problem: &PresenceProblem) -> Built {
    let mut model = Model::new(Sense::Maximise);
    let most = f64::from(problem.teams_count);
    let rotas: Vec<Variable> =
        problem.rotas.iter().map(|_| model.add_variable(0.0, 0.0, most, Kind::Integer)).collect();
    let all: Vec<(Variable, f64)> = rotas.iter().map(|&rota| (rota, 1.0)).collect();
    model.add_row(f64::NEG_INFINITY, most, &all);
    let mut built = Built { model, rotas, teams: Vec::new(), left_out: 0.0 };
    for shift in 0..problem.shifts.len() {
        built.add_shift(problem, shift);
    }
    built
}

impl Built {
    fn add_shift(&mut self, problem: &PresenceProblem, shift: usize) {
        let model = &mut self.model;
        let add = |post: &crate::problem::presence::Post| {
            model.add_variable(0.0, 0.0, f64::from(post.teams_max_count.min(problem.teams_count)), Kind::Integer)
        };
        let teams: Vec<Variable> = problem.posts.iter().map(add).collect();
        // As many stand ready as work in the shift.
        let mut terms: Vec<(Variable, f64)> = teams.iter().map(|&team| (team, 1.0)).collect();
        let on = problem.rotas.iter().zip(&self.rotas).filter(|(rota, _)| rota.shifts.contains(&(shift as u32)));
        terms.extend(on.map(|(_, &rota)| (rota, -1.0)));
        model.add_row(f64::NEG_INFINITY, 0.0, &terms);
        let mut backup = Vec::new();
        for (area, told) in problem.areas.iter().enumerate() {
            let covers = (0..problem.posts.len()).filter(|&post| is_covered(problem, post, area));
            let mut terms: Vec<(Variable, f64)> = covers.map(|post| (teams[post], -1.0)).collect();
            if terms.is_empty() || told.weights[shift] == 0.0 {
                continue;
            }
            let (mut gain, mut level) = (told.weights[shift] * (1.0 - problem.busy_share), 0);
            while level < problem.teams_count && (level < 2 || gain > GAIN_SHARE_MIN * told.weights[shift]) {
                let reached = model.add_variable(gain, 0.0, 1.0, Kind::Continuous);
                // Who has a backup has it whole: half a second team for two areas is none for either.
                if level == 1 && problem.backup_least > 0.0 {
                    let whole = model.add_variable(0.0, 0.0, 1.0, Kind::Integer);
                    model.add_row(0.0, f64::INFINITY, &[(reached, 1.0), (whole, -1.0)]);
                    backup.push((whole, told.weights[shift]));
                }
                terms.push((reached, 1.0));
                gain *= problem.busy_share;
                level += 1;
            }
            if level < problem.teams_count {
                self.left_out += gain / (1.0 - problem.busy_share);
            }
            model.add_row(f64::NEG_INFINITY, 0.0, &terms);
        }
        let weight: f64 = problem.areas.iter().map(|area| area.weights[shift]).sum();
        if problem.backup_least > 0.0 && weight > 0.0 {
            model.add_row(problem.backup_least * weight, f64::INFINITY, &backup);
        }
        self.teams.push(teams);
    }
}

fn read(problem: &PresenceProblem, built: &Built, solution: &Solution) -> PresencePlan {
    let whole = |variable: &Variable| solution.value(*variable).round().max(0.0) as u32;
    let shifts: Vec<ShiftCover> = built
        .teams
        .iter()
        .enumerate()
        .map(|(shift, teams)| cover(problem, shift, teams.iter().map(whole).collect()))
        .collect();
    let expected_weight: f64 = shifts.iter().map(|shift| shift.expected_weight).sum();
    let bound = (solution.bound + built.left_out).max(expected_weight);
    PresencePlan {
        rota_teams: built.rotas.iter().map(whole).collect(),
        shifts,
        expected_weight,
        bound,
        gap: if expected_weight > 0.0 { (bound - expected_weight) / expected_weight } else { 0.0 },
        is_stopped: solution.stopped_by != StoppedBy::Gap,
    }
}

fn cover(problem: &PresenceProblem, shift: usize, teams: Vec<u32>) -> ShiftCover {
    let of = |area: usize| {
        (0..problem.posts.len()).filter(|&post| is_covered(problem, post, area)).map(|post| teams[post]).sum()
    };
    let cover: Vec<u32> = (0..problem.areas.len()).map(of).collect();
    let weights = || problem.areas.iter().map(|area| area.weights[shift]);
    let found = |teams: u32| 1.0 - problem.busy_share.powi(teams as i32);
    let expected_weight = weights().zip(&cover).map(|(weight, &teams)| weight * found(teams)).sum();
    let twice: f64 = weights().zip(&cover).filter(|(_, teams)| **teams >= 2).map(|(weight, _)| weight).sum();
    let all: f64 = weights().sum();
    ShiftCover {
        teams,
        cover,
        expected_weight,
        backup_share: if all > 0.0 { twice / all } else { 0.0 },
        visit_chances: Vec::new(),
        visits_count: 0,
    }
}
