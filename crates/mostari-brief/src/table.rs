//! The table of areas: one row an area, each number with its bounds and its confidence in a word.

use crate::{
    ground::Ground,
    text,
    topic::{Topic, chosen},
};
use maud::{Markup, html};
use mostari_model::Confidence;
use mostari_place::AreaIndex;

/// Indicators side by side that a page holds.
const COLUMNS_MAX: usize = 5;
/// Rows that stand open; the others fold away below them.
const ROWS_OPEN: usize = 40;
/// Rows in all; what is beyond is counted, and the program prints it.
const ROWS_MAX: usize = 400;

/// The section.
pub(crate) fn areas(ground: &Ground<'_>) -> Markup {
    let topics = chosen(&ground.topics, &ground.leaves, COLUMNS_MAX);
    let order = order(ground, topics.first().copied());
    let (open, rest) = order.split_at(order.len().min(ROWS_OPEN));
    let folded = &rest[..rest.len().min(ROWS_MAX - ROWS_OPEN)];
    let beyond = rest.len() - folded.len();
    let first = topics.first().map_or("name".to_owned(), |topic| format!("“{}”, the worst first", topic.name()));
    html! {
        section #areas {
            h2 { "Areas" }
            @if topics.is_empty() {
                p { "Nothing is known of any area, so there is no table." }
            } @else {
                p {
                    "In the order of " (first) ". Small print: the low to high end, and the confidence where it is not good."
                    @if !rest.is_empty() { " The " (text::count(open.len())) " worst stand open." }
                }
                (rows(ground, &topics, open, "Areas and their key indicators"))
                @if !folded.is_empty() {
                    details {
                        summary { "The other " (text::many(folded.len(), "area")) }
                        (rows(ground, &topics, folded, "Areas and their key indicators, continued"))
                    }
                    p.note.print-only {
                        "The other " (text::many(folded.len(), "area")) " fold out in the electronic version of this page."
                    }
                }
                @if beyond > 0 {
                    p.note { (text::many(beyond, "further area")) " are not in this file: " code { "mostari assess --json" } " prints all." }
                }
            }
        }
    }
}

fn order(ground: &Ground<'_>, topic: Option<&Topic<'_>>) -> Vec<AreaIndex> {
    let Some(topic) = topic else { return ground.leaves.clone() };
    let mut order: Vec<AreaIndex> = topic.worst(&ground.leaves).into_iter().map(|(area, _)| area).collect();
    order.extend(ground.leaves.iter().filter(|area| topic.known(**area).is_none()));
    order
}

fn rows(ground: &Ground<'_>, topics: &[&Topic<'_>], areas: &[AreaIndex], caption: &str) -> Markup {
    html! {
        table.areas {
            caption { (caption) ", as of " (ground.input.assessment.as_of) }
            thead { tr {
                th scope="col" { "Area" }
                @for topic in topics {
                    th.n scope="col" {
                        (topic.name())
                        span.unit { (text::unit_name(topic.unit)) ", " (text::period(topic.period)) }
                    }
                }
            } }
            tbody {
                @for area in areas {
                    tr {
                        th scope="row" {
                            (ground.area(*area).name)
                            @let parent = ground.parent_name(*area);
                            @if !parent.is_empty() { " " span.parent { (parent) } }
                        }
                        @for topic in topics { (cell(topic, *area)) }
                    }
                }
            }
        }
    }
}

fn cell(topic: &Topic<'_>, area: AreaIndex) -> Markup {
    let (Some(value), Some(cell)) = (topic.known(area), topic.cells.get(&area)) else {
        return html! { td.n.unknown { "not assessed" } };
    };
    let span = text::span(cell.low, cell.high, topic.unit);
    let doubtful = cell.confidence < Confidence::Good;
    html! {
        td.n data-value=(value) data-unit=(topic.unit) {
            (text::number(value, topic.unit))
            @if !span.is_empty() || doubtful {
                span.span title=[(!cell.doubt.is_empty()).then_some(&cell.doubt)] {
                    (span)
                    @if !span.is_empty() && doubtful { ", " }
                    @if doubtful { (cell.confidence) }
                }
            }
        }
    }
}
