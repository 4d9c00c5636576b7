//! Sealing payloads: deterministic CBOR, zstd, Padmé, XChaCha20-Poly1305 (design.md §3.2).

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use minicbor::Encode;
use rand_core::CryptoRng;
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use crate::cbor::{self, CborError};
use crate::entry::MAX_PAYLOAD;
use crate::epoch::EpochSecret;
use crate::hpke::{self, AgreeSecret, HpkeError};
use crate::ids::{AgreeKey, BookId, EpochId, Root};
use crate::payload::{Changes, Checkpoint, Save};

/// The most bytes that a payload may have once it is decompressed.
pub const MAX_PLAIN: usize = 16 << 20;
/// The size to which every drop is filled, in bytes, before sealing.
pub const DROP_SIZE: usize = 2048;
/// The most bytes that a checkpoint's save may have sealed: what one device can make another fetch and keep.
pub const MAX_SAVE: usize = 64 << 20;
/// The most bytes that a save may have once it is decompressed.
pub const MAX_SAVE_PLAIN: usize = 128 << 20;
/// zstd's level: payloads are small, links are slow.
const LEVEL: i32 = 19;
/// HPKE `info` of drops and replies.
const DROP_INFO: &[u8] = b"sothon/drop/1";

/// Why a payload does not open.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// Not sealed under this key for this header, or changed since.
    #[error("the payload does not open under the epoch's key")]
    Seal,
    /// Not sealed to this key.
    #[error(transparent)]
    Hpke(#[from] HpkeError),
    /// No end mark before the padding.
    #[error("the payload's padding")]
    Padding,
    /// Not zstd, or more than [`MAX_PLAIN`] bytes of it.
    #[error("the payload's compression")]
    Compression,
    /// Not the fields of its kind.
    #[error("the payload's fields")]
    Fields(#[from] CborError),
}

/// A payload that would have more than [`MAX_PAYLOAD`] bytes (or a drop more than [`DROP_SIZE`]).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the payload would have {0} bytes")]
pub struct TooLarge(pub usize);

/// Seals changes under an epoch for a header.
///
/// # Errors
/// [`TooLarge`]: publish fewer changes in one entry.
pub fn seal_changes(
    changes: &Changes,
    header: &[u8],
    secret: &EpochSecret,
    rng: &mut impl CryptoRng,
) -> Result<Vec<u8>, TooLarge> {
    seal_body(changes, header, secret, rng)
}

/// Seals a checkpoint's payload under an epoch for a header, as changes are.
///
/// # Errors
/// [`TooLarge`].
pub fn seal_checkpoint(
    checkpoint: &Checkpoint,
    header: &[u8],
    secret: &EpochSecret,
    rng: &mut impl CryptoRng,
) -> Result<Vec<u8>, TooLarge> {
    seal_body(checkpoint, header, secret, rng)
}

fn seal_body<T: Encode<()>>(
    body: &T,
    header: &[u8],
    secret: &EpochSecret,
    rng: &mut impl CryptoRng,
) -> Result<Vec<u8>, TooLarge> {
    let plain = Zeroizing::new(cbor::encode(body));
    if plain.len() > MAX_PLAIN {
        return Err(TooLarge(plain.len()));
    }
    let padded = pack(&plain)?;
    let sealed = seal_bytes(&secret.entry_key(), header, &padded, rng);
    if sealed.len() as u64 > MAX_PAYLOAD {
        Err(TooLarge(sealed.len()))
    } else {
        Ok(sealed)
    }
}

fn pack(plain: &[u8]) -> Result<Zeroizing<Vec<u8>>, TooLarge> {
    let packed = Zeroizing::new(zstd::bulk::compress(plain, LEVEL).map_err(|_| TooLarge(plain.len()))?);
    Ok(pad(&packed, padme(packed.len() + 1)))
}

/// Opens changes.
///
/// # Errors
/// [`OpenError`].
pub fn open_changes(sealed: &[u8], header: &[u8], secret: &EpochSecret) -> Result<Changes, OpenError> {
    let padded = open_bytes(&secret.entry_key(), header, sealed).ok_or(OpenError::Seal)?;
    Ok(cbor::decode(&unpack(&padded, MAX_PLAIN)?)?)
}

/// Opens a checkpoint's payload.
///
/// # Errors
/// [`OpenError`].
pub fn open_checkpoint(sealed: &[u8], header: &[u8], secret: &EpochSecret) -> Result<Checkpoint, OpenError> {
    let padded = open_bytes(&secret.entry_key(), header, sealed).ok_or(OpenError::Seal)?;
    Ok(cbor::decode(&unpack(&padded, MAX_PLAIN)?)?)
}

/// Seals a checkpoint's save under an epoch of its book: the blob.
///
/// # Errors
/// [`TooLarge`] for more than [`MAX_SAVE`] or [`MAX_SAVE_PLAIN`] bytes: the book is read from the log.
pub fn seal_save(
    save: &Save,
    book: &BookId,
    epoch: &EpochId,
    secret: &EpochSecret,
    rng: &mut impl CryptoRng,
) -> Result<Vec<u8>, TooLarge> {
    let plain = Zeroizing::new(cbor::encode(save));
    if plain.len() > MAX_SAVE_PLAIN {
        return Err(TooLarge(plain.len()));
    }
    let padded = pack(&plain)?;
    let sealed = seal_bytes(&secret.entry_key(), &save_aad(book, epoch), &padded, rng);
    if sealed.len() > MAX_SAVE {
        return Err(TooLarge(sealed.len()));
    }
    Ok(sealed)
}

/// Opens what [`seal_save`] sealed.
///
/// # Errors
/// [`OpenError`].
pub fn open_save(
    sealed: &[u8],
    book: &BookId,
    epoch: &EpochId,
    secret: &EpochSecret,
) -> Result<Save, OpenError> {
    let padded = open_bytes(&secret.entry_key(), &save_aad(book, epoch), sealed).ok_or(OpenError::Seal)?;
    read_save(&unpack(&padded, MAX_SAVE_PLAIN)?)
}

/// Reads a save that was opened and decompressed.
///
/// # Errors
/// [`OpenError::Fields`].
pub fn read_save(plain: &[u8]) -> Result<Save, OpenError> {
    Ok(cbor::decode(plain)?)
}

fn save_aad(book: &BookId, epoch: &EpochId) -> Vec<u8> {
    [b"sothon/save/1".as_slice(), book.as_ref(), epoch.as_ref()].concat()
}

/// Seals a drop (one change) to an epoch's drop key, or a reply to its author's agree key: always of one size.
///
/// # Errors
/// [`TooLarge`]: the form says beforehand what fits.
pub fn seal_drop(
    changes: &Changes,
    header: &[u8],
    to: &AgreeKey,
    rng: &mut impl CryptoRng,
) -> Result<Vec<u8>, TooLarge> {
    let plain = Zeroizing::new(cbor::encode(changes));
    let packed = Zeroizing::new(zstd::bulk::compress(&plain, LEVEL).map_err(|_| TooLarge(plain.len()))?);
    if packed.len() + 1 > DROP_SIZE {
        return Err(TooLarge(packed.len() + 1));
    }
    hpke::seal(to, DROP_INFO, header, &pad(&packed, DROP_SIZE), rng).map_err(|_| TooLarge(DROP_SIZE))
}

/// How many bytes of [`DROP_SIZE`] a drop or reply would take.
pub fn drop_len(changes: &Changes) -> usize {
    let plain = Zeroizing::new(cbor::encode(changes));
    // What cannot be compressed does not fit either.
    let packed = zstd::bulk::compress(&plain, LEVEL).map(Zeroizing::new);
    packed.map_or(usize::MAX, |packed| packed.len() + 1)
}

/// Opens a drop with the epoch's drop key, or a reply with the agree key.
///
/// # Errors
/// [`OpenError`].
pub fn open_drop(sealed: &[u8], header: &[u8], secret: &AgreeSecret) -> Result<Changes, OpenError> {
    let padded = Zeroizing::new(hpke::open(secret, DROP_INFO, header, sealed)?);
    Ok(cbor::decode(&unpack(&padded, MAX_PLAIN)?)?)
}

/// Seals the key by which devices find each other nearby, for the register's operation 16: under an epoch of the commune
/// book, bound to commune and book.
pub fn seal_lan_key(
    key: &[u8; 32],
    root: &Root,
    book: &BookId,
    secret: &EpochSecret,
    rng: &mut impl CryptoRng,
) -> Vec<u8> {
    seal_bytes(&secret.entry_key(), &lan_key_aad(root, book), key, rng)
}

/// Opens what [`seal_lan_key`] sealed.
pub fn open_lan_key(
    sealed: &[u8],
    root: &Root,
    book: &BookId,
    secret: &EpochSecret,
) -> Option<Zeroizing<[u8; 32]>> {
    let plain = open_bytes(&secret.entry_key(), &lan_key_aad(root, book), sealed)?;
    Some(Zeroizing::new(plain.as_slice().try_into().ok()?))
}

fn lan_key_aad(root: &Root, book: &BookId) -> Vec<u8> {
    [b"sothon/lan-key/1", root.as_ref(), book.as_ref()].concat()
}

/// Seals bytes under a key: `nonce (24) ‖ ciphertext ‖ tag (16)`. The nonce is the start of `SHA-256(random ‖ aad ‖
/// plain)`, so that a cloned machine with equal randomness does not use one nonce for two texts (A40).
pub fn seal_bytes(key: &[u8; 32], aad: &[u8], plain: &[u8], rng: &mut impl CryptoRng) -> Vec<u8> {
    let mut random = [0; 32];
    rng.fill_bytes(&mut random);
    let hash = Sha256::new()
        .chain_update(random)
        .chain_update(aad)
        .chain_update(plain)
        .finalize();
    let mut nonce = [0; 24];
    nonce.copy_from_slice(&hash[..24]);
    let sealed =
        XChaCha20Poly1305::new(key.into()).encrypt(&XNonce::from(nonce), Payload { msg: plain, aad });
    debug_assert!(sealed.is_ok(), "the plaintext is far below the cipher's bound");
    let mut out = nonce.to_vec();
    out.extend_from_slice(&sealed.unwrap_or_default());
    out
}

/// Opens what [`seal_bytes`] sealed.
pub fn open_bytes(key: &[u8; 32], aad: &[u8], sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let (nonce, ciphertext) = sealed.split_first_chunk::<24>()?;
    let plain = XChaCha20Poly1305::new(key.into())
        .decrypt(&XNonce::from(*nonce), Payload { msg: ciphertext, aad })
        .ok()?;
    Some(Zeroizing::new(plain))
}

/// What was padded and compressed, if it is at most `max` bytes.
fn unpack(padded: &[u8], max: usize) -> Result<Zeroizing<Vec<u8>>, OpenError> {
    let end = padded
        .iter()
        .rposition(|byte| *byte != 0)
        .ok_or(OpenError::Padding)?;
    if padded[end] != 0x80 {
        return Err(OpenError::Padding);
    }
    let packed = &padded[..end];
    let size = content_size(packed)
        .filter(|size| *size <= max)
        .ok_or(OpenError::Compression)?;
    let plain = zstd::bulk::Decompressor::new()
        .and_then(|mut zstd| zstd.decompress(packed, size))
        .map_err(|_| OpenError::Compression)?;
    Ok(Zeroizing::new(plain))
}

/// The content size that the frame states, if the frame is all there is: decoders differ in what they make of a second
/// frame, or of a frame without its size.
fn content_size(packed: &[u8]) -> Option<usize> {
    let size = zstd::zstd_safe::get_frame_content_size(packed).ok()??;
    let frame = zstd::zstd_safe::find_frame_compressed_size(packed).ok()?;
    let size = usize::try_from(size).ok()?;
    (frame == packed.len()).then_some(size)
}

pub(crate) fn pad(bytes: &[u8], size: usize) -> Zeroizing<Vec<u8>> {
    let mut out = Zeroizing::new(Vec::with_capacity(size));
    out.extend_from_slice(bytes);
    out.push(0x80);
    out.resize(size, 0);
    out
}

/// The Padmé size for a length: at most 12 % more, and only O(log log n) bits of the length stay visible (Nikitin et al.,
/// PURBs, PoPETs 2019).
pub fn padme(len: usize) -> usize {
    if len < 2 {
        return len;
    }
    let e = len.ilog2();
    let s = e.ilog2() + 1;
    let mask = (1usize << e.saturating_sub(s)) - 1;
    (len + mask) & !mask
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::Height;

    #[test]
    fn padme_sizes_are_those_of_the_paper() {
        for (len, padded) in [
            (1, 1),
            (8, 8),
            (9, 10),
            (1000, 1024),
            (1025, 1088),
            (65537, 67584),
        ] {
            assert_eq!(padme(len), padded, "{len}");
        }
    }

    #[test]
    fn what_was_sealed_opens_under_its_header_only() {
        let mut rng = rand_core::UnwrapErr(getrandom::SysRng);
        let secret = EpochSecret::generate(&mut rng);
        let changes = Changes {
            time: 7,
            chunks: vec![vec![1, 2, 3].into()],
            ..Changes::default()
        };
        let sealed = seal_changes(&changes, b"header", &secret, &mut rng).expect("small");
        assert_eq!(open_changes(&sealed, b"header", &secret).expect("opens"), changes);
        assert!(open_changes(&sealed, b"other", &secret).is_err());
        for at in 0..sealed.len() {
            let mut bad = sealed.clone();
            bad[at] ^= 1;
            assert!(open_changes(&bad, b"header", &secret).is_err());
            assert!(open_changes(&sealed[..at], b"header", &secret).is_err());
        }
        let drop_key = secret.drop_key();
        let drop = seal_drop(&changes, b"h", &drop_key.public(), &mut rng).expect("fits");
        assert_eq!(drop.len(), DROP_SIZE + hpke::OVERHEAD);
        assert_eq!(open_drop(&drop, b"h", &drop_key).expect("opens"), changes);
        assert_ne!(
            secret.commit(&BookId([0; 16]), Height(1)),
            secret.commit(&BookId([0; 16]), Height(2))
        );
    }

    #[test]
    fn a_decompression_bomb_takes_no_more_than_the_bound() {
        let mut rng = rand_core::UnwrapErr(getrandom::SysRng);
        let secret = EpochSecret::generate(&mut rng);
        let bomb = zstd::bulk::compress(&vec![0; MAX_PLAIN + 1], LEVEL).expect("compresses");
        let sealed = seal_bytes(&secret.entry_key(), b"h", &pad(&bomb, bomb.len() + 1), &mut rng);
        assert!(matches!(
            open_changes(&sealed, b"h", &secret),
            Err(OpenError::Compression)
        ));
    }
}
