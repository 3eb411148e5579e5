//! Each column of the model as an Arrow array and back.

use crate::wkb;
use arrow_array::{
    Array, ArrayRef, ArrowPrimitiveType, BinaryArray, DictionaryArray, LargeStringArray, PrimitiveArray, StringArray,
    UInt32Array,
    cast::AsArray,
    types::{Date32Type, Float64Type, Int64Type, UInt32Type},
};
use arrow_buffer::{BooleanBuffer, Buffer, NullBuffer, OffsetBuffer, ScalarBuffer};
use arrow_schema::DataType;
use geo_types::Geometry;
use mostari_model::{Column, Date, PlaceRef, Places, Texts, Words};
use std::{borrow::Cow, sync::Arc};

/// What a column becomes in storage; the reason in words if it cannot.
pub(crate) fn to_array(column: &Column<'_>) -> Result<ArrayRef, String> {
    Ok(match column {
        Column::Texts(texts) => Arc::new(texts_to_array(texts)?),
        Column::Words(words) => dictionary_to_array(words.values().iter().map(String::as_str), words.codes())?,
        Column::Places(places) => {
            let keys: Vec<String> = places.values().iter().map(PlaceRef::to_key).collect();
            dictionary_to_array(keys.iter().map(String::as_str), places.codes())?
        }
        Column::Integers(cells) => Arc::new(cells_to_array::<Int64Type, _>(cells, |cell| *cell)),
        Column::Numbers(cells) => Arc::new(cells_to_array::<Float64Type, _>(cells, |cell| *cell)),
        Column::Dates(cells) => Arc::new(cells_to_array::<Date32Type, _>(cells, |date| days_since_1970(*date))),
        Column::Shapes(shapes) => Arc::new(shapes_to_array(shapes)?),
        Column::Rows(rows) => Arc::new(UInt32Array::new(ScalarBuffer::from(rows.to_vec()), None)),
    })
}

/// Whether the values of a dictionary are keys of places: Arrow's types do not tell them from words.
pub(crate) const fn holds_places(column: &Column<'_>) -> bool {
    matches!(column, Column::Places(_))
}

/// What a stored array was; the reason in words if it was none of ours.
pub(crate) fn from_array(array: &ArrayRef, holds_places: bool) -> Result<Column<'static>, String> {
    Ok(match array.data_type() {
        DataType::LargeUtf8 => Column::Texts(Cow::Owned(texts_from_array(array.as_string())?)),
        DataType::Dictionary(_, _) => dictionary_from_array(array, holds_places)?,
        DataType::Int64 => Column::Integers(Cow::Owned(cells_from_array::<Int64Type, _>(array, Ok)?)),
        DataType::Float64 => Column::Numbers(Cow::Owned(cells_from_array::<Float64Type, _>(array, Ok)?)),
        DataType::Date32 => Column::Dates(Cow::Owned(cells_from_array::<Date32Type, _>(array, date_of_day)?)),
        DataType::Binary => Column::Shapes(Cow::Owned(shapes_from_array(array.as_binary())?)),
        DataType::UInt32 => Column::Rows(Cow::Owned(array.as_primitive::<UInt32Type>().values().to_vec())),
        other => return Err(format!("no column of ours is stored as {other}")),
    })
}

fn texts_to_array(texts: &Texts) -> Result<LargeStringArray, String> {
    let (packed, ends) = texts.parts();
    let offsets = std::iter::once(0).chain(ends.iter().map(|end| *end as i64)).collect::<Vec<_>>();
    let offsets = OffsetBuffer::new(ScalarBuffer::from(offsets));
    LargeStringArray::try_new(offsets, Buffer::from(packed.as_bytes()), None).map_err(|error| error.to_string())
}

fn texts_from_array(array: &LargeStringArray) -> Result<Texts, String> {
    refuse_nulls(array)?;
    let packed = String::from_utf8(array.values().as_slice().to_vec()).map_err(|error| error.to_string())?;
    let ends = array.value_offsets().iter().skip(1).map(|end| *end as u64).collect();
    Texts::from_parts(packed, ends).ok_or_else(|| "the texts are not packed end to end".to_owned())
}

fn dictionary_to_array<'a>(values: impl Iterator<Item = &'a str>, codes: &[u32]) -> Result<ArrayRef, String> {
    let values = StringArray::from_iter_values(values);
    let codes = UInt32Array::new(ScalarBuffer::from(codes.to_vec()), None);
    Ok(Arc::new(DictionaryArray::try_new(codes, Arc::new(values)).map_err(|error| error.to_string())?))
}

fn dictionary_from_array(array: &ArrayRef, holds_places: bool) -> Result<Column<'static>, String> {
    let array = array.as_dictionary_opt::<UInt32Type>().ok_or("the codes of a dictionary are no counters")?;
    let values = array.values().as_string_opt::<i32>().ok_or("the values of a dictionary are no texts")?;
    refuse_nulls(array.keys())?;
    refuse_nulls(values)?;
    let codes = array.keys().values().to_vec();
    let column = if holds_places {
        let places = values.iter().flatten().map(PlaceRef::from_key).collect::<Result<_, _>>();
        let places = places.map_err(|error| error.to_string())?;
        Places::from_parts(places, codes).map(|places| Column::Places(Cow::Owned(places)))
    } else {
        let words = values.iter().flatten().map(str::to_owned).collect();
        Words::from_parts(words, codes).map(|words| Column::Words(Cow::Owned(words)))
    };
    column.ok_or_else(|| "a dictionary has a value twice or a code without value".to_owned())
}

