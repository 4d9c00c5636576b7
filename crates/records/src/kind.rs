//! What a declaration of a record kind says: fields, lists, shelves, rules. Pure data, serialised as it is for the
//! forms and lists of the UI and the command line.
//!
//! The declarations themselves are in [`crate::kinds`], one file each; the macro that turns one into a typed struct
//! is in [`crate::record`].

use serde::Serialize;

use crate::label::Label;
use crate::problem::{Context, Problem};
use crate::raw::RawRecord;
use crate::record::Sub;

/// The release in which this crate's first kinds and fields came.
pub const FIRST_RELEASE: &str = "0.1";

/// Where a record may lie: a row of the table of books (design.md §4), seen from the records' side.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Shelf {
    /// A village's general book.
    Village,
    /// A unit's general book.
    Unit,
    /// The commune's book.
    Commune,
    /// A village's care book: files.
    CareFiles,
    /// A village's care book: health.
    CareHealth,
    /// A village's care book: assignments.
    CareAssignments,
    /// A village's care book: contacts with persons who have an assignment.
    CareContacts,
    /// The commune's tips.
    Tips,
    /// The commune's tips: what only the police keep.
    TipsPolice,
    /// The commune's tips: who opened what.
    TipsAccess,
}

impl Shelf {
    /// Whether records of this shelf are about persons under management or tips: sensitive as a whole (NĐ 356/2025,
    /// Điều 4.1).
    pub const fn is_sensitive(self) -> bool {
        !matches!(self, Shelf::Village | Shelf::Unit | Shelf::Commune)
    }
}

/// Which of a kind's shelves a record lies on.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ShelfRule {
    /// Always this one.
    Only(Shelf),
    /// That of the writer: a village's records in the village's book, a unit's in the unit's.
    OfWriter {
        /// For a writer of a village.
        village: Shelf,
        /// For a writer of a unit.
        unit: Shelf,
    },
    /// By whether the person concerned has an assignment card (R36).
    ByAssignment {
        /// With one.
        assigned: Shelf,
        /// Without.
        others: Shelf,
    },
}

/// What the choice of a shelf may depend on; known to the caller, not to the record.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct ShelfFacts {
    /// Whether the writer writes for a unit (else for a village).
    pub for_unit: bool,
    /// Whether the person concerned has an assignment card in this village.
    pub assigned: bool,
}

impl ShelfRule {
    /// The shelf under these facts.
    pub const fn shelf(&self, facts: ShelfFacts) -> Shelf {
        match *self {
            ShelfRule::Only(shelf) => shelf,
            ShelfRule::OfWriter { village, unit } => {
                if facts.for_unit {
                    unit
                } else {
                    village
                }
            }
            ShelfRule::ByAssignment { assigned, others } => {
                if facts.assigned {
                    assigned
                } else {
                    others
                }
            }
        }
    }

    /// Every shelf that the rule can name.
    pub fn shelves(&self) -> Vec<Shelf> {
        match *self {
            ShelfRule::Only(shelf) => vec![shelf],
            ShelfRule::OfWriter { village, unit } => vec![village, unit],
            ShelfRule::ByAssignment { assigned, others } => vec![assigned, others],
        }
    }
}

/// One value of a choice.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct Choice {
    /// As the book keeps it: lower-case ASCII, never changed once released.
    pub slug: &'static str,
    /// As people read it.
    pub label: Label,
}

/// When a date may lie.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DateBound {
    /// Any day.
    Any,
    /// Today or before: something that has happened.
    PastOrToday,
}

/// What a field holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldType {
    /// One line, replaced as a whole; at most `max` characters.
    Text {
        /// Most characters.
        max: usize,
    },
    /// Several lines, merged letter by letter; at most `max` characters.
    Long {
        /// Most characters.
        max: usize,
    },
    /// A whole number within bounds, both included.
    Whole {
        /// Least.
        min: i64,
        /// Greatest.
        max: i64,
    },
    /// An amount of money in whole đồng, 0 or more.
    Money,
    /// Yes or no.
    YesNo,
    /// A civil date (UTC+7), kept as `2025-06-10`.
    Date(DateBound),
    /// A date, or a year where only that is known, kept as `1985` or `1985-06-10`.
    YearOrDate,
    /// An instant, kept in UTC as `2025-06-10T14:05:00Z`, shown and typed in UTC+7.
    Instant(DateBound),
    /// Digits as people write them down (a telephone number): digits, `+`, kept without spaces and dots.
    Phone,
    /// One of these.
    Choice(&'static [Choice]),
    /// Any of these: one boolean key per choice, `"<field>/<choice>"`.
    Choices(&'static [Choice]),
    /// A record of one of these kinds (slugs), kept as `"<kind>/<uuid>"`.
    Reference(&'static [&'static str]),
    /// Bytes sealed once more, for one reader at a time: these fields lie in them. Never in search, history, lists or
    /// exports.
    Sealed(&'static [Field]),
    /// Bytes (a hash, a key).
    Bytes,
}

/// Whether a field has to be filled in.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Needed {
    /// May stay empty.
    No,
    /// Must be filled in.
    Always,
    /// Must be filled in in some cases, said in words; a rule of the kind decides.
    When(Label),
}

