//! What is sealed stays with its readers until its own party releases it; what is released is told once, and nothing else with it.

#![allow(clippy::unwrap_used, reason = "a test may stop at what it does not expect")]

mod common;

use common::{Mission, run};
use serde_json::{Value, json};
use std::fs;

fn need(id: &str, label: &str) -> String {
    let need =
        json!({"says": "need-stated", "need": id, "area": "XA01", "sector": "health", "people": 9200, "words": id});
    json!({"happened": "2023-03-01", "label": label, "project": need}).to_string()
}

/// A mission of a party with one public need and two sealed ones; gives the entries of the sealed ones.
fn party(name: &str, label: &str) -> (Mission, [u64; 2]) {
    let mission = Mission::new(name, "BIH");
    let lines = [
        need(&format!("{label}-open"), "public"),
        need(&format!("{label}-1"), label),
        need(&format!("{label}-2"), label),
    ];
    let file = mission.folder().join("needs.jsonl");
    fs::write(&file, lines.join("\n")).unwrap();
    let said = mission.json(&["say", &mission.path(), file.to_str().unwrap()]);
    let entry = |at: usize| said["entries"][at].as_u64().unwrap();
    let sealed = [entry(1), entry(2)];
    (mission, sealed)
}

/// A copy of one's record for others, taken in by them.
fn give(from: &Mission, to: &Mission, clearance: &str, copy: &str) {
    let folder = from.folder().join(copy).display().to_string();
    from.json(&["export", &from.path(), &folder, "--clearance", clearance]);
    to.json(&["mirror", &to.path(), &folder]);
}

/// Which of some needs a reader can follow in a mission.
fn seen<'a>(mission: &Mission, clearance: &str, needs: &[&'a str]) -> Vec<&'a str> {
    let can = |need: &&&str| run(&["trace", &mission.path(), need, "--clearance", clearance], &[]).status.success();
    needs.iter().filter(can).copied().collect()
}

const NEEDS: [&str; 6] = ["force-open", "force-1", "force-2", "humanitarian-open", "humanitarian-1", "humanitarian-2"];

#[test]
fn two_domains_see_of_each_other_what_was_released_and_nothing_else() {
    let (force, [convoy, _]) = party("Battalion", "force");
    let (clinics, [ward, _]) = party("Clinic network", "humanitarian");
    give(&force, &clinics, "public", "copy-1");
    give(&clinics, &force, "public", "copy-1");
    // Whatever clearance somebody claims: what was never given is not there.
    let everything = "force+humanitarian";
    assert_eq!(seen(&force, everything, &NEEDS), ["force-open", "force-1", "force-2", "humanitarian-open"]);
    assert_eq!(
        seen(&clinics, everything, &NEEDS),
        ["force-open", "humanitarian-open", "humanitarian-1", "humanitarian-2"]
    );

    for (mission, entry) in [(&force, convoy), (&clinics, ward)] {
        let entry = entry.to_string();
        let args = ["release", &mission.path(), &entry, "--to", "public", "--reason", "the convoy has passed"];
        let released = mission.json(&args);
        assert_eq!(released["label_after"], json!([]));
    }
    give(&force, &clinics, "public", "copy-2");
    give(&clinics, &force, "public", "copy-2");
    let public = ["force-open", "force-1", "humanitarian-open", "humanitarian-1"];
    assert_eq!(seen(&force, "public", &NEEDS), public);
    assert_eq!(seen(&clinics, "public", &NEEDS), public);
    assert_eq!(seen(&clinics, "force", &NEEDS), public);
    for mission in [&force, &clinics] {
        assert_eq!(mission.json(&["verify", &mission.path()])["verified"], json!(true));
    }
}

#[test]
fn what_is_released_to_a_shared_compartment_reaches_those_who_share_it() {
    let (force, [convoy, _]) = party("Battalion", "force");
    let (clinics, _) = party("Clinic network", "humanitarian");
    let convoy = convoy.to_string();
    force.json(&["release", &force.path(), &convoy, "--to", "coordination", "--reason", "routes are agreed"]);
    give(&force, &clinics, "coordination", "copy");
    assert_eq!(seen(&clinics, "public", &NEEDS[..3]), ["force-open"]);
    assert_eq!(seen(&clinics, "coordination", &NEEDS[..3]), ["force-open", "force-1"]);
    // At home it is told once, also to those who hold both labels.
    let both = force.json(&["trace", &force.path(), "force-1", "--clearance", "force+coordination"]);
    let links = both["steps"][0]["links"].as_array().unwrap();
    assert_eq!(links.len(), 1, "{both}");
}

#[test]
fn an_entry_is_released_with_a_reason_and_by_its_own_party() {
    let (force, [convoy, _]) = party("Battalion", "force");
    let key = force.folder().join("clinic.key").display().to_string();
    force.json(&["keys", &force.path(), "--new", &key, "--party", "Clinic network"]);
    let code = |args: &[&str]| -> Value {
        let output = run(args, &[]);
        assert_eq!(output.status.code(), Some(2));
        serde_json::from_slice::<Value>(&output.stdout).unwrap()["error"]["code"].clone()
    };
    let (path, convoy) = (force.path(), convoy.to_string());
    assert_eq!(code(&["release", &path, &convoy, "--to", "public"]), "CLI-022");
    assert_eq!(code(&["release", &path, &convoy, "--to", "force", "--reason", "no"]), "REC-037");
    assert_eq!(code(&["release", &path, &convoy, "--to", "public", "--reason", "no", "--key", &key]), "REC-038");
    let tried = force.json(&["release", &path, &convoy, "--to", "public", "--dry-run"]);
    assert_eq!((&tried["entry"], &tried["label_before"]), (&Value::Null, &json!(["force"])));
    force.json(&["release", &path, &convoy, "--to", "public", "--reason", "passed"]);
    assert_eq!(code(&["release", &path, &convoy, "--to", "public", "--reason", "passed"]), "REC-039");
}

