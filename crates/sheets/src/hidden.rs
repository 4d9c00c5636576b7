//! Which rows of a sheet its file hides, by a filter or by hand. They are data as the others are; that they are there is told.
//!
//! It is read beside the cells, and says nothing where the parts of the workbook are not where they are expected.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Cursor};

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use zip::ZipArchive;

use crate::open::ROWS;

type Zip<'a> = ZipArchive<Cursor<&'a [u8]>>;

/// The numbers of the hidden rows of the sheet at a place among so many, at most as many as a file may have rows.
pub(crate) fn rows(bytes: &[u8], at: usize, of: usize) -> Option<BTreeSet<u32>> {
    let mut zip = ZipArchive::new(Cursor::new(bytes)).ok()?;
    let path = path(&mut zip, at, of)?;
    let mut hidden = BTreeSet::new();
    let mut number = 0_u32;
    each(&mut zip, &path, |tag| {
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

/// The part in which the sheet is.
fn path(zip: &mut Zip<'_>, at: usize, of: usize) -> Option<String> {
    let mut ids = Vec::new();
    each(zip, "xl/workbook.xml", |tag| {
        if tag.local_name().as_ref() == "sheet" {
            ids.push(attribute(tag, "id"));
        }
    })?;
    // Where they are counted otherwise it is not known which is which.
    let id = ids.get(at).filter(|_| ids.len() == of)?.as_ref()?;
    let mut target = None;
    each(zip, "xl/_rels/workbook.xml.rels", |tag| {
        if attribute(tag, "Id").as_ref() == Some(id) {
            target = attribute(tag, "Target");
        }
    })?;
    let target = target?;
    Some(match target.strip_prefix('/') {
        Some(whole) => whole.to_owned(),
        None => format!("xl/{target}"),
    })
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
