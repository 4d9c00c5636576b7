//! Which rows of a sheet its file hides, by a filter or by hand. They are data as the others are; that they are there is told.
//!
//! It is read beside the cells, and says nothing where the parts of the workbook are not where they are expected.

use std::collections::{BTreeSet, HashMap};
use std::io::{BufRead, BufReader, Cursor};

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use zip::ZipArchive;

use crate::open::ROWS;

type Zip<'a> = ZipArchive<Cursor<&'a [u8]>>;

/// The parts of a workbook in which its sheets are.
pub(crate) struct Parts<'a> {
    zip: Zip<'a>,
    /// Of each sheet, in the order of the workbook.
    paths: Vec<Option<String>>,
}

impl<'a> Parts<'a> {
    /// Finds them, if there are as many sheets as were counted otherwise: else it is not known which is which.
    pub(crate) fn of(bytes: &'a [u8], sheets: usize) -> Option<Parts<'a>> {
        let mut zip = ZipArchive::new(Cursor::new(bytes)).ok()?;
        let mut ids = Vec::new();
        each(&mut zip, "xl/workbook.xml", |tag| {
            if tag.local_name().as_ref() == "sheet" {
                ids.push(attribute(tag, "id"));
            }
        })?;
        if ids.len() != sheets {
            return None;
        }
        let mut targets = HashMap::new();
        each(&mut zip, "xl/_rels/workbook.xml.rels", |tag| {
            targets.extend(attribute(tag, "Id").zip(attribute(tag, "Target")));
        })?;
        let path = |id: Option<String>| {
            let target = targets.get(&id?)?;
            Some(match target.strip_prefix('/') {
                Some(whole) => whole.to_owned(),
                None => format!("xl/{target}"),
            })
        };
        let paths = ids.into_iter().map(path).collect();
        Some(Parts { zip, paths })
    }

    /// The numbers of the hidden rows of the sheet at a place, at most as many as a file may have rows.
    pub(crate) fn hidden_rows(&mut self, at: usize) -> Option<BTreeSet<u32>> {
        let path = self.paths.get(at)?.as_ref()?;
        let mut hidden = BTreeSet::new();
        let mut number = 0_u32;
        each(&mut self.zip, path, |tag| {
            if tag.local_name().as_ref() == "row" {
                let said = attribute(tag, "r").and_then(|r| r.parse().ok());
                number = said.unwrap_or(number.saturating_add(1));
                let is_hidden = attribute(tag, "hidden").is_some_and(|says| says == "1" || says == "true");
                if is_hidden && hidden.len() < ROWS {
                    hidden.insert(number);
                }
            }
        })?;
        Some(hidden)
    }
}

/// Looks at each tag of a part.
fn each(zip: &mut Zip<'_>, part: &str, mut look: impl FnMut(&BytesStart<'_>)) -> Option<()> {
    let part = zip.by_name(part).ok()?;
    let mut reader = Reader::from_reader(BufReader::new(part));
    tags(&mut reader, &mut look)
}

fn tags(reader: &mut Reader<impl BufRead>, look: &mut impl FnMut(&BytesStart<'_>)) -> Option<()> {
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer).ok()? {
            Event::Start(tag) | Event::Empty(tag) => look(&tag),
            Event::Eof => return Some(()),
            _ => {}
        }
    }
}

/// What a tag says, whatever the prefix is.
fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let mut all = tag.attributes();
    let found = all
        .with_checks(false)
        .flatten()
        .find(|one| one.key.local_name().as_ref() == name)?;
    Some(found.value.into_owned())
}
