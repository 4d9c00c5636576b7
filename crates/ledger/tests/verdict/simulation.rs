//! Honest and hostile devices and an office that write, meet, are set back, cut, let in: what they write is judged.
//!
//! A history is a list of small steps, so that a failing one can be shrunk.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use proptest::prelude::*;
use sothon_ledger::register::{Action, Cut, CutOf};
use sothon_ledger::verdict::{ChangeFact, EntrySet, Fact, Facts, Verdict, Verdicts, judge};
use sothon_ledger::*;

use crate::commune::*;

pub const HONEST: [&str; 3] = ["A", "B", "C"];
pub const HOSTILE: [&str; 2] = ["R", "K"];
pub const ALL: [&str; 6] = ["A", "B", "C", "R", "K", "O"];

#[derive(Clone, Debug)]
pub enum Step {
    /// An honest device publishes so many changes.
    Write(usize, usize),
    /// An office device confirms what it holds.
    Receipt,
    /// Two meet, and exchange all or so much.
    Meet(usize, usize, Option<usize>),
    /// A hostile device writes on what it likes, naming an old height or the newest.
    Hostile {
        who: usize,
        old: bool,
        new_log: bool,
        on: [usize; 2],
    },
    /// A hostile device writes a rival of an entry of its own.
    Rival(usize, usize),
    /// A hostile device drops, sealed.
    Drop(usize),
    /// An honest device's disk is kept, and set back.
    Keep(usize),
    SetBack(usize),
    /// What the registrar orders.
    Cut(usize),
    Role(usize),
    Admit(usize),
    LetIn(usize),
    Anchor(usize),
}

pub fn history() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        8 => (0..3usize, 1..3usize).prop_map(|(who, n)| Step::Write(who, n)),
        1 => Just(Step::Receipt),
        10 => (0..6usize, 0..6usize).prop_map(|(a, b)| Step::Meet(a, b, None)),
        2 => (0..6usize, 0..6usize, 1..4usize).prop_map(|(a, b, n)| Step::Meet(a, b, Some(n))),
        5 => (0..2usize, any::<bool>(), prop::bool::weighted(0.2), any::<[u8; 2]>()).prop_map(
            |(who, old, new_log, on)| Step::Hostile { who, old, new_log, on: on.map(usize::from) }
        ),
        3 => (0..2usize, 0..3usize).prop_map(|(who, k)| Step::Rival(who, k)),
        2 => (0..2usize).prop_map(Step::Drop),
        1 => (0..3usize).prop_map(Step::Keep),
        1 => (0..3usize).prop_map(Step::SetBack),
        1 => (0..5usize).prop_map(Step::Cut),
        1 => (0..3usize).prop_map(Step::Role),
        1 => (0..5usize).prop_map(Step::Admit),
        1 => (0..4usize).prop_map(Step::LetIn),
        1 => (0..4usize).prop_map(Step::Anchor),
    ];
    prop::collection::vec(step, 3..36)
}

#[derive(Clone, Default)]
struct Device {
    /// What it holds, by number in the simulation; ancestors are held too.
    held: BTreeSet<usize>,
    height: u64,
    log: Option<String>,
    actor: Option<String>,
}

pub struct Simulation {
    pub commune: Commune,
    /// All that was ever written, each after what it builds on.
    pub entries: Vec<Draft>,
    pub cut: HashSet<&'static str>,
    numbers: HashMap<EntryId, usize>,
    devices: BTreeMap<&'static str, Device>,
    kept: BTreeMap<&'static str, Device>,
    names: usize,
    /// The height at which the book had its writers.
    begin: u64,
}

impl Simulation {
    pub fn run(steps: &[Step]) -> Simulation {
        let mut simulation = Simulation::new();
        for step in steps {
            simulation.step(step);
        }
        simulation
    }

    fn new() -> Simulation {
        let mut commune = Commune::new();
        commune.admit("O", Role::Office);
        let both = [Role::Office, Role::Unit];
        let read = both.map(|role| (Right::Read, role));
        let write = both.map(|role| (Right::Write, role));
        let grants = [&read[..], &write[..], &[(Right::Drop, Role::Unit)]].concat();
        commune.open(BookKind::Village, &grants, &[]);
        for name in HONEST.into_iter().chain(HOSTILE) {
            commune.admit(name, Role::Unit);
        }
        let begin = commune.height();
        let first = epoch(&commune, "O.0", None, &[], begin, begin);
        let device = Device {
            held: BTreeSet::from([0]),
            height: begin,
            ..Device::default()
        };
        let mut out = Simulation {
            commune,
            entries: Vec::new(),
            cut: HashSet::new(),
            numbers: HashMap::new(),
            devices: ALL.into_iter().map(|name| (name, device.clone())).collect(),
            kept: BTreeMap::new(),
            names: 0,
            begin,
        };
        out.devices.get_mut("O").unwrap().log = Some("O.0".into());
        out.publish("O", first);
        out
    }

