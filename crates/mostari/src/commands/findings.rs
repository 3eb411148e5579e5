//! `mostari findings`: what readers and engines found doubtful or could not use.

use crate::terminal::{Terminal, counted};
use crate::{Answer, args, cards, failure::Failure, session::Session};
use mostari_assess::Options;
use mostari_model::{Finding, count_by_code};
use serde_json::json;
use std::collections::BTreeMap;

/// Findings of one code that are shown unless all are asked for.
const SHOWN: usize = 4;

pub fn run(args: &args::Findings, terminal: &Terminal) -> Result<Answer, Failure> {
    if let Some(code) = &args.code
        && cards::finding_cards().iter().all(|card| card.code != code)
    {
        return Err(Failure::Option {
            value: code.clone(),
            expected: "a finding code; `mostari list codes` names them",
        });
    }
    let session = Session::open(&args.folder, &args.reader.clearance, terminal)?;
    let mut findings = gather(&session)?;
    findings.retain(|finding| args.code.as_ref().is_none_or(|code| finding.code == *code));
    findings.retain(|finding| args.file.as_ref().is_none_or(|file| finding.file.ends_with(file.as_str())));
    let shown = if args.all { usize::MAX } else { SHOWN };
    say(&findings, shown, terminal);
    terminal.json(&json!({"findings": findings, "counts": count_by_code(&findings)}));
    Ok(Answer::Done)
}

/// The findings of every dataset, of placing, and of the assessment as of the latest observation.
pub fn gather(session: &Session) -> Result<Vec<Finding>, Failure> {
    let mut findings = of_data(session)?;
    if let Some(as_of) = mostari_assess::default_as_of(&session.snapshot) {
        let options = Options { as_of, indicators: None };
        findings.extend(mostari_assess::assess(&session.snapshot, &session.placed, &options)?.findings);
    }
    Ok(findings)
}

/// The findings of every dataset and of placing.
pub fn of_data(session: &Session) -> Result<Vec<Finding>, Failure> {
    let mut findings = Vec::new();
    for dataset in &session.snapshot.datasets {
        findings.extend(session.mission.findings(dataset.id, &session.snapshot.reader)?);
    }
    findings.extend(session.placed.findings.iter().cloned());
    Ok(findings)
}

fn say(findings: &[Finding], shown: usize, terminal: &Terminal) {
    let mut by_code: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
    for finding in findings {
        by_code.entry(&finding.code).or_default().push(finding);
    }
    for (code, of_code) in &by_code {
        terminal.say(format!("{code}  {}", counted(of_code.len() as u64, "finding", "findings")));
        for finding in of_code.iter().take(shown) {
            terminal.say(indent(&finding.to_string()));
        }
        if of_code.len() > shown {
            terminal.say(format!("  … {} more; `--code {code} --all` shows them", of_code.len() - shown));
        }
        terminal.say(format!("  hint: {}\n", of_code[0].hint));
    }
    terminal.say(counted(findings.len() as u64, "finding", "findings"));
}

fn indent(text: &str) -> String {
    text.lines().map(|line| format!("  {line}")).collect::<Vec<_>>().join("\n")
}
