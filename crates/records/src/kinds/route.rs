//! R10 Tuyến giao thông, vận tải: routes that dealers may use, and how they are controlled.

use chrono::NaiveDate;

use crate::declare::{choices, kind, sub};
use crate::kind::{
    Chapter, Once, Part, Shelf, Source, Unique, Within, choice, date, kind, list, long, text, whole,
};
use crate::label::Label;

choices! {
    /// Whether it is on a key route (tuyến trọng điểm: QĐ 28/2025/QĐ-TTg, Điều 3, 4).
    KeyRoute: Source::Law("QĐ 28/2025/QĐ-TTg, Điều 3, 4") => {
        None = "none", "Không", "No";
        WithinProvince = "within-province", "Tuyến trọng điểm nội tỉnh", "Key route within the province";
        BetweenProvinces = "between-provinces", "Tuyến trọng điểm liên tỉnh", "Key route between provinces";
    }
}

sub! {
    /// A control on a route.
    RouteControl {
        /// Date.
        date: Option<NaiveDate> = date("Ngày", "Date").required().past(),
        /// Vehicles.
        vehicles: Option<i64> = whole("Số lượt phương tiện", "Vehicles", 0, 100_000),
        /// Found.
        found: Option<String> = text("Phát hiện", "Found", 300),
        /// What was done.
        handled: Option<String> = text("Xử lý", "What was done", 300),
    }
}

kind! {
    /// A route or form of transport, with the controls on it (plan II.1.e-5).
    Route = kind(Chapter::Order, "R10", "route", "Tuyến giao thông, vận tải", "Transport route")
        .purpose(
            "Kiểm soát tuyến giao thông, phương tiện có thể bị lợi dụng",
            "To control routes and vehicles that may be misused",
        )
        .on(Shelf::Village)
        .titled(&["name", "section"])
        .feeds(&["I31"])
        .unique(&[Unique {
            name: "route-same-section",
            label: Label::new("Hai tuyến cùng tên và đoạn", "Two routes with one name and section"),
            once: Once::Record { within: Within::Scope, parts: &[Part::Folded("name"), Part::Maybe("section")] },
        }]);
    fields {
        /// Route or form of transport.
        name: Option<String> = text("Tên tuyến, loại vận tải", "Route or form of transport", 200).required()
            .searchable(),
        /// Section.
        section: Option<String> = text("Đoạn", "Section", 200),
        /// How it may be misused.
        misuse: Option<String> = long("Đặc điểm lợi dụng", "How it may be misused"),
        /// Carriers.
        carriers: Option<String> = text("Đơn vị vận tải", "Carriers", 300),
        /// On a key route.
        key_route: Option<KeyRoute> = choice::<KeyRoute>("Thuộc tuyến trọng điểm", "On a key route"),
        /// The document of the province or ministry that lists it.
        key_document: Option<String> = text("Số văn bản phê duyệt tuyến", "Document that lists it", 120),
    }
    lists {
        /// Its controls.
        controls: RouteControl = list("Kiểm soát", "Controls"),
    }
}
