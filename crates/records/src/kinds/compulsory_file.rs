//! R27 Hồ sơ đề nghị cai nghiện bắt buộc: from the violation to the court.

use chrono::NaiveDate;

use crate::declare::{choices, kind, sub};
use crate::kind::{Chapter, Once, Part, Shelf, Source, Unique, Within, choice, date, kind, list, refers, text};
use crate::label::Label;
use crate::raw::RecordKey;

choices! {
    /// Who is sent to compulsory rehab (Luật 120/2025/QH15, Điều 35.1, điểm a–đ; the text stays with the law).
    CompulsoryGround: Source::Own => {
        A = "a", "Điểm a", "Point a";
        B = "b", "Điểm b", "Point b";
        C = "c", "Điểm c", "Point c";
        D = "d", "Điểm d", "Point d";
        Dd = "dd", "Điểm đ", "Point đ";
    }
}

choices! {
    /// Yes, no, or not asked yet.
    Answer: Source::Reckoned => {
        Yes = "yes", "Có", "Yes";
        No = "no", "Không", "No";
        Unknown = "unknown", "Chưa xác minh", "Not checked yet";
    }
}

choices! {
    /// Whether a paper is there.
    FileState: Source::Reckoned => {
        There = "there", "Có", "There";
        Missing = "missing", "Thiếu", "Missing";
    }
}

sub! {
    /// One paper of the file (NĐ 116/2021, Điều 41).
    FilePaper {
        /// Paper.
        name: Option<String> = text("Tên giấy tờ", "Paper", 200).required(),
        /// There or missing.
        state: Option<FileState> = choice::<FileState>("Có, thiếu", "There or missing").required(),
        /// Folio.
        folio: Option<String> = text("Bút lục", "Folio", 40),
        /// The document (R21), where it is recorded.
        document: Option<RecordKey> = refers(&["document"], "Giấy tờ đã ghi", "Document"),
    }
}

kind! {
    /// A file that asks the court for compulsory rehab (Luật 120/2025/QH15, Điều 35–39; NĐ 116/2021, Điều 40–45).
    CompulsoryFile = kind(
            Chapter::Care,
            "R27",
            "compulsory-file",
            "Hồ sơ đề nghị cai nghiện bắt buộc",
            "File for compulsory rehab",
        )
        .purpose(
            "Lập hồ sơ đề nghị, theo dõi từng bước và thời hạn",
            "To make the file and follow its steps and limits",
        )
        .on(Shelf::CareFiles)
        .titled(&["person", "last_violation"])
        .happened("last_violation")
        .feeds(&["I08"])
        .unique(&[Unique {
            name: "compulsory-file-same-violation",
            label: Label::new("Hai hồ sơ của một người cho một vi phạm", "Two files of one person for one violation"),
            once: Once::Record {
                within: Within::Commune,
                parts: &[Part::Exact("person"), Part::Exact("last_violation")],
            },
        }]);
    fields {
        /// Person.
        person: Option<RecordKey> = refers(&["person"], "Người", "Person").required(),
        /// Ground (Article 35, point).
        ground: Option<CompulsoryGround> =
                choice::<CompulsoryGround>("Căn cứ (Điều 35, điểm)", "Ground (Article 35, point)").required()
                .sensitive("Lập hồ sơ đúng căn cứ", "The ground that the law asks for"),
        /// Last violation.
        last_violation: Option<NaiveDate> = date("Ngày vi phạm cuối", "Last violation").required().past()
            .sensitive("Tính thời hiệu", "The time bar runs from it"),
        /// Without administrative capacity.
        no_capacity: Option<Answer> =
                choice::<Answer>("Không có năng lực trách nhiệm hành chính", "Without administrative capacity")
                .sensitive("Miễn áp dụng (Điều 35.2)", "An exemption of the law"),
        /// Pregnant.
        pregnant: Option<Answer> = choice::<Answer>("Đang mang thai", "Pregnant")
            .sensitive("Miễn áp dụng (Điều 35.2)", "An exemption of the law"),
        /// Woman with, or sole carer of, a child under 36 months.
        sole_carer: Option<Answer> =
                choice::<Answer>("Phụ nữ hoặc người duy nhất nuôi con dưới 36 tháng tuổi", "Woman with, or sole carer of, a child under 36 months")
                .sensitive("Miễn áp dụng (Điều 35.2)", "An exemption of the law"),
        /// Notified on.
        notified_on: Option<NaiveDate> = date("Ngày thông báo", "Notified on").not_before("last_violation"),
        /// File may be read until.
        read_until: Option<NaiveDate> = date("Đọc hồ sơ đến", "File may be read until")
            .not_before("notified_on"),
        /// Sent to the court on.
        sent_on: Option<NaiveDate> = date("Chuyển Tòa án ngày", "Sent to the court on"),
        /// Court decision.
        court_decision: Option<RecordKey> = refers(&["document"], "Quyết định của Tòa án", "Court decision"),
        /// Decided on.
        decided_on: Option<NaiveDate> = date("Ngày quyết định", "Decided on").not_before("sent_on"),
        /// Carried out on.
        executed_on: Option<NaiveDate> = date("Thi hành ngày", "Carried out on").not_before("decided_on"),
        /// Postponed, waived or suspended.
        postponed: Option<String> = text("Hoãn, miễn, tạm đình chỉ", "Postponed, waived or suspended", 300)
            .sensitive("Thi hành đúng quyết định", "To carry the decision out as it stands"),
    }
    lists {
        /// The papers of the file.
        papers: FilePaper = list("Danh mục giấy tờ", "Papers").at_least_one(),
    }
}
