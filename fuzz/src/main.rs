//! Runs one target under libFuzzer. `MOSTARI_FUZZ_TARGET` says which, `MOSTARI_FUZZ_SEEDS` where to write its seeds;
//! without a target, it lists them all.

#![no_main]

#[path = "../targets/formats/mod.rs"]
mod formats;
#[path = "../targets/log/mod.rs"]
mod log;
#[path = "../targets/record/mod.rs"]
mod record;
#[path = "../targets/target.rs"]
#[allow(dead_code, reason = "libFuzzer changes the seeds by itself; only tests do it on their own")]
mod target;

use libfuzzer_sys::fuzz_target;
use std::{env, fs, path::Path, process, sync::LazyLock};
use target::Target;

/// All targets, crate by crate.
fn all() -> impl Iterator<Item = &'static Target> {
    log::TARGETS.iter().chain(record::TARGETS).chain(formats::TARGETS)
}

static CHOSEN: LazyLock<&Target> = LazyLock::new(|| {
    let name = env::var("MOSTARI_FUZZ_TARGET").unwrap_or_default();
    all().find(|target| target.name == name).unwrap_or_else(|| {
        for Target { name, about, .. } in all() {
            println!("{name:16} {about}");
        }
        process::exit(if name.is_empty() { 0 } else { 2 })
    })
});

fn write_seeds() {
    let seeds = (CHOSEN.seeds)();
    let Some(folder) = env::var_os("MOSTARI_FUZZ_SEEDS") else { return };
    for (number, seed) in seeds.iter().enumerate() {
        fs::write(Path::new(&folder).join(format!("seed-{number}")), seed).expect("the script made the folder");
    }
}

fuzz_target!(init: write_seeds(), |data: &[u8]| (CHOSEN.run)(data));
