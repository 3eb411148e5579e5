//! Flows of humanitarian money from the Financial Tracking Service (FTS) of OCHA: the CSV tables on the
//! Humanitarian Data Exchange and the JSON of the FTS API.
//!
//! - One flow is one row, known by its id; a second row of the same id is not used, so that no money counts twice.
//! - Pledge, commitment and paid are states of different flows and are kept apart; so are the boundaries (into the
//!   country, within it, out of it).
//! - A flow that is `shared` on the boundary belongs to several countries or years and says its whole amount to each
//!   of them. It is kept and marked; the totals that FTS publishes leave it out.
//! - A parked flow, such as one to a pooled fund, is stated with what is left of it once the flows made from it are
//!   taken off, so that parent and children may be added.
//! - Amounts are the US dollars that FTS computed, exact to the cent. The original currency is left out.

use crate::{
    Container, Fit, Json, Probe, ReadError, Reader, Reading,
    findings::profiles as cards,
    profile::{Entry, Profile},
};
use mostari_model::{About, Currency, Direction, Finding, FindingCard, Flow, Flows, Kind, Money, PlaceRef};
use std::collections::BTreeMap;

/// Reads FTS flows.
pub(crate) struct Fts;

static ABOUT: About = About {
    id: "fts",
    kind: Kind::Reader,
    name: "Humanitarian funding (OCHA FTS)",
    summary: "Who gave how much to whom, for which plan and cluster, and in which state the money is",
    unit: "US dollars, in cents",
    range: "any amount; below 0 for a refund",
    direction: Direction::Neutral,
    source: "OCHA Financial Tracking Service, public API v1 flows and the tables on the Humanitarian Data Exchange",
    method: "Each flow once, by its id; boundary and state kept apart; flows shared with other countries or years marked",
    protection: "Organisations only; no person is named",
};

const PROFILE: Profile = Profile {
    must: &[&["id", "Flow ID"], &["amount", "amountUSD"], &["boundary"], &["status", "Flow status"]],
    may: &[
        &["date"],
        &["budget_year", "budgetYear"],
        &["description"],
        &["source", "srcOrganization", "srcOrganisation"],
        &["destination", "destOrganization", "destOrganisation"],
        &["plan", "destPlan"],
        &["sector", "destGlobalClusters"],
        &["places", "destLocations"],
        &["on_boundary", "onBoundary"],
    ],
};

const BOUNDARIES: [&str; 3] = ["incoming", "internal", "outgoing"];
const STATES: [&str; 3] = ["pledge", "commitment", "paid"];

impl Reader for Fts {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn fits(&self, probe: &Probe<'_>) -> Fit {
        PROFILE.fit(probe)
    }

    fn read(&self, probe: &Probe<'_>) -> Result<Reading, ReadError> {
        match probe.container {
            Container::Json => read_json(probe.json()?),
            _ => read_table(probe),
        }
    }
}

/// The texts of a flow, from either form of file.
struct Raw<'r> {
    row: u32,
    id: &'r str,
    amount: String,
    boundary: &'r str,
    status: &'r str,
    on_boundary: &'r str,
    places: Vec<&'r str>,
    sectors: Vec<&'r str>,
}

/// The flows of a file, each id once.
#[derive(Default)]
struct Book {
    flows: Flows,
    first_rows: BTreeMap<String, u32>,
    findings: Vec<Finding>,
}

impl Book {
    /// What both forms of file say in the same way; `None` if the flow cannot be used, which is reported.
    fn open(&mut self, raw: &Raw<'_>) -> Option<Flow> {
        if raw.id.is_empty() {
            self.report(cards::FLOW_WITHOUT_ID, raw, "", format!("{} USD", raw.amount));
            return None;
        }
        if let Some(first) = self.first_rows.get(raw.id) {
            let message = format!("flow {} stands in row {first} already", raw.id);
            self.report(cards::FLOW_TWICE, raw, "", message);
            return None;
        }
        self.first_rows.insert(raw.id.to_owned(), raw.row);
        let usd: Currency = "USD".parse().expect("three capital letters");
        let amount = Money::parse(&raw.amount, usd);
        if let Err(error) = &amount {
            self.report(cards::BAD_AMOUNT, raw, "amountUSD", error.to_string());
        }
        let boundary = self.word(raw, "boundary", raw.boundary, &BOUNDARIES);
        let status = self.word(raw, "status", raw.status, &STATES);
        let is_shared = raw.on_boundary.eq_ignore_ascii_case("shared");
        if is_shared {
            let places = if raw.places.len() > 1 { format!(" to {}", raw.places.join(", ")) } else { String::new() };
            let message = format!("flow {} of {} USD{places} is shared", raw.id, raw.amount);
            self.report(cards::FLOW_SHARED, raw, "onBoundary", message);
        }
        Some(Flow {
            flow_id: raw.id.to_owned(),
            boundary,
            status,
            amount_minor: amount.ok().map(|amount| amount.minor),
            currency: usd.to_string(),
            sector: raw.sectors.join("|"),
            place: country_of(&raw.places),
            is_shared: Some(i64::from(is_shared)),
            row: raw.row,
            ..Flow::default()
        })
    }

