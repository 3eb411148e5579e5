//! Who does what where (3W, 4W): one row for each organisation, activity and place, as CSV, spreadsheet or JSON,
//! under whatever headers the coordination of a country chose.

use crate::{
    Fit, Probe, ReadError, Reader, Reading,
    findings::profiles as cards,
    profile::{Entries, Entry, Profile},
    values::is_missing,
};
use mostari_model::{About, Activities, Activity, Direction, Finding, Kind, PlaceRef};
use std::collections::BTreeMap;

/// Reads 3W tables.
pub(crate) struct ThreeW;

static ABOUT: About = About {
    id: "3w",
    kind: Kind::Reader,
    name: "Who does what where (3W, 4W)",
    summary: "Which organisation does what, where, for how many people",
    unit: "activities",
    range: "one a row",
    direction: Direction::Neutral,
    source: "OCHA 3W guidance; tables as country offices publish them",
    method: "Read by header names at the deepest level that a row gives; marks such as `#N/A` count as not given",
    protection: "Organisations only; columns with the names of contact persons are not read",
};

const PROFILE: Profile = Profile {
    must: &[
        &[
            "organisation",
            "Organization",
            "Org",
            "Org name",
            "Organisation name",
            "Implementing partner",
            "Partner",
            "Implementing organisation",
            "Implementing organization",
            "Implementer",
            "Agency",
            "Who",
        ],
        &[
            "activity",
            "Activities",
            "Activity type",
            "Sector",
            "Cluster",
            "Sector/Cluster",
            "Sector Cluster",
            "Activity description",
            "Intervention",
            "What",
        ],
    ],
    may: &[
        &[
            "organisation_type",
            "Org type",
            "Organisation type",
            "Organization type",
            "Type of organisation",
            "Type of organization",
            "Partner type",
        ],
        &["sector", "Cluster", "Sector/Cluster", "Sector Cluster"],
        &["country", "Country name", "Admin0", "Adm0", "Admin 0 name", "ISO3", "Country code", "Country ISO3"],
        &["code", "Pcode", "P code", "Place code", "Location code"],
        &["name", "Region", "Location", "Place", "Where"],
        &["admin1_code", "Admin1 Pcode", "Adm1 Pcode", "Admin 1 P-code", "Admin1 code", "Province code", "Region code"],
        &["admin1_name", "Admin 1", "Admin1 name", "Adm1", "Adm1 name", "Province", "Governorate", "State", "County"],
        &["admin2_code", "Admin2 Pcode", "Adm2 Pcode", "Admin 2 P-code", "Admin2 code", "District code"],
        &["admin2_name", "Admin 2", "Admin2 name", "Adm2", "Adm2 name", "District", "Prefecture", "Department"],
        &["admin3_code", "Admin3 Pcode", "Adm3 Pcode", "Admin 3 P-code", "Admin3 code"],
        &["admin3_name", "Admin 3", "Admin3 name", "Adm3", "Adm3 name", "Sub-district", "Municipality", "Commune"],
        &["status", "Activity status", "Project status"],
        &["from", "Start date", "Start", "Date start", "Activity start date", "From"],
        &["to", "End date", "End", "Date end", "Activity end date", "To"],
        &[
            "reached",
            "People reached",
            "Beneficiaries",
            "Total beneficiaries",
            "Beneficiaries reached",
            "Individuals reached",
            "Total reached",
        ],
    ],
};

/// Columns of a place at each level, the deepest last.
const LEVELS: [(&str, &str); 3] =
    [("admin1_code", "admin1_name"), ("admin2_code", "admin2_name"), ("admin3_code", "admin3_name")];
/// Columns that say where, of which a 3W has at least one.
const WHERE: [&str; 8] =
    ["code", "name", "admin1_code", "admin1_name", "admin2_code", "admin2_name", "admin3_code", "admin3_name"];

impl Reader for ThreeW {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn fits(&self, probe: &Probe<'_>) -> Fit {
        let says_where = || PROFILE.entries(probe).is_ok_and(|entries| entries.has_any(&WHERE));
        if PROFILE.fit(probe) == Fit::Yes && says_where() { Fit::Yes } else { Fit::No }
    }

    fn read(&self, probe: &Probe<'_>) -> Result<Reading, ReadError> {
        let mut entries = PROFILE.entries(probe)?;
        let mut findings = std::mem::take(&mut entries.findings);
        let from = entries.days("from", &mut findings);
        let to = entries.days("to", &mut findings);
        let mut table = Activities::default();
        for entry in entries.iter() {
            let organisation = entry.known("organisation");
            if organisation.is_empty() {
                let message = format!("`{}` is no organisation", entry.text("organisation"));
                findings.push(entry.cell_finding(cards::NO_ORGANISATION, "organisation", message));
            }
            table.push(Activity {
                organisation: organisation.to_owned(),
                organisation_type: entry.known("organisation_type").to_owned(),
                activity: activity_of(entry),
                place: place_of(entry, &mut findings),
                status: entry.known("status").to_owned(),
                date_start: entry.days(from, &mut findings).map(|(first, _)| first),
                date_end: entry.days(to, &mut findings).map(|(_, last)| last),
                reached: entry.people("reached", &mut findings),
                row: entry.row(),
                ..Activity::default()
            });
        }
        findings.extend(rows_twice(&entries));
        Ok(Reading { tables: vec![table.into()], findings, rows: entries.count() })
    }
}

