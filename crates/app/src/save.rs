//! Saving: a form, an undo, voiding; likely duplicates noticed while one types.

use std::collections::{BTreeMap, BTreeSet};

use sothon_book::{Act, ActId, EditError};
use sothon_ledger::BookId;
use sothon_records::kind::List;
use sothon_records::kinds::ChoiceRule;
use sothon_records::kinds::tip::Teller;
use sothon_records::record::differences;
use sothon_records::{Edit, Kind, RawRecord, Record as _, RecordKey, SubKey, Value, common, text};
use sothon_replica::{Saved, divide};

use crate::api::*;
use crate::app::App;
use crate::desk::{Desk, Rng, key_of, place_of};
use crate::fault::{Done, Fault};
use crate::photos::{not_too_many, take_away};
use crate::place::Said;
use crate::typing::{Entered, entered};
use crate::{fresh_id, words};

/// The sealed field of a tip.
pub(crate) const TELLER: &str = "teller";
/// At most so many likely duplicates are offered.
const MOST_ALIKE: usize = 3;

fn rng() -> Rng {
    rand_core::UnwrapErr(getrandom::SysRng)
}

impl App {
    /// See [`crate::commands`].
    pub(crate) async fn save(&self, input: FormInput) -> Done<SavedAct> {
        self.at_desk(move |desk| desk.save(&input)).await
    }

    /// See [`crate::commands`].
    pub(crate) async fn alike(&self, input: FormInput) -> Done<Vec<AlikeRow>> {
        self.at_desk(move |desk| desk.alike(&input)).await
    }

    /// See [`crate::commands`].
    pub(crate) async fn undo(&self, act: String) -> Done<Undone> {
        self.at_desk(move |desk| desk.undo(&act)).await
    }

    /// See [`crate::commands`].
    pub(crate) async fn void_record(
        &self,
        key: String,
        sub: Option<String>,
        reason: String,
    ) -> Done<SavedAct> {
        self.at_desk(move |desk| desk.void_record(&key_of(&key)?, sub.as_deref(), &reason))
            .await
    }

    /// See [`crate::commands`].
    pub(crate) async fn restore_record(&self, key: String, sub: Option<String>) -> Done<SavedAct> {
        self.at_desk(move |desk| desk.restore(&key_of(&key)?, sub.as_deref()))
            .await
    }

    /// See [`crate::commands`].
    pub(crate) async fn set_back(
        &self,
        key: String,
        sub: Option<String>,
        field: String,
        typed: String,
    ) -> Done<SavedAct> {
        self.at_desk(move |desk| {
            let values = [(field, typed)].into();
            let input = match sub {
                None => FormInput {
                    key: Some(key),
                    values,
                    ..FormInput::default()
                },
                Some(sub) => {
                    let list = sub.split('/').next().unwrap_or_default().to_owned();
                    let subs = vec![SubInput {
                        list,
                        key: Some(sub),
                        values,
                    }];
                    FormInput {
                        key: Some(key),
                        subs,
                        ..FormInput::default()
                    }
                }
            };
            desk.save(&input)
        })
        .await
    }
}

impl Desk {
    /// Saves a form. When it returns, it is on the disk; the draft that it was is gone.
    pub(crate) fn save(&mut self, input: &FormInput) -> Done<SavedAct> {
        let key = input.key.as_deref().map(key_of).transpose()?;
        let saved = match key {
            Some(key) => self.save_changed(&key, input)?,
            None => self.save_new(input)?,
        };
        if let Some(draft) = &input.draft {
            self.discard_draft(draft)?;
        }
        Ok(saved)
    }

    fn undo(&mut self, act: &str) -> Done<Undone> {
        let act = self.act(act)?;
        let reason = self.t("Hoàn tác", "Undone").to_owned();
        let now = self.now();
        let saved = self.device_mut().undo(act, &reason, Some(now))?;
        if saved.records.is_empty() {
            return Err(EditError::NothingToWrite.into());
        }
        self.follow();
        if let Err(refused) = self.keep_photos_since_undoing(&saved.records) {
            self.device_mut().undo(saved.act, &reason, Some(now))?;
            self.follow();
            return Err(refused);
        }
        // A record that is in two books is one record; one of which a part stays is not undone.
        let keys = |records: Vec<(BookId, RecordKey)>| -> BTreeSet<RecordKey> {
            records.into_iter().map(|(_, key)| key).collect()
        };
        let left = keys(saved.left);
        let undone: Vec<RecordKey> = keys(saved.records).difference(&left).cloned().collect();
        let voided = undone.iter().all(|key| self.view.is_voided(key));
        let says = (!left.is_empty()).then(|| {
            let what = match voided {
                true => self.t("bản ghi đã hủy", "records voided"),
                false => self.t("bản ghi đã hoàn tác", "records set back"),
            };
            let stay = self.t(
                "bản ghi để lại vì đã sửa sau đó",
                "records stay because they were changed since",
            );
            format!(
                "{} {what}, {} {stay}",
                self.count(undone.len()),
                self.count(left.len())
            )
        });
        Ok(Undone {
            undone: undone.len(),
            left: left.len(),
            says,
        })
    }

