use super::*;
use mostari_model::{AidTransaction, TransactionType};

/// The beginning of a sound activity, up to its dates.
const SOUND: &str = r#"<iati-identifier>XM-1</iati-identifier>
<reporting-org ref="XM-1" type="22"><narrative>Most</narrative></reporting-org>
<title><narrative>Clinic</narrative><narrative xml:lang="bs">Ambulanta</narrative></title>
<description><narrative>A clinic</narrative></description>
<participating-org role="4" ref="XM-2" type="11"><narrative>Municipality</narrative></participating-org>
<activity-status code="2"/>
<activity-date type="2" iso-date="2024-03-01"/>
"#;

/// A file of one sound activity with more in it, and its codes.
fn check(attributes: &str, more: &str, codes: &[&str]) -> AidActivity {
    check_file(
        &format!(
            "<iati-activities version='2.03'><iati-activity default-currency='EUR' {attributes}>{SOUND}{more}</iati-activity></iati-activities>"
        ),
        codes,
    )
    .remove(0)
}

fn check_file(file: &str, codes: &[&str]) -> Vec<AidActivity> {
    let (activities, findings) = read_iati(file.as_bytes());
    assert_eq!(findings.iter().map(|finding| &*finding.code).collect::<Vec<_>>(), codes, "{findings:#?}");
    activities
}

fn transaction(value: &str) -> String {
    format!("<transaction><transaction-type code='3'/><transaction-date iso-date='2024-06-30'/>{value}</transaction>")
}

fn check_value(value: &str, codes: &[&str]) -> Option<AidTransaction> {
    check("", &transaction(value), codes).transactions.pop()
}

#[test]
fn a_sound_activity_is_read_without_a_word() {
    let activity = check("xml:lang='en' humanitarian='1' hierarchy='2'", "", &[]);
    assert_eq!(activity.id, "XM-1");
    assert_eq!(activity.titles, [("en".into(), "Clinic".into()), ("bs".into(), "Ambulanta".into())]);
    assert_eq!((activity.is_humanitarian, activity.hierarchy, activity.status), (Some(true), Some(2), 2));
    assert_eq!((activity.reporting.name.as_str(), activity.is_secondary), ("Most", false));
    assert_eq!(activity.participations[0].party.organisation.name, "Municipality");
    assert_eq!(activity.start_actual, "2024-03-01".parse().ok());
}

#[test]
fn an_amount_without_a_currency_is_in_the_default_one() {
    let found = check_value("<value value-date='2024-06-28'>1250.50</value>", &[]).unwrap();
    assert_eq!((found.kind, found.amount.to_string().as_str()), (TransactionType::Disbursement, "EUR 1 250.50"));
    assert_eq!(found.value_date, "2024-06-28".parse().ok());
    let found = check_value("<value currency='JPY' value-date='2024-06-28'>-1250</value>", &[]).unwrap();
    assert_eq!(found.amount.to_string(), "JPY -1 250");
}

#[test]
fn an_amount_without_any_currency_is_never_taken_for_dollars() {
    let more = transaction("<value value-date='2024-06-30'>5</value>");
    let file =
        format!("<iati-activities version='2.03'><iati-activity>{SOUND}{more}</iati-activity></iati-activities>");
    assert!(check_file(&file, &["AID-028"])[0].transactions.is_empty());
}

#[test]
fn an_amount_is_exact_or_not_used() {
    for (value, code) in [("1,250.50", "AID-026"), ("twelve", "AID-026"), ("1e3", "AID-026"), ("", "AID-026")] {
        let value = format!("<value value-date='2024-06-30'>{value}</value>");
        assert!(check_value(&value, &["AID-010", code]).is_none());
    }
    assert!(check_value("<value value-date='2024-06-30'>1.005</value>", &["AID-027"]).is_none());
    assert!(check_value("<value value-date='2024-06-30'>92233720368547758.08</value>", &["AID-027"]).is_none());
    assert_eq!(check_value("<value value-date='2024-06-30'>+.50</value>", &[]).unwrap().amount.minor, 50);
}

#[test]
fn a_missing_value_date_is_told_and_stays_unknown() {
    assert_eq!(check_value("<value>5</value>", &["AID-009"]).unwrap().value_date, None);
    assert_eq!(check_value("<value value-date='30/06/2024'>5</value>", &["AID-010"]).unwrap().value_date, None);
}

#[test]
fn a_transaction_of_an_unknown_type_costs_no_other() {
    let bad = "<transaction><transaction-type code='xx'/><transaction-date iso-date='2024-06-30'/><value value-date='2024-06-30'>1</value></transaction>";
    let good = transaction("<value value-date='2024-06-30'>2</value>");
    let activity = check("", &format!("{bad}{good}"), &["AID-022", "AID-024"]);
    assert_eq!(activity.transactions.iter().map(|t| t.amount.minor).collect::<Vec<_>>(), [200]);
}

