//! The keys of a run. They do not depend on its seed, so each thread makes them once.

use crate::{WITNESSES, witness::Store};
use mostari_log::{Checkpoint, KeyKind, Note, Policy, SigningKey, Witness};

/// The name of the log.
pub const ORIGIN: &str = "simulated.example/log";

thread_local! {
    static LOG: SigningKey = log();
    static WITNESS: Vec<Witness<Store>> = (0..WITNESSES).map(|i| witness(i, false)).collect();
    static POST_QUANTUM: Vec<Witness<Store>> = (0..WITNESSES).map(|i| witness(i, true)).collect();
}

/// The log's key.
pub fn log() -> SigningKey {
    SigningKey::from_seed(ORIGIN, KeyKind::Log, &[1; 32]).expect("the name is one of a key")
}

fn witness_key(index: usize, kind: KeyKind) -> SigningKey {
    let seed = [10 + 2 * index as u8 + u8::from(kind == KeyKind::PostQuantumCosigner); 32];
    SigningKey::from_seed(&format!("witness{index}.example"), kind, &seed).expect("the name is one of a key")
}

fn witness(index: usize, is_post_quantum: bool) -> Witness<Store> {
    let kinds = [KeyKind::Cosigner, KeyKind::PostQuantumCosigner];
    let keys = kinds[..1 + usize::from(is_post_quantum)].iter().map(|kind| witness_key(index, *kind)).collect();
    Witness { keys, logs: vec![log().verifier().clone()], store: Store { witness: index } }
}

/// Does something with a witness.
pub fn with_witness<T>(index: usize, is_post_quantum: bool, act: impl FnOnce(&Witness<Store>) -> T) -> T {
    match is_post_quantum {
        true => POST_QUANTUM.with(|witnesses| act(&witnesses[index])),
        false => WITNESS.with(|witnesses| act(&witnesses[index])),
    }
}

/// A checkpoint as the log signs it.
pub fn sign(checkpoint: &Checkpoint) -> String {
    let mut note = Note::new(checkpoint.to_string()).expect("a checkpoint is plain text");
    note.add(LOG.with(|key| key.sign(&note, 0)).expect("a log's key signs any note"));
    note.to_string()
}

/// The log's key and two of three witnesses.
pub fn quorum() -> Policy {
    let witnesses: Vec<_> = (0..WITNESSES).map(|i| witness_key(i, KeyKind::Cosigner).verifier().to_string()).collect();
    let mut text = format!("log {}\n", log().verifier());
    let mut names = String::new();
    for (i, key) in witnesses.iter().enumerate() {
        text += &format!("witness w{i} {key}\n");
        names += &format!(" w{i}");
    }
    Policy::parse(&format!("{text}group all 2{names}\nquorum all\n")).expect("the policy reads")
}
