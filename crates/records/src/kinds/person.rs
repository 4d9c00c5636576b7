//! R20 Người trong diện quản lý: a person under management, with the episodes of it.
//!
//! A person's state today is computed from the episodes (see [`crate::standing`]), never stored. Suspicion (N0 of
//! domain.md §3.1) is no state here: it is the police's alone, lapses, and is a record of its own kind in tips.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::household::{Move, Sex};
use crate::declare::{choices, kind, sub};
use crate::civil::YearOrDate;
use crate::kind::{
    Chapter, Once, Part, Shelf, Source, Unique, Within, choice, choices as any_of, date, kind, list, refers,
    text, whole, year_or_date,
};
use crate::label::Label;
use crate::raw::RecordKey;
use crate::standing::check;

choices! {
    /// Where someone stands in management (domain.md §3.1). The slugs are its codes.
    State: Source::Own => {
        U1 = "u1", "Người sử dụng trái phép – đang quản lý", "User under management";
        U2 = "u2", "Người sử dụng trái phép – tạm đình chỉ quản lý", "User, management suspended";
        X1 = "x1", "Chờ xác định tình trạng nghiện", "Waiting for a finding on addiction";
        A1 = "a1", "Người nghiện – chưa đăng ký hoặc đang chờ", "Addicted, not registered or waiting";
        A2 = "a2", "Cai nghiện tự nguyện tại gia đình, cộng đồng", "Voluntary rehab at home, in the community";
        A3 = "a3", "Cai nghiện tự nguyện tại cơ sở cai nghiện, cơ sở tư nhân", "Voluntary rehab in a facility";
        A4 = "a4", "Cai nghiện tự nguyện tại cơ sở công lập, trường giáo dưỡng", "Voluntary rehab in a public facility";
        A5 = "a5", "Điều trị nghiện bằng thuốc thay thế", "Substitution treatment";
        C1 = "c1", "Đang lập hồ sơ cai nghiện bắt buộc", "File for compulsory rehab being made";
        C2 = "c2", "Đang cai nghiện bắt buộc", "In compulsory rehab";
        C3 = "c3", "Hoãn, miễn, tạm đình chỉ chấp hành", "Compulsory rehab postponed, waived or suspended";
        H0 = "h0", "Vừa hoàn thành cai nghiện, chờ quyết định quản lý sau cai", "Rehab completed, decision on after-care pending";
        H1 = "h1", "Quản lý sau cai nghiện tại nơi cư trú", "After-care at the place of residence";
        P1 = "p1", "Đang chấp hành án phạt tù, cơ sở giáo dục bắt buộc, trường giáo dưỡng", "Serving a sentence or measure";
        E0 = "e0", "Đã đưa ra khỏi danh sách", "Taken off the list";
    }
}

choices! {
    /// The law under which an episode runs (kept per episode: Luật 120/2025/QH15, Điều 56).
    Regime: Source::Law("Luật 120/2025/QH15, Điều 56") => {
        A = "a", "Luật 73/2021/QH14 (đến 30/06/2026)", "Law 73/2021/QH14 (until 30/06/2026)";
        B = "b", "Luật 120/2025/QH15 (từ 01/07/2026)", "Law 120/2025/QH15 (from 01/07/2026)";
    }
}

choices! {
    /// Why someone is taken off a list (domain.md §3.5).
    ExitReason: Source::Own => {
        YearWithoutUse = "year-without-use", "Hết 1 năm quản lý không sử dụng", "A year of management without use";
        ManagementStopped = "management-stopped", "Dừng quản lý", "Management stopped";
        Moved = "moved", "Chuyển nơi cư trú", "Moved away";
        AfterCareWithoutUse = "after-care-without-use", "Không sử dụng trong thời hạn quản lý sau cai", "No use during after-care";
        RehabCompleted = "rehab-completed", "Hoàn thành cai nghiện tự nguyện hoặc điều trị thay thế", "Voluntary rehab or substitution completed";
        AfterCareServed = "after-care-served", "Chấp hành xong quyết định quản lý sau cai", "After-care decision served";
        FoundAddicted = "found-addicted", "Được xác định là người nghiện", "Found addicted";
        Prison = "prison", "Chấp hành án phạt tù", "Imprisoned";
        Institution = "institution", "Đưa vào cơ sở giáo dục bắt buộc, trường giáo dưỡng, cơ sở cai nghiện", "Sent to an institution";
        DeadOrMissing = "dead-or-missing", "Chết hoặc bị tuyên bố mất tích", "Dead or declared missing";
        Other = "other", "Khác", "Other";
    }
}

