//! R13 Nhóm hộ, tổ tự quản, mô hình: households that keep order together.

use chrono::NaiveDate;

use crate::declare::{choices, kind, sub};
use crate::kind::{
    Chapter, Covers, Given, Once, Part, Roll, Shelf, Source, Unique, Within, choice, date, kind, list, long,
    refers, text, whole,
};
use crate::label::Label;
use crate::raw::RecordKey;

choices! {
    /// Types of groups (domain.md §7.1, R13; plan II.1.e-4).
    GroupType: Source::Own => {
        HouseholdGroup = "household-group", "Nhóm hộ tự quản", "Group of households";
        Clan = "clan", "Dòng họ tự quản", "Clan";
        Team = "team", "Tổ tự quản", "Team";
        AfterCareModel = "after-care-model", "Mô hình giúp đỡ người sau cai nghiện", "Model of after-care";
        OtherModel = "other-model", "Mô hình khác", "Other model";
    }
}

choices! {
    /// How the group did in a year.
    GroupRating: Source::Own => {
        Good = "good", "Tốt", "Good";
        Fair = "fair", "Khá", "Fair";
        Average = "average", "Trung bình", "Average";
        Weak = "weak", "Yếu", "Weak";
    }
}

sub! {
    /// A member of a group: a household, or somebody by name.
    GroupMember {
        /// Household.
        household: Option<RecordKey> = refers(&["household"], "Hộ", "Household"),
        /// Full name.
        name: Option<String> = text("Họ và tên", "Full name", 100).name(),
        /// From.
        from: Option<NaiveDate> = date("Từ ngày", "From"),
        /// Until.
        until: Option<NaiveDate> = date("Đến ngày", "Until").not_before("from"),
    }
}

sub! {
    /// A meeting of a group.
    GroupMeeting {
        /// Date.
        date: Option<NaiveDate> = date("Ngày", "Date").required().past(),
        /// Content.
        content: Option<String> = text("Nội dung", "Content", 500).required(),
    }
}

sub! {
    /// The rating of one year.
    GroupYear {
        /// Year.
        year: Option<i64> = whole("Năm", "Year", 2020, 2100).required(),
        /// Rating.
        rating: Option<GroupRating> = choice::<GroupRating>("Xếp loại", "Rating").required(),
    }
}

/// The households of the village, by their groups as they are written in the register of households.
const ROLLS: &[Roll] = &[Roll {
    kind: "household",
    list: "",
    fills: &[("household", Given::Itself)],
    under: Given::Field("group"),
}];

const HOUSEHOLDS: Covers = Covers {
    field: "household",
    kind: "household",
    missing: Label::new("Hộ chưa vào nhóm nào", "Households in no group"),
};

kind! {
    /// A group of households or a model of self-management, with its meetings and yearly rating (plan II.1.e-4, II.1.đ-5).
    SelfGroup = kind(
            Chapter::Order,
            "R13",
            "self-group",
            "Nhóm hộ, tổ tự quản, mô hình",
            "Self-management group or model",
        )
        .purpose("Theo dõi phong trào tự quản về an ninh, trật tự", "To follow self-management of security and order")
        .on(Shelf::Village)
        .titled(&["name", "type_of"])
        .happened("founded_on")
        .feeds(&["I33"])
        .unique(&[
            Unique {
                name: "self-group-same-name",
                label: Label::new("Hai nhóm cùng tên", "Two groups with one name"),
                once: Once::Record { within: Within::Scope, parts: &[Part::Folded("name")] },
            },
            Unique {
                name: "self-group-same-household",
                label: Label::new(
                    "Một hộ đang ở hai nhóm cùng loại",
                    "One household in two groups of one type",
                ),
                once: Once::Among {
                    within: Within::Commune,
                    parts: &[Part::Maybe("type_of")],
                    list: "members",
                    field: "household",
                    closed_by: "until",
                },
            },
        ]);
    fields {
        /// Name.
        name: Option<String> = text("Tên nhóm, mô hình", "Name", 200).required().searchable(),
        /// Type.
        type_of: Option<GroupType> = choice::<GroupType>("Loại", "Type"),
        /// Founded on.
        founded_on: Option<NaiveDate> = date("Ngày thành lập", "Founded on").required().past(),
        /// Decision no.
        decision: Option<String> = text("Quyết định số", "Decision no.", 120),
        /// Leader.
        leader: Option<String> = text("Trưởng nhóm", "Leader", 100).required().searchable(),
        /// Rules.
        rules: Option<String> = long("Quy ước", "Rules"),
    }
    lists {
        /// Its members.
        members: GroupMember = list("Thành viên, hộ", "Members and households").at_least_one()
            .ticked_off(ROLLS).covering(HOUSEHOLDS),
        /// Its meetings.
        meetings: GroupMeeting = list("Họp nhóm", "Meetings"),
        /// Its rating year by year.
        ratings: GroupYear = list("Xếp loại năm", "Yearly ratings"),
    }
}
