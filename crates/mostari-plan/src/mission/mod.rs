//! A mission's record as a problem of the engines, and their answers in the words of the mission.
//!
//! [`crate::problem::ground::Ground`] says where the smallest areas are and which touch. On it stand [`convoys`] (who
//! brings what where), [`sites`] (where to open, so that people reach it) and [`presence`] (how many teams stand ready
//! where, and how likely each area is visited). Everything stays at the level of areas.

pub mod convoys;
mod ground;
pub mod presence;
pub mod sites;

pub use ground::Ways;
