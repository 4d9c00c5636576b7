//! What a record says when some of its changes count for nothing: as it would be shown if the others alone had been made.

use std::collections::{BTreeMap, BTreeSet};

use automerge::ObjId;
use sothon_records::raw::{RawRecord, RecordKey, SubKey, Value};

use crate::book::Book;
use crate::graph::NodeId;
use crate::ids::{ActorId, ChangeHash};
use crate::read::View;

/// A field of a record, or of one of its sub-records.
type Field = (Option<SubKey>, String);

/// What a change left at a field.
struct Left {
    node: NodeId,
    /// By what Automerge chooses among concurrent values: the operation's count, then its actor. None: it left nothing there.
    wins: Option<(u64, Vec<u8>)>,
    value: Option<Value>,
}

impl Book {
    /// A record with the changes alone that count. Of each field that others changed it has what the last of those that count
    /// left there; among concurrent ones the same that Automerge would show. Nothing in it: none of them counts.
    ///
    /// The first call after opening reads every change of the book.
    pub fn counted(
        &self,
        key: &RecordKey,
        counts: impl Fn(&ActorId, &ChangeHash) -> bool,
    ) -> Option<RawRecord> {
        let mut record = self.get(key)?;
        let mut left: BTreeMap<Field, Vec<Left>> = BTreeMap::new();
        let mut spoiled: BTreeSet<Field> = BTreeSet::new();
        let mut foreign_subs: BTreeSet<SubKey> = BTreeSet::new();
        let mut own_subs: BTreeSet<SubKey> = BTreeSet::new();
        for node in self.touched().changes(key) {
            let Some(hash) = self.graph.hash(*node) else {
                continue;
            };
            let Some(chunk) = self.chunk(&hash) else { continue };
            let Some(touch) = self.touches(&chunk).remove(key) else {
                continue;
            };
            if !counts(&chunk.actor(), &hash) {
                spoiled.extend(touch.fields);
                foreign_subs.extend(touch.new_subs);
                continue;
            }
            own_subs.extend(touch.new_subs);
            let after = [hash.to_automerge()];
            let after = View::at(&self.doc, &after);
            for (sub, field) in touch.fields {
                let last = after.written(&after.field_maps(key, sub.as_ref()), &field).pop();
                let wins = last.as_ref().and_then(|written| match &written.op {
                    ObjId::Id(count, actor, _) => Some((*count, actor.to_bytes().to_vec())),
                    ObjId::Root => None,
                });
                let value = last.and_then(|written| written.value);
                let node = *node;
                let all = left.entry((sub, field)).or_default();
                all.push(Left { node, wins, value });
            }
        }
        for place in spoiled {
            let value = self.standing(left.get(&place).map_or(&[], Vec::as_slice));
            let (sub, field) = place;
            let fields = match sub {
                None => Some(&mut record.fields),
                Some(sub) => record.subs.get_mut(&sub),
            };
            let Some(fields) = fields else { continue };
            match value {
                Some(value) => fields.insert(field, value.clone()),
                None => fields.remove(&field),
            };
        }
        let is_foreign = |sub: &SubKey| foreign_subs.contains(sub) && !own_subs.contains(sub);
        record
            .subs
            .retain(|sub, fields| !fields.is_empty() || !is_foreign(sub));
        Some(record)
    }

    /// Of what changes left at a field, what stands: nobody who knew of it wrote there, and Automerge shows it.
    fn standing<'a>(&self, left: &'a [Left]) -> Option<&'a Value> {
        let is_over = |one: &Left| {
            let knew = |other: &Left| other.node != one.node && self.graph.is_ancestor(one.node, other.node);
            left.iter().any(knew)
        };
        let standing = left.iter().filter(|one| one.wins.is_some() && !is_over(one));
        let last = standing.max_by(|one, other| one.wins.cmp(&other.wins))?;
        last.value.as_ref()
    }
}
