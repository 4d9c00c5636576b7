//! R73 Yêu cầu, phản ánh về dữ liệu; kiểm tra tuân thủ; sự cố: what the law on personal data asks for.

use chrono::NaiveDate;

use crate::declare::{choices, kind};
use crate::kind::{Chapter, Shelf, choice, date, kind, long, text, yes_no};

choices! {
    /// What it is (Luật 91/2025/QH15, Điều 4, 19.2, 23).
    DataMatter {
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
    DataOutcome {
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
        .happened("received_on");
    fields {
        /// Type.
        type_of: Option<DataMatter> = choice::<DataMatter>("Loại", "Type").required(),
        /// Received on.
        received_on: Option<NaiveDate> = date("Nhận ngày", "Received on").required().past(),
        /// Due.
        due: Option<NaiveDate> = date("Hạn", "Due").required().not_before("received_on"),
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
