//! Invented problems of any size, from a seed: for tests, benchmarks and for whoever wants to compare solvers.
//!
//! Modelled on what reconstruction portfolios are said to be like (many lumpy projects, donors with earmarks that
//! overlap, silos that wait for each other, caveats): no figure in them is of a real place.

use crate::problem::{Parameters, Parts, Problem};
use mostari_model::{
    Answer, AreaId, Capability, Caveat, Clearance, Conditions, CostRange, Currency, Digest, Donor, Earmark, Label,
    Means, Money, Month, Origin, Party, Project, ProjectId,
};
use std::collections::BTreeMap;

/// How large an invented problem is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shape {
    /// Candidates.
    pub projects: usize,
    /// Months.
    pub months: u32,
    /// Donors.
    pub donors: usize,
    /// Areas in which the candidates stand, in districts of four.
    pub areas: usize,
    /// Seed: another one is another problem of the same size.
    pub seed: u64,
}

/// Kinds of project: id, sector, likely cost in thousands, months, capability, weeks, people.
const KINDS: [(&str, &str, u64, u32, &str, f64, u64); 6] = [
    ("hazard-clear", "mine-action", 220, 4, "clearance", 26.0, 1_500),
    ("bridge-repair", "transport", 640, 6, "engineer", 30.0, 9_000),
    ("clinic-new", "health", 380, 7, "builder", 24.0, 6_000),
    ("school-repair", "education", 160, 4, "builder", 14.0, 900),
    ("water-point", "water", 70, 2, "engineer", 6.0, 1_200),
    ("market-repair", "economy", 120, 3, "builder", 9.0, 2_500),
];

/// What a kind waits for in the same area, if it is there.
const WAITS: [(&str, &str); 3] =
    [("bridge-repair", "hazard-clear"), ("clinic-new", "bridge-repair"), ("school-repair", "hazard-clear")];

/// Part of the cost of all candidates that the donors can pay together.
const BUDGET_SHARE: f64 = 0.40;

/// Part of the weeks that all candidates take that the parties have together.
const WEEKS_SHARE: f64 = 0.60;

/// First month of every invented problem.
const START: &str = "2025-04";

/// An invented problem; the same for the same shape.
pub fn problem(shape: Shape) -> Problem {
    Problem::new(parts(shape)).expect("the generator keeps the rules of a problem")
}

/// The parts of an invented problem, to change before [`Problem::new`].
pub fn parts(shape: Shape) -> Parts {
    let mut draws = Draws(shape.seed);
    let projects = projects(shape, &mut draws);
    let means = means(shape, &projects, &mut draws);
    let mut parents = BTreeMap::from([(AreaId::new("land"), None)]);
    let mut insecurity = BTreeMap::new();
    for area in 0..shape.areas {
        parents.insert(district(area), Some(AreaId::new("land")));
        parents.insert(area_id(area), Some(district(area)));
        insecurity
            .insert(area_id(area), if draws.chance(0.3) { draws.between(5.0, 60.0) } else { draws.between(0.0, 4.0) });
    }
    let snapshot = Digest::of(&shape.seed.to_be_bytes());
    Parts {
        snapshot,
        assessment: snapshot,
        label: Label::public(),
        reader: Clearance::none(),
        projects,
        means,
        parents,
        insecurity,
        conditions: Conditions::default(),
        agreed: None,
        parameters: Parameters::default(),
        findings: Vec::new(),
    }
}

fn area_id(area: usize) -> AreaId {
    AreaId::from(format!("area-{area:03}"))
}

fn district(area: usize) -> AreaId {
    AreaId::from(format!("district-{:02}", area / 4))
}

fn currency() -> Currency {
    "EUR".parse().expect("three capital letters")
}

