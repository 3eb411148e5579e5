//! The record: a mission folder with a signed append-only log and its bulk beside it.
//!
//! Whatever is said is said once, by an entry that is never rewritten; a correction is a new entry. Bulk is named by
//! its SHA-256 and made durable before the entry that speaks of it. A [`Snapshot`](mostari_model::Snapshot) is what one
//! reader may see at one point of the log. This crate reads no clock: the caller says when.
//!
//! Start at [`Mission`]. The way of one file: [`Original::of`] (beside the reader, on another thread), [`Mission::store_original`],
//! [`Mission::store_dataset`], [`Mission::append_datasets`], and back by [`Mission::snapshot`].

mod blobs;
mod column_arrays;
mod columns_ipc;
mod dataset;
mod entry;
mod error;
mod findings;
mod key;
mod log;
mod mission;
mod settings;
mod snapshot;
mod verify;
mod wkb;

pub use blobs::Original;
pub use dataset::{DatasetDraft, StoredDataset};
pub use entry::{Body, Computation, ComputationKind, DatasetBody, Entry, TableBody};
pub use error::{RecordError, Result};
pub use findings::FINDINGS;
pub use key::{AuthorKey, AuthorKeyError};
pub use log::{Appended, Head};
pub use mission::Mission;
pub use settings::Settings;
pub use verify::Verification;
