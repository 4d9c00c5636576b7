//! A village's households as they are entered at the start, with a slip here and there.

use chrono::{Datelike as _, NaiveDate};
use sothon_records::common;
use sothon_records::kinds::Household;
use sothon_records::kinds::household::Relation;
use sothon_records::{Edit, Record, RecordKey, Shelf, Value, moving};

use crate::calendar::{after_tet, evening, plus};
use crate::commune::World;
use crate::dice::Dice;
use crate::event::{Author, Mistake, Place};
use crate::home::{self, Home};
use crate::names;
use crate::story::{event, no_earlier};

pub(crate) fn book(n: usize) -> (Shelf, Place) {
    (Shelf::Village, Place::Village(n))
}

/// The head enters the village's households, some each evening of the first three weeks, with a slip here and there.
pub(crate) fn enter(world: &mut World, n: usize) {
    let from = world.story.from;
    let slips = world.scaled(15);
    let usual = world.parameters.households as i64;
    let whole = world.parameters.whole;
    let World { states, story, .. } = world;
    let Some(state) = states.get_mut(n) else {
        return;
    };
    let dice = &mut state.dice;
    let count = dice.between(usual * 4 / 5, usual * 6 / 5).max(1) as usize;
    let mut page: Vec<Edit> = Vec::new();
    let mut at = evening(dice, from);
    for number in 1..=count {
        let day = after_tet(plus(from, (20 * number / count) as i64));
        if page.is_empty() || at < evening_start(day) {
            story.tell(event(
                at,
                Author::VillageHead(n),
                book(n),
                "household.enter",
                std::mem::take(&mut page),
            ));
            at = no_earlier(evening(dice, day), at);
        }
        let id = dice.id();
        let record = home::household(dice, number, day);
        let mut home = Home {
            id,
            record,
            last: at,
            made: at,
            gone: false,
            in_care: false,
        };
        match dice.below(1_000) {
            roll if roll < slips => {
                home.last = no_earlier(at, home.last);
                home.made = home.last;
                misspelt(dice, n, &mut home, story);
            }
            // One village in the commune surely has a broken value, others by chance.
            roll if roll < slips + slips / 3 || number == 3 => {
                home.last = no_earlier(at, home.last);
                home.made = home.last;
                broken(dice, n, &mut home, number == 3 && n == 0, story);
            }
            _ => page.push(home.record.create(id)),
        }
        if number == 5 || dice.per_mille(slips / 2) {
            twice(dice, n, &mut home, whole, story);
        }
        state.homes.push(home);
    }
    story.tell(event(
        at,
        Author::VillageHead(n),
        book(n),
        "household.enter",
        page,
    ));
    state.next_number = count + 1;
}

fn evening_start(day: NaiveDate) -> chrono::DateTime<chrono::Utc> {
    crate::calendar::at(day, 18 * 3600)
}

/// A name with wrong marks, put right weeks later.
fn misspelt(dice: &mut Dice, n: usize, home: &mut Home, story: &mut crate::story::Story) {
    let right = home.record.head.clone().unwrap_or_default();
    let wrong = names::slip(dice, &right);
    let spell = |record: &mut Household, name: &str| {
        record.head = Some(name.to_owned());
        let head = record
            .members
            .values_mut()
            .find(|member| member.relation == Some(Relation::Head));
        if let Some(head) = head {
            head.name = Some(name.to_owned());
        }
    };
    spell(&mut home.record, &wrong);
    let edits = vec![home.record.create(home.id)];
    story.tell(
        event(
            home.last,
            Author::VillageHead(n),
            book(n),
            "household.enter",
            edits,
        )
        .slip(Mistake::Typo),
    );
    let day = after_tet(plus(
        sothon_records::civil::date_in_vietnam(home.last),
        dice.between(3, 50),
    ));
    let at = evening(dice, day);
    let at = home.next(at);
    let edits = home.change(|record| spell(record, &right));
    let author = if dice.percent(70) {
        Author::VillageHead(n)
    } else {
        Author::Deputy(n)
    };
    story.tell(event(at, author, book(n), "household.correct", edits));
}

/// A year of birth that is none, as tables of others bring them; put right later unless it `stays`.
fn broken(dice: &mut Dice, n: usize, home: &mut Home, stays: bool, story: &mut crate::story::Story) {
    let mut raw = home.record.write();
    let Some((sub, fields)) = raw.subs.iter_mut().next() else {
        return;
    };
    let sub = sub.clone();
    let Some(right) = fields.get("born").cloned() else {
        return;
    };
    let wrong = match &right {
        Value::Text(text) => text.replace('-', ".") + "?",
        _ => "?".to_owned(),
    };
    fields.insert("born".to_owned(), Value::Text(wrong));
    let key = home.key();
    let edits = vec![Edit::Create {
        key: key.clone(),
        record: raw,
    }];
    story.tell(
        event(
            home.last,
            Author::VillageHead(n),
            book(n),
            "household.enter",
            edits,
        )
        .slip(Mistake::Invalid),
    );
    if !stays {
        let day = plus(
            sothon_records::civil::date_in_vietnam(home.last),
            dice.between(5, 60),
        );
        let at = evening(dice, after_tet(day));
        let at = home.next(at);
        let fields = [("born".to_owned(), Some(right))].into();
        let edits = vec![Edit::Set {
            key,
            sub: Some(sub),
            fields,
        }];
        story.tell(event(
            at,
            Author::VillageHead(n),
            book(n),
            "household.correct",
            edits,
        ));
    }
}

/// The deputy enters a household again, a few days later, and voids it when the two are seen; some stay for a while.
fn twice(dice: &mut Dice, n: usize, home: &mut Home, merges: bool, story: &mut crate::story::Story) {
    let id = dice.id();
    let mut again = home.record.clone();
    again.members = home
        .record
        .members
        .values()
        .map(|member| (dice.id(), member.clone()))
        .collect();
    let day = sothon_records::civil::date_in_vietnam(home.last);
    let second = after_tet(plus(day, dice.between(2, 12)));
    again.common.occurred = Some(second);
    let at = no_earlier(evening(dice, second), home.last);
    let edits = vec![again.create(id)];
    story.tell(event(at, Author::Deputy(n), book(n), "household.enter-again", edits).slip(Mistake::Twice));
    if dice.percent(75) {
        let day = after_tet(plus(second, dice.between(5, 40)));
        let at = no_earlier(evening(dice, day), at);
        // Where everything is told, about every other one is merged with the first instead.
        let (what, edit) = if merges && second.day().is_multiple_of(2) {
            ("household.merge", merged(&Household::key(id), &home.key()))
        } else {
            let why = "Nhập trùng, đã có bản ghi của hộ này";
            ("household.void-twice", common::void(&Household::key(id), why))
        };
        story.tell(event(at, Author::VillageHead(n), book(n), what, vec![edit]));
    }
}

/// Says that a record goes on in another.
fn merged(key: &RecordKey, into: &RecordKey) -> Edit {
    Edit::Set {
        key: key.clone(),
        sub: None,
        fields: [(
            moving::MERGED_INTO.to_owned(),
            Some(Value::Text(into.to_string())),
        )]
        .into(),
    }
}
