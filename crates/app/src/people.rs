//! "Người và máy": who works with which device, and what of it is heard; relays, compartments, readers, ends.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike as _, NaiveDate};
use sothon_ledger::register::DeviceInfo;
use sothon_ledger::{BookId, Compartment, DeviceId, Right, Role, Scope};
use sothon_records::collate;
use sothon_replica::slip::{ReadingKeySlip, secret_to_text};
use sothon_replica::{RegistrarError, ReplicaError};

use crate::api::*;
use crate::app::App;
use crate::desk::{Desk, place_of};
use crate::fault::{Done, Fault};
use crate::words;

const DAY: i64 = 24 * 3600;

impl App {
    /// See [`crate::commands`].
    pub(crate) async fn people(&self) -> Done<People> {
        self.at_desk(|desk| desk.people()).await
    }

    /// See [`crate::commands`].
    pub(crate) async fn end_device(&self, device: String) -> Done<People> {
        self.at_desk(move |desk| {
            let device = device_of(&device)?;
            if device == desk.device().device() {
                return Err(Fault::new(
                    "own_device",
                    "Đây là máy đang dùng. Máy giữ danh bạ chỉ thay được bằng phiếu khôi phục của xã.",
                    "This is the device in use. The registrar's machine is replaced with the recovery sheet alone.",
                ));
            }
            let now = desk.now();
            desk.device_mut().cut_device(device, now)?;
            desk.register_written()
        })
        .await
    }

    /// See [`crate::commands`].
    pub(crate) async fn say_yes(&self, device: String, books: Vec<String>) -> Done<People> {
        self.at_desk(move |desk| {
            let device = device_of(&device)?;
            let waiting = desk.device().readers_waiting();
            let asked: Vec<BookId> = waiting
                .into_iter()
                .filter(|(book, who)| *who == device && books.contains(&book.to_string()))
                .map(|(book, _)| book)
                .collect();
            if asked.is_empty() {
                return Err(Fault::new(
                    "nobody_waits",
                    "Máy này không còn chờ sổ nào. Có thể đã có người đồng ý.",
                    "That device waits for no book any more. Somebody may have said yes.",
                ));
            }
            let now = desk.now();
            for book in &asked {
                desk.device_mut().say_yes(book, device, now)?;
            }
            // The keys go with it.
            desk.publish()?;
            desk.people()
        })
        .await
    }

    /// See [`crate::commands`].
    pub(crate) async fn set_relays(&self, relays: Vec<String>) -> Done<People> {
        self.at_desk(move |desk| {
            let typed = relays
                .iter()
                .map(|line| line.trim())
                .filter(|line| !line.is_empty());
            let read: Option<Vec<_>> = typed.map(words::parse_relay).collect();
            let Some(relays) = read else {
                return Err(Fault::fields(vec![sothon_records::Problem::new(
                    sothon_records::Place::field("relays"),
                    sothon_records::Code::Broken,
                    "Chép lại dòng mà máy trạm chuyển đã in: khóa@địa chỉ:cổng.",
                    "Copy the line that the relay printed: KEY@HOST:PORT.",
                )]));
            };
            let now = desk.now();
            desk.device_mut().set_relays(relays, now)?;
            desk.register_written()
        })
        .await
    }

    /// See [`crate::commands`].
    pub(crate) async fn open_compartment(&self, compartment: String, year: u32) -> Done<People> {
        self.at_desk(move |desk| {
            let compartment = compartment_of(&compartment)?;
            let (villages, units) = desk.all_places();
            desk.check_year(year)?;
            let now = desk.now();
            desk.device_mut()
                .open_books(compartment, year, &villages, &units, now)?;
            desk.register_written()
        })
        .await
    }

    /// See [`crate::commands`].
    pub(crate) async fn make_reading_key(&self, compartment: String, year: u32) -> Done<ReadingKeySheet> {
        self.at_desk(move |desk| {
            let compartment = compartment_of(&compartment)?;
            desk.check_year(year)?;
            let made = desk.device_mut().make_reading_key(compartment, year);
            let made = made.map_err(Fault::of_reading_key)?;
            let secret = secret_to_text(&made.secret);
            let printed = crate::sheets::Printed::of(&secret);
            desk.sheet = printed.expected();
            let crate::sheets::Printed { groups, ask } = printed;
            Ok(ReadingKeySheet {
                title: format!("{}, {year}", desk.w(&words::compartment(compartment).1)),
                groups,
                slip: made.slip.to_text(),
                ask,
            })
        })
        .await
    }

