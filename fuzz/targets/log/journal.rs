//! The journal that a crash, or somebody with access to the disk, has left.

use super::{Memory, batch, log_key, nothing, published_log};
use crate::target::Target;
use mostari_log::{Batch, Locked, Log, Staged, audit};
use sha2::{Digest, Sha256};
use std::{collections::BTreeMap, convert::Infallible, sync::LazyLock};

const HEADER_BYTES: usize = 4 + 32;

/// A log of 8 entries, 5 of them published and 3 in the journal.
struct Interrupted {
    files: BTreeMap<String, Vec<u8>>,
    locked: Locked,
    journal: Vec<u8>,
    staged: Vec<Staged>,
}

static INTERRUPTED: LazyLock<Interrupted> = LazyLock::new(|| {
    let (memory, mut log) = published_log(5);
    let batches = [batch(5..7), Batch { attachment: b"a payload".to_vec(), ..batch(7..8) }];
    let mut staged = Vec::new();
    for batch in batches {
        let first = log.append(batch.clone()).expect("memory does not fail").first;
        staged.push(Staged { first, batch });
    }
    let locked = memory.locked.lock().expect("nobody panicked").clone().expect("there is a log");
    let mut files = memory.files().clone();
    let mut journal = files.remove(&locked.journal).expect("two batches are in it");
    let end = journal.iter().rposition(|byte| *byte != 0).expect("it is not empty");
    journal.truncate(end + 1 + HEADER_BYTES);
    Interrupted { files, locked, journal, staged }
});

pub const JOURNAL: Target = Target {
    name: "journal",
    about: "journals that a crash has torn, and forged ones with right digests",
    seeds: || {
        let journal = &INTERRUPTED.journal;
        let cut = |from: usize| journal[from..].to_vec();
        // A record whose one entry claims to be longer than the record.
        let body = [&5_u64.to_be_bytes()[..], &1_u32.to_be_bytes(), &[255, 255]].concat();
        let long = [&14_u32.to_be_bytes()[..], &[0; 32], &body].concat();
        // A first index so large that the end of the batch has none.
        let mut far = journal.clone();
        far[HEADER_BYTES..HEADER_BYTES + 8].fill(0xff);
        vec![journal.clone(), cut(HEADER_BYTES), [journal.clone(), journal.clone()].concat(), long, far]
    },
    run: |input| {
        let Interrupted { staged, .. } = &*INTERRUPTED;
        let (kept, is_open) = open(input);
        assert!(kept.iter().all(|kept| staged.contains(kept)), "a batch is whole or not there");
        assert!(!is_open || kept == *staged, "the log opens only if nothing committed is lost");
        let (kept, is_open) = open(&with_right_digests(input));
        if is_open {
            let entries = |staged: &[Staged]| -> Vec<Vec<u8>> {
                staged.iter().flat_map(|staged| staged.batch.entries.clone()).collect()
            };
            assert_eq!(entries(&kept), entries(staged), "the root tells forged entries from committed ones");
        }
    },
};

/// Opens the log with this journal; gives the batches that were found in it, and whether the log opened.
fn open(journal: &[u8]) -> (Vec<Staged>, bool) {
    let Interrupted { files, locked, .. } = &*INTERRUPTED;
    let mut files = files.clone();
    files.insert(locked.journal.clone(), journal.to_vec());
    let memory = Memory::of(files, locked.clone());
    let mut kept = Vec::new();
    let opened = Log::open(memory.clone(), memory.clone(), log_key(), |batches| {
        kept = batches.to_vec();
        Ok::<(), Infallible>(())
    });
    let Ok(mut log) = opened else { return (kept, false) };
    audit(&memory, log.checkpoint(), |_, _| ()).expect("a log that opens has published what was committed");
    log.append(batch(8..9)).expect("a log that opens can be written");
    log.publish(None, nothing).expect("a log that opens can be published");
    (kept, true)
}

/// The journal with the digest of each record made right, so that what lies behind it is read.
fn with_right_digests(journal: &[u8]) -> Vec<u8> {
    let mut mended = journal.to_vec();
    let mut begin = 0;
    while let Some(length) = mended.get(begin..begin + 4) {
        let length = u32::from_be_bytes([length[0], length[1], length[2], length[3]]) as usize;
        let body = begin + HEADER_BYTES;
        let Some(digest) = mended.get(body..body + length).map(Sha256::digest).filter(|_| length > 0) else { break };
        mended[begin + 4..body].copy_from_slice(&digest);
        begin = body + length;
    }
    mended
}
