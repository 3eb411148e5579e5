//! Search for the p-median: interchange until nothing saves, shaken and repeated (iterated local search).

use super::Stop;
use super::draws::Draws;
use super::interchange::Interchange;
use super::served::Callers;
use crate::problem::siting::Siting;

/// A shake swaps at most this many sites...
const SHAKEN_MAX: usize = 6;
/// ...and at most one in this many open ones, but may always swap two.
const SHAKEN_ONE_IN: usize = 8;

/// Shakes in vain before a worse plan is taken.
const PATIENCE: u64 = 60;
/// Shakes without a better plan before the best one is taken up again.
const RETURN_AFTER: u64 = 600;

/// Swaps while the best swap saves, and adds to `swaps` what was opened and closed, in order.
pub(super) fn descend(state: &mut Interchange<'_>, swaps: &mut Vec<(u32, u32)>, stop: Stop<'_>) {
    while let Some(best) = state.best_swap().filter(|best| best.saving > 0) {
        state.swap(best.opened, best.closed);
        swaps.push((best.opened, best.closed));
        if stop() {
            return;
        }
    }
}

/// The best sites that `rounds` shakes find from a start with the right number of open sites.
///
/// After many shakes in vain a worse plan is taken as it is, to leave the valley; after many more the best one again.
pub(super) fn search(
    problem: &Siting,
    callers: &Callers,
    start: &[u32],
    rounds: u64,
    draws: &mut Draws,
    stop: Stop<'_>,
) -> (Vec<u32>, u64) {
    let mut state = Interchange::new(problem, callers, start);
    let mut swaps = Vec::new();
    descend(&mut state, &mut swaps, stop);
    let mut best = (state.open().to_vec(), state.cost());
    let (mut stale, mut left_best) = (0, 0);
    for _ in 0..rounds {
        if stop() {
            break;
        }
        let before = state.cost();
        swaps.clear();
        shake(&mut state, &mut swaps, draws);
        descend(&mut state, &mut swaps, stop);
        (stale, left_best) = (stale + 1, left_best + 1);
        if state.cost() < best.1 {
            best = (state.open().to_vec(), state.cost());
            left_best = 0;
        }
        if state.cost() < before || (state.cost() > before && stale > PATIENCE) {
            stale = 0;
        } else if state.cost() > before {
            swaps.iter().rev().for_each(|(opened, closed)| state.swap(*closed, *opened));
        }
        if left_best > RETURN_AFTER && state.cost() > best.1 {
            state = Interchange::new(problem, callers, &best.0);
            (stale, left_best) = (0, 0);
        }
    }
    (best.0, best.1 as u64)
}

/// Opens random sites, each in place of a random one or of the one that is missed least.
fn shake(state: &mut Interchange<'_>, swaps: &mut Vec<(u32, u32)>, draws: &mut Draws) {
    let sites_count = state.sites_count();
    let most = (state.open().len() / SHAKEN_ONE_IN).clamp(2, SHAKEN_MAX);
    for _ in 0..1 + draws.below(most) {
        let opened = draws.below(sites_count) as u32;
        let random = draws.one_of(state.open());
        let closed = if draws.once_in(2) { state.best_to_close(opened) } else { Some(random) };
        let Some(closed) = closed.filter(|closed| !state.is_kept(*closed)) else { continue };
        if !state.is_open(opened) {
            state.swap(opened, closed);
            swaps.push((opened, closed));
        }
    }
}

/// Kept sites, then others one by one: each the one that saves most among a few drawn ones.
pub(super) fn start(problem: &Siting, callers: &Callers, draws: &mut Draws) -> Vec<u32> {
    let reach = problem.reach();
    let mut travel: Vec<u32> = (0..reach.clients_count()).map(|client| reach.beyond(client)).collect();
    let mut open: Vec<u32> = Vec::with_capacity(problem.open_count());
    let mut is_open = vec![false; reach.sites_count()];
    let mut kept = problem.kept().iter().copied();
    while open.len() < problem.open_count() {
        let site = kept.next().unwrap_or_else(|| saving_most(problem, callers, &is_open, &travel, draws));
        is_open[site as usize] = true;
        open.push(site);
        for caller in callers.of(site) {
            let nearest = &mut travel[caller.client as usize];
            *nearest = (*nearest).min(caller.travel);
        }
    }
    open
}

/// Of a few drawn closed sites the one whose opening saves most.
fn saving_most(problem: &Siting, callers: &Callers, is_open: &[bool], travel: &[u32], draws: &mut Draws) -> u32 {
    const DRAWN_COUNT: usize = 12;
    let closed: Vec<u32> = (0..is_open.len() as u32).filter(|site| !is_open[*site as usize]).collect();
    let saving = |site: u32| -> u64 {
        let saved = callers.of(site).iter().map(|caller| {
            let client = caller.client as usize;
            u64::from(problem.people()[client]) * u64::from(travel[client].saturating_sub(caller.travel))
        });
        saved.sum()
    };
    let drawn: Vec<u32> = (0..DRAWN_COUNT).map(|_| draws.one_of(&closed)).collect();
    drawn.into_iter().max_by_key(|site| (saving(*site), *site)).expect("some are drawn")
}
