//! "Gửi nhận": what has come how far, by which ways, and what happened; trying all ways now.

use std::collections::BTreeSet;
use std::path::Path;

use sothon_ledger::Height;
use sothon_records::{Kind, Lang, RecordKey, Words};
use sothon_replica::Delivery;

use crate::api::*;
use crate::app::App;
use crate::desk::Desk;
use crate::fault::{Done, Fault};
use crate::status::Status;
use crate::{usage, words};

/// So many of the records that wait are named.
const NAMED: usize = 20;
const DAY: i64 = 24 * 3600;
/// After so many days a register that should be signed every week is old.
const OLD_REGISTER: i64 = 14;

impl App {
    /// See [`crate::commands`].
    pub(crate) async fn exchange(&self) -> Done<Exchange> {
        let (folder, session) = {
            let sessions = self.sessions().lock().await;
            let folder = sessions.folder().ok_or_else(Fault::locked)?.to_owned();
            let exchange = sessions.exchange().ok_or_else(Fault::locked)?;
            (folder, Session::of(&exchange.status()))
        };
        let parts = self.parts().clone();
        let kept = usage::this_month(&parts, &folder);
        let taken = parts.folders.path(&folder).map_or(0, |path| bytes_in(&path));
        self.at_desk(move |desk| desk.exchange_page(session, kept, taken))
            .await
    }

    /// See [`crate::commands`].
    pub(crate) async fn send_now(&self) -> Done {
        let sessions = self.sessions().lock().await;
        sessions.exchange().ok_or_else(Fault::locked)?.try_now();
        Ok(())
    }
}

/// What the sessions say, taken out of their lock.
struct Session {
    ways: Vec<WayRow>,
    log: Vec<LogLine>,
    progress: Option<Progress>,
    busy: bool,
    connected: bool,
    agreed: Option<i64>,
    forked: bool,
    named: Height,
    refused: bool,
    bytes: u64,
}

impl Session {
    fn of(status: &Status) -> Session {
        Session {
            ways: status.ways(),
            log: status.log(),
            progress: status.progress(),
            busy: status.busy(),
            connected: status.connected(),
            agreed: status.agreed,
            forked: status.forked,
            named: status.named,
            refused: status.refused(),
            bytes: status.bytes(),
        }
    }
}

/// What everybody is told whose register is frozen by a fork (design.md §3.5).
pub(crate) fn forked() -> Words {
    Words::new(
        "Danh bạ của xã có hai nhánh. Dừng duyệt máy mới và báo ngay người giữ danh bạ.",
        "The commune's register has two branches. Admit nobody, and tell the registrar at once.",
    )
}

/// What everybody is told to whom entries came by an operation of the register that has not come (threats A23).
pub(crate) fn behind() -> Words {
    Words::new(
        "Trạm chuyển đưa danh bạ cũ, nên có bản ghi mới chưa hiện ra trên máy này. Báo ngay người giữ danh bạ.",
        "The relay gives an old register, so that some new records do not show here. Tell the registrar at once.",
    )
}

/// How far what this device wrote has come.
pub(crate) struct OwnRecords {
    /// Records that are on this device alone.
    pub on_device: usize,
    /// Records that the relay has.
    pub at_relay: usize,
    /// Photographs that are on this device alone: they go after all records.
    pub photos_on_device: usize,
    /// Photographs that the relay has.
    pub photos_at_relay: usize,
    /// How often something was saved that is held back: it is in no record yet.
    pub held_back: usize,
    /// Whether it wrote anything else, all of which is at the commune.
    pub others_there: bool,
}

impl OwnRecords {
    /// Whether nothing is on its way to the commune, nor held back.
    pub fn all_there(&self) -> bool {
        self.on_device + self.at_relay + self.photos_on_device + self.photos_at_relay + self.held_back == 0
    }

    /// That photographs wait, where nothing else does; `then`: what becomes of them.
    pub fn photos_wait(&self, then: &Words) -> Words {
        let count = self.photos_on_device;
        Words::new(
            format!("{count} ảnh chờ gửi. {}", then.vi),
            format!("{count} photos wait to be sent. {}", then.en),
        )
    }

