//! Making a file.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use minicbor::{Decode, Encode};
use rand_core::CryptoRng;
use sothon_archive::{Cargo, CourierError, Written};
use sothon_courier::{Head, Meant};
use sothon_ledger::serving::{Party, Service, served_books};
use sothon_ledger::{BookId, ChangeHash, EpochId, Register, Seq, cbor};
use sothon_records::RecordKey;
use sothon_store::{FileSum, LogKey};
use sothon_sync::{Holdings as _, WrapScope};

use crate::live::is_at_commune;
use crate::publish::Published;
use crate::registrar::RegistrarError;
use crate::replica::{Replica, ReplicaError};

/// How many places in a log are asked for at a time.
const PAGE: usize = 512;

/// Under which name the last export is kept.
const EXPORTED: &str = "courier/out";

/// The last file that was made for the commune.
#[derive(Encode, Decode)]
#[cbor(array)]
struct LastExport {
    /// When (Unix seconds).
    #[n(0)]
    time: i64,
    /// The last entry that was here then.
    #[n(1)]
    upto: i64,
}

/// What went out with a file.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct CourierOut {
    /// Entries.
    pub entries: u64,
    /// Operations of the register: all of them, so that whoever has an older one can take in the rest.
    pub operations: u64,
    /// Suspensions, all that count.
    pub suspensions: u64,
    /// Wraps.
    pub wraps: u64,
    /// Entries out of their logs, for who only drops into their book.
    pub notices: u64,
    /// Requests to be admitted: this device's own, or those that it carries.
    pub requests: u64,
    /// Entries that are damaged on this disk and did not go out whole.
    pub damaged: u64,
    /// Photos that did not go out: only that they are there. Who gets the file fetches them by a relay or nearby.
    pub files_left: u64,
    /// The size of the file in bytes.
    pub bytes: u64,
    /// What was published before.
    pub published: Published,
}

impl<R: CryptoRng> Replica<R> {
    /// Makes a courier file at `path`, where nothing may be: publishes what was saved, and then writes what it is meant for.
    /// The file is there wholly or not at all. A device that is not admitted yet writes its request. The photos that the
    /// commune lacks go with a file for it; a file for one device, or of everything, takes none along.
    ///
    /// `now` is in Unix seconds, `year` the civil year in UTC+7.
    ///
    /// # Errors
    /// [`ReplicaError`]; nothing is at `path` then that was not there before.
    pub fn courier_out(
        &mut self,
        path: &Path,
        meant: Meant,
        now: i64,
        year: u32,
    ) -> Result<CourierOut, ReplicaError> {
        self.courier_out_with(path, meant, meant == Meant::Commune, now, year)
    }

    /// The same, and says whether photos go along.
    ///
    /// # Errors
    /// [`ReplicaError`], as there.
    pub fn courier_out_with(
        &mut self,
        path: &Path,
        meant: Meant,
        files: bool,
        now: i64,
        year: u32,
    ) -> Result<CourierOut, ReplicaError> {
        if path.try_exists().map_err(CourierError::Io)? {
            return Err(CourierError::Io(std::io::ErrorKind::AlreadyExists.into()).into());
        }
        let part = beside(path);
        let mut file = BufWriter::new(File::create(&part).map_err(CourierError::Io)?);
        let made = self
            .courier_out_to(&mut file, meant, files, now, year)
            .and_then(|out| {
                let file = file
                    .into_inner()
                    .map_err(|error| CourierError::Io(error.into_error()))?;
                file.sync_all().map_err(CourierError::Io)?;
                std::fs::rename(&part, path).map_err(CourierError::Io)?;
                sync_folder(path);
                Ok(out)
            });
        if made.is_ok() && matches!(meant, Meant::Commune | Meant::Everybody) {
            self.remember_export(now)?;
        }
        if made.is_err() {
            // Half a file is of no use to anybody.
            let _ = std::fs::remove_file(&part);
        }
        made
    }

    /// The same, to wherever it may go.
    ///
    /// # Errors
    /// [`ReplicaError`]; what was written then is not whole, and nobody takes it in.
    pub fn courier_out_to(
        &mut self,
        to: &mut dyn Write,
        meant: Meant,
        files: bool,
        now: i64,
        year: u32,
    ) -> Result<CourierOut, ReplicaError> {
        let published = self.publish_whole(now, year)?;
        let cargo = Cargo {
            files,
            ..self.cargo(meant)?
        };
        let head = Head {
            root: self.root(),
            device: self.device(),
            register: self.station.register().map(Register::head),
            made: now,
            meant,
        };
        let written = self
            .station
            .archive
            .write_courier(&head, &cargo, &self.secrets.sign, to)?;
        let Written {
            operations,
            suspensions,
            entries,
            wraps,
            notices,
            requests,
            damaged,
            files_left,
            bytes,
        } = written;
        Ok(CourierOut {
            entries,
            operations,
            suspensions,
            wraps,
            notices,
            requests,
            damaged,
            files_left,
            bytes,
            published,
        })
    }

