//! People in need by sector, and jointly.

use crate::findings::CHECK_DIFFERS;
use crate::needs::{self, AreaNeeds, JOINT, Stated, is_main_sector, needs};
use crate::sheet::{Known, Sheet};
use crate::{Ground, Indicator};
use mostari_model::{About, Confidence, Direction, Finding, IndicatorValue, Kind, Period, Unit};
use mostari_place::AreaIndex;
use std::collections::{BTreeMap, BTreeSet};

static ABOUT: About = About {
    id: "needs-people",
    kind: Kind::Indicator,
    name: "People in need",
    summary: "How many people need humanitarian assistance in each area, by sector and of any sector?",
    unit: "people",
    range: "0 to the population",
    direction: Direction::HigherIsWorse,
    source: "JIAF 2 Technical Manual (July 2024), Box 21: mosaic of sectoral people in need. Support for the JIAF \
             process, not endorsed by it",
    method: "Sector figures as stated. Jointly: the stated intersectoral figure, else the largest sector of the area, \
             which is the least that the joint figure can be; sectors are never summed. Areas above: the stated figure, \
             else the sum of the areas below.",
    protection: "Counts by area and sector; groups of people are not shown.",
};

/// See [`ABOUT`].
pub(crate) struct NeedsPeople;

impl Indicator for NeedsPeople {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn assess(&self, ground: &Ground<'_>) -> Vec<IndicatorValue> {
        let mut sheet = Sheet::new(ground, &ABOUT, Unit::People);
        let (needs, day) = (needs(ground), Period::day(ground.as_of));
        let sectors: BTreeSet<&String> =
            needs.values().flat_map(|n| n.sectors.keys()).filter(|s| *s != JOINT).collect();
        let leaves: BTreeSet<AreaIndex> = ground.leaves().into_iter().collect();
        let sums = sums_below(ground, &needs);
        for area in 0..ground.placed.gazetteer.areas.len() {
            let Some(here) = needs.get(&area) else {
                if leaves.contains(&area) {
                    unknown(&mut sheet, ground, &needs, area, &sectors, day);
                } else if let Some(sum) = sums.get(&area) {
                    write_sum(&mut sheet, area, sum);
                }
                continue;
            };
            for sector in &sectors {
                match here.sectors.get(*sector) {
                    Some(stated) => write_sector(&mut sheet, area, sector, here, stated),
                    None => sheet.unknown(area, sector, here.period, "no figure for this sector here"),
                }
            }
            write_joint(&mut sheet, area, here, sums.get(&area));
        }
        sheet.finish()
    }

    fn findings(&self, ground: &Ground<'_>) -> Vec<Finding> {
        let mut findings = needs::findings(ground);
        for (area, here) in needs(ground) {
            if let (Some(stated), Some(mosaic)) = (stated_joint(&here), mosaic(&here))
                && stated < mosaic
            {
                let name = &ground.placed.gazetteer.areas[area].name;
                let message = format!("{name}: {stated} people in need jointly, but {mosaic} in one sector");
                findings.push(Finding::new(CHECK_DIFFERS, message));
            }
        }
        findings
    }
}

fn unknown(
    sheet: &mut Sheet<'_>,
    ground: &Ground<'_>,
    needs: &BTreeMap<AreaIndex, AreaNeeds>,
    area: AreaIndex,
    sectors: &BTreeSet<&String>,
    day: Period,
) {
    let above = ground.placed.gazetteer.upward(area).skip(1).find(|above| needs.contains_key(above));
    let because = match above {
        _ if needs.is_empty() => "no data about needs".to_owned(),
        Some(above) => {
            format!("stated only for {}, which is not divided here", ground.placed.gazetteer.areas[above].name)
        }
        None => "no figure for this area".to_owned(),
    };
    sheet.unknown(area, "", day, because.clone());
    sectors.iter().for_each(|sector| sheet.unknown(area, sector, day, because.clone()));
}

