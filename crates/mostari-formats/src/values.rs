//! From the text of a cell to a number or a date. Unknown is `None`, never 0; what cannot be read is an error
//! that says what was met, for the reader to report.

use mostari_model::{Date, Month, Period};

/// Why a cell is not the value that it should be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ValueError {
    /// Not a number.
    #[error("`{0}` is not a number")]
    NotNumber(String),
    /// A number with a fraction where a count should be.
    #[error("`{0}` is not a whole number")]
    NotWhole(String),
    /// Beyond what a count can be.
    #[error("`{0}` is too large")]
    TooLarge(String),
    /// A count below zero.
    #[error("`{0}` is negative")]
    Negative(String),
    /// Not a date.
    #[error("`{0}` is not a date")]
    NotDate(String),
}

/// Words that stand for "no value" in humanitarian files, in lower case.
const MISSING: [&str; 16] =
    ["", "-", "--", "–", "—", ".", "..", "n/a", "na", "n.a.", "nan", "null", "none", "nil", "#n/a", "unknown"];

/// Whether a cell says that there is no value.
pub fn is_missing(text: &str) -> bool {
    let text = text.trim();
    text.len() <= 7 && MISSING.contains(&text.to_lowercase().as_str())
}

/// Reads a number: `1234.5`, `1,234.5`, `1 234,5`, `1'234`, `45%` (which is 0.45); `None` if the cell says that
/// there is none.
///
/// A single comma before exactly three digits separates thousands, as in the files of the UN: `1,234` is 1234.
///
/// # Errors
/// [`ValueError::NotNumber`].
pub fn number(text: &str) -> Result<Option<f64>, ValueError> {
    let text = text.trim();
    if let Some(number) = plain_number(text) {
        return Ok(Some(number));
    }
    if is_missing(text) {
        return Ok(None);
    }
    let (digits, divisor) = match text.strip_suffix('%') {
        Some(digits) => (digits.trim_end(), 100.0),
        None => (text, 1.0),
    };
    let plain = without_separators(digits).ok_or_else(|| ValueError::NotNumber(text.to_owned()))?;
    plain_number(&plain).map(|number| Some(number / divisor)).ok_or_else(|| ValueError::NotNumber(text.to_owned()))
}

/// Digits with an optional sign, point and exponent; no `inf`, no `nan`.
fn plain_number(text: &str) -> Option<f64> {
    let first = *text.as_bytes().first()?;
    let last = *text.as_bytes().last()?;
    let fits =
        (first.is_ascii_digit() || matches!(first, b'-' | b'+' | b'.')) && (last.is_ascii_digit() || last == b'.');
    fits.then(|| fast_float2::parse::<f64, _>(text).ok()).flatten().filter(|number| number.is_finite())
}

/// Takes out separators of thousands and turns a decimal comma into a point; `None` if they stand in odd places.
fn without_separators(text: &str) -> Option<String> {
    let is_space = |c: char| matches!(c, ' ' | '\u{a0}' | '\u{2009}' | '\u{202f}' | '\'' | '’');
    let (sign, digits) = match text.strip_prefix(['-', '+', '−']) {
        Some(digits) => (if text.starts_with('+') { "" } else { "-" }, digits),
        None => ("", text),
    };
    let (comma, point) = (digits.rfind(','), digits.rfind('.'));
    let decimal = match (comma, point) {
        (Some(comma), Some(point)) => Some(comma.max(point)),
        (None, Some(point)) => (digits.matches('.').count() == 1).then_some(point),
        (Some(comma), None) if digits.matches(',').count() == 1 && digits.len() - comma != 4 => Some(comma),
        _ => None,
    };
    let (whole, fraction) = decimal.map_or((digits, ""), |at| (&digits[..at], &digits[at + 1..]));
    let groups: Vec<&str> = whole.split(|c: char| is_space(c) || c == ',' || c == '.').collect();
    let grouped = groups.len() == 1 || (groups[0].len() <= 3 && groups[1..].iter().all(|group| group.len() == 3));
    let all_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if !grouped || groups.iter().any(|group| group.is_empty() || !all_digits(group)) || !all_digits(fraction) {
        return None;
    }
    Some(format!("{sign}{}.{fraction}0", groups.concat()))
}

