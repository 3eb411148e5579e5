//! Displacement as the International Organization for Migration tracks it (DTM): people displaced, by place,
//! operation and assessment round; as CSV with or without a row of HXL tags, and as the JSON of the DTM API.
//!
//! Each round of an operation counts everybody anew, so that rounds are never added; which round is current is
//! decided where the figures are used.

use crate::{
    Fit, Probe, ReadError, Reader, Reading,
    findings::profiles as cards,
    profile::{Entry, Profile},
};
use mostari_model::{About, Direction, Displacement, Displacements, Kind, PlaceRef};

/// Reads DTM tables.
pub(crate) struct Dtm;

static ABOUT: About = About {
    id: "dtm",
    kind: Kind::Reader,
    name: "Displacement Tracking Matrix (IOM DTM)",
    summary: "How many displaced people each assessment round counted, by place and origin",
    unit: "people",
    range: "0 and more",
    direction: Direction::HigherIsWorse,
    source: "IOM Displacement Tracking Matrix, fields of DTM API v3",
    method: "Read by header names at the deepest level that a row gives; operation and round are kept with each row",
    protection: "Counts by area only; columns about the sex of the displaced are not read",
};

const PROFILE: Profile = Profile {
    must: &[
        &["people", "numPresentIdpInd", "present_idp_individuals", "IDP individuals", "Number of IDPs", "idps_ind"],
        &["admin0_name", "admin0Name", "Country", "Country name"],
    ],
    may: &[
        &["admin0_code", "admin0Pcode", "Country code", "ISO3"],
        &["admin1_name", "admin1Name", "Admin 1"],
        &["admin1_code", "admin1Pcode"],
        &["admin2_name", "admin2Name", "Admin 2"],
        &["admin2_code", "admin2Pcode"],
        &["admin3_name", "admin3Name", "Admin 3"],
        &["admin3_code", "admin3Pcode"],
        &["reported", "reportingDate", "Reporting date", "Date"],
        &["round", "roundNumber", "Round"],
        &["operation", "Operation"],
        &["origin1_name", "idpOriginAdmin1Name"],
        &["origin1_code", "idpOriginAdmin1Pcode"],
        &["origin2_name", "idpOriginAdmin2Name"],
        &["origin2_code", "idpOriginAdmin2Pcode"],
    ],
};

/// Columns of the levels below the country where the displaced are.
const PRESENT: [(&str, &str); 3] =
    [("admin1_code", "admin1_name"), ("admin2_code", "admin2_name"), ("admin3_code", "admin3_name")];
/// Columns of the levels below the country where they come from.
const ORIGIN: [(&str, &str); 2] = [("origin1_code", "origin1_name"), ("origin2_code", "origin2_name")];

impl Reader for Dtm {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn fits(&self, probe: &Probe<'_>) -> Fit {
        PROFILE.fit(probe)
    }

    fn read(&self, probe: &Probe<'_>) -> Result<Reading, ReadError> {
        let mut entries = PROFILE.entries(probe)?;
        let mut findings = std::mem::take(&mut entries.findings);
        let reported = entries.days("reported", &mut findings);
        let mut table = Displacements::default();
        for entry in entries.iter() {
            let Some(people) = entry.people("people", &mut findings) else {
                findings.push(entry.cell_finding(cards::NO_FIGURE, "people", "no count of displaced people"));
                continue;
            };
            let place = place_of(entry, &PRESENT);
            if place.country.is_empty() && place.level == Some(0) {
                findings.push(entry.finding(cards::NO_PLACE, format!("{people} displaced people without a place")));
                continue;
            }
            let origin = place_of(entry, &ORIGIN);
            table.push(Displacement {
                place,
                origin: if origin.level == Some(0) { PlaceRef::default() } else { origin },
                kind: "idp".to_owned(),
                date: entry.days(reported, &mut findings).map(|(first, _)| first),
                round: entry.whole("round", &mut findings),
                operation: entry.text("operation").to_owned(),
                people: Some(people),
                row: entry.row(),
                ..Displacement::default()
            });
        }
        Ok(Reading { tables: vec![table.into()], findings, rows: entries.count() })
    }
}

