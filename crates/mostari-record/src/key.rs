//! The party's Ed25519 signing key, and keys as the record writes them.

use crate::{
    error::{RecordError, Result},
    signatures::Signed,
};
use ed25519_dalek::{Signer, SigningKey};
use mostari_log::{KeyKind, SigningKey as LogKey};
use serde::{Deserialize, Serialize};
use std::{fmt, fs, io::Write, path::Path, str::FromStr};

/// Bytes of an Ed25519 signature.
pub(crate) const SIGNATURE_BYTES: usize = 64;

/// The public key of whoever signs entries; prints as `ed25519:` and 64 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AuthorKey([u8; 32]);

impl AuthorKey {
    /// A key out of its 32 bytes; whether they are a point of the curve shows when a signature is checked.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The 32 bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The first 12 hexadecimal digits: enough for a person, not for a machine.
    pub fn short(&self) -> String {
        to_hex(&self.0[..6])
    }

    /// Whether this key signed these bytes. Strict: weak keys and malleable signatures are refused.
    pub fn has_signed(&self, bytes: &[u8], signature: &[u8; SIGNATURE_BYTES]) -> bool {
        Signed { author: *self, message: [b"", bytes], signature }.is_right()
    }
}

impl fmt::Display for AuthorKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ed25519:{}", to_hex(&self.0))
    }
}

impl fmt::Debug for AuthorKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AuthorKey({})", self.short())
    }
}

/// The text is not `ed25519:` and 64 hexadecimal digits.
#[derive(Debug, thiserror::Error)]
#[error("a public key is `ed25519:` and 64 hexadecimal digits")]
pub struct AuthorKeyError;

impl FromStr for AuthorKey {
    type Err = AuthorKeyError;

    fn from_str(text: &str) -> Result<Self, AuthorKeyError> {
        text.strip_prefix("ed25519:").and_then(from_hex).map(Self).ok_or(AuthorKeyError)
    }
}

impl Serialize for AuthorKey {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for AuthorKey {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        String::deserialize(d)?.parse().map_err(serde::de::Error::custom)
    }
}

/// The secret half. It never prints and never serialises; it lives in `keys/` and in memory.
pub struct AuthorSecret(SigningKey);

impl AuthorSecret {
    /// Makes a new key from the operating system's randomness and writes it, readable by its owner only.
    ///
    /// # Errors
    /// `REC-005` if there is one already or it cannot be written.
    pub fn create(path: &Path) -> Result<Self> {
        let mut seed = [0; 32];
        getrandom::fill(&mut seed)
            .map_err(|error| RecordError::Key { path: path.to_owned(), reason: error.to_string() })?;
        let secret = Self(SigningKey::from_bytes(&seed));
        let mut options = fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(path).map_err(RecordError::io("create", path))?;
        file.write_all(format!("{}\n", to_hex(&seed)).as_bytes()).map_err(RecordError::io("write", path))?;
        file.sync_all().map_err(RecordError::io("write", path))?;
        Ok(secret)
    }

    /// Reads the key back.
    ///
    /// # Errors
    /// `REC-008`.
    pub fn read(path: &Path) -> Result<Self> {
        let fault = |reason: String| RecordError::Key { path: path.to_owned(), reason };
        let text = fs::read_to_string(path).map_err(|error| fault(error.to_string()))?;
        let seed = from_hex(text.trim()).ok_or_else(|| fault("it is not 64 hexadecimal digits".to_owned()))?;
        Ok(Self(SigningKey::from_bytes(&seed)))
    }

    /// The key of a seed, for tests and offline nodes.
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        Self(SigningKey::from_bytes(seed))
    }

    /// A key of another kind out of the same seed: a log's or a witness's. Let no two of them share a file.
    ///
    /// # Errors
    /// `REC-021` if the name will not do.
    pub fn signing_key(&self, name: &str, kind: KeyKind) -> Result<LogKey> {
        LogKey::from_seed(name, kind, &self.0.to_bytes())
            .map_err(|error| RecordError::Log(mostari_log::LogError::Key(error)))
    }

    /// The public half.
    pub fn author(&self) -> AuthorKey {
        AuthorKey(self.0.verifying_key().to_bytes())
    }

    /// Signs some bytes.
    pub fn sign(&self, bytes: &[u8]) -> [u8; SIGNATURE_BYTES] {
        self.0.sign(bytes).to_bytes()
    }
}

fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn from_hex(text: &str) -> Option<[u8; 32]> {
    if text.len() != 64 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let mut bytes = [0; 32];
    for (i, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&text[2 * i..2 * i + 2], 16).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 8032 section 7.1, test 2: one byte, 72.
    #[test]
    fn signatures_are_those_of_rfc_8032() {
        let seed = from_hex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb").unwrap();
        let secret = AuthorSecret(SigningKey::from_bytes(&seed));
        let author = "ed25519:3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c";
        assert_eq!(secret.author().to_string(), author);
        let signature = secret.sign(&[0x72]);
        assert!(to_hex(&signature).starts_with("92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"));
        assert!(secret.author().has_signed(&[0x72], &signature));
        assert!(!secret.author().has_signed(&[0x73], &signature));
        assert_eq!(author.parse::<AuthorKey>().unwrap(), secret.author());
    }

    #[test]
    #[cfg(unix)]
    fn a_new_key_is_readable_by_its_owner_only_and_reads_back() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("author.key");
        let secret = AuthorSecret::create(&path).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(AuthorSecret::read(&path).unwrap().author(), secret.author());
        assert_eq!(AuthorSecret::create(&path).map(|_| ()).unwrap_err().code(), "REC-005");
    }

    #[test]
    fn a_key_file_with_other_text_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("author.key");
        fs::write(&path, "+f".repeat(32)).unwrap();
        assert_eq!(AuthorSecret::read(&path).map(|_| ()).unwrap_err().code(), "REC-008");
    }
}
