//! Witnesses: each answer that they give, and requests that meet (C2SP tlog-witness).

use crate::common::{MemoryStore, ORIGIN, TIME, entry, log_key, witness, witness_key};
use mostari_log::{
    Answer, Checkpoint, Edge, Hash, KeyKind, Note, Seen, SigningKey, Witness, WitnessStore, add_checkpoint_body,
    parse_signatures,
};
use std::{cell::RefCell, sync::Mutex};

/// The signed checkpoint of a size, of the log as it is or of one that forked at its first entry.
fn note(size: u64, is_forked: bool) -> String {
    let checkpoint = Checkpoint { origin: ORIGIN.into(), size, root: root(size, is_forked), extensions: vec![] };
    signed(&checkpoint.to_string(), &log_key())
}

fn signed(text: &str, key: &SigningKey) -> String {
    let mut note = Note::new(text).unwrap();
    note.add(key.sign(&note, 0).unwrap());
    note.to_string()
}

fn leaves(size: u64, is_forked: bool) -> Vec<Hash> {
    (0..size)
        .map(|index| if index == 0 && is_forked { Hash::default() } else { Hash::of_leaf(&entry(index)) })
        .collect()
}

fn root(size: u64, is_forked: bool) -> Hash {
    let mut edge = Edge::default();
    leaves(size, is_forked).into_iter().for_each(|leaf| edge.push(leaf));
    edge.root()
}

/// The consistency proof between two sizes of the log.
fn proof(old: u64, size: u64) -> Vec<Hash> {
    struct Leaves(Vec<Hash>);
    impl mostari_log::Blocks for Leaves {
        type Error = std::convert::Infallible;
        fn block(&self, level: u8, index: u64) -> Result<Hash, Self::Error> {
            let mut edge = Edge::default();
            let first = usize::try_from(index << level).unwrap();
            self.0[first..first + (1 << level)].iter().for_each(|leaf| edge.push(*leaf));
            Ok(edge.root())
        }
    }
    mostari_log::Blocks::prove_consistency(&Leaves(leaves(size, false)), old, size).unwrap()
}

fn body(old: u64, size: u64) -> String {
    add_checkpoint_body(old, &proof(old, size), &note(size, false))
}

/// A witness that has seen the log at size 5.
fn at_five() -> Witness<MemoryStore> {
    let witness = witness(1);
    assert_eq!(ask(&witness, &body(0, 5)).status, 200);
    witness
}

fn ask<S: WitnessStore<Error = impl std::fmt::Debug>>(witness: &Witness<S>, body: &str) -> Answer {
    witness.add_checkpoint(body.as_bytes(), TIME).unwrap()
}

/// Asks a witness that is at 5; whatever it refuses does not move it.
fn check(body: &str, status: u16) -> Answer {
    let witness = at_five();
    let before = witness.store.latest(ORIGIN).unwrap();
    let answer = ask(&witness, body);
    assert_eq!(answer.status, status, "{}\n{body}", answer.body);
    assert_eq!(witness.store.latest(ORIGIN).unwrap() == before, status != 200);
    answer
}

#[test]
fn a_request_is_old_size_hashes_empty_line_and_checkpoint() {
    let hash = Hash::default();
    let body = add_checkpoint_body(20_852_014, &[hash, hash], "checkpoint\n");
    assert_eq!(body, format!("old 20852014\n{hash}\n{hash}\n\ncheckpoint\n"));
    assert_eq!(add_checkpoint_body(0, &[], "checkpoint\n"), "old 0\n\ncheckpoint\n");
}

#[test]
fn status_200_answers_one_cosignature_for_each_key_and_remembers_the_checkpoint() {
    let answer = check(&body(5, 9), 200);
    assert_eq!(answer.content_type, "text/plain; charset=utf-8");
    let mut witness = at_five();
    witness.keys.push(witness_key(3));
    let answer = ask(&witness, &body(5, 9));
    let lines = parse_signatures(&answer.body).unwrap();
    let text = note(9, false).split("\n\n").next().unwrap().to_owned() + "\n";
    let times: Vec<_> = witness.keys.iter().zip(&lines).map(|(key, line)| key.verifier().verify(&text, line)).collect();
    assert_eq!(times, [Ok(TIME), Ok(TIME)]);
    let seen = witness.store.latest(ORIGIN).unwrap().unwrap();
    assert_eq!((seen.size, seen.root), (9, root(9, false)));
    assert_eq!(seen.note, format!("{}{}", note(9, false), answer.body));
}

