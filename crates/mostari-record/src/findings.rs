//! What `verify` can find; `docs/findings/record.md` has a heading for each.

use mostari_model::finding_cards;

const RESTORE: &str = "bring the folder back from a copy or a mirror; do not append to this one";

finding_cards! {
    CHAIN_BROKEN = "REC-101" Error "An entry does not follow from the one before it",
        RESTORE;
    SIGNATURE_WRONG = "REC-102" Error "An entry's signature is not its author's",
        RESTORE;
    SEQUENCE_WRONG = "REC-103" Error "An author's entries are not numbered one after the other",
        RESTORE;
    ENTRY_MISSING = "REC-104" Error "An entry is missing",
        RESTORE;
    ENTRY_UNREADABLE = "REC-105" Error "An entry cannot be read",
        RESTORE;
    BLOB_MISSING = "REC-106" Error "A blob is missing",
        "bring it back from a copy of the folder, or add the original file again: that writes what is missing";
    BLOB_DAMAGED = "REC-107" Error "A blob is damaged",
        "bring it back from a copy of the folder, or delete it and add the original file again";
    AUTHOR_FOREIGN = "REC-108" Error "An entry is by an author whom the mission does not state",
        "compare `author` in mostari.toml with a copy of the folder";
    COLUMNS_DIFFER = "REC-109" Error "A row of the log contradicts the entry that it holds",
        RESTORE;
    HEAD_DIFFERS = "REC-110" Error "The log does not end where it says that it ends",
        RESTORE;
    DATABASE_DAMAGED = "REC-111" Error "SQLite finds its file damaged",
        RESTORE;
    BLOB_UNUSED = "REC-112" Note "A blob belongs to no entry",
        "an interrupted `add` leaves such blobs; adding the file again uses them";
    FILE_UNKNOWN = "REC-113" Note "A file among the blobs is no blob",
        "an interrupted write leaves such a file; it may be deleted while no program writes to the mission";
}
