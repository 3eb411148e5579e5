//! A problem in the planner's own numbers: months from 0, projects, donors and parties by position,
//! who may pay and work as sets of bits.

use crate::problem::Problem;
use mostari_model::{AreaId, Caveat, Donor, Month, Party, Project};
use std::collections::{BTreeMap, BTreeSet};

/// A set of donors or parties, by position.
pub(crate) type Set = u128;

/// Most donors, and most parties: as many as a [`Set`] has room for.
pub(crate) const MEMBERS_MAX: usize = 128;

/// Groups of rules that are left out, to find out which of them stands in a project's way.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Relaxed {
    pub money: bool,
    pub capabilities: BTreeSet<String>,
    pub caveats: bool,
    pub precedence: bool,
    pub horizon: bool,
}

/// A candidate in numbers.
#[derive(Debug, Clone)]
pub(crate) struct Candidate {
    /// Months of work.
    pub duration: usize,
    /// Months in which it may start, ascending; empty if it cannot be done.
    pub starts: Vec<usize>,
    /// Benefit of each month of service.
    pub benefit_per_month: f64,
    /// Probability of completion.
    pub completes: f64,
    /// Candidates that must be complete before.
    pub needs: Vec<usize>,
    /// Cost in minor units.
    pub cost: i64,
    /// Donors whose earmark allows it.
    pub donors: Set,
    /// Position of a capability, weeks of it in each month of work, and who may give them in each month of the horizon.
    pub crews: Vec<Crew>,
    /// Benefit if it starts as early as it may.
    pub possible: f64,
}

/// What a candidate takes of a capability.
#[derive(Debug, Clone)]
pub(crate) struct Crew {
    pub capability: usize,
    pub weeks_per_month: f64,
    /// Parties that may work on it, by month.
    pub parties: Vec<Set>,
}

/// The problem in numbers.
#[derive(Debug)]
pub(crate) struct Grid<'a> {
    pub problem: &'a Problem,
    pub relaxed: Relaxed,
    pub months: usize,
    pub candidates: Vec<Candidate>,
    /// Names of all capabilities that a candidate takes.
    pub capabilities: Vec<String>,
    /// Calendar years of the horizon, ascending.
    pub years: Vec<i32>,
    /// Budget in minor units by donor, then year.
    pub budgets: Vec<Vec<i64>>,
    /// Weeks by capability, then party, then month.
    pub weeks: Vec<Vec<Vec<f64>>>,
}

impl<'a> Grid<'a> {
    pub fn of(problem: &'a Problem, relaxed: Relaxed) -> Self {
        let means = &problem.means;
        let months = means.months as usize;
        let capabilities: Vec<String> = problem
            .projects
            .iter()
            .flat_map(|p| p.work.iter().filter(|(_, weeks)| **weeks > 0.0).map(|(name, _)| name.clone()))
            .collect::<BTreeSet<_>>()
            .into_iter()
            .collect();
        let years: Vec<i32> = (means.start.year()..=means.last_month().year()).collect();
        let budget = |donor: &Donor, year: i32| donor.budget_in(year, means.currency).minor;
        let budgets = means.donors.iter().map(|d| years.iter().map(|year| budget(d, *year)).collect()).collect();
        let by_month = |party: &Party, name: &str| {
            (0..months).map(|month| party.weeks(name, means.start + month as i32)).collect::<Vec<f64>>()
        };
        let weeks =
            capabilities.iter().map(|name| means.parties.iter().map(|party| by_month(party, name)).collect()).collect();
        let mut grid = Self { problem, relaxed, months, candidates: Vec::new(), capabilities, years, budgets, weeks };
        let position: BTreeMap<&str, usize> =
            problem.projects.iter().enumerate().map(|(i, p)| (p.id.as_str(), i)).collect();
        let candidates = problem.projects.iter().map(|project| grid.candidate(project, &position)).collect();
        grid.candidates = candidates;
        grid
    }

