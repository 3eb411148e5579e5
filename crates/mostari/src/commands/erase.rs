//! `mostari erase`: destroys what a sealed entry says.

use crate::terminal::{Terminal, count};
use crate::{Answer, allowed::Guard, args, failure::Failure};
use jiff::Timestamp;
use mostari_policy::actions::Action;
use mostari_record::Mission;
use serde_json::json;

pub fn run(args: &args::Erase, terminal: &Terminal) -> Result<Answer, Failure> {
    let mission = Mission::open(&args.folder)?;
    Guard::open(&mission)?.check_entry(
        &mission.author_secret()?.author(),
        Action::Erase,
        &mission.entry(args.entry)?,
    )?;
    let erased = mission.erase(args.entry, &args.reason, Timestamp::now())?;
    terminal.say(format!(
        "Destroyed what entry {} said, and {} blobs that no other entry needs; entry {} says so",
        args.entry,
        count(erased.blobs.len() as u64),
        erased.by
    ));
    terminal.hint("other copies of this mission, and results that were computed before, are not reached from here");
    terminal.json(&json!({"entry": args.entry, "by": erased.by, "blobs": erased.blobs}));
    Ok(Answer::Done)
}
