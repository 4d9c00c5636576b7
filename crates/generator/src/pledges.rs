//! The yearly pledge of each household: signed by 85 to 97 of a hundred over the first quarter, the others say why not.

use chrono::{Datelike, NaiveDate};
use sothon_records::kinds::Pledge;
use sothon_records::{Record, Shelf, common};

use crate::calendar::{after_tet, date, day_between, evening, plus};
use crate::commune::{VillageState, World};
use crate::event::{Author, Mistake, Place};
use crate::story::{Story, event, no_earlier, noted};
use crate::words;

/// When a year's pledges are signed: in the first quarter, or, where recording began later, in the weeks after.
fn season(year: i32, from: NaiveDate) -> (NaiveDate, NaiveDate) {
    let (first, last) = (date(year, 1, 8), date(year, 3, 31));
    if plus(from, 40) <= last {
        (first.max(plus(from, 24)), last)
    } else {
        (plus(from, 24), plus(from, 55))
    }
}

/// The pledges of a year, told in the month in which their season ends (or recording does).
pub(crate) fn month(world: &mut World, n: usize, first: NaiveDate, last: NaiveDate) {
    let (from, until) = (world.story.from, world.story.until);
    for year in [first.year(), first.year() - 1] {
        let (begins, ends) = season(year, from);
        let due = (first..=last).contains(&ends) || (last == until && ends > until && begins <= until);
        if due && year >= from.year() {
            let slips = world.scaled(6);
            let World { states, story, .. } = world;
            if let Some(state) = states.get_mut(n) {
                tell_year(state, story, n, year, (begins, ends), slips);
            }
        }
    }
}

fn tell_year(
    state: &mut VillageState,
    story: &mut Story,
    n: usize,
    year: i32,
    (begins, ends): (NaiveDate, NaiveDate),
    slips: u64,
) {
    let dice = &mut state.dice;
    let signing = dice.between(850, 970).unsigned_abs();
    let book = (Shelf::Village, Place::Village(n));
    for home in state.homes.iter().filter(|home| !home.gone) {
        let entered = home.record.common.occurred.unwrap_or(begins);
        if entered > ends {
            continue;
        }
        let day = after_tet(day_between(dice, begins.max(entered), ends));
        let signed = dice.per_mille(signing);
        let id = dice.id();
        let mut pledge = Pledge {
            household: Some(home.key()),
            year: Some(i64::from(year)),
            form: Some("Mẫu số 01".to_owned()),
            ..Pledge::default()
        };
        let sign = |pledge: &mut Pledge, day: NaiveDate| {
            pledge.signed_on = Some(day);
            pledge.signer = home.record.head.clone();
            pledge.paper_at = Some("Tủ hồ sơ nhà văn hóa thôn".to_owned());
            pledge.valid_until = Some(date(year, 12, 31).max(day));
        };
        if signed {
            sign(&mut pledge, day);
        } else {
            pledge.unsigned_reason = Some(dice.pick::<&str>(words::NOT_SIGNED).to_owned());
        }
        let author = if dice.percent(88) {
            Author::VillageHead(n)
        } else {
            Author::Deputy(n)
        };
        // No pledge before its household is in the book.
        let at = no_earlier(noted(dice, day), home.made);
        let what = if signed { "pledge.signed" } else { "pledge.refused" };
        story.tell(event(at, author, book, what, vec![pledge.create(id)]).of(day));
        if !signed && dice.percent(45) {
            let later = after_tet(plus(day, dice.between(10, 60)));
            let before = pledge.clone();
            sign(&mut pledge, later);
            let edits = crate::story::change(id, &before, &pledge);
            let at = no_earlier(evening(dice, later), at);
            story.tell(event(at, Author::VillageHead(n), book, "pledge.signed-later", edits).of(later));
        }
        if signed && dice.per_mille(slips) {
            let second = dice.id();
            let other = match author {
                Author::Deputy(_) => Author::VillageHead(n),
                _ => Author::Deputy(n),
            };
            let day = after_tet(plus(day, dice.between(1, 9)));
            let at = no_earlier(evening(dice, day), at);
            let again = event(at, other, book, "pledge.enter-again", vec![pledge.create(second)]);
            story.tell(again.slip(Mistake::Twice));
            if dice.percent(60) {
                let day = after_tet(plus(
                    sothon_records::civil::date_in_vietnam(at),
                    dice.between(3, 40),
                ));
                let at = no_earlier(evening(dice, day), at);
                let edits = vec![common::void(&Pledge::key(second), "Nhập trùng bản cam kết")];
                story.tell(event(
                    at,
                    Author::VillageHead(n),
                    book,
                    "pledge.void-twice",
                    edits,
                ));
            }
        }
    }
}