/// The demo, with its conflict events under the label of the force.
fn demo_with_sealed_events() -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let demo = folder.path().join("velmora").display().to_string();
    let json = |args: &[&str]| {
        let output = run(args, &[]);
        assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    };
    json(&["demo", &demo]);
    let inbox = |name: &str| format!("{demo}/inbox/{name}");
    json(&["add", &demo, &inbox("boundaries-adm1.geojson"), &inbox("boundaries-adm2.geojson")]);
    json(&["add", &demo, &inbox("events.csv"), "--label", "force"]);
    (folder, demo)
}

fn answer(args: &[&str]) -> Value {
    serde_json::from_slice(&run(args, &[]).stdout).unwrap()
}

#[test]
fn a_table_of_deaths_goes_out_with_its_small_cells_hidden_and_its_source_kept() {
    let (_folder, demo) = demo_with_sealed_events();
    let table = |more: &[&str]| {
        let args = ["release", &demo, "--table", "conflict-deaths", "--clearance", "force", "--to", "public"];
        answer(&[&args, more].concat())
    };
    let size = || answer(&["verify", &demo])["size"].clone();
    let before = size();
    let tried = table(&["--dry-run"]);
    assert_eq!((&tried["entry"], size()), (&Value::Null, before));
    let (hidden, small) = (tried["hidden"].as_u64().unwrap(), tried["small"].as_u64().unwrap());
    assert!(0 < small && small < hidden, "{tried}");

    let made = table(&["--reason", "monthly bulletin"]);
    assert_eq!((&made["cells"], &made["earlier"]), (&tried["cells"], &json!(0)));
    let listed = answer(&["list", "releases", &demo]);
    let [release] = listed["releases"].as_array().unwrap().as_slice() else { panic!("{listed}") };
    assert_eq!((&release["label_before"], &release["label_after"]), (&json!("force"), &json!("public")));
    let shown = answer(&["show", &demo, release["released"].as_str().unwrap()]);
    let cells = shown["table"]["cells"].as_array().unwrap();
    assert_eq!(cells.iter().filter(|cell| cell["shown"] == "hidden").count() as u64, hidden);
    // Its readers are not told which cells are the small ones.
    assert!(!shown.to_string().contains("because"));
    for cell in cells {
        let value = cell["shown"]["value"].as_u64().unwrap_or(0);
        assert!(value == 0 || value > 10, "{cell}");
    }
    assert_eq!(answer(&["verify", &demo])["verified"], json!(true));
}

#[test]
fn a_later_table_is_held_against_the_earlier_ones() {
    let (folder, demo) = demo_with_sealed_events();
    let table = |more: &[&str]| {
        let args = ["release", &demo, "--table", "conflict-deaths", "--clearance", "force", "--to", "public"];
        answer(&[&args, more].concat())
    };
    let first = table(&["--reason", "monthly bulletin"]);
    let again = table(&["--reason", "monthly bulletin"]);
    assert_eq!((&again["cells"], &again["earlier"]), (&first["cells"], &json!(1)));
    // A year that begins three months before: the difference would tell of single months.
    let other = table(&["--as-of", "2023-09-01", "--reason", "another bulletin"]);
    assert_eq!(other["error"]["code"], "POL-016");
    // Somebody else's key publishes nothing of it.
    let key = folder.path().join("velmora/parties/village.key").display().to_string();
    let theft = table(&["--reason", "we would like to", "--key", &key]);
    assert_eq!(theft["error"]["code"], "REC-038");
    // The months of that year are no table: they would sum to it.
    let months = ["--table", "conflict-deaths-monthly", "--clearance", "force", "--to", "public", "--dry-run"];
    let months = answer(&[&["release", &demo], &months[..]].concat());
    assert_eq!(months["error"]["code"], "CLI-022");
}

#[test]
fn data_that_everybody_sees_need_no_release() {
    let (_folder, demo) = demo_with_sealed_events();
    answer(&["add", &demo, &format!("{demo}/inbox/displacement.csv")]);
    let args = ["release", &demo, "--table", "displacement", "--to", "public", "--reason", "why not"];
    assert_eq!(answer(&args)["error"]["code"], "CLI-022");
    let tried = answer(&[&args[..], &["--dry-run"]].concat());
    assert_eq!(tried["hidden"], json!(0), "{tried}");
}

#[test]
fn trace_and_funds_say_that_something_was_erased() {
    let (mission, [sealed, _]) = party("Battalion", "force");
    let before = mission.json(&["funds", &mission.path(), "--clearance", "force"]);
    assert_eq!(before["erased"], json!(0));
    mission.json(&["erase", &mission.path(), &sealed.to_string(), "--reason", "asked for by the village"]);
    for command in [&["funds", &mission.path()][..], &["trace", &mission.path(), "force-2"]] {
        let for_reader = |clearance: &str| run(&[command, &["--clearance", clearance]].concat(), &[]);
        let told = for_reader("force");
        assert_eq!(serde_json::from_slice::<Value>(&told.stdout).unwrap()["erased"], json!(1), "{command:?}");
        assert!(String::from_utf8_lossy(&told.stderr).contains("1 entry that this reader could see was erased"));
        // Who could not see it is not told that it ever was.
        let untold = for_reader("public");
        assert!(!String::from_utf8_lossy(&untold.stderr).contains("erased"), "{command:?}");
    }
    assert!(!run(&["trace", &mission.path(), "force-1", "--clearance", "force"], &[]).status.success());
}
