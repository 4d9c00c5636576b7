//! The books that both may hold: their tags, and how far their logs are held where the tags differ.

use std::collections::{BTreeSet, HashMap};

use sothon_ledger::BookId;

use crate::compare::tips_of;
use crate::event::CloseReason;
use crate::frame::{BookLogs, Frame, LogPoints, Volumes};
use crate::holdings::{Held, Holdings, LogState};
use crate::limits::FULL;
use crate::session::{Fault, Session, Step};
use crate::tags::{BookRef, Tag};

/// A shared book as it is held, without the logs that are left out.
pub(crate) struct BookHeld {
    pub(crate) book: BookId,
    pub(crate) closed: bool,
    pub(crate) logs: Vec<LogState>,
    pub(crate) wraps: Tag,
    /// `None`: nothing is held.
    pub(crate) tag: Option<Tag>,
}

impl Session {
    /// All shared books.
    pub(crate) fn books_held(&self, holdings: &impl Holdings) -> Held<Vec<BookHeld>> {
        let mut out = Vec::new();
        for (book, shared) in &self.shared {
            if self.declined.contains(book) {
                continue;
            }
            let mut logs = self.logs_of(book, holdings)?;
            logs.retain(|state| !self.peer.is_out(&state.log));
            let wraps = match self.wrap_scope() {
                Some(scope) => holdings.wrap_ids(book, scope)?,
                None => Vec::new(),
            };
            out.push(BookHeld {
                book: *book,
                closed: shared.closed,
                tag: self.tagger.book_state(book, &logs, &wraps),
                wraps: self.tagger.wraps(&wraps),
                logs,
            });
        }
        Ok(out)
    }

    /// The one tag over all of them.
    pub(crate) fn summary_tag(&self, books: &[BookHeld]) -> Tag {
        self.tagger
            .summary(&tags(books, false), self.tagger.closed(&tags(books, true)))
    }

    /// Sends the tags of our open books, or of our closed volumes.
    pub(crate) fn ask(&mut self, volumes: Volumes, holdings: &impl Holdings) -> Step {
        self.say_starts(holdings)?;
        let books = self.books_held(holdings)?;
        let (of, closed) = match volumes {
            Volumes::Open => (false, self.tagger.closed(&tags(&books, true))),
            Volumes::Closed => (true, None),
        };
        let list = tags(&books, of)
            .into_iter()
            .map(|(book, tag)| (self.tagger.book(&book), tag))
            .collect();
        self.control(Frame::Books {
            volumes,
            closed,
            books: list,
        });
        self.compare.awaiting_logs += 1;
        let asked = books
            .into_iter()
            .filter(|book| volumes == Volumes::Open || book.closed);
        self.compare
            .asked
            .append(&mut tips_of(asked.flat_map(|book| book.logs)));
        Ok(())
    }

    pub(crate) fn on_books(
        &mut self,
        volumes: Volumes,
        closed: Option<Tag>,
        books: Vec<(BookRef, Tag)>,
        holdings: &impl Holdings,
    ) -> Step {
        self.reply_came();
        if self.compare.awaiting_logs + self.compare.awaiting_wants > 4 {
            return Err(Fault::Close(CloseReason::Flood));
        }
        self.may_answer()?;
        self.say_starts(holdings)?;
        let ours = self.books_held(holdings)?;
        let mut theirs: HashMap<BookRef, Tag> = books.into_iter().collect();
        let ask_closed = volumes == Volumes::Open && closed != self.tagger.closed(&tags(&ours, true));
        self.compare.closed_differ |= volumes == Volumes::Closed;
        let mut differ = Vec::new();
        for book in ours {
            let name = self.tagger.book(&book.book);
            let tag = theirs.remove(&name);
            let about = book.closed == (volumes == Volumes::Closed) || tag.is_some();
            if about && tag != book.tag {
                differ.push((name, book));
            } else if about || (book.closed && !ask_closed) {
                self.peer_equals(book.logs);
            }
        }
        if ask_closed {
            self.ask(Volumes::Closed, holdings)?;
        }
        self.compare.awaiting_wants += 1;
        let unserved = theirs.into_keys().collect();
        self.say_logs(differ, unserved);
        Ok(())
    }

    /// Sends how far we hold these books' logs, in as many frames as it takes.
    fn say_logs(&mut self, differ: Vec<(BookRef, BookHeld)>, unserved: Vec<BookRef>) {
        let mut frame = Vec::new();
        let mut bytes = 0;
        for (book, held) in differ {
            let wraps = held.wraps;
            // A book without logs is named too.
            let mut logs = Vec::new();
            for state in &held.logs {
                let log = LogPoints {
                    log: self.tagger.log(&state.log),
                    points: self.points(&state.tips),
                };
                bytes += 16 + 18 * log.points.len();
                logs.push(log);
                if bytes > FULL {
                    frame.push(BookLogs {
                        book,
                        wraps,
                        logs: std::mem::take(&mut logs),
                    });
                    let books = std::mem::take(&mut frame);
                    self.answer(Frame::Logs {
                        more: true,
                        books,
                        unserved: vec![],
                    });
                    bytes = 0;
                }
            }
            bytes += 20;
            frame.push(BookLogs { book, wraps, logs });
            self.compare.listed.append(&mut tips_of(held.logs));
        }
        self.answer(Frame::Logs {
            more: false,
            books: frame,
            unserved,
        });
    }

    /// Books that the peer is not served, as it sees it, play no part in this session any more.
    pub(crate) fn decline(&mut self, unserved: Vec<BookRef>) {
        if unserved.is_empty() {
            return;
        }
        let unserved: BTreeSet<BookRef> = unserved.into_iter().collect();
        let books = self
            .shared
            .keys()
            .filter(|book| unserved.contains(&self.tagger.book(book)));
        let books: Vec<BookId> = books.copied().collect();
        self.declined.extend(books);
        let declined = &self.declined;
        self.sending.retain(|log| !declined.contains(&log.book));
    }
}

/// The tags of the open or of the closed ones of which something is held.
fn tags(books: &[BookHeld], closed: bool) -> Vec<(BookId, Tag)> {
    let of = books.iter().filter(|book| book.closed == closed);
    of.filter_map(|book| Some((book.book, book.tag?))).collect()
}
