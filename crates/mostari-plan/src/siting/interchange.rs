//! Fast interchange for the p-median: which swap of an open site for a closed one saves most, kept up to date.
//!
//! # Source
//! Whitaker 1983, doi:10.1080/03155986.1983.11731889 (nearest and second nearest kept); Resende and Werneck 2007,
//! doi:10.1016/j.ejor.2005.11.018 (gain, loss and their overlap kept between swaps).

use super::served::Callers;
use crate::problem::siting::Siting;

/// No site.
const NOBODY: u32 = u32::MAX;

/// The nearest and second nearest open site of a client.
#[derive(Debug, Clone, Copy)]
struct Near {
    first: u32,
    first_travel: u32,
    second: u32,
    second_travel: u32,
}

/// Opening `opened` and closing `closed` saves `saving` (people x travel).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Swap {
    pub opened: u32,
    pub closed: u32,
    pub saving: i64,
}

/// A set of open sites and what every swap would save.
pub(super) struct Interchange<'a> {
    problem: &'a Siting,
    callers: &'a Callers,
    is_open: Vec<bool>,
    is_kept: Vec<bool>,
    open: Vec<u32>,
    near: Vec<Near>,
    cost: i64,
    /// What opening a closed site saves.
    gain: Vec<i64>,
    /// What closing an open site costs.
    loss: Vec<i64>,
    /// For a closed site: by how much `gain - loss` of a swap with this open site is too small.
    overlap: Vec<Vec<(u32, i64)>>,
    /// Clients touched by the swap in work.
    touched: Vec<u32>,
    is_touched: Vec<bool>,
}

impl<'a> Interchange<'a> {
    pub(super) fn new(problem: &'a Siting, callers: &'a Callers, open: &[u32]) -> Self {
        let (sites_count, clients_count) = (problem.reach().sites_count(), problem.reach().clients_count());
        let mut is_kept = vec![false; sites_count];
        problem.kept().iter().for_each(|site| is_kept[*site as usize] = true);
        let mut is_open = vec![false; sites_count];
        open.iter().for_each(|site| is_open[*site as usize] = true);
        let nobody = Near { first: NOBODY, first_travel: 0, second: NOBODY, second_travel: 0 };
        let mut made = Self {
            problem,
            callers,
            is_open,
            is_kept,
            open: open.to_vec(),
            near: vec![nobody; clients_count],
            cost: 0,
            gain: vec![0; sites_count],
            loss: vec![0; sites_count],
            overlap: vec![Vec::new(); sites_count],
            touched: Vec::new(),
            is_touched: vec![false; clients_count],
        };
        for client in 0..clients_count {
            made.near[client] = made.nearest(client);
            made.count(client, 1);
        }
        made
    }

    pub(super) fn cost(&self) -> i64 {
        self.cost
    }

    pub(super) fn open(&self) -> &[u32] {
        &self.open
    }

    pub(super) fn sites_count(&self) -> usize {
        self.gain.len()
    }

    pub(super) fn is_open(&self, site: u32) -> bool {
        self.is_open[site as usize]
    }

    pub(super) fn is_kept(&self, site: u32) -> bool {
        self.is_kept[site as usize]
    }

    /// The swap that saves most, the first of equal ones; `None` if nothing can be swapped.
    pub(super) fn best_swap(&self) -> Option<Swap> {
        let movable = |site: &&u32| !self.is_kept[**site as usize];
        let cheapest = self.open.iter().filter(movable).min_by_key(|site| (self.loss[**site as usize], **site))?;
        let loss_min = self.loss[*cheapest as usize];
        let mut best: Option<Swap> = None;
        for opened in (0..self.gain.len()).filter(|site| !self.is_open[*site]) {
            let mut swap = Swap { opened: opened as u32, closed: *cheapest, saving: self.gain[opened] - loss_min };
            for (closed, overlap) in &self.overlap[opened] {
                let saving = self.gain[opened] - self.loss[*closed as usize] + overlap;
                if saving > swap.saving && !self.is_kept[*closed as usize] {
                    swap = Swap { closed: *closed, saving, ..swap };
                }
            }
            if best.is_none_or(|best| swap.saving > best.saving) {
                best = Some(swap);
            }
        }
        best
    }

    /// The cost after the best swap that opens this closed site.
    pub(super) fn cost_of_opening(&self, opened: u32) -> u64 {
        let Some(closed) = self.best_to_close(opened) else { return u64::MAX };
        let overlap = self.overlap[opened as usize].iter().find(|(site, _)| *site == closed);
        let saving =
            self.gain[opened as usize] - self.loss[closed as usize] + overlap.map_or(0, |(_, overlap)| *overlap);
        (self.cost - saving) as u64
    }

    /// The site whose closing makes room for `opened` at the least cost; `None` if all are kept.
    pub(super) fn best_to_close(&self, opened: u32) -> Option<u32> {
        let overlap = |closed: u32| {
            let found = self.overlap[opened as usize].iter().find(|(site, _)| *site == closed);
            found.map_or(0, |(_, overlap)| *overlap)
        };
        let movable = self.open.iter().filter(|site| !self.is_kept[**site as usize]);
        movable.copied().min_by_key(|site| (self.loss[*site as usize] - overlap(*site), *site))
    }

