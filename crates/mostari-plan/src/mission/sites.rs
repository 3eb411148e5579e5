//! Sites: where to open so many of a kind, so that the people whom the record counts reach one.
//!
//! Everybody is taken to live at one point of their smallest area. A new site can stand at the point of any of them, or
//! at a recorded facility of the kind ([`Among`]); what works already counts as standing.

use crate::findings::{SITES_NOT_IN_A_LEAF, SITES_PEOPLE_UNKNOWN};
use crate::mission::convoys::spelled;
use crate::problem::ground::{Ground, Place};
use crate::problem::siting::{Goal, Leg, Reach, Siting, SitingError, SitingPlan};
use crate::siting::{ForcingPrice, Limits, Stop, forcing_prices, site};
use geo::algorithm::line_measures::{Distance, Haversine};
use geo_types::Point;
use mostari_model::{AreaId, Finding, Snapshot};
use mostari_place::Placed;
use serde::Serialize;
use std::collections::BTreeSet;

/// Name and version, for the record.
pub const ENGINE: &str = concat!("mostari-plan sites ", env!("CARGO_PKG_VERSION"));

/// Pairs of area and site that are listed; beyond, each area lists its nearest sites only, and bounds hold all the same.
const LEGS_MAX: usize = 4_000_000;
/// Sites that an area lists at least.
const LEGS_LEAST: usize = 50;

/// Where new sites can stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Among {
    /// In any smallest area, beside what works already.
    Areas,
    /// Only where a facility of the kind is recorded, whatever its state.
    Facilities,
}

/// What is asked.
#[derive(Debug, Clone, PartialEq)]
pub struct SitesQuestion {
    /// Kind of facility: `health.clinic`, or its last word.
    pub kind: String,
    /// How many are to be opened.
    pub count: usize,
    /// Where they can stand.
    pub among: Among,
    /// Whether facilities that work count as standing already.
    pub keeps: bool,
    /// What makes one set better than another.
    pub goal: Goal,
    /// Areas where none is opened, with everything below them.
    pub not_in: Vec<AreaId>,
}

/// A place where a site stands or could.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Site {
    /// Its smallest area.
    pub area: AreaId,
    /// The facility's id in its file, if it is one.
    pub facility: Option<String>,
    /// Whether it works already.
    pub stands: bool,
    #[serde(skip)]
    point: Point<f64>,
}

/// A siting problem with what its numbers mean.
#[derive(Debug, Clone)]
pub struct SitesProblem {
    /// The areas.
    pub ground: Ground,
    /// The kind of facility, as the record calls it.
    pub kinds: Vec<String>,
    /// The places whose people are counted, one for each client.
    pub clients: Vec<usize>,
    /// The sites.
    pub sites: Vec<Site>,
    /// The problem in numbers: people, metres.
    pub siting: Siting,
    /// Smallest areas whose people nobody counts.
    pub unknown: Vec<AreaId>,
}

/// How an area is served.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Served {
    /// The area.
    pub area: AreaId,
    /// Its people.
    pub people: u64,
    /// Great-circle distance to the nearest site, in metres; `None` where there is none.
    pub distance_m: Option<u64>,
    /// Area of that site.
    pub site: Option<AreaId>,
}

/// Sites in the words of the mission.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SitesPlan {
    /// The sites to open, with the people for whom each is the nearest.
    pub open: Vec<(Site, u64)>,
    /// Every area with known people, the farthest first.
    pub served: Vec<Served>,
    /// Share of the people within the distance that was asked about, before and after.
    pub within_share: [f64; 2],
    /// Mean distance of a person in metres, before and after; before is unknown where nothing stands.
    pub mean_m: [Option<f64>; 2],
    /// Longest distance in metres, before and after.
    pub longest_m: [Option<u64>; 2],
    /// What was sought: people x metres, metres, or thousandths of people covered.
    pub objective: u64,
    /// Proven: no plan is better.
    pub bound: u64,
    /// How far they are apart.
    pub gap: f64,
    /// Sites not chosen that would cost least to choose instead, with what the objective would be: proven, and found.
    pub next_best: Vec<(Site, [u64; 2])>,
}

/// Why there are no sites.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SitesError {
    /// An area that is not there.
    #[error("area `{0}` is not in the gazetteer")]
    Area(AreaId),
    /// Nobody is counted.
    #[error("no area of this mission has a known population")]
    NoPeople,
    /// Facilities were asked for, and there are not enough.
    #[error("{found} places are there for {count} sites of kind `{kind}`; the record has the kinds {known}")]
    TooFew {
        /// What was asked for.
        kind: String,
        /// Places that can be chosen.
        found: usize,
        /// Sites wanted.
        count: usize,
        /// Kinds of facility in the record.
        known: String,
    },
    /// The numbers do not fit.
    #[error("the sites do not fit together")]
    Siting(#[from] SitingError),
}

