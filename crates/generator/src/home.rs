//! Households: how big they are, who lives in them, and one household through time.

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use sothon_records::civil::YearOrDate;
use sothon_records::kinds::Household;
use sothon_records::kinds::household::{Member, Relation, Residence, Sex};
use sothon_records::{Edit, Record, RecordId, RecordKey};

use crate::calendar::{self, plus};
use crate::dice::Dice;
use crate::story;
use crate::{names, words};

/// How many live in a household, by weight: 3.6 on average (the census of 2019 says the same of the countryside).
const SIZES: &[(usize, u64)] = &[(1, 8), (2, 18), (3, 21), (4, 27), (5, 15), (6, 8), (7, 3)];

/// One household through time.
pub(crate) struct Home {
    pub id: RecordId,
    pub record: Household,
    /// When it was last written to: what follows is written later.
    pub last: DateTime<Utc>,
    /// When it was entered.
    pub made: DateTime<Utc>,
    /// Whether it is voided.
    pub gone: bool,
    /// Whether someone of it is under management; it then stays where it is.
    pub in_care: bool,
}

impl Home {
    pub fn key(&self) -> RecordKey {
        Household::key(self.id)
    }

    /// Changes what it says, and gives the edits for that.
    pub fn change(&mut self, with: impl FnOnce(&mut Household)) -> Vec<Edit> {
        let before = self.record.clone();
        with(&mut self.record);
        story::change(self.id, &before, &self.record)
    }

    /// A moment for the next thing written about it.
    pub fn next(&mut self, at: DateTime<Utc>) -> DateTime<Utc> {
        self.last = story::no_earlier(at, self.last);
        self.last
    }

    /// Its members in force between two ages, both included.
    pub fn aged(&self, day: NaiveDate, from: i32, to: i32) -> Vec<RecordId> {
        let of_age = |member: &Member| {
            let age = member.born.map_or(0, |born| day.year() - born.year());
            member.in_force() && (from..=to).contains(&age)
        };
        let members = self.record.members.iter().filter(|(_, member)| of_age(member));
        members.map(|(id, _)| *id).collect()
    }
}

/// A household as it is entered on a day. `number` is its number in the village.
pub(crate) fn household(dice: &mut Dice, number: usize, day: NaiveDate) -> Household {
    let members = family(dice, day);
    let mut household = Household {
        number: Some(format!("{number:03}")),
        head: members.first().and_then(|head| head.name.clone()),
        address: Some(address(dice, number)),
        residence: Some(if dice.percent(93) {
            Residence::Permanent
        } else {
            Residence::Temporary
        }),
        group: dice.percent(80).then(|| dice.pick(words::GROUPS).to_owned()),
        cultured: dice
            .percent(70)
            .then(|| i64::from(day.year()) - dice.between(1, 3)),
        phone: dice.percent(85).then(|| names::phone(dice)),
        ..Household::default()
    };
    household.common.occurred = Some(day);
    household.common.note = dice
        .percent(12)
        .then(|| dice.pick(words::HOUSEHOLD_NOTES).to_owned());
    household.members = members.into_iter().map(|member| (dice.id(), member)).collect();
    household
}

/// Lane and house; the number in the village is part of it, so that no two are alike.
pub(crate) fn address(dice: &mut Dice, number: usize) -> String {
    format!("{}, số nhà {}", dice.pick::<&str>(words::LANES), number)
}

