//! What people do: edits, drops, undoing, publishing; what was acknowledged is noted down.

use sothon_replica::{FileError, Published};

use super::*;

impl World {
    pub(super) fn record(&self, choice: u16) -> Option<(BookId, RecordKey)> {
        self.records
            .get(usize::from(choice) % self.records.len().max(1))
            .cloned()
    }

    pub(super) fn create(&mut self, book: BookId, kind: &str) -> (Edit, String) {
        let key = self.key(kind);
        let value = self.text();
        let long = Value::Long(self.text());
        self.records.push((book, key.clone()));
        let fields = [
            ("field0".to_owned(), Value::Text(value.clone())),
            ("note".to_owned(), long),
        ]
        .into();
        let record = RawRecord {
            fields,
            subs: BTreeMap::new(),
        };
        (Edit::Create { key, record }, value)
    }

    pub(super) fn save(
        &mut self,
        by: usize,
        edits: &[(BookId, Vec<Edit>)],
        value: Option<String>,
    ) -> Result<(), String> {
        let act = Act::of_one_change("edit", Some(NOW));
        let device = self.device_mut(by);
        let may = edits.iter().all(|(book, _)| device.may(book, Right::Write));
        match device.edit_all(edits, &act) {
            Ok(_) if !may || self.must_not_write(by, edits) => {
                Err(format!("{} wrote where it may not", ROLES[by].0))
            }
            Ok(saved) => {
                self.was_saved(by, edits, saved.act, value.as_deref().unwrap_or_default());
                self.note_saved(by, saved, value);
                Ok(())
            }
            Err(error) => expected(by, error),
        }
    }

    /// Whether a device has heard that it may not write there.
    fn must_not_write(&self, by: usize, edits: &[(BookId, Vec<Edit>)]) -> bool {
        let knows = self.knows_its_terms(by) && self.is_on_line(by);
        knows && edits.iter().any(|(book, _)| !self.writes_now(by, book))
    }

    pub(super) fn note_saved(&mut self, by: usize, saved: sothon_replica::Saved, value: Option<String>) {
        let away = !saved.records.iter().all(|(book, _)| self.writes_now(by, book));
        if away {
            self.note_trouble("cut with unsent work");
        }
        self.saved.push(Saved {
            by,
            act: saved.act,
            records: saved.records,
            value,
            carried: BTreeMap::new(),
            may_be_lost: false,
            away,
        });
    }

    /// Beside some of what is written there is a photo, which is named in it.
    pub(super) fn attach(&mut self, by: usize, book: BookId, edit: &mut Edit) -> Result<(), String> {
        if !self.records.len().is_multiple_of(3) {
            return Ok(());
        }
        let bytes = format!("{MARK} in a photo, the {}th", self.files.len()).into_bytes();
        let device = self.device_mut(by);
        let may = device.may(&book, Right::Write);
        match device.attach(book, &bytes) {
            Ok(_) if !may => Err(format!("{} attached where it may not write", ROLES[by].0)),
            Ok(file) => {
                if let Edit::Create { record, .. } = edit {
                    let name = Value::Bytes(file.hash.0.to_vec());
                    record.fields.insert("photo".to_owned(), name);
                }
                self.files.push((by, book, file, bytes));
                Ok(())
            }
            Err(ReplicaError::OfFile(FileError::InTips)) => Ok(()),
            Err(error) => expected(by, error),
        }
    }

    pub(super) fn undo(&mut self, by: usize) -> Result<(), String> {
        let own: Vec<ActId> = self
            .saved
            .iter()
            .filter(|saved| saved.by == by)
            .map(|saved| saved.act)
            .collect();
        let Some(act) = own.choose_with(&mut self.rng) else {
            return Ok(());
        };
        match self.device_mut(by).undo(act, MARK, Some(NOW)) {
            Ok(saved) => {
                if !saved.records.is_empty() {
                    self.note_saved(by, saved, None);
                }
                Ok(())
            }
            // It is undone whole or not at all.
            Err(ReplicaError::ChangedSince) => Ok(()),
            Err(error) => expected(by, error),
        }
    }

    pub(super) fn drop_tip(&mut self, by: usize) -> Result<(), String> {
        let text = self.text();
        // Who is cut and does not know it yet drops in vain: nobody can write it again.
        let late = !self.knows_its_terms(by);
        let device = self.device_mut(by);
        let Ok(book) = device.find_book(BookKind::Tips, Scope::Commune, YEAR) else {
            return Ok(());
        };
        let may = device.may(&book, Right::Drop);
        let sealed = device.seal_tip(alone("text", &text), None, NOW);
        let sent = sealed.and_then(|tip| device.send_tip_now(tip, NOW));
        match sent {
            Ok(_) if !may => Err(format!("{} dropped where it may not", ROLES[by].0)),
            Ok(entries) => {
                self.dropped.push(Dropped {
                    by,
                    book,
                    text,
                    entry: entries.first().copied(),
                    may_be_lost: late,
                });
                Ok(())
            }
            Err(error) => expected(by, error),
        }
    }

    pub(super) fn access(&mut self, by: usize) -> Result<(), String> {
        let text = self.text();
        let late = !self.knows_its_terms(by);
        let device = self.device_mut(by);
        let Ok(book) = device.find_book(BookKind::TipsAccess, Scope::Commune, YEAR) else {
            return Ok(());
        };
        match device.log_access(alone("why", &text), NOW) {
            Ok(()) => {
                self.dropped.push(Dropped {
                    by,
                    book,
                    text,
                    entry: None,
                    may_be_lost: late,
                });
                Ok(())
            }
            Err(error) => expected(by, error),
        }
    }

    /// Publishes; says whether anything was new.
    pub(super) fn publish(&mut self, by: usize, now: i64) -> Result<bool, String> {
        let device = self.device_mut(by);
        let published = device
            .publish(now, YEAR)
            .map_err(|error| format!("{} does not publish: {error}", ROLES[by].0))?;
        self.note_published(by, &published)?;
        Ok(!published.is_empty())
    }

    /// Notes which entries carried what was saved; nothing may wait that no book is named for.
    pub(super) fn note_published(&mut self, by: usize, published: &Published) -> Result<(), String> {
        self.note_carried(by, published)?;
        if self.device(by).unpublished() > 0
            && published.waiting.is_empty()
            && self.is_admitted(by)
            && !self.has_away(by)
        {
            return Err(format!("changes of {} wait and no book is named", ROLES[by].0));
        }
        Ok(())
    }

    /// The same where one book was published alone.
    pub(super) fn note_carried(&mut self, by: usize, published: &Published) -> Result<(), String> {
        let device = self.device(by);
        let mut by_book: BTreeMap<BookId, Vec<EntryId>> = BTreeMap::new();
        for id in &published.entries {
            let envelope = device.station().store().envelope(id);
            let Ok(Some(envelope)) = envelope else {
                return Err("a published entry is not in the store".into());
            };
            by_book.entry(envelope.header().book).or_default().push(*id);
        }
        for saved in self.saved.iter_mut().filter(|saved| saved.by == by) {
            for (book, _) in &saved.records {
                if !published.waiting.contains(book)
                    && let Some(ids) = by_book.get(book)
                {
                    saved.carried.entry(*book).or_insert_with(|| ids.clone());
                }
            }
        }
        Ok(())
    }
}
