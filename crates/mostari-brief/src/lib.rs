//! Assessment and plan to one self-contained HTML page.
//!
//! The page has no script and asks nobody for anything: style and maps stand inside. It is a function of its
//! inputs alone, so the same inputs give the same bytes, and its digest can go into the record.
//!
//! | module | what it writes |
//! | --- | --- |
//! | `page` | the frame, the head, the order of the sections |
//! | `summary` | a few sentences made from the data |
//! | `situation`, `map`, `outline`, `legend` | small maps, one a topic |
//! | `chart` | a line over time with its band |
//! | `table` | areas and their indicators |
//! | `plan_section`, `timeline`, `money`, `why_not` | the plan |
//! | `doubts` | findings, datasets, methods, digests |
//! | `topic`, `text` | which values are shown, and how a number is written |

mod chart;
mod doubts;
mod ground;
mod legend;
mod map;
mod money;
mod outline;
mod page;
mod plan_section;
mod situation;
mod summary;
mod table;
mod text;
mod timeline;
mod topic;
mod why_not;

use mostari_model::{About, Assessment, CheckReport, Finding, Means, Plan, Project, Snapshot};
use mostari_place::Placed;

/// Everything that a briefing speaks of. All dates come from here: nothing reads a clock.
#[derive(Debug, Clone, Copy)]
pub struct Briefing<'a> {
    /// What one reader may see: mission, datasets, log size.
    pub snapshot: &'a Snapshot,
    /// The areas with their boundaries.
    pub placed: &'a Placed,
    /// Indicator values.
    pub assessment: &'a Assessment,
    /// Cards of the indicators: names, methods, sources.
    pub indicators: &'a [&'a About],
    /// Candidate projects; may be empty.
    pub projects: &'a [Project],
    /// The plan, if one was made.
    pub plan: Option<&'a Plan>,
    /// The means that the plan was made with; names donors and parties.
    pub means: Option<&'a Means>,
    /// What the independent checker said of the plan.
    pub check: Option<&'a CheckReport>,
    /// Findings of the datasets and of placing; those of the assessment are taken from it.
    pub findings: &'a [Finding],
    /// Version of the program that writes the page: `0.1.0`.
    pub version: &'a str,
}

/// Writes the briefing as one HTML5 file in English, encoded as UTF-8.
///
/// What is left out for length is counted on the page, with the command that shows it.
pub fn brief(input: &Briefing<'_>) -> String {
    page::page(&ground::Ground::of(input)).into_string()
}
