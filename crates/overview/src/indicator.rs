//! What an indicator is, and what asking for one gives (domain.md §5.4). The indicators themselves are in
//! [`crate::indicators`], one file each.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::Serialize;
use sothon_records::kinds::figure::Figure as Published;
use sothon_records::label::{Label, Lang, Words};
use sothon_records::problem::{day, number};
use sothon_records::{RecordKey, Shelf, civil};

use crate::change::Place;
use crate::facts::Facts;
use crate::indicators;
use crate::period::Period;
use crate::tally::{Delta, Series};
use crate::view::View;

/// How sensitive an indicator is, by where its records lie.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Compartment {
    /// General books.
    General,
    /// Care: who may not read it sees what the police published (R70).
    Care,
    /// Tips: as care; small counts of a village are not shown as they are.
    Tips,
    /// The commune's book.
    Commune,
}

/// Whether an indicator is of a day or of a period.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum When {
    /// Thời điểm: as of the last day of a period.
    AsOf,
    /// Kỳ: within a period.
    During,
}

/// One number of an indicator. The first measure of an indicator is its main one.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct Measure {
    /// Its name among the indicator's measures.
    pub name: &'static str,
    /// As a table's heading has it.
    pub label: Label,
    /// The unit.
    pub unit: Label,
}

/// A way of dividing an indicator.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Split {
    /// Its name among the indicator's splits.
    pub name: &'static str,
    /// By what.
    pub label: Label,
    /// For a rate: the name of the series below the line.
    pub out_of: Option<&'static str>,
    /// The label of a part.
    #[serde(skip)]
    pub part: fn(&str) -> Option<Label>,
}

/// The declaration of an indicator.
#[derive(Clone, Copy, Serialize)]
pub struct Indicator {
    /// Its code.
    pub code: &'static str,
    /// Its official name.
    pub label: Label,
    /// What exactly is counted.
    pub definition: Label,
    /// The version of the definition: published figures are frozen with it.
    pub version: i64,
    /// How sensitive it is.
    pub compartment: Compartment,
    /// Of a day or of a period.
    pub when: When,
    /// The codes of the record kinds that feed it.
    pub kinds: &'static [&'static str],
    /// Its numbers, the main one first.
    pub measures: &'static [Measure],
    /// How it can be divided.
    pub splits: &'static [Split],
    /// What a subject adds to the counts.
    #[serde(skip)]
    pub(crate) count: fn(&View, &RecordKey, &mut Vec<Delta>),
    /// The measures at one place, from the counts; `None`: not kept there, or no data. For [`Place::Commune`] what is
    /// kept for the commune as a whole, without villages and units.
    #[serde(skip)]
    pub(crate) at: fn(&View, &Period, Place) -> Option<Vec<Value>>,
}

/// The value of a measure.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Value {
    /// "Chưa có số liệu".
    Missing,
    /// A count.
    Number(i64),
    /// A share: exact, as its two whole numbers.
    Rate {
        /// What is above the line.
        part: i64,
        /// What is below.
        whole: i64,
    },
    /// An instant, in unix seconds.
    Time(i64),
}

/// Where a figure comes from.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// Counted from the records read here.
    Counted,
    /// Published by the police (R70).
    Published {
        /// The last day of the period that was published.
        until: NaiveDate,
    },
    /// From nothing: there are no data.
    Nothing,
}

/// A part of a figure.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Part {
    /// The split's name.
    pub split: &'static str,
    /// The part's name.
    pub name: &'static str,
    /// As people read it.
    pub label: Words,
    /// Its value.
    pub value: Value,
}

/// How complete a figure is.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Completeness {
    /// How many villages it ought to be about.
    pub villages: usize,
    /// How many were heard from on the figure's day or later, or the evening before.
    pub fresh: usize,
    /// The others, with the day on which each was last heard from; `None`: never.
    pub behind: Vec<(u32, Option<NaiveDate>)>,
    /// The same in words: "5/6 thôn; thôn 6 nhận cuối 12/03/2025".
    pub words: Words,
}

