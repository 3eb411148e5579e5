//! A file system as a crash sees it: what programs see (the page cache), and what is stable on the medium.
//!
//! Contents and names become stable apart from each other: a file's content by its own sync, a name by the sync of the
//! folder that it stands in. Between the two lie changes that a crash may keep, lose, tear or reorder.

use crate::random::Random;
use std::collections::{BTreeMap, BTreeSet};

type Id = u64;
const ROOT: Id = 0;

/// A file system.
#[derive(Debug, Clone)]
pub struct Image {
    files: BTreeMap<Id, File>,
    folders: BTreeMap<Id, Folder>,
    next: Id,
}

#[derive(Debug, Clone, Default)]
struct File {
    seen: Vec<u8>,
    stable: Vec<u8>,
    pending: Vec<Write>,
}

/// A write that is not stable yet. Zeros are counted, not stored: a journal has many.
#[derive(Debug, Clone)]
struct Write {
    empties: bool,
    offset: usize,
    bytes: Vec<u8>,
    zeros: usize,
}

impl Write {
    fn apply(&self, content: &mut Vec<u8>) {
        self.apply_up_to(content, self.bytes.len() + self.zeros);
    }

    /// Only its first bytes.
    fn apply_up_to(&self, content: &mut Vec<u8>, length: usize) {
        if self.empties {
            content.clear();
        }
        let end = self.offset + length.min(self.bytes.len() + self.zeros);
        if content.len() < end {
            content.resize(end, 0);
        }
        let written = length.min(self.bytes.len());
        content[self.offset..self.offset + written].copy_from_slice(&self.bytes[..written]);
        content[self.offset + written..end].fill(0);
    }
}

#[derive(Debug, Clone, Default)]
struct Folder {
    seen: BTreeMap<String, Id>,
    stable: BTreeMap<String, Id>,
    pending: Vec<Vec<(String, Option<Id>)>>,
}

impl Folder {
    fn change(&mut self, change: Vec<(String, Option<Id>)>) {
        apply_names(&mut self.seen, &change);
        self.pending.push(change);
    }
}

fn apply_names(names: &mut BTreeMap<String, Id>, change: &[(String, Option<Id>)]) {
    for (name, id) in change {
        match id {
            Some(id) => names.insert(name.clone(), *id),
            None => names.remove(name),
        };
    }
}

/// How thoroughly a crash forgets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Loss {
    All,
    Nothing,
    AfterSome,
    Scattered,
}

impl Loss {
    fn draw(random: &mut Random) -> Self {
        [Self::All, Self::Nothing, Self::AfterSome, Self::Scattered][random.index(4)]
    }
}

impl Default for Image {
    fn default() -> Self {
        Self { files: BTreeMap::new(), folders: BTreeMap::from([(ROOT, Folder::default())]), next: 1 }
    }
}

impl Image {
    /// The content of a file, as programs see it.
    pub fn read(&self, path: &str) -> Option<&[u8]> {
        self.files.get(&self.find(path)?).map(|file| file.seen.as_slice())
    }

    /// The names in a folder, as programs see them.
    pub fn list(&self, folder: &str) -> Vec<String> {
        let folder = self.find(folder).and_then(|id| self.folders.get(&id));
        folder.map_or_else(Vec::new, |folder| folder.seen.keys().cloned().collect())
    }

    /// Every file with its content, as programs see them.
    pub fn all(&self) -> BTreeMap<String, &[u8]> {
        let mut found = BTreeMap::new();
        let mut open = vec![(ROOT, String::new())];
        while let Some((id, prefix)) = open.pop() {
            for (name, id) in &self.folders[&id].seen {
                match self.files.get(id) {
                    Some(file) => {
                        found.insert(format!("{prefix}{name}"), file.seen.as_slice());
                    }
                    None => open.push((*id, format!("{prefix}{name}/"))),
                }
            }
        }
        found
    }

    /// Makes a folder; `false` if the one above is not there.
    pub fn make_folder(&mut self, path: &str) -> bool {
        if self.find(path).is_some() {
            return true;
        }
        let Some((parent, name)) = self.parent(path) else { return false };
        let id = self.fresh();
        self.folders.insert(id, Folder::default());
        self.folder(parent).change(vec![(name, Some(id))]);
        true
    }

    /// Writes into a file, making it if it is not there, and emptying it first if asked; `false` if its folder is not
    /// there.
    pub fn write(&mut self, path: &str, empties: bool, offset: usize, bytes: &[u8]) -> bool {
        let id = match self.find(path) {
            Some(id) => id,
            None => {
                let Some((parent, name)) = self.parent(path) else { return false };
                let id = self.fresh();
                self.files.insert(id, File::default());
                self.folder(parent).change(vec![(name, Some(id))]);
                id
            }
        };
        let kept = bytes.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
        let write = Write { empties, offset, bytes: bytes[..kept].to_vec(), zeros: bytes.len() - kept };
        let file = self.files.get_mut(&id).expect("a path leads to a file here");
        write.apply(&mut file.seen);
        file.pending.push(write);
        true
    }

    /// Makes the content of a file stable; `false` if it is not there.
    pub fn sync(&mut self, path: &str) -> bool {
        let Some(file) = self.find(path).and_then(|id| self.files.get_mut(&id)) else { return false };
        for write in std::mem::take(&mut file.pending) {
            write.apply(&mut file.stable);
        }
        true
    }

