//! Each matter that a commune may set, declared once: the values that it takes, what holds while nothing is recorded and
//! where that is from; and those of which nothing is known enough (`[?]` in domain.md), which have no default.

use chrono::NaiveDate;

use crate::declare::choices;
use crate::kind::Source;
use crate::label::{Label, Lang, Words};
use crate::problem::number;

choices! {
    /// What can be set.
    Matter: Source::Reckoned => {
        PledgeBy = "pledge-by", "Hạn ký bản cam kết hằng năm", "Day by which pledges are signed";
        RemindDays = "remind-days", "Nhắc trước hạn", "Reminder before a deadline";
        Class3122 = "class-3122", "Ngưỡng loại II, loại III và phần còn lại của loại I", "Thresholds of classes II and III, rest of I";
        Criteria3822 = "criteria-3822", "Mười tiêu chí của Đề án 3822", "The ten criteria of Đề án 3822";
        Guide37 = "guide-37", "Trình tự, cách hiểu khi phân loại địa bàn", "Procedure and reading of the classification";
        VillageCriteria = "village-criteria", "Bộ tiêu chí thôn không ma túy của tỉnh", "The province’s criteria for villages";
        OtherCriteria = "other-criteria", "Bảng tiêu chí của các bộ khác", "Tables of other sets of criteria";
        Decree120 = "decree-120", "Nghị định, thông tư và biểu mẫu theo luật mới", "Decrees, circulars and forms under the new law";
        RegisterDays = "register-days", "Số ngày để đăng ký cai nghiện", "Days to register for rehab";
        ReturnDays = "return-days", "Số ngày trình báo khi cai xong trở về", "Days to report after rehab";
        AfterCareDays = "after-care-days", "Số ngày ra quyết định quản lý sau cai", "Days to decide on after-care";
        UsedAgain = "used-again", "Thời hạn quản lý khi sử dụng lại", "Term after use again";
        AbsenceCounts = "absence-counts", "Vắng mặt không báo có tính vào thời hạn quản lý sau cai", "Whether unreported absence counts";
        Monitoring = "monitoring", "Quy định chi tiết về giám sát điện tử", "Details of electronic monitoring";
        PoliceStatistics = "police-statistics", "Biểu thống kê, báo cáo của cấp xã", "Statistical forms of a commune";
        OfficialForms = "official-forms", "Mẫu bản cam kết hộ, biên bản mở hòm thư, sổ trực", "Official forms: pledge, box minutes, duty book";
        SupportLevels = "support-levels", "Mức hỗ trợ theo nghị quyết của tỉnh", "Levels of support by the province";
        Retention = "retention", "Thời hạn lưu hồ sơ", "How long files are kept";
        SecurityLevel = "security-level", "Cấp độ an toàn hệ thống thông tin", "Security level of the system";
        StateSecrets = "state-secrets", "Danh mục bí mật nhà nước của Công an", "The police's list of state secrets";
        OldPopulation = "old-population", "Dân số riêng của xã trước khi sáp nhập", "Population of the commune before the merger";
        AfterCareCounted = "after-care-counted", "Người sau cai, người cai tại cơ sở tư nhân có tính vào tỷ lệ", "Whether after-care and private rehab count";
    }
}

/// The values that a matter takes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Form {
    /// A number within bounds, both included.
    Number {
        /// Least.
        min: i64,
        /// Greatest.
        max: i64,
        /// What is counted.
        unit: Label,
    },
    /// A day of every year.
    DayOfYear,
    /// Yes or no.
    YesNo,
    /// Words of a document.
    Words,
}

/// A value that was understood.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Given {
    /// A number.
    Number(i64),
    /// A month and a day that every year has.
    DayOfYear {
        /// 1 to 12.
        month: u32,
        /// 1 to 31.
        day: u32,
    },
    /// Yes or no.
    YesNo(bool),
    /// Words.
    Words(String),
}

/// What is known of a matter beside its name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Declared {
    /// The values that it takes.
    pub form: Form,
    /// What holds while nothing is recorded, as it is typed; `None`: nothing is known enough.
    pub default: Option<&'static str>,
    /// Where that is from, or where the matter is named.
    pub source: Label,
    /// What changes with the value.
    pub changes: Label,
    /// Who finds it out.
    pub filled_by: Label,
}

