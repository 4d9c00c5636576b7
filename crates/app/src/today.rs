//! "Hôm nay": what a person sees first. No name of anybody in care, and no word of a tip.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike as _, NaiveDate};
use sothon_ledger::{Height, Role};
use sothon_records::kinds::{
    Contact, Document, Household, Outreach, Pledge, Progress, Task, Tip, TipHandling,
};
use sothon_records::problem::day;
use sothon_records::{Kind, Lang, Record, RecordKey, Words, show};

use crate::api::{DeliveryLine, DueRow, RecentRow, TileAct, Today};
use crate::app::App;
use crate::desk::Desk;
use crate::exchange_page::{OwnRecords, behind, on_its_way};
use crate::fault::{Done, Fault};

/// So many due things are on home (ux.md §1.3).
const DUE: usize = 10;
/// So many acts of a book are looked at for them: several may be of one record.
const ACTS: usize = 40;
/// So many of the last records.
const RECENT: usize = 5;
/// So many acts have a button.
const TILES: usize = 4;
const YEAR_DAYS: u64 = 366;
const DAY: i64 = 24 * 3600;

/// What the sessions say that home shows.
#[derive(Clone, Copy)]
struct Session {
    connected: bool,
    agreed: Option<i64>,
    met: Option<i64>,
    forked: bool,
    named: Height,
}

impl App {
    /// See [`crate::commands`].
    pub(crate) async fn today(&self) -> Done<Today> {
        let session = {
            let sessions = self.sessions().lock().await;
            let status = sessions.exchange().ok_or_else(Fault::locked)?.status();
            Session {
                connected: status.connected(),
                agreed: status.agreed,
                met: status.met,
                forked: status.forked,
                named: status.named,
            }
        };
        self.at_desk(move |desk| desk.home(session)).await
    }

    /// See [`crate::commands`].
    pub(crate) async fn all_due(&self) -> Done<Vec<DueRow>> {
        self.at_desk(|desk| Ok(desk.due_rows(desk.remind_days(), usize::MAX).0))
            .await
    }
}

impl Desk {
    fn home(&mut self, session: Session) -> Done<Today> {
        self.refresh();
        let (due, due_total) = self.due_rows(self.remind_days(), DUE);
        let next_due = match due.first() {
            None => self.due_rows(YEAR_DAYS, 1).0.pop(),
            Some(_) => None,
        };
        Ok(Today {
            date: self.date_words(self.today()),
            place: self.place_words(),
            line: self.home_line(session)?,
            acting: self.acting_rows(),
            due,
            due_total,
            next_due,
            tiles: self.tiles(),
            drafts: self.drafts()?,
            review: self.questions(),
            late: self.late_count(),
            files_to_move: self.files_to_move(),
            recent: self.recent(),
            asks: self.asks()?,
        })
    }

    /// How many days ahead things due are shown, as the commune has set it (R77).
    pub(crate) fn remind_days(&self) -> u64 {
        self.view.settings().remind_days(self.today())
    }

    /// "Thứ Ba, 10/06/2025".
    pub(crate) fn date_words(&self, on: NaiveDate) -> String {
        const VI: [&str; 7] = [
            "Thứ Hai",
            "Thứ Ba",
            "Thứ Tư",
            "Thứ Năm",
            "Thứ Sáu",
            "Thứ Bảy",
            "Chủ Nhật",
        ];
        let weekday = match self.lang {
            Lang::Vi => {
                let number = on.weekday().num_days_from_monday() as usize;
                VI.get(number).copied().unwrap_or_default().to_owned()
            }
            Lang::En => on.format("%A").to_string(),
        };
        format!("{weekday}, {}", day(on))
    }

    /// "Thôn 3, xã Quang Trung"; of the commune's people the commune alone.
    fn place_words(&self) -> String {
        if self.is_commune_wide() {
            return self.commune_name();
        }
        let own = self.own_scopes().into_iter().filter_map(crate::desk::place_of);
        let mut names: Vec<String> = own.map(|place| self.place_name(place)).collect();
        names.push(crate::desk::lower_first(&self.commune_name()));
        names.retain(|name| !name.is_empty());
        names.join(", ")
    }

