//! Each unit of money once. The long chain of one donor, two agencies, five organisations and thirty sites, and small
//! cases for each rule.

#![allow(clippy::unwrap_used, reason = "a test may stop at what it does not expect")]

use jiff::civil::date;
use mostari_funds::chain::{Count, Fate, Matching, Place, Rule, by_place, count_once, pairs};
use mostari_model::{
    AidActivity, AidLocation, AidTransaction, Counterparty, Date, Money, Organisation, TransactionType,
};
use proptest::prelude::*;
use std::collections::BTreeMap;

fn organisation(id: &str) -> Organisation {
    Organisation { id: id.into(), ..Default::default() }
}

/// The other end: an organisation, and its activity if it is named after a colon.
fn end(other: &str) -> Option<Counterparty> {
    let (id, activity) = other.split_once(':').map_or((other, ""), |(id, _)| (id, other));
    (!other.is_empty()).then(|| Counterparty { organisation: organisation(id), activity: activity.into() })
}

fn on(day: Date, kind: TransactionType, other: &str, euros: i64) -> AidTransaction {
    let (provider, receiver) = if kind.is_incoming() { (end(other), None) } else { (None, end(other)) };
    AidTransaction {
        reference: String::new(),
        kind,
        date: day,
        amount: Money::from_major(euros, "EUR".parse().unwrap()).unwrap(),
        value_date: None,
        provider,
        receiver,
        description: String::new(),
        sector: String::new(),
        country: String::new(),
    }
}

fn pays(other: &str, euros: i64) -> AidTransaction {
    on(date(2026, 3, 1), TransactionType::Disbursement, other, euros)
}

fn gets(other: &str, euros: i64) -> AidTransaction {
    on(date(2026, 3, 9), TransactionType::IncomingFunds, other, euros)
}

fn spends(euros: i64) -> AidTransaction {
    on(date(2026, 6, 1), TransactionType::Expenditure, "", euros)
}

/// An activity `organisation:name`.
fn activity(id: &str, transactions: Vec<AidTransaction>) -> AidActivity {
    let reporting = organisation(id.split(':').next().unwrap());
    AidActivity { id: id.into(), reporting, transactions, ..Default::default() }
}

fn count(activities: &[AidActivity]) -> Count {
    let mut counts = count_once(activities, Matching::default());
    assert_eq!(counts.len(), 1);
    counts.remove(0)
}

const CENTS: i128 = 100;

/// What became of the money adds up to what entered, to the cent.
fn assert_conserved(count: &Count) {
    let fates = [Fate::Spent, Fate::Left, Fate::Unconfirmed, Fate::Held].map(|fate| count.sum_of(fate));
    assert_eq!(fates.iter().sum::<i128>(), count.once, "{fates:?}");
    assert_eq!(by_place(count).values().sum::<i128>(), count.once);
}

/// Agencies keep 7 % for themselves and have passed on 80 % of the rest; organisations keep 10 % and have passed 60 %
/// of what they got to their six sites; sites have spent half. One transfer is not confirmed by its receiver, one is
/// claimed that nobody paid, and a platform repeats what the donor reported.
fn long_chain() -> Vec<AidActivity> {
    let donor = activity(
        "donor:peace",
        vec![pays("agency-1:relief", 420_000), pays("agency-1:relief", 5_580_000), pays("agency-2:homes", 4_000_000)],
    );
    let mut all = vec![donor];
    let shares = [("agency-1:relief", 6_000_000, &["1", "2", "3"][..]), ("agency-2:homes", 4_000_000, &["4", "5"])];
    for (id, euros, organisations) in shares {
        let fee = euros * 7 / 100;
        let each = (euros - fee) * 80 / 100 / organisations.len() as i64;
        // The first agency books both payments of the donor as one receipt.
        let mut transactions = vec![gets("donor:peace", euros), spends(fee)];
        transactions.extend(organisations.iter().map(|n| pays(&format!("ngo-{n}:work"), each)));
        all.push(activity(id, transactions));
        all.extend(organisations.iter().flat_map(|n| organisation_with_sites(n, id, each)));
    }
    let platform =
        AidActivity { is_secondary: true, ..activity("platform:repeats", vec![pays("agency-1:relief", 420_000)]) };
    all.push(platform);
    all
}

