//! Cosignatures of witnesses (C2SP tlog-cosignature). The signed messages are written out here byte by byte, and checked
//! with the libraries of the signature schemes alone.

use crate::common::{log_key, witness_key};
use ml_dsa::{MlDsa44, Verifier as _};
use mostari_log::{KeyError, KeyKind, Note, SigningKey};

const SOFA: &str = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
const TIME: u64 = 1_679_315_147;

fn sofa() -> Note {
    Note::new(SOFA).unwrap()
}

#[test]
fn an_ed25519_cosignature_signs_the_time_and_the_text() {
    let key = witness_key(1);
    let line = key.sign(&sofa(), TIME).unwrap();
    assert_eq!((line.bytes().len(), &line.bytes()[..8]), (8 + 64, &TIME.to_be_bytes()[..]));
    let message = format!("cosignature/v1\ntime 1679315147\n{SOFA}");
    let public = key.verifier().public_bytes().try_into().unwrap();
    let public = ed25519_dalek::VerifyingKey::from_bytes(&public).unwrap();
    let signature = ed25519_dalek::Signature::from_slice(&line.bytes()[8..]).unwrap();
    assert!(public.verify_strict(message.as_bytes(), &signature).is_ok());
    assert_eq!(key.verifier().verify(SOFA, &line), Ok(TIME));
}

#[test]
fn an_ml_dsa_44_cosignature_signs_name_time_origin_size_and_root() {
    let key = witness_key(3);
    let line = key.sign(&sofa(), TIME).unwrap();
    assert_eq!(line.bytes().len(), 8 + 2_420);
    let root = mostari_log::Hash::from_base64("CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=").unwrap();
    let message = [
        b"subtree/v1\n\0\x11witness.example/3",
        &TIME.to_be_bytes()[..],
        b"\x1bexample.com/behind-the-sofa",
        &0_u64.to_be_bytes(),
        &20_852_163_u64.to_be_bytes(),
        &root.0,
    ]
    .concat();
    let public = ml_dsa::VerifyingKey::<MlDsa44>::decode(key.verifier().public_bytes().as_slice().try_into().unwrap());
    let signature = ml_dsa::Signature::<MlDsa44>::try_from(&line.bytes()[8..]).unwrap();
    assert!(public.verify(&message, &signature).is_ok());
    assert_eq!(key.verifier().verify(SOFA, &line), Ok(TIME));
}

#[test]
fn a_cosignature_over_other_text_or_time_is_wrong() {
    for number in [1, 3] {
        let key = witness_key(number);
        let line = key.sign(&sofa(), TIME).unwrap();
        let wrong = Err(KeyError::Signature(format!("witness.example/{number}")));
        assert_eq!(key.verifier().verify(&SOFA.replace("20852163", "20852164"), &line), wrong);
        let mut at_another_time = Note::new("x\n").unwrap();
        at_another_time.add(key.sign(&sofa(), TIME + 1).unwrap());
        assert_eq!(key.verifier().verify(SOFA, &at_another_time.signatures()[0]), Ok(TIME + 1));
    }
}

#[test]
fn only_the_ed25519_kind_signs_further_lines() {
    let longer = format!("{SOFA}a further line\n");
    for (number, holds) in [(1, false), (3, true)] {
        let key = witness_key(number);
        let line = key.sign(&sofa(), TIME).unwrap();
        assert_eq!(key.verifier().verify(&longer, &line).is_ok(), holds);
    }
}

#[test]
fn an_ml_dsa_key_signs_nothing_but_checkpoints() {
    let note = Note::new("no checkpoint\n").unwrap();
    assert_eq!(witness_key(3).sign(&note, TIME).unwrap_err(), KeyError::NotACheckpoint("witness.example/3".to_owned()));
    assert!(witness_key(1).sign(&note, TIME).is_ok());
}

#[test]
fn a_name_that_an_ml_dsa_signature_cannot_hold_is_refused() {
    let name = "a".repeat(256);
    let key = SigningKey::from_seed(&name, KeyKind::PostQuantumCosigner, &[1; 32]).unwrap();
    assert_eq!(key.sign(&sofa(), TIME).unwrap_err(), KeyError::NotACheckpoint(name));
}

#[test]
fn one_seed_gives_each_kind_of_key_its_own_id() {
    let ids = [KeyKind::Log, KeyKind::Cosigner, KeyKind::PostQuantumCosigner]
        .map(|kind| SigningKey::from_seed("example.org", kind, &[1; 32]).unwrap().verifier().id());
    assert!(ids[0] != ids[1] && ids[1] != ids[2] && ids[0] != ids[2]);
    assert_eq!(log_key().verifier().kind(), KeyKind::Log);
}

#[test]
fn a_time_beyond_2_to_the_63_is_never_stated() {
    let key = witness_key(1);
    let line = key.sign(&sofa(), u64::MAX).unwrap();
    assert_eq!(key.verifier().verify(SOFA, &line), Ok(i64::MAX as u64));
}
