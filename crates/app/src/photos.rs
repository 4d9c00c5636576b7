//! Photographs: added to a form and kept sealed with its draft, attached when it is saved, looked at on the record's page.

use data_encoding::BASE64;
use sothon_book::Act;
use sothon_ledger::{BookId, Digest};
use sothon_photos::{LARGEST_GIVEN, PhotoError};
use sothon_records::common::{self, FILES, FileRef};
use sothon_records::files::{self, NoFiles};
use sothon_records::record::differences;
use sothon_records::{Edit, Kind, RawRecord, RecordId, RecordKey, SubKey, Value, text};
use sothon_replica::{FileError, FileKey, FileRead, FileRef as Attached, ReplicaError};

use crate::api::*;
use crate::app::App;
use crate::books::delivered;
use crate::desk::{Desk, key_of};
use crate::drafts::is_id;
use crate::exchange_page::size;
use crate::fault::{Done, Fault};
use crate::fresh_id;

/// The names under which the device keeps the photographs of drafts.
const UNDER: &str = "photo/";
/// The names under which it notes photographs that have not come, and whose records it sent to another book.
const WAITING: &str = "photos-to-bring/";
/// Most photographs of one record.
const MOST: usize = 12;
/// Most that lie with one draft, those included that were taken out again.
const MOST_KEPT: usize = 3 * MOST;
/// The longest name, in characters.
const LONGEST_NAME: usize = 120;
/// All are written anew as this.
const MEDIA: &str = "image/jpeg";

/// A photograph that a form adds.
pub(crate) struct Added {
    name: String,
    bytes: Vec<u8>,
}

impl App {
    /// See [`crate::commands`].
    pub(crate) async fn add_photo(&self, input: PhotoInput) -> Done<PhotoRow> {
        let PhotoInput { draft, name, content } = input;
        let of = draft.clone();
        self.at_desk(move |desk| desk.takes_photos(&of)).await?;
        // Unpacking a picture takes a while: the thread in which the book is open has more to do.
        let fitted = self
            .parts()
            .runtime
            .spawn_blocking(move || fitted(&content))
            .await;
        // A decoder that gives up on a picture is a picture that cannot be read.
        let bytes = fitted.unwrap_or_else(|_| Err(no_photo(PhotoError::Broken)))?;
        self.at_desk(move |desk| desk.add_photo(&draft, &name, &bytes))
            .await
    }

    /// See [`crate::commands`].
    pub(crate) async fn photo(&self, ask: PhotoAsk) -> Done<PhotoSeen> {
        self.at_desk(move |desk| desk.photo(&ask)).await
    }
}

impl Desk {
    /// Why no files of a record are kept.
    fn no_files(&self, kind: &Kind, raw: &RawRecord) -> Option<NoFiles> {
        files::refused(kind, raw, self.today(), &|key| self.view.record(key).cloned())
    }

    /// Whether a form takes one more.
    fn takes_photos(&self, draft: &str) -> Done {
        let input = self.draft(draft)?.input;
        let (kind, mut raw) = match input.key.as_deref().map(key_of).transpose()? {
            Some(key) => (self.kind(&key.kind)?, self.placed(&key)?.1),
            None => (self.kind(&input.kind)?, RawRecord::default()),
        };
        let there = files::count(&raw).saturating_sub(input.taken.len());
        let typed = crate::typing::as_far_as_typed(kind, &input);
        raw.fields.extend(typed.fields);
        raw.subs.extend(typed.subs);
        if let Some(why) = self.no_files(kind, &raw) {
            let says = why.says();
            return Err(Fault::new("no_photos", says.vi, says.en));
        }
        let kept = self.device().kept(&format!("{UNDER}{draft}/"))?.len();
        if there + input.added.len() >= MOST || kept >= MOST_KEPT {
            return Err(too_many());
        }
        Ok(())
    }

