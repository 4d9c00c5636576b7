//! Who is served what, on a small commune.

use ed25519_dalek::SigningKey;
use sothon_ledger::payload::Receipt;
use sothon_ledger::register::{Action, Cut, CutOf, Grant, LogHead, OpenBook, Relay};
use sothon_ledger::serving::{Concern, Party, Service, served_books, shared_books};
use sothon_ledger::{
    BookId, BookKind, DeviceId, Encoding, EntryId, Header, Height, Kind, LogId, Operation, OperationTag,
    Register, Right, Role, Scope, Selector, Suite, TransportKey,
};

const VILLAGE: BookId = BookId([1; 16]);
const COMMUNE: BookId = BookId([2; 16]);
const CARE: BookId = BookId([3; 16]);
const TIPS: BookId = BookId([4; 16]);
const RELAY: TransportKey = TransportKey([99; 32]);

struct Commune {
    registrar: SigningKey,
    register: Register,
}

impl Commune {
    /// Village 1's head, police, a leader and the office; four books with the default rights that matter here.
    fn new() -> Commune {
        let registrar = SigningKey::from_bytes(&[7; 32]);
        let found = Action::Found {
            registrar: registrar.verifying_key().to_bytes(),
            recovery: [8; 32],
            nonce: [0; 16],
        };
        let register = Register::found(Operation::sign(None, 0, found, &registrar)).unwrap();
        let mut commune = Commune { registrar, register };
        commune.admit(1, Role::VillageHead, Scope::Village(1));
        commune.admit(2, Role::VillageHead, Scope::Village(2));
        commune.admit(3, Role::Police, Scope::Commune);
        commune.admit(4, Role::Leader, Scope::Commune);
        commune.admit(5, Role::Office, Scope::Commune);
        let to = |role, scope| Selector { role, scope };
        let police = to(Role::Police, None);
        commune.open(
            VILLAGE,
            BookKind::Village,
            Scope::Village(1),
            &[
                (Right::Read, to(Role::VillageHead, Some(Scope::Village(1)))),
                (Right::Write, to(Role::VillageHead, Some(Scope::Village(1)))),
            ],
        );
        let all: Vec<_> = Role::ALL.map(|role| (Right::Read, to(role, None))).into();
        commune.open(COMMUNE, BookKind::Commune, Scope::Commune, &all);
        commune.open(
            CARE,
            BookKind::CareFiles,
            Scope::Village(1),
            &[(Right::Read, police), (Right::Write, police)],
        );
        commune.open(
            TIPS,
            BookKind::Tips,
            Scope::Commune,
            &[
                (Right::Read, police),
                (Right::Write, police),
                (Right::Drop, to(Role::VillageHead, None)),
            ],
        );
        commune.order(Action::Relays(vec![Relay {
            key: RELAY,
            addresses: Vec::new(),
        }]));
        commune
    }

    fn order(&mut self, action: Action) {
        let operation = Operation::sign(Some(self.register.head()), 0, action, &self.registrar);
        self.register.add(operation).unwrap();
    }

    fn admit(&mut self, n: u8, role: Role, scope: Scope) {
        self.order(Action::Admit {
            device: device(n),
            transport: transport(n),
            role,
            scopes: vec![scope],
            until: None,
        });
    }

    fn open(&mut self, book: BookId, kind: BookKind, scope: Scope, grants: &[(Right, Selector)]) {
        let grants = grants
            .iter()
            .map(|(right, to)| Grant {
                right: *right,
                to: *to,
            })
            .collect();
        self.order(Action::Open(OpenBook {
            book,
            kind,
            scope,
            year: 2025,
            grants,
            first_readers: Vec::new(),
            previous: None,
        }));
    }

    fn served(&self, n: u8) -> Vec<(BookId, Service)> {
        served_books(&self.register, Party::Device(device(n)))
            .into_iter()
            .collect()
    }

