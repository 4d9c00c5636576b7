//! Wraps: asked for by epoch in each session, and made equal with whoever stores all (B12).

use std::collections::HashSet;

use sothon_ledger::{BookId, EpochId, Receiver, WrapId};

use crate::frame::Frame;
use crate::holdings::{Holdings, WrapScope};
use crate::limits::FULL;
use crate::session::{Session, Step};
use crate::tags::{BookRef, Tag};

/// How many wraps may wait to be sent.
const MOST_WAITING: usize = 20_000;
/// How many tags of wraps fit a frame.
const TAGS: usize = FULL / 9;

impl Session {
    /// Sends our tags of a book's wraps if the peer's differ.
    pub(crate) fn compare_wraps(&mut self, book: &BookId, theirs: Tag, holdings: &impl Holdings) -> Step {
        let Some(scope) = self.wrap_scope() else {
            return Ok(());
        };
        let ids = holdings.wrap_ids(book, scope)?;
        if self.tagger.wraps(&ids) != theirs {
            // Those that do not fit are taken for lacking and are sent once more.
            let tags = ids.iter().take(TAGS).map(|id| self.tagger.wrap(id)).collect();
            self.control(Frame::WrapTags {
                book: self.tagger.book(book),
                tags,
            });
        }
        Ok(())
    }

    /// The peer's wraps of a book: sends it those that it lacks, asks for those that we lack.
    pub(crate) fn on_wrap_tags(&mut self, book: BookRef, tags: Vec<Tag>, holdings: &impl Holdings) -> Step {
        let (Some(scope), Some(id)) = (self.wrap_scope(), self.book_named(book)) else {
            return Ok(());
        };
        let mut theirs: HashSet<Tag> = tags.into_iter().collect();
        for wrap in holdings.wrap_ids(&id, scope)? {
            if !theirs.remove(&self.tagger.wrap(&wrap)) {
                self.queue_wrap(wrap);
            }
        }
        if !theirs.is_empty() {
            self.control(Frame::WantWrapTags {
                book,
                tags: theirs.into_iter().collect(),
            });
        }
        Ok(())
    }

    pub(crate) fn on_want_wrap_tags(
        &mut self,
        book: BookRef,
        tags: Vec<Tag>,
        holdings: &impl Holdings,
    ) -> Step {
        let (Some(scope), Some(id)) = (self.wrap_scope(), self.book_named(book)) else {
            return Ok(());
        };
        let wanted: HashSet<Tag> = tags.into_iter().collect();
        for wrap in holdings.wrap_ids(&id, scope)? {
            if wanted.contains(&self.tagger.wrap(&wrap)) {
                self.queue_wrap(wrap);
            }
        }
        Ok(())
    }

    /// Wraps of epochs that the peer lacks: only those that concern it, unless it stores all.
    pub(crate) fn on_want_wraps(&mut self, epochs: Vec<EpochId>, holdings: &impl Holdings) -> Step {
        for epoch in epochs {
            for wrap in holdings.wraps_of(&epoch, self.scope_of_peer())? {
                self.offer_wrap(wrap, holdings)?;
            }
        }
        Ok(())
    }

    /// Queues a wrap if it is the peer's to have.
    pub(crate) fn offer_wrap(&mut self, id: WrapId, holdings: &impl Holdings) -> Step {
        let Some(wrap) = holdings.wrap(&id)? else {
            return Ok(());
        };
        let concerns = match self.scope_of_peer() {
            WrapScope::All => true,
            WrapScope::Of(device) => {
                wrap.to == Receiver::Device(device) || matches!(wrap.to, Receiver::Paper(..))
            }
        };
        if concerns && self.is_shared(&wrap.book) {
            self.queue_wrap(id);
        }
        Ok(())
    }

    fn scope_of_peer(&self) -> WrapScope {
        match self
            .peer_role
            .filter(|role| !role.stores_all())
            .and_then(|role| role.device())
        {
            Some(device) => WrapScope::Of(device),
            None => WrapScope::All,
        }
    }

    fn queue_wrap(&mut self, id: WrapId) {
        let waiting = &mut self.sending.wraps;
        if waiting.len() < MOST_WAITING && !waiting.contains(&id) {
            waiting.push_back(id);
            self.compare.disturb();
        }
    }

    fn book_named(&self, name: BookRef) -> Option<BookId> {
        self.shared
            .keys()
            .find(|book| self.tagger.book(book) == name && self.is_shared(book))
            .copied()
    }
}
