//! A witness over HTTP: every status of C2SP tlog-witness, races, restarts, and what a stranger may try.

#![allow(clippy::unwrap_used, reason = "a test may stop at what it does not expect")]

mod common;

use axum::{Router, routing::get as answer};
use common::{Reply, Running, TIME, any_port, get, grow, log_key, mission, note, post, silent, tiles, url};
use mostari_log::{
    Blocks, Checkpoint, Hash, KeyKind, Note, SigningKey, TileTree, VerifierKey, add_checkpoint_body, parse_signatures,
};
use mostari_record::Mission;
use mostari_serve::{Answered, Server, WitnessFolder};
use std::{
    io::{Read, Write},
    net::TcpStream,
    sync::{Arc, Barrier, Mutex},
    thread,
    time::{Duration, Instant},
};

fn sha256_hex(text: &str) -> String {
    mostari_model::Digest::of(text.as_bytes()).to_string()
}

/// A mission of 301 entries and a witness of it that has seen nothing.
struct World {
    dir: tempfile::TempDir,
    mission: Mission,
    witness: Running,
}

impl World {
    fn new() -> Self {
        let (dir, mission) = mission();
        grow(&mission, 300);
        let witness = Running::start(&mission, &dir.path().join("witness"));
        Self { dir, mission, witness }
    }

    fn ask(&self, body: &str) -> Reply {
        post(&format!("{}add-checkpoint", self.witness.url()), body)
    }

    /// The request that leads from `old` entries to the latest checkpoint.
    fn request(&self, old: u64) -> String {
        request(&self.mission, old)
    }

    fn latest(&self) -> Reply {
        let origin = sha256_hex(&self.mission.settings().origin);
        get(&format!("{}{origin}/checkpoint", self.witness.url()))
    }
}

fn request(mission: &Mission, old: u64) -> String {
    add_checkpoint_body(old, &proof(mission, old), &note(mission).to_string())
}

fn proof(mission: &Mission, old: u64) -> Vec<Hash> {
    let size = mission.head().unwrap().size;
    match old {
        0 => Vec::new(),
        old if old == size => Vec::new(),
        old => TileTree::new(tiles(mission), size).prove_consistency(old, size).unwrap(),
    }
}

fn status(reply: &Reply) -> u16 {
    reply.status
}

#[test]
fn a_checkpoint_is_cosigned_with_both_keys_and_remembered() {
    let world = World::new();
    let reply = world.ask(&world.request(0));
    assert_eq!((reply.status, reply.content_type.as_str()), (200, "text/plain; charset=utf-8"));
    let lines = parse_signatures(&reply.body).unwrap();
    let keys: Vec<VerifierKey> = world.witness.keys.iter().map(|key| key.parse().unwrap()).collect();
    assert_eq!(
        keys.iter().map(VerifierKey::kind).collect::<Vec<_>>(),
        [KeyKind::Cosigner, KeyKind::PostQuantumCosigner]
    );
    for (key, line) in keys.iter().zip(&lines) {
        assert_eq!(key.verify(note(&world.mission).text(), line).unwrap(), TIME);
    }
    let kept = world.latest();
    assert_eq!(kept.status, 200);
    assert_eq!(kept.body, format!("{}{}", note(&world.mission), reply.body));
}

#[test]
fn a_log_that_grew_is_cosigned_again_and_one_that_stands_still_too() {
    let world = World::new();
    assert_eq!(status(&world.ask(&world.request(0))), 200);
    assert_eq!(status(&world.ask(&world.request(301))), 200);
    grow(&world.mission, 700);
    assert_eq!(status(&world.ask(&world.request(301))), 200);
}

#[test]
fn the_size_is_told_to_whoever_guesses_it_wrong() {
    let world = World::new();
    world.ask(&world.request(0));
    let expect = Reply { status: 409, content_type: "text/x.tlog.size".to_owned(), body: "301\n".to_owned() };
    assert_eq!(world.ask(&world.request(0)), expect);
}

