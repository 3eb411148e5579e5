//! Where a log lies: the few file operations that it needs, so that a simulated disk can stand in for a real one.

use crate::files::{Files, System};
use std::{
    collections::BTreeSet,
    fs::{self, File},
    io::{self, Read},
    path::{Path, PathBuf},
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

    /// Gives a file this content as a whole: a reader sees the old one or the new one, after a crash too. Which of them
    /// a crash leaves is settled by [`Disk::sync_names`].
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

    /// Makes it durable that these files are there, or are not there any more: a file is found after a crash only if
    /// its name is durable, and one that was removed may come back before that.
    ///
    /// # Errors
    /// The system's.
    fn sync_names(&self, paths: &[String]) -> io::Result<()>;

    /// Removes a file; nothing happens if there is none.
    ///
    /// # Errors
    /// The system's.
    fn remove(&self, path: &str) -> io::Result<()>;

    /// The names of the files in a folder, whose path ends in `/`, in ascending order; nothing if it is not there.
    ///
    /// # Errors
    /// The system's.
    fn list(&self, folder: &str) -> io::Result<Vec<String>>;
}

/// A folder of the file system; of a simulated one with other [`Files`].
#[derive(Debug, Clone)]
pub struct Folder<F = System> {
    files: F,
}

impl Folder {
    /// The folder at a path; it is made when something is written.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self::on(System::new(root.into()))
    }

    /// Where it is.
    pub fn root(&self) -> &Path {
        self.files.root()
    }

    /// Every file below it, as relative paths in ascending order.
    ///
    /// # Errors
    /// The system's.
    pub fn list(&self) -> io::Result<Vec<String>> {
        let mut found = Vec::new();
        let mut open = vec![(self.root().to_owned(), String::new())];
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
}

impl<F: Files> Folder<F> {
    /// The folder that these files lie in.
    pub fn on(files: F) -> Self {
        Self { files }
    }

    /// Writes, and makes the folders above first if they are not there.
    fn in_folder(&self, path: &str, write: impl Fn() -> io::Result<()>) -> io::Result<()> {
        match write() {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let mut folders: Vec<&str> = folders_above(path).collect();
                folders.reverse();
                folders.into_iter().try_for_each(|folder| self.files.make_folder(folder))?;
                write()
            }
            done => done,
        }
    }
}

/// The folders above a path, the nearest first, down to the place itself.
fn folders_above(path: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(path), |path| match path.rsplit_once('/') {
        Some((folder, _)) => Some(folder),
        None => (!path.is_empty()).then_some(""),
    })
    .skip(1)
}

impl<F: Files> Disk for Folder<F> {
    fn read(&self, path: &str) -> io::Result<Option<Vec<u8>>> {
        self.files.read(path)
    }

    fn write(&self, path: &str, bytes: &[u8]) -> io::Result<()> {
        let partial = format!("{path}.{}.partial", self.files.unique());
        let written = self
            .in_folder(path, || self.files.write(&partial, bytes))
            // Before it takes the name: a crash could otherwise leave the new name with nothing behind it.
            .and_then(|()| self.files.sync(&partial))
            .and_then(|()| self.files.rename(&partial, path));
        if written.is_err() {
            let _ = self.files.remove(&partial);
        }
        written
    }

    fn write_at(&self, path: &str, offset: u64, bytes: &[u8]) -> io::Result<()> {
        self.in_folder(path, || self.files.write_at(path, offset, bytes))
    }

    fn sync_content(&self, path: &str) -> io::Result<()> {
        self.files.sync(path)
    }

    fn sync_names(&self, paths: &[String]) -> io::Result<()> {
        // A new folder's own name lies in the folder above it.
        let folders: BTreeSet<&str> = paths.iter().flat_map(|path| folders_above(path)).collect();
        folders.into_iter().rev().try_for_each(|folder| self.files.sync_folder(folder))
    }

    fn remove(&self, path: &str) -> io::Result<()> {
        self.files.remove(path)
    }

    fn list(&self, folder: &str) -> io::Result<Vec<String>> {
        self.files.list(folder)
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
