//! Invented tables that are released one after another.

#![allow(dead_code, reason = "each test uses its part")]

use mostari_policy::disclosure::*;

/// SplitMix64 (Steele, Lea and Flood 2014): numbers that are the same on every machine.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub fn below(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % sides
    }

    pub fn is_one_in(&mut self, sides: u64) -> bool {
        self.below(sides) == 0
    }
}

/// A frame with nested areas, a zone that cuts across them, sectors with a total, months with two splits.
pub fn frame(dice: &mut Dice) -> Frame {
    let areas: Vec<String> = (1..=4 + dice.below(4)).map(|i| format!("A{i}")).collect();
    let middle = areas.len() / 2;
    let zone: Vec<&String> = areas.iter().filter(|_| dice.is_one_in(2)).collect();
    let mut area_axis = Axis::of_leaves(areas.iter().cloned()).unwrap();
    area_axis = area_axis.with_group("north", &areas[..middle]).unwrap();
    area_axis = area_axis.with_group("south", &areas[middle..]).unwrap();
    area_axis = area_axis.with_group("country", ["north", "south"]).unwrap();
    if zone.len() > 1 {
        area_axis = area_axis.with_group("zone", zone).unwrap();
    }
    let sectors: Vec<String> = (1..=2 + dice.below(2)).map(|i| format!("S{i}")).collect();
    let sector_axis = Axis::of_leaves(sectors.iter().cloned()).unwrap().with_group("all", &sectors).unwrap();
    let months: Vec<String> = (1..=2 + dice.below(3)).map(|i| format!("2024-0{i}")).collect();
    let mut period_axis = Axis::of_leaves(months.iter().cloned()).unwrap();
    period_axis = period_axis.with_group("year", &months).unwrap();
    if months.len() > 2 {
        period_axis = period_axis.with_group("first half", &months[..months.len() / 2]).unwrap();
        period_axis = period_axis.with_group("late", &months[1..]).unwrap();
    }
    Frame { areas: area_axis, sectors: sector_axis, periods: period_axis }
}

/// Counts as they are met: some zero, some small, most larger.
pub fn count(dice: &mut Dice) -> u64 {
    match dice.below(10) {
        0 => 0,
        1 | 2 => 1 + dice.below(10),
        3..=6 => 11 + dice.below(30),
        _ => 30 + dice.below(300),
    }
}

pub fn truth(frame: &Frame, dice: &mut Dice) -> Table {
    Table((0..frame.leaf_count()).map(|leaf| (frame.leaf_id(leaf), Leaf::count(count(dice)))).collect())
}

/// A later truth: the same, with some values corrected.
pub fn corrected(truth: &Table, dice: &mut Dice) -> Table {
    let mut next = truth.clone();
    for leaf in next.0.values_mut() {
        if dice.is_one_in(12) {
            leaf.value = match dice.below(3) {
                0 => count(dice),
                1 => leaf.value + 1 + dice.below(5),
                _ => leaf.value.saturating_sub(1 + dice.below(5)),
            };
        }
    }
    next
}

fn some<'a>(names: impl Iterator<Item = &'a str>, dice: &mut Dice) -> Vec<String> {
    let all: Vec<String> = names.map(str::to_owned).collect();
    if dice.is_one_in(3) {
        return all;
    }
    let kept: Vec<String> = all.iter().filter(|_| !dice.is_one_in(3)).cloned().collect();
    if kept.is_empty() { all } else { kept }
}

/// What a release tells: all nodes or some of each axis, sometimes of a part of the country only.
pub fn layout(frame: &Frame, number: usize, dice: &mut Dice) -> Layout {
    let leaves = frame.areas.leaves();
    let coverage = dice.is_one_in(3).then(|| {
        let left_out = dice.below(leaves.len() as u64) as usize;
        let covered = leaves.iter().enumerate().filter(|(i, _)| *i != left_out);
        covered.map(|(_, name)| name.as_str().into()).collect()
    });
    Layout {
        table: format!("people reached, release {number}"),
        areas: some(frame.areas.nodes(), dice).into_iter().map(Into::into).collect(),
        sectors: some(frame.sectors.nodes(), dice),
        periods: some(frame.periods.nodes(), dice),
        coverage,
    }
}

/// Truths and tables of successive releases; those that were refused are not among them.
#[derive(Default)]
pub struct History {
    pub truths: Vec<Table>,
    pub shown: Vec<ReleasedTable>,
    pub prices: Vec<Price>,
    pub refused: u64,
}

impl History {
    pub fn earlier(&self) -> Vec<Earlier<'_>> {
        self.truths.iter().zip(&self.shown).map(|(truth, shown)| Earlier { truth, shown }).collect()
    }

    /// Attacks with everything that was released: how many cells, and which leak.
    pub fn attack(&self, frame: &Frame, rule: &Rule) -> (usize, Vec<attack::Leak>) {
        let shown: Vec<&ReleasedTable> = self.shown.iter().collect();
        let truths: Vec<&Table> = self.truths.iter().collect();
        attack::leaks(frame, &shown, &truths, rule).unwrap()
    }
}

/// How the tables of a history were made: the shipped way, or with a planted weakness.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Way {
    Shipped,
    NoSecondary,
    EarlierIgnored,
    ThresholdOffByOne,
}

/// Releases two to four tables of one world.
pub fn history(seed: u64, way: Way) -> (Frame, History) {
    let mut dice = Dice::new(seed);
    let frame = frame(&mut dice);
    let mut current = truth(&frame, &mut dice);
    let mut history = History::default();
    for number in 0..2 + dice.below(3) as usize {
        if number > 0 && dice.is_one_in(2) {
            current = corrected(&current, &mut dice);
        }
        let layout = layout(&frame, number, &mut dice);
        let rule = match way {
            Way::ThresholdOffByOne => Rule::Counts { hidden_max: COUNT_HIDDEN_MAX - 1, spread_min: COUNT_HIDDEN_MAX },
            _ => Rule::counts(),
        };
        let protected = match way {
            Way::NoSecondary => Ok((mask(&frame, &layout, &current, &rule).unwrap(), Price::default())),
            Way::EarlierIgnored => protect(&frame, &layout, &current, &[], &rule).map(|made| (made.table, made.price)),
            _ => protect(&frame, &layout, &current, &history.earlier(), &rule).map(|made| (made.table, made.price)),
        };
        match protected {
            Ok((table, price)) => {
                history.truths.push(current.clone());
                history.shown.push(table);
                history.prices.push(price);
            }
            Err(DisclosureError::Unprotectable { .. }) => history.refused += 1,
            Err(other) => panic!("{other}"),
        }
    }
    (frame, history)
}
