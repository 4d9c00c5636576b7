//! What the gate remembers of operations, as bytes: part of a snapshot, so that a start need not judge again what was
//! judged.
//!
//! Numbers are given anew, in the order of the changes: an object is named by how many were made since, a key by the
//! place where it came first, where its text stands too.

use std::collections::HashMap;
use std::sync::Arc;

use super::{KeyId, MAX_DEPTH, Object, ObjectId, OfChange, Ops, ROOT, Run, Seen};
use crate::chunk::{ChunkError, Reader, write_uint};
use crate::graph::NodeId;
use crate::ids::ActorId;
use crate::places::Places;
use crate::snapshot::KnownChange;

const VALUE: u64 = 0;
const MAP: u64 = 1;
const TEXT: u64 = 2;
const LETTER: u64 = 3;
const DELETE: u64 = 4;

struct Writer<'a> {
    ops: &'a Ops,
    /// The new numbers.
    objects: HashMap<u32, usize>,
    keys: HashMap<u32, usize>,
    texts: HashMap<u32, &'a str>,
    out: Vec<u8>,
}

impl Ops {
    /// What is remembered of these changes, each after all that it builds on; `None` if one of them, or something that
    /// it builds on, is not among what passed.
    pub fn save(&self, changes: &[NodeId]) -> Option<Vec<u8>> {
        let mut writer = Writer {
            ops: self,
            objects: HashMap::from([(ROOT.0, 0)]),
            keys: HashMap::new(),
            texts: self.keys.iter().map(|(text, id)| (id.0, &**text)).collect(),
            out: Vec::new(),
        };
        for change in changes {
            writer.change(self.of_node.get(change.index())?)?;
        }
        Some(writer.out)
    }

    /// Reads what [`Ops::save`] wrote of changes that have so many operations each.
    pub fn load(bytes: &[u8], counts: impl IntoIterator<Item = usize>) -> Result<Ops, ChunkError> {
        let mut ops = Ops::default();
        let mut keys: Vec<Arc<str>> = Vec::new();
        let mut reader = Reader::new(bytes);
        for count in counts {
            let change = ops.read_change(&mut reader, &mut keys, count)?;
            ops.of_node.push(change);
        }
        if !reader.is_empty() {
            return Err(ChunkError::Malformed);
        }
        ops.keys = keys.into_iter().zip((0..).map(KeyId)).collect();
        Ok(ops)
    }

    /// Where the objects lie that changes made.
    pub fn places(&self, changes: &[KnownChange]) -> Places {
        let mut places = Places::default();
        let mut keys: Vec<&str> = vec![""; self.keys.len()];
        for (text, id) in &self.keys {
            if let Some(key) = keys.get_mut(id.0 as usize) {
                *key = text;
            }
        }
        // The operation that made each object; the root was made by none.
        let mut made_by: Vec<Option<(ActorId, u64)>> = vec![None; self.objects.len()];
        for (change, known) in changes.iter().zip(&self.of_node) {
            for run in &known.runs {
                let Seen::Made(object, key, made) = run.seen else {
                    continue;
                };
                let id = (change.actor, change.start_op + u64::from(run.from));
                let is_map = self
                    .objects
                    .get(made.0 as usize)
                    .is_some_and(|made| !made.is_text);
                let parent = made_by.get(object.0 as usize).copied().flatten();
                if let Some(key) = keys.get(key.0 as usize) {
                    places.note_made(id, parent, key, is_map);
                }
                if let Some(by) = made_by.get_mut(made.0 as usize) {
                    *by = Some(id);
                }
            }
        }
        places
    }

    fn read_change(
        &mut self,
        reader: &mut Reader<'_>,
        keys: &mut Vec<Arc<str>>,
        count: usize,
    ) -> Result<OfChange, ChunkError> {
        let len = u32::try_from(count).map_err(|_| ChunkError::TooManyOps)?;
        let mut runs = Vec::new();
        let mut from = 0;
        while from < len {
            let length = u32::try_from(reader.uint()?).map_err(|_| ChunkError::Malformed)?;
            let seen = self.read_seen(reader, keys)?;
            runs.push(Run { from, seen });
            from = from
                .checked_add(length)
                .filter(|end| length > 0 && *end <= len)
                .ok_or(ChunkError::Malformed)?;
        }
        let runs = runs.into_boxed_slice();
        Ok(OfChange { runs, len })
    }

    fn read_seen(&mut self, reader: &mut Reader<'_>, keys: &mut Vec<Arc<str>>) -> Result<Seen, ChunkError> {
        let what = reader.uint()?;
        if what == DELETE {
            return Ok(Seen::Delete);
        }
        let made = self.objects.len();
        let place = made.checked_sub(reader.length()?);
        let (place, object) = place
            .and_then(|place| Some((place, *self.objects.get(place)?)))
            .ok_or(ChunkError::Malformed)?;
        let id = ObjectId(place as u32);
        if what == LETTER {
            return Ok(Seen::Letter(id));
        }
        let key = reader.length()?;
        if key == keys.len() {
            let length = reader.length()?;
            keys.push(Arc::from(reader.text(length)?));
        } else if key > keys.len() {
            return Err(ChunkError::Malformed);
        }
        let key = KeyId(key as u32);
        match what {
            VALUE => Ok(Seen::Value(id, key)),
            MAP | TEXT if object.depth < MAX_DEPTH => {
                self.objects.push(Object {
                    is_text: what == TEXT,
                    depth: object.depth + 1,
                });
                Ok(Seen::Made(id, key, ObjectId(made as u32)))
            }
            _ => Err(ChunkError::Malformed),
        }
    }
}

impl Writer<'_> {
    fn change(&mut self, change: &OfChange) -> Option<()> {
        let ends = change.runs.iter().skip(1).map(|run| run.from).chain([change.len]);
        for (run, end) in change.runs.iter().zip(ends) {
            write_uint(&mut self.out, u64::from(end - run.from));
            match run.seen {
                Seen::Delete => write_uint(&mut self.out, DELETE),
                Seen::Letter(object) => self.object(LETTER, object)?,
                Seen::Value(object, key) => {
                    self.object(VALUE, object)?;
                    self.key(key)?;
                }
                Seen::Made(object, key, made) => {
                    let is_text = self.ops.objects.get(made.0 as usize)?.is_text;
                    self.object(if is_text { TEXT } else { MAP }, object)?;
                    self.key(key)?;
                    self.objects.insert(made.0, self.objects.len());
                }
            }
        }
        Some(())
    }

    fn object(&mut self, what: u64, object: ObjectId) -> Option<()> {
        let back = self.objects.len() - self.objects.get(&object.0)?;
        write_uint(&mut self.out, what);
        write_uint(&mut self.out, back as u64);
        Some(())
    }

    fn key(&mut self, key: KeyId) -> Option<()> {
        let new = self.keys.len();
        let number = *self.keys.entry(key.0).or_insert(new);
        write_uint(&mut self.out, number as u64);
        if number == new {
            let text = self.texts.get(&key.0)?;
            write_uint(&mut self.out, text.len() as u64);
            self.out.extend(text.as_bytes());
        }
        Some(())
    }
}
