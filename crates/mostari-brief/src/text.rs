//! How numbers, amounts and periods are written: grouped, rounded for reading, never without a unit.
//!
//! Escaping is no business of ours: `maud` escapes every text and attribute that it is given.

use mostari_model::{Money, Period, Unit};

/// Groups digits by three: a narrow no-break space, as ISO 80000-1 (7.3.1) asks and browsers never break.
pub(crate) const THIN: char = '\u{202f}';

/// `12 345`.
pub(crate) fn count(number: usize) -> String {
    grouped(&number.to_string())
}

/// `1 area`, `12 areas`; for words that take a plain `s`.
pub(crate) fn many(number: usize, word: &str) -> String {
    let ending = if number == 1 { "" } else { "s" };
    format!("{} {word}{ending}", count(number))
}

/// The unit that a number is shown in: the factor from the recorded unit, and its name.
fn shown_unit(unit: Unit) -> (f64, &'static str) {
    match unit {
        Unit::Share => (100.0, "%"),
        Unit::SquareMetres => (1e-4, "ha"),
        Unit::Metres => (1e-3, "km"),
        Unit::Events => (1.0, "events"),
        Unit::Deaths => (1.0, "deaths"),
        Unit::People => (1.0, "people"),
        Unit::PeoplePerFacility => (1.0, "people per facility"),
        Unit::Facilities => (1.0, "facilities"),
        Unit::Organisations => (1.0, "organisations"),
        Unit::ZScore => (1.0, "z-score"),
        Unit::Phase => (1.0, "phase (1 to 5)"),
        Unit::DeathsPer100k => (1.0, "deaths per 100\u{202f}000 people"),
        _ => (1.0, "units"),
    }
}

/// The name of the unit that [`number`] writes in.
pub(crate) fn unit_name(unit: Unit) -> &'static str {
    shown_unit(unit).1
}

/// A number in its shown unit, without the unit: counts whole, measures with one to two digits after the point.
///
/// A positive number that would round to nothing is written `<0.1`, never as zero.
pub(crate) fn number(value: f64, unit: Unit) -> String {
    if !value.is_finite() {
        return "not a number".to_owned();
    }
    let shown = value * shown_unit(unit).0;
    let digits = match unit {
        Unit::ZScore => 2,
        _ if shown.fract() == 0.0 || shown.abs() >= 100.0 => 0,
        _ => 1,
    };
    let (smallest, places) = (10_f64.powi(-digits), digits as usize);
    if shown > 0.0 && shown < smallest / 2.0 {
        return format!("<{smallest:.places$}");
    }
    let plain = format!("{:.places$}", shown.abs());
    let sign = if shown < 0.0 && plain.bytes().any(|b| (b'1'..=b'9').contains(&b)) { "\u{2212}" } else { "" };
    match plain.split_once('.') {
        Some((whole, fraction)) => format!("{sign}{}.{fraction}", grouped(whole)),
        None => format!("{sign}{}", grouped(&plain)),
    }
}

/// `12 345 deaths`, `12.5 %`, `phase 3`.
pub(crate) fn with_unit(value: f64, unit: Unit) -> String {
    match unit {
        Unit::Phase => format!("phase {}", number(value, unit)),
        Unit::ZScore => format!("z = {}", number(value, unit)),
        _ => format!("{} {}", number(value, unit), unit_name(unit)),
    }
}

/// `10–30`, or nothing where neither end is known.
pub(crate) fn span(low: Option<f64>, high: Option<f64>, unit: Unit) -> String {
    let end = |value: Option<f64>| value.map_or_else(|| "?".to_owned(), |v| number(v, unit));
    match (low, high) {
        (None, None) => String::new(),
        (low, high) => format!("{}\u{2013}{}", end(low), end(high)),
    }
}

/// A number without a unit of the model, such as a benefit: whole, grouped.
pub(crate) fn plain(value: f64) -> String {
    number(value.round(), Unit::People)
}

/// A part of a whole as percent: `12.5 %`.
pub(crate) fn percent(share: f64) -> String {
    with_unit(share, Unit::Share)
}

