//! Money: integers of minor units with their currency, never a float.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// An ISO 4217 currency code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency([u8; 3]);

/// ISO 4217 currencies whose minor unit is not a hundredth: (code, digits after the point).
const MINOR_DIGITS: [(&str, u32); 22] = [
    ("BIF", 0),
    ("CLP", 0),
    ("DJF", 0),
    ("GNF", 0),
    ("ISK", 0),
    ("JPY", 0),
    ("KMF", 0),
    ("KRW", 0),
    ("PYG", 0),
    ("RWF", 0),
    ("UGX", 0),
    ("VND", 0),
    ("VUV", 0),
    ("XAF", 0),
    ("XOF", 0),
    ("XPF", 0),
    ("BHD", 3),
    ("IQD", 3),
    ("JOD", 3),
    ("KWD", 3),
    ("LYD", 3),
    ("TND", 3),
];

/// Why a text is not an amount.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MoneyError {
    /// Not three capital letters.
    #[error("`{0}` is not an ISO 4217 currency code")]
    Currency(String),
    /// Not a decimal number, or finer than the minor unit.
    #[error("`{0}` is not an amount with at most {1} digits after the point")]
    Amount(String, u32),
    /// Larger than a 64-bit count of minor units.
    #[error("`{0}` is too large")]
    Overflow(String),
}

impl Currency {
    /// Digits after the point: 2 for most, 0 or 3 for some.
    pub fn minor_digits(self) -> u32 {
        MINOR_DIGITS.iter().find(|(code, _)| *code == self.as_str()).map_or(2, |(_, digits)| *digits)
    }

    /// The three letters.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).expect("made from ASCII letters")
    }
}

impl FromStr for Currency {
    type Err = MoneyError;

    fn from_str(text: &str) -> Result<Self, MoneyError> {
        match <[u8; 3]>::try_from(text.as_bytes()) {
            Ok(code) if code.iter().all(u8::is_ascii_uppercase) => Ok(Self(code)),
            _ => Err(MoneyError::Currency(text.to_owned())),
        }
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl Serialize for Currency {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        String::deserialize(d)?.parse().map_err(serde::de::Error::custom)
    }
}

/// An amount in minor units (cents) of one currency. Serialises as `{"minor": 123, "currency": "EUR"}`.
///
/// ```
/// use mostari_model::Money;
/// let m = Money::parse("1 250.5", "EUR".parse().unwrap()).unwrap();
/// assert_eq!((m.minor, m.to_string().as_str()), (125_050, "EUR 1 250.50"));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Money {
    /// Count of minor units; may be negative (a refund).
    pub minor: i64,
    /// The currency.
    pub currency: Currency,
}

impl Money {
    /// An amount of minor units.
    pub const fn new(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }

    /// Whole major units (euros), or an error if that many minor units do not fit.
    ///
    /// # Errors
    /// [`MoneyError::Overflow`].
    pub fn from_major(major: i64, currency: Currency) -> Result<Self, MoneyError> {
        let scale = 10_i64.pow(currency.minor_digits());
        let minor = major.checked_mul(scale).ok_or_else(|| MoneyError::Overflow(major.to_string()))?;
        Ok(Self { minor, currency })
    }

    /// Reads a decimal number with `.` as the decimal point; blanks, `_` and `,` between digits group them.
    ///
    /// # Errors
    /// [`MoneyError::Amount`] for anything else, also for more digits than the currency has.
    pub fn parse(text: &str, currency: Currency) -> Result<Self, MoneyError> {
        let digits = currency.minor_digits();
        let bad = || MoneyError::Amount(text.to_owned(), digits);
        let plain: String =
            text.trim().chars().filter(|c| !matches!(c, ' ' | '_' | ',' | '\u{a0}' | '\u{202f}')).collect();
        let (negative, plain) = plain.strip_prefix('-').map_or((false, plain.as_str()), |rest| (true, rest));
        let (whole, fraction) = plain.split_once('.').unwrap_or((plain, ""));
        let fraction = fraction.trim_end_matches('0');
        let all_digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
        if whole.is_empty() || !all_digits(whole) || !all_digits(fraction) || fraction.len() > digits as usize {
            return Err(bad());
        }
        let padded = format!("{whole}{fraction:0<width$}", width = digits as usize);
        let minor: i64 = padded.parse().map_err(|_| MoneyError::Overflow(text.to_owned()))?;
        Ok(Self { minor: if negative { -minor } else { minor }, currency })
    }

    /// The amount in major units, for charts and statistics only; never for accounts.
    pub fn to_major_f64(self) -> f64 {
        self.minor as f64 / 10_f64.powi(self.currency.minor_digits() as i32)
    }
}

/// `EUR 1 250.50`, with narrow groups of three by plain blanks.
impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scale = 10_u64.pow(self.currency.minor_digits());
        let size = self.minor.unsigned_abs();
        let sign = if self.minor < 0 { "-" } else { "" };
        let whole = (size / scale).to_string();
        let mut grouped = String::new();
        for (i, c) in whole.chars().enumerate() {
            if i > 0 && (whole.len() - i).is_multiple_of(3) {
                grouped.push(' ');
            }
            grouped.push(c);
        }
        let text = match self.currency.minor_digits() {
            0 => format!("{} {sign}{grouped}", self.currency),
            digits => format!("{} {sign}{grouped}.{:0width$}", self.currency, size % scale, width = digits as usize),
        };
        f.pad(&text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, currency: &str, expect: Result<i64, ()>) {
        let got = Money::parse(text, currency.parse().unwrap()).map(|m| m.minor).map_err(|_| ());
        assert_eq!(got, expect, "{text} {currency}");
    }

    #[test]
    fn amounts_are_exact_integers_of_the_minor_unit() {
        check("1250.50", "EUR", Ok(125_050));
        check("0.1", "EUR", Ok(10));
        check("-3", "EUR", Ok(-300));
        check("1 000 000", "XAF", Ok(1_000_000));
        check("1.234", "KWD", Ok(1_234));
    }

    #[test]
    fn an_amount_finer_than_the_currency_is_refused() {
        check("1.005", "EUR", Err(()));
        check("1.5", "XAF", Err(()));
        check("twelve", "EUR", Err(()));
        check("99999999999999999999", "EUR", Err(()));
    }
}
