//! One small map: areas filled or marked by a topic, the worst numbered, names where they fit.

use crate::{
    ground::Ground,
    legend::{Scale, sizes},
    outline::{Outline, Outlines},
    text,
    topic::Topic,
};
use maud::{Markup, html};
use mostari_place::AreaIndex;

/// Radius of the largest circle, in grid steps.
const RADIUS_MAX: f64 = 46.0;
/// Height of the letters of names, in grid steps, and the mean width of a letter as a part of it.
const LETTERS: f64 = 24.0;
const LETTER_WIDTH: f64 = 0.56;
/// Room below the outlines for the scale bar, and for the key of circles, in grid steps.
const BELOW: i32 = 52;
const BELOW_WITH_KEY: i32 = 112;
/// Beyond so many areas the hover texts would outweigh the maps; the table has all numbers.
const TITLES_MAX: usize = 400;
/// How many of the worst areas carry a number.
pub(crate) const NUMBERED: usize = 5;

/// Every outline once, hidden; maps refer to them. Also the hatching of what was not assessed.
pub(crate) fn shared_outlines(ground: &Ground<'_>, outlines: &Outlines) -> Markup {
    html! {
        svg.shared width="0" height="0" aria-hidden="true" focusable="false" {
            defs {
                pattern #hatch width="9" height="9" patternUnits="userSpaceOnUse" patternTransform="rotate(45)" {
                    rect width="9" height="9" fill="#fff" {}
                    line x1="0" y1="0" x2="0" y2="9" stroke="#767676" stroke-width="2.5" {}
                }
                @for (area, outline) in drawn(ground, outlines) {
                    path id={ "a" (area) } d=(outline.path) {}
                }
            }
        }
    }
}

fn drawn<'g>(ground: &'g Ground<'_>, outlines: &'g Outlines) -> impl Iterator<Item = (AreaIndex, &'g Outline)> {
    ground.leaves.iter().zip(&outlines.areas).filter_map(|(area, outline)| Some((*area, outline.as_ref()?)))
}

/// The frame of every map: a title and a description for those who do not see it, the areas, a scale bar.
fn frame(outlines: &Outlines, id: &str, title: &str, description: &str, below: i32, inner: Markup) -> Markup {
    let (title_id, description_id) = (format!("{id}-t"), format!("{id}-d"));
    html! {
        svg.map role="img" aria-labelledby={ (title_id) " " (description_id) }
            viewBox={ "-6 -6 " (outlines.width + 12) " " (outlines.height + below) } {
            title id=(title_id) { (title) }
            desc id=(description_id) { (description) }
            (inner)
            (scale_bar(outlines))
        }
    }
}

/// A topic on the map.
pub(crate) fn topic_map(
    ground: &Ground<'_>,
    outlines: &Outlines,
    topic: &Topic<'_>,
    scale: &Scale,
    id: &str,
) -> Markup {
    let worst: Vec<AreaIndex> = numbered(topic, &ground.leaves).into_iter().map(|(area, _)| area).collect();
    let titles = ground.leaves.len() <= TITLES_MAX;
    let words = |area: AreaIndex| {
        let value = topic.known(area).map_or("not assessed".to_owned(), |v| text::with_unit(v, topic.unit));
        format!("{}: {value}", ground.area(area).name)
    };
    let inner = html! {
        @for (area, _) in drawn(ground, outlines) {
            use.(scale.fill(topic.known(area))) href={ "#a" (area) } {
                @if titles { title { (words(area)) } }
            }
        }
        @for (area, outline) in circles(ground, outlines, topic, scale) {
            circle.dot cx=(outline.anchor.0) cy=(outline.anchor.1) r=(format!("{:.1}", area.1)) {
                @if titles { title { (words(area.0)) } }
            }
        }
        (names(ground, outlines, |area| topic.known(area).is_some() && !worst.contains(&area), topic, scale))
        (numbers(ground, outlines, &worst))
        (size_key(outlines, topic, scale))
    };
    let known = ground.leaves.iter().filter(|area| topic.known(**area).is_some()).count();
    let description = format!(
        "Map of {}: {} of {} assessed. The table of areas has every number.",
        text::many(ground.leaves.len(), "area"),
        text::count(known),
        text::count(ground.leaves.len())
    );
    let below = if matches!(scale, Scale::Size { .. }) { BELOW_WITH_KEY } else { BELOW };
    frame(outlines, id, &topic.name(), &description, below, inner)
}

/// How many projects of the plan stand in each area: a circle with the number in it.
pub(crate) fn count_map(
    ground: &Ground<'_>,
    outlines: &Outlines,
    counts: &[(AreaIndex, usize)],
    title: &str,
) -> Markup {
    let most = counts.iter().map(|(_, count)| *count).max().unwrap_or(1) as f64;
    let outline = |area: AreaIndex| drawn(ground, outlines).find(|(i, _)| *i == area).map(|(_, outline)| outline);
    let inner = html! {
        @for (area, _) in drawn(ground, outlines) {
            use.(if counts.iter().any(|(i, _)| *i == area) { "base" } else { "zero" }) href={ "#a" (area) } {}
        }
        @for (area, count) in counts {
            @if let Some(outline) = outline(*area) {
                // Never smaller than the digits in it.
                @let radius = (34.0 * (*count as f64 / most).sqrt()).max(19.0);
                circle.plan cx=(outline.anchor.0) cy=(outline.anchor.1) r=(format!("{radius:.1}")) {
                    title { (ground.area(*area).name) ": " (text::many(*count, "project")) }
                }
                text.in-circle x=(outline.anchor.0) y=(outline.anchor.1 + 9) { (count) }
            }
        }
    };
    let description = format!("{} with projects of the plan.", text::many(counts.len(), "area"));
    frame(outlines, "map-plan", title, &description, BELOW, inner)
}

