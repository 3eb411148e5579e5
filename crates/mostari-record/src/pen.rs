//! Signing for an author whose key is not the mission's own: another office at the same desk, a laptop without the log's key.

use crate::{
    entry::{Payload, Statement, fits},
    error::{RecordError, Result},
    gather::{Draft, ForeignLeaf},
    index::ChainEnd,
    key::AuthorSecret,
    leaf::{EntryId, SALT_BYTES},
    mission::Mission,
};
use jiff::Timestamp;
use mostari_model::Digest;

/// Signs what one author says, entry after entry of its chain. What was signed is appended by
/// [`Writer::append_foreign`](crate::Writer::append_foreign), in the same order.
pub struct Pen<'a> {
    secret: &'a AuthorSecret,
    end: ChainEnd,
}

impl Mission {
    /// A pen that goes on where the author's chain ends in this log.
    ///
    /// # Errors
    /// `REC-006`.
    pub fn pen<'a>(&self, secret: &'a AuthorSecret) -> Result<Pen<'a>> {
        Ok(Pen { secret, end: self.index().chain_end(&secret.author())? })
    }
}

impl<'a> Pen<'a> {
    /// A pen for an author who has said nothing yet.
    pub fn new(secret: &'a AuthorSecret) -> Self {
        Self { secret, end: ChainEnd::default() }
    }
}

impl Pen<'_> {
    /// Signs a draft. Ids that are not given are random.
    ///
    /// # Errors
    /// `REC-012` if it cannot be spelled, `REC-013`, `REC-026`.
    pub fn sign(&mut self, draft: &Draft, at: Timestamp) -> Result<ForeignLeaf> {
        let id = draft.id.map_or_else(random, Ok)?;
        let (bytes, payload) = sign(draft, id, at, self.secret, self.end)?;
        self.end = ChainEnd { next: self.end.next + 1, previous: Digest::of(&bytes) };
        Ok(ForeignLeaf { bytes, payload })
    }
}

/// The leaf that says a draft at a place of its author's chain, and the payload if it is sealed.
pub(crate) fn sign(
    draft: &Draft,
    id: EntryId,
    at: Timestamp,
    secret: &AuthorSecret,
    ChainEnd { next, previous }: ChainEnd,
) -> Result<(Vec<u8>, Option<Payload>)> {
    let statement = Statement {
        id,
        time: at,
        area: draft.area.clone(),
        label: draft.label.clone(),
        references: draft.references.clone(),
        release: draft.release.clone(),
        body: draft.body.clone(),
    };
    let salt = if draft.label.is_public() { [0; SALT_BYTES] } else { random()? };
    let (leaf, payload) = statement.to_leaf(secret.author(), next, previous, salt);
    let bytes = leaf.seal(secret).map_err(|reason| RecordError::Entry { index: next, reason })?;
    match fits(&bytes) {
        true => Ok((bytes, payload)),
        false => Err(RecordError::EntryTooLarge { bytes: bytes.len(), most: mostari_log::ENTRY_BYTES_MAX }),
    }
}

/// Random bytes of the operating system.
pub(crate) fn random<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| RecordError::Random(error.to_string()))?;
    Ok(bytes)
}
