//! R08 Kiểm tra cơ sở: what was checked, what came of it.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use crate::declare::{choices, kind};
use crate::kind::{
    Chapter, Shelf, ShelfRule, Source, choice, choices as any_of, date, kind, long, refers, text, yes_no,
};
use crate::problem::Problem;
use crate::raw::{RawRecord, RecordKey};
use crate::record::Record;
use crate::validate::needs;

choices! {
    /// What came of it (domain.md §7.1, R08).
    InspectionResult: Source::Own => {
        Clean = "clean", "Không vi phạm", "No violation";
        Reminded = "reminded", "Nhắc nhở", "Reminded";
        Minuted = "minuted", "Lập biên bản", "Minutes made";
        Fined = "fined", "Xử phạt", "Fined";
    }
}

choices! {
    /// What was checked (plan II.1.a-2, III.4).
    InspectionMatter: Source::Own => {
        Order = "order", "An ninh, trật tự", "Security and order";
        Drugs = "drugs", "Ma túy, tệ nạn xã hội", "Drugs and social evils";
        Medicines = "medicines", "Thuốc, chất gây nghiện", "Medicines and addictive substances";
        Other = "other", "Khác", "Other";
    }
}

kind! {
    /// One check of a business; the health station's checks of medicines lie in its own book.
    Inspection = kind(Chapter::Order, "R08", "inspection", "Kiểm tra cơ sở", "Inspection of a business")
        .purpose("Theo dõi kiểm tra cơ sở có nguy cơ, việc khắc phục", "To follow inspections and what was put right")
        .shelved(ShelfRule::OfWriter { village: Shelf::Village, unit: Shelf::Unit })
        .titled(&["business", "date"])
        .happened("date")
        .feeds(&["I28"])
        .checked_by(check);
    fields {
        /// Business.
        business: Option<RecordKey> = refers(&["business"], "Cơ sở", "Business").required(),
        /// Date.
        date: Option<NaiveDate> = date("Ngày", "Date").required().past(),
        /// Who took part.
        team: Option<String> = text("Thành phần đoàn", "Who took part", 300).required(),
        /// What was checked.
        matters: BTreeSet<InspectionMatter> = any_of::<InspectionMatter>("Nội dung kiểm tra", "What was checked"),
        /// Detail.
        content: Option<String> = long("Chi tiết", "Detail"),
        /// Result.
        result: Option<InspectionResult> = choice::<InspectionResult>("Kết quả", "Result").required(),
        /// Minutes no.
        minutes: Option<String> = text("Số biên bản", "Minutes no.", 60)
            .required_when("khi lập biên bản, xử phạt", "when minutes were made or a fine given"),
        /// Recommendation.
        recommendation: Option<String> = text("Kiến nghị", "Recommendation", 300),
        /// To be put right by.
        due: Option<NaiveDate> = date("Hạn khắc phục", "To be put right by").not_before("date"),
        /// Put right.
        fixed: Option<bool> = yes_no("Đã khắc phục", "Put right"),
    }
}

fn check(raw: &RawRecord, _: &crate::Context, problems: &mut Vec<Problem>) {
    let result = Inspection::read(raw).value.result;
    if matches!(result, Some(InspectionResult::Minuted | InspectionResult::Fined)) {
        needs(Inspection::KIND, "minutes", raw, problems);
    }
}
