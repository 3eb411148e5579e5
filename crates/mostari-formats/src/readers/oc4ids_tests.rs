use super::*;
use crate::Input;

/// Projects as JSON: what is read of them, and the codes.
fn check(projects: &str, codes: &[&str]) -> Vec<Proposal> {
    let file = format!(r#"{{"version":"0.9","projects":{projects}}}"#);
    let probe = Probe::of(&Input { name: "x", bytes: file.as_bytes(), siblings: &[] }).unwrap();
    let reading = Oc4ids.read(&probe).unwrap();
    assert_eq!(reading.findings.iter().map(|finding| &*finding.code).collect::<Vec<_>>(), codes);
    let Table::Proposals(proposals) = &reading.tables[0] else { panic!("proposals") };
    proposals.iter().collect()
}

#[test]
fn a_project_has_a_place_a_budget_a_period_and_people() {
    let found = check(
        r#"[{"id":"oc4ids-x-1","title":"Clinic","status":"identification","type":"construction","sector":["health"],
            "additionalClassifications":[{"scheme":"mostari","id":"clinic-new"}],
            "budget":{"amount":{"amount":250000.5,"currency":"EUR"}},
            "period":{"startDate":"2025-03-01T00:00:00Z","endDate":"2025-09-30T00:00:00Z","durationInDays":213},
            "locations":[{"geometry":{"type":"Point","coordinates":[18.4,43.9]},
                "gazetteer":{"scheme":"XX","identifiers":["XX0101"]},"address":{"locality":"Lug","region":"North"}}],
            "benefits":[{"beneficiaries":[{"numberOfPeople":4000},{"numberOfPeople":900}]}],
            "publicAuthority":{"name":"Municipality of Lug"}}]"#,
        &[],
    );
    let one = &found[0];
    assert_eq!(
        (one.kind.as_str(), one.status.as_str(), one.sector.as_str()),
        ("clinic-new", "identification", "health")
    );
    assert_eq!((one.budget_minor, one.currency.as_str(), one.duration_days), (Some(25_000_050), "EUR", Some(213)));
    assert_eq!(one.date_start, "2025-03-01".parse().ok());
    assert_eq!((one.longitude, one.latitude, one.people), (Some(18.4), Some(43.9), Some(4_000)));
    assert_eq!(one.place.to_words(), "Lug (XX0101), North");
    assert_eq!(one.party, "Municipality of Lug");
}

#[test]
fn what_must_come_before_is_a_relationship() {
    let found = check(
        r#"[{"id":"a","relatedProjects":[
              {"scheme":"oc4ids","identifier":"b","relationship":"needsBefore"},
              {"scheme":"oc4ids","identifier":"c","relationship":"needsBefore"},
              {"scheme":"oc4ids","identifier":"b","relationship":"rehabilitation"}]},
            {"id":"b"}]"#,
        &["GEO-046"],
    );
    assert_eq!(found[0].needs_before, "b|c");
}

#[test]
fn codes_outside_the_lists_are_told() {
    let found = check(r#"[{"id":"a","status":"Planned","type":"repair","sector":["roads"]}]"#, &["GEO-041"; 3]);
    assert_eq!((found[0].status.as_str(), found[0].sector.as_str()), ("", "roads"));
}

#[test]
fn money_is_exact_or_unknown() {
    check(r#"[{"id":"a","budget":{"amount":{"amount":5,"currency":"euro"}}}]"#, &["GEO-043"]);
    check(r#"[{"id":"a","budget":{"amount":{"amount":5.001,"currency":"EUR"}}}]"#, &["GEO-043"]);
    check(r#"[{"id":"a","budget":{"amount":{"amount":-5,"currency":"EUR"}}}]"#, &["GEO-043"]);
}

#[test]
fn an_element_without_id_or_with_one_that_is_taken_is_not_used() {
    assert_eq!(check(r#"[{"id":"a"},{"title":"x"},7,{"id":"a"}]"#, &["GEO-040", "GEO-040", "GEO-042"]).len(), 1);
}

#[test]
fn several_locations_are_told() {
    let found = check(
        r#"[{"id":"a","locations":[{"description":"x"},{"geometry":{"type":"Point","coordinates":[1,2]}}]}]"#,
        &["GEO-044"],
    );
    assert_eq!(found[0].longitude, Some(1.0));
}
