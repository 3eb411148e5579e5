//! Real files through the whole chain, as a user would run it. Figures were established independently of this program.

#![allow(clippy::unwrap_used, reason = "a test may stop at what it does not expect")]

mod common;

use common::{Mission, real_data, run};
use serde_json::Value;

fn count(findings: &Value, code: &str) -> u64 {
    findings.get(code).and_then(Value::as_u64).unwrap_or(0)
}

fn sum(values: &Value, indicator: &str, part: &str) -> f64 {
    let of = |value: &&Value| value["indicator"] == indicator && value["part"].as_str().unwrap_or("") == part;
    values.as_array().unwrap().iter().filter(of).filter_map(|value| value["value"].as_f64()).sum()
}

#[test]
fn bosnia_from_files_to_a_checked_plan() {
    let Some(data) = real_data("bosnia") else { return };
    let mission = Mission::new("Bosnia", "BIH");
    assert_eq!(mission.add(&data.join("municipalities-adm3.geojson"))["observations"], 142);
    assert_eq!(
        mission.add(&data.join("population-1991-2013.csv"))["observations"],
        282,
        "142 places, two censuses, two cells blank"
    );
    let events = mission.add(&data.join("ucdp-ged251-1992-1995.csv"));
    assert_eq!((events["rows"].as_u64(), events["observations"].as_u64()), (Some(9_204), Some(9_204)));
    let suspect = mission.add(&data.join("hazards/suspect_areas_simplyfied.geojson"));
    let cleared = mission.add(&data.join("hazards/cleared_areas_simplyfied.geojson"));
    assert_eq!(suspect["rows"].as_u64().unwrap() + cleared["rows"].as_u64().unwrap(), 19_397);
    let both = |code| count(&suspect["findings"], code) + count(&cleared["findings"], code);
    assert_eq!(both("GEO-003"), 3_210, "features without geometry");
    assert_eq!(both("GEO-004") + both("GEO-005"), 1_176, "invalid polygons, repaired or kept without a shape");
    mission.add(&data.join("osm-points-2019.geojson"));

    let again = mission.add(&data.join("ucdp-ged251-1992-1995.csv"));
    assert_eq!(again["already_present"], true);

    let path = mission.path();
    let matched = mission.json(&["match", &path, "--all"]);
    let populations: Vec<&Value> =
        matched["places"].as_array().unwrap().iter().filter(|p| p["table"] == "populations").collect();
    assert_eq!(populations.len(), 142);
    assert!(populations.iter().filter(|place| !place["area"].is_null()).count() >= 136);

    let whole_war = mission.json(&["assess", &path, "--as-of", "1995-12-31"]);
    assert_eq!(
        sum(&whole_war["values"], "conflict-deaths-monthly", ""),
        62_715.0,
        "best deaths, placed or kept at a parent"
    );
    assert_eq!(sum(&whole_war["values"], "conflict-events-monthly", ""), 9_204.0);

    let here = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/missions");
    let nominated = mission.json(&[
        "nominate",
        &path,
        "--as-of",
        "1995-12-31",
        "--catalogue",
        &format!("{here}/bosnia-catalogue.toml"),
    ]);
    assert!(nominated["nominated"].as_array().unwrap().len() > 100);
    let plan = mission.json(&[
        "plan",
        &path,
        "--means",
        &format!("{here}/bosnia-means.toml"),
        "--gap",
        "0.05",
        "--time",
        "60",
    ]);
    assert!(!plan["chosen"].as_array().unwrap().is_empty());
    assert_eq!(plan["check"]["violations"].as_array().unwrap().len(), 0);
    assert!(plan["not_chosen"].as_array().unwrap().iter().all(|left_out| left_out["verified"] == true));
    mission.json(&["brief", &path]);
}

#[test]
fn bosnia_is_asked_for_sites_convoys_and_presence() {
    let Some(data) = real_data("bosnia") else { return };
    let mission = Mission::new("Bosnia", "BIH");
    for file in [
        "municipalities-adm3.geojson",
        "population-1991-2013.csv",
        "ucdp-ged251-1992-1995.csv",
        "osm-points-2019.geojson",
    ] {
        mission.add(&data.join(file));
    }
    let path = mission.path();
    let asked = |args: &[&str]| {
        let answer = mission.json(&[&["plan", args[0], &path], &args[1..]].concat());
        assert_eq!(answer["check"]["violations"].as_array().unwrap().len(), 0, "{args:?}");
        answer
    };
    let sites = asked(&["sites", "--kind", "clinic", "--count", "5"]);
    assert_eq!((sites["standing"].as_u64(), sites["objective"].as_u64()), (Some(158), sites["bound"].as_u64()));
    let people = sites["served"].as_array().unwrap().iter().map(|it| it["people"].as_u64().unwrap());
    assert_eq!(people.sum::<u64>(), 3_359_020, "the census of 2013 where its municipalities are areas");

    let here = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/missions");
    let goods = format!("{here}/bosnia-convoys.toml");
    let open = asked(&["convoys", "--goods", &goods, "--steps", "5000"]);
    assert_eq!((open["areas"].as_u64(), open["served"].as_u64()), (Some(136), Some(136)));
    let closed = asked(&["convoys", "--goods", &goods, "--steps", "5000", "--closed", "Konjic"]);
    let left_out = closed["unserved"].as_array().unwrap();
    let name = left_out.iter().map(|it| it["reason"].as_str().unwrap()).collect::<Vec<_>>();
    assert_eq!(name, ["the closure of Konjic leaves no vehicle a way"]);

    let presence = asked(&["presence", "--patrols", "20", "--as-of", "1995-12-31", "--seed", "1"]);
    assert!(presence["gap"].as_f64().unwrap() <= 0.01);
}

