//! The rules about places, one function each.

use super::{Buildings, Doubt, Ground, PlaceClaim, PlaceJudgement, PlaceRule, PlaceRules};
use crate::{Point, Points, points::distance_m};
use geo::{Closest, HaversineClosestPoint};
use geo_types::MultiPolygon;
use mostari_place::{AreaIndex, Gazetteer};
use std::collections::BTreeMap;

/// Claims and ground, ready to be asked.
pub(super) struct Asked<'a> {
    claims: &'a [PlaceClaim],
    ground: &'a Ground<'a>,
    rules: &'a PlaceRules,
    /// The country, if it is known and has boundaries.
    country: Option<AreaIndex>,
    /// Claims that stand at one place, each group in the order of the claims.
    pub groups: Vec<Vec<usize>>,
    group_of: BTreeMap<usize, usize>,
}

/// The answer of one rule.
enum Answer {
    True,
    Doubt { distance_m: Option<f64>, words: String },
    NotAsked(String),
}

impl<'a> Asked<'a> {
    pub fn new(claims: &'a [PlaceClaim], ground: &'a Ground<'a>, rules: &'a PlaceRules) -> Self {
        let gazetteer = ground.gazetteer;
        let has_shape = |country: &AreaIndex| {
            (0..gazetteer.areas.len()).any(|i| gazetteer.areas[i].shape.is_some() && gazetteer.root_of(i) == *country)
        };
        let country = gazetteer.country(ground.country).filter(has_shape);
        let groups = same_places(claims, rules.same_place_m);
        let group_of = groups.iter().enumerate().flat_map(|(g, group)| group.iter().map(move |i| (*i, g))).collect();
        Self { claims, ground, rules, country, groups, group_of }
    }

    pub fn judge(&self, i: usize) -> PlaceJudgement {
        let mut judgement =
            PlaceJudgement { id: self.claims[i].id.clone(), score: None, doubts: Vec::new(), not_asked: Vec::new() };
        let Some(at) = valid(&self.claims[i]) else {
            let words = match self.claims[i].at {
                Some(_) => "its coordinates are no place on the globe",
                None => "it has no coordinates",
            };
            self.write(&mut judgement, PlaceRule::Missing, Answer::Doubt { distance_m: None, words: words.to_owned() });
            judgement.score = Some(self.score(&judgement));
            return judgement;
        };
        let (area, in_country) = self.in_country(at);
        let is_abroad = matches!(in_country, Answer::Doubt { .. });
        self.write(&mut judgement, PlaceRule::OutsideCountry, in_country);
        if !is_abroad {
            self.write(&mut judgement, PlaceRule::OutsideArea, self.in_area(i, at, area));
        }
        self.write(&mut judgement, PlaceRule::Shared, self.alone(i, at));
        if !is_abroad {
            let (near, told_apart) = self.near_building(i, at, area);
            self.write(&mut judgement, PlaceRule::NoBuilding, near);
            self.write(&mut judgement, PlaceRule::NotToldApart, told_apart);
        }
        let ground = [PlaceRule::OutsideCountry, PlaceRule::OutsideArea, PlaceRule::NoBuilding];
        let unasked = |rule: &PlaceRule| judgement.not_asked.iter().any(|(not, _)| not == rule);
        if !ground.iter().all(unasked) {
            judgement.score = Some(self.score(&judgement));
        }
        judgement
    }

    fn write(&self, judgement: &mut PlaceJudgement, rule: PlaceRule, answer: Answer) {
        match answer {
            Answer::True => {}
            Answer::NotAsked(why) => judgement.not_asked.push((rule, why)),
            Answer::Doubt { distance_m, words } => judgement.doubts.push(Doubt {
                rule,
                code: rule.card().code,
                distance_m: distance_m.map(|metres| metres.round() as u64),
                words,
                weight: rule.weight(&self.rules.weights),
            }),
        }
    }

