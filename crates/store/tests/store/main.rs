//! The store with the real SQLite, on real disks, under real kills.

mod author;
mod batches;
