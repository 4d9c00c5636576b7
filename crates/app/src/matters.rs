//! "Quy định của xã": what can be set, what holds today and since when, on what it rests, who set it. What a
//! matter is and what holds is said by `records::settings`; setting one is `weighing`'s.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use sothon_records::kind::ChoiceSet;
use sothon_records::kinds::Setting;
use sothon_records::problem::day;
use sothon_records::settings::Matter;
use sothon_records::{Kind, Lang, Record, RecordKey, Shelf};

use crate::api::*;
use crate::app::App;
use crate::desk::Desk;
use crate::fault::{Done, Fault};

const KIND: &Kind = Setting::KIND;

impl App {
    /// See [`crate::commands`].
    pub(crate) async fn matters(&self) -> Done<Matters> {
        self.at_desk(|desk| desk.matters()).await
    }

    /// See [`crate::commands`].
    pub(crate) async fn matter(&self, matter: String) -> Done<MatterPage> {
        self.at_desk(move |desk| {
            let matter = Matter::from_slug(&matter).ok_or_else(|| Fault::not_understood("matter"))?;
            desk.matter_page(matter)
        })
        .await
    }
}

/// A record that sets a matter.
pub(crate) struct Recorded {
    pub key: RecordKey,
    pub setting: Setting,
    pub voided: bool,
}

impl Desk {
    fn matters(&self) -> Done<Matters> {
        self.reads_commune()?;
        let recorded = self.settings_recorded();
        let known = |matter: &Matter| self.view.settings().given(*matter, self.today()).is_some();
        let known = Matter::ALL.iter().copied().filter(known);
        let row = |matter: Matter| self.matter_row(matter, recorded.get(&matter).map_or(&[], Vec::as_slice));
        Ok(Matters {
            rows: known.map(row).collect(),
            superiors: self.superior_rows(),
            unknown: self.gap_count(),
            sets: self.writes_kind(KIND),
        })
    }

    /// What the commune sets is in its own book, which a device may not have.
    pub(crate) fn reads_commune(&self) -> Done {
        if self.view.reads_any(Shelf::Commune) {
            return Ok(());
        }
        Err(Fault::new(
            "no_book",
            "Sổ của xã chưa có trên máy này. Quy định của xã hiện ở đây khi sổ về tới máy.",
            "The commune's book is not on this device yet. What it sets is shown here once it has come.",
        ))
    }

    fn matter_row(&self, matter: Matter, recorded: &[Recorded]) -> MatterRow {
        let ahead = self.view.settings().ahead(matter, self.today()).next();
        let state = match ahead {
            _ if !days_twice(recorded).is_empty() => Some(RowState {
                tone: Tone::Warn,
                word: self
                    .t("Cần chọn một giá trị", "One value to be chosen")
                    .to_owned(),
            }),
            Some((from, given)) => Some(RowState {
                tone: Tone::Plain,
                word: format!(
                    "{} {}: {}",
                    self.t("Từ", "From"),
                    day(from),
                    self.w(&matter.form().words(given))
                ),
            }),
            None => None,
        };
        let standing = self.standing_of_matter(matter, recorded);
        MatterRow {
            matter: slug(matter),
            label: matter.label().get(self.lang).to_owned(),
            rests_on: joined([standing.since, standing.basis, standing.set_by]),
            value: standing.value,
            state,
        }
    }

    fn matter_page(&self, matter: Matter) -> Done<MatterPage> {
        self.reads_commune()?;
        let recorded = self.settings_recorded().remove(&matter).unwrap_or_default();
        let declared = matter.declared();
        let standing = self.standing_of_matter(matter, &recorded);
        Ok(MatterPage {
            matter: slug(matter),
            label: matter.label().get(self.lang).to_owned(),
            value: standing.value,
            since: standing.since,
            basis: standing.basis,
            set_by: standing.set_by,
            source: declared.source.get(self.lang).to_owned(),
            changes: declared.changes.get(self.lang).to_owned(),
            filled_by: declared.filled_by.get(self.lang).to_owned(),
            to_decide: days_twice(&recorded)
                .into_iter()
                .map(|from| self.two_values(matter, from))
                .collect(),
            recorded: recorded
                .iter()
                .map(|one| self.recorded_row(matter, one))
                .collect(),
            sets: self.writes_kind(KIND),
        })
    }

    /// What holds today: as recorded, else the default.
    fn standing_of_matter(&self, matter: Matter, recorded: &[Recorded]) -> Standing {
        let settings = self.view.settings();
        let value = settings.given(matter, self.today());
        let value = value.map(|given| self.w(&matter.form().words(&given)));
        let Some((since, given)) = settings.recorded(matter, self.today()) else {
            let default = self.t(
                "Mặc định của Sổ Thôn, xã chưa quy định",
                "The default; nothing is set",
            );
            return Standing {
                since: value.as_ref().map_or("", |_| default).to_owned(),
                value: value.unwrap_or_default(),
                ..Standing::default()
            };
        };
        let counts = |one: &&Recorded| {
            let said = one
                .setting
                .value
                .as_deref()
                .and_then(|said| matter.form().read(said));
            !one.voided && one.setting.from == Some(since) && said.as_ref() == Some(given)
        };
        let one = recorded.iter().find(counts);
        Standing {
            value: value.unwrap_or_default(),
            since: self.since_words(since),
            basis: one.and_then(|one| one.setting.basis.clone()).unwrap_or_default(),
            set_by: one
                .map(|one| self.set_by(&one.key, one.setting.decided_by.as_ref()))
                .unwrap_or_default(),
        }
    }

