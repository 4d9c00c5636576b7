//! R25 Đăng ký cai nghiện, điều trị thay thế: how someone chooses to be treated.

use chrono::NaiveDate;

use crate::declare::{choices, kind};
use crate::kind::{
    Chapter, Once, Part, Shelf, Source, Unique, Within, choice, date, kind, refers, text, whole, yes_no,
};
use crate::label::Label;
use crate::raw::RecordKey;

choices! {
    /// Forms of voluntary rehab and treatment (domain.md §3.1, A2–A5).
    RehabForm: Source::Own => {
        Home = "home", "Tại gia đình", "At home";
        Community = "community", "Tại cộng đồng", "In the community";
        Private = "private", "Tại cơ sở tư nhân", "In a private facility";
        Public = "public", "Tại cơ sở công lập", "In a public facility";
        Substitution = "substitution", "Điều trị bằng thuốc thay thế", "Substitution treatment";
    }
}

kind! {
    /// A registration for voluntary rehab or substitution treatment (Luật 120/2025/QH15, Điều 29–34; NĐ 116/2021).
    RehabRegistration = kind(
            Chapter::Care,
            "R25",
            "rehab-registration",
            "Đăng ký cai nghiện, điều trị thay thế",
            "Registration for rehab or substitution",
        )
        .purpose("Tiếp nhận đăng ký, theo dõi thời hạn cai nghiện", "To receive registrations and follow their terms")
        .on(Shelf::CareFiles)
        .titled(&["person", "form"])
        .happened("registered_on")
        .feeds(&["I05", "I06", "I07"])
        .unique(&[Unique {
            name: "rehab-registration-same-day",
            label: Label::new("Hai đăng ký của một người trong một ngày", "Two registrations of one person on one day"),
            once: Once::Record {
                within: Within::Commune,
                parts: &[Part::Exact("person"), Part::Exact("registered_on")],
            },
        }]);
    fields {
        /// Person.
        person: Option<RecordKey> = refers(&["person"], "Người", "Person").required(),
        /// Form.
        form: Option<RehabForm> = choice::<RehabForm>("Hình thức", "Form").required()
            .sensitive("Áp dụng hình thức đã chọn", "To carry out the form chosen"),
        /// Registered on.
        registered_on: Option<NaiveDate> = date("Ngày đăng ký", "Registered on").required().past(),
        /// Received by.
        received_by: Option<String> = text("Tiếp nhận bởi", "Received by", 200).required(),
        /// Minutes or decision no.
        paper: Option<String> = text("Biên bản, quyết định số", "Minutes or decision no.", 120),
        /// How many times, this one included.
        nth: Option<i64> = whole("Lần thứ", "Time", 1, 50).required()
            .sensitive("Thời hạn cai phụ thuộc lần cai", "The term depends on it"),
        /// Pledge given.
        pledge: Option<bool> = yes_no("Có bản cam kết", "Pledge given"),
        /// The legal representative who countersigned, for someone under 18.
        guardian_confirms: Option<String> = text("Đại diện xác nhận", "Confirmed by the representative", 100),
        /// Document.
        document: Option<RecordKey> = refers(&["document"], "Giấy tờ", "Document"),
    }
}
