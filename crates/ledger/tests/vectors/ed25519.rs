//! `ed25519.json`: which signatures the one strict rule accepts, of the cases in which verifiers differ.
//!
//! A change of library must not change one of them: replicas would judge the same entry differently (A20).

use curve25519_dalek::constants::{ED25519_BASEPOINT_TABLE, EIGHT_TORSION};
use curve25519_dalek::edwards::EdwardsPoint;
use curve25519_dalek::scalar::Scalar;
use serde_json::{Value, json};
use sothon_ledger::sign;

use super::cose::{PROTECTED, challenge, sig_structure};
use super::world::{hex, seed};

/// The encodings of points of small order that are not reduced, or have the sign of an x that is 0.
const NOT_CANONICAL: [(&str, u8, u8, u8); 6] = [
    // name, first byte, all between, last byte
    ("y = 1, sign set", 0x01, 0x00, 0x80),
    ("y = -1, sign set", 0xec, 0xff, 0xff),
    ("y = p", 0xed, 0xff, 0x7f),
    ("y = p, sign set", 0xed, 0xff, 0xff),
    ("y = p + 1", 0xee, 0xff, 0x7f),
    ("y = p + 1, sign set", 0xee, 0xff, 0xff),
];

struct Case {
    name: String,
    key: [u8; 32],
    r: [u8; 32],
    s: [u8; 32],
    /// A message for which the equation holds as the name says is one of this number on.
    payload: [u8; 8],
}

pub fn file() -> Value {
    let cases: Vec<Value> = cases()
        .into_iter()
        .map(|case| {
            let signature = [case.r, case.s].concat();
            let message = sig_structure(PROTECTED, "sothon/entry/1", &case.payload);
            let accepted = sign::verify_strict(
                &case.key,
                &message,
                signature.as_slice().try_into().expect("64 bytes"),
            );
            json!({
                "name": case.name,
                "key": hex(case.key),
                "signature": hex(signature),
                "message": hex(&message),
                "accepted": accepted.is_ok(),
                "lax": lax(&case, &message),
            })
        })
        .collect();
    json!({
        "about": "Ed25519 signatures of edge cases. accepted: what the rule of docs/format.md §4 says. lax: what the cofactored equation of RFC 8032 alone says, with keys and R reduced when they are not canonical.",
        "cases": cases,
    })
}

/// Whether 8SB = 8R + 8kA, with S taken mod L: what the most lenient verifiers accept.
fn lax(case: &Case, message: &[u8]) -> bool {
    let point = |bytes: &[u8; 32]| curve25519_dalek::edwards::CompressedEdwardsY(*bytes).decompress();
    let (Some(key), Some(r)) = (point(&case.key), point(&case.r)) else {
        return false;
    };
    let s = Scalar::from_bytes_mod_order(case.s);
    let left = &s * ED25519_BASEPOINT_TABLE;
    let right = r + challenge(&case.r, &case.key, message) * key;
    left.mul_by_cofactor() == right.mul_by_cofactor()
}

fn cases() -> Vec<Case> {
    let mut out = honest();
    out.extend(mixed());
    out.extend(small_keys());
    out.extend(small_commitments());
    out.extend(keys_that_are_none());
    out
}

fn scalar(name: &str) -> Scalar {
    Scalar::from_bytes_mod_order(seed(name))
}

fn base(s: &Scalar) -> EdwardsPoint {
    s * ED25519_BASEPOINT_TABLE
}

/// Signs with the secret `a` and the nonce `r`, whatever is shown as key and R; takes the first message for which
/// `wanted` holds of k.
fn sign_as(
    name: &str,
    key: [u8; 32],
    r_shown: [u8; 32],
    a: Scalar,
    r: Scalar,
    wanted: impl Fn(&Scalar) -> bool,
) -> Case {
    let (payload, k) = (0u64..)
        .map(u64::to_be_bytes)
        .map(|payload| {
            (
                payload,
                challenge(
                    &r_shown,
                    &key,
                    &sig_structure(PROTECTED, "sothon/entry/1", &payload),
                ),
            )
        })
        .find(|(_, k)| wanted(k))
        .expect("one in a few");
    Case {
        name: name.into(),
        key,
        r: r_shown,
        s: (r + k * a).to_bytes(),
        payload,
    }
}

