//! R17 Hòm thư tố giác, đường dây nóng: where people can tell.

use chrono::NaiveDate;

use crate::declare::{choices, kind};
use crate::kind::{Chapter, Shelf, Source, choice, date, kind, phone, text};
use crate::problem::Problem;
use crate::raw::RawRecord;
use crate::record::Record;
use crate::validate::needs;

choices! {
    /// A box, or a telephone (plan II.1.e-3).
    BoxType: Source::Plan("mục II.1.e-3") => {
        Box = "box", "Hòm thư tố giác", "Tip box";
        Hotline = "hotline", "Đường dây nóng", "Hotline";
    }
}

choices! {
    /// Whether it is in use.
    BoxState: Source::Reckoned => {
        InUse = "in-use", "Đang dùng", "In use";
        Broken = "broken", "Hỏng, cần sửa", "Broken";
        Removed = "removed", "Đã thôi dùng", "No longer used";
    }
}

kind! {
    /// A tip box or a hotline: where it is, who has the key, where it is made known. What comes through it is a tip (R40).
    TipBox = kind(Chapter::Tips, "R17", "tip-box", "Hòm thư tố giác, đường dây nóng", "Tip box or hotline")
        .purpose("Duy trì hòm thư tố giác, đường dây nóng", "To keep tip boxes and hotlines up")
        .on(Shelf::Village)
        .titled(&["type_of", "place"])
        .happened("from")
        .feeds(&["I34"])
        .checked_by(check);
    fields {
        /// Type.
        type_of: Option<BoxType> = choice::<BoxType>("Loại", "Type").required(),
        /// Place.
        place: Option<String> = text("Vị trí", "Place", 200).searchable()
            .required_when("với hòm thư", "for a box"),
        /// Telephone number.
        phone: Option<String> = phone("Số điện thoại", "Telephone number")
            .required_when("với đường dây nóng", "for a hotline"),
        /// Who has the key.
        key_holder: Option<String> = text("Người giữ khóa", "Who has the key", 100),
        /// Since.
        from: Option<NaiveDate> = date("Ngày đặt", "Since").required(),
        /// Made known at.
        public_at: Option<String> = text("Công khai tại", "Made known at", 300),
        /// State.
        state: Option<BoxState> = choice::<BoxState>("Tình trạng", "State"),
    }
}

fn check(raw: &RawRecord, _: &crate::Context, problems: &mut Vec<Problem>) {
    match TipBox::read(raw).value.type_of {
        Some(BoxType::Box) => needs(TipBox::KIND, "place", raw, problems),
        Some(BoxType::Hotline) => needs(TipBox::KIND, "phone", raw, problems),
        None => {}
    }
}
