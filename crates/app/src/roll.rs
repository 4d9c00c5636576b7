//! What a form knows beside its fields: off what the parts of its lists can be ticked, what they come to so far, and what
//! the record before it hands over.

use sothon_overview::Place;
use sothon_records::datum;
use sothon_records::kind::FieldType;
use sothon_records::roll::totals;
use sothon_records::{Datum, Kind, RawRecord, RecordKey, problem, show};
use sothon_replica::ReplicaError;

use crate::api::*;
use crate::app::App;
use crate::desk::{Desk, place_of};
use crate::fault::{Done, Fault};
use crate::typing::{all_retyped, as_far_as_typed};
use crate::words;

/// So many of those that stand in no list are named.
const MOST_LEFT: usize = 100;

impl App {
    /// See [`crate::commands`].
    pub(crate) async fn roll(&self, kind: String, list: String, place: Option<String>) -> Done<Vec<RollRow>> {
        self.at_desk(move |desk| desk.roll(&kind, &list, place.as_deref()))
            .await
    }

    /// See [`crate::commands`].
    pub(crate) async fn before(&self, kind: String, place: String) -> Done<Option<Before>> {
        self.at_desk(move |desk| desk.before(&kind, &place)).await
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
            .filter(|place| *place != Place::Commune);
        let offered = self.view.roll(kind, list, place, self.today());
        let rows = offered.into_iter().map(|one| {
            let names = (list.fields.iter())
                .filter(|field| matches!(field.holds, FieldType::Reference(_)))
                .filter_map(|field| match datum::read(field, &one.fields).datum {
                    Some(Datum::Reference(key)) => self.pick_row(&key),
                    _ => None,
                });
            RollRow {
                named_in: one.named_in.iter().map(|key| self.title(key)).collect(),
                title: self.w(&one.title),
                detail: self.detail(&one.key),
                under: one.under,
                names: names.collect(),
                values: all_retyped(list.all_fields(), &one.fields),
            }
        });
        Ok(rows.collect())
    }

    fn before(&mut self, kind: &str, place: &str) -> Done<Option<Before>> {
        self.refresh();
        let kind = self.kind(kind)?;
        let place = words::parse_scope(place).and_then(place_of);
        let (Some(follows), Some(place)) = (kind.follows, place) else {
            return Ok(None);
        };
        let Some(key) = self.view.before(kind, place).cloned() else {
            return Ok(None);
        };
        let Some(raw) = self.view.record(&key) else {
            return Ok(None);
        };
        let titles = |key: &RecordKey| self.view.title_words(key, self.lang);
        let facts = follows.shows.iter().filter_map(|name| {
            let field = kind.field(name)?;
            let value = self.w(&show::in_words(field, &raw.fields, &titles).0);
            (!value.is_empty()).then(|| Fact {
                field: field.name.to_owned(),
                label: field.label.get(self.lang).to_owned(),
                value,
                flagged: false,
                link: None,
                disputed: false,
            })
        });
        Ok(Some(Before {
            label: follows.label.get(self.lang).to_owned(),
            field: follows.field.to_owned(),
            facts: facts.collect(),
            title: self.title(&key),
            key: key.to_string(),
        }))
    }

    /// What should stand in a list of a kind and stands in none, list by list: of the place of a record, or of one that is
    /// looked at.
    pub(crate) fn left_out(&self, kind: &Kind, place: Option<Place>) -> Vec<LeftOut> {
        let place = place.filter(|place| *place != Place::Commune);
        let out = |list| self.view.left_out(kind, list, place, self.today());
        kind.lists
            .iter()
            .filter_map(out)
            .map(|(label, keys)| LeftOut {
                label: self.w(&label),
                count: keys.len(),
                rows: keys.iter().take(MOST_LEFT).map(|key| self.link_to(key)).collect(),
            })
            .collect()
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
