//! Runs the log on a simulated machine that fails, thousands of times, and checks after every step what must always hold.
//!
//! A run is made by its seed alone: the same seed gives the same steps, the same faults and the same verdict, to the byte.
//! What is simulated, what is checked and what is not stands in `docs/decisions/0017-simulated-disk.md`. Whether the
//! checks would notice a fault is itself tested: [`plant`] puts faults into the log's source and demands that each one is
//! found.
//!
//! To read it: [`run`], then `world.rs` (what happens at a system call), `image.rs` (what a crash leaves), `truth.rs`
//! (what is compared with), `writer.rs`, `reader.rs`, `witness.rs` (who acts, and what must hold afterwards).

mod faults;
mod files;
mod image;
mod keys;
mod ledger;
mod lock;
pub mod plant;
mod random;
mod reader;
mod run;
mod soak;
mod tree;
mod truth;
mod weather;
mod witness;
mod world;
mod writer;

pub use run::run;
pub use soak::{Soak, soak};

use std::collections::BTreeMap;

/// How many writers there are.
const WRITERS: usize = 2;
/// How many witnesses there are.
const WITNESSES: usize = 3;

/// A fault in the simulator's own ledger, to prove that the checks see it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Plant {
    /// None.
    #[default]
    None,
    /// An amount goes through a floating-point number.
    Float,
    /// An entry loses a compartment of its label.
    LostLabel,
}

/// What a run is asked to do.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Options {
    /// Whether it writes down what happens.
    pub trace: bool,
    /// A fault in the ledger.
    pub plant: Plant,
}

/// What came of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// Its seed.
    pub seed: u64,
    /// The first invariant that did not hold, in words.
    pub violation: Option<String>,
    /// One line for every system call and event, if it was asked for.
    pub trace: String,
    /// What happened how often.
    pub counts: BTreeMap<&'static str, u64>,
}
