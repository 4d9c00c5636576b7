//! A village's page: its people, when it was heard from, its figures beside the commune's, what is due, what it keeps.

use sothon_overview::{Period, Place, Span};
use sothon_records::kinds::Official;
use sothon_records::{Kind, Record, Words};

use crate::api::{KindCard, VillageFigure, VillagePage};
use crate::app::App;
use crate::commune::place_text;
use crate::desk::{Desk, scope_of};
use crate::fault::{Done, Fault};
use crate::words;

/// The indicator that says when a village was heard from.
const FRESHNESS: &str = "I51";

impl App {
    /// See [`crate::commands`].
    pub(crate) async fn village(&self, number: u32) -> Done<VillagePage> {
        self.at_desk(move |desk| desk.village(number)).await
    }
}

impl Desk {
    fn village(&mut self, number: u32) -> Done<VillagePage> {
        self.refresh();
        if !self.view.villages().contains(&number) {
            return Err(Fault::new(
                "no_village",
                "Không thấy thôn này trong danh sách thôn của xã.",
                "That village is not in the commune's list.",
            ));
        }
        let place = Place::Village(number);
        Ok(VillagePage {
            number,
            name: self.village_name(number),
            people: self.people_of(number),
            acting: self
                .view
                .village_key(number)
                .map_or_else(Vec::new, |key| self.acting_lines(key)),
            heard: self.heard_words(number),
            figures: self.figures_of(place)?,
            due: self.due_in(number),
            kinds: self.kinds_of(place),
        })
    }

    /// The kinds that are kept there, or can be written.
    fn kinds_of(&self, place: Place) -> Vec<KindCard> {
        let here = scope_of(place);
        let mut kinds = self.kind_cards(Some(place));
        kinds.retain(|card| {
            let writes = Kind::by_slug(&card.kind).is_some_and(|kind| self.places_for(kind).contains(&here));
            card.count > 0 || writes
        });
        kinds
    }

    /// "Lê Văn Hùng, trưởng thôn".
    fn people_of(&self, number: u32) -> Vec<String> {
        let Some(village) = self.view.village_key(number) else {
            return Vec::new();
        };
        let officials = self.view.of_kind(Official::KIND.slug).filter_map(|key| {
            let official = Official::read(self.view.record(key)?).value;
            let here = official.unit.as_ref() == Some(village) && official.holds_on(self.today());
            here.then(|| self.official_words(key))
                .filter(|words| !words.is_empty())
        });
        officials.collect()
    }

    fn heard_words(&self, number: u32) -> String {
        let fresh = self.view.freshness().find(|fresh| fresh.village == number);
        let says = match fresh.and_then(|fresh| fresh.last_received) {
            None if self.view.has_heard(number) => Words::new(
                "Số liệu ghi trên máy này; thôn chưa gửi gì.",
                "Recorded on this device; the village has sent nothing yet.",
            ),
            None => Words::new("Chưa nhận được gì.", "Never heard from."),
            Some(at) => {
                let time = words::time(at);
                let mut says = Words::new(
                    format!("Nhận gần nhất {}.", time.vi),
                    format!("Last heard from {}.", time.en),
                );
                if let Some(silence) = self.silence(at) {
                    says.vi += &format!(" Đã {}.", silence.vi);
                    says.en += &format!(" It has {}.", silence.en);
                }
                says
            }
        };
        self.w(&says)
    }

    /// The village's figures of this year, beside the commune's.
    fn figures_of(&self, place: Place) -> Done<Vec<VillageFigure>> {
        let today = self.today();
        let year = Period::around(Span::Year, today).ok_or_else(|| Fault::not_understood("village"))?;
        let table = self.figures(&year.seen_on(today));
        let here = Some(place_text(place));
        let Some(row) = table.rows.into_iter().find(|row| row.place == here) else {
            return Ok(Vec::new());
        };
        let beside = table.columns.into_iter().zip(row.cells).zip(table.total.cells);
        // When it was heard from is said above.
        let beside = beside.filter(|((column, _), _)| !column.id.starts_with(FRESHNESS));
        let figures = beside.map(|((column, cell), commune)| VillageFigure {
            label: column.label,
            cell,
            commune: commune.shown,
        });
        Ok(figures.collect())
    }
}
