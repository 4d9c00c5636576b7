//! What a vault promises, tried from outside. Names and passphrases are invented.

use proptest::prelude::*;
use rand::SeedableRng;
use rand::rngs::StdRng;
use sha2::{Digest, Sha256};
use sothon_vault::{
    Cost, KeyStore, KeyStoreError, MemoryKeyStore, NoKeyStore, OpenError, ParseError, Passphrase, SealError,
    Vault,
};

const OPEN: &[u8] = b"transport key of an invented device";
const SECRET: &[u8] = b"sign key, agree keys, epoch secrets";

fn rng(seed: u64) -> StdRng {
    StdRng::seed_from_u64(seed)
}

fn passphrase(text: &str) -> Passphrase {
    Passphrase::new(text).unwrap()
}

fn vault_bytes(key_store: &dyn KeyStore) -> Vec<u8> {
    Vault::create(
        &passphrase("lúa mới tháng mười"),
        Cost::LOWEST,
        OPEN,
        SECRET,
        key_store,
        &mut rng(1),
    )
    .unwrap()
    .1
}

fn with_right_checksum(mut bytes: Vec<u8>) -> Vec<u8> {
    let checksum = Sha256::digest(&bytes[41..]);
    bytes[9..41].copy_from_slice(&checksum);
    bytes
}

#[test]
fn the_right_passphrase_gives_back_the_secret() {
    let vault = Vault::parse(&vault_bytes(&NoKeyStore)).unwrap();
    let (opened, secret) = vault
        .open(&passphrase("lúa mới tháng mười"), &NoKeyStore)
        .unwrap();
    assert_eq!(secret.as_slice(), SECRET);
    assert_eq!(opened.open_part(), OPEN);
}

#[test]
fn the_open_part_is_readable_while_locked_and_the_secret_is_not() {
    let bytes = vault_bytes(&NoKeyStore);
    assert_eq!(Vault::parse(&bytes).unwrap().open_part(), OPEN);
    assert!(bytes.windows(8).any(|window| window == &OPEN[..8]));
    assert!(!bytes.windows(8).any(|window| window == &SECRET[..8]));
}

#[test]
fn a_wrong_passphrase_is_said_so_and_costs_nothing_but_time() {
    let bytes = vault_bytes(&NoKeyStore);
    let vault = Vault::parse(&bytes).unwrap();
    for wrong in ["lúa mới tháng mười ", "lua moi thang muoi", "LÚA MỚI THÁNG MƯỜI"] {
        assert!(matches!(
            vault.open(&passphrase(wrong), &NoKeyStore),
            Err(OpenError::WrongPassphrase)
        ));
    }
    assert!(vault.open(&passphrase("lúa mới tháng mười"), &NoKeyStore).is_ok());
}

#[test]
fn a_passphrase_typed_in_pieces_opens_what_a_composed_one_closed() {
    let decomposed: String = "lúa mới tháng mười"
        .chars()
        .flat_map(|c| match c {
            'ú' => vec!['u', '\u{301}'],
            'ớ' => vec!['o', '\u{31b}', '\u{301}'],
            'á' => vec!['a', '\u{301}'],
            'ư' => vec!['u', '\u{31b}'],
            'ờ' => vec!['o', '\u{31b}', '\u{300}'],
            other => vec![other],
        })
        .collect();
    assert_ne!(decomposed, "lúa mới tháng mười");
    let vault = Vault::parse(&vault_bytes(&NoKeyStore)).unwrap();
    assert!(vault.open(&passphrase(&decomposed), &NoKeyStore).is_ok());
}

#[test]
fn sealing_again_replaces_the_secret_and_keeps_the_passphrase() {
    let vault = Vault::parse(&vault_bytes(&NoKeyStore)).unwrap();
    let (mut opened, _) = vault
        .open(&passphrase("lúa mới tháng mười"), &NoKeyStore)
        .unwrap();
    opened.set_open_part(b"another transport key").unwrap();
    let again = Vault::parse(&opened.reseal(b"one more epoch", &mut rng(2)).unwrap()).unwrap();
    let (_, secret) = again
        .open(&passphrase("lúa mới tháng mười"), &NoKeyStore)
        .unwrap();
    assert_eq!(secret.as_slice(), b"one more epoch");
    assert_eq!(again.open_part(), b"another transport key");
    assert_eq!(again.id(), vault.id());
}

