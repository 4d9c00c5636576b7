//! Keys on paper, readers in care and tips, the key for nearby devices.

use serde_json::json;
use sothon_ledger::Compartment;
use sothon_replica::slip::{ReadingKeySlip, secret_to_text};

use crate::context::Context;
use crate::fault::{Done, Exit, Fault};
use crate::{lookup, words};

/// `reading-key make`.
pub fn make(context: &Context, compartment: Compartment, year: Option<u32>) -> Done {
    let mut device = context.open_to_order()?;
    let year = year.unwrap_or(context.clock.year());
    let made = device
        .make_reading_key(compartment, year)
        .map_err(sothon_app::Fault::of_reading_key)?;
    let secret = secret_to_text(&made.secret);
    let slip = made.slip.to_text();
    let out = &context.out;
    out.object(&json!({
        "compartment": words::compartment(compartment).0,
        "year": year,
        "secret": secret.as_str(),
        "slip": slip,
    }));
    out.line(format!(
        "{} – {}, {year}",
        out.t(
            "CHÌA ĐỌC TRÊN GIẤY – in ra, niêm phong, cất ở két của ngành; máy này không giữ lại",
            "READING KEY ON PAPER – print, seal, lock away; this device does not keep it",
        ),
        out.w(&words::compartment(compartment).1)
    ));
    out.line(&*secret);
    out.line("");
    out.line(out.t(
        "Đưa phiếu này cho người giữ danh bạ (reading-key enter):",
        "Give this slip to the registrar (reading-key enter):",
    ));
    out.line(slip);
    Ok(Exit::Done)
}

/// `reading-key enter`.
pub fn enter(context: &Context, slip: &str) -> Done {
    let slip = ReadingKeySlip::from_text(slip)?;
    let mut device = context.open_to_order()?;
    device.enter_reading_key(&slip, context.clock.now())?;
    let out = &context.out;
    let (slug, said) = words::compartment(slip.compartment);
    out.object(&json!({"compartment": slug, "year": slip.year}));
    out.line(format!(
        "{}: {}, {}",
        out.t("Đã ghi chìa đọc vào danh bạ", "The register has the reading key"),
        out.w(&said),
        slip.year
    ));
    Ok(Exit::Done)
}

/// `readers waiting`.
pub fn waiting(context: &Context) -> Done {
    let device = context.open()?;
    let out = &context.out;
    let waiting = device.readers_waiting();
    let objects: Vec<_> = waiting
        .iter()
        .map(|(book, id)| {
            let open = device.book_info(book).map(words::book_object);
            json!({"book": open, "device": id.to_string()})
        })
        .collect();
    out.object(&json!({"waiting": objects}));
    for (book, id) in &waiting {
        let open = device.book_info(book).map(words::book).unwrap_or_default();
        out.line(format!(
            "{}  {}  {}",
            words::short(book),
            out.w(&open),
            out.w(&lookup::who(&device, Some(*id)))
        ));
    }
    if waiting.is_empty() {
        out.line(out.t("Không có máy nào đang chờ.", "No device is waiting."));
    }
    Ok(Exit::Done)
}

/// `readers yes`.
pub fn yes(context: &Context, book: &str, reader: &str) -> Done {
    let mut device = context.open()?;
    let reader = lookup::device(&device, reader)?;
    let books = if book == "all" {
        let waiting = device.readers_waiting();
        let readable: Vec<_> = device.readable().map(|open| open.book).collect();
        waiting
            .into_iter()
            .filter(|(book, id)| *id == reader && readable.contains(book))
            .map(|(book, _)| book)
            .collect()
    } else {
        vec![lookup::book(&device, book)?.book]
    };
    if books.is_empty() {
        return Err(Fault::input(
            "nobody_waits",
            "Máy này không chờ sổ nào mà máy ta đọc được.",
            "That device waits for no book that this one reads.",
        ));
    }
    let now = context.clock.now();
    for book in &books {
        device.say_yes(book, reader, now)?;
    }
    // The wraps go with it.
    device.publish_whole(now, context.clock.year())?;
    let out = &context.out;
    out.object(&json!({
        "device": reader.to_string(),
        "books": books.iter().map(ToString::to_string).collect::<Vec<_>>(),
    }));
    out.line(format!(
        "{} {} ({})",
        out.t("Đã đồng ý cho đọc:", "Said yes:"),
        out.w(&lookup::who(&device, Some(reader))),
        books.len()
    ));
    Ok(Exit::Done)
}

/// `lan-key set`.
pub fn set_lan_key(context: &Context) -> Done {
    let mut device = context.open_to_order()?;
    let now = context.clock.now();
    // The first epoch of the commune's book needs this device's keys.
    device.publish_whole(now, context.clock.year())?;
    device.set_lan_key(now)?;
    let out = &context.out;
    let height = device.register()?.height().0;
    out.object(&json!({"height": height}));
    out.line(out.t(
        "Đã đặt chìa mới. Các máy của xã nhận được khi gửi nhận.",
        "A new key is in the register. Devices get it when they sync.",
    ));
    Ok(Exit::Done)
}