choices! {
    /// Whether someone has a stable residence (NĐ 105/2021, Điều 41).
    ResidenceKind: Source::Law("NĐ 105/2021/NĐ-CP, Điều 41") => {
        Stable = "stable", "Ổn định", "Stable";
        Unstable = "unstable", "Không ổn định", "Not stable";
    }
}

choices! {
    /// Schooling, as the statistical regimes ask for it.
    Schooling: Source::Own => {
        None = "none", "Không biết chữ", "Cannot read";
        Primary = "primary", "Tiểu học", "Primary";
        LowerSecondary = "lower-secondary", "Trung học cơ sở", "Lower secondary";
        UpperSecondary = "upper-secondary", "Trung học phổ thông", "Upper secondary";
        Vocational = "vocational", "Trung cấp, học nghề", "Vocational";
        Higher = "higher", "Cao đẳng, đại học trở lên", "College or university";
    }
}

choices! {
    /// Substances used.
    Substance: Source::Own => {
        Opium = "opium", "Thuốc phiện", "Opium";
        Heroin = "heroin", "Heroin", "Heroin";
        Cannabis = "cannabis", "Cần sa", "Cannabis";
        Methamphetamine = "methamphetamine", "Methamphetamine (hàng đá)", "Methamphetamine";
        Ecstasy = "ecstasy", "MDMA (thuốc lắc)", "MDMA";
        Ketamine = "ketamine", "Ketamine", "Ketamine";
        Synthetic = "synthetic", "Ma túy tổng hợp khác", "Other synthetic drugs";
        Other = "other", "Khác", "Other";
    }
}

sub! {
    /// A time in one state, resting on a document.
    Episode {
        /// The state.
        state: Option<State> = choice::<State>("Trạng thái quản lý", "State").required()
            .sensitive("Thực hiện biện pháp quản lý theo luật", "To carry out the measures of the law"),
        /// Since.
        from: Option<NaiveDate> = date("Từ ngày", "From").required().past(),
        /// The end of its term, if the document sets one; else it is computed where the law sets one.
        until: Option<NaiveDate> = date("Hết hạn", "Until").not_before("from")
            .help("Bỏ trống để tự tính theo luật.", "Leave empty to have it computed by the law."),
        /// The day on which it really ended: another state begins.
        ended: Option<NaiveDate> = date("Kết thúc ngày", "Ended on").not_before("from").past(),
        /// The document on which it rests.
        basis: Option<RecordKey> = refers(&["document"], "Căn cứ", "Basis").columns(&["Quyết định"]),
        /// The law under which it runs.
        regime: Option<Regime> = choice::<Regime>("Chế độ pháp luật", "Law").required(),
        /// For E0: why.
        exit_reason: Option<ExitReason> = choice::<ExitReason>("Lý do ra khỏi danh sách", "Reason for leaving the list")
            .required_when("khi đưa ra khỏi danh sách", "when taken off the list"),
        /// What else is to be said of it.
        detail: Option<String> = text("Chi tiết", "Detail", 300),
    }
}

