//! An invented commune for tests: its keys, its register, and authors of entries.
#![allow(dead_code)]

use ed25519_dalek::SigningKey;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use sothon_ledger::register::{Action, Cut, CutOf, Grant, OpenBook, Relay};
use sothon_ledger::slip::{InvitationSecret, InviteSlip, RequestSlip, RootSlip};
use sothon_ledger::{
    BookId, BookKind, DeviceId, Encoding, EntryId, Envelope, EpochId, Header, Height, Kind, LogId, Operation,
    OperationId, Register, Right, Role, Root, Scope, Selector, Seq, Suite, TransportKey,
};

pub const VILLAGE: BookId = BookId([1; 16]);
pub const CARE: BookId = BookId([2; 16]);

pub const HEAD: u8 = 1;
pub const NEIGHBOUR: u8 = 2;
pub const POLICE: u8 = 3;
pub const OFFICE: u8 = 4;
pub const RELAY: u8 = 5;

pub fn signing(n: u8) -> SigningKey {
    SigningKey::from_bytes(&[n; 32])
}

pub fn device(n: u8) -> DeviceId {
    DeviceId(signing(n).verifying_key().to_bytes())
}

/// The public half of the transport key of `n`.
pub fn transport(n: u8) -> TransportKey {
    TransportKey(signing(n + 100).verifying_key().to_bytes())
}

/// The register of a commune, as its registrar has it.
#[derive(Clone)]
pub struct Registrar {
    key: SigningKey,
    register: Register,
}

impl Registrar {
    /// Two village heads, police and office are admitted; two books are open; relay `RELAY` serves.
    pub fn new(commune: u8) -> Registrar {
        let mut registrar = Registrar::founded(commune);
        registrar.admit(HEAD, Role::VillageHead, Scope::Village(1));
        registrar.admit(NEIGHBOUR, Role::VillageHead, Scope::Village(2));
        registrar.admit(POLICE, Role::Police, Scope::Commune);
        registrar.admit(OFFICE, Role::Office, Scope::Commune);
        let all = [Role::VillageHead, Role::Police, Role::Office];
        registrar.open(VILLAGE, BookKind::Village, &all);
        registrar.open(CARE, BookKind::CareFiles, &[Role::Police]);
        registrar.relay(transport(RELAY));
        registrar
    }

    /// Says which relay serves from now on.
    pub fn relay(&mut self, key: TransportKey) {
        self.order(Action::Relays(vec![Relay {
            key,
            addresses: Vec::new(),
        }]));
    }

    pub fn founded(commune: u8) -> Registrar {
        let key = SigningKey::from_bytes(&[200; 32]);
        let found = Action::Found {
            registrar: key.verifying_key().to_bytes(),
            recovery: [0; 32],
            nonce: [commune; 16],
        };
        let register = Register::found(Operation::sign(None, 0, found, &key)).unwrap();
        Registrar { key, register }
    }

    pub fn root(&self) -> Root {
        self.register.root()
    }

    pub fn height(&self) -> Height {
        self.register.height()
    }

    pub fn head(&self) -> (Height, OperationId) {
        self.register.head()
    }

    pub fn operations(&self) -> Vec<Operation> {
        self.register.operations().cloned().collect()
    }

    pub fn order(&mut self, action: Action) -> Operation {
        let operation = Operation::sign(Some(self.register.head()), 0, action, &self.key);
        self.register.add(operation.clone()).unwrap();
        operation
    }

    pub fn admit(&mut self, n: u8, role: Role, scope: Scope) -> Operation {
        self.order(Action::Admit {
            device: device(n),
            transport: transport(n),
            role,
            scopes: vec![scope],
            until: None,
        })
    }

    /// The signed request by which device `n` answers an invitation.
    pub fn asks(&self, n: u8) -> Vec<u8> {
        let trust = RootSlip::new(self.root(), Height(1), OperationId(self.root().0), Vec::new());
        let secret = InvitationSecret::new([7; 16]);
        let slip = InviteSlip::new(
            &trust,
            transport(OFFICE),
            Role::VillageHead,
            vec![Scope::Village(1)],
            0,
            secret,
        );
        RequestSlip::answering(&slip, transport(n), &signing(n)).to_bytes(&signing(n))
    }

    pub fn revoke(&mut self, n: u8) -> Operation {
        self.order(Action::Cut(Cut {
            of: CutOf::Device(device(n)),
            heads: Vec::new(),
        }))
    }

    fn open(&mut self, book: BookId, kind: BookKind, roles: &[Role]) {
        let grants = roles.iter().flat_map(|role| {
            let to = Selector {
                role: *role,
                scope: None,
            };
            [Right::Read, Right::Write].map(|right| Grant { right, to })
        });
        self.order(Action::Open(OpenBook {
            book,
            kind,
            scope: Scope::Village(1),
            year: 2025,
            grants: grants.collect(),
            first_readers: Vec::new(),
            previous: None,
        }));
    }
}

/// Writes one log of one device.
pub struct Author {
    n: u8,
    log: LogId,
    next: (Seq, Option<EntryId>),
    rng: StdRng,
}

impl Author {
    pub fn new(n: u8) -> Author {
        Author {
            n,
            log: LogId([n; 16]),
            next: (0, None),
            rng: StdRng::seed_from_u64(n.into()),
        }
    }

    pub fn log(&self) -> LogId {
        self.log
    }

    /// Goes on after an entry that was written in an earlier run.
    pub fn go_on(&mut self, seq: Seq, id: EntryId) {
        self.next = (seq + 1, Some(id));
    }

    /// The next entry, with a payload of `len` random bytes.
    pub fn write(
        &mut self,
        book: BookId,
        (height, id): (Height, OperationId),
        len: usize,
    ) -> (Envelope, Vec<u8>) {
        let mut payload = vec![0; len];
        self.rng.fill_bytes(&mut payload);
        let (seq, backlink) = self.next;
        let header = Header {
            version: 1,
            book,
            device: device(self.n),
            log: self.log,
            seq,
            backlink,
            after: Vec::new(),
            height,
            operation: id.tag(),
            kind: Kind::Changes,
            epoch: Some(EpochId([3; 32])),
            suite: Suite::XChaCha20Poly1305,
            encoding: Encoding::ZstdPadded,
            unknown_critical: false,
        };
        let envelope = Envelope::sign(&header, &payload, &signing(self.n));
        self.next = (seq + 1, Some(envelope.id()));
        (envelope, payload)
    }
}
