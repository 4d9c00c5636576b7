//! The practice commune: invented data under a root of its own, in a folder of its own, that never exchanges with anybody.

use getrandom::SysRng;
use rand_core::UnwrapErr;
use sothon_book::Act;
use sothon_generator::replay::Books;
use sothon_generator::{Commune, Parameters, Place};
use sothon_ledger::{Compartment, Role, Scope};
use sothon_records::Edit;
use sothon_replica::{Folder, Lock};
use sothon_vault::{Cost, NoKeyStore, Passphrase};

use crate::clock::Clock;
use crate::desk::Device;
use crate::fault::{Done, Fault};
use crate::words;

/// What it is called.
pub(crate) const COMMUNE: &str = "Xã Quang Trung (số liệu mẫu)";
/// It holds nothing worth a secret: its passphrase is known.
const PASSPHRASE: &str = "so lieu mau";
const VILLAGES: u32 = 6;
const UNITS: u32 = 11;
/// Few enough to be made in a moment, enough for every screen to have something on it.
const HOUSEHOLDS: usize = 30;

/// Opens the one that is there.
///
/// # Errors
/// Its files.
pub(crate) fn open(at: Folder) -> Done<Device> {
    Ok(Device::open(at, &passphrase()?, &NoKeyStore, UnwrapErr(SysRng))?)
}

/// Makes one: its person is the chief of police, who sees every screen.
///
/// # Errors
/// The disk.
pub(crate) fn make(at: Folder, clock: Clock) -> Done<Device> {
    let (now, year, today) = (clock.now(), clock.year(), clock.today());
    let passphrase = passphrase()?;
    let lock = Lock {
        passphrase: &passphrase,
        cost: Cost::LOWEST,
        key_store: &NoKeyStore,
    };
    let scopes = vec![Scope::Commune, Scope::Unit(1)];
    let mut device = Device::found(at, &lock, Role::PoliceChief, scopes, now, UnwrapErr(SysRng))?.replica;
    device.play_all_offices();
    // Nobody will ever need to recover it.
    device.forget_recovery()?;
    let (villages, units): (Vec<u32>, Vec<u32>) = ((1..=VILLAGES).collect(), (1..=UNITS).collect());
    for compartment in Compartment::ALL {
        if compartment.is_guarded() {
            // One device alone may open these only beside a key on paper; nobody needs to keep this one.
            let key = device.make_reading_key(compartment, year)?;
            device.enter_reading_key(&key.slip, now)?;
        }
        device.open_books(compartment, year, &villages, &units, now)?;
    }
    device.publish_whole(now, year)?;
    let first = i32::try_from(year).unwrap_or_default();
    let commune = Commune::generate(Parameters::years(1, VILLAGES as usize, HOUSEHOLDS, first, 1));
    let books = Books::after(commune.until(today)).map_err(Fault::internal)?;
    for ((shelf, place), records) in books.0 {
        let scope = match place {
            Place::Commune => Scope::Commune,
            Place::Village(n) => Scope::Village(number(n)),
            Place::Unit(n) => Scope::Unit(number(n)),
        };
        let book = device.find_book(words::kind_of(shelf), scope, year)?;
        if !device.may(&book, sothon_ledger::Right::Write) {
            continue;
        }
        let edits: Vec<Edit> = records
            .into_iter()
            .map(|(key, record)| Edit::Create { key, record })
            .collect();
        for some in edits.chunks(500) {
            device.edit(book, some, &Act::of_one_change("import", Some(now)))?;
        }
    }
    device.publish_whole(now, year)?;
    Ok(device)
}

fn number(index: usize) -> u32 {
    u32::try_from(index + 1).unwrap_or(u32::MAX)
}

fn passphrase() -> Done<Passphrase> {
    Passphrase::new(PASSPHRASE).map_err(Fault::internal)
}