    fn word(&mut self, raw: &Raw<'_>, column: &str, word: &str, known: &[&str]) -> String {
        let word = word.to_lowercase();
        if !known.contains(&word.as_str()) {
            self.report(cards::FLOW_WORD, raw, column, format!("`{word}`"));
        }
        word
    }

    fn report(&mut self, card: &'static FindingCard, raw: &Raw<'_>, column: &str, message: String) {
        let finding = Finding::new(card, message).at_row(raw.row.into());
        self.findings.push(if column.is_empty() { finding } else { finding.in_column(column) });
    }
}

/// The country of the destination; empty if there are several, as no one place is then meant.
fn country_of(places: &[&str]) -> PlaceRef {
    match places {
        [country] => PlaceRef { country: (*country).to_owned(), level: Some(0), ..PlaceRef::default() },
        _ => PlaceRef::default(),
    }
}

fn read_table(probe: &Probe<'_>) -> Result<Reading, ReadError> {
    let mut entries = PROFILE.entries(probe)?;
    let mut book = Book { findings: std::mem::take(&mut entries.findings), ..Book::default() };
    let dates = entries.days("date", &mut book.findings);
    for entry in entries.iter() {
        let raw = Raw {
            row: entry.row(),
            id: entry.text("id"),
            amount: entry.text("amount").to_owned(),
            boundary: entry.text("boundary"),
            status: entry.text("status"),
            on_boundary: entry.text("on_boundary"),
            places: split(entry, "places"),
            sectors: clusters(entry.text("sector")),
        };
        let Some(flow) = book.open(&raw) else { continue };
        book.flows.push(Flow {
            date: entry.days(dates, &mut book.findings).map(|(first, _)| first),
            budget_year: entry.whole("budget_year", &mut book.findings),
            source: entry.text("source").to_owned(),
            destination: entry.text("destination").to_owned(),
            plan: entry.text("plan").to_owned(),
            description: entry.text("description").to_owned(),
            ..flow
        });
    }
    Ok(Reading { tables: vec![book.flows.into()], findings: book.findings, rows: entries.count() })
}

fn split<'e>(entry: Entry<'e>, column: &str) -> Vec<&'e str> {
    entry.text(column).split(',').map(str::trim).filter(|text| !text.is_empty()).collect()
}

/// The clusters of a cell. A comma also stands within the name of one cluster: no blank follows one that separates.
fn clusters(cell: &str) -> Vec<&str> {
    let mut clusters = Vec::new();
    let mut start = 0;
    for (at, _) in cell.match_indices(',') {
        if !cell[at + 1..].starts_with(' ') {
            clusters.push(&cell[start..at]);
            start = at + 1;
        }
    }
    clusters.push(&cell[start..]);
    clusters.retain(|cluster| !cluster.is_empty());
    clusters
}

fn read_json(json: &Json) -> Result<Reading, ReadError> {
    let data = member(json, "data").unwrap_or(json);
    let flows = list(member(data, "flows"));
    let mut book = Book::default();
    for (position, flow) in flows.iter().enumerate() {
        read_flow(flow, position as u32 + 1, &mut book);
    }
    check_pages_and_totals(json, data, flows.len(), &mut book);
    Ok(Reading { tables: vec![book.flows.into()], findings: book.findings, rows: flows.len() as u64 })
}

fn read_flow(json: &Json, row: u32, book: &mut Book) {
    let text = |key: &str| text_of(member(json, key));
    let id = member(json, "id").map(Json::to_cell).unwrap_or_default();
    let raw = Raw {
        row,
        id: &id,
        amount: member(json, "amountUSD").map(Json::to_cell).unwrap_or_default(),
        boundary: text("boundary"),
        status: text("status"),
        on_boundary: text("onBoundary"),
        places: objects(json, "destinationObjects", "Location"),
        sectors: objects(json, "destinationObjects", "GlobalCluster"),
    };
    let Some(flow) = book.open(&raw) else { return };
    let names = |side, kind| objects(json, side, kind).join("|");
    book.flows.push(Flow {
        date: crate::values::iso_date(text("date")),
        budget_year: member(json, "budgetYear").and_then(|year| year.to_cell().parse().ok()),
        source: names("sourceObjects", "Organization"),
        destination: names("destinationObjects", "Organization"),
        plan: names("destinationObjects", "Plan"),
        description: text("description").to_owned(),
        ..flow
    });
}

/// Names of the objects of one kind on one side of a flow.
fn objects<'j>(flow: &'j Json, side: &str, kind: &str) -> Vec<&'j str> {
    let of_kind = list(member(flow, side)).iter().filter(|object| text_of(member(object, "type")) == kind);
    of_kind.map(|object| text_of(member(object, "name"))).filter(|name| !name.is_empty()).collect()
}

