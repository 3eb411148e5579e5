//! Rates with both parts: the property law implementation plan (PLIP) in Bosnia, August and December 2002 (ohr.int).

use super::*;
use mostari_model::Month;

/// Area, claims decided positively and property repossessed, claims; August 2002.
const AUGUST: [(&str, u64, u64, &str); 4] = [
    ("federation", 88_497, 141_812, "62.40"),
    ("republika-srpska", 58_068, 107_578, "53.98"),
    ("brcko", 4_419, 6_922, "63.84"),
    ("", 150_984, 256_312, "58.91"),
];
const SERIES: &str = "property-claims-closed";
const REASON: &str = "revision of files, exclusion of destroyed properties, harmonisation";

fn figure(month: &str, numerator: u64, denominator: u64) -> Figure {
    let month: Month = month.parse().unwrap();
    Figure { month, numerator, denominator, method: format!("plip {month}") }
}

fn state(part: &str, figure: Figure) -> Statement {
    Statement::FigureStated { series: SERIES.to_owned(), part: part.to_owned(), figure }
}

fn august() -> Scribe {
    let mut scribe = Scribe::default();
    for (part, numerator, denominator, _) in AUGUST {
        scribe.say("ohr", "2002-09-15", state(part, figure("2002-08", numerator, denominator)));
    }
    scribe
}

#[test]
fn the_rates_of_august_2002_are_those_that_were_published() {
    let register = august().register();
    let parts = &register.series()[SERIES];
    for (part, numerator, denominator, percent) in AUGUST {
        let words = format!("{numerator}/{denominator} = {percent} %");
        assert_eq!(parts[part].figures[0].1.to_string(), words, "{part}");
    }
    // Published as 62, 54, 64 and 59 per cent.
    let whole = AUGUST.map(|(part, ..)| (parts[part].figures[0].1.rate_bp().unwrap() + 50) / 100);
    assert_eq!(whole, [62, 54, 64, 59]);
    let sum = |pick: fn(&(&str, u64, u64, &str)) -> u64| AUGUST[..3].iter().map(pick).sum::<u64>();
    assert_eq!((sum(|row| row.1), sum(|row| row.2)), (150_984, 256_312), "the parts make the whole");
    // Ranked by rate: Brcko, the Federation, Republika Srpska.
    let mut ranked: Vec<_> = parts.iter().filter(|(part, _)| !part.is_empty()).collect();
    ranked.sort_by_key(|(_, series)| std::cmp::Reverse(series.figures[0].1.rate_bp()));
    assert_eq!(
        ranked.iter().map(|(part, _)| part.as_str()).collect::<Vec<_>>(),
        ["brcko", "federation", "republika-srpska"]
    );
}

#[test]
fn a_denominator_that_moves_without_a_word_is_reported() {
    let mut scribe = august();
    scribe.say("ohr", "2003-01-15", state("", figure("2002-12", 168_976, 245_973)));
    let findings = scribe.register().findings(day("2003-02-01"));
    assert_eq!(findings.len(), 1);
    assert_eq!(
        findings[0].message,
        "property-claims-closed, 2002-08 to 2002-12: 150984/256312 = 58.91 % -> 168976/245973 = 68.70 %: \
         +7.02 points by the numerator, +2.77 by the denominator (nobody says why)"
    );
    assert_eq!(findings[0].code, "PRJ-041");
}

#[test]
fn a_restatement_shows_both_denominators_and_its_reason() {
    let mut scribe = august();
    let restated = Statement::FigureRestated {
        series: SERIES.to_owned(),
        part: String::new(),
        old: figure("2002-08", 150_984, 256_312),
        new: figure("2002-12", 168_976, 245_973),
        reason: REASON.to_owned(),
    };
    scribe.say("ohr", "2003-01-15", restated);
    let register = scribe.register();
    assert!(register.findings(day("2003-02-01")).is_empty());
    let series = &register.series()[SERIES][""];
    assert_eq!(series.figures.len(), 2, "August stays as it was");
    let drift = &series.drifts()[0];
    assert_eq!((drift.from.denominator, drift.to.denominator), (256_312, 245_973));
    assert_eq!(
        (drift.from.rate_bp(), drift.at_old_denominator_bp, drift.to.rate_bp()),
        (Some(5_891), 6_593, Some(6_870))
    );
    assert_eq!(drift.explained.as_deref(), Some(REASON));
    let restatement = &series.restatements[0];
    assert_eq!((restatement.old.method.as_str(), restatement.new.method.as_str()), ("plip 2002-08", "plip 2002-12"));
}

#[test]
fn a_restatement_of_a_month_replaces_its_figure_and_keeps_the_old_one() {
    let mut scribe = august();
    let (series, part, reason) = (SERIES.to_owned(), "brcko".to_owned(), "counted twice".to_owned());
    let (old, new) = (figure("2002-08", 4_419, 6_922), figure("2002-08", 4_400, 6_900));
    scribe.say(
        "ohr",
        "2002-10-01",
        Statement::FigureRestated { series, part, old: old.clone(), new: new.clone(), reason },
    );
    let register = scribe.register();
    let series = &register.series()[SERIES]["brcko"];
    assert_eq!(series.figures.iter().map(|(_, figure)| figure).collect::<Vec<_>>(), [&new]);
    assert_eq!(series.restatements[0].old, old);
}

#[test]
fn only_what_stands_can_be_restated_and_no_month_has_two_figures() {
    let mut scribe = august();
    scribe.say("ohr", "2002-10-01", state("brcko", figure("2002-08", 1, 2)));
    assert_eq!(scribe.last_refused(), ["PRJ-003"]);
    let (series, part, reason) = (SERIES.to_owned(), "brcko".to_owned(), "typo".to_owned());
    let (old, new) = (figure("2002-08", 4_418, 6_922), figure("2002-08", 4_400, 6_900));
    scribe.say("ohr", "2002-10-01", Statement::FigureRestated { series, part, old, new, reason });
    assert_eq!(scribe.last_refused(), ["PRJ-040"]);
    scribe.say("ohr", "2002-10-01", state("nowhere", figure("2002-08", 0, 0)));
    assert_eq!(scribe.last_refused(), ["PRJ-005"]);
}
