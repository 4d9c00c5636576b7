//! Which choices of forms a commune may change ([`Changeable`]), and what forms offer on a day by what it has recorded
//! ([`Offers`]). A value is named as records keep it: the slug of one of the field's own, or [`added::kept`] words.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use crate::added;
use crate::collate;
use crate::kind::{Choice, Field, FieldType, Kind, List, Source};
use crate::kinds::ChoiceRule;
use crate::kinds::choice::Offer;
use crate::label::{Label, Words};

/// A field of a form, the values of which a commune may change: none are a law's, the plan's, or those by which this
/// software reckons.
#[derive(Clone, Copy, Debug)]
pub struct Changeable {
    /// The kind.
    pub kind: &'static Kind,
    /// The list in which the field is, if it is in one.
    pub list: Option<&'static List>,
    /// The field.
    pub field: &'static Field,
    choices: &'static [Choice],
}

impl Changeable {
    /// All, in the order of kinds and their forms.
    pub fn all() -> impl Iterator<Item = Changeable> {
        Kind::all().iter().flat_map(|kind| {
            let own = kind.fields.iter();
            let own = own.filter_map(move |field| Self::of(kind, None, field));
            let lists = kind.lists.iter().filter(|list| !list.is_by_act());
            own.chain(lists.flat_map(move |list| {
                let fields = list.fields.iter();
                fields.filter_map(move |field| Self::of(kind, Some(list), field))
            }))
        })
    }

    /// A field as one that may be changed; `None`: it may not.
    pub fn of(kind: &'static Kind, list: Option<&'static List>, field: &'static Field) -> Option<Self> {
        let (FieldType::Choice(choices) | FieldType::Choices(choices)) = field.holds else {
            return None;
        };
        let own = field.source == Some(Source::Own) && !field.by_act;
        own.then_some(Changeable {
            kind,
            list,
            field,
            choices,
        })
    }

    /// The field with this path: `kind/field` or `kind/list/field`.
    pub fn named(path: &str) -> Option<Self> {
        let mut parts = path.split('/');
        let kind = Kind::by_slug(parts.next()?)?;
        let (first, second) = (parts.next()?, parts.next());
        if parts.next().is_some() {
            return None;
        }
        let fields = |of: &'static [Field], name: &str| of.iter().find(|field| field.name == name);
        match second {
            None => Self::of(kind, None, fields(kind.fields, first)?),
            Some(name) => {
                let list = kind.lists.iter().find(|list| list.name == first)?;
                let field = fields(list.fields, name)?;
                Self::of(kind, Some(list), field).filter(|_| !list.is_by_act())
            }
        }
    }

    /// Its path.
    pub fn path(&self) -> String {
        match self.list {
            Some(list) => format!("{}/{}/{}", self.kind.slug, list.name, self.field.name),
            None => format!("{}/{}", self.kind.slug, self.field.name),
        }
    }

    /// What it is called inside its kind: "Loại", "Thành viên: Quan hệ với chủ hộ".
    pub fn label(&self) -> Words {
        let Label { vi, en } = self.field.label;
        match self.list {
            Some(list) => Words::new(
                format!("{}: {vi}", list.label.vi),
                format!("{}: {en}", list.label.en),
            ),
            None => self.field.label.into(),
        }
    }

    /// What it is called anywhere: "Cơ sở kinh doanh, Loại".
    pub fn whole_label(&self) -> Words {
        let Words { vi, en } = self.label();
        Words::new(
            format!("{}, {vi}", self.kind.label.vi),
            format!("{}, {en}", self.kind.label.en),
        )
    }

    /// The values that it has by itself.
    pub fn choices(&self) -> &'static [Choice] {
        self.choices
    }

    /// The value of its own with this slug.
    pub fn own(&self, slug: &str) -> Option<&'static Choice> {
        self.choices.iter().find(|choice| choice.slug == slug)
    }

    /// Whether values can be added.
    pub fn takes_added(&self) -> bool {
        added::stands_for(self.field).is_some()
    }

    /// One of its own values for which words would be taken.
    pub fn alike(&self, words: &str) -> Option<Label> {
        let alike = |choice: &&Choice| {
            let said = [choice.label.vi, choice.label.en, choice.slug];
            said.iter().any(|said| added::are_alike(said, words))
        };
        self.choices.iter().find(alike).map(|choice| choice.label)
    }

    /// A value in words; `None`: it is none that this field can have.
    pub fn words(&self, value: &str) -> Option<Words> {
        if let Some(choice) = self.own(value) {
            return Some(choice.label.into());
        }
        let words = added::words(value).filter(|words| added::is_words(words))?;
        self.takes_added().then(|| Words::same(words))
    }
}