fn cells_to_array<T: ArrowPrimitiveType, C>(
    cells: &[Option<C>],
    native: impl Fn(&C) -> T::Native,
) -> PrimitiveArray<T> {
    let values: Vec<T::Native> = cells.iter().map(|cell| cell.as_ref().map(&native).unwrap_or_default()).collect();
    PrimitiveArray::new(ScalarBuffer::from(values), nulls_of(cells))
}

fn nulls_of<C>(cells: &[Option<C>]) -> Option<NullBuffer> {
    let known = BooleanBuffer::collect_bool(cells.len(), |i| cells[i].is_some());
    Some(NullBuffer::new(known)).filter(|nulls| nulls.null_count() > 0)
}

fn cells_from_array<T: ArrowPrimitiveType, C>(
    array: &ArrayRef,
    cell: impl Fn(T::Native) -> Result<C, String>,
) -> Result<Vec<Option<C>>, String> {
    let array = array.as_primitive::<T>();
    // Collecting through a `Result` does not know the length and would copy the column as it grows.
    let mut cells = Vec::with_capacity(array.len());
    match array.nulls() {
        None => {
            for value in array.values() {
                cells.push(Some(cell(*value)?));
            }
        }
        Some(nulls) => {
            for (value, known) in array.values().iter().zip(nulls.iter()) {
                cells.push(if known { Some(cell(*value)?) } else { None });
            }
        }
    }
    Ok(cells)
}

fn shapes_to_array(shapes: &[Option<Geometry<f64>>]) -> Result<BinaryArray, String> {
    let mut bytes = Vec::new();
    let mut offsets = Vec::with_capacity(shapes.len() + 1);
    offsets.push(0);
    for shape in shapes {
        if let Some(geometry) = shape {
            wkb::write(geometry, &mut bytes)?;
        }
        offsets.push(i32::try_from(bytes.len()).map_err(|_| "the geometries of one file exceed 2 GB")?);
    }
    let offsets = OffsetBuffer::new(ScalarBuffer::from(offsets));
    BinaryArray::try_new(offsets, Buffer::from_vec(bytes), nulls_of(shapes)).map_err(|error| error.to_string())
}

fn shapes_from_array(array: &BinaryArray) -> Result<Vec<Option<Geometry<f64>>>, String> {
    array.iter().map(|bytes| bytes.map(wkb::read).transpose()).collect()
}

fn refuse_nulls(array: &dyn Array) -> Result<(), String> {
    if array.null_count() == 0 { Ok(()) } else { Err("a cell is null where none can be".to_owned()) }
}

// Two million dates stand in a large table, so they are counted by arithmetic rather than through a calendar library;
// a test holds both equal over all years. Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms" (2013):
// years begin in March, eras have 400 years.

const DAYS_PER_ERA: i32 = 146_097;
const DAYS_FROM_MARCH_0000_TO_1970: i32 = 719_468;

fn days_since_1970(date: Date) -> i32 {
    let (month, day) = (i32::from(date.month()), i32::from(date.day()));
    let year = i32::from(date.year()) - i32::from(month <= 2);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    year.div_euclid(400) * DAYS_PER_ERA + day_of_era - DAYS_FROM_MARCH_0000_TO_1970
}

fn date_of_day(days_since_1970: i32) -> Result<Date, String> {
    let days = i64::from(days_since_1970) + i64::from(DAYS_FROM_MARCH_0000_TO_1970);
    let (era, day_of_era) = (days.div_euclid(DAYS_PER_ERA.into()), days.rem_euclid(DAYS_PER_ERA.into()));
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = era * 400 + year_of_era + i64::from(month <= 2);
    let parts = (i16::try_from(year), i8::try_from(month), i8::try_from(day));
    let (Ok(year), Ok(month), Ok(day)) = parts else {
        return Err(format!("day {days_since_1970} lies outside the calendar"));
    };
    Date::new(year, month, day).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::{ToSpan, civil::date};

    #[test]
    fn days_are_counted_as_the_calendar_counts_them() {
        let epoch = date(1970, 1, 1);
        for days in (-4_371_000..2_932_000).step_by(367).chain(-800..800) {
            let day = epoch.checked_add(i64::from(days).days()).unwrap();
            assert_eq!(days_since_1970(day), days, "{day}");
            assert_eq!(date_of_day(days).unwrap(), day);
        }
        for day in [Date::MIN, Date::MAX, date(0, 2, 29), date(1900, 2, 28), date(2000, 2, 29), date(2000, 3, 1)] {
            assert_eq!(date_of_day(days_since_1970(day)).unwrap(), day);
        }
    }

    #[test]
    fn a_day_outside_the_calendar_is_refused() {
        assert!(date_of_day(i32::MAX).is_err());
        assert!(date_of_day(i32::MIN).is_err());
    }
}
