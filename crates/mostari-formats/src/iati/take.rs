//! Takes out of an activity what the ledger and the engines need, in whatever order it stands.

use super::{
    check::shortened,
    codes::{List, Standing},
    meaning::{millionths, vocabulary},
    report::Report,
    schema::{Type, day_of, is_valid},
};
use crate::{findings::aid as cards, xml::Element};
use mostari_model::{
    AidActivity, AidLocation, AidShare, AidTransaction, Counterparty, Currency, Date, Money, MoneyError, Organisation,
    Participation, TransactionType,
};

/// Children of an activity that are checked and not kept.
const NOT_KEPT: [&str; 21] = [
    "other-identifier",
    "contact-info",
    "activity-scope",
    "tag",
    "country-budget-items",
    "humanitarian-scope",
    "policy-marker",
    "collaboration-type",
    "default-flow-type",
    "default-finance-type",
    "default-aid-type",
    "default-tied-status",
    "budget",
    "planned-disbursement",
    "capital-spend",
    "document-link",
    "legacy-data",
    "conditions",
    "result",
    "crs-add",
    "fss",
];
const NOT_KEPT_OF_TRANSACTION: [&str; 6] =
    ["disbursement-channel", "recipient-region", "flow-type", "finance-type", "aid-type", "tied-status"];
const NOT_KEPT_OF_LOCATION: [&str; 6] =
    ["location-reach", "location-id", "description", "activity-description", "location-class", "feature-designation"];
/// Largest size of a latitude, and of a longitude, in degrees.
const LATITUDE_MAX: f64 = 90.0;
const LONGITUDE_MAX: f64 = 180.0;

/// What an activity says.
pub(super) fn activity(element: &Element, report: &mut Report) -> AidActivity {
    pass_over(element, "", &NOT_KEPT, report);
    let language = element.language().unwrap_or_default().trim();
    let default_currency = element.get("default-currency").and_then(|code| code.trim().parse().ok());
    let id = element.first("iati-identifier").map(|id| id.text.trim().to_owned()).unwrap_or_default();
    if id.is_empty() {
        report.say(cards::NO_IDENTIFIER, element.line, "iati-identifier", "its identifier is empty".to_owned());
    }
    let reporting = element.first("reporting-org");
    let titles = element.first("title").map(|title| narratives(title, language)).unwrap_or_default();
    if titles.is_empty() && element.first("title").is_some() {
        report.say(cards::EMPTY_TEXT, element.line, "title", "its title is empty".to_owned());
    }
    if reporting.is_some_and(|org| narratives(org, language).is_empty()) {
        report.say(
            cards::EMPTY_TEXT,
            element.line,
            "reporting-org",
            "its reporting organisation has no name".to_owned(),
        );
    }
    let mut activity = AidActivity {
        id,
        titles,
        descriptions: element.all("description").flat_map(|description| narratives(description, language)).collect(),
        reporting: reporting.map(|org| organisation(org, report)).unwrap_or_default(),
        is_secondary: reporting.and_then(|org| flag(org, "secondary-reporter")).unwrap_or_default(),
        status: small_code(element.first("activity-status"), "code", List::ActivityStatus),
        default_currency,
        is_humanitarian: flag(element, "humanitarian"),
        hierarchy: element.get("hierarchy").and_then(|level| level.trim().parse().ok()),
        participations: element.all("participating-org").map(|org| participation(org, report)).collect(),
        countries: element.all("recipient-country").map(|country| share(country, "", report)).collect(),
        regions: element.all("recipient-region").map(|region| share(region, vocabulary(region), report)).collect(),
        sectors: element.all("sector").map(|sector| share(sector, vocabulary(sector), report)).collect(),
        locations: element.all("location").map(|place| location(place, report)).collect(),
        related: element.all("related-activity").map(related).collect(),
        transactions: transactions(element, default_currency, report),
        ..AidActivity::default()
    };
    dates(element, &mut activity, report);
    activity
}

/// Whether an attribute of a Boolean says yes.
fn flag(element: &Element, name: &str) -> Option<bool> {
    match element.get(name)?.trim() {
        "true" | "1" => Some(true),
        "false" | "0" => Some(false),
        _ => None,
    }
}

/// A code that is a small number, or 0 if it is not in its list.
fn small_code(element: Option<&Element>, attribute: &str, list: List) -> u8 {
    let code = element.and_then(|element| element.get(attribute)).unwrap_or_default().trim();
    match list.standing(code) {
        Standing::Unknown => 0,
        _ => code.parse().unwrap_or(0),
    }
}

/// The texts of an element with their languages.
fn narratives(element: &Element, language: &str) -> Vec<(String, String)> {
    let texts = element.all("narrative").map(|narrative| {
        let language = narrative.language().map(str::trim).filter(|own| !own.is_empty()).unwrap_or(language);
        (language.to_owned(), narrative.text.trim().to_owned())
    });
    texts.filter(|(_, text)| !text.is_empty()).collect()
}

