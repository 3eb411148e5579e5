//! Bulk, named by the SHA-256 of its content: `blobs/ab/abcdef…`, or `….zst` where it is kept compressed.
//!
//! A blob becomes visible by a rename after its bytes are durable, so a name that exists is complete. A write that was
//! cut off leaves a file in `blobs/partial/`, which nothing ever reads.

use crate::error::{RecordError, Result};
use mostari_model::Digest;
use rayon::prelude::*;
use std::{
    fs,
    io::{Read, Write},
    path::{Path, PathBuf},
    sync::atomic::{AtomicU64, Ordering},
};

/// zstd's fastest regular level; the faster negative ones save a sixth of the time for a quarter more disk (decision 0004).
const ZSTD_LEVEL: i32 = 1;
/// Pieces of this size are compressed side by side as zstd frames of their own.
const FRAME_BYTES: usize = 4 << 20;
/// Where unfinished writes lie.
const PARTIAL: &str = "partial";
/// What a compressed blob's name ends in.
const COMPRESSED: &str = ".zst";

/// A file's bytes and their digest: taken once, beside the reading, and needed again when they are kept.
#[derive(Debug, Clone, Copy)]
pub struct Original<'a> {
    bytes: &'a [u8],
    digest: Digest,
}

impl<'a> Original<'a> {
    /// Takes the digest of a file's bytes.
    pub fn of(bytes: &'a [u8]) -> Self {
        Self { bytes, digest: Digest::of(bytes) }
    }

    /// The SHA-256 of the bytes.
    pub fn digest(&self) -> Digest {
        self.digest
    }
}

/// The blobs of one mission.
#[derive(Debug, Clone)]
pub(crate) struct Blobs {
    root: PathBuf,
}

/// What lies in the folder of blobs.
#[derive(Debug, Default)]
pub(crate) struct Listing {
    /// Content addresses, in ascending order.
    pub digests: Vec<Digest>,
    /// Unfinished writes and names that are no content address, in ascending order.
    pub strangers: Vec<PathBuf>,
}

impl Blobs {
    pub fn new(root: PathBuf) -> Self {
        Self { root }
    }

    /// Keeps some bytes as they are.
    pub fn put(&self, bytes: &[u8]) -> Result<Digest> {
        let digest = Digest::of(bytes);
        if !self.contains(&digest) {
            self.write(&self.path(&digest), &[bytes])?;
        }
        Ok(digest)
    }

    /// Keeps some bytes compressed; the name is still the digest of the bytes themselves.
    pub fn put_compressed(&self, bytes: &[u8]) -> Result<Digest> {
        let original = Original::of(bytes);
        self.put_original(&original)?;
        Ok(original.digest)
    }

    /// Keeps bytes compressed whose digest is known.
    pub fn put_original(&self, original: &Original<'_>) -> Result<()> {
        if self.contains(&original.digest) {
            return Ok(());
        }
        let path = self.compressed_path(&original.digest);
        let frames = compress(original.bytes).map_err(RecordError::io("compress", &path))?;
        self.write(&path, &frames.iter().map(Vec::as_slice).collect::<Vec<_>>())
    }

    /// Whether a blob is there; says nothing about its bytes.
    pub fn contains(&self, digest: &Digest) -> bool {
        self.path(digest).is_file() || self.compressed_path(digest).is_file()
    }

    /// The content of a blob, checked against its digest.
    pub fn get(&self, digest: &Digest) -> Result<Vec<u8>> {
        let damaged = |reason: String| RecordError::BlobDamaged { digest: *digest, reason };
        let bytes = match read_if_there(&self.path(digest))? {
            Some(bytes) => bytes,
            None => {
                let packed = read_if_there(&self.compressed_path(digest))?
                    .ok_or(RecordError::BlobMissing { digest: *digest })?;
                let mut bytes = Vec::new();
                zstd::stream::read::Decoder::new(packed.as_slice())
                    .and_then(|mut decoder| decoder.read_to_end(&mut bytes))
                    .map_err(|error| damaged(format!("it does not decompress ({error})")))?;
                bytes
            }
        };
        match Digest::of(&bytes) {
            found if found == *digest => Ok(bytes),
            found => Err(damaged(format!("its bytes have the digest {found}"))),
        }
    }

