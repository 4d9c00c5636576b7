//! While the session stays open: what is new here is pushed, and rights are looked at again with every operation (A17).

use std::collections::BTreeSet;

use sothon_ledger::{BookId, EntryId, Height, WrapId};

use crate::config::{PeerRole, Rights};
use crate::event::{CloseReason, Event};
use crate::holdings::{Holdings, LogName};
use crate::session::{Fault, Session, SessionError, Step};

/// What is new in the holdings.
#[derive(Clone, Debug, Default)]
pub struct Changed {
    /// The register has grown.
    pub register: bool,
    /// The books that have new entries.
    pub books: Vec<BookId>,
    /// New wraps.
    pub wraps: Vec<WrapId>,
    /// Entries that were held, and whose payload has come.
    pub payloads: Vec<EntryId>,
    /// Whether somebody knocked.
    pub knocks: bool,
}

impl Changed {
    /// Whether nothing is new.
    pub fn is_empty(&self) -> bool {
        !self.knocks && self.is_only_knocks()
    }

    /// Whether nothing is new of what is compared.
    fn is_only_knocks(&self) -> bool {
        !self.register && self.books.is_empty() && self.wraps.is_empty() && self.payloads.is_empty()
    }
}

impl Session {
    /// Whether anything of what is new could go to this peer, or change what it is told. Where not,
    /// [`Session::local_changed`] need not be called: a relay has thousands of sessions, and most share no book with the
    /// one that brought something.
    pub fn concerns(&self, changed: &Changed) -> bool {
        // A wrap names no book here, and the register is everybody's; who stores all is offered the saves of checkpoints too.
        self.peer_role.is_none_or(PeerRole::stores_all)
            || changed.register
            || changed.knocks
            || !changed.wraps.is_empty()
            || changed.books.iter().any(|book| self.is_shared(book))
            || changed.payloads.iter().any(|id| self.filing.concerns(id))
    }

    /// Says what came into the holdings other than through this session (what came through it may be named too; it is
    /// not sent back). How often a book's entries are pushed is the publisher's to limit.
    ///
    /// # Errors
    /// [`SessionError::Holdings`].
    pub fn local_changed(
        &mut self,
        changed: &Changed,
        holdings: &impl Holdings,
        now_ms: u64,
    ) -> Result<(), SessionError> {
        self.step(holdings, now_ms, |session, holdings| {
            if changed.knocks {
                session.knocking.look_again();
            }
            session.noting.look_again();
            session.checkpointing.look_again();
            if changed.is_only_knocks() {
                return Ok(());
            }
            if changed.register {
                session.register_grew(holdings)?;
                session.retry_after_register(holdings)?;
            }
            session.files_came(&changed.payloads);
            session.compare.disturb();
            session.enqueue_books(Some(&changed.books), holdings)?;
            session.push_notices(&changed.books, holdings)?;
            for wrap in &changed.wraps {
                session.offer_wrap(*wrap, holdings)?;
            }
            session.tell_up_to_date();
            Ok(())
        })
    }

    /// Says what the register now says of the peer. An open session of a device that is not known any more is closed;
    /// what is queued of a book that is not shared any more is not sent.
    ///
    /// # Errors
    /// [`SessionError::Holdings`].
    pub fn rights_changed(
        &mut self,
        rights: &Rights,
        holdings: &impl Holdings,
        now_ms: u64,
    ) -> Result<(), SessionError> {
        self.step(holdings, now_ms, |session, holdings| {
            if session.peer_role.is_some() && rights.peer.is_none() {
                return Err(Fault::Close(CloseReason::NotAdmitted));
            }
            let role_is_same = session.peer_role == rights.peer;
            session.peer_role = rights.peer;
            session.peer_ended = rights.ended;
            session.knocking.tells(rights.knocks);
            let shared = rights
                .shared
                .iter()
                .map(|shared| (shared.book, *shared))
                .collect();
            if session.shared == shared && role_is_same {
                return Ok(());
            }
            session.shared = shared;
            session.declined.clear();
            let shared = &session.shared;
            session.sending.retain(|log| shared.contains_key(&log.book));
            session.peer.logs.retain(|log, _| shared.contains_key(&log.book));
            session.extras.look_again();
            session.filing.look_again();
            session.noticing.say_again();
            session.say_noticed(holdings)?;
            session.begin_again(holdings)
        })
    }

    /// Takes over from earlier sessions what the peer does not want yet.
    pub(crate) fn recall_not_now(&mut self) {
        for (log, reason, until_ms) in std::mem::take(&mut self.hints.not_now) {
            if until_ms > self.now_ms {
                self.peer.not_now.insert(log, (reason, until_ms));
            }
        }
    }

    /// Tries again what was "not now" until now.
    pub(crate) fn retry_not_now(&mut self, holdings: &impl Holdings) -> Step {
        let now = self.now_ms;
        self.forget_not_now(|until_ms, _| until_ms <= now, holdings)
    }

    /// Tries again what was "not now" because of the register.
    pub(crate) fn retry_after_register(&mut self, holdings: &impl Holdings) -> Step {
        self.forget_not_now(|_, reason| reason.ends_with_register(), holdings)
    }

    /// An entry names a height above both registers.
    pub(crate) fn tell_register_behind(&mut self, named: Height, ours: Height) {
        if named > self.peer.behind_told {
            self.peer.behind_told = named;
            self.events.push_back(Event::RegisterBehind { named, ours });
        }
    }

    fn forget_not_now(
        &mut self,
        over: impl Fn(u64, crate::event::NotNowReason) -> bool,
        holdings: &impl Holdings,
    ) -> Step {
        let peer = &mut self.peer;
        let before = peer.not_now.len() + peer.refused.len();
        let mut again: BTreeSet<LogName> = BTreeSet::new();
        peer.not_now.retain(|log, (reason, until_ms)| {
            let keep = !over(*until_ms, *reason);
            if !keep {
                again.insert(*log);
            }
            keep
        });
        peer.refused
            .retain(|_, (reason, until_ms)| !over(*until_ms, *reason));
        if peer.not_now.len() + peer.refused.len() == before {
            return Ok(());
        }
        for log in again {
            if let Some(state) = holdings.log(&log)?.filter(|_| self.peer.complete) {
                self.enqueue(&state, holdings)?;
            }
        }
        self.begin_again(holdings)
    }

    /// What both may hold or take has changed: compare once more.
    fn begin_again(&mut self, holdings: &impl Holdings) -> Step {
        self.compare.disturb();
        if self.config.initiator && self.register.heard {
            self.compare.start();
        }
        self.enqueue_books(None, holdings)?;
        Ok(())
    }
}
