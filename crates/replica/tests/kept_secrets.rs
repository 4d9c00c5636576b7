//! A reader of tips who makes epochs that only it can open takes no tip from the others (threats A14, B14).

use ed25519_dalek::SigningKey;
use sothon_ledger::slip::RequestSlip;
use sothon_ledger::{
    BookId, BookKind, DeviceId, EntryId, Envelope, EpochId, EpochSecret, Kind, Role, Scope, TransportKey,
    cbor, payload,
};
use sothon_records::{Edit, RawRecord, Value};

use crate::common::hostile::{entries, give, header, verdict};
use crate::common::wire::Relay;
use crate::common::{Commune, NOW, YEAR, record, rng};

const DAY: i64 = 24 * 3600;

fn tip(content: &str) -> RawRecord {
    match record("tip", &[("content", Value::Long(content.into()))]).1 {
        Edit::Create { record, .. } => record,
        _ => unreachable!("a record is made"),
    }
}

/// The tips of a commune with two honest readers, and a third who counts as well and signs what it likes.
struct Besieged {
    commune: Commune,
    relay: Relay,
    book: BookId,
    hostile: SigningKey,
    /// The *yes* for it, which its entries have to build on.
    yes: EntryId,
}

impl Besieged {
    fn new() -> Besieged {
        let (mut commune, relay) = Commune::with_tips();
        let book = (commune.get("chief"))
            .find_book(BookKind::Tips, Scope::Commune, YEAR)
            .expect("is open");
        let police = commune.admit("police", Role::Police, Scope::Commune);
        let hostile = SigningKey::from_bytes(&[5; 32]);
        let root = commune.get("office").root();
        let request = RequestSlip::new(root, TransportKey([8; 32]), &hostile);
        commune
            .get("office")
            .admit(&request, Role::Police, vec![Scope::Commune], None, NOW)
            .expect("admits");
        let mut besieged = Besieged {
            commune,
            relay,
            book,
            yes: EntryId([0; 32]),
            hostile,
        };
        besieged.round();
        let hostile = DeviceId(besieged.hostile.verifying_key().to_bytes());
        let chief = besieged.commune.get("chief");
        chief.say_yes(&book, police, NOW).expect("says yes");
        besieged.yes = chief.say_yes(&book, hostile, NOW).expect("says yes");
        besieged.round();
        besieged
    }

    /// Everybody meets the relay, often enough that all have all.
    fn round(&mut self) {
        for _ in 0..3 {
            for name in ["office", "chief", "police", "thon1"] {
                self.commune.sync(name, &mut self.relay);
            }
        }
    }

    /// The hostile reader announces an epoch; all who may see it do.
    fn announces(&mut self, seq: u64, epoch: EpochId, body: payload::Epoch) {
        let office = self.commune.get("office");
        let mut header = header(office, &self.hostile, self.book, Kind::Epoch, Some(epoch));
        header.log.0[0] = u8::try_from(seq).expect("is small");
        header.after = vec![self.yes];
        let bytes = cbor::encode(&body);
        let envelope = Envelope::sign(&header, &bytes, &self.hostile);
        // It is there before anything else is.
        for reader in ["chief", "police"] {
            give(&mut self.commune, reader, &envelope, &bytes);
        }
        self.round();
        let id = envelope.id();
        let found = verdict(&mut self.commune, "chief", &self.book, &id);
        assert!(found.is_by_right(), "{found:?}");
    }

    /// An epoch of its own at the register's height, of many tries the one with the lowest id.
    fn own(&mut self) -> (EpochId, payload::Epoch) {
        let register = self.commune.get("office").register().expect("is there");
        let height = register.effective_height();
        let tries = (0..64).map(|_| EpochSecret::generate(&mut rng()));
        let made = tries.map(|secret| (secret.commit(&self.book, height), secret));
        let (id, secret) = made.min_by_key(|(id, _)| *id).expect("64 were made");
        let drop_key = secret.drop_key().public();
        (id, payload::Epoch { height, drop_key })
    }

    /// What thôn 1 tells is read by both honest readers.
    fn a_tip_is_read(&mut self, text: &str) {
        let head = self.commune.get("thon1");
        let id = head.seal_tip(tip(text), None, NOW).expect("seals");
        head.send_tip_now(id, NOW).expect("sends");
        self.round();
        for reader in ["chief", "police"] {
            let mut all = self.commune.get(reader).records_of(&self.book);
            let told = |record: &RawRecord| record.fields["content"] == Value::Long(text.into());
            assert!(all.any(|(_, record)| told(&record)), "{reader} reads it");
        }
    }
}

#[test]
fn a_reader_who_keeps_the_secret_of_its_epoch_takes_no_tip_from_the_others() {
    let mut besieged = Besieged::new();
    let (epoch, body) = besieged.own();
    besieged.announces(0, epoch, body);
    besieged.a_tip_is_read("Nhà bỏ hoang cuối ngõ Sậy");
    // At a greater height than any that the others have made.
    let office = besieged.commune.get("office");
    office.publish(NOW + 8 * DAY, YEAR).expect("signs");
    besieged.round();
    let (epoch, body) = besieged.own();
    besieged.announces(1, epoch, body);
    besieged.a_tip_is_read("Xe lạ sau nhà văn hóa");
}

#[test]
fn another_key_under_the_name_of_the_others_epoch_takes_no_tip_from_them() {
    let mut besieged = Besieged::new();
    let all = entries(besieged.commune.get("chief"), &besieged.book);
    let honest = all.iter().map(Envelope::header);
    let honest: Vec<EpochId> = (honest.filter(|header| header.kind == Kind::Epoch))
        .filter_map(|header| header.epoch)
        .collect();
    for (seq, epoch) in (0..).zip(honest) {
        let (_, body) = besieged.own();
        besieged.announces(seq, epoch, body);
    }
    besieged.a_tip_is_read("Nhà bỏ hoang cuối ngõ Sậy");
}

/// Someone who read is removed, so that the epoch in use is too old, and the hostile reader is quickest with another.
#[test]
fn readers_make_their_own_epoch_where_the_secret_of_a_fresh_one_does_not_come() {
    let mut besieged = Besieged::new();
    let other = (besieged.commune).admit("other", Role::Police, Scope::Commune);
    besieged.round();
    let office = besieged.commune.get("office");
    office.cut_device(other, NOW).expect("cuts");
    let (epoch, body) = besieged.own();
    besieged.announces(0, epoch, body);
    // It may be on its way: nobody makes another at once.
    let made = |besieged: &mut Besieged| {
        let all = entries(besieged.commune.get("chief"), &besieged.book);
        let fresh = |envelope: &&Envelope| {
            let header = envelope.header();
            header.kind == Kind::Epoch && header.height >= body.height
        };
        all.iter().filter(fresh).count()
    };
    assert_eq!(made(&mut besieged), 1);
    let late = NOW + 2 * 3600;
    besieged
        .commune
        .get("chief")
        .publish(late, YEAR)
        .expect("publishes");
    besieged.round();
    assert_eq!(made(&mut besieged), 3, "made by one, and seen by the other");
    besieged.a_tip_is_read("Nhà bỏ hoang cuối ngõ Sậy");
}
