//! What the record does: appending, receipts, proofs, audits.

use crate::{
    Answer,
    machine::Syncs,
    statements::{AT, AUTHORS, author, delivery},
};
use mostari_log::audit;
use mostari_record::{Desk, ForeignLeaf, KeyAction, Mission, check_leaves};
use rayon::prelude::*;
use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

/// Single receipts, in turns with as many syncs of the machine.
const RECEIPTS: usize = 3_000;
const RECEIPTS_IN_TURN: usize = 100;
/// Entries that each thread appends at a desk.
const AT_DESK: usize = 500;
/// Proofs that are made and checked, from all parts of the log.
const PROOFS: u64 = 10_000;

/// Appending in bulk.
pub struct Bulk {
    pub leaf_bytes: usize,
    /// What the authors needed beforehand, on all cores.
    pub signed_each_second: f64,
    pub each_second: f64,
    /// The slowest tenth of the way.
    pub slowest_tenth: f64,
}

pub fn append(mission: &Mission, entries: usize) -> Answer<Bulk> {
    add_authors(mission)?;
    let signing = Instant::now();
    let leaves = sign(mission, entries)?;
    let signed_each_second = each_second(entries, signing.elapsed());
    let leaf_bytes = leaves.iter().map(|leaf| leaf.bytes.len()).sum::<usize>() / entries;

    let mut tenths = Vec::new();
    let mut writer = mission.writer()?;
    for tenth in leaves.chunks(entries.div_ceil(10)) {
        let start = Instant::now();
        writer.import(tenth)?;
        tenths.push((tenth.len(), start.elapsed()));
    }
    assert_eq!(writer.size(), (1 + AUTHORS + entries) as u64);
    let slowest_tenth = tenths.iter().map(|(count, time)| each_second(*count, *time)).fold(f64::INFINITY, f64::min);
    let each_second = each_second(entries, tenths.iter().map(|(_, time)| *time).sum());
    Ok(Bulk { leaf_bytes, signed_each_second, each_second, slowest_tenth })
}

fn each_second(count: usize, time: Duration) -> f64 {
    count as f64 / time.as_secs_f64()
}

fn add_authors(mission: &Mission) -> Answer<()> {
    for number in 0..AUTHORS {
        let roles = BTreeSet::from(["field".to_owned()]);
        let action = KeyAction::Add { key: author(number).author(), party: format!("Field office {number}"), roles };
        mission.append_key_change(mission.keys()?.change(action), AT)?;
    }
    Ok(())
}

/// Every author signs a chain; the log gets them in turns.
fn sign(mission: &Mission, entries: usize) -> Answer<Vec<ForeignLeaf>> {
    let one = |number: usize| -> mostari_record::Result<Vec<ForeignLeaf>> {
        let secret = author(number);
        let mut pen = mission.pen(&secret)?;
        (number..entries).step_by(AUTHORS).map(|i| pen.sign(&delivery(i), AT)).collect()
    };
    let chains = (0..AUTHORS).into_par_iter().map(one).collect::<Result<Vec<_>, _>>()?;
    let mut chains: Vec<_> = chains.into_iter().map(Vec::into_iter).collect();
    Ok((0..entries).filter_map(|i| chains[i % AUTHORS].next()).collect())
}

/// From the draft to the proof in hand, one at a time.
pub struct Receipts {
    /// The machine's own syncs, in between.
    pub syncs: Vec<Duration>,
    /// Signed, durable, the checkpoint of the log signed over it: nothing can take it back.
    pub durable: Vec<Duration>,
    /// The same, and tiles and checkpoint published too.
    pub published: Vec<Duration>,
}

