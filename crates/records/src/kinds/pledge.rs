//! R02 Bản cam kết hộ: a household's yearly pledge.

use chrono::NaiveDate;

use crate::civil;
use crate::declare::kind;
use crate::kind::{Chapter, Kind, Once, Part, Shelf, Unique, Within, date, kind, refers, text, whole};
use crate::label::Label;
use crate::problem::Problem;
use crate::raw::{RawRecord, RecordKey};
use crate::record::Record;
use crate::validate::needs;

kind! {
    /// The pledge that a household signs for a year (plan II.1.b; seven points after Luật PCMT Điều 5, 6, 26, 44). One
    /// that is not signed yet says why, and is completed later.
    Pledge = kind(Chapter::Homes, "R02", "pledge", "Bản cam kết hộ", "Household pledge")
        .purpose("Theo dõi hộ đã ký cam kết không ma túy", "To follow which households have pledged")
        .on(Shelf::Village)
        .titled(&["household", "year"])
        .happened("signed_on")
        .feeds(&["I21"])
        .unique(&[Unique {
            name: "pledge-same-year",
            label: Label::new("Hai bản cam kết của một hộ trong một năm", "Two pledges of one household in one year"),
            once: Once::Record { within: Within::Scope, parts: &[Part::Exact("household"), Part::Exact("year")] },
        }])
        .checked_by(check);
    fields {
        /// The household.
        household: Option<RecordKey> = refers(&["household"], "Hộ", "Household").required(),
        /// The year that it is for.
        year: Option<i64> = whole("Năm cam kết", "Year of the pledge", 2020, 2100).required(),
        /// Signed on.
        signed_on: Option<NaiveDate> = date("Ngày ký", "Signed on").past()
            .required_when("khi đã ký", "when it is signed"),
        /// Who signed for the household.
        signer: Option<String> = text("Người ký", "Signed by", 100)
            .required_when("khi đã ký", "when it is signed"),
        /// The pledge's text: number of the form.
        form: Option<String> = text("Nội dung cam kết (mẫu số)", "Text of the pledge (form no.)", 60),
        /// Where the paper is kept.
        paper_at: Option<String> = text("Bản giấy lưu tại", "Paper kept at", 200),
        /// In force until.
        valid_until: Option<NaiveDate> = date("Hiệu lực đến", "Valid until").not_before("signed_on"),
        /// Why it is not signed yet; to be visited again.
        unsigned_reason: Option<String> = text("Vận động lại (lý do chưa ký)", "To be visited again (why not signed)", 300)
            .help("Chỉ ghi khi hộ chưa ký.", "Only where the household has not signed."),
        /// The village to which its household has moved, and it with it.
        moved_to: Option<RecordKey> = refers(&["village"], "Đã chuyển đến thôn", "Moved to village").by_act(),
    }
}

impl Pledge {
    /// Whether it is signed.
    pub fn is_signed(&self) -> bool {
        self.signed_on.is_some()
    }

    /// Whether it counts on a day: signed by then, in force, not voided.
    pub fn holds_on(&self, day: NaiveDate) -> bool {
        self.common.in_force()
            && self.is_signed() && civil::is_within(self.signed_on, self.valid_until, day)
    }
}

fn check(raw: &RawRecord, _: &crate::Context, problems: &mut Vec<Problem>) {
    let kind: &Kind = Pledge::KIND;
    let pledge = Pledge::read(raw).value;
    if pledge.unsigned_reason.is_none() || pledge.is_signed() {
        needs(kind, "signed_on", raw, problems);
        needs(kind, "signer", raw, problems);
    }
}
