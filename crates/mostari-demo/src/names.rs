//! Invented names with the diacritics that trouble real files.

use crate::random::Random;
use std::collections::BTreeSet;

const FIRST: [&str; 18] = [
    "Vel", "Tar", "Ond", "Brš", "Kel", "Mír", "Sul", "Žar", "Pel", "Dro", "Ćem", "Hal", "Nor", "Lüb", "Ras", "Vič",
    "Tol", "Gur",
];
const MIDDLE: [&str; 10] = ["a", "o", "i", "e", "ova", "ari", "enu", "ima", "olo", "u"];
const LAST: [&str; 14] =
    ["mor", "vak", "dina", "lje", "štan", "gar", "nik", "bro", "vec", "dhal", "ren", "kot", "sel", "ć"];
const BEFORE: [&str; 6] = ["Upper", "Lower", "New", "Old", "East", "West"];

/// Gives names that it has not given before.
#[derive(Debug)]
pub struct Names {
    random: Random,
    given: BTreeSet<String>,
}

impl Names {
    /// Names for one purpose.
    pub fn new(seed: u64, purpose: &str) -> Self {
        Self { random: Random::new(seed, purpose), given: BTreeSet::new() }
    }

    /// The next name: `Velamor`, sometimes `Upper Velamor`. Distinct also without diacritics.
    pub fn next(&mut self) -> String {
        loop {
            let mut name = format!("{}{}", self.random.pick(&FIRST), self.random.pick(&MIDDLE));
            if self.random.chance(0.5) || self.given.len() > 800 {
                name.push_str(self.random.pick(&["ti", "ra", "lo", "ske", "na", "du", "vi", "po"]));
            }
            name.push_str(self.random.pick(&LAST));
            if self.random.chance(0.18) {
                name = format!("{} {name}", self.random.pick(&BEFORE));
            }
            if self.given.insert(plain(&name).to_lowercase()) {
                return name;
            }
        }
    }
}

/// A name as a hurried clerk types it: no diacritics.
pub fn plain(name: &str) -> String {
    name.chars()
        .map(|c| match c {
            'š' => 's',
            'ć' | 'č' => 'c',
            'í' => 'i',
            'ü' => 'u',
            'Ž' => 'Z',
            'ž' => 'z',
            'Ć' => 'C',
            other => other,
        })
        .collect()
}