    fn candidate(&self, project: &Project, position: &BTreeMap<&str, usize>) -> Candidate {
        let duration = project.duration_months as usize;
        let years_of_work = duration as f64 / 12.0;
        let rate = self.problem.insecurity[&project.area];
        let completes = (-self.problem.parameters.conflict_hazard * rate * years_of_work).exp();
        let known = project.needs_before.iter().filter_map(|id| position.get(id.as_str()).copied());
        let needs = if self.relaxed.precedence { Vec::new() } else { known.collect() };
        let crews = self.crews(project, duration);
        let donors = self.donors_of(project);
        let cost = project.cost.likely.minor;
        let benefit_per_month = project.people as f64 * project.severity * completes;
        let first = self.first_month(project);
        let mut candidate = Candidate {
            duration,
            starts: Vec::new(),
            benefit_per_month,
            completes,
            needs,
            cost,
            donors,
            crews,
            possible: 0.0,
        };
        candidate.possible = benefit_per_month * self.months.saturating_sub(first + duration) as f64;
        let unknown_needs = project.needs_before.iter().any(|id| !position.contains_key(id.as_str()));
        let payable = self.relaxed.money || cost == 0 || donors != 0;
        if payable && (self.relaxed.precedence || !unknown_needs) {
            let open = match (self.months + 1).saturating_sub(duration) {
                // It does not fit: without the horizon it may run on for as long as it takes.
                last if last <= first && self.relaxed.horizon => first.min(self.months - 1)..self.months,
                last => first..last,
            };
            candidate.starts = open.filter(|start| self.is_staffed(&candidate, *start)).collect();
        }
        candidate
    }

    fn first_month(&self, project: &Project) -> usize {
        match project.earliest {
            // Work starts with a month: the first that begins on or after the day.
            Some(day) => {
                let month = Month::of(day);
                let month = if month.first_day() < day { month + 1 } else { month };
                (month - self.problem.means.start).max(0) as usize
            }
            None => 0,
        }
    }

    /// Whether the parties that may work could do it if they did nothing else.
    fn is_staffed(&self, candidate: &Candidate, start: usize) -> bool {
        let end = (start + candidate.duration).min(self.months);
        candidate.crews.iter().all(|crew| {
            (start..end).all(|month| {
                let set = crew.parties[month];
                self.capacity(crew.capability, month, set) + WEEKS_SLACK >= crew.weeks_per_month
            })
        })
    }

    /// Weeks of a capability that a set of parties offers in a month.
    pub fn capacity(&self, capability: usize, month: usize, set: Set) -> f64 {
        members(set).map(|party| self.weeks[capability][party][month]).sum()
    }

    /// Whether rows are to be made for a capability.
    pub fn binds(&self, capability: usize) -> bool {
        !self.relaxed.capabilities.contains(&self.capabilities[capability])
    }

    fn donors_of(&self, project: &Project) -> Set {
        let allows = |donor: &Donor| {
            let mark = &donor.earmark;
            (mark.sectors.is_empty() || mark.sectors.contains(&project.sector))
                && (mark.kinds.is_empty() || mark.kinds.contains(&project.kind))
                && (mark.areas.is_empty() || self.is_within(&project.area, &mark.areas))
        };
        set_of(self.problem.means.donors.iter().map(allows))
    }

    fn crews(&self, project: &Project, duration: usize) -> Vec<Crew> {
        let takes = |(i, name): (usize, &String)| {
            let weeks = project.work.get(name).copied().filter(|weeks| *weeks > 0.0)?;
            let parties = (0..self.months).map(|month| self.parties_for(project, i, month)).collect();
            self.binds(i).then(|| Crew { capability: i, weeks_per_month: weeks / duration as f64, parties })
        };
        self.capabilities.iter().enumerate().filter_map(takes).collect()
    }

    fn parties_for(&self, project: &Project, capability: usize, month: usize) -> Set {
        let may = |(i, party): (usize, &Party)| {
            self.weeks[capability][i][month] > 0.0
                && (project.executors.is_empty() || project.executors.contains(&party.id))
                && (self.relaxed.caveats
                    || !party.caveats.iter().any(|caveat| self.forbids(caveat, project, self.month(month))))
        };
        set_of(self.problem.means.parties.iter().enumerate().map(may))
    }

