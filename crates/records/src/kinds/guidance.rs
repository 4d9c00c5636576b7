//! R71 Tài liệu hướng dẫn: what came from above and was passed on.

use chrono::NaiveDate;

use crate::declare::kind;
use crate::kind::{Chapter, Shelf, date, kind, text};

kind! {
    /// Guidance material that the commune received, and to whom it was passed on (plan III.1-3).
    Guidance = kind(Chapter::Plan, "R71", "guidance", "Tài liệu hướng dẫn", "Guidance material")
        .purpose("Theo dõi tài liệu hướng dẫn đã nhận, đã phổ biến", "To follow guidance received and passed on")
        .on(Shelf::Commune)
        .titled(&["name", "received_on"])
        .happened("received_on")
        .feeds(&["I27"]);
    fields {
        /// Name.
        name: Option<String> = text("Tên tài liệu", "Name", 300).required().searchable(),
        /// Source.
        source: Option<String> = text("Nguồn", "Source", 200),
        /// Received on.
        received_on: Option<NaiveDate> = date("Ngày nhận", "Received on").required().past(),
        /// Passed on to.
        passed_on: Option<String> = text("Phổ biến", "Passed on to", 500),
    }
}
