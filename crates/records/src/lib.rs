//! What a village keeps: record kinds, their fields and rules. Pure: no I/O, no clock, no randomness, no Automerge.

pub mod raw;

pub use raw::{BadKey, Edit, Fields, RawRecord, RecordId, RecordKey, SubKey, Value};
