//! How often what goes wrong in a run. Each seed has its own weather: some see only crashes, some only refused calls,
//! some everything at once, so that no fault hides behind another.

use crate::random::Random;

/// Chances in ten thousand at each system call, and the habits of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Weather {
    /// That somebody else acts meanwhile.
    pub meanwhile: u64,
    /// That the machine stops.
    pub crash: u64,
    /// That the call fails.
    pub fault: u64,
    /// That what a crash would leave is looked at, without one.
    pub probe: u64,
    /// How many steps the run has.
    pub steps: u64,
    /// Entries of a large batch.
    pub large: u64,
    /// Bytes that an entry may have beyond what it says.
    pub filling: u64,
    /// Whether the log begins with nearly 65,536 entries.
    pub is_huge: bool,
    /// Whether a second writer may take the log.
    pub has_rival: bool,
    /// Whether somebody forges.
    pub has_forger: bool,
    /// Whether the witnesses also sign with ML-DSA-44.
    pub is_post_quantum: bool,
}

impl Weather {
    /// The weather of a run.
    pub fn draw(random: &mut Random) -> Self {
        let filling = if random.chance(1_000) { 20_000 } else { 60 };
        let mut sometimes = |often: u64, most: u64| if random.chance(often) { 1 + random.below(most) } else { 0 };
        Self {
            meanwhile: sometimes(6_000, 800),
            crash: sometimes(8_000, 250),
            fault: sometimes(5_000, 150),
            probe: sometimes(5_000, 150),
            steps: 12 + sometimes(10_000, 28),
            large: 2 + sometimes(4_000, 300),
            filling: sometimes(2_000, filling),
            is_huge: sometimes(20, 1) > 0,
            has_rival: sometimes(6_000, 1) > 0,
            has_forger: sometimes(5_000, 1) > 0,
            is_post_quantum: sometimes(100, 1) > 0,
        }
    }

    /// Nothing goes wrong any more.
    pub fn calm(self) -> Self {
        Self { meanwhile: 0, crash: 0, fault: 0, probe: 0, ..self }
    }
}
