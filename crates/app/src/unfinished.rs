//! What is half done on a page that is no form: a stack of pledges that is partly marked, a plan for a new period that is partly
//! filled in. Kept sealed as drafts are, one of each page and subject, until it is saved or thrown away.

use sothon_records::Record as _;
use sothon_records::kinds::{Plan, Pledge};

use crate::api::*;
use crate::app::App;
use crate::desk::{Desk, key_of, place_of};
use crate::drafts::text_to_keep;
use crate::fault::{Done, Fault};
use crate::words;

/// The names under which the device keeps them.
const UNDER: &str = "page/";
const STACK: &str = "stack/";
const RENEWAL: &str = "renewal/";

/// How it is kept.
#[derive(serde::Serialize, serde::Deserialize)]
struct Kept {
    /// When it was last changed, in unix seconds.
    at: i64,
    half: Unfinished,
}

impl App {
    /// See [`crate::commands`].
    pub(crate) async fn keep_unfinished(&self, half: Unfinished) -> Done<DraftKept> {
        self.at_desk(move |desk| desk.keep_unfinished(half)).await
    }

    /// See [`crate::commands`].
    pub(crate) async fn unfinished(&self, of: DraftOf) -> Done<Option<Unfinished>> {
        self.at_desk(move |desk| {
            let id = match of {
                DraftOf::Stack { place } => of_stack(&place),
                DraftOf::Renewal { plan } => of_renewal(&plan),
            };
            let all = desk.all_unfinished()?.into_iter();
            Ok(all.map(|kept| kept.half).find(|half| id_of(half) == id))
        })
        .await
    }
}

impl Desk {
    fn keep_unfinished(&mut self, half: Unfinished) -> Done<DraftKept> {
        let (id, at) = (id_of(&half), self.now());
        // What is not one of ours is not kept under a name that somebody made up.
        if !is_id(&id) {
            return Err(Fault::not_understood("keep_unfinished"));
        }
        if is_empty(&half) {
            self.discard_unfinished(&id)?;
        } else {
            let plain = text_to_keep(&Kept { at, half })?;
            self.device_mut().keep(&format!("{UNDER}{id}"), &plain)?;
        }
        Ok(DraftKept { id, at })
    }

    fn all_unfinished(&self) -> Done<Vec<Kept>> {
        let kept = self.device().kept(UNDER)?.into_iter();
        let read = kept.filter_map(|(_, plain)| serde_json::from_slice(&plain).ok());
        Ok(read.collect())
    }

    /// Forgets what was half done, if this names such.
    pub(crate) fn discard_unfinished(&mut self, id: &str) -> Done {
        if is_id(id) {
            self.device_mut().forget(&format!("{UNDER}{id}"))?;
        }
        Ok(())
    }

    /// They as home lists them, among the drafts.
    pub(crate) fn unfinished_cards(&self) -> Done<Vec<DraftCard>> {
        let all = self.all_unfinished()?;
        Ok(all.iter().map(|kept| self.unfinished_card(kept)).collect())
    }

    fn unfinished_card(&self, kept: &Kept) -> DraftCard {
        let card = |kind: &str, title: &str, about: String, of: DraftOf| DraftCard {
            id: id_of(&kept.half),
            title: title.to_owned(),
            kind: kind.to_owned(),
            key: None,
            at: kept.at,
            about,
            unknown: Vec::new(),
            of: Some(of),
        };
        match &kept.half {
            Unfinished::Stack { place, signers, .. } => {
                let scope = words::parse_scope(place).and_then(place_of);
                let name = scope.map(|place| self.place_name(place)).unwrap_or_default();
                let count = signers.len();
                card(
                    Pledge::KIND.slug,
                    self.t("Ghi nhiều bản cam kết", "Record many pledges"),
                    format!("{name}: {count} {}", self.t("bản", "sheets")),
                    DraftOf::Stack { place: place.clone() },
                )
            }
            Unfinished::Renewal { ask, .. } => card(
                &key_of(&ask.plan).map_or_else(|_| Plan::KIND.slug.to_owned(), |plan| plan.kind),
                self.t("Lập kế hoạch cho kỳ mới", "A plan for a new period"),
                ask.name.clone(),
                DraftOf::Renewal {
                    plan: ask.plan.clone(),
                },
            ),
        }
    }
}

/// The id of what is half done on the page for a stack of a village's pledges.
pub(crate) fn of_stack(place: &str) -> String {
    format!("{STACK}{place}")
}

/// The id of what is half done on the page for a plan after this one.
pub(crate) fn of_renewal(plan: &str) -> String {
    format!("{RENEWAL}{plan}")
}

fn id_of(half: &Unfinished) -> String {
    match half {
        Unfinished::Stack { place, .. } => of_stack(place),
        Unfinished::Renewal { ask, .. } => of_renewal(&ask.plan),
    }
}

fn is_id(id: &str) -> bool {
    let of_stack = id.strip_prefix(STACK).and_then(words::parse_scope).is_some();
    let of_renewal = id.strip_prefix(RENEWAL).is_some_and(|plan| key_of(plan).is_ok());
    of_stack || of_renewal
}

/// Whether there is nothing to come back to: no sheet is marked any more.
fn is_empty(half: &Unfinished) -> bool {
    match half {
        Unfinished::Stack { signers, .. } => signers.is_empty(),
        Unfinished::Renewal { .. } => false,
    }
}
