//! R05 Tài liệu, tuyên truyền trực quan: banners, boards, leaflets, loudspeakers, posts.

use chrono::NaiveDate;

use crate::declare::{choices, kind};
use crate::kind::{Chapter, Shelf, ShelfRule, Source, choice, date, kind, text, whole};

choices! {
    /// How something is shown (plan II.1.d-4).
    MaterialForm: Source::Plan("mục II.1.d-4") => {
        Banner = "banner", "Băng-rôn", "Banner";
        Board = "board", "Panô", "Board";
        Leaflet = "leaflet", "Tờ rơi", "Leaflet";
        Loudspeaker = "loudspeaker", "Loa phóng thanh", "Loudspeaker";
        Printed = "printed", "Tài liệu in", "Printed matter";
        Zalo = "zalo", "Zalo", "Zalo";
        Facebook = "facebook", "Facebook", "Facebook";
        Other = "other", "Khác", "Other";
    }
}

choices! {
    /// How it is now.
    MaterialState: Source::Own => {
        InUse = "in-use", "Đang treo, đang phát", "In use";
        Worn = "worn", "Hư hỏng, cần thay", "Worn, to be replaced";
        Over = "over", "Đã kết thúc", "Over";
    }
}

kind! {
    /// What is hung up, handed out, broadcast or posted (plan II.1.d-4).
    Material = kind(
            Chapter::Outreach,
            "R05",
            "material",
            "Tài liệu, tuyên truyền trực quan",
            "Visual and printed outreach",
        )
        .purpose(
            "Theo dõi hình thức tuyên truyền trực quan, phủ tới từng hộ, đơn vị",
            "To follow what is shown and handed out, and where",
        )
        .shelved(ShelfRule::OfWriter { village: Shelf::Village, unit: Shelf::Unit })
        .titled(&["form", "place"])
        .happened("from")
        .feeds(&["I24"]);
    fields {
        /// Form.
        form: Option<MaterialForm> = choice::<MaterialForm>("Hình thức", "Form").required(),
        /// What it says.
        content: Option<String> = text("Nội dung", "Content", 300).searchable(),
        /// Number of copies or times.
        count: Option<i64> = whole("Số lượng, số lượt", "Number of copies or times", 1, 1_000_000).required(),
        /// Where.
        place: Option<String> = text("Nơi treo, phát", "Where", 200).searchable(),
        /// From.
        from: Option<NaiveDate> = date("Từ ngày", "From").required().past(),
        /// Until.
        until: Option<NaiveDate> = date("Đến ngày", "Until").not_before("from"),
        /// Provided by.
        source: Option<String> = text("Nguồn cấp", "Provided by", 200),
        /// Link to the post.
        link: Option<String> = text("Liên kết bài đăng", "Link to the post", 300),
        /// State.
        state: Option<MaterialState> = choice::<MaterialState>("Tình trạng", "State"),
    }
}
