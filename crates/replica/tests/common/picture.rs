//! All that a device says of its books: equal, however it came to be open.

use std::collections::{BTreeMap, BTreeSet};

use rand_core::CryptoRng;
use sothon_book::{ActSummary, ChangeHash, Conflict, HistoryStep};
use sothon_ledger::verdict::Verdict;
use sothon_ledger::{BookId, DeviceId, EntryId};
use sothon_records::{RawRecord, RecordKey};
use sothon_replica::{Delivery, Replica};

/// What is seen of one book.
#[derive(PartialEq, Debug)]
struct OfBook {
    records: BTreeMap<RecordKey, RawRecord>,
    histories: BTreeMap<RecordKey, Vec<(HistoryStep, Option<DeviceId>)>>,
    deliveries: BTreeMap<RecordKey, Option<Delivery>>,
    touched: BTreeMap<ChangeHash, BTreeSet<RecordKey>>,
    verdicts: BTreeMap<EntryId, Verdict>,
}

/// What is seen of a device.
#[derive(PartialEq, Debug)]
pub struct Picture {
    books: BTreeMap<BookId, OfBook>,
    readable: Vec<BookId>,
    conflicts: Vec<(BookId, Conflict)>,
    acts: Vec<(BookId, ActSummary)>,
    unpublished: usize,
    counts: [usize; 4],
}

impl Picture {
    /// Without what is counted of the device's own edits.
    #[allow(dead_code, reason = "not every test compares two devices")]
    pub fn of_all(self) -> Picture {
        Picture {
            counts: [0; 4],
            ..self
        }
    }
}

/// Looks at everything.
pub fn picture<R: CryptoRng>(device: &Replica<R>) -> Picture {
    let of_book = |book: &BookId| {
        let records: BTreeMap<_, _> = device.records_of(book).collect();
        let history = |key: &RecordKey| {
            let steps = device.history(book, key).into_iter();
            let steps = steps.map(|step| (step.clone(), device.author(book, &step.actor)));
            (key.clone(), steps.collect::<Vec<_>>())
        };
        let histories: BTreeMap<_, _> = records.keys().map(history).collect();
        let changes = histories.values().flatten().map(|(step, _)| step.change);
        OfBook {
            touched: changes
                .map(|hash| (hash, device.records_touched(book, &[hash]).into_iter().collect()))
                .collect(),
            deliveries: records
                .keys()
                .map(|key| (key.clone(), device.delivery(book, key)))
                .collect(),
            verdicts: device
                .verdicts(book)
                .map(|v| v.iter().map(|(id, verdict)| (*id, *verdict)).collect())
                .unwrap_or_default(),
            histories,
            records,
        }
    };
    let books: Vec<BookId> = match device.register() {
        Ok(register) => register.rights().books().map(|(book, _)| *book).collect(),
        Err(_) => Vec::new(),
    };
    Picture {
        books: books.iter().map(|book| (*book, of_book(book))).collect(),
        readable: device.readable().map(|open| open.book).collect(),
        conflicts: device.conflicts(),
        acts: device.acts(),
        unpublished: device.unpublished(),
        counts: device.delivery_counts(),
    }
}
