//! R32 Khám, tư vấn của Trạm Y tế: counselling and checks.

use chrono::NaiveDate;

use crate::declare::{choices, kind};
use crate::kind::{Chapter, Shelf, Source, choice, date, kind, long, refers, text, yes_no};
use crate::raw::RecordKey;

choices! {
    /// What it was (domain.md §7.1, R32).
    CheckupType: Source::Plan("mục III.4") => {
        Regular = "regular", "Khám định kỳ", "Regular check-up";
        Counselling = "counselling", "Tư vấn sau cai nghiện", "Counselling after rehab";
        Treatment = "treatment", "Điều trị", "Treatment";
    }
}

kind! {
    /// A check-up, counselling or treatment by the health station (plan III.4).
    Checkup = kind(Chapter::Care, "R32", "checkup", "Khám, tư vấn của Trạm Y tế", "Check-up by the health station")
        .purpose("Khám, tư vấn, phát hiện sớm tái nghiện", "To examine, counsel and notice relapse early")
        .on(Shelf::CareHealth)
        .titled(&["person", "date"])
        .happened("date")
        .feeds(&["I17", "I10"]);
    fields {
        /// Person.
        person: Option<RecordKey> = refers(&["person"], "Người", "Person").required(),
        /// Date.
        date: Option<NaiveDate> = date("Ngày", "Date").required().past(),
        /// Type.
        type_of: Option<CheckupType> = choice::<CheckupType>("Loại", "Type"),
        /// The round of check-ups that it belongs to.
        round: Option<String> = text("Đợt khám", "Round", 100),
        /// Content.
        content: Option<String> = long("Nội dung", "Content").sensitive("Chăm sóc sức khỏe", "Health care"),
        /// Signs of relapse.
        signs: Option<bool> = yes_no("Dấu hiệu tái nghiện", "Signs of relapse")
            .sensitive("Giúp đỡ sớm; báo Công an xã bằng tin báo", "To help early; the police are told by a tip"),
        /// Referred to.
        referred_to: Option<String> = text("Chuyển tuyến", "Referred to", 200),
    }
}