impl SitesProblem {
    /// Gathers people, places and sites. What is unknown is reported, and counts nowhere.
    ///
    /// # Errors
    /// [`SitesError`].
    pub fn of(snapshot: &Snapshot, placed: &Placed, asked: &SitesQuestion) -> Result<(Self, Vec<Finding>), SitesError> {
        let ground = Ground::of(snapshot, &placed.gazetteer);
        let not_in: Vec<AreaId> = asked.not_in.iter().map(|area| spelled(area, &placed.gazetteer)).collect();
        if let Some(area) = not_in.iter().find(|area| !ground.knows(area)) {
            return Err(SitesError::Area(area.clone()));
        }
        let mut findings = Vec::new();
        let is_counted = |place: &usize| ground.places[*place].people.is_some_and(|people| people > 0);
        let clients: Vec<usize> = (0..ground.places.len()).filter(is_counted).collect();
        if clients.is_empty() {
            return Err(SitesError::NoPeople);
        }
        let unknown = ground.places.iter().filter(|place| place.people.is_none()).map(|place| place.area.clone());
        let unknown: Vec<AreaId> = unknown.chain(ground.without_point.iter().cloned()).collect();
        if !unknown.is_empty() {
            let names: Vec<&str> = unknown.iter().take(8).map(|area| ground.name(area)).collect();
            let more = if unknown.len() > names.len() { ", …" } else { "" };
            let message = format!("{} areas ({}{more})", unknown.len(), names.join(", "));
            findings.push(Finding::new(SITES_PEOPLE_UNKNOWN, message));
        }
        let (kinds, facilities) = facilities(snapshot, placed, &ground, &asked.kind, &mut findings);
        let standing = || facilities.iter().filter(|site| site.stands && asked.keeps).cloned();
        let place_of = |site: &Site| ground.find(&site.area).expect("sites stand in places");
        let may_open = |site: &Site| !ground.is_within(place_of(site), &not_in);
        let at_point = |place: &Place| Site {
            area: place.area.clone(),
            facility: None,
            stands: false,
            point: Point::new(place.longitude, place.latitude),
        };
        let candidates: Vec<Site> = match asked.among {
            Among::Areas => ground.places.iter().map(at_point).filter(may_open).collect(),
            Among::Facilities => {
                let not_kept = facilities.iter().filter(|site| !(site.stands && asked.keeps)).cloned();
                not_kept.map(|site| Site { stands: false, ..site }).filter(may_open).collect()
            }
        };
        if candidates.len() < asked.count {
            let known: BTreeSet<&str> = snapshot.tables.facilities.kind.iter().map(String::as_str).collect();
            let known =
                if known.is_empty() { "none".to_owned() } else { known.into_iter().collect::<Vec<_>>().join(", ") };
            return Err(SitesError::TooFew {
                kind: asked.kind.clone(),
                found: candidates.len(),
                count: asked.count,
                known,
            });
        }
        let kept_count = standing().count();
        let sites: Vec<Site> = standing().chain(candidates).collect();
        let reach = reach(&ground, &clients, &sites)?;
        let people = clients.iter().map(|place| ground.places[*place].people.unwrap_or(0));
        let people = people.map(|people| u32::try_from(people).unwrap_or(u32::MAX)).collect();
        let siting =
            Siting::new(reach, people, kept_count + asked.count, (0..kept_count as u32).collect(), asked.goal)?;
        Ok((Self { ground, kinds, clients, sites, siting, unknown }, findings))
    }
}

/// The facilities of a kind, by its whole name or its last word, and what the record calls that kind.
fn facilities(
    snapshot: &Snapshot,
    placed: &Placed,
    ground: &Ground,
    asked: &str,
    findings: &mut Vec<Finding>,
) -> (Vec<String>, Vec<Site>) {
    let table = &snapshot.tables.facilities;
    let is_meant = |kind: &str| kind == asked || kind.rsplit('.').next() == Some(asked);
    let (mut kinds, mut sites, mut outside) = (BTreeSet::new(), Vec::new(), 0);
    for row in (0..table.len()).filter(|row| is_meant(table.kind.get(*row))) {
        kinds.insert(table.kind.get(row).to_owned());
        let area = placed.facilities[row].map(|area| placed.gazetteer.areas[area].id.clone());
        let place = area.as_ref().and_then(|area| ground.find(area));
        let Some((area, place)) = area.zip(place) else {
            outside += 1;
            continue;
        };
        let point = table.longitude[row].zip(table.latitude[row]);
        let of_place = &ground.places[place];
        let (longitude, latitude) = point.unwrap_or((of_place.longitude, of_place.latitude));
        sites.push(Site {
            area,
            facility: Some(table.facility_id.get(row).to_owned()),
            stands: matches!(table.status.get(row).as_str(), "" | "functional"),
            point: Point::new(longitude, latitude),
        });
    }
    if outside > 0 {
        findings.push(Finding::new(SITES_NOT_IN_A_LEAF, format!("{outside} of kind `{asked}`")));
    }
    (kinds.into_iter().collect(), sites)
}