    /// See [`crate::commands`].
    pub(crate) async fn enter_reading_key(&self, slip: String) -> Done<People> {
        self.at_desk(move |desk| {
            let slip = ReadingKeySlip::from_text(&slip)?;
            let now = desk.now();
            desk.device_mut().enter_reading_key(&slip, now)?;
            desk.register_written()
        })
        .await
    }
}

/// A device of the register by the text of its id.
pub(crate) fn device_of(text: &str) -> Done<DeviceId> {
    text.parse().map_err(|_| Fault::not_understood("device"))
}

fn compartment_of(text: &str) -> Done<Compartment> {
    words::parse_compartment(text).map_err(|_| Fault::not_understood("compartment"))
}

impl Desk {
    /// The register was written here: it goes out, with what is owed on it, and the page shows it.
    pub(crate) fn register_written(&mut self) -> Done<People> {
        self.register_grew();
        self.publish()?;
        self.follow();
        self.people()
    }

    /// The page.
    pub(crate) fn people(&mut self) -> Done<People> {
        let registrar = self.device().is_registrar();
        let (asking, invites) = self.invitations()?;
        let people = self.person_rows()?;
        let using = |person: &&PersonRow| person.devices.iter().any(|device| !device.ended);
        let devices = people
            .iter()
            .flat_map(|person| &person.devices)
            .filter(|device| !device.ended);
        let (count, machines) = (people.iter().filter(using).count(), devices.count());
        let register = self.device().register()?;
        let (height, head) = register.head();
        let head: String = head.to_string().chars().take(6).collect();
        Ok(People {
            registrar,
            summary: match self.lang {
                sothon_records::Lang::Vi => format!("{count} người, {machines} máy"),
                sothon_records::Lang::En => format!("{count} people, {machines} devices"),
            },
            asking,
            readers: self.reader_asks(),
            people,
            invites,
            roles: if registrar {
                self.role_choices()
            } else {
                Vec::new()
            },
            relay_slip: self.device().root_slip()?.to_text(),
            relays: register
                .rights()
                .relays()
                .iter()
                .map(|relay| format!("{}@{}", relay.key, relay.addresses.join(",")))
                .collect(),
            register: format!("{} {height} · {head}", self.t("mốc", "height")),
            unopened: if registrar { self.unopened()? } else { Vec::new() },
            years: self.years_to_open(),
            forked: self.is_forked(),
            unchosen: self.unchosen_words()?,
        })
    }

    fn person_rows(&self) -> Done<Vec<PersonRow>> {
        let register = self.device().register()?;
        let at = register.effective_height();
        let heard = self.device().devices_heard_from()?;
        let mut entries: BTreeMap<DeviceId, u64> = BTreeMap::new();
        for log in self.device().station().store().index().all() {
            *entries.entry(log.key().device).or_default() += log.entries();
        }
        let mut rows: BTreeMap<String, (Vec<u8>, PersonRow)> = BTreeMap::new();
        for (id, info) in register.rights().devices() {
            let span = info.role_at(at).or(info.roles.last());
            let role = span
                .map(|span| self.role_words(span.role, &span.scopes))
                .unwrap_or_default();
            let person = self.person_of(id);
            // Devices of nobody known stand alone.
            let whose = person
                .as_ref()
                .map_or_else(|| id.to_string(), |(_, key)| key.to_string());
            let device = self.device_row(id, info, heard.get(id).copied(), entries.get(id).copied());
            let scopes = span.map(|span| span.scopes.clone()).unwrap_or_default();
            let wide = scopes.contains(&Scope::Commune);
            let row = || {
                let name = match &person {
                    Some((name, _)) => name.clone(),
                    None if role.is_empty() => words::short(id),
                    None => role.clone(),
                };
                let mut order = vec![u8::from(!wide)];
                order.extend(
                    scopes
                        .first()
                        .map(|scope| number(*scope).to_be_bytes())
                        .unwrap_or_default(),
                );
                order.extend(collate::name_key(&name));
                let acting = person.as_ref().map(|(_, key)| self.acting_in_short(key));
                let row = PersonRow {
                    name,
                    acting: acting.unwrap_or_default(),
                    role: role.clone(),
                    group: if wide { "commune" } else { "village" }.to_owned(),
                    devices: Vec::new(),
                };
                (order, row)
            };
            let device = DeviceRow {
                official: person.as_ref().map(|(_, key)| key.to_string()),
                ..device
            };
            rows.entry(whose).or_insert_with(row).1.devices.push(device);
        }
        let mut rows: Vec<(Vec<u8>, PersonRow)> = rows.into_values().collect();
        for (_, person) in &mut rows {
            person.devices.sort_by_key(|device| (device.ended, device.height));
        }
        rows.sort_by_key(|(order, person)| (person.devices.iter().all(|device| device.ended), order.clone()));
        Ok(rows.into_iter().map(|(_, row)| row).collect())
    }