/// Reads a whole number, also written `1,234` or `5.0`; `None` if the cell says that there is none.
///
/// # Errors
/// [`ValueError`] if it is no number, has a fraction, or is beyond 9,007,199,254,740,992 (2^53).
pub fn integer(text: &str) -> Result<Option<i64>, ValueError> {
    /// Beyond this a file that went through a spreadsheet has lost digits.
    const WHOLE_MAX: f64 = 9_007_199_254_740_992.0;
    let text = text.trim();
    if text.len() <= 15
        && let Ok(integer) = text.parse()
    {
        return Ok(Some(integer));
    }
    match number(text)? {
        None => Ok(None),
        Some(number) if number.abs() > WHOLE_MAX => Err(ValueError::TooLarge(text.to_owned())),
        Some(number) if number.fract() != 0.0 => Err(ValueError::NotWhole(text.to_owned())),
        Some(number) => Ok(Some(number as i64)),
    }
}

/// Reads a count of people or things: a whole number of at least 0.
///
/// # Errors
/// As [`integer`], and [`ValueError::Negative`].
pub fn count(text: &str) -> Result<Option<i64>, ValueError> {
    match integer(text)? {
        Some(count) if count < 0 => Err(ValueError::Negative(text.trim().to_owned())),
        count => Ok(count),
    }
}

/// How a column writes dates such as `05/06/2024`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DayOrder {
    /// No such date in the column: the order does not matter.
    NotNeeded,
    /// `31/12/2024`, because some date of the column can only be read so.
    DayFirst,
    /// `12/31/2024`, because some date of the column can only be read so.
    MonthFirst,
    /// Each date could be read both ways: read day first, and to be reported.
    Ambiguous,
    /// Some dates can only be read one way and some only the other: to be reported.
    Mixed,
}

impl DayOrder {
    /// What a person must know about how the dates were read, if anything.
    pub fn doubt(self) -> Option<&'static str> {
        match self {
            Self::Ambiguous => Some("every date could be read as day/month or month/day: read as day/month"),
            Self::Mixed => Some(
                "some dates are month/day and others day/month: each was read as it can be, day/month where both fit",
            ),
            Self::NotNeeded | Self::DayFirst | Self::MonthFirst => None,
        }
    }
}

/// How the dates of one column are to be read, decided by looking at all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DateColumn {
    /// The order of day and month.
    pub order: DayOrder,
}

