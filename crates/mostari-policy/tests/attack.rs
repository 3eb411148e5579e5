//! The attack against known answers: worked by hand, and against trying every table.

#![allow(clippy::unwrap_used, reason = "a test may stop at what it does not expect")]

mod common;

use common::Dice;
use mostari_policy::disclosure::{attack::*, *};
use proptest::prelude::*;

fn frame(areas: &[&str], sectors: &[&str], periods: &[&str]) -> Frame {
    let axis =
        |names: &[&str], total: &str| Axis::of_leaves(names.iter().copied()).unwrap().with_group(total, names).unwrap();
    Frame { areas: axis(areas, "country"), sectors: axis(sectors, "all"), periods: axis(periods, "year") }
}

/// A table of counts by area and sector in one month.
fn truth(frame: &Frame, rows: &[&[u64]]) -> Table {
    let values = rows.iter().flat_map(|row| row.iter());
    Table(values.enumerate().map(|(leaf, value)| (frame.leaf_id(leaf), Leaf::count(*value))).collect())
}

fn layout(areas: &[&str], sectors: &[&str], periods: &[&str]) -> Layout {
    Layout {
        table: "people helped".into(),
        areas: areas.iter().map(|area| (*area).into()).collect(),
        sectors: sectors.iter().map(|sector| (*sector).to_owned()).collect(),
        periods: periods.iter().map(|period| (*period).to_owned()).collect(),
        coverage: None,
    }
}

/// What follows of a leaf from some releases of one truth.
fn derived(frame: &Frame, releases: &[&ReleasedTable], leaf: CellId) -> (u64, Option<u64>) {
    let corrections = Corrections(vec![Default::default(); releases.len()]);
    let observed = Observed { frame, releases, corrections: &corrections };
    let found = bounds(&observed, &[Question(vec![(leaf, 0)])]).unwrap();
    (found[0].low, found[0].high)
}

#[test]
fn a_lone_hidden_cell_is_its_total_minus_the_others() {
    let frame = frame(&["A", "B"], &["health", "water"], &["2024-06"]);
    let truth = truth(&frame, &[&[4, 30], &[25, 41]]);
    let told =
        mask(&frame, &layout(&["A"], &["health", "water", "all"], &["2024-06"]), &truth, &Rule::counts()).unwrap();
    assert_eq!(told.hidden_count(), 1);
    assert_eq!(derived(&frame, &[&told], CellId::new("A", "health", "2024-06")), (4, Some(4)));
}

#[test]
fn four_hidden_corners_leave_what_rows_and_columns_allow() {
    let frame = frame(&["A", "B"], &["health", "water"], &["2024-06"]);
    let truth = truth(&frame, &[&[4, 9], &[7, 20]]);
    let all = layout(&["A", "B", "country"], &["health", "water", "all"], &["2024-06"]);
    let rule = Rule::Counts { hidden_max: 20, spread_min: 1 };
    let mut told = mask(&frame, &all, &truth, &rule).unwrap();
    // Rows sum to 13 and 27, columns to 11 and 29; by the rule some of these are hidden, so show them by hand.
    for (released, value) in told.cells.iter_mut().filter_map(|cell| {
        let total = cell.cell.area.as_str() == "country" || cell.cell.sector == "all";
        let sum = match (cell.cell.area.as_str(), cell.cell.sector.as_str()) {
            ("A", _) => 13,
            ("B", _) => 27,
            (_, "health") => 11,
            (_, "water") => 29,
            _ => 40,
        };
        total.then_some((cell, sum))
    }) {
        released.shown = Shown::Value(value);
    }
    assert_eq!(derived(&frame, &[&told], CellId::new("A", "health", "2024-06")), (0, Some(11)));
    assert_eq!(derived(&frame, &[&told], CellId::new("B", "water", "2024-06")), (16, Some(27)));
}

