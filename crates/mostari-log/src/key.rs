//! Keys of logs and witnesses: verifier keys as text, and the three kinds of signature that a checkpoint can carry.
//!
//! | type | signs | used by |
//! | --- | --- | --- |
//! | 0x01 | the note's text, Ed25519 | the log |
//! | 0x04 | time and text, Ed25519 (`cosignature/v1`) | witnesses |
//! | 0x06 | name, time, origin, size, root, ML-DSA-44 (`subtree/v1`) | witnesses |

use crate::{
    checkpoint::Checkpoint,
    note::{KEY_ID_BYTES, Note, NoteSignature, is_key_name},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use ed25519_dalek::Signer as _;
use ml_dsa::{Keypair as _, MlDsa44, Verifier as _};
use sha2::{Digest, Sha256};
use std::{fmt, str::FromStr};

const TIME_BYTES: usize = 8;
/// Times are POSIX seconds up to 2^63 - 1.
const TIME_MAX: u64 = i64::MAX as u64;
const ML_DSA_PUBLIC_BYTES: usize = 1_312;
const ML_DSA_SIGNATURE_BYTES: usize = 2_420;

/// What a key signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum KeyKind {
    /// A log's signature over its checkpoint.
    Log = 0x01,
    /// A witness's timestamped Ed25519 cosignature.
    Cosigner = 0x04,
    /// A witness's timestamped ML-DSA-44 cosignature.
    PostQuantumCosigner = 0x06,
}

/// Why a text is no key, or a signature does not hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// Not `name+id+base64`.
    #[error("`{0}` is no verifier key: it is `name+id+base64`")]
    Text(String),
    /// A type that nobody signs checkpoints with.
    #[error("its type {0:#04x} is not known")]
    Kind(u8),
    /// The id is not the one of name and key.
    #[error("its id does not belong to its name and key")]
    Id,
    /// The public key has another length or is weak.
    #[error("its public key cannot be used")]
    PublicKey,
    /// A name is empty or has a blank or a `+`.
    #[error("`{0}` is no name of a key")]
    Name(String),
    /// The signature is not by this key.
    #[error("the signature of `{0}` is wrong")]
    Signature(String),
    /// The note is no checkpoint, and this kind of key signs nothing else.
    #[error("what `{0}` is said to have signed is no checkpoint")]
    NotACheckpoint(String),
}

#[derive(Clone, PartialEq)]
enum Public {
    Ed25519(Box<ed25519_dalek::VerifyingKey>),
    MlDsa44(Box<ml_dsa::VerifyingKey<MlDsa44>>),
}

/// The public half of a key; prints as the `vkey` of C2SP signed-note.
#[derive(Clone, PartialEq)]
pub struct VerifierKey {
    name: String,
    kind: KeyKind,
    public: Public,
}

impl VerifierKey {
    /// A log's key out of its 32 bytes.
    ///
    /// # Errors
    /// [`KeyError::Name`], [`KeyError::PublicKey`].
    pub fn log(name: &str, public: &[u8; 32]) -> Result<Self, KeyError> {
        Self::from_parts(name, KeyKind::Log as u8, public)
    }

    fn from_parts(name: &str, kind: u8, public: &[u8]) -> Result<Self, KeyError> {
        if !is_key_name(name) {
            return Err(KeyError::Name(name.to_owned()));
        }
        let kind = match kind {
            0x01 => KeyKind::Log,
            0x04 => KeyKind::Cosigner,
            0x06 => KeyKind::PostQuantumCosigner,
            other => return Err(KeyError::Kind(other)),
        };
        let public = match kind {
            KeyKind::Log | KeyKind::Cosigner => {
                let bytes = <&[u8; 32]>::try_from(public).map_err(|_| KeyError::PublicKey)?;
                let key = ed25519_dalek::VerifyingKey::from_bytes(bytes).map_err(|_| KeyError::PublicKey)?;
                Public::Ed25519(Box::new(key))
            }
            KeyKind::PostQuantumCosigner if public.len() == ML_DSA_PUBLIC_BYTES => {
                let bytes = public.try_into().map_err(|_| KeyError::PublicKey)?;
                Public::MlDsa44(Box::new(ml_dsa::VerifyingKey::decode(bytes)))
            }
            KeyKind::PostQuantumCosigner => return Err(KeyError::PublicKey),
        };
        Ok(Self { name: name.to_owned(), kind, public })
    }

    /// The name: for a log its origin.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it signs.
    pub const fn kind(&self) -> KeyKind {
        self.kind
    }

    /// The first four bytes of SHA-256 over name, line end, type and public key.
    pub fn id(&self) -> [u8; KEY_ID_BYTES] {
        let hash = Sha256::new()
            .chain_update(&self.name)
            .chain_update([b'\n', self.kind as u8])
            .chain_update(self.public_bytes())
            .finalize();
        *hash.first_chunk().expect("32 bytes have 4")
    }

    /// The encoded public key: 32 bytes, or 1,312 of ML-DSA-44.
    pub fn public_bytes(&self) -> Vec<u8> {
        match &self.public {
            Public::Ed25519(key) => key.as_bytes().to_vec(),
            Public::MlDsa44(key) => key.encode().to_vec(),
        }
    }

    /// Whether a signature line is said to be by this key.
    pub fn is_named_by(&self, signature: &NoteSignature) -> bool {
        signature.name() == self.name && signature.key_id() == self.id()
    }

