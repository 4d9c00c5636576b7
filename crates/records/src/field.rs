//! What a declaration says of one field: its key, labels, what it holds, whether it is needed, what it is kept for.

use serde::Serialize;

use crate::label::{Label, Words};
use crate::record::Sub;

/// The release in which this crate's first kinds and fields came.
pub const FIRST_RELEASE: &str = "0.1";

/// One value of a choice.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct Choice {
    /// As the book keeps it: lower-case ASCII, never changed once released.
    pub slug: &'static str,
    /// As people read it.
    pub label: Label,
}

/// Whence the values of a choice are: a law, the plan, or nobody but this software. A document is named only where it has
/// every one of the values, at all times at which the choice is made.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// A law, decree or decision, by its article.
    Law(&'static str),
    /// The commune's plan, by its section.
    Plan(&'static str),
    /// No document, or none for all values: what this software begins with.
    Own,
    /// No document: the states by which this software reckons.
    Reckoned,
}

impl Source {
    /// As a sentence, where there is a document: "Theo Luật 120/2025/QH15, Điều 42.1, 42.2."
    pub fn words(self) -> Option<Words> {
        match self {
            Source::Law(cite) => Some(Words::new(format!("Theo {cite}."), format!("By {cite}."))),
            Source::Plan(section) => Some(Words::new(
                format!("Theo kế hoạch, {section}."),
                format!("By the plan, {section}."),
            )),
            Source::Own | Source::Reckoned => None,
        }
    }
}

/// What the words of a text are, where they name something of this software by its key.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Told {
    /// Themselves.
    AsWritten,
    /// A field of a form, by its path ([`crate::settings::choices::Changeable`]).
    FieldOfForms,
    /// A value of the field that this other field names.
    ValueOf(&'static str),
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
    /// Of a choice: whence its values are.
    pub source: Option<Source>,
    /// Of a text: how it is told.
    pub told: Told,
    /// Whether search finds a record by it.
    pub searchable: bool,
    /// Whether it is a person's name, by whose last word lists are sorted.
    pub is_name: bool,
    /// Whether it is sensitive personal data (NĐ 356/2025/NĐ-CP, Điều 4.1).
    pub sensitive: bool,
    /// What it is kept for (Luật 91/2025/QH15, Điều 3), or empty: for the purpose of its kind.
    pub purpose: Label,
    /// Names of the column in other people's tables, recognised on import beside the label.
    pub columns: &'static [&'static str],
    /// The date field beside it that it must not lie before, or empty.
    pub not_before: &'static str,
    /// Whether it is written by an act of its own (a move, a merge) and is no field of a form.
    pub by_act: bool,
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
            source: None,
            told: Told::AsWritten,
            searchable: false,
            is_name: false,
            sensitive: false,
            purpose: NONE,
            columns: &[],
            not_before: "",
            by_act: false,
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

    /// A person's name: searched, and sorted by its last word.
    pub const fn name(mut self) -> Self {
        self.is_name = true;
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

    /// For texts: what they name.
    pub const fn told(mut self, told: Told) -> Self {
        self.told = told;
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

    /// Written by an act of its own: not in forms, nor taken from other people's tables.
    pub const fn by_act(mut self) -> Self {
        self.by_act = true;
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
    let field = Field::new(vi, en, FieldType::Choice(C::CHOICES));
    Field {
        source: Some(C::SOURCE),
        ..field
    }
}

/// Any of the values of `C`.
pub const fn choices<C: ChoiceSet>(vi: &'static str, en: &'static str) -> Field {
    let field = Field::new(vi, en, FieldType::Choices(C::CHOICES));
    Field {
        source: Some(C::SOURCE),
        ..field
    }
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
    /// Whence they are.
    const SOURCE: Source;

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
