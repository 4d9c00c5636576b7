//! The stream of a peer.

use std::cell::RefCell;
use std::sync::OnceLock;

use minicbor::Encoder;
use sothon_archive::Archive;
use sothon_ledger::{BookId, DeviceId, Envelope, Operation, TransportKey};
use sothon_store::{Batch, Put, Store};
use sothon_sync::{
    Event, Limits, PeerHints, PeerRole, Rights, Session, SessionConfig, SessionSalt, SharedBook,
    StoreOutcome, WantedSave, Wants, peek_root,
};

use crate::Target;
use crate::seeds::{column, entries, operations, signer};

pub(crate) const TARGETS: &[Target] = &[
    Target {
        name: "stream",
        about: "whatever a peer sends, as bytes",
        seeds: streams,
        run: stream,
        rounds: 800,
    },
    Target {
        name: "frames",
        about: "whatever a peer puts into frames of the right form",
        seeds: frames,
        run: framed,
        rounds: 3_000,
    },
];

/// No peer makes a session keep more bytes than this for it.
const MOST_AT_ONCE: usize = 1 << 21;

fn device() -> DeviceId {
    DeviceId(signer("police").verifying_key().to_bytes())
}

/// The replica that listens, and the one that speaks: of the vectors' commune, the second knows more.
fn archive(whole: bool) -> Option<Archive> {
    let operations = column(&operations()["register"], "bytes");
    let mut operations: Vec<Operation> = operations
        .iter()
        .filter_map(|bytes| Operation::parse(bytes).ok())
        .collect();
    let root = operations.first()?.root()?;
    if !whole {
        operations.truncate(12);
    }
    let mut archive = Archive::open(Store::in_memory(root).ok()?).ok()?;
    archive
        .add(Batch {
            operations,
            ..Batch::default()
        })
        .ok()?;
    let all = entries();
    let payloads = column(&all["accepted"], "payload");
    for (bytes, payload) in column(&all["accepted"], "bytes").iter().zip(payloads) {
        let envelope = Envelope::parse(bytes).ok()?;
        if whole && envelope.header().seq == 0 {
            let _ = archive.add(Batch {
                entries: vec![(envelope, Some(payload))],
                ..Batch::default()
            });
        }
    }
    Some(archive)
}

/// The books that both sides may hold.
fn books() -> Vec<BookId> {
    let all = entries();
    let envelopes = column(&all["accepted"], "bytes");
    let mut books: Vec<BookId> = envelopes
        .iter()
        .filter_map(|bytes| Some(Envelope::parse(bytes).ok()?.header().book))
        .collect();
    books.sort_unstable();
    books.dedup();
    books
}

fn session(archive: &Archive, initiator: bool) -> Option<Session> {
    let config = SessionConfig {
        role: if initiator {
            PeerRole::Keeper(device())
        } else {
            PeerRole::Relay
        },
        root: archive.root(),
        initiator,
        salt: SessionSalt([9; 32]),
        limits: Limits::default(),
        peer: TransportKey([4; 32]),
        knock: None,
    };
    let shared = books().into_iter().map(|book| SharedBook {
        book,
        closed: false,
        only: None,
    });
    let rights = Rights {
        ended: false,
        peer: Some(if initiator {
            PeerRole::Relay
        } else {
            PeerRole::Keeper(device())
        }),
        shared: shared.collect(),
        knocks: true,
    };
    Session::new(config, rights, PeerHints::default(), archive, 0).ok()
}

/// What the one who knows more sends in an honest session.
fn honest() -> &'static [u8] {
    static SENT: OnceLock<Vec<u8>> = OnceLock::new();
    SENT.get_or_init(|| exchange().unwrap_or_default())
}

fn exchange() -> Option<Vec<u8>> {
    let (knows, mut lacks) = (archive(true)?, archive(false)?);
    let mut speaks = session(&knows, true)?;
    let mut listens = session(&lacks, false)?;
    let mut sent = Vec::new();
    for _ in 0..40 {
        if let Ok(Some(bytes)) = speaks.poll_output(&knows) {
            listens.handle(&bytes, &lacks, 0).ok()?;
            sent.extend(bytes);
        }
        while let Some(event) = listens.poll_event() {
            if let Event::Store(batch) = event {
                let id = batch.id;
                let taken = lacks.take_in(vec![batch], &mut || None, None, &mut |_, _, _| None);
                let outcome = taken.outcomes.into_iter().next()?;
                listens.stored(id, outcome, &lacks, 0).ok()?;
            }
        }
        while speaks.poll_event().is_some() {}
        if let Ok(Some(bytes)) = listens.poll_output(&lacks) {
            speaks.handle(&bytes, &knows, 0).ok()?;
        }
    }
    Some(sent)
}

fn streams() -> Vec<Vec<u8>> {
    vec![honest().to_vec()]
}