    fn save_new(&mut self, input: &FormInput) -> Done<SavedAct> {
        let kind = self.kind(&input.kind)?;
        let context = self.context();
        let mut made = self.make_parts(kind, input)?;
        let entered = entered(
            kind,
            None,
            &made.input.values,
            &made.input.subs,
            &context,
            &mut rng(),
        );
        let Entered { mut record, notices } = match (made.wrong.take(), entered) {
            (None, entered) => entered?,
            (Some(wrong), Ok(_)) => return Err(wrong),
            (Some(wrong), Err(fault)) => return Err(wrong.and(fault)),
        };
        self.may_be_set(kind, &record, None)?;
        let said = input
            .place
            .as_deref()
            .and_then(words::parse_scope)
            .map(Said::at)
            .unwrap_or_default();
        let book = self.book_for(kind, &record, said).map_err(at_place)?;
        let key = RecordKey {
            kind: kind.slug.to_owned(),
            id: fresh_id(&mut rng()),
        };
        let photos = self.added_photos(kind, &record, input)?;
        if let Some(teller) = &input.teller {
            self.seal_teller(&book, &key, &mut record, teller)?;
        }
        let mut by_book = self.edits_of(made)?;
        // Last: what is attached is kept by the act that names it, and by no other.
        self.attach_photos(&book, &mut record, &photos)?;
        let notices = notices
            .iter()
            .map(|notice| notice.says.get(self.lang).to_owned())
            .collect();
        let create = Edit::Create {
            key: key.clone(),
            record,
        };
        if by_book.is_empty() {
            return self.write_as(&[(book, vec![create])], "add", key, notices, input);
        }
        by_book.entry(book).or_default().push(create);
        let at = self.now();
        let saved = self.write_many_for(by_book, "add", input.behalf.as_deref())?;
        Ok(SavedAct {
            act: saved.act.to_string(),
            title: self.title(&key),
            key: key.to_string(),
            notices,
            at,
        })
    }

    fn save_changed(&mut self, key: &RecordKey, input: &FormInput) -> Done<SavedAct> {
        let kind = self.kind(&key.kind)?;
        let (book, before) = self.placed(key)?;
        let context = self.context();
        let mut left = before.clone();
        take_away(&mut left, &input.taken, self.t("Bỏ ảnh", "Photo taken away"));
        let Entered { mut record, notices } = entered(
            kind,
            Some(&left),
            &input.values,
            &input.subs,
            &context,
            &mut rng(),
        )?;
        self.may_be_set(kind, &record, Some(key))?;
        let photos = self.added_photos(kind, &record, input)?;
        if photos.is_empty() && record == before {
            return Err(EditError::NothingToWrite.into());
        }
        self.keeps_photos(kind, &before, &record)?;
        self.attach_photos(&book, &mut record, &photos)?;
        let edits = differences(key, &before, &record);
        let notices = notices
            .iter()
            .map(|notice| notice.says.get(self.lang).to_owned())
            .collect();
        self.write_as(&[(book, edits)], "edit", key.clone(), notices, input)
    }

    /// Whether what the commune sets goes with what it has set.
    fn may_be_set(&self, kind: &Kind, record: &RawRecord, key: Option<&RecordKey>) -> Done {
        match kind == ChoiceRule::KIND {
            true => self.choice_may_change(record, key),
            false => Ok(()),
        }
    }

    /// Writes edits of one record as one act.
    pub(crate) fn write(
        &mut self,
        book: BookId,
        edits: &[Edit],
        what: &str,
        key: RecordKey,
        notices: Vec<String>,
    ) -> Done<SavedAct> {
        self.write_in(&[(book, edits.to_vec())], what, key, notices)
    }

