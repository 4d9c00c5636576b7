//! Whatever changes came, in whatever order: the view is the one made anew from the copies that are left.

use crate::common::*;
use proptest::prelude::*;
use sothon_overview::due::Who;
use sothon_overview::{Change, OpenBook, Period, Place, View, indicators};
use sothon_records::civil::{parse_date, parse_instant};
use sothon_records::kinds::actor::Actor;
use sothon_records::kinds::household::Sex;
use sothon_records::kinds::outreach::{Audience, Form};
use sothon_records::kinds::person::{Episode, State};
use sothon_records::kinds::task::Repeat;
use sothon_records::kinds::tip_handling::Step;
use sothon_records::kinds::village::VillageName;
use sothon_records::kinds::{
    Assignment, Contact, Document, Figure, Household, Outreach, Person, Pledge, Population, Progress, Task,
    Tip, TipHandling, Unit, Village,
};
use sothon_records::{RawRecord, Record, RecordKey, Shelf, Value};

/// An edit: some record of a kind in some book gets some content, or goes.
#[derive(Clone, Debug)]
struct Move {
    kind: u8,
    record: u128,
    village: u32,
    year: u32,
    /// What the content is drawn from.
    seed: u64,
    gone: bool,
}

fn moves() -> impl Strategy<Value = Vec<Move>> {
    let one = (0u8..16, 0u128..3, 1u32..4, 2024u32..2026, any::<u64>(), 0u8..6);
    let one = one.prop_map(|(kind, record, village, year, seed, gone)| Move {
        kind,
        record,
        village,
        year,
        seed,
        gone: gone == 0,
    });
    proptest::collection::vec(one, 1..60)
}

/// Draws small numbers from a seed.
struct Draw(u64);

impl Draw {
    fn below(&mut self, n: u64) -> u64 {
        let drawn = self.0 % n;
        self.0 = (self.0 / n) ^ self.0.rotate_left(17);
        drawn
    }

    fn date(&mut self) -> Option<chrono::NaiveDate> {
        let (year, month, on) = (2024 + self.below(2), 1 + self.below(12), 1 + self.below(28));
        parse_date(&format!("{year}-{month:02}-{on:02}"))
    }

    fn maybe_date(&mut self) -> Option<chrono::NaiveDate> {
        if self.below(2) == 0 { None } else { self.date() }
    }

    fn id(&mut self) -> sothon_records::RecordId {
        id(u128::from(self.below(3)))
    }

    fn of<T: Copy>(&mut self, from: &[T]) -> Option<T> {
        from.get(self.below(from.len() as u64 + 1) as usize).copied()
    }
}

fn content(kind: u8, draw: &mut Draw) -> (&'static str, RawRecord, Shelf) {
    fn made<R: Record>(record: R, shelf: Shelf) -> (&'static str, RawRecord, Shelf) {
        (R::KIND.slug, record.write(), shelf)
    }
    let to_village = |n: u64| (n > 0).then(|| village_key(u32::try_from(n).unwrap()));
    match kind {
        0 | 1 => {
            let mut made_up = household(["An", "Bình"][draw.below(2) as usize], &[1980, 2024]);
            made_up.moved_to = to_village(draw.below(4));
            made_up.merged_into = (draw.below(3) == 0).then(|| Household::key(draw.id()));
            made(made_up, Shelf::Village)
        }
        2 | 3 => {
            let pledge = Pledge {
                household: Some(Household::key(draw.id())),
                year: Some(2024 + draw.below(2) as i64),
                signed_on: draw.maybe_date(),
                valid_until: draw.maybe_date(),
                ..Pledge::default()
            };
            made(pledge, Shelf::Village)
        }
        4 => {
            let outreach = Outreach {
                date: draw.maybe_date(),
                form: draw.of(&[Form::Talk, Form::HouseholdVisit]),
                attendance: Some(draw.below(50) as i64),
                audience: draw.of(&[Audience::Youth]).into_iter().collect(),
                household: Some(Household::key(draw.id())),
                ..Outreach::default()
            };
            made(outreach, [Shelf::Village, Shelf::Unit][draw.below(2) as usize])
        }
        5 | 6 => {
            let states = [
                State::U1,
                State::X1,
                State::A1,
                State::A2,
                State::C2,
                State::H1,
                State::E0,
            ];
            let episodes = (0..draw.below(4)).map(|n| {
                let episode = Episode {
                    state: draw.of(&states),
                    from: draw.date(),
                    until: draw.maybe_date(),
                    ended: draw.maybe_date(),
                    basis: (draw.below(3) > 0).then(|| Document::key(draw.id())),
                    ..Episode::default()
                };
                (id(u128::from(n)), episode)
            });
            let person = Person {
                episodes: episodes.collect(),
                name: Some("Trần Văn Minh".into()),
                sex: draw.of(&[Sex::Male, Sex::Female]),
                moved_to: to_village(draw.below(4)),
                merged_into: (draw.below(4) == 0).then(|| Person::key(draw.id())),
                ..Person::default()
            };
            made(person, Shelf::CareFiles)
        }
        7 => made(Document::default(), Shelf::CareFiles),
        8 => {
            let contact = Contact {
                person: Some(Person::key(draw.id())),
                date: draw.maybe_date(),
                next_on: draw.maybe_date(),
                ..Contact::default()
            };
            made(
                contact,
                [Shelf::CareFiles, Shelf::CareContacts][draw.below(2) as usize],
            )
        }
        9 => {
            let at = draw.date().map(|day| format!("{day}T18:00:00Z"));
            let tip = Tip {
                received_at: at.and_then(|at| parse_instant(&at)),
                urgent: Some(draw.below(2) == 0),
                ..Tip::default()
            };
            made(tip, Shelf::Tips)
        }
        10 => {
            let handling = TipHandling {
                tip: Some(Tip::key(draw.id())),
                step: draw.of(&[Step::Checked, Step::Transferred, Step::Answered]),
                date: draw.maybe_date(),
                ..TipHandling::default()
            };
            made(handling, Shelf::Tips)
        }
        11 => {
            let task = Task {
                deadline: draw.maybe_date(),
                repeat: draw.of(&[Repeat::Once, Repeat::Quarterly]),
                repeat_until: parse_date("2025-12-31"),
                lead: draw.of(&[Actor::Police, Actor::Health]),
                per_village: Some(draw.below(2) == 0),
                ..Task::default()
            };
            made(task, Shelf::Commune)
        }
        12 => {
            let progress = Progress {
                task: Some(Task::key(draw.id())),
                due: draw.date(),
                date: draw.maybe_date(),
                percent: Some(draw.below(2) as i64 * 100),
                ..Progress::default()
            };
            made(progress, Shelf::Village)
        }
        13 => {
            let unit = Unit {
                code: Some(draw.below(3).to_string()),
                actor: draw.of(&[Actor::Police, Actor::Health]),
                ..Unit::default()
            };
            made(unit, Shelf::Commune)
        }
        14 => {
            let name = VillageName {
                name: Some("2".into()),
                ..VillageName::default()
            };
            let village = Village {
                code: Some(draw.below(4).to_string()),
                from: draw.maybe_date(),
                until: draw.maybe_date(),
                names: [(id(1), name)].into(),
                ..Village::default()
            };
            made(village, Shelf::Commune)
        }
        _ => match draw.below(3) {
            0 => {
                let population = Population {
                    village: to_village(1 + draw.below(3)),
                    date: draw.maybe_date(),
                    residents: Some(draw.below(900) as i64),
                    ..Population::default()
                };
                made(population, Shelf::Commune)
            }
            1 => {
                let figure = Figure {
                    indicator: Some("I02".into()),
                    until: draw.maybe_date(),
                    value: Some(draw.below(9) as i64),
                    ..Figure::default()
                };
                made(figure, Shelf::Commune)
            }
            _ => {
                let card = Assignment {
                    person: Some(Person::key(draw.id())),
                    from: draw.maybe_date(),
                    until: draw.maybe_date(),
                    ..Assignment::default()
                };
                made(card, Shelf::CareAssignments)
            }
        },
    }
}