/// The declaration of one field.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct Field {
    /// The key in the book: lower-case ASCII with `_`, never changed once released.
    pub name: &'static str,
    /// As people read it; also the name of the column in lists and XLSX files.
    pub label: Label,
    /// What it holds.
    pub holds: FieldType,
    /// Whether it has to be filled in.
    pub needed: Needed,
    /// One sentence of help, or empty.
    pub help: Label,
    /// Whether search finds a record by it.
    pub searchable: bool,
    /// Whether it is sensitive personal data (NĐ 356/2025/NĐ-CP, Điều 4.1).
    pub sensitive: bool,
    /// What it is kept for (Luật 91/2025/QH15, Điều 3), or empty: for the purpose of its kind.
    pub purpose: Label,
    /// Names of the column in other people's tables, recognised on import beside the label.
    pub columns: &'static [&'static str],
    /// The date field beside it that it must not lie before, or empty.
    pub not_before: &'static str,
    /// The release that brought it.
    pub since: &'static str,
}

const NONE: Label = Label::new("", "");

impl Field {
    const fn new(vi: &'static str, en: &'static str, holds: FieldType) -> Self {
        Field {
            name: "",
            label: Label::new(vi, en),
            holds,
            needed: Needed::No,
            help: NONE,
            searchable: false,
            sensitive: false,
            purpose: NONE,
            columns: &[],
            not_before: "",
            since: FIRST_RELEASE,
        }
    }

    /// Gives the field its key (done by the macro from the name of the struct's field).
    pub const fn named(mut self, name: &'static str) -> Self {
        self.name = name;
        self
    }

    /// Must be filled in.
    pub const fn required(mut self) -> Self {
        self.needed = Needed::Always;
        self
    }

    /// Must be filled in in the cases said; the kind's rules check it.
    pub const fn required_when(mut self, vi: &'static str, en: &'static str) -> Self {
        self.needed = Needed::When(Label::new(vi, en));
        self
    }

    /// Search finds a record by it.
    pub const fn searchable(mut self) -> Self {
        self.searchable = true;
        self
    }

    /// Sensitive personal data, kept for the purpose named.
    pub const fn sensitive(mut self, vi: &'static str, en: &'static str) -> Self {
        self.sensitive = true;
        self.purpose = Label::new(vi, en);
        self
    }

    /// Personal data kept for the purpose named.
    pub const fn purpose(mut self, vi: &'static str, en: &'static str) -> Self {
        self.purpose = Label::new(vi, en);
        self
    }

    /// One sentence of help.
    pub const fn help(mut self, vi: &'static str, en: &'static str) -> Self {
        self.help = Label::new(vi, en);
        self
    }

    /// Other names of its column on import.
    pub const fn columns(mut self, names: &'static [&'static str]) -> Self {
        self.columns = names;
        self
    }

    /// The release that brought it, if later than its kind.
    pub const fn since(mut self, release: &'static str) -> Self {
        self.since = release;
        self
    }

    /// For dates and instants: today or before.
    pub const fn past(mut self) -> Self {
        self.holds = match self.holds {
            FieldType::Instant(_) => FieldType::Instant(DateBound::PastOrToday),
            _ => FieldType::Date(DateBound::PastOrToday),
        };
        self
    }

    /// For dates: not before this other date of the same record or sub-record.
    pub const fn not_before(mut self, field: &'static str) -> Self {
        self.not_before = field;
        self
    }

    /// Whether the field must never leave its record: not in search, history words, lists or exports.
    pub const fn is_hidden(&self) -> bool {
        matches!(self.holds, FieldType::Sealed(_) | FieldType::Bytes)
    }
}

/// One line of text, at most `max` characters.
pub const fn text(vi: &'static str, en: &'static str, max: usize) -> Field {
    Field::new(vi, en, FieldType::Text { max })
}

/// A long text (at most 10,000 characters). Only in the first release of its kind: see [`crate::raw::Value::Long`].
pub const fn long(vi: &'static str, en: &'static str) -> Field {
    Field::new(vi, en, FieldType::Long { max: 10_000 })
}

/// A whole number from `min` to `max`.
pub const fn whole(vi: &'static str, en: &'static str, min: i64, max: i64) -> Field {
    Field::new(vi, en, FieldType::Whole { min, max })
}

/// Money in đồng.
pub const fn money(vi: &'static str, en: &'static str) -> Field {
    Field::new(vi, en, FieldType::Money)
}

