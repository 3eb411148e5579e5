//! Anything tagged with HXL, in text, spreadsheets and JSON: tags decide which table a column goes to.

use crate::{
    CellReader, Container, DateColumn, Fit, Probe, ReadError, Reader, Reading, Sheet, SheetRow,
    findings::text as cards,
    hxl::{Tag, TagRow},
    readers::hxl_columns::{Columns, Measure, Numeric},
};
use mostari_model::{
    About, Activities, Activity, Direction, Displacement, Displacements, Figure, Figures, Finding, Kind, Need, Needs,
    Period, PlaceRef, Population, Populations, Table,
};
use std::borrow::Cow;

/// The reader.
#[derive(Debug)]
pub(crate) struct Hxl;

static ABOUT: About = About {
    id: "hxl",
    kind: Kind::Reader,
    name: "HXL-tagged table",
    summary: "Any table with a row of HXL hashtags: population, needs, displacement, activities and other figures.",
    unit: "observations",
    range: "one or more observations per row, one for each number",
    direction: Direction::Neutral,
    source: "HXL 1.1 hashtags and attributes, hxlstandard.org; reading rules of libhxl 5.2.2",
    method: "The tag row is found as libhxl finds it; each tagged number goes to the table of its hashtag, else to figures.",
    protection: "Numbers by place and date only; rows without a number or an organisation are listed, not kept.",
};

impl Reader for Hxl {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn fits(&self, probe: &Probe<'_>) -> Fit {
        if matches!(probe.container, Container::GeoJson { .. }) {
            return Fit::No;
        }
        match tagged_sheet(probe) {
            Ok((_, tags)) if tags.tags.iter().flatten().count() > 0 => Fit::Yes,
            _ => Fit::No,
        }
    }

    fn read(&self, probe: &Probe<'_>) -> Result<Reading, ReadError> {
        let (sheet, tags) = tagged_sheet(probe)?;
        let sheet = sheet.into_owned().with_header_at(tags.position);
        let mut reading = read_tagged(&sheet, &tags);
        reading.findings.extend(probe.other_sheets_finding(sheet.name()));
        Ok(reading)
    }
}

/// The first sheet with a tag row, as libhxl chooses it.
fn tagged_sheet<'p>(probe: &'p Probe<'_>) -> Result<(Cow<'p, Sheet>, TagRow), ReadError> {
    let tagged = probe.sheets().iter().find_map(|sheet| TagRow::find(sheet).map(|tags| (Cow::Borrowed(sheet), tags)));
    if let Some(found) = tagged {
        return Ok(found);
    }
    if matches!(probe.container, Container::Delimited { .. }) && !probe.head().iter().flatten().any(|c| c.contains('#'))
    {
        // The head holds the first 25 rows: without a `#` there, the rest need not be laid out to say why.
        let head = head_sheet(&probe.head());
        return TagRow::require(&head).map(|tags| (Cow::Owned(head), tags));
    }
    let sheet = probe.sheet()?;
    let tags = TagRow::require(&sheet)?;
    Ok((sheet, tags))
}

fn head_sheet(head: &[Vec<String>]) -> Sheet {
    let mut sheet = Sheet::named("");
    head.iter().zip(1..).for_each(|(row, number)| sheet.push_row(number, row));
    sheet
}

fn read_tagged(sheet: &Sheet, tags: &TagRow) -> Reading {
    let columns = Columns::of(sheet, &tags.tags);
    let mut cells = CellReader::new(sheet);
    cells.findings.extend(tag_findings(sheet, tags));
    let mut builder = Builder {
        dates: Dates::of(&columns, &mut cells),
        has_deeper: sheet.rows().any(|row| columns.place(row, false).level.is_some_and(|level| level > 0)),
        columns,
        ..Builder::default()
    };
    let mut rows = 0;
    for row in sheet.rows() {
        rows += 1;
        if !builder.add(row, &mut cells) {
            cells.report(cards::HXL_ROW_UNUSED, row, None, "no number and no activity in a tagged column".to_owned());
        }
    }
    Reading { tables: builder.finish(), findings: cells.findings, rows }
}

