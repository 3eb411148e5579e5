//! The property names of boundary files: codes and names by level, in every spelling that COD-AB has had.
//!
//! Seen: `admin1Pcode`, `admin1Name_fr`, `admin1AltName1_en`, `admin1RefName` (2014-2019), `ADM1_PCODE`, `ADM1_EN`,
//! `ADM1_REF`, `ADM1ALT1EN` (2018-2024), `adm1_pcode`, `adm1_name`, `adm1_name1`, `adm1_ref_name` (2025), and what
//! the ten characters of a shapefile's column names leave of them: `admin1Pcod`, `admin1RefN`, `admin1AltN`,
//! `admin1Al_1`.

use super::properties::to_text;
use crate::plain_name;
use serde_json::{Map, Value};

/// What a property holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// The code of the unit of a level.
    Code(u8),
    /// A main name of the unit of a level, in some language.
    Name(u8),
    /// An alternative, reference or further name of the unit of a level.
    OtherName(u8),
}

/// The role of a property by its name.
pub(crate) fn role(property: &str) -> Option<Role> {
    let plain = plain_name(property);
    let rest = plain.strip_prefix("admin").or_else(|| plain.strip_prefix("adm"))?;
    let level = rest.bytes().next().filter(|digit| (b'0'..=b'5').contains(digit))? - b'0';
    let rest = &rest[1..];
    if rest.is_empty() {
        return None;
    }
    if "pcode".starts_with(rest) && rest.len() >= 2 || rest == "code" {
        return Some(Role::Code(level));
    }
    let is_language = |word: &str| word.len() == 2 && word.bytes().all(|b| b.is_ascii_lowercase());
    if let Some(which) = rest.strip_prefix("name") {
        // `adm1_name1` to `adm1_name3` are the same name in further languages.
        let is_main = which.is_empty() || is_language(which);
        return Some(if is_main { Role::Name(level) } else { Role::OtherName(level) });
    }
    if rest.starts_with("alt") || rest.starts_with("al") || rest.starts_with("ref") {
        return Some(Role::OtherName(level));
    }
    is_language(rest).then_some(Role::Name(level))
}

/// The codes and names that one feature gives for one level.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Unit {
    pub(crate) code: String,
    /// The preferred name; empty if there is none at all.
    pub(crate) name: String,
    /// All others, in the order of the file.
    pub(crate) other_names: Vec<String>,
    /// Whether the name is an alternative one because no main name is given.
    pub(crate) stands_in: bool,
}

/// The unit of a level as a feature describes it.
pub(crate) fn unit(properties: &Map<String, Value>, level: u8) -> Unit {
    let mut unit = Unit::default();
    let (mut names, mut others) = (Vec::new(), Vec::new());
    for (property, value) in properties {
        let text = to_text(value);
        if text.is_empty() {
            continue;
        }
        match role(property) {
            Some(Role::Code(of)) if of == level => unit.code = text,
            Some(Role::Name(of)) if of == level => names.push(text),
            Some(Role::OtherName(of)) if of == level => others.push(text),
            _ => {}
        }
    }
    unit.stands_in = names.is_empty() && !others.is_empty();
    let mut all = if unit.stands_in { others } else { [names.clone(), others].concat() };
    let among = if unit.stands_in { all.len() } else { names.len() };
    if let Some(best) = preferred(&all[..among]) {
        unit.name = all.remove(best);
    }
    for other in all {
        if other != unit.name && !unit.other_names.contains(&other) {
            unit.other_names.push(other);
        }
    }
    unit
}

/// The name to show: one in Latin script with diacritics or an apostrophe, which other spellings leave out; else one
/// in Latin script; else the first.
fn preferred(names: &[String]) -> Option<usize> {
    let is_latin = |name: &&String| name.chars().filter(|c| c.is_alphabetic()).all(|c| (c as u32) < 0x250);
    let is_plain = |name: &String| name.is_ascii() && !name.contains('\'');
    let rank = |name: &String| match (is_latin(&name), is_plain(name)) {
        (true, false) => 0,
        (true, true) => 1,
        (false, _) => 2,
    };
    (0..names.len()).min_by_key(|at| rank(&names[*at]))
}

/// The deepest level for which the properties hold a code, or else a name.
pub(crate) fn deepest<'a>(properties: impl Iterator<Item = &'a str>) -> Option<u8> {
    let roles: Vec<Role> = properties.filter_map(role).collect();
    let codes = roles.iter().filter_map(|role| if let Role::Code(level) = role { Some(*level) } else { None });
    let names = roles.iter().filter_map(|role| if let Role::Name(level) = role { Some(*level) } else { None });
    codes.max().or_else(|| names.max())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn check(properties: &[&str], expect: Role) {
        for property in properties {
            assert_eq!(role(property), Some(expect), "{property}");
        }
    }

    #[test]
    fn every_spelling_of_a_code_and_a_name_is_known() {
        check(&["admin1Pcode", "ADM1_PCODE", "adm1_pcode", "admin1Pcod"], Role::Code(1));
        check(&["admin2Name", "admin2Name_fr", "ADM2_EN", "adm2_name", "admin2Name_ar"], Role::Name(2));
        check(&["admin1AltName1_en", "ADM1ALT1EN", "adm1_ref_name", "admin1Al_1", "admin1RefN"], Role::OtherName(1));
        check(&["adm2_name1", "ADM2_REF", "admin2AltN"], Role::OtherName(2));
    }

    #[test]
    fn other_properties_have_no_role() {
        for property in ["OBJECTID", "Shape.STArea()", "date", "administration", "adm1", "shapeName", "admin9Pcode"] {
            assert_eq!(role(property), None, "{property}");
        }
    }

    #[test]
    fn the_name_with_diacritics_is_preferred_and_the_plain_one_kept() {
        let properties =
            json!({"admin1Name": "Mambere-Kadei", "admin1Name_fr": "Mambéré-Kadéï", "admin1Pcode": "CF21"});
        let unit = unit(properties.as_object().unwrap(), 1);
        assert_eq!((unit.name.as_str(), unit.code.as_str()), ("Mambéré-Kadéï", "CF21"));
        assert_eq!(unit.other_names, ["Mambere-Kadei"]);
    }

    #[test]
    fn a_name_with_its_apostrophe_is_preferred() {
        let properties = json!({"admin1Name": "Ombella MPoko", "admin1Name_fr": "Ombella M'Poko"});
        assert_eq!(unit(properties.as_object().unwrap(), 1).name, "Ombella M'Poko");
    }

    #[test]
    fn a_name_in_another_script_is_kept_as_another_name() {
        let properties = json!({"admin1Name_ar": "بغداد", "admin1Name_en": "Baghdad"});
        let unit = unit(properties.as_object().unwrap(), 1);
        assert_eq!((unit.name.as_str(), unit.other_names.as_slice()), ("Baghdad", &["بغداد".to_owned()][..]));
    }

    #[test]
    fn a_reference_name_stands_in_for_a_missing_one() {
        let properties = json!({"admin1Name": null, "admin1RefName": "Bomi"});
        let unit = unit(properties.as_object().unwrap(), 1);
        assert_eq!((unit.name.as_str(), unit.stands_in), ("Bomi", true));
    }

    #[test]
    fn the_level_is_that_of_the_deepest_code() {
        assert_eq!(deepest(["admin0Pcode", "admin2Pcode", "admin1Pcode", "admin3Name"].into_iter()), Some(2));
        assert_eq!(deepest(["ADM1_EN"].into_iter()), Some(1));
        assert_eq!(deepest(["name"].into_iter()), None);
    }
}