    fn device_row(
        &self,
        id: &DeviceId,
        info: &DeviceInfo,
        heard: Option<i64>,
        entries: Option<u64>,
    ) -> DeviceRow {
        let this = *id == self.device().device();
        let register = self.device().register();
        let ended = register.is_ok_and(|register| info.role_at(register.effective_height()).is_none());
        let seen = if this { Some(self.now()) } else { heard };
        let silent = seen.map(|seen| (self.now() - seen).max(0) / DAY);
        let limit = i64::from(self.parts().settings().silent_days);
        let (tone, word) = match silent {
            _ if ended => (Tone::Plain, self.t("Đã dừng", "Ended").to_owned()),
            _ if self.device().suspended().contains(id) => {
                (Tone::Warn, self.t("Đang tạm dừng", "Suspended").to_owned())
            }
            None => (
                Tone::Plain,
                self.t("Chưa gửi lần nào", "Has sent nothing yet").to_owned(),
            ),
            Some(days) if days >= limit => (
                Tone::Warn,
                match self.lang {
                    sothon_records::Lang::Vi => format!("{days} ngày chưa gửi"),
                    sothon_records::Lang::En => format!("Silent for {days} days"),
                },
            ),
            Some(_) => (Tone::Ok, self.t("Đang dùng", "In use").to_owned()),
        };
        DeviceRow {
            id: id.to_string(),
            short: words::short(id),
            what: self.what_device(id),
            this,
            seen,
            state: RowState { tone, word },
            ended,
            height: info.admitted.0,
            entries: entries.unwrap_or_default(),
            official: None,
        }
    }

    /// What a device is, where the person's record says so.
    pub(crate) fn what_device(&self, id: &DeviceId) -> String {
        let wanted = sothon_records::Value::Text(id.to_string());
        let what = self.person_of(id).and_then(|(_, key)| {
            let raw = self.view.record(&key)?;
            let fields = raw
                .subs
                .values()
                .find(|fields| fields.get("device") == Some(&wanted))?;
            match fields.get("what")? {
                sothon_records::Value::Text(what) => Some(what.clone()),
                _ => None,
            }
        });
        what.unwrap_or_else(|| self.t("Máy", "Device").to_owned())
    }

    /// Devices that wait for a yes that this one can say, compartment by compartment.
    pub(crate) fn reader_asks(&self) -> Vec<ReaderAsk> {
        let mut asks: BTreeMap<(DeviceId, Compartment), Vec<BookId>> = BTreeMap::new();
        let waiting = self.device().readers_waiting();
        // Who reads only by a key on paper waits for a yes as well, and has none to give. In a book in which nobody has
        // written yet there is nothing to read, and a yes is said all the same.
        let own = self.device().device();
        let says = |book: &BookId| self.device().may(book, Right::Read) && !waiting.contains(&(*book, own));
        for (book, device) in waiting.iter().copied() {
            if let Some(open) = self.device().book_info(&book).filter(|_| says(&book)) {
                let of = (device, open.kind.compartment());
                asks.entry(of).or_default().push(book);
            }
        }
        let ask = |((device, compartment), books): ((DeviceId, Compartment), Vec<BookId>)| ReaderAsk {
            person: self.person_of(&device).map(|(name, _)| name).unwrap_or_default(),
            role: self
                .span_of(&device)
                .map(|span| self.role_words(span.role, &span.scopes))
                .unwrap_or_default(),
            what: self.w(&words::compartment(compartment).1),
            books: books.iter().map(ToString::to_string).collect(),
            device: device.to_string(),
        };
        asks.into_iter().map(ask).collect()
    }

