//! R18 Mở hòm thư tố giác: by two persons at least, with minutes.

use chrono::NaiveDate;

use crate::declare::{choices, kind, sub};
use crate::kind::{Chapter, Once, Part, Shelf, Unique, Within, choice, date, kind, list, refers, text, whole};
use crate::label::Label;
use crate::raw::RecordKey;

choices! {
    /// How the seal was found.
    SealState {
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

kind! {
    /// The opening of a tip box by two persons at least, with minutes (domain.md §4.2). What was in it are tips (R40).
    BoxOpening = kind(Chapter::Tips, "R18", "box-opening", "Mở hòm thư tố giác", "Opening of a tip box")
        .purpose("Mở hòm thư có người chứng kiến, có biên bản", "To open the box before witnesses, with minutes")
        .on(Shelf::Tips)
        .titled(&["box_opened", "date"])
        .happened("date")
        .without_files()
        .feeds(&["I34"])
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
        letters: Option<i64> = whole("Số thư", "Letters", 0, 10_000),
        /// Seal.
        seal: Option<SealState> = choice::<SealState>("Niêm phong", "Seal"),
        /// Minutes no.
        minutes: Option<String> = text("Biên bản số", "Minutes no.", 60),
    }
    lists {
        /// Who opened it.
        openers: Opener = list("Người mở", "Who opened it").at_least(2),
        /// The tips that were entered from it.
        tips: FoundTip = list("Tin nhập từ hòm thư", "Tips found"),
    }
}
