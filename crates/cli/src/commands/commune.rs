//! Founding a commune, joining it, and what its registrar does.

use chrono::NaiveDate;
use serde_json::json;
use sothon_ledger::register::Relay;
use sothon_ledger::{Compartment, DeviceId, Role, Scope};
use sothon_replica::slip::{FirstTrust, RequestSlip, secret_to_text};
use sothon_replica::table::works_for;

use crate::args;
use crate::context::{Context, Device};
use crate::fault::{Done, Exit, Fault};
use crate::{lookup, words};

/// `found`.
pub fn found(context: &Context, found: args::Found) -> Done {
    let year = found.year.unwrap_or(context.clock.year());
    if found.villages == 0 || found.villages > 1000 || found.units > 1000 {
        return Err(Fault::usage(
            "Số thôn từ 1 đến 1000, số đơn vị đến 1000.",
            "1 to 1000 villages, at most 1000 units.",
        ));
    }
    let scopes = match found.role {
        Role::Unit | Role::VillageHead | Role::DeputyVillageHead => {
            return Err(Fault::usage(
                "Máy giữ danh bạ là của xã: office, police, police-chief, chair, leader, health.",
                "The registrar's machine is the commune's: office, police, police-chief, chair, leader, health.",
            ));
        }
        _ => std::iter::once(Scope::Commune)
            .chain(found.unit.iter().copied().map(Scope::Unit))
            .collect(),
    };
    let now = context.clock.now();
    let made = context.make(|folder, lock| {
        Ok(Device::found(
            folder,
            lock,
            found.role,
            scopes,
            now,
            context.rng(),
        )?)
    })?;
    let mut device = made.replica;
    let villages: Vec<u32> = (1..=found.villages).collect();
    let units: Vec<u32> = (1..=found.units).collect();
    for compartment in [Compartment::Commune, Compartment::General] {
        device.open_books(compartment, year, &villages, &units, now)?;
    }
    if !found.relay.is_empty() {
        device.set_relays(found.relay, now)?;
    }
    // So that its keys are there for whoever makes the first epochs.
    device.publish_whole(now, context.clock.year())?;
    let recovery = secret_to_text(&made.recovery);
    let slip = device.root_slip()?.to_text();
    let out = &context.out;
    out.object(&json!({
        "root": device.root().to_string(),
        "device": device.device().to_string(),
        "recovery": recovery.as_str(),
        "slip": slip,
    }));
    out.line(out.t(
        "PHIẾU KHÔI PHỤC CỦA XÃ – in ra giấy, cất ở két của xã, không chụp, không lưu trong máy",
        "THE COMMUNE'S RECOVERY SHEET – print it, lock it away, no photos, no copies",
    ));
    out.line(format!("{}: {}", out.t("Xã", "Commune"), device.root()));
    out.line(format!("{}: {recovery}", out.t("Chìa khôi phục", "Recovery key")));
    out.line(out.t(
        "Chìa này chỉ có một việc: chỉ định máy giữ danh bạ mới khi máy cũ mất hoặc hỏng.",
        "This key has one power: to name a new registrar when the machine is lost.",
    ));
    out.line("");
    print_slip(context, &slip);
    // It stands on the screen: from here on it is the person's alone.
    device.forget_recovery()?;
    Ok(Exit::Done)
}

fn print_slip(context: &Context, slip: &str) {
    let out = &context.out;
    out.line(out.t(
        "Phiếu của xã, cho máy mới (sothon join) và trạm chuyển (sothon-relay add):",
        "The commune's slip, for new devices (sothon join) and relays (sothon-relay add):",
    ));
    out.line(slip);
}

/// `root-slip`.
pub fn root_slip(context: &Context) -> Done {
    let device = context.open()?;
    let slip = device.root_slip()?.to_text();
    context.out.object(&json!({"slip": slip}));
    print_slip(context, &slip);
    Ok(Exit::Done)
}

/// `join`.
pub fn join(context: &Context, slip: &str) -> Done {
    let slip = FirstTrust::from_text(slip)?;
    let device = context.make(|folder, lock| Ok(Device::join(folder, lock, slip, context.rng())?))?;
    tell_request(context, &device);
    Ok(Exit::Done)
}

/// `request`.
pub fn request(context: &Context) -> Done {
    tell_request(context, &context.open()?);
    Ok(Exit::Done)
}

