//! Suites of others, run against what we sign, seal and derive with: Wycheproof, and RFC 9180 for our HPKE suite.

use std::collections::BTreeSet;
use std::convert::Infallible;

use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{ChaCha20Poly1305, Nonce};
use hkdf::Hkdf;
use rand_core::{TryCryptoRng, TryRng};
use serde_json::Value;
use sha2::Sha256;
use sothon_ledger::hpke::{self, AgreeSecret, HpkeError};
use sothon_ledger::payload::Changes;
use sothon_ledger::{AgreeKey, EpochSecret, seal, sign};
use wycheproof::{TestResult, aead, eddsa, xdh};

#[test]
fn ed25519_signatures_are_judged_as_wycheproof_does() {
    let set = eddsa::TestSet::load(eddsa::TestName::Ed25519).expect("the suite");
    let mut seen = [0, 0];
    for group in set.test_groups {
        for test in group.tests {
            let accepted = match (group.key.pk[..].try_into(), test.sig[..].try_into()) {
                (Ok(key), Ok(signature)) => sign::verify_strict(key, &test.msg, signature).is_ok(),
                _ => false,
            };
            assert_eq!(
                accepted,
                test.result == TestResult::Valid,
                "{}: {}",
                test.tc_id,
                test.comment
            );
            seen[usize::from(accepted)] += 1;
        }
    }
    assert_eq!(seen, [63, 88]);
}

#[test]
fn hpke_refuses_each_key_that_would_make_the_shared_secret_zero() {
    let set = xdh::TestSet::load(xdh::TestName::X25519).expect("the suite");
    let (mut zero, mut good) = (0, 0);
    for test in set.test_groups.into_iter().flat_map(|group| group.tests) {
        let Ok(public) = <[u8; 32]>::try_from(&test.public_key[..]) else {
            continue;
        };
        let Ok(private) = <[u8; 32]>::try_from(&test.private_key[..]) else {
            continue;
        };
        let shared = x25519_dalek::StaticSecret::from(private).diffie_hellman(&public.into());
        assert_eq!(
            shared.as_bytes()[..],
            test.shared_secret[..],
            "{}: {}",
            test.tc_id,
            test.comment
        );
        let sealed = hpke::seal(&AgreeKey(public), b"", b"", b"text", &mut Given([7; 32]));
        if shared.as_bytes() == &[0; 32] {
            assert_eq!(sealed, Err(HpkeError::Key), "{}: {}", test.tc_id, test.comment);
            let message = [&public[..], &[0; 20]].concat();
            assert!(hpke::open(&AgreeSecret(private), b"", b"", &message).is_err());
            zero += 1;
        } else {
            assert!(sealed.is_ok(), "{}: {}", test.tc_id, test.comment);
            good += 1;
        }
    }
    assert!(zero == 31 && good > 400, "{zero} zero, {good} not");
}

#[test]
fn xchacha20poly1305_opens_what_wycheproof_says() {
    let set = aead::TestSet::load(aead::TestName::XChaCha20Poly1305).expect("the suite");
    let mut seen = [0, 0];
    for group in set.test_groups {
        for test in group.tests {
            let sealed = [&test.nonce[..], &test.ct[..], &test.tag[..]].concat();
            let opened = match <&[u8; 32]>::try_from(&test.key[..]) {
                // A nonce of another length is no message of ours; it would only be cut elsewhere.
                Ok(key) if test.nonce.len() == 24 => seal::open_bytes(key, &test.aad, &sealed),
                _ => None,
            };
            let fits = opened.is_some_and(|plain| plain[..] == test.pt[..]);
            assert_eq!(
                fits,
                test.result == TestResult::Valid,
                "{}: {}",
                test.tc_id,
                test.comment
            );
            seen[usize::from(fits)] += 1;
        }
    }
    assert_eq!(seen, [69, 246]);
}

#[test]
fn chacha20poly1305_within_hpke_opens_what_wycheproof_says() {
    let set = aead::TestSet::load(aead::TestName::ChaCha20Poly1305).expect("the suite");
    let mut count = 0;
    for test in set.test_groups.into_iter().flat_map(|group| group.tests) {
        count += 1;
        let sealed = [&test.ct[..], &test.tag[..]].concat();
        let opened = match (
            <&[u8; 32]>::try_from(&test.key[..]),
            <[u8; 12]>::try_from(&test.nonce[..]),
        ) {
            (Ok(key), Ok(nonce)) => ChaCha20Poly1305::new(key.into())
                .decrypt(
                    &Nonce::from(nonce),
                    Payload {
                        msg: &sealed,
                        aad: &test.aad,
                    },
                )
                .ok(),
            _ => None,
        };
        let fits = opened.is_some_and(|plain| plain[..] == test.pt[..]);
        assert_eq!(
            fits,
            test.result == TestResult::Valid,
            "{}: {}",
            test.tc_id,
            test.comment
        );
    }
    assert_eq!(count, 325);
}

