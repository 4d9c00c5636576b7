//! R54 Lễ ra mắt mô hình: the ceremony of step 4.

use chrono::NaiveDate;

use crate::declare::kind;
use crate::kind::{Chapter, Shelf, date, kind, long, refers, text, whole};
use crate::raw::RecordKey;

kind! {
    /// The launch of a model (plan II.2, Bước 4).
    Launch = kind(Chapter::Plan, "R54", "launch", "Lễ ra mắt mô hình", "Launch of the model")
        .purpose("Ghi lại lễ ra mắt mô hình", "To record the launch of a model")
        .on(Shelf::Commune)
        .titled(&["place", "date"])
        .happened("date")
        .feeds(&["I42"]);
    fields {
        /// Date.
        date: Option<NaiveDate> = date("Ngày", "Date").required().past(),
        /// Place.
        place: Option<String> = text("Nơi", "Place", 200).required().searchable(),
        /// Village.
        village: Option<RecordKey> = refers(&["village"], "Thôn", "Village"),
        /// Who took part.
        attendants: Option<String> = text("Thành phần", "Who took part", 500),
        /// Number of people.
        people: Option<i64> = whole("Số người", "Number of people", 0, 100_000),
        /// Content.
        content: Option<String> = long("Nội dung", "Content"),
        /// Pledges signed there.
        pledges: Option<i64> = whole("Số bản ký cam kết tại lễ", "Pledges signed there", 0, 100_000),
    }
}
