//! The store with the real SQLite, on real disks, under real kills.

mod author;
mod batches;
mod crash;
mod measure;
mod migrating;
mod model;
mod opening;
mod picture;
mod processes;
mod verifying;