#[test]
fn secrets_do_not_share_a_nonce_even_with_cloned_randomness() {
    let vault = Vault::parse(&vault_bytes(&NoKeyStore)).unwrap();
    let (opened, _) = vault
        .open(&passphrase("lúa mới tháng mười"), &NoKeyStore)
        .unwrap();
    // The same randomness twice, as on a cloned machine: different secrets must not share a nonce.
    let first = opened.reseal(b"secret A", &mut rng(3)).unwrap();
    let second = opened.reseal(b"secret B", &mut rng(3)).unwrap();
    let nonce = |bytes: &[u8]| bytes[bytes.len() - 25 - 24 - 1..bytes.len() - 25 - 1].to_vec();
    assert_ne!(nonce(&first), nonce(&second));
}

#[test]
fn a_new_passphrase_takes_the_place_of_the_old_one() {
    let vault = Vault::parse(&vault_bytes(&NoKeyStore)).unwrap();
    let (opened, secret) = vault
        .open(&passphrase("lúa mới tháng mười"), &NoKeyStore)
        .unwrap();
    let cost = Cost::new(16, 2, 1).unwrap();
    let (_, bytes) = opened
        .change_passphrase(&passphrase("cầu tre"), cost, &secret, &NoKeyStore, &mut rng(4))
        .unwrap();
    let changed = Vault::parse(&bytes).unwrap();
    assert_eq!(changed.cost(), cost);
    assert_eq!(
        changed
            .open(&passphrase("cầu tre"), &NoKeyStore)
            .unwrap()
            .1
            .as_slice(),
        SECRET
    );
    assert!(matches!(
        changed.open(&passphrase("lúa mới tháng mười"), &NoKeyStore),
        Err(OpenError::WrongPassphrase)
    ));
}

#[test]
fn where_a_key_store_exists_both_it_and_the_passphrase_are_needed() {
    let key_store = MemoryKeyStore::default();
    let vault = Vault::parse(&vault_bytes(&key_store)).unwrap();
    assert!(vault.needs_key_store());
    assert_eq!(
        vault
            .open(&passphrase("lúa mới tháng mười"), &key_store)
            .unwrap()
            .1
            .as_slice(),
        SECRET
    );
    assert!(matches!(
        vault.open(&passphrase("sai"), &key_store),
        Err(OpenError::WrongPassphrase)
    ));
    // Copied to a machine without a key store, or with another one.
    let elsewhere: [&dyn KeyStore; 2] = [&NoKeyStore, &MemoryKeyStore::default()];
    for other in elsewhere {
        assert!(matches!(
            vault.open(&passphrase("lúa mới tháng mười"), other),
            Err(OpenError::KeyStoreSecretMissing)
        ));
    }
    key_store.put(&format!("vault/{}", vault.id()), &[7; 32]).unwrap();
    assert!(matches!(
        vault.open(&passphrase("lúa mới tháng mười"), &key_store),
        Err(OpenError::KeyStoreSecretMissing)
    ));
}

#[test]
fn a_new_passphrase_keeps_the_key_store_in_the_game() {
    let key_store = MemoryKeyStore::default();
    let vault = Vault::parse(&vault_bytes(&key_store)).unwrap();
    let (opened, secret) = vault.open(&passphrase("lúa mới tháng mười"), &key_store).unwrap();
    let new = passphrase("cầu tre");
    let (_, bytes) = opened
        .change_passphrase(&new, Cost::LOWEST, &secret, &key_store, &mut rng(5))
        .unwrap();
    let changed = Vault::parse(&bytes).unwrap();
    assert!(changed.open(&new, &key_store).is_ok());
    assert!(matches!(
        changed.open(&new, &NoKeyStore),
        Err(OpenError::KeyStoreSecretMissing)
    ));
    assert!(matches!(
        opened.change_passphrase(&new, Cost::LOWEST, &secret, &NoKeyStore, &mut rng(5)),
        Err(SealError::KeyStoreSecretMissing)
    ));
}

struct RefusingKeyStore;

