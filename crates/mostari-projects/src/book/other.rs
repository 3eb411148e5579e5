//! Needs, places, figures and requests for military assets.

use super::{AssetRequest, Book, Need, Refused, check_size, check_words, refuse};
use crate::{
    Entry, Figure, Location, LocationClaimed, MilitaryAssetRequested, Restatement, Statement,
    findings::{INCOMPLETE, PLACE_INVALID, RESTATES_NOTHING, TAKEN, UNKNOWN},
};

pub(super) fn apply(book: &mut Book, entry: &Entry) -> Result<(), Refused> {
    match &entry.statement {
        Statement::NeedStated(stated) => {
            if book.needs.contains_key(&stated.need) {
                return refuse(TAKEN, format!("there is a need {} already", stated.need));
            }
            check_words(&stated.words, "what is needed")?;
            let need = Need { entry: entry.id.clone(), party: entry.party.clone(), stated: stated.clone() };
            book.needs.insert(stated.need.clone(), need);
            Ok(())
        }
        Statement::FigureStated { series, part, figure } => state(book, entry, series, part, figure),
        Statement::FigureRestated { .. } => restate(book, entry),
        Statement::MilitaryAssetRequested(asked) => ask(book, entry, asked),
        Statement::MilitaryAssetEnded { request } => match book.requests.get_mut(request) {
            Some(open) if open.ended.is_none() => {
                open.ended = Some(entry.id.clone());
                Ok(())
            }
            Some(_) => refuse(TAKEN, format!("the use under {request} has ended already")),
            None => refuse(UNKNOWN, format!("nobody asked for {request}")),
        },
        other => unreachable!("`Book::apply` sends `{}` elsewhere", other.words()),
    }
}

/// Where a project is said to be. Every claim stays.
pub(super) fn claim_location(book: &mut Book, entry: &Entry, claim: &LocationClaimed) -> Result<(), Refused> {
    if claim.at.is_some_and(|at| !at.is_valid()) {
        return refuse(PLACE_INVALID, "the claimed coordinates are no place on the globe".to_owned());
    }
    let (party, happened) = (entry.party.clone(), entry.happened);
    let location = Location { entry: entry.id.clone(), party, happened, claim: claim.clone() };
    book.project_mut(&claim.project)?.locations.push(location);
    Ok(())
}

fn check_figure(figure: &Figure) -> Result<(), Refused> {
    if figure.denominator == 0 {
        return refuse(INCOMPLETE, "a rate of nothing: the denominator is 0".to_owned());
    }
    check_words(&figure.method, "the method of counting")?;
    check_size(figure.numerator.max(figure.denominator), "a part of the rate")
}

fn state(book: &mut Book, entry: &Entry, series: &str, part: &str, figure: &Figure) -> Result<(), Refused> {
    check_words(series, "the name of the series")?;
    check_figure(figure)?;
    let series = book.series.entry(series.to_owned()).or_default().entry(part.to_owned()).or_default();
    match series.figure(figure.month) {
        Some(held) => refuse(TAKEN, format!("{} has a figure already: {held}; restate it", figure.month)),
        None => {
            series.insert(entry.id.clone(), figure.clone());
            Ok(())
        }
    }
}

fn restate(book: &mut Book, entry: &Entry) -> Result<(), Refused> {
    let Statement::FigureRestated { series, part, old, new, reason } = &entry.statement else { return Ok(()) };
    check_words(reason, "the reason")?;
    check_figure(new)?;
    let held = book.series.get_mut(series).and_then(|parts| parts.get_mut(part));
    let stands = held.as_ref().and_then(|held| held.figure(old.month));
    if stands != Some(old) {
        let stands = stands.map_or_else(|| "no figure".to_owned(), Figure::to_string);
        return refuse(RESTATES_NOTHING, format!("for {} there stands {stands}, not {old}", old.month));
    }
    let Some(held) = held else { return Ok(()) };
    if new.month != old.month && held.figure(new.month).is_some() {
        return refuse(TAKEN, format!("{} has a figure already; restate that one", new.month));
    }
    let (old, new, reason) = (old.clone(), new.clone(), reason.clone());
    held.restate(Restatement { entry: entry.id.clone(), old, new, reason });
    Ok(())
}

fn ask(book: &mut Book, entry: &Entry, asked: &MilitaryAssetRequested) -> Result<(), Refused> {
    if book.requests.contains_key(&asked.request) {
        return refuse(TAKEN, format!("there is a request {} already", asked.request));
    }
    check_words(&asked.why_no_civilian, "why no civilian option will do")?;
    check_words(&asked.exit_plan, "how the use ends")?;
    if asked.until < entry.happened {
        return refuse(INCOMPLETE, format!("the use would end on {}, before it was asked for", asked.until));
    }
    if let Some(project) = &asked.project {
        book.project_mut(project)?;
    }
    let request =
        AssetRequest { entry: entry.id.clone(), party: entry.party.clone(), asked: asked.clone(), ended: None };
    book.requests.insert(asked.request.clone(), request);
    Ok(())
}
