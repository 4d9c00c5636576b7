//! What figures and deadlines need of a record: read once when the record changes, small beside the record itself.
//!
//! A voided record has no facts: it is shown, and counts nowhere.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};
use sothon_records::civil::YearOrDate;
use sothon_records::kind::ChoiceSet;
use sothon_records::kinds::actor::Actor;
use sothon_records::kinds::tip_handling::{Finding, Step};
use sothon_records::kinds::{
    Assignment, ChoiceRule, Contact, Figure, Holiday, Household, Outreach, Person, Pledge, Population,
    Progress, Setting, Task, Tip, TipHandling, Unit, Village,
};
use sothon_records::{RawRecord, Record, RecordKey};

/// The facts of one record in force.
#[derive(Clone, Debug)]
pub(crate) enum Facts {
    /// None: voided, or of a kind that nothing here asks.
    None,
    Household(HouseholdFacts),
    Pledge(PledgeFacts),
    Outreach(OutreachFacts),
    Person(Box<Person>),
    Contact(ContactFacts),
    Assignment(Box<Assignment>),
    Tip(TipFacts),
    TipHandling(TipHandlingFacts),
    Task(Box<Task>),
    Progress(ProgressFacts),
    Unit(UnitFacts),
    Population(PopulationFacts),
    Figure(Box<Figure>),
    Village(Box<Village>),
    Holiday(Box<Holiday>),
    Setting(Box<Setting>),
    Choice(Box<ChoiceRule>),
}

/// A household: how the number of its residents changes over time.
#[derive(Clone, Debug)]
pub(crate) struct HouseholdFacts {
    pub residents: Vec<(NaiveDate, i64)>,
    pub has_members: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct PledgeFacts {
    pub year: Option<i64>,
    /// The first and the last day on which it counts, if signed.
    pub counts: Option<(NaiveDate, NaiveDate)>,
    pub unsigned_reason: Option<String>,
}

#[derive(Clone, Debug)]
pub(crate) struct OutreachFacts {
    pub date: NaiveDate,
    pub attendance: i64,
    pub form: Option<&'static str>,
    pub lead: Option<&'static str>,
    pub audience: BTreeSet<&'static str>,
}

#[derive(Clone, Debug)]
pub(crate) struct ContactFacts {
    pub date: NaiveDate,
    pub next_on: Option<NaiveDate>,
}

#[derive(Clone, Debug)]
pub(crate) struct TipFacts {
    pub received: DateTime<Utc>,
    pub urgent: bool,
    pub channel: Option<&'static str>,
}

#[derive(Clone, Debug)]
pub(crate) struct TipHandlingFacts {
    pub step: Step,
    pub date: NaiveDate,
    pub due: Option<NaiveDate>,
    pub finding: Option<Finding>,
}

#[derive(Clone, Debug)]
pub(crate) struct ProgressFacts {
    pub due: NaiveDate,
    /// When it was done, if it is.
    pub done: Option<NaiveDate>,
    /// How much is done.
    pub percent: Option<i64>,
}

#[derive(Clone, Debug)]
pub(crate) struct UnitFacts {
    pub number: u32,
    pub actor: Option<Actor>,
}

#[derive(Clone, Debug)]
pub(crate) struct PopulationFacts {
    pub date: NaiveDate,
    pub residents: i64,
    pub households: Option<i64>,
}

/// The facts of a record.
pub(crate) fn facts(key: &RecordKey, raw: &RawRecord) -> Facts {
    if sothon_records::common::is_voided(&raw.fields) {
        return Facts::None;
    }
    let read = match key.kind.as_str() {
        "household" => Some(Facts::Household(household(&Household::read(raw).value))),
        "pledge" => pledge(Pledge::read(raw).value),
        "outreach" => outreach(&Outreach::read(raw).value),
        "person" => Some(Facts::Person(Box::new(Person::read(raw).value))),
        "contact" => contact(Contact::read(raw).value),
        "assignment" => Some(Facts::Assignment(Box::new(Assignment::read(raw).value))),
        "tip" => tip(&Tip::read(raw).value),
        "tip-handling" => tip_handling(TipHandling::read(raw).value),
        "task" => Some(Facts::Task(Box::new(Task::read(raw).value))),
        "progress" => progress(Progress::read(raw).value),
        "unit" => unit(&Unit::read(raw).value),
        "population" => population(Population::read(raw).value),
        "figure" => Some(Facts::Figure(Box::new(Figure::read(raw).value))),
        "village" => Some(Facts::Village(Box::new(Village::read(raw).value))),
        "holiday" => Some(Facts::Holiday(Box::new(Holiday::read(raw).value))),
        "setting" => Some(Facts::Setting(Box::new(Setting::read(raw).value))),
        "choice" => Some(Facts::Choice(Box::new(ChoiceRule::read(raw).value))),
        _ => None,
    };
    read.unwrap_or(Facts::None)
}

/// The number of a scope, from the fixed code of its record: `6`, or what stands behind the last dash (`quang-trung-6`).
pub(crate) fn scope_number(code: Option<&String>) -> Option<u32> {
    let code = code?.trim();
    let digits = code.rsplit_once('-').map_or(code, |(_, last)| last);
    let is_number = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    is_number.then(|| digits.parse().ok()).flatten()
}

/// The slug of a choice, which is how parts of figures are named.
pub(crate) fn slug<C: ChoiceSet>(choice: C) -> &'static str {
    C::CHOICES.get(choice.place()).map_or("", |choice| choice.slug)
}

