//! Pictures: what somebody chooses to be kept, and what another device says is a photograph.

use sothon_photos::{LARGEST, fit, may_be_drawn};

use crate::Target;

pub(crate) const TARGETS: &[Target] = &[
    Target {
        name: "jpeg",
        about: "a photograph as a camera writes it",
        seeds: jpegs,
        run: picture,
        rounds: 400,
    },
    Target {
        name: "png",
        about: "a picture of a program, whose checksums fit",
        seeds: || vec![png(2), png(6)],
        run: checked,
        rounds: 400,
    },
];

fn picture(bytes: &[u8]) -> bool {
    may_be_drawn(bytes);
    let Ok(kept) = fit(bytes) else { return false };
    assert!(kept.len() <= LARGEST && may_be_drawn(&kept));
    // What is kept is what it says it is: it can be kept again.
    assert!(fit(&kept).is_ok_and(|again| may_be_drawn(&again)));
    true
}

/// Photographs from small pictures, one of them with a segment that says how it was held.
fn jpegs() -> Vec<Vec<u8>> {
    let mut made: Vec<Vec<u8>> = [2, 6]
        .into_iter()
        .filter_map(|colours| fit(&png(colours)).ok())
        .collect();
    let exif = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0";
    if let (Some(plain), Ok(length)) = (made.first().cloned(), u16::try_from(exif.len() + 2)) {
        let (start, rest) = plain.split_at(2);
        made.push([start, &[0xff, 0xe1], &length.to_be_bytes(), exif, rest].concat());
    }
    made
}

/// A PNG of 24 by 20 pixels, with colours of this type (2: RGB, 6: with what can be seen through).
fn png(colours: u8) -> Vec<u8> {
    let (width, height) = (24_u32, 20_u32);
    let parts = if colours == 6 { 4 } else { 3 };
    let mut rows = Vec::new();
    for y in 0..height {
        rows.push(0);
        rows.extend((0..width * parts).map(|x| u8::try_from((x * 7 + y * 13) % 251).unwrap_or_default()));
    }
    let mut packed = Vec::new();
    // Stored as it is: what is packed by others is the business of those who unpack it.
    packed.extend([0x78, 0x01, 0x01]);
    let length = u16::try_from(rows.len()).unwrap_or_default();
    packed.extend(length.to_le_bytes());
    packed.extend((!length).to_le_bytes());
    packed.extend(&rows);
    packed.extend(adler(&rows).to_be_bytes());
    let head = [
        width.to_be_bytes().as_slice(),
        &height.to_be_bytes(),
        &[8, colours, 0, 0, 0],
    ]
    .concat();
    let mut whole = SIGNATURE.to_vec();
    for (name, content) in [(b"IHDR", head), (b"IDAT", packed), (b"IEND", Vec::new())] {
        whole.extend(chunk(name, &content));
    }
    whole
}

const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";

fn chunk(name: &[u8], content: &[u8]) -> Vec<u8> {
    let named = [name, content].concat();
    let length = u32::try_from(content.len()).unwrap_or_default();
    [
        length.to_be_bytes().as_slice(),
        &named,
        &crc(&named).to_be_bytes(),
    ]
    .concat()
}

/// The picture with the checksums of its chunks made anew.
fn checked(bytes: &[u8]) -> bool {
    let mut whole = SIGNATURE.to_vec();
    let mut rest = bytes.get(SIGNATURE.len()..).unwrap_or_default();
    while let Some((length, named)) = rest.split_first_chunk::<4>() {
        let length = usize::try_from(u32::from_be_bytes(*length)).unwrap_or(usize::MAX);
        let Some((named, after)) = length.checked_add(4).and_then(|end| named.split_at_checked(end)) else {
            break;
        };
        let (name, content) = named.split_at(4);
        whole.extend(chunk(name, content));
        rest = after.get(4..).unwrap_or_default();
    }
    whole.extend(rest);
    // As it came too: a checksum that does not fit is no way in either.
    let as_it_came = picture(bytes);
    picture(&whole) || as_it_came
}

fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| {
            (sum >> 1) ^ (0xedb8_8320 & 0_u32.wrapping_sub(sum & 1))
        })
    })
}

fn adler(bytes: &[u8]) -> u32 {
    let (a, b) = bytes.iter().fold((1_u32, 0_u32), |(a, b), byte| {
        let a = (a + u32::from(*byte)) % 65_521;
        (a, (b + a) % 65_521)
    });
    (b << 16) | a
}
