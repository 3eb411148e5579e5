//! A proof that anybody can check offline (C2SP tlog-proof, draft): index, siblings and checkpoint in one text.

use crate::{
    checkpoint::parse_size,
    hash::Hash,
    note::NOTE_BYTES_MAX,
    policy::{Policy, TrustError, Trusted},
    proof::{PROOF_HASHES_MAX, ProofError, verify_inclusion},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use std::{fmt, str::FromStr};

const FIRST_LINE: &str = "c2sp.org/tlog-proof@v1";

/// A `.tlog-proof` file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProofFile {
    /// Data for the application; nobody vouches for it.
    pub extra: Option<Vec<u8>>,
    /// Which entry.
    pub index: u64,
    /// Siblings from the leaf upwards.
    pub proof: Vec<Hash>,
    /// The signed checkpoint, verbatim.
    pub checkpoint: String,
}

/// Why a text is no proof, or the proof does not hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProofFileError {
    /// Too large, or the first line is another.
    #[error("it does not begin with `{FIRST_LINE}`")]
    FirstLine,
    /// The `extra` or `index` line does not read.
    #[error("its line `{0}` does not read")]
    Line(&'static str),
    /// A hash does not read.
    #[error("its hash {0} does not read")]
    Hash(usize),
    /// More hashes than a tree has levels.
    #[error("it has more than {PROOF_HASHES_MAX} hashes")]
    TooLong,
    /// There is no checkpoint.
    #[error("no checkpoint follows the hashes")]
    NoCheckpoint,
    /// The checkpoint is not to be trusted.
    #[error("its checkpoint is not to be trusted: {0}")]
    Trust(#[from] TrustError),
    /// The entry is not in the tree of the checkpoint.
    #[error(transparent)]
    Proof(#[from] ProofError),
}

impl ProofFile {
    /// Checks that `entry` stands at the stated index of a log that the policy trusts.
    ///
    /// # Errors
    /// [`ProofFileError::Trust`], [`ProofFileError::Proof`].
    pub fn verify(&self, entry: &[u8], policy: &Policy) -> Result<Trusted, ProofFileError> {
        let trusted = policy.check(self.checkpoint.as_bytes())?;
        let Trusted { checkpoint, .. } = &trusted;
        verify_inclusion(self.index, &Hash::of_leaf(entry), checkpoint.size, &checkpoint.root, &self.proof)?;
        Ok(trusted)
    }
}

impl fmt::Display for ProofFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{FIRST_LINE}")?;
        if let Some(extra) = &self.extra {
            writeln!(f, "extra {}", STANDARD.encode(extra))?;
        }
        writeln!(f, "index {}", self.index)?;
        self.proof.iter().try_for_each(|hash| writeln!(f, "{hash}"))?;
        write!(f, "\n{}", self.checkpoint)
    }
}

impl FromStr for ProofFile {
    type Err = ProofFileError;

    fn from_str(text: &str) -> Result<Self, ProofFileError> {
        if text.len() > 2 * NOTE_BYTES_MAX {
            return Err(ProofFileError::FirstLine);
        }
        let rest = text.strip_prefix(FIRST_LINE).and_then(|rest| rest.strip_prefix('\n'));
        let rest = rest.ok_or(ProofFileError::FirstLine)?;
        let (head, checkpoint) = rest.split_once("\n\n").ok_or(ProofFileError::NoCheckpoint)?;
        let mut lines = head.split('\n').peekable();
        let extra = lines.peek().and_then(|line| line.strip_prefix("extra "));
        let extra = extra.map(|encoded| STANDARD.decode(encoded).map_err(|_| ProofFileError::Line("extra")));
        let extra = extra.transpose()?;
        lines.next_if(|_| extra.is_some());
        let index = lines.next().and_then(|line| line.strip_prefix("index ")).and_then(parse_size);
        let index = index.ok_or(ProofFileError::Line("index"))?;
        let mut proof = Vec::new();
        for (i, line) in lines.enumerate() {
            if i >= PROOF_HASHES_MAX {
                return Err(ProofFileError::TooLong);
            }
            proof.push(Hash::from_base64(line).ok_or(ProofFileError::Hash(i + 1))?);
        }
        Ok(Self { extra, index, proof, checkpoint: checkpoint.to_owned() })
    }
}
