//! What is absent: the checker knows nothing of the planner or the solver.

#![allow(clippy::unwrap_used, reason = "a test may stop at what it does not expect")]

use std::{fs, path::Path};

#[test]
fn the_checker_imports_no_planner() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/check");
    let mut files = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let text = fs::read_to_string(&path).unwrap();
        files += 1;
        for line in text.lines().filter(|line| line.trim_start().starts_with("use ")) {
            let allowed = ["use std::", "use super::", "use mostari_model::", "use crate::problem::"];
            assert!(allowed.iter().any(|start| line.trim_start().starts_with(start)), "{}: {line}", path.display());
        }
        for absent in
            ["crate::portfolio", "crate::explain", "crate::nominate", "crate::gather", "mostari_milp", "mostari_plan"]
        {
            assert!(!text.contains(absent), "{} speaks of {absent}", path.display());
        }
    }
    assert!(files >= 5, "the checker was not found");
}
