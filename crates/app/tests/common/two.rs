//! Two people with a device each, and a relay between them.

use serde_json::json;

use super::TempDir;
use super::people::{Person, Station, founded, rows};

/// Police and a village head, admitted, with a relay between them.
pub async fn two() -> (Station, TempDir, Person, Person) {
    let (station, dir, police) = founded().await;
    let head = Person::new();
    let made = police
        .ask(
            "invite",
            json!({"input": {"person": "Lê Văn Hùng", "role": "village-head", "place": "village:1", "days": 7, "what": "Điện thoại"}}),
        )
        .await;
    let seen = head.ask("read_invite", json!({"slip": made["text"]})).await;
    assert_eq!(
        (&seen["role"], &seen["expired"]),
        (&json!("Trưởng thôn, Thôn 1"), &json!(false))
    );
    let waiting = head
        .ask(
            "join",
            json!({"input": {"slip": made["text"], "title": "", "passphrase": "cau gio thuyen chum"}}),
        )
        .await;
    let page = police
        .until("people", json!({}), |page| !rows(page, "asking").is_empty())
        .await;
    let asking = &page["asking"][0];
    assert_eq!(asking["words"], waiting["words"]);
    assert_eq!(
        (rows(&waiting, "words").len(), &asking["person"]),
        (8, &json!("Lê Văn Hùng"))
    );
    let page = police
        .ask(
            "admit",
            json!({"invite": asking["invite"], "device": asking["device"]}),
        )
        .await;
    assert_eq!(
        (&page["summary"], &page["invites"][0]["open"]),
        (&json!("2 người, 2 máy"), &json!(false))
    );
    head.until("me", json!({}), |me| {
        me["standing"] == "admitted" && me["person"] == "Lê Văn Hùng"
    })
    .await;
    (station, dir, police, head)
}
