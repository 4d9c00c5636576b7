//! `verify`: every signature, backlink, payload and seal again.

use serde_json::json;
use sothon_replica::Station;
use sothon_store::Finding;

use crate::context::Context;
use crate::fault::{Done, Exit};
use crate::words;

/// `verify`.
pub fn verify(context: &Context, locked: bool) -> Done {
    let out = &context.out;
    let mut progress = |done, all| out.progress(("Đã kiểm tra", "Checked"), done, all);
    let (findings, seals, entries, height) = if locked {
        let station = Station::open(context.folder())?;
        let findings = station.store().verify(&mut progress);
        (findings, None, entries(&station), height(&station))
    } else {
        let device = context.open()?;
        let findings = device.station().store().verify(&mut progress);
        let seals = device.check_seals().map_err(crate::fault::Fault::from)?;
        (
            findings,
            Some(seals),
            entries(device.station()),
            height(device.station()),
        )
    };
    let (waits, damage): (Vec<Finding>, Vec<Finding>) = findings
        .into_iter()
        .partition(|finding| matches!(finding, Finding::Waiting(_)));
    let bad_times = seals.as_ref().map_or(0, |seals| seals.bad_times);
    let found = !damage.is_empty() || bad_times > 0;
    out.object(&json!({
        "entries": entries,
        "register_height": height,
        "findings": damage.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "waiting": waits.len(),
        "seals": seals.as_ref().map(|seals| json!({
            "counting": seals.counting,
            "waiting": seals.waiting,
            "aside": seals.aside.iter().map(|(book, id, why)| json!({
                "book": book.to_string(),
                "entry": id.to_string(),
                "why": format!("{why:?}"),
            })).collect::<Vec<_>>(),
            "times": seals.times,
            "bad_times": seals.bad_times,
        })),
        "ok": !found,
    }));
    out.line(format!(
        "{}: {entries} · {}: {height}",
        out.t(
            "Mục đã kiểm tra chữ ký, thứ tự, nội dung",
            "Entries whose signature, order and payload were checked"
        ),
        out.t("việc trong danh bạ", "register operations"),
    ));
    if let Some(seals) = &seals {
        out.line(format!(
            "{}: {} · {}: {} · {}: {}",
            out.t("Mở được và được tính", "Opened and counting"),
            seals.counting,
            out.t(
                "chờ, hoặc không dành cho máy này",
                "waiting, or not for this device"
            ),
            seals.waiting,
            out.t("không được tính", "not counting"),
            seals.aside.len()
        ));
        for (_, id, why) in &seals.aside {
            out.line(format!("  {} {why:?}", words::short(id)));
        }
        out.line(format!(
            "{}: {}",
            out.t("Giờ nhận mở được", "Times of arrival that open"),
            seals.times
        ));
    }
    if !waits.is_empty() {
        out.line(format!(
            "{}: {}",
            out.t("Mục chờ mục trước nó", "Entries that wait for one before"),
            waits.len()
        ));
    }
    for finding in &damage {
        out.line(format!("{}: {finding}", out.t("Cần xem", "Found")));
    }
    if bad_times > 0 {
        out.line(format!(
            "{}: {bad_times}",
            out.t("Giờ nhận không mở được", "Times of arrival that do not open")
        ));
    }
    if found {
        out.line(out.t(
            "Sổ trên máy có chỗ không đúng như đã ghi. Đừng ghi tiếp; những gì xã đã nhận vẫn còn ở xã. Nhờ người phụ trách sổ của xã.",
            "The store is not as it was written. Do not go on with it; what the commune has received is there. Ask for help.",
        ));
        Ok(Exit::Found)
    } else {
        out.line(out.t("Mọi thứ đúng như đã ghi.", "All is as it was written."));
        Ok(Exit::Done)
    }
}

fn entries(station: &Station) -> u64 {
    station.store().index().all().map(|log| log.entries()).sum()
}

fn height(station: &Station) -> u64 {
    station.register().map_or(0, |register| register.height().0)
}
