//! What befalls a village's people: births, deaths, marriages, divorces, moves, splits, work elsewhere.

use chrono::{Datelike, NaiveDate};
use sothon_records::kinds::Household;
use sothon_records::kinds::household::{Move, Relation, Sex};
use sothon_records::moving::Moved;
use sothon_records::{Edit, Record, RecordId, RecordKey, Value, moving};

use crate::calendar::{after_tet, day_between, evening, plus};
use crate::commune::World;
use crate::dice::Dice;
use crate::event::Author;
use crate::home::{self, Home};
use crate::names;
use crate::story::{event, no_earlier, noted};
use crate::village::book;

/// What befalls a village's people in a month. Rates are per thousand persons and year.
pub(crate) fn month(world: &mut World, n: usize, first: NaiveDate, last: NaiveDate) {
    // The first weeks are for entering.
    let first = first.max(plus(world.story.from, 28));
    if first > last {
        return;
    }
    let Some(state) = world.states.get(n) else {
        return;
    };
    let people: usize = state
        .homes
        .iter()
        .filter(|home| !home.gone)
        .map(|home| home.record.members.len())
        .sum();
    let acts: [(u64, Act); 8] = [
        (14, birth),
        (7, death),
        (6, marriage),
        (2, divorce),
        (3, split),
        (25, leave_for_work),
        (10, come_back),
        (2, move_away),
    ];
    for (rate, act) in acts {
        let Some(state) = world.states.get_mut(n) else {
            return;
        };
        // Thousandths of a thousandth: rates are per year, months are twelve.
        let expected = people as u64 * rate;
        let times = expected / 12_000 + u64::from(state.dice.below(12_000) < expected % 12_000);
        for _ in 0..times {
            let Some(state) = world.states.get_mut(n) else {
                return;
            };
            let day = day_between(&mut state.dice, first, last);
            let Some(at) = living(&mut state.dice, &state.homes) else {
                return;
            };
            act(world, n, at, day);
        }
    }
}

type Act = fn(&mut World, usize, usize, NaiveDate);

fn living(dice: &mut Dice, homes: &[Home]) -> Option<usize> {
    (0..20).find_map(|_| {
        let at = dice.below(homes.len() as u64) as usize;
        homes.get(at).is_some_and(|home| !home.gone).then_some(at)
    })
}

/// Changes one household, as its head heard of it on a day.
fn tell_change(
    world: &mut World,
    n: usize,
    home: usize,
    day: NaiveDate,
    what: &'static str,
    with: impl FnOnce(&mut Dice, &mut Household),
) {
    let World { states, story, .. } = world;
    let Some(state) = states.get_mut(n) else {
        return;
    };
    let dice = &mut state.dice;
    let Some(home) = state.homes.get_mut(home) else {
        return;
    };
    let at = noted(dice, day);
    let at = home.next(at);
    let edits = home.change(|record| with(dice, record));
    story.tell(event(at, Author::VillageHead(n), book(n), what, edits).of(day));
}

fn someone(world: &mut World, n: usize, home: usize, day: NaiveDate, ages: (i32, i32)) -> Option<RecordId> {
    let state = world.states.get_mut(n)?;
    let aged = state.homes.get(home)?.aged(day, ages.0, ages.1);
    state.dice.choose(&aged)
}

fn birth(world: &mut World, n: usize, home: usize, day: NaiveDate) {
    let Some(mother) = someone(world, n, home, day, (20, 38)) else {
        return;
    };
    tell_change(world, n, home, day, "household.birth", |dice, record| {
        let family = record
            .head
            .as_deref()
            .and_then(|name| name.split(' ').next())
            .unwrap_or("Nguyễn")
            .to_owned();
        let of_child = record.members.get(&mother).and_then(|mother| mother.relation);
        let relation = match of_child {
            Some(Relation::Head | Relation::Spouse) => Relation::Child,
            _ => Relation::Grandchild,
        };
        let sex = names::sex(dice);
        let mut child = home::member(dice, &family, sex, 0, relation, day);
        child.born = Some(sothon_records::civil::YearOrDate::Date(day));
        record.members.insert(dice.id(), child);
    });
}

fn death(world: &mut World, n: usize, home: usize, day: NaiveDate) {
    let in_care = world
        .states
        .get(n)
        .and_then(|state| state.homes.get(home))
        .is_none_or(|home| home.in_care);
    let Some(who) = someone(world, n, home, day, (62, 110)) else {
        return;
    };
    let alone = world
        .states
        .get(n)
        .and_then(|state| state.homes.get(home))
        .is_none_or(|home| {
            home.record
                .members
                .values()
                .filter(|member| member.in_force())
                .count()
                < 2
        });
    if in_care || alone {
        return;
    }
    tell_change(world, n, home, day, "household.death", |_, record| {
        let was_head = record.members.get_mut(&who).is_some_and(|member| {
            member.voided = Some(true);
            member.void_reason = Some(format!("Đã mất ngày {}", sothon_records::problem::day(day)));
            member.relation == Some(Relation::Head)
        });
        if was_head {
            let grown = record.members.values_mut().filter(|member| member.in_force());
            if let Some(next) = grown.min_by_key(|member| member.born.map(|born| born.year())) {
                next.relation = Some(Relation::Head);
                record.head = next.name.clone();
            }
        }
    });
}

