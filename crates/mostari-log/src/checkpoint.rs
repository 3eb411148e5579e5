//! Checkpoints (C2SP tlog-checkpoint v1.0.0): what a log says about itself at one size.

use crate::hash::Hash;
use std::{fmt, str::FromStr};

/// The text of a checkpoint, as it is signed.
///
/// ```
/// let text = "example.org/log\n5\ngy5gl3aksFyiCO95a/1vLXz88A3dRq+0l9Sxte8ZqZQ=\n";
/// let checkpoint: mostari_log::Checkpoint = text.parse().unwrap();
/// assert_eq!((checkpoint.origin.as_str(), checkpoint.size), ("example.org/log", 5));
/// assert_eq!(checkpoint.to_string(), text);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// Name of the log; unique in the world.
    pub origin: String,
    /// How many entries it has.
    pub size: u64,
    /// The root of the tree over them.
    pub root: Hash,
    /// Further lines; signed, but without meaning here.
    pub extensions: Vec<String>,
}

/// Why a text is no checkpoint.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CheckpointError {
    /// The first line is empty.
    #[error("it does not begin with an origin")]
    Origin,
    /// The second line is no count.
    #[error("its second line is no size")]
    Size,
    /// The third line is no hash.
    #[error("its third line is no root")]
    Root,
    /// An empty line, or no end of the last line.
    #[error("it has an empty line, or its last line has no end")]
    Line,
}

impl FromStr for Checkpoint {
    type Err = CheckpointError;

    fn from_str(text: &str) -> Result<Self, CheckpointError> {
        let mut lines = text.strip_suffix('\n').ok_or(CheckpointError::Line)?.split('\n');
        let origin = lines.next().filter(|line| !line.is_empty()).ok_or(CheckpointError::Origin)?;
        let size = lines.next().and_then(parse_size).ok_or(CheckpointError::Size)?;
        let root = lines.next().and_then(Hash::from_base64).ok_or(CheckpointError::Root)?;
        let extensions: Vec<String> = lines.map(str::to_owned).collect();
        if extensions.iter().any(String::is_empty) {
            return Err(CheckpointError::Line);
        }
        Ok(Self { origin: origin.to_owned(), size, root, extensions })
    }
}

impl fmt::Display for Checkpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}\n{}\n{}", self.origin, self.size, self.root)?;
        self.extensions.iter().try_for_each(|line| writeln!(f, "{line}"))
    }
}

/// A decimal number below 2^63 without a leading zero or sign.
pub(crate) fn parse_size(text: &str) -> Option<u64> {
    let plain = text == "0" || (!text.starts_with('0') && !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()));
    text.parse().ok().filter(|size| plain && *size <= i64::MAX as u64)
}
