//! The places where files are made and looked for: the folder for downloads, and the sticks that are in. Nobody has to know
//! folders.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use sothon_records::Words;

use crate::app::Parts;

/// A place where files are made and looked for.
pub(crate) struct Shelf {
    /// By which a window names it.
    pub id: String,
    /// What a person calls it.
    pub words: Words,
    /// Where it is.
    pub path: PathBuf,
}

/// The folder for downloads, then the sticks that are in.
pub(crate) fn shelves(parts: &Parts) -> Vec<Shelf> {
    let downloads = parts.options.downloads.as_ref().unwrap_or(&parts.options.base);
    let mut shelves = vec![Shelf {
        id: "downloads".to_owned(),
        words: Words::new("Thư mục Tải về của máy này", "This device's folder for downloads"),
        path: downloads.clone(),
    }];
    let mut sticks: Vec<PathBuf> = (parts.options.sticks.iter())
        .filter_map(|folder| fs::read_dir(folder).ok())
        .flat_map(|entries| entries.flatten().map(|entry| entry.path()))
        .filter(|path| path.is_dir())
        .collect();
    sticks.sort();
    sticks.dedup();
    shelves.extend(sticks.into_iter().map(|path| {
        let name = named(&path);
        Shelf {
            id: format!("stick:{name}"),
            words: Words::new(format!("Thẻ nhớ, USB {name}"), format!("Stick or card {name}")),
            path,
        }
    }));
    shelves
}

/// A file that lies there.
pub(crate) struct Lying {
    /// By which a window names it.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Where it lies.
    pub place: Words,
    /// Its size.
    pub bytes: u64,
    /// When it was written there, in unix seconds.
    pub at: i64,
}

impl Shelf {
    /// The files there of a form.
    pub fn files(&self, is_one: fn(&Path) -> bool) -> Vec<Lying> {
        let Ok(entries) = fs::read_dir(&self.path) else {
            return Vec::new();
        };
        let files = entries.flatten().filter_map(|entry| {
            let path = entry.path();
            let meta = entry.metadata().ok().filter(fs::Metadata::is_file)?;
            let at = meta.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
            let name = named(&path);
            is_one(&path).then_some(Lying {
                id: format!("{}/{name}", self.id),
                name,
                place: self.words.clone(),
                bytes: meta.len(),
                at: i64::try_from(at.as_secs()).ok()?,
            })
        });
        files.collect()
    }
}

/// The file of an id, where it lies in one of the places. Nothing else can be named.
pub(crate) fn find(parts: &Parts, id: &str) -> Option<PathBuf> {
    let (place, name) = id.split_once('/')?;
    let shelf = shelves(parts).into_iter().find(|shelf| shelf.id == place)?;
    let path = shelf.path.join(name);
    // A name with a way in it would lead out of the folder.
    let is_inside = path.parent() == Some(&*shelf.path) && path.file_name().is_some_and(|of| of == name);
    (is_inside && path.is_file()).then_some(path)
}

/// The name of a file.
pub(crate) fn named(path: &Path) -> String {
    path.file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default()
}
