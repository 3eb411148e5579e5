//! `mostari init`: an empty mission folder.

use crate::terminal::Terminal;
use crate::{Answer, args, failure::Failure};
use mostari_record::Mission;
use serde_json::json;

pub fn run(args: &args::Init, terminal: &Terminal) -> Result<Answer, Failure> {
    let mission = Mission::init(&args.folder, &args.name, &args.country)?;
    let folder = args.folder.display();
    terminal.say(format!("Made {folder}/: mission {}, country {}", args.name, args.country));
    terminal.say(format!("Next: `mostari add {folder} FILE...`, area boundaries first"));
    terminal.json(&json!({"mission": folder.to_string(), "origin": mission.settings().origin}));
    Ok(Answer::Done)
}
