//! R22 Tiếp xúc, thăm, giáo dục: a contact with a person under management.

use chrono::NaiveDate;

use super::Assignment;
use crate::declare::{choices, kind};
use crate::civil;
use crate::kind::{Chapter, Shelf, ShelfRule, Source, choice, date, kind, long, refers, text, yes_no};
use crate::raw::RecordKey;

choices! {
    /// How a contact took place.
    ContactForm: Source::Own => {
        HomeVisit = "home-visit", "Thăm tại nhà", "Visit at home";
        Meeting = "meeting", "Gặp trực tiếp", "Meeting";
        Summoned = "summoned", "Mời đến trụ sở", "Asked to come to the office";
        Phone = "phone", "Qua điện thoại", "By telephone";
        Counselling = "counselling", "Tư vấn", "Counselling";
    }
}

choices! {
    /// How someone is getting on.
    Attitude: Source::Own => {
        Better = "better", "Tiến bộ", "Better";
        Same = "same", "Chưa thay đổi", "No change";
        Worse = "worse", "Xấu đi", "Worse";
        Unclear = "unclear", "Chưa rõ", "Not clear";
    }
}

kind! {
    /// A contact, visit or talk. Those with persons who have an assignment card (R36) lie where the village head reads.
    Contact = kind(Chapter::Care, "R22", "contact", "Tiếp xúc, thăm, giáo dục", "Contact")
        .purpose("Theo dõi việc tiếp xúc, giúp đỡ từng người", "To follow the contacts with each person")
        .shelved(ShelfRule::ByAssignment { assigned: Shelf::CareContacts, others: Shelf::CareFiles })
        .titled(&["person", "date"])
        .happened("date")
        .feeds(&["I13", "I16"]);
    fields {
        /// The person.
        person: Option<RecordKey> = refers(&["person"], "Người", "Person").required(),
        /// The assignment card under which it took place.
        assignment: Option<RecordKey> = refers(&["assignment"], "Thẻ phân công", "Assignment card"),
        /// The day.
        date: Option<NaiveDate> = date("Ngày", "Date").required().past(),
        /// Who did it.
        by: Option<String> = text("Người thực hiện", "Done by", 100).required(),
        /// How.
        form: Option<ContactForm> = choice::<ContactForm>("Hình thức", "How"),
        /// What was talked about.
        content: Option<String> = long("Nội dung", "Content")
            .sensitive("Giúp đỡ người được phân công", "To help the person"),
        /// How the person is getting on.
        attitude: Option<Attitude> = choice::<Attitude>("Thái độ, tiến triển", "Attitude")
            .sensitive("Theo dõi tiến triển", "To follow how things go"),
        /// Health.
        health: Option<String> = text("Sức khỏe", "Health", 300)
            .sensitive("Biết nhu cầu khám, điều trị", "To know what care is needed"),
        /// Work.
        work: Option<String> = text("Việc làm", "Work", 300)
            .sensitive("Hỗ trợ việc làm", "To help with work"),
        /// What is needed.
        needs: Option<String> = long("Nhu cầu hỗ trợ", "Needs")
            .sensitive("Tổ chức hỗ trợ", "To organise help"),
        /// The next contact.
        next_on: Option<NaiveDate> = date("Hẹn lần sau", "Next contact").not_before("date"),
        /// Whether the police are to be told.
        tell_police: Option<bool> = yes_no("Báo Công an", "Tell the police"),
    }
}

/// The day of the next contact with a person who has an assignment card: what the newest contact named, else a month
/// after it (I16 counts at least one a month), else what the card names, else a month after the card begins. Never
/// after the card ends.
pub fn next_contact<'a>(
    card: &Assignment,
    contacts: impl IntoIterator<Item = &'a Contact>,
) -> Option<NaiveDate> {
    let held = contacts.into_iter().filter(|contact| contact.common.in_force() && contact.date.is_some());
    let newest = held.max_by_key(|contact| contact.date);
    let next = match newest {
        Some(contact) => contact.next_on.or_else(|| civil::after_months(contact.date?, 1)),
        None => card.next_on.or_else(|| civil::after_months(card.from?, 1)),
    }?;
    card.until.is_none_or(|until| next <= until).then_some(next)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_contact_is_what_was_agreed_or_a_month_later() {
        let day = civil::parse_date;
        let card = Assignment { from: day("2025-01-31"), until: day("2025-12-31"), ..Assignment::default() };
        let on = |date, next| Contact { date: day(date), next_on: day(next), ..Contact::default() };
        assert_eq!(next_contact(&card, []), day("2025-02-28"));
        assert_eq!(next_contact(&card, [&on("2025-03-10", "")]), day("2025-04-10"));
        let agreed = [&on("2025-03-10", ""), &on("2025-04-02", "2025-04-20")];
        assert_eq!(next_contact(&card, agreed), day("2025-04-20"));
        assert_eq!(next_contact(&card, [&on("2025-12-20", "")]), None);
    }
}
