//! The courier file: made for whoever carries it, taken in from whoever brought it.

use std::path::Path;

use serde_json::{Value, json};
use sothon_app::courier;
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
    let photos = args.photos || meant == Meant::Commune;
    let made = device.courier_out_with(&args.file, meant, photos, now, year)?;
    let out = &context.out;
    out.object(&json!({
        "file": args.file.display().to_string(),
        "for": meant_object(meant),
        "entries": made.entries,
        "operations": made.operations,
        "wraps": made.wraps,
        "notices": made.notices,
        "suspensions": made.suspensions,
        "requests": made.requests,
        "damaged": made.damaged,
        "photos_left": made.files_left,
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
    for says in courier::made_words(&made, meant) {
        out.line(out.w(&says));
    }
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
        "suspensions": taken.suspensions,
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
    let from = out.w(&lookup::who(device, Some(taken.from))).to_owned();
    for says in courier::taken_words(taken, &from) {
        out.line(out.w(&says));
    }
    for left in &taken.left {
        out.line(out.w(&courier::left_words(left, taken.admitted)));
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
}
