//! Where a person stands on a day: computed from the episodes, never stored (domain.md §3.1, §3.3, §3.5).
//!
//! An episode is open until another state begins ([`Episode::ended`]). One whose term is over and that nobody has
//! ended shows as "Hết thời hạn, chờ quyết định" and no longer counts as managed. One without its document
//! ("thiếu căn cứ") is a to-do, and is left out of official figures. Full clocks with working days come later.

use chrono::{Datelike, NaiveDate};

use crate::civil;
use crate::files::NoFiles;
use crate::kind::ChoiceSet;
use crate::kinds::Person;
use crate::kinds::person::{Episode, Regime, State};
use crate::label::Label;
use crate::problem::{Code, Context, Place, Problem, Weight};
use crate::raw::{RawRecord, RecordId, RecordKey, SubKey};
use crate::record::Record;

/// The lists that the law has kept (domain.md §3.5). In regime A a person can be on two.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Lists {
    /// Danh sách người sử dụng trái phép.
    pub users: bool,
    /// Danh sách người nghiện.
    pub addicted: bool,
    /// Danh sách quản lý sau cai.
    pub after_care: bool,
}

impl Lists {
    /// Whether it is none.
    pub const fn is_empty(self) -> bool {
        !(self.users || self.addicted || self.after_care)
    }
}

/// Where a term stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Term {
    /// Not over.
    Running,
    /// Over since this last day, and not decided: "Hết thời hạn, chờ quyết định".
    Over(NaiveDate),
}

/// A person's state on a day.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Standing<'a> {
    /// The episode's id.
    pub id: RecordId,
    /// The episode.
    pub episode: &'a Episode,
    /// Its state.
    pub state: State,
    /// The last day of its term, set by its document or computed.
    pub until: Option<NaiveDate>,
    /// Whether that is over.
    pub term: Term,
    /// Whether it names the document on which it rests.
    pub has_basis: bool,
    /// Whether another open episode says something else: to be decided by a person.
    pub disputed: bool,
    /// The state itself; for one that waits for a finding (X1) the state before it.
    pub origin: Option<State>,
    /// The lists that the person is on by the law, whatever is missing.
    pub lists: Lists,
}

/// "Hết thời hạn, chờ quyết định".
pub const TERM_OVER: Label = Label::new("Hết thời hạn, chờ quyết định", "Term over, decision pending");
/// "Thiếu căn cứ".
pub const LACKS_BASIS: Label = Label::new("Thiếu căn cứ", "Document missing");

impl Standing<'_> {
    /// Whether the person is managed: on a list, and the term not over.
    pub fn is_managed(&self) -> bool {
        self.term == Term::Running && !self.lists.is_empty()
    }

    /// Whether the person is counted in official figures: managed, and the state rests on a document.
    pub fn counts(&self) -> bool {
        self.is_managed() && self.has_basis
    }

    /// Whether the person stands against "không ma túy" (QĐ 28/2025/QĐ-TTg, Điều 6.1), if living in the commune now.
    pub fn stands_against_drug_free(&self) -> bool {
        self.origin.is_some_and(State::stands_against_drug_free)
    }

    /// The state in words, as lists show it.
    pub fn label(&self) -> Label {
        match self.term {
            Term::Running => self.state.label(),
            Term::Over(_) => TERM_OVER,
        }
    }
}

impl Regime {
    /// The law in force on the day of an act: B from 01/07/2026.
    pub fn on(day: NaiveDate) -> Self {
        if (day.year(), day.month()) >= (2026, 7) {
            Regime::B
        } else {
            Regime::A
        }
    }
}

impl State {
    /// The lists on which this state puts a person. For [`State::X1`] it is that of the state before: see
    /// [`Person::standing`].
    pub fn lists(self, regime: Regime) -> Lists {
        let a = regime == Regime::A;
        match self {
            State::U1 | State::U2 => Lists {
                users: true,
                ..Lists::default()
            },
            State::A1 | State::A2 | State::A3 | State::A5 | State::C1 | State::C3 => Lists {
                addicted: true,
                ..Lists::default()
            },
            // Regime B takes off who is sent to a facility (Điều 48.3b); regime A keeps them on.
            State::A4 | State::C2 => Lists {
                addicted: a,
                ..Lists::default()
            },
            // Regime A: addicted *and* in after-care until that term ends (Luật 73, Điều 43.3).
            State::H0 | State::H1 => Lists {
                addicted: a,
                after_care: true,
                users: false,
            },
            State::X1 | State::P1 | State::E0 => Lists::default(),
        }
    }

