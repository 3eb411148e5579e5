//! An invented country of three areas in a row, small enough to hold in the head.

#![allow(dead_code, reason = "each test file uses its part")]
#![allow(clippy::unwrap_used, reason = "a world that cannot be built must fail the test")]

use geo_types::{MultiPolygon, polygon};
use mostari_brief::Briefing;
use mostari_model::*;
use mostari_place::{AreaNode, Placed};
use std::collections::BTreeMap;

pub struct World {
    pub snapshot: Snapshot,
    pub placed: Placed,
    pub assessment: Assessment,
    pub projects: Vec<Project>,
    pub plan: Plan,
    pub means: Means,
    pub check: CheckReport,
    pub findings: Vec<Finding>,
}

pub static CARDS: [&About; 2] = [&DEATHS, &REACH];

static DEATHS: About = About {
    id: "deaths",
    kind: Kind::Indicator,
    name: "Deaths in twelve months",
    summary: "How many people died?",
    unit: "deaths",
    range: "0 and up",
    direction: Direction::HigherIsWorse,
    source: "Invented",
    method: "Counted.",
    protection: "Areas only.",
};

static REACH: About = About { id: "hazard", name: "Hazard share", unit: "share", ..DEATHS };

pub fn date(text: &str) -> Date {
    text.parse().unwrap()
}

pub fn eur(major: i64) -> Money {
    Money::from_major(major, "EUR".parse().unwrap()).unwrap()
}

impl World {
    /// Tor, Vel and `<script>`, whose name is hostile; Vel has never been assessed.
    pub fn small() -> Self {
        let names = ["Tor", "Vel", "<script>alert('x')</script>"];
        let mut world = Self::of(names.iter().enumerate().map(|(i, name)| (*name, square(i as f64))).collect());
        for (area, deaths, hazard) in [(0, Some(12.0), Some(0.25)), (1, None, None), (2, Some(3.0), Some(0.0))] {
            world.add("deaths", area, deaths, Unit::Deaths);
            world.add("hazard", area, hazard, Unit::Share);
        }
        for (month, deaths) in [("2031-02", 5.0), ("2031-05", 10.0)] {
            world.add("deaths-monthly", 0, Some(deaths), Unit::Deaths);
            let period = Period::month(month.parse().unwrap());
            world.assessment.values.last_mut().unwrap().period = period;
        }
        // The order that an assessment promises: by indicator, then area.
        world.assessment.values.sort_by(|a, b| (&a.indicator, &a.area).cmp(&(&b.indicator, &b.area)));
        world
    }

    /// Areas with these names and shapes, no values, and a plan of one project of two.
    pub fn of(areas: Vec<(&str, MultiPolygon<f64>)>) -> Self {
        let mut snapshot = Snapshot::empty(Mission { name: "Torvel & Sons".into(), country: "TOR".into() });
        snapshot.datasets.push(Dataset {
            id: DatasetId(0),
            file: "events.csv".into(),
            source: "Invented events".into(),
            licence: "CC0".into(),
            label: Label::public(),
            reader: "events-csv".into(),
            file_digest: Digest::of(b"events"),
            tables: Vec::new(),
            rows: 1_234,
            added: date("2031-06-01"),
        });
        let mut placed = Placed::default();
        let node = |(i, (name, shape)): (usize, (&str, MultiPolygon<f64>))| AreaNode {
            id: AreaId::new(format!("T{i:03}")),
            name: name.into(),
            other_names: Vec::new(),
            level: 1,
            parent: None,
            shape: Some(shape),
            inside: None,
            area_m2: None,
            people: None,
            dataset: 0,
        };
        placed.gazetteer.areas = areas.into_iter().enumerate().map(node).collect();
        let assessment = Assessment {
            snapshot: snapshot.digest,
            as_of: date("2031-06-30"),
            engine: "mostari-assess 0.1.0".into(),
            label: Label::public(),
            indicators: vec!["deaths".into(), "hazard".into()],
            values: Vec::new(),
            findings: Vec::new(),
        };
        let projects = vec![project("bridge", "T000", &[]), project("clinic", "T002", &["bridge"])];
        let (plan, means) = (plan(&projects, snapshot.digest), means());
        let check = CheckReport { rules: vec![Rule::Once, Rule::Budget], violations: Vec::new() };
        Self { snapshot, placed, assessment, projects, plan, means, check, findings: vec![finding()] }
    }

