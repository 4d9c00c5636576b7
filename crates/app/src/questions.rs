//! Questions of the review, named: a conflict by book, record, part and field.

use sothon_book::Conflict;
use sothon_ledger::BookId;
use sothon_records::{Kind, Lang};

/// The id by which a window names a conflict.
pub(crate) fn id_of(book: &BookId, conflict: &Conflict) -> String {
    let sub = conflict.sub.as_ref().map(ToString::to_string).unwrap_or_default();
    format!("{book}|{}|{sub}|{}", conflict.key, conflict.field)
}

/// The label of the field in question; its name where this version does not know it.
pub(crate) fn label_of(conflict: &Conflict, lang: Lang) -> String {
    let name = conflict.field.split('/').next().unwrap_or_default();
    let kind = Kind::by_slug(&conflict.key.kind);
    let field = kind.and_then(|kind| match &conflict.sub {
        Some(sub) => kind.list(&sub.kind)?.field(name),
        None => kind.field(name),
    });
    field
        .map_or(conflict.field.as_str(), |field| field.label.get(lang))
        .to_owned()
}
