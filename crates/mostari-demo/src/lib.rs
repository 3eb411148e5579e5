//! An invented place after an invented war, deterministic from a seed and sized by a number of areas.
//!
//! It is the newcomer's first minute, the test world and the load generator. Everything is written as files
//! in the real formats, with the flaws that real files have, and goes through the readers like everybody's.
//! Nothing in it describes a real place or person.

mod files;
mod names;
mod random;
mod world;

pub use files::{DemoFile, File, PARTIES, files};
pub use world::{COUNTRY, ISO3, World};

/// What to make.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Options {
    /// Seed: same seed, same files.
    pub seed: u64,
    /// Areas of the second level; at least 4.
    pub areas: usize,
    /// Events for each area, on average.
    pub events_per_area: f64,
}

impl Default for Options {
    fn default() -> Self {
        Self { seed: 7, areas: 12, events_per_area: 40.0 }
    }
}
