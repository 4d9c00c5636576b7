//! Who told: sealed once more inside a tip before it is saved, opened one at a time for a recorded reason.

use serde_json::json;
use sothon_ledger::BookId;
use sothon_records::kinds::Tip;
use sothon_records::kinds::access::{Access, Deed};
use sothon_records::kinds::tip::Teller;
use sothon_records::record::Record as _;
use sothon_records::{RawRecord, RecordKey, Value, text};

use super::access;
use crate::args;
use crate::context::{Context, Device};
use crate::fault::{Done, Exit, Fault};
use crate::lookup;

/// The name of the sealed field.
const TELLER: &str = "teller";

/// Seals who told into a new tip, where it was said.
///
/// # Errors
/// Only a tip has a teller; the device must be able to read the book.
pub fn seal_teller(
    context: &Context,
    device: &mut Device,
    book: &BookId,
    key: &RecordKey,
    record: &mut RawRecord,
    add: &args::Add,
) -> Done<()> {
    let Some(teller) = said(&add.teller) else {
        return Ok(());
    };
    if key.kind != Tip::KIND.slug {
        return Err(Fault::usage(
            "Chỉ tin báo có người tố giác.",
            "Only a tip has a teller.",
        ));
    }
    // A sealed part stands on an epoch, which stands on the keys of this device.
    let now = context.clock.now();
    device.publish_whole(now, context.clock.year())?;
    let plain = zeroize::Zeroizing::new(teller.plain());
    let sealed = device.seal_part(book, key, &plain, now)?;
    record.fields.insert(TELLER.to_owned(), Value::Bytes(sealed));
    Ok(())
}

/// Who told, where anything of it was said.
pub fn said(typed: &args::Teller) -> Option<Teller> {
    let tidy = |typed: Option<&str>| {
        let line = text::tidy_line(typed.unwrap_or_default());
        (!line.is_empty()).then_some(line)
    };
    let teller = Teller {
        name: tidy(typed.teller_name.as_deref()),
        contact: tidy(typed.teller_contact.as_deref()),
        wants_secrecy: typed.teller_secret.then_some(true),
    };
    (teller != Teller::default()).then_some(teller)
}

/// Whether a tip has a sealed part.
pub fn has_teller(key: &RecordKey, raw: &RawRecord) -> bool {
    key.kind == Tip::KIND.slug && raw.fields.contains_key(TELLER)
}

/// `teller`.
pub fn teller(context: &Context, text: &str, reason: &str) -> Done {
    let reason = access::reason(Some(reason))?;
    let mut device = context.open()?;
    let (book, key, raw) = lookup::placed(&device, text)?;
    let Some(Value::Bytes(sealed)) = raw.fields.get(TELLER).filter(|_| key.kind == Tip::KIND.slug) else {
        return Err(Fault::input(
            "no_teller",
            "Bản ghi này không có phần kín.",
            "This record has no sealed part.",
        ));
    };
    let access = Access {
        subject: Some(key.to_string()),
        ..access::access(context, Deed::OpenTeller, reason)
    };
    let plain = device.open_part(&book, &key, sealed, access.write(), context.clock.now())?;
    let teller = Teller::from_plain(&plain).map_err(|_| {
        Fault::not_allowed(
            "sealed_part",
            "Phần kín này do phiên bản khác ghi.",
            "The sealed part is of another version.",
        )
    })?;
    let out = &context.out;
    out.object(&json!({
        "key": key.to_string(),
        "name": teller.name,
        "contact": teller.contact,
        "wants_secrecy": teller.wants_secrecy,
    }));
    let empty = || out.t("Chưa ghi", "Not given").to_owned();
    out.line(format!(
        "{}: {}",
        out.t("Người tố giác", "Teller"),
        teller.name.clone().unwrap_or_else(empty)
    ));
    out.line(format!(
        "{}: {}",
        out.t("Liên hệ", "Contact"),
        teller.contact.clone().unwrap_or_else(empty)
    ));
    if teller.wants_secrecy == Some(true) {
        out.line(out.t("Yêu cầu giữ bí mật.", "Asks for secrecy."));
    }
    out.remark(
        "Việc mở này đã ghi vào nhật ký truy cập.",
        "This look is in the access log.",
    );
    Ok(Exit::Done)
}
