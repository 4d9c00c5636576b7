//! The verdicts (design.md §3.4): rule by rule, against the model, and in any order of arrival.

#[allow(dead_code)]
mod commune;
mod histories;