fn tell_request(context: &Context, device: &Device) {
    let out = &context.out;
    let (request, words) = (device.request(), device.request_words());
    let mut told = json!({
        "device": device.device().to_string(),
        "request": request,
        "words": words,
    });
    if let Some(slip) = device.joined_by().and_then(FirstTrust::invitation) {
        told["invitation"] = json!(slip.id().to_string());
        told["role"] = json!(words::role(slip.role).0);
        out.line(format!(
            "{} {}",
            out.t("Được mời làm:", "Invited as:"),
            out.w(&words::role_in(slip.role, &slip.scopes))
        ));
    }
    out.object(&told);
    out.line(out.t(
        "Phiếu xin vào. Đưa cho người giữ danh bạ của xã, rồi chạy sync khi xã đã duyệt:",
        "The request. Give it to the commune's registrar, and run sync when the device is admitted:",
    ));
    out.line(request);
    out.line(out.t(
        "Tám chữ để đối chiếu với người giữ danh bạ:",
        "Eight words to compare with the registrar:",
    ));
    out.line(words.join(" · "));
}

/// `admit`.
pub fn admit(context: &Context, admit: &args::Admit) -> Done {
    let mut device = context.open_to_order()?;
    let request = match RequestSlip::from_text(&admit.request) {
        Ok(request) if request.answer.is_none() => request,
        Err(error) if admit.request.to_ascii_uppercase().starts_with("STQ") => return Err(error.into()),
        _ => return super::invite::admit(context, &mut device, admit),
    };
    let role = admit.role.ok_or_else(|| {
        Fault::usage(
            "Phiếu này vào bằng phiếu của xã: chọn vai trò bằng --role.",
            "That request answers no invitation: choose a role with --role.",
        )
    })?;
    let scopes = places(role, &admit.village, &admit.unit)?;
    device.admit(&request, role, scopes, until(admit), context.clock.now())?;
    tell_admitted(context, &device, request.device, role)
}

/// For whom a device of this role will work.
///
/// # Errors
/// A village head without a village, a unit's device without a unit.
pub fn places(role: Role, villages: &[u32], units: &[u32]) -> Done<Vec<Scope>> {
    let villages = villages.iter().copied().map(Scope::Village);
    let mut scopes: Vec<Scope> = villages.chain(units.iter().copied().map(Scope::Unit)).collect();
    if !matches!(role, Role::VillageHead | Role::DeputyVillageHead | Role::Unit) {
        scopes.insert(0, Scope::Commune);
    }
    if works_for(role, &scopes) {
        Ok(scopes)
    } else {
        Err(Fault::input(
            "place",
            "Chọn thôn hoặc đơn vị của máy này: --village n, --unit n.",
            "Choose the device's village or unit: --village n, --unit n.",
        ))
    }
}

/// On which day the registrar is reminded.
pub fn until(admit: &args::Admit) -> Option<i64> {
    admit.until.map(|day| (day - NaiveDate::default()).num_days())
}

/// Tells that a device was admitted.
pub fn tell_admitted(context: &Context, device: &Device, admitted: DeviceId, role: Role) -> Done {
    let out = &context.out;
    out.object(&json!({
        "device": admitted.to_string(),
        "role": words::role(role).0,
        "admitted": true,
        "height": device.register()?.height().0,
    }));
    out.line(format!(
        "{} {}",
        out.t("Đã duyệt:", "Admitted:"),
        out.w(&lookup::who(device, Some(admitted)))
    ));
    Ok(Exit::Done)
}

/// `relays set`.
pub fn set_relays(context: &Context, relays: Vec<Relay>) -> Done {
    let mut device = context.open()?;
    device.set_relays(relays, context.clock.now())?;
    super::books::tell_relays(context, &device)
}

/// `open-books`.
pub fn open_books(context: &Context, open: &args::OpenBooks) -> Done {
    let mut device = context.open_to_order()?;
    let year = open.year.unwrap_or(context.clock.year());
    // Without a number: the villages and units that have books already.
    let known = |pick: fn(Scope) -> Option<u32>| -> Done<Vec<u32>> {
        let rights = device.register()?.rights();
        let mut all: Vec<u32> = rights
            .books()
            .filter_map(|(_, info)| pick(info.open.scope))
            .collect();
        all.sort_unstable();
        all.dedup();
        Ok(all)
    };
    let villages = match open.villages {
        0 => known(|scope| match scope {
            Scope::Village(n) => Some(n),
            _ => None,
        })?,
        n => (1..=n).collect(),
    };
    let units = match open.units {
        0 => known(|scope| match scope {
            Scope::Unit(n) => Some(n),
            _ => None,
        })?,
        n => (1..=n).collect(),
    };
    let opened = device.open_books(open.compartment, year, &villages, &units, context.clock.now())?;
    device.publish_whole(context.clock.now(), context.clock.year())?;
    let books: Vec<_> = opened.iter().filter_map(|id| device.book_info(id)).collect();
    let out = &context.out;
    out.object(&json!({"opened": books.iter().map(|open| words::book_object(open)).collect::<Vec<_>>()}));
    for open in books {
        out.line(out.w(&words::book(open)));
    }
    Ok(Exit::Done)
}
