//! R64.1 Đề nghị khen thưởng: the village's or unit's own record.

use chrono::NaiveDate;

use super::reward::{named_unless, of_informant};
use crate::declare::{choices, kind};
use crate::kind::{Chapter, Shelf, ShelfRule, Source, choice, date, kind, long, text};
use crate::label::Words;
use crate::problem::Problem;
use crate::raw::RawRecord;
use crate::record::Record;

choices! {
    /// Who is to be rewarded.
    Proposed: Source::Plan("mục II.1.e-6, III.1-7") => {
        Collective = "collective", "Tập thể", "Collective";
        Individual = "individual", "Cá nhân", "Individual";
        Informant = "informant", "Người cung cấp tin có giá trị (không ghi tên)", "Who gave valuable information (no name)";
    }
}

kind! {
    /// A proposal to reward somebody, by a village or unit (plan III.1-7). Who told the police is never named.
    RewardProposal = kind(Chapter::Means, "R64.1", "reward-proposal", "Đề nghị khen thưởng", "Proposal of a reward")
        .purpose("Thôn, đơn vị đề nghị khen thưởng", "Villages and units propose rewards")
        .shelved(ShelfRule::OfWriter { village: Shelf::Village, unit: Shelf::Unit })
        .titled(&["name", "date"])
        .titled_by(title)
        .happened("date")
        .feeds(&["I43"])
        .checked_by(check);
    fields {
        /// Collective or individual.
        proposed: Option<Proposed> = choice::<Proposed>("Tập thể, cá nhân", "Collective or individual").required(),
        /// Name.
        name: Option<String> = text("Tên tập thể, cá nhân", "Name", 200).searchable()
            .required_when("trừ người cung cấp tin", "unless for information")
            .help("Người cung cấp tin: để trống, không ghi tên.", "Of who told the police no name: leave it empty."),
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

fn title(raw: &RawRecord) -> Option<Words> {
    let proposal = RewardProposal::read(raw).value;
    (proposal.proposed == Some(Proposed::Informant)).then(|| of_informant(proposal.date))
}

fn check(raw: &RawRecord, _: &crate::Context, problems: &mut Vec<Problem>) {
    let informant = RewardProposal::read(raw).value.proposed == Some(Proposed::Informant);
    named_unless(informant, RewardProposal::KIND, raw, problems);
}
