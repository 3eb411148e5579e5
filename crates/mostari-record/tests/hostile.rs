//! Bytes that somebody else wrote: read as they stand or refused, without a panic. The fuzz targets of `fuzz/` run here for a
//! moment; `scripts/fuzz` runs them for long.

#![allow(clippy::unwrap_used, reason = "a test may stop at what it does not expect")]

#[path = "../../../fuzz/targets/record/mod.rs"]
mod record;
#[path = "../../../fuzz/targets/target.rs"]
#[allow(dead_code, reason = "the fuzzer lists what each target is about")]
mod target;

/// Changed inputs a target sees in a test.
const MOMENT: usize = 1_000;

fn run_for_a_moment(name: &str) {
    record::TARGETS.iter().find(|target| target.name == name).unwrap().run_for_a_moment(MOMENT);
}

#[test]
fn changed_leaves_are_not_believed() {
    run_for_a_moment("leaf");
}

#[test]
fn no_target_is_forgotten() {
    let names: Vec<&str> = record::TARGETS.iter().map(|target| target.name).collect();
    assert_eq!(names, ["leaf"]);
}