    fn role_choices(&self) -> Vec<RoleChoice> {
        let (villages, units) = self.all_places();
        let place = |scope: Scope| FormPlace {
            place: words::scope_text(scope),
            label: place_of(scope)
                .map(|place| self.place_name(place))
                .unwrap_or_default(),
        };
        let choice = |role: Role| RoleChoice {
            slug: words::role(role).0.to_owned(),
            label: self.w(&words::role(role).1),
            places: match role {
                Role::VillageHead | Role::DeputyVillageHead => {
                    villages.iter().copied().map(Scope::Village).map(place).collect()
                }
                Role::Unit => units.iter().copied().map(Scope::Unit).map(place).collect(),
                _ => Vec::new(),
            },
        };
        Role::ALL.into_iter().map(choice).collect()
    }

    /// The villages and units of the commune: those that have records or books.
    fn all_places(&self) -> (Vec<u32>, Vec<u32>) {
        let (mut villages, mut units) = (self.view.villages(), BTreeSet::new());
        if let Ok(register) = self.device().register() {
            for (_, info) in register.rights().books() {
                match info.open.scope {
                    Scope::Village(n) => {
                        villages.insert(n);
                    }
                    Scope::Unit(n) => {
                        units.insert(n);
                    }
                    _ => {}
                }
            }
        }
        (villages.into_iter().collect(), units.into_iter().collect())
    }

    /// The years whose books are to be open by now: this one, and from December on the next.
    fn years_to_open(&self) -> Vec<u32> {
        let (today, year) = (self.today(), self.clock().year());
        let next = (today.month() == 12).then_some(year + 1);
        std::iter::once(year).chain(next).collect()
    }

    fn check_year(&self, year: u32) -> Done {
        let known = self.years_to_open().contains(&year);
        known.then_some(()).ok_or_else(|| Fault::not_understood("year"))
    }

    /// The years of which a compartment that was open before has no books yet, and by when they are to be open: for the
    /// registrar alone.
    pub(crate) fn unopened_years(&self) -> Vec<(NaiveDate, u32)> {
        let Some(register) = self
            .device()
            .register()
            .ok()
            .filter(|_| self.device().is_registrar())
        else {
            return Vec::new();
        };
        let opened: BTreeSet<(Compartment, u32)> = register
            .rights()
            .books()
            .map(|(_, info)| (info.open.kind.compartment(), info.open.year))
            .collect();
        let lacks = |year: &u32| {
            let mut before = opened.iter().filter(|(_, of)| of < year);
            before.any(|(compartment, _)| !opened.contains(&(*compartment, *year)))
        };
        let by = |year: u32| {
            let eve = NaiveDate::from_ymd_opt(i32::try_from(year).ok()? - 1, 12, 31)?;
            Some((eve, year))
        };
        let years = self.years_to_open().into_iter().filter(lacks);
        years.filter_map(by).collect()
    }

    /// Compartments of which books are not open that could be.
    fn unopened(&mut self) -> Done<Vec<Unopened>> {
        let (villages, units) = self.all_places();
        let mut unopened = Vec::new();
        let all = self.years_to_open().into_iter();
        for (year, compartment) in
            all.flat_map(|year| Compartment::ALL.map(|compartment| (year, compartment)))
        {
            let (slug, said) = words::compartment(compartment);
            let tried = self
                .device_mut()
                .may_open_books(compartment, year, &villages, &units);
            let lacks = match tried {
                Ok(()) => String::new(),
                Err(ReplicaError::Registrar(RegistrarError::AlreadyOpen)) => continue,
                Err(error) => self.w(&Fault::from(error).says),
            };
            unopened.push(Unopened {
                compartment: slug.to_owned(),
                label: self.w(&said),
                lacks,
                year,
            });
        }
        Ok(unopened)
    }
}

fn number(scope: Scope) -> u32 {
    match scope {
        Scope::Village(n) | Scope::Unit(n) => n,
        _ => 0,
    }
}
