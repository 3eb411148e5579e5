//! Successive releases of one measure, attacked with everything that was ever released.

#![allow(clippy::unwrap_used, reason = "a test may stop at what it does not expect")]

mod common;

use common::{Way, history};
use mostari_policy::disclosure::{COUNT_HIDDEN_MAX, Rule, Shown};

const TRIALS: u64 = 1_000;

#[test]
fn an_attacker_with_all_releases_narrows_no_small_cell_in_a_thousand_trials() {
    let (mut attacked, mut releases, mut refused) = (0, 0, 0);
    for seed in 0..TRIALS {
        let (frame, history) = history(seed, Way::Shipped);
        let (cells, leaks) = history.attack(&frame, &Rule::counts());
        assert!(leaks.is_empty(), "seed {seed}: {:?}", leaks[0]);
        attacked += cells;
        releases += history.shown.len();
        refused += history.refused;
    }
    println!("{TRIALS} trials: {releases} releases, {refused} refused, {attacked} small cells attacked, none narrowed");
    assert!(attacked as u64 > 10 * TRIALS, "the trials must hold small cells");
}

/// How many of the first hundred trials leak with a planted weakness.
fn leaking(way: Way) -> usize {
    (0..100)
        .filter(|seed| {
            let (frame, history) = history(*seed, way);
            !history.attack(&frame, &Rule::counts()).1.is_empty()
        })
        .count()
}

#[test]
fn hiding_only_the_small_cells_themselves_is_caught() {
    let caught = leaking(Way::NoSecondary);
    println!("no secondary suppression: {caught} of 100 trials leak");
    assert!(caught >= 90);
}

#[test]
fn forgetting_earlier_releases_is_caught() {
    let caught = leaking(Way::EarlierIgnored);
    println!("earlier releases ignored: {caught} of 100 trials leak");
    assert!(caught >= 50);
}

#[test]
fn a_threshold_off_by_one_is_caught_wherever_it_shows_a_ten() {
    let mut tens = 0;
    for seed in 0..100 {
        let (frame, history) = history(seed, Way::ThresholdOffByOne);
        let ten = Shown::Value(COUNT_HIDDEN_MAX);
        let shows_ten = history.shown.iter().flat_map(|table| &table.cells).any(|cell| cell.shown == ten);
        let (_, leaks) = history.attack(&frame, &Rule::counts());
        assert!(
            !shows_ten || leaks.iter().any(|leak| leak.is_exact() && leak.value == COUNT_HIDDEN_MAX),
            "seed {seed}"
        );
        tens += u64::from(shows_ten);
    }
    println!("threshold off by one: {tens} of 100 trials show a ten, and each is caught");
    assert!(tens >= 10, "the trials must hold tens");
}
