//! R73 Yêu cầu, phản ánh về dữ liệu; kiểm tra tuân thủ; sự cố: what the law on personal data asks for.

use chrono::NaiveDate;

use crate::civil::{self, Holidays};
use crate::declare::{choices, kind};
use crate::kind::{Chapter, Shelf, Source, choice, date, kind, long, text, yes_no};
use crate::problem::Problem;
use crate::raw::RawRecord;
use crate::record::Record;
use crate::validate::needs;

choices! {
    /// What it is (Luật 91/2025/QH15, Điều 4, 19.2, 23).
    DataMatter: Source::Law("Luật 91/2025/QH15, Điều 4, 19.2, 23") => {
        View = "view", "Yêu cầu xem, cung cấp dữ liệu", "Request to see data";
        Correct = "correct", "Yêu cầu sửa dữ liệu", "Request to correct data";
        Restrict = "restrict", "Rút đồng ý, hạn chế, phản đối xử lý", "Withdrawal, restriction or objection";
        Erase = "erase", "Yêu cầu xóa dữ liệu", "Request to erase data";
        Complaint = "complaint", "Phản ánh, khiếu nại", "Complaint";
        Compliance = "compliance", "Kiểm tra tuân thủ định kỳ", "Compliance check";
        Incident = "incident", "Sự cố dữ liệu cá nhân", "Incident";
    }
}

choices! {
    /// What came of it.
    DataOutcome: Source::Reckoned => {
        Done = "done", "Đã thực hiện", "Done";
        Refused = "refused", "Từ chối, có nêu lý do", "Refused, with the reason";
        PassedOn = "passed-on", "Chuyển cơ quan có thẩm quyền", "Passed on";
        Open = "open", "Đang xử lý", "Being handled";
    }
}

kind! {
    /// A request or complaint about personal data, a compliance check, or an incident (Luật 91/2025/QH15, Điều 4, 19.2, 23; NĐ 356/2025/NĐ-CP, Điều 5, 28).
    DataRequest = kind(
            Chapter::Commune,
            "R73",
            "data-request",
            "Yêu cầu, phản ánh về dữ liệu; kiểm tra tuân thủ; sự cố",
            "Request about data, compliance check, incident",
        )
        .purpose(
            "Trả lời đúng hạn, kiểm tra tuân thủ, báo sự cố về dữ liệu cá nhân",
            "To answer in time, check compliance and report incidents",
        )
        .on(Shelf::Commune)
        .titled(&["type_of", "received_on"])
        .happened("received_on")
        .checked_by(check);
    fields {
        /// Type.
        type_of: Option<DataMatter> = choice::<DataMatter>("Loại", "Type").required(),
        /// Received on.
        received_on: Option<NaiveDate> = date("Nhận ngày", "Received on").required().past(),
        /// By when it had to be done; computed when left empty (see [`DataRequest::deadline`]).
        due: Option<NaiveDate> = date("Hạn", "Due").not_before("received_on")
            .required_when("khi đã gia hạn, hoặc khi luật không nêu hạn (phản ánh, kiểm tra tuân thủ)",
                "when extended, or where the law names no limit (complaint, compliance check)")
            .help("Bỏ trống để tính theo luật.", "Leave empty to have it computed by the law."),
        /// When whoever asked was told that it has come in.
        acknowledged_on: Option<NaiveDate> = date("Ngày báo đã nhận yêu cầu", "Told that it came in").past()
            .not_before("received_on"),
        /// Extended once.
        extended: Option<bool> = yes_no("Đã gia hạn một lần", "Extended once"),
        /// Content.
        content: Option<String> = long("Nội dung", "Content")
            .help("Không ghi nội dung hồ sơ, tin báo.", "Nothing of files or tips."),
        /// Result.
        outcome: Option<DataOutcome> = choice::<DataOutcome>("Kết quả", "Result"),
        /// Detail.
        result: Option<String> = text("Chi tiết kết quả", "Detail", 500),
        /// Answered on.
        answered_on: Option<NaiveDate> = date("Ngày trả lời", "Answered on").past().not_before("received_on"),
    }
}

/// Within so many working days whoever asks is told that the request has come in (NĐ 356/2025/NĐ-CP, Điều 5).
const REPLY_WORKING_DAYS: usize = 2;
/// An incident is told to the authority within 72 hours (Luật 91/2025/QH15, Điều 23); records know its day, not its hour.
const INCIDENT_DAYS: u64 = 3;

impl DataMatter {
    /// Within so many days it is to be done (NĐ 356/2025/NĐ-CP, Điều 5); nothing where the law names no limit.
    fn days(self) -> Option<u64> {
        match self {
            DataMatter::View | DataMatter::Correct => Some(10),
            DataMatter::Restrict => Some(15),
            DataMatter::Erase => Some(20),
            DataMatter::Incident => Some(INCIDENT_DAYS),
            DataMatter::Complaint | DataMatter::Compliance => None,
        }
    }

