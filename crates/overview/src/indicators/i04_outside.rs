//! I04 Người nghiện ngoài cộng đồng.

use sothon_records::RecordKey;
use sothon_records::kinds::person::{Regime, State};
use sothon_records::label::Label;
use sothon_records::standing::Standing;

use super::listed;
use crate::change::Place;
use crate::indicator::{Compartment, Indicator, Value, When};
use crate::period::Period;
use crate::tally::Delta;
use crate::view::View;

const CODE: &str = "I04";

pub(super) static INDICATOR: Indicator = Indicator {
    code: CODE,
    label: Label::new(
        "Người nghiện ngoài cộng đồng",
        "Addicted persons in the community",
    ),
    definition: Label::new(
        "Trong số người nghiện có hồ sơ quản lý, người đang ở ngoài cộng đồng: chưa đăng ký hoặc đang chờ, cai tại gia đình, cộng đồng, điều trị thay thế, hoãn hoặc miễn chấp hành, và người đang lập hồ sơ tại nhà (theo Luật 73/2021; theo Luật 120/2025 người này được giao cơ sở quản lý).",
        "Of the addicted persons with a file, those in the community: not registered or waiting, in rehab at home or in the community, in substitution treatment, compulsory rehab postponed or waived, and those whose file is being made at home (under Law 73/2021; under Law 120/2025 a facility keeps them meanwhile).",
    ),
    version: 1,
    compartment: Compartment::Care,
    when: When::AsOf,
    kinds: &["R20", "R21"],
    measures: listed::MEASURES,
    splits: listed::SPLITS,
    count,
    at,
};

fn on_list(standing: &Standing<'_>) -> bool {
    let regime = standing
        .episode
        .regime
        .or_else(|| standing.episode.from.map(Regime::on));
    let outside = match standing.origin {
        Some(State::A1 | State::A2 | State::A5 | State::C3) => true,
        Some(State::C1) => regime == Some(Regime::A),
        _ => false,
    };
    standing.lists.addicted && outside
}

fn count(view: &View, subject: &RecordKey, deltas: &mut Vec<Delta>) {
    listed::count(view, subject, CODE, on_list, deltas);
}

fn at(view: &View, period: &Period, place: Place) -> Option<Vec<Value>> {
    listed::at(view, period, place, CODE)
}
