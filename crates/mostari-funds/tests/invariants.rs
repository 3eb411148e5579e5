//! The eighteen invariants hold in every history, however it was made. Each is a property over random histories;
//! that the questions can fail is shown where bugs are planted, in `src/audit/tests.rs`.

#![allow(clippy::unwrap_used, reason = "a test may stop at what it does not expect")]

use mostari_funds::synthetic::{self, Habits};
use mostari_funds::{Ledger, QUERIES, Refusal, audit};
use proptest::prelude::*;
use std::collections::BTreeSet;

fn ledger(seed: u64, postings: usize, habits: Habits) -> Ledger {
    let (donors, projects) = (1 + seed % 5, 1 + seed % 11);
    synthetic::history(synthetic::Shape { seed, postings, donors, projects, habits }).1
}

macro_rules! invariants {
    ($($name:ident: $number:literal,)*) => {
        proptest! {
            #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]
            $(#[test]
            fn $name(seed in any::<u64>(), postings in 20_usize..700, is_careful in any::<bool>()) {
                let habits = if is_careful { Habits::Careful } else { Habits::Careless };
                prop_assert_eq!(QUERIES[$number - 1].invariant, $number);
                prop_assert_eq!(QUERIES[$number - 1].ask(&ledger(seed, postings, habits)), []);
            })*
        }
    };
}

invariants! {
    i1_debits_equal_credits_in_every_movement_and_unit: 1,
    i2_amounts_are_whole_and_scales_are_the_standards: 2,
    i3_units_are_joined_only_by_exchanges_at_a_stated_rate: 3,
    i4_no_grant_line_spends_more_than_the_step_above_it: 4,
    i5_no_controlled_account_falls_below_zero: 5,
    i6_lots_are_used_as_earmarked_in_order_and_conserved: 6,
    i7_the_parts_of_a_budget_do_not_exceed_it: 7,
    i8_an_id_stands_for_one_statement: 8,
    i9_nothing_is_changed_and_reversals_happen_once: 9,
    i10_postings_are_booked_in_open_periods: 10,
    i11_large_movements_have_four_eyes: 11,
    i12_who_delivers_does_not_confirm: 12,
    i13_flows_are_paired_at_most_once: 13,
    i14_what_waits_ends: 14,
    i15_only_released_payees_are_paid: 15,
    i16_public_totals_add_up_with_their_remainder: 16,
    i17_accounts_are_debited_from_their_home_log: 17,
    i18_the_state_is_a_function_of_the_entries: 18,
}

/// Ten to the five postings: what a ministry may see in a year.
#[test]
fn a_hundred_thousand_postings_keep_all_eighteen() {
    let shape = synthetic::Shape { seed: 3, postings: 100_000, donors: 20, projects: 300, habits: Habits::Careless };
    let (entries, ledger) = synthetic::history(shape);
    let postings: usize = ledger.history().iter().map(|it| it.outcome.legs().len()).sum();
    assert!(postings >= 100_000);
    assert_eq!(entries.len(), ledger.history().len(), "nothing is dropped in silence");
    assert_eq!(audit(&ledger), []);
}

/// A property that never meets its case proves nothing: the histories must provoke the refusals.
#[test]
fn the_histories_try_what_must_be_refused() {
    let codes: BTreeSet<&str> =
        (0..6).flat_map(|seed| refusals(&ledger(seed, 3_000, Habits::Careless))).map(|it| it.card().code).collect();
    for code in [
        "FND-001", "FND-007", "FND-009", "FND-010", "FND-011", "FND-014", "FND-015", "FND-017", "FND-018", "FND-020",
        "FND-022", "FND-024", "FND-025", "FND-027", "FND-028", "FND-031", "FND-032", "FND-033", "FND-034", "FND-038",
    ] {
        assert!(codes.contains(code), "no history tries {code}");
    }
}

/// What a benchmark of replaying rests on: most of what the careful say is posted or held.
#[test]
fn of_what_the_careful_say_less_than_a_tenth_is_refused() {
    let shape = synthetic::Shape { seed: 4, postings: 20_000, donors: 20, projects: 500, habits: Habits::Careful };
    let (entries, ledger) = synthetic::history(shape);
    assert!(ledger.refused().count() * 10 < entries.len(), "{} of {}", ledger.refused().count(), entries.len());
}

fn refusals(ledger: &Ledger) -> Vec<Refusal> {
    ledger.refused().map(|(_, refusal)| refusal.clone()).collect()
}
