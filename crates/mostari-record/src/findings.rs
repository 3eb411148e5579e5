//! What `verify` can find; `docs/findings/record.md` has a heading for each.

use mostari_model::{FindingCard, Severity};

const RESTORE: &str = "bring the folder back from a copy or a mirror; do not append to this one";

/// The findings of this crate.
pub const FINDINGS: &[&FindingCard] = &[
    &CHAIN_BROKEN,
    &SIGNATURE_WRONG,
    &SEQUENCE_WRONG,
    &ENTRY_MISSING,
    &ENTRY_UNREADABLE,
    &BLOB_MISSING,
    &BLOB_DAMAGED,
    &AUTHOR_FOREIGN,
    &COLUMNS_DIFFER,
    &HEAD_DIFFERS,
    &DATABASE_DAMAGED,
    &BLOB_UNUSED,
    &FILE_UNKNOWN,
];

pub(crate) const CHAIN_BROKEN: FindingCard = FindingCard {
    code: "REC-101",
    severity: Severity::Error,
    title: "An entry does not follow from the one before it",
    hint: RESTORE,
};
pub(crate) const SIGNATURE_WRONG: FindingCard = FindingCard {
    code: "REC-102",
    severity: Severity::Error,
    title: "An entry's signature is not its author's",
    hint: RESTORE,
};
pub(crate) const SEQUENCE_WRONG: FindingCard = FindingCard {
    code: "REC-103",
    severity: Severity::Error,
    title: "An author's entries are not numbered one after the other",
    hint: RESTORE,
};
pub(crate) const ENTRY_MISSING: FindingCard =
    FindingCard { code: "REC-104", severity: Severity::Error, title: "An entry is missing", hint: RESTORE };
pub(crate) const ENTRY_UNREADABLE: FindingCard =
    FindingCard { code: "REC-105", severity: Severity::Error, title: "An entry cannot be read", hint: RESTORE };
pub(crate) const BLOB_MISSING: FindingCard = FindingCard {
    code: "REC-106",
    severity: Severity::Error,
    title: "A blob is missing",
    hint: "bring it back from a copy of the folder, or add the original file again: that writes what is missing",
};
pub(crate) const BLOB_DAMAGED: FindingCard = FindingCard {
    code: "REC-107",
    severity: Severity::Error,
    title: "A blob is damaged",
    hint: "bring it back from a copy of the folder, or delete it and add the original file again",
};
pub(crate) const AUTHOR_FOREIGN: FindingCard = FindingCard {
    code: "REC-108",
    severity: Severity::Error,
    title: "An entry is by an author whom the mission does not state",
    hint: "compare `author` in mostari.toml with a copy of the folder",
};
pub(crate) const COLUMNS_DIFFER: FindingCard = FindingCard {
    code: "REC-109",
    severity: Severity::Error,
    title: "A row of the log contradicts the entry that it holds",
    hint: RESTORE,
};
pub(crate) const HEAD_DIFFERS: FindingCard = FindingCard {
    code: "REC-110",
    severity: Severity::Error,
    title: "The log does not end where it says that it ends",
    hint: RESTORE,
};
pub(crate) const DATABASE_DAMAGED: FindingCard =
    FindingCard { code: "REC-111", severity: Severity::Error, title: "SQLite finds its file damaged", hint: RESTORE };
pub(crate) const BLOB_UNUSED: FindingCard = FindingCard {
    code: "REC-112",
    severity: Severity::Note,
    title: "A blob belongs to no entry",
    hint: "an interrupted `add` leaves such blobs; adding the file again uses them",
};
pub(crate) const FILE_UNKNOWN: FindingCard = FindingCard {
    code: "REC-113",
    severity: Severity::Note,
    title: "A file among the blobs is no blob",
    hint: "an interrupted write leaves such a file; it may be deleted while no program writes to the mission",
};
