//! R74 Thôn: a village, with its names by date (domain.md §8.3).

use chrono::NaiveDate;

use crate::declare::{choices, kind, sub};
use crate::kind::{Chapter, Once, Part, Shelf, Unique, Within, choice, date, kind, list, refers, text, whole};
use crate::label::{Label, Words};
use crate::raw::RecordKey;

choices! {
    /// What a village is called as a kind of place.
    VillageType {
        Thon = "thon", "Thôn", "Village (thôn)";
        Ban = "ban", "Bản", "Village (bản)";
        Lang = "lang", "Làng", "Village (làng)";
        KhuPho = "khu-pho", "Khu phố", "Quarter (khu phố)";
        ToDanPho = "to-dan-pho", "Tổ dân phố", "Residents' group (tổ dân phố)";
        TieuKhu = "tieu-khu", "Tiểu khu", "Sub-quarter (tiểu khu)";
    }
}

choices! {
    /// How a village came from another.
    OriginForm {
        Split = "split", "Tách từ", "Split from";
        Merged = "merged", "Nhập từ", "Merged from";
    }
}

sub! {
    /// A name or number that a village bears for a time.
    VillageName {
        /// The name or number.
        name: Option<String> = text("Tên, số", "Name or number", 100).required().searchable(),
        /// Since.
        from: Option<NaiveDate> = date("Từ ngày", "From").required(),
        /// Until.
        until: Option<NaiveDate> = date("Đến ngày", "Until").not_before("from"),
        /// The decision.
        decision: Option<String> = text("Quyết định số, ngày", "Decision (number, date)", 120),
    }
}

sub! {
    /// Another village from which one was split or merged.
    Origin {
        /// The other village.
        village: Option<RecordKey> = refers(&["village"], "Thôn", "Village").required(),
        /// How.
        form: Option<OriginForm> = choice::<OriginForm>("Cách hình thành", "How").required(),
    }
}

kind! {
    /// A village. Its code never changes; its names do.
    Village = kind(Chapter::Commune, "R74", "village", "Thôn", "Village")
        .purpose("Danh sách thôn theo từng thời điểm", "The villages as of each day")
        .on(Shelf::Commune)
        .titled_by(|raw| Village::read(raw).value.name_on(None).map(Words::same))
        .happened("from")
        .feeds(&["I01", "I51"])
        .unique(&[Unique {
            name: "village-same-code",
            label: Label::new("Hai thôn cùng mã", "Two villages with one code"),
            once: Once::Record { within: Within::Commune, parts: &[Part::Exact("code")] },
        }]);
    fields {
        /// Its fixed code: the scope of its book.
        code: Option<String> = text("Mã cố định", "Fixed code", 40).required().searchable()
            .help("Giữ nguyên khi đổi tên.", "Stays when the name changes."),
        /// What kind of place it is.
        type_of: Option<VillageType> = choice::<VillageType>("Loại", "Type").required(),
        /// Its place in lists.
        order: Option<i64> = whole("Thứ tự", "Order", 1, 10_000),
        /// The commune that it belonged to before.
        former_commune: Option<String> = text("Thuộc xã cũ", "Former commune", 100).searchable(),
        /// The decision that made it.
        decision: Option<String> = text("Quyết định số, ngày", "Decision (number, date)", 120).required(),
        /// Since.
        from: Option<NaiveDate> = date("Từ ngày", "From").required(),
        /// Until.
        until: Option<NaiveDate> = date("Đến ngày", "Until").not_before("from"),
    }
    lists {
        /// Its names by date.
        names: VillageName = list("Tên theo ngày", "Names by date").at_least_one(),
        /// Where it came from.
        origins: Origin = list("Tách, nhập từ", "Split or merged from"),
    }
}

impl Village {
    /// Its name on a day, or (`None`) its newest.
    pub fn name_on(&self, day: Option<NaiveDate>) -> Option<String> {
        let names = self.names.values().filter(|name| name.in_force());
        let held = names.filter(|name| match day {
            Some(day) => {
                name.from.is_none_or(|from| from <= day) && name.until.is_none_or(|until| day <= until)
            }
            None => true,
        });
        held.max_by_key(|name| name.from)?.name.clone()
    }

    /// Whether it exists on a day.
    pub fn exists_on(&self, day: NaiveDate) -> bool {
        self.common.in_force()
            && self.from.is_none_or(|from| from <= day)
            && self.until.is_none_or(|until| day <= until)
    }
}
