//! Tip-offs and their handling. Who told lies beside the event, to be sealed by whoever replays it.

use chrono::NaiveDate;
use sothon_records::kinds::tip::{Channel, Teller};
use sothon_records::kinds::tip_handling::{Finding, Step};
use sothon_records::kinds::{Tip, TipHandling};
use sothon_records::{Record, Shelf, civil};

use crate::calendar::{at, day_between, months, office_hours, plus, working_day};
use crate::commune::World;
use crate::dice::Dice;
use crate::event::{Author, Place};
use crate::story::{event, no_earlier};
use crate::{names, words};

const BOOK: (Shelf, Place) = (Shelf::Tips, Place::Commune);

/// Writes down the tips of the whole time: three a year from each village. Gives the days on which they came.
pub(crate) fn tell(world: &mut World) -> Vec<NaiveDate> {
    let mut received = Vec::new();
    let rate = world.scaled(250);
    let World {
        story,
        villages,
        parameters,
        ..
    } = world;
    for (n, village) in villages.iter().enumerate() {
        let mut dice = Dice::new(parameters.seed, &format!("tips/{n}"));
        let dice = &mut dice;
        for (first, last) in months(plus(story.from, 12), story.until) {
            for _ in 0..dice.times(1, rate) {
                let day = day_between(dice, first, last);
                received.push(day);
                tip(story, dice, &village.name, day);
            }
        }
    }
    received
}

fn tip(story: &mut crate::story::Story, dice: &mut Dice, village: &str, day: NaiveDate) {
    let came = at(day, 6 * 3600 + dice.below(17 * 3600));
    let anonymous = dice.percent(40);
    let urgent = dice.percent(15);
    let channel = if anonymous {
        dice.weighted(
            &[(Channel::Box, 5), (Channel::Hotline, 3), (Channel::Social, 2)],
            Channel::Box,
        )
    } else {
        let doors = [
            (Channel::VillageHead, 5),
            (Channel::InPerson, 3),
            (Channel::Hotline, 3),
            (Channel::Union, 1),
            (Channel::Health, 1),
            (Channel::Pharmacy, 1),
            (Channel::SecurityForce, 1),
        ];
        dice.weighted(&doors, Channel::InPerson)
    };
    let tip = Tip {
        channel: Some(channel),
        received_at: Some(came),
        content: Some(dice.pick::<&str>(words::TIP_CONTENTS).to_owned()),
        place: Some(format!("{village}, {}", dice.pick::<&str>(words::TIP_PLACES))),
        subjects: dice
            .percent(60)
            .then(|| dice.pick::<&str>(words::TIP_SUBJECTS).to_owned()),
        anonymous: Some(anonymous),
        urgent: Some(urgent),
        ..Tip::default()
    };
    let sex = names::sex(dice);
    let teller = (!anonymous).then(|| Teller {
        name: Some(names::full(dice, sex)),
        contact: Some(names::phone(dice)),
        wants_secrecy: Some(dice.percent(80)),
    });
    let id = dice.id();
    let mut written = no_earlier(office_hours(dice, day), came);
    let enter = event(written, Author::Police, BOOK, "tip.receive", vec![tip.create(id)]);
    story.tell(enter.of(day).with_teller(Tip::key(id), teller));
    let finding = dice.choose(&[Finding::True, Finding::Partly, Finding::False, Finding::Open]);
    let steps = [
        (Step::Received, 0, 0),
        (Step::Checked, 1, 6),
        if dice.percent(50) {
            (Step::Transferred, 1, 3)
        } else {
            (Step::Filed, 1, 20)
        },
        (Step::Answered, 5, 20),
    ];
    let count = if anonymous { 3 } else { 4 };
    let mut on = civil::date_in_vietnam(written);
    for (step, least, most) in steps.into_iter().take(count) {
        // Some handling stops half-way: what is overdue has to be seen.
        if step != Step::Received && dice.percent(8) {
            return;
        }
        on = working_day(plus(on, dice.between(least, most)));
        let handling = TipHandling {
            tip: Some(Tip::key(id)),
            step: Some(step),
            date: Some(on),
            handler: Some("Công an xã, bộ phận trực ban".to_owned()),
            finding: (step != Step::Received).then_some(finding).flatten(),
            result: Some(dice.pick::<&str>(words::TIP_RESULTS).to_owned()),
            told_teller: (step == Step::Answered).then_some(true),
            ..TipHandling::default()
        };
        written = no_earlier(office_hours(dice, on), written);
        let author = if step == Step::Transferred {
            Author::PoliceChief
        } else {
            Author::Police
        };
        story.tell(
            event(
                written,
                author,
                BOOK,
                "tip.handle",
                vec![handling.create(dice.id())],
            )
            .of(on),
        );
    }
}