    fn score(&self, judgement: &PlaceJudgement) -> u8 {
        judgement.doubts.iter().fold(100, |score: u8, doubt| score.saturating_sub(doubt.weight))
    }

    /// The area in which a point lies, or to which it is near enough; and whether that is in the country.
    fn in_country(&self, at: Point) -> (Option<AreaIndex>, Answer) {
        let gazetteer = self.ground.gazetteer;
        let Some(country) = self.country else {
            let why = format!("there are no boundaries of {}", self.ground.country);
            return (None, Answer::NotAsked(why));
        };
        if let Some(area) = gazetteer.locate(at.longitude, at.latitude) {
            let root = gazetteer.root_of(area);
            if root == country {
                return (Some(area), Answer::True);
            }
            let words = format!("it lies in {}", gazetteer.describe(root));
            return (Some(area), Answer::Doubt { distance_m: None, words });
        }
        let Some((nearest, _)) = gazetteer.nearest(at.longitude, at.latitude) else {
            return (None, Answer::NotAsked("no area has a boundary".to_owned()));
        };
        let distance = distance_to(gazetteer, nearest, at);
        let is_near = distance.is_some_and(|distance| distance <= self.rules.country_border_m);
        if is_near && gazetteer.root_of(nearest) == country {
            return (Some(nearest), Answer::True);
        }
        let words = match distance {
            Some(metres) => format!("it lies outside every area, {} from {}", far(metres), gazetteer.describe(nearest)),
            None => "it lies outside every area".to_owned(),
        };
        (None, Answer::Doubt { distance_m: distance, words })
    }

    fn in_area(&self, i: usize, at: Point, found: Option<AreaIndex>) -> Answer {
        let gazetteer = self.ground.gazetteer;
        let Some(stated) = &self.claims[i].area else {
            return Answer::NotAsked("nobody says in which area it lies".to_owned());
        };
        let Some(stated) = gazetteer.index_of(stated) else {
            return Answer::NotAsked(format!("the stated area {stated} is not in the gazetteer"));
        };
        let Some(found) = found else {
            return Answer::NotAsked("no area is known at the point".to_owned());
        };
        if gazetteer.is_within(found, stated) {
            return Answer::True;
        }
        if gazetteer.is_within(stated, found) {
            return Answer::NotAsked(format!("there is no boundary of {}", gazetteer.describe(stated)));
        }
        let distance = distance_to(gazetteer, stated, at);
        if distance.is_some_and(|distance| distance <= self.rules.area_border_m) {
            return Answer::True;
        }
        let (found, stated) = (gazetteer.describe(found), gazetteer.describe(stated));
        let words = match distance {
            Some(metres) => format!("it lies in {found}, {} outside {stated}", far(metres)),
            None => format!("it lies in {found}, not in {stated}"),
        };
        Answer::Doubt { distance_m: distance, words }
    }

    fn alone(&self, i: usize, at: Point) -> Answer {
        let Some(group) = self.group_of.get(&i) else { return Answer::True };
        let others: Vec<usize> = self.groups[*group].iter().copied().filter(|j| *j != i).collect();
        let distances = others.iter().filter_map(|j| Some(distance_m(at, valid(&self.claims[*j])?)));
        let nearest = distances.min_by(f64::total_cmp);
        let names: Vec<&str> = others.iter().map(|j| self.claims[*j].id.as_str()).collect();
        let names = match names.len() {
            ..=3 => names.join(", "),
            more => format!("{} and {} more", names[..3].join(", "), more - 3),
        };
        let words = format!("it stands at the place of {names}, {} away", far(nearest.unwrap_or_default()));
        Answer::Doubt { distance_m: nearest, words }
    }

