//! The register handed over to another machine; a village's book opened to a union or unit.

use serde_json::json;
use sothon_ledger::BookKind;
use sothon_replica::{NotNamed, RegistrarError, ReplicaError};

use super::ending::tell_not_named;
use crate::context::Context;
use crate::fault::{Done, Exit, Fault};
use crate::{lookup, words};

/// `hand-over`.
pub fn hand_over(context: &Context, text: &str, yes: bool) -> Done {
    let mut registrar = context.open_to_order()?;
    let device = lookup::device(&registrar, text)?;
    let who = lookup::who(&registrar, Some(device));
    let out = &context.out;
    if !yes {
        out.object(&json!({"device": device.to_string(), "handed_over": false}));
        out.line(format!(
            "{} {}",
            out.t("Sẽ giao danh bạ cho", "The register would be handed over to"),
            out.w(&who)
        ));
        out.line(out.t(
            "Chưa giao. Sau khi giao, máy này không duyệt, không cắt được máy nào nữa. Nếu đúng, chạy lại với --yes.",
            "Not handed over. Once it is, this machine admits and ends nothing more. If it is right, run it again with --yes.",
        ));
        return Ok(Exit::Found);
    }
    registrar.hand_over(device, context.clock.now())?;
    out.object(&json!({
        "device": device.to_string(),
        "handed_over": true,
        "height": registrar.register()?.height().0,
    }));
    out.line(format!(
        "{} {}",
        out.t("Từ nay giữ danh bạ:", "The registrar's from now on:"),
        out.w(&who)
    ));
    out.line(out.t(
        "Chạy sync ở cả hai máy. Lời mời còn mở trên máy này không dùng được nữa; máy kia mời lại.",
        "Run sync on both. Invitations that are open on this machine are of no use any more; the other makes its own.",
    ));
    Ok(Exit::Done)
}

/// `open-to`.
pub fn open_to(context: &Context, text: &str, unit: u32, close: bool) -> Done {
    let mut registrar = context.open_to_order()?;
    let open = lookup::book(&registrar, text)?;
    if open.kind != BookKind::Village {
        return Err(Fault::input(
            "not_for_units",
            "Chỉ sổ chung của thôn mới mở cho đơn vị xem được.",
            "Only a village's general book is opened to a unit.",
        ));
    }
    let now = context.clock.now();
    let done = if close {
        registrar.close_to_unit(open.book, unit, now)
    } else {
        registrar
            .open_to_unit(open.book, unit, now)
            .map(|()| NotNamed::default())
    };
    let not_named = match done {
        Err(ReplicaError::Registrar(RegistrarError::Opened)) => {
            return Err(Fault::input(
                "opened",
                "Đơn vị này xem được sổ đó rồi.",
                "That unit reads the book already.",
            ));
        }
        Err(ReplicaError::Registrar(RegistrarError::NotOpened)) => {
            return Err(Fault::input(
                "not_opened",
                "Sổ đó không mở cho đơn vị này.",
                "That book is not open to the unit.",
            ));
        }
        done => done?,
    };
    let out = &context.out;
    out.object(&json!({
        "book": words::book_object(&open),
        "unit": unit,
        "open": !close,
        "not_named": not_named.logs,
        "height": registrar.register()?.height().0,
    }));
    let said = if close {
        out.t(
            "Thôi mở cho đơn vị: những gì đã xem thì máy của đơn vị vẫn giữ",
            "Not open to the unit any more; what its devices have read they keep",
        )
    } else {
        out.t("Đơn vị được xem từ nay", "The unit reads it from now on")
    };
    out.line(format!("{said} ({unit}): {}", out.w(&words::book(&open))));
    tell_not_named(context, not_named);
    Ok(Exit::Done)
}