/// The areas that carry a number: the worst, without those where there is nothing.
pub(crate) fn numbered(topic: &Topic<'_>, areas: &[AreaIndex]) -> Vec<(AreaIndex, f64)> {
    let notable = |value: f64| topic.low_is_worse() || value > 0.0;
    topic.worst(areas).into_iter().filter(|(_, value)| notable(*value)).take(NUMBERED).collect()
}

/// Circles from the largest to the smallest, so that none hides another.
fn circles<'g>(
    ground: &'g Ground<'_>,
    outlines: &'g Outlines,
    topic: &Topic<'_>,
    scale: &Scale,
) -> Vec<((AreaIndex, f64), &'g Outline)> {
    let radius = |area| scale.radius(topic.known(area)).map(|part| (part * RADIUS_MAX).max(2.0));
    let mut circles: Vec<_> =
        drawn(ground, outlines).filter_map(|(area, outline)| Some(((area, radius(area)?), outline))).collect();
    circles.sort_by(|a, b| b.0.1.total_cmp(&a.0.1));
    circles
}

fn numbers(ground: &Ground<'_>, outlines: &Outlines, worst: &[AreaIndex]) -> Markup {
    html! {
        @for (area, outline) in drawn(ground, outlines) {
            @if let Some(rank) = worst.iter().position(|worst| *worst == area) {
                @let (x, y) = outline.anchor;
                circle.rank cx=(x) cy=(y) r="17" {}
                text.rank-number x=(x) y=(y + 9) { (rank + 1) }
            }
        }
    }
}

/// Names that fit into their areas and do not touch another; the worst areas carry numbers instead.
fn names(
    ground: &Ground<'_>,
    outlines: &Outlines,
    named: impl Fn(AreaIndex) -> bool,
    topic: &Topic<'_>,
    scale: &Scale,
) -> Markup {
    let mut taken: Vec<(f64, f64, f64)> = Vec::new();
    let mut fits = |area: AreaIndex, outline: &Outline| {
        let width = ground.area(area).name.chars().count() as f64 * LETTERS * LETTER_WIDTH;
        let (x, y) = (f64::from(outline.anchor.0), f64::from(outline.anchor.1));
        let free = taken.iter().all(|(ox, oy, ow)| (x - ox).abs() > (width + ow) / 2.0 || (y - oy).abs() > LETTERS);
        let covered = scale.radius(topic.known(area)).is_some();
        let fits = named(area) && free && !covered && width * 1.08 < f64::from(outline.room);
        if fits {
            taken.push((x, y, width));
        }
        fits
    };
    html! {
        @for (area, outline) in drawn(ground, outlines) {
            @if fits(area, outline) {
                text.name paint-order="stroke" x=(outline.anchor.0) y=(outline.anchor.1 + 8) { (ground.area(area).name) }
            }
        }
    }
}

/// Circles of round values, drawn in the map itself so that they keep its scale on every screen and sheet.
fn size_key(outlines: &Outlines, topic: &Topic<'_>, scale: &Scale) -> Markup {
    let Scale::Size { most } = scale else { return html! {} };
    let y = outlines.height + 56;
    let mut x = f64::from(outlines.width) * 0.38;
    let mut place = |value: f64| {
        let (radius, words) = (RADIUS_MAX * (value / most).sqrt(), text::number(value, topic.unit));
        let (middle, after) = (x + radius, x + 2.0 * radius + 8.0);
        x = after + LETTERS * LETTER_WIDTH * words.chars().count() as f64 + 26.0;
        (radius, middle, after, words)
    };
    html! {
        @for (radius, middle, after, words) in sizes(*most).into_iter().map(&mut place) {
            circle.dot cx=(format!("{middle:.1}")) cy=(y) r=(format!("{radius:.1}")) {}
            text.scale-text x=(format!("{after:.1}")) y=(y + 8) { (words) }
        }
    }
}

/// A bar of a round number of kilometres, about a fifth of the map's width.
fn scale_bar(outlines: &Outlines) -> Markup {
    let fifth_km = f64::from(outlines.width) * outlines.km_per_step / 5.0;
    let power = 10_f64.powf(fifth_km.log10().floor());
    let km = [5.0, 2.0, 1.0].into_iter().map(|n| n * power).find(|km| *km <= fifth_km).unwrap_or(power);
    let (length, y) = ((km / outlines.km_per_step).round(), outlines.height + 26);
    html! {
        path.scale d={ "M0 " (y) "v8h" (length) "v-8" } {}
        text.scale-text x=(length + 10.0) y=(y + 10) { (format!("{km}")) " km" }
    }
}
