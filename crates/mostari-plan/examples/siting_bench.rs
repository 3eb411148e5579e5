//! Solves siting instances and prints objective, bound, gap to the best known value, CPU seconds, and whether the
//! independent checker agrees. `cargo run --release -p mostari-plan --example siting_bench -- GOAL PATH SECONDS SEED`
//!
//! `GOAL` is `median`, `center` (files or a folder of `pmed*.txt`, with the tables of optima beside them),
//! `search` (p-median, search alone), `prices` (price of every closed site), `located` (files or a folder of
//! `cap*.txt`, with `.opt` beside them; `capa.txt` at each of its four capacities), or `large` (p-median of invented
//! points: instead of a path the number of points and of sites, as `20000x200`).

#![allow(clippy::unwrap_used, reason = "a benchmark may stop at what it does not expect")]

use mostari_plan::check::siting::{check_location, check_siting};
use mostari_plan::instances::{
    read_capacitated, read_capacitated_best, read_centers_best, read_median, read_medians_best,
};
use mostari_plan::problem::siting::{Goal, Siting, SitingPlan};
use mostari_plan::siting::{Limits, distance, forcing_prices, locate, nearest, search, site};
use std::path::{Path, PathBuf};

/// Seconds that this thread had a processor for, where the system tells.
fn cpu_seconds() -> f64 {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    told.split_whitespace().next().and_then(|word| word.parse::<f64>().ok()).map_or(f64::NAN, |ns| ns / 1e9)
}

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [goal, path, rest @ ..] = &words[..] else { panic!("GOAL PATH [SECONDS] [SEED]") };
    let number = |place: usize, otherwise: f64| rest.get(place).map_or(otherwise, |word| word.parse().unwrap());
    let (seconds, seed) = (number(0, 10.0), number(1, 1.0) as u64);
    match goal.as_str() {
        "located" => locate_all(Path::new(path), seconds, seed),
        "large" => large(path, seconds, seed),
        _ => site_all(goal, Path::new(path), seconds, seed),
    }
}

/// Graphs of the OR-Library.
fn site_all(goal: &str, path: &Path, seconds: f64, seed: u64) {
    let files = files(path, "pmed");
    let table =
        files[0].parent().unwrap().join(if goal == "center" { "kcenteropt.txt" } else { "p-median-optima.csv" });
    let table = std::fs::read_to_string(table).unwrap_or_default();
    let best = if goal == "center" { read_centers_best(&table) } else { read_medians_best(&table) }.unwrap();
    let (mut optimal, mut proven, mut slowest) = (0, 0, 0.0_f64);
    for file in &files {
        let name = file.file_stem().unwrap().to_str().unwrap();
        let best = best.iter().find(|(of, _)| of == name).map(|(_, best)| *best);
        let instance = read_median(&std::fs::read_to_string(file).unwrap()).unwrap();
        let problem = instance.problem(if goal == "center" { Goal::Center } else { Goal::Median }).unwrap();
        let begun = cpu_seconds();
        let plan = solve(goal, &problem, seconds, seed, best);
        let spent = cpu_seconds() - begun;
        slowest = slowest.max(spent);
        let violations = check_siting(&plan, &problem);
        let is_best = Some(plan.objective) == best;
        (optimal, proven) = (optimal + usize::from(is_best), proven + usize::from(plan.is_proven()));
        let best = best.map_or("unknown".to_owned(), |best| best.to_string());
        println!(
            "{name}: {} bound {} best known {best} gap {:.3} %, {spent:.3} CPU s, {}",
            plan.objective,
            plan.bound,
            100.0 * plan.gap(),
            if violations.is_empty() { "checked".to_owned() } else { format!("BROKEN {violations:?}") }
        );
        if goal == "prices" {
            print_prices(&problem, &plan, seconds, seed);
        }
    }
    println!("{optimal} of {} optimal, {proven} proven, slowest {slowest:.3} CPU s", files.len());
}

fn solve(goal: &str, problem: &Siting, seconds: f64, seed: u64, best: Option<u64>) -> SitingPlan {
    let begun = cpu_seconds();
    let mut stop = || cpu_seconds() - begun > seconds;
    if goal != "search" {
        return site(problem, &Limits::standard(seed), &mut stop);
    }
    // Rounds in slices, so that the time at which the best known value is met shows.
    for rounds in [0, 10, 30, 100, 300, 1_000, 3_000, 10_000, 100_000] {
        let plan = search(problem, seed, rounds, &mut stop);
        if Some(plan.objective) == best || cpu_seconds() - begun > seconds || rounds == 100_000 {
            return plan;
        }
    }
    unreachable!("the last slice returns")
}

fn print_prices(problem: &Siting, plan: &SitingPlan, seconds: f64, seed: u64) {
    let begun = cpu_seconds();
    let prices = forcing_prices(problem, plan, &Limits::standard(seed), &mut || cpu_seconds() - begun > seconds);
    let exact = prices.iter().filter(|price| price.is_exact()).count();
    let dearest = prices.iter().map(|price| price.found).max().unwrap_or(0);
    println!("  {exact} of {} prices exact, up to {dearest}, {:.3} CPU s", prices.len(), cpu_seconds() - begun);
}