pub fn receipts(mission: &Mission, syncs: &mut Syncs) -> Answer<Receipts> {
    let mut receipts = Receipts { syncs: Vec::new(), durable: Vec::new(), published: Vec::new() };
    let mut writer = mission.writer()?;
    let policy = mission.policy()?;
    let mut numbers = 10_000_000..;
    let mut receive = |is_published: bool| -> Answer<Duration> {
        let draft = delivery(numbers.next().expect("it has no end"));
        let start = Instant::now();
        let index = writer.append(&[draft], AT)?[0].index;
        if is_published {
            writer.publish()?;
        }
        let receipt = writer.receipt(index)?;
        let elapsed = start.elapsed();
        receipt.verify(&writer.leaf(index)?, &policy)?;
        Ok(elapsed)
    };
    for _ in 0..RECEIPTS / RECEIPTS_IN_TURN {
        for _ in 0..RECEIPTS_IN_TURN {
            receipts.syncs.push(syncs.one()?);
            receipts.durable.push(receive(false)?);
        }
        for _ in 0..RECEIPTS_IN_TURN {
            receipts.published.push(receive(true)?);
        }
    }
    Ok(receipts)
}

/// Many threads at one desk, each appending one entry after the other.
pub struct AtDesk {
    pub threads: usize,
    pub each_second: f64,
    /// How long each waited for its answer.
    pub waits: Vec<Duration>,
}

pub fn at_desk(mission: &Mission, threads: usize) -> Answer<AtDesk> {
    let desk = Desk::new(mission.writer()?);
    let one = &|thread: usize| -> mostari_record::Result<Vec<Duration>> {
        let numbers = (0..AT_DESK).map(|i| 30_000_000 + 1_000_000 * threads + 1_000 * thread + i);
        let append = |number| {
            let start = Instant::now();
            desk.append(delivery(number), AT).map(|_| start.elapsed())
        };
        numbers.map(append).collect()
    };
    let start = Instant::now();
    let waits = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..threads).map(|thread| scope.spawn(move || one(thread))).collect();
        threads.into_iter().map(|thread| thread.join().expect("no thread panics")).collect::<Result<Vec<_>, _>>()
    })?;
    let each_second = each_second(threads * AT_DESK, start.elapsed());
    desk.publish()?;
    Ok(AtDesk { threads, each_second, waits: waits.into_iter().flatten().collect() })
}

/// Milliseconds to make a proof out of the published tiles, each from a reader that knows nothing yet.
pub fn proof_ms(mission: &Mission) -> Answer<f64> {
    let size = mission.head()?.size;
    let start = Instant::now();
    for i in 0..PROOFS {
        mission.receipt(i * 7_919_777 % size)?;
    }
    Ok(start.elapsed().as_secs_f64() * 1e3 / PROOFS as f64)
}

/// Reading everything again.
pub struct Audits {
    pub entries: u64,
    /// What `verify` does: tree, chains, keys, signatures, index, blobs.
    pub whole_s: f64,
    /// What can be checked from the published files alone, signatures included.
    pub signatures_s: f64,
    /// The tree alone.
    pub hashes_s: f64,
}

pub fn audits(mission: &Mission) -> Answer<Audits> {
    let checkpoint = mission.checkpoint()?;
    let folder = mostari_log::Folder::new(mission.log_dir());
    let mut seen = 0;
    let (hashes_s, tree) = timed(|| audit(&folder, &checkpoint, |_, entries| seen += entries.len() as u64));
    tree?;
    assert_eq!(seen, checkpoint.size);
    let (signatures_s, check) = timed(|| check_leaves(&folder, &checkpoint));
    assert_eq!((check.signatures, check.findings.len()), (checkpoint.size, 0));
    let (whole_s, verification) = timed(|| mission.verify(None));
    let verification = verification?;
    assert!(verification.is_whole() && verification.signatures == checkpoint.size, "{:?}", verification.findings);
    Ok(Audits { entries: checkpoint.size, whole_s, signatures_s, hashes_s })
}

fn timed<T>(work: impl FnOnce() -> T) -> (f64, T) {
    let start = Instant::now();
    let done = work();
    (start.elapsed().as_secs_f64(), done)
}