    /// Whether a caveat forbids work on a project in a month.
    pub fn forbids(&self, caveat: &Caveat, project: &Project, month: Month) -> bool {
        (caveat.sectors.is_empty() || caveat.sectors.contains(&project.sector))
            && (caveat.kinds.is_empty() || caveat.kinds.contains(&project.kind))
            && (caveat.areas.is_empty() || self.is_within(&project.area, &caveat.areas))
            && caveat.from.is_none_or(|from| from <= month)
            && caveat.until.is_none_or(|until| month <= until)
    }

    fn is_within(&self, area: &AreaId, of: &[AreaId]) -> bool {
        let above = |area: &&'a AreaId| self.problem.parents.get(*area).and_then(Option::as_ref);
        let first = self.problem.parents.get_key_value(area).map(|(id, _)| id);
        // As many steps as there are areas: a circle among them must not hang us.
        std::iter::successors(first, |a| above(a)).take(self.problem.parents.len()).any(|a| of.contains(a))
    }

    /// The calendar month of a position.
    pub fn month(&self, position: usize) -> Month {
        self.problem.means.start + position as i32
    }

    /// What is paid in each year of the horizon, in minor units, for work that starts in a month: in proportion
    /// to the months of work, cumulated and rounded down, so that the years sum to the cost exactly.
    pub fn payments_by_year(&self, candidate: usize, start: usize) -> Vec<i64> {
        let Candidate { duration, cost, .. } = self.candidates[candidate];
        let mut by_year = vec![0; self.years.len()];
        let due = |months: usize| (i128::from(cost) * months as i128 / duration as i128) as i64;
        for worked in 0..duration {
            let year = self.month(start + worked).year() - self.years[0];
            if let Some(paid) = by_year.get_mut(year as usize) {
                *paid += due(worked + 1) - due(worked);
            }
        }
        by_year
    }

    /// Severity-weighted person-months, times the probability of completion, of work that starts in a month.
    pub fn benefit(&self, candidate: usize, start: usize) -> f64 {
        let Candidate { duration, benefit_per_month, .. } = self.candidates[candidate];
        benefit_per_month * self.months.saturating_sub(start + duration) as f64
    }

    /// Whether the program is made small by prices before the solver sees it.
    pub fn is_large(&self) -> bool {
        self.candidates.iter().map(|candidate| candidate.starts.len()).sum::<usize>() > VARIABLES_MAX
    }

    /// A candidate and everything that must be complete before it, ascending.
    pub fn with_needs(&self, candidate: usize) -> Vec<usize> {
        let mut all = BTreeSet::from([candidate]);
        let mut open = vec![candidate];
        while let Some(next) = open.pop() {
            open.extend(self.candidates[next].needs.iter().filter(|need| all.insert(**need)));
        }
        all.into_iter().collect()
    }

    /// Positions of the candidates in each area that has one, in the order of area.
    pub fn by_area(&self) -> BTreeMap<&AreaId, Vec<usize>> {
        let mut areas: BTreeMap<&AreaId, Vec<usize>> = BTreeMap::new();
        for (i, project) in self.problem.projects.iter().enumerate() {
            areas.entry(&project.area).or_default().push(i);
        }
        areas
    }
}

/// Pairs of candidate and month that the solver takes at once.
const VARIABLES_MAX: usize = 20_000;

/// How many weeks may be missing before we say that work cannot be done: less than the rounding of numbers.
pub(crate) const WEEKS_SLACK: f64 = 1e-9;

fn set_of(flags: impl Iterator<Item = bool>) -> Set {
    flags.enumerate().fold(0, |set, (i, is_in)| if is_in { set | 1 << i } else { set })
}

/// Positions in a set, ascending.
pub(crate) fn members(set: Set) -> impl Iterator<Item = usize> {
    std::iter::successors((set != 0).then_some(set), |rest| {
        let rest = rest & (rest - 1);
        (rest != 0).then_some(rest)
    })
    .map(|rest| rest.trailing_zeros() as usize)
}
