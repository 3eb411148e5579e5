//! `mostari receipt`: the proof that an entry is in the log (C2SP tlog-proof).

use crate::terminal::Terminal;
use crate::{Answer, args, failure::Failure, session};
use mostari_record::Mission;
use serde_json::json;

pub fn run(args: &args::Receipt, terminal: &Terminal) -> Result<Answer, Failure> {
    let mission = Mission::open(&args.folder)?;
    let proof = mission.receipt(args.entry)?.to_string();
    match &args.out {
        Some(path) => {
            session::write(path, proof.as_bytes())?;
            terminal.say(format!("Wrote {}", path.display()));
        }
        None => terminal.say(proof.trim_end()),
    }
    terminal.json(&json!({"entry": args.entry, "proof": proof}));
    Ok(Answer::Done)
}
