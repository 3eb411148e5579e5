//! A mission folder that is thrown away, and the binary run in it as a user would.

#![allow(dead_code, reason = "each file of tests uses its part")]

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

pub struct Mission {
    folder: tempfile::TempDir,
}

impl Mission {
    pub fn new(name: &str, country: &str) -> Self {
        let mission = Self { folder: tempfile::tempdir().unwrap() };
        mission.json(&["init", &mission.path(), "--name", name, "--country", country]);
        mission
    }

    /// A mission in Bosnia whose founding key has these words.
    pub fn of(name: &str, words: &[&str]) -> Self {
        let mission = Self { folder: tempfile::tempdir().unwrap() };
        let path = mission.path();
        mission.json(&[&["init", &path, "--name", name, "--country", "BIH"], words].concat());
        mission
    }

    pub fn path(&self) -> String {
        self.folder.path().join("mission").display().to_string()
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Runs a command with `--json`; it must end with 0.
    pub fn json(&self, args: &[&str]) -> Value {
        let output = run(args, &[]);
        assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{args:?}: {error}"))
    }

    pub fn add(&self, file: &Path) -> Value {
        self.json(&["add", &self.path(), file.to_str().unwrap()])["files"][0].clone()
    }
}

pub fn run(args: &[&str], environment: &[(&str, &str)]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_mostari"))
        .args(args)
        .arg("--json")
        .envs(environment.iter().copied())
        .output()
        .expect("the binary was built for this test")
}

/// The folder of real data, or `None` with one line that says so.
pub fn real_data(folder: &str) -> Option<PathBuf> {
    let default = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data");
    let root = std::env::var("MOSTARI_DATA").unwrap_or_else(|_| default.to_owned());
    let path = PathBuf::from(root).join(folder);
    if path.is_dir() {
        return Some(path);
    }
    println!("skipped: no real data at `{}`; MOSTARI_DATA names its folder", path.display());
    None
}
