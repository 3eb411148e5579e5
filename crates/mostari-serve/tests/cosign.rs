//! Asking witnesses: some cosign, one lies, one is down, one is slow, one has seen more than the log admits.

#![allow(clippy::unwrap_used, reason = "a test may stop at what it does not expect")]

mod common;

use axum::{Router, http::StatusCode, response::IntoResponse, routing::post};
use common::{Running, TIME, WAITING, any_port, grow, log_key, mission, note, policy, silent, tiles, url};
use mostari_log::{KeyKind, Note, Policy, SigningKey, TrustError, parse_signatures};
use mostari_record::Mission;
use mostari_serve::{Client, Cosigned, Heard, Said, Server, Waiting, Witnesses};
use std::{
    convert::Infallible,
    net::TcpListener,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

/// A mission with five witnesses, the Ed25519 keys of which its policy knows; three are asked for.
struct World {
    dir: tempfile::TempDir,
    mission: Mission,
    running: Vec<Running>,
}

impl World {
    fn new(witnesses: usize) -> Self {
        let (dir, mission) = mission();
        grow(&mission, 300);
        let start = |i| Running::start(&mission, &dir.path().join(format!("witness-{i}")));
        let running = (0..witnesses).map(start).collect();
        Self { dir, mission, running }
    }

    fn policy(&self, needed: usize) -> Policy {
        let known: Vec<(String, String)> = self.running.iter().map(|one| (one.keys[0].clone(), one.url())).collect();
        self.policy_of(needed, &known)
    }

    fn policy_of(&self, needed: usize, known: &[(String, String)]) -> Policy {
        let known: Vec<(&str, &str)> = known.iter().map(|(key, url)| (key.as_str(), url.as_str())).collect();
        policy(&self.mission, needed, &known)
    }
}

fn client() -> Client {
    Client::with_patience(None, Duration::from_secs(30)).unwrap()
}

fn witnesses(policy: &Policy) -> Witnesses {
    Witnesses::new(client(), policy.clone(), &[]).unwrap()
}

/// Asks about the latest checkpoint, and publishes what comes.
fn ask(mission: &Mission, witnesses: &mut Witnesses, waiting: Waiting) -> Cosigned {
    let publish = |note: &Note| mission.writer().and_then(|mut writer| writer.publish_cosigned(note));
    witnesses.ask(&note(mission), &tiles(mission), waiting, publish).unwrap()
}

fn cosigned(heard: &[Heard]) -> usize {
    heard.iter().filter(|heard| matches!(heard.said, Said::Cosigned(_))).count()
}

fn said<'a>(cosigned: &'a Cosigned, url: &str) -> &'a Said {
    &cosigned.heard.iter().find(|heard| heard.url == url).unwrap().said
}

/// A witness that answers `add-checkpoint` with whatever it likes.
fn impostor(answer: impl Fn(&str) -> (u16, String) + Clone + Send + Sync + 'static) -> Server {
    let route = post(move |body: String| async move {
        let (status, body) = answer(&body);
        Ok::<_, Infallible>((StatusCode::from_u16(status).unwrap(), body).into_response())
    });
    Server::start(any_port(), Router::new().route("/add-checkpoint", route), silent).unwrap()
}

/// A key that is nobody's running witness.
fn key(seed: u8) -> SigningKey {
    SigningKey::from_seed(&format!("w.example/{seed}"), KeyKind::Cosigner, &[seed; 32]).unwrap()
}

fn checkpoint_in(body: &str) -> Note {
    Note::parse(body.split_once("\n\n").unwrap().1.as_bytes()).unwrap()
}

