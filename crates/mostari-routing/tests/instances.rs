//! Instance and solution files: a tiny one by hand, faults in it, and the real ones with their published costs.

#![allow(clippy::unwrap_used, reason = "a test may stop at what it does not expect")]

use mostari_routing::check::check;
use mostari_routing::instance::{Rounding, published_scale, read, read_rounded, read_solution, write_solution};
use std::path::PathBuf;

const TINY: &str = "NAME : tiny\nCOMMENT : by hand\nTYPE : CVRP\nDIMENSION : 4\nEDGE_WEIGHT_TYPE : EUC_2D\nCAPACITY : 10\n\
    NODE_COORD_SECTION\n1 0 0\n2 3 4\n3 6 8\n4 -3 4\nDEMAND_SECTION\n1 0\n2 5\n3 5\n4 5\nDEPOT_SECTION\n1\n-1\nEOF\n";
const TINY_SOLUTION: &str = "Route #1: 1 2\nRoute #2: 3\nCost 30\n";

#[test]
fn a_small_file_is_read_and_its_solution_priced() {
    let instance = read(TINY).unwrap();
    assert_eq!((instance.name.as_str(), instance.problem.clients.len()), ("tiny", 3));
    assert_eq!(instance.problem.vehicle_types[0].count, 3, "without a number of vehicles there is one a client");
    let published = read_solution(TINY_SOLUTION, &instance).unwrap();
    let verdict = check(&instance.problem, &published.solution);
    assert_eq!((verdict.violations.len(), verdict.cost), (0, 30));
    let written = write_solution(&published.solution, verdict.cost, &instance);
    assert_eq!(read_solution(&written, &instance).unwrap(), published);
}

#[test]
fn roundings_differ_as_their_rules_say() {
    let text = TINY.replace("2 3 4", "2 1 1");
    let far = |rounding| read_rounded(&text, rounding).unwrap().problem.profiles[0].distance.get(0, 1);
    assert_eq!(far(Rounding::Nearest), 1);
    assert_eq!(far(Rounding::TenthsDown), 14);
    assert_eq!(far(Rounding::Thousandths), 1414);
}

#[test]
fn vehicles_that_are_alike_are_one_type() {
    let text = TINY.replace("CAPACITY : 10\n", "VEHICLES : 3\n").replace(
        "DEPOT_SECTION",
        "CAPACITY_SECTION\n1 10\n2 20\n3 10\nVEHICLES_FIXED_COST_SECTION\n1 7\n2 9\n3 7\nDEPOT_SECTION",
    );
    let instance = read(&text).unwrap();
    assert_eq!(instance.vehicle_type_of, [0, 1, 0]);
    let counts: Vec<u32> = instance.problem.vehicle_types.iter().map(|it| it.count).collect();
    assert_eq!(counts, [2, 1]);
}

#[test]
fn what_is_not_understood_is_refused() {
    let faults = [
        TINY.replace("DEMAND_SECTION", "BACKHAUL_SECTION"),
        TINY.replace("3 6 8\n", ""),
        TINY.replace("2 5\n", "2 x\n"),
        TINY.replace("2 5\n", "2 -5\n"),
        TINY.replace("DIMENSION : 4\n", ""),
        TINY.replace("EUC_2D", "GEO"),
        TINY.replace("DEPOT_SECTION\n1", "DEPOT_SECTION\n2"),
        TINY.replace("2 3 4", "2 3e30 4"),
        TINY.replace("2 3 4", "2 NaN 4"),
        TINY.replace("DIMENSION : 4", "DIMENSION : 4000000000"),
        TINY.replace("CAPACITY", "VEHICLES : 4000000000\nCAPACITY"),
        TINY.replace("DEPOT_SECTION\n1\n", "DEPOT_SECTION\n1\n2\n3\n4\n5\n"),
        TINY.replace("CAPACITY : 10", "CAPACITY : 10\nVEHICLES_FIXED_COST : 1e30"),
    ];
    for text in faults {
        assert!(read(&text).is_err(), "{text}");
    }
    let instance = read(TINY).unwrap();
    for text in ["Route #1: 9\nCost 1\n", "Route #4: 1\nCost 1\n", "Route #1: 0\nCost 1\n", "Route #1: 1\n", "?\n"] {
        assert!(read_solution(text, &instance).is_err(), "{text}");
    }
}

fn real(path: &str) -> Option<String> {
    let default = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data");
    let root = std::env::var("MOSTARI_DATA").unwrap_or_else(|_| default.to_owned());
    let path = PathBuf::from(root).join("planning").join(path);
    match std::fs::read_to_string(&path) {
        Ok(text) => Some(text),
        Err(_) => {
            println!("skipped: no real data at `{}`; MOSTARI_DATA names its folder", path.display());
            None
        }
    }
}

/// Published costs, and how many of our units one of theirs is.
const PUBLISHED: [(&str, i64); 13] = [
    ("cvrp/X-n101-k25", 1),
    ("cvrp/X-n200-k36", 1),
    ("cvrp/X-n303-k21", 1),
    ("cvrp/X-n502-k39", 1),
    ("cvrp/X-n701-k44", 1),
    ("vrptw/C2_10_3", 10),
    ("vrptw/R1_10_1", 10),
    ("vrptw/RC2_10_5", 10),
    ("mdvrptw/PR11A", 1),
    ("mdvrptw/PR15B", 1),
    ("hfvrp/X101-FSMFD", 100_000),
    ("hfvrp/X261-HD", 1),
    ("hfvrp/X502-FSMFD", 100_000),
];

#[test]
fn best_known_solutions_are_allowed_and_cost_what_is_published() {
    for (name, scale) in PUBLISHED {
        let (Some(text), Some(solution)) = (real(&format!("{name}.vrp")), real(&format!("{name}.sol"))) else { return };
        let instance = read(&text).unwrap();
        let published = read_solution(&solution, &instance).unwrap();
        let verdict = check(&instance.problem, &published.solution);
        assert_eq!(verdict.violations, Vec::new(), "{name}");
        assert_eq!(published_scale(verdict.cost, &published), Some(scale), "{name}");
        // Equal to the last place that the file prints: half a unit of it may be rounded away.
        let printed = solution.split_whitespace().last().unwrap_or_default();
        let places = printed.split_once('.').map_or(0, |(_, fraction)| fraction.len() as i32);
        let off = verdict.cost as f64 / scale as f64 - published.cost;
        println!("{name}: priced {} and published {printed}, apart by {off}", verdict.cost);
        // The two mixed fleets were published from real distances; ours are rounded, each arc to a thousandth.
        let arcs: usize = published.solution.routes.iter().map(|route| route.clients.len() + 1).sum();
        let unit = instance.problem.vehicle_types.iter().map(|kind| kind.unit_distance_cost).max().unwrap();
        let rounded = if scale == 100_000 { 0.5 * arcs as f64 * unit as f64 / scale as f64 } else { 0.0 };
        let allowed = 0.5001 * 10_f64.powi(-places) + rounded;
        assert!(off.abs() <= allowed, "{name}: priced {}, published {printed}", verdict.cost);
    }
}
