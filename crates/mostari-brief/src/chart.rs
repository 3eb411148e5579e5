//! A line over time with its band from low to high, and the same numbers as a table.

use crate::{ground::Ground, situation::sources, text, topic::Topic};
use maud::{Markup, html};
use mostari_model::{Month, Unit};
use std::collections::BTreeMap;

/// Months on the chart: five years. What lies before is counted in the caption.
const MONTHS_MAX: usize = 60;

const WIDTH: f64 = 880.0;
const HEIGHT: f64 = 250.0;
const LEFT: f64 = 58.0;
const RIGHT: f64 = 12.0;
const TOP: f64 = 26.0;
const BOTTOM: f64 = 34.0;

/// A month's total over all areas.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
struct Total {
    value: f64,
    low: f64,
    high: f64,
    /// Areas whose count of this month is unknown.
    unknown: usize,
}

/// Deaths, or else events, by month; nothing if the assessment has no monthly count.
pub(crate) fn over_time(ground: &Ground<'_>) -> Markup {
    let monthly = |unit: Unit| {
        ground
            .topics
            .iter()
            .filter(|topic| topic.monthly && topic.unit == unit)
            .min_by_key(|topic| !topic.part.is_empty())
    };
    let Some(topic) = monthly(Unit::Deaths).or_else(|| monthly(Unit::Events)) else { return html! {} };
    let all = totals(topic);
    let months: Vec<(Month, Total)> = all.iter().rev().take(MONTHS_MAX).rev().map(|(m, t)| (*m, *t)).collect();
    if months.is_empty() {
        return html! {};
    }
    let earlier = all.len() - months.len();
    html! {
        figure.chart-figure {
            figcaption {
                span.figure-number { "Chart" } " " (topic.name()) ", by month, all areas together"
            }
            (drawing(topic, &months))
            dl.lines {
                div { dt { "Unit" } dd { (text::unit_name(topic.unit)) " in a month; line: best estimate; band: low to high" } }
                div { dt { "Source" } dd { (sources(ground, &topic.sources)) } }
                div { dt { "As of" } dd {
                    (ground.input.assessment.as_of)
                    @if earlier > 0 { "; " (text::many(earlier, "earlier month")) " not drawn, in " code { "mostari assess --json" } }
                } }
                div { dt { "Confidence" } dd { (certainty(&months)) } }
            }
            (as_table(topic, &months))
        }
    }
}

/// Totals of every month from the first to the last. Values of larger units count beside those of the areas
/// within: an event is credited to one area only. A month in which no area has a value had no event: such
/// series list only months with events.
fn totals(topic: &Topic<'_>) -> BTreeMap<Month, Total> {
    let months = || topic.values.iter().map(|value| Month::of(value.period.from));
    let (Some(first), Some(last)) = (months().min(), months().max()) else { return BTreeMap::new() };
    let mut totals: BTreeMap<Month, Total> = (0..=last - first).map(|i| (first + i, Total::default())).collect();
    for value in topic.values {
        let total = totals.entry(Month::of(value.period.from)).or_default();
        match value.value {
            Some(best) => {
                total.value += best;
                total.low += value.low.unwrap_or(best);
                total.high += value.high.unwrap_or(best);
            }
            None => total.unknown += 1,
        }
    }
    totals
}

fn certainty(months: &[(Month, Total)]) -> String {
    let (value, low, high) =
        months.iter().fold((0.0, 0.0, 0.0), |(v, l, h), (_, t)| (v + t.value, l + t.low, h + t.high));
    let partly = months.iter().filter(|(_, total)| total.unknown > 0).count();
    let n = |number: f64| text::number(number, Unit::Deaths);
    let partly = match partly {
        0 => String::new(),
        months => format!("; in {} some area is not assessed and not in the sum", text::many(months, "month")),
    };
    format!("{} over the months drawn, between {} and {}{partly}", n(value), n(low), n(high))
}

/// A round step so that about five lines cover `most`.
fn step(most: f64) -> f64 {
    let power = 10_f64.powf((most / 5.0).log10().floor());
    [1.0, 2.0, 5.0, 10.0].into_iter().map(|n| n * power).find(|step| step * 5.0 >= most).unwrap_or(power).max(1.0)
}

