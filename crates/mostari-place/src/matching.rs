//! From a place as a file names it to an area.

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
}

impl Gazetteer {
    /// Says which area a reference means.
    pub fn resolve(&self, _place: &PlaceRef) -> Match {
        Match::Ask { candidates: Vec::new(), because: String::new() }
    }
}