    fn add_photo(&mut self, draft: &str, name: &str, bytes: &[u8]) -> Done<PhotoRow> {
        // It may have been thrown away while the picture was unpacked.
        self.draft(draft)?;
        let name = tidy_name(name).unwrap_or_else(|| self.t("Ảnh", "Photo").to_owned());
        let photo = fresh_id(&mut rand_core::UnwrapErr(getrandom::SysRng)).to_string();
        let plain = zeroize::Zeroizing::new([name.as_bytes(), &[0], bytes].concat());
        self.device_mut()
            .keep(&format!("{UNDER}{draft}/{photo}"), &plain)?;
        Ok(self.photo_row(photo, name, bytes.len()))
    }

    fn photo_row(&self, photo: String, name: String, bytes: usize) -> PhotoRow {
        PhotoRow {
            photo,
            name,
            size: size(u64::try_from(bytes).unwrap_or_default(), self.lang),
            taken: false,
            delivery: None,
        }
    }

    fn added(&self, draft: &str, photo: &str) -> Done<Added> {
        let found = match is_id(draft) && is_id(photo) {
            true => self.device().kept(&format!("{UNDER}{draft}/{photo}"))?.pop(),
            false => None,
        };
        let read = found.and_then(|(_, plain)| {
            let end = plain.iter().position(|byte| *byte == 0)?;
            let (name, rest) = plain.split_at_checked(end)?;
            Some(Added {
                name: String::from_utf8(name.to_vec()).ok()?,
                bytes: rest.get(1..)?.to_vec(),
            })
        });
        read.ok_or_else(|| {
            Fault::new(
                "no_photo",
                "Ảnh này không còn trong bản nháp. Mời thêm lại.",
                "That photo is no longer with the draft. Add it again.",
            )
        })
    }

    /// The photographs of a form: those of the record, then those that its draft adds.
    pub(crate) fn photos_of_form(
        &self,
        record: Option<&RawRecord>,
        input: Option<&FormInput>,
    ) -> Vec<PhotoRow> {
        let taken = input.map(|input| input.taken.as_slice()).unwrap_or_default();
        let mut rows = record.map(|raw| self.photos_of(raw, None)).unwrap_or_default();
        // What was taken away before is for the record's page.
        rows.retain(|row| !row.taken);
        for row in &mut rows {
            row.taken = taken.contains(&row.photo);
        }
        let draft = input.and_then(|input| Some((input.draft.as_deref()?, &input.added)));
        let added = draft.into_iter().flat_map(|(draft, added)| {
            added.iter().filter_map(move |photo| {
                let Added { name, bytes } = self.added(draft, photo).ok()?;
                Some(self.photo_row(photo.clone(), name, bytes.len()))
            })
        });
        rows.extend(added);
        rows
    }

    /// The photographs of a record, those that were taken away too; with how far each has come in a book.
    pub(crate) fn photos_of(&self, raw: &RawRecord, book: Option<&BookId>) -> Vec<PhotoRow> {
        let row = |(id, file): (RecordId, FileRef)| {
            let far = book
                .zip(attached(&file))
                .and_then(|(book, file)| self.device().file_delivery(book, &file).ok().flatten());
            let bytes = file
                .size
                .and_then(|size| usize::try_from(size).ok())
                .unwrap_or_default();
            PhotoRow {
                taken: file.voided == Some(true),
                delivery: far.map(delivered),
                ..self.photo_row(files::key(id).to_string(), file.name.unwrap_or_default(), bytes)
            }
        };
        files::all(raw).map(row).collect()
    }

    fn photo(&self, ask: &PhotoAsk) -> Done<PhotoSeen> {
        let bytes = match (&ask.draft, &ask.key) {
            (Some(draft), _) => Some(self.added(draft, &ask.photo)?.bytes),
            (None, Some(key)) => self.photo_of(&key_of(key)?, &ask.photo)?,
            (None, None) => return Err(Fault::not_understood("photo")),
        };
        let (content, says) = match bytes {
            None => (
                None,
                self.t(
                    "Ảnh này chưa về máy này.",
                    "This photo has not come to this device yet.",
                ),
            ),
            Some(bytes) if sothon_photos::may_be_drawn(&bytes) => (Some(BASE64.encode(&bytes)), ""),
            Some(_) => (
                None,
                self.t(
                    "Tệp này không phải ảnh do Sổ Thôn ghi nên không mở.",
                    "This is no photo as Sổ Thôn keeps them, so it is not opened.",
                ),
            ),
        };
        Ok(PhotoSeen {
            content,
            says: says.to_owned(),
        })
    }