#[test]
fn five_witnesses_cosign_and_the_published_checkpoint_says_so() {
    let world = World::new(5);
    let policy = world.policy(3);
    let cosigned = ask(&world.mission, &mut witnesses(&policy), WAITING);
    assert_eq!(cosigned.trusted.unwrap().witnesses, (0..5).map(|i| (format!("w{i}"), TIME)).collect::<Vec<_>>());
    let published = world.mission.checkpoint_bytes().unwrap();
    assert_eq!(published, cosigned.note.to_string().as_bytes());
    let found = world.mission.verify(Some(&policy)).unwrap();
    assert!(found.is_whole(), "{:?}", found.findings);
    assert_eq!(found.witnesses.len(), 5);
}

#[test]
fn lines_by_keys_that_the_policy_does_not_know_are_left_out() {
    // A witness signs with ML-DSA-44 too; the policy names only its Ed25519 key.
    let world = World::new(1);
    let cosigned = ask(&world.mission, &mut witnesses(&world.policy(1)), WAITING);
    assert_eq!(cosigned.note.signatures().len(), 2);
    assert_eq!(cosigned.trusted.unwrap().unknown, 0);
}

#[test]
fn both_keys_of_a_witness_count_under_their_own_names() {
    let world = World::new(1);
    let [ed, pq] = &world.running[0].keys[..] else { panic!("two keys") };
    let url = world.running[0].url();
    let policy = policy(&world.mission, 2, &[(ed, &url), (pq, &url)]);
    let cosigned = ask(&world.mission, &mut witnesses(&policy), WAITING);
    assert_eq!(cosigned.heard.len(), 1, "it was asked once");
    assert_eq!(cosigned.heard[0].said, Said::Cosigned(vec!["w0".to_owned(), "w1".to_owned()]));
}

#[test]
fn three_of_five_are_enough_whatever_the_others_do() {
    let world = World::new(3);
    let liar = impostor(|body| {
        // A line by the right key, over another time than it signed.
        let mut line = key(1).sign(&checkpoint_in(body), 5).unwrap().to_string();
        line = line.replacen("AAAA", "AAAB", 1);
        (200, line)
    });
    let down = TcpListener::bind("127.0.0.1:0").unwrap();
    let down_url = format!("http://{}/", down.local_addr().unwrap());
    drop(down);
    let mut known: Vec<_> = world.running.iter().map(|one| (one.keys[0].clone(), one.url())).collect();
    known.push((key(1).verifier().to_string(), url(&liar)));
    known.push((key(2).verifier().to_string(), down_url.clone()));
    let policy = world.policy_of(3, &known);
    let cosigned = ask(&world.mission, &mut witnesses(&policy), WAITING);
    assert_eq!(cosigned.trusted.as_ref().unwrap().witnesses.len(), 3);
    assert!(matches!(said(&cosigned, &url(&liar)), Said::Wrong(_)), "{:?}", cosigned.heard);
    assert!(matches!(said(&cosigned, &down_url), Said::Silent(_)));
    assert_eq!(world.mission.checkpoint_bytes().unwrap(), cosigned.note.to_string().as_bytes());
}

#[test]
fn a_slow_witness_holds_nobody_up_once_the_quorum_is_met() {
    let world = World::new(3);
    // It takes the connection and never answers.
    let slow = TcpListener::bind("127.0.0.1:0").unwrap();
    let slow_url = format!("http://{}/", slow.local_addr().unwrap());
    let mut known: Vec<_> = world.running.iter().map(|one| (one.keys[0].clone(), one.url())).collect();
    known.push((key(1).verifier().to_string(), slow_url.clone()));
    let policy = world.policy_of(3, &known);
    let waiting = Waiting { in_all: Duration::from_secs(120), after_quorum: Duration::from_millis(100) };
    let since = Instant::now();
    let cosigned = ask(&world.mission, &mut witnesses(&policy), waiting);
    assert!(since.elapsed() < Duration::from_secs(60));
    assert!(cosigned.trusted.is_ok());
    assert_eq!(said(&cosigned, &slow_url), &Said::Silent("no answer in time".to_owned()));
}