    /// The books that both are served whole.
    fn shared(&self, one: Party, other: Party) -> Vec<BookId> {
        shared_books(&self.register, one, other)
            .into_iter()
            .filter(|shared| shared.only.is_none())
            .map(|shared| shared.book)
            .collect()
    }
}

fn device(n: u8) -> DeviceId {
    DeviceId([n; 32])
}

fn transport(n: u8) -> TransportKey {
    TransportKey([n + 100; 32])
}

#[test]
fn a_village_head_is_served_general_books_whole_and_of_tips_only_what_concerns_it() {
    let commune = Commune::new();
    let expected = vec![
        (VILLAGE, Service::All),
        (COMMUNE, Service::All),
        (TIPS, Service::Own),
    ];
    assert_eq!(commune.served(1), expected);
    assert_eq!(
        commune.served(2),
        expected,
        "general books may be carried by anyone"
    );
}

#[test]
fn police_office_and_relay_are_served_what_is_guarded_and_a_leader_is_not() {
    let commune = Commune::new();
    let all: Vec<_> = [VILLAGE, COMMUNE, CARE, TIPS]
        .map(|book| (book, Service::All))
        .into();
    assert_eq!(commune.served(3), all);
    assert_eq!(commune.served(5), all);
    let relay: Vec<_> = served_books(&commune.register, Party::Relay)
        .into_iter()
        .collect();
    assert_eq!(relay, all);
    assert_eq!(
        commune.served(4),
        vec![(VILLAGE, Service::All), (COMMUNE, Service::All)]
    );
}

#[test]
fn two_devices_share_only_what_both_are_served_whole() {
    let commune = Commune::new();
    let [head, police, leader] = [1, 3, 4].map(|n| Party::Device(device(n)));
    assert_eq!(commune.shared(head, leader), vec![VILLAGE, COMMUNE]);
    assert_eq!(commune.shared(head, police), commune.shared(police, head));
    assert_eq!(commune.shared(head, police), vec![VILLAGE, COMMUNE]);
    assert_eq!(
        commune.shared(police, Party::Relay),
        vec![VILLAGE, COMMUNE, CARE, TIPS]
    );
}

#[test]
fn of_a_book_that_one_side_only_drops_into_both_share_its_own_logs() {
    let commune = Commune::new();
    let [head, other, police] = [1, 2, 3].map(|n| Party::Device(device(n)));
    let tips = |one, two| {
        shared_books(&commune.register, one, two)
            .into_iter()
            .find(|shared| shared.book == TIPS)
            .map(|shared| shared.only)
    };
    assert_eq!(tips(head, Party::Relay), Some(Some(device(1))));
    assert_eq!(tips(Party::Relay, head), Some(Some(device(1))));
    assert_eq!(tips(police, head), Some(Some(device(1))));
    assert_eq!(tips(police, Party::Relay), Some(None));
    assert_eq!(
        tips(head, other),
        None,
        "neighbours do not carry each other's drops"
    );
}

#[test]
fn a_revoked_device_is_nobody_and_served_nothing() {
    let mut commune = Commune::new();
    assert_eq!(
        Party::of(&commune.register, &transport(3)),
        Some(Party::Device(device(3)))
    );
    commune.order(Action::Cut(Cut {
        of: CutOf::Device(device(3)),
        heads: Vec::new(),
    }));
    assert_eq!(Party::of(&commune.register, &transport(3)), None);
    assert_eq!(commune.served(3), Vec::new());
}

#[test]
fn a_device_cut_from_one_guarded_book_keeps_only_what_is_its_own_there() {
    let mut commune = Commune::new();
    let of = CutOf::DeviceInBook(device(3), CARE);
    commune.order(Action::Cut(Cut {
        of,
        heads: Vec::new(),
    }));
    assert_eq!(commune.served(3)[2], (CARE, Service::Own));
    assert_eq!(
        commune.shared(Party::Device(device(3)), Party::Relay),
        vec![VILLAGE, COMMUNE, TIPS]
    );
}

