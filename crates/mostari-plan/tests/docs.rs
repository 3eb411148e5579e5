//! The examples of `docs/means-and-catalogue.md` parse and hold together; every finding code has its heading.

#![allow(clippy::unwrap_used, reason = "a test may stop at what it does not expect")]

use mostari_model::{Catalogue, Conditions, Means, ProjectId};

const PAGE: &str = include_str!("../../../docs/means-and-catalogue.md");
const FINDINGS_PAGE: &str = include_str!("../../../docs/findings/plan.md");

/// The TOML block whose first line names this file.
fn example(file: &str) -> &'static str {
    let mut blocks = PAGE.split("```toml\n").skip(1).map(|rest| rest.split("```").next().unwrap());
    blocks.find(|block| block.starts_with(&format!("# {file}"))).expect("the page has an example of it")
}

#[test]
fn the_catalogue_of_the_page_holds_together() {
    let catalogue: Catalogue = toml::from_str(example("catalogue.toml")).unwrap();
    catalogue.validate().unwrap();
    assert_eq!(catalogue.kinds.len(), 4);
}

#[test]
fn the_means_of_the_page_hold_together() {
    let means: Means = toml::from_str(example("means.toml")).unwrap();
    means.validate().unwrap();
    let engineers = &means.parties[0];
    assert_eq!(engineers.weeks("engineer", "2025-12".parse().unwrap(), means.start), 0.0);
    assert_eq!(engineers.weeks("engineer", "2026-02".parse().unwrap(), means.start), 12.0);
}

#[test]
fn the_conditions_of_the_page_hold_together() {
    let conditions: Conditions = toml::from_str(example("conditions.toml")).unwrap();
    let ids = ["clinic-new", "bridge-repair", "ferry", "school-new", "water-point"]
        .map(|kind| ProjectId::from(format!("{kind}:X0101")));
    conditions.validate(&ids.iter().collect()).unwrap();
    assert_eq!(conditions.running[0].which.kinds, ["clinic-new"]);
    let misspelt = example("conditions.toml").replace("factor =", "faktor =");
    assert!(toml::from_str::<Conditions>(&misspelt).is_err(), "a word that nobody knows is not passed over");
}

#[test]
fn every_finding_code_has_a_heading_and_the_codes_are_unique() {
    let mut codes: Vec<&str> = mostari_plan::FINDINGS.iter().map(|card| card.code).collect();
    for code in &codes {
        assert!(FINDINGS_PAGE.contains(&format!("## {code} ")), "{code} has no heading");
    }
    codes.dedup();
    assert_eq!(codes.len(), mostari_plan::FINDINGS.len());
}
