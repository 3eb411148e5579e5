//! A row of districts with a river: the checker agrees with the rounds, says so of every rule that is broken, and closures
//! and caveats are never passed, whatever they are.

use super::*;
use crate::check::convoys::check_convoys;
use crate::problem::ground::Place;
use mostari_routing::engine::Iterations;
use proptest::prelude::*;

/// Eight areas in two rows of four, touching their neighbours; `north` above the upper, `south` above the lower row.
fn ground() -> Ground {
    let areas: Vec<String> = (0..8).map(|at| format!("a{at}")).collect();
    let place = |(at, area): (usize, &String)| Place {
        area: AreaId::new(area),
        name: area.to_uppercase(),
        longitude: 18.0 + 0.2 * (at % 4) as f64,
        latitude: 44.0 - 0.2 * (at / 4) as f64,
        people: Some(1_000),
    };
    let touches = |at: u32| {
        let beside = |other: &u32| *other / 4 == at / 4 && other.abs_diff(at) == 1;
        (0..8).filter(|other| beside(other) || other.abs_diff(at) == 4).collect()
    };
    let above =
        |(at, area): (usize, &String)| (AreaId::new(area), Some(AreaId::new(if at < 4 { "north" } else { "south" })));
    let mut parents: BTreeMap<AreaId, Option<AreaId>> = areas.iter().enumerate().map(above).collect();
    parents.extend(["north", "south"].map(|area| (AreaId::new(area), None)));
    Ground {
        places: areas.iter().enumerate().map(place).collect(),
        neighbours: (0..8).map(touches).collect(),
        parents,
        ..Ground::default()
    }
}

fn problem(text: &str) -> ConvoyProblem {
    let file: ConvoyFile = toml::from_str(text).unwrap();
    ConvoyProblem {
        ground: ground(),
        reader: Clearance::none(),
        label: Label::public(),
        currency: "EUR".parse().unwrap(),
        detour: 1.2,
        goods: file.goods,
        depots: file.depots,
        vehicles: priced(file.vehicles),
        demands: joined(file.demands),
        closed: file.closed,
    }
}

const FILE: &str = r#"
good = [{ id = "flour" }]
depot = [{ id = "d", area = "a0" }]
demand = [
    { area = "a3", goods = { flour = 10 } },
    { area = "a5", goods = { flour = 25 } },
    { area = "a7", goods = { flour = 10 } },
]
[[vehicle]]
id = "truck"
count = 3
depot = "d"
capacity = { flour = 20 }
speed_kmh = 40
hours_max = 12
cost_fixed = 10
cost_per_km = 1
cost_per_hour = 5
"#;

fn solved(problem: &ConvoyProblem) -> ConvoyPlan {
    solve(problem, 1, &mut Iterations(500)).unwrap()
}

fn codes(plan: &ConvoyPlan, problem: &ConvoyProblem) -> Vec<String> {
    let mut codes: Vec<String> = check_convoys(plan, problem).iter().map(|breach| breach.code.to_string()).collect();
    codes.sort();
    codes.dedup();
    codes
}

#[test]
fn what_is_too_much_for_one_vehicle_is_split_and_all_of_it_arrives() {
    let problem = problem(FILE);
    let plan = solved(&problem);
    assert_eq!(codes(&plan, &problem), Vec::<String>::new());
    assert!(plan.unserved.is_empty());
    let stops_at =
        |area: &str| plan.rounds.iter().flat_map(|it| &it.stops).filter(|it| it.area.as_str() == area).count();
    assert!(stops_at("a5") >= 2);
}

#[test]
fn every_rule_is_broken_once_and_named() {
    let problem = problem(FILE);
    let sound = solved(&problem);
    let check = |code: &str, change: &dyn Fn(&mut ConvoyPlan)| {
        let mut plan = sound.clone();
        change(&mut plan);
        assert!(codes(&plan, &problem).contains(&code.to_owned()), "{code}: {:?}", codes(&plan, &problem));
    };
    check("CNV-R01", &|plan| plan.rounds[0].number = 9);
    check("CNV-R01", &|plan| plan.rounds[0].vehicle = "cart".into());
    check("CNV-R02", &|plan| plan.rounds.iter_mut().for_each(|round| round.back_through.clear()));
    check("CNV-R05", &|plan| *plan.rounds[0].load.get_mut("flour").unwrap() += 1);
    check("CNV-R06", &|plan| plan.rounds[0].distance_m -= 500);
    check("CNV-R06", &|plan| plan.rounds[0].stops[0].after_s += 60);
    check("CNV-R06", &|plan| plan.rounds[0].cost += 1.0);
    check("CNV-R08", &|plan| {
        plan.rounds.pop();
    });
    check("CNV-R09", &|plan| plan.cost += 1.0);
    let against = |change: &dyn Fn(&mut ConvoyProblem)| {
        let mut other = problem.clone();
        change(&mut other);
        codes(&sound, &other)
    };
    let closed = Closed { area: Some("a3".into()), ..Closed::default() };
    assert_eq!(against(&|it| it.closed.push(closed.clone())), ["CNV-R03"]);
    let between = Closed { between: Some(["north".into(), "south".into()]), ..Closed::default() };
    assert_eq!(against(&|it| it.closed.push(between.clone())), ["CNV-R03"]);
    let caveat = NoEntry { id: "c".into(), areas: vec!["south".into()], label: "public".into() };
    assert_eq!(against(&|it| it.vehicles[0].caveats.push(caveat.clone())), ["CNV-R04"]);
    assert_eq!(against(&|it| it.vehicles[0].hours_max = Some(0.6)), ["CNV-R07"]);
    assert_eq!(against(&|it| it.vehicles[0].capacity = BTreeMap::new()), ["CNV-R05"]);
}

