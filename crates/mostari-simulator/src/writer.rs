//! What writers do: open, append, publish; and what must be true afterwards.

use crate::{
    WITNESSES, WRITERS,
    files::SimulatedDisk,
    keys,
    ledger::Transfer,
    lock::{SimulatedLock, keep},
    truth::Appending,
    world::World,
};
use mostari_log::{Batch, FetchError, Log, LogError, Staged};

/// The log under test.
pub type SimulatedLog = Log<SimulatedDisk, SimulatedLock>;

/// One writer's process.
#[derive(Default)]
pub struct Slot {
    /// Its log, while it has one.
    pub log: Option<SimulatedLog>,
    /// The sizes that it believes the witnesses to have seen.
    pub known: [u64; WITNESSES],
    /// Whether a call failed, so that the log must refuse everything.
    has_failed: bool,
}

impl World {
    /// Opens the log, or makes it.
    pub fn open(&self, writer: usize) {
        let Ok(mut slot) = self.writers[writer].try_borrow_mut() else { return };
        slot.log = None;
        self.revive(writer);
        let (disk, lock) = (SimulatedDisk::of(writer), SimulatedLock { writer });
        let before = (self.injected.get(), self.lock.borrow().clone());
        let published = self.truth.borrow().published;
        let overtaken = self.overtaken.get();
        self.began_as_holder.borrow_mut()[writer] = false;
        self.say(|| format!("writer {writer} opens the log"));
        let opened = match before.1.is_none() {
            true => Log::create(disk, lock, keys::log()),
            false => Log::open(disk, lock, keys::log(), |staged| self.keep_staged(writer, staged, published)),
        };
        let is_undisturbed = self.injected.get() == before.0 && *self.lock.borrow() == before.1;
        match opened {
            Ok(log) => {
                self.count("openings");
                *slot = Slot { log: Some(log), known: [0; WITNESSES], has_failed: false };
                self.after_opening(writer, slot.log.as_ref().expect("it was just put there"), overtaken);
            }
            Err(error) => {
                self.say(|| format!("writer {writer} could not open the log: {error}"));
                self.count("openings that failed");
                let is_refusal =
                    !matches!(error, LogError::Disk { .. } | LogError::Lock(_) | LogError::Tile(FetchError::Io { .. }));
                // A program that is asked to open a good folder opens it; a fault that was injected is named as such.
                let is_raced = *self.lock.borrow() != before.1;
                if is_undisturbed || (is_refusal && !is_raced) {
                    match self.is_restored.get() && is_refusal {
                        true => self.put_back(),
                        false => self.violate(format!("the log cannot be opened: {}", chain(&error))),
                    }
                }
            }
        }
        if self.is_dead(writer) {
            slot.log = None;
        }
    }

    fn after_opening(&self, writer: usize, log: &SimulatedLog, overtaken: u64) {
        self.is_restored.set(false);
        self.stash.take();
        let checkpoint = log.checkpoint();
        if checkpoint.root.0 != self.truth.borrow().tree.root(checkpoint.size) {
            self.violate("the log was opened with a wrong root");
        }
        self.after_publishing(checkpoint.size, overtaken);
        // A writer from which the log was taken may put a journal there again, until it notices.
        let others_live = self.weather.borrow().meanwhile > 0
            || (0..WRITERS).any(|other| other != writer && self.writers[other].borrow().log.is_some());
        if !others_live && !self.is_dead(writer) {
            let left = self.image.borrow().list("staging");
            if !left.is_empty() {
                self.violate(format!("journals were left behind: {left:?}"));
            }
        }
    }

    /// What was published up to a size must stay, and its attachments must be kept. `overtaken` is what the world counted
    /// before the publication began.
    fn after_publishing(&self, size: u64, overtaken: u64) {
        let mut truth = self.truth.borrow_mut();
        truth.is_created = true;
        truth.published = truth.published.max(size);
        if size == truth.size() && self.overtaken.get() == overtaken {
            truth.is_overtaken = false;
        }
        for batch in truth.batches.values_mut().filter(|batch| batch.end <= size) {
            batch.is_published = true;
        }
        let kept = self.kept.borrow();
        let lost = truth.attached(size).find(|(first, batch)| !batch.is_erased && !kept.contains_key(first));
        if let Some((first, _)) = lost {
            self.violate(format!("the attachment of the batch at {first} is lost"));
        }
    }

    /// Keeps the attachments that an opening finds in the journal.
    fn keep_staged(&self, writer: usize, staged: &[Staged], published: u64) -> Result<(), std::io::Error> {
        let mut found = Vec::new();
        for Staged { first, batch } in staged.iter().filter(|staged| !staged.batch.entries.is_empty()) {
            let truth = self.truth.borrow();
            let range = *first as usize..*first as usize + batch.entries.len();
            let is_true = truth.batches.get(first).is_some_and(|known| {
                known.end == range.end as u64
                    && known.attachment == batch.attachment
                    && truth.entries[range.clone()] == batch.entries
            });
            if !is_true {
                self.violate(format!("an opening hands over a batch at {first} that is not in the log"));
            }
            if range.end as u64 <= published && !self.is_restored.get() {
                self.violate(format!("an opening hands over the batch at {first} after it was published"));
            }
            found.push((*first, batch.attachment.clone()));
        }
        found.retain(|(_, attachment)| !attachment.is_empty());
        keep(writer, &found)
    }

