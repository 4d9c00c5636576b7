//! R60 Tự chấm tiêu chí: the village's or unit's own record on a criterion.

use chrono::NaiveDate;

use crate::declare::{kind, sub};
use crate::kind::{
    Chapter, Once, Part, Shelf, ShelfRule, Unique, Within, date, kind, list, long, refers, text, whole,
    yes_no,
};
use crate::label::Label;
use crate::raw::RecordKey;

sub! {
    /// Something that shows it.
    Evidence {
        /// Evidence.
        what: Option<String> = text("Minh chứng", "Evidence", 300).required(),
    }
}

kind! {
    /// What a village or unit says of itself on one criterion (domain.md §2.3). The check and the decision are records of others.
    SelfScore = kind(Chapter::Figures, "R60", "self-score", "Tự chấm tiêu chí", "Self-score")
        .purpose("Thôn, đơn vị tự chấm tiêu chí không ma túy", "Villages and units score themselves")
        .shelved(ShelfRule::OfWriter { village: Shelf::Village, unit: Shelf::Unit })
        .titled(&["criterion", "until"])
        .happened("until")
        .feeds(&["I48", "I50"])
        .unique(&[Unique {
            name: "self-score-same-criterion",
            label: Label::new("Hai lần tự chấm một tiêu chí trong một kỳ", "Two self-scores of one criterion and period"),
            once: Once::Record {
                within: Within::Scope,
                parts: &[Part::Exact("set"), Part::Folded("criterion"), Part::Exact("until")],
            },
        }]);
    fields {
        /// From.
        from: Option<NaiveDate> = date("Kỳ từ ngày", "From").required(),
        /// Until.
        until: Option<NaiveDate> = date("Kỳ đến ngày", "Until").required().not_before("from"),
        /// Set of criteria.
        set: Option<RecordKey> = refers(&["criteria-set"], "Bộ tiêu chí", "Set of criteria").required(),
        /// Criterion (code).
        criterion: Option<String> = text("Tiêu chí (mã)", "Criterion (code)", 20).required(),
        /// Met.
        met: Option<bool> = yes_no("Đạt", "Met").required(),
        /// Value.
        value: Option<String> = text("Giá trị", "Value", 100),
        /// Score.
        score: Option<i64> = whole("Điểm tự chấm", "Score", 0, 1_000),
        /// Remarks.
        remarks: Option<String> = long("Nhận xét", "Remarks"),
        /// Scored by.
        by: Option<String> = text("Người tự chấm", "Scored by", 100),
    }
    lists {
        /// What shows it.
        evidence: Evidence = list("Minh chứng", "Evidence"),
    }
}
