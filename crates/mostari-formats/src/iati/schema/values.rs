//! The types of texts and attributes (W3C XML Schema Part 2, 2004), as far as IATI uses them.

use crate::xml::XML_NAMESPACE;

/// A type of value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::iati) enum Type {
    /// Anything.
    Text,
    /// `2024-06-30`, also with a time zone.
    Date,
    /// `2024-06-30T12:00:00Z`.
    DateTime,
    /// `true`, `false`, `1`, `0`.
    Boolean,
    /// A number without exponent.
    Decimal,
    /// A whole number of 32 bits.
    Int,
    /// A whole number from 0.
    NonNegative,
    /// A whole number from 1.
    Positive,
    /// An address on the web, also a relative one.
    Uri,
    /// One word of name characters.
    Token,
    /// A language such as `fr` or `sr-Latn`, or nothing.
    Language,
}

impl Type {
    /// As a person would say it.
    pub(in crate::iati) fn words(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Date => "a date such as 2024-06-30",
            Self::DateTime => "a date and time such as 2024-06-30T12:00:00Z",
            Self::Boolean => "`true`, `false`, `1` or `0`",
            Self::Decimal => "a decimal number such as -1250.50",
            Self::Int => "a whole number",
            Self::NonNegative => "a whole number from 0",
            Self::Positive => "a whole number from 1",
            Self::Uri => "a web address",
            Self::Token => "one word",
            Self::Language => "a language such as `fr`",
        }
    }
}

/// The type of an attribute of the namespace `xml:`, which may stand on any element.
pub(in crate::iati) fn type_of_xml_attribute(namespace: &str, name: &str) -> Option<Type> {
    match name {
        "lang" if namespace == XML_NAMESPACE => Some(Type::Language),
        _ => None,
    }
}

/// Whether a value is of a type. Blanks around it do not matter, as the types collapse them.
pub(in crate::iati) fn is_valid(kind: Type, value: &str) -> bool {
    let value = value.trim_matches([' ', '\t', '\r', '\n']);
    match kind {
        Type::Text => true,
        Type::Date => split_zone(value).is_some_and(is_day),
        Type::DateTime => {
            split_zone(value).and_then(|v| v.split_once('T')).is_some_and(|(day, time)| is_day(day) && is_time(time))
        }
        Type::Boolean => matches!(value, "true" | "false" | "1" | "0"),
        Type::Decimal => is_decimal(value),
        Type::Int => whole(value).is_some_and(|number| i32::try_from(number).is_ok()),
        Type::NonNegative => whole_digits(value).is_some_and(|(negative, digits)| !negative || is_zero(digits)),
        Type::Positive => whole_digits(value).is_some_and(|(negative, digits)| !negative && !is_zero(digits)),
        Type::Uri => is_uri(value),
        Type::Token => !value.is_empty() && value.chars().all(is_name_character),
        Type::Language => value.is_empty() || is_language(value),
    }
}

/// The day of a valid date, without its time zone.
pub(in crate::iati) fn day_of(value: &str) -> Option<&str> {
    split_zone(value.trim_matches([' ', '\t', '\r', '\n'])).filter(|day| is_day(day))
}

/// Takes `Z` or `+hh:mm` off the end; `None` if the zone is wrong.
fn split_zone(value: &str) -> Option<&str> {
    if let Some(rest) = value.strip_suffix('Z') {
        return Some(rest);
    }
    let cut = value.len().checked_sub(6).filter(|at| value.is_char_boundary(*at));
    match cut.map(|at| value.split_at(at)) {
        Some((rest, zone)) if zone.starts_with(['+', '-']) && zone.as_bytes()[3] == b':' => {
            let (hours, minutes) = (two(&zone[1..3])?, two(&zone[4..6])?);
            (minutes < 60 && (hours < 14 || (hours == 14 && minutes == 0))).then_some(rest)
        }
        _ => Some(value),
    }
}

fn two(text: &str) -> Option<u8> {
    (text.len() == 2 && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok())?
}

/// A year of four digits or more (not 0000), a month, a day that the month has.
fn is_day(value: &str) -> bool {
    let unsigned = value.strip_prefix('-').unwrap_or(value);
    let mut parts = unsigned.splitn(3, '-');
    let (Some(year), Some(month), Some(day)) = (parts.next(), parts.next(), parts.next()) else { return false };
    let is_year = year.len() >= 4
        && year.bytes().all(|b| b.is_ascii_digit())
        && !(year.len() > 4 && year.starts_with('0'))
        && !is_zero(year);
    let (Some(month), Some(day)) = (two(month), two(day)) else { return false };
    is_year && (1..=12).contains(&month) && (1..=days_in(year, month)).contains(&day)
}

