//! Inviting a person; saying yes or no to the device that asks, once its eight words were compared with the person's.

use sothon_book::Act;
use sothon_ledger::{BookKind, DeviceId, InvitationId, Right, Role, Scope};
use sothon_records::kinds::actor::Actor;
use sothon_records::kinds::official::OfficialDevice;
use sothon_records::kinds::{Official, Unit};
use sothon_records::record::{Record as _, differences};
use sothon_records::{Code, Place, Problem, RecordKey, text};
use sothon_replica::{Asked, Invitation, InvitationError, InvitationState};

use crate::api::*;
use crate::app::App;
use crate::desk::{Desk, Rng, place_of, scope_of};
use crate::fault::{Done, Fault};
use crate::people::device_of;
use crate::{fresh_id, place, qr, words};

const DAY: i64 = 24 * 3600;
/// The longest that an invitation is good for, in days.
const LONGEST: u32 = 90;

impl App {
    /// See [`crate::commands`].
    pub(crate) async fn invite(&self, input: InviteInput) -> Done<InviteSlipSeen> {
        self.at_desk(move |desk| desk.invite(&input)).await
    }

    /// See [`crate::commands`].
    pub(crate) async fn show_invite(&self, id: String) -> Done<InviteSlipSeen> {
        self.at_desk(move |desk| {
            let invitation = desk.invitation(&invitation_of(&id)?)?;
            if is_open(invitation.state) {
                desk.slip_seen(&invitation)
            } else {
                Err(ended(invitation.state).into())
            }
        })
        .await
    }

    /// See [`crate::commands`].
    pub(crate) async fn withdraw_invite(&self, id: String) -> Done<People> {
        self.at_desk(move |desk| {
            desk.device_mut().withdraw(&invitation_of(&id)?)?;
            desk.people()
        })
        .await
    }

    /// See [`crate::commands`].
    pub(crate) async fn take_request(&self, text: String) -> Done<Asking> {
        self.at_desk(move |desk| {
            let now = desk.now();
            let asked = desk.device_mut().look_at_request(&text, now)?;
            let invitation = desk.invitation(&asked.invitation)?;
            Ok(desk.asking(&invitation, &asked))
        })
        .await
    }

    /// See [`crate::commands`].
    pub(crate) async fn admit(&self, invite: String, device: String) -> Done<People> {
        self.at_desk(move |desk| {
            let (id, device) = (invitation_of(&invite)?, device_of(&device)?);
            let invitation = desk.invitation(&id)?;
            let now = desk.now();
            desk.device_mut().admit_asked(&id, &device, None, now)?;
            if let Err(fault) = desk.name_person(&invitation, &device) {
                // The device is admitted all the same; its person can be recorded another time.
                tracing::warn!(code = fault.code, "a person was not recorded");
            }
            desk.register_written()
        })
        .await
    }

    /// See [`crate::commands`].
    pub(crate) async fn refuse(&self, invite: String, device: String) -> Done<People> {
        self.at_desk(move |desk| {
            let (id, device) = (invitation_of(&invite)?, device_of(&device)?);
            desk.device_mut().refuse_asked(&id, &device)?;
            desk.people()
        })
        .await
    }
}

fn invitation_of(text: &str) -> Done<InvitationId> {
    text.parse().map_err(|_| Fault::not_understood("invite"))
}

fn is_open(state: InvitationState) -> bool {
    matches!(state, InvitationState::Open | InvitationState::Asked)
}

fn ended(state: InvitationState) -> InvitationError {
    match state {
        InvitationState::Used(_) => InvitationError::Used,
        InvitationState::Withdrawn => InvitationError::Withdrawn,
        _ => InvitationError::Expired,
    }
}

fn problem(field: &str, vi: &str, en: &str) -> Fault {
    Fault::fields(vec![Problem::new(Place::field(field), Code::Missing, vi, en)])
}

/// What an invitation is kept with: for whom, and which kind of device; a line each.
fn note(person: &str, what: &str) -> String {
    format!("{person}\n{what}")
}

fn noted(note: &str) -> (&str, &str) {
    note.split_once('\n').unwrap_or((note, ""))
}

/// The unit whose books a role of the commune writes as its own.
pub(crate) fn unit_of_role(role: Role) -> Option<Actor> {
    match role {
        Role::Police | Role::PoliceChief => Some(Actor::Police),
        Role::Health => Some(Actor::Health),
        Role::Office => Some(Actor::Office),
        _ => None,
    }
}

impl Desk {
    fn invite(&mut self, input: &InviteInput) -> Done<InviteSlipSeen> {
        let person = text::tidy_line(&input.person);
        if person.is_empty() {
            return Err(problem(
                "person",
                "Nhập họ và tên người được mời.",
                "Enter the full name of the person.",
            ));
        }
        let role = words::parse_role(&input.role)
            .map_err(|_| problem("role", "Chọn vai trò của người được mời.", "Choose the role."))?;
        let scopes = self.scopes_for(role, &input.place);
        if !(1..=LONGEST).contains(&input.days) {
            return Err(problem(
                "days",
                "Phiếu mời dùng được từ 1 đến 90 ngày.",
                "An invitation is good for 1 to 90 days.",
            ));
        }
        let now = self.now();
        let expires = now + i64::from(input.days) * DAY;
        let note = note(&person, &text::tidy_line(&input.what));
        let made = self.device_mut().invite(role, scopes, expires, &note, now);
        let made = made.map_err(|error| match error {
            sothon_replica::ReplicaError::Invitation(InvitationError::Place) => problem(
                "place",
                "Chọn thôn hoặc đơn vị của người được mời.",
                "Choose the person's village or unit.",
            ),
            other => other.into(),
        })?;
        self.slip_seen(&made)
    }

