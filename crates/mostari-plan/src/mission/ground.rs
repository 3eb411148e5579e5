//! The smallest areas of a record as points that touch each other, and the ways between them.

use crate::problem::ground::{Ground, Place};
use geo::LinesIter;
use geo::algorithm::line_measures::{Distance, Euclidean, Haversine};
use geo_types::{Line, MultiPolygon, Point};
use mostari_model::{AreaId, Snapshot};
use mostari_place::Gazetteer;
use rayon::prelude::*;
use rstar::{AABB, RTree, RTreeObject};
use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap};

/// How far apart two boundaries may lie and still touch, in degrees: about a hundred metres, the width of a border river
/// or of a gap between boundaries that were simplified apart.
const TOUCH_DEGREES: f64 = 1e-3;

impl Ground {
    /// The smallest areas of a snapshot.
    pub fn of(snapshot: &Snapshot, gazetteer: &Gazetteer) -> Self {
        let (mut places, mut shapes, mut without_point) = (Vec::new(), Vec::new(), Vec::new());
        let mut people_from = BTreeSet::new();
        for leaf in gazetteer.leaves() {
            let node = &gazetteer.areas[leaf];
            let Some(point) = node.inside else {
                without_point.push(node.id.clone());
                continue;
            };
            people_from.extend(node.people.map(|(_, dataset)| dataset));
            shapes.push(node.shape.as_ref());
            places.push(Place {
                area: node.id.clone(),
                name: node.name.clone(),
                longitude: point.x(),
                latitude: point.y(),
                people: node.people.map(|(people, _)| people),
            });
        }
        let mut neighbours = touching(&shapes);
        let is_open_ground = neighbours.iter().all(Vec::is_empty);
        if is_open_ground {
            let all = 0..places.len() as u32;
            neighbours = all.clone().map(|at| all.clone().filter(|other| *other != at).collect()).collect();
        }
        let above = |node: &mostari_place::AreaNode| node.parent.map(|parent| gazetteer.areas[parent].id.clone());
        let file = |dataset: u32| snapshot.datasets.get(dataset as usize).map(|dataset| dataset.file.clone());
        Self {
            neighbours,
            is_open_ground,
            parents: gazetteer.areas.iter().map(|node| (node.id.clone(), above(node))).collect(),
            names: gazetteer.areas.iter().map(|node| (node.id.clone(), node.name.clone())).collect(),
            places,
            without_point,
            people_from: people_from.into_iter().filter_map(file).collect(),
        }
    }

    /// The place of a smallest area.
    pub fn find(&self, area: &AreaId) -> Option<usize> {
        self.places.iter().position(|place| place.area == *area)
    }

    /// Whether there is such an area at all, smallest or not.
    pub fn knows(&self, area: &AreaId) -> bool {
        self.parents.contains_key(area)
    }

    /// Whether a place is one of these areas or lies below one.
    pub fn is_within(&self, place: usize, areas: &[AreaId]) -> bool {
        let mut here = Some(&self.places[place].area);
        while let Some(area) = here {
            if areas.contains(area) {
                return true;
            }
            here = self.parents.get(area).and_then(Option::as_ref);
        }
        false
    }

    /// Great-circle distance between two places, in **metres**.
    pub fn straight_m(&self, from: usize, to: usize) -> f64 {
        let point = |at: usize| Point::new(self.places[at].longitude, self.places[at].latitude);
        Haversine.distance(point(from), point(to))
    }
}

/// A piece of boundary and whose it is.
struct Edge {
    line: Line<f64>,
    place: usize,
}

impl RTreeObject for Edge {
    type Envelope = AABB<[f64; 2]>;

    fn envelope(&self) -> Self::Envelope {
        AABB::from_corners([self.line.start.x, self.line.start.y], [self.line.end.x, self.line.end.y])
    }
}

/// Which shapes come within [`TOUCH_DEGREES`] of each other.
fn touching(shapes: &[Option<&MultiPolygon<f64>>]) -> Vec<Vec<u32>> {
    let edges_of = |place: usize| shapes[place].into_iter().flat_map(LinesIter::lines_iter);
    let edges = (0..shapes.len()).flat_map(|place| edges_of(place).map(move |line| Edge { line, place })).collect();
    let tree = RTree::bulk_load(edges);
    let of = |place: usize| -> Vec<u32> {
        let mut found: BTreeSet<usize> = BTreeSet::new();
        for line in edges_of(place) {
            for other in tree.locate_in_envelope_intersecting(&around(&line)) {
                let is_new = other.place != place && !found.contains(&other.place);
                if is_new && Euclidean.distance(&line, &other.line) <= TOUCH_DEGREES {
                    found.insert(other.place);
                }
            }
        }
        found.into_iter().map(|place| place as u32).collect()
    };
    (0..shapes.len()).into_par_iter().map(of).collect()
}

fn around(line: &Line<f64>) -> AABB<[f64; 2]> {
    let (a, b, t) = (line.start, line.end, TOUCH_DEGREES);
    AABB::from_corners([a.x.min(b.x) - t, a.y.min(b.y) - t], [a.x.max(b.x) + t, a.y.max(b.y) + t])
}

/// The shortest ways from one place to all others, from area to touching area.
#[derive(Debug, Clone)]
pub struct Ways {
    /// Metres to each place; `None` where there is no way.
    pub metres: Vec<Option<u64>>,
    /// The place before each on its way.
    before: Vec<u32>,
}

impl Ways {
    /// Ways that pass only where `may_pass` allows, and between two places only where `may_cross` does. Where one begins
    /// and ends is not asked: that is the caller's to judge. Each step counts `detour` times its great circle, in whole metres.
    pub fn from(
        ground: &Ground,
        start: usize,
        detour: f64,
        may_pass: &dyn Fn(usize) -> bool,
        may_cross: &dyn Fn(usize, usize) -> bool,
    ) -> Self {
        let count = ground.places.len();
        let mut ways = Self { metres: vec![None; count], before: vec![u32::MAX; count] };
        let mut open = BinaryHeap::from([(Reverse(0_u64), start as u32)]);
        let mut is_done = vec![false; count];
        ways.metres[start] = Some(0);
        while let Some((Reverse(metres), at)) = open.pop() {
            let at = at as usize;
            if std::mem::replace(&mut is_done[at], true) || (at != start && !may_pass(at)) {
                continue;
            }
            for &next in &ground.neighbours[at] {
                let to = next as usize;
                if is_done[to] || !may_cross(at, to) {
                    continue;
                }
                let metres = metres + (ground.straight_m(at, to) * detour).round() as u64;
                if ways.metres[to].is_none_or(|known| metres < known) {
                    ways.metres[to] = Some(metres);
                    ways.before[to] = at as u32;
                    open.push((Reverse(metres), next));
                }
            }
        }
        ways
    }

    /// The places between the start and a place, in order, neither of them named.
    pub fn through(&self, start: usize, to: usize) -> Vec<usize> {
        let mut way = Vec::new();
        let mut here = to;
        while here != start && self.before[here] != u32::MAX {
            here = self.before[here] as usize;
            way.push(here);
        }
        way.pop();
        way.reverse();
        way
    }
}
