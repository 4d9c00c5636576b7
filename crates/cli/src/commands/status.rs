//! How this device stands, and publishing.

use serde_json::{Value as Json, json};
use sothon_replica::OwnFiles;

use crate::context::{Context, Device};
use crate::fault::{Done, Exit};
use crate::{lookup, words};

/// The four counts for machines: on this device, at the relay, at the commune, held back.
pub fn counts_object([on_device, at_relay, at_commune, held_back]: [usize; 4]) -> Json {
    json!({
        "on_device": on_device,
        "at_relay": at_relay,
        "at_commune": at_commune,
        "held_back": held_back,
    })
}

/// The four counts in words.
pub fn counts_line(context: &Context, [on_device, at_relay, at_commune, held_back]: [usize; 4]) -> String {
    let out = &context.out;
    format!(
        "{} {on_device} · {} {at_relay} · {} {at_commune} · {} {held_back}",
        out.t("Đã lưu trên máy", "On this device"),
        out.t("Đã gửi", "Sent"),
        out.t("Xã đã nhận", "Commune has"),
        out.t("Cần xem lại", "To be looked at"),
    )
}

/// The files of this device that are on their way, for machines.
pub fn files_object(files: OwnFiles) -> Json {
    json!({ "on_device": files.on_device, "at_relay": files.at_relay })
}

/// The same in words.
pub fn files_line(context: &Context, files: OwnFiles) -> String {
    let out = &context.out;
    format!(
        "{} {} · {} {}",
        out.t("Đã lưu trên máy", "On this device"),
        files.on_device,
        out.t("Đã gửi", "Sent"),
        files.at_relay,
    )
}

/// `status`.
pub fn status(context: &Context) -> Done {
    let device = context.open()?;
    let out = &context.out;
    let register = device.register().ok();
    let span = register.and_then(|register| {
        let info = register.rights().device(&device.device())?;
        info.role_at(register.effective_height())
    });
    let counts = device.delivery_counts();
    let files = device.own_files()?;
    let records = device.records().count();
    let conflicts = device.conflicts().len();
    out.object(&json!({
        "root": device.root().to_string(),
        "device": device.device().to_string(),
        "transport": device.station().transport_key().to_string(),
        "role": span.map(|span| words::role(span.role).0),
        "places": span.map(|span| span.scopes.iter().map(|scope| words::scope_text(*scope)).collect::<Vec<_>>()),
        "registrar": device.is_registrar(),
        "register": register.map(|register| json!({
            "height": register.height().0,
            "head": register.head().1.to_string(),
            "frozen_at": register.frozen().map(|height| height.0),
        })),
        "readable_books": device.readable().count(),
        "records": records,
        "unpublished": device.unpublished(),
        "changes": counts_object(counts),
        "files_on_the_way": files_object(files),
        "entries": device.entry_counts()?,
        "conflicts": conflicts,
        "readers_waiting": device.readers_waiting().len(),
        "lan_key": device.lan_key().is_some(),
        "today": context.clock.today().to_string(),
    }));
    let mut rows = vec![
        (out.t("Xã", "Commune"), device.root().to_string()),
        (
            out.t("Máy", "Device"),
            out.w(&lookup::who(&device, Some(device.device()))).to_owned(),
        ),
        (
            out.t("Khóa gọi máy", "Transport key"),
            device.station().transport_key().to_string(),
        ),
    ];
    match register {
        Some(register) => rows.push((
            out.t("Danh bạ", "Register"),
            format!("{} {}", out.t("việc thứ", "operation"), register.height()),
        )),
        None => rows.push((
            out.t("Danh bạ", "Register"),
            out.t("chưa về máy", "not here yet").to_owned(),
        )),
    }
    if span.is_none() {
        rows.push((
            out.t("Tình trạng", "State"),
            out.t("Đang chờ xã duyệt máy này.", "Waiting to be admitted.")
                .to_owned(),
        ));
    }
    rows.push((
        out.t("Sổ đọc được", "Readable books"),
        device.readable().count().to_string(),
    ));
    rows.push((out.t("Bản ghi", "Records"), records.to_string()));
    rows.push((out.t("Lần sửa", "Changes"), counts_line(context, counts)));
    if files != OwnFiles::default() {
        let label = out.t(
            "Ảnh, tệp đang trên đường về xã",
            "Photos on their way to the commune",
        );
        rows.push((label, files_line(context, files)));
    }
    rows.push((out.t("Cần xem lại", "Conflicts"), conflicts.to_string()));
    for (label, value) in rows {
        out.line(format!("{label}: {value}"));
    }
    Ok(Exit::Done)
}

/// `publish`.
pub fn publish(context: &Context) -> Done {
    let mut device = context.open()?;
    device.register()?;
    let published = device.publish_whole(context.clock.now(), context.clock.year())?;
    tell_waiting(context, &device, &published.waiting);
    let out = &context.out;
    out.object(&json!({
        "entries": published.entries.len(),
        "wraps": published.wraps.len(),
        "waiting": published.waiting.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "unpublished": device.unpublished(),
    }));
    out.line(format!(
        "{}: {} · {}: {}",
        out.t("Đã đóng thành mục", "Entries made"),
        published.entries.len(),
        out.t("còn chờ", "still waiting"),
        device.unpublished()
    ));
    Ok(Exit::Done)
}

/// Says which books wait for a key.
pub fn tell_waiting(context: &Context, device: &Device, waiting: &[sothon_ledger::BookId]) {
    for book in waiting {
        let open = device.book_info(book).map(words::book).unwrap_or_default();
        context.out.remark(
            format!(
                "{}: chờ chìa hoặc quyền ghi; những gì đã ghi vẫn trên máy.",
                open.vi
            ),
            format!(
                "{}: waits for a key or the right to write; what was saved stays here.",
                open.en
            ),
        );
    }
}
