//! Search for maximal covering with backup: the swap of an open site for a closed one that covers most, repeated and
//! shaken.

use super::Stop;
use super::draws::Draws;
use super::served::Callers;
use crate::problem::siting::{Goal, Siting};

/// How often each client is covered, and what opening each site would add.
struct Covering<'a> {
    problem: &'a Siting,
    callers: &'a Callers,
    radius: u32,
    /// What the first and the second covering site add for a person, in thousandths.
    adds: [i64; 2],
    is_open: Vec<bool>,
    is_kept: Vec<bool>,
    open: Vec<u32>,
    times: Vec<u32>,
    gain: Vec<i64>,
    covered: i64,
}

/// The best sites that `rounds` shakes find from a start with the right number of open sites, and the thousandths of
/// people that they cover. Ends early once `enough` is covered.
pub(super) fn search(
    problem: &Siting,
    callers: &Callers,
    start: &[u32],
    (rounds, enough): (u64, u64),
    draws: &mut Draws,
    stop: Stop<'_>,
) -> (Vec<u32>, u64) {
    let mut state = Covering::new(problem, callers, start);
    let mut swaps = Vec::new();
    state.descend(&mut swaps, stop);
    for _ in 0..rounds {
        if stop() || state.covered as u64 >= enough {
            break;
        }
        let before = state.covered;
        swaps.clear();
        state.shake(&mut swaps, draws);
        state.descend(&mut swaps, stop);
        if state.covered < before {
            swaps.iter().rev().for_each(|(opened, closed)| state.swap(*closed, *opened));
        }
    }
    (state.open.clone(), state.covered as u64)
}

/// Kept sites, then one by one the site that adds most.
pub(super) fn start(problem: &Siting, callers: &Callers) -> Vec<u32> {
    let mut state = Covering::new(problem, callers, problem.kept());
    while state.open.len() < problem.open_count() {
        let closed = (0..state.gain.len() as u32).filter(|site| !state.is_open[*site as usize]);
        let best = closed.max_by_key(|site| (state.gain[*site as usize], std::cmp::Reverse(*site)));
        state.open_site(best.expect("no more are opened than there are"));
    }
    state.open
}

impl<'a> Covering<'a> {
    fn new(problem: &'a Siting, callers: &'a Callers, open: &[u32]) -> Self {
        let Goal::Cover { radius, once_permille } = problem.goal() else {
            unreachable!("only covering problems are searched here")
        };
        let sites_count = problem.reach().sites_count();
        let mut is_kept = vec![false; sites_count];
        problem.kept().iter().for_each(|site| is_kept[*site as usize] = true);
        let once = i64::from(once_permille);
        let mut made = Self {
            problem,
            callers,
            radius,
            adds: [once, 1000 - once],
            is_open: vec![false; sites_count],
            is_kept,
            open: Vec::new(),
            times: vec![0; problem.reach().clients_count()],
            gain: vec![0; sites_count],
            covered: 0,
        };
        for client in 0..made.times.len() {
            made.count(client, 0, 1);
        }
        open.iter().for_each(|site| made.open_site(*site));
        made
    }

    /// What one more covering site adds for a person who is covered so often.
    fn adds(&self, times: u32) -> i64 {
        self.adds.get(times as usize).copied().unwrap_or(0)
    }

    /// Adds what a client that is covered so often contributes to the gains, or takes it away.
    fn count(&mut self, client: usize, times: u32, sign: i64) {
        let amount = sign * i64::from(self.problem.people()[client]) * self.adds(times);
        if amount != 0 {
            let legs = self.problem.reach().legs(client).iter();
            legs.take_while(|leg| leg.travel <= self.radius).for_each(|leg| self.gain[leg.site as usize] += amount);
        }
    }

    fn open_site(&mut self, site: u32) {
        let callers = self.callers;
        for caller in callers.of(site) {
            let (client, times) = (caller.client as usize, self.times[caller.client as usize]);
            self.covered += i64::from(self.problem.people()[client]) * self.adds(times);
            self.count(client, times, -1);
            self.count(client, times + 1, 1);
            self.times[client] = times + 1;
        }
        self.is_open[site as usize] = true;
        self.open.push(site);
    }

    fn close_site(&mut self, site: u32) {
        let callers = self.callers;
        for caller in callers.of(site) {
            let (client, times) = (caller.client as usize, self.times[caller.client as usize]);
            self.covered -= i64::from(self.problem.people()[client]) * self.adds(times - 1);
            self.count(client, times, -1);
            self.count(client, times - 1, 1);
            self.times[client] = times - 1;
        }
        self.is_open[site as usize] = false;
        let place = self.open.iter().position(|open| *open == site).expect("an open site stands in the list");
        self.open.swap_remove(place);
    }

    fn swap(&mut self, opened: u32, closed: u32) {
        self.close_site(closed);
        self.open_site(opened);
    }

    /// Takes each open site out in turn and puts the best one in its place, until none is better.
    fn descend(&mut self, swaps: &mut Vec<(u32, u32)>, stop: Stop<'_>) {
        let mut unchanged = 0;
        let mut turn = 0;
        while unchanged < self.open.len() && !stop() {
            // Sites move within the list as they are swapped; all have had their turn once nothing changed that long.
            turn = (turn + 1) % self.open.len();
            let closed = self.open[turn];
            unchanged += 1;
            if self.is_kept[closed as usize] {
                continue;
            }
            let before = self.covered;
            self.close_site(closed);
            let gain = |site: u32| self.gain[site as usize];
            let others = (0..self.gain.len() as u32).filter(|site| !self.is_open[*site as usize]);
            let best = others.max_by_key(|site| (gain(*site), *site == closed, std::cmp::Reverse(*site)));
            let opened = best.expect("the closed one at least");
            self.open_site(opened);
            // The list keeps its order but for the last place, so that every site gets its turn.
            let last = self.open.len() - 1;
            self.open.swap(turn, last);
            if self.covered > before {
                swaps.push((opened, closed));
                unchanged = 0;
            }
        }
    }

    fn shake(&mut self, swaps: &mut Vec<(u32, u32)>, draws: &mut Draws) {
        let most = (self.open.len() / 8).clamp(2, 6);
        for _ in 0..1 + draws.below(most) {
            let opened = draws.below(self.gain.len()) as u32;
            let closed = draws.one_of(&self.open);
            if !self.is_open[opened as usize] && !self.is_kept[closed as usize] {
                self.swap(opened, closed);
                swaps.push((opened, closed));
            }
        }
    }
}
