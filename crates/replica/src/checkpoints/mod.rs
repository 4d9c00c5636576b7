//! Checkpoints (design.md §3.7): a book's changes in one sealed blob beside the log, for who starts. The log stays the only
//! truth: entries come with their headers, are judged by them, and what a checkpoint says they carry is used only where the
//! signed payloads of the outermost entries vouch for it (docs/decisions/0010-checkpoints.md).

mod checking;
mod due;
mod making;
mod packing;
mod starting;
mod vouching;

pub(crate) use starting::Start;
