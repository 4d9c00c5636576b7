//! Forms, drawn from the declarations of record kinds.

use std::collections::BTreeMap;

use chrono::Datelike as _;
use sothon_ledger::Scope;
use sothon_records::kind::{ChoiceSet as _, Field, FieldType, Kind, List, Needed, Source};
use sothon_records::kinds::{ChoiceRule, Report, Reward, RewardProposal, Setting, Tip};
use sothon_records::record::Record as _;
use sothon_records::settings::choices::Changeable;
use sothon_records::{RecordKey, civil, common};

use crate::api::*;
use crate::app::App;
use crate::desk::{Desk, key_of};
use crate::fault::Done;
use crate::typing::{all_retyped, is_voiding, watches};
use crate::words;

/// Fields on one part of a form (ux.md §1.3).
const FIRST: usize = 7;
const NEXT: usize = 5;

impl App {
    /// See [`crate::commands`].
    pub(crate) async fn form(&self, ask: FormAsk) -> Done<Form> {
        self.at_desk(move |desk| desk.form(ask)).await
    }

    /// See [`crate::commands`].
    pub(crate) async fn kinds(&self) -> Done<Vec<KindCard>> {
        self.at_desk(|desk| Ok(desk.kind_cards(None))).await
    }
}

impl Desk {
    /// The kinds that this person reads or writes, chapter by chapter, with how many records there are (of a village, where
    /// one is named).
    pub(crate) fn kind_cards(&self, place: Option<sothon_overview::Place>) -> Vec<KindCard> {
        let card = |kind: &'static Kind| {
            let shelves = words::shelves_of(kind);
            let reads = shelves.iter().any(|shelf| self.view.reads_any(*shelf));
            let writes = self.writes_kind(kind);
            let counts = |key: &&RecordKey| {
                !self.view.is_voided(key) && place.is_none_or(|place| self.is_in(key, place))
            };
            (reads || writes).then(|| KindCard {
                kind: kind.slug.to_owned(),
                label: kind.label.get(self.lang).to_owned(),
                chapter: kind.chapter.label().get(self.lang).to_owned(),
                purpose: kind.purpose.get(self.lang).to_owned(),
                writes,
                reads,
                count: self.view.of_kind(kind.slug).filter(counts).count(),
                sensitive: shelves.iter().any(|shelf| shelf.is_sensitive()),
            })
        };
        let mut kinds = Kind::all().to_vec();
        // Within a chapter they stay in the order of their codes.
        kinds.sort_by_key(|kind| kind.chapter);
        kinds.into_iter().filter_map(card).collect()
    }

    fn form(&mut self, ask: FormAsk) -> Done<Form> {
        let draft = ask.draft.as_deref().map(|id| self.draft(id)).transpose()?;
        let slug = draft
            .as_ref()
            .map_or(ask.kind.as_str(), |draft| draft.input.kind.as_str());
        let key = match &draft {
            Some(draft) => draft.input.key.clone(),
            None => ask.key.clone(),
        };
        let key = key.as_deref().map(key_of).transpose()?;
        let kind = match &key {
            Some(key) => self.kind(&key.kind)?,
            None => self.kind(slug)?,
        };
        let mut values = match &key {
            None => self.prefilled(kind, &ask.values),
            Some(_) => BTreeMap::new(),
        };
        let mut subs = Vec::new();
        if let Some(key) = &key {
            let (book, raw) = self.placed(key)?;
            self.record_look(&book, key, ask.reason.as_deref())?;
            values = all_retyped(kind.all_fields(), &raw.fields);
            for list in listed(kind) {
                let of = raw.subs.iter().filter(|(sub, _)| sub.kind == list.name);
                subs.extend(
                    of.filter(|(_, fields)| !common::is_voided(fields))
                        .map(|(sub, fields)| SubInput {
                            list: list.name.to_owned(),
                            key: Some(sub.to_string()),
                            values: all_retyped(list.all_fields(), fields),
                        }),
                );
            }
        }
        let there = key.as_ref().map(|key| self.placed(key)).transpose()?;
        let typed = draft.as_ref().map(|draft| FormInput {
            draft: Some(draft.id.clone()),
            ..draft.input.clone()
        });
        let photos = self.photos_of_form(there.as_ref().map(|(_, raw)| raw), typed.as_ref());
        let (mut card, mut place, mut teller, mut behalf_said) = (None, None, None, None);
        if let Some(key) = &key {
            behalf_said = Some(self.behalf_at(key)?);
        }
        if let Some(draft) = draft {
            let (known, unknown) = draft.split(kind);
            values = known;
            subs = draft.input.subs.clone();
            place.clone_from(&draft.input.place);
            teller.clone_from(&draft.input.teller);
            behalf_said = draft.input.behalf.clone().or(behalf_said);
            card = Some(DraftCard {
                unknown,
                ..self.draft_card(&draft)
            });
        }
        let names = self.names_in(kind, &values, &subs);
        let inside = kind.label.inside(self.lang);
        let title = match (&key, self.lang) {
            (None, sothon_records::Lang::Vi) => format!("Ghi {inside}"),
            (None, sothon_records::Lang::En) => format!("Record: {inside}"),
            (Some(_), sothon_records::Lang::Vi) => format!("Sửa {inside}"),
            (Some(_), sothon_records::Lang::En) => format!("Change: {inside}"),
        };
        let lists = listed(kind);
        let mut form = Form {
            kind: kind.slug.to_owned(),
            key: key.as_ref().map(ToString::to_string),
            title,
            purpose: kind.purpose.get(self.lang).to_owned(),
            groups: self.groups(kind, &values),
            lists: lists
                .map(|list| FormList {
                    name: list.name.to_owned(),
                    label: list.label.get(self.lang).to_owned(),
                    one: list
                        .makes
                        .filter(|_| key.is_none())
                        .map_or(list.label, |makes| makes.one)
                        .get(self.lang)
                        .to_owned(),
                    fields: match list.makes.filter(|_| key.is_none()) {
                        Some(makes) => self.asked_of_made(&makes),
                        None => list
                            .fields
                            .iter()
                            .filter(|field| !field.is_hidden())
                            .map(|field| {
                                let typed = subs.iter().filter(|sub| sub.list == list.name);
                                let typed = typed.filter_map(|sub| sub.values.get(field.name));
                                self.field(kind, Some(list), field, &had(field, typed))
                            })
                            .collect(),
                    },
                    least: list.least,
                    ticked: !list.rolls.is_empty(),
                    added_up: !list.totals.is_empty(),
                })
                .collect(),
            places: if key.is_some() {
                Vec::new()
            } else {
                self.form_places(kind)
            },
            values,
            subs,
            draft: card,
            place,
            teller,
            names,
            sealed: kind.slug == Tip::KIND.slug && key.is_none(),
            drops: kind.slug == Tip::KIND.slug && key.is_none() && self.drops_tips(),
            follows: kind.follows.is_some() && key.is_none(),
            reviewed: false,
            // What is sealed for the police is nobody's work but its author's.
            behalf: if kind.slug == Tip::KIND.slug && self.drops_tips() {
                Vec::new()
            } else {
                self.behalf_choices()
            },
            behalf_said,
            photos: kind.files.then_some(photos),
        };
        if kind.slug == Setting::KIND.slug {
            self.fit_to_matter(&mut form);
        }
        if kind.slug == ChoiceRule::KIND.slug {
            self.fit_to_choice(&mut form);
        }
        Ok(form)
    }

    fn form_places(&self, kind: &Kind) -> Vec<FormPlace> {
        let place = |scope: Scope| {
            Some(FormPlace {
                place: words::scope_text(scope),
                label: self.place_name(crate::desk::place_of(scope)?),
            })
        };
        self.places_for(kind).into_iter().filter_map(place).collect()
    }

    /// What a new form begins with: what is known from where one comes, today, this year.
    fn prefilled(&self, kind: &Kind, known: &BTreeMap<String, String>) -> BTreeMap<String, String> {
        let mut values = BTreeMap::new();
        for field in kind.all_fields() {
            let today = field.name == common::OCCURRED && field.needed == Needed::Always;
            // A date that binds legally is not filled in; the day on which something is recorded is.
            if today {
                values.insert(field.name.to_owned(), self.today().format("%d/%m/%Y").to_string());
            }
            let now = matches!(field.holds, FieldType::Instant(_)) && field.name == kind.happened;
            if now && field.needed == Needed::Always {
                let local = civil::local(self.clock().instant());
                values.insert(field.name.to_owned(), local.format("%d/%m/%Y %H:%M").to_string());
            }
            if field.name == "year" && field.needed == Needed::Always {
                values.insert(field.name.to_owned(), self.today().year().to_string());
            }
        }
        if kind.slug == Tip::KIND.slug && self.drops_tips() {
            values.extend(self.own_channel());
        }
        if kind.slug == Report::KIND.slug {
            let recipients = self.recipients_on(self.today()).join("\n");
            values.extend((!recipients.is_empty()).then(|| ("recipients".to_owned(), recipients)));
        }
        if kind.slug == Reward::KIND.slug {
            values.extend(self.as_proposed(known));
        }
        values.extend(known.clone());
        values
    }

    /// What a proposal says of the reward that is decided on it. Nothing is asked twice.
    fn as_proposed(&self, known: &BTreeMap<String, String>) -> BTreeMap<String, String> {
        let proposal = known
            .get("proposal")
            .and_then(|key| key.parse::<RecordKey>().ok());
        let Some((key, raw)) = proposal.and_then(|key| Some((key.clone(), self.view.record(&key)?))) else {
            return BTreeMap::new();
        };
        let proposal = RewardProposal::read(raw).value;
        let place = self.view.place_of(&key).map(|place| self.place_name(place));
        let by: Vec<String> = proposal.by.into_iter().chain(place).collect();
        let said = [
            (
                "rewarded",
                proposal.proposed.map(|proposed| proposed.slug().to_owned()),
            ),
            ("name", proposal.name),
            ("merit", proposal.merit),
            ("proposed_by", Some(by.join(", "))),
        ];
        said.into_iter()
            .filter_map(|(name, value)| Some((name.to_owned(), value.filter(|value| !value.is_empty())?)))
            .collect()
    }

    fn groups(&self, kind: &'static Kind, values: &BTreeMap<String, String>) -> Vec<FieldGroup> {
        let fields: Vec<FormField> = kind
            .all_fields()
            .filter(|field| !field.is_hidden() && !is_voiding(field) && !field.by_act)
            .map(|field| self.field(kind, None, field, &had(field, values.get(field.name).into_iter())))
            .collect();
        let mut groups = Vec::new();
        let mut rest = fields.as_slice();
        while !rest.is_empty() {
            let size = if rest.len() <= FIRST { FIRST } else { NEXT };
            let (some, more) = rest.split_at(size.min(rest.len()));
            groups.push(FieldGroup {
                label: String::new(),
                fields: some.to_vec(),
            });
            rest = more;
        }
        if groups.len() > 1 {
            let count = groups.len();
            for (n, group) in (1..).zip(&mut groups) {
                group.label = format!("{} {n}/{count}", self.t("Phần", "Part"));
            }
        }
        groups
    }

    /// One sentence of help, and by what a choice has its values, where that is a document.
    fn help(&self, field: &Field) -> String {
        let source = field.source.and_then(Source::words);
        let source = source.map(|source| self.w(&source));
        let help = Some(field.help.get(self.lang).to_owned()).filter(|help| !help.is_empty());
        help.into_iter().chain(source).collect::<Vec<_>>().join(" ")
    }

    /// A field of a form, own or of a list; of a choice with what the commune offers, and what it has already.
    pub(crate) fn field(
        &self,
        kind: &'static Kind,
        list: Option<&'static List>,
        field: &'static Field,
        has: &[&str],
    ) -> FormField {
        let choices = |all: &[sothon_records::kind::Choice]| match Changeable::of(kind, list, field) {
            Some(of) => self.offered_today(&of, has),
            None => all
                .iter()
                .map(|choice| Choice {
                    slug: choice.slug.to_owned(),
                    label: choice.label.get(self.lang).to_owned(),
                })
                .collect(),
        };
        let control = match field.holds {
            FieldType::Text { max } => Control::Line {
                max,
                name: field.is_name,
            },
            FieldType::Long { max } => Control::Long { max },
            FieldType::Whole { .. } | FieldType::Bytes | FieldType::Sealed(_) => {
                Control::Number { unit: String::new() }
            }
            FieldType::Money => Control::Number {
                unit: "đồng".to_owned(),
            },
            FieldType::Phone => Control::Phone,
            FieldType::YesNo => Control::YesNo,
            FieldType::Date(_) => Control::Date {
                year_alone: false,
                quick: matches!(
                    field.holds,
                    FieldType::Date(sothon_records::kind::DateBound::PastOrToday)
                ),
            },
            FieldType::YearOrDate => Control::Date {
                year_alone: true,
                quick: false,
            },
            FieldType::Instant(_) => Control::Instant,
            FieldType::Choice(of) => Control::Choice { choices: choices(of) },
            FieldType::Choices(of) => Control::Choices { choices: choices(of) },
            FieldType::Reference(kinds) => Control::Record {
                kinds: kinds.iter().map(|kind| (*kind).to_owned()).collect(),
                new_kind: kinds
                    .iter()
                    .find(|slug| Kind::by_slug(slug).is_some_and(|kind| self.writes_kind(kind)))
                    .map(|slug| (*slug).to_owned()),
            },
        };
        let needed_when = match field.needed {
            Needed::When(label) => label.get(self.lang).to_owned(),
            _ => String::new(),
        };
        FormField {
            name: field.name.to_owned(),
            label: field.label.get(self.lang).to_owned(),
            help: self.help(field),
            control,
            optional: field.needed != Needed::Always,
            needed_when,
            sensitive_purpose: if field.sensitive {
                field.purpose.get(self.lang).to_owned()
            } else {
                String::new()
            },
            watch: watches(kind, field),
        }
    }

    /// The records that typed values name, with their titles.
    fn names_in(
        &self,
        kind: &Kind,
        values: &BTreeMap<String, String>,
        subs: &[SubInput],
    ) -> BTreeMap<String, PickRow> {
        let references = |field: &&Field| matches!(field.holds, FieldType::Reference(_));
        let own = kind
            .all_fields()
            .filter(references)
            .filter_map(|field| values.get(field.name));
        let inside = subs.iter().flat_map(|sub| {
            let fields = kind.list(&sub.list).into_iter().flat_map(|list| list.fields);
            fields
                .filter(references)
                .filter_map(|field| sub.values.get(field.name))
        });
        own.chain(inside)
            .filter_map(|typed| Some((typed.clone(), self.pick_row(&typed.parse().ok()?)?)))
            .collect()
    }
}

/// The choices that were typed into a field, one or several.
fn had<'a>(field: &Field, typed: impl Iterator<Item = &'a String>) -> Vec<&'a str> {
    match field.holds {
        FieldType::Choices(_) => typed.flat_map(|typed| typed.split(',')).map(str::trim).collect(),
        _ => typed.map(String::as_str).collect(),
    }
}

/// The lists that a form has: files have a place of their own, moves an act.
fn listed(kind: &Kind) -> impl Iterator<Item = &'static List> {
    let lists = kind.all_lists();
    lists.filter(|list| list.name != common::FILES.name && !list.is_by_act())
}