    /// Checks a signature line over a note's text. Gives the time that a witness states, in POSIX seconds; 0 for a log.
    ///
    /// # Errors
    /// [`KeyError::Signature`], [`KeyError::NotACheckpoint`].
    pub fn verify(&self, text: &str, signature: &NoteSignature) -> Result<u64, KeyError> {
        let wrong = || KeyError::Signature(self.name.clone());
        let bytes = signature.bytes();
        let (time, message, bytes) = match self.kind {
            KeyKind::Log => (0, text.as_bytes().to_vec(), bytes),
            _ => {
                let (time, bytes) = bytes.split_first_chunk::<TIME_BYTES>().ok_or_else(wrong)?;
                let time = u64::from_be_bytes(*time);
                if time > TIME_MAX {
                    return Err(wrong());
                }
                (time, cosigned_message(self.kind, &self.name, text, time)?, bytes)
            }
        };
        let holds = match &self.public {
            Public::Ed25519(key) => ed25519_dalek::Signature::from_slice(bytes)
                .is_ok_and(|signature| key.verify_strict(&message, &signature).is_ok()),
            Public::MlDsa44(key) => {
                bytes.len() == ML_DSA_SIGNATURE_BYTES
                    && ml_dsa::Signature::<MlDsa44>::try_from(bytes)
                        .is_ok_and(|signature| key.verify(&message, &signature).is_ok())
            }
        };
        if holds { Ok(time) } else { Err(wrong()) }
    }
}

/// What a witness signs (C2SP tlog-cosignature).
fn cosigned_message(kind: KeyKind, name: &str, text: &str, time: u64) -> Result<Vec<u8>, KeyError> {
    if kind == KeyKind::Cosigner {
        return Ok(format!("cosignature/v1\ntime {time}\n{text}").into_bytes());
    }
    let other = || KeyError::NotACheckpoint(name.to_owned());
    let checkpoint: Checkpoint = text.parse().map_err(|_| other())?;
    let short = |text: &str| u8::try_from(text.len()).map_err(|_| other());
    let mut message = b"subtree/v1\n\0".to_vec();
    message.push(short(name)?);
    message.extend(name.as_bytes());
    message.extend(time.to_be_bytes());
    message.push(short(&checkpoint.origin)?);
    message.extend(checkpoint.origin.as_bytes());
    message.extend(0_u64.to_be_bytes());
    message.extend(checkpoint.size.to_be_bytes());
    message.extend(checkpoint.root.0);
    Ok(message)
}

impl fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let id: String = self.id().iter().map(|byte| format!("{byte:02x}")).collect();
        let key = [vec![self.kind as u8], self.public_bytes()].concat();
        write!(f, "{}+{id}+{}", self.name, STANDARD.encode(key))
    }
}

impl fmt::Debug for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VerifierKey({} {:?})", self.name, self.kind)
    }
}

impl FromStr for VerifierKey {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        let other = || KeyError::Text(text.chars().take(100).collect());
        let mut parts = text.splitn(3, '+');
        let (Some(name), Some(id), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(other());
        };
        let bytes = STANDARD.decode(key).map_err(|_| other())?;
        let (kind, public) = bytes.split_first().ok_or_else(other)?;
        let key = Self::from_parts(name, *kind, public)?;
        let spelled: String = key.id().iter().map(|byte| format!("{byte:02x}")).collect();
        if spelled == id { Ok(key) } else { Err(KeyError::Id) }
    }
}

enum Secret {
    Ed25519(Box<ed25519_dalek::SigningKey>),
    MlDsa44(Box<ml_dsa::SigningKey<MlDsa44>>),
}

/// The secret half of a key. It never prints; both kinds are made from a seed of 32 bytes.
pub struct SigningKey {
    secret: Secret,
    public: VerifierKey,
}

impl SigningKey {
    /// The key of a seed.
    ///
    /// # Errors
    /// [`KeyError::Name`].
    pub fn from_seed(name: &str, kind: KeyKind, seed: &[u8; 32]) -> Result<Self, KeyError> {
        let secret = match kind {
            KeyKind::Log | KeyKind::Cosigner => Secret::Ed25519(Box::new(ed25519_dalek::SigningKey::from_bytes(seed))),
            KeyKind::PostQuantumCosigner => {
                Secret::MlDsa44(Box::new(ml_dsa::SigningKey::<MlDsa44>::from_seed(&(*seed).into())))
            }
        };
        let public = match &secret {
            Secret::Ed25519(key) => key.verifying_key().as_bytes().to_vec(),
            Secret::MlDsa44(key) => key.verifying_key().encode().to_vec(),
        };
        Ok(Self { secret, public: VerifierKey::from_parts(name, kind as u8, &public)? })
    }

    /// The public half.
    pub fn verifier(&self) -> &VerifierKey {
        &self.public
    }

    /// Signs a note; `time` in POSIX seconds is what a witness states and no part of a log's signature.
    ///
    /// # Errors
    /// [`KeyError::NotACheckpoint`].
    pub fn sign(&self, note: &Note, time: u64) -> Result<NoteSignature, KeyError> {
        let (stated, message) = match self.public.kind {
            KeyKind::Log => (Vec::new(), note.text().as_bytes().to_vec()),
            kind => {
                let time = time.min(TIME_MAX);
                (time.to_be_bytes().to_vec(), cosigned_message(kind, &self.public.name, note.text(), time)?)
            }
        };
        let signature = match &self.secret {
            Secret::Ed25519(key) => key.sign(&message).to_bytes().to_vec(),
            Secret::MlDsa44(key) => key.sign(&message).encode().to_vec(),
        };
        Ok(NoteSignature::new(&self.public.name, self.public.id(), [stated, signature].concat()))
    }
}
