//! `mostari correct`: an entry shall not count any more.

use crate::allowed::{Asked, Guard, kind_of};
use crate::terminal::Terminal;
use crate::{Answer, args, failure::Failure, session};
use jiff::Timestamp;
use mostari_policy::actions::Action;
use mostari_record::{Correction, Mission};
use serde_json::json;

pub fn run(args: &args::Correct, terminal: &Terminal) -> Result<Answer, Failure> {
    let mission = Mission::open(&args.folder)?;
    // Whoever may say such a thing may take it back; that it is its own party's, the record asks.
    let (key, target) = (mission.author_secret()?.author(), mission.entry(args.entry)?);
    let asked = Asked::own(Action::Append, kind_of(&target.body), &target.label);
    Guard::open(&mission)?.check(&key, &asked)?;
    let correction = Correction { of: args.entry, replaced_by: None, reason: args.reason.clone() };
    let appended = mission.correct(correction, &session::label(&args.label)?, Timestamp::now())?;
    terminal.say(format!("Entry {} does not count any more; entry {} says so", args.entry, appended.index));
    terminal.hint(format!("to take it back: `mostari correct DIR {} --reason TEXT`", appended.index));
    terminal.json(&json!({"entry": args.entry, "by": appended.index}));
    Ok(Answer::Done)
}
