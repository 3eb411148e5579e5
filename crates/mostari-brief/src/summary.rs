//! The answer first: a few sentences made from the data, each number with its unit and its date.

use crate::{
    ground::Ground,
    map, text,
    topic::{Topic, chosen},
};
use maud::{Markup, html};
use mostari_model::{CheckReport, Confidence, Finding, Money, Plan, Severity, Unit};

/// The section.
pub(crate) fn summary(ground: &Ground<'_>) -> Markup {
    let topics = chosen(&ground.topics, &ground.leaves, 4);
    let sentences: Vec<String> = [
        topics.first().map(|topic| worst(ground, topic)),
        others(ground, topics.get(1..).unwrap_or_default()),
        Some(how_sure(ground)),
        ground.input.plan.map(|plan| plan_words(ground, plan)),
        Some(not_known(ground, &topics)),
    ]
    .into_iter()
    .flatten()
    .collect();
    html! {
        section #summary {
            h2 { "Summary" }
            ul.summary { @for sentence in &sentences { li { (sentence) } } }
        }
    }
}

/// The total and where most of it is; for shares and rates only where it is worst.
fn worst(ground: &Ground<'_>, topic: &Topic<'_>) -> String {
    let named: Vec<String> = map::numbered(topic, &ground.leaves)
        .into_iter()
        .take(3)
        .map(|(area, value)| format!("{} ({})", ground.area(area).name, text::number(value, topic.unit)))
        .collect();
    let period = text::period(topic.period);
    let areas = topic.cells.values().filter(|cell| cell.value.is_some_and(|v| v > 0.0)).count();
    if named.is_empty() {
        return format!("{}: nothing was recorded in any assessed area, {period}.", topic.name());
    }
    if !matches!(topic.unit, Unit::Deaths | Unit::Events | Unit::People) {
        return format!(
            "{} ({}) is worst in {}, {period}.",
            topic.name(),
            text::unit_name(topic.unit),
            named.join(", ")
        );
    }
    let total = |pick: fn(&crate::topic::Cell) -> Option<f64>| -> f64 { topic.cells.values().filter_map(pick).sum() };
    let known = topic.cells.values().filter(|cell| cell.value.is_some());
    let bounded = known.clone().all(|cell| cell.low.is_some() && cell.high.is_some());
    let between = match bounded {
        true => format!(
            ", between {} and {}",
            text::number(total(|c| c.low), topic.unit),
            text::number(total(|c| c.high), topic.unit)
        ),
        false => String::new(),
    };
    format!(
        "{}: {} in {} ({period}{between}); most in {}.",
        topic.name(),
        text::with_unit(total(|c| c.value), topic.unit),
        text::many(areas, "area"),
        named.join(", ")
    )
}

/// Where the other topics are worst, in one sentence.
fn others(ground: &Ground<'_>, topics: &[&Topic<'_>]) -> Option<String> {
    let worst = |topic: &&Topic<'_>| {
        let (area, value) = map::numbered(topic, &ground.leaves).into_iter().next()?;
        let (name, value) = (&ground.area(area).name, text::with_unit(value, topic.unit));
        Some(format!("{}: {name} ({value}, {})", topic.name(), text::period(topic.period)))
    };
    let parts: Vec<String> = topics.iter().filter_map(worst).collect();
    (!parts.is_empty()).then(|| format!("Worst in other respects: {}.", parts.join("; ")))
}

fn how_sure(ground: &Ground<'_>) -> String {
    let values = &ground.input.assessment.values;
    let count = |word: Confidence| values.iter().filter(|v| v.value.is_some() && v.confidence == word).count();
    let unknown = values.iter().filter(|v| v.value.is_none()).count();
    format!(
        "How sure: of {} as of {}, confidence is good for {}, fair for {}, poor for {}; {} unknown, which is never counted as zero.",
        text::many(values.len(), "indicator value"),
        ground.input.assessment.as_of,
        text::count(count(Confidence::Good)),
        text::count(count(Confidence::Fair)),
        text::count(count(Confidence::Poor)),
        if unknown == 1 { "1 is".to_owned() } else { format!("{} are", text::count(unknown)) },
    )
}

fn plan_words(ground: &Ground<'_>, plan: &Plan) -> String {
    let used = sum(plan.chosen.iter().flat_map(|chosen| &chosen.payers).map(|payment| payment.amount));
    let budget = ground.input.means.and_then(|means| {
        let years = plan.start.year()..=(plan.start + (plan.months as i32 - 1)).year();
        sum(means.donors.iter().flat_map(|d| years.clone().map(|year| d.budget_in(year, means.currency))))
    });
    let cost = match (used, budget) {
        (Some(used), Some(budget)) => format!(" for {} of {}", text::money(used), text::money(budget)),
        (Some(used), None) => format!(" for {}", text::money(used)),
        (None, _) => String::new(),
    };
    let people: u64 = plan.chosen.iter().filter_map(|c| ground.project(&c.project)).map(|p| p.people).sum();
    let checked = ground.input.check.map_or("It has not been checked.".to_owned(), check_words);
    format!(
        "The plan takes {} of {}{cost}, from {} to {}, serving {} people if all are completed (a person served twice counts twice); \
         no plan can be better by more than {}. {checked}",
        text::count(plan.chosen.len()),
        text::many(plan.chosen.len() + plan.not_chosen.len(), "candidate project"),
        plan.start,
        plan.start + (plan.months as i32 - 1),
        text::count(people as usize),
        text::percent(plan.gap),
    )
}

/// `Checked by a second program: 0 violations of 17 rules.`
pub(crate) fn check_words(check: &CheckReport) -> String {
    let (violations, rules) = (check.violations.len(), check.rules.len());
    format!("Checked by a second program: {} of {}.", text::many(violations, "violation"), text::many(rules, "rule"))
}

fn not_known(ground: &Ground<'_>, topics: &[&Topic<'_>]) -> String {
    let gaps: Vec<String> = topics
        .iter()
        .filter_map(|topic| {
            let unknown = ground.leaves.iter().filter(|area| topic.known(**area).is_none()).count();
            (unknown > 0).then(|| format!("{} in {}", topic.name(), text::many(unknown, "area")))
        })
        .collect();
    let all = || ground.input.findings.iter().chain(&ground.input.assessment.findings);
    let count = |severity: Severity| all().filter(|f: &&Finding| f.severity == severity).count();
    let gaps = if gaps.is_empty() { "nothing that is on the maps".to_owned() } else { gaps.join("; ") };
    format!(
        "Not known: {gaps}. Of what was read, {} kept a row out and {} changed or doubted one; section “Doubts and sources” lists them.",
        text::many(count(Severity::Error), "finding"),
        text::count(count(Severity::Warning)),
    )
}

/// The sum of amounts in one currency; `None` if there are none, they differ in currency, or do not fit.
pub(crate) fn sum(amounts: impl IntoIterator<Item = Money>) -> Option<Money> {
    let mut amounts = amounts.into_iter();
    let first = amounts.next()?;
    amounts.try_fold(first, |total, amount| {
        let minor = total.minor.checked_add(amount.minor)?;
        (total.currency == amount.currency).then_some(Money::new(minor, total.currency))
    })
}
