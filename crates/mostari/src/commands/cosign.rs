//! `mostari cosign`: publishes, and asks the mission's witnesses to cosign what the log says.

use crate::commands::verify::{POLICY_FILE, read_policy, witnesses};
use crate::terminal::{Terminal, count, counted};
use crate::{Answer, args, failure::Failure, session};
use mostari_log::{Folder, Note, Policy};
use mostari_record::Mission;
use mostari_serve::{Client, Cosigned, Heard, Said, ServeError, Waiting, Witnesses};
use serde_json::json;
use std::fs;
use std::path::Path;
use std::time::Duration;

/// The latest checkpoint that was cosigned: it tells how far each witness has seen the log.
const COSIGNED_FILE: &str = "cosigned";
/// How long others may come after the quorum is met.
const AFTER_QUORUM: Duration = Duration::from_secs(2);

pub fn run(args: &args::Cosign, terminal: &Terminal) -> Result<Answer, Failure> {
    let mission = Mission::open(&args.folder)?;
    let policy = policy(args, &mission)?;
    let in_all = Duration::from_secs(args.time);
    let client = Client::with_patience(args.network.ca.as_deref(), in_all)?;
    let mut witnesses = Witnesses::new(client, policy, &args.witness)?;
    let cosigned_path = args.folder.join(COSIGNED_FILE);
    for earlier in [read_note(&cosigned_path), Note::parse(&mission.checkpoint_bytes()?).ok()] {
        earlier.into_iter().for_each(|note| witnesses.remember(note));
    }
    let note = publish(&mission)?;
    terminal.progress("Asking the witnesses …");
    // Between publishing and here others may write: what they add is for the next time.
    let mut has_grown = false;
    let cosigned = witnesses.ask(
        &note,
        &Folder::new(mission.log_dir()),
        Waiting { in_all, after_quorum: AFTER_QUORUM },
        |note| {
            let mut writer = mission.writer()?;
            has_grown = !writer.note().starts_with(note.text());
            writer.publish_cosigned(note)?;
            session::write(&cosigned_path, note.to_string().as_bytes())
        },
    )?;
    terminal.clear_progress();
    report(&cosigned, &mission, has_grown, terminal)
}

/// Publishes, and gives the checkpoint as the log signed it.
fn publish(mission: &Mission) -> Result<Note, Failure> {
    let mut writer = mission.writer()?;
    writer.publish()?;
    Ok(Note::parse(writer.note().as_bytes()).expect("the log's own note"))
}

fn policy(args: &args::Cosign, mission: &Mission) -> Result<Policy, Failure> {
    let path = args.policy.clone().unwrap_or_else(|| args.folder.join(POLICY_FILE));
    if args.policy.is_none() && !path.is_file() {
        return Err(ServeError::NoWitness.into());
    }
    let policy = read_policy(&path)?;
    let log = &mission.settings().log;
    match policy.logs().iter().any(|key| key.to_string() == *log) {
        true => Ok(policy),
        false => Err(ServeError::OtherLog { path, log: log.clone() }.into()),
    }
}

fn read_note(path: &Path) -> Option<Note> {
    Note::parse(&fs::read(path).ok()?).ok()
}

fn report(cosigned: &Cosigned, mission: &Mission, has_grown: bool, terminal: &Terminal) -> Result<Answer, Failure> {
    for heard in &cosigned.heard {
        terminal.say(line(heard));
    }
    let size = mission.checkpoint()?.size;
    let quorum = cosigned.trusted.is_ok();
    match &cosigned.trusted {
        Ok(trusted) => terminal.say(format!(
            "The published checkpoint of {} is cosigned by {}: the quorum is met",
            counted(trusted.checkpoint.size, "entry", "entries"),
            witnesses(&trusted.witnesses),
        )),
        Err(error) => terminal.say(format!("The published checkpoint was left as it is: {error}")),
    }
    if has_grown {
        terminal.say("The log has grown meanwhile: run it again for the entries since");
    }
    terminal.json(&json!({
        "origin": mission.settings().origin, "size": size, "quorum": quorum,
        "witnesses": cosigned.heard.iter().map(object).collect::<Vec<_>>(),
    }));
    Ok(if quorum { Answer::Done } else { Answer::No })
}

fn line(heard: &Heard) -> String {
    let Heard { url, said, .. } = heard;
    match said {
        Said::Cosigned(names) => format!("cosigned    {url} as {}", names.join(", ")),
        Said::Ahead(size) => format!(
            "refused     {url}: it has seen {} entries, more than this log has; if the folder came back from a copy, bring \
             back a later one",
            count(*size)
        ),
        Said::Refused(status, words) => format!("refused     {url}: {words} ({status})"),
        Said::Wrong(reason) => format!("wrong       {url}: {reason}"),
        Said::Silent(reason) => format!("silent      {url}: {reason}"),
    }
}

fn object(heard: &Heard) -> serde_json::Value {
    let Heard { url, said, seconds } = heard;
    let (answer, names, status, reason) = match said {
        Said::Cosigned(names) => ("cosigned", names.clone(), Some(200), None),
        Said::Ahead(size) => ("refused", Vec::new(), Some(409), Some(format!("it has seen {size} entries"))),
        Said::Refused(status, words) => ("refused", Vec::new(), Some(*status), Some(words.clone())),
        Said::Wrong(reason) => ("wrong", Vec::new(), None, Some(reason.clone())),
        Said::Silent(reason) => ("silent", Vec::new(), None, Some(reason.clone())),
    };
    json!({"url": url, "answer": answer, "names": names, "status": status, "reason": reason, "seconds": seconds})
}
