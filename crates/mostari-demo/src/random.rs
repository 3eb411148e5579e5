//! A small seeded generator: the same seed gives the same world on every machine.

/// SplitMix64 (Steele, Lea, Flood 2014, doi:10.1145/2660193.2660195): 64 bits of state, good enough for made-up worlds.
#[derive(Debug, Clone)]
pub struct Random(u64);

impl Random {
    /// A generator for one purpose: the same seed and purpose give the same numbers, whatever else was drawn.
    pub fn new(seed: u64, purpose: &str) -> Self {
        let mixed = purpose
            .bytes()
            .fold(seed ^ 0x9E37_79B9_7F4A_7C15, |state, byte| (state ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3));
        Self(mixed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number in [0, 1).
    pub fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// A number in [low, high).
    pub fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }

    /// A whole number in `0..count`; `count` must be positive.
    pub fn below(&mut self, count: usize) -> usize {
        (self.unit() * count as f64) as usize
    }

    /// One of these.
    pub fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }

    /// True with this probability.
    pub fn chance(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// One of several with these weights.
    pub fn weighted<'a, T>(&mut self, from: &'a [(T, f64)]) -> &'a T {
        let total: f64 = from.iter().map(|(_, weight)| weight).sum();
        let mut left = self.unit() * total;
        for (item, weight) in from {
            left -= weight;
            if left < 0.0 {
                return item;
            }
        }
        &from[from.len() - 1].0
    }

    /// A count with about this mean: Poisson by multiplication below 30, else a rounded normal.
    pub fn count(&mut self, mean: f64) -> u64 {
        if mean < 30.0 {
            let limit = (-mean).exp();
            let mut product = self.unit();
            let mut count = 0;
            while product > limit {
                product *= self.unit();
                count += 1;
            }
            return count;
        }
        let normal: f64 = (0..12).map(|_| self.unit()).sum::<f64>() - 6.0;
        (mean + normal * mean.sqrt()).max(0.0).round() as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_and_purpose_give_the_same_numbers() {
        let draw = |seed, purpose| {
            (0..5).map(|_| 0).scan(Random::new(seed, purpose), |r, _: i32| Some(r.next())).collect::<Vec<_>>()
        };
        assert_eq!(draw(7, "roads"), draw(7, "roads"));
        assert_ne!(draw(7, "roads"), draw(8, "roads"));
        assert_ne!(draw(7, "roads"), draw(7, "names"));
    }

    #[test]
    fn counts_have_about_the_mean_that_was_asked_for() {
        let mut random = Random::new(1, "counts");
        for mean in [0.5, 5.0, 80.0] {
            let average = (0..4_000).map(|_| random.count(mean)).sum::<u64>() as f64 / 4_000.0;
            assert!((average / mean - 1.0).abs() < 0.1, "{mean}: {average}");
        }
    }
}
