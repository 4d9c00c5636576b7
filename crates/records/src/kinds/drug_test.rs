//! R23 Xét nghiệm: a test for drugs.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};

use super::person::Substance;
use crate::declare::{choices, kind};
use crate::kind::{
    Chapter, Once, Part, Shelf, Source, Unique, Within, choice, choices as any_of, date, instant, kind,
    refers, text, yes_no,
};
use crate::label::Label;
use crate::problem::Problem;
use crate::raw::{RawRecord, RecordKey};
use crate::record::Record;
use crate::validate::needs;

choices! {
    /// Regular or not.
    TestOccasion: Source::Own => {
        Regular = "regular", "Định kỳ", "Regular";
        Extraordinary = "extraordinary", "Đột xuất", "Extraordinary";
    }
}

choices! {
    /// Who may be tested, and why (NĐ 105/2021, Điều 38; Luật 120/2025/QH15, Điều 23.1).
    TestGround: Source::Own => {
        VerifiedTip = "verified-tip", "Tin báo đã xác minh", "Verified tip";
        Papers = "papers", "Tài liệu, giấy tờ", "Documents";
        LossOfControl = "loss-of-control", "Mất nhận thức, điều khiển hành vi", "Loss of cognition or control";
        Traces = "traces", "Dấu vết trên người, phương tiện, chỗ ở", "Traces on person, vehicle or home";
        Driver = "driver", "Người lái xe có biểu hiện", "Driver with signs";
        AtPlaceOfUse = "at-place-of-use", "Có mặt nơi tổ chức sử dụng không có lý do", "Present at a place of use without good reason";
        SelfDeclared = "self-declared", "Tự khai báo", "Self-declared";
        InTheAct = "in-the-act", "Bắt quả tang", "Caught in the act";
        Managed = "managed", "Đang quản lý người sử dụng trái phép", "Under management as a user";
        InRehab = "in-rehab", "Đang cai nghiện", "In rehab";
        Substitution = "substitution", "Đang điều trị thay thế", "In substitution treatment";
        AfterCare = "after-care", "Đang quản lý sau cai nghiện", "In after-care";
        Other = "other", "Trường hợp khác theo luật", "Other case of the law";
    }
}

choices! {
    /// What it showed.
    TestResult: Source::Law("Luật 120/2025/QH15, Điều 23") => {
        Negative = "negative", "Âm tính", "Negative";
        Positive = "positive", "Dương tính", "Positive";
    }
}

kind! {
    /// A test for narcotics (Luật 120/2025/QH15, Điều 23). The slip itself is a document (R21).
    DrugTest = kind(Chapter::Care, "R23", "drug-test", "Xét nghiệm", "Test")
        .purpose(
            "Theo dõi xét nghiệm theo quy định và thời điểm báo Trưởng Công an xã",
            "To follow tests as the law asks, and when the chief was told",
        )
        .on(Shelf::CareFiles)
        .titled(&["person", "date"])
        .happened("date")
        .feeds(&["I15"])
        .unique(&[Unique {
            name: "drug-test-same-day",
            label: Label::new("Hai lần xét nghiệm của một người trong một ngày", "Two tests of one person on one day"),
            once: Once::Record { within: Within::Commune, parts: &[Part::Exact("person"), Part::Exact("date")] },
        }])
        .checked_by(check);
    fields {
        /// Person.
        person: Option<RecordKey> = refers(&["person"], "Người", "Person").required(),
        /// Date.
        date: Option<NaiveDate> = date("Ngày", "Date").required().past(),
        /// Regular or extraordinary.
        occasion: Option<TestOccasion> = choice::<TestOccasion>("Định kỳ, đột xuất", "Regular or extraordinary"),
        /// Ground.
        ground: Option<TestGround> = choice::<TestGround>("Căn cứ", "Ground").required()
            .sensitive("Xét nghiệm đúng căn cứ luật định", "To test only where the law allows"),
        /// Tested by.
        unit: Option<String> = text("Đơn vị xét nghiệm", "Tested by", 200),
        /// Result.
        result: Option<TestResult> = choice::<TestResult>("Kết quả", "Result").required()
            .sensitive("Áp dụng biện pháp theo luật", "The law's measures depend on it"),
        /// Substances.
        substances: BTreeSet<Substance> = any_of::<Substance>("Chất phát hiện", "Substances")
            .required_when("khi dương tính", "when positive")
            .sensitive("Tư vấn, điều trị, thống kê", "Counselling, treatment, figures"),
        /// Slip no.
        slip: Option<String> = text("Phiếu số", "Slip no.", 60),
        /// Whether the legal representative of someone under 18 agrees (NĐ 105/2021, Điều 46).
        guardian_agrees: Option<bool> =
                yes_no("Đồng ý của người đại diện (dưới 18 tuổi)", "Representative agrees (under 18)")
                .help("Không cần khi lấy mẫu nước tiểu.", "Not needed for urine."),
        /// Sent to the chief at.
        sent_at: Option<DateTime<Utc>> = instant("Gửi Trưởng Công an xã lúc", "Sent to the chief at").past(),
    }
}

fn check(raw: &RawRecord, _: &crate::Context, problems: &mut Vec<Problem>) {
    if DrugTest::read(raw).value.result == Some(TestResult::Positive) {
        needs(DrugTest::KIND, "substances", raw, problems);
    }
}
