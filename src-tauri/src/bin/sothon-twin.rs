//! A machine that is there twice, memory and all, as when a virtual machine is copied while it runs: both draw the same chance,
//! so that they write different things at one place. Only for tests/window: no honest program brings that about from a disk.
//!
//! `sothon-twin DIR RECORD ADDRESS` gives a record another address and publishes that; the passphrase is in SOTHON_PASSPHRASE.

use std::collections::BTreeMap;
use std::error::Error;

use rand::SeedableRng as _;
use rand::rngs::StdRng;
use sothon_book::Act;
use sothon_records::{Edit, RecordKey, Value};
use sothon_replica::{Folder, Replica, Station};
use sothon_vault::{NoKeyStore, Passphrase};

/// The day of the tests of the window, 10/06/2025.
const NOW: i64 = 1_749_517_200;
const YEAR: u32 = 2025;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(dir), Some(record), Some(address)) = (arguments.next(), arguments.next(), arguments.next())
    else {
        return Err("sothon-twin DIR RECORD ADDRESS".into());
    };
    let key: RecordKey = record.parse()?;
    let passphrase = Passphrase::new(&std::env::var("SOTHON_PASSPHRASE")?)?;
    let station = Station::open(Folder::new(dir))?;
    let mut twin = Replica::unlock(station, &passphrase, &NoKeyStore, StdRng::seed_from_u64(1))?;
    let books: Vec<_> = twin.readable().map(|open| open.book).collect();
    let holds = |book: &&_| twin.records_of(book).any(|(held, _)| held == key);
    let book = *books.iter().find(holds).ok_or("no book here has this record")?;
    let fields = BTreeMap::from([("address".to_owned(), Some(Value::Text(address)))]);
    let edit = Edit::Set {
        key,
        sub: None,
        fields,
    };
    twin.edit(book, &[edit], &Act::of_one_change("edit", Some(NOW)))?;
    twin.publish(NOW, YEAR)?;
    Ok(())
}
