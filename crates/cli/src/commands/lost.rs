//! A device that is lost or was in wrong hands: what was on it, its end, and the undoing of what it wrote.

use serde_json::{Value, json};
use sothon_ledger::BookId;
use sothon_replica::HadOnIt;

use super::access::reason;
use crate::context::{Context, Device};
use crate::fault::{Done, Exit};
use crate::{lookup, words};

/// `lost`.
pub fn lost(context: &Context, text: &str, yes: bool) -> Done {
    let mut device = context.open_to_order()?;
    let id = lookup::device(&device, text)?;
    let who = lookup::who(&device, Some(id));
    let out = &context.out;
    if !yes {
        let had = device.what_is_on(&id)?;
        out.object(&json!({
            "device": id.to_string(),
            "had": had.iter().map(|had| had_object(&device, had)).collect::<Vec<_>>(),
            "ended": false,
        }));
        tell_had(context, &device, &had);
        out.line(out.t(
            "Chưa cắt. Nếu đúng máy này bị mất, chạy lại với --yes.",
            "Nothing was ended. If this is the lost device, run it again with --yes.",
        ));
        return Ok(Exit::Found);
    }
    let now = context.clock.now();
    // The first key of a book needs this device's own keys.
    device.publish_whole(now, context.clock.year())?;
    let ended = device.end_lost(id, now)?;
    let published = device.publish_whole(now, context.clock.year())?;
    super::status::tell_waiting(context, &device, &published.waiting);
    let books = |ids: &[BookId]| -> Vec<Value> {
        let info = ids.iter().filter_map(|id| device.book_info(id));
        info.map(words::book_object).collect()
    };
    out.object(&json!({
        "device": id.to_string(),
        "had": ended.had.iter().map(|had| had_object(&device, had)).collect::<Vec<_>>(),
        "renewed": books(&ended.renewed),
        "to_renew": books(&ended.to_renew),
        "not_named": ended.not_named.logs,
        "ended": true,
        "height": device.register()?.height().0,
    }));
    out.line(format!(
        "{} {}",
        out.t("Đã cắt mọi quyền của", "Ended all that this device may:"),
        out.w(&who)
    ));
    tell_had(context, &device, &ended.had);
    super::ending::tell_not_named(context, ended.not_named);
    out.line(format!(
        "{}: {} · {}: {}",
        out.t("Sổ đã thay chìa", "Books with a new key"),
        ended.renewed.len(),
        out.t(
            "sổ sẽ thay chìa khi máy đọc được ghi tiếp",
            "books that get one when a reader writes there next"
        ),
        ended.to_renew.len()
    ));
    out.line(out.t(
        "Chạy sync ngay để mọi máy biết. Nếu có dữ liệu cá nhân trên máy, báo cáo trong 72 giờ.",
        "Run sync now so that everybody hears of it. If personal data was on it, report within 72 hours.",
    ));
    Ok(Exit::Done)
}

fn had_object(device: &Device, had: &HadOnIt) -> Value {
    json!({
        "book": device.book_info(&had.book).map(words::book_object),
        "read": had.read,
        "records": had.records,
        "wrote": had.wrote,
    })
}

fn tell_had(context: &Context, device: &Device, had: &[HadOnIt]) {
    let out = &context.out;
    out.line(out.t("Trên máy có:", "What was on it:"));
    for one in had {
        let open = device.book_info(&one.book).map(words::book).unwrap_or_default();
        let records = one
            .records
            .map_or_else(|| "?".to_owned(), |count| count.to_string());
        out.line(format!(
            "  {} · {} · {}: {records} · {}: {}",
            out.w(&open),
            if one.read {
                out.t("đọc được", "readable")
            } else {
                out.t("không đọc được", "not readable")
            },
            out.t("bản ghi", "records"),
            out.t("mục máy đó đã ghi", "entries that it wrote"),
            one.wrote
        ));
    }
}

/// `suspend`.
pub fn suspend(context: &Context, text: &str, begins: bool) -> Done {
    let mut device = context.open()?;
    let id = lookup::device(&device, text)?;
    device.suspend(id, begins)?;
    let out = &context.out;
    out.object(&json!({"device": id.to_string(), "suspended": begins}));
    let said = if begins {
        out.t("Đã tạm dừng:", "Suspended:")
    } else {
        out.t("Thôi tạm dừng:", "Suspended no more:")
    };
    out.line(format!("{said} {}", out.w(&lookup::who(&device, Some(id)))));
    out.line(out.t(
        "Chạy sync để trạm chuyển và các máy biết. Những gì máy đó đã ghi vẫn được tính.",
        "Run sync so that relay and devices hear of it. What the device wrote still counts.",
    ));
    Ok(Exit::Done)
}

/// `undo-device`.
pub fn undo(context: &Context, text: &str, why: &str) -> Done {
    let why = reason(Some(why))?;
    let mut device = context.open()?;
    let id = lookup::device(&device, text)?;
    let undone = device.undo_device(&id, &why, Some(context.clock.now()))?;
    let out = &context.out;
    let elsewhere = undone.elsewhere.iter().filter_map(|id| device.book_info(id));
    let elsewhere: Vec<_> = elsewhere.collect();
    out.object(&json!({
        "act": undone.act.map(|act| act.to_string()),
        "records": undone.records.iter().map(|(_, key)| key.to_string()).collect::<Vec<_>>(),
        "left_alone": undone.left_alone,
        "elsewhere": elsewhere.iter().map(|open| words::book_object(open)).collect::<Vec<_>>(),
    }));
    out.line(format!(
        "{}: {} · {}: {}",
        out.t("Bản ghi đã hoàn tác", "Records set back"),
        undone.records.len(),
        out.t(
            "chỗ người khác đã sửa, giữ nguyên",
            "changed by others since, left as it is"
        ),
        undone.left_alone
    ));
    for open in elsewhere {
        out.line(format!(
            "{}: {}",
            out.t(
                "Làm trên máy được ghi sổ này",
                "To be done on a device that may write in"
            ),
            out.w(&words::book(open))
        ));
    }
    Ok(Exit::Done)
}
