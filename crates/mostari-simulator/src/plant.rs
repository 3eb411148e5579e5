//! Would the checks notice a fault? Each of [`FAULTS`] is put into a copy of the log's source, the copy is built, and
//! its simulator must find an invariant broken.

use crate::faults::{FAULTS, Fault};
use std::{
    env, fs,
    io::{self, Write},
    path::{Path, PathBuf},
    process::{Command, Output},
};

/// As `scripts/soak` builds: signatures are most of a run's work, and assertions stay on.
const SETTINGS: [&str; 4] = [
    "profile.release.package.curve25519-dalek.opt-level=3",
    "profile.release.package.ed25519-dalek.opt-level=3",
    "profile.release.package.mostari-log.debug-assertions=true",
    "profile.release.package.mostari-simulator.debug-assertions=true",
];

const CRATES: [&str; 2] = ["mostari-log", "mostari-simulator"];

/// A copy of the two crates in a temporary folder; removed in the end.
struct Copy {
    root: PathBuf,
    target: PathBuf,
}

/// Plants the faults whose name contains `only` one after the other, and prints which seed caught each. `true` if all of
/// at most `seeds` runs each were enough, and the unchanged source breaks nothing.
///
/// # Errors
/// If the copy cannot be made or built, or a fault's replacement does not match the source any more.
pub fn plant_all(repository: &Path, seeds: u64, only: &str) -> io::Result<bool> {
    let copy = Copy::of(repository)?;
    copy.build("the unchanged source")?;
    let (mut missed, mut caught) = (0, 0);
    let sound = copy.run(&["--seeds", "1000"])?;
    if !sound.status.success() {
        return Err(io::Error::other(format!("the unchanged source breaks an invariant: {}", verdict(&sound))));
    }
    for fault in FAULTS.iter().filter(|fault| fault.name.contains(only)) {
        let path = copy.root.join("crates/mostari-log/src").join(fault.file);
        let sound = fs::read_to_string(&path)?;
        fs::write(&path, change(fault, &sound)?)?;
        copy.build(fault.name)?;
        let is_caught = report(fault.name, &copy.run(&["--seeds", &seeds.to_string()])?);
        fs::write(&path, sound)?;
        if is_caught { caught += 1 } else { missed += 1 }
    }
    copy.build("the unchanged source")?;
    for (name, plant) in [("an amount goes through a float", "float"), ("an entry loses a compartment", "label")] {
        if name.contains(only) {
            let output = copy.run(&["--seeds", &seeds.to_string(), "--plant", plant])?;
            if report(name, &output) { caught += 1 } else { missed += 1 }
        }
    }
    println!("{caught} of {} planted faults were caught", caught + missed);
    Ok(missed == 0)
}

/// The source with the fault.
fn change(fault: &Fault, source: &str) -> io::Result<String> {
    let mut changed = source.to_owned();
    for (from, to) in fault.changes {
        let count = changed.matches(from).count();
        if count != 1 {
            let what = format!("`{}`: what it replaces stands {count} times in {}: {from}", fault.name, fault.file);
            return Err(io::Error::other(what));
        }
        changed = changed.replacen(from, to, 1);
    }
    Ok(changed)
}

fn report(name: &str, output: &Output) -> bool {
    // Status 1 is a broken invariant; anything else is a run that never came to a verdict.
    let is_caught = output.status.code() == Some(1);
    println!("{} {name}\n         {}", if is_caught { "caught " } else { "MISSED " }, verdict(output));
    let _ = io::stdout().flush();
    is_caught
}

/// What a soak says about the lowest seed that broke an invariant.
fn verdict(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stdout);
    let seed = |line: &str| line.find(" seed ").map(|at| line[at + 1..].to_owned());
    let line = text.lines().find_map(seed).or_else(|| text.lines().last().map(str::to_owned));
    line.unwrap_or_default().chars().take(160).collect()
}

impl Copy {
    fn of(repository: &Path) -> io::Result<Self> {
        let root = env::temp_dir().join(format!("mostari-planted-{}", std::process::id()));
        let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| repository.join("target"), PathBuf::from);
        let copy = Self { root, target: target.join("planted") };
        fs::create_dir_all(copy.root.join("crates"))?;
        for file in ["Cargo.toml", "Cargo.lock"] {
            fs::copy(repository.join(file), copy.root.join(file))?;
        }
        for name in CRATES {
            let (from, to) = (repository.join("crates").join(name), copy.root.join("crates").join(name));
            fs::create_dir_all(to.join("src"))?;
            fs::copy(from.join("Cargo.toml"), to.join("Cargo.toml"))?;
            for file in fs::read_dir(from.join("src"))? {
                let file = file?;
                fs::copy(file.path(), to.join("src").join(file.file_name()))?;
            }
        }
        Ok(copy)
    }

    fn build(&self, what: &str) -> io::Result<()> {
        let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        cargo.args(["build", "--release", "--offline", "--quiet", "-p", "mostari-simulator"]);
        cargo.args(SETTINGS.iter().flat_map(|setting| ["--config", *setting]));
        let built = cargo.current_dir(&self.root).env("CARGO_TARGET_DIR", &self.target).output()?;
        match built.status.success() {
            true => Ok(()),
            false => {
                let error = String::from_utf8_lossy(&built.stderr).into_owned();
                Err(io::Error::other(format!("`{what}` does not build:\n{error}")))
            }
        }
    }

    fn run(&self, arguments: &[&str]) -> io::Result<Output> {
        Command::new(self.target.join("release/mostari-simulator")).arg("soak").args(arguments).output()
    }
}

impl Drop for Copy {
    fn drop(&mut self) {
        // Left behind, it would only take up space.
        let _ = fs::remove_dir_all(&self.root);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_can_still_be_planted_in_the_source() {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../mostari-log/src");
        for fault in FAULTS {
            let sound = fs::read_to_string(source.join(fault.file)).unwrap();
            assert_ne!(change(fault, &sound).unwrap(), sound, "{}", fault.name);
        }
        assert!(FAULTS.len() >= 20);
    }
}
