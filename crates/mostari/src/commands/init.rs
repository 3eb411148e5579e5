//! `mostari init`: an empty mission folder.

use crate::commands::keys::words;
use crate::terminal::Terminal;
use crate::{Answer, args, failure::Failure};
use jiff::Timestamp;
use mostari_record::Mission;
use serde_json::json;

pub fn run(args: &args::Init, terminal: &Terminal) -> Result<Answer, Failure> {
    let country = mostari_place::country_code(&args.country).ok_or_else(|| Failure::Option {
        value: args.country.clone(),
        expected: "a country: its ISO 3166-1 alpha-3 code, such as BIH, or its English name; XAA to XZZ are free",
    })?;
    let mission = Mission::init_with(&args.folder, &args.name, &country, words(&args.role)?, Timestamp::now())?;
    let folder = args.folder.display();
    terminal.say(format!("Made {folder}/: mission {}, country {country}", args.name));
    terminal.say(format!("Next: `mostari add {folder} FILE...`, area boundaries first"));
    terminal.json(&json!({"mission": folder.to_string(), "origin": mission.settings().origin}));
    Ok(Answer::Done)
}
