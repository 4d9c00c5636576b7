//! R35 Giám sát điện tử: decision, breaches, end; never positions.

use chrono::NaiveDate;

use crate::declare::{kind, sub};
use crate::kind::{Chapter, Once, Part, Shelf, Unique, Within, date, kind, list, refers, text};
use crate::label::Label;
use crate::raw::RecordKey;

sub! {
    /// A breach of the duties of who is monitored.
    MonitoringBreach {
        /// Date.
        date: Option<NaiveDate> = date("Ngày", "Date").required().past(),
        /// Content.
        content: Option<String> = text("Nội dung", "Content", 300).required()
            .sensitive("Xử lý theo luật", "To act as the law says"),
    }
}

kind! {
    /// Electronic monitoring (Luật 120/2025/QH15, Điều 12): the decision, its breaches, its end. No positions are kept.
    Monitoring = kind(Chapter::Care, "R35", "monitoring", "Giám sát điện tử", "Electronic monitoring")
        .purpose(
            "Theo dõi quyết định giám sát điện tử, không lưu vị trí",
            "To follow the decision; no positions are kept",
        )
        .on(Shelf::CareFiles)
        .titled(&["person", "decision"])
        .happened("from")
        .feeds(&["I20"])
        .unique(&[Unique {
            name: "monitoring-same-decision",
            label: Label::new("Hai bản ghi của một quyết định", "Two records of one decision"),
            once: Once::Record { within: Within::Commune, parts: &[Part::Exact("person"), Part::Folded("decision")] },
        }]);
    fields {
        /// Person.
        person: Option<RecordKey> = refers(&["person"], "Người", "Person").required(),
        /// Decision no.
        decision: Option<String> = text("Quyết định số", "Decision no.", 120).required(),
        /// From.
        from: Option<NaiveDate> = date("Từ ngày", "From").required(),
        /// Until.
        until: Option<NaiveDate> = date("Đến ngày", "Until").not_before("from"),
        /// Removed on.
        removed_on: Option<NaiveDate> = date("Ngày tháo", "Removed on").past().not_before("from"),
    }
    lists {
        /// Its breaches.
        breaches: MonitoringBreach = list("Vi phạm", "Breaches"),
    }
}
