//! What an entry says that does not count, or has a rival: looked at before somebody decides about it.

use sothon_records::problem::Place;
use sothon_records::{Edit, Kind, RawRecord, RecordKey, show};

use crate::api::*;
use crate::app::App;
use crate::desk::Desk;
use crate::fault::Done;
use crate::page::declared;

/// What the access log says of persons that were looked at here.
const LOOK: &str = "Xem mục chưa được tính trước khi quyết định";

impl App {
    /// See [`crate::commands`].
    pub(crate) async fn entry_says(&self, entry: String) -> Done<EntrySays> {
        self.at_desk(move |desk| desk.entry_says(&entry)).await
    }
}

impl Desk {
    /// What an entry says that does not count, or has a rival: to be looked at before somebody decides about it. Where looks at
    /// records are recorded, this is one at each record of which it says something.
    fn entry_says(&mut self, entry: &str) -> Done<EntrySays> {
        let (book, entry) = match self.rival(entry) {
            Some(found) => found,
            None => self.set_aside(entry).map(|one| (one.book, one.entry))?,
        };
        let mut records: Vec<(RecordKey, Vec<Edit>)> = Vec::new();
        for edit in self.device().says(&book, &entry)? {
            let known = records.iter_mut().find(|(key, _)| key == edit.key());
            match known {
                Some((_, edits)) => edits.push(edit),
                None => records.push((edit.key().clone(), vec![edit])),
            }
        }
        for (key, _) in &records {
            self.record_look(&book, key, Some(LOOK))?;
        }
        let records = records.iter();
        Ok(EntrySays {
            records: records.map(|(key, edits)| self.record_says(key, edits)).collect(),
        })
    }

    fn record_says(&self, key: &RecordKey, edits: &[Edit]) -> RecordSays {
        let titles = |key: &RecordKey| self.view.title_words(key, self.lang);
        let Some(kind) = Kind::by_slug(&key.kind) else {
            return RecordSays {
                title: self.w(&show::reference(key, &titles)),
                lines: Vec::new(),
            };
        };
        let (mut said, mut made, mut emptied) = (RawRecord::default(), false, Vec::new());
        for edit in edits {
            match edit {
                Edit::Create { record, .. } => {
                    made = true;
                    said = record.clone();
                }
                Edit::AddSub { sub, fields, .. } => {
                    said.subs.insert(sub.clone(), fields.clone());
                }
                Edit::Set { sub, fields, .. } => {
                    for (field, value) in fields {
                        let of = match sub {
                            Some(sub) => said.subs.entry(sub.clone()).or_default(),
                            None => &mut said.fields,
                        };
                        match value {
                            Some(value) => {
                                of.insert(field.clone(), value.clone());
                            }
                            None => emptied.push(Place {
                                sub: sub.clone(),
                                field: field.clone(),
                            }),
                        }
                    }
                }
            }
        }
        let title = if made {
            self.w(&show::title(kind, &said, &titles))
        } else {
            self.w(&show::reference(key, &titles))
        };
        let changes = show::changes(kind, None, &said, &titles);
        let mut lines: Vec<String> = changes.iter().map(|change| change.line(self.lang)).collect();
        let fields = emptied.iter().filter_map(|place| declared(kind, place));
        lines.extend(fields.map(|field| {
            let empty = self.t("để trống", "emptied");
            format!("{}: {empty}", self.w(&field.label.into()))
        }));
        let what = if made {
            self.t("Ghi mới", "New")
        } else {
            self.t("Sửa", "Changed")
        };
        RecordSays {
            title: format!("{what}: {} {title}", self.w(&kind.label.into())),
            lines,
        }
    }
}
