//! R76 Ngày nghỉ, ngày làm bù (a number of ours; domain.md §3.3 asks for the calendar): by it deadlines of offices move.

use chrono::NaiveDate;

use crate::declare::{choices, kind};
use crate::kind::{Chapter, Once, Part, Shelf, Source, Unique, Within, choice, date, kind, text};
use crate::label::Label;
use crate::problem::{Code, Context, Place, Problem};
use crate::raw::RawRecord;
use crate::record::Record;

/// The longest holiday that one record says, in days: longer ones are a slip of the year.
pub const LONGEST: i64 = 31;

choices! {
    /// Whether offices are closed or open.
    DayForm: Source::Reckoned => {
        Off = "off", "Nghỉ", "Off";
        Worked = "worked", "Làm bù (ngày cuối tuần đi làm)", "Worked (a weekend day)";
    }
}

kind! {
    /// Days on which offices are closed, or weekend days on which they work.
    Holiday = kind(Chapter::Commune, "R76", "holiday", "Ngày nghỉ, ngày làm bù", "Holiday or worked weekend")
        .purpose("Tính hạn theo ngày làm việc", "To reckon deadlines by working days")
        .on(Shelf::Commune)
        .titled(&["name", "from"])
        .happened("from")
        .unique(&[Unique {
            name: "holiday-same-days",
            label: Label::new("Hai bản ghi cho cùng ngày nghỉ, ngày làm bù", "The same days recorded twice"),
            once: Once::Record {
                within: Within::Commune,
                parts: &[Part::Exact("form"), Part::Exact("from"), Part::Exact("until")],
            },
        }])
        .checked_by(check);
    fields {
        /// Off, or worked.
        form: Option<DayForm> = choice::<DayForm>("Nghỉ hay làm bù", "Off or worked").required(),
        /// What it is called.
        name: Option<String> = text("Tên", "Name", 100).required().searchable()
            .help("Ví dụ: Tết Nguyên đán Đinh Mùi.", "For example: Lunar New Year."),
        /// The first day.
        from: Option<NaiveDate> = date("Từ ngày", "From").required(),
        /// The last day.
        until: Option<NaiveDate> = date("Đến ngày", "Until").required().not_before("from"),
        /// What it rests on.
        basis: Option<String> = text("Căn cứ", "Basis", 300).required()
            .help("Số, ngày của thông báo lịch nghỉ.", "Number and date of the notice."),
    }
}

impl Holiday {
    /// The days that it is about; none where its dates say nothing that can be.
    pub fn days(&self) -> impl Iterator<Item = NaiveDate> + use<> {
        let span = self.from.zip(self.until);
        let span = span.filter(|(from, until)| (*until - *from).num_days() < LONGEST);
        span.into_iter()
            .flat_map(|(from, until)| from.iter_days().take_while(move |day| *day <= until))
    }
}

fn check(raw: &RawRecord, _: &Context, problems: &mut Vec<Problem>) {
    let holiday = Holiday::read(raw).value;
    if let Some((from, until)) = holiday.from.zip(holiday.until)
        && (until - from).num_days() >= LONGEST
    {
        problems.push(Problem::new(
            Place::field("until"),
            Code::OutOfRange,
            format!("Một đợt nghỉ dài nhất {LONGEST} ngày. Xem lại “Từ ngày” và “Đến ngày”."),
            format!("A holiday has at most {LONGEST} days. Look at “From” and “Until”."),
        ));
    }
}
