//! Signed notes (C2SP signed-note v1.0.0): a text and the signatures below it.
//!
//! ```text
//! example.org/a-log
//! 5
//! gy5gl3aksFyiCO95a/1vLXz88A3dRq+0l9Sxte8ZqZQ=
//!
//! — example.org/a-log M9e0lmn5eDHyHP10zJObZdFAX2y1V8fdDKBi4IiHbDYf…
//! ```

use base64::{Engine, engine::general_purpose::STANDARD};
use std::fmt;

/// The most bytes of a note that is read.
pub const NOTE_BYTES_MAX: usize = 1_000_000;
/// The most signatures of a note that is read; the specification asks for at least 16.
pub const NOTE_SIGNATURES_MAX: usize = 100;
/// Bytes of a key id.
pub(crate) const KEY_ID_BYTES: usize = 4;
const MARK: &str = "\u{2014} ";

/// A text with signatures that nobody has checked yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    text: String,
    signatures: Vec<NoteSignature>,
}

/// One signature line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteSignature {
    name: String,
    key_id: [u8; KEY_ID_BYTES],
    signature: Vec<u8>,
}

/// Why some bytes are no signed note.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NoteError {
    /// Larger than anybody needs.
    #[error("it has {0} bytes; at most {NOTE_BYTES_MAX} are read")]
    TooLarge(usize),
    /// Not UTF-8, or with a control character other than the end of a line.
    #[error("it is not plain UTF-8 text")]
    NotText,
    /// There is no empty line between text and signatures.
    #[error("no empty line divides text and signatures")]
    NoSignatures,
    /// A line below the empty line is no signature.
    #[error("line {0} below the text is no signature line")]
    BadLine(usize),
    /// More signatures than anybody needs.
    #[error("it has more than {NOTE_SIGNATURES_MAX} signatures")]
    TooManySignatures,
    /// A name is empty or has a blank or a `+`.
    #[error("`{0}` is no name of a key")]
    BadName(String),
}

impl Note {
    /// A text to be signed; it ends in a line end.
    ///
    /// # Errors
    /// [`NoteError::NotText`].
    pub fn new(text: impl Into<String>) -> Result<Self, NoteError> {
        let text = text.into();
        match is_plain(&text) && text.ends_with('\n') {
            true => Ok(Self { text, signatures: Vec::new() }),
            false => Err(NoteError::NotText),
        }
    }

    /// Reads a note. The last empty line divides the text from the signatures.
    ///
    /// # Errors
    /// [`NoteError`].
    pub fn parse(bytes: &[u8]) -> Result<Self, NoteError> {
        if bytes.len() > NOTE_BYTES_MAX {
            return Err(NoteError::TooLarge(bytes.len()));
        }
        let text = std::str::from_utf8(bytes).ok().filter(|text| is_plain(text)).ok_or(NoteError::NotText)?;
        let divider = text.rfind("\n\n").ok_or(NoteError::NoSignatures)?;
        let (text, lines) = (&text[..=divider], &text[divider + 2..]);
        let signatures = parse_signatures(lines)?;
        match signatures.is_empty() {
            true => Err(NoteError::NoSignatures),
            false => Ok(Self { text: text.to_owned(), signatures }),
        }
    }

    /// The text that is signed, with its last line end.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The signatures, in the order of their lines.
    pub fn signatures(&self) -> &[NoteSignature] {
        &self.signatures
    }

    /// Adds a signature, unless it stands there already.
    pub fn add(&mut self, signature: NoteSignature) {
        if !self.signatures.contains(&signature) {
            self.signatures.push(signature);
        }
    }
}

/// Reads signature lines, each with its line end.
///
/// # Errors
/// [`NoteError::BadLine`], [`NoteError::TooManySignatures`].
pub fn parse_signatures(lines: &str) -> Result<Vec<NoteSignature>, NoteError> {
    let mut signatures = Vec::new();
    for (i, line) in lines.split_inclusive('\n').enumerate() {
        if i >= NOTE_SIGNATURES_MAX {
            return Err(NoteError::TooManySignatures);
        }
        signatures.push(parse_line(line).ok_or(NoteError::BadLine(i + 1))?);
    }
    Ok(signatures)
}

fn parse_line(line: &str) -> Option<NoteSignature> {
    let (name, encoded) = line.strip_suffix('\n')?.strip_prefix(MARK)?.split_once(' ')?;
    let bytes = STANDARD.decode(encoded).ok()?;
    let (key_id, signature) = bytes.split_first_chunk::<KEY_ID_BYTES>()?;
    let is_whole = is_key_name(name) && !signature.is_empty();
    is_whole.then(|| NoteSignature { name: name.to_owned(), key_id: *key_id, signature: signature.to_vec() })
}

impl NoteSignature {
    pub(crate) fn new(name: &str, key_id: [u8; KEY_ID_BYTES], signature: Vec<u8>) -> Self {
        Self { name: name.to_owned(), key_id, signature }
    }

    /// The name of the key that is said to have signed.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The id of that key.
    pub const fn key_id(&self) -> [u8; KEY_ID_BYTES] {
        self.key_id
    }

    /// The signature without the key id.
    pub fn bytes(&self) -> &[u8] {
        &self.signature
    }
}

impl fmt::Display for NoteSignature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = [&self.key_id[..], &self.signature].concat();
        writeln!(f, "{MARK}{} {}", self.name, STANDARD.encode(bytes))
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.text)?;
        self.signatures.iter().try_for_each(|signature| signature.fmt(f))
    }
}

/// Whether a name may stand in a signature line: not empty, no Unicode blank, no `+`.
pub(crate) fn is_key_name(name: &str) -> bool {
    !name.is_empty() && !name.chars().any(|c| c.is_whitespace() || c == '+')
}

fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| byte >= b' ' || byte == b'\n')
}
