//! The verdicts are those of the model on the same histories, which `tests/model/export.py` wrote.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use serde_json::Value;
use sothon_ledger::register::{Action, Cut, CutOf, LogHead};
use sothon_ledger::verdict::{
    Admitted, Aside, ChangeFact, EntrySet, Fact, Facts, Judge, Verdict, Verdicts, judge,
};
use sothon_ledger::*;

use crate::commune::{BOOK, Commune, Draft, actor, device, entry, epoch, log};

/// Operations before the model's first: found, the office, the book.
const BEFORE: u64 = 3;

struct History {
    commune: Commune,
    /// What makes the epoch that all use; not in the model.
    epoch: Draft,
    entries: Vec<Draft>,
    /// Register height and the model's letters.
    views: Vec<(u64, String)>,
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

fn number(value: &Value) -> u64 {
    value.as_u64().unwrap()
}

/// The model's ids and hashes keep their order.
fn id(value: &Value) -> [u8; 32] {
    let mut out = [0; 32];
    for (at, digits) in text(value).as_bytes().chunks(2).enumerate() {
        out[at] = u8::from_str_radix(std::str::from_utf8(digits).unwrap(), 16).unwrap();
    }
    out
}

fn read(value: &Value) -> History {
    let rows = value["entries"].as_array().unwrap();
    let of = |n: &Value| EntryId(id(&rows[number(n) as usize][0]));
    let mut commune = Commune::new();
    commune.admit("office", Role::Office);
    commune.open(
        BookKind::Village,
        &[(Right::Read, Role::Office), (Right::Write, Role::Unit)],
        &[],
    );
    assert_eq!(commune.height(), BEFORE);
    for op in value["register"].as_array().unwrap() {
        match text(&op[0]) {
            "g" => commune.admit(text(&op[1]), Role::Unit),
            "c" => {
                let heads = op[2].as_array().unwrap().iter().map(|head| LogHead {
                    log: log(text(&head[0])),
                    seq: number(&head[1]),
                    id: of(&head[2]),
                });
                commune.op(Action::Cut(Cut {
                    of: CutOf::Device(device(text(&op[1]))),
                    heads: heads.collect(),
                }))
            }
            "l" => commune.let_in(of(&op[1])),
            _ => commune.anchor(of(&op[1])),
        };
    }
    let epoch = epoch(&commune, "office.0", None, &[], BEFORE, BEFORE);
    let entries = rows.iter().map(|row| {
        let back = row[4].as_i64().filter(|n| *n >= 0);
        let mut after: Vec<EntryId> = row[5].as_array().unwrap().iter().map(of).collect();
        if back.is_none() && after.is_empty() {
            after.push(epoch.id());
        }
        after.sort_unstable();
        let height = number(&row[6]) + BEFORE;
        let mut draft = entry(&commune, "x", None, &[], height, Kind::Changes);
        draft.view.id = EntryId(id(&row[0]));
        let header = &mut draft.view.header;
        header.device = device(text(&row[1]));
        header.log = log(text(&row[2]));
        header.seq = number(&row[3]);
        header.backlink = back.map(|_| of(&row[4]));
        header.after = after;
        header.epoch = epoch.view.header.epoch;
        draft.fact = if number(&row[11]) == 0 {
            Fact::Refused(1)
        } else {
            let deps = row[9].as_array().unwrap().iter().map(|dep| match dep.as_u64() {
                Some(n) => ChangeHash(id(&rows[n as usize][10])),
                None => ChangeHash(id(dep)),
            });
            Fact::Changes(vec![ChangeFact {
                hash: ChangeHash(id(&row[10])),
                actor: actor(text(&row[7])),
                seq: number(&row[8]),
                deps: deps.collect(),
            }])
        };
        draft
    });
    let entries = entries.collect();
    let views = value["views"].as_array().unwrap().iter();
    History {
        entries,
        epoch,
        views: views
            .map(|view| (number(&view[0]) + BEFORE, text(&view[1]).to_owned()))
            .collect(),
        commune,
    }
}

fn histories() -> Vec<(String, History)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/histories");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().path())
        .collect();
    files.sort();
    let mut out = Vec::new();
    for file in files {
        let mut bytes = std::fs::read(&file).unwrap();
        if file.extension().is_some_and(|end| end == "zst") {
            bytes = zstd::decode_all(bytes.as_slice()).unwrap();
        }
        let value: Value = serde_json::from_slice(&bytes).unwrap();
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        for (n, history) in value.as_array().unwrap().iter().enumerate() {
            out.push((format!("{name}[{n}]"), read(history)));
        }
    }
    out
}

