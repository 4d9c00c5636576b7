//! The indicators of domain.md §5.4 that are built, one file each. To add one: a file here, and its line below.

use crate::indicator::Indicator;

mod i01_residents;
mod i02_addicted;
mod i03_users;
mod i04_outside;
mod i16_contacts;
mod i21_pledged;
mod i23_outreach;
mod i34_tips;
mod i39_tasks;
mod i51_freshness;
mod listed;

pub(crate) use i34_tips::{handlings, passed_on};
pub(crate) use i39_tasks::expectations;
pub(crate) use listed::has_basis;

/// Every indicator, in the order of the codes.
pub static ALL: &[&Indicator] = &[
    &i01_residents::INDICATOR,
    &i02_addicted::INDICATOR,
    &i03_users::INDICATOR,
    &i04_outside::INDICATOR,
    &i16_contacts::INDICATOR,
    &i21_pledged::INDICATOR,
    &i23_outreach::INDICATOR,
    &i34_tips::INDICATOR,
    &i39_tasks::INDICATOR,
    &i51_freshness::INDICATOR,
];

/// The indicator with this code, in any case.
pub fn by_code(code: &str) -> Option<&'static Indicator> {
    ALL.iter()
        .copied()
        .find(|indicator| indicator.code.eq_ignore_ascii_case(code))
}

mod parts {
    //! What the declarations share.

    use sothon_records::RecordKey;
    use sothon_records::kind::ChoiceSet;
    use sothon_records::label::Label;

    use crate::indicator::Measure;
    use crate::tally::Delta;
    use crate::view::View;

    /// A measure.
    pub const fn measure(name: &'static str, label: Label, unit: Label) -> Measure {
        Measure { name, label, unit }
    }

    /// The label of a part that is a choice.
    pub fn choice<C: ChoiceSet>(slug: &str) -> Option<Label> {
        C::from_slug(slug).map(ChoiceSet::label)
    }

    /// Counts nothing of a single subject.
    pub fn nothing(_: &View, _: &RecordKey, _: &mut Vec<Delta>) {}

    /// Households.
    pub const HOUSEHOLDS: Label = Label::new("hộ", "households");
    /// Persons.
    pub const PERSONS: Label = Label::new("người", "persons");
    /// Times.
    pub const TIMES: Label = Label::new("lượt", "times");
}
