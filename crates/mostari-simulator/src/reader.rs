//! What readers do, and what anybody may find in the folder at any moment.

use crate::{
    files::SimulatedDisk,
    image::Image,
    ledger::{COMPARTMENTS, Ledger, Transfer},
    world::{SERVER, World},
};
use mostari_log::{
    Blocks, CHECKPOINT_PATH, Fetch, FetchError, Hash, Policy, ProveError, Tile, TileKind, TileTree, read_entries,
    verify_consistency, verify_inclusion,
};

/// Readers read every entry of a log that is not longer than this, and of longer ones only some.
const REPLAYED_MAX: u64 = 5_000;

/// Why a reader did not get what it wanted.
enum Trouble {
    /// A call failed.
    Call,
    /// An invariant does not hold.
    Fault(String),
}

impl From<FetchError> for Trouble {
    fn from(error: FetchError) -> Self {
        match error {
            FetchError::Io { .. } => Self::Call,
            error => Self::Fault(format!("what a reader fetches does not hold: {error}")),
        }
    }
}

impl From<ProveError<FetchError>> for Trouble {
    fn from(error: ProveError<FetchError>) -> Self {
        match error {
            ProveError::Blocks(error) => error.into(),
            ProveError::Proof(error) => Self::Fault(format!("a reader cannot make a proof: {error}")),
        }
    }
}

impl World {
    /// A reader looks at the log as the server gives it.
    pub fn read(&self) {
        let before = self.injected.get();
        match self.try_read() {
            Ok(()) => self.count("readings"),
            Err(Trouble::Call) if self.injected.get() > before || self.has_crashed() => (),
            Err(Trouble::Call) => self.violate("a reader cannot read, without cause"),
            Err(Trouble::Fault(what)) => self.violate(what),
        }
    }

    fn try_read(&self) -> Result<(), Trouble> {
        let disk = SimulatedDisk::of(SERVER);
        let Some(bytes) = disk.fetch(CHECKPOINT_PATH).map_err(|_| Trouble::Call)? else {
            return match self.truth.borrow().is_created && !self.is_restored.get() {
                true => Err(Trouble::Fault("the published checkpoint is gone".to_owned())),
                false => Ok(()),
            };
        };
        let (size, root) = self.judge_checkpoint(&bytes).map_err(Trouble::Fault)?;
        let tree = TileTree::new(&disk, size);
        let last = *self.reader.borrow();
        if let Some((old, old_root)) = last.filter(|(old, _)| *old > 0 && *old <= size) {
            let proof = tree.prove_consistency(old, size)?;
            verify_consistency(old, &Hash(old_root), size, &Hash(root), &proof)
                .map_err(|error| Trouble::Fault(format!("sizes {old} and {size} are not consistent: {error}")))?;
        }
        *self.reader.borrow_mut() = Some((size, root));
        if size > 0 {
            let index = self.below(size);
            let (entry, proof) = (tree.entry(index)?, tree.prove_inclusion(index, size)?);
            verify_inclusion(index, &Hash::of_leaf(&entry), size, &Hash(root), &proof)
                .map_err(|error| Trouble::Fault(format!("entry {index} is not in size {size}: {error}")))?;
            if self.truth.borrow().entries[index as usize] != entry {
                return Err(Trouble::Fault(format!("entry {index} is another one")));
            }
        }
        if size <= REPLAYED_MAX { self.replay(&disk, size) } else { Ok(()) }
    }

