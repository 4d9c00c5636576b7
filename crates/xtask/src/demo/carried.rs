//! What goes by hand and what comes back: the courier file, the restored backup.

use std::path::{Path, PathBuf};

use anyhow::{Result, ensure};
use serde_json::Value;

use super::process::Device;
use super::search;
use super::story::{Story, number, path, text};

impl Story<'_> {
    /// A neighbour carries a village's book to the commune on a stick, and the receipt back. No relay, no network.
    pub(super) fn a_neighbour_carries_a_stick(&mut self, under: &Path) -> Result<()> {
        self.head("Tệp chuyển tay: thôn 2 không có mạng, thôn 3 mang thẻ nhớ đi giúp");
        self.relay.stop()?;
        let (two, three, police) = (&self.cast.villages[1], &self.cast.villages[2], &self.cast.police);
        let household = "Đặng Thị Gánh Hàng";
        let key = add_household(two, household)?;
        let stick = Stick::new(under)?;
        let made = stick.out(two, "thon2", &[])?;
        ensure!(
            number(&made, "entries")? > 0,
            "there is something to carry: {made}"
        );
        ensure!(state(two, &key)? == "on_device", "a file changes no tick");
        let carried = stick.take(three, "thon2")?;
        ensure!(
            number(&carried, "entries")? > 0,
            "the neighbour carries it: {carried}"
        );
        let (code, ..) = three.try_ask(&["show", &key])?;
        ensure!(code != 0, "the neighbour cannot read it");
        stick.out(three, "thon3", &[])?;
        stick.take(police, "thon3")?;
        police.ask(&["show", &key])?;
        let again = stick.take(police, "thon3")?;
        ensure!(number(&again, "entries")? == 0, "twice is once: {again}");
        let names = [household.to_owned()];
        let found = search::find(&search::files(&stick.0)?, &names)?;
        ensure!(found.is_empty(), "nothing on the stick can be read: {found:?}");
        stick.out(police, "ve", &["--for", &id(two)?])?;
        stick.take(two, "ve")?;
        ensure!(
            state(two, &key)? == "at_commune",
            "the receipt came back on the stick"
        );
        println!(
            "   Thẻ nhớ giữ {} KB niêm phong; Công an xã đọc được, thôn 3 thì không; biên nhận về lại thôn 2.",
            search::size(&stick.0)? / 1024
        );
        self.relay.start()
    }

    /// A village's machine breaks after an evening's work, and comes back from last week's copy.
    pub(super) fn a_backup_is_restored(&mut self, under: &Path) -> Result<()> {
        self.head("Máy thôn 4 hỏng, lấy lại từ bản sao tuần trước");
        let four = &self.cast.villages[3];
        let copy = under.join("ban-sao");
        copy_folder(&four.dir, &copy)?;
        let since = add_household(four, "Hồ Văn Sau Bản Sao")?;
        self.sync(four)?;
        std::fs::remove_dir_all(&four.dir)?;
        copy_folder(&copy, &four.dir)?;
        std::fs::remove_dir_all(&copy)?;
        let (code, ..) = four.try_ask(&["show", &since])?;
        ensure!(code != 0, "the copy does not have what was written since");
        // It writes before it has heard of what it has forgotten.
        let new = add_household(four, "Lý Thị Viết Tiếp")?;
        for _ in 0..2 {
            self.sync(four)?;
            self.sync(&self.cast.police)?;
        }
        for device in [four, &self.cast.police] {
            device.ask(&["show", &since])?;
            device.ask(&["show", &new])?;
            let verified = device.ask(&["verify"])?;
            ensure!(
                verified.get("ok") == Some(&Value::Bool(true)),
                "{}: {verified}",
                device.shown
            );
        }
        println!("   Những gì đã gửi trở về máy; ghi tiếp được ngay, không mất, không trùng.");
        Ok(())
    }
}

/// A stick: a folder that people carry.
pub(super) struct Stick(PathBuf);

impl Stick {
    pub(super) fn new(under: &Path) -> Result<Stick> {
        let folder = under.join("the-nho");
        std::fs::create_dir_all(&folder)?;
        Ok(Stick(folder))
    }

    fn file(&self, name: &str) -> PathBuf {
        self.0.join(format!("{name}.sothon"))
    }

    pub(super) fn out(&self, device: &Device, name: &str, more: &[&str]) -> Result<Value> {
        let file = self.file(name);
        let mut arguments = vec!["courier", "out", path(&file)?];
        arguments.extend(more);
        device.ask(&arguments)
    }

    pub(super) fn take(&self, device: &Device, name: &str) -> Result<Value> {
        device.ask(&["courier", "in", path(&self.file(name))?])
    }
}

pub(super) fn add_household(device: &Device, head: &str) -> Result<String> {
    let added = device.ask(&[
        "add",
        "household",
        "number=901",
        &format!("head={head}"),
        "address=Cuối ngõ",
    ])?;
    let first = added.pointer("/records/0").cloned().unwrap_or_default();
    text(&first, "key")
}

fn state(device: &Device, key: &str) -> Result<String> {
    text(&device.ask(&["show", key])?, "state")
}

pub(super) fn id(device: &Device) -> Result<String> {
    text(&device.ask(&["status"])?, "device")
}

pub(super) fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        std::fs::copy(entry.path(), to.join(entry.file_name()))?;
    }
    Ok(())
}
