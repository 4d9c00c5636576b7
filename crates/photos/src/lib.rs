//! Photographs made fit to be kept (design.md §5, Files): upright, at most [`LARGEST`] bytes, and with nothing in them but what
//! is to be seen.
//!
//! A picture is taken apart to its pixels and written anew as JPEG, so that nothing else of what was given can be in it: not
//! where, when and by what it was taken, no preview, no comment, nothing behind its end. Other papers, as PDF, are not taken
//! in: they would keep what their program wrote into them, and a page that is photographed does not.
//!
//! Pure: bytes in, bytes out. What comes in is a stranger's, so its measures are looked at before anything is unpacked.

#![cfg_attr(
    not(test),
    deny(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing
    )
)]

mod form;

use std::io::Cursor;

use image::codecs::jpeg::{JpegDecoder, JpegEncoder};
use image::codecs::png::PngDecoder;
use image::imageops;
use image::{DynamicImage, ImageDecoder, ImageError, Limits, Rgb, RgbImage};

/// What a kept photograph has at most, in bytes.
pub const LARGEST: usize = 512 << 10;
/// What is looked at at all, in bytes: more than any telephone's camera writes.
pub const LARGEST_GIVEN: usize = 24 << 20;
/// The longest side of a kept photograph, in pixels: a page of A4 can be read.
pub const LONGEST_SIDE: u32 = 2048;
/// What a given picture has at most, in pixels.
const MOST_PIXELS: u64 = 40_000_000;
/// What it takes at most once it is unpacked, in bytes.
const MOST_UNPACKED: u64 = 3 * MOST_PIXELS;

/// What is tried in turn until it is small enough: the longest side, and how much of the detail stays (1 to 100).
const STEPS: [(u32, u8); 7] = [
    (LONGEST_SIDE, 80),
    (LONGEST_SIDE, 65),
    (1600, 70),
    (1280, 65),
    (1024, 60),
    (800, 50),
    (512, 40),
];

/// Why something given is not kept.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PhotoError {
    /// It has more than [`LARGEST_GIVEN`] bytes, or more pixels than a telephone can unpack.
    #[error("the picture is too large")]
    TooLarge,
    /// It is neither JPEG nor PNG.
    #[error("neither JPEG nor PNG")]
    NoPhoto,
    /// It begins as one, and cannot be read.
    #[error("the picture is broken")]
    Broken,
}

/// What is kept of a JPEG or PNG: a JPEG.
///
/// # Errors
/// It is too large, no picture, or broken.
pub fn fit(given: &[u8]) -> Result<Vec<u8>, PhotoError> {
    if given.len() > LARGEST_GIVEN {
        return Err(PhotoError::TooLarge);
    }
    let upright = if given.starts_with(JPEG) {
        small(JpegDecoder::new(Cursor::new(given)).map_err(said)?)?
    } else if given.starts_with(PNG) {
        small(PngDecoder::with_limits(Cursor::new(given), limits()).map_err(said)?)?
    } else {
        return Err(PhotoError::NoPhoto);
    };
    let mut tried = STEPS.iter().map(|(side, quality)| {
        let mut bytes = Vec::new();
        let fitted = shrunk(&upright, *side);
        let encoded = JpegEncoder::new_with_quality(&mut bytes, *quality).encode_image(&fitted);
        encoded.map(|()| bytes).map_err(said)
    });
    tried
        .find(|bytes| bytes.as_ref().is_ok_and(|bytes| bytes.len() <= LARGEST))
        .unwrap_or(Err(PhotoError::Broken))
}

/// Whether bytes that somebody else's device says are a photograph may be drawn: a JPEG with nothing in it but what this crate
/// writes, no larger than it makes them.
pub fn may_be_drawn(bytes: &[u8]) -> bool {
    bytes.len() <= LARGEST && form::is_kept(bytes)
}

const JPEG: &[u8] = &[0xff, 0xd8, 0xff];
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";

fn limits() -> Limits {
    let mut limits = Limits::no_limits();
    limits.max_alloc = Some(MOST_UNPACKED);
    limits
}

/// The picture, upright, on white, no larger than is ever kept.
fn small(mut decoder: impl ImageDecoder) -> Result<RgbImage, PhotoError> {
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MOST_PIXELS || decoder.total_bytes() > MOST_UNPACKED {
        return Err(PhotoError::TooLarge);
    }
    // One that does not say how it was held is upright.
    let held = decoder.orientation().ok();
    let whole = DynamicImage::from_decoder(decoder).map_err(said)?;
    let (width, height) = fitted(whole.width(), whole.height(), LONGEST_SIDE)?;
    let mut small = match (width, height) == (whole.width(), whole.height()) {
        true => whole,
        false => whole.thumbnail_exact(width, height),
    };
    if let Some(held) = held {
        small.apply_orientation(held);
    }
    Ok(match small.color().has_alpha() {
        true => on_white(small),
        false => small.into_rgb8(),
    })
}

fn on_white(picture: DynamicImage) -> RgbImage {
    let picture = picture.into_rgba8();
    RgbImage::from_fn(picture.width(), picture.height(), |x, y| {
        let [red, green, blue, alpha] = picture.get_pixel(x, y).0.map(u16::from);
        // At most 255, so it fits.
        let over = |part: u16| u8::try_from((part * alpha + 255 * (255 - alpha)) / 255).unwrap_or(u8::MAX);
        Rgb([over(red), over(green), over(blue)])
    })
}

fn shrunk(picture: &RgbImage, side: u32) -> RgbImage {
    match fitted(picture.width(), picture.height(), side) {
        Ok((width, height)) if width < picture.width() || height < picture.height() => {
            imageops::thumbnail(picture, width, height)
        }
        _ => picture.clone(),
    }
}

/// The measures of a picture whose longer side is to have so many pixels at most.
fn fitted(width: u32, height: u32, side: u32) -> Result<(u32, u32), PhotoError> {
    let longer = width.max(height);
    if width.min(height) == 0 {
        return Err(PhotoError::Broken);
    }
    if longer <= side {
        return Ok((width, height));
    }
    let part = |of: u32| {
        let part = u64::from(of) * u64::from(side) / u64::from(longer);
        u32::try_from(part).unwrap_or(side).max(1)
    };
    Ok((part(width), part(height)))
}

fn said(error: ImageError) -> PhotoError {
    match error {
        ImageError::Limits(_) => PhotoError::TooLarge,
        _ => PhotoError::Broken,
    }
}