/// The activity, after its sector where the file has both.
fn activity_of(entry: Entry<'_>) -> String {
    let (sector, activity) = (entry.known("sector"), entry.known("activity"));
    if sector.is_empty() || sector == activity { activity.to_owned() } else { format!("{sector}: {activity}") }
}

/// The deepest place that the row names; a code or name without a level stands for it where no level is given.
fn place_of(entry: Entry<'_>, findings: &mut Vec<Finding>) -> PlaceRef {
    let mut given = |column: &str| {
        let text = entry.text(column);
        let is_mark = !text.is_empty() && (is_missing(text) || text == "0" || text.starts_with('#'));
        if is_mark {
            findings.push(entry.cell_finding(cards::PLACE_MARK, column, format!("`{text}` is no place")));
        }
        if is_mark { String::new() } else { text.to_owned() }
    };
    let mut place = PlaceRef { country: given("country"), ..PlaceRef::default() };
    for (above, (code, name)) in LEVELS.iter().enumerate() {
        let (code, name) = (given(code), given(name));
        if code.is_empty() && name.is_empty() {
            continue;
        }
        place.parent_code = std::mem::replace(&mut place.code, code);
        place.parent_name = std::mem::replace(&mut place.name, name);
        place.level = Some(above as u8 + 1);
    }
    let (code, name) = (given("code"), given("name"));
    if place.level.is_none() {
        (place.code, place.name) = (code, name);
    }
    place
}

/// The note that rows repeat others in every column; they may be separate activities, so all are kept.
fn rows_twice(entries: &Entries) -> Option<Finding> {
    let mut first_rows = BTreeMap::new();
    let repeats: Vec<(u32, u32)> = entries
        .iter()
        .filter_map(|entry| {
            let first = *first_rows.entry(entry.cells()).or_insert(entry.row());
            (first != entry.row()).then_some((entry.row(), first))
        })
        .collect();
    let (row, first) = repeats.first()?;
    let message = format!("{} rows repeat an earlier one; row {row} is the same as row {first}", repeats.len());
    Some(Finding::new(cards::ACTIVITY_TWICE, message).at_row((*row).into()))
}

#[cfg(test)]
mod tests {
    use crate::profile::testing::{codes, read_with};
    use mostari_model::Table;

    fn check(file: &str, expect: &[&str], expect_codes: &[&str]) {
        let reading = read_with("3w", file);
        let [Table::Activities(activities)] = &reading.tables[..] else { panic!("not one table of activities") };
        let said = activities.iter().map(|activity| {
            let level = activity.place.level.map_or("?".to_owned(), |level| level.to_string());
            format!("{} | {} | {level} {}", activity.organisation, activity.activity, activity.place.to_words())
        });
        assert_eq!(said.collect::<Vec<_>>(), expect);
        assert_eq!(codes(&reading), expect_codes);
    }

    #[test]
    fn json_and_csv_say_the_same() {
        check(
            r#"[{"Country": "Guinea", "Region": "Beyla ", "Organisation": "X", "Activity": "WASH", "Pcode": "GIN008001"}]"#,
            &["X | WASH | ? Beyla (GIN008001), Guinea"],
            &[],
        );
        check(
            "Country,Region,Organisation,Activity,Pcode\nGuinea,Beyla ,X,WASH,GIN008001\n",
            &["X | WASH | ? Beyla (GIN008001), Guinea"],
            &[],
        );
    }

    #[test]
    fn the_deepest_level_of_a_row_is_its_place_under_any_header() {
        check(
            "3W of May\n\nImplementing Partner;Cluster;Admin 1;admin2 pcode;Admin 2\nX;Health;Kenema;SL0102;Dama\nY;WASH;Kono;;\n",
            &["X | Health | 2 Dama (SL0102), Kenema", "Y | WASH | 1 Kono"],
            &[],
        );
    }

    #[test]
    fn marks_for_not_available_are_no_places() {
        check(
            "Org,Sector,Activity,Pcode,Region\nX,Health,Clinic,#N/A,0\nunknown,Health,Clinic,LBR11,Montserrado\n",
            &["X | Health: Clinic | ? (no place given)", " | Health: Clinic | ? Montserrado (LBR11)"],
            &["ING-054", "ING-054", "ING-071"],
        );
    }

    #[test]
    fn a_row_that_repeats_another_is_kept_and_told() {
        check("Org,Activity,Region\nX,A,R\nX,A,R\n", &["X | A | ? R", "X | A | ? R"], &["ING-072"]);
    }
}
