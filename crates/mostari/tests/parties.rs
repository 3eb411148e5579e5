//! Several parties, each with a record of its own: what they say is signed, taken in, and never overwritten.

#![allow(clippy::unwrap_used, reason = "a test may stop at what it does not expect")]

mod common;

use common::{Mission, run};
use serde_json::{Value, json};
use std::fs;

/// A need and a project, as the municipality states them.
const CLINIC: &str = r#"
{"happened":"2023-03-01","project":{"says":"need-stated","need":"need-1","area":"XA01","sector":"health","people":9200,"words":"no clinic within 20 km"}}
{"happened":"2023-03-10","project":{"says":"nominated","nomination":"nomination-1","project":"clinic","needs":["need-1"],"title":"Clinic in Gornja Luka","kind":"clinic-new","area":"XA01"}}
"#;

fn say(mission: &Mission, name: &str, lines: &str) -> std::process::Output {
    let file = mission.folder().join(name);
    fs::write(&file, lines).unwrap();
    run(&["say", &mission.path(), file.to_str().unwrap()], &[])
}

fn municipality() -> Mission {
    let mission = Mission::new("Municipality", "BIH");
    assert!(say(&mission, "clinic.jsonl", CLINIC).status.success());
    mission
}

/// A field officer's own record, which has taken in the municipality's.
fn officer(name: &str, municipality: &Mission) -> Mission {
    let mission = Mission::new(name, "BIH");
    mission.json(&["mirror", &mission.path(), &municipality.path()]);
    mission
}

fn words(value: &Value) -> &str {
    value.as_str().unwrap()
}

#[test]
fn two_who_edit_one_field_apart_are_both_heard_until_somebody_decides() {
    let home = municipality();
    let (ana, ben) = (officer("Ana", &home), officer("Ben", &home));
    ana.json(&["edit", &ana.path(), "clinic", "beds", "40"]);
    ben.json(&["edit", &ben.path(), "clinic", "beds", "45"]);
    assert_eq!(home.json(&["mirror", &home.path(), &ana.path()])["conflicts"], json!([]));
    let both = home.json(&["mirror", &home.path(), &ben.path()]);
    let [conflict] = both["conflicts"].as_array().unwrap().as_slice() else { panic!("{both}") };
    let values: Vec<String> =
        conflict["versions"].as_object().unwrap().values().map(|version| version["value"].to_string()).collect();
    assert!(values.contains(&json!({"count": 40}).to_string()) && values.contains(&json!({"count": 45}).to_string()));

    // The conflict is an entry of the log, said once, however often the logs are taken in.
    let entries = |home: &Mission| home.json(&["list", "log", &home.path()])["log"].as_array().unwrap().len();
    let before = entries(&home);
    home.json(&["mirror", &home.path(), &ben.path()]);
    assert_eq!(entries(&home), before);
    let again = run(&["edit", &home.path(), "clinic", "beds", "50"], &[]);
    assert_eq!(again.status.code(), Some(2));

    let listed = home.json(&["list", "conflicts", &home.path()]);
    let id = words(&listed["conflicts"][0]["conflict"]);
    home.json(&["decide", &home.path(), id, "--keep", "Ben", "--reason", "Ben counted on the spot"]);
    assert_eq!(home.json(&["list", "conflicts", &home.path()])["conflicts"], json!([]));
    home.json(&["edit", &home.path(), "clinic", "beds", "50"]);
    assert_eq!(home.json(&["verify", &home.path()])["verified"], json!(true));
}

#[test]
fn taking_logs_in_in_another_order_gives_the_same_conflict() {
    let home = municipality();
    let (ana, ben) = (officer("Ana", &home), officer("Ben", &home));
    ana.json(&["edit", &ana.path(), "clinic", "beds", "40"]);
    ben.json(&["edit", &ben.path(), "clinic", "beds", "45"]);
    let ids: Vec<Value> = [[&ana, &ben], [&ben, &ana]]
        .iter()
        .map(|order| {
            let reader = officer("Reader", &home);
            let last = order.map(|from| reader.json(&["mirror", &reader.path(), &from.path()]));
            last[1]["conflicts"][0]["id"].clone()
        })
        .collect();
    assert_eq!(ids[0], ids[1]);
    assert!(ids[0].is_string());
}

