//! `mostari keys`: who may sign, from which entry to which.

use crate::terminal::{Terminal, table};
use crate::{Answer, allowed::Guard, args, failure::Failure};
use jiff::Timestamp;
use mostari_policy::actions::{Action, Actor};
use mostari_record::{AuthorKey, AuthorSecret, KeyAction, KeyBook, KeyLife, Mission};
use serde_json::json;
use std::collections::BTreeSet;

pub fn run(args: &args::Keys, terminal: &Terminal) -> Result<Answer, Failure> {
    let mission = Mission::open(&args.folder)?;
    if let Some(action) = action(args)? {
        let (asked, changed) = asked(&action);
        Guard::open(&mission)?.check_keys(&mission.author_secret()?.author(), asked, &changed)?;
        let change = mission.keys()?.change(action);
        let index = mission.append_key_change(change, Timestamp::now())?;
        terminal.say(format!("Entry {index} says so"));
    }
    show(&mission.keys()?, terminal);
    Ok(Answer::Done)
}

fn action(args: &args::Keys) -> Result<Option<KeyAction>, Failure> {
    let added = match (&args.add, &args.new) {
        (Some(text), _) => Some(key(text)?),
        (None, Some(path)) => Some(AuthorSecret::create(path)?.author()),
        (None, None) => None,
    };
    if let Some(key) = added {
        let roles = words(&args.role)?;
        return Ok(Some(KeyAction::Add { key, party: args.party.clone().unwrap_or_default(), roles }));
    }
    if let [old, new] = args.rotate.as_slice() {
        return Ok(Some(KeyAction::Rotate { old: key(old)?, new: key(new)? }));
    }
    match (&args.revoke, args.from, &args.reason) {
        (Some(text), Some(from), Some(reason)) => {
            Ok(Some(KeyAction::Revoke { key: key(text)?, from, reason: reason.clone() }))
        }
        _ => Ok(None),
    }
}

/// The words of a key, each of which must say something.
pub fn words(words: &[String]) -> Result<BTreeSet<String>, Failure> {
    match words.iter().find(|word| !Actor::is_word(word)) {
        None => Ok(words.iter().cloned().collect()),
        Some(word) => Err(Failure::Option {
            value: word.clone(),
            expected: "a word of a key: `authority`; field, coordinator, treasurer, approver, deliverer, monitor, steward, \
                       keyholder, auditor, public; `domain:force`, `domain:humanitarian`, `domain:civil`; `holds:` and a \
                       compartment",
        }),
    }
}

/// What a change asks of the policies, and of which key it speaks.
fn asked(action: &KeyAction) -> (Action, AuthorKey) {
    match action {
        KeyAction::Add { key, .. } => (Action::AddKey, *key),
        KeyAction::Rotate { old, .. } => (Action::RotateKey, *old),
        KeyAction::Revoke { key, .. } => (Action::RevokeKey, *key),
        KeyAction::Quorum { .. } => unreachable!("no option of this command asks for it"),
    }
}

fn key(text: &str) -> Result<AuthorKey, Failure> {
    text.parse().map_err(|_| Failure::Option {
        value: text.to_owned(),
        expected: "a public key: `ed25519:` and 64 hexadecimal digits",
    })
}

fn show(keys: &KeyBook, terminal: &Terminal) {
    let row = |(key, life): (&AuthorKey, &KeyLife)| {
        let until = life.until.map_or_else(String::new, |until| until.to_string());
        let roles = life.roles.iter().cloned().collect::<Vec<_>>().join(", ");
        vec![key.to_string(), life.party.clone(), roles, life.from.to_string(), until]
    };
    let rows: Vec<Vec<String>> = keys.all().map(row).collect();
    for line in table(&["key", "party", "roles", "from", "until"], &rows, &[]) {
        terminal.say(line);
    }
    let object =
        |row: &Vec<String>| json!({"key": row[0], "party": row[1], "roles": row[2], "from": row[3], "until": row[4]});
    terminal.json(&json!({"keys": rows.iter().map(object).collect::<Vec<_>>(), "needed": keys.needed()}));
}