    /// Writes edits in several books as one act, told of by one record.
    pub(crate) fn write_in(
        &mut self,
        edits: &[(BookId, Vec<Edit>)],
        what: &str,
        key: RecordKey,
        notices: Vec<String>,
    ) -> Done<SavedAct> {
        self.write_as(edits, what, key, notices, &FormInput::default())
    }

    /// The same, for whom a form says.
    fn write_as(
        &mut self,
        edits: &[(BookId, Vec<Edit>)],
        what: &str,
        key: RecordKey,
        notices: Vec<String>,
        input: &FormInput,
    ) -> Done<SavedAct> {
        let at = self.now();
        let books: Vec<BookId> = edits.iter().map(|(book, _)| *book).collect();
        let act = Act {
            by_delegation: self.behalf(input.behalf.as_deref(), &books)?,
            ..Act::of_one_change(what, Some(at))
        };
        let edits = self.with_photos(edits.to_vec())?;
        let Saved { act, .. } = self.device_mut().edit_all(&edits, &act)?;
        // The picture follows before the title is asked for.
        self.follow();
        Ok(SavedAct {
            act: act.to_string(),
            title: self.title(&key),
            key: key.to_string(),
            notices,
            at,
        })
    }

    /// Writes many records as one act, however many changes that takes. When it returns they are on the disk.
    pub(crate) fn write_many(&mut self, by_book: BTreeMap<BookId, Vec<Edit>>, what: &str) -> Done<Saved> {
        self.write_many_for(by_book, what, None)
    }

    fn write_many_for(
        &mut self,
        by_book: BTreeMap<BookId, Vec<Edit>>,
        what: &str,
        behalf: Option<&str>,
    ) -> Done<Saved> {
        self.write_many_watched(by_book, what, behalf, &mut |_| ())
    }

    /// The same; tells as it goes how many records there are so far.
    pub(crate) fn write_many_watched(
        &mut self,
        by_book: BTreeMap<BookId, Vec<Edit>>,
        what: &str,
        behalf: Option<&str>,
        watch: &mut dyn FnMut(usize),
    ) -> Done<Saved> {
        let books: Vec<BookId> = by_book.keys().copied().collect();
        let by_delegation = self.behalf(behalf, &books)?;
        let steps: Vec<(BookId, Vec<Edit>)> = self
            .with_photos(by_book.into_iter().collect())?
            .into_iter()
            .flat_map(|(book, edits)| divide(edits).into_iter().map(move |some| (book, some)))
            .collect();
        let act = Act {
            id: Some(ActId(*fresh_id(&mut rng()).0.as_bytes())),
            what: what.to_owned(),
            undoes: None,
            by_delegation,
            time: Some(self.now()),
        };
        let saved = self.device_mut().edit_all_watched(&steps, &act, watch)?;
        self.follow();
        Ok(saved)
    }

    pub(crate) fn seal_teller(
        &mut self,
        book: &BookId,
        key: &RecordKey,
        record: &mut RawRecord,
        typed: &TellerInput,
    ) -> Done {
        let Some(teller) = teller_of(typed).filter(|_| key.kind == "tip") else {
            return Ok(());
        };
        // A sealed part stands on an epoch, which stands on the keys of this device.
        self.publish()?;
        let now = self.now();
        let plain = zeroize::Zeroizing::new(teller.plain());
        let sealed = self.device_mut().seal_part(book, key, &plain, now)?;
        record.fields.insert(TELLER.to_owned(), Value::Bytes(sealed));
        Ok(())
    }

    fn void_record(&mut self, key: &RecordKey, sub: Option<&str>, reason: &str) -> Done<SavedAct> {
        let reason = text::tidy_line(reason);
        if reason.is_empty() {
            let place = sothon_records::Place::field(common::VOID_REASON);
            let (vi, en) = ("Nhập lý do hủy.", "Enter the reason for voiding.");
            let problem = sothon_records::Problem::new(place, sothon_records::Code::Missing, vi, en);
            return Err(Fault::fields(vec![problem]));
        }
        let mut edit = common::void(key, &reason);
        if let Edit::Set { sub: of, .. } = &mut edit {
            *of = self.sub_of(key, sub)?;
        }
        self.write_checked(key, edit, "void")
    }

