//! Sites, convoys and presence asked about the demo mission, as a user would.

#![allow(clippy::unwrap_used, reason = "a test may stop at what it does not expect")]

mod common;

use common::{Mission, run};
use serde_json::Value;
use std::fs;

/// Flour from a railhead in the west; the force's truck does not go beyond the river.
const GOODS: &str = r#"
[[good]]
id = "flour"
unit = "kg"

[[depot]]
id = "railhead"
area = "XV00104"

[[vehicle]]
id = "truck"
count = 2
depot = "railhead"
capacity = { flour = 8000 }
speed_kmh = 30
hours_max = 10
cost_fixed = 50
cost_per_km = 1.5

[[demand]]
area = "XV00101"
goods = { flour = 2500 }

[[demand]]
area = "Lower Norimastan"
goods = { flour = 2000 }

[[demand]]
area = "XV00201"
goods = { flour = 3000 }
minutes = 45
"#;

const CAVEAT: &str = r#"
[[vehicle.caveat]]
id = "not-beyond-the-river"
areas = ["XV002"]
label = "force"
"#;

struct Demo {
    mission: Mission,
    path: String,
}

impl Demo {
    fn new() -> Self {
        let mission = Mission::new("unused", "XVM");
        let path = mission.folder().join("demo").display().to_string();
        mission.json(&["demo", &path]);
        mission.json(&["add", &path, &format!("{path}/inbox")]);
        Self { mission, path }
    }

    fn write(&self, name: &str, text: &str) -> String {
        let path = self.mission.folder().join(name);
        fs::write(&path, text).unwrap();
        path.display().to_string()
    }

    fn convoys(&self, goods: &str, more: &[&str]) -> Value {
        let base = ["plan", "convoys", &self.path, "--goods", goods, "--steps", "2000"];
        let plan = self.mission.json(&[&base[..], more].concat());
        assert_eq!(plan["check"]["violations"], serde_json::json!([]), "{plan}");
        plan
    }
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_else(|| panic!("`{key}` of {value}"))
}

/// Areas that a plan's rounds pass or stop in.
fn touched(plan: &Value) -> Vec<String> {
    let mut areas = Vec::new();
    for round in plan["rounds"].as_array().unwrap() {
        for stop in round["stops"].as_array().unwrap() {
            areas.extend(stop["through"].as_array().unwrap().iter().map(|area| area.as_str().unwrap().to_owned()));
            areas.push(text(stop, "area").to_owned());
        }
        areas.extend(round["back_through"].as_array().unwrap().iter().map(|area| area.as_str().unwrap().to_owned()));
    }
    areas
}

#[test]
fn convoys_bring_everything_and_go_round_what_is_closed() {
    let demo = Demo::new();
    let goods = demo.write("goods.toml", GOODS);
    let open = demo.convoys(&goods, &[]);
    assert_eq!(open["served"], 3);
    assert_eq!(open["unserved"], serde_json::json!([]));
    assert!(touched(&open).contains(&"XV00103".to_owned()), "{open}");
    assert_eq!(open["digest"], demo.convoys(&goods, &[])["digest"], "the same steps give the same rounds");

    // A re-plan: what lay on the way is closed now.
    let closed = demo.convoys(&goods, &["--closed", "XV00103"]);
    assert!(!touched(&closed).contains(&"XV00103".to_owned()), "{closed}");
    let left_out: Vec<&str> = closed["unserved"].as_array().unwrap().iter().map(|it| text(it, "area")).collect();
    assert!(left_out.contains(&"XV00103"), "{closed}");
    let of = |plan: &Value, area: &str| {
        let all = plan["unserved"].as_array().unwrap().clone();
        all.into_iter().find(|it| it["area"] == area).unwrap()
    };
    let reason = of(&closed, "XV00103");
    assert_eq!(text(&reason, "reason"), "the closure of Lower Norimastan leaves no vehicle a way");
    assert!(reason["changes"][0].as_str().unwrap().starts_with("without the closure of Lower Norimastan"), "{reason}");
}