#[test]
fn who_comes_after_the_quorum_is_added() {
    let world = World::new(5);
    let published: Arc<Mutex<Vec<usize>>> = Arc::default();
    let policy = world.policy(3);
    let counted = Arc::clone(&published);
    let count = move |note: &Note| -> Result<(), Infallible> {
        counted.lock().unwrap().push(note.signatures().len() - 1);
        Ok(())
    };
    let note = note(&world.mission);
    witnesses(&policy).ask(&note, &tiles(&world.mission), WAITING, count).unwrap();
    assert_eq!(*published.lock().unwrap(), [3, 5], "first the quorum, then the rest");
}

#[test]
fn without_a_quorum_nothing_is_published() {
    let world = World::new(2);
    let mut known: Vec<_> = world.running.iter().map(|one| (one.keys[0].clone(), one.url())).collect();
    let refusing = impostor(|_| (403, "no key that is trusted for this log signed\n".to_owned()));
    known.push((key(1).verifier().to_string(), url(&refusing)));
    let before = world.mission.checkpoint_bytes().unwrap();
    let cosigned = ask(&world.mission, &mut witnesses(&world.policy_of(3, &known)), WAITING);
    assert_eq!(cosigned.trusted, Err(TrustError::Quorum(vec!["w2".to_owned()])));
    let expect = Said::Refused(403, "no key that is trusted for this log signed".to_owned());
    assert_eq!(said(&cosigned, &url(&refusing)), &expect);
    assert_eq!(world.mission.checkpoint_bytes().unwrap(), before);
}

#[test]
fn a_witness_that_has_seen_another_size_is_asked_again_with_it() {
    let world = World::new(1);
    let policy = world.policy(1);
    assert_eq!(cosigned(&ask(&world.mission, &mut witnesses(&policy), WAITING).heard), 1);
    grow(&world.mission, 500);
    // Somebody who knows nothing of the first time.
    assert_eq!(cosigned(&ask(&world.mission, &mut witnesses(&policy), WAITING).heard), 1);
}

#[test]
fn what_was_cosigned_earlier_saves_a_question_and_stays() {
    let world = World::new(2);
    let policy = world.policy(2);
    let first = ask(&world.mission, &mut witnesses(&policy), WAITING);
    let told: Arc<Mutex<Vec<String>>> = Arc::default();
    let heard = Arc::clone(&told);
    let listening = impostor(move |body| {
        heard.lock().unwrap().push(body.lines().next().unwrap().to_owned());
        (500, "out of order\n".to_owned())
    });
    // The first of them has moved, and is out of order there.
    let known = [
        (world.running[0].keys[0].clone(), url(&listening)),
        (world.running[1].keys[0].clone(), world.running[1].url()),
    ];
    let policy = world.policy_of(2, &known);
    let mut witnesses = witnesses(&policy);
    witnesses.remember(first.note);
    let again = ask(&world.mission, &mut witnesses, WAITING);
    assert_eq!(*told.lock().unwrap(), ["old 301"], "it was asked from where it stood");
    assert_eq!(again.trusted.unwrap().witnesses.len(), 2, "its earlier cosignature of the same checkpoint stays");
}

#[test]
fn an_old_copy_of_a_log_is_told_that_it_is_one() {
    let world = World::new(0);
    let ahead = impostor(|_| (409, "5000\n".to_owned()));
    let known = [(key(1).verifier().to_string(), url(&ahead))];
    let cosigned = ask(&world.mission, &mut witnesses(&world.policy_of(1, &known)), WAITING);
    assert_eq!(cosigned.heard[0].said, Said::Ahead(5_000));
    assert!(cosigned.trusted.is_err());
}

