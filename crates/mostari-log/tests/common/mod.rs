//! A small world for tests and examples: a lock and a witness's memory, keys, and a log that was published several times.

#![allow(dead_code, reason = "each file of tests uses its part")]

use mostari_log::{
    Batch, Folder, KeyKind, Lock, Locked, Log, Note, Policy, ProofFile, Seen, SigningKey, Witness, WitnessStore,
    add_checkpoint_body, parse_signatures,
};
use std::{cell::RefCell, collections::BTreeMap, convert::Infallible, rc::Rc};

pub const ORIGIN: &str = "example.org/velmora";
/// When witnesses sign, in POSIX seconds: 1 March 2026.
pub const TIME: u64 = 1_772_323_200;

/// A lock in memory.
#[derive(Clone, Default)]
pub struct MemoryLock(Rc<RefCell<Option<Locked>>>);

impl Lock for MemoryLock {
    type Error = Infallible;

    fn load(&self) -> Result<Option<Locked>, Infallible> {
        Ok(self.0.borrow().clone())
    }

    fn compare_and_set(&self, old: Option<&Locked>, new: &Locked) -> Result<bool, Infallible> {
        let mut value = self.0.borrow_mut();
        let is_old = value.as_ref() == old;
        if is_old {
            *value = Some(new.clone());
        }
        Ok(is_old)
    }
}

/// What a witness has seen, in memory.
#[derive(Default)]
pub struct MemoryStore(pub RefCell<BTreeMap<String, Seen>>);

impl WitnessStore for MemoryStore {
    type Error = Infallible;

    fn latest(&self, origin: &str) -> Result<Option<Seen>, Infallible> {
        Ok(self.0.borrow().get(origin).cloned())
    }

    fn compare_and_set(&self, origin: &str, old: Option<&Seen>, new: &Seen) -> Result<bool, Infallible> {
        let mut seen = self.0.borrow_mut();
        let is_old = seen.get(origin) == old;
        if is_old {
            seen.insert(origin.to_owned(), new.clone());
        }
        Ok(is_old)
    }
}

pub fn log_key() -> SigningKey {
    SigningKey::from_seed(ORIGIN, KeyKind::Log, &[1; 32]).expect("the origin is a name")
}

/// The keys of three witnesses: two Ed25519, one ML-DSA-44.
pub fn witness_key(number: u8) -> SigningKey {
    let kind = if number < 3 { KeyKind::Cosigner } else { KeyKind::PostQuantumCosigner };
    SigningKey::from_seed(&format!("witness.example/{number}"), kind, &[10 + number; 32]).expect("it is a name")
}

pub fn witness(number: u8) -> Witness<MemoryStore> {
    let store = MemoryStore::default();
    Witness { keys: vec![witness_key(number)], logs: vec![log_key().verifier().clone()], store }
}

/// The log and all three witnesses, of whom two are needed.
pub fn policy_text() -> String {
    let witnesses: String = (1..=3).map(|n| format!("witness w{n} {}\n", witness_key(n).verifier())).collect();
    format!("log {}\n{witnesses}group two-of-three 2 w1 w2 w3\nquorum two-of-three\n", log_key().verifier())
}

pub fn policy() -> Policy {
    Policy::parse(&policy_text()).expect("it is one")
}

/// Entries from 0 to 299 bytes; the same for the same index.
pub fn entry(index: u64) -> Vec<u8> {
    let text = format!("entry {index} of an invented log; ");
    text.bytes().cycle().take(usize::try_from(index * 7 % 300).expect("below 300")).collect()
}

pub fn nothing() -> Result<(), Infallible> {
    Ok(())
}

/// A log that was published, and every checkpoint of it, cosigned.
pub struct Published {
    pub log: Log<Folder, MemoryLock>,
    pub checkpoints: Vec<(u64, Note)>,
}

/// Writes a log of entries 0 to the last of `sizes`, and publishes it at each size with the cosignatures of three
/// witnesses.
pub fn publish(folder: &Folder, sizes: &[u64]) -> Published {
    let mut log = Log::create(folder.clone(), MemoryLock::default(), log_key()).expect("the folder is new");
    let witnesses: Vec<_> = (1..=3).map(witness).collect();
    let mut checkpoints = Vec::new();
    let mut old = 0;
    for size in sizes {
        let entries = (old..*size).map(entry).collect();
        log.append(Batch { entries, attachment: Vec::new() }).expect("the disk works");
        let proof = log.prove_consistency(old).expect("the log has grown");
        let body = add_checkpoint_body(old, &proof, log.note());
        let mut note = Note::parse(log.note().as_bytes()).expect("the log wrote it");
        for witness in &witnesses {
            let Ok(answer) = witness.add_checkpoint(body.as_bytes(), TIME);
            assert_eq!(answer.status, 200, "{}", answer.body);
            parse_signatures(&answer.body)
                .expect("a witness answers lines")
                .into_iter()
                .for_each(|line| note.add(line));
        }
        log.publish(Some(&note), nothing).expect("the disk works");
        checkpoints.push((*size, note));
        old = *size;
    }
    Published { log, checkpoints }
}

impl Published {
    /// The proof of an entry under the latest checkpoint.
    pub fn proof_file(&self, index: u64) -> ProofFile {
        let proof = self.log.prove_inclusion(index).expect("it is in the log");
        let checkpoint = self.checkpoints.last().expect("it was published").1.to_string();
        ProofFile { extra: None, index, proof, checkpoint }
    }
}
