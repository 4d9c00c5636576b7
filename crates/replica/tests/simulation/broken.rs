//! One rule broken at a time, by the simulation and never in what ships: each has to be reported, else nothing says that the
//! simulation can fail.

use sothon_ledger::register::Action;
use sothon_store::{Batch as StoreBatch, Local, Shelf};

use super::*;

/// Which rule is broken, and what has to be said of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Broken {
    /// A crash takes with it what was acknowledged and is in no entry yet.
    Forgetful,
    /// A carrier gives everybody everything.
    Generous,
    /// The relay says that it has stored what it has not.
    Leaky,
    /// An edit is written twice under its own name.
    Double,
    /// A village head's device takes no cut in.
    Deaf,
    /// The office gives a leader the rights of the police, and no table says so.
    Promoted,
    /// What is written is on the disk in clear.
    Clear,
    /// The office's machine forgets that it ever met a relay, and orders without asking one.
    Unasked,
    /// The chief's machine says of whom a liar likes that it is suspended.
    Parroted,
    /// The office lets nobody go.
    Unforgiving,
    /// Who took over by the sheet makes the lost machine the registrar's again.
    Deposed,
    /// A changed role is told to everybody but is not ordered.
    Kept,
    /// The police answer one tip with what was meant for the author of another.
    Misaddressed,
    /// The relay keeps no saves.
    Shelved,
    /// Who comes late believes what a liar's checkpoint says.
    Believing,
}

impl Broken {
    pub const ALL: [Broken; 15] = [
        Broken::Forgetful,
        Broken::Generous,
        Broken::Leaky,
        Broken::Double,
        Broken::Deaf,
        Broken::Promoted,
        Broken::Clear,
        Broken::Unasked,
        Broken::Parroted,
        Broken::Unforgiving,
        Broken::Deposed,
        Broken::Kept,
        Broken::Misaddressed,
        Broken::Shelved,
        Broken::Believing,
    ];

    /// The seed from which on it is tried: one that does not wait long for what is needed.
    pub fn from(self) -> u64 {
        match self {
            Broken::Forgetful | Broken::Believing => 1,
            Broken::Unasked => 4,
            Broken::Promoted => 11,
            Broken::Unforgiving => 9,
            _ => 0,
        }
    }

    /// What happens instead of a seed's own operations, where those seldom bring about what the rule is about.
    pub fn brought_about(self) -> Option<Vec<Op>> {
        let session = |one| Op::Session {
            one,
            other: RELAY,
            cut: None,
        };
        let meets = |by| [Op::Publish { by, clock: 0 }, session(by)];
        match self {
            // A head goes to another village, in whose book somebody has written.
            Broken::Kept => {
                let mut list: Vec<Op> = [OFFICE, 5].into_iter().flat_map(meets).collect();
                list.extend((0..4).map(|book| Op::Create { by: 5, book }));
                list.extend(meets(5));
                list.push(Op::Role { of: 4, role: 1 });
                Some(list)
            }
            // Two tips, one of which is answered.
            Broken::Misaddressed => {
                let mut list: Vec<Op> = [OFFICE, CHIEF, 4, 5].into_iter().flat_map(meets).collect();
                list.extend([4, 5].map(|by| Op::Drop { by }));
                list.extend([4, 5, CHIEF].into_iter().flat_map(meets));
                list.push(Op::Reply { by: CHIEF, n: 0 });
                Some(list)
            }
            _ => None,
        }
    }

