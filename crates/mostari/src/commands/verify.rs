//! `mostari verify`: was anything removed or altered? Of a mission everything is read; of a log's static files, in a folder
//! or on the web, what a log publishes about itself.

use crate::terminal::{Terminal, count};
use crate::{Answer, args, failure::Failure};
use mostari_log::{
    AuditFault, Blocks, CHECKPOINT_PATH, Checkpoint, Fetch, FetchError, Folder, Note, Policy, TileTree, Trusted,
    audit_earlier_tiles,
};
use mostari_record::{LeafCheck, Mission, check_leaves};
use mostari_serve::{Client, HttpLog};
use serde_json::json;
use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Whom a mission trusts, beside its own log: its witnesses and their quorum.
pub const POLICY_FILE: &str = "policy";
/// Files that are fetched at once from a web server: far more than there are cores, as most of the time is waiting.
const FETCHES_AT_ONCE: usize = 16;
/// How often the progress is said.
const PROGRESS_EVERY: Duration = Duration::from_millis(200);

pub fn run(args: &args::Verify, terminal: &Terminal) -> Result<Answer, Failure> {
    let policy = args.policy.as_deref().map(read_policy).transpose()?;
    let url = args.target.to_str().filter(|target| target.starts_with("http://") || target.starts_with("https://"));
    match url {
        Some(url) => web(url, args, policy, terminal),
        None if args.target.join("mostari.toml").is_file() => mission(args, policy, terminal),
        None => folder(args, policy, terminal),
    }
}

fn mission(args: &args::Verify, policy: Option<Policy>, terminal: &Terminal) -> Result<Answer, Failure> {
    let mission = Mission::open(&args.target)?;
    let (policy, standing) = match policy {
        Some(policy) => (Some(policy), None),
        None => standing_policy(&args.target)?,
    };
    terminal.progress("Reading every entry and blob …");
    let found = mission.verify(policy.as_ref())?;
    terminal.clear_progress();
    for finding in &found.findings {
        terminal.say(finding.to_string());
    }
    let consistent = since(args, &Folder::new(mission.log_dir()), found.head.size, terminal)?;
    terminal.say(format!("entries     {}, {} signatures right", count(found.entries), count(found.signatures)));
    if found.payloads + found.erased + found.withheld > 0 {
        let (whole, erased, withheld) = (count(found.payloads), count(found.erased), count(found.withheld));
        terminal
            .say(format!("sealed      {whole} as sealed, {erased} erased, {withheld} not for readers of this copy"));
    }
    terminal.say(format!("blobs       {} read, each with its digest", count(found.blobs)));
    for (origin, size) in &found.mirrors {
        terminal.say(format!("mirror      {origin}, {} entries, whole", count(*size)));
    }
    let quorum =
        standing.map(|policy| mission.checkpoint_bytes().map(|note| policy.check(&note).is_ok())).transpose()?;
    let missing = if quorum == Some(false) { "; fewer than the policy asks for: run `mostari cosign`" } else { "" };
    terminal.say(format!("witnesses   {}{missing}", witnesses(&found.witnesses)));
    terminal.say(format!("head        {} at {}", found.head.digest.short(), count(found.head.size)));
    let verified = found.is_whole() && consistent != Some(false);
    conclude(verified, found.first_fault, terminal);
    terminal.json(&json!({
        "origin": found.origin, "size": found.head.size, "root": found.head.digest, "included": found.entries,
        "consistent": consistent, "signatures": found.signatures, "witnesses": found.witnesses, "quorum": quorum,
        "payloads": found.payloads, "erased": found.erased, "withheld": found.withheld, "blobs": found.blobs,
        "mirrors": found.mirrors, "first_fault": found.first_fault, "verified": verified, "findings": found.findings,
    }));
    Ok(if verified { Answer::Done } else { Answer::No })
}

/// The policy that lies in a mission, without and with its quorum: who appends has yet to ask the witnesses, so the quorum
/// is said, not demanded.
fn standing_policy(folder: &Path) -> Result<(Option<Policy>, Option<Policy>), Failure> {
    let path = folder.join(POLICY_FILE);
    match path.is_file() {
        true => {
            let policy = read_policy(&path)?;
            Ok((Some(policy.without_quorum()), Some(policy)))
        }
        false => Ok((None, None)),
    }
}

/// A log that somebody else publishes, in a folder.
fn folder(args: &args::Verify, policy: Option<Policy>, terminal: &Terminal) -> Result<Answer, Failure> {
    let path = args.target.join(CHECKPOINT_PATH);
    let note = fs::read(&path).map_err(|source| Failure::Read { path, source })?;
    let folder = Folder::new(&args.target);
    let Some(trusted) = trusted(args, policy, &note, terminal)? else { return Ok(Answer::No) };
    terminal.progress("Reading every entry …");
    let check = check_leaves(&folder, &trusted.checkpoint);
    let paths = folder.list().map_err(|source| Failure::Read { path: args.target.clone(), source })?;
    let earlier = audit_earlier_tiles(&folder, &trusted.checkpoint, paths);
    terminal.clear_progress();
    report(args, &folder, &trusted, check, earlier, terminal)
}

