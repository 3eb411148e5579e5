//! The frame of the page: head, title block, contents, and the sections in the order in which a busy reader needs them.

use crate::{doubts, ground::Ground, map, outline::Outlines, plan_section, situation, summary, table, text, why_not};
use maud::{DOCTYPE, Markup, PreEscaped, html};

const STYLE: &str = include_str!("style.css");

/// The whole page.
pub(crate) fn page(ground: &Ground<'_>) -> Markup {
    let shapes: Vec<_> = ground.leaves.iter().map(|area| ground.area(*area).shape.as_ref()).collect();
    let outlines = Outlines::of(&shapes);
    let mission = &ground.input.snapshot.mission;
    html! {
        (DOCTYPE)
        html lang="en" dir="ltr" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="generator" content={ "Mostari " (ground.input.version) };
                meta name="referrer" content="no-referrer";
                title { (mission.name) ": briefing as of " (ground.input.assessment.as_of) }
                style { (PreEscaped(STYLE)) (PreEscaped(running_head(ground))) }
            }
            body {
                @if let Some(outlines) = &outlines { (map::shared_outlines(ground, outlines)) }
                header { (title_block(ground)) }
                main {
                    (summary::summary(ground))
                    (situation::situation(ground, outlines.as_ref()))
                    (table::areas(ground))
                    (plan_section::plan(ground, outlines.as_ref()))
                    (why_not::why_not(ground))
                    (doubts::doubts(ground))
                }
            }
        }
    }
}

/// Stands in the margin of every printed sheet: a loose sheet must still say who may read it.
fn running_head(ground: &Ground<'_>) -> String {
    let title = format!("{}, as of {}", ground.input.snapshot.mission.name, ground.input.assessment.as_of);
    let (title, protection) = (text::css_string(&title), text::css_string(&protection(ground)));
    let digest = text::css_string(&ground.input.snapshot.digest.short());
    format!(
        "@page {{ font: 7.5pt sans-serif; color: #4a4a4a; @top-left {{ content: {title}; }} @top-right {{ content: {protection}; }} \
         @bottom-left {{ content: {digest}; }} @bottom-right {{ content: counter(page) \" / \" counter(pages); }} }}"
    )
}

/// Who may read the page, in a word.
fn protection(ground: &Ground<'_>) -> String {
    let label = ground.label();
    if label.is_public() { "Public".to_owned() } else { format!("Only for holders of: {label}") }
}

fn title_block(ground: &Ground<'_>) -> Markup {
    let input = &ground.input;
    html! {
        p.badge { span.badge-word { (protection(ground)) } " shown by area, never by person or site" }
        h1 { (input.snapshot.mission.name) span.subtitle { "Briefing as of " time datetime=(input.assessment.as_of) { (input.assessment.as_of) } } }
        p.what {
            "What this is: an assessment of " (text::many(ground.leaves.len(), "area"))
            @if !input.snapshot.mission.country.is_empty() { " (" (input.snapshot.mission.country) ")" }
            " from " (text::many(input.snapshot.datasets.len(), "dataset"))
            @if input.plan.is_some() { ", and a plan with a reason for every yes and every no" }
            ". Every number says its unit, its source, its date and its doubt."
        }
        dl.idents {
            div { dt { "Snapshot" } dd { code { (input.snapshot.digest.short()) } } }
            div { dt { "Assessment" } dd { code { (input.assessment.digest().short()) } } }
            @if let Some(plan) = input.plan { div { dt { "Plan" } dd { code { (plan.digest().short()) } } } }
            div { dt { "Program" } dd { "Mostari " (input.version) } }
        }
        nav aria-label="Contents" {
            a href="#summary" { "Summary" } a href="#situation" { "Situation" } a href="#areas" { "Areas" }
            a href="#plan" { "Plan" } @if input.plan.is_some() { a href="#why-not" { "Why not the others" } }
            a href="#doubts" { "Doubts and sources" } a href="#methods" { "Methods" } a href="#digests" { "Recompute it" }
        }
    }
}
