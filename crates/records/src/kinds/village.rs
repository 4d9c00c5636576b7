//! R74 Thôn: a village, with its names by date (domain.md §8.3).

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::declare::{choices, kind, sub};
use crate::kind::{
    Chapter, ChoiceSet, Once, Part, Shelf, Source, Unique, Within, choice, date, kind, list, refers, text,
    whole,
};
use crate::label::{Label, Words};
use crate::raw::RecordKey;

choices! {
    /// What a village is called as a kind of place.
    VillageType: Source::Own => {
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
    OriginForm: Source::Reckoned => {
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
        /// What kind of place it is under this name, where that changes with it.
        type_of: Option<VillageType> = choice::<VillageType>("Loại", "Type")
            .help("Chỉ ghi khi loại đổi cùng với tên.", "Only where the type changes with the name."),
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

sub! {
    /// A household that goes to another village when a part of this one does: the map of a division. What the household's
    /// records say stays in the book where they lie.
    Share {
        /// The household.
        household: Option<RecordKey> = refers(&["household"], "Hộ", "Household").required(),
        /// The village that it goes to.
        to: Option<RecordKey> = refers(&["village"], "Sang thôn", "To village").required(),
        /// Since.
        from: Option<NaiveDate> = date("Từ ngày", "From").required(),
        /// The decision.
        decision: Option<String> = text("Quyết định số, ngày", "Decision (number, date)", 120),
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
        .unique(&[
            Unique {
                name: "village-same-code",
                label: Label::new("Hai thôn cùng mã", "Two villages with one code"),
                once: Once::Record { within: Within::Commune, parts: &[Part::Exact("code")] },
            },
            Unique {
                name: "village-two-names",
                label: Label::new("Thôn có hai tên từ cùng một ngày", "A village with two names from one day"),
                once: Once::SameSub { list: "names", by: "from" },
            },
            Unique {
                name: "village-shared-twice",
                label: Label::new("Một hộ được chia sang thôn khác hai lần", "A household shared out twice"),
                once: Once::SameSub { list: "shares", by: "household" },
            },
        ]);
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
        /// The village in which it goes on from the day after its last: its book counts there.
        goes_on_in: Option<RecordKey> = refers(&["village"], "Nhập vào thôn", "Goes on in village"),
        /// The commune to which it went; from then on it counts nowhere here.
        left_to: Option<String> = text("Chuyển về xã", "Moved to commune", 120),
        /// The decision that ended it here.
        end_decision: Option<String> =
            text("Quyết định chấm dứt số, ngày", "Decision that ended it (number, date)", 120),
    }
    lists {
        /// Its names by date.
        names: VillageName = list("Tên theo ngày", "Names by date").at_least_one(),
        /// Where it came from.
        origins: Origin = list("Tách, nhập từ", "Split or merged from"),
        /// Which of its households go to another village.
        shares: Share = list("Hộ chia sang thôn khác", "Households shared out"),
    }
}

impl VillageType {
    /// A name with the kind of place before it, where the name does not begin with that: "Thôn 6". Without a kind it is a
    /// thôn.
    pub fn called(of: Option<VillageType>, name: &str) -> String {
        let name = name.trim();
        let typed = of.map_or("Thôn", |of| of.label().vi);
        if name.to_lowercase().starts_with(&typed.to_lowercase()) {
            name.to_owned()
        } else {
            format!("{typed} {name}")
        }
    }
}

impl Village {
    /// Its name on a day, or (`None`) its newest.
    pub fn name_on(&self, day: Option<NaiveDate>) -> Option<String> {
        self.named_on(day)?.name.clone()
    }

    /// Its name on a day, or on the nearest on which it has one: before its first name that, after its last the newest.
    pub fn name_near(&self, day: NaiveDate) -> Option<String> {
        let names = || self.names.values().filter(|name| name.in_force());
        let first = || names().min_by_key(|name| name.from).filter(|first| first.from.is_some_and(|from| day < from));
        let other = || first()?.name.clone();
        self.name_on(Some(day)).or_else(other).or_else(|| self.name_on(None))
    }

    /// What kind of place it is on a day.
    pub fn type_on(&self, day: NaiveDate) -> Option<VillageType> {
        let mut until = self.names_until(Some(day));
        until.sort_by_key(|name| name.from);
        until.iter().rev().find_map(|name| name.type_of).or(self.type_of)
    }

    /// The name that it bears on a day. Of several that hold, the one that began last; of those of one day, the one that
    /// all devices find last.
    fn named_on(&self, day: Option<NaiveDate>) -> Option<&VillageName> {
        let ended = |name: &&VillageName| day.zip(name.until).is_some_and(|(day, until)| until < day);
        let names = self.names_until(day).into_iter();
        names.filter(|name| !ended(name)).max_by_key(|name| name.from)
    }

    /// The names that have begun by a day.
    fn names_until(&self, day: Option<NaiveDate>) -> Vec<&VillageName> {
        let begun = |name: &&VillageName| day.zip(name.from).is_none_or(|(day, from)| from <= day);
        let names = self.names.values().filter(|name| name.in_force());
        names.filter(begun).collect()
    }

    /// Whether it exists on a day.
    pub fn exists_on(&self, day: NaiveDate) -> bool {
        self.common.in_force() && !self.begins_after(day) && !self.ended_by(day)
    }

    /// Whether it is not there yet on a day.
    pub fn begins_after(&self, day: NaiveDate) -> bool {
        self.from.is_some_and(|from| day < from)
    }

    /// Whether its last day is over on a day.
    pub fn ended_by(&self, day: NaiveDate) -> bool {
        self.until.is_some_and(|until| until < day)
    }

    /// Whether it came of other villages, by an act with a day.
    pub fn came_of_others(&self) -> bool {
        self.origins.values().any(|origin| origin.in_force())
    }

    /// The one village of which it was a part before it began; `None` where there is none or there are several.
    pub fn split_from(&self) -> Option<&RecordKey> {
        let mut origins = self.origins.values().filter(|origin| origin.in_force());
        let only = origins.next().filter(|_| origins.next().is_none())?;
        only.village.as_ref().filter(|_| only.form == Some(OriginForm::Split))
    }

    /// To which village each of its households goes that is shared out. Of several shares of one household the one that
    /// begins last counts, so that all devices agree until a person has decided.
    pub fn shared_out(&self) -> BTreeMap<&RecordKey, &RecordKey> {
        let mut shares: Vec<(Option<NaiveDate>, &RecordKey, &RecordKey)> = self
            .shares
            .values()
            .filter(|share| share.in_force())
            .filter_map(|share| Some((share.from, share.household.as_ref()?, share.to.as_ref()?)))
            .collect();
        shares.sort();
        shares.into_iter().map(|(_, household, to)| (household, to)).collect()
    }
}