    /// Whether a person asks for something that the law gives a right to.
    fn is_request(self) -> bool {
        matches!(
            self,
            DataMatter::View | DataMatter::Correct | DataMatter::Restrict | DataMatter::Erase
        )
    }
}

impl DataRequest {
    /// Whether nothing is to be done any more.
    pub fn is_settled(&self) -> bool {
        self.answered_on.is_some() || self.outcome.is_some_and(|outcome| outcome != DataOutcome::Open)
    }

    /// By when it is to be done: what was set, else what the law says. A limit in days that ends on a day off ends on the next
    /// working day (Bộ luật Dân sự, Điều 148); 72 hours do not wait for one.
    pub fn deadline(&self, holidays: &Holidays) -> Option<NaiveDate> {
        if self.due.is_some() {
            return self.due;
        }
        let matter = self.type_of?;
        let last = civil::after_days(self.received_on?, matter.days()?)?;
        match matter {
            DataMatter::Incident => Some(last),
            _ => Some(holidays.roll_forward(last)),
        }
    }

    /// By when whoever asked is to be told that the request has come in; nothing once that is done, or the matter itself.
    pub fn reply_by(&self, holidays: &Holidays) -> Option<NaiveDate> {
        let waits = self.type_of?.is_request() && self.acknowledged_on.is_none() && !self.is_settled();
        waits.then(|| holidays.after_working_days(self.received_on.unwrap_or_default(), REPLY_WORKING_DAYS))
    }
}

/// How much longer an extension is the law does not say, so whoever extends says by when.
fn check(raw: &RawRecord, _: &crate::Context, problems: &mut Vec<Problem>) {
    let request = DataRequest::read(raw).value;
    let no_limit = request.type_of.is_some_and(|matter| matter.days().is_none());
    if request.extended == Some(true) || no_limit {
        needs(DataRequest::KIND, "due", raw, problems);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::holidays;

    fn request(matter: DataMatter, received: &str) -> DataRequest {
        DataRequest {
            type_of: Some(matter),
            received_on: civil::parse_date(received),
            ..DataRequest::default()
        }
    }

    fn day(text: &str) -> Option<NaiveDate> {
        civil::parse_date(text)
    }

    #[test]
    fn each_matter_has_the_limit_that_the_law_gives_and_a_day_off_moves_it() {
        let calendar = holidays::by_law();
        let due = |matter, received| request(matter, received).deadline(&calendar);
        // 01/06/2026 is a Monday.
        assert_eq!(due(DataMatter::View, "2026-06-01"), day("2026-06-11"));
        assert_eq!(due(DataMatter::Correct, "2026-06-03"), day("2026-06-15"), "the 13th is a Saturday");
        assert_eq!(due(DataMatter::Restrict, "2026-06-01"), day("2026-06-16"));
        assert_eq!(due(DataMatter::Erase, "2026-06-01"), day("2026-06-22"), "the 21st is a Sunday");
        assert_eq!(due(DataMatter::Incident, "2026-06-03"), day("2026-06-06"), "72 hours do not wait");
        assert_eq!(due(DataMatter::Complaint, "2026-06-01"), None);
        assert_eq!(due(DataMatter::Compliance, "2026-06-01"), None);
        let set = DataRequest {
            due: day("2026-07-01"),
            ..request(DataMatter::View, "2026-06-01")
        };
        assert_eq!(set.deadline(&calendar), day("2026-07-01"));
    }

    #[test]
    fn whoever_asks_is_told_within_two_working_days_that_it_came_in() {
        let calendar = holidays::by_law();
        let asked = request(DataMatter::Erase, "2026-06-05");
        assert_eq!(asked.reply_by(&calendar), day("2026-06-09"), "a weekend lies between");
        let told = DataRequest {
            acknowledged_on: day("2026-06-08"),
            ..asked.clone()
        };
        assert_eq!(told.reply_by(&calendar), None);
        let settled = DataRequest {
            outcome: Some(DataOutcome::Refused),
            ..asked
        };
        assert_eq!(settled.reply_by(&calendar), None);
        assert!(settled.is_settled());
        assert_eq!(request(DataMatter::Incident, "2026-06-05").reply_by(&calendar), None);
    }

    #[test]
    fn an_extension_and_what_has_no_limit_say_by_when() {
        let context = crate::Context {
            today: civil::parse_date("2026-06-10").unwrap(),
        };
        let lacks = |request: DataRequest| {
            let problems = crate::validate(DataRequest::KIND, &request.write(), &context);
            problems.iter().any(|problem| problem.place.field == "due")
        };
        assert!(!lacks(request(DataMatter::View, "2026-06-01")));
        assert!(lacks(request(DataMatter::Complaint, "2026-06-01")));
        let extended = DataRequest {
            extended: Some(true),
            ..request(DataMatter::View, "2026-06-01")
        };
        assert!(lacks(extended.clone()));
        assert!(!lacks(DataRequest { due: day("2026-06-30"), ..extended }));
    }
}