fn projects(shape: Shape, draws: &mut Draws) -> Vec<Project> {
    let mut projects: Vec<Project> = Vec::with_capacity(shape.projects);
    for i in 0..shape.projects {
        let (kind, sector, thousands, months, capability, weeks, people) = KINDS[draws.below(KINDS.len())];
        let area = area_id(draws.below(shape.areas));
        let size = draws.between(0.5, 1.8);
        let likely = (thousands as f64 * 1_000.0 * size) as i64;
        let money = |factor: f64| Money::new((likely as f64 * factor) as i64 * 100, currency());
        let waits = |p: &&Project| p.area == area && WAITS.contains(&(kind, p.kind.as_str()));
        let needs_before = projects.iter().find(waits).map(|p| p.id.clone()).into_iter().collect();
        projects.push(Project {
            id: ProjectId::from(format!("{kind}:{area}:{i:04}")),
            title: format!("{kind} in {area}"),
            kind: kind.to_owned(),
            sector: sector.to_owned(),
            area: area.clone(),
            point: None,
            origin: Origin::Rule { kind: kind.to_owned() },
            answers: vec![Answer {
                area,
                indicator: "invented".into(),
                part: String::new(),
                value: size,
                words: "invented".into(),
            }],
            cost: CostRange { low: money(0.8), likely: money(1.0), high: money(1.5) },
            duration_months: months,
            work: BTreeMap::from([(capability.to_owned(), (weeks * size * 10.0).round() / 10.0)]),
            needs_before,
            people: (people as f64 * draws.between(0.3, 1.7)) as u64,
            severity: 1.0 + draws.below(5) as f64,
            earliest: None,
            executors: Vec::new(),
        });
    }
    projects
}

fn means(shape: Shape, projects: &[Project], draws: &mut Draws) -> Means {
    let start: Month = START.parse().expect("a month");
    let cost: i64 = projects.iter().map(|p| p.cost.likely.minor / 100).sum();
    let years: Vec<i32> = (start.year()..=(start + (shape.months as i32 - 1)).year()).collect();
    let donors = (0..shape.donors).map(|i| donor(i, shape, cost, &years, draws)).collect();
    let mut parties = Vec::new();
    for (i, (capability, share)) in [
        ("engineer", 0.6),
        ("engineer", 0.4),
        ("builder", 0.5),
        ("builder", 0.5),
        ("clearance", 0.7),
        ("clearance", 0.3),
    ]
    .into_iter()
    .enumerate()
    {
        let weeks: f64 = projects.iter().filter_map(|p| p.work.get(capability)).sum();
        let per_month = (weeks * share * WEEKS_SHARE / f64::from(shape.months) * 10.0).ceil() / 10.0;
        let caveat = Caveat {
            id: "no-far-district".into(),
            sectors: Vec::new(),
            kinds: Vec::new(),
            areas: vec![district(draws.below(shape.areas))],
            from: None,
            until: None,
            label: if i % 4 == 0 { "force" } else { "public" }.into(),
        };
        parties.push(Party {
            id: format!("party-{i}").into(),
            name: format!("Party {i}"),
            party_type: if i % 2 == 0 { "force" } else { "contractor" }.into(),
            // At least one crew: small problems would else be without anybody who can finish.
            capabilities: vec![Capability {
                name: capability.into(),
                weeks_per_month: per_month.max(9.0),
                lead_months: 0,
                by_month: BTreeMap::new(),
            }],
            caveats: if i % 2 == 0 { vec![caveat] } else { Vec::new() },
        });
    }
    Means { currency: currency(), start, months: shape.months, donors, parties }
}

/// Every third donor pays for anything, the others for a sector or a district.
fn donor(i: usize, shape: Shape, cost: i64, years: &[i32], draws: &mut Draws) -> Donor {
    let earmark = match i % 3 {
        0 => Earmark::default(),
        1 => {
            let mut sectors = vec![KINDS[draws.below(6)].1.to_owned(), KINDS[draws.below(6)].1.to_owned()];
            sectors.dedup();
            Earmark { sectors, ..Earmark::default() }
        }
        _ => Earmark { areas: (0..3).map(|_| district(draws.below(shape.areas))).collect(), ..Earmark::default() },
    };
    let share = cost as f64 * BUDGET_SHARE / (shape.donors * years.len()) as f64;
    let budget = years.iter().map(|year| (year.to_string(), (share * draws.between(0.6, 1.4)) as i64)).collect();
    Donor { id: format!("donor-{i}").into(), name: format!("Donor {i}"), budget, earmark }
}

/// SplitMix64 (Steele, Lea and Flood 2014): small, seeded, the same everywhere.
pub(crate) struct Draws(pub(crate) u64);

impl Draws {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub(crate) fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    pub(crate) fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }

    pub(crate) fn below(&mut self, count: usize) -> usize {
        (self.unit() * count as f64) as usize
    }

    pub(crate) fn chance(&mut self, of: f64) -> bool {
        self.unit() < of
    }
}
