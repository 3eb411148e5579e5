//! Which area lies under a point: exactly, and mostly by one look into a table.
//!
//! The bounding box is cut into cells. A cell that no boundary crosses lies wholly in one area or in none, and says which.
//! A cell that boundaries cross keeps its edges and one reference point whose areas are known: an area's boundary is
//! crossed an odd number of times between there and the point exactly if one of the two lies inside. All decisions are made with
//! robust orientation (Shewchuk 1997, doi:10.1007/PL00009321), so the grid only saves time: the answer is that of the polygons.

use crate::AreaIndex;
use geo::{
    LinesIter,
    algorithm::kernels::{Kernel, Orientation, RobustKernel},
};
use geo_types::{Coord, MultiPolygon, Rect};
use rayon::prelude::*;

/// Cells for each boundary edge: enough that most points fall into a cell without a boundary.
const CELLS_PER_EDGE: usize = 16;
/// Fewest cells of a grid.
const CELLS_MIN: usize = 1 << 10;
/// Most cells of a grid: 4 MiB of table.
const CELLS_MAX: usize = 1 << 20;
/// An edge is listed in each cell that it comes this close to, in cell widths: far above the rounding of cell numbers.
const REACH_CELLS: f64 = 1e-6;
/// Edges flatter than this, in cell heights, are listed along their whole width: cutting them at row borders would round badly.
const FLAT_CELLS: f64 = 1e-3;
/// Cell without boundary that lies in no area.
const NOWHERE: u32 = u32::MAX;
/// Marks the cells that have boundaries; the other bits are the position of their [`Border`].
const BORDER: u32 = 1 << 31;

/// The areas of one level.
#[derive(Debug, Clone)]
pub(crate) struct Grid {
    bounds: Rect<f64>,
    cells_per_degree: Coord<f64>,
    columns: usize,
    rows: usize,
    /// Row by row: [`NOWHERE`], an area, or [`BORDER`] with the position of a border.
    cells: Vec<u32>,
    borders: Vec<Border>,
    claims: Vec<Claim>,
    listed: Vec<u32>,
    edges: Vec<Edge>,
}

#[derive(Debug, Clone, Copy)]
struct Edge {
    start: Coord<f64>,
    end: Coord<f64>,
    area: u32,
}

/// A cell that boundaries cross.
#[derive(Debug, Clone, Copy)]
struct Border {
    reference: Coord<f64>,
    claims: (u32, u32),
}

/// An area that may contain points of a cell.
#[derive(Debug, Clone, Copy)]
struct Claim {
    area: u32,
    contains_reference: bool,
    /// Span of [`Grid::listed`]; empty if the area contains the whole cell.
    listed: (u32, u32),
}

/// One row of cells while the grid is built; its positions count from the row's own start.
#[derive(Default)]
struct Row {
    cells: Vec<u32>,
    borders: Vec<Border>,
    claims: Vec<Claim>,
    listed: Vec<u32>,
}

