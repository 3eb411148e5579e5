//! One reader a file.
