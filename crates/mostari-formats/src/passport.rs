//! Projects as OC4IDS 0.9.5 project packages, for everybody to read: what, where, for how much, by whom, paid what.

use crate::{
    findings::aid as cards,
    iati::{WriteError, decimal},
    json_out::Out,
    readers::oc4ids_codes::{PARTY_ROLES, SECTORS, TYPES},
};
use mostari_model::{AidTransaction, Counterparty, Date, Finding, Money, Oc4idsStatus, TransactionType};
use std::collections::BTreeSet;

/// A place of a project.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PassportLocation {
    /// In words, or empty.
    pub description: String,
    /// Longitude and latitude in degrees, WGS 84.
    pub point: Option<(f64, f64)>,
    /// Gazetteer that `code` belongs to; needed if there is a code. The reader wants a P-code.
    pub gazetteer: String,
    /// Code in the gazetteer, or empty.
    pub code: String,
    /// Town or village, or empty.
    pub locality: String,
    /// Region, or empty.
    pub region: String,
    /// Country by name, or empty.
    pub country: String,
}

/// An organisation that takes part. No person.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PassportParty {
    /// Unique in the project.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Codes of the open list `partyRole.csv`: `publicAuthority`, `funder`, `supplier`, `independentMonitor`, …
    pub roles: Vec<String>,
}

/// A project as the public may see it. Empty texts and lists are left out.
#[derive(Debug, Clone, PartialEq)]
pub struct ProjectPassport {
    /// Unique in the world: `oc4ids-xxxxxx-8`.
    pub id: String,
    /// What a person calls it.
    pub title: String,
    /// What it is for.
    pub description: String,
    /// How far it is.
    pub status: Oc4idsStatus,
    /// Day of the last change.
    pub updated: Option<Date>,
    /// First day, planned or actual.
    pub date_start: Option<Date>,
    /// Last day, planned.
    pub date_end: Option<Date>,
    /// Code of `projectType.csv`: `construction`, `rehabilitation`, `replacement`, `expansion`, `decommissioning`.
    pub project_type: String,
    /// Codes of the open list `projectSector.csv`.
    pub sectors: Vec<String>,
    /// Kind in the catalogue, or empty; see `docs/formats/oc4ids.md`.
    pub kind: String,
    /// Places.
    pub locations: Vec<PassportLocation>,
    /// What it may cost.
    pub budget: Option<Money>,
    /// Day on which the budget was approved.
    pub budget_approved: Option<Date>,
    /// Who takes part.
    pub parties: Vec<PassportParty>,
    /// Payments; only disbursements and expenditure are spending in the sense of OC4IDS.
    pub transactions: Vec<AidTransaction>,
    /// Day on which the work was complete, once it was.
    pub completed: Option<Date>,
    /// What it cost in the end.
    pub final_value: Option<Money>,
    /// Ids of projects that must be complete before.
    pub needs_before: Vec<String>,
    /// People whom it serves.
    pub people: Option<u64>,
}

/// Projects as an OC4IDS package, and what was left out on purpose (transactions that are no spending).
///
/// `published` is the day of the package and of projects without a day of their own.
///
/// # Errors
/// [`WriteError`] with every fault: no id, no title, an id that stands twice, a type outside its closed list, a
/// negative budget, a position outside the world, a party without id or named twice, a code without its gazetteer,
/// a period that ends before it starts. Nothing is written then.
pub fn write_oc4ids(projects: &[ProjectPassport], published: Date) -> Result<(String, Vec<Finding>), WriteError> {
    let mut faults = Vec::new();
    let mut notes = Vec::new();
    let mut seen = BTreeSet::new();
    for (project, position) in projects.iter().zip(1..) {
        let mut say = |path: &str, message: String| {
            let message = format!("project {position} (`{}`): {message}", project.id);
            faults.push(Finding::new(cards::NOT_WRITABLE, message).at_row(position).in_column(path));
        };
        check(project, &mut say);
        if !seen.insert(&project.id) {
            say("id", "its id stands twice".to_owned());
        }
        let left_out = project.transactions.iter().filter(|transaction| !is_spending(transaction)).count();
        if left_out > 0 {
            let message = format!("project {position} (`{}`): {left_out} transactions", project.id);
            notes.push(Finding::new(cards::NOT_SPENDING, message).at_row(position).in_column("transactions"));
        }
    }
    if !faults.is_empty() {
        return Err(WriteError { findings: faults });
    }
    let package = Out::Object(vec![
        ("version", Out::text("0.9")),
        ("publishedDate", instant(published)),
        ("projects", Out::List(projects.iter().map(|project| of_project(project, published)).collect())),
    ]);
    let mut out = String::new();
    package.write(0, &mut out);
    out.push('\n');
    Ok((out, notes))
}

