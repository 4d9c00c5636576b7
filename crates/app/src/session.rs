//! The book that is open, the devices that are locked, and the time after which an open one is locked.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::time::Duration;

use chrono::NaiveDate;
use getrandom::SysRng;
use rand_core::UnwrapErr;
use sothon_net::{Changes, Hub};
use sothon_overview::due::AHEAD_DAYS;
use sothon_replica::{Folder, LockedHost, Slot, Station};
use tokio::sync::Notify;
use tokio::time::Instant;

use crate::api::{self, Told};
use crate::app::Parts;
use crate::clock::Clock;
use crate::desk::{Desk, Device, Rng};
use crate::exchange::{Carried, Exchange, Ways};
use crate::fault::{Done, Fault};
use crate::folders::{Guard, PRACTICE};
use crate::notices::{self, Reminders};
use crate::status::Status;
use crate::usage;

/// A person is told half a minute before it is locked.
const WARNED: u32 = 2;

type Locked = LockedHost<Rng, Clock>;

/// A book that is open.
struct Opened {
    folder: String,
    hub: Hub<Desk>,
    exchange: Exchange,
    touched: Arc<Mutex<Instant>>,
    warned: bool,
    _guard: Guard,
}

/// A locked device whose sealed entries move.
struct Carrying {
    hub: Hub<Locked>,
    exchange: Exchange,
    /// What was known to be due when it was locked; days alone.
    due: Vec<NaiveDate>,
    _guard: Guard,
}

/// All devices of this machine that do something.
pub(crate) struct Sessions {
    parts: Arc<Parts>,
    opened: Option<Opened>,
    carrying: HashMap<String, Carrying>,
    reminders: Reminders,
    /// Wakes who watches the idle time.
    pub changed: Arc<Notify>,
}

impl Carried for Locked {
    fn ways(&self) -> Ways {
        // The key by which devices know each other nearby is sealed: a locked device meets relays.
        Ways::of(self.station())
    }
}

impl Sessions {
    /// Nothing is open.
    pub fn new(parts: Arc<Parts>) -> Sessions {
        Sessions {
            parts,
            opened: None,
            carrying: HashMap::new(),
            reminders: Reminders::default(),
            changed: Arc::default(),
        }
    }

    /// The folder that is open.
    pub fn folder(&self) -> Option<&str> {
        self.opened.as_ref().map(|opened| opened.folder.as_str())
    }

    /// The thread of the open book.
    pub fn hub(&self) -> Option<Hub<Desk>> {
        self.opened.as_ref().map(|opened| opened.hub.clone())
    }

    /// The exchange of the open book.
    pub fn exchange(&self) -> Option<&Exchange> {
        self.opened.as_ref().map(|opened| &opened.exchange)
    }

    /// Somebody is there.
    pub fn touch(&self) {
        if let Some(opened) = &self.opened {
            *opened.touched.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
        }
    }

    /// Something may have been saved: it goes out soon.
    pub fn saved(&self) {
        if let Some(opened) = &self.opened {
            opened.exchange.saved();
        }
    }

    /// Lets every device of this machine that is locked exchange sealed entries.
    pub async fn carry_sealed(&mut self) {
        for id in self.parts.folders.ids() {
            let open = self.folder() == Some(&id);
            let idle = !open && id != PRACTICE && !self.carrying.contains_key(&id);
            if idle && let Err(fault) = self.carry(&id, Vec::new()) {
                tracing::warn!(code = fault.code, "a locked device does not exchange");
            }
        }
    }

    fn carry(&mut self, id: &str, due: Vec<NaiveDate>) -> Done {
        let folder = self.parts.folders.folder(id)?;
        let guard = self.parts.folders.hold(id)?;
        let station = Station::open(folder)?;
        let (identity, root) = (station.transport(), station.root());
        let (told, hears) = mpsc::channel();
        let host = LockedHost::new(station, self.parts.options.clock, UnwrapErr(SysRng), Some(told));
        let hub = Hub::start(host).map_err(Fault::internal)?;
        let exchange = Exchange::start(
            self.parts.clone(),
            hub.clone(),
            identity,
            root,
            hears,
            Status::new(self.parts.lang()),
        );
        self.carrying.insert(
            id.to_owned(),
            Carrying {
                hub,
                exchange,
                due,
                _guard: guard,
            },
        );
        Ok(())
    }