    fn photo_of(&self, key: &RecordKey, photo: &str) -> Done<Option<Vec<u8>>> {
        let (book, raw) = self.placed(key)?;
        // What is on a guarded page is seen with it: that look was recorded, a short time ago.
        if self.is_watched(&book) && !self.is_looked_at(key) {
            return Err(Fault::new(
                "look_over",
                "Quay lại, mở lại trang bản ghi rồi xem ảnh.",
                "Go back, open the record’s page again, then look at the photo.",
            ));
        }
        if let Some(why) = self.no_files(self.kind(&key.kind)?, &raw) {
            let says = why.says();
            return Err(Fault::new("no_photos", says.vi, says.en));
        }
        let file = photo
            .parse::<SubKey>()
            .ok()
            .filter(|sub| sub.kind == FILES.name)
            .and_then(|sub| files::one(&raw, sub.id))
            .filter(|file| file.voided != Some(true))
            .and_then(|file| attached(&file))
            .ok_or_else(|| Fault::not_understood("photo"))?;
        self.file_of(&book, &file)
    }

    /// The bytes of a file of a record in a book, from whichever book has them here: a record that moved, or took over what
    /// another one had, may name a file of the book where that was. Empty, if what is there is another file.
    fn file_of(&self, book: &BookId, file: &Attached) -> Done<Option<Vec<u8>>> {
        let guarded = self.is_watched(book);
        let others = self.device().readable().map(|open| open.book);
        // What is not guarded never shows what is.
        let others = others.filter(|other| other != book && (guarded || !self.is_watched(other)));
        let mut found = None;
        for book in std::iter::once(*book).chain(others) {
            match self.device().file(&book, file) {
                Ok(FileRead::Held(bytes)) => return Ok(Some(bytes.to_vec())),
                Ok(FileRead::NotHere) => {}
                Err(ReplicaError::OfFile(FileError::Wrong(_))) => found = Some(Vec::new()),
                Err(error) => return Err(error.into()),
            }
        }
        Ok(found)
    }

    /// Whether a record may have the photographs that it would have: whom it is about, or whose age is known, may have changed
    /// with it. What stood before stays.
    ///
    /// # Errors
    /// Of such a record none are kept.
    pub(crate) fn keeps_photos(&self, kind: &Kind, before: &RawRecord, after: &RawRecord) -> Done {
        let (had, has) = (files::count(before), files::count(after));
        let stood = has <= had && had > 0 && self.no_files(kind, before).is_some();
        match self.no_files(kind, after) {
            Some(why) if has > 0 && !stood => Err(Fault::fields(vec![why.problem()])),
            _ => Ok(()),
        }
    }

    /// The same for records of which something was just set back.
    ///
    /// # Errors
    /// One has photographs again, or is again about somebody, of whom none are kept.
    pub(crate) fn keep_photos_since_undoing(&self, records: &[(BookId, RecordKey)]) -> Done {
        for (book, key) in records {
            let kind = Kind::by_slug(&key.kind);
            let after = self.device().record(book, key);
            let Some((kind, after)) = kind.zip(after).filter(|(_, after)| files::count(after) > 0) else {
                continue;
            };
            let mut before = after.clone();
            let history = self.device().history(book, key);
            for change in history.iter().rev().take(1).flat_map(|step| &step.fields) {
                let fields = match &change.sub {
                    Some(sub) => before.subs.entry(sub.clone()).or_default(),
                    None => &mut before.fields,
                };
                match &change.old {
                    Some(old) => fields.insert(change.field.clone(), old.clone()),
                    None => fields.remove(&change.field),
                };
            }
            self.keeps_photos(kind, &before, &after)?;
        }
        Ok(())
    }