/// The first text of an element; further ones are counted as passed over.
fn first_text(element: &Element, report: &mut Report) -> String {
    let mut texts = narratives(element, "").into_iter();
    let first = texts.next().map(|(_, text)| text).unwrap_or_default();
    report.pass_over(&format!("{}/narrative after the first", element.name), texts.count());
    first
}

fn organisation(element: &Element, report: &mut Report) -> Organisation {
    let given = |name: &str| element.get(name).unwrap_or_default().trim().to_owned();
    Organisation { id: given("ref"), name: first_text(element, report), kind: given("type") }
}

fn counterparty(element: &Element, activity: &str, report: &mut Report) -> Counterparty {
    let organisation = organisation(element, report);
    Counterparty { organisation, activity: element.get(activity).unwrap_or_default().trim().to_owned() }
}

fn participation(element: &Element, report: &mut Report) -> Participation {
    let role = small_code(Some(element), "role", List::OrganisationRole);
    Participation { role, party: counterparty(element, "activity-id", report) }
}

fn related(element: &Element) -> (u8, String) {
    let kind = small_code(Some(element), "type", List::RelatedActivityType);
    (kind, element.get("ref").unwrap_or_default().trim().to_owned())
}

fn share(element: &Element, vocabulary: &str, report: &mut Report) -> AidShare {
    /// Millionths in a hundredth of a per cent.
    const STEP: i64 = 10_000;
    let millionths = millionths(element);
    if millionths.is_some_and(|share| share % STEP != 0) {
        let message = format!("`{}` was rounded", element.get("percentage").unwrap_or_default());
        report.say(cards::SHARE_ROUNDED, element.line, &format!("{}/@percentage", element.name), message);
    }
    AidShare {
        vocabulary: vocabulary.to_owned(),
        code: element.get("code").unwrap_or_default().trim().to_owned(),
        basis_points: millionths.and_then(|share| u32::try_from((share + STEP / 2) / STEP).ok()),
    }
}

fn dates(element: &Element, activity: &mut AidActivity, report: &mut Report) {
    for given in element.all("activity-date") {
        let field = match given.get("type").unwrap_or_default().trim() {
            "1" => &mut activity.start_planned,
            "2" => &mut activity.start_actual,
            "3" => &mut activity.end_planned,
            "4" => &mut activity.end_actual,
            _ => continue,
        };
        match field {
            Some(first) => {
                let message = format!("{first} is stated for this type already");
                report.say(cards::DATE_TWICE, given.line, "activity-date", message);
            }
            None => *field = day(given, "iso-date"),
        }
    }
    for (start, end) in [(activity.start_planned, activity.end_planned), (activity.start_actual, activity.end_actual)] {
        if let (Some(start), Some(end)) = (start, end)
            && end < start
        {
            let message = format!("it starts on {start} and ends on {end}");
            report.say(cards::DATES_REVERSED, element.line, "activity-date", message);
        }
    }
}

/// A day; its time zone is left out, as days in the record have none.
fn day(element: &Element, attribute: &str) -> Option<Date> {
    day_of(element.get(attribute)?)?.parse().ok()
}

fn location(element: &Element, report: &mut Report) -> AidLocation {
    pass_over(element, "location/", &NOT_KEPT_OF_LOCATION, report);
    let units = element.all("administrative").map(|unit| {
        let given = |name: &str| unit.get(name).unwrap_or_default().trim().to_owned();
        (given("vocabulary"), given("level").parse().ok(), given("code"))
    });
    AidLocation {
        reference: element.get("ref").unwrap_or_default().trim().to_owned(),
        name: element.first("name").map(|name| first_text(name, report)).unwrap_or_default(),
        units: units.collect(),
        point: element.first("point").and_then(|point| position(point, report)),
        exactness: element.first("exactness").and_then(|e| e.get("code")).unwrap_or_default().trim().to_owned(),
    }
}

/// Longitude and latitude.
fn position(point: &Element, report: &mut Report) -> Option<(f64, f64)> {
    let text = point.first("pos").map(|pos| pos.text.trim()).unwrap_or_default();
    let system = point.get("srsName").unwrap_or_default().trim();
    let mut numbers = text.split_ascii_whitespace().map(|word| word.parse::<f64>().ok());
    let why = match (numbers.next().flatten(), numbers.next().flatten(), numbers.next()) {
        _ if !(system.is_empty() || system.ends_with("4326")) => {
            format!("the reference system is `{}`", shortened(system))
        }
        (Some(latitude), Some(longitude), None) if latitude == 0.0 && longitude == 0.0 => {
            "0 0 stands for unknown".to_owned()
        }
        (Some(latitude), Some(longitude), None)
            if latitude.abs() <= LATITUDE_MAX && longitude.abs() <= LONGITUDE_MAX =>
        {
            return Some((longitude, latitude));
        }
        _ => format!("`{}` is not a latitude and a longitude", shortened(text)),
    };
    report.say(cards::BAD_POINT, point.line, "location/point", why);
    None
}