#[test]
fn status_200_is_given_again_for_the_same_checkpoint() {
    let witness = at_five();
    assert_eq!(ask(&witness, &body(5, 5)).status, 200);
    assert_eq!(ask(&witness, &body(5, 5)).status, 200);
}

#[test]
fn status_200_is_given_to_a_log_that_is_still_empty() {
    let witness = witness(1);
    assert_eq!(ask(&witness, &body(0, 0)).status, 200);
    assert_eq!(ask(&witness, &body(0, 5)).status, 200);
}

#[test]
fn status_400_is_for_what_does_not_read() {
    let good = body(5, 9);
    for bad in [
        "".to_owned(),
        good.replace("old 5", "old 05"),
        good.replace("old 5", "old  5"),
        good.replace("old 5", "old -5"),
        good.replace("old 5", "5"),
        good.replace("old 5\n", "old 5\nno hash\n"),
        good.replacen("\n\n", "\n", 1),
        good.rsplit_once("\n\n").unwrap().0.to_owned(),
        good.replace("\n9\n", "\nnine\n"),
        add_checkpoint_body(5, &[Hash::default(); 64], &note(9, false)),
        format!("{good}{}", " ".repeat(2_000_000)),
    ] {
        check(&bad, 400);
    }
}

#[test]
fn status_400_is_for_an_old_size_above_the_new_one() {
    check(&add_checkpoint_body(5, &[], &note(4, false)), 400);
    check(&add_checkpoint_body(9, &[], &note(5, false)), 400);
}

#[test]
fn status_403_is_for_a_checkpoint_that_no_trusted_key_signed() {
    let text = format!("{ORIGIN}\n9\n{}\n", root(9, false));
    let stranger = SigningKey::from_seed(ORIGIN, KeyKind::Log, &[99; 32]).unwrap();
    check(&add_checkpoint_body(5, &proof(5, 9), &signed(&text, &stranger)), 403);
    // The right key, but over another text.
    let line = note(8, false).rsplit_once("\n\n").unwrap().1.to_owned();
    check(&add_checkpoint_body(5, &proof(5, 9), &format!("{text}\n{line}")), 403);
}

#[test]
fn status_404_is_for_a_log_that_the_witness_does_not_know() {
    let other = SigningKey::from_seed("example.org/other", KeyKind::Log, &[1; 32]).unwrap();
    let text = format!("example.org/other\n9\n{}\n", root(9, false));
    check(&add_checkpoint_body(5, &proof(5, 9), &signed(&text, &other)), 404);
    check(&add_checkpoint_body(5, &proof(5, 9), &signed(&text, &log_key())), 404);
}

#[test]
fn status_409_tells_the_size_that_the_witness_is_at() {
    for old in [0, 1, 4, 6] {
        let answer = check(&body(old, 9), 409);
        assert_eq!((answer.content_type, answer.body.as_str()), ("text/x.tlog.size", "5\n"));
    }
    let answer = ask(&witness(1), &body(5, 9));
    assert_eq!((answer.status, answer.body.as_str()), (409, "0\n"));
}

#[test]
fn status_422_is_for_a_proof_that_does_not_hold() {
    let good = proof(5, 9);
    let changed: Vec<Hash> = good.iter().map(|hash| Hash::of_leaf(&hash.0)).collect();
    check(&add_checkpoint_body(5, &changed, &note(9, false)), 422);
    check(&add_checkpoint_body(5, &good[1..], &note(9, false)), 422);
    check(&add_checkpoint_body(5, &good, &note(9, true)), 422);
    check(&add_checkpoint_body(5, &[], &note(9, false)), 422);
}

#[test]
fn status_422_is_for_another_root_of_the_same_size() {
    check(&add_checkpoint_body(5, &[], &note(5, true)), 422);
    check(&add_checkpoint_body(5, &[Hash::default()], &note(5, false)), 422);
}

#[test]
fn status_422_is_for_a_proof_from_nothing_and_for_an_empty_log_with_a_root() {
    let fresh = |body: &str| ask(&witness(1), body).status;
    assert_eq!(fresh(&add_checkpoint_body(0, &[Hash::default()], &note(5, false))), 422);
    let text = format!("{ORIGIN}\n0\n{}\n", Hash::default());
    assert_eq!(fresh(&add_checkpoint_body(0, &[], &signed(&text, &log_key()))), 422);
}

#[test]
fn signatures_by_others_are_neither_needed_nor_kept() {
    let mut crowded = Note::parse(note(9, false).as_bytes()).unwrap();
    crowded.add(witness_key(2).sign(&crowded, TIME).unwrap());
    let witness = at_five();
    assert_eq!(ask(&witness, &add_checkpoint_body(5, &proof(5, 9), &crowded.to_string())).status, 200);
    assert!(!witness.store.latest(ORIGIN).unwrap().unwrap().note.contains("witness.example/2"));
}

