//! Infrastructure projects as an OC4IDS project package.
//!
//! Three things that a plan needs and that OC4IDS leaves open are written with its own open fields; `docs/formats/oc4ids.md`
//! describes them: the kind of the catalogue, what must be complete before, and how many people a project serves.

use super::oc4ids_codes::{RELATIONSHIPS, SECTORS, STATUSES, TYPES};
use crate::{
    Container, Fit, Probe, ReadError, Reader, Reading,
    findings::geo as cards,
    geojson_file::{Given, given},
    geometry::{Takes, settle},
    readers::properties::to_text,
};
use geo::InteriorPoint;
use mostari_model::{
    About, Currency, Date, Direction, Finding, FindingCard, Kind, Money, PlaceRef, Proposal, Proposals, Table,
};
use serde_json::Value;
use std::collections::BTreeMap;

/// The scheme of the additional classification that names a kind of the catalogue.
const KIND_SCHEME: &str = "mostari";
/// The relationship that says: that project must be complete before this one starts.
const NEEDS_BEFORE: [&str; 2] = ["needsBefore", "needs-before"];

/// The reader.
pub(crate) struct Oc4ids;

static ABOUT: About = About {
    id: "oc4ids",
    kind: Kind::Reader,
    name: "Infrastructure projects (OC4IDS)",
    summary: "Reads projects that parties have put forward, with place, budget, period, precedence and people served.",
    unit: "projects",
    range: "any number of projects",
    direction: Direction::Neutral,
    source: "Open Contracting for Infrastructure Data Standards 0.9.5, standard.open-contracting.org/infrastructure",
    method: "Fields are read as the schema defines them; codes outside closed lists are reported and count as not given; of several \
             locations the first with a geometry is used.",
    protection: "Organisations only: contact points, people and beneficial owners are not read.",
};

impl Reader for Oc4ids {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn fits(&self, probe: &Probe<'_>) -> Fit {
        if !matches!(probe.container, Container::Json) || !probe.text().contains("\"projects\"") {
            return Fit::No;
        }
        match projects(probe.text()) {
            Ok(list) if list.iter().any(|project| project.get("id").is_some()) => Fit::Yes,
            Ok(_) => Fit::Maybe,
            Err(_) => Fit::No,
        }
    }

    fn read(&self, probe: &Probe<'_>) -> Result<Reading, ReadError> {
        let list =
            projects(probe.text()).map_err(|why| ReadError::Refused(Box::new(Finding::new(cards::NOT_OC4IDS, why))))?;
        let mut proposals = Proposals::default();
        let mut findings = Vec::new();
        let mut first_rows: BTreeMap<String, u32> = BTreeMap::new();
        for (value, row) in list.iter().zip(1..) {
            let mut project = Project { value, row, findings: &mut findings };
            let Some(proposal) = project.proposal() else { continue };
            if let Some(first) = first_rows.get(&proposal.project_id) {
                let message = format!("project `{}` stands at element {first} already", proposal.project_id);
                project.say(cards::PROJECT_TWICE, "id", message);
                continue;
            }
            first_rows.insert(proposal.project_id.clone(), row);
            proposals.push(proposal);
        }
        for (needs, row) in proposals.needs_before.iter().zip(&proposals.row) {
            for id in needs.split('|').filter(|id| !id.is_empty() && !first_rows.contains_key(*id)) {
                let message = format!("it waits for `{id}`, which is not in the file");
                findings.push(
                    Finding::new(cards::RELATED_ELSEWHERE, message).at_row((*row).into()).in_column("relatedProjects"),
                );
            }
        }
        Ok(Reading { tables: vec![Table::Proposals(proposals)], findings, rows: list.len() as u64 })
    }
}

/// The list `projects` of a package.
fn projects(text: &str) -> Result<Vec<Value>, String> {
    match serde_json::from_str(text) {
        Ok(Value::Object(mut package)) => match package.remove("projects") {
            Some(Value::Array(list)) => Ok(list),
            _ => Err("there is no list `projects`".to_owned()),
        },
        Ok(_) => Err("the file is JSON without a list `projects`".to_owned()),
        Err(error) => Err(format!("the file is not JSON from start to end: {error}")),
    }
}