#[test]
fn an_unknown_log_is_not_found_and_an_unknown_key_forbidden() {
    let world = World::new();
    let (_other_dir, other) = mission();
    assert_eq!(status(&world.ask(&request(&other, 0))), 404);
    // Somebody else signs under this log's name.
    let thief = SigningKey::from_seed(log_key(&world.mission).name(), KeyKind::Log, &[7; 32]).unwrap();
    let mut forged = Note::new(note(&world.mission).text()).unwrap();
    forged.add(thief.sign(&forged, 0).unwrap());
    assert_eq!(status(&world.ask(&add_checkpoint_body(0, &[], &forged.to_string()))), 403);
    // The log's own signature, over another text.
    let wrong = note(&world.mission).to_string().replacen("\n301\n", "\n300\n", 1);
    assert_eq!(status(&world.ask(&add_checkpoint_body(0, &[], &wrong))), 403);
}

#[test]
fn a_body_that_does_not_read_or_goes_backwards_is_a_bad_request() {
    let world = World::new();
    for body in ["", "old 0\n\n", "old -1\n\nx\n", "old 0\nnot base64\n\nx\n", "GET / HTTP/1.1\n\n"] {
        assert_eq!(status(&world.ask(body)), 400, "{body:?}");
    }
    assert_eq!(status(&world.ask(&add_checkpoint_body(302, &[], &note(&world.mission).to_string()))), 400);
    let many = vec![Hash([0; 32]); 64];
    assert_eq!(status(&world.ask(&add_checkpoint_body(0, &many, &note(&world.mission).to_string()))), 400);
}

#[test]
fn a_proof_that_does_not_hold_cannot_be_processed() {
    let world = World::new();
    world.ask(&world.request(0));
    grow(&world.mission, 10);
    let mut proof = proof(&world.mission, 301);
    proof[0].0[0] ^= 1;
    let note = note(&world.mission).to_string();
    assert_eq!(status(&world.ask(&add_checkpoint_body(301, &proof, &note))), 422);
    assert_eq!(status(&world.ask(&add_checkpoint_body(301, &[], &note))), 422);
    assert_eq!(status(&world.ask(&world.request(301))), 200, "the witness was not led astray");
}

#[test]
fn a_log_that_tells_another_history_is_not_cosigned() {
    let world = World::new();
    world.ask(&world.request(0));
    // The same keys go on from a copy that was made before.
    let key = log_key(&world.mission);
    let copy = world.dir.path().join("fork");
    copy_folder(world.mission.dir(), &copy);
    let fork = Mission::open(&copy).unwrap();
    grow(&fork, 5);
    assert_eq!(log_key(&fork), key);
    assert_eq!(status(&world.ask(&request(&fork, 301))), 200, "so far it only grew");
    grow(&world.mission, 4);
    let refused = world.ask(&world.request(301));
    assert_eq!((refused.status, refused.body.as_str()), (409, "306\n"));
    // Longer than the copy, and still another history.
    grow(&world.mission, 4);
    assert_eq!(status(&world.ask(&world.request(306))), 422);
    // As long as the copy: the same size with another root.
    grow(&fork, 4 - 1);
    let size = fork.head().unwrap().size;
    assert_eq!((size, world.mission.head().unwrap().size), (309, 309));
    assert_eq!(status(&world.ask(&request(&fork, 306))), 200);
    assert_eq!(status(&world.ask(&world.request(309))), 422);
}

