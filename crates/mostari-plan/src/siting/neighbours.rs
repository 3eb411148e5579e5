//! The nearest sites of points in the plane, for problems without a road network.

use crate::problem::siting::{Leg, Reach};

/// Straight distance in whole units of the coordinates, rounded to the nearest; at most `u32::MAX`.
pub fn distance(from: [f64; 2], to: [f64; 2]) -> u32 {
    let [east, north] = [from[0] - to[0], from[1] - to[1]];
    (east * east + north * north).sqrt().round() as u32
}

/// For each client its `count` nearest sites by straight [`distance`], and the last of these distances beyond them: a
/// bound on this problem is then also a bound on the problem with all distances.
///
/// Coordinates are planar (metres of a projection), finite.
pub fn nearest(clients: &[[f64; 2]], sites: &[[f64; 2]], count: usize) -> Reach {
    let grid = Grid::of(sites, count);
    let lists = clients.iter().map(|client| {
        let mut legs = grid.around(*client, sites, count.min(sites.len()));
        if legs.len() > count && count > 0 {
            legs.select_nth_unstable(count - 1);
        }
        legs.truncate(count);
        let beyond = legs.iter().map(|leg| leg.travel).max().unwrap_or(0);
        (legs, beyond)
    });
    Reach::from_lists(sites.len(), lists).expect("sites of the grid exist, each in one cell")
}

/// Sites in square cells.
struct Grid {
    low: [f64; 2],
    cell: f64,
    columns: usize,
    rows: usize,
    starts: Vec<usize>,
    sites: Vec<u32>,
}

impl Grid {
    /// Cells that hold about a sixteenth of `count` sites on average.
    fn of(points: &[[f64; 2]], count: usize) -> Self {
        let fold =
            |axis: usize, with: fn(f64, f64) -> f64, from: f64| points.iter().map(|point| point[axis]).fold(from, with);
        let low =
            [0, 1].map(|axis| fold(axis, f64::min, f64::INFINITY)).map(|low| if low.is_finite() { low } else { 0.0 });
        let high = [0, 1].map(|axis| fold(axis, f64::max, f64::NEG_INFINITY));
        let extent = [0, 1].map(|axis| (high[axis] - low[axis]).max(1e-9));
        let wanted = (points.len() as f64 * 16.0 / count.max(1) as f64).clamp(1.0, 1e6);
        let cell = (extent[0] * extent[1] / wanted).sqrt().max(extent[0].max(extent[1]) / 1_000.0);
        let [columns, rows] = extent.map(|extent| (extent / cell).floor() as usize + 1);
        let mut made = Self { low, cell, columns, rows, starts: vec![0; columns * rows + 1], sites: Vec::new() };
        let cells: Vec<usize> = points.iter().map(|point| made.cell_of(*point)).collect();
        cells.iter().for_each(|cell| made.starts[cell + 1] += 1);
        for cell in 0..columns * rows {
            made.starts[cell + 1] += made.starts[cell];
        }
        let mut next = made.starts.clone();
        made.sites = vec![0; points.len()];
        for (cell, site) in cells.into_iter().zip(0..) {
            made.sites[next[cell]] = site;
            next[cell] += 1;
        }
        made
    }

    /// Column and row of the cell of a point, or of the cell nearest to a point outside. No site is nearer to such a
    /// point than to its projection on the grid, so that rings around the cell are as good as rings around the point.
    fn place(&self, point: [f64; 2]) -> [isize; 2] {
        let counts = [self.columns, self.rows];
        [0, 1].map(|axis| {
            let cells = ((point[axis] - self.low[axis]) / self.cell).floor();
            cells.clamp(0.0, counts[axis] as f64 - 1.0) as isize
        })
    }

    fn cell_of(&self, point: [f64; 2]) -> usize {
        let [column, row] = self.place(point);
        row as usize * self.columns + column as usize
    }

    /// Sites in rings of cells around a point, until no site outside can be among the `count` nearest.
    fn around(&self, point: [f64; 2], sites: &[[f64; 2]], count: usize) -> Vec<Leg> {
        let [column, row] = self.place(point);
        let mut legs: Vec<Leg> = Vec::new();
        let mut ring = 0_isize;
        let mut enough = None;
        loop {
            for (at_column, at_row) in ring_of(column, row, ring) {
                let is_inside =
                    (0..self.columns as isize).contains(&at_column) && (0..self.rows as isize).contains(&at_row);
                if !is_inside {
                    continue;
                }
                let cell = at_row as usize * self.columns + at_column as usize;
                let held = &self.sites[self.starts[cell]..self.starts[cell + 1]];
                legs.extend(
                    held.iter().map(|site| Leg { travel: distance(point, sites[*site as usize]), site: *site }),
                );
            }
            if legs.len() == sites.len() {
                return legs;
            }
            // All sites within `ring` cells are seen. Once `count` lie within that distance, none outside is nearer.
            let seen = ring as f64 * self.cell;
            if legs.len() >= count && enough.is_none_or(|enough| seen >= enough) {
                let (_, last, _) = legs.select_nth_unstable(count.saturating_sub(1));
                // A site outside may round to the same distance.
                let last = f64::from(last.travel) + 1.0;
                if seen > last {
                    return legs;
                }
                enough = Some(last);
            }
            ring += 1;
        }
    }
}

/// The cells at this many steps from one, by columns or rows.
fn ring_of(column: isize, row: isize, ring: isize) -> impl Iterator<Item = (isize, isize)> {
    let sides = (-ring..=ring).flat_map(move |step| {
        let ends = [(column + step, row - ring), (column + step, row + ring)];
        let flanks = [(column - ring, row + step), (column + ring, row + step)];
        let flanks = if step.abs() == ring { [None, None] } else { flanks.map(Some) };
        ends.into_iter().take(if ring == 0 { 1 } else { 2 }).chain(flanks.into_iter().flatten())
    });
    sides.take(if ring == 0 { 1 } else { usize::MAX })
}

#[cfg(test)]
mod tests {
    use super::super::draws::Draws;
    use super::*;

    #[test]
    fn the_grid_finds_what_looking_at_all_sites_finds() {
        let mut draws = Draws::new(3);
        for round in 0..40 {
            let mut points = |count: usize| -> Vec<[f64; 2]> {
                (0..count).map(|_| [draws.below(200) as f64, draws.below(1 + round * 7) as f64]).collect()
            };
            let (clients, sites) = (points(20), points(1 + round * 3));
            let count = 1 + round % 9;
            let reach = nearest(&clients, &sites, count);
            for (client, point) in clients.iter().enumerate() {
                let legs = sites.iter().zip(0..).map(|(at, site)| Leg { travel: distance(*point, *at), site });
                let mut all: Vec<Leg> = legs.collect();
                all.sort_unstable();
                all.truncate(count);
                assert_eq!(reach.legs(client), all, "round {round}");
            }
        }
    }
}