impl Grid {
    /// Builds the grid of some areas with their valid shapes, in ascending order of area; `None` if there is no edge.
    pub(crate) fn new<'a>(shapes: impl Iterator<Item = (AreaIndex, &'a MultiPolygon<f64>)>) -> Option<Self> {
        let mut edges = Vec::new();
        for (area, shape) in shapes {
            let area = u32::try_from(area).expect("fewer than 2^31 areas");
            let lines = shape.lines_iter().filter(|line| line.start != line.end);
            edges.extend(lines.map(|line| Edge { start: line.start, end: line.end, area }));
        }
        let bounds = bounds_of(&edges)?;
        let (columns, rows) = dimensions(&bounds, edges.len());
        let cells_per_degree = Coord { x: columns as f64 / bounds.width(), y: rows as f64 / bounds.height() };
        let (borders, claims, listed) = (Vec::new(), Vec::new(), Vec::new());
        let cells = Vec::with_capacity(columns * rows);
        let mut grid = Self { bounds, cells_per_degree, columns, rows, cells, borders, claims, listed, edges };
        let crossed = grid.crossed_cells();
        let built: Vec<Row> = (0..rows).into_par_iter().map(|row| grid.build_row(row, &crossed)).collect();
        built.into_iter().for_each(|row| grid.append(row));
        Some(grid)
    }

    /// The first area that contains the point or touches it.
    pub(crate) fn locate(&self, point: Coord<f64>) -> Option<AreaIndex> {
        let (min, max) = (self.bounds.min(), self.bounds.max());
        let within = point.x >= min.x && point.x <= max.x && point.y >= min.y && point.y <= max.y;
        if !within {
            return None;
        }
        let cell = self.cells[self.row_of(point.y) * self.columns + self.column_of(point.x)];
        match cell {
            NOWHERE => None,
            area if area & BORDER == 0 => Some(area as AreaIndex),
            border => self.locate_near_border(&self.borders[(border & !BORDER) as usize], point),
        }
    }

    fn locate_near_border(&self, border: &Border, point: Coord<f64>) -> Option<AreaIndex> {
        let claims = &self.claims[border.claims.0 as usize..border.claims.1 as usize];
        let claim = claims.iter().find(|claim| {
            let mut inside = claim.contains_reference;
            for listed in &self.listed[claim.listed.0 as usize..claim.listed.1 as usize] {
                let edge = &self.edges[*listed as usize];
                if edge.touches(point) {
                    return true;
                }
                inside ^= edge.separates(point, border.reference);
            }
            inside
        });
        claim.map(|claim| claim.area as AreaIndex)
    }

    fn column_of(&self, longitude: f64) -> usize {
        // A float below 0 becomes 0, so that only the far end needs care.
        (((longitude - self.bounds.min().x) * self.cells_per_degree.x) as usize).min(self.columns - 1)
    }

    fn row_of(&self, latitude: f64) -> usize {
        (((latitude - self.bounds.min().y) * self.cells_per_degree.y) as usize).min(self.rows - 1)
    }

    /// Each cell with each edge that crosses it, ordered by cell, then edge (and thereby area).
    fn crossed_cells(&self) -> Vec<(u32, u32)> {
        let mut crossed: Vec<(u32, u32)> = self
            .edges
            .par_iter()
            .enumerate()
            .flat_map_iter(|(number, edge)| self.cells_of(edge).map(move |cell| (cell as u32, number as u32)))
            .collect();
        crossed.par_sort_unstable();
        crossed
    }

    fn cells_of(&self, edge: &Edge) -> impl Iterator<Item = usize> + '_ {
        let scaled = |point: Coord<f64>| Coord {
            x: (point.x - self.bounds.min().x) * self.cells_per_degree.x,
            y: (point.y - self.bounds.min().y) * self.cells_per_degree.y,
        };
        let (low, high) = match edge.start.y <= edge.end.y {
            true => (scaled(edge.start), scaled(edge.end)),
            false => (scaled(edge.end), scaled(edge.start)),
        };
        let flat = high.y - low.y < FLAT_CELLS;
        let x_at = move |y: f64| low.x + (high.x - low.x) * ((y - low.y) / (high.y - low.y)).clamp(0.0, 1.0);
        let number = |at: f64, count: usize| (at.max(0.0) as usize).min(count - 1);
        let rows = number(low.y - REACH_CELLS, self.rows)..=number(high.y + REACH_CELLS, self.rows);
        rows.flat_map(move |row| {
            let (from, to) = match flat {
                true => (low.x, high.x),
                false => (x_at(row as f64 - REACH_CELLS), x_at(row as f64 + 1.0 + REACH_CELLS)),
            };
            let first = number(from.min(to) - REACH_CELLS, self.columns);
            let last = number(from.max(to) + REACH_CELLS, self.columns);
            (first..=last).map(move |column| row * self.columns + column)
        })
    }

    /// Walks along a row from outside the bounding box, and keeps account of the areas that contain the reference point.
    fn build_row(&self, row: usize, crossed: &[(u32, u32)]) -> Row {
        let cell_at = |column: usize| (row * self.columns + column) as u32;
        let mut rest = crossed.partition_point(|(cell, _)| *cell < cell_at(0));
        let mut built = Row { cells: Vec::with_capacity(self.columns), ..Row::default() };
        let mut reference = self.centre(row, 0) - Coord { x: 2.0 / self.cells_per_degree.x, y: 0.0 };
        let mut before: &[(u32, u32)] = &[];
        let mut containing: Vec<u32> = Vec::new();
        for column in 0..self.columns {
            let count = crossed[rest..].iter().take_while(|(cell, _)| *cell == cell_at(column)).count();
            let here = &crossed[rest..rest + count];
            rest += count;
            let next = self.reference_in(row, column, here);
            for number in either(before, here) {
                let edge = &self.edges[number as usize];
                if edge.separates(reference, next) {
                    toggle(&mut containing, edge.area);
                }
            }
            built.push_cell(next, here, &containing, &self.edges);
            (reference, before) = (next, here);
        }
        built
    }

    fn centre(&self, row: usize, column: usize) -> Coord<f64> {
        self.at(row, column, 0.5, 0.5)
    }

    fn at(&self, row: usize, column: usize, across: f64, up: f64) -> Coord<f64> {
        let min = self.bounds.min();
        Coord {
            x: min.x + (column as f64 + across) / self.cells_per_degree.x,
            y: min.y + (row as f64 + up) / self.cells_per_degree.y,
        }
    }

    /// A point of the cell that lies on none of its edges: the centre, or the first of a fixed series that fits.
    fn reference_in(&self, row: usize, column: usize, here: &[(u32, u32)]) -> Coord<f64> {
        // Steps by the golden ratio and by the square root of two spread evenly and meet no straight line for long.
        let points = (0..).map(|step| {
            let step = f64::from(step);
            let spread = |by: f64| 0.1 + 0.8 * (0.5 + step * by).fract();
            self.at(row, column, spread(0.618_033_988_749_895), spread(0.414_213_562_373_095))
        });
        let free = |point: &Coord<f64>| here.iter().all(|(_, number)| !self.edges[*number as usize].touches(*point));
        points.take(here.len() * 4 + 4).find(free).expect("a straight edge holds at most a few points of the series")
    }

    fn append(&mut self, row: Row) {
        let (borders, claims, listed) = (self.borders.len() as u32, self.claims.len() as u32, self.listed.len() as u32);
        let moved = |(from, to): (u32, u32), by: u32| (from + by, to + by);
        let is_border = |cell: u32| cell != NOWHERE && cell & BORDER != 0;
        self.cells.extend(row.cells.iter().map(|cell| if is_border(*cell) { cell + borders } else { *cell }));
        self.borders.extend(row.borders.iter().map(|b| Border { claims: moved(b.claims, claims), ..*b }));
        self.claims.extend(row.claims.iter().map(|c| Claim { listed: moved(c.listed, listed), ..*c }));
        self.listed.extend(row.listed);
    }
}