fn transactions(activity: &Element, default: Option<Currency>, report: &mut Report) -> Vec<AidTransaction> {
    let mut taken = Vec::new();
    for (element, position) in activity.all("transaction").zip(1_usize..) {
        pass_over(element, "transaction/", &NOT_KEPT_OF_TRANSACTION, report);
        report.pass_over("transaction/@humanitarian", usize::from(element.get("humanitarian").is_some()));
        let path = format!("transaction[{position}]");
        let kind = kind(element, &path, report);
        let date = element.first("transaction-date").and_then(|date| day(date, "iso-date"));
        if date.is_none() {
            report.say(cards::NO_DATE, element.line, &path, "it has no usable `transaction-date`".to_owned());
        }
        let amount = amount(element, default, &path, report);
        if let (Some(kind), Some(date), Some(amount)) = (kind, date, amount) {
            taken.push(transaction(element, kind, date, amount, report));
        }
    }
    taken
}

fn transaction(
    element: &Element,
    kind: TransactionType,
    date: Date,
    amount: Money,
    report: &mut Report,
) -> AidTransaction {
    let code = |of: &Element| of.get("code").unwrap_or_default().trim().to_owned();
    // The list of the Development Assistance Committee is the default and the one that others can be compared in.
    let is_dac = |sector: &&Element| vocabulary(sector) == "1";
    let sector = element.all("sector").find(is_dac);
    report
        .pass_over("transaction/sector after the first", element.all("sector").count() - usize::from(sector.is_some()));
    AidTransaction {
        reference: element.get("ref").unwrap_or_default().trim().to_owned(),
        kind,
        date,
        amount,
        value_date: element.first("value").and_then(|value| day(value, "value-date")),
        provider: element.first("provider-org").map(|org| counterparty(org, "provider-activity-id", report)),
        receiver: element.first("receiver-org").map(|org| counterparty(org, "receiver-activity-id", report)),
        description: element.first("description").map(|text| first_text(text, report)).unwrap_or_default(),
        sector: sector.map(code).unwrap_or_default(),
        country: element.first("recipient-country").map(code).unwrap_or_default(),
    }
}

fn kind(transaction: &Element, path: &str, report: &mut Report) -> Option<TransactionType> {
    let code = transaction.first("transaction-type").and_then(|kind| kind.get("code")).unwrap_or_default().trim();
    let found = code.parse().ok().and_then(TransactionType::from_code);
    if found.is_none() {
        report.say(cards::BAD_KIND, transaction.line, path, format!("its type is `{}`", shortened(code)));
    }
    found
}

/// The exact amount in its own or the default currency; nothing is rounded and no group sign guessed at.
fn amount(transaction: &Element, default: Option<Currency>, path: &str, report: &mut Report) -> Option<Money> {
    let value = transaction.first("value");
    let text = value.map(|value| value.text.trim()).unwrap_or_default();
    if !is_valid(Type::Decimal, text) {
        let message = format!("its amount is `{}`", shortened(text));
        report.say(cards::BAD_AMOUNT, transaction.line, path, message);
        return None;
    }
    let stated = value.and_then(|value| value.get("currency")).map(str::trim).filter(|code| !code.is_empty());
    let currency = match stated {
        Some(code) => code.parse().ok(),
        None => default,
    };
    let Some(currency) = currency else {
        let shown =
            stated.map_or("names no currency".to_owned(), |code| format!("has the currency `{}`", shortened(code)));
        report.say(cards::NO_CURRENCY, transaction.line, path, format!("its amount {shown}, and there is no default"));
        return None;
    };
    match exact(text, currency) {
        Ok(money) => Some(money),
        Err(error) => {
            report.say(cards::TOO_FINE, transaction.line, path, format!("{error} of {currency}"));
            None
        }
    }
}

/// A decimal of the schema: `+.5` is one too.
fn exact(text: &str, currency: Currency) -> Result<Money, MoneyError> {
    let unsigned = text.trim_start_matches(['+', '-']);
    let sign = if text.starts_with('-') { "-" } else { "" };
    let zero = if unsigned.starts_with('.') { "0" } else { "" };
    Money::parse(&format!("{sign}{zero}{unsigned}"), currency)
}

fn pass_over(element: &Element, path: &str, names: &[&str], report: &mut Report) {
    for name in names {
        report.pass_over(&format!("{path}{name}"), element.all(name).count());
    }
}
