//! What stands at the head of a page that is printed or taken out: the commune under its name of that day, and who is above it
//! then; what is still to be recorded of both; and where a commune is found under its former name or code.

use chrono::NaiveDate;
use sothon_ledger::Scope;
use sothon_overview::Place;
use sothon_overview::levels::Known;
use sothon_records::kind::ChoiceSet as _;
use sothon_records::kinds::commune::SuperiorRole;
use sothon_records::kinds::{Commune, Village};
use sothon_records::problem::day;
use sothon_records::text::folded_words;
use sothon_records::{Record as _, Words};

use crate::api::{CodeGap, DocumentHead, SuperiorRow};
use crate::desk::{Desk, place_of};
use crate::place::only;

impl Desk {
    /// The head of a page about a day.
    pub(crate) fn head_on(&self, on: NaiveDate) -> DocumentHead {
        DocumentHead {
            superiors: self.view.superiors_on(SuperiorRole::Direct, on),
            commune: self.commune_name_on(on),
        }
    }

    /// The same in lines for a file: with the code of the day, and the names and codes before.
    pub(crate) fn head_lines(&self, on: NaiveDate) -> Vec<String> {
        let head = self.head_on(on);
        let known = self.view.known_communes();
        let with_code = |name: &str, code: Option<&String>| match code {
            Some(code) => self.w(&Words::new(
                format!("{name} (mã {code})"),
                format!("{name} (code {code})"),
            )),
            None => name.to_owned(),
        };
        let now = known.iter().find(|one| one.name == head.commune);
        let mut line = with_code(&head.commune, now.and_then(|one| one.code.as_ref()));
        let before = |one: &&Known| one.until.is_some_and(|until| until < on) && Some(*one) != now;
        for one in known.iter().filter(before) {
            let until = one.until.map(day).unwrap_or_default();
            let name = with_code(&one.name, one.code.as_ref());
            line += &self.w(&Words::new(
                format!("; đến {until}: {name}"),
                format!("; until {until}: {name}"),
            ));
        }
        head.superiors.into_iter().chain([line]).collect()
    }

    /// Who stands above the commune today, role by role, as its settings show it; a role of which nobody is recorded too.
    pub(crate) fn superior_rows(&self) -> Vec<SuperiorRow> {
        let today = self.today();
        let key = self.view.commune_on(today).map(|(key, _)| key.to_string());
        let row = |role: SuperiorRole| {
            let held = self.view.levels_on(role, today);
            let since = held.iter().map(|one| {
                let from = one
                    .from
                    .map(|from| format!("{} {}", self.t("từ", "since"), day(from)));
                let says: Vec<String> = from.into_iter().chain(one.basis.clone()).collect();
                format!("{}: {}", one.body.clone().unwrap_or_default(), says.join(" · "))
            });
            SuperiorRow {
                key: key.clone(),
                role: role.label().get(self.lang).to_owned(),
                bodies: since.collect(),
            }
        };
        SuperiorRole::ALL.iter().copied().map(row).collect()
    }

    /// To whom a document of the commune about a day goes, as far as that is recorded: who is told of it at its foot.
    pub(crate) fn recipients_on(&self, on: NaiveDate) -> Vec<String> {
        self.view.superiors_on(SuperiorRole::Recipient, on)
    }

    /// What is not recorded of the commune: codes, and who is directly above it.
    pub(crate) fn code_gaps(&self) -> Vec<CodeGap> {
        let today = self.today();
        let Some((key, _)) = self.view.commune_on(today) else {
            return Vec::new();
        };
        let codeless = self
            .view
            .known_communes()
            .into_iter()
            .filter(|one| one.code.is_none());
        let mut gaps: Vec<CodeGap> = codeless
            .map(|one| CodeGap {
                key: one.key.to_string(),
                says: self.w(&Words::new(
                    format!("Chưa có mã của {}", one.name),
                    format!("The code of {} is not recorded", one.name),
                )),
            })
            .collect();
        if self.view.superiors_on(SuperiorRole::Direct, today).is_empty() {
            gaps.push(CodeGap {
                key: key.to_string(),
                says: self
                    .t(
                        "Chưa ghi cơ quan cấp trên trực tiếp",
                        "The direct superior is not recorded",
                    )
                    .to_owned(),
            });
        }
        gaps
    }

    /// What is typed, with the name of a commune where its code stands: villages know the one that they belonged to by name.
    pub(crate) fn named_for_code(&self, typed: &str) -> Option<String> {
        let words = folded_words(typed);
        let named = |word: &String| {
            let known = self.view.known_communes().into_iter();
            let mut coded = known.filter(|one| {
                one.code
                    .as_deref()
                    .is_some_and(|code| folded_words(code) == [word.clone()])
            });
            Some(Commune::bare(&coded.next()?.name).join(" "))
        };
        let changed: Vec<String> = words
            .iter()
            .map(|word| named(word).unwrap_or_else(|| word.clone()))
            .collect();
        (changed != words).then(|| changed.join(" "))
    }

    /// The one village of these that a text names, under any name that it ever had. Where the text names a commune of ours, today's
    /// or a former one, by name or code, of villages of one name it is the one that belonged there.
    pub(crate) fn village_said(&self, text: &str, places: &[Scope]) -> Option<Scope> {
        let words = folded_words(text);
        let stands = |name: &str| {
            let sought = folded_words(name);
            !sought.is_empty() && words.windows(sought.len()).any(|some| some == sought)
        };
        let communes = self.view.communes_named(text);
        let belonged = |village: &Village| {
            let former = village.former_commune.as_deref().map(Commune::bare);
            former.is_some_and(|former| communes.iter().any(|one| Commune::bare(&one.name) == former))
        };
        let said = |scope: &Scope| {
            let Some(Place::Village(number)) = place_of(*scope) else {
                return None;
            };
            let village = Village::read(self.view.record(self.view.village_key(number)?)?).value;
            let names = village.names.values().filter(|name| name.in_force());
            let called = |name: &str| {
                let of = village.type_of;
                stands(&sothon_records::kinds::village::VillageType::called(of, name))
            };
            let named = names.filter_map(|name| name.name.as_deref()).any(called);
            named.then(|| (*scope, belonged(&village)))
        };
        let named: Vec<(Scope, bool)> = places.iter().filter_map(said).collect();
        let theirs = only(
            named
                .iter()
                .filter(|(_, belonged)| *belonged)
                .map(|(scope, _)| *scope),
        );
        theirs.or_else(|| only(named.iter().map(|(scope, _)| *scope)))
    }
}
