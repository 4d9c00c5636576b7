//! Telling the police: a tip is sealed on this device, which cannot open it again; it goes in slots, or at once.

use serde_json::json;
use sothon_records::kind::{ChoiceSet as _, Kind};
use sothon_records::kinds::Tip;
use sothon_records::kinds::tip::Teller;
use sothon_records::kinds::tip_parts::{MOST_PARTS, TipId, TooLong};
use sothon_records::kinds::tip_reply::{State, TipReply};
use sothon_records::record::Record as _;
use sothon_records::{RawRecord, text};
use sothon_replica::{OwnTip, ReplicaError, SentIn, TipState, tip_fit};

use crate::args;
use crate::context::{Context, Device};
use crate::fault::{Done, Exit, Fault};
use crate::{lookup, typed};

/// `tip seal`.
pub fn seal(context: &Context, tip: &args::SealTip) -> Done {
    let (record, teller) = typed(context, tip)?;
    let mut device = context.open()?;
    let now = context.clock.now();
    let plain = teller.map(|teller| zeroize::Zeroizing::new(teller.plain()));
    let id = device
        .seal_tip(record, plain.as_ref().map(|plain| plain.as_slice()), now)
        .map_err(refused)?;
    if tip.at_once {
        device.send_tip_now(id, now)?;
    }
    let own = own(&device, id)?;
    let out = &context.out;
    out.object(&object(&own));
    out.line(out.t(
        "Đã niêm phong. Chỉ Công an xã mở được; máy này không mở lại được.",
        "Sealed. Only the police can open it; this device cannot open it again.",
    ));
    if own.parts.len() > 1 {
        out.line(format!(
            "{} {} {}",
            out.t("Tin dài nên chia thành", "The tip is long: it goes in"),
            own.parts.len(),
            out.t("phần, mỗi lần đi một phần.", "parts, one at a time.")
        ));
    }
    if tip.at_once {
        warn(context);
    } else {
        out.line(out.t(
            "Tin sẽ tự đi khi gửi nhận lần tới hoặc sau đó. Xem tình trạng bằng tip mine.",
            "It goes by itself with one of the next exchanges. See tip mine.",
        ));
    }
    Ok(Exit::Done)
}

/// `tip size`.
pub fn size(context: &Context, tip: &args::SealTip) -> Done {
    let (record, teller) = typed(context, tip)?;
    let fit =
        tip_fit(&record, teller.map_or(0, |teller| teller.plain().len())).map_err(|TooLong| too_long())?;
    let out = &context.out;
    out.object(&json!({"parts": fit.parts, "most": MOST_PARTS, "percent": fit.percent}));
    out.line(format!(
        "{} {} {} {MOST_PARTS}; {} {} %",
        out.t("Thành", "In"),
        fit.parts,
        out.t("phần, nhiều nhất", "parts of at most"),
        out.t("phần cuối đầy", "the last one full to"),
        fit.percent
    ));
    Ok(Exit::Done)
}

/// `tip mine`.
pub fn mine(context: &Context) -> Done {
    let device = context.open()?;
    let tips = device.own_tips()?;
    let out = &context.out;
    out.object(&json!({"tips": tips.iter().map(object).collect::<Vec<_>>()}));
    if tips.is_empty() {
        out.line(out.t(
            "Máy này chưa niêm phong tin nào.",
            "This device has sealed no tip.",
        ));
    }
    for tip in &tips {
        let (vi, en) = said(tip.state());
        out.line(format!("{} · {} · {}", tip.id, sealed_at(tip), out.t(vi, en)));
        for reply in &tip.replies {
            let state = reply.state.map(|state| state.label());
            let state = state.map_or("", |label| out.t(label.vi, label.en));
            out.line(format!(
                "  {}: {}",
                out.t("Công an xã trả lời", "The police answer"),
                [state, &reply.text].join(" ").trim()
            ));
        }
    }
    Ok(Exit::Done)
}

/// `tip send`.
pub fn send(context: &Context, tip: &str) -> Done {
    let id: TipId = tip.parse().map_err(|_| ReplicaError::NoTip)?;
    let mut device = context.open()?;
    device.send_tip_now(id, context.clock.now())?;
    context.out.object(&object(&own(&device, id)?));
    context.out.line(context.out.t(
        "Đã đưa tin ra. Chạy sync để gửi tới xã.",
        "The tip is out. Run sync to send it.",
    ));
    warn(context);
    Ok(Exit::Done)
}

/// `tip reply`.
pub fn reply(context: &Context, key: &str, state: &str, words: &str) -> Done {
    let state = State::from_slug(state).ok_or_else(|| {
        let all: Vec<&str> = State::ALL.iter().map(|state| state.slug()).collect();
        Fault::usage(
            format!("Tình trạng là một trong: {}.", all.join(", ")),
            format!("The state is one of: {}.", all.join(", ")),
        )
    })?;
    let mut device = context.open()?;
    let (book, key, _) = lookup::placed(&device, key)?;
    let reply = TipReply {
        state: Some(state),
        text: text::tidy_line(words),
    };
    let entry = device
        .reply_to_tip(&book, &key, &reply, context.clock.now())
        .map_err(|error| match error {
            ReplicaError::TooLarge => Fault::input(
                "too_long",
                "Lời trả lời quá dài. Viết ngắn lại, độ 1.000 chữ cái.",
                "The answer is too long. Make it about 1,000 letters.",
            ),
            other => other.into(),
        })?;
    let out = &context.out;
    out.object(&json!({"entry": entry.to_string(), "key": key.to_string()}));
    out.line(out.t(
        "Đã niêm phong lời trả lời. Chỉ máy của người báo mở được. Chạy sync để gửi.",
        "The answer is sealed. Only the device that told can open it. Run sync to send it.",
    ));
    Ok(Exit::Done)
}

