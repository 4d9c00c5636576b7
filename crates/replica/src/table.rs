//! The table of books (design.md §4): which books a commune has, and who may what in each.
//!
//! Only founding and the opening of new volumes read it: what counts is the register's operations, and a *rights*
//! operation may change any of it. Tests and the demo are generated from this same table.

use sothon_ledger::register::Grant;
use sothon_ledger::{BookKind, Right, Role, Scope, Selector};

/// Who may what in a book: roles by right. `own` means: only where the device works for the book's scope.
struct Row {
    readers: &'static [Who],
    writers: &'static [Who],
    droppers: &'static [Who],
}

/// A role as the table means it.
#[derive(Clone, Copy)]
enum Who {
    /// Wherever it works.
    Any(Role),
    /// Only of the book's own village or unit.
    Own(Role),
}

use Role::{Chair, DeputyVillageHead, Health, Leader, Office, Police, PoliceChief, VillageHead};
use Who::{Any, Own};

const POLICE: &[Who] = &[Any(Police), Any(PoliceChief)];
const ALL: &[Who] = &[
    Any(VillageHead),
    Any(DeputyVillageHead),
    Any(Police),
    Any(PoliceChief),
    Any(Health),
    Any(Chair),
    Any(Leader),
    Any(Office),
    Any(Role::Unit),
];
const NOBODY: &[Who] = &[];
const CARE: &[Who] = &[Any(Police), Any(PoliceChief), Any(Health), Any(Chair)];
const VILLAGE_AND_POLICE: &[Who] = &[
    Own(VillageHead),
    Own(DeputyVillageHead),
    Any(Police),
    Any(PoliceChief),
];

/// Whether a device of this role works for these places: village heads for a village and units' devices for a unit, all
/// others for the commune, and for units beside it.
pub fn works_for(role: Role, scopes: &[Scope]) -> bool {
    let village = |scope: &Scope| matches!(scope, Scope::Village(_));
    let unit = |scope: &Scope| matches!(scope, Scope::Unit(_));
    match role {
        VillageHead | DeputyVillageHead => scopes.iter().any(village) && !scopes.contains(&Scope::Commune),
        Role::Unit => scopes.iter().any(unit) && !scopes.contains(&Scope::Commune),
        _ => scopes.contains(&Scope::Commune),
    }
}

fn row(kind: BookKind) -> Row {
    match kind {
        BookKind::Village => Row {
            readers: &[
                Own(VillageHead),
                Own(DeputyVillageHead),
                Any(Police),
                Any(PoliceChief),
                Any(Health),
                Any(Office),
                Any(Chair),
                Any(Leader),
            ],
            writers: VILLAGE_AND_POLICE,
            droppers: NOBODY,
        },
        // A unit's devices are of the role that stands for it: the station's for the station, else "unit".
        BookKind::Unit => Row {
            readers: ALL,
            writers: &[
                Own(Role::Unit),
                Own(Health),
                Own(Police),
                Own(PoliceChief),
                Own(Office),
            ],
            droppers: NOBODY,
        },
        BookKind::Commune => Row {
            readers: ALL,
            writers: &[Any(Police), Any(PoliceChief), Any(Office), Any(Chair)],
            droppers: NOBODY,
        },
        BookKind::CareFiles => Row {
            readers: CARE,
            writers: POLICE,
            droppers: NOBODY,
        },
        BookKind::CareHealth => Row {
            readers: CARE,
            writers: &[Any(Health)],
            droppers: NOBODY,
        },
        BookKind::CareAssignments => Row {
            readers: &[
                Own(VillageHead),
                Own(DeputyVillageHead),
                Any(Police),
                Any(PoliceChief),
                Any(Chair),
            ],
            writers: POLICE,
            droppers: NOBODY,
        },
        BookKind::CareContacts => Row {
            readers: &[
                Own(VillageHead),
                Own(DeputyVillageHead),
                Any(Police),
                Any(PoliceChief),
                Any(Health),
                Any(Chair),
            ],
            writers: VILLAGE_AND_POLICE,
            droppers: NOBODY,
        },
        BookKind::Tips => Row {
            readers: POLICE,
            writers: POLICE,
            droppers: &[
                Any(VillageHead),
                Any(DeputyVillageHead),
                Any(Role::Unit),
                Any(Health),
                Any(Office),
            ],
        },
        BookKind::TipsPolice => Row {
            readers: POLICE,
            writers: POLICE,
            droppers: NOBODY,
        },
        BookKind::TipsAccess => Row {
            readers: &[Any(PoliceChief), Any(Chair)],
            writers: NOBODY,
            droppers: ALL,
        },
        _ => Row {
            readers: NOBODY,
            writers: NOBODY,
            droppers: NOBODY,
        },
    }
}

/// The grants with which a book of this kind and scope is opened.
pub fn grants(kind: BookKind, scope: Scope) -> Vec<Grant> {
    let Row {
        readers,
        writers,
        droppers,
    } = row(kind);
    let mut out = Vec::new();
    for (right, who) in [
        (Right::Read, readers),
        (Right::Write, writers),
        (Right::Drop, droppers),
    ] {
        out.extend(who.iter().map(|who| Grant {
            right,
            to: match *who {
                Any(role) => Selector { role, scope: None },
                Own(role) => Selector {
                    role,
                    scope: Some(scope),
                },
            },
        }));
    }
    out
}

/// Whether there is one such book for each village, for each unit, or one for the commune.
pub fn scopes(kind: BookKind, villages: &[u32], units: &[u32]) -> Vec<Scope> {
    match kind {
        BookKind::Village
        | BookKind::CareFiles
        | BookKind::CareHealth
        | BookKind::CareAssignments
        | BookKind::CareContacts => villages.iter().copied().map(Scope::Village).collect(),
        BookKind::Unit => units.iter().copied().map(Scope::Unit).collect(),
        _ => vec![Scope::Commune],
    }
}