impl Row {
    fn push_cell(&mut self, reference: Coord<f64>, here: &[(u32, u32)], containing: &[u32], edges: &[Edge]) {
        if here.is_empty() {
            self.cells.push(containing.first().copied().unwrap_or(NOWHERE));
            return;
        }
        let first_claim = self.claims.len() as u32;
        let mut whole = containing.iter().copied().peekable();
        for run in here.chunk_by(|a, b| edges[a.1 as usize].area == edges[b.1 as usize].area) {
            let area = edges[run[0].1 as usize].area;
            while let Some(earlier) = whole.next_if(|earlier| *earlier < area) {
                self.claims.push(Claim { area: earlier, contains_reference: true, listed: (0, 0) });
            }
            let contains_reference = whole.next_if_eq(&area).is_some();
            let start = self.listed.len() as u32;
            self.listed.extend(run.iter().map(|(_, number)| *number));
            self.claims.push(Claim { area, contains_reference, listed: (start, self.listed.len() as u32) });
        }
        self.claims.extend(whole.map(|area| Claim { area, contains_reference: true, listed: (0, 0) }));
        self.cells.push(BORDER | self.borders.len() as u32);
        self.borders.push(Border { reference, claims: (first_claim, self.claims.len() as u32) });
    }
}

impl Edge {
    fn side(&self, point: Coord<f64>) -> Orientation {
        RobustKernel::orient2d(self.start, self.end, point)
    }