/// What is recorded of one value, day by day.
type Days = BTreeMap<NaiveDate, Offer>;

/// What forms offer, by the records in force.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Offers {
    /// By path and value.
    said: BTreeMap<String, BTreeMap<String, Days>>,
}

impl Offers {
    /// From records in force. What is not understood is as if it were not there; of two from one day the greater counts, so
    /// that all devices agree until a person has decided.
    pub fn new<'a>(recorded: impl IntoIterator<Item = &'a ChoiceRule>) -> Self {
        let mut offers = Offers::default();
        for rule in recorded {
            let (Some(path), Some(value), Some(from), Some(offer)) =
                (&rule.of, value_of(rule), rule.from, rule.offer)
            else {
                continue;
            };
            if Changeable::named(path).and_then(|of| of.words(&value)).is_none() {
                continue;
            }
            let values = offers.said.entry(path.clone()).or_default();
            let said = values.entry(value).or_default().entry(from).or_insert(offer);
            *said = offer.max(*said);
        }
        offers
    }

    /// What is recorded of a value for a day, and since when it holds.
    pub fn recorded(&self, path: &str, value: &str, on: NaiveDate) -> Option<(NaiveDate, Offer)> {
        let (since, offer) = self.days(path, value)?.range(..=on).next_back()?;
        Some((*since, *offer))
    }

    /// What is recorded of a value from a later day on, the next.
    pub fn ahead(&self, path: &str, value: &str, on: NaiveDate) -> Option<(NaiveDate, Offer)> {
        let mut days = self.days(path, value)?.iter();
        days.find(|(from, _)| **from > on)
            .map(|(from, offer)| (*from, *offer))
    }

    /// The days from one on, until something else is recorded of a value, on which the form of its field can change: the first,
    /// and those of other values.
    pub fn days_from(&self, of: &Changeable, value: &str, from: NaiveDate) -> BTreeSet<NaiveDate> {
        let path = of.path();
        let until = self.ahead(&path, value, from).map(|(day, _)| day);
        let recorded = self.said.get(&path).into_iter().flat_map(BTreeMap::values);
        let days = recorded.flat_map(BTreeMap::keys).copied();
        let after = days.filter(|day| *day > from && until.is_none_or(|until| *day < until));
        std::iter::once(from).chain(after).collect()
    }

    /// Whether forms have a value on a day. A field's own values are there until something else is recorded.
    pub fn is_offered(&self, of: &Changeable, value: &str, on: NaiveDate) -> bool {
        match self.recorded(&of.path(), value, on) {
            Some((_, offer)) => offer == Offer::Offered,
            None => of.own(value).is_some(),
        }
    }

    /// All values of a field, in the order of forms: its own, and before “Khác” all that was ever added, by their words.
    pub fn values(&self, of: &Changeable) -> Vec<String> {
        let mut added: Vec<&String> = self.added(&of.path()).collect();
        added.sort_by_cached_key(|value| collate::key(value));
        let mut added = added.into_iter().cloned();
        let mut values = Vec::new();
        for choice in of.choices() {
            if choice.slug == added::OTHER {
                values.extend(added.by_ref());
            }
            values.push(choice.slug.to_owned());
        }
        values
    }

    /// What the form of a field offers on a day, with how it is called; of `has`, which a record has already, all.
    pub fn offered(&self, of: &Changeable, on: NaiveDate, has: &[&str]) -> Vec<(String, Words)> {
        let mut values = self.values(of);
        let other = |values: &[String]| values.iter().position(|value| value == added::OTHER);
        for had in has.iter().filter(|had| of.words(had).is_some()) {
            if !values.iter().any(|value| value == had) {
                let at = other(&values).unwrap_or(values.len());
                values.insert(at, (*had).to_owned());
            }
        }
        values.retain(|value| has.contains(&value.as_str()) || self.is_offered(of, value, on));
        let named = values
            .into_iter()
            .filter_map(|value| Some((of.words(&value)?, value)));
        named.map(|(words, value)| (value, words)).collect()
    }

    /// The added value that is meant by what somebody wrote in a table, also one that is not used any more; as records keep it.
    pub fn meant(&self, path: &str, written: &str) -> Option<&str> {
        let written = written.trim();
        let says = |value: &&String| added::words(value).is_some_and(|words| words == written);
        let alike =
            |value: &&String| added::words(value).is_some_and(|words| added::are_alike(words, written));
        let exact = self.added(path).find(says);
        let mut near = self.added(path).filter(alike);
        let found = exact.or_else(|| near.next().filter(|_| near.next().is_none()));
        found.map(String::as_str)
    }

    fn added(&self, path: &str) -> impl Iterator<Item = &String> {
        let values = self.said.get(path).into_iter().flat_map(BTreeMap::keys);
        values.filter(|value| added::words(value).is_some())
    }

    fn days(&self, path: &str, value: &str) -> Option<&Days> {
        self.said.get(path)?.get(value)
    }
}

