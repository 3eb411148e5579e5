//! A log's static files on a web server.

use crate::{
    client::{Client, Fault, base_of},
    error::ServeError,
};
use mostari_log::{BUNDLE_BYTES_MAX, CHECKPOINT_PATH, Fetch, NOTE_BYTES_MAX};
use std::{
    io,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

/// A log at an address: `checkpoint` and `tile/` lie below it. Fetch from it on many threads: they share connections.
pub struct HttpLog {
    client: Client,
    base: String,
    fetched: AtomicU64,
    failure: Mutex<Option<(String, String)>>,
}

impl HttpLog {
    /// The log at an address.
    ///
    /// # Errors
    /// `SRV-002`.
    pub fn new(client: Client, url: &str) -> Result<Self, ServeError> {
        Ok(Self { client, base: base_of(url)?, fetched: AtomicU64::new(0), failure: Mutex::default() })
    }

    /// The checkpoint, as it is served.
    ///
    /// # Errors
    /// `SRV-003`, also if there is none.
    pub fn checkpoint(&self) -> Result<Vec<u8>, ServeError> {
        let url = format!("{}{CHECKPOINT_PATH}", self.base);
        match self.client.get(&url, NOTE_BYTES_MAX as u64) {
            Ok(Some(bytes)) => Ok(bytes),
            Ok(None) => Err(ServeError::Network { url, reason: "there is no such file".to_owned() }),
            Err(fault) => Err(ServeError::Network { url, reason: fault.reason() }),
        }
    }

    /// How many files were fetched.
    pub fn fetched(&self) -> u64 {
        self.fetched.load(Ordering::Relaxed)
    }

    /// Whether the network failed on the way. Then nothing that was found missing says anything of the log.
    ///
    /// # Errors
    /// `SRV-003` with the first failure.
    pub fn check_network(&self) -> Result<(), ServeError> {
        match self.failure.lock().unwrap_or_else(PoisonError::into_inner).clone() {
            Some((url, reason)) => Err(ServeError::Network { url, reason }),
            None => Ok(()),
        }
    }
}

impl Fetch for HttpLog {
    /// At most as many bytes as the largest file of a log has. After the network has failed once it is not asked again.
    fn fetch(&self, path: &str) -> io::Result<Option<Vec<u8>>> {
        self.check_network().map_err(io::Error::other)?;
        let url = format!("{}{path}", self.base);
        let found = self.client.get(&url, BUNDLE_BYTES_MAX);
        self.fetched.fetch_add(1, Ordering::Relaxed);
        match found {
            Ok(bytes) => Ok(bytes),
            // The log's own fault: no file of a log is that large.
            Err(fault @ Fault::TooLarge(_)) => Err(io::Error::new(io::ErrorKind::InvalidData, fault.reason())),
            Err(fault) => {
                let reason = fault.reason();
                let mut failure = self.failure.lock().unwrap_or_else(PoisonError::into_inner);
                failure.get_or_insert((url, reason.clone()));
                Err(io::Error::other(reason))
            }
        }
    }
}
