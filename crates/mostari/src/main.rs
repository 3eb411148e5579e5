//! The one binary. Everything is in the library beside it, so that tests can look at it.

use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    mostari::run()
}