#[test]
fn two_harmless_releases_of_different_coverage_give_the_difference_away() {
    let frame = frame(&["A", "B", "C"], &["health"], &["2024-06"]);
    let truth = truth(&frame, &[&[40], &[50], &[6]]);
    let whole = layout(&["country"], &["health"], &["2024-06"]);
    let part = Layout { coverage: Some(vec!["A".into(), "B".into()]), ..whole.clone() };
    let rule = Rule::counts();
    let first = protect(&frame, &whole, &truth, &[], &rule).unwrap().table;
    let alone = protect(&frame, &part, &truth, &[], &rule).unwrap().table;
    assert_eq!(derived(&frame, &[&first, &alone], CellId::new("C", "health", "2024-06")), (6, Some(6)));
    let earlier = [Earlier { truth: &truth, shown: &first }];
    let beside = protect(&frame, &part, &truth, &earlier, &rule).unwrap().table;
    assert_eq!(beside.cells[0].shown, Shown::Hidden);
}

#[test]
fn months_after_their_quarter_do_not_give_the_missing_month_away() {
    let frame = frame(&["A"], &["health"], &["2024-01", "2024-02", "2024-03"]);
    let truth = truth(&frame, &[&[80, 90, 3]]);
    let rule = Rule::counts();
    let quarter = protect(&frame, &layout(&["A"], &["health"], &["year"]), &truth, &[], &rule).unwrap().table;
    assert_eq!(quarter.cells[0].shown, Shown::Value(173));
    let months = layout(&["A"], &["health"], &["2024-01", "2024-02", "2024-03"]);
    let earlier = [Earlier { truth: &truth, shown: &quarter }];
    let told = protect(&frame, &months, &truth, &earlier, &rule).unwrap().table;
    assert_eq!(told.hidden_count(), 2, "the 3, and one month beside it");
    let (low, high) = derived(&frame, &[&quarter, &told], CellId::new("A", "health", "2024-03"));
    assert!(high.unwrap() - low >= 10);
}

#[test]
fn a_count_that_grew_may_be_shown_and_the_old_one_stays_hidden() {
    let frame = frame(&["A", "B"], &["health"], &["2024-06"]);
    let (before, after) = (truth(&frame, &[&[8], &[50]]), truth(&frame, &[&[31], &[50]]));
    let rows = layout(&["A", "B"], &["health"], &["2024-06"]);
    let first = protect(&frame, &rows, &before, &[], &Rule::counts()).unwrap().table;
    let earlier = [Earlier { truth: &before, shown: &first }];
    let second = protect(&frame, &rows, &after, &earlier, &Rule::counts()).unwrap().table;
    let shown: Vec<Shown> = second.cells.iter().map(|cell| cell.shown).collect();
    assert_eq!((first.hidden_count(), shown), (1, vec![Shown::Value(31), Shown::Value(50)]));
}

#[test]
fn what_was_given_away_before_cannot_be_mended_and_is_named() {
    let frame = frame(&["A", "B"], &["health"], &["2024-06"]);
    let truth = truth(&frame, &[&[5], &[50]]);
    let rows = layout(&["A", "B"], &["health"], &["2024-06"]);
    let careless = mask(&frame, &rows, &truth, &Rule::Counts { hidden_max: 0, spread_min: 0 }).unwrap();
    let earlier = [Earlier { truth: &truth, shown: &careless }];
    let refused = protect(&frame, &rows, &truth, &earlier, &Rule::counts()).unwrap_err();
    let DisclosureError::Unprotectable { cells } = &refused else { panic!("{refused}") };
    assert_eq!((cells[0].to_string().as_str(), refused.code()), ("A, all, 2024-06", "POL-014"));
}

#[test]
fn an_unobserved_month_is_unknown_and_so_is_every_total_over_it() {
    let frame = frame(&["A"], &["health"], &["2024-01", "2024-02"]);
    let mut truth = truth(&frame, &[&[20, 30]]);
    truth.0.remove(&CellId::new("A", "health", "2024-02"));
    let rows = layout(&["A"], &["health"], &["2024-01", "2024-02", "year"]);
    let told = protect(&frame, &rows, &truth, &[], &Rule::counts()).unwrap().table;
    let shown: Vec<Shown> = told.cells.iter().map(|cell| cell.shown).collect();
    assert_eq!(shown, [Shown::Value(20), Shown::Unknown, Shown::Unknown]);
}

