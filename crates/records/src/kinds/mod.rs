//! The record kinds of domain.md §7.1, one file each. To add one: a file here, and its line in the list below.

use crate::kind::Kind;
use crate::record::Record;

pub mod actor;
pub mod tip_parts;
pub mod tip_reply;

macro_rules! kinds {
    ($( $module:ident :: $type:ident, )*) => {
        $( pub mod $module; pub use $module::$type; )*

        /// Every kind, in the order of the codes.
        pub static ALL: &[&Kind] = &[ $( $type::KIND, )* ];
    };
}

kinds! {
    household::Household,
    pledge::Pledge,
    outreach::Outreach,
    person::Person,
    document::Document,
    contact::Contact,
    assignment::Assignment,
    tip::Tip,
    tip_handling::TipHandling,
    plan::Plan,
    task::Task,
    progress::Progress,
    unit::Unit,
    official::Official,
    delegation::Delegation,
    population::Population,
    figure::Figure,
    village::Village,
    commune::Commune,
    access::Access,
}
