//! Who may do what: roles, actions and labels, decided by policies that people can read.
//!
//! Policies are text in the language Cedar (`policies/` beside this crate's sources, and what a deployment adds). What no
//! policy permits is denied, and a forbid beats every permit. The whole of it is spelled out, every role by action by
//! label, in `tests/matrix.txt`, where a change of policy shows as a difference.

mod error;
#[cfg(feature = "cedar")]
mod policies;
mod words;

pub use error::PolicyError;
#[cfg(feature = "cedar")]
pub use policies::{Decision, Policies};
pub use words::{Action, Actor, Domain, EntryKind, Resource, Role};
