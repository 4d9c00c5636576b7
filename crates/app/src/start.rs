//! Founding, joining, the practice commune, unlocking.

use getrandom::SysRng;
use rand_core::UnwrapErr;
use sothon_ledger::{BookKind, Compartment, Role, Scope};
use sothon_records::kinds::official::OfficialDevice;
use sothon_records::kinds::village::VillageName as NameOfVillage;
use sothon_records::kinds::{Commune, Official, Unit, Village, actor::Actor};
use sothon_records::record::Record as _;
use sothon_records::{Edit, text};
use sothon_replica::slip::FirstTrust;
use sothon_replica::{Folder, Lock};
use sothon_vault::{NoKeyStore, Passphrase};

use crate::api::*;
use crate::app::{App, Options};
use crate::clock::Clock;
use crate::desk::{Desk, Device};
use crate::fault::{Done, Fault};
use crate::folders::{Card, PRACTICE};
use crate::invites::unit_of_role;
use crate::secret::Secret;
use crate::{fresh_id, passwords, practice, qr, settings, words};

/// The units of a commune as the plan names them, by the numbers of their books.
const UNITS: [(Actor, &str); 11] = [
    (Actor::Police, "Công an xã"),
    (Actor::Health, "Trạm Y tế xã"),
    (Actor::Office, "Văn phòng HĐND và UBND xã"),
    (Actor::Military, "Ban Chỉ huy Quân sự xã"),
    (Actor::Culture, "Văn hóa và Thông tin xã"),
    (Actor::Front, "Ủy ban MTTQ Việt Nam xã"),
    (Actor::Women, "Hội Liên hiệp Phụ nữ xã"),
    (Actor::Youth, "Đoàn Thanh niên xã"),
    (Actor::Veterans, "Hội Cựu chiến binh xã"),
    (Actor::ExPolice, "Hội Cựu Công an nhân dân xã"),
    (Actor::School, "Trường học trên địa bàn xã"),
];

/// The shortest passphrase that is taken, in characters.
const SHORTEST: usize = 8;
/// The most villages of a commune.
const MOST_VILLAGES: usize = 1000;

impl App {
    /// See [`crate::commands`].
    pub(crate) async fn welcome(&self) -> Done<Welcome> {
        let parts = self.parts();
        let (lang, now) = (parts.lang(), parts.options.clock.now());
        let sessions = self.sessions().lock().await;
        let mut folders = Vec::new();
        for id in parts.folders.ids() {
            let shown = {
                let (parts, id) = (parts.clone(), id.clone());
                let at = id.clone();
                sessions
                    .look(&at, move |station| {
                        parts.folders.show(&id, Ok(station), now, lang)
                    })
                    .await
            };
            folders.push(match shown {
                Ok(card) => card,
                Err(fault) => parts.folders.show(&id, Err(&fault), now, lang),
            });
        }
        Ok(Welcome {
            settings: parts.settings(),
            language_chosen: settings::exist(&parts.options.base),
            folders,
            open: sessions.folder().map(str::to_owned),
            brought: parts.brought().as_deref().map(crate::shelves::named),
            version: env!("CARGO_PKG_VERSION").to_owned(),
        })
    }

    /// See [`crate::commands`].
    pub(crate) async fn keep_settings(&self, settings: Settings) -> Done<Settings> {
        self.replace_settings(&settings)?;
        self.sessions().lock().await.changed.notify_waiters();
        Ok(self.parts().settings())
    }

    /// See [`crate::commands`].
    pub(crate) async fn draw_words(&self) -> Done<Vec<String>> {
        Ok(passwords::draw(&mut UnwrapErr(SysRng)))
    }

    /// See [`crate::commands`].
    pub(crate) async fn found(&self, input: FoundInput) -> Done<Me> {
        let wish = Wish::read(&input)?;
        let passphrase = new_passphrase(&input.passphrase)?;
        let (folder, card) = self.fresh_folder("", &wish.commune);
        let options = self.parts().options.clone();
        self.make(&folder, card, move |at| {
            let lock = lock(&passphrase, &options);
            found(at, &lock, &wish, options.clock)
        })
        .await?;
        self.me().await
    }

