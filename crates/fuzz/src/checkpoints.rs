//! Checkpoints: what an entry of that kind says, and the save beside it, which anybody who may write can make as they like.

use std::sync::OnceLock;

use rand::SeedableRng;
use rand::rngs::StdRng;
use sothon_book::{Book, ChangeFacts, ChangeHash, Gate, join_chunk, split_chunk};
use sothon_ledger::payload::{Checkpoint, Save, SavedChange, SavedEntry};
use sothon_ledger::{BookId, EntryId, EpochId, EpochSecret, cbor, seal};

use crate::Target;
use crate::changes::{body_of, change, honest, unharmed};
use crate::seeds::{hex, payloads};

pub(crate) const TARGETS: &[Target] = &[
    Target {
        name: "checkpoint",
        about: "what a checkpoint says of a book, sealed by a writer",
        seeds: checkpoints,
        run: checkpoint,
        rounds: 4_000,
    },
    Target {
        name: "save",
        about: "the save of a checkpoint, sealed by a writer: what is put together of it harms no book",
        seeds: saves,
        run: save,
        rounds: 1_500,
    },
    Target {
        name: "joined-change",
        about: "a change as it is in a save, put together again after others",
        seeds: joined_changes,
        run: joined_change,
        rounds: 4_000,
    },
];

const HEADER: &[u8] = b"header";
const BOOK: BookId = BookId([6; 16]);
const EPOCH: EpochId = EpochId([7; 32]);

fn secret() -> EpochSecret {
    EpochSecret::from_bytes([5; 32])
}

/// Compressed and padded, as it is inside the seal.
fn packed(plain: &[u8]) -> Option<Vec<u8>> {
    let mut packed = zstd::bulk::compress(plain, 1).ok()?;
    packed.push(0x80);
    packed.resize(seal::padme(packed.len()), 0);
    Some(packed)
}

fn checkpoints() -> Vec<Vec<u8>> {
    hex(&payloads()["checkpoint"]).into_iter().collect()
}

fn checkpoint(bytes: &[u8]) -> bool {
    let mut rng = StdRng::seed_from_u64(1);
    let key = secret().entry_key();
    let mut taken = false;
    // As the plain text, and as what should unpack to it.
    for padded in packed(bytes).into_iter().chain([bytes.to_vec()]) {
        let sealed = seal::seal_bytes(&key, HEADER, &padded, &mut rng);
        let Ok(opened) = seal::open_checkpoint(&sealed, HEADER, &secret()) else {
            continue;
        };
        if let Ok(again) = seal::seal_checkpoint(&opened, HEADER, &secret(), &mut rng) {
            let again = seal::open_checkpoint(&again, HEADER, &secret());
            assert_eq!(again.ok().as_ref(), Some(&opened));
        }
        assert!(
            seal::open_checkpoint(&sealed, b"other", &secret()).is_err(),
            "it opens under another header"
        );
        let bytes = cbor::encode(&opened);
        assert_eq!(cbor::decode::<Checkpoint>(&bytes).ok(), Some(opened));
        taken = true;
    }
    taken
}

/// The honest changes as a save, each by how many places before it those are that it builds on.
fn honest_save() -> &'static Save {
    static SAVE: OnceLock<Save> = OnceLock::new();
    SAVE.get_or_init(|| {
        let mut hashes: Vec<ChangeHash> = Vec::new();
        let mut changes = Vec::new();
        for chunk in &honest().changes {
            let (Ok((deps, rest)), Ok(facts)) = (split_chunk(chunk), ChangeFacts::read(chunk)) else {
                continue;
            };
            let back = |dep: &ChangeHash| {
                let at = hashes.iter().position(|hash| hash == dep)?;
                u32::try_from(hashes.len() - at).ok()
            };
            changes.push(SavedChange {
                back: deps.iter().filter_map(back).collect(),
                rest: Some(rest.to_vec().into()),
            });
            hashes.push(facts.hash);
        }
        // The last one once more, as an entry has it that says it again.
        changes.push(SavedChange {
            back: vec![1],
            rest: None,
        });
        let entries = changes.into_iter().zip(1u8..).map(|(change, n)| SavedEntry {
            entry: EntryId([n; 32]),
            changes: vec![change],
        });
        Save {
            entries: entries.collect(),
        }
    })
}

fn saves() -> Vec<Vec<u8>> {
    let vector = hex(&payloads()["save"]["plain"]);
    [cbor::encode(honest_save())].into_iter().chain(vector).collect()
}

