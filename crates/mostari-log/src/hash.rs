//! The hashes of the tree: RFC 6962 section 2.1, SHA-256.

use base64::{Engine, engine::general_purpose::STANDARD};
use sha2::{Digest, Sha256};
use std::fmt;

/// Bytes of a hash.
pub const HASH_BYTES: usize = 32;

/// A node or leaf of the tree; prints as base64.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Hash(pub [u8; HASH_BYTES]);

impl Hash {
    /// The root of the empty tree: SHA-256 of no bytes.
    pub fn of_empty_tree() -> Self {
        Self(Sha256::digest(b"").into())
    }

    /// The hash of an entry: SHA-256 over 0x00 and its bytes.
    pub fn of_leaf(entry: &[u8]) -> Self {
        Self(Sha256::new().chain_update([0]).chain_update(entry).finalize().into())
    }

    /// The hash of two neighbours: SHA-256 over 0x01, the left and the right one.
    pub fn of_node(left: &Self, right: &Self) -> Self {
        let mut input = [1; 1 + 2 * HASH_BYTES];
        input[1..=HASH_BYTES].copy_from_slice(&left.0);
        input[1 + HASH_BYTES..].copy_from_slice(&right.0);
        Self(Sha256::digest(input).into())
    }

    /// Reads standard base64 of exactly 32 bytes.
    pub fn from_base64(text: &str) -> Option<Self> {
        STANDARD.decode(text).ok()?.try_into().ok().map(Self)
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&STANDARD.encode(self.0))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Hash({self})")
    }
}
