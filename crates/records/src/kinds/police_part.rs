//! R47 Phần riêng của Công an về người trong diện: what nobody else may read.

use crate::declare::kind;
use crate::kind::{Chapter, Once, Part, Shelf, Unique, Within, kind, long, refers, text};
use crate::label::Label;
use crate::raw::RecordKey;

kind! {
    /// What the police alone keep of a person under management: a key opens a whole compartment, never a field.
    PolicePart = kind(
            Chapter::Tips,
            "R47",
            "police-part",
            "Phần riêng của Công an về người trong diện",
            "The police's own part of a file",
        )
        .purpose("Thông tin chỉ Công an được đọc (NĐ 105/2021, Điều 49)", "What the police alone may read")
        .on(Shelf::TipsPolice)
        .titled(&["person", "occurred"])
        .without_files()
        .feeds(&["I20"])
        .unique(&[Unique {
            name: "police-part-same-person",
            label: Label::new("Hai phần riêng của một người", "Two parts of one person"),
            once: Once::Record { within: Within::Commune, parts: &[Part::Exact("person")] },
        }]);
    fields {
        /// Person.
        person: Option<RecordKey> = refers(&["person"], "Người", "Person").required(),
        /// Identity number.
        identity: Option<String> = text("Số định danh", "Identity number", 20)
            .sensitive("Đối chiếu đúng người", "To know that it is the same person"),
        /// Convictions.
        convictions: Option<String> = long("Tiền án", "Convictions")
            .sensitive("Quản lý theo luật", "To manage as the law says"),
        /// Sanctions.
        sanctions: Option<String> = long("Tiền sự", "Sanctions")
            .sensitive("Quản lý theo luật", "To manage as the law says"),
        /// Administrative measures.
        administrative: Option<String> = long("Xử lý vi phạm hành chính", "Administrative measures")
            .sensitive("Quản lý theo luật", "To manage as the law says"),
    }
}
