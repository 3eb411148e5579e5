//! A writer that is killed in the middle of appending, and how long the next one needs.

use crate::{
    Answer,
    statements::{AT, delivery},
};
use mostari_record::Mission;
use std::{
    env,
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

/// How often a writer is killed.
const KILLS: u32 = 5;
const BATCH: usize = 64;
/// Batches after which it publishes: what is committed in between must come back out of the journal.
const PUBLISH_EVERY: usize = 200;

pub struct Restart {
    pub worst_s: f64,
    /// Entries that were acknowledged before the kills; all of them were found again.
    pub acknowledged: usize,
}

pub fn measure(folder: &Path) -> Answer<Restart> {
    let mut restart = Restart { worst_s: 0.0, acknowledged: 0 };
    for kill in 0..KILLS {
        let mut writer = start(folder, "append")?;
        let said = lines(&mut writer);
        let said = std::thread::spawn(move || said.collect::<Vec<String>>());
        std::thread::sleep(Duration::from_millis(1_500 + u64::from(kill) * 377));
        // SIGKILL: the process gets no chance to do anything more.
        writer.kill()?;
        writer.wait()?;
        let said = said.join().map_err(|_| "what the writer said cannot be read")?;

        let begin = Instant::now();
        let mut opener = start(folder, "open")?;
        let is_ready = lines(&mut opener).next().as_deref() == Some("ready");
        let seconds = begin.elapsed().as_secs_f64();
        if !is_ready || !opener.wait()?.success() {
            return Err("the mission does not open after a kill".into());
        }
        restart.worst_s = restart.worst_s.max(seconds);
        restart.acknowledged += check(folder, &said)?;
    }
    Ok(restart)
}

fn start(folder: &Path, what: &str) -> Answer<Child> {
    Ok(Command::new(env::current_exe()?).arg(folder).arg(what).stdout(Stdio::piped()).spawn()?)
}

fn lines(child: &mut Child) -> impl Iterator<Item = String> + use<> {
    let out = child.stdout.take().expect("it is piped");
    BufReader::new(out).lines().map_while(Result::ok)
}

/// Every entry that was acknowledged must say what it said. A last line may be cut.
fn check(folder: &Path, said: &[String]) -> Answer<usize> {
    let mission = Mission::open(folder.join("mission"))?;
    let acknowledged: Vec<(u64, usize)> = said.iter().filter_map(|line| parse(line)).collect();
    let (first, _) = *acknowledged.first().ok_or("the writer was killed before it appended anything")?;
    let entries = mission.entries(first)?;
    for (index, number) in &acknowledged {
        let entry = entries.get(usize::try_from(index - first)?).ok_or("an acknowledged entry is lost")?;
        if entry.body != delivery(*number).body {
            return Err(format!("entry {index} is not the one that was acknowledged").into());
        }
    }
    Ok(acknowledged.len())
}

fn parse(line: &str) -> Option<(u64, usize)> {
    let (index, number) = line.strip_suffix('.')?.split_once(' ')?;
    Some((index.parse().ok()?, number.parse().ok()?))
}

/// Appends for ever, and says each entry that is acknowledged: `INDEX NUMBER.`
pub fn append_until_killed(folder: &Path) -> Answer<()> {
    let mission = Mission::open(folder.join("mission"))?;
    let mut writer = mission.writer()?;
    let mut out = std::io::stdout().lock();
    for batch in 0_usize.. {
        let first = usize::try_from(writer.size())?;
        let numbers: Vec<usize> = (0..BATCH).map(|i| 20_000_000 + first + i).collect();
        let drafts: Vec<_> = numbers.iter().map(|number| delivery(*number)).collect();
        let appended = writer.append(&drafts, AT)?;
        for (entry, number) in appended.iter().zip(&numbers) {
            writeln!(out, "{} {number}.", entry.index)?;
        }
        out.flush()?;
        if (batch + 1).is_multiple_of(PUBLISH_EVERY) {
            writer.publish()?;
        }
    }
    Ok(())
}

/// Says `ready` once it could append.
pub fn open(folder: &Path) -> Answer<()> {
    let mission = Mission::open(folder.join("mission"))?;
    let _writer = mission.writer()?;
    println!("ready");
    Ok(())
}
