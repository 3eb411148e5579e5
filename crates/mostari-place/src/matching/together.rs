//! The place references of one file together: what is clear helps with what is not.

use super::{
    Match,
    resolve::{self, Above, SAME_SCORE, above},
};
use crate::{AreaIndex, Gazetteer};
use mostari_model::PlaceRef;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// Clear references that must agree on a level before it is taken for the unclear ones.
const CLEAR_MIN: usize = 5;

/// References are compared within a group: those that name their unit above in the same manner.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Group<'a> {
    NotGiven,
    Known,
    Unknown(&'a str),
}

/// What the references of one file mean, in their order.
pub(super) fn resolve(gazetteer: &Gazetteer, places: &[&PlaceRef]) -> Vec<Match> {
    let mut matches: Vec<Match> = places.par_iter().map(|place| resolve::alone(gazetteer, place)).collect();
    let mut groups: BTreeMap<Group, Vec<usize>> = BTreeMap::new();
    for (i, place) in places.iter().enumerate() {
        let group = match above(gazetteer, place) {
            Above::NotGiven => Group::NotGiven,
            Above::Known(_) => Group::Known,
            Above::Unknown => Group::Unknown(&place.parent_name),
        };
        groups.entry(group).or_default().push(i);
    }
    for members in groups.values() {
        let level = common_level(gazetteer, members.iter().map(|i| &matches[*i]));
        let decided: Vec<(usize, Match)> = members
            .iter()
            .filter_map(|i| Some((*i, decide(gazetteer, &matches[*i], level, &taken(&matches, *i))?)))
            .collect();
        for (i, found) in decided {
            matches[i] = found;
        }
    }
    matches
}

/// The level of all clear matches of a group, if they agree.
fn common_level<'a>(gazetteer: &Gazetteer, matches: impl Iterator<Item = &'a Match>) -> Option<u8> {
    let levels: Vec<u8> = matches.filter_map(Match::area).map(|area| gazetteer.areas[area].level).collect();
    let first = *levels.first()?;
    (levels.len() >= CLEAR_MIN && levels.iter().all(|level| *level == first)).then_some(first)
}

/// The areas that other references of the file are beyond doubt.
fn taken(matches: &[Match], but: usize) -> BTreeSet<AreaIndex> {
    let others = matches.iter().enumerate().filter(|(i, _)| *i != but);
    others.filter_map(|(_, found)| if let Match::Exact { area, .. } = found { Some(*area) } else { None }).collect()
}

fn decide(gazetteer: &Gazetteer, found: &Match, level: Option<u8>, taken: &BTreeSet<AreaIndex>) -> Option<Match> {
    let Match::Ask { candidates, .. } = found else { return None };
    let same: Vec<AreaIndex> = candidates.iter().filter(|c| c.score >= SAME_SCORE).map(|c| c.area).collect();
    if same.len() < 2 {
        return None;
    }
    let of_level: Vec<_> = same.iter().filter(|area| Some(gazetteer.areas[**area].level) == level).collect();
    if let [area] = of_level[..] {
        return Some(Match::likely(*area, "the same name, on the level of all clear places of its file"));
    }
    // Only areas of one level rule each other out: a unit and one inside it may both be meant.
    let one_level = same.iter().all(|area| gazetteer.areas[*area].level == gazetteer.areas[same[0]].level);
    let free: Vec<_> = same.iter().filter(|area| !taken.contains(area)).collect();
    match free[..] {
        [area] if one_level => {
            Some(Match::likely(*area, "the same name; the other areas of this name stand beside it in the file"))
        }
        _ => None,
    }
}