/// What was typed, checked as a tip.
fn typed(context: &Context, tip: &args::SealTip) -> Done<(RawRecord, Option<Teller>)> {
    let kind: &'static Kind = Tip::KIND;
    let fields = tip.fields.iter().map(|text| typed::assignment(text));
    let fields = fields.collect::<Done<Vec<_>>>()?;
    let (record, _) = typed::record(context, None, kind, &fields, &[], &mut context.rng())?;
    typed::check(kind, &record, None, context)?;
    Ok((record, super::tips::said(&tip.teller)))
}

fn own(device: &Device, id: TipId) -> Done<OwnTip> {
    let own = device.own_tips()?.into_iter().find(|own| own.id == id);
    own.ok_or_else(|| ReplicaError::NoTip.into())
}

fn refused(error: ReplicaError) -> Fault {
    match error {
        ReplicaError::TooLarge => too_long(),
        ReplicaError::MayNotWrite => Fault::not_allowed(
            "may_not_tell",
            "Máy này không gửi tin kín được: xã chưa mở ngăn tin báo, hoặc vai trò này báo thẳng ở Công an xã.",
            "This device cannot send sealed tips: the commune has not opened them, or its role has another way.",
        ),
        ReplicaError::NoEpoch => Fault::not_allowed(
            "no_epoch",
            "Chìa nhận tin của Công an xã chưa về máy. Chạy sync rồi làm lại; việc gấp thì gọi Công an xã.",
            "The police's key for tips has not arrived. Run sync and try again; if it is urgent, call them.",
        ),
        other => other.into(),
    }
}

fn too_long() -> Fault {
    Fault::input(
        "too_long",
        format!("Tin quá dài, nhiều nhất {MOST_PARTS} phần. Viết ngắn lại, hoặc chia thành hai tin."),
        format!("The tip is too long, at most {MOST_PARTS} parts. Make it shorter, or two tips."),
    )
}

/// Said wherever a tip goes at a moment that its author chose.
fn warn(context: &Context) {
    context.out.remark(
        "Gửi ngay: ở thôn nhỏ, chỉ riêng lúc gửi cũng có thể cho người khác đoán ra ai báo.",
        "At once: in a small village the moment alone may tell who told.",
    );
}

fn said(state: TipState) -> (&'static str, &'static str) {
    match state {
        TipState::Lost => (
            "Không gửi được vì máy đã trở lại bản cũ: viết lại tin",
            "Cannot be sent: write it again",
        ),
        TipState::DeadBranch => (
            "Không được tính vì theo bản danh bạ không được chọn: viết lại tin",
            "Does not count, by a branch of the register that was not chosen: write it again",
        ),
        TipState::Waiting => ("Đang chờ tới lượt đi", "Waits for its turn"),
        TipState::Sent => (
            "Đã lưu trên máy, chờ gửi nhận",
            "On this device, waits for an exchange",
        ),
        TipState::AtRelay => ("Đã gửi", "Sent"),
        TipState::Received => ("Công an xã đã nhận", "The police have it"),
    }
}

fn sealed_at(tip: &OwnTip) -> String {
    let at = chrono::DateTime::from_timestamp(tip.saved, 0);
    at.map_or_else(String::new, |at| {
        sothon_records::civil::local(at)
            .format("%H:%M %d/%m/%Y")
            .to_string()
    })
}

/// For machines.
fn object(tip: &OwnTip) -> serde_json::Value {
    let parts = tip.parts.iter().map(|part| {
        let slot = part.sent.map(|(slot, _)| match slot {
            SentIn::Unlock => "unlock",
            SentIn::Lock => "lock",
            SentIn::AtOnce => "at_once",
        });
        json!({"state": code(part.state), "slot": slot, "sent": part.sent.map(|(_, at)| at)})
    });
    let replies = tip
        .replies
        .iter()
        .map(|reply| json!({"state": reply.state.map(|state| state.slug()), "text": reply.text}));
    json!({
        "tip": tip.id.to_string(),
        "sealed": tip.saved,
        "state": code(tip.state()),
        "parts": parts.collect::<Vec<_>>(),
        "replies": replies.collect::<Vec<_>>(),
    })
}

fn code(state: TipState) -> &'static str {
    match state {
        TipState::Lost => "lost",
        TipState::DeadBranch => "dead_branch",
        TipState::Waiting => "waiting",
        TipState::Sent => "sent",
        TipState::AtRelay => "at_relay",
        TipState::Received => "received",
    }
}