fn metres(ground: &Ground, place: usize, site: &Site) -> u32 {
    let place = &ground.places[place];
    Haversine.distance(Point::new(place.longitude, place.latitude), site.point).round() as u32
}

fn reach(ground: &Ground, clients: &[usize], sites: &[Site]) -> Result<Reach, SitingError> {
    let listed = (LEGS_MAX / clients.len().max(1)).max(LEGS_LEAST).min(sites.len());
    let lists = clients.iter().map(|place| {
        let mut legs: Vec<Leg> = sites
            .iter()
            .zip(0..)
            .map(|(site, number)| Leg { travel: metres(ground, *place, site), site: number })
            .collect();
        legs.sort_unstable();
        legs.truncate(listed);
        let beyond = legs.last().map_or(0, |leg| leg.travel);
        (legs, beyond)
    });
    Reach::from_lists(sites.len(), lists.collect::<Vec<_>>())
}

/// Sites for a problem; `within_m` is the distance that the shares speak of. The plain answer comes along for the checker.
pub fn open(problem: &SitesProblem, within_m: u32, seed: u64, stop: Stop<'_>) -> (SitesPlan, SitingPlan) {
    let limits = Limits::standard(seed);
    let found = site(&problem.siting, &limits, stop);
    let kept = problem.siting.kept();
    let (before, after) = (nearest(problem, kept), nearest(problem, &found.open));
    let mut nearest_to = vec![0_u64; problem.sites.len()];
    let people = |client: usize| u64::from(problem.siting.people()[client]);
    for (client, (_, site)) in after.iter().enumerate().filter_map(|(client, near)| Some((client, (*near)?))) {
        nearest_to[site as usize] += people(client);
    }
    let new = found.open.iter().filter(|site| !kept.contains(site));
    let mut open: Vec<(Site, u64)> =
        new.map(|site| (problem.sites[*site as usize].clone(), nearest_to[*site as usize])).collect();
    open.sort_by(|a, b| (b.1, &a.0.area, &a.0.facility).cmp(&(a.1, &b.0.area, &b.0.facility)));
    let mut served: Vec<Served> = after
        .iter()
        .enumerate()
        .map(|(client, near)| Served {
            area: problem.ground.places[problem.clients[client]].area.clone(),
            people: people(client),
            distance_m: near.map(|(metres, _)| u64::from(metres)),
            site: near.map(|(_, site)| problem.sites[site as usize].area.clone()),
        })
        .collect();
    served.sort_by(|a, b| (b.distance_m, b.people, &a.area).cmp(&(a.distance_m, a.people, &b.area)));
    let prices = match problem.siting.goal() {
        Goal::Median => forcing_prices(&problem.siting, &found, &limits, stop),
        Goal::Center | Goal::Cover { .. } => Vec::new(),
    };
    let plan = SitesPlan {
        open,
        served,
        within_share: [&before, &after].map(|near| within(problem, near, within_m)),
        mean_m: [&before, &after].map(|near| mean(problem, near)),
        longest_m: [&before, &after]
            .map(|near| near.iter().map(|it| it.map(|(metres, _)| u64::from(metres))).max().flatten()),
        objective: found.objective,
        bound: found.bound,
        gap: found.gap(),
        next_best: next_best(problem, prices),
    };
    (plan, found)
}

/// For each client the nearest of some sites, with its distance.
fn nearest(problem: &SitesProblem, open: &[u32]) -> Vec<Option<(u32, u32)>> {
    let near = |place: &usize| {
        open.iter().map(|site| (metres(&problem.ground, *place, &problem.sites[*site as usize]), *site)).min()
    };
    problem.clients.iter().map(near).collect()
}

fn within(problem: &SitesProblem, near: &[Option<(u32, u32)>], within_m: u32) -> f64 {
    let people = problem.siting.people();
    let all: u64 = people.iter().map(|people| u64::from(*people)).sum();
    let is_within = |(_, near): &(&u32, &Option<(u32, u32)>)| near.is_some_and(|(metres, _)| metres <= within_m);
    let reached: u64 = people.iter().zip(near).filter(is_within).map(|(people, _)| u64::from(*people)).sum();
    reached as f64 / all.max(1) as f64
}

fn mean(problem: &SitesProblem, near: &[Option<(u32, u32)>]) -> Option<f64> {
    let people = problem.siting.people();
    let all: u64 = people.iter().map(|people| u64::from(*people)).sum();
    let travel = people.iter().zip(near).map(|(people, near)| Some(u64::from(*people) * u64::from(near.as_ref()?.0)));
    Some(travel.sum::<Option<u64>>()? as f64 / all.max(1) as f64)
}

/// The three sites that would cost least to open instead.
fn next_best(problem: &SitesProblem, mut prices: Vec<ForcingPrice>) -> Vec<(Site, [u64; 2])> {
    prices.sort_by_key(|price| (price.found, price.site));
    let site = |price: &ForcingPrice| (problem.sites[price.site as usize].clone(), [price.at_best, price.found]);
    prices.iter().take(3).map(site).collect()
}
