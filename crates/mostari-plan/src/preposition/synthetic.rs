//! Invented lands with floods and quakes, from a seed: for tests and benchmarks. No figure in them is of a real place.

use crate::problem::preposition::{Depot, Good, PrepositionProblem, Scenario};
use crate::synthetic::Draws;

/// How large an invented problem is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shape {
    /// Possible depots.
    pub depots: usize,
    /// Areas.
    pub areas: usize,
    /// Scenarios.
    pub scenarios: usize,
    /// Goods, 1 to 3.
    pub goods: usize,
    /// Weight of the worst scenarios.
    pub risk_weight: f64,
    /// Seed: another one is another problem of the same size.
    pub seed: u64,
}

/// Side of the square land, in kilometres.
const SIDE_KM: f64 = 300.0;
/// Speed of a convoy, in kilometres per hour.
const SPEED_KM_H: f64 = 35.0;
/// Goods that take longer than this do not count, in hours.
const TIME_LIMIT_H: f64 = 6.0;
/// Cost of one unit of volume over one kilometre.
const KM_COST: f64 = 0.4;
/// Goods: name, volume, cost, cost of a unit not met, units per person in need.
const GOODS: [(&str, f64, f64, f64, f64); 3] =
    [("shelter", 0.20, 60.0, 900.0, 0.20), ("water", 0.05, 12.0, 250.0, 0.9), ("medicine", 0.01, 40.0, 1_500.0, 0.05)];

/// An invented problem; the same for the same shape.
pub fn problem(shape: Shape) -> PrepositionProblem {
    let mut draws = Draws(shape.seed);
    let place = |draws: &mut Draws| (draws.between(0.0, SIDE_KM), draws.between(0.0, SIDE_KM));
    let depot_places: Vec<(f64, f64)> = (0..shape.depots).map(|_| place(&mut draws)).collect();
    let area_places: Vec<(f64, f64)> = (0..shape.areas).map(|_| place(&mut draws)).collect();
    let people: Vec<f64> = (0..shape.areas).map(|_| 2_000.0 * draws.between(0.0, 3.0).exp()).collect();
    let away = |a: (f64, f64), b: (f64, f64)| (a.0 - b.0).hypot(a.1 - b.1) * 1.3;
    let table = |factor: f64| {
        let row = |&depot: &(f64, f64)| area_places.iter().map(|&area| away(depot, area) * factor).collect();
        depot_places.iter().map(row).collect::<Vec<Vec<f64>>>()
    };
    let goods: Vec<Good> = GOODS[..shape.goods]
        .iter()
        .map(|&(id, unit_volume, stock_cost, ..)| Good { id: id.into(), unit_volume, stock_cost })
        .collect();
    let scenarios = (0..shape.scenarios)
        .map(|at| scenario(at, shape, &depot_places, &area_places, &people, &mut draws))
        .collect::<Vec<_>>();
    let volume = mean_volume(&scenarios, shape);
    let depots = (0..shape.depots)
        .map(|at| Depot {
            id: format!("depot-{at:02}"),
            opening_cost: volume * draws.between(6.0, 16.0),
            capacity_volume: volume * draws.between(0.15, 0.6),
        })
        .collect();
    let unmet_cost = GOODS[..shape.goods].iter().map(|&(.., unmet, _)| vec![unmet; shape.areas]).collect();
    PrepositionProblem {
        depots,
        goods,
        areas: (0..shape.areas).map(|at| format!("area-{at:03}")).collect(),
        transport_cost: table(KM_COST),
        travel_time_h: table(1.0 / SPEED_KM_H),
        time_limit_h: TIME_LIMIT_H,
        unmet_cost,
        scenarios,
        risk_weight: shape.risk_weight,
        tail_share: 0.1,
    }
}

/// One to three centres; need, losses and closed links fall off with distance from them.
fn scenario(
    at: usize,
    shape: Shape,
    depots: &[(f64, f64)],
    areas: &[(f64, f64)],
    people: &[f64],
    draws: &mut Draws,
) -> Scenario {
    let centres: Vec<(f64, f64, f64, f64)> = (0..1 + draws.below(3))
        .map(|_| {
            let (x, y) = (draws.between(0.0, SIDE_KM), draws.between(0.0, SIDE_KM));
            (x, y, draws.between(20.0, 90.0), draws.between(0.05, 0.5))
        })
        .collect();
    let force = |place: (f64, f64)| {
        let of = |&(x, y, reach_km, share): &(f64, f64, f64, f64)| {
            share * (-((place.0 - x).powi(2) + (place.1 - y).powi(2)) / (reach_km * reach_km)).exp()
        };
        centres.iter().map(of).sum::<f64>().min(0.9)
    };
    let hit: Vec<f64> = areas.iter().map(|&area| force(area)).collect();
    let demand = GOODS[..shape.goods]
        .iter()
        .map(|&(.., units)| {
            let need = |(hit, people): (&f64, &f64)| if *hit < 0.01 { 0.0 } else { (hit * people * units).round() };
            hit.iter().zip(people).map(need).collect()
        })
        .collect();
    let mut kept_shares = Vec::with_capacity(depots.len());
    let mut closed_links = Vec::new();
    for (depot, &place) in depots.iter().enumerate() {
        let lost = force(place);
        kept_shares.push(if draws.chance(lost) { 0.0 } else { 1.0 - (lost * 10.0).round() / 20.0 });
        for (area, &hit) in hit.iter().enumerate() {
            if hit > 0.01 && draws.chance(0.3 * hit) {
                closed_links.push((depot as u32, area as u32));
            }
        }
    }
    let probability = 1.0 / shape.scenarios as f64;
    Scenario { id: format!("scenario-{at:03}"), probability, demand, kept_shares, closed_links }
}

fn mean_volume(scenarios: &[Scenario], shape: Shape) -> f64 {
    let volume = |scenario: &Scenario| {
        let of = |(need, good): (&Vec<f64>, &(&str, f64, f64, f64, f64))| need.iter().sum::<f64>() * good.1;
        scenario.demand.iter().zip(&GOODS[..shape.goods]).map(of).sum::<f64>()
    };
    (scenarios.iter().map(volume).sum::<f64>() / scenarios.len() as f64).max(1.0)
}