    fn restore(&mut self, key: &RecordKey, sub: Option<&str>) -> Done<SavedAct> {
        let fields = [common::VOIDED, common::VOID_REASON].map(|name| (name.to_owned(), None));
        let edit = Edit::Set {
            key: key.clone(),
            sub: self.sub_of(key, sub)?,
            fields: fields.into(),
        };
        self.write_checked(key, edit, "restore")
    }

    /// The part of a record that is voided or brought back by itself: what an act wrote is taken back with that act, in all
    /// its books.
    fn sub_of(&self, key: &RecordKey, sub: Option<&str>) -> Done<Option<SubKey>> {
        let Some(sub) = sub else { return Ok(None) };
        let (_, raw) = self.placed(key)?;
        let sub: SubKey = sub.parse().map_err(|_| Fault::not_understood("sub"))?;
        let by_act = self.kind(&key.kind)?.list(&sub.kind).is_some_and(List::is_by_act);
        if raw.subs.contains_key(&sub) && !by_act {
            Ok(Some(sub))
        } else {
            Err(Fault::not_understood("sub"))
        }
    }

    fn write_checked(&mut self, key: &RecordKey, edit: Edit, what: &str) -> Done<SavedAct> {
        let (book, before) = self.placed(key)?;
        let kind = self.kind(&key.kind)?;
        let mut after = before.clone();
        if let Edit::Set { sub, fields, .. } = &edit {
            let target = match sub {
                Some(sub) => after.subs.get_mut(sub),
                None => Some(&mut after.fields),
            };
            if let Some(target) = target {
                for (name, value) in fields {
                    match value {
                        Some(value) => target.insert(name.clone(), value.clone()),
                        None => target.remove(name),
                    };
                }
            }
        }
        crate::typing::check(kind, &before, &after, &self.context())?;
        self.keeps_photos(kind, &before, &after)?;
        not_too_many(&before, &after)?;
        self.write(book, &[edit], what, key.clone(), Vec::new())
    }

    /// Records that what is typed may be twice with, what is surest first.
    fn alike(&mut self, input: &FormInput) -> Done<Vec<AlikeRow>> {
        let kind = self.kind(&input.kind)?;
        let own = input.key.as_deref().map(key_of).transpose()?;
        let raw = crate::typing::as_far_as_typed(kind, input);
        let said = input
            .place
            .as_deref()
            .and_then(words::parse_scope)
            .map(Said::at)
            .unwrap_or_default();
        let place = crate::place::row_for(self, kind, &raw, said)
            .ok()
            .and_then(|(_, scope)| place_of(scope));
        let Some(place) = place else { return Ok(Vec::new()) };
        let itself = own.unwrap_or(RecordKey {
            kind: kind.slug.to_owned(),
            id: sothon_records::RecordId(uuid::Uuid::nil()),
        });
        let found = self.view.alike(&itself, &self.places_of(place), &raw);
        let rows = found.iter().take(MOST_ALIKE).map(|(_, key)| AlikeRow {
            key: key.to_string(),
            says: self.already(kind, key),
        });
        Ok(rows.collect())
    }

    fn already(&self, kind: &Kind, key: &RecordKey) -> String {
        let place = self.place_name_of(key);
        let (title, detail) = (self.title(key), self.detail(key));
        let what = if detail.is_empty() {
            title
        } else {
            format!("{title}, {detail}")
        };
        let inside = kind.label.inside(self.lang);
        match self.lang {
            sothon_records::Lang::Vi => format!("{place} đã có {inside} “{what}”."),
            sothon_records::Lang::En => format!("{place} has a {inside} already: “{what}”."),
        }
    }
}

/// Who told, where anything of it was said.
pub(crate) fn teller_of(typed: &TellerInput) -> Option<Teller> {
    let tidy = |typed: &String| Some(text::tidy_line(typed)).filter(|line| !line.is_empty());
    let teller = Teller {
        name: tidy(&typed.name),
        contact: tidy(&typed.contact),
        wants_secrecy: typed.secret.then_some(true),
    };
    (teller != Teller::default()).then_some(teller)
}

/// Where it is not known where a record belongs, the form asks for it like for a field.
fn at_place(mut fault: Fault) -> Fault {
    if matches!(fault.code, "village" | "unit") {
        // Kinds have fields named `place` of their own.
        let place = sothon_records::Place::field("write_place");
        let says = fault.says.clone();
        fault.problems.push(sothon_records::Problem::new(
            place,
            sothon_records::Code::Missing,
            says.vi,
            says.en,
        ));
        fault.code = "fields";
    }
    fault
}
