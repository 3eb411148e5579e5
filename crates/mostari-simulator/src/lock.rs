//! The simulated stores: each atomic and durable by contract, but free to answer with an error whether or not it did its
//! work.

use crate::world::{Fate, World, refused};
use mostari_log::{Lock, Locked};
use std::io;

/// The lock, as one writer reaches it.
#[derive(Debug, Clone, Copy)]
pub struct SimulatedLock {
    /// Which writer.
    pub writer: usize,
}

impl Lock for SimulatedLock {
    type Error = io::Error;

    fn load(&self) -> Result<Option<Locked>, io::Error> {
        let world = World::here();
        match world.call(self.writer, || "reads the lock".to_owned())? {
            Fate::Done => Ok(world.lock.borrow().clone()),
            _ => Err(refused(0)),
        }
    }

    fn compare_and_set(&self, old: Option<&Locked>, new: &Locked) -> Result<bool, io::Error> {
        let world = World::here();
        let size = new.note.lines().nth(1).unwrap_or_default().to_owned();
        let fate = world.call(self.writer, || format!("sets the lock to size {size} and {}", new.journal))?;
        let is_old = world.lock.borrow().as_ref() == old;
        if fate != Fate::Refused && is_old {
            *world.lock.borrow_mut() = Some(new.clone());
            world.holder.set(Some(self.writer));
            world.began_as_holder.borrow_mut()[self.writer] = true;
            let held = world.truth.borrow_mut().locked(self.writer, new);
            world.expect(held);
        }
        match fate {
            Fate::Done => Ok(is_old),
            _ => Err(refused(0)),
        }
    }
}

/// Keeps attachments, all or none.
pub fn keep(writer: usize, attachments: &[(u64, Vec<u8>)]) -> Result<(), io::Error> {
    let world = World::here();
    let fate = world.call(writer, || format!("keeps {} attachments", attachments.len()))?;
    if fate != Fate::Refused {
        world.kept.borrow_mut().extend(attachments.iter().cloned());
    }
    match fate {
        Fate::Done => Ok(()),
        _ => Err(refused(0)),
    }
}
