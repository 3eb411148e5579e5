//! One run from its seed to its verdict.

use crate::{Options, Outcome, WRITERS, keys, world::World};
use mostari_log::{Checkpoint, Fetch, Hash, audit};
use std::{
    collections::BTreeMap,
    io,
    panic::{AssertUnwindSafe, catch_unwind},
};

/// Runs a seed.
pub fn run(seed: u64, options: Options) -> Outcome {
    let world = World::new(seed, options, keys::quorum());
    let ran = catch_unwind(AssertUnwindSafe(|| world.enter(|| world.live())));
    if let Err(panic) = ran {
        let text = panic.downcast_ref::<String>().cloned();
        let text = text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()));
        world.violate(format!("the program panics: {}", text.unwrap_or_default()));
    }
    let (violation, trace, calls) = world.outcome();
    let mut counts = world.counts.take();
    counts.insert("system calls", calls);
    Outcome { seed, violation, trace, counts }
}

impl World {
    fn live(&self) {
        self.say(|| format!("{:?}", *self.weather.borrow()));
        for _ in 0..self.weather.borrow().steps {
            self.step();
            if self.has_crashed() {
                self.reboot();
            }
            if self.is_over() {
                return;
            }
        }
        self.end();
    }

    /// One thing happens, and during it perhaps others.
    fn step(&self) {
        self.clock.set(self.clock.get() + self.below(100));
        let writer = self.any_writer();
        let has_log = self.writers[writer].borrow().log.is_some();
        match self.below(100) {
            _ if !has_log && self.chance(8_000) => self.open(writer),
            0..45 => self.append(writer),
            45..65 => self.publish(writer),
            65..72 => self.open(writer),
            72..82 => self.read(),
            82..87 if self.weather.borrow().has_forger => self.forge(),
            87..89 => self.end_process(writer),
            89..92 => self.stop(),
            92..94 => *self.backup.borrow_mut() = Some(self.image.borrow().copy()),
            94..96 => self.restore(),
            96..98 => self.erase(),
            _ => self.append(writer),
        }
    }

    /// Something that happens between two system calls of somebody else.
    pub fn meanwhile(&self) {
        if self.is_restored.get() || self.has_crashed() || self.is_over() {
            return;
        }
        let writer = self.any_writer();
        match self.below(100) {
            0..25 => self.append(writer),
            25..45 => self.publish(writer),
            45..60 => self.open(writer),
            60..80 => self.read(),
            80..90 if self.weather.borrow().has_forger => self.forge(),
            90..95 => self.end_process(writer),
            _ => self.erase(),
        }
    }

    fn any_writer(&self) -> usize {
        match self.weather.borrow().has_rival {
            true => self.below(WRITERS as u64) as usize,
            false => 0,
        }
    }

    fn end_process(&self, writer: usize) {
        self.say(|| format!("writer {writer} is ended"));
        self.kill(writer);
        if let Ok(mut slot) = self.writers[writer].try_borrow_mut() {
            slot.log = None;
        }
    }

    fn reboot(&self) {
        self.image.borrow_mut().crash(&mut self.random.borrow_mut());
        self.writers.iter().for_each(|writer| writer.borrow_mut().log = None);
        self.start();
        self.say(|| format!("the machine starts again; there are {:?}", self.image.borrow().all().keys()));
        let judged = self.judge_image(&self.image.borrow()).map_err(|what| format!("after a crash: {what}"));
        self.expect(judged);
    }

    /// Puts an old copy in the place of the folder.
    fn restore(&self) {
        if let Some(backup) = self.backup.borrow_mut().take() {
            self.say(|| "an old backup takes the place of the folder".to_owned());
            self.writers.iter().for_each(|writer| writer.borrow_mut().log = None);
            let now = self.image.replace(backup);
            // Of two backups in a row the folder before the first one is the right one.
            self.stash.borrow_mut().get_or_insert(now);
            self.is_restored.set(true);
            self.count("restored backups");
            self.open(self.any_writer());
        }
    }

    /// Takes the right folder back after the backup was refused.
    pub fn put_back(&self) {
        let right = self.stash.take();
        self.say(|| "the backup is refused; the right folder is back".to_owned());
        self.count("refused backups");
        self.image.replace(right.expect("a backup took its place").copy());
        self.is_restored.set(false);
    }

    /// Erases an attachment of a published batch on purpose.
    fn erase(&self) {
        let mut truth = self.truth.borrow_mut();
        let size = truth.size();
        let published = truth.attached(size).filter(|(_, batch)| batch.is_published && !batch.is_erased);
        let Some(first) = published.map(|(first, _)| first).last() else { return };
        self.say(|| format!("the attachment of the batch at {first} is erased"));
        truth.batches.get_mut(&first).expect("it was just found").is_erased = true;
        self.kept.borrow_mut().remove(&first);
        self.count("erasures");
    }

    /// The weather clears; then everything must be in its place, and stay there through another crash.
    fn end(&self) {
        let calm = self.weather.borrow().calm();
        self.weather.replace(calm);
        if self.chance(5_000) {
            self.stop();
            self.reboot();
        }
        let is_backup = self.is_restored.get();
        self.open(0);
        if is_backup && self.writers[0].borrow().log.is_none() {
            self.open(0);
        }
        self.publish(0);
        self.read();
        let judged = self.judge_image(&self.image.borrow());
        self.expect(judged);
        if self.is_over() {
            return;
        }
        self.audit();
        let files = self.published_files();
        self.stop();
        self.reboot();
        self.open(0);
        if !self.is_over() && self.published_files() != files {
            self.violate("another crash and another opening change what is published");
        }
        let left = self.image.borrow().list("staging");
        if !left.is_empty() {
            self.violate(format!("journals were left behind: {left:?}"));
        }
    }

    /// The files that a checkpoint of the latest size speaks of.
    fn published_files(&self) -> BTreeMap<String, Vec<u8>> {
        let image = self.image.borrow();
        let is_public = |path: &str| path == "checkpoint" || path.starts_with("tile/") && !path.contains('.');
        let public = image.all().into_iter().filter(|(path, _)| is_public(path));
        public.map(|(path, bytes)| (path, bytes.to_vec())).collect()
    }

    /// The log's own audit over a copy of the folder.
    fn audit(&self) {
        let (truth, image) = (self.truth.borrow(), self.image.borrow());
        let size = truth.size();
        if size > 400 && self.below(8) > 0 {
            return;
        }
        let files = Copy(image.all().into_iter().map(|(path, bytes)| (path, bytes.to_vec())).collect());
        let root = Hash(truth.tree.root(size));
        let checkpoint = Checkpoint { origin: keys::ORIGIN.to_owned(), size, root, extensions: Vec::new() };
        let mut count = 0;
        let audited = audit(&files, &checkpoint, |_, entries| count += entries.len() as u64);
        match audited {
            Ok(()) if count == size => (),
            Ok(()) => self.violate(format!("an audit saw {count} of {size} entries")),
            Err(fault) => self.violate(format!("an audit finds: {fault}")),
        }
    }
}

/// A folder that stands still.
struct Copy(BTreeMap<String, Vec<u8>>);

impl Fetch for Copy {
    fn fetch(&self, path: &str) -> io::Result<Option<Vec<u8>>> {
        Ok(self.0.get(path).cloned())
    }
}