impl DateColumn {
    /// Decides from the cells of the column.
    pub fn of<'a>(cells: impl IntoIterator<Item = &'a str>) -> Self {
        let (mut day_first, mut month_first, mut either) = (false, false, false);
        for parts in cells.into_iter().filter_map(|cell| slashed(cell.trim())) {
            match (parts.0 > 12, parts.1 > 12) {
                (true, false) => day_first = true,
                (false, true) => month_first = true,
                _ => either |= parts.0 != parts.1,
            }
        }
        let order = match (day_first, month_first) {
            (true, true) => DayOrder::Mixed,
            (true, false) => DayOrder::DayFirst,
            (false, true) => DayOrder::MonthFirst,
            (false, false) if either => DayOrder::Ambiguous,
            (false, false) => DayOrder::NotNeeded,
        };
        Self { order }
    }

    /// Reads a date as the days that it covers: a day, a month (`Apr 2023`, `2023-04`) or a year (`2023`);
    /// `None` if the cell says that there is none.
    ///
    /// A bare number of 5 digits in 20000–80000 is a spreadsheet's serial day (days after 1899-12-30, so 1954 to
    /// 2119), one of 8 digits is `yyyymmdd`, one of 11 to 14 digits is milliseconds since 1970 (UTC).
    ///
    /// # Errors
    /// [`ValueError::NotDate`].
    pub fn period(&self, text: &str) -> Result<Option<Period>, ValueError> {
        let text = text.trim();
        if let Some(date) = iso_date(text) {
            return Ok(Some(Period::day(date)));
        }
        if is_missing(text) {
            return Ok(None);
        }
        year_or_month(text)
            .or_else(|| bare_number(text).map(Period::day))
            .or_else(|| self.slashed_date(text).map(Period::day))
            .or_else(|| named_month(text))
            .map(Some)
            .ok_or_else(|| ValueError::NotDate(text.to_owned()))
    }

    /// The first day that a date covers.
    ///
    /// # Errors
    /// As [`DateColumn::period`].
    pub fn first_day(&self, text: &str) -> Result<Option<Date>, ValueError> {
        Ok(self.period(text)?.map(|period| period.from))
    }

    /// The last day that a date covers.
    ///
    /// # Errors
    /// As [`DateColumn::period`].
    pub fn last_day(&self, text: &str) -> Result<Option<Date>, ValueError> {
        Ok(self.period(text)?.map(|period| period.to))
    }

    fn slashed_date(&self, text: &str) -> Option<Date> {
        let (first, second, year) = slashed(text)?;
        let month_first = match self.order {
            DayOrder::MonthFirst => true,
            DayOrder::Mixed => second > 12,
            _ => false,
        };
        let (day, month) = if month_first { (second, first) } else { (first, second) };
        Date::new(year, month, day).ok()
    }
}

/// `2024-06-30`, also followed by a time, which is left out; `2024/06/30`.
pub(crate) fn iso_date(text: &str) -> Option<Date> {
    let bytes = text.as_bytes();
    let [a, b, c, d, s1 @ (b'-' | b'/'), e, f, s2, g, h, rest @ ..] = bytes else { return None };
    if s1 != s2 || !matches!(rest, [] | [b'T' | b't' | b' ', ..]) {
        return None;
    }
    let digit = |byte: &u8| byte.is_ascii_digit().then(|| i16::from(byte - b'0'));
    let year = digit(a)? * 1000 + digit(b)? * 100 + digit(c)? * 10 + digit(d)?;
    let month = digit(e)? * 10 + digit(f)?;
    let day = digit(g)? * 10 + digit(h)?;
    Date::new(year, month as i8, day as i8).ok()
}

/// `2024` or `2024-06`; `06/2024`.
fn year_or_month(text: &str) -> Option<Period> {
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let whole_year = |year: i16| Some(Period { from: Date::new(year, 1, 1).ok()?, to: Date::new(year, 12, 31).ok()? });
    let of_month = |year: &str, month: &str| {
        let month = Month::new(year.parse().ok()?, month.parse().ok()?).ok()?;
        Some(Period::month(month))
    };
    match text.split_once(['-', '/']) {
        None if text.len() == 4 && digits(text) => {
            text.parse().ok().filter(|year| (1000..=2999).contains(year)).and_then(whole_year)
        }
        Some((year, month)) if year.len() == 4 && digits(year) && month.len() <= 2 && digits(month) => {
            of_month(year, month)
        }
        Some((month, year)) if year.len() == 4 && digits(year) && month.len() <= 2 && digits(month) => {
            of_month(year, month)
        }
        _ => None,
    }
}

/// A serial day of a spreadsheet, `yyyymmdd`, or milliseconds since 1970.
fn bare_number(text: &str) -> Option<Date> {
    /// Serial days that are taken for dates: 1954-10-03 to 2119-01-10.
    const SERIAL_DAYS: std::ops::RangeInclusive<i64> = 20_000..=80_000;
    /// Day 0 of spreadsheets, from 1 March 1900 on (ECMA-376 part 1, section 18.17.4.1).
    const SERIAL_START: Date = jiff::civil::date(1899, 12, 30);
    const DAY_MS: i64 = 86_400_000;
    let whole = text.split_once('.').map_or(text, |(whole, _)| whole);
    let number: i64 = plain_number(text).and_then(|_| whole.parse().ok())?;
    let after = |start: Date, days: i64| start.checked_add(jiff::Span::new().try_days(days).ok()?).ok();
    match whole.trim_start_matches('-').len() {
        5 if SERIAL_DAYS.contains(&number) => after(SERIAL_START, number),
        8 if whole.len() == text.len() => {
            Date::new((number / 10_000) as i16, (number / 100 % 100) as i8, (number % 100) as i8).ok()
        }
        11..=14 => after(jiff::civil::date(1970, 1, 1), number.div_euclid(DAY_MS)),
        _ => None,
    }
}

