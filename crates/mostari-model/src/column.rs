//! Columns: how a table keeps many cells of one type, and how it hands them to storage.

use crate::{Date, PlaceRef};
use geo_types::Geometry;
use std::{borrow::Cow, collections::HashMap, hash::Hash};

/// Whole numbers; `None` is unknown, never 0.
pub type Integers = Vec<Option<i64>>;
/// Numbers; `None` is unknown, never 0.
pub type Numbers = Vec<Option<f64>>;
/// Civil dates.
pub type Dates = Vec<Option<Date>>;
/// Geometries in WGS 84, x = longitude, y = latitude, in degrees.
pub type Shapes = Vec<Option<Geometry<f64>>>;
/// Counters that are always known: a row in a file, a dataset in a snapshot.
pub type Rows = Vec<u32>;
/// Words that repeat (kinds, states, sectors): each distinct one kept once. Empty means not given.
pub type Words = Dictionary<String>;
/// Place references: each distinct one kept once, so that it is matched once.
pub type Places = Dictionary<PlaceRef>;

/// Texts that rarely repeat (ids, names), packed end to end. Empty means not given.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Texts {
    packed: String,
    ends: Vec<u64>,
}

impl Texts {
    /// Adds a text.
    pub fn push_str(&mut self, text: &str) {
        self.packed.push_str(text);
        self.ends.push(self.packed.len() as u64);
    }

    /// The text of a row.
    pub fn get(&self, row: usize) -> &str {
        let start = if row == 0 { 0 } else { self.ends[row - 1] as usize };
        &self.packed[start..self.ends[row] as usize]
    }

    /// Every text in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &str> {
        (0..self.ends.len()).map(|row| self.get(row))
    }

    /// All texts end to end, and where each ends in bytes.
    pub fn parts(&self) -> (&str, &[u64]) {
        (&self.packed, &self.ends)
    }

    /// Puts [`Texts::parts`] together again; `None` if an end lies before the one above it, outside the
    /// packed texts or inside a character, or if the last is not their end.
    pub fn from_parts(packed: String, ends: Vec<u64>) -> Option<Self> {
        let complete = ends.last().copied().unwrap_or(0) == packed.len() as u64;
        let whole = complete && ends.is_sorted() && ends.iter().all(|end| packed.is_char_boundary(*end as usize));
        whole.then_some(Self { packed, ends })
    }
}

impl<'a> FromIterator<&'a str> for Texts {
    fn from_iter<I: IntoIterator<Item = &'a str>>(texts: I) -> Self {
        let mut all = Self::default();
        texts.into_iter().for_each(|text| all.push_str(text));
        all
    }
}

/// Values that repeat, each distinct one kept once in order of first appearance.
#[derive(Debug, Clone)]
pub struct Dictionary<T> {
    values: Vec<T>,
    codes: Vec<u32>,
    index: HashMap<T, u32>,
}

impl<T> Default for Dictionary<T> {
    fn default() -> Self {
        Self { values: Vec::new(), codes: Vec::new(), index: HashMap::new() }
    }
}

impl<T: PartialEq> PartialEq for Dictionary<T> {
    fn eq(&self, other: &Self) -> bool {
        let cells = |d: &Self| d.codes.len();
        cells(self) == cells(other) && (0..cells(self)).all(|row| self.get(row) == other.get(row))
    }
}

impl<T> Dictionary<T> {
    /// The value of a row.
    pub fn get(&self, row: usize) -> &T {
        &self.values[self.codes[row] as usize]
    }

    /// The distinct values, in order of first appearance.
    pub fn values(&self) -> &[T] {
        &self.values
    }

    /// For each row, the position of its value in [`Dictionary::values`].
    pub fn codes(&self) -> &[u32] {
        &self.codes
    }

    /// Every row's value in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &T> {
        self.codes.iter().map(|code| &self.values[*code as usize])
    }
}

impl<T: Clone + Eq + Hash> Dictionary<T> {
    /// Puts [`Dictionary::values`] and [`Dictionary::codes`] together again; `None` if a value stands twice or a
    /// code has no value.
    pub fn from_parts(values: Vec<T>, codes: Vec<u32>) -> Option<Self> {
        let mut index = HashMap::with_capacity(values.len());
        for (code, value) in values.iter().enumerate() {
            if index.insert(value.clone(), u32::try_from(code).ok()?).is_some() {
                return None;
            }
        }
        let known = codes.iter().all(|code| (*code as usize) < values.len());
        known.then_some(Self { values, codes, index })
    }

    /// Adds a value and returns its code.
    pub fn push_value(&mut self, value: T) -> u32 {
        let code = self.code_of(value);
        self.codes.push(code);
        code
    }

    /// Adds the value of this code once more; the code came from [`Dictionary::push_value`] or [`Dictionary::code_of`].
    pub fn push_code(&mut self, code: u32) {
        assert!((code as usize) < self.values.len(), "code {code} was never given out");
        self.codes.push(code);
    }

    /// The code of a value, which joins the distinct values if it is new; adds no row.
    pub fn code_of(&mut self, value: T) -> u32 {
        if let Some(code) = self.index.get(&value) {
            return *code;
        }
        let code = u32::try_from(self.values.len()).expect("fewer than 2^32 distinct values");
        self.values.push(value.clone());
        self.index.insert(value, code);
        code
    }
}

impl Words {
    /// Adds a word without allocating if it is known.
    pub fn push_str(&mut self, word: &str) {
        match self.index.get(word) {
            Some(code) => self.codes.push(*code),
            None => drop(self.push_value(word.to_owned())),
        }
    }
}

