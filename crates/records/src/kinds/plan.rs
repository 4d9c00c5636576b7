//! R50 Kế hoạch, chương trình: a plan of the commune, a unit or a village.

use chrono::NaiveDate;

use super::task::{Phase, Step};
use crate::declare::{kind, sub};
use crate::kind::{Chapter, Shelf, choice, date, kind, list, long, refers, text};
use crate::raw::RecordKey;

sub! {
    /// A phase of a plan: what its tasks mean by it.
    PlanPhase {
        /// Which one.
        phase: Option<Phase> = choice::<Phase>("Giai đoạn", "Phase").required(),
        /// What it is for.
        name: Option<String> = text("Nội dung giai đoạn", "What it is for", 100),
        /// Its first day.
        from: Option<NaiveDate> = date("Từ ngày", "From"),
        /// Its last day.
        until: Option<NaiveDate> = date("Đến ngày", "Until").not_before("from"),
    }
}

sub! {
    /// A step of a plan.
    PlanStep {
        /// Which one.
        step: Option<Step> = choice::<Step>("Bước", "Step").required(),
        /// What is done in it.
        name: Option<String> = text("Nội dung bước", "What is done in it", 100).required(),
    }
}

kind! {
    /// A plan or programme; its tasks are records of their own (R51).
    Plan = kind(Chapter::Plan, "R50", "plan", "Kế hoạch, chương trình", "Plan")
        .purpose("Theo dõi kế hoạch đã ban hành", "To follow the plans issued")
        .on(Shelf::Commune)
        .titled(&["name"])
        .happened("issued_on")
        .feeds(&["I39"]);
    fields {
        /// Its name.
        name: Option<String> = text("Tên kế hoạch", "Name", 300).required().searchable(),
        /// Its number.
        number: Option<String> = text("Số, ký hiệu", "Number", 60).required().searchable(),
        /// Issued on.
        issued_on: Option<NaiveDate> = date("Ngày ban hành", "Issued on").required(),
        /// Issued by.
        issuer: Option<String> = text("Đơn vị ban hành", "Issued by", 200).required(),
        /// Its first day.
        from: Option<NaiveDate> = date("Kỳ từ ngày", "From"),
        /// Its last day.
        until: Option<NaiveDate> = date("Kỳ đến ngày", "Until").required().not_before("from"),
        /// What it rests on.
        basis: Option<String> = long("Căn cứ", "Basis"),
        /// Where it applies.
        scope: Option<String> = text("Phạm vi", "Scope", 300),
        /// To whom it is sent.
        recipients: Option<String> = long("Nơi nhận", "Recipients"),
        /// The plan before it.
        previous: Option<RecordKey> = refers(&["plan"], "Kế hoạch trước", "Previous plan"),
    }
    lists {
        /// Its phases.
        phases: PlanPhase = list("Giai đoạn", "Phases"),
        /// Its steps.
        steps: PlanStep = list("Các bước", "Steps"),
    }
}