    /// Opens a closed site and closes an open one.
    pub(super) fn swap(&mut self, opened: u32, closed: u32) {
        for caller in self.callers.of(opened) {
            if caller.travel < self.near[caller.client as usize].second_travel {
                self.touch(caller.client);
            }
        }
        for caller in self.callers.of(closed) {
            let near = self.near[caller.client as usize];
            if near.first == closed || near.second == closed {
                self.touch(caller.client);
            }
        }
        let touched = std::mem::take(&mut self.touched);
        touched.iter().for_each(|client| self.count(*client as usize, -1));
        (self.is_open[opened as usize], self.is_open[closed as usize]) = (true, false);
        let place = self.open.iter().position(|site| *site == closed).expect("an open site stands in the list");
        self.open[place] = opened;
        for client in &touched {
            self.near[*client as usize] = self.nearest(*client as usize);
            self.count(*client as usize, 1);
            self.is_touched[*client as usize] = false;
        }
        self.touched = touched;
        self.touched.clear();
    }

    fn touch(&mut self, client: u32) {
        if !std::mem::replace(&mut self.is_touched[client as usize], true) {
            self.touched.push(client);
        }
    }

    fn nearest(&self, client: usize) -> Near {
        let beyond = self.problem.reach().beyond(client);
        let mut open = self.problem.reach().legs(client).iter().filter(|leg| self.is_open[leg.site as usize]);
        let of = |leg: Option<&crate::problem::siting::Leg>| leg.map_or((NOBODY, beyond), |leg| (leg.site, leg.travel));
        let ((first, first_travel), (second, second_travel)) = (of(open.next()), of(open.next()));
        Near { first, first_travel, second, second_travel }
    }

    /// Adds (`sign` 1) or takes away (-1) what a client contributes to cost, gains, losses and overlaps.
    fn count(&mut self, client: usize, sign: i64) {
        let people = sign * i64::from(self.problem.people()[client]);
        let near = self.near[client];
        let [first, second] = [near.first_travel, near.second_travel].map(i64::from);
        self.cost += people * first;
        if near.first != NOBODY {
            self.loss[near.first as usize] += people * (second - first);
        }
        for leg in self.problem.reach().legs(client).iter().take_while(|leg| leg.travel < near.second_travel) {
            let site = leg.site as usize;
            if self.is_open[site] {
                continue;
            }
            let travel = i64::from(leg.travel);
            if travel < first {
                self.gain[site] += people * (first - travel);
            }
            if near.first != NOBODY {
                add(&mut self.overlap[site], near.first, people * (second - travel.max(first)));
            }
        }
    }
}

/// Adds to the entry of a site, which is made or dropped as it leaves or reaches 0.
fn add(overlaps: &mut Vec<(u32, i64)>, site: u32, amount: i64) {
    match overlaps.iter().position(|(of, _)| *of == site) {
        None if amount != 0 => overlaps.push((site, amount)),
        None => {}
        Some(place) => {
            overlaps[place].1 += amount;
            if overlaps[place].1 == 0 {
                overlaps.swap_remove(place);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{draws::Draws, served::plan_of};
    use super::*;
    use crate::problem::siting::{Goal, Leg, Reach};

    /// Random lists, some of them short, with ties.
    fn random(seed: u64) -> Siting {
        let mut draws = Draws::new(seed);
        let sites_count = 4 + draws.below(8);
        let lists = (0..5 + draws.below(12)).map(|_| {
            let listed: Vec<u32> = (0..sites_count as u32).filter(|_| !draws.once_in(3)).collect();
            let legs: Vec<Leg> = listed.iter().map(|site| Leg { travel: draws.below(9) as u32, site: *site }).collect();
            (legs, 9 + draws.below(4) as u32)
        });
        let lists: Vec<(Vec<Leg>, u32)> = lists.collect();
        let people = lists.iter().map(|_| draws.below(5) as u32).collect();
        Siting::new(Reach::from_lists(sites_count, lists).unwrap(), people, 3, vec![1], Goal::Median).unwrap()
    }

    #[test]
    fn every_swap_saves_what_it_said_and_the_best_one_is_the_best() {
        for seed in 0..60 {
            let problem = random(seed);
            let callers = Callers::within(problem.reach(), u32::MAX);
            let mut state = Interchange::new(&problem, &callers, &[0, 1, 2]);
            let mut draws = Draws::new(seed);
            for _ in 0..12 {
                let cost = |open: &[u32]| plan_of(&problem, open.to_vec()).objective as i64;
                assert_eq!(state.cost(), cost(state.open()));
                let best = state.best_swap().unwrap();
                let closed_sites: Vec<u32> =
                    (0..problem.reach().sites_count() as u32).filter(|site| !state.is_open(*site)).collect();
                for opened in &closed_sites {
                    for (place, closed) in state.open().iter().enumerate().filter(|(_, site)| **site != 1) {
                        let mut open = state.open().to_vec();
                        open[place] = *opened;
                        let saving = state.cost() - cost(&open);
                        assert!(saving <= best.saving, "seed {seed}: {opened} for {closed}");
                    }
                }
                let before = state.cost();
                state.swap(best.opened, best.closed);
                assert_eq!(before - state.cost(), best.saving, "seed {seed}");
                let opened = draws.one_of(&closed_sites);
                if !state.is_open(opened) {
                    let closed = state.best_to_close(opened).unwrap();
                    state.swap(opened, closed);
                }
            }
        }
    }
}
