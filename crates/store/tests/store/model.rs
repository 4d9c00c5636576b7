//! The store against a model in memory: random batches, closed and opened in between.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use sothon_ledger::{BookId, EntryId, Envelope};
use sothon_store::{Batch, Finding, Local, Payload, Row, Sealed, Store, UnpublishedId};

use crate::author::{Author, ROOT};

/// One thing that is done to the store; numbers choose among what there is.
#[derive(Clone, Debug)]
enum Act {
    /// Stores some of the entries, each with or without its payload.
    Put(Vec<(usize, bool)>),
    /// Brings a payload.
    Late(usize),
    /// Drops a payload.
    Drop(usize),
    /// Saves a change and publishes an earlier one.
    Save(u8, Option<usize>),
    /// Closes and opens.
    Reopen,
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let act = prop_oneof![
        4 => proptest::collection::vec((0usize..40, any::<bool>()), 1..12).prop_map(Act::Put),
        2 => (0usize..40).prop_map(Act::Late),
        1 => (0usize..40).prop_map(Act::Drop),
        2 => (any::<u8>(), proptest::option::of(0usize..8)).prop_map(|(n, at)| Act::Save(n, at)),
        1 => Just(Act::Reopen),
    ];
    proptest::collection::vec(act, 1..20)
}

/// Forty entries of four logs in two books, with forks.
fn entries() -> Vec<(Envelope, Vec<u8>)> {
    let mut out = Vec::new();
    for (device, book) in [(1, 1), (2, 1), (1, 2), (3, 2)] {
        let mut author = Author::new(device, book);
        out.extend((0..5).map(|_| author.write_some(30)));
        let mut other = author.clone();
        out.extend((0..3).map(|_| author.write(&[device, book, 1])));
        out.extend((0..2).map(|_| other.write(&[device, book, 2])));
    }
    out
}

#[derive(Default)]
struct Model {
    held: Vec<(EntryId, Payload)>,
    unpublished: Vec<(UnpublishedId, BookId, u8)>,
}

impl Model {
    fn slot(&mut self, id: EntryId) -> Option<&mut Payload> {
        self.held
            .iter_mut()
            .find(|(held, _)| *held == id)
            .map(|(_, payload)| payload)
    }

    fn bring(&mut self, id: EntryId, bytes: &[u8]) {
        if let Some(payload @ Payload::Missing) = self.slot(id) {
            *payload = Payload::Held(bytes.to_vec());
        }
    }

    /// Tips by book and device, by their definition.
    fn tips(&self, all: &BTreeMap<EntryId, Envelope>) -> BTreeSet<EntryId> {
        let followed: BTreeSet<_> = self
            .held
            .iter()
            .filter_map(|(id, _)| all[id].header().backlink)
            .collect();
        self.held
            .iter()
            .map(|(id, _)| *id)
            .filter(|id| !followed.contains(id))
            .collect()
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]
    #[test]
    fn the_store_holds_what_the_model_holds(acts in acts()) {
        let all = entries();
        let by_id: BTreeMap<_, _> = all.iter().map(|(envelope, _)| (envelope.id(), envelope.clone())).collect();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.store");
        let mut store = Store::create(&path, ROOT).unwrap();
        let mut model = Model::default();
        for act in acts {
            match act {
                Act::Put(which) => {
                    let mut batch = Batch::default();
                    let mut new = Vec::new();
                    for (n, with) in which {
                        let (envelope, payload) = &all[n];
                        batch.entries.push((envelope.clone(), with.then(|| payload.clone())));
                        if model.slot(envelope.id()).is_none() {
                            model.held.push((envelope.id(), Payload::Missing));
                            new.push(envelope.id());
                        }
                        if with {
                            model.bring(envelope.id(), payload);
                        }
                    }
                    let put = store.put(batch).unwrap();
                    prop_assert_eq!(put.entries.iter().map(|(_, id)| *id).collect::<Vec<_>>(), new);
                }
                Act::Late(n) => {
                    let (envelope, payload) = &all[n];
                    let known = model.slot(envelope.id()).is_some();
                    let payloads = vec![(envelope.id(), payload.clone())];
                    let put = store.put(Batch { payloads, ..Batch::default() });
                    prop_assert_eq!(put.is_ok(), known);
                    model.bring(envelope.id(), payload);
                }
                Act::Drop(n) => {
                    let id = all[n].0.id();
                    store.drop_payloads(&[id]).unwrap();
                    if let Some(payload) = model.slot(id) {
                        *payload = Payload::Dropped;
                    }
                }
                Act::Save(n, published) => {
                    let book = BookId([n % 3; 16]);
                    let mut local = vec![Local::Unpublished { book, sealed: Sealed(vec![n]) }];
                    if let Some(at) = published.filter(|at| *at < model.unpublished.len()) {
                        local.push(Local::Published(model.unpublished.remove(at).0));
                    }
                    let put = store.put(Batch { local, ..Batch::default() }).unwrap();
                    model.unpublished.push((put.unpublished[0], book, n));
                }
                Act::Reopen => {
                    drop(store);
                    store = Store::open(&path, ROOT).unwrap();
                }
            }
        }
        let held: Vec<_> = store.since(Row::default(), 1000).unwrap().into_iter().map(|e| (e.envelope.id(), e.payload)).collect();
        prop_assert_eq!(&held, &model.held);
        let missing: Vec<_> = held.iter().filter(|(_, p)| *p == Payload::Missing).map(|(id, _)| *id).collect();
        prop_assert_eq!(store.missing_payloads(None).unwrap(), missing);
        let unpublished: Vec<_> = store.unpublished().unwrap().into_iter().map(|u| (u.id, u.book, u.sealed.0[0])).collect();
        prop_assert_eq!(unpublished, model.unpublished.clone());
        let tips: BTreeSet<_> = store.index().all().flat_map(|log| log.tips()).map(|(_, id)| id).collect();
        prop_assert_eq!(tips, model.tips(&by_id));
        for log in store.index().all() {
            let places = store.places_in_log(&log.key(), 0, 1000).unwrap();
            prop_assert_eq!(places.len() as u64, log.entries());
            prop_assert_eq!(places.iter().map(|place| place.bytes).sum::<u64>(), log.bytes());
        }
        let waiting = |finding: &Finding| matches!(finding, Finding::Waiting(_));
        prop_assert!(store.verify(|_, _| ()).iter().all(waiting));
    }
}
