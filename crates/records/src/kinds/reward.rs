//! R64 Khen thưởng: what was proposed and given.

use chrono::NaiveDate;

use crate::declare::{choices, kind};
use crate::kind::{Chapter, Shelf, choice, date, kind, long, money, refers, text};
use crate::raw::RecordKey;

choices! {
    /// Who is rewarded.
    Rewarded {
        Collective = "collective", "Tập thể", "Collective";
        Individual = "individual", "Cá nhân", "Individual";
    }
}

choices! {
    /// Forms (the reward rules of the commune and above).
    RewardForm {
        Certificate = "certificate", "Giấy khen", "Certificate of merit";
        Diploma = "diploma", "Bằng khen", "Diploma of merit";
        Bonus = "bonus", "Tiền thưởng", "Bonus";
        Letter = "letter", "Thư khen", "Letter of praise";
        Other = "other", "Khác", "Other";
    }
}

kind! {
    /// A reward, proposed and given. Who told the police is never named here: the name stays in tips (domain.md §4.2).
    Reward = kind(Chapter::Means, "R64", "reward", "Khen thưởng", "Reward")
        .purpose("Theo dõi đề nghị và kết quả khen thưởng", "To follow proposals and rewards")
        .on(Shelf::Commune)
        .titled(&["name", "date"])
        .happened("date")
        .feeds(&["I43"]);
    fields {
        /// Collective or individual.
        rewarded: Option<Rewarded> = choice::<Rewarded>("Tập thể, cá nhân", "Collective or individual").required(),
        /// Name.
        name: Option<String> = text("Tên tập thể, cá nhân", "Name", 200).required().searchable()
            .help("Người cung cấp tin: ghi “cung cấp tin có giá trị”, không ghi tên.", "Of who told the police no name: write “valuable information”."),
        /// Merit.
        merit: Option<String> = long("Thành tích", "Merit").required(),
        /// Form.
        form: Option<RewardForm> = choice::<RewardForm>("Hình thức", "Form"),
        /// Proposed by.
        proposed_by: Option<String> = text("Đề nghị bởi", "Proposed by", 200),
        /// Proposal.
        proposal: Option<RecordKey> = refers(&["reward-proposal"], "Bản đề nghị", "Proposal"),
        /// Date.
        date: Option<NaiveDate> = date("Ngày", "Date").required(),
        /// Decision no.
        decision: Option<String> = text("Quyết định số", "Decision no.", 120),
        /// Amount.
        amount: Option<i64> = money("Số tiền", "Amount"),
    }
}
