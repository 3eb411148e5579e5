//! A problem in the planner's own numbers: months from 0, projects, donors and parties by position,
//! who may pay and work as sets of bits.

use crate::problem::Problem;
use mostari_model::{
    After, AreaId, Caveat, Conditions, Donor, Means, Month, Party, Project, ProjectId, Together, Which,
};
use std::collections::{BTreeMap, BTreeSet};

/// A set of donors or parties, by position.
pub(crate) type Set = u128;

/// Most donors, and most parties: as many as a [`Set`] has room for.
pub(crate) const MEMBERS_MAX: usize = 128;

/// A group of rules that a person knows by a name: what can stand in a project's way, or in the way of any plan.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Group {
    /// Everything about who pays.
    Money,
    /// What one donor has.
    Budget(usize),
    /// What one donor's money is for.
    Earmark(usize),
    /// The weeks of one capability.
    Capability(String),
    /// Every caveat.
    Caveats,
    /// One caveat of one party, by position.
    Caveat(usize, usize),
    /// That work ends within the horizon.
    Horizon,
    /// Everything that waits for something.
    Precedence,
    /// What one candidate needs before.
    Needs(usize),
    /// One condition, by id: an alternative, a bundle, or what waits for one of several.
    Condition(String),
    /// What one owner can pay for running, by position.
    Running(usize),
    /// That a candidate must be in.
    Required(usize),
    /// The floor of an area.
    Floor(AreaId),
}

/// Groups of rules that are left out, to find out which of them stands in the way.
pub(crate) type Relaxed = BTreeSet<Group>;

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
    pub needs: Vec<Need>,
    /// Of each of these one must be complete before.
    pub any_of: Vec<AnyOf>,
    /// Cost in minor units.
    pub cost: i64,
    /// Donors whose earmark allows it; those whose money has expired are left out span by span.
    pub donors: Set,
    /// Running cost a month after completion, in minor units times 12, by owner.
    pub running: Vec<(usize, i64)>,
    /// Position of a capability, weeks of it in each month of work, and who may give them in each month of the horizon.
    pub crews: Vec<Crew>,
    /// Benefit if it starts as early as it may.
    pub possible: f64,
}

/// A candidate that another waits for, and how many months after its end that one may start.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Need {
    pub candidate: usize,
    pub lag: usize,
}

/// Candidates of which a further one waits for any.
#[derive(Debug, Clone)]
pub(crate) struct AnyOf {
    pub of: Vec<usize>,
    pub lag: usize,
}

