//! Setting a matter: its form, fitted to how the value is typed, and what saving it would change, looked over before.

use chrono::NaiveDate;
use sothon_records::kind::ChoiceSet;
use sothon_records::kinds::{ChoiceRule, Setting};
use sothon_records::problem::{day, number};
use sothon_records::settings::{Form, Matter};
use sothon_records::{Kind, Lang, RawRecord, Record, RecordKey, show};

use crate::api::*;
use crate::app::App;
use crate::desk::{Desk, key_of};
use crate::fault::{Done, Fault};
use crate::typing::entered;

const KIND: &Kind = Setting::KIND;
/// The fields that the review says by itself.
const SAID: [&str; 3] = ["matter", "value", "from"];

impl App {
    /// See [`crate::commands`].
    pub(crate) async fn check_matter(&self, input: FormInput) -> Done<MatterCheck> {
        self.at_desk(move |desk| desk.check_matter(&input)).await
    }
}

impl Desk {
    /// What saving a form of what the commune sets would mean.
    fn check_matter(&self, input: &FormInput) -> Done<MatterCheck> {
        let kind = match input.kind == ChoiceRule::KIND.slug {
            true => ChoiceRule::KIND,
            false => KIND,
        };
        if !self.writes_kind(kind) {
            return Err(sothon_replica::ReplicaError::MayNotWrite.into());
        }
        let key = input.key.as_deref().map(key_of).transpose()?;
        let before = key.as_ref().map(|key| self.placed(key)).transpose()?;
        let before = before.map(|(_, raw)| raw);
        let mut rng = rand_core::UnwrapErr(getrandom::SysRng);
        let typed = entered(
            kind,
            before.as_ref(),
            &input.values,
            &input.subs,
            &self.context(),
            &mut rng,
        )?;
        if kind == ChoiceRule::KIND {
            return self.check_offer(&typed.record, key.as_ref());
        }
        let setting = Setting::read(&typed.record).value;
        let (Some(matter), Some(from)) = (setting.matter, setting.from) else {
            return Err(Fault::not_understood("check_matter"));
        };
        let words = |given| self.w(&matter.form().words(&given));
        let read = |value: &String| matter.form().read(value).map(words);
        let holds = self.view.settings().given(matter, from);
        Ok(MatterCheck {
            label: matter.label().get(self.lang).to_owned(),
            before: holds.map(words).unwrap_or_default(),
            after: setting.value.as_ref().and_then(read).unwrap_or_default(),
            mends: Some("value".to_owned()),
            from: day(from),
            lines: self.check_lines(KIND, &typed.record, &SAID),
            changes: matter.declared().changes.get(self.lang).to_owned(),
            notices: self.notices_of_day(matter, from, key.as_ref()),
        })
    }

    /// What a form says beside what its review says by itself.
    pub(crate) fn check_lines(&self, kind: &Kind, record: &RawRecord, said: &[&str]) -> Vec<CheckLine> {
        let titles = |key: &RecordKey| self.view.title_words(key, self.lang);
        let rows = show::page(kind, record, &titles).rows;
        let told = rows
            .iter()
            .filter(|row| !row.value.vi.is_empty() && !said.contains(&row.place.field.as_str()));
        let line = |row: &show::Row| CheckLine {
            field: row.place.field.clone(),
            label: self.w(&row.label),
            value: self.w(&row.value),
        };
        told.map(line).collect()
    }

    fn notices_of_day(&self, matter: Matter, from: NaiveDate, own: Option<&RecordKey>) -> Vec<String> {
        let mut notices = Vec::new();
        if from < self.today() {
            notices.push(self.t(
                "Ngày này đã qua: các hạn từ ngày đó được tính lại theo giá trị mới.",
                "That day is past: limits since then are reckoned anew by the new value.",
            ));
        }
        let recorded = self.settings_recorded().remove(&matter).unwrap_or_default();
        let same_day = recorded
            .iter()
            .any(|one| !one.voided && one.setting.from == Some(from) && Some(&one.key) != own);
        if same_day {
            notices.push(self.t(
                "Từ ngày này đã ghi một giá trị. Nếu lưu, xã có hai giá trị cho một ngày và phải chọn một; \
                 nếu chỉ ghi nhầm, mở bản đã ghi và sửa.",
                "A value is recorded for that day. Saved, there are two and one is to be chosen; a mistake is better \
                 mended in the record.",
            ));
        }
        notices.into_iter().map(str::to_owned).collect()
    }

    /// Fits the form of a setting to its matter, where that is known: the value is asked for as the matter takes it, and what
    /// it is about stands in the title.
    pub(crate) fn fit_to_matter(&self, form: &mut crate::api::Form) {
        form.reviewed = true;
        let typed = form.values.get("matter");
        let Some(matter) = typed.and_then(|slug| Matter::from_slug(slug)) else {
            return;
        };
        let label = matter.label().get(self.lang);
        form.title = match form.key {
            Some(_) => format!("{}: {label}", self.t("Sửa", "Change")),
            None => format!("{}: {label}", self.t("Đặt giá trị mới", "Set")),
        };
        for group in &mut form.groups {
            group.fields.retain(|field| field.name != "matter");
            for field in group.fields.iter_mut().filter(|field| field.name == "value") {
                field.control = self.value_control(matter.form());
                field.help = self.value_help(matter.form());
            }
        }
    }

    fn value_control(&self, form: Form) -> Control {
        match form {
            Form::Number { unit, .. } => Control::Number {
                unit: unit.get(self.lang).to_owned(),
            },
            Form::DayOfYear => Control::Line { max: 10, name: false },
            Form::YesNo => {
                let choice = |(slug, vi, en): (&str, _, _)| Choice {
                    slug: slug.to_owned(),
                    label: self.t(vi, en).to_owned(),
                };
                let choices = [("có", "Có", "Yes"), ("không", "Không", "No")].map(choice);
                Control::Choice {
                    choices: choices.into(),
                }
            }
            Form::Words => Control::Long { max: 500 },
        }
    }

    fn value_help(&self, form: Form) -> String {
        match form {
            Form::DayOfYear => self
                .t("Ngày và tháng, ví dụ 31/03.", "Day and month, as 31/03.")
                .to_owned(),
            Form::Number { min, max, .. } => {
                let (min, max) = (number(min, self.lang), number(max, self.lang));
                match self.lang {
                    Lang::Vi => format!("Từ {min} đến {max}."),
                    Lang::En => format!("From {min} to {max}."),
                }
            }
            Form::YesNo | Form::Words => String::new(),
        }
    }
}
