//! A commune in memory: a real register, and entries without signatures, since a verdict looks at the header only.

use ed25519_dalek::SigningKey;
use sha2::{Digest as _, Sha256};
use sothon_ledger::register::{Action, Cut, CutOf, Grant, LogHead, OpenBook};
use sothon_ledger::verdict::{ChangeFact, EntrySet, EntryView, Fact, Facts, Verdict, Verdicts, judge};
use sothon_ledger::*;

/// SHA-256 of a text: an id for a name.
pub fn hash(text: &str) -> [u8; 32] {
    Sha256::digest(text).into()
}

pub fn device(name: &str) -> DeviceId {
    DeviceId(hash(name))
}

pub fn log(name: &str) -> LogId {
    LogId(hash(name)[..16].try_into().unwrap())
}

pub fn actor(name: &str) -> Actor {
    Actor(hash(name)[..16].try_into().unwrap())
}

pub const BOOK: BookId = BookId([7; 16]);

/// A register that grows, with every state that it had.
pub struct Commune {
    key: SigningKey,
    /// By height - 1.
    pub registers: Vec<Register>,
}

impl Commune {
    pub fn new() -> Commune {
        let key = SigningKey::from_bytes(&[1; 32]);
        let found = Action::Found {
            registrar: key.verifying_key().to_bytes(),
            recovery: [2; 32],
            nonce: [0; 16],
        };
        let register = Register::found(Operation::sign(None, 0, found, &key)).unwrap();
        Commune {
            key,
            registers: vec![register],
        }
    }

    pub fn register(&self) -> &Register {
        self.registers.last().unwrap()
    }

    pub fn at(&self, height: u64) -> &Register {
        &self.registers[height as usize - 1]
    }

    pub fn height(&self) -> u64 {
        self.registers.len() as u64
    }

    pub fn tag(&self, height: u64) -> OperationTag {
        self.register()
            .operation(Height(height))
            .map_or(OperationTag([0; 8]), |op| op.id().tag())
    }

    pub fn op(&mut self, action: Action) -> u64 {
        let mut register = self.register().clone();
        let operation = Operation::sign(Some(register.head()), 0, action, &self.key);
        register.add(operation).unwrap();
        self.registers.push(register);
        self.height()
    }

    /// A second operation beside the last one.
    pub fn fork(&mut self) {
        let mut register = self.register().clone();
        let before = register.operation(Height(self.height() - 1)).unwrap();
        let place = Some((before.height(), before.id()));
        let other = Operation::sign(place, 1, Action::StillCurrent, &self.key);
        assert!(matches!(register.add(other), Ok(Added::Fork(_))));
        *self.registers.last_mut().unwrap() = register;
    }

    pub fn admit(&mut self, name: &str, role: Role) -> u64 {
        self.op(Action::Admit {
            device: device(name),
            transport: TransportKey(hash(&format!("{name} transport"))),
            role,
            scopes: vec![Scope::Commune],
            until: None,
        })
    }

    pub fn open(&mut self, kind: BookKind, grants: &[(Right, Role)], first_readers: &[&str]) -> u64 {
        let open = open_book(BOOK, kind, grants, first_readers);
        self.op(Action::Open(open))
    }

    pub fn cut(&mut self, name: &str, heads: &[&Draft]) -> u64 {
        self.op(Action::Cut(Cut {
            of: CutOf::Device(device(name)),
            heads: heads.iter().map(|draft| draft.head()).collect(),
        }))
    }

    pub fn let_in(&mut self, entry: EntryId) -> u64 {
        self.op(Action::LetIn { book: BOOK, entry })
    }

    pub fn anchor(&mut self, entry: EntryId) -> u64 {
        self.op(Action::Anchor { book: BOOK, entry })
    }
}

pub fn open_book(book: BookId, kind: BookKind, grants: &[(Right, Role)], first: &[&str]) -> OpenBook {
    let grants = grants.iter().map(|(right, role)| Grant {
        right: *right,
        to: Selector {
            role: *role,
            scope: None,
        },
    });
    OpenBook {
        book,
        kind,
        scope: Scope::Commune,
        year: 2025,
        grants: grants.collect(),
        first_readers: first.iter().map(|name| device(name)).collect(),
        previous: None,
    }
}

/// An entry with what is known of it.
#[derive(Clone, Debug)]
pub struct Draft {
    pub view: EntryView,
    pub fact: Fact,
}

impl Draft {
    pub fn id(&self) -> EntryId {
        self.view.id
    }

    pub fn head(&self) -> LogHead {
        let header = &self.view.header;
        LogHead {
            log: header.log,
            seq: header.seq,
            id: self.id(),
        }
    }

