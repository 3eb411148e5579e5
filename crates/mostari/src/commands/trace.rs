//! `mostari trace`: the chain of one id, from need to handover and on to whether it works.

use crate::joined::Joined;
use crate::stating::reader;
use crate::terminal::Terminal;
use crate::{Answer, args, failure::Failure};
use jiff::Zoned;
use mostari_model::Date;
use mostari_record::Mission;
use serde_json::json;

pub fn run(args: &args::Trace, terminal: &Terminal) -> Result<Answer, Failure> {
    let mission = Mission::open(&args.folder)?;
    let joined = Joined::open(&mission, &reader(&args.reader.clearance)?, terminal)?;
    let as_of = args.as_of.as_deref().map_or_else(|| Ok(Zoned::now().date()), day)?;
    let trace = mostari_projects::trace(&joined.register, &joined.links, &args.id, as_of)?;
    terminal.say(trace.to_string().trim_end());
    let mut answer = json!(trace);
    answer["erased"] = json!(joined.erased);
    terminal.json(&answer);
    Ok(Answer::Done)
}

fn day(text: &str) -> Result<Date, Failure> {
    text.parse().map_err(|_| Failure::Option { value: text.to_owned(), expected: "a date such as 2024-06-01" })
}
