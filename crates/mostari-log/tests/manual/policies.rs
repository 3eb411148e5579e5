//! Policies: whom to trust (C2SP tlog-policy).

use crate::common::{ORIGIN, TIME, log_key, witness_key};
use mostari_log::{Checkpoint, Hash, KeyKind, Note, Policy, SigningKey, TrustError};

fn vkey(number: u8) -> String {
    SigningKey::from_seed(&format!("w{number}.example"), KeyKind::Cosigner, &[number; 32])
        .unwrap()
        .verifier()
        .to_string()
}

/// A checkpoint of the log, cosigned by these witnesses.
fn cosigned(witnesses: &[u8]) -> String {
    let checkpoint = Checkpoint { origin: ORIGIN.into(), size: 5, root: Hash::of_leaf(b"any"), extensions: vec![] };
    let mut note = Note::new(checkpoint.to_string()).unwrap();
    note.add(log_key().sign(&note, 0).unwrap());
    for number in witnesses {
        let key = SigningKey::from_seed(&format!("w{number}.example"), KeyKind::Cosigner, &[*number; 32]).unwrap();
        note.add(key.sign(&note, TIME + u64::from(*number)).unwrap());
    }
    note.to_string()
}

/// The policy of the specification: two of X1, X2, X3 and any of Y1, Y2, Y3.
fn two_groups() -> Policy {
    let witness = |name: &str, number| format!("witness {name} {}\n", vkey(number));
    let x = [witness("X1", 1), witness("X2", 2), witness("X3", 3)].concat();
    let y = [witness("Y1", 4), witness("Y2", 5), witness("Y3", 6)].concat();
    let text = format!(
        "log {}\n\n{x}group X-witnesses 2 X1 X2 X3\n\n{y}group Y-witnesses any Y1 Y2 Y3\n\n\
         group X-and-Y all X-witnesses Y-witnesses\nquorum X-and-Y\n",
        log_key().verifier()
    );
    Policy::parse(&text).unwrap()
}

#[test]
fn two_of_one_group_and_one_of_another_are_a_quorum() {
    let policy = two_groups();
    for (witnesses, trusted) in [
        (&[1, 2, 4][..], true),
        (&[2, 3, 6], true),
        (&[1, 2, 3, 4, 5, 6], true),
        (&[1, 2, 3], false),
        (&[1, 4, 5, 6], false),
        (&[], false),
    ] {
        assert_eq!(policy.check(cosigned(witnesses).as_bytes()).is_ok(), trusted, "{witnesses:?}");
    }
}

#[test]
fn a_lacking_quorum_is_told_by_the_names_of_the_policy() {
    let lacking = two_groups().check(cosigned(&[1, 3, 4]).as_bytes());
    assert!(lacking.is_ok());
    let lacking = two_groups().check(cosigned(&[1, 4]).as_bytes()).unwrap_err();
    assert_eq!(lacking.to_string(), "it lacks witnesses: X2, X3, Y2, Y3");
}

#[test]
fn a_trusted_checkpoint_says_who_has_seen_it_and_when() {
    let trusted = two_groups().check(cosigned(&[1, 2, 4, 9]).as_bytes()).unwrap();
    let witnesses = [("X1", 1), ("X2", 2), ("Y1", 4)].map(|(name, number)| (name.to_owned(), TIME + number));
    assert_eq!((trusted.witnesses, trusted.unknown), (witnesses.to_vec(), 1));
}

#[test]
fn the_log_must_have_signed_under_its_own_name() {
    let other = SigningKey::from_seed("example.org/other", KeyKind::Log, &[2; 32]).unwrap();
    let policy = Policy::of_log(other.verifier().clone());
    assert_eq!(policy.check(cosigned(&[]).as_bytes()), Err(TrustError::NoLog));
    // A trusted log that signs in the name of another log is not believed.
    let mut note = Note::new(format!("{ORIGIN}\n5\n{}\n", Hash::default())).unwrap();
    note.add(other.sign(&note, 0).unwrap());
    assert_eq!(policy.check(note.to_string().as_bytes()), Err(TrustError::NoLog));
}

#[test]
fn one_witness_can_be_the_quorum_or_none() {
    let log = log_key().verifier().to_string();
    let one = Policy::parse(&format!("log {log}\nwitness w {}\nquorum w\n", vkey(1))).unwrap();
    assert!(one.check(cosigned(&[1]).as_bytes()).is_ok() && one.check(cosigned(&[2]).as_bytes()).is_err());
    let none = Policy::parse(&format!("log {log}\nquorum none\n")).unwrap();
    assert!(none.check(cosigned(&[]).as_bytes()).is_ok());
}

#[test]
fn blanks_comments_addresses_and_a_last_line_without_end_are_allowed() {
    let (log, w) = (log_key().verifier().to_string(), vkey(1));
    let text = format!(
        "# ours\n\n \t log \t{log} https://log.example\n  # theirs\nwitness w {w} https://w.example\t\nquorum w"
    );
    let policy = Policy::parse(&text).unwrap();
    assert_eq!((policy.logs().len(), policy.witnesses().len()), (1, 1));
}

