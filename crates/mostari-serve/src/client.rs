//! Asking over HTTP and HTTPS, with a bound on every answer and patience for a bad line.

use crate::error::ServeError;
use std::{
    fs,
    io::{self, Read},
    path::Path,
    thread,
    time::Duration,
};
use ureq::{
    Agent, Body,
    http::{Response, Uri},
    tls::{PemItem, RootCerts, TlsConfig, parse_pem},
};

/// How long to wait for a connection.
const CONNECT_PATIENCE: Duration = Duration::from_secs(10);
/// How long the other side may be silent.
const SILENCE_PATIENCE: Duration = Duration::from_secs(30);
/// How long one answer may take in all: the largest file of a log over 256 kbit/s.
const ANSWER_PATIENCE: Duration = Duration::from_secs(600);
/// Waits before what failed in passing is tried again.
const WAITS: [Duration; 3] = [Duration::from_millis(250), Duration::from_secs(1), Duration::from_secs(4)];
const REDIRECTS_MAX: u32 = 3;
/// Connections to one host that are kept open.
const IDLE_MAX: usize = 16;

/// Asks over the network. Clones share their connections.
#[derive(Debug, Clone)]
pub struct Client {
    agent: Agent,
}

/// An answer of a few bytes, as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Answer {
    pub status: u16,
    pub body: Vec<u8>,
}

/// Why an answer did not come.
#[derive(Debug)]
pub(crate) enum Fault {
    /// The other side sent more than was asked for.
    TooLarge(u64),
    /// The network, or how the other side speaks. `in_passing` if trying again may help.
    Network { reason: String, in_passing: bool },
}

impl Client {
    /// A client for answers that take a while. `roots` is a file of PEM certificates whose holders are believed to name
    /// hosts, for organisations with an authority of their own; Mozilla's list if it is `None`.
    ///
    /// # Errors
    /// `SRV-004`.
    pub fn new(roots: Option<&Path>) -> Result<Self, ServeError> {
        Self::with_patience(roots, ANSWER_PATIENCE)
    }

    /// A client that waits at most this long for a whole answer.
    ///
    /// # Errors
    /// `SRV-004`.
    pub fn with_patience(roots: Option<&Path>, patience: Duration) -> Result<Self, ServeError> {
        let mut tls = TlsConfig::builder();
        if let Some(path) = roots {
            tls = tls.root_certs(read_roots(path)?);
        }
        let config = Agent::config_builder()
            .tls_config(tls.build())
            .http_status_as_error(false)
            .max_redirects(REDIRECTS_MAX)
            .max_idle_connections(2 * IDLE_MAX)
            .max_idle_connections_per_host(IDLE_MAX)
            .timeout_connect(Some(CONNECT_PATIENCE.min(patience)))
            .timeout_recv_response(Some(SILENCE_PATIENCE.min(patience)))
            .timeout_per_read(Some(SILENCE_PATIENCE.min(patience)))
            .timeout_global(Some(patience))
            .user_agent(concat!("mostari/", env!("CARGO_PKG_VERSION")));
        Ok(Self { agent: config.build().into() })
    }

    /// Fetches a file; `None` if there is none. What fails in passing is tried again.
    pub(crate) fn get(&self, url: &str, bytes_max: u64) -> Result<Option<Vec<u8>>, Fault> {
        let mut waits = WAITS.iter();
        loop {
            let fault = match self.get_once(url, bytes_max) {
                Err(fault) => fault,
                done => return done,
            };
            match (&fault, waits.next()) {
                (Fault::Network { in_passing: true, .. }, Some(wait)) => thread::sleep(*wait),
                _ => return Err(fault),
            }
        }
    }

    fn get_once(&self, url: &str, bytes_max: u64) -> Result<Option<Vec<u8>>, Fault> {
        let response = self.agent.get(url).call().map_err(|error| network(&error))?;
        match response.status().as_u16() {
            200 => read(response, bytes_max).map(Some),
            404 | 410 => Ok(None),
            status => Err(Fault::Network {
                reason: format!("the server answered with status {status}"),
                in_passing: matches!(status, 408 | 425 | 429 | 500 | 502 | 503 | 504),
            }),
        }
    }

