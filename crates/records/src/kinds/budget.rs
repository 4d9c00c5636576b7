//! R65 Kinh phí: planned and spent.

use chrono::NaiveDate;

use crate::declare::{choices, kind, sub};
use crate::kind::{
    Chapter, Once, Part, Shelf, Source, Unique, Within, choice, date, kind, list, money, text, whole,
};
use crate::label::Label;
use crate::problem::{Code, Place, Problem, Weight, number};
use crate::raw::RawRecord;
use crate::record::Record;
use crate::Lang;

choices! {
    /// Sources (plan IV.2).
    MoneySource: Source::Plan("mục IV.2") => {
        Commune = "commune", "Ngân sách xã", "The commune's budget";
        Social = "social", "Xã hội hóa", "Contributions";
    }
}

sub! {
    /// A payment.
    Payment {
        /// Date.
        date: Option<NaiveDate> = date("Ngày", "Date").required().past(),
        /// Amount.
        amount: Option<i64> = money("Số tiền", "Amount").required(),
        /// For what.
        content: Option<String> = text("Nội dung", "For what", 300),
        /// Voucher.
        voucher: Option<String> = text("Chứng từ", "Voucher", 120),
    }
}

kind! {
    /// A line of the budget: what is planned, and what was spent (plan IV.2).
    Budget = kind(Chapter::Means, "R65", "budget", "Kinh phí", "Money")
        .purpose("Theo dõi dự toán và chi kinh phí", "To follow what is planned and spent")
        .on(Shelf::Commune)
        .titled(&["content", "year"])
        .feeds(&["I44"])
        .checked_by(check)
        .unique(&[Unique {
            name: "budget-same-line",
            label: Label::new("Hai dòng kinh phí cùng nội dung trong một năm", "Two lines of one content in one year"),
            once: Once::Record {
                within: Within::Commune,
                parts: &[Part::Exact("year"), Part::Exact("source"), Part::Folded("content")],
            },
        }]);
    fields {
        /// Year.
        year: Option<i64> = whole("Năm", "Year", 2020, 2100).required(),
        /// Source.
        source: Option<MoneySource> = choice::<MoneySource>("Nguồn", "Source").required(),
        /// Donor.
        donor: Option<String> = text("Nhà tài trợ", "Donor", 200),
        /// For what.
        content: Option<String> = text("Nội dung chi", "For what", 300).required().searchable(),
        /// Planned.
        planned: Option<i64> = money("Dự toán", "Planned"),
        /// What was spent in all.
        spent: Option<i64> = money("Đã chi", "Spent")
            .help("Bỏ trống khi ghi từng lần chi ở dưới: tổng được tự cộng.",
                "Leave empty when each payment stands below: they are added up."),
        /// Voucher.
        voucher: Option<String> = text("Chứng từ", "Voucher", 200),
    }
    lists {
        /// What was spent.
        payments: Payment = list("Các lần chi", "Payments").totals(&["amount"]),
    }
}

impl Budget {
    /// What was spent in all, in đồng: the sum of the payments, or what is written where there are none. `None`: nothing is.
    pub fn spent_in_all(&self) -> Option<i128> {
        let paid = self.payments.values().filter(|payment| payment.in_force());
        let amounts: Vec<i64> = paid.filter_map(|payment| payment.amount).collect();
        match amounts.as_slice() {
            [] => self.spent.map(i128::from),
            some => Some(some.iter().copied().map(i128::from).sum()),
        }
    }
}

/// What was spent in all stands in two places only where they agree.
fn check(raw: &RawRecord, _: &crate::Context, problems: &mut Vec<Problem>) {
    let budget = Budget::read(raw).value;
    let (Some(spent), Some(sum)) = (budget.spent.map(i128::from), budget.spent_in_all()) else {
        return;
    };
    if spent != sum {
        let (vi, en) = (number(sum, Lang::Vi), number(sum, Lang::En));
        let problem = Problem::new(
            Place::field("spent"),
            Code::Order,
            format!("Các lần chi cộng lại là {vi} đồng, khác số Đã chi. Bảng kinh phí tính theo các lần chi."),
            format!("The payments come to {en} đồng, which is not what is written as spent. The table goes by the payments."),
        );
        problems.push(problem.weighing(Weight::Notice));
    }
}