fn stated_joint(here: &AreaNeeds) -> Option<i64> {
    here.sectors.get(JOINT).and_then(|stated| stated.in_need)
}

/// Box 21: the largest sector.
fn mosaic(here: &AreaNeeds) -> Option<i64> {
    main_sectors(here).filter_map(|stated| stated.in_need).max()
}

fn main_sectors(here: &AreaNeeds) -> impl Iterator<Item = &Stated> {
    here.sectors.iter().filter(|(sector, _)| is_main_sector(sector)).map(|(_, stated)| stated)
}

fn write_sector(sheet: &mut Sheet<'_>, area: AreaIndex, sector: &str, here: &AreaNeeds, stated: &Stated) {
    let doubt = match (stated.in_need, stated.groups) {
        (Some(_), _) => "as stated by the sector".to_owned(),
        (None, 0) => "the row gives no figure".to_owned(),
        (None, _) => "only groups are given, which may overlap; low: the largest group".to_owned(),
    };
    let known = Known {
        value: stated.in_need.map(|people| people as f64),
        low: stated.in_need_low.map(|people| people as f64),
        high: stated.in_need.map(|people| people as f64),
        confidence: Confidence::Fair,
        doubt,
        sources: &here.sources,
    };
    sheet.write(area, sector, here.period, known);
}

/// The joint figure: stated, else the mosaic. Bounds of the mosaic: no fewer than the largest sector, no more than
/// the sum of the sectors or the people who live there.
fn write_joint(sheet: &mut Sheet<'_>, area: AreaIndex, here: &AreaNeeds, below: Option<&Sum>) {
    let (stated, mosaic) = (stated_joint(here), mosaic(here));
    let sum: i64 = main_sectors(here).filter_map(|stated| stated.in_need).sum();
    let most = here.people.map_or(sum, |people| sum.min(people.max(mosaic.unwrap_or(0))));
    let mut doubt = match (stated, mosaic) {
        (Some(_), Some(mosaic)) => format!("stated joint figure; the largest sector has {mosaic}"),
        (Some(_), None) => "stated joint figure; no sector to check it by".to_owned(),
        (None, Some(_)) => "largest sector (JIAF mosaic); high: the sum of the sectors or the population".to_owned(),
        (None, None) => "no sector gives a figure".to_owned(),
    };
    if let Some(below) = below.filter(|_| stated.is_some()) {
        doubt
            .push_str(&format!("; the areas below add up to {} ({} of {} known)", below.people, below.known, below.of));
    }
    let joint_low = here.sectors.get(JOINT).and_then(|stated| stated.in_need_low);
    let known = Known {
        value: stated.or(mosaic).map(|people| people as f64),
        low: joint_low.or(mosaic).map(|people| people as f64),
        high: stated.or(mosaic.map(|_| most)).map(|people| people as f64),
        confidence: if stated.is_some_and(|s| mosaic.is_none_or(|m| s >= m)) {
            Confidence::Fair
        } else {
            Confidence::Poor
        },
        doubt,
        sources: &here.sources,
    };
    sheet.write(area, "", here.period, known);
}

/// The joint figures of the leaves below an area.
struct Sum {
    people: i64,
    known: u64,
    of: u64,
    period: Option<Period>,
    sources: BTreeSet<u32>,
}

fn sums_below(ground: &Ground<'_>, needs: &BTreeMap<AreaIndex, AreaNeeds>) -> BTreeMap<AreaIndex, Sum> {
    let mut sums: BTreeMap<AreaIndex, Sum> = BTreeMap::new();
    for leaf in ground.leaves() {
        let here = needs.get(&leaf);
        let joint = here.and_then(|here| stated_joint(here).or(mosaic(here)));
        for above in ground.placed.gazetteer.upward(leaf).skip(1) {
            let none = || Sum { people: 0, known: 0, of: 0, period: None, sources: BTreeSet::new() };
            let sum = sums.entry(above).or_insert_with(none);
            sum.of += 1;
            let (Some(here), Some(people)) = (here, joint) else { continue };
            sum.people += people;
            sum.known += 1;
            sum.sources.extend(&here.sources);
            let wider = |p: Period| Period { from: p.from.min(here.period.from), to: p.to.max(here.period.to) };
            sum.period = Some(sum.period.map_or(here.period, wider));
        }
    }
    sums
}

