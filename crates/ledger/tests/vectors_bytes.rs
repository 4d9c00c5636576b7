//! Properties of the formats: what decodes encodes to the same bytes, whatever was done to the bytes before.

use ed25519_dalek::SigningKey;
use proptest::prelude::*;
use sothon_ledger::epoch::{Receiver, Wrap};
use sothon_ledger::payload::{self, ActorNonce, Changes};
use sothon_ledger::people::{Compartment, Role, Scope};
use sothon_ledger::register::{Action, Cut, CutOf, LogHead, OpenBook};
use sothon_ledger::{
    BookId, DeviceId, Encoding, EntryId, Envelope, EpochId, Header, Height, Kind, LogId, MAX_NUMBER,
    Operation, OperationTag, Suite, TransportKey, cbor, sign,
};

fn key() -> SigningKey {
    SigningKey::from_bytes(&[7; 32])
}

/// A header of version 1 with everything that may be there.
fn headers() -> impl Strategy<Value = Header> {
    let ids = proptest::collection::btree_set(any::<[u8; 32]>(), 0..6);
    (
        any::<([u8; 16], [u8; 16], [u8; 8], [u8; 32])>(),
        ids,
        0..3u64,
        1..=MAX_NUMBER,
        0..9u64,
    )
        .prop_map(|((book, log, operation, id), after, seq, height, kind)| {
            let kind = Kind::from_code(kind);
            let (suite, encoding) = match kind {
                Kind::Drop | Kind::Reply => (Suite::HpkeX25519, Encoding::ZstdPadded),
                kind if kind.is_clear() => (Suite::Clear, Encoding::Cbor),
                _ => (Suite::XChaCha20Poly1305, Encoding::ZstdPadded),
            };
            let with_epoch = matches!(kind, Kind::Changes | Kind::Checkpoint | Kind::Epoch | Kind::Drop);
            Header {
                version: 1,
                book: BookId(book),
                device: DeviceId(key().verifying_key().to_bytes()),
                log: LogId(log),
                seq,
                backlink: (seq > 0).then_some(EntryId(id)),
                after: after.into_iter().map(EntryId).collect(),
                height: Height(height),
                operation: OperationTag(operation),
                kind,
                epoch: with_epoch.then_some(EpochId(id)),
                suite,
                encoding,
                unknown_critical: false,
            }
        })
}

fn actions() -> impl Strategy<Value = Action> {
    let heads = proptest::collection::vec(
        any::<([u8; 16], u64, [u8; 32])>().prop_map(|(log, seq, id)| LogHead {
            log: LogId(log),
            seq,
            id: EntryId(id),
        }),
        0..4,
    );
    let scope = prop_oneof![
        Just(Scope::Commune),
        any::<u32>().prop_map(Scope::Village),
        any::<u32>().prop_map(Scope::Unit)
    ];
    let admit = (
        any::<([u8; 32], [u8; 32])>(),
        proptest::collection::vec(scope.clone(), 0..3),
        any::<Option<i64>>(),
    )
        .prop_map(|((device, transport), scopes, until)| Action::Admit {
            device: DeviceId(device),
            transport: TransportKey(transport),
            role: Role::Health,
            scopes,
            until,
        });
    let open = (any::<[u8; 16]>(), scope, any::<Option<[u8; 16]>>(), any::<u32>()).prop_map(
        |(book, scope, previous, year)| {
            Action::Open(OpenBook {
                book: BookId(book),
                kind: sothon_ledger::people::BookKind::Tips,
                scope,
                year,
                grants: Vec::new(),
                first_readers: Vec::new(),
                previous: previous.map(BookId),
            })
        },
    );
    let cut = (heads, any::<[u8; 16]>()).prop_map(|(heads, book)| {
        Action::Cut(Cut {
            of: CutOf::Book(BookId(book)),
            heads,
        })
    });
    prop_oneof![admit, open, cut, Just(Action::StillCurrent)]
}

fn changes() -> impl Strategy<Value = Changes> {
    let bytes = proptest::collection::vec(any::<u8>(), 0..40);
    let ids = proptest::collection::vec(any::<[u8; 32]>().prop_map(EntryId), 1..3);
    let nonces = proptest::collection::vec(any::<[u8; 16]>().prop_map(ActorNonce::new), 1..3);
    (
        any::<i64>(),
        proptest::option::of(nonces),
        proptest::collection::vec(bytes.prop_map(Into::into), 0..4),
        proptest::option::of(ids),
    )
        .prop_map(|(time, actors, chunks, replaces)| Changes {
            time,
            actors,
            chunks,
            replaces,
        })
}

/// Bytes, and the same with one byte overwritten, inserted or taken out.
fn spoil(bytes: &[u8], at: prop::sample::Index, value: u8, how: u8) -> Vec<u8> {
    let mut out = bytes.to_vec();
    let at = at.index(out.len());
    match how % 3 {
        0 => out[at] = value,
        1 => out.insert(at, value),
        _ => {
            out.remove(at);
        }
    }
    out
}

