//! R68 Ủy quyền: who signs and acts for whom.

use chrono::NaiveDate;

use crate::civil;
use crate::declare::{choices, kind};
use crate::kind::{Chapter, ChoiceSet, Shelf, Source, choice, date, kind, refers, text};
use crate::problem::{Code, Context, Place, Problem};
use crate::raw::{RawRecord, RecordKey};
use crate::record::Record;

choices! {
    /// How one acts for another (NĐ 30/2020/NĐ-CP, Điều 13).
    Form: Source::Own => {
        OnBehalf = "on-behalf", "TM. (thay mặt)", "On behalf of the body";
        Deputy = "deputy", "KT. (ký thay)", "As deputy";
        ByOrder = "by-order", "TL. (thừa lệnh)", "By order";
        Authorised = "authorised", "TUQ. (thừa ủy quyền)", "By authorisation";
        Acting = "acting", "Q. (quyền)", "Acting";
    }
}

kind! {
    /// A delegation: who acts for whom, in what, from when until when. It gives no right: what the deputy may read and write
    /// is said by the register alone.
    Delegation = kind(Chapter::Commune, "R68.2", "delegation", "Ủy quyền, ký thay", "Delegation")
        .purpose("Biết ai được ký, được làm thay ai", "To know who may sign or act for whom")
        .on(Shelf::Commune)
        .titled(&["form", "deputy"])
        .happened("from")
        .checked_by(check);
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

impl Form {
    /// How it stands before a signature: "TM.", "KT.".
    pub fn mark(self) -> &'static str {
        self.label().vi.split(' ').next().unwrap_or_default()
    }
}

impl Delegation {
    /// Whether one acts for the other on a day: from its first to its last, both included.
    pub fn holds_on(&self, day: NaiveDate) -> bool {
        self.common.in_force()
            && self.from.is_some() && civil::is_within(self.from, self.until, day)
    }
}

fn check(raw: &RawRecord, _: &Context, problems: &mut Vec<Problem>) {
    let delegation = Delegation::read(raw).value;
    if delegation.principal.is_some() && delegation.principal == delegation.deputy {
        problems.push(Problem::new(
            Place::field("deputy"),
            Code::NotAllowed,
            "Chọn người khác: không ai làm thay chính mình.",
            "Choose somebody else: nobody acts for himself.",
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::raw::RecordId;

    fn day(text: &str) -> NaiveDate {
        civil::parse_date(text).unwrap()
    }

    #[test]
    fn it_begins_on_its_first_day_and_ends_by_itself_after_its_last() {
        let mut delegation = Delegation {
            from: civil::parse_date("2026-06-01"),
            until: civil::parse_date("2026-06-10"),
            ..Delegation::default()
        };
        let holds = |delegation: &Delegation| {
            ["2026-05-31", "2026-06-01", "2026-06-10", "2026-06-11"].map(|on| delegation.holds_on(day(on)))
        };
        assert_eq!(holds(&delegation), [false, true, true, false]);
        delegation.until = None;
        assert_eq!(holds(&delegation), [false, true, true, true]);
        delegation.common.voided = Some(true);
        assert_eq!(holds(&delegation), [false; 4]);
    }

    #[test]
    fn nobody_acts_for_himself() {
        let official = RecordKey {
            kind: "official".into(),
            id: RecordId(uuid::Uuid::from_bytes([7; 16])),
        };
        let delegation = Delegation {
            principal: Some(official.clone()),
            deputy: Some(official),
            ..Delegation::default()
        };
        let context = Context {
            today: day("2026-06-10"),
        };
        let mut problems = Vec::new();
        check(&delegation.write(), &context, &mut problems);
        assert_eq!(problems.len(), 1);
    }

    #[test]
    fn the_mark_before_a_signature_is_the_forms_abbreviation() {
        assert_eq!([Form::OnBehalf, Form::Deputy, Form::Acting].map(Form::mark), ["TM.", "KT.", "Q."]);
    }
}