kind! {
    /// A person under management: user, addicted, in or after rehab. Only with the document that says so.
    Person = kind(Chapter::Care, "R20", "person", "Người trong diện quản lý", "Person under management")
        .purpose(
            "Quản lý, giúp đỡ người trong diện theo Luật Phòng, chống ma túy",
            "Managing and helping persons under the law on drugs",
        )
        .on(Shelf::CareFiles)
        .titled(&["name", "born"])
        .feeds(&["I02", "I03", "I04", "I05", "I06", "I07", "I09", "I10", "I11", "I12", "I14", "I20", "I49", "I50"])
        .unique(&[
            Unique {
                name: "person-two-open-episodes",
                label: Label::new("Một người có hai trạng thái đang mở", "Two open states of one person"),
                once: Once::OpenSub { list: "episodes", closed_by: "ended" },
            },
            Unique {
                name: "person-same-name-and-birth",
                label: Label::new("Hai hồ sơ cùng họ tên và năm sinh", "Two files with one name and year of birth"),
                once: Once::Record { within: Within::Commune, parts: &[Part::Folded("name"), Part::Year("born")] },
            },
        ])
        .checked_by(check);
    fields {
        /// Full name.
        name: Option<String> = text("Họ và tên", "Full name", 100).required().name()
            .sensitive("Biết người được quản lý, giúp đỡ", "To know whom one manages and helps"),
        /// Date or year of birth.
        born: Option<YearOrDate> = year_or_date("Ngày sinh hoặc năm sinh", "Date or year of birth").required()
            .help("Chỉ biết năm thì để trống ngày và tháng.", "If only the year is known, leave day and month empty.")
            .columns(&["Ngày sinh", "Năm sinh"])
            .sensitive("Phân biệt người; quy định riêng cho người dưới 18 tuổi", "To tell people apart; rules for those under 18"),
        /// Sex.
        sex: Option<Sex> = choice::<Sex>("Giới tính", "Sex").required()
            .sensitive("Thống kê bắt buộc", "Demanded by the statistical regimes"),
        /// The household.
        household: Option<RecordKey> = refers(&["household"], "Hộ", "Household"),
        /// The address.
        address: Option<String> = text("Địa chỉ", "Address", 200).searchable().columns(&["Nơi ở", "Khu phố"])
            .sensitive("Biết nơi quản lý, thăm gặp", "To know where to visit"),
        /// Whether the residence is stable.
        residence: Option<ResidenceKind> = choice::<ResidenceKind>("Nơi cư trú", "Residence").required()
            .sensitive("Chọn biện pháp theo luật", "The law's measures depend on it"),
        /// The legal representative of someone under 18.
        guardian: Option<String> = text("Người đại diện", "Legal representative", 100)
            .required_when("khi dưới 18 tuổi", "under 18")
            .sensitive("Mọi việc của người dưới 18 tuổi qua người đại diện", "Acts for someone under 18 go through them"),
        /// Occupation.
        occupation: Option<String> = text("Nghề nghiệp", "Occupation", 100)
            .sensitive("Hỗ trợ việc làm, thống kê", "Help with work; figures"),
        /// Schooling.
        schooling: Option<Schooling> = choice::<Schooling>("Học vấn", "Schooling")
            .sensitive("Hỗ trợ học tập, thống kê", "Help with learning; figures"),
        /// Substances.
        substances: BTreeSet<Substance> = any_of::<Substance>("Loại chất", "Substances")
            .sensitive("Tư vấn, điều trị, thống kê", "Counselling, treatment, figures"),
        /// Used since.
        used_since: Option<i64> = whole("Sử dụng từ năm", "Used since (year)", 1950, 2100).columns(&["Thời gian sử dụng"])
            .sensitive("Tư vấn, điều trị, thống kê", "Counselling, treatment, figures"),
        /// How many times in rehab, this one included.
        rehab_number: Option<i64> = whole("Lần cai thứ", "Rehab number", 0, 50)
            .sensitive("Thời hạn cai phụ thuộc lần cai", "The term depends on it"),
        /// The village to which the person has moved: written in the old book, the record goes on in the new one.
        moved_to: Option<RecordKey> = refers(&["village"], "Đã chuyển đến thôn", "Moved to village").by_act()
            .sensitive("Biết nơi đang quản lý, giúp đỡ", "To know where one manages and helps now"),
        /// The person's other record, in which it goes on: this one was entered twice.
        merged_into: Option<RecordKey> = refers(&["person"], "Đã gộp vào hồ sơ", "Merged into record").by_act()
            .sensitive("Không ai bị tính hai lần", "So that nobody counts twice"),
    }
    lists {
        /// The episodes.
        episodes: Episode = list("Trạng thái", "States").at_least_one(),
        /// The moves from village to village.
        moves: Move = list("Các lần chuyển thôn", "Moves"),
    }
}