/// `EUR 1 250.50`; cents are left out where there are none.
pub(crate) fn money(amount: Money) -> String {
    format!("{}\u{a0}{}", amount.currency, self::amount(amount))
}

/// `1 250.50`, where the currency stands beside it.
pub(crate) fn amount(amount: Money) -> String {
    let text = amount.to_string();
    let digits = text.split_once(' ').map_or(text.as_str(), |(_, digits)| digits);
    let whole = digits.strip_suffix(".000").or_else(|| digits.strip_suffix(".00")).unwrap_or(digits);
    whole.replace(' ', &THIN.to_string())
}

/// Words as a sentence: a capital first, a full stop last.
pub(crate) fn sentence(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map(|first| format!("{}{}.", first.to_uppercase(), letters.as_str())).unwrap_or_default()
}

/// A text as a CSS string: every sign but plain letters and digits as its code, so that none can end the string
/// or the style element (CSS Syntax Level 3, section 4.3.7).
pub(crate) fn css_string(text: &str) -> String {
    let code = |c: char| if c.is_ascii_alphanumeric() { c.to_string() } else { format!("\\{:x} ", u32::from(c)) };
    format!("\"{}\"", text.chars().map(code).collect::<String>())
}

/// `1995-01-01 to 1995-12-31`, `1995-03`, `1995-03-01`; whole years as `1995`.
pub(crate) fn period(period: Period) -> String {
    let (from, to) = (period.from, period.to);
    if from.year() == to.year() && from.day_of_year() == 1 && to == to.last_of_year() {
        return from.year().to_string();
    }
    period.to_string().replace('/', " to ")
}

fn grouped(digits: &str) -> String {
    let mut text = String::with_capacity(digits.len() * 2);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(THIN);
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use mostari_model::Date;

    fn check(value: f64, unit: Unit, expect: &str) {
        assert_eq!(with_unit(value, unit).replace(THIN, " "), expect);
    }

    #[test]
    fn counts_are_whole_and_grouped() {
        check(12_345.0, Unit::People, "12 345 people");
        check(999.0, Unit::Deaths, "999 deaths");
        check(1_000_000.0, Unit::Events, "1 000 000 events");
        check(2_345.6, Unit::PeoplePerFacility, "2 346 people per facility");
    }

    #[test]
    fn a_share_is_a_percentage_and_little_is_not_nothing() {
        check(0.125, Unit::Share, "12.5 %");
        check(0.0, Unit::Share, "0 %");
        check(0.000_01, Unit::Share, "<0.1 %");
        check(1.0, Unit::Share, "100 %");
    }

    #[test]
    fn surfaces_are_hectares_and_distances_kilometres() {
        check(25_000.0, Unit::SquareMetres, "2.5 ha");
        check(12_300.0, Unit::Metres, "12.3 km");
    }

    #[test]
    fn a_negative_score_has_a_real_minus_and_zero_has_none() {
        check(-1.964, Unit::ZScore, "z = \u{2212}1.96");
        check(-0.001, Unit::ZScore, "z = 0.00");
    }

    #[test]
    fn an_open_bound_is_a_question_mark() {
        assert_eq!(span(Some(1.0), None, Unit::Deaths), "1\u{2013}?");
        assert_eq!(span(None, None, Unit::Deaths), "");
    }

    #[test]
    fn money_keeps_cents_only_where_there_are_some() {
        let eur = "EUR".parse().unwrap();
        assert_eq!(money(Money::new(125_050, eur)).replace(['\u{a0}', THIN], " "), "EUR 1 250.50");
        assert_eq!(money(Money::new(237_150_000, eur)).replace(['\u{a0}', THIN], " "), "EUR 2 371 500");
    }

    #[test]
    fn a_css_string_cannot_end_early() {
        assert_eq!(css_string("a\"</b"), r#""a\22 \3c \2f b""#);
    }

    #[test]
    fn a_whole_year_is_its_number() {
        let day = |y, m, d| Date::new(y, m, d).unwrap();
        assert_eq!(period(Period { from: day(1995, 1, 1), to: day(1995, 12, 31) }), "1995");
        assert_eq!(period(Period { from: day(1995, 2, 1), to: day(1995, 12, 31) }), "1995-02-01 to 1995-12-31");
    }
}
