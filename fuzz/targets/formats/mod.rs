//! Targets of `mostari-formats`: XML of others. What they promise beyond *no panic*: what is read and can be written reads
//! back as the same.

use crate::target::Target;
use mostari_formats::{
    read_iati,
    stanag4774::{read_labels, read_policy, write_labels},
    write_iati,
};

/// All of them.
pub const TARGETS: &[Target] = &[IATI, LABEL];

const IATI: Target =
    Target { name: "iati", about: "aid activities (IATI 2.03), gzip too", seeds: iati_seeds, run: iati };

const LABEL: Target =
    Target { name: "label", about: "labels and label policies (STANAG 4774)", seeds: label_seeds, run: label };

const ACTIVITIES: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<iati-activities version="2.03"><iati-activity default-currency="EUR" humanitarian="1">
<iati-identifier>XM-DAC-99999-1</iati-identifier>
<reporting-org ref="XM-DAC-99999" type="10"><narrative>Recovery Fund</narrative></reporting-org>
<title><narrative>Clinic in Brdo</narrative><narrative xml:lang="fr">Centre de sant&#233;</narrative></title>
<description><narrative>Repair &amp; beds</narrative></description>
<participating-org ref="XM-DAC-99999" role="1" type="10"/><activity-status code="2"/>
<activity-date type="2" iso-date="2023-06-15"/><recipient-country code="BA" percentage="100"/>
<location ref="b"><point srsName="http://www.opengis.net/def/crs/EPSG/0/4326"><pos>43.34 17.81</pos></point></location>
<sector vocabulary="1" code="12220" percentage="60"/><sector vocabulary="1" code="11220" percentage="40"/>
<transaction><transaction-type code="2"/><transaction-date iso-date="2023-05-02"/><value value-date="2023-05-02">84000.00</value></transaction>
<transaction ref="t2"><transaction-type code="4"/><transaction-date iso-date="2023-12-01"/><value currency="USD" value-date="2023-12-01">-120.5</value>
<provider-org provider-activity-id="XM-DAC-99999-1"/><receiver-org ref="BA-1"><narrative>Builder</narrative></receiver-org></transaction>
</iati-activity></iati-activities>"#;

const ENTITY: &str = r#"<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd"><!ENTITY y "&x;&x;">]>
<iati-activities version="2.03"><iati-activity><iati-identifier>&y;</iati-identifier></iati-activity></iati-activities>"#;

fn iati_seeds() -> Vec<Vec<u8>> {
    vec![ACTIVITIES.into(), ENTITY.into(), gzip(ACTIVITIES.as_bytes()), format!("\u{feff}{ACTIVITIES}").into_bytes()]
}

/// A gzip file of one stored block (RFC 1951, 3.2.4): enough for the fuzzer to find its way in.
fn gzip(bytes: &[u8]) -> Vec<u8> {
    let length = u16::try_from(bytes.len()).expect("a small seed");
    let mut crc = !0_u32;
    for byte in bytes {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 };
        }
    }
    let mut file = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255, 1];
    file.extend(length.to_le_bytes());
    file.extend((!length).to_le_bytes());
    file.extend(bytes);
    file.extend((!crc).to_le_bytes());
    file.extend(u32::from(length).to_le_bytes());
    file
}

/// What was read and can be written is the same when it is read and written again.
fn iati(data: &[u8]) {
    let (activities, _) = read_iati(data);
    let Ok(written) = write_iati(&activities, None) else { return };
    let (again, _) = read_iati(written.as_bytes());
    assert_eq!(again.len(), activities.len());
    assert_eq!(write_iati(&again, None).expect("it was written before"), written);
}

const LABELS: &str = r#"<ConfidentialityLabel xmlns="urn:nato:stanag:4774:confidentialitymetadatalabel:1:0" Id="l1">
<ConfidentialityInformation><PolicyIdentifier>Mostari</PolicyIdentifier><Classification>RESTRICTED</Classification>
<PrivacyMark>for planning</PrivacyMark><Category TagName="Releasable To" Type="PERMISSIVE"><GenericValue>humanitarian</GenericValue></Category>
</ConfidentialityInformation><CreationDateTime>2026-03-10T12:00:00Z</CreationDateTime></ConfidentialityLabel>"#;

const POLICY: &str = r#"<SPIF xmlns="http://www.xmlspif.org/spif" schemaVersion="2.1"><securityPolicyId name="Mostari" id="1.2.3"/>
<securityClassifications><securityClassification name="RESTRICTED" lacv="2" hierarchy="2"/></securityClassifications></SPIF>"#;

fn label_seeds() -> Vec<Vec<u8>> {
    vec![LABELS.into(), POLICY.into()]
}

fn label(data: &[u8]) {
    if let Ok(labels) = read_labels(data) {
        let written = write_labels(&labels);
        assert_eq!(read_labels(written.as_bytes()).expect("we wrote it"), labels);
    }
    if let (Ok(policy), Ok(labels)) = (read_policy(data), read_labels(LABELS.as_bytes())) {
        labels.iter().for_each(|label| drop(policy.check(label)));
    }
}
