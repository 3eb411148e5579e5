//! The journal: entries that are durable before the log's checkpoint speaks of them.
//!
//! ```text
//! record:  u32 length · 32 bytes SHA-256 of what follows · u64 index of the first entry · u32 count
//!          · count × (u16 length · entry) · attachment
//! ```
//! All numbers are big-endian. A record of length 0 ends the journal; so does one whose digest is wrong (a write that a
//! crash tore) or whose first index is not the one that is due (a leftover).

use crate::{
    disk::Disk,
    tile::{read_entries, write_entry},
};
use sha2::{Digest, Sha256};
use std::io;

const HEADER_BYTES: usize = 4 + 32;
/// The file grows in steps of this size, so that most records change no length and sync faster.
const STEP_BYTES: u64 = 256 << 10;

/// Entries that are appended together, and what shall become durable with them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Batch {
    /// The entries, each at most 65,535 bytes.
    pub entries: Vec<Vec<u8>>,
    /// Bytes for the caller, such as payloads: durable with the entries until they are published, no part of the log.
    pub attachment: Vec<u8>,
}

/// A batch and where it begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Staged {
    /// Index of its first entry.
    pub first: u64,
    /// The batch.
    pub batch: Batch,
}

impl Staged {
    /// The size of the log after it.
    pub fn end(&self) -> u64 {
        self.first + self.batch.entries.len() as u64
    }
}

/// The journal of one writer.
#[derive(Debug)]
pub(crate) struct Journal {
    path: String,
    end: u64,
    allocated: u64,
}

impl Journal {
    /// A journal that nobody has written to.
    pub fn new(path: String) -> Self {
        Self { path, end: 0, allocated: 0 }
    }

    /// Writes a batch and makes it durable.
    pub fn append<D: Disk>(&mut self, disk: &D, first: u64, batch: &Batch) -> io::Result<()> {
        let record = encode(first, batch)?;
        let end = self.end + record.len() as u64;
        let is_new = self.allocated == 0;
        if end + HEADER_BYTES as u64 > self.allocated {
            let allocated = (end + HEADER_BYTES as u64).next_multiple_of(STEP_BYTES);
            let tail = usize::try_from(allocated - end).expect("a step fits in memory");
            disk.write_at(&self.path, end, &vec![0; tail])?;
            self.allocated = allocated;
        }
        disk.write_at(&self.path, self.end, &record)?;
        disk.sync_content(&self.path)?;
        if is_new {
            disk.sync_names(std::slice::from_ref(&self.path))?;
        }
        self.end = end;
        Ok(())
    }

    /// Drops everything, for good: no crash brings it back. The next batch begins a new file.
    pub fn drop_all<D: Disk>(&mut self, disk: &D) -> io::Result<()> {
        if self.allocated > 0 {
            disk.remove(&self.path)?;
            disk.sync_names(std::slice::from_ref(&self.path))?;
        }
        (self.end, self.allocated) = (0, 0);
        Ok(())
    }
}

/// The batches of a journal that are whole and follow one another.
pub(crate) fn replay<D: Disk>(disk: &D, path: &str) -> io::Result<Vec<Staged>> {
    let bytes = disk.read(path)?.unwrap_or_default();
    let mut rest = bytes.as_slice();
    let mut found: Vec<Staged> = Vec::new();
    while let Some((staged, after)) = decode(rest) {
        if found.last().is_some_and(|last| last.end() != staged.first) {
            break;
        }
        found.push(staged);
        rest = after;
    }
    Ok(found)
}

fn encode(first: u64, batch: &Batch) -> io::Result<Vec<u8>> {
    let too_large = |what: &str| io::Error::new(io::ErrorKind::InvalidInput, format!("{what} is too large to stage"));
    let count = u32::try_from(batch.entries.len()).map_err(|_| too_large("the batch"))?;
    let mut record = vec![0; HEADER_BYTES];
    record.extend(first.to_be_bytes());
    record.extend(count.to_be_bytes());
    for entry in &batch.entries {
        write_entry(entry, &mut record).map_err(|_| too_large("an entry"))?;
    }
    record.extend(&batch.attachment);
    let length = u32::try_from(record.len() - HEADER_BYTES).map_err(|_| too_large("the batch"))?;
    record[..4].copy_from_slice(&length.to_be_bytes());
    let digest = Sha256::digest(&record[HEADER_BYTES..]);
    record[4..HEADER_BYTES].copy_from_slice(&digest);
    Ok(record)
}

fn decode(bytes: &[u8]) -> Option<(Staged, &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<4>()?;
    let (digest, rest) = rest.split_first_chunk::<32>()?;
    let length = usize::try_from(u32::from_be_bytes(*length)).ok().filter(|length| *length > 0)?;
    let (body, rest) = rest.split_at_checked(length)?;
    if Sha256::digest(body).as_slice() != digest {
        return None;
    }
    let (first, body) = body.split_first_chunk::<8>()?;
    let (count, body) = body.split_first_chunk::<4>()?;
    let (first, count) = (u64::from_be_bytes(*first), u32::from_be_bytes(*count));
    first.checked_add(u64::from(count))?;
    let mut position = 0;
    for _ in 0..count {
        let length = body.get(position..position + 2)?;
        position += 2 + usize::from(u16::from_be_bytes([length[0], length[1]]));
    }
    let (entries, attachment) = body.split_at_checked(position)?;
    let entries = read_entries(entries, u64::from(count)).ok()?;
    let batch = Batch { entries: entries.into_iter().map(<[u8]>::to_vec).collect(), attachment: attachment.to_vec() };
    Some((Staged { first, batch }, rest))
}
