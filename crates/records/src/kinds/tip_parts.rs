//! Tips that do not fit into one drop: "part i of n of an id", divided by who writes, joined by who reads (design.md §3.6).
//!
//! A drop makes one record of a fixed size on the wire, so a longer text is several of them. The first has all fields and
//! the beginning of the text, the others go on with the text. Nobody but the readers sees that they belong together.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use crate::raw::{RawRecord, RecordKey, Value};

/// The most parts of one tip: some fifteen thousand letters. One digit, so that a part's size does not depend on how many there are.
pub const MOST_PARTS: u32 = 9;
/// The field that says which part of which tip a record is.
pub const PART: &str = "part";
/// A part that has less than this left, in bytes, is full.
const NEARLY: usize = 24;
/// A word of more bytes is divided.
const LONGEST_WORD: usize = 40;
/// The field that is divided.
pub const CONTENT: &str = "content";

/// What the parts of one tip have in common: random, known to who reads them.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct TipId(pub [u8; 16]);

impl fmt::Display for TipId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// A text that is not 32 hex digits.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("not the id of a tip: 32 hex digits")]
pub struct BadTipId;

impl FromStr for TipId {
    type Err = BadTipId;

    fn from_str(text: &str) -> Result<Self, BadTipId> {
        if text.len() != 32
            || !text
                .bytes()
                .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
        {
            return Err(BadTipId);
        }
        uuid::Uuid::try_parse(text)
            .map(|id| TipId(id.into_bytes()))
            .map_err(|_| BadTipId)
    }
}

/// Which part of which tip a record is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Part {
    /// The tip.
    pub tip: TipId,
    /// From 1.
    pub number: u32,
    /// How many there are.
    pub of: u32,
}

impl Part {
    /// Reads it from a record; `None` where the record is whole, or says something that no part would.
    pub fn of(record: &RawRecord) -> Option<Part> {
        let Value::Text(text) = record.fields.get(PART)? else {
            return None;
        };
        let (place, tip) = text.split_once(' ')?;
        let (number, of) = place.split_once('/')?;
        let part = Part {
            tip: tip.parse().ok()?,
            number: number.parse().ok()?,
            of: of.parse().ok()?,
        };
        // One spelling only.
        let told = (1..=part.of).contains(&part.number) && (2..=MOST_PARTS).contains(&part.of);
        (told && part.to_string() == *text).then_some(part)
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{} {}", self.number, self.of, self.tip)
    }
}

/// More than [`MOST_PARTS`] would be needed, or a field beside the text is too long for one.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("the tip does not fit into {MOST_PARTS} parts")]
pub struct TooLong;

/// How long a part is, as it would be sent, and how long one may be, in bytes.
pub struct Measure<'a> {
    /// Measures a part.
    pub len: &'a dyn Fn(&RawRecord) -> usize,
    /// The most that a part may have.
    pub room: usize,
}

/// Divides a tip into what fits. One that fits is left whole, without a part number.
///
/// # Errors
/// [`TooLong`].
pub fn divide(tip: &RawRecord, id: TipId, measure: &Measure<'_>) -> Result<Vec<RawRecord>, TooLong> {
    let text = match tip.fields.get(CONTENT) {
        Some(Value::Long(text) | Value::Text(text)) => text.as_str(),
        _ => "",
    };
    // To measure costs in proportion to the length, and far more than that fits in no part.
    if text.len() <= 8 * measure.room && (measure.len)(tip) <= measure.room {
        return Ok(vec![tip.clone()]);
    }
    let mut parts: Vec<RawRecord> = Vec::new();
    let mut rest = text;
    while parts.is_empty() || !rest.is_empty() {
        let number = parts.len() as u32 + 1;
        if number > MOST_PARTS {
            return Err(TooLong);
        }
        let with = |content: &str| {
            let mut part = if number == 1 {
                tip.clone()
            } else {
                RawRecord::default()
            };
            let place = Part {
                tip: id,
                number,
                of: MOST_PARTS,
            };
            part.fields.insert(PART.into(), Value::Text(place.to_string()));
            part.fields
                .insert(CONTENT.into(), Value::Long(content.to_owned()));
            part
        };
        let len = |content: &str| (measure.len)(&with(content));
        let (taken, left) = longest(rest, &len, measure.room).ok_or(TooLong)?;
        parts.push(with(taken));
        rest = left;
    }
    let of = parts.len() as u32;
    for (at, part) in parts.iter_mut().enumerate() {
        let place = Part {
            tip: id,
            number: at as u32 + 1,
            of,
        };
        part.fields.insert(PART.into(), Value::Text(place.to_string()));
    }
    Ok(parts)
}

