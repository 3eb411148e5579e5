//! Taking clients out of neighbouring routes: strings, and strings with a kept part in the middle.
//!
//! After Christiaens and Vanden Berghe 2020, doi:10.1287/trsc.2019.0914: few near routes each lose a run of clients near
//! each other, which leaves room in them at the same place.

use super::model::Model;
use super::random::Random;
use super::routes::{NONE, Routes};

/// Clients taken out in a step, on average.
const REMOVED_MEAN: f64 = 10.0;
/// The longest string.
const STRING_MAX: f64 = 10.0;
/// The share of strings with a kept part.
const SPLIT_SHARE: f64 = 0.5;
/// The chance that a kept part grows by one more client.
const GROW_SHARE: f64 = 0.01;

/// An upheaval takes no further route after this many clients.
const UPHEAVAL_ENOUGH: usize = 20;

/// Takes strings of clients near a random one out of their routes and lists them in `removed`; in an upheaval near routes
/// as a whole, so that their vehicles may change.
pub(crate) fn ruin(model: &Model, routes: &mut Routes, random: &mut Random, removed: &mut Vec<u32>, upheaval: bool) {
    let seed = model.depots + random.below(model.side - model.depots);
    let served = routes.routes.len();
    let vehicles: u32 = routes.used.iter().sum();
    if served == 0 || vehicles == 0 {
        return;
    }
    let mean = (model.side - model.depots) as f64 / f64::from(vehicles);
    let longest = STRING_MAX.min(mean).max(1.0);
    let strings_max = 4.0 * REMOVED_MEAN / (1.0 + longest) - 1.0;
    let strings = (random.share() * strings_max + 1.0) as usize;
    let mut ruined = 0;
    for near in 0..=model.neighbours[seed].len() {
        let at = if near == 0 { seed as u32 } else { model.neighbours[seed][near - 1] };
        let route = routes.nodes[at as usize].route;
        if route == NONE || routes.is_touched(route) {
            continue;
        }
        let count = routes.routes[route as usize].count as usize;
        let some = ((random.share() * longest.min(count as f64)) as usize + 1).min(count);
        let length = if upheaval { count } else { some };
        take(model, routes, random, at, length, removed);
        ruined += 1;
        if ruined == strings || (upheaval && removed.len() >= UPHEAVAL_ENOUGH) {
            break;
        }
    }
    for place in 0..routes.touched_count() {
        let route = routes.touched_at(place);
        if !routes.refresh(model, route) {
            dissolve(model, routes, route, removed);
        }
        super::kinds::downsize(model, routes, route);
    }
}

/// Takes all clients out of a route.
pub(crate) fn dissolve(model: &Model, routes: &mut Routes, route: u32, removed: &mut Vec<u32>) {
    let begun = removed.len();
    let state = routes.routes[route as usize];
    routes.collect(&state, removed);
    removed[begun..].iter().for_each(|&at| routes.unlink(model, at));
    routes.refresh(model, route);
}

fn take(model: &Model, routes: &mut Routes, random: &mut Random, at: u32, length: usize, removed: &mut Vec<u32>) {
    let node = routes.nodes[at as usize];
    let count = routes.routes[node.route as usize].count as usize;
    let mut kept = 0;
    if length > 1 && length < count && random.share() < SPLIT_SHARE {
        kept = 1;
        while length + kept < count && random.share() < GROW_SHARE {
            kept += 1;
        }
    }
    let whole = length + kept;
    let position = node.position as usize;
    let (low, high) = ((position + 1).saturating_sub(whole), position.min(count - whole));
    let start = low + random.below(high - low + 1);
    let mut now = at;
    for _ in start..position {
        now = routes.nodes[now as usize].before;
    }
    let skip = if kept > 0 { 1 + random.below(length - 1) } else { length };
    for place in 0..whole {
        let next = routes.nodes[now as usize].after;
        if place < skip || place >= skip + kept {
            routes.unlink(model, now);
            removed.push(now);
        }
        now = next;
    }
}
