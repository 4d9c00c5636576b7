//! What was written late is taken over to where it belongs now, or stays for a reason; each is one act.

use sothon_ledger::BookId;
use sothon_records::record::differences;
use sothon_records::{Code, Edit, Fields, Place, Problem, RawRecord, RecordKey, Value, common, moving};

use super::{Late, What};
use crate::api::SavedAct;
use crate::desk::Desk;
use crate::fault::{Done, Fault};
use crate::typing::tidy_reason;

/// The act by which something late is settled.
const SETTLE: &str = "settle-move";

impl Desk {
    /// The book to which this person can take something over; `None`: somebody else settles it.
    pub(super) fn settles(&self, late: &Late) -> Option<BookId> {
        let there = match late.what {
            What::InCopy { .. } => {
                let counting = self.view.books_of(&late.key).first().copied()?;
                let there = BookId(counting.book.0);
                (there != late.old.0).then_some(there)?
            }
            What::About(_) | What::Ended => self.beside(&late.old.0, late.to)?,
        };
        (self.writes(&there) && self.writes(&late.old.0)).then_some(there)
    }

    fn found_late(&self, id: &str) -> Done<(Late, BookId)> {
        let all = self.all_late();
        let late = all.into_iter().find(|late| late.id() == id).ok_or_else(settled)?;
        let there = self.settles(&late);
        let there = there.ok_or(sothon_replica::ReplicaError::MayNotWrite)?;
        Ok((late, there))
    }

    pub(super) fn take_late(&mut self, id: &str) -> Done<SavedAct> {
        let (late, there) = self.found_late(id)?;
        let (key, to) = (
            late.key,
            self.place_name(sothon_overview::Place::Village(late.to)),
        );
        let reason = format!("{} {to}", self.t("Đã đưa sang sổ", "Taken over to the book of"));
        let kind = self.kind(&key.kind)?;
        let edits = match late.what {
            What::InCopy { then, late: wrote } => {
                let now = self.view.record(&key).cloned().unwrap_or_default();
                let mut after = now.clone();
                let back = set_back(&key, &then, &wrote, &reason);
                after.fields.extend(wrote.fields);
                for (sub, fields) in wrote.subs {
                    let known = then.subs.contains_key(&sub);
                    let part = after.subs.entry(sub).or_default();
                    if !known {
                        // Taken over before and undone, it is there as voided.
                        part.retain(|name, _| {
                            ![common::VOIDED, common::VOID_REASON].contains(&name.as_str())
                        });
                    }
                    part.extend(fields);
                }
                crate::typing::check(kind, &now, &after, &self.context())?;
                [(late.old.0, back), (there, differences(&key, &now, &after))]
            }
            What::About(_) | What::Ended => {
                let village = self.view.village_key(late.to).cloned();
                let moves = kind.field(moving::MOVED_TO).and(village);
                let gone = match moves {
                    Some(village) => says(&key, moving::MOVED_TO, village.to_string()),
                    None => common::void(&key, &reason),
                };
                let come = self.arriving(&key, &late.old.1, &there);
                [(late.old.0, vec![gone]), (there, come)]
            }
        };
        self.write_in(&edits, SETTLE, key, Vec::new())
    }

    pub(super) fn leave_late(&mut self, id: &str, reason: &str) -> Done<SavedAct> {
        let reason = tidy_reason(reason).ok_or_else(|| {
            let problem = Problem::new(
                Place::field("reason"),
                Code::Missing,
                "Nhập lý do, dài nhất 300 ký tự.",
                "Enter a reason of at most 300 characters.",
            );
            Fault::fields(vec![problem])
        })?;
        let (late, _) = self.found_late(id)?;
        let key = late.key;
        let mut edits = match late.what {
            What::InCopy { then, late: wrote } => set_back(&key, &then, &wrote, &reason),
            What::About(_) | What::Ended => Vec::new(),
        };
        edits.push(says(&key, common::LEFT_LATE, reason));
        self.write(late.old.0, &edits, SETTLE, key, Vec::new())
    }
}

/// What was late is so no more.
pub(crate) fn settled() -> Fault {
    Fault::new(
        "decided",
        "Việc này đã có người giải quyết xong.",
        "Somebody has settled this already.",
    )
}

fn says(key: &RecordKey, field: &str, text: String) -> Edit {
    Edit::Set {
        key: key.clone(),
        sub: None,
        fields: [(field.to_owned(), Some(Value::Text(text)))].into(),
    }
}

/// The edits by which an old copy says again what it said when its record went; the history keeps what it said between.
fn set_back(key: &RecordKey, then: &RawRecord, late: &RawRecord, reason: &str) -> Vec<Edit> {
    let back = |late: &Fields, then: &Fields| {
        late.keys()
            .map(|name| (name.clone(), then.get(name).cloned()))
            .collect()
    };
    let mut edits = Vec::new();
    if !late.fields.is_empty() {
        edits.push(Edit::Set {
            key: key.clone(),
            sub: None,
            fields: back(&late.fields, &then.fields),
        });
    }
    for (sub, fields) in &late.subs {
        edits.push(match then.subs.get(sub) {
            Some(then) => Edit::Set {
                key: key.clone(),
                sub: Some(sub.clone()),
                fields: back(fields, then),
            },
            None => common::void_part(key, sub, reason),
        });
    }
    edits
}
