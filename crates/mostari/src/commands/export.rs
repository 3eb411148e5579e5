//! `mostari export`: a copy for others, which proves everything and holds what its readers may see.

use crate::stating::reader;
use crate::terminal::{Terminal, count, counted};
use crate::{Answer, args, failure::Failure};
use mostari_record::Mission;
use serde_json::json;

pub fn run(args: &args::Export, terminal: &Terminal) -> Result<Answer, Failure> {
    let mission = Mission::open(&args.folder)?;
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
