//! R44 Điểm phức tạp: places of dealing or of organised use.

use chrono::NaiveDate;

use crate::declare::{choices, kind};
use crate::kind::{Chapter, Once, Part, Shelf, Source, Unique, Within, choice, date, kind, long, refers, text};
use crate::label::Label;
use crate::problem::Problem;
use crate::raw::{RawRecord, RecordKey};
use crate::record::Record;
use crate::validate::needs;

choices! {
    /// What it is (QĐ 28/2025/QĐ-TTg, Điều 2).
    HotspotType: Source::Own => {
        Dealing = "dealing", "Mua bán", "Dealing";
        Use = "use", "Tổ chức, chứa chấp sử dụng", "Organising or harbouring use";
    }
}

choices! {
    /// Whether it is still there.
    HotspotState: Source::Reckoned => {
        There = "there", "Đang có", "There";
        Removed = "removed", "Đã xóa", "Removed";
    }
}

kind! {
    /// A place of dealing, or where use is organised or harboured (QĐ 28/2025/QĐ-TTg, Điều 2). Nothing on the police's list of state secrets is entered.
    Hotspot = kind(Chapter::Tips, "R44", "hotspot", "Điểm phức tạp", "Trouble spot")
        .purpose("Theo dõi, xóa điểm phức tạp về ma túy", "To follow and remove places of dealing and use")
        .on(Shelf::TipsPolice)
        .titled(&["place", "found_on"])
        .happened("found_on")
        .without_files()
        .feeds(&["I36", "I49"])
        .unique(&[Unique {
            name: "hotspot-same-place",
            label: Label::new("Hai điểm cùng nơi", "Two spots at one place"),
            once: Once::Record { within: Within::Commune, parts: &[Part::Folded("place")] },
        }])
        .checked_by(check);
    fields {
        /// Place.
        place: Option<String> = text("Nơi", "Place", 200).required().searchable()
            .help("Không ghi nội dung thuộc danh mục bí mật nhà nước.", "Nothing on the list of state secrets.")
            .sensitive("Xác minh, xóa điểm", "To check and remove it"),
        /// Type.
        type_of: Option<HotspotType> = choice::<HotspotType>("Loại", "Type"),
        /// Documents or suspicion.
        grounds: Option<String> = long("Tài liệu, nghi vấn", "Documents or suspicion")
            .sensitive("Xác minh, xóa điểm", "To check and remove it"),
        /// Found on.
        found_on: Option<NaiveDate> = date("Ngày phát hiện", "Found on").required().past(),
        /// State.
        state: Option<HotspotState> = choice::<HotspotState>("Trạng thái", "State"),
        /// Removed on.
        removed_on: Option<NaiveDate> = date("Ngày xóa", "Removed on").past().not_before("found_on")
            .required_when("khi đã xóa", "when removed"),
        /// Village.
        village: Option<RecordKey> = refers(&["village"], "Thôn", "Village"),
    }
}

fn check(raw: &RawRecord, _: &crate::Context, problems: &mut Vec<Problem>) {
    if Hotspot::read(raw).value.state == Some(HotspotState::Removed) {
        needs(Hotspot::KIND, "removed_on", raw, problems);
    }
}
