//! Instances of the OR-Library with their published optima, where they are at hand.

#![allow(clippy::unwrap_used, reason = "a test may stop at what it does not expect")]

use mostari_plan::check::siting::{check_location, check_siting};
use mostari_plan::instances::{
    read_capacitated, read_capacitated_best, read_centers_best, read_knapsacks, read_knapsacks_best, read_median,
    read_medians_best,
};
use mostari_plan::knapsack::{self, choose};
use mostari_plan::problem::siting::Goal;
use mostari_plan::siting::{Limits, locate, site};
use std::path::PathBuf;

/// The text of a file of the planning instances; `None`, with a word, where they are not.
fn text(path: &str) -> Option<String> {
    let data = std::env::var_os("MOSTARI_DATA")
        .map_or_else(|| PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data")), PathBuf::from);
    let text = std::fs::read_to_string(data.join("planning").join(path)).ok();
    if text.is_none() {
        println!("skipped: no planning/{path}; MOSTARI_DATA names the folder of the data");
    }
    text
}

#[test]
fn small_medians_and_centers_are_proven_at_the_published_optimum() {
    let (Some(medians), Some(centers)) = (text("pmed/p-median-optima.csv"), text("pmed/kcenteropt.txt")) else {
        return;
    };
    let tables = [(Goal::Median, read_medians_best(&medians)), (Goal::Center, read_centers_best(&centers))];
    for (goal, table) in tables {
        let table = table.unwrap();
        for name in ["pmed1", "pmed2", "pmed3", "pmed4", "pmed5"] {
            let Some(text) = text(&format!("pmed/{name}.txt")) else { return };
            let instance = read_median(&text).unwrap();
            let problem = instance.problem(goal).unwrap();
            let plan = site(&problem, &Limits { rounds: 20, ..Limits::standard(1) }, &mut || false);
            assert_eq!(check_siting(&plan, &problem), vec![]);
            let best = table.iter().find(|(of, _)| of == name).unwrap().1;
            assert_eq!((plan.objective, plan.bound), (best, best), "{name} {goal:?}");
            // Lists of the nearest third give a bound that is no larger.
            let short = instance.problem_of_nearest(33, goal).unwrap();
            let short = site(&short, &Limits { rounds: 5, nodes_max: 100, ..Limits::standard(1) }, &mut || false);
            assert!(short.bound <= best, "{name} {goal:?}");
        }
    }
}

#[test]
fn a_located_plan_costs_the_published_optimum() {
    for name in ["cap71", "cap74"] {
        let (Some(file), Some(best)) = (text(&format!("cap/{name}.txt")), text(&format!("cap/{name}.txt.opt"))) else {
            return;
        };
        let problem = read_capacitated(&file, None).unwrap();
        let (_, best) = read_capacitated_best(&best, problem.clients_count()).unwrap();
        let plan = locate(&problem, &Limits { rounds: 5, ..Limits::standard(1) }, &mut || false);
        assert_eq!(check_location(&plan, &problem), vec![]);
        assert!((plan.cost - best).abs() < 0.01, "{name}: {} is not {best}", plan.cost);
        assert!(plan.gap() < 2e-7, "{name}: {}", plan.gap());
    }
}

#[test]
fn the_relaxation_of_a_knapsack_is_the_published_one_and_the_choice_near_the_best() {
    let (Some(file), Some(table)) = (text("mkp/mknapcb1.txt"), text("mkp/best-feasible-slns.txt")) else { return };
    let instances = read_knapsacks(&file).unwrap();
    assert_eq!((instances.len(), read_knapsacks_best(&table).unwrap().len()), (30, 270));
    let limits = knapsack::Limits { rounds: 3, children: 5_000, ..knapsack::Limits::standard(1) };
    let plan = choose(&instances[0].problem, &limits, &mut || false).unwrap();
    assert!((plan.relaxed - 24_585.9).abs() < 0.1, "{}", plan.relaxed);
    assert!(plan.value >= 24_300 && plan.value <= 24_381, "{}", plan.value);
}
