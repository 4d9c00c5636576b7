//! The form of a drop (design.md §3.6): one change that makes one new record and touches nothing else, so that who may
//! write and not read cannot strike what is there (threats A19).

use sothon_records::raw::{RecordId, RecordKey};

use super::{Gate, GateError};
use crate::chunk::{Action, Chunk, Key};
use crate::ids::ChangeFacts;
use crate::read::parse_key;

/// Why a change is no drop.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DropError {
    /// It does not pass the gate as a change that builds on nothing.
    #[error(transparent)]
    Gate(#[from] GateError),
    /// It builds on other changes, or is not its actor's first.
    #[error("a drop builds on nothing and is its actor's first change")]
    NotAlone,
    /// It does not make exactly one record, first of all.
    #[error("a drop makes one record and nothing else")]
    NotOneRecord,
    /// It makes a record with another id than its author must use.
    #[error("the drop's record is {found}, its id must be {expected}")]
    Id {
        /// Where it lies.
        found: RecordKey,
        /// The id that follows from its author.
        expected: RecordId,
    },
}

/// Judges a change by the form of a drop, apart from any book: it has no ancestors. Answers with the one record that it
/// makes; which kinds a drop may make is for the caller to say.
///
/// # Errors
/// How it breaks the form.
pub fn check_drop(bytes: &[u8], expected: RecordId) -> Result<(ChangeFacts, RecordKey), DropError> {
    let chunk = Chunk::parse(bytes).map_err(GateError::from)?;
    if !chunk.deps.is_empty() || chunk.seq != 1 || chunk.start_op != 1 {
        return Err(DropError::NotAlone);
    }
    let facts = Gate::new().check(bytes)?;
    let mut at_root = chunk.ops.iter().filter(|op| op.object.is_none());
    let made = match (at_root.next(), at_root.next()) {
        (Some(op), None) if op.action == Action::MakeMap => match &op.key {
            Key::Map(key) => parse_key(key),
            _ => None,
        },
        _ => None,
    };
    match made {
        None => Err(DropError::NotOneRecord),
        Some(found) if found.id != expected => Err(DropError::Id { found, expected }),
        Some(key) => Ok((facts, key)),
    }
}
