//! The body of a change chunk: its fields, and one column per part of an operation.

use std::sync::Arc;

use super::columns::{
    BoolColumn, Reader, RleColumn, write_bools, write_deltas, write_int, write_rle, write_uint,
};
use super::{Action, Chunk, ChunkError, Key, MAX_KEY_BYTES, MAX_MESSAGE_BYTES, MAX_OPS, Op, OpRef, Scalar};
use crate::ids::{ActorId, ChangeHash};

pub(super) fn parse_body(body: &[u8]) -> Result<Chunk, ChunkError> {
    let mut reader = Reader::new(body);
    let deps = read_deps(&mut reader)?;
    let mut actors = vec![read_actor(&mut reader)?];
    let seq = reader.uint()?;
    let start_op = reader.uint()?;
    let time = reader.int()?;
    let message_len = reader.length()?;
    if message_len > MAX_MESSAGE_BYTES {
        return Err(ChunkError::TooLarge);
    }
    let message = reader.text(message_len)?.to_owned();
    for _ in 0..reader.length()? {
        actors.push(read_actor(&mut reader)?);
    }
    let columns = Columns::parse(&mut reader)?;
    let ops = columns.ops(actors.len())?;
    Ok(Chunk {
        hash: ChangeHash([0; 32]),
        deps,
        actors,
        seq,
        start_op,
        time,
        message,
        ops,
        bytes_len: 0,
    })
}

pub(super) fn read_deps(reader: &mut Reader<'_>) -> Result<Vec<ChangeHash>, ChunkError> {
    // As many as there are: a bound would let whoever leaves more heads than that keep everybody from writing on.
    let mut deps = Vec::new();
    for _ in 0..reader.length()? {
        deps.push(ChangeHash(reader.array()?));
    }
    Ok(deps)
}

pub(super) fn write_deps(out: &mut Vec<u8>, deps: &[ChangeHash]) {
    write_uint(out, deps.len() as u64);
    for dep in deps {
        out.extend(dep.0);
    }
}

fn read_actor(reader: &mut Reader<'_>) -> Result<ActorId, ChunkError> {
    if reader.length()? != 16 {
        return Err(ChunkError::ActorLength);
    }
    Ok(ActorId(reader.array()?))
}

/// The columns' numbers: column id × 16 + type, in their order within a chunk.
const OBJECT_ACTOR: u32 = 1;
const OBJECT_COUNTER: u32 = 2;
const KEY_ACTOR: u32 = 17;
const KEY_COUNTER: u32 = 19;
const KEY_TEXT: u32 = 21;
const INSERT: u32 = 52;
const ACTION: u32 = 66;
const VALUE_META: u32 = 86;
const VALUE: u32 = 87;
const PRED_COUNT: u32 = 112;
const PRED_ACTOR: u32 = 113;
const PRED_COUNTER: u32 = 115;
const KNOWN: [u32; 12] = [
    OBJECT_ACTOR,
    OBJECT_COUNTER,
    KEY_ACTOR,
    KEY_COUNTER,
    KEY_TEXT,
    INSERT,
    ACTION,
    VALUE_META,
    VALUE,
    PRED_COUNT,
    PRED_ACTOR,
    PRED_COUNTER,
];

struct Columns<'a>(Vec<(u32, &'a [u8])>);

impl<'a> Columns<'a> {
    fn parse(reader: &mut Reader<'a>) -> Result<Columns<'a>, ChunkError> {
        let count = reader.length()?;
        let mut heads = Vec::new();
        for _ in 0..count {
            let number = u32::try_from(reader.uint()?).map_err(|_| ChunkError::Malformed)?;
            if !KNOWN.contains(&number) || heads.last().is_some_and(|(last, _)| *last >= number) {
                return Err(ChunkError::Column(number));
            }
            heads.push((number, reader.length()?));
        }
        let mut columns = Vec::with_capacity(heads.len());
        for (number, length) in heads {
            columns.push((number, reader.take(length)?));
        }
        // What is left would be "extra bytes", which only other software writes.
        if !reader.is_empty() {
            return Err(ChunkError::Malformed);
        }
        Ok(Columns(columns))
    }

    fn get(&self, number: u32) -> &'a [u8] {
        self.0
            .iter()
            .find(|(is, _)| *is == number)
            .map_or(&[], |(_, data)| data)
    }

