//! Successive tables of one measure, as an originator releases them.

#![allow(clippy::unwrap_used, reason = "a test may stop at what it does not expect")]

use mostari_model::Period;
use mostari_policy::disclosure::{CellId, DisclosureError, Layout, Rule, Shown as Told};
use mostari_policy::measure::{Count, Measure, Shown, frame_of};
use std::collections::BTreeSet;

/// Deaths of three municipalities and their canton in one period.
fn deaths(period: &str, (from, to): (&str, &str), counts: [u64; 3]) -> Measure {
    let names = ["Brdo", "Luka", "Polje"];
    let counts = names.iter().zip(counts);
    Measure {
        layout: Layout {
            table: "deaths".into(),
            areas: names.iter().chain(&["canton"]).map(|name| (*name).into()).collect(),
            sectors: vec!["all".into()],
            periods: vec![period.into()],
            coverage: None,
        },
        area_groups: [("canton".to_owned(), names.map(str::to_owned).into())].into(),
        sector_groups: Default::default(),
        periods: [(period.to_owned(), Period { from: from.parse().unwrap(), to: to.parse().unwrap() })].into(),
        counts: counts.map(|(area, count)| Count { cell: CellId::new(area, "all", period), count }).collect(),
    }
}

fn may(counts: [u64; 3]) -> Measure {
    deaths("2024-05", ("2024-05-01", "2024-05-31"), counts)
}

fn release(measure: Measure, earlier: &[Shown]) -> Shown {
    let table = measure.protect(earlier, &Rule::counts()).unwrap().table;
    Shown { measure, table }
}

#[test]
fn a_small_municipality_takes_another_cell_with_it() {
    let shown = release(may([20, 4, 60]), &[]);
    let told: Vec<Told> = shown.table.cells.iter().map(|cell| cell.shown).collect();
    assert_eq!(told[1], Told::Hidden);
    assert_eq!(told.iter().filter(|told| **told == Told::Hidden).count(), 2);
    let small = shown.measure.small(&Rule::counts()).unwrap();
    assert_eq!(small, BTreeSet::from([CellId::new("Luka", "all", "2024-05")]));
}

#[test]
fn a_later_table_does_not_tell_what_an_earlier_one_hid() {
    let first = release(may([20, 4, 60]), &[]);
    // The same truth without the canton's total would show 20 and 60 if nobody thought of the first table.
    let mut second = may([20, 4, 60]);
    second.layout.areas.pop();
    let second = release(second, std::slice::from_ref(&first));
    let hidden = |shown: &Shown| -> BTreeSet<CellId> {
        let cells = shown.table.cells.iter().filter(|cell| cell.shown == Told::Hidden);
        cells.map(|cell| cell.cell.clone()).collect()
    };
    assert_eq!(hidden(&first), hidden(&second));
}

#[test]
fn periods_that_share_days_are_refused_and_others_are_not() {
    let longer = deaths("2024-05-01/2024-06-02", ("2024-05-01", "2024-06-02"), [21, 5, 61]);
    let refused = longer.protect(&[release(may([20, 4, 60]), &[])], &Rule::counts()).unwrap_err();
    assert_eq!(refused.code(), "POL-016");
    assert!(refused.to_string().contains("2024-05-01/2024-06-02"), "{refused}");
    let june = deaths("2024-06", ("2024-06-01", "2024-06-30"), [20, 4, 60]);
    june.protect(&[release(may([20, 4, 60]), &[])], &Rule::counts()).unwrap();
}

#[test]
fn a_canton_with_other_parts_than_before_is_refused() {
    let mut grown = may([20, 14, 60]);
    grown.area_groups.get_mut("canton").unwrap().insert("Novo".into());
    let refused = frame_of([&may([20, 14, 60]), &grown]).unwrap_err();
    assert_eq!(refused, DisclosureError::GroupChanged { name: "canton".into() });
    // A municipality that was split is a group where it was a leaf.
    let mut split = may([20, 14, 60]);
    split.area_groups.insert("Luka".into(), ["Luka 1".to_owned(), "Luka 2".to_owned()].into());
    assert_eq!(frame_of([&may([20, 14, 60]), &split]).unwrap_err().code(), "POL-017");
}

#[test]
fn a_measure_reads_back_as_it_was_written() {
    let text = serde_json::to_string(&may([20, 4, 60])).unwrap();
    assert_eq!(serde_json::from_str::<Measure>(&text).unwrap(), may([20, 4, 60]));
}
