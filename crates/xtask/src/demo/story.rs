//! What happens in the demo, in order, and what is claimed of it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::Value;

use super::cast::Cast;
use super::process::{Device, Programs, Relay};
use super::search;
use super::windows::Windows;

/// Tells the whole story in a folder.
pub(super) fn tell(
    programs: &Programs,
    under: &Path,
    households: u32,
    quick: bool,
    windows: &Windows,
) -> Result<()> {
    let begun = Instant::now();
    let cast = Cast::new(programs, under);
    let mut relay = Relay::make(programs, under)?;
    let mut told = Story {
        cast: &cast,
        relay: &mut relay,
        begun,
        sent: 0,
        recovery: String::new(),
    };
    let histories = histories(programs, under, households)?;
    told.found()?;
    told.open_guarded_books()?;
    told.record_offline(&histories)?;
    told.kill_in_mid_write(&histories)?;
    let conflict = told.edit_on_both_sides()?;
    told.two_villages_without_the_relay()?;
    told.restart_the_relay_in_mid_sync()?;
    told.everybody_syncs()?;
    told.resolve(&conflict)?;
    told.one_picture()?;
    told.who_reads_what(&histories)?;
    if !quick {
        told.a_neighbour_carries_a_stick(under)?;
        told.a_backup_is_restored(under)?;
        told.a_village_head_seals_a_tip()?;
        told.a_device_is_cut_while_it_is_away(programs, under)?;
        told.the_office_burns_down(programs, under)?;
    }
    told.nothing_readable(&histories, under)?;
    println!(
        "\n{:.0} giây. Mọi điều in ra ở trên đều đã được kiểm tra.",
        begun.elapsed().as_secs_f64()
    );
    let [village, ..] = cast.villages.as_slice() else {
        bail!("there is no village");
    };
    // The relay still serves: what is written in one window is seen in the other.
    windows.show(&programs.folder, under, [village, &cast.police])?;
    told.relay.stop()
}

pub(super) struct Story<'a> {
    pub(super) cast: &'a Cast,
    pub(super) relay: &'a mut Relay,
    begun: Instant,
    /// Bytes on the wire, as the devices counted them.
    sent: u64,
    /// The recovery key, as the sheet has it.
    pub(super) recovery: String,
}

/// A record that two people edited on both sides.
struct Conflict {
    key: String,
    mine: String,
    theirs: String,
}

/// The invented past of each device, as files to be replayed.
struct Histories(PathBuf);

impl Histories {
    fn of(&self, device: &Device) -> PathBuf {
        self.0.join(format!("{}.jsonl", device.name))
    }

    fn lines(&self, device: &Device) -> Result<Vec<Value>> {
        let text = std::fs::read_to_string(self.of(device))?;
        text.lines().map(|line| Ok(serde_json::from_str(line)?)).collect()
    }
}

fn histories(programs: &Programs, under: &Path, households: u32) -> Result<Histories> {
    let folder = under.join("histories");
    let made = Command::new(programs.folder.join("sothon-generate"))
        .args(["--seed", "2025", "--households", &households.to_string(), "--out"])
        .arg(&folder)
        .status()
        .context("cannot start sothon-generate")?;
    ensure!(made.success(), "sothon-generate failed");
    Ok(Histories(folder))
}