#[test]
fn keys_are_known_by_the_register_alone() {
    let commune = Commune::new();
    assert_eq!(Party::of(&commune.register, &RELAY), Some(Party::Relay));
    assert_eq!(Party::of(&commune.register, &TransportKey([55; 32])), None);
    assert!(Party::Relay.keeps_all(&commune.register));
    assert!(Party::Device(device(5)).keeps_all(&commune.register));
    assert!(!Party::Device(device(3)).keeps_all(&commune.register));
}

#[test]
fn who_drops_gets_epochs_whose_word_counts_and_what_answers_its_own_drops() {
    let own = EntryId([5; 32]);
    let header = |kind, after: &[EntryId]| Header {
        version: 1,
        book: TIPS,
        device: device(3),
        log: LogId([0; 16]),
        seq: 0,
        backlink: None,
        after: after.to_vec(),
        height: Height(1),
        operation: OperationTag([0; 8]),
        kind,
        epoch: None,
        suite: Suite::Clear,
        encoding: Encoding::Cbor,
        unknown_critical: false,
    };
    let head = LogHead {
        log: LogId([9; 16]),
        seq: 4,
        id: own,
    };
    let receipt = sothon_ledger::cbor::encode(&Receipt { heads: vec![head] });
    for kind in [Kind::Epoch, Kind::Yes] {
        assert_eq!(Concern::of(&header(kind, &[]), &[]), Some(Concern::Everybody));
    }
    assert_eq!(
        Concern::of(&header(Kind::Reply, &[own]), &[]),
        Some(Concern::WhoWrote(vec![own]))
    );
    assert_eq!(
        Concern::of(&header(Kind::Receipt, &[]), &receipt),
        Some(Concern::Whose(vec![head]))
    );
    assert_eq!(Concern::of(&header(Kind::Receipt, &[own]), b"no receipt"), None);
    for kind in [
        Kind::Changes,
        Kind::Drop,
        Kind::Checkpoint,
        Kind::Keys,
        Kind::Final,
        Kind::Unknown(99),
    ] {
        assert_eq!(Concern::of(&header(kind, &[own]), &receipt), None, "{kind:?}");
    }
}

#[test]
fn what_a_role_would_be_given_is_what_devices_of_it_have_and_a_cut_takes_it_from_a_device_alone() {
    let mut commune = Commune::new();
    let people = [
        (1, Role::VillageHead, Scope::Village(1)),
        (2, Role::VillageHead, Scope::Village(2)),
        (3, Role::Police, Scope::Commune),
        (4, Role::Leader, Scope::Commune),
        (5, Role::Office, Scope::Commune),
    ];
    let at = commune.register.effective_height();
    let rights = commune.register.rights();
    let mut given = 0;
    for (n, role, scope) in people {
        for book in [VILLAGE, COMMUNE, CARE, TIPS] {
            for right in [Right::Read, Right::Write, Right::Drop] {
                let gives = rights.gives(&book, right, role, &[scope], at);
                let may = rights.may(&device(n), &book, right, at);
                assert_eq!(gives, may, "{role:?} {scope:?} {book:?} {right:?}");
                given += usize::from(gives);
            }
        }
    }
    assert_eq!(given, 13);
    let heads = Vec::new();
    let of = CutOf::Device(device(1));
    commune.order(Action::Cut(Cut { of, heads }));
    let (rights, at) = (commune.register.rights(), commune.register.effective_height());
    let village = [Scope::Village(1)];
    assert!(!rights.may(&device(1), &VILLAGE, Right::Read, at));
    assert!(rights.gives(&VILLAGE, Right::Read, Role::VillageHead, &village, at));
    // Before the book was opened nobody was given anything.
    assert!(!rights.gives(&VILLAGE, Right::Read, Role::VillageHead, &village, Height(1)));
}