    fn touches(&self, point: Coord<f64>) -> bool {
        let between = |a: f64, b: f64, at: f64| a.min(b) <= at && at <= a.max(b);
        between(self.start.x, self.end.x, point.x)
            && between(self.start.y, self.end.y, point.y)
            && self.side(point) == Orientation::Collinear
    }

    /// Whether the way from one point to the other crosses this edge. Neither point may lie on it.
    ///
    /// A vertex on the way counts as lying to its right, so that a way through a vertex crosses as often as one beside it.
    fn separates(&self, from: Coord<f64>, to: Coord<f64>) -> bool {
        let apart = |a: f64, b: f64, c: f64, d: f64| a.max(b) < c.min(d) || c.max(d) < a.min(b);
        if apart(self.start.x, self.end.x, from.x, to.x) || apart(self.start.y, self.end.y, from.y, to.y) {
            return false;
        }
        let left = |vertex| RobustKernel::orient2d(from, to, vertex) == Orientation::CounterClockwise;
        left(self.start) != left(self.end) && self.side(from) != self.side(to)
    }
}

fn toggle(containing: &mut Vec<u32>, area: u32) {
    match containing.binary_search(&area) {
        Ok(at) => drop(containing.remove(at)),
        Err(at) => containing.insert(at, area),
    }
}

/// The edges of two neighbouring cells, each once.
fn either<'a>(before: &'a [(u32, u32)], here: &'a [(u32, u32)]) -> impl Iterator<Item = u32> + 'a {
    let only_here = here.iter().filter(|(_, edge)| before.binary_search_by_key(edge, |(_, other)| *other).is_err());
    before.iter().chain(only_here).map(|(_, edge)| *edge)
}

fn bounds_of(edges: &[Edge]) -> Option<Rect<f64>> {
    let first = edges.first()?.start;
    let (mut min, mut max) = (first, first);
    for point in edges.iter().flat_map(|edge| [edge.start, edge.end]) {
        min = Coord { x: min.x.min(point.x), y: min.y.min(point.y) };
        max = Coord { x: max.x.max(point.x), y: max.y.max(point.y) };
    }
    let surface = max.x > min.x && max.y > min.y;
    (surface && min.x.is_finite() && min.y.is_finite() && max.x.is_finite() && max.y.is_finite())
        .then(|| Rect::new(min, max))
}