/// Cells of the tag row that are no hashtags, and columns with content but no hashtag.
fn tag_findings(sheet: &Sheet, tags: &TagRow) -> Vec<Finding> {
    let header = sheet.header();
    let row = header.map_or(0, |header| header.number());
    let mut findings = Vec::new();
    for (column, reason) in &tags.malformed {
        let message = format!("`{}` is no hashtag: {reason}; its column was not used", sheet.column_name(*column));
        let card = cards::HXL_BAD_TAG;
        findings.push(Finding::new(card, message).at_row(row.into()).in_column(format!("column {}", column + 1)));
    }
    let blank = |column: &usize| sheet.column_cells(*column).all(str::is_empty);
    let is_bad = |column: &usize| tags.malformed.iter().any(|(bad, _)| bad == column);
    let untagged =
        (0..tags.tags.len()).filter(|column| tags.tags[*column].is_none() && !is_bad(column) && !blank(column));
    let untagged: Vec<String> = untagged.map(|column| (column + 1).to_string()).collect();
    if !untagged.is_empty() {
        let message = format!("no hashtag above column {}: not used", untagged.join(", "));
        findings.push(Finding::new(cards::HXL_UNTAGGED, message).at_row(row.into()));
    }
    findings
}

/// The date columns and how to read them.
#[derive(Default)]
struct Dates {
    start: Option<(usize, DateColumn)>,
    end: Option<(usize, DateColumn)>,
    other: Option<(usize, DateColumn)>,
}

impl Dates {
    fn of(columns: &Columns, cells: &mut CellReader<'_>) -> Self {
        let mut of = |column: Option<usize>| column.map(|column| (column, cells.date_column(Some(column))));
        Self { start: of(columns.date_start), end: of(columns.date_end), other: of(columns.date) }
    }

    /// First and last day of a row.
    fn read<'a>(&self, row: SheetRow<'a>, cells: &mut CellReader<'a>) -> Option<Period> {
        let mut read =
            |date: Option<(usize, DateColumn)>| date.and_then(|(column, dates)| cells.period(row, Some(column), dates));
        let (start, end) = (read(self.start), read(self.end));
        let single = read(self.other);
        let from = start.or(single).or(end)?;
        let to = end.or(single).or(start)?;
        Some(Period { from: from.from, to: to.to })
    }
}

#[derive(Default)]
struct Builder {
    columns: Columns,
    dates: Dates,
    /// Whether some row is about less than a country: then rows about the country are its totals.
    has_deeper: bool,
    populations: Populations,
    needs: Needs,
    displacements: Displacements,
    activities: Activities,
    figures: Figures,
}

