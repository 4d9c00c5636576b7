//! How a device is invited, asks, and is admitted, and what does not get in.

use crate::common::{Commune, Device, NOW, YEAR, passphrase, rng};
use ed25519_dalek::SigningKey;
use sothon_ledger::{Role, Scope};
use sothon_replica::slip::{FirstTrust, InvitationSecret, InviteSlip, RequestSlip};
use sothon_replica::{
    Event, Folder, InvitationError, InvitationState, Lock, RegistrarError, ReplicaError, SlipCheck,
};
use sothon_vault::{Cost, NoKeyStore};

const DAY: i64 = 24 * 3600;
const HEAD: [Scope; 1] = [Scope::Village(1)];

fn invite(commune: &mut Commune) -> (sothon_ledger::InvitationId, InviteSlip) {
    let office = commune.get("office");
    let made = office
        .invite(
            Role::VillageHead,
            HEAD.to_vec(),
            NOW + DAY,
            "Ông Lò Văn Pâng, thôn Nà Ớt",
            NOW,
        )
        .expect("invites");
    (made.id, InviteSlip::from_text(&made.slip).expect("a slip"))
}

/// A new device, by its slip.
fn join(commune: &mut Commune, name: &str, slip: &InviteSlip) {
    let lock = Lock {
        passphrase: &passphrase(),
        cost: Cost::LOWEST,
        key_store: &NoKeyStore,
    };
    let folder = Folder::new(commune.folder.path().join(name));
    let device = Device::join(folder, &lock, slip.clone(), rng()).expect("joins");
    commune.devices.insert(name.to_owned(), device);
}

fn state(commune: &mut Commune, now: i64) -> InvitationState {
    commune.get("office").invitations(now).expect("reads")[0].state
}

fn why(error: ReplicaError) -> InvitationError {
    match error {
        ReplicaError::Invitation(error) => error,
        other => panic!("{other}"),
    }
}

#[test]
fn who_was_invited_shows_the_registrar_s_words_and_is_admitted_as_what_it_was_invited() {
    let mut commune = Commune::new(&[]);
    let (id, slip) = invite(&mut commune);
    assert_eq!(state(&mut commune, NOW), InvitationState::Open);
    join(&mut commune, "head", &slip);
    // Both are started again in between.
    commune.restart("head");
    commune.restart("office");
    let head = commune.get("head");
    assert_eq!(head.joined_by(), Some(&FirstTrust::Invite(slip)));
    assert_eq!(head.slip_check(), SlipCheck::Waits);
    let (request, words, device) = (head.request(), head.request_words(), head.device());
    assert!(head.station().knock().is_some());

    let heard = commune.get("office").subscribe();
    let asked = commune
        .get("office")
        .look_at_request(&request, NOW + 1)
        .expect("is taken");
    assert_eq!((asked.words, asked.device), (words, device));
    assert!(heard.try_iter().any(|event| event == Event::Invitations));
    assert_eq!(state(&mut commune, NOW + 2), InvitationState::Asked);
    commune.restart("office");
    let office = commune.get("office");
    assert!(office.register().unwrap().rights().device(&device).is_none());
    office.admit_asked(&id, &device, None, NOW + 2).expect("admits");
    let rights = office.register().unwrap().rights();
    let span = rights.device(&device).unwrap().roles.last().unwrap();
    assert_eq!((span.role, &span.scopes[..]), (Role::VillageHead, &HEAD[..]));
    assert_eq!(state(&mut commune, NOW + 2), InvitationState::Used(device));

    commune.meet_all();
    let head = commune.get("head");
    assert_eq!(head.slip_check(), SlipCheck::Fits);
    assert!(head.station().is_admitted() && head.station().knock().is_none());
    assert!(
        head.find_book(sothon_ledger::BookKind::Village, Scope::Village(1), YEAR)
            .is_ok()
    );
}

#[test]
fn a_device_that_was_cut_does_not_ask_again_with_its_used_invitation() {
    let mut commune = Commune::new(&[]);
    let (id, slip) = invite(&mut commune);
    join(&mut commune, "head", &slip);
    let (request, device) = (commune.get("head").request(), commune.get("head").device());
    let office = commune.get("office");
    office.look_at_request(&request, NOW).expect("is taken");
    office.admit_asked(&id, &device, None, NOW).expect("admits");
    office.cut_device(device, NOW).expect("cuts");
    commune.carry("office", "head");
    let head = commune.get("head").station();
    assert!(!head.is_admitted() && head.knock().is_none());
}