    pub fn add(&mut self, indicator: &str, area: usize, value: Option<f64>, unit: Unit) {
        self.assessment.values.push(IndicatorValue {
            area: AreaId::new(format!("T{area:03}")),
            indicator: indicator.into(),
            part: String::new(),
            period: Period { from: date("2030-07-01"), to: date("2031-06-30") },
            value,
            low: value.map(|v| v * 0.5),
            high: value.map(|v| v * 1.5),
            unit,
            confidence: if value.is_some() { Confidence::Fair } else { Confidence::None },
            doubt: "the source may miss \"some\" of them".into(),
            sources: vec![DatasetId(0)],
        });
    }

    pub fn briefing(&self) -> Briefing<'_> {
        Briefing {
            snapshot: &self.snapshot,
            placed: &self.placed,
            assessment: &self.assessment,
            indicators: &CARDS,
            projects: &self.projects,
            plan: Some(&self.plan),
            means: Some(&self.means),
            check: Some(&self.check),
            findings: &self.findings,
            version: "0.1.0",
        }
    }
}

pub fn square(west: f64) -> MultiPolygon<f64> {
    polygon![(x: west, y: 0.0), (x: west + 1.0, y: 0.0), (x: west + 1.0, y: 1.0), (x: west, y: 1.0)].into()
}

fn finding() -> Finding {
    Finding {
        code: "ING-014".into(),
        severity: Severity::Error,
        file: "needs.csv".into(),
        row: Some(88),
        column: Some("#affected".into()),
        message: "`#affected` is -40; a count of persons cannot be negative".into(),
        hint: "ask the sender".into(),
    }
}

fn project(id: &str, area: &str, needs: &[&str]) -> Project {
    Project {
        id: id.into(),
        title: format!("Repair the {id}"),
        kind: id.into(),
        sector: "transport".into(),
        area: area.into(),
        point: Some((0.123_456, 0.654_321)),
        origin: Origin::Rule { kind: id.into() },
        answers: vec![Answer {
            area: area.into(),
            indicator: "deaths".into(),
            part: String::new(),
            value: 12.0,
            words: "12 deaths < a year".into(),
        }],
        cost: CostRange { low: eur(80_000), likely: eur(100_000), high: eur(150_000) },
        duration_months: 3,
        work: BTreeMap::from([("engineer".to_owned(), 6.0)]),
        needs_before: needs.iter().map(|id| ProjectId::new(*id)).collect(),
        people: 4_200,
        severity: 3.0,
        earliest: None,
        executors: Vec::new(),
    }
}

fn plan(projects: &[Project], snapshot: Digest) -> Plan {
    let month = |text: &str| text.parse::<Month>().unwrap();
    Plan {
        snapshot,
        assessment: Digest::of(b"assessment"),
        projects: Digest::of_value(&projects),
        means: Digest::of(b"means"),
        conditions: None,
        engine: "mostari-plan 0.1.0".into(),
        label: "force".parse().unwrap(),
        seed: 7,
        floor: 0.1,
        conflict_hazard: 0.001,
        start_every: 1,
        agreed: None,
        start: month("2031-07"),
        months: 12,
        objective: 1_000.0,
        bound: 1_010.0,
        gap: 0.01,
        stopped_by: StoppedBy::Gap,
        chosen: vec![Chosen {
            project: "bridge".into(),
            start: month("2031-07"),
            end: month("2031-09"),
            payers: vec![Payment { donor: "donor".into(), year: 2031, amount: eur(100_000) }],
            executors: vec![Work {
                party: "corps".into(),
                capability: "engineer".into(),
                from: month("2031-07"),
                until: month("2031-09"),
                weeks_per_month: 2.0,
            }],
            benefit: 1_000.0,
            completes: 0.9,
        }],
        not_chosen: vec![NotChosen {
            project: "clinic".into(),
            reason: Reason {
                group: ReasonGroup::Money(vec!["donor".into()]),
                words: "EUR 20 000 are left and it costs EUR 100 000".into(),
                forced_objective: Some(700.0),
                displaces: vec!["bridge".into()],
                changes: Vec::new(),
            },
            verified: true,
        }],
        areas: BTreeMap::from([
            ("T000".into(), Answered { benefit: 1_000.0, possible: 1_200.0 }),
            ("T002".into(), Answered { benefit: 0.0, possible: 900.0 }),
        ]),
    }
}

fn means() -> Means {
    Means {
        currency: "EUR".parse().unwrap(),
        start: "2031-07".parse().unwrap(),
        months: 12,
        donors: vec![Donor {
            id: "donor".into(),
            name: "Fund of Friends".into(),
            budget: BTreeMap::from([("2031".to_owned(), 120_000)]),
            earmark: Earmark::default(),
        }],
        parties: Vec::new(),
    }
}
