//! Population figures of UNHCR, the UN Refugee Agency: people in need of protection by country of origin, country of
//! asylum and year, with a column for each kind; and the solutions that they found (return, resettlement, ...).
//!
//! Figures are for the end of the year (the middle, for a year that has not ended): their date is 31 December.
//! A figure of 0 stands for "none reported" and makes no observation; a blank is unknown and makes none either.
//! The table of solutions repeats the returns of the population table; the assessment counts them once.

use crate::{
    Fit, Probe, ReadError, Reader, Reading,
    findings::profiles as cards,
    profile::{Entry, Profile},
};
use mostari_model::{About, Date, Direction, Displacement, Displacements, Finding, Kind, PlaceRef};

/// Reads UNHCR population tables.
pub(crate) struct Unhcr;

static ABOUT: About = About {
    id: "unhcr",
    kind: Kind::Reader,
    name: "Refugees and other people of concern (UNHCR)",
    summary: "How many refugees, asylum seekers, displaced, stateless and returned people each country holds, by origin",
    unit: "people",
    range: "1 and more",
    direction: Direction::HigherIsWorse,
    source: "UNHCR Refugee Data Finder, population and solutions tables",
    method: "Each filled column of a row is one observation; returns are placed where people returned to",
    protection: "Counts by country and year only",
};

const PROFILE: Profile = Profile {
    must: &[
        &["year"],
        &["origin_code", "coo_iso", "Country of origin (ISO)", "Country of Origin ISO"],
        &["asylum_code", "coa_iso", "Country of asylum (ISO)", "Country of Asylum ISO"],
    ],
    may: &[
        &["origin_name", "coo_name", "Country of origin"],
        &["asylum_name", "coa_name", "Country of asylum"],
        &["refugees", "Refugees under UNHCR's mandate"],
        &["asylum_seekers", "Asylum-seekers"],
        &["returned_refugees", "Returned refugees"],
        &["idps", "IDPs of concern to UNHCR", "Internally displaced persons"],
        &["returned_idps", "Returned IDPs", "Returned IDPss"],
        &["stateless", "Stateless persons"],
        &["ooc", "Others of concern to UNHCR", "Others of concern"],
        &["oip", "Other people in need of international protection"],
        &["hst", "Host community"],
        &["resettlement", "Resettlement arrivals"],
        &["naturalisation", "Naturalization"],
    ],
};

/// Columns of counts and the kind that each counts.
const KINDS: [(&str, &str); 11] = [
    ("refugees", "refugee"),
    ("asylum_seekers", "asylum seeker"),
    ("returned_refugees", RETURNEE),
    ("idps", "idp"),
    ("returned_idps", "returned idp"),
    ("stateless", "stateless"),
    ("ooc", "other of concern"),
    ("oip", "other in need of protection"),
    ("hst", "host community"),
    ("resettlement", "resettled"),
    ("naturalisation", "naturalised"),
];

/// Refugees who went home: they are in the country of origin, and come from the country of asylum.
const RETURNEE: &str = "returnee";

impl Reader for Unhcr {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn fits(&self, probe: &Probe<'_>) -> Fit {
        PROFILE.fit(probe)
    }

    fn read(&self, probe: &Probe<'_>) -> Result<Reading, ReadError> {
        let mut entries = PROFILE.entries(probe)?;
        let mut findings = std::mem::take(&mut entries.findings);
        let columns: Vec<(usize, &str)> =
            KINDS.iter().filter_map(|(column, kind)| Some((entries.position(column)?, *kind))).collect();
        let mut table = Displacements::default();
        let (mut zeros, mut returns) = (0_u64, 0_u64);
        for entry in entries.iter() {
            let Some(date) = year_end(entry, &mut findings) else { continue };
            let (origin, asylum) = (country(entry, "origin"), country(entry, "asylum"));
            let before = table.len();
            for (position, kind) in &columns {
                let Some(people) = entry.people_at(*position, &mut findings) else { continue };
                if people == 0 {
                    zeros += 1;
                    continue;
                }
                let turned = *kind == RETURNEE;
                returns += u64::from(turned);
                let (place, origin) = if turned { (&origin, &asylum) } else { (&asylum, &origin) };
                table.push(Displacement {
                    place: place.clone(),
                    origin: origin.clone(),
                    kind: (*kind).to_owned(),
                    date: Some(date),
                    people: Some(people),
                    row: entry.row(),
                    ..Displacement::default()
                });
            }
            if table.len() == before {
                findings.push(entry.finding(cards::NO_FIGURE, "every figure of the row is 0 or blank"));
            }
        }
        if zeros > 0 {
            findings.push(Finding::new(cards::ZERO_CELLS, format!("{zeros} cells say 0: none reported")));
        }
        if returns > 0 {
            let message = format!("{returns} counts of returned refugees stand at their country of origin");
            findings.push(Finding::new(cards::RETURN_TURNED, message).in_column(entries.spelled("returned_refugees")));
        }
        Ok(Reading { tables: vec![table.into()], findings, rows: entries.count() })
    }
}

/// The last day of the row's year, or the finding that it has none.
fn year_end(entry: Entry<'_>, findings: &mut Vec<Finding>) -> Option<Date> {
    let text = entry.text("year");
    let year = crate::values::integer(text).ok().flatten().and_then(|year| i16::try_from(year).ok());
    let date = year.and_then(|year| Date::new(year, 12, 31).ok());
    if date.is_none() {
        findings.push(entry.cell_finding(cards::NO_YEAR, "year", format!("`{text}` is no year")));
    }
    date
}

/// A country by its ISO code and name; `UNK` (unknown) and `XXA` (stateless) stay as they are.
fn country(entry: Entry<'_>, side: &str) -> PlaceRef {
    let [code, name] = match side {
        "origin" => ["origin_code", "origin_name"],
        _ => ["asylum_code", "asylum_name"],
    };
    let code = entry.text(code).to_owned();
    PlaceRef { country: code.clone(), level: Some(0), code, name: entry.text(name).to_owned(), ..PlaceRef::default() }
}

#[cfg(test)]
mod tests {
    use crate::profile::testing::{codes, read_with};
    use mostari_model::Table;

    #[test]
    fn each_filled_column_is_an_observation_and_returns_stand_at_home() {
        let file = "year,coo_name,coo_iso,coa_name,coa_iso,refugees,returned_refugees,idps\n\
                    1998.0,Bosnia and Herzegovina,BIH,Germany,DEU,100.0,40.0,0.0\n1999,A,AAA,B,BBB,0,,\nsoon,A,AAA,B,BBB,1,,\n";
        let reading = read_with("unhcr", file);
        let [Table::Displacements(rows)] = &reading.tables[..] else { panic!("not one table of displacement") };
        let said = rows.iter().map(|row| {
            let people = row.people.expect("rows without a count are not used");
            format!("{} {people} in {} from {} {}", row.kind, row.place.code, row.origin.code, row.date.unwrap())
        });
        let expect = ["refugee 100 in DEU from BIH 1998-12-31", "returnee 40 in BIH from DEU 1998-12-31"];
        assert_eq!(said.collect::<Vec<_>>(), expect);
        assert_eq!(codes(&reading), ["ING-050", "ING-077", "ING-078", "ING-079"]);
    }
}
