//! Bytes that somebody else wrote: refused with a named reason, without a panic and without much memory. The fuzz
//! targets of `fuzz/` run here for a moment; `scripts/fuzz` runs them for long.

#![allow(clippy::unwrap_used, reason = "a test may stop at what it does not expect")]

#[path = "../../../fuzz/targets/log/mod.rs"]
mod log;
#[path = "../../../fuzz/targets/target.rs"]
#[allow(dead_code, reason = "the fuzzer lists what each target is about")]
mod target;

use mostari_log::{
    AuditFault, BUNDLE_BYTES_MAX, Batch, Checkpoint, Fetch, Folder, Hash, NOTE_BYTES_MAX, Note, NoteError, Policy,
    PolicyError, ProofError, ProofFile, ProofFileError, Tile, TileError, audit, verify_inclusion, write_entry,
};
use std::{fs::File, io};

/// Changed inputs a target sees in a test.
const MOMENT: usize = 1_000;

fn run_for_a_moment(name: &str) {
    let target = log::TARGETS.iter().find(|target| target.name == name).unwrap();
    target.run_for_a_moment(MOMENT);
}

#[test]
fn changed_notes_are_read_as_they_stand_or_refused() {
    run_for_a_moment("note");
}

#[test]
fn changed_checkpoints_are_not_believed() {
    run_for_a_moment("checkpoint");
}

#[test]
fn changed_policies_are_read_or_refused() {
    run_for_a_moment("policy");
}

#[test]
fn changed_proof_files_prove_nothing_else() {
    run_for_a_moment("proof-file");
}

#[test]
fn changed_tiles_and_paths_are_read_as_they_stand_or_refused() {
    run_for_a_moment("tile");
}

#[test]
fn changed_files_of_a_log_fail_the_audit() {
    run_for_a_moment("audit");
}

#[test]
fn a_torn_or_forged_journal_never_yields_a_wrong_batch() {
    run_for_a_moment("journal");
}

#[test]
fn changed_requests_move_no_witness() {
    run_for_a_moment("add-checkpoint");
}

#[test]
fn every_target_runs_here() {
    let source = include_str!("hostile.rs");
    for target in log::TARGETS {
        assert!(source.contains(&format!("run_for_a_moment(\"{}\")", target.name)), "`{}` has no test", target.name);
    }
}

#[test]
fn an_entry_of_65536_bytes_is_refused_by_a_bundle() {
    let mut bundle = Vec::new();
    let refused = write_entry(&[0; 65_536], &mut bundle);
    assert_eq!(refused, Err(TileError::Length { found: 65_536, needed: 65_535 }));
    assert!(bundle.is_empty());
    assert_eq!(write_entry(&[0; 65_535], &mut bundle), Ok(()));
}

#[test]
fn a_proof_of_64_hashes_is_refused() {
    let text = |hashes: usize| {
        format!("c2sp.org/tlog-proof@v1\nindex 0\n{}\nnote", format!("{}\n", Hash::default()).repeat(hashes))
    };
    assert_eq!(text(64).parse::<ProofFile>(), Err(ProofFileError::TooLong));
    assert_eq!(text(63).parse::<ProofFile>().unwrap().proof.len(), 63);
    for (hashes, size) in [(64, u64::MAX), (1_000, 2)] {
        let refused = verify_inclusion(0, &Hash::default(), size, &Hash::default(), &vec![Hash::default(); hashes]);
        assert!(matches!(refused, Err(ProofError::Length { .. } | ProofError::OtherRoot)), "{hashes} {refused:?}");
    }
}

#[test]
fn a_note_of_more_than_a_megabyte_is_refused() {
    let note = [b"text\n\n".as_slice(), &vec![b'a'; NOTE_BYTES_MAX]].concat();
    assert_eq!(Note::parse(&note), Err(NoteError::TooLarge(NOTE_BYTES_MAX + 6)));
}

#[test]
fn a_note_of_101_signatures_is_refused() {
    let line = "\u{2014} example.org/key AAAAAAA=\n";
    let note = |lines: usize| format!("text\n\n{}", line.repeat(lines));
    assert_eq!(Note::parse(note(101).as_bytes()), Err(NoteError::TooManySignatures));
    assert_eq!(Note::parse(note(100).as_bytes()).unwrap().signatures().len(), 100);
}

#[test]
fn a_checkpoint_that_claims_an_enormous_size_costs_no_memory() {
    let dir = tempfile::tempdir().unwrap();
    let checkpoint = Checkpoint {
        origin: "example.org/log".into(),
        size: i64::MAX as u64,
        root: Hash::default(),
        extensions: vec![],
    };
    let AuditFault { index, path, .. } = audit(&Folder::new(dir.path()), &checkpoint, |_, _| ()).unwrap_err();
    assert_eq!((index, path.as_str()), (0, "tile/entries/000"));
}

#[test]
fn a_file_larger_than_any_bundle_is_not_read() {
    let dir = tempfile::tempdir().unwrap();
    File::create(dir.path().join("large")).unwrap().set_len(BUNDLE_BYTES_MAX + 1).unwrap();
    let refused = Folder::new(dir.path()).fetch("large").unwrap_err();
    assert_eq!(refused.kind(), io::ErrorKind::InvalidData);
    assert_eq!(Folder::new(dir.path()).fetch("nothing").unwrap(), None);
}

#[test]
fn a_block_far_beyond_the_log_has_no_tile() {
    assert_eq!(Tile::of_block(7, 1 << 57, 600), None);
    assert!(Tile::of_block(7, 3, 600).is_some());
}

#[test]
fn a_proof_file_says_extra_once() {
    let text = |extra: &str| format!("c2sp.org/tlog-proof@v1\n{extra}index 0\n\nnote");
    assert_eq!(text("extra YQ==\n").parse::<ProofFile>().unwrap().extra, Some(b"a".to_vec()));
    assert_eq!(text("extra extra YQ==\n").parse::<ProofFile>(), Err(ProofFileError::Line("extra")));
    assert_eq!(text("extra YQ==\nextra YQ==\n").parse::<ProofFile>(), Err(ProofFileError::Line("index")));
}

#[test]
fn a_policy_of_too_many_lines_is_refused() {
    let PolicyError { line, .. } = Policy::parse(&"\n".repeat(2_000)).unwrap_err();
    assert_eq!(line, 1_001);
}

#[test]
fn an_empty_batch_and_an_empty_entry_are_different_things() {
    assert_ne!(Batch { entries: vec![vec![]], attachment: vec![] }, Batch::default());
    assert_ne!(Hash::of_leaf(b""), Hash::of_empty_tree());
}