#[test]
fn a_closure_makes_a_detour_and_two_cut_off() {
    let mut problem = problem(FILE);
    problem.demands.retain(|demand| demand.area.as_str() == "a3");
    let straight = solved(&problem).rounds[0].distance_m;
    problem.closed.push(Closed { area: Some("a2".into()), ..Closed::default() });
    let round = solved(&problem);
    assert!(round.rounds[0].distance_m > straight);
    let through: Vec<&str> = round.rounds[0].stops[0].through.iter().map(AreaId::as_str).collect();
    assert!(through.contains(&"a6") && !through.contains(&"a2"), "{through:?}");
    problem.closed.push(Closed { between: Some(["a6".into(), "a7".into()]), ..Closed::default() });
    let none = solved(&problem);
    assert!(none.rounds.is_empty());
    assert_eq!(none.cost, 0.0);
    let [cut_off] = none.unserved.as_slice() else { panic!("{none:?}") };
    assert!(cut_off.reason.starts_with("the closure of"), "{}", cut_off.reason);
    assert_eq!(cut_off.changes.len(), 2, "either of the two would do: {:?}", cut_off.changes);
}

#[test]
fn where_nothing_is_the_only_reason_all_of_it_is() {
    let mut problem = problem(FILE);
    problem.demands.retain(|demand| demand.area.as_str() == "a3");
    for area in ["a2", "a6", "a7"] {
        problem.closed.push(Closed { area: Some(area.into()), ..Closed::default() });
    }
    problem.closed.push(Closed { area: Some("a3".into()), ..Closed::default() });
    let [cut_off] = solved(&problem).unserved.try_into().unwrap();
    assert_eq!(cut_off.reason, "what is closed and restrictions of contributors together leave no vehicle a way");
}

#[test]
fn what_does_not_pay_and_what_does_not_fit_say_what_would() {
    let mut costly = problem(FILE);
    costly.demands[0].worth = Some(20.0);
    let [left_out] = solved(&costly).unserved.try_into().unwrap();
    assert!(left_out.reason.ends_with("and is worth EUR 20.00"), "{}", left_out.reason);
    let mut few = problem(FILE);
    few.vehicles[0].count = 1;
    let plan = solved(&few);
    assert_eq!(codes(&plan, &few), Vec::<String>::new());
    let change =
        |it: &crate::problem::convoys::Unserved| it.changes.iter().any(|it| it.starts_with("one more `truck`: EUR "));
    assert!(!plan.unserved.is_empty() && plan.unserved.iter().all(change), "{:?}", plan.unserved);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn no_round_passes_what_is_closed_or_barred(
        closed in proptest::collection::btree_set(1..8_usize, 0..3),
        barred in proptest::collection::btree_set(1..8_usize, 0..4),
        amounts in proptest::collection::vec(0..40_i64, 8),
        count in 1..4_u32,
    ) {
        let mut problem = problem(FILE);
        let area = |at: &usize| AreaId::new(format!("a{at}"));
        let demand = |(at, amount): (usize, &i64)| Demand {
            area: area(&at), goods: BTreeMap::from([("flour".to_owned(), *amount)]), minutes: None, worth: None, source: String::new(),
        };
        problem.demands = joined(amounts.iter().enumerate().map(demand).collect());
        problem.closed = closed.iter().map(|at| Closed { area: Some(area(at)), ..Closed::default() }).collect();
        problem.vehicles[0].count = count;
        problem.vehicles[0].caveats =
            vec![NoEntry { id: "secret".into(), areas: barred.iter().map(area).collect(), label: "force".into() }];
        let plan = solve(&problem, 1, &mut Iterations(200)).unwrap();
        prop_assert_eq!(check_convoys(&plan, &problem), vec![]);
        let kept = serde_json::to_string(&(&plan, problem.as_seen())).unwrap();
        prop_assert!(!kept.contains("secret"));
        prop_assert_eq!(check_convoys(&plan, &problem.as_seen()), vec![]);
        let kept_out: Vec<AreaId> = closed.iter().chain(&barred).map(area).collect();
        for stop in plan.rounds.iter().flat_map(|round| &round.stops) {
            prop_assert!(!kept_out.contains(&stop.area));
        }
    }
}
