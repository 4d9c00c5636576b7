//! R64.1 Đề nghị khen thưởng: the village's or unit's own record.

use chrono::NaiveDate;

use crate::declare::{choices, kind};
use crate::kind::{Chapter, Shelf, ShelfRule, choice, date, kind, long, text};

choices! {
    /// Who is to be rewarded.
    Proposed {
        Collective = "collective", "Tập thể", "Collective";
        Individual = "individual", "Cá nhân", "Individual";
    }
}

kind! {
    /// A proposal to reward somebody, by a village or unit (plan III.1-7). Who told the police is never named.
    RewardProposal = kind(Chapter::Means, "R64.1", "reward-proposal", "Đề nghị khen thưởng", "Proposal of a reward")
        .purpose("Thôn, đơn vị đề nghị khen thưởng", "Villages and units propose rewards")
        .shelved(ShelfRule::OfWriter { village: Shelf::Village, unit: Shelf::Unit })
        .titled(&["name", "date"])
        .happened("date")
        .feeds(&["I43"]);
    fields {
        /// Collective or individual.
        proposed: Option<Proposed> = choice::<Proposed>("Tập thể, cá nhân", "Collective or individual").required(),
        /// Name.
        name: Option<String> = text("Tên tập thể, cá nhân", "Name", 200).required().searchable()
            .help("Người cung cấp tin: không ghi tên.", "Of who told the police no name."),
        /// Merit.
        merit: Option<String> = long("Thành tích", "Merit").required(),
        /// Form proposed.
        form: Option<String> = text("Hình thức đề nghị", "Form proposed", 100),
        /// Proposed on.
        date: Option<NaiveDate> = date("Ngày đề nghị", "Proposed on").required().past(),
        /// Proposed by.
        by: Option<String> = text("Người đề nghị", "Proposed by", 100),
    }
}
