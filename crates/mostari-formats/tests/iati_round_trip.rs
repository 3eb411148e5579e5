//! What is written as IATI is valid, says the same when read, and is refused where it could not be.

#![allow(clippy::unwrap_used, reason = "a test may stop at what it does not expect")]

use mostari_formats::{read_iati, write_iati};
use mostari_model::{
    AidActivity, AidLocation, AidShare, AidTransaction, Counterparty, Currency, Date, Money, Organisation,
    Participation, TransactionType,
};
use proptest::prelude::*;
use proptest::{strategy::ValueTree, test_runner::TestRunner};
use std::{path::PathBuf, process::Command};

fn text() -> impl Strategy<Value = String> {
    "[a-zšđčćž&<>\"'0-9]([ a-zéλ ة&<>\"'\n.-]{0,20}[a-z0-9])?"
}

fn perhaps<T: std::fmt::Debug>(one: impl Strategy<Value = T>) -> impl Strategy<Value = Option<T>> {
    proptest::option::of(one)
}

fn code_of(list: &'static [&'static str]) -> impl Strategy<Value = String> {
    proptest::sample::select(list).prop_map(str::to_owned)
}

fn day() -> impl Strategy<Value = Date> {
    (1990_i16..2040, 1_i8..=12, 1_i8..=28).prop_map(|(y, m, d)| Date::constant(y, m, d))
}

fn organisation() -> impl Strategy<Value = Organisation> {
    (perhaps(text()), perhaps(text()), perhaps(code_of(&["10", "22", "40", "90"]))).prop_map(|(id, name, kind)| {
        Organisation { id: id.unwrap_or_default(), name: name.unwrap_or_default(), kind: kind.unwrap_or_default() }
    })
}

fn counterparty() -> impl Strategy<Value = Counterparty> {
    (organisation(), perhaps(text()))
        .prop_map(|(organisation, activity)| Counterparty { organisation, activity: activity.unwrap_or_default() })
}

fn currency() -> impl Strategy<Value = Currency> {
    code_of(&["EUR", "USD", "BAM", "JPY", "KWD", "XAF"]).prop_map(|code| code.parse().unwrap())
}

prop_compose! {
    fn transaction()(
        reference in perhaps(text()),
        kind in proptest::sample::select(&TransactionType::ALL[..]),
        date in day(),
        minor in prop_oneof![-1_000_000_i64..1_000_000, any::<i64>().prop_filter("one more than can be negated", |m| *m > i64::MIN)],
        currency in currency(),
        value_date in day(),
        provider in perhaps(counterparty()),
        receiver in perhaps(counterparty()),
        description in perhaps(text()),
        sector in perhaps(code_of(&["12220", "15250", "21020"])),
        country in perhaps(code_of(&["BA", "CF", "UA"])),
    ) -> AidTransaction {
        AidTransaction {
            reference: reference.unwrap_or_default(), kind, date, amount: Money::new(minor, currency),
            value_date: Some(value_date), provider, receiver,
            description: description.unwrap_or_default(),
            sector: sector.unwrap_or_default(), country: country.unwrap_or_default(),
        }
    }
}

