//! Uniqueness rules over a set of records.
