//! A desk at which many threads append at once: whoever comes while a batch is being made durable waits, and all who wait are
//! the next batch. So they share its syncs, and nobody needs a thread of its own to do the work.

use crate::{
    error::{RecordError, Result},
    gather::{Appended, Draft, ForeignLeaf, Request},
    signatures::KnownKeys,
    writer::Writer,
};
use jiff::Timestamp;
use mostari_log::{LogError, ProofFile};
use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
};

/// The most that are taken into one batch: what a few megabytes of journal hold.
const BATCH_MAX: usize = 4_096;
/// Tiles are published when so many entries wait for it, or when somebody asks.
const PUBLISH_AFTER: u64 = 16_384;

/// A writer for several threads.
///
/// An answer means what it means with [`Writer::append`]: the entry is in the log and survives any crash. Those who come
/// first are in the log first. What is refused is refused alone: it does not hold up its neighbours.
///
/// ```no_run
/// # use mostari_record::{Desk, Draft, Mission};
/// # fn serve(mission: &Mission, drafts: Vec<Draft>, now: jiff::Timestamp) -> mostari_record::Result<()> {
/// let desk = Desk::new(mission.writer()?);
/// std::thread::scope(|scope| {
///     let said: Vec<_> = drafts.into_iter().map(|draft| scope.spawn(|| desk.append(draft, now))).collect();
///     said.into_iter().for_each(|said| println!("{:?}", said.join()));
/// });
/// desk.publish()
/// # }
/// ```
pub struct Desk<'a> {
    writer: Mutex<Writer<'a>>,
    queue: Mutex<Queue>,
    /// Answers have come, or nobody leads any more.
    changed: Condvar,
    keys: KnownKeys,
}

/// Who waits, and the answers that were not fetched yet.
#[derive(Default)]
struct Queue {
    tickets: u64,
    waiting: VecDeque<(u64, Request)>,
    answers: BTreeMap<u64, Result<Appended>>,
    /// Whether somebody who waits is making a batch durable, for himself and others.
    is_led: bool,
}

impl<'a> Desk<'a> {
    /// Opens the desk.
    pub fn new(writer: Writer<'a>) -> Self {
        let (queue, changed, keys) = (Mutex::default(), Condvar::new(), KnownKeys::default());
        Self { writer: Mutex::new(writer), queue, changed, keys }
    }

    /// Says a draft as the mission's own author.
    ///
    /// # Errors
    /// As [`Writer::append`]. If the batch as a whole fails, one of those who wait gets the reason and the others
    /// `REC-021`: then nobody knows what is in the log until the mission is opened again.
    pub fn append(&self, draft: Draft, at: Timestamp) -> Result<Appended> {
        self.ask(Request::Own(Box::new(draft), at))
    }

    /// Takes in a leaf that another author signed. Its signature is checked on the thread of whoever brings it. The leaves
    /// of one author are to be brought one after the other.
    ///
    /// # Errors
    /// As [`Writer::append_foreign`] and [`Desk::append`].
    pub fn append_foreign(&self, leaf: ForeignLeaf) -> Result<Appended> {
        let mut request = Request::foreign(&[leaf], &self.keys);
        self.ask(request.next().expect("one leaf is one request"))
    }

    /// Publishes tiles and checkpoint, after the batch that is being made durable.
    ///
    /// # Errors
    /// As [`Writer::publish`].
    pub fn publish(&self) -> Result<()> {
        self.writer().publish()
    }

    /// As [`Writer::receipt`], after the batch that is being made durable.
    ///
    /// # Errors
    /// `REC-021`.
    pub fn receipt(&self, index: u64) -> Result<ProofFile> {
        self.writer().receipt(index)
    }

