//! Checkpoints (C2SP tlog-checkpoint).

use mostari_log::{Checkpoint, CheckpointError, Hash, Note};

/// The example of the specification.
const SOFA: &str = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
const SOFA_SIGNATURE: &str = "— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n";

fn check(text: &str, expect: CheckpointError) {
    assert_eq!(text.parse::<Checkpoint>(), Err(expect), "{text:?}");
}

#[test]
fn a_checkpoint_is_origin_size_and_root() {
    let note = Note::parse(format!("{SOFA}\n{SOFA_SIGNATURE}").as_bytes()).unwrap();
    let checkpoint: Checkpoint = note.text().parse().unwrap();
    assert_eq!((checkpoint.origin.as_str(), checkpoint.size), ("example.com/behind-the-sofa", 20_852_163));
    assert_eq!(checkpoint.root.to_string(), "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=");
    assert_eq!(checkpoint.to_string(), SOFA);
}

#[test]
fn further_lines_are_kept_and_mean_nothing() {
    let text = format!("{SOFA}first\nsecond\n");
    let checkpoint: Checkpoint = text.parse().unwrap();
    assert_eq!(checkpoint.extensions, ["first", "second"]);
    assert_eq!(checkpoint.to_string(), text);
}

#[test]
fn an_empty_log_has_size_0_and_the_hash_of_nothing() {
    let text = "example.org/log\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n";
    let checkpoint: Checkpoint = text.parse().unwrap();
    assert_eq!((checkpoint.size, checkpoint.root), (0, Hash::of_empty_tree()));
}

#[test]
fn the_origin_is_not_empty() {
    check("\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n", CheckpointError::Origin);
}

#[test]
fn the_size_is_a_plain_number_below_2_to_the_63() {
    for size in ["", "01", "+1", "-1", "1 ", "0x1", "1e3", "9223372036854775808", "99999999999999999999"] {
        check(&SOFA.replace("20852163", size), CheckpointError::Size);
    }
    for size in [0, 1, i64::MAX as u64] {
        assert_eq!(SOFA.replace("20852163", &size.to_string()).parse::<Checkpoint>().unwrap().size, size);
    }
    check("origin\n", CheckpointError::Size);
}

#[test]
fn the_root_is_base64_of_32_bytes() {
    for root in
        ["", "AAAA", "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I", "CsUYapGGPo4dkMgIAUqom_Xajj7h2fB2MPA3j2jxq2I="]
    {
        check(&format!("origin\n1\n{root}\n"), CheckpointError::Root);
    }
    check("origin\n1\n", CheckpointError::Root);
}

#[test]
fn lines_end_and_none_is_empty() {
    check(SOFA.trim_end(), CheckpointError::Line);
    check(&format!("{SOFA}\n"), CheckpointError::Line);
    check(&format!("{SOFA}\nmore\n"), CheckpointError::Line);
    check("", CheckpointError::Line);
}