/// Whatever of the clear bodies these bytes are read as, it encodes to them again.
fn same_again<T: minicbor::Encode<()> + for<'b> minicbor::Decode<'b, ()>>(bytes: &[u8]) {
    if let Ok(value) = cbor::decode::<T>(bytes) {
        assert_eq!(cbor::encode(&value), bytes);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn an_envelope_reads_as_the_header_that_was_signed(header in headers()) {
        let envelope = Envelope::sign(&header, b"payload", &key());
        let read = Envelope::parse(envelope.bytes()).expect("what we sign we accept");
        prop_assert_eq!(read.header(), &header);
        prop_assert_eq!(&read, &envelope);
        prop_assert_eq!(read.header().encode(), read.header_bytes());
    }

    #[test]
    fn a_spoilt_header_is_refused_or_is_another_header(
        header in headers(), at in any::<prop::sample::Index>(), value in any::<u8>(), how in any::<u8>(),
    ) {
        let bytes = spoil(&header.encode(), at, value, how);
        prop_assume!(bytes != header.encode());
        let mut statement = Vec::new();
        let mut e = minicbor::Encoder::new(&mut statement);
        e.array(3).and_then(|e| e.bytes(&bytes)).and_then(|e| e.bytes(&[0; 32])).and_then(|e| e.u64(0)).expect("fits");
        let message = sign::sign(sign::ENTRY, &statement, &key());
        if let Ok(read) = Envelope::parse_held(&message) {
            prop_assert_ne!(read.header(), &header);
            prop_assert_eq!(read.header_bytes(), &bytes[..]);
        }
    }

    #[test]
    fn an_envelope_with_a_byte_changed_is_refused(
        header in headers(), at in any::<prop::sample::Index>(), value in any::<u8>(), how in any::<u8>(),
    ) {
        let envelope = Envelope::sign(&header, b"payload", &key());
        let bytes = spoil(envelope.bytes(), at, value, how);
        prop_assume!(bytes != envelope.bytes());
        prop_assert!(Envelope::parse(&bytes).is_err());
    }

    #[test]
    fn an_operation_reads_as_what_was_signed(action in actions(), time in any::<i64>(), height in 1..MAX_NUMBER) {
        let previous = Some((Height(height), sothon_ledger::OperationId([3; 32])));
        let operation = Operation::sign(previous, time, action, &key());
        prop_assert_eq!(Operation::parse(operation.bytes()).expect("what we sign we accept"), operation);
    }

    #[test]
    fn a_spoilt_operation_is_refused_or_signs_to_its_own_bytes(
        action in actions(), at in any::<prop::sample::Index>(), value in any::<u8>(), how in any::<u8>(),
    ) {
        let previous = Some((Height(4), sothon_ledger::OperationId([3; 32])));
        let operation = Operation::sign(previous, 5, action, &key());
        let payload = sign::Signed::parse(operation.bytes()).expect("good").payload.to_vec();
        let message = sign::sign(sign::OPERATION, &spoil(&payload, at, value, how), &key());
        if let Ok(read) = Operation::parse(&message)
            && !matches!(read.action(), Action::Unknown(_) | Action::Successor)
        {
            let previous = read.previous().map(|id| (Height(read.height().0 - 1), id));
            let again = Operation::sign(previous, read.time(), read.action().clone(), &key());
            prop_assert_eq!(again.bytes(), &message[..]);
        }
    }

    #[test]
    fn a_payload_reads_as_what_was_written(changes in changes()) {
        let bytes = cbor::encode(&changes);
        prop_assert_eq!(cbor::decode::<Changes>(&bytes).expect("what we write we read"), changes);
    }

    #[test]
    fn bytes_that_are_read_as_a_body_are_its_encoding(
        changes in changes(), at in any::<prop::sample::Index>(), value in any::<u8>(), how in any::<u8>(),
    ) {
        let bytes = spoil(&cbor::encode(&changes), at, value, how);
        same_again::<Changes>(&bytes);
        same_again::<payload::Epoch>(&bytes);
        same_again::<payload::Yes>(&bytes);
        same_again::<payload::Keys>(&bytes);
        same_again::<payload::Receipt>(&bytes);
        same_again::<payload::Final>(&bytes);
        same_again::<Receiver>(&bytes);
        same_again::<OpenBook>(&bytes);
    }

    #[test]
    fn no_bytes_make_a_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = cbor::check(&bytes);
        let _ = Envelope::parse(&bytes);
        let _ = Operation::parse(&bytes);
        let _ = Wrap::parse(&bytes);
        for purpose in [sign::ENTRY, sign::OPERATION, sign::WRAP] {
            let message = sign::sign(purpose, &bytes, &key());
            let _ = Envelope::parse(&message);
            let _ = Operation::parse(&message);
            let _ = Wrap::parse(&message);
        }
    }
}

#[test]
fn a_receiver_on_paper_is_two_numbers() {
    let paper = Receiver::Paper(Compartment::Tips, 2026);
    let bytes = cbor::encode(&paper);
    assert_eq!(bytes, [0x82, 0x01, 0x82, 0x02, 0x19, 0x07, 0xea]);
    assert_eq!(cbor::decode::<Receiver>(&bytes).expect("reads"), paper);
}
