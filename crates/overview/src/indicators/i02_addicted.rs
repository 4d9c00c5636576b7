//! I02 Người nghiện có hồ sơ quản lý.

use sothon_records::RecordKey;
use sothon_records::label::Label;
use sothon_records::standing::Standing;

use super::listed;
use crate::change::Place;
use crate::indicator::{Compartment, Indicator, Value, When};
use crate::period::Period;
use crate::tally::Delta;
use crate::view::View;

const CODE: &str = "I02";

pub(super) static INDICATOR: Indicator = Indicator {
    code: CODE,
    label: Label::new("Người nghiện có hồ sơ quản lý", "Addicted persons with a file"),
    definition: Label::new(
        "Người có tên trong danh sách người nghiện tại thời điểm tính theo luật áp dụng cho từng giai đoạn, còn thời hạn và có căn cứ. Người hết thời hạn chờ quyết định và người thiếu căn cứ nêu riêng, không tính.",
        "Persons on the list of addicted persons on the day, by the law that each episode runs under, whose term is not over and whose state rests on a document. Those whose term is over and those without a document are told apart and not counted.",
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
    standing.lists.addicted
}

fn count(view: &View, subject: &RecordKey, deltas: &mut Vec<Delta>) {
    listed::count(view, subject, CODE, on_list, deltas);
}

fn at(view: &View, period: &Period, place: Place) -> Option<Vec<Value>> {
    listed::at(view, period, place, CODE)
}
