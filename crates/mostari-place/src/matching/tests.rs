//! Small invented gazetteers with the traps of real ones.

use super::Match;
use crate::Gazetteer;
use mostari_model::{Area, AreaId, Mission, PlaceRef, Settled, Snapshot};

/// Areas as `code|name|level|parent code`.
fn gazetteer(country: &str, areas: &[&str], settled: Vec<Settled>) -> Gazetteer {
    let mut snapshot = Snapshot::empty(Mission { name: "test".into(), country: country.into() });
    for (i, area) in areas.iter().enumerate() {
        let cells: Vec<&str> = area.split('|').collect();
        snapshot.tables.areas.push(Area {
            code: cells[0].into(),
            name: cells[1].into(),
            level: cells[2].parse().ok(),
            parent_code: cells[3].into(),
            row: i as u32 + 1,
            ..Area::default()
        });
    }
    snapshot.settled = settled;
    Gazetteer::of(&snapshot).0
}

fn in_sierra_leone() -> Gazetteer {
    let areas = [
        "SL01|Eastern|1|SL",
        "SL02|Northern|1|SL",
        "SL04|Western|1|SL",
        "SL0101|Kailahun|2|SL01",
        "SL0102|Kenema|2|SL01",
        "SL0201|Bombali|2|SL02",
        "SL0202|Kambia|2|SL02",
        "SL0401|Western Area Rural|2|SL04",
    ];
    gazetteer("SLE", &areas, Vec::new())
}

fn in_bosnia() -> Gazetteer {
    let areas = [
        "B1|Brod|3|",
        "B2|Kupres|3|",
        "B3|Kupres (BiH)|3|",
        "B4|Trnovo (BiH)|3|",
        "B5|Trnovo (RS)|3|",
        "B6|Prozor-Rama|3|",
        "B7|Šamac|3|",
        "B8|Domaljevac-Šamac|3|",
        "B9|Doboj East|3|",
        "C1|Novi Grad|3|",
        "C2|Novi Grad|3|",
        "C3|Petrovac|3|",
        "C4|Bosanski Petrovac|3|",
    ];
    gazetteer("BIH", &areas, Vec::new())
}

/// `exact ID`, `likely ID` or `ask ID ID`.
fn words(gazetteer: &Gazetteer, found: &Match) -> String {
    let id = |area: usize| gazetteer.areas[area].id.to_string();
    match found {
        Match::Exact { area, .. } => format!("exact {}", id(*area)),
        Match::Likely { area, .. } => format!("likely {}", id(*area)),
        Match::Ask { candidates, .. } => {
            candidates.iter().fold("ask".to_owned(), |text, candidate| format!("{text} {}", id(candidate.area)))
        }
    }
}

#[track_caller]
fn check(gazetteer: &Gazetteer, code: &str, name: &str, expect: &str) {
    let place = PlaceRef { code: code.into(), name: name.into(), ..PlaceRef::default() };
    let found = gazetteer.resolve(&place);
    assert_eq!(words(gazetteer, &found), expect, "{found:?}");
    assert!(!found.because().is_empty(), "every match has its reason");
}

#[test]
fn the_same_code_is_exact() {
    check(&in_sierra_leone(), "SL0102", "", "exact SL0102");
    check(&in_sierra_leone(), "sl0102", "Kenema", "exact SL0102");
}

#[test]
fn three_letters_of_the_country_for_two_are_the_same_code() {
    check(&in_sierra_leone(), "SLE0102", "", "likely SL0102");
    check(&in_sierra_leone(), "SLE0102", "KENEMA", "exact SL0102");
}

#[test]
fn other_digit_widths_are_at_most_likely() {
    check(&in_sierra_leone(), "SLE002001", "Bombali", "likely SL0201");
    check(&in_sierra_leone(), "SL002001", "", "likely SL0201");
}

#[test]
fn a_level_of_zeros_is_the_unit_above_if_its_name_says_so() {
    check(&in_sierra_leone(), "SLE004000", "Western Area", "likely SL04");
    check(&in_sierra_leone(), "SLE004000", "", "ask SL04");
}

#[test]
fn where_a_code_of_another_edition_and_the_name_differ_the_name_decides_under_the_same_unit() {
    check(&in_sierra_leone(), "SLE0102", "Kailahun", "likely SL0101");
    check(&in_sierra_leone(), "SLE0102", "Bombali", "ask SL0102 SL0201");
}

#[test]
fn where_the_very_code_and_the_name_differ_a_person_decides() {
    check(&in_sierra_leone(), "SL0102", "Kailahun", "ask SL0102 SL0101");
    check(&in_sierra_leone(), "SL0102", "Kenemma", "likely SL0102");
}

#[test]
fn an_unknown_code_without_a_name_is_asked() {
    check(&in_sierra_leone(), "SL0909", "", "ask");
    check(&in_sierra_leone(), "", "", "ask");
}

#[test]
fn spellings_do_not_matter() {
    check(&in_bosnia(), "", "samac", "exact B7");
    check(&in_bosnia(), "", "ŠAMAC", "exact B7");
    check(&in_bosnia(), "", "Rama Prozor", "likely B6");
}