/// Columns and rows of nearly square cells.
fn dimensions(bounds: &Rect<f64>, edges: usize) -> (usize, usize) {
    let cells = (edges * CELLS_PER_EDGE).clamp(CELLS_MIN, CELLS_MAX) as f64;
    let columns = (cells * bounds.width() / bounds.height()).sqrt().clamp(1.0, cells);
    (columns.ceil() as usize, (cells / columns).ceil() as usize)
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo::Intersects;
    use geo_types::{LineString, Point, Polygon, polygon};
    use proptest::prelude::*;

    fn by_every_polygon(shapes: &[MultiPolygon<f64>], point: Coord<f64>) -> Option<AreaIndex> {
        shapes.iter().position(|shape| shape.intersects(&Point::from(point)))
    }

    fn grid_of(shapes: &[MultiPolygon<f64>]) -> Grid {
        Grid::new(shapes.iter().enumerate()).expect("the shapes have edges")
    }

    #[track_caller]
    fn check(shapes: &[MultiPolygon<f64>], point: (f64, f64), expect: Option<AreaIndex>) {
        assert_eq!(by_every_polygon(shapes, point.into()), expect, "by every polygon");
        assert_eq!(grid_of(shapes).locate(point.into()), expect, "by the grid");
    }

    fn two_squares() -> Vec<MultiPolygon<f64>> {
        let square = |x: f64| polygon![(x: x, y: 0.0), (x: x + 1.0, y: 0.0), (x: x + 1.0, y: 1.0), (x: x, y: 1.0)];
        vec![square(0.0).into(), square(1.0).into()]
    }

    #[test]
    fn a_point_inside_is_found() {
        check(&two_squares(), (0.3, 0.3), Some(0));
        check(&two_squares(), (1.7, 0.3), Some(1));
    }

    #[test]
    fn a_point_on_a_shared_border_goes_to_the_first_area() {
        check(&two_squares(), (1.0, 0.4), Some(0));
        check(&two_squares(), (1.0, 1.0), Some(0));
        check(&two_squares(), (2.0, 1.0), Some(1));
    }

    #[test]
    fn a_point_outside_is_in_no_area() {
        check(&two_squares(), (2.1, 0.5), None);
        check(&two_squares(), (1.0, -0.001), None);
        assert_eq!(grid_of(&two_squares()).locate((f64::NAN, 0.5).into()), None);
    }

    #[test]
    fn a_hole_belongs_to_the_enclave() {
        let ring = |a: f64, b: f64| LineString::from(vec![(a, a), (b, a), (b, b), (a, b), (a, a)]);
        let around = Polygon::new(ring(0.0, 3.0), vec![ring(1.0, 2.0)]);
        let enclave = Polygon::new(ring(1.0, 2.0), vec![]);
        let shapes = [around.clone().into(), enclave.into()];
        check(&shapes, (1.5, 1.5), Some(1));
        check(&shapes, (0.5, 1.5), Some(0));
        check(&[around.into()], (1.5, 1.5), None);
    }

    #[test]
    fn areas_that_overlap_go_in_their_order() {
        let square = polygon![(x: 0.5, y: 0.0), (x: 1.5, y: 0.0), (x: 1.5, y: 1.0), (x: 0.5, y: 1.0)];
        let shapes = [two_squares(), vec![square.into()]].concat();
        check(&shapes, (0.7, 0.5), Some(0));
        check(&shapes[1..], (0.7, 0.5), Some(1));
    }

    /// A star around a centre, which shares vertices on whole numbers with others: many degenerate cases.
    fn star(centre: (i32, i32), reach: &[u8]) -> MultiPolygon<f64> {
        let turn = std::f64::consts::TAU / reach.len() as f64;
        let point = |(i, r): (usize, &u8)| {
            let (sine, cosine) = (i as f64 * turn).sin_cos();
            let reach = f64::from(*r);
            ((f64::from(centre.0) + reach * cosine).round(), (f64::from(centre.1) + reach * sine).round())
        };
        Polygon::new(reach.iter().enumerate().map(point).collect(), vec![]).into()
    }

    proptest! {
        #[test]
        fn the_grid_answers_as_the_polygons_do(
            stars in prop::collection::vec(((0..40, 0..40), prop::collection::vec(6_u8..20, 5..12)), 1..6),
            points in prop::collection::vec((-10..60, -10..60), 40),
        ) {
            use geo::Validation;
            let shapes: Vec<_> = stars.iter().map(|(c, reach)| star(*c, reach)).filter(MultiPolygon::is_valid).collect();
            prop_assume!(!shapes.is_empty());
            let grid = grid_of(&shapes);
            for (x, y) in points {
                // Whole numbers lie on vertices and edges, halves and thirds beside them.
                for part in [0.0, 0.5, 1.0 / 3.0] {
                    let point = Coord { x: f64::from(x) + part, y: f64::from(y) + part };
                    prop_assert_eq!(grid.locate(point), by_every_polygon(&shapes, point), "{:?}", point);
                }
            }
        }
    }
}