fn days_in(year: &str, month: u8) -> u8 {
    // The rule repeats every 400 years, so that the last four digits decide.
    let year: u32 = year[year.len() - 4..].parse().unwrap_or(0);
    let is_leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        2 => 28 + u8::from(is_leap),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

fn is_time(value: &str) -> bool {
    let mut parts = value.splitn(3, ':');
    let (Some(hour), Some(minute), Some(second)) = (parts.next(), parts.next(), parts.next()) else { return false };
    let (whole, fraction) = second.split_once('.').map_or((second, None), |(whole, rest)| (whole, Some(rest)));
    let has_fraction = fraction.is_none_or(|f| !f.is_empty() && f.bytes().all(|b| b.is_ascii_digit()));
    let (Some(hour), Some(minute), Some(second)) = (two(hour), two(minute), two(whole)) else { return false };
    let is_midnight = hour == 24 && minute == 0 && second == 0 && fraction.is_none_or(is_zero);
    has_fraction && minute < 60 && second < 60 && (hour < 24 || is_midnight)
}

fn is_decimal(value: &str) -> bool {
    let unsigned = value.strip_prefix(['+', '-']).unwrap_or(value);
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    digits(whole) && digits(fraction) && whole.len() + fraction.len() > 0
}

fn whole_digits(value: &str) -> Option<(bool, &str)> {
    let digits = value.strip_prefix(['+', '-']).unwrap_or(value);
    let is_whole = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    is_whole.then(|| (value.starts_with('-'), digits))
}

fn whole(value: &str) -> Option<i64> {
    whole_digits(value)?;
    value.strip_prefix('+').unwrap_or(value).parse().ok()
}

fn is_zero(digits: &str) -> bool {
    digits.bytes().all(|b| b == b'0')
}

fn is_name_character(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | ':' | '\u{b7}')
}

/// One to eight letters, then parts of one to eight letters or digits.
fn is_language(value: &str) -> bool {
    let mut parts = value.split('-');
    let first = parts.next().unwrap_or_default();
    (1..=8).contains(&first.len())
        && first.bytes().all(|b| b.is_ascii_alphabetic())
        && parts.all(|part| (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric()))
}

/// An RFC 2396 reference after the escaping that the type allows: a scheme that is one, at most one `#`, sound `%`.
fn is_uri(value: &str) -> bool {
    if value.matches('#').count() > 1 {
        return false;
    }
    let mut rest = value;
    while let Some((_, after)) = rest.split_once('%') {
        if after.len() < 2 || !after.bytes().take(2).all(|b| b.is_ascii_hexdigit()) {
            return false;
        }
        rest = after;
    }
    let end = value.find(['/', '?', '#']).unwrap_or(value.len());
    match value[..end].split_once(':') {
        None => true,
        Some((scheme, after)) => {
            let is_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
                && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.'));
            is_scheme && !(after.is_empty() && end == value.len())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(kind: Type, good: &[&str], bad: &[&str]) {
        for value in good {
            assert!(is_valid(kind, value), "{kind:?} {value}");
        }
        for value in bad {
            assert!(!is_valid(kind, value), "{kind:?} {value}");
        }
    }

    #[test]
    fn days_exist_in_the_calendar() {
        let good = ["2024-02-29", " 2024-06-30\n", "2024-06-30Z", "2024-06-30+02:00", "12024-01-01", "-0044-03-15"];
        let bad =
            ["2023-02-29", "2024-6-30", "2024-13-01", "30/06/2024", "", "0000-01-01", "2024-06-30+15:00", "20240630"];
        check(Type::Date, &good, &bad);
    }

    #[test]
    fn times_need_a_day() {
        let good = ["2024-06-30T12:00:00", "2024-06-30T12:00:00.5Z", "2024-06-30T24:00:00-03:00"];
        check(Type::DateTime, &good, &["2024-06-30", "2024-06-30T25:00:00", "2024-06-30 12:00:00", "2024-06-30T12:00"]);
    }

    #[test]
    fn numbers_have_no_exponent_and_no_groups() {
        check(Type::Decimal, &["1", "-1.5", "+.5", "5.", " 1 "], &["", ".", "1e3", "1,000", "1 000", "-"]);
        check(Type::Int, &["-1", "2147483647"], &["2147483648", "1.0", ""]);
        check(Type::Positive, &["1", "99999999999999999999"], &["0", "-1"]);
        check(Type::NonNegative, &["0", "-0"], &["-1", "x"]);
    }

    #[test]
    fn words_and_addresses() {
        check(Type::Boolean, &["true", "0"], &["True", "yes", ""]);
        check(Type::Language, &["", "fr", "sr-Latn"], &["f_r", "englishlanguage", "fr-"]);
        check(Type::Token, &["a-b", "x:y"], &["a b", ""]);
        check(Type::Uri, &["http://a/b?c#d", "a/b c", "", "../x", "urn:a:b"], &["http://a#b#c", "%zz", "://x", "1a:b"]);
    }
}