/// The frames of an honest stream without the heads of their byte strings, each behind its length in two bytes.
fn frames() -> Vec<Vec<u8>> {
    let mut out: Vec<Vec<u8>> = Vec::new();
    let mut all = Vec::new();
    let mut decoder = minicbor::Decoder::new(honest());
    while let Ok(body) = decoder.bytes() {
        let Ok(length) = u16::try_from(body.len()) else {
            continue;
        };
        let part = [&length.to_be_bytes(), body].concat();
        all.extend_from_slice(&part);
        out.push(part);
    }
    out.extend(of_checkpoints());
    // The hello must come first, else nothing is listened to.
    let hello = out.first().cloned().unwrap_or_default();
    let mut seeds: Vec<Vec<u8>> = out
        .iter()
        .skip(1)
        .map(|frame| [hello.clone(), frame.clone()].concat())
        .collect();
    seeds.push(all);
    seeds
}

/// The frames about checkpoints' saves, which no session of the vectors' commune needs: *offers* for all entries, *starts*.
fn of_checkpoints() -> Vec<Vec<u8>> {
    let ids: Vec<[u8; 32]> = column(&entries()["accepted"], "bytes")
        .iter()
        .filter_map(|bytes| Some(Envelope::parse(bytes).ok()?.id().0))
        .collect();
    let mut bodies = vec![Encoder::new(Vec::new()), Encoder::new(Vec::new())];
    let written = |bodies: &mut [Encoder<Vec<u8>>]| -> Option<()> {
        let [offers, starts] = bodies else { return None };
        let offers = offers.array(2).ok()?.u8(31).ok()?.array(ids.len() as u64).ok()?;
        for id in &ids {
            offers
                .array(3)
                .ok()?
                .bytes(id)
                .ok()?
                .bytes(&[1; 32])
                .ok()?
                .u32(300_000)
                .ok()?;
        }
        starts
            .array(2)
            .ok()?
            .u8(32)
            .ok()?
            .array(1)
            .ok()?
            .bytes(&[1; 4])
            .ok()?;
        Some(())
    };
    if written(&mut bodies).is_none() {
        return Vec::new();
    }
    let mut out = Vec::new();
    for body in bodies.into_iter().map(Encoder::into_writer) {
        if let Ok(length) = u16::try_from(body.len()) {
            out.push([&length.to_be_bytes(), body.as_slice()].concat());
        }
    }
    out
}

fn framed(bytes: &[u8]) -> bool {
    let mut rest = bytes;
    let mut sent = Vec::new();
    while let Some((length, after)) = rest.split_first_chunk::<2>() {
        let length = usize::from(u16::from_be_bytes(*length)).min(after.len());
        let (body, after) = after.split_at(length);
        let written = Encoder::new(&mut sent).bytes(body).is_ok();
        assert!(written);
        rest = after;
    }
    stream(&sent)
}

thread_local! {
    /// An archive that nothing was put into yet: making one costs more than a session.
    static FRESH: RefCell<Option<Archive>> = const { RefCell::new(None) };
}

/// Says whether anything was stored.
fn stream(bytes: &[u8]) -> bool {
    let _ = peek_root(bytes);
    let Some(mut holds) = FRESH.take().or_else(|| archive(false)) else {
        return false;
    };
    let Some(mut session) = session(&holds, false) else {
        return false;
    };
    let wants = Wants {
        saves: vec![WantedSave {
            entry: sothon_ledger::EntryId([1; 32]),
            digest: sothon_ledger::Digest([1; 32]),
            size: 300_000,
            held: 0,
        }],
        ..Wants::default()
    };
    let mut stored = false;
    let _ = session.wants(wants, &holds, 0);
    // Cut anywhere, as a stream is.
    let cut = 1 + bytes.iter().take(3).map(|byte| usize::from(*byte)).sum::<usize>();
    for piece in bytes.chunks(cut) {
        assert!(
            session.handle(piece, &holds, 0).is_ok(),
            "our own holdings can be read"
        );
        let mut out = 0;
        while let Ok(Some(bytes)) = session.poll_output(&holds) {
            out += bytes.len();
            assert!(out < MOST_AT_ONCE, "a peer makes us send without end");
        }
        while let Some(event) = session.poll_event() {
            if let Event::Store(batch) = event {
                let id = batch.id;
                let taken = holds.take_in(vec![batch], &mut || None, None, &mut |_, _, _| None);
                stored |= taken.put != Put::default();
                let outcome = taken.outcomes.into_iter().next().unwrap_or(StoreOutcome::Failed);
                assert!(session.stored(id, outcome, &holds, 0).is_ok());
            }
        }
    }
    let _ = session.tick(&holds, 60_000);
    if !stored {
        FRESH.set(Some(holds));
    }
    stored
}
