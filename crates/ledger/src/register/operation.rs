//! One operation of the register: its form, its id, its signature (design.md §3.5).
//!
//! A COSE_Sign1 over `[version, height, previous, time, code, body]`, where `body` is a byte string with the
//! operation's own fields, so that an operation of a later version is kept and passed on by everybody.

use ed25519_dalek::SigningKey;
use minicbor::bytes::ByteVec;
use minicbor::{Decode, Encode};

use crate::cbor;
use crate::ids::{
    AgreeKey, BookId, DeviceId, EntryId, EpochId, Height, LogId, MAX_NUMBER, OperationId, Root, Seq,
    TransportKey,
};
use crate::people::{BookKind, Compartment, Right, Role, Scope, Selector};
use crate::sign::{self, SignError, Signed};

/// The most bytes that an operation may have.
pub const MAX_OPERATION: usize = 256 * 1024;

/// A head of a log that counts: what a cut names, what a receipt covers.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Encode, Decode)]
#[cbor(array)]
pub struct LogHead {
    /// The log.
    #[n(0)]
    pub log: LogId,
    /// The last place in it that counts.
    #[n(1)]
    pub seq: Seq,
    /// The entry at that place.
    #[n(2)]
    pub id: EntryId,
}

/// What a cut ends.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Encode, Decode)]
#[non_exhaustive]
pub enum CutOf {
    /// All that a device may.
    #[n(0)]
    Device(#[n(0)] DeviceId),
    /// What a device may in one book.
    #[n(1)]
    DeviceInBook(#[n(0)] DeviceId, #[n(1)] BookId),
    /// A book: nobody writes changes, drops or checkpoints in it any more.
    #[n(2)]
    Book(#[n(0)] BookId),
}

/// The end of a right: the heads that still count. A log that is not named counts as nothing.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
#[cbor(array)]
pub struct Cut {
    /// What it ends.
    #[n(0)]
    pub of: CutOf,
    /// The heads that still count.
    #[n(1)]
    pub heads: Vec<LogHead>,
}

/// A right given to those whom a selector means.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Encode, Decode)]
#[cbor(array)]
pub struct Grant {
    /// The right.
    #[n(0)]
    pub right: Right,
    /// To whom.
    #[n(1)]
    pub to: Selector,
}

/// A relay: its transport key, and where to find it (`host:port`).
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
#[cbor(array)]
pub struct Relay {
    /// The key that it shows in TLS.
    #[n(0)]
    pub key: TransportKey,
    /// Where it listens.
    #[n(1)]
    pub addresses: Vec<String>,
}

/// A book as it is opened.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
#[cbor(array)]
pub struct OpenBook {
    /// Its random id.
    #[n(0)]
    pub book: BookId,
    /// Which row of the table of books.
    #[n(1)]
    pub kind: BookKind,
    /// Whose.
    #[n(2)]
    pub scope: Scope,
    /// The volume: the year that it is for.
    #[n(3)]
    pub year: u32,
    /// Who may what.
    #[n(4)]
    pub grants: Vec<Grant>,
    /// In care and tips: the devices that count as readers from the beginning (B9).
    #[n(5)]
    pub first_readers: Vec<DeviceId>,
    /// The volume before this one.
    #[n(6)]
    pub previous: Option<BookId>,
}

/// What an operation does.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Action {
    /// 1: the commune begins. Its id is the commune's root.
    Found {
        /// Who orders and admits.
        registrar: [u8; 32],
        /// The paper key that can only name a new registrar.
        recovery: [u8; 32],
        /// So that two communes founded with equal keys differ.
        nonce: [u8; 16],
    },
    /// 2: a device is admitted.
    Admit {
        /// Its signing key.
        device: DeviceId,
        /// Its transport key.
        transport: TransportKey,
        /// Its person's role.
        role: Role,
        /// For which villages or units.
        scopes: Vec<Scope>,
        /// When the registrar wants to be reminded (a civil date as days since 1970-01-01); ends nothing by itself.
        until: Option<i64>,
    },
    /// 3: a device's role changes; what the old role allowed is cut in the same operation.
    Role {
        /// The device.
        device: DeviceId,
        /// The new role.
        role: Role,
        /// For which villages or units.
        scopes: Vec<Scope>,
        /// The heads of the device's logs that still count.
        heads: Vec<LogHead>,
    },
    /// 4: a right ends.
    Cut(Cut),
    /// 5: a book is opened.
    Open(OpenBook),
    /// 6: rights to a book change: only adds; what it takes away is cut in the same operation.
    Rights {
        /// The book.
        book: BookId,
        /// What is added.
        add: Vec<Grant>,
        /// What nobody gets by it from now on.
        remove: Vec<Grant>,
        /// Cuts of the devices that lose something.
        cuts: Vec<Cut>,
    },
    /// 7: a compartment and year gets its reading key on paper.
    ReadingKey {
        /// The compartment.
        compartment: Compartment,
        /// The year.
        year: u32,
        /// The public half.
        key: AgreeKey,
    },
    /// 8: a volume is closed and the next one opened.
    Close {
        /// The volume that ends.
        book: BookId,
        /// What counts in it.
        heads: Vec<LogHead>,
        /// The next volume.
        next: OpenBook,
        /// The device that carries over what is live.
        carrier: DeviceId,
    },
    /// 9: another device carries over.
    Carrier {
        /// The closed volume.
        book: BookId,
        /// The device.
        device: DeviceId,
    },
    /// 10: a writer who gave no *final* is overridden by name.
    OverrideFinal {
        /// The closed volume.
        book: BookId,
        /// The writer.
        device: DeviceId,
    },
    /// 11: a volume is erased: its epoch secrets and wraps are destroyed.
    Erase {
        /// The volume.
        book: BookId,
    },
    /// 12: an entry, and what it builds on, is let in.
    LetIn {
        /// Its book.
        book: BookId,
        /// The entry.
        entry: EntryId,
    },
    /// 13: of rivals, the branch with this entry counts.
    Anchor {
        /// Its book.
        book: BookId,
        /// The entry.
        entry: EntryId,
    },
    /// 14: what an author who will not come back wrote is written again by others, and never let in.
    Replaced {
        /// The book.
        book: BookId,
        /// The entries replaced.
        entries: Vec<EntryId>,
    },
    /// 15: the commune's relays, all of them.
    Relays(Vec<Relay>),
    /// 16: the key by which devices find each other nearby, sealed under the commune book's epoch.
    LanKey {
        /// The commune book.
        book: BookId,
        /// The epoch.
        epoch: EpochId,
        /// The sealed key.
        sealed: Vec<u8>,
    },
    /// 17: nothing newer exists at this operation's time.
    StillCurrent,
    /// 18: another registrar key from here on.
    HandOver {
        /// The new registrar key.
        registrar: [u8; 32],
    },
    /// 19: signed by the recovery key: another registrar key from here on. The higher counter wins.
    Recover {
        /// The new registrar key.
        registrar: [u8; 32],
        /// Counts the uses of the recovery key.
        counter: u64,
    },
    /// 20: reserved: the commune's register is continued by another's.
    Successor,
    /// An operation of a later version. Nothing from here on can be evaluated by this version.
    Unknown(u64),
}

macro_rules! bodies {
    ($($name:ident { $($n:literal $field:ident : $ty:ty),* $(,)? })*) => {
        $(#[derive(Encode, Decode)]
        #[cbor(array)]
        struct $name { $(#[n($n)] $field: $ty),* })*
    };
}

bodies! {
    FoundBody { 0 registrar: Key, 1 recovery: Key, 2 nonce: Nonce }
    AdmitBody { 0 device: DeviceId, 1 transport: TransportKey, 2 role: Role, 3 scopes: Vec<Scope>, 4 until: Option<i64> }
    RoleBody { 0 device: DeviceId, 1 role: Role, 2 scopes: Vec<Scope>, 3 heads: Vec<LogHead> }
    RightsBody { 0 book: BookId, 1 add: Vec<Grant>, 2 remove: Vec<Grant>, 3 cuts: Vec<Cut> }
    ReadingKeyBody { 0 compartment: Compartment, 1 year: u32, 2 key: AgreeKey }
    CloseBody { 0 book: BookId, 1 heads: Vec<LogHead>, 2 next: OpenBook, 3 carrier: DeviceId }
    BookAndDevice { 0 book: BookId, 1 device: DeviceId }
    BookOnly { 0 book: BookId }
    BookAndEntry { 0 book: BookId, 1 entry: EntryId }
    BookAndEntries { 0 book: BookId, 1 entries: Vec<EntryId> }
    RelaysBody { 0 relays: Vec<Relay> }
    LanKeyBody { 0 book: BookId, 1 epoch: EpochId, 2 sealed: ByteVec }
    HandOverBody { 0 registrar: Key }
    RecoverBody { 0 registrar: Key, 1 counter: u64 }
}

/// A signing key that is not a device's.
#[derive(Encode, Decode)]
#[cbor(transparent)]
struct Key(#[n(0)] DeviceId);

#[derive(Encode, Decode)]
#[cbor(transparent)]
struct Nonce(#[n(0)] BookId);

impl Action {
    /// Its number on the wire.
    pub fn code(&self) -> u64 {
        match self {
            Action::Found { .. } => 1,
            Action::Admit { .. } => 2,
            Action::Role { .. } => 3,
            Action::Cut(_) => 4,
            Action::Open(_) => 5,
            Action::Rights { .. } => 6,
            Action::ReadingKey { .. } => 7,
            Action::Close { .. } => 8,
            Action::Carrier { .. } => 9,
            Action::OverrideFinal { .. } => 10,
            Action::Erase { .. } => 11,
            Action::LetIn { .. } => 12,
            Action::Anchor { .. } => 13,
            Action::Replaced { .. } => 14,
            Action::Relays(_) => 15,
            Action::LanKey { .. } => 16,
            Action::StillCurrent => 17,
            Action::HandOver { .. } => 18,
            Action::Recover { .. } => 19,
            Action::Successor => 20,
            Action::Unknown(code) => *code,
        }
    }

    fn body(&self) -> Vec<u8> {
        let key = |key: &[u8; 32]| Key(DeviceId(*key));
        match self.clone() {
            Action::Found {
                registrar,
                recovery,
                nonce,
            } => cbor::encode(&FoundBody {
                registrar: key(&registrar),
                recovery: key(&recovery),
                nonce: Nonce(BookId(nonce)),
            }),
            Action::Admit {
                device,
                transport,
                role,
                scopes,
                until,
            } => cbor::encode(&AdmitBody {
                device,
                transport,
                role,
                scopes,
                until,
            }),
            Action::Role {
                device,
                role,
                scopes,
                heads,
            } => cbor::encode(&RoleBody {
                device,
                role,
                scopes,
                heads,
            }),
            Action::Cut(cut) => cbor::encode(&cut),
            Action::Open(open) => cbor::encode(&open),
            Action::Rights {
                book,
                add,
                remove,
                cuts,
            } => cbor::encode(&RightsBody {
                book,
                add,
                remove,
                cuts,
            }),
            Action::ReadingKey {
                compartment,
                year,
                key,
            } => cbor::encode(&ReadingKeyBody {
                compartment,
                year,
                key,
            }),
            Action::Close {
                book,
                heads,
                next,
                carrier,
            } => cbor::encode(&CloseBody {
                book,
                heads,
                next,
                carrier,
            }),
            Action::Carrier { book, device } | Action::OverrideFinal { book, device } => {
                cbor::encode(&BookAndDevice { book, device })
            }
            Action::Erase { book } => cbor::encode(&BookOnly { book }),
            Action::LetIn { book, entry } | Action::Anchor { book, entry } => {
                cbor::encode(&BookAndEntry { book, entry })
            }
            Action::Replaced { book, entries } => cbor::encode(&BookAndEntries { book, entries }),
            Action::Relays(relays) => cbor::encode(&RelaysBody { relays }),
            Action::LanKey { book, epoch, sealed } => cbor::encode(&LanKeyBody {
                book,
                epoch,
                sealed: sealed.into(),
            }),
            Action::HandOver { registrar } => cbor::encode(&HandOverBody {
                registrar: key(&registrar),
            }),
            Action::Recover { registrar, counter } => cbor::encode(&RecoverBody {
                registrar: key(&registrar),
                counter,
            }),
            Action::StillCurrent | Action::Successor | Action::Unknown(_) => Vec::new(),
        }
    }

    fn decode(code: u64, body: &[u8]) -> Result<Action, cbor::CborError> {
        Ok(match code {
            1 => {
                let FoundBody {
                    registrar,
                    recovery,
                    nonce,
                } = cbor::decode(body)?;
                Action::Found {
                    registrar: registrar.0.0,
                    recovery: recovery.0.0,
                    nonce: nonce.0.0,
                }
            }
            2 => {
                let AdmitBody {
                    device,
                    transport,
                    role,
                    scopes,
                    until,
                } = cbor::decode(body)?;
                Action::Admit {
                    device,
                    transport,
                    role,
                    scopes,
                    until,
                }
            }
            3 => {
                let RoleBody {
                    device,
                    role,
                    scopes,
                    heads,
                } = cbor::decode(body)?;
                Action::Role {
                    device,
                    role,
                    scopes,
                    heads,
                }
            }
            4 => Action::Cut(cbor::decode(body)?),
            5 => Action::Open(cbor::decode(body)?),
            6 => {
                let RightsBody {
                    book,
                    add,
                    remove,
                    cuts,
                } = cbor::decode(body)?;
                Action::Rights {
                    book,
                    add,
                    remove,
                    cuts,
                }
            }
            7 => {
                let ReadingKeyBody {
                    compartment,
                    year,
                    key,
                } = cbor::decode(body)?;
                Action::ReadingKey {
                    compartment,
                    year,
                    key,
                }
            }
            8 => {
                let CloseBody {
                    book,
                    heads,
                    next,
                    carrier,
                } = cbor::decode(body)?;
                Action::Close {
                    book,
                    heads,
                    next,
                    carrier,
                }
            }
            9 => {
                let BookAndDevice { book, device } = cbor::decode(body)?;
                Action::Carrier { book, device }
            }
            10 => {
                let BookAndDevice { book, device } = cbor::decode(body)?;
                Action::OverrideFinal { book, device }
            }
            11 => Action::Erase {
                book: cbor::decode::<BookOnly>(body)?.book,
            },
            12 => {
                let BookAndEntry { book, entry } = cbor::decode(body)?;
                Action::LetIn { book, entry }
            }
            13 => {
                let BookAndEntry { book, entry } = cbor::decode(body)?;
                Action::Anchor { book, entry }
            }
            14 => {
                let BookAndEntries { book, entries } = cbor::decode(body)?;
                Action::Replaced { book, entries }
            }
            15 => Action::Relays(cbor::decode::<RelaysBody>(body)?.relays),
            16 => {
                let LanKeyBody { book, epoch, sealed } = cbor::decode(body)?;
                Action::LanKey {
                    book,
                    epoch,
                    sealed: sealed.into(),
                }
            }
            17 => Action::StillCurrent,
            18 => Action::HandOver {
                registrar: cbor::decode::<HandOverBody>(body)?.registrar.0.0,
            },
            19 => {
                let RecoverBody { registrar, counter } = cbor::decode(body)?;
                Action::Recover {
                    registrar: registrar.0.0,
                    counter,
                }
            }
            20 => Action::Successor,
            other => Action::Unknown(other),
        })
    }
}

#[derive(Encode, Decode)]
#[cbor(array)]
struct Statement {
    #[n(0)]
    version: u64,
    #[n(1)]
    height: Height,
    #[n(2)]
    previous: Option<OperationId>,
    #[n(3)]
    time: i64,
    #[n(4)]
    code: u64,
    #[n(5)]
    body: ByteVec,
}

/// An operation whose form is right. Whether its signature is by who may make it, only the register can say.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Operation {
    bytes: Vec<u8>,
    id: OperationId,
    height: Height,
    previous: Option<OperationId>,
    time: i64,
    action: Action,
}

/// Why bytes are not an operation.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OperationError {
    /// Longer than [`MAX_OPERATION`].
    #[error("the operation has {0} bytes")]
    TooLong(usize),
    /// Form.
    #[error(transparent)]
    Sign(#[from] SignError),
    /// Not the fields that its code says.
    #[error("the operation's fields")]
    Fields(#[from] cbor::CborError),
    /// Version 0: there is none.
    #[error("an operation of version 0")]
    Version,
    /// A body where the code has none.
    #[error("a body where there is none")]
    Body,
    /// Height and previous operation do not fit each other.
    #[error("the operation's place")]
    Place,
}

impl Operation {
    /// Signs an operation that follows `previous` (`None` for *found*) at `time` (unix seconds, informative). Whether it
    /// became longer than anybody reads ([`MAX_OPERATION`]) is asked where it is added to a register, and where it is stored.
    pub fn sign(
        previous: Option<(Height, OperationId)>,
        time: i64,
        action: Action,
        key: &SigningKey,
    ) -> Operation {
        let height = Height(previous.map_or(1, |(height, _)| height.0 + 1));
        let previous = previous.map(|(_, id)| id);
        let body = action.body().into();
        let payload = cbor::encode(&Statement {
            version: 1,
            height,
            previous,
            time,
            code: action.code(),
            body,
        });
        Operation {
            bytes: sign::sign(sign::OPERATION, &payload, key),
            id: OperationId(sign::id(sign::OPERATION, &payload)),
            height,
            previous,
            time,
            action,
        }
    }

    /// Reads an operation's form. The signature is verified by [`Operation::verify`].
    ///
    /// # Errors
    /// [`OperationError`].
    pub fn parse(bytes: &[u8]) -> Result<Operation, OperationError> {
        if bytes.len() > MAX_OPERATION {
            return Err(OperationError::TooLong(bytes.len()));
        }
        let signed = Signed::parse(bytes)?;
        let statement: Statement = cbor::decode(signed.payload)?;
        if statement.version == 0 {
            return Err(OperationError::Version);
        }
        let place = (1..=MAX_NUMBER).contains(&statement.height.0)
            && statement.previous.is_some() == (statement.height.0 > 1)
            && (statement.code == 1) == (statement.height.0 == 1);
        if !place {
            return Err(OperationError::Place);
        }
        // What a later version signs is kept as unknown, never misread.
        let action = if statement.version == 1 {
            if statement.code == 17 && !statement.body.is_empty() {
                return Err(OperationError::Body);
            }
            Action::decode(statement.code, &statement.body)?
        } else {
            Action::Unknown(statement.code)
        };
        Ok(Operation {
            bytes: bytes.to_vec(),
            id: OperationId(signed.id(sign::OPERATION)),
            height: statement.height,
            previous: statement.previous,
            time: statement.time,
            action,
        })
    }

    /// Verifies that `key` signed it.
    ///
    /// # Errors
    /// [`SignError`].
    pub fn verify(&self, key: &[u8; 32]) -> Result<(), SignError> {
        Signed::parse(&self.bytes)?.verify(sign::OPERATION, key)
    }

    /// The operation as it travels and is stored.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Its id.
    pub fn id(&self) -> OperationId {
        self.id
    }

    /// For the *found* operation: the commune that it begins.
    pub fn root(&self) -> Option<Root> {
        matches!(self.action, Action::Found { .. }).then_some(Root(self.id.0))
    }

    /// Its place in the register, from 1.
    pub fn height(&self) -> Height {
        self.height
    }

    /// The operation before it.
    pub fn previous(&self) -> Option<OperationId> {
        self.previous
    }

    /// When it was made, in unix seconds, as the registrar's machine said.
    pub fn time(&self) -> i64 {
        self.time
    }

    /// What it does.
    pub fn action(&self) -> &Action {
        &self.action
    }
}
