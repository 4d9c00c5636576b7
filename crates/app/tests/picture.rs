//! What home, the merged picture, tasks, care, tips and a village's page show of the practice commune.

mod common;

use common::{ask, practice};
use serde_json::{Value, json};

#[tokio::test]
async fn dump() {
    let (_base, app) = practice().await;
    for (name, arguments) in [
        ("today", json!({})),
        ("overview", json!({"ask": {"span": "", "day": ""}})),
        ("overview", json!({"ask": {"span": "month", "day": ""}})),
        ("tasks", json!({})),
        ("village", json!({"number": 2})),
        ("care", json!({})),
        ("tips", json!({})),
    ] {
        let start = std::time::Instant::now();
        let answer: Value = ask(&app, name, arguments).await;
        println!("== {name} {:?}\n{}", start.elapsed(), serde_json::to_string_pretty(&answer).unwrap());
    }
}
