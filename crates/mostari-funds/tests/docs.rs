//! Every code that a user can meet has its heading.

#![allow(clippy::unwrap_used, reason = "a test may stop at what it does not expect")]

use std::collections::BTreeSet;

const PAGE: &str = include_str!("../../../docs/findings/funds.md");

#[test]
fn every_code_has_a_heading_and_every_heading_a_code() {
    let codes: BTreeSet<&str> = mostari_funds::FINDINGS.iter().map(|card| card.code).collect();
    assert_eq!(codes.len(), mostari_funds::FINDINGS.len(), "a code stands twice");
    let headings: BTreeSet<&str> =
        PAGE.lines().filter_map(|line| line.strip_prefix("## ")?.split_whitespace().next()).collect();
    assert_eq!(codes, headings);
}
