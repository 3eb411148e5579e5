-- The log. Nothing is ever updated or deleted in `entries`; `bytes` is the entry, the other columns only find it.
CREATE TABLE entries (
    idx             INTEGER PRIMARY KEY,   -- position in the log, from 0
    kind            TEXT    NOT NULL,
    author          BLOB    NOT NULL,
    author_sequence INTEGER NOT NULL,
    subject         BLOB    NOT NULL,      -- what the entry is about: finds the same file, place or computation again
    digest          BLOB    NOT NULL UNIQUE,
    bytes           BLOB    NOT NULL,
    UNIQUE (author, author_sequence)       -- an author cannot fork its own sequence
) STRICT;

CREATE INDEX entries_by_subject ON entries (subject, idx);

-- How long the log is and what its last entry is; moves in the transaction that appends, so a lost tail is noticed.
CREATE TABLE head (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 0),
    size     INTEGER NOT NULL,
    digest   BLOB    NOT NULL
) STRICT;

CREATE TRIGGER entries_are_never_updated BEFORE UPDATE ON entries
BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;

CREATE TRIGGER entries_are_never_deleted BEFORE DELETE ON entries
BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
