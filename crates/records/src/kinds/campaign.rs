//! R56 Đợt cao điểm: of denouncing or of attack on crime.

use chrono::NaiveDate;

use crate::declare::{choices, kind};
use crate::kind::{Chapter, Once, Part, Shelf, Source, Unique, Within, choice, date, kind, long, text, whole};
use crate::label::Label;

choices! {
    /// Types (domain.md §7.1, R56).
    CampaignType: Source::Plan("mục II.1.d-3, II.1.e-1") => {
        Denouncing = "denouncing", "Tố giác tội phạm, tệ nạn ma túy", "Denouncing";
        Attack = "attack", "Tấn công trấn áp tội phạm", "Attack on crime";
    }
}

kind! {
    /// A peak period of denouncing or of attack on crime (plan II.1.d-3, II.1.e-1), in numbers.
    Campaign = kind(Chapter::Plan, "R56", "campaign", "Đợt cao điểm", "Peak period")
        .purpose("Theo dõi mục tiêu, kết quả các đợt cao điểm", "To follow aims and results of peak periods")
        .on(Shelf::Commune)
        .titled(&["name", "from"])
        .happened("from")
        .feeds(&["I47"])
        .unique(&[Unique {
            name: "campaign-same-name",
            label: Label::new("Hai đợt cùng tên, cùng ngày bắt đầu", "Two periods of one name and beginning"),
            once: Once::Record { within: Within::Commune, parts: &[Part::Folded("name"), Part::Exact("from")] },
        }]);
    fields {
        /// Name.
        name: Option<String> = text("Tên đợt", "Name", 200).required().searchable(),
        /// Type.
        type_of: Option<CampaignType> = choice::<CampaignType>("Loại", "Type").required(),
        /// From.
        from: Option<NaiveDate> = date("Từ ngày", "From").required(),
        /// Until.
        until: Option<NaiveDate> = date("Đến ngày", "Until").required().not_before("from"),
        /// Aim.
        aim: Option<String> = long("Mục tiêu", "Aim"),
        /// Tips.
        tips: Option<i64> = whole("Số tin", "Tips", 0, 100_000),
        /// Cases.
        cases: Option<i64> = whole("Số vụ", "Cases", 0, 100_000),
        /// Offenders.
        offenders: Option<i64> = whole("Số đối tượng", "Offenders", 0, 100_000),
        /// Summary.
        summary: Option<String> = long("Sơ kết", "Summary"),
    }
}
