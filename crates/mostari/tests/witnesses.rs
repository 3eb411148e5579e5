//! Witnesses as their organisations run them: processes of their own, a mission that asks them, and a stranger who verifies
//! the log at an address.

#![allow(clippy::unwrap_used, reason = "a test may stop at what it does not expect")]

use serde_json::Value;
use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    thread,
};

fn mostari(dir: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mostari"));
    command.current_dir(dir);
    command
}

fn run(dir: &Path, arguments: &[&str]) -> Output {
    mostari(dir).args(arguments).output().unwrap()
}

/// Exit status and what was printed on stdout.
fn said(dir: &Path, arguments: &[&str]) -> (i32, String) {
    let output = run(dir, arguments);
    (output.status.code().unwrap(), String::from_utf8(output.stdout).unwrap())
}

fn json(dir: &Path, arguments: &[&str]) -> Value {
    let output = run(dir, &[arguments, &["--json"]].concat());
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{output:?}"))
}

/// A witness that runs until it is dropped.
struct Witness {
    process: Child,
    about: Value,
}

impl Witness {
    fn start(dir: &Path, arguments: &[&str]) -> Self {
        let mut command = mostari(dir);
        command.args(["witness", "--listen", "127.0.0.1:0", "--json", "--quiet"]).args(arguments);
        let mut process = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        Self { process, about: serde_json::from_str(&line).unwrap() }
    }

    /// The line of a policy.
    fn line(&self, name: &str) -> String {
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        format!("witness {name} {} {}\n", text(&self.about["keys"][0]), text(&self.about["url"]))
    }
}

impl Drop for Witness {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A mission `bih` with five witnesses, three of which its policy asks for.
fn five_witnesses(dir: &Path) -> Vec<Witness> {
    run(dir, &["init", "bih", "--name", "Srednja Bosna", "--country", "BIH"]);
    let log = log_key(dir);
    let start = |i: usize| Witness::start(dir, &[&format!("w{i}"), "--log", &log]);
    let witnesses: Vec<Witness> = (0..5).map(start).collect();
    let lines: String = witnesses.iter().enumerate().map(|(i, witness)| witness.line(&format!("w{i}"))).collect();
    let policy = format!("log {log}\n{lines}group enough 3 w0 w1 w2 w3 w4\nquorum enough\n");
    fs::write(dir.join("bih/policy"), policy).unwrap();
    witnesses
}

fn log_key(dir: &Path) -> String {
    let settings: toml::Table = fs::read_to_string(dir.join("bih/mostari.toml")).unwrap().parse().unwrap();
    settings["log"].as_str().unwrap().to_owned()
}

/// Serves a folder as any web server would, for as long as the test runs.
fn serve(folder: PathBuf) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    thread::spawn(move || {
        for stream in listener.incoming() {
            let folder = folder.clone();
            thread::spawn(move || answer(stream.unwrap(), &folder));
        }
    });
    url
}

fn answer(mut stream: TcpStream, folder: &Path) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut request = String::new();
    reader.read_line(&mut request).unwrap();
    let mut line = String::new();
    while reader.read_line(&mut line).unwrap() > 2 {
        line.clear();
    }
    let path = request.split(' ').nth(1).unwrap().trim_start_matches('/');
    let (status, body) = match fs::read(folder.join(path)) {
        Ok(body) => ("200 OK", body),
        Err(_) => ("404 Not Found", Vec::new()),
    };
    write!(stream, "HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len()).unwrap();
    stream.write_all(&body).unwrap();
}

#[test]
fn three_of_five_cosign_and_a_stranger_verifies_it_at_an_address() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    let mut witnesses = five_witnesses(dir);
    // Two are away.
    witnesses.truncate(3);
    let asked = json(dir, &["cosign", "bih"]);
    assert_eq!((&asked["quorum"], &asked["size"]), (&Value::Bool(true), &Value::from(1)));
    let answers: Vec<&str> =
        asked["witnesses"].as_array().unwrap().iter().map(|one| one["answer"].as_str().unwrap()).collect();
    assert_eq!(answers.iter().filter(|answer| **answer == "cosigned").count(), 3, "{asked}");
    assert_eq!(answers.iter().filter(|answer| **answer == "silent").count(), 2, "{asked}");
    assert_eq!(json(dir, &["verify", "bih"])["quorum"], true);

    let url = serve(dir.join("bih/log"));
    fs::copy(dir.join("bih/log/checkpoint"), dir.join("kept")).unwrap();
    let (status, text) = said(dir, &["verify", &url, "--policy", "bih/policy", "--since", "kept"]);
    assert_eq!(status, 0, "{text}");
    for line in
        ["since       the 1 entries of the earlier", "witnesses   w", "Verified: nothing was removed or altered"]
    {
        assert!(text.contains(line), "{text}");
    }
    // The same keys of `--json` as for a folder.
    let keys = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    let at_url = json(dir, &["verify", &url, "--policy", "bih/policy"]);
    assert_eq!(at_url, json(dir, &["verify", "bih/log", "--policy", "bih/policy"]));
    assert!(keys(&at_url).contains(&"first_fault".to_owned()));

    // One byte of an entry.
    let bundle = dir.join("bih/log/tile/entries/000.p/1");
    let mut bytes = fs::read(&bundle).unwrap();
    bytes[50] ^= 1;
    fs::write(&bundle, bytes).unwrap();
    let (status, text) = said(dir, &["verify", &url, "--policy", "bih/policy"]);
    assert_eq!(status, 1, "{text}");
    assert!(text.contains("Not verified: nothing of this copy of the log can be trusted"), "{text}");
}

