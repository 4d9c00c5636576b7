//! What a declaration of a record kind says: fields, lists, shelves, rules. Pure data, serialised for the forms and
//! lists of the UI and the command line.
//!
//! The declarations themselves are in [`crate::kinds`], one file each; the macro that turns one into a typed struct
//! is in `declare.rs`.

use std::collections::BTreeMap;

use serde::Serialize;

pub use crate::chapter::Chapter;
pub use crate::field::*;
use crate::label::Label;
use crate::problem::{Context, Problem};
use crate::raw::{Fields, RawRecord};
use crate::record::Typed;
pub use crate::roll::{Covers, Given, Makes, Roll};
pub use crate::shelf::{Shelf, ShelfFacts, ShelfRule};

/// The declaration of a list of sub-records inside a record.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct List {
    /// The part before the slash of its keys: lower-case ASCII letters, digits and `-`.
    pub name: &'static str,
    /// As people read it.
    pub label: Label,
    /// The fields of one sub-record.
    pub fields: &'static [Field],
    /// How many there have to be at least.
    pub least: usize,
    /// Off what its parts can be ticked.
    pub rolls: &'static [Roll],
    /// The fields that are added up: choices, yes or no, money.
    pub totals: &'static [&'static str],
    /// The records that should all stand in such a list.
    pub covers: Option<Covers>,
    /// The records that its parts are, written in one act with theirs.
    pub makes: Option<Makes>,
    /// The release that brought it.
    pub since: &'static str,
}

/// A list of sub-records.
pub const fn list(vi: &'static str, en: &'static str) -> List {
    List {
        name: "",
        label: Label::new(vi, en),
        fields: &[],
        least: 0,
        rolls: &[],
        totals: &[],
        covers: None,
        makes: None,
        since: FIRST_RELEASE,
    }
}

impl List {
    /// Whether its parts are written by an act of its own (a move) and stand in no form.
    pub fn is_by_act(&self) -> bool {
        !self.fields.is_empty() && self.fields.iter().all(|field| field.by_act)
    }

    /// There must be one at least.
    pub const fn at_least_one(self) -> Self {
        self.at_least(1)
    }

    /// There must be so many at least.
    pub const fn at_least(mut self, least: usize) -> Self {
        self.least = least;
        self
    }

    /// Its parts can be ticked off these.
    pub const fn ticked_off(mut self, rolls: &'static [Roll]) -> Self {
        self.rolls = rolls;
        self
    }

    /// These fields of its parts are added up.
    pub const fn totals(mut self, fields: &'static [&'static str]) -> Self {
        self.totals = fields;
        self
    }

    /// These records should all stand in such a list.
    pub const fn covering(mut self, covers: Covers) -> Self {
        self.covers = Some(covers);
        self
    }

    /// Its parts are records of their own, written in one act with theirs.
    pub const fn making(mut self, makes: Makes) -> Self {
        self.makes = Some(makes);
        self
    }

    /// The declaration of one of its fields, or of the two that every sub-record has.
    pub fn field(&self, name: &str) -> Option<&'static Field> {
        self.all_fields().find(|field| field.name == name)
    }

    /// An empty sub-record, to be filled in field by field.
    pub fn blank(&self) -> Fields {
        blank(self.all_fields())
    }

    /// Its fields, then those of every sub-record.
    pub fn all_fields(&self) -> impl Iterator<Item = &'static Field> + use<> {
        self.fields.iter().chain(crate::common::SUB_FIELDS)
    }
}

fn blank(fields: impl Iterator<Item = &'static Field>) -> Fields {
    let mut blank = Fields::new();
    fields.for_each(|field| crate::datum::write(field, None, &mut blank));
    blank
}