/// An indicator for a period and a place.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Figure {
    /// The indicator's code.
    pub code: &'static str,
    /// The values, one for each measure of the declaration.
    pub values: Vec<Value>,
    /// The parts, split by split.
    pub parts: Vec<Part>,
    /// The day as of which it is.
    pub as_of: NaiveDate,
    /// Where it comes from.
    pub source: Source,
    /// How complete it is.
    pub complete: Completeness,
    /// The version of the definition.
    pub version: i64,
}

impl Figure {
    /// The main value.
    pub fn main(&self) -> Value {
        self.values.first().copied().unwrap_or(Value::Missing)
    }

    /// The value of a measure by its name.
    pub fn value(&self, measure: &str) -> Value {
        let declared = indicators::by_code(self.code);
        let index = declared.and_then(|declared| {
            declared
                .measures
                .iter()
                .position(|declared| declared.name == measure)
        });
        index
            .and_then(|index| self.values.get(index))
            .copied()
            .unwrap_or(Value::Missing)
    }
}

/// "Chưa có số liệu".
pub const NO_DATA: Label = Label::new("chưa có số liệu", "no data yet");
/// Counts of tips in a village below this are not shown as they are: small counts identify people (domain.md §4.2).
pub const LEAST_SHOWN: i64 = 3;
/// A village counts as heard from when that was at most so many days before the figure's day.
pub const GRACE_DAYS: u64 = 1;

impl Value {
    /// As people read it: "32.808", "142/180 (78,9 %)", "12/03/2025 19:40", "chưa có số liệu".
    pub fn words(self) -> Words {
        Words::new(self.text(Lang::Vi), self.text(Lang::En))
    }

    /// As people read it, in one language.
    pub fn text(self, lang: Lang) -> String {
        match self {
            Value::Missing => NO_DATA.get(lang).to_owned(),
            Value::Number(n) => number(n, lang),
            Value::Rate { part, whole } => {
                let (above, below) = (number(part, lang), number(whole, lang));
                match percent(part, whole, lang) {
                    Some(percent) => format!("{above}/{below} ({percent})"),
                    None => format!("{above}/{below}"),
                }
            }
            Value::Time(seconds) => match chrono::DateTime::from_timestamp(seconds, 0) {
                Some(instant) => {
                    let local = civil::local(instant);
                    format!("{} {}", day(local.date()), local.format("%H:%M"))
                }
                None => NO_DATA.get(lang).to_owned(),
            },
        }
    }

    /// As it may be shown for a place: a small count of tips in a village is "< 3".
    pub fn shown(self, of: &Indicator, place: Place, lang: Lang) -> String {
        let small = |n: i64| n < LEAST_SHOWN;
        let hides = of.compartment == Compartment::Tips && matches!(place, Place::Village(_));
        match self {
            Value::Number(n) if hides && small(n) => format!("< {LEAST_SHOWN}"),
            Value::Rate { part, whole } if hides && (small(part) || small(whole)) => {
                format!("< {LEAST_SHOWN}")
            }
            _ => self.text(lang),
        }
    }

    /// Both together: counts and rates add up, of instants the earlier one; what is missing adds nothing.
    fn and(self, other: Value) -> Value {
        match (self, other) {
            (Value::Missing, value) | (value, Value::Missing) => value,
            (Value::Number(a), Value::Number(b)) => Value::Number(a.saturating_add(b)),
            (Value::Rate { part, whole }, Value::Rate { part: p, whole: w }) => Value::Rate {
                part: part.saturating_add(p),
                whole: whole.saturating_add(w),
            },
            (Value::Time(a), Value::Time(b)) => Value::Time(a.min(b)),
            (value, _) => value,
        }
    }
}

/// A share in per cent with one decimal, rounded half up from the exact numbers; `None` where there is nothing below
/// the line.
pub fn percent(part: i64, whole: i64, lang: Lang) -> Option<String> {
    if whole <= 0 || part < 0 {
        return None;
    }
    let (part, whole) = (i128::from(part), i128::from(whole));
    let tenths = (part * 2000 + whole) / (whole * 2);
    let whole_percent = number(i64::try_from(tenths / 10).ok()?, lang);
    let point = if lang == Lang::Vi { ',' } else { '.' };
    Some(format!("{whole_percent}{point}{} %", tenths % 10))
}

