//! p-median instances of the OR-Library: a road graph; every vertex is a client of one person and a possible site.

use super::{InstanceError, words::Words};
use crate::problem::siting::{Goal, Leg, Reach, Siting};

/// A graph as read, with the travel between all its vertices.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MedianInstance {
    /// How many vertices.
    pub vertices_count: usize,
    /// How many sites are to be open.
    pub open_count: usize,
    /// Travel from each vertex to each, a row a vertex.
    pub travel: Vec<u32>,
}

impl MedianInstance {
    /// The problem that seeks this goal.
    ///
    /// # Errors
    /// [`InstanceError::Siting`] if the number of sites does not fit.
    pub fn problem(&self, goal: Goal) -> Result<Siting, InstanceError> {
        let reach = Reach::from_matrix(self.vertices_count, &self.travel)?;
        Ok(Siting::new(reach, vec![1; self.vertices_count], self.open_count, Vec::new(), goal)?)
    }

    /// The same problem with only the nearest sites of each client listed.
    ///
    /// # Errors
    /// [`InstanceError::Siting`] if the number of sites does not fit.
    pub fn problem_of_nearest(&self, nearest_count: usize, goal: Goal) -> Result<Siting, InstanceError> {
        let lists = self.travel.chunks_exact(self.vertices_count).map(|row| {
            let mut legs: Vec<Leg> = row.iter().zip(0..).map(|(t, site)| Leg { travel: *t, site }).collect();
            legs.sort_unstable();
            legs.truncate(nearest_count);
            let beyond = legs.last().map_or(0, |leg| leg.travel);
            (legs, beyond)
        });
        let reach = Reach::from_lists(self.vertices_count, lists)?;
        Ok(Siting::new(reach, vec![1; self.vertices_count], self.open_count, Vec::new(), goal)?)
    }
}

/// Reads `vertices edges sites`, then one line `from to length` an edge.
///
/// The library's rule: an edge joins both ways, of edges between the same two vertices *the last one read* counts, and
/// the travel is the shortest path (Beasley 1990, doi:10.1057/jors.1990.166).
///
/// # Errors
/// [`InstanceError`] with the line; [`InstanceError::Unconnected`] if a vertex cannot reach another.
pub fn read_median(text: &str) -> Result<MedianInstance, InstanceError> {
    let mut words = Words::new(text);
    let vertices_count: usize = words.number("the number of vertices")?;
    let edges_count: usize = words.number("the number of edges")?;
    let open_count = words.number("the number of sites to open")?;
    let mut travel = vec![u64::MAX; vertices_count * vertices_count];
    for vertex in 0..vertices_count {
        travel[vertex * vertices_count + vertex] = 0;
    }
    for _ in 0..edges_count {
        let (from, to) = (vertex(&mut words, vertices_count)?, vertex(&mut words, vertices_count)?);
        let length: u32 = words.number("the length of an edge")?;
        if from != to {
            travel[from * vertices_count + to] = u64::from(length);
            travel[to * vertices_count + from] = u64::from(length);
        }
    }
    words.end()?;
    shortest(&mut travel, vertices_count);
    let narrow = |(position, travel): (usize, u64)| {
        let (from, to) = (position / vertices_count + 1, position % vertices_count + 1);
        u32::try_from(travel).map_err(|_| InstanceError::Unconnected { from, to })
    };
    let travel = travel.into_iter().enumerate().map(narrow).collect::<Result<_, _>>()?;
    Ok(MedianInstance { vertices_count, open_count, travel })
}

/// Reads `pmed1,5819` a line, below a heading.
///
/// # Errors
/// [`InstanceError`] with the line.
pub fn read_medians_best(text: &str) -> Result<Vec<(String, u64)>, InstanceError> {
    let rows = text.lines().zip(1..).skip(1).filter(|(row, _)| !row.trim().is_empty());
    rows.map(|(row, line)| {
        let wrong = || InstanceError::Word { line, found: row.to_owned(), expected: "`name,optimum`" };
        let (name, best) = row.split_once(',').ok_or_else(wrong)?;
        Ok((name.to_owned(), best.trim().parse().map_err(|_| wrong())?))
    })
    .collect()
}

/// Reads `pmed1 127` a line.
///
/// # Errors
/// [`InstanceError`] with the line.
pub fn read_centers_best(text: &str) -> Result<Vec<(String, u64)>, InstanceError> {
    let rows = text.lines().zip(1..).filter(|(row, _)| !row.trim().is_empty());
    rows.map(|(row, line)| {
        let wrong = || InstanceError::Word { line, found: row.to_owned(), expected: "`name radius`" };
        let (name, best) = row.trim().split_once(' ').ok_or_else(wrong)?;
        Ok((name.to_owned(), best.trim().parse().map_err(|_| wrong())?))
    })
    .collect()
}

fn vertex(words: &mut Words<'_>, vertices_count: usize) -> Result<usize, InstanceError> {
    let expected = "a vertex, from 1 to their number";
    let vertex: usize = words.number(expected)?;
    match (1..=vertices_count).contains(&vertex) {
        true => Ok(vertex - 1),
        false => Err(words.wrong(&vertex.to_string(), expected)),
    }
}

/// All shortest paths in place (Floyd 1962, doi:10.1145/367766.368168).
fn shortest(travel: &mut [u64], count: usize) {
    for via in 0..count {
        let through: Vec<u64> = travel[via * count..(via + 1) * count].to_vec();
        for row in travel.chunks_exact_mut(count) {
            let first = row[via];
            if first == u64::MAX {
                continue;
            }
            for (direct, second) in row.iter_mut().zip(&through) {
                *direct = (*direct).min(first.saturating_add(*second));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_edges_that_stand_twice_the_last_one_counts() {
        let read = read_median("3 4 1\n1 2 5\n2 3 7\n2 1 9\n3 3 4\n").unwrap();
        assert_eq!(read.travel, [0, 9, 16, 9, 0, 7, 16, 7, 0]);
    }

    #[test]
    fn what_is_wrong_is_named_with_its_line() {
        let fail = |text: &str| read_median(text).unwrap_err().to_string();
        assert_eq!(fail("2 1 1\n1 x 5\n"), "line 2: `x` where a vertex, from 1 to their number should stand");
        assert_eq!(fail("2 1 1\n1 3 5\n"), "line 2: `3` where a vertex, from 1 to their number should stand");
        assert_eq!(fail("2 1 1\n1 2\n"), "the file ends on line 2, where the length of an edge should follow");
        assert_eq!(fail("2 1 1\n1 2 5\n6\n"), "line 3: `6` follows the end of the instance");
        assert_eq!(fail("3 1 1\n1 2 5\n"), "place 1 cannot reach place 3");
    }

    #[test]
    fn best_values_are_read_by_name() {
        assert_eq!(read_medians_best("instance,optimum\npmed1,5819\n").unwrap(), [("pmed1".to_owned(), 5819)]);
        assert_eq!(read_centers_best("pmed1 127\n").unwrap(), [("pmed1".to_owned(), 127)]);
        assert_eq!(
            read_centers_best("pmed1\n").unwrap_err().to_string(),
            "line 1: `pmed1` where `name radius` should stand"
        );
    }
}
