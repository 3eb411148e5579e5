//! The sessions that the docs show are run, in order, in an empty folder, and what they print is compared.
//!
//! In a `console` block `$ ` begins a command; `[..]` stands for anything within a line, a line `...` for any lines.
//! Commands other than `mostari` and lines after `# ` are left alone.

#![allow(clippy::unwrap_used, reason = "a test may stop at what it does not expect")]

use std::path::Path;
use std::process::Command;

#[derive(Debug)]
struct Step {
    line: usize,
    command: String,
    expected: Vec<String>,
}

fn steps(text: &str) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    let mut inside = false;
    for (number, line) in text.lines().enumerate() {
        match line {
            "```console" => inside = true,
            "```" => inside = false,
            _ if !inside => {}
            _ => match line.strip_prefix("$ ") {
                Some(command) => {
                    steps.push(Step { line: number + 1, command: command.to_owned(), expected: Vec::new() })
                }
                None => steps.last_mut().expect("a session begins with a command").expected.push(line.to_owned()),
            },
        }
    }
    steps
}

fn line_matches(pattern: &str, line: &str) -> bool {
    let mut parts = pattern.split("[..]");
    let Some(mut rest) = line.strip_prefix(parts.next().unwrap_or_default()) else { return false };
    let parts: Vec<&str> = parts.collect();
    for (i, part) in parts.iter().enumerate() {
        if i + 1 == parts.len() {
            return rest.ends_with(part);
        }
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    rest.is_empty()
}

fn matches(expected: &[String], lines: &[&str]) -> bool {
    match (expected.split_first(), lines.split_first()) {
        (None, None) => true,
        (Some((first, more)), _) if first == "..." => (0..=lines.len()).any(|skip| matches(more, &lines[skip..])),
        (Some((first, more)), Some((line, rest))) => line_matches(first, line.trim_end()) && matches(more, rest),
        _ => false,
    }
}

fn check(page: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs").join(page);
    let text = std::fs::read_to_string(&path).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let mut ran = 0;
    for step in steps(&text) {
        let mut words = step.command.split_whitespace();
        if words.next() != Some("mostari") {
            continue;
        }
        let output =
            Command::new(env!("CARGO_BIN_EXE_mostari")).args(words).current_dir(folder.path()).output().unwrap();
        let printed = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        let lines: Vec<&str> = printed.lines().collect();
        assert!(
            matches(&step.expected, &lines),
            "{page}:{}: `{}` printed\n{printed}\ninstead of\n{}",
            step.line,
            step.command,
            step.expected.join("\n")
        );
        ran += 1;
    }
    assert!(ran > 0, "{page} shows no session");
}

#[test]
fn the_session_of_the_command_reference_is_true() {
    check("cli.md");
}

#[test]
fn wildcards_match_within_a_line_and_over_lines() {
    let expected = ["a [..] c".to_owned(), "...".to_owned(), "end".to_owned()];
    assert!(matches(&expected, &["a b c", "x", "y", "end"]));
    assert!(matches(&expected, &["a b c", "end"]));
    assert!(!matches(&expected, &["a b d", "end"]));
    assert!(!matches(&expected, &["a b c", "end", "more"]));
}
