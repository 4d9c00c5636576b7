//! The app: settings, whose books are on this machine, and the one that is open.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};

use sothon_net::nearby::Neighbourhood;
use sothon_records::Lang;
use sothon_vault::Cost;
use tokio::runtime::{Handle, Runtime};
use tokio::sync::Mutex;

use crate::api::{Language, Settings, Told};
use crate::clock::Clock;
use crate::desk::Desk;
use crate::fault::{Done, Fault};
use crate::folders::Folders;
use crate::session::Sessions;
use crate::settings;

/// How the app is started: all that it needs from outside.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where people's data folders and the settings lie.
    pub base: PathBuf,
    /// Where exports and the helper's file are saved; none: beside the books.
    pub downloads: Option<PathBuf>,
    /// Folders in which the system shows the sticks and cards that are in.
    pub sticks: Vec<PathBuf>,
    /// What a guess at a passphrase costs.
    pub cost: Cost,
    /// Where now comes from.
    pub clock: Clock,
    /// Where to look for devices nearby; none: nowhere.
    pub nearby: Option<Neighbourhood>,
    /// The address of the socket.
    pub listen: std::net::SocketAddr,
    /// How long a minute of the lock time lasts; in a trial less than one.
    pub minute: std::time::Duration,
}

impl Options {
    /// For real use.
    pub fn new(base: PathBuf) -> Options {
        Options {
            base,
            downloads: None,
            sticks: Vec::new(),
            cost: Cost::STANDARD,
            clock: Clock::Machine,
            nearby: Some(Neighbourhood::default()),
            listen: (std::net::Ipv4Addr::UNSPECIFIED, 0).into(),
            minute: std::time::Duration::from_secs(60),
        }
    }
}

type Listener = Box<dyn Fn(Told) + Send + Sync>;

/// What every part of the app has.
pub(crate) struct Parts {
    pub options: Options,
    pub folders: Folders,
    settings: RwLock<Settings>,
    listeners: RwLock<Vec<Listener>>,
    pub runtime: Handle,
    /// A courier file that the system handed over.
    brought: std::sync::Mutex<Option<PathBuf>>,
    /// Whether nobody wants more of the table that is being read.
    pub stopping: std::sync::atomic::AtomicBool,
    /// What was refused lately, for the helper: when, which command, the fault's code.
    faults: std::sync::Mutex<VecDeque<(i64, &'static str, &'static str)>>,
}

/// So many faults are remembered, in memory alone.
const FAULTS: usize = 50;

