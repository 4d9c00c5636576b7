//! Many alike records quickly, for measuring: ten short Vietnamese fields each, as in design.md §6.

use sothon_records::kinds::Household;
use sothon_records::{Edit, RawRecord, Record, RecordKey, Value};

use crate::dice::Dice;
use crate::{names, words};

/// The first `n` of the records of a seed, one after the other: households of ten filled fields, without members. Record
/// `i` is the same whatever `n`.
pub fn records(seed: u64, n: usize) -> impl Iterator<Item = (RecordKey, RawRecord)> {
    let mut dice = Dice::new(seed, "bulk");
    (0..n).map(move |number| record(&mut dice, number))
}

/// The same as edits.
pub fn edits(seed: u64, n: usize) -> impl Iterator<Item = Edit> {
    records(seed, n).map(|(key, record)| Edit::Create { key, record })
}

fn record(dice: &mut Dice, number: usize) -> (RecordKey, RawRecord) {
    let key = Household::key(dice.id());
    let sex = names::sex(dice);
    let text = |text: &str| Value::Text(text.to_owned());
    let day = format!("2025-{:02}-{:02}", dice.between(1, 12), dice.between(1, 28));
    let fields = [
        ("number", Value::Text(number.to_string())),
        ("head", Value::Text(names::full(dice, sex))),
        ("address", Value::Text(crate::home::address(dice, number))),
        (
            "residence",
            text(if dice.percent(93) {
                "permanent"
            } else {
                "temporary"
            }),
        ),
        ("group", text(dice.pick(words::GROUPS))),
        ("cultured", Value::Int(dice.between(2018, 2024))),
        ("phone", Value::Text(names::phone(dice))),
        ("occurred", Value::Text(day)),
        ("note", Value::Long(dice.pick::<&str>(words::REMARKS).to_owned())),
        ("voided", Value::Bool(false)),
    ];
    let fields = fields
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect();
    (
        key,
        RawRecord {
            fields,
            subs: Default::default(),
        },
    )
}
