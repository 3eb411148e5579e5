//! Guesses from the first part of a file: the delimiter of a text, the properties of a GeoJSON file.

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::{cell::RefCell, fmt};

/// Rows that [`crate::Container`] shows.
pub(crate) const HEAD_ROWS: usize = 30;
/// Delimiters in the order in which ties are settled.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// The delimiter and the first rows of a text.
///
/// A row of HXL hashtags settles it (libhxl issue 184); else the delimiter wins that cuts the rows most evenly.
pub(crate) fn delimiter(head: &str) -> (u8, Vec<Vec<String>>) {
    /// Whether a tag row was seen, how even the rows are; the delimiter; the rows.
    type Cut = ((bool, usize), u8, Vec<Vec<String>>);
    let mut best: Option<Cut> = None;
    for delimiter in DELIMITERS {
        let rows = first_rows(head, delimiter);
        let has_tags = rows.iter().any(|row| row.len() > 1 && tag_like(row) * 2 >= filled(row).max(1));
        let score = (has_tags, evenness(&rows));
        if best.as_ref().is_none_or(|(so_far, ..)| score > *so_far) {
            best = Some((score, delimiter, rows));
        }
    }
    best.map_or((b',', Vec::new()), |(_, delimiter, rows)| (delimiter, rows))
}

fn first_rows(head: &str, delimiter: u8) -> Vec<Vec<String>> {
    let mut reader =
        csv::ReaderBuilder::new().delimiter(delimiter).has_headers(false).flexible(true).from_reader(head.as_bytes());
    let records = reader.records().map_while(Result::ok);
    records.take(HEAD_ROWS).map(|record| record.iter().map(|cell| cell.trim().to_owned()).collect()).collect()
}

fn filled(row: &[String]) -> usize {
    row.iter().filter(|cell| !cell.is_empty()).count()
}

fn tag_like(row: &[String]) -> usize {
    let is_tag =
        |cell: &&String| cell.strip_prefix('#').is_some_and(|rest| rest.trim_start().starts_with(char::is_alphabetic));
    row.iter().filter(is_tag).count()
}

/// How well a delimiter cuts: rows that share the commonest number of cells above one, times that number's weight.
fn evenness(rows: &[Vec<String>]) -> usize {
    let mut best = 0;
    for row in rows.iter().filter(|row| row.len() > 1) {
        let alike = rows.iter().filter(|other| other.len() == row.len()).count();
        best = best.max(alike * 1000 / rows.len() * 100 + row.len().min(99));
    }
    best
}

/// What the first features of a GeoJSON feature collection have.
#[derive(Debug, Default)]
pub(crate) struct Features {
    pub(crate) properties: Vec<String>,
    pub(crate) geometries: Vec<String>,
}

/// Looks at the first features; `None` if the text is no feature collection. Stops early, so the rest of the
/// file may be anything.
pub(crate) fn features(text: &str) -> Option<Features> {
    let state = RefCell::new(Sniffed::default());
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let _stopped_or_cut = Part { state: &state, place: Place::Top }.deserialize(&mut deserializer);
    let sniffed = state.into_inner();
    (sniffed.is_collection || sniffed.feature_count > 0).then_some(sniffed.features)
}

#[derive(Default)]
struct Sniffed {
    is_collection: bool,
    feature_count: usize,
    features: Features,
}

#[derive(Clone, Copy, PartialEq)]
enum Place {
    Top,
    List,
    Feature,
    Properties,
    Geometry,
}

/// Walks one value, noting what it passes.
#[derive(Clone, Copy)]
struct Part<'s> {
    state: &'s RefCell<Sniffed>,
    place: Place,
}

impl Part<'_> {
    /// Features that are looked at.
    const FEATURES_MAX: usize = 30;

    fn at(self, place: Place) -> Self {
        Self { place, ..self }
    }
}

impl<'de> DeserializeSeed<'de> for Part<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