#[test]
fn a_caveat_bites_and_is_named_only_to_those_who_may_read_it() {
    let demo = Demo::new();
    let goods = demo.write(
        "goods.toml",
        &GOODS.replace("\n[[demand]]\narea = \"XV00101\"", &format!("{CAVEAT}\n[[demand]]\narea = \"XV00101\"")),
    );
    let public = demo.convoys(&goods, &[]);
    let left_out = public["unserved"].as_array().unwrap();
    assert_eq!(left_out.len(), 1, "{public}");
    assert_eq!(text(&left_out[0], "area"), "XV00201");
    assert_eq!(text(&left_out[0], "reason"), "a restriction of a contributor keeps vehicles out");
    assert!(!public.to_string().contains("not-beyond-the-river"));
    assert_eq!(public["label"], serde_json::json!([]));

    let force = demo.convoys(&goods, &["--clearance", "force"]);
    let left_out = &force["unserved"].as_array().unwrap()[0];
    assert_eq!(text(left_out, "reason"), "the caveat `not-beyond-the-river` of `truck` keeps vehicles out");
    assert_eq!(force["label"], serde_json::json!(["force"]));
    let kept = fs::read_to_string(text(&public, "plan")).unwrap();
    assert!(!kept.contains("not-beyond-the-river") && !kept.contains("XV002\""), "{kept}");
}

#[test]
fn demands_come_from_counts_and_from_tables_and_what_is_too_much_is_split() {
    let demo = Demo::new();
    let counted =
        "\n[[demand_from]]\ncount = \"people\"\nshare = 0.1\nper_person = { flour = 1.0 }\nareas = [\"XV001\"]\n";
    let goods = demo.write("goods.toml", &format!("{}{counted}", GOODS.replace("count = 2", "count = 6")));
    let table = demo.write("more.csv", "area,good,amount\nXV00105,flour,9000\n");
    let plan = demo.convoys(&goods, &["--goods", &table]);
    let demands = plan["demands"].as_array().unwrap();
    let of = |area: &str| demands.iter().find(|it| it["area"] == area).unwrap();
    assert_eq!(
        of("XV00101")["goods"]["flour"],
        2_500 + 1_404,
        "a tenth of 14 031, rounded up, beside what was written"
    );
    assert_eq!(text(of("XV00105"), "source"), "more.csv:2; people x 0.1");
    let brought: i64 = plan["rounds"].as_array().unwrap().iter().map(|it| it["load"]["flour"].as_i64().unwrap()).sum();
    let wanted: i64 = demands.iter().map(|it| it["goods"]["flour"].as_i64().unwrap()).sum();
    assert_eq!(brought, wanted);

    let needs = counted.replace("\"people\"", "\"needs-people\"");
    let goods = demo.write("needs.toml", &format!("{}{needs}", GOODS.replace("count = 2", "count = 6")));
    assert!(demo.convoys(&goods, &[])["demands"].as_array().unwrap().len() > 3);
}

#[test]
fn the_example_of_the_docs_is_planned() {
    let demo = Demo::new();
    let page = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/convoys.md")).unwrap();
    let example = page.split("```toml").nth(1).unwrap().split("```").next().unwrap();
    let plan = demo.convoys(&demo.write("convoys.toml", example), &[]);
    assert!(plan["served"].as_u64().unwrap() >= 2, "{plan}");
}

#[test]
fn what_is_wrong_in_a_goods_file_is_named_with_its_row() {
    let demo = Demo::new();
    let fails = |written: &str, more: &[&str], expect: [&str; 2]| {
        let goods = demo.write("wrong.toml", written);
        let output = run(&[&["plan", "convoys", &demo.path, "--goods", &goods], more].concat(), &[]);
        assert_eq!(output.status.code(), Some(2));
        let said: Value = serde_json::from_slice(&output.stdout).unwrap();
        let error = &said["error"];
        assert_eq!(text(error, "code"), "CLI-024", "{said}");
        assert!(text(error, "message").ends_with(expect[0]), "{said}");
        assert!(error["causes"][0].as_str().unwrap().contains(expect[1]), "{said}");
    };
    fails(&GOODS.replace("\"XV00201\"", "\"XV99\""), &[], ["row 28", "demand 3: area `XV99` is not in the gazetteer"]);
    fails(&GOODS.replace("\"XV00104\"", "\"XV002\""), &[], ["row 6", "`XV002` is no smallest area"]);
    fails(&GOODS.replace("speed_kmh", "speed"), &[], ["", "unknown field `speed`"]);
    fails(
        &GOODS.replace("goods = { flour = 3000 }", "goods = { rice = 1 }"),
        &[],
        ["row 28", "there is no good `rice`"],
    );
    let table = demo.write("wrong.csv", "area,good,amount\nXV00105,flour,many\n");
    fails(GOODS, &["--goods", &table], ["row 2", "amount `many` is no whole number"]);
    let nobody = demo.write("nobody.toml", GOODS.split("[[demand]]").next().unwrap());
    let output = run(&["plan", "convoys", &demo.path, "--goods", &nobody], &[]);
    assert!(String::from_utf8_lossy(&output.stdout).contains("nothing is to be brought anywhere"));
}

