//! Routes for vehicles that bring goods to points in time.
//!
//! The crate knows points, vehicles and times, and nothing of what they are for. [`problem`] says what is to be routed,
//! [`engine::solve`] finds routes, [`check::check`] (which shares no code with the engine) says whether routes keep
//! every rule and what they cost, [`why::why_unserved`] says why a client is on no route and what would let it in, and
//! [`instance`] reads the standard files of the field.
//!
//! All numbers are whole, a seed decides every choice, and time comes in through [`engine::Budget`]: the same problem,
//! seed and number of iterations give the same routes.

pub mod check;
pub mod engine;
pub mod instance;
mod matrix;
pub mod problem;
pub mod why;

pub use matrix::{ARC_MAX, Matrix};