/// The two leading parts and the year of `1/2/2024`, `01-02-2024`, `1.2.24`; a time after a blank is left out.
fn slashed(text: &str) -> Option<(i8, i8, i16)> {
    let date = text.split([' ', 'T']).next()?;
    let mut parts = date.split(['/', '-', '.']);
    let (first, second, year) = (parts.next()?, parts.next()?, parts.next()?);
    let short = |part: &str| matches!(part.len(), 1 | 2) && part.bytes().all(|byte| byte.is_ascii_digit());
    if parts.next().is_some() || !short(first) || !short(second) {
        return None;
    }
    Some((first.parse().ok()?, second.parse().ok()?, full_year(year)?))
}

/// Whether a text is a date whose order of day and month the rest of its column must decide.
pub(crate) fn is_day_and_month(text: &str) -> bool {
    slashed(text.trim()).is_some()
}

/// A year of four digits, or of two: 70 to 99 in the 20th century, 00 to 69 in the 21st (as POSIX `%y`, nearly).
fn full_year(text: &str) -> Option<i16> {
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    match (text.len(), text.parse::<i16>().ok()?) {
        (4, year) => Some(year),
        (2, year) if year >= 70 => Some(1900 + year),
        (2, year) => Some(2000 + year),
        _ => None,
    }
}

/// `Apr 2023`, `5 January 2024`, `January 5, 2024`, `05-Jan-24`; English and French months.
fn named_month(text: &str) -> Option<Period> {
    let words: Vec<&str> = text.split([' ', '-', '/', ',', '.']).filter(|word| !word.is_empty()).collect();
    let day = |day: &str, month: &str, year: &str| {
        let day = day.trim_end_matches(|c: char| c.is_ascii_alphabetic()).parse().ok()?;
        Date::new(full_year(year)?, month_named(month)?, day).ok().map(Period::day)
    };
    match words.as_slice() {
        [month, year] => Month::new(full_year(year)?.into(), month_named(month)? as u32).ok().map(Period::month),
        [first, month, year, ..] if first.starts_with(|c: char| c.is_ascii_digit()) => day(first, month, year),
        [month, second, year, ..] => day(second, month, year),
        _ => None,
    }
}