fn letter(verdict: &Verdict) -> char {
    match verdict {
        Verdict::Pending(_) => 'p',
        Verdict::Admitted(Admitted::ByRight) => 'r',
        Verdict::Admitted(Admitted::Through(_)) => 't',
        Verdict::Aside(Aside::Rival(..) | Aside::OnLoser(_)) => 'l',
        Verdict::Aside(Aside::Gate(_) | Aside::Backlink | Aside::Uncovered(_) | Aside::OnRefused(_)) => 'i',
        Verdict::Aside(_) => 'a',
    }
}

fn letters(history: &History, like: &str, verdicts: &Verdicts) -> String {
    let each = history.entries.iter().zip(like.chars());
    each.map(|(draft, c)| match c {
        '.' => '.',
        _ => letter(verdicts.get(&draft.id()).unwrap()),
    })
    .collect()
}

#[test]
fn the_verdicts_are_those_of_the_model() {
    let mut seen: BTreeMap<char, usize> = BTreeMap::new();
    let histories = histories();
    assert!(histories.len() > 3_000, "only {} histories", histories.len());
    for (name, history) in histories {
        for (height, model) in &history.views {
            let mut set = EntrySet::new(BOOK);
            let mut facts = Facts::new();
            let shown = history.entries.iter().zip(model.chars());
            let held = shown.filter(|(_, c)| *c != '.').map(|(draft, _)| draft);
            for draft in held.chain([&history.epoch]) {
                set.insert(draft.view.clone());
                facts.insert(draft.id(), draft.fact.clone());
            }
            let verdicts = judge(&set, &facts, history.commune.at(*height));
            let ours = letters(&history, model, &verdicts);
            assert_eq!(&ours, model, "{name} at height {height}");
            for c in ours.chars() {
                *seen.entry(c).or_default() += 1;
            }
        }
    }
    for c in "rtlaip".chars() {
        assert!(
            seen.get(&c).is_some_and(|n| *n > 2_000),
            "too few verdicts {c}: {seen:?}"
        );
    }
}

#[test]
fn entries_that_come_one_by_one_get_the_verdicts_of_the_model() {
    for (name, history) in histories() {
        let (height, model) = &history.views[0];
        let mut judge = Judge::new(BOOK);
        // The register first, as in a session, but for every other history at last.
        let early = if name.len() % 2 == 0 { *height } else { BEFORE + 1 };
        let mut seen: HashMap<EntryId, Verdict> = HashMap::new();
        let drafts = history.entries.iter().rev().chain([&history.epoch]);
        for draft in drafts {
            let outcome = judge.advance(
                history.commune.at(early),
                [draft.view.clone()],
                [(draft.id(), draft.fact.clone())],
            );
            for changed in outcome.changed {
                assert_eq!(seen.insert(changed.entry, changed.now), changed.before, "{name}");
            }
        }
        let outcome = judge.advance(history.commune.register(), [], []);
        for changed in outcome.changed {
            assert_eq!(seen.insert(changed.entry, changed.now), changed.before, "{name}");
        }
        let verdicts = judge.verdicts();
        assert_eq!(&letters(&history, model, &verdicts), model, "{name}");
        assert!(verdicts.iter().all(|(id, verdict)| seen[id] == *verdict));
        assert_eq!(verdicts.iter().count(), seen.len());
    }
}
