//! What the machine can do, without Mostari.

use crate::Answer;
use ed25519_dalek::{Signer, SigningKey};
use rayon::prelude::*;
use sha2::{Digest, Sha256};
use std::{
    fs::File,
    hint::black_box,
    io::Write,
    path::Path,
    time::{Duration, Instant},
};

const MESSAGE_BYTES: usize = 512;
const ROUNDS: usize = 20_000;

/// Rates of one core, and of all cores where it says so.
pub struct Machine {
    pub cores: usize,
    /// MB/s over pieces of 8 KiB.
    pub sha256_mb_s: f64,
    /// Hashes of 64 bytes each second.
    pub sha256_small: f64,
    pub sign: f64,
    pub verify: f64,
    pub verify_all_cores: f64,
}

pub fn measure() -> Machine {
    let key = SigningKey::from_bytes(&[7; 32]);
    let public = key.verifying_key();
    let message = |i: usize| {
        let mut message = [3; MESSAGE_BYTES];
        message[..8].copy_from_slice(&i.to_be_bytes());
        message
    };
    let (large, small) = (vec![1; 8 << 10], [1; 64]);
    let signatures: Vec<_> = (0..ROUNDS).map(|i| key.sign(&message(i))).collect();
    let holds = |i: usize| assert!(public.verify_strict(&message(i), &signatures[i]).is_ok());
    Machine {
        cores: rayon::current_num_threads(),
        sha256_mb_s: rate(|_| Sha256::digest(black_box(&large))) * large.len() as f64 / 1e6,
        sha256_small: rate(|_| Sha256::digest(black_box(&small))),
        sign: rate(|i| key.sign(&message(i))),
        verify: rate(holds),
        verify_all_cores: {
            let start = Instant::now();
            (0..ROUNDS).into_par_iter().for_each(holds);
            ROUNDS as f64 / start.elapsed().as_secs_f64()
        },
    }
}

/// How often each second, on one core.
fn rate<T>(work: impl Fn(usize) -> T) -> f64 {
    let start = Instant::now();
    (0..ROUNDS).for_each(|i| drop(black_box(work(i))));
    ROUNDS as f64 / start.elapsed().as_secs_f64()
}

/// Appends of 4 KiB to a file, each made durable.
pub struct Syncs {
    file: File,
}

impl Syncs {
    pub fn in_folder(folder: &Path) -> Answer<Self> {
        Ok(Self { file: File::create(folder.join("syncs"))? })
    }

    pub fn one(&mut self) -> Answer<Duration> {
        let start = Instant::now();
        self.file.write_all(&[9; 4 << 10])?;
        self.file.sync_data()?;
        Ok(start.elapsed())
    }
}
