//! What one who only drops can say of the entries that it is served out of their logs.

use ed25519_dalek::SigningKey;
use sothon_ledger::announced::to_drop_to;
use sothon_ledger::outside::{Notice, Outside};
use sothon_ledger::payload::{Epoch, Receipt, Yes};
use sothon_ledger::register::{Action, Cut, CutOf, Grant, LogHead, OpenBook};
use sothon_ledger::{
    AgreeKey, BookId, BookKind, DeviceId, Encoding, Envelope, EpochId, Header, Height, Kind, LogId,
    Operation, OperationTag, Register, Right, Role, Scope, Selector, Suite, TransportKey, cbor,
};

const TIPS: BookId = BookId([4; 16]);

/// Two police, of whom the first is named at opening; a third who is admitted later; a village head.
struct Commune {
    registrar: SigningKey,
    register: Register,
}

fn key(n: u8) -> SigningKey {
    SigningKey::from_bytes(&[n; 32])
}

fn device(n: u8) -> DeviceId {
    DeviceId(key(n).verifying_key().to_bytes())
}

impl Commune {
    fn new() -> Commune {
        let registrar = key(70);
        let found = Action::Found {
            registrar: registrar.verifying_key().to_bytes(),
            recovery: [8; 32],
            nonce: [0; 16],
        };
        let register = Register::found(Operation::sign(None, 0, found, &registrar)).expect("founds");
        let mut commune = Commune { registrar, register };
        commune.admit(1, Role::Police);
        commune.admit(2, Role::Police);
        commune.admit(9, Role::VillageHead);
        let police = Selector {
            role: Role::Police,
            scope: None,
        };
        let grant = |right| Grant { right, to: police };
        commune.order(Action::Open(OpenBook {
            book: TIPS,
            kind: BookKind::Tips,
            scope: Scope::Commune,
            year: 2025,
            grants: vec![grant(Right::Read), grant(Right::Write)],
            first_readers: vec![device(1)],
            previous: None,
        }));
        commune
    }

    fn order(&mut self, action: Action) {
        let operation = Operation::sign(Some(self.register.head()), 0, action, &self.registrar);
        self.register.add(operation).expect("follows");
    }

    fn admit(&mut self, n: u8, role: Role) {
        self.order(Action::Admit {
            device: device(n),
            transport: TransportKey([n + 100; 32]),
            role,
            scopes: vec![Scope::Commune],
            until: None,
        });
    }

    fn cut(&mut self, n: u8, heads: Vec<LogHead>) {
        let of = CutOf::Device(device(n));
        self.order(Action::Cut(Cut { of, heads }));
    }

    /// An entry at a place of a device's log, as of the register now.
    fn notice(&self, n: u8, seq: u64, kind: Kind, epoch: Option<u8>, payload: Vec<u8>) -> Notice {
        let height = self.register.height();
        let header = Header {
            version: 1,
            book: TIPS,
            device: device(n),
            log: LogId([n; 16]),
            seq,
            backlink: (seq > 0).then_some(sothon_ledger::EntryId([3; 32])),
            after: Vec::new(),
            height,
            operation: self.register.operation(height).expect("is there").id().tag(),
            kind,
            epoch: epoch.map(|n| EpochId([n; 32])),
            suite: Suite::Clear,
            encoding: Encoding::Cbor,
            unknown_critical: false,
        };
        Notice::read(Envelope::sign(&header, &payload, &key(n)), payload).expect("reads")
    }

    fn epoch(&self, n: u8, seq: u64, id: u8, height: Height) -> Notice {
        let body = Epoch {
            height,
            drop_key: AgreeKey([id; 32]),
        };
        self.notice(n, seq, Kind::Epoch, Some(id), cbor::encode(&body))
    }

    fn yes(&self, n: u8, seq: u64, to: u8) -> Notice {
        self.notice(n, seq, Kind::Yes, None, cbor::encode(&Yes { device: device(to) }))
    }

    fn newest(&self, notices: &[Notice]) -> Option<u8> {
        let outside = Outside::new(&self.register, TIPS, notices);
        let best = to_drop_to(outside.announced(), Height(0), |_| false);
        best.map(|announced| announced.epoch.0[0])
    }
}

