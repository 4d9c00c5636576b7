//! The village that a row of a table names: where its record goes, if this person may write there.

use sothon_ledger::Scope;
use sothon_overview::Place;
use sothon_records::Words;

use super::OpenTable;
use crate::desk::{Desk, place_of};

impl Desk {
    /// The number of the village that a text names, by today's or a former name or its code; of one that has ended the one
    /// in which it goes on, where this person writes that.
    pub(super) fn village_of_row(&self, text: &str, places: &[Scope]) -> Result<u32, Words> {
        let writes = |number: u32| places.contains(&Scope::Village(number));
        let today = self.today();
        let goes_on = |number: u32| {
            let next = self.view.village_on(number, today);
            if writes(next) || !writes(number) {
                next
            } else {
                number
            }
        };
        // The register opens books also of villages whose records this device has not received.
        let register = self.device().register();
        let books = register.iter().flat_map(|register| register.rights().books());
        let beside = books.filter_map(|(_, info)| match info.open.scope {
            Scope::Village(number) => Some(number),
            _ => None,
        });
        let called = self
            .view
            .villages_called(text, today, &beside.collect())
            .into_iter();
        let mut called: Vec<u32> = called.map(goes_on).collect();
        called.sort_unstable();
        called.dedup();
        let name = |number: u32| self.view.village_name(number, today);
        match called.as_slice() {
            [one] if writes(*one) => Ok(*one),
            [one] => {
                let Words { vi, en } = name(*one);
                Err(Words::new(
                    format!(
                        "Máy này không được ghi ở {vi}. Bỏ các dòng của {vi} khỏi bảng, hoặc nhờ người ghi sổ {vi} nhập."
                    ),
                    format!(
                        "This device may not write in {en}. Take its rows out of the table, or ask whoever keeps its register."
                    ),
                ))
            }
            [] => Err(Words::new(
                format!("Xã không có thôn “{text}”. Ghi tên thôn hiện nay hay trước đây, hoặc mã thôn."),
                format!(
                    "The commune has no village “{text}”. Write its name, today’s or a former one, or its code."
                ),
            )),
            several => {
                let names = several.iter().map(|number| name(*number));
                let (vi, en): (Vec<String>, Vec<String>) = names.map(|name| (name.vi, name.en)).unzip();
                Err(Words::new(
                    format!(
                        "“{text}” có thể là {}. Ghi thêm tên xã cũ, hoặc mã thôn.",
                        vi.join(", ")
                    ),
                    format!(
                        "“{text}” may be {}. Add the former commune, or write the code.",
                        en.join(", ")
                    ),
                ))
            }
        }
    }

    /// How many rows go to each village, in one sentence.
    pub(super) fn villages_of_rows(&self, table: &OpenTable) -> Option<String> {
        let mut counts: std::collections::BTreeMap<u32, i64> = std::collections::BTreeMap::new();
        for number in table.fresh().filter_map(|line| line.village) {
            *counts.entry(number).or_default() += 1;
        }
        let counted = counts.into_iter().map(|(number, count)| {
            let name = self.place_name(Place::Village(number));
            let count = sothon_records::problem::number(count, self.lang);
            format!("{name}: {count} {}", self.t("dòng", "rows"))
        });
        let counted: Vec<String> = counted.collect();
        (!counted.is_empty()).then(|| {
            let says = self.t(
                "Mỗi dòng vào sổ thôn của mình. ",
                "Each row goes to its own village. ",
            );
            format!("{says}{}.", counted.join("; "))
        })
    }
}

impl OpenTable {
    /// Whether a column says the village of each row.
    pub(super) fn is_by_village(&self) -> bool {
        self.mapping.column(sothon_sheets::VILLAGE).is_some()
    }

    /// Where a row belongs: as its column says, else as was said of all.
    pub(super) fn scope_of(&self, village: Option<u32>) -> Option<Scope> {
        if self.is_by_village() {
            village.map(Scope::Village)
        } else {
            self.place
        }
    }

    /// The same as a place of the picture.
    pub(super) fn place_of(&self, village: Option<u32>) -> Option<Place> {
        self.scope_of(village).and_then(place_of)
    }
}
