//! "Lựa chọn trong biểu mẫu": which choices of forms the commune may change, what it has changed since when and on what that
//! rests; and a change of one, looked over before it is saved. What forms offer is said by `records::settings::choices`.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use sothon_records::kinds::ChoiceRule;
use sothon_records::kinds::choice::Offer;
use sothon_records::problem::day;
use sothon_records::settings::choices::{Changeable, value_of};
use sothon_records::{Code, Kind, Lang, Place, Problem, RawRecord, Record, RecordKey, Words, added};

use crate::api::*;
use crate::app::App;
use crate::desk::Desk;
use crate::fault::{Done, Fault};
use crate::matters::joined;

const KIND: &Kind = ChoiceRule::KIND;
/// What the review says by itself, and what it does not say.
pub(crate) const SAID: [&str; 5] = ["of", "value", "words", "offer", "from"];

impl App {
    /// See [`crate::commands`].
    pub(crate) async fn choice_fields(&self) -> Done<ChoiceFields> {
        self.at_desk(|desk| desk.choice_fields()).await
    }

    /// See [`crate::commands`].
    pub(crate) async fn choice_field(&self, of: String) -> Done<ChoiceFieldPage> {
        self.at_desk(move |desk| {
            let of = Changeable::named(&of).ok_or_else(|| Fault::not_understood("choice_field"))?;
            desk.choice_field(&of)
        })
        .await
    }
}

/// A record that changes a choice.
struct Ruled {
    key: RecordKey,
    rule: ChoiceRule,
    /// Of which value it speaks; none where that is not said.
    value: Option<String>,
    voided: bool,
}

impl Ruled {
    /// Whether it is what counts of its value from its day on.
    fn says(&self, value: &str, since: NaiveDate, offer: Offer) -> bool {
        let rule = &self.rule;
        !self.voided
            && self.value.as_deref() == Some(value)
            && rule.from == Some(since)
            && rule.offer == Some(offer)
    }
}

impl Desk {
    /// The choices of a field that forms offer today, and those that a record has already.
    pub(crate) fn offered_today(&self, of: &Changeable, has: &[&str]) -> Vec<Choice> {
        let offered = self.view.offers().offered(of, self.today(), has);
        let choice = |(slug, label): (String, Words)| Choice {
            slug,
            label: self.w(&label),
        };
        offered.into_iter().map(choice).collect()
    }

    fn choice_fields(&self) -> Done<ChoiceFields> {
        self.reads_commune()?;
        let recorded = self.choices_recorded();
        let mut groups: Vec<ChoiceGroup> = Vec::new();
        for of in Changeable::all() {
            let path = of.path();
            let row = ChoiceFieldRow {
                label: self.w(&of.label()),
                changed: self.changed(&of),
                state: recorded
                    .get(&path)
                    .filter(|recorded| !said_twice(recorded).is_empty())
                    .map(|_| RowState {
                        tone: Tone::Warn,
                        word: self.t("Cần chọn một", "To be decided").to_owned(),
                    }),
                of: path,
            };
            let label = of.kind.label.get(self.lang);
            match groups.last_mut().filter(|group| group.label == label) {
                Some(group) => group.rows.push(row),
                None => groups.push(ChoiceGroup {
                    label: label.to_owned(),
                    rows: vec![row],
                }),
            }
        }
        Ok(ChoiceFields {
            groups,
            sets: self.writes_kind(KIND),
        })
    }

    /// "Xã thêm 1 · Không dùng 2".
    fn changed(&self, of: &Changeable) -> String {
        let (offers, today) = (self.view.offers(), self.today());
        let values = offers.values(of);
        let is = |value: &&String| offers.is_offered(of, value, today);
        let added = values.iter().filter(|value| of.own(value).is_none());
        let added = added.filter(is).count();
        let since = |value: &&String| offers.recorded(&of.path(), value, today).is_some();
        let retired = values.iter().filter(since).filter(|value| !is(value)).count();
        let says = |count: usize, vi, en| match count {
            0 => String::new(),
            _ => format!("{} {}", self.t(vi, en), self.count(count)),
        };
        joined([
            says(added, "Xã thêm", "Added:"),
            says(retired, "Không dùng", "No longer used:"),
        ])
    }

    fn choice_field(&self, of: &Changeable) -> Done<ChoiceFieldPage> {
        self.reads_commune()?;
        let recorded = self.choices_recorded().remove(&of.path()).unwrap_or_default();
        let values = self.view.offers().values(of);
        let twice = said_twice(&recorded);
        Ok(ChoiceFieldPage {
            of: of.path(),
            label: self.w(&of.whole_label()),
            values: values
                .iter()
                .map(|value| self.choice_value(of, value, &recorded))
                .collect(),
            adds_not: self.adds_not(of).to_owned(),
            to_decide: twice
                .iter()
                .map(|(value, from)| self.two_rules(of, value, *from))
                .collect(),
            recorded: recorded.iter().map(|one| self.ruled_row(of, one)).collect(),
            sets: self.writes_kind(KIND),
        })
    }

