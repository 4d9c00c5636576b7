//! The words for roles, places, books and states, in both languages, and how they are typed.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use sothon_ledger::register::{Action, CutOf, OpenBook};
use sothon_ledger::{BookId, BookKind, Compartment, DeviceId, Role, Scope};
use sothon_records::civil;
use sothon_records::problem::day;
use sothon_records::{Lang, Shelf, Words};
use sothon_replica::Delivery;

use crate::api::Standing;

/// A role as it is typed and said.
pub fn role(role: Role) -> (&'static str, Words) {
    let (slug, vi, en) = match role {
        Role::VillageHead => ("village-head", "Trưởng thôn", "Village head"),
        Role::DeputyVillageHead => ("deputy-village-head", "Phó trưởng thôn", "Deputy village head"),
        Role::Police => ("police", "Công an xã", "Police"),
        Role::PoliceChief => ("police-chief", "Trưởng Công an xã", "Police chief"),
        Role::Health => ("health", "Trạm Y tế", "Health station"),
        Role::Chair => ("chair", "Chủ tịch UBND xã", "Chair"),
        Role::Leader => ("leader", "Lãnh đạo xã", "Leader"),
        Role::Office => ("office", "Văn phòng", "Office"),
        Role::Unit => ("unit", "Đơn vị", "Unit"),
        _ => ("unknown", "Chưa rõ", "Unknown"),
    };
    (slug, Words::new(vi, en))
}

/// The role that is typed so.
///
/// # Errors
/// Which ones there are.
pub fn parse_role(text: &str) -> Result<Role, String> {
    Role::ALL
        .into_iter()
        .find(|known| role(*known).0 == text)
        .ok_or_else(|| Role::ALL.map(|known| role(known).0).join(", "))
}

/// A compartment as it is typed.
pub fn compartment(compartment: Compartment) -> (&'static str, Words) {
    let (slug, vi, en) = match compartment {
        Compartment::General => ("general", "Ngăn chung", "General"),
        Compartment::Care => ("care", "Ngăn quản lý, giúp đỡ", "Care"),
        Compartment::Tips => ("tips", "Ngăn tin báo", "Tips"),
        Compartment::Commune => ("commune", "Ngăn xã", "Commune"),
        _ => ("unknown", "Chưa rõ", "Unknown"),
    };
    (slug, Words::new(vi, en))
}

/// The compartment that is typed so.
///
/// # Errors
/// Which ones there are.
pub fn parse_compartment(text: &str) -> Result<Compartment, String> {
    Compartment::ALL
        .into_iter()
        .find(|known| compartment(*known).0 == text)
        .ok_or_else(|| Compartment::ALL.map(|known| compartment(known).0).join(", "))
}

/// A place in words.
pub fn scope(scope: Scope) -> Words {
    match scope {
        Scope::Commune => Words::new("Xã", "Commune"),
        Scope::Village(n) => Words::new(format!("Thôn {n}"), format!("Village {n}")),
        Scope::Unit(n) => Words::new(format!("Đơn vị {n}"), format!("Unit {n}")),
        _ => Words::new("Chưa rõ", "Unknown"),
    }
}

/// A role and where it works: "Trưởng thôn (Thôn 3)".
pub fn role_in(in_role: Role, scopes: &[Scope]) -> Words {
    let role = role(in_role).1;
    let places: Vec<Words> = scopes.iter().map(|place| scope(*place)).collect();
    let join = |lang| {
        let places: Vec<&str> = places.iter().map(|place| place.get(lang)).collect();
        format!("{} ({})", role.get(lang), places.join(", "))
    };
    Words::new(join(Lang::Vi), join(Lang::En))
}

/// A place as it is typed: `commune`, `village:3`, `unit:1`.
pub fn scope_text(scope: Scope) -> String {
    match scope {
        Scope::Village(n) => format!("village:{n}"),
        Scope::Unit(n) => format!("unit:{n}"),
        _ => "commune".to_owned(),
    }
}

/// The place that is typed so.
pub fn parse_scope(text: &str) -> Option<Scope> {
    match text.split_once(':') {
        None if text == "commune" => Some(Scope::Commune),
        Some(("village", n)) => n.parse().ok().map(Scope::Village),
        Some(("unit", n)) => n.parse().ok().map(Scope::Unit),
        _ => None,
    }
}