    /// Appends a batch.
    pub fn append(&self, writer: usize) {
        let Ok(mut slot) = self.writers[writer].try_borrow_mut() else { return };
        let Slot { log: Some(log), has_failed, .. } = &mut *slot else { return };
        let transfers = self.draw_transfers();
        let batch = self.draw_batch(&transfers);
        let before = self.injected.get();
        self.say(|| format!("writer {writer} appends {} entries", transfers.len()));
        let appending =
            Appending { batch: batch.clone(), transfers: transfers.clone(), is_in: batch.entries.is_empty() };
        self.truth.borrow_mut().appending[writer] = Some(appending);
        let result = log.append(batch.clone());
        let appending = self.truth.borrow_mut().appending[writer].take().expect("only this writer takes it");
        if *has_failed && !matches!(result, Err(LogError::Failed)) {
            self.violate("a log goes on after a call had failed");
        }
        match result {
            Ok(committed) => {
                self.count("batches");
                let truth = self.truth.borrow();
                let range = committed.first as usize..committed.first as usize + batch.entries.len();
                let is_there = appending.is_in && truth.entries.get(range) == Some(&batch.entries);
                let root = truth.tree.root(committed.checkpoint.size.min(truth.size()));
                if !is_there || committed.checkpoint.root.0 != root {
                    self.violate(format!("a batch was acknowledged at {} where it is not", committed.first));
                }
            }
            Err(error @ (LogError::Disk { .. } | LogError::Lock(_))) => {
                *has_failed = true;
                self.unknown.borrow_mut().push(transfers);
                // Whoever takes a log removes its journal, so the one before may find it gone.
                if self.injected.get() == before && self.holder.get() == Some(writer) {
                    self.violate(format!("an append fails without cause: {}", chain(&error)));
                }
            }
            Err(error) => {
                let is_right = match error {
                    LogError::TakenOver => self.holder.get() != Some(writer),
                    LogError::Failed => *has_failed,
                    _ => false,
                };
                *has_failed = true;
                if appending.is_in && !batch.entries.is_empty() {
                    self.violate("a batch was refused and is in the log");
                }
                if !is_right {
                    self.violate(format!("an append is refused without cause: {}", chain(&error)));
                }
            }
        }
        self.after_call(writer, &mut slot);
    }

    /// A log that failed is closed sooner or later; an ended process has none.
    fn after_call(&self, writer: usize, slot: &mut Slot) {
        if self.is_dead(writer) || (slot.has_failed && self.chance(5_000)) {
            slot.log = None;
        }
    }

    /// New transfers; or the same again, where it was not known what became of them and they turned out not to be in.
    fn draw_transfers(&self) -> Vec<Transfer> {
        let again = self.unknown.borrow_mut().pop();
        if let Some(transfers) = again {
            let truth = self.truth.borrow();
            let is_on_its_way = truth.appending.iter().flatten().any(|other| other.transfers == transfers);
            if !is_on_its_way && !transfers.iter().any(|transfer| truth.present.contains(&transfer.id)) {
                return transfers;
            }
        }
        let weather = *self.weather.borrow();
        let count = match self.below(20) {
            _ if weather.is_huge && self.truth.borrow().entries.is_empty() => 65_300 + self.below(300),
            0 => 0,
            1..=4 => self.below(weather.large) + 1,
            _ => 1 + self.below(3),
        };
        let first = self.next_id.get();
        self.next_id.set(first + count);
        (first..first + count).map(|id| Transfer::draw(id, &mut self.random.borrow_mut())).collect()
    }

    fn draw_batch(&self, transfers: &[Transfer]) -> Batch {
        let weather = *self.weather.borrow();
        let mut entries = Vec::new();
        for transfer in transfers {
            let filling = if transfers.len() < 1_000 { self.below(weather.filling + 1) as usize } else { 0 };
            entries.push(transfer.to_entry(filling));
        }
        let has_attachment = !transfers.is_empty() && self.chance(6_000);
        let length = if has_attachment { 1 + self.below(if self.chance(300) { 300_000 } else { 90 }) } else { 0 };
        Batch { entries, attachment: (0..length).map(|i| (transfers[0].id + i) as u8 | 1).collect() }
    }

    /// Publishes, with cosignatures if asked.
    pub fn publish(&self, writer: usize) {
        let Ok(mut slot) = self.writers[writer].try_borrow_mut() else { return };
        let Slot { log: Some(log), known, has_failed } = &mut *slot else { return };
        let cosigned = if self.chance(5_000) { self.ask_witnesses(writer, log, known) } else { None };
        if self.is_dead(writer) {
            slot.log = None;
            return;
        }
        let before = self.injected.get();
        let (size, overtaken) = (log.checkpoint().size, self.overtaken.get());
        self.began_as_holder.borrow_mut()[writer] = self.holder.get() == Some(writer);
        self.say(|| format!("writer {writer} publishes size {size}"));
        let published = log.publish(cosigned.as_ref(), || {
            let attachments = {
                let (truth, kept) = (self.truth.borrow(), self.kept.borrow());
                let unkept = |(first, batch): &(u64, _)| {
                    let batch: &&crate::truth::InLog = batch;
                    !batch.is_erased && !kept.contains_key(first)
                };
                let attached = truth.attached(size).filter(unkept);
                attached.map(|(first, batch)| (first, batch.attachment.clone())).collect::<Vec<_>>()
            };
            keep(writer, &attachments)
        });
        match published {
            Ok(()) => {
                self.count("publications");
                if *has_failed || log.unpublished() != 0 {
                    self.violate("a publication is reported that did not take place");
                }
                self.after_publishing(size, overtaken);
            }
            Err(LogError::Failed) if *has_failed => (),
            Err(LogError::TakenOver) if self.holder.get() != Some(writer) => *has_failed = true,
            Err(error) => {
                *has_failed = true;
                if self.injected.get() == before {
                    self.violate(format!("a publication fails without cause: {}", chain(&error)));
                }
            }
        }
        self.after_call(writer, &mut slot);
    }
}

fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}
