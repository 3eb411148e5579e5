//! `mostari release`: lowers the label of an entry, or publishes a table of counts with what is small hidden.

use crate::allowed::{Asked, Guard};
use crate::session::{self, Session};
use crate::tables::{self, RELEASE, SOURCE, Source, Told};
use crate::terminal::{Terminal, counted, table};
use crate::{Answer, args, failure::Failure};
use jiff::{Timestamp, Zoned};
use mostari_model::{Assessment, Clearance, Digest, Label, canonical_json};
use mostari_policy::actions::{Action, EntryKind};
use mostari_policy::disclosure::{CellId, Protected, Rule, Shown};
use mostari_policy::measure::{Measure, Shown as Earlier};
use mostari_policy::release::Release;
use mostari_record::{AuthorSecret, Body, Draft, Mission, RELEASES, Reference, Said};
use serde_json::{Value, json};
use std::collections::BTreeSet;

pub fn run(args: &args::Release, terminal: &Terminal) -> Result<Answer, Failure> {
    match (args.entry, &args.table) {
        (Some(entry), None) => release_entry(args, entry, terminal),
        (None, Some(indicator)) => release_table(args, indicator, terminal),
        _ => Err(Failure::Table("say what to release: an entry's number, or `--table INDICATOR`".into())),
    }
}

fn secret(mission: &Mission, args: &args::Release) -> Result<AuthorSecret, Failure> {
    Ok(args.key.as_deref().map_or_else(|| mission.author_secret(), AuthorSecret::read)?)
}

fn reason(args: &args::Release) -> Result<&str, Failure> {
    args.reason.as_deref().ok_or_else(|| Failure::Table("say why: `--reason TEXT`; it is told with the release".into()))
}

/// Says again, for more readers, what a sealed entry says.
fn release_entry(args: &args::Release, index: u64, terminal: &Terminal) -> Result<Answer, Failure> {
    let mission = Mission::open(&args.folder)?;
    let (secret, to) = (secret(&mission, args)?, session::label(&args.to)?);
    let reason = if args.dry_run { "" } else { reason(args)? };
    Guard::open(&mission)?.check_entry(&secret.author(), Action::Release, &mission.entry(index)?)?;
    let draft = mission.draft_release(index, &to, reason, &secret.author())?;
    let before = draft.release.as_ref().map_or_else(Label::public, |release| release.label_before.clone());
    let entry = match args.dry_run {
        true => None,
        false => {
            let leaf = mission.pen(&secret)?.sign(&draft, Timestamp::now())?;
            let mut writer = mission.writer()?;
            let appended = writer.append_foreign(&[leaf])?;
            writer.publish()?;
            Some(appended[0].index)
        }
    };
    let words = format!("what entry {index} says ({}), from `{before}` to `{to}`", draft.body.kind());
    match entry {
        Some(entry) => terminal.say(format!("Released {words}; entry {entry} says it")),
        None => terminal.say(format!("Would release {words}; nothing was recorded")),
    }
    if entry.is_some() {
        terminal.hint("it cannot be taken back: whoever saw it has it");
    }
    terminal.json(&json!({
        "entry": entry, "releases": index, "kind": draft.body.kind(), "label_before": before, "label_after": to,
        "dry_run": args.dry_run,
    }));
    Ok(Answer::Done)
}

/// What a table's release is made of.
struct Prepared {
    measure: Measure,
    earlier: Vec<Earlier>,
    protected: Protected,
}

impl Prepared {
    /// Holds the table against everything that was released before.
    fn of(mission: &Mission, measure: Measure, rule: &Rule) -> Result<Self, Failure> {
        let earlier = tables::earlier(mission, &measure.layout.table)?;
        let protected = measure.protect(&earlier, rule)?;
        Ok(Self { measure, earlier, protected })
    }
}

fn release_table(args: &args::Release, indicator: &str, terminal: &Terminal) -> Result<Answer, Failure> {
    let session = Session::open_with_areas(&args.folder, &args.reader.clearance, terminal)?;
    let (to, rule) = (session::label(&args.to)?, Rule::counts());
    let assessment = assess(&session, args, indicator, terminal)?;
    let measure = tables::measure(&assessment, &session.placed.gazetteer, indicator)?;
    if args.dry_run {
        let prepared = Prepared::of(&session.mission, measure, &rule)?;
        show(&prepared, &rule, (&assessment.label, &to), None, terminal)?;
        return Ok(Answer::Done);
    }
    if assessment.label.is_readable_by(&Clearance::for_label(&to)) {
        let label = &assessment.label;
        return Err(Failure::Table(format!("its data are under `{label}`: whoever may read `{to}` sees them already")));
    }
    let (secret, reason) = (secret(&session.mission, args)?, reason(args)?);
    let party = session.mission.keys()?.party(&secret.author()).unwrap_or_default().to_owned();
    let asked = Asked::own(Action::Release, EntryKind::Dataset, &assessment.label);
    Guard::open(&session.mission)?.check(&secret.author(), &asked)?;
    let seen = (&session.snapshot.reader, &to);
    tables::check_originators(&session.mission, &assessment, indicator, seen, &party)?;
    // The turn is kept from here on, so that no other release comes between.
    let mut writer = session.mission.writer()?;
    let prepared = Prepared::of(&session.mission, measure, &rule)?;
    let bytes = canonical_json(&prepared.protected.table);
    let released = session.mission.store_result(&bytes)?;
    let release = Release::of(
        &prepared.protected,
        &rule,
        assessment.snapshot,
        prepared.earlier.iter().map(|earlier| Digest::of_value(&earlier.table)).collect(),
        (assessment.label.clone(), to.clone()),
        party.as_str().into(),
    );
    let source = said(SOURCE, &Source { released, measure: prepared.measure.clone() }, Vec::new());
    let told = said(RELEASE, &Told { release, reason: reason.to_owned() }, vec![released]);
    let (mut pen, now, index) = (session.mission.pen(&secret)?, Timestamp::now(), writer.size());
    let source = pen.sign(&Draft::new(assessment.label.clone(), source), now)?;
    let reference = Reference { role: RELEASES.to_owned(), index, leaf: Digest::of(&source.bytes) };
    let told = pen.sign(&Draft { references: vec![reference], ..Draft::new(to.clone(), told) }, now)?;
    let appended = writer.append_foreign(&[source, told])?;
    writer.publish()?;
    show(&prepared, &rule, (&assessment.label, &to), Some(appended[1].index), terminal)?;
    Ok(Answer::Done)
}