impl Story<'_> {
    pub(super) fn head(&self, vi: &str) {
        println!("\n── {vi}  ({:.0} s)", self.begun.elapsed().as_secs_f64());
    }

    /// The office founds; the relay serves; the others ask, are admitted, and get their keys.
    fn found(&mut self) -> Result<()> {
        self.head("Lập sổ cho xã: văn phòng lập danh bạ, trạm chuyển chạy, chín máy xin vào và được duyệt");
        let relay = format!("{}@{}", self.relay.key, self.relay.address);
        let office = &self.cast.office;
        let founded = office.ask(&[
            "found",
            "--role",
            "office",
            "--villages",
            "6",
            "--units",
            "4",
            "--year",
            "2025",
            "--relay",
            &relay,
        ])?;
        let slip = text(&founded, "slip")?;
        self.recovery = text(&founded, "recovery")?;
        ensure!(self.recovery.starts_with("STS-"), "the recovery sheet is printed");
        self.relay.add(&slip)?;
        self.relay.start()?;
        for (device, role) in self.cast.admitted() {
            let joined = device.ask(&["join", &slip])?;
            let request = text(&joined, "request")?;
            let mut admit = vec!["admit", request.as_str()];
            admit.extend(role.iter().map(String::as_str));
            office.ask(&admit)?;
        }
        self.sync(office)?;
        for _ in 0..2 {
            self.sync_all()?;
        }
        println!("   10 máy trong danh bạ; sổ chung và sổ xã đã mở.");
        Ok(())
    }

    /// Care and tips are opened once there is a reading key on paper, made by the chief of police and not by the registrar.
    fn open_guarded_books(&mut self) -> Result<()> {
        self.head("Mở ngăn quản lý và ngăn tin báo, sau khi Trưởng Công an xã tạo chìa đọc trên giấy");
        let (office, police) = (&self.cast.office, &self.cast.police);
        let (code, ..) =
            office.try_ask(&["reading-key", "make", "--compartment", "care", "--year", "2025"])?;
        ensure!(code == 5, "the registrar cannot make a reading key (got {code})");
        for compartment in ["care", "tips"] {
            let made = police.ask(&[
                "reading-key",
                "make",
                "--compartment",
                compartment,
                "--year",
                "2025",
            ])?;
            office.ask(&["reading-key", "enter", &text(&made, "slip")?])?;
            office.ask(&[
                "open-books",
                "--compartment",
                compartment,
                "--year",
                "2025",
                "--villages",
                "6",
            ])?;
        }
        for _ in 0..2 {
            self.sync_all()?;
        }
        Ok(())
    }

    /// Everybody records with no connection at all.
    fn record_offline(&mut self, histories: &Histories) -> Result<()> {
        self.head("Ghi khi không có mạng");
        self.relay.stop()?;
        for device in self.cast.all() {
            // Village 3 is killed in the middle of it: the next scene.
            if device.name == "thon3" {
                continue;
            }
            let file = histories.of(device);
            let replayed = device.ask(&["replay", "--file", path(&file)?])?;
            let acts = number(&replayed, "acts")?;
            println!("   {:<22} {acts} lần ghi, đã lưu trên máy", device.shown);
            ensure!(
                acts as usize == histories.lines(device)?.len(),
                "every act is saved"
            );
        }
        Ok(())
    }

    /// A village is killed in the middle of a write, and comes back with all that it said was saved.
    fn kill_in_mid_write(&mut self, histories: &Histories) -> Result<()> {
        self.head("Thôn 3 mất điện giữa lúc ghi (SIGKILL)");
        let village = &self.cast.villages[2];
        let file = histories.of(village);
        let text = std::fs::read_to_string(&file)?;
        let all = text.lines().count();
        let mut running = village.start(&["replay", "--file", path(&file)?])?;
        let said = (all / 2) as u64;
        running.until_line(|line| saved(line).is_some_and(|n| n >= said))?;
        running.kill()?;
        let verified = village.ask(&["verify"])?;
        ensure!(findings(&verified) == 0, "after the kill: {verified}");
        let kept = number(&village.ask(&["status"])?, "unpublished")?;
        ensure!(
            kept >= said,
            "{said} acts were reported as saved, {kept} are there"
        );
        println!("   Đã báo lưu {said} lần ghi trước khi tắt; mở lại thấy {kept}; kiểm tra: không có lỗi.");
        let rest: Vec<&str> = text.lines().skip(usize::try_from(kept)?).collect();
        let rest_file = histories.0.join("thon3-rest.jsonl");
        std::fs::write(&rest_file, rest.join("\n"))?;
        village.ask(&["replay", "--file", path(&rest_file)?])?;
        let now = number(&village.ask(&["status"])?, "unpublished")?;
        ensure!(usize::try_from(now)? == all, "{all} acts in all, {now} are there");
        Ok(())
    }

    /// Two people edit one field of one record, each without the other.
    fn edit_on_both_sides(&mut self) -> Result<Conflict> {
        self.head("Hai người cùng sửa một bản ghi ở hai nơi, không có mạng");
        let (village, police) = (&self.cast.villages[0], &self.cast.police);
        self.relay.start()?;
        self.sync(village)?;
        self.sync(police)?;
        self.relay.stop()?;
        let list = police.ask(&["list", "household", "--village", "1"])?;
        let rows = list.get("records").and_then(Value::as_array).context("records")?;
        let key = text(
            rows.first().context("the police see a household of village 1")?,
            "key",
        )?;
        let (mine, theirs) = ("0100111222".to_owned(), "0100333444".to_owned());
        village.ask(&["edit", &key, &format!("phone={mine}")])?;
        police.ask(&["edit", &key, &format!("phone={theirs}")])?;
        println!("   Điện thoại của một hộ thôn 1: trưởng thôn ghi {mine}, công an ghi {theirs}.");
        Ok(Conflict { key, mine, theirs })
    }

    /// Two villages exchange without the relay; each carries the other's general book and cannot read it.
    fn two_villages_without_the_relay(&mut self) -> Result<()> {
        self.head("Thôn 4 và thôn 5 trao đổi trực tiếp, không qua trạm");
        let (four, five) = (&self.cast.villages[3], &self.cast.villages[4]);
        let mut serving = four.start(&["serve", "--listen", "127.0.0.1:0", "--for", "60"])?;
        let line = serving.until_line(|line| line.contains("listening"))?;
        let listening: Value = serde_json::from_str(&line)?;
        let (address, key) = (text(&listening, "address")?, text(&listening, "key")?);
        let synced = five.ask(&["sync", "--peer", &address, "--key", &key])?;
        serving.end()?;
        let (sent, received) = (
            number(&synced, "entries_sent")?,
            number(&synced, "entries_received")?,
        );
        ensure!(sent > 0 && received > 0, "both gave and took: {synced}");
        let seen = five.ask(&["list", "household", "--village", "4"])?;
        ensure!(
            number(&seen, "total")? == 0,
            "village 5 cannot read village 4: {seen}"
        );
        println!("   Thôn 5 gửi {sent} mục, nhận {received} mục; giữ hộ sổ thôn 4 mà không đọc được.");
        Ok(())
    }

    /// The relay goes away in the middle of a village's sync and comes back; the village goes on by itself.
    fn restart_the_relay_in_mid_sync(&mut self) -> Result<()> {
        self.head("Trạm chuyển khởi động lại giữa lúc thôn 6 đang gửi");
        self.relay.start()?;
        let village = &self.cast.villages[5];
        let syncing = village.start(&["sync", "--wait", "60"])?;
        let until = Instant::now() + Duration::from_secs(60);
        while self.relay.counter("sothon_received_bytes_total")? < 2000.0 {
            ensure!(Instant::now() < until, "village 6 does not begin to send");
            std::thread::yield_now();
        }
        self.relay.stop()?;
        self.relay.start()?;
        let output = syncing.output()?;
        ensure!(
            output.status.success(),
            "village 6: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        println!("   Thôn 6 tự nối lại và gửi xong.");
        Ok(())
    }

    fn everybody_syncs(&mut self) -> Result<()> {
        self.head("Có mạng: mọi máy gửi và nhận qua trạm");
        for _ in 0..3 {
            self.sync_all()?;
        }
        for device in self.cast.all() {
            let status = device.ask(&["status"])?;
            let counts = status.get("changes").context("changes")?;
            let (here, held) = (number(counts, "on_device")?, number(counts, "held_back")?);
            let (relay, commune) = (number(counts, "at_relay")?, number(counts, "at_commune")?);
            println!(
                "   {:<22} Xã đã nhận {commune}, đã gửi {relay}, trên máy {here}, cần xem lại {held}",
                device.shown
            );
            ensure!(
                here == 0 && held == 0,
                "{}: everything has left: {counts}",
                device.shown
            );
        }
        println!("   {} byte trên đường truyền trong cả buổi.", self.sent);
        Ok(())
    }

    /// Both see both values; the village head chooses; then nobody sees a conflict.
    fn resolve(&mut self, conflict: &Conflict) -> Result<()> {
        self.head("Cần xem lại: hai giá trị, ai ghi, lúc nào; trưởng thôn chọn");
        let (village, police) = (&self.cast.villages[0], &self.cast.police);
        for device in [village, police] {
            let seen = device.ask(&["conflicts"])?.to_string();
            ensure!(
                seen.contains(&conflict.mine) && seen.contains(&conflict.theirs),
                "{} sees both values: {seen}",
                device.shown
            );
        }
        println!(
            "   Cả hai máy đều thấy cả {} và {}.",
            conflict.mine, conflict.theirs
        );
        village.ask(&["resolve", &conflict.key, "phone", &conflict.theirs])?;
        for _ in 0..2 {
            self.sync(village)?;
            self.sync(police)?;
        }
        let left = police.ask(&["show", &conflict.key, "--history"])?.to_string();
        ensure!(
            left.contains(&conflict.theirs) && left.contains(&conflict.mine),
            "the history has both: {left}"
        );
        let seen = police.ask(&["conflicts"])?.to_string();
        ensure!(!seen.contains(&conflict.key), "the conflict is settled: {seen}");
        println!("   Trưởng thôn chọn {}; lịch sử còn đủ cả hai.", conflict.theirs);
        Ok(())
    }

    /// The merged table, and what is due.
    fn one_picture(&self) -> Result<()> {
        self.head("Toàn xã, như Công an xã thấy");
        let shown = self.cast.police.say(&["overview"])?;
        print!("{shown}");
        for village in 1..=6 {
            ensure!(
                shown.contains(&format!("Thôn {village}")),
                "village {village} is in the table"
            );
        }
        self.head("Việc đến hạn của thôn 1");
        for line in self.cast.villages[0].say(&["due"])?.lines().take(12) {
            println!("{line}");
        }
        Ok(())
    }

    /// What each role can and cannot read, and that it has no byte of what it may not be served.
    fn who_reads_what(&self, histories: &Histories) -> Result<()> {
        self.head("Ai đọc được sổ nào");
        let kinds = [
            ("village", "chung"),
            ("care-files", "hồ sơ"),
            ("care-contacts", "tiếp xúc"),
            ("tips", "tin báo"),
            ("commune", "xã"),
        ];
        for device in self.cast.all() {
            let books = device.ask(&["books"])?;
            let list = books.get("books").and_then(Value::as_array).context("books")?;
            let mut line = format!("   {:<22}", device.shown);
            for (kind, shown) in kinds {
                let of_kind = list
                    .iter()
                    .filter(|book| book.get("kind").and_then(Value::as_str) == Some(kind));
                let readable = of_kind
                    .clone()
                    .filter(|book| book.get("readable") == Some(&Value::Bool(true)))
                    .count();
                line.push_str(&format!(" {shown} {readable}/{}", of_kind.count()));
            }
            println!("{line}");
            let can = |kind: &str| {
                list.iter().any(|book| {
                    book.get("kind").and_then(Value::as_str) == Some(kind)
                        && book.get("readable") == Some(&Value::Bool(true))
                })
            };
            let guarded = matches!(device.name.as_str(), "cong-an");
            ensure!(can("tips") == guarded, "{}: tips", device.shown);
            let care = matches!(device.name.as_str(), "cong-an" | "tram-y-te" | "chu-tich");
            ensure!(can("care-files") == care, "{}: care", device.shown);
        }
        let tips = histories.lines(&self.cast.police)?;
        ensure!(
            tips.iter().any(|act| act.to_string().contains("\"tip/")),
            "there are tips to be kept from others"
        );
        Ok(())
    }

    /// The relay and every locked device, searched raw for what was written.
    fn nothing_readable(&self, histories: &Histories, under: &Path) -> Result<()> {
        self.head("Trạm chuyển và máy đã khóa: tìm thô trong mọi tệp");
        let mut texts = BTreeSet::new();
        for device in self.cast.all() {
            for act in histories.lines(device)? {
                collect(&act, &mut texts);
            }
        }
        ensure!(texts.len() > 200, "there are names to look for: {}", texts.len());
        let texts: Vec<String> = texts.into_iter().take(4000).collect();
        let mut folders: Vec<PathBuf> = self.cast.all().iter().map(|device| device.dir.clone()).collect();
        folders.push(self.relay.dir.clone());
        let mut files = Vec::new();
        for folder in &folders {
            files.extend(search::files(folder)?);
        }
        // The search itself can find: the histories are plain.
        ensure!(
            !search::find(&search::files(&under.join("histories"))?, &texts)?.is_empty(),
            "the search finds"
        );
        let found = search::find(&files, &texts)?;
        if let Some((file, text)) = found.first() {
            bail!("{} holds {text:?} in plain", file.display());
        }
        println!(
            "   {} chuỗi (tên, địa chỉ, nội dung) không có trong {} tệp; trạm giữ {} KB niêm phong.",
            texts.len(),
            files.len(),
            search::size(&self.relay.dir)? / 1024
        );
        Ok(())
    }

    fn sync_all(&mut self) -> Result<()> {
        for device in self.cast.all() {
            self.sync(device)?;
        }
        Ok(())
    }

    pub(super) fn sync(&mut self, device: &Device) -> Result<()> {
        let synced = device.ask(&["sync"])?;
        self.sent += number(&synced, "wire_bytes_sent")? + number(&synced, "wire_bytes_received")?;
        Ok(())
    }
}

