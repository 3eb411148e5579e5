//! JSON that keeps the order of its keys, and the tables that lie in it.

use crate::sheet::Sheet;
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use std::fmt;

/// A JSON value whose objects keep the order of the file, because the order of columns means something to people.
#[derive(Debug, Clone, PartialEq)]
pub enum Json {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number.
    Number(serde_json::Number),
    /// A text.
    Text(String),
    /// A list.
    List(Vec<Json>),
    /// An object, in the order of the file.
    Object(Vec<(String, Json)>),
}

impl Json {
    /// The member of an object.
    pub fn get(&self, name: &str) -> Option<&Self> {
        let Self::Object(members) = self else { return None };
        members.iter().find(|(key, _)| key == name).map(|(_, value)| value)
    }

    /// The cell of a table that this value makes: texts as they are, lists of scalars joined by ` | `.
    pub fn to_cell(&self) -> String {
        match self {
            Self::Null => String::new(),
            Self::Bool(value) => value.to_string(),
            Self::Number(number) => match number.as_f64() {
                Some(float) if number.is_f64() && float.fract() == 0.0 && float.abs() < 1e15 => format!("{float:.0}"),
                _ => number.to_string(),
            },
            Self::Text(text) => text.clone(),
            Self::List(items) => items.iter().map(Self::to_cell).collect::<Vec<_>>().join(" | "),
            Self::Object(members) => {
                members.iter().map(|(key, value)| format!("{key}={}", value.to_cell())).collect::<Vec<_>>().join(" | ")
            }
        }
    }

    /// The first table in it, searched breadth first: a list of objects, or a list of lists.
    ///
    /// Rows are numbered by their position in the list, from 1; the header made of an object's keys is row 0.
    pub fn to_sheet(&self) -> Option<Sheet> {
        let mut level = vec![self];
        while !level.is_empty() {
            if let Some(sheet) = level.iter().find_map(|value| value.as_sheet()) {
                return Some(sheet);
            }
            level = level.into_iter().flat_map(Self::children).collect();
        }
        None
    }

    fn children(&self) -> Vec<&Self> {
        match self {
            Self::List(items) => items.iter().collect(),
            Self::Object(members) => members.iter().map(|(_, value)| value).collect(),
            _ => Vec::new(),
        }
    }

    fn as_sheet(&self) -> Option<Sheet> {
        let Self::List(items) = self else { return None };
        let lists: Vec<&Vec<Self>> =
            items.iter().filter_map(|item| if let Self::List(l) = item { Some(l) } else { None }).collect();
        let objects: Vec<_> =
            items.iter().filter_map(|item| if let Self::Object(o) = item { Some(o) } else { None }).collect();
        if items.is_empty() {
            None
        } else if lists.len() == items.len() {
            Some(sheet_of_lists(&lists))
        } else if objects.len() == items.len() {
            Some(sheet_of_objects(&objects))
        } else {
            None
        }
    }
}

fn sheet_of_lists(lists: &[&Vec<Json>]) -> Sheet {
    let mut sheet = Sheet::named("");
    for (position, list) in lists.iter().enumerate() {
        sheet.push_row(position as u32 + 1, list.iter().map(Json::to_cell));
    }
    sheet
}

fn sheet_of_objects(objects: &[&Vec<(String, Json)>]) -> Sheet {
    let mut columns: Vec<&str> = Vec::new();
    let mut index = std::collections::HashMap::new();
    for (key, _) in objects.iter().flat_map(|object| object.iter()) {
        index.entry(key.as_str()).or_insert_with(|| {
            columns.push(key);
            columns.len() - 1
        });
    }
    let mut sheet = Sheet::named("");
    sheet.push_row(0, columns.iter());
    for (position, object) in objects.iter().enumerate() {
        let mut cells = vec![String::new(); columns.len()];
        for (key, value) in object.iter() {
            cells[index[key.as_str()]] = value.to_cell();
        }
        sheet.push_row(position as u32 + 1, cells);
    }
    sheet
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct AnyValue;

        impl<'de> Visitor<'de> for AnyValue {
            type Value = Json;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a JSON value")
            }

            fn visit_unit<E>(self) -> Result<Json, E> {
                Ok(Json::Null)
            }

            fn visit_bool<E>(self, value: bool) -> Result<Json, E> {
                Ok(Json::Bool(value))
            }

            fn visit_i64<E>(self, value: i64) -> Result<Json, E> {
                Ok(Json::Number(value.into()))
            }

            fn visit_u64<E>(self, value: u64) -> Result<Json, E> {
                Ok(Json::Number(value.into()))
            }

            fn visit_f64<E>(self, value: f64) -> Result<Json, E> {
                Ok(serde_json::Number::from_f64(value).map_or(Json::Null, Json::Number))
            }

            fn visit_str<E>(self, value: &str) -> Result<Json, E> {
                Ok(Json::Text(value.to_owned()))
            }

            fn visit_string<E>(self, value: String) -> Result<Json, E> {
                Ok(Json::Text(value))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Json, A::Error> {
                let mut items = Vec::new();
                while let Some(item) = seq.next_element()? {
                    items.push(item);
                }
                Ok(Json::List(items))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Json, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Json::Object(members))
            }
        }

        deserializer.deserialize_any(AnyValue)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(json: &str, expect: &[&str]) {
        let sheet = serde_json::from_str::<Json>(json).unwrap().to_sheet();
        let rows = sheet.map_or(Vec::new(), |sheet| {
            sheet
                .all_rows()
                .map(|row| format!("{}: {}", row.number(), row.cells().collect::<Vec<_>>().join(",")))
                .collect()
        });
        assert_eq!(rows, expect);
    }

    #[test]
    fn a_list_of_objects_is_a_table_with_columns_in_the_order_of_the_file() {
        check(r#"[{"z": 1, "a": "x"}, {"a": "y", "b": 2.0}]"#, &["0: z,a,b", "1: 1,x,", "2: ,y,2"]);
    }

    #[test]
    fn a_list_of_lists_is_a_table() {
        check(r##"[["A", "B"], ["#x", null]]"##, &["1: A,B", "2: #x,"]);
    }

    #[test]
    fn the_table_may_lie_deeper() {
        check(r#"{"isSuccess": true, "result": [{"id": 5}]}"#, &["0: id", "1: 5"]);
    }

    #[test]
    fn scalars_make_no_table() {
        check("[1, 2]", &[]);
        check("{}", &[]);
    }
}
