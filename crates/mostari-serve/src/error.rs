//! What can go wrong on the network and with a witness's folder, each with a stable code and a hint.

use std::{net::SocketAddr, path::PathBuf};

/// Why something could not be served, fetched or asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServeError {
    /// The system gives no socket.
    #[error("cannot listen on {address}")]
    Listen {
        /// Where.
        address: SocketAddr,
        /// The system's reason.
        #[source]
        source: std::io::Error,
    },
    /// No address that a log or a witness can have.
    #[error("`{url}` is not an address: {reason}")]
    Url {
        /// What was given.
        url: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// The network or the other side failed, several times if it was worth trying again.
    #[error("cannot read `{url}`: {reason}")]
    Network {
        /// What was asked for.
        url: String,
        /// The last reason.
        reason: String,
    },
    /// The file has no certificates.
    #[error("`{}` holds no certificates: {reason}", .path.display())]
    Certificates {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// A witness's folder does not read.
    #[error("`{}` cannot be used: {reason}", .path.display())]
    Witness {
        /// The file or folder.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// Nobody is named who could cosign.
    #[error("there is no witness to ask")]
    NoWitness,
    /// A checkpoint that this policy never trusts.
    #[error("`{}` does not trust this mission's own log: it lacks the line `log {log}`", .path.display())]
    OtherLog {
        /// The policy file.
        path: PathBuf,
        /// The verifier key of the log.
        log: String,
    },
    /// Keys and memory of a witness are kept as the record keeps its own.
    #[error(transparent)]
    Record(#[from] mostari_record::RecordError),
}

impl ServeError {
    /// Every code that [`ServeError::code`] gives by itself.
    pub const CODES: &[&str] = &["SRV-001", "SRV-002", "SRV-003", "SRV-004", "SRV-005", "SRV-006", "SRV-007"];

    /// The stable code; `docs/findings/serve.md` has a heading for each.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Listen { .. } => "SRV-001",
            Self::Url { .. } => "SRV-002",
            Self::Network { .. } => "SRV-003",
            Self::Certificates { .. } => "SRV-004",
            Self::Witness { .. } => "SRV-005",
            Self::NoWitness => "SRV-006",
            Self::OtherLog { .. } => "SRV-007",
            Self::Record(error) => error.code(),
        }
    }

    /// What a person can do about it.
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::Listen { .. } => "another program may listen there; `--listen 127.0.0.1:0` takes any free port",
            Self::Url { .. } => "write it as `https://host/path/`",
            Self::Network { .. } => {
                "check the address and the network, then repeat the command: nothing was judged yet"
            }
            Self::Certificates { .. } => "name a file of PEM certificates: `-----BEGIN CERTIFICATE-----` …",
            Self::Witness { .. } => {
                "mend the file or bring the folder back from a copy; never run one witness from two copies"
            }
            Self::NoWitness => {
                "write `DIR/policy`: `log KEY` (it stands in `mostari.toml`), `witness NAME KEY URL` for each, `quorum NAME`"
            }
            Self::OtherLog { .. } => "add that line to the policy",
            Self::Record(error) => error.hint(),
        }
    }
}
