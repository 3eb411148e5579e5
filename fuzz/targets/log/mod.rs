//! Targets of `mostari-log`. What they promise beyond *no panic*: what reads, prints as it was; nothing that was not
//! signed is believed; nothing that was changed passes an audit.

mod journal;
mod source;
mod text;
mod witness;

use crate::target::Target;
use mostari_log::{Batch, Disk, Fetch, KeyKind, Lock, Locked, Log, SigningKey};
use std::{
    collections::BTreeMap,
    convert::Infallible,
    io,
    sync::{Arc, Mutex, PoisonError},
};

/// All of them.
pub const TARGETS: &[Target] = &[
    text::NOTE,
    text::CHECKPOINT,
    text::POLICY,
    text::PROOF_FILE,
    source::TILE,
    source::AUDIT,
    journal::JOURNAL,
    witness::ADD_CHECKPOINT,
];

fn log_key() -> SigningKey {
    SigningKey::from_seed("example.org/log", KeyKind::Log, &[7; 32]).expect("the name is one")
}

fn witness_key(kind: KeyKind) -> SigningKey {
    SigningKey::from_seed("example.org/witness", kind, &[kind as u8; 32]).expect("the name is one")
}

fn entry(index: u64) -> Vec<u8> {
    format!("entry {index}").into_bytes()
}

fn batch(range: std::ops::Range<u64>) -> Batch {
    Batch { entries: range.map(entry).collect(), attachment: Vec::new() }
}

fn nothing() -> Result<(), Infallible> {
    Ok(())
}

/// A log in memory with all entries published.
fn published_log(size: u64) -> (Memory, Log<Memory, Memory>) {
    let memory = Memory::default();
    let mut log = Log::create(memory.clone(), memory.clone(), log_key()).expect("nothing is there yet");
    publish_up_to(&mut log, size);
    (memory, log)
}

fn publish_up_to(log: &mut Log<Memory, Memory>, size: u64) {
    log.append(batch(log.checkpoint().size..size)).expect("memory does not fail");
    log.publish(None, nothing).expect("memory does not fail");
}

/// A disk and a lock in memory.
#[derive(Clone, Default)]
struct Memory {
    files: Arc<Mutex<BTreeMap<String, Vec<u8>>>>,
    locked: Arc<Mutex<Option<Locked>>>,
}

impl Memory {
    fn of(files: BTreeMap<String, Vec<u8>>, locked: Locked) -> Self {
        Self { files: Arc::new(Mutex::new(files)), locked: Arc::new(Mutex::new(Some(locked))) }
    }

    fn files(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, Vec<u8>>> {
        self.files.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Disk for Memory {
    fn read(&self, path: &str) -> io::Result<Option<Vec<u8>>> {
        Ok(self.files().get(path).cloned())
    }

    fn write(&self, path: &str, bytes: &[u8]) -> io::Result<()> {
        self.files().insert(path.to_owned(), bytes.to_vec());
        Ok(())
    }

    fn write_at(&self, path: &str, offset: u64, bytes: &[u8]) -> io::Result<()> {
        let mut files = self.files();
        let file = files.entry(path.to_owned()).or_default();
        let begin = usize::try_from(offset).map_err(io::Error::other)?;
        file.resize(file.len().max(begin + bytes.len()), 0);
        file[begin..begin + bytes.len()].copy_from_slice(bytes);
        Ok(())
    }

    fn sync_content(&self, _: &str) -> io::Result<()> {
        Ok(())
    }

    fn sync_names(&self, _: &[String]) -> io::Result<()> {
        Ok(())
    }

    fn remove(&self, path: &str) -> io::Result<()> {
        self.files().remove(path);
        Ok(())
    }

    fn list(&self, folder: &str) -> io::Result<Vec<String>> {
        Ok(self.files().keys().filter_map(|path| path.strip_prefix(folder)).map(str::to_owned).collect())
    }
}

impl Fetch for Memory {
    fn fetch(&self, path: &str) -> io::Result<Option<Vec<u8>>> {
        self.read(path)
    }
}

impl Lock for Memory {
    type Error = Infallible;

    fn load(&self) -> Result<Option<Locked>, Infallible> {
        Ok(self.locked.lock().unwrap_or_else(PoisonError::into_inner).clone())
    }

    fn compare_and_set(&self, old: Option<&Locked>, new: &Locked) -> Result<bool, Infallible> {
        let mut value = self.locked.lock().unwrap_or_else(PoisonError::into_inner);
        let is_old = value.as_ref() == old;
        if is_old {
            *value = Some(new.clone());
        }
        Ok(is_old)
    }
}
