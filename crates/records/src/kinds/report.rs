//! R61 Báo cáo: what was reported, to whom, with the figures as they were.

use chrono::NaiveDate;

use crate::declare::{choices, kind, sub};
use crate::kind::{
    Chapter, Once, Part, Shelf, Source, Unique, Within, choice, date, kind, list, long, refers, text,
};
use crate::label::Label;
use crate::raw::RecordKey;

choices! {
    /// Types of reports (domain.md §5.2).
    ReportType: Source::Own => {
        Monthly = "monthly", "Tháng", "Month";
        Quarterly = "quarterly", "Quý", "Quarter";
        HalfYear = "half-year", "6 tháng", "Half-year";
        NineMonths = "nine-months", "9 tháng", "Nine months";
        Yearly = "yearly", "Năm", "Year";
        AdHoc = "ad-hoc", "Đột xuất", "Ad hoc";
        Classification = "classification", "Đánh giá, phân loại", "Classification";
        Stage = "stage", "Sơ kết, tổng kết", "Summing-up";
    }
}

sub! {
    /// A published figure that the report quotes.
    FrozenFigure {
        /// Published figure.
        figure: Option<RecordKey> = refers(&["figure"], "Số liệu công bố", "Published figure").required(),
    }
}

kind! {
    /// A report of the commune: its period, number and signer, its recipients, and the figures as published (domain.md §5).
    Report = kind(Chapter::Figures, "R61", "report", "Báo cáo", "Report")
        .purpose(
            "Lưu báo cáo đã ban hành và số liệu tại thời điểm báo cáo",
            "To keep reports with the figures as they were",
        )
        .on(Shelf::Commune)
        .titled(&["type_of", "until"])
        .happened("until")
        .feeds(&["I42"])
        .unique(&[Unique {
            name: "report-same-number",
            label: Label::new("Hai báo cáo cùng số", "Two reports of one number"),
            once: Once::Record { within: Within::Commune, parts: &[Part::Folded("number")] },
        }]);
    fields {
        /// Type.
        type_of: Option<ReportType> = choice::<ReportType>("Loại", "Type").required(),
        /// From.
        from: Option<NaiveDate> = date("Kỳ từ ngày", "From").required(),
        /// Until.
        until: Option<NaiveDate> = date("Kỳ đến ngày", "Until").required().not_before("from"),
        /// Number.
        number: Option<String> = text("Số, ký hiệu", "Number", 60).searchable(),
        /// Signed on.
        signed_on: Option<NaiveDate> = date("Ngày ký", "Signed on").past(),
        /// Signed by.
        signer: Option<String> = text("Người ký", "Signed by", 100),
        /// Recipients.
        recipients: Option<String> = long("Nơi nhận", "Recipients"),
        /// Content.
        content: Option<String> = long("Nội dung", "Content"),
        /// Copy kept at.
        copy_at: Option<String> = text("Bản lưu", "Copy kept at", 200),
    }
    lists {
        /// The figures as published.
        figures: FrozenFigure = list("Số liệu đóng băng", "Frozen figures"),
    }
}
