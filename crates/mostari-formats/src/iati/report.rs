//! What is told while a file is read.

use crate::findings::aid as cards;
use mostari_model::{AidActivity, Finding, FindingCard};
use std::collections::BTreeMap;

/// Findings of one code that are told one by one; further ones are counted, so that no file can fill the memory.
const TOLD_MAX: u64 = 10_000;

/// The findings of a file, and what can be told only at its end.
#[derive(Default)]
pub(super) struct Report {
    pub(super) findings: Vec<Finding>,
    /// How many there are of each code, told or not.
    counts: BTreeMap<&'static str, (u64, &'static FindingCard)>,
    /// Position of the activity that is read, from 1; 0 before the first.
    position: u64,
    /// Lines of each identifier.
    seen: BTreeMap<String, u64>,
    /// Activities of secondary reporters, and the line of the first.
    secondary: Option<(u64, u64)>,
    /// Parts that are not kept, by path.
    not_kept: BTreeMap<String, u64>,
}

impl Report {
    pub(super) fn begin_activity(&mut self) {
        self.position += 1;
    }

    /// What follows is about the file as a whole again.
    pub(super) fn end_activities(&mut self) {
        self.position = 0;
    }

    /// Tells a fault in a line; the path stands below the activity.
    pub(super) fn say(&mut self, card: &'static FindingCard, line: u64, path: &str, message: String) {
        let (count, _) = self.counts.entry(card.code).or_insert((0, card));
        *count += 1;
        if *count > TOLD_MAX {
            return;
        }
        let message = match self.position {
            0 => message,
            position => format!("activity {position}: {message}"),
        };
        let finding = Finding::new(card, message).at_row(line);
        self.findings.push(if path.is_empty() { finding } else { finding.in_column(path) });
    }

    /// Counts a part that is checked and not kept.
    pub(super) fn pass_over(&mut self, path: &str, count: usize) {
        if count > 0 {
            *self.not_kept.entry(path.to_owned()).or_default() += count as u64;
        }
    }

    /// What only shows among several activities.
    pub(super) fn remember(&mut self, activity: &AidActivity, line: u64) {
        if activity.is_secondary {
            let (count, first) = self.secondary.unwrap_or((0, line));
            self.secondary = Some((count + 1, first));
        }
        if activity.id.is_empty() {
            return;
        }
        match self.seen.get(&activity.id) {
            Some(first) => {
                let message = format!("`{}` stands in line {first} already; both are kept", activity.id);
                self.say(cards::IDENTIFIER_TWICE, line, "iati-identifier", message);
            }
            None => {
                self.seen.insert(activity.id.clone(), line);
            }
        }
    }

    /// All findings.
    pub(super) fn finish(mut self) -> Vec<Finding> {
        for (count, card) in self.counts.values().filter(|(count, _)| *count > TOLD_MAX) {
            let message = format!("{} more of this kind are not told one by one", count - TOLD_MAX);
            self.findings.push(Finding::new(card, message));
        }
        if let Some((count, first)) = self.secondary {
            let message = format!("{count} activities are of secondary reporters");
            self.findings.push(Finding::new(cards::SECONDARY, message).at_row(first));
        }
        if !self.not_kept.is_empty() {
            let parts: Vec<String> = self.not_kept.iter().map(|(path, count)| format!("{count} `{path}`")).collect();
            self.findings.push(Finding::new(cards::NOT_KEPT, parts.join(", ")));
        }
        self.findings
    }
}
