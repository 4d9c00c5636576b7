//! The form of what is kept: a baseline JPEG of one scan, with its tables and nothing else.
//!
//! What another device says is a photograph goes into the decoder of a web view. A JPEG can carry far more than a picture:
//! texts and colour profiles with parsers of their own, a preview in a preview, ten thousand scans over the same four million
//! pixels, which take minutes to draw. What this crate writes has none of that, so nothing that has it is drawn.

use crate::LONGEST_SIDE;

const START: &[u8] = &[0xff, 0xd8];
const END: &[u8] = &[0xff, 0xd9];
const JFIF: u8 = 0xe0;
const FRAME: u8 = 0xc0;
const QUANTISERS: u8 = 0xdb;
const CODES: u8 = 0xc4;
const SCAN: u8 = 0xda;

/// The segments, in their order.
const ORDER: [u8; 9] = [
    JFIF, FRAME, QUANTISERS, QUANTISERS, CODES, CODES, CODES, CODES, SCAN,
];
/// Brightness and two colours, none of them coarser than the others, each with its table.
const PARTS: &[u8] = &[3, 1, 0x11, 0, 2, 0x11, 1, 3, 0x11, 1];
/// The one scan: all parts, each with its codes, whole.
const WHOLE: &[u8] = &[3, 1, 0x00, 2, 0x11, 3, 0x11, 0, 63, 0];

/// Whether bytes have the form of what is kept.
pub(crate) fn is_kept(bytes: &[u8]) -> bool {
    let Some(mut rest) = bytes.strip_prefix(START) else {
        return false;
    };
    for marker in ORDER {
        match segment(rest, marker) {
            Some((content, after)) if is_ours(marker, content) => rest = after,
            _ => return false,
        }
    }
    rest.strip_suffix(END).is_some_and(is_scanned)
}

/// The content of the segment that begins here, and what follows it.
fn segment(bytes: &[u8], marker: u8) -> Option<(&[u8], &[u8])> {
    let rest = bytes.strip_prefix(&[0xff, marker])?;
    let (length, rest) = rest.split_first_chunk::<2>()?;
    // The length counts itself.
    let length = usize::from(u16::from_be_bytes(*length)).checked_sub(2)?;
    rest.split_at_checked(length)
}

fn is_ours(marker: u8, content: &[u8]) -> bool {
    match marker {
        // Without the preview that it could have.
        JFIF => content.len() == 14 && content.starts_with(b"JFIF\0") && content.ends_with(&[0, 0]),
        FRAME => {
            let Some((&[8, h1, h0, w1, w0], parts)) = content.split_first_chunk() else {
                return false;
            };
            let sides = [[h1, h0], [w1, w0]].map(|side| u32::from(u16::from_be_bytes(side)));
            parts == PARTS && sides.iter().all(|side| (1..=LONGEST_SIDE).contains(side))
        }
        QUANTISERS => content.len() == 65 && matches!(content.first(), Some(0 | 1)),
        CODES => {
            content
                .split_first_chunk()
                .is_some_and(|([which, counts @ ..], codes): (&[u8; 17], &[u8])| {
                    let count: usize = counts.iter().copied().map(usize::from).sum();
                    matches!(which, 0x00 | 0x01 | 0x10 | 0x11) && codes.len() == count
                })
        }
        SCAN => content == WHOLE,
        _ => false,
    }
}

/// Whether this is a scan alone, in which no marker begins.
fn is_scanned(bytes: &[u8]) -> bool {
    let mut pairs = bytes.windows(2);
    bytes.last().is_some_and(|last| *last != 0xff)
        && pairs.all(|pair| !matches!(pair, [0xff, next] if *next != 0))
}