#[test]
fn a_slip_admits_one_device() {
    let mut commune = Commune::new(&[]);
    let (id, slip) = invite(&mut commune);
    join(&mut commune, "head", &slip);
    join(&mut commune, "second", &slip);
    let (first, second) = (commune.get("head").request(), commune.get("second").request());
    let office = commune.get("office");
    let asked = office.look_at_request(&first, NOW).expect("is taken");
    office.admit_asked(&id, &asked.device, None, NOW).expect("admits");
    for request in [&first, &second] {
        let refused = office.look_at_request(request, NOW).unwrap_err();
        assert_eq!(why(refused), InvitationError::Used);
    }
    let again = office.admit_asked(&id, &asked.device, None, NOW).unwrap_err();
    assert_eq!(why(again), InvitationError::Used);
    assert_eq!(why(office.withdraw(&id).unwrap_err()), InvitationError::Used);
}

#[test]
fn who_stole_the_slip_and_asks_first_shows_other_words_and_can_be_refused() {
    let mut commune = Commune::new(&[]);
    let (id, slip) = invite(&mut commune);
    join(&mut commune, "thief", &slip);
    join(&mut commune, "head", &slip);
    let (thief, head) = (commune.get("thief").request(), commune.get("head").request());
    let words = commune.get("head").request_words();
    let office = commune.get("office");
    let first = office.look_at_request(&thief, NOW).expect("is taken");
    let second = office.look_at_request(&head, NOW).expect("is taken");
    assert_ne!(first.words, words);
    assert_eq!(second.words, words);
    assert_eq!(office.invitations(NOW).unwrap()[0].asked.len(), 2);
    office.refuse_asked(&id, &first.device).expect("refuses");
    let refused = office.look_at_request(&thief, NOW).unwrap_err();
    assert_eq!(why(refused), InvitationError::Refused);
    let refused = office.admit_asked(&id, &first.device, None, NOW).unwrap_err();
    assert_eq!(why(refused), InvitationError::Refused);
    office
        .admit_asked(&id, &second.device, None, NOW)
        .expect("admits");
}

#[test]
fn what_answers_no_open_invitation_of_this_commune_is_refused_each_for_its_reason() {
    let mut commune = Commune::new(&[]);
    let mut other = Commune::new(&[]);
    let (id, slip) = invite(&mut commune);
    let (_, foreign) = invite(&mut other);
    join(&mut commune, "head", &slip);
    join(&mut commune, "foreign", &foreign);
    let key = SigningKey::from_bytes(&[7; 32]);
    let transport = commune.get("head").station().transport_key();
    let mut guessed = slip.clone();
    guessed.secret = InvitationSecret::new([9; 16]);
    let plain = RequestSlip::new(slip.root, transport, &key).to_text(&key);
    let guess = RequestSlip::answering(&guessed, transport, &key).to_text(&key);
    let mut stolen = RequestSlip::answering(&slip, transport, &key);
    stolen.answer = RequestSlip::from_text(&commune.get("head").request())
        .unwrap()
        .answer;
    let stolen = stolen.to_text(&key);
    let foreign = commune.get("foreign").request();
    let request = commune.get("head").request();
    let office = commune.get("office");
    for (text, now, reason) in [
        (&plain, NOW, InvitationError::NotInvited),
        (&guess, NOW, InvitationError::Unknown),
        (&stolen, NOW, InvitationError::Proof),
        (&foreign, NOW, InvitationError::ForeignCommune),
        (&request, NOW + DAY, InvitationError::Expired),
    ] {
        assert_eq!(why(office.look_at_request(text, now).unwrap_err()), reason);
    }
    assert!(office.invitations(NOW).unwrap()[0].asked.is_empty());
    // By the way for those who come with the commune's slip it does not get in either.
    let invited = RequestSlip::from_text(&request).unwrap();
    let admitted = office.admit(&invited, Role::Chair, vec![Scope::Commune], None, NOW);
    assert_eq!(why(admitted.unwrap_err()), InvitationError::Invited);
    office.withdraw(&id).expect("withdraws");
    let refused = office.look_at_request(&request, NOW).unwrap_err();
    assert_eq!(why(refused), InvitationError::Withdrawn);
    assert_eq!(state(&mut commune, NOW), InvitationState::Withdrawn);
}

