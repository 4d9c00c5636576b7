//! Conflicts: two people write the same field of one record while neither knows of the other, and mostly decide it
//! later.

use chrono::{Duration, NaiveDate};
use sothon_records::Shelf;
use sothon_records::kinds::Unit;

use crate::calendar::{after_tet, day_between, evening, office_hours, plus};
use crate::commune::World;
use crate::dice::Dice;
use crate::event::{Author, Place};
use crate::story::{change, event, no_earlier};
use crate::{home, names};

/// One conflict in a village in about three months, and surely one in its second month.
pub(crate) fn month(world: &mut World, n: usize, first: NaiveDate, last: NaiveDate) {
    let start = plus(world.story.from, 28);
    let first = first.max(start);
    if first > last {
        return;
    }
    let rate = world.scaled(330);
    let World { states, story, .. } = world;
    let Some(state) = states.get_mut(n) else {
        return;
    };
    let dice = &mut state.dice;
    let times = dice.times(1, rate).max(usize::from(first == start));
    for _ in 0..times {
        let at = dice.below(state.homes.len() as u64) as usize;
        let Some(home) = state.homes.get_mut(at).filter(|home| !home.gone) else {
            continue;
        };
        let day = after_tet(day_between(dice, first, last));
        let begins = home.next(evening(dice, day));
        let (other, what) = if dice.percent(60) {
            (Author::Deputy(n), "household.phone")
        } else {
            (Author::Police, "household.address")
        };
        let number = dice.between(1, 300).unsigned_abs() as usize;
        let before = home.record.clone();
        let mut one = before.clone();
        let mut two = before.clone();
        if what == "household.phone" {
            one.phone = Some(names::phone(dice));
            two.phone = Some(names::phone(dice));
        } else {
            one.address = Some(home::address(dice, number));
            two.address = Some(format!("{}/1", home::address(dice, number)));
        }
        let later = home.next(begins + Duration::minutes(dice.between(3, 1_200)));
        let offline_until = home.next(later + Duration::minutes(dice.between(20, 2_000)));
        let book = (Shelf::Village, Place::Village(n));
        let ours = event(
            begins,
            Author::VillageHead(n),
            book,
            what,
            change(home.id, &before, &one),
        );
        let theirs = event(later, other, book, what, change(home.id, &before, &two));
        story.tell_conflict(ours, theirs, offline_until);
        home.record = two.clone();
        if dice.percent(60) {
            let day = sothon_records::civil::date_in_vietnam(offline_until);
            let day = after_tet(plus(day, dice.between(1, 12)));
            let at = home.next(evening(dice, day));
            // What the head wrote is right: in a replay without concurrency the other's stands until then.
            let edits = home.change(|record| *record = one);
            story.tell(event(at, Author::VillageHead(n), book, "conflict.resolve", edits));
        }
    }
}

/// One in the commune's book: office and police write another telephone number for one unit.
pub(crate) fn office(world: &mut World) {
    let mut dice = Dice::new(world.parameters.seed, "faults/office");
    let dice = &mut dice;
    let Some(unit) = world.units.last() else {
        return;
    };
    let day = plus(world.story.from, 33);
    let at = office_hours(dice, day);
    let id = unit.key.id;
    let with = |phone: String| Unit {
        phone: Some(phone),
        ..Unit::default()
    };
    let empty = Unit::default();
    let book = (Shelf::Commune, Place::Commune);
    let one = change(id, &empty, &with(names::phone(dice)));
    let two = change(id, &empty, &with(names::phone(dice)));
    let later = no_earlier(office_hours(dice, day), at);
    let one = event(at, Author::Office, book, "unit.phone", one);
    let two = event(later, Author::Police, book, "unit.phone", two);
    world.story.tell_conflict(one, two, later + Duration::hours(20));
}
