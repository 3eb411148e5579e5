//! Does a plan of survey flights hold? Re-derives what looks are worth from every result and decision, and re-times
//! every flight.
//!
//! | code | rule |
//! | --- | --- |
//! | SRV-R01 | the plan has a figure for each look and a tour for each flight, of known looks |
//! | SRV-R02 | no look is taken twice, and no candidate is looked at twice |
//! | SRV-R03 | a flight takes looks of its kind only |
//! | SRV-R04 | the hours of a flight are as stated |
//! | SRV-R05 | no flight takes longer than it may |
//! | SRV-R06 | each look is worth what its results can change, with the chance that they do |
//! | SRV-R07 | tours and plan are worth what their looks are |
//! | SRV-R08 | the bound is not below the worth nor above certainty about all; the gap is theirs |

use crate::problem::Breach;
use crate::problem::survey::{Look, SurveyPlan, SurveyProblem};
use std::collections::BTreeSet;

/// Part by which two figures may differ.
const TOLERANCE: f64 = 1e-9;

/// Every rule that the plan breaks.
pub fn check(plan: &SurveyPlan, problem: &SurveyProblem) -> Vec<Breach> {
    let mut found = Vec::new();
    let is_known = plan.tours.iter().flat_map(|tour| &tour.looks).all(|&look| (look as usize) < problem.looks.len());
    if plan.looks.len() != problem.looks.len() || plan.tours.len() != problem.flights.len() || !is_known {
        found.push(Breach::new("SRV-R01", "", "figures are missing, or a look is unknown"));
        return found;
    }
    once(plan, problem, &mut found);
    flights(plan, problem, &mut found);
    for (at, look) in problem.looks.iter().enumerate() {
        information(plan, problem, at, look, &mut found);
    }
    worth(plan, problem, &mut found);
    found
}

fn is_same(a: f64, b: f64) -> bool {
    (a - b).abs() <= TOLERANCE * a.abs().max(b.abs()).max(1.0)
}

fn once(plan: &SurveyPlan, problem: &SurveyProblem, found: &mut Vec<Breach>) {
    let (mut looks, mut candidates) = (BTreeSet::new(), BTreeSet::new());
    for &at in plan.tours.iter().flat_map(|tour| &tour.looks) {
        let look = &problem.looks[at as usize];
        if !looks.insert(at) || !candidates.insert(look.candidate) {
            found.push(Breach::new("SRV-R02", &look.id, "this look, or one at the same candidate, is taken twice"));
        }
    }
}

fn flights(plan: &SurveyPlan, problem: &SurveyProblem, found: &mut Vec<Breach>) {
    for (flight, tour) in problem.flights.iter().zip(&plan.tours) {
        let ways = &problem.kinds[flight.kind as usize].travel_time_h;
        let mut stops = vec![flight.base];
        let mut hours = 0.0;
        for &at in &tour.looks {
            let look = &problem.looks[at as usize];
            if look.kind != flight.kind {
                found.push(Breach::new("SRV-R03", &flight.id, format!("`{}` is of another kind", look.id)));
                return;
            }
            stops.push(look.place);
            hours += look.hours;
        }
        stops.push(flight.base);
        if !tour.looks.is_empty() {
            hours += stops.windows(2).map(|way| ways[way[0] as usize][way[1] as usize]).sum::<f64>();
        }
        if !is_same(tour.hours, hours) {
            found.push(Breach::new("SRV-R04", &flight.id, format!("says {} hours, it is {hours}", tour.hours)));
        }
        if hours > flight.hours_max * (1.0 + TOLERANCE) {
            found.push(Breach::new("SRV-R05", &flight.id, format!("{hours} hours of {}", flight.hours_max)));
        }
    }
}

/// Both decisions after every result, with the chances of the states after it.
fn information(plan: &SurveyPlan, problem: &SurveyProblem, at: usize, look: &Look, found: &mut Vec<Breach>) {
    let candidate = &problem.candidates[look.candidate as usize];
    let funded = |chances: &[f64]| chances.iter().zip(&candidate.worth).map(|(c, w)| c * w).sum::<f64>();
    let now = funded(&candidate.chances);
    let (mut after, mut change) = (0.0, 0.0);
    for told in &look.results {
        let joint: Vec<f64> = candidate.chances.iter().zip(told).map(|(chance, told)| chance * told).collect();
        let result: f64 = joint.iter().sum();
        if result <= 0.0 {
            continue;
        }
        let then: Vec<f64> = joint.iter().map(|joint| joint / result).collect();
        let worth = funded(&then);
        after += result * worth.max(0.0);
        // A result after which both decisions are as good may count either way.
        let is_even = worth.abs() <= TOLERANCE * candidate.worth.iter().fold(1.0, |most: f64, w| most.max(w.abs()));
        if (worth > 0.0) != (now > 0.0) && !is_even {
            change += result;
        }
    }
    let said = &plan.looks[at];
    let worth = after - now.max(0.0);
    let scale = candidate.worth.iter().fold(1.0, |most: f64, worth| most.max(worth.abs()));
    if (said.worth - worth).abs() > TOLERANCE * scale || said.funds_now != (now > 0.0) {
        found.push(Breach::new("SRV-R06", &look.id, format!("says {said:?}, it is worth {worth}")));
    }
    if (said.change_chance - change).abs() > TOLERANCE && (said.worth > TOLERANCE * scale || change > 0.0) {
        let message = format!("says the decision changes with {}, it is {change}", said.change_chance);
        found.push(Breach::new("SRV-R06", &look.id, message));
    }
}

fn worth(plan: &SurveyPlan, problem: &SurveyProblem, found: &mut Vec<Breach>) {
    let mut all = 0.0;
    for (flight, tour) in problem.flights.iter().zip(&plan.tours) {
        let sum: f64 = tour.looks.iter().map(|&look| plan.looks[look as usize].worth).sum();
        if !is_same(tour.worth, sum) {
            found.push(Breach::new("SRV-R07", &flight.id, format!("says {}, it is {sum}", tour.worth)));
        }
        all += sum;
    }
    if !is_same(plan.worth, all) {
        found.push(Breach::new("SRV-R07", "", format!("says {}, it is {all}", plan.worth)));
    }
    let certain: f64 = problem
        .candidates
        .iter()
        .map(|candidate| {
            let states = || candidate.chances.iter().zip(&candidate.worth);
            let best: f64 = states().map(|(chance, worth)| chance * worth.max(0.0)).sum();
            best - states().map(|(chance, worth)| chance * worth).sum::<f64>().max(0.0)
        })
        .sum();
    let gap = if plan.worth > 0.0 { (plan.bound - plan.worth) / plan.worth } else { 0.0 };
    let is_between = plan.bound >= plan.worth - TOLERANCE * plan.worth && plan.bound <= certain * (1.0 + 1e-6) + 1e-6;
    if !is_between || !is_same(plan.gap, gap) {
        let message = format!("worth {}, bound {}, certainty {certain}, gap {}", plan.worth, plan.bound, plan.gap);
        found.push(Breach::new("SRV-R08", "", message));
    }
}