/// The indicator for the one who releases; a release that is made says what it was computed from, a trial leaves no trace.
fn assess(
    session: &Session,
    args: &args::Release,
    indicator: &str,
    terminal: &Terminal,
) -> Result<Assessment, Failure> {
    let as_of = session.as_of(args.as_of.as_deref())?;
    let only = vec![indicator.to_owned()];
    match args.dry_run {
        true => {
            let options = mostari_assess::Options { as_of, indicators: Some(only) };
            Ok(mostari_assess::assess(&session.snapshot, &session.placed, &options)?)
        }
        false => Ok(session.assess(as_of, &only, terminal)?.0),
    }
}

fn said(kind: &str, statement: &impl serde::Serialize, blobs: Vec<Digest>) -> Body {
    Body::Said(Said {
        kind: kind.to_owned(),
        id: None,
        happened: Zoned::now().date(),
        statement: json!(statement),
        blobs,
    })
}

/// Shows the table as it is released, and to the one who releases it why a cell is hidden.
fn show(
    prepared: &Prepared,
    rule: &Rule,
    (before, to): (&Label, &Label),
    entry: Option<u64>,
    terminal: &Terminal,
) -> Result<(), Failure> {
    let Prepared { measure, earlier, protected } = prepared;
    let small = measure.small(rule)?;
    let price = protected.price;
    for line in grid(measure, protected, &small) {
        terminal.say(line);
    }
    terminal.say(format!(
        "{} of {} cells hidden: {} small (*), {} so that these cannot be computed (+); held against {}",
        price.hidden_primary + price.hidden_secondary,
        price.cells,
        price.hidden_primary,
        price.hidden_secondary,
        counted(earlier.len() as u64, "earlier release", "earlier releases"),
    ));
    let name = &measure.layout.table;
    match entry {
        Some(entry) => terminal.say(format!("Released {name} from `{before}` to `{to}`; entry {entry} says it")),
        None => terminal.say(format!("Would release {name} from `{before}` to `{to}`; nothing was recorded")),
    }
    let why = |cell: &CellId| if small.contains(cell) { "small" } else { "protects another" };
    let cell = |released: &mostari_policy::disclosure::ReleasedCell| {
        let mut cell = json!(released);
        if released.shown == Shown::Hidden {
            cell["because"] = json!(why(&released.cell));
        }
        cell
    };
    terminal.json(&json!({
        "entry": entry, "table": name, "label_before": before, "label_after": to, "dry_run": entry.is_none(),
        "cells": protected.table.cells.iter().map(cell).collect::<Vec<Value>>(),
        "hidden": price.hidden_primary + price.hidden_secondary, "small": price.hidden_primary,
        "earlier": earlier.len(), "released": Digest::of_value(&protected.table),
    }));
    Ok(())
}

/// A line for each area and period, a column for each sector.
fn grid(measure: &Measure, protected: &Protected, small: &BTreeSet<CellId>) -> Vec<String> {
    let layout = &measure.layout;
    let word = |released: &mostari_policy::disclosure::ReleasedCell| match released.shown {
        Shown::Value(value) => crate::terminal::count(value),
        Shown::Unknown => "unknown".to_owned(),
        Shown::Hidden if small.contains(&released.cell) => "*".to_owned(),
        Shown::Hidden => "+".to_owned(),
    };
    let cells: std::collections::BTreeMap<&CellId, String> =
        protected.table.cells.iter().map(|released| (&released.cell, word(released))).collect();
    let mut rows = Vec::new();
    for area in &layout.areas {
        for period in &layout.periods {
            let cell = |sector: &String| cells[&CellId::new(area.as_str(), sector, period)].clone();
            let numbers = layout.sectors.iter().map(cell);
            rows.push([area.to_string(), period.clone()].into_iter().chain(numbers).collect());
        }
    }
    let header: Vec<&str> = ["area", "period"].into_iter().chain(layout.sectors.iter().map(String::as_str)).collect();
    table(&header, &rows, &(2..header.len()).collect::<Vec<_>>())
}
