//! What becomes of pictures as cameras, programs and strangers make them.
#![allow(missing_docs)]

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};
use sothon_photos::{LARGEST, LARGEST_GIVEN, LONGEST_SIDE, PhotoError, fit, may_be_drawn};

const RED: Rgb<u8> = Rgb([220, 20, 20]);
const BLUE: Rgb<u8> = Rgb([20, 20, 220]);

/// The left half red, the right half blue.
fn halves(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, _| if x < width / 2 { RED } else { BLUE })
}

fn jpeg(picture: &RgbImage) -> Vec<u8> {
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, 95)
        .encode_image(picture)
        .unwrap();
    bytes
}

fn png(picture: &DynamicImage) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, ImageFormat::Png).unwrap();
    bytes.into_inner()
}

fn read(bytes: &[u8]) -> RgbImage {
    image::load_from_memory_with_format(bytes, ImageFormat::Jpeg)
        .unwrap()
        .into_rgb8()
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

/// Pixels of which none says anything of the next: the hardest to make small.
fn noise(width: u32, height: u32) -> RgbImage {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    RgbImage::from_fn(width, height, |_, _| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        let [red, green, blue, ..] = state.to_le_bytes();
        Rgb([red, green, blue])
    })
}

/// A photograph as a telephone writes it: held on its side, with place and camera, a comment, and something behind its end.
fn from_a_telephone(picture: &RgbImage) -> Vec<u8> {
    let ascii = |tag: u16, text: &[u8], at: u32| {
        let mut entry = tag.to_le_bytes().to_vec();
        entry.extend(2u16.to_le_bytes());
        entry.extend(u32::try_from(text.len()).unwrap().to_le_bytes());
        entry.extend(at.to_le_bytes());
        entry
    };
    let short = |tag: u16, value: u16| {
        let mut entry = tag.to_le_bytes().to_vec();
        entry.extend(3u16.to_le_bytes());
        entry.extend(1u32.to_le_bytes());
        entry.extend(u32::from(value).to_le_bytes());
        entry
    };
    let (camera, map): (&[u8], &[u8]) = (b"MayAnh-Model-X100\0", b"GPS-WGS-84-21.028511N\0");
    // The head, three entries, one more list of one entry, then the texts.
    let gps_list = 8 + 2 + 3 * 12 + 4;
    let texts = gps_list + 2 + 12 + 4;
    let mut tiff = b"II*\0\x08\0\0\0".to_vec();
    tiff.extend(3u16.to_le_bytes());
    tiff.extend(ascii(0x0110, camera, texts));
    tiff.extend(short(0x0112, 6));
    let mut pointer = 0x8825u16.to_le_bytes().to_vec();
    pointer.extend(4u16.to_le_bytes());
    pointer.extend(1u32.to_le_bytes());
    pointer.extend(gps_list.to_le_bytes());
    tiff.extend(pointer);
    tiff.extend(0u32.to_le_bytes());
    tiff.extend(1u16.to_le_bytes());
    tiff.extend(ascii(0x0012, map, texts + u32::try_from(camera.len()).unwrap()));
    tiff.extend(0u32.to_le_bytes());
    tiff.extend(camera);
    tiff.extend(map);
    let exif = [b"Exif\0\0".as_slice(), &tiff].concat();
    let segment = |marker: u8, content: &[u8]| {
        let mut bytes = vec![0xff, marker];
        bytes.extend(u16::try_from(content.len() + 2).unwrap().to_be_bytes());
        bytes.extend(content);
        bytes
    };
    let plain = jpeg(picture);
    let (start, rest) = plain.split_at(2);
    [
        start,
        &segment(0xe1, &exif),
        &segment(0xfe, b"comment of the camera"),
        rest,
        b"behind the end",
    ]
    .concat()
}

#[test]
fn nothing_of_place_and_camera_is_in_what_is_kept_and_it_is_upright() {
    let given = from_a_telephone(&halves(320, 200));
    let secrets: [&[u8]; 5] = [
        b"GPS-WGS-84-21.028511N",
        b"MayAnh-Model-X100",
        b"Exif",
        b"comment of",
        b"behind the end",
    ];
    assert!(secrets.iter().all(|secret| contains(&given, secret)));
    let kept = fit(&given).unwrap();
    for secret in secrets {
        assert!(!contains(&kept, secret), "{}", String::from_utf8_lossy(secret));
    }
    // Held on its side: what was on the left is on top.
    let seen = read(&kept);
    assert_eq!(seen.dimensions(), (200, 320));
    let is_red = |x, y| seen.get_pixel(x, y).0[0] > 150;
    assert!(is_red(100, 20) && !is_red(100, 300));
}

