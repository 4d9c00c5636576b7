//! R57.1 Xác nhận rà soát của trưởng thôn: the village's own record on a review.

use chrono::NaiveDate;

use crate::declare::{choices, kind};
use crate::kind::{Chapter, Once, Part, Shelf, Source, Unique, Within, choice, date, kind, refers, text};
use crate::label::Label;
use crate::problem::Problem;
use crate::raw::{RawRecord, RecordKey};
use crate::record::Record;
use crate::validate::needs;

choices! {
    /// What the village head says.
    Confirmation: Source::Reckoned => {
        Agreed = "agreed", "Đồng ý", "Agreed";
        OtherOpinion = "other-opinion", "Có ý kiến khác", "Of another opinion";
    }
}

kind! {
    /// What the village head says of a review of the village: a record of the village, since the review is the police's.
    ReviewConfirmation = kind(
            Chapter::Figures,
            "R57.1",
            "review-confirmation",
            "Xác nhận rà soát của trưởng thôn",
            "The village head's confirmation",
        )
        .purpose("Trưởng thôn xác nhận kết quả rà soát của thôn", "The village head confirms the review")
        .on(Shelf::Village)
        .titled(&["review", "date"])
        .happened("date")
        .feeds(&["I50"])
        .unique(&[Unique {
            name: "review-confirmation-same-review",
            label: Label::new("Hai xác nhận của một lần rà soát", "Two confirmations of one review"),
            once: Once::Record { within: Within::Scope, parts: &[Part::Exact("review")] },
        }])
        .checked_by(check);
    fields {
        /// Review.
        review: Option<RecordKey> = refers(&["review"], "Lần rà soát", "Review").required(),
        /// Confirmed on.
        date: Option<NaiveDate> = date("Ngày xác nhận", "Confirmed on").required().past(),
        /// Confirmation.
        confirmed: Option<Confirmation> = choice::<Confirmation>("Xác nhận", "Confirmation").required(),
        /// Opinion.
        opinion: Option<String> = text("Ý kiến", "Opinion", 500)
            .required_when("khi có ý kiến khác", "where the opinion differs")
            .help("Không ghi tên người trong diện quản lý.", "No names of persons under management."),
        /// Confirmed by.
        by: Option<String> = text("Người xác nhận", "Confirmed by", 100).required(),
    }
}

fn check(raw: &RawRecord, _: &crate::Context, problems: &mut Vec<Problem>) {
    if ReviewConfirmation::read(raw).value.confirmed == Some(Confirmation::OtherOpinion) {
        needs(ReviewConfirmation::KIND, "opinion", raw, problems);
    }
}
