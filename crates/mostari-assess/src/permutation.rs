//! Conditional permutation: how often chance alone gives a local sum as far out as the one observed.

/// Permutations for each area: the usual number, which makes the smallest two-sided p-value 0.002.
pub const PERMUTATIONS: usize = 999;

/// SplitMix64 (Steele, Lea and Flood 2014, doi:10.1145/2660193.2660195): ten lines, the same numbers everywhere.
pub(crate) struct SplitMix(u64);

impl SplitMix {
    /// A stream for a name: FNV-1a of its bytes, so that an area draws the same whatever its position or thread.
    pub(crate) fn of(name: &str) -> Self {
        Self(
            name.bytes()
                .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)),
        )
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `bound`, each equally likely (Lemire 2019, doi:10.1145/3230636).
    fn below(&mut self, bound: u64) -> u64 {
        loop {
            let product = u128::from(self.next()) * u128::from(bound);
            if product as u64 >= bound.wrapping_neg() % bound {
                return (product >> 64) as u64;
            }
        }
    }
}

/// Two-sided pseudo p-value of the sum of an area's own value and those of its neighbours.
///
/// The own value stays; the `neighbours` others are drawn without replacement from the values of the other areas,
/// [`PERMUTATIONS`] times. With c draws at least as far out on the nearer side, p = min(1, 2 (c + 1) / (draws + 1)).
/// `name` seeds the draws, so that the result depends neither on the order of areas nor on threads.
///
/// # Source
/// Anselin 1995, doi:10.1111/j.1538-4632.1995.tb00338.x (conditional permutation); Davison and Hinkley 1997, 4.2 (the
/// added one).
pub fn two_sided_p(own: f64, neighbours: &[f64], others: &[f64], name: &str) -> f64 {
    let observed = own + neighbours.iter().sum::<f64>();
    let mut random = SplitMix::of(name);
    let mut pool = others.to_vec();
    let (mut larger, mut smaller) = (0, 0);
    for _ in 0..PERMUTATIONS {
        let mut sum = own;
        for drawn in 0..neighbours.len() {
            let pick = drawn + random.below((pool.len() - drawn) as u64) as usize;
            pool.swap(drawn, pick);
            sum += pool[drawn];
        }
        // Ties count on both sides: where most values are 0 they are no evidence of anything.
        larger += usize::from(sum >= observed);
        smaller += usize::from(sum <= observed);
    }
    let nearer = larger.min(smaller);
    (2.0 * (nearer + 1) as f64 / (PERMUTATIONS + 1) as f64).min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_generator_gives_the_published_numbers() {
        // First outputs of the reference implementation (Vigna, splitmix64.c) for the seed 1234567.
        let mut random = SplitMix(1_234_567);
        assert_eq!([random.next(), random.next()], [6_457_827_717_110_365_317, 3_203_168_211_198_807_973]);
    }

    #[test]
    fn the_largest_values_together_are_as_rare_as_the_draws_can_show() {
        let others: Vec<f64> = (0..40).map(f64::from).collect();
        assert_eq!(two_sided_p(50.0, &[37.0, 38.0, 39.0, 36.0, 35.0], &others, "A"), 0.002);
    }

    #[test]
    fn equal_values_are_no_evidence() {
        assert_eq!(two_sided_p(0.0, &[0.0, 0.0], &[0.0; 9], "A"), 1.0);
    }

    #[test]
    fn a_name_draws_the_same_every_time() {
        let others: Vec<f64> = (0..30).map(f64::from).collect();
        let p = || two_sided_p(3.0, &[20.0, 25.0], &others, "BIH-1");
        assert_eq!(p(), p());
        assert_ne!(p(), two_sided_p(3.0, &[20.0, 25.0], &others, "BIH-2"));
    }
}
