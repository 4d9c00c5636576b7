//! R43 Nghi vấn: the police's alone; it lapses.

use chrono::NaiveDate;

use crate::declare::{choices, kind};
use crate::kind::{Chapter, Shelf, Source, choice, date, kind, refers, text};
use crate::raw::RecordKey;

choices! {
    /// Grounds (NĐ 105/2021, Điều 38).
    SuspicionGround: Source::Law("NĐ 105/2021/NĐ-CP, Điều 38") => {
        VerifiedTip = "verified-tip", "Tin báo đã xác minh", "Verified tip";
        Papers = "papers", "Tài liệu, giấy tờ", "Documents";
        LossOfControl = "loss-of-control", "Mất nhận thức, điều khiển hành vi", "Loss of cognition or control";
        Traces = "traces", "Dấu vết trên người, phương tiện, chỗ ở", "Traces on person, vehicle or home";
        Driver = "driver", "Người lái xe có biểu hiện", "Driver with signs";
        AtPlaceOfUse = "at-place-of-use", "Có mặt nơi tổ chức sử dụng không có lý do", "Present at a place of use without good reason";
        SelfDeclared = "self-declared", "Tự khai báo", "Self-declared";
        InTheAct = "in-the-act", "Bắt quả tang", "Caught in the act";
        Other = "other", "Trường hợp khác theo luật", "Other case of the law";
    }
}

choices! {
    /// What is done next (domain.md §3.7).
    NextStep: Source::Own => {
        Verify = "verify", "Xác minh", "Check";
        Test = "test", "Xét nghiệm", "Test";
    }
}

kind! {
    /// A suspicion of use, with its legal ground (domain.md §3.7). The police's alone, in no list, and it lapses.
    Suspicion = kind(Chapter::Tips, "R43", "suspicion", "Nghi vấn", "Suspicion")
        .purpose(
            "Xác minh nghi vấn trong thời hạn, hết hạn thì hết hiệu lực",
            "To check a suspicion within its time; then it lapses",
        )
        .on(Shelf::Tips)
        .titled(&["name", "date"])
        .happened("date")
        .without_files()
        .feeds(&["I38"]);
    fields {
        /// Person.
        name: Option<String> = text("Người", "Person", 100).required().name()
            .sensitive("Xác minh nghi vấn", "To check the suspicion"),
        /// Address.
        address: Option<String> = text("Nơi ở", "Address", 200)
            .sensitive("Xác minh nghi vấn", "To check the suspicion"),
        /// Ground.
        ground: Option<SuspicionGround> = choice::<SuspicionGround>("Căn cứ", "Ground").required()
            .sensitive("Chỉ ghi khi có căn cứ luật định", "Only with a ground of the law"),
        /// Date.
        date: Option<NaiveDate> = date("Ngày", "Date").required().past(),
        /// Next step.
        next: Option<NextStep> = choice::<NextStep>("Bước tiếp", "Next step"),
        /// Lapses on.
        lapses_on: Option<NaiveDate> = date("Hết hiệu lực", "Lapses on").not_before("date"),
        /// The file that it became, where it did.
        became: Option<RecordKey> = refers(&["person"], "Đã lập hồ sơ quản lý", "Became a file"),
    }
}