fn organisation_with_sites(number: &str, agency: &str, euros: i64) -> Vec<AidActivity> {
    let id = format!("ngo-{number}:work");
    let mut transactions = match number {
        "5" => Vec::new(),
        _ => vec![gets(agency, euros)],
    };
    if number == "4" {
        transactions.push(gets("agency-1:relief", 200_000));
    }
    transactions.push(spends(euros * 10 / 100));
    let each = euros * 60 / 100 / 6;
    let mut all = Vec::new();
    for site in 0..6 {
        let site_id = format!("ngo-{number}:site-{site}");
        transactions.push(pays(&site_id, each));
        let mut at = activity(&site_id, vec![gets(&id, each), spends(each / 2)]);
        // One site of all does not say where it is.
        if site_id != "ngo-2:site-3" {
            at.locations = vec![AidLocation { name: format!("village {number}-{site}"), ..Default::default() }];
        }
        all.push(at);
    }
    all.insert(0, activity(&id, transactions));
    all
}

#[test]
fn naive_summing_counts_two_point_six_times_the_money_and_mostari_counts_it_once() {
    let chain = long_chain();
    assert_eq!(chain.len(), 1 + 2 + 5 + 30 + 1);
    let out = [TransactionType::Disbursement, TransactionType::Expenditure];
    let all = chain.iter().flat_map(|it| &it.transactions).filter(|it| out.contains(&it.kind));
    let naive: i128 = all.map(|it| i128::from(it.amount.minor)).sum();
    let count = count(&chain);
    assert_eq!(count.naive, naive);
    assert_eq!(count.naive, 26_000_000 * CENTS);
    assert_eq!(count.once, 10_000_000 * CENTS);
    assert_eq!(count.naive * 10, count.once * 26);
    assert_conserved(&count);
}

#[test]
fn the_residue_of_the_chain_is_shown_on_both_sides_and_not_added() {
    let count = count(&long_chain());
    let shown = |loose: &[mostari_funds::chain::Loose]| {
        loose.iter().map(|it| (it.entry.activity.clone(), it.other.clone(), it.amount)).collect::<Vec<_>>()
    };
    assert_eq!(shown(&count.residue_out), [("agency-2:homes".into(), "ngo-5:work".into(), 148_800_000)]);
    assert_eq!(shown(&count.residue_in), [("ngo-4:work".into(), "agency-1:relief".into(), 20_000_000)]);
    assert_eq!(shown(&count.secondary), [("platform:repeats".into(), "platform".into(), 42_000_000)]);
    assert_eq!(count.entered.len(), 3, "only the donor's payments enter");
}

#[test]
fn the_chain_ends_at_places_or_says_that_it_does_not() {
    let count = count(&long_chain());
    // Fees of agencies and organisations, and half of what reached the sites.
    assert_eq!(count.sum_of(Fate::Spent), (700_000 + 5 * 148_800 + 30 * 74_400) * CENTS);
    assert_eq!(count.sum_of(Fate::Unconfirmed), 1_488_000 * CENTS);
    let spent_at = |place: &Place| {
        let here = count.placed.iter().filter(|it| it.fate == Fate::Spent && it.place == *place);
        here.map(|it| it.amount).sum::<i128>()
    };
    assert_eq!(spent_at(&Place::At("village 1-0".into())), 74_400 * CENTS);
    assert_eq!(spent_at(&Place::Unknown), (700_000 + 5 * 148_800 + 74_400) * CENTS);
    // The fifth organisation pays out what it does not say it received.
    let fifth = count.placed.iter().find(|it| it.activity == "ngo-5:work" && it.fate == Fate::Held).unwrap();
    assert_eq!(fifth.amount, -(148_800 + 892_800) * CENTS);
}

#[test]
fn two_payments_that_are_booked_as_one_receipt_are_paired_by_their_sum() {
    let count = count(&long_chain());
    let pair = count.pairs.iter().find(|pair| pair.rule == Rule::SumsAgree).unwrap();
    assert_eq!((pair.out.len(), pair.into.len(), pair.amount), (2, 1, 600_000_000));
    assert!(!pair.rule.doubt().is_empty());
}

fn check(payer: Vec<AidTransaction>, receiver: Vec<AidTransaction>, expect: &[Rule]) -> Count {
    let count = count(&[activity("donor:grant", payer), activity("ngo:wells", receiver)]);
    assert_eq!(count.pairs.iter().map(|pair| pair.rule).collect::<Vec<_>>(), expect);
    assert_conserved(&count);
    count
}

#[test]
fn sides_that_name_each_others_activity_are_sure() {
    let count = check(vec![pays("ngo:wells", 100)], vec![gets("donor:grant", 100)], &[Rule::BothActivities]);
    assert_eq!(count.pairs[0].rule.doubt(), "");
    assert_eq!(count.pairs[0].days_apart, 8);
}

#[test]
fn a_side_that_names_only_the_organisation_leaves_a_doubt() {
    check(vec![pays("ngo", 100)], vec![gets("donor:grant", 100)], &[Rule::OneActivity]);
    check(vec![pays("ngo", 100)], vec![gets("donor", 100)], &[Rule::Organisations]);
}

