//! A record's page, with all that concerns it; its history is made in [`crate::history`].

use sothon_book::HistoryStep;
use sothon_ledger::BookId;
use sothon_records::kind::{Field, FieldType, List};
use sothon_records::kinds::{DataRequest, Person, Report};
use sothon_records::record::Record as _;
use sothon_records::standing::{LACKS_BASIS, TERM_OVER, Term};
use sothon_records::{Kind, RawRecord, RecordKey, common, datum, problem, show};

use crate::api::*;
use crate::app::App;
use crate::desk::{Desk, key_of};
use crate::fault::Done;
use crate::typing::refers_to;
use crate::words;

impl App {
    /// See [`crate::commands`].
    pub(crate) async fn record(&self, key: String, reason: Option<String>) -> Done<RecordPage> {
        self.at_desk(move |desk| desk.page(&key_of(&key)?, reason.as_deref()))
            .await
    }
}

impl Desk {
    fn page(&mut self, key: &RecordKey, reason: Option<&str>) -> Done<RecordPage> {
        let (book, raw) = self.placed(key)?;
        let kind = self.kind(&key.kind)?;
        self.record_look(&book, key, reason)?;
        self.fresh.remove(key);
        let titles = |key: &RecordKey| self.view.title_words(key, self.lang);
        let shown = show::page(kind, &raw, &titles);
        let disputed = self.disputed(&book, key);
        let fact = |row: &show::Row| self.fact(kind, &raw, row, &disputed);
        let page = self.view.page(key);
        let far = self.delivered(key);
        let (names, concerning, twice) = match &page {
            Some(page) => (
                page.names.iter().map(|link| self.link(link)).collect(),
                page.concerning
                    .iter()
                    .map(|some| ConcerningRows {
                        kind: some.kind.to_owned(),
                        label: some.label.get(self.lang).to_owned(),
                        rows: some.records.iter().map(|link| self.link(link)).collect(),
                    })
                    .collect(),
                page.twice_with
                    .iter()
                    .map(|(label, others)| TwiceRow {
                        says: label.get(self.lang).to_owned(),
                        others: others.iter().map(|other| self.link_to(other)).collect(),
                    })
                    .collect(),
            ),
            None => (Vec::new(), Vec::new(), Vec::new()),
        };
        let writes = self.writes(&book) && self.device().is_of_office(kind);
        Ok(RecordPage {
            key: key.to_string(),
            kind: kind.slug.to_owned(),
            kind_label: kind.label.get(self.lang).to_owned(),
            title: self.w(&shown.title),
            detail: self.detail(key),
            book: self
                .device()
                .book_info(&book)
                .map(|open| self.w(&words::book(open)))
                .unwrap_or_default(),
            delivery: far,
            delivery_line: self.delivery_line(far),
            voided: shown.voided.then(|| self.voided_words(&book, key, &raw)),
            invalid: self.counts_for_nothing(&book, key),
            goes_on_in: self.view.goes_on_in(key).map(|into| self.link_to(into)),
            taken_in: self
                .view
                .taken_in_by(key)
                .into_iter()
                .map(|other| self.link_to(other))
                .collect(),
            closing: self.closing_of(key),
            moves: self.can_move(&book, key),
            merges: self.can_merge(&book, key),
            assigns: self.can_assign(key),
            facts: shown
                .rows
                .iter()
                .filter(|row| !(is_voiding(row) || row.value.vi.is_empty() && by_act(kind, row)))
                .map(fact)
                .collect(),
            parts: shown
                .parts
                .iter()
                .filter(|part| part.key.kind != common::FILES.name)
                .map(|part| RecordPart {
                    key: part.key.to_string(),
                    label: self.w(&part.label),
                    title: part
                        .rows
                        .iter()
                        .map(|row| self.w(&row.value))
                        .filter(|value| !value.is_empty())
                        .take(3)
                        .collect::<Vec<_>>()
                        .join(", "),
                    facts: part
                        .rows
                        .iter()
                        .filter(|row| !row.value.vi.is_empty() && !is_voiding(row))
                        .map(fact)
                        .collect(),
                    voided: part.voided,
                    by_act: kind.list(&part.key.kind).is_some_and(List::is_by_act),
                })
                .collect(),
            photos: self.photos_of(&raw, Some(&book)),
            totals: self.totals_of(kind, &raw),
            left_out: self.left_out(kind, self.view.place_of(key)),
            names,
            concerning,
            twice,
            conflicts: disputed
                .iter()
                .map(|(id, label, _)| ConflictMark {
                    id: id.clone(),
                    label: label.clone(),
                })
                .collect(),
            write: self.write_from(key),
            writes,
            behalf: self.behalves().made_for(&book, key),
            acting: self.acting_lines(key),
            head: self.head_on(show::happened(kind, &raw).map_or(self.today(), |on| on.min(self.today()))),
            sent_to: self.sent_to(kind, &raw),
            sealed: key.kind == "tip" && raw.fields.contains_key("teller"),
            episodes: if key.kind == Person::KIND.slug {
                self.episodes(&raw)
            } else {
                Vec::new()
            },
            steps: self.steps(key),
            answers: self.tip_answers(&book, key),
            history: self.history_lines(kind, &book, key),
        })
    }

