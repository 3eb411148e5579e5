//! The stored form of a table: one Arrow IPC file with one record batch.
//!
//! | column of the model | Arrow type |
//! | --- | --- |
//! | texts | `LargeUtf8`, never null |
//! | words | `Dictionary(UInt32, Utf8)` |
//! | places | `Dictionary(UInt32, Utf8)`, each value a `PlaceRef::to_key` |
//! | integers, numbers | `Int64`, `Float64` |
//! | dates | `Date32` |
//! | shapes | `Binary`, ISO well-known binary |
//! | rows | `UInt32` |
//!
//! Unknown is null. Cells under a null are 0, dictionaries stand in the order of first appearance, metadata is ordered
//! by key: the same table gives the same bytes. Any Arrow reader opens the file.

use crate::{
    column_arrays::{from_array, holds_places, to_array},
    error::{RecordError, Result},
};
use arrow_array::{ArrayRef, RecordBatch, RecordBatchOptions};
use arrow_buffer::Buffer;
use arrow_ipc::{
    Block, CompressionType, Footer,
    convert::fb_to_schema,
    reader::{RecordBatchDecoder, read_dictionary, read_footer_length},
    root_as_footer, root_as_message,
    writer::{FileWriter, IpcWriteOptions},
};
use arrow_schema::{ArrowError, Field, Schema, SchemaRef};
use mostari_model::{Column, Table};
use rayon::prelude::*;
use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

/// Version of the table's columns, in the file's metadata; raised when a column changes its meaning.
const TABLES_VERSION: &str = "1";
const KIND: &str = "mostari.table";
const VERSION: &str = "mostari.tables_version";
/// Says what the values of a dictionary are, where they are not words.
const CELLS: &str = "mostari.cells";
const PLACES: &str = "places";
/// An IPC file ends in the length of its footer and the six letters `ARROW1`.
const TRAILER_BYTES: usize = 10;

/// The bytes of a table; the same table gives the same bytes.
///
/// # Errors
/// [`RecordError::Table`] if a cell cannot be kept, such as a point whose coordinate is no number.
pub(crate) fn encode(table: &Table) -> Result<Vec<u8>> {
    let kind = table.kind();
    let columns: Vec<(Field, ArrayRef)> = table
        .columns()
        .into_par_iter()
        .map(|(name, column)| {
            let array = to_array(&column).map_err(|reason| fault(kind, name, &reason))?;
            let mut field = Field::new(name, array.data_type().clone(), true);
            if holds_places(&column) {
                field.set_metadata(HashMap::from([(CELLS.to_owned(), PLACES.to_owned())]));
            }
            Ok((field, array))
        })
        .collect::<Result<_>>()?;
    write_file(kind, columns, table.len()).map_err(|error| fault(kind, "all columns", &error.to_string()))
}

fn write_file(kind: &str, columns: Vec<(Field, ArrayRef)>, rows: usize) -> Result<Vec<u8>, ArrowError> {
    let metadata = HashMap::from([(KIND.to_owned(), kind.to_owned()), (VERSION.to_owned(), TABLES_VERSION.to_owned())]);
    let (fields, columns): (Vec<_>, Vec<_>) = columns.into_iter().unzip();
    let schema = Arc::new(Schema::new_with_metadata(fields, metadata));
    let options = RecordBatchOptions::new().with_row_count(Some(rows));
    let batch = RecordBatch::try_new_with_options(Arc::clone(&schema), columns, &options)?;
    let compression = IpcWriteOptions::default().try_with_compression(Some(CompressionType::LZ4_FRAME))?;
    let mut writer = FileWriter::try_new_with_options(Vec::new(), &schema, compression)?;
    writer.write(&batch)?;
    writer.finish()?;
    writer.into_inner()
}