    fn adds_not(&self, of: &Changeable) -> &'static str {
        if of.takes_added() {
            ""
        } else if of.own(added::OTHER).is_some() {
            self.t(
                "Mục này chọn được nhiều giá trị nên xã chưa thêm được giá trị riêng.",
                "Several values can be ticked here, so none can be added.",
            )
        } else {
            self.t(
                "Mục này không có “Khác” nên xã không thêm được giá trị riêng.",
                "This field has no “other”, so nothing can be added to it.",
            )
        }
    }

    fn choice_value(&self, of: &Changeable, value: &str, recorded: &[Ruled]) -> ChoiceValueRow {
        let (offers, today) = (self.view.offers(), self.today());
        let own = of.own(value).is_some();
        let mut stands = match offers.recorded(&of.path(), value, today) {
            None if own => self.t("Sẵn có", "Built in").to_owned(),
            None => String::new(),
            Some((since, offer)) => {
                let word = match (offer, own) {
                    (Offer::Retired, _) => self.t("Không dùng từ", "No longer used from"),
                    (Offer::Offered, true) => self.t("Dùng lại từ", "Used again from"),
                    (Offer::Offered, false) => self.t("Xã thêm từ", "Added from"),
                };
                let one = recorded.iter().find(|one| one.says(value, since, offer));
                joined([
                    format!("{word} {}", day(since)),
                    one.and_then(|one| one.rule.basis.clone()).unwrap_or_default(),
                    one.map(|one| self.set_by(&one.key, one.rule.decided_by.as_ref()))
                        .unwrap_or_default(),
                ])
            }
        };
        if let Some((from, offer)) = offers.ahead(&of.path(), value, today) {
            let word = match offer {
                Offer::Retired => self.t("Sẽ không dùng từ", "Not used from"),
                Offer::Offered => self.t("Sẽ dùng từ", "Used from"),
            };
            stands = joined([stands, format!("{word} {}", day(from))]);
        }
        let words = added::words(value).filter(|_| !own);
        ChoiceValueRow {
            label: self.value_words(of, value),
            stands,
            offered: offers.is_offered(of, value, today),
            value: words.is_none().then(|| value.to_owned()),
            words: words.map(str::to_owned),
        }
    }

    fn value_words(&self, of: &Changeable, value: &str) -> String {
        of.words(value)
            .map_or_else(|| value.to_owned(), |words| self.w(&words))
    }

    /// "Từ 01/01/2026 có hai bản ghi khác nhau về “Karaoke” …".
    fn two_rules(&self, of: &Changeable, value: &str, from: NaiveDate) -> String {
        let (words, from) = (self.value_words(of, value), day(from));
        match self.lang {
            Lang::Vi => format!(
                "Từ {from} có hai bản ghi khác nhau về “{words}”. Biểu mẫu tạm vẫn có giá trị này cho tới khi một bản được hủy."
            ),
            Lang::En => format!(
                "From {from} there are two records of “{words}” that differ. Forms still have it until one is voided."
            ),
        }
    }

    fn ruled_row(&self, of: &Changeable, one: &Ruled) -> MatterRecorded {
        let words = one.value.as_deref().map(|value| self.value_words(of, value));
        let offer = one.rule.offer.map(|offer| self.offer_word(offer));
        MatterRecorded {
            key: one.key.to_string(),
            value: match (words, offer) {
                (Some(words), Some(offer)) => format!("{offer}: {words}"),
                (words, offer) => words.or(offer.map(str::to_owned)).unwrap_or_default(),
            },
            detail: joined([
                one.rule
                    .from
                    .map(|from| self.since_words(from))
                    .unwrap_or_default(),
                one.rule.basis.clone().unwrap_or_default(),
                self.set_by(&one.key, one.rule.decided_by.as_ref()),
            ]),
            state: self.ruled_state(of, one),
            voided: one.voided,
        }
    }

    fn offer_word(&self, offer: Offer) -> &'static str {
        match offer {
            Offer::Offered => self.t("Được dùng", "In use"),
            Offer::Retired => self.t("Không dùng nữa", "No longer used"),
        }
    }

    fn ruled_state(&self, of: &Changeable, one: &Ruled) -> RowState {
        let state = |tone, vi, en| RowState {
            tone,
            word: self.t(vi, en).to_owned(),
        };
        let known = one
            .value
            .as_deref()
            .filter(|value| of.words(value).is_some())
            .zip(one.rule.from)
            .zip(one.rule.offer);
        let Some(((value, from), offer)) = known.filter(|_| !one.voided) else {
            return match one.voided {
                true => state(Tone::Plain, "Đã hủy", "Voided"),
                false => state(Tone::Warn, "Cần xem lại", "To be looked at"),
            };
        };
        if from > self.today() {
            return state(Tone::Plain, "Chưa áp dụng", "Ahead");
        }
        match self.view.offers().recorded(&of.path(), value, self.today()) {
            Some(counts) if counts == (from, offer) => state(Tone::Ok, "Đang áp dụng", "In force"),
            Some((since, _)) if since == from => state(Tone::Warn, "Cần chọn một", "To be decided"),
            _ => state(Tone::Plain, "Đã thay", "Replaced"),
        }
    }

    /// All that was recorded, field by field, the newest day first.
    fn choices_recorded(&self) -> BTreeMap<String, Vec<Ruled>> {
        let mut by_field: BTreeMap<String, Vec<Ruled>> = BTreeMap::new();
        for key in self.view.of_kind(KIND.slug) {
            let Some(rule) = self.view.record(key).map(|raw| ChoiceRule::read(raw).value) else {
                continue;
            };
            if let Some(of) = rule.of.clone() {
                by_field.entry(of).or_default().push(Ruled {
                    key: key.clone(),
                    value: value_of(&rule),
                    voided: self.view.is_voided(key),
                    rule,
                });
            }
        }
        for recorded in by_field.values_mut() {
            recorded.sort_by_key(|one| (one.voided, std::cmp::Reverse(one.rule.from), one.key.clone()));
        }
        by_field
    }

    /// What saving a change of a choice would mean.
    pub(crate) fn check_offer(&self, record: &RawRecord, key: Option<&RecordKey>) -> Done<MatterCheck> {
        self.choice_may_change(record, key)?;
        let rule = ChoiceRule::read(record).value;
        let of = rule.of.as_deref().and_then(Changeable::named);
        let (Some(of), Some(value), Some(from), Some(offer)) = (of, value_of(&rule), rule.from, rule.offer)
        else {
            return Err(Fault::not_understood("check_matter"));
        };
        let words = self.value_words(&of, &value);
        let (offers, path) = (self.view.offers(), of.path());
        let before = match (
            offers.is_offered(&of, &value, from),
            offers.recorded(&path, &value, from),
        ) {
            (true, _) => self.offer_word(Offer::Offered),
            (false, Some(_)) => self.offer_word(Offer::Retired),
            (false, None) => self.t("Chưa có trong biểu mẫu", "Not on forms"),
        };
        let mut notices = Vec::new();
        let recorded = self.choices_recorded().remove(&path).unwrap_or_default();
        let same_day = |one: &Ruled| {
            !one.voided
                && one.rule.from == Some(from)
                && one.value.as_ref() == Some(&value)
                && Some(&one.key) != key
        };
        if recorded.iter().any(same_day) {
            notices.push(
                self.t(
                    "Từ ngày này đã ghi một quy định về giá trị này. Nếu chỉ ghi nhầm, mở bản đã ghi và sửa.",
                    "Something is recorded of this value for that day. A mistake is better mended in the record.",
                )
                .to_owned(),
            );
        }
        Ok(MatterCheck {
            label: format!("{}: {words}", self.w(&of.whole_label())),
            before: before.to_owned(),
            after: format!("{}: {words}", self.offer_word(offer)),
            mends: (rule.words.is_some() && self.is_new_value(&of, &value)).then(|| "words".to_owned()),
            from: day(from),
            lines: self.check_lines(KIND, record, &SAID),
            changes: self
                .t(
                    "Biểu mẫu ghi từ ngày đó. Bản ghi đã có giữ nguyên giá trị đã ghi.",
                    "Forms filled in from that day on. Records keep what they have.",
                )
                .to_owned(),
            notices,
        })
    }

    /// Whether no record has said anything of a value that is no field's own.
    fn is_new_value(&self, of: &Changeable, value: &str) -> bool {
        !self.view.offers().values(of).iter().any(|known| known == value)
    }

    /// Whether a change of a choice can be saved beside what is recorded.
    ///
    /// # Errors
    /// The words would be taken for a value that is there; it is on forms already; nothing would be left to choose.
    pub(crate) fn choice_may_change(&self, record: &RawRecord, key: Option<&RecordKey>) -> Done {
        let rule = ChoiceRule::read(record).value;
        let of = rule.of.as_deref().and_then(Changeable::named);
        let (Some(of), Some(value), Some(from)) = (of, value_of(&rule), rule.from) else {
            // What lacks is said by the rules of the kind.
            return Ok(());
        };
        let offers = self.view.offers();
        let taken = |words: &str| {
            let problem = Problem::new(
                Place::field("words"),
                Code::NotAllowed,
                format!("Mục này đã có “{words}”. Nhập một giá trị khác hẳn."),
                format!("This field has “{words}” already. Enter a value that differs."),
            );
            Fault::fields(vec![problem])
        };
        if let Some(words) = &rule.words {
            let recorded = self.choices_recorded().remove(&of.path()).unwrap_or_default();
            let others = recorded.iter().filter(|one| !one.voided && Some(&one.key) != key);
            let mut known = others.filter_map(|one| one.rule.words.as_deref());
            if let Some(known) = known.find(|known| known != words && added::are_alike(known, words)) {
                return Err(taken(known));
            }
        }
        if rule.offer == Some(Offer::Offered) {
            let there = key.is_none() && offers.is_offered(&of, &value, from);
            return match there {
                true => Err(taken(&self.value_words(&of, &value))),
                false => Ok(()),
            };
        }
        // What is recorded already for a later day may leave less than there is on this one.
        let is_last = |on: &NaiveDate| {
            let left = offers.offered(&of, *on, &[]);
            left.iter().all(|(known, _)| *known == value)
        };
        let mut days = offers.days_from(&of, &value, from).into_iter();
        match days.find(is_last) {
            Some(on) => Err(last_choice(on, from)),
            None => Ok(()),
        }
    }

    /// Fits the form of a change to what it changes, where that is known: it is asked for no path and no slug.
    pub(crate) fn fit_to_choice(&self, form: &mut Form) {
        form.reviewed = true;
        let typed = |name: &str| form.values.get(name).filter(|typed| !typed.is_empty());
        let Some(of) = typed("of").and_then(|of| Changeable::named(of)) else {
            return;
        };
        let value = match (typed("value"), typed("words")) {
            (Some(slug), None) => Some(slug.clone()),
            (None, Some(words)) => Some(added::kept(words)),
            _ => None,
        };
        let retired = typed("offer").is_some_and(|offer| offer == "retired");
        let has_words = typed("words").is_some();
        let label = self.w(&of.whole_label());
        let words = value.as_ref().map(|value| self.value_words(&of, value));
        let adds = value
            .as_ref()
            .is_none_or(|value| of.own(value).is_none() && self.is_new_value(&of, value));
        let verb = match (&form.key, adds, retired) {
            (Some(_), ..) => self.t("Sửa", "Change"),
            (None, true, _) => self.t("Thêm giá trị", "Add a value"),
            (None, false, true) => self.t("Không dùng nữa", "No longer used"),
            (None, false, false) => self.t("Dùng lại", "Use again"),
        };
        form.title = match words.filter(|_| !adds) {
            Some(words) => format!("{verb}: {words} ({})", self.w(&of.label())),
            None => format!("{verb}: {label}"),
        };
        let asks_words = adds || (form.key.is_some() && has_words);
        let asked = |name: &str| match name {
            "of" | "value" | "offer" => false,
            "words" => asks_words,
            _ => true,
        };
        let fields = form.groups.drain(..).flat_map(|group| group.fields);
        let mut fields: Vec<FormField> = fields.filter(|field| asked(&field.name)).collect();
        for field in fields.iter_mut().filter(|field| field.name == "words") {
            field.optional = false;
            field.needed_when = String::new();
            field.help = self
                .t(
                    "Đứng trước “Khác” trong biểu mẫu; khi tính số liệu vẫn là “Khác”. Dài nhất 60 ký tự.",
                    "Stands before “other” on forms; figures count it as “other”. At most 60 characters.",
                )
                .to_owned();
        }
        // What is left fits on one part.
        form.groups = vec![FieldGroup {
            label: String::new(),
            fields,
        }];
    }
}

