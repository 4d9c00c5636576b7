//! R34 Vắng mặt, chuyển nơi cư trú: who is away, and who was told.

use chrono::{DateTime, NaiveDate, Utc};

use crate::declare::kind;
use crate::kind::{Chapter, Shelf, date, instant, kind, refers, text, yes_no};
use crate::raw::RecordKey;

kind! {
    /// An absence or a move, with the notice to the new place (Luật 120/2025/QH15, Điều 25.4, 27.2, 48.2).
    Absence = kind(Chapter::Care, "R34", "absence", "Vắng mặt, chuyển nơi cư trú", "Absence or move")
        .purpose("Theo dõi vắng mặt và gửi thông báo đúng hạn", "To follow absences and send the notice in time")
        .on(Shelf::CareFiles)
        .titled(&["person", "from"])
        .happened("from")
        .feeds(&["I20"]);
    fields {
        /// Person.
        person: Option<RecordKey> = refers(&["person"], "Người", "Person").required(),
        /// From.
        from: Option<NaiveDate> = date("Từ ngày", "From").required(),
        /// Until; empty where the person moved.
        until: Option<NaiveDate> = date("Đến ngày", "Until").not_before("from"),
        /// Where to.
        place: Option<String> = text("Nơi đến", "Where to", 300)
            .sensitive("Bàn giao quản lý", "To hand the management over"),
        /// Reported.
        reported: Option<bool> = yes_no("Đã báo", "Reported"),
        /// Received by.
        received_by: Option<String> = text("Nơi nhận", "Received by", 200),
        /// Notice sent at.
        notice_at: Option<DateTime<Utc>> = instant("Giờ gửi thông báo", "Notice sent at").past(),
    }
}