/// Of which value a record speaks, as records keep it.
pub fn value_of(rule: &ChoiceRule) -> Option<String> {
    match (&rule.value, &rule.words) {
        (Some(slug), None) => Some(slug.clone()),
        (None, Some(words)) => Some(added::kept(words)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::civil::parse_date;

    const BUSINESS: &str = "business/type_of";
    const MEMBER: &str = "household/members/relation";

    fn day(text: &str) -> NaiveDate {
        parse_date(text).unwrap()
    }

    fn rule(of: &str, value: &str, offer: Offer, from: &str) -> ChoiceRule {
        let words = added::words(value).map(str::to_owned);
        ChoiceRule {
            of: Some(of.to_owned()),
            value: words.is_none().then(|| value.to_owned()),
            words,
            offer: Some(offer),
            from: parse_date(from),
            ..ChoiceRule::default()
        }
    }

    fn offered(offers: &Offers, of: &str, on: &str, has: &[&str]) -> Vec<String> {
        let of = Changeable::named(of).unwrap();
        let offered = offers.offered(&of, day(on), has);
        offered.into_iter().map(|(value, _)| value).collect()
    }

    fn own(of: &str) -> Vec<String> {
        let choices = Changeable::named(of).unwrap().choices();
        choices.iter().map(|choice| choice.slug.to_owned()).collect()
    }

    #[test]
    fn only_what_is_nobody_elses_can_be_changed_and_every_path_finds_its_field() {
        let all: Vec<Changeable> = Changeable::all().collect();
        assert!(all.len() > 40);
        for of in &all {
            assert_eq!(of.field.source, Some(Source::Own), "{}", of.path());
            let found = Changeable::named(&of.path()).unwrap();
            assert_eq!((found.kind, found.field), (of.kind, of.field), "{}", of.path());
            assert_eq!(
                of.takes_added(),
                of.own(added::OTHER).is_some() && matches!(of.field.holds, FieldType::Choice(_)),
                "{}",
                of.path()
            );
        }
        for other in [
            "document/type_of/more",
            "business",
            "business/name",
            "household/members",
            "household/members/name",
            "choice/offer",
            "setting/matter",
            "person/basis",
            "",
            "/",
        ] {
            assert!(Changeable::named(other).is_none(), "{other}");
        }
        assert_eq!(
            Changeable::named(MEMBER).unwrap().whole_label().vi,
            "Hộ gia đình, Thành viên: Quan hệ với chủ hộ"
        );
    }

    #[test]
    fn without_a_record_forms_offer_what_the_field_has_by_itself() {
        for of in Changeable::all() {
            assert_eq!(
                offered(&Offers::default(), &of.path(), "2026-06-10", &[]),
                own(&of.path())
            );
        }
    }

    #[test]
    fn an_added_value_stands_before_other_from_its_day_on_until_it_is_retired() {
        let tattoo = added::kept("Tiệm xăm");
        let offers = Offers::new([
            &rule(BUSINESS, &tattoo, Offer::Offered, "2026-01-01"),
            &rule(BUSINESS, &tattoo, Offer::Retired, "2026-07-01"),
            &rule(BUSINESS, &tattoo, Offer::Offered, "2027-01-01"),
        ]);
        assert_eq!(offered(&offers, BUSINESS, "2025-12-31", &[]), own(BUSINESS));
        let with = offered(&offers, BUSINESS, "2026-06-30", &[]);
        let at = with.iter().position(|value| *value == tattoo).unwrap();
        assert_eq!(with.get(at + 1).map(String::as_str), Some(added::OTHER));
        assert_eq!(with.len(), own(BUSINESS).len() + 1);
        assert_eq!(offered(&offers, BUSINESS, "2026-07-01", &[]), own(BUSINESS));
        assert_eq!(offered(&offers, BUSINESS, "2027-01-01", &[]), with);
        assert_eq!(
            offers.ahead(BUSINESS, &tattoo, day("2026-06-30")),
            Some((day("2026-07-01"), Offer::Retired))
        );
        // Of no other field.
        assert_eq!(offered(&offers, MEMBER, "2026-06-30", &[]), own(MEMBER));
    }

    #[test]
    fn what_a_record_has_stays_among_what_its_form_offers() {
        let offers = Offers::new([&rule(MEMBER, "in-law", Offer::Retired, "2026-01-01")]);
        let left: Vec<String> = own(MEMBER).into_iter().filter(|slug| slug != "in-law").collect();
        assert_eq!(offered(&offers, MEMBER, "2026-01-01", &[]), left);
        assert_eq!(offered(&offers, MEMBER, "2026-01-01", &["in-law"]), own(MEMBER));
        // Also a value that was added in a commune's book which is not here; but nothing that the field cannot have.
        let guest = added::kept("Khách trọ");
        let with = offered(&offers, MEMBER, "2026-01-01", &[&guest, "nobody", "other: "]);
        assert_eq!(with.len(), left.len() + 1);
        assert_eq!(with.iter().rev().nth(1), Some(&guest));
    }

    #[test]
    fn of_two_from_one_day_all_devices_take_the_same() {
        let (one, other) = (
            rule(MEMBER, "in-law", Offer::Retired, "2026-01-01"),
            rule(MEMBER, "in-law", Offer::Offered, "2026-01-01"),
        );
        let both = Offers::new([&one, &other]);
        assert_eq!(both, Offers::new([&other, &one]));
        assert_eq!(offered(&both, MEMBER, "2026-01-01", &[]), own(MEMBER));
    }

    #[test]
    fn the_days_on_which_a_form_can_change_end_where_something_else_is_recorded_of_the_value() {
        let offers = Offers::new([
            &rule(MEMBER, "in-law", Offer::Retired, "2026-01-01"),
            &rule(MEMBER, "in-law", Offer::Offered, "2026-05-01"),
            &rule(MEMBER, "other", Offer::Retired, "2026-03-01"),
            &rule(MEMBER, "other", Offer::Offered, "2026-06-01"),
            &rule(BUSINESS, "other", Offer::Retired, "2026-04-01"),
        ]);
        let of = Changeable::named(MEMBER).unwrap();
        let days = |value, from| -> Vec<String> {
            let days = offers.days_from(&of, value, day(from)).into_iter();
            days.map(|day| day.to_string()).collect()
        };
        assert_eq!(days("in-law", "2026-02-01"), ["2026-02-01", "2026-03-01"]);
        assert_eq!(days("in-law", "2026-05-01"), ["2026-05-01", "2026-06-01"]);
        assert_eq!(days("other", "2026-07-01"), ["2026-07-01"]);
    }

    #[test]
    fn what_is_not_understood_is_as_if_it_were_not_there() {
        let offers = Offers::new([
            &rule("business/name", "other", Offer::Retired, "2026-01-01"),
            &rule(
                "outreach/form",
                &added::kept("Múa rối"),
                Offer::Offered,
                "2026-01-01",
            ),
            &rule(BUSINESS, "of-a-later-version", Offer::Retired, "2026-01-01"),
            &rule(BUSINESS, "other: \u{202e}a", Offer::Offered, "2026-01-01"),
            &ChoiceRule {
                value: Some("other".into()),
                ..rule(BUSINESS, "other: Tiệm xăm", Offer::Offered, "2026-01-01")
            },
        ]);
        assert_eq!(offers, Offers::default());
    }

    #[test]
    fn what_a_table_says_without_marks_is_the_added_value_also_a_retired_one() {
        let guest = added::kept("Khách trọ");
        let offers = Offers::new([&rule(MEMBER, &guest, Offer::Retired, "2026-01-01")]);
        for written in ["Khách trọ", " khach tro ", "KHÁCH TRỌ"] {
            assert_eq!(offers.meant(MEMBER, written), Some(guest.as_str()), "{written}");
        }
        assert_eq!(offers.meant(MEMBER, "Khách"), None);
        assert_eq!(offers.meant(BUSINESS, "Khách trọ"), None);
    }
}