/// Shares of some codes that add up to the whole, or one code without a share.
fn shares(vocabulary: &'static str, codes: &'static [&'static str]) -> impl Strategy<Value = Vec<AidShare>> {
    proptest::collection::vec(1_u32..5_000, 0..=codes.len()).prop_map(move |weights| {
        let total: u32 = weights.iter().sum();
        let mut points: Vec<u32> = weights.iter().map(|weight| weight * 10_000 / total).collect();
        let rest = 10_000 - points.iter().sum::<u32>();
        if let Some(first) = points.first_mut() {
            *first += rest;
        }
        let is_alone = points.len() == 1 && weights[0] % 2 == 0;
        let share = |(code, points): (&&str, &u32)| AidShare {
            vocabulary: vocabulary.to_owned(),
            code: (*code).to_owned(),
            basis_points: (!is_alone).then_some(*points),
        };
        codes.iter().zip(&points).map(share).collect()
    })
}

prop_compose! {
    fn location()(
        reference in perhaps(text()),
        name in perhaps(text()),
        units in proptest::collection::vec((code_of(&["A1", "A4"]), perhaps(0_u8..5), text()), 0..3),
        point in perhaps((-180.0_f64..180.0, 0.001_f64..90.0)),
        exactness in perhaps(code_of(&["1", "2"])),
    ) -> AidLocation {
        AidLocation {
            reference: reference.unwrap_or_default(), name: name.unwrap_or_default(), units, point,
            exactness: exactness.unwrap_or_default(),
        }
    }
}

prop_compose! {
    fn head()(
        titles in proptest::collection::vec((code_of(&["", "en", "bs", "fr"]), text()), 1..3),
        descriptions in proptest::collection::vec((code_of(&["", "en", "bs"]), text()), 1..4),
        mut reporting in organisation(),
        name in text(),
        is_secondary in any::<bool>(),
        status in 1_u8..=6,
        starts in (day(), perhaps(day())),
        days in (0_i64..3_000, 0_i64..3_000),
        currency in perhaps(currency()),
        is_humanitarian in perhaps(any::<bool>()),
        hierarchy in perhaps(any::<i32>()),
    ) -> AidActivity {
        (reporting.id, reporting.name, reporting.kind) = (format!("XM-{name}"), name, "10".to_owned());
        let later = |day: Date, days: i64| day.checked_add(jiff::Span::new().days(days)).ok();
        AidActivity {
            titles, descriptions, reporting, is_secondary, status,
            start_planned: Some(starts.0), end_planned: later(starts.0, days.0),
            start_actual: starts.1, end_actual: starts.1.and_then(|day| later(day, days.1)),
            default_currency: currency, is_humanitarian, hierarchy,
            ..AidActivity::default()
        }
    }
}

prop_compose! {
    fn activity()(
        head in head(),
        id in text(),
        participations in proptest::collection::vec((1_u8..=4, counterparty()), 1..4),
        countries in shares("", &["BA", "CF", "UA"]),
        sectors in shares("1", &["12220", "15250", "21020", "73010"]),
        own_sectors in shares("99", &["a", "b"]),
        locations in proptest::collection::vec(location(), 0..3),
        related in proptest::collection::vec((1_u8..=5, text()), 0..3),
        transactions in proptest::collection::vec(transaction(), 0..5),
    ) -> AidActivity {
        let participations = participations.into_iter().map(|(role, party)| Participation { role, party }).collect();
        let sectors = sectors.into_iter().chain(own_sectors).collect();
        AidActivity { id, participations, countries, sectors, locations, related, transactions, ..head }
    }
}

/// Activities with identifiers that differ.
fn activities(most: usize) -> impl Strategy<Value = Vec<AidActivity>> {
    proptest::collection::vec(activity(), 1..=most).prop_map(|mut all| {
        for (activity, position) in all.iter_mut().zip(1..) {
            activity.id = format!("XM-{position}-{}", activity.id);
        }
        all
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_is_read_back_equal(sent in activities(3)) {
        let file = write_iati(&sent, None).unwrap();
        let (got, findings) = read_iati(file.as_bytes());
        prop_assert_eq!(got, sent);
        let codes: Vec<&str> = findings.iter().map(|finding| &*finding.code).filter(|code| *code != "AID-037").collect();
        prop_assert_eq!(codes, Vec::<&str>::new());
    }
}

#[test]
fn what_is_written_is_valid_against_the_published_schema() {
    let folder = std::env::var("MOSTARI_DATA")
        .unwrap_or_else(|_| concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data").to_owned());
    let schema = PathBuf::from(folder).join("formats/iati/schema/iati-activities-schema.xsd");
    if !schema.exists() {
        println!("skipped: no real data at {}", schema.display());
        return;
    }
    if Command::new("xmllint").arg("--version").output().is_err() {
        println!("skipped: no xmllint; `scripts/setup test` installs it");
        return;
    }
    let mut runner = TestRunner::deterministic();
    let sent: Vec<AidActivity> = (0..400)
        .map(|position| {
            let mut one = activity().new_tree(&mut runner).unwrap().current();
            one.id = format!("XM-{position}-{}", one.id);
            one
        })
        .collect();
    let path = std::env::temp_dir().join(format!("mostari-iati-{}.xml", std::process::id()));
    std::fs::write(&path, write_iati(&sent, Some(Date::constant(2024, 6, 30))).unwrap()).unwrap();
    let judged =
        Command::new("xmllint").args(["--noout", "--nonet", "--schema"]).arg(&schema).arg(&path).output().unwrap();
    std::fs::remove_file(&path).unwrap();
    assert!(judged.status.success(), "{}", String::from_utf8_lossy(&judged.stderr));
}

fn sound() -> AidActivity {
    let organisation = Organisation { id: "XM-1".into(), name: "Most".into(), kind: "22".into() };
    AidActivity {
        id: "XM-1-1".into(),
        titles: vec![("en".into(), "Clinic".into())],
        descriptions: vec![("en".into(), "A clinic".into())],
        reporting: organisation.clone(),
        status: 2,
        start_actual: Some(Date::constant(2024, 3, 1)),
        participations: vec![Participation { role: 4, party: Counterparty { organisation, activity: String::new() } }],
        ..AidActivity::default()
    }
}

/// The codes with which a change of a sound activity is refused.
fn check_refused(change: impl Fn(&mut AidActivity), codes: &[&str]) {
    let mut activity = sound();
    change(&mut activity);
    let refused = write_iati(&[activity], None).unwrap_err();
    let found: Vec<&str> = refused.findings.iter().map(|finding| &*finding.code).collect();
    assert_eq!(found, codes, "{:#?}", refused.findings);
}

#[test]
fn a_sound_activity_is_written() {
    assert!(write_iati(&[sound()], None).unwrap().contains("<iati-identifier>XM-1-1</iati-identifier>"));
}

#[test]
fn an_activity_that_lacks_what_the_schema_wants_is_refused() {
    check_refused(|activity| activity.id.clear(), &["AID-020"]);
    check_refused(|activity| activity.titles.clear(), &["AID-007", "AID-036"]);
    check_refused(|activity| activity.descriptions.clear(), &["AID-007"]);
    check_refused(|activity| activity.reporting = Organisation::default(), &["AID-009", "AID-009", "AID-036"]);
    check_refused(|activity| activity.participations.clear(), &["AID-007"]);
    check_refused(|activity| activity.start_actual = None, &["AID-007"]);
    check_refused(|activity| activity.status = 0, &["AID-022"]);
}

#[test]
fn an_activity_that_says_what_iati_cannot_is_refused() {
    check_refused(|activity| activity.titles[0].1 = "\u{1}".into(), &["XML-001"]);
    check_refused(|activity| activity.titles[0].1 = " Clinic".into(), &["AID-059"]);
    check_refused(|activity| activity.titles[0].0 = "in Bosnian".into(), &["AID-010"]);
    let share = |code: &str, points| AidShare { vocabulary: "1".into(), code: code.into(), basis_points: Some(points) };
    check_refused(|activity| activity.sectors = vec![share("12220", 9_000)], &["AID-030"]);
    check_refused(|activity| activity.sectors = vec![share("xx", 10_000)], &["AID-022"]);
    let nowhere = AidLocation { point: Some((f64::NAN, 0.0)), ..AidLocation::default() };
    check_refused(move |activity| activity.locations = vec![nowhere.clone()], &["AID-033", "AID-059"]);
}

#[test]
fn an_identifier_that_stands_twice_is_refused_and_an_empty_list_too() {
    assert_eq!(write_iati(&[sound(), sound()], None).unwrap_err().findings[0].code, "AID-021");
    assert_eq!(write_iati(&[], None).unwrap_err().findings[0].code, "AID-007");
}

#[test]
fn a_transaction_without_a_value_date_gets_its_own_day() {
    let mut activity = sound();
    activity.transactions = vec![AidTransaction {
        reference: String::new(),
        kind: TransactionType::Expenditure,
        date: Date::constant(2024, 6, 30),
        amount: Money::new(5, "EUR".parse().unwrap()),
        value_date: None,
        provider: None,
        receiver: None,
        description: String::new(),
        sector: String::new(),
        country: String::new(),
    }];
    let (got, _) = read_iati(write_iati(&[activity], None).unwrap().as_bytes());
    assert_eq!(got[0].transactions[0].value_date, Some(Date::constant(2024, 6, 30)));
}