    fn publish(&mut self, who: &'static str, draft: Draft) {
        let number = match self.numbers.get(&draft.id()) {
            Some(number) => *number,
            None => {
                self.numbers.insert(draft.id(), self.entries.len());
                self.entries.push(draft);
                self.entries.len() - 1
            }
        };
        self.devices.get_mut(who).unwrap().held.insert(number);
    }

    fn fresh(&mut self, who: &str) -> String {
        self.names += 1;
        format!("{who}.{}", self.names)
    }

    fn judge(&self, who: &str) -> (EntrySet, Facts, Verdicts) {
        let device = &self.devices[who];
        let mut set = EntrySet::new(BOOK);
        let mut facts = Facts::new();
        for draft in device.held.iter().map(|n| &self.entries[*n]) {
            set.insert(draft.view.clone());
            facts.insert(draft.id(), draft.fact.clone());
        }
        let verdicts = judge(&set, &facts, self.commune.at(device.height));
        (set, facts, verdicts)
    }

    fn step(&mut self, step: &Step) {
        match *step {
            Step::Write(who, n) => self.write(HONEST[who], n),
            Step::Receipt => {
                let draft = self.next("O", Kind::Receipt);
                self.publish("O", draft);
            }
            Step::Meet(a, b, part) => self.meet(ALL[a], ALL[b], part),
            Step::Hostile {
                who,
                old,
                new_log,
                on,
            } => self.write_hostile(HOSTILE[who], old, new_log, on),
            Step::Drop(who) => self.drop_sealed(HOSTILE[who]),
            Step::Rival(who, k) => self.rival(HOSTILE[who], k),
            Step::Keep(who) => {
                let device = self.devices[HONEST[who]].clone();
                self.kept.insert(HONEST[who], device);
            }
            Step::SetBack(who) => {
                if let Some(mut device) = self.kept.get(HONEST[who]).cloned() {
                    device.actor = None;
                    self.devices.insert(HONEST[who], device);
                }
            }
            Step::Cut(who) => {
                if self.cut.insert(ALL[who]) {
                    let of = CutOf::Device(device(ALL[who]));
                    let heads = self.heads_at_office(ALL[who]);
                    self.order(Action::Cut(Cut { of, heads }));
                }
            }
            Step::Role(who) => {
                let heads = self.heads_at_office(HONEST[who]);
                self.cut.insert(HONEST[who]);
                self.order(Action::Role {
                    device: device(HONEST[who]),
                    role: Role::Unit,
                    scopes: vec![Scope::Commune],
                    heads,
                });
            }
            Step::Admit(who) => {
                if self.cut.contains(ALL[who]) {
                    self.commune.admit(ALL[who], Role::Unit);
                    self.devices.get_mut("O").unwrap().height = self.commune.height();
                }
            }
            Step::LetIn(n) => {
                if let Some(entry) = self.nth_at_office(n, |verdict| !verdict.is_by_right()) {
                    self.order(Action::LetIn { book: BOOK, entry });
                }
            }
            Step::Anchor(n) => {
                if let Some(entry) = self.nth_at_office(n, |verdict| !verdict.is_admitted()) {
                    self.order(Action::Anchor { book: BOOK, entry });
                }
            }
        }
    }

    fn order(&mut self, action: Action) {
        let height = self.commune.op(action);
        self.devices.get_mut("O").unwrap().height = height;
    }

    fn heads_at_office(&self, who: &str) -> Vec<register::LogHead> {
        let mut heads: BTreeMap<LogId, register::LogHead> = BTreeMap::new();
        for draft in self.devices["O"].held.iter().map(|n| &self.entries[*n]) {
            let head = draft.head();
            if draft.view.header.device == device(who)
                && heads.get(&head.log).is_none_or(|other| other.seq < head.seq)
            {
                heads.insert(head.log, head);
            }
        }
        heads.into_values().collect()
    }

    fn nth_at_office(&self, n: usize, of: impl Fn(&Verdict) -> bool) -> Option<EntryId> {
        let (_, _, verdicts) = self.judge("O");
        let mut found: Vec<EntryId> = verdicts
            .iter()
            .filter(|(_, v)| of(v))
            .map(|(id, _)| *id)
            .collect();
        found.sort_unstable();
        found.get(n % found.len().max(1)).copied()
    }

