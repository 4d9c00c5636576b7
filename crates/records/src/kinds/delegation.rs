//! R68 Ủy quyền: who signs and acts for whom.

use chrono::NaiveDate;

use crate::declare::{choices, kind};
use crate::kind::{Chapter, Shelf, choice, date, kind, refers, text};
use crate::raw::RecordKey;

choices! {
    /// How one acts for another (NĐ 30/2020/NĐ-CP, Điều 13).
    Form {
        OnBehalf = "on-behalf", "TM. (thay mặt)", "On behalf of the body";
        Deputy = "deputy", "KT. (ký thay)", "As deputy";
        ByOrder = "by-order", "TL. (thừa lệnh)", "By order";
        Authorised = "authorised", "TUQ. (thừa ủy quyền)", "By authorisation";
        Acting = "acting", "Q. (quyền)", "Acting";
    }
}

kind! {
    /// A delegation: who acts for whom, in what, from when until when.
    Delegation = kind(Chapter::Commune, "R68.2", "delegation", "Ủy quyền, ký thay", "Delegation")
        .purpose("Biết ai được ký, được làm thay ai", "To know who may sign or act for whom")
        .on(Shelf::Commune)
        .titled(&["form", "deputy"])
        .happened("from");
    fields {
        /// Who is acted for.
        principal: Option<RecordKey> = refers(&["official"], "Thay mặt", "For").required(),
        /// Who acts.
        deputy: Option<RecordKey> = refers(&["official"], "Người được ủy quyền", "Who acts").required(),
        /// How.
        form: Option<Form> = choice::<Form>("Hình thức", "Form").required(),
        /// In what.
        matters: Option<String> = text("Việc được ủy quyền", "In what", 300),
        /// The document.
        document: Option<String> = text("Văn bản ủy quyền (số, ngày)", "Document (number, date)", 120),
        /// Since.
        from: Option<NaiveDate> = date("Từ ngày", "From").required(),
        /// Until.
        until: Option<NaiveDate> = date("Đến ngày", "Until").not_before("from"),
    }
}
