//! R65 Kinh phí: planned and spent.

use chrono::NaiveDate;

use crate::declare::{choices, kind, sub};
use crate::kind::{Chapter, Once, Part, Shelf, Unique, Within, choice, date, kind, list, money, text, whole};
use crate::label::Label;

choices! {
    /// Sources (plan IV.2).
    MoneySource {
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
        spent: Option<i64> = money("Đã chi", "Spent"),
        /// Voucher.
        voucher: Option<String> = text("Chứng từ", "Voucher", 200),
    }
    lists {
        /// What was spent.
        payments: Payment = list("Các lần chi", "Payments").totals(&["amount"]),
    }
}
