//! The system calls below a log's folder, one method each, so that a simulated system can stand in for the real one.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
    sync::atomic::{AtomicU64, Ordering},
};

/// Files below some place. Paths are relative, with `/`; the empty path is the place itself.
///
/// A crash may lose, tear and reorder all that was not synced. The content of a file and its name in a folder are
/// synced apart from each other.
pub trait Files: Sync {
    /// The content of a file; `None` if there is none.
    ///
    /// # Errors
    /// The system's.
    fn read(&self, path: &str) -> io::Result<Option<Vec<u8>>>;

    /// The names of the files and folders in a folder, in ascending order; nothing if it is not there.
    ///
    /// # Errors
    /// The system's.
    fn list(&self, folder: &str) -> io::Result<Vec<String>>;

    /// Makes a folder in an existing one; nothing happens if it is there.
    ///
    /// # Errors
    /// The system's.
    fn make_folder(&self, path: &str) -> io::Result<()>;

    /// Writes a file from its beginning, making or emptying it first.
    ///
    /// # Errors
    /// The system's; `NotFound` if the folder is not there.
    fn write(&self, path: &str, bytes: &[u8]) -> io::Result<()>;

    /// Writes into a file at an offset, making it if it is not there.
    ///
    /// # Errors
    /// The system's; `NotFound` if the folder is not there.
    fn write_at(&self, path: &str, offset: u64, bytes: &[u8]) -> io::Result<()>;

    /// Makes the content of a file durable, and its length.
    ///
    /// # Errors
    /// The system's.
    fn sync(&self, path: &str) -> io::Result<()>;

    /// Makes the names in a folder durable: those that came, and that others went.
    ///
    /// # Errors
    /// The system's.
    fn sync_folder(&self, path: &str) -> io::Result<()>;

    /// Gives a file another name in the same folder, in the place of the file that had it, as one step.
    ///
    /// # Errors
    /// The system's.
    fn rename(&self, from: &str, to: &str) -> io::Result<()>;

    /// Removes a file; nothing happens if there is none.
    ///
    /// # Errors
    /// The system's.
    fn remove(&self, path: &str) -> io::Result<()>;

    /// A word for the name of a temporary file, which nobody else uses at the same time.
    fn unique(&self) -> String;
}

/// The file system of this machine, below a folder.
#[derive(Debug, Clone)]
pub struct System {
    root: PathBuf,
}

impl System {
    pub(crate) fn new(root: PathBuf) -> Self {
        Self { root }
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    fn path(&self, path: &str) -> PathBuf {
        self.root.join(path)
    }
}

impl Files for System {
    fn read(&self, path: &str) -> io::Result<Option<Vec<u8>>> {
        match fs::read(self.path(path)) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn list(&self, folder: &str) -> io::Result<Vec<String>> {
        let entries = match fs::read_dir(self.path(folder)) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        let names = entries.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()));
        let mut names: Vec<String> = names.collect::<io::Result<_>>()?;
        names.sort();
        Ok(names)
    }

    fn make_folder(&self, path: &str) -> io::Result<()> {
        // The place itself may lie in folders that are not there yet.
        fs::create_dir_all(self.path(path))
    }

    fn write(&self, path: &str, bytes: &[u8]) -> io::Result<()> {
        fs::write(self.path(path), bytes)
    }

    fn write_at(&self, path: &str, offset: u64, bytes: &[u8]) -> io::Result<()> {
        let mut file = OpenOptions::new().write(true).create(true).truncate(false).open(self.path(path))?;
        file.seek(SeekFrom::Start(offset))?;
        file.write_all(bytes)
    }

    fn sync(&self, path: &str) -> io::Result<()> {
        OpenOptions::new().write(true).open(self.path(path))?.sync_data()
    }

    fn sync_folder(&self, path: &str) -> io::Result<()> {
        // Elsewhere a folder cannot be opened, and names need no sync of their own.
        #[cfg(unix)]
        File::open(self.path(path))?.sync_all()?;
        Ok(())
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        fs::rename(self.path(from), self.path(to))
    }

    fn remove(&self, path: &str) -> io::Result<()> {
        match fs::remove_file(self.path(path)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    fn unique(&self) -> String {
        static SERIAL: AtomicU64 = AtomicU64::new(0);
        format!("{}-{}", std::process::id(), SERIAL.fetch_add(1, Ordering::Relaxed))
    }
}
