use super::*;
use crate::{Input, read};
use mostari_model::{Activities, Flows, Table};

const FILE: &str = r#"<?xml version="1.0"?>
<iati-activities version="2.03">
<iati-activity default-currency="EUR">
<iati-identifier>XM-1</iati-identifier>
<reporting-org ref="XM" type="10"><narrative>Agency</narrative></reporting-org>
<title><narrative>Clinic</narrative></title><description><narrative>A clinic</narrative></description>
<participating-org role="1" ref="D"><narrative>Donor</narrative></participating-org>
<participating-org role="4" ref="N" type="22"><narrative>Most</narrative></participating-org>
<activity-status code="2"/><activity-date type="2" iso-date="2024-03-01"/>
<recipient-country code="BA"/>
<location><name><narrative>Lug</narrative></name><administrative vocabulary="A1" level="2" code="BA0101"/></location>
<sector code="12230"/>
<transaction ref="r1"><transaction-type code="1"/><transaction-date iso-date="2024-04-01"/>
<value value-date="2024-04-01">1000</value><provider-org ref="D"><narrative>Donor</narrative></provider-org></transaction>
<transaction><transaction-type code="3"/><transaction-date iso-date="2024-05-01"/>
<value value-date="2024-05-01">400</value><receiver-org ref="N"><narrative>Most</narrative></receiver-org></transaction>
<transaction><transaction-type code="6"/><transaction-date iso-date="2024-05-01"/><value value-date="2024-05-01">1</value></transaction>
</iati-activity>
</iati-activities>"#;

fn tables(bytes: &[u8]) -> (Activities, Flows, Vec<String>) {
    let (about, reading) = read(&Input { name: "x", bytes, siblings: &[] }, None).unwrap();
    assert_eq!((about.id, reading.rows), ("iati", 1));
    let codes = reading.findings.iter().map(|finding| finding.code.to_string()).collect();
    match &reading.tables[..] {
        [Table::Activities(activities), Table::Flows(flows)] => (activities.clone(), flows.clone(), codes),
        other => panic!("{other:?}"),
    }
}

#[test]
fn who_does_what_where_names_those_who_implement() {
    let (activities, ..) = tables(FILE.as_bytes());
    let one = activities.get(0);
    assert_eq!((activities.len(), one.organisation.as_str(), one.status.as_str()), (1, "Most", "implementation"));
    assert_eq!(one.place.to_words(), "Lug (BA0101), BA");
    assert_eq!(one.activity, "Basic health infrastructure");
    assert_eq!((one.row, one.date_start), (3, "2024-03-01".parse().ok()));
}

#[test]
fn pledges_commitments_and_payments_are_flows_and_loans_are_told() {
    let (_, flows, codes) = tables(FILE.as_bytes());
    let ids: Vec<String> = flows.iter().map(|flow| flow.flow_id).collect();
    assert_eq!(ids, ["XM-1/r1", "XM-1#2"]);
    let (first, second) = (flows.get(0), flows.get(1));
    assert_eq!(
        (first.source.as_str(), first.destination.as_str(), first.boundary.as_str()),
        ("Donor", "Agency", "incoming")
    );
    assert_eq!((second.source.as_str(), second.destination.as_str()), ("Agency", "Most"));
    assert_eq!((second.amount_minor, second.currency.as_str(), second.status.as_str()), (Some(40_000), "EUR", "paid"));
    assert_eq!(codes, ["AID-039"]);
}

#[test]
fn the_same_file_in_gzip_gives_the_same() {
    use std::io::Write;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(FILE.as_bytes()).unwrap();
    let packed = encoder.finish().unwrap();
    assert_eq!(tables(&packed), tables(FILE.as_bytes()));
    assert_eq!(crate::read_iati(&packed).0, crate::read_iati(FILE.as_bytes()).0);
}

#[test]
fn a_file_of_organisations_or_with_a_document_type_is_not_taken_for_activities() {
    let refused = |file: &str| match read(&Input { name: "x", bytes: file.as_bytes(), siblings: &[] }, Some("iati")) {
        Err(ReadError::Refused(finding)) => finding.code.to_string(),
        other => panic!("{other:?}"),
    };
    assert_eq!(refused("<iati-organisations version='2.03'/>"), "AID-001");
    assert_eq!(refused("<!DOCTYPE iati-activities []><iati-activities version='2.03'/>"), "XML-002");
}