    fn meet(&mut self, a: &'static str, b: &'static str, part: Option<usize>) {
        let new = |from: &str, to: &str| -> Vec<usize> {
            let (from, to) = (&self.devices[from].held, &self.devices[to].held);
            let new = from.difference(to).copied();
            new.take(part.unwrap_or(usize::MAX)).collect()
        };
        let (to_b, to_a) = (new(a, b), new(b, a));
        self.devices.get_mut(a).unwrap().held.extend(to_a);
        self.devices.get_mut(b).unwrap().held.extend(to_b);
        // The register comes first; hostile devices name what they like.
        let height = self.devices[a].height.max(self.devices[b].height);
        for name in [a, b] {
            if !HOSTILE.contains(&name) {
                self.devices.get_mut(name).unwrap().height = height;
            }
        }
    }

    /// The envelope of what an honest device publishes next: on its log if that is all by right, and on all heads.
    fn next(&mut self, who: &'static str, kind: Kind) -> Draft {
        let (set, _, verdicts) = self.judge(who);
        let stuck = |log: &str| {
            set.iter()
                .filter(|view| view.header.log == crate::commune::log(log))
                .any(|view| !verdicts.get(&view.id).unwrap().is_by_right())
        };
        if self.devices[who].log.as_ref().is_none_or(|log| stuck(log)) {
            let log = self.fresh(who);
            let device = self.devices.get_mut(who).unwrap();
            device.log = Some(log);
            device.actor = None;
        }
        let device = &self.devices[who];
        let log = device.log.clone().unwrap();
        let last = set
            .iter()
            .filter(|view| view.header.log == crate::commune::log(&log))
            .max_by_key(|view| (view.header.seq, view.id));
        let last = last.map(|view| &self.entries[self.numbers[&view.id]]);
        let after: Vec<&Draft> = set
            .outermost(|id| verdicts.is_admitted(id))
            .iter()
            .map(|id| &self.entries[self.numbers[id]])
            .filter(|draft| Some(draft.id()) != last.map(Draft::id))
            .collect();
        entry(&self.commune, &log, last, &after, device.height, kind)
    }

    fn write(&mut self, who: &'static str, changes: usize) {
        let (_, _, verdicts) = self.judge(who);
        let height = self.devices[who].height;
        let removal = self
            .commune
            .at(height)
            .rights()
            .last_removal(&BOOK, Height(height));
        let epochs = self.entries.iter().filter_map(|draft| match draft.fact {
            Fact::Epoch { height } if verdicts.get(&draft.id())?.is_by_right() => {
                Some((std::cmp::Reverse(height), draft.view.header.epoch))
            }
            _ => None,
        });
        let newest = epochs.min().filter(|(of, _)| of.0 >= removal);
        let epoch = match newest {
            Some((_, epoch)) => epoch,
            None => {
                let name = EpochId(hash(&self.fresh("epoch")));
                let draft = self
                    .next(who, Kind::Epoch)
                    .with(|header| header.epoch = Some(name))
                    .knowing(Fact::Epoch {
                        height: Height(height),
                    });
                self.publish(who, draft);
                Some(name)
            }
        };
        let draft = self.next(who, Kind::Changes).with(|header| header.epoch = epoch);
        if self.devices[who].actor.is_none() {
            let actor = self.fresh(who);
            self.devices.get_mut(who).unwrap().actor = Some(actor);
        }
        let name = self.devices[who].actor.clone().unwrap();
        let (_, facts, verdicts) = self.judge(who);
        let mut known: HashMap<ChangeHash, ChangeFact> = HashMap::new();
        for (id, _) in verdicts.iter().filter(|(_, verdict)| verdict.is_admitted()) {
            known.extend(facts.changes(id).iter().map(|c| (c.hash, c.clone())));
        }
        let mut out = Vec::new();
        for _ in 0..changes {
            let under: HashSet<ChangeHash> = known.values().flat_map(|c| &c.deps).copied().collect();
            let mut deps: Vec<ChangeHash> = known
                .keys()
                .filter(|hash| !under.contains(*hash))
                .copied()
                .collect();
            deps.sort_unstable();
            let own = known.values().filter(|c| c.actor == actor(&name)).map(|c| c.seq);
            let seq = own.max().unwrap_or(0) + 1;
            let hash = ChangeHash(hash(&self.fresh(&format!("{name} {seq}"))));
            let change = ChangeFact {
                hash,
                actor: actor(&name),
                seq,
                deps,
            };
            known.insert(hash, change.clone());
            out.push(change);
        }
        self.publish(who, draft.knowing(Fact::Changes(out)));
    }