fn member<'j>(json: &'j Json, key: &str) -> Option<&'j Json> {
    match json {
        Json::Object(members) => members.iter().find(|(name, _)| name == key).map(|(_, value)| value),
        _ => None,
    }
}

fn list(json: Option<&Json>) -> &[Json] {
    if let Some(Json::List(items)) = json { items } else { &[] }
}

fn text_of(json: Option<&Json>) -> &str {
    if let Some(Json::Text(text)) = json { text } else { "" }
}

/// Says if more pages follow; if the file is whole, compares its flows with the totals that it states.
fn check_pages_and_totals(json: &Json, data: &Json, here: usize, book: &mut Book) {
    let whole = |json: &Json| json.to_cell().parse::<i64>().ok();
    let expected = member(json, "meta").and_then(|meta| member(meta, "count")).and_then(whole);
    if let Some(expected) = expected.filter(|expected| *expected != here as i64) {
        book.findings.push(Finding::new(cards::FLOW_PAGES, format!("{here} of {expected} flows are in this file")));
        return;
    }
    for boundary in ["incoming", "outgoing"] {
        let totals = [("fundingTotal", &STATES[1..]), ("pledgeTotal", &STATES[..1])];
        for (key, states) in totals {
            let stated = member(data, boundary).and_then(|totals| member(totals, key)).and_then(whole);
            let Some(stated) = stated.and_then(|dollars| dollars.checked_mul(100)) else { continue };
            let counted: i64 = (book.flows.iter())
                .filter(|flow| flow.boundary == boundary && flow.is_shared == Some(0))
                .filter(|flow| states.contains(&flow.status.as_str()))
                .filter_map(|flow| flow.amount_minor)
                .sum();
            if counted != stated {
                let message =
                    format!("{boundary} {}: {counted} cents counted, `{key}` states {stated}", states.join(" and "));
                book.findings.push(Finding::new(cards::FLOW_TOTAL, message));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::profile::testing::{codes, read_with};
    use mostari_model::Table;

    /// Each flow as `id boundary status cents sector place`, the shared in brackets.
    fn check(file: &str, expect: &[&str], expect_codes: &[&str]) {
        let reading = read_with("fts", file);
        let [Table::Flows(flows)] = &reading.tables[..] else { panic!("not one table of flows") };
        let said = flows.iter().map(|flow| {
            let cents = flow.amount_minor.map_or("?".to_owned(), |cents| cents.to_string());
            let place = flow.place.to_words();
            let words = format!("{} {} {} {cents} {} {place}", flow.flow_id, flow.boundary, flow.status, flow.sector);
            if flow.is_shared == Some(1) { format!("({words})") } else { words }
        });
        assert_eq!(said.collect::<Vec<_>>(), expect);
        assert_eq!(codes(&reading), expect_codes);
    }

    const HEADER: &str =
        "id,date,amountUSD,destGlobalClusters,destLocations,boundary,onBoundary,status,originalAmount\n";

    #[test]
    fn a_flow_counts_once_and_a_shared_one_is_marked() {
        check(
            &format!(
                "{HEADER}1,2020-02-01,100.25,\"Health,Nutrition\",AFG,incoming,single,paid,90\n\
                 1,2020-02-01,100.25,Health,AFG,incoming,single,paid,90\n\
                 2,2020-02-01,500,,\"AFG,JOR\",incoming,shared,commitment,\n,2020-02-01,5,,AFG,incoming,single,paid,\n"
            ),
            &["1 incoming paid 10025 Health|Nutrition AFG", "(2 incoming commitment 50000  (no place given))"],
            &["ING-064", "ING-066", "ING-065"],
        );
    }

    #[test]
    fn an_amount_that_is_not_exact_is_unknown() {
        check(
            &format!("{HEADER}1,2020-02-01,0.005,,AFG,incoming,single,promised,\n"),
            &["1 incoming promised ?  AFG"],
            &["ING-067", "ING-068"],
        );
    }

    #[test]
    fn the_total_of_a_whole_json_file_is_checked_without_shared_flows() {
        let file = |total: i64| {
            format!(
                r#"{{"data": {{"incoming": {{"fundingTotal": {total}, "pledgeTotal": 0}}, "flows": [
                {{"id": "1", "amountUSD": 7, "boundary": "incoming", "onBoundary": "single", "status": "paid",
                  "date": "2020-02-01T00:00:00Z", "destinationObjects": [{{"type": "Location", "name": "Xland"}},
                  {{"type": "GlobalCluster", "name": "Health"}}, {{"type": "GlobalCluster", "name": "Nutrition"}}]}},
                {{"id": "2", "amountUSD": 9, "boundary": "incoming", "onBoundary": "shared", "status": "paid"}}]}},
                "meta": {{"count": 2}}}}"#
            )
        };
        let flows = ["1 incoming paid 700 Health|Nutrition Xland", "(2 incoming paid 900  (no place given))"];
        check(&file(7), &flows, &["ING-066"]);
        check(&file(16), &flows, &["ING-066", "ING-070"]);
    }
}
