//! Doubts and sources: what was not used and why, where the data come from, how numbers were made, and the digests.

use crate::{ground::Ground, summary::sum, text};
use maud::{Markup, html};
use mostari_model::{About, Digest, Finding, Severity};
use std::collections::BTreeMap;

/// The sections at the end of the page.
pub(crate) fn doubts(ground: &Ground<'_>) -> Markup {
    html! {
        section #doubts {
            h2 { "Doubts and sources" }
            (findings(ground))
            (datasets(ground))
        }
        section #methods {
            h2 { "Methods" }
            (methods(ground))
        }
        section #digests {
            h2 { "Recompute it" }
            (digests(ground))
        }
    }
}

fn findings(ground: &Ground<'_>) -> Markup {
    let mut by_code: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
    for finding in ground.input.findings.iter().chain(&ground.input.assessment.findings) {
        by_code.entry(&finding.code).or_default().push(finding);
    }
    // Rows that were lost matter more than notes.
    let mut codes: Vec<(&str, Vec<&Finding>)> = by_code.into_iter().collect();
    codes.sort_by_key(|(code, found)| (std::cmp::Reverse(found[0].severity), *code));
    html! {
        h3 { "Findings" }
        @if codes.is_empty() {
            p { "Every row of every file was used without a doubt." }
        } @else {
            table.findings {
                caption { "Findings by code; " code { "mostari findings" } " lists every one" }
                thead { tr {
                    th scope="col" { "Code" }
                    th.n scope="col" { "How many" span.unit { "findings" } }
                    th scope="col" { "What it means" }
                    th scope="col" { "First example" }
                    th scope="col" { "What to do" }
                } }
                tbody { @for (code, found) in &codes { (finding_row(code, found)) } }
            }
        }
    }
}

fn finding_row(code: &str, found: &[&Finding]) -> Markup {
    let first = found[0];
    let meaning = match first.severity {
        Severity::Error => "row not used",
        Severity::Warning => "used, changed or doubted",
        Severity::Note => "worth knowing",
    };
    html! {
        tr {
            th scope="row" { (code) }
            td.n data-value=(found.len()) data-unit="findings" { (text::count(found.len())) }
            td { (meaning) }
            td {
                (first.message)
                @if !first.file.is_empty() {
                    span.under {
                        (first.file)
                        @if let Some(row) = first.row { ", row " (text::count(row as usize)) }
                        @if let Some(column) = &first.column { ", column " (column) }
                    }
                }
            }
            td { (first.hint) }
        }
    }
}

fn datasets(ground: &Ground<'_>) -> Markup {
    html! {
        h3 { "Datasets" }
        @if ground.input.snapshot.datasets.is_empty() {
            p { "The snapshot holds no dataset." }
        } @else {
            table.datasets {
                caption { "Files that this briefing was made from" }
                thead { tr {
                    th scope="col" { "Source" } th scope="col" { "Licence" } th.n scope="col" { "Rows" span.unit { "records" } }
                    th scope="col" { "Label" } th scope="col" { "Added" } th scope="col" { "File digest" span.unit { "SHA-256, first digits" } }
                } }
                tbody {
                    @for dataset in &ground.input.snapshot.datasets {
                        tr {
                            th scope="row" { (dataset.source) span.under { (dataset.id) " " (dataset.file) "; read as " (dataset.reader) } }
                            td { @if dataset.licence.is_empty() { "not stated" } @else { (dataset.licence) } }
                            td.n data-value=(dataset.rows) data-unit="records" { (text::count(dataset.rows as usize)) }
                            td { (dataset.label) }
                            td { time datetime=(dataset.added) { (dataset.added) } }
                            td { code { (dataset.file_digest.short()) } }
                        }
                    }
                }
            }
        }
    }
}

fn methods(ground: &Ground<'_>) -> Markup {
    let used = |card: &&&About| ground.input.assessment.indicators.iter().any(|id| id == card.id);
    let cards: Vec<&&About> = ground.input.indicators.iter().filter(used).collect();
    html! {
        p {
            "Circles on maps are in proportion by surface; colour classes are taken from ColorBrewer 2.0. Boundaries are simplified for reading, "
            "and every computation used the full ones. Unknown is never counted as zero."
        }
        @for card in cards {
            details {
                summary { (card.name) }
                dl.card {
                    div { dt { "Answers" } dd { (card.summary) } }
                    div { dt { "Unit" } dd { (card.unit) "; " (card.range) } }
                    div { dt { "Method" } dd { (card.method) } }
                    div { dt { "Source" } dd { (card.source) } }
                    div { dt { "Protection" } dd { (card.protection) } }
                }
            }
        }
    }
}

fn digests(ground: &Ground<'_>) -> Markup {
    let input = &ground.input;
    let row = |what: &str, digest: Digest| html! { tr { th scope="row" { (what) } td { code { (digest) } } } };
    html! {
        p {
            "Whoever holds the same snapshot can compute these numbers again and must get the same digests (SHA-256). "
            "The snapshot covers " (text::many(input.snapshot.entries_seen as usize, "entry of the log").replace("entry of the logs", "entries of the log")) "."
            @if input.snapshot.erased > 0 {
                " What " (input.snapshot.erased) " more said was erased since: no total here counts it."
            }
        }
        table.digests {
            caption { "Digests" }
            thead { tr { th scope="col" { "Of" } th scope="col" { "SHA-256" } } }
            tbody {
                (row("snapshot", input.snapshot.digest))
                (row("assessment", input.assessment.digest()))
                @if let Some(plan) = input.plan {
                    (row("candidate projects", plan.projects))
                    (row("means", plan.means))
                    (row("plan", plan.digest()))
                }
            }
        }
        p {
            "Engines: " (input.assessment.engine) @if let Some(plan) = input.plan { "; " (plan.engine) ", seed " (plan.seed) }
            ". Page written by Mostari " (input.version) "."
            @if let Some(total) = sum(input.projects.iter().map(|project| project.cost.likely)) {
                " Likely cost of all candidate projects together: " (text::money(total)) "."
            }
        }
    }
}
