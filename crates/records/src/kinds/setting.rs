//! R77 Quy định của xã (a number of ours; issue 6 asks that settings are signed records): the value of one matter from a
//! day on. What a matter is, which values it takes and what holds without a record: [`crate::settings`].

use chrono::NaiveDate;

use crate::declare::kind;
use crate::kind::{Chapter, Once, Part, Shelf, Unique, Within, choice, date, kind, refers, text};
use crate::label::{Label, Words};
use crate::problem::{Code, Context, Place, Problem};
use crate::raw::{RawRecord, RecordKey};
use crate::record::Record;
use crate::settings::Matter;

kind! {
    /// What the commune has set for a matter from a day on. An earlier value stays for the days before.
    Setting = kind(Chapter::Commune, "R77", "setting", "Quy định của xã", "Setting of the commune")
        .purpose("Tính hạn, kỳ và ngưỡng theo quy định đã ban hành", "To reckon limits, periods and thresholds as decided")
        .on(Shelf::Commune)
        .titled(&["matter", "value"])
        .happened("from")
        .unique(&[Unique {
            name: "setting-same-day",
            label: Label::new("Hai giá trị của một quy định từ cùng một ngày", "Two values of one matter from the same day"),
            once: Once::Record { within: Within::Commune, parts: &[Part::Exact("matter"), Part::Exact("from")] },
        }])
        .checked_by(check);
    fields {
        /// What it is about.
        matter: Option<Matter> = choice::<Matter>("Nội dung", "Matter").required(),
        /// The value, as the matter's form has it.
        value: Option<String> = text("Giá trị", "Value", 500).required().searchable()
            .help(
                "Số ngày ghi bằng số. Ngày hằng năm ghi dạng 31/03. Có hoặc không.",
                "Days as a number. A day of every year as 31/03. Yes or no.",
            ),
        /// Since.
        from: Option<NaiveDate> = date("Áp dụng từ ngày", "From").required(),
        /// What it rests on.
        basis: Option<String> = text("Căn cứ", "Basis", 300).required()
            .help("Số, ngày, cơ quan của văn bản.", "Number, date and issuer of the document."),
        /// Who decided.
        decided_by: Option<String> = text("Người quyết định", "Decided by", 100),
        /// Where the whole text is in the books.
        document: Option<RecordKey> = refers(&["criteria-set", "guidance", "directive"], "Văn bản, bộ tiêu chí trong sổ", "Document in the books"),
    }
}

fn check(raw: &RawRecord, _: &Context, problems: &mut Vec<Problem>) {
    let setting = Setting::read(raw).value;
    let (Some(matter), Some(value)) = (setting.matter, &setting.value) else {
        return;
    };
    if matter.form().read(value).is_none() {
        let Words { vi, en } = matter.form().asks();
        problems.push(Problem::new(Place::field("value"), Code::Broken, vi, en));
    }
}
