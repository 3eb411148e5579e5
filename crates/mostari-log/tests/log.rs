//! A log from its first entry to its proofs, as a program would use it.

#![allow(clippy::unwrap_used, reason = "a test may stop at what it does not expect")]

use mostari_log::{Batch, Folder, Hash, Log, LogError, Policy, audit, verify_consistency, verify_inclusion};
use std::{convert::Infallible, fs};

mod common;

use common::{MemoryLock, log_key as key};

fn entry(index: u64) -> Vec<u8> {
    format!("entry {index}").into_bytes()
}

fn batch(range: std::ops::Range<u64>) -> Batch {
    Batch { entries: range.map(entry).collect(), attachment: Vec::new() }
}

fn nothing() -> Result<(), Infallible> {
    Ok(())
}

type TestLog = Log<Folder, MemoryLock>;

fn open(folder: &Folder, lock: &MemoryLock) -> Result<TestLog, LogError> {
    Log::open(folder.clone(), lock.clone(), key(), |_| nothing())
}

#[test]
fn a_log_of_70000_entries_has_the_files_of_the_specification_and_proves_every_entry() {
    let dir = tempfile::tempdir().unwrap();
    let folder = Folder::new(dir.path());
    let mut log = Log::create(folder.clone(), MemoryLock::default(), key()).unwrap();
    for step in 0..7 {
        log.append(batch(step * 10_000..(step + 1) * 10_000)).unwrap();
        log.publish(None, nothing).unwrap();
    }
    let files = folder.list().unwrap();
    let count = |begin: &str, partial: bool| {
        files.iter().filter(|path| path.starts_with(begin) && path.contains(".p/") == partial).count()
    };
    assert_eq!((count("tile/entries/", false), count("tile/0/", false), count("tile/1/", false)), (273, 273, 1));
    assert!(files.contains(&"tile/0/273.p/112".to_owned()), "{files:?}");
    assert!(files.contains(&"tile/1/001.p/17".to_owned()));
    assert!(files.contains(&"tile/2/000.p/1".to_owned()));
    let published = fs::read(dir.path().join("checkpoint")).unwrap();
    let checkpoint = Policy::of_log(key().verifier().clone()).check(&published).unwrap().checkpoint;
    assert_eq!(&checkpoint, log.checkpoint());
    let mut seen = 0;
    audit(&folder, &checkpoint, |first, entries| {
        assert_eq!((first, &entries[0]), (seen, &entry(seen)));
        seen += entries.len() as u64;
    })
    .unwrap();
    assert_eq!(seen, 70_000);
    for index in [0, 1, 255, 256, 65_535, 65_536, 69_887, 69_888, 69_999] {
        let proof = log.prove_inclusion(index).unwrap();
        assert!(proof.len() <= 17);
        verify_inclusion(index, &Hash::of_leaf(&entry(index)), 70_000, &checkpoint.root, &proof).unwrap();
        assert_eq!(log.entry(index).unwrap(), entry(index));
    }
}

#[test]
fn a_log_is_consistent_with_every_earlier_size_of_itself() {
    let dir = tempfile::tempdir().unwrap();
    let mut log = Log::create(Folder::new(dir.path()), MemoryLock::default(), key()).unwrap();
    let mut roots = vec![(0, log.checkpoint().root)];
    for size in 1..600 {
        log.append(batch(size - 1..size)).unwrap();
        roots.push((size, log.checkpoint().root));
        if size % 37 == 0 {
            log.publish(None, nothing).unwrap();
        }
    }
    for (size, root) in &roots[1..] {
        let proof = log.prove_consistency(*size).unwrap();
        verify_consistency(*size, root, 599, &log.checkpoint().root, &proof).unwrap();
    }
}

#[test]
fn what_was_committed_but_not_published_is_there_after_opening_again() {
    let dir = tempfile::tempdir().unwrap();
    let (folder, lock) = (Folder::new(dir.path()), MemoryLock::default());
    let mut log = Log::create(folder.clone(), lock.clone(), key()).unwrap();
    log.append(batch(0..300)).unwrap();
    log.publish(None, nothing).unwrap();
    log.append(Batch { attachment: b"payload".to_vec(), ..batch(300..301) }).unwrap();
    let root = log.append(batch(301..700)).unwrap().checkpoint.root;
    drop(log);
    let mut kept = Vec::new();
    let log = Log::open(folder.clone(), lock.clone(), key(), |batches| {
        kept.extend(batches.iter().map(|staged| (staged.first, staged.batch.attachment.clone())));
        nothing()
    })
    .unwrap();
    assert_eq!(kept, [(300, b"payload".to_vec()), (301, Vec::new())]);
    assert_eq!((log.checkpoint().size, log.checkpoint().root, log.unpublished()), (700, root, 0));
    audit(&folder, log.checkpoint(), |_, _| ()).unwrap();
    assert!(!folder.list().unwrap().iter().any(|path| path.starts_with("staging/")));
}

#[test]
fn of_two_writers_the_later_one_holds_the_log() {
    let dir = tempfile::tempdir().unwrap();
    let (folder, lock) = (Folder::new(dir.path()), MemoryLock::default());
    let mut first = Log::create(folder.clone(), lock.clone(), key()).unwrap();
    first.append(batch(0..5)).unwrap();
    let mut second = open(&folder, &lock).unwrap();
    assert!(matches!(first.append(batch(5..6)), Err(LogError::TakenOver)));
    assert!(matches!(first.append(batch(5..6)), Err(LogError::Failed)));
    second.append(batch(5..7)).unwrap();
    assert_eq!(second.checkpoint().size, 7);
}

#[test]
fn an_old_copy_of_the_files_is_noticed_because_the_lock_knows_more() {
    let dir = tempfile::tempdir().unwrap();
    let (folder, lock) = (Folder::new(dir.path().join("log")), MemoryLock::default());
    let mut log = Log::create(folder.clone(), lock.clone(), key()).unwrap();
    log.append(batch(0..5)).unwrap();
    log.publish(None, nothing).unwrap();
    fs::rename(dir.path().join("log"), dir.path().join("copy")).unwrap();
    assert!(matches!(open(&folder, &lock), Err(LogError::Tile(_))));
}

#[test]
fn an_entry_of_65536_bytes_is_refused_and_the_log_goes_on() {
    let dir = tempfile::tempdir().unwrap();
    let mut log = Log::create(Folder::new(dir.path()), MemoryLock::default(), key()).unwrap();
    let large = |bytes: usize| Batch { entries: vec![vec![0; bytes]], attachment: Vec::new() };
    assert!(matches!(log.append(large(65_536)), Err(LogError::EntryTooLarge { bytes: 65_536 })));
    assert_eq!(log.append(large(65_535)).unwrap().first, 0);
}