#[test]
fn hkdf_sha256_derives_what_wycheproof_says() {
    let set = wycheproof::hkdf::TestSet::load(wycheproof::hkdf::TestName::HkdfSha256).expect("the suite");
    let mut count = 0;
    for test in set.test_groups.into_iter().flat_map(|group| group.tests) {
        count += 1;
        let mut okm = vec![0; test.size];
        let derived = Hkdf::<Sha256>::new(Some(&test.salt), &test.ikm).expand(&test.info, &mut okm);
        match test.result {
            TestResult::Valid => assert_eq!(okm[..], test.okm[..], "{}: {}", test.tc_id, test.comment),
            _ => assert!(derived.is_err(), "{}: {}", test.tc_id, test.comment),
        }
    }
    assert_eq!(count, 86);
}

#[test]
fn hpke_seals_and_opens_as_in_rfc_9180() {
    let file: Value = serde_json::from_str(include_str!("data/rfc9180-a2.json")).expect("JSON");
    let field = |name: &str| unhex(&file[name]);
    let key = |name: &str| <[u8; 32]>::try_from(field(name)).expect("32 bytes");
    let receiver = AgreeSecret::derive(&key("ikmR"));
    // RFC 9180 shows the secret before, our library after what RFC 7748 §5 does with it; it is the same key.
    let mut clamped = key("skRm");
    clamped[0] &= 0xf8;
    clamped[31] = clamped[31] & 0x7f | 0x40;
    assert_eq!(receiver.0, clamped);
    assert_eq!(receiver.public().0, key("pkRm"));
    let first = &file["encryptions"][0];
    let [aad, plain, ciphertext] = ["aad", "pt", "ct"].map(|name| unhex(&first[name]));
    let message = [field("enc"), ciphertext].concat();
    let info = field("info");
    let sealed = hpke::seal(&receiver.public(), &info, &aad, &plain, &mut Given(key("ikmE")));
    assert_eq!(sealed.as_deref(), Ok(&message[..]));
    assert_eq!(
        hpke::open(&receiver, &info, &aad, &message).as_deref(),
        Ok(&plain[..])
    );
    for at in 0..message.len() {
        let mut bad = message.clone();
        bad[at] ^= 1;
        assert!(hpke::open(&receiver, &info, &aad, &bad).is_err(), "byte {at}");
    }
    assert!(hpke::open(&receiver, b"", &aad, &message).is_err());
    assert!(hpke::open(&receiver, &info, b"", &message).is_err());
}

#[test]
fn sealed_payloads_do_not_share_a_nonce_even_with_cloned_randomness() {
    // A machine that was cloned draws the same again: other texts and other headers must not meet in a nonce.
    let secret = EpochSecret::from_bytes([1; 32]);
    let changes = |time| Changes {
        time,
        ..Changes::default()
    };
    let sealed = |time, header: &[u8]| {
        seal::seal_changes(&changes(time), header, &secret, &mut Given([7; 32])).expect("is small")
    };
    let one = sealed(1, b"header");
    let nonce = |sealed: &[u8]| sealed[..24].to_vec();
    assert_eq!(one, sealed(1, b"header"), "the randomness is the same indeed");
    assert_ne!(nonce(&one), nonce(&sealed(2, b"header")));
    assert_ne!(nonce(&one), nonce(&sealed(1, b"another")));
    let mut seen = BTreeSet::new();
    for n in 0..=255u8 {
        let sealed = seal::seal_bytes(&[2; 32], b"h", &[n; 300], &mut Given([7; 32]));
        assert!(seen.insert(nonce(&sealed)), "{n}");
    }
}

fn unhex(value: &Value) -> Vec<u8> {
    let text = value.as_str().expect("hexadecimal text");
    (0..text.len() / 2)
        .map(|at| u8::from_str_radix(&text[2 * at..2 * at + 2], 16).expect("hexadecimal"))
        .collect()
}

/// "Randomness" that is given.
struct Given([u8; 32]);

impl TryRng for Given {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        unreachable!("only whole byte strings are drawn")
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        unreachable!("only whole byte strings are drawn")
    }

    fn try_fill_bytes(&mut self, out: &mut [u8]) -> Result<(), Infallible> {
        out.copy_from_slice(&self.0[..out.len()]);
        Ok(())
    }
}

impl TryCryptoRng for Given {}
