//! The oracle of design.md §3.1: equal sets, equal registers, equal verdicts and documents, in whatever order all came.

use std::collections::{BTreeSet, HashMap, HashSet};

use proptest::prelude::*;
use sothon_ledger::verdict::{Admitted, EntrySet, EntryView, Fact, Facts, Judge, Verdict, Verdicts, judge};
use sothon_ledger::*;

use crate::commune::{BOOK, Draft, device};
use crate::simulation::{HONEST, Order, Simulation, history};

fn judged(register: &Register, entries: &[&Draft]) -> (Verdicts, Facts) {
    let mut set = EntrySet::new(BOOK);
    let mut facts = Facts::new();
    for draft in entries {
        set.insert(draft.view.clone());
        facts.insert(draft.id(), draft.fact.clone());
    }
    (judge(&set, &facts, register), facts)
}

fn document(verdicts: &Verdicts, facts: &Facts) -> BTreeSet<ChangeHash> {
    let admitted = verdicts.iter().filter(|(_, verdict)| verdict.is_admitted());
    admitted
        .flat_map(|(id, _)| facts.changes(id))
        .map(|change| change.hash)
        .collect()
}

/// Whether changes of one (actor, seq), or entries of one place, are several.
fn is_contested(entries: &[Draft]) -> bool {
    let mut changes = HashMap::new();
    let mut places = HashSet::new();
    entries.iter().any(|draft| {
        let header = &draft.view.header;
        let rival = match &draft.fact {
            Fact::Changes(list) => list.iter().any(|change| {
                *changes.entry((change.actor, change.seq)).or_insert(change.hash) != change.hash
            }),
            _ => false,
        };
        !places.insert((header.device, header.log, header.seq)) || rival
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 160, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn verdicts_and_document_do_not_depend_on_the_order_of_arrival(steps in history(), seed: u64) {
        let simulation = Simulation::run(&steps);
        let register = simulation.commune.register();
        let mut entries: Vec<&Draft> = simulation.entries.iter().collect();
        let (expected, facts) = judged(register, &entries);
        let doc = document(&expected, &facts);
        let mut order = Order(seed);
        for _ in 0..3 {
            order.shuffle(&mut entries);
            let (verdicts, facts) = judged(register, &entries);
            prop_assert_eq!(&verdicts, &expected);
            prop_assert_eq!(document(&verdicts, &facts), doc.clone());
        }
        // The document is closed under dependence, and no (actor, seq) is in it twice.
        let mut positions = HashMap::new();
        for (id, verdict) in expected.iter() {
            for change in facts.changes(id).iter().filter(|_| verdict.is_admitted()) {
                prop_assert!(change.deps.iter().all(|dep| doc.contains(dep)));
                let first = *positions.entry((change.actor, change.seq)).or_insert(change.hash);
                prop_assert_eq!(first, change.hash);
            }
        }
    }

    #[test]
    fn arrival_takes_no_right_away(steps in history(), seed: u64) {
        let simulation = Simulation::run(&steps);
        let register = simulation.commune.register();
        let contested = is_contested(&simulation.entries);
        let mut entries: Vec<&Draft> = simulation.entries.iter().collect();
        Order(seed).shuffle(&mut entries);
        let mut judge = Judge::new(BOOK);
        for draft in entries {
            let entry = [draft.view.clone()];
            let outcome = judge.advance(register, entry, [(draft.id(), draft.fact.clone())]);
            for changed in outcome.changed {
                let promised = match (changed.before, changed.now) {
                    (None | Some(Verdict::Pending(_)), _) => true,
                    (Some(Verdict::Aside(_)), Verdict::Admitted(Admitted::Through(_))) => true,
                    // Another by which it is admitted.
                    (Some(Verdict::Admitted(Admitted::Through(_))), Verdict::Admitted(Admitted::Through(_))) => true,
                    _ => contested,
                };
                prop_assert!(promised, "{:?}", changed);
            }
        }
    }

    #[test]
    fn an_honest_entry_stands_by_right_unless_its_device_is_cut(steps in history()) {
        let simulation = Simulation::run(&steps);
        let entries: Vec<&Draft> = simulation.entries.iter().collect();
        let (verdicts, _) = judged(simulation.commune.register(), &entries);
        if !is_contested(&simulation.entries) {
            for name in HONEST.iter().filter(|name| !simulation.cut.contains(*name)) {
                let own = entries.iter().filter(|draft| draft.view.header.device == device(name));
                for draft in own {
                    prop_assert!(verdicts.get(&draft.id()).unwrap().is_by_right(), "{:?}", verdicts.get(&draft.id()));
                }
            }
        }
    }

    #[test]
    fn what_is_judged_step_by_step_is_what_is_judged_at_once(steps in history(), seed: u64) {
        let simulation = Simulation::run(&steps);
        let mut order = Order(seed);
        let mut entries: Vec<EntryView> = simulation.entries.iter().map(|d| d.view.clone()).collect();
        let mut facts: Vec<(EntryId, Fact)> =
            simulation.entries.iter().map(|d| (d.id(), d.fact.clone())).collect();
        // Half of the histories come in almost the order in which they were written.
        if order.below(2) == 0 {
            order.shuffle(&mut entries);
            order.shuffle(&mut facts);
        } else {
            entries.reverse();
            facts.reverse();
        }
        let mut height = 3 + order.below(simulation.commune.registers.len() - 2) as u64;
        let mut judging = Judge::new(BOOK);
        let mut known: HashMap<EntryId, Verdict> = HashMap::new();
        let mut applied: HashSet<ChangeHash> = HashSet::new();
        loop {
            let (n, m) = (order.below(3), order.below(3));
            let some: Vec<EntryView> = (0..n).filter_map(|_| entries.pop()).collect();
            // A fact comes with its entry, before or after it.
            let known_now: Vec<(EntryId, Fact)> = (0..m).filter_map(|_| facts.pop()).collect();
            if order.below(6) == 0 {
                height = (height + 1).min(simulation.commune.height());
            }
            let done = entries.is_empty() && facts.is_empty() && some.is_empty() && known_now.is_empty();
            if done {
                height = simulation.commune.height();
            }
            let register = simulation.commune.at(height);
            let outcome = judging.advance(register, some, known_now);
            for changed in &outcome.changed {
                prop_assert_eq!(known.insert(changed.entry, changed.now), changed.before);
            }
            let expected = judge(judging.set(), judging.facts(), register);
            prop_assert_eq!(&judging.verdicts(), &expected);
            prop_assert_eq!(expected.iter().count(), known.len());
            // What is admitted can be applied in the order given; after a loss all is built again.
            let order: Vec<EntryId> = if outcome.rebuild {
                applied.clear();
                judging.admitted().map(|view| view.id).collect()
            } else {
                outcome.admitted
            };
            for id in order {
                for change in judging.facts().changes(&id) {
                    prop_assert!(change.deps.iter().all(|dep| applied.contains(dep)));
                    applied.insert(change.hash);
                }
            }
            prop_assert_eq!(applied.iter().copied().collect::<BTreeSet<_>>(), document(&expected, judging.facts()));
            if done {
                break;
            }
        }
    }
}
