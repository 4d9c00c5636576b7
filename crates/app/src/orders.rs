//! The orders of lists. One is made when it is first asked for and follows each change from then on: what is sorted is what
//! changed, not the whole.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use chrono::Datelike as _;
use sothon_overview::View;
use sothon_records::{Kind, RawRecord, RecordKey, Value, show};

/// If more records than that change at once the order is made anew.
const MOST: usize = 500;

/// By what a record stands where it stands: a number, then its name. Nothing but the record itself has a part in it.
type Rank<'a> = (u64, &'a [u8], &'a RecordKey);

/// An order of a list.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) enum Order {
    /// By name, Vietnamese.
    Name,
    /// By when it happened, the newest first.
    Newest,
    /// By number in the village.
    Number,
}

impl Order {
    /// As the screens name it.
    pub fn slug(self) -> &'static str {
        match self {
            Order::Name => "name",
            Order::Newest => "newest",
            Order::Number => "number",
        }
    }

    /// The rank of a record that is there.
    fn find<'a>(self, view: &'a View, key: &'a RecordKey) -> Option<Rank<'a>> {
        let raw = view.record(key)?;
        Some(self.rank(view, Kind::by_slug(&key.kind), key, raw))
    }

    /// The rank of a record that says this.
    fn rank<'a>(self, view: &'a View, kind: Option<&Kind>, key: &'a RecordKey, raw: &RawRecord) -> Rank<'a> {
        let number = match self {
            Order::Name => 0,
            // The newest first: a later day ranks lower.
            Order::Newest => {
                let day = kind.and_then(|kind| show::happened(kind, raw));
                let day = day.map_or(i32::MIN, |day| day.num_days_from_ce());
                u64::from(!day.wrapping_sub(i32::MIN).cast_unsigned())
            }
            Order::Number => match raw.fields.get("number") {
                Some(Value::Text(text)) => {
                    let digits = text.chars().filter_map(|c| c.to_digit(10));
                    digits
                        .map(u64::from)
                        .reduce(|number, digit| number.saturating_mul(10).saturating_add(digit))
                        .unwrap_or(u64::MAX)
                }
                _ => u64::MAX,
            },
        };
        (number, view.name_order(key), key)
    }
}

type Kept = HashMap<(BTreeSet<String>, Order), Arc<Vec<RecordKey>>>;

/// The orders that were made, by kinds and order.
#[derive(Default)]
pub(crate) struct Orders(RefCell<Kept>);

impl Orders {
    /// All records of kinds in an order.
    pub fn of(&self, view: &View, kinds: &BTreeSet<String>, order: Order) -> Arc<Vec<RecordKey>> {
        let at = (kinds.clone(), order);
        if let Some(known) = self.0.borrow().get(&at) {
            return known.clone();
        }
        let made = Arc::new(made(view, kinds, order));
        self.0.borrow_mut().insert(at, made.clone());
        made
    }

    /// Follows records that changed, came or went. The picture has followed before.
    pub fn follow(&mut self, view: &View, changed: &BTreeSet<RecordKey>) {
        if changed.len() > MOST {
            let kinds: BTreeSet<&String> = changed.iter().map(|key| &key.kind).collect();
            self.0
                .get_mut()
                .retain(|(of, _), _| !of.iter().any(|kind| kinds.contains(kind)));
            return;
        }
        for ((kinds, order), keys) in self.0.get_mut() {
            let here: Vec<&RecordKey> = changed.iter().filter(|key| kinds.contains(&key.kind)).collect();
            if here.is_empty() {
                continue;
            }
            let keys = Arc::make_mut(keys);
            keys.retain(|key| !changed.contains(key));
            for key in here {
                if let Some(rank) = order.find(view, key) {
                    let at = keys.partition_point(|other| order.find(view, other) < Some(rank));
                    keys.insert(at, key.clone());
                }
            }
        }
    }

    /// Forgets all: books came or went.
    pub fn forget(&mut self) {
        self.0.get_mut().clear();
    }
}

fn made(view: &View, kinds: &BTreeSet<String>, order: Order) -> Vec<RecordKey> {
    let mut keyed: Vec<Rank<'_>> = Vec::new();
    for slug in kinds {
        let kind = Kind::by_slug(slug);
        let rank = |(key, raw)| order.rank(view, kind, key, raw);
        keyed.extend(view.records_of(slug).map(rank));
    }
    keyed.sort_unstable();
    keyed.into_iter().map(|(.., key)| key.clone()).collect()
}

#[cfg(test)]
mod tests {
    use sothon_overview::{BookRef, Change, Place};
    use sothon_records::Shelf;

    use super::*;

    fn change(key: &RecordKey, record: Option<RawRecord>) -> Change {
        Change {
            book: BookRef([1; 16]),
            shelf: Shelf::Village,
            place: Place::Village(1),
            year: 2026,
            key: key.clone(),
            record,
        }
    }

    #[test]
    fn an_order_that_followed_changes_is_the_one_that_is_made_of_them() {
        let records: Vec<(RecordKey, RawRecord)> = sothon_generator::bulk::records(7, 400).collect();
        let (there, later) = records.split_at(300);
        let mut view = View::new();
        view.apply(there.iter().map(|(key, raw)| change(key, Some(raw.clone()))));
        let kinds: BTreeSet<String> = ["household".to_owned(), "pledge".to_owned()].into();
        let orders = [Order::Name, Order::Newest, Order::Number];
        let mut kept = Orders::default();
        for order in orders {
            assert_eq!(kept.of(&view, &kinds, order).len(), 300);
        }
        // Some come, some change into what another one says, some go.
        let mut changes: Vec<Change> = Vec::new();
        for (n, (key, raw)) in later.iter().enumerate() {
            changes.push(change(key, Some(raw.clone())));
            let (other, _) = &there[n * 2];
            let gone = n % 5 == 0;
            changes.push(change(other, (!gone).then(|| later[99 - n].1.clone())));
        }
        for some in changes.chunks(7) {
            view.apply(some.to_vec());
            let keys: BTreeSet<RecordKey> = some.iter().map(|change| change.key.clone()).collect();
            kept.follow(&view, &keys);
            for order in orders {
                let fresh = made(&view, &kinds, order);
                assert_eq!(*kept.of(&view, &kinds, order), fresh, "{order:?}");
            }
        }
        let all: BTreeSet<RecordKey> = records.iter().map(|(key, _)| key.clone()).collect();
        assert_eq!(kept.of(&view, &kinds, Order::Name).len(), all.len() - 20);
    }
}
