//! A witness's own folder: its keys, the logs that it knows, its memory.

use crate::{error::ServeError, group_commit::GroupCommit};
use mostari_log::{KeyKind, Policy, SigningKey, VerifierKey, Witness};
use mostari_record::AuthorSecret;
use serde::{Deserialize, Serialize};
use std::{
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
};

const SETTINGS_FILE: &str = "witness.toml";
const LOGS_FILE: &str = "logs";
const MEMORY_FILE: &str = "witness.sqlite";
const KEYS_DIR: &str = "keys";
/// File and kind of each key.
const KEYS: [(&str, KeyKind); 2] =
    [("ed25519.key", KeyKind::Cosigner), ("ml-dsa-44.key", KeyKind::PostQuantumCosigner)];
const FORMAT: u32 = 1;
/// Bytes of the public key in the name that a witness gets if nobody names it.
const NAME_BYTES: usize = 6;

/// The folder of a witness.
///
/// ```text
/// DIR/witness.toml       name and verifier keys
///     logs               the logs that it knows: `log KEY` lines of a policy (C2SP tlog-policy)
///     keys/              its signing keys, for their owner only
///     witness.sqlite     the latest checkpoint of each log, never to be brought back from a copy
/// ```
pub struct WitnessFolder {
    dir: PathBuf,
    keys: Vec<SigningKey>,
    logs: Vec<VerifierKey>,
}

/// The content of `witness.toml`.
#[derive(Serialize, Deserialize)]
struct Settings {
    format: u32,
    name: String,
    keys: Vec<String>,
}

impl WitnessFolder {
    /// Opens a witness's folder, or makes it with new keys. A witness has one name for ever: `name` is asked for only when
    /// it is made, and stands for one made of its key if it is `None`.
    ///
    /// # Errors
    /// `SRV-005`; what the record says of keys.
    pub fn open_or_make(dir: &Path, name: Option<&str>) -> Result<Self, ServeError> {
        if !dir.join(SETTINGS_FILE).is_file() {
            make(dir, name)?;
        }
        Self::open(dir, name)
    }

    fn open(dir: &Path, name: Option<&str>) -> Result<Self, ServeError> {
        let path = dir.join(SETTINGS_FILE);
        let text = fs::read_to_string(&path).map_err(fault(&path))?;
        let Settings { format, name: own, keys: said } = toml::from_str(&text).map_err(fault(&path))?;
        if format != FORMAT {
            return Err(fault(&path)(format!("it has format {format}, and this program knows format {FORMAT}")));
        }
        if name.is_some_and(|name| name != own) {
            return Err(fault(&path)(format!("this witness is called `{own}`, and keeps its name")));
        }
        let key = |(file, kind)| AuthorSecret::read(&dir.join(KEYS_DIR).join(file))?.signing_key(&own, kind);
        let keys: Vec<SigningKey> = KEYS.into_iter().map(key).collect::<Result<_, _>>()?;
        if said != texts(&keys) {
            return Err(fault(&path)("it states other keys than those in `keys/`".to_owned()));
        }
        let logs = read_logs(&dir.join(LOGS_FILE))?;
        Ok(Self { dir: dir.to_owned(), keys, logs })
    }

    /// The name under which it signs.
    pub fn name(&self) -> &str {
        self.keys[0].verifier().name()
    }

    /// Its verifier keys: Ed25519, then ML-DSA-44.
    pub fn verifiers(&self) -> Vec<&VerifierKey> {
        self.keys.iter().map(SigningKey::verifier).collect()
    }

    /// The logs that it knows.
    pub fn logs(&self) -> &[VerifierKey] {
        &self.logs
    }

    /// Adds logs to those that it knows, for good. One that it knows already stays as it is.
    ///
    /// # Errors
    /// `SRV-005`.
    pub fn know(&mut self, logs: impl IntoIterator<Item = VerifierKey>) -> Result<(), ServeError> {
        let before = self.logs.len();
        for log in logs {
            if !self.logs.contains(&log) {
                self.logs.push(log);
            }
        }
        match self.logs.len() > before {
            true => write_logs(&self.dir.join(LOGS_FILE), &self.logs),
            false => Ok(()),
        }
    }

