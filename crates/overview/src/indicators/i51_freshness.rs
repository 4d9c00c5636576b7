//! I51 Độ mới dữ liệu từng thôn.

use sothon_records::label::Label;

use super::parts::{measure, nothing};
use crate::change::Place;
use crate::indicator::{Compartment, Indicator, Value, When};
use crate::period::Period;
use crate::view::View;

pub(super) static INDICATOR: Indicator = Indicator {
    code: "I51",
    label: Label::new("Độ mới dữ liệu từng thôn", "Freshness of each village's data"),
    definition: Label::new(
        "Lúc nhận mục gần nhất của thôn và số mục đang chờ, theo máy đang xem. Toàn xã: lúc nhận của thôn lâu chưa nhận \
         nhất.",
        "When the newest entry of the village was received, and how many are waiting, as the device that looks knows. \
         Commune: of the village not heard from for longest.",
    ),
    version: 1,
    compartment: Compartment::Commune,
    when: When::AsOf,
    kinds: &["R74"],
    measures: &[
        measure(
            "received",
            Label::new("Nhận cuối lúc", "Last received"),
            Label::new("", ""),
        ),
        measure(
            "pending",
            Label::new("Đang chờ", "Waiting"),
            Label::new("mục", "entries"),
        ),
    ],
    splits: &[],
    count: nothing,
    at,
};

fn at(view: &View, period: &Period, place: Place) -> Option<Vec<Value>> {
    let Place::Village(number) = place else {
        return None;
    };
    let fresh = view.freshness.get(&number)?;
    // Nobody writes in the book of a village that has ended, or too late; what waits in it is told all the same.
    let writes = view.is_there(number, period.as_of());
    Some(vec![
        fresh
            .last_received
            .filter(|_| writes)
            .map_or(Value::Missing, Value::Time),
        Value::Number(i64::try_from(fresh.pending).unwrap_or(i64::MAX)),
    ])
}
