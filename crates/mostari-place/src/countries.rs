//! Countries by their ISO 3166-1 codes and the names that files use.

use crate::fold::fold;
use std::{collections::HashMap, sync::LazyLock};

/// A country.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Country {
    /// ISO 3166-1 alpha-3 code.
    pub(crate) iso3: &'static str,
    /// ISO 3166-1 alpha-2 code.
    pub(crate) iso2: &'static str,
    /// Its English name.
    pub(crate) name: &'static str,
}

static COUNTRIES: LazyLock<HashMap<String, Country>> = LazyLock::new(|| {
    let mut known = HashMap::new();
    for line in include_str!("countries.tsv").lines().filter(|line| !line.starts_with('#')) {
        let mut columns = line.split('\t');
        let mut next = || columns.next().expect("every line has three columns");
        let (iso3, iso2, names) = (next(), next(), next());
        let country = Country { iso3, iso2, name: names.split('|').next().expect("a split gives one part at least") };
        for word in names.split('|').chain([iso3, iso2]) {
            // The first country of a name keeps it; a test sees that no name has two.
            known.entry(fold(word)).or_insert(country);
        }
    }
    known
});

/// The country of a name or code.
pub(crate) fn country_of(text: &str) -> Option<Country> {
    COUNTRIES.get(&fold(text)).copied()
}

/// The ISO 3166-1 alpha-3 code of a country given by name or code: `Bosnia and Herzegovina`, `ba` and `BIH` are `BIH`.
///
/// Codes that ISO 3166-1 leaves to users (`AAA` to `AAZ`, `QMA` to `QZZ`, `XAA` to `XZZ`, `ZZA` to `ZZZ`) stand for themselves.
pub fn country_code(text: &str) -> Option<String> {
    let free = ["AAA"..="AAZ", "QMA"..="QZZ", "XAA"..="XZZ", "ZZA"..="ZZZ"];
    let is_free = text.len() == 3
        && text.bytes().all(|byte| byte.is_ascii_uppercase())
        && free.iter().any(|range| range.contains(&text));
    match country_of(text) {
        Some(country) => Some(country.iso3.to_owned()),
        None => is_free.then(|| text.to_owned()),
    }
}

/// The country of the ISO prefix of a code, with the rest of the code: `GIN008003` and `GN008003` give Guinea and `008003`.
///
/// Of two readings (`GIN` of Guinea, `GI` of Gibraltar) the longer one is meant.
pub(crate) fn prefix_of(code: &str) -> Option<(Country, &str)> {
    [3, 2].into_iter().find_map(|length| {
        let (prefix, rest) = code.split_at_checked(length)?;
        let known = country_of(prefix)?;
        let is_code = prefix.eq_ignore_ascii_case(known.iso3) || prefix.eq_ignore_ascii_case(known.iso2);
        (is_code && rest.bytes().any(|byte| byte.is_ascii_digit())).then_some((known, rest))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_country_is_known_by_codes_and_by_names_in_use() {
        for text in ["BIH", "ba", "Bosnia and Herzegovina", "Bosnia-Herzegovina", "BOSNA I HERCEGOVINA"] {
            assert_eq!(country_of(text).map(|c| c.iso3), Some("BIH"), "{text}");
        }
        assert_eq!(country_of("DR Congo (Zaire)").map(|c| c.iso2), Some("CD"));
        assert_eq!(country_of("Atlantis"), None);
    }

    #[test]
    fn codes_that_are_left_to_users_stand_for_themselves() {
        let code = |text| country_code(text).unwrap_or_default();
        assert_eq!(["XVM", "Guinea", "QLZ", "XA", "xvm"].map(code), ["XVM", "GIN", "", "", ""]);
    }

    #[test]
    fn all_249_countries_are_there_and_no_name_has_two() {
        let mut codes: Vec<_> = COUNTRIES.values().map(|country| country.iso3).collect();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), 249);
        for line in include_str!("countries.tsv").lines().filter(|line| !line.starts_with('#')) {
            let (iso3, rest) = line.split_once('\t').unwrap();
            for word in rest.split(['\t', '|']).chain([iso3]) {
                assert_eq!(country_of(word).unwrap().iso3, iso3, "{word}");
            }
        }
    }

    #[test]
    fn the_prefix_of_a_code_names_its_country() {
        let of = |code| prefix_of(code).map(|(c, rest)| (c.iso3, rest));
        assert_eq!(of("GIN008003"), Some(("GIN", "008003")));
        assert_eq!(of("GN008003"), Some(("GIN", "008003")));
        assert_eq!(of("IQG02Q01"), Some(("IRQ", "G02Q01")));
        assert_eq!(of("43093233B1"), None);
    }
}