    /// The witness, with its memory open.
    ///
    /// # Errors
    /// `REC-006`.
    pub fn into_witness(self) -> Result<Witness<GroupCommit>, ServeError> {
        let store = GroupCommit::open(&self.dir.join(MEMORY_FILE))?;
        Ok(Witness { keys: self.keys, logs: self.logs, store })
    }
}

fn make(dir: &Path, name: Option<&str>) -> Result<(), ServeError> {
    if let Some(name) = name {
        check_name(name).map_err(fault(dir))?;
    }
    fs::create_dir_all(dir).map_err(fault(dir))?;
    if fs::read_dir(dir).map_err(fault(dir))?.next().is_some() {
        return Err(fault(dir)("it is no witness's folder, and not empty".to_owned()));
    }
    let keys_dir = dir.join(KEYS_DIR);
    fs::create_dir(&keys_dir).map_err(fault(&keys_dir))?;
    let mut secrets = Vec::new();
    for (file, kind) in KEYS {
        secrets.push((AuthorSecret::create(&keys_dir.join(file))?, kind));
    }
    let name = name.map_or_else(|| name_of(&secrets[0].0), str::to_owned);
    let keys: Vec<SigningKey> =
        secrets.iter().map(|(secret, kind)| secret.signing_key(&name, *kind)).collect::<Result<_, _>>()?;
    sync_dir(&keys_dir)?;
    write_logs(&dir.join(LOGS_FILE), &[])?;
    // Last, because a folder with this file is a witness's.
    let settings = toml::to_string(&Settings { format: FORMAT, keys: texts(&keys), name });
    let text = format!(
        "# A Mostari witness. Its keys and its memory belong to this folder alone: never run it from a copy.\n{}",
        settings.expect("plain strings and numbers are TOML")
    );
    write(&dir.join(SETTINGS_FILE), &text)
}

/// A name stands in signature lines, and in what ML-DSA-44 signs with its length in one byte.
fn check_name(name: &str) -> Result<(), String> {
    SigningKey::from_seed(name, KeyKind::Cosigner, &[0; 32]).map_err(|error| error.to_string())?;
    match name.len() <= usize::from(u8::MAX) {
        true => Ok(()),
        false => Err(format!("a witness's name has at most {} bytes", u8::MAX)),
    }
}

/// A name that nobody else has, because it names the key.
fn name_of(secret: &AuthorSecret) -> String {
    let key = secret.author();
    let hex: String = key.as_bytes()[..NAME_BYTES].iter().map(|byte| format!("{byte:02x}")).collect();
    format!("mostari/witness/{hex}")
}

fn texts(keys: &[SigningKey]) -> Vec<String> {
    keys.iter().map(|key| key.verifier().to_string()).collect()
}

fn read_logs(path: &Path) -> Result<Vec<VerifierKey>, ServeError> {
    let text = fs::read_to_string(path).map_err(fault(path))?;
    Ok(Policy::parse(&text).map_err(fault(path))?.logs().to_vec())
}

fn write_logs(path: &Path, logs: &[VerifierKey]) -> Result<(), ServeError> {
    let lines: String = logs.iter().map(|log| format!("log {log}\n")).collect();
    let text = format!("# The logs that this witness knows; it reads them when it starts.\n{lines}quorum none\n");
    write(path, &text)
}

/// Gives a file this content as a whole, durably.
fn write(path: &Path, text: &str) -> Result<(), ServeError> {
    let new = path.with_extension("new");
    let written =
        File::create(&new).and_then(|mut file| file.write_all(text.as_bytes()).and_then(|()| file.sync_all()));
    written.and_then(|()| fs::rename(&new, path)).map_err(fault(path))?;
    sync_dir(path.parent().expect("a file in the folder"))
}

fn sync_dir(dir: &Path) -> Result<(), ServeError> {
    File::open(dir).and_then(|dir| dir.sync_all()).map_err(|error: io::Error| fault(dir)(error))
}

fn fault<E: ToString>(path: &Path) -> impl FnOnce(E) -> ServeError {
    let path = path.to_owned();
    move |reason| ServeError::Witness { path, reason: reason.to_string() }
}
