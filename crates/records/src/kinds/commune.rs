//! R75 Xã (a number of ours; domain.md has none): what the commune is called, as its people read it on every screen and print.

use chrono::NaiveDate;

use crate::declare::kind;
use crate::kind::{Chapter, Shelf, date, kind, text};

kind! {
    /// A commune, under the name that it bears for a time.
    Commune = kind(Chapter::Commune, "R75", "commune", "Xã", "Commune")
        .purpose("Tên của xã trên màn hình và bản in", "The commune's name on screens and prints")
        .on(Shelf::Commune)
        .titled(&["name"])
        .happened("from")
        .without_files();
    fields {
        /// Its name.
        name: Option<String> = text("Tên xã", "The commune's name", 120).required(),
        /// Since.
        from: Option<NaiveDate> = date("Từ ngày", "From").required(),
        /// Until.
        until: Option<NaiveDate> = date("Đến ngày", "Until").not_before("from"),
    }
}

impl Commune {
    /// Whether the name is borne on a day.
    pub fn holds_on(&self, day: NaiveDate) -> bool {
        self.common.in_force()
            && self.from.is_none_or(|from| from <= day)
            && self.until.is_none_or(|until| day <= until)
    }
}
