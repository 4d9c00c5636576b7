//! The registrar's machine hands over to another one.

use crate::common::{Commune, NOW, village_book};
use sothon_ledger::{DeviceId, Role, Scope};
use sothon_replica::{RegistrarError, ReplicaError};

fn refused<T: std::fmt::Debug>(result: Result<T, ReplicaError>) -> RegistrarError {
    match result {
        Err(ReplicaError::Registrar(error)) => error,
        other => panic!("{other:?}"),
    }
}

#[test]
fn who_is_handed_the_register_orders_from_then_on_and_who_handed_it_over_no_more() {
    let mut commune = Commune::new(&[
        ("new", Role::Office, Scope::Commune),
        ("thon1", Role::VillageHead, Scope::Village(1)),
        ("police", Role::Police, Scope::Commune),
    ]);
    let new = commune.get("new").device();
    let thon1 = commune.get("thon1").device();
    let police = commune.get("police").device();
    let office = commune.get("office");
    let own = office.device();
    assert!(matches!(
        refused(office.hand_over(own, NOW)),
        RegistrarError::OwnDevice
    ));
    let nobody = DeviceId([9; 32]);
    assert!(matches!(
        refused(office.hand_over(nobody, NOW)),
        RegistrarError::UnknownDevice
    ));
    office.cut_device(thon1, NOW).expect("cuts");
    assert!(matches!(
        refused(office.hand_over(thon1, NOW)),
        RegistrarError::NoRole
    ));
    assert!(matches!(
        refused(commune.get("new").hand_over(police, NOW)),
        RegistrarError::NotRegistrar
    ));

    commune.get("office").hand_over(new, NOW).expect("hands over");
    assert!(!commune.get("office").is_registrar());
    // It has to hear of it first.
    assert!(!commune.get("new").is_registrar());
    commune.meet_all();
    commune.restart("new");
    assert!(commune.get("new").is_registrar());
    assert!(matches!(
        refused(commune.get("office").cut_device(police, NOW)),
        RegistrarError::NotRegistrar
    ));

    let late = commune.get("new");
    late.cut_device(police, NOW).expect("it orders");
    late.still_current(NOW).expect("it orders");
    let height = late.register().expect("is there").height();
    commune.meet_all();
    for name in ["office", "thon1", "police"] {
        let register = commune.get(name).register().expect("is there");
        assert_eq!((register.height(), register.frozen()), (height, None), "{name}");
        let info = register.rights().device(&police).expect("is known");
        assert!(info.role_at(height).is_none(), "{name}");
    }
    // And on, and back.
    commune.get("new").hand_over(own, NOW).expect("hands over");
    commune.meet_all();
    assert!(commune.get("office").is_registrar() && !commune.get("new").is_registrar());
    let book = village_book(commune.get("office"), 1);
    commune
        .get("office")
        .cut_book(book, NOW)
        .expect("it orders again");
}
