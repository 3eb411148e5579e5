//! `mostari-simulator soak | replay | plant`; `scripts/soak` calls it.

use mostari_simulator::{Options, Outcome, Plant, plant, run, soak};
use std::{
    env,
    io::Write,
    path::Path,
    process::ExitCode,
    thread,
    time::{Duration, Instant},
};

const USAGE: &str = "usage: mostari-simulator soak [--seeds N] [--from N] [--seconds N] [--all] [--plant float|label]
       mostari-simulator replay SEED [--plant float|label]
       mostari-simulator plant [--seeds N] [--only WORDS]";

/// What is asked for, in the order in which it was said.
struct Arguments(Vec<String>);

impl Arguments {
    fn value(&self, name: &str) -> Option<&str> {
        let at = self.0.iter().position(|argument| argument == name)?;
        self.0.get(at + 1).map(String::as_str)
    }

    fn has(&self, name: &str) -> bool {
        self.0.iter().any(|argument| argument == name)
    }

    fn number(&self, name: &str, default: u64) -> u64 {
        self.value(name).and_then(|value| value.parse().ok()).unwrap_or(default)
    }

    fn options(&self) -> Options {
        let plant = match self.value("--plant") {
            Some("float") => Plant::Float,
            Some("label") => Plant::LostLabel,
            _ => Plant::None,
        };
        Options { trace: false, plant }
    }
}

fn main() -> ExitCode {
    let arguments = Arguments(env::args().skip(1).collect());
    match arguments.0.first().map(String::as_str) {
        Some("soak") => soak_seeds(&arguments),
        Some("replay") => replay(&arguments),
        Some("plant") => plant_faults(&arguments),
        _ => {
            eprintln!("{USAGE}");
            ExitCode::from(2)
        }
    }
}

fn soak_seeds(arguments: &Arguments) -> ExitCode {
    // A panic is a verdict like any other; it is printed with its seed below.
    std::panic::set_hook(Box::new(|_| ()));
    let (from, seeds) = (arguments.number("--from", 0), arguments.number("--seeds", 100_000));
    let (begin, most) = (Instant::now(), Duration::from_secs(arguments.number("--seconds", u64::MAX)));
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let goes_on = |done: u64| {
        if done > 0 && done.is_multiple_of(1_000) {
            let seconds = begin.elapsed().as_secs_f64();
            eprint!("\r{done} of {seeds} seeds, {:.0} a second ", done as f64 / seconds);
            let _ = std::io::stderr().flush();
        }
        begin.elapsed() < most
    };
    let soaked = soak(from..from.saturating_add(seeds), arguments.options(), threads, !arguments.has("--all"), goes_on);
    eprintln!();
    let seconds = begin.elapsed().as_secs_f64();
    for (what, count) in &soaked.counts {
        println!("{count:>12} {what}");
    }
    for (count, outcome) in soaked.broken.values() {
        println!("{count:>12} seed {}: {}", outcome.seed, outcome.violation.as_deref().unwrap_or_default());
    }
    match soaked.first_broken() {
        None => {
            println!("{} seeds from {from} in {seconds:.1} s: every invariant held", soaked.runs);
            ExitCode::SUCCESS
        }
        Some(broken) => {
            println!("{} seeds from {from} in {seconds:.1} s: an invariant is broken", soaked.runs);
            println!("\nhint: `SEED={} scripts/soak` shows what happened", broken.seed);
            ExitCode::FAILURE
        }
    }
}

fn replay(arguments: &Arguments) -> ExitCode {
    let Some(seed) = arguments.0.get(1).and_then(|seed| seed.parse().ok()) else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    let Outcome { violation, trace, .. } = run(seed, Options { trace: true, ..arguments.options() });
    print!("{trace}");
    match violation {
        None => {
            println!("seed {seed}: every invariant held");
            ExitCode::SUCCESS
        }
        Some(violation) => {
            println!("seed {seed}: {violation}");
            ExitCode::FAILURE
        }
    }
}

fn plant_faults(arguments: &Arguments) -> ExitCode {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let (seeds, only) = (arguments.number("--seeds", 20_000), arguments.value("--only").unwrap_or_default());
    match plant::plant_all(&repository, seeds, only) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}
