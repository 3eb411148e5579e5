//! Boundaries small enough for a page: projected, put on a grid, and simplified border by border.
//!
//! Each border between two areas is simplified once and used by both, so that no gap opens between neighbours:
//! the idea of TopoJSON (Bostock 2012). Simplification is Visvalingam and Whyatt 1993, doi:10.1179/000870493786962263.

use geo::{BoundingRect, InteriorPoint, SimplifyVw};
use geo_types::{Coord, LineString, MultiPolygon};
use std::collections::BTreeMap;

/// A point of the grid. One step is a thousandth of the map's longer side.
type Node = (i32, i32);
type Ring = Vec<Node>;

/// Length of the longer side in grid steps: a third of a millimetre on a map of 30 cm.
const GRID: f64 = 1000.0;

/// Most points that all outlines together may keep; more than that makes a page heavy and no map clearer.
const POINTS_MAX: usize = 9_000;

/// Smallest triangle that is kept at first, in square grid steps: less than a printed hairline.
const TRIANGLE_FIRST: f64 = 2.0;

/// Boundaries on a common grid, `y` downwards.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Outlines {
    pub(crate) width: i32,
    pub(crate) height: i32,
    /// One for each shape that was given, in its order; `None` where there was no shape.
    pub(crate) areas: Vec<Option<Outline>>,
    /// Kilometres in a grid step along the middle parallel.
    pub(crate) km_per_step: f64,
}

/// One area.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Outline {
    /// SVG path data.
    pub(crate) path: String,
    /// Where a sign or a name stands, inside the area.
    pub(crate) anchor: Node,
    /// How much room there is at the anchor's height, in grid steps.
    pub(crate) room: i32,
}

impl Outlines {
    /// Projects and simplifies; `None` if there is no shape at all.
    pub(crate) fn of(shapes: &[Option<&MultiPolygon<f64>>]) -> Option<Self> {
        let projection = Projection::fit(shapes)?;
        let rings: Vec<Vec<Ring>> =
            shapes.iter().map(|shape| shape.map_or_else(Vec::new, |shape| projection.rings(shape))).collect();
        let simple = simplify(&rings);
        let outline = |(i, shape): (usize, &Option<&MultiPolygon<f64>>)| {
            let anchor = projection.node(inside(shape.as_ref()?)?);
            let (middle, room) = chord(&rings[i], anchor);
            Some(Outline { path: path(&simple[i]), anchor: (middle, anchor.1), room })
        };
        Some(Self {
            width: projection.width,
            height: projection.height,
            areas: shapes.iter().enumerate().map(outline).collect(),
            km_per_step: projection.km_per_step(),
        })
    }
}

/// Equirectangular, true to scale along the middle parallel: plain, and good enough for a country on half a page.
struct Projection {
    west: f64,
    north: f64,
    steps_per_x: f64,
    steps_per_y: f64,
    width: i32,
    height: i32,
    /// Whether the mission lies across the 180th meridian.
    wraps: bool,
}

impl Projection {
    fn fit(shapes: &[Option<&MultiPolygon<f64>>]) -> Option<Self> {
        let boxes = || shapes.iter().flatten().flat_map(|shape| &shape.0).filter_map(|p| p.bounding_rect());
        let west_east = |wraps: bool| {
            let ends = boxes().map(|b| (unwrapped(b.min().x, wraps), unwrapped(b.max().x, wraps)));
            ends.fold((f64::INFINITY, f64::NEG_INFINITY), |(w, e), (min, max)| (w.min(min), e.max(max)))
        };
        let wraps = { west_east(false).1 - west_east(false).0 } > 180.0;
        let (west, east) = west_east(wraps);
        let south = boxes().map(|b| b.min().y).reduce(f64::min)?;
        let north = boxes().map(|b| b.max().y).reduce(f64::max)?;
        let squeeze = ((south + north) / 2.0).to_radians().cos();
        let (wide, high) = ((east - west) * squeeze, north - south);
        let steps = GRID / wide.max(high);
        if !steps.is_finite() {
            return None;
        }
        let size = |length: f64| (length * steps).ceil() as i32;
        let (width, height) = (size(wide), size(high));
        Some(Self { west, north, steps_per_x: steps * squeeze, steps_per_y: steps, width, height, wraps })
    }

    fn node(&self, point: Coord<f64>) -> Node {
        let x = (unwrapped(point.x, self.wraps) - self.west) * self.steps_per_x;
        let y = (self.north - point.y) * self.steps_per_y;
        (x.round() as i32, y.round() as i32)
    }

    /// Open rings on the grid, without repeated points; those that collapse are left out.
    fn rings(&self, shape: &MultiPolygon<f64>) -> Vec<Ring> {
        let lines = shape.iter().flat_map(|polygon| std::iter::once(polygon.exterior()).chain(polygon.interiors()));
        let on_grid = |line: &LineString<f64>| {
            let mut ring: Ring = line.coords().map(|c| self.node(*c)).collect();
            ring.dedup();
            if ring.len() > 1 && ring.first() == ring.last() {
                ring.pop();
            }
            ring
        };
        lines.map(on_grid).filter(|ring| ring.len() > 2).collect()
    }