/// A row of the table of books, as it is typed and said.
pub fn book_kind(kind: BookKind) -> (&'static str, Words) {
    let (slug, vi, en) = match kind {
        BookKind::Village => ("village", "Sổ thôn", "Village"),
        BookKind::Unit => ("unit", "Sổ đơn vị", "Unit"),
        BookKind::Commune => ("commune", "Sổ xã", "Commune"),
        BookKind::CareFiles => ("care-files", "Quản lý: hồ sơ", "Care: files"),
        BookKind::CareHealth => ("care-health", "Quản lý: sức khỏe", "Care: health"),
        BookKind::CareAssignments => ("care-assignments", "Quản lý: phân công", "Care: assignments"),
        BookKind::CareContacts => ("care-contacts", "Quản lý: tiếp xúc", "Care: contacts"),
        BookKind::Tips => ("tips", "Tin báo", "Tips"),
        BookKind::TipsPolice => ("tips-police", "Tin báo: Công an", "Tips: police"),
        BookKind::TipsAccess => ("tips-access", "Nhật ký truy cập", "Access log"),
        _ => ("unknown", "Chưa rõ", "Unknown"),
    };
    (slug, Words::new(vi, en))
}

/// The row of the table of books in which records of a shelf lie.
pub fn kind_of(shelf: Shelf) -> BookKind {
    match shelf {
        Shelf::Village => BookKind::Village,
        Shelf::Unit => BookKind::Unit,
        Shelf::Commune => BookKind::Commune,
        Shelf::CareFiles => BookKind::CareFiles,
        Shelf::CareHealth => BookKind::CareHealth,
        Shelf::CareAssignments => BookKind::CareAssignments,
        Shelf::CareContacts => BookKind::CareContacts,
        Shelf::Tips => BookKind::Tips,
        Shelf::TipsPolice => BookKind::TipsPolice,
        Shelf::TipsAccess => BookKind::TipsAccess,
    }
}

/// The shelf that a book is.
pub fn shelf_of(kind: BookKind) -> Option<Shelf> {
    Some(match kind {
        BookKind::Village => Shelf::Village,
        BookKind::Unit => Shelf::Unit,
        BookKind::Commune => Shelf::Commune,
        BookKind::CareFiles => Shelf::CareFiles,
        BookKind::CareHealth => Shelf::CareHealth,
        BookKind::CareAssignments => Shelf::CareAssignments,
        BookKind::CareContacts => Shelf::CareContacts,
        BookKind::Tips => Shelf::Tips,
        BookKind::TipsPolice => Shelf::TipsPolice,
        BookKind::TipsAccess => Shelf::TipsAccess,
        _ => return None,
    })
}

/// A book in words: "Sổ thôn, Thôn 3, 2025".
pub fn book(open: &OpenBook) -> Words {
    let (kind, place) = (book_kind(open.kind).1, scope(open.scope));
    let of = |kind: &str, place: &str| format!("{kind}, {place}, {}", open.year);
    Words::new(of(&kind.vi, &place.vi), of(&kind.en, &place.en))
}

/// A book for machines.
pub fn book_object(open: &OpenBook) -> Value {
    json!({
        "id": open.book.to_string(),
        "kind": book_kind(open.kind).0,
        "place": scope_text(open.scope),
        "year": open.year,
    })
}

/// How far something has come (ux.md §2: everywhere the same four).
pub fn delivery(delivery: Delivery) -> (&'static str, Words) {
    let (slug, vi, en) = match delivery {
        Delivery::OnDevice => ("on_device", "Đã lưu trên máy", "Saved on this device"),
        Delivery::AtRelay => ("at_relay", "Đã gửi", "Sent"),
        Delivery::AtCommune => ("at_commune", "Xã đã nhận", "Commune has it"),
        Delivery::HeldBack => ("held_back", "Cần xem lại", "To be looked at"),
    };
    (slug, Words::new(vi, en))
}

/// A device's clock as people read it, or that it was wrong.
pub fn time(seconds: i64) -> Words {
    if seconds == 0 {
        return Words::new("giờ máy sai", "clock was wrong");
    }
    let instant: DateTime<Utc> = DateTime::from_timestamp(seconds, 0).unwrap_or_default();
    let local = civil::local(instant);
    Words::same(format!("{} {}", day(local.date()), local.format("%H:%M")))
}