impl KeyStore for RefusingKeyStore {
    fn is_present(&self) -> bool {
        true
    }
    fn get(&self, _: &str) -> Result<Option<zeroize::Zeroizing<Vec<u8>>>, KeyStoreError> {
        Err(KeyStoreError::Refused(None))
    }
    fn put(&self, _: &str, _: &[u8]) -> Result<(), KeyStoreError> {
        Err(KeyStoreError::Refused(None))
    }
    fn remove(&self, _: &str) -> Result<(), KeyStoreError> {
        Err(KeyStoreError::Refused(None))
    }
}

#[test]
fn a_key_store_that_refuses_is_told_apart_from_a_wrong_passphrase() {
    let made = Vault::create(
        &passphrase("x"),
        Cost::LOWEST,
        OPEN,
        SECRET,
        &RefusingKeyStore,
        &mut rng(6),
    );
    assert!(matches!(
        made,
        Err(SealError::KeyStore(KeyStoreError::Refused(_)))
    ));
    let vault = Vault::parse(&vault_bytes(&MemoryKeyStore::default())).unwrap();
    assert!(matches!(
        vault.open(&passphrase("x"), &RefusingKeyStore),
        Err(OpenError::KeyStore(_))
    ));
}

#[test]
fn foreign_newer_and_damaged_files_are_told_apart() {
    let bytes = vault_bytes(&NoKeyStore);
    assert_eq!(Vault::parse(b"").unwrap_err(), ParseError::Foreign);
    assert_eq!(
        Vault::parse(b"SQLite format 3\0").unwrap_err(),
        ParseError::Foreign
    );
    let mut newer = bytes.clone();
    newer[8] = 2;
    assert_eq!(
        Vault::parse(&newer).unwrap_err(),
        ParseError::NewerVersion { found: 2 }
    );
    let mut damaged = bytes.clone();
    damaged[60] ^= 1;
    assert!(matches!(Vault::parse(&damaged), Err(ParseError::Damaged { .. })));
    let mut longer = bytes;
    longer.push(0);
    assert!(matches!(
        Vault::parse(&with_right_checksum(longer)),
        Err(ParseError::Damaged { .. })
    ));
}

#[test]
fn a_part_put_there_by_somebody_else_is_found_at_opening() {
    let bytes = vault_bytes(&NoKeyStore);
    let start = bytes
        .windows(OPEN.len())
        .position(|window| window == OPEN)
        .unwrap();
    for place in [start, bytes.len() - 1] {
        let mut forged = bytes.clone();
        forged[place] ^= 1;
        let vault = Vault::parse(&with_right_checksum(forged)).unwrap();
        assert!(matches!(
            vault.open(&passphrase("lúa mới tháng mười"), &NoKeyStore),
            Err(OpenError::Damaged)
        ));
    }
}

#[test]
fn a_header_that_asks_for_a_day_of_work_is_refused() {
    let bytes = vault_bytes(&NoKeyStore);
    // Label 3 (passes): 1 becomes 23, within bounds; then "four bytes follow" would be another length, so try memory.
    let place = bytes
        .windows(4)
        .position(|window| window == [0x02, 0x08, 0x03, 0x01])
        .unwrap();
    let mut costly = bytes[..place].to_vec();
    costly.extend_from_slice(&[0x02, 0x1a, 0xff, 0xff, 0xff, 0xff, 0x03, 0x01]);
    costly.extend_from_slice(&bytes[place + 4..]);
    // The header's own length grew by four.
    let length = costly[41..]
        .windows(2)
        .position(|window| window[0] == 0x58)
        .unwrap()
        + 42;
    costly[length] += 4;
    assert_eq!(
        Vault::parse(&with_right_checksum(costly)).unwrap_err(),
        ParseError::Damaged {
            what: "its cost is out of bounds"
        }
    );
}

#[test]
fn a_secret_that_is_too_long_is_refused_before_anything_is_written() {
    let long = vec![0; sothon_vault::MAX_PART_LEN + 1];
    let made = Vault::create(
        &passphrase("x"),
        Cost::LOWEST,
        &long,
        SECRET,
        &NoKeyStore,
        &mut rng(7),
    );
    assert!(matches!(made, Err(SealError::TooLong { .. })));
    let made = Vault::create(
        &passphrase("x"),
        Cost::LOWEST,
        OPEN,
        &long,
        &NoKeyStore,
        &mut rng(7),
    );
    assert!(matches!(made, Err(SealError::TooLong { .. })));
}

