//! Finding what a person means: a record, an act, a device, a book by the beginning of its id; and titles.

use sothon_book::ActId;
use sothon_ledger::register::OpenBook;
use sothon_ledger::{BookId, DeviceId, EntryId, InvitationId};
use sothon_records::{Kind, Lang, RawRecord, RecordKey, Words, show};
use sothon_replica::{Asked, Invitation};

use crate::context::Device;
use crate::fault::{Done, Fault};
use crate::words;

/// The kind with this slug or code.
///
/// # Errors
/// There is none.
pub fn kind(text: &str) -> Done<&'static Kind> {
    Kind::by_slug(text)
        .or_else(|| Kind::by_code(text))
        .ok_or_else(|| {
            Fault::input(
                "unknown_kind",
                format!("Không có loại “{text}”. Xem lệnh kinds."),
                format!("There is no kind “{text}”. See kinds."),
            )
        })
}

/// The one of many whose id begins so.
fn the_one<T>(found: Vec<T>, text: &str, vi: &str, en: &str) -> Done<T> {
    let mut found = found.into_iter();
    match (found.next(), found.next()) {
        (Some(one), None) => Ok(one),
        (None, _) => Err(Fault::input(
            "not_found",
            format!("Không thấy {vi} “{text}”."),
            format!("There is no {en} “{text}” here."),
        )),
        (Some(_), Some(_)) => Err(Fault::input(
            "ambiguous",
            format!("Có nhiều {vi} bắt đầu bằng “{text}”. Gõ thêm ký tự."),
            format!("More than one {en} begins with “{text}”. Type more of it."),
        )),
    }
}

/// The record that is meant by `kind/beginning` or `beginning`.
///
/// # Errors
/// None or several.
pub fn record(device: &Device, text: &str) -> Done<RecordKey> {
    if let Ok(key) = text.parse::<RecordKey>()
        && !device.books_with(&key).is_empty()
    {
        return Ok(key);
    }
    let (slug, id) = match text.split_once('/') {
        Some((slug, id)) => (Some(slug), id),
        None => (None, text),
    };
    let fits = |key: &RecordKey| {
        slug.is_none_or(|slug| key.kind == slug) && !id.is_empty() && key.id.to_string().starts_with(id)
    };
    let mut found: Vec<RecordKey> = device.records().map(|(_, key, _)| key).filter(fits).collect();
    found.sort();
    found.dedup();
    the_one(found, text, "bản ghi", "record")
}

/// The record, and the book where it counts: the newest volume that holds it.
///
/// # Errors
/// None or several.
pub fn placed(device: &Device, text: &str) -> Done<(BookId, RecordKey, RawRecord)> {
    let key = record(device, text)?;
    let mut books = device.books_with(&key);
    books.sort_by_key(|book| device.book_info(book).map(|open| open.year));
    let book = books.last().copied();
    let found = book.and_then(|book| Some((book, device.record(&book, &key)?)));
    match found {
        Some((book, raw)) => Ok((book, key, raw)),
        None => the_one(Vec::new(), text, "bản ghi", "record"),
    }
}

/// The act that is meant.
///
/// # Errors
/// None or several.
pub fn act(device: &Device, text: &str) -> Done<ActId> {
    let mut found: Vec<ActId> = device
        .acts()
        .into_iter()
        .map(|(_, act)| act.id)
        .filter(|id| !text.is_empty() && id.to_string().starts_with(text))
        .collect();
    found.sort();
    found.dedup();
    the_one(found, text, "lần ghi", "act")
}

/// The device of the register that is meant.
///
/// # Errors
/// None or several.
pub fn device(device: &Device, text: &str) -> Done<DeviceId> {
    let found = device
        .register()?
        .rights()
        .devices()
        .map(|(id, _)| *id)
        .filter(|id| !text.is_empty() && id.to_string().starts_with(text))
        .collect();
    the_one(found, text, "máy", "device")
}

/// The entry that is meant, of these.
///
/// # Errors
/// None or several.
pub fn entry(mut of: Vec<(BookId, EntryId)>, text: &str) -> Done<(BookId, EntryId)> {
    of.retain(|(_, id)| !text.is_empty() && id.to_string().starts_with(text));
    of.sort_unstable();
    of.dedup();
    the_one(of, text, "mục", "entry")
}

/// The invitation of this device that is meant.
///
/// # Errors
/// None or several.
pub fn invitation(all: &[Invitation], text: &str) -> Done<InvitationId> {
    let found = all
        .iter()
        .map(|invitation| invitation.id)
        .filter(|id| !text.is_empty() && id.to_string().starts_with(text))
        .collect();
    the_one(found, text, "phiếu mời", "invitation")
}

/// The device that is meant, of those that wait to be admitted.
///
/// # Errors
/// None or several.
pub fn asked(all: Vec<Invitation>, text: &str) -> Done<Asked> {
    let found = all
        .into_iter()
        .flat_map(|invitation| invitation.asked)
        .filter(|asked| !text.is_empty() && asked.device.to_string().starts_with(text))
        .collect();
    the_one(found, text, "máy đang chờ", "waiting device")
}

/// The book of the register that is meant: by its id, or as `care-files/village:1[/2025]`.
///
/// # Errors
/// None or several.
pub fn book(device: &Device, text: &str) -> Done<OpenBook> {
    let mut found: Vec<OpenBook> = device
        .register()?
        .rights()
        .books()
        .map(|(_, info)| info.open.clone())
        .filter(|open| {
            let name = format!(
                "{}/{}/{}",
                words::book_kind(open.kind).0,
                words::scope_text(open.scope),
                open.year
            );
            !text.is_empty()
                && (open.book.to_string().starts_with(text)
                    || name == text
                    || name.strip_prefix(text).is_some_and(|rest| rest.starts_with('/')))
        })
        .collect();
    found.sort_by_key(|open| open.year);
    the_one(found, text, "sổ", "book")
}

/// A record's title, with the titles of the records that it names.
pub fn title(device: &Device, key: &RecordKey, raw: &RawRecord, lang: Lang) -> Words {
    match Kind::by_slug(&key.kind) {
        Some(kind) => show::title(kind, raw, &|key| title_of(device, key, lang)),
        None => Words::same(key.to_string()),
    }
}

/// The title of a record that another names.
pub fn title_of(device: &Device, key: &RecordKey, lang: Lang) -> Option<String> {
    let book = device.books_with(key).into_iter().next()?;
    let raw = device.record(&book, key)?;
    let kind = Kind::by_slug(&key.kind)?;
    Some(show::title(kind, &raw, &show::no_titles).get(lang).to_owned())
}

/// Who a device is, as far as the register knows: role and place, no name.
pub fn who(device: &Device, id: Option<DeviceId>) -> Words {
    let Some(id) = id else {
        return Words::new("Chưa rõ", "Unknown");
    };
    let span = device.register().ok().and_then(|register| {
        let info = register.rights().device(&id)?;
        info.role_at(register.effective_height())
            .or(info.roles.last())
            .cloned()
    });
    let short = words::short(id);
    match span {
        Some(span) => {
            let role = words::role_in(span.role, &span.scopes);
            Words::new(format!("{}, {short}", role.vi), format!("{}, {short}", role.en))
        }
        None => Words::same(short),
    }
}