/// One project while it is read.
struct Project<'a> {
    value: &'a Value,
    row: u32,
    findings: &'a mut Vec<Finding>,
}

impl Project<'_> {
    fn say(&mut self, card: &'static FindingCard, column: &str, message: String) {
        self.findings.push(Finding::new(card, message).at_row(self.row.into()).in_column(column));
    }

    fn text(&self, pointer: &str) -> String {
        self.value.pointer(pointer).map(to_text).unwrap_or_default()
    }

    fn list(&self, name: &str) -> &[Value] {
        self.value.get(name).and_then(Value::as_array).map_or(&[], Vec::as_slice)
    }

    fn proposal(&mut self) -> Option<Proposal> {
        let project_id = self.text("/id");
        if !self.value.is_object() || project_id.is_empty() {
            let shown: String = self.value.to_string().chars().take(40).collect();
            self.say(cards::NOT_A_PROJECT, "id", format!("`{shown}` has no `id`"));
            return None;
        }
        let (budget_minor, currency) = self.budget();
        let (date_start, date_end) = (self.day("startDate"), self.day("endDate"));
        let (place, point) = self.place();
        Some(Proposal {
            title: [self.text("/title"), self.text("/description")]
                .into_iter()
                .find(|t| !t.is_empty())
                .unwrap_or_default(),
            kind: self.kind(),
            status: self.code("status", &STATUSES),
            sector: self.sectors(),
            project_type: self.code("type", &TYPES),
            place,
            longitude: point.map(|(x, _)| x),
            latitude: point.map(|(_, y)| y),
            budget_minor,
            currency,
            date_start,
            date_end,
            duration_days: self.whole(&format!("{}/durationInDays", self.period())),
            needs_before: self.needs_before(),
            people: self.people(),
            party: self.party(),
            project_id,
            row: self.row,
            dataset: 0,
        })
    }

    fn kind(&self) -> String {
        let of_mostari = |value: &&Value| value.get("scheme").is_some_and(|scheme| scheme == KIND_SCHEME);
        let found = self.list("additionalClassifications").iter().find(of_mostari);
        found.and_then(|value| value.get("id")).map(to_text).unwrap_or_default()
    }

    /// A code of a closed list, or empty.
    fn code(&mut self, name: &str, list: &[&str]) -> String {
        let found = self.text(&format!("/{name}"));
        if found.is_empty() || list.contains(&found.as_str()) {
            return found;
        }
        self.say(cards::UNKNOWN_CODE, name, format!("`{found}` is not one of {}", list.join(", ")));
        String::new()
    }

    /// Sectors are an open list: others are kept and told.
    fn sectors(&mut self) -> String {
        let found: Vec<String> = self.list("sector").iter().map(to_text).filter(|sector| !sector.is_empty()).collect();
        for sector in found.iter().filter(|sector| !SECTORS.contains(&sector.as_str())) {
            let message = format!("`{sector}` is no OC4IDS sector; it is kept because the list is open");
            self.say(cards::UNKNOWN_CODE, "sector", message);
        }
        found.join("|")
    }

    fn budget(&mut self) -> (Option<i64>, String) {
        let (amount, currency) = (self.text("/budget/amount/amount"), self.text("/budget/amount/currency"));
        if amount.is_empty() {
            return (None, currency);
        }
        let money = currency.parse::<Currency>().and_then(|currency| Money::parse(&amount, currency));
        match money {
            Ok(money) if money.minor >= 0 => (Some(money.minor), currency),
            Ok(_) => {
                self.say(cards::BAD_FIELD, "budget", format!("the amount `{amount}` is negative"));
                (None, currency)
            }
            Err(error) => {
                self.say(cards::BAD_FIELD, "budget", error.to_string());
                (None, currency)
            }
        }
    }

    /// The project's own period, else that of its implementation.
    fn period(&self) -> &'static str {
        if self.value.pointer("/period").is_some_and(Value::is_object) { "/period" } else { "/implementationPeriod" }
    }

    fn day(&mut self, name: &str) -> Option<Date> {
        let text = self.text(&format!("{}/{name}", self.period()));
        if text.is_empty() {
            return None;
        }
        let day = text.get(..10).and_then(|day| day.parse().ok());
        if day.is_none() {
            self.say(cards::BAD_FIELD, "period", format!("`{text}` is not a date"));
        }
        day
    }

    fn whole(&mut self, pointer: &str) -> Option<i64> {
        let value = self.value.pointer(pointer).filter(|value| !value.is_null())?;
        let number = value.as_i64().filter(|number| *number >= 0);
        if number.is_none() {
            let message = format!("{value} is not a whole number of 0 or more");
            self.say(cards::BAD_FIELD, pointer.trim_start_matches('/'), message);
        }
        number
    }

    /// The first location with a geometry, else the first: its gazetteer id and address, and a point in it.
    fn place(&mut self) -> (PlaceRef, Option<(f64, f64)>) {
        let locations = self.list("locations");
        let count = locations.len();
        let has_geometry = |location: &&Value| location.get("geometry").is_some_and(Value::is_object);
        let Some(location) = locations.iter().find(has_geometry).or(locations.first()).cloned() else {
            return (PlaceRef::default(), None);
        };
        if count > 1 {
            self.say(cards::MORE_LOCATIONS, "locations", format!("one of {count} locations was used"));
        }
        let of = |pointer: &str| location.pointer(pointer).map(to_text).unwrap_or_default();
        let first = |pointers: &[&str]| pointers.iter().map(|p| of(p)).find(|t| !t.is_empty()).unwrap_or_default();
        let place = PlaceRef {
            country: of("/address/countryName"),
            code: of("/gazetteer/identifiers/0"),
            name: first(&["/address/locality", "/address/region", "/description"]),
            parent_name: if of("/address/locality").is_empty() { String::new() } else { of("/address/region") },
            ..PlaceRef::default()
        };
        let point = match location.get("geometry") {
            None | Some(Value::Null) => None,
            Some(geometry) => self.point(given(geometry)),
        };
        (place, point)
    }

    fn point(&mut self, given: Given) -> Option<(f64, f64)> {
        let shape = settle(given, self.row, Takes::Anything, None, self.findings).shape?;
        shape.interior_point().map(|point| (point.x(), point.y()))
    }

    fn needs_before(&mut self) -> String {
        let mut needs = Vec::new();
        for related in self.list("relatedProjects").to_vec() {
            let of = |name: &str| related.get(name).map(to_text).unwrap_or_default();
            let relationship = of("relationship");
            if NEEDS_BEFORE.contains(&relationship.as_str()) {
                let id = of("identifier");
                if id.is_empty() {
                    let message = format!("a related project with `{relationship}` has no `identifier`");
                    self.say(cards::BAD_FIELD, "relatedProjects", message);
                } else if !needs.contains(&id) {
                    needs.push(id);
                }
            } else if !RELATIONSHIPS.contains(&relationship.as_str()) {
                let message = format!("`{relationship}` is no relationship that we know; it was passed over");
                self.say(cards::UNKNOWN_CODE, "relatedProjects", message);
            }
        }
        needs.join("|")
    }

    /// The largest group of beneficiaries: groups may overlap, so that their sum may count people twice.
    fn people(&mut self) -> Option<i64> {
        let mut largest = None;
        for (benefit, value) in self.list("benefits").to_vec().iter().enumerate() {
            let groups = value.get("beneficiaries").and_then(Value::as_array).map_or(0, Vec::len);
            for group in 0..groups {
                let pointer = format!("/benefits/{benefit}/beneficiaries/{group}/numberOfPeople");
                largest = largest.max(self.whole(&pointer));
            }
        }
        largest
    }

    /// The public authority, else the party in that role, else the first party.
    fn party(&self) -> String {
        let has_role = |party: &&Value| {
            let roles = party.get("roles").and_then(Value::as_array);
            roles.is_some_and(|roles| roles.iter().any(|role| role == "publicAuthority"))
        };
        let parties = self.list("parties");
        let named = parties.iter().find(has_role).or(parties.first()).and_then(|party| party.get("name"));
        let authority = self.text("/publicAuthority/name");
        if authority.is_empty() { named.map(to_text).unwrap_or_default() } else { authority }
    }
}

#[cfg(test)]
#[path = "oc4ids_tests.rs"]
mod tests;
