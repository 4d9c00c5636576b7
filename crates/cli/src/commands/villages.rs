//! `village`: what happens to a village, as one act in the commune's book. The rules are `records::villages`.

use std::collections::BTreeMap;

use sothon_book::Act;
use sothon_ledger::{BookId, BookKind, Scope};
use sothon_records::kinds::Village;
use sothon_records::villages::{self, Event, SplitTo};
use sothon_records::{Edit, RawRecord, Record as _, RecordKey};

use crate::args::{VillageAct, VillageWhat};
use crate::commands::record;
use crate::context::Context;
use crate::fault::{Done, Exit, Fault};
use crate::{lookup, place, typed};

/// `village`.
pub fn act(context: &Context, asked: &VillageAct) -> Done {
    let mut device = context.open()?;
    let view = super::picture::view(context, &device)?;
    let village = |number: u32| {
        view.village_key(number).cloned().ok_or_else(|| {
            Fault::input(
                "no_village",
                format!("Không thấy thôn số {number}. Xem lệnh list village."),
                format!("There is no village {number}. See list village."),
            )
        })
    };
    let (by, what, event) = match &asked.what {
        VillageWhat::Rename { name, by } => (
            by,
            "village-rename",
            Event::Rename {
                name: name.clone(),
                type_of: None,
            },
        ),
        VillageWhat::Merge { into, name, by } => (
            by,
            "village-merge",
            Event::Merge {
                into: village(*into)?,
                name: name.clone(),
            },
        ),
        VillageWhat::Split {
            name,
            to,
            households,
            by,
        } => {
            let to = match to {
                Some(to) => SplitTo::Existing(village(*to)?),
                None => SplitTo::New {
                    name: name.clone().unwrap_or_default(),
                    code: view.next_village_code(),
                },
            };
            let households = households.iter().map(|text| lookup::record(&device, text));
            let households = households.collect::<Done<_>>()?;
            (by, "village-split", Event::Split { to, households })
        }
        VillageWhat::Dissolve { by } => (by, "village-end", Event::Dissolve),
        VillageWhat::Leave { commune, by } => (
            by,
            "village-leave",
            Event::Leave {
                commune: commune.clone(),
            },
        ),
    };
    let act = villages::Act {
        village: village(asked.number)?,
        from: by.from,
        decision: by.decision.clone(),
        event,
    };
    let mut known: BTreeMap<RecordKey, RawRecord> = BTreeMap::new();
    let mut books: BTreeMap<RecordKey, BookId> = BTreeMap::new();
    for key in view
        .of_kind(Village::KIND.slug)
        .filter(|key| !view.is_voided(key))
    {
        let (book, _, raw) = lookup::placed(&device, &key.to_string())?;
        books.insert(key.clone(), book);
        known.insert(key.clone(), raw);
    }
    let mut rng = context.rng();
    let edits = act
        .edits(&known, || typed::fresh_id(&mut rng))
        .map_err(Fault::fields)?;
    let here = place::open_book(context, &device, BookKind::Commune, Scope::Commune)?;
    let mut by_book: BTreeMap<BookId, Vec<Edit>> = BTreeMap::new();
    for edit in edits {
        let book = books.get(edit.key()).copied().unwrap_or(here);
        by_book.entry(book).or_default().push(edit);
    }
    let by_book: Vec<(BookId, Vec<Edit>)> = by_book.into_iter().collect();
    let saved = device.edit_all(&by_book, &Act::of_one_change(what, Some(context.clock.now())))?;
    record::tell(context, &device, &saved, &[], &[]);
    Ok(Exit::Done)
}
