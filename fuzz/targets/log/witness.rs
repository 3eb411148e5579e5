//! What anybody may send to a witness.

use super::{batch, log_key, published_log, witness_key};
use crate::target::Target;
use mostari_log::{Checkpoint, Edge, Hash, KeyKind, Note, Seen, Witness, WitnessStore, add_checkpoint_body};
use std::{
    cell::{Cell, RefCell},
    convert::Infallible,
    sync::LazyLock,
};

/// What the witness has seen, and requests that lead on from it.
struct Start {
    seen: Seen,
    bodies: Vec<Vec<u8>>,
}

static START: LazyLock<Start> = LazyLock::new(|| {
    let (_, mut log) = published_log(5);
    let seen = Seen { size: 5, root: log.checkpoint().root, note: log.note().to_owned() };
    let mut bodies = vec![add_checkpoint_body(5, &[], log.note()), add_checkpoint_body(0, &[], log.note())];
    log.append(batch(5..300)).expect("memory does not fail");
    let proof = log.prove_consistency(5).expect("the log has grown");
    bodies.push(add_checkpoint_body(5, &proof, log.note()));
    bodies.push(add_checkpoint_body(5, &[Hash::default(); 63], log.note()));
    let bodies = bodies.into_iter().map(String::into_bytes).collect();
    Start { seen, bodies }
});

/// One log's latest checkpoint in memory.
struct Memory {
    seen: RefCell<Seen>,
    writes: Cell<usize>,
}

impl WitnessStore for Memory {
    type Error = Infallible;

    fn latest(&self, _: &str) -> Result<Option<Seen>, Infallible> {
        Ok(Some(self.seen.borrow().clone()))
    }

    fn compare_and_set(&self, _: &str, old: Option<&Seen>, new: &Seen) -> Result<bool, Infallible> {
        let is_old = old == Some(&*self.seen.borrow());
        if is_old {
            self.seen.replace(new.clone());
            self.writes.set(self.writes.get() + 1);
        }
        Ok(is_old)
    }
}

pub const ADD_CHECKPOINT: Target = Target {
    name: "add-checkpoint",
    about: "requests to a witness, as they come and signed by a log that it knows",
    seeds: || START.bodies.clone(),
    run: |input| {
        ask(input);
        if let Some(signed) = signed(input) {
            ask(&signed);
        }
    },
};

/// The same request with the checkpoint signed by the log, whatever it says.
fn signed(input: &[u8]) -> Option<Vec<u8>> {
    let (head, note) = std::str::from_utf8(input).ok()?.split_once("\n\n")?;
    let text = note.rfind("\n\n").map_or(note, |end| &note[..=end]);
    let mut note = Note::new(text).ok()?;
    note.add(log_key().sign(&note, 0).ok()?);
    Some(format!("{head}\n\n{note}").into_bytes())
}

fn ask(body: &[u8]) {
    let before = &START.seen;
    let store = Memory { seen: RefCell::new(before.clone()), writes: Cell::new(0) };
    let keys = vec![witness_key(KeyKind::Cosigner)];
    let witness = Witness { keys, logs: vec![log_key().verifier().clone()], store };
    let Ok(answer) = witness.add_checkpoint(body, 1_700_000_000);
    let after = witness.store.seen.borrow().clone();
    assert!([200, 400, 403, 404, 409, 422].contains(&answer.status), "{answer:?}");
    if answer.status != 200 {
        assert_eq!((&after, witness.store.writes.get()), (before, 0), "a refusal changes nothing");
        assert_eq!(answer.status == 409, answer.body == "5\n", "only a conflict tells the size");
        return;
    }
    let note = Note::parse(after.note.as_bytes()).expect("a witness stores notes");
    let stored: Checkpoint = note.text().parse().expect("a witness stores checkpoints");
    assert_eq!((stored.size, stored.root), (after.size, after.root));
    assert!(after.size > before.size || (after.size, after.root) == (before.size, before.root), "a log only grows");
    let line = mostari_log::parse_signatures(&answer.body).expect("the answer is signature lines");
    let time = witness.keys[0].verifier().verify(note.text(), &line[0]);
    assert_eq!(time, Ok(1_700_000_000), "the answer cosigns what was stored");
    assert_ne!(after.root, Edge::default().root());
}
