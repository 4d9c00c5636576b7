//! Which village a village is on a day: by the records of villages (R74) one goes on in another, or was a part of another
//! before. Books stay whose they are; what is in them counts where their village goes on, and nowhere twice.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use sothon_records::kind::ChoiceSet as _;
use sothon_records::kinds::village::VillageType;
use sothon_records::kinds::{Commune, Household};
use sothon_records::text::folded_words;
use sothon_records::{Datum, Kind, RawRecord, Record as _, RecordKey, datum};

use crate::change::Place;
use crate::levels::Known;
use crate::view::View;

impl View {
    /// The village that has on a day what was or is another one's: where that goes on after its end; of what it was a
    /// part before it began; else itself.
    pub fn village_on(&self, number: u32, day: NaiveDate) -> u32 {
        let mut way = vec![number];
        let mut at = number;
        while let Some(next) = self.next_on(at, day) {
            if let Some(first) = way.iter().position(|before| *before == next) {
                // A ring has no end: all of it is where the least is.
                return way.iter().skip(first).min().copied().unwrap_or(at);
            }
            way.push(next);
            at = next;
        }
        at
    }

    /// The next village on that way; `None`: it is itself.
    fn next_on(&self, number: u32, day: NaiveDate) -> Option<u32> {
        let village = self.village(self.village_key(number)?)?;
        let next = if village.ended_by(day) {
            village.goes_on_in.as_ref()
        } else if village.begins_after(day) {
            village.split_from()
        } else {
            None
        };
        self.village_number(next?)
    }

    /// A place as it is on a day.
    pub fn place_on(&self, place: Place, day: NaiveDate) -> Place {
        match place {
            Place::Village(number) => Place::Village(self.village_on(number, day)),
            other => other,
        }
    }

    /// Where a record belongs on a day.
    pub fn place_of_on(&self, key: &RecordKey, day: NaiveDate) -> Option<Place> {
        Some(self.place_on(self.place_of(key)?, day))
    }

    /// All villages that are this one on a day, itself among them; none if it is another one then.
    pub fn territory(&self, number: u32, day: NaiveDate) -> BTreeSet<u32> {
        let known = self.villages().into_iter().chain([number]);
        known
            .filter(|other| self.village_on(*other, day) == number)
            .collect()
    }

    /// The villages that a text names on a day, without marks: by a name that one bears then, with or without the kind of
    /// place and with the commune that it belongs or belonged to; where none bears it, by one that it bore before; where none
    /// did, by its code. Several where nothing tells them apart.
    /// `beside`: numbers of villages that are known without a record here.
    pub fn villages_called(&self, text: &str, day: NaiveDate, beside: &BTreeSet<u32>) -> BTreeSet<u32> {
        let sought = words_of(text);
        if sought.is_empty() {
            return BTreeSet::new();
        }
        let communes = self.communes_named(text);
        let ways: [&dyn Fn(u32) -> bool; 3] = [
            &|number| self.is_there(number, day) && self.is_called(number, &sought, &communes, Some(day)),
            &|number| self.is_called(number, &sought, &communes, None),
            &|number| {
                let village = self.village_key(number).and_then(|key| self.village(key));
                let code = village.and_then(|village| village.code.as_deref());
                code.is_some_and(|code| words_of(code) == sought)
            },
        ];
        let known: BTreeSet<u32> = self.villages().union(beside).copied().collect();
        let named = |way: &&dyn Fn(u32) -> bool| {
            let found: BTreeSet<u32> = known.iter().copied().filter(|number| way(*number)).collect();
            (!found.is_empty()).then_some(found)
        };
        ways.iter().find_map(named).unwrap_or_default()
    }

    /// Whether words name a village as it is called on a day, or (`None`) as it ever was.
    fn is_called(&self, number: u32, sought: &[String], communes: &[Known], day: Option<NaiveDate>) -> bool {
        let Some(village) = self.village_key(number).and_then(|key| self.village(key)) else {
            // Nobody has recorded what it is called.
            let name = number.to_string();
            return sought == words_of(&name) || sought == words_of(&VillageType::called(None, &name));
        };
        let own = |commune: &&Known| {
            let former = village.former_commune.as_deref().map(Commune::bare);
            commune.until.is_none() || former.as_ref() == Some(&Commune::bare(&commune.name))
        };
        let without = communes
            .iter()
            .filter(own)
            .map(|commune| without(sought, commune));
        let said: Vec<Vec<String>> = without.chain([sought.to_vec()]).collect();
        let names = village.names.values().filter(|name| name.in_force());
        let types = names
            .clone()
            .filter_map(|name| name.type_of)
            .chain(village.type_of);
        let types: BTreeSet<Option<VillageType>> = types.map(Some).chain([None]).collect();
        let today = day.and_then(|day| village.name_near(day));
        let borne = names.filter_map(|name| name.name.as_deref());
        let mut borne = borne.filter(|name| day.is_none() || today.as_deref() == Some(*name));
        borne.any(|name| {
            // "Thôn 3", and "3" alone, whichever of both is recorded.
            types.iter().any(|of| {
                let called = words_of(&VillageType::called(*of, name));
                let kind = words_of(of.unwrap_or(VillageType::Thon).label().vi);
                let bare = called.strip_prefix(kind.as_slice()).unwrap_or(&called);
                said.iter().any(|said| *said == called || *said == bare)
            })
        })
    }

