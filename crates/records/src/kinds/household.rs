//! R01 Hộ gia đình: a household and its members.

use chrono::{Datelike, NaiveDate};

use crate::declare::{choices, kind, sub};
use crate::civil::{self, YearOrDate};
use crate::kind::{
    Chapter, Once, Part, Shelf, Source, Unique, Within, choice, date, kind, list, phone, refers, text, whole,
    year_or_date,
};
use crate::label::Label;
use crate::raw::RecordKey;

choices! {
    /// How a household is registered.
    Residence: Source::Own => {
        Permanent = "permanent", "Thường trú", "Permanent";
        Temporary = "temporary", "Tạm trú", "Temporary";
    }
}

choices! {
    /// Sex, as the statistical regimes ask for it.
    Sex: Source::Own => {
        Male = "male", "Nam", "Male";
        Female = "female", "Nữ", "Female";
    }
}

choices! {
    /// What a member is to the head of the household.
    Relation: Source::Own => {
        Head = "head", "Chủ hộ", "Head";
        Spouse = "spouse", "Vợ/chồng", "Husband or wife";
        Child = "child", "Con", "Child";
        Parent = "parent", "Cha/mẹ", "Parent";
        Grandparent = "grandparent", "Ông/bà", "Grandparent";
        Grandchild = "grandchild", "Cháu", "Grandchild";
        Sibling = "sibling", "Anh/chị/em", "Brother or sister";
        InLaw = "in-law", "Con dâu/con rể", "Son- or daughter-in-law";
        Other = "other", "Khác", "Other";
    }
}

sub! {
    /// A member of a household.
    Member {
        /// Full name.
        name: Option<String> = text("Họ và tên", "Full name", 100).required().name()
            .purpose("Biết ai đang cư trú tại thôn", "To know who lives in the village"),
        /// Born in.
        born: Option<YearOrDate> = year_or_date("Năm sinh", "Year of birth").required()
            .columns(&["Ngày sinh", "Ngày tháng năm sinh"])
            .purpose("Phân biệt người trùng tên; thống kê theo tuổi", "To tell namesakes apart; figures by age"),
        /// Sex.
        sex: Option<Sex> = choice::<Sex>("Giới tính", "Sex"),
        /// What the member is to the head.
        relation: Option<Relation> = choice::<Relation>("Quan hệ với chủ hộ", "Relation to the head"),
        /// Occupation.
        occupation: Option<String> = text("Nghề nghiệp", "Occupation", 100),
        /// Place of school or work.
        works_at: Option<String> = text("Nơi học, làm việc", "School or workplace", 200),
        /// Where the member is while away.
        away_at: Option<String> = text("Đi vắng tại", "Away at", 200),
        /// Away from.
        away_from: Option<NaiveDate> = date("Đi vắng từ ngày", "Away from"),
        /// Away until.
        away_until: Option<NaiveDate> = date("Đi vắng đến ngày", "Away until").not_before("away_from"),
    }
}

sub! {
    /// A move from one village to another. It is written by the act alone, in the book that was left and in the new one, under one
    /// id, and goes along with every further move: so each book alone says where one was on each day.
    Move {
        /// The village that was left.
        from: Option<RecordKey> = refers(&["village"], "Từ thôn", "From village").by_act(),
        /// The village since then.
        to: Option<RecordKey> = refers(&["village"], "Đến thôn", "To village").by_act(),
        /// The day on which it moved.
        on: Option<NaiveDate> = date("Ngày chuyển", "Moved on").past().by_act(),
    }
}

