//! A device that waits to be admitted: the slip by which it joined, and whom to ask.

use sothon_replica::Folder;
use sothon_replica::slip::RootSlip;

use crate::exchange::Ways;
use crate::fault::Done;
use crate::files;

/// The file beside store and vault that keeps the slip by which a device joined: no secret, and no name is in it.
const SLIP: &str = "root-slip.txt";

/// Keeps the slip.
///
/// # Errors
/// The disk.
pub(crate) fn keep(folder: &Folder, slip: &RootSlip) -> Done {
    files::replace(&folder.path().join(SLIP), slip.to_text().as_bytes())
}

/// The slip by which a device joined, if it did.
pub(crate) fn slip(folder: &Folder) -> Option<RootSlip> {
    let text = std::fs::read_to_string(folder.path().join(SLIP)).ok()?;
    RootSlip::from_text(&text).ok()
}

/// Before the register is here: the relays of the slip.
pub(crate) fn ways(folder: &Folder) -> Ways {
    Ways {
        relays: slip(folder).map(|slip| slip.relays).unwrap_or_default(),
        ..Ways::default()
    }
}