fn month_named(word: &str) -> Option<i8> {
    const MONTHS: [(&str, &str); 12] = [
        ("january", "janvier"),
        ("february", "février"),
        ("march", "mars"),
        ("april", "avril"),
        ("may", "mai"),
        ("june", "juin"),
        ("july", "juillet"),
        ("august", "août"),
        ("september", "septembre"),
        ("october", "octobre"),
        ("november", "novembre"),
        ("december", "décembre"),
    ];
    let word = word.to_lowercase();
    let long_enough = word.chars().count() >= 3;
    let at = MONTHS.iter().position(|(english, french)| {
        long_enough
            && (english.starts_with(&word) || french.starts_with(&word) || (*english == "september" && word == "sept"))
    })?;
    Some(at as i8 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_number(text: &str, expect: Option<f64>) {
        assert_eq!(number(text), Ok(expect), "{text}");
    }

    #[test]
    fn numbers_are_read_as_people_write_them() {
        check_number("1234.5", Some(1234.5));
        check_number(" 1,234,567 ", Some(1_234_567.0));
        check_number("1,234", Some(1234.0));
        check_number("1.234,5", Some(1234.5));
        check_number("12,5", Some(12.5));
        check_number("1\u{a0}234\u{a0}567", Some(1_234_567.0));
        check_number("1'234.50", Some(1234.5));
        check_number("45%", Some(0.45));
        check_number("-3e2", Some(-300.0));
        check_number("−7 000", Some(-7000.0));
        check_number("6.30E+01", Some(63.0));
    }

    #[test]
    fn no_value_is_unknown_and_never_zero() {
        for text in ["", " ", "-", "N/A", "n/a", "NaN", "#N/A", "null", ".."] {
            check_number(text, None);
        }
        check_number("0", Some(0.0));
    }

    #[test]
    fn what_is_no_number_is_said() {
        for text in ["abc", "1,23,4", "inf", "12 people", "1..2", "--1", "%", "1,234,56"] {
            assert!(number(text).is_err(), "{text}");
        }
        assert_eq!(integer("2.5"), Err(ValueError::NotWhole("2.5".into())));
        assert_eq!(integer("5.0"), Ok(Some(5)));
        assert_eq!(integer("1e300"), Err(ValueError::TooLarge("1e300".into())));
        assert_eq!(count("-4"), Err(ValueError::Negative("-4".into())));
    }

    fn check_date(text: &str, expect: &str) {
        let column = DateColumn::of([text]);
        assert_eq!(column.period(text).unwrap().unwrap().to_string(), expect, "{text}");
    }

    #[test]
    fn dates_are_read_in_every_common_form() {
        check_date("2024-06-30", "2024-06-30");
        check_date("2010-11-30T00:00:00", "2010-11-30");
        check_date("1994-02-05 00:00:00.000", "1994-02-05");
        check_date("2024/06/30", "2024-06-30");
        check_date("31/12/2024", "2024-12-31");
        check_date("12/31/2024", "2024-12-31");
        check_date("31.12.24 10:30", "2024-12-31");
        check_date("05 January 2024", "2024-01-05");
        check_date("January 5, 2024", "2024-01-05");
        check_date("05-Jan-24", "2024-01-05");
        check_date("1er août 2023", "2023-08-01");
        check_date("Apr 2023", "2023-04");
        check_date("2023-04", "2023-04");
        check_date("04/2023", "2023-04");
        check_date("2023", "2023-01-01/2023-12-31");
        check_date("20230415", "2023-04-15");
        check_date("1262304000000", "2010-01-01");
    }

    #[test]
    fn serial_days_of_a_spreadsheet_are_dates() {
        // Microsoft's own example: 39448 is 1 January 2008.
        check_date("39448", "2008-01-01");
        check_date("39448.75", "2008-01-01");
        assert!(DateColumn::of([]).period("12345").is_err());
    }

    #[test]
    fn one_telling_date_decides_the_order_for_its_column() {
        let us = DateColumn::of(["01/02/2024", "12/31/2024"]);
        assert_eq!(us.first_day("01/02/2024").unwrap().unwrap().to_string(), "2024-01-02");
        let un = DateColumn::of(["01/02/2024", "31/12/2024"]);
        assert_eq!(un.first_day("01/02/2024").unwrap().unwrap().to_string(), "2024-02-01");
        assert_eq!(DateColumn::of(["01/02/2024"]).order, DayOrder::Ambiguous);
        assert_eq!(DateColumn::of(["31/12/2024", "12/31/2024"]).order, DayOrder::Mixed);
        assert_eq!(DateColumn::of(["03/03/2024"]).order, DayOrder::NotNeeded);
    }

    #[test]
    fn what_is_no_date_is_said() {
        for text in ["2024-13-01", "2024-02-30", "31/31/2024", "soon", "99999", "1/2", "Foo 2024", "2024-06-30x"] {
            assert_eq!(DateColumn::of([text]).period(text), Err(ValueError::NotDate(text.into())), "{text}");
        }
        assert_eq!(DateColumn::of([]).period("n/a"), Ok(None));
    }
}
