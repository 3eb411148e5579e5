//! Whether a polygon is valid by the OGC simple-features rules, and if not, why and where.
//!
//! The rules are those of OGC 06-103r4 section 6.1.11 as JTS and GEOS decide them: rings are simple; rings
//! of one polygon, and polygons of one multipolygon, touch in single points only and never cross; holes lie in
//! their shell and not in each other; the interior is connected. Repeated positions are allowed. Every decision
//! is made with exact orientation predicates. `geo::Validation` was measured and passed over: it compares every
//! segment with every other, misses spikes (a segment that runs back over the one before), does not ask whether the
//! interior is connected, and does not say where a fault lies.

use geo::{GeoNum, Kernel, Orientation};
use geo_types::{Coord, LineString, MultiPolygon, Polygon};
use std::{collections::BTreeMap, fmt};

/// What is wrong with a polygon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// A coordinate is not a number.
    NotANumber,
    /// A ring with fewer than three distinct corners.
    TooFewPoints,
    /// Two segments cross or lie on each other.
    SelfIntersection,
    /// A ring comes back to a point of itself.
    RingSelfIntersection,
    /// A hole that is not within its shell.
    HoleOutsideShell,
    /// A hole within another hole.
    NestedHoles,
    /// A polygon within another of the same multipolygon.
    NestedShells,
    /// Rings that touch so often that they cut the interior in two.
    DisconnectedInterior,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotANumber => "a coordinate that is not a number",
            Self::TooFewPoints => "a ring with fewer than three corners",
            Self::SelfIntersection => "a self-intersection",
            Self::RingSelfIntersection => "a ring that touches itself",
            Self::HoleOutsideShell => "a hole outside its shell",
            Self::NestedHoles => "a hole within a hole",
            Self::NestedShells => "a polygon within another",
            Self::DisconnectedInterior => "an interior cut in two",
        })
    }
}

/// The first fault of a multipolygon and the place where it shows, or `None` if it is valid.
///
/// An empty multipolygon is valid. The order of the checks is fixed, so that the same shape has the same fault.
pub(crate) fn fault(shape: &MultiPolygon<f64>) -> Option<(Fault, Coord<f64>)> {
    let rings = match rings(shape) {
        Ok(rings) => rings,
        Err(fault) => return Some(fault),
    };
    let touches = match touches(&rings) {
        Ok(touches) => touches,
        Err(fault) => return Some(fault),
    };
    misplaced_hole(&rings).or_else(|| nested_shell(&rings)).or_else(|| cut_interior(&touches))
}

/// A closed ring without repeated positions; the last position equals the first.
struct Ring {
    polygon: usize,
    is_shell: bool,
    points: Vec<Coord<f64>>,
    low: Coord<f64>,
    high: Coord<f64>,
}

fn rings(shape: &MultiPolygon<f64>) -> Result<Vec<Ring>, (Fault, Coord<f64>)> {
    let mut rings = Vec::new();
    for (polygon, part) in shape.0.iter().enumerate() {
        for (position, line) in all_rings(part).enumerate().filter(|(_, line)| !line.0.is_empty()) {
            if let Some(bad) = line.0.iter().find(|c| !c.x.is_finite() || !c.y.is_finite()) {
                return Err((Fault::NotANumber, *bad));
            }
            let mut points = line.0.clone();
            points.dedup();
            // Closed: three corners are four positions.
            if points.len() < 4 {
                return Err((Fault::TooFewPoints, points[0]));
            }
            let fold = |pick: fn(f64, f64) -> f64| {
                points.iter().copied().reduce(|a, b| Coord { x: pick(a.x, b.x), y: pick(a.y, b.y) })
            };
            let (low, high) = (fold(f64::min).unwrap_or(points[0]), fold(f64::max).unwrap_or(points[0]));
            rings.push(Ring { polygon, is_shell: position == 0, points, low, high });
        }
    }
    Ok(rings)
}

fn all_rings(polygon: &Polygon<f64>) -> impl Iterator<Item = &LineString<f64>> {
    std::iter::once(polygon.exterior()).chain(polygon.interiors())
}

/// A segment of a ring, with its position in it.
#[derive(Clone, Copy)]
struct Segment {
    ring: usize,
    at: usize,
    a: Coord<f64>,
    b: Coord<f64>,
}

impl Segment {
    fn x_range(&self) -> (f64, f64) {
        (self.a.x.min(self.b.x), self.a.x.max(self.b.x))
    }

    fn y_overlaps(&self, other: &Self) -> bool {
        self.a.y.min(self.b.y) <= other.a.y.max(other.b.y) && other.a.y.min(other.b.y) <= self.a.y.max(self.b.y)
    }
}

/// Where two segments meet.
#[derive(Debug, PartialEq)]
enum Meeting {
    None,
    /// They cross in their insides, or share more than a point.
    Crossing(Coord<f64>),
    /// They share one point, which is an end of at least one of them.
    Touch(Coord<f64>),
}

/// Rings of one polygon that touch each other, and in which point.
type Touches = Vec<(usize, usize, usize, Coord<f64>)>;

