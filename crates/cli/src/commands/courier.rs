//! The courier file: made for whoever carries it, taken in from whoever brought it.

use std::path::Path;

use serde_json::{Value, json};
use sothon_ledger::Role;
use sothon_records::Words;
use sothon_replica::{Asked, CourierIn, Left, Meant};

use crate::args;
use crate::context::{Context, Device};
use crate::fault::{Done, Exit};
use crate::output::Out;
use crate::{lookup, words};

/// `courier out`.
pub fn out(context: &Context, args: &args::CourierOut) -> Done {
    let mut device = context.open()?;
    let meant = match &args.device {
        Some(text) => Meant::Device(lookup::device(&device, text)?),
        None if args.all => Meant::Everybody,
        None => Meant::Commune,
    };
    let (now, year) = (context.clock.now(), context.clock.year());
    let made = device.courier_out(&args.file, meant, now, year)?;
    let out = &context.out;
    out.object(&json!({
        "file": args.file.display().to_string(),
        "for": meant_object(meant),
        "entries": made.entries,
        "operations": made.operations,
        "wraps": made.wraps,
        "notices": made.notices,
        "requests": made.requests,
        "damaged": made.damaged,
        "bytes": made.bytes,
    }));
    out.line(format!(
        "{} {}: {} {}, {} B.",
        out.t("Đã xuất tệp chuyển tay", "Made the courier file"),
        args.file.display(),
        made.entries,
        out.t("mục", "entries"),
        made.bytes,
    ));
    if made.requests > 0 {
        out.line(out.t(
            "Trong tệp có lời xin vào cho người giữ danh bạ.",
            "In it is a request to be admitted, for the registrar.",
        ));
    }
    if made.entries == 0 && made.requests == 0 && meant == Meant::Commune {
        out.line(out.t(
            "Xã đã nhận hết những gì máy này có; tệp chỉ có danh bạ.",
            "The commune has received all that is here; the file has the register only.",
        ));
    }
    if made.damaged > 0 {
        out.line(out.t(
            "Có mục đã hỏng trên máy này nên không xuất được; những mục khác đủ cả. Xem lệnh verify.",
            "Some entries are damaged on this disk and did not go out; all others did. See verify.",
        ));
    }
    out.line(out.t(
        "Tệp đã niêm phong, chép vào thẻ nhớ hay gửi tin nhắn đều được. Bản ghi vẫn ghi “Đã lưu trên máy” tới khi biên nhận của xã về.",
        "The file is sealed: a stick or a messenger may carry it. Nothing counts as received until the commune's receipt comes back.",
    ));
    Ok(Exit::Done)
}

/// `courier in`.
pub fn take_in(context: &Context, file: &Path) -> Done {
    let mut device = context.open()?;
    let (now, year) = (context.clock.now(), context.clock.year());
    let taken = device.courier_in(file, now, year)?;
    context.out.object(&object(&taken));
    say(&context.out, &device, &taken);
    Ok(Exit::Done)
}

fn meant_object(meant: Meant) -> Value {
    match meant {
        Meant::Commune => json!("commune"),
        Meant::Device(device) => json!(device.to_string()),
        Meant::Everybody => json!("all"),
        _ => Value::Null,
    }
}

fn object(taken: &CourierIn) -> Value {
    json!({
        "from": taken.from.to_string(),
        "made": taken.made,
        "for": meant_object(taken.meant),
        "entries": taken.entries,
        "operations": taken.operations,
        "wraps": taken.wraps,
        "notices": taken.notices,
        "known": taken.known,
        "left": taken.left.iter().map(left_object).collect::<Vec<_>>(),
        "stranger": taken.stranger,
        "unknown": taken.unknown,
        "lacking": taken.lacking,
        "not_now": taken.not_now,
        "invalid": taken.invalid,
        "first_invalid": taken.first_invalid.map(|place| json!({"part": place.part, "at": place.at})),
        "asked": taken.asked.iter().map(asked_object).collect::<Vec<_>>(),
        "requests": taken.requests,
        "admitted": taken.admitted,
        "frozen": taken.frozen.map(|height| height.0),
    })
}

fn left_object(left: &Left) -> Value {
    json!({
        "books": left.kind.map(|kind| words::book_kind(kind).0),
        "readers": left.readers.iter().map(|role| words::role(*role).0).collect::<Vec<_>>(),
        "entries": left.entries,
    })
}