    fn ops(&self, actors: usize) -> Result<Vec<Op>, ChunkError> {
        let count = RleColumn::<u64>::new(self.get(ACTION)).count(|r| r.uint().map(drop), MAX_OPS)?;
        let pred_column = self.get(PRED_COUNT);
        let mut object_actor = RleColumn::new(self.get(OBJECT_ACTOR));
        let mut object_counter = RleColumn::new(self.get(OBJECT_COUNTER));
        let mut key_actor = RleColumn::new(self.get(KEY_ACTOR));
        let mut key_counter = RleColumn::new(self.get(KEY_COUNTER));
        let mut key_counter_at = 0i64;
        let mut key_text = RleColumn::new(self.get(KEY_TEXT));
        let mut insert = BoolColumn::new(self.get(INSERT));
        let mut action = RleColumn::new(self.get(ACTION));
        let mut value_meta = RleColumn::new(self.get(VALUE_META));
        let mut values = Reader::new(self.get(VALUE));
        let mut pred_count = RleColumn::new(pred_column);
        let mut pred_actor = RleColumn::new(self.get(PRED_ACTOR));
        let mut pred_counter = RleColumn::new(self.get(PRED_COUNTER));
        let mut pred_counter_at = 0i64;
        let mut preds_in_all = 0u64;
        let op_ref = |actor: u64, counter: u64| match usize::try_from(actor) {
            Ok(actor) if actor < actors && counter > 0 => Ok(OpRef { actor, counter }),
            _ => Err(ChunkError::Malformed),
        };

        let mut ops = Vec::with_capacity(count);
        for _ in 0..count {
            let object = match (
                object_actor.next(Reader::uint)?,
                object_counter.next(Reader::uint)?,
            ) {
                (None, None) => None,
                (Some(actor), Some(counter)) => Some(op_ref(actor, counter)?),
                _ => return Err(ChunkError::Malformed),
            };
            let counter = match key_counter.next(Reader::int)? {
                Some(step) => {
                    key_counter_at = key_counter_at.checked_add(step).ok_or(ChunkError::Malformed)?;
                    Some(u64::try_from(key_counter_at).map_err(|_| ChunkError::Malformed)?)
                }
                None => None,
            };
            let key = match (key_actor.next(Reader::uint)?, counter, key_text.next(read_key)?) {
                (None, None, Some(text)) => Key::Map(text),
                (None, Some(0), None) => Key::Head,
                (Some(actor), Some(counter), None) => Key::Element(op_ref(actor, counter)?),
                _ => return Err(ChunkError::Malformed),
            };
            let insert = insert.next()?;
            let action = Action::parse(action.next(Reader::uint)?.ok_or(ChunkError::Malformed)?)?;
            let meta = value_meta.next(Reader::uint)?.ok_or(ChunkError::Malformed)?;
            let value = read_scalar(meta, &mut values)?;
            let own = pred_count.next(Reader::uint)?.ok_or(ChunkError::Malformed)?;
            preds_in_all = preds_in_all.saturating_add(own);
            if preds_in_all > MAX_OPS as u64 {
                return Err(ChunkError::TooManyOps);
            }
            let mut preds = Vec::with_capacity(own as usize);
            for _ in 0..own {
                let actor = pred_actor.next(Reader::uint)?.ok_or(ChunkError::Malformed)?;
                let step = pred_counter.next(Reader::int)?.ok_or(ChunkError::Malformed)?;
                pred_counter_at = pred_counter_at.checked_add(step).ok_or(ChunkError::Malformed)?;
                let counter = u64::try_from(pred_counter_at).map_err(|_| ChunkError::Malformed)?;
                preds.push(op_ref(actor, counter)?);
            }
            ops.push(Op {
                object,
                key,
                insert,
                action,
                value,
                preds,
            });
        }
        // That no column holds more than this is seen when the chunk is written again.
        Ok(ops)
    }
}

fn read_key(reader: &mut Reader<'_>) -> Result<Arc<str>, ChunkError> {
    let length = reader.length()?;
    if length > MAX_KEY_BYTES {
        return Err(ChunkError::TooLarge);
    }
    reader.text(length).map(Arc::from)
}

fn read_scalar(meta: u64, values: &mut Reader<'_>) -> Result<Scalar, ChunkError> {
    let length = usize::try_from(meta >> 4).map_err(|_| ChunkError::Malformed)?;
    let mut raw = Reader::new(values.take(length)?);
    let value = match meta & 0x0f {
        0 => Scalar::Null,
        1 => Scalar::Bool(false),
        2 => Scalar::Bool(true),
        3 => Scalar::Uint(raw.uint()?),
        4 => Scalar::Int(raw.int()?),
        5 => Scalar::Float(f64::from_le_bytes(raw.array()?)),
        6 => Scalar::Text(raw.text(length)?.to_owned()),
        7 => Scalar::Bytes(raw.take(length)?.to_vec()),
        9 => Scalar::Timestamp(raw.int()?),
        _ => return Err(ChunkError::NotAllowed),
    };
    // Two floats that are not numbers are not equal to themselves, and their bytes are not kept by every reader.
    if matches!(value, Scalar::Float(float) if float.is_nan()) {
        return Err(ChunkError::NotAllowed);
    }
    Ok(value)
}

