//! Arguments, files, clock, terminal: the only place where Mostari touches the world.
//!
//! Each command is one file in [`commands`] and shows the whole path of what it does. Exit status: 0 done,
//! 1 done and the answer is no, 2 could not be done.

mod allowed;
mod args;
mod cards;
mod commands;
mod failure;
mod joined;
mod publish;
mod questions;
mod session;
mod stating;
mod tables;
mod terminal;

pub use cards::{cards, error_codes, finding_cards};

use args::{Cli, Command};
use clap::Parser;
use std::process::ExitCode;
use terminal::Terminal;

/// What a command that ran to its end answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Answer {
    /// Done; or the answer is yes.
    Done,
    /// Done, and the answer is no: a check failed, something was not read.
    No,
}

/// Reads the arguments, runs the command, prints errors with their causes and a hint.
pub fn run() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return usage(&error),
    };
    let terminal = Terminal::new(cli.json, cli.quiet);
    let answer = match &cli.command {
        Command::Demo(args) => commands::demo::run(args, &terminal),
        Command::Init(args) => commands::init::run(args, &terminal),
        Command::Add(args) => commands::add::run(args, &terminal),
        Command::Findings(args) => commands::findings::run(args, &terminal),
        Command::Match(args) => commands::matches::run(args, &terminal),
        Command::Assess(args) => commands::assess::run(args, &terminal),
        Command::Nominate(args) => commands::nominate::run(args, &terminal),
        Command::Plan(args) => commands::plan::run(args, &terminal),
        Command::Solve(args) => commands::solve::run(args, &terminal),
        Command::Check(args) => commands::check::run(args, &terminal),
        Command::Brief(args) => commands::brief::run(args, &terminal),
        Command::List(args) => commands::list::run(args, &terminal),
        Command::Show(args) => commands::show::run(args, &terminal),
        Command::Verify(args) => commands::verify::run(args, &terminal),
        Command::Cosign(args) => commands::cosign::run(args, &terminal),
        Command::Witness(args) => commands::witness::run(args, &terminal),
        Command::Receipt(args) => commands::receipt::run(args, &terminal),
        Command::Keys(args) => commands::keys::run(args, &terminal),
        Command::Erase(args) => commands::erase::run(args, &terminal),
        Command::Correct(args) => commands::correct::run(args, &terminal),
        Command::Release(args) => commands::release::run(args, &terminal),
        Command::Funds(args) => commands::funds::run(args, &terminal),
        Command::Say(args) => commands::say::run(args, &terminal),
        Command::Edit(args) => commands::edit::run(args, &terminal),
        Command::Decide(args) => commands::edit::decide(args, &terminal),
        Command::Trace(args) => commands::trace::run(args, &terminal),
        Command::Export(args) => commands::export::run(args, &terminal),
        Command::Mirror(args) => commands::mirror::run(args, &terminal),
    };
    match answer {
        Ok(Answer::Done) => ExitCode::SUCCESS,
        Ok(Answer::No) => ExitCode::from(1),
        Err(failure) => {
            failure.print(&terminal);
            ExitCode::from(2)
        }
    }
}

/// Prints what clap says of the arguments; under `--json` also as an object, so that a script always finds one.
fn usage(error: &clap::Error) -> ExitCode {
    if !error.use_stderr() {
        error.exit();
    }
    if std::env::args().any(|argument| argument == "--json") {
        let message = error.to_string();
        let first = message.lines().next().unwrap_or_default();
        println!(
            "{}",
            serde_json::json!({"error": {"code": "CLI-003", "message": first, "causes": [], "hint": "see `--help`"}})
        );
    }
    eprint!("{error}");
    ExitCode::from(2)
}
