//! A witness's memory under load: one commit makes the steps of many logs durable.
//!
//! A disk can make a few hundred commits durable in a second, whatever their size. So one thread commits, and takes with it
//! whatever was asked while it committed before.

use mostari_log::{Seen, WitnessStore};
use mostari_record::{LockFile, RecordError};
use std::{
    path::Path,
    sync::{Arc, mpsc},
    thread,
};

/// The most steps of one commit.
const STEPS_MAX: usize = 1_000;

/// One step that waits to be durable.
struct Step {
    origin: String,
    old: Option<Seen>,
    new: Seen,
    done: mpsc::SyncSender<Result<bool, StoreStopped>>,
}

/// Why nothing can be remembered any more. After a failed commit nobody knows what the disk holds, so the store stops, and
/// must be opened anew.
#[derive(Debug, Clone, thiserror::Error)]
#[error("the witness's memory has failed")]
pub struct StoreStopped(#[source] Arc<RecordError>);

/// The memory of a witness in `witness.sqlite`.
pub struct GroupCommit {
    reader: LockFile,
    steps: mpsc::Sender<Step>,
}

impl GroupCommit {
    /// Opens it, and makes it if it is not there.
    ///
    /// # Errors
    /// `REC-006`.
    pub fn open(path: &Path) -> Result<Self, RecordError> {
        let (steps, waiting) = mpsc::channel();
        let writer = LockFile::open(path)?;
        let reader = LockFile::open(path)?;
        thread::spawn(move || commit_until_closed(&writer, &waiting));
        Ok(Self { reader, steps })
    }
}

impl WitnessStore for GroupCommit {
    type Error = StoreStopped;

    fn latest(&self, origin: &str) -> Result<Option<Seen>, StoreStopped> {
        self.reader.latest(origin).map_err(|error| StoreStopped(Arc::new(error)))
    }

    fn compare_and_set(&self, origin: &str, old: Option<&Seen>, new: &Seen) -> Result<bool, StoreStopped> {
        let stopped = || StoreStopped(Arc::new(RecordError::Busy));
        let (done, answer) = mpsc::sync_channel(1);
        let step = Step { origin: origin.to_owned(), old: old.cloned(), new: new.clone(), done };
        self.steps.send(step).map_err(|_| stopped())?;
        answer.recv().map_err(|_| stopped())?
    }
}

/// Commits what waits, again and again, until the store is dropped or a commit fails.
fn commit_until_closed(writer: &LockFile, waiting: &mpsc::Receiver<Step>) {
    while let Ok(first) = waiting.recv() {
        let mut steps = vec![first];
        steps.extend(waiting.try_iter().take(STEPS_MAX - 1));
        let changes = steps.iter().map(|step| (step.origin.as_str(), step.old.as_ref(), &step.new));
        match writer.compare_and_set_all(changes) {
            // Whoever asked may have gone; then its step stands, as if the answer had been lost on the way.
            Ok(done) => steps.iter().zip(done).for_each(|(step, done)| drop(step.done.send(Ok(done)))),
            Err(error) => {
                let stopped = StoreStopped(Arc::new(error));
                steps.iter().for_each(|step| drop(step.done.send(Err(stopped.clone()))));
                return;
            }
        }
    }
}
