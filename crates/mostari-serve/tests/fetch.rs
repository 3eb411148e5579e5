//! Verifying a log at an address: what is whole passes, whatever was changed does not, and a bad line is no accusation.

#![allow(clippy::unwrap_used, reason = "a test may stop at what it does not expect")]

mod common;

use axum::{
    Router,
    extract::{Request, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use common::{any_port, grow, log_key, mission, serve_folder, silent, tiles, url};
use mostari_log::{BUNDLE_BYTES_MAX, CHECKPOINT_PATH, Fetch, Folder, Policy};
use mostari_record::{Mission, check_leaves};
use mostari_serve::{Client, HttpLog, Server};
use std::{
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

/// Entries of the log that is verified: 12 bundles, two levels of tiles.
const ENTRIES: u64 = 3_000;

/// What came of verifying.
#[derive(Debug, PartialEq, Eq)]
enum Outcome {
    Whole(u64),
    /// The checkpoint is not to be trusted, or the first entry that is not proven.
    Refused(Option<u64>, String),
    /// It could not be judged.
    Unknown(&'static str),
}

/// Verifies as `mostari verify URL` does.
fn verify(url: &str, policy: &Policy) -> Outcome {
    let log = HttpLog::new(Client::new(None).unwrap(), url).unwrap();
    let note = match log.checkpoint() {
        Ok(note) => note,
        Err(error) => return Outcome::Unknown(error.code()),
    };
    let trusted = match policy.check(&note) {
        Ok(trusted) => trusted,
        Err(error) => return Outcome::Refused(None, error.to_string()),
    };
    let check = check_leaves(&log, &trusted.checkpoint);
    if let Err(error) = log.check_network() {
        return Outcome::Unknown(error.code());
    }
    match check.findings.first() {
        None => Outcome::Whole(check.entries),
        Some(finding) => Outcome::Refused(check.first_fault, finding.to_string()),
    }
}

fn world() -> (tempfile::TempDir, Mission, Policy) {
    let (dir, mission) = mission();
    grow(&mission, ENTRIES - 1);
    let policy = Policy::of_log(log_key(&mission));
    (dir, mission, policy)
}

#[test]
fn a_log_of_some_thousand_entries_is_verified_over_http() {
    let (_dir, mission, policy) = world();
    let server = serve_folder(mission.log_dir());
    assert_eq!(verify(&url(&server), &policy), Outcome::Whole(ENTRIES));
    assert_eq!(verify(url(&server).trim_end_matches('/'), &policy), Outcome::Whole(ENTRIES));
}

#[test]
fn one_changed_byte_in_any_file_is_refused() {
    let (dir, mission, policy) = world();
    let copy = dir.path().join("copy");
    let folder = tiles(&mission);
    let files = folder.list().unwrap();
    for path in &files {
        write(&copy.join(path), &folder.fetch(path).unwrap().unwrap());
    }
    let server = serve_folder(copy.clone());
    let mut changed = 0;
    for (i, path) in files.iter().enumerate() {
        let whole = folder.fetch(path).unwrap().unwrap();
        // Each tenth of a checkpoint, and one place of every other file, further in from file to file.
        let places: Vec<usize> = match path.as_str() {
            CHECKPOINT_PATH => (0..10).map(|tenth| whole.len() * tenth / 10).collect(),
            _ => vec![whole.len() * i / files.len()],
        };
        for place in places {
            let mut bytes = whole.clone();
            bytes[place] ^= 1;
            write(&copy.join(path), &bytes);
            let outcome = verify(&url(&server), &policy);
            assert!(matches!(outcome, Outcome::Refused(..)), "{path} at {place}: {outcome:?}");
            changed += 1;
        }
        write(&copy.join(path), &whole);
    }
    assert!(changed > 30, "{changed}");
    assert_eq!(verify(&url(&server), &policy), Outcome::Whole(ENTRIES));
}

#[test]
fn a_missing_tile_is_named_with_the_first_entry_that_it_leaves_unproven() {
    let (_dir, mission, policy) = world();
    let server = serve_folder(mission.log_dir());
    std::fs::remove_file(mission.log_dir().join("tile/entries/005")).unwrap();
    let Outcome::Refused(Some(1_280), said) = verify(&url(&server), &policy) else { panic!("it is missing") };
    assert!(said.contains("`tile/entries/005` is missing"), "{said}");
}

#[test]
fn a_file_that_is_larger_than_any_of_a_log_is_refused_and_not_kept() {
    let (_dir, mission, policy) = world();
    let server = serve_folder(mission.log_dir());
    let path = mission.log_dir().join("tile/0/003");
    std::fs::write(&path, vec![0; usize::try_from(BUNDLE_BYTES_MAX).unwrap() + 1]).unwrap();
    let Outcome::Refused(Some(768), said) = verify(&url(&server), &policy) else { panic!("it is too large") };
    assert!(said.contains("more than"), "{said}");
    std::fs::write(mission.log_dir().join(CHECKPOINT_PATH), vec![b'x'; 2_000_000]).unwrap();
    assert_eq!(verify(&url(&server), &policy), Outcome::Unknown("SRV-003"));
}

#[test]
fn a_log_by_another_key_is_not_trusted() {
    let (_dir, mission, _) = world();
    let (_other_dir, other) = common::mission();
    let server = serve_folder(mission.log_dir());
    let outcome = verify(&url(&server), &Policy::of_log(log_key(&other)));
    assert_eq!(outcome, Outcome::Refused(None, "no log that is trusted signed it".to_owned()));
}

/// A web server that answers every `every`th request only, and 503 to all others.
fn flaky(folder: PathBuf, every: u64) -> Server {
    let state = Arc::new((folder, every, AtomicU64::new(0)));
    Server::start(any_port(), Router::new().fallback(sometimes).with_state(state), silent).unwrap()
}

async fn sometimes(State(state): State<Arc<(PathBuf, u64, AtomicU64)>>, request: Request) -> Response {
    let (folder, every, asked) = &*state;
    if !(asked.fetch_add(1, Ordering::Relaxed) + 1).is_multiple_of(*every) {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    match Folder::new(folder).fetch(request.uri().path().trim_start_matches('/')) {
        Ok(Some(bytes)) => bytes.into_response(),
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

#[test]
fn what_fails_in_passing_is_asked_again() {
    let (_dir, mission) = mission();
    grow(&mission, 20);
    let server = flaky(mission.log_dir(), 2);
    assert_eq!(verify(&url(&server), &Policy::of_log(log_key(&mission))), Outcome::Whole(21));
}

#[test]
fn a_server_that_is_out_of_order_or_away_says_nothing_about_the_log() {
    let (_dir, mission) = mission();
    grow(&mission, 20);
    let policy = Policy::of_log(log_key(&mission));
    let server = flaky(mission.log_dir(), u64::MAX);
    assert_eq!(verify(&url(&server), &policy), Outcome::Unknown("SRV-003"));
    let gone = url(&server);
    server.stop();
    assert_eq!(verify(&gone, &policy), Outcome::Unknown("SRV-003"));
}

#[test]
fn a_network_that_fails_on_the_way_is_no_fault_of_the_log() {
    let (_dir, mission, policy) = world();
    let folder = mission.log_dir();
    // The checkpoint is there; whatever else is asked for, the server breaks down.
    let route = move |request: Request| {
        let folder = folder.clone();
        async move {
            match request.uri().path() {
                "/checkpoint" => std::fs::read(folder.join(CHECKPOINT_PATH)).unwrap().into_response(),
                _ => StatusCode::BAD_GATEWAY.into_response(),
            }
        }
    };
    let server = Server::start(any_port(), Router::new().fallback(route), silent).unwrap();
    assert_eq!(verify(&url(&server), &policy), Outcome::Unknown("SRV-003"));
}

fn write(path: &Path, bytes: &[u8]) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, bytes).unwrap();
}
