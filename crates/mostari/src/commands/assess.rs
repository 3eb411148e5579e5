//! `mostari assess`: how each area is doing, with doubt.

use crate::terminal::{Terminal, Watch, counted, duration, table};
use crate::{Answer, args, failure::Failure, session::Session};
use mostari_model::{Assessment, Confidence, Digest, IndicatorValue, Unit, count_by_code};
use serde_json::json;
use std::collections::BTreeMap;

/// Areas shown on a terminal; the worst first.
const AREAS_SHOWN: usize = 15;

pub fn run(args: &args::Assess, terminal: &Terminal) -> Result<Answer, Failure> {
    let watch = Watch::start();
    let session = Session::open_with_areas(&args.folder, &args.reader.clearance, terminal)?;
    let as_of = session.as_of(args.as_of.as_deref())?;
    let (assessment, digest) = session.assess(as_of, &args.indicator, terminal)?;
    match terminal.json {
        false => say(&session, &assessment, digest, watch.seconds(), terminal),
        true => terminal.json(&json!({
            "snapshot": assessment.snapshot,
            "erased": session.snapshot.erased,
            "digest": digest,
            "as_of": assessment.as_of,
            "engine": assessment.engine,
            "label": assessment.label,
            "values": assessment.values,
            "findings": count_by_code(&assessment.findings),
            "seconds": watch.seconds(),
        })),
    }
    Ok(Answer::Done)
}

/// The columns of the table: each whole indicator or part that says something about at least one leaf area, latest period.
fn say(session: &Session, assessment: &Assessment, digest: Digest, seconds: f64, terminal: &Terminal) {
    let gazetteer = &session.placed.gazetteer;
    let leaves: Vec<usize> = gazetteer.leaves().collect();
    let mut latest: BTreeMap<(usize, &str, &str), &IndicatorValue> = BTreeMap::new();
    let order: BTreeMap<&str, usize> =
        assessment.indicators.iter().enumerate().map(|(i, id)| (id.as_str(), i)).collect();
    for value in &assessment.values {
        let key = (
            order.get(value.indicator.as_str()).copied().unwrap_or(usize::MAX),
            value.part.as_str(),
            value.area.as_str(),
        );
        let longer = |old: &&IndicatorValue| (old.period.to, span(old)) < (value.period.to, span(value));
        if latest.get(&key).is_none_or(longer) {
            latest.insert(key, value);
        }
    }
    let columns = columns(assessment, &latest);
    let mut rows: Vec<(f64, Vec<String>)> = Vec::new();
    for leaf in &leaves {
        let area = &gazetteer.areas[*leaf];
        let values: Vec<Option<&IndicatorValue>> =
            columns.iter().map(|(i, part, _)| latest.get(&(*i, *part, area.id.as_str())).copied()).collect();
        let worst = values.first().copied().flatten().and_then(|v| v.value).unwrap_or(-1.0);
        let lowest = values.iter().flatten().map(|v| v.confidence).min().unwrap_or(Confidence::None);
        let mut row = vec![area.name.clone()];
        row.extend(values.iter().map(|value| value.map_or("-".to_owned(), words)));
        row.push(lowest.to_string());
        rows.push((worst, row));
    }
    rows.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    let mut header = vec!["area"];
    header.extend(columns.iter().map(|(_, _, title)| title.as_str()));
    header.push("lowest confidence");
    let shown: Vec<Vec<String>> = rows.into_iter().take(AREAS_SHOWN).map(|(_, row)| row).collect();
    let right: Vec<usize> = (1..=columns.len()).collect();
    for line in table(&header, &shown, &right) {
        terminal.say(line);
    }
    if leaves.len() > shown.len() {
        terminal.say(format!(
            "… {} more areas; `--json` has them all, with every part and month",
            leaves.len() - shown.len()
        ));
    }
    terminal.say(format!(
        "Assessed {} as of {}, {}, snapshot {}, in {}; digest {}",
        counted(leaves.len() as u64, "area", "areas"),
        assessment.as_of,
        counted(assessment.indicators.len() as u64, "indicator", "indicators"),
        assessment.snapshot.short(),
        duration(seconds),
        digest.short(),
    ));
}

fn span(value: &IndicatorValue) -> i32 {
    value.period.from.until(value.period.to).map_or(0, |span| span.get_days())
}

/// The columns that a terminal has room for, in this order; all others stand under `--json` and in the briefing.
const HEADLINES: [&str; 9] = [
    "conflict-deaths",
    "hazard-share",
    "needs-severity",
    "needs-people",
    "food-phase",
    "displacement",
    "people-per-facility",
    "hot-spots",
    "population-change",
];
const COLUMNS_MAX: usize = 6;

/// Of each headline (of each indicator that was asked for, if some were) the whole, else the part known in most areas.
fn columns<'a>(
    assessment: &'a Assessment,
    latest: &BTreeMap<(usize, &'a str, &str), &IndicatorValue>,
) -> Vec<(usize, &'a str, String)> {
    let headlines = HEADLINES.iter().filter_map(|id| assessment.indicators.iter().position(|asked| asked == id));
    let all: Vec<usize> = match assessment.indicators.len() > COLUMNS_MAX {
        true => headlines.collect(),
        false => (0..assessment.indicators.len()).collect(),
    };
    let mut chosen = Vec::new();
    for i in all {
        let mut known: BTreeMap<&str, usize> = BTreeMap::new();
        for ((index, part, _), value) in latest {
            if *index == i && value.value.is_some() {
                *known.entry(part).or_default() += 1;
            }
        }
        let best = known.iter().max_by_key(|(part, count)| (part.is_empty(), **count));
        if let Some((part, _)) = best {
            let id = &assessment.indicators[i];
            let title = if part.is_empty() { id.clone() } else { format!("{id} {part}") };
            chosen.push((i, *part, title));
        }
    }
    chosen.truncate(COLUMNS_MAX);
    chosen
}

fn words(value: &IndicatorValue) -> String {
    let Some(number) = value.value else { return "unknown".to_owned() };
    match value.unit {
        Unit::Share => format!("{:.1} %", 100.0 * number),
        Unit::Metres => format!("{:.1} km", number / 1000.0),
        Unit::ZScore => format!("{number:.1}"),
        _ => crate::terminal::count(number.max(0.0).round() as u64),
    }
}