/// A log that somebody else publishes, on the web. What it keeps of earlier sizes cannot be listed there, and is not read.
fn web(url: &str, args: &args::Verify, policy: Option<Policy>, terminal: &Terminal) -> Result<Answer, Failure> {
    let source = HttpLog::new(Client::new(args.network.ca.as_deref())?, url)?;
    terminal.progress("Fetching the checkpoint …");
    let note = source.checkpoint()?;
    terminal.clear_progress();
    let Some(trusted) = trusted(args, policy, &note, terminal)? else { return Ok(Answer::No) };
    let check = with_progress(&source, terminal, || check_leaves(&source, &trusted.checkpoint));
    source.check_network()?;
    let answer = report(args, &source, &trusted, check, Ok(()), terminal);
    source.check_network()?;
    answer
}

/// Runs on many threads, and says how many files were fetched meanwhile.
fn with_progress<T: Send>(source: &HttpLog, terminal: &Terminal, work: impl FnOnce() -> T + Send) -> T {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(FETCHES_AT_ONCE).build().expect("some threads");
    let is_done = AtomicBool::new(false);
    let done = std::thread::scope(|scope| {
        scope.spawn(|| {
            while !is_done.load(Ordering::Relaxed) {
                terminal.progress(format!("Reading every entry … {} files", count(source.fetched())));
                std::thread::sleep(PROGRESS_EVERY);
            }
        });
        let done = pool.install(work);
        is_done.store(true, Ordering::Relaxed);
        done
    });
    terminal.clear_progress();
    done
}

/// The checkpoint if the policy trusts it. Without a policy nobody says whom to trust, so one is asked for.
fn trusted(
    args: &args::Verify,
    policy: Option<Policy>,
    note: &[u8],
    terminal: &Terminal,
) -> Result<Option<Trusted>, Failure> {
    let policy = policy.ok_or_else(|| Failure::Option {
        value: args.target.display().to_string(),
        expected: "a mission folder; for static files name whom to trust with `--policy FILE`",
    })?;
    match policy.check(note) {
        Ok(trusted) => Ok(Some(trusted)),
        Err(error) => {
            terminal.say(format!("Not verified: the checkpoint cannot be trusted: {error}"));
            terminal.json(&json!({"verified": false, "reason": error.to_string()}));
            Ok(None)
        }
    }
}

/// Says what was found in static files.
fn report<F: Fetch>(
    args: &args::Verify,
    source: &F,
    Trusted { checkpoint, witnesses: seen, .. }: &Trusted,
    check: LeafCheck,
    earlier: Result<(), AuditFault>,
    terminal: &Terminal,
) -> Result<Answer, Failure> {
    let LeafCheck { entries, signatures, first_fault, findings, .. } = check;
    if let Err(fault) = &earlier {
        terminal.say(fault.to_string());
    }
    findings.iter().for_each(|finding| terminal.say(finding.to_string()));
    let consistent = since(args, source, checkpoint.size, terminal)?;
    terminal.say(format!("entries     {}, {} signatures right", count(entries), count(signatures)));
    terminal.say(format!("witnesses   {}", witnesses(seen)));
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
fn since<F: Fetch>(args: &args::Verify, source: &F, size: u64, terminal: &Terminal) -> Result<Option<bool>, Failure> {
    let Some(path) = &args.since else { return Ok(None) };
    let bytes = fs::read(path).map_err(|source| Failure::Read { path: path.clone(), source })?;
    let earlier = Note::parse(&bytes).ok().and_then(|note| note.text().parse::<Checkpoint>().ok());
    let earlier = earlier.ok_or_else(|| Failure::Option {
        value: path.display().to_string(),
        expected: "a checkpoint: a copy of `log/checkpoint` that was kept earlier",
    })?;
    let consistent = earlier.size <= size
        && match TileTree::new(source, size).range(0..earlier.size) {
            Ok(root) => root == earlier.root,
            // A file that cannot be read at all says nothing about the log.
            Err(FetchError::Io { path, source }) if source.kind() != std::io::ErrorKind::InvalidData => {
                return Err(Failure::Read { path: args.target.join(path), source });
            }
            Err(_) => false,
        };
    terminal.say(match consistent {
        true => format!("since       the {} entries of the earlier checkpoint are as they were", count(earlier.size)),
        false => {
            format!("since       the earlier checkpoint of {} entries is no beginning of this log", count(earlier.size))
        }
    });
    Ok(Some(consistent))
}

/// The names of those who cosigned.
pub fn witnesses(seen: &[(String, u64)]) -> String {
    match seen {
        [] => "none".to_owned(),
        seen => seen.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(", "),
    }
}

/// Reads a policy file.
pub fn read_policy(path: &Path) -> Result<Policy, Failure> {
    let text = fs::read_to_string(path).map_err(|source| Failure::Read { path: path.to_owned(), source })?;
    Policy::parse(&text).map_err(|error| Failure::Policy { path: path.to_owned(), source: error })
}
