//! What a schema cannot say of an activity: codes in their lists, shares that add up, days in their order.

use super::{
    check::shortened,
    codes::{List, Standing},
    report::Report,
    schema::{Type, is_valid},
};
use crate::{findings::aid as cards, xml::Element};
use std::collections::BTreeMap;

/// Millionths in one per cent.
const MILLIONTHS: i64 = 1_000_000;

/// Checks an activity.
pub(super) fn check(activity: &Element, report: &mut Report) {
    codes(activity, "", "", report);
    shares(activity, report);
}

/// The list that an attribute's codes come from, if we hold it.
fn list_of(parent: &str, element: &Element, attribute: &str) -> Option<List> {
    let vocabulary = element.get("vocabulary").unwrap_or_default();
    Some(match (element.name.as_str(), attribute) {
        ("iati-activity", "default-currency") | (_, "currency") => List::Currency,
        ("reporting-org" | "participating-org" | "provider-org" | "receiver-org", "type") => List::OrganisationType,
        ("participating-org", "role") => List::OrganisationRole,
        ("activity-status", "code") => List::ActivityStatus,
        ("activity-date", "type") => List::ActivityDateType,
        ("recipient-country", "code") => List::Country,
        ("sector", "code") if matches!(vocabulary, "" | "1") => List::Sector,
        ("sector", "code") if vocabulary == "2" => List::SectorCategory,
        ("policy-marker", "code") if matches!(vocabulary, "" | "1") => List::PolicyMarker,
        ("humanitarian-scope", "vocabulary") => List::HumanitarianScopeVocabulary,
        ("default-aid-type" | "aid-type", "code") if vocabulary == "2" => List::EarmarkingCategory,
        ("default-aid-type" | "aid-type", "code") if vocabulary == "4" => List::CashAndVoucherModalities,
        ("budget", "type") | ("planned-disbursement", "type") => List::BudgetType,
        ("budget", "status") => List::BudgetStatus,
        ("transaction-type", "code") => List::TransactionType,
        ("category", "code") if parent == "document-link" => List::DocumentCategory,
        ("exactness", "code") => List::GeographicExactness,
        ("related-activity", "type") => List::RelatedActivityType,
        ("result", "type") => List::ResultType,
        ("indicator", "measure") => List::IndicatorMeasure,
        _ => return None,
    })
}

fn codes(element: &Element, parent: &str, path: &str, report: &mut Report) {
    for attribute in element.attributes.iter().filter(|attribute| attribute.namespace.is_empty()) {
        let Some(list) = list_of(parent, element, &attribute.name) else { continue };
        let card = match list.standing(attribute.value.trim()) {
            Standing::Active => continue,
            Standing::Withdrawn => cards::WITHDRAWN_CODE,
            Standing::Unknown => cards::UNKNOWN_CODE,
        };
        let at = format!("{path}/@{}", attribute.name);
        let message = format!("`{}` in the list `{}`", shortened(&attribute.value), list.name());
        report.say(card, element.line, at.trim_start_matches('/'), message);
    }
    for child in element.children.iter().filter(|child| child.namespace == element.namespace) {
        let below = if path.is_empty() { child.name.clone() } else { format!("{path}/{}", child.name) };
        codes(child, &element.name, &below, report);
    }
}

/// The vocabulary of an element, where none is stated the default one.
pub(super) fn vocabulary(element: &Element) -> &str {
    element.get("vocabulary").map(str::trim).filter(|vocabulary| !vocabulary.is_empty()).unwrap_or("1")
}

/// A percentage in millionths of a per cent, if one is stated and lies in 0 to 100.
pub(super) fn millionths(element: &Element) -> Option<i64> {
    let text = element.get("percentage")?.trim();
    if !is_valid(Type::Decimal, text) {
        return None;
    }
    let unsigned = text.trim_start_matches('+');
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let whole = if whole.is_empty() { 0 } else { whole.parse::<i64>().ok()? };
    let digits: String = fraction.chars().chain(std::iter::repeat('0')).take(6).collect();
    let share = whole.checked_mul(MILLIONTHS)?.checked_add(digits.parse().ok()?)?;
    (0..=100 * MILLIONTHS).contains(&share).then_some(share)
}

/// Sectors add up within each vocabulary; countries add up together with the regions of each vocabulary.
fn shares(activity: &Element, report: &mut Report) {
    let mut groups: BTreeMap<(&str, &str), Vec<&Element>> = BTreeMap::new();
    for sector in activity.all("sector") {
        groups.entry(("sector", vocabulary(sector))).or_default().push(sector);
    }
    for region in activity.all("recipient-region") {
        groups.entry(("recipient-region", vocabulary(region))).or_default().push(region);
    }
    let countries: Vec<&Element> = activity.all("recipient-country").collect();
    let mut has_regions = false;
    for ((kind, _), regions) in &mut groups {
        if *kind == "recipient-region" {
            regions.extend(&countries);
            has_regions = true;
        }
    }
    if !has_regions && !countries.is_empty() {
        groups.insert(("recipient-country", ""), countries);
    }
    for ((kind, vocabulary), parts) in groups {
        group(kind, vocabulary, &parts, report);
    }
}

fn group(kind: &str, vocabulary: &str, parts: &[&Element], report: &mut Report) {
    let mut sum = 0;
    let mut is_complete = true;
    for part in parts {
        match (part.get("percentage"), millionths(part)) {
            (_, Some(share)) => sum += share,
            (None, _) if parts.len() == 1 => return,
            (given, None) => {
                is_complete = false;
                let shown = given.map_or("is missing".to_owned(), |text| format!("is `{}`", shortened(text)));
                let message = format!("the percentage of `{}` {shown}", part.get("code").unwrap_or_default());
                report.say(cards::BAD_SHARE, part.line, &format!("{}/@percentage", part.name), message);
            }
        }
    }
    // Each of the shares may have been rounded to two digits after the point by its publisher.
    let rounding = MILLIONTHS / 200 * parts.len() as i64;
    if is_complete && (sum - 100 * MILLIONTHS).abs() > rounding {
        let of = if vocabulary.is_empty() { String::new() } else { format!(" of vocabulary `{vocabulary}`") };
        let percent = format!("{}.{:02}", sum / MILLIONTHS, sum % MILLIONTHS / 10_000);
        let line = parts.first().map_or(0, |part| part.line);
        let message = format!("{} parts{of} add up to {percent} %", parts.len());
        report.say(cards::NOT_HUNDRED, line, kind, message);
    }
}
