use super::*;
use mostari_model::Label;

const POLICY: &str = r#"<SPIF><securityPolicyId name="Veleno" id="1.2.3"/>
<securityClassifications>
<securityClassification name="OPEN" lacv="1" hierarchy="1"/>
<securityClassification name="CLOSED SHOP" lacv="2" hierarchy="2"/>
</securityClassifications>
<securityCategoryTagSets>
<securityCategoryTagSet name="Releasable To" id="1.2.3.1"><securityCategoryTag name="R" tagType="enumerated" enumType="permissive">
<tagCategory name="A"/><tagCategory name="B C"/></securityCategoryTag></securityCategoryTagSet>
<securityCategoryTagSet name="Extra" id="1.2.3.2"><securityCategoryTag name="E" tagType="restrictive">
<tagCategory name="X"><excludedClass>OPEN</excludedClass></tagCategory><tagCategory name="Y"/></securityCategoryTag></securityCategoryTagSet>
<securityCategoryTagSet name="Note" id="1.2.3.3"><securityCategoryTag name="N" tagType="tagType7"><tagCategory name="STAFF"/></securityCategoryTag></securityCategoryTagSet>
</securityCategoryTagSets></SPIF>"#;

fn policies() -> Vec<Policy> {
    vec![read_policy(POLICY.as_bytes()).unwrap()]
}

fn file(policy: &str, classification: &str, categories: &str) -> String {
    format!(
        "<originatorConfidentialityLabel xmlns='{NAMESPACE}'><ConfidentialityInformation>\
         <PolicyIdentifier>{policy}</PolicyIdentifier><Classification>{classification}</Classification>{categories}\
         </ConfidentialityInformation></originatorConfidentialityLabel>"
    )
}

fn category(tag: &str, kind: &str, values: &[&str]) -> String {
    let values: String = values.iter().map(|value| format!("<GenericValue>{value}</GenericValue>")).collect();
    format!("<Category TagName='{tag}' Type='{kind}'>{values}</Category>")
}

/// The compartments of a label, or the code with which it is refused.
fn check(policy: &str, classification: &str, categories: &str, expect: &str) {
    let file = file(policy, classification, categories);
    let seen = read_labels(file.as_bytes())
        .and_then(|labels| to_compartments(&labels[0], &policies()))
        .map_or_else(|finding| finding.code.to_string(), |label| label.to_string());
    assert_eq!(seen, expect);
}

#[test]
fn even_the_lowest_classification_is_not_public() {
    check("Veleno", "OPEN", "", "veleno--open");
    check("Veleno", "CLOSED SHOP", "", "veleno--closed-shop");
}

#[test]
fn restrictive_values_are_compartments_each_and_permissive_ones_together() {
    let both = category("Extra", "RESTRICTIVE", &["X", "Y"]) + &category("Releasable To", "PERMISSIVE", &["B C", "A"]);
    let expect = "veleno--closed-shop+veleno--extra--x+veleno--extra--y+veleno--releasable-to--a--b-c";
    check("Veleno", "CLOSED SHOP", &both, expect);
    check("Veleno", "OPEN", &category("Note", "INFORMATIVE", &["STAFF"]), "veleno--open");
}

#[test]
fn what_is_not_understood_is_refused_and_never_public() {
    check("Elsewhere", "OPEN", "", "STG-002");
    check("Veleno", "SECRET", "", "STG-003");
    check("Veleno", "OPEN", &category("Unknown", "PERMISSIVE", &["A"]), "STG-004");
    check("Veleno", "OPEN", &category("Releasable To", "PERMISSIVE", &["Z"]), "STG-004");
    check("Veleno", "OPEN", "<Surprise/>", "STG-005");
    check("Veleno", "OPEN", "<Classification>CLOSED SHOP</Classification>", "STG-005");
    check("Veleno", "OPEN", "<PrivacyMark secret='1'>x</PrivacyMark>", "STG-005");
    check("Veleno", "OPEN", &category("Extra", "RESTRICTIVE", &["X"]), "STG-006");
    check("Veleno", "OPEN", &category("Extra", "PERMISSIVE", &["Y"]), "STG-006");
    check("Veleno", "OPEN", &category("Extra", "MAYBE", &["Y"]), "STG-005");
    check("Veleno", "", "", "STG-001");
}

#[test]
fn a_file_without_a_label_or_with_a_document_type_is_refused() {
    let code = |text: &str| read_labels(text.as_bytes()).unwrap_err().code.to_string();
    assert_eq!(code("<a/>"), "STG-001");
    assert_eq!(code("<originatorConfidentialityLabel/>"), "STG-001");
    assert_eq!(code("<!DOCTYPE a><a/>"), "XML-002");
}