/// A column on its way to or from storage.
#[derive(Debug, Clone)]
pub enum Column<'a> {
    /// Packed texts.
    Texts(Cow<'a, Texts>),
    /// Repeating words.
    Words(Cow<'a, Words>),
    /// Place references.
    Places(Cow<'a, Places>),
    /// Whole numbers.
    Integers(Cow<'a, [Option<i64>]>),
    /// Numbers.
    Numbers(Cow<'a, [Option<f64>]>),
    /// Dates.
    Dates(Cow<'a, [Option<Date>]>),
    /// Geometries.
    Shapes(Cow<'a, [Option<Geometry<f64>>]>),
    /// Counters.
    Rows(Cow<'a, [u32]>),
}

/// A stored table does not have the columns that it should.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ColumnError {
    /// Stored by another version, or damaged.
    #[error("table `{table}` lacks the column `{column}`")]
    Missing {
        /// Kind of table.
        table: &'static str,
        /// Column name.
        column: &'static str,
    },
    /// Stored with another type.
    #[error("column `{column}` of table `{table}` has another type")]
    Type {
        /// Kind of table.
        table: &'static str,
        /// Column name.
        column: &'static str,
    },
    /// Columns of different length.
    #[error("the columns of table `{table}` differ in length")]
    Length {
        /// Kind of table.
        table: &'static str,
    },
    /// No such kind of table.
    #[error("`{0}` is not a kind of table")]
    Kind(String),
}

/// What every column type can do; tables are written in terms of it.
pub trait Cells: Default + Clone + Sized {
    /// One cell.
    type Cell;

    /// Adds a cell.
    fn push_cell(&mut self, cell: Self::Cell);
    /// A copy of one cell.
    fn cell(&self, row: usize) -> Self::Cell;
    /// How many cells.
    fn count(&self) -> usize;
    /// Adds all cells of another column.
    fn append(&mut self, other: Self);
    /// Makes room for as many more cells as these columns have.
    fn reserve_for(&mut self, _others: &[Self]) {}
    /// All cells of all parts, in order.
    fn concat(parts: Vec<Self>) -> Self {
        let mut all = Self::default();
        all.reserve_for(&parts);
        parts.into_iter().for_each(|part| all.append(part));
        all
    }
    /// Lends itself to storage.
    fn to_column(&self) -> Column<'_>;
    /// Comes back from storage, or `None` if the type is another.
    fn from_column(column: Column<'static>) -> Option<Self>;
}

macro_rules! vec_cells {
    ($variant:ident, $cell:ty) => {
        impl Cells for Vec<$cell> {
            type Cell = $cell;

            fn push_cell(&mut self, cell: $cell) {
                self.push(cell);
            }

            fn cell(&self, row: usize) -> $cell {
                self[row].clone()
            }

            fn count(&self) -> usize {
                self.len()
            }

            fn append(&mut self, mut other: Self) {
                // Room that was made is kept; without any, the other's is taken over.
                if self.capacity() == 0 {
                    *self = other;
                } else {
                    Vec::append(self, &mut other);
                }
            }

            fn reserve_for(&mut self, others: &[Self]) {
                self.reserve(others.iter().map(Vec::len).sum());
            }

            fn to_column(&self) -> Column<'_> {
                Column::$variant(Cow::Borrowed(self))
            }

            fn from_column(column: Column<'static>) -> Option<Self> {
                match column {
                    Column::$variant(cells) => Some(cells.into_owned()),
                    _ => None,
                }
            }
        }
    };
}

vec_cells!(Integers, Option<i64>);
vec_cells!(Numbers, Option<f64>);
vec_cells!(Dates, Option<Date>);
vec_cells!(Shapes, Option<Geometry<f64>>);
vec_cells!(Rows, u32);

impl Cells for Texts {
    type Cell = String;

    fn push_cell(&mut self, cell: String) {
        self.push_str(&cell);
    }

    fn cell(&self, row: usize) -> String {
        self.get(row).to_owned()
    }

    fn count(&self) -> usize {
        self.ends.len()
    }

    fn append(&mut self, other: Self) {
        if self.ends.capacity() == 0 {
            *self = other;
            return;
        }
        let base = self.packed.len() as u64;
        self.packed.push_str(&other.packed);
        self.ends.extend(other.ends.iter().map(|end| base + end));
    }

    fn reserve_for(&mut self, others: &[Self]) {
        self.ends.reserve(others.iter().map(|other| other.ends.len()).sum());
        self.packed.reserve(others.iter().map(|other| other.packed.len()).sum());
    }

    fn to_column(&self) -> Column<'_> {
        Column::Texts(Cow::Borrowed(self))
    }

    fn from_column(column: Column<'static>) -> Option<Self> {
        match column {
            Column::Texts(cells) => Some(cells.into_owned()),
            _ => None,
        }
    }
}

macro_rules! dictionary_cells {
    ($variant:ident, $value:ty) => {
        impl Cells for Dictionary<$value> {
            type Cell = $value;

            fn push_cell(&mut self, cell: $value) {
                self.push_value(cell);
            }

            fn cell(&self, row: usize) -> $value {
                self.get(row).clone()
            }

            fn count(&self) -> usize {
                self.codes.len()
            }

            fn append(&mut self, other: Self) {
                if self.codes.is_empty() {
                    *self = other;
                    return;
                }
                let codes: Vec<u32> = other.values.into_iter().map(|value| self.code_of(value)).collect();
                self.codes.extend(other.codes.iter().map(|code| codes[*code as usize]));
            }

            fn to_column(&self) -> Column<'_> {
                Column::$variant(Cow::Borrowed(self))
            }

            fn from_column(column: Column<'static>) -> Option<Self> {
                match column {
                    Column::$variant(cells) => Some(cells.into_owned()),
                    _ => None,
                }
            }
        }
    };
}

dictionary_cells!(Words, String);
dictionary_cells!(Places, PlaceRef);
