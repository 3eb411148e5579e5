//! A mission, witnesses and a web server for the tests; all on loopback, all gone afterwards.

#![allow(dead_code, reason = "each file of tests uses its part")]
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use axum::{
    Router,
    extract::{Request, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use jiff::Timestamp;
use mostari_log::{Folder, Note, Policy, SigningKey, VerifierKey, Witness};
use mostari_model::{Label, PlaceRef, Settled};
use mostari_record::{Body, Draft, Mission};
use mostari_serve::{Answered, GroupCommit, Server, Waiting, WitnessFolder, witness_routes};
use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    time::Duration,
};

/// 2024-06-19T19:22:45Z.
pub const AT: Timestamp = Timestamp::constant(1_718_824_965, 0);
/// What the witnesses think the time is.
pub const TIME: u64 = 1_718_824_970;
/// Long enough for a busy machine; nothing that passes waits for it.
pub const WAITING: Waiting = Waiting { in_all: Duration::from_secs(60), after_quorum: Duration::from_secs(60) };

pub fn any_port() -> SocketAddr {
    "127.0.0.1:0".parse().unwrap()
}

/// A mission in a folder that vanishes.
pub fn mission() -> (tempfile::TempDir, Mission) {
    let dir = tempfile::tempdir().unwrap();
    let mission = Mission::init(dir.path().join("mission"), "Srednja Bosna", "BIH", AT).unwrap();
    (dir, mission)
}

/// Adds so many entries in one batch, and publishes.
pub fn grow(mission: &Mission, entries: u64) {
    let mut writer = mission.writer().unwrap();
    let drafts: Vec<Draft> = (0..entries).map(|i| draft(&format!("{}/{i}", writer.size()))).collect();
    writer.append(&drafts, AT).unwrap();
    writer.publish().unwrap();
}

/// An entry that says something about a place of this name.
pub fn draft(name: &str) -> Draft {
    let place = PlaceRef { name: name.to_owned(), ..PlaceRef::default() };
    Draft::new(Label::public(), Body::Settled(Settled { place, area: None }))
}

/// The checkpoint as the log signed it.
pub fn note(mission: &Mission) -> Note {
    Note::parse(mission.writer().unwrap().note().as_bytes()).unwrap()
}

pub fn log_key(mission: &Mission) -> VerifierKey {
    mission.settings().log.parse().unwrap()
}

pub fn tiles(mission: &Mission) -> Folder {
    Folder::new(mission.log_dir())
}

/// A witness in a folder of this name, which knows a mission's log.
pub fn witness_of(mission: &Mission, dir: &Path) -> Witness<GroupCommit> {
    let mut folder = WitnessFolder::open_or_make(dir, None).unwrap();
    folder.know([log_key(mission)]).unwrap();
    folder.into_witness().unwrap()
}

/// A witness that runs, with its verifier keys as a policy writes them.
pub struct Running {
    pub server: Server,
    pub keys: Vec<String>,
}

impl Running {
    pub fn start(mission: &Mission, dir: &Path) -> Self {
        Self::start_at(any_port(), mission, dir)
    }

    pub fn start_at(listen: SocketAddr, mission: &Mission, dir: &Path) -> Self {
        let witness = witness_of(mission, dir);
        let keys = verifiers(&witness.keys);
        let server = Server::start(listen, witness_routes(witness, || TIME), silent).unwrap();
        Self { server, keys }
    }

    pub fn url(&self) -> String {
        url(&self.server)
    }
}

pub fn verifiers(keys: &[SigningKey]) -> Vec<String> {
    keys.iter().map(|key| key.verifier().to_string()).collect()
}

pub fn url(server: &Server) -> String {
    format!("http://{}/", server.address())
}

/// Who listens to a server that says nothing.
pub fn silent(_: &Answered) {}

/// A policy of one log and some witnesses (key and address), `needed` of which are asked for.
pub fn policy(mission: &Mission, needed: usize, witnesses: &[(&str, &str)]) -> Policy {
    let mut text = format!("log {}\n", mission.settings().log);
    let mut names = String::new();
    for (i, (key, url)) in witnesses.iter().enumerate() {
        text += &format!("witness w{i} {key} {url}\n");
        names += &format!(" w{i}");
    }
    text += &format!("group all-of-them {needed}{names}\nquorum all-of-them\n");
    Policy::parse(&text).unwrap()
}

/// Serves a folder as any web server would.
pub fn serve_folder(folder: PathBuf) -> Server {
    let routes = Router::new().fallback(file).with_state(folder);
    Server::start(any_port(), routes, silent).unwrap()
}

async fn file(State(folder): State<PathBuf>, request: Request) -> Response {
    match std::fs::read(folder.join(request.uri().path().trim_start_matches('/'))) {
        Ok(bytes) => bytes.into_response(),
        Err(_) => StatusCode::NOT_FOUND.into_response(),
    }
}

/// An answer as it came over the wire.
#[derive(Debug, PartialEq, Eq)]
pub struct Reply {
    pub status: u16,
    pub content_type: String,
    pub body: String,
}

pub fn post(url: &str, body: &str) -> Reply {
    reply(agent().post(url).send(body).unwrap())
}

pub fn get(url: &str) -> Reply {
    reply(agent().get(url).call().unwrap())
}

fn agent() -> ureq::Agent {
    ureq::Agent::config_builder().http_status_as_error(false).build().into()
}

fn reply(mut response: ureq::http::Response<ureq::Body>) -> Reply {
    let content_type = response.headers().get("content-type").map_or("", |value| value.to_str().unwrap()).to_owned();
    Reply { status: response.status().as_u16(), content_type, body: response.body_mut().read_to_string().unwrap() }
}
