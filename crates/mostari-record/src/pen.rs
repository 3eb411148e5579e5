//! Signing for an author whose key is not the mission's own: another office at the same desk, a laptop without the log's key.

use crate::{
    entry::Statement,
    error::{RecordError, Result},
    index::ChainEnd,
    key::AuthorSecret,
    leaf::SALT_BYTES,
    mission::Mission,
    writer::{Draft, ForeignLeaf},
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

impl Pen<'_> {
    /// Signs a draft. Ids that are not given are random.
    ///
    /// # Errors
    /// `REC-012` if it cannot be spelled, `REC-026`.
    pub fn sign(&mut self, draft: &Draft, at: Timestamp) -> Result<ForeignLeaf> {
        let statement = Statement {
            id: draft.id.map_or_else(random, Ok)?,
            time: at,
            area: draft.area.clone(),
            label: draft.label.clone(),
            references: draft.references.clone(),
            body: draft.body.clone(),
        };
        let salt = if draft.label.is_public() { [0; SALT_BYTES] } else { random()? };
        let (leaf, payload) = statement.to_leaf(self.secret.author(), self.end.next, self.end.previous, salt);
        let fault = |reason| RecordError::Entry { index: self.end.next, reason };
        let bytes = leaf.seal(self.secret).map_err(fault)?;
        self.end = ChainEnd { next: self.end.next + 1, previous: Digest::of(&bytes) };
        Ok(ForeignLeaf { bytes, payload })
    }
}

fn random<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| RecordError::Random(error.to_string()))?;
    Ok(bytes)
}
