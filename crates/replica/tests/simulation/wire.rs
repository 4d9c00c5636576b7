//! Sessions between two hosts in memory: what `sothon_net::hub` does with a session, without its thread and its sockets.

use super::broken::Spoil;
use sothon_archive::Archive;
use sothon_ledger::TransportKey;
use sothon_net::{FromPeer, Host};
use sothon_sync::{CloseReason, Event, LogName, Session, SessionConfig, SessionSalt, StoreOutcome, Wants};

/// So often each side may speak before it must be silent: honest sides need some ten turns.
const MOST_TURNS: usize = 200;

/// What one side of a session told.
#[derive(Clone, Default, Debug)]
pub struct Said {
    /// Entries that came, whether or not they were new.
    pub entries: usize,
    /// Whether anything that came was new.
    pub new: bool,
    /// Both hold the same, but for these logs, which one of both does not take for now.
    pub left_out: Option<Vec<LogName>>,
    pub closed: Option<CloseReason>,
    pub idle: bool,
}

/// A session that has ended.
#[derive(Debug)]
pub struct Talk {
    pub said: [Said; 2],
    /// Whether the wire broke before both had said all.
    pub cut: bool,
}

impl Talk {
    pub fn brought_something(&self) -> bool {
        self.said.iter().any(|said| said.new)
    }
}

/// One side of a session, whatever host it has.
pub trait End {
    fn hear(&mut self, bytes: &[u8]) -> Result<(), String>;
    fn say(&mut self) -> Result<Vec<u8>, String>;
    fn said(&self) -> Said;
}

struct Side<'a, H> {
    host: &'a mut H,
    peer: TransportKey,
    session: Session,
    wanted: Wants,
    said: Said,
    spoil: Option<Spoil>,
}

/// Opens one side of a session with whoever shows `peer`.
pub fn open<'a, H: Host<Holdings = Archive>>(
    host: &'a mut H,
    peer: TransportKey,
    initiator: bool,
    salt: [u8; 32],
    spoil: Option<Spoil>,
) -> Result<Box<dyn End + 'a>, String> {
    let config = SessionConfig {
        role: host.role(),
        root: host.root(),
        initiator,
        salt: SessionSalt(salt),
        limits: host.limits(),
        peer,
        knock: host.knock().filter(|_| initiator),
    };
    let (rights, hints, wanted, now) = (host.rights(&peer), host.hints(&peer), host.wants(), host.now_ms());
    let session = host.read(|archive| {
        let mut session = Session::new(config, rights, hints, archive, now)?;
        session.wants(wanted.clone(), archive, now).map(|()| session)
    });
    let session = session.map_err(|error| error.to_string())?;
    Ok(Box::new(Side {
        host,
        peer,
        session,
        wanted,
        said: Said::default(),
        spoil,
    }))
}

impl<H: Host<Holdings = Archive>> Side<'_, H> {
    /// Stores what came, until nothing more comes by itself. Says whether there was anything to tell.
    fn settle(&mut self) -> Result<bool, String> {
        let mut any = false;
        while let Some(event) = self.session.poll_event() {
            let Event::Store(mut batch) = event else {
                match &event {
                    Event::UpToDate { left_out } => self.said.left_out = Some(left_out.clone()),
                    Event::Closed { reason, .. } => self.said.closed = Some(*reason),
                    _ => {}
                }
                self.host.told(&self.peer, &event);
                any = true;
                continue;
            };
            any = true;
            self.said.entries += batch.entries.len();
            if !batch.entries.is_empty() {
                self.said.left_out = None;
            }
            if let Some(spoil) = self.spoil {
                spoil(&mut batch);
            }
            let id = batch.id;
            let report = self.host.store(vec![FromPeer {
                peer: self.peer,
                batch,
            }]);
            self.said.new |= report.register_grew || !report.changed.is_empty();
            let outcome = report.outcomes.into_iter().next();
            let outcome = outcome.unwrap_or(StoreOutcome::Failed);
            let (rights, wants, now) = (
                self.host.rights(&self.peer),
                self.host.wants(),
                self.host.now_ms(),
            );
            let session = &mut self.session;
            let done = self.host.read(|archive| {
                if report.register_grew {
                    session.rights_changed(&rights, archive, now)?;
                }
                session.stored(id, outcome, archive, now)?;
                if !report.changed.is_empty() {
                    session.local_changed(&report.changed, archive, now)?;
                }
                if wants != self.wanted {
                    session.wants(wants.clone(), archive, now)?;
                }
                Ok::<_, sothon_sync::SessionError>(())
            });
            done.map_err(|error| error.to_string())?;
            self.wanted = wants;
        }
        Ok(any)
    }
}

impl<H: Host<Holdings = Archive>> End for Side<'_, H> {
    fn hear(&mut self, bytes: &[u8]) -> Result<(), String> {
        let (session, now) = (&mut self.session, self.host.now_ms());
        let heard = self.host.read(|archive| session.handle(bytes, archive, now));
        heard.map_err(|error| error.to_string())?;
        self.settle().map(drop)
    }

    fn say(&mut self) -> Result<Vec<u8>, String> {
        let mut out = Vec::new();
        self.settle()?;
        loop {
            let session = &mut self.session;
            let said = self.host.read(|archive| session.poll_output(archive));
            match said.map_err(|error| error.to_string())? {
                Some(bytes) => out.extend(bytes),
                None if !self.settle()? => return Ok(out),
                None => {}
            }
        }
    }

    fn said(&self) -> Said {
        let idle = self.session.is_idle();
        Said {
            idle,
            ..self.said.clone()
        }
    }
}

/// Runs a session until both are silent, or until so many bytes went over the wire: what was under way then is lost.
pub fn talk(one: &mut dyn End, other: &mut dyn End, mut left: Option<usize>) -> Result<Talk, String> {
    let mut cut = false;
    for _ in 0..MOST_TURNS {
        let there = through(one.say()?, &mut left, &mut cut);
        other.hear(&there)?;
        let back = through(other.say()?, &mut left, &mut cut);
        if cut || (there.is_empty() && back.is_empty()) {
            let said = [one.said(), other.said()];
            return Ok(Talk { said, cut });
        }
        one.hear(&back)?;
    }
    Err(format!("after {MOST_TURNS} turns a session still talks"))
}

/// What arrives of bytes.
fn through(mut bytes: Vec<u8>, left: &mut Option<usize>, cut: &mut bool) -> Vec<u8> {
    if let Some(left) = left {
        *cut |= bytes.len() > *left;
        bytes.truncate(*left);
        *left -= bytes.len();
    }
    bytes
}
