//! A small land of three square areas, and the projects that its gaps call for.

use super::nominate;
use geo_types::{Geometry, polygon};
use mostari_model::{
    Area, Assessment, Catalogue, Confidence, Dataset, DatasetId, Date, Digest, Facility, Finding, Hazard,
    IndicatorValue, Label, Mission, Origin, Period, PlaceRef, Population, Project, Proposal, Snapshot, Unit,
};
use mostari_place::place;

const AS_OF: Date = Date::constant(2024, 6, 1);

struct World {
    snapshot: Snapshot,
    values: Vec<IndicatorValue>,
}

/// Areas `X01`, `X02`, `X03` side by side, one degree each, with 25 000, 4 000 and an unknown number of people.
fn world() -> World {
    let mut snapshot = Snapshot::empty(Mission { name: "Test".into(), country: "BIH".into() });
    snapshot.datasets.push(Dataset {
        id: DatasetId(4),
        file: "test.csv".into(),
        source: "test".into(),
        licence: String::new(),
        label: Label::public(),
        reader: "test".into(),
        file_digest: Digest::of(b""),
        tables: Vec::new(),
        rows: 0,
        added: AS_OF,
    });
    for (i, name) in ["Eastham", "Midham", "Westham"].iter().enumerate() {
        snapshot.tables.areas.push(Area {
            code: format!("X0{}", i + 1),
            name: (*name).to_owned(),
            level: Some(1),
            shape: Some(square(i as f64, 0.0, 1.0)),
            row: i as u32 + 1,
            ..Area::default()
        });
    }
    for (code, people) in [("X01", 25_000), ("X02", 4_000)] {
        snapshot.tables.populations.push(Population {
            place: place_of(code),
            date: Some(AS_OF),
            group: "total".into(),
            people: Some(people),
            ..Population::default()
        });
    }
    World { snapshot, values: Vec::new() }
}

fn place_of(code: &str) -> PlaceRef {
    PlaceRef { code: code.to_owned(), ..PlaceRef::default() }
}

fn square(x: f64, y: f64, side: f64) -> Geometry<f64> {
    polygon![(x: x, y: y), (x: x + side, y: y), (x: x + side, y: y + side), (x: x, y: y + side)].into()
}

impl World {
    fn facility(&mut self, kind: &str, status: &str, (longitude, latitude): (f64, f64), people: Option<i64>) {
        let row = self.snapshot.tables.facilities.len() as u32 + 2;
        self.snapshot.tables.facilities.push(Facility {
            facility_id: format!("f{row}"),
            kind: kind.to_owned(),
            status: status.to_owned(),
            longitude: Some(longitude),
            latitude: Some(latitude),
            people,
            row,
            ..Facility::default()
        });
    }

    fn hazard(&mut self, id: &str, state: &str, shape: Option<Geometry<f64>>) {
        let row = self.snapshot.tables.hazards.len() as u32 + 1;
        self.snapshot.tables.hazards.push(Hazard {
            hazard_id: id.into(),
            state: state.into(),
            shape,
            row,
            ..Hazard::default()
        });
    }

    fn value(&mut self, indicator: &str, area: &str, value: f64) {
        self.values.push(IndicatorValue {
            area: area.into(),
            indicator: indicator.into(),
            part: String::new(),
            period: Period::day(AS_OF),
            value: Some(value),
            low: None,
            high: None,
            unit: Unit::Phase,
            confidence: Confidence::Fair,
            doubt: String::new(),
            sources: Vec::new(),
        });
    }

    fn nominate(&self, kinds: &str) -> (Vec<Project>, Vec<Finding>) {
        let catalogue: Catalogue = toml::from_str(&format!("currency = \"EUR\"\n{kinds}")).unwrap();
        catalogue.validate().unwrap();
        let assessment = Assessment {
            snapshot: self.snapshot.digest,
            as_of: AS_OF,
            engine: String::new(),
            label: Label::public(),
            indicators: Vec::new(),
            values: self.values.clone(),
            findings: Vec::new(),
        };
        nominate(&self.snapshot, &place(&self.snapshot), &assessment, &catalogue)
    }
}

/// A kind of the catalogue with round figures.
fn kind(id: &str, needs: &str, trigger: &str) -> String {
    let unit = if id == "clear" { "hectare" } else { "project" };
    format!(
        r#"
        [[kind]]
        id = "{id}"
        title = "{id}"
        sector = "s"
        unit = "{unit}"
        cost_low = 100
        cost_likely = 200.5
        cost_high = 400
        duration_months = 3
        work_weeks = {{ builder = 6.0 }}
        needs_before = [{needs}]
        serves_people_max = 9000
        source = "invented"
        trigger = {{ {trigger} }}
        "#
    )
}