#[test]
fn shares_of_a_vocabulary_add_up_to_a_hundred() {
    check("", "<sector code='12220' percentage='60'/><sector code='12230' percentage='40'/>", &[]);
    check("", "<sector code='12220' percentage='60'/><sector code='12230' percentage='50'/>", &["AID-030"]);
    check("", "<sector code='12220'/><sector vocabulary='99' code='x'/>", &[]);
    check("", "<sector code='12220' percentage='60'/><sector code='12230'/>", &["AID-031"]);
    check("", "<recipient-country code='BA' percentage='40'/><recipient-region code='89' percentage='60'/>", &[]);
    check("", "<recipient-country code='BA' percentage='50'/>", &["AID-030"]);
    let thirds = "<sector code='12220' percentage='33.333'/>".repeat(3);
    let activity = check("", &thirds, &["AID-032", "AID-032", "AID-032"]);
    assert_eq!(activity.sectors[0].basis_points, Some(3_333));
}

#[test]
fn an_identifier_that_stands_twice_is_told_and_both_are_kept() {
    let activity = format!("<iati-activity default-currency='EUR'>{SOUND}</iati-activity>");
    let file = format!("<iati-activities version='2.03'>{activity}{activity}</iati-activities>");
    assert_eq!(check_file(&file, &["AID-021"]).len(), 2);
}

#[test]
fn what_a_secondary_reporter_repeats_is_marked() {
    let sound = SOUND.replace("type=\"22\"", "type=\"22\" secondary-reporter=\"1\"");
    let file = format!("<iati-activities version='2.03'><iati-activity>{sound}</iati-activity></iati-activities>");
    assert!(check_file(&file, &["AID-037"])[0].is_secondary);
}

#[test]
fn elements_in_the_wrong_order_are_used_all_the_same() {
    let file = "<iati-activities version='2.03'><iati-activity><title><narrative>T</narrative></title>\
                <iati-identifier>A</iati-identifier></iati-activity></iati-activities>";
    let missing = ["AID-007"; 5];
    let activity = check_file(file, &[&["AID-005"][..], &missing].concat()).remove(0);
    assert_eq!((activity.id.as_str(), activity.titles.len()), ("A", 1));
}

#[test]
fn a_finding_names_the_line_the_path_and_the_activity() {
    let bad = "\n<transaction><transaction-type/><transaction-date iso-date='x'/></transaction>";
    let file =
        format!("<iati-activities version='2.03'>\n<iati-activity>{SOUND}{bad}</iati-activity></iati-activities>");
    let (_, findings) = read_iati(file.as_bytes());
    let first = &findings[0];
    assert_eq!((first.row, first.column.as_deref()), (Some(10), Some("transaction/transaction-type/@code")));
    assert_eq!(first.message, "activity 1: `transaction-type` lacks the attribute `code`");
}

#[test]
fn a_position_is_latitude_and_longitude_in_degrees() {
    let point =
        |pos: &str, system: &str| format!("<location><point srsName='{system}'><pos>{pos}</pos></point></location>");
    let wgs_84 = "http://www.opengis.net/def/crs/EPSG/0/4326";
    assert_eq!(check("", &point(" 43.3 17.8 ", wgs_84), &[]).locations[0].point, Some((17.8, 43.3)));
    for (pos, system) in [("43.3", wgs_84), ("143.3 17.8", wgs_84), ("0 0", wgs_84), ("43.3 17.8", "EPSG:32633")] {
        assert_eq!(check("", &point(pos, system), &["AID-033"]).locations[0].point, None);
    }
}

#[test]
fn files_of_other_versions_and_kinds_say_so() {
    let sound = format!("<iati-activity>{SOUND}</iati-activity>");
    check_file(&format!("<iati-activities version='1.05'>{sound}</iati-activities>"), &["AID-003"]);
    check_file(&format!("<iati-activities version='3'>{sound}</iati-activities>"), &["AID-002"]);
    check_file("<iati-organisations version='2.03'/>", &["AID-001"]);
    let spaced = format!("<iati-activities xmlns='urn:x' version='2.03'>{sound}</iati-activities>");
    assert_eq!(check_file(&spaced, &["AID-012"])[0].id, "XM-1");
}

#[test]
fn what_is_not_kept_is_counted() {
    let contact = "<contact-info><person-name><narrative>N.N.</narrative></person-name></contact-info>";
    let activity = check("", contact, &["AID-038"]);
    assert!(!format!("{activity:?}").contains("N.N."));
}

#[test]
fn after_a_fault_of_the_xml_what_came_before_stands() {
    let file = format!("<iati-activities version='2.03'><iati-activity>{SOUND}</iati-activity>\n<iati-activity>");
    let (activities, findings) = read_iati(file.as_bytes());
    assert_eq!((activities.len(), &*findings[0].code, findings[0].row), (1, "XML-001", Some(9)));
}

#[test]
fn a_file_with_a_document_type_definition_is_refused() {
    let file = "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><iati-activities>&e;</iati-activities>";
    let (activities, findings) = read_iati(file.as_bytes());
    assert_eq!((activities.len(), &*findings[0].code), (0, "XML-002"));
}

#[test]
fn ten_thousand_faults_of_a_kind_are_told_and_the_rest_counted() {
    let file = format!("<iati-activities version='2.03'>{}</iati-activities>", "<x/>".repeat(10_005));
    let (_, findings) = read_iati(file.as_bytes());
    let unknown: Vec<&Finding> = findings.iter().filter(|finding| finding.code == "AID-004").collect();
    assert_eq!(unknown.len(), 10_001);
    assert!(unknown[10_000].message.starts_with("5 more"));
}