/// About the longest beginning of a text that fits, ended after a word where that costs little; `None` where hardly
/// anything does.
fn longest<'a>(text: &'a str, len: &dyn Fn(&str) -> usize, room: usize) -> Option<(&'a str, &'a str)> {
    let ends: Vec<usize> = text.char_indices().map(|(at, c)| at + c.len_utf8()).collect();
    let upto = |count: usize| match count.checked_sub(1).and_then(|last| ends.get(last)) {
        Some(end) => text.split_at(*end),
        None => ("", text),
    };
    // The length grows about evenly with the letters, so each trial says where the next one is worth its while.
    let (mut fits, mut fits_len) = (0, len(""));
    if fits_len > room {
        return None;
    }
    let (mut too_many, mut too_long) = (ends.len() + 1, None);
    let mut guess = ends.len().min(room);
    while fits < ends.len() && too_many - fits > 1 && (fits == 0 || room - fits_len > NEARLY) {
        let guessed_len = len(upto(guess).0);
        if guessed_len <= room {
            (fits, fits_len) = (guess, guessed_len);
        } else {
            (too_many, too_long) = (guess, Some(guessed_len));
        }
        guess = match too_long {
            Some(over) => fits + (too_many - fits) * (room - fits_len) / (over - fits_len).max(1),
            None => fits * 2,
        };
        guess = guess
            .clamp(fits + 1, (too_many - 1).max(fits + 1))
            .min(ends.len());
    }
    let (taken, left) = (fits > 0).then(|| upto(fits))?;
    if left.is_empty() {
        return Some((taken, left));
    }
    let blank = taken.char_indices().rev().find(|(_, c)| c.is_whitespace());
    let word = blank.map(|(at, c)| at + c.len_utf8());
    let whole_words = word.filter(|end| taken.len() - end < LONGEST_WORD);
    Some(whole_words.map_or((taken, left), |end| text.split_at(end)))
}

/// A tip as its reader sees it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Joined {
    /// Under which key: that of the first part that is here.
    pub key: RecordKey,
    /// With the text of all parts that are here, and a remark where one is not.
    pub record: RawRecord,
    /// The parts that have not come.
    pub missing: Vec<u32>,
}

