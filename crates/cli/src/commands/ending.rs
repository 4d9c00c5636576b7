//! What the registrar ends and changes, what does not count, and what was written twice at one place.

use serde_json::json;
use sothon_ledger::{BookId, EntryId};
use sothon_replica::{NotNamed, SetAside, why_aside};

use super::commune::places;
use crate::args::{ChangeRole, Cut, Ending};
use crate::context::{Context, Device};
use crate::fault::{Done, Exit, Fault};
use crate::{lookup, words};

/// Runs one of these commands.
///
/// # Errors
/// What stands in the way.
pub fn run(context: &Context, ending: Ending) -> Done {
    match ending {
        Ending::Role(change) => role(context, &change),
        Ending::Cut(cut) => end(context, &cut),
        Ending::Aside { device, book } => aside(context, device.as_deref(), book.as_deref()),
        Ending::LetIn { entry } => let_in(context, &entry),
        Ending::OrderAgain { entry } => order_again(context, &entry),
        Ending::WriteAgain { entry } => write_again(context, &entry),
        Ending::Suspend { device, lift } => super::lost::suspend(context, &device, !lift),
        Ending::UndoDevice { device, reason } => super::lost::undo(context, &device, &reason),
        Ending::Lost { device, yes } => super::lost::lost(context, &device, yes),
        Ending::Recover { sheet_file, branch } => {
            super::recovery::recover(context, sheet_file.as_deref(), branch.as_deref())
        }
        Ending::HandOver { device, yes } => super::handing_over::hand_over(context, &device, yes),
        Ending::OpenTo { book, unit, close } => super::handing_over::open_to(context, &book, unit, close),
        Ending::Unchosen => super::recovery::unchosen(context),
        Ending::Rivals => rivals(context),
        Ending::Anchor { entry } => anchor(context, &entry),
    }
}

fn role(context: &Context, change: &ChangeRole) -> Done {
    let scopes = places(change.role, &change.village, &change.unit)?;
    let mut registrar = context.open_to_order()?;
    let device = lookup::device(&registrar, &change.device)?;
    let not_named = registrar.change_role(device, change.role, scopes, context.clock.now())?;
    let out = &context.out;
    out.object(&json!({
        "device": device.to_string(),
        "role": words::role(change.role).0,
        "not_named": not_named.logs,
        "height": registrar.register()?.height().0,
    }));
    out.line(format!(
        "{} {}",
        out.t("Vai trò mới:", "The new role:"),
        out.w(&lookup::who(&registrar, Some(device)))
    ));
    out.line(out.t(
        "Những gì máy đó đã ghi mà xã chưa nhận, máy sẽ tự ghi lại khi gửi nhận, nếu vai trò mới được ghi.",
        "What it wrote and the commune does not have yet, it writes again by itself when it syncs, as far as it may.",
    ));
    tell_not_named(context, not_named);
    Ok(Exit::Done)
}

fn end(context: &Context, cut: &Cut) -> Done {
    let mut registrar = context.open_to_order()?;
    let device = cut.device.as_deref();
    let device = device.map(|text| lookup::device(&registrar, text)).transpose()?;
    let book = cut.book.as_deref();
    let book = book.map(|text| lookup::book(&registrar, text)).transpose()?;
    let now = context.clock.now();
    let who = lookup::who(&registrar, device);
    let out = &context.out;
    let (not_named, said) = match (&device, &book) {
        (Some(device), None) => (
            registrar.cut_device(*device, now)?,
            format!(
                "{} {}",
                out.t("Đã cắt mọi quyền của", "Ended all that this device may:"),
                out.w(&who)
            ),
        ),
        (Some(device), Some(open)) => (
            registrar.cut_device_in_book(*device, open.book, now)?,
            format!(
                "{} {} · {}",
                out.t("Đã cắt quyền của", "Ended what this device may:"),
                out.w(&who),
                out.w(&words::book(open))
            ),
        ),
        (None, Some(open)) => (
            registrar.cut_book(open.book, now)?,
            format!(
                "{} {}",
                out.t("Không ai ghi thêm được vào", "Nobody writes any more in"),
                out.w(&words::book(open))
            ),
        ),
        (None, None) => {
            return Err(Fault::usage(
                "Chọn máy, hoặc sổ bằng --book.",
                "Choose a device, or a book with --book.",
            ));
        }
    };
    out.object(&json!({
        "cut": device.map(|id| id.to_string()),
        "book": book.as_ref().map(|open| open.book.to_string()),
        "not_named": not_named.logs,
        "height": registrar.register()?.height().0,
    }));
    out.line(said);
    tell_not_named(context, not_named);
    Ok(Exit::Done)
}