    fn ask(&self, request: Request) -> Result<Appended> {
        let mut queue = self.queue();
        let ticket = queue.tickets;
        queue.tickets += 1;
        queue.waiting.push_back((ticket, request));
        loop {
            if let Some(answer) = queue.answers.remove(&ticket) {
                return answer;
            }
            if queue.is_led {
                queue = self.changed.wait(queue).unwrap_or_else(PoisonError::into_inner);
                continue;
            }
            queue.is_led = true;
            let count = queue.waiting.len().min(BATCH_MAX);
            let (tickets, batch) = queue.waiting.drain(..count).unzip();
            drop(queue);
            Lead { desk: self, tickets, answers: Vec::new() }.run(batch);
            queue = self.queue();
        }
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A thread that panicked with the writer in its hands left it as it is after a write that failed, or before one.
    fn writer(&self) -> MutexGuard<'_, Writer<'a>> {
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One who waits leads: makes a batch durable and leaves everybody's answer.
struct Lead<'d, 'a> {
    desk: &'d Desk<'a>,
    tickets: Vec<u64>,
    answers: Vec<Result<Appended>>,
}

impl Lead<'_, '_> {
    fn run(mut self, batch: Vec<Request>) {
        let mut writer = self.desk.writer();
        match writer.append_each(batch.into_iter()) {
            Ok(answers) => self.answers = answers,
            // All of them meet the same.
            Err(RecordError::Busy) => self.answers = self.tickets.iter().map(|_| Err(RecordError::Busy)).collect(),
            Err(reason) => self.answers = vec![Err(reason)],
        }
        if writer.unpublished() >= PUBLISH_AFTER {
            // What was answered stays durable whether or not this works; if it does not, the next batch is told.
            let _ = writer.publish();
        }
    }
}

impl Drop for Lead<'_, '_> {
    /// Nobody waits for ever, whatever happened to the one who led.
    fn drop(&mut self) {
        let mut answers = std::mem::take(&mut self.answers);
        answers.resize_with(self.tickets.len(), || Err(LogError::Failed.into()));
        let mut queue = self.desk.queue();
        queue.answers.extend(self.tickets.drain(..).zip(answers));
        queue.is_led = false;
        drop(queue);
        self.desk.changed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{AuthorSecret, Body, Decision, KeyAction, Mission};
    use mostari_model::Label;
    use std::{collections::BTreeSet, thread, time::Duration};

    const AT: Timestamp = Timestamp::constant(1_718_824_965, 0);

    fn mission() -> (tempfile::TempDir, Mission) {
        let dir = tempfile::tempdir().unwrap();
        let mission = Mission::init(dir.path().join("mission"), "Srednja Bosna", "BIH", AT).unwrap();
        (dir, mission)
    }

    fn draft(about: &str) -> Draft {
        let (about, decision, reason) = (about.to_owned(), "approved".to_owned(), "before winter".to_owned());
        Draft::new(Label::public(), Body::Decision(Decision { about, decision, reason, overrides: None }))
    }

    fn about(mission: &Mission, index: u64) -> String {
        match &mission.entries(index).unwrap()[0].body {
            Body::Decision(decision) => decision.about.clone(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn what_is_answered_is_in_the_log_after_a_crash_and_each_threads_entries_are_in_its_order() {
        let (dir, mission) = mission();
        let desk = Desk::new(mission.writer().unwrap());
        let said: Vec<Vec<(String, u64)>> = thread::scope(|scope| {
            let thread = |number: usize| {
                let desk = &desk;
                scope.spawn(move || {
                    let name = |i: usize| format!("plan {number}-{i}");
                    (0..20).map(|i| (name(i), desk.append(draft(&name(i)), AT).unwrap().index)).collect()
                })
            };
            let threads: Vec<_> = (0..16).map(thread).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        // Nothing was published: what is in the log now comes out of the journal.
        drop(desk);
        let mission = Mission::open(dir.path().join("mission")).unwrap();
        for thread in said {
            assert!(thread.is_sorted_by_key(|(_, index)| *index));
            thread.into_iter().for_each(|(name, index)| assert_eq!(about(&mission, index), name));
        }
        let verification = mission.verify(None).unwrap();
        assert_eq!((verification.entries, verification.findings), (1 + 16 * 20, Vec::new()));
    }

    #[test]
    fn a_bad_entry_is_refused_alone() {
        let (_dir, mission) = mission();
        let office = AuthorSecret::from_seed(&[2; 32]);
        let roles = BTreeSet::from(["field".to_owned()]);
        let add = KeyAction::Add { key: office.author(), party: "Field office".into(), roles };
        mission.append_key_change(mission.keys().unwrap().change(add), AT).unwrap();
        let mut pen = mission.pen(&office).unwrap();
        let [first, second] = ["a", "b"].map(|about| pen.sign(&draft(about), AT).unwrap());
        let stranger = AuthorSecret::from_seed(&[3; 32]);
        let unknown = mission.pen(&stranger).unwrap().sign(&draft("c"), AT).unwrap();
        let mut forged = second.clone();
        let end = forged.bytes.len() - 1;
        forged.bytes[end] ^= 1;

        let keys = KnownKeys::default();
        let foreign = |leaf: ForeignLeaf| Request::foreign(&[leaf], &keys).next().unwrap();
        let own = |about: &str| Request::Own(Box::new(draft(about)), AT);
        let batch = [own("d"), foreign(unknown), foreign(first), foreign(forged), own("d"), foreign(second), own("e")];
        let mut writer = mission.writer().unwrap();
        let answers = writer.append_each(batch.into_iter()).unwrap();
        let short = |answer: &Result<Appended>| answer.as_ref().map(|a| a.index).map_err(RecordError::code);
        let answers: Vec<_> = answers.iter().map(short).collect();
        assert_eq!(answers, [Ok(2), Err("REC-023"), Ok(3), Err("REC-012"), Ok(2), Ok(4), Ok(5)]);
        writer.publish().unwrap();
        assert_eq!(mission.verify(None).unwrap().findings, []);
    }

    #[test]
    fn a_key_that_is_revoked_in_a_batch_signs_nothing_after_it_there() {
        let (_dir, mission) = mission();
        let office = AuthorSecret::from_seed(&[2; 32]);
        let roles = BTreeSet::from(["field".to_owned()]);
        let add = KeyAction::Add { key: office.author(), party: "Field office".into(), roles };
        mission.append_key_change(mission.keys().unwrap().change(add), AT).unwrap();
        let late = mission.pen(&office).unwrap().sign(&draft("late"), AT).unwrap();
        let revoke = KeyAction::Revoke { key: office.author(), from: 2, reason: "lost laptop".into() };
        let change = mission.keys().unwrap().change(revoke);
        let keys = KnownKeys::default();
        let batch = [
            Request::Own(Box::new(Draft::new(Label::public(), Body::Key(change))), AT),
            Request::foreign(&[late], &keys).next().unwrap(),
        ];
        let mut writer = mission.writer().unwrap();
        let answers = writer.append_each(batch.into_iter()).unwrap();
        assert_eq!(answers[1].as_ref().unwrap_err().code(), "REC-023");
    }

    #[test]
    fn who_comes_first_is_first_in_the_log() {
        let (_dir, mission) = mission();
        let desk = Desk::new(mission.writer().unwrap());
        let wait_for = |count: usize| {
            while desk.queue().waiting.len() < count {
                thread::sleep(Duration::from_millis(1));
            }
        };
        // As if somebody led while the others come.
        desk.queue().is_led = true;
        let indices: Vec<u64> = thread::scope(|scope| {
            let mut threads = Vec::new();
            for number in 0..10 {
                let desk = &desk;
                threads.push(scope.spawn(move || desk.append(draft(&format!("plan {number}")), AT).unwrap().index));
                wait_for(number + 1);
            }
            desk.queue().is_led = false;
            desk.changed.notify_all();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert_eq!(indices, (1..=10).collect::<Vec<u64>>());
    }

    #[test]
    fn when_a_batch_fails_everybody_is_told() {
        let (dir, mission) = mission();
        let desk = Desk::new(mission.writer().unwrap());
        // Another program takes the log behind the writer's back.
        let lock = rusqlite::Connection::open(dir.path().join("mission/lock.sqlite")).unwrap();
        lock.execute("UPDATE lock SET journal = 'staging/77'", []).unwrap();
        let codes: Vec<&str> = thread::scope(|scope| {
            let ask = || desk.append(draft("too late"), AT).unwrap_err().code();
            let threads: Vec<_> = (0..4).map(|_| scope.spawn(ask)).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert!(codes.contains(&"REC-007"), "{codes:?}");
        assert!(codes.iter().all(|code| ["REC-007", "REC-021"].contains(code)), "{codes:?}");
    }
}
