//! What enters a set of activities, moves within it, and ends somewhere.

use super::pair::{Pair, STAGES, Side, pair};
use super::place::{Fate, PlacedAmount, place};
use super::{Count, Loose, Matching, Reference};
use mostari_model::{AidActivity, AidTransaction, Counterparty, Currency, TransactionType};
use std::collections::{BTreeMap, BTreeSet};

/// The activities, with who reports what first hand. Of two with one identifier the first counts.
pub(super) struct Books<'a> {
    /// First hand, by identifier.
    primary: BTreeMap<&'a str, &'a AidActivity>,
    secondary: Vec<&'a AidActivity>,
    /// Organisations that report an activity first hand.
    organisations: BTreeSet<&'a str>,
}

const EXPENDITURE: &[TransactionType] = &[TransactionType::Expenditure];

impl<'a> Books<'a> {
    pub(super) fn of(activities: &'a [AidActivity]) -> Self {
        let mut primary = BTreeMap::new();
        let mut secondary = Vec::new();
        for activity in activities {
            match activity.is_secondary || primary.contains_key(activity.id.as_str()) {
                true => secondary.push(activity),
                false => {
                    primary.insert(activity.id.as_str(), activity);
                }
            }
        }
        let organisations = primary.values().map(|it| it.reporting.id.as_str()).filter(|id| !id.is_empty()).collect();
        Self { primary, secondary, organisations }
    }

    pub(super) fn currencies(&self) -> BTreeSet<Currency> {
        let all = self.primary.values().chain(&self.secondary);
        all.flat_map(|activity| &activity.transactions).map(|it| it.amount.currency).collect()
    }

    /// Transactions of these types that are reported first hand, with their other end.
    fn sides(&self, currency: Currency, kinds: &[TransactionType], is_out: bool) -> Vec<Side> {
        let mut sides = Vec::new();
        for activity in self.primary.values() {
            for (position, transaction) in matching(activity, currency, kinds) {
                let other = if is_out { &transaction.receiver } else { &transaction.provider };
                let named =
                    |part: fn(&Counterparty) -> &String| other.as_ref().map_or(String::new(), |it| part(it).clone());
                sides.push(Side {
                    entry: Reference { activity: activity.id.clone(), position },
                    date: transaction.date,
                    amount: transaction.amount.minor,
                    organisation: activity.reporting.id.clone(),
                    other_activity: named(|it| &it.activity),
                    other_organisation: named(|it| &it.organisation.id),
                });
            }
        }
        sides
    }

    pub(super) fn outs(&self, currency: Currency, kinds: &[TransactionType]) -> Vec<Side> {
        self.sides(currency, kinds, true)
    }

    pub(super) fn ins(&self, currency: Currency, kind: TransactionType) -> Vec<Side> {
        self.sides(currency, &[kind], false)
    }

    /// Whether the other end is one of the set. An activity that is named decides, else the organisation.
    fn is_member(&self, side: &Side) -> bool {
        match side.other_activity.is_empty() {
            false => self.primary.contains_key(side.other_activity.as_str()),
            true => self.organisations.contains(side.other_organisation.as_str()),
        }
    }
}

fn matching<'a>(
    activity: &'a AidActivity,
    currency: Currency,
    kinds: &'a [TransactionType],
) -> impl Iterator<Item = (usize, &'a AidTransaction)> {
    let wanted = move |(_, it): &(usize, &AidTransaction)| it.amount.currency == currency && kinds.contains(&it.kind);
    activity.transactions.iter().enumerate().filter(wanted)
}

fn loose(side: &Side, words: &'static str) -> Loose {
    let other = match (side.other_activity.is_empty(), side.other_organisation.is_empty()) {
        (false, _) => side.other_activity.clone(),
        (true, false) => side.other_organisation.clone(),
        (true, true) => "(nobody named)".to_owned(),
    };
    Loose { entry: side.entry.clone(), date: side.date, amount: side.amount, other, words }
}

/// What one activity got and gave, in minor units.
#[derive(Default)]
struct Flow {
    entered: i128,
    confirmed_in: i128,
    /// Whether it says that it received anything, or somebody says that it did: then it is no source.
    is_fed: bool,
    passed_on: i128,
    unconfirmed: i128,
    /// By country that the transaction names.
    left: BTreeMap<String, i128>,
    spent: BTreeMap<String, i128>,
}

pub(super) fn count(books: &Books<'_>, currency: Currency, window: Matching) -> Count {
    let funds = &STAGES[0];
    let (outs, ins) = (books.outs(currency, funds.out), books.ins(currency, funds.into));
    let spent = books.outs(currency, EXPENDITURE);
    let pairs = pair(&outs, &ins, window);
    let (mut flows, fed) = (BTreeMap::<&str, Flow>::new(), fed(books, &outs, &ins));
    for id in books.primary.keys() {
        flows.insert(id, Flow { is_fed: fed.contains(id), ..Flow::default() });
    }
    let secondary = secondary(books, currency);
    let naive = [&outs, &spent].into_iter().flatten().map(|side| i128::from(side.amount)).sum::<i128>()
        + secondary.iter().map(|loose| i128::from(loose.amount)).sum::<i128>();
    let mut count = Count {
        currency,
        naive,
        once: 0,
        entered: Vec::new(),
        pairs,
        residue_out: Vec::new(),
        residue_in: Vec::new(),
        secondary,
        placed: Vec::new(),
    };
    take_ins(books, &ins, &mut count, &mut flows);
    take_outs(books, &outs, &mut count, &mut flows);
    for side in &spent {
        let flow = flow_of(&mut flows, side);
        *flow.spent.entry(country_of(books, side)).or_default() += i128::from(side.amount);
        if !flow.is_fed {
            flow.entered += i128::from(side.amount);
            count.entered.push(loose(side, "a source spends its own"));
        }
    }
    count.once = flows.values().map(|flow| flow.entered).sum();
    for (id, flow) in &flows {
        put_in_place(books.primary[id], flow, &mut count.placed);
    }
    count
}