impl Builder {
    /// Adds what a row says; whether it said anything.
    fn add<'a>(&mut self, row: SheetRow<'a>, cells: &mut CellReader<'a>) -> bool {
        let place = self.columns.place(row, false);
        let period = self.dates.read(row, cells);
        let mut needs: Vec<Need> = Vec::new();
        let mut said = false;
        for numeric in self.columns.numeric.clone() {
            said |= self.add_number(&numeric, row, cells, &place, period, &mut needs);
        }
        needs.into_iter().for_each(|need| self.needs.push(need));
        if self.columns.numeric.is_empty() && self.columns.is_activity(row) {
            self.activities.push(self.activity(row, place, period));
            return true;
        }
        said
    }

    fn add_number<'a>(
        &mut self,
        numeric: &Numeric,
        row: SheetRow<'a>,
        cells: &mut CellReader<'a>,
        place: &PlaceRef,
        period: Option<Period>,
        needs: &mut Vec<Need>,
    ) -> bool {
        let (column, number) = (Some(numeric.column), row.number());
        let from = period.map(|period| period.from);
        if numeric.measure == Measure::Figure {
            let Some(value) = cells.number(row, column) else { return false };
            let (tag, about) = (numeric.tag.to_string(), self.columns.about(row));
            self.figures.push(Figure {
                place: place.clone(),
                tag,
                about,
                date: from,
                value: Some(value),
                row: number,
                dataset: 0,
            });
            return true;
        }
        let Some(count) = cells.count(row, column) else { return false };
        match numeric.measure {
            Measure::Population => self.populations.push(Population {
                place: place.clone(),
                date: from,
                group: if numeric.group.is_empty() { "total".to_owned() } else { numeric.group.clone() },
                people: Some(count),
                method: String::new(),
                row: number,
                dataset: 0,
            }),
            Measure::Displaced(kind) => self.displacements.push(Displacement {
                place: place.clone(),
                origin: self.columns.place(row, true),
                kind: kind.to_owned(),
                date: period.map(|period| period.to),
                people: Some(count),
                row: number,
                ..Displacement::default()
            }),
            measure => {
                let need = match needs.iter_mut().find(|need| need.group == numeric.group) {
                    Some(need) => need,
                    None => {
                        needs.push(self.need(&numeric.group, row, place, period));
                        needs.last_mut().expect("just added")
                    }
                };
                match measure {
                    Measure::InNeed => need.in_need = Some(count),
                    Measure::Targeted => need.targeted = Some(count),
                    Measure::Reached => need.reached = Some(count),
                    _ => need.affected = Some(count),
                }
            }
        }
        true
    }

    fn need(&self, group: &str, row: SheetRow<'_>, place: &PlaceRef, period: Option<Period>) -> Need {
        Need {
            place: place.clone(),
            sector: self.columns.sector.map_or(String::new(), |column| row.cell(column).to_owned()),
            group: group.to_owned(),
            date_start: period.map(|period| period.from),
            date_end: period.map(|period| period.to),
            is_total: Some(i64::from(self.has_deeper && place.level == Some(0))),
            row: row.number(),
            ..Need::default()
        }
    }

    fn activity(&self, row: SheetRow<'_>, place: PlaceRef, period: Option<Period>) -> Activity {
        let text = |column: Option<usize>| column.map_or(String::new(), |column| row.cell(column).to_owned());
        Activity {
            organisation: text(self.columns.organisation),
            organisation_type: text(self.columns.organisation_type),
            activity: text(self.columns.activity.or(self.columns.sector)),
            place,
            status: text(self.columns.status),
            date_start: period.map(|period| period.from),
            date_end: period.map(|period| period.to),
            reached: None,
            row: row.number(),
            dataset: 0,
        }
    }

    fn finish(self) -> Vec<Table> {
        let tables: [Table; 5] = [
            self.populations.into(),
            self.needs.into(),
            self.displacements.into(),
            self.activities.into(),
            self.figures.into(),
        ];
        tables.into_iter().filter(|table| !table.is_empty()).collect()
    }
}

/// The HXL tags of the columns of a file as text, empty where a column has none.
///
/// # Errors
/// [`ReadError::Refused`] if there is no tag row.
pub fn hxl_tags(probe: &Probe<'_>) -> Result<Vec<String>, ReadError> {
    let (_, row) = tagged_sheet(probe)?;
    Ok(row.tags.iter().map(|tag| tag.as_ref().map_or(String::new(), Tag::to_string)).collect())
}

#[cfg(test)]
mod tests {
    use crate::{Input, Reading, read};
    use mostari_model::Table;

    fn check(text: &str) -> Reading {
        let (about, reading) = read(&Input { name: "x", bytes: text.as_bytes(), siblings: &[] }, Some("hxl")).unwrap();
        assert_eq!(about.id, "hxl");
        reading
    }