/// Whether OC4IDS has this sector in its list `projectSector.csv`.
pub fn is_oc4ids_sector(code: &str) -> bool {
    SECTORS.contains(&code)
}

fn is_spending(transaction: &AidTransaction) -> bool {
    matches!(transaction.kind, TransactionType::Disbursement | TransactionType::Expenditure)
}

fn check(project: &ProjectPassport, say: &mut dyn FnMut(&str, String)) {
    if project.id.trim().is_empty() {
        say("id", "it has no id".to_owned());
    }
    if project.title.trim().is_empty() {
        say("title", "it has no title".to_owned());
    }
    if !project.project_type.is_empty() && !TYPES.contains(&project.project_type.as_str()) {
        say("type", format!("`{}` is not one of {}", project.project_type, TYPES.join(", ")));
    }
    for sector in project.sectors.iter().filter(|sector| !SECTORS.contains(&sector.as_str())) {
        say("sector", format!("`{sector}` is no sector of OC4IDS"));
    }
    if project.sectors.iter().collect::<BTreeSet<_>>().len() < project.sectors.len() {
        say("sector", "a sector stands twice".to_owned());
    }
    if let (Some(start), Some(end)) = (project.date_start, project.date_end)
        && end < start
    {
        say("period", format!("it starts on {start} and ends on {end}"));
    }
    for (path, money) in [("budget", project.budget), ("completion", project.final_value)] {
        if let Some(money) = money.filter(|money| money.minor < 0) {
            say(path, format!("the amount {money} is negative"));
        }
    }
    for location in &project.locations {
        if location.point.is_some_and(|(x, y)| !(x.abs() <= 180.0 && y.abs() <= 90.0)) {
            say("locations", format!("the point {:?} is outside the world", location.point));
        }
        if location.code.is_empty() != location.gazetteer.is_empty() {
            say(
                "locations",
                format!("code `{}` and gazetteer `{}` belong together", location.code, location.gazetteer),
            );
        }
    }
    check_parties(project, say);
}

fn check_parties(project: &ProjectPassport, say: &mut dyn FnMut(&str, String)) {
    let mut ids = BTreeSet::new();
    for party in &project.parties {
        if party.id.is_empty() || party.name.is_empty() {
            say("parties", format!("party `{}` `{}` needs an id and a name", party.id, party.name));
        }
        if !ids.insert(&party.id) {
            say("parties", format!("party `{}` stands twice", party.id));
        }
        for role in party.roles.iter().filter(|role| !PARTY_ROLES.contains(&role.as_str())) {
            say("parties", format!("`{role}` is no role of OC4IDS"));
        }
    }
}

