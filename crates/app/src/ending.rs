//! What the registrar changes and ends for a device: another role, with what it ends and begins said first.

use std::collections::BTreeSet;

use sothon_ledger::{BookKind, DeviceId, Right, Role, Scope};
use sothon_records::{Code, Lang, Place, Problem};
use sothon_replica::{InvitationError, RegistrarError, ReplicaError};

use crate::api::*;
use crate::app::App;
use crate::desk::{Desk, place_of};
use crate::fault::{Done, Fault};
use crate::people::device_of;
use crate::words;

impl App {
    /// See [`crate::commands`].
    pub(crate) async fn role_change(&self, input: RoleInput) -> Done<RoleChange> {
        self.at_desk(move |desk| {
            let (device, role, scopes) = desk.role_wanted(&input)?;
            desk.role_change(device, role, &scopes)
        })
        .await
    }

    /// See [`crate::commands`].
    pub(crate) async fn change_role(&self, input: RoleInput) -> Done<People> {
        self.at_desk(move |desk| {
            let (device, role, scopes) = desk.role_wanted(&input)?;
            let now = desk.now();
            let changed = desk.device_mut().change_role(device, role, scopes, now);
            changed.map_err(place_needed)?;
            desk.register_written()
        })
        .await
    }
}

/// A role that needs another place is told at the field.
fn place_needed(error: ReplicaError) -> Fault {
    match error {
        ReplicaError::Invitation(InvitationError::Place) => no_place(),
        other => other.into(),
    }
}

fn no_place() -> Fault {
    problem("place", "Chọn nơi phụ trách.", "Choose the place.")
}

fn problem(field: &str, vi: &str, en: &str) -> Fault {
    Fault::fields(vec![Problem::new(Place::field(field), Code::Missing, vi, en)])
}

impl Desk {
    fn role_wanted(&self, input: &RoleInput) -> Done<(DeviceId, Role, Vec<Scope>)> {
        let device = device_of(&input.device)?;
        let role = words::parse_role(&input.role)
            .map_err(|_| problem("role", "Chọn vai trò.", "Choose the role."))?;
        let scopes = self.scopes_for(role, &input.place);
        let of_a_place = matches!(role, Role::VillageHead | Role::DeputyVillageHead | Role::Unit);
        if scopes.is_empty() || of_a_place == scopes.contains(&Scope::Commune) {
            return Err(no_place());
        }
        Ok((device, role, scopes))
    }

    fn role_change(&self, device: DeviceId, role: Role, scopes: &[Scope]) -> Done<RoleChange> {
        if !self.device().is_registrar() {
            return Err(RegistrarError::NotRegistrar.into());
        }
        let register = self.device().register()?;
        let at = register.effective_height();
        let info = register.rights().device(&device);
        let info = info.ok_or(RegistrarError::UnknownDevice)?;
        let span = info.role_at(at).ok_or(RegistrarError::NoRole)?;
        if (span.role, span.scopes.as_slice()) == (role, scopes) {
            return Err(RegistrarError::SameRole.into());
        }
        let from = self.role_words(span.role, &span.scopes);
        let (mut ends, mut begins, mut asks) = (Vec::new(), Vec::new(), false);
        for right in [Right::Read, Right::Write, Right::Drop] {
            let (mut ended, mut begun) = (Vec::new(), Vec::new());
            for kind in BookKind::ALL {
                let (mut all, mut lost, mut won) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
                let books = register.rights().books();
                for (book, info) in books.filter(|(_, info)| info.open.kind == kind && info.erased.is_none())
                {
                    let scope = info.open.scope;
                    all.insert(scope);
                    let had = register.rights().may(&device, book, right, at);
                    match (had, register.rights().gives(book, right, role, scopes, at)) {
                        (true, false) => lost.insert(scope),
                        (false, true) => won.insert(scope),
                        _ => continue,
                    };
                }
                asks |= right == Right::Read && kind.compartment().is_guarded() && !won.is_empty();
                ended.extend(self.books_of(kind, &lost, &all));
                begun.extend(self.books_of(kind, &won, &all));
            }
            let (stops, starts) = self.right_words(right);
            ends.extend(line(stops, ended));
            begins.extend(line(starts, begun));
        }
        Ok(RoleChange {
            person: self
                .person_of(&device)
                .map_or_else(|| from.clone(), |(name, _)| name),
            what: self.what_device(&device),
            short: words::short(device),
            from,
            to: self.role_words(role, scopes),
            ends,
            begins,
            asks,
        })
    }

    /// Books of one kind in words: "Sổ thôn (Thôn 1, Thôn 3)", "Sổ thôn (mọi nơi)"; none where there are none.
    fn books_of(&self, kind: BookKind, some: &BTreeSet<Scope>, all: &BTreeSet<Scope>) -> Option<String> {
        let label = self.w(&words::book_kind(kind).1);
        if some.is_empty() {
            return None;
        }
        if some.contains(&Scope::Commune) {
            return Some(label);
        }
        if some.len() > 1 && some == all {
            return Some(format!("{label} ({})", self.t("mọi nơi", "everywhere")));
        }
        let places: Vec<String> = some.iter().map(|scope| self.scope_name(*scope)).collect();
        Some(format!("{label} ({})", places.join(", ")))
    }

    fn scope_name(&self, scope: Scope) -> String {
        match place_of(scope) {
            Some(place) => self.place_name(place),
            None => self.w(&words::scope(scope)),
        }
    }

    /// What it means to lose a right, and to have it.
    fn right_words(&self, right: Right) -> (&'static str, &'static str) {
        let (ends, begins) = match right {
            Right::Read => (
                (
                    "Không nhận thêm, không đọc phần mới",
                    "Receives and reads nothing more of",
                ),
                ("Nhận và đọc", "Receives and reads"),
            ),
            Right::Write => (("Không ghi vào", "Writes no more in"), ("Ghi vào", "Writes in")),
            _ => (
                ("Không niêm phong gửi vào", "Seals nothing more into"),
                ("Niêm phong gửi vào", "Seals into"),
            ),
        };
        let of = |(vi, en)| match self.lang {
            Lang::Vi => vi,
            Lang::En => en,
        };
        (of(ends), of(begins))
    }
}

fn line(says: &str, books: Vec<String>) -> Option<RoleLine> {
    (!books.is_empty()).then(|| RoleLine {
        says: says.to_owned(),
        books,
    })
}
