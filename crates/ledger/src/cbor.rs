//! Deterministic CBOR (RFC 8949 §4.2): what is signed has exactly one encoding, and no other is accepted.

use minicbor::data::Type;
use minicbor::decode::Decoder;
use minicbor::{Decode, Encode};
use zeroize::Zeroizing;

/// How deep values may be nested.
const MAX_DEPTH: u32 = 16;

/// Why bytes are not a value that we accept.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CborError {
    /// Not CBOR, or not the structure that was expected.
    #[error("not the expected structure")]
    Structure(#[from] minicbor::decode::Error),
    /// CBOR in another than the one deterministic encoding, or with bytes after its end.
    #[error("not deterministic CBOR at byte {at}")]
    NotDeterministic {
        /// Where.
        at: usize,
    },
    /// Deterministic CBOR, but not what this value is encoded to: a field too many, or a `null` for one that is left
    /// out.
    #[error("not the one encoding of this structure")]
    NotCanonical,
}

/// Encodes a value. Only for types whose encoding is deterministic by construction: integers as labels, in order.
pub fn encode<T: Encode<()>>(value: &T) -> Vec<u8> {
    let mut out = Vec::new();
    let done = minicbor::encode(value, &mut out);
    debug_assert!(done.is_ok(), "writing to a Vec does not fail");
    out
}

/// Decodes a value that must fill `bytes` wholly, be deterministic CBOR, and encode to the same bytes again.
///
/// The last is asked because a decoder skips what it does not know: two encodings would mean one thing here, and
/// perhaps two things in a later version.
///
/// # Errors
/// [`CborError`] for anything else.
pub fn decode<'b, T: Decode<'b, ()> + Encode<()>>(bytes: &'b [u8]) -> Result<T, CborError> {
    check(bytes)?;
    let value = minicbor::decode(bytes)?;
    // The plain text of a payload passes here.
    if *Zeroizing::new(encode(&value)) == bytes {
        Ok(value)
    } else {
        Err(CborError::NotCanonical)
    }
}

/// Checks that `bytes` are one value in deterministic CBOR: shortest integers and lengths, definite lengths, map keys
/// sorted by their encoding and different, no floats, no tags but 18 (COSE_Sign1), and nothing after it.
///
/// # Errors
/// [`CborError`] naming the first byte that is not so.
pub fn check(bytes: &[u8]) -> Result<(), CborError> {
    let mut d = Decoder::new(bytes);
    value(&mut d, 0)?;
    if d.position() != bytes.len() {
        return Err(CborError::NotDeterministic { at: d.position() });
    }
    Ok(())
}

fn value(d: &mut Decoder<'_>, depth: u32) -> Result<(), CborError> {
    let at = d.position();
    let bad = || CborError::NotDeterministic { at };
    if depth > MAX_DEPTH {
        return Err(bad());
    }
    let (argument, head) = argument(d.input().get(at..).unwrap_or_default()).ok_or_else(bad)?;
    match d.datatype()? {
        Type::U8 | Type::U16 | Type::U32 | Type::U64 => {
            d.u64()?;
        }
        Type::I8 | Type::I16 | Type::I32 | Type::I64 | Type::Int => {
            d.int()?;
        }
        Type::Bool | Type::Null => d.skip()?,
        Type::Bytes => {
            d.bytes()?;
        }
        Type::String => {
            d.str()?;
        }
        Type::Array => {
            d.array()?;
            for _ in 0..argument {
                value(d, depth + 1)?;
            }
        }
        Type::Map => {
            d.map()?;
            let mut last: Option<&[u8]> = None;
            for _ in 0..argument {
                let start = d.position();
                value(d, depth + 1)?;
                let key = d.input().get(start..d.position()).ok_or_else(bad)?;
                if last.is_some_and(|last| last >= key) {
                    return Err(CborError::NotDeterministic { at: start });
                }
                last = Some(key);
                value(d, depth + 1)?;
            }
        }
        Type::Tag if argument == 18 => {
            d.tag()?;
            value(d, depth + 1)?;
        }
        _ => return Err(bad()),
    }
    // The decoder accepts long forms; the head's length says whether the shortest was used.
    let shortest = match argument {
        0..=23 => 1,
        24..=0xff => 2,
        0x100..=0xffff => 3,
        0x1_0000..=0xffff_ffff => 5,
        _ => 9,
    };
    if head == shortest { Ok(()) } else { Err(bad()) }
}

/// The argument of the value that begins here, and how many bytes its head takes (RFC 8949 §3).
fn argument(bytes: &[u8]) -> Option<(u64, usize)> {
    let first = *bytes.first()?;
    let low = first & 0x1f;
    if low < 24 {
        return Some((low.into(), 1));
    }
    let len = match low {
        24 => 1,
        25 => 2,
        26 => 4,
        27 => 8,
        _ => return None,
    };
    let mut out = 0u64;
    for byte in bytes.get(1..1 + len)? {
        out = out << 8 | u64::from(*byte);
    }
    Some((out, 1 + len))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_one_encoding_of_a_value_is_accepted() {
        for good in [
            &[0x00][..],
            &[0x17],
            &[0x18, 0x18],
            &[0x20],
            &[0x43, 1, 2, 3],
            &[0xa2, 0x00, 0x01, 0x01, 0x02],
            &[0xd2, 0x80],
            &[0xf4],
            &[0xf6],
        ] {
            assert!(check(good).is_ok(), "{good:x?}");
        }
        for bad in [
            &[0x18, 0x17][..],                               // 23 in two bytes
            &[0x19, 0x00, 0x18],                             // 24 in three
            &[0x58, 0x01, 0x00],                             // a length in two bytes
            &[0x5f, 0x41, 0x00, 0xff],                       // indefinite length
            &[0xa2, 0x01, 0x02, 0x00, 1],                    // keys out of order
            &[0xa2, 0x01, 0x02, 0x01, 1],                    // a key twice
            &[0xf9, 0x3c, 0x00],                             // a float
            &[0x00, 0x00],                                   // something after it
            &[0x9b, 255, 255, 255, 255, 255, 255, 255, 255], // an array longer than memory
            &[],
        ] {
            assert!(check(bad).is_err(), "{bad:x?}");
        }
        let deep = [vec![0x81; 40], vec![0]].concat();
        assert!(check(&deep).is_err());
    }
}
