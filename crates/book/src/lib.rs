//! Records in an Automerge document, behind a gate.
