//! R60.2 Kết luận tiêu chí: the chair's record, which counts.

use chrono::NaiveDate;

use crate::declare::{choices, kind};
use crate::kind::{
    Chapter, Office, Once, Part, Shelf, Source, Unique, Within, choice, date, kind, long, refers, text, whole,
    yes_no,
};
use crate::label::Label;
use crate::raw::RecordKey;

choices! {
    /// How far it went (domain.md §2.3).
    ScoreOutcome: Source::Own => {
        Decided = "decided", "Đã kết luận", "Decided";
        Submitted = "submitted", "Đã trình", "Submitted";
        Recognised = "recognised", "Được công nhận", "Recognised";
        NotRecognised = "not-recognised", "Không được công nhận", "Not recognised";
        TakenOff = "taken-off", "Bị đưa ra khỏi danh sách", "Taken off the list";
    }
}

kind! {
    /// What the chair decides on a criterion (domain.md §2.3): this is what counts.
    ScoreDecision = kind(
            Chapter::Figures,
            "R60.2",
            "score-decision",
            "Kết luận tiêu chí",
            "Decision on a criterion",
        )
        .purpose("Chủ tịch kết luận từng tiêu chí", "The chair decides each criterion")
        .on(Shelf::Commune)
        .of_office(Office::Chair)
        .titled(&["criterion", "place", "until"])
        .happened("date")
        .feeds(&["I48", "I50"])
        .unique(&[Unique {
            name: "score-decision-same-criterion",
            label: Label::new("Hai kết luận một tiêu chí trong một kỳ", "Two decisions on one criterion and period"),
            once: Once::Record {
                within: Within::Commune,
                parts: &[Part::Exact("set"), Part::Folded("criterion"), Part::Exact("until"), Part::Maybe("place")],
            },
        }]);
    fields {
        /// From.
        from: Option<NaiveDate> = date("Kỳ từ ngày", "From").required(),
        /// Until.
        until: Option<NaiveDate> = date("Kỳ đến ngày", "Until").required().not_before("from"),
        /// Of which; empty for the commune.
        place: Option<RecordKey> = refers(&["village", "unit"], "Thôn, đơn vị", "Village or unit"),
        /// Set of criteria.
        set: Option<RecordKey> = refers(&["criteria-set"], "Bộ tiêu chí", "Set of criteria").required(),
        /// Criterion (code).
        criterion: Option<String> = text("Tiêu chí (mã)", "Criterion (code)", 20).required(),
        /// Check.
        checked: Option<RecordKey> = refers(&["score-check"], "Bản thẩm định", "Check"),
        /// Decided on.
        date: Option<NaiveDate> = date("Ngày kết luận", "Decided on").required().past(),
        /// Met.
        met: Option<bool> = yes_no("Đạt", "Met").required(),
        /// Score.
        score: Option<i64> = whole("Điểm kết luận", "Score", 0, 1_000),
        /// State.
        outcome: Option<ScoreOutcome> = choice::<ScoreOutcome>("Trạng thái", "State"),
        /// Submission or recognition (number, date).
        document: Option<String> =
                text("Tờ trình, quyết định công nhận (số, ngày)", "Submission or recognition (number, date)", 120),
        /// Remarks.
        remarks: Option<String> = long("Nhận xét", "Remarks"),
        /// Decided by.
        by: Option<String> = text("Người kết luận", "Decided by", 100).required(),
    }
}