    /// See [`crate::commands`].
    pub(crate) async fn read_invite(&self, slip: String) -> Done<InviteSeen> {
        let lang = self.parts().lang();
        let read = FirstTrust::from_text(&slip)?;
        let invitation = read.invitation();
        let role = invitation.map_or_else(words::unknown_role, |slip| {
            words::role_at(slip.role, &slip.scopes)
        });
        let until = invitation.map_or(0, |slip| slip.expires);
        Ok(InviteSeen {
            role: role.get(lang).to_owned(),
            commune_mark: words::short(read.root()),
            until,
            expired: until != 0 && until <= self.parts().options.clock.now(),
        })
    }

    /// See [`crate::commands`].
    pub(crate) async fn join(&self, input: JoinInput) -> Done<Waiting> {
        let slip = FirstTrust::from_text(&input.slip)?;
        let passphrase = new_passphrase(&input.passphrase)?;
        let (folder, card) = self.fresh_folder(&input.title, "");
        let options = self.parts().options.clone();
        self.make(&folder, card, move |at| {
            let lock = lock(&passphrase, &options);
            Ok(Device::join(at, &lock, slip, UnwrapErr(SysRng))?)
        })
        .await?;
        self.waiting().await
    }

    /// See [`crate::commands`].
    pub(crate) async fn waiting(&self) -> Done<Waiting> {
        let (folder, progress, line) = {
            let sessions = self.sessions().lock().await;
            let folder = sessions.folder().ok_or_else(Fault::locked)?.to_owned();
            let line = sessions
                .exchange()
                .and_then(|exchange| exchange.status().ways().first().map(|way| way.says.clone()));
            (
                folder.clone(),
                sessions.receiving(&folder),
                line.unwrap_or_default(),
            )
        };
        self.at_desk(move |desk| {
            let request = desk.device().request();
            Ok(Waiting {
                folder,
                words: desk.device().request_words().map(str::to_owned).to_vec(),
                role: match (desk.own_span(), desk.device().joined_by()) {
                    (Some(span), _) => desk.role_words(span.role, &span.scopes),
                    (None, Some(FirstTrust::Invite(slip))) => desk.role_words(slip.role, &slip.scopes),
                    (None, _) => String::new(),
                },
                request_qr: qr::of(&request)?,
                request,
                standing: words::standing(desk.device().station()),
                progress,
                line,
            })
        })
        .await
    }

    /// See [`crate::commands`].
    pub(crate) async fn open_practice(&self) -> Done<Me> {
        let clock = self.parts().options.clock;
        let mut sessions = self.sessions().lock().await;
        // Looked at while nobody else can make or discard it.
        if self.parts().folders.folder(PRACTICE).is_ok() {
            sessions.open(PRACTICE, practice::open).await?;
            drop(sessions);
        } else {
            let make = move |at| practice::make(at, clock);
            sessions.open_new(PRACTICE, make).await?;
            drop(sessions);
            let card = Card {
                title: String::new(),
                commune: practice::COMMUNE.to_owned(),
            };
            self.keep_card(PRACTICE, card).await?;
        }
        self.me().await
    }

    /// See [`crate::commands`].
    pub(crate) async fn discard_practice(&self) -> Done<Welcome> {
        let mut sessions = self.sessions().lock().await;
        if sessions.folder() == Some(PRACTICE) {
            // What was not published is thrown away with the rest.
            let _ = sessions.lock(false).await;
        }
        drop(sessions);
        self.parts().folders.discard_practice()?;
        self.welcome().await
    }

