//! A union reads a village's general book where the commune opens it, and only there (design.md §4).

use crate::common::{Commune, NOW, YEAR, act, household, village_book};
use sothon_ledger::{BookId, BookKind, Role, Scope};
use sothon_records::RecordKey;
use sothon_replica::{RegistrarError, ReplicaError};

fn reads(commune: &mut Commune, who: &str, book: BookId, key: &RecordKey) -> bool {
    commune.get(who).record(&book, key).is_some()
}

fn refused<T: std::fmt::Debug>(result: Result<T, ReplicaError>) -> RegistrarError {
    match result {
        Err(ReplicaError::Registrar(error)) => error,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_unit_reads_a_village_s_book_from_when_it_is_opened_to_it_until_it_is_closed() {
    let mut commune = Commune::new(&[
        ("thon1", Role::VillageHead, Scope::Village(1)),
        ("thon2", Role::VillageHead, Scope::Village(2)),
        ("women", Role::Unit, Scope::Unit(1)),
    ]);
    let (book, other) = (
        village_book(commune.get("thon1"), 1),
        village_book(commune.get("thon1"), 2),
    );
    let first = commune.writes("thon1", book, "Nguyễn Văn An");
    let elsewhere = commune.writes("thon2", other, "Giàng A Sử");
    commune.meet_all();
    assert!(!reads(&mut commune, "women", book, &first));
    assert!(matches!(
        refused(commune.get("women").open_to_unit(book, 1, NOW)),
        RegistrarError::NotRegistrar
    ));

    let office = commune.get("office");
    office.open_to_unit(book, 1, NOW).expect("opens");
    assert_eq!(office.opened_to(&book, &[1, 2]).expect("looks"), [1]);
    assert!(matches!(
        refused(office.open_to_unit(book, 1, NOW)),
        RegistrarError::Opened
    ));
    let shared = office
        .find_book(BookKind::Commune, Scope::Commune, YEAR)
        .expect("is open");
    assert!(matches!(
        refused(office.open_to_unit(shared, 1, NOW)),
        RegistrarError::NotForUnits
    ));
    commune.meet_all();
    let second = commune.writes("thon1", book, "Trần Thị Bình");
    commune.meet_all();
    for key in [&first, &second] {
        assert!(reads(&mut commune, "women", book, key));
    }
    assert!(!reads(&mut commune, "women", other, &elsewhere));
    let (_, create) = household("Kẻ Không Có");
    let tried = commune.get("women").edit(book, &[create], &act());
    assert!(matches!(tried, Err(ReplicaError::MayNotWrite)), "{tried:?}");

    let office = commune.get("office");
    let not_named = office.close_to_unit(book, 1, NOW).expect("closes");
    assert_eq!(not_named.logs, 0);
    assert!(matches!(
        refused(office.close_to_unit(book, 1, NOW)),
        RegistrarError::NotOpened
    ));
    commune.meet_all();
    let third = commune.writes("thon1", book, "Lê Văn Cường");
    commune.meet_all();
    assert!(reads(&mut commune, "office", book, &third));
    assert!(!reads(&mut commune, "women", book, &third));
    // What it wrote of itself there (that it has read) still counts: nothing is aside.
    assert_eq!(commune.get("office").set_aside().expect("reads"), Vec::new());

    // Opened anew, it reads all of it.
    commune.get("office").open_to_unit(book, 1, NOW).expect("opens");
    commune.meet_all();
    commune.meet_all();
    assert!(reads(&mut commune, "women", book, &third));
}