#[test]
fn a_large_photograph_becomes_small_and_keeps_its_form() {
    let kept = fit(&jpeg(&halves(4000, 3000))).unwrap();
    assert!(kept.len() <= LARGEST && may_be_drawn(&kept));
    assert_eq!(read(&kept).dimensions(), (LONGEST_SIDE, LONGEST_SIDE * 3 / 4));
}

#[test]
fn a_small_photograph_is_not_made_larger() {
    assert_eq!(read(&fit(&jpeg(&halves(64, 48))).unwrap()).dimensions(), (64, 48));
    assert_eq!(read(&fit(&jpeg(&halves(1, 1))).unwrap()).dimensions(), (1, 1));
}

#[test]
fn even_noise_becomes_small_enough() {
    let kept = fit(&jpeg(&noise(1400, 1000))).unwrap();
    assert!(kept.len() <= LARGEST, "{}", kept.len());
    assert!(may_be_drawn(&kept));
}

#[test]
fn a_strip_keeps_at_least_a_pixel() {
    assert_eq!(
        read(&fit(&jpeg(&halves(20_000, 1))).unwrap()).dimensions(),
        (LONGEST_SIDE, 1)
    );
}

#[test]
fn what_can_be_seen_through_stands_on_white() {
    let clear = RgbaImage::from_pixel(40, 40, Rgba([0, 0, 0, 0]));
    let seen = read(&fit(&png(&clear.into())).unwrap());
    assert!(seen.get_pixel(20, 20).0.iter().all(|part| *part > 250));
    let deep = DynamicImage::ImageRgb16(image::ImageBuffer::from_pixel(40, 40, Rgb([65_535_u16, 0, 0])));
    assert!(read(&fit(&png(&deep)).unwrap()).get_pixel(20, 20).0[0] > 240);
}

#[test]
fn a_picture_that_would_unpack_to_more_than_a_telephone_has_is_refused_unread() {
    // 30,000 x 30,000 pixels of one colour, in a few bytes that promise them.
    let honest = png(&halves(10, 10).into());
    let huge = with_measures(&honest, 30_000, 30_000);
    assert_eq!(fit(&huge), Err(PhotoError::TooLarge));
    let mut huge = jpeg(&halves(16, 16));
    let at = huge.windows(2).position(|marker| marker == [0xff, 0xc0]).unwrap();
    huge.splice(at + 5..at + 9, [0xff, 0xdc, 0xff, 0xdc]);
    assert_eq!(fit(&huge), Err(PhotoError::TooLarge));
    assert!(!may_be_drawn(&huge));
    assert_eq!(fit(&vec![0; LARGEST_GIVEN + 1]), Err(PhotoError::TooLarge));
}

/// A PNG that says that it has these measures, with the checksum that belongs to them.
fn with_measures(png: &[u8], width: u32, height: u32) -> Vec<u8> {
    let mut png = png.to_vec();
    png.splice(16..24, [width.to_be_bytes(), height.to_be_bytes()].concat());
    let sum = png.get(12..29).unwrap().iter().fold(u32::MAX, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| {
            (sum >> 1) ^ (0xedb8_8320 & 0u32.wrapping_sub(sum & 1))
        })
    });
    png.splice(29..33, (!sum).to_be_bytes());
    png
}

#[test]
fn what_is_no_picture_or_broken_is_refused() {
    for given in [b"".as_slice(), b"%PDF-1.7", b"GIF89a", b"<svg/>", b"\xff\xd8"] {
        assert_eq!(fit(given), Err(PhotoError::NoPhoto));
    }
    assert_eq!(fit(b"\xff\xd8\xff"), Err(PhotoError::Broken));
    assert_eq!(fit(b"\x89PNG\r\n\x1a\n"), Err(PhotoError::Broken));
    let whole = png(&noise(50, 50).into());
    assert_eq!(
        fit(whole.get(..whole.len() / 2).unwrap()),
        Err(PhotoError::Broken)
    );
}

#[test]
fn a_photograph_cut_anywhere_is_refused_or_kept_as_far_as_it_goes() {
    let whole = from_a_telephone(&noise(48, 32));
    // Every place of the head, then some of the picture.
    for length in (0..900).chain((900..whole.len()).step_by(23)) {
        if let Ok(kept) = fit(whole.get(..length).unwrap()) {
            assert!(may_be_drawn(&kept), "{length}");
        }
    }
}

#[test]
fn what_is_not_of_the_form_that_is_kept_is_not_drawn() {
    let kept = fit(&jpeg(&halves(100, 100))).unwrap();
    assert!(may_be_drawn(&kept));
    assert!(!may_be_drawn(&jpeg(&halves(LONGEST_SIDE + 1, 8))));
    assert!(!may_be_drawn(&png(&halves(10, 10).into())));
    assert!(!may_be_drawn(b"<svg onload='x'/>"));
    let mut long = kept;
    long.resize(LARGEST + 1, 0);
    assert!(!may_be_drawn(&long));
}

