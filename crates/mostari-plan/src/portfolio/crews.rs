//! Who works on what was chosen: the same weeks in every month where that can be, else month by month.

use super::PlanError;
use super::grid::{Grid, members};
use super::model::Starts;
use mostari_milp::{Kind, Limits, MilpError, Model, Sense, Variable, solve};
use mostari_model::Work;

/// Weeks that the solver's tolerance may add to a row.
const SLACK_WEEKS: f64 = 1e-6;

/// Weeks below which a share of work is rounding and no work.
const LEAST_WEEKS: f64 = 1e-7;

/// A share of the work of a capability: who, for which candidate, from which month to which.
struct Share {
    candidate: usize,
    party: usize,
    from: usize,
    until: usize,
    variable: Variable,
}

/// The work of each candidate, by capability, party and month.
///
/// # Errors
/// [`PlanError::Rounding`] if the parties cannot do it, which the rows of the program rule out.
pub(crate) fn assign(grid: &Grid<'_>, starts: &Starts) -> Result<Vec<Vec<Work>>, PlanError> {
    let mut work = vec![Vec::new(); starts.len()];
    for capability in 0..grid.capabilities.len() {
        let shares = match shares(grid, starts, capability, false)? {
            Some(steady) => steady,
            None => shares(grid, starts, capability, true)?.ok_or(PlanError::Rounding)?,
        };
        for (candidate, entry) in shares {
            work[candidate].push(entry);
        }
    }
    Ok(work)
}

/// Solves one capability; `None` if that cannot be done. Month by month, or with the same weeks in every month.
fn shares(
    grid: &Grid<'_>,
    starts: &Starts,
    capability: usize,
    by_month: bool,
) -> Result<Option<Vec<(usize, Work)>>, PlanError> {
    let mut model = Model::new(Sense::Minimise);
    let mut shares: Vec<Share> = Vec::new();
    for (i, candidate) in grid.candidates.iter().enumerate() {
        let (Some(start), Some(crew)) = (starts[i], candidate.crews.iter().find(|c| c.capability == capability)) else {
            continue;
        };
        let last = start + candidate.duration - 1;
        let spans = if by_month { (start..=last).map(|m| (m, m)).collect() } else { vec![(start, last)] };
        for (from, until) in spans {
            let may = (from..=until).fold(!0, |set, month| set & crew.parties[month]);
            let mut terms = Vec::new();
            for party in members(may) {
                // Earlier parties first: of all ways to share the work, always the same one.
                let variable = model.add_variable(party as f64, 0.0, crew.weeks_per_month, Kind::Continuous);
                terms.push((variable, 1.0));
                shares.push(Share { candidate: i, party, from, until, variable });
            }
            model.add_row(crew.weeks_per_month, crew.weeks_per_month, &terms);
        }
    }
    for (party, weeks) in grid.weeks[capability].iter().enumerate() {
        for (month, weeks) in weeks.iter().enumerate() {
            let works = |s: &&Share| s.party == party && s.from <= month && month <= s.until;
            let terms: Vec<(Variable, f64)> = shares.iter().filter(works).map(|s| (s.variable, 1.0)).collect();
            if !terms.is_empty() {
                model.add_row(f64::NEG_INFINITY, weeks + SLACK_WEEKS, &terms);
            }
        }
    }
    let solution = match solve(&model, &Limits::exact(1)) {
        Ok(solution) => solution,
        Err(MilpError::Infeasible) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let entry = |share: &Share| {
        let weeks = solution.value(share.variable);
        (weeks > LEAST_WEEKS).then(|| (share.candidate, share.to_work(grid, capability, weeks)))
    };
    Ok(Some(join_spans(shares.iter().filter_map(entry).collect())))
}

impl Share {
    fn to_work(&self, grid: &Grid<'_>, capability: usize, weeks_per_month: f64) -> Work {
        Work {
            party: grid.problem.means.parties[self.party].id.clone(),
            capability: grid.capabilities[capability].clone(),
            from: grid.month(self.from),
            until: grid.month(self.until),
            weeks_per_month,
        }
    }
}

/// Joins spans of a party that follow each other with the same weeks.
fn join_spans(mut work: Vec<(usize, Work)>) -> Vec<(usize, Work)> {
    work.sort_by(|(i, a), (j, b)| (i, &a.party, a.from).cmp(&(j, &b.party, b.from)));
    work.dedup_by(|(j, later), (i, earlier)| {
        let follows = i == j && later.party == earlier.party && earlier.until + 1 == later.from;
        let joins = follows && (later.weeks_per_month - earlier.weeks_per_month).abs() <= LEAST_WEEKS;
        if joins {
            earlier.until = later.until;
        }
        joins
    });
    work
}