/// All points where rings of one polygon touch, or the first fault among the pairs of segments.
///
/// Segments are swept by x, so that only pairs whose x ranges overlap are looked at.
fn touches(rings: &[Ring]) -> Result<Touches, (Fault, Coord<f64>)> {
    let mut segments: Vec<Segment> = rings.iter().enumerate().flat_map(|(ring, r)| segments(ring, &r.points)).collect();
    segments.sort_by(|p, q| p.x_range().0.total_cmp(&q.x_range().0));
    let mut touches = Vec::new();
    // A crossing is the graver fault: a ring that touches itself is told only where nothing crosses.
    let mut self_touch = None;
    for (i, one) in segments.iter().enumerate() {
        let reach = one.x_range().1;
        for other in segments[i + 1..].iter().take_while(|other| other.x_range().0 <= reach) {
            if !one.y_overlaps(other) {
                continue;
            }
            let at = match meeting(one, other) {
                Meeting::None => continue,
                Meeting::Crossing(at) => return Err((Fault::SelfIntersection, at)),
                Meeting::Touch(at) => at,
            };
            if one.ring == other.ring {
                if !are_neighbours(one, other, rings[one.ring].points.len() - 1) {
                    self_touch.get_or_insert((Fault::RingSelfIntersection, at));
                }
            } else if cross_at(&rings[one.ring], one, &rings[other.ring], other, at) {
                return Err((Fault::SelfIntersection, at));
            } else if rings[one.ring].polygon == rings[other.ring].polygon {
                touches.push((rings[one.ring].polygon, one.ring, other.ring, at));
            }
        }
    }
    self_touch.map_or(Ok(touches), Err)
}

fn segments(ring: usize, points: &[Coord<f64>]) -> impl Iterator<Item = Segment> {
    points.windows(2).enumerate().map(move |(at, ends)| Segment { ring, at, a: ends[0], b: ends[1] })
}

/// Whether one segment of a ring follows the other.
fn are_neighbours(one: &Segment, other: &Segment, count: usize) -> bool {
    let apart = one.at.abs_diff(other.at);
    apart == 1 || apart == count - 1
}

fn turn(a: Coord<f64>, b: Coord<f64>, c: Coord<f64>) -> Orientation {
    <f64 as GeoNum>::Ker::orient2d(a, b, c)
}

fn meeting(p: &Segment, q: &Segment) -> Meeting {
    use Orientation::Collinear;
    let (qa, qb) = (turn(p.a, p.b, q.a), turn(p.a, p.b, q.b));
    let (pa, pb) = (turn(q.a, q.b, p.a), turn(q.a, q.b, p.b));
    if qa == Collinear && qb == Collinear {
        return meeting_on_one_line(p, q);
    }
    let touch = |turn: Orientation, end: Coord<f64>, of: &Segment| turn == Collinear && is_between(of, end);
    for (found, end) in
        [(touch(qa, q.a, p), q.a), (touch(qb, q.b, p), q.b), (touch(pa, p.a, q), p.a), (touch(pb, p.b, q), p.b)]
    {
        if found {
            return Meeting::Touch(end);
        }
    }
    let is_proper = [qa, qb, pa, pb].iter().all(|turn| *turn != Collinear) && qa != qb && pa != pb;
    if is_proper { Meeting::Crossing(crossing_point(p, q)) } else { Meeting::None }
}

/// Whether a point on the line of a segment lies on the segment.
fn is_between(s: &Segment, c: Coord<f64>) -> bool {
    let within = |a: f64, b: f64, c: f64| a.min(b) <= c && c <= a.max(b);
    within(s.a.x, s.b.x, c.x) && within(s.a.y, s.b.y, c.y)
}

fn meeting_on_one_line(p: &Segment, q: &Segment) -> Meeting {
    let order = |c: &Coord<f64>, d: &Coord<f64>| c.x.total_cmp(&d.x).then(c.y.total_cmp(&d.y));
    let mut shared: Vec<Coord<f64>> = [p.a, p.b].into_iter().filter(|c| is_between(q, *c)).collect();
    shared.extend([q.a, q.b].into_iter().filter(|c| is_between(p, *c)));
    shared.sort_by(order);
    shared.dedup();
    match shared.as_slice() {
        [] => Meeting::None,
        [one] => Meeting::Touch(*one),
        [first, ..] => Meeting::Crossing(*first),
    }
}

/// Where two segments cross, to the precision of the message.
fn crossing_point(p: &Segment, q: &Segment) -> Coord<f64> {
    let (u, v, w) = (p.b - p.a, q.b - q.a, q.a - p.a);
    let share = (w.x * v.y - w.y * v.x) / (u.x * v.y - u.y * v.x);
    if share.is_finite() { p.a + u * share.clamp(0.0, 1.0) } else { p.a }
}

/// Whether two rings cross in a point that they share, rather than touch there.
fn cross_at(ring: &Ring, p: &Segment, other: &Ring, q: &Segment, at: Coord<f64>) -> bool {
    let (p0, p1) = around(ring, p, at);
    let (q0, q1) = around(other, q, at);
    let side = |c| is_in_sector(at, p0, p1, c);
    side(q0) != side(q1)
}

