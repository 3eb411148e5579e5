//! HTTP: a witness that others ask, and reading and asking others over the network.
//!
//! [`Server`] answers requests on one thread, with bounds on everything that a stranger can make long. [`WitnessFolder`]
//! is a witness of its own, and [`witness_routes`] its answers. [`Client`] fetches and asks; [`HttpLog`] reads a log's static
//! files from a web server; [`Witnesses`] asks all witnesses of a log at once for their cosignatures.
//!
//! Nothing here decides whom to trust: that is `mostari_log`'s, and every byte that comes over the network goes through it.

mod client;
mod cosign;
mod error;
mod fetch;
mod group_commit;
mod server;
mod witness;
mod witness_folder;

pub use client::Client;
pub use cosign::{Cosigned, Heard, Said, Waiting, Witnesses};
pub use error::ServeError;
pub use fetch::HttpLog;
pub use group_commit::{GroupCommit, StoreStopped};
pub use server::{Answered, Server};
pub use witness::witness_routes;
pub use witness_folder::WitnessFolder;