    /// That all is sent, where the commune has not confirmed all; `None`: it has.
    pub fn not_confirmed(&self) -> Option<Words> {
        let parts = [
            (self.at_relay, "bản ghi", "records"),
            (self.photos_at_relay, "ảnh", "photos"),
        ];
        let listed = |word: fn(&(usize, &'static str, &'static str)) -> &'static str| {
            let some = parts.iter().filter(|(count, ..)| *count > 0);
            some.map(|part| format!("{} {}", part.0, word(part)))
                .collect::<Vec<_>>()
        };
        let (vi, en) = (listed(|part| part.1), listed(|part| part.2));
        (!vi.is_empty()).then(|| {
            Words::new(
                format!("Đã gửi hết. Xã chưa báo nhận {}.", vi.join(", ")),
                format!(
                    "All is sent. The commune has not confirmed {} yet.",
                    en.join(" and ")
                ),
            )
        })
    }
}

/// What is told of what waits while somebody is connected, and while nobody is.
pub(crate) fn on_its_way(connected: bool) -> Words {
    match connected {
        true => Words::new("Đang gửi.", "They are being sent."),
        false => Words::new("Chưa có mạng, vẫn ghi được.", "No connection; recording goes on."),
    }
}

impl Desk {
    /// How far what this device wrote has come.
    ///
    /// # Errors
    /// The store.
    pub(crate) fn own_records(&self) -> Done<OwnRecords> {
        let [.., at_commune, held_back] = self.device().delivery_counts();
        let on_the_way = self.device().own_on_the_way();
        let count = |wanted| on_the_way.values().filter(|far| **far == wanted).count();
        let photos = self.device().own_files()?;
        Ok(OwnRecords {
            on_device: count(Delivery::OnDevice),
            at_relay: count(Delivery::AtRelay),
            photos_on_device: photos.on_device,
            photos_at_relay: photos.at_relay,
            held_back,
            others_there: at_commune > 0,
        })
    }

    /// What this person is told whose register is frozen by a fork: who keeps it has the sheet at hand.
    pub(crate) fn forked_words(&self) -> Words {
        if !self.device().is_registrar() {
            return forked();
        }
        Words::new(
            "Danh bạ của xã có hai nhánh nên tạm dừng. Lấy phiếu khôi phục, mở Người và máy để chọn nhánh đúng.",
            "The commune's register has two branches and is frozen. Take the recovery sheet, and choose the right one under People and devices.",
        )
    }

    /// Whether both branches of a fork are here. After a start nobody says it again: both sides of a session hold the same.
    pub(crate) fn is_forked(&self) -> bool {
        let register = self.device().register();
        register.is_ok_and(|register| register.frozen().is_some())
    }

    /// Whether entries wait for an operation, up to this height, that has not come yet.
    pub(crate) fn is_behind(&self, named: Height) -> bool {
        let register = self.device().station().register();
        register.is_some_and(|register| named > register.height())
    }

