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