    /// Reads all entries, brings the ledger to its state, and takes the view of somebody who may not see everything.
    fn replay(&self, disk: &SimulatedDisk, size: u64) -> Result<(), Trouble> {
        let plant = self.options.plant;
        let mut transfers = Vec::new();
        for tile in Tile::between(0, size).take_while(|tile| tile.kind() == TileKind::Entries) {
            let mut bytes = None;
            for tile in [tile, tile.to_full()] {
                if bytes.is_none() {
                    bytes = disk.fetch(&tile.to_string()).map_err(|_| Trouble::Call)?.map(|bytes| (bytes, tile));
                }
            }
            let (bytes, found) = bytes.ok_or(FetchError::Missing(tile))?;
            let entries = read_entries(&bytes, found.width()).map_err(|reason| FetchError::Damaged { tile, reason })?;
            let entries = entries.into_iter().take(tile.width() as usize);
            transfers.extend(entries.filter_map(|entry| Transfer::from_entry(entry, plant)));
        }
        let mut ledger = Ledger::default();
        transfers.iter().for_each(|transfer| ledger.post(*transfer, plant));
        let truth = self.truth.borrow();
        if truth.digests.get(&size).is_some_and(|digest| *digest != ledger.digest()) || ledger.sum() != 0 {
            return Err(Trouble::Fault(format!("replaying {size} entries gives another state of the ledger")));
        }
        let compartments = self.below(1 << COMPARTMENTS) as u8;
        let seen = transfers.iter().filter(|transfer| transfer.is_for(compartments)).map(|transfer| transfer.id);
        let may = truth.transfers[..size as usize].iter().filter(|transfer| transfer.label & !compartments == 0);
        match seen.eq(may.map(|transfer| transfer.id)) {
            true => Ok(()),
            false => Err(Trouble::Fault(format!("a reader of compartments {compartments:03b} sees other entries"))),
        }
    }

    /// Whether a checkpoint is signed and true: size and root.
    fn judge_checkpoint(&self, bytes: &[u8]) -> Result<(u64, [u8; 32]), String> {
        let known = self.trusted.borrow().get(bytes).copied();
        let (size, root) = match known {
            Some(known) => known,
            None => {
                let [log] = self.quorum.logs() else { return Err("a run has one log".to_owned()) };
                let trusted = Policy::of_log(log.clone()).check(bytes);
                let checkpoint = trusted.map_err(|error| format!("the published checkpoint: {error}"))?.checkpoint;
                self.trusted.borrow_mut().insert(bytes.to_vec(), (checkpoint.size, checkpoint.root.0));
                (checkpoint.size, checkpoint.root.0)
            }
        };
        let truth = self.truth.borrow();
        if size > truth.size() {
            return Err(format!("size {size} is published and only {} entries are in the log", truth.size()));
        }
        if root != truth.tree.root(size) {
            return Err(format!("the published root of size {size} is not the log's"));
        }
        if size < truth.published && !truth.is_overtaken && !self.is_restored.get() {
            return Err(format!("size {size} is published after size {} was", truth.published));
        }
        Ok((size, root))
    }

    /// Whether everything that the published checkpoint speaks of is in a folder.
    pub fn judge_image(&self, image: &Image) -> Result<(), String> {
        let Some(bytes) = image.read(CHECKPOINT_PATH) else {
            let is_due = self.truth.borrow().is_created && !self.is_restored.get();
            return if is_due { Err("the published checkpoint is gone".to_owned()) } else { Ok(()) };
        };
        let (size, _) = self.judge_checkpoint(bytes)?;
        self.truth.borrow().check_files(size, |path| image.read(path))
    }

    /// Looks at what a crash at this moment would leave.
    pub fn probe(&self) {
        let mut left = self.image.borrow().clone();
        left.crash(&mut self.random.borrow_mut());
        let judged = self.judge_image(&left).map_err(|what| format!("a crash would leave this: {what}"));
        self.expect(judged);
        self.count("probes");
    }

    /// Judges a writer that publishes a checkpoint although the log has been taken from it. If that happened while it was
    /// about to publish, nobody can prevent it: the checkpoint may be an older one until whoever holds the log publishes
    /// again. A writer that begins to publish later could have known.
    pub fn overtake(&self, process: usize, path: &str) {
        if path != CHECKPOINT_PATH || self.holder.get() == Some(process) {
            return;
        }
        if self.began_as_holder.borrow().get(process).copied().unwrap_or(false) {
            self.overtaken.set(self.overtaken.get() + 1);
            self.truth.borrow_mut().is_overtaken = true;
        } else {
            self.violate(format!("writer {process} publishes and does not hold the log"));
        }
    }
}
