//! What a fuzz target is, and how it runs for a moment as an ordinary test.

/// A reader of bytes that somebody else wrote.
pub struct Target {
    /// What `scripts/fuzz` calls it.
    pub name: &'static str,
    /// What is read, in a few words.
    pub about: &'static str,
    /// Good inputs to begin with.
    pub seeds: fn() -> Vec<Vec<u8>>,
    /// Reads the input; panics if a promise is broken.
    pub run: fn(&[u8]),
}

impl Target {
    /// Runs every seed, and `count` changed ones; the same ones every time.
    pub fn run_for_a_moment(&self, count: usize) {
        let seeds = (self.seeds)();
        seeds.iter().for_each(|seed| (self.run)(seed));
        let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
        for _ in 0..count {
            let mut input = seeds[dice.below(seeds.len())].clone();
            for _ in 0..=dice.below(3) {
                dice.change(&mut input, &seeds);
            }
            (self.run)(&input);
        }
    }
}

/// Numbers that look like chance and are the same every time (xorshift64).
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % (end.max(1) as u64)).expect("below a usize")
    }

    /// Flips, cuts, repeats, inserts, or joins with another seed.
    fn change(&mut self, input: &mut Vec<u8>, seeds: &[Vec<u8>]) {
        let at = self.below(input.len() + 1);
        let end = at + self.below(input.len() - at + 1).min(64);
        match self.below(7) {
            0 | 1 if at < input.len() => input[at] ^= 1 << self.below(8),
            2 if at < input.len() => input[at] = [0, b'\n', b' ', b'+', b'9', 0x80, 0xff][self.below(7)],
            3 => input.truncate(at),
            4 => drop(input.drain(at..end)),
            5 => {
                let part = input[at..end].to_vec();
                input.splice(at..at, part);
            }
            _ => {
                let other = &seeds[self.below(seeds.len())];
                let from = self.below(other.len() + 1);
                input.truncate(at);
                input.extend_from_slice(&other[from..]);
            }
        }
    }
}
