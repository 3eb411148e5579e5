//! What one reader may see at one point of the log.

use crate::{
    columns_ipc,
    entry::{Body, DATASET, DatasetBody, Entry, SETTLED},
    error::{RecordError, Result},
    leaf::SEALED,
    mission::Mission,
};
use jiff::tz::TimeZone;
use mostari_model::{Clearance, Dataset, DatasetId, Digest, Label, Settled, Snapshot, Table, Tables};
use rayon::prelude::*;
use serde::Serialize;

/// What a snapshot's digest is taken over: content only, so that the same files in the same order give the same digest
/// whoever recorded them, when and where.
#[derive(Serialize)]
struct Content<'a> {
    mission: &'a mostari_model::Mission,
    datasets: Vec<DatasetContent<'a>>,
    settled: &'a [Settled],
}

#[derive(Serialize)]
struct DatasetContent<'a> {
    source: &'a str,
    licence: &'a str,
    label: &'a Label,
    reader: &'a str,
    file: Digest,
    tables: Vec<(&'a str, Digest)>,
}

impl Mission {
    /// Takes a snapshot for a reader, at a size of the log or at its head: the datasets whose label the reader may see,
    /// in the order of the log. Every table is checked against its digest.
    ///
    /// Nothing in it depends on what the reader may not see: datasets are numbered among those that it may.
    ///
    /// If the same file stands under two labels, both datasets stand; the record does not decide which one counts.
    ///
    /// # Errors
    /// `REC-014` if the log is shorter than `at`; `REC-003`, `REC-004`, `REC-017`, `REC-018` if a table is lost.
    pub fn snapshot(&self, reader: &Clearance, at: Option<u64>) -> Result<Snapshot> {
        self.check_holds_for(reader)?;
        let entries = self.readable_entries(reader, at)?;
        let label = entries.iter().fold(Label::public(), |all, entry| all.join(&entry.label));
        let entries_seen = entries.len() as u64;
        let (mut datasets, mut settled, mut erased) = (Vec::new(), Vec::new(), 0);
        for entry in entries {
            let added = entry.recorded_at.map(|at| at.to_zoned(TimeZone::UTC).date());
            match (entry.body, added) {
                (Body::Dataset(body), Some(added)) => {
                    datasets.push(to_dataset(datasets.len() as u64, entry.label, added, body));
                }
                (Body::Settled(place), _) => settled.push(place),
                (Body::Withheld, _) => erased += 1,
                _ => {}
            }
        }
        let mission = self.about_mission();
        let digest = digest_of(&mission, &datasets, &settled);
        let tables = self.load_tables(&datasets)?;
        let reader = reader.clone();
        Ok(Snapshot { mission, digest, entries_seen, erased, reader, label, datasets, tables, settled })
    }

    /// The entries that count for a snapshot; a computation is a result, so its label adds nothing to what was seen.
    fn readable_entries(&self, reader: &Clearance, at: Option<u64>) -> Result<Vec<Entry>> {
        let size = self.head()?.size;
        if let Some(asked) = at.filter(|at| *at > size) {
            return Err(RecordError::BeyondHead { size, asked });
        }
        let entries = self.standing_entries_of(&[DATASET, SETTLED, SEALED], Some(reader), at)?;
        Ok(self.in_their_places(entries)?.into_iter().map(|standing| standing.entry).collect())
    }

    fn load_tables(&self, datasets: &[Dataset]) -> Result<Tables> {
        let wanted: Vec<(usize, Digest)> = datasets
            .iter()
            .enumerate()
            .flat_map(|(position, dataset)| dataset.tables.iter().map(move |(_, _, digest)| (position, *digest)))
            .collect();
        let load = |(position, digest): &(usize, Digest)| {
            let mut table = columns_ipc::decode(self.blobs.get(digest)?)?;
            table.set_dataset(u32::try_from(*position).expect("fewer than 2^32 datasets"));
            Ok(table)
        };
        let tables = wanted.par_iter().map(load).collect::<Result<Vec<Table>>>()?;
        let mut all = Tables::default();
        tables.into_iter().for_each(|table| all.append(table));
        Ok(all)
    }
}

fn to_dataset(number: u64, label: Label, added: mostari_model::Date, body: DatasetBody) -> Dataset {
    Dataset {
        id: DatasetId(number),
        file: body.file,
        source: body.source,
        licence: body.licence,
        label,
        reader: body.reader,
        file_digest: body.file_digest,
        tables: body.tables.into_iter().map(|table| (table.kind, table.rows, table.digest)).collect(),
        rows: body.rows,
        added,
    }
}

fn digest_of(mission: &mostari_model::Mission, datasets: &[Dataset], settled: &[Settled]) -> Digest {
    Digest::of_value(&Content { mission, datasets: datasets.iter().map(content_of).collect(), settled })
}

fn content_of(dataset: &Dataset) -> DatasetContent<'_> {
    DatasetContent {
        source: &dataset.source,
        licence: &dataset.licence,
        label: &dataset.label,
        reader: &dataset.reader,
        file: dataset.file_digest,
        tables: dataset.tables.iter().map(|(kind, _, digest)| (kind.as_str(), *digest)).collect(),
    }
}
