//! Where it is worst: small maps side by side, each with its four lines, then the line over time.

use crate::{
    chart,
    ground::{Ground, source_words},
    legend::{Scale, legend},
    map,
    outline::Outlines,
    text,
    topic::{Topic, chosen},
};
use maud::{Markup, html};
use mostari_model::{Confidence, DatasetId};
use mostari_place::AreaIndex;
use std::collections::BTreeSet;

/// Two rows of two maps fit on a page.
const MAPS_MAX: usize = 4;
/// Sources named under a figure; the others are counted and stand in the list of datasets.
const SOURCES_NAMED: usize = 3;

/// The sentence under every map: a map of ours takes no side.
pub(crate) const BOUNDARIES: &str = "The boundaries and names shown do not imply endorsement or acceptance by anyone.";

/// The section.
pub(crate) fn situation(ground: &Ground<'_>, outlines: Option<&Outlines>) -> Markup {
    let topics = chosen(&ground.topics, &ground.leaves, MAPS_MAX);
    html! {
        section #situation {
            h2 { "Situation" }
            @if topics.is_empty() {
                p { "No indicator has a known value in any area. Section " em { "Doubts and sources" } " says what was read." }
            }
            @match outlines {
                Some(outlines) => {
                    div.maps {
                        @for (i, topic) in topics.iter().enumerate() { (figure(ground, outlines, topic, i + 1)) }
                    }
                    @if !topics.is_empty() { p.note { (BOUNDARIES) } }
                    @if outlines.areas.iter().any(Option::is_none) { (without_boundary(ground, outlines)) }
                }
                None => p.note { "No area has a known boundary, so there is no map; the table of areas has the numbers." }
            }
            (chart::over_time(ground))
        }
    }
}

fn without_boundary(ground: &Ground<'_>, outlines: &Outlines) -> Markup {
    let missing: Vec<&str> = ground
        .leaves
        .iter()
        .zip(&outlines.areas)
        .filter(|(_, outline)| outline.is_none())
        .map(|(area, _)| ground.area(*area).name.as_str())
        .collect();
    html! {
        p.note { "Not on the maps, for want of a boundary: " (missing.join(", ")) "." }
    }
}

fn figure(ground: &Ground<'_>, outlines: &Outlines, topic: &Topic<'_>, number: usize) -> Markup {
    let scale = Scale::of(topic, &ground.leaves);
    html! {
        figure.map-figure {
            figcaption { span.figure-number { "Map " (number) } " " (topic.name()) }
            (map::topic_map(ground, outlines, topic, &scale, &format!("map-{number}")))
            div.beside-map {
                div { (legend(topic, &scale, &ground.leaves)) }
                (worst(ground, topic))
            }
            (lines(ground, topic, &ground.leaves))
            (above(ground, topic))
        }
    }
}

/// The numbered areas of a map with their values.
fn worst(ground: &Ground<'_>, topic: &Topic<'_>) -> Markup {
    let worst = map::numbered(topic, &ground.leaves);
    html! {
        @if !worst.is_empty() {
            ol.worst {
                @for (area, value) in worst {
                    @let cell = &topic.cells[&area];
                    li {
                        (ground.area(area).name) " "
                        data.value data-value=(value) data-unit=(topic.unit) value=(value) { (text::number(value, topic.unit)) }
                        @let span = text::span(cell.low, cell.high, topic.unit);
                        @if !span.is_empty() { " " span.span { "(" (span) ")" } }
                    }
                }
            }
        }
    }
}

/// Values of units above those of the map: said in words, since no small area can be blamed for them.
fn above(ground: &Ground<'_>, topic: &Topic<'_>) -> Markup {
    let leaves: BTreeSet<&AreaIndex> = ground.leaves.iter().collect();
    let units: Vec<(&AreaIndex, f64)> = topic
        .cells
        .iter()
        .filter(|(area, _)| !leaves.contains(area))
        .filter_map(|(area, cell)| Some((area, cell.value?)))
        .filter(|(_, value)| *value > 0.0)
        .collect();
    let words = |(area, value): &(&AreaIndex, f64)| {
        format!("{} {}", ground.area(**area).name, text::with_unit(*value, topic.unit))
    };
    html! {
        @if !units.is_empty() {
            p.note {
                "Known only for a larger unit, so not on the map: "
                (units.iter().take(4).map(words).collect::<Vec<_>>().join("; "))
                @if units.len() > 4 { "; and " (text::many(units.len() - 4, "more unit")) }
                "."
            }
        }
    }
}

/// The four lines of every figure: unit, source, date, confidence.
pub(crate) fn lines(ground: &Ground<'_>, topic: &Topic<'_>, areas: &[AreaIndex]) -> Markup {
    let unit = text::unit_name(topic.unit);
    html! {
        dl.lines {
            div { dt { "Unit" } dd { (unit) } }
            div { dt { "Source" } dd { (sources(ground, &topic.sources)) } }
            div { dt { "As of" } dd { (ground.input.assessment.as_of) "; data " (text::period(topic.period)) } }
            div { dt { "Confidence" } dd { (confidence_words(&topic.confidence(areas))) } }
        }
    }
}

/// Sources with their licences; those beyond the first few are counted.
pub(crate) fn sources(ground: &Ground<'_>, ids: &BTreeSet<DatasetId>) -> String {
    let mut names: Vec<String> = Vec::new();
    for dataset in ids.iter().filter_map(|id| ground.dataset(*id)) {
        let words = source_words(dataset);
        if !names.contains(&words) {
            names.push(words);
        }
    }
    let more = names.len().saturating_sub(SOURCES_NAMED);
    names.truncate(SOURCES_NAMED);
    match (names.is_empty(), more) {
        (true, _) => "none stated".to_owned(),
        (false, 0) => names.join("; "),
        (false, more) => format!("{}; and {} in the list of datasets", names.join("; "), text::count(more)),
    }
}

/// `good in 120 areas, poor in 2, not assessed in 20`.
fn confidence_words(counts: &[(Confidence, usize)]) -> String {
    let word = |confidence: &Confidence| match confidence {
        Confidence::None => "not assessed".to_owned(),
        known => known.to_string(),
    };
    let parts: Vec<String> = counts
        .iter()
        .enumerate()
        .map(|(i, (confidence, count))| match i {
            0 => format!("{} in {}", word(confidence), text::many(*count, "area")),
            _ => format!("{} in {}", word(confidence), text::count(*count)),
        })
        .collect();
    parts.join(", ")
}
