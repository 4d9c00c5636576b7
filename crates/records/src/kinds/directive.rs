//! R52 Văn bản lãnh đạo, chỉ đạo: resolutions, directives and how they were made known.

use chrono::NaiveDate;

use crate::declare::{choices, kind, sub};
use crate::kind::{
    Chapter, Once, Part, Shelf, Source, Unique, Within, choice, date, kind, list, refers, text, whole,
};
use crate::label::Label;
use crate::raw::RecordKey;

choices! {
    /// Types of documents (NĐ 30/2020/NĐ-CP; Party documents as they are named).
    DirectiveType: Source::Own => {
        Resolution = "resolution", "Nghị quyết", "Resolution";
        Directive = "directive", "Chỉ thị", "Directive";
        Conclusion = "conclusion", "Kết luận", "Conclusion";
        Decision = "decision", "Quyết định", "Decision";
        Plan = "plan", "Kế hoạch", "Plan";
        Letter = "letter", "Công văn", "Official letter";
        Notice = "notice", "Thông báo", "Notice";
        Guidance = "guidance", "Hướng dẫn", "Guidance";
        Other = "other", "Khác", "Other";
    }
}

choices! {
    /// How far it is carried out.
    DirectiveState: Source::Reckoned => {
        Received = "received", "Đã tiếp nhận", "Received";
        UnderWay = "under-way", "Đang triển khai", "Under way";
        Done = "done", "Đã triển khai xong", "Carried out";
    }
}

sub! {
    /// A meeting at which it was made known.
    Briefing {
        /// Date.
        date: Option<NaiveDate> = date("Ngày", "Date").required().past(),
        /// Place.
        place: Option<String> = text("Nơi", "Place", 200).required(),
        /// Number of people.
        people: Option<i64> = whole("Số người", "Number of people", 0, 100_000),
    }
}

kind! {
    /// A document of the Party committee or the government on which the work rests (plan, căn cứ; II.1.a-1).
    Directive = kind(Chapter::Plan, "R52", "directive", "Văn bản lãnh đạo, chỉ đạo", "Document of leadership")
        .purpose(
            "Theo dõi văn bản chỉ đạo và việc quán triệt, triển khai",
            "To follow the documents that direct the work",
        )
        .on(Shelf::Commune)
        .titled(&["number", "abstract_of"])
        .happened("date")
        .feeds(&["I41"])
        .unique(&[Unique {
            name: "directive-same-number",
            label: Label::new("Hai văn bản cùng số và cơ quan", "Two documents of one number and body"),
            once: Once::Record {
                within: Within::Commune,
                parts: &[Part::Folded("number"), Part::Folded("authority")],
            },
        }]);
    fields {
        /// Type.
        type_of: Option<DirectiveType> = choice::<DirectiveType>("Loại", "Type").required(),
        /// Number.
        number: Option<String> = text("Số, ký hiệu", "Number", 60).required().searchable(),
        /// Date.
        date: Option<NaiveDate> = date("Ngày", "Date").required().past(),
        /// Issued by.
        authority: Option<String> = text("Cơ quan ban hành", "Issued by", 200).required(),
        /// What it is about.
        abstract_of: Option<String> = text("Trích yếu", "What it is about", 500).required().searchable(),
        /// Village (of a Party cell's resolution).
        village: Option<RecordKey> =
                refers(&["village"], "Thôn (nghị quyết chi bộ)", "Village (of a Party cell's resolution)"),
        /// Basis of the plan.
        plan: Option<RecordKey> = refers(&["plan"], "Căn cứ của kế hoạch", "Basis of the plan"),
        /// How far.
        state: Option<DirectiveState> = choice::<DirectiveState>("Trạng thái triển khai", "How far"),
    }
    lists {
        /// Where it was made known.
        briefings: Briefing = list("Quán triệt", "Briefings"),
    }
}