fn save(bytes: &[u8]) -> bool {
    let mut rng = StdRng::seed_from_u64(1);
    let aad = [b"sothon/save/1".as_slice(), &BOOK.0, &EPOCH.0].concat();
    let key = secret().entry_key();
    let Some(padded) = packed(bytes) else {
        return false;
    };
    let sealed = seal::seal_bytes(&key, &aad, &padded, &mut rng);
    let opened = seal::open_save(&sealed, &BOOK, &EPOCH, &secret());
    let Ok(read) = seal::read_save(bytes) else {
        assert!(opened.is_err(), "a save that is none opens");
        return false;
    };
    assert_eq!(
        opened.ok().as_ref(),
        Some(&read),
        "sealed, it says something else"
    );
    if let Ok(again) = seal::seal_save(&read, &BOOK, &EPOCH, &secret(), &mut rng) {
        let again = seal::open_save(&again, &BOOK, &EPOCH, &secret());
        assert_eq!(again.ok().as_ref(), Some(&read));
    }
    let (gate, chunks) = put_together(&read);
    if chunks.is_empty() {
        return false;
    }
    let mut book = Book::new();
    // Rivals are for the ledger; the book is given none.
    let mut places: Vec<_> = (chunks.iter())
        .filter_map(|chunk| ChangeFacts::read(chunk).ok())
        .map(|facts| (facts.actor, facts.seq))
        .collect();
    places.sort_unstable();
    if places.windows(2).all(|pair| pair[0] != pair[1]) {
        assert!(
            book.apply(&chunks).is_ok(),
            "the gate passed what Automerge does not take"
        );
        unharmed(&mut book, &gate, true);
    }
    true
}

/// The changes of a save as docs/format.md §14 says, each once, until one is none.
fn put_together(save: &Save) -> (Gate, Vec<Vec<u8>>) {
    let mut gate = Gate::new();
    let mut chunks: Vec<Vec<u8>> = Vec::new();
    // Which change each place of the save is.
    let mut places: Vec<ChangeHash> = Vec::new();
    for change in save.entries.iter().flat_map(|entry| &entry.changes) {
        let before = |back: &u32| {
            let place = places.len().checked_sub(usize::try_from(*back).ok()?)?;
            places.get(place).copied()
        };
        let Some(deps) = change
            .back
            .iter()
            .map(before)
            .collect::<Option<Vec<ChangeHash>>>()
        else {
            break;
        };
        let Some(rest) = &change.rest else {
            match deps.as_slice() {
                [same] => places.push(*same),
                _ => break,
            }
            continue;
        };
        let Ok(chunk) = join_chunk(&deps, rest) else {
            break;
        };
        let Ok(facts) = gate.check(&chunk) else {
            break;
        };
        assert_eq!(facts.deps, deps, "it builds on something else than was said");
        if !places.contains(&facts.hash) {
            chunks.push(chunk);
        }
        places.push(facts.hash);
    }
    (gate, chunks)
}

/// A byte that says on which of the honest changes it builds, and what follows from that on.
fn joined_changes() -> Vec<Vec<u8>> {
    let known: Vec<ChangeHash> = known();
    let next = honest().next.iter().chain(&honest().changes);
    let taken_apart = next.filter_map(|chunk| {
        let (deps, rest) = split_chunk(chunk).ok()?;
        let mut on = 0u8;
        for dep in deps {
            on |= 1 << known.iter().position(|hash| *hash == dep)?;
        }
        Some([&[on], rest].concat())
    });
    taken_apart.collect()
}

/// What the honest changes are called, in ascending order, as dependencies are written.
fn known() -> Vec<ChangeHash> {
    let all = honest().changes.iter().chain(&honest().next);
    let mut hashes: Vec<ChangeHash> = all
        .filter_map(|chunk| ChangeFacts::read(chunk).ok())
        .map(|facts| facts.hash)
        .collect();
    hashes.sort_unstable();
    hashes.truncate(8);
    hashes
}

fn joined_change(bytes: &[u8]) -> bool {
    let Some((on, rest)) = bytes.split_first() else {
        return false;
    };
    let known = known();
    let deps: Vec<ChangeHash> = (known.iter().enumerate())
        .filter(|(n, _)| on & (1 << n) != 0)
        .map(|(_, hash)| *hash)
        .collect();
    let Ok(chunk) = join_chunk(&deps, rest) else {
        return false;
    };
    match split_chunk(&chunk) {
        Ok(apart) => assert_eq!(apart, (deps, rest), "taken apart it is something else"),
        Err(error) => panic!("what was put together cannot be taken apart: {error}"),
    }
    change(&body_of(&chunk))
}
