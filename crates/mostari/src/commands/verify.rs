//! `mostari verify`: was anything removed or altered? Of a mission everything is read; of a folder of static files, what a
//! log publishes about itself.

use crate::terminal::{Terminal, count};
use crate::{Answer, args, failure::Failure};
use mostari_log::{Blocks, CHECKPOINT_PATH, Checkpoint, Folder, Note, Policy, TileTree, Trusted, audit_earlier_tiles};
use mostari_record::{LeafCheck, Mission, check_leaves};
use serde_json::json;
use std::fs;
use std::path::Path;

pub fn run(args: &args::Verify, terminal: &Terminal) -> Result<Answer, Failure> {
    let policy = args.policy.as_deref().map(read_policy).transpose()?;
    match args.target.join("mostari.toml").is_file() {
        true => mission(args, policy.as_ref(), terminal),
        false => static_files(args, policy, terminal),
    }
}

fn mission(args: &args::Verify, policy: Option<&Policy>, terminal: &Terminal) -> Result<Answer, Failure> {
    let mission = Mission::open(&args.target)?;
    terminal.progress("Reading every entry and blob …");
    let found = mission.verify(policy)?;
    terminal.clear_progress();
    for finding in &found.findings {
        terminal.say(finding.to_string());
    }
    let consistent = since(args, &Folder::new(mission.log_dir()), found.head.size, terminal)?;
    terminal.say(format!("entries     {}, {} signatures right", count(found.entries), count(found.signatures)));
    if found.payloads + found.erased > 0 {
        terminal.say(format!("sealed      {} as sealed, {} erased", count(found.payloads), count(found.erased)));
    }
    terminal.say(format!("blobs       {} read, each with its digest", count(found.blobs)));
    terminal.say(format!("witnesses   {}", witnesses(&found.witnesses)));
    terminal.say(format!("head        {} at {}", found.head.digest.short(), count(found.head.size)));
    let verified = found.is_whole() && consistent != Some(false);
    conclude(verified, found.first_fault, terminal);
    terminal.json(&json!({
        "origin": found.origin, "size": found.head.size, "root": found.head.digest, "included": found.entries,
        "consistent": consistent, "signatures": found.signatures, "witnesses": found.witnesses,
        "payloads": found.payloads, "erased": found.erased, "blobs": found.blobs, "first_fault": found.first_fault,
        "verified": verified, "findings": found.findings,
    }));
    Ok(if verified { Answer::Done } else { Answer::No })
}

/// A log that somebody else publishes. Without a policy nobody says whom to trust, so one is asked for.
fn static_files(args: &args::Verify, policy: Option<Policy>, terminal: &Terminal) -> Result<Answer, Failure> {
    let path = args.target.join(CHECKPOINT_PATH);
    let note = fs::read(&path).map_err(|source| Failure::Read { path, source })?;
    let policy = policy.ok_or_else(|| Failure::Option {
        value: args.target.display().to_string(),
        expected: "a mission folder; for a folder of static files name whom to trust with `--policy FILE`",
    })?;
    let folder = Folder::new(&args.target);
    let Trusted { checkpoint, witnesses: seen, .. } = match policy.check(&note) {
        Ok(trusted) => trusted,
        Err(error) => {
            terminal.say(format!("Not verified: the checkpoint cannot be trusted: {error}"));
            terminal.json(&json!({"verified": false, "reason": error.to_string()}));
            return Ok(Answer::No);
        }
    };
    terminal.progress("Reading every entry …");
    let LeafCheck { entries, signatures, first_fault, findings, .. } = check_leaves(&folder, &checkpoint);
    let paths = folder.list().map_err(|source| Failure::Read { path: args.target.clone(), source })?;
    let earlier = audit_earlier_tiles(&folder, &checkpoint, paths);
    terminal.clear_progress();
    if let Err(fault) = &earlier {
        terminal.say(fault.to_string());
    }
    findings.iter().for_each(|finding| terminal.say(finding.to_string()));
    let consistent = since(args, &folder, checkpoint.size, terminal)?;
    terminal.say(format!("entries     {}, {} signatures right", count(entries), count(signatures)));
    terminal.say(format!("witnesses   {}", witnesses(&seen)));
    let verified = findings.is_empty() && earlier.is_ok() && consistent != Some(false);
    conclude(verified, first_fault, terminal);
    terminal.json(&json!({
        "origin": checkpoint.origin, "size": checkpoint.size, "root": checkpoint.root.to_string(), "included": entries,
        "consistent": consistent, "signatures": signatures, "witnesses": seen, "first_fault": first_fault,
        "verified": verified, "findings": findings,
    }));
    Ok(if verified { Answer::Done } else { Answer::No })
}

fn conclude(verified: bool, first_fault: Option<u64>, terminal: &Terminal) {
    match (verified, first_fault) {
        (true, _) => terminal.say("Verified: nothing was removed or altered"),
        (false, Some(0)) => terminal.say("Not verified: nothing of this copy of the log can be trusted"),
        (false, Some(index)) => terminal.say(format!(
            "Not verified: the record was altered. Entries 0 to {} are as they were; entry {index} is not. Ask for the \
             original from somebody who keeps a copy",
            index - 1
        )),
        (false, None) => terminal.say("Not verified: see above what was changed or is missing"),
    }
}

/// Whether a checkpoint that was kept earlier is a beginning of this log: its signature is not asked, only what it says.
fn since(args: &args::Verify, folder: &Folder, size: u64, terminal: &Terminal) -> Result<Option<bool>, Failure> {
    let Some(path) = &args.since else { return Ok(None) };
    let bytes = fs::read(path).map_err(|source| Failure::Read { path: path.clone(), source })?;
    let earlier = Note::parse(&bytes).ok().and_then(|note| note.text().parse::<Checkpoint>().ok());
    let earlier = earlier.ok_or_else(|| Failure::Option {
        value: path.display().to_string(),
        expected: "a checkpoint: a copy of `log/checkpoint` that was kept earlier",
    })?;
    let tree = TileTree::new(folder.clone(), size);
    let consistent = earlier.size <= size && tree.range(0..earlier.size).is_ok_and(|root| root == earlier.root);
    terminal.say(match consistent {
        true => format!("since       the {} entries of the earlier checkpoint are as they were", count(earlier.size)),
        false => {
            format!("since       the earlier checkpoint of {} entries is no beginning of this log", count(earlier.size))
        }
    });
    Ok(Some(consistent))
}

fn witnesses(seen: &[(String, u64)]) -> String {
    match seen {
        [] => "none".to_owned(),
        seen => seen.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(", "),
    }
}

fn read_policy(path: &Path) -> Result<Policy, Failure> {
    let text = fs::read_to_string(path).map_err(|source| Failure::Read { path: path.to_owned(), source })?;
    Policy::parse(&text).map_err(|error| Failure::Policy { path: path.to_owned(), source: error })
}
