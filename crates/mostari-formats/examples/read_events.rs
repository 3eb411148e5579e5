//! Times the reading of a file of events: `cargo run --release --example read_events -- FILE`.

use std::time::Instant;

fn main() {
    let path = std::env::args().nth(1).expect("the path of a file");
    let bytes = std::fs::read(&path).expect("a file that can be read");
    let start = Instant::now();
    let input = mostari_formats::Input { name: &path, bytes: &bytes, siblings: &[] };
    match mostari_formats::read(&input, None) {
        Ok((about, reading)) => {
            let seconds = start.elapsed().as_secs_f64();
            let observations: usize = reading.tables.iter().map(mostari_model::Table::len).sum();
            println!(
                "{}: {} rows, {observations} observations, {} findings in {seconds:.3} s, {:.0} MB/s",
                about.id,
                reading.rows,
                reading.findings.len(),
                bytes.len() as f64 / 1e6 / seconds,
            );
        }
        Err(error) => println!("refused: {error}"),
    }
}
