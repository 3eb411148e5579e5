//! Arguments, files, clock, terminal.
fn main() {}