    /// Looks at a device that may be carrying, or opens its files for a look.
    pub async fn look<T: Send + 'static>(
        &self,
        id: &str,
        look: impl FnOnce(&Station) -> T + Send + 'static,
    ) -> Done<T> {
        if let Some(carrying) = self.carrying.get(id) {
            let work = |host: &mut Locked| (look(host.station()), Changes::default());
            return carrying.hub.with(work).await.map_err(|_| Fault::locked());
        }
        if let Some(opened) = self.opened.as_ref().filter(|opened| opened.folder == id) {
            let work = |desk: &mut Desk| (look(desk.device().station()), Changes::default());
            return opened.hub.with(work).await.map_err(|_| Fault::locked());
        }
        let folder = self.parts.folders.folder(id)?;
        let _guard = self.parts.folders.hold(id)?;
        Ok(look(&Station::open(folder)?))
    }

    /// Ends the carrying of a folder, so that it can be opened. Gives what was known to be due there.
    async fn release(&mut self, id: &str) -> Vec<NaiveDate> {
        let Some(carrying) = self.carrying.remove(id) else {
            return Vec::new();
        };
        usage::add(&self.parts, id, carrying.exchange.status().bytes());
        carrying.exchange.stop().await;
        carrying.hub.stop().await;
        carrying.due
    }

    /// Opens what `unlock` gives for a folder, on a thread where it may take its time. The one that was open is locked.
    ///
    /// # Errors
    /// What stands in the way; nothing is open then, and the locked device goes on exchanging.
    pub async fn open(
        &mut self,
        id: &str,
        unlock: impl FnOnce(Folder) -> Done<Device> + Send + 'static,
    ) -> Done {
        self.lock(false).await?;
        let due = self.release(id).await;
        // Where it is gone nothing is put in its place: its disk may come back.
        let opened = match self.parts.folders.folder(id) {
            Ok(at) => self.start(id, at, unlock).await,
            Err(gone) => Err(gone),
        };
        if opened.is_err() && self.parts.folders.folder(id).is_ok() && id != PRACTICE {
            // What stands in the way of opening may not stand in the way of carrying.
            let _ = self.carry(id, due);
        }
        opened
    }

    /// The same for a device that is made first, in a folder of its own.
    ///
    /// # Errors
    /// What stands in the way; nothing is left behind.
    pub async fn open_new(
        &mut self,
        id: &str,
        make: impl FnOnce(Folder) -> Done<Device> + Send + 'static,
    ) -> Done {
        self.lock(false).await?;
        let at = self.parts.folders.make(id)?;
        let path = at.path().to_owned();
        let opened = match self.start(id, at, make).await {
            Ok(()) => self.parts.folders.made(id),
            Err(fault) => Err(fault),
        };
        if opened.is_err() {
            let _ = self.lock(false).await;
            self.release(id).await;
            // Nobody has seen anything of it, so nobody misses it.
            let _ = std::fs::remove_dir_all(path);
        }
        opened
    }

    async fn start(
        &mut self,
        id: &str,
        at: Folder,
        unlock: impl FnOnce(Folder) -> Done<Device> + Send + 'static,
    ) -> Done {
        let guard = self.parts.folders.hold(id)?;
        let (told, hears) = mpsc::channel();
        let parts = self.parts.clone();
        let card = self.parts.folders.card(id);
        let practice = id == PRACTICE;
        let start = move || -> Done<_> {
            let device = unlock(at)?;
            let (identity, root) = (device.station().transport(), device.root());
            let mut status = Status::new(parts.lang());
            status.named = device.height_waited_for().unwrap_or_default();
            let mut desk = Desk::new(device, parts, told, practice, card.commune);
            desk.use_slot(Slot::Unlock);
            let hub = Hub::start(desk).map_err(Fault::internal)?;
            Ok((hub, identity, root, status))
        };
        let started = self.parts.runtime.spawn_blocking(start).await;
        let (hub, identity, root, status) = started.map_err(Fault::internal)??;
        let exchange = Exchange::start(self.parts.clone(), hub.clone(), identity, root, hears, status);
        self.opened = Some(Opened {
            folder: id.to_owned(),
            hub,
            exchange,
            touched: Arc::new(Mutex::new(Instant::now())),
            warned: false,
            _guard: guard,
        });
        self.changed.notify_waiters();
        Ok(())
    }

    /// Publishes what was saved, seals, and locks. The device goes on exchanging sealed entries.
    ///
    /// # Errors
    /// What could not be published; it is saved and locked all the same.
    pub async fn lock(&mut self, idle: bool) -> Done {
        let Some(opened) = self.opened.take() else {
            return Ok(());
        };
        let work = |desk: &mut Desk| {
            desk.use_slot(Slot::Lock);
            let published = desk.publish();
            let due = desk.due_days(notices::KNOWN_DAYS);
            desk.close();
            ((published, due), desk.take_changes())
        };
        let closed = opened.hub.with(work).await.map_err(|_| Fault::locked());
        let (published, due) = match closed {
            Ok((published, due)) => (published, due),
            Err(fault) => (Err(fault), Vec::new()),
        };
        usage::add(&self.parts, &opened.folder, opened.exchange.status().bytes());
        opened.exchange.stop().await;
        opened.hub.stop().await;
        let id = opened.folder.clone();
        drop(opened._guard);
        if id != PRACTICE && self.carry(&id, due).is_err() {
            tracing::warn!("a locked device does not exchange");
        }
        self.parts.tell(Told::Locked { idle });
        self.changed.notify_waiters();
        published
    }

    /// Ends all, before the program ends or the practice commune is thrown away.
    pub async fn stop_all(&mut self) {
        let ids: Vec<String> = self.carrying.keys().cloned().collect();
        for id in ids {
            self.release(&id).await;
        }
    }

    /// Tells what is due on this machine, once a day: of the open book, and of those locked here since they were open.
    pub async fn remind(&self) {
        let mut count = 0;
        if let Some(opened) = self.opened.as_ref().filter(|opened| opened.folder != PRACTICE)
            && self.reminders.first_today(&self.parts, &opened.folder)
        {
            let work = |desk: &mut Desk| (desk.due_days(AHEAD_DAYS).len(), Changes::default());
            // A book that was closed meanwhile has nothing to say.
            count += opened.hub.with(work).await.unwrap_or_default();
        }
        for (id, carrying) in &self.carrying {
            let due = notices::due_by_now(&carrying.due, self.parts.options.clock);
            // Of one that was not open since the start nothing is known: it is told when it is opened.
            if due > 0 && self.reminders.first_today(&self.parts, id) {
                count += due;
            }
        }
        notices::tell_due(&self.parts, count);
    }

    /// What is to be done about the idle time now: locks, or warns. Gives how long to wait; none: nothing is open.
    pub async fn watch_idle(&mut self) -> Option<Duration> {
        let minute = self.parts.options.minute;
        let (limit, warning) = (
            minute * u32::from(self.parts.settings().lock_minutes),
            minute / WARNED,
        );
        let opened = self.opened.as_mut()?;
        let idle = opened
            .touched
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .elapsed();
        let left = limit.saturating_sub(idle);
        if left.is_zero() {
            if let Err(fault) = self.lock(true).await {
                tracing::error!(code = fault.code, "locked, and not all was published");
            }
            return None;
        }
        if let Some(before) = left.checked_sub(warning).filter(|before| !before.is_zero()) {
            opened.warned = false;
            return Some(before);
        }
        if !std::mem::replace(&mut opened.warned, true) {
            let seconds = u32::try_from(left.as_secs()).unwrap_or(u32::MAX);
            self.parts.tell(Told::LockSoon { seconds });
        }
        Some(left)
    }

    /// How the exchange of a folder stands, open or locked.
    pub fn receiving(&self, id: &str) -> Option<api::Progress> {
        match self.opened.as_ref().filter(|opened| opened.folder == id) {
            Some(opened) => opened.exchange.status().receiving(),
            None => self.carrying.get(id)?.exchange.status().receiving(),
        }
    }
}
