//! From the rows of boundary files to the tree of areas.

use crate::{
    AreaIndex, AreaNode, Gazetteer,
    countries::{Country, country_of, prefix_of},
    findings::{
        AREA_TWICE, AREA_UNUSABLE, AREA_WITHOUT_BOUNDARY, COUNTRY_UNKNOWN, LEVEL_UNKNOWN, PARENT_ELSEWHERE,
        PARENT_UNKNOWN,
    },
    fold::fold,
    grid::Grid,
    names::NameIndex,
};
use geo::{GeodesicArea, InteriorPoint};
use geo_types::{Coord, Geometry, MultiPolygon};
use mostari_model::{Area, AreaId, Finding, FindingCard, Snapshot};
use rayon::prelude::*;
use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet, HashMap},
};

/// An area on its way into the tree: what its file says, and which country that is.
struct Draft {
    row: Area,
    country: &'static str,
    other_names: Vec<String>,
}

/// Builds the tree; what was not used or is doubtful is reported.
pub(crate) fn build(snapshot: &Snapshot) -> (Gazetteer, Vec<Finding>) {
    let mut report = Report { snapshot, findings: Vec::new() };
    let mission = country_of(&snapshot.mission.country);
    let mut drafts = newest_of_each(read(snapshot, mission, &mut report), &mut report);
    set_levels(&mut drafts, &mut report);
    add_countries(&mut drafts, mission, snapshot);
    drafts.sort_by(|a, b| (a.row.level, &a.row.code).cmp(&(b.row.level, &b.row.code)));

    let mut gazetteer = Gazetteer {
        areas: drafts.par_iter_mut().map(node_of).collect(),
        by_id: drafts.iter().enumerate().map(|(i, draft)| (draft.row.code.to_ascii_uppercase(), i)).collect(),
        roots: roots_of(&drafts),
        ..Gazetteer::default()
    };
    gazetteer.grids = grids_of(&gazetteer.areas);
    set_parents(&mut gazetteer, &drafts, &mut report);
    gazetteer.has_below = vec![false; gazetteer.areas.len()];
    for parent in gazetteer.areas.iter().filter_map(|area| area.parent) {
        gazetteer.has_below[parent] = true;
    }
    gazetteer.names = NameIndex::of(&gazetteer);
    let area_of = |id: &AreaId| gazetteer.index_of(id).ok_or_else(|| id.clone());
    let settled = snapshot.settled.iter().map(|s| (s.place.clone(), s.area.as_ref().map(area_of))).collect();
    gazetteer.settled = settled;
    (gazetteer, report.findings)
}

/// Findings about areas.
struct Report<'a> {
    snapshot: &'a Snapshot,
    findings: Vec<Finding>,
}

impl Report<'_> {
    fn add(&mut self, card: &'static FindingCard, row: &Area, message: String) {
        let file = self.snapshot.datasets.get(row.dataset as usize).map_or("", |dataset| &dataset.file);
        self.findings.push(Finding::new(card, message).in_file(file).at_row(row.row.into()));
    }
}

fn read(snapshot: &Snapshot, mission: Option<Country>, report: &mut Report) -> Vec<Draft> {
    let mut drafts = Vec::with_capacity(snapshot.tables.areas.len());
    let mut unknown_countries = BTreeSet::new();
    for row in snapshot.tables.areas.iter() {
        if row.code.is_empty() {
            report.add(AREA_UNUSABLE, &row, format!("`{}` has no code and is not used", row.name));
            continue;
        }
        let by_code = || prefix_of(&row.code).map(|(country, _)| country);
        let stated = country_of(&row.country);
        if stated.is_none() && !row.country.is_empty() && unknown_countries.insert((row.dataset, row.country.clone())) {
            report.add(COUNTRY_UNKNOWN, &row, format!("`{}` is no country that is known", row.country));
        }
        // A code's first letters may spell a country by chance, so that what the file and the mission say comes first.
        let country = stated.or(mission).or_else(by_code).map_or("", |country| country.iso3);
        let other_names = row.other_names.split('|').filter(|name| !name.is_empty()).map(str::to_owned).collect();
        drafts.push(Draft { row, country, other_names });
    }
    drafts
}