    pub fn change(&self, at: usize) -> &ChangeFact {
        match &self.fact {
            Fact::Changes(changes) => &changes[at],
            _ => panic!("no changes"),
        }
    }

    /// The same entry with something else in its header, under an id of its own.
    pub fn with(mut self, edit: impl FnOnce(&mut Header)) -> Draft {
        edit(&mut self.view.header);
        self.view.id = EntryId(hash(&format!("{:?}", (&self.view.header, self.id()))));
        self
    }

    pub fn knowing(mut self, fact: Fact) -> Draft {
        self.fact = fact;
        self
    }
}

/// What an author writes next: `log` as "device.name", on `back`, naming `after`.
pub fn entry(
    commune: &Commune,
    at: &str,
    back: Option<&Draft>,
    after: &[&Draft],
    height: u64,
    kind: Kind,
) -> Draft {
    let name = at.split('.').next().unwrap();
    let mut after: Vec<EntryId> = after.iter().map(|draft| draft.id()).collect();
    after.sort_unstable();
    let header = Header {
        version: 1,
        book: BOOK,
        device: device(name),
        log: log(at),
        seq: back.map_or(0, |back| back.view.header.seq + 1),
        backlink: back.map(Draft::id),
        after,
        height: Height(height),
        operation: commune.tag(height),
        kind,
        epoch: None,
        suite: Suite::Clear,
        encoding: Encoding::Cbor,
        unknown_critical: false,
    };
    let id = EntryId(hash(&format!("{header:?}")));
    Draft {
        view: EntryView { id, header },
        fact: Fact::Read,
    }
}

/// An epoch for the readers at a height.
pub fn epoch(
    commune: &Commune,
    at: &str,
    back: Option<&Draft>,
    after: &[&Draft],
    height: u64,
    of: u64,
) -> Draft {
    let name = EpochId(hash(&format!("epoch {at} {of}")));
    entry(commune, at, back, after, height, Kind::Epoch)
        .with(|header| header.epoch = Some(name))
        .knowing(Fact::Epoch { height: Height(of) })
}

/// One change, under the epoch that `under` made: the first of the actor named like the log where it has no `back`.
pub fn change(
    commune: &Commune,
    at: &str,
    back: Option<&Draft>,
    after: &[&Draft],
    height: u64,
    under: &Draft,
) -> Draft {
    let seq = back.map_or(1, |back| match &back.fact {
        Fact::Changes(changes) => changes[0].seq + 1,
        _ => 1,
    });
    let deps: Vec<&Draft> = back.into_iter().chain(after.iter().copied()).collect();
    change_as(commune, at, back, after, height, under, (at, seq, "edit"), &deps)
}

/// One change of a given (actor, seq, text) on the changes of `deps`.
#[allow(clippy::too_many_arguments)]
pub fn change_as(
    commune: &Commune,
    at: &str,
    back: Option<&Draft>,
    after: &[&Draft],
    height: u64,
    under: &Draft,
    (who, seq, text): (&str, u64, &str),
    deps: &[&Draft],
) -> Draft {
    let deps: Vec<ChangeHash> = deps
        .iter()
        .filter_map(|draft| match &draft.fact {
            Fact::Changes(changes) => changes.last().map(|change| change.hash),
            _ => None,
        })
        .collect();
    let change = ChangeFact {
        hash: ChangeHash(hash(&format!("{who} {seq} {text} {deps:?}"))),
        actor: actor(who),
        seq,
        deps,
    };
    let id = hash(&format!("{change:?}"));
    entry(commune, at, back, after, height, Kind::Changes)
        .with(|header| header.epoch = under.view.header.epoch)
        .knowing(Fact::Changes(vec![change]))
        .salted(id)
}

impl Draft {
    fn salted(mut self, salt: [u8; 32]) -> Draft {
        self.view.id = EntryId(hash(&format!("{:?}{salt:?}", self.view.id)));
        self
    }
}

/// The verdicts of these entries, whose payloads are known, under a register.
pub fn verdicts(register: &Register, entries: &[&Draft]) -> Verdicts {
    let mut set = EntrySet::new(BOOK);
    let mut facts = Facts::new();
    for draft in entries {
        assert!(set.insert(draft.view.clone()));
        facts.insert(draft.id(), draft.fact.clone());
    }
    judge(&set, &facts, register)
}

/// The verdict of the first of these entries.
pub fn verdict(register: &Register, of: &Draft, others: &[&Draft]) -> Verdict {
    let entries: Vec<&Draft> = std::iter::once(of).chain(others.iter().copied()).collect();
    *verdicts(register, &entries).get(&of.id()).unwrap()
}
