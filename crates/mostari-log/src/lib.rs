//! A transparency log over bytes: tree, tiles, checkpoints, witnesses, proofs. It knows nothing of what the entries say.
//!
//! A log only grows. Its *tree* (RFC 6962) gives every size of it one root; a *checkpoint* is the log's signed word about
//! size and root. Whoever holds one checkpoint can later be shown that the log only grew (a consistency proof), and that an
//! entry is in it (an inclusion proof). *Witnesses* see to it that everybody is shown the same log. The log lies in static
//! files, *tiles*, which any web server can serve. All bytes follow the C2SP specifications, so that programs written by
//! others can check ours.
//!
//! To read the crate in an hour: [`Hash`], [`Edge`] and [`verify_consistency`] (the tree), [`Tile`] (the files), [`Note`],
//! [`Checkpoint`], [`VerifierKey`] and [`Policy`] (whom to believe), [`Log`] (writing, and what survives a crash),
//! [`audit`] (reading everything again), [`Witness`], [`ProofFile`].

mod checkpoint;
mod disk;
mod files;
mod hash;
mod journal;
mod key;
mod note;
mod policy;
mod proof;
mod proof_file;
mod reader;
mod recent;
mod tile;
mod tree;
mod witness;
mod writer;

pub use checkpoint::{Checkpoint, CheckpointError};
pub use disk::{Disk, Folder, read_at_most};
pub use files::{Files, System};
pub use hash::{HASH_BYTES, Hash};
pub use journal::{Batch, Staged};
pub use key::{KeyError, KeyKind, SigningKey, VerifierKey};
pub use note::{NOTE_BYTES_MAX, NOTE_SIGNATURES_MAX, Note, NoteError, NoteSignature, parse_signatures};
pub use policy::{KnownWitness, Policy, PolicyError, TrustError, Trusted};
pub use proof::{
    PROOF_HASHES_MAX, ProofError, is_subtree, verify_consistency, verify_inclusion, verify_subtree,
    verify_subtree_inclusion,
};
pub use proof_file::{ProofFile, ProofFileError};
pub use reader::{AuditFault, Fetch, FetchError, TileTree, audit, audit_earlier_tiles};
pub use tile::{
    BUNDLE_BYTES_MAX, ENTRY_BYTES_MAX, TILE_WIDTH, Tile, TileError, TileKind, TilePathError, read_entries, read_hashes,
    write_entry,
};
pub use tree::{Blocks, Edge, ProveError};
pub use witness::{Answer, Seen, Witness, WitnessStore, add_checkpoint_body};
pub use writer::{CHECKPOINT_PATH, Committed, Lock, Locked, Log, LogError};