    /// See [`crate::commands`].
    pub(crate) async fn unlock(&self, folder: String, passphrase: Secret) -> Done<Me> {
        let parts = self.parts().clone();
        let now = parts.options.clock.now();
        if let Some(until) = parts.folders.wait_until(&folder, now) {
            return Err(too_many(until));
        }
        let typed = Passphrase::new(&passphrase.0).map_err(|_| {
            Fault::new(
                "empty_passphrase",
                "Nhập mật khẩu mở sổ.",
                "Enter the passphrase.",
            )
        })?;
        let unlock = move |at: Folder| Ok(Device::open(at, &typed, &NoKeyStore, UnwrapErr(SysRng))?);
        let opened = self.sessions().lock().await.open(&folder, unlock).await;
        match opened {
            Ok(()) => {
                parts.folders.forget_wrong(&folder);
                self.sessions().lock().await.remind().await;
                self.me().await
            }
            Err(fault) if fault.code == "wrong_passphrase" => match parts.folders.count_wrong(&folder, now) {
                Ok(_) => Err(fault),
                Err(until) => Err(too_many(until)),
            },
            Err(fault) => Err(fault),
        }
    }

    /// See [`crate::commands`].
    pub(crate) async fn lock(&self) -> Done {
        self.sessions().lock().await.lock(false).await
    }

    /// See [`crate::commands`].
    pub(crate) async fn stay(&self) -> Done {
        self.sessions().lock().await.touch();
        Ok(())
    }

    /// See [`crate::commands`].
    pub(crate) async fn me(&self) -> Done<Me> {
        let folder = self
            .sessions()
            .lock()
            .await
            .folder()
            .ok_or_else(Fault::locked)?
            .to_owned();
        self.at_desk(move |desk| Ok(me(desk, folder))).await
    }

    fn fresh_folder(&self, title: &str, commune: &str) -> (String, Card) {
        let card = Card {
            title: text::tidy_line(title),
            commune: commune.to_owned(),
        };
        (self.parts().folders.fresh(), card)
    }

    /// Makes a device in a new folder and opens it.
    async fn make(
        &self,
        folder: &str,
        card: Card,
        make: impl FnOnce(Folder) -> Done<Device> + Send + 'static,
    ) -> Done {
        self.sessions().lock().await.open_new(folder, make).await?;
        self.keep_card(folder, card).await
    }

    async fn keep_card(&self, folder: &str, card: Card) -> Done {
        self.parts().folders.keep_card(folder, &card)?;
        self.at_desk(move |desk| {
            desk.commune = card.commune;
            Ok(())
        })
        .await
    }
}

/// What a founder wishes, tidied and checked.
#[derive(Clone)]
struct Wish {
    commune: String,
    villages: Vec<String>,
    person: String,
    role: Role,
    relays: Vec<sothon_ledger::register::Relay>,
}

impl Wish {
    fn read(input: &FoundInput) -> Done<Wish> {
        let field = |name: &str, vi: &str, en: &str| {
            let mut fault = Fault::new("fields", "Có 1 chỗ cần sửa", "1 to be put right");
            let place = sothon_records::Place::field(name);
            fault.problems.push(sothon_records::Problem::new(
                place,
                sothon_records::Code::Missing,
                vi,
                en,
            ));
            fault
        };
        let commune = text::tidy_line(&input.commune);
        if commune.is_empty() {
            return Err(field("commune", "Nhập tên xã.", "Enter the commune's name."));
        }
        let villages: Vec<String> = input
            .villages
            .iter()
            .map(|name| text::tidy_line(name))
            .filter(|name| !name.is_empty())
            .collect();
        if villages.is_empty() || villages.len() > MOST_VILLAGES {
            return Err(field(
                "villages",
                "Nhập tên ít nhất một thôn, nhiều nhất 1.000 thôn.",
                "Enter one to 1,000 villages.",
            ));
        }
        let person = text::tidy_line(&input.person);
        if person.is_empty() {
            return Err(field(
                "person",
                "Nhập họ và tên người giữ danh bạ.",
                "Enter the registrar's full name.",
            ));
        }
        let role = match input.role.as_str() {
            "office" => Role::Office,
            "police" => Role::Police,
            "police-chief" => Role::PoliceChief,
            "chair" => Role::Chair,
            _ => {
                return Err(field(
                    "role",
                    "Chọn vai trò của người giữ danh bạ.",
                    "Choose the registrar's role.",
                ));
            }
        };
        let relay = input.relay.trim();
        let relays = if relay.is_empty() {
            Vec::new()
        } else {
            let read = words::parse_relay(relay);
            vec![read.ok_or_else(|| {
                field(
                    "relay",
                    "Chép lại dòng mà máy trạm chuyển đã in: khóa@địa chỉ:cổng.",
                    "Copy the line that the relay printed: KEY@HOST:PORT.",
                )
            })?]
        };
        Ok(Wish {
            commune,
            villages,
            person,
            role,
            relays,
        })
    }
}

