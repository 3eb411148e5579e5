//! Over TLS: a host is believed whose certificate an authority vouches for, under its own name, and nobody else.
//! The certificates in `tests/tls/` were made for this and are valid until 2126.

#![allow(clippy::unwrap_used, reason = "a test may stop at what it does not expect")]

mod common;

use common::{grow, log_key, mission};
use mostari_log::Policy;
use mostari_record::check_leaves;
use mostari_serve::{Client, HttpLog};
use rustls::{
    ServerConfig, ServerConnection, StreamOwned,
    crypto::ring,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
};
use std::{
    fs,
    io::{self, BufRead, BufReader, Write},
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    sync::Arc,
    thread,
};

fn certificates(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/tls").join(name)
}

/// Serves a folder over TLS for as long as the test runs; gives the port.
fn serve(folder: PathBuf) -> u16 {
    let chain = CertificateDer::pem_file_iter(certificates("server.pem")).unwrap().collect::<Result<_, _>>().unwrap();
    let key = PrivateKeyDer::from_pem_file(certificates("server.key")).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .unwrap();
    let config = Arc::new(config);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let (config, folder) = (Arc::clone(&config), folder.clone());
            // A client that does not believe the certificate breaks off.
            thread::spawn(move || answer(stream.unwrap(), config, &folder).ok());
        }
    });
    port
}

fn answer(stream: TcpStream, config: Arc<ServerConfig>, folder: &Path) -> io::Result<()> {
    let connection = ServerConnection::new(config).map_err(io::Error::other)?;
    let mut reader = BufReader::new(StreamOwned::new(connection, stream));
    let mut request = String::new();
    reader.read_line(&mut request)?;
    let mut line = String::new();
    while reader.read_line(&mut line)? > 2 {
        line.clear();
    }
    let path = request.split(' ').nth(1).unwrap().trim_start_matches('/');
    let body = fs::read(folder.join(path));
    let status = if body.is_ok() { "200 OK" } else { "404 Not Found" };
    let body = body.unwrap_or_default();
    let stream = reader.get_mut();
    write!(stream, "HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len())?;
    stream.write_all(&body)?;
    stream.conn.send_close_notify();
    stream.flush()
}

#[test]
fn a_log_is_verified_over_tls_if_an_authority_vouches_for_its_host() {
    let (_dir, mission) = mission();
    grow(&mission, 600);
    let port = serve(mission.log_dir());
    let client = Client::new(Some(&certificates("ca.pem"))).unwrap();
    let log = HttpLog::new(client, &format!("https://localhost:{port}")).unwrap();
    let trusted = Policy::of_log(log_key(&mission)).check(&log.checkpoint().unwrap()).unwrap();
    let check = check_leaves(&log, &trusted.checkpoint);
    log.check_network().unwrap();
    assert_eq!((check.entries, check.findings.len()), (601, 0));
}

#[test]
fn a_host_that_nobody_vouches_for_or_with_another_name_is_refused() {
    let (_dir, mission) = mission();
    let port = serve(mission.log_dir());
    let refuse = |roots: Option<&Path>, host: &str| {
        let log = HttpLog::new(Client::new(roots).unwrap(), &format!("https://{host}:{port}")).unwrap();
        let error = log.checkpoint().unwrap_err();
        assert_eq!(error.code(), "SRV-003");
        error.to_string()
    };
    let said = refuse(None, "localhost");
    assert!(said.contains("UnknownIssuer"), "{said}");
    let said = refuse(Some(&certificates("ca.pem")), "127.0.0.1");
    assert!(said.contains("not valid for name"), "{said}");
}

#[test]
fn a_file_without_certificates_vouches_for_nobody() {
    let code = |name: &str| Client::new(Some(&certificates(name))).map(drop).unwrap_err().code();
    assert_eq!(code("server.key"), "SRV-004");
    assert_eq!(code("nowhere.pem"), "SRV-004");
}
