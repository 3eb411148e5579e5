//! Writes activities as IATI 2.03, or says why it cannot.

use super::{check, meaning, report::Report, schema, take};
use crate::{
    findings::{aid as cards, xml as xml_cards},
    xml::{Element, is_allowed},
};
use mostari_model::{
    AidActivity, AidLocation, AidShare, AidTransaction, Counterparty, Date, Finding, Organisation, Severity,
};

/// The reference system that IATI prescribes for points.
const WGS_84: &str = "http://www.opengis.net/def/crs/EPSG/0/4326";

/// Why nothing was written: every fault, as reading would report it.
#[derive(Debug, thiserror::Error)]
#[error("cannot be written: {} faults, the first of them: {}", .findings.len(), .findings.first().map_or("", |f| &f.message))]
pub struct WriteError {
    /// At least one finding of severity warning or error; `row` is the position of the activity or project, from 1.
    pub findings: Vec<Finding>,
}

/// Activities as an IATI 2.03 file that is valid against the published schema and keeps to its code lists.
///
/// Texts are written in the order of IATI's schema, amounts with the currency at each value. A transaction without a
/// value date gets its own date as value date, as the schema wants one; its reader cannot tell the two apart.
/// `generated` is written as the file's `generated-datetime` and stands for midnight UTC.
///
/// # Errors
/// [`WriteError`] with every fault that [`read_iati`](super::read_iati) would warn of: a missing identifier, title,
/// description, participant, status or date, an unknown code, shares that do not add up, an identifier that stands
/// twice, a character that XML cannot hold. Nothing is written then.
pub fn write_iati(activities: &[AidActivity], generated: Option<Date>) -> Result<String, WriteError> {
    let mut root = Element::new("iati-activities").with("version", "2.03");
    if let Some(day) = generated {
        root = root.with("generated-datetime", format!("{day}T00:00:00Z"));
    }
    root.children = activities.iter().map(of_activity).collect();
    number(&mut root);
    let mut report = Report::default();
    check::element(&root, &schema::ROOT, "", "", &mut report);
    for (element, activity) in root.children.iter().zip(activities) {
        report.begin_activity();
        meaning::check(element, &mut report);
        let again = take::activity(element, &mut report);
        report.remember(&again, element.line);
        check_kept(activity, &again, element, &mut report);
    }
    let findings: Vec<Finding> =
        report.finish().into_iter().filter(|finding| finding.severity >= Severity::Warning).collect();
    if !findings.is_empty() {
        return Err(WriteError { findings });
    }
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    root.write(0, &mut out);
    Ok(out)
}

/// Gives every element the position of its activity as its line, for the findings.
fn number(root: &mut Element) {
    fn set(element: &mut Element, line: u64) {
        element.line = line;
        element.children.iter_mut().for_each(|child| set(child, line));
    }
    for (child, position) in root.children.iter_mut().zip(1..) {
        set(child, position);
    }
}

/// What would come back changed must not be written, nor a character that XML lacks.
fn check_kept(activity: &AidActivity, again: &AidActivity, element: &Element, report: &mut Report) {
    fn texts_allowed(element: &Element) -> bool {
        element.text.chars().all(is_allowed)
            && element.attributes.iter().all(|attribute| attribute.value.chars().all(is_allowed))
            && element.children.iter().all(texts_allowed)
    }
    if !texts_allowed(element) {
        let message = format!("`{}` holds a character that XML cannot hold", activity.id.escape_debug());
        report.say(xml_cards::NOT_WELL_FORMED, element.line, "", message);
    }
    for part in differing(activity, again) {
        let message = format!("`{}` would not come back as it is: {part}", activity.id.escape_debug());
        report.say(cards::NOT_THE_SAME, element.line, part, message);
    }
}

/// The parts of an activity that reading what was built does not give back.
fn differing(activity: &AidActivity, again: &AidActivity) -> Vec<&'static str> {
    let mut sent = activity.clone();
    for transaction in &mut sent.transactions {
        transaction.value_date = transaction.value_date.or(Some(transaction.date));
    }
    let dates = |a: &AidActivity| [a.start_planned, a.start_actual, a.end_planned, a.end_actual];
    let heads = |a: &AidActivity| (a.is_secondary, a.status, a.default_currency, a.is_humanitarian, a.hierarchy);
    let parts = [
        ("iati-identifier", sent.id == again.id),
        ("title", sent.titles == again.titles),
        ("description", sent.descriptions == again.descriptions),
        ("reporting-org", sent.reporting == again.reporting),
        ("activity-date", dates(&sent) == dates(again)),
        ("its attributes", heads(&sent) == heads(again)),
        ("participating-org", sent.participations == again.participations),
        ("recipient-country", sent.countries == again.countries),
        ("recipient-region", sent.regions == again.regions),
        ("sector", sent.sectors == again.sectors),
        ("location", sent.locations == again.locations),
        ("related-activity", sent.related == again.related),
        ("transaction", sent.transactions == again.transactions),
    ];
    parts.into_iter().filter(|(_, is_same)| !is_same).map(|(name, _)| name).collect()
}