    /// The photographs that a form adds to a record.
    ///
    /// # Errors
    /// Of this record none are kept; one is no longer there.
    pub(crate) fn added_photos(
        &self,
        kind: &Kind,
        record: &RawRecord,
        input: &FormInput,
    ) -> Done<Vec<Added>> {
        if input.added.is_empty() {
            return Ok(Vec::new());
        }
        if let Some(why) = self.no_files(kind, record) {
            return Err(Fault::fields(vec![why.problem()]));
        }
        if files::count(record) + input.added.len() > MOST {
            return Err(too_many());
        }
        let draft = input.draft.as_deref().unwrap_or_default();
        input.added.iter().map(|photo| self.added(draft, photo)).collect()
    }

    /// Attaches photographs to a record that is about to be written in a book.
    pub(crate) fn attach_photos(&mut self, book: &BookId, record: &mut RawRecord, added: &[Added]) -> Done {
        for Added { name, bytes } in added {
            let file = self.device_mut().attach(*book, bytes)?;
            let id = fresh_id(&mut rand_core::UnwrapErr(getrandom::SysRng));
            files::add(record, id, kept_as(name.clone(), &file));
        }
        Ok(())
    }

    /// Forgets the photographs of a draft.
    pub(crate) fn forget_photos(&mut self, draft: &str) -> Done {
        for (name, _) in self.device().kept(&format!("{UNDER}{draft}/"))? {
            self.device_mut().forget(&name)?;
        }
        Ok(())
    }

    /// Forgets photographs whose draft is gone: the program may have died in between.
    ///
    /// # Errors
    /// The store.
    pub(crate) fn sweep_photos(&mut self) -> Done {
        let drafts = self.draft_ids()?;
        for (name, _) in self.device().kept(UNDER)? {
            let of = name.strip_prefix(UNDER).and_then(|rest| rest.split('/').next());
            if !of.is_some_and(|draft| drafts.contains(draft)) {
                self.device_mut().forget(&name)?;
            }
        }
        Ok(())
    }

    /// The same edits, so that what goes over into another book brings its photographs along: who reads that book alone could
    /// not open them else. What has not come here goes by name, and follows when it comes ([`Desk::bring_photos`]).
    pub(crate) fn with_photos(&mut self, edits: Vec<(BookId, Vec<Edit>)>) -> Done<Vec<(BookId, Vec<Edit>)>> {
        let mut all = Vec::with_capacity(edits.len());
        let mut waits = Vec::new();
        for (book, edits) in edits {
            let mut brought = Vec::with_capacity(edits.len());
            for edit in edits {
                brought.extend(self.with_photos_of(&book, edit, &mut waits)?);
            }
            all.push((book, brought));
        }
        if !waits.is_empty() {
            let id = fresh_id(&mut rand_core::UnwrapErr(getrandom::SysRng));
            self.device_mut()
                .keep(&format!("{WAITING}{id}"), &waits_as_text(&waits))?;
        }
        Ok(all)
    }

