//! For whom something is written: said by `--behalf`, shown in histories and exports. The rule is `app::behalf`'s.

use sothon_app::behalf::Behalf;
use sothon_book::Act;
use sothon_overview::View;

use crate::context::{Context, Device};
use crate::fault::{Done, Fault};
use crate::lookup;

/// The act of this moment, for whom was said.
///
/// # Errors
/// No delegation of today by which this device acts is meant.
pub fn act(context: &Context, device: &Device, what: &str, said: Option<&str>) -> Done<Act> {
    let by_delegation = match said {
        None => None,
        Some(text) => {
            let key = lookup::record(device, text)?;
            let view = super::picture::view(context, device)?;
            let said = asked(context, device, &view).said(&key.to_string());
            Some(said.map_err(|_| {
                Fault::input(
                    "behalf",
                    "Hôm nay máy này không thay mặt ai theo ủy quyền đó. Xem lệnh list delegation; việc của mình thì bỏ --behalf.",
                    "This device acts for nobody by that delegation today. See list delegation; for your own work leave --behalf out.",
                )
            })?)
        }
    };
    Ok(Act {
        by_delegation,
        ..Act::of_one_change(what, Some(context.clock.now()))
    })
}

/// A device and its picture, to be asked who acts for whom.
pub fn asked<'a>(context: &Context, device: &'a Device, view: &'a View) -> Behalf<'a> {
    Behalf {
        device,
        view,
        today: context.clock.today(),
        lang: context.out.lang,
    }
}