#[test]
fn of_two_steps_from_one_size_exactly_one_is_taken() {
    let world = Arc::new(World::new());
    assert_eq!(status(&world.ask(&world.request(0))), 200);
    for round in 0..20 {
        let old = world.mission.head().unwrap().size;
        grow(&world.mission, 1);
        let shorter = world.request(old);
        grow(&world.mission, 1);
        let longer = world.request(old);
        let gate = Arc::new(Barrier::new(2));
        let both = [shorter, longer].map(|body| {
            let (gate, world) = (Arc::clone(&gate), Arc::clone(&world));
            thread::spawn(move || {
                gate.wait();
                world.ask(&body)
            })
        });
        let [first, second] = both.map(|thread| thread.join().unwrap());
        let mut statuses = [first.status, second.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409], "round {round}");
        // What it remembers is what it cosigned: nothing was rolled back.
        let (won, size) = if first.status == 200 { (first, old + 1) } else { (second, old + 2) };
        let kept = world.latest().body;
        let checkpoint: Checkpoint = Note::parse(kept.as_bytes()).unwrap().text().parse().unwrap();
        assert_eq!(checkpoint.size, size);
        assert!(kept.ends_with(&won.body));
        if size < old + 2 {
            assert_eq!(status(&world.ask(&world.request(size))), 200);
        }
    }
}

#[test]
fn a_witness_that_was_stopped_remembers_and_keeps_its_keys() {
    let World { dir, mission, witness } = World::new();
    let address = witness.server.address();
    assert_eq!(post(&format!("{}add-checkpoint", witness.url()), &request(&mission, 0)).status, 200);
    let keys = witness.keys.clone();
    witness.server.stop();
    let again = Running::start_at(address, &mission, &dir.path().join("witness"));
    assert_eq!(again.keys, keys);
    grow(&mission, 3);
    let ask = |old| post(&format!("{}add-checkpoint", again.url()), &request(&mission, old));
    assert_eq!((ask(0).status, ask(0).body.as_str()), (409, "301\n"));
    assert_eq!(ask(301).status, 200);
}

#[test]
fn many_logs_are_made_durable_together() {
    let (dir, _) = mission();
    let missions: Vec<_> = (0..12).map(|_| mission()).collect();
    let mut folder = WitnessFolder::open_or_make(&dir.path().join("witness"), None).unwrap();
    folder.know(missions.iter().map(|(_, mission)| log_key(mission))).unwrap();
    let routes = mostari_serve::witness_routes(folder.into_witness().unwrap(), || TIME);
    let server = Server::start(any_port(), routes, silent).unwrap();
    let to = format!("{}add-checkpoint", url(&server));
    thread::scope(|scope| {
        for (_, mission) in &missions {
            let to = &to;
            scope.spawn(move || {
                for old in 0..6 {
                    assert_eq!(post(to, &request(mission, old)).status, 200);
                    grow(mission, 1);
                }
            });
        }
    });
    for (_, mission) in &missions {
        let origin = sha256_hex(&mission.settings().origin);
        let kept = get(&format!("{}{origin}/checkpoint", url(&server))).body;
        assert_eq!(kept.lines().nth(1), Some("6"));
    }
}

#[test]
fn nothing_is_known_of_a_log_that_never_came() {
    let world = World::new();
    assert_eq!(world.latest().status, 404);
    assert_eq!(get(&format!("{}{}/checkpoint", world.witness.url(), sha256_hex("another"))).status, 404);
    assert_eq!(get(&format!("{}nowhere", world.witness.url())).status, 404);
    assert_eq!(get(&format!("{}add-checkpoint", world.witness.url())).status, 405);
    assert_eq!(get(&format!("{}healthz", world.witness.url())).body, "ok\n");
}

#[test]
fn a_body_that_is_too_large_is_not_read() {
    let world = World::new();
    let reply = world.ask(&format!("old 0\n\n{}", "x".repeat(600_000)));
    assert_eq!(reply.status, 413);
}

#[test]
fn every_request_is_told_and_refusals_with_their_reason() {
    let (dir, mission) = mission();
    let told: Arc<Mutex<Vec<Answered>>> = Arc::default();
    let heard = Arc::clone(&told);
    let witness = common::witness_of(&mission, &dir.path().join("witness"));
    let routes = mostari_serve::witness_routes(witness, || TIME);
    let server = Server::start(any_port(), routes, move |one| heard.lock().unwrap().push(one.clone())).unwrap();
    let to = format!("{}add-checkpoint", url(&server));
    post(&to, &request(&mission, 0));
    post(&to, &request(&mission, 0));
    server.stop();
    let told = told.lock().unwrap();
    let origin = &mission.settings().origin;
    assert_eq!((told[0].method.as_str(), told[0].path.as_str(), told[0].status), ("POST", "/add-checkpoint", 200));
    assert_eq!(told[0].remark, format!("{origin} 1"));
    assert_eq!((told[1].status, &told[1].remark), (409, &format!("{origin} 1: 1")));
}

