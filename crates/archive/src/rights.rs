//! The register's word on a peer, in the session's terms.

use sothon_ledger::serving::{self, Party};
use sothon_ledger::{Register, TransportKey};
use sothon_sync::{PeerRole, Rights, SharedBook};

use crate::archive::Archive;

/// What register and suspensions say of whoever owns `key`, for a session with `us`: the rule of `sothon_ledger::serving`.
/// Both sides compute the same from the same register; a device that is suspended is nobody, as one that was cut.
pub fn rights_of(archive: &Archive, us: Party, key: &TransportKey) -> Rights {
    let Some(register) = archive.register() else {
        return Rights::default();
    };
    let nobody = Rights {
        ended: register.rights().device_by_transport(key).is_some(),
        ..Rights::default()
    };
    let Some(peer) = Party::of(register, key) else {
        return nobody;
    };
    if matches!(peer, Party::Device(device) if archive.is_suspended(&device)) {
        return nobody;
    }
    Rights {
        peer: Some(role_of(register, peer)),
        ended: false,
        knocks: peer.hears_knocks(register),
        shared: serving::shared_books(register, us, peer)
            .into_iter()
            .map(|shared| SharedBook {
                book: shared.book,
                closed: shared.closed,
                only: shared.only,
            })
            .collect(),
    }
}

/// What a party is to a session.
pub fn role_of(register: &Register, party: Party) -> PeerRole {
    match party {
        Party::Relay => PeerRole::Relay,
        Party::Device(device) if party.keeps_all(register) => PeerRole::Keeper(device),
        Party::Device(device) => PeerRole::Device(device),
    }
}