fn too_many(until: i64) -> Fault {
    let at = words::time(until);
    let clock = at.vi.rsplit(' ').next().unwrap_or_default().to_owned();
    let mut fault = Fault::new(
        "too_many_tries",
        format!("Đã nhập sai 5 lần. Mời thử lại lúc {clock}. Sổ vẫn còn nguyên."),
        format!("Wrong five times. Try again at {clock}. Nothing has changed."),
    );
    fault.until = Some(until);
    fault
}

/// A passphrase for a new device.
pub(crate) fn new_passphrase(typed: &Secret) -> Done<Passphrase> {
    let short = || {
        let mut fault = Fault::new("fields", "Có 1 chỗ cần sửa", "1 to be put right");
        fault.problems.push(sothon_records::Problem::new(
            sothon_records::Place::field("passphrase"),
            sothon_records::Code::TooLong,
            "Mật khẩu mở sổ phải có ít nhất 8 ký tự.",
            "The passphrase has at least 8 characters.",
        ));
        fault
    };
    if typed.0.trim().chars().count() < SHORTEST {
        return Err(short());
    }
    Passphrase::new(&typed.0).map_err(|_| short())
}

fn lock<'a>(passphrase: &'a Passphrase, options: &Options) -> Lock<'a> {
    Lock {
        passphrase,
        cost: options.cost,
        key_store: &NoKeyStore,
    }
}

/// Founds a commune: the register, its general books of this year, and in the commune's book its villages, its units, the
/// plan with its tasks and who the registrar is. The recovery key stays in the device until its sheet was typed back.
fn found(at: Folder, lock: &Lock<'_>, wish: &Wish, clock: Clock) -> Done<Device> {
    let (now, year) = (clock.now(), clock.year());
    let own = unit_of_role(wish.role);
    let number = (1..).zip(UNITS).find(|(_, (actor, _))| Some(*actor) == own);
    let scopes = std::iter::once(Scope::Commune)
        .chain(number.map(|(n, _)| Scope::Unit(n)))
        .collect();
    let mut device = Device::found(at, lock, wish.role, scopes, now, UnwrapErr(SysRng))?.replica;
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let villages: Vec<u32> = (1..=count(wish.villages.len())).collect();
    let units: Vec<u32> = (1..=count(UNITS.len())).collect();
    for compartment in [Compartment::Commune, Compartment::General] {
        device.open_books(compartment, year, &villages, &units, now)?;
    }
    if !wish.relays.is_empty() {
        device.set_relays(wish.relays.clone(), now)?;
    }
    device.publish_whole(now, year)?;
    // Nearby devices know each other by a key that needs the commune's book.
    device.set_lan_key(now)?;
    let edits = first_records(wish, &device, clock)?;
    let book = device.find_book(BookKind::Commune, Scope::Commune, year)?;
    device.edit(book, &edits, &sothon_book::Act::of_one_change("add", Some(now)))?;
    device.publish_whole(now, year)?;
    Ok(device)
}

