//! Drafts: what was typed and not saved, sealed as it is typed. They survive a crash, a lock and a new version.

use std::collections::{BTreeMap, BTreeSet};

use sothon_records::Kind;

use crate::api::*;
use crate::app::App;
use crate::desk::{Desk, key_of};
use crate::fault::{Done, Fault};
use crate::fresh_id;

/// The names under which the device keeps drafts.
const UNDER: &str = "draft/";
/// The longest draft that is kept, in bytes: far more than any form takes.
const LONGEST: usize = 4 << 20;

/// A draft as it is kept.
#[derive(serde::Serialize, serde::Deserialize)]
pub(crate) struct Draft {
    /// Its id.
    #[serde(skip)]
    pub id: String,
    /// When it was last typed in, in unix seconds.
    pub at: i64,
    /// What was typed.
    pub input: FormInput,
}

impl Draft {
    /// What this version has fields for, and what it has not: shown, and kept until it is decided.
    pub fn split(&self, kind: &Kind) -> (BTreeMap<String, String>, Vec<(String, String)>) {
        let (known, unknown) = self
            .input
            .values
            .clone()
            .into_iter()
            .partition::<BTreeMap<_, _>, _>(|(name, _)| kind.field(name).is_some());
        (known, unknown.into_iter().collect())
    }
}

impl App {
    /// See [`crate::commands`].
    pub(crate) async fn keep_draft(&self, input: FormInput) -> Done<DraftKept> {
        self.at_desk(move |desk| desk.keep_draft(input)).await
    }

    /// See [`crate::commands`].
    pub(crate) async fn drafts(&self) -> Done<Vec<DraftCard>> {
        self.at_desk(|desk| desk.drafts()).await
    }

    /// See [`crate::commands`].
    pub(crate) async fn discard_draft(&self, id: String) -> Done {
        self.at_desk(move |desk| desk.discard_draft(&id)).await
    }
}

impl Desk {
    fn keep_draft(&mut self, input: FormInput) -> Done<DraftKept> {
        self.kind(&input.kind)?;
        let id = match input.draft.clone().filter(|id| is_id(id)) {
            Some(id) => id,
            None => fresh_id(&mut rand_core::UnwrapErr(getrandom::SysRng)).to_string(),
        };
        let at = self.now();
        let draft = Draft {
            id: id.clone(),
            at,
            input,
        };
        let plain = text_to_keep(&draft)?;
        self.device_mut().keep(&format!("{UNDER}{id}"), &plain)?;
        Ok(DraftKept { id, at })
    }

    /// The drafts, and what is half done on other pages, newest first.
    pub(crate) fn drafts(&self) -> Done<Vec<DraftCard>> {
        let drafts = self.all_drafts()?;
        let mut cards: Vec<DraftCard> = drafts.iter().map(|draft| self.draft_card(draft)).collect();
        cards.extend(self.unfinished_cards()?);
        cards.sort_by_key(|card| std::cmp::Reverse(card.at));
        Ok(cards)
    }

    fn all_drafts(&self) -> Done<Vec<Draft>> {
        let kept = self.device().kept(UNDER)?;
        let read = |(name, plain): (String, zeroize::Zeroizing<Vec<u8>>)| {
            let mut draft: Draft = serde_json::from_slice(&plain).ok()?;
            draft.id = name.strip_prefix(UNDER)?.to_owned();
            Some(draft)
        };
        Ok(kept.into_iter().filter_map(read).collect())
    }

    /// The ids of all drafts, of those too that this version does not understand.
    pub(crate) fn draft_ids(&self) -> Done<BTreeSet<String>> {
        let kept = self.device().kept(UNDER)?.into_iter();
        Ok(kept
            .filter_map(|(name, _)| Some(name.strip_prefix(UNDER)?.to_owned()))
            .collect())
    }

    /// A draft.
    ///
    /// # Errors
    /// There is none with this id.
    pub(crate) fn draft(&self, id: &str) -> Done<Draft> {
        self.all_drafts()?
            .into_iter()
            .find(|draft| draft.id == id)
            .ok_or_else(|| {
                Fault::new(
                    "no_draft",
                    "Bản nháp này không còn. Ghi bản mới.",
                    "That draft is gone. Write a new one.",
                )
            })
    }

    /// Forgets a draft, and what lies with it.
    pub(crate) fn discard_draft(&mut self, id: &str) -> Done {
        if is_id(id) {
            // First what would be left behind.
            self.forget_photos(id)?;
            self.device_mut().forget(&format!("{UNDER}{id}"))?;
        }
        self.discard_unfinished(id)
    }

    /// A draft as home lists it: whom it concerns is not said where care or tips are concerned.
    pub(crate) fn draft_card(&self, draft: &Draft) -> DraftCard {
        let kind = Kind::by_slug(&draft.input.kind);
        let inside = kind.map_or_else(|| draft.input.kind.clone(), |kind| kind.label.inside(self.lang));
        let verb = match draft.input.key {
            Some(_) => self.t("Sửa", "Change:"),
            None => self.t("Ghi", "Record:"),
        };
        let sensitive = kind.is_none_or(|kind| {
            crate::words::shelves_of(kind)
                .iter()
                .any(|shelf| shelf.is_sensitive())
        });
        DraftCard {
            id: draft.id.clone(),
            title: format!("{verb} {inside}"),
            kind: draft.input.kind.clone(),
            key: draft.input.key.clone(),
            at: draft.at,
            about: if sensitive {
                String::new()
            } else {
                kind.map(|kind| self.about(kind, &draft.input))
                    .unwrap_or_default()
            },
            unknown: Vec::new(),
            of: None,
        }
    }

    /// Whom a form concerns: the record that it changes, the first that it names, or the name typed.
    fn about(&self, kind: &Kind, input: &FormInput) -> String {
        if let Some(Ok(key)) = input.key.as_deref().map(key_of) {
            return self.title(&key);
        }
        let fields = || {
            kind.all_fields()
                .filter_map(|field| Some((field, input.values.get(field.name)?)))
        };
        let named = fields().find_map(|(_, typed)| Some(self.title(&typed.parse().ok()?)));
        let name = || {
            fields()
                .find(|(field, _)| field.is_name)
                .map(|(_, typed)| typed.clone())
        };
        named
            .filter(|title| !title.is_empty())
            .or_else(name)
            .unwrap_or_default()
    }
}

/// What is kept, as text that is erased when it is dropped.
///
/// # Errors
/// It is longer than what is kept.
pub(crate) fn text_to_keep(kept: &impl serde::Serialize) -> Done<zeroize::Zeroizing<Vec<u8>>> {
    let plain = zeroize::Zeroizing::new(serde_json::to_vec(kept).map_err(Fault::internal)?);
    if plain.len() > LONGEST {
        return Err(Fault::new(
            "too_large",
            "Nội dung quá dài nên bản nháp chưa giữ được. Những gì vừa nhập vẫn còn trên màn hình. Rút ngắn rồi ghi tiếp.",
            "That is too long to be kept as a draft. It is still on the screen. Make it shorter.",
        ));
    }
    Ok(plain)
}

/// Whether a text is an id of ours: a UUID.
pub(crate) fn is_id(text: &str) -> bool {
    uuid::Uuid::try_parse(text).is_ok()
}