/// Says which logs a cut had no room for: nothing of them counts any more.
pub(super) fn tell_not_named(context: &Context, not_named: NotNamed) {
    if not_named.logs == 0 {
        return;
    }
    let out = &context.out;
    out.line(format!(
        "{}: {} · {}: {}",
        out.t(
            "Nhật ký không còn được tính vì quá nhiều, không nêu hết được",
            "Logs that count no more, being too many to be named"
        ),
        not_named.logs,
        out.t("trong đó trước đây được tính", "of which counted until now"),
        not_named.counted,
    ));
    out.line(out.t(
        "Xem bằng aside; mục nào đúng thì tính lại bằng let-in.",
        "Look at them with aside; what is right is counted again by let-in.",
    ));
}

fn aside(context: &Context, device: Option<&str>, book: Option<&str>) -> Done {
    let this = context.open()?;
    let device = device.map(|text| lookup::device(&this, text)).transpose()?;
    let book = book
        .map(|text| Ok::<_, Fault>(lookup::book(&this, text)?.book))
        .transpose()?;
    let mut all = this.set_aside()?;
    all.retain(|one| {
        device.is_none_or(|device| one.device == device) && book.is_none_or(|book| one.book == book)
    });
    let out = &context.out;
    let object = |one: &SetAside| {
        json!({
            "entry": one.entry.to_string(),
            "book": this.book_info(&one.book).map(words::book_object),
            "device": one.device.to_string(),
            "why": why_aside(&one.why).en,
            "missing": one.missing,
            "written_again": one.written_again,
            "ordered": one.ordered,
        })
    };
    out.object(&json!({"aside": all.iter().map(object).collect::<Vec<_>>()}));
    for one in &all {
        out.line(format!(
            "{} · {} · {} · {}",
            words::short(one.entry),
            out.w(&book_words(&this, &one.book)),
            out.w(&lookup::who(&this, Some(one.device))),
            out.w(&why_aside(&one.why)),
        ));
        if one.written_again {
            out.line(out.t("  Đã ghi lại.", "  It was written again."));
        } else if one.ordered {
            out.line(out.t(
                "  Đã giao ghi lại, chưa ai ghi: máy được ghi sổ này chạy write-again.",
                "  It is ordered that it be written again: who may write there runs write-again.",
            ));
        }
    }
    if all.is_empty() {
        out.line(out.t("Không có mục nào để riêng.", "Everything counts."));
    }
    Ok(Exit::Done)
}

fn let_in(context: &Context, text: &str) -> Done {
    let mut registrar = context.open_to_order()?;
    let (book, entry) = out_of_the_book(&registrar, text)?;
    registrar.let_in(book, entry, context.clock.now())?;
    tell_entry(
        context,
        &registrar,
        entry,
        ("Đã tính mục", "The entry counts now:"),
    )
}

fn order_again(context: &Context, text: &str) -> Done {
    let mut registrar = context.open_to_order()?;
    let (book, entry) = out_of_the_book(&registrar, text)?;
    let ordered = registrar.order_again(book, entry, context.clock.now())?;
    let out = &context.out;
    out.object(&json!({
        "entries": texts(&ordered.entries),
        "written": ordered.written,
        "height": registrar.register()?.height().0,
    }));
    out.line(format!(
        "{}: {}",
        if ordered.written {
            out.t("Số mục đã ghi lại thay", "Entries written again")
        } else {
            out.t("Số mục đã giao ghi lại", "Entries that are to be written again")
        },
        ordered.entries.len()
    ));
    if !ordered.written {
        out.line(format!(
            "{} {}",
            out.t(
                "Chạy sync, rồi chạy write-again trên một máy được ghi sổ này:",
                "Run sync, then write-again on a device that may write there:"
            ),
            out.w(&book_words(&registrar, &book)),
        ));
    }
    Ok(Exit::Done)
}