/// Someone of an age on a day.
pub(crate) fn member(
    dice: &mut Dice,
    family: &str,
    sex: Sex,
    age: i64,
    relation: Relation,
    day: NaiveDate,
) -> Member {
    let year = day.year() - i32::try_from(age.max(0)).unwrap_or(0);
    let born = match calendar::day_between(dice, calendar::date(year, 1, 1), calendar::date(year, 12, 28)) {
        born if dice.percent(40) && born < day => YearOrDate::Date(born),
        _ => YearOrDate::Year(year),
    };
    let (occupation, works_at) = match age {
        0..=2 => (None, None),
        3..=5 => (None, Some("Trường Mầm non xã")),
        6..=10 => (Some("Học sinh"), Some("Trường Tiểu học xã")),
        11..=14 => (Some("Học sinh"), Some("Trường Trung học cơ sở xã")),
        15..=17 => (Some("Học sinh"), Some("Trường Trung học phổ thông")),
        18..=21 if dice.percent(45) => (Some("Sinh viên"), None),
        18..=64 => (Some(dice.pick::<&str>(words::FARM)), None),
        _ if dice.percent(35) => (Some("Hưu trí"), None),
        _ => (Some("Già yếu"), None),
    };
    let away = (19..=45).contains(&age) && dice.percent(7);
    Member {
        name: Some(names::of_family(dice, family, sex)),
        born: Some(born),
        sex: Some(sex),
        relation: Some(relation),
        occupation: occupation.map(str::to_owned),
        works_at: works_at.map(str::to_owned),
        away_at: away.then(|| dice.pick::<&str>(words::AWAY).to_owned()),
        away_from: away.then(|| plus(day, -dice.between(10, 700))),
        ..Member::default()
    }
}

/// The people of a household, the head first.
fn family(dice: &mut Dice, day: NaiveDate) -> Vec<Member> {
    let size = dice.weighted(SIZES, 4);
    let old_head = size >= 5 && dice.percent(45);
    let sex = if dice.percent(if size == 1 { 40 } else { 84 }) {
        Sex::Male
    } else {
        Sex::Female
    };
    let alone = if size == 1 {
        true
    } else {
        dice.percent(if sex == Sex::Male { 5 } else { 70 })
    };
    let name = names::family(dice);
    let children = (size - 1).saturating_sub(usize::from(!alone)) as i64;
    let age = match size {
        1 => dice.between(24, 86),
        2 => dice.between(24, 80),
        _ if old_head => dice.between(54, 76),
        _ => dice.between(24 + 3 * children, 50 + 3 * children),
    };
    let mut people = vec![member(dice, name, sex, age, Relation::Head, day)];
    let other = if sex == Sex::Male { Sex::Female } else { Sex::Male };
    let spouse_name = names::family(dice);
    if !alone {
        let difference = if sex == Sex::Male {
            -dice.between(-2, 7)
        } else {
            dice.between(-2, 7)
        };
        people.push(member(
            dice,
            spouse_name,
            other,
            (age + difference).max(20),
            Relation::Spouse,
            day,
        ));
    }
    // Children bear the father's family name.
    let fathers = if sex == Sex::Male || alone {
        name
    } else {
        spouse_name
    };
    if old_head {
        let child = (age - dice.between(24, 30)).clamp(24, 45);
        let in_law_name = names::family(dice);
        people.push(member(dice, fathers, Sex::Male, child, Relation::Child, day));
        if people.len() < size {
            people.push(member(
                dice,
                in_law_name,
                Sex::Female,
                (child - 2).max(21),
                Relation::InLaw,
                day,
            ));
        }
        let mut next = (child - dice.between(21, 25)).max(0);
        while people.len() < size && next >= 0 {
            let sex = names::sex(dice);
            people.push(member(dice, fathers, sex, next, Relation::Grandchild, day));
            next -= dice.between(2, 5);
        }
        return people;
    }
    if size >= 4 && dice.percent(22) {
        let (family, sex) = if dice.percent(70) {
            (names::family(dice), Sex::Female)
        } else {
            (name, Sex::Male)
        };
        let age = (age + dice.between(21, 30)).min(97);
        people.push(member(dice, family, sex, age, Relation::Parent, day));
    }
    let mut next = age - dice.between(22, 27);
    while people.len() < size && next >= 0 {
        let sex = names::sex(dice);
        people.push(member(dice, fathers, sex, next.min(34), Relation::Child, day));
        next -= dice.between(2, 5);
    }
    people
}
