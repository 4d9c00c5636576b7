//! R41 Xử lý tin: one step in handling a tip.

use chrono::{DateTime, Duration, NaiveDate, Utc};

use crate::declare::{choices, kind};
use crate::civil;
use crate::kind::{Chapter, Shelf, Source, choice, date, kind, long, refers, text, yes_no};
use crate::raw::RecordKey;

choices! {
    /// Steps of handling.
    Step: Source::Own => {
        Received = "received", "Tiếp nhận", "Received";
        Checked = "checked", "Xác minh sơ bộ", "First check";
        Transferred = "transferred", "Chuyển cơ quan điều tra", "Passed to the investigators";
        Answered = "answered", "Trả lời người tố giác", "Teller answered";
        Filed = "filed", "Lưu hồ sơ", "Filed";
    }
}

choices! {
    /// What a check found.
    Finding: Source::Reckoned => {
        True = "true", "Đúng", "True";
        Partly = "partly", "Đúng một phần", "Partly true";
        False = "false", "Không đúng", "Not true";
        Open = "open", "Chưa rõ", "Not clear yet";
    }
}

kind! {
    /// One step in handling a tip.
    TipHandling = kind(Chapter::Tips, "R41", "tip-handling", "Xử lý tin", "Handling of a tip")
        .purpose("Theo dõi thời hạn và kết quả xử lý tin", "To follow limits and results of handling")
        .on(Shelf::Tips)
        .titled(&["step", "date"])
        .happened("date")
        .without_files()
        .feeds(&["I34"]);
    fields {
        /// The tip.
        tip: Option<RecordKey> = refers(&["tip"], "Tin", "Tip").required(),
        /// The step.
        step: Option<Step> = choice::<Step>("Bước", "Step").required(),
        /// The day.
        date: Option<NaiveDate> = date("Ngày", "Date").required().past(),
        /// By when the step had to be done; computed when left empty (see [`step_due`]).
        due: Option<NaiveDate> = date("Hạn", "Due")
            .help("Bỏ trống để tự tính.", "Leave empty to have it computed."),
        /// Who did it.
        handler: Option<String> = text("Người xử lý", "Handled by", 100).required(),
        /// What the check found.
        finding: Option<Finding> = choice::<Finding>("Kết luận", "Finding"),
        /// The result.
        result: Option<String> = long("Kết quả", "Result").required()
            .help("Không ghi tên người tố giác ở đây.", "Do not name the teller here."),
        /// Whether the teller has been told.
        told_teller: Option<bool> = yes_no("Đã báo người tố giác", "Teller told"),
    }
}

/// The instant by which a tip must have been passed on: 24 hours where it cannot wait, else 7 days (TTLT 01/2017 as
/// amended by 01/2021). The answer of the investigators is due 20 days after that (BLTTHS Điều 147).
pub fn transfer_due(received: DateTime<Utc>, urgent: bool) -> DateTime<Utc> {
    let limit = if urgent { Duration::hours(24) } else { Duration::days(7) };
    received.checked_add_signed(limit).unwrap_or(received)
}

/// The day by which a step is due, for a tip received at an instant. Filing has no limit.
pub fn step_due(step: Step, received: DateTime<Utc>, urgent: bool) -> Option<NaiveDate> {
    let transfer = civil::date_in_vietnam(transfer_due(received, urgent));
    match step {
        Step::Received => Some(civil::date_in_vietnam(received)),
        Step::Checked | Step::Transferred => Some(transfer),
        Step::Answered => civil::after_days(transfer, 20),
        Step::Filed => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tip_is_passed_on_within_a_day_or_a_week() {
        let received = civil::parse_instant("2025-06-10T18:00:00Z").unwrap();
        let due = |step, urgent| step_due(step, received, urgent).map(|day| day.to_string());
        assert_eq!(due(Step::Received, false).as_deref(), Some("2025-06-11"));
        assert_eq!(due(Step::Transferred, true).as_deref(), Some("2025-06-12"));
        assert_eq!(due(Step::Transferred, false).as_deref(), Some("2025-06-18"));
        assert_eq!(due(Step::Answered, false).as_deref(), Some("2025-07-08"));
        assert_eq!(due(Step::Filed, false), None);
    }
}