fn drawing(topic: &Topic<'_>, months: &[(Month, Total)]) -> Markup {
    let most = months.iter().map(|(_, total)| total.high.max(total.value)).fold(1.0, f64::max);
    let step = step(most);
    let top = (most / step).ceil() * step;
    let x = |i: usize| LEFT + (i as f64 + 0.5) / months.len() as f64 * (WIDTH - LEFT - RIGHT);
    let y = |value: f64| TOP + (1.0 - value / top) * (HEIGHT - TOP - BOTTOM);
    let unit = text::unit_name(topic.unit);
    html! {
        svg.chart role="img" aria-labelledby="chart-t chart-d" viewBox={ "0 0 " (WIDTH) " " (HEIGHT) } {
            title #chart-t { (topic.name()) ", by month" }
            desc #chart-d { (describe(months, unit)) " The table below the chart has every month." }
            @for i in 0..=(top / step).round() as usize {
                @let value = i as f64 * step;
                path.grid d={ "M" (LEFT) " " (point(y(value))) "H" (WIDTH - RIGHT) } {}
                text.tick-y x=(LEFT - 7.0) y=(point(y(value) + 4.0)) { (text::plain(value)) }
            }
            @for (i, (month, _)) in months.iter().enumerate() {
                @if month.month() == 1 || i == 0 {
                    path.tick d={ "M" (point(x(i))) " " (HEIGHT - BOTTOM) "v6" } {}
                    // A first label close to the next January would lie under it.
                    @if i > 0 || month.month() <= 9 || months.len() < 12 {
                        text.tick-x x=(point(x(i))) y=(HEIGHT - BOTTOM + 19.0) { (tick_label(*month, i)) }
                    }
                }
            }
            @let high = months.iter().enumerate().map(|(i, (_, t))| (x(i), y(t.high)));
            @let low = months.iter().enumerate().rev().map(|(i, (_, t))| (x(i), y(t.low)));
            path.band d={ (line(high.chain(low))) "z" } {}
            path.line d=(line(months.iter().enumerate().map(|(i, (_, t))| (x(i), y(t.value))))) {}
            text.axis x="0" y="10" { (unit) " in a month" }
        }
    }
}

fn tick_label(month: Month, position: usize) -> String {
    if position == 0 && month.month() != 1 { month.to_string() } else { month.year().to_string() }
}

fn describe(months: &[(Month, Total)], unit: &str) -> String {
    let worst = months.iter().max_by(|a, b| a.1.value.total_cmp(&b.1.value));
    match (months.first(), months.last(), worst) {
        (Some(first), Some(last), Some(worst)) => format!(
            "From {} to {}: most in {} with {} {unit}, {} in the last month.",
            first.0,
            last.0,
            worst.0,
            text::plain(worst.1.value),
            text::plain(last.1.value)
        ),
        _ => "No month is known.".to_owned(),
    }
}

fn point(number: f64) -> String {
    format!("{number:.1}")
}

fn line(points: impl Iterator<Item = (f64, f64)>) -> String {
    let points: Vec<String> = points.map(|(x, y)| format!("{x:.1} {y:.1}")).collect();
    format!("M{}", points.join("L"))
}

fn as_table(topic: &Topic<'_>, months: &[(Month, Total)]) -> Markup {
    let unit = text::unit_name(topic.unit);
    let partly = months.iter().any(|(_, total)| total.unknown > 0);
    let cell =
        |value: f64| html! { td.n data-value=(value) data-unit=(topic.unit) { (text::number(value, topic.unit)) } };
    html! {
        details {
            summary { "The chart as a table" }
            table {
                caption { (topic.name()) ", " (unit) " by month" }
                thead { tr {
                    th scope="col" { "Month" }
                    th.n scope="col" { "Best" } th.n scope="col" { "Low" } th.n scope="col" { "High" }
                    @if partly { th.n scope="col" { "Areas not assessed" } }
                } }
                tbody {
                    @for (month, total) in months {
                        tr {
                            th scope="row" { time datetime=(month) { (month) } }
                            (cell(total.value)) (cell(total.low)) (cell(total.high))
                            @if partly { td.n data-value=(total.unknown) data-unit="areas" { (text::count(total.unknown)) } }
                        }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_axis_has_round_steps_and_at_most_five_of_them() {
        for (most, expect) in [(1.0, 1.0), (7.0, 2.0), (40.0, 10.0), (8_400.0, 2_000.0), (90_000.0, 20_000.0)] {
            assert_eq!(step(most), expect, "{most}");
        }
    }
}
