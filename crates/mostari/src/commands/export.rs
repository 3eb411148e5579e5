//! `mostari export`: a copy for others, which proves everything and holds what its readers may see; or a file in a format
//! that others read.

use crate::allowed::check_export;
use crate::args::ExportFormat;
use crate::joined::Joined;
use crate::stating::reader;
use crate::terminal::{Terminal, count, counted};
use crate::{Answer, args, failure::Failure, publish, session};
use jiff::Zoned;
use mostari_formats::{WriteError, write_iati, write_oc4ids};
use mostari_funds::aid::to_aid;
use mostari_record::Mission;
use serde_json::json;

pub fn run(args: &args::Export, terminal: &Terminal) -> Result<Answer, Failure> {
    let mission = Mission::open(&args.folder)?;
    check_export(&mission, &reader(&args.reader.clearance)?)?;
    match args.format {
        Some(format) => file(&mission, args, format, terminal),
        None => copy(&mission, args, terminal),
    }
}

/// Projects or money in a format of others.
fn file(mission: &Mission, args: &args::Export, format: ExportFormat, terminal: &Terminal) -> Result<Answer, Failure> {
    let reader = reader(&args.reader.clearance)?;
    let joined = Joined::open(mission, &reader, terminal)?;
    let today = Zoned::now().date();
    let (text, items, notes) = match format {
        ExportFormat::Oc4ids => {
            let passports = publish::passports(&joined, &args.prefix);
            let (text, notes) = write_oc4ids(&passports, today).map_err(unwritable)?;
            (text, counted(passports.len() as u64, "project", "projects"), notes)
        }
        ExportFormat::Iati => {
            let (activities, notes) = to_aid(&joined.ledger, &reader);
            let text = write_iati(&activities, Some(today)).map_err(unwritable)?;
            (text, counted(activities.len() as u64, "activity", "activities"), notes)
        }
    };
    session::write(&args.to, text.as_bytes())?;
    terminal.say(format!("Wrote {}: {items}, for readers of `{}`", args.to.display(), args.reader.clearance));
    notes.iter().for_each(|finding| terminal.note(finding.to_string()));
    terminal.json(&json!({
        "file": args.to.display().to_string(), "clearance": args.reader.clearance, "bytes": text.len(), "notes": notes,
    }));
    Ok(Answer::Done)
}

fn unwritable(error: WriteError) -> Failure {
    Failure::Unwritable(error.findings)
}

fn copy(mission: &Mission, args: &args::Export, terminal: &Terminal) -> Result<Answer, Failure> {
    terminal.progress("Copying …");
    let copied = mission.export(&args.to, &reader(&args.reader.clearance)?)?;
    terminal.clear_progress();
    terminal.say(format!("Wrote {}, for readers of `{}`", args.to.display(), args.reader.clearance));
    terminal.say(format!(
        "  {} entries, of {} sealed ones {} can be read in it; {}",
        count(copied.entries),
        count(copied.payloads + copied.withheld),
        count(copied.payloads),
        counted(copied.blobs, "blob", "blobs"),
    ));
    terminal.hint(format!(
        "anybody can check it: `mostari verify {to}`; another mission takes it in: `mostari mirror DIR {to}`",
        to = args.to.display()
    ));
    terminal.json(&json!({
        "copy": args.to.display().to_string(), "clearance": args.reader.clearance, "entries": copied.entries,
        "payloads": copied.payloads, "withheld": copied.withheld, "blobs": copied.blobs,
    }));
    Ok(Answer::Done)
}