#[test]
fn too_few_witnesses_are_a_no_and_what_is_new_waits_for_them() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    let mut witnesses = five_witnesses(dir);
    assert_eq!(said(dir, &["cosign", "bih"]).0, 0);
    run(dir, &["keys", "bih", "--add", &format!("ed25519:{}", "07".repeat(32)), "--party", "Ministry"]);
    witnesses.truncate(2);
    let (status, text) = said(dir, &["cosign", "bih"]);
    assert_eq!(status, 1, "{text}");
    assert!(text.contains("The published checkpoint was left as it is: it lacks witnesses: w2, w3, w4"), "{text}");
    // The mission itself is whole; what is missing is said.
    let (status, text) = said(dir, &["verify", "bih"]);
    assert_eq!(status, 0, "{text}");
    assert!(text.contains("witnesses   none; fewer than the policy asks for"), "{text}");
    // Whoever demands the quorum is told so.
    let (status, text) = said(dir, &["verify", "bih", "--policy", "bih/policy"]);
    assert_eq!(status, 1, "{text}");
}

#[test]
fn a_mission_brought_back_from_an_old_copy_is_found_out() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    let _witnesses = five_witnesses(dir);
    let status = Command::new("cp").args(["-r", "bih", "copy"]).current_dir(dir).status().unwrap();
    assert!(status.success());
    run(dir, &["keys", "bih", "--add", &format!("ed25519:{}", "07".repeat(32)), "--party", "Ministry"]);
    assert_eq!(said(dir, &["cosign", "bih"]).0, 0);
    let (status, text) = said(dir, &["cosign", "copy"]);
    assert_eq!(status, 1, "{text}");
    assert!(text.contains("it has seen 2 entries, more than this log has"), "{text}");
}

#[test]
#[cfg(unix)]
fn a_witness_stops_when_it_is_told_to_and_comes_back_knowing_its_logs() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    run(dir, &["init", "bih", "--name", "Srednja Bosna", "--country", "BIH"]);
    let mut witness = Witness::start(dir, &["w", "--name", "w.example/1", "--log", &log_key(dir)]);
    let told = Command::new("kill").args(["-TERM", &witness.process.id().to_string()]).status().unwrap();
    assert!(told.success() && witness.process.wait().unwrap().success());
    let again = Witness::start(dir, &["w"]);
    assert_eq!((&again.about["keys"], &again.about["logs"]), (&witness.about["keys"], &witness.about["logs"]));
    assert_eq!(again.about["name"], "w.example/1");
}

#[test]
fn what_is_missing_is_said_with_a_code() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    run(dir, &["init", "bih", "--name", "Srednja Bosna", "--country", "BIH"]);
    let code = |arguments: &[&str]| json(dir, arguments)["error"]["code"].as_str().unwrap().to_owned();
    assert_eq!(code(&["cosign", "bih"]), "SRV-006");
    assert_eq!(code(&["witness", "w", "--log", "no key"]), "CLI-003");
    assert_eq!(code(&["verify", "https://?", "--policy", "bih/policy"]), "CLI-001");
    fs::write(dir.join("other"), "quorum none\n").unwrap();
    assert_eq!(code(&["verify", "https://?", "--policy", "other"]), "SRV-002");
    assert_eq!(code(&["cosign", "bih", "--policy", "other"]), "SRV-007");
    assert_eq!(code(&["cosign", "bih", "--policy", "other", "--ca", "other"]), "SRV-007");
    fs::write(dir.join("own"), format!("log {}\nquorum none\n", log_key(dir))).unwrap();
    assert_eq!(code(&["cosign", "bih", "--policy", "own", "--ca", "own"]), "SRV-004");
    assert_eq!(code(&["witness", "bih"]), "SRV-005");
}

/// Nothing else reads what a witness prints, so its pipe must not fill up unseen.
#[test]
fn a_witness_prints_one_object_and_then_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let mut witness = Witness::start(dir.path(), &["w"]);
    witness.process.kill().unwrap();
    let mut rest = String::new();
    witness.process.stdout.take().unwrap().read_to_string(&mut rest).unwrap();
    assert_eq!(rest, "");
}
