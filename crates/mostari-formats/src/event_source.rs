//! Brings events of a layout in from delimited text (in pieces, side by side), spreadsheets, JSON and GeoJSON.

use crate::{
    Container, Fit, Json, Probe, ReadError, Reading, Sheet,
    events::{EventBuilder, EventCells, EventLayout, Slot, join},
    findings::text as cards,
    records::{Records, pieces},
    sheet::plain_name,
    text,
    values::{DateColumn, DayOrder},
};
use mostari_model::Finding;
use rayon::prelude::*;

/// Which column of the file fills a slot, by column.
type SlotByColumn = Vec<Option<usize>>;

/// Fits exactly if every required column is there.
pub(crate) fn fits(probe: &Probe<'_>, layout: &EventLayout) -> Fit {
    let required: Vec<&str> = layout.required.iter().map(|slot| layout.columns[*slot as usize]).collect();
    match &probe.container {
        // The coordinates of GeoJSON stand in the geometry.
        Container::GeoJson { .. } => {
            let named: Vec<&str> =
                required.into_iter().filter(|name| !matches!(*name, "latitude" | "longitude")).collect();
            if probe.has_columns(&named) { Fit::Yes } else { Fit::No }
        }
        _ if probe.has_columns(&required) => Fit::Yes,
        _ => Fit::No,
    }
}

/// Reads all events of a file.
///
/// # Errors
/// [`ReadError::Refused`] if a required column is absent or the file is damaged.
pub(crate) fn read_events(probe: &Probe<'_>, layout: &EventLayout) -> Result<Reading, ReadError> {
    match &probe.container {
        Container::Delimited { delimiter, .. } => read_text(probe, *delimiter, layout),
        Container::GeoJson { .. } => read_features(probe.json()?, layout),
        _ => read_sheet(probe, &*probe.sheet()?, layout),
    }
}

fn read_text(probe: &Probe<'_>, delimiter: u8, layout: &EventLayout) -> Result<Reading, ReadError> {
    let plain = (!text::is_utf16(probe.bytes())).then(|| text::without_mark(probe.bytes()));
    if let Some(reading) = plain.and_then(|bytes| read_bytes(bytes, delimiter, layout)) {
        return reading;
    }
    // Some piece is not UTF-8: the probe decodes the whole, and says so.
    read_bytes(probe.text().as_bytes(), delimiter, layout).expect("decoded text is UTF-8")
}

/// `None` if the bytes are not UTF-8.
fn read_bytes(bytes: &[u8], delimiter: u8, layout: &EventLayout) -> Option<Result<Reading, ReadError>> {
    let head_end = line_end_after_header(bytes, delimiter)?;
    let head = simdutf8::basic::from_utf8(&bytes[..head_end]).ok()?;
    let mut header = Vec::new();
    let mut records = Records::of(head, delimiter);
    records.next(|_, field| header.push(field.text().trim().to_owned()));
    let slots = match slots_of(&header, layout) {
        Ok(slots) => slots,
        Err(error) => return Some(Err(error)),
    };
    let (rows_before, rest) = (records.row, &bytes[records.at..]);
    let task = Task { delimiter, layout, slots: &slots, width: header.len() };
    let mut order = DayOrder::NotNeeded;
    let mut read = task.read(rest, order)?;
    if read.iter().any(|piece| piece.needs_day_order) {
        order = task.day_order(rest)?;
        read = task.read(rest, order)?;
    }
    let mut reading = join(read, rows_before);
    reading.findings.splice(0..0, order_finding(order, layout));
    Some(Ok(reading))
}

/// Where the header ends, blank lines before it passed over.
fn line_end_after_header(bytes: &[u8], delimiter: u8) -> Option<usize> {
    let text = text::decode_head(&bytes[..bytes.len().min(1 << 20)]);
    let mut records = Records::of(&text, delimiter);
    records.next(|_, _| ());
    // In text that is UTF-8 the places are the same as in the bytes; in other text the header is refused later.
    (records.at <= bytes.len()).then_some(records.at)
}