/// Yes or no.
pub const fn yes_no(vi: &'static str, en: &'static str) -> Field {
    Field::new(vi, en, FieldType::YesNo)
}

/// A civil date.
pub const fn date(vi: &'static str, en: &'static str) -> Field {
    Field::new(vi, en, FieldType::Date(DateBound::Any))
}

/// A date or a year.
pub const fn year_or_date(vi: &'static str, en: &'static str) -> Field {
    Field::new(vi, en, FieldType::YearOrDate)
}

/// An instant.
pub const fn instant(vi: &'static str, en: &'static str) -> Field {
    Field::new(vi, en, FieldType::Instant(DateBound::Any))
}

/// A telephone number.
pub const fn phone(vi: &'static str, en: &'static str) -> Field {
    Field::new(vi, en, FieldType::Phone)
}

/// One of the values of `C`.
pub const fn choice<C: ChoiceSet>(vi: &'static str, en: &'static str) -> Field {
    Field::new(vi, en, FieldType::Choice(C::CHOICES))
}

/// Any of the values of `C`.
pub const fn choices<C: ChoiceSet>(vi: &'static str, en: &'static str) -> Field {
    Field::new(vi, en, FieldType::Choices(C::CHOICES))
}

/// A record of one of these kinds.
pub const fn refers(kinds: &'static [&'static str], vi: &'static str, en: &'static str) -> Field {
    Field::new(vi, en, FieldType::Reference(kinds))
}

/// A part sealed once more, holding the fields of `S`.
pub const fn sealed<S: Sub>(vi: &'static str, en: &'static str) -> Field {
    Field::new(vi, en, FieldType::Sealed(S::FIELDS))
}

/// Bytes.
pub const fn bytes(vi: &'static str, en: &'static str) -> Field {
    Field::new(vi, en, FieldType::Bytes)
}

/// An enum whose values are the choices of a field; made by the macro `choices!`.
pub trait ChoiceSet: Copy + Ord + Sized + 'static {
    /// Every value with its slug and label, in the order shown.
    const CHOICES: &'static [Choice];
    /// Every value, in the same order.
    const ALL: &'static [Self];

    /// Its place in [`ChoiceSet::ALL`].
    fn place(self) -> usize;

    /// The slug kept in the book.
    fn slug(self) -> &'static str {
        Self::CHOICES.get(self.place()).map_or("", |choice| choice.slug)
    }

    /// Its label.
    fn label(self) -> Label {
        Self::CHOICES
            .get(self.place())
            .map_or(NONE, |choice| choice.label)
    }

    /// The value with this slug.
    fn from_slug(slug: &str) -> Option<Self> {
        let place = Self::CHOICES.iter().position(|choice| choice.slug == slug)?;
        Self::ALL.get(place).copied()
    }
}

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
        since: FIRST_RELEASE,
    }
}

impl List {
    /// There must be one at least.
    pub const fn at_least_one(mut self) -> Self {
        self.least = 1;
        self
    }

    /// The declaration of one of its fields, or of the two that every sub-record has.
    pub fn field(&self, name: &str) -> Option<&'static Field> {
        self.all_fields().find(|field| field.name == name)
    }

    /// Its fields, then those of every sub-record.
    pub fn all_fields(&self) -> impl Iterator<Item = &'static Field> + use<> {
        self.fields.iter().chain(crate::common::SUB_FIELDS)
    }
}

/// How a part of a uniqueness rule compares.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// This field, exactly.
    Exact(&'static str),
    /// This field, exactly; it may be empty in both.
    Maybe(&'static str),
    /// This field without marks, case and punctuation.
    Folded(&'static str),
    /// The year of this field (a year, or a date).
    Year(&'static str),
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

/// The declaration of a record kind.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Kind {
    /// Its code in domain.md §7.1 (`R01`); parts of one line there are `R51.1` and so on.
    pub code: &'static str,
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
    /// Its further rules.
    #[serde(skip)]
    pub check: Option<Check>,
    /// How its title is made, if not of its title fields.
    #[serde(skip)]
    pub titled_by: Option<Title>,
}

/// Begins the declaration of a kind.
pub const fn kind(code: &'static str, slug: &'static str, vi: &'static str, en: &'static str) -> Kind {
    Kind {
        code,
        slug,
        label: Label::new(vi, en),
        purpose: NONE,
        shelf: ShelfRule::Only(Shelf::Village),
        fields: &[],
        lists: &[],
        title: &[],
        happened: crate::common::OCCURRED,
        files: true,
        unique: &[],
        feeds: &[],
        since: FIRST_RELEASE,
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

    /// No files may be attached.
    pub const fn without_files(mut self) -> Self {
        self.files = false;
        self
    }

    /// What must not be twice.
    pub const fn unique(mut self, rules: &'static [Unique]) -> Self {
        self.unique = rules;
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
