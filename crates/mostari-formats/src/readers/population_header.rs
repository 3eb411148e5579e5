//! What the header of a population table says: which columns name the area, and which hold which figure.

use crate::{profile::Entry, sheet::plain_name};
use mostari_model::{Date, PlaceRef};

/// The group of a figure that counts everybody.
pub(super) const TOTAL: &str = "total";

/// Names of a column that names the area, in plain form.
const AREA_NAMES: [&str; 22] = [
    "municipality",
    "district",
    "commune",
    "county",
    "region",
    "province",
    "governorate",
    "prefecture",
    "department",
    "state",
    "city",
    "town",
    "settlement",
    "village",
    "area",
    "place",
    "name",
    "areaname",
    "location",
    "općina",
    "opština",
    "locality",
];
/// Names of a column with the code of the area, in plain form.
const AREA_CODES: [&str; 6] = ["pcode", "code", "areacode", "placecode", "locationcode", "geocode"];
/// Names of the country's column.
const COUNTRIES: [&str; 7] = ["country", "iso3", "iso", "countryname", "countrycode", "locationcode", "countryiso3"];
/// Words of a column that counts everybody.
const PEOPLE: [&str; 9] =
    ["population", "pop", "people", "inhabitants", "residents", "census", "persons", "stanovništvo", "stanovnistvo"];
/// Names of the date's column.
const DATES: [&str; 6] = ["year", "date", "referenceyear", "refyear", "referencedate", "censusyear"];
/// Names of columns that split a long table into groups.
const GROUPS: [&str; 7] = ["gender", "sex", "agerange", "agegroup", "age", "populationgroup", "group"];
/// Deepest administrative level that a table names.
const LEVEL_MAX: u8 = 4;

/// A column of figures.
pub(super) struct Figure {
    /// Where it stands.
    pub(super) column: usize,
    /// Its name as spelled.
    pub(super) name: String,
    /// [`TOTAL`] or the part in the words of the file.
    pub(super) group: String,
    /// The date in its name.
    pub(super) date: Option<Date>,
}

/// The header of a population table.
#[derive(Default)]
pub(super) struct Header {
    country: Option<usize>,
    /// Level, column of the code, column of the name; the deepest last.
    levels: Vec<(u8, Option<usize>, Option<usize>)>,
    code: Option<usize>,
    name: Option<usize>,
    groups: Vec<usize>,
    /// Column of the date.
    pub(super) date: Option<usize>,
    /// Columns of figures.
    pub(super) figures: Vec<Figure>,
    /// `census`, `estimate`, `projection` or nothing, by the words of the header.
    pub(super) method: &'static str,
    /// Positions in `figures` of a total and of the parts that should add up to it.
    pub(super) sums: Vec<(usize, Vec<usize>)>,
}

impl Header {
    /// Understands a row as a header; `None` if it names no area or no figure.
    pub(super) fn of(row: &[String]) -> Option<Self> {
        let plain: Vec<String> = row.iter().map(|name| plain_name(name)).collect();
        let first = |names: &[&str]| names.iter().find_map(|name| plain.iter().position(|other| other == name));
        let figures: Vec<Figure> = row.iter().enumerate().filter_map(|(at, name)| figure_of(at, name)).collect();
        let levels = (0..=LEVEL_MAX).filter_map(|level| columns_of_level(level, &plain)).collect::<Vec<_>>();
        let header = Self {
            country: first(&COUNTRIES),
            levels,
            code: first(&AREA_CODES),
            name: first(&AREA_NAMES),
            groups: GROUPS.iter().filter_map(|name| plain.iter().position(|other| other == name)).collect(),
            date: first(&DATES),
            method: method_of(&plain),
            sums: sums_of(&figures),
            figures,
        };
        let names_area =
            header.levels.iter().any(|(level, ..)| *level > 0) || header.code.is_some() || header.name.is_some();
        (names_area && !header.figures.is_empty()).then_some(header)
    }

    /// Whether the header can be of nothing but a population table.
    pub(super) fn is_sure(&self) -> bool {
        self.figures.iter().any(|figure| figure.date.is_some() || plain_name(&figure.name) == "ttl")
    }

    /// The deepest area that a row names.
    pub(super) fn place_of(&self, entry: Entry<'_>) -> PlaceRef {
        let text = |column: Option<usize>| column.map_or("", |column| entry.at(column)).to_owned();
        let mut place = PlaceRef { country: text(self.country), ..PlaceRef::default() };
        for (level, code, name) in &self.levels {
            let (code, name) = (text(*code), text(*name));
            if *level == 0 {
                place.country = if code.is_empty() { name } else { code };
            } else if !code.is_empty() || !name.is_empty() {
                place.parent_code = std::mem::replace(&mut place.code, code);
                place.parent_name = std::mem::replace(&mut place.name, name);
                place.level = Some(*level);
            }
        }
        if place.level.is_none() {
            (place.code, place.name) = (text(self.code), text(self.name));
        }
        place
    }