/// Of an area above for which nothing is stated: the sum over its leaves, if every one is known.
fn write_sum(sheet: &mut Sheet<'_>, area: AreaIndex, sum: &Sum) {
    let Some(period) = sum.period else { return };
    let complete = sum.known == sum.of;
    let known = Known {
        value: complete.then_some(sum.people as f64),
        low: Some(sum.people as f64),
        high: complete.then_some(sum.people as f64),
        confidence: Confidence::Poor,
        doubt: format!("sum over the areas below, of which {} of {} are known", sum.known, sum.of),
        sources: &sum.sources,
    };
    sheet.write(area, "", period, known);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::{World, date};
    use mostari_model::Need;

    pub(crate) fn add(world: &mut World, sector: &str, group: &str, in_need: i64, area: usize) {
        world.snapshot.tables.needs.push(Need {
            sector: sector.into(),
            group: group.into(),
            in_need: Some(in_need),
            date_start: Some(date("2024-01-01")),
            date_end: Some(date("2024-12-31")),
            ..Need::default()
        });
        world.placed.needs.push(Some(area));
    }

    fn check(world: &World, area: &str, part: &str, expect: [Option<i64>; 3]) {
        let value = world.value(&NeedsPeople, area, part);
        assert_eq!([value.value, value.low, value.high], expect.map(|n| n.map(|n| n as f64)), "{}", value.doubt);
    }

    #[test]
    fn sectors_are_not_summed_the_largest_is_the_joint_figure() {
        let mut world = World::row(2, "2024-06-30");
        add(&mut world, "HEA", "", 300, 1);
        add(&mut world, "WSH", "", 500, 1);
        add(&mut world, "PRO-CPN", "", 900, 1);
        check(&world, "A1", "", [Some(500), Some(500), Some(800)]);
        check(&world, "A1", "HEA", [Some(300); 3]);
        check(&world, "A2", "", [None; 3]);
    }

    #[test]
    fn a_stated_joint_figure_stands_and_is_checked() {
        let mut world = World::row(1, "2024-06-30");
        add(&mut world, "ALL", "", 450, 1);
        add(&mut world, "WSH", "", 500, 1);
        check(&world, "A1", "", [Some(450); 3]);
        assert_eq!(world.codes(&NeedsPeople), ["ASM-012"]);
    }

    #[test]
    fn the_country_is_the_sum_over_areas_or_what_is_stated() {
        let mut world = World::row(2, "2024-06-30");
        add(&mut world, "WSH", "", 500, 1);
        check(&world, "C", "", [None, Some(500), None]);
        add(&mut world, "HEA", "", 200, 2);
        check(&world, "C", "", [Some(700); 3]);
        add(&mut world, "ALL", "", 650, 0);
        check(&world, "C", "", [Some(650); 3]);
    }

    #[test]
    fn a_figure_for_the_country_is_not_pushed_down() {
        let mut world = World::row(1, "2024-06-30");
        add(&mut world, "ALL", "", 650, 0);
        let value = world.value(&NeedsPeople, "A1", "");
        assert_eq!((value.value, value.doubt.as_str()), (None, "stated only for C, which is not divided here"));
    }

    #[test]
    fn overlapping_groups_are_not_added() {
        let mut world = World::row(1, "2024-06-30");
        add(&mut world, "HEA", "Children", 60, 1);
        add(&mut world, "HEA", "Women", 80, 1);
        check(&world, "A1", "HEA", [None, Some(80), None]);
        add(&mut world, "HEA", "", 100, 1);
        check(&world, "A1", "HEA", [Some(100); 3]);
        assert_eq!(world.codes(&NeedsPeople), ["ASM-015"]);
    }
}