    /// Whether this state stands against "không ma túy" (QĐ 28/2025/QĐ-TTg, Điều 6.1), for a resident. X1 is as the state
    /// before it: see [`Standing::stands_against_drug_free`].
    pub fn stands_against_drug_free(self) -> bool {
        matches!(
            self,
            State::U1 | State::U2 | State::A1 | State::A3 | State::C1 | State::C3
        )
    }

    /// Whether the person lives in the community in this state.
    pub fn is_at_home(self) -> bool {
        !matches!(self, State::A3 | State::A4 | State::C2 | State::P1)
    }
}

/// The last day of a term that the law itself sets; `None` where a document must say it.
///
/// U1: a year (Luật 73 Điều 23.2, Luật 120 Điều 24.2). Rehab under B: 24 months, from the second time on 36 (Luật 120
/// Điều 29.1). Under A a decision says how long, between 6 and 24 months.
pub fn term_by_law(
    state: State,
    regime: Regime,
    from: NaiveDate,
    rehab_number: Option<i64>,
) -> Option<NaiveDate> {
    let months = match (state, regime) {
        (State::U1, _) => 12,
        (State::A2 | State::A3 | State::A4 | State::C2, Regime::B) => {
            if rehab_number? >= 2 {
                36
            } else {
                24
            }
        }
        _ => return None,
    };
    civil::after_months(from, months)
}

impl Person {
    /// Where the person stands on a day; `None` before the first episode, or where no episode can be read.
    pub fn standing(&self, day: NaiveDate) -> Option<Standing<'_>> {
        let begun = |episode: &Episode| episode.in_force() && episode.from.is_some_and(|from| from <= day);
        let open = |episode: &Episode| begun(episode) && episode.ended.is_none_or(|ended| day < ended);
        let found = self
            .episodes
            .iter()
            .filter(|(_, episode)| open(episode) && episode.state.is_some());
        let (id, episode) = found.clone().max_by_key(|(id, episode)| (episode.from, **id))?;
        let state = episode.state?;
        let origin = self.origin(episode);
        let until = episode.until.or_else(|| self.computed_until(episode));
        let term = match until {
            Some(until) if until < day => Term::Over(until),
            _ => Term::Running,
        };
        Some(Standing {
            id: *id,
            episode,
            state,
            until,
            term,
            has_basis: episode.basis.is_some(),
            disputed: found.count() > 1,
            origin: origin.and_then(|origin| origin.state),
            lists: origin
                .and_then(|origin| Some(origin.state?.lists(self.regime_of(origin)?)))
                .unwrap_or_default(),
        })
    }

    /// The episode whose lists count: itself, or for one that waits for a finding (X1) the one before.
    fn origin<'a>(&'a self, episode: &'a Episode) -> Option<&'a Episode> {
        if episode.state == Some(State::X1) {
            return self.before(episode, |other| other.state != Some(State::X1));
        }
        Some(episode)
    }

    fn regime_of(&self, episode: &Episode) -> Option<Regime> {
        episode.regime.or_else(|| episode.from.map(Regime::on))
    }

    /// The last day of an episode's term where none is set: by the law, and for after-care by the rehab before it
    /// (one year, two after compulsory rehab of an adult: Luật 73 Điều 40, Luật 120 Điều 42).
    pub fn computed_until(&self, episode: &Episode) -> Option<NaiveDate> {
        let (state, from, regime) = (episode.state?, episode.from?, self.regime_of(episode)?);
        if state == State::H1 {
            let rehab = self.before(episode, |other| {
                matches!(
                    other.state,
                    Some(State::A2 | State::A3 | State::A4 | State::A5 | State::C2)
                )
            })?;
            let minor = self
                .born
                .zip(rehab.from)
                .is_none_or(|(born, from)| born.may_be_under_18(from));
            let months = if rehab.state == Some(State::C2) && !minor {
                24
            } else {
                12
            };
            return civil::after_months(rehab.ended.unwrap_or(from), months);
        }
        term_by_law(state, regime, from, self.rehab_number)
    }

    /// The newest episode in force that began before this one and is of a certain kind.
    fn before(&self, episode: &Episode, is: impl Fn(&Episode) -> bool) -> Option<&Episode> {
        let earlier = self
            .episodes
            .values()
            .filter(|other| other.in_force() && other.from < episode.from);
        earlier.filter(|other| is(other)).max_by_key(|other| other.from)
    }

    /// The episodes in force without a document: to-dos of the police.
    pub fn episodes_without_basis(&self) -> impl Iterator<Item = (RecordId, &Episode)> {
        let lacking = self
            .episodes
            .iter()
            .filter(|(_, episode)| episode.in_force() && episode.basis.is_none());
        lacking.map(|(id, episode)| (*id, episode))
    }

    /// The documents that the episodes name.
    pub fn documents(&self) -> impl Iterator<Item = &RecordKey> {
        self.episodes
            .values()
            .filter_map(|episode| episode.basis.as_ref())
    }
}

