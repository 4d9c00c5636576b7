//! What goes into a file.

use std::io::Write;

use ed25519_dalek::SigningKey;
use sothon_courier::{Head, Writer};
use sothon_ledger::serving::{Party, Service, served_books};
use sothon_ledger::{BookId, DeviceId, EntryId, Envelope, Height, Kind, Seq, WrapId};
use sothon_store::{LogKey, Place};
use sothon_sync::WrapScope;

use crate::archive::Archive;
use crate::courier::fault::CourierError;

/// How many places in a log are asked for at a time.
const PAGE: usize = 512;

/// What is to go into a file besides the register and the suspensions beside it, which always go whole: an old device may
/// read it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Cargo {
    /// Logs, each from a place on.
    pub logs: Vec<(LogKey, Seq)>,
    /// Whether the files of records go too, or only their entries: a commune has thousands of photos, and a file for one device is
    /// sent by a messenger.
    pub files: bool,
    /// Wraps.
    pub wraps: Vec<WrapId>,
    /// Entries that go out of their logs, as notices.
    pub notices: Vec<EntryId>,
    /// Books of which the notices that are held are passed on.
    pub noticed: Vec<BookId>,
    /// Signed requests of devices that want to be admitted.
    pub requests: Vec<Vec<u8>>,
}

/// What went into a file.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Written {
    /// Operations of the register.
    pub operations: u64,
    /// Suspensions.
    pub suspensions: u64,
    /// Entries.
    pub entries: u64,
    /// Wraps.
    pub wraps: u64,
    /// Notices.
    pub notices: u64,
    /// Requests to be admitted.
    pub requests: u64,
    /// Entries that are damaged on this disk: without the payload, or left out with all that follows in their log.
    pub damaged: u64,
    /// Files of records of which only the entry went.
    pub files_left: u64,
    /// The size of the file in bytes.
    pub bytes: u64,
}

impl Cargo {
    /// All that an archive holds, but for the files of records.
    ///
    /// # Errors
    /// [`CourierError::Fault`].
    pub fn everything(archive: &Archive) -> Result<Cargo, CourierError> {
        let logs = archive.store().index().all();
        Ok(Cargo {
            logs: logs.map(|log| (log.key(), 0)).collect(),
            files: false,
            wraps: archive.wraps.ids().collect(),
            notices: Vec::new(),
            noticed: archive.store().noticed_books()?,
            requests: archive.requests(),
        })
    }

    /// What a device may hold, by the register as it is here: as in a session with it, and with the wraps for others, which
    /// it may carry on; but for the files of records. Nothing for one that is suspended.
    ///
    /// # Errors
    /// [`CourierError::Fault`].
    pub fn for_device(archive: &Archive, device: DeviceId) -> Result<Cargo, CourierError> {
        let mut cargo = Cargo::default();
        let Some(register) = archive.register() else {
            return Ok(cargo);
        };
        if archive.is_suspended(&device) {
            return Ok(cargo);
        }
        for (book, service) in served_books(register, Party::Device(device)) {
            let logs = archive.store().index().logs(&book).map(|log| log.key());
            let served = logs.filter(|key| service == Service::All || key.device == device);
            cargo.logs.extend(served.map(|key| (key, 0)));
            if service == Service::All {
                cargo.wraps.extend(archive.wraps.of_book(&book, WrapScope::All));
            } else {
                cargo.notices.extend(archive.notices_for_device(&book, &device)?);
                cargo.noticed.push(book);
            }
        }
        Ok(cargo)
    }
}

impl Archive {
    /// The requests that are kept for the registrar, the newest first.
    pub fn requests(&self) -> Vec<Vec<u8>> {
        let kept = self.knocks.iter().rev().take(sothon_courier::MAX_REQUESTS);
        kept.map(|kept| kept.knock.bytes().to_vec()).collect()
    }

    /// The wraps that a device has signed.
    pub fn wraps_by(&self, device: &DeviceId) -> Vec<WrapId> {
        self.wraps.signed_by(device)
    }