/// The positions before and after a point of a ring that lies on this segment.
fn around(ring: &Ring, s: &Segment, at: Coord<f64>) -> (Coord<f64>, Coord<f64>) {
    let count = ring.points.len() - 1;
    if at == s.a {
        (ring.points[(s.at + count - 1) % count], s.b)
    } else if at == s.b {
        (s.a, ring.points[(s.at + 2) % count])
    } else {
        (s.a, s.b)
    }
}

/// Whether the direction from `at` to `c` lies in the sector swept counter-clockwise from `from` to `to`.
fn is_in_sector(at: Coord<f64>, from: Coord<f64>, to: Coord<f64>, c: Coord<f64>) -> bool {
    use Orientation::CounterClockwise;
    let left_of_from = turn(at, from, c) == CounterClockwise;
    let right_of_to = turn(at, c, to) == CounterClockwise;
    match turn(at, from, to) {
        CounterClockwise => left_of_from && right_of_to,
        _ => left_of_from || right_of_to,
    }
}

/// Where a position stands to a ring.
#[derive(PartialEq)]
enum Place {
    Inside,
    Outside,
    On,
}

fn place(ring: &Ring, c: Coord<f64>) -> Place {
    if c.x < ring.low.x || c.x > ring.high.x || c.y < ring.low.y || c.y > ring.high.y {
        return Place::Outside;
    }
    let mut is_inside = false;
    for s in segments(0, &ring.points) {
        let side = turn(s.a, s.b, c);
        if side == Orientation::Collinear && is_between(&s, c) {
            return Place::On;
        }
        // A ray to the east counts the segments that it passes from one side to the other.
        if (s.a.y > c.y) != (s.b.y > c.y) && (side == Orientation::CounterClockwise) == (s.b.y > s.a.y) {
            is_inside = !is_inside;
        }
    }
    if is_inside { Place::Inside } else { Place::Outside }
}

/// Where a ring that does not cross another stands to it, and a position that shows it.
fn ring_place(inner: &Ring, outer: &Ring) -> (Place, Coord<f64>) {
    let decided = inner.points.iter().map(|c| (place(outer, *c), *c)).find(|(place, _)| *place != Place::On);
    decided.unwrap_or((Place::On, inner.points[0]))
}

fn misplaced_hole(rings: &[Ring]) -> Option<(Fault, Coord<f64>)> {
    let mut shell = None;
    for (i, ring) in rings.iter().enumerate() {
        if ring.is_shell {
            shell = Some(ring);
            continue;
        }
        if let Some((Place::Outside, at)) = shell.map(|shell| ring_place(ring, shell)) {
            return Some((Fault::HoleOutsideShell, at));
        }
        let holes = rings.iter().enumerate().filter(|(j, r)| *j != i && !r.is_shell && r.polygon == ring.polygon);
        for (_, other) in holes {
            if let (Place::Inside, at) = ring_place(ring, other) {
                return Some((Fault::NestedHoles, at));
            }
        }
    }
    None
}

fn nested_shell(rings: &[Ring]) -> Option<(Fault, Coord<f64>)> {
    let shells = || rings.iter().filter(|ring| ring.is_shell);
    for shell in shells() {
        for other in shells().filter(|other| other.polygon != shell.polygon) {
            if let (Place::Inside, at) = ring_place(shell, other) {
                let mut holes = rings.iter().filter(|ring| !ring.is_shell && ring.polygon == other.polygon);
                if !holes.any(|hole| ring_place(shell, hole).0 != Place::Outside) {
                    return Some((Fault::NestedShells, at));
                }
            }
        }
    }
    None
}

/// Rings and the points in which they touch form a graph; a circle in it cuts the interior in two.
fn cut_interior(touches: &Touches) -> Option<(Fault, Coord<f64>)> {
    /// A ring or a point, by number; each points to its parent in the forest.
    fn root(parents: &[usize], mut node: usize) -> usize {
        while parents[node] != node {
            node = parents[node];
        }
        node
    }
    let mut numbers: BTreeMap<(usize, usize, u64, u64), usize> = BTreeMap::new();
    let mut parents: Vec<usize> = Vec::new();
    let mut edges = BTreeMap::new();
    for (polygon, one, other, at) in touches {
        // Adding 0.0 makes the two zeros one.
        let point = (*polygon, usize::MAX, (at.x + 0.0).to_bits(), (at.y + 0.0).to_bits());
        for ring in [*one, *other] {
            edges.insert(((*polygon, ring, 0, 0), point), *at);
        }
    }
    for ((ring, point), at) in edges {
        let [a, b] = [ring, point].map(|key| {
            let next = parents.len();
            let node = *numbers.entry(key).or_insert(next);
            if node == next {
                parents.push(next);
            }
            root(&parents, node)
        });
        if a == b {
            return Some((Fault::DisconnectedInterior, at));
        }
        parents[a] = b;
    }
    None
}

#[cfg(test)]
#[path = "validity_tests.rs"]
mod tests;
