//! False-discovery control.

/// Which hypotheses the Benjamini-Hochberg procedure rejects, at a false-discovery rate of `rate`.
///
/// Sorts the p-values, finds the largest rank k with p(k) <= k/m * `rate`, and rejects the k smallest.
///
/// # Source
/// Benjamini and Hochberg 1995, J. R. Stat. Soc. B 57(1), 289-300, doi:10.1111/j.2517-6161.1995.tb02031.x. Local
/// statistics of neighbours are positively dependent, for which the procedure still holds (Benjamini and Yekutieli
/// 2001, doi:10.1214/aos/1013699998); for local statistics: Caldas de Castro and Singer 2006,
/// doi:10.1111/j.0016-7363.2006.00682.x.
///
/// ```
/// assert_eq!(mostari_assess::rejected(&[0.04, 0.01, 0.9], 0.05), [false, true, false]);
/// ```
pub fn rejected(p_values: &[f64], rate: f64) -> Vec<bool> {
    let mut sorted = p_values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let count = sorted.len() as f64;
    let passes = |(rank, p): &(usize, &f64)| **p <= (*rank + 1) as f64 / count * rate;
    let threshold = sorted.iter().enumerate().filter(passes).map(|(_, p)| *p).next_back();
    p_values.iter().map(|p| threshold.is_some_and(|threshold| *p <= threshold)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The 15 p-values of the worked example in Benjamini and Hochberg 1995, section 3.2.
    const EXAMPLE: [f64; 15] = [
        0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590,
        1.0000,
    ];

    #[test]
    fn the_published_example_rejects_the_four_smallest() {
        assert_eq!(rejected(&EXAMPLE, 0.05).iter().filter(|r| **r).count(), 4);
    }

    #[test]
    fn a_larger_rank_that_passes_carries_smaller_ones_that_do_not() {
        assert_eq!(rejected(&[0.03, 0.04, 0.04], 0.05), [true, true, true]);
    }

    #[test]
    fn nothing_is_rejected_of_nothing() {
        assert!(rejected(&[], 0.05).is_empty());
    }
}