fn of_activity(activity: &AidActivity) -> Element {
    let mut element = Element::new("iati-activity");
    if let Some(currency) = activity.default_currency {
        element = element.with("default-currency", currency.as_str());
    }
    if let Some(flag) = activity.is_humanitarian {
        element = element.with("humanitarian", if flag { "1" } else { "0" });
    }
    if let Some(hierarchy) = activity.hierarchy {
        element = element.with("hierarchy", hierarchy.to_string());
    }
    element.children.push(Element::new("iati-identifier").holding(&activity.id));
    element.children.push(reporting(activity));
    element.children.push(texts("title", &activity.titles));
    element.children.extend(descriptions(&activity.descriptions));
    for participation in &activity.participations {
        let role = participation.role.to_string();
        let party = of_counterparty("participating-org", "activity-id", &participation.party);
        element.children.push(party.with("role", role));
    }
    element.children.push(Element::new("activity-status").with("code", activity.status.to_string()));
    let dates = [activity.start_planned, activity.start_actual, activity.end_planned, activity.end_actual];
    for (date, kind) in dates.into_iter().zip(1..) {
        element.children.extend(date.map(|date| dated("activity-date", date).with("type", kind.to_string())));
    }
    element.children.extend(activity.countries.iter().map(|share| of_share("recipient-country", share)));
    element.children.extend(activity.regions.iter().map(|share| of_share("recipient-region", share)));
    element.children.extend(activity.locations.iter().map(of_location));
    element.children.extend(activity.sectors.iter().map(|share| of_share("sector", share)));
    element.children.extend(activity.transactions.iter().map(of_transaction));
    for (kind, id) in &activity.related {
        element.children.push(Element::new("related-activity").with("ref", id).with("type", kind.to_string()));
    }
    element
}

fn reporting(activity: &AidActivity) -> Element {
    let of = &activity.reporting;
    let mut element = Element::new("reporting-org").with_given("ref", &of.id).with_given("type", &of.kind);
    if activity.is_secondary {
        element = element.with("secondary-reporter", "1");
    }
    element.and(narrative("", &of.name))
}

fn narrative(language: &str, text: &str) -> Element {
    Element::new("narrative").in_language(language).holding(text)
}

fn texts(name: &str, texts: &[(String, String)]) -> Element {
    let mut element = Element::new(name);
    element.children = texts.iter().map(|(language, text)| narrative(language, text)).collect();
    element
}

/// One description for as many languages as follow each other without repeating one.
fn descriptions(all: &[(String, String)]) -> Vec<Element> {
    let mut groups: Vec<Vec<(String, String)>> = Vec::new();
    for (language, text) in all {
        match groups.last_mut() {
            Some(group) if group.iter().all(|(known, _)| known != language) => {
                group.push((language.clone(), text.clone()));
            }
            _ => groups.push(vec![(language.clone(), text.clone())]),
        }
    }
    groups.iter().map(|group| texts("description", group)).collect()
}

fn dated(name: &str, date: Date) -> Element {
    Element::new(name).with("iso-date", date.to_string())
}

fn of_organisation(name: &str, organisation: &Organisation) -> Element {
    let element = Element::new(name).with_given("ref", &organisation.id).with_given("type", &organisation.kind);
    if organisation.name.is_empty() { element } else { element.and(narrative("", &organisation.name)) }
}

fn of_counterparty(name: &str, activity: &str, party: &Counterparty) -> Element {
    of_organisation(name, &party.organisation).with_given(activity, &party.activity)
}

fn of_share(name: &str, share: &AidShare) -> Element {
    let element = Element::new(name).with_given("vocabulary", &share.vocabulary).with("code", &share.code);
    match share.basis_points {
        Some(points) => element.with("percentage", format!("{}.{:02}", points / 100, points % 100)),
        None => element,
    }
}

fn of_location(location: &AidLocation) -> Element {
    let mut element = Element::new("location").with_given("ref", &location.reference);
    if !location.name.is_empty() {
        element = element.and(Element::new("name").and(narrative("", &location.name)));
    }
    for (vocabulary, level, code) in &location.units {
        let mut unit = Element::new("administrative").with("vocabulary", vocabulary);
        if let Some(level) = level {
            unit = unit.with("level", level.to_string());
        }
        element = element.and(unit.with("code", code));
    }
    if let Some((longitude, latitude)) = location.point {
        let pos = Element::new("pos").holding(format!("{latitude} {longitude}"));
        element = element.and(Element::new("point").with("srsName", WGS_84).and(pos));
    }
    if !location.exactness.is_empty() {
        element = element.and(Element::new("exactness").with("code", &location.exactness));
    }
    element
}

fn of_transaction(transaction: &AidTransaction) -> Element {
    let code = |name: &str, code: &str| Element::new(name).with("code", code);
    let value = Element::new("value")
        .with("currency", transaction.amount.currency.as_str())
        .with("value-date", transaction.value_date.unwrap_or(transaction.date).to_string())
        .holding(decimal(transaction.amount.minor, transaction.amount.currency.minor_digits()));
    let mut element = Element::new("transaction")
        .with_given("ref", &transaction.reference)
        .and(code("transaction-type", &transaction.kind.code().to_string()))
        .and(dated("transaction-date", transaction.date))
        .and(value);
    if !transaction.description.is_empty() {
        element = element.and(Element::new("description").and(narrative("", &transaction.description)));
    }
    if let Some(provider) = &transaction.provider {
        element = element.and(of_counterparty("provider-org", "provider-activity-id", provider));
    }
    if let Some(receiver) = &transaction.receiver {
        element = element.and(of_counterparty("receiver-org", "receiver-activity-id", receiver));
    }
    if !transaction.sector.is_empty() {
        element = element.and(code("sector", &transaction.sector).with("vocabulary", "1"));
    }
    if !transaction.country.is_empty() {
        element = element.and(code("recipient-country", &transaction.country));
    }
    element
}

/// Minor units as an exact decimal.
pub(crate) fn decimal(minor: i64, digits: u32) -> String {
    let scale = 10_u64.pow(digits);
    let size = minor.unsigned_abs();
    let sign = if minor < 0 { "-" } else { "" };
    match digits {
        0 => format!("{sign}{size}"),
        _ => format!("{sign}{}.{:0width$}", size / scale, size % scale, width = digits as usize),
    }
}
