//! Properties of a feature, looked up by several names; what does not hold what it should is a finding.

use crate::{findings::geo as cards, is_missing, plain_name};
use jiff::Timestamp;
use mostari_model::{Date, Finding};
use serde_json::{Map, Value};

/// The text of the first of these properties that has one; names are compared in plain form.
///
/// Numbers that serve as ids become text.
pub(crate) fn text(properties: &Map<String, Value>, names: &[&str]) -> Option<String> {
    find(properties, names).map(|(_, value)| to_text(value)).filter(|text| !text.is_empty())
}

/// A value as trimmed text; `null`, lists and objects are empty.
pub(crate) fn to_text(value: &Value) -> String {
    match value {
        Value::String(text) if !is_missing(text) => text.trim().to_owned(),
        Value::Number(number) => match number.as_f64() {
            Some(float) if number.is_f64() && float.fract() == 0.0 && float.abs() < 1e15 => format!("{float:.0}"),
            _ => number.to_string(),
        },
        Value::Bool(truth) => truth.to_string(),
        _ => String::new(),
    }
}

/// The number of the first of these properties that has a value.
pub(crate) fn number(
    properties: &Map<String, Value>,
    names: &[&str],
    row: u32,
    findings: &mut Vec<Finding>,
) -> Option<f64> {
    let (name, value) = find(properties, names)?;
    let found = match value {
        Value::String(text) => crate::number(text).ok().flatten(),
        other => other.as_f64(),
    };
    if found.is_none() {
        findings.push(bad(name, value, "a number", row));
    }
    found
}

/// The whole, non-negative number of the first of these properties that has a value.
pub(crate) fn count(
    properties: &Map<String, Value>,
    names: &[&str],
    row: u32,
    findings: &mut Vec<Finding>,
) -> Option<i64> {
    let (name, value) = find(properties, names)?;
    let found = crate::count(&to_text(value)).ok().flatten();
    if found.is_none() {
        findings.push(bad(name, value, "a whole number", row));
    }
    found
}

/// The day of the first of these properties that has a value: ISO, or milliseconds since 1970 as ArcGIS writes them.
pub(crate) fn date(
    properties: &Map<String, Value>,
    names: &[&str],
    row: u32,
    findings: &mut Vec<Finding>,
) -> Option<Date> {
    let (name, value) = find(properties, names)?;
    let found = day(value);
    if found.is_none() {
        findings.push(bad(name, value, "a date", row));
    }
    found
}

fn day(value: &Value) -> Option<Date> {
    match value {
        // Milliseconds since 1970 in UTC, as ArcGIS writes dates.
        Value::Number(number) => {
            let moment = Timestamp::from_millisecond(number.as_i64()?).ok()?;
            Some(moment.to_zoned(jiff::tz::TimeZone::UTC).date())
        }
        Value::String(text) => {
            let text = text.trim();
            let compact = text.len() == 8 && text.bytes().all(|b| b.is_ascii_digit());
            let text = if compact {
                format!("{}-{}-{}", &text[..4], &text[4..6], &text[6..])
            } else {
                text.get(..10)?.replace(['/', '.'], "-")
            };
            text.parse().ok()
        }
        _ => None,
    }
}

/// The finding that a property holds something else.
pub(crate) fn bad(name: &str, value: &Value, expected: &str, row: u32) -> Finding {
    Finding::new(cards::BAD_VALUE, format!("{value} is not {expected}")).at_row(row.into()).in_column(name)
}

/// The first of these properties that has a value, with the name that the file gives it.
fn find<'a>(properties: &'a Map<String, Value>, names: &[&str]) -> Option<(&'a str, &'a Value)> {
    names.iter().find_map(|name| {
        let has_value = |value: &Value| match value {
            Value::Null => false,
            Value::String(text) => !is_missing(text),
            _ => true,
        };
        let mut found = properties.iter().filter(|(key, value)| has_value(value) && plain_name(key) == *name);
        found.next().map(|(key, value)| (key.as_str(), value))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn arcgis_dates_are_milliseconds_and_others_iso() {
        let check =
            |value: Value, expect: Option<&str>| assert_eq!(day(&value), expect.map(|day| day.parse().unwrap()));
        check(json!(1_406_937_600_000_i64), Some("2014-08-02"));
        check(json!("2014-08-02T00:00:00"), Some("2014-08-02"));
        check(json!("20140802"), Some("2014-08-02"));
        check(json!("2014/08/02"), Some("2014-08-02"));
        check(json!("soon"), None);
        check(json!("n\u{e9}anté né"), None);
    }

    #[test]
    fn a_property_is_found_by_any_of_its_names() {
        let Value::Object(properties) = json!({"AREA_ID": 7, "Name": " Lug ", "empty": ""}) else { panic!("object") };
        assert_eq!(text(&properties, &["id", "areaid"]).as_deref(), Some("7"));
        assert_eq!(text(&properties, &["name"]).as_deref(), Some("Lug"));
        assert_eq!(text(&properties, &["empty"]), None);
    }
}