/// Which line of the file a progress line says is saved.
fn saved(line: &str) -> Option<u64> {
    let value: Value = serde_json::from_str(line).ok()?;
    value.get("line")?.as_u64()
}

fn findings(verified: &Value) -> usize {
    verified
        .get("findings")
        .and_then(Value::as_array)
        .map_or(usize::MAX, Vec::len)
}

pub(super) fn text(value: &Value, field: &str) -> Result<String> {
    let found = value.get(field).and_then(Value::as_str);
    Ok(found
        .with_context(|| format!("no text {field:?} in {value}"))?
        .to_owned())
}

pub(super) fn number(value: &Value, field: &str) -> Result<u64> {
    value
        .get(field)
        .and_then(Value::as_u64)
        .with_context(|| format!("no number {field:?} in {value}"))
}

pub(super) fn path(path: &Path) -> Result<&str> {
    path.to_str().context("a path that is text")
}

/// Texts that a person wrote: long enough not to stand anywhere by chance, and not in ASCII alone.
fn collect(value: &Value, into: &mut BTreeSet<String>) {
    match value {
        Value::String(text) if text.chars().count() >= 8 && !text.is_ascii() => {
            into.insert(text.clone());
        }
        Value::Array(list) => list.iter().for_each(|value| collect(value, into)),
        Value::Object(map) => map.values().for_each(|value| collect(value, into)),
        _ => {}
    }
}
