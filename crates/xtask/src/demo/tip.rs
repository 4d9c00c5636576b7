//! A tip: sealed by a village head, who cannot open it again; carried among dummies; read and answered by the police.

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

use super::cast::Cast;
use super::process::Device;
use super::story::Story;

/// What is told, and what is answered.
const CONTENT: &str = "Mấy tối nay có xe lạ đỗ sau nhà văn hóa thôn, khách vào ra rất khuya";
const ANSWER: &str = "Đã cử người xác minh, cảm ơn đồng chí";

impl Story<'_> {
    /// The relay runs, and everybody has exchanged all.
    pub(super) fn a_village_head_seals_a_tip(&self) -> Result<()> {
        self.head("Báo tin kín: trưởng thôn 2 niêm phong, chỉ Công an xã mở được");
        tell(self.cast)
    }
}

fn tell(cast: &Cast) -> Result<()> {
    let [_, teller, neighbour, ..] = cast.villages.as_slice() else {
        anyhow::bail!("there are no villages");
    };
    for device in [teller, neighbour] {
        device.ask(&["sync"])?;
    }
    // In the evening both devices have a slot. One of them has something to tell.
    let (teller, neighbour, police) = (
        &teller.at(EVENING),
        &neighbour.at(EVENING),
        &cast.police.at(EVENING),
    );
    let sealed = teller.ask(&[
        "tip",
        "seal",
        "channel=village-head",
        "received_at=10/06/2025 19:30",
        &format!("content={CONTENT}"),
        "place=Nhà văn hóa thôn 2",
    ])?;
    ensure!(
        state(&sealed) == Some("waiting"),
        "it waits for its slot: {sealed}"
    );
    let drops = |device: &Device| -> Result<u64> {
        let status = device.ask(&["status"])?;
        let drops = status.pointer("/entries/drop").and_then(Value::as_u64);
        Ok(drops.unwrap_or(0))
    };
    let before = (drops(teller)?, drops(neighbour)?);
    let sent = |device: &Device| -> Result<u64> {
        let synced = device.ask(&["sync"])?;
        let sent = synced.get("session_bytes_sent").and_then(Value::as_u64);
        sent.context("how much it sent")
    };
    let (with_tip, with_dummy) = (sent(teller)?, sent(neighbour)?);
    ensure!(
        with_tip == with_dummy,
        "a tip and a dummy look alike on the way: {with_tip} and {with_dummy} bytes"
    );
    ensure!(
        (drops(teller)?, drops(neighbour)?) == (before.0 + 1, before.1 + 1),
        "each sent one drop, and is served no other's"
    );
    println!(
        "   Máy thôn 2 gửi tin, máy thôn 3 gửi tin giả: cùng {with_tip} byte, trạm không phân biệt được."
    );
    police.ask(&["sync"])?;
    let tips = police.ask(&["list", "tip"])?;
    let tips = tips.get("records").and_then(Value::as_array).context("records")?;
    let mut found = None;
    for tip in tips {
        let key = tip.get("key").and_then(Value::as_str).context("a key")?;
        let shown = police.ask(&["show", key, "--reason", "xác minh tin"])?;
        if shown.to_string().contains(CONTENT) {
            found = Some(key.to_owned());
        }
    }
    let key = found.context("the police read the tip, and no dummy")?;
    let (code, ..) = teller.try_ask(&["show", &key, "--reason", "xem lại"])?;
    ensure!(code != 0, "its author cannot open it again");
    let answered = ["tip", "reply", &key, "--state", "checking", "--text", ANSWER];
    police.ask(&answered)?;
    police.ask(&["sync"])?;
    teller.ask(&["sync"])?;
    let mine = teller.ask(&["tip", "mine"])?;
    let tip = mine.pointer("/tips/0").context("its own tip")?;
    ensure!(state(tip) == Some("received"), "the police have it: {tip}");
    ensure!(tip.to_string().contains(ANSWER), "the answer came: {tip}");
    neighbour.ask(&["sync"])?;
    ensure!(
        drops(neighbour)? == before.1 + 1,
        "a neighbour is served nothing of it"
    );
    println!(
        "   Công an xã đọc được và trả lời; máy thôn 2 thấy trả lời mà không mở lại được tin; máy thôn 3 không giữ gì."
    );
    Ok(())
}

const EVENING: &str = "2025-06-10T20:00";

fn state(tip: &Value) -> Option<&str> {
    tip.get("state").and_then(Value::as_str)
}