impl View {
    /// An indicator for a period and a place; `None`: there is no indicator with this code.
    ///
    /// For [`Place::Commune`] it is the sum over villages and units and what is kept for the commune as a whole; where
    /// data of some are missing it is the sum of the others, and [`Figure::complete`] says which.
    pub fn value(&self, code: &str, period: &Period, place: Place) -> Option<Figure> {
        Some(self.figure(indicators::by_code(code)?, period, place))
    }

    pub(crate) fn figure(&self, declared: &'static Indicator, period: &Period, place: Place) -> Figure {
        let mut figure = self.figure_over(declared, period, &self.places_of(place), place);
        if figure.source == Source::Nothing {
            self.fill_published(declared, period, place, &mut figure);
        }
        figure
    }

    /// An indicator counted over some places, which together are one.
    pub(crate) fn figure_over(
        &self,
        declared: &'static Indicator,
        period: &Period,
        places: &[Place],
        place: Place,
    ) -> Figure {
        let mut values: Vec<Value> = Vec::new();
        let mut counted = Vec::new();
        for at in places {
            if let Some(found) = (declared.at)(self, period, *at) {
                counted.push(*at);
                if values.is_empty() {
                    values = found;
                } else {
                    for (sum, value) in values.iter_mut().zip(found) {
                        *sum = sum.and(value);
                    }
                }
            }
        }
        let mut figure = Figure {
            code: declared.code,
            values,
            parts: self.parts(declared, period, &counted),
            as_of: period.as_of(),
            source: Source::Counted,
            complete: self.completeness(period.as_of(), place),
            version: declared.version,
        };
        if figure.values.is_empty() {
            figure.values = vec![Value::Missing; declared.measures.len()];
            figure.source = Source::Nothing;
        }
        figure
    }

    /// The places whose counts make up a place's figure.
    fn places_of(&self, place: Place) -> Vec<Place> {
        match place {
            Place::Commune => {
                let villages = self.villages().into_iter().map(Place::Village);
                let units = self.unit_numbers().into_iter().map(Place::Unit);
                villages.chain(units).chain([Place::Commune]).collect()
            }
            one => vec![one],
        }
    }