const DAYS: Label = Label::new("ngày", "days");
const POLICE: Label = Label::new("Công an xã", "The police");
const OFFICE: Label = Label::new("Văn phòng", "The office");
const CHAIR: Label = Label::new("Chủ tịch xã", "The chair");
/// No rule asks for it yet: what is said of a matter that only waits to be known.
const KEPT: &str = "Chưa phép tính nào dùng đến. Ghi lại để mọi máy cùng thấy và dùng khi có.";
const KEPT_EN: &str = "Nothing is computed from it yet. It is kept for all to see.";

const fn set(form: Form, default: &'static str, source: Label, changes: Label) -> Declared {
    Declared {
        form,
        default: Some(default),
        source,
        changes,
        filled_by: CHAIR,
    }
}

const fn slot(form: Form, source: Label, changes: Label, filled_by: Label) -> Declared {
    Declared {
        form,
        default: None,
        source,
        changes,
        filled_by,
    }
}

const fn kept(form: Form, vi: &'static str, en: &'static str, filled_by: Label) -> Declared {
    slot(form, Label::new(vi, en), Label::new(KEPT, KEPT_EN), filled_by)
}

const fn days(min: i64, max: i64) -> Form {
    Form::Number { min, max, unit: DAYS }
}

impl Matter {
    /// What is known of it.
    pub const fn declared(self) -> Declared {
        match self {
            Matter::PledgeBy => set(
                Form::DayOfYear,
                "31/03",
                Label::new(
                    "Luật không quy định ngày; mặc định của Sổ Thôn là hết quý I.",
                    "No law names a day; by default the end of the first quarter.",
                ),
                Label::new(
                    "Hạn của việc “Ký bản cam kết” ở Hôm nay và ở trang từng thôn.",
                    "The deadline of “Sign the pledge” on home and on villages' pages.",
                ),
            ),
            Matter::RemindDays => set(
                days(1, 90),
                "30",
                Label::new(
                    "Luật không quy định; mặc định của Sổ Thôn là mốc nhắc đầu tiên trước khi hết thời hạn.",
                    "No law names it; by default the first warning before a term ends.",
                ),
                Label::new(
                    "Việc đến hạn hiện ở Hôm nay trước bấy nhiêu ngày.",
                    "How many days ahead things due are shown on home.",
                ),
            ),
            Matter::Class3122 => slot(
                Form::Words,
                Label::new(
                    "Quyết định 3122/2010/QĐ-BCA, Điều 1: mới đọc được một phần của loại I.",
                    "QĐ 3122/2010/QĐ-BCA, Điều 1: only a part of class I could be read.",
                ),
                Label::new(
                    "Phân loại của các kỳ trước 24/08/2025 đối chiếu được với ngưỡng.",
                    "Classifications of periods before 24/08/2025 can be checked.",
                ),
                POLICE,
            ),
            Matter::Criteria3822 => slot(
                Form::Words,
                Label::new(
                    "QĐ 3822/QĐ-CAT-PV01, 18/9/2024: báo chí mới nêu ba tiêu chí đầu, chưa có điểm và trình tự.",
                    "QĐ 3822/QĐ-CAT-PV01, 18/9/2024: the press names the first three; no scores, no procedure.",
                ),
                Label::new(
                    "Thôn, Công an và Chủ tịch chấm được đủ mười tiêu chí.",
                    "Villages, police and chair can score all ten.",
                ),
                POLICE,
            ),
            Matter::Guide37 => kept(
                Form::Words,
                "Hướng dẫn 37/HD-BCA, 24/9/2025; số 0 và mức cao hơn tính thế nào theo QĐ 28/2025, Điều 4.",
                "HD 37/HD-BCA, 24/9/2025; how zero and a higher band count by QĐ 28/2025, Điều 4.",
                POLICE,
            ),
            Matter::VillageCriteria => slot(
                Form::Words,
                Label::new(
                    "Không tìm thấy bộ tiêu chí cấp thôn chính thức của Thanh Hóa; mẫu đã công bố gần nhất là của phường Thuận Hóa, Huế.",
                    "No official set of Thanh Hóa for villages was found; the nearest published one is of Thuận Hóa ward, Huế.",
                ),
                Label::new(
                    "Thôn tự chấm theo bộ tiêu chí chính thức; trước đó kết quả ghi là đánh giá nội bộ.",
                    "Villages score themselves by the official set; until then it is an internal tool.",
                ),
                POLICE,
            ),
            Matter::OtherCriteria => kept(
                Form::Words,
                "Sơn La 1185, 509; Nghệ An 695; QĐ 5026 và QĐ 7619 của Bộ Công an: mới có tên văn bản.",
                "Sơn La 1185, 509; Nghệ An 695; QĐ 5026 and QĐ 7619: only the titles are known.",
                POLICE,
            ),
            Matter::Decree120 => kept(
                Form::Words,
                "Luật 120/2025/QH15: chưa có nghị định, thông tư chính thức; biểu mẫu cũ thuộc chế độ trước 01/07/2026.",
                "Luật 120/2025/QH15: no final decree or circular; the forms known are of before 01/07/2026.",
                POLICE,
            ),
            Matter::RegisterDays => kept(
                days(1, 60),
                "Luật 120/2025/QH15, Điều 31.6: số ngày do nghị định quy định.",
                "Luật 120/2025/QH15, Điều 31.6: the decree says how many.",
                POLICE,
            ),
            Matter::ReturnDays => kept(
                days(1, 60),
                "Luật 120/2025/QH15, Điều 35.5: số ngày do nghị định quy định.",
                "Luật 120/2025/QH15, Điều 35.5: the decree says how many.",
                POLICE,
            ),
            Matter::AfterCareDays => kept(
                days(1, 60),
                "Luật 120/2025/QH15, Điều 42.6: số ngày do nghị định quy định.",
                "Luật 120/2025/QH15, Điều 42.6: the decree says how many.",
                POLICE,
            ),
            Matter::UsedAgain => kept(
                Form::Words,
                "Luật 120/2025/QH15, Điều 31.1c: sử dụng lại khi đang quản lý, thời hạn mới do nghị định quy định.",
                "Luật 120/2025/QH15, Điều 31.1c: the new term after use again is for the decree to say.",
                POLICE,
            ),
            Matter::AbsenceCounts => kept(
                Form::YesNo,
                "Nghị định 116/2021, Điều 79.1b không tính; theo luật mới chưa rõ.",
                "NĐ 116/2021, Điều 79.1b does not count it; under the new law it is not known.",
                POLICE,
            ),
            Matter::Monitoring => kept(
                Form::Words,
                "Luật 120/2025/QH15, Điều 12: chi tiết do nghị định; mới có dự thảo.",
                "Luật 120/2025/QH15, Điều 12: details by decree; there is only a draft.",
                POLICE,
            ),
            Matter::PoliceStatistics => kept(
                Form::Words,
                "QĐ 127/2009/QĐ-TTg (sửa đổi 13/2019), TT 05/2011/TT-BLĐTBXH: nơi nhận cũ không còn, biểu mới chưa có.",
                "QĐ 127/2009 (13/2019), TT 05/2011: their recipients are gone, the new forms are not known.",
                POLICE,
            ),
            Matter::OfficialForms => kept(
                Form::Words,
                "Không tìm thấy mẫu chính thức; bản in của Sổ Thôn dựa vào Luật Phòng, chống ma túy, Điều 5, 6, 26, 44.",
                "No official form was found; the prints rest on the law, Điều 5, 6, 26, 44.",
                POLICE,
            ),
            Matter::SupportLevels => kept(
                Form::Words,
                "Nghị quyết 01/2022/NQ-HĐND của tỉnh Thanh Hóa: chưa đọc được mức.",
                "NQ 01/2022/NQ-HĐND of Thanh Hóa: the levels could not be read.",
                OFFICE,
            ),
            Matter::Retention => slot(
                Form::Words,
                Label::new(
                    "Nghị định 105/2021, Điều 49 dẫn quy định của Bộ Công an: chưa đọc được.",
                    "NĐ 105/2021, Điều 49 refers to rules of the Ministry, which could not be read.",
                ),
                Label::new(
                    "Cho tới khi ghi, hồ sơ được giữ, không sổ nào bị xóa.",
                    "Until it is recorded, files are kept and no book is erased.",
                ),
                POLICE,
            ),
            Matter::SecurityLevel => kept(
                Form::Words,
                "Chưa tìm thấy văn bản xác định cấp độ cho hệ thống như thế này.",
                "No document was found that names the level of such a system.",
                OFFICE,
            ),
            Matter::StateSecrets => slot(
                Form::Words,
                Label::new(
                    "Luật 29/2018/QH14; danh mục của ngành Công an chưa đọc được.",
                    "Luật 29/2018/QH14; the police's list could not be read.",
                ),
                Label::new(
                    "Công an biết điểm phức tạp, vụ việc, truy nã nào không được ghi vào sổ.",
                    "The police know which hotspots, cases and fugitives must not be entered.",
                ),
                POLICE,
            ),
            Matter::OldPopulation => kept(
                Form::Number {
                    min: 1,
                    max: 1_000_000,
                    unit: Label::new("người", "persons"),
                },
                "NQ 1686/NQ-UBTVQH15 chỉ nêu dân số của phường mới.",
                "NQ 1686/NQ-UBTVQH15 gives only that of the new ward.",
                OFFICE,
            ),
            Matter::AfterCareCounted => kept(
                Form::Words,
                "QĐ 28/2025/QĐ-TTg, Điều 4, tiêu chí a: cần Công an xác nhận cách hiểu.",
                "QĐ 28/2025/QĐ-TTg, Điều 4, criterion a: the police confirm the reading.",
                POLICE,
            ),
        }
    }

