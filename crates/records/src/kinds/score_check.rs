//! R60.1 Thẩm định tiêu chí: the police's record on a self-score.

use chrono::NaiveDate;

use crate::declare::kind;
use crate::kind::{Chapter, Office, Once, Part, Shelf, Unique, Within, date, kind, long, refers, text, whole, yes_no};
use crate::label::Label;
use crate::raw::RecordKey;

kind! {
    /// What the police say of a self-score: it stands, or is overruled with a reason (domain.md §2.3).
    ScoreCheck = kind(Chapter::Figures, "R60.1", "score-check", "Thẩm định tiêu chí", "Check of a criterion")
        .purpose("Công an xã thẩm định kết quả tự chấm", "The police check the self-scores")
        .on(Shelf::Commune)
        .of_office(Office::Police)
        .titled(&["criterion", "place", "until"])
        .happened("date")
        .feeds(&["I48"])
        .unique(&[Unique {
            name: "score-check-same-criterion",
            label: Label::new("Hai lần thẩm định một tiêu chí trong một kỳ", "Two checks of one criterion and period"),
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
        /// Self-score.
        self_score: Option<RecordKey> = refers(&["self-score"], "Bản tự chấm", "Self-score"),
        /// Checked on.
        date: Option<NaiveDate> = date("Ngày thẩm định", "Checked on").required().past(),
        /// Met.
        met: Option<bool> = yes_no("Đạt", "Met").required(),
        /// Score.
        score: Option<i64> = whole("Điểm thẩm định", "Score", 0, 1_000),
        /// Reason and evidence.
        reason: Option<String> = long("Lý do, minh chứng", "Reason and evidence"),
        /// Checked by.
        by: Option<String> = text("Người thẩm định", "Checked by", 100).required(),
    }
}
