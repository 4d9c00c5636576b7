//! What another office wrote into a record that is one office's (a check is the police's, a decision the chair's), in words.

use sothon_ledger::BookId;
use sothon_records::{Kind, Lang, RecordKey};

use crate::desk::Desk;

impl Desk {
    /// That something was written in a record and counts for nothing, and by whom. What the record says is without it.
    pub(crate) fn counts_for_nothing(&self, book: &BookId, key: &RecordKey) -> Option<String> {
        let office = Kind::by_slug(&key.kind)?.office?;
        let theirs = self.device().counts_for_nothing(book, key)?;
        let who = self.author(book, &theirs);
        let whose = office.label().get(self.lang);
        Some(match self.lang {
            Lang::Vi => format!(
                "Không có giá trị: nội dung {who} ghi vào bản ghi của {whose}. Ở đây là nội dung {whose} ghi."
            ),
            Lang::En => format!(
                "Counts for nothing: what {who} wrote in a record of {whose}. Shown is what {whose} wrote."
            ),
        })
    }
}
