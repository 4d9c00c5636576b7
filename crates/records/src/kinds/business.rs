//! R07 Cơ sở kinh doanh có nguy cơ, quầy thuốc: premises that are checked.

use crate::declare::{choices, kind};
use crate::kind::{
    Chapter, Once, Part, Shelf, Source, Unique, Within, choice, kind, phone, refers, text, yes_no,
};
use crate::label::Label;
use crate::raw::RecordKey;

choices! {
    /// Types of business (domain.md §7.1, R07).
    BusinessType: Source::Own => {
        Karaoke = "karaoke", "Karaoke", "Karaoke";
        Guesthouse = "guesthouse", "Nhà nghỉ", "Guesthouse";
        Pawnshop = "pawnshop", "Cầm đồ", "Pawnshop";
        Internet = "internet", "Internet", "Internet café";
        Bar = "bar", "Quán bar", "Bar";
        Transport = "transport", "Vận tải", "Transport";
        Pharmacy = "pharmacy", "Quầy thuốc", "Pharmacy";
        Other = "other", "Khác", "Other";
    }
}

choices! {
    /// How great the risk is held to be.
    RiskLevel: Source::Own => {
        Low = "low", "Thấp", "Low";
        Medium = "medium", "Trung bình", "Medium";
        High = "high", "Cao", "High";
    }
}

choices! {
    /// Whether it works.
    BusinessState: Source::Reckoned => {
        Open = "open", "Đang hoạt động", "Open";
        Paused = "paused", "Tạm ngừng", "Paused";
        Closed = "closed", "Đã đóng cửa", "Closed";
    }
}

kind! {
    /// A business that may give rise to drug crime, or a pharmacy that helps to notice it (plan II.1.a-2, III.4).
    Business = kind(
            Chapter::Order,
            "R07",
            "business",
            "Cơ sở kinh doanh có nguy cơ, quầy thuốc",
            "Business at risk, pharmacy",
        )
        .purpose(
            "Quản lý cơ sở có nguy cơ, phối hợp với quầy thuốc",
            "To manage businesses at risk and work with pharmacies",
        )
        .on(Shelf::Village)
        .titled(&["name", "type_of"])
        .feeds(&["I28", "I29"])
        .unique(&[Unique {
            name: "business-same-place",
            label: Label::new("Hai cơ sở cùng tên và địa chỉ", "Two businesses with one name and address"),
            once: Once::Record { within: Within::Scope, parts: &[Part::Folded("name"), Part::Folded("address")] },
        }]);
    fields {
        /// Name.
        name: Option<String> = text("Tên cơ sở", "Name", 200).required().searchable(),
        /// Type.
        type_of: Option<BusinessType> = choice::<BusinessType>("Loại", "Type").required(),
        /// Owner or manager.
        manager: Option<String> = text("Chủ, người quản lý", "Owner or manager", 100).required().searchable()
            .purpose("Liên hệ khi kiểm tra, phối hợp", "To reach them for checks and help"),
        /// Address.
        address: Option<String> = text("Địa chỉ", "Address", 200).required().searchable(),
        /// Telephone.
        phone: Option<String> = phone("Điện thoại", "Telephone"),
        /// Licence for security and order.
        licence: Option<String> = text("Giấy phép an ninh, trật tự", "Licence for security and order", 120),
        /// Risk.
        risk: Option<RiskLevel> = choice::<RiskLevel>("Mức nguy cơ", "Risk"),
        /// Whether it has cameras.
        cameras: Option<bool> = yes_no("Camera", "Cameras"),
        /// Its pledge (R03).
        pledge: Option<RecordKey> = refers(&["group-pledge"], "Đã ký cam kết", "Pledge"),
        /// Of a pharmacy: whether it agrees to help notice addiction.
        helps: Option<bool> = yes_no("Đồng ý phối hợp phát hiện", "Agrees to help notice"),
        /// State.
        state: Option<BusinessState> = choice::<BusinessState>("Tình trạng", "State"),
    }
}