/// Notes a text once, in order of appearance.
fn note(list: &mut Vec<String>, text: String) {
    if !list.contains(&text) {
        list.push(text);
    }
}

impl<'de> Visitor<'de> for Part<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        if self.place != Place::List {
            return while_some(|| seq.next_element::<IgnoredAny>());
        }
        while seq.next_element_seed(self.at(Place::Feature))?.is_some() {
            if self.state.borrow().feature_count >= Self::FEATURES_MAX {
                return Err(A::Error::custom("seen enough"));
            }
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<String>()? {
            match (self.place, key.as_str()) {
                (Place::Top | Place::Feature | Place::Geometry, "type") => {
                    let value = map.next_value::<serde_json::Value>()?;
                    let mut state = self.state.borrow_mut();
                    match (self.place, value.as_str()) {
                        (Place::Top, Some("FeatureCollection")) => state.is_collection = true,
                        (Place::Feature, Some("Feature")) => state.feature_count += 1,
                        (Place::Geometry, Some(kind)) => note(&mut state.features.geometries, kind.to_owned()),
                        _ => {}
                    }
                }
                (Place::Top, "features") => map.next_value_seed(self.at(Place::List))?,
                (Place::Feature, "properties") => map.next_value_seed(self.at(Place::Properties))?,
                (Place::Feature, "geometry") => map.next_value_seed(self.at(Place::Geometry))?,
                (Place::Properties, _) => {
                    note(&mut self.state.borrow_mut().features.properties, key);
                    map.next_value::<IgnoredAny>()?;
                }
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(())
    }
}

fn while_some<T, E>(mut next: impl FnMut() -> Result<Option<T>, E>) -> Result<(), E> {
    while next()?.is_some() {}
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_delimiter(head: &str, expect: u8) {
        assert_eq!(delimiter(head).0 as char, expect as char, "{head}");
    }

    #[test]
    fn the_delimiter_is_the_one_that_cuts_evenly() {
        check_delimiter("a,b\n1,2\n", b',');
        check_delimiter("name;note\nx;a, b\ny;c\n", b';');
        check_delimiter("a\tb\n1,5\t2\n", b'\t');
        check_delimiter("a|b|c\n1|2|3\n", b'|');
        check_delimiter("name,note\n\"x;y\",z\n", b',');
    }

    #[test]
    fn a_row_of_hashtags_settles_the_delimiter() {
        check_delimiter("Title, with, commas\nWhere; How many\n#adm1; #affected\nA, B; 3\nC, D; 4\n", b';');
    }

    #[test]
    fn one_column_needs_no_delimiter() {
        assert_eq!(delimiter("#org\nA\n"), (b',', vec![vec!["#org".to_owned()], vec!["A".to_owned()]]));
    }

    fn check_features(text: &str, properties: &[&str], geometries: &[&str]) {
        let features = features(text).expect("a feature collection");
        assert_eq!((features.properties, features.geometries), (to_vec(properties), to_vec(geometries)));
    }

    fn to_vec(words: &[&str]) -> Vec<String> {
        words.iter().map(|word| (*word).to_owned()).collect()
    }

    #[test]
    fn properties_are_seen_in_order_even_if_the_file_is_cut_off() {
        let text = r#"{"type": "FeatureCollection", "crs": {"type": "name"}, "features": [
            {"type": "Feature", "properties": {"z": 1, "a": {"b": []}}, "geometry": {"type": "Point", "coordinates": [1, 2]}},
            {"type": "Feature", "geometry": null, "properties": {"c": "#;
        check_features(text, &["z", "a", "c"], &["Point"]);
    }

    #[test]
    fn the_type_may_stand_last() {
        check_features(
            r#"{"features": [{"properties": null, "type": "Feature"}], "type": "FeatureCollection"}"#,
            &[],
            &[],
        );
    }

    #[test]
    fn other_json_is_no_feature_collection() {
        assert!(features(r#"{"type": "Topology"}"#).is_none());
        assert!(features("[1, 2").is_none());
        assert!(features("nonsense").is_none());
    }
}
