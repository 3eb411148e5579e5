//! The invented world: its areas, people, roads, rivers and its war, before anything is written to a file.

use crate::names::Names;
use crate::random::Random;
use std::collections::BTreeMap;

/// Longitude and latitude in degrees.
pub type Point = (f64, f64);

/// The world lies in the open sea, so that nobody can take it for a real place.
const SOUTH_WEST: Point = (-38.0, 40.0);
/// Size of a cell in degrees: about 14 km by 17 km.
const CELL: (f64, f64) = (0.17, 0.15);
/// Points on each edge between two corners of the grid.
const EDGE_POINTS: usize = 16;

/// ISO 3166-1 codes from the range that is reserved for users: no country has them.
pub const ISO2: &str = "XV";
/// See [`ISO2`].
pub const ISO3: &str = "XVM";
/// Name of the invented country.
pub const COUNTRY: &str = "Velmora";

/// An area of the second level.
#[derive(Debug, Clone)]
pub struct Area {
    /// P-code, `XV00102`.
    pub code: String,
    /// Name.
    pub name: String,
    /// Position of the region above in [`World::regions`].
    pub parent: usize,
    /// Outer ring, closed.
    pub ring: Vec<Point>,
    /// Its column and row in the grid.
    pub cell: (usize, usize),
    /// How hard the war was here, 0 to 1.
    pub war: f64,
    /// Its settlements, the town first.
    pub settlements: Vec<Settlement>,
}

/// An area of the first level.
#[derive(Debug, Clone)]
pub struct Region {
    /// P-code, `XV001`.
    pub code: String,
    /// Name.
    pub name: String,
    /// Outer rings, closed.
    pub rings: Vec<Vec<Point>>,
}

/// A town or village.
#[derive(Debug, Clone)]
pub struct Settlement {
    /// Name.
    pub name: String,
    /// Where.
    pub at: Point,
    /// People before the war.
    pub people_before: u64,
    /// People today.
    pub people: u64,
}

/// A road between two towns; it crosses a river if it has a bridge.
#[derive(Debug, Clone)]
pub struct Road {
    /// Line.
    pub line: Vec<Point>,
    /// The areas that it joins.
    pub joins: (usize, usize),
    /// The bridge: where, name, whether it stands.
    pub bridge: Option<(Point, String, bool)>,
}

/// The whole of it.
#[derive(Debug, Clone)]
pub struct World {
    /// Second level.
    pub areas: Vec<Area>,
    /// First level.
    pub regions: Vec<Region>,
    /// Roads.
    pub roads: Vec<Road>,
}

impl World {
    /// Makes a world of this many areas (at least 4).
    pub fn new(seed: u64, areas_count: usize) -> Self {
        let count = areas_count.max(4);
        let columns = ((count as f64 * 4.0 / 3.0).sqrt().ceil() as usize).max(2);
        let grid = Grid { seed, columns, rows: count.div_ceil(columns) };
        let (areas, regions) = grid.areas(count);
        let roads = grid.roads(&areas);
        Self { areas, regions, roads }
    }

    /// Everybody, before the war and today.
    pub fn people(&self) -> (u64, u64) {
        let all = self.areas.iter().flat_map(|area| &area.settlements);
        all.fold((0, 0), |(before, now), s| (before + s.people_before, now + s.people))
    }

    /// A point in an area, near one of its settlements as most things that people report are.
    pub fn point_in(&self, area: usize, random: &mut Random) -> Point {
        let area = &self.areas[area];
        let near = area.settlements[random.below(area.settlements.len())].at;
        for _ in 0..20 {
            let point = (near.0 + random.between(-0.03, 0.03), near.1 + random.between(-0.025, 0.025));
            if contains(&area.ring, point) {
                return point;
            }
        }
        near
    }
}

/// Whether a closed ring contains a point (even-odd rule).
pub fn contains(ring: &[Point], (x, y): Point) -> bool {
    let crosses = |a: Point, b: Point| (a.1 > y) != (b.1 > y) && x < (b.0 - a.0) * (y - a.1) / (b.1 - a.1) + a.0;
    ring.windows(2).filter(|edge| crosses(edge[0], edge[1])).count() % 2 == 1
}

struct Grid {
    seed: u64,
    columns: usize,
    rows: usize,
}

type Corner = (usize, usize);