    /// The photos that could go along with a file: those of the commune's, of one device's, or all.
    ///
    /// # Errors
    /// [`ReplicaError`], as of [`Replica::courier_out`].
    pub fn courier_files(&self, meant: Meant) -> Result<FileSum, ReplicaError> {
        let store = self.station.store();
        let mut files = FileSum::default();
        for (log, from) in self.cargo(meant)?.logs {
            if store.begins_with_file(&log)? {
                files += store.files_from(&log, from)?;
            }
        }
        let served = match (meant, self.station.register()) {
            (Meant::Device(device), Some(register)) => served_books(register, Party::Device(device)),
            _ => BTreeMap::new(),
        };
        // What is published when the file is made.
        for book in self.books.keys() {
            if !matches!(meant, Meant::Device(_)) || served.get(book) == Some(&Service::All) {
                files += store.attached(book)?;
            }
        }
        Ok(files)
    }

    /// When a record last went into a file for the commune as it is now, in Unix seconds; `None` where it did not. No state
    /// of delivery: nobody knows what became of the file.
    pub fn carried_out(&self, book: &BookId, key: &RecordKey) -> Option<i64> {
        let kept = self.kept(EXPORTED).ok()?;
        let last: LastExport = cbor::decode(&kept.first()?.1).ok()?;
        let steps = self.books.get(book)?.book.history(key);
        let went = |change: &ChangeHash| {
            self.carriers(book, change).any(|entry| {
                let row = self.station.store().row_of(&entry).ok().flatten();
                row.is_some_and(|row| row.0 <= last.upto)
            })
        };
        let all = steps.iter().all(|step| went(&ChangeHash(step.change.0)));
        (all && !steps.is_empty()).then_some(last.time)
    }

    fn remember_export(&mut self, time: i64) -> Result<(), ReplicaError> {
        let upto = self.station.store().last_row()?.0;
        self.keep(EXPORTED, &cbor::encode(&LastExport { time, upto }))
    }

    fn cargo(&self, meant: Meant) -> Result<Cargo, ReplicaError> {
        let archive = &self.station.archive;
        let mut cargo = match meant {
            Meant::Commune => self.lacked_by_commune()?,
            Meant::Device(device) => {
                let known = self.register()?.rights().device(&device).is_some();
                if !known {
                    return Err(RegistrarError::UnknownDevice.into());
                }
                Cargo::for_device(archive, device)?
            }
            _ => Cargo::everything(archive)?,
        };
        let known = |register: &Register| register.rights().device(&self.device()).is_some();
        if !self.station.register().is_some_and(known) {
            cargo.requests.insert(0, self.request_bytes());
        }
        Ok(cargo)
    }

    /// What nobody else at the commune has written or signed for. A relay's word is not asked: what it holds it may lose, and a file is
    /// carried where a relay does not reach.
    fn lacked_by_commune(&self) -> Result<Cargo, ReplicaError> {
        let archive = &self.station.archive;
        let mut cargo = Cargo {
            requests: archive.requests(),
            ..Cargo::default()
        };
        let mut epochs = BTreeSet::new();
        for log in archive.store().index().all() {
            if let Some(from) = self.first_lacked(&log.key(), &mut epochs)? {
                cargo.logs.push((log.key(), from));
            }
        }
        // What opens it, and what this device owes to others: wraps are in no receipt.
        let mut wraps: BTreeSet<_> = archive.wraps_by(&self.device()).into_iter().collect();
        for epoch in epochs {
            wraps.extend(archive.wraps_of(&epoch, WrapScope::All).unwrap_or_default());
        }
        cargo.wraps = wraps.into_iter().collect();
        Ok(cargo)
    }

    /// The first place in a log that nobody else at the commune has written or signed for, and the epochs used from there on.
    fn first_lacked(
        &self,
        log: &LogKey,
        epochs: &mut BTreeSet<EpochId>,
    ) -> Result<Option<Seq>, ReplicaError> {
        let live = self.books.get(&log.book);
        let register = self.station.register();
        let mut from = live.map_or(0, |live| live.received_below(&log.device, &log.log));
        let mut first = None;
        loop {
            let page = self.station.store().places_in_log(log, from, PAGE)?;
            for place in &page {
                let view = live.and_then(|live| live.view(&place.id));
                let arrived = match (live, view, register) {
                    (Some(live), Some(view), Some(register)) => {
                        let elsewhere = view.header.device != self.device();
                        elsewhere && is_at_commune(register, view) || live.is_received(view)
                    }
                    _ => false,
                };
                if first.is_none() && !arrived {
                    first = Some(place.seq);
                }
                if first.is_some() {
                    epochs.extend(view.and_then(|view| view.header.epoch));
                }
            }
            match page.last() {
                // The last place again: it may have more branches.
                Some(last) if page.len() == PAGE && last.seq > from => from = last.seq,
                _ => return Ok(first),
            }
        }
    }
}

/// The file while it is made.
fn beside(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".part");
    PathBuf::from(name)
}

/// Makes the file's name durable where a folder can be opened for that; a stick is soon pulled out.
fn sync_folder(path: &Path) {
    if cfg!(unix) {
        let folder = match path.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        let _ = File::open(folder).and_then(|folder| folder.sync_all());
    }
}
