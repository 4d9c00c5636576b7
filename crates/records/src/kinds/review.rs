//! R57 Rà soát, thống kê: of one village on a day common to all.

use chrono::NaiveDate;

use crate::declare::kind;
use crate::kind::{Chapter, Once, Part, Shelf, Unique, Within, date, kind, long, refers, text, whole};
use crate::label::Label;
use crate::raw::RecordKey;

kind! {
    /// A review of a village's situation, by the police (plan II.1.b-2). What it counts is computed; the list is R20.
    Review = kind(Chapter::Figures, "R57", "review", "Rà soát, thống kê", "Review and count")
        .purpose("Rà soát đồng loạt, thống nhất các thôn", "To review all villages alike, on one day")
        .on(Shelf::Commune)
        .titled(&["village", "closed_on"])
        .happened("closed_on")
        .feeds(&["I02", "I11", "I50"])
        .unique(&[Unique {
            name: "review-same-period",
            label: Label::new("Hai lần rà soát một thôn trong một kỳ", "Two reviews of one village in one period"),
            once: Once::Record { within: Within::Commune, parts: &[Part::Exact("village"), Part::Exact("until")] },
        }]);
    fields {
        /// From.
        from: Option<NaiveDate> = date("Kỳ từ ngày", "From").required(),
        /// Until.
        until: Option<NaiveDate> = date("Kỳ đến ngày", "Until").required().not_before("from"),
        /// Village.
        village: Option<RecordKey> = refers(&["village"], "Thôn", "Village").required(),
        /// Counted on.
        closed_on: Option<NaiveDate> = date("Ngày chốt", "Counted on").required(),
        /// Increase (persons).
        increase: Option<i64> = whole("Tăng (người)", "Increase (persons)", 0, 10_000),
        /// Decrease (persons).
        decrease: Option<i64> = whole("Giảm (người)", "Decrease (persons)", 0, 10_000),
        /// Why.
        reasons: Option<String> = long("Lý do tăng, giảm", "Why"),
        /// Reviewed by.
        reviewer: Option<String> = text("Người rà soát", "Reviewed by", 100).required(),
        /// Checked by (police).
        police: Option<String> = text("Công an thẩm định", "Checked by (police)", 100),
    }
}