/// How a part of a uniqueness rule compares.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// This field, exactly.
    Exact(&'static str),
    /// This field, exactly; it may be empty in both.
    Maybe(&'static str),
    /// This field without marks, case and punctuation; of a name the words in any order.
    Folded(&'static str),
    /// The year of this field (a year, or a date).
    Year(&'static str),
}

impl Part {
    /// The field that is compared.
    pub const fn name(&self) -> &'static str {
        match self {
            Part::Exact(name) | Part::Maybe(name) | Part::Folded(name) | Part::Year(name) => name,
        }
    }
}

/// Among which records something must be unique.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Within {
    /// Those of one scope: a village, a unit.
    Scope,
    /// Those of the commune.
    Commune,
}

/// What must not be twice.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Once {
    /// Two records that agree in all these parts (none of them empty, unless it may be).
    Record {
        /// Among which.
        within: Within,
        /// In what they agree.
        parts: &'static [Part],
    },
    /// Two sub-records of one record that are both open: not voided, and this field is empty.
    OpenSub {
        /// The list.
        list: &'static str,
        /// The field that closes one.
        closed_by: &'static str,
    },
    /// Two records that agree in these parts and have each an open sub-record (not voided, the closing field empty) with the
    /// same value of a field.
    Among {
        /// Among which.
        within: Within,
        /// In what the records agree.
        parts: &'static [Part],
        /// The list.
        list: &'static str,
        /// The field of its sub-records.
        field: &'static str,
        /// The field that closes one.
        closed_by: &'static str,
    },
    /// Two sub-records of one record, neither voided, that say the same here.
    SameSub {
        /// The list.
        list: &'static str,
        /// The field.
        by: &'static str,
    },
}

/// A declared uniqueness rule. A breach is shown and decided by a person, never refused: two honest people offline can
/// both be right (design.md §5, Conflicts).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct Unique {
    /// Its name: kind slug, then what.
    pub name: &'static str,
    /// What is twice, in words.
    pub label: Label,
    /// What must not be twice.
    pub once: Once,
}

/// Checks what the declaration of single fields cannot say. Adds to the problems.
pub type Check = fn(&RawRecord, &Context, &mut Vec<Problem>);
/// Makes a record's title where it is not simply its title fields.
pub type Title = fn(&RawRecord) -> Option<crate::label::Words>;

/// Whose a kind of record is, in a book that several offices write: what another one writes there counts for nothing. The right
/// to write is the right to a book (design.md §4), so that this is told and not refused by the protocol.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Office {
    /// The commune's police.
    Police,
    /// The chair of the commune, or the deputy in charge.
    Chair,
}

impl Office {
    /// As people read it.
    pub const fn label(self) -> Label {
        match self {
            Office::Police => Label::new("Công an xã", "the commune’s police"),
            Office::Chair => Label::new("Chủ tịch UBND xã", "the chair"),
        }
    }
}

/// How a record takes over from the one before it in the same place: a shift from a shift. What that one says stands at the
/// beginning of the new one's form.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct Follows {
    /// The field that names the one before.
    pub field: &'static str,
    /// What is shown of it, as a heading.
    pub label: Label,
    /// Which of its fields are shown.
    pub shows: &'static [&'static str],
}

/// The declaration of a record kind.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Kind {
    /// Its code in domain.md §7.1 (`R01`); parts of one line there are `R51.1` and so on.
    pub code: &'static str,
    /// The work that it belongs to.
    pub chapter: Chapter,
    /// Its name in keys of records.
    pub slug: &'static str,
    /// As people read it.
    pub label: Label,
    /// What its records are kept for (Luật 91/2025/QH15, Điều 3).
    pub purpose: Label,
    /// Where its records lie.
    pub shelf: ShelfRule,
    /// Its own fields; [`Kind::all_fields`] adds the common ones.
    pub fields: &'static [Field],
    /// Its own lists; [`Kind::all_lists`] adds the files.
    pub lists: &'static [List],
    /// The fields of which its title is made.
    pub title: &'static [&'static str],
    /// The field that says when it happened: one of its own, or the common `occurred`.
    pub happened: &'static str,
    /// Whether files may be attached.
    pub files: bool,
    /// What must not be twice.
    pub unique: &'static [Unique],
    /// The indicators (domain.md §5.4) that its records feed.
    pub feeds: &'static [&'static str],
    /// The release that brought it.
    pub since: &'static str,
    /// Reads a record as its type and writes it again: what is understood of it, tidied. Set by the macro.
    #[serde(skip)]
    pub reread: fn(&RawRecord) -> Typed<RawRecord>,
    /// The office whose it is, where its book has writers of several.
    pub office: Option<Office>,
    /// How one of its records takes over from the one before.
    pub follows: Option<Follows>,
    /// Its further rules.
    #[serde(skip)]
    pub check: Option<Check>,
    /// How its title is made, if not of its title fields.
    #[serde(skip)]
    pub titled_by: Option<Title>,
}

