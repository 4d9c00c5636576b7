//! A device whose right is ended while it is away: what it writes afterwards is aside, and it is served nothing more.

use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

use super::carried::{Stick, add_household, id};
use super::process::{Device, Programs};
use super::story::{Story, number, text};

impl Story<'_> {
    pub(super) fn a_device_is_cut_while_it_is_away(
        &mut self,
        programs: &Programs,
        under: &Path,
    ) -> Result<()> {
        self.head("Máy của phó thôn 6 bị thu hồi trong lúc không có mạng");
        let (office, police, six) = (&self.cast.office, &self.cast.police, &self.cast.villages[5]);
        let deputy = Device::new(programs, "pho-thon6", "Phó thôn 6", under);
        let joined = deputy.ask(&["join", &text(&office.ask(&["root-slip"])?, "slip")?])?;
        let request = text(&joined, "request")?;
        let role = ["--role", "deputy-village-head", "--village", "6"];
        office.ask(&[&["admit", &request], &role[..]].concat())?;
        // The register goes to the deputy, its wish for keys comes back, and then the keys go.
        for device in [office, &deputy, office, &deputy] {
            self.sync(device)?;
        }
        let before = number(&deputy.ask(&["list", "household"])?, "total")?;
        ensure!(before > 0, "the deputy reads the village's book");

        let deputy_id = id(&deputy)?;
        office.ask(&["cut", &deputy_id])?;
        let later = add_household(six, "Trịnh Thị Về Sau")?;
        for device in [office, six, police] {
            self.sync(device)?;
        }
        let late = add_household(&deputy, "Lương Văn Quá Mốc")?;
        let (code, _, said) = deputy.try_ask(&["sync"])?;
        ensure!(
            code == 7 && said.contains("\"refused\""),
            "the relay turns it away: {code} {said}"
        );
        let (code, ..) = deputy.try_ask(&["show", &later])?;
        let now = number(&deputy.ask(&["list", "household"])?, "total")?;
        ensure!(
            code != 0 && now == before + 1,
            "it was served nothing that came after: {now}, {before} before"
        );

        // What it wrote still travels: storing is not judging.
        let stick = Stick::new(under)?;
        stick.out(&deputy, "pho-thon6", &[])?;
        for device in [police, office] {
            stick.take(device, "pho-thon6")?;
            let (code, ..) = device.try_ask(&["show", &late])?;
            ensure!(
                code != 0,
                "{}: what it wrote afterwards does not count",
                device.shown
            );
        }
        let aside = police.ask(&["aside", "--device", &deputy_id])?;
        let aside = aside.get("aside").and_then(Value::as_array).context("aside")?;
        let of_the_village =
            |one: &&Value| one.pointer("/book/kind").and_then(Value::as_str) == Some("village");
        let why = text(aside.iter().find(of_the_village).context("it is aside")?, "why")?;
        let spoken = police.say(&["aside", "--device", &deputy_id])?;
        let reason = "Xã nhận được sau khi quyền của máy này đã dừng.";
        ensure!(spoken.contains(reason), "the reason, in words: {why}: {spoken}");
        println!("   Trạm không phục vụ máy ấy nữa: nó không thấy gì thôn 6 ghi sau mốc dừng.");
        println!("   Những gì nó ghi sau mốc về tới xã thì nằm riêng, không tính: \"{reason}\"");
        Ok(())
    }
}