    /// The fields of a record that two people wrote differently: the question's id, the label, the place.
    fn disputed(&self, book: &BookId, key: &RecordKey) -> Vec<(String, String, problem::Place)> {
        let here = self.device().conflicts_of(book, key);
        here.iter()
            .map(|conflict| {
                let place = problem::Place {
                    sub: conflict.sub.clone(),
                    field: conflict.field.clone(),
                };
                (
                    crate::questions::id_of(book, conflict),
                    crate::questions::label_of(conflict, self.lang),
                    place,
                )
            })
            .collect()
    }

    fn fact(
        &self,
        kind: &Kind,
        raw: &RawRecord,
        row: &show::Row,
        disputed: &[(String, String, problem::Place)],
    ) -> Fact {
        let fields = match &row.place.sub {
            Some(sub) => raw.subs.get(sub),
            None => Some(&raw.fields),
        };
        let declared = declared(kind, &row.place);
        let link = declared
            .filter(|field| matches!(field.holds, FieldType::Reference(_)))
            .zip(fields)
            .and_then(|(field, fields)| match datum::read(field, fields).datum {
                Some(sothon_records::Datum::Reference(to)) => self.view.record(&to).map(|_| to.to_string()),
                _ => None,
            });
        Fact {
            field: row.place.field.clone(),
            label: self.w(&row.label),
            value: self.w(&row.value),
            flagged: row.flagged,
            link,
            disputed: disputed.iter().any(|(_, _, place)| *place == row.place),
        }
    }

    fn link(&self, link: &sothon_overview::page::Link) -> LinkRow {
        LinkRow {
            key: link.title.is_some().then(|| link.key.to_string()),
            label: self.w(&link.field),
            title: match &link.title {
                Some(_) => self.title(&link.key),
                None => self
                    .t("Không đọc được trên máy này", "Not readable on this device")
                    .to_owned(),
            },
            date: link.happened.map(|day| day.to_string()),
            voided: link.voided,
        }
    }

    /// A link to a record.
    pub(crate) fn link_to(&self, key: &RecordKey) -> LinkRow {
        let kind = Kind::by_slug(&key.kind);
        LinkRow {
            key: self.view.record(key).map(|_| key.to_string()),
            label: kind
                .map_or(key.kind.as_str(), |kind| kind.label.get(self.lang))
                .to_owned(),
            title: self.title(key),
            date: kind
                .zip(self.view.record(key))
                .and_then(|(kind, raw)| show::happened(kind, raw))
                .map(|day| day.to_string()),
            voided: self.view.is_voided(key),
        }
    }

    fn delivery_line(&self, far: Delivered) -> String {
        let (vi, en) = match far {
            Delivered::OnDevice => (
                "Đã lưu trên máy này. Sẽ tự gửi khi có mạng.",
                "Saved on this device. It is sent by itself when there is a connection.",
            ),
            Delivered::AtRelay => ("Đã tới trạm chuyển.", "It has come to the relay."),
            Delivered::AtCommune => ("Máy của xã đã nhận.", "The commune's machine has it."),
            Delivered::HeldBack => (
                "Chưa vào sổ chung: cần người có quyền xem lại.",
                "Not in the common book yet: somebody with the right has to look at it.",
            ),
        };
        self.t(vi, en).to_owned()
    }

    fn voided_words(&self, book: &BookId, key: &RecordKey, raw: &RawRecord) -> String {
        let reason = match raw.fields.get(common::VOID_REASON) {
            Some(sothon_records::Value::Text(reason)) => reason.clone(),
            _ => String::new(),
        };
        let voids = |step: &&HistoryStep| {
            step.fields
                .iter()
                .any(|change| change.sub.is_none() && change.field == common::VOIDED)
        };
        let steps = self.device().history(book, key);
        let at = steps
            .iter()
            .rev()
            .find(voids)
            .map(|step| self.w(&words::time(step.time)))
            .unwrap_or_default();
        match self.lang {
            sothon_records::Lang::Vi => format!("Đã hủy {at} vì: {reason}"),
            sothon_records::Lang::En => format!("Voided {at}: {reason}"),
        }
    }

