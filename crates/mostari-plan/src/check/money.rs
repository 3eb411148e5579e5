//! Rules about money: exact sums of minor units, in 128 bits.

use super::area::is_covered;
use super::{Found, Subject, about};
use mostari_model::{Donor, Month, PartyId};
use std::collections::{BTreeMap, BTreeSet};

/// Payments sum to the likely cost; each is of something, in the currency of the means.
pub(super) fn paid(subject: &Subject<'_>) -> Found {
    let currency = subject.problem.means.currency;
    let mut found = Found::new();
    for (chosen, project) in subject.chosen() {
        for payment in &chosen.payers {
            if payment.amount.minor <= 0 || payment.amount.currency != currency {
                let message = format!("`{}` pays {}, which is no amount of {currency}", payment.donor, payment.amount);
                found.push(about(chosen, message));
            }
        }
        let sum: i128 = chosen.payers.iter().map(|p| i128::from(p.amount.minor)).sum();
        if sum != i128::from(project.cost.likely.minor) {
            let message = format!("payments sum to {sum} minor units, the cost is {}", project.cost.likely.minor);
            found.push(about(chosen, message));
        }
    }
    found
}

/// A donor pays in a year no more than its budget.
pub(super) fn budget(subject: &Subject<'_>) -> Found {
    let means = &subject.problem.means;
    let minor_in_major = 10_i128.pow(means.currency.minor_digits());
    let mut spent: BTreeMap<(&PartyId, i32), i128> = BTreeMap::new();
    for payment in subject.plan.chosen.iter().flat_map(|chosen| &chosen.payers) {
        *spent.entry((&payment.donor, payment.year)).or_default() += i128::from(payment.amount.minor);
    }
    let mut found = Found::new();
    for ((donor, year), minor) in spent {
        let has = |d: &Donor| d.budget.get(&year.to_string()).copied().unwrap_or(0);
        let major = means.donors.iter().find(|d| d.id == *donor).map(has);
        let budget = i128::from(major.unwrap_or(0)) * minor_in_major;
        if minor > budget {
            found.push((None, format!("`{donor}` pays {minor} minor units in {year}, its budget is {budget}")));
        }
    }
    found
}

/// A donor pays only what its earmark allows.
pub(super) fn earmark(subject: &Subject<'_>) -> Found {
    let mut found = Found::new();
    for (chosen, project) in subject.chosen() {
        for payment in &chosen.payers {
            let Some(donor) = subject.problem.means.donors.iter().find(|d| d.id == payment.donor) else {
                found.push(about(chosen, format!("`{}` pays, which is no donor", payment.donor)));
                continue;
            };
            let says = &donor.earmark;
            let misses = [
                ("sector", !says.sectors.is_empty() && !says.sectors.contains(&project.sector)),
                ("kind", !says.kinds.is_empty() && !says.kinds.contains(&project.kind)),
                ("area", !is_covered(&project.area, &says.areas, &subject.problem.parents)),
            ];
            let year_is_over = says.until.is_some_and(|until| until.year() < payment.year);
            if year_is_over {
                found.push(about(chosen, format!("`{}` pays in {}, after its money expired", donor.id, payment.year)));
            }
            for (what, _) in misses.iter().filter(|(_, misses)| *misses) {
                found.push(about(chosen, format!("`{}` pays, whose earmark does not allow this {what}", donor.id)));
            }
        }
    }
    found
}

/// Money that expires within a year pays for work up to then: what is paid by all that expires by a month is at most
/// what the months until then cost.
pub(super) fn expiry(subject: &Subject<'_>) -> Found {
    let donors = &subject.problem.means.donors;
    let mut found = Found::new();
    for until in donors.iter().filter_map(|donor| donor.earmark.until).collect::<BTreeSet<Month>>() {
        let expires = |id: &PartyId| {
            donors.iter().any(|donor| donor.id == *id && donor.earmark.until.is_some_and(|month| month <= until))
        };
        for (chosen, project) in subject.chosen() {
            let of_year =
                chosen.payers.iter().filter(|payment| payment.year == until.year() && expires(&payment.donor));
            let paid: i128 = of_year.map(|payment| i128::from(payment.amount.minor)).sum();
            let mut months = 0;
            let mut month = chosen.start;
            while month <= chosen.end && month <= until {
                months += i128::from(month.year() == until.year());
                month = month + 1;
            }
            let (cost, all) = (i128::from(project.cost.likely.minor), i128::from(project.duration_months));
            if paid * all - cost * months >= all {
                let message =
                    format!("{paid} minor units that expire by {until} pay for {months} of {all} months of work");
                found.push(about(chosen, message));
            }
        }
    }
    found
}

/// Money is paid in the years of work, in proportion to the months of work, to within one minor unit.
pub(super) fn years(subject: &Subject<'_>) -> Found {
    let mut found = Found::new();
    for (chosen, project) in subject.chosen() {
        let mut months: BTreeMap<i32, i128> = BTreeMap::new();
        let mut month = chosen.start;
        while month <= chosen.end {
            *months.entry(month.year()).or_default() += 1;
            month = month + 1;
        }
        let mut paid: BTreeMap<i32, i128> = months.keys().map(|year| (*year, 0)).collect();
        for payment in &chosen.payers {
            *paid.entry(payment.year).or_default() += i128::from(payment.amount.minor);
        }
        let (cost, all) = (i128::from(project.cost.likely.minor), i128::from(project.duration_months));
        for (year, minor) in paid {
            let worked = months.get(&year).copied().unwrap_or(0);
            if (minor * all - cost * worked).abs() >= all {
                let message = format!("{minor} minor units are paid in {year}, for {worked} of {all} months of work");
                found.push(about(chosen, message));
            }
        }
    }
    found
}
