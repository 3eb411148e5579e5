//! `mostari demo`: an invented country, as a mission folder with an inbox of files.

use crate::terminal::{Terminal, count};
use crate::{Answer, args, failure::Failure, session};
use jiff::Timestamp;
use mostari_demo::{COUNTRY, DemoFile, ISO3, Options, PARTIES, World};
use mostari_record::{AuthorSecret, KeyAction, Mission};
use serde_json::json;

pub fn run(args: &args::Demo, terminal: &Terminal) -> Result<Answer, Failure> {
    let options = Options { seed: args.seed, areas: args.scale as usize, events_per_area: f64::from(args.events) };
    let mission = Mission::init(&args.folder, COUNTRY, ISO3, Timestamp::now())?;
    add_parties(&mission)?;
    let mut names = Vec::new();
    for file in mostari_demo::files(&options) {
        let folder = match file.role {
            DemoFile::Inbox => args.folder.join("inbox"),
            DemoFile::Settings => args.folder.clone(),
        };
        let path = folder.join(file.name);
        terminal.progress(format!("Writing {} …", path.display()));
        session::write(&path, &file.bytes)?;
        names.push(path.display().to_string());
    }
    terminal.clear_progress();
    let world = World::new(options.seed, options.areas);
    let (folder, (_, people)) = (args.folder.display(), world.people());
    let bridges = world.roads.iter().filter(|road| road.bridge.is_some()).count();
    terminal.say(format!("Made {folder}/: an invented country after an invented war (seed {})", args.seed));
    terminal.say(format!(
        "  {} areas, {} residents, {bridges} bridges",
        count(world.areas.len() as u64),
        count(people)
    ));
    terminal.say("  nothing in it describes a real place or person");
    terminal.say(format!("Next: `mostari add {folder} {folder}/inbox`"));
    terminal.json(&json!({
        "mission": folder.to_string(), "seed": args.seed, "areas": world.areas.len(), "people": people, "files": names,
    }));
    Ok(Answer::Done)
}

/// Every party of the story signs with a key of its own.
fn add_parties(mission: &Mission) -> Result<(), Failure> {
    let folder = mission.dir().join("parties");
    std::fs::create_dir_all(&folder).map_err(|source| Failure::Write { path: folder.clone(), source })?;
    for (party, roles) in PARTIES {
        let key = AuthorSecret::create(&folder.join(format!("{party}.key")))?.author();
        let action = KeyAction::Add {
            key,
            party: party.to_owned(),
            roles: roles.iter().map(|role| (*role).to_owned()).collect(),
        };
        mission.append_key_change(mission.keys()?.change(action), Timestamp::now())?;
    }
    Ok(())
}