/// Residents step by step: at each day on which a member is born, leaves or returns, [`Household::residents_on`] is
/// asked, so that this says what the record kind says.
fn household(household: &Household) -> HouseholdFacts {
    let mut days = BTreeSet::from([NaiveDate::MIN]);
    for member in household.members.values().filter(|member| member.in_force()) {
        days.extend(member.away_from);
        days.extend(member.away_until.and_then(|until| until.succ_opt()));
        days.extend(member.born.and_then(|born| match born {
            YearOrDate::Date(born) => Some(born),
            YearOrDate::Year(year) => NaiveDate::from_yo_opt(year, 1),
        }));
    }
    let mut residents = Vec::new();
    let mut before = 0;
    for day in days {
        let now = i64::try_from(household.residents_on(day)).unwrap_or(i64::MAX);
        if now != before {
            residents.push((day, now.saturating_sub(before)));
        }
        before = now;
    }
    HouseholdFacts {
        residents,
        has_members: household.members.values().any(|member| member.in_force()),
    }
}

/// A pledge counts from its signing on, in its year, or as long as it says.
fn pledge(pledge: Pledge) -> Option<Facts> {
    let year = pledge.year.and_then(|year| i32::try_from(year).ok());
    let first = year.and_then(|year| NaiveDate::from_yo_opt(year, 1));
    let last = year.and_then(|year| NaiveDate::from_ymd_opt(year, 12, 31));
    let counts = pledge.signed_on.and_then(|signed| {
        let from = signed.max(first.unwrap_or(signed));
        let until = pledge.valid_until.or(last)?;
        (from <= until).then_some((from, until))
    });
    Some(Facts::Pledge(PledgeFacts {
        year: pledge.year,
        counts,
        unsigned_reason: pledge.unsigned_reason,
    }))
}

fn outreach(outreach: &Outreach) -> Option<Facts> {
    Some(Facts::Outreach(OutreachFacts {
        date: outreach.date?,
        attendance: outreach.attendance.unwrap_or(0),
        form: outreach.form.map(slug),
        lead: outreach.lead.map(slug),
        audience: outreach.audience.iter().copied().map(slug).collect(),
    }))
}

fn contact(contact: Contact) -> Option<Facts> {
    Some(Facts::Contact(ContactFacts {
        date: contact.date?,
        next_on: contact.next_on,
    }))
}

fn tip(tip: &Tip) -> Option<Facts> {
    Some(Facts::Tip(TipFacts {
        received: tip.received_at?,
        urgent: tip.urgent == Some(true),
        channel: tip.channel.map(slug),
    }))
}

fn tip_handling(handling: TipHandling) -> Option<Facts> {
    Some(Facts::TipHandling(TipHandlingFacts {
        step: handling.step?,
        date: handling.date?,
        due: handling.due,
        finding: handling.finding,
    }))
}

/// Done: 100 %, or a result where no share is given.
fn progress(progress: Progress) -> Option<Facts> {
    let done = progress.is_done() || (progress.percent.is_none() && progress.result.is_some());
    let due = progress.due?;
    Some(Facts::Progress(ProgressFacts {
        due,
        done: done.then(|| progress.date.unwrap_or(due)),
        percent: progress.percent,
    }))
}

fn unit(unit: &Unit) -> Option<Facts> {
    Some(Facts::Unit(UnitFacts {
        number: scope_number(unit.code.as_ref())?,
        actor: unit.actor,
    }))
}

fn population(population: Population) -> Option<Facts> {
    Some(Facts::Population(PopulationFacts {
        date: population.date?,
        residents: population.residents?,
        households: population.households,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_of_a_scope_is_its_code_or_what_stands_behind_the_last_dash() {
        let number = |code: &str| scope_number(Some(&code.to_owned()));
        assert_eq!(
            ["6", " 06 ", "quang-trung-6", "v-12"].map(number),
            [Some(6), Some(6), Some(6), Some(12)]
        );
        assert_eq!(
            ["", "-", "cong-an", "6a", "thon6", "99999999999"].map(number),
            [None; 6]
        );
    }
}
