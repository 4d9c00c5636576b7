//! What is done with keys on paper when a machine is lost: the recovery sheet, the reading keys.

use std::path::Path;

use serde_json::json;
use sothon_ledger::register::{Action, Unchosen};
use sothon_ledger::{Compartment, Height, OperationId};
use sothon_replica::slip::secret_from_text;
use sothon_replica::{RegistrarError, ReplicaError};
use zeroize::Zeroizing;

use crate::context::{Context, Device};
use crate::fault::{Done, Exit, Fault};
use crate::{lookup, words};

/// `recover`.
pub fn recover(context: &Context, sheet: Option<&Path>, branch: Option<&str>) -> Done {
    let mut device = context.open()?;
    let after = branch.map(|text| branch_of(&device, text)).transpose()?;
    let key = paper_key(
        context,
        sheet,
        ("Chìa khôi phục (STS-…): ", "The recovery key (STS-…): "),
    )?;
    match device.recover(&key, after, context.clock.now()) {
        Err(ReplicaError::Registrar(RegistrarError::Branches(branches))) => {
            return Err(tell_branches(context, &branches));
        }
        done => done?,
    }
    let out = &context.out;
    let height = device.register()?.height();
    out.object(&json!({"registrar": true, "height": height.0}));
    out.line(format!(
        "{} {}",
        out.t(
            "Từ nay máy này giữ danh bạ:",
            "This machine is the registrar's now:"
        ),
        out.w(&lookup::who(&device, Some(device.device())))
    ));
    out.line(out.t(
        "Cất lại phiếu khôi phục. Chạy sync để mọi máy biết, rồi cắt máy cũ (lost).",
        "Lock the sheet away again. Run sync so that everybody hears of it, then cut the lost machine (lost).",
    ));
    if device.register()?.unchosen().iter().any(|one| !one.settled) {
        out.line(out.t(
            "Có việc đã ghi ở nhánh không được chọn và còn phải làm lại: xem unchosen.",
            "Something was ordered on a branch that was not chosen and is to be said again: see unchosen.",
        ));
    }
    Ok(Exit::Done)
}

/// `unchosen`.
pub fn unchosen(context: &Context) -> Done {
    let device = context.open()?;
    let all = device.register()?.unchosen();
    let says = |action: &Action| {
        words::operation(
            action,
            |id| lookup::who(&device, Some(id)),
            |id| super::ending::book_words(&device, id),
        )
    };
    let out = &context.out;
    let object = |one: &Unchosen<'_>| {
        json!({
            "operation": one.operation.id().to_string(),
            "height": one.operation.height().0,
            "time": one.operation.time(),
            "orders": says(one.operation.action()).en,
            "settled": one.settled,
        })
    };
    out.object(&json!({"unchosen": all.iter().map(object).collect::<Vec<_>>()}));
    for one in &all {
        out.line(format!(
            "{} · {} · {}",
            one.operation.height(),
            out.w(&says(one.operation.action())),
            if one.settled {
                out.t("không cần làm lại", "nothing is left to do")
            } else {
                out.t("còn phải làm lại", "to be said again")
            },
        ));
    }
    if all.is_empty() {
        out.line(out.t(
            "Không có việc nào ghi ở nhánh không được chọn.",
            "Nothing was ordered on a branch that was not chosen.",
        ));
    } else {
        out.line(out.t(
            "Chỉ làm lại những việc xã thật sự đã quyết.",
            "Say again only what the commune has decided indeed.",
        ));
    }
    Ok(Exit::Done)
}

/// `reading-key open`.
pub fn open(context: &Context, compartment: Compartment, year: Option<u32>, sheet: Option<&Path>) -> Done {
    let mut device = context.open()?;
    let year = year.unwrap_or(context.clock.year());
    let key = paper_key(
        context,
        sheet,
        ("Chìa đọc trên giấy (STS-…): ", "The reading key (STS-…): "),
    )?;
    let opened = device.read_by_paper(compartment, year, *key)?;
    let out = &context.out;
    let books: Vec<_> = opened
        .books
        .iter()
        .filter_map(|id| device.book_info(id))
        .collect();
    out.object(&json!({
        "opened": books.iter().map(|open| words::book_object(open)).collect::<Vec<_>>(),
        "keys": opened.keys,
        "without": opened.without,
    }));
    for open in &books {
        out.line(out.w(&words::book(open)));
    }
    out.line(format!(
        "{}: {} · {}: {}",
        out.t("Chìa mở được", "Keys opened"),
        opened.keys,
        out.t(
            "chìa chưa có bản niêm phong cho giấy này",
            "keys not wrapped for the sheet"
        ),
        opened.without
    ));
    out.line(out.t(
        "Cất lại tờ chìa đọc. Máy này đọc được từ nay; muốn ghi thì cần được duyệt vào ngăn đó.",
        "Lock the sheet away again. This device reads from now on; to write there it has to be let in.",
    ));
    Ok(Exit::Done)
}

/// A key on paper, from a file or as it is typed.
///
/// # Errors
/// It cannot be read, or is none.
pub fn paper_key(context: &Context, file: Option<&Path>, ask: (&str, &str)) -> Done<Zeroizing<[u8; 32]>> {
    let typed = match file {
        Some(path) => {
            let read = std::fs::read_to_string(path).map_err(|error| {
                Fault::input(
                    "file",
                    format!("Không đọc được tệp {}: {error}.", path.display()),
                    format!("Cannot read the file {}: {error}.", path.display()),
                )
            })?;
            let read = Zeroizing::new(read);
            Zeroizing::new(read.lines().next().unwrap_or_default().to_owned())
        }
        None => context.ask_secret(ask)?,
    };
    Ok(Zeroizing::new(secret_from_text(&typed)?))
}

fn branch_of(device: &Device, text: &str) -> Done<OperationId> {
    let branches = device.branches()?;
    let mut found = branches
        .iter()
        .filter(|(_, id)| !text.is_empty() && id.to_string().starts_with(text));
    match (found.next(), found.next()) {
        (Some((_, id)), None) => Ok(*id),
        _ => Err(Fault::input(
            "not_found",
            format!("Không thấy nhánh “{text}” của danh bạ."),
            format!("The register has no branch “{text}”."),
        )),
    }
}

fn tell_branches(context: &Context, branches: &[(Height, OperationId)]) -> Fault {
    for (height, id) in branches {
        context.out.remark(
            format!("Nhánh {}: đến việc thứ {height}", words::short(id)),
            format!("Branch {}: up to operation {height}", words::short(id)),
        );
    }
    Fault::input(
        "branches",
        "Danh bạ có nhiều nhánh. Chọn nhánh của máy giữ danh bạ thật bằng --branch.",
        "The register has several branches. Choose that of the true registrar with --branch.",
    )
}