/// Begins the declaration of a kind.
pub const fn kind(
    chapter: Chapter,
    code: &'static str,
    slug: &'static str,
    vi: &'static str,
    en: &'static str,
) -> Kind {
    Kind {
        code,
        chapter,
        slug,
        label: Label::new(vi, en),
        purpose: Label::new("", ""),
        shelf: ShelfRule::Only(Shelf::Village),
        fields: &[],
        lists: &[],
        title: &[],
        happened: crate::common::OCCURRED,
        files: true,
        unique: &[],
        feeds: &[],
        since: FIRST_RELEASE,
        office: None,
        follows: None,
        reread: |_| Typed {
            value: RawRecord {
                fields: Fields::new(),
                subs: BTreeMap::new(),
            },
            problems: Vec::new(),
        },
        check: None,
        titled_by: None,
    }
}

impl Kind {
    /// What its records are kept for.
    pub const fn purpose(mut self, vi: &'static str, en: &'static str) -> Self {
        self.purpose = Label::new(vi, en);
        self
    }

    /// Its records lie on this shelf.
    pub const fn on(mut self, shelf: Shelf) -> Self {
        self.shelf = ShelfRule::Only(shelf);
        self
    }

    /// Its records lie on the shelf that this rule gives.
    pub const fn shelved(mut self, rule: ShelfRule) -> Self {
        self.shelf = rule;
        self
    }

    /// Its title is made of these fields.
    pub const fn titled(mut self, fields: &'static [&'static str]) -> Self {
        self.title = fields;
        self
    }

    /// Its title is made by this function.
    pub const fn titled_by(mut self, title: Title) -> Self {
        self.titled_by = Some(title);
        self
    }

    /// This field of its own says when it happened, instead of the common one.
    pub const fn happened(mut self, field: &'static str) -> Self {
        self.happened = field;
        self
    }

    /// No files may be attached: it is of the tips, and nothing else is without them.
    pub const fn without_files(mut self) -> Self {
        self.files = false;
        self
    }

    /// What must not be twice.
    pub const fn unique(mut self, rules: &'static [Unique]) -> Self {
        self.unique = rules;
        self
    }

    /// Its records are this office's.
    pub const fn of_office(mut self, office: Office) -> Self {
        self.office = Some(office);
        self
    }

    /// Its records take over from one another.
    pub const fn follows(mut self, follows: Follows) -> Self {
        self.follows = Some(follows);
        self
    }

    /// The indicators that it feeds.
    pub const fn feeds(mut self, indicators: &'static [&'static str]) -> Self {
        self.feeds = indicators;
        self
    }

    /// Its further rules.
    pub const fn checked_by(mut self, check: Check) -> Self {
        self.check = Some(check);
        self
    }

    /// Every kind, in the order of the codes.
    pub fn all() -> &'static [&'static Kind] {
        crate::kinds::ALL
    }

    /// The kind with this slug.
    pub fn by_slug(slug: &str) -> Option<&'static Kind> {
        Self::all().iter().copied().find(|kind| kind.slug == slug)
    }

    /// The kind with this code (`R01`), in any case.
    pub fn by_code(code: &str) -> Option<&'static Kind> {
        Self::all()
            .iter()
            .copied()
            .find(|kind| kind.code.eq_ignore_ascii_case(code))
    }

    /// Its own fields in the order of the paper form, then the common ones that apply to it; notes last.
    pub fn all_fields(&self) -> impl Iterator<Item = &'static Field> + use<> {
        let own_date = self.happened != crate::common::OCCURRED;
        let common = crate::common::FIELDS
            .iter()
            .filter(move |field| !own_date || field.name != crate::common::OCCURRED);
        self.fields.iter().chain(common)
    }

    /// Its own lists, then the files where they may be attached.
    pub fn all_lists(&self) -> impl Iterator<Item = &'static List> + use<> {
        self.lists
            .iter()
            .chain(self.files.then_some(&crate::common::FILES))
    }

    /// An empty record, to be filled in field by field: it has every long text, since they are made with it.
    pub fn blank(&self) -> RawRecord {
        RawRecord {
            fields: blank(self.all_fields()),
            subs: BTreeMap::new(),
        }
    }

    /// The declaration of a field, own or common.
    pub fn field(&self, name: &str) -> Option<&'static Field> {
        self.all_fields().find(|field| field.name == name)
    }

    /// The declaration of a list, own or common.
    pub fn list(&self, name: &str) -> Option<&'static List> {
        self.all_lists().find(|list| list.name == name)
    }
}

impl PartialEq for Kind {
    fn eq(&self, other: &Self) -> bool {
        self.slug == other.slug
    }
}

impl Eq for Kind {}
