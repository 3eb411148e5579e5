//! What `verify` can find; `docs/findings/record.md` has a heading for each.

use mostari_model::finding_cards;

const RESTORE: &str = "bring the folder back from a copy or a mirror; do not append to this one";

finding_cards! {
    CHAIN_BROKEN = "REC-101" Error "An entry does not follow from its author's entry before it",
        RESTORE;
    SIGNATURE_WRONG = "REC-102" Error "An entry's signature is not its author's",
        RESTORE;
    SEQUENCE_WRONG = "REC-103" Error "An author's entries are not numbered one after the other",
        RESTORE;
    ENTRY_UNREADABLE = "REC-105" Error "An entry cannot be read",
        RESTORE;
    BLOB_MISSING = "REC-106" Error "A blob is missing",
        "bring it back from a copy of the folder, or add the original file again: that writes what is missing";
    BLOB_DAMAGED = "REC-107" Error "A blob is damaged",
        "bring it back from a copy of the folder, or delete it and add the original file again";
    AUTHOR_FOREIGN = "REC-108" Error "An entry is by a key that is not valid there",
        "look at the keys with `mostari keys DIR`: what a revoked key signed does not count";
    COLUMNS_DIFFER = "REC-109" Error "The index contradicts the log",
        RESTORE;
    HEAD_DIFFERS = "REC-110" Error "The log does not end where it says that it ends",
        RESTORE;
    DATABASE_DAMAGED = "REC-111" Error "SQLite finds its file damaged",
        RESTORE;
    BLOB_UNUSED = "REC-112" Note "A blob belongs to no entry",
        "an interrupted `add` leaves such blobs; adding the file again uses them";
    FILE_UNKNOWN = "REC-113" Note "A file among the blobs is no blob",
        "an interrupted write leaves such a file; it may be deleted while no program writes to the mission";
    TREE_DIFFERS = "REC-114" Error "The log is not what its checkpoint says",
        RESTORE;
    CHECKPOINT_FOREIGN = "REC-115" Error "The checkpoint cannot be trusted",
        RESTORE;
    SIGNATURE_UNKNOWN = "REC-116" Error "The checkpoint carries a signature by a key that nobody knows",
        "name the witnesses with `--policy FILE`; if they are named, bring the checkpoint back from a copy";
    TILE_STRAY = "REC-117" Error "A partial tile is not what the log was at that size",
        RESTORE;
    PAYLOAD_DIFFERS = "REC-118" Error "What is kept for a sealed entry is not what it was sealed over",
        RESTORE;
    PAYLOAD_MISSING = "REC-119" Error "What a sealed entry says is missing",
        "bring `record.sqlite` back from a copy of the folder";
    KEY_CHANGE_REFUSED = "REC-120" Warning "A change of keys does not count",
        "let enough holders of authority approve the change, and say it again";
    MIRROR_DIFFERS = "REC-121" Error "A copy of another party's log is not what was taken in",
        "take the log in again: `mostari mirror DIR FROM`; if it has another past, keep both copies";
    RELEASE_FALSE = "REC-122" Warning "A release does not count",
        "only the party of a sealed entry releases it, and in its own words: `mostari release DIR ENTRY --to LABEL --reason TEXT`";
}