    fn km_per_step(&self) -> f64 {
        // Mean length of a degree of latitude, from the mean Earth radius of 6 371.0088 km (IUGG).
        const KM_PER_DEGREE: f64 = 111.195;
        KM_PER_DEGREE / self.steps_per_y
    }
}

fn unwrapped(longitude: f64, wraps: bool) -> f64 {
    if wraps && longitude < 0.0 { longitude + 360.0 } else { longitude }
}

fn inside(shape: &MultiPolygon<f64>) -> Option<Coord<f64>> {
    use geo::Area;
    let largest = shape.iter().max_by(|a, b| a.unsigned_area().total_cmp(&b.unsigned_area()))?;
    largest.interior_point().map(|point| point.0)
}

/// The stretch of the horizontal through a point that lies inside: its middle and its length.
fn chord(rings: &[Ring], at: Node) -> (i32, i32) {
    let mut crossings: Vec<i32> = Vec::new();
    for ring in rings {
        for (a, b) in edges(ring) {
            if (a.1 <= at.1) != (b.1 <= at.1) {
                let part = f64::from(at.1 - a.1) / f64::from(b.1 - a.1);
                crossings.push(a.0 + (f64::from(b.0 - a.0) * part).round() as i32);
            }
        }
    }
    crossings.sort_unstable();
    let pair = crossings.chunks_exact(2).find(|pair| pair[0] <= at.0 && at.0 <= pair[1]);
    pair.map_or((at.0, 0), |pair| ((pair[0] + pair[1]) / 2, pair[1] - pair[0]))
}

fn edges(ring: &[Node]) -> impl Iterator<Item = (Node, Node)> + '_ {
    ring.iter().copied().zip(ring.iter().copied().cycle().skip(1))
}

/// Simplifies all rings of all areas, coarser and coarser until they are few enough points.
fn simplify(areas: &[Vec<Ring>]) -> Vec<Vec<Ring>> {
    let neighbours = neighbours(areas);
    let mut triangle = TRIANGLE_FIRST;
    loop {
        let mut done = Borders { triangle, neighbours: &neighbours, simple: BTreeMap::new() };
        let simple: Vec<Vec<Ring>> = areas.iter().map(|rings| done.area(rings)).collect();
        let points: usize = simple.iter().flatten().map(Vec::len).sum();
        // Four points an area is as coarse as an outline can be.
        if points <= POINTS_MAX.max(4 * areas.len()) || triangle > GRID * GRID {
            return simple;
        }
        triangle *= 1.5;
    }
}

/// For each point the points next to it in any ring: more than two where borders meet.
fn neighbours(areas: &[Vec<Ring>]) -> BTreeMap<Node, Vec<Node>> {
    let mut neighbours: BTreeMap<Node, Vec<Node>> = BTreeMap::new();
    for (a, b) in areas.iter().flatten().flat_map(|ring| edges(ring)) {
        for (from, to) in [(a, b), (b, a)] {
            let of = neighbours.entry(from).or_default();
            if !of.contains(&to) {
                of.push(to);
            }
        }
    }
    neighbours
}

/// Borders simplified so far, by their points in their canonical direction.
struct Borders<'a> {
    triangle: f64,
    neighbours: &'a BTreeMap<Node, Vec<Node>>,
    simple: BTreeMap<Ring, Ring>,
}

impl Borders<'_> {
    /// The rings of an area. Islands too small to see are left out, but never the largest piece.
    fn area(&mut self, rings: &[Ring]) -> Vec<Ring> {
        let simple: Vec<Ring> = rings.iter().map(|ring| self.ring(ring)).filter(|ring| ring.len() > 2).collect();
        match simple.is_empty() {
            true => rings.iter().max_by_key(|ring| ring.len()).cloned().into_iter().collect(),
            false => simple,
        }
    }

    fn ring(&mut self, ring: &[Node]) -> Ring {
        let meets = |node: &Node| self.neighbours.get(node).is_some_and(|next| next.len() > 2);
        let starts: Vec<usize> = (0..ring.len()).filter(|i| meets(&ring[*i])).collect();
        let Some(first) = starts.first() else { return self.island(ring) };
        let mut simple = Ring::new();
        for (i, start) in starts.iter().enumerate() {
            let end = starts.get(i + 1).copied().unwrap_or(first + ring.len());
            let border: Ring = (*start..=end).map(|at| ring[at % ring.len()]).collect();
            let kept = self.border(border);
            simple.extend(&kept[..kept.len() - 1]);
        }
        simple
    }

    /// A ring that meets no other border, or is one whole border: starts at its least point, so that a hole and
    /// the area that fills it are simplified alike.
    fn island(&mut self, ring: &[Node]) -> Ring {
        let least = (0..ring.len()).min_by_key(|i| ring[*i]).unwrap_or(0);
        let closed: Ring = (least..=least + ring.len()).map(|at| ring[at % ring.len()]).collect();
        let mut kept = self.border(closed);
        kept.pop();
        kept
    }

    fn border(&mut self, border: Ring) -> Ring {
        let backwards: Ring = border.iter().rev().copied().collect();
        let reversed = backwards < border;
        let key = if reversed { backwards } else { border };
        let triangle = self.triangle;
        let mut kept = self.simple.entry(key).or_insert_with_key(|nodes| visvalingam(nodes, triangle)).clone();
        if reversed {
            kept.reverse();
        }
        kept
    }
}