#[test]
fn a_name_that_two_areas_bear_is_asked() {
    check(&in_bosnia(), "", "Novi Grad", "ask C1 C2");
    check(&in_bosnia(), "", "Kupres", "ask B2 B3");
    check(&in_bosnia(), "", "Kupres (RS)", "ask B2 B3");
}

#[test]
fn a_name_in_brackets_that_is_the_same_is_exact() {
    check(&in_bosnia(), "", "Trnovo (RS)", "exact B5");
    check(&in_bosnia(), "", "Trnovo", "ask B4 B5");
}

#[test]
fn words_for_the_country_may_be_dropped_but_only_where_nothing_is_called_so() {
    check(&in_bosnia(), "", "Bosanski Brod", "likely B1");
    check(&in_bosnia(), "", "Bosanski Petrovac", "exact C4");
    check(&in_bosnia(), "", "Petrovac", "exact C3");
}

#[test]
fn double_names_are_taken_apart_with_care() {
    check(&in_bosnia(), "", "Prozor", "likely B6");
    check(&in_bosnia(), "", "Bosanski Šamac/Šamac", "likely B7");
    check(&in_bosnia(), "", "Domaljevac", "likely B8");
}

#[test]
fn directions_are_translated() {
    check(&in_bosnia(), "", "Doboj Istok", "likely B9");
    check(&in_bosnia(), "", "Doboj Jug", "ask B9");
}

#[test]
fn a_kind_of_unit_that_the_area_does_not_state_is_asked() {
    check(&in_sierra_leone(), "", "Kenema District", "ask SL0102");
}

#[test]
fn a_name_under_another_unit_than_stated_is_asked() {
    let gazetteer = in_sierra_leone();
    let under = |parent: &str| PlaceRef { name: "Kenema".into(), parent_name: parent.into(), ..PlaceRef::default() };
    assert_eq!(words(&gazetteer, &gazetteer.resolve(&under("Eastern"))), "exact SL0102");
    assert_eq!(words(&gazetteer, &gazetteer.resolve(&under("Northern"))), "ask SL0102");
    assert_eq!(words(&gazetteer, &gazetteer.resolve(&under("Prefectures"))), "likely SL0102");
}

#[test]
fn another_country_is_not_searched() {
    let gazetteer = in_sierra_leone();
    let place = PlaceRef { country: "Liberia".into(), name: "Kenema".into(), ..PlaceRef::default() };
    assert_eq!(words(&gazetteer, &gazetteer.resolve(&place)), "ask");
    let country = PlaceRef { country: "Sierra Leone".into(), ..PlaceRef::default() };
    assert_eq!(words(&gazetteer, &gazetteer.resolve(&country)), "exact SLE");
}

#[test]
fn what_a_person_settled_overrides_all() {
    let place = |name: &str| PlaceRef { name: name.into(), ..PlaceRef::default() };
    let settled = vec![
        Settled { place: place("Brod"), area: Some(AreaId::new("B2")) },
        Settled { place: place("Atlantis"), area: None },
        Settled { place: place("Lost"), area: Some(AreaId::new("Z9")) },
    ];
    let gazetteer = gazetteer("BIH", &["B1|Brod|3|", "B2|Kupres|3|"], settled);
    check(&gazetteer, "", "Brod", "exact B2");
    check(&gazetteer, "", "Atlantis", "ask");
    check(&gazetteer, "", "Lost", "ask");
}

#[test]
fn of_two_areas_of_one_name_the_one_that_stands_beside_it_in_the_file_is_not_meant_again() {
    let gazetteer = in_bosnia();
    let place = |name: &str| PlaceRef { name: name.into(), ..PlaceRef::default() };
    let (bare, other) = (place("Trnovo"), place("Trnovo (RS)"));
    let found = gazetteer.resolve_together(&[&bare, &other]);
    assert_eq!(words(&gazetteer, &found[0]), "likely B4");
    assert_eq!(words(&gazetteer, &gazetteer.resolve_together(&[&bare])[0]), "ask B4 B5");
}

#[test]
fn a_name_on_two_levels_is_of_the_level_of_its_file() {
    let areas = [
        "AF01|Kabul|1|AF",
        "AF0101|Kabul|2|AF01",
        "AF02|Kapisa|1|AF",
        "AF03|Parwan|1|AF",
        "AF05|Logar|1|AF",
        "AF07|Laghman|1|AF",
        "AF08|Panjsher|1|AF",
    ];
    let gazetteer = gazetteer("AFG", &areas, Vec::new());
    let names = ["Kabul", "Kapisa", "Parwan", "Logar", "Laghman", "Panjsher"];
    let places: Vec<_> = names.iter().map(|name| PlaceRef { name: (*name).into(), ..PlaceRef::default() }).collect();
    let found = gazetteer.resolve_together(&places.iter().collect::<Vec<_>>());
    assert_eq!(words(&gazetteer, &found[0]), "likely AF01");
    check(&gazetteer, "", "Kabul", "ask AF01 AF0101");
}
