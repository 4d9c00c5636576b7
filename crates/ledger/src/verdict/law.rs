//! What the register says that concerns one book: grants, cuts, removals, let-ins; looked up once and kept.

use std::collections::HashMap;

use crate::entry::{Header, Kind};
use crate::ids::{BookId, DeviceId, EntryId, Height};
use crate::people::{BookKind, Compartment, Right};
use crate::register::{BookInfo, Cut, CutOf, Register};

use super::set::{EntrySet, Node};

pub(super) struct Law<'a> {
    pub(super) register: &'a Register,
    book: BookId,
    info: Option<&'a BookInfo>,
    /// The height up to which the register is evaluated.
    pub(super) height: Height,
    /// The cuts that may concern this book, in order.
    cuts: Vec<&'a (Height, Cut)>,
    grants: HashMap<(DeviceId, Right), Vec<Height>>,
    removals: HashMap<Height, Height>,
}

/// A cut that excludes an entry.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Excluded {
    /// The cut's height.
    pub(super) at: Height,
    /// The grant, given by the cut's operation or after, by which the entry's log is judged instead.
    pub(super) granted_again: Option<Height>,
}

impl Excluded {
    /// Whether the cut excludes the entry at a register height.
    pub(super) fn holds_at(&self, height: Height) -> bool {
        self.at <= height && self.granted_again.is_none_or(|grant| grant > height)
    }
}

impl<'a> Law<'a> {
    pub(super) fn new(register: &'a Register, book: BookId) -> Law<'a> {
        let height = register.effective_height();
        let cuts = register.rights().cuts(height).filter(|(_, cut)| match cut.of {
            CutOf::Device(_) => true,
            CutOf::DeviceInBook(_, of) | CutOf::Book(of) => of == book,
        });
        Law {
            register,
            book,
            info: register.rights().book(&book).filter(|info| info.opened <= height),
            height,
            cuts: cuts.collect(),
            grants: HashMap::new(),
            removals: HashMap::new(),
        }
    }

    /// Whether new readers need a *yes* here.
    pub(super) fn is_guarded(&self) -> bool {
        self.info
            .is_some_and(|info| info.open.kind.compartment().is_guarded())
    }

    /// Whether a device was named as a reader when the book was opened.
    pub(super) fn is_first_reader(&self, device: &DeviceId) -> bool {
        self.info
            .is_some_and(|info| info.open.first_readers.contains(device))
    }

    /// Whether an operation up to the height that an entry names grants the right for its kind.
    pub(super) fn grants(&mut self, header: &Header) -> bool {
        let Some(right) = self.right(header.kind) else {
            return false;
        };
        let first = self.granted(header.device, right).first().copied();
        first.is_some_and(|grant| grant <= header.height)
    }

    /// The right that a kind of entry needs in this book.
    fn right(&self, kind: Kind) -> Option<Right> {
        match kind {
            Kind::Changes | Kind::Checkpoint | Kind::Reply | Kind::Final => Some(Right::Write),
            // By its length one would tell which tip a file belongs to, and who told.
            Kind::File => {
                let tips = |info: &BookInfo| info.open.kind.compartment() == Compartment::Tips;
                (!self.info.is_some_and(tips)).then_some(Right::Write)
            }
            Kind::Epoch | Kind::Yes | Kind::Receipt => Some(Right::Read),
            Kind::Drop => Some(Right::Drop),
            Kind::Keys => self
                .info
                .is_some_and(|info| info.open.kind == BookKind::Commune)
                .then_some(Right::Read),
            Kind::Unknown(_) => None,
        }
    }

    /// The heights at which a device was given a right, in order.
    fn granted(&mut self, device: DeviceId, right: Right) -> &[Height] {
        let (rights, book, height) = (self.register.rights(), self.book, self.height);
        self.grants
            .entry((device, right))
            .or_insert_with(|| rights.grants(&device, &book, right, height))
    }

    /// The cuts that an entry lies past.
    pub(super) fn exclusions(&mut self, set: &EntrySet, node: Node) -> Vec<Excluded> {
        let header = set.header(node);
        let mut out = Vec::new();
        for (at, cut) in self.cuts.clone() {
            let meant = match cut.of {
                CutOf::Device(device) | CutOf::DeviceInBook(device, _) => device == header.device,
                // A close: finals and receipts may follow.
                CutOf::Book(_) => matches!(
                    header.kind,
                    Kind::Changes | Kind::Drop | Kind::Checkpoint | Kind::File
                ),
            };
            if !meant || within(set, node, cut) {
                continue;
            }
            // A log that begins at or after a later grant is judged by that grant; nothing opens a closed book again.
            let granted_again = match (cut.of, self.right(header.kind)) {
                (CutOf::Device(_) | CutOf::DeviceInBook(..), Some(right)) => {
                    let later = self.granted(header.device, right).iter().find(|g| *g >= at);
                    later.filter(|g| **g <= set.held[node].log_began).copied()
                }
                _ => None,
            };
            out.push(Excluded {
                at: *at,
                granted_again,
            });
        }
        out
    }

    /// The height at which an entry was let in.
    pub(super) fn let_in(&self, entry: &EntryId) -> Option<Height> {
        let rights = self.register.rights();
        rights.let_in(entry).filter(|height| *height <= self.height)
    }

    /// Whether an entry is anchored.
    pub(super) fn is_anchored(&self, entry: &EntryId) -> bool {
        let rights = self.register.rights();
        rights.anchored(entry).is_some_and(|height| height <= self.height)
    }

    /// The last removal of a reader up to a height.
    pub(super) fn last_removal(&mut self, height: Height) -> Height {
        let (rights, book) = (self.register.rights(), self.book);
        *self
            .removals
            .entry(height)
            .or_insert_with(|| rights.last_removal(&book, height))
    }

    /// Whether a cut that may concern this book names an entry as a head.
    pub(super) fn cuts_name(&self, entry: &EntryId) -> bool {
        self.cuts
            .iter()
            .any(|(_, cut)| cut.heads.iter().any(|head| head.id == *entry))
    }
}

/// Whether an entry counts by a cut: by the chain of ids where the head that it names is held, by seq until then.
fn within(set: &EntrySet, node: Node, cut: &Cut) -> bool {
    let header = set.header(node);
    let mut heads = cut.heads.iter().filter(|head| head.log == header.log);
    heads.any(|named| {
        let head = set.node(&named.id).filter(|head| set.held[*head].place.is_some());
        match head {
            Some(head) => set.in_chain(node, head),
            None => header.seq <= named.seq,
        }
    })
}
