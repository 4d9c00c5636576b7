//! A register with two branches is said to everybody, for as long as it has two. Real sockets on loopback.

use crate::common::people::{Person, Station, admitted, founded, rows};
use crate::common::{TempDir, copy};
use serde_json::{Value, json};

const CHIEF: &str = "lua song tre nang";
pub const HEAD: &str = "cau gio thuyen chum";

/// A person starts their app again.
pub async fn started(base: TempDir, passphrase: &str) -> Person {
    let person = Person::at(base);
    let welcome = person.ask("welcome", json!({})).await;
    let unlock = json!({"folder": welcome["folders"][0]["id"], "passphrase": passphrase});
    person.ask("unlock", unlock).await;
    person
}

pub async fn ended(person: Person) -> TempDir {
    person.app.quit().await;
    person.base
}

/// The registrar's machine orders something: naming relays asks none of them first.
async fn order(registrar: &Person, relays: &Value) {
    registrar.ask("set_relays", json!({"relays": relays})).await;
}

/// The beginning of the id of the last operation that somebody's machine has.
async fn last_of(person: &Person) -> String {
    let page = person.ask("people", json!({})).await;
    let register = page["register"].as_str().unwrap();
    register.rsplit(' ').next().unwrap().to_owned()
}

fn branch_of<'a>(asked: &'a Value, last: &str) -> Option<&'a Value> {
    let mut ids = rows(asked, "branches").iter().map(|branch| &branch["id"]);
    ids.find(|id| id.as_str().unwrap().starts_with(last))
}

fn says_so(page: &Value) -> bool {
    page.to_string().contains("Danh bạ của xã có hai nhánh")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_branches_of_the_register_are_said_on_every_first_page_and_what_the_lost_one_ordered_after_that()
{
    let (station, _dir, chief) = founded().await;
    let head = admitted(&chief, "Lê Văn Hùng", "village-head", "village:1").await;
    let relay = chief.ask("people", json!({})).await["relays"][0].clone();
    let away = "1".repeat(64) + "@127.0.0.1:9";

    let sheet = chief.ask("recovery_sheet", json!({})).await;
    let groups = rows(&sheet, "groups").iter();
    let key: Vec<&str> = groups.map(|group| group.as_str().unwrap()).collect();

    // The machine's disk is copied; then the machine orders something that nobody hears of, and its copy something else.
    let chief = ended(chief).await;
    let restored = tempfile::tempdir().unwrap();
    copy(chief.path(), restored.path());
    let chief = started(chief, CHIEF).await;
    order(&chief, &json!([relay])).await;
    let at = station.end().await;
    order(&chief, &json!([relay, away])).await;
    let lost = last_of(&chief).await;
    let chief = ended(chief).await;
    let _station = Station::again(at);
    let restored = started(restored, CHIEF).await;
    order(&restored, &json!([])).await;
    order(&restored, &json!([relay])).await;
    restored
        .until("exchange", json!({}), |page| {
            rows(page, "log")
                .iter()
                .any(|line| line["says"].to_string().contains("khớp"))
        })
        .await;
    let chief = started(chief, CHIEF).await;
    for person in [&chief, &restored, &head] {
        person.until("today", json!({}), says_so).await;
        person.until("exchange", json!({}), says_so).await;
    }
    for (person, passphrase) in [(chief, CHIEF), (head, HEAD)] {
        let person = started(ended(person).await, passphrase).await;
        assert!(says_so(&person.ask("today", json!({})).await));
        assert!(says_so(&person.ask("exchange", json!({})).await));
        assert_eq!(person.ask("unchosen", json!({})).await, json!([]));
    }

    // The sheet chooses the branch of the machine that it is used on; what the other one ordered is listed.
    let own = last_of(&restored).await;
    let asked = restored
        .until("recovery_ask", json!({}), |asked| {
            branch_of(asked, &lost).is_some()
        })
        .await;
    let branch = branch_of(&asked, &own).expect("its own branch");
    let recover = json!({"key": key.join("-"), "branch": branch});
    let page = restored.ask("recover", recover).await;
    assert_eq!(page["unchosen"], "Còn 1 việc phải làm lại");
    let lost = restored.ask("unchosen", json!({})).await;
    let lost: Vec<(&str, &str)> = (lost.as_array().unwrap().iter())
        .map(|row| {
            (
                row["says"].as_str().unwrap(),
                row["state"]["word"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        lost,
        [
            ("Đặt trạm chuyển: 2", "Còn phải làm lại"),
            ("Đặt trạm chuyển: 1", "Không cần làm lại")
        ]
    );
    order(&restored, &json!([relay, away])).await;
    let page = restored.ask("people", json!({})).await;
    assert_eq!(page["unchosen"], "Không còn việc nào phải làm lại");
    assert!(!says_so(&restored.ask("today", json!({})).await));
}