    pub(crate) fn since_words(&self, since: NaiveDate) -> String {
        format!("{} {}", self.t("Từ", "From"), day(since))
    }

    /// "Chủ tịch Hoàng Đình Quân quyết định; Bùi Thị Lan, văn phòng ghi".
    pub(crate) fn set_by(&self, key: &RecordKey, decided_by: Option<&String>) -> String {
        let decided = decided_by.map(|by| match self.lang {
            Lang::Vi => format!("{by} quyết định"),
            Lang::En => format!("decided by {by}"),
        });
        let (Ok((book, _)), wrote) = (self.placed(key), self.t("ghi", "wrote it down")) else {
            return decided.unwrap_or_default();
        };
        let steps = self.device().history(&book, key);
        let made = steps.iter().find(|step| step.created);
        let wrote = made.map(|step| format!("{} {wrote}", self.author(&book, &step.actor)));
        decided.into_iter().chain(wrote).collect::<Vec<_>>().join("; ")
    }

    fn recorded_row(&self, matter: Matter, one: &Recorded) -> MatterRecorded {
        let setting = &one.setting;
        let said = setting.value.clone().unwrap_or_default();
        let given = matter.form().read(&said);
        let value = given.map_or(said, |given| self.w(&matter.form().words(&given)));
        MatterRecorded {
            key: one.key.to_string(),
            value,
            detail: joined([
                setting
                    .from
                    .map(|from| self.since_words(from))
                    .unwrap_or_default(),
                setting.basis.clone().unwrap_or_default(),
                self.set_by(&one.key, one.setting.decided_by.as_ref()),
            ]),
            state: self.recorded_state(matter, one),
            voided: one.voided,
        }
    }

    fn recorded_state(&self, matter: Matter, one: &Recorded) -> RowState {
        let state = |tone, vi, en| RowState {
            tone,
            word: self.t(vi, en).to_owned(),
        };
        let since = self.view.settings().recorded(matter, self.today());
        let said = one
            .setting
            .value
            .as_deref()
            .and_then(|said| matter.form().read(said));
        match one.setting.from {
            _ if one.voided => state(Tone::Plain, "Đã hủy", "Voided"),
            Some(from) if from > self.today() => state(Tone::Plain, "Chưa áp dụng", "Ahead"),
            Some(from)
                if since.is_some_and(|(since, given)| since == from && Some(given) == said.as_ref()) =>
            {
                state(Tone::Ok, "Đang áp dụng", "In force")
            }
            Some(from) if since.is_some_and(|(since, _)| since == from) => {
                state(Tone::Warn, "Cần chọn một", "To be decided")
            }
            Some(_) if said.is_some() => state(Tone::Plain, "Đã thay", "Replaced"),
            _ => state(Tone::Warn, "Cần xem lại", "To be looked at"),
        }
    }

    /// "Từ 01/01/2026 có hai giá trị. Các máy tạm tính theo 30/04 …".
    fn two_values(&self, matter: Matter, from: NaiveDate) -> String {
        let counts = self.view.settings().recorded(matter, from);
        let counts = counts
            .map(|(_, given)| self.w(&matter.form().words(given)))
            .unwrap_or_default();
        let from = day(from);
        match self.lang {
            Lang::Vi => format!(
                "Từ {from} có hai giá trị khác nhau. Mọi máy tạm tính theo “{counts}” cho tới khi một bản được hủy."
            ),
            Lang::En => format!(
                "From {from} there are two values. All devices go by “{counts}” until one record is voided."
            ),
        }
    }

    /// All that was recorded, matter by matter, the newest day first.
    pub(crate) fn settings_recorded(&self) -> BTreeMap<Matter, Vec<Recorded>> {
        let mut by_matter: BTreeMap<Matter, Vec<Recorded>> = BTreeMap::new();
        for key in self.view.of_kind(KIND.slug) {
            let Some(setting) = self.view.record(key).map(|raw| Setting::read(raw).value) else {
                continue;
            };
            if let Some(matter) = setting.matter {
                by_matter.entry(matter).or_default().push(Recorded {
                    key: key.clone(),
                    voided: self.view.is_voided(key),
                    setting,
                });
            }
        }
        for recorded in by_matter.values_mut() {
            recorded.sort_by_key(|one| (one.voided, std::cmp::Reverse(one.setting.from), one.key.clone()));
        }
        by_matter
    }
}

/// What holds today, in words.
#[derive(Default)]
struct Standing {
    value: String,
    since: String,
    basis: String,
    set_by: String,
}

fn slug(matter: Matter) -> String {
    matter.slug().to_owned()
}

/// The days for which there is more than one value in force.
fn days_twice(recorded: &[Recorded]) -> Vec<NaiveDate> {
    let mut values: BTreeMap<NaiveDate, Vec<&str>> = BTreeMap::new();
    for one in recorded.iter().filter(|one| !one.voided) {
        if let (Some(from), Some(value)) = (one.setting.from, one.setting.value.as_deref()) {
            values.entry(from).or_default().push(value);
        }
    }
    values.retain(|_, values| values.len() > 1);
    values.into_keys().collect()
}

pub(crate) fn joined<const N: usize>(parts: [String; N]) -> String {
    let filled: Vec<&str> = parts
        .iter()
        .map(String::as_str)
        .filter(|part| !part.is_empty())
        .collect();
    filled.join(" · ")
}