#[test]
fn a_monitor_asks_for_a_log_by_the_sha_256_of_its_origin() {
    use sha2::Digest;
    let hash: String = sha2::Sha256::digest(ORIGIN).iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(witness(1).latest_by_hash(&hash).unwrap(), None);
    let note = at_five().latest_by_hash(&hash).unwrap().unwrap();
    assert!(note.starts_with(&format!("{ORIGIN}\n5\n")) && note.contains("witness.example/1"));
    assert_eq!(at_five().latest_by_hash(ORIGIN).unwrap(), None);
}

/// A store in which another request comes between reading and writing.
struct Raced {
    inner: MemoryStore,
    between: RefCell<Option<Seen>>,
}

impl WitnessStore for Raced {
    type Error = std::convert::Infallible;

    fn latest(&self, origin: &str) -> Result<Option<Seen>, Self::Error> {
        self.inner.latest(origin)
    }

    fn compare_and_set(&self, origin: &str, old: Option<&Seen>, new: &Seen) -> Result<bool, Self::Error> {
        if let Some(other) = self.between.take() {
            let now = self.inner.latest(origin)?;
            assert!(self.inner.compare_and_set(origin, now.as_ref(), &other)?);
        }
        self.inner.compare_and_set(origin, old, new)
    }
}

/// Asks to go from 5 to 9 while somebody else moves the witness on to a size.
fn race_with(size: u64) -> (Answer, u64) {
    let Witness { keys, logs, store } = at_five();
    let other = Seen { size, root: root(size, false), note: note(size, false) };
    let witness = Witness { keys, logs, store: Raced { inner: store, between: RefCell::new(Some(other)) } };
    let answer = ask(&witness, &body(5, 9));
    (answer, witness.store.latest(ORIGIN).unwrap().unwrap().size)
}

#[test]
fn a_slow_request_does_not_roll_the_witness_back() {
    // The race that the specification prints: 9 was checked against 5, and meanwhile 12 was cosigned.
    let (answer, size) = race_with(12);
    assert_eq!((answer.status, answer.body.as_str(), size), (409, "12\n", 12));
}

#[test]
fn of_two_requests_from_the_same_size_one_is_told_that_it_came_late() {
    let (answer, size) = race_with(7);
    assert_eq!((answer.status, answer.body.as_str(), size), (409, "7\n", 7));
    let (answer, size) = race_with(9);
    assert_eq!((answer.status, answer.body.as_str(), size), (409, "9\n", 9));
}

#[test]
fn when_many_ask_at_once_no_two_histories_are_cosigned() {
    struct Shared(Mutex<Option<Seen>>);
    impl WitnessStore for &Shared {
        type Error = std::convert::Infallible;
        fn latest(&self, _: &str) -> Result<Option<Seen>, Self::Error> {
            Ok(self.0.lock().unwrap().clone())
        }
        fn compare_and_set(&self, _: &str, old: Option<&Seen>, new: &Seen) -> Result<bool, Self::Error> {
            let mut seen = self.0.lock().unwrap();
            let is_old = seen.as_ref() == old;
            if is_old {
                *seen = Some(new.clone());
            }
            Ok(is_old)
        }
    }
    let shared = Shared(Mutex::new(None));
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let ask_for = |size: u64| {
            let shared = &shared;
            scope.spawn(move || {
                let witness =
                    Witness { keys: vec![witness_key(1)], logs: vec![log_key().verifier().clone()], store: shared };
                ask(&witness, &add_checkpoint_body(0, &[], &note(size, size.is_multiple_of(2)))).status
            })
        };
        let asked: Vec<_> = (1..=16).map(ask_for).collect();
        asked.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
    assert_eq!(statuses.iter().filter(|status| **status == 409).count(), 15, "{statuses:?}");
}

#[test]
fn a_store_that_fails_gives_no_answer_and_no_cosignature() {
    struct Broken;
    impl WitnessStore for Broken {
        type Error = &'static str;
        fn latest(&self, _: &str) -> Result<Option<Seen>, &'static str> {
            Ok(None)
        }
        fn compare_and_set(&self, _: &str, _: Option<&Seen>, _: &Seen) -> Result<bool, &'static str> {
            Err("no space")
        }
    }
    let witness = Witness { keys: vec![witness_key(1)], logs: vec![log_key().verifier().clone()], store: Broken };
    assert_eq!(witness.add_checkpoint(body(0, 5).as_bytes(), TIME), Err("no space"));
}
