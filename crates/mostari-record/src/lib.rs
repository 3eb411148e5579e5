//! The record: a mission folder with a signed append-only log that anybody can verify, and its bulk beside it.
//!
//! Whatever is said is said once, by an entry that is never rewritten; a correction is a new entry. An entry is a leaf of a
//! transparency log (`mostari-log`): its author's signature, its place in the author's own chain, its place in the tree.
//! What not everybody may read is sealed: beside the log, and committed to by the leaf. Bulk is named by its SHA-256 and made
//! durable before the entry that speaks of it. A [`Snapshot`](mostari_model::Snapshot) is what one reader may see at one
//! point of the log. This crate reads no clock: the caller says when.
//!
//! Start at [`Mission`]. The way of one file: [`Original::of`] (beside the reader, on another thread),
//! [`Mission::store_original`], [`Mission::store_dataset`], [`Mission::append_datasets`], and back by [`Mission::snapshot`].
//! The way of one entry: [`Draft`], [`Writer::append`] (staged, locked, indexed), [`Writer::publish`], [`Writer::receipt`];
//! for many threads at once [`Desk`].

mod blobs;
mod cbor;
mod column_arrays;
mod columns_ipc;
mod copy;
mod dataset;
mod desk;
mod entry;
mod error;
mod findings;
mod gather;
mod index;
mod key;
mod keys;
mod leaf;
mod leaves;
mod lock;
mod mirror;
mod mission;
mod pen;
mod release;
mod settings;
mod signatures;
mod snapshot;
mod verify;
mod wkb;
mod writer;

pub use blobs::Original;
pub use copy::Copied;
pub use dataset::{DatasetDraft, StoredDataset};
pub use desk::Desk;
pub use entry::{
    Body, Computation, ComputationKind, Correction, DatasetBody, Decision, Entry, Erasure, Founded, Mirrored, Payload,
    Said, TableBody,
};
pub use error::{RecordError, Result};
pub use findings::FINDINGS;
pub use gather::{Appended, Draft, ForeignLeaf};
pub use key::{AuthorKey, AuthorKeyError, AuthorSecret};
pub use keys::{AUTHORITY, Approval, KeyAction, KeyBook, KeyChange, KeyLife};
pub use leaf::{EntryId, Leaf, Reference, SignedLeaf};
pub use leaves::{LeafCheck, check_leaves};
pub use lock::LockFile;
pub use mirror::{Mirror, Taken, Taking};
pub use mission::{Erased, Head, Mission};
pub use pen::Pen;
pub use release::{RELEASES, Released};
pub use settings::Settings;
pub use verify::Verification;
pub use writer::Writer;