impl Grid {
    /// A corner of the grid, moved a little.
    fn corner(&self, (column, row): Corner) -> Point {
        let mut random = Random::new(self.seed, &format!("corner {column} {row}"));
        let x = SOUTH_WEST.0 + (column as f64 + random.between(-0.22, 0.22)) * CELL.0;
        let y = SOUTH_WEST.1 + (row as f64 + random.between(-0.22, 0.22)) * CELL.1;
        (round(x), round(y))
    }

    /// The crooked line between two neighbouring corners; the same from both sides, without its last point.
    fn edge(&self, from: Corner, to: Corner) -> Vec<Point> {
        let forward = from < to;
        let (a, b) = if forward { (from, to) } else { (to, from) };
        let mut random = Random::new(self.seed, &format!("edge {a:?} {b:?}"));
        let (start, end) = (self.corner(a), self.corner(b));
        let mut line = vec![start];
        let mut drift = 0.0;
        for i in 1..EDGE_POINTS {
            let t = i as f64 / EDGE_POINTS as f64;
            drift = (drift + random.between(-0.006, 0.006)) * (1.0 - t).sqrt();
            let along = (start.0 + (end.0 - start.0) * t, start.1 + (end.1 - start.1) * t);
            let point = if a.0 == b.0 { (along.0 + drift, along.1) } else { (along.0, along.1 + drift) };
            line.push((round(point.0), round(point.1)));
        }
        line.push(end);
        if !forward {
            line.reverse();
        }
        line.pop();
        line
    }

    /// The four sides of a cell, counter-clockwise.
    fn sides((column, row): (usize, usize)) -> [(Corner, Corner); 4] {
        let (c, r) = (column, row);
        [((c, r), (c + 1, r)), ((c + 1, r), (c + 1, r + 1)), ((c + 1, r + 1), (c, r + 1)), ((c, r + 1), (c, r))]
    }

    /// The outer rings of some cells: sides that no neighbour shares, chained.
    fn rings(&self, cells: &[(usize, usize)]) -> Vec<Vec<Point>> {
        let mut next: BTreeMap<Corner, Vec<Corner>> = BTreeMap::new();
        for (from, to) in cells.iter().flat_map(|cell| Self::sides(*cell)) {
            let back = next.entry(to).or_default();
            if let Some(at) = back.iter().position(|corner| *corner == from) {
                back.remove(at);
            } else {
                next.entry(from).or_default().push(to);
            }
        }
        let mut rings = Vec::new();
        while let Some(start) = next.iter().find(|(_, to)| !to.is_empty()).map(|(from, _)| *from) {
            let mut ring = Vec::new();
            let mut at = start;
            while let Some(to) = next.get_mut(&at).and_then(Vec::pop) {
                ring.extend(self.edge(at, to));
                at = to;
            }
            ring.push(ring[0]);
            rings.push(ring);
        }
        rings
    }

    fn areas(&self, count: usize) -> (Vec<Area>, Vec<Region>) {
        let cells: Vec<_> = (0..count).map(|i| (i % self.columns, i / self.columns)).collect();
        let mut by_region: BTreeMap<(usize, usize), Vec<usize>> = BTreeMap::new();
        for (i, (column, row)) in cells.iter().enumerate() {
            by_region.entry((row / 3, column / 3)).or_default().push(i);
        }
        let mut names = Names::new(self.seed, "areas");
        let mut villages = Names::new(self.seed, "settlements");
        let mut areas: Vec<Option<Area>> = vec![None; count];
        let mut regions = Vec::new();
        for (number, members) in by_region.values().enumerate() {
            let region_code = format!("{ISO2}{:03}", number + 1);
            let region_cells: Vec<_> = members.iter().map(|i| cells[*i]).collect();
            for (k, i) in members.iter().enumerate() {
                let code = format!("{region_code}{:02}", k + 1);
                let ring = self.rings(&cells[*i..=*i]).remove(0);
                let war = self.war(cells[*i]);
                let settlements = self.settlements(*i, &ring, war, &mut villages);
                let (name, cell) = (names.next(), cells[*i]);
                areas[*i] = Some(Area { code, name, parent: number, ring, cell, war, settlements });
            }
            regions.push(Region { code: region_code, name: names.next(), rings: self.rings(&region_cells) });
        }
        (areas.into_iter().map(|area| area.expect("every cell lies in one region")).collect(), regions)
    }

    /// The war moved along a line from the south-west to the north-east.
    fn war(&self, (column, row): (usize, usize)) -> f64 {
        let x = (column as f64 + 0.5) / self.columns as f64;
        let y = (row as f64 + 0.5) / self.rows as f64;
        let line = 0.25 + 0.5 * x + 0.08 * (9.0 * x).sin();
        (-((y - line) / 0.18).powi(2)).exp()
    }

