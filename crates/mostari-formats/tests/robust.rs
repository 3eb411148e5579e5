//! No bytes, however odd, make a reader panic; and what is read does not depend on anything but the bytes.

use mostari_formats::{Input, all, read, read_iati, stanag4774};
use proptest::prelude::*;

/// Small files of many kinds, to be damaged.
const SEEDS: [&[u8]; 10] = [
    b"id,type_of_violence,where_prec,latitude,longitude,date_start,date_end,best,high,low\n1,1,1,44,18,1992-04-27,1992-04-28,1,1,1\n2,1,1,\"a\"\"b\",18,27/04/1992,,1,1,1\n",
    b"Where;How many\n#adm1+name;#affected+idps\nNorth;1,200\nSouth;n/a\n",
    br##"[["#adm1", "#inneed", "#sector"], ["North", "5", "WASH"], ["South", null, {"a": [1]}]]"##,
    br#"{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"id": 1, "type_of_violence": 1, "best": 3, "date_start": "2009-02-20"}, "geometry": {"type": "Point", "coordinates": [26.5, 5.4]}}]}"#,
    b"\xff\xfei\0d\0,\0a\0\n\x001\0,\x002\0",
    b"event_id_cnty,event_date,event_type,latitude,longitude,fatalities\nA1,05 January 2024,Battles,1,2,3\n",
    b"PK\x03\x04\x14\0\0\0\0\0",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    b"<?xml version='1.0'?><iati-activities version='2.03'><iati-activity default-currency='EUR'><iati-identifier>A</iati-identifier><title><narrative xml:lang='fr'>&#233;&amp;</narrative></title><sector code='12220' percentage='100'/><transaction><transaction-type code='3'/><transaction-date iso-date='2024-06-30'/><value value-date='2024-06-30'>-1.5</value></transaction></iati-activity></iati-activities>",
    b"<originatorConfidentialityLabel xmlns='urn:nato:stanag:4774:confidentialitymetadatalabel:1:0'><ConfidentialityInformation><PolicyIdentifier URI='urn:oid:1'>P</PolicyIdentifier><Classification>C</Classification><Category TagName='T' Type='PERMISSIVE'><GenericValue>V</GenericValue></Category></ConfidentialityInformation></originatorConfidentialityLabel>",
];

/// Reads with whatever fits and with every reader by name.
fn read_all_ways(bytes: &[u8]) {
    let input = Input { name: "x", bytes, siblings: &[] };
    let _ = read(&input, None);
    let _ = read_iati(bytes);
    let _ = stanag4774::read_policy(bytes);
    if let Ok(labels) = stanag4774::read_labels(bytes) {
        assert_eq!(stanag4774::read_labels(stanag4774::write_labels(&labels).as_bytes()).ok(), Some(labels));
    }
    for reader in all() {
        let once = read(&input, Some(reader.about().id)).map(|(_, reading)| (reading.tables, reading.findings));
        if let Ok(once) = once {
            let again = read(&input, Some(reader.about().id)).map(|(_, reading)| (reading.tables, reading.findings));
            assert_eq!(Some(once), again.ok());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        read_all_ways(&bytes);
    }

    #[test]
    fn any_text_of_tables(text in "[#a-c0-9+,;\"\n\r\t /.-]{0,120}") {
        read_all_ways(text.as_bytes());
    }

    #[test]
    fn any_text_of_xml(text in "[<>/a-c&;#x=\"'! \\[\\]?-]{0,120}") {
        read_all_ways(text.as_bytes());
        read_all_ways(format!("<iati-activities><iati-activity>{text}").as_bytes());
    }

    #[test]
    fn damaged_files(seed in 0..SEEDS.len(), edits in proptest::collection::vec((any::<u16>(), any::<u8>(), 0..3_u8), 1..12)) {
        let mut bytes = SEEDS[seed].to_vec();
        for (at, byte, kind) in edits {
            let at = at as usize % bytes.len().max(1);
            match kind {
                0 if at < bytes.len() => bytes[at] = byte,
                1 => bytes.truncate(at),
                _ => bytes.insert(at.min(bytes.len()), byte),
            }
        }
        read_all_ways(&bytes);
    }
}

#[test]
fn a_heading_without_rows_is_reported() {
    let heading = SEEDS[0].split(|byte| *byte == b'\n').next().unwrap_or_default();
    let (_, reading) = read(&Input { name: "x", bytes: heading, siblings: &[] }, None).expect("a GED file");
    let codes: Vec<&str> = reading.findings.iter().map(|finding| finding.code.as_ref()).collect();
    assert_eq!((reading.rows, codes.last()), (0, Some(&"ING-025")));
}
