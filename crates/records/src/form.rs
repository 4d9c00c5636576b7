//! A kind as the UI and the command line ask for it: every field of the form, common ones included, as serialised data.

use serde::Serialize;

use crate::common;
use crate::kind::{Field, Kind, ShelfRule};
use crate::label::Label;

/// What a form, a list and an import of one kind are drawn from.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Form {
    /// The kind's code in domain.md §7.1.
    pub code: &'static str,
    /// The kind's slug.
    pub slug: &'static str,
    /// The kind's name.
    pub label: Label,
    /// What its records are kept for.
    pub purpose: Label,
    /// Where its records lie.
    pub shelf: ShelfRule,
    /// The fields in the order of the paper form; notes last. Voiding, moving and merging are no fields of a form.
    pub fields: Vec<&'static Field>,
    /// The lists of sub-records.
    pub lists: Vec<FormList>,
    /// Whether files may be attached.
    pub files: bool,
    /// The columns of a list: title, then date.
    pub columns: Vec<&'static str>,
}

/// A list of sub-records in a form.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct FormList {
    /// Its name.
    pub name: &'static str,
    /// Its label.
    pub label: Label,
    /// How many there have to be at least.
    pub least: usize,
    /// The fields of one.
    pub fields: &'static [Field],
}

impl Kind {
    /// The kind as a form.
    pub fn form(&self) -> Form {
        let voiding = [common::VOIDED, common::VOID_REASON];
        let mut columns = self.title.to_vec();
        if !columns.contains(&self.happened) {
            columns.push(self.happened);
        }
        Form {
            code: self.code,
            slug: self.slug,
            label: self.label,
            purpose: self.purpose,
            shelf: self.shelf,
            fields: self
                .all_fields()
                .filter(|field| !field.by_act && !voiding.contains(&field.name))
                .collect(),
            lists: self
                .lists
                .iter()
                .filter(|list| !list.is_by_act())
                .map(|list| FormList {
                    name: list.name,
                    label: list.label,
                    least: list.least,
                    fields: list.fields,
                })
                .collect(),
            files: self.files,
            columns,
        }
    }
}