    /// The values that it takes.
    pub const fn form(self) -> Form {
        self.declared().form
    }

    /// Whether nothing is known of it enough for a default.
    pub const fn is_slot(self) -> bool {
        self.declared().default.is_none()
    }
}

impl Form {
    /// Reads a value as people type it; `None`: it is none of this form.
    pub fn read(self, typed: &str) -> Option<Given> {
        let typed = typed.trim();
        match self {
            Form::Number { min, max, unit } => {
                let bare = [unit.vi, unit.en]
                    .iter()
                    .find_map(|unit| typed.strip_suffix(unit));
                let number: i64 = bare.unwrap_or(typed).trim().parse().ok()?;
                (min..=max).contains(&number).then_some(Given::Number(number))
            }
            Form::DayOfYear => {
                let (day, month) = typed.split_once(['/', '-', '.'])?;
                let (day, month) = (day.trim().parse().ok()?, month.trim().parse().ok()?);
                // Of a year that is no leap year: the day is to be in each.
                NaiveDate::from_ymd_opt(2025, month, day)?;
                Some(Given::DayOfYear { month, day })
            }
            Form::YesNo => match typed.to_lowercase().as_str() {
                "có" | "yes" => Some(Given::YesNo(true)),
                "không" | "no" => Some(Given::YesNo(false)),
                _ => None,
            },
            Form::Words => (!typed.is_empty()).then(|| Given::Words(typed.to_owned())),
        }
    }

