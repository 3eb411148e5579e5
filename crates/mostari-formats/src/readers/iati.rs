//! Aid activities as IATI 2.03 publishes them: who does what where, and the flows of money that they report.
//!
//! - Each activity gives a row of who-does-what-where for each of its organisations that implement it (the reporting
//!   one if none does) and each of its places (its countries if it has none).
//! - Pledges, commitments and payments become flows. The two ends of a flow are both reported, each by its own
//!   activity, so that flows of IATI are never summed across boundaries or activities: the fund ledger pairs them.
//! - What a secondary reporter repeats is marked as shared.

use crate::{
    Container, Fit, Probe, ReadError, Reader, Reading,
    findings::aid as cards,
    iati::{Placed, read_document, sector_name},
};
use mostari_model::{
    About, Activities, Activity, AidActivity, AidTransaction, Counterparty, Direction, Finding, Flow, Flows, Kind,
    Organisation, PlaceRef, Severity, TransactionType,
};
use std::collections::BTreeMap;

/// Bytes at the start of a file in which the root element stands.
const HEAD_BYTES: usize = 1 << 16;
/// Code of the role of an organisation that implements an activity.
const IMPLEMENTING: u8 = 4;

/// The reader.
pub(crate) struct Iati;

static ABOUT: About = About {
    id: "iati",
    kind: Kind::Reader,
    name: "Aid activities (IATI)",
    summary: "Who does what where with whose money, as publishers of the International Aid Transparency Initiative report it",
    unit: "activities, and money in minor units of its own currency",
    range: "any number of activities; any amount, below 0 where a publisher takes something back",
    direction: Direction::Neutral,
    source: "IATI Standard 2.03, activity schema and code lists, iatistandard.org",
    method: "Held against the schema and the code lists; every fault is told, and costs only the part that is faulty; amounts exact in \
             their own currency, never rounded; secondary reporters marked",
    protection: "Organisations only: contacts with names of persons are checked and not taken over",
};

impl Reader for Iati {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn fits(&self, probe: &Probe<'_>) -> Fit {
        let bytes = probe.bytes();
        let head = crate::text::decode_head(&bytes[..bytes.len().min(HEAD_BYTES)]);
        match matches!(probe.container, Container::Unknown) && head.contains("<iati-activities") {
            true => Fit::Yes,
            false => Fit::No,
        }
    }

    fn read(&self, probe: &Probe<'_>) -> Result<Reading, ReadError> {
        let (placed, mut findings) = read_document(probe.bytes());
        if placed.is_empty()
            && let Some(at) = findings.iter().position(|finding| finding.severity == Severity::Error)
        {
            return Err(ReadError::Refused(Box::new(findings.swap_remove(at))));
        }
        let mut activities = Activities::default();
        let mut flows = Flows::default();
        let mut passed_over: BTreeMap<u8, u64> = BTreeMap::new();
        for Placed { line, activity } in &placed {
            let row = u32::try_from(*line).unwrap_or(u32::MAX);
            presence(activity, row, &mut activities);
            let references = count_references(activity);
            for (transaction, position) in activity.transactions.iter().zip(1_usize..) {
                match status_of(transaction.kind) {
                    Some(status) => {
                        let is_unique = references.get(transaction.reference.as_str()) == Some(&1);
                        let id = match is_unique && !transaction.reference.is_empty() {
                            true => format!("{}/{}", activity.id, transaction.reference),
                            false => format!("{}#{position}", activity.id),
                        };
                        flows.push(Flow { flow_id: id, row, ..flow(activity, transaction, status) });
                    }
                    None => *passed_over.entry(transaction.kind.code()).or_default() += 1,
                }
            }
        }
        if !passed_over.is_empty() {
            let kinds: Vec<String> =
                passed_over.iter().map(|(code, count)| format!("{count} of type {code}")).collect();
            findings.push(Finding::new(cards::NOT_A_FLOW, kinds.join(", ")));
        }
        Ok(Reading { tables: vec![activities.into(), flows.into()], findings, rows: placed.len() as u64 })
    }
}

fn count_references(activity: &AidActivity) -> BTreeMap<&str, u32> {
    let mut counts = BTreeMap::new();
    for transaction in &activity.transactions {
        *counts.entry(transaction.reference.as_str()).or_default() += 1;
    }
    counts
}

/// `pledge`, `commitment` or `paid`; `None` for loans, equity, guarantees, interest and money that is given back.
fn status_of(kind: TransactionType) -> Option<&'static str> {
    match kind {
        TransactionType::OutgoingPledge | TransactionType::IncomingPledge => Some("pledge"),
        TransactionType::OutgoingCommitment | TransactionType::IncomingCommitment => Some("commitment"),
        TransactionType::IncomingFunds | TransactionType::Disbursement | TransactionType::Expenditure => Some("paid"),
        _ => None,
    }
}