#[test]
fn a_drop_is_sealed_to_the_newest_epoch_of_a_reader_whatever_came_first() {
    let mut c = Commune::new();
    let first = c.epoch(1, 0, 50, c.register.height());
    c.order(Action::StillCurrent);
    let later = c.epoch(1, 5, 60, c.register.height());
    assert_eq!(c.newest(&[]), None);
    assert_eq!(c.newest(&[first.clone(), later.clone()]), Some(60));
    assert_eq!(c.newest(&[later.clone(), first.clone()]), Some(60));
    let same_height = c.epoch(1, 6, 40, c.register.height());
    assert_eq!(c.newest(&[later, same_height, first]), Some(40), "the lowest id");
}

#[test]
fn nobody_becomes_who_is_sealed_to_without_the_yes_of_one_who_counts() {
    let c = Commune::new();
    let own = c.epoch(2, 0, 60, c.register.height());
    let to_itself = c.yes(2, 1, 2);
    assert_eq!(c.newest(&[own.clone(), to_itself.clone()]), None);
    let said = c.yes(1, 0, 2);
    assert_eq!(c.newest(&[own.clone(), to_itself, said]), Some(60));
    let by_a_village_head = c.yes(9, 0, 2);
    assert_eq!(c.newest(&[own, by_a_village_head]), None);
}

#[test]
fn who_may_not_read_makes_no_epoch_and_none_for_readers_to_come() {
    let mut c = Commune::new();
    let foreign = c.epoch(9, 0, 60, c.register.height());
    let ahead = c.epoch(1, 0, 61, Height(c.register.height().0 + 1));
    assert_eq!(c.newest(&[foreign, ahead]), None);
    // One that names a height which is not here yet waits for the register.
    let before = c.register.clone();
    c.order(Action::StillCurrent);
    let early = c.epoch(1, 0, 62, c.register.height());
    assert_eq!(c.newest(std::slice::from_ref(&early)), Some(62));
    c.register = before;
    assert_eq!(c.newest(&[early]), None);
}

#[test]
fn past_a_cut_nothing_counts_until_its_author_is_a_reader_again() {
    let mut c = Commune::new();
    let before = c.epoch(1, 3, 50, c.register.height());
    let past = c.epoch(1, 4, 40, c.register.height());
    let head = LogHead {
        log: LogId([1; 16]),
        seq: 3,
        id: before.id(),
    };
    c.cut(1, vec![head]);
    assert_eq!(c.newest(&[before.clone(), past.clone()]), Some(50));
    let unnamed = c.epoch(1, 9, 30, c.register.height());
    assert_eq!(c.newest(&[unnamed]), None);
    c.admit(1, Role::Police);
    let again = c.epoch(1, 0, 20, c.register.height());
    assert_eq!(c.newest(&[before, past, again]), Some(20));
}

#[test]
fn another_operation_at_the_named_height_is_not_this_register() {
    let c = Commune::new();
    let mut notice = c.epoch(1, 0, 50, c.register.height());
    let mut header = notice.envelope.header().clone();
    header.operation = OperationTag([9; 8]);
    notice.envelope = Envelope::sign(&header, b"", &key(1));
    assert_eq!(c.newest(&[notice]), None);
}

#[test]
fn what_is_no_notice_is_read_as_none() {
    let c = Commune::new();
    let receipt = c.notice(
        1,
        0,
        Kind::Receipt,
        None,
        cbor::encode(&Receipt { heads: Vec::new() }),
    );
    assert_eq!(
        Outside::new(&c.register, TIPS, std::slice::from_ref(&receipt))
            .counting()
            .count(),
        1
    );
    let envelope = receipt.envelope;
    assert!(Notice::read(envelope.clone(), b"no receipt".to_vec()).is_none());
    let mut header = envelope.header().clone();
    header.kind = Kind::Final;
    assert!(Notice::read(Envelope::sign(&header, b"", &key(1)), Vec::new()).is_none());
}
