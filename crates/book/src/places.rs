//! Where each object of the document lies: in which record, sub-record or field.
//!
//! An operation names its object by id alone. Asking Automerge for the way up costs time in proportion to the book, so
//! the objects of records are kept here: what a change touched is then found at the cost of the change.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use automerge::{ObjId, ObjType, Prop, ReadDoc, ValueRef};
use sothon_records::raw::{RecordKey, SubKey};

use crate::book::Book;
use crate::chunk::{Action, Chunk, Key, OpRef};
use crate::conflict::is_voiding;
use crate::ids::ActorId;
use crate::read::{View, parse_key};

/// Where an object lies.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Place {
    record: Arc<RecordKey>,
    sub: Option<Arc<SubKey>>,
    /// The field, if the object is a long text, or inside something that is not of the layout.
    field: Option<Arc<str>>,
}

/// The places of the objects by the operation that made each.
#[derive(Debug, Default)]
pub(crate) struct Places(HashMap<(ActorId, u64), Place>);

/// What a change did to one record.
#[derive(Debug, Default)]
pub(crate) struct Touch {
    pub created: bool,
    pub new_subs: BTreeSet<SubKey>,
    pub fields: BTreeSet<(Option<SubKey>, String)>,
}

impl Place {
    fn of_record(key: RecordKey) -> Place {
        Place {
            record: Arc::new(key),
            sub: None,
            field: None,
        }
    }

    /// The place of what lies at a key of the map at this place.
    fn inside(&self, key: &str, is_map: bool) -> Place {
        let mut inside = self.clone();
        if self.field.is_none() {
            match parse_key(key).filter(|_| is_map && self.sub.is_none()) {
                Some(sub) => inside.sub = Some(Arc::new(sub)),
                None => inside.field = Some(Arc::from(key)),
            }
        }
        inside
    }
}

impl Places {
    /// Notes the objects that a change made, which must be in the document already.
    pub fn add(&mut self, chunk: &Chunk) {
        for (op, counter) in chunk.ops.iter().zip(chunk.start_op..) {
            let Key::Map(key) = &op.key else { continue };
            let is_map = match op.action {
                Action::MakeMap => true,
                Action::MakeText => false,
                Action::Put | Action::Delete => continue,
            };
            let parent = match op.object {
                None => None,
                Some(object) => match chunk.resolve(object) {
                    None => continue,
                    parent => parent,
                },
            };
            self.note_made((chunk.actor(), counter), parent, key, is_map);
        }
    }

    /// Notes an object by the operation that made it, at a key of another one, or of the root.
    pub fn note_made(&mut self, id: (ActorId, u64), parent: Option<(ActorId, u64)>, key: &str, is_map: bool) {
        let place = match parent {
            None => parse_key(key).map(Place::of_record),
            Some(parent) => self.0.get(&parent).map(|place| place.inside(key, is_map)),
        };
        if let Some(place) = place {
            self.0.insert(id, place);
        }
    }

    fn note(&mut self, object: &ObjId, place: Place) {
        if let ObjId::Id(counter, actor, _) = object
            && let Some(actor) = ActorId::from_automerge(actor)
        {
            self.0.insert((actor, *counter), place);
        }
    }
}

impl Book {
    /// What a change in the book did, record by record.
    pub(crate) fn touches(&self, chunk: &Chunk) -> BTreeMap<RecordKey, Touch> {
        let mut touches: BTreeMap<RecordKey, Touch> = BTreeMap::new();
        let mut places: HashMap<OpRef, Option<Place>> = HashMap::new();
        for op in &chunk.ops {
            let Some(object) = op.object else {
                if let Key::Map(key) = &op.key
                    && let Some(record) = parse_key(key)
                {
                    touches.entry(record).or_default().created |= op.action == Action::MakeMap;
                }
                continue;
            };
            let place = places.entry(object).or_insert_with(|| self.place(chunk, object));
            let Some(place) = place else { continue };
            let is_map = op.action == Action::MakeMap;
            let target = match &op.key {
                Key::Map(key) => place.inside(key, is_map),
                Key::Head | Key::Element(_) => place.clone(),
            };
            let touch = touches.entry((*target.record).clone()).or_default();
            match (target.sub, target.field) {
                (sub, Some(field)) => {
                    touch
                        .fields
                        .insert((sub.map(|sub| (*sub).clone()), field.to_string()));
                }
                (Some(sub), None) => {
                    touch.new_subs.insert((*sub).clone());
                }
                (None, None) => {}
            }
        }
        touches
    }

    /// Where the object of an operation lies.
    fn place(&self, chunk: &Chunk, object: OpRef) -> Option<Place> {
        let (actor, counter) = chunk.resolve(object)?;
        if let Some(place) = self.places.0.get(&(actor, counter)) {
            return Some(place.clone());
        }
        // An object that nothing shows any more.
        let mut keys = Vec::new();
        for parent in self
            .doc
            .parents(ObjId::Id(counter, actor.to_automerge(), 0))
            .ok()?
        {
            let Prop::Map(key) = parent.prop else { return None };
            keys.push(key);
        }
        let mut place = Place::of_record(parse_key(&keys.pop()?)?);
        while let Some(key) = keys.pop() {
            place = place.inside(&key, true);
        }
        Some(place)
    }

    /// Walks once over the book when it is opened: notes where all objects lie, and which records may be in conflict.
    pub(crate) fn survey(&self) -> (Places, BTreeSet<RecordKey>) {
        let view = View::now(&self.doc);
        let mut places = Places::default();
        let mut suspects = BTreeSet::new();
        for entry in view.entries(&ObjId::Root) {
            let Some(key) = parse_key(&entry.key) else {
                continue;
            };
            let maps = match entry.value {
                _ if entry.conflict => view.maps(&ObjId::Root, &entry.key),
                ValueRef::Object(ObjType::Map) => vec![entry.id()],
                _ => continue,
            };
            let place = Place::of_record(key.clone());
            let mut suspect = entry.conflict;
            for map in maps {
                suspect |= survey_map(view, &map, &place, &mut places);
                places.note(&map, place.clone());
            }
            if suspect {
                suspects.insert(key);
            }
        }
        (places, suspects)
    }
}

/// Notes the objects in a map; whether it may hold a conflict.
fn survey_map(view: View<'_>, map: &ObjId, place: &Place, places: &mut Places) -> bool {
    let mut suspect = false;
    for entry in view.entries(map) {
        suspect |= entry.conflict || is_voiding(&entry);
        let objects = match entry.value {
            _ if entry.conflict => view.objects(map, &entry.key),
            ValueRef::Object(kind) => vec![(kind, entry.id())],
            ValueRef::Scalar(_) => continue,
        };
        for (kind, object) in objects {
            let is_map = kind == ObjType::Map;
            let inside = place.inside(&entry.key, is_map);
            if is_map {
                suspect |= survey_map(view, &object, &inside, places);
            }
            places.note(&object, inside);
        }
    }
    suspect
}
