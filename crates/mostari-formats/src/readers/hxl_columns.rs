//! What the hashtags of a table say about its columns.

use crate::{Sheet, SheetRow, hxl::Tag, is_missing, number};
use mostari_model::PlaceRef;

/// Where a number belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Measure {
    Population,
    InNeed,
    Targeted,
    Affected,
    Reached,
    /// Displaced people, with our word for the kind.
    Displaced(&'static str),
    /// Any other number.
    Figure,
}

/// A column of numbers.
#[derive(Debug, Clone)]
pub(crate) struct Numeric {
    pub(crate) column: usize,
    pub(crate) tag: Tag,
    pub(crate) measure: Measure,
    /// The part of the population that it counts, as attributes joined by `+`; empty for everybody.
    pub(crate) group: String,
}

/// Columns that name one administrative level.
#[derive(Debug, Clone, Default)]
struct LevelColumns {
    code: Option<usize>,
    name: Option<usize>,
}

/// The columns by what they say.
#[derive(Debug, Clone, Default)]
pub(crate) struct Columns {
    /// Country and levels 1 to 5 of where it is, then of where it comes from.
    levels: [[LevelColumns; 6]; 2],
    /// A name of no stated level.
    location: Option<usize>,
    pub(crate) date_start: Option<usize>,
    pub(crate) date_end: Option<usize>,
    pub(crate) date: Option<usize>,
    pub(crate) sector: Option<usize>,
    pub(crate) organisation: Option<usize>,
    pub(crate) organisation_type: Option<usize>,
    pub(crate) activity: Option<usize>,
    pub(crate) status: Option<usize>,
    pub(crate) numeric: Vec<Numeric>,
    /// Every other column with its tag.
    words: Vec<(usize, String)>,
}

/// Attributes that say how a number is counted, not of whom.
const HOW_COUNTED: [&str; 6] = ["ind", "num", "total", "value", "people", "all"];

impl Columns {
    pub(crate) fn of(sheet: &Sheet, tags: &[Option<Tag>]) -> Self {
        let mut columns = Self::default();
        let has_sector = tags.iter().flatten().any(|tag| tag.name == "#sector");
        for (column, tag) in tags.iter().enumerate().filter_map(|(column, tag)| Some((column, tag.as_ref()?))) {
            if columns.take_place(column, tag) || columns.take_date(column, tag) {
                continue;
            }
            if is_numeric(sheet, column, tag) {
                let measure = measure_of(tag, has_sector);
                let group = tag.attributes.iter().filter(|attribute| !HOW_COUNTED.contains(&attribute.as_str()));
                let group = group.map(String::as_str).collect::<Vec<_>>().join("+");
                columns.numeric.push(Numeric { column, tag: tag.clone(), measure, group });
            } else {
                columns.take_words(column, tag);
            }
        }
        columns
    }

    fn take_place(&mut self, column: usize, tag: &Tag) -> bool {
        let level = match tag.name.as_str() {
            "#country" => 0,
            "#adm1" => 1,
            "#adm2" => 2,
            "#adm3" => 3,
            "#adm4" => 4,
            "#adm5" => 5,
            "#loc" if !tag.has("code") && !tag.has("type") && self.location.is_none() => {
                self.location = Some(column);
                return true;
            }
            _ => return false,
        };
        let columns = &mut self.levels[usize::from(tag.has("origin"))][level];
        let is_code = ["code", "pcode", "iso3", "iso2"].iter().any(|attribute| tag.has(attribute));
        let slot = if is_code { &mut columns.code } else { &mut columns.name };
        match slot {
            None => *slot = Some(column),
            // Another spelling or code of the same: kept beside the numbers that go to figures.
            Some(_) => self.words.push((column, tag.to_string())),
        }
        true
    }

    fn take_date(&mut self, column: usize, tag: &Tag) -> bool {
        if tag.name != "#date" {
            return false;
        }
        let slot = if tag.has("start") {
            &mut self.date_start
        } else if tag.has("end") {
            &mut self.date_end
        } else {
            &mut self.date
        };
        if slot.is_some() {
            return false;
        }
        *slot = Some(column);
        true
    }