    /// One line on what is waiting. That all has come is said by receipts alone.
    fn home_line(&self, session: Session) -> Done<DeliveryLine> {
        let own = self.own_records()?;
        let OwnRecords {
            on_device,
            held_back,
            others_there,
            ..
        } = own;
        let mut line = DeliveryLine {
            says: String::new(),
            all_there: others_there && own.all_there(),
            waiting: on_device,
            connected: session.connected,
            overdue: false,
        };
        let says = if self.practice {
            (line.all_there, line.waiting) = (false, 0);
            Words::new(
                "Số liệu mẫu, không gửi đi đâu.",
                "Practice data; they go nowhere.",
            )
        } else if session.forked || self.is_forked() {
            (line.all_there, line.overdue) = (false, true);
            self.forked_words()
        } else if self.is_behind(session.named) {
            (line.all_there, line.overdue) = (false, true);
            behind()
        } else if on_device > 0 {
            let days = self.days_unsent(session);
            line.overdue = days >= i64::from(self.parts().settings().silent_days);
            let Words { vi, en } = match line.overdue {
                true => Words::new(
                    format!("Đã {days} ngày chưa gửi được. Mang máy tới nhà văn hóa."),
                    format!("Nothing could be sent for {days} days. Take the device to the culture house."),
                ),
                false => on_its_way(session.connected),
            };
            Words::new(
                format!("{on_device} bản ghi chờ gửi. {vi}"),
                format!("{on_device} records wait to be sent. {en}"),
            )
        } else if held_back > 0 {
            Words::new(
                format!("{held_back} bản ghi cần xem lại, chưa vào sổ chung."),
                format!("{held_back} records are to be looked at before they count."),
            )
        } else if own.photos_on_device > 0 {
            own.photos_wait(&on_its_way(session.connected))
        } else if let Some(says) = own.not_confirmed() {
            says
        } else if !others_there {
            Words::new(
                "Chưa ghi gì trên máy này.",
                "Nothing was recorded on this device yet.",
            )
        } else {
            match session.agreed.map(|at| self.when(at)) {
                Some(time) => Words::new(
                    format!("Mọi bản ghi đã tới xã ({time})"),
                    format!("All records have come to the commune ({time})"),
                ),
                None => Words::new("Mọi bản ghi đã tới xã", "All records have come to the commune"),
            }
        };
        line.says = self.w(&says);
        Ok(line)
    }

    /// For how many days something waits, and nobody was met.
    fn days_unsent(&self, session: Session) -> i64 {
        let unsent = self.device().unsent();
        let oldest = unsent
            .iter()
            .map(|unsent| unsent.time)
            .filter(|time| *time != 0)
            .min();
        let since = oldest.max(oldest.and(session.met));
        since.map_or(0, |since| (self.now() - since) / DAY)
    }

    /// The four most used acts of a role, of those that this person may do.
    fn tiles(&self) -> Vec<TileAct> {
        let act = |kind: &Kind, vi: &str, en: &str, values: &[(&str, &str)]| {
            self.writes_kind(kind).then(|| TileAct {
                tells: false,
                kind: kind.slug.to_owned(),
                label: self.t(vi, en).to_owned(),
                values: values
                    .iter()
                    .map(|(field, value)| ((*field).to_owned(), (*value).to_owned()))
                    .collect::<BTreeMap<_, _>>(),
            })
        };
        let pledge = || act(Pledge::KIND, "Ghi bản cam kết", "Record a pledge", &[]);
        let visit = || {
            act(
                Outreach::KIND,
                "Ghi thăm hộ",
                "Record a visit",
                &[("form", "household-visit")],
            )
        };
        let outreach = || act(Outreach::KIND, "Ghi buổi tuyên truyền", "Record outreach", &[]);
        let progress = || act(Progress::KIND, "Báo tiến độ", "Report progress", &[]);
        let household = || act(Household::KIND, "Ghi hộ", "Record a household", &[]);
        let contact = || act(Contact::KIND, "Ghi tiếp xúc", "Record a contact", &[]);
        let tip = || act(Tip::KIND, "Ghi tin báo", "Record a tip", &[]);
        let handling = || act(TipHandling::KIND, "Ghi xử lý tin", "Record a step", &[]);
        let document = || act(Document::KIND, "Ghi quyết định", "Record a decision", &[]);
        let task = || act(Task::KIND, "Ghi nhiệm vụ", "Record a task", &[]);
        // For who tells the police and does not read what is told: the page of own tips.
        let tell = || {
            self.drops_tips().then(|| TileAct {
                tells: true,
                kind: Tip::KIND.slug.to_owned(),
                label: self.t("Báo tin", "Tell the police").to_owned(),
                values: BTreeMap::new(),
            })
        };
        let acts = match self.role() {
            Some(Role::Police | Role::PoliceChief) => {
                vec![contact(), tip(), handling(), document(), visit(), progress()]
            }
            Some(Role::VillageHead | Role::DeputyVillageHead) => {
                vec![pledge(), visit(), progress(), tell(), outreach(), household()]
            }
            _ => {
                let mut acts = vec![outreach(), progress(), task(), visit(), pledge()];
                acts.retain(Option::is_some);
                // The last of the four places is its.
                acts.insert(acts.len().min(TILES - 1), tell());
                acts
            }
        };
        acts.into_iter().flatten().take(TILES).collect()
    }