/// What was done in an act, for people.
pub fn act(what: &str) -> Words {
    let (vi, en) = match what {
        "add" => ("Ghi mới", "Added"),
        "import" => ("Ghi nhiều bản", "Added many"),
        "edit" => ("Sửa", "Edited"),
        "write-again" => ("Ghi lại thay", "Written again for another"),
        "void" => ("Hủy bản ghi", "Voided"),
        "undo" => ("Hoàn tác", "Undone"),
        "move" => ("Chuyển thôn", "Moved to another village"),
        "move-day" => ("Sửa ngày chuyển thôn", "Put the day of a move right"),
        "move-shared" => ("Chuyển các hộ đã chia", "Moved what was divided"),
        "settle-move" => ("Giải quyết mục ghi muộn", "Settled what was written late"),
        "merge" => ("Gộp hai bản ghi", "Merged two records"),
        "separate" => ("Tách ra lại", "Separated again"),
        "duties" => ("Tạo việc thường kỳ", "Made tasks of standing duties"),
        "cards" => ("Làm thẻ tiếp xúc", "Made assignment cards"),
        "plan-renew" => ("Lập kế hoạch cho kỳ mới", "Made a plan for a new period"),
        "village-rename" => ("Đổi tên thôn", "Renamed a village"),
        "village-merge" => ("Sáp nhập thôn", "Merged villages"),
        "village-split" => ("Chia tách thôn", "Divided a village"),
        "village-end" => ("Giải thể thôn", "Ended a village"),
        "village-leave" => ("Chuyển thôn về xã khác", "A village went to another commune"),
        "resolve" => ("Chọn một giá trị", "Chose a value"),
        "drop" => ("Niêm phong gửi", "Dropped"),
        other => (other, other),
    };
    Words::new(vi, en)
}

/// What an operation of the register orders, with devices and books as one calls them.
pub fn operation(
    action: &Action,
    device: impl Fn(DeviceId) -> Words,
    book: impl Fn(&BookId) -> Words,
) -> Words {
    let of = |vi: &str, en: &str, what: Words| {
        Words::new(format!("{vi}: {}", what.vi), format!("{en}: {}", what.en))
    };
    let as_role = |device: Words, of: Role, scopes: &[Scope]| {
        let role = role_in(of, scopes);
        Words::new(
            format!("{}, {}", device.vi, role.vi),
            format!("{}, {}", device.en, role.en),
        )
    };
    match action {
        Action::Admit {
            device: id,
            role,
            scopes,
            ..
        } => of("Duyệt máy", "Admit a device", as_role(device(*id), *role, scopes)),
        Action::Role {
            device: id,
            role,
            scopes,
            ..
        } => of("Đổi vai trò", "Another role", as_role(device(*id), *role, scopes)),
        Action::Cut(cut) => match cut.of {
            CutOf::Device(id) => of("Cắt quyền máy", "End a device", device(id)),
            CutOf::DeviceInBook(id, at) => of(
                "Cắt quyền máy trong một sổ",
                "End a device in a book",
                Words::new(
                    format!("{}, {}", device(id).vi, book(&at).vi),
                    format!("{}, {}", device(id).en, book(&at).en),
                ),
            ),
            CutOf::Book(at) => of("Dừng ghi sổ", "End a book", book(&at)),
            _ => something_else(),
        },
        Action::Open(open) => of("Mở sổ", "Open a book", self::book(open)),
        Action::Rights { book: at, .. } => of("Đổi quyền đọc, ghi sổ", "Other rights in a book", book(at)),
        Action::ReadingKey {
            compartment: of_which,
            year,
            ..
        } => {
            let name = compartment(*of_which).1;
            of(
                "Nhận chìa đọc trên giấy",
                "Take a reading key on paper",
                Words::new(format!("{}, {year}", name.vi), format!("{}, {year}", name.en)),
            )
        }
        Action::Close { book: at, .. } => of("Đóng sổ, mở sổ năm sau", "Close a book for the next", book(at)),
        Action::Carrier { book: at, .. } => of("Đổi máy chuyển sổ", "Another device carries over", book(at)),
        Action::OverrideFinal { book: at, .. } => {
            of("Thôi chờ một máy chốt sổ", "Wait for a device no more", book(at))
        }
        Action::Erase { book: at } => of("Xóa sổ hết hạn lưu", "Erase a book", book(at)),
        Action::LetIn { book: at, .. } => of("Tính mục để riêng", "Let an entry in", book(at)),
        Action::Anchor { book: at, .. } => of("Chọn bản được tính", "Choose between two", book(at)),
        Action::Replaced { book: at, entries } => of(
            "Giao ghi lại thay",
            "Order that entries be written again",
            Words::new(
                format!("{} mục, {}", entries.len(), book(at).vi),
                format!("{} entries, {}", entries.len(), book(at).en),
            ),
        ),
        Action::Relays(relays) => of(
            "Đặt trạm chuyển",
            "Name relays",
            Words::same(relays.len().to_string()),
        ),
        _ => something_else(),
    }
}

