//! R64 Khen thưởng: what was proposed and given.

use chrono::NaiveDate;

use crate::declare::{choices, kind};
use crate::kind::{Chapter, Kind, Shelf, Source, choice, date, kind, long, money, refers, text};
use crate::label::Words;
use crate::problem::{Code, Place, Problem, day};
use crate::raw::{RawRecord, RecordKey};
use crate::record::Record;
use crate::validate::needs;

choices! {
    /// Who is rewarded.
    Rewarded: Source::Plan("mục II.1.e-6, III.1-7") => {
        Collective = "collective", "Tập thể", "Collective";
        Individual = "individual", "Cá nhân", "Individual";
        Informant = "informant", "Người cung cấp tin có giá trị (không ghi tên)", "Who gave valuable information (no name)";
    }
}

choices! {
    /// Forms (the reward rules of the commune and above).
    RewardForm: Source::Own => {
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
        .titled_by(title)
        .happened("date")
        .feeds(&["I43"])
        .checked_by(check);
    fields {
        /// Collective or individual.
        rewarded: Option<Rewarded> = choice::<Rewarded>("Tập thể, cá nhân", "Collective or individual").required(),
        /// Name.
        name: Option<String> = text("Tên tập thể, cá nhân", "Name", 200).searchable()
            .required_when("trừ người cung cấp tin", "unless for information")
            .help("Người cung cấp tin: để trống, không ghi tên.", "Of who told the police no name: leave it empty."),
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

fn title(raw: &RawRecord) -> Option<Words> {
    let reward = Reward::read(raw).value;
    (reward.rewarded == Some(Rewarded::Informant)).then(|| of_informant(reward.date))
}

fn check(raw: &RawRecord, _: &crate::Context, problems: &mut Vec<Problem>) {
    let informant = Reward::read(raw).value.rewarded == Some(Rewarded::Informant);
    named_unless(informant, Reward::KIND, raw, problems);
}

/// What stands for the name of who told the police.
pub(super) fn of_informant(date: Option<NaiveDate>) -> Words {
    let when = date.map(|date| format!(" – {}", day(date))).unwrap_or_default();
    Words::new(
        format!("Cung cấp tin có giá trị{when}"),
        format!("Valuable information{when}"),
    )
}

/// Who told the police has no name in the books of villages, units and the commune (domain.md §4.2): of others a name is
/// needed, of them none may be there.
pub(super) fn named_unless(informant: bool, kind: &Kind, raw: &RawRecord, problems: &mut Vec<Problem>) {
    if !informant {
        needs(kind, NAME, raw, problems);
    } else if raw.fields.contains_key(NAME) {
        problems.push(Problem::new(
            Place::field(NAME),
            Code::NotAllowed,
            "Để trống tên người cung cấp tin. Tên chỉ nằm trong ngăn tin báo của Công an.",
            "Leave the name of who gave information empty. It stays in the tips of the police.",
        ));
    }
}

const NAME: &str = "name";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kinds::RewardProposal;
    use crate::kinds::reward_proposal::Proposed;

    const CONTEXT: crate::Context = crate::Context {
        today: NaiveDate::MAX,
    };

    fn at_the_name(kind: &'static Kind, raw: &RawRecord) -> Option<Code> {
        let problems = crate::validate(kind, raw, &CONTEXT);
        let mut here = problems.iter().filter(|problem| problem.place.field == NAME);
        here.next().map(|problem| problem.code)
    }

    #[test]
    fn who_gave_information_is_rewarded_without_a_name_and_others_by_theirs() {
        let reward = |rewarded, name: Option<&str>| {
            let reward = Reward {
                rewarded: Some(rewarded),
                name: name.map(str::to_owned),
                date: crate::civil::parse_date("2026-06-09"),
                ..Reward::default()
            };
            reward.write()
        };
        let of = |rewarded, name| at_the_name(Reward::KIND, &reward(rewarded, name));
        assert_eq!(of(Rewarded::Informant, Some("Đinh Văn Kể")), Some(Code::NotAllowed));
        assert_eq!(of(Rewarded::Informant, None), None);
        assert_eq!(of(Rewarded::Individual, None), Some(Code::Missing));
        assert_eq!(of(Rewarded::Individual, Some("Đinh Văn Kể")), None);
        let title = crate::show::title(Reward::KIND, &reward(Rewarded::Informant, None), &crate::show::no_titles);
        assert_eq!(title.vi, "Cung cấp tin có giá trị – 09/06/2026");
    }

    #[test]
    fn a_proposal_names_who_gave_information_as_little() {
        let proposal = |name: Option<&str>| {
            let proposal = RewardProposal {
                proposed: Some(Proposed::Informant),
                name: name.map(str::to_owned),
                ..RewardProposal::default()
            };
            proposal.write()
        };
        let of = |name| at_the_name(RewardProposal::KIND, &proposal(name));
        assert_eq!(of(Some("Đinh Văn Kể")), Some(Code::NotAllowed));
        assert_eq!(of(None), None);
    }
}