/// Joins what came of one tip, in any order; a part that came twice counts once. `None` where nothing came.
pub fn join(parts: impl IntoIterator<Item = (RecordKey, RawRecord)>) -> Option<Joined> {
    let mut by_number: BTreeMap<u32, (RecordKey, RawRecord)> = BTreeMap::new();
    let mut of = 0;
    for (key, record) in parts {
        let Some(part) = Part::of(&record) else {
            continue;
        };
        of = of.max(part.of);
        // Of two that say to be the same part the lowest key counts, whichever came first.
        let held = by_number.get(&part.number);
        if held.is_none_or(|(held, _)| key < *held) {
            by_number.insert(part.number, (key, record));
        }
    }
    let (key, first) = by_number.values().next().cloned()?;
    let mut content = String::new();
    let mut missing = Vec::new();
    for number in 1..=of {
        match by_number
            .get(&number)
            .map(|(_, record)| record.fields.get(CONTENT))
        {
            Some(Some(Value::Long(text) | Value::Text(text))) => content.push_str(text),
            Some(_) => {}
            None => {
                missing.push(number);
                content.push_str(&format!(" […phần {number}/{of} chưa tới…] "));
            }
        }
    }
    let mut record = first;
    record.fields.remove(PART);
    record.fields.insert(CONTENT.into(), Value::Long(content));
    Some(Joined { key, record, missing })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::raw::RecordId;
    use uuid::Uuid;

    const ID: TipId = TipId([7; 16]);

    fn tip(content: &str) -> RawRecord {
        let fields = [
            (CONTENT.to_owned(), Value::Long(content.to_owned())),
            ("place".to_owned(), Value::Text("đầu thôn".to_owned())),
        ];
        RawRecord {
            fields: fields.into(),
            ..RawRecord::default()
        }
    }

    fn content(record: &RawRecord) -> &str {
        match record.fields.get(CONTENT) {
            Some(Value::Long(text)) => text,
            _ => "",
        }
    }

    fn bytes(part: &RawRecord) -> usize {
        let bytes = |(name, value): (&String, &Value)| match value {
            Value::Long(text) | Value::Text(text) => name.len() + text.len(),
            _ => 0,
        };
        part.fields.iter().map(bytes).sum()
    }

    /// So many bytes fit, whatever they are.
    fn within(room: usize) -> Measure<'static> {
        Measure { len: &bytes, room }
    }

    fn keyed(parts: Vec<RawRecord>) -> Vec<(RecordKey, RawRecord)> {
        let key = |at: usize| RecordKey {
            kind: "tip".into(),
            id: RecordId(Uuid::from_bytes([at as u8; 16])),
        };
        parts
            .into_iter()
            .enumerate()
            .map(|(at, part)| (key(at), part))
            .collect()
    }

    fn long() -> String {
        "Tối qua có xe lạ đỗ sau nhà văn hóa, hai người đưa gói nhỏ cho nhau rồi đi ngay. ".repeat(8)
    }

    #[test]
    fn what_fits_stays_whole_and_has_no_number() {
        let short = tip("Có xe lạ.");
        assert_eq!(divide(&short, ID, &within(200)), Ok(vec![short]));
    }

    #[test]
    fn what_was_divided_is_joined_again_in_any_order_and_also_when_parts_came_twice() {
        let whole = tip(&long());
        let parts = divide(&whole, ID, &within(200)).expect("fits");
        assert!(parts.len() > 3);
        for (at, part) in parts.iter().enumerate() {
            assert!(bytes(part) <= 200);
            let place = Part::of(part).expect("a part");
            assert_eq!((place.number as usize, place.of as usize), (at + 1, parts.len()));
        }
        let mut came = keyed(parts.clone());
        let first = came[0].0.clone();
        came.reverse();
        came.extend(keyed(parts).into_iter().map(|(mut key, part)| {
            key.id = RecordId(Uuid::from_bytes([99; 16]));
            (key, part)
        }));
        let joined = join(came).expect("there are parts");
        assert_eq!(
            (joined.key, joined.record, joined.missing),
            (first, whole, vec![])
        );
    }

    #[test]
    fn a_part_that_is_withheld_is_said_to_be_missing_and_the_rest_is_read() {
        let parts = keyed(divide(&tip(&long()), ID, &within(200)).expect("fits"));
        let without = |gone: usize| {
            let kept = parts.iter().enumerate().filter(move |(at, _)| *at != gone);
            join(kept.map(|(_, part)| part.clone())).expect("there are parts")
        };
        let middle = without(1);
        assert_eq!(middle.missing, [2]);
        assert!(content(&middle.record).contains("phần 2/"));
        assert_eq!(middle.key, parts[0].0);
        assert_eq!(without(0).key, parts[1].0);
        assert_eq!(join([]), None);
    }

    #[test]
    fn a_part_ends_after_a_word() {
        let parts = divide(&tip(&long()), ID, &within(200)).expect("fits");
        for part in parts.iter().rev().skip(1) {
            assert!(content(part).ends_with(' '), "{}", content(part));
        }
        let unbroken = "ạ".repeat(500);
        let parts = divide(&tip(&unbroken), ID, &within(300)).expect("fits");
        let all: String = parts.iter().map(content).collect();
        assert_eq!(all, unbroken);
    }

    #[test]
    fn what_needs_too_many_parts_is_refused_and_so_is_what_no_part_can_carry() {
        let much = tip(&long().repeat(20));
        assert_eq!(divide(&much, ID, &within(200)), Err(TooLong));
        let mut wide = tip("ngắn");
        wide.fields.insert("place".into(), Value::Text("x".repeat(500)));
        assert_eq!(divide(&wide, ID, &within(200)), Err(TooLong));
    }

    #[test]
    fn what_no_part_would_say_is_read_as_no_part() {
        for bad in [
            "1/2",
            "0/2 07070707070707070707070707070707",
            "3/2 07070707070707070707070707070707",
            "1/1 07070707070707070707070707070707",
            "1/12 07070707070707070707070707070707",
            "01/2 07070707070707070707070707070707",
            "1/2 0707070707070707070707070707070G",
        ] {
            let mut record = tip("x");
            record.fields.insert(PART.into(), Value::Text(bad.into()));
            assert_eq!(Part::of(&record), None, "{bad}");
        }
    }
}