/// What a later version may order.
fn something_else() -> Words {
    Words::new("Việc khác trong danh bạ", "Something else in the register")
}

/// The beginning of an id, for eyes.
pub fn short(id: impl std::fmt::Display) -> String {
    id.to_string().chars().take(8).collect()
}

/// A record's key with the beginning of its id.
pub fn short_key(key: &sothon_records::RecordKey) -> String {
    format!("{}/{}", key.kind, short(key.id))
}

/// A role with its places: "Trưởng thôn, Thôn 3"; for the commune's people the role alone.
pub fn span(span: &sothon_ledger::register::RoleSpan) -> Words {
    role_at(span.role, &span.scopes)
}

/// A role and where it works; of the commune's people the role says it, their own unit included.
pub fn role_at(of: Role, scopes: &[Scope]) -> Words {
    role_where(of, scopes, scope)
}

/// The same, with the places as the commune calls them.
pub(crate) fn role_where(of: Role, scopes: &[Scope], called: impl Fn(Scope) -> Words) -> Words {
    let role = role(of).1;
    let wide = scopes.contains(&Scope::Commune);
    let places: Vec<Words> = scopes.iter().filter(|_| !wide).map(|of| called(*of)).collect();
    let join = |lang| {
        let mut parts = vec![role.get(lang)];
        parts.extend(places.iter().map(|place| place.get(lang)));
        parts.join(", ")
    };
    Words::new(join(sothon_records::Lang::Vi), join(sothon_records::Lang::En))
}

/// What the register says now of the device in a folder; none before it is admitted, or after it was cut.
pub fn own_span(station: &sothon_replica::Station) -> Option<&sothon_ledger::register::RoleSpan> {
    let register = station.register()?;
    let info = register.rights().device(&station.device())?;
    info.role_at(register.effective_height())
}

/// How a device stands with its commune.
pub(crate) fn standing(station: &sothon_replica::Station) -> Standing {
    let known = station
        .register()
        .is_some_and(|register| register.rights().device(&station.device()).is_some());
    match own_span(station) {
        Some(_) => Standing::Admitted,
        None if known => Standing::Ended,
        None => Standing::Waiting,
    }
}

/// A role that is not said.
pub fn unknown_role() -> Words {
    Words::new(
        "Vai trò do xã định khi duyệt",
        "The role is given when the commune admits the device",
    )
}

/// Reads `KEY@HOST:PORT[,HOST:PORT]`, as a relay prints it.
pub fn parse_relay(text: &str) -> Option<sothon_ledger::register::Relay> {
    let (key, addresses) = text.split_once('@')?;
    let addresses: Vec<String> = addresses
        .split(',')
        .map(|address| address.trim().to_owned())
        .collect();
    let fine = |address: &String| {
        address
            .rsplit_once(':')
            .is_some_and(|(host, port)| !host.is_empty() && port.parse::<u16>().is_ok())
    };
    if addresses.is_empty() || !addresses.iter().all(fine) {
        return None;
    }
    Some(sothon_ledger::register::Relay {
        key: key.trim().parse().ok()?,
        addresses,
    })
}

/// The shelves on which records of a kind may lie.
pub fn shelves_of(kind: &sothon_records::Kind) -> Vec<Shelf> {
    use sothon_records::ShelfRule;
    match kind.shelf {
        ShelfRule::Only(shelf) => vec![shelf],
        ShelfRule::OfWriter { village, unit } => vec![village, unit],
        ShelfRule::ByAssignment { assigned, others } => vec![assigned, others],
    }
}