fn honest() -> Vec<Case> {
    let (a, r) = (scalar("a"), scalar("r"));
    let key = base(&a).compress().to_bytes();
    let shown = base(&r).compress().to_bytes();
    let good = |name: &str| sign_as(name, key, shown, a, r, |_| true);
    let mut out = vec![good("honest")];
    for times in 1..=8u8 {
        let mut case = good(&format!("S + {times} L"));
        for _ in 0..times {
            let mut carry = 1u16;
            for (byte, l) in case.s.iter_mut().zip((-Scalar::ONE).to_bytes()) {
                let sum = u16::from(*byte) + u16::from(l) + carry;
                *byte = sum as u8;
                carry = sum >> 8;
            }
        }
        out.push(case);
    }
    for bit in [253, 254, 255] {
        let mut case = good(&format!("bit {bit} of S set"));
        case.s[bit / 8] |= 1 << (bit % 8);
        out.push(case);
    }
    let mut order = good("S = L");
    order.s = (-Scalar::ONE).to_bytes();
    order.s[0] += 1;
    out.push(order);
    let mut largest = good("S = L - 1");
    largest.s = (-Scalar::ONE).to_bytes();
    out.push(largest);
    let mut zero = good("S = 0");
    zero.s = [0; 32];
    out.push(zero);
    let mut sign = good("sign of R turned");
    sign.r[31] ^= 0x80;
    out.push(sign);
    let mut other = good("another message");
    other.payload[0] ^= 1;
    out.push(other);
    out
}

/// Keys and R with a part of small order: a lenient verifier accepts them always, a strict one only if the parts cancel.
fn mixed() -> Vec<Case> {
    let (a, r) = (scalar("a"), scalar("r"));
    let mut out = Vec::new();
    for order in [1usize, 2, 4] {
        let torsion = EIGHT_TORSION[order];
        let name = 8 / order;
        let key = (base(&a) + torsion).compress().to_bytes();
        let shown = base(&r).compress().to_bytes();
        let gone = move |k: &Scalar| k * torsion == EdwardsPoint::default();
        out.push(sign_as(
            &format!("key with a part of order {name}, which k cancels"),
            key,
            shown,
            a,
            r,
            gone,
        ));
        out.push(sign_as(
            &format!("key with a part of order {name}, which stays"),
            key,
            shown,
            a,
            r,
            move |k| !gone(k),
        ));
        let both = (base(&r) - torsion).compress().to_bytes();
        out.push(sign_as(
            &format!("key and R with parts of order {name} that cancel"),
            key,
            both,
            a,
            r,
            move |k| k * torsion == torsion,
        ));
        out.push(sign_as(
            &format!("key and R with parts of order {name} that stay"),
            key,
            both,
            a,
            r,
            move |k| k * torsion != torsion,
        ));
        let plain = base(&a).compress().to_bytes();
        let alone = (base(&r) + torsion).compress().to_bytes();
        out.push(sign_as(
            &format!("R with a part of order {name}"),
            plain,
            alone,
            a,
            r,
            |_| true,
        ));
    }
    out
}

fn small_encodings() -> Vec<(String, [u8; 32])> {
    let canonical = EIGHT_TORSION
        .iter()
        .enumerate()
        .map(|(n, p)| (format!("torsion point {n}"), p.compress().to_bytes()));
    let others = NOT_CANONICAL.iter().map(|(name, first, middle, last)| {
        let mut bytes = [*middle; 32];
        bytes[0] = *first;
        bytes[31] = *last;
        ((*name).to_owned(), bytes)
    });
    canonical.chain(others).collect()
}

/// Keys of small order with any R: whoever checks the equation alone accepts a signature that nobody made.
fn small_keys() -> Vec<Case> {
    let r = scalar("r");
    let shown = base(&r).compress().to_bytes();
    let mut out = Vec::new();
    for (name, key) in small_encodings() {
        // 8 divides k: the equation holds without the cofactor, too.
        let eighth = |k: &Scalar| k.to_bytes()[0] & 7 == 0;
        out.push(sign_as(
            &format!("key: {name}"),
            key,
            shown,
            Scalar::ZERO,
            r,
            eighth,
        ));
        for (other, small) in small_encodings() {
            out.push(sign_as(
                &format!("key: {name}, R: {other}, S = 0"),
                key,
                small,
                Scalar::ZERO,
                Scalar::ZERO,
                |_| true,
            ));
        }
    }
    out
}

/// R of small order under an honest key: S = ka.
fn small_commitments() -> Vec<Case> {
    let a = scalar("a");
    let key = base(&a).compress().to_bytes();
    small_encodings()
        .into_iter()
        .map(|(name, small)| sign_as(&format!("R: {name}"), key, small, a, Scalar::ZERO, |_| true))
        .collect()
}

/// Keys that are not reduced though not of small order, and such that are no points.
fn keys_that_are_none() -> Vec<Case> {
    let (a, r) = (scalar("a"), scalar("r"));
    let shown = base(&r).compress().to_bytes();
    (2..=18u8)
        .map(|y| {
            let mut key = [0xff; 32];
            key[0] = 0xed + y;
            key[31] = 0x7f;
            sign_as(&format!("key: y = p + {y}"), key, shown, a, r, |_| true)
        })
        .chain([2u8, 7, 8, 11].into_iter().map(|y| {
            let mut key = [0; 32];
            key[0] = y;
            sign_as(&format!("key: y = {y}"), key, shown, a, r, |_| true)
        }))
        .collect()
}