#[test]
fn only_the_registrar_s_clock_ends_an_invitation_and_what_was_asked_in_time_can_be_answered() {
    let mut commune = Commune::new(&[]);
    let (id, slip) = invite(&mut commune);
    // The new device is never asked for the time: its clock may be years off.
    join(&mut commune, "head", &slip);
    let request = commune.get("head").request();
    assert_eq!(state(&mut commune, NOW + DAY), InvitationState::Expired);
    let office = commune.get("office");
    let device = office
        .look_at_request(&request, NOW + DAY - 1)
        .expect("in time")
        .device;
    assert_eq!(state(&mut commune, NOW + 3 * DAY), InvitationState::Asked);
    let office = commune.get("office");
    office
        .admit_asked(&id, &device, None, NOW + 3 * DAY)
        .expect("admits");
}

#[test]
fn an_invitation_names_a_place_that_fits_the_role_and_a_time_to_come() {
    let mut commune = Commune::new(&[("police", Role::Police, Scope::Commune)]);
    let police = commune
        .get("police")
        .invite(Role::VillageHead, HEAD.to_vec(), NOW + DAY, "", NOW);
    assert!(matches!(
        police,
        Err(ReplicaError::Registrar(RegistrarError::NotRegistrar))
    ));
    let office = commune.get("office");
    for (role, scope, until, reason) in [
        (
            Role::VillageHead,
            Scope::Commune,
            NOW + DAY,
            InvitationError::Place,
        ),
        (Role::Unit, Scope::Village(1), NOW + DAY, InvitationError::Place),
        (Role::Health, Scope::Village(1), NOW + DAY, InvitationError::Place),
        (Role::Health, Scope::Commune, NOW, InvitationError::Past),
    ] {
        let refused = office.invite(role, vec![scope], until, "", NOW).unwrap_err();
        assert_eq!(why(refused), reason);
    }
}

#[test]
fn requests_that_prove_nothing_are_dropped_and_counted() {
    let mut commune = Commune::new(&[]);
    let (_, slip) = invite(&mut commune);
    let key = SigningKey::from_bytes(&[7; 32]);
    let office = commune.get("office");
    for n in 0..200u8 {
        let mut guessed = slip.clone();
        guessed.secret = InvitationSecret::new([n; 16]);
        let knock = RequestSlip::answering(&guessed, office.station().transport_key(), &key);
        office.hear_knock(&knock.to_bytes(&key), NOW);
    }
    office.hear_knock(b"no request at all", NOW);
    assert_eq!(office.unproved_knocks(), 201);
    let all = office.invitations(NOW).unwrap();
    assert_eq!((all.len(), all[0].asked.len()), (1, 0));
}

#[test]
fn a_slip_in_many_hands_is_not_answered_without_end() {
    let mut commune = Commune::new(&[]);
    let (_, slip) = invite(&mut commune);
    let office = commune.get("office");
    let ask = |office: &mut Device, n: u8| {
        let key = SigningKey::from_bytes(&[n; 32]);
        let transport = sothon_ledger::TransportKey(key.verifying_key().to_bytes());
        let request = RequestSlip::answering(&slip, transport, &key);
        office.look_at_request(&request.to_text(&key), NOW)
    };
    for n in 1..=8 {
        ask(office, n).expect("is taken");
    }
    assert_eq!(why(ask(office, 9).unwrap_err()), InvitationError::TooMany);
    ask(office, 3).expect("who asked already");
}

#[test]
fn nothing_of_an_invitation_is_readable_on_the_disk() {
    let mut commune = Commune::new(&[]);
    let (_, slip) = invite(&mut commune);
    join(&mut commune, "head", &slip);
    let text = slip.to_text();
    for name in ["office", "head"] {
        let folder = commune.get(name).station().folder().path().to_owned();
        for file in std::fs::read_dir(folder).expect("reads") {
            let bytes = std::fs::read(file.expect("a file").path()).expect("reads");
            for secret in ["Lò Văn Pâng".as_bytes(), text.as_bytes()] {
                assert!(!bytes.windows(secret.len()).any(|part| part == secret));
            }
        }
    }
}

#[test]
fn a_register_that_is_not_the_slip_s_is_noticed() {
    let mut commune = Commune::new(&[]);
    let (_, mut slip) = invite(&mut commune);
    slip.operation.0[0] ^= 1;
    join(&mut commune, "head", &slip);
    commune.carry("office", "head");
    assert_eq!(commune.get("head").slip_check(), SlipCheck::Differs);
    commune.restart("head");
    assert_eq!(commune.get("head").slip_check(), SlipCheck::Differs);
}
