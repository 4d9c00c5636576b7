//! Records that are one office's: what another writes there counts for nothing, and saying the same is saying something.

use crate::common::{Commune, NOW, YEAR, act, record, text};
use sothon_ledger::{BookId, BookKind, Role, Scope};
use sothon_records::{Edit, RecordKey, Value};

fn says(key: &RecordKey, field: &str, value: Option<Value>) -> Edit {
    Edit::Set {
        key: key.clone(),
        sub: None,
        fields: [(field.to_owned(), value)].into(),
    }
}

fn long(said: &str) -> Value {
    Value::Long(said.to_owned())
}

/// A check by the police in which the office's program, which does not keep to it, writes what the police say then themselves.
fn said_after_another_office(before: &str, said: &str) {
    let mut commune = Commune::new(&[("police", Role::Police, Scope::Commune)]);
    let police = commune.get("police");
    let book: BookId = police
        .find_book(BookKind::Commune, Scope::Commune, YEAR)
        .expect("is open");
    let (key, create) = record(
        "score-check",
        &[("by", text("Lò Văn Pháp")), ("reason", long(before))],
    );
    police.edit(book, &[create], &act()).expect("saves");
    commune.meet_all();
    let value = |said: &str| (!said.is_empty()).then(|| long(said));
    let office = commune.get("office");
    office.play_all_offices();
    office
        .edit(book, &[says(&key, "reason", value(said))], &act())
        .expect("saves");
    office.publish(NOW, YEAR).expect("publishes");
    commune.restart("office");
    commune.meet_all();
    let reads = |commune: &mut Commune, name: &str| {
        let check = commune.get(name).record(&book, &key).expect("is there");
        let read = check.fields.get("reason").cloned();
        read.filter(|read| *read != long(""))
    };
    for name in ["office", "police"] {
        assert_eq!(reads(&mut commune, name), value(before), "{name}");
    }
    let police = commune.get("police");
    police
        .edit(book, &[says(&key, "reason", value(said))], &act())
        .expect("saves");
    commune.meet_all();
    for name in ["office", "police"] {
        assert_eq!(reads(&mut commune, name), value(said), "{name}");
        assert_eq!(commune.get(name).counts_for_nothing(&book, &key), None, "{name}");
    }
    // It is a text as before, in which two go on writing together.
    let more = format!("{said} Đã xem lại.");
    let police = commune.get("police");
    police
        .edit(book, &[says(&key, "reason", Some(long(&more)))], &act())
        .expect("saves");
    commune.meet_all();
    assert_eq!(reads(&mut commune, "office"), Some(long(&more)));
}

#[test]
fn who_types_in_its_office_the_text_that_another_office_left_there_has_said_it() {
    said_after_another_office("Chưa đạt.", "Đạt, có biên bản.");
}

#[test]
fn who_empties_in_its_office_a_text_that_another_office_emptied_has_said_it() {
    said_after_another_office("Chưa đạt.", "");
}
