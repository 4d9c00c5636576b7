//! R31 Hỗ trợ hòa nhập: trade, job, loan, health, schooling.

use chrono::NaiveDate;

use crate::declare::{choices, kind};
use crate::kind::{Chapter, Shelf, Source, choice, date, kind, money, refers, text};
use crate::raw::RecordKey;

choices! {
    /// Types of support (domain.md §7.1, R31).
    SupportType: Source::Own => {
        Trade = "trade", "Học nghề", "Learning a trade";
        Job = "job", "Việc làm", "Work";
        Loan = "loan", "Vay vốn", "Loan";
        Health = "health", "Y tế", "Health";
        Schooling = "schooling", "Học văn hóa", "Schooling";
        Papers = "papers", "Thủ tục cư trú, căn cước", "Papers of residence and identity";
        Other = "other", "Khác", "Other";
    }
}

kind! {
    /// One support given (Luật 120/2025/QH15, Điều 42.5; NĐ 116/2021, Điều 79–80).
    Support = kind(Chapter::Care, "R31", "support", "Hỗ trợ hòa nhập", "Support for reintegration")
        .purpose(
            "Theo dõi việc hỗ trợ học nghề, việc làm, vay vốn, y tế",
            "To follow help with a trade, work, loans and health",
        )
        .on(Shelf::CareFiles)
        .titled(&["person", "type_of", "date"])
        .happened("date")
        .feeds(&["I18"]);
    fields {
        /// Person.
        person: Option<RecordKey> = refers(&["person"], "Người", "Person").required(),
        /// Type.
        type_of: Option<SupportType> = choice::<SupportType>("Loại", "Type").required()
            .sensitive("Tổ chức hỗ trợ", "To organise help"),
        /// Given by.
        by: Option<String> = text("Đơn vị hỗ trợ", "Given by", 200).required(),
        /// Amount.
        amount: Option<i64> = money("Số tiền", "Amount"),
        /// Date.
        date: Option<NaiveDate> = date("Ngày", "Date").required().past(),
        /// Result.
        result: Option<String> = text("Kết quả", "Result", 500)
            .sensitive("Theo dõi kết quả hỗ trợ", "To follow what came of it"),
    }
}