/// Optimal costs of `capa` at its capacities, as the library's list of optima (`capopt`) states them.
const CAPA_BEST: [(f64, f64); 4] =
    [(8_000.0, 19_240_822.449), (10_000.0, 18_438_046.543), (12_000.0, 17_765_201.949), (14_000.0, 17_160_439.012)];

/// Sites with capacities.
fn locate_all(path: &Path, seconds: f64, seed: u64) {
    for file in files(path, "cap") {
        let name = file.file_stem().unwrap().to_str().unwrap();
        let text = std::fs::read_to_string(&file).unwrap();
        if name == "capa" {
            CAPA_BEST
                .iter()
                .for_each(|(capacity, best)| locate_one(name, &text, Some(*capacity), Some(*best), seconds, seed));
            continue;
        }
        let clients_count = read_capacitated(&text, None).unwrap().clients_count();
        let best = std::fs::read_to_string(file.with_extension("txt.opt")).ok();
        let best = best.map(|best| read_capacitated_best(&best, clients_count).unwrap().1);
        locate_one(name, &text, None, best, seconds, seed);
    }
}

fn locate_one(name: &str, text: &str, capacity: Option<f64>, best: Option<f64>, seconds: f64, seed: u64) {
    let problem = read_capacitated(text, capacity).unwrap();
    let begun = cpu_seconds();
    let plan = locate(&problem, &Limits::standard(seed), &mut || cpu_seconds() - begun > seconds);
    let spent = cpu_seconds() - begun;
    let violations = check_location(&plan, &problem);
    println!(
        "{name} {}: {:.3} bound {:.3} ({:.4} %), best known {:.3} gap {:.5} %, {} open, {spent:.3} CPU s, {}",
        capacity.map_or(String::new(), |capacity| capacity.to_string()),
        plan.cost,
        plan.bound,
        100.0 * plan.gap(),
        best.unwrap_or(f64::NAN),
        100.0 * best.map_or(f64::NAN, |best| (plan.cost - best) / best),
        plan.open.len(),
        if violations.is_empty() { "checked".to_owned() } else { format!("BROKEN {violations:?}") }
    );
}

/// The file itself, or those of a folder whose names begin so, in the order of their numbers.
fn files(path: &Path, start: &str) -> Vec<PathBuf> {
    if path.is_file() {
        return vec![path.to_owned()];
    }
    let entries = std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path());
    let named = entries.filter(|path| path.file_name().unwrap().to_str().unwrap().starts_with(start));
    let mut files: Vec<PathBuf> = named.filter(|path| path.extension().is_some_and(|end| end == "txt")).collect();
    files.sort_by_key(|path| {
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        (name.trim_start_matches(start).parse::<u32>().unwrap_or(0), name)
    });
    files
}

/// Invented points on a square of 100 km, in clusters and scattered, each with some people, each a possible site.
fn large(shape: &str, seconds: f64, seed: u64) {
    let (points_count, open_count) = shape.split_once('x').expect("`20000x200`");
    let (points_count, open_count): (usize, usize) = (points_count.parse().unwrap(), open_count.parse().unwrap());
    let begun = cpu_seconds();
    let (points, people) = invented(points_count, seed);
    // Where sites are few, the nearest open one is far down the list.
    let nearest_count = (6 * points_count / open_count).clamp(50, points_count);
    let reach = nearest(&points, &points, nearest_count);
    println!("{} legs after {:.2} CPU s", reach.legs_count(), cpu_seconds() - begun);
    let problem = Siting::new(reach, people.clone(), open_count, vec![], Goal::Median).unwrap();
    let plan = site(&problem, &Limits::standard(seed), &mut || cpu_seconds() - begun > seconds);
    let spent = cpu_seconds() - begun;
    let left = plan.serves.iter().filter(|site| site.is_none()).count();
    // The cost with all legs, listed or not: the bound holds for it too.
    let whole: u64 = points
        .iter()
        .zip(&people)
        .map(|(point, people)| {
            let distances = plan.open.iter().map(|site| distance(*point, points[*site as usize]));
            u64::from(*people) * u64::from(distances.min().unwrap())
        })
        .sum();
    println!(
        "{shape}: {whole} bound {} gap {:.3} %, {left} points beyond their lists, {spent:.2} CPU s, \
         {} violations, {} MB",
        plan.bound,
        100.0 * (whole - plan.bound) as f64 / whole as f64,
        check_siting(&plan, &problem).len(),
        memory_megabytes()
    );
}

fn invented(count: usize, seed: u64) -> (Vec<[f64; 2]>, Vec<u32>) {
    let mut state = seed;
    let mut draw = move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as f64 / f64::from(1_u32 << 31)
    };
    let towns: Vec<[f64; 2]> = (0..60).map(|_| [draw() * 1e5, draw() * 1e5]).collect();
    let mut one = || {
        let people = 1 + (draw() * 400.0) as u32;
        let town = towns[(draw() * 60.0) as usize];
        match draw() < 0.6 {
            true => ([town[0] + (draw() - draw()) * 8e3, town[1] + (draw() - draw()) * 8e3], people),
            false => ([draw() * 1e5, draw() * 1e5], people),
        }
    };
    (0..count).map(|_| one()).unzip()
}

/// Most memory that this process held.
fn memory_megabytes() -> u64 {
    let told = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = told.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or("0");
    line.split_whitespace().next().and_then(|word| word.parse::<u64>().ok()).unwrap_or(0) / 1000
}