/// Reads delimited text of one layout.
struct Task<'t> {
    delimiter: u8,
    layout: &'t EventLayout,
    slots: &'t SlotByColumn,
    width: usize,
}

impl<'t> Task<'t> {
    /// All pieces in order; `None` if one is not UTF-8.
    fn read(&self, bytes: &[u8], order: DayOrder) -> Option<Vec<EventBuilder<'t>>> {
        let pieces = pieces(bytes);
        let last = pieces.len().saturating_sub(1);
        let read: Option<Vec<_>> = pieces
            .into_par_iter()
            .enumerate()
            .map(|(at, piece)| self.read_piece(simdutf8::basic::from_utf8(&bytes[piece]).ok()?, order, at == 0))
            .collect();
        let read = read?;
        if read.iter().take(last).any(|(_, unclosed)| *unclosed) {
            // Stray quotes misled the cutting: read all as one piece.
            return Some(vec![self.read_piece(simdutf8::basic::from_utf8(bytes).ok()?, order, true)?.0]);
        }
        Some(read.into_iter().map(|(builder, _)| builder).collect())
    }

    /// One piece, and whether a quote was left open at its end.
    fn read_piece(&self, text: &str, order: DayOrder, is_first: bool) -> Option<(EventBuilder<'t>, bool)> {
        let mut builder = EventBuilder::new(self.layout, order);
        let mut records = Records::of(text, self.delimiter);
        let mut cells = EventCells::default();
        let mut row_before = 0;
        while let Some(width) = self.next_event(&mut records, &mut cells) {
            let is_tags = is_first && row_before == 0 && is_hashtag(&cells);
            row_before = records.row;
            if is_tags {
                continue;
            }
            if width != self.width {
                let message = format!("{width} cells where the header has {}", self.width);
                builder.report(cards::RAGGED_ROW, records.row, None, message);
            }
            builder.push(&cells, records.row);
        }
        if records.unclosed {
            let message = "a quote `\"` is opened and never closed: rows may have run together".to_owned();
            builder.report(cards::UNCLOSED_QUOTE, records.row, None, message);
        }
        builder.last_row = records.row;
        Some((builder, records.unclosed))
    }

    fn next_event<'a>(&self, records: &mut Records<'a>, cells: &mut EventCells<'a>) -> Option<usize> {
        let width = records.next(|column, field| {
            if let Some(Some(slot)) = self.slots.get(column) {
                cells[*slot] = field.text();
            }
        })?;
        if width < self.width {
            for slot in self.slots[width..].iter().flatten() {
                cells[*slot] = "".into();
            }
        }
        Some(width)
    }

    /// The order of day and month, decided by all dates of the file.
    fn day_order(&self, bytes: &[u8]) -> Option<DayOrder> {
        let mut records = Records::of(simdutf8::basic::from_utf8(bytes).ok()?, self.delimiter);
        let mut dates = Vec::new();
        let mut cells = EventCells::default();
        while self.next_event(&mut records, &mut cells).is_some() {
            dates.extend([Slot::DateStart, Slot::DateEnd].map(|slot| cells[slot as usize].clone()));
        }
        Some(DateColumn::of(dates.iter().map(AsRef::as_ref)).order)
    }
}

/// Whether the row under the header is one of HXL hashtags, as in files from the Humanitarian Data Exchange.
fn is_hashtag(cells: &EventCells<'_>) -> bool {
    let starts = |slot: Slot| cells[slot as usize].trim_start().starts_with('#');
    starts(Slot::DateStart) || (starts(Slot::Id) && starts(Slot::Best))
}

fn order_finding(order: DayOrder, layout: &EventLayout) -> Option<Finding> {
    let message = order.doubt()?;
    Some(Finding::new(cards::DATE_ORDER, message).in_column(layout.columns[Slot::DateStart as usize]))
}