/// Of areas with one code, the newest version; then the one with a boundary; then the one that was added last.
fn newest_of_each(drafts: Vec<Draft>, report: &mut Report) -> Vec<Draft> {
    let mut by_code: BTreeMap<String, Vec<Draft>> = BTreeMap::new();
    for draft in drafts {
        by_code.entry(draft.row.code.to_ascii_uppercase()).or_default().push(draft);
    }
    let mut newest = Vec::with_capacity(by_code.len());
    for mut same in by_code.into_values() {
        same.sort_by_key(|d| Reverse((d.row.valid_from, d.row.shape.is_some(), d.row.dataset, d.row.row)));
        let mut versions = same.into_iter();
        let mut first = versions.next().expect("each code has an area");
        for older in versions {
            let row = &older.row;
            report.add(
                AREA_TWICE,
                row,
                format!("`{}` ({}) stands also in a newer or later version", row.code, row.name),
            );
            let names = std::iter::once(older.row.name).chain(older.other_names);
            for name in names.filter(|name| !name.is_empty()) {
                if name != first.row.name && !first.other_names.contains(&name) {
                    first.other_names.push(name);
                }
            }
        }
        newest.push(first);
    }
    newest
}

/// An area without a level stands one below its unit above, or directly below the country.
fn set_levels(drafts: &mut [Draft], report: &mut Report) {
    let known: HashMap<String, i64> =
        drafts.iter().filter_map(|d| Some((d.row.code.to_ascii_uppercase(), d.row.level?))).collect();
    for draft in drafts {
        let level = draft.row.level.filter(|level| (0..=9).contains(level));
        draft.row.level = Some(level.unwrap_or_else(|| {
            let level = known.get(&draft.row.parent_code.to_ascii_uppercase()).map_or(1, |above| above + 1);
            report.add(
                LEVEL_UNKNOWN,
                &draft.row,
                format!("`{}` states no level; taken as level {level}", draft.row.code),
            );
            level
        }));
    }
}

/// Adds a level-0 area for the mission's country and each country in use that has none.
fn add_countries(drafts: &mut Vec<Draft>, mission: Option<Country>, snapshot: &Snapshot) {
    let there: BTreeSet<&str> = drafts.iter().filter(|d| d.row.level == Some(0)).map(|d| d.country).collect();
    let mut wanted: BTreeMap<&'static str, u32> = BTreeMap::new();
    if let Some(country) = mission {
        wanted.insert(country.iso3, 0);
    }
    for draft in drafts.iter() {
        let dataset = wanted.entry(draft.country).or_insert(draft.row.dataset);
        *dataset = (*dataset).min(draft.row.dataset);
    }
    let missing: Vec<_> = wanted.into_iter().filter(|(iso3, _)| !there.contains(iso3)).collect();
    for (iso3, dataset) in missing {
        let name = country_of(iso3).map_or(snapshot.mission.country.as_str(), |country| country.name).to_owned();
        let code = if iso3.is_empty() { snapshot.mission.country.clone() } else { iso3.to_owned() };
        let row = Area { code, name, level: Some(0), dataset, ..Area::default() };
        drafts.push(Draft { row, country: iso3, other_names: Vec::new() });
    }
}

fn node_of(draft: &mut Draft) -> AreaNode {
    let row = &mut draft.row;
    let shape = match row.shape.take() {
        Some(Geometry::MultiPolygon(shape)) => Some(shape),
        Some(Geometry::Polygon(shape)) => Some(MultiPolygon::from(shape)),
        _ => None,
    };
    AreaNode {
        id: AreaId::new(&row.code),
        name: if row.name.is_empty() { row.code.clone() } else { row.name.clone() },
        other_names: draft.other_names.clone(),
        level: row.level.and_then(|level| u8::try_from(level).ok()).unwrap_or(1),
        parent: None,
        inside: shape.as_ref().and_then(InteriorPoint::interior_point),
        area_m2: shape.as_ref().map(GeodesicArea::geodesic_area_unsigned),
        shape,
        people: None,
        dataset: row.dataset,
    }
}

fn roots_of(drafts: &[Draft]) -> BTreeMap<String, AreaIndex> {
    let mut roots = BTreeMap::new();
    for (area, draft) in drafts.iter().enumerate().filter(|(_, draft)| draft.row.level == Some(0)) {
        roots.entry(draft.country.to_owned()).or_insert(area);
    }
    roots
}

