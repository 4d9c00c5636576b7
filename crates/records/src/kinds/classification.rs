//! R58 Đánh giá, phân loại địa bàn: of the commune, or of a village for its own use.

use chrono::NaiveDate;

use crate::declare::{choices, kind, sub};
use crate::kind::{
    Chapter, Once, Part, Shelf, Source, Unique, Within, choice, date, kind, list, long, refers, text,
};
use crate::label::Label;
use crate::raw::RecordKey;

choices! {
    /// Of what (the law classifies communes; of villages it is a working tool).
    ClassLevel: Source::Law("QĐ 28/2025/QĐ-TTg, Điều 4, 7") => {
        Commune = "commune", "Cấp xã", "Commune";
        Village = "village", "Thôn (đánh giá nội bộ)", "Village (internal)";
    }
}

choices! {
    /// The classes (QĐ 28/2025/QĐ-TTg, Điều 4, 6; QĐ 3122/2010/QĐ-BCA, Điều 1).
    AreaClass: Source::Own => {
        DrugFree = "drug-free", "Không ma túy", "Without drugs";
        ClassOne = "class-one", "Trọng điểm loại I", "Key area, class I";
        ClassTwo = "class-two", "Trọng điểm loại II", "Key area, class II";
        ClassThree = "class-three", "Trọng điểm loại III", "Key area, class III";
        Other = "other", "Có tệ nạn ma túy, không thuộc loại trọng điểm", "With drugs, no key area";
    }
}

sub! {
    /// The value of one criterion.
    ClassCriterion {
        /// Criterion.
        criterion: Option<String> = text("Tiêu chí", "Criterion", 100).required(),
        /// Value.
        value: Option<String> = text("Giá trị", "Value", 100).required(),
        /// The band that it falls into.
        met: Option<String> = text("Mức đạt", "Band", 100),
    }
}

kind! {
    /// A classification for a period, by a set of thresholds, confirmed by a person (QĐ 28/2025/QĐ-TTg, Điều 4–7).
    Classification = kind(
            Chapter::Figures,
            "R58",
            "classification",
            "Đánh giá, phân loại địa bàn",
            "Classification",
        )
        .purpose("Đánh giá, phân loại địa bàn theo kỳ", "To classify the area by period")
        .on(Shelf::Commune)
        .titled(&["level", "result", "until"])
        .happened("until")
        .feeds(&["I49"])
        .unique(&[Unique {
            name: "classification-same-period",
            label: Label::new("Hai phân loại của một kỳ, một nơi", "Two classifications of one place and period"),
            once: Once::Record {
                within: Within::Commune,
                parts: &[Part::Exact("until"), Part::Exact("level"), Part::Maybe("village")],
            },
        }]);
    fields {
        /// From.
        from: Option<NaiveDate> = date("Kỳ từ ngày", "From").required(),
        /// Until.
        until: Option<NaiveDate> = date("Kỳ đến ngày", "Until").required().not_before("from"),
        /// Level.
        level: Option<ClassLevel> = choice::<ClassLevel>("Cấp", "Level").required(),
        /// For a village: which.
        village: Option<RecordKey> = refers(&["village"], "Thôn", "Village"),
        /// Set of thresholds.
        thresholds: Option<String> = text("Bộ ngưỡng", "Set of thresholds", 200).required(),
        /// Result.
        result: Option<AreaClass> = choice::<AreaClass>("Kết quả", "Result").required(),
        /// How the text was read.
        reading: Option<String> = long("Cách hiểu áp dụng", "How the text was read"),
        /// Decided by.
        decided_by: Option<String> = text("Người kết luận", "Decided by", 100),
        /// Approval no.
        approval: Option<String> = text("Phê duyệt số", "Approval no.", 120),
        /// Approved on.
        approved_on: Option<NaiveDate> = date("Ngày phê duyệt", "Approved on").past(),
    }
    lists {
        /// The value of each criterion.
        criteria: ClassCriterion = list("Giá trị từng tiêu chí", "Values of the criteria").at_least_one(),
    }
}
