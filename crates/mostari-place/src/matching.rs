//! From a place as a file names it to an area.

mod codes;
mod resolve;
#[cfg(test)]
mod tests;
mod together;

use crate::{AreaIndex, Gazetteer};
use mostari_model::PlaceRef;

/// An area that could be meant.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// The area.
    pub area: AreaIndex,
    /// 0 (unlike) to 1 (the same).
    pub score: f64,
    /// Why it could be meant.
    pub because: String,
}

/// What a place reference means.
#[derive(Debug, Clone, PartialEq)]
pub enum Match {
    /// One area, beyond doubt: the same code, or the same name under the same parent.
    Exact {
        /// The area.
        area: AreaIndex,
        /// The rule that found it.
        because: String,
    },
    /// One area, by a stated rule; used and reported.
    Likely {
        /// The area.
        area: AreaIndex,
        /// The rule that found it.
        because: String,
    },
    /// Several could be meant, or none is close enough: a person must say. Not used.
    Ask {
        /// Best first; may be empty.
        candidates: Vec<Candidate>,
        /// Why no rule decides.
        because: String,
    },
}

impl Match {
    /// The area, if the match may be used.
    pub fn area(&self) -> Option<AreaIndex> {
        match self {
            Self::Exact { area, .. } | Self::Likely { area, .. } => Some(*area),
            Self::Ask { .. } => None,
        }
    }

    /// The rule that found the area, or why none did.
    pub fn because(&self) -> &str {
        match self {
            Self::Exact { because, .. } | Self::Likely { because, .. } | Self::Ask { because, .. } => because,
        }
    }

    pub(crate) fn exact(area: AreaIndex, because: impl Into<String>) -> Self {
        Self::Exact { area, because: because.into() }
    }

    pub(crate) fn likely(area: AreaIndex, because: impl Into<String>) -> Self {
        Self::Likely { area, because: because.into() }
    }

    pub(crate) fn ask(candidates: Vec<Candidate>, because: impl Into<String>) -> Self {
        Self::Ask { candidates, because: because.into() }
    }
}

impl Gazetteer {
    /// Says which area a reference means, looking at nothing else.
    pub fn resolve(&self, place: &PlaceRef) -> Match {
        resolve::alone(self, place)
    }

    /// Says which areas the references of one file mean. What the file says of one place helps with another: all its
    /// unclear names are of the level of its clear ones, and of two areas of one name the one that is taken is not meant again.
    pub fn resolve_together(&self, places: &[&PlaceRef]) -> Vec<Match> {
        together::resolve(self, places)
    }
}