    fn with_photos_of(
        &mut self,
        book: &BookId,
        edit: Edit,
        waits: &mut Vec<(RecordKey, RecordId)>,
    ) -> Done<Option<Edit>> {
        Ok(match edit {
            Edit::Create { key, mut record } => {
                for (id, file) in files::all(&record) {
                    if let Some(here) = self.brought_or_waits(&key, id, book, &file, waits)? {
                        renew(&mut record, id, here);
                    }
                }
                Some(Edit::Create { key, record })
            }
            Edit::AddSub { key, sub, fields } if sub.kind == FILES.name => {
                let mut alone = RawRecord::default();
                alone.subs.insert(sub.clone(), fields.clone());
                if let Some(file) = files::one(&alone, sub.id)
                    && let Some(here) = self.brought_or_waits(&key, sub.id, book, &file, waits)?
                {
                    renew(&mut alone, sub.id, here);
                }
                let fields = alone.subs.remove(&sub).unwrap_or(fields);
                Some(Edit::AddSub { key, sub, fields })
            }
            Edit::Set {
                key,
                sub: Some(sub),
                mut fields,
            } if sub.kind == FILES.name
                && fields.keys().any(|name| files::OF_BOOK.contains(&name.as_str())) =>
            {
                let there = self.device().record(book, &key).unwrap_or_default();
                if self.opens(book, &there, sub.id) {
                    // The copy there has the same photograph under a key of its own.
                    fields.retain(|name, _| [common::VOIDED, common::VOID_REASON].contains(&name.as_str()));
                    return Ok((!fields.is_empty()).then_some(Edit::Set {
                        key,
                        sub: Some(sub),
                        fields,
                    }));
                }
                let mut before = RawRecord::default();
                before.subs.extend(
                    there
                        .subs
                        .get_key_value(&sub)
                        .map(|(sub, told)| (sub.clone(), told.clone())),
                );
                let mut after = before.clone();
                let told = after.subs.entry(sub.clone()).or_default();
                for (name, value) in fields {
                    match value {
                        Some(value) => told.insert(name, value),
                        None => told.remove(&name),
                    };
                }
                if let Some(file) = files::one(&after, sub.id)
                    && let Some(here) = self.brought_or_waits(&key, sub.id, book, &file, waits)?
                {
                    renew(&mut after, sub.id, here);
                }
                differences(&key, &before, &after).pop()
            }
            other => Some(other),
        })
    }

    /// Whether a file of a record in a book can be opened there by whoever reads that book.
    fn opens(&self, book: &BookId, raw: &RawRecord, id: RecordId) -> bool {
        let file = files::one(raw, id).and_then(|file| attached(&file));
        file.is_some_and(|file| matches!(self.device().file(book, &file), Ok(FileRead::Held(_))))
    }

    /// A file as it is attached anew in a book, if that has to be; what has not come here is noted.
    fn brought_or_waits(
        &mut self,
        key: &RecordKey,
        id: RecordId,
        book: &BookId,
        file: &FileRef,
        waits: &mut Vec<(RecordKey, RecordId)>,
    ) -> Done<Option<FileRef>> {
        Ok(match self.brought(book, file)? {
            Brought::Stays => None,
            Brought::Anew(file) => Some(file),
            Brought::Waits => {
                waits.push((key.clone(), id));
                None
            }
        })
    }

    fn brought(&mut self, book: &BookId, file: &FileRef) -> Done<Brought> {
        let Some(there) = attached(file) else {
            return Ok(Brought::Stays);
        };
        if matches!(self.device().file(book, &there), Ok(FileRead::Held(_))) {
            return Ok(Brought::Stays);
        }
        let Some(bytes) = self.file_of(book, &there)? else {
            return Ok(Brought::Waits);
        };
        if !sothon_photos::may_be_drawn(&bytes) {
            return Ok(Brought::Stays);
        }
        let fresh = self.device_mut().attach(*book, &bytes)?;
        let fresh = kept_as(file.name.clone().unwrap_or_default(), &fresh);
        Ok(Brought::Anew(FileRef {
            voided: file.voided,
            void_reason: file.void_reason.clone(),
            ..fresh
        }))
    }

    /// Brings photographs that have come by now to where this device sent their records before them.
    ///
    /// # Errors
    /// The store, or what stands in the way of writing.
    pub(crate) fn bring_photos(&mut self) -> Done {
        // What others wrote is told as theirs before this writes.
        self.follow();
        if !std::mem::take(&mut self.files_came) {
            return Ok(());
        }
        for (name, plain) in self.device().kept(WAITING)? {
            let all = waits_of_text(&plain);
            let mut waits = Vec::new();
            for (key, id) in &all {
                let brought = self.bring_photo(key, *id).unwrap_or_else(|fault| {
                    tracing::warn!(code = fault.code, "a photo could not follow its record");
                    false
                });
                if !brought {
                    waits.push((key.clone(), *id));
                }
            }
            if waits.is_empty() {
                self.device_mut().forget(&name)?;
            } else if waits.len() < all.len() {
                self.device_mut().keep(&name, &waits_as_text(&waits))?;
            }
        }
        Ok(())
    }

