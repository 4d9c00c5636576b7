//! Forms: drawn from the declarations of record kinds. A field's value is always the text that a person typed.

use std::collections::BTreeMap;

use super::data;

data! {
    /// A kind of record that this person can write, or read.
    pub struct KindCard {
        /// Its slug.
        pub kind: String,
        /// "Bản cam kết hộ".
        pub label: String,
        /// The work that it belongs to, as the title of its group in lists: "Hộ và cam kết".
        pub chapter: String,
        /// What its records are kept for.
        pub purpose: String,
        /// Whether this person can write one.
        pub writes: bool,
        /// Whether this person reads a book that may hold one.
        pub reads: bool,
        /// How many there are that are not voided.
        pub count: usize,
        /// Whether its books are of care or tips.
        pub sensitive: bool,
    }

    /// A form to fill in.
    pub struct Form {
        /// The kind.
        pub kind: String,
        /// The record that is edited; `null`: a new one.
        pub key: Option<String>,
        /// "Ghi bản cam kết hộ", "Sửa …".
        pub title: String,
        /// What its records are kept for.
        pub purpose: String,
        /// The fields in groups of at most seven.
        pub groups: Vec<FieldGroup>,
        /// The lists of sub-records.
        pub lists: Vec<FormList>,
        /// Where it can be written; more than one: the person chooses.
        pub places: Vec<FormPlace>,
        /// What is filled in already, or was typed before: by field.
        pub values: BTreeMap<String, String>,
        /// Sub-records that are there.
        pub subs: Vec<SubInput>,
        /// Where the values come from, if from a draft.
        pub draft: Option<DraftCard>,
        /// Where it was to be written, if that was chosen in the draft.
        pub place: Option<String>,
        /// Who told, as far as it stands in the draft.
        pub teller: Option<TellerInput>,
        /// The titles of records that the values name, by key.
        pub names: BTreeMap<String, PickRow>,
        /// Whether the form has a sealed part (the teller of a tip).
        pub sealed: bool,
        /// Whether this device seals it for the police and cannot open it again.
        pub drops: bool,
        /// Whether it takes over from the record before it in the same place.
        pub follows: bool,
        /// Whether it is shown what it would change, once more before it is saved.
        pub reviewed: bool,
        /// For whom it can be written today, beside oneself.
        pub behalf: Vec<BehalfChoice>,
        /// What of them stands there at first, as [`FormInput::behalf`].
        pub behalf_said: Option<String>,
        /// The photographs of the record and of the draft; `null`: such a record has none.
        pub photos: Option<Vec<super::PhotoRow>>,
    }

    /// The record from which a new one takes over.
    pub struct Before {
        /// Its key.
        pub key: String,
        /// "Ca trước bàn giao".
        pub label: String,
        /// Its title.
        pub title: String,
        /// The field of the new one that names it.
        pub field: String,
        /// What the new one is to know of it.
        pub facts: Vec<super::Fact>,
    }

    /// Fields of one subject.
    pub struct FieldGroup {
        /// Its heading; empty for the only one.
        pub label: String,
        /// The fields.
        pub fields: Vec<FormField>,
    }

    /// A field of a form.
    pub struct FormField {
        /// Its name.
        pub name: String,
        /// Its label.
        pub label: String,
        /// One sentence of help, or empty.
        pub help: String,
        /// How it is filled in.
        pub control: Control,
        /// Whether it may stay empty.
        pub optional: bool,
        /// When it must be filled in, in words; empty: always or never.
        pub needed_when: String,
        /// Whether it is sensitive personal data; what it is kept for.
        pub sensitive_purpose: String,
        /// Whether likely duplicates are looked for as it is typed.
        pub watch: bool,
    }

    /// How a field is filled in.
    #[serde(tag = "type", rename_all_fields = "camelCase")]
    pub enum Control {
        /// One line; a name is not corrected while it is typed.
        Line {
            /// Most characters.
            max: usize,
            /// Whether it is a person's name.
            name: bool,
        },
        /// Several lines.
        Long {
            /// Most characters.
            max: usize,
        },
        /// A whole number.
        Number {
            /// The unit behind it, or empty.
            unit: String,
        },
        /// Digits of a telephone number.
        Phone,
        /// Yes or no.
        YesNo,
        /// Day, month, year.
        Date {
            /// Whether the year alone will do.
            year_alone: bool,
            /// Whether "Hôm nay" and "Hôm qua" are offered.
            quick: bool,
        },
        /// Day, month, year and the time of day.
        Instant,
        /// One of these.
        Choice {
            /// Which.
            choices: Vec<Choice>,
        },
        /// Any of these; the value is their slugs with commas.
        Choices {
            /// Which.
            choices: Vec<Choice>,
        },
        /// Another record; the value is its key.
        Record {
            /// The kinds that fit.
            kinds: Vec<String>,
            /// The kind that can be written anew from here, if any.
            new_kind: Option<String>,
        },
    }

    /// A value that can be chosen.
    pub struct Choice {
        /// As it is kept.
        pub slug: String,
        /// As it is read.
        pub label: String,
    }

    /// A list of sub-records.
    pub struct FormList {
        /// Its name.
        pub name: String,
        /// Its label.
        pub label: String,
        /// What one more is called: "Thư"; for most lists their label.
        pub one: String,
        /// Its fields.
        pub fields: Vec<FormField>,
        /// How many there must be.
        pub least: usize,
        /// Whether its parts can be ticked off what is recorded already.
        pub ticked: bool,
        /// Whether it is added up.
        pub added_up: bool,
    }

    /// Somebody or something that can be ticked for a list.
    pub struct RollRow {
        /// The name.
        pub title: String,
        /// What tells it from others.
        pub detail: String,
        /// Its unit or group; empty where none is known.
        pub under: String,
        /// The part that a tick adds, as typed: by field.
        pub values: BTreeMap<String, String>,
        /// The records that the values name.
        pub names: Vec<PickRow>,
        /// In which lists of the kind it stands already, where one is enough: their titles.
        pub named_in: Vec<String>,
    }

    /// What should stand in a list and stands in none.
    pub struct LeftOut {
        /// "Hộ chưa vào nhóm nào".
        pub label: String,
        /// How many.
        pub count: usize,
        /// Which; at most a hundred.
        pub rows: Vec<super::LinkRow>,
    }

    /// What a list comes to.
    pub struct ListTotals {
        /// The list.
        pub list: String,
        /// Its label.
        pub label: String,
        /// How many parts: "12".
        pub count: String,
        /// "Lực lượng: Công an xã 3, Trạm Y tế 2".
        pub lines: Vec<String>,
    }

    /// Where a record can be written.
    pub struct FormPlace {
        /// `village:3`, `unit:1`, `commune`.
        pub place: String,
        /// "Thôn 3".
        pub label: String,
    }

    /// A sub-record as it is typed.
    pub struct SubInput {
        /// Its list.
        pub list: String,
        /// Its key, if it is there already.
        pub key: Option<String>,
        /// Its fields.
        pub values: BTreeMap<String, String>,
    }

    /// What a new form begins with.
    #[derive(Default)]
    pub struct FormAsk {
        /// The kind; for an edit that of the record.
        pub kind: String,
        /// The record to edit.
        pub key: Option<String>,
        /// The draft to go on with.
        pub draft: Option<String>,
        /// What is known already: by field.
        pub values: BTreeMap<String, String>,
        /// Why a record of care or tips is opened for editing.
        pub reason: Option<String>,
    }

    /// A form as it is saved, or kept as a draft.
    #[derive(Default)]
    pub struct FormInput {
        /// The kind.
        pub kind: String,
        /// The record that is edited.
        pub key: Option<String>,
        /// The draft that it was.
        pub draft: Option<String>,
        /// Where it belongs, as [`FormPlace::place`]; `null`: where this person works.
        pub place: Option<String>,
        /// The fields, as typed. For an edit: all of the form.
        pub values: BTreeMap<String, String>,
        /// The sub-records. For an edit: all that the form shows; one that is missing stays.
        pub subs: Vec<SubInput>,
        /// Who told, sealed once more (tips only).
        pub teller: Option<TellerInput>,
        /// For whom it is written, as [`BehalfChoice::delegation`]; empty: for nobody else; `null`: as the place says.
        pub behalf: Option<String>,
        /// The photographs that it adds, of those that lie with the draft.
        #[serde(default)]
        pub added: Vec<String>,
        /// The photographs of the record that it takes away, by their keys.
        #[serde(default)]
        pub taken: Vec<String>,
    }

    /// Somebody for whom a record can be written today.
    pub struct BehalfChoice {
        /// The record of the delegation.
        pub delegation: String,
        /// "Thay mặt Lê Văn Hùng, trưởng thôn".
        pub label: String,
        /// "đến hết 10/12/2026".
        pub detail: String,
        /// Where they work: what is written there is meant for them unless said otherwise.
        pub place: Option<String>,
    }

    /// Who told.
    pub struct TellerInput {
        /// The name.
        pub name: String,
        /// How to reach them.
        pub contact: String,
        /// Whether they ask for secrecy.
        pub secret: bool,
    }

    /// Saved.
    pub struct SavedAct {
        /// The act, for undoing it.
        pub act: String,
        /// The record.
        pub key: String,
        /// Its title.
        pub title: String,
        /// What is worth knowing.
        pub notices: Vec<String>,
        /// When, in unix seconds.
        pub at: i64,
    }

    /// An act that was undone.
    pub struct Undone {
        /// How many records were set back or voided.
        pub undone: usize,
        /// How many stay, whole or in part, since they were changed since.
        pub left: usize,
        /// One sentence, where something stays.
        pub says: Option<String>,
    }

    /// A draft that waits.
    pub struct DraftCard {
        /// Its id.
        pub id: String,
        /// "Ghi thăm hộ".
        pub title: String,
        /// The kind.
        pub kind: String,
        /// The record that was edited.
        pub key: Option<String>,
        /// When it was last typed in, in unix seconds.
        pub at: i64,
        /// Whom it concerns, where that is known and may be shown.
        pub about: String,
        /// What was typed into fields that this version does not have: label or name, and value.
        pub unknown: Vec<(String, String)>,
        /// The page where it goes on, where that is no form.
        pub of: Option<DraftOf>,
    }

    /// A page that is no form and on which something is half done.
    #[serde(tag = "page", rename_all_fields = "camelCase")]
    pub enum DraftOf {
        /// A stack of pledges.
        Stack {
            /// Whose: `village:3`.
            place: String,
        },
        /// A plan for a new period.
        Renewal {
            /// The plan before it.
            plan: String,
        },
    }

    /// What is half done on such a page, as it stands there.
    #[serde(tag = "page", rename_all_fields = "camelCase")]
    pub enum Unfinished {
        /// A stack of pledges, some of them marked.
        Stack {
            /// Whose: `village:3`.
            place: String,
            /// The day on which they were signed, as typed.
            signed_on: String,
            /// Who signed, by household.
            signers: BTreeMap<String, String>,
        },
        /// A plan for a new period.
        Renewal {
            /// What was typed of it.
            ask: super::RenewAsk,
            /// For which period the tasks were looked through; empty: they were not.
            period: String,
            /// The tasks as far as they were looked through.
            tasks: Vec<CarriedHalf>,
        },
    }

    /// A task while a plan for a new period is made.
    pub struct CarriedHalf {
        /// The old task.
        pub key: String,
        /// Whether it goes on.
        pub taken: bool,
        /// When it is due, as typed.
        pub deadline: String,
        /// The last day of one that returns, as typed.
        pub repeat_until: String,
    }

    /// A draft was kept.
    pub struct DraftKept {
        /// Its id.
        pub id: String,
        /// When, in unix seconds.
        pub at: i64,
    }

    /// Who or what can be picked.
    pub struct PickRow {
        /// Its key.
        pub key: String,
        /// Its title.
        pub title: String,
        /// What tells it from others: year of birth, house number, village.
        pub detail: String,
    }

    /// What is picked from.
    pub struct PickAsk {
        /// The kinds that fit.
        pub kinds: Vec<String>,
        /// What was typed.
        pub typed: String,
        /// Only of this place.
        pub place: Option<String>,
    }

    /// A record that what is being typed may be twice with.
    pub struct AlikeRow {
        /// The record.
        pub key: String,
        /// "Thôn 3 đã có hộ “Nguyễn Văn An, ngõ 5”."
        pub says: String,
    }
}