    fn exchange_page(&self, session: Session, kept: u64, taken: u64) -> Done<Exchange> {
        let own = self.own_records()?;
        let OwnRecords {
            on_device,
            at_relay,
            held_back,
            others_there,
            ..
        } = own;
        let standing = words::standing(self.device().station());
        let admitted = standing == Standing::Admitted;
        let forked = session.forked || self.is_forked();
        let is_behind = self.is_behind(session.named);
        // Beside an alarm no sign says that all is well.
        let all_there = admitted && !self.practice && !forked && !is_behind && own.all_there();
        let unsent = if on_device > 0 {
            self.device().unsent()
        } else {
            Vec::new()
        };
        let since = unsent
            .iter()
            .map(|unsent| unsent.time)
            .filter(|time| *time != 0)
            .min();
        let says = if self.practice {
            Words::new(
                "Số liệu mẫu chỉ ở trên máy này, không gửi đi đâu.",
                "The practice commune stays on this device and goes nowhere.",
            )
        } else if forked {
            self.forked_words()
        } else if standing == Standing::Ended {
            Words::new(
                "Quyền của máy này đã hết. Những gì chưa gửi vẫn ở trên máy. Hỏi người giữ danh bạ.",
                "This device's right has ended. What was not sent is kept here. Ask the registrar.",
            )
        } else if !admitted {
            Words::new(
                "Đang chờ xã duyệt máy này. Những gì đã ghi vẫn ở trên máy.",
                "This device waits to be admitted. What was recorded is kept here.",
            )
        } else if session.refused {
            Words::new(
                "Trạm chuyển chưa nhận máy này: có thể trạm chưa hay tin xã đã duyệt máy, hoặc xã đã dừng máy. Hỏi người giữ danh bạ; những gì đã ghi vẫn ở trên máy.",
                "The relay does not take this device: it has not heard that it was admitted, or it was ended. Ask the registrar; what was recorded is kept here.",
            )
        } else if is_behind {
            behind()
        } else if on_device > 0 {
            self.waiting_words(on_device, since)
        } else if held_back > 0 {
            Words::new(
                format!("{held_back} bản ghi cần người có quyền xem lại mới vào sổ chung."),
                format!("{held_back} records count only when somebody who may has looked at them."),
            )
        } else if own.photos_on_device > 0 {
            own.photos_wait(&on_its_way(session.connected))
        } else if let Some(says) = own.not_confirmed() {
            says
        } else {
            match session.agreed {
                Some(at) => self.agreed_words(at),
                None => Words::new("Mọi bản ghi đã tới xã.", "All records have come to the commune."),
            }
        };
        let month_bytes = kept + session.bytes;
        let today = self.today();
        Ok(Exchange {
            says: self.w(&says),
            checking_words: self.checking_words(),
            all_there,
            on_device,
            at_relay,
            held_back,
            others_there,
            ways: session.ways,
            progress: session.progress,
            month_bytes,
            month_words: match self.lang {
                Lang::Vi => format!(
                    "Đã dùng {} trong tháng {}.",
                    size(month_bytes, self.lang),
                    today.format("%-m")
                ),
                Lang::En => format!("{} used in {}.", size(month_bytes, self.lang), today.format("%B")),
            },
            register_words: match self.device().station().register() {
                Some(register) => self.w(&register_words(register.dated(), self.now())),
                None => String::new(),
            },
            disk_words: format!(
                "{} {}.",
                self.t("Sổ trên máy này chiếm", "The books take up"),
                size(taken, self.lang)
            ),
            waiting: self.waiting_rows(&unsent),
            log: session.log,
            busy: session.busy,
        })
    }

    /// What came as one piece and may read differently by now (design.md §3.7): it is shown as it is, and written on.
    fn checking_words(&self) -> Option<String> {
        let books: Vec<String> = (self.device().being_checked())
            .map(|book| self.book_name(&book))
            .collect();
        let names = books.join(", ");
        let words = Words::new(
            format!(
                "Đang kiểm tra: {names}. Vẫn xem và ghi được; số liệu có thể thay đổi khi nhận đủ từ xã."
            ),
            format!(
                "Being checked: {names}. It can be read and written; figures may change when all has come from the commune."
            ),
        );
        (!books.is_empty()).then(|| self.w(&words))
    }

    fn waiting_words(&self, count: usize, since: Option<i64>) -> Words {
        let mut says = match since {
            Some(since) => {
                let day = words::time(since).vi;
                let day = day.split(' ').next().unwrap_or_default();
                Words::new(
                    format!("{count} bản ghi chờ gửi từ {day}."),
                    format!("{count} records wait to be sent since {day}."),
                )
            }
            None => Words::new(
                format!("{count} bản ghi chờ gửi."),
                format!("{count} records wait to be sent."),
            ),
        };
        let days = since.map_or(0, |since| (self.now() - since) / DAY);
        if days >= i64::from(self.parts().settings().silent_days) {
            says.vi += &format!(" Đã {days} ngày chưa gửi được. Mang máy tới nhà văn hóa.");
            says.en +=
                &format!(" Nothing could be sent for {days} days. Take the device to the culture house.");
        }
        says
    }

    fn agreed_words(&self, at: i64) -> Words {
        let time = self.when(at);
        Words::new(
            format!("Máy này và xã khớp nhau lúc {time}."),
            format!("This device and the commune held the same at {time}."),
        )
    }

    /// A time: of today the clock alone.
    pub(crate) fn when(&self, at: i64) -> String {
        let time = self.w(&words::time(at));
        let today = sothon_records::problem::day(self.today());
        match time.strip_prefix(&today) {
            Some(clock) => clock.trim().to_owned(),
            None => time,
        }
    }