    /// The group of a row in a long table: `None` where the columns decide, [`TOTAL`] where every split says all.
    pub(super) fn group_of(&self, entry: Entry<'_>) -> Option<String> {
        if self.groups.is_empty() {
            return None;
        }
        let everybody =
            |text: &&str| ["", "all", "total", "both", "both sexes", "t"].contains(&text.to_lowercase().as_str());
        let parts: Vec<&str> = self.groups.iter().map(|at| entry.at(*at)).filter(|text| !everybody(text)).collect();
        Some(if parts.is_empty() { TOTAL.to_owned() } else { parts.join(" ") })
    }
}

/// Columns such as `ADM2_PCODE` and `ADM2_EN`, `admin2Name_en`, `Admin 2 Code`.
fn columns_of_level(level: u8, plain: &[String]) -> Option<(u8, Option<usize>, Option<usize>)> {
    let rest = |name: &str| {
        let rest = name.strip_prefix("admin").or_else(|| name.strip_prefix("adm"))?;
        rest.strip_prefix(&level.to_string()).map(str::to_owned)
    };
    let column =
        |wanted: &dyn Fn(&str) -> bool| plain.iter().position(|name| rest(name).is_some_and(|rest| wanted(&rest)));
    let code = column(&|rest| matches!(rest, "pcode" | "code"));
    let name = column(&|rest| {
        matches!(rest, "" | "name" | "en" | "fr" | "es" | "pt" | "ar" | "ref") || rest.starts_with("name")
    });
    (code.is_some() || name.is_some()).then_some((level, code, name))
}

/// The figure that a column holds, if its name says that it holds one.
fn figure_of(column: usize, name: &str) -> Option<Figure> {
    let figure = |group: &str, date| Some(Figure { column, name: name.to_owned(), group: group.to_owned(), date });
    if let Some((sex, part)) = cod_part(name) {
        let group = if sex == 'T' && part == "TL" { TOTAL } else { name };
        return figure(group, None);
    }
    let lower = name.to_lowercase();
    let words: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let year = words.iter().find_map(|word| word.parse::<i16>().ok()).filter(|year| (1800..=2200).contains(year));
    let date = year.and_then(|year| Date::new(year, 1, 1).ok());
    let about = |word: &&str| {
        PEOPLE.contains(word) || matches!(*word, "total" | "the" | "of" | "in" | "estimate" | "projection")
    };
    let counts = words.iter().any(|word| PEOPLE.contains(word));
    let plain = words.iter().all(|word| about(word) || word.parse::<i16>().is_ok());
    if counts && plain { figure(TOTAL, date) } else { None }
}

/// `T_TL`, `F_00_04`, `M_80PLUS` of the COD-PS: sex and part.
fn cod_part(name: &str) -> Option<(char, String)> {
    let name = name.trim().to_uppercase();
    let (sex, part) = name.split_once('_')?;
    let sex = Some(sex).filter(|sex| matches!(*sex, "T" | "F" | "M"))?.chars().next()?;
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let is_age = part.strip_suffix("PLUS").map_or_else(
        || part.split_once('_').is_some_and(|(from, to)| digits(from) && digits(to)),
        |from| digits(from.trim_end_matches('_')),
    );
    (part == "TL" || is_age).then(|| (sex, part.to_owned()))
}

/// Totals of the COD-PS and the parts that should add up to them: women and men, and the ages of each sex.
fn sums_of(figures: &[Figure]) -> Vec<(usize, Vec<usize>)> {
    let parts: Vec<Option<(char, String)>> = figures.iter().map(|figure| cod_part(&figure.name)).collect();
    let total =
        |sex: char| parts.iter().position(|part| part.as_ref().is_some_and(|(of, part)| *of == sex && part == "TL"));
    let mut sums = Vec::new();
    if let (Some(all), Some(women), Some(men)) = (total('T'), total('F'), total('M')) {
        sums.push((all, vec![women, men]));
    }
    for sex in ['T', 'F', 'M'] {
        let ages = parts
            .iter()
            .enumerate()
            .filter(|(_, part)| part.as_ref().is_some_and(|(of, part)| *of == sex && part != "TL"));
        let ages: Vec<usize> = ages.map(|(at, _)| at).collect();
        if let (Some(total), false) = (total(sex), ages.is_empty()) {
            sums.push((total, ages));
        }
    }
    sums
}

fn method_of(plain: &[String]) -> &'static str {
    let says = |word: &str| plain.iter().any(|name| name.contains(word));
    match () {
        () if says("census") => "census",
        () if says("projection") => "projection",
        () if says("estimate") => "estimate",
        () => "",
    }
}