fn write_scalar(value: &Scalar, out: &mut Vec<u8>) -> u64 {
    let before = out.len();
    let code = match value {
        Scalar::Null => 0,
        Scalar::Bool(false) => 1,
        Scalar::Bool(true) => 2,
        Scalar::Uint(number) => {
            write_uint(out, *number);
            3
        }
        Scalar::Int(number) => {
            write_int(out, *number);
            4
        }
        Scalar::Float(number) => {
            out.extend(number.to_le_bytes());
            5
        }
        Scalar::Text(text) => {
            out.extend(text.as_bytes());
            6
        }
        Scalar::Bytes(bytes) => {
            out.extend(bytes);
            7
        }
        Scalar::Timestamp(time) => {
            write_int(out, *time);
            9
        }
    };
    ((out.len() - before) as u64) << 4 | code
}

pub(super) fn encode_body(chunk: &Chunk) -> Vec<u8> {
    let mut out = Vec::with_capacity(chunk.bytes_len + 64);
    write_deps(&mut out, &chunk.deps);
    let write_actor = |actor: &ActorId, out: &mut Vec<u8>| {
        out.push(16);
        out.extend(actor.0);
    };
    write_actor(&chunk.actor(), &mut out);
    write_uint(&mut out, chunk.seq);
    write_uint(&mut out, chunk.start_op);
    write_int(&mut out, chunk.time);
    write_uint(&mut out, chunk.message.len() as u64);
    out.extend(chunk.message.as_bytes());
    write_uint(&mut out, chunk.actors.len().saturating_sub(1) as u64);
    for actor in chunk.actors.iter().skip(1) {
        write_actor(actor, &mut out);
    }

    let ops = &chunk.ops;
    let actor_of = |op: &OpRef| op.actor as u64;
    let uint = |number: &u64, out: &mut Vec<u8>| write_uint(out, *number);
    let element = |op: &Op| match &op.key {
        Key::Element(element) => Some(*element),
        _ => None,
    };
    let mut raw_values = Vec::new();
    let metas: Vec<u64> = ops
        .iter()
        .map(|op| write_scalar(&op.value, &mut raw_values))
        .collect();
    let preds = || ops.iter().flat_map(|op| op.preds.iter());
    let columns = [
        (
            OBJECT_ACTOR,
            write_rle(ops.iter().map(|op| op.object.as_ref().map(actor_of)), uint),
        ),
        (
            OBJECT_COUNTER,
            write_rle(ops.iter().map(|op| op.object.map(|object| object.counter)), uint),
        ),
        (
            KEY_ACTOR,
            write_rle(ops.iter().map(|op| element(op).as_ref().map(actor_of)), uint),
        ),
        (
            KEY_COUNTER,
            write_deltas(ops.iter().map(|op| match &op.key {
                Key::Map(_) => None,
                Key::Head => Some(0),
                Key::Element(element) => Some(element.counter as i64),
            })),
        ),
        (
            KEY_TEXT,
            write_rle(
                ops.iter().map(|op| match &op.key {
                    Key::Map(text) => Some(&**text),
                    _ => None,
                }),
                |text, out| {
                    write_uint(out, text.len() as u64);
                    out.extend(text.as_bytes());
                },
            ),
        ),
        (INSERT, write_bools(ops.iter().map(|op| op.insert))),
        (
            ACTION,
            write_rle(ops.iter().map(|op| Some(op.action.code())), uint),
        ),
        (VALUE_META, write_rle(metas.into_iter().map(Some), uint)),
        (VALUE, raw_values),
        (
            PRED_COUNT,
            write_rle(ops.iter().map(|op| Some(op.preds.len() as u64)), uint),
        ),
        (
            PRED_ACTOR,
            write_rle(preds().map(|pred| Some(actor_of(pred))), uint),
        ),
        (
            PRED_COUNTER,
            write_deltas(preds().map(|pred| Some(pred.counter as i64))),
        ),
    ];
    let present = || columns.iter().filter(|(_, data)| !data.is_empty());
    write_uint(&mut out, present().count() as u64);
    for (number, data) in present() {
        write_uint(&mut out, u64::from(*number));
        write_uint(&mut out, data.len() as u64);
    }
    for (_, data) in present() {
        out.extend(data);
    }
    out
}
