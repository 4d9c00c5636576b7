//! Figures of small communes made by hand; the numbers are worked out in the comments.

use crate::common::*;
use sothon_overview::{Freshness, Period, Place, Value};
use sothon_records::kinds::Household;
use sothon_records::{Lang, Record};

fn on(text: &str) -> Period {
    Period::day(day(text))
}

#[test]
fn households_and_residents_are_counted_where_they_are_and_voided_ones_nowhere() {
    // Village 1: households of 3 and 2 members, one voided. Village 2: one of 1 member. Village 3: never heard from.
    let mut voided = household("Lê Văn Bình", &[1960]);
    voided.common.voided = Some(true);
    let mut view = view([
        village(1),
        village(2),
        village(3),
        put(general(1), 11, &household("Nguyễn Văn An", &[1980, 1985, 2010])),
        put(general(1), 12, &household("Trần Thị Hoa", &[1950, 1975])),
        put(general(1), 13, &voided),
        put(general(2), 21, &household("Phạm Văn Cường", &[1990])),
    ]);
    view.open_books([general(3)]);
    let at = |place| view.value("I01", &on("2025-06-10"), place).unwrap().values;
    assert_eq!(at(Place::Village(1)), [Value::Number(2), Value::Number(5)]);
    assert_eq!(at(Place::Village(2)), [Value::Number(1), Value::Number(1)]);
    assert_eq!(at(Place::Village(3)), [Value::Missing, Value::Missing]);
    assert_eq!(at(Place::Commune), [Value::Number(3), Value::Number(6)]);
    assert_eq!(Value::Missing.text(Lang::Vi), "chưa có số liệu");
}

#[test]
fn a_household_that_has_moved_is_counted_once_with_its_pledge_where_it_is_now() {
    let mut gone = household("Nguyễn Văn An", &[1980, 1985]);
    gone.moved_to = Some(village_key(2));
    let view = view([
        village(1),
        village(2),
        put(general(1), 11, &gone),
        put(general(2), 11, &household("Nguyễn Văn An", &[1980, 1985])),
        put(general(1), 12, &household("Trần Thị Hoa", &[1950])),
        put(general(1), 51, &pledge(11, 2025, "2025-02-01")),
    ]);
    assert_eq!(view.place_of(&Household::key(id(11))), Some(Place::Village(2)));
    assert_eq!(view.len(), 5);
    let pledged = |village, text| {
        view.value("I21", &on(text), Place::Village(village))
            .unwrap()
            .main()
    };
    // Village 1 keeps one household, not pledged; village 2 has the one that moved, pledged from 01/02/2025.
    assert_eq!(pledged(1, "2025-06-10"), Value::Rate { part: 0, whole: 1 });
    assert_eq!(pledged(2, "2025-01-31"), Value::Rate { part: 0, whole: 1 });
    assert_eq!(pledged(2, "2025-02-01"), Value::Rate { part: 1, whole: 1 });
    assert_eq!(pledged(2, "2026-01-01"), Value::Rate { part: 0, whole: 1 });
    let all = view.value("I21", &on("2025-06-10"), Place::Commune).unwrap();
    assert_eq!(all.main().text(Lang::Vi), "1/2 (50,0 %)");
}

#[test]
fn a_figure_says_which_villages_are_behind() {
    let mut view = view((1..=6).map(village));
    // 10/06/2025 12:00 UTC; 12/03/2025 18:00 UTC is already 13/03 in Vietnam.
    view.set_freshness((1..=5).map(|village| Freshness {
        village,
        last_received: Some(1_749_556_800),
        pending: 0,
    }));
    view.set_freshness([Freshness {
        village: 6,
        last_received: Some(1_741_802_400),
        pending: 2,
    }]);
    let figure = view.value("I51", &on("2025-06-10"), Place::Commune).unwrap();
    assert_eq!(figure.complete.words.vi, "5/6 thôn; thôn 6 nhận cuối 13/03/2025");
    assert_eq!(figure.values, [Value::Time(1_741_802_400), Value::Number(2)]);
}