fn marriage(world: &mut World, n: usize, home: usize, day: NaiveDate) {
    let Some(who) = someone(world, n, home, day, (22, 33)) else {
        return;
    };
    let of = |world: &World| -> Option<Relation> {
        world
            .states
            .get(n)?
            .homes
            .get(home)?
            .record
            .members
            .get(&who)?
            .relation
    };
    if of(world) != Some(Relation::Child) {
        return;
    }
    tell_change(world, n, home, day, "household.marriage", |dice, record| {
        let Some(groom) = record.members.get_mut(&who) else {
            return;
        };
        if groom.sex == Some(Sex::Female) {
            groom.voided = Some(true);
            groom.void_reason = Some("Lấy chồng, chuyển về nhà chồng".to_owned());
            return;
        }
        let age = groom.born.map_or(25, |born| i64::from(day.year() - born.year()));
        let family = names::family(dice);
        let bride = home::member(dice, family, Sex::Female, (age - 2).max(20), Relation::InLaw, day);
        record.members.insert(dice.id(), bride);
    });
}

fn divorce(world: &mut World, n: usize, home: usize, day: NaiveDate) {
    let Some(who) = someone(world, n, home, day, (25, 50)) else {
        return;
    };
    tell_change(world, n, home, day, "household.divorce", |_, record| {
        if let Some(member) = record.members.get_mut(&who)
            && member.relation == Some(Relation::Spouse)
        {
            member.voided = Some(true);
            member.void_reason = Some("Ly hôn, chuyển đi".to_owned());
        }
    });
}

fn leave_for_work(world: &mut World, n: usize, home: usize, day: NaiveDate) {
    let Some(who) = someone(world, n, home, day, (18, 45)) else {
        return;
    };
    tell_change(world, n, home, day, "household.away", |dice, record| {
        if let Some(member) = record.members.get_mut(&who)
            && !member.is_away_on(day)
        {
            member.away_at = Some(dice.pick::<&str>(crate::words::AWAY).to_owned());
            member.away_from = Some(day);
            member.away_until = dice.percent(30).then(|| plus(day, dice.between(60, 400)));
        }
    });
}

fn come_back(world: &mut World, n: usize, home: usize, day: NaiveDate) {
    tell_change(world, n, home, day, "household.back", |_, record| {
        let away = record.members.values_mut().find(|member| {
            member.in_force()
                && member.away_until.is_none()
                && member.away_from.is_some_and(|from| from < day)
        });
        if let Some(member) = away {
            member.away_until = Some(day);
        }
    });
}

/// A grown child with a family of its own makes a household of its own (tách hộ).
fn split(world: &mut World, n: usize, home: usize, day: NaiveDate) {
    let World { states, story, .. } = world;
    let Some(state) = states.get_mut(n) else {
        return;
    };
    let dice = &mut state.dice;
    let number = state.next_number;
    let Some(old) = state
        .homes
        .get_mut(home)
        .filter(|home| !home.in_care && home.record.members.len() >= 5)
    else {
        return;
    };
    let leaving: Vec<RecordId> = old
        .record
        .members
        .iter()
        .filter(|(_, member)| {
            member.in_force() && matches!(member.relation, Some(Relation::InLaw | Relation::Grandchild))
        })
        .map(|(id, _)| *id)
        .collect();
    let heir = old.record.members.iter().find(|(_, member)| {
        member.in_force() && member.relation == Some(Relation::Child) && member.sex == Some(Sex::Male)
    });
    let (Some(heir), true) = (heir.map(|(id, _)| *id), !leaving.is_empty()) else {
        return;
    };
    let mut new = Household {
        number: Some(format!("{number:03}")),
        address: Some(home::address(dice, number)),
        residence: old.record.residence,
        group: old.record.group.clone(),
        phone: Some(names::phone(dice)),
        ..Household::default()
    };
    new.common.occurred = Some(day);
    new.common.note = Some(format!(
        "Tách từ hộ số {}",
        old.record.number.as_deref().unwrap_or_default()
    ));
    for id in std::iter::once(heir).chain(leaving.iter().copied()) {
        let Some(mut member) = old.record.members.get(&id).cloned() else {
            continue;
        };
        member.relation = Some(match member.relation {
            _ if id == heir => Relation::Head,
            Some(Relation::InLaw) => Relation::Spouse,
            _ => Relation::Child,
        });
        if id == heir {
            new.head = member.name.clone();
        }
        new.members.insert(dice.id(), member);
    }
    let at = noted(dice, day);
    let at = old.next(at);
    let id = dice.id();
    let mut edits = old.change(|record| {
        for id in std::iter::once(heir).chain(leaving) {
            if let Some(member) = record.members.get_mut(&id) {
                member.voided = Some(true);
                member.void_reason = Some(format!("Tách hộ, nay là hộ số {number:03}"));
            }
        }
    });
    edits.push(new.create(id));
    state.next_number += 1;
    state.homes.push(Home {
        id,
        record: new,
        last: at,
        made: at,
        gone: false,
        in_care: false,
    });
    story.tell(event(at, Author::VillageHead(n), book(n), "household.split", edits).of(day));
}