    /// The records that wait to be sent, the latest first.
    fn waiting_rows(&self, unsent: &[sothon_replica::Unsent]) -> Vec<RecentRow> {
        let mut unsent: Vec<&sothon_replica::Unsent> = unsent.iter().collect();
        unsent.sort_by_key(|unsent| std::cmp::Reverse(unsent.time));
        let mut seen: BTreeSet<RecordKey> = BTreeSet::new();
        let mut rows = Vec::new();
        for change in unsent {
            for key in self.device().records_touched(&change.book, &[change.change]) {
                if rows.len() == NAMED {
                    return rows;
                }
                if seen.insert(key.clone()) {
                    rows.push(RecentRow {
                        kind_label: self.kind_label(&key),
                        kind: key.kind.clone(),
                        title: self.open_title(&key),
                        at: (change.time != 0).then_some(change.time),
                        delivery: Delivered::OnDevice,
                        key: key.to_string(),
                    });
                }
            }
        }
        rows
    }

    /// The name of a record's kind.
    pub(crate) fn kind_label(&self, key: &RecordKey) -> String {
        Kind::by_slug(&key.kind).map_or_else(|| key.kind.clone(), |kind| kind.label.get(self.lang).to_owned())
    }

    /// A record's title where anybody may look over the person's shoulder: of care and tips the kind alone (ux.md §2).
    pub(crate) fn open_title(&self, key: &RecordKey) -> String {
        let books = self.view.books_of(key);
        let title = if books.iter().any(|open| open.shelf.is_sensitive()) {
            String::new()
        } else {
            self.title(key)
        };
        if title.is_empty() {
            self.kind_label(key)
        } else {
            title
        }
    }
}

/// Bytes as people read them: "1,2 MB".
pub(crate) fn size(bytes: u64, lang: Lang) -> String {
    const KILO: u64 = 1024;
    const MEGA: u64 = KILO * KILO;
    if bytes < MEGA / 10 {
        return format!("{} KB", bytes.div_ceil(KILO));
    }
    let tenths = (bytes * 10 + MEGA / 2) / MEGA;
    let comma = match lang {
        Lang::Vi => ',',
        Lang::En => '.',
    };
    format!("{}{comma}{} MB", tenths / 10, tenths % 10)
}

/// The bytes of the files in a folder; one that cannot be read counts nothing.
fn bytes_in(folder: &Path) -> u64 {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return 0;
    };
    entries
        .flatten()
        .filter_map(|entry| entry.metadata().ok().map(|meta| (entry, meta)))
        .map(|(entry, meta)| {
            if meta.is_dir() {
                bytes_in(&entry.path())
            } else {
                meta.len()
            }
        })
        .sum()
}

/// How old the register is that is here. The registrar signs it at least weekly: after two weeks something keeps it from
/// coming (A23). The practice commune signs for itself.
fn register_words(dated: i64, now: i64) -> Words {
    let time = words::time(dated);
    let day = |time: &str| time.split(' ').next().unwrap_or_default().to_owned();
    let mut says = Words::new(
        format!("Danh bạ của xã trên máy này ký ngày {}.", day(&time.vi)),
        format!("The commune's register here was signed on {}.", day(&time.en)),
    );
    let days = now.saturating_sub(dated) / DAY;
    if days >= OLD_REGISTER {
        says.vi += &format!(
            " Đã {days} ngày không có bản mới: máy giữ danh bạ lâu chưa mở, hoặc máy này lâu chưa nối được với xã."
        );
        says.en += &format!(
            " Nothing newer for {days} days: the registrar's device was not opened, or this one did not meet the commune."
        );
    }
    says
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_read_as_kilobytes_until_a_tenth_of_a_megabyte() {
        assert_eq!(size(0, Lang::Vi), "0 KB");
        assert_eq!(size(1, Lang::Vi), "1 KB");
        assert_eq!(size(1_258_291, Lang::Vi), "1,2 MB");
        assert_eq!(size(12 * 1024 * 1024, Lang::En), "12.0 MB");
    }

    #[test]
    fn a_register_that_nobody_signed_for_two_weeks_is_said_to_be_old() {
        let signed = 1_749_520_800; // 10/06/2025
        let says = register_words(signed, signed + 13 * DAY).vi;
        assert_eq!(says, "Danh bạ của xã trên máy này ký ngày 10/06/2025.");
        let says = register_words(signed, signed + 14 * DAY).vi;
        assert!(says.contains("Đã 14 ngày không có bản mới"), "{says}");
        // A clock that is behind makes nothing old.
        assert_eq!(register_words(signed, 0), register_words(signed, signed));
    }
}
