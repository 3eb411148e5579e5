//! The plan as bars over months, with a thread from each project to those that wait for it.

use crate::{ground::Ground, text};
use maud::{Markup, html};
use mostari_model::{Chosen, Month, Plan};

/// Rows that a page holds; the table above has all projects.
const ROWS_MAX: usize = 45;
const WIDTH: f64 = 880.0;
const NAMES: f64 = 250.0;
const ROW: f64 = 17.0;
const HEAD: f64 = 22.0;
/// Letters of a title that fit before the bars.
const LETTERS_MAX: usize = 34;

/// The drawing. The table of chosen projects says the same in words.
pub(crate) fn timeline(ground: &Ground<'_>, plan: &Plan) -> Markup {
    let shown = &plan.chosen[..plan.chosen.len().min(ROWS_MAX)];
    let left_out = plan.chosen.len() - shown.len();
    let height = HEAD + ROW * shown.len() as f64 + 6.0;
    let last = plan.start + (plan.months as i32 - 1);
    html! {
        figure.chart-figure {
            figcaption { span.figure-number { "Timeline" } " Chosen projects by month, " (plan.start) " to " (last) }
            svg.chart.timeline role="img" aria-labelledby="timeline-t timeline-d" viewBox={ "0 0 " (WIDTH) " " (height) } {
                title #timeline-t { "Chosen projects by month" }
                desc #timeline-d {
                    (text::many(shown.len(), "bar")) " from " (plan.start) " to " (last) ". The table of chosen projects has every start and end."
                }
                (months(plan, height))
                @for (row, chosen) in shown.iter().enumerate() { (bar(ground, plan, chosen, row)) }
                @for (row, chosen) in shown.iter().enumerate() { (threads(ground, plan, shown, chosen, row)) }
            }
            p.note {
                "Beside each bar: its sector. A thread leads from a project to one that waits for it."
                @if left_out > 0 { " " (text::many(left_out, "later project")) " in the table only." }
            }
        }
    }
}

/// The left edge of a month.
fn x(plan: &Plan, month: Month) -> f64 {
    NAMES + f64::from(month - plan.start) / f64::from(plan.months.max(1)) * (WIDTH - NAMES)
}

fn y(row: usize) -> f64 {
    HEAD + ROW * row as f64
}

fn months(plan: &Plan, height: f64) -> Markup {
    let is_labelled = |i: i32| i == 0 || (plan.start + i).month() == 1 || (plan.start + i).month() == 7;
    html! {
        @for i in (0..plan.months as i32).filter(|i| is_labelled(*i)) {
            @let month = plan.start + i;
            path.grid d={ "M" (point(x(plan, month))) " " (HEAD - 4.0) "V" (height) } {}
            // The label of the first month would lie under a second one that follows closely.
            @if i > 0 || !(1..=2).any(is_labelled) {
                text.tick-left x=(point(x(plan, month) + 2.0)) y="13" { (month) }
            }
        }
    }
}

fn bar(ground: &Ground<'_>, plan: &Plan, chosen: &Chosen, row: usize) -> Markup {
    let (from, to) = (x(plan, chosen.start), x(plan, chosen.end + 1));
    let sector = ground.project(&chosen.project).map_or("", |project| project.sector.as_str());
    // Words that would leave the drawing stand before the bar.
    let room = WIDTH - to > 7.0 * sector.len() as f64 + 6.0;
    html! {
        text.row-name x=(NAMES - 8.0) y=(y(row) + 12.0) { (shortened(ground.project_title(&chosen.project))) }
        rect.work x=(point(from)) y=(y(row) + 2.5) width=(point(to - from)) height=(ROW - 5.0) {}
        @if room { text.row-sector x=(point(to + 4.0)) y=(y(row) + 12.0) { (sector) } }
        @else { text.row-sector.end x=(point(from - 4.0)) y=(y(row) + 12.0) { (sector) } }
    }
}

fn threads(ground: &Ground<'_>, plan: &Plan, shown: &[Chosen], waiting: &Chosen, row: usize) -> Markup {
    let before = ground.project(&waiting.project).map_or(&[][..], |project| &project.needs_before);
    html! {
        @for (above, first) in shown.iter().enumerate().filter(|(_, chosen)| before.contains(&chosen.project)) {
            // From below the end of the first bar, so that the thread does not cross the word beside it.
            @let (from, to) = (x(plan, first.end + 1) - 3.0, x(plan, waiting.start));
            path.thread d={ "M" (point(from)) " " (y(above) + ROW - 2.5) "V" (y(row) + ROW / 2.0) "H" (point(to)) } {}
        }
    }
}

fn shortened(title: &str) -> String {
    match title.chars().count() > LETTERS_MAX {
        true => title.chars().take(LETTERS_MAX - 1).chain(['…']).collect(),
        false => title.to_owned(),
    }
}

fn point(number: f64) -> String {
    format!("{number:.1}")
}