fn asked_object(asked: &Asked) -> Value {
    json!({
        "invitation": asked.invitation.to_string(),
        "device": asked.device.to_string(),
        "words": asked.words,
    })
}

/// What was taken, and what was left for whom.
fn say(out: &Out, device: &Device, taken: &CourierIn) {
    let from = lookup::who(device, Some(taken.from));
    if taken.is_nothing_new() {
        out.line(out.t(
            "Trong tệp không có gì mới cho máy này.",
            "There is nothing new in the file for this device.",
        ));
    } else {
        out.line(format!(
            "{} {}: {} {}, {} {}.",
            out.t("Đã nhận tệp của", "Took in the file of"),
            out.w(&from),
            taken.entries,
            out.t("mục mới", "new entries"),
            taken.operations,
            out.t("thay đổi của danh bạ", "changes of the register"),
        ));
    }
    for left in &taken.left {
        out.line(out.w(&left_words(left, taken.admitted)));
    }
    let counted = [
        (
            taken.unknown,
            "mục của máy mà danh bạ chưa có: không nhận. Nhờ người gửi lấy danh bạ mới rồi xuất lại tệp.",
            "entries of devices that the register does not have: not taken. Ask for a file with the newer register.",
        ),
        (
            taken.lacking,
            "mục thiếu phần trước nên chưa nhận. Nhờ người gửi xuất lại tệp với --all.",
            "entries that need earlier ones: not taken. Ask for a file made with --all.",
        ),
        (
            taken.not_now,
            "mục chưa nhận được lúc này: danh bạ trên máy này cũ hơn nhiều. Nhận danh bạ mới rồi nhận lại tệp.",
            "entries not taken for now: the register here is far behind. Get a newer one, then take the file in again.",
        ),
        (
            taken.invalid,
            "mục đã hỏng từ máy gửi: không nhận. Những mục khác đủ cả.",
            "entries that were damaged where the file was made: not taken. All others were.",
        ),
    ];
    for (count, vi, en) in counted {
        if count > 0 {
            out.line(format!("{count} {}", out.t(vi, en)));
        }
    }
    for asked in &taken.asked {
        out.line(format!(
            "{} {} · {}",
            out.t("Có máy xin vào:", "A device asks to be admitted:"),
            words::short(asked.device),
            asked.words.join(" · ")
        ));
    }
    for request in &taken.requests {
        out.line(out.t(
            "Có máy xin vào bằng phiếu của xã; duyệt bằng lệnh admit với --role:",
            "A device asks with the commune's slip; admit it with --role:",
        ));
        out.line(request);
    }
    if taken.frozen.is_some() {
        out.line(out.t(
            "Danh bạ của xã có hai nhánh nên tạm dừng. Báo ngay người giữ danh bạ.",
            "The commune's register has a fork and is frozen. Tell the registrar at once.",
        ));
    }
    if !taken.admitted {
        out.line(out.t(
            "Xã chưa duyệt máy này; đã nhận danh bạ trong tệp.",
            "The commune has not admitted this device; the register was taken.",
        ));
    }
}

fn left_words(left: &Left, admitted: bool) -> Words {
    let count = left.entries;
    if !admitted || left.readers.is_empty() {
        return Words::new(
            format!("{count} mục để lại: máy này chưa được nhận. Nhận lại chính tệp này sau khi xã duyệt."),
            format!(
                "{count} entries left: not for this device yet. Take the same file in once it is admitted."
            ),
        );
    }
    let (vi, en) = readers(&left.readers);
    Words::new(
        format!("{count} mục dành cho {vi}: đưa chính tệp này tới xã."),
        format!("{count} entries for {en}: bring this same file to the commune."),
    )
}

/// The readers in words; the chief of police is one of the police.
fn readers(roles: &[Role]) -> (String, String) {
    let named = roles
        .iter()
        .filter(|role| **role != Role::PoliceChief || !roles.contains(&Role::Police));
    let (vi, en): (Vec<String>, Vec<String>) = named
        .map(|role| words::role(*role).1)
        .map(|words| (words.vi, words.en))
        .unzip();
    (vi.join(", "), en.join(", "))
}
