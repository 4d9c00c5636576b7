//! R26 Quá trình cai nghiện: one of the five stages.

use chrono::NaiveDate;

use crate::declare::{choices, kind};
use crate::kind::{Chapter, Once, Part, Shelf, Source, Unique, Within, choice, date, kind, refers, text};
use crate::label::Label;
use crate::problem::Problem;
use crate::raw::{RawRecord, RecordKey};
use crate::record::Record;
use crate::validate::needs;

choices! {
    /// The five stages (Luật 120/2025/QH15, Điều 29.2).
    Stage: Source::Law("Luật 120/2025/QH15, Điều 29.2") => {
        Intake = "intake", "Tiếp nhận, phân loại", "Intake and sorting";
        Detox = "detox", "Điều trị cắt cơn, giải độc", "Withdrawal and detoxification";
        Education = "education", "Giáo dục, tư vấn, phục hồi hành vi", "Education, counselling, recovery of behaviour";
        Work = "work", "Lao động trị liệu, học nghề", "Work therapy and learning a trade";
        Return = "return", "Chuẩn bị tái hòa nhập", "Preparing the return";
    }
}

choices! {
    /// How it ended.
    StageResult: Source::Own => {
        Completed = "completed", "Hoàn thành", "Completed";
        GoingOn = "going-on", "Đang thực hiện", "Going on";
        BrokenOff = "broken-off", "Bỏ dở", "Broken off";
    }
}

kind! {
    /// One stage of rehab (Luật 120/2025/QH15, Điều 29.2).
    RehabStage = kind(Chapter::Care, "R26", "rehab-stage", "Quá trình cai nghiện", "Stage of rehab")
        .purpose("Theo dõi từng giai đoạn cai nghiện", "To follow the stages of rehab")
        .on(Shelf::CareFiles)
        .titled(&["person", "stage"])
        .happened("from")
        .feeds(&["I05"])
        .unique(&[Unique {
            name: "rehab-stage-same-stage",
            label: Label::new("Một giai đoạn của một người ghi hai lần", "One stage of one person entered twice"),
            once: Once::Record {
                within: Within::Commune,
                parts: &[Part::Exact("person"), Part::Exact("stage"), Part::Exact("from")],
            },
        }])
        .checked_by(check);
    fields {
        /// Person.
        person: Option<RecordKey> = refers(&["person"], "Người", "Person").required(),
        /// Registration.
        registration: Option<RecordKey> = refers(&["rehab-registration"], "Đăng ký cai nghiện", "Registration"),
        /// Stage.
        stage: Option<Stage> = choice::<Stage>("Giai đoạn", "Stage").required(),
        /// From.
        from: Option<NaiveDate> = date("Từ ngày", "From").required().past(),
        /// Until.
        until: Option<NaiveDate> = date("Đến ngày", "Until").not_before("from"),
        /// Provided by.
        provider: Option<String> = text("Đơn vị cung cấp dịch vụ", "Provided by", 200),
        /// Result.
        result: Option<StageResult> = choice::<StageResult>("Kết quả", "Result")
            .sensitive("Theo dõi quá trình cai nghiện", "To follow the rehab"),
        /// Broken off on.
        broken_off_on: Option<NaiveDate> = date("Ngày bỏ dở", "Broken off on").past().not_before("from")
            .required_when("khi bỏ dở", "when broken off"),
        /// Why broken off.
        broken_off_why: Option<String> = text("Lý do bỏ dở", "Why broken off", 300)
            .sensitive("Vận động trở lại cai nghiện", "To win them back"),
        /// Certificate.
        certificate: Option<RecordKey> = refers(&["document"], "Giấy xác nhận", "Certificate"),
    }
}

fn check(raw: &RawRecord, _: &crate::Context, problems: &mut Vec<Problem>) {
    if RehabStage::read(raw).value.result == Some(StageResult::BrokenOff) {
        needs(RehabStage::KIND, "broken_off_on", raw, problems);
    }
}
