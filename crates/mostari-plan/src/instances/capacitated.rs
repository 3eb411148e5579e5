//! Capacitated location instances of the OR-Library (Beasley 1988, doi:10.1016/0377-2217(88)90175-0).

use super::{InstanceError, words::Words};
use crate::problem::siting::CapacitatedLocation;

/// Reads `sites clients`, then `capacity opening-cost` a site, then for each client its demand and the cost of all of
/// it from each site.
///
/// The large files of the library have the word `capacity` in place of the number: `capacity` is what it stands for.
///
/// # Errors
/// [`InstanceError`] with the line, also where the word stands and `capacity` is `None`.
pub fn read_capacitated(text: &str, capacity: Option<f64>) -> Result<CapacitatedLocation, InstanceError> {
    let mut words = Words::new(text);
    let sites_count: usize = words.number("the number of sites")?;
    let clients_count: usize = words.number("the number of clients")?;
    let (mut capacities, mut opening_costs) = (Vec::new(), Vec::new());
    for _ in 0..sites_count {
        let expected = "a capacity (the word `capacity` only if a value for it is given)";
        let word = words.word(expected)?;
        let stated = if word == "capacity" { capacity } else { word.parse().ok() };
        capacities.push(stated.ok_or_else(|| words.wrong(word, expected))?);
        opening_costs.push(words.decimal("an opening cost")?);
    }
    let (mut demands, mut serving_costs) = (Vec::new(), Vec::new());
    for _ in 0..clients_count {
        demands.push(words.decimal("a demand")?);
        for _ in 0..sites_count {
            serving_costs.push(words.decimal("a cost of serving")?);
        }
    }
    words.end()?;
    Ok(CapacitatedLocation::new(capacities, opening_costs, demands, serving_costs)?)
}

/// Reads the best known answer: the site of each client, from 0, then the cost.
///
/// # Errors
/// [`InstanceError`] with the line.
pub fn read_capacitated_best(text: &str, clients_count: usize) -> Result<(Vec<u32>, f64), InstanceError> {
    let mut words = Words::new(text);
    let sites = words.numbers(clients_count, "the site of a client")?;
    let cost = words.decimal("the cost")?;
    words.end()?;
    Ok((sites, cost))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: &str = "2 1\ncapacity 7.\n5. 3\n4 10.5 11\n";

    #[test]
    fn the_word_capacity_is_replaced() {
        let problem = read_capacitated(SMALL, Some(8.0)).unwrap();
        assert_eq!((problem.capacities(), problem.opening_costs()), (&[8.0, 5.0][..], &[7.0, 3.0][..]));
        assert_eq!((problem.demands(), problem.serving_costs(0)), (&[4.0][..], &[10.5, 11.0][..]));
        let error = read_capacitated(SMALL, None).unwrap_err();
        assert!(matches!(error, InstanceError::Word { line: 2, .. }), "{error}");
    }

    #[test]
    fn too_little_capacity_is_refused() {
        let error = read_capacitated("1 1\n3 1\n4 1\n", None).unwrap_err();
        assert!(matches!(error, InstanceError::Siting(_)), "{error}");
    }

    #[test]
    fn the_best_known_answer_names_a_site_a_client() {
        assert_eq!(read_capacitated_best("1 0 12.5\n", 2).unwrap(), (vec![1, 0], 12.5));
        assert!(read_capacitated_best("1 12.5\n", 2).is_err());
    }
}