#[test]
fn a_side_that_names_another_activity_is_no_pair() {
    let count = check(vec![pays("ngo:schools", 100)], vec![gets("donor:grant", 100)], &[]);
    assert_eq!(count.residue_in.len(), 1);
    assert_eq!(count.sum_of(Fate::Left), 100 * CENTS, "the schools are not in the set");
}

#[test]
fn sides_a_year_apart_or_of_other_amounts_are_shown_and_not_paired() {
    let late = on(date(2027, 3, 1), TransactionType::IncomingFunds, "donor:grant", 100);
    for receipt in [late, gets("donor:grant", 99)] {
        let count = check(vec![pays("ngo:wells", 100)], vec![receipt], &[]);
        assert_eq!((count.residue_out.len(), count.residue_in.len()), (1, 1));
        assert_eq!(count.once, 100 * CENTS);
    }
}

#[test]
fn money_from_outside_the_set_is_counted_where_it_enters() {
    let count =
        check(vec![pays("ngo:wells", 100)], vec![gets("donor:grant", 100), gets("church", 7)], &[Rule::BothActivities]);
    assert_eq!(count.once, 107 * CENTS);
}

#[test]
fn money_from_nobody_is_not_counted_and_shown() {
    let count =
        check(vec![pays("ngo:wells", 100)], vec![gets("donor:grant", 100), gets("", 7)], &[Rule::BothActivities]);
    assert_eq!(count.once, 100 * CENTS);
    assert_eq!(count.residue_in[0].other, "(nobody named)");
}

#[test]
fn what_a_publisher_takes_back_is_taken_back_on_both_sides() {
    let count = check(
        vec![pays("ngo:wells", 100), pays("ngo:wells", -30)],
        vec![gets("donor:grant", 100), gets("donor:grant", -30)],
        &[Rule::BothActivities, Rule::BothActivities],
    );
    assert_eq!(count.once, 70 * CENTS);
}

#[test]
fn currencies_are_counted_apart() {
    let mut dollars = pays("ngo:wells", 50);
    dollars.amount.currency = "USD".parse().unwrap();
    let counts = count_once(&[activity("donor:grant", vec![pays("ngo:wells", 100), dollars])], Matching::default());
    let once: BTreeMap<String, i128> = counts.iter().map(|it| (it.currency.to_string(), it.once)).collect();
    assert_eq!(once, BTreeMap::from([("EUR".to_owned(), 10_000), ("USD".to_owned(), 5_000)]));
}

#[test]
fn commitments_pair_with_commitments_and_pledges_with_pledges() {
    let words = |kind, other: &str| on(date(2026, 1, 1), kind, other, 100);
    let all = [
        activity(
            "donor:grant",
            vec![
                words(TransactionType::OutgoingCommitment, "ngo:wells"),
                words(TransactionType::OutgoingPledge, "ngo:wells"),
            ],
        ),
        activity(
            "ngo:wells",
            vec![
                words(TransactionType::IncomingPledge, "donor:grant"),
                words(TransactionType::IncomingCommitment, "donor:grant"),
            ],
        ),
    ];
    let positions: Vec<_> =
        pairs(&all, Matching::default()).iter().map(|it| (it.out[0].position, it.into[0].position)).collect();
    assert_eq!(positions, [(0, 1), (1, 0)]);
    assert_eq!(count(&all).once, 0, "words are no money");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn in_any_set_of_activities_the_money_is_conserved_and_no_side_is_used_twice(
        flows in prop::collection::vec((0_usize..6, 0_usize..7, -5_i64..40, 0_u8..4, any::<bool>()), 0..60),
    ) {
        let name = |at: usize| format!("org-{}:work", at);
        let mut all: Vec<AidActivity> = (0..6).map(|at| activity(&name(at), Vec::new())).collect();
        for (from, to, euros, what, confirmed) in flows {
            match what {
                0 => all[from].transactions.push(spends(euros)),
                1 => all[from].transactions.push(gets(if confirmed { "church" } else { "" }, euros)),
                _ => {
                    all[from].transactions.push(pays(&name(to), euros));
                    if confirmed && to < 6 {
                        all[to].transactions.push(gets(&name(from), euros));
                    }
                }
            }
        }
        for count in count_once(&all, Matching::default()) {
            assert_conserved(&count);
            let mut sides: Vec<_> = count.pairs.iter().flat_map(|it| it.out.iter().chain(&it.into)).collect();
            let loose = count.residue_out.iter().chain(&count.residue_in).map(|it| &it.entry);
            sides.extend(loose);
            let many = sides.len();
            sides.sort();
            sides.dedup();
            prop_assert_eq!(sides.len(), many);
        }
    }
}
