//! Taking a file in.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

use rand_core::CryptoRng;
use sothon_archive::{Brought, CourierError, Seen};
use sothon_courier::{Meant, Part, Place};
use sothon_ledger::serving::Party;
use sothon_ledger::slip::{FirstTrust, Knock, RequestSlip};
use sothon_ledger::{BookId, BookKind, DeviceId, Height, Operation, Right, Role};
use sothon_net::hub::Changes;
use sothon_store::Stamp;

use crate::invitations::Asked;
use crate::replica::{Replica, ReplicaError};
use crate::station::Taken;

/// What came with a file, what was taken of it and what was left. All that was taken is on the disk.
#[derive(Debug)]
pub struct CourierIn {
    /// The device that made the file.
    pub from: DeviceId,
    /// When it was made, by that device's clock in Unix seconds; 0 = unknown.
    pub made: i64,
    /// What it was made for.
    pub meant: Meant,
    /// New operations of the register.
    pub operations: u64,
    /// New entries.
    pub entries: u64,
    /// New wraps.
    pub wraps: u64,
    /// New entries out of their logs, of books into which this device only drops: receipts and replies for it, keys.
    pub notices: u64,
    /// New suspensions: devices that are suspended, or are so no more.
    pub suspensions: u64,
    /// Entries that were here already.
    pub known: u64,
    /// Entries that this device does not carry, for others.
    pub left: Vec<Left>,
    /// Whether the register does not know who made the file: then only register and requests were looked at.
    pub stranger: bool,
    /// Entries by devices that the register does not know; also all entries of a stranger's file.
    pub unknown: u64,
    /// Entries that need earlier ones, which are neither in the file nor here.
    pub lacking: u64,
    /// Entries that are not taken for now.
    pub not_now: u64,
    /// Parts that are not what they should be.
    pub invalid: u64,
    /// Where in the file the first of them is.
    pub first_invalid: Option<Place>,
    /// Who answered an invitation of this device by this file and waits for the registrar's yes.
    pub asked: Vec<Asked>,
    /// Requests that answer no invitation, as texts, on the registrar's device.
    pub requests: Vec<String>,
    /// Whether this device is admitted now.
    pub admitted: bool,
    /// Where the register is frozen by a fork, if it is now.
    pub frozen: Option<Height>,
    /// What is new for sessions with others, what this device owed and has published included.
    pub changes: Changes,
}

impl CourierIn {
    /// Whether nothing in the file was new.
    pub fn is_nothing_new(&self) -> bool {
        self.operations == 0
            && self.entries == 0
            && self.wraps == 0
            && self.notices == 0
            && self.suspensions == 0
            && self.asked.is_empty()
    }
}

/// Entries that this device does not carry: whoever reads them has to be given the same file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Left {
    /// The kind of their books; `None`: the register that is here does not have them.
    pub kind: Option<BookKind>,
    /// Who reads those books, ascending.
    pub readers: Vec<Role>,
    /// How many entries.
    pub entries: u64,
}

impl<R: CryptoRng> Replica<R> {
    /// Takes a courier file in: looks first whether all of it is whole, and then stores what this device may carry, the
    /// register first. Twice is once.
    ///
    /// `now` is in Unix seconds, `year` the civil year in UTC+7.
    ///
    /// # Errors
    /// [`ReplicaError`]; nothing was taken in where the file is not whole, of another commune, or has another register
    /// than this device's slip names. What was stored before a disk gave out is whole, and the file can be taken in again.
    pub fn courier_in(&mut self, path: &Path, now: i64, year: u32) -> Result<CourierIn, ReplicaError> {
        let mut file = File::open(path).map_err(CourierError::Io)?;
        self.courier_in_from(&mut file, now, year)
    }

    /// The same, from anything that can be read twice.
    ///
    /// # Errors
    /// As [`Replica::courier_in`].
    pub fn courier_in_from(
        &mut self,
        file: &mut (impl Read + Seek),
        now: i64,
        year: u32,
    ) -> Result<CourierIn, ReplicaError> {
        let mut check = RegisterCheck::of(self);
        let seen = Seen::read(&mut *file, |part| check.look(part))?;
        let found = seen.head().root;
        if found != self.root() {
            return Err(CourierError::OtherCommune { found }.into());
        }
        if check.differs() {
            return Err(ReplicaError::RegisterDiffers);
        }
        file.seek(SeekFrom::Start(0)).map_err(CourierError::Io)?;
        let held = self.station.open.held;
        let us = Party::Device(self.device());
        let rng = &mut self.rng;
        let mut stamp = || Stamp::new(now, &held, rng).ok();
        let mut brought = Brought::default();
        let whole = self
            .station
            .archive
            .take_courier(file, &seen, us, &mut stamp, &mut brought);
        // Also where it could not be read to the end: what is on the disk is in the books.
        let absorbed = self.absorb(&Taken {
            register_grew: brought.register_grew,
            entries: brought.entries.clone(),
            notices: brought.notices,
            wraps: brought.wraps,
            ..Taken::default()
        });
        whole?;
        absorbed?;
        let requests = std::mem::take(&mut brought.requests);
        let mut taken = self.told(&seen, brought);
        self.take_requests(&requests, now, &mut taken)?;
        // Keys and wraps are owed at once, so that the next file has them.
        let owed = self.publish_owed(now, year)?;
        let owed = self.changed_by(&owed);
        taken.changes.changed.books.extend(owed.books);
        taken.changes.changed.wraps.extend(owed.wraps);
        Ok(taken)
    }

