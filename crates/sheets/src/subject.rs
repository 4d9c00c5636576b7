//! What a table can be of, and what a column of it can hold.

use sothon_records::kind::FieldType;
use sothon_records::kinds::{Household, Person, Pledge};
use sothon_records::record::Record as _;
use sothon_records::{Field, Kind, List, Words, common};

/// The slug of [`Target::Village`].
pub const VILLAGE: &str = "village";

/// What the rows of a table are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Subject {
    /// Households, a row each; or their members, a row each.
    Households,
    /// Persons under management.
    Persons,
    /// Pledges of households that are in the register already.
    Pledges,
}

/// By what a household of the register is found.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SoughtBy {
    /// Its number.
    Number,
    /// The name of its head.
    Head,
    /// Its address.
    Address,
}

/// What a column holds.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Target {
    /// A field of the record.
    Field(&'static Field),
    /// A field of a part of it: of a member, of an episode.
    Part(&'static List, &'static Field),
    /// The village where the row belongs, by a name or its code.
    Village,
    /// The household that a pledge is of.
    Sought(SoughtBy),
    /// The number of an identity card: two rows with one are one person. It is kept nowhere.
    Identity,
    /// Whether the management has ended: such rows are passed over.
    Standing,
}

impl Subject {
    /// All.
    pub const ALL: [Subject; 3] = [Subject::Households, Subject::Persons, Subject::Pledges];

    /// What tables of a kind are of; none: such records are not taken from tables.
    pub fn of(kind: &str) -> Option<Subject> {
        Subject::ALL
            .into_iter()
            .find(|subject| subject.kind().slug == kind)
    }

    /// The kind of record that a row becomes.
    pub fn kind(self) -> &'static Kind {
        match self {
            Subject::Households => Household::KIND,
            Subject::Persons => Person::KIND,
            Subject::Pledges => Pledge::KIND,
        }
    }

    /// The list whose parts stand in rows too.
    pub fn part(self) -> Option<&'static List> {
        let kind = self.kind();
        match self {
            Subject::Households => kind.list("members"),
            Subject::Persons => kind.list("episodes"),
            Subject::Pledges => None,
        }
    }

    /// All that a column can hold, in the order of the form.
    pub fn targets(self) -> Vec<Target> {
        let mut targets = vec![Target::Village];
        if self == Subject::Pledges {
            targets.extend([SoughtBy::Head, SoughtBy::Number, SoughtBy::Address].map(Target::Sought));
        }
        targets.extend(
            self.kind()
                .all_fields()
                .filter(|field| can_stand(field))
                .map(Target::Field),
        );
        if let Some(list) = self.part() {
            let fields = list.all_fields().filter(|field| can_stand(field));
            targets.extend(fields.map(|field| Target::Part(list, field)));
        }
        if self == Subject::Persons {
            targets.extend([Target::Identity, Target::Standing]);
        }
        targets
    }

    /// What a slug means.
    pub fn target(self, slug: &str) -> Option<Target> {
        self.targets().into_iter().find(|target| target.slug() == slug)
    }

    /// What may be said once for all rows, where no column says it.
    pub fn given(self) -> Vec<&'static Field> {
        let names: &[&str] = match self {
            Subject::Households => &[],
            Subject::Persons => &["sex", "residence"],
            Subject::Pledges => &["year", "signed_on"],
        };
        names.iter().filter_map(|name| self.kind().field(name)).collect()
    }
}

/// Whether a cell can hold the field: other records have no name that a table could say.
fn can_stand(field: &Field) -> bool {
    let voiding = [common::VOIDED, common::VOID_REASON].contains(&field.name);
    !voiding
        && !field.by_act
        && !field.is_hidden()
        && !matches!(field.holds, FieldType::Reference(_) | FieldType::Bytes)
}

impl Target {
    /// As it is remembered: `head`, `members/name`, `village`, `household/number`, `identity`.
    pub fn slug(&self) -> String {
        match self {
            Target::Field(field) => field.name.to_owned(),
            Target::Part(list, field) => format!("{}/{}", list.name, field.name),
            Target::Village => VILLAGE.to_owned(),
            Target::Sought(SoughtBy::Number) => "household/number".to_owned(),
            Target::Sought(SoughtBy::Head) => "household/head".to_owned(),
            Target::Sought(SoughtBy::Address) => "household/address".to_owned(),
            Target::Identity => "identity".to_owned(),
            Target::Standing => "standing".to_owned(),
        }
    }

    /// As people read it.
    pub fn words(&self) -> Words {
        let of_household = |name: &str| {
            Household::KIND
                .field(name)
                .map_or_else(Words::default, |f| f.label.into())
        };
        match self {
            Target::Field(field) => field.label.into(),
            Target::Part(list, field) => Words::new(
                format!("{}: {}", list.label.vi, field.label.vi),
                format!("{}: {}", list.label.en, field.label.en),
            ),
            Target::Village => Words::new("Thôn của từng dòng", "The village of each row"),
            Target::Sought(SoughtBy::Number) => of_household("number"),
            Target::Sought(SoughtBy::Head) => of_household("head"),
            Target::Sought(SoughtBy::Address) => of_household("address"),
            Target::Identity => Words::new(
                "Số định danh (chỉ để đối chiếu, không lưu)",
                "Identity number (to tell people apart; not kept)",
            ),
            Target::Standing => Words::new("Đang quản lý hay đã kết thúc", "Whether the management goes on"),
        }
    }

    /// The field that it fills.
    pub(crate) fn field(&self) -> Option<&'static Field> {
        match self {
            Target::Field(field) | Target::Part(_, field) => Some(field),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_target_is_found_again_by_its_slug_and_holds_no_reference() {
        for subject in Subject::ALL {
            assert_eq!(Subject::of(subject.kind().slug), Some(subject));
            for target in subject.targets() {
                assert_eq!(subject.target(&target.slug()), Some(target));
                assert!(!target.words().vi.is_empty());
            }
        }
        assert_eq!(Subject::of("tip"), None);
    }
}
