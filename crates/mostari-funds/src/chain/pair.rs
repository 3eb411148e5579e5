//! Pairs: the two sides of one movement.

use super::{Matching, Reference};
use mostari_model::{Date, TransactionType};
use serde::Serialize;
use std::collections::BTreeMap;

/// Which types are the two sides of one movement.
pub(super) struct Stage {
    pub out: &'static [TransactionType],
    pub into: TransactionType,
}

/// Funds, commitments, pledges.
pub(super) const STAGES: [Stage; 3] = [
    Stage {
        out: &[TransactionType::Disbursement, TransactionType::Reimbursement],
        into: TransactionType::IncomingFunds,
    },
    Stage { out: &[TransactionType::OutgoingCommitment], into: TransactionType::IncomingCommitment },
    Stage { out: &[TransactionType::OutgoingPledge], into: TransactionType::IncomingPledge },
];

/// By what the two sides were found to be one movement, the surest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rule {
    /// Each side names the other's activity; the amounts are equal.
    BothActivities,
    /// One side names the other's activity, the other side the organisation; the amounts are equal.
    OneActivity,
    /// Each side names the other's organisation only; the amounts are equal. Two grants of one size may be exchanged.
    Organisations,
    /// Each side names the other's activity, and what is left on both sides within the window adds up to the same:
    /// one side books in other portions.
    SumsAgree,
}

impl Rule {
    /// What may be wrong with such a pair, in words; empty where nothing is known to be.
    pub const fn doubt(self) -> &'static str {
        match self {
            Self::BothActivities => "",
            Self::OneActivity => "one side does not name the activity",
            Self::Organisations => "neither side names the activity; another movement of this size may be meant",
            Self::SumsAgree => "the portions differ; only their sum agrees",
        }
    }
}

/// The two sides of one movement. More than one transaction on a side only by [`Rule::SumsAgree`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Pair {
    /// Who pays.
    pub out: Vec<Reference>,
    /// Who receives.
    pub into: Vec<Reference>,
    /// How much, in minor units.
    pub amount: i64,
    /// By what they were found.
    pub rule: Rule,
    /// The most days that lie between the sides.
    pub days_apart: u32,
}

/// One side of a possible movement.
#[derive(Debug, Clone)]
pub(super) struct Side {
    pub entry: Reference,
    pub date: Date,
    pub amount: i64,
    /// Identifier of the organisation that reports it, and of its activity's other names.
    pub organisation: String,
    /// The activity at the other end, or empty.
    pub other_activity: String,
    /// The organisation at the other end, or empty.
    pub other_organisation: String,
}

impl Side {
    fn names_activity(&self, other: &Self) -> bool {
        self.other_activity == other.entry.activity
    }

    /// Names the organisation, and no other activity than this.
    fn names_organisation(&self, other: &Self) -> bool {
        !other.organisation.is_empty()
            && self.other_organisation == other.organisation
            && (self.other_activity.is_empty() || self.names_activity(other))
    }
}

fn days_between(a: Date, b: Date) -> u32 {
    a.duration_until(b).as_hours().unsigned_abs().div_ceil(24).try_into().unwrap_or(u32::MAX)
}

/// Pairs the sides, rule after rule, the surest first; within a rule the nearest dates first. Every side is used once.
pub(super) fn pair(outs: &[Side], ins: &[Side], matching: Matching) -> Vec<Pair> {
    let mut left = Left { outs, ins, out_used: vec![false; outs.len()], in_used: vec![false; ins.len()] };
    let mut pairs = Vec::new();
    left.equal_amounts(Rule::BothActivities, matching, &mut pairs);
    left.equal_amounts(Rule::OneActivity, matching, &mut pairs);
    left.sums(matching, &mut pairs);
    left.equal_amounts(Rule::Organisations, matching, &mut pairs);
    pairs.sort_by(|a, b| a.out.cmp(&b.out));
    pairs
}

/// Positions of outs and ins between two activities.
type Group = (Vec<usize>, Vec<usize>);