fn grids_of(areas: &[AreaNode]) -> Vec<(u8, Grid)> {
    let levels: BTreeSet<Reverse<u8>> =
        areas.iter().filter(|area| area.shape.is_some()).map(|area| Reverse(area.level)).collect();
    let of_level = |level: u8| {
        let shapes = areas.iter().enumerate().filter(move |(_, area)| area.level == level);
        Grid::new(shapes.filter_map(|(i, area)| Some((i, area.shape.as_ref()?))))
    };
    levels.into_iter().filter_map(|Reverse(level)| Some((level, of_level(level)?))).collect()
}

/// The unit above each area: by code; else by the boundary that contains its inner point; else by name; else the country.
fn set_parents(gazetteer: &mut Gazetteer, drafts: &[Draft], report: &mut Report) {
    let by_name = parents_by_name(gazetteer, drafts);
    let mut not_there: BTreeSet<(u32, &str)> = BTreeSet::new();
    for (area, draft) in drafts.iter().enumerate() {
        let row = &draft.row;
        let has_shape = gazetteer.areas[area].shape.is_some();
        let root = gazetteer.roots.get(draft.country).copied().filter(|root| *root != area);
        if gazetteer.areas[area].level == 0 {
            continue;
        }
        if !has_shape {
            report.add(AREA_WITHOUT_BOUNDARY, row, format!("`{}` ({}) has no boundary", row.code, row.name));
        }
        let by_code = parent_by_code(gazetteer, area, row);
        let around = area_around(gazetteer, area, by_code.map(|parent| gazetteer.areas[parent].level));
        if let (Some(parent), Some(other)) = (by_code, around)
            && parent != other
        {
            let (unit, other) = (gazetteer.describe(parent), gazetteer.describe(other));
            let message = format!("`{}` ({}) belongs to {unit} by its code but lies in {other}", row.code, row.name);
            report.add(PARENT_ELSEWHERE, row, message);
        }
        let named = || by_name.get(&(draft.country, fold(&row.parent_name))).copied();
        let named = || named().filter(|parent| gazetteer.areas[*parent].level < gazetteer.areas[area].level);
        let parent = by_code.or(around).or_else(named).or(root);
        let stated = if row.parent_code.is_empty() { &row.parent_name } else { &row.parent_code };
        let stands_in = by_code.is_none() && parent == root && country_of(stated).is_none();
        if stands_in && !stated.is_empty() && not_there.insert((row.dataset, stated)) {
            let message =
                format!("`{stated}`, the unit above `{}`, is not there; the country stands in for it", row.code);
            report.add(PARENT_UNKNOWN, row, message);
        }
        gazetteer.areas[area].parent = parent;
    }
}

fn parent_by_code(gazetteer: &Gazetteer, area: AreaIndex, row: &Area) -> Option<AreaIndex> {
    let level = gazetteer.areas[area].level;
    let parent = gazetteer.index_of_code(&row.parent_code).or_else(|| gazetteer.country(&row.parent_code));
    parent.filter(|parent| gazetteer.areas[*parent].level < level)
}

/// The area of a coarser level (of exactly `level` if given) that contains the area's inner point.
fn area_around(gazetteer: &Gazetteer, area: AreaIndex, level: Option<u8>) -> Option<AreaIndex> {
    let node = &gazetteer.areas[area];
    let point = Coord::from(node.inside?);
    let fits = |coarser: u8| level.map_or(coarser < node.level, |level| coarser == level);
    gazetteer.grids.iter().filter(|(coarser, _)| fits(*coarser)).find_map(|(_, grid)| grid.locate(point))
}

/// Areas by country and folded name, where the name is unique among those that have anything below them by level.
fn parents_by_name(gazetteer: &Gazetteer, drafts: &[Draft]) -> HashMap<(&'static str, String), AreaIndex> {
    let finest = gazetteer.areas.iter().map(|area| area.level).max().unwrap_or(0);
    let mut by_name: HashMap<(&'static str, String), Option<AreaIndex>> = HashMap::new();
    for (area, draft) in drafts.iter().enumerate().filter(|(area, _)| gazetteer.areas[*area].level < finest) {
        let seen = by_name.entry((draft.country, fold(&gazetteer.areas[area].name)));
        seen.and_modify(|found| *found = None).or_insert(Some(area));
    }
    by_name.into_iter().filter_map(|(key, area)| Some((key, area?))).collect()
}
