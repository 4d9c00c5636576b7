//! R12 Kiểm tra cây có chứa chất ma túy: fields and gardens.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use crate::declare::{choices, kind};
use crate::kind::{Chapter, Shelf, Source, choice, choices as any_of, date, kind, refers, text, whole, yes_no};
use crate::problem::Problem;
use crate::raw::{RawRecord, RecordKey};
use crate::record::Record;
use crate::validate::needs;

choices! {
    /// Plants that contain narcotics (domain.md §7.1, R12).
    Plant: Source::Own => {
        Poppy = "poppy", "Cây thuốc phiện", "Opium poppy";
        Cannabis = "cannabis", "Cây cần sa", "Cannabis";
        Coca = "coca", "Cây côca", "Coca";
        Other = "other", "Khác", "Other";
    }
}

choices! {
    /// What they were planted for.
    PlantUse: Source::Own => {
        Use = "use", "Sử dụng", "For use";
        Ornament = "ornament", "Làm cảnh", "As an ornament";
        Medicine = "medicine", "Làm thuốc", "As a medicine";
        Unknown = "unknown", "Chưa rõ", "Not clear";
    }
}

choices! {
    /// What was seen.
    PlantResult: Source::Reckoned => {
        None = "none", "Không phát hiện", "Nothing found";
        Found = "found", "Phát hiện", "Found";
    }
}

choices! {
    /// What was done with them.
    PlantAction: Source::Own => {
        Uprooted = "uprooted", "Nhổ bỏ", "Uprooted";
        Minutes = "minutes", "Lập biên bản", "Minutes made";
        PassedOn = "passed-on", "Chuyển Công an", "Passed to the police";
    }
}

kind! {
    /// A check of a household or plot for plants that contain narcotics (plan II.1.f-2).
    PlantCheck = kind(
            Chapter::Order,
            "R12",
            "plant-check",
            "Kiểm tra cây có chứa chất ma túy",
            "Check for plants with narcotics",
        )
        .purpose("Phát hiện, triệt phá cây có chứa chất ma túy", "To find and remove plants that contain narcotics")
        .on(Shelf::Village)
        .titled(&["place", "date"])
        .happened("date")
        .feeds(&["I32", "I49"])
        .checked_by(check);
    fields {
        /// Date.
        date: Option<NaiveDate> = date("Ngày", "Date").required().past(),
        /// Household.
        household: Option<RecordKey> = refers(&["household"], "Hộ", "Household"),
        /// Plot or area.
        place: Option<String> = text("Thửa đất, khu vực", "Plot or area", 200).searchable(),
        /// Result.
        result: Option<PlantResult> = choice::<PlantResult>("Kết quả", "Result").required(),
        /// Plant.
        plant: Option<Plant> = choice::<Plant>("Loại cây", "Plant")
            .required_when("khi phát hiện", "where some were found"),
        /// Planted for.
        use_of: Option<PlantUse> = choice::<PlantUse>("Mục đích trồng", "Planted for"),
        /// Number of plants.
        plants: Option<i64> = whole("Số cây", "Number of plants", 0, 1_000_000).required()
            .help("Không phát hiện thì ghi 0.", "0 where nothing was found."),
        /// Area (m²).
        square_metres: Option<i64> = whole("Diện tích (m²)", "Area (m²)", 0, 1_000_000).required()
            .help("Không phát hiện thì ghi 0.", "0 where nothing was found."),
        /// What was done.
        actions: BTreeSet<PlantAction> = any_of::<PlantAction>("Xử lý", "What was done"),
        /// Minutes no.
        minutes: Option<String> = text("Biên bản số", "Minutes no.", 60),
        /// Pledged again.
        pledged_again: Option<bool> = yes_no("Cam kết lại", "Pledged again"),
    }
}

fn check(raw: &RawRecord, _: &crate::Context, problems: &mut Vec<Problem>) {
    if PlantCheck::read(raw).value.result == Some(PlantResult::Found) {
        needs(PlantCheck::KIND, "plant", raw, problems);
    }
}