    /// One of these is in what is reported.
    pub fn reports(self) -> &'static [&'static str] {
        match self {
            Broken::Forgetful => &["0 times"],
            Broken::Generous => &["that it may not hold", "more than what is its own"],
            Broken::Leaky => &["does not say that", "went again", "what the relay lacks"],
            Broken::Double => &["2 times"],
            // What it does not take it asks for again.
            Broken::Deaf => &["does not say that", "verdicts differ", "still talks"],
            Broken::Promoted => &[
                "that it may not hold",
                "may not read",
                "more than what is its own",
            ],
            Broken::Clear => &["in clear"],
            Broken::Unasked => &["could confirm"],
            Broken::Parroted => &["nobody said so who may"],
            Broken::Unforgiving => &["still suspends", "has heard of other suspensions"],
            Broken::Deposed => &[
                "is the registrar's no more",
                "orders, or the registrar's machine does not",
                "does not have the registrar key",
            ],
            Broken::Kept => &["wrote where it may not", "its role then was", "does not read"],
            Broken::Misaddressed => &["a reply to", "has a reply of"],
            Broken::Shelved => &["lacks a save"],
            Broken::Believing => &["records differ", "verdicts differ"],
        }
    }
}

/// What a place hears of what is sent to it, as it is broken.
pub type Spoil = fn(&mut Batch);

impl World {
    pub(super) fn is_broken(&self, what: Broken) -> bool {
        self.broken == Some(what)
    }

    /// What is done to all that a place is given.
    pub(super) fn spoil(&self, place: usize) -> Option<Spoil> {
        match (self.broken, place) {
            (Some(Broken::Leaky), RELAY) => Some(|batch| batch.entries.clear()),
            (Some(Broken::Shelved), RELAY) => Some(|batch| batch.blobs.clear()),
            (Some(Broken::Deaf), DEAF) => Some(|batch| {
                let cut = |operation: &sothon_ledger::Operation| matches!(operation.action(), Action::Cut(_));
                let heard = batch.operations.iter().position(cut);
                batch.operations.truncate(heard.unwrap_or(batch.operations.len()));
            }),
            _ => None,
        }
    }

    /// After a crash, before the program is started again.
    pub(super) fn crashed(&self, place: usize) {
        let forgets = match self.broken {
            Some(Broken::Forgetful) => true,
            Some(Broken::Unasked) if place == OFFICE => false,
            _ => return,
        };
        let path = self.folder.path().join(ROLES[place].0).join("store.db");
        let mut store = Store::open(&path, self.relay().store().root()).expect("opens");
        let local = if forgets {
            let saved = store.unpublished().expect("reads");
            saved.iter().map(|saved| Local::Published(saved.id)).collect()
        } else {
            // That it ever met a relay.
            vec![Local::Forget {
                shelf: Shelf::Hint,
                key: RELAY_KEY.0.to_vec(),
            }]
        };
        let gone = StoreBatch {
            local,
            ..StoreBatch::default()
        };
        store.put(gone).expect("stores");
    }

    /// After an edit was acknowledged.
    pub(super) fn was_saved(&mut self, by: usize, edits: &[(BookId, Vec<Edit>)], act: ActId, value: &str) {
        if self.is_broken(Broken::Clear) {
            std::fs::write(self.folder.path().join("draft"), value).expect("writes");
        }
        let (true, [(book, edits)]) = (self.is_broken(Broken::Double), edits) else {
            return;
        };
        let [Edit::Set { key, .. }] = edits.as_slice() else {
            return;
        };
        let again = Edit::Set {
            key: key.clone(),
            sub: None,
            fields: [("field9".to_owned(), Some(Value::Text(value.to_owned())))].into(),
        };
        let act = Act {
            id: Some(act),
            ..Act::of_one_change("edit", Some(NOW))
        };
        self.device_mut(by)
            .edit_all(&[(*book, vec![again])], &act)
            .expect("is written as the first was");
    }

    /// After the office admitted somebody.
    pub(super) fn has_admitted(&mut self) {
        if self.is_broken(Broken::Promoted) {
            let leader = self.ids[LEADER];
            // Without a confirmed register, or a second time, it is refused.
            let _ = self
                .registrars_mut()
                .change_role(leader, Role::PoliceChief, vec![Scope::Commune], NOW);
        }
    }
}
