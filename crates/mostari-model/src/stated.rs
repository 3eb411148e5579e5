//! A statement as a log carries it to an engine: of funds, of projects.

use crate::{Date, EntryId, Label, PartyId};
use jiff::Timestamp;
use serde_json::Value;

/// What a party states, with everything that the record knows about it. Its signature was checked and its key was valid.
///
/// The record gives statements in one order ([`Stated::order`]), which follows from the mission's own log: its entries in
/// their order, and those of a mirrored log where the mission took them in.
#[derive(Debug, Clone, PartialEq)]
pub struct Stated {
    /// Position among the statements of its kind that the reader may see, from 0.
    pub order: u64,
    /// Name of the log that carries it.
    pub log: String,
    /// Position in that log, from 0.
    pub index: u64,
    /// Its name: what its author calls it, or else a digest of log and content.
    pub id: EntryId,
    /// The key that signed it, in words.
    pub by: String,
    /// The party that the key speaks for.
    pub party: PartyId,
    /// When its author says that it was recorded: a claim.
    pub recorded: Timestamp,
    /// When its author says that it happened: a claim.
    pub happened: Date,
    /// Who may read it.
    pub label: Label,
    /// The latest statements of other logs that its author had taken in.
    pub after: Vec<EntryId>,
    /// What is stated, in the words of the engine that understands it.
    pub statement: Value,
}
