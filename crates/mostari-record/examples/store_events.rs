//! Measures what it costs to record a large event table and to take a snapshot of it.
//!
//! ```text
//! cargo run --release -p mostari-record --example store_events -- [ROWS] [ORIGINAL_BYTES] [DIR]
//! ```
//!
//! Without arguments: 1,000,000 events and an original of 335 MB, in a temporary folder.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "a measuring program")]

use mostari_model::{Clearance, Date, Event, Events, Label, PlaceRef};
use mostari_record::{DatasetDraft, Mission, Original};
use std::time::Instant;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |i: usize, default: usize| arguments.get(i).map_or(default, |text: &String| text.parse().unwrap());
    let (rows, original_bytes) = (number(0, 1_000_000), number(1, 335_000_000));
    let temporary = tempfile::tempdir().unwrap();
    let dir = arguments.get(2).map_or_else(|| temporary.path().join("mission"), std::path::PathBuf::from);

    let table = events(rows);
    let original = csv_like(&table, original_bytes);
    println!("{rows} events, original of {:.0} MB, {} threads", mb(original.len()), rayon::current_num_threads());

    let mission = Mission::init(&dir, "Measure", "BIH", jiff::Timestamp::UNIX_EPOCH).unwrap();
    let start = Clock::start();
    let hashed = Original::of(&original);
    mission.store_original(&hashed).unwrap();
    report("store_original: hash, compress, write, fsync", start);

    let start = Clock::start();
    let draft = DatasetDraft {
        file: "events.csv".into(),
        source: "measure".into(),
        licence: "CC BY 4.0".into(),
        label: Label::public(),
        reader: "ged-csv".into(),
        file_digest: hashed.digest(),
        rows: rows as u64,
        tables: vec![table.clone().into()],
        findings: Vec::new(),
    };
    println!("  (the table is copied for the comparison in {:.3} s)", start.wall.elapsed().as_secs_f64());
    let start = Clock::start();
    let stored = mission.store_dataset(draft).unwrap();
    report("store_dataset: columns, hash, write, fsync", start);
    let start = Clock::start();
    mission.append_datasets(vec![stored], "2024-06-19T19:22:45Z".parse().unwrap()).unwrap();
    report("append_datasets: sign, commit", start);

    for _ in 0..3 {
        let start = Clock::start();
        let snapshot = mission.snapshot(&Clearance::none(), None).unwrap();
        report("snapshot: read, check digest, columns", start);
        assert!(snapshot.tables.events == table, "the table came back otherwise");
    }
    let start = Clock::start();
    assert!(mission.verify(None).unwrap().is_whole());
    report("verify: everything", start);
    println!("on disk: {:.1} MB", mb(folder_bytes(&dir)));
}

/// Wall and processor time from a point on.
struct Clock {
    wall: Instant,
    cpu_s: f64,
}

impl Clock {
    fn start() -> Self {
        Self { wall: Instant::now(), cpu_s: cpu_s() }
    }
}

/// Processor time of all threads so far, in seconds; 0 where the system has no `/proc`. On a busy machine this is
/// the figure to compare.
fn cpu_s() -> f64 {
    const TICKS_PER_S: f64 = 100.0; // USER_HZ of Linux
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // After the name in parentheses, user and system time are the fields 12 and 13 (proc(5): utime, stime).
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    after_name.split_whitespace().skip(11).take(2).filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>()
        / TICKS_PER_S
}

fn report(what: &str, start: Clock) {
    println!("{:>8.3} s wall {:>6.2} s cpu  {what}", start.wall.elapsed().as_secs_f64(), cpu_s() - start.cpu_s);
}

fn mb(bytes: usize) -> f64 {
    bytes as f64 / 1e6
}

/// Events with about as many distinct words, places, dates and numbers as the Georeferenced Event Dataset has.
fn events(rows: usize) -> Events {
    let mut state = 1_u64;
    let mut draw = move |below: u64| {
        // Knuth's MMIX linear congruential generator: enough to fill a table.
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    (0..rows)
        .map(|i| {
            let day = |draw: &mut dyn FnMut(u64) -> u64| {
                Date::new(1989 + draw(35) as i16, 1 + draw(12) as i8, 1 + draw(28) as i8).unwrap()
            };
            let start = day(&mut draw);
            let place = draw(40_000);
            let deaths = draw(100) as i64 / 10;
            Event {
                event_id: (100_000 + i).to_string(),
                kind: ["state-based", "non-state", "one-sided"][draw(3) as usize].to_owned(),
                date_start: Some(start),
                date_end: Some(start),
                date_precision: Some(1 + draw(5) as i64),
                where_precision: Some(1 + draw(7) as i64),
                longitude: Some(15.0 + draw(4_000_000) as f64 / 1e6),
                latitude: Some(42.0 + draw(3_000_000) as f64 / 1e6),
                place: PlaceRef {
                    country: "Bosnia-Herzegovina".into(),
                    level: None,
                    name: format!("Place {place}"),
                    parent_name: format!("Municipality {}", place % 142),
                    ..PlaceRef::default()
                },
                deaths_low: Some(deaths),
                deaths_best: Some(deaths),
                deaths_high: (draw(10) > 0).then_some(deaths + draw(5) as i64),
                deaths_civilians: Some(deaths / 2),
                row: i as u32 + 2,
                dataset: 0,
            }
        })
        .collect()
}

/// Text with the length and about the redundancy of the file that such a table comes from.
fn csv_like(table: &Events, bytes: usize) -> Vec<u8> {
    let mut text = Vec::with_capacity(bytes + 1024);
    for i in (0..table.len()).cycle() {
        if text.len() >= bytes || table.is_empty() {
            break;
        }
        let event = table.get(i);
        let (longitude, latitude) = (event.longitude.unwrap_or_default(), event.latitude.unwrap_or_default());
        let line = format!(
            "{},{},1,{},Government of Bosnia-Herzegovina - Serbian Republic of Bosnia-Herzegovina,389,Government of \
             Bosnia-Herzegovina,\"Reuters,{},Fighting near {} continues\",{},{},{},POINT ({longitude} {latitude}),\
             {longitude},{latitude},{:?},{:?},{},{},{},{}\n",
            event.event_id,
            event.kind,
            i % 97,
            event.date_start.map_or_else(String::new, |day| day.to_string()),
            event.place.name,
            event.place.parent_name,
            event.place.country,
            event.place.name,
            event.date_start,
            event.date_end,
            event.deaths_low.unwrap_or_default(),
            event.deaths_best.unwrap_or_default(),
            event.deaths_high.unwrap_or_default(),
            event.deaths_civilians.unwrap_or_default(),
        );
        text.extend_from_slice(line.as_bytes());
    }
    text.truncate(bytes);
    text
}

fn folder_bytes(dir: &std::path::Path) -> usize {
    std::fs::read_dir(dir)
        .unwrap()
        .map(|entry| {
            let entry = entry.unwrap();
            let metadata = entry.metadata().unwrap();
            if metadata.is_dir() { folder_bytes(&entry.path()) } else { metadata.len() as usize }
        })
        .sum()
}