/// Months of one calendar year in which the same donors' money is good.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Span {
    /// Position of the year.
    pub year: usize,
    /// First month.
    pub from: usize,
    /// The month after the last.
    pub until: usize,
    /// Donors whose money has not expired.
    pub live: Set,
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
    /// The months of the horizon, cut where a year ends or a donor's money expires.
    pub spans: Vec<Span>,
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
        let all: i64 = problem.projects.iter().fold(0, |sum, p| sum.saturating_add(p.cost.likely.minor));
        let budget = |(d, donor): (usize, &Donor), year: i32| match relaxed.contains(&Group::Budget(d)) {
            true => all,
            false => donor.budget_in(year, means.currency).minor,
        };
        let of_donor = |d: (usize, &Donor)| years.iter().map(|year| budget(d, *year)).collect();
        let budgets = means.donors.iter().enumerate().map(of_donor).collect();
        let by_month = |party: &Party, name: &str| {
            (0..months).map(|month| party.weeks(name, means.start + month as i32, means.start)).collect::<Vec<f64>>()
        };
        let weeks =
            capabilities.iter().map(|name| means.parties.iter().map(|party| by_month(party, name)).collect()).collect();
        let spans = spans(means, &years, &relaxed);
        let candidates = Vec::new();
        let mut grid = Self { problem, relaxed, months, candidates, capabilities, years, budgets, spans, weeks };
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
        let waits = !self.drops(&Group::Precedence);
        let needs = if waits { self.needs(project, position) } else { Vec::new() };
        let any_of = if waits { self.any_of(project, position) } else { Vec::new() };
        let crews = self.crews(project, duration);
        let donors = self.donors_of(project);
        let cost = project.cost.likely.minor;
        let benefit_per_month = project.people as f64 * project.severity * self.weight(project) * completes;
        let first = self.first_month(project);
        let mut candidate = Candidate {
            duration,
            starts: Vec::new(),
            benefit_per_month,
            completes,
            needs,
            any_of,
            cost,
            donors,
            running: self.running(project),
            crews,
            possible: 0.0,
        };
        candidate.possible = benefit_per_month * self.months.saturating_sub(first + duration) as f64;
        let unknown_needs = project.needs_before.iter().any(|id| !position.contains_key(id.as_str()));
        if !waits || !unknown_needs || self.drops(&Group::Needs(position[project.id.as_str()])) {
            let open = match (self.months + 1).saturating_sub(duration) {
                // It does not fit: without the horizon it may run on for as long as it takes.
                last if last <= first && self.drops(&Group::Horizon) => first.min(self.months - 1)..self.months,
                last => first..last,
            };
            let is_open = |start: &usize| self.is_payable(&candidate, *start) && self.is_staffed(&candidate, *start);
            let every = self.problem.parameters.start_every as usize;
            let open = open.filter(|start| start % every == 0).filter(is_open);
            candidate.starts = open.filter(|start| self.is_agreed(project, *start)).collect();
        }
        candidate
    }

    /// The first month in which work may start.
    fn first_month(&self, project: &Project) -> usize {
        let first = match project.earliest {
            // Work starts with a month: the first that begins on or after the day.
            Some(day) => {
                let month = Month::of(day);
                let month = if month.first_day() < day { month + 1 } else { month };
                (month - self.problem.means.start).max(0) as usize
            }
            None => 0,
        };
        first.next_multiple_of(self.problem.parameters.start_every as usize)
    }

    /// Whether a group of rules is left out.
    pub fn drops(&self, group: &Group) -> bool {
        self.relaxed.contains(group)
    }

    /// Whether a condition is left out.
    pub fn drops_condition(&self, id: &str) -> bool {
        self.relaxed.contains(&Group::Condition(id.to_owned()))
    }

    fn needs(&self, project: &Project, position: &BTreeMap<&str, usize>) -> Vec<Need> {
        let here = position[project.id.as_str()];
        let mut needs: BTreeMap<usize, usize> = BTreeMap::new();
        if !self.drops(&Group::Needs(here)) {
            let known = project.needs_before.iter().filter_map(|id| position.get(id.as_str()));
            needs.extend(known.map(|candidate| (*candidate, 0)));
        }
        // Who waits for one of one waits for that one.
        for after in self.waits_of(project).filter(|after| after.any.len() == 1) {
            let lag = needs.entry(position[after.any[0].as_str()]).or_default();
            *lag = (*lag).max(after.lag_months as usize);
        }
        needs.into_iter().map(|(candidate, lag)| Need { candidate, lag }).collect()
    }

    fn any_of(&self, project: &Project, position: &BTreeMap<&str, usize>) -> Vec<AnyOf> {
        let of = |after: &After| after.any.iter().map(|id| position[id.as_str()]).collect();
        let several = self.waits_of(project).filter(|after| after.any.len() > 1);
        several.map(|after| AnyOf { of: of(after), lag: after.lag_months as usize }).collect()
    }

    fn waits_of(&self, project: &Project) -> impl Iterator<Item = &'a After> {
        let after = &self.problem.conditions.after;
        after.iter().filter(|after| after.project == project.id && !self.drops_condition(&after.id))
    }

    /// The product of the weights that people gave it.
    fn weight(&self, project: &Project) -> f64 {
        let weights = self.problem.conditions.weights.iter();
        weights.filter(|weight| self.means(&weight.which, project)).map(|weight| weight.factor).product()
    }

    /// Running cost a month, in minor units times 12, by owner.
    fn running(&self, project: &Project) -> Vec<(usize, i64)> {
        let Conditions { owners, running, .. } = &self.problem.conditions;
        let minor = 10_i64.pow(self.problem.means.currency.minor_digits());
        let mut by_owner: BTreeMap<usize, i64> = BTreeMap::new();
        for running in running.iter().filter(|running| self.means(&running.which, project)) {
            let owner = owners.iter().position(|owner| owner.id == running.owner).expect("validated");
            *by_owner.entry(owner).or_default() += running.cost_per_year.saturating_mul(minor);
        }
        by_owner.into_iter().filter(|(owner, cost)| *cost > 0 && !self.drops(&Group::Running(*owner))).collect()
    }

    fn means(&self, which: &Which, project: &Project) -> bool {
        (which.projects.is_empty() || which.projects.contains(&project.id))
            && (which.kinds.is_empty() || which.kinds.contains(&project.kind))
            && (which.sectors.is_empty() || which.sectors.contains(&project.sector))
            && (which.areas.is_empty() || self.is_within(&project.area, &which.areas))
    }

    /// Months of service in a calendar year, by position, of work that starts in a month.
    pub fn service_in_year(&self, candidate: usize, start: usize, year: usize) -> i64 {
        let from = start + self.candidates[candidate].duration;
        (from..self.months).filter(|month| self.month(*month).year() == self.years[year]).count() as i64
    }

    /// Whether a start leaves alone what is under way.
    fn is_agreed(&self, project: &Project, start: usize) -> bool {
        let Some(agreed) = &self.problem.agreed else { return true };
        match agreed.starts.get(&project.id).filter(|month| **month < agreed.from) {
            Some(month) => self.month(start) == *month,
            None => self.month(start) >= agreed.from,
        }
    }

    /// Where each candidate was to start in the earlier plan, and whether it is under way.
    pub fn agreed(&self) -> Vec<Option<(usize, bool)>> {
        let start = |project: &Project| {
            let agreed = self.problem.agreed.as_ref()?;
            let month = *agreed.starts.get(&project.id)?;
            let position = usize::try_from(month - self.problem.means.start).ok()?;
            Some((position, month < agreed.from))
        };
        self.problem.projects.iter().map(start).collect()
    }

    /// Whether there is somebody who may pay in each span of the work.
    fn is_payable(&self, candidate: &Candidate, start: usize) -> bool {
        let works = |span: &&Span| span.from < start + candidate.duration && start < span.until;
        self.drops(&Group::Money)
            || candidate.cost == 0
            || self.spans.iter().filter(works).all(|span| candidate.donors & span.live != 0)
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
        !self.drops(&Group::Capability(self.capabilities[capability].clone()))
    }

    fn donors_of(&self, project: &Project) -> Set {
        let allows = |(d, donor): (usize, &Donor)| {
            let mark = &donor.earmark;
            self.drops(&Group::Earmark(d))
                || (mark.sectors.is_empty() || mark.sectors.contains(&project.sector))
                    && (mark.kinds.is_empty() || mark.kinds.contains(&project.kind))
                    && (mark.areas.is_empty() || self.is_within(&project.area, &mark.areas))
        };
        set_of(self.problem.means.donors.iter().enumerate().map(allows))
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
                && (self.drops(&Group::Caveats)
                    || !party.caveats.iter().enumerate().any(|(c, caveat)| {
                        !self.drops(&Group::Caveat(i, c)) && self.forbids(caveat, project, self.month(month))
                    }))
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

    /// What is paid in a span, in minor units, for work that starts in a month: in proportion to the months of work,
    /// cumulated and rounded down, so that the spans sum to the cost exactly.
    pub fn payment_in(&self, span: &Span, candidate: usize, start: usize) -> i64 {
        let Candidate { duration, cost, .. } = self.candidates[candidate];
        let worked = |month: usize| month.saturating_sub(start).min(duration);
        let due = |months: usize| (i128::from(cost) * months as i128 / duration as i128) as i64;
        due(worked(span.until)) - due(worked(span.from))
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

    /// A candidate and everything that may have to come with it: what it waits for, and its bundles; ascending.
    pub fn with_needs(&self, candidate: usize) -> Vec<usize> {
        let mut all = BTreeSet::from([candidate]);
        let mut open = vec![candidate];
        while let Some(next) = open.pop() {
            let Candidate { needs, any_of, .. } = &self.candidates[next];
            let waits = needs.iter().map(|need| need.candidate).chain(any_of.iter().flat_map(|any| any.of.clone()));
            let bundles = self.bundles().into_iter().filter(|bundle| bundle.contains(&next)).flatten();
            open.extend(waits.chain(bundles).filter(|other| all.insert(*other)));
        }
        all.into_iter().collect()
    }

    /// Candidates that are done all or none.
    pub fn bundles(&self) -> Vec<Vec<usize>> {
        self.joined(&self.problem.conditions.bundles)
    }

    /// Candidates of which at most one is done.
    pub fn alternatives(&self) -> Vec<Vec<usize>> {
        self.joined(&self.problem.conditions.alternatives)
    }

    fn joined(&self, conditions: &[Together]) -> Vec<Vec<usize>> {
        let kept = conditions.iter().filter(|condition| !self.drops_condition(&condition.id));
        kept.map(|condition| condition.projects.iter().map(|id| self.position(id)).collect()).collect()
    }

    /// The conditions on a candidate and on what may have to come with it, by id.
    pub fn conditions_on(&self, candidate: usize) -> Vec<String> {
        let all: BTreeSet<&ProjectId> =
            self.with_needs(candidate).into_iter().map(|i| &self.problem.projects[i].id).collect();
        let Conditions { alternatives, bundles, after, .. } = &self.problem.conditions;
        let joins = |condition: &&Together| condition.projects.iter().any(|id| all.contains(id));
        let together = alternatives.iter().chain(bundles).filter(joins).map(|condition| condition.id.clone());
        together
            .chain(after.iter().filter(|after| all.contains(&after.project)).map(|after| after.id.clone()))
            .collect()
    }

    /// Candidates that must be in.
    pub fn required(&self) -> Vec<usize> {
        let required = self.problem.conditions.required.iter().map(|id| self.position(id));
        required.filter(|candidate| !self.drops(&Group::Required(*candidate))).collect()
    }

    fn position(&self, id: &ProjectId) -> usize {
        self.problem.projects.binary_search_by(|project| project.id.cmp(id)).expect("validated")
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

/// The months of the horizon, cut where a year ends or a donor's money expires.
fn spans(means: &Means, years: &[i32], relaxed: &Relaxed) -> Vec<Span> {
    let months = means.months as usize;
    let until = |(d, donor): (usize, &Donor)| match relaxed.contains(&Group::Earmark(d)) {
        true => months,
        false => donor.earmark.until.map_or(months, |last| ((last - means.start) + 1).clamp(0, months as i32) as usize),
    };
    let expiries: Vec<usize> = means.donors.iter().enumerate().map(until).collect();
    let turns = (1..months).filter(|month| (means.start + *month as i32).month() == 1);
    let cuts: BTreeSet<usize> = turns.chain(expiries.iter().copied()).chain([0, months]).collect();
    let cuts: Vec<usize> = cuts.into_iter().collect();
    let span = |pair: &[usize]| Span {
        year: ((means.start + pair[0] as i32).year() - years[0]) as usize,
        from: pair[0],
        until: pair[1],
        live: set_of(expiries.iter().map(|expiry| pair[1] <= *expiry)),
    };
    cuts.windows(2).map(span).collect()
}

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
