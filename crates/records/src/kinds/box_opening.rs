//! R18 Mở hòm thư tố giác: by two persons at least, with minutes.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use crate::declare::{choices, kind, sub};
use crate::kind::{
    Chapter, Given, Makes, Once, Part, Roll, Shelf, Source, Unique, Within, choice, date, kind, list, refers,
    text, whole,
};
use crate::label::Label;
use crate::problem::{Code, Place, Problem, Weight};
use crate::raw::{RawRecord, RecordKey};
use crate::record::Record;
use crate::text::folded_words;

choices! {
    /// How the seal was found.
    SealState: Source::Own => {
        Whole = "whole", "Nguyên vẹn", "Whole";
        Broken = "broken", "Bị rách, mất", "Broken";
    }
}

sub! {
    /// A person who opened the box.
    Opener {
        /// Full name.
        name: Option<String> = text("Họ và tên", "Full name", 100).required(),
        /// Position.
        position: Option<String> = text("Chức vụ", "Position", 100),
    }
}

sub! {
    /// A tip entered from the box.
    FoundTip {
        /// Tip.
        tip: Option<RecordKey> = refers(&["tip"], "Tin", "Tip").required(),
    }
}

/// Whoever holds a position can have been there; others are added by name.
const ROLLS: &[Roll] = &[Roll {
    kind: "official",
    list: "",
    fills: &[("name", Given::Field("name")), ("position", Given::Field("position"))],
    under: Given::TitleOf("unit"),
}];

/// Each letter is a tip.
const LETTERS: Makes = Makes {
    kind: "tip",
    field: "tip",
    asks: &["content", "place", "subjects", "anonymous", "urgent"],
    has: &[("channel", "box")],
    count: "letters",
    one: Label::new("Thư", "Letter"),
};

kind! {
    /// The opening of a tip box by two persons at least, with minutes (domain.md §4.2). What was in it are tips (R40).
    BoxOpening = kind(Chapter::Tips, "R18", "box-opening", "Mở hòm thư tố giác", "Opening of a tip box")
        .purpose("Mở hòm thư có người chứng kiến, có biên bản", "To open the box before witnesses, with minutes")
        .on(Shelf::Tips)
        .titled(&["box_opened", "date"])
        .happened("date")
        .without_files()
        .feeds(&["I34"])
        .checked_by(check)
        .unique(&[Unique {
            name: "box-opening-same-day",
            label: Label::new("Một hòm thư mở hai lần trong một ngày", "One box opened twice on one day"),
            once: Once::Record { within: Within::Commune, parts: &[Part::Exact("box_opened"), Part::Exact("date")] },
        }]);
    fields {
        /// Box.
        box_opened: Option<RecordKey> = refers(&["tip-box"], "Hòm thư", "Box").required(),
        /// Date.
        date: Option<NaiveDate> = date("Ngày", "Date").required().past(),
        /// Letters.
        letters: Option<i64> = whole("Số thư", "Letters", 0, 10_000)
            .help("Bỏ trống để đếm theo các thư ghi ở dưới. Hòm không có thư: ghi 0.",
                "Leave empty to have those below counted. An empty box: 0."),
        /// Seal.
        seal: Option<SealState> = choice::<SealState>("Niêm phong", "Seal"),
        /// Minutes no.
        minutes: Option<String> = text("Biên bản số", "Minutes no.", 60),
    }
    lists {
        /// Who opened it.
        openers: Opener = list("Người mở", "Who opened it").at_least(2).ticked_off(ROLLS),
        /// The tips that were entered from it.
        tips: FoundTip = list("Tin nhập từ hòm thư", "Tips found").making(LETTERS),
    }
}

/// Two persons are two, and no letter is passed over (BLTTHS Điều 145.1): what was in the box are tips, no more and no fewer.
fn check(raw: &RawRecord, _: &crate::Context, problems: &mut Vec<Problem>) {
    let opening = BoxOpening::read(raw).value;
    let mut seen = BTreeSet::new();
    let openers = opening.openers.values().filter(|opener| opener.in_force());
    // Two of one name are two where their positions say so.
    let mut persons = openers.map(|opener| {
        let folded = |text: &Option<String>| folded_words(text.as_deref().unwrap_or_default());
        (folded(&opener.name), folded(&opener.position))
    });
    if !persons.all(|person| person.0.is_empty() || seen.insert(person)) {
        problems.push(Problem::new(
            Place::field("openers"),
            Code::NotAllowed,
            "Người mở hòm thư phải là hai người khác nhau trở lên.",
            "The box is opened by two different persons at least.",
        ));
    }
    let tips = opening.tips.values().filter(|tip| tip.in_force()).count();
    let (Some(letters), Ok(tips)) = (opening.letters, i64::try_from(tips)) else {
        return;
    };
    if tips > letters {
        problems.push(Problem::new(
            Place::field("letters"),
            Code::OutOfRange,
            format!("Số thư phải từ {tips} trở lên: đã nhập {tips} tin."),
            format!("There must be {tips} letters at least: {tips} tips were entered."),
        ));
    } else if tips < letters {
        let open = letters - tips;
        let problem = Problem::new(
            Place::field("letters"),
            Code::OutOfRange,
            format!("Còn {open} thư chưa nhập thành tin."),
            format!("{open} letters are not entered as tips yet."),
        );
        problems.push(problem.weighing(Weight::ToDo));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::RecordId;

    fn opening(openers: &[&str], letters: i64, tips: u128) -> Vec<Problem> {
        let id = |n| RecordId(uuid::Uuid::from_u128(n));
        let opener = |name: &&str| Opener {
            name: Some((*name).to_owned()),
            ..Opener::default()
        };
        let tip = |n| FoundTip {
            tip: Some(crate::datum::key("tip", uuid::Uuid::from_u128(n))),
            ..FoundTip::default()
        };
        let opening = BoxOpening {
            box_opened: Some(crate::datum::key("tip-box", uuid::Uuid::from_u128(9))),
            date: crate::civil::parse_date("2026-06-09"),
            letters: Some(letters),
            openers: (1..).map(id).zip(openers.iter().map(opener)).collect(),
            tips: (1..=tips).map(|n| (id(n), tip(n))).collect(),
            ..BoxOpening::default()
        };
        let context = crate::Context {
            today: crate::civil::parse_date("2026-06-10").unwrap(),
        };
        crate::validate(BoxOpening::KIND, &opening.write(), &context)
    }

    fn said(problems: &[Problem]) -> Vec<(&str, Weight)> {
        let each = problems.iter();
        each.map(|problem| (problem.place.field.as_str(), problem.weight)).collect()
    }

    #[test]
    fn a_box_is_opened_by_two_who_are_not_the_same() {
        assert_eq!(said(&opening(&["Lê Văn Ân", "Bùi Thị Ăn"], 0, 0)), []);
        assert_eq!(said(&opening(&["Lê Văn Ân"], 0, 0)), [("openers", Weight::Blocks)]);
        assert_eq!(said(&opening(&["Lê Văn Ân", "le van an"], 0, 0)), [("openers", Weight::Blocks)]);
    }

    #[test]
    fn every_letter_is_a_tip_and_there_are_no_more_tips_than_letters() {
        let two = ["Lê Văn Ân", "Bùi Thị Ăn"];
        assert_eq!(said(&opening(&two, 2, 2)), []);
        assert_eq!(said(&opening(&two, 3, 2)), [("letters", Weight::ToDo)]);
        assert_eq!(said(&opening(&two, 1, 2)), [("letters", Weight::Blocks)]);
    }
}