    fn parts(&self, declared: &Indicator, period: &Period, places: &[Place]) -> Vec<Part> {
        let mut found = Vec::new();
        for split in declared.splits {
            let sums = |measure: &'static str| {
                let mut sums = std::collections::BTreeMap::new();
                for place in places {
                    let of = Series::whole(declared.code, measure);
                    let parts = match declared.when {
                        When::AsOf => self.tally.parts(of, *place, ..=period.as_of()),
                        When::During => self.tally.parts(of, *place, period.from()..=period.until()),
                    };
                    for (part, n) in parts {
                        *sums.entry(part).or_insert(0i64) += n;
                    }
                }
                sums
            };
            let above = sums(split.name);
            let below = split.out_of.map(sums);
            let names: BTreeSet<&'static str> = above
                .keys()
                .chain(below.iter().flat_map(|below| below.keys()))
                .copied()
                .collect();
            for name in names {
                let part = above.get(name).copied().unwrap_or(0);
                let value = match &below {
                    Some(below) => Value::Rate {
                        part,
                        whole: below.get(name).copied().unwrap_or(0),
                    },
                    None => Value::Number(part),
                };
                let label = (split.part)(name).map_or_else(|| Words::same(name), Words::from);
                found.push(Part {
                    split: split.name,
                    name,
                    label,
                    value,
                });
            }
        }
        found
    }

    /// What the police have published (R70), for those who may not read the records: of a period just this one, as of
    /// a day the newest.
    fn fill_published(&self, declared: &Indicator, period: &Period, place: Place, figure: &mut Figure) {
        if !matches!(declared.compartment, Compartment::Care | Compartment::Tips) {
            return;
        }
        let fitting = |published: &Published| {
            let at = match &published.village {
                None => Some(Place::Commune),
                Some(village) => self.village_number(village).map(Place::Village),
            };
            let in_time = match declared.when {
                When::AsOf => published.until.is_some_and(|until| until <= period.as_of()),
                When::During => {
                    (published.from, published.until) == (Some(period.from()), Some(period.until()))
                }
            };
            at == Some(place) && in_time && published.value.is_some()
        };
        let published: Vec<&Published> = self
            .published
            .get(declared.code)
            .into_iter()
            .flatten()
            .filter_map(|key| match self.facts(key) {
                Facts::Figure(published) => Some(published.as_ref()),
                _ => None,
            })
            .filter(|published| fitting(published))
            .collect();
        let Some(until) = published.iter().filter_map(|published| published.until).max() else {
            return;
        };
        for (index, (measure, value)) in declared.measures.iter().zip(&mut figure.values).enumerate() {
            let of_measure = |published: &&&Published| {
                published.until == Some(until)
                    && match published.breakdown.as_deref() {
                        None => index == 0,
                        Some(name) => name == measure.name,
                    }
            };
            // Two devices may publish one figure twice, which is shown as such; the view takes the greater.
            if let Some(published) = published.iter().filter(of_measure).max_by_key(|p| p.value)
                && let Some(n) = published.value
            {
                *value = match published.out_of {
                    Some(whole) => Value::Rate { part: n, whole },
                    None => Value::Number(n),
                };
            }
        }
        figure.as_of = until;
        figure.source = Source::Published { until };
    }

    /// How complete figures of a day are, for a village or for the commune.
    pub fn completeness(&self, as_of: NaiveDate, place: Place) -> Completeness {
        let villages: Vec<u32> = match place {
            Place::Commune => self.villages_on(as_of).into_iter().collect(),
            Place::Village(number) => vec![number],
            Place::Unit(_) => Vec::new(),
        };
        let mut complete = Completeness {
            villages: villages.len(),
            ..Completeness::default()
        };
        for number in villages {
            let received = self
                .freshness
                .get(&number)
                .map(|fresh| fresh.last_received.and_then(date_of));
            let fresh = match received {
                Some(last) => last.is_some_and(|last| civil::after_days(last, GRACE_DAYS) >= Some(as_of)),
                // Nobody says when: a device's own village.
                None => self.has_heard(number),
            };
            if fresh {
                complete.fresh += 1;
            } else {
                complete.behind.push((number, received.flatten()));
            }
        }
        complete.words = self.completeness_words(&complete, as_of);
        complete
    }

    fn completeness_words(&self, complete: &Completeness, as_of: NaiveDate) -> Words {
        if complete.villages == 0 {
            return Words::default();
        }
        let mut words = Words::new(
            format!("{}/{} thôn", complete.fresh, complete.villages),
            format!("{} of {} villages", complete.fresh, complete.villages),
        );
        for (number, last) in &complete.behind {
            let name = self.village_name(*number, as_of);
            let (vi, en) = (small_first(&name.vi), name.en);
            match last {
                Some(last) => {
                    words.vi += &format!("; {vi} nhận cuối {}", day(*last));
                    words.en += &format!("; {en} last heard from on {}", day(*last));
                }
                None => {
                    words.vi += &format!("; {vi} chưa nhận được gì");
                    words.en += &format!("; {en} never heard from");
                }
            }
        }
        words
    }

    /// The villages that exist on a day, by their records; without records those known.
    pub(crate) fn villages_on(&self, day: NaiveDate) -> BTreeSet<u32> {
        let exists = |number: &u32| match self.village_key(*number).and_then(|key| self.village(key)) {
            Some(village) => village.exists_on(day),
            None => true,
        };
        self.villages().into_iter().filter(exists).collect()
    }

    /// A village's name on a day: "Thôn 6"; the former commune behind it where two have one name.
    pub fn village_name(&self, number: u32, on: NaiveDate) -> Words {
        let name = |number: u32| -> Option<(Words, Option<String>)> {
            let village = self.village(self.village_key(number)?)?;
            let name = village.name_on(Some(on)).or_else(|| village.name_on(None))?;
            let type_of = village.type_of.map(sothon_records::kind::ChoiceSet::label);
            let typed = type_of.map_or("Thôn", |label| label.vi);
            let words = if name.to_lowercase().starts_with(&typed.to_lowercase()) {
                Words::same(name)
            } else {
                Words::same(format!("{typed} {name}"))
            };
            Some((words, village.former_commune.clone()))
        };
        let Some((mut words, former)) = name(number) else {
            return Words::new(format!("Thôn {number}"), format!("Village {number}"));
        };
        let has_namesake = self
            .villages
            .keys()
            .any(|other| *other != number && name(*other).is_some_and(|(other, _)| other == words));
        if let (true, Some(former)) = (has_namesake, former) {
            words = Words::new(
                format!("{} ({former} cũ)", words.vi),
                format!("{} (formerly {former})", words.en),
            );
        }
        words
    }

    /// The name of a place.
    pub fn place_name(&self, place: Place, on: NaiveDate) -> Words {
        match place {
            Place::Commune => Words::new("Toàn xã", "Commune"),
            Place::Village(number) => self.village_name(number, on),
            Place::Unit(number) => match self.unit_key(number).and_then(|key| self.title(key)) {
                Some(title) => Words::same(title),
                None => Words::new(format!("Đơn vị {number}"), format!("Unit {number}")),
            },
        }
    }

    /// Whether care files of a village are readable here.
    pub(crate) fn reads_care(&self, place: Place) -> bool {
        matches!(place, Place::Village(_)) && self.reads(Shelf::CareFiles, place)
    }
}