/// The one test at the real cost: 64 MiB, three passes.
#[test]
fn a_vault_at_the_standard_cost_opens() {
    let text = passphrase("246810");
    let (_, bytes) = Vault::create(&text, Cost::STANDARD, OPEN, SECRET, &NoKeyStore, &mut rng(8)).unwrap();
    let vault = Vault::parse(&bytes).unwrap();
    assert_eq!(vault.open(&text, &NoKeyStore).unwrap().1.as_slice(), SECRET);
}

/// A vault as version 1 wrote it. It opens for ever.
#[test]
fn a_vault_of_version_1_still_opens() {
    let hex = include_str!("version-1.hex");
    let bytes: Vec<u8> = hex
        .split_whitespace()
        .flat_map(|line| {
            (0..line.len())
                .step_by(2)
                .map(|at| u8::from_str_radix(&line[at..at + 2], 16).unwrap())
        })
        .collect();
    let vault = Vault::parse(&bytes).unwrap();
    let (opened, secret) = vault.open(&passphrase("mật khẩu thử"), &NoKeyStore).unwrap();
    assert_eq!(secret.as_slice(), "bí mật của một máy".as_bytes());
    assert_eq!(opened.open_part(), "phần để ngỏ".as_bytes());
    assert_eq!(vault.cost(), Cost::new(32, 2, 1).unwrap());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn any_secret_comes_back(open in prop::collection::vec(any::<u8>(), 0..200),
                             secret in prop::collection::vec(any::<u8>(), 0..2000), seed in any::<u64>()) {
        let text = passphrase("lúa");
        let (_, bytes) = Vault::create(&text, Cost::LOWEST, &open, &secret, &NoKeyStore, &mut rng(seed)).unwrap();
        let vault = Vault::parse(&bytes).unwrap();
        prop_assert_eq!(vault.open_part(), &open[..]);
        let (_, opened) = vault.open(&text, &NoKeyStore).unwrap();
        prop_assert_eq!(opened.as_slice(), &secret[..]);
    }

    #[test]
    fn a_truncated_vault_is_refused(keep in 0.0..1.0f64) {
        let bytes = vault_bytes(&NoKeyStore);
        let keep = (bytes.len() as f64 * keep) as usize;
        prop_assert!(Vault::parse(&bytes[..keep]).is_err());
    }

    #[test]
    fn a_flipped_bit_is_refused(place in any::<prop::sample::Index>(), bit in 0..8u8) {
        let mut bytes = vault_bytes(&NoKeyStore);
        let place = place.index(bytes.len());
        bytes[place] ^= 1 << bit;
        prop_assert!(Vault::parse(&bytes).is_err());
    }

    #[test]
    fn no_change_under_a_right_checksum_opens_or_panics(
        changes in prop::collection::vec((any::<prop::sample::Index>(), 1..=255u8), 1..4),
    ) {
        let good = vault_bytes(&NoKeyStore);
        let mut bytes = good.clone();
        for (place, change) in changes {
            bytes[41 + place.index(good.len() - 41)] ^= change;
        }
        prop_assume!(bytes != good);
        if let Ok(vault) = Vault::parse(&with_right_checksum(bytes)) {
            // A cost within bounds is honoured; here it would only make the test slow.
            prop_assume!(vault.cost().memory_kib() <= 1024);
            prop_assert!(vault.open(&passphrase("lúa mới tháng mười"), &NoKeyStore).is_err());
        }
    }

    #[test]
    fn garbage_is_refused(tail in prop::collection::vec(any::<u8>(), 0..300)) {
        let mut bytes = b"SothonVa\x01".to_vec();
        bytes.extend_from_slice(&tail);
        prop_assert!(Vault::parse(&bytes).is_err());
        if bytes.len() >= 41 {
            prop_assert!(Vault::parse(&with_right_checksum(bytes)).is_err());
        }
    }
}
