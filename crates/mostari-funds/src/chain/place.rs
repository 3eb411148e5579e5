//! Where the money is: every amount has a place, or says that it has none.

use mostari_model::AidActivity;
use serde::Serialize;

/// What became of money that was counted once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fate {
    /// Expended by a member.
    Spent,
    /// Paid to somebody outside the set.
    Left,
    /// Paid to a member that does not confirm it.
    Unconfirmed,
    /// Received and not paid out yet. Below zero where more was paid out than came in.
    Held,
}

/// A place as far as it is stated.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Place {
    /// A code of an administrative unit, or a reference or name of a location, as published.
    At(String),
    /// One of several, with no share stated.
    OneOf(Vec<String>),
    /// A country by its ISO 3166-1 code; nothing finer is stated.
    Country(String),
    /// Nothing is stated.
    Unknown,
}

/// An amount, what became of it, where, and according to which activity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PlacedAmount {
    /// The activity that holds or spends it.
    pub activity: String,
    /// Where.
    pub place: Place,
    /// What became of it.
    pub fate: Fate,
    /// How much, in minor units.
    #[serde(serialize_with = "super::as_text")]
    pub amount: i128,
}

/// A share of 1 in hundredths of a per cent.
const WHOLE: u32 = 10_000;

/// Splits an amount of an activity over the places that it states.
///
/// One location: all of it. Several: one of them, nobody says which. No location: the transaction's country, or the
/// activity's countries by their stated shares if these make a whole, or its only country.
pub(super) fn place(activity: &AidActivity, country: &str, amount: i128) -> Vec<(Place, i128)> {
    let mut names: Vec<String> = activity.locations.iter().map(name_of).collect();
    names.sort();
    names.dedup();
    match names.as_slice() {
        [] => {}
        [only] => return vec![(Place::At(only.clone()), amount)],
        _ => return vec![(Place::OneOf(names), amount)],
    }
    if !country.is_empty() {
        return vec![(Place::Country(country.to_owned()), amount)];
    }
    let shares: Option<Vec<u32>> = activity.countries.iter().map(|share| share.basis_points).collect();
    match (activity.countries.as_slice(), shares) {
        ([], _) => vec![(Place::Unknown, amount)],
        ([only], _) => vec![(Place::Country(only.code.clone()), amount)],
        (many, Some(shares)) if shares.iter().sum::<u32>() == WHOLE => {
            let places = many.iter().map(|share| Place::Country(share.code.clone()));
            places.zip(split(amount, &shares)).collect()
        }
        (many, _) => vec![(Place::OneOf(many.iter().map(|share| share.code.clone()).collect()), amount)],
    }
}

/// Parts that add up: cumulative shares, each rounded towards zero.
fn split(amount: i128, shares: &[u32]) -> Vec<i128> {
    let (mut share_so_far, mut given) = (0_i128, 0_i128);
    let part = |share: &u32| {
        share_so_far += i128::from(*share);
        let until = amount * share_so_far / i128::from(WHOLE);
        let part = until - given;
        given = until;
        part
    };
    shares.iter().map(part).collect()
}

/// The finest stated unit, or the location's reference, name or point.
fn name_of(location: &mostari_model::AidLocation) -> String {
    let finest = location.units.iter().max_by_key(|(_, level, _)| level.unwrap_or(0));
    match (finest, location.reference.is_empty(), location.name.is_empty(), location.point) {
        (Some((_, _, code)), ..) => code.clone(),
        (None, false, ..) => location.reference.clone(),
        (None, true, false, _) => location.name.clone(),
        (None, true, true, Some((longitude, latitude))) => format!("{longitude} {latitude}"),
        (None, true, true, None) => "a location without a name".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mostari_model::{AidLocation, AidShare};

    fn check(locations: &[&str], countries: &[(&str, Option<u32>)], expect: &[(Place, i128)]) {
        let activity = AidActivity {
            locations: locations
                .iter()
                .map(|name| AidLocation { name: (*name).into(), ..Default::default() })
                .collect(),
            countries: countries
                .iter()
                .map(|(code, basis_points)| AidShare {
                    vocabulary: String::new(),
                    code: (*code).into(),
                    basis_points: *basis_points,
                })
                .collect(),
            ..AidActivity::default()
        };
        assert_eq!(place(&activity, "", 1_001), expect);
    }

    #[test]
    fn one_location_has_all_of_it_and_of_several_nobody_says_which() {
        check(&["Zalingei"], &[("SD", None)], &[(Place::At("Zalingei".into()), 1_001)]);
        check(&["Bria", "Birao"], &[], &[(Place::OneOf(vec!["Birao".into(), "Bria".into()]), 1_001)]);
    }

    #[test]
    fn stated_shares_split_to_the_cent_and_no_statement_is_said() {
        let (first, second) = ((Place::Country("BA".into()), 333), (Place::Country("RS".into()), 668));
        check(&[], &[("BA", Some(3_333)), ("RS", Some(6_667))], &[first, second]);
        check(&[], &[], &[(Place::Unknown, 1_001)]);
    }
}
