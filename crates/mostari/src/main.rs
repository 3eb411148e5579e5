//! The one binary. Everything is in the library beside it, so that tests can look at it.

use std::process::ExitCode;

fn main() -> ExitCode {
    mostari::run()
}
