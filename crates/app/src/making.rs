//! Parts of a form that are records of their own: each letter of a tip box is a tip, saved in the act of its opening.

use std::collections::BTreeMap;

use sothon_ledger::BookId;
use sothon_records::kind::{self, List, Makes};
use sothon_records::kinds::Tip;
use sothon_records::record::Record as _;
use sothon_records::{Datum, Edit, Kind, Place, Problem, RawRecord, RecordKey, SubKey, civil, enter};

use crate::api::*;
use crate::desk::Desk;
use crate::fault::{Done, Fault};
use crate::fresh_id;
use crate::place::Said;
use crate::typing::entered;

/// Who wrote a letter, as the form asks for it. It is sealed once more, and stands in no record as it was typed.
const TELLER_NAME: &str = "teller_name";
const TELLER_CONTACT: &str = "teller_contact";

/// The records that the parts of a form are, before they are written.
#[derive(Default)]
pub(crate) struct Made {
    records: Vec<(BookId, RecordKey, RawRecord, TellerInput)>,
    /// The form, with each part naming its record.
    pub input: FormInput,
    /// What is to be put right in the parts.
    pub wrong: Option<Fault>,
}

impl Made {
    fn is_wrong(&mut self, sub: SubKey, named: String, fault: Fault) {
        let wrong = self.wrong.get_or_insert_with(|| Fault::fields(Vec::new()));
        wrong
            .problems
            .extend(fault.problems.into_iter().map(|problem| Problem {
                place: Place::sub(&sub, &problem.place.field),
                ..problem
            }));
        wrong.renamed.insert(sub, named);
    }
}

impl Desk {
    /// What a form asks of each part of a list whose parts are records of their own.
    pub(crate) fn asked_of_made(&self, makes: &Makes) -> Vec<FormField> {
        let Some(kind) = Kind::by_slug(makes.kind) else {
            return Vec::new();
        };
        let mut fields: Vec<FormField> = makes
            .asks
            .iter()
            .filter_map(|name| kind.field(name))
            .map(|field| FormField {
                watch: false,
                ..self.field(kind, None, field, &[])
            })
            .collect();
        if kind.slug == Tip::KIND.slug {
            let teller = |name: &str, vi: &str, en: &str, max| FormField {
                name: name.to_owned(),
                label: self.t(vi, en).to_owned(),
                help: self
                    .t("Niêm phong thêm một lớp khi lưu.", "Sealed once more when saved.")
                    .to_owned(),
                control: Control::Line { max, name: false },
                optional: true,
                needed_when: String::new(),
                sensitive_purpose: String::new(),
                watch: false,
            };
            fields.push(teller(
                TELLER_NAME,
                "Người viết thư, nếu có ghi",
                "Who wrote it, if it says so",
                100,
            ));
            fields.push(teller(TELLER_CONTACT, "Cách liên lạc", "How to reach them", 200));
        }
        fields
    }

    /// Makes the records that the parts of a new form are; what is wrong with them is kept beside.
    ///
    /// # Errors
    /// What [`Desk::book_for`] says.
    pub(crate) fn make_parts(&mut self, kind: &Kind, input: &FormInput) -> Done<Made> {
        let mut made = Made {
            input: input.clone(),
            ..Made::default()
        };
        let happened = self.received(input.values.get(kind.happened));
        for list in kind.lists {
            if let Some(makes) = list.makes {
                self.make(list, &makes, &happened, &mut made)?;
            }
        }
        Ok(made)
    }

    fn make(&mut self, list: &List, makes: &Makes, happened: &str, made: &mut Made) -> Done {
        let Some(kind) = Kind::by_slug(makes.kind) else {
            return Ok(());
        };
        let mut subs = std::mem::take(&mut made.input.subs);
        let mut count = 0_usize;
        for (n, part) in subs.iter_mut().enumerate() {
            if part.list != list.name || part.values.contains_key(makes.field) {
                continue;
            }
            count += 1;
            let mut rng = rand_core::UnwrapErr(getrandom::SysRng);
            let id = fresh_id(&mut rng);
            let key = RecordKey {
                kind: kind.slug.to_owned(),
                id,
            };
            let named = [(makes.field.to_owned(), key.to_string())].into();
            let mut values = std::mem::replace(&mut part.values, named);
            let teller = TellerInput {
                name: values.remove(TELLER_NAME).unwrap_or_default(),
                contact: values.remove(TELLER_CONTACT).unwrap_or_default(),
                secret: false,
            };
            let has = makes.has.iter();
            values.extend(has.map(|(name, typed)| ((*name).to_owned(), (*typed).to_owned())));
            values.insert(kind.happened.to_owned(), happened.to_owned());
            match entered(kind, None, &values, &[], &self.context(), &mut rng) {
                Ok(entered) => {
                    let book = self.book_for(kind, &entered.record, Said::default())?;
                    made.records.push((book, key, entered.record, teller));
                }
                Err(fault) if fault.problems.is_empty() => return Err(fault),
                Err(fault) => {
                    let kind = list.name.to_owned();
                    made.is_wrong(SubKey { kind, id }, format!("{}:{n}", list.name), fault);
                }
            }
        }
        made.input.subs = subs;
        let counted = made.input.values.entry(makes.count.to_owned()).or_default();
        if counted.trim().is_empty() && count > 0 {
            *counted = count.to_string();
        }
        Ok(())
    }

    /// The edits by which they are written, who told sealed.
    pub(crate) fn edits_of(&mut self, made: Made) -> Done<BTreeMap<BookId, Vec<Edit>>> {
        let mut edits: BTreeMap<BookId, Vec<Edit>> = BTreeMap::new();
        for (book, key, mut record, teller) in made.records {
            self.seal_teller(&book, &key, &mut record, &teller)?;
            edits.entry(book).or_default().push(Edit::Create { key, record });
        }
        Ok(edits)
    }

    /// When something came in that was found on a day, as typed: now, or at the beginning of a day that is over, so that no
    /// limit is reckoned too long.
    fn received(&self, day: Option<&String>) -> String {
        let now = civil::local(self.clock().instant());
        let date = kind::date("", "");
        let typed = day.and_then(|typed| enter::understand(&date, typed).ok().flatten());
        match typed {
            Some(Datum::Date(day)) if day < now.date() => {
                format!("{} 00:00", day.format("%d/%m/%Y"))
            }
            _ => now.format("%d/%m/%Y %H:%M").to_string(),
        }
    }
}
