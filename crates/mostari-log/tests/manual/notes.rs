//! Signed notes and verifier keys (C2SP signed-note).

use mostari_log::{KeyError, KeyKind, Note, NoteError, Policy, SigningKey, TrustError, VerifierKey};
use proptest::prelude::*;

/// The example at the head of the specification.
const POEM: &str = "Ognuno sta solo sul cuor della terra\ntrafitto da un raggio di sole:\n\ned è subito sera.\n\n\
    — quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=\n";

fn check(note: &str, expect: Result<(&str, usize), NoteError>) {
    let read = Note::parse(note.as_bytes());
    assert_eq!(
        read.as_ref().map(|note| (note.text(), note.signatures().len())).map_err(Clone::clone),
        expect,
        "{note:?}"
    );
}

#[test]
fn the_last_empty_line_divides_text_and_signatures() {
    let note = Note::parse(POEM.as_bytes()).unwrap();
    assert!(note.text().ends_with("sole:\n\ned è subito sera.\n"));
    let line = &note.signatures()[0];
    assert_eq!(
        (line.name(), line.key_id(), line.bytes().len()),
        ("quasimodo.example/salvatore", [0x36, 0x7b, 0xa0, 0x4b], 64)
    );
    assert_eq!(note.to_string(), POEM);
}

#[test]
fn a_note_needs_an_empty_line_and_at_least_one_signature() {
    check("text\n", Err(NoteError::NoSignatures));
    check("text\n\n", Err(NoteError::NoSignatures));
    check("text\n— a AAAAAAA=\n", Err(NoteError::NoSignatures));
    check("text\n\n— a AAAAAAA=\n", Ok(("text\n", 1)));
    check("\n\n— a AAAAAAA=\n", Ok(("\n", 1)));
}

#[test]
fn a_note_is_plain_utf_8_without_control_characters() {
    check("te\tt\n\n— a AAAAAAA=\n", Err(NoteError::NotText));
    check("text\r\n\n— a AAAAAAA=\n", Err(NoteError::NotText));
    check("te\0t\n\n— a AAAAAAA=\n", Err(NoteError::NotText));
    assert_eq!(Note::parse(b"te\xfft\n\n"), Err(NoteError::NotText));
    assert_eq!(Note::new("no line end"), Err(NoteError::NotText));
}

#[test]
fn a_signature_line_is_dash_name_and_base64_of_more_than_a_key_id() {
    for line in [
        "- a AAAAAAA=",        // a hyphen
        "—a AAAAAAA=",         // no blank
        "— AAAAAAA=",          // no name
        "—  AAAAAAA=",         // an empty name
        "— a+b AAAAAAA=",      // a plus in the name
        "— a\u{a0}b AAAAAAA=", // a Unicode blank in the name
        "— a AAAAAA==",        // four bytes: a key id and no signature
        "— a AAAAAAA",         // no padding
        "— a AAAAAAB=",        // bits that are left over
        "— a AAAAAAA= b",      // a word too many
        "— a AAAAAAA= ",       // a blank at the end
    ] {
        check(&format!("text\n\n— a AAAAAAA=\n{line}\n"), Err(NoteError::BadLine(2)));
    }
    check("text\n\n— a AAAAAAA=", Err(NoteError::BadLine(1)));
}

#[test]
fn sixteen_signatures_are_always_read() {
    check(&format!("text\n\n{}", "— a AAAAAAA=\n".repeat(16)), Ok(("text\n", 16)));
}

#[test]
fn a_signature_is_added_once() {
    let mut note = Note::new("text\n").unwrap();
    let line = Note::parse("text\n\n— a AAAAAAA=\n".as_bytes()).unwrap().signatures()[0].clone();
    note.add(line.clone());
    note.add(line);
    assert_eq!(note.to_string(), "text\n\n— a AAAAAAA=\n");
}

/// The key of Go's documentation of `golang.org/x/mod/sumdb/note`, and a note that it signed.
const PETER: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
const SIGNED_BY_PETER: &str = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n\
    — PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

