//! The access log: what is opened in care and tips, and what is exported, is recorded before it is shown.

use sothon_ledger::BookId;
use sothon_records::kinds::access::{Access, Deed};
use sothon_records::record::Record as _;
use sothon_records::{RecordKey, text};

use crate::context::{Context, Device};
use crate::fault::{Done, Fault};
use crate::words;

/// A reason that says something.
///
/// # Errors
/// There is none.
pub fn reason(given: Option<&str>) -> Done<String> {
    let tidy = text::tidy_line(given.unwrap_or_default());
    if tidy.is_empty() {
        return Err(Fault::input(
            "reason",
            "Nhập lý do (--reason). Lý do được ghi vào nhật ký truy cập.",
            "Enter the reason (--reason). It goes into the access log.",
        ));
    }
    if tidy.chars().count() > 300 {
        return Err(Fault::input(
            "reason",
            "Lý do dài nhất 300 ký tự.",
            "The reason has at most 300 characters.",
        ));
    }
    Ok(tidy)
}

/// The record for the log.
pub fn access(context: &Context, deed: Deed, reason: String) -> Access {
    Access {
        deed: Some(deed),
        at: Some(context.clock.instant()),
        reason: Some(reason),
        ..Access::default()
    }
}

/// Whether looks at a book's pages are recorded.
pub fn is_watched(device: &Device, book: &BookId) -> bool {
    device
        .book_info(book)
        .and_then(|open| words::shelf_of(open.kind))
        .is_some_and(sothon_records::Shelf::is_sensitive)
}

/// Records that a page of care or tips is opened.
///
/// # Errors
/// There is no reason, or it could not be recorded: then nothing may be shown.
pub fn page(
    context: &Context,
    device: &mut Device,
    book: &BookId,
    key: &RecordKey,
    given: Option<&str>,
) -> Done<()> {
    if !is_watched(device, book) || key.kind == Access::KIND.slug {
        return Ok(());
    }
    let access = Access {
        subject: Some(key.to_string()),
        ..access(context, Deed::OpenPage, reason(given)?)
    };
    Ok(device.log_access(access.write(), context.clock.now())?)
}
