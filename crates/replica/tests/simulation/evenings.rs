//! Long books: somebody writes through an evening, each save an entry of its own; then a checkpoint is made of it. Whoever
//! comes after reads the book from the save, without most of the payloads (design.md §3.7).

use super::*;

impl World {
    /// The head's place of a village's first head, or the chief.
    fn writer(&self, by: u8, village: u8) -> (usize, Scope) {
        let village = village % 2;
        let place = if by.is_multiple_of(2) {
            4 + usize::from(village)
        } else {
            CHIEF
        };
        (place, Scope::Village(1 + u32::from(village)))
    }

    /// So many saves in a village's book, each published alone.
    pub(super) fn evening(&mut self, by: u8, village: u8, saves: u8) -> Result<(), String> {
        let (place, scope) = self.writer(by, village);
        let Ok(book) = self.device(place).find_book(BookKind::Village, scope, YEAR) else {
            return Ok(());
        };
        if !self.device(place).may(&book, Right::Write) {
            return Ok(());
        }
        let (edit, value) = self.create(book, "household");
        let Some((_, key)) = self.records.last().cloned() else {
            return Ok(());
        };
        self.save(place, &[(book, vec![edit])], Some(value))?;
        self.publish(place, NOW)?;
        for field in 0..saves {
            let value = self.text();
            let edit = Edit::Set {
                key: key.clone(),
                sub: None,
                fields: [(format!("field{}", field % 3), Some(Value::Text(value.clone())))].into(),
            };
            self.save(place, &[(book, vec![edit])], Some(value))?;
            self.publish(place, NOW)?;
        }
        self.session(place, RELAY, None)?;
        self.check_holds(place)
    }

    /// A checkpoint of a village's book, which the relay is given.
    pub(super) fn save_book(&mut self, by: u8, village: u8) -> Result<(), String> {
        let (place, scope) = self.writer(by, village);
        let Ok(book) = self.device(place).find_book(BookKind::Village, scope, YEAR) else {
            return Ok(());
        };
        self.session(place, RELAY, None)?;
        self.checkpoint_of(place, &book)?;
        self.session(place, RELAY, None).map(drop)
    }
}