fn first_records(wish: &Wish, device: &Device, clock: Clock) -> Done<Vec<Edit>> {
    let today = Some(clock.today());
    let mut rng = UnwrapErr(SysRng);
    let mut edits = Vec::new();
    for (n, name) in (1_i64..).zip(&wish.villages) {
        let name = NameOfVillage {
            name: Some(name.clone()),
            from: today,
            ..NameOfVillage::default()
        };
        let village = Village {
            code: Some(n.to_string()),
            order: Some(n),
            from: today,
            names: [(fresh_id(&mut rng), name)].into(),
            ..Village::default()
        };
        edits.push(village.create(fresh_id(&mut rng)));
    }
    let commune = Commune {
        name: Some(wish.commune.clone()),
        from: today,
        ..Commune::default()
    };
    edits.push(commune.create(fresh_id(&mut rng)));
    let mut own_unit = None;
    for (n, (actor, name)) in (1..).zip(UNITS) {
        let unit = Unit {
            code: Some(n.to_string()),
            name: Some(name.to_owned()),
            actor: Some(actor),
            from: today,
            ..Unit::default()
        };
        let id = fresh_id(&mut rng);
        if actor == unit_of_role(wish.role).unwrap_or(Actor::Office) {
            own_unit = Some(Unit::key(id));
        }
        edits.push(unit.create(id));
    }
    let own_device = OfficialDevice {
        device: Some(device.device().to_string()),
        what: Some("Máy giữ danh bạ".to_owned()),
        ..OfficialDevice::default()
    };
    let official = Official {
        unit: own_unit,
        name: Some(wish.person.clone()),
        position: Some(words::role(wish.role).1.vi),
        from: today,
        devices: [(fresh_id(&mut rng), own_device)].into(),
        ..Official::default()
    };
    edits.push(official.create(fresh_id(&mut rng)));
    let plan = sothon_records::plan::shipped().map_err(Fault::internal)?;
    let records = plan.records().into_iter();
    edits.extend(records.map(|(key, record)| Edit::Create { key, record }));
    Ok(edits)
}

fn me(desk: &Desk, folder: String) -> Me {
    use FramePlace::*;
    let role = desk.role();
    let wide = desk.is_commune_wide();
    let mut places = vec![Today, Households, Books];
    if wide {
        places.extend([Commune, Tasks]);
    }
    // A book in which nothing was written yet is read by nobody, and its place is where one begins.
    if desk.may_read(&[BookKind::CareFiles, BookKind::CareAssignments]) {
        places.push(Care);
    }
    if desk.may_read(&[BookKind::Tips]) {
        places.push(Tips);
    }
    if wide || desk.device().is_registrar() {
        places.push(People);
    }
    places.extend([Exchange, Help]);
    let villages = desk.own_villages();
    let place = if wide {
        desk.t("Xã", "Commune").to_owned()
    } else {
        let own = desk.own_scopes();
        let names: Vec<String> = own
            .into_iter()
            .filter_map(crate::desk::place_of)
            .map(|place| desk.place_name(place))
            .collect();
        names.join(", ")
    };
    let sane = (2020..=2099).contains(&desk.clock().year());
    Me {
        folder,
        person: desk
            .person_of(&desk.device().device())
            .map(|(name, _)| name)
            .unwrap_or_default(),
        role: role.map(|role| desk.w(&words::role(role).1)).unwrap_or_default(),
        role_slug: role.map_or("", |role| words::role(role).0).to_owned(),
        place,
        commune: desk.commune_name(),
        head: desk.head_on(desk.today()),
        villages: villages
            .into_iter()
            .map(|number| VillageName {
                number,
                name: desk.village_name(number),
            })
            .collect(),
        commune_wide: wide,
        today: desk.today().to_string(),
        practice: desk.practice,
        standing: words::standing(desk.device().station()),
        places,
        registrar: desk.device().is_registrar(),
        sheet_waits: desk.device().recovery().is_some(),
        clock_trouble: (!sane).then(|| {
            desk.t(
                "Ngày giờ của máy không đúng. Chỉnh lại ngày giờ; những gì đã ghi vẫn còn nguyên.",
                "This machine's date is wrong. Set it right; nothing that was recorded is lost.",
            )
            .to_owned()
        }),
    }
}
