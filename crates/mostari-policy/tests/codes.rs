//! Every code has its heading, and every heading its code.

#![allow(clippy::unwrap_used, reason = "a test may stop at what it does not expect")]

use mostari_policy::{actions::PolicyError, disclosure::DisclosureError};
use std::{collections::BTreeSet, fs, path::Path};

#[test]
fn every_code_has_its_heading_and_no_heading_is_stale() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/findings/policy.md");
    let page = fs::read_to_string(page).unwrap();
    let headings: Vec<&str> = page.lines().filter_map(|line| line.strip_prefix("## ")?.split(' ').next()).collect();
    let codes: BTreeSet<&str> = PolicyError::CODES.iter().chain(DisclosureError::CODES).copied().collect();
    assert_eq!(headings, Vec::from_iter(codes));
}
