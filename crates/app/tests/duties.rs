//! Each duty of the plan (the second table of docs/coverage.md) has a record that whoever has the duty may write.

use std::collections::BTreeMap;

use crate::common::people::commune;
use serde_json::{Value, json};

/// Who in the test stands for the letters of the second table of docs/coverage.md, and the kind whose book comes last.
const ROLES: [(&str, &str, &str); 8] = [
    ("TT", "head-1", "contact"),
    ("CA", "police", "hotspot"),
    ("YT", "health", "checkup"),
    ("LĐ", "chair", "figure"),
    ("VP", "office", "plan"),
    ("QS", "women", "outreach"),
    ("VH", "women", "outreach"),
    ("MT", "women", "outreach"),
];

/// Who drops a tip, sealed, and does not write into its book: `a_tip_reaches_the_police_and_its_author_cannot_open_it_…`.
const DROPS: [&str; 6] = ["TT", "YT", "VP", "QS", "VH", "MT"];

/// Duties whose record lies in a book of others: it is handed to police or office (design.md §4).
const HANDED_ON: [&str; 10] = [
    "S27 YT", "S41 MT", "S43 MT", "S44 MT", "S45 MT", "S48 MT", "S83 TT", "S83 VH", "S90 MT", "S94 MT",
];

/// A duty: its number, who has it, the slugs of the kinds that carry it.
fn duties(page: &str) -> Vec<(&str, Vec<&str>, Vec<String>)> {
    let rows = page.lines().filter(|line| line.starts_with("| S"));
    let rows = rows.map(|line| {
        let cells: Vec<&str> = line.split(" | ").collect();
        let (_, who) = cells[1].rsplit_once('(').expect("who has the duty");
        let who = ROLES
            .iter()
            .filter(|(letters, ..)| who.contains(letters) || who.starts_with("all"));
        let files = cells[2].split('`').skip(1).step_by(2);
        let slugs =
            files.filter_map(|file| Some(file.rsplit_once('/')?.1.strip_suffix(".rs")?.replace('_', "-")));
        (
            cells[0].trim_start_matches("| "),
            who.map(|(letters, ..)| *letters).collect(),
            slugs.collect(),
        )
    });
    rows.collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_duty_has_a_record_that_whoever_has_it_may_write() {
    let (_station, _dir, people) = commune().await;
    let mut writes: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (letters, who, last) in ROLES {
        let written = |cards: &Value| -> Vec<String> {
            let cards = cards
                .as_array()
                .unwrap()
                .iter()
                .filter(|card| card["writes"] == true);
            cards
                .map(|card| card["kind"].as_str().unwrap().to_owned())
                .collect()
        };
        let all = |cards: &Value| written(cards).iter().any(|kind| kind == last);
        let cards = people[who].until("kinds", json!({}), all).await;
        let dropped = DROPS.contains(&letters).then(|| "tip".to_owned());
        writes.insert(letters, written(&cards).into_iter().chain(dropped).collect());
    }
    let page = include_str!("../../../docs/coverage.md");
    let duties = duties(page);
    assert_eq!(duties.len(), 108);
    let mut lacking = Vec::new();
    for (duty, who, kinds) in &duties {
        for letters in who {
            if !kinds.iter().any(|kind| writes[letters].contains(kind)) {
                lacking.push(format!("{duty} {letters}"));
            }
        }
    }
    assert_eq!(lacking, HANDED_ON);
}