#[test]
fn a_statement_that_would_not_be_used_is_refused_with_its_line() {
    let home = municipality();
    let accepted = r#"{"happened":"2024-03-01","project":{"says":"accepted","project":"clinic","handover":"none"}}"#;
    let refused = say(&home, "early.jsonl", accepted);
    assert_eq!(refused.status.code(), Some(2));
    let answer: Value = serde_json::from_slice(&refused.stdout).unwrap();
    assert_eq!(answer["error"]["code"], "CLI-018");
    assert_eq!(answer["findings"][0]["row"], json!(1));
    let broken = say(&home, "broken.jsonl", "\n{\"happened\":\"2024-03-01\",\"project\":{\"says\":\"sings\"}}");
    let answer: Value = serde_json::from_slice(&broken.stdout).unwrap();
    assert_eq!(answer["error"]["code"], "CLI-017");
    assert!(words(&answer["error"]["message"]).contains("line 2"), "{answer}");
}

#[test]
fn what_was_said_is_not_said_twice() {
    let home = municipality();
    let again = say(&home, "clinic.jsonl", CLINIC);
    let answer: Value = serde_json::from_slice(&again.stdout).unwrap();
    assert_eq!(answer, json!({"entries": [], "already_said": 2}));
}

#[test]
fn the_story_of_the_demo_leads_from_need_to_handover() {
    let folder = tempfile::tempdir().unwrap();
    let demo = folder.path().join("velmora").display().to_string();
    let json = |args: &[&str]| -> Value {
        let output = run(args, &[]);
        assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&output.stdout).unwrap()
    };
    json(&["demo", &demo]);
    let (story, keys) = (format!("{demo}/story.jsonl"), format!("{demo}/parties"));
    json(&["say", &demo, &story, "--keys", &keys]);
    for id in ["need-clinic", "clinic", "grant-clinic", "payment-beds", "beds", "handover-clinic"] {
        let trace = json(&["trace", &demo, id, "--as-of", "2024-06-01"]);
        let steps = trace["steps"].as_array().unwrap();
        assert_eq!(steps.len(), 9);
        assert!(steps.iter().all(|step| step["missing"].is_null()), "from {id}: {trace}");
        assert_eq!(trace["gaps"], json!([]), "from {id}");
    }
    let funds = json(&["funds", &demo]);
    assert_eq!(funds["ledger"]["audit"]["violations"], json!([]));
    assert_eq!(funds["ledger"]["refused"], json!([]));
    assert_eq!(json(&["verify", &demo])["verified"], json!(true));
}

#[test]
fn an_export_for_the_public_verifies_and_holds_nothing_sealed() {
    let home = municipality();
    let secret = r#"{"happened":"2023-03-01","label":"force","project":{"says":"need-stated","need":"need-2","area":"XA02","sector":"health","people":7731,"words":"depot at the mill"}}"#;
    assert!(say(&home, "sealed.jsonl", secret).status.success());
    let copy = home.folder().join("copy").display().to_string();
    let written = home.json(&["export", &home.path(), &copy]);
    assert_eq!((&written["payloads"], &written["withheld"]), (&json!(0), &json!(1)));
    assert_eq!(home.json(&["verify", &copy])["verified"], json!(true));
    assert_eq!(run(&["trace", &copy, "need-2"], &[]).status.code(), Some(2));
    assert_eq!(run(&["trace", &copy, "need-2", "--clearance", "force"], &[]).status.code(), Some(2));
    home.json(&["trace", &home.path(), "need-2", "--clearance", "force"]);
}
