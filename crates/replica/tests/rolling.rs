//! What happens with the months: the register is signed as current, and books get new keys (threats A23, A35, B15).

use std::collections::BTreeSet;

use crate::common::{Commune, NOW, YEAR, village_book};
use sothon_ledger::{BookId, DeviceId, EpochId, Kind, Role, Scope};
use sothon_store::Row;

const DAY: i64 = 86_400;

fn commune() -> Commune {
    Commune::new(&[
        ("thon1", Role::VillageHead, Scope::Village(1)),
        ("police", Role::Police, Scope::Commune),
        ("chief", Role::PoliceChief, Scope::Commune),
    ])
}

/// The entries of a book that a device holds: who wrote them, what for, under which epoch; as they came.
fn entries(commune: &mut Commune, who: &str, book: BookId) -> Vec<(DeviceId, Kind, Option<EpochId>)> {
    let store = commune.get(who).station().store();
    let all = store.since(Row::default(), usize::MAX >> 1).expect("reads");
    let headers = all.iter().map(|entry| entry.envelope.header());
    headers
        .filter(|header| header.book == book)
        .map(|header| (header.device, header.kind, header.epoch))
        .collect()
}

fn epochs(commune: &mut Commune, book: BookId) -> BTreeSet<EpochId> {
    let all = entries(commune, "office", book).into_iter();
    all.filter(|(_, kind, _)| *kind == Kind::Epoch)
        .filter_map(|(_, _, epoch)| epoch)
        .collect()
}

/// Under which epoch a device's last records were sealed.
fn sealed_under(commune: &mut Commune, who: &str, book: BookId) -> Option<EpochId> {
    let own = commune.get(who).device();
    let mut all = entries(commune, who, book).into_iter();
    all.rfind(|(device, kind, _)| *device == own && *kind == Kind::Changes)
        .and_then(|(_, _, epoch)| epoch)
}

#[test]
fn the_registrar_signs_weekly_that_the_register_is_current_and_everybody_knows_how_old_it_is() {
    let mut commune = commune();
    let dated = |commune: &mut Commune, who: &str| commune.get(who).register().expect("is here").dated();
    assert_eq!(dated(&mut commune, "thon1"), NOW);
    let (soon, late) = (NOW + 6 * DAY, NOW + 8 * DAY);
    assert!(
        !commune
            .get("office")
            .publish(soon, YEAR)
            .expect("publishes")
            .register
    );
    // Nobody else can, however late it is.
    assert!(
        !commune
            .get("chief")
            .publish(late, YEAR)
            .expect("publishes")
            .register
    );
    assert!(
        commune
            .get("office")
            .publish(late, YEAR)
            .expect("publishes")
            .register
    );
    assert!(
        !commune
            .get("office")
            .publish(late, YEAR)
            .expect("publishes")
            .register
    );
    commune.meet_all_at(late);
    assert_eq!(dated(&mut commune, "thon1"), late);
}

#[test]
fn a_book_has_a_new_key_each_month_by_whose_turn_it_is_and_what_was_sealed_before_still_opens() {
    let mut commune = commune();
    let book = village_book(commune.get("thon1"), 1);
    let readers = ["chief", "office", "police", "thon1"];
    let mut keys = vec![commune.writes("thon1", book, "Nguyễn Văn An")];
    commune.meet_all();
    let first = epochs(&mut commune, book);
    assert_eq!(first.len(), 1);
    // July. Whoever does not know that yet seals as before.
    let july = NOW + 30 * DAY;
    commune.get("office").publish(july, YEAR).expect("signs");
    keys.push(commune.writes("thon1", book, "Trần Thị Bình"));
    commune.get("thon1").publish(july, YEAR).expect("publishes");
    assert_eq!(sealed_under(&mut commune, "thon1", book).as_ref(), first.first());
    for name in ["chief", "police", "thon1"] {
        commune.carry("office", name);
    }
    // All write before they meet: one of them has the turn.
    for name in readers {
        if commune.get(name).may(&book, sothon_ledger::Right::Write) {
            keys.push(commune.writes(name, book, name));
        }
        commune.get(name).publish(july, YEAR).expect("publishes");
    }
    commune.meet_all_at(july);
    // Who only reads makes no key of a book in which it never writes: then the others make it after a week.
    let late = july + 8 * DAY;
    keys.push(commune.writes("thon1", book, "Lê Văn Cường"));
    commune.get("thon1").publish(late, YEAR).expect("publishes");
    commune.meet_all_at(late);
    let third = epochs(&mut commune, book);
    assert_eq!(third.len(), 2, "one for June and one for July");
    let new = third.difference(&first).next().copied();
    assert_eq!(sealed_under(&mut commune, "thon1", book), new);
    // The same month makes no other.
    keys.push(commune.writes("thon1", book, "Phạm Thị Dung"));
    commune.get("thon1").publish(late + DAY, YEAR).expect("publishes");
    commune.meet_all_at(late + DAY);
    assert_eq!(epochs(&mut commune, book), third);
    for name in readers {
        for key in &keys {
            assert!(commune.get(name).record(&book, key).is_some(), "{name}");
        }
    }
}

/// Its wraps count for nobody, so that it saw none, and made all of them again at each publishing: for ever, on its own disk,
/// and after a change of role on the relay's too.
#[test]
fn who_does_not_read_a_book_any_more_wraps_its_keys_for_nobody() {
    let mut commune = commune();
    let book = village_book(commune.get("thon1"), 1);
    commune.writes("thon1", book, "Nguyễn Văn An");
    commune.meet_all();
    let wraps = |commune: &mut Commune| {
        let store = commune.get("thon1").station().store().wraps_of_book(&book);
        store.expect("reads").len()
    };
    let before = wraps(&mut commune);
    assert!(before > 0);
    let device = commune.get("thon1").device();
    commune.get("office").cut_device(device, NOW).expect("cuts");
    commune.carry("office", "thon1");
    for _ in 0..3 {
        let published = commune.get("thon1").publish(NOW, YEAR).expect("publishes");
        assert!(published.wraps.is_empty());
    }
    assert_eq!(wraps(&mut commune), before);
}
