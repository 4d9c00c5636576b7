//! R36 Thẻ phân công tiếp xúc: what a village head may know of a person whom he is assigned to meet.

use chrono::NaiveDate;

use crate::civil;
use crate::declare::kind;
use crate::kind::{Chapter, Shelf, date, kind, long, refers, text};
use crate::raw::RecordKey;

kind! {
    /// An assignment card, made by the police from the assignment (R30): name, address, what to do, by when. Nothing
    /// else of the person's file (NĐ 105/2021, Điều 42.2c; domain.md §3.10).
    Assignment = kind(Chapter::Care, "R36", "assignment", "Thẻ phân công tiếp xúc", "Assignment card")
        .purpose("Người được phân công biết gặp ai, làm gì, đến khi nào", "So that the assigned know whom to meet, why and until when")
        .on(Shelf::CareAssignments)
        .titled(&["name"])
        .happened("from")
        .feeds(&["I16", "I19"]);
    fields {
        /// The person's file, for those who may read it.
        person: Option<RecordKey> = refers(&["person"], "Người", "Person").required(),
        /// The person's name.
        name: Option<String> = text("Họ và tên", "Full name", 100).required().name()
            .sensitive("Biết người cần gặp", "To know whom to meet"),
        /// The address.
        address: Option<String> = text("Địa chỉ", "Address", 200).required().searchable()
            .sensitive("Biết nơi cần đến", "To know where to go"),
        /// Who is assigned.
        assignee: Option<String> = text("Người được phân công", "Assigned to", 100).required(),
        /// What is to be done.
        duties: Option<String> = long("Việc cần làm", "What to do").required(),
        /// From.
        from: Option<NaiveDate> = date("Từ ngày", "From").required(),
        /// Until.
        until: Option<NaiveDate> = date("Đến ngày", "Until").required().not_before("from"),
        /// The next contact, unless a later contact has set another.
        next_on: Option<NaiveDate> = date("Lần tới", "Next contact").not_before("from"),
        /// The decision on which it rests (R30).
        basis: Option<String> = text("Căn cứ (quyết định phân công)", "Basis (assignment decision)", 200).required(),
    }
}

impl Assignment {
    /// Whether it is in force on a day.
    pub fn holds_on(&self, day: NaiveDate) -> bool {
        self.common.in_force() && civil::is_within(self.from, self.until, day)
    }
}