    fn take_words(&mut self, column: usize, tag: &Tag) {
        let slot = match tag.name.as_str() {
            "#sector" => Some(&mut self.sector),
            "#org" if tag.has("type") => Some(&mut self.organisation_type),
            "#org" => Some(&mut self.organisation),
            "#activity" => Some(&mut self.activity),
            "#status" => Some(&mut self.status),
            _ => None,
        };
        if let Some(slot) = slot {
            slot.get_or_insert(column);
        }
        self.words.push((column, tag.to_string()));
    }

    /// The place of a row, or where its people come from: the smallest unit that is named, under the one above.
    pub(crate) fn place(&self, row: SheetRow<'_>, origin: bool) -> PlaceRef {
        let levels = &self.levels[usize::from(origin)];
        let text = |column: Option<usize>| column.map_or("", |column| row.cell(column)).to_owned();
        let unit = |level: usize| (text(levels[level].code), text(levels[level].name));
        let is_named = |level: &usize| unit(*level) != (String::new(), String::new());
        let (country_code, country_name) = unit(0);
        let country = if country_code.is_empty() { country_name.clone() } else { country_code.clone() };
        let Some(level) = (1..levels.len()).rev().find(is_named) else {
            let name = if origin { String::new() } else { text(self.location) };
            if !name.is_empty() || country.is_empty() {
                return PlaceRef { country, name, ..PlaceRef::default() };
            }
            return PlaceRef { country, level: Some(0), code: country_code, name: country_name, ..PlaceRef::default() };
        };
        let (code, name) = unit(level);
        let (parent_code, parent_name) = (1..level).rev().find(is_named).map(unit).unwrap_or_default();
        PlaceRef { country, level: Some(level as u8), code, name, parent_code, parent_name }
    }

    /// The words of a row beside its numbers, as `#sector=Health|#activity=…`.
    pub(crate) fn about(&self, row: SheetRow<'_>) -> String {
        let words = self.words.iter().filter(|(column, _)| !row.cell(*column).is_empty());
        words.map(|(column, tag)| format!("{tag}={}", row.cell(*column))).collect::<Vec<_>>().join("|")
    }

    /// Whether the row says who does what.
    pub(crate) fn is_activity(&self, row: SheetRow<'_>) -> bool {
        let has = |column: Option<usize>| column.is_some_and(|column| !row.cell(column).is_empty());
        has(self.organisation) && (has(self.sector) || has(self.activity))
    }
}

/// Whether a column holds numbers: by its hashtag, or because every cell with a value is one.
fn is_numeric(sheet: &Sheet, column: usize, tag: &Tag) -> bool {
    let counts = ["#population", "#inneed", "#targeted", "#affected", "#reached", "#value", "#capacity"];
    let not_a_number = ["code", "id", "name", "type", "year", "month", "text", "url", "sex", "currency"];
    if not_a_number.iter().any(|attribute| tag.has(attribute)) || tag.name == "#geo" || tag.name == "#date" {
        return false;
    }
    if counts.contains(&tag.name.as_str()) || tag.has("num") || tag.has("value") {
        return true;
    }
    let mut values = sheet.column_cells(column).filter(|cell| !is_missing(cell)).peekable();
    values.peek().is_some() && values.all(|cell| number(cell).is_ok())
}

fn measure_of(tag: &Tag, has_sector: bool) -> Measure {
    // Households, shares and money are no people; new displacements are moves, not people present.
    if ["newdisp", "hh", "hhs", "pct", "percent", "ratio", "rate", "usd"].iter().any(|attribute| tag.has(attribute)) {
        return Measure::Figure;
    }
    let displaced = [("idps", "idp"), ("refugees", "refugee"), ("returnees", "returnee"), ("asylum", "asylum seeker")];
    let kind = displaced.iter().find(|(attribute, _)| tag.has(attribute)).map(|(_, kind)| *kind);
    match (tag.name.as_str(), kind) {
        ("#affected", Some(kind)) => Measure::Displaced(kind),
        ("#population", _) => Measure::Population,
        ("#inneed", _) if has_sector => Measure::InNeed,
        ("#targeted", _) if has_sector => Measure::Targeted,
        ("#affected", _) if has_sector => Measure::Affected,
        ("#reached", _) if has_sector => Measure::Reached,
        _ => Measure::Figure,
    }
}