#[test]
fn a_policy_that_names_two_things_alike_is_refused() {
    let twice = POLICY.replace("CLOSED SHOP", "OPEN");
    assert_eq!(read_policy(twice.as_bytes()).unwrap_err().code, "STG-007");
    assert_eq!(read_policy(b"<a/>").unwrap_err().code, "STG-007");
}

#[test]
fn a_label_with_all_its_parts_is_written_and_read_back() {
    let full = ConfidentialityLabel {
        role: LabelRole::Alternative,
        policy: "Veleno".into(),
        policy_uri: "urn:oid:1.2.3".into(),
        classification: "OPEN".into(),
        classification_uri: "urn:oid:1.2.3.9".into(),
        privacy_mark: "STAFF & FRIENDS".into(),
        categories: vec![Category {
            tag: "Releasable To".into(),
            kind: CategoryType::Permissive,
            uri: "urn:oid:1.2.3.1".into(),
            values: vec![CategoryValue { element: "GenericValue".into(), value: "A".into() }],
        }],
        originator: ("desk@example.org".into(), "rfc822Name".into()),
        created: "2024-06-30T12:00:00Z".into(),
        review: "2034-06-30T12:00:00Z".into(),
    };
    for labels in [vec![full.clone()], vec![full.clone(), full]] {
        assert_eq!(read_labels(write_labels(&labels).as_bytes()).unwrap(), labels);
    }
}

/// To a label and back.
fn check_back(compartments: &str, policy: Option<&Policy>, expect: Result<&str, &str>) {
    let label: Label = compartments.parse().unwrap();
    let seen = from_compartments(&label, policy).and_then(|full| {
        let again = read_labels(write_labels(std::slice::from_ref(&full)).as_bytes())?;
        assert_eq!(again, std::slice::from_ref(&full));
        assert_eq!(to_compartments(&again[0], &policies())?, label);
        Ok(full.classification)
    });
    assert_eq!(seen.as_deref().map_err(|finding| &*finding.code), expect);
}

#[test]
fn compartments_come_back_from_a_label_of_our_own_policy() {
    check_back("public", None, Ok("PUBLIC"));
    check_back("force+humanitarian", None, Ok("PROTECTED"));
    check_back("force+veleno--open", None, Ok("PROTECTED"));
}

#[test]
fn compartments_come_back_from_a_label_of_another_policy() {
    let policies = policies();
    let policy = Some(&policies[0]);
    check_back("veleno--open", policy, Ok("OPEN"));
    check_back("veleno--closed-shop+veleno--extra--x+veleno--extra--y", policy, Ok("CLOSED SHOP"));
    check_back("veleno--open+veleno--releasable-to--a--b-c", policy, Ok("OPEN"));
}

#[test]
fn compartments_that_a_policy_cannot_say_are_refused() {
    let policies = policies();
    let policy = Some(&policies[0]);
    for stray in ["public", "force", "veleno--open+force", "veleno--extra--y", "veleno--open+veleno--extra--z"] {
        check_back(stray, policy, Err("STG-008"));
    }
    // A reader must belong to both sets: one category of the policy cannot say so.
    check_back("veleno--open+veleno--releasable-to--a+veleno--releasable-to--b-c", policy, Err("STG-008"));
    check_back("veleno--open+veleno--extra--x", policy, Err("STG-006"));
}

#[test]
fn a_label_of_our_own_policy_that_contradicts_itself_is_refused() {
    let compartments = category("Compartments", "RESTRICTIVE", &["force"]);
    check(MOSTARI_POLICY, "PROTECTED", &compartments, "force");
    check(MOSTARI_POLICY, "PUBLIC", &compartments, "STG-006");
    check(MOSTARI_POLICY, "PROTECTED", "", "STG-006");
    check(MOSTARI_POLICY, "SECRET", "", "STG-003");
    for value in ["public", "a+b", "A"] {
        check(MOSTARI_POLICY, "PROTECTED", &category("Compartments", "RESTRICTIVE", &[value]), "STG-005");
    }
}

#[test]
fn who_is_cleared_for_more_reads_what_is_below() {
    let policy = &policies()[0];
    let open: Label = "veleno--open".parse().unwrap();
    let closed: Label = "veleno--closed-shop".parse().unwrap();
    let reader = compartments_up_to(policy, "CLOSED SHOP").unwrap();
    assert!(open.is_readable_by(&reader) && closed.is_readable_by(&reader));
    assert!(!closed.is_readable_by(&compartments_up_to(policy, "OPEN").unwrap()));
}