    fn write_hostile(&mut self, who: &'static str, old: bool, new_log: bool, on: [usize; 2]) {
        let height = if old { self.begin } else { self.devices[who].height };
        let own = |draft: &&Draft, log: &str| draft.view.header.log == log_of(log);
        let log_of_before = self.devices[who].log.clone().filter(|_| !new_log);
        let log = log_of_before.unwrap_or_else(|| self.fresh(who));
        let held: Vec<&Draft> = self.devices[who]
            .held
            .iter()
            .map(|n| &self.entries[*n])
            .filter(|draft| draft.view.header.height.0 <= height)
            .collect();
        let last = held
            .iter()
            .copied()
            .filter(|draft| own(draft, &log))
            .max_by_key(|draft| draft.view.header.seq);
        let mut named: Vec<&Draft> = on.iter().map(|n| held[n % held.len()]).collect();
        named.dedup_by_key(|draft| draft.id());
        named.retain(|draft| Some(draft.id()) != last.map(Draft::id));
        let below: Vec<&Draft> = last.into_iter().chain(named.iter().copied()).collect();
        let deps: BTreeSet<ChangeHash> = below
            .iter()
            .filter_map(|draft| match &draft.fact {
                Fact::Changes(changes) => Some(changes.last()?.hash),
                _ => None,
            })
            .collect();
        let name = format!("{log} actor");
        let all = self.entries.iter().flat_map(|draft| match &draft.fact {
            Fact::Changes(changes) => changes.as_slice(),
            _ => &[],
        });
        let all: HashMap<ChangeHash, &ChangeFact> = all.map(|c| (c.hash, c)).collect();
        let (mut seq, mut todo) = (0, deps.iter().copied().collect::<Vec<_>>());
        while let Some(change) = todo.pop().and_then(|hash| all.get(&hash)) {
            if change.actor == actor(&name) {
                seq = seq.max(change.seq);
            }
            todo.extend(&change.deps);
        }
        self.names += 1;
        let change = ChangeFact {
            hash: ChangeHash(hash(&format!("hostile {}", self.names))),
            actor: actor(&name),
            seq: seq + 1,
            deps: deps.into_iter().collect(),
        };
        let epoch = self.entries[0].view.header.epoch;
        let draft = entry(&self.commune, &log, last, &named, height, Kind::Changes)
            .with(|header| header.epoch = epoch)
            .knowing(Fact::Changes(vec![change]));
        let draft = salted(draft, self.names);
        self.devices.get_mut(who).unwrap().log = Some(log);
        self.publish(who, draft);
    }

    fn drop_sealed(&mut self, who: &'static str) {
        let name = format!("{who}.drops");
        let held = self.devices[who].held.iter().map(|n| &self.entries[*n]);
        let last = held
            .filter(|draft| draft.view.header.log == log(&name))
            .max_by_key(|draft| draft.view.header.seq);
        let epoch = self.entries[0].view.header.epoch;
        let draft = entry(&self.commune, &name, last, &[], self.begin, Kind::Drop);
        self.names += 1;
        let change = ChangeFact {
            hash: ChangeHash(hash(&format!("drop {}", self.names))),
            actor: actor(&format!("drop {}", self.names)),
            seq: 1,
            deps: vec![],
        };
        let draft = draft
            .with(|header| header.epoch = epoch)
            .knowing(Fact::Changes(vec![change]));
        let draft = salted(draft, self.names);
        self.publish(who, draft);
    }

    fn rival(&mut self, who: &'static str, k: usize) {
        let mine: Vec<&Draft> = self.devices[who]
            .held
            .iter()
            .rev()
            .map(|n| &self.entries[*n])
            .filter(|draft| draft.view.header.device == device(who))
            .collect();
        let Some(draft) = mine.get(k % mine.len().max(1)) else {
            return;
        };
        let mut draft = (*draft).clone();
        self.names += 1;
        if let Fact::Changes(changes) = &mut draft.fact
            && let Some(change) = changes.first_mut()
        {
            change.hash = ChangeHash(hash(&format!("rival {}", self.names)));
            let draft = salted(draft, self.names);
            self.publish(who, draft);
        }
    }
}

fn log_of(name: &str) -> LogId {
    log(name)
}

fn salted(mut draft: Draft, salt: usize) -> Draft {
    draft.view.id = EntryId(hash(&format!("{:?} {salt}", draft.id())));
    draft
}

/// A small source of numbers for orders: equal seeds, equal orders.
pub struct Order(pub u64);

impl Order {
    pub fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % bound.max(1) as u64) as usize
    }

    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for at in (1..items.len()).rev() {
            items.swap(at, self.below(at + 1));
        }
    }
}