    /// Brings a photograph to where its record counts now. Whether it waits no longer.
    fn bring_photo(&mut self, key: &RecordKey, id: RecordId) -> Done<bool> {
        let Ok((book, raw)) = self.placed(key) else {
            return Ok(false);
        };
        let Some(file) = files::one(&raw, id) else {
            return Ok(true);
        };
        if !self.writes(&book) {
            return Ok(false);
        }
        let fresh = match self.brought(&book, &file)? {
            Brought::Stays => return Ok(true),
            Brought::Waits => return Ok(false),
            Brought::Anew(fresh) => fresh,
        };
        let mut after = raw.clone();
        renew(&mut after, id, fresh);
        let act = self.act_that_sent(&book, key, id);
        self.device_mut()
            .edit(book, &differences(key, &raw, &after), &act)?;
        Ok(true)
    }

    /// The act by which a file went over by name: what follows it is part of it, and undone with it.
    fn act_that_sent(&self, book: &BookId, key: &RecordKey, id: RecordId) -> Act {
        let sub = files::key(id);
        let history = self.device().history(book, key);
        let sent = history.iter().rfind(|step| {
            let mut fields = step.fields.iter();
            step.created || fields.any(|change| change.sub.as_ref() == Some(&sub))
        });
        let own = Some(self.device().device());
        let now = Some(self.now());
        match sent.filter(|step| self.device().author(book, &step.actor) == own) {
            Some(step) => Act {
                id: Some(step.act),
                by_delegation: step.by_delegation,
                ..Act::of_one_change(&step.what, now)
            },
            None => Act::of_one_change("edit", now),
        }
    }
}

/// What becomes of a file whose record goes over into another book.
enum Brought {
    /// It is there already, or is no photograph as they are kept.
    Stays,
    /// It is attached there anew.
    Anew(FileRef),
    /// It has not come here.
    Waits,
}

/// Says of a file of a record how it is attached now; what else is said of it stays.
fn renew(record: &mut RawRecord, id: RecordId, file: FileRef) {
    let mut alone = RawRecord::default();
    files::add(&mut alone, id, file);
    for (sub, fields) in alone.subs {
        record.subs.entry(sub).or_default().extend(fields);
    }
}

fn waits_as_text(waits: &[(RecordKey, RecordId)]) -> Vec<u8> {
    let lines = waits
        .iter()
        .map(|(key, id)| format!("{key} {}\n", files::key(*id)));
    lines.collect::<String>().into_bytes()
}

fn waits_of_text(text: &[u8]) -> Vec<(RecordKey, RecordId)> {
    let line = |line: &str| {
        let (key, sub) = line.split_once(' ')?;
        let sub: SubKey = sub.parse().ok()?;
        Some((key.parse().ok()?, sub.id))
    };
    let text = std::str::from_utf8(text).unwrap_or_default();
    text.lines().filter_map(line).collect()
}

/// Takes photographs out of a record: they are voided, never deleted.
pub(crate) fn take_away(record: &mut RawRecord, taken: &[String], reason: &str) {
    let keys = taken.iter().filter_map(|photo| photo.parse::<SubKey>().ok());
    for key in keys.filter(|key| key.kind == FILES.name) {
        let Some(fields) = record
            .subs
            .get_mut(&key)
            .filter(|fields| !common::is_voided(fields))
        else {
            continue;
        };
        fields.insert(common::VOIDED.to_owned(), Value::Bool(true));
        fields.insert(common::VOID_REASON.to_owned(), Value::Text(reason.to_owned()));
    }
}

fn attached(file: &FileRef) -> Option<Attached> {
    Some(Attached {
        hash: Digest(file.hash.as_deref()?.try_into().ok()?),
        key: FileKey::new(file.key.as_deref()?.try_into().ok()?),
        size: u32::try_from(file.size?).ok()?,
    })
}