#[test]
fn zeros_are_shown_when_they_protect_nobody() {
    let frame = frame(&["A", "B"], &["health", "water"], &["2024-06"]);
    let truth = truth(&frame, &[&[0, 30], &[25, 0]]);
    let all = layout(&["A", "B", "country"], &["health", "water", "all"], &["2024-06"]);
    assert_eq!(protect(&frame, &all, &truth, &[], &Rule::counts()).unwrap().table.hidden_count(), 0);
}

#[test]
fn an_amount_of_one_or_two_parties_is_hidden_and_kept_open_by_its_share() {
    let frame = frame(&["A", "B", "C"], &["fuel", "food"], &["2024-06"]);
    let wide = |scale: u64| Leaf::amount((0..5_u64).map(|party| (format!("P{party}"), scale + party))).unwrap();
    let mut truth = Table((0..6).map(|leaf| (frame.leaf_id(leaf), wide(400 + leaf as u64))).collect());
    truth.0.insert(CellId::new("A", "fuel", "2024-06"), Leaf::amount([("P1", 900), ("P2", 100)]).unwrap());
    let all = layout(&["A", "B", "C", "country"], &["fuel", "food", "all"], &["2024-06"]);
    let made = protect(&frame, &all, &truth, &[], &Rule::amounts()).unwrap();
    assert_eq!((made.price.hidden_primary, made.price.hidden_secondary), (1, 3));
    let (low, high) = derived(&frame, &[&made.table], CellId::new("A", "fuel", "2024-06"));
    assert!(low <= 850 && high.unwrap() >= 1_150, "{low} to {high:?}: within 15% of 1,000");
}

#[test]
fn an_amount_that_one_party_has_nearly_all_of_is_hidden() {
    let rule = Rule::amounts();
    let needs = |shares: &[(&str, u64)]| {
        let value = shares.iter().map(|(_, share)| share).sum();
        rule.need(value, &shares.iter().copied().collect()).is_some()
    };
    assert!(needs(&[("P1", 1_000), ("P2", 50), ("P3", 100)]), "P3 knows P1's share to within 5%");
    assert!(!needs(&[("P1", 1_000), ("P2", 500), ("P3", 400)]));
    assert!(needs(&[("P1", 1_000), ("P2", 900)]), "each of two knows the other's");
}

#[test]
fn releases_that_no_table_explains_are_called_contradictory() {
    let frame = frame(&["A", "B"], &["health"], &["2024-06"]);
    let rows = layout(&["A", "B", "country"], &["health"], &["2024-06"]);
    let mut told = protect(&frame, &rows, &truth(&frame, &[&[20], &[30]]), &[], &Rule::counts()).unwrap().table;
    told.cells[2].shown = Shown::Value(51);
    let corrections = Corrections(vec![Default::default()]);
    let observed = Observed { frame: &frame, releases: &[&told], corrections: &corrections };
    assert!(matches!(bounds(&observed, &[]), Err(AttackError::Contradiction)));
}

#[test]
fn evidence_that_was_tampered_with_is_not_accepted() {
    let frame = frame(&["A", "B", "C"], &["health", "water", "roads"], &["2024-06"]);
    let truth = truth(&frame, &[&[20, 30, 41], &[4, 60, 25], &[70, 33, 52]]);
    let all = layout(&["A", "B", "C", "country"], &["health", "water", "roads", "all"], &["2024-06"]);
    let made = protect(&frame, &all, &truth, &[], &Rule::counts()).unwrap();
    let check = |table: &ReleasedTable, evidence: &[Evidence]| {
        check_evidence(&frame, &[table], &[&truth], &Rule::counts(), evidence)
    };
    assert_eq!(check(&made.table, &made.evidence), Ok(()));
    assert!(check(&made.table, &[]).unwrap_err().starts_with("no evidence for"));
    for spoil in [
        |evidence: &mut Evidence| {
            evidence.high.push(Shift { leaf: CellId::new("A", "roads", "2024-06"), version: 0, by: 1 })
        },
        |evidence: &mut Evidence| evidence.high.iter_mut().for_each(|shift| shift.by *= 1_000),
        |evidence: &mut Evidence| evidence.high.clear(),
    ] {
        let mut spoiled = made.evidence.clone();
        spoil(&mut spoiled[0]);
        assert!(check(&made.table, &spoiled).is_err());
    }
    let hidden = made.table.cells.iter().position(|cell| cell.shown == Shown::Hidden).unwrap();
    let mut opened = made.table.clone();
    opened.cells[hidden].shown = Shown::Value(truth.0[&opened.cells[hidden].cell].value);
    assert!(check(&opened, &made.evidence).unwrap_err().contains("would differ"));
}

