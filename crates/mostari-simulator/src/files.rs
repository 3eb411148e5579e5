//! The simulated system calls below a log's folder.

use crate::world::{Fate, World, refused};
use mostari_log::{Disk, Fetch, Files, Folder};
use std::io;

/// The calls of one process.
#[derive(Debug, Clone, Copy)]
pub struct Calls {
    process: usize,
}

impl Calls {
    /// Makes a call that changes something: `done` in whole, `partly` where it fails on the way.
    fn change(
        self,
        what: impl Fn() -> String,
        done: impl FnOnce(&World) -> bool,
        partly: impl FnOnce(&World),
    ) -> io::Result<()> {
        let world = World::here();
        match world.call(self.process, what)? {
            Fate::Done if done(&world) => Ok(()),
            Fate::Done => Err(io::ErrorKind::NotFound.into()),
            fate => {
                if fate == Fate::Doubtful {
                    partly(&world);
                }
                Err(refused(world.below(2)))
            }
        }
    }
}

impl Files for Calls {
    fn read(&self, path: &str) -> io::Result<Option<Vec<u8>>> {
        let world = World::here();
        match world.call(self.process, || format!("reads {path}"))? {
            Fate::Done => Ok(world.image.borrow().read(path).map(<[u8]>::to_vec)),
            _ => Err(refused(0)),
        }
    }

    fn list(&self, folder: &str) -> io::Result<Vec<String>> {
        let world = World::here();
        match world.call(self.process, || format!("lists {folder}"))? {
            Fate::Done => Ok(world.image.borrow().list(folder)),
            _ => Err(refused(0)),
        }
    }

    fn make_folder(&self, path: &str) -> io::Result<()> {
        let make = |world: &World| world.image.borrow_mut().make_folder(path);
        self.change(
            || format!("makes folder {path}"),
            make,
            |world| {
                make(world);
            },
        )
    }

    fn write(&self, path: &str, bytes: &[u8]) -> io::Result<()> {
        let write = |world: &World, bytes: &[u8]| world.image.borrow_mut().write(path, true, 0, bytes);
        self.change(
            || format!("writes {path}: {} bytes", bytes.len()),
            |world| write(world, bytes),
            |world| {
                write(world, &bytes[..world.below(bytes.len() as u64 + 1) as usize]);
            },
        )
    }

    fn write_at(&self, path: &str, offset: u64, bytes: &[u8]) -> io::Result<()> {
        let write = |world: &World, bytes: &[u8]| world.image.borrow_mut().write(path, false, offset as usize, bytes);
        self.change(
            || format!("writes {path} at {offset}: {} bytes", bytes.len()),
            |world| write(world, bytes),
            |world| {
                write(world, &bytes[..world.below(bytes.len() as u64 + 1) as usize]);
            },
        )
    }

    fn sync(&self, path: &str) -> io::Result<()> {
        self.change(
            || format!("syncs {path}"),
            |world| world.image.borrow_mut().sync(path),
            |world| world.image.borrow_mut().fail_sync(path, &mut world.random.borrow_mut()),
        )
    }

    fn sync_folder(&self, path: &str) -> io::Result<()> {
        let sync = |world: &World| world.image.borrow_mut().sync_folder(path);
        self.change(
            || format!("syncs folder {path}/"),
            sync,
            |world| {
                sync(world);
            },
        )
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        let rename = |world: &World| {
            world.overtake(self.process, to);
            world.image.borrow_mut().rename(from, to)
        };
        self.change(
            || format!("renames {from} to {to}"),
            rename,
            |world| {
                rename(world);
            },
        )
    }

    fn remove(&self, path: &str) -> io::Result<()> {
        let remove = |world: &World| world.image.borrow_mut().remove(path);
        self.change(
            || format!("removes {path}"),
            |world| {
                remove(world);
                true
            },
            remove,
        )
    }

    fn unique(&self) -> String {
        World::here().below(u64::MAX).to_string()
    }
}

/// The log's folder, for one process.
#[derive(Debug, Clone)]
pub struct SimulatedDisk {
    folder: Folder<Calls>,
}

impl SimulatedDisk {
    /// The folder as a process sees it.
    pub fn of(process: usize) -> Self {
        Self { folder: Folder::on(Calls { process }) }
    }
}

impl Disk for SimulatedDisk {
    fn read(&self, path: &str) -> io::Result<Option<Vec<u8>>> {
        self.folder.read(path)
    }

    fn write(&self, path: &str, bytes: &[u8]) -> io::Result<()> {
        self.folder.write(path, bytes)
    }

    fn write_at(&self, path: &str, offset: u64, bytes: &[u8]) -> io::Result<()> {
        self.folder.write_at(path, offset, bytes)
    }

    fn sync_content(&self, path: &str) -> io::Result<()> {
        self.folder.sync_content(path)
    }

    fn sync_names(&self, paths: &[String]) -> io::Result<()> {
        self.folder.sync_names(paths)
    }

    fn remove(&self, path: &str) -> io::Result<()> {
        self.folder.remove(path)
    }

    fn list(&self, folder: &str) -> io::Result<Vec<String>> {
        self.folder.list(folder)
    }
}

impl Fetch for SimulatedDisk {
    fn fetch(&self, path: &str) -> io::Result<Option<Vec<u8>>> {
        self.folder.read(path)
    }
}