/// The table of some bytes that [`encode`] made.
///
/// # Errors
/// [`RecordError::Table`] or [`RecordError::Columns`] if they are not such bytes.
pub(crate) fn decode(bytes: Vec<u8>) -> Result<Table> {
    let file = File::open(Buffer::from_vec(bytes))
        .map_err(|error| fault("unknown kind", "all columns", &error.to_string()))?;
    let kind = file.schema.metadata().get(KIND).cloned().unwrap_or_default();
    let mut columns = (0..file.schema.fields().len())
        .into_par_iter()
        .map(|position| {
            let field = file.schema.field(position);
            let (name, is_places) = (field.name(), field.metadata().get(CELLS).is_some_and(|cells| cells == PLACES));
            let read = || from_array(&file.array(position).map_err(|error| error.to_string())?, is_places);
            Ok((name.clone(), read().map_err(|reason| fault(&kind, name, &reason))?))
        })
        .collect::<Result<BTreeMap<String, Column<'static>>>>()?;
    Ok(Table::from_columns(&kind, |name| columns.remove(name))?)
}

fn fault(kind: &str, column: &str, reason: &str) -> RecordError {
    RecordError::Table { kind: kind.to_owned(), reason: format!("{column}: {reason}") }
}

/// An open IPC file: its dictionaries are read, its columns are not yet.
struct File {
    schema: SchemaRef,
    dictionaries: HashMap<i64, ArrayRef>,
    metadata: Buffer,
    body: Buffer,
}

impl File {
    fn open(bytes: Buffer) -> Result<Self, ArrowError> {
        let not_ours = || ArrowError::ParseError("not a table of the record".to_owned());
        let trailer_start = bytes.len().checked_sub(TRAILER_BYTES).ok_or_else(not_ours)?;
        let trailer = bytes[trailer_start..].try_into().map_err(|_| not_ours())?;
        let footer_start = trailer_start.checked_sub(read_footer_length(trailer)?).ok_or_else(not_ours)?;
        let footer = root_as_footer(&bytes[footer_start..trailer_start])
            .map_err(|error| ArrowError::ParseError(error.to_string()))?;
        let schema = Arc::new(fb_to_schema(footer.schema().ok_or_else(not_ours)?));
        let dictionaries = read_dictionaries(&bytes, &footer, &schema)?;
        let batches = footer.recordBatches().ok_or_else(not_ours)?;
        if batches.len() != 1 {
            return Err(not_ours());
        }
        let (metadata, body) = split(&bytes, batches.get(0)).ok_or_else(not_ours)?;
        Ok(Self { schema, dictionaries, metadata, body })
    }

    fn array(&self, position: usize) -> Result<ArrayRef, ArrowError> {
        let message = message(&self.metadata)?;
        let batch = message
            .header_as_record_batch()
            .ok_or_else(|| ArrowError::ParseError("no record batch where one was promised".to_owned()))?;
        let schema = Arc::clone(&self.schema);
        let projection = [position];
        RecordBatchDecoder::try_new(&self.body, batch, schema, &self.dictionaries, &message.version())?
            .with_projection(Some(&projection))
            .read_record_batch()
            .map(|batch| Arc::clone(batch.column(0)))
    }
}

fn read_dictionaries(
    bytes: &Buffer,
    footer: &Footer<'_>,
    schema: &SchemaRef,
) -> Result<HashMap<i64, ArrayRef>, ArrowError> {
    let mut dictionaries = HashMap::new();
    for block in footer.dictionaries().iter().flatten() {
        let cut = || ArrowError::ParseError("a dictionary lies outside the file".to_owned());
        let (metadata, body) = split(bytes, block).ok_or_else(cut)?;
        let message = message(&metadata)?;
        let batch = message.header_as_dictionary_batch().ok_or_else(cut)?;
        read_dictionary(&body, batch, schema, &mut dictionaries, &message.version())?;
    }
    Ok(dictionaries)
}