    fn settlements(&self, area: usize, ring: &[Point], war: f64, names: &mut Names) -> Vec<Settlement> {
        let mut random = Random::new(self.seed, &format!("settlements {area}"));
        let centre = ring.iter().fold((0.0, 0.0), |sum, p| (sum.0 + p.0, sum.1 + p.1));
        let centre = (centre.0 / ring.len() as f64, centre.1 / ring.len() as f64);
        let count = 3 + random.below(5);
        let left = 1.0 - 0.55 * war * random.between(0.6, 1.0);
        (0..count)
            .map(|i| {
                let spread = if i == 0 { 0.008 } else { 0.055 };
                let mut at = centre;
                for _ in 0..30 {
                    let dx = random.between(-spread, spread);
                    let dy = random.between(-spread, spread) * 0.8;
                    if contains(ring, (centre.0 + dx, centre.1 + dy)) {
                        at = (centre.0 + dx, centre.1 + dy);
                        break;
                    }
                }
                let before = if i == 0 { random.between(4_000.0, 18_000.0) } else { random.between(200.0, 2_400.0) };
                let people = (before * left * random.between(0.92, 1.06)) as u64;
                Settlement { name: names.next(), at: (round(at.0), round(at.1)), people_before: before as u64, people }
            })
            .collect()
    }

    /// Roads from each town to its villages and to the next towns east and north; rivers run between some rows.
    fn roads(&self, areas: &[Area]) -> Vec<Road> {
        let mut random = Random::new(self.seed, "roads");
        let mut names = Names::new(self.seed, "bridges");
        let at_cell: BTreeMap<_, _> = areas.iter().enumerate().map(|(i, area)| (area.cell, i)).collect();
        let mut roads = Vec::new();
        for (i, area) in areas.iter().enumerate() {
            let town = area.settlements[0].at;
            for village in &area.settlements[1..] {
                roads.push(Road { line: crooked(town, village.at, &mut random), joins: (i, i), bridge: None });
            }
            let (column, row) = area.cell;
            for (next, river) in [((column + 1, row), column % 3 == 1), ((column, row + 1), row % 2 == 0)] {
                let Some(other) = at_cell.get(&next) else { continue };
                let line = crooked(town, areas[*other].settlements[0].at, &mut random);
                let middle = line[line.len() / 2];
                let hurt = 0.75 * area.war.max(areas[*other].war);
                let bridge = river.then(|| (middle, format!("{} bridge", names.next()), !random.chance(hurt)));
                roads.push(Road { line, joins: (i, *other), bridge });
            }
        }
        roads
    }
}

fn crooked(from: Point, to: Point, random: &mut Random) -> Vec<Point> {
    (0..=6)
        .map(|i| {
            let t = f64::from(i) / 6.0;
            let off = if i == 0 || i == 6 { 0.0 } else { random.between(-0.004, 0.004) };
            (round(from.0 + (to.0 - from.0) * t + off), round(from.1 + (to.1 - from.1) * t - off))
        })
        .collect()
}

/// Seven digits: about a centimetre, and short in the files.
pub fn round(degrees: f64) -> f64 {
    (degrees * 1e7).round() / 1e7
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twelve_areas_have_borders_in_common_and_their_towns_inside() {
        let world = World::new(7, 12);
        assert_eq!(world.areas.len(), 12);
        for area in &world.areas {
            assert_eq!(area.ring.first(), area.ring.last());
            assert!(contains(&area.ring, area.settlements[0].at), "{}", area.name);
        }
        let shared = world.areas[0].ring.iter().filter(|p| world.areas[1].ring.contains(p)).count();
        assert!(shared >= EDGE_POINTS, "{shared} points in common");
    }

    #[test]
    fn the_same_seed_makes_the_same_world() {
        let text = |seed| format!("{:?}", World::new(seed, 20));
        assert_eq!(text(7), text(7));
        assert_ne!(text(7), text(8));
    }

    #[test]
    fn codes_chain_and_are_unique() {
        let world = World::new(3, 50);
        let mut codes: Vec<_> = world.areas.iter().map(|a| &a.code).collect();
        assert!(world.areas.iter().all(|a| a.code.starts_with(&world.regions[a.parent].code)));
        codes.sort();
        codes.dedup();
        assert_eq!(codes.len(), 50);
    }
}
