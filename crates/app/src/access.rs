//! Looks at care and tips are recorded before anything is shown (design.md §4, access log).

use sothon_ledger::BookId;
use sothon_records::kinds::access::{Access, Deed};
use sothon_records::kinds::tip::Teller;
use sothon_records::record::Record as _;
use sothon_records::{RecordKey, Value, text};

use crate::api::TellerSeen;
use crate::app::App;
use crate::desk::{Desk, key_of};
use crate::fault::{Done, Fault};
use crate::typing::LONGEST_REASON;
use crate::words;

/// For so many seconds photographs of a guarded page are opened without another reason.
const LOOK: i64 = 15 * 60;

impl App {
    /// See [`crate::commands`].
    pub(crate) async fn open_teller(&self, key: String, reason: String) -> Done<TellerSeen> {
        self.at_desk(move |desk| desk.open_teller(&key_of(&key)?, &reason))
            .await
    }
}

impl Desk {
    /// Whether looks at pages of a book are recorded.
    pub(crate) fn is_watched(&self, book: &BookId) -> bool {
        let shelf = self
            .device()
            .book_info(book)
            .and_then(|open| words::shelf_of(open.kind));
        shelf.is_some_and(sothon_records::Shelf::is_sensitive)
    }

    /// Records that a page is opened, where that is recorded.
    ///
    /// # Errors
    /// There is no reason, or it could not be recorded: then nothing may be shown.
    pub(crate) fn record_look(&mut self, book: &BookId, key: &RecordKey, reason: Option<&str>) -> Done {
        if !self.is_watched(book) || key.kind == Access::KIND.slug {
            return Ok(());
        }
        let access = Access {
            subject: Some(key.to_string()),
            ..self.access(Deed::OpenPage, reason)?
        };
        let now = self.now();
        self.device_mut().log_access(access.write(), now)?;
        self.looks.insert(key.clone(), now);
        Ok(())
    }

    /// Whether a guarded page was opened, for a reason, so short a time ago that what belongs to it is seen with it.
    pub(crate) fn is_looked_at(&self, key: &RecordKey) -> bool {
        let looked = self.looks.get(key);
        looked.is_some_and(|at| is_of_that_look(*at, self.now()))
    }

    /// Records that who told is answered.
    ///
    /// # Errors
    /// There is no reason, or it could not be recorded: then nothing may be answered.
    pub(crate) fn record_answer(&mut self, key: &RecordKey, reason: &str) -> Done {
        let access = Access {
            subject: Some(key.to_string()),
            ..self.access(Deed::Answer, Some(reason))?
        };
        let now = self.now();
        Ok(self.device_mut().log_access(access.write(), now)?)
    }

    /// Records that a list is taken out: which and how many, without a name.
    ///
    /// # Errors
    /// There is no reason, or it could not be recorded: then nothing may be written.
    pub(crate) fn record_export(&mut self, scope: &str, count: usize, reason: &str) -> Done {
        /// The longest scope of the log, in characters.
        const SCOPE: usize = 200;
        let access = Access {
            scope: Some(scope.chars().take(SCOPE).collect()),
            count: i64::try_from(count).ok(),
            ..self.access(Deed::Export, Some(reason))?
        };
        let now = self.now();
        Ok(self.device_mut().log_access(access.write(), now)?)
    }

    fn access(&self, deed: Deed, reason: Option<&str>) -> Done<Access> {
        let reason = text::tidy_line(reason.unwrap_or_default());
        if reason.is_empty() {
            return Err(reason_needed());
        }
        if reason.chars().count() > LONGEST_REASON {
            return Err(Fault::new(
                "reason_long",
                "Lý do dài nhất 300 ký tự.",
                "The reason has at most 300 characters.",
            ));
        }
        Ok(Access {
            deed: Some(deed),
            at: Some(self.clock().instant()),
            reason: Some(reason),
            ..Access::default()
        })
    }

    fn open_teller(&mut self, key: &RecordKey, reason: &str) -> Done<TellerSeen> {
        let (book, raw) = self.placed(key)?;
        let Some(Value::Bytes(sealed)) = raw.fields.get("teller").filter(|_| key.kind == "tip") else {
            return Err(Fault::new(
                "no_teller",
                "Tin này không ghi người tố giác.",
                "This tip does not say who told.",
            ));
        };
        let access = Access {
            subject: Some(key.to_string()),
            ..self.access(Deed::OpenTeller, Some(reason))?
        };
        let now = self.now();
        let plain = self
            .device_mut()
            .open_part(&book, key, sealed, access.write(), now)?;
        let teller = Teller::from_plain(&plain).map_err(|_| {
            Fault::new(
                "sealed_part",
                "Phần kín này do phiên bản khác ghi. Cài phiên bản mới rồi mở lại.",
                "The sealed part is of another version. Install the newer one, then open it again.",
            )
        })?;
        Ok(TellerSeen {
            name: teller.name.unwrap_or_default(),
            contact: teller.contact.unwrap_or_default(),
            secret: teller.wants_secrecy == Some(true),
        })
    }
}

/// Whether a look at one time is still the same at another. A clock that was set back begins anew.
fn is_of_that_look(at: i64, now: i64) -> bool {
    (at..at + LOOK).contains(&now)
}

/// What is guarded is opened for a reason.
fn reason_needed() -> Fault {
    Fault::new(
        "reason_needed",
        "Nhập lý do. Lý do được ghi vào nhật ký truy cập.",
        "Enter the reason. It goes into the access log.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_opens_photos_for_a_quarter_of_an_hour_and_not_until_the_evening() {
        assert!(is_of_that_look(1_000, 1_000) && is_of_that_look(1_000, 1_000 + LOOK - 1));
        assert!(!is_of_that_look(1_000, 1_000 + LOOK));
        assert!(!is_of_that_look(1_000, 999), "the clock was set back");
    }
}