struct Left<'a> {
    outs: &'a [Side],
    ins: &'a [Side],
    out_used: Vec<bool>,
    in_used: Vec<bool>,
}

impl Left<'_> {
    fn equal_amounts(&mut self, rule: Rule, matching: Matching, pairs: &mut Vec<Pair>) {
        let mut by_amount: BTreeMap<i64, Vec<usize>> = BTreeMap::new();
        for (at, side) in self.ins.iter().enumerate().filter(|(at, _)| !self.in_used[*at]) {
            by_amount.entry(side.amount).or_default().push(at);
        }
        let mut candidates = Vec::new();
        for (out_at, out) in self.outs.iter().enumerate().filter(|(at, _)| !self.out_used[*at]) {
            for &in_at in by_amount.get(&out.amount).into_iter().flatten() {
                let days = days_between(out.date, self.ins[in_at].date);
                if days <= matching.window_days && fits(rule, out, &self.ins[in_at]) {
                    candidates.push((days, out_at, in_at));
                }
            }
        }
        candidates.sort_unstable();
        for (days_apart, out_at, in_at) in candidates {
            if self.out_used[out_at] || self.in_used[in_at] {
                continue;
            }
            (self.out_used[out_at], self.in_used[in_at]) = (true, true);
            let (out, into) = (vec![self.outs[out_at].entry.clone()], vec![self.ins[in_at].entry.clone()]);
            pairs.push(Pair { out, into, amount: self.outs[out_at].amount, rule, days_apart });
        }
    }

    /// What is left between two activities that name each other, if both sides add up to the same.
    fn sums(&mut self, matching: Matching, pairs: &mut Vec<Pair>) {
        let mut groups: BTreeMap<(&str, &str), Group> = BTreeMap::new();
        for (at, out) in self.outs.iter().enumerate().filter(|(at, _)| !self.out_used[*at]) {
            groups.entry((&out.entry.activity, &out.other_activity)).or_default().0.push(at);
        }
        for (at, into) in self.ins.iter().enumerate().filter(|(at, _)| !self.in_used[*at]) {
            groups.entry((&into.other_activity, &into.entry.activity)).or_default().1.push(at);
        }
        for (outs, ins) in groups.into_values().filter(|(outs, ins)| !outs.is_empty() && !ins.is_empty()) {
            let sum = |sides: &[Side], at: &[usize]| at.iter().map(|&at| i128::from(sides[at].amount)).sum::<i128>();
            let total = sum(self.outs, &outs);
            let dates = || {
                let out_dates = outs.iter().map(|&at| self.outs[at].date);
                out_dates.chain(ins.iter().map(|&at| self.ins[at].date))
            };
            let (Some(first), Some(last)) = (dates().min(), dates().max()) else { continue };
            let days_apart = days_between(first, last);
            let Ok(amount) = i64::try_from(total) else { continue };
            if total != sum(self.ins, &ins) || days_apart > matching.window_days {
                continue;
            }
            outs.iter().for_each(|&at| self.out_used[at] = true);
            ins.iter().for_each(|&at| self.in_used[at] = true);
            let out = outs.iter().map(|&at| self.outs[at].entry.clone()).collect();
            let into = ins.iter().map(|&at| self.ins[at].entry.clone()).collect();
            pairs.push(Pair { out, into, amount, rule: Rule::SumsAgree, days_apart });
        }
    }
}

fn fits(rule: Rule, out: &Side, into: &Side) -> bool {
    // An activity does not pay itself.
    if out.entry.activity == into.entry.activity {
        return false;
    }
    let (there, back) = (out.names_activity(into), into.names_activity(out));
    match rule {
        Rule::BothActivities => there && back,
        Rule::OneActivity => (there && into.names_organisation(out)) || (back && out.names_organisation(into)),
        Rule::Organisations => out.names_organisation(into) && into.names_organisation(out),
        Rule::SumsAgree => false,
    }
}
