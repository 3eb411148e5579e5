//! How fast the record is, beside what the machine can do: `log_bench FOLDER ENTRIES`.
//!
//! FOLDER is made, filled and removed again. It prints the tables of `benches/README.md`. Two more forms are started by the
//! program itself: `log_bench FOLDER append` appends until it is killed, `log_bench FOLDER open` says when it is ready.

mod machine;
mod measure;
mod restart;
mod statements;

use mostari_record::Mission;
use statements::{AT, AUTHORS};
use std::{env, error::Error, fs, path::Path, time::Duration};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

type Answer<T> = Result<T, Box<dyn Error>>;

fn main() -> Answer<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [folder, "append"] => restart::append_until_killed(Path::new(folder)),
        [folder, "open"] => restart::open(Path::new(folder)),
        [folder, entries] => bench(Path::new(folder), entries.parse()?),
        _ => Err("usage: log_bench FOLDER ENTRIES".into()),
    }
}

fn bench(folder: &Path, entries: usize) -> Answer<()> {
    fs::create_dir_all(folder)?;
    let mission = Mission::init(folder.join("mission"), "Bench", "BIH", AT)?;
    let machine = machine::measure();
    let bulk = measure::append(&mission, entries)?;
    let audits = measure::audits(&mission)?;
    let receipts = measure::receipts(&mission, &mut machine::Syncs::in_folder(folder)?)?;
    let desks = [1, 16, 64].map(|threads| measure::at_desk(&mission, threads));
    let proof_ms = measure::proof_ms(&mission)?;
    drop(mission);
    let restart = restart::measure(folder)?;
    fs::remove_dir_all(folder)?;

    let [sync_p50, sync_p99] = percentiles(receipts.syncs);
    let [receipt_p50, receipt_p99] = percentiles(receipts.durable);
    let [published_p50, published_p99] = percentiles(receipts.published);
    println!("{} entries of {} bytes by {AUTHORS} authors, all in the page cache.\n", audits.entries, bulk.leaf_bytes);
    println!("| the machine, {} cores | |\n| --- | ---: |", machine.cores);
    println!("| `fdatasync` after 4 KiB at the end of a file, p50 / p99 | {sync_p50:.2} / {sync_p99:.2} ms |");
    println!("| SHA-256 of 8 KiB, one core | {:.0} MB/s |", machine.sha256_mb_s);
    println!("| SHA-256 of 64 bytes, one core | {:.0} each second |", machine.sha256_small);
    println!("| Ed25519 over 512 bytes, one core: sign | {:.0} each second |", machine.sign);
    println!("| Ed25519 over 512 bytes, one core: verify, strictly | {:.0} each second |", machine.verify);
    println!("| Ed25519 over 512 bytes, all cores: verify, strictly | {:.0} each second |\n", machine.verify_all_cores);

    println!("| the record | goal | here | |\n| --- | ---: | ---: | --- |");
    let each_second = |what: &str, goal: f64, here: f64| row(what, "≥", goal, here, 0, here >= goal);
    let at_most = |what: &str, goal: f64, here: f64| row(what, "≤", goal, here, 2, here <= goal);
    each_second("verified, durable, published appends each second", 15_000.0, bulk.each_second);
    each_second("… in the slowest tenth of the way", 15_000.0, bulk.slowest_tenth);
    at_most("a durable receipt, p50, ms (3 × `fdatasync`)", 3.0 * sync_p50, receipt_p50);
    at_most("a durable receipt, p99, ms (3 × `fdatasync`)", 3.0 * sync_p99, receipt_p99);
    at_most("an inclusion proof out of the tiles, mean, ms", 1.0, proof_ms);
    at_most("audit of the published files, signatures included, s", 20.0, audits.signatures_s);
    at_most("audit of hashes alone, s", 2.0, audits.hashes_s);
    at_most("restart after `kill -9`, the slowest of 5, s", 2.0, restart.worst_s);

    println!("\n`verify`, which also compares the index, payloads and blobs, takes {:.2} s.", audits.whole_s);
    println!(
        "The authors signed {:.0} entries each second on all cores, before the clock ran.",
        bulk.signed_each_second
    );
    println!(
        "A receipt whose tiles and checkpoint are published as well takes {published_p50:.2} ms (p50), {published_p99:.2} ms (p99)."
    );
    println!("All {} entries that were acknowledged before the kills were found again.", restart.acknowledged);
    println!(
        "\n| threads that append at once | answers each second | p50, ms | p99, ms |\n| ---: | ---: | ---: | ---: |"
    );
    for desk in desks {
        let measure::AtDesk { threads, each_second, waits } = desk?;
        let [p50, p99] = percentiles(waits);
        println!("| {threads} | {each_second:.0} | {p50:.2} | {p99:.2} |");
    }
    Ok(())
}

fn row(what: &str, sign: &str, goal: f64, here: f64, digits: usize, holds: bool) {
    let holds = if holds { "holds" } else { "does not hold" };
    println!("| {what} | {sign} {goal:.digits$} | {here:.digits$} | {holds} |");
}

/// The middle and the 99th of a hundred, in milliseconds.
fn percentiles(mut times: Vec<Duration>) -> [f64; 2] {
    times.sort_unstable();
    [50, 99].map(|percent| times[(times.len() * percent / 100).min(times.len() - 1)].as_secs_f64() * 1e3)
}