/// Tries every table of 2 x 3 leaves up to a largest value and keeps those that fit the release.
fn every_fitting_table(frame: &Frame, told: &ReleasedTable, largest: u64) -> Vec<Vec<u64>> {
    let leaves = frame.leaf_count();
    let equations: Vec<(Vec<usize>, u64)> = told
        .cells
        .iter()
        .filter_map(|released| match released.shown {
            Shown::Value(value) => Some((frame.extent(&released.cell, None).unwrap().leaf_cells(frame), value)),
            _ => None,
        })
        .collect();
    let tables = (0..(largest + 1).pow(leaves as u32)).map(|mut code| {
        (0..leaves)
            .map(|_| {
                let digit = code % (largest + 1);
                code /= largest + 1;
                digit
            })
            .collect::<Vec<u64>>()
    });
    tables
        .filter(|table| equations.iter().all(|(of, value)| of.iter().map(|leaf| table[*leaf]).sum::<u64>() == *value))
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// With the grand total shown, no leaf exceeds it, so trying all tables up to it is exhaustive. Two-way tables have
    /// whole-number corners: the bounds are then exactly the least and the largest value that occur.
    #[test]
    fn the_bounds_are_the_extremes_over_all_tables_that_fit(seed in any::<u64>(), hide in 0_u32..(1 << 11)) {
        let mut dice = Dice::new(seed);
        let frame = frame(&["A", "B"], &["health", "water", "roads"], &["2024-06"]);
        let mut left = 6;
        let counts: Vec<u64> = (0..6).map(|_| { let some = dice.below(left + 1).min(2); left -= some; some }).collect();
        let truth = truth(&frame, &[&counts]);
        let all = layout(&["A", "B", "country"], &["health", "water", "roads", "all"], &["2024-06"]);
        let mut told = mask(&frame, &all, &truth, &Rule::Counts { hidden_max: 0, spread_min: 0 }).unwrap();
        for (index, cell) in told.cells.iter_mut().enumerate().filter(|(index, _)| *index < 11) {
            if hide >> index & 1 == 1 {
                cell.shown = Shown::Hidden;
            }
        }
        let total: u64 = counts.iter().sum();
        let fitting = every_fitting_table(&frame, &told, total);
        for leaf in 0..6 {
            let values = fitting.iter().map(|table| table[leaf]);
            let extremes = (values.clone().min().unwrap(), values.max());
            prop_assert_eq!(derived(&frame, &[&told], frame.leaf_id(leaf)), extremes);
        }
    }

    /// What is shown is true and not small, whatever was released before.
    #[test]
    fn a_release_shows_true_values_and_no_small_one(seed in any::<u64>()) {
        let (frame, history) = common::history(seed, common::Way::Shipped);
        let (_, leaks) = history.attack(&frame, &Rule::counts());
        prop_assert!(leaks.is_empty(), "{:?}", leaks);
        for (table, truth) in history.shown.iter().zip(&history.truths) {
            let covered = table.layout.covered(&frame).unwrap();
            for released in &table.cells {
                let Shown::Value(value) = released.shown else { continue };
                let leaves = frame.extent(&released.cell, covered.as_deref()).unwrap().leaf_cells(&frame);
                let sum: u64 = leaves.iter().map(|leaf| truth.0[&frame.leaf_id(*leaf)].value).sum();
                prop_assert_eq!(value, sum);
                prop_assert!(value == 0 || value > COUNT_HIDDEN_MAX);
            }
        }
    }
}