    fn codes(reading: &Reading) -> Vec<String> {
        reading.findings.iter().map(|finding| finding.code.to_string()).collect()
    }

    #[test]
    fn population_goes_to_populations_and_its_parts_stay_parts() {
        let reading =
            check("P-code,Total,Girls\n#adm2+code,#population,#population+f+children\nXX0101,\"1,200\",300\n");
        let [Table::Populations(table)] = reading.tables.as_slice() else { panic!("{:?}", reading.tables) };
        let rows: Vec<_> = table.iter().map(|row| (row.place.code, row.place.level, row.group, row.people)).collect();
        assert_eq!(rows[0], ("XX0101".into(), Some(2), "total".into(), Some(1200)));
        assert_eq!(rows[1], ("XX0101".into(), Some(2), "f+children".into(), Some(300)));
    }

    #[test]
    fn needs_with_a_sector_stand_in_one_row_each_and_the_country_is_a_total() {
        let reading =
            check("#country+name,#adm1+name,#sector,#inneed,#targeted\nOland,,ALL,900,500\nOland,North,WASH,400,\n");
        let [Table::Needs(table)] = reading.tables.as_slice() else { panic!("{:?}", reading.tables) };
        let first = table.get(0);
        assert_eq!(
            (first.is_total, first.place.level, first.in_need, first.targeted),
            (Some(1), Some(0), Some(900), Some(500))
        );
        let second = table.get(1);
        assert_eq!(
            (second.is_total, second.place.name.as_str(), second.place.country.as_str()),
            (Some(0), "North", "Oland")
        );
        assert_eq!((second.sector.as_str(), second.targeted), ("WASH", None));
    }

    #[test]
    fn displaced_people_keep_where_they_are_and_where_from() {
        let reading = check("#adm1+code,#adm1+origin+code,#affected+idps,#date+reported\nXX01,XX02,50,2023-04-30\n");
        let [Table::Displacements(table)] = reading.tables.as_slice() else { panic!("{:?}", reading.tables) };
        let row = table.get(0);
        assert_eq!((row.kind.as_str(), row.place.code.as_str(), row.origin.code.as_str()), ("idp", "XX01", "XX02"));
        assert_eq!(row.date.unwrap().to_string(), "2023-04-30");
    }

    #[test]
    fn any_other_number_is_a_figure_with_the_words_of_its_row() {
        let reading = check("#adm1,#indicator+name,#indicator+value+num,#date+year\nNorth,Price of bread,2.5,2023\n");
        let [Table::Figures(table)] = reading.tables.as_slice() else { panic!("{:?}", reading.tables) };
        let row = table.get(0);
        assert_eq!(
            (row.tag.as_str(), row.about.as_str(), row.value),
            ("#indicator+value+num", "#indicator+name=Price of bread", Some(2.5))
        );
        assert_eq!(row.date.unwrap().to_string(), "2023-01-01");
    }

    #[test]
    fn who_does_what_where_needs_no_number() {
        let reading = check("#org,#sector,#adm1\nRed Aid,Health,North\n");
        let [Table::Activities(table)] = reading.tables.as_slice() else { panic!("{:?}", reading.tables) };
        assert_eq!((table.get(0).organisation.as_str(), table.get(0).activity.as_str()), ("Red Aid", "Health"));
    }

    #[test]
    fn nothing_is_left_out_without_a_word() {
        let reading = check("#adm1,#affected+2013,#affected,\nNorth,1,x,note\nSouth,1,,\n");
        let said = codes(&reading);
        assert_eq!(said, ["ING-031", "ING-032", "ING-007", "ING-033", "ING-033"]);
        assert_eq!(reading.rows, 2);
    }

    #[test]
    fn households_are_not_people() {
        let reading = check("#adm1,#sector,#affected+hh\nNorth,Shelter,7\n");
        assert!(matches!(reading.tables.as_slice(), [Table::Figures(_)]));
    }
}
