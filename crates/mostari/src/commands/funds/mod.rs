//! `mostari funds`: what the ledger says, whether it holds together, and the money of IATI files counted once.

mod iati;
mod ledger;

use crate::joined::Joined;
use crate::stating::reader;
use crate::terminal::{Terminal, count};
use crate::{Answer, args, failure::Failure};
use mostari_record::Mission;
use serde_json::json;

pub fn run(args: &args::Funds, terminal: &Terminal) -> Result<Answer, Failure> {
    let mission = Mission::open(&args.folder)?;
    let reader = reader(&args.reader.clearance)?;
    let snapshot = mission.snapshot(&reader, None)?;
    let (activities, counts) = iati::counts(&mission, &snapshot)?;
    let joined = Joined::open(&mission, &reader, terminal)?;
    let statement = ledger::Statement::of(&joined.ledger);
    if !statement.is_empty() {
        statement.show(args.all, terminal);
    }
    if activities > 0 {
        terminal.say(format!("{} activities in IATI files", count(activities as u64)));
        counts.iter().for_each(|counted| iati::show(counted, args.all, terminal));
    }
    if activities == 0 && statement.is_empty() {
        terminal.say("Nothing is stated of funds");
        terminal.hint("state what moves with `mostari say DIR FILE`, or add IATI files: `mostari add DIR FILE.xml`");
    }
    let sound = statement.violations.is_empty();
    terminal.json(&json!({
        "activities": activities, "label": snapshot.label, "counts": counts, "ledger": statement.to_json(),
        "erased": joined.erased,
    }));
    Ok(if sound { Answer::Done } else { Answer::No })
}