/// The deepest place that the row names. The country's code stays apart: one row may say `HTI` and `HT01`.
fn place_of(entry: Entry<'_>, levels: &[(&str, &str)]) -> PlaceRef {
    let (code, name) = (entry.known("admin0_code"), entry.known("admin0_name"));
    let country = if code.is_empty() { name } else { code };
    let mut place = PlaceRef { country: country.to_owned(), level: Some(0), ..PlaceRef::default() };
    for (above, (code, name)) in levels.iter().enumerate() {
        let (code, name) = (entry.known(code), entry.known(name));
        if code.is_empty() && name.is_empty() {
            continue;
        }
        place.parent_code = std::mem::replace(&mut place.code, code.to_owned());
        place.parent_name = std::mem::replace(&mut place.name, name.to_owned());
        place.level = Some(above as u8 + 1);
    }
    place
}

#[cfg(test)]
mod tests {
    use crate::profile::testing::{codes, read_with};
    use mostari_model::Table;

    fn check(file: &str, expect: &[&str], expect_codes: &[&str]) {
        let reading = read_with("dtm", file);
        let [Table::Displacements(rows)] = &reading.tables[..] else { panic!("not one table of displacement") };
        let said = rows.iter().map(|row| {
            let date = row.date.map_or("?".to_owned(), |date| date.to_string());
            let round = row.round.map_or("?".to_owned(), |round| round.to_string());
            let people = row.people.expect("rows without a count are not used");
            format!(
                "{} from {} | {date} {} round {round}: {people}",
                row.place.to_words(),
                row.origin.to_words(),
                row.operation
            )
        });
        assert_eq!(said.collect::<Vec<_>>(), expect);
        assert_eq!(codes(&reading), expect_codes);
    }

    const HEADER: &str = "operation,admin0Name,admin0Pcode,admin1Name,admin1Pcode,admin2Name,admin2Pcode,numPresentIdpInd,reportingDate,roundNumber,idpOriginAdmin1Name,idpOriginAdmin1Pcode\n";
    const TAGS: &str = "#operation,#country+name,#country+code,#adm1+name,#adm1+code,#adm2+name,#adm2+code,#affected+idps,#date+reported,#round,#adm1+origin+name,#adm1+origin+code\n";

    #[test]
    fn every_round_is_kept_with_its_operation_and_tags_are_no_data() {
        check(
            &format!(
                "{HEADER}{TAGS}Quake,Haiti,HTI,Ouest,HT01,,,120,2010-11-30,1,,\nQuake,Haiti,HTI,Ouest,HT01,,,90,2011-01-15,2,,\n"
            ),
            &[
                "Ouest (HT01), HTI from (no place given) | 2010-11-30 Quake round 1: 120",
                "Ouest (HT01), HTI from (no place given) | 2011-01-15 Quake round 2: 90",
            ],
            &[],
        );
    }

    #[test]
    fn the_deepest_place_and_the_origin_are_read() {
        check(
            &format!("{HEADER}Op,Xland,XXX,A,XX1,B,XX11,5,2024-01-31,3,C,XX2\n"),
            &["B (XX11), A, XXX from C (XX2), XXX | 2024-01-31 Op round 3: 5"],
            &[],
        );
    }

    #[test]
    fn the_json_of_the_api_is_read_too() {
        check(
            r#"{"isSuccess": true, "result": [{"id": 1, "operation": "Op", "admin0Name": "Xland", "admin0Pcode": "XXX",
                "admin1Name": "A", "admin1Pcode": "XX1", "numPresentIdpInd": 7, "reportingDate": "2010-11-30T00:00:00", "roundNumber": 4}]}"#,
            &["A (XX1), XXX from (no place given) | 2010-11-30 Op round 4: 7"],
            &[],
        );
    }

    #[test]
    fn a_row_without_a_count_or_a_place_is_not_used() {
        check(
            &format!("{HEADER}Op,Xland,XXX,A,XX1,,,,2024-01-31,3,,\nOp,,,,,,,5,2024-01-31,3,,\n"),
            &[],
            &["ING-050", "ING-052"],
        );
    }
}
