//! Where the money comes from: for each donor and year what there is and what the plan uses.

use crate::{ground::Ground, summary::sum, text};
use maud::{Markup, html};
use mostari_model::{Earmark, Money, PartyId, Plan};
use std::collections::BTreeMap;

/// Width of a bar in CSS pixels.
const BAR_PX: f64 = 120.0;

/// The table of donors and years.
pub(crate) fn money(ground: &Ground<'_>, plan: &Plan) -> Markup {
    let Some(means) = ground.input.means else { return html! {} };
    let used = used(plan);
    let years = || plan.start.year()..=(plan.start + (plan.months as i32 - 1)).year();
    html! {
        div {
            table.money {
                caption { "Money by donor and year: promised budget, and what the plan uses of it" }
                thead { tr {
                    th scope="col" { "Donor" }
                    th scope="col" { "Year" }
                    th.n scope="col" { "Budget" }
                    th.n scope="col" { "Used" }
                    th scope="col" { "Used, drawn" }
                } }
                tbody {
                    @for donor in &means.donors {
                        @for year in years() {
                            @let budget = donor.budget_in(year, means.currency);
                            @let used = used.get(&(&donor.id, year)).copied().flatten().unwrap_or(Money::new(0, means.currency));
                            @if budget.minor != 0 || used.minor != 0 {
                                tr {
                                    th scope="row" { (donor.name) span.under { (earmark(ground, &donor.earmark)) } }
                                    td { (year) }
                                    (amount(budget)) (amount(used))
                                    td { (share_used(budget, used)) }
                                }
                            }
                        }
                    }
                }
                (total(plan, means, years()))
            }
            p.note { "Budgets are promises by the donors named in the means; nothing here says that they were paid." }
        }
    }
}

fn total(plan: &Plan, means: &mostari_model::Means, years: std::ops::RangeInclusive<i32>) -> Markup {
    let nothing = Money::new(0, means.currency);
    let budget = sum(means.donors.iter().flat_map(|d| years.clone().map(|year| d.budget_in(year, means.currency))));
    let used = sum(plan.chosen.iter().flat_map(|chosen| &chosen.payers).map(|payment| payment.amount));
    html! {
        tfoot { tr {
            th scope="row" { "All donors" }
            td { (years.start()) @if years.end() != years.start() { " to " (years.end()) } }
            (amount(budget.unwrap_or(nothing))) (amount(used.unwrap_or(nothing)))
            td {}
        } }
    }
}

/// What the plan takes from each donor's budget of each year; `None` where amounts do not add up in one currency.
fn used(plan: &Plan) -> BTreeMap<(&PartyId, i32), Option<Money>> {
    let mut payments: BTreeMap<(&PartyId, i32), Vec<Money>> = BTreeMap::new();
    for payment in plan.chosen.iter().flat_map(|chosen| &chosen.payers) {
        payments.entry((&payment.donor, payment.year)).or_default().push(payment.amount);
    }
    payments.into_iter().map(|(key, amounts)| (key, sum(amounts))).collect()
}

fn share_used(budget: Money, used: Money) -> Markup {
    if budget.minor == 0 {
        return html! { "no budget in this year" };
    }
    let share = used.minor as f64 / budget.minor as f64;
    html! { (bar(share, None)) " " (text::percent(share)) }
}

fn amount(money: Money) -> Markup {
    html! { td.n data-value=(money.to_major_f64()) data-unit=(money.currency) { (text::money(money)) } }
}

/// What the money may be used for, in words.
fn earmark(ground: &Ground<'_>, earmark: &Earmark) -> String {
    let areas = earmark.areas.iter().map(|id| match ground.area_index(id) {
        Some(index) => ground.area(index).name.clone(),
        None => id.to_string(),
    });
    let words: Vec<String> = earmark.sectors.iter().chain(&earmark.kinds).cloned().chain(areas).collect();
    if words.is_empty() { "for anything".to_owned() } else { format!("only for {}", words.join(", ")) }
}

/// A bar of a share between 0 and 1, with a mark; the number always stands beside it.
pub(crate) fn bar(share: f64, mark: Option<f64>) -> Markup {
    let x = |share: f64| format!("{:.1}", share.clamp(0.0, 1.0) * BAR_PX);
    html! {
        svg.bar width=(BAR_PX + 2.0) height="12" viewBox={ "-1 0 " (BAR_PX + 2.0) " 12" } aria-hidden="true" {
            rect.bar-all x="0" y="1.5" width=(BAR_PX) height="9" {}
            rect.bar-part x="0" y="1.5" width=(x(share)) height="9" {}
            @if let Some(mark) = mark { path.bar-mark d={ "M" (x(mark)) " 0v12" } {} }
        }
    }
}