    /// Takes a blob over from another folder in the form in which it is kept there, after checking it.
    pub fn copy_from(&self, other: &Self, digest: &Digest) -> Result<()> {
        if self.contains(digest) {
            return Ok(());
        }
        other.get(digest)?;
        for (from, to) in
            [(other.path(digest), self.path(digest)), (other.compressed_path(digest), self.compressed_path(digest))]
        {
            if let Some(bytes) = read_if_there(&from)? {
                return self.write(&to, &[&bytes]);
            }
        }
        Err(RecordError::BlobMissing { digest: *digest })
    }

    /// Removes a blob in both its forms.
    pub fn remove(&self, digest: &Digest) -> Result<()> {
        for path in [self.path(digest), self.compressed_path(digest)] {
            match fs::remove_file(&path) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    return Err(RecordError::io("remove", &path)(error));
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Everything in the folder.
    pub fn list(&self) -> Result<Listing> {
        let mut listing = Listing::default();
        for folder in sorted_entries(&self.root)? {
            for file in sorted_entries(&folder)? {
                match self.digest_of_path(&file) {
                    Some(digest) => listing.digests.push(digest),
                    None => listing.strangers.push(file),
                }
            }
        }
        listing.digests.dedup();
        Ok(listing)
    }

    fn digest_of_path(&self, path: &Path) -> Option<Digest> {
        let name = path.file_name()?.to_str()?;
        let digest = name.strip_suffix(COMPRESSED).unwrap_or(name).parse().ok()?;
        (self.path(&digest) == path || self.compressed_path(&digest) == path).then_some(digest)
    }

    fn path(&self, digest: &Digest) -> PathBuf {
        let name = digest.to_string();
        self.root.join(&name[..2]).join(name)
    }

    fn compressed_path(&self, digest: &Digest) -> PathBuf {
        let mut path = self.path(digest).into_os_string();
        path.push(COMPRESSED);
        path.into()
    }

    /// Writes a temporary file, makes it durable, gives it its name, makes the name durable.
    fn write(&self, path: &Path, pieces: &[&[u8]]) -> Result<()> {
        static SERIAL: AtomicU64 = AtomicU64::new(0);
        let partial_dir = self.root.join(PARTIAL);
        let folder = path.parent().expect("a blob lies in a folder");
        fs::create_dir_all(&partial_dir).map_err(RecordError::io("create", &partial_dir))?;
        if !folder.is_dir() {
            fs::create_dir_all(folder).map_err(RecordError::io("create", folder))?;
            sync_dir(&self.root)?;
        }
        let serial = SERIAL.fetch_add(1, Ordering::Relaxed);
        let partial = partial_dir.join(format!("{}-{serial}", std::process::id()));
        write_durably(&partial, pieces)?;
        fs::rename(&partial, path).map_err(RecordError::io("rename", &partial))?;
        sync_dir(folder)
    }
}

fn write_durably(path: &Path, pieces: &[&[u8]]) -> Result<()> {
    let mut file = fs::File::create(path).map_err(RecordError::io("create", path))?;
    for piece in pieces {
        file.write_all(piece).map_err(RecordError::io("write", path))?;
    }
    file.sync_all().map_err(RecordError::io("write", path))
}

/// Makes the names in a folder durable: without this a rename may be lost with the power (Linux `fsync(2)`).
pub(crate) fn sync_dir(folder: &Path) -> Result<()> {
    #[cfg(unix)]
    fs::File::open(folder).and_then(|dir| dir.sync_all()).map_err(RecordError::io("write", folder))?;
    Ok(())
}

fn compress(bytes: &[u8]) -> std::io::Result<Vec<Vec<u8>>> {
    if bytes.is_empty() {
        return Ok(vec![zstd::bulk::compress(bytes, ZSTD_LEVEL)?]);
    }
    bytes.par_chunks(FRAME_BYTES).map(|piece| zstd::bulk::compress(piece, ZSTD_LEVEL)).collect()
}

fn read_if_there(path: &Path) -> Result<Option<Vec<u8>>> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(RecordError::io("read", path)(error)),
    }
}

