//! `mostari correct`: an entry shall not count any more.

use crate::terminal::Terminal;
use crate::{Answer, args, failure::Failure, session};
use jiff::Timestamp;
use mostari_record::{Correction, Mission};
use serde_json::json;

pub fn run(args: &args::Correct, terminal: &Terminal) -> Result<Answer, Failure> {
    let mission = Mission::open(&args.folder)?;
    let correction = Correction { of: args.entry, replaced_by: None, reason: args.reason.clone() };
    let appended = mission.correct(correction, &session::label(&args.label)?, Timestamp::now())?;
    terminal.say(format!("Entry {} does not count any more; entry {} says so", args.entry, appended.index));
    terminal.hint(format!("to take it back: `mostari correct DIR {} --reason TEXT`", appended.index));
    terminal.json(&json!({"entry": args.entry, "by": appended.index}));
    Ok(Answer::Done)
}
