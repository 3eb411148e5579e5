//! `mostari mirror`: takes in another party's log, and says which values now stand against each other.

use crate::joined::{Joined, PROJECT};
use crate::stating::{Keys, Saying, say};
use crate::terminal::{Terminal, count, counted};
use crate::{Answer, args, failure::Failure, session};
use jiff::{Timestamp, Zoned};
use mostari_model::Label;
use mostari_projects::{Conflict, Register, Statement};
use mostari_record::{Mission, Taking};
use serde_json::json;

pub fn run(args: &args::Mirror, terminal: &Terminal) -> Result<Answer, Failure> {
    let mission = Mission::open(&args.folder)?;
    let taking = Taking { party: args.party.clone(), key: args.key.clone(), label: session::label(&args.label)? };
    terminal.progress("Verifying and copying …");
    let taken = mission.mirror(&args.from, &taking, Timestamp::now())?;
    terminal.clear_progress();
    let (said, copied) = (&taken.said, &taken.copied);
    terminal.say(format!(
        "Took in {} of {}: {} entries, {} new",
        said.origin,
        said.party,
        count(said.size),
        count(copied.new)
    ));
    if taken.is_first {
        terminal.note(format!("note: its key was believed, because it is the first copy: {}", said.key));
    }
    let joined = Joined::open(&mission, &mission.full_clearance()?, terminal)?;
    let conflicts = joined.register.conflicts();
    state_conflicts(&mission, &conflicts, &joined.register)?;
    for conflict in &conflicts {
        terminal.say(format!(
            "conflict {}  {} of {}: {conflict}",
            conflict.id.short(),
            conflict.field,
            conflict.project
        ));
    }
    if !conflicts.is_empty() {
        terminal.hint(format!(
            "{} to be decided by somebody: `mostari decide {} CONFLICT --keep PARTY --reason TEXT`",
            counted(conflicts.len() as u64, "conflict is", "conflicts are"),
            args.folder.display()
        ));
    }
    terminal.json(&json!({
        "origin": said.origin, "party": said.party, "key": said.key, "size": said.size, "root": said.root,
        "new": copied.new, "payloads": copied.payloads, "withheld": copied.withheld, "entry": taken.entry,
        "conflicts": conflicts,
    }));
    Ok(Answer::Done)
}

/// Each conflict becomes an entry, so that it stands until somebody decides.
fn state_conflicts(mission: &Mission, conflicts: &[Conflict], register: &Register) -> Result<(), Failure> {
    let happened = Zoned::now().date();
    let saying = |conflict: &Conflict| Saying {
        kind: PROJECT,
        statement: json!(Statement::ConflictStated {
            project: conflict.project.clone(),
            field: conflict.field.clone(),
            versions: conflict.versions.keys().cloned().collect(),
        }),
        happened,
        id: None,
        label: register.project(&conflict.project).map_or_else(Label::public, |project| project.label.clone()),
        area: None,
        by: None,
    };
    let sayings: Vec<Saying> = conflicts.iter().filter(|conflict| conflict.stated.is_none()).map(saying).collect();
    if sayings.is_empty() {
        return Ok(());
    }
    say(mission, &sayings, &mut Keys::single(mission, None)?, false, Timestamp::now()).map(drop)
}