fn clinics() -> String {
    kind("clinic", "", r#"when = "too-few-facilities", facility = "health.clinic", people_max = 10000"#)
}

fn bridges(needs: &str) -> String {
    kind("bridge", needs, r#"when = "facility-not-functional", facility = "bridge""#)
}

fn clearance() -> String {
    kind("clear", "", r#"when = "hazard-near-people", within_m = 500, hectares_max = 100"#)
}

fn ids(projects: &[Project]) -> Vec<&str> {
    projects.iter().map(|p| p.id.as_str()).collect()
}

fn codes(findings: &[Finding]) -> Vec<&str> {
    findings.iter().map(|f| &*f.code).collect()
}

#[test]
fn an_area_with_one_clinic_of_three_gets_two_and_they_share_the_unserved() {
    let mut world = world();
    world.facility("health.clinic", "functional", (0.5, 0.5), None);
    let (projects, findings) = world.nominate(&clinics());
    assert_eq!(ids(&projects), ["clinic:X01:1", "clinic:X01:2", "clinic:X02:1"]);
    assert_eq!(projects.iter().map(|p| p.people).collect::<Vec<_>>(), [7_500, 7_500, 4_000]);
    assert_eq!(projects[0].answers[0].value, 25_000.0);
    assert_eq!(projects[0].title, "clinic, Eastham");
    assert_eq!(projects[0].cost.likely.to_string(), "EUR 200.50");
    assert_eq!(codes(&findings), ["PLN-001"], "nobody knows how many live in Westham");
}

#[test]
fn where_no_clinic_is_recorded_anywhere_none_is_proposed() {
    let (projects, findings) = world().nominate(&clinics());
    assert_eq!(projects, []);
    assert_eq!(codes(&findings), ["PLN-002", "PLN-018"]);
}

#[test]
fn a_destroyed_clinic_calls_for_a_new_one_unless_the_catalogue_repairs_it() {
    let mut world = world();
    world.facility("health.clinic", "destroyed", (1.5, 0.5), None);
    assert!(ids(&world.nominate(&clinics()).0).contains(&"clinic:X02:1"));
    let repair = kind("repair", "", r#"when = "facility-not-functional", facility = "health.clinic""#);
    let (projects, _) = world.nominate(&(clinics() + &repair));
    assert_eq!(ids(&projects), ["clinic:X01:1", "clinic:X01:2", "clinic:X01:3", "repair:X02:1"]);
}

#[test]
fn severity_is_the_phase_of_the_area_and_else_follows_the_gap() {
    let mut world = world();
    world.facility("health.clinic", "functional", (0.5, 0.5), None);
    world.value("needs-severity", "X02", 5.0);
    let (projects, _) = world.nominate(&clinics());
    assert_eq!(projects.iter().map(|p| p.severity).collect::<Vec<_>>(), [3.0, 3.0, 5.0]);
}

#[test]
fn a_bridge_waits_for_the_nearest_hazard_area_to_be_cleared() {
    let mut world = world();
    world.facility("bridge", "destroyed", (0.90, 0.5), None);
    world.hazard("far", "confirmed", Some(square(0.10, 0.5, 0.01)));
    world.hazard("near", "suspected", Some(square(0.901, 0.501, 0.009)));
    world.facility("settlement.village", "", (0.105, 0.505), Some(300));
    let (projects, _) = world.nominate(&(clearance() + &bridges("\"clear\"")));
    let bridge = projects.last().unwrap();
    assert_eq!(bridge.id.as_str(), "bridge:X01:1");
    let waits_for = projects.iter().find(|p| bridge.needs_before == [p.id.clone()]).unwrap();
    assert!(waits_for.point.unwrap().0 > 0.5, "{waits_for:?}");
}

#[test]
fn clearance_is_cut_into_lots_that_together_are_the_whole_hazard() {
    let mut world = world();
    world.facility("settlement.village", "", (0.101, 0.501), Some(300));
    // About 1.11 km square on the equator: 123 to 124 hectares, so two lots of at most 100.
    world.hazard("field", "confirmed", Some(square(0.10, 0.50, 0.01)));
    let (projects, _) = world.nominate(&clearance());
    let hectares: Vec<f64> = projects.iter().map(|p| p.answers[0].value).collect();
    assert_eq!(hectares.len(), 2);
    assert!((hectares.iter().sum::<f64>() - 123.0).abs() < 1.0, "{hectares:?}");
    assert_eq!(projects.iter().map(|p| p.people).collect::<Vec<_>>(), [300, 300]);
    assert!((projects[0].work["builder"] - 600.0).abs() < 1e-9);
}

#[test]
fn what_is_far_released_or_without_outline_is_not_cleared() {
    let mut world = world();
    world.facility("settlement.village", "", (0.101, 0.501), Some(300));
    world.hazard("far", "confirmed", Some(square(0.80, 0.80, 0.01)));
    world.hazard("done", "suspected", Some(square(0.10, 0.50, 0.01)));
    world.hazard("done", "cancelled", Some(square(0.10, 0.50, 0.01)));
    world.hazard("lost", "suspected", None);
    let (projects, findings) = world.nominate(&clearance());
    assert_eq!(projects, []);
    assert_eq!(codes(&findings), ["PLN-004", "PLN-018"]);
    assert_eq!(findings[0].row, Some(4));
}

#[test]
fn an_indicator_above_its_threshold_calls_for_support_and_an_unknown_one_for_a_finding() {
    let mut world = world();
    world.value("needs-severity", "X01", 4.0);
    world.value("needs-severity", "X02", 3.0);
    let (projects, findings) =
        world.nominate(&kind("food", "", r#"when = "indicator-above", indicator = "needs-severity", above = 3"#));
    assert_eq!(ids(&projects), ["food:X01:1"]);
    assert_eq!((projects[0].severity, projects[0].people), (4.0, 9_000));
    assert_eq!(codes(&findings), ["PLN-006"]);
    assert!(findings[0].message.ends_with("Westham (X03)"), "{}", findings[0].message);
}

fn proposal(id: &str) -> Proposal {
    Proposal {
        project_id: id.into(),
        title: "School of Eastham".into(),
        status: "preparation".into(),
        sector: "education|health".into(),
        place: place_of("X01"),
        budget_minor: Some(5_000_000),
        currency: "EUR".into(),
        duration_days: Some(150),
        people: Some(400),
        party: "Municipality of Eastham".into(),
        row: 9,
        ..Proposal::default()
    }
}

/// Nominates with one proposal and gives the projects from files and the findings about them.
fn check_proposal(proposal: Proposal) -> (Vec<Project>, Vec<String>) {
    let mut world = world();
    world.facility("bridge", "functional", (0.5, 0.5), None);
    world.snapshot.tables.proposals.push(proposal);
    let (projects, findings) = world.nominate(&bridges(""));
    let from_file = |p: &Project| matches!(p.origin, Origin::File { .. });
    let codes = findings.iter().filter(|f| f.row == Some(9)).map(|f| f.code.to_string()).collect();
    (projects.into_iter().filter(from_file).collect(), codes)
}

#[test]
fn a_complete_proposal_is_a_candidate_with_its_spread_and_severity_said_to_be_assumed() {
    let (projects, codes) = check_proposal(proposal("p-1"));
    assert_eq!(codes, ["PLN-012", "PLN-014", "PLN-015"]);
    let project = &projects[0];
    assert_eq!((project.duration_months, project.people, project.sector.as_str()), (5, 400, "education"));
    assert_eq!((project.cost.low.minor, project.cost.high.minor), (4_000_000, 6_000_000));
    let origin = Origin::File { dataset: DatasetId(4), party: "Municipality of Eastham".into() };
    assert_eq!(project.origin, origin);
}

#[test]
fn what_a_proposal_does_not_say_comes_from_its_kind() {
    let bare =
        Proposal { kind: "bridge".into(), budget_minor: None, duration_days: None, people: None, ..proposal("p-1") };
    let (projects, codes) = check_proposal(bare);
    assert_eq!(codes, ["PLN-009", "PLN-009", "PLN-009", "PLN-015"]);
    assert_eq!((projects[0].duration_months, projects[0].people), (3, 9_000));
    assert_eq!(projects[0].cost.likely.minor, 20_050);
}

#[test]
fn a_proposal_that_nothing_completes_is_not_invented() {
    for lacking in [
        Proposal { people: None, ..proposal("p-1") },
        Proposal { budget_minor: None, ..proposal("p-1") },
        Proposal { duration_days: None, ..proposal("p-1") },
        Proposal { place: PlaceRef::default(), ..proposal("p-1") },
    ] {
        let (projects, codes) = check_proposal(lacking);
        assert_eq!(projects, []);
        assert!(codes.contains(&"PLN-008".to_owned()), "{codes:?}");
    }
}

#[test]
fn closed_proposals_and_other_currencies_are_no_candidates() {
    let closed = Proposal { status: "completed".into(), ..proposal("p-1") };
    assert_eq!(check_proposal(closed), (vec![], vec!["PLN-007".to_owned()]));
    let dollars = Proposal { currency: "USD".into(), ..proposal("p-1") };
    assert_eq!(check_proposal(dollars), (vec![], vec!["PLN-010".to_owned()]));
}