fn date_of(seconds: i64) -> Option<NaiveDate> {
    chrono::DateTime::from_timestamp(seconds, 0).map(civil::date_in_vietnam)
}

/// As it stands inside a sentence: "thôn 6".
fn small_first(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => first.to_lowercase().chain(letters).collect(),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use sothon_records::Kind;

    use super::*;

    #[test]
    fn shares_are_rounded_from_exact_numbers_and_never_made_of_nothing() {
        for (part, whole, vi) in [
            (142, 180, Some("78,9 %")),
            (1, 3, Some("33,3 %")),
            (2, 3, Some("66,7 %")),
            (1, 2000, Some("0,1 %")),
            (0, 5, Some("0,0 %")),
            (5, 5, Some("100,0 %")),
            (0, 0, None),
        ] {
            assert_eq!(percent(part, whole, Lang::Vi).as_deref(), vi, "{part}/{whole}");
        }
        let rate = Value::Rate {
            part: 1420,
            whole: 1800,
        };
        assert_eq!(rate.text(Lang::Vi), "1.420/1.800 (78,9 %)");
        assert_eq!(rate.text(Lang::En), "1,420/1,800 (78.9 %)");
        assert_eq!(Value::Time(1_749_574_800).text(Lang::Vi), "11/06/2025 00:00");
    }

    #[test]
    fn declarations_are_complete_and_name_kinds_that_feed_them() {
        let codes: Vec<&str> = indicators::ALL.iter().map(|declared| declared.code).collect();
        assert!(codes.is_sorted() && codes.windows(2).all(|pair| pair[0] != pair[1]));
        for declared in indicators::ALL {
            for label in [declared.label, declared.definition] {
                assert!(!label.vi.is_empty() && !label.en.is_empty(), "{}", declared.code);
                assert!(!label.vi.contains("  "), "{}: {}", declared.code, label.vi);
            }
            assert!(!declared.measures.is_empty(), "{}", declared.code);
            for code in declared.kinds {
                assert!(Kind::by_code(code).is_some(), "{}: {code}", declared.code);
            }
            let fed = declared.kinds.iter().filter_map(|code| Kind::by_code(code));
            assert!(
                fed.into_iter().any(|kind| kind.feeds.contains(&declared.code)),
                "{}: no kind says that it feeds it",
                declared.code
            );
        }
    }
}