    /// What can be written from a page: records of kinds that name this one and that this person may write.
    pub(crate) fn write_from(&self, key: &RecordKey) -> Vec<WriteFrom> {
        let from = |kind: &&'static Kind| {
            // Only what is about this record: its first reference of that kind.
            let named = |field: &&Field| refers_to(field, &key.kind) && !field.by_act;
            let field = kind.fields.iter().find(named)?;
            let about = matches!(
                key.kind.as_str(),
                "household"
                    | "person"
                    | "assignment"
                    | "tip"
                    | "task"
                    | "business"
                    | "tip-box"
                    | "review"
                    | "self-score"
                    | "score-check"
                    | "reward-proposal"
                    | "official"
            );
            (about && self.writes_kind(kind)).then(|| WriteFrom {
                kind: kind.slug.to_owned(),
                label: format!("{} {}", self.t("Ghi", "Record:"), kind.label.inside(self.lang)),
                field: field.name.to_owned(),
            })
        };
        Kind::all().iter().filter_map(from).collect()
    }

    /// A person's episodes, the newest first.
    fn episodes(&self, raw: &RawRecord) -> Vec<EpisodeRow> {
        let person = Person::read(raw).value;
        let today = self.today();
        let standing = person.standing(today);
        let mut rows: Vec<(Option<chrono::NaiveDate>, EpisodeRow)> = person
            .episodes
            .iter()
            .filter(|(_, episode)| episode.in_force())
            .map(|(id, episode)| {
                let current = standing.as_ref().is_some_and(|standing| standing.id == *id);
                let until = episode.ended.or_else(|| person.computed_until(episode));
                let state = episode.state.map(sothon_records::kind::ChoiceSet::label);
                let left = standing.as_ref().filter(|_| current).and_then(|standing| {
                    match (standing.term, standing.until) {
                        (Term::Over(_), _) => Some(RowState {
                            tone: Tone::Late,
                            word: TERM_OVER.get(self.lang).to_owned(),
                        }),
                        (Term::Running, Some(until)) => {
                            let days = (until - today).num_days();
                            let tone = if days <= 30 { Tone::Warn } else { Tone::Plain };
                            let number = problem::number(days, self.lang);
                            Some(RowState {
                                tone,
                                word: format!("{} {number} {}", self.t("còn", "in"), self.t("ngày", "days")),
                            })
                        }
                        (Term::Running, None) => None,
                    }
                });
                let percent = episode.from.zip(until).map(|(from, until)| {
                    let whole = (until - from).num_days().max(1);
                    let run = (today - from).num_days().clamp(0, whole);
                    u8::try_from(run * 100 / whole).unwrap_or(100)
                });
                let basis = episode
                    .basis
                    .as_ref()
                    .map(|document| self.title(document))
                    .filter(|title| !title.is_empty())
                    .unwrap_or_else(|| match episode.basis {
                        Some(_) => String::new(),
                        None => LACKS_BASIS.get(self.lang).to_owned(),
                    });
                (
                    episode.from,
                    EpisodeRow {
                        state: state.map_or_else(String::new, |label| label.get(self.lang).to_owned()),
                        from: episode.from.map(|day| day.to_string()),
                        until: until.map(|day| day.to_string()),
                        time_left: left,
                        basis,
                        current,
                        percent: percent.filter(|_| current),
                    },
                )
            })
            .collect();
        rows.sort_by_key(|(from, _)| std::cmp::Reverse(*from));
        rows.into_iter().map(|(_, row)| row).collect()
    }

    /// What is due about a record.
    fn steps(&self, key: &RecordKey) -> Vec<StepRow> {
        if key.kind != "tip" && key.kind != DataRequest::KIND.slug {
            return Vec::new();
        }
        let today = self.today();
        let due = self.view.due(
            today,
            &sothon_overview::Who {
                ahead_days: 3650,
                ..Default::default()
            },
        );
        due.into_iter()
            .filter(|due| due.subject == *key)
            .map(|due| StepRow {
                label: self.w(&due.what),
                date: Some(due.date.to_string()),
                state: RowState {
                    tone: if due.late_by_days > 0 {
                        Tone::Late
                    } else {
                        Tone::Plain
                    },
                    word: due.when(today, self.lang),
                },
            })
            .collect()
    }

    /// To whom a report goes that does not say it itself: who is recorded for the day that it is about (domain.md §5.1, §8.3).
    fn sent_to(&self, kind: &Kind, raw: &RawRecord) -> Vec<String> {
        let says = raw.fields.contains_key("recipients");
        let on = show::happened(kind, raw).map_or(self.today(), |on| on.min(self.today()));
        if kind.slug != Report::KIND.slug || says {
            return Vec::new();
        }
        self.recipients_on(on)
    }
}

/// Whether a row is one of the two by which a record is voided.
fn is_voiding(row: &show::Row) -> bool {
    [common::VOIDED, common::VOID_REASON].contains(&row.place.field.as_str())
}

/// Whether a row is a field that an act of its own writes: it stands on no form to be filled in.
fn by_act(kind: &Kind, row: &show::Row) -> bool {
    declared(kind, &row.place).is_some_and(|field| field.by_act)
}

/// The declaration of a field at a place.
pub(crate) fn declared(kind: &Kind, place: &problem::Place) -> Option<&'static Field> {
    match &place.sub {
        Some(sub) => kind.list(&sub.kind)?.field(&place.field),
        None => kind.field(&place.field),
    }
}
