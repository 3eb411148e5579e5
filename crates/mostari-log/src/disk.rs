//! Where a log lies: the few file operations that it needs, so that a simulated disk can stand in for a real one.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
    sync::atomic::{AtomicU64, Ordering},
};

/// The file operations of a log. Paths are relative, with `/`.
///
/// What is written is visible at once and durable only after a `sync`: before it, a crash may lose it, in part or in
/// another order. An error of a `sync` is final: what was written before may be gone, so the log must be opened anew.
pub trait Disk: Sync {
    /// The content of a file; `None` if there is none.
    ///
    /// # Errors
    /// The system's.
    fn read(&self, path: &str) -> io::Result<Option<Vec<u8>>>;

    /// Gives a file this content as a whole: a reader sees the old one or the new one.
    ///
    /// # Errors
    /// The system's.
    fn write(&self, path: &str, bytes: &[u8]) -> io::Result<()>;

    /// Writes into a file at an offset, making it if it is not there.
    ///
    /// # Errors
    /// The system's.
    fn write_at(&self, path: &str, offset: u64, bytes: &[u8]) -> io::Result<()>;

    /// Makes the content of one file durable, and its length.
    ///
    /// # Errors
    /// The system's.
    fn sync_content(&self, path: &str) -> io::Result<()>;

    /// Makes these files durable: their content and their names.
    ///
    /// # Errors
    /// The system's.
    fn sync(&self, paths: &[String]) -> io::Result<()>;

    /// Removes a file; nothing happens if there is none.
    ///
    /// # Errors
    /// The system's.
    fn remove(&self, path: &str) -> io::Result<()>;
}

/// A folder of the file system.
#[derive(Debug, Clone)]
pub struct Folder {
    root: PathBuf,
}

impl Folder {
    /// The folder at a path; it is made when something is written.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// Where it is.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Every file below it, as relative paths in ascending order.
    ///
    /// # Errors
    /// The system's.
    pub fn list(&self) -> io::Result<Vec<String>> {
        let mut found = Vec::new();
        let mut open = vec![(self.root.clone(), String::new())];
        while let Some((folder, prefix)) = open.pop() {
            for entry in fs::read_dir(&folder)? {
                let entry = entry?;
                let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
                match entry.file_type()?.is_dir() {
                    true => open.push((entry.path(), format!("{name}/"))),
                    false => found.push(name),
                }
            }
        }
        found.sort();
        Ok(found)
    }

    fn path(&self, path: &str) -> PathBuf {
        self.root.join(path)
    }

    fn make_parent(&self, path: &Path) -> io::Result<()> {
        match path.parent() {
            Some(parent) if !parent.is_dir() => fs::create_dir_all(parent),
            _ => Ok(()),
        }
    }
}

impl Disk for Folder {
    fn read(&self, path: &str) -> io::Result<Option<Vec<u8>>> {
        match fs::read(self.path(path)) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn write(&self, path: &str, bytes: &[u8]) -> io::Result<()> {
        static SERIAL: AtomicU64 = AtomicU64::new(0);
        let path = self.path(path);
        self.make_parent(&path)?;
        let serial = SERIAL.fetch_add(1, Ordering::Relaxed);
        let partial = path.with_extension(format!("{}-{serial}.partial", std::process::id()));
        let written = fs::write(&partial, bytes).and_then(|()| fs::rename(&partial, &path));
        if written.is_err() {
            let _ = fs::remove_file(&partial);
        }
        written
    }

    fn write_at(&self, path: &str, offset: u64, bytes: &[u8]) -> io::Result<()> {
        let path = self.path(path);
        self.make_parent(&path)?;
        let mut file = OpenOptions::new().write(true).create(true).truncate(false).open(path)?;
        file.seek(SeekFrom::Start(offset))?;
        file.write_all(bytes)
    }

    fn sync_content(&self, path: &str) -> io::Result<()> {
        OpenOptions::new().write(true).open(self.path(path))?.sync_data()
    }

    fn sync(&self, paths: &[String]) -> io::Result<()> {
        let mut folders = std::collections::BTreeSet::new();
        for path in paths {
            let path = self.path(path);
            File::open(&path)?.sync_all()?;
            // A new folder's own name lies in the folder above it.
            folders.extend(
                path.ancestors().skip(1).take_while(|folder| folder.starts_with(&self.root)).map(PathBuf::from),
            );
        }
        #[cfg(unix)]
        for folder in folders.iter().rev() {
            File::open(folder)?.sync_all()?;
        }
        Ok(())
    }

    fn remove(&self, path: &str) -> io::Result<()> {
        match fs::remove_file(self.path(path)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }
}

/// Reads a file up to a limit, so that a hostile one costs no memory.
///
/// # Errors
/// The system's; `InvalidData` if the file is larger.
pub fn read_at_most(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(most + 1).read_to_end(&mut bytes)?;
    match bytes.len() as u64 > most {
        true => Err(io::Error::new(io::ErrorKind::InvalidData, format!("it has more than {most} bytes"))),
        false => Ok(bytes),
    }
}