fn visvalingam(nodes: &[Node], triangle: f64) -> Ring {
    let line: LineString<f64> = nodes.iter().map(|(x, y)| (f64::from(*x), f64::from(*y))).collect();
    line.simplify_vw(triangle).coords().map(|c| (c.x as i32, c.y as i32)).collect()
}

/// Relative path data: the shortest that SVG has.
fn path(rings: &[Ring]) -> String {
    let mut data = String::new();
    for ring in rings {
        let mut last = ring[0];
        data.push_str(&format!("M{} {}l", last.0, last.1));
        for (i, node) in ring[1..].iter().enumerate() {
            let (dx, dy) = (node.0 - last.0, node.1 - last.1);
            let blank = |number: i32, first: bool| if first || number < 0 { "" } else { " " };
            data.push_str(&format!("{}{dx}{}{dy}", blank(dx, i == 0), blank(dy, false)));
            last = *node;
        }
        data.push('z');
    }
    data
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo_types::polygon;

    /// Two areas that share a wavy border.
    fn neighbours_with_a_wavy_border() -> [MultiPolygon<f64>; 2] {
        let wave: Vec<(f64, f64)> = (0..=400).map(|i| (1.0 + 0.002 * f64::from(i % 2), f64::from(i) / 400.0)).collect();
        let mut west = vec![(0.0, 1.0), (0.0, 0.0)];
        west.extend(&wave);
        let mut east = vec![(2.0, 0.0), (2.0, 1.0)];
        east.extend(wave.iter().rev());
        [west, east].map(|ring| geo_types::Polygon::new(ring.into(), Vec::new()).into())
    }

    #[test]
    fn a_shared_border_is_the_same_on_both_sides() {
        let [west, east] = neighbours_with_a_wavy_border();
        let projection = Projection::fit(&[Some(&west), Some(&east)]).unwrap();
        let rings = [projection.rings(&west), projection.rings(&east)];
        let simple = simplify(&rings);
        let points = |area: usize| simple[area][0].iter().filter(|n| (400..600).contains(&n.0)).collect::<Vec<_>>();
        let mut east = points(1);
        east.reverse();
        assert_eq!(points(0), east);
        assert!(simple[0][0].len() < rings[0][0].len());
    }

    #[test]
    fn the_middle_parallel_keeps_its_shape() {
        // At 60 degrees north a degree of longitude is half a degree of latitude long.
        let square = polygon![(x: 0.0, y: 59.0), (x: 4.0, y: 59.0), (x: 4.0, y: 61.0), (x: 0.0, y: 61.0)].into();
        let outlines = Outlines::of(&[Some(&square)]).unwrap();
        assert_eq!((outlines.width, outlines.height), (1000, 1000));
    }

    #[test]
    fn a_mission_across_the_180th_meridian_is_one_map() {
        let west = polygon![(x: 178.0, y: 0.0), (x: 179.0, y: 0.0), (x: 179.0, y: 1.0), (x: 178.0, y: 1.0)].into();
        let east = polygon![(x: -179.0, y: 0.0), (x: -178.0, y: 0.0), (x: -178.0, y: 1.0), (x: -179.0, y: 1.0)].into();
        let outlines = Outlines::of(&[Some(&west), Some(&east)]).unwrap();
        let x = |i: usize| outlines.areas[i].as_ref().unwrap().anchor.0;
        assert!(x(0) < x(1));
        assert!(outlines.width > 900 && outlines.height < 300);
    }

    #[test]
    fn an_area_too_small_to_simplify_is_still_drawn() {
        let large = polygon![(x: 0.0, y: 0.0), (x: 10.0, y: 0.0), (x: 10.0, y: 10.0), (x: 0.0, y: 10.0)].into();
        let small = polygon![(x: 12.0, y: 0.0), (x: 12.03, y: 0.0), (x: 12.03, y: 0.03)].into();
        let outlines = Outlines::of(&[Some(&large), Some(&small)]).unwrap();
        assert!(outlines.areas[1].as_ref().unwrap().path.starts_with('M'));
    }

    #[test]
    fn without_shapes_there_is_no_map() {
        assert_eq!(Outlines::of(&[None, None]), None);
        assert_eq!(Outlines::of(&[]), None);
    }

    #[test]
    fn path_data_is_relative_and_short() {
        assert_eq!(path(&[vec![(5, 5), (15, 5), (15, 0)]]), "M5 5l10 0 0-5z");
    }
}
