//! Lists of a form that are kept like a roll: off what their parts can be ticked, and what they come to so far.

use sothon_records::datum;
use sothon_records::kind::FieldType;
use sothon_records::roll::totals;
use sothon_records::{Datum, Kind, RawRecord, problem};
use sothon_replica::ReplicaError;

use crate::api::*;
use crate::app::App;
use crate::desk::{Desk, place_of};
use crate::fault::{Done, Fault};
use crate::typing::{all_retyped, as_far_as_typed};
use crate::words;

impl App {
    /// See [`crate::commands`].
    pub(crate) async fn roll(&self, kind: String, list: String, place: Option<String>) -> Done<Vec<RollRow>> {
        self.at_desk(move |desk| desk.roll(&kind, &list, place.as_deref()))
            .await
    }

    /// See [`crate::commands`].
    pub(crate) async fn totals(&self, input: FormInput) -> Done<Vec<ListTotals>> {
        self.at_desk(move |desk| {
            let kind = desk.kind(&input.kind)?;
            Ok(desk.totals_of(kind, &as_far_as_typed(kind, &input)))
        })
        .await
    }
}

impl Desk {
    fn roll(&mut self, kind: &str, list: &str, place: Option<&str>) -> Done<Vec<RollRow>> {
        self.refresh();
        let kind = self.kind(kind)?;
        if !self.writes_kind(kind) {
            return Err(ReplicaError::MayNotWrite.into());
        }
        let list = kind.list(list).ok_or_else(|| Fault::not_understood("list"))?;
        // What lies in a village or unit names those of the same; what is the commune's names everybody.
        let place = place
            .and_then(words::parse_scope)
            .and_then(place_of)
            .filter(|place| *place != sothon_overview::Place::Commune);
        let offered = self.view.roll(list, place, self.today());
        let rows = offered.into_iter().map(|one| {
            let names = (list.fields.iter())
                .filter(|field| matches!(field.holds, FieldType::Reference(_)))
                .filter_map(|field| match datum::read(field, &one.fields).datum {
                    Some(Datum::Reference(key)) => self.pick_row(&key),
                    _ => None,
                });
            RollRow {
                title: self.w(&one.title),
                detail: self.detail(&one.key),
                under: one.under,
                names: names.collect(),
                values: all_retyped(list.all_fields(), &one.fields),
            }
        });
        Ok(rows.collect())
    }

    /// What the lists of a record come to, those of its kind that are added up and are not empty.
    pub(crate) fn totals_of(&self, kind: &Kind, raw: &RawRecord) -> Vec<ListTotals> {
        let added = kind.lists.iter().filter(|list| !list.totals.is_empty());
        added
            .map(|list| (list, totals(list, raw)))
            .filter(|(_, totals)| totals.count > 0)
            .map(|(list, totals)| {
                let count = i64::try_from(totals.count).unwrap_or(i64::MAX);
                ListTotals {
                    list: list.name.to_owned(),
                    label: list.label.get(self.lang).to_owned(),
                    count: problem::number(count, self.lang),
                    lines: totals.lines.iter().map(|line| self.w(line)).collect(),
                }
            })
            .collect()
    }
}