    /// Asks once, whatever the status of the answer.
    pub(crate) fn post(&self, url: &str, body: &str, bytes_max: u64) -> Result<Answer, Fault> {
        let response = self.agent.post(url).content_type("text/plain").send(body).map_err(|error| network(&error))?;
        let status = response.status().as_u16();
        Ok(Answer { status, body: read(response, bytes_max)? })
    }
}

/// The whole body, unless it is larger than it may be.
fn read(response: Response<Body>, bytes_max: u64) -> Result<Vec<u8>, Fault> {
    let mut bytes = Vec::new();
    let mut body = response.into_body().into_reader().take(bytes_max + 1);
    let read = body.read_to_end(&mut bytes);
    read.map_err(|error| Fault::Network { reason: error.to_string(), in_passing: true })?;
    match bytes.len() as u64 > bytes_max {
        true => Err(Fault::TooLarge(bytes_max)),
        false => Ok(bytes),
    }
}

/// Lines break, names are not resolved for a moment; a certificate stays wrong.
fn network(error: &ureq::Error) -> Fault {
    let in_passing = matches!(
        error,
        ureq::Error::Io(_)
            | ureq::Error::Timeout(_)
            | ureq::Error::HostNotFound
            | ureq::Error::ConnectionFailed
            | ureq::Error::Protocol(_)
    );
    let is_tls = matches!(error, ureq::Error::Io(error) if error.kind() == io::ErrorKind::InvalidData);
    let reason = match error {
        ureq::Error::Io(error) => error.to_string(),
        other => other.to_string(),
    };
    Fault::Network { reason, in_passing: in_passing && !is_tls }
}

fn read_roots(path: &Path) -> Result<RootCerts, ServeError> {
    let fault = |reason: String| ServeError::Certificates { path: path.to_owned(), reason };
    let bytes = fs::read(path).map_err(|error| fault(error.to_string()))?;
    let mut certificates = Vec::new();
    for item in parse_pem(&bytes) {
        if let PemItem::Certificate(certificate) = item.map_err(|error| fault(error.to_string()))? {
            certificates.push(certificate);
        }
    }
    match certificates.is_empty() {
        true => Err(fault("there is no `BEGIN CERTIFICATE` in it".to_owned())),
        false => Ok(RootCerts::from(certificates)),
    }
}

/// An address to which paths can be joined: `http` or `https`, a host, no query; it ends in `/`.
///
/// # Errors
/// `SRV-002`.
pub(crate) fn base_of(url: &str) -> Result<String, ServeError> {
    let fault = |reason| ServeError::Url { url: url.to_owned(), reason };
    if !(url.starts_with("http://") || url.starts_with("https://")) {
        return Err(fault("it begins with neither `https://` nor `http://`"));
    }
    if url.contains(['?', '#']) {
        return Err(fault("a `?` or `#` has no place in it"));
    }
    let uri: Uri = url.parse().map_err(|_| fault("it does not read"))?;
    match uri.host() {
        None | Some("") => Err(fault("it names no host")),
        Some(_) => Ok(format!("{}/", url.trim_end_matches('/'))),
    }
}

impl Fault {
    /// What happened, in words.
    pub(crate) fn reason(&self) -> String {
        match self {
            Self::TooLarge(most) => format!("it has more than {most} bytes"),
            Self::Network { reason, .. } => reason.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(url: &str, expect: Option<&str>) {
        assert_eq!(base_of(url).ok().as_deref(), expect, "{url}");
    }

    #[test]
    fn an_address_is_a_scheme_a_host_and_a_path() {
        check("https://log.example", Some("https://log.example/"));
        check("https://log.example/bih//", Some("https://log.example/bih/"));
        check("http://127.0.0.1:8080/", Some("http://127.0.0.1:8080/"));
        check("http://[::1]:8080/log", Some("http://[::1]:8080/log/"));
    }

    #[test]
    fn whatever_else_is_refused_with_the_reason() {
        for url in
            ["log.example", "ftp://log.example/", "https://", "https:///x", "https://log.example/?a", "https://a b/"]
        {
            check(url, None);
        }
    }
}
