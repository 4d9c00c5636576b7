//! Search over records.
