//! Areas by codes that are spelled otherwise: ISO3 for ISO2 in front, other digit widths, lost zeros.

use crate::{AreaIndex, Gazetteer, countries::prefix_of};
use std::collections::BTreeSet;

/// Digits that one level of a code has at most: the widest of the published lengths
/// (OCHA global P-code lengths: 1 to 5, most 2).
const SEGMENT_DIGITS_MAX: usize = 4;
/// Levels below the country that a code has at most.
const SEGMENTS_MAX: usize = 4;

/// How a code was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CodeHow {
    /// The same.
    Same,
    /// The same but for the country in front: `GIN008003` for `GN008003`.
    Prefix,
    /// The same numbers with other digit widths: `SL002001` for `SL0201`; or leading zeros that were lost.
    Widths,
    /// Its last level is all zeros, so that it is the unit above: `SL004000` for `SL04`.
    ZeroTail,
}

impl CodeHow {
    /// What a person is told.
    pub(super) fn because(self) -> &'static str {
        match self {
            Self::Same => "the same code",
            Self::Prefix => "the same code but for the letters of the country",
            Self::Widths => "the same numbers as its code, with other digit widths",
            Self::ZeroTail => "its code with zeros for the level below",
        }
    }
}

/// The areas that a code can mean, by the first way that finds any.
pub(super) fn find(gazetteer: &Gazetteer, code: &str) -> Option<(CodeHow, Vec<AreaIndex>)> {
    if code.is_empty() {
        return None;
    }
    if let Some(area) = gazetteer.index_of_code(code) {
        return Some((CodeHow::Same, vec![area]));
    }
    if let Some((country, rest)) = prefix_of(code) {
        let found =
            [country.iso2, country.iso3].iter().find_map(|prefix| gazetteer.index_of_code(&format!("{prefix}{rest}")));
        if let Some(area) = found {
            return Some((CodeHow::Prefix, vec![area]));
        }
    }
    let widths = with_other_widths(gazetteer, code);
    if !widths.is_empty() {
        return Some((CodeHow::Widths, widths.into_iter().collect()));
    }
    let tail = with_zero_tail(gazetteer, code);
    (!tail.is_empty()).then(|| (CodeHow::ZeroTail, tail.into_iter().collect()))
}

fn with_other_widths(gazetteer: &Gazetteer, code: &str) -> BTreeSet<AreaIndex> {
    let mut found = BTreeSet::new();
    if let Some((country, digits)) = prefix_of(code)
        && let Some(root) = gazetteer.roots.get(country.iso3)
    {
        descend(gazetteer, *root, digits, 0, &mut found);
    }
    if code.bytes().all(|byte| byte.is_ascii_digit()) {
        let number = code.trim_start_matches('0');
        let same = |id: &str| id.bytes().all(|byte| byte.is_ascii_digit()) && id.trim_start_matches('0') == number;
        found.extend((0..gazetteer.areas.len()).filter(|area| same(gazetteer.areas[*area].id.as_str())));
    }
    found
}

/// Reads the digits level by level: each area below has a segment, which is its code without that of the unit above.
fn descend(gazetteer: &Gazetteer, above: AreaIndex, digits: &str, depth: usize, found: &mut BTreeSet<AreaIndex>) {
    if depth == SEGMENTS_MAX {
        return;
    }
    for below in (0..gazetteer.areas.len()).filter(|area| gazetteer.areas[*area].parent == Some(above)) {
        let Some(segment) = segment_of(gazetteer, below) else { continue };
        for width in 1..=SEGMENT_DIGITS_MAX.min(digits.len()) {
            let Some((first, rest)) = digits.split_at_checked(width) else { continue };
            if number(first).is_none() || number(first) != number(segment) {
                continue;
            }
            if rest.is_empty() {
                found.insert(below);
            } else {
                descend(gazetteer, below, rest, depth + 1, found);
            }
        }
    }
}

/// The digits of an area's code that its unit above does not have.
fn segment_of(gazetteer: &Gazetteer, area: AreaIndex) -> Option<&str> {
    let node = &gazetteer.areas[area];
    let id = node.id.as_str();
    let parent = &gazetteer.areas[node.parent?];
    match id.strip_prefix(parent.id.as_str()) {
        Some(rest) => Some(rest),
        // A country is known by ISO3 and its areas by ISO2, or the other way.
        None => prefix_of(id).filter(|_| parent.level == 0).map(|(_, rest)| rest),
    }
}

/// A number above 0 of digits only.
fn number(digits: &str) -> Option<u32> {
    let all_digits = digits.bytes().all(|byte| byte.is_ascii_digit());
    digits.parse().ok().filter(|number| all_digits && *number > 0)
}

fn with_zero_tail(gazetteer: &Gazetteer, code: &str) -> BTreeSet<AreaIndex> {
    let zeros = code.bytes().rev().take_while(|byte| *byte == b'0').count();
    (1..=zeros.min(SEGMENT_DIGITS_MAX))
        .filter_map(|count| match find_without_tail(gazetteer, &code[..code.len() - count]) {
            areas if areas.len() == 1 => areas.into_iter().next(),
            _ => None,
        })
        .collect()
}

fn find_without_tail(gazetteer: &Gazetteer, code: &str) -> BTreeSet<AreaIndex> {
    let same = prefix_of(code).and_then(|(country, rest)| gazetteer.index_of_code(&format!("{}{rest}", country.iso2)));
    let same: BTreeSet<_> = same.into_iter().chain(gazetteer.index_of_code(code)).collect();
    if same.is_empty() { with_other_widths(gazetteer, code) } else { same }
}