/// That from a day on nothing would be left to choose.
fn last_choice(on: NaiveDate, from: NaiveDate) -> Fault {
    let (vi, en) = if on == from {
        (
            "Mục này chỉ còn một giá trị.".to_owned(),
            "This is the last value that is left.".to_owned(),
        )
    } else {
        let on = day(on);
        (
            format!("Từ {on} mục này chỉ còn một giá trị."),
            format!("From {on} on this is the last value that is left."),
        )
    };
    Fault::new(
        "last_choice",
        format!("{vi} Thêm hoặc dùng lại một giá trị khác trước."),
        format!("{en} Add another, or use one again, before."),
    )
}

/// The values and days of which records in force say otherwise.
fn said_twice(recorded: &[Ruled]) -> Vec<(String, NaiveDate)> {
    let mut said: BTreeMap<(String, NaiveDate), Vec<Option<Offer>>> = BTreeMap::new();
    for one in recorded.iter().filter(|one| !one.voided) {
        if let (Some(value), Some(from)) = (&one.value, one.rule.from) {
            said.entry((value.clone(), from))
                .or_default()
                .push(one.rule.offer);
        }
    }
    said.retain(|_, offers| offers.iter().any(|offer| Some(offer) != offers.first()));
    said.into_keys().collect()
}
