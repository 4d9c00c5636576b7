//! Entries, register and blobs in SQLite.
