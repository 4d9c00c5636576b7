//! Files of the device: the vault, the store.

use std::sync::OnceLock;

use rand::SeedableRng;
use rand::rngs::StdRng;
use sha2::{Digest, Sha256};
use sothon_ledger::hpke::AgreeSecret;
use sothon_ledger::{AgreeKey, BookId, Envelope, Height, Operation, Root};
use sothon_store::{Batch, Local, Row, Sealed, Stamp, Store};
use sothon_vault::{Cost, NoKeyStore, Passphrase, Vault};

use crate::Target;
use crate::seeds::{column, entries, operations};

pub(crate) const TARGETS: &[Target] = &[
    Target {
        name: "vault",
        about: "a vault's file, whose checksum somebody made right again",
        seeds: vaults,
        run: vault,
        rounds: 3_000,
    },
    Target {
        name: "store",
        about: "a store's file",
        seeds: stores,
        run: store,
        rounds: 150,
    },
];

fn passphrase() -> Option<Passphrase> {
    Passphrase::new("lúa xanh sông dài").ok()
}

fn vaults() -> Vec<Vec<u8>> {
    let mut rng = StdRng::seed_from_u64(1);
    let made = passphrase().and_then(|passphrase| {
        let made = Vault::create(
            &passphrase,
            Cost::LOWEST,
            b"open",
            b"secret",
            &NoKeyStore,
            &mut rng,
        );
        made.ok()
    });
    made.map(|(_, bytes)| bytes).into_iter().collect()
}

fn vault(bytes: &[u8]) -> bool {
    let _ = Vault::parse(bytes);
    // Magic, version, then the checksum of all that follows it.
    let mut fixed = bytes.to_vec();
    if let Some((head, rest)) = fixed.split_at_mut_checked(41) {
        head[9..].copy_from_slice(&Sha256::digest(rest));
    }
    let Ok(parsed) = Vault::parse(&fixed) else {
        return false;
    };
    let _ = parsed.open_part();
    // Opening costs what the file says: only at the lowest cost is it tried here.
    if parsed.cost() == Cost::LOWEST
        && let Some(passphrase) = passphrase()
        && let Ok((opened, secret)) = parsed.open(&passphrase, &NoKeyStore)
    {
        assert_eq!(
            opened.open_part(),
            b"open",
            "an open part that nobody vouched for"
        );
        assert_eq!(secret.as_slice(), b"secret");
    }
    true
}

const ROOT: Root = Root([3; 32]);

/// A store with something in each table.
fn whole() -> &'static [u8] {
    static WHOLE: OnceLock<Vec<u8>> = OnceLock::new();
    WHOLE.get_or_init(|| made().unwrap_or_default())
}

fn made() -> Option<Vec<u8>> {
    let folder = tempfile::tempdir().ok()?;
    let path = folder.path().join("a.store");
    let mut store = Store::create(&path, ROOT).ok()?;
    let all = entries();
    let payloads = column(&all["accepted"], "payload");
    let envelopes = column(&all["accepted"], "bytes");
    let key = AgreeKey(AgreeSecret::derive(&[4; 32]).public().0);
    let mut rng = StdRng::seed_from_u64(4);
    for (bytes, payload) in envelopes.iter().zip(payloads) {
        let envelope = Envelope::parse(bytes).ok()?;
        if envelope.header().seq == 0 {
            let stamp = Stamp::new(1_749_520_800, &key, &mut rng).ok();
            let _ = store.put(Batch {
                entries: vec![(envelope, Some(payload))],
                stamp,
                day: Some(20_000),
                ..Batch::default()
            });
        }
    }
    let book = BookId([6; 16]);
    let local = vec![
        Local::Unpublished {
            book,
            sealed: Sealed(vec![1; 300]),
        },
        Local::Snapshot {
            book,
            upto: Row::default(),
            sealed: Sealed(vec![2; 9_000]),
        },
    ];
    let operations = column(&operations()["register"], "bytes");
    let operations = operations.iter().filter_map(|bytes| Operation::parse(bytes).ok());
    store
        .put(Batch {
            operations: operations.collect(),
            local,
            ..Batch::default()
        })
        .ok()?;
    drop(store);
    std::fs::read(&path).ok()
}

fn stores() -> Vec<Vec<u8>> {
    vec![whole().to_vec()]
}

fn store(bytes: &[u8]) -> bool {
    let Ok(folder) = tempfile::tempdir_in(if cfg!(target_os = "linux") {
        "/dev/shm"
    } else {
        "."
    }) else {
        return false;
    };
    let path = folder.path().join("a.store");
    if std::fs::write(&path, bytes).is_err() {
        return false;
    }
    let Ok(store) = Store::open(&path, ROOT) else {
        return false;
    };
    let findings = store.verify(|_, _| ());
    let mut entries = 0;
    let mut row = Row::default();
    while let Ok(page) = store.since(row, 64) {
        let Some(last) = page.last() else { break };
        row = last.row;
        for entry in &page {
            entries += 1;
            // What is read and was not found out has the payload that was signed.
            if findings.is_empty()
                && let Some(payload) = entry.payload.clone().held()
            {
                assert!(entry.envelope.check_payload(&payload).is_ok());
            }
        }
    }
    let _ = store.operations(Height(1));
    let _ = store.wraps();
    let _ = store.knocks();
    let _ = store.unpublished();
    let _ = store.snapshot(&BookId([6; 16]));
    let _ = sothon_archive::Archive::open(store);
    entries > 0
}
