//! Who acts for whom on a day, by the delegations recorded (R68). It says whose work is whose; what anybody may read and write
//! is the register's, and nothing here adds to it.

use chrono::NaiveDate;
use sothon_records::kinds::{Delegation, Official};
use sothon_records::{Record as _, RecordId, RecordKey};

use crate::change::Place;
use crate::view::View;

/// Somebody who acts for somebody else.
#[derive(Clone, PartialEq, Debug)]
pub struct Acting {
    /// The record of the delegation.
    pub key: RecordKey,
    /// What it says.
    pub delegation: Delegation,
    /// Who is acted for: their record.
    pub principal: RecordKey,
    /// Who acts: their record.
    pub deputy: RecordKey,
}

impl View {
    /// The delegations that hold on a day, those that end first before the others. One of a person who does not hold the
    /// position any more holds no longer either.
    pub fn acting_on(&self, day: NaiveDate) -> Vec<Acting> {
        let all = self.of_kind(Delegation::KIND.slug).map(|key| key.id);
        let mut acting: Vec<Acting> = all.filter_map(|id| self.acting_by(id, day)).collect();
        acting.sort_by_key(|one| {
            let until = one.delegation.until;
            (until.is_none(), until, one.key.clone())
        });
        acting
    }

    /// A delegation, if it holds on a day.
    pub fn acting_by(&self, delegation: RecordId, day: NaiveDate) -> Option<Acting> {
        let acting = self.delegation(delegation)?;
        let holds = |official: &RecordKey| self.official(official).is_some_and(|of| of.holds_on(day));
        let both = holds(&acting.principal) && holds(&acting.deputy);
        (acting.delegation.holds_on(day) && both).then_some(acting)
    }

    /// A delegation as it is recorded, whenever it holds.
    pub fn delegation(&self, id: RecordId) -> Option<Acting> {
        let kind = Delegation::KIND.slug.to_owned();
        let key = RecordKey { kind, id };
        let delegation = Delegation::read(self.record(&key)?).value;
        Some(Acting {
            principal: delegation.principal.clone()?,
            deputy: delegation.deputy.clone()?,
            delegation,
            key,
        })
    }

    /// Where an official works, as that is on a day: their village or unit.
    pub fn place_of_official(&self, official: &RecordKey, day: NaiveDate) -> Option<Place> {
        let at = self.official(official)?.unit?;
        let place = match self.village_number(&at) {
            Some(number) => Place::Village(number),
            None => Place::Unit(self.unit_number(&at)?),
        };
        Some(self.place_on(place, day))
    }

    fn official(&self, key: &RecordKey) -> Option<Official> {
        let here = key.kind == Official::KIND.slug;
        Some(Official::read(self.record(key).filter(|_| here)?).value)
    }
}
