//! Texts: notes, checkpoints, policies, proof files.

use super::{entry, log_key, published_log, witness_key};
use crate::target::Target;
use mostari_log::{Checkpoint, KeyKind, Note, Policy, ProofFile, VerifierKey, parse_signatures, verify_inclusion};
use std::sync::LazyLock;

/// A signed and cosigned checkpoint of 600 entries, and the proof of entry 300.
struct Genuine {
    note: Note,
    policy_text: String,
    policy: Policy,
    proof_file: ProofFile,
}

static GENUINE: LazyLock<Genuine> = LazyLock::new(|| {
    let (_, log) = published_log(600);
    let mut note = Note::parse(log.note().as_bytes()).expect("the log wrote it");
    let mut policy_text = format!("log {}\n", log_key().verifier());
    for (name, kind) in [("classic", KeyKind::Cosigner), ("quantum", KeyKind::PostQuantumCosigner)] {
        let key = witness_key(kind);
        note.add(key.sign(&note, 1_700_000_000).expect("it is a checkpoint"));
        policy_text += &format!("witness {name} {}\n", key.verifier());
    }
    policy_text += "group both 2 classic quantum\nquorum both\n";
    let policy = Policy::parse(&policy_text).expect("it is one");
    let proof = log.prove_inclusion(300).expect("it is in the log");
    let proof_file = ProofFile { extra: Some(b"extra".to_vec()), index: 300, proof, checkpoint: note.to_string() };
    Genuine { note, policy_text, policy, proof_file }
});

pub const NOTE: Target = Target {
    name: "note",
    about: "signed notes, their signature lines, verifier keys",
    seeds: || {
        let key = witness_key(KeyKind::PostQuantumCosigner).verifier().to_string();
        vec![GENUINE.note.to_string().into_bytes(), key.into_bytes(), log_key().verifier().to_string().into_bytes()]
    },
    run: |input| {
        if let Ok(note) = Note::parse(input) {
            assert_eq!(note.to_string().as_bytes(), input, "a note prints as it was read");
            assert!(note.text().ends_with('\n') && !note.signatures().is_empty());
        }
        let Ok(text) = std::str::from_utf8(input) else { return };
        if let Ok(lines) = parse_signatures(text) {
            let printed: String = lines.iter().map(ToString::to_string).collect();
            assert_eq!(printed, text, "signature lines print as they were read");
        }
        if let Ok(key) = text.parse::<VerifierKey>() {
            assert_eq!(key.to_string(), text, "a key prints as it was read");
        }
    },
};

pub const CHECKPOINT: Target = Target {
    name: "checkpoint",
    about: "checkpoints, as they come and signed by a log that is trusted",
    seeds: || {
        let text = GENUINE.note.text();
        let with_extension = format!("{text}an extension\n").into_bytes();
        vec![GENUINE.note.to_string().into_bytes(), text.as_bytes().to_vec(), with_extension]
    },
    run: |input| {
        if GENUINE.policy.check(input).is_ok() {
            let note = Note::parse(input).expect("it was trusted");
            assert_eq!(note.text(), GENUINE.note.text(), "nobody signed this");
        }
        let Ok(text) = std::str::from_utf8(input) else { return };
        let parsed = text.parse::<Checkpoint>();
        if let Ok(checkpoint) = &parsed {
            assert_eq!(checkpoint.to_string(), text, "a checkpoint prints as it was read");
        }
        let Ok(mut note) = Note::new(text) else { return };
        note.add(log_key().sign(&note, 0).expect("a log signs any text"));
        let trusted = Policy::of_log(log_key().verifier().clone()).check(note.to_string().as_bytes());
        match (parsed, trusted) {
            (Ok(checkpoint), Ok(trusted)) => assert_eq!(checkpoint, trusted.checkpoint),
            (Ok(checkpoint), Err(_)) => {
                assert_ne!(checkpoint.origin, "example.org/log", "what the log signed is trusted")
            }
            (Err(_), trusted) => assert!(trusted.is_err(), "what is no checkpoint is not trusted"),
        }
    },
};

pub const POLICY: Target = Target {
    name: "policy",
    about: "policies of logs, witnesses and quorums",
    seeds: || {
        let key = |kind| witness_key(kind).verifier().to_string();
        let small = format!("# one\nwitness a {}\ngroup g any a\nquorum g\n", key(KeyKind::Cosigner));
        vec![GENUINE.policy_text.clone().into_bytes(), small.into_bytes(), b"quorum none\n".to_vec()]
    },
    run: |input| {
        let Ok(policy) = std::str::from_utf8(input).map_err(drop).and_then(|text| Policy::parse(text).map_err(drop))
        else {
            return;
        };
        if let Ok(trusted) = policy.check(GENUINE.note.to_string().as_bytes()) {
            assert!(policy.logs().iter().any(|key| key.name() == trusted.checkpoint.origin), "no log, no trust");
            assert!(trusted.witnesses.len() <= policy.witnesses().len());
        }
    },
};

pub const PROOF_FILE: Target = Target {
    name: "proof-file",
    about: "proofs that travel alone (.tlog-proof)",
    seeds: || {
        let without_extra = ProofFile { extra: None, ..GENUINE.proof_file.clone() };
        vec![GENUINE.proof_file.to_string().into_bytes(), without_extra.to_string().into_bytes()]
    },
    run: |input| {
        let Ok(text) = std::str::from_utf8(input) else { return };
        let Ok(file) = text.parse::<ProofFile>() else { return };
        assert_eq!(file.to_string(), text, "a proof file prints as it was read");
        if let Ok(trusted) = file.verify(&entry(300), &GENUINE.policy) {
            assert_eq!((file.index, &file.proof), (300, &GENUINE.proof_file.proof), "entry 300 stands at 300 only");
            assert_eq!(trusted.checkpoint.to_string(), GENUINE.note.text());
        }
        let _ = verify_inclusion(file.index, &Default::default(), u64::MAX, &Default::default(), &file.proof);
    },
};