/// The metadata and the body of a block.
fn split(bytes: &Buffer, block: &Block) -> Option<(Buffer, Buffer)> {
    let start = usize::try_from(block.offset()).ok()?;
    let metadata_bytes = usize::try_from(block.metaDataLength()).ok()?;
    let body_bytes = usize::try_from(block.bodyLength()).ok()?;
    let body_start = start.checked_add(metadata_bytes)?;
    let inside = body_start.checked_add(body_bytes)? <= bytes.len();
    inside.then(|| (bytes.slice_with_length(start, metadata_bytes), bytes.slice_with_length(body_start, body_bytes)))
}

/// A message stands after four bytes of continuation and four of length (Arrow columnar format, encapsulated message).
fn message(metadata: &[u8]) -> Result<arrow_ipc::Message<'_>, ArrowError> {
    let bytes = metadata.get(8..).ok_or_else(|| ArrowError::ParseError("a message is cut".to_owned()))?;
    root_as_message(bytes).map_err(|error| ArrowError::ParseError(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo_types::{Geometry, LineString, MultiPoint, MultiPolygon, Point, Polygon};
    use mostari_model::{Area, Areas, Date, Digest, Event, Events, Hazard, Hazards, PlaceRef};
    use proptest::{option, prelude::*};

    /// Comes back the same, and is the same bytes each time.
    fn check(table: impl Into<Table>) {
        let table = table.into();
        let bytes = encode(&table).unwrap();
        assert_eq!(encode(&table.clone()).unwrap(), bytes);
        let back = decode(bytes.clone()).unwrap();
        assert_eq!(back, table);
        assert_eq!(encode(&back).unwrap(), bytes);
    }

    fn texts() -> impl Strategy<Value = String> {
        prop_oneof![Just(String::new()), "\\PC{0,12}", Just("Čapljina | 地雷 \u{200f}قرية\n\0".to_owned())]
    }

    fn words() -> impl Strategy<Value = String> {
        prop_oneof![Just(String::new()), Just("cleared".to_owned()), Just("suspected".to_owned()), texts()]
    }

    fn dates() -> impl Strategy<Value = Option<Date>> {
        option::of((-9999_i16..=9999, 1_i8..=12, 1_i8..=28).prop_map(|(y, m, d)| Date::new(y, m, d).unwrap()))
    }

    fn numbers() -> impl Strategy<Value = Option<f64>> {
        use prop::num::f64::{INFINITE, NORMAL, SUBNORMAL, ZERO};
        option::of(NORMAL | SUBNORMAL | ZERO | INFINITE)
    }

    fn places() -> impl Strategy<Value = PlaceRef> {
        (texts(), option::of(any::<u8>()), texts(), texts()).prop_map(|(country, level, code, name)| PlaceRef {
            country,
            level,
            code,
            name,
            ..PlaceRef::default()
        })
    }

    fn rings() -> impl Strategy<Value = LineString<f64>> {
        prop::collection::vec((-180.0..180.0, -90.0..90.0), 3..9).prop_map(LineString::from)
    }

    fn polygons() -> impl Strategy<Value = Polygon<f64>> {
        (rings(), prop::collection::vec(rings(), 0..3)).prop_map(|(outer, holes)| Polygon::new(outer, holes))
    }

    fn shapes() -> impl Strategy<Value = Option<Geometry<f64>>> {
        let empty = Polygon::new(LineString(Vec::new()), Vec::new());
        option::of(prop_oneof![
            Just(Geometry::from(empty)),
            Just(Geometry::from(MultiPoint::<f64>(Vec::new()))),
            (-180.0..180.0, -90.0..90.0).prop_map(|(x, y)| Point::new(x, y).into()),
            rings().prop_map(Geometry::from),
            polygons().prop_map(Geometry::from),
            prop::collection::vec(polygons(), 0..4).prop_map(|parts| MultiPolygon(parts).into()),
        ])
    }

    prop_compose! {
        fn events()(
            event_id in texts(), kind in words(), date_start in dates(), date_end in dates(), place in places(),
            date_precision in option::of(any::<i64>()), longitude in numbers(), latitude in numbers(), row in any::<u32>(),
        ) -> Event {
            Event {
                event_id, kind, date_start, date_end, place, date_precision, longitude, latitude, row, ..Event::default()
            }
        }
    }

    prop_compose! {
        fn hazards()(
            hazard_id in texts(), state in words(), shape in shapes(), area_m2 in numbers(), date in dates(), row in 1..9_u32,
        ) -> Hazard {
            Hazard { hazard_id, state, shape, area_m2, date, row, ..Hazard::default() }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn any_events_come_back(rows in prop::collection::vec(events(), 0..40)) {
            check(rows.into_iter().collect::<Events>());
        }

        #[test]
        fn any_hazards_come_back(rows in prop::collection::vec(hazards(), 0..20)) {
            check(rows.into_iter().collect::<Hazards>());
        }

        #[test]
        fn no_cut_file_is_taken_for_a_table(length in 0..2_000_usize) {
            let bytes = encode(&Areas::from_iter([Area { code: "BA01".into(), ..Area::default() }]).into()).unwrap();
            let cut = length.min(bytes.len() - 1);
            prop_assert!(decode(bytes[..cut].to_vec()).is_err());
        }
    }

    #[test]
    fn every_kind_of_table_comes_back_empty() {
        for kind in Table::KINDS {
            check(empty_table(kind));
        }
    }

    /// Learns each column's type by offering every type until the table takes it.
    fn empty_table(kind: &str) -> Table {
        use mostari_model::{Cells, Places, Rows, Texts, Words};
        let offers: [fn() -> Column<'static>; 8] = [
            || own(Texts::default().to_column()),
            || own(Words::default().to_column()),
            || own(Places::default().to_column()),
            || Column::Integers(Vec::new().into()),
            || Column::Numbers(Vec::new().into()),
            || Column::Dates(Vec::new().into()),
            || Column::Shapes(Vec::new().into()),
            || Column::Rows(Rows::default().into()),
        ];
        let mut types: BTreeMap<String, usize> = BTreeMap::new();
        loop {
            let taken = Table::from_columns(kind, |name| Some(offers[*types.entry(name.to_owned()).or_default()]()));
            match taken {
                Ok(table) => return table,
                Err(mostari_model::ColumnError::Type { column, .. }) => *types.get_mut(column).unwrap() += 1,
                Err(other) => panic!("{other}"),
            }
        }
    }

    fn own(column: Column<'_>) -> Column<'static> {
        match column {
            Column::Texts(cells) => Column::Texts(std::borrow::Cow::Owned(cells.into_owned())),
            Column::Words(cells) => Column::Words(std::borrow::Cow::Owned(cells.into_owned())),
            Column::Places(cells) => Column::Places(std::borrow::Cow::Owned(cells.into_owned())),
            _ => panic!("only packed columns are lent here"),
        }
    }

    #[test]
    fn a_number_that_is_none_is_kept_and_a_point_of_none_is_refused() {
        let hazard = Hazard { area_m2: Some(f64::NAN), ..Hazard::default() };
        let Table::Hazards(back) = decode(encode(&Hazards::from_iter([hazard.clone()]).into()).unwrap()).unwrap()
        else {
            panic!("hazards")
        };
        assert!(back.area_m2[0].unwrap().is_nan());
        let point = Hazard { shape: Some(Point::new(f64::NAN, 1.0).into()), ..hazard };
        assert_eq!(encode(&Hazards::from_iter([point]).into()).unwrap_err().code(), "REC-017");
    }

    /// Held so that a change of the stored form, or of the library that writes it, is noticed: snapshots of missions
    /// recorded before and after would have different digests.
    #[test]
    fn the_stored_form_does_not_change_unnoticed() {
        let area = Area { code: "BA01".into(), name: "Unsko-sanski".into(), level: Some(1), row: 2, ..Area::default() };
        let bytes = encode(&Areas::from_iter([area]).into()).unwrap();
        assert_eq!(Digest::of(&bytes).short(), "58041d80a0b1");
    }
}
