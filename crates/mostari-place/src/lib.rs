//! Which area is meant? Names, codes and points to areas: exact, likely or ask, with the reason, never a silent guess.
//!
//! [`place`] looks at a snapshot once and says for every row of every table in which area it lies.
//! Engines read only the result.

mod findings;
mod gazetteer;
mod matching;
mod placed;

pub use findings::FINDINGS;
pub use gazetteer::{AreaIndex, AreaNode, Gazetteer};
pub use matching::{Candidate, Match};
pub use placed::{PlaceMatch, Placed, PlacedEvent, place};
