//! What a release of counts or amounts may show: minimum cells, complementary suppression, and no differencing.
//!
//! A table is released by area, sector and period, with totals. A small count is hidden ([`Rule`]); further cells are
//! hidden so that no small count, of this release or of an earlier one, can be narrowed by whoever holds **all** the
//! releases. [`protect`] hides; [`attack`] is the adversary, written apart and sharing no code but the vocabulary.
//!
//! # What the adversary knows
//!
//! Every released number; the hierarchies of areas, sectors and periods; that nothing is negative; and, of every leaf,
//! whether its value was corrected between two releases (not by how much). Whoever knows less can narrow less.
//! Not covered: knowledge from elsewhere (one of three deliverers who knows its own share beyond the rule on
//! contributors), and conclusions from *why* this program hid a cell rather than another.

pub mod attack;
mod axis;
mod error;
mod ground;
mod moves;
mod protect;
mod rule;
mod table;

pub use axis::{Axis, Extent, Frame};
pub use error::DisclosureError;
pub use protect::{Earlier, Evidence, Price, Protected, Shift, mask, protect};
pub use rule::{CONTRIBUTORS_MIN, COUNT_HIDDEN_MAX, Need, Rule, SHARE_PERCENT};
pub use table::{CellId, Corrections, Layout, Leaf, ReleasedCell, ReleasedTable, Shown, Table};
