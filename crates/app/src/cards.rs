//! "Làm thẻ tiếp xúc": the cards (R36) of those who help a person, made of their team (R30) as one act. A card says no more of the
//! person than its holder may know; who holds one reads nothing of the file.

use std::collections::{BTreeMap, BTreeSet};

use sothon_book::EditError;
use sothon_records::kinds::{Assignment, CareTeam, Person};
use sothon_records::problem::{day, number};
use sothon_records::{Edit, Kind, Record, RecordKey, Words};
use sothon_replica::ReplicaError;

use crate::api::*;
use crate::app::App;
use crate::desk::{Desk, key_of};
use crate::fault::{Done, Fault};
use crate::fresh_id;
use crate::place::Said;
use crate::typing::entered;

const CARD: &Kind = Assignment::KIND;
/// What the act is called in histories.
pub(crate) const MAKE: &str = "cards";

impl App {
    /// See [`crate::commands`].
    pub(crate) async fn cards(&self, team: String) -> Done<CardsPage> {
        self.at_desk(move |desk| desk.cards(&key_of(&team)?)).await
    }

    /// See [`crate::commands`].
    pub(crate) async fn make_cards(&self, input: CardsInput) -> Done<CardsMade> {
        self.at_desk(move |desk| desk.make_cards(&input)).await
    }
}

impl Desk {
    /// Whether this person can make cards of a record: it is a team in force, and he writes cards.
    pub(crate) fn can_assign(&self, key: &RecordKey) -> bool {
        key.kind == CareTeam::KIND.slug && !self.view.is_voided(key) && self.writes_kind(CARD)
    }

    fn team(&self, key: &RecordKey) -> Done<(CareTeam, RecordKey, Person)> {
        if !self.writes_kind(CARD) {
            return Err(ReplicaError::MayNotWrite.into());
        }
        let (_, raw) = self.placed(key)?;
        if !self.can_assign(key) {
            return Err(Fault::not_understood("team"));
        }
        let team = CareTeam::read(&raw).value;
        let about = team
            .person
            .clone()
            .ok_or_else(|| Fault::not_understood("person"))?;
        let (_, raw) = self.placed(&about)?;
        Ok((team, about, Person::read(&raw).value))
    }

    fn cards(&self, key: &RecordKey) -> Done<CardsPage> {
        let (team, about, person) = self.team(key)?;
        let held = self.holders(&about);
        let helpers = team.helpers();
        let free = helpers.iter().filter(|helper| !held.contains(&helper.name));
        let names: Vec<String> = free.map(|helper| helper.name.clone()).collect();
        let card = team.card(&person, "");
        Ok(CardsPage {
            person: person.name.unwrap_or_default(),
            helpers: helpers
                .iter()
                .map(|helper| HelperRow {
                    name: helper.name.clone(),
                    role: self.w(&helper.role),
                    has: held.contains(&helper.name),
                })
                .collect(),
            suggested: CardsInput {
                team: key.to_string(),
                names,
                address: card.address.unwrap_or_default(),
                duties: card.duties.unwrap_or_default(),
                from: card.from.map(day).unwrap_or_default(),
                until: card.until.map(day).unwrap_or_default(),
                next_on: String::new(),
                basis: card.basis.unwrap_or_default(),
            },
        })
    }

    /// Who holds a card of a person today.
    fn holders(&self, person: &RecordKey) -> BTreeSet<String> {
        let today = self.today();
        let cards = self.view.of_kind(CARD.slug);
        cards
            .filter_map(|key| Some(Assignment::read(self.view.record(key)?).value))
            .filter(|card| card.person.as_ref() == Some(person) && card.holds_on(today))
            .filter_map(|card| card.assignee)
            .collect()
    }

    /// Writes a card for each who is named, as one act. When it returns they are on the disk.
    fn make_cards(&mut self, input: &CardsInput) -> Done<CardsMade> {
        let (team, about, person) = self.team(&key_of(&input.team)?)?;
        let helpers = team.helpers();
        let names: BTreeSet<&String> = input.names.iter().collect();
        if names
            .iter()
            .any(|name| !helpers.iter().any(|helper| helper.name == **name))
        {
            return Err(Fault::not_understood("names"));
        }
        let mut rng = rand_core::UnwrapErr(getrandom::SysRng);
        let mut by_book: BTreeMap<_, Vec<Edit>> = BTreeMap::new();
        for name in &names {
            let typed = [
                ("person", about.to_string()),
                ("name", person.name.clone().unwrap_or_default()),
                ("assignee", (*name).clone()),
                ("address", input.address.clone()),
                ("duties", input.duties.clone()),
                ("from", input.from.clone()),
                ("until", input.until.clone()),
                ("next_on", input.next_on.clone()),
                ("basis", input.basis.clone()),
            ];
            let values: BTreeMap<String, String> = typed.map(|(name, typed)| (name.to_owned(), typed)).into();
            let record = entered(CARD, None, &values, &[], &self.context(), &mut rng)?.record;
            let book = self.book_for(CARD, &record, Said::default())?;
            let key = Assignment::key(fresh_id(&mut rng));
            by_book
                .entry(book)
                .or_default()
                .push(Edit::Create { key, record });
        }
        if by_book.is_empty() {
            return Err(EditError::NothingToWrite.into());
        }
        let saved = self.write_many(by_book, MAKE)?;
        let count = number(i64::try_from(names.len()).unwrap_or(i64::MAX), self.lang);
        Ok(CardsMade {
            act: saved.act.to_string(),
            says: self.w(&Words::new(
                format!("Đã làm {count} thẻ tiếp xúc trên máy này"),
                format!("{count} assignment cards made on this device"),
            )),
        })
    }
}