#[test]
fn a_witness_that_never_agrees_on_a_size_is_asked_only_twice() {
    let world = World::new(0);
    let asked: Arc<Mutex<u64>> = Arc::default();
    let count = Arc::clone(&asked);
    let fickle = impostor(move |_| {
        let mut count = count.lock().unwrap();
        *count += 1;
        (409, format!("{count}\n"))
    });
    let known = [(key(1).verifier().to_string(), url(&fickle))];
    let cosigned = ask(&world.mission, &mut witnesses(&world.policy_of(1, &known)), WAITING);
    assert!(matches!(cosigned.heard[0].said, Said::Refused(409, _)), "{:?}", cosigned.heard);
    assert_eq!(*asked.lock().unwrap(), 2);
}

#[test]
fn a_fork_is_refused_by_every_witness() {
    let world = World::new(3);
    let policy = world.policy(2);
    assert!(ask(&world.mission, &mut witnesses(&policy), WAITING).trusted.is_ok());
    // The log's own keys sign another history of the same length, as a thief of the keys would.
    let forked = world.dir.path().join("forked");
    let log = SigningKey::from_seed(log_key(&world.mission).name(), KeyKind::Log, &seed_of(&world.mission)).unwrap();
    let text = note(&world.mission).text().to_owned();
    let root = text.lines().nth(2).unwrap().to_owned();
    let mut fork = Note::new(text.replace(&root, "gy5gl3aksFyiCO95a/1vLXz88A3dRq+0l9Sxte8ZqZQ=")).unwrap();
    fork.add(log.sign(&fork, 0).unwrap());
    let mut witnesses = witnesses(&policy);
    let nothing = |_: &Note| -> Result<(), Infallible> { panic!("nothing is to be published") };
    let asked = witnesses.ask(&fork, &mostari_log::Folder::new(forked), WAITING, nothing).unwrap();
    for heard in &asked.heard {
        assert!(matches!(heard.said, Said::Refused(422, _)), "{heard:?}");
    }
}

/// The seed of the log's key, as a thief would read it.
fn seed_of(mission: &Mission) -> [u8; 32] {
    let text = std::fs::read_to_string(mission.dir().join("keys/log.key")).unwrap();
    let byte = |i: usize| u8::from_str_radix(&text[2 * i..2 * i + 2], 16).unwrap();
    std::array::from_fn(byte)
}

#[test]
fn answers_that_are_no_signatures_or_endless_are_wrong() {
    let world = World::new(0);
    for answer in ["", "thank you\n", "\u{2014} w.example/1 AAAA", &"x".repeat(2_000_000)] {
        let answer = answer.to_owned();
        let impostor = impostor(move |_| (200, answer.clone()));
        let known = [(key(1).verifier().to_string(), url(&impostor))];
        let cosigned = ask(&world.mission, &mut witnesses(&world.policy_of(1, &known)), WAITING);
        assert!(matches!(cosigned.heard[0].said, Said::Wrong(_)), "{:?}", cosigned.heard);
        assert!(cosigned.trusted.is_err());
    }
}

#[test]
fn whom_to_ask_must_be_said() {
    let (_dir, mission) = mission();
    let text = format!("log {}\nwitness a {}\nquorum a\n", mission.settings().log, key(1).verifier());
    let policy = Policy::parse(&text).unwrap();
    let code = |urls: &[String]| Witnesses::new(client(), policy.clone(), urls).map(drop).unwrap_err().code();
    assert_eq!(code(&[]), "SRV-006");
    assert_eq!(code(&["ftp://a.example".to_owned()]), "SRV-002");
    assert!(Witnesses::new(client(), policy.clone(), &["https://a.example".to_owned()]).is_ok());
}

/// The line that a lying witness changes is one that would have held.
#[test]
fn the_lie_of_these_tests_is_a_lie() {
    let (_dir, mission) = mission();
    let line = key(1).sign(&note(&mission), 5).unwrap().to_string();
    let check =
        |line: &str| key(1).verifier().verify(note(&mission).text(), &parse_signatures(line).unwrap()[0]).is_ok();
    assert!(check(&line));
    assert!(!check(&line.replacen("AAAA", "AAAB", 1)));
}