    /// For whom a device of a role works: the place chosen, or the commune with the role's own unit.
    pub(crate) fn scopes_for(&self, role: Role, chosen: &str) -> Vec<Scope> {
        match role {
            // The books of all that went into a village are its head's to read and write.
            Role::VillageHead | Role::DeputyVillageHead | Role::Unit => {
                let place = words::parse_scope(chosen).and_then(place_of);
                let places = place.map(|place| self.places_of(place)).unwrap_or_default();
                places.into_iter().map(scope_of).collect()
            }
            _ => {
                let unit =
                    unit_of_role(role).and_then(|actor| self.unit_with(|unit| unit.actor == Some(actor)));
                let number = unit.and_then(|(_, unit)| unit.code?.parse().ok());
                std::iter::once(Scope::Commune)
                    .chain(number.map(Scope::Unit))
                    .collect()
            }
        }
    }

    fn unit_with(&self, fits: impl Fn(&Unit) -> bool) -> Option<(RecordKey, Unit)> {
        self.view.of_kind(Unit::KIND.slug).find_map(|key| {
            let unit = Unit::read(self.view.record(key)?).value;
            (unit.common.in_force() && fits(&unit)).then(|| (key.clone(), unit))
        })
    }

    fn invitation(&self, id: &InvitationId) -> Done<Invitation> {
        let all = self.device().invitations(self.now())?;
        let found = all.into_iter().find(|invitation| invitation.id == *id);
        found.ok_or_else(|| InvitationError::Unknown.into())
    }

    fn slip_seen(&self, invitation: &Invitation) -> Done<InviteSlipSeen> {
        Ok(InviteSlipSeen {
            id: invitation.id.to_string(),
            person: noted(&invitation.note).0.to_owned(),
            role: self.role_words(invitation.role, &invitation.scopes),
            qr: qr::of(&invitation.slip)?,
            text: invitation.slip.clone(),
            until: invitation.expires,
            commune: self.commune_name(),
        })
    }

    fn asking(&self, invitation: &Invitation, asked: &Asked) -> Asking {
        Asking {
            invite: asked.invitation.to_string(),
            device: asked.device.to_string(),
            person: noted(&invitation.note).0.to_owned(),
            role: self.role_words(invitation.role, &invitation.scopes),
            at: asked.at,
            words: asked.words.map(str::to_owned).to_vec(),
        }
    }

    /// Who asks to be admitted, and all invitations; none on another's device.
    pub(crate) fn invitations(&self) -> Done<(Vec<Asking>, Vec<InviteRow>)> {
        let all = self.device().invitations(self.now())?;
        let asking = all.iter().flat_map(|invitation| {
            invitation
                .asked
                .iter()
                .map(|asked| self.asking(invitation, asked))
        });
        let row = |invitation: &Invitation| {
            let (tone, word) = match invitation.state {
                InvitationState::Open => (Tone::Plain, self.t("Chưa dùng", "Not used yet")),
                InvitationState::Asked => (Tone::Warn, self.t("Chờ đối chiếu tám từ", "Waits for your yes")),
                InvitationState::Used(_) => (Tone::Ok, self.t("Đã dùng", "Used")),
                InvitationState::Expired => (Tone::Plain, self.t("Hết hạn", "Expired")),
                InvitationState::Withdrawn => (Tone::Plain, self.t("Đã rút lại", "Withdrawn")),
            };
            InviteRow {
                id: invitation.id.to_string(),
                person: noted(&invitation.note).0.to_owned(),
                role: self.role_words(invitation.role, &invitation.scopes),
                until: invitation.expires,
                state: RowState {
                    tone,
                    word: word.to_owned(),
                },
                open: is_open(invitation.state),
            }
        };
        Ok((asking.collect(), all.iter().map(row).collect()))
    }

