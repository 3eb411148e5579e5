//! Many choices at once: two of them are mixed, what does not fit is dropped by the prices of the relaxation, and the
//! child takes the place of the worst.
//!
//! # Source
//! Chu and Beasley 1998, doi:10.1023/A:1009642405419. We begin near the relaxation, climb from good children, and
//! begin anew around the best choice when all have become alike.

use super::packing::{Order, Packing};
use crate::siting::draws::Draws;

/// How many choices live at once.
const LIVING_COUNT: usize = 80;
/// Things changed at random in a child.
const CHANGED_COUNT: usize = 2;

/// Choices, each different.
pub(super) struct Population {
    living: Vec<Packing>,
    worst: usize,
    /// Children since one was worth living.
    stale: u64,
}

impl Population {
    /// Around a choice: some of its things near the edge are chosen otherwise.
    pub(super) fn around(order: &Order, centre: &Packing, core: &[usize], draws: &mut Draws) -> Self {
        let mut made = Self { living: vec![centre.clone()], worst: 0, stale: 0 };
        // Small problems do not have so many different choices.
        for _ in 0..LIVING_COUNT * 5 {
            if made.living.len() == LIVING_COUNT {
                break;
            }
            let mut chosen = centre.chosen().to_vec();
            let count = 3 + draws.below(core.len().max(1));
            (0..count).map(|_| draws.one_of(core)).for_each(|thing| chosen[thing] = !chosen[thing]);
            let child = Packing::repaired(order, &chosen);
            if !made.living.contains(&child) {
                made.living.push(child);
            }
        }
        made.find_worst();
        made
    }

    /// Whether nothing new came of many children.
    pub(super) fn is_spent(&self) -> bool {
        const PATIENCE: u64 = 60_000;
        self.stale > PATIENCE || self.living.len() < 4
    }

    /// One child; returns it if it is better than all before.
    pub(super) fn breed(
        &mut self,
        order: &Order,
        core: &[usize],
        best_value: u64,
        draws: &mut Draws,
    ) -> Option<Packing> {
        self.stale += 1;
        let (one, other) = (self.parent(draws), self.parent(draws));
        let (one, other) = (self.living[one].chosen(), self.living[other].chosen());
        let mut chosen = one.to_vec();
        let mut coins = 0_usize;
        for thing in 0..chosen.len() {
            if thing % 32 == 0 {
                coins = draws.below(1 << 32);
            }
            if coins >> (thing % 32) & 1 == 1 {
                chosen[thing] = other[thing];
            }
        }
        for _ in 0..CHANGED_COUNT {
            let thing = draws.below(chosen.len());
            chosen[thing] = !chosen[thing];
        }
        let mut child = Packing::repaired(order, &chosen);
        if child.value() <= self.living[self.worst].value() || self.is_known(&child) {
            return None;
        }
        child.climb(order, core);
        if self.is_known(&child) {
            return None;
        }
        self.stale = 0;
        self.living[self.worst] = child.clone();
        self.find_worst();
        (child.value() > best_value).then_some(child)
    }

    fn is_known(&self, child: &Packing) -> bool {
        self.living.iter().any(|one| one.value() == child.value() && one.chosen() == child.chosen())
    }

    /// The better of two.
    fn parent(&self, draws: &mut Draws) -> usize {
        let (a, b) = (draws.below(self.living.len()), draws.below(self.living.len()));
        if self.living[a].value() >= self.living[b].value() { a } else { b }
    }

    fn find_worst(&mut self) {
        let places = 0..self.living.len();
        self.worst = places.min_by_key(|place| self.living[*place].value()).expect("one lives at least");
    }
}
