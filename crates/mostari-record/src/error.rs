//! What can go wrong with a mission folder, each with a stable code and a hint.

use crate::key::AuthorKey;
use mostari_log::{FetchError, LogError, ProveError};
use mostari_model::{ColumnError, Digest};
use std::path::{Path, PathBuf};

/// The result of everything that touches the record.
pub type Result<T, E = RecordError> = std::result::Result<T, E>;

/// Why the record could not do what it was asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RecordError {
    /// The folder has no `mostari.toml` or no `record.sqlite`.
    #[error("`{}` is not a mission folder: it has no `{missing}`", .dir.display())]
    NotAMission {
        /// The folder.
        dir: PathBuf,
        /// The file that every mission has.
        missing: &'static str,
    },
    /// A new mission needs a folder of its own.
    #[error("`{}` exists and is not empty", .dir.display())]
    NotEmpty {
        /// The folder.
        dir: PathBuf,
    },
    /// An entry speaks of a blob that is not in the folder.
    #[error("the blob {digest} is missing")]
    BlobMissing {
        /// Its content address.
        digest: Digest,
    },
    /// The blob's bytes are not those that its name promises.
    #[error("the blob {digest} is damaged: {reason}")]
    BlobDamaged {
        /// Its content address.
        digest: Digest,
        /// What was met instead.
        reason: String,
    },
    /// The operating system refused a file operation.
    #[error("cannot {doing} `{}`", .path.display())]
    Io {
        /// What was tried: `write`, `rename`, …
        doing: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// The system's reason.
        #[source]
        source: std::io::Error,
    },
    /// The database refused.
    #[error("the log `record.sqlite` cannot be used")]
    Database(#[source] rusqlite::Error),
    /// Another process kept the log for longer than we wait.
    #[error("another program is writing to this mission")]
    Busy,
    /// The signing key cannot be read.
    #[error("the signing key `{}` cannot be used: {reason}", .path.display())]
    Key {
        /// The key file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The signing key is not the one that the mission states.
    #[error("the signing key `{}` is not the one that `mostari.toml` states", .path.display())]
    ForeignKey {
        /// The key file.
        path: PathBuf,
    },
    /// `mostari.toml` does not read.
    #[error("`{}` cannot be read: {reason}", .path.display())]
    Settings {
        /// The file.
        path: PathBuf,
        /// The parser's words.
        reason: String,
    },
    /// Written by a later version of Mostari.
    #[error("this mission has format {found}, and this program knows formats up to {known}")]
    NewerFormat {
        /// The folder's format.
        found: u32,
        /// The newest that we know.
        known: u32,
    },
    /// Written by an earlier version of Mostari.
    #[error("this mission has format {found}, and this program knows formats from {oldest} on")]
    OlderFormat {
        /// The folder's format.
        found: u32,
        /// The oldest that we know.
        oldest: u32,
    },
    /// An entry's bytes do not say what an entry says.
    #[error("entry {index} cannot be read: {reason}")]
    Entry {
        /// Its index.
        index: u64,
        /// What is wrong with it.
        reason: String,
    },
    /// An entry is bounded, so that every log and every radio can carry it.
    #[error("the entry would have {bytes} bytes; the most is {most}")]
    EntryTooLarge {
        /// Its size.
        bytes: usize,
        /// The limit.
        most: usize,
    },
    /// The log does not reach that far.
    #[error("the log has {size} entries, so there is no point {asked} in it")]
    BeyondHead {
        /// Entries in the log.
        size: u64,
        /// What was asked for.
        asked: u64,
    },
    /// There is no such dataset for this reader.
    #[error("there is no dataset #{number} that this reader may see")]
    NotADataset {
        /// What was asked for.
        number: u64,
    },
    /// A table does not go into its stored form or come back from it.
    #[error("the table of {kind} cannot be stored or read: {reason}")]
    Table {
        /// Kind of table.
        kind: String,
        /// What does not fit.
        reason: String,
    },
    /// The columns of a stored table are not those of this version.
    #[error("a stored table does not fit this version of Mostari")]
    Columns(#[from] ColumnError),
    /// The index knows of entries that the log does not have.
    #[error("`record.sqlite` knows {indexed} entries, but the log has {said}")]
    HeadDiffers {
        /// Entries of the log.
        said: u64,
        /// Entries of the index.
        indexed: u64,
    },
    /// The log could not be written or read.
    #[error("the log cannot be used")]
    Log(#[source] LogError),
    /// A tile of the log is missing or damaged.
    #[error("the log's files cannot be used")]
    Tile(#[source] FetchError),
    /// A proof cannot be made.
    #[error("the proof cannot be made")]
    Prove(#[source] ProveError<FetchError>),
    /// An idempotency id was used for something else.
    #[error("the id was used before, by entry {index}, to say something else")]
    IdUsed {
        /// The entry that used it.
        index: u64,
    },
    /// A leaf by a key that the log does not know.
    #[error("the key {author} may not sign here")]
    AuthorUnknown {
        /// The key.
        author: AuthorKey,
    },
    /// An author's entries before this one are missing.
    #[error("entry {due} of the author {author} is missing; {found} came")]
    ChainGap {
        /// The key.
        author: AuthorKey,
        /// The sequence number that is due.
        due: u64,
        /// The one that came.
        found: u64,
    },
    /// An author signed two entries with one number.
    #[error("the author {author} signed two entries with the number {sequence}")]
    Forked {
        /// The key.
        author: AuthorKey,
        /// The number.
        sequence: u64,
    },
    /// The operating system gives no random bytes.
    #[error("there are no random bytes: {0}")]
    Random(String),
    /// There is nothing that could be erased.
    #[error("entry {index} cannot be erased: {reason}")]
    NotErasable {
        /// The entry.
        index: u64,
        /// Why not.
        reason: &'static str,
    },
    /// The change of keys is not accepted.
    #[error("the keys were not changed: {0}")]
    Keys(String),
    /// The published checkpoint is not this log's.
    #[error("the published checkpoint cannot be trusted")]
    Checkpoint(#[source] mostari_log::TrustError),
    /// A mission cannot take in its own log.
    #[error("the log {origin} is this mission's own")]
    OwnLog {
        /// Name of the log.
        origin: String,
    },
    /// Another log does not verify.
    #[error("the log {origin} does not verify: {reason}")]
    NotVerified {
        /// Name of the log.
        origin: String,
        /// The first finding.
        reason: String,
    },
    /// Another log is signed by another key than before, or than was asked for.
    #[error("the log {origin} is signed by the key `{found}`, which is not the one that was due")]
    OtherKey {
        /// Name of the log.
        origin: String,
        /// Its key.
        found: String,
    },
    /// A copy of another log is older than what is held.
    #[error("this copy of the log {origin} has {found} entries; {held} are held already")]
    OlderCopy {
        /// Name of the log.
        origin: String,
        /// Entries that are held.
        held: u64,
        /// Entries of the copy.
        found: u64,
    },
    /// Another log has another past than the one that was taken in.
    #[error("the log {origin} has two pasts: its first {size} entries are not those that were taken in")]
    OtherPast {
        /// Name of the log.
        origin: String,
        /// How far the past that is held reaches.
        size: u64,
    },
    /// A copy does not hold what this reader could see.
    #[error("this copy was made for readers with the clearance `{made_for}`, and holds nothing beyond that")]
    NarrowCopy {
        /// Whom it was made for.
        made_for: mostari_model::Label,
    },
    /// An entry cannot be released, or not so.
    #[error("entry {index} cannot be released: {reason}")]
    NotReleasable {
        /// The entry.
        index: u64,
        /// Why not.
        reason: &'static str,
    },
    /// Only the party that said it lowers a label.
    #[error("entry {index} is by `{originator}`, and the key is `{party}`'s")]
    NotOriginator {
        /// The entry.
        index: u64,
        /// The party that said it.
        originator: String,
        /// The party of the key that should sign.
        party: String,
    },
    /// It was released to that label before.
    #[error("entry {index} was released so by entry {by}")]
    ReleasedAlready {
        /// The entry.
        index: u64,
        /// Its release.
        by: u64,
    },
    /// A mission needs a name on one line and a country code.
    #[error("`{value}` will not do as the mission's {what}")]
    Name {
        /// `name`, `country` or `origin`.
        what: &'static str,
        /// What was given.
        value: String,
    },
}

impl RecordError {
    /// Every code that [`RecordError::code`] gives.
    pub const CODES: &[&str] = &[
        "REC-001", "REC-002", "REC-003", "REC-004", "REC-005", "REC-006", "REC-007", "REC-008", "REC-009", "REC-010",
        "REC-011", "REC-012", "REC-013", "REC-014", "REC-015", "REC-017", "REC-018", "REC-019", "REC-020", "REC-021",
        "REC-022", "REC-023", "REC-024", "REC-025", "REC-026", "REC-027", "REC-028", "REC-029", "REC-030", "REC-031",
        "REC-032", "REC-033", "REC-034", "REC-035", "REC-036", "REC-037", "REC-038", "REC-039",
    ];

    /// The stable code; `docs/findings/record.md` has a heading for each.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotAMission { .. } => "REC-001",
            Self::NotEmpty { .. } => "REC-002",
            Self::BlobMissing { .. } => "REC-003",
            Self::BlobDamaged { .. } => "REC-004",
            Self::Io { .. } => "REC-005",
            Self::Database(_) => "REC-006",
            Self::Busy => "REC-007",
            Self::Key { .. } => "REC-008",
            Self::ForeignKey { .. } => "REC-009",
            Self::Settings { .. } => "REC-010",
            Self::NewerFormat { .. } => "REC-011",
            Self::Entry { .. } => "REC-012",
            Self::EntryTooLarge { .. } => "REC-013",
            Self::BeyondHead { .. } => "REC-014",
            Self::NotADataset { .. } => "REC-015",
            Self::Table { .. } => "REC-017",
            Self::Columns(_) => "REC-018",
            Self::HeadDiffers { .. } => "REC-019",
            Self::Name { .. } => "REC-020",
            Self::Log(_) | Self::Tile(_) | Self::Prove(_) => "REC-021",
            Self::IdUsed { .. } => "REC-022",
            Self::AuthorUnknown { .. } => "REC-023",
            Self::ChainGap { .. } => "REC-024",
            Self::Forked { .. } => "REC-025",
            Self::Random(_) => "REC-026",
            Self::NotErasable { .. } => "REC-027",
            Self::Keys(_) => "REC-028",
            Self::Checkpoint(_) => "REC-029",
            Self::OlderFormat { .. } => "REC-030",
            Self::OwnLog { .. } => "REC-031",
            Self::NotVerified { .. } => "REC-032",
            Self::OtherKey { .. } => "REC-033",
            Self::OlderCopy { .. } => "REC-034",
            Self::OtherPast { .. } => "REC-035",
            Self::NarrowCopy { .. } => "REC-036",
            Self::NotReleasable { .. } => "REC-037",
            Self::NotOriginator { .. } => "REC-038",
            Self::ReleasedAlready { .. } => "REC-039",
        }
    }

    /// What a person can do about it.
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::NotAMission { .. } => {
                "make one with `mostari init DIR --name NAME --country ISO3`, or name its folder"
            }
            Self::NotEmpty { .. } => "name a folder that does not exist yet",
            Self::BlobMissing { .. } => "bring the file back from a copy of the folder, or add the original file again",
            Self::BlobDamaged { .. } => {
                "bring the blob back from a copy of the folder, or delete it and add the original file again"
            }
            Self::Io { .. } => {
                "check free space and permissions, then repeat the command: nothing half done was recorded"
            }
            Self::Database(_) => "run `mostari verify DIR`; work on a copy of the folder until it passes",
            Self::Busy => "wait until the other program has finished, then repeat the command",
            Self::Key { .. } => {
                "bring `keys/` back from your safe copy; without it the mission can be read, not written"
            }
            Self::ForeignKey { .. } => "put the mission's own key back into `keys/`",
            Self::Settings { .. } => "mend `mostari.toml` by hand or bring it back from a copy",
            Self::OlderFormat { .. } => "make a new mission and add the original files again: `blobs/` holds them",
            Self::NewerFormat { .. } => "use the newer version of Mostari that wrote it",
            Self::Entry { .. } => {
                "run `mostari verify DIR` to see what else differs, and bring the folder back from a copy"
            }
            Self::EntryTooLarge { .. } => "keep bulk in a file and state its digest",
            Self::BeyondHead { .. } => "ask for a point up to the size of the log",
            Self::NotADataset { .. } => "list the datasets with `mostari show DIR`",
            Self::Table { .. } => "this is a fault of Mostari or of the file's reader: please report it with the file",
            Self::Columns(_) => "add the original file again with this version of Mostari",
            Self::HeadDiffers { .. } => {
                "the log's files are older than the index: bring the folder back as a whole from a copy"
            }
            Self::Log(_) | Self::Tile(_) | Self::Prove(_) | Self::Checkpoint(_) => {
                "run `mostari verify DIR`; if it does not pass, bring the folder back from a copy or a mirror"
            }
            Self::IdUsed { .. } => "a repeated statement must say the same; a new one needs a new id",
            Self::AuthorUnknown { .. } => "add the key first: `mostari keys DIR --add KEY --party NAME`",
            Self::ChainGap { .. } => "bring the author's earlier entries first, or all of them at once",
            Self::Forked { .. } => "keep both copies: they prove that the author said two things; then revoke the key",
            Self::Random(_) => "this is a fault of the operating system; nothing was recorded",
            Self::NotErasable { .. } => "list the entries with `mostari list log DIR`",
            Self::Keys(_) => {
                "look at the keys with `mostari keys DIR`; let enough holders of authority approve the change"
            }
            Self::OwnLog { .. } => "name the folder of another party's mission, or an export of it",
            Self::NotVerified { .. } => {
                "see all of it with `mostari verify FOLDER`, and ask its owner for a whole copy"
            }
            Self::OtherKey { .. } => {
                "ask its owner by another way which key is right; if the key was changed, that is a new log"
            }
            Self::NarrowCopy { .. } => "read it with that clearance, or ask its owner for a copy that holds more",
            Self::NotReleasable { .. } => "list the entries with `mostari list log DIR --clearance LABEL`",
            Self::NotOriginator { .. } => "ask that party to release it, with its own key: `--key FILE`",
            Self::ReleasedAlready { .. } => "nothing is left to do: whoever may see the release sees what it says",
            Self::OlderCopy { .. } => "ask its owner for a newer copy; nothing was taken in",
            Self::OtherPast { .. } => {
                "keep both copies: they prove that its owner signed two pasts; show them to the witnesses"
            }
            Self::Name { .. } => {
                "a name is one line of text; a country is three capital letters of ISO 3166-1, such as BIH"
            }
        }
    }

    /// Wraps a file operation's error; for `map_err`.
    pub(crate) fn io(doing: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io { doing, path, source }
    }
}

impl From<rusqlite::Error> for RecordError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode::{DatabaseBusy, DatabaseLocked};
        match error.sqlite_error_code() {
            Some(DatabaseBusy | DatabaseLocked) => Self::Busy,
            _ => Self::Database(error),
        }
    }
}

impl From<LogError> for RecordError {
    fn from(error: LogError) -> Self {
        match error {
            LogError::Lock(inner) => match inner.downcast::<Self>() {
                Ok(ours) => *ours,
                Err(other) => Self::Log(LogError::Lock(other)),
            },
            LogError::TakenOver => Self::Busy,
            other => Self::Log(other),
        }
    }
}

impl From<FetchError> for RecordError {
    fn from(error: FetchError) -> Self {
        Self::Tile(error)
    }
}
