//! A transparency log over bytes: tree, tiles, checkpoints, witnesses, proofs. It knows nothing of what the entries say.

mod checkpoint;
mod hash;
mod key;
mod note;
mod policy;
mod proof;
mod proof_file;
mod tile;
mod tree;
mod witness;

pub use checkpoint::{Checkpoint, CheckpointError};
pub use hash::{HASH_BYTES, Hash};
pub use key::{KeyError, KeyKind, SigningKey, VerifierKey};
pub use note::{NOTE_BYTES_MAX, NOTE_SIGNATURES_MAX, Note, NoteError, NoteSignature, parse_signatures};
pub use policy::{Policy, PolicyError, TrustError, Trusted};
pub use proof::{
    PROOF_HASHES_MAX, ProofError, is_subtree, verify_consistency, verify_inclusion, verify_subtree,
    verify_subtree_inclusion,
};
pub use proof_file::{ProofFile, ProofFileError};
pub use tile::{
    ENTRY_BYTES_MAX, TILE_WIDTH, Tile, TileError, TileKind, TilePathError, read_entries, read_hashes, write_entry,
};
pub use tree::{Blocks, Edge, ProveError};
pub use witness::{Answer, Seen, Witness, WitnessStore, add_checkpoint_body};
