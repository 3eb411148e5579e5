//! `mostari verify`: does the record still say what it said? Signatures, the chain of entries, every blob.

use crate::terminal::{Terminal, count};
use crate::{Answer, args, failure::Failure};
use mostari_record::Mission;
use serde_json::json;

pub fn run(args: &args::Verify, terminal: &Terminal) -> Result<Answer, Failure> {
    let mission = Mission::open(&args.folder)?;
    terminal.progress("Reading every entry and blob …");
    let found = mission.verify(None)?;
    terminal.clear_progress();
    for finding in &found.findings {
        terminal.say(finding.to_string());
    }
    terminal.say(format!("entries     {}, {} signatures right", count(found.entries), count(found.signatures)));
    terminal.say(format!("blobs       {} read, each with its digest", count(found.blobs)));
    terminal.say(format!("head        {} at {}", found.head.digest.short(), count(found.head.size)));
    terminal.say(if found.is_whole() { "Verified: nothing was removed or altered" } else { "Not verified" });
    terminal.json(&json!({
        "origin": mission.settings().origin, "size": found.head.size, "root": found.head.digest,
        "signatures": found.signatures, "blobs": found.blobs, "verified": found.is_whole(), "findings": found.findings,
    }));
    Ok(if found.is_whole() { Answer::Done } else { Answer::No })
}