fn sorted_entries(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut paths = fs::read_dir(folder)
        .and_then(|entries| entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<Vec<_>, _>>())
        .map_err(RecordError::io("read", folder))?;
    paths.sort();
    Ok(paths)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blobs() -> (tempfile::TempDir, Blobs) {
        let dir = tempfile::tempdir().unwrap();
        let blobs = Blobs::new(dir.path().to_owned());
        (dir, blobs)
    }

    #[test]
    fn bytes_come_back_plain_and_compressed_under_the_digest_of_the_content() {
        let (_dir, blobs) = blobs();
        let long: Vec<u8> = (0..3 * FRAME_BYTES + 17).map(|i| (i / 100) as u8).collect();
        for bytes in [&b""[..], b"Stari most", &long] {
            for digest in [blobs.put(bytes).unwrap(), blobs.put_compressed(bytes).unwrap()] {
                assert_eq!(digest, Digest::of(bytes));
                assert_eq!(blobs.get(&digest).unwrap(), bytes);
            }
        }
        let (_other_dir, other) = self::blobs();
        let digest = other.put_compressed(&long).unwrap();
        assert_eq!(other.get(&digest).unwrap(), long);
        assert!(fs::metadata(other.compressed_path(&digest)).unwrap().len() < long.len() as u64 / 10);
    }

    #[test]
    fn the_empty_blob_is_kept_compressed_too() {
        let (_dir, blobs) = blobs();
        let digest = blobs.put_compressed(b"").unwrap();
        assert_eq!(blobs.get(&digest).unwrap(), b"");
    }

    #[test]
    fn a_blob_that_exists_is_not_written_again() {
        let (_dir, blobs) = blobs();
        let digest = blobs.put(b"once").unwrap();
        let path = blobs.path(&digest);
        let mut permissions = fs::metadata(&path).unwrap().permissions();
        permissions.set_readonly(true);
        fs::set_permissions(&path, permissions).unwrap();
        let written = fs::metadata(&path).unwrap().modified().unwrap();
        assert_eq!(blobs.put(b"once").unwrap(), digest);
        assert_eq!(fs::metadata(&path).unwrap().modified().unwrap(), written);
    }

    #[test]
    fn a_missing_a_cut_and_a_changed_blob_are_told_apart() {
        let (_dir, blobs) = blobs();
        assert_eq!(blobs.get(&Digest::of(b"never")).unwrap_err().code(), "REC-003");
        let plain = blobs.put(b"plain").unwrap();
        fs::write(blobs.path(&plain), b"plaid").unwrap();
        assert_eq!(blobs.get(&plain).unwrap_err().code(), "REC-004");
        let packed = blobs.put_compressed(&[7; 1000]).unwrap();
        let path = blobs.compressed_path(&packed);
        let bytes = fs::read(&path).unwrap();
        fs::write(&path, &bytes[..bytes.len() - 1]).unwrap();
        assert_eq!(blobs.get(&packed).unwrap_err().code(), "REC-004");
    }

    #[test]
    fn a_write_that_was_cut_off_is_listed_and_never_read() {
        let (dir, blobs) = blobs();
        let kept = blobs.put(b"kept").unwrap();
        let cut = dir.path().join(PARTIAL).join("123-0");
        fs::write(&cut, b"ke").unwrap();
        let listing = blobs.list().unwrap();
        assert_eq!(listing.digests, [kept]);
        assert_eq!(listing.strangers, [cut]);
    }
}