    /// Writes a file: the register, then the cargo, signed with the key of the device that `head` names. Holds one entry
    /// at a time.
    ///
    /// # Errors
    /// [`CourierError`]; the file is not whole then, and nobody takes it in.
    pub fn write_courier(
        &self,
        head: &Head,
        cargo: &Cargo,
        key: &SigningKey,
        to: &mut dyn Write,
    ) -> Result<Written, CourierError> {
        let mut out = Vec::new();
        let writer = Writer::begin(head, &mut out);
        let mut writing = Writing {
            archive: self,
            files: cargo.files,
            writer,
            out,
            to,
            written: Written::default(),
        };
        for operation in self.store().operations(Height(1))? {
            writing.writer.operation(operation.bytes(), &mut writing.out)?;
            writing.written.operations += 1;
            writing.flush()?;
        }
        for note in self.suspensions().iter() {
            writing.writer.suspension(note.bytes(), &mut writing.out)?;
            writing.written.suspensions += 1;
        }
        for request in &cargo.requests {
            writing.writer.request(request, &mut writing.out)?;
            writing.written.requests += 1;
        }
        let mut files = Vec::new();
        for (log, from) in &cargo.logs {
            if self.store().begins_with_file(log)? {
                files.push((log, *from));
            } else {
                writing.log(log, *from)?;
            }
        }
        for id in &cargo.wraps {
            if let Some(wrap) = self.store().wrap(id)? {
                writing.writer.wrap(wrap.bytes(), &mut writing.out)?;
                writing.written.wraps += 1;
                writing.flush()?;
            }
        }
        for id in &cargo.notices {
            let held = self.store().entry_bytes(id)?;
            if let Some((envelope, payload)) = held.and_then(|held| Some((held.envelope, held.payload?))) {
                writing.notice(&envelope, &payload)?;
            }
        }
        for book in &cargo.noticed {
            for (envelope, payload) in self.store().notices(book)? {
                writing.notice(envelope.bytes(), &payload)?;
            }
        }
        // What a torn stick loses first.
        for (log, from) in files {
            writing.log(log, from)?;
        }
        let Writing {
            writer,
            mut out,
            to,
            mut written,
            ..
        } = writing;
        writer.seal(key, &mut out)?;
        to.write_all(&out).map_err(CourierError::Io)?;
        written.bytes += out.len() as u64;
        Ok(written)
    }
}

struct Writing<'a> {
    archive: &'a Archive,
    files: bool,
    writer: Writer,
    out: Vec<u8>,
    to: &'a mut dyn Write,
    written: Written,
}

impl Writing<'_> {
    /// Writes a log from a place on, all branches, up to an entry that is damaged.
    fn log(&mut self, log: &LogKey, mut from: Seq) -> Result<(), CourierError> {
        loop {
            let mut page = self.archive.store().places_in_log(log, from, PAGE)?;
            let more = page.len() == PAGE;
            if let (true, Some(last)) = (more, page.last().map(|place| place.seq)) {
                // Of the last place there may be more branches: they come with the next page.
                page.retain(|place| place.seq < last || last == from);
                from = if last == from { last + 1 } else { last };
            }
            for place in &page {
                if !self.entry(place)? {
                    self.written.damaged += 1;
                    return Ok(());
                }
            }
            if !more {
                return Ok(());
            }
        }
    }

    /// Writes an entry; `false` where it cannot be read any more.
    fn entry(&mut self, place: &Place) -> Result<bool, CourierError> {
        let Some(held) = self.archive.store().entry_bytes(&place.id)? else {
            return Ok(false);
        };
        let envelope = match Envelope::parse_held(&held.envelope) {
            Ok(envelope) if envelope.id() == place.id => envelope,
            _ => return Ok(false),
        };
        let mut payload = held.payload;
        if payload
            .as_ref()
            .is_some_and(|bytes| envelope.check_payload(bytes).is_err())
        {
            // Another device may hold it: the envelope still says that it belongs here.
            payload = None;
            self.written.damaged += 1;
        }
        if payload.is_some() && !self.files && envelope.header().kind == Kind::File {
            payload = None;
            self.written.files_left += 1;
        }
        self.writer
            .entry(&held.envelope, payload.as_deref(), &mut self.out)?;
        self.written.entries += 1;
        self.flush()?;
        Ok(true)
    }

    fn notice(&mut self, envelope: &[u8], payload: &[u8]) -> Result<(), CourierError> {
        self.writer.notice(envelope, payload, &mut self.out)?;
        self.written.notices += 1;
        self.flush()
    }

    fn flush(&mut self) -> Result<(), CourierError> {
        self.to.write_all(&self.out).map_err(CourierError::Io)?;
        self.written.bytes += self.out.len() as u64;
        self.out.clear();
        Ok(())
    }
}
