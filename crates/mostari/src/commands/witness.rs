//! `mostari witness`: cosigns the logs of others as long as they only grow.

use crate::commands::verify::read_policy;
use crate::terminal::{Terminal, counted};
use crate::{Answer, args, failure::Failure};
use jiff::Timestamp;
use mostari_log::{KeyKind, VerifierKey};
use mostari_serve::{Answered, Server, WitnessFolder, witness_routes};
use serde_json::json;

pub fn run(args: &args::Witness, terminal: &Terminal) -> Result<Answer, Failure> {
    let mut folder = WitnessFolder::open_or_make(&args.folder, args.name.as_deref())?;
    folder.know(logs(args)?)?;
    let keys: Vec<String> = folder.verifiers().iter().map(ToString::to_string).collect();
    let logs: Vec<String> = folder.logs().iter().map(|log| log.name().to_owned()).collect();
    let name = folder.name().to_owned();
    let said = *terminal;
    let routes = witness_routes(folder.into_witness()?, now);
    let server = Server::start(args.listen, routes, move |answered| said.note(line(answered)))?;
    let url = format!("http://{}/", server.address());
    introduce(args, &keys[0], &logs, &url, terminal);
    terminal.json(&json!({"name": name, "url": url, "keys": keys, "logs": logs}));
    server.stop_on_signal()?;
    terminal.note("Stopped");
    Ok(Answer::Done)
}

/// What a person needs to make others ask this witness. The post-quantum key fills half a screen, so it is not shown.
fn introduce(args: &args::Witness, key: &str, logs: &[String], url: &str, terminal: &Terminal) {
    let name = key.split('+').next().unwrap_or_default();
    terminal.note(format!("Witness {name}; it knows {}", counted(logs.len() as u64, "log", "logs")));
    logs.iter().for_each(|log| terminal.note(format!("  {log}")));
    if logs.is_empty() {
        terminal.note("  so it answers 404 to everybody: stop it and start it again with `--log KEY`");
    }
    terminal.note("For the policy of whoever asks it:");
    terminal.note(format!("  witness {name} {key} {url}"));
    terminal.note(format!("  its post-quantum key stands in {}", args.folder.join("witness.toml").display()));
    terminal.note(format!("Listening on {url}; stop with Ctrl-C"));
}

fn logs(args: &args::Witness) -> Result<Vec<VerifierKey>, Failure> {
    let mut logs = match &args.logs {
        Some(path) => read_policy(path)?.logs().to_vec(),
        None => Vec::new(),
    };
    for text in &args.log {
        let key = text.parse().ok().filter(|key: &VerifierKey| key.kind() == KeyKind::Log);
        logs.push(key.ok_or_else(|| Failure::Option {
            value: text.clone(),
            expected: "a log's verifier key: `name+id+base64`, the line `log` in `mostari.toml`",
        })?);
    }
    Ok(logs)
}

/// POSIX seconds.
fn now() -> u64 {
    u64::try_from(Timestamp::now().as_second()).unwrap_or(0)
}

fn line(answered: &Answered) -> String {
    let Answered { method, path, status, seconds, remark } = answered;
    format!("{} {method} {path} {status} {:.1} ms {remark}", Timestamp::now().strftime("%FT%TZ"), seconds * 1_000.0)
}
