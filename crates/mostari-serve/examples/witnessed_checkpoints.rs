//! How long it takes from an entry to a published checkpoint that three of five witnesses cosigned, all on loopback and on
//! one disk; and how many checkpoints one witness cosigns in a second.
//!
//! ```text
//! cargo run --release -p mostari-serve --example witnessed_checkpoints -- [FOLDER] [ROUNDS]
//! ```
//!
//! The folder must lie on the disk that is to be measured (a `/tmp` in memory would flatter); it is made and removed.

use jiff::Timestamp;
use mostari_log::{
    Blocks, Checkpoint, Edge, Folder, Hash, KeyKind, Note, Policy, SigningKey, VerifierKey, add_checkpoint_body,
};
use mostari_model::{Label, PlaceRef, Settled};
use mostari_record::{Body, Draft, Mission};
use mostari_serve::{Client, Server, Waiting, WitnessFolder, Witnesses, witness_routes};
use std::{
    error::Error,
    fs::{self, File},
    io::Write,
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant},
};

type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

const WITNESSES: usize = 5;
const NEEDED: usize = 3;
/// Checkpoints that each log of the load sends to one witness.
const STEPS: usize = 200;
/// How many logs send to one witness at once.
const LOADS: [usize; 3] = [1, 8, 64];
/// What a small write of a journal has.
const PAGE: usize = 4_096;

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let root = arguments.next().map_or_else(|| std::env::temp_dir().join("mostari-witnessed"), PathBuf::from);
    let rounds = arguments.next().map_or(Ok(300), |text| text.parse())?;
    fs::create_dir(&root)?;
    let done = measure(&root, rounds);
    fs::remove_dir_all(&root)?;
    done
}

fn measure(root: &Path, rounds: usize) -> Result<()> {
    println!("{} rounds in {}", rounds, root.display());
    show("fdatasync of 4 KiB", sync_times(root, rounds)?);
    let (quorum, all) = witnessed(root, rounds)?;
    show("entry to 3 of 5 published", quorum);
    show("entry to 5 of 5 published", all);
    for logs in LOADS {
        println!("one witness, {logs} logs at once: {:.0} add-checkpoint/s", rate(root, logs)?);
    }
    show("fdatasync of 4 KiB, again", sync_times(root, rounds)?);
    Ok(())
}

fn show(what: &str, mut times: Vec<Duration>) {
    times.sort_unstable();
    let at = |share: f64| times[((times.len() - 1) as f64 * share).round() as usize].as_secs_f64() * 1_000.0;
    println!("{what:<27} p50 {:7.1} ms   p99 {:7.1} ms   max {:7.1} ms", at(0.5), at(0.99), at(1.0));
}

fn sync_times(root: &Path, rounds: usize) -> Result<Vec<Duration>> {
    let mut file = File::create(root.join("fdatasync"))?;
    let once = |_| {
        let since = Instant::now();
        file.write_all(&[7; PAGE])?;
        file.sync_data()?;
        Ok(since.elapsed())
    };
    (0..rounds).map(once).collect()
}

/// Times from an entry to its checkpoint: with the quorum, and with everybody.
fn witnessed(root: &Path, rounds: usize) -> Result<(Vec<Duration>, Vec<Duration>)> {
    let mission = Mission::init(root.join("mission"), "Srednja Bosna", "BIH", Timestamp::now())?;
    let log: VerifierKey = mission.settings().log.parse()?;
    let mut text = format!("log {log}\n");
    let mut servers = Vec::new();
    for i in 0..WITNESSES {
        let (server, keys) = start(&root.join(format!("witness-{i}")), vec![log.clone()])?;
        text += &format!("witness w{i} {} http://{}/\n", keys[0], server.address());
        servers.push(server);
    }
    text += &format!("group all-of-them {NEEDED} w0 w1 w2 w3 w4\nquorum all-of-them\n");
    let mut witnesses = Witnesses::new(Client::new(None)?, Policy::parse(&text)?, &[])?;
    let waiting = Waiting { in_all: Duration::from_secs(10), after_quorum: Duration::from_secs(10) };
    let tiles = Folder::new(mission.log_dir());
    let mut writer = mission.writer()?;
    let (mut quorum, mut all) = (Vec::new(), Vec::new());
    for round in 0..rounds {
        let mut published = Vec::new();
        let since = Instant::now();
        writer.append(&[draft(round)], Timestamp::now())?;
        writer.publish()?;
        let note = Note::parse(writer.note().as_bytes())?;
        let cosigned = witnesses.ask(&note, &tiles, waiting, |note| {
            let done = writer.publish_cosigned(note);
            published.push(since.elapsed());
            done
        })?;
        cosigned.trusted?;
        quorum.push(published[0]);
        all.push(published[published.len() - 1]);
    }
    servers.into_iter().for_each(Server::stop);
    Ok((quorum, all))
}