impl Parts {
    /// The settings.
    pub fn settings(&self) -> Settings {
        self.settings
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// The language of the screens.
    pub fn lang(&self) -> Lang {
        match self.settings().language {
            Language::Vi => Lang::Vi,
            Language::En => Lang::En,
        }
    }

    /// The courier file that the system handed over last.
    pub fn brought(&self) -> Option<PathBuf> {
        self.brought
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Keeps it until it is taken in.
    pub fn keep_brought(&self, file: PathBuf) {
        *self.brought.lock().unwrap_or_else(PoisonError::into_inner) = Some(file);
    }

    /// It was taken in.
    pub fn forget_brought(&self) {
        *self.brought.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// Remembers a fault.
    pub fn note_fault(&self, command: &'static str, fault: Fault) -> Fault {
        let mut faults = self.faults.lock().unwrap_or_else(PoisonError::into_inner);
        faults.push_front((self.options.clock.now(), command, fault.code));
        faults.truncate(FAULTS);
        fault
    }

    /// The faults that are remembered, the latest first.
    pub fn faults(&self) -> Vec<(i64, &'static str, &'static str)> {
        let faults = self.faults.lock().unwrap_or_else(PoisonError::into_inner);
        faults.iter().copied().collect()
    }

    /// Tells whoever listens.
    pub fn tell(&self, told: Told) {
        for listener in self
            .listeners
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .iter()
        {
            listener(told.clone());
        }
    }
}

struct Inner {
    parts: Arc<Parts>,
    sessions: Mutex<Sessions>,
    /// Ends without waiting, wherever the app is dropped.
    runtime: Option<Runtime>,
}

impl Drop for Inner {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// The app. Cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Inner>);

impl App {
    /// Starts it: the folders are looked at, and devices that are locked exchange sealed entries.
    ///
    /// # Errors
    /// The base folder cannot be made or read.
    pub fn start(options: Options) -> Done<App> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .thread_name("app")
            .enable_all()
            .build()
            .map_err(Fault::internal)?;
        let folders = Folders::open(&options.base)?;
        folders.discard_half_made();
        let parts = Arc::new(Parts {
            settings: RwLock::new(settings::read(&options.base)),
            folders,
            options,
            listeners: RwLock::default(),
            brought: std::sync::Mutex::default(),
            stopping: std::sync::atomic::AtomicBool::default(),
            faults: std::sync::Mutex::default(),
            runtime: runtime.handle().clone(),
        });
        let app = App(Arc::new(Inner {
            sessions: Mutex::new(Sessions::new(parts.clone())),
            parts,
            runtime: Some(runtime),
        }));
        let started = app.clone();
        app.0.parts.runtime.spawn(async move {
            started.0.sessions.lock().await.carry_sealed().await;
        });
        let watched = Arc::downgrade(&app.0);
        app.0.parts.runtime.spawn(watch_idle(watched.clone()));
        app.0.parts.runtime.spawn(watch_days(watched));
        Ok(app)
    }

    /// Hears what happens from now on. Nothing that is told holds a name.
    pub fn subscribe(&self, tell: impl Fn(Told) + Send + Sync + 'static) {
        self.0
            .parts
            .listeners
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .push(Box::new(tell));
    }

    /// Publishes, seals and locks: before the program ends.
    pub async fn quit(&self) {
        let mut sessions = self.0.sessions.lock().await;
        // What could not be published was saved; it goes out another day.
        let _ = sessions.lock(false).await;
        sessions.stop_all().await;
    }

    /// The language of the screens.
    pub fn lang(&self) -> Lang {
        self.0.parts.lang()
    }

    pub(crate) fn parts(&self) -> &Arc<Parts> {
        &self.0.parts
    }

    pub(crate) fn sessions(&self) -> &Mutex<Sessions> {
        &self.0.sessions
    }

    pub(crate) fn replace_settings(&self, settings: &Settings) -> Done {
        settings::write(&self.0.parts.options.base, settings)?;
        *self
            .0
            .parts
            .settings
            .write()
            .unwrap_or_else(PoisonError::into_inner) = settings.clone();
        Ok(())
    }

    /// Works on the open book, in the thread that owns it.
    ///
    /// # Errors
    /// No book is open; what the work says.
    pub(crate) async fn at_desk<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Desk) -> Done<T> + Send + 'static,
    ) -> Done<T> {
        let hub = {
            // No sign that somebody is there: a page asks anew by itself when something came. The window says so (`stay`).
            let sessions = self.0.sessions.lock().await;
            sessions.hub().ok_or_else(Fault::locked)?
        };
        let lang = self.0.parts.lang();
        let done = hub
            .with(move |desk: &mut Desk| {
                desk.lang = lang;
                let done = work(desk);
                (done, desk.take_changes())
            })
            .await
            .map_err(|_| Fault::locked())?;
        self.0.sessions.lock().await.saved();
        done
    }
}

/// Locks the open book when nobody has touched it for the time that is set.
async fn watch_idle(app: std::sync::Weak<Inner>) {
    loop {
        let Some(inner) = app.upgrade() else { return };
        let mut sessions = inner.sessions.lock().await;
        let changed = sessions.changed.clone();
        let changed = changed.notified();
        tokio::pin!(changed);
        // Before it is looked, so that no change is missed.
        changed.as_mut().enable();
        let wait = sessions.watch_idle().await;
        drop(sessions);
        drop(inner);
        match wait {
            Some(wait) => tokio::select! {
                () = tokio::time::sleep(wait) => {}
                () = changed => {}
            },
            None => changed.await,
        }
    }
}

/// Tells on each day what is due, while the program runs.
async fn watch_days(app: std::sync::Weak<Inner>) {
    loop {
        let Some(inner) = app.upgrade() else { return };
        inner.sessions.lock().await.remind().await;
        let wait = crate::notices::until_next_look(inner.parts.options.clock);
        drop(inner);
        tokio::time::sleep(wait).await;
    }
}