    /// A sync that failed: some of what was pending may have become stable, and nothing of it ever will again, although
    /// programs may go on seeing it. So do several kernels (Rebello et al. 2020, "Can Applications Recover from fsync
    /// Failures?", USENIX ATC).
    pub fn fail_sync(&mut self, path: &str, random: &mut Random) {
        let Some(file) = self.find(path).and_then(|id| self.files.get_mut(&id)) else { return };
        let stays_seen = random.chance(6_000);
        let seen = file.seen.clone();
        file.crash(Loss::draw(random), random);
        if stays_seen {
            file.seen = seen;
        }
    }

    /// Makes the names in a folder stable; `false` if it is not there.
    pub fn sync_folder(&mut self, path: &str) -> bool {
        let Some(folder) = self.find(path).and_then(|id| self.folders.get_mut(&id)) else { return false };
        for change in std::mem::take(&mut folder.pending) {
            apply_names(&mut folder.stable, &change);
        }
        true
    }

    /// Gives a file another name in the same folder; `false` if it is not there.
    pub fn rename(&mut self, from: &str, to: &str) -> bool {
        let (Some(id), Some((parent, old)), Some((_, new))) = (self.find(from), self.parent(from), self.parent(to))
        else {
            return false;
        };
        self.folder(parent).change(vec![(old, None), (new, Some(id))]);
        true
    }

    /// Removes a file, if it is there.
    pub fn remove(&mut self, path: &str) {
        if let (Some(_), Some((parent, name))) = (self.find(path), self.parent(path)) {
            self.folder(parent).change(vec![(name, None)]);
        }
    }

    /// What is left after a crash.
    pub fn crash(&mut self, random: &mut Random) {
        // Sometimes the whole system loses alike: nothing was written for a while, or all was.
        let alike = random.chance(3_000).then(|| Loss::draw(random));
        for folder in self.folders.values_mut() {
            folder.crash(alike.unwrap_or_else(|| Loss::draw(random)), random);
        }
        for file in self.files.values_mut() {
            file.crash(alike.unwrap_or_else(|| Loss::draw(random)), random);
        }
        self.forget_unnamed();
    }

    /// A copy of what programs see, on a medium of its own.
    pub fn copy(&self) -> Self {
        let mut copy = self.clone();
        for file in copy.files.values_mut() {
            file.stable.clone_from(&file.seen);
            file.pending.clear();
        }
        for folder in copy.folders.values_mut() {
            folder.stable.clone_from(&folder.seen);
            folder.pending.clear();
        }
        copy.forget_unnamed();
        copy
    }

    fn forget_unnamed(&mut self) {
        let mut named = BTreeSet::from([ROOT]);
        let mut open = vec![ROOT];
        while let Some(folder) = open.pop().and_then(|id| self.folders.get(&id)) {
            for id in folder.seen.values() {
                named.insert(*id);
                if self.folders.contains_key(id) {
                    open.push(*id);
                }
            }
        }
        self.files.retain(|id, _| named.contains(id));
        self.folders.retain(|id, _| named.contains(id));
    }

    fn find(&self, path: &str) -> Option<Id> {
        let names = path.split('/').filter(|name| !name.is_empty());
        names.into_iter().try_fold(ROOT, |id, name| self.folders.get(&id)?.seen.get(name).copied())
    }

    fn parent(&self, path: &str) -> Option<(Id, String)> {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let id = self.find(folder).filter(|id| self.folders.contains_key(id))?;
        Some((id, name.to_owned()))
    }

    fn folder(&mut self, id: Id) -> &mut Folder {
        self.folders.get_mut(&id).expect("the parent of a path is a folder")
    }

    fn fresh(&mut self) -> Id {
        self.next += 1;
        self.next - 1
    }
}

impl Folder {
    fn crash(&mut self, loss: Loss, random: &mut Random) {
        let pending = std::mem::take(&mut self.pending);
        let some = random.index(pending.len() + 1);
        for (i, change) in pending.iter().enumerate() {
            let is_kept = match loss {
                Loss::All => false,
                Loss::Nothing => true,
                Loss::AfterSome => i < some,
                Loss::Scattered => random.chance(5_000),
            };
            if is_kept {
                apply_names(&mut self.stable, change);
            }
        }
        self.seen.clone_from(&self.stable);
    }
}

impl File {
    fn crash(&mut self, loss: Loss, random: &mut Random) {
        let pending = std::mem::take(&mut self.pending);
        match loss {
            _ if pending.is_empty() => (),
            Loss::All => (),
            Loss::Nothing => pending.iter().for_each(|write| write.apply(&mut self.stable)),
            Loss::AfterSome => {
                let cut = random.index(pending.len());
                pending[..cut].iter().for_each(|write| write.apply(&mut self.stable));
                // The write that the crash interrupts may end at any byte.
                let length = pending[cut].bytes.len() + usize::from(pending[cut].zeros > 0);
                pending[cut].apply_up_to(&mut self.stable, random.index(length + 1));
            }
            Loss::Scattered => self.scatter(&pending, random),
        }
        self.seen.clone_from(&self.stable);
    }

    /// Each sector is of some moment of its own, and so is the length.
    fn scatter(&mut self, pending: &[Write], random: &mut Random) {
        let sector = if random.chance(5_000) { 512 } else { 4_096 };
        let mut moments = vec![self.stable.clone()];
        for write in pending {
            let mut next = moments.last().expect("it begins with one").clone();
            write.apply(&mut next);
            moments.push(next);
        }
        let mut left = vec![0; moments[random.index(moments.len())].len()];
        for (i, part) in left.chunks_mut(sector).enumerate() {
            let moment = &moments[random.index(moments.len())];
            let from = moment.get(i * sector..).unwrap_or_default();
            let length = from.len().min(part.len());
            part[..length].copy_from_slice(&from[..length]);
        }
        self.stable = left;
    }
}
