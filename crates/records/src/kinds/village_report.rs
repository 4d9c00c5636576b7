//! R61.1 Báo cáo của thôn: the village head's own report.

use chrono::NaiveDate;

use crate::declare::{choices, kind};
use crate::kind::{Chapter, Once, Part, Shelf, Source, Unique, Within, choice, date, kind, long, text};
use crate::label::Label;

choices! {
    /// Types of a village's reports.
    VillageReportType: Source::Own => {
        Monthly = "monthly", "Tháng", "Month";
        Quarterly = "quarterly", "Quý", "Quarter";
        HalfYear = "half-year", "6 tháng", "Half-year";
        Yearly = "yearly", "Năm", "Year";
        AdHoc = "ad-hoc", "Đột xuất", "Ad hoc";
    }
}

kind! {
    /// A report of a village, by its head (plan III.6).
    VillageReport = kind(Chapter::Figures, "R61.1", "village-report", "Báo cáo của thôn", "Report of a village")
        .purpose("Trưởng thôn báo cáo tình hình, kết quả của thôn", "The village head reports")
        .on(Shelf::Village)
        .titled(&["type_of", "until"])
        .happened("until")
        .feeds(&["I39"])
        .unique(&[Unique {
            name: "village-report-same-period",
            label: Label::new("Hai báo cáo của thôn trong một kỳ", "Two reports of one period"),
            once: Once::Record { within: Within::Scope, parts: &[Part::Exact("type_of"), Part::Exact("until")] },
        }]);
    fields {
        /// Type.
        type_of: Option<VillageReportType> = choice::<VillageReportType>("Loại", "Type").required(),
        /// From.
        from: Option<NaiveDate> = date("Kỳ từ ngày", "From").required(),
        /// Until.
        until: Option<NaiveDate> = date("Kỳ đến ngày", "Until").required().not_before("from"),
        /// Situation.
        situation: Option<String> = long("Tình hình", "Situation").required()
            .help("Không ghi tên người trong diện quản lý, người tố giác.", "No names of persons under management or of who told."),
        /// What was done.
        done: Option<String> = long("Kết quả", "What was done"),
        /// Proposals.
        proposals: Option<String> = long("Đề xuất, kiến nghị", "Proposals"),
        /// Reported by.
        by: Option<String> = text("Người báo cáo", "Reported by", 100),
    }
}