    /// A value as people read it: "30 ngày", "31/03", "Có".
    pub fn words(self, given: &Given) -> Words {
        match given {
            Given::Number(n) => {
                let unit = match self {
                    Form::Number { unit, .. } => unit,
                    _ => Label::new("", ""),
                };
                let of = |lang: Lang| {
                    format!("{} {}", number(*n, lang), unit.get(lang))
                        .trim_end()
                        .to_owned()
                };
                Words::new(of(Lang::Vi), of(Lang::En))
            }
            Given::YesNo(true) => Words::new("Có", "Yes"),
            Given::YesNo(false) => Words::new("Không", "No"),
            Given::DayOfYear { .. } | Given::Words(_) => Words::same(self.typed(given)),
        }
    }

    /// A value as one types it, which [`Form::read`] reads as the same.
    pub fn typed(self, given: &Given) -> String {
        match given {
            Given::Number(n) => n.to_string(),
            Given::DayOfYear { month, day } => format!("{day:02}/{month:02}"),
            Given::YesNo(true) => "có".to_owned(),
            Given::YesNo(false) => "không".to_owned(),
            Given::Words(words) => words.clone(),
        }
    }

    /// What is to be typed.
    pub fn asks(self) -> Words {
        match self {
            Form::Number { min, max, unit } => Words::new(
                format!(
                    "Giá trị phải là số {} từ {} đến {}.",
                    unit.vi,
                    number(min, Lang::Vi),
                    number(max, Lang::Vi)
                ),
                format!(
                    "The value must be a number of {} from {} to {}.",
                    unit.en,
                    number(min, Lang::En),
                    number(max, Lang::En)
                ),
            ),
            Form::DayOfYear => Words::new(
                "Giá trị phải là ngày và tháng có trong mọi năm, ví dụ 31/03.",
                "The value must be day and month that every year has, as 31/03.",
            ),
            Form::YesNo => Words::new("Giá trị phải là có hoặc không.", "The value must be yes or no."),
            Form::Words => Words::new("Nhập giá trị.", "Enter: value."),
        }
    }
}
