//! Writes an invented commune's history as files, one a device, to be replayed by `sothon replay`.
//!
//! A line is one act: `{"at", "shelf", "place", "edits", "what"}`. A device's file holds what its person can record with no
//! connection: an act on a record that somebody else made is left out. Who told of a tip is left out too: that is typed in
//! and sealed, never in a file.
//!
//! With `--alike N` it writes only `alike.jsonl` instead: N households of ten filled fields, to measure with.

use std::collections::{BTreeMap, HashMap};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use serde_json::json;
use sothon_generator::{Author, Commune, Event, Parameters, Place, bulk};
use sothon_records::{Edit, Fields, RawRecord, RecordKey, Shelf, Value};

const USAGE: &str = "sothon-generate --out DIR [--seed N] [--households N | --alike N]";

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("sothon-generate: {error}\n{USAGE}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Box<dyn std::error::Error>> {
    let (mut out, mut parameters, mut alike) = (None, Parameters::demo(1), None);
    let mut arguments = std::env::args().skip(1);
    while let Some(option) = arguments.next() {
        let value = arguments.next().ok_or("a value is missing")?;
        match option.as_str() {
            "--out" => out = Some(PathBuf::from(value)),
            "--seed" => parameters.seed = value.parse()?,
            "--households" => parameters.households = value.parse()?,
            "--alike" => alike = Some(value.parse()?),
            _ => return Err("an option is not known".into()),
        }
    }
    let out = out.ok_or("where to?")?;
    std::fs::create_dir_all(&out)?;
    if let Some(count) = alike {
        return write_alike(&out, parameters.seed, count);
    }
    let commune = Commune::generate(parameters);
    let mut devices: BTreeMap<String, Vec<&Event>> = BTreeMap::new();
    let mut made: BTreeMap<String, Own> = BTreeMap::new();
    for event in &commune.events {
        // The office's machine is the registrar's: it works for the commune as a whole, not for its unit.
        if event.author == Author::Office && matches!(event.place, Place::Unit(_)) {
            continue;
        }
        let Some(device) = device(event.author) else {
            continue;
        };
        let own = made.entry(device.clone()).or_default();
        if can_be_made(event, own) {
            devices.entry(device).or_default().push(event);
        }
    }
    for (device, events) in devices {
        let mut file = std::fs::File::create_new(out.join(format!("{device}.jsonl")))?;
        for event in events {
            writeln!(file, "{}", line(event))?;
        }
    }
    Ok(())
}

/// Many households of village 1, each an act of its own.
fn write_alike(out: &Path, seed: u64, count: usize) -> Result<(), Box<dyn std::error::Error>> {
    /// 10/06/2025, 08:00 in UTC+7.
    const AT: i64 = 1_749_517_200;
    let file = std::fs::File::create_new(out.join("alike.jsonl"))?;
    let mut file = std::io::BufWriter::new(file);
    for edit in bulk::edits(seed, count) {
        let line = json!({
            "at": AT,
            "shelf": Shelf::Village,
            "place": "village:1",
            "what": "household-enter",
            "edits": [edit],
        });
        writeln!(file, "{line}")?;
    }
    file.flush()?;
    Ok(())
}

/// Whose device it is recorded on; other units have none in the demo.
fn device(author: Author) -> Option<String> {
    Some(match author {
        Author::VillageHead(n) | Author::Deputy(n) => format!("thon{}", n + 1),
        Author::Police | Author::PoliceChief => "cong-an".into(),
        Author::Health => "tram-y-te".into(),
        Author::Chair => "chu-tich".into(),
        Author::Office => "van-phong".into(),
        Author::Unit(_) => return None,
    })
}

/// What a device made itself, as it stands.
type Own = HashMap<RecordKey, RawRecord>;

/// Whether an act touches only what this device made itself, and changes something; if so, it is done.
fn can_be_made(event: &Event, own: &mut Own) -> bool {
    let mut after: Own = event
        .keys()
        .filter_map(|key| Some((key.clone(), own.get(key)?.clone())))
        .collect();
    let mut changes = false;
    for edit in &event.edits {
        match edit {
            Edit::Create { key, record } => {
                after.insert(key.clone(), record.clone());
                changes = true;
            }
            Edit::AddSub { key, sub, fields } => {
                let Some(record) = after.get_mut(key) else {
                    return false;
                };
                record.subs.insert(sub.clone(), fields.clone());
                changes = true;
            }
            Edit::Set { key, sub, fields } => {
                let Some(record) = after.get_mut(key) else {
                    return false;
                };
                let into = match sub {
                    None => Some(&mut record.fields),
                    Some(sub) => record.subs.get_mut(sub),
                };
                let Some(into) = into else { return false };
                changes |= set(into, fields);
            }
        }
    }
    own.extend(after);
    changes
}

/// Sets fields; whether that changes anything.
fn set(into: &mut Fields, fields: &BTreeMap<String, Option<Value>>) -> bool {
    let before = into.clone();
    for (name, value) in fields {
        match value {
            Some(value) => into.insert(name.clone(), value.clone()),
            None => into.remove(name),
        };
    }
    *into != before
}

fn line(event: &Event) -> serde_json::Value {
    let place = match event.place {
        Place::Commune => "commune".to_owned(),
        Place::Village(n) => format!("village:{}", n + 1),
        Place::Unit(n) => format!("unit:{}", n + 1),
    };
    json!({
        "at": event.at.timestamp(),
        "shelf": event.shelf,
        "place": place,
        "what": event.what.replace('.', "-"),
        "edits": event.edits,
    })
}
