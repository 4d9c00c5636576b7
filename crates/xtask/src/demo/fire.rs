//! The office burns down: relay and all devices of the commune are gone. The recovery sheet and six villages, by stick
//! alone, rebuild what they may hold.

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
        let lost = nowhere(office)?;
        ensure!(
            lost.iter().any(|kind| kind == "care-files") && !lost.iter().any(|kind| kind == "village"),
            "what is lost is named, and no village's book is: {lost:?}"
        );
        println!(
            "   Sổ của sáu thôn và sổ xã đã về đủ trên máy mới. Không còn ở đâu, nêu tên: {}.",
            lost.join(", ")
        );
        Ok(())
    }
}

fn households(device: &Device, village: u32) -> Result<u64> {
    let list = device.ask(&["list", "household", "--village", &village.to_string()])?;
    number(&list, "total")
}

/// The kinds of books of which nothing is here, each once.
fn nowhere(device: &Device) -> Result<Vec<String>> {
    let books = device.ask(&["books"])?;
    let list = books.get("books").and_then(Value::as_array).context("books")?;
    let mut kinds = Vec::new();
    for book in list {
        let kind = text(book, "kind")?;
        if number(book, "entries")? == 0 && !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    Ok(kinds)
}
