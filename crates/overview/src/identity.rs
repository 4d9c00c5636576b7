//! One record in several books: which copy counts.
//!
//! After a carry-over or a move one uuid stands in two books; it is one record with two histories, counted once, and
//! the newest place wins (design.md §5): the latest volume, and from there along the *moved to* links. What is left
//! undecided is decided by the book's id, so that all devices that read the same books see the same.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use sothon_records::moving::Moved;
use sothon_records::{Kind, RawRecord, RecordKey, SubKey, common, moving};

use crate::change::{OpenBook, Place};

/// A record as one book has it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Copy {
    /// The book.
    pub book: OpenBook,
    /// What it holds there.
    pub raw: RawRecord,
}

/// The copy that counts, and where the record belongs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Newest {
    /// Its place among the copies.
    pub index: usize,
    /// Where the record belongs: the place of its book, or where it has moved to while no copy from there is here.
    pub place: Place,
}

/// Which of the copies counts; `village` gives the number of a village's record.
pub(crate) fn newest(
    kind: Option<&Kind>,
    copies: &[Copy],
    village: impl Fn(&RecordKey) -> Option<u32>,
) -> Option<Newest> {
    let rank = |index: usize| {
        copies.get(index).map(|copy| {
            (
                copy.book.year,
                moved_to(kind, &copy.raw).is_none(),
                // A move that was undone leaves a voided copy behind.
                !common::is_voided(&copy.raw.fields),
                copy.book.book,
            )
        })
    };
    let mut index = (0..copies.len()).max_by_key(|index| rank(*index))?;
    let mut seen = BTreeSet::new();
    loop {
        let copy = copies.get(index)?;
        seen.insert(index);
        let Some(to) = moved_to(kind, &copy.raw).and_then(|to| village(&to)) else {
            return Some(Newest {
                index,
                place: copy.book.place,
            });
        };
        let there = Place::Village(to);
        let next = (0..copies.len())
            .filter(|index| copies.get(*index).is_some_and(|copy| copy.book.place == there))
            .max_by_key(|index| rank(*index));
        match next {
            Some(next) if !seen.contains(&next) => index = next,
            // Two villages each say that it went to the other: it stays with the one asked last.
            Some(_) => {
                return Some(Newest {
                    index,
                    place: copy.book.place,
                });
            }
            None => return Some(Newest { index, place: there }),
        }
    }
}

/// Where a record was before `now`, as far as it tells of moves with a day: each place with the day on which it was no longer
/// there, in the order of time. The copies tell of the same moves, as far as each had heard; where they say two days of one, the
/// copy that counts is believed.
pub(crate) fn stays_before(
    kind: Option<&Kind>,
    copies: &[Copy],
    newest: Newest,
    village: impl Fn(&RecordKey) -> Option<u32>,
) -> Vec<(Place, NaiveDate)> {
    let Some(kind) = kind else { return Vec::new() };
    let counting = copies.get(newest.index);
    let others = copies
        .iter()
        .enumerate()
        .filter(|(index, _)| *index != newest.index);
    let all = counting.into_iter().chain(others.map(|(_, copy)| copy));
    // A move that was undone is voided in the book that was left, and goes with the copy in the new one.
    let mut told: BTreeMap<&SubKey, Option<Moved>> = BTreeMap::new();
    for (key, moved, taken_back) in all.flat_map(|copy| moving::moves(kind, &copy.raw)) {
        let known = told.entry(key).or_insert_with(|| Some(moved));
        if taken_back {
            *known = None;
        }
    }
    let place = |key: &RecordKey| village(key).map(Place::Village);
    let moves = told.into_values().flatten();
    let moves = moves.filter_map(|moved| Some((moved.on, place(&moved.from)?, place(&moved.to)?)));
    let mut moves: BTreeSet<(NaiveDate, Place, Place)> = moves.collect();
    let mut stays = Vec::new();
    let (mut at, mut since) = (newest.place, NaiveDate::MAX);
    // From today back; each move is gone back once, however they contradict each other.
    while let Some(last) = moves
        .iter()
        .rfind(|(on, from, to)| *to == at && from != to && *on <= since)
        .copied()
    {
        moves.remove(&last);
        (since, at) = (last.0, last.1);
        stays.push((at, since));
    }
    stays.reverse();
    stays
}

/// The village to which a record says that it has moved; of a kind that this version does not know, nothing is said.
pub(crate) fn moved_to(kind: Option<&Kind>, raw: &RawRecord) -> Option<RecordKey> {
    moving::moved_to(kind?, raw)
}

/// That village, and all from which or to which the record tells of a move.
pub(crate) fn moved_between(kind: Option<&Kind>, raw: &RawRecord) -> BTreeSet<RecordKey> {
    let moves = kind.into_iter().flat_map(|kind| moving::moves(kind, raw));
    let between = moves.flat_map(|(_, moved, _)| [moved.from, moved.to]);
    between.chain(moved_to(kind, raw)).collect()
}