    /// What a person is told of a file that was taken in.
    fn told(&self, seen: &Seen, brought: Brought) -> CourierIn {
        let Brought {
            operations,
            register_grew,
            entries,
            wraps,
            notices,
            suspensions,
            known,
            left,
            unknown,
            stranger,
            lacking,
            not_now,
            invalid,
            first_invalid,
            requests: _,
            changed,
        } = brought;
        let head = seen.head();
        CourierIn {
            from: head.device,
            made: head.made,
            meant: head.meant,
            operations,
            entries: entries.len() as u64,
            wraps: wraps as u64,
            notices: notices as u64,
            suspensions: suspensions as u64,
            known,
            left: self.left(&left),
            stranger,
            unknown,
            lacking,
            not_now,
            invalid,
            first_invalid,
            asked: Vec::new(),
            requests: Vec::new(),
            admitted: self.station.is_admitted(),
            frozen: self.station.register().and_then(sothon_ledger::Register::frozen),
            changes: Changes {
                changed,
                register_grew,
            },
        }
    }

    /// Requests of devices that want in: the registrar's device looks at them, any other carries them on.
    fn take_requests(
        &mut self,
        requests: &[Vec<u8>],
        now: i64,
        taken: &mut CourierIn,
    ) -> Result<(), ReplicaError> {
        if self.is_registrar() {
            for bytes in requests {
                match self.take_request(bytes, now) {
                    Ok(asked) => taken.asked.push(asked),
                    Err(ReplicaError::Invitation(crate::InvitationError::NotInvited)) => {
                        taken.requests.extend(self.unanswered(bytes));
                    }
                    // The rest answers nothing that is open here.
                    Err(ReplicaError::Invitation(_)) => self.unproved += 1,
                    Err(error) => return Err(error),
                }
            }
            return Ok(());
        }
        let knocks: Vec<Knock> = requests
            .iter()
            .filter_map(|bytes| Knock::parse(bytes).ok())
            .filter(|knock| knock.request().device != self.device())
            .collect();
        let day = now.div_euclid(24 * 3600);
        taken.changes.changed.knocks = self.station.archive.take_knocks(knocks, day)?;
        Ok(())
    }

    /// The text of a request that answers no invitation, unless its device is in the register.
    fn unanswered(&self, bytes: &[u8]) -> Option<String> {
        let request = RequestSlip::from_bytes(bytes).ok()?;
        let known = self
            .station
            .register()
            .is_some_and(|register| register.rights().device(&request.device).is_some());
        (!known).then(|| RequestSlip::bytes_to_text(bytes))
    }

    /// What was left, by the kind of its books.
    fn left(&self, by_book: &BTreeMap<BookId, u64>) -> Vec<Left> {
        let mut by_kind: BTreeMap<Option<BookKind>, (BTreeSet<Role>, u64)> = BTreeMap::new();
        for (book, entries) in by_book {
            let open = self
                .station
                .register()
                .and_then(|register| Some(&register.rights().book(book)?.open));
            let (readers, count) = by_kind.entry(open.map(|open| open.kind)).or_default();
            *count += entries;
            let grants = open.into_iter().flat_map(|open| &open.grants);
            readers.extend(
                grants
                    .filter(|grant| grant.right == Right::Read)
                    .map(|grant| grant.to.role),
            );
        }
        by_kind
            .into_iter()
            .map(|(kind, (readers, entries))| Left {
                kind,
                readers: readers.into_iter().collect(),
                entries,
            })
            .collect()
    }
}

/// Whether the register of a file is the one that the slip of a new device names (A33).
struct RegisterCheck {
    /// The slip, as long as no register is here that it could be compared with.
    slip: Option<FirstTrust>,
    /// Whether the file has an operation at the height that the slip names, and whether it is that one.
    there: bool,
    fits: bool,
}

impl RegisterCheck {
    fn of<R>(replica: &Replica<R>) -> RegisterCheck {
        let register = replica.station.register();
        let to_compare =
            |slip: &&FirstTrust| register.is_none_or(|register| register.operation(slip.height()).is_none());
        RegisterCheck {
            slip: replica.secrets.joined_by.as_ref().filter(to_compare).cloned(),
            there: false,
            fits: false,
        }
    }

    fn look(&mut self, part: &Part) {
        let (Some(slip), Part::Operation(bytes)) = (&self.slip, part) else {
            return;
        };
        if let Ok(operation) = Operation::parse(bytes)
            && operation.height() == slip.height()
        {
            self.there = true;
            self.fits |= slip.names(&operation.id());
        }
    }

    fn differs(&self) -> bool {
        self.there && !self.fits
    }
}
