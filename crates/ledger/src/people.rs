//! Who and where: roles, scopes, compartments, and which book is which (design.md §4).

use minicbor::{Decode, Encode};

/// What a device's person does in the commune. The registrar is a power beside a role, not a role.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Encode, Decode)]
#[cbor(index_only)]
#[non_exhaustive]
pub enum Role {
    /// Trưởng thôn.
    #[n(1)]
    VillageHead,
    /// Phó trưởng thôn.
    #[n(2)]
    DeputyVillageHead,
    /// Công an xã.
    #[n(3)]
    Police,
    /// Trưởng Công an xã: all that police may, and more.
    #[n(4)]
    PoliceChief,
    /// Trạm Y tế.
    #[n(5)]
    Health,
    /// Chủ tịch UBND xã, and the deputy in charge of this work.
    #[n(6)]
    Chair,
    /// Đảng ủy, other members of UBND and BCĐ.
    #[n(7)]
    Leader,
    /// Văn phòng.
    #[n(8)]
    Office,
    /// One union, culture, military: of one unit.
    #[n(9)]
    Unit,
}

impl Role {
    /// All roles, in the order of their numbers.
    pub const ALL: [Role; 9] = [
        Role::VillageHead,
        Role::DeputyVillageHead,
        Role::Police,
        Role::PoliceChief,
        Role::Health,
        Role::Chair,
        Role::Leader,
        Role::Office,
        Role::Unit,
    ];
}

/// Whose book it is, or for whom a device works.
///
/// Villages and units are named by numbers that never change; their names are dated records (R74, R68).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Encode, Decode)]
#[non_exhaustive]
pub enum Scope {
    /// The whole commune.
    #[n(0)]
    Commune,
    /// One village.
    #[n(1)]
    Village(#[n(0)] u32),
    /// One unit.
    #[n(2)]
    Unit(#[n(0)] u32),
}

/// How sensitive a book is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Encode, Decode)]
#[cbor(index_only)]
#[non_exhaustive]
pub enum Compartment {
    /// Ngăn chung.
    #[n(0)]
    General,
    /// Ngăn quản lý, giúp đỡ.
    #[n(1)]
    Care,
    /// Ngăn tin báo.
    #[n(2)]
    Tips,
    /// Ngăn xã.
    #[n(3)]
    Commune,
}

impl Compartment {
    /// All compartments.
    pub const ALL: [Compartment; 4] = [
        Compartment::General,
        Compartment::Care,
        Compartment::Tips,
        Compartment::Commune,
    ];

    /// Whether a new reader counts only from the first *yes* (§3.6), and whether entries may be carried only by
    /// devices that may read or write them (§3.8).
    pub fn is_guarded(self) -> bool {
        matches!(self, Compartment::Care | Compartment::Tips)
    }
}

/// Which row of the table of books (design.md §4) a book is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Encode, Decode)]
#[cbor(index_only)]
#[non_exhaustive]
pub enum BookKind {
    /// A village's general book.
    #[n(0)]
    Village,
    /// A unit's own activities.
    #[n(1)]
    Unit,
    /// The commune's book.
    #[n(2)]
    Commune,
    /// Care: files.
    #[n(3)]
    CareFiles,
    /// Care: health.
    #[n(4)]
    CareHealth,
    /// Care: assignments.
    #[n(5)]
    CareAssignments,
    /// Care: contacts.
    #[n(6)]
    CareContacts,
    /// Tips.
    #[n(7)]
    Tips,
    /// Tips: police.
    #[n(8)]
    TipsPolice,
    /// Tips: access log.
    #[n(9)]
    TipsAccess,
}

impl BookKind {
    /// All rows of the table.
    pub const ALL: [BookKind; 10] = [
        BookKind::Village,
        BookKind::Unit,
        BookKind::Commune,
        BookKind::CareFiles,
        BookKind::CareHealth,
        BookKind::CareAssignments,
        BookKind::CareContacts,
        BookKind::Tips,
        BookKind::TipsPolice,
        BookKind::TipsAccess,
    ];

    /// The compartment of such a book.
    pub fn compartment(self) -> Compartment {
        match self {
            BookKind::Village | BookKind::Unit => Compartment::General,
            BookKind::Commune => Compartment::Commune,
            BookKind::CareFiles
            | BookKind::CareHealth
            | BookKind::CareAssignments
            | BookKind::CareContacts => Compartment::Care,
            BookKind::Tips | BookKind::TipsPolice | BookKind::TipsAccess => Compartment::Tips,
        }
    }
}

/// A right to a book.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Encode, Decode)]
#[cbor(index_only)]
#[non_exhaustive]
pub enum Right {
    /// To hold the epochs' secrets.
    #[n(0)]
    Read,
    /// To publish changes.
    #[n(1)]
    Write,
    /// To write sealed and not read again.
    #[n(2)]
    Drop,
}

/// Who is meant: a role, either wherever it works or only where it works for one scope.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Encode, Decode)]
#[cbor(array)]
pub struct Selector {
    /// The role.
    #[n(0)]
    pub role: Role,
    /// Only devices admitted for this scope; `None`: for any.
    #[n(1)]
    pub scope: Option<Scope>,
}

impl Selector {
    /// Whether a device that has `role` for `scopes` is meant.
    pub fn matches(&self, role: Role, scopes: &[Scope]) -> bool {
        self.role == role && self.scope.is_none_or(|scope| scopes.contains(&scope))
    }
}
