//! What the register says: devices, books, relays.

use serde_json::json;
use sothon_ledger::Right;
use sothon_replica::Holding;

use crate::context::{Context, Device};
use crate::fault::{Done, Exit};
use crate::output::Out;
use crate::{lookup, words};

/// `devices`.
pub fn devices(context: &Context) -> Done {
    let device = context.open()?;
    let register = device.register()?;
    let at = register.effective_height();
    let out = &context.out;
    let mut rows = Vec::new();
    let mut objects = Vec::new();
    for (id, info) in register.rights().devices() {
        let span = info.role_at(at);
        let places: Vec<String> = span
            .into_iter()
            .flat_map(|span| &span.scopes)
            .map(|scope| words::scope_text(*scope))
            .collect();
        objects.push(json!({
            "device": id.to_string(),
            "transport": info.transport.to_string(),
            "role": span.map(|span| words::role(span.role).0),
            "places": places,
            "admitted": info.admitted.0,
            "this": *id == device.device(),
        }));
        rows.push(vec![
            words::short(id),
            span.map_or_else(
                || out.t("đã cắt", "cut").to_owned(),
                |span| out.w(&words::role(span.role).1).to_owned(),
            ),
            places.join(" "),
            if *id == device.device() {
                out.t("máy này", "this device")
            } else {
                ""
            }
            .to_owned(),
        ]);
    }
    out.object(&json!({"devices": objects}));
    out.table(
        &[
            out.t("Máy", "Device"),
            out.t("Vai trò", "Role"),
            out.t("Nơi", "Place"),
            "",
        ],
        &rows,
    );
    Ok(Exit::Done)
}

/// `books`.
pub fn books(context: &Context) -> Done {
    let device = context.open()?;
    let out = &context.out;
    let readable: Vec<_> = device.readable().map(|open| open.book).collect();
    let mut all: Vec<_> = device
        .register()?
        .rights()
        .books()
        .map(|(_, info)| info)
        .collect();
    all.sort_by_key(|info| (info.open.year, info.open.kind, info.open.scope));
    let mut rows = Vec::new();
    let mut objects = Vec::new();
    for info in all {
        let book = info.open.book;
        let may = |right| device.may(&book, right);
        let reads = readable.contains(&book);
        let count = device.records_of(&book).count();
        let holding = device.holding(&book)?;
        let mut object = words::book_object(&info.open);
        if let Some(object) = object.as_object_mut() {
            object.insert("readable".into(), reads.into());
            object.insert("may_read".into(), may(Right::Read).into());
            object.insert("may_write".into(), may(Right::Write).into());
            object.insert("may_drop".into(), may(Right::Drop).into());
            object.insert("records".into(), count.into());
            object.insert("entries".into(), holding.entries.into());
            object.insert("missing".into(), (holding.missing + holding.hollow).into());
        }
        objects.push(object);
        let checked = device.being_checked().any(|checked| checked == book);
        let state = match (reads, may(Right::Read)) {
            (true, _) if checked => out.t("đang kiểm tra", "being checked"),
            (true, _) => out.t("đọc được", "readable"),
            (false, true) if may(Right::Write) => {
                out.t("chưa có chìa hoặc chưa ai ghi", "no key yet, or empty")
            }
            (false, true) => out.t("chưa có chìa", "no key yet"),
            (false, false) => "–",
        };
        let write = match (may(Right::Write), may(Right::Drop)) {
            (true, _) => out.t("ghi", "writes"),
            (_, true) => out.t("niêm phong gửi", "drops"),
            _ => "–",
        };
        rows.push(vec![
            words::short(book),
            out.w(&words::book(&info.open)).to_owned(),
            state.to_owned(),
            write.to_owned(),
            if reads { count.to_string() } else { String::new() },
            holding_words(out, holding),
        ]);
    }
    out.object(&json!({"books": objects}));
    out.table(
        &[
            out.t("Mã", "Id"),
            out.t("Sổ", "Book"),
            out.t("Đọc", "Reads"),
            out.t("Ghi", "Writes"),
            out.t("Bản ghi", "Records"),
            out.t("Mục trên máy", "Entries here"),
        ],
        &rows,
    );
    Ok(Exit::Done)
}

/// `checkpoint`.
pub fn checkpoint(context: &Context, book: &str) -> Done {
    let mut device = context.open()?;
    let book = lookup::book(&device, book)?.book;
    device.make_checkpoint(&book, context.clock.now())?;
    let size = device
        .station()
        .archive()
        .saves(&book)?
        .last()
        .map_or(0, |save| save.size);
    let out = &context.out;
    out.object(&json!({"book": book.to_string(), "bytes": size}));
    out.line(out.t(
        "Đã làm bản gộp. Gửi nhận để trạm chuyển của xã giữ bản này cho máy mới.",
        "The checkpoint is made. Sync, so that the commune's relay keeps it for new devices.",
    ));
    Ok(Exit::Done)
}

/// What is here of a book, and that something of it is nowhere here.
fn holding_words(out: &Out, holding: Holding) -> String {
    match holding.missing + holding.hollow {
        0 => holding.entries.to_string(),
        missing => format!("{}, {} {missing}", holding.entries, out.t("còn thiếu", "missing")),
    }
}

/// `relays show`.
pub fn relays(context: &Context) -> Done {
    tell_relays(context, &context.open()?)
}

/// Says which relays the register names.
pub fn tell_relays(context: &Context, device: &Device) -> Done {
    let relays = device.register()?.rights().relays();
    let out = &context.out;
    let objects: Vec<_> = relays
        .iter()
        .map(|relay| json!({"key": relay.key.to_string(), "addresses": relay.addresses}))
        .collect();
    out.object(&json!({"relays": objects}));
    for relay in relays {
        out.line(format!("{}@{}", relay.key, relay.addresses.join(",")));
    }
    if relays.is_empty() {
        out.line(out.t(
            "Xã chưa có trạm chuyển. Đặt bằng relays set.",
            "There is no relay. Set one with relays set.",
        ));
    }
    Ok(Exit::Done)
}

/// Who wrote something, for people and machines.
pub fn author(
    context: &Context,
    device: &Device,
    book: &sothon_ledger::BookId,
    actor: &sothon_book::ActorId,
) -> (Option<String>, String) {
    let id = device.author(book, actor);
    let said = lookup::who(device, id);
    (id.map(|id| id.to_string()), context.out.w(&said).to_owned())
}