fn kept_as(name: String, file: &Attached) -> FileRef {
    FileRef {
        name: Some(name),
        media: Some(MEDIA.to_owned()),
        size: Some(i64::from(file.size)),
        hash: Some(file.hash.0.to_vec()),
        key: Some(file.key.bytes().to_vec()),
        ..FileRef::default()
    }
}

fn fitted(content: &str) -> Done<Vec<u8>> {
    // Four letters for three bytes.
    if content.len() / 4 > LARGEST_GIVEN / 3 {
        return Err(no_photo(PhotoError::TooLarge));
    }
    let given = BASE64
        .decode(content.as_bytes())
        .map_err(|_| Fault::not_understood("add_photo"))?;
    sothon_photos::fit(&given).map_err(no_photo)
}

/// A name as somebody can read it: the last part of a path, in one line.
fn tidy_name(name: &str) -> Option<String> {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let shown = last.replace(char::is_control, " ");
    let name: String = text::tidy_line(&shown).chars().take(LONGEST_NAME).collect();
    (!name.is_empty()).then_some(name)
}

fn no_photo(why: PhotoError) -> Fault {
    let (vi, en) = match why {
        PhotoError::TooLarge => (
            "Ảnh này quá lớn. Chụp lại ở cỡ thường (dưới 40 triệu điểm ảnh) rồi thêm.",
            "This photo is too large. Take it again in the usual size (under 40 million pixels), then add it.",
        ),
        PhotoError::NoPhoto => (
            "Chỉ thêm được ảnh JPEG hoặc PNG. Giấy tờ thì chụp lại bằng máy ảnh rồi thêm.",
            "Only JPEG and PNG pictures can be added. Of a paper take a photo, then add it.",
        ),
        _ => (
            "Tệp ảnh này không đọc được. Chọn lại hoặc chụp ảnh khác.",
            "This picture cannot be read. Choose it again, or take another one.",
        ),
    };
    Fault::new("no_photo", vi, en)
}

/// That a record has no more photographs than it may, or than it had.
pub(crate) fn not_too_many(before: &RawRecord, after: &RawRecord) -> Done {
    match files::count(after) > MOST.max(files::count(before)) {
        true => Err(too_many()),
        false => Ok(()),
    }
}

fn too_many() -> Fault {
    Fault::new(
        "too_many_photos",
        format!("Một bản ghi có nhiều nhất {MOST} ảnh. Bỏ bớt rồi thêm."),
        format!("A record has at most {MOST} photos. Take some away first."),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_file_is_one_line_without_folders() {
        assert_eq!(tidy_name("C:\\anh\\ban ký.jpg").as_deref(), Some("ban ký.jpg"));
        assert_eq!(tidy_name("../../etc/x\n y.png").as_deref(), Some("x y.png"));
        assert_eq!(tidy_name("/"), None);
        assert_eq!(
            tidy_name(&"a".repeat(500)).map(|name| name.len()),
            Some(LONGEST_NAME)
        );
    }

    #[test]
    fn what_waits_is_read_as_it_was_noted() {
        let key = |n| RecordKey {
            kind: "household".to_owned(),
            id: RecordId(uuid::Uuid::from_u128(n)),
        };
        let waits = vec![(key(1), key(2).id), (key(1), key(3).id)];
        assert_eq!(waits_of_text(&waits_as_text(&waits)), waits);
        assert_eq!(waits_of_text(b"household/1 files/2\n\xff"), []);
    }

    #[test]
    fn what_is_taken_away_stays_in_the_record_with_its_reason() {
        let mut raw = RawRecord::default();
        let id = sothon_records::RecordId(uuid::Uuid::from_u128(1));
        files::add(&mut raw, id, FileRef::default());
        take_away(
            &mut raw,
            &[files::key(id).to_string(), "members/x".to_owned()],
            "Bỏ ảnh",
        );
        let file = files::one(&raw, id).unwrap();
        assert_eq!(
            (file.voided, file.void_reason.as_deref()),
            (Some(true), Some("Bỏ ảnh"))
        );
        assert_eq!(files::count(&raw), 0);
    }
}