    /// Whether a building stands near, and whether it is the only one.
    fn near_building(&self, i: usize, at: Point, area: Option<AreaIndex>) -> (Answer, Answer) {
        let not_asked = |why: &str| (Answer::NotAsked(why.to_owned()), Answer::True);
        let Some(buildings) = self.ground.buildings else { return not_asked("there is no list of buildings") };
        if !self.is_mapped(buildings, area) {
            return not_asked("nobody has listed the buildings there");
        }
        let near = self.rules.near_m;
        match buildings.points.within(at, near).count() {
            0 => {
                let nearest = buildings.points.nearest(at).map(|(_, distance)| distance);
                let words = match nearest {
                    Some(metres) => format!("no building within {}; the nearest is {} away", far(near), far(metres)),
                    None => format!("no building within {}", far(near)),
                };
                (Answer::Doubt { distance_m: nearest, words }, Answer::True)
            }
            count if count > 1 && !self.claims[i].is_visited => {
                let words = format!("{count} buildings within {}; nothing says which one it is", far(near));
                (Answer::True, Answer::Doubt { distance_m: None, words })
            }
            _ => (Answer::True, Answer::True),
        }
    }

    fn is_mapped(&self, buildings: &Buildings, area: Option<AreaIndex>) -> bool {
        let Some(mapped) = &buildings.mapped else { return true };
        let gazetteer = self.ground.gazetteer;
        area.is_some_and(|area| gazetteer.upward(area).any(|up| mapped.contains(&gazetteer.areas[up].id)))
    }
}

fn valid(claim: &PlaceClaim) -> Option<Point> {
    claim.at.filter(|at| at.is_valid())
}

/// `87 m`, `3.4 km`, `612 km`.
fn far(metres: f64) -> String {
    match metres {
        ..1_000.0 => format!("{metres:.0} m"),
        ..100_000.0 => format!("{:.1} km", metres / 1_000.0),
        _ => format!("{:.0} km", metres / 1_000.0),
    }
}

/// Metres from a point to an area: to its boundary, else to the nearest boundary below it; `None` if there is none.
fn distance_to(gazetteer: &Gazetteer, area: AreaIndex, at: Point) -> Option<f64> {
    let point = geo_types::Point::new(at.longitude, at.latitude);
    let to = |shape: &MultiPolygon<f64>| match shape.haversine_closest_point(&point) {
        Closest::Intersection(_) => Some(0.0),
        Closest::SinglePoint(near) => Some(distance_m(at, Point { longitude: near.x(), latitude: near.y() })),
        Closest::Indeterminate => None,
    };
    if let Some(shape) = &gazetteer.areas[area].shape {
        return to(shape);
    }
    let below = (0..gazetteer.areas.len()).filter(|i| gazetteer.is_within(*i, area));
    below.filter_map(|i| to(gazetteer.areas[i].shape.as_ref()?)).min_by(f64::total_cmp)
}

/// Groups of claims that stand at one place without naming one site: what is near to each other, step by step.
fn same_places(claims: &[PlaceClaim], same_place_m: f64) -> Vec<Vec<usize>> {
    let placed: Vec<(usize, Point)> = claims.iter().enumerate().filter_map(|(i, c)| Some((i, valid(c)?))).collect();
    let points = Points::new(placed.iter().map(|(_, at)| *at));
    let mut first_of: Vec<usize> = (0..placed.len()).collect();
    for (i, (claim, at)) in placed.iter().enumerate() {
        for (j, _) in points.within(*at, same_place_m) {
            let (site, other) = (&claims[*claim].site, &claims[placed[j].0].site);
            if i != j && (site.is_empty() || site != other) {
                join(&mut first_of, i, j);
            }
        }
    }
    let mut groups: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (i, (claim, _)) in placed.iter().enumerate() {
        groups.entry(root(&first_of, i)).or_default().push(*claim);
    }
    groups.into_values().filter(|group| group.len() > 1).collect()
}

fn root(first_of: &[usize], mut i: usize) -> usize {
    while first_of[i] != i {
        i = first_of[i];
    }
    i
}

fn join(first_of: &mut [usize], i: usize, j: usize) {
    let (a, b) = (root(first_of, i), root(first_of, j));
    first_of[a.max(b)] = a.min(b);
}