/// Collects the members of an object that are there.
#[derive(Default)]
struct Members(Vec<(&'static str, Out)>);

impl Members {
    fn text(&mut self, name: &'static str, text: &str) {
        if !text.is_empty() {
            self.0.push((name, Out::text(text)));
        }
    }

    fn given(&mut self, name: &'static str, value: Option<Out>) {
        self.0.extend(value.map(|value| (name, value)));
    }

    fn list(&mut self, name: &'static str, items: Vec<Out>) {
        if !items.is_empty() {
            self.0.push((name, Out::List(items)));
        }
    }

    fn object(&mut self, name: &'static str, members: Members) {
        self.given(name, members.finish());
    }

    /// `None` if nothing is in it: the schema wants no empty objects.
    fn finish(self) -> Option<Out> {
        (!self.0.is_empty()).then_some(Out::Object(self.0))
    }
}

fn of_project(project: &ProjectPassport, published: Date) -> Out {
    let mut all = Members::default();
    all.text("id", &project.id);
    all.given("updated", Some(instant(project.updated.unwrap_or(published))));
    all.text("title", &project.title);
    all.text("description", &project.description);
    all.text("status", project.status.code());
    let mut period = Members::default();
    period.given("startDate", project.date_start.map(instant));
    period.given("endDate", project.date_end.map(instant));
    all.object("period", period);
    all.list("sector", project.sectors.iter().map(Out::text).collect());
    if !project.kind.is_empty() {
        let kind = vec![("scheme", Out::text("mostari")), ("id", Out::text(&project.kind))];
        all.list("additionalClassifications", vec![Out::Object(kind)]);
    }
    all.text("type", &project.project_type);
    all.list("locations", project.locations.iter().zip(1..).map(|(place, n)| of_location(place, n)).collect());
    let mut budget = Members::default();
    budget.given("amount", project.budget.map(value));
    budget.given("approvalDate", project.budget_approved.map(instant));
    all.object("budget", budget);
    let authority = project.parties.iter().find(|party| party.roles.iter().any(|role| role == "publicAuthority"));
    all.given("publicAuthority", authority.map(|party| reference(&party.id, &party.name)));
    all.list("parties", project.parties.iter().map(of_party).collect());
    let mut completion = Members::default();
    completion.given("endDate", project.completed.map(instant));
    completion.given("finalValue", project.final_value.map(value));
    all.object("completion", completion);
    all.list("transactions", spending(project));
    all.list("relatedProjects", project.needs_before.iter().zip(1..).map(|(id, n)| before(id, n)).collect());
    if let Some(people) = project.people {
        let group =
            vec![("description", Out::text("people served")), ("numberOfPeople", Out::Number(people.to_string()))];
        let benefit = vec![("beneficiaries", Out::List(vec![Out::Object(group)]))];
        all.list("benefits", vec![Out::Object(benefit)]);
    }
    Out::Object(all.0)
}

fn before(id: &str, number: u32) -> Out {
    Out::Object(vec![
        ("id", Out::text(number.to_string())),
        ("scheme", Out::text("oc4ids")),
        ("identifier", Out::text(id)),
        ("relationship", Out::text("needsBefore")),
    ])
}

fn of_location(location: &PassportLocation, number: u32) -> Out {
    let mut all = Members::default();
    all.text("id", &number.to_string());
    all.text("description", &location.description);
    let point = location.point.map(|(longitude, latitude)| {
        let coordinates = [longitude, latitude].map(|degrees| Out::Number(format!("{degrees}")));
        Out::Object(vec![("type", Out::text("Point")), ("coordinates", Out::List(coordinates.into()))])
    });
    all.given("geometry", point);
    if !location.code.is_empty() {
        let codes = Out::List(vec![Out::text(&location.code)]);
        all.0
            .push(("gazetteer", Out::Object(vec![("scheme", Out::text(&location.gazetteer)), ("identifiers", codes)])));
    }
    let mut address = Members::default();
    address.text("locality", &location.locality);
    address.text("region", &location.region);
    address.text("countryName", &location.country);
    all.object("address", address);
    Out::Object(all.0)
}

fn of_party(party: &PassportParty) -> Out {
    let mut all = Members::default();
    all.text("id", &party.id);
    all.text("name", &party.name);
    all.list("roles", party.roles.iter().map(Out::text).collect());
    Out::Object(all.0)
}

/// Spending, each with an id of its own: its reference where that is unique, else its position.
fn spending(project: &ProjectPassport) -> Vec<Out> {
    let mut used: BTreeSet<String> = BTreeSet::new();
    let payments = project.transactions.iter().zip(1..).filter(|(transaction, _)| is_spending(transaction));
    payments
        .map(|(transaction, position)| {
            let mut id = transaction.reference.clone();
            while id.is_empty() || used.contains(&id) {
                id = format!("{id}#{position}");
            }
            used.insert(id.clone());
            let mut all = Members::default();
            all.text("id", &id);
            all.given("date", Some(instant(transaction.date)));
            all.given("value", Some(value(transaction.amount)));
            all.given("payer", transaction.provider.as_ref().and_then(party_of));
            all.given("payee", transaction.receiver.as_ref().and_then(party_of));
            Out::Object(all.0)
        })
        .collect()
}

fn party_of(party: &Counterparty) -> Option<Out> {
    let mut all = Members::default();
    all.text("name", &party.organisation.name);
    all.text("id", &party.organisation.id);
    all.finish()
}

fn reference(id: &str, name: &str) -> Out {
    Out::Object(vec![("name", Out::text(name)), ("id", Out::text(id))])
}

fn value(money: Money) -> Out {
    Out::Object(vec![
        ("amount", Out::Number(decimal(money.minor, money.currency.minor_digits()))),
        ("currency", Out::text(money.currency.as_str())),
    ])
}

/// A day as the instant that OC4IDS wants: midnight UTC.
fn instant(day: Date) -> Out {
    Out::text(format!("{day}T00:00:00Z"))
}