#[test]
fn a_witness_is_asked_where_the_policy_says_if_it_says_so() {
    let text = format!("witness a {} https://a.example/\nwitness b {}\nquorum a\n", vkey(1), vkey(2));
    let urls: Vec<_> = Policy::parse(&text).unwrap().witnesses().iter().map(|known| known.url.clone()).collect();
    assert_eq!(urls, [Some("https://a.example/".to_owned()), None]);
}

#[test]
fn a_checkpoint_that_waits_for_its_witnesses_can_be_looked_at_without_them() {
    let policy = two_groups();
    assert!(policy.check(cosigned(&[]).as_bytes()).is_err());
    assert!(policy.without_quorum().check(cosigned(&[]).as_bytes()).unwrap().witnesses.is_empty());
}

#[test]
fn an_empty_set_of_logs_reads_and_trusts_nothing() {
    let policy = Policy::parse("quorum none\n").unwrap();
    assert_eq!(policy.check(cosigned(&[]).as_bytes()), Err(TrustError::NoLog));
}

fn check(text: &str, line: usize, reason: &str) {
    let error = Policy::parse(text).unwrap_err();
    assert_eq!((error.line, error.reason.as_str()), (line, reason), "{text}");
}

#[test]
fn there_is_exactly_one_quorum_and_it_is_defined_above() {
    check("", 1, "it has no quorum line");
    check("quorum none\nquorum none\n", 2, "there is a second quorum");
    check("quorum w\n", 1, "nothing above is called `w`");
    check(&format!("quorum w\nwitness w {}\n", vkey(1)), 1, "nothing above is called `w`");
}

#[test]
fn names_are_taken_once_and_none_is_reserved() {
    let w = |name: &str, number| format!("witness {name} {}\n", vkey(number));
    check(&format!("{}{}", w("a", 1), w("a", 2)), 2, "the name `a` is taken");
    check(&format!("{}group a 1 a\n", w("a", 1)), 2, "the name `a` is taken");
    check(&w("none", 1), 1, "the name `none` is taken");
    check(&format!("{}group none any a\n", w("a", 1)), 2, "the name `none` is taken");
    check(&format!("{}group g any none\n", w("a", 1)), 2, "nothing above is called `none`");
}

#[test]
fn no_key_stands_twice() {
    let log = log_key().verifier().to_string();
    check(&format!("log {log}\nlog {log}\n"), 2, "the log stands twice");
    check(&format!("witness a {0}\nwitness b {0}\n", vkey(1)), 2, "the witness stands twice");
    // The same key under another name is the same key.
    let renamed = SigningKey::from_seed("other.example", KeyKind::Cosigner, &[1; 32]).unwrap();
    check(&format!("witness a {}\nwitness b {}\n", vkey(1), renamed.verifier()), 2, "the witness stands twice");
}

#[test]
fn a_log_has_the_key_of_a_log_and_a_witness_that_of_a_witness() {
    assert!(Policy::parse(&format!("log {}\nquorum none\n", vkey(1))).is_err());
    assert!(Policy::parse(&format!("witness w {}\nquorum none\n", log_key().verifier())).is_err());
    let quantum = witness_key(3);
    assert!(Policy::parse(&format!("witness w {}\nquorum w\n", quantum.verifier())).is_ok());
}

#[test]
fn a_group_asks_for_one_to_all_of_its_members_and_each_name_is_a_member_once() {
    let two = format!("witness a {}\nwitness b {}\n", vkey(1), vkey(2));
    let group = |line: &str, reason: &str| check(&format!("{two}{line}\n"), 3, reason);
    group("group g 0 a b", "0 of 2 members cannot be asked for");
    group("group g 3 a b", "3 of 2 members cannot be asked for");
    group("group g all", "0 of 0 members cannot be asked for");
    group("group g any", "1 of 0 members cannot be asked for");
    group("group g +2 a b", "`+2` is neither `all`, `any` nor a number");
    group("group g 02 a b", "`02` is neither `all`, `any` nor a number");
    group("group g some a b", "`some` is neither `all`, `any` nor a number");
    group("group g 1 a a", "`a` is a member twice");
    group("group g 1 g", "nothing above is called `g`");
    check(&format!("{two}group g any a b\ngroup h any a\n"), 4, "`a` is a member twice");
}

#[test]
fn other_lines_and_control_characters_are_refused() {
    check("witnes w\n", 1, "`witnes` begins no line of a policy, or has too few or too many words");
    check("quorum\n", 1, "`quorum` begins no line of a policy, or has too few or too many words");
    check("quorum none # why\n", 1, "`quorum` begins no line of a policy, or has too few or too many words");
    for control in ['\r', '\0', '\u{b}', '\u{7f}'] {
        check(&format!("quorum none{control}\n"), 1, "it has a control character");
    }
}

#[test]
fn thirty_two_logs_witnesses_and_groups_are_read() {
    let log = |n: u8| SigningKey::from_seed(&format!("log{n}.example"), KeyKind::Log, &[n + 100; 32]).unwrap();
    let logs: String = (0..32).map(|n| format!("log {}\n", log(n).verifier())).collect();
    let witnesses: String = (0..32).map(|n| format!("witness w{n} {}\n", vkey(n))).collect();
    let groups: String = (0..32).map(|n| format!("group g{n} any w{n}\n")).collect();
    let policy = Policy::parse(&format!("{logs}{witnesses}{groups}quorum g31\n")).unwrap();
    assert_eq!((policy.logs().len(), policy.witnesses().len()), (32, 32));
}
