//! Adding datasets: bulk first and durable, then the entries, several in one transaction; and what was found in them.

use crate::{
    columns_ipc,
    entry::{Body, DATASET, DatasetBody, Entry, TableBody, dataset_subject},
    error::{RecordError, Result},
    gather::{Appended, Draft},
    mission::Mission,
    release::Standing,
};
use jiff::Timestamp;
use mostari_model::{Clearance, DatasetId, Digest, Finding, Label, Table, canonical_json, count_by_code};
use rayon::prelude::*;

/// What a file said, before it is recorded.
#[derive(Debug, Clone)]
pub struct DatasetDraft {
    /// File name as it was added.
    pub file: String,
    /// Who publishes it; the file name if nobody said.
    pub source: String,
    /// Licence as stated by the user, or empty.
    pub licence: String,
    /// Who may read it.
    pub label: Label,
    /// Id of the reader that read it.
    pub reader: String,
    /// Digest of the file's bytes, from [`crate::Original`].
    pub file_digest: Digest,
    /// Records in the file that the reader saw.
    pub rows: u64,
    /// The observations.
    pub tables: Vec<Table>,
    /// What the reader found.
    pub findings: Vec<Finding>,
}

/// A dataset whose bulk is durable; it only waits for its entry.
#[derive(Debug, Clone)]
pub struct StoredDataset {
    label: Label,
    body: DatasetBody,
}

impl Mission {
    /// The entry that holds this file already, read by this reader under this label. To ask before reading saves the
    /// reading; to append without asking is safe.
    ///
    /// # Errors
    /// `REC-012` if an entry does not read.
    pub fn find_dataset(&self, file_digest: &Digest, reader: &str, label: &Label) -> Result<Option<u64>> {
        let entries = self.about(&dataset_subject(file_digest, reader, label))?;
        Ok(entries.first().map(|entry| entry.index))
    }

    /// Makes a draft's tables and findings durable. It needs no place in the log yet, so several files can be stored
    /// side by side and their memory freed before [`Mission::append_datasets`].
    ///
    /// # Errors
    /// `REC-017` if a table cannot be kept, `REC-005`.
    pub fn store_dataset(&self, draft: DatasetDraft) -> Result<StoredDataset> {
        let tables = draft.tables.par_iter().map(|table| self.store_table(table)).collect::<Result<_>>()?;
        let lines: Vec<u8> =
            draft.findings.iter().flat_map(|finding| [canonical_json(finding), vec![b'\n']].concat()).collect();
        let body = DatasetBody {
            file: draft.file,
            source: draft.source,
            licence: draft.licence,
            reader: draft.reader,
            file_digest: draft.file_digest,
            rows: draft.rows,
            tables,
            findings: count_by_code(&draft.findings),
            findings_digest: self.blobs.put_compressed(&lines)?,
        };
        Ok(StoredDataset { label: draft.label, body })
    }

    /// Appends the entries of stored datasets, all in one transaction. A file that the log has already, read by the same
    /// reader under the same label, adds nothing.
    ///
    /// # Errors
    /// `REC-003` if an original is not stored, `REC-007` to `REC-009`, `REC-019`.
    pub fn append_datasets(&self, datasets: Vec<StoredDataset>, at: Timestamp) -> Result<Vec<Appended>> {
        let draft = |StoredDataset { label, body }| Draft::new(label, Body::Dataset(body));
        self.append(&datasets.into_iter().map(draft).collect::<Vec<_>>(), at)
    }

    /// Stores and appends one dataset.
    ///
    /// # Errors
    /// As [`Mission::store_dataset`] and [`Mission::append_datasets`].
    pub fn append_dataset(&self, draft: DatasetDraft, at: Timestamp) -> Result<Appended> {
        let stored = self.store_dataset(draft)?;
        Ok(self.append_datasets(vec![stored], at)?[0])
    }

    /// The findings of a dataset, by its number among those that this reader may see, in the order in which its reader gave
    /// them.
    ///
    /// # Errors
    /// `REC-015` if there is no such dataset for this reader, `REC-003` or `REC-004` if the findings are lost.
    pub fn findings(&self, dataset: DatasetId, reader: &Clearance) -> Result<Vec<Finding>> {
        let DatasetId(number) = dataset;
        let position = usize::try_from(number).unwrap_or(usize::MAX);
        let entry = self.dataset_entries(reader)?.into_iter().nth(position);
        let Some(Entry { index, body: Body::Dataset(body), .. }) = entry else {
            return Err(RecordError::NotADataset { number });
        };
        let lines = self.blob(&body.findings_digest)?;
        let lines = lines.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
        lines
            .map(serde_json::from_slice)
            .collect::<Result<_, _>>()
            .map_err(|error| RecordError::Entry { index, reason: format!("its findings: {error}") })
    }

    /// The entries of the datasets that this reader may see: the n-th is dataset `#n` of the reader's snapshot.
    ///
    /// # Errors
    /// `REC-012` if an entry does not read.
    pub fn dataset_entries(&self, reader: &Clearance) -> Result<Vec<Entry>> {
        let datasets = self.standing_entries_of(&[DATASET], Some(reader), None)?;
        Ok(self.in_their_places(datasets)?.into_iter().map(|Standing { entry, .. }| entry).collect())
    }

    fn store_table(&self, table: &Table) -> Result<TableBody> {
        let digest = self.blobs.put(&columns_ipc::encode(table)?)?;
        Ok(TableBody { kind: table.kind().to_owned(), rows: table.len() as u64, digest })
    }
}