#[test]
fn central_african_republic_places_every_event_and_chains_its_codes() {
    let Some(data) = real_data("car") else { return };
    let mission = Mission::new("Central African Republic", "CAF");
    for (level, areas) in [(1, 17), (2, 72), (3, 175)] {
        assert_eq!(mission.add(&data.join(format!("CAF_adm{level}.geojson")))["observations"], areas);
    }
    assert_eq!(mission.add(&data.join("ucdp-ged231.geojson"))["observations"], 1_848);
    assert_eq!(mission.add(&data.join("ipc-area-long.csv"))["rows"], 7_146);
    let food = ["assess", &mission.path(), "--as-of", "2023-05-01", "--indicator", "food-insecure-people"];
    let food = mission.json(&food)["values"].as_array().unwrap().clone();
    let in_april = food.iter().filter(|value| value["period"]["from"] == "2023-04-01");
    let people: f64 = in_april.filter_map(|value| value["value"].as_f64()).sum();
    assert_eq!(people, 2_388_086.0, "phases 3, 4 and 5 of April 2023, each once");
    let stale = food
        .iter()
        .filter(|value| !value["value"].is_null())
        .filter(|value| value["period"]["from"].as_str() < Some("2022"));
    assert_eq!(stale.count(), 0, "older analyses of whole prefectures yield to those of their parts");
    let areas = mission.json(&["list", "areas", &mission.path()]);
    let areas = areas["areas"].as_array().unwrap();
    assert_eq!(areas.len(), 1 + 17 + 72 + 175, "with the country above them");
    let chained = |area: &&Value| area["id"].as_str().unwrap().starts_with(area["parent"].as_str().unwrap());
    assert_eq!(
        areas.iter().filter(|area| area["level"] != "0" && area["level"] != "1").filter(chained).count(),
        72 + 175
    );
}

#[test]
fn west_africa_places_the_response_by_changed_codes() {
    let Some(data) = real_data("westafrica") else { return };
    let mission = Mission::new("West Africa", "LBR");
    for file in ["GIN_adm2", "LBR_adm1", "LBR_adm2", "SLE_adm1", "SLE_adm2", "SLE_adm3"] {
        mission.add(&data.join(format!("{file}.geojson")));
    }
    assert_eq!(mission.add(&data.join("3w.json"))["observations"], 1_201);
    let matched = mission.json(&["match", &mission.path(), "--all"]);
    let rows = |placed: bool| -> u64 {
        let all = matched["places"].as_array().unwrap().iter().filter(|p| p["table"] == "activities");
        all.filter(|place| place["area"].is_null() != placed).map(|place| place["rows"].as_u64().unwrap()).sum()
    };
    assert!(rows(true) >= 1_058, "{} placed", rows(true));
    assert_eq!(rows(true) + rows(false), 1_201);
}

#[test]
fn assessment_and_plan_are_the_same_in_any_environment() {
    let mission = common::Mission::new("unused", "XVM");
    let demo = mission.folder().join("demo").display().to_string();
    mission.json(&["demo", &demo]);
    mission.json(&["add", &demo, &format!("{demo}/inbox")]);
    let digests = |environment: &[(&str, &str)]| -> Vec<String> {
        let steps = [vec!["assess", &demo], vec!["nominate", &demo], vec!["plan", &demo, "--time", "300"]];
        let digest = |args: &Vec<&str>| {
            let output = run(args, environment);
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            serde_json::from_slice::<Value>(&output.stdout).unwrap()["digest"].as_str().unwrap().to_owned()
        };
        steps.iter().map(digest).collect()
    };
    let here = digests(&[("RAYON_NUM_THREADS", "1"), ("TZ", "UTC"), ("LC_ALL", "C")]);
    let there =
        digests(&[("RAYON_NUM_THREADS", "4"), ("TZ", "Asia/Kathmandu"), ("LC_ALL", "tr_TR.UTF-8"), ("LANG", "ar")]);
    assert_eq!(here, there);
}