fn draft(round: usize) -> Draft {
    let place = PlaceRef { name: format!("place {round}"), ..PlaceRef::default() };
    Draft::new(Label::public(), Body::Settled(Settled { place, area: None }))
}

fn start(dir: &Path, logs: Vec<VerifierKey>) -> Result<(Server, Vec<String>)> {
    let mut folder = WitnessFolder::open_or_make(dir, None)?;
    folder.know(logs)?;
    let keys = folder.verifiers().iter().map(ToString::to_string).collect();
    let now = || u64::try_from(Timestamp::now().as_second()).unwrap_or(0);
    let server = Server::start("127.0.0.1:0".parse()?, witness_routes(folder.into_witness()?, now), |_| {})?;
    Ok((server, keys))
}

/// How many checkpoints one witness cosigns in a second when so many logs grow at once.
fn rate(root: &Path, logs: usize) -> Result<f64> {
    let keys: Vec<SigningKey> = (0..logs)
        .map(|i| SigningKey::from_seed(&format!("log.example/{i}"), KeyKind::Log, &[u8::try_from(i).unwrap_or(0); 32]))
        .collect::<std::result::Result<_, _>>()?;
    let dir = root.join(format!("witness-of-{logs}"));
    let (server, _) = start(&dir, keys.iter().map(|key| key.verifier().clone()).collect())?;
    let url = format!("http://{}/add-checkpoint", server.address());
    let bodies: Vec<Vec<String>> = keys.iter().map(steps).collect::<Result<_>>()?;
    let since = Instant::now();
    thread::scope(|scope| {
        let clients: Vec<_> = bodies.iter().map(|bodies| scope.spawn(|| send(&url, bodies))).collect();
        clients.into_iter().try_for_each(|client| client.join().expect("a client does not panic"))
    })?;
    let rate = (logs * STEPS) as f64 / since.elapsed().as_secs_f64();
    server.stop();
    Ok(rate)
}

fn send(url: &str, bodies: &[String]) -> Result<()> {
    let agent = ureq::Agent::new_with_defaults();
    for body in bodies {
        // A status of 400 or more is an error here.
        agent.post(url).send(body)?.body_mut().read_to_string()?;
    }
    Ok(())
}

/// The requests of a log that grows entry by entry, made beforehand.
fn steps(key: &SigningKey) -> Result<Vec<String>> {
    let mut leaves = Leaves::default();
    let mut edge = Edge::default();
    let mut bodies = Vec::new();
    for i in 0..STEPS as u64 {
        let leaf = Hash::of_leaf(&i.to_be_bytes());
        leaves.0.push(leaf);
        edge.push(leaf);
        let origin = key.verifier().name().to_owned();
        let checkpoint = Checkpoint { origin, size: i + 1, root: edge.root(), extensions: Vec::new() };
        let mut note = Note::new(checkpoint.to_string())?;
        note.add(key.sign(&note, 0)?);
        let proof = if i == 0 { Vec::new() } else { leaves.prove_consistency(i, i + 1)? };
        bodies.push(add_checkpoint_body(i, &proof, &note.to_string()));
    }
    Ok(bodies)
}

/// A small tree in memory.
#[derive(Default)]
struct Leaves(Vec<Hash>);

impl Blocks for Leaves {
    type Error = std::io::Error;

    fn block(&self, level: u8, index: u64) -> std::io::Result<Hash> {
        let mut edge = Edge::default();
        let first = usize::try_from(index << level).map_err(std::io::Error::other)?;
        self.0[first..first + (1 << level)].iter().for_each(|leaf| edge.push(*leaf));
        Ok(edge.root())
    }
}