    /// A code that no village has: the number after the greatest.
    pub fn next_village_code(&self) -> String {
        let greatest = self.villages().into_iter().max().unwrap_or(0);
        greatest.saturating_add(1).to_string()
    }

    /// Whether a village has gone to another commune by a day.
    pub fn has_left_commune(&self, number: u32, day: NaiveDate) -> bool {
        let village = self.village_key(number).and_then(|key| self.village(key));
        village.is_some_and(|village| village.left_to.is_some() && village.ended_by(day))
    }

    /// Where a record belongs by the maps of divisions: a household that a village shares out, and what is about one, in the
    /// village to which it goes.
    pub(crate) fn shared_place(
        &self,
        kind: Option<&Kind>,
        key: &RecordKey,
        raw: &RawRecord,
        place: Place,
    ) -> Place {
        if self.shared.is_empty() {
            return place;
        }
        let named = || {
            let field = kind?.field(Household::KIND.slug)?;
            match datum::read(field, &raw.fields).datum? {
                Datum::Reference(household) => Some(household),
                _ => None,
            }
        };
        let household = if key.kind == Household::KIND.slug {
            Some(key.clone())
        } else {
            named()
        };
        let Some(household) = household else { return place };
        let (mut at, mut seen) = (place, BTreeSet::new());
        while let Place::Village(number) = at
            && seen.insert(number)
        {
            let records = self.villages.get(&number).into_iter().flatten();
            let mut shares = records.filter_map(|village| self.shared.get(village)?.get(&household));
            match shares.next().and_then(|to| self.village_number(to)) {
                Some(next) => at = Place::Village(next),
                None => break,
            }
        }
        at
    }

    /// The villages that share households out to one.
    pub(crate) fn gave_to(&self, number: u32) -> impl Iterator<Item = u32> {
        let gives = move |to: &RecordKey| self.village_number(to) == Some(number);
        let giving = self
            .shared
            .iter()
            .filter(move |(_, shares)| shares.values().any(gives));
        giving.filter_map(|(giver, _)| self.village_number(giver))
    }

    /// The households that are shared out to one of these villages.
    pub(crate) fn shared_to(&self, villages: &BTreeSet<RecordKey>) -> BTreeSet<RecordKey> {
        let all = self.shared.values().flatten();
        all.filter(|(_, to)| villages.contains(*to))
            .map(|(household, _)| household.clone())
            .collect()
    }
}

/// The words of a name, without marks and without the zeros before a number: "Thôn 01" is "Thôn 1".
fn words_of(text: &str) -> Vec<String> {
    let mut words = folded_words(text);
    for word in &mut words {
        if word.bytes().all(|byte| byte.is_ascii_digit()) {
            let number = word.trim_start_matches('0');
            *word = if number.is_empty() { "0" } else { number }.to_owned();
        }
    }
    words
}

/// Words without the commune that they name, by name or code, and without what is said of it: "(xã Quang Trung cũ)".
fn without(words: &[String], commune: &Known) -> Vec<String> {
    let code = commune.code.as_deref().map(words_of).unwrap_or_default();
    let named = [Commune::bare(&commune.name), code].into_iter();
    let stands = named.filter(|name| !name.is_empty()).find_map(|name| {
        let at = words.windows(name.len()).position(|some| some == name)?;
        Some((at, name.len()))
    });
    let Some((at, long)) = stands else {
        return words.to_vec();
    };
    let (before, after) = (words.get(..at), words.get(at + long..));
    const OF_COMMUNES: [&str; 6] = ["xa", "phuong", "thi", "tran", "cu", "ma"];
    let left = before.into_iter().chain(after).flatten();
    left.filter(|word| !OF_COMMUNES.contains(&word.as_str()))
        .cloned()
        .collect()
}