#[test]
fn sites_stand_where_people_reach_them_and_the_goal_is_proven() {
    let demo = Demo::new();
    let sites = |more: &[&str]| {
        let plan = demo.mission.json(&[&["plan", "sites", &demo.path, "--kind", "clinic"], more].concat());
        assert_eq!(plan["check"]["violations"], serde_json::json!([]), "{plan}");
        plan
    };
    let two = sites(&["--count", "2"]);
    assert_eq!(two["sites"].as_array().unwrap().len(), 2);
    assert!(two["standing"].as_u64().unwrap() > 0, "clinics of the record count");
    assert_eq!(two["objective"], two["bound"]);
    assert!(two["mean_m"]["after"].as_f64() <= two["mean_m"]["before"].as_f64());
    let people: u64 = two["served"].as_array().unwrap().iter().map(|it| it["people"].as_u64().unwrap()).sum();
    assert_eq!(people, 139_375, "everybody whom the demo counts");

    let afresh = sites(&["--count", "2", "--afresh"]);
    assert_eq!(afresh["standing"], 0);
    assert_eq!(afresh["mean_m"]["before"], Value::Null, "unknown, not 0");
    let three = sites(&["--count", "3", "--afresh"]);
    assert!(three["objective"].as_u64() < afresh["objective"].as_u64());
    let center = sites(&["--count", "2", "--afresh", "--goal", "center"]);
    assert!(center["longest_m"]["after"].as_u64() <= afresh["longest_m"]["after"].as_u64());
    let cover = sites(&["--count", "2", "--afresh", "--goal", "cover", "--within", "15"]);
    let reached = |plan: &Value| {
        let near = |it: &&Value| it["distance_m"].as_u64().unwrap() <= 15_000;
        let all = plan["served"].as_array().unwrap();
        all.iter().filter(near).map(|it| it["people"].as_u64().unwrap()).sum::<u64>()
    };
    assert!(reached(&cover) >= reached(&afresh));
    let elsewhere = sites(&["--count", "2", "--afresh", "--not-in", "XV001"]);
    let inside = |it: &Value| it["area"].as_str().unwrap().starts_with("XV002");
    assert!(elsewhere["sites"].as_array().unwrap().iter().all(inside), "{elsewhere}");

    let output = run(&["plan", "sites", &demo.path, "--kind", "cathedral", "--count", "2", "--among-facilities"], &[]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stdout).contains("health.clinic"), "it names the kinds that there are");
}

#[test]
fn presence_states_chances_and_draws_visits_by_a_seed() {
    let demo = Demo::new();
    let presence = |more: &[&str]| {
        let plan = demo.mission.json(&[&["plan", "presence", &demo.path, "--patrols", "6"], more].concat());
        assert_eq!(plan["check"]["violations"], serde_json::json!([]), "{plan}");
        plan
    };
    let plan = presence(&["--seed", "5", "--rounds", "30"]);
    let shifts = plan["shifts"].as_array().unwrap();
    assert_eq!((shifts.len(), plan["drawn"].as_array().unwrap().len()), (2, 30));
    let teams: u64 =
        shifts.iter().flat_map(|it| it["posts"].as_array().unwrap()).map(|it| it["teams"].as_u64().unwrap()).sum();
    assert!(teams <= 6);
    for shift in shifts {
        let chances = shift["areas"].as_array().unwrap().iter().map(|it| it["visit_chance"].as_f64().unwrap());
        let sum: f64 = chances.clone().sum();
        assert!((sum - shift["visits"].as_f64().unwrap()).abs() < 1e-6);
        assert!(chances.clone().all(|chance| chance > 0.0 && chance <= 0.9), "no area is forgotten, none is certain");
    }
    assert_eq!(plan["drawn"], presence(&["--seed", "5", "--rounds", "30"])["drawn"]);
    assert_ne!(plan["drawn"], presence(&["--seed", "6", "--rounds", "30"])["drawn"]);
    assert_ne!(presence(&[])["seed"], presence(&[])["seed"], "nobody's guess");
    let kept = fs::read_to_string(text(&plan, "plan")).unwrap();
    assert!(!kept.contains("drawn") && !kept.contains("seed"), "the visits are kept nowhere");

    let output = run(&["plan", "presence", &demo.path, "--patrols", "1", "--post", "XV002"], &[]);
    assert!(String::from_utf8_lossy(&output.stdout).contains("`XV002` is no smallest area"));
}