fn changed(step: &Move) -> Change {
    let mut draw = Draw(step.seed);
    let (kind, mut raw, shelf) = content(step.kind, &mut draw);
    if draw.below(8) == 0 {
        raw.fields.insert("voided".into(), Value::Bool(true));
    }
    if draw.below(16) == 0 {
        raw.fields.insert("date".into(), Value::Int(7));
    }
    let place = match shelf {
        Shelf::Commune | Shelf::Tips => Place::Commune,
        Shelf::Unit => Place::Unit(step.village),
        _ => Place::Village(step.village),
    };
    let key = RecordKey {
        kind: kind.to_owned(),
        id: id(step.record),
    };
    change(book(shelf, place, step.year), key, (!step.gone).then_some(raw))
}

/// All that can be asked of a view, as a text.
fn everything(view: &View) -> String {
    let mut said = String::new();
    for period in [
        Period::police_year(2025),
        Period::month(2025, 6),
        Period::year(2024),
        Some(Period::day(day("2025-03-31"))),
    ] {
        let period = period.unwrap();
        let codes: Vec<&str> = indicators::ALL.iter().map(|indicator| indicator.code).collect();
        said += &format!("{:?}\n", view.table(&codes, &period));
        for code in codes {
            said += &format!("{:?}\n", view.value(code, &period, Place::Commune));
        }
    }
    said += &format!("{:?}\n", view.due(day("2025-06-10"), &Who::default()));
    said + &format!("{:?}", view.breaches())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn the_view_after_any_edits_is_the_one_made_anew(moves in moves(), batch in 1usize..7) {
        let mut view = View::new();
        for steps in moves.chunks(batch) {
            view.apply(steps.iter().map(changed));
            prop_assert!(view.agrees_with(&view.recomputed()));
        }
        prop_assert_eq!(everything(&view), everything(&view.recomputed()));
    }

    #[test]
    fn the_order_of_books_and_records_leaves_no_trace(moves in moves(), seed in any::<u64>()) {
        // The last state of each copy, in two orders.
        let mut last = std::collections::BTreeMap::new();
        for change in moves.iter().map(changed) {
            last.insert((change.book, change.key.clone()), change);
        }
        let one: Vec<Change> = last.into_values().collect();
        let mut other = one.clone();
        let mut draw = Draw(seed);
        for at in (1..other.len()).rev() {
            other.swap(at, draw.below(at as u64 + 1) as usize);
        }
        let (mut first, mut second) = (View::new(), View::new());
        first.apply(one);
        for change in other {
            second.apply([change]);
        }
        prop_assert!(first.agrees_with(&second));
        prop_assert_eq!(everything(&first), everything(&second));
    }

    #[test]
    fn a_book_that_is_closed_leaves_as_if_it_had_never_been(moves in moves()) {
        let changes: Vec<Change> = moves.iter().map(changed).collect();
        let closed: OpenBook = changes[0].open_book();
        let mut view = View::new();
        view.apply(changes.clone());
        view.close_book(closed.book);
        let mut never = View::new();
        never.apply(changes.into_iter().filter(|change| change.book != closed.book));
        prop_assert!(view.agrees_with(&never));
        prop_assert_eq!(everything(&view), everything(&never));
    }
}