/// Activities that say they receive something, or of which a member says that it pays them.
fn fed<'a>(books: &Books<'a>, outs: &[Side], ins: &[Side]) -> BTreeSet<&'a str> {
    let own = ins.iter().map(|side| side.entry.activity.as_str());
    let told = outs.iter().map(|side| side.other_activity.as_str());
    let by_activity = own.chain(told).filter_map(|id| books.primary.get_key_value(id).map(|(id, _)| *id));
    let organisations: BTreeSet<&str> = outs
        .iter()
        .filter(|side| side.other_activity.is_empty() && !side.other_organisation.is_empty())
        .map(|side| side.other_organisation.as_str())
        .collect();
    let by_organisation =
        books.primary.values().filter(|it| organisations.contains(it.reporting.id.as_str())).map(|it| it.id.as_str());
    by_activity.chain(by_organisation).collect()
}

fn flow_of<'m>(flows: &'m mut BTreeMap<&str, Flow>, side: &Side) -> &'m mut Flow {
    flows.get_mut(side.entry.activity.as_str()).expect("sides are of first-hand activities")
}

fn paired(pairs: &[Pair], side: fn(&Pair) -> &Vec<Reference>) -> BTreeSet<&Reference> {
    pairs.iter().flat_map(side).collect()
}

fn take_ins(books: &Books<'_>, ins: &[Side], count: &mut Count, flows: &mut BTreeMap<&str, Flow>) {
    let confirmed = paired(&count.pairs, |pair| &pair.into);
    let (mut entered, mut residue) = (Vec::new(), Vec::new());
    for side in ins {
        let (flow, amount) = (flow_of(flows, side), i128::from(side.amount));
        if confirmed.contains(&side.entry) {
            flow.confirmed_in += amount;
        } else if books.is_member(side) {
            residue.push(loose(side, "the member that is named does not say it paid this"));
        } else if side.other_activity.is_empty() && side.other_organisation.is_empty() {
            residue.push(loose(side, "it does not say from whom it came"));
        } else {
            flow.entered += amount;
            entered.push(loose(side, "from outside the set"));
        }
    }
    drop(confirmed);
    count.entered.append(&mut entered);
    count.residue_in = residue;
}

fn take_outs(books: &Books<'_>, outs: &[Side], count: &mut Count, flows: &mut BTreeMap<&str, Flow>) {
    let confirmed = paired(&count.pairs, |pair| &pair.out);
    let (mut entered, mut residue) = (Vec::new(), Vec::new());
    for side in outs {
        let (flow, amount) = (flow_of(flows, side), i128::from(side.amount));
        if !flow.is_fed {
            flow.entered += amount;
            entered.push(loose(side, "a source pays its own"));
        }
        if confirmed.contains(&side.entry) {
            flow.passed_on += amount;
        } else if books.is_member(side) {
            flow.unconfirmed += amount;
            residue.push(loose(side, "the member that is named does not say it received this"));
        } else {
            *flow.left.entry(country_of(books, side)).or_default() += amount;
        }
    }
    drop(confirmed);
    count.entered.append(&mut entered);
    count.residue_out = residue;
}

fn country_of(books: &Books<'_>, side: &Side) -> String {
    books.primary[side.entry.activity.as_str()].transactions[side.entry.position].country.clone()
}

/// What is repeated by somebody else: disbursements, reimbursements, expenditures.
fn secondary(books: &Books<'_>, currency: Currency) -> Vec<Loose> {
    let kinds = [STAGES[0].out, EXPENDITURE].concat();
    let mut found = Vec::new();
    for activity in &books.secondary {
        for (position, transaction) in matching(activity, currency, &kinds) {
            let entry = Reference { activity: activity.id.clone(), position };
            let words = "its reporter repeats what others report";
            let other = activity.reporting.id.clone();
            found.push(Loose { entry, date: transaction.date, amount: transaction.amount.minor, other, words });
        }
    }
    found
}

fn put_in_place(activity: &AidActivity, flow: &Flow, placed: &mut Vec<PlacedAmount>) {
    let out = flow.passed_on + flow.unconfirmed + flow.left.values().sum::<i128>() + flow.spent.values().sum::<i128>();
    let held = flow.entered + flow.confirmed_in - out;
    let mut parts: Vec<(Fate, &str, i128)> = vec![(Fate::Unconfirmed, "", flow.unconfirmed), (Fate::Held, "", held)];
    parts.extend(flow.spent.iter().map(|(country, amount)| (Fate::Spent, country.as_str(), *amount)));
    parts.extend(flow.left.iter().map(|(country, amount)| (Fate::Left, country.as_str(), *amount)));
    for (fate, country, amount) in parts.into_iter().filter(|(.., amount)| *amount != 0) {
        for (place, amount) in place(activity, country, amount) {
            placed.push(PlacedAmount { activity: activity.id.clone(), place, fate, amount });
        }
    }
}
