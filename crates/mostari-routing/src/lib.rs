//! Routes for vehicles that bring goods to points in time.
//!
//! The crate knows points, vehicles and times, and nothing of what they are for. [`problem`] says what is to be routed,
//! [`engine::solve`] finds routes, [`check::check`] (which shares no code with the engine) says whether routes keep
//! every rule and what they cost, [`why::why_unserved`] says why a client is on no route and what would let it in, and
//! [`instance`] reads the standard files of the field.
//!
//! All numbers are whole, a seed decides every choice, and time comes in through [`engine::Budget`]: the same problem,
//! seed and number of iterations give the same routes.
//!
//! # Example
//! ```
//! use mostari_routing::engine::{Iterations, Settings, solve};
//! use mostari_routing::{check::check, instance, why};
//!
//! // Two vehicles of ten, three clients of five each on a square.
//! let text = "NAME : tiny\nTYPE : CVRP\nDIMENSION : 4\nVEHICLES : 2\nEDGE_WEIGHT_TYPE : EUC_2D\nCAPACITY : 10
//! NODE_COORD_SECTION\n1 0 0\n2 3 4\n3 6 8\n4 -3 4\nDEMAND_SECTION\n1 0\n2 5\n3 5\n4 5\nDEPOT_SECTION\n1\n-1\nEOF";
//! let instance = instance::read(text)?;
//! let outcome = solve(&instance.problem, &Settings::default(), &mut Iterations(1_000))?;
//! let verdict = check(&instance.problem, &outcome.solution);
//! assert!(verdict.violations.is_empty());
//! assert_eq!((verdict.cost, outcome.cost), (30, 30));
//! assert!(why::why_all(&instance.problem, &outcome.solution).is_empty());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod check;
pub mod engine;
pub mod instance;
mod matrix;
pub mod problem;
pub mod split;
pub mod why;

pub use matrix::{ARC_MAX, Matrix};