    /// How many questions are open: what two people wrote differently and this one can decide, what is there twice, and
    /// between which of a device's versions the registrar has to choose.
    pub(crate) fn questions(&self) -> usize {
        let conflicts = self.device().conflicts();
        let decides = conflicts
            .iter()
            .filter(|(book, conflict)| self.decides(book, &conflict.key));
        let moved = self.moved_rows().iter().filter(|row| row.decides).count();
        decides.count() + self.twice().len() + moved + self.rivals_to_choose()
    }

    /// What asks for this person's word: devices that ask in, and readers.
    fn asks(&self) -> Done<usize> {
        let (asking, _) = self.invitations()?;
        Ok(asking.len() + self.reader_asks().len())
    }

    /// The records that this device wrote last, each once: those of this session, then those of the history.
    fn recent(&mut self) -> Vec<RecentRow> {
        if self.past.is_none() {
            self.past = Some(self.last_written());
        }
        let mut seen = BTreeSet::new();
        let all = self.written.iter().chain(self.past.iter().flatten());
        all.filter(|(key, _)| seen.insert(key.clone()))
            .take(RECENT)
            .map(|(key, at)| self.recent_row(key, *at))
            .collect()
    }

    /// The same, read from the history of all books, once after unlocking.
    fn last_written(&self) -> Vec<(RecordKey, i64)> {
        let mut acts = self.device().own_acts(ACTS);
        acts.sort_by_key(|(_, act)| std::cmp::Reverse(act.time));
        let mut seen = BTreeSet::new();
        let mut found = Vec::new();
        for (book, act) in acts {
            let touched = self.device().records_touched(&book, &act.changes);
            for key in self.newest_first(touched) {
                if found.len() == RECENT {
                    return found;
                }
                if seen.insert(key.clone()) {
                    found.push((key, act.time));
                }
            }
        }
        found
    }

    /// Notes what was just written here.
    pub(crate) fn note_written(&mut self, keys: &BTreeSet<RecordKey>) {
        let now = self.now();
        self.written.retain(|(key, _)| !keys.contains(key));
        let fresh = keys.iter().take(RECENT).map(|key| (key.clone(), now));
        self.written.splice(0..0, fresh);
        self.written.truncate(RECENT);
    }

    /// Of records written in one act those that happened last come first.
    fn newest_first(&self, mut keys: Vec<RecordKey>) -> Vec<RecordKey> {
        keys.sort_by_cached_key(|key| {
            let happened = Kind::by_slug(&key.kind)
                .zip(self.view.record(key))
                .and_then(|(kind, raw)| show::happened(kind, raw));
            std::cmp::Reverse(happened)
        });
        keys
    }

    fn recent_row(&self, key: &RecordKey, time: i64) -> RecentRow {
        RecentRow {
            key: key.to_string(),
            kind_label: self.kind_label(key),
            kind: key.kind.clone(),
            title: self.open_title(key),
            at: (time != 0).then_some(time),
            delivery: self.delivered(key),
        }
    }
}