/// What the declaration of R20 cannot say of single fields.
pub(crate) fn check(raw: &RawRecord, context: &Context, problems: &mut Vec<Problem>) {
    let person = Person::read(raw).value;
    let minor = person
        .born
        .is_some_and(|born| born.may_be_under_18(context.today));
    if minor && person.guardian.is_none() {
        problems.push(Problem::new(
            Place::field("guardian"),
            Code::Missing,
            "Nhập người đại diện (người dưới 18 tuổi).",
            "Enter: legal representative (the person is under 18).",
        ));
    }
    if minor && person.common.files.values().any(|file| file.voided != Some(true)) {
        problems.push(NoFiles::Minor.problem());
    }
    for (id, episode) in person.episodes.iter().filter(|(_, episode)| episode.in_force()) {
        check_episode(
            SubKey {
                kind: "episodes".to_owned(),
                id: *id,
            },
            episode,
            problems,
        );
    }
}

fn check_episode(key: SubKey, episode: &Episode, problems: &mut Vec<Problem>) {
    if episode.state == Some(State::E0) && episode.exit_reason.is_none() {
        problems.push(Problem::new(
            Place::sub(&key, "exit_reason"),
            Code::Missing,
            "Chọn lý do ra khỏi danh sách.",
            "Choose: reason for leaving the list.",
        ));
    }
    if let (Some(state), None) = (episode.state, &episode.basis) {
        let (vi, en) = (state.label().vi, state.label().en);
        let problem = Problem::new(
            Place::sub(&key, "basis"),
            Code::LacksBasis,
            format!("Thiếu căn cứ: chọn quyết định, giấy tờ của trạng thái “{vi}”. Chưa tính vào số liệu."),
            format!("Document missing: choose that of “{en}”. Not counted in figures yet."),
        );
        problems.push(problem.weighing(Weight::ToDo));
    }
    let early = episode.from.is_some_and(|from| Regime::on(from) == Regime::A);
    if episode.regime == Some(Regime::B) && early {
        problems.push(Problem::new(
            Place::sub(&key, "regime"),
            Code::OutOfRange,
            "Luật 120/2025/QH15 áp dụng từ 01/07/2026. Chọn lại chế độ pháp luật hoặc từ ngày.",
            "Law 120/2025/QH15 applies from 01/07/2026. Choose the law or the date again.",
        ));
    }
    if matches!(episode.state, Some(State::U2 | State::A4)) && episode.regime == Some(Regime::A) && early {
        problems.push(Problem::new(
            Place::sub(&key, "state"),
            Code::NotAllowed,
            "Trạng thái này chỉ có theo Luật 120/2025/QH15. Chọn lại trạng thái quản lý.",
            "This state exists only under Law 120/2025/QH15. Choose the state again.",
        ));
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use uuid::Uuid;

    use super::*;
    use crate::civil::YearOrDate;

    fn day(text: &str) -> NaiveDate {
        civil::parse_date(text).unwrap()
    }

    fn episode(state: State, from: &str, ended: &str) -> Episode {
        let from = civil::parse_date(from);
        Episode {
            state: Some(state),
            from,
            ended: civil::parse_date(ended),
            regime: from.map(Regime::on),
            basis: Some(crate::datum::key("document", Uuid::from_u128(9))),
            ..Episode::default()
        }
    }

    fn person(episodes: impl IntoIterator<Item = Episode>) -> Person {
        let numbered = episodes.into_iter().enumerate();
        let episodes: BTreeMap<_, _> = numbered
            .map(|(n, episode)| (RecordId(Uuid::from_u128(n as u128)), episode))
            .collect();
        Person {
            episodes,
            born: Some(YearOrDate::Year(1990)),
            ..Person::default()
        }
    }

    #[test]
    fn the_state_of_a_day_is_that_of_the_newest_open_episode() {
        let person = person([
            episode(State::U1, "2024-05-10", "2025-01-15"),
            episode(State::A1, "2025-01-15", "2025-02-01"),
            episode(State::A2, "2025-02-01", ""),
        ]);
        let state = |on| person.standing(day(on)).map(|standing| standing.state);
        assert_eq!(state("2024-05-09"), None);
        assert_eq!(state("2025-01-14"), Some(State::U1));
        assert_eq!(state("2025-01-15"), Some(State::A1));
        assert_eq!(state("2025-06-10"), Some(State::A2));
    }

    #[test]
    fn a_term_that_is_over_waits_for_a_decision_and_does_not_count() {
        let person = person([episode(State::U1, "2024-05-10", "")]);
        let on = |text| person.standing(day(text)).unwrap();
        assert!(on("2025-05-10").counts());
        assert_eq!(on("2025-05-11").term, Term::Over(day("2025-05-10")));
        assert!(!on("2025-05-11").is_managed());
        assert_eq!(on("2025-05-11").label().vi, "Hết thời hạn, chờ quyết định");
    }

    #[test]
    fn a_state_without_its_document_is_managed_but_not_counted() {
        let mut lacking = episode(State::A1, "2025-01-01", "");
        lacking.basis = None;
        let person = person([lacking]);
        let standing = person.standing(day("2025-06-10")).unwrap();
        assert!(standing.is_managed() && !standing.counts());
        assert_eq!(person.episodes_without_basis().count(), 1);
    }

    #[test]
    fn two_open_episodes_are_disputed() {
        let person = person([
            episode(State::U1, "2025-01-01", ""),
            episode(State::A1, "2025-02-01", ""),
        ]);
        let standing = person.standing(day("2025-06-10")).unwrap();
        assert!(standing.disputed);
        assert_eq!(standing.state, State::A1);
    }

    #[test]
    fn terms_follow_the_law_of_their_episode() {
        for (state, regime, from, number, until) in [
            (State::U1, Regime::A, "2025-01-31", None, Some("2026-01-31")),
            (State::U1, Regime::B, "2028-02-29", None, Some("2029-02-28")),
            (State::A2, Regime::A, "2025-01-31", Some(1), None),
            (State::A2, Regime::B, "2026-08-01", Some(1), Some("2028-08-01")),
            (State::C2, Regime::B, "2026-08-01", Some(2), Some("2029-08-01")),
            (State::A2, Regime::B, "2026-08-01", None, None),
            (State::A1, Regime::B, "2026-08-01", Some(1), None),
        ] {
            assert_eq!(
                term_by_law(state, regime, day(from), number),
                until.map(day),
                "{state:?} {regime:?}"
            );
        }
    }

    #[test]
    fn after_care_lasts_one_year_or_two_by_the_rehab_before_it() {
        let until = |rehab| {
            let person = person([
                episode(rehab, "2024-01-10", "2025-03-01"),
                episode(State::H1, "2025-03-05", ""),
            ]);
            person.standing(day("2025-06-10")).unwrap().until
        };
        assert_eq!(until(State::A2), Some(day("2026-03-01")));
        assert_eq!(until(State::C2), Some(day("2027-03-01")));
        assert_eq!(until(State::P1), None);
    }

    #[test]
    fn lists_follow_the_regime_and_x1_stays_where_it_came_from() {
        assert!(State::C2.lists(Regime::A).addicted);
        assert!(State::C2.lists(Regime::B).is_empty());
        let both = State::H1.lists(Regime::A);
        assert!(both.addicted && both.after_care);
        let person = person([
            episode(State::U1, "2025-01-01", "2025-03-01"),
            episode(State::X1, "2025-03-01", ""),
        ]);
        let standing = person.standing(day("2025-06-10")).unwrap();
        assert!(standing.lists.users && standing.stands_against_drug_free());
        assert_eq!(standing.origin, Some(State::U1));
    }
}
