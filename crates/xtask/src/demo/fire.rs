//! The office burns down: relay and all devices of the commune are gone. The recovery sheet and six villages, by stick
//! alone, rebuild what they may hold.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

use super::carried::{Stick, copy_folder, id};
use super::cast::Cast;
use super::process::{Device, Programs};
use super::story::{Story, number, path, text};

impl Story<'_> {
    /// Played with copies of the villages' machines: the others go on in the story.
    pub(super) fn the_office_burns_down(&self, programs: &Programs, under: &Path) -> Result<()> {
        self.head("Cháy trụ sở: mất trạm chuyển và mọi máy ở xã; còn phiếu khôi phục trong két và sáu thôn");
        let after = Cast::new(programs, &under.join("sau-dam-chay"));
        for (before, village) in self.cast.villages.iter().zip(&after.villages) {
            copy_folder(&before.dir, &village.dir)?;
        }
        let first = after.villages.first().context("there are villages")?;
        let office = &after.office;
        let slip = text(&first.ask(&["root-slip"])?, "slip")?;
        office.ask(&["join", &slip])?;
        let stick = Stick::new(&under.join("sau-dam-chay"))?;
        for village in &after.villages {
            stick.out(village, &village.name, &["--all"])?;
            stick.take(office, &village.name)?;
        }
        let sheet = under.join("sau-dam-chay").join("phieu-khoi-phuc");
        std::fs::write(&sheet, &self.recovery)?;
        office.ask(&["recover", "--sheet-file", path(&sheet)?])?;
        std::fs::remove_file(&sheet)?;
        // The register came first; now that this is the office's machine, it may hold the rest of the same files.
        for village in &after.villages {
            stick.take(office, &village.name)?;
        }
        office.ask(&["publish"])?;
        let new = id(office)?;
        for village in &after.villages {
            let (keys, back) = (format!("cho {}", village.name), format!("{} dap", village.name));
            stick.out(office, &keys, &["--for", &id(village)?])?;
            stick.take(village, &keys)?;
            stick.out(village, &back, &["--for", &new])?;
            stick.take(office, &back)?;
        }
        for (village, number) in after.villages.iter().zip(1..) {
            let (own, seen) = (households(village, number)?, households(office, number)?);
            ensure!(
                own > 0 && own == seen,
                "village {number}: {own} households, {seen} at the new office"
            );
        }
        let lost = gone(&self.cast.all(), office)?;
        ensure!(
            lost.contains("care-files") && !lost.contains("village") && !lost.contains("commune"),
            "what only the commune held is lost, and no village's book is: {lost:?}"
        );
        println!("   Sổ của sáu thôn và sổ xã đã về đủ trên máy mới.");
        let lost: Vec<&str> = lost.iter().map(|kind| in_words(kind)).collect();
        println!("   Mất hẳn, vì chỉ có trên máy ở xã: {}.", lost.join(", "));
        Ok(())
    }
}

fn households(device: &Device, village: u32) -> Result<u64> {
    let list = device.ask(&["list", "household", "--village", &village.to_string()])?;
    number(&list, "total")
}

/// The kinds of books of which somebody held something before, and of which `after` has nothing.
fn gone(before: &[&Device], after: &Device) -> Result<BTreeSet<String>> {
    let mut held = BTreeSet::new();
    for device in before {
        held.extend(books(device)?.into_iter().filter(|book| book.entries > 0));
    }
    let now = books(after)?;
    let nothing = |book: &&Held| now.iter().any(|one| one.id == book.id && one.entries == 0);
    Ok(held
        .iter()
        .filter(nothing)
        .map(|book| book.kind.clone())
        .collect())
}

/// What a device has of a book.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Held {
    id: String,
    kind: String,
    entries: u64,
}

fn books(device: &Device) -> Result<Vec<Held>> {
    let books = device.ask(&["books"])?;
    let list = books.get("books").and_then(Value::as_array).context("books")?;
    let held = |book| {
        Ok(Held {
            id: text(book, "id")?,
            kind: text(book, "kind")?,
            entries: number(book, "entries")?,
        })
    };
    list.iter().map(held).collect()
}

fn in_words(kind: &str) -> &str {
    match kind {
        "care-files" => "hồ sơ quản lý",
        "care-health" => "sổ sức khỏe",
        "tips-police" => "sổ tin báo của Công an",
        "tips-access" => "nhật ký truy cập",
        other => other,
    }
}
