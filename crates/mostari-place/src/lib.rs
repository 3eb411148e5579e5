//! Which area is meant? Names, codes and points to areas: exact, likely or ask, with the reason, never a silent guess.
//!
//! [`place`] looks at a snapshot once and says for every row of every table in which area it lies.
//! Engines read only the result.

mod countries;
mod findings;
mod fold;
mod gazetteer;
mod grid;
mod matching;
mod names;
mod near;
mod placed;
mod tree;

pub use countries::country_code;
pub use findings::FINDINGS;
pub use gazetteer::{AreaIndex, AreaNode, Gazetteer, TOLERANCE_M};
pub use matching::{Candidate, Match};
pub use placed::{PlaceMatch, Placed, PlacedCount, PlacedEvent, place};
