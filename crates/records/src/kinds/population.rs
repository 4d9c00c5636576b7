//! R69 Dân số: residents of a village on a day. The denominator of the classification (QĐ 28/2025/QĐ-TTg, Điều 4).

use chrono::NaiveDate;

use crate::declare::kind;
use crate::kind::{Chapter, Once, Part, Shelf, Unique, Within, date, kind, refers, text, whole};
use crate::label::Label;
use crate::raw::RecordKey;

kind! {
    /// The residents of a village on a day.
    Population = kind(Chapter::Figures, "R69", "population", "Dân số", "Population")
        .purpose("Mẫu số của tỷ lệ phân loại địa bàn", "The denominator of the classification")
        .on(Shelf::Commune)
        .titled(&["village", "date"])
        .happened("date")
        .feeds(&["I01", "I49"])
        .unique(&[Unique {
            name: "population-same-day",
            label: Label::new("Hai số dân của một thôn trong một ngày", "Two populations of one village on one day"),
            once: Once::Record { within: Within::Commune, parts: &[Part::Exact("village"), Part::Exact("date")] },
        }]);
    fields {
        /// The village.
        village: Option<RecordKey> = refers(&["village"], "Thôn", "Village").required(),
        /// As of.
        date: Option<NaiveDate> = date("Ngày", "Date").required().past(),
        /// Persons who live there now.
        residents: Option<i64> = whole("Nhân khẩu hiện đang cư trú", "Residents", 0, 1_000_000).required(),
        /// Households.
        households: Option<i64> = whole("Số hộ", "Households", 0, 1_000_000),
        /// Where the figure is from.
        source: Option<String> = text("Nguồn", "Source", 200),
    }
}