#[test]
fn a_key_that_go_made_verifies_a_note_that_go_signed() {
    let key: VerifierKey = PETER.parse().unwrap();
    assert_eq!((key.name(), key.kind(), key.id()), ("PeterNeumann", KeyKind::Log, [0xc7, 0x4f, 0x20, 0xa3]));
    assert_eq!(key.to_string(), PETER);
    let note = Note::parse(SIGNED_BY_PETER.as_bytes()).unwrap();
    assert_eq!(key.verify(note.text(), &note.signatures()[0]), Ok(0));
    let other = note.text().replace("answer", "Answer");
    assert_eq!(key.verify(&other, &note.signatures()[0]), Err(KeyError::Signature("PeterNeumann".to_owned())));
}

#[test]
fn a_key_is_name_id_and_base64_of_type_and_public_key() {
    let check = |text: &str, expect: KeyError| assert_eq!(text.parse::<VerifierKey>().unwrap_err(), expect);
    check("PeterNeumann", KeyError::Text("PeterNeumann".to_owned()));
    check("PeterNeumann+c74f20a3", KeyError::Text("PeterNeumann+c74f20a3".to_owned()));
    check(&PETER.replace("c74f20a3", "c74f20a4"), KeyError::Id);
    check(&PETER.replace("Peter", "Pater"), KeyError::Id);
    check(&PETER.replace("+ARpc", "+AhpC"), KeyError::Kind(2));
    check("a+00000000+AQAA", KeyError::PublicKey);
    check("a+00000000+BgAA", KeyError::PublicKey);
    check(&PETER.replace("Peter", "Peter "), KeyError::Name("Peter Neumann".to_owned()));
}

#[test]
fn signatures_by_unknown_keys_mean_nothing_even_if_name_or_id_is_known() {
    let key = |seed: u8| SigningKey::from_seed("example.org/log", KeyKind::Log, &[seed; 32]).unwrap();
    let root = "gy5gl3aksFyiCO95a/1vLXz88A3dRq+0l9Sxte8ZqZQ=";
    let mut note = Note::new(format!("example.org/log\n5\n{root}\n")).unwrap();
    note.add(key(2).sign(&note, 0).unwrap());
    let policy = Policy::of_log(key(1).verifier().clone());
    assert_eq!(policy.check(note.to_string().as_bytes()), Err(TrustError::NoLog));
    note.add(key(1).sign(&note, 0).unwrap());
    assert_eq!(policy.check(note.to_string().as_bytes()).unwrap().unknown, 1);
}

#[test]
fn a_known_key_whose_signature_fails_spoils_the_note() {
    let key = SigningKey::from_seed("example.org/log", KeyKind::Log, &[1; 32]).unwrap();
    let root = "gy5gl3aksFyiCO95a/1vLXz88A3dRq+0l9Sxte8ZqZQ=";
    let mut note = Note::new(format!("example.org/log\n5\n{root}\n")).unwrap();
    note.add(key.sign(&note, 0).unwrap());
    let good = note.to_string();
    let (head, last) = good.rsplit_once(' ').unwrap();
    let bad = format!(
        "{good}{} {}",
        head.rsplit_once('\n').unwrap().1,
        last.replacen(&last[20..21], if &last[20..21] == "A" { "B" } else { "A" }, 1)
    );
    let policy = Policy::of_log(key.verifier().clone());
    assert!(policy.check(good.as_bytes()).is_ok());
    assert!(matches!(policy.check(bad.as_bytes()), Err(TrustError::Signature(_))));
}

#[test]
fn a_key_says_nothing_of_its_secret() {
    let key = SigningKey::from_seed("example.org/log", KeyKind::Log, &[1; 32]).unwrap();
    assert_eq!(format!("{:?}", key.verifier()), "VerifierKey(example.org/log Log)");
}

proptest! {
    #[test]
    fn every_note_that_is_signed_reads_as_it_was(lines in proptest::collection::vec("[^\\p{Cc}]{0,40}", 1..6), seed: [u8; 32]) {
        let key = SigningKey::from_seed("example.org/log", KeyKind::Log, &seed).unwrap();
        let mut note = Note::new(format!("{}\n", lines.join("\n"))).unwrap();
        note.add(key.sign(&note, 0).unwrap());
        let read = Note::parse(note.to_string().as_bytes()).unwrap();
        prop_assert_eq!(&read, &note);
        prop_assert!(key.verifier().verify(read.text(), &read.signatures()[0]).is_ok());
        let vkey: VerifierKey = key.verifier().to_string().parse().unwrap();
        prop_assert!(&vkey == key.verifier());
    }
}