/// A segment of a JPEG.
fn segment(marker: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len() + 2).unwrap().to_be_bytes();
    [[0xff, marker].as_slice(), &length, content].concat()
}

#[test]
fn a_picture_of_a_thousand_scans_which_would_take_minutes_to_draw_is_not_drawn() {
    let kept = fit(&jpeg(&halves(64, 64))).unwrap();
    let side = u16::try_from(LONGEST_SIDE).unwrap().to_be_bytes();
    // Progressive, as large as is kept, with one code, and scans of which each says that there is nothing in 32,767 blocks.
    let frame = [[8].as_slice(), &side, &side, &[1, 1, 0x11, 0]].concat();
    let mut counts = [0; 18];
    (counts[0], counts[1], counts[17]) = (0x10, 1, 0xe0);
    let mut hostile = [
        [0xff, 0xd8].as_slice(),
        &segment(0xc2, &frame),
        &segment(0xc4, &counts),
    ]
    .concat();
    while hostile.len() < LARGEST - 20 {
        hostile.extend(segment(0xda, &[1, 1, 0, 1, 63, 0]));
        hostile.extend([0x3f, 0x00]);
    }
    hostile.extend([0xff, 0xd9]);
    assert!(!may_be_drawn(&hostile));

    // The same in what is kept: a second scan, a progressive frame in place of its own.
    let scan = kept.windows(2).position(|marker| marker == [0xff, 0xda]).unwrap();
    let (all, end) = kept.split_at(kept.len() - 2);
    assert!(!may_be_drawn(&[all, &kept[scan..]].concat()));
    let mut progressive = kept.clone();
    let frame = kept.windows(2).position(|marker| marker == [0xff, 0xc0]).unwrap();
    progressive[frame + 1] = 0xc2;
    assert!(!may_be_drawn(&progressive));
    assert!(may_be_drawn(&[all, end].concat()));
}

#[test]
fn what_has_more_in_it_than_a_picture_is_not_drawn() {
    let kept = fit(&jpeg(&halves(64, 64))).unwrap();
    let (start, rest) = kept.split_at(2);
    // Where it was taken, a profile of colours, a comment, restarts, one more table.
    let tables = [[0].as_slice(), &[1; 64]].concat();
    for more in [
        segment(0xe1, b"Exif\0\0II*\0"),
        segment(0xe2, b"ICC_PROFILE\0\x01\x01"),
        segment(0xfe, b"comment"),
        segment(0xdd, &[0, 1]),
        segment(0xdb, &tables),
    ] {
        let behind_the_first = kept.windows(2).position(|marker| marker == [0xff, 0xc0]).unwrap();
        let (head, picture) = kept.split_at(behind_the_first);
        assert!(!may_be_drawn(&[start, &more, rest].concat()), "{more:?}");
        assert!(!may_be_drawn(&[head, &more, picture].concat()), "{more:?}");
    }
    // Behind its end, and within: a preview, a restart.
    assert!(!may_be_drawn(&[&kept, b"behind".as_slice()].concat()));
    assert!(!may_be_drawn(&[kept.as_slice(), &kept].concat()));
    let mut preview = kept.clone();
    preview[18..20].copy_from_slice(&[1, 1]);
    assert!(!may_be_drawn(&preview));
    let (all, end) = kept.split_at(kept.len() - 2);
    assert!(!may_be_drawn(&[all, &[0xff, 0xd0], &[0], end].concat()));
    // Cut anywhere it is not drawn either, nor does looking at it fail.
    for length in 0..kept.len() {
        assert!(!may_be_drawn(&kept[..length]), "{length}");
    }
}

#[test]
fn what_has_measures_that_are_not_kept_is_not_drawn() {
    let kept = fit(&jpeg(&halves(64, 64))).unwrap();
    let frame = kept.windows(2).position(|marker| marker == [0xff, 0xc0]).unwrap();
    for (at, wrong) in [
        // More than 8 bits, no height, too wide, a coarser part, a fourth part.
        (frame + 4, [12].as_slice()),
        (frame + 5, &[0, 0]),
        (frame + 7, &[0x08, 0x01]),
        (frame + 11, &[0x44]),
        (frame + 9, &[4]),
    ] {
        let mut bytes = kept.clone();
        bytes[at..at + wrong.len()].copy_from_slice(wrong);
        assert!(!may_be_drawn(&bytes), "{wrong:?}");
    }
}
