//! The manual of the crate: what each kind of text and file says, what is refused and why. The examples are those of the
//! C2SP specifications.

#![allow(clippy::unwrap_used, reason = "a test may stop at what it does not expect")]

#[path = "../common/mod.rs"]
mod common;

mod checkpoints;
mod cosignatures;
mod notes;
mod oracle;
mod policies;
mod proof_files;
mod proofs;
mod tiles;
mod witnesses;
