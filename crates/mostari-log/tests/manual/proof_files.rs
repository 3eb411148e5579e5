//! Proofs that travel alone (C2SP tlog-proof).

use crate::common::{entry, policy, publish};
use mostari_log::{Folder, ProofError, ProofFile, ProofFileError, TrustError};

/// The example of the specification, with signature lines that are left out there.
const FANCY: &str = "c2sp.org/tlog-proof@v1\nindex 73894\n\
    gSKyXoYZUgZ6jduWYrkDOARinOMGJveXjgMkBTcdPlQ=\nB95lDa8R83lS8n0eG+o0buTxRKQTYFi//1U8anccXmA=\n\
    EKNzoDWG8LGC0Yp9o+sv3qllpMP9uHQ9B20KNL+Q1zs=\nRoopEkOdqkYqMB4MJXrbt/hMjOxsVn0IrWjpz1ZMMes=\n\
    AHCioX9nLjsrse6YhjRRmk1WUEirVOLLRoOQ6vfO5vk=\n\n\
    example.com/fancylog\n109482\nsFodV/vSp5O8n9a8QpW6PRY97tfOSW5bsc2Xl/EQi08=\n\n— example.com/fancylog AAAAAAA=\n";

fn check(text: &str, expect: ProofFileError) {
    assert_eq!(text.parse::<ProofFile>(), Err(expect), "{text:?}");
}

#[test]
fn a_proof_is_index_hashes_and_checkpoint() {
    let file: ProofFile = FANCY.parse().unwrap();
    assert_eq!((file.index, file.proof.len(), &file.extra), (73_894, 5, &None));
    assert!(file.checkpoint.starts_with("example.com/fancylog\n109482\n"));
    assert_eq!(file.to_string(), FANCY);
}

#[test]
fn extra_data_stands_before_the_index() {
    let text = FANCY.replace("index", "extra YWdl\nindex");
    let file: ProofFile = text.parse().unwrap();
    assert_eq!(file.extra.as_deref(), Some(&b"age"[..]));
    assert_eq!(file.to_string(), text);
    check(&FANCY.replace("index", "extra YWd\nindex"), ProofFileError::Line("extra"));
}

#[test]
fn what_is_misspelled_is_refused_by_its_line() {
    check(&FANCY.replace("@v1", "@v2"), ProofFileError::FirstLine);
    check("", ProofFileError::FirstLine);
    check(&FANCY.replace("index 73894", "index 073894"), ProofFileError::Line("index"));
    check(&FANCY.replace("index 73894\n", ""), ProofFileError::Line("index"));
    check(&FANCY.replace("EKNz", "EKN"), ProofFileError::Hash(3));
    check("c2sp.org/tlog-proof@v1\nindex 0\n", ProofFileError::NoCheckpoint);
}

#[test]
fn a_proof_holds_for_its_entry_and_no_other() {
    let dir = tempfile::tempdir().unwrap();
    let published = publish(&Folder::new(dir.path()), &[10, 700]);
    for index in [0, 255, 256, 511, 699] {
        let file: ProofFile = published.proof_file(index).to_string().parse().unwrap();
        let trusted = file.verify(&entry(index), &policy()).unwrap();
        assert_eq!((trusted.checkpoint.size, trusted.witnesses.len()), (700, 3));
        assert_eq!(file.verify(&entry(index + 1), &policy()), Err(ProofFileError::Proof(ProofError::OtherRoot)));
        let moved = ProofFile { index: index ^ 1, ..file.clone() };
        assert!(moved.verify(&entry(index), &policy()).is_err());
    }
}

#[test]
fn a_proof_under_a_checkpoint_that_is_not_trusted_holds_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let published = publish(&Folder::new(dir.path()), &[10]);
    let file = published.proof_file(3);
    let unsigned = ProofFile { checkpoint: published.log.note().to_owned(), ..file };
    let refused = unsigned.verify(&entry(3), &policy());
    assert!(matches!(refused, Err(ProofFileError::Trust(TrustError::Quorum(_)))), "{refused:?}");
}