fn write_again(context: &Context, text: &str) -> Done {
    let mut device = context.open()?;
    let (book, entry) = out_of_the_book(&device, text)?;
    let written = device.write_ordered(book, entry, context.clock.now())?;
    let out = &context.out;
    out.object(&json!({"entries": texts(&written)}));
    out.line(format!(
        "{}: {}",
        out.t("Số mục đã ghi lại thay", "Entries written again"),
        written.len()
    ));
    Ok(Exit::Done)
}

/// An entry that does not count, by the beginning of its id.
fn out_of_the_book(device: &Device, text: &str) -> Done<(BookId, EntryId)> {
    let found = device.set_aside()?.into_iter();
    lookup::entry(found.map(|one| (one.book, one.entry)).collect(), text)
}

fn texts(entries: &[EntryId]) -> Vec<String> {
    entries.iter().map(ToString::to_string).collect()
}

fn rivals(context: &Context) -> Done {
    let device = context.open()?;
    let all = device.rivals();
    let out = &context.out;
    let objects: Vec<_> = all
        .iter()
        .map(|rivals| {
            let branches = rivals.branches.iter().map(|branch| {
                json!({
                    "entries": branch.entries.iter().map(ToString::to_string).collect::<Vec<_>>(),
                    "counts": branch.counts,
                    "anchored": branch.anchored,
                })
            });
            json!({
                "book": device.book_info(&rivals.book).map(words::book_object),
                "device": rivals.device.to_string(),
                "branches": branches.collect::<Vec<_>>(),
            })
        })
        .collect();
    out.object(&json!({"rivals": objects}));
    for rivals in &all {
        out.line(format!(
            "{} · {}",
            out.w(&book_words(&device, &rivals.book)),
            out.w(&lookup::who(&device, Some(rivals.device))),
        ));
        for branch in &rivals.branches {
            let entries: Vec<String> = branch.entries.iter().map(words::short).collect();
            let state = match (branch.counts, branch.anchored) {
                (true, true) => out.t("được tính, xã đã chọn", "counts, chosen"),
                (true, false) => out.t("được tính", "counts"),
                (false, _) => out.t("không được tính", "does not count"),
            };
            out.line(format!("  {} · {state}", entries.join(", ")));
        }
    }
    if all.is_empty() {
        out.line(out.t(
            "Không có chỗ nào ghi hai bản khác nhau.",
            "Nothing was written twice at one place.",
        ));
    }
    Ok(Exit::Done)
}

fn anchor(context: &Context, text: &str) -> Done {
    let mut registrar = context.open_to_order()?;
    let mut held: Vec<(BookId, EntryId)> = Vec::new();
    for rivals in registrar.rivals() {
        let entries = rivals.branches.into_iter().flat_map(|branch| branch.entries);
        held.extend(entries.map(|entry| (rivals.book, entry)));
    }
    let (book, entry) = lookup::entry(held, text)?;
    registrar.anchor(book, entry, context.clock.now())?;
    tell_entry(
        context,
        &registrar,
        entry,
        ("Bản được tính:", "The one that counts:"),
    )
}

fn tell_entry(context: &Context, registrar: &Device, entry: EntryId, said: (&str, &str)) -> Done {
    let out = &context.out;
    out.object(&json!({
        "entry": entry.to_string(),
        "height": registrar.register()?.height().0,
    }));
    out.line(format!("{} {}", out.t(said.0, said.1), words::short(entry)));
    Ok(Exit::Done)
}

pub(super) fn book_words(device: &Device, book: &BookId) -> sothon_records::Words {
    device.book_info(book).map(words::book).unwrap_or_default()
}