    /// Records whose device was admitted, where this device may write that: everybody sees names from it.
    fn name_person(&mut self, invitation: &Invitation, device: &DeviceId) -> Done {
        let year = self.clock().year();
        let book = place::open_book(self.device(), BookKind::Commune, Scope::Commune, year)?;
        let (person, what) = noted(&invitation.note);
        if person.is_empty() || !self.device().may(&book, Right::Write) {
            return Ok(());
        }
        let unit = self.unit_record(invitation.role, &invitation.scopes);
        let mut rng: Rng = rand_core::UnwrapErr(getrandom::SysRng);
        let entry = OfficialDevice {
            device: Some(device.to_string()),
            what: (!what.is_empty()).then(|| what.to_owned()),
            ..OfficialDevice::default()
        };
        let folded = text::fold(person);
        let known = self.view.of_kind(Official::KIND.slug).find_map(|key| {
            let official = Official::read(self.view.record(key)?).value;
            let same = official.unit == unit && official.holds_on(self.today());
            let same = same && official.name.as_deref().map(text::fold).as_ref() == Some(&folded);
            same.then(|| key.clone())
        });
        let edits = match known {
            // A second device of the same person.
            Some(key) => {
                let before = self.device().record(&book, &key).unwrap_or_default();
                let mut official = Official::read(&before).value;
                official.devices.insert(fresh_id(&mut rng), entry);
                let mut after = before.clone();
                let mut of_devices = official.write().subs;
                of_devices.retain(|key, _| !before.subs.contains_key(key));
                after.subs.extend(of_devices);
                differences(&key, &before, &after)
            }
            None => {
                let official = Official {
                    unit,
                    name: Some(person.to_owned()),
                    position: Some(words::role(invitation.role).1.vi),
                    from: Some(self.today()),
                    devices: [(fresh_id(&mut rng), entry)].into(),
                    ..Official::default()
                };
                vec![official.create(fresh_id(&mut rng))]
            }
        };
        let act = Act::of_one_change("add", Some(self.now()));
        self.device_mut().edit(book, &edits, &act)?;
        Ok(())
    }

    /// The village's or unit's record that an official of a role belongs to.
    fn unit_record(&self, role: Role, scopes: &[Scope]) -> Option<RecordKey> {
        let coded = |n: u32| {
            let code = n.to_string();
            self.unit_with(|unit| unit.code.as_ref() == Some(&code))
                .map(|(key, _)| key)
        };
        let of_scope = scopes.iter().find_map(|scope| match scope {
            Scope::Village(n) => self.view.village_key(*n).cloned(),
            Scope::Unit(n) => coded(*n),
            _ => None,
        });
        of_scope.or_else(|| {
            let actor = unit_of_role(role).unwrap_or(Actor::Office);
            self.unit_with(|unit| unit.actor == Some(actor))
                .map(|(key, _)| key)
        })
    }
}

impl From<InvitationError> for Fault {
    fn from(error: InvitationError) -> Self {
        let (code, vi, en) = match error {
            InvitationError::Place => (
                "place",
                "Chọn thôn hoặc đơn vị của người được mời.",
                "Choose the person's village or unit.",
            ),
            InvitationError::Past => (
                "past",
                "Hạn của phiếu mời đã qua theo giờ máy này. Xem lại giờ của máy.",
                "The invitation would be over already by this device's clock. Look at the clock.",
            ),
            InvitationError::ForeignCommune => return sothon_replica::RegistrarError::ForeignRequest.into(),
            InvitationError::NotInvited => (
                "not_invited",
                "Phiếu xin vào này không theo phiếu mời nào. Làm phiếu mời mới rồi đưa cho người đó.",
                "That request answers no invitation. Make one and hand it over.",
            ),
            InvitationError::Invited => (
                "invited",
                "Phiếu xin vào này theo một phiếu mời. Vai trò lấy theo phiếu mời.",
                "That request answers an invitation, and is admitted by it.",
            ),
            InvitationError::Unknown => (
                "unknown_invitation",
                "Máy này không làm phiếu mời đó. Làm phiếu mời mới rồi đưa cho người đó.",
                "That invitation was not made on this device. Make a new one and hand it over.",
            ),
            InvitationError::Used => (
                "invitation_used",
                "Phiếu mời này đã dùng để nhận một máy rồi. Làm phiếu mới nếu cần.",
                "A device was admitted by that invitation already. Make a new one if needed.",
            ),
            InvitationError::Expired => (
                "invitation_expired",
                "Phiếu mời này đã hết hạn. Làm phiếu mới.",
                "That invitation is over. Make a new one.",
            ),
            InvitationError::Withdrawn => (
                "invitation_withdrawn",
                "Phiếu mời này đã rút lại. Làm phiếu mới nếu cần.",
                "That invitation was withdrawn. Make a new one if needed.",
            ),
            InvitationError::Proof => (
                "invitation_proof",
                "Phiếu xin vào này không phải từ máy đã đọc phiếu mời. Không nhận máy nào.",
                "That request is not by a device that has read the invitation. Nothing was done.",
            ),
            InvitationError::TooMany => (
                "invitation_crowded",
                "Nhiều máy đã dùng phiếu mời này. Rút lại phiếu, làm phiếu mới và đưa tận tay.",
                "Many devices have answered that invitation. Withdraw it, and hand over a new one.",
            ),
            InvitationError::Refused => (
                "refused",
                "Máy này đã bị từ chối. Làm phiếu mời mới nếu muốn nhận.",
                "That device was refused. Make a new invitation to admit it.",
            ),
            InvitationError::NotAsked => (
                "not_asked",
                "Máy này chưa xin vào bằng phiếu mời đó.",
                "That device has not asked with that invitation.",
            ),
            InvitationError::Slip(error) => return error.into(),
            other => return Fault::internal(other),
        };
        Fault::new(code, vi, en)
    }
}