kind! {
    /// A household of a village: what the pledge, the visit and most figures stand on.
    Household = kind(Chapter::Homes, "R01", "household", "Hộ gia đình", "Household")
        .purpose(
            "Biết các hộ đang cư trú để vận động, ký cam kết và thống kê",
            "To know the households that live here, for visits, pledges and figures",
        )
        .on(Shelf::Village)
        .titled(&["head"])
        .feeds(&["I01", "I21"])
        .unique(&[
            Unique {
                name: "household-same-address",
                label: Label::new("Hai hộ cùng chủ hộ và địa chỉ", "Two households with one head and address"),
                once: Once::Record { within: Within::Scope, parts: &[Part::Folded("head"), Part::Folded("address")] },
            },
            Unique {
                name: "household-same-number",
                label: Label::new("Hai hộ cùng chủ hộ và số hộ", "Two households with one head and number"),
                once: Once::Record { within: Within::Scope, parts: &[Part::Folded("head"), Part::Folded("number")] },
            },
        ]);
    fields {
        /// Its number in the village.
        number: Option<String> = text("Số hộ", "Household number", 20).required().searchable()
            .columns(&["Hộ số", "STT hộ"]),
        /// The head's full name.
        head: Option<String> = text("Họ và tên chủ hộ", "Head of household", 100).required().name()
            .columns(&["Chủ hộ", "Họ tên chủ hộ"]),
        /// Lane and house number.
        address: Option<String> = text("Địa chỉ (ngõ, số nhà)", "Address (lane, house number)", 200).searchable()
            .columns(&["Địa chỉ", "Số nhà"]),
        /// How it is registered.
        residence: Option<Residence> = choice::<Residence>("Loại cư trú", "Registered as"),
        /// The self-management group that it belongs to.
        group: Option<String> = text("Nhóm hộ tự quản", "Self-management group", 100),
        /// The last year in which it was named a cultured family.
        cultured: Option<i64> =
            whole("Danh hiệu gia đình văn hóa (năm)", "Named “cultured family” (year)", 1990, 2100),
        /// A telephone number.
        phone: Option<String> = phone("Điện thoại liên hệ", "Telephone").searchable().columns(&["Điện thoại", "SĐT"])
            .purpose("Liên hệ khi có việc của thôn", "To reach the household in village matters"),
        /// The village to which it has moved: written in the old book, the record goes on in the new one.
        moved_to: Option<RecordKey> = refers(&["village"], "Đã chuyển đến thôn", "Moved to village").by_act(),
        /// The household's other record, in which it goes on: this one was entered twice.
        merged_into: Option<RecordKey> = refers(&["household"], "Đã gộp vào hồ sơ", "Merged into record").by_act(),
    }
    lists {
        /// Its members.
        members: Member = list("Thành viên", "Members"),
        /// Its moves from village to village.
        moves: Move = list("Các lần chuyển thôn", "Moves"),
    }
}

impl Member {
    /// Whether the member is away on a day.
    pub fn is_away_on(&self, day: NaiveDate) -> bool {
        let named = self.away_at.is_some() || self.away_from.is_some();
        named && civil::is_within(self.away_from, self.away_until, day)
    }
}

impl Household {
    /// How many of its members live here on a day (nhân khẩu hiện đang cư trú): in force, born, not away.
    pub fn residents_on(&self, day: NaiveDate) -> usize {
        let born = |member: &&Member| match member.born {
            Some(YearOrDate::Date(born)) => born <= day,
            Some(YearOrDate::Year(year)) => year <= day.year(),
            None => true,
        };
        self.members.values().filter(|member| member.in_force() && !member.is_away_on(day)).filter(born).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::raw::RecordId;

    #[test]
    fn residents_are_members_in_force_who_are_born_and_not_away() {
        let day = civil::parse_date;
        let member = |born: &str, from: &str, until: &str| Member {
            born: born.parse().ok(),
            away_from: day(from),
            away_until: day(until),
            ..Member::default()
        };
        let members = [
            member("1980", "", ""),
            member("2025-06-11", "", ""),
            member("1985", "2025-01-01", ""),
            member("1990", "2025-01-01", "2025-06-09"),
            Member { voided: Some(true), ..Member::default() },
        ];
        let numbered = members.into_iter().enumerate();
        let household = Household {
            members: numbered.map(|(n, member)| (RecordId(uuid::Uuid::from_u128(n as u128)), member)).collect(),
            ..Household::default()
        };
        assert_eq!(household.residents_on(day("2025-06-10").unwrap()), 2);
        assert_eq!(household.residents_on(day("2025-06-11").unwrap()), 3);
        assert_eq!(household.residents_on(day("2025-06-01").unwrap()), 1);
    }
}
