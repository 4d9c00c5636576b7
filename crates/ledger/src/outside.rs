//! What one who only drops into a book can say of the entries that it is served out of their logs (notices): whether
//! their authors could write them, and which epoch to seal to.
//!
//! It holds nothing that they build on, so it cannot say whether they are lawful; it can say what register, signature
//! and the entries themselves show. That is less than a reader knows, and enough for what a drop needs: who is sealed to
//! is a reader whom the register names and, in care and tips, whom readers said *yes* for (B9).

use std::collections::BTreeSet;

use crate::announced::Announced;
use crate::cbor;
use crate::entry::{Envelope, Header, Kind, VERSION};
use crate::ids::{BookId, DeviceId, EntryId, EpochId, Height};
use crate::payload::{self, Receipt};
use crate::people::Right;
use crate::register::{CutOf, LogHead, Register};

/// An entry that was served out of its log.
#[derive(Clone, Debug)]
pub struct Notice {
    /// Its envelope; the signature was verified when it came.
    pub envelope: Envelope,
    /// What it says.
    pub said: Said,
}

/// What a notice says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Said {
    /// A new epoch.
    Epoch(EpochId, payload::Epoch),
    /// A device counts as a reader.
    Yes(DeviceId),
    /// These heads are held at the commune.
    Receipt(Vec<LogHead>),
    /// The sealed answer to one of our drops.
    Reply(Vec<u8>),
}

impl Notice {
    /// Reads what came; `None` where it says nothing that a notice may say.
    pub fn read(envelope: Envelope, payload: Vec<u8>) -> Option<Notice> {
        let header = envelope.header();
        let said = match header.kind {
            Kind::Epoch => Said::Epoch(header.epoch?, cbor::decode(&payload).ok()?),
            Kind::Yes => Said::Yes(cbor::decode::<payload::Yes>(&payload).ok()?.device),
            Kind::Receipt => Said::Receipt(cbor::decode::<Receipt>(&payload).ok()?.heads),
            Kind::Reply => Said::Reply(payload),
            _ => return None,
        };
        Some(Notice { envelope, said })
    }

    /// The entry.
    pub fn id(&self) -> EntryId {
        self.envelope.id()
    }
}

/// The notices of one book, by what the register says now.
#[derive(Debug)]
pub struct Outside<'a> {
    register: &'a Register,
    book: BookId,
    notices: &'a [Notice],
    /// Who counts as a reader where that takes a *yes*; `None` where reading is enough.
    counting: Option<BTreeSet<DeviceId>>,
}

impl<'a> Outside<'a> {
    /// Looks at a book's notices.
    pub fn new(register: &'a Register, book: BookId, notices: &'a [Notice]) -> Self {
        let mut outside = Outside {
            register,
            book,
            notices,
            counting: None,
        };
        let info = register.rights().book(&book);
        let Some(info) = info.filter(|info| info.open.kind.compartment().is_guarded()) else {
            return outside;
        };
        let mut counting: BTreeSet<DeviceId> = info.open.first_readers.iter().copied().collect();
        loop {
            let said_yes = notices.iter().filter_map(|notice| match notice.said {
                Said::Yes(device) if counting.contains(&notice.envelope.header().device) => {
                    outside.may_write(notice).then_some(device)
                }
                _ => None,
            });
            let before = counting.len();
            counting.extend(said_yes.collect::<Vec<_>>());
            if counting.len() == before {
                break;
            }
        }
        outside.counting = Some(counting);
        outside
    }

    /// The notices that count.
    pub fn counting(&self) -> impl Iterator<Item = &'a Notice> + '_ {
        self.notices.iter().filter(|notice| self.counts(notice))
    }

    /// The epochs that readers announce, each with who does: what a drop is sealed to is one of them
    /// ([`crate::announced::to_drop_to`]).
    pub fn announced(&self) -> impl Iterator<Item = (DeviceId, Announced)> + '_ {
        self.counting().filter_map(|notice| {
            let header = notice.envelope.header();
            match notice.said {
                Said::Epoch(epoch, body) if body.height <= header.height => {
                    Some((header.device, body.announces(epoch)))
                }
                _ => None,
            }
        })
    }

    fn counts(&self, notice: &Notice) -> bool {
        let header = notice.envelope.header();
        let needs_yes = matches!(header.kind, Kind::Epoch | Kind::Yes | Kind::Receipt);
        let said_yes = |counting: &BTreeSet<DeviceId>| counting.contains(&header.device);
        self.may_write(notice) && (!needs_yes || self.counting.as_ref().is_none_or(said_yes))
    }

    /// Whether the author had the right at the height that it names, and no cut ends it before this entry.
    fn may_write(&self, notice: &Notice) -> bool {
        let header = notice.envelope.header();
        let right = match header.kind {
            Kind::Epoch | Kind::Yes | Kind::Receipt => Right::Read,
            Kind::Reply => Right::Write,
            _ => return false,
        };
        let rights = self.register.rights();
        let at = self.register.effective_height();
        let known = header.version == VERSION
            && !header.unknown_critical
            && header.book == self.book
            && header.height <= at
            && self.register.has(header.height, header.operation);
        let let_in = rights.let_in(&notice.id()).is_some_and(|height| height <= at);
        let grants = rights.grants(&header.device, &self.book, right, at);
        known
            && (let_in
                || grants.first().is_some_and(|grant| *grant <= header.height)
                    && !self.is_cut(header, &grants))
    }

    /// Whether a cut ends the log before this entry. Where the log began is not known here: the entry's own height stands
    /// for it, so one who was cut and is a reader again is believed from the new grant on.
    fn is_cut(&self, header: &Header, grants: &[Height]) -> bool {
        let at = self.register.effective_height();
        let mut cuts = self.register.rights().cuts(at);
        cuts.any(|(height, cut)| {
            let meant = match cut.of {
                CutOf::Device(device) => device == header.device,
                CutOf::DeviceInBook(device, book) => (device, book) == (header.device, self.book),
                CutOf::Book(_) => false,
            };
            let within = |head: &LogHead| head.log == header.log && header.seq <= head.seq;
            let again = |grant: &Height| grant >= height && *grant <= header.height;
            meant && !cut.heads.iter().any(within) && !grants.iter().any(again)
        })
    }
}