/// A household moves to another village: voided here with a note, entered there.
fn move_away(world: &mut World, n: usize, home: usize, day: NaiveDate) {
    let whole = world.parameters.whole;
    let World {
        states,
        story,
        villages,
        ..
    } = world;
    let count = villages.len();
    let here = villages
        .get(n)
        .map(|village| (village.name.clone(), village.key.clone()));
    let (Some((here, from)), true) = (here, count > 1) else {
        return;
    };
    let Some(state) = states.get_mut(n) else {
        return;
    };
    let dice = &mut state.dice;
    let to = (n + 1 + dice.below(count as u64 - 1) as usize) % count;
    let there = villages
        .get(to)
        .map(|village| village.name.clone())
        .unwrap_or_default();
    // The app's own act; a head who does not know of it voids it here and enters it there.
    let moves_to = villages
        .get(to)
        .filter(|_| whole && !day.day().is_multiple_of(3))
        .map(|village| village.key.clone());
    let Some(old) = state.homes.get_mut(home).filter(|home| !home.in_care) else {
        return;
    };
    let at = noted(dice, day);
    let at = old.next(at);
    let old_number = old.record.number.clone().unwrap_or_default();
    let mut new = old.record.clone();
    let reason = format!("Chuyển sang {there} ngày {}", sothon_records::problem::day(day));
    // Where it was before it is in the book already: from there on it is entered anew.
    let moves_to = moves_to.filter(|_| old.record.moves.is_empty());
    let part = dice.id();
    let moved = moves_to.map(|to| Moved { from, to, on: day });
    let edits = match &moved {
        Some(moved) => moving_out(&old.key(), part, moved),
        None => old.change(|record| {
            record.common.voided = Some(true);
            record.common.void_reason = Some(reason);
        }),
    };
    old.gone = true;
    let old_id = old.id;
    story.tell(event(at, Author::VillageHead(n), book(n), "household.move-out", edits).of(day));
    let arrived = day_between(dice, day, plus(day, 9));
    let Some(state) = states.get_mut(to) else {
        return;
    };
    let dice = &mut state.dice;
    let number = state.next_number;
    state.next_number += 1;
    new.number = Some(format!("{number:03}"));
    new.address = Some(home::address(dice, number));
    new.group = None;
    let id = match &moved {
        // The same record goes on, and tells of the move.
        Some(moved) => {
            let told = Move {
                from: Some(moved.from.clone()),
                to: Some(moved.to.clone()),
                on: Some(moved.on),
                ..Move::default()
            };
            new.moves.insert(part, told);
            old_id
        }
        None => {
            new.common.occurred = Some(arrived);
            new.common.note = Some(format!("Chuyển đến từ {here} (hộ số {old_number})"));
            new.members = new
                .members
                .into_values()
                .filter(|member| member.in_force())
                .map(|member| (dice.id(), member))
                .collect();
            dice.id()
        }
    };
    let at = no_earlier(evening(dice, after_tet(arrived)), at);
    let edits = vec![new.create(id)];
    state.homes.push(Home {
        id,
        record: new,
        last: at,
        made: at,
        gone: false,
        in_care: false,
    });
    story.tell(event(at, Author::VillageHead(to), book(to), "household.move-in", edits).of(arrived));
}

/// Says in the old book to which village a record has moved, and on which day.
fn moving_out(key: &RecordKey, part: RecordId, moved: &Moved) -> Vec<Edit> {
    let to = Value::Text(moved.to.to_string());
    vec![
        Edit::Set {
            key: key.clone(),
            sub: None,
            fields: [(moving::MOVED_TO.to_owned(), Some(to))].into(),
        },
        Edit::AddSub {
            key: key.clone(),
            sub: moving::move_key(part),
            fields: moved.part(),
        },
    ]
}