#[test]
fn a_connection_that_dawdles_or_lies_idle_is_closed() {
    let server = Server::start(any_port(), Router::new().route("/", answer(|| async { "x" })), silent).unwrap();
    let closed_after = |sent: &[u8]| {
        let mut stream = TcpStream::connect(server.address()).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        stream.write_all(sent).unwrap();
        let since = Instant::now();
        // It may end with an answer that says so, or without.
        let _ = stream.read_to_end(&mut Vec::new());
        since.elapsed()
    };
    let (half_a_head, and_then_nothing) =
        (&b"GET / HTTP/1.1\r\nhost: x\r\nslow: "[..], &b"GET / HTTP/1.1\r\nhost: x\r\n\r\n"[..]);
    thread::scope(|scope| {
        let both = [half_a_head, and_then_nothing].map(|sent| scope.spawn(|| closed_after(sent)));
        for elapsed in both.map(|thread| thread.join().unwrap()) {
            assert!(elapsed < Duration::from_secs(30), "closed after {elapsed:?}");
        }
    });
    server.stop();
}

#[test]
fn stopping_ends_what_is_under_way_first() {
    let (began, is_under_way) = std::sync::mpsc::channel();
    let began = Arc::new(Mutex::new(began));
    let slow = answer(move || {
        began.lock().unwrap().send(()).unwrap();
        async {
            tokio::time::sleep(Duration::from_millis(300)).await;
            "done"
        }
    });
    let server = Server::start(any_port(), Router::new().route("/", slow), silent).unwrap();
    let to = url(&server);
    let asked = thread::spawn(move || get(&to));
    is_under_way.recv().unwrap();
    server.stop();
    assert_eq!(asked.join().unwrap().body, "done");
}

#[test]
fn a_witness_keeps_its_name_and_its_folder_to_itself() {
    let dir = tempfile::tempdir().unwrap();
    let folder =
        |name| WitnessFolder::open_or_make(&dir.path().join("witness"), name).map(|folder| folder.name().to_owned());
    assert_eq!(folder(Some("w.example/1")).unwrap(), "w.example/1");
    assert_eq!(folder(None).unwrap(), "w.example/1");
    assert_eq!(folder(Some("w.example/2")).unwrap_err().code(), "SRV-005");
    for name in ["", "two words", "a+b", &"x".repeat(256)] {
        let refused = WitnessFolder::open_or_make(&dir.path().join("other"), Some(name)).map(drop);
        assert_eq!(refused.unwrap_err().code(), "SRV-005", "{name}");
        assert!(!dir.path().join("other").exists());
    }
    let (_mission_dir, mission) = mission();
    let refused = WitnessFolder::open_or_make(mission.dir(), None).map(drop);
    assert_eq!(refused.unwrap_err().code(), "SRV-005", "a mission is no witness's folder");
}

#[test]
#[cfg(unix)]
fn the_keys_of_a_witness_are_for_their_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().unwrap();
    WitnessFolder::open_or_make(dir.path(), None).unwrap();
    for key in ["ed25519.key", "ml-dsa-44.key"] {
        let mode = std::fs::metadata(dir.path().join("keys").join(key)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

#[test]
fn two_servers_cannot_listen_in_one_place() {
    let server = Server::start(any_port(), Router::new(), silent).unwrap();
    let second = Server::start(server.address(), Router::new(), silent).map(drop);
    assert_eq!(second.unwrap_err().code(), "SRV-001");
}

fn copy_folder(from: &std::path::Path, to: &std::path::Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        match entry.file_type().unwrap().is_dir() {
            true => copy_folder(&entry.path(), &to),
            false => drop(std::fs::copy(entry.path(), to).unwrap()),
        }
    }
}