fn slots_of(header: &[impl AsRef<str>], layout: &EventLayout) -> Result<SlotByColumn, ReadError> {
    let names: Vec<String> = header.iter().map(|name| plain_name(name.as_ref())).collect();
    let mut slots = vec![None; names.len()];
    for (slot, column) in layout.columns.iter().enumerate().filter(|(_, column)| !column.is_empty()) {
        if let Some(at) = names.iter().position(|name| *name == plain_name(column)) {
            slots[at] = Some(slot);
        }
    }
    let missing = layout.required.iter().find(|slot| !slots.contains(&Some(**slot as usize)));
    match missing.map(|slot| layout.columns[*slot as usize]) {
        None => Ok(slots),
        Some(column) => {
            let message = format!("the column `{column}` is absent");
            Err(ReadError::Refused(Box::new(Finding::new(cards::MISSING_COLUMN, message).in_column(column))))
        }
    }
}

fn read_sheet(probe: &Probe<'_>, sheet: &Sheet, layout: &EventLayout) -> Result<Reading, ReadError> {
    let header: Vec<&str> = sheet.header().map_or(Vec::new(), |header| header.cells().collect());
    let slots = slots_of(&header, layout)?;
    let cells_of = |row: crate::SheetRow<'_>| {
        let mut cells = EventCells::default();
        for (column, slot) in slots.iter().enumerate() {
            if let Some(slot) = slot {
                cells[*slot] = row.cell(column).to_owned().into();
            }
        }
        cells
    };
    let is_date = |slot: &Option<usize>| [Some(Slot::DateStart as usize), Some(Slot::DateEnd as usize)].contains(slot);
    let date_columns: Vec<usize> = (0..slots.len()).filter(|column| is_date(&slots[*column])).collect();
    let dates = date_columns.iter().flat_map(|column| sheet.column_cells(*column));
    let order = DateColumn::of(dates).order;
    let mut builder = EventBuilder::new(layout, order);
    for (position, row) in sheet.rows().enumerate() {
        let cells = cells_of(row);
        if position > 0 || !is_hashtag(&cells) {
            builder.push(&cells, row.number());
        }
    }
    let mut reading = join(vec![builder], 0);
    let about_file = sheet.shape_findings().into_iter().chain(order_finding(order, layout));
    reading.findings.splice(0..0, about_file.chain(probe.other_sheets_finding(sheet.name())));
    Ok(reading)
}

fn read_features(json: &Json, layout: &EventLayout) -> Result<Reading, ReadError> {
    let Some(Json::List(features)) = json.get("features") else {
        let message = "the feature collection has no list `features`";
        return Err(ReadError::Refused(Box::new(Finding::new(cards::DAMAGED_CONTAINER, message))));
    };
    let events: Vec<EventCells<'static>> = features.iter().map(|feature| cells_of_feature(feature, layout)).collect();
    let dates = events.iter().flat_map(|cells| [&cells[Slot::DateStart as usize], &cells[Slot::DateEnd as usize]]);
    let order = DateColumn::of(dates.map(AsRef::as_ref)).order;
    let mut builder = EventBuilder::new(layout, order);
    for (position, cells) in events.iter().enumerate() {
        builder.push(cells, position as u32 + 1);
    }
    let mut reading = join(vec![builder], 0);
    reading.findings.splice(0..0, order_finding(order, layout));
    Ok(reading)
}

/// The properties, and the coordinates of the point where the properties lack them.
fn cells_of_feature(feature: &Json, layout: &EventLayout) -> EventCells<'static> {
    let mut cells = EventCells::default();
    if let Some(Json::Object(members)) = feature.get("properties") {
        for (name, value) in members {
            let name = plain_name(name);
            let slot = layout.columns.iter().position(|column| !column.is_empty() && plain_name(column) == name);
            if let Some(slot) = slot {
                cells[slot] = value.to_cell().into();
            }
        }
    }
    if let Some(Json::List(point)) = feature.get("geometry").and_then(|geometry| geometry.get("coordinates")) {
        for (slot, value) in [Slot::Longitude, Slot::Latitude].into_iter().zip(point) {
            if cells[slot as usize].is_empty() && matches!(value, Json::Number(_)) {
                cells[slot as usize] = value.to_cell().into();
            }
        }
    }
    cells
}
