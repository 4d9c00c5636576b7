//! The verdicts (design.md §3.4): rule by rule, against the model, and in any order of arrival.

mod commune;
mod guarded;
mod histories;
mod orders;
mod rules;
mod simulation;
mod waiting;
