//! What a person should know about the register as a whole.

use crate::{
    Delivery, PlaceReport, Point, ProjectRecord, PromiseKind, Register, State,
    findings::{
        AMOUNTS_DIFFER, ASSET_PAST_END, CHECK_OVERDUE, CONFLICT, DRIFT, FORCED_TRANSFER, PAID_IN_DOUBT, PLACES_DIFFER,
    },
    points::distance_m,
};
use mostari_model::{Date, DeliveryId, Finding};
use std::collections::BTreeSet;

/// Two claims of one project's place further apart than this are reported, in **metres**: more than any survey's error.
const CLAIMS_APART_M: f64 = 1_000.0;

impl Register {
    /// Everything that a person should know and that no entry says by itself, on a day: refused statements first, then
    /// conflicts, doubts about deliveries and places, checks and ends that have passed, denominators that drift.
    pub fn findings(&self, as_of: Date) -> Vec<Finding> {
        let mut found: Vec<Finding> = Vec::new();
        for logged in self.refused() {
            let (id, party) = (&logged.entry.id, &logged.entry.party);
            found.extend(logged.refused.iter().cloned().map(|mut finding| {
                finding.message = format!("{id} by {party}: {}", finding.message);
                finding
            }));
        }
        for conflict in self.conflicts() {
            let words = format!("{} of {}: {conflict}", conflict.field, conflict.project);
            found.push(Finding::new(CONFLICT, words));
        }
        for project in self.projects().values() {
            project.deliveries.iter().for_each(|(id, delivery)| of_amounts(id, delivery, &mut found));
            of_places(project, &mut found);
            if let (State::TransferredUnilaterally, Some(transfer)) = (project.state, &project.transferred) {
                let words = format!("{} was left to {} on {}", project.id, transfer.to, transfer.happened);
                found.push(Finding::new(FORCED_TRANSFER, words));
            }
        }
        for check in self.checks(as_of).into_iter().filter(|check| check.is_overdue) {
            let words =
                format!("{}: the check after {} months was due on {}", check.project, check.age.months(), check.due);
            found.push(Finding::new(CHECK_OVERDUE, words));
        }
        for promise in self.promises(as_of) {
            if let (PromiseKind::MilitaryAssetEnd, true, Some(due)) = (promise.kind, promise.is_overdue, promise.due) {
                found.push(Finding::new(ASSET_PAST_END, format!("{}: it was to end on {due}", promise.words)));
            }
        }
        self.of_drifts(&mut found);
        found
    }

    /// Payments for projects whose place is in doubt: a score below `score_min`, or none.
    pub fn paid_in_doubt(&self, places: &PlaceReport, score_min: u8) -> Vec<Finding> {
        let paid = self.projects().values().filter(|project| project.deliveries.values().any(|d| !d.paid.is_empty()));
        paid.filter_map(|project| {
            let place = places.place(project.id.as_str());
            let score = place.and_then(|place| place.score);
            if score.is_some_and(|score| score >= score_min) {
                return None;
            }
            let score = score.map_or_else(|| "unknown".to_owned(), |score| format!("{score} of 100"));
            let doubts: Vec<&str> = place.iter().flat_map(|p| &p.doubts).map(|doubt| doubt.words.as_str()).collect();
            let why = if doubts.is_empty() { "nothing is known of it".to_owned() } else { doubts.join("; ") };
            let money = project.columns().paid_money;
            let words = format!("{}: {money} paid; the score of its place is {score}: {why}", project.id);
            Some(Finding::new(PAID_IN_DOUBT, words))
        })
        .collect()
    }

    fn of_drifts(&self, found: &mut Vec<Finding>) {
        for (name, parts) in self.series() {
            for (part, series) in parts {
                for drift in series.drifts().into_iter().filter(|drift| drift.explained.is_none()) {
                    let part = if part.is_empty() { String::new() } else { format!(" of {part}") };
                    let (from, to) = (drift.from.month, drift.to.month);
                    found.push(Finding::new(DRIFT, format!("{name}{part}, {from} to {to}: {drift}")));
                }
            }
        }
    }
}

/// Parties that say different amounts of one delivery.
fn of_amounts(id: &DeliveryId, delivery: &Delivery, found: &mut Vec<Finding>) {
    let reported = delivery.reported.amount;
    let said = delivery.confirmed.values().chain(delivery.verified.values());
    let differs: Vec<String> = said
        .filter(|said| said.amount != reported)
        .map(|said| format!("{} says {}", said.party, said.amount))
        .collect();
    if !differs.is_empty() {
        let words = format!("{id}: {} reported by {}; {}", delivery.reported, delivery.reporter, differs.join(", "));
        found.push(Finding::new(AMOUNTS_DIFFER, words));
    }
}

/// Claims of one project's place that cannot all be true.
fn of_places(project: &ProjectRecord, found: &mut Vec<Finding>) {
    let points: Vec<(&str, Point)> =
        project.locations.iter().filter_map(|l| Some((l.party.as_str(), l.claim.at?))).collect();
    let Some((_, last)) = points.last() else { return };
    let far = points.iter().map(|(party, at)| (distance_m(*at, *last), party));
    let Some((distance, _)) = far.max_by(|(a, _), (b, _)| a.total_cmp(b)).filter(|(far, _)| *far > CLAIMS_APART_M)
    else {
        return;
    };
    let parties: BTreeSet<&str> = points.iter().map(|(party, _)| *party).collect();
    let parties = parties.into_iter().collect::<Vec<_>>().join(", ");
    let words =
        format!("{}: {} claims by {parties}, up to {:.1} km apart", project.id, points.len(), distance / 1_000.0);
    found.push(Finding::new(PLACES_DIFFER, words));
}
