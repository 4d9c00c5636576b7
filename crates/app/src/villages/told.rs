//! What an act about a village changes, what stays, and what is to be done then: the page before it is saved.

use sothon_ledger::{Role, Scope};
use sothon_records::kinds::village::VillageType;
use sothon_records::problem::day;
use sothon_records::villages::{Act, Event, SplitTo};
use sothon_records::{RecordKey, Words};

use crate::api::VillageActSeen;
use crate::desk::Desk;

impl Desk {
    pub(super) fn village_act_seen(&self, number: u32, act: &Act) -> VillageActSeen {
        let (from, before) = (act.from, act.from.pred_opt().unwrap_or(act.from));
        let (on, was) = (day(from), self.village_called(number, before));
        let kept = self.households_in(number).len();
        let number_of = |key: &RecordKey| self.view.village_number(key);
        let (mut changes, mut stays, mut then) = (Vec::new(), Vec::new(), Vec::new());
        let title = match &act.event {
            Event::Rename { name, type_of } => {
                let village = self.record_of_village(number);
                let of = type_of.or_else(|| village.and_then(|(_, village)| village.type_on(from)));
                let now = VillageType::called(of, name);
                changes.push(Words::new(
                    format!("Từ {on}: {now}. Trước đó vẫn là {was}."),
                    format!("From {on}: {now}. Before, it stays {was}."),
                ));
                stays.push(Words::new(
                    format!("Bản ghi của những ngày trước {on} vẫn mang tên {was}."),
                    format!("Records of days before {on} go on saying {was}."),
                ));
                stays.push(Words::new(
                    "Sổ, người ghi sổ và các hộ không thay đổi.",
                    "The book, who writes it and its households stay.",
                ));
                Words::new(format!("Đổi tên {was}"), format!("Rename {was}"))
            }
            Event::Merge { into, name } => {
                let to = number_of(into).unwrap_or_default();
                let other = self.village_called(to, before);
                let type_of = self
                    .record_of_village(to)
                    .and_then(|(_, village)| village.type_on(from));
                let together = name
                    .as_ref()
                    .map_or(other.clone(), |name| VillageType::called(type_of, name));
                let there = self.households_in(to).len();
                changes.push(Words::new(
                    format!(
                        "Từ {on}: {was} ({kept} hộ) và {other} ({there} hộ) là một thôn, {together}: {} hộ.",
                        kept + there
                    ),
                    format!(
                        "From {on}: {was} ({kept} households) and {other} ({there}) are one, {together}: {}.",
                        kept + there
                    ),
                ));
                stays.push(Words::new(
                    format!("Số liệu của những ngày trước {on} vẫn tính riêng từng thôn."),
                    format!("Figures of days before {on} go on being by each village."),
                ));
                stays.push(Words::new(
                    format!("Sổ {was} giữ nguyên. Máy chưa biết việc này vẫn ghi vào đó, và được tính ở {together}."),
                    format!("The book of {was} stays. A device that does not know yet writes on in it, and that counts in {together}."),
                ));
                self.readers_then(number, to, &together, &mut then);
                Words::new(format!("Sáp nhập {was}"), format!("Merge {was}"))
            }
            Event::Split { to, households } => {
                let going = households.len();
                let to = match to {
                    SplitTo::New { name, .. } => {
                        then.push(Words::new(
                            "Người giữ danh bạ mở sổ cho thôn mới và mời trưởng thôn. Đến lúc đó các hộ vẫn nằm trong sổ cũ.",
                            "The registrar opens books for the new village and invites its head. Until then its households lie in the old book.",
                        ));
                        let type_of = self
                            .record_of_village(number)
                            .and_then(|(_, village)| village.type_on(from));
                        VillageType::called(type_of, name)
                    }
                    SplitTo::Existing(to) => self.village_called(number_of(to).unwrap_or_default(), from),
                };
                changes.push(Words::new(
                    format!("Từ {on}: {going} hộ của {was} tính ở {to}."),
                    format!("From {on}: {going} households of {was} count in {to}."),
                ));
                let left = kept.saturating_sub(going);
                stays.push(Words::new(
                    format!("{left} hộ chưa chia vẫn tính ở {was}."),
                    format!("{left} households that are not shared out stay in {was}."),
                ));
                stays.push(Words::new(
                    format!("Lịch sử của các hộ giữ nguyên trong sổ {was}."),
                    format!("The households' history stays in the book of {was}."),
                ));
                Words::new(format!("Chia tách {was}"), format!("Divide {was}"))
            }
            Event::Dissolve => {
                changes.push(Words::new(
                    format!("Từ {on} không còn {was}."),
                    format!("From {on} there is no {was}."),
                ));
                if kept > 0 {
                    then.push(Words::new(
                        format!("{kept} hộ chưa có thôn: chọn Chia tách để chia cho thôn khác. Đến lúc đó vẫn hiện và tính ở {was}."),
                        format!("{kept} households have no village: divide them among others. Until then they are shown and count in {was}."),
                    ));
                }
                stays.push(kept_book(&was));
                Words::new(format!("Giải thể {was}"), format!("End {was}"))
            }
            Event::Leave { commune } => {
                changes.push(Words::new(
                    format!("Từ {on}: {was} ({kept} hộ) thuộc {commune}, không tính trong số liệu của xã nữa."),
                    format!("From {on}: {was} ({kept} households) belongs to {commune} and counts no more in our figures."),
                ));
                stays.push(Words::new(
                    format!("Số liệu của những ngày trước {on} giữ nguyên."),
                    format!("Figures of days before {on} stay."),
                ));
                stays.push(kept_book(&was));
                then.push(Words::new(
                    "Bàn giao sổ bằng tệp xuất và biên bản. Người giữ danh bạ dừng quyền các máy của thôn.",
                    "Hand the lists over as exported files with a minute. The registrar ends what the village's devices may.",
                ));
                Words::new(
                    format!("Chuyển {was} về xã khác"),
                    format!("{was} goes to another commune"),
                )
            }
        };
        let told = |lines: Vec<Words>| lines.iter().map(|line| self.w(line)).collect();
        VillageActSeen {
            title: self.w(&title),
            changes: told(changes),
            stays: told(stays),
            then: told(then),
        }
    }

    /// Whose devices are to read the book of the village that goes on in another: each head there, by the registrar.
    fn readers_then(&self, from: u32, to: u32, together: &str, then: &mut Vec<Words>) {
        let Ok(register) = self.device().register() else {
            return;
        };
        let at = register.effective_height();
        for (device, info) in register.rights().devices() {
            let Some(span) = info.role_at(at) else { continue };
            let heads = matches!(span.role, Role::VillageHead | Role::DeputyVillageHead);
            let of = |number| span.scopes.contains(&Scope::Village(number));
            if heads && (of(from) || of(to)) && !(of(from) && of(to)) {
                let who = self.who(Some(*device));
                then.push(Words::new(
                    format!("{who}: người giữ danh bạ chọn lại vai trò ở {together}, để máy đọc và ghi được sổ của cả hai."),
                    format!("{who}: the registrar gives the role in {together} anew, so that the device reads and writes the books of both."),
                ));
            }
        }
    }
}

fn kept_book(village: &str) -> Words {
    Words::new(
        format!("Sổ và lịch sử của {village} giữ nguyên."),
        format!("The book and the history of {village} stay."),
    )
}