/// The words of the code list `ActivityStatus` that tools for who-does-what-where use.
fn status_word(status: u8) -> &'static str {
    match status {
        1 => "pipeline",
        2 => "implementation",
        3 => "finalisation",
        4 => "closed",
        5 => "cancelled",
        6 => "suspended",
        _ => "",
    }
}

fn flow(activity: &AidActivity, transaction: &AidTransaction, status: &str) -> Flow {
    let own = name_of(&activity.reporting);
    let other = |party: &Option<Counterparty>| party.as_ref().map(|party| name_of(&party.organisation));
    let is_incoming = transaction.kind.is_incoming();
    // The end that a publisher leaves out is its own.
    let (given, got) = (other(&transaction.provider), other(&transaction.receiver));
    let (source, destination) = match is_incoming {
        true => (given.unwrap_or_default(), got.unwrap_or_else(|| own.clone())),
        false => (given.unwrap_or_else(|| own.clone()), got.unwrap_or_default()),
    };
    let country = match (transaction.country.as_str(), &activity.countries[..]) {
        ("", [only]) => only.code.as_str(),
        (stated, _) => stated,
    };
    let sector = match transaction.sector.as_str() {
        "" => sectors(activity),
        stated => sector_words(stated),
    };
    Flow {
        boundary: if is_incoming { "incoming" } else { "outgoing" }.to_owned(),
        status: status.to_owned(),
        amount_minor: Some(transaction.amount.minor),
        currency: transaction.amount.currency.to_string(),
        date: Some(transaction.date),
        source,
        destination,
        sector,
        place: country_ref(country),
        is_shared: Some(i64::from(activity.is_secondary || country.is_empty())),
        description: match transaction.description.as_str() {
            "" => title(activity),
            stated => stated.to_owned(),
        },
        ..Flow::default()
    }
}

/// Rows of who does what where.
fn presence(activity: &AidActivity, row: u32, table: &mut Activities) {
    let implementing = activity.participations.iter().filter(|part| part.role == IMPLEMENTING);
    let mut organisations: Vec<&Organisation> = implementing.map(|part| &part.party.organisation).collect();
    if organisations.is_empty() {
        organisations.push(&activity.reporting);
    }
    let mut places: Vec<PlaceRef> = activity.locations.iter().map(|location| place(activity, location)).collect();
    if places.is_empty() {
        places = activity.countries.iter().map(|country| country_ref(&country.code)).collect();
    }
    if places.is_empty() {
        places.push(PlaceRef::default());
    }
    for organisation in organisations {
        for place in &places {
            table.push(Activity {
                organisation: name_of(organisation),
                organisation_type: organisation.kind.clone(),
                activity: match sectors(activity) {
                    none if none.is_empty() => title(activity),
                    sectors => sectors,
                },
                place: place.clone(),
                status: status_word(activity.status).to_owned(),
                date_start: activity.start_actual.or(activity.start_planned),
                date_end: activity.end_actual.or(activity.end_planned),
                reached: None,
                row,
                dataset: 0,
            });
        }
    }
}

/// The deepest administrative unit of a location and its name.
fn place(activity: &AidActivity, location: &mostari_model::AidLocation) -> PlaceRef {
    let deepest = location.units.iter().max_by_key(|(_, level, _)| *level);
    PlaceRef {
        country: match &activity.countries[..] {
            [only] => only.code.clone(),
            _ => String::new(),
        },
        level: deepest.and_then(|(_, level, _)| *level),
        code: deepest.map(|(.., code)| code.clone()).unwrap_or_default(),
        name: location.name.clone(),
        ..PlaceRef::default()
    }
}

fn country_ref(code: &str) -> PlaceRef {
    match code {
        "" => PlaceRef::default(),
        code => PlaceRef { country: code.to_owned(), level: Some(0), ..PlaceRef::default() },
    }
}

/// The name of an organisation, else its identifier.
fn name_of(organisation: &Organisation) -> String {
    if organisation.name.is_empty() { organisation.id.clone() } else { organisation.name.clone() }
}

fn title(activity: &AidActivity) -> String {
    activity.titles.first().map(|(_, title)| title.clone()).unwrap_or_default()
}

/// The five-digit sectors of an activity in words, separated by `|`; those of other vocabularies if it has no such.
fn sectors(activity: &AidActivity) -> String {
    let own = |is_dac: bool| activity.sectors.iter().filter(move |sector| (sector.vocabulary == "1") == is_dac);
    let dac: Vec<String> = own(true).map(|sector| sector_words(&sector.code)).collect();
    let chosen = if dac.is_empty() { own(false).map(|sector| sector.code.clone()).collect() } else { dac };
    chosen.join("|")
}

fn sector_words(code: &str) -> String {
    sector_name(code).unwrap_or(code).to_owned()
}

#[cfg(test)]
#[path = "iati_tests.rs"]
mod tests;
