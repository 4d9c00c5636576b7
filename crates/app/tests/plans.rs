//! The plan as a living thing: a plan for the next period from the old one as one act, a board for each plan and each place.

use serde_json::{Value, json};

use crate::common::people::{Person, UNIT, admitted, founded, rows};
use crate::common::{app_at, ask, fault};

/// Saves a record of the commune; gives its key.
async fn saved(by: &Person, kind: &str, values: Value, subs: Value) -> String {
    let input = json!({"input": {"kind": kind, "place": "commune", "values": values, "subs": subs}});
    by.ask("save", input).await["key"].as_str().unwrap().to_owned()
}

async fn plan_of_2026(office: &Person) -> String {
    let phase = |phase: &str, from: &str, until: &str| json!({"list": "phases", "key": null, "values": {"phase": phase, "from": from, "until": until}});
    let plan = json!({
        "name": "Kế hoạch năm 2026", "number": "01/KH-UBND", "issued_on": "02/01/2026", "issuer": "UBND xã",
        "from": "01/01/2026", "until": "31/12/2026",
    });
    let phases = json!([
        phase("first", "01/01/2026", "30/06/2026"),
        phase("second", "01/07/2026", "31/12/2026"),
        {"list": "steps", "key": null, "values": {"step": "one", "name": "Ban hành kế hoạch"}},
    ]);
    saved(office, "plan", plan, phases).await
}

fn task(plan: &str, number: &str, title: &str, more: Value) -> Value {
    let mut task = json!({
        "plan": plan, "number": number, "section": "II.1", "title": title, "content": title, "lead": "police",
        "repeat": "once",
    });
    task.as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    task
}

/// An office with a plan of three tasks, and a village head.
async fn with_plan(chief: &Person) -> (Person, Person, String) {
    let office = admitted(chief, "Bùi Thị Lan", "office", "").await;
    let head = admitted(chief, "Trịnh Thị Hạnh", "village-head", "village:1").await;
    let writes = |cards: &Value| {
        let cards = cards.as_array().unwrap();
        cards
            .iter()
            .any(|card| card["kind"] == "plan" && card["writes"] == true)
    };
    office.until("kinds", json!({}), writes).await;
    let plan = plan_of_2026(&office).await;
    for (number, title, more) in [
        (
            "1",
            "Ban hành kế hoạch",
            json!({"deadline": "31/01/2026", "step": "one", "phase": "first"}),
        ),
        (
            "2",
            "Tiếp xúc từng người",
            json!({"deadline": "31/01/2026", "repeat": "monthly", "repeat_until": "31/12/2026", "per_village": "yes",
                "lead": "village-head"}),
        ),
        ("10", "Ra quân đầu năm", json!({"deadline": "15/12/2025"})),
    ] {
        saved(&office, "task", task(&plan, number, title, more), json!([])).await;
    }
    (office, head, plan)
}

fn titles(rows: &[Value]) -> Vec<&str> {
    rows.iter().map(|row| row["title"].as_str().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_plan_for_the_next_period_is_made_of_the_old_one_as_one_act_and_undone_as_one() {
    let (_station, _dir, chief) = founded().await;
    let (office, head, plan) = with_plan(&chief).await;
    let page = office.ask("renewing", json!({"plan": plan})).await;
    assert_eq!(page["tasks"], 3);
    let mut ask = page["suggested"].clone();
    assert_eq!(
        (&ask["from"], &ask["until"]),
        (&json!("01/01/2027"), &json!("31/12/2027"))
    );

    // What the plan itself lacks is said before its tasks are looked at.
    let lacking = office.app.call("renewed_tasks", json!({"ask": ask})).await;
    let lacking = lacking.expect_err("a plan has a number and a day");
    let fields: Vec<&str> = lacking
        .problems
        .iter()
        .map(|problem| problem.place.field.as_str())
        .collect();
    assert_eq!(fields, ["number", "issued_on"]);
    ask["name"] = json!("Kế hoạch năm 2027");
    ask["number"] = json!("01/KH-UBND");
    ask["issuedOn"] = json!("04/01/2027");
    let seen = office.ask("renewed_tasks", json!({"ask": ask})).await;
    let proposed = rows(&seen, "rows");
    assert_eq!(
        titles(proposed),
        [
            "1 Ban hành kế hoạch",
            "2 Tiếp xúc từng người",
            "10 Ra quân đầu năm"
        ]
    );
    assert_eq!(
        (&proposed[1]["deadline"], &proposed[1]["repeatUntil"]),
        (&json!("31/01/2027"), &json!("31/12/2027"))
    );
    // 31/01/2027 is a Sunday.
    assert_eq!(proposed[1]["binds"], "Rơi vào ngày nghỉ, tính đến 01/02/2027");
    assert_eq!(
        (&proposed[2]["fits"], &seen["outside"]),
        (&json!(false), &json!(1))
    );
    assert_eq!(
        seen["says"],
        json!([
            "Giai đoạn 1: từ 01/01/2027 đến 30/06/2027",
            "Giai đoạn 2: từ 01/07/2027 đến 31/12/2027"
        ])
    );

    let taken = |n: usize, deadline: &str, until: &str| json!({"key": proposed[n]["key"], "deadline": deadline, "repeatUntil": until});
    let outside = json!([taken(0, "31/01/2028", ""), taken(1, "", "31/12/2027")]);
    let outside = office
        .app
        .call("renew_plan", json!({"input": {"ask": ask, "tasks": outside}}))
        .await;
    let outside = outside.expect_err("a day outside of the period, and none");
    let fields: Vec<String> = outside
        .problems
        .iter()
        .map(|problem| problem.place.field.clone())
        .collect();
    let field = |n: usize| format!("deadline:{}", proposed[n]["key"].as_str().unwrap());
    assert_eq!(fields, [field(0), field(1)]);

    let tasks = json!([taken(0, "15/01/2027", ""), taken(1, "31/01/2027", "31/12/2027")]);
    let input = json!({"input": {"ask": ask, "tasks": tasks}});
    let refused = head.app.call("renew_plan", input.clone()).await;
    let refused = refused.expect_err("a village head makes no plan of the commune");
    assert!(
        ["may_not_write", "no_book", "no_record"].contains(&refused.code),
        "{}",
        refused.code
    );
    let made = office.ask("renew_plan", input).await;
    assert_eq!(made["says"], "Đã lập kế hoạch với 2 nhiệm vụ trên máy này");

    // It has come to the village head, whole, and the old one is as it was.
    let of_new = json!({"ask": {"plan": made["key"]}});
    let came = |board: &Value| board["plan"] == made["key"] && !rows(board, "groups").is_empty();
    let board = head.until("tasks", of_new.clone(), came).await;
    let label = &rows(&board, "plans")
        .iter()
        .find(|plan| plan["slug"] == made["key"])
        .unwrap()["label"];
    assert_eq!(label, "Kế hoạch năm 2027 (từ 01/01/2027 đến 31/12/2027)");
    assert_eq!(board["summary"], "2 nhiệm vụ · 0 xong · 0 quá hạn");
    let labels: Vec<&str> = rows(&board, "groups")
        .iter()
        .map(|group| group["label"].as_str().unwrap())
        .collect();
    assert_eq!(
        labels,
        [
            "Bước 1: Ban hành kế hoạch · Giai đoạn 1 (từ 01/01/2027 đến 30/06/2027)",
            "Ngoài các bước"
        ]
    );
    assert_eq!(board["renews"], false);
    let old = office.ask("tasks", json!({"ask": {"plan": plan}})).await;
    assert!(
        old["summary"].as_str().unwrap().starts_with("3 nhiệm vụ"),
        "{}",
        old["summary"]
    );

    office.ask("undo", json!({"act": made["act"]})).await;
    let board = office.ask("tasks", of_new).await;
    assert_eq!(board["plan"], json!(plan));
    assert!(
        rows(&board, "plans")
            .iter()
            .all(|plan| plan["slug"] != made["key"])
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_board_shows_what_is_asked_of_one_village_and_how_far_it_is_there() {
    let (_station, _dir, chief) = founded().await;
    let (office, head, plan) = with_plan(&chief).await;
    let of = |place: Value| json!({"ask": {"plan": plan, "place": place}});
    let one = |board: &Value| -> Vec<Value> {
        rows(board, "groups")
            .iter()
            .flat_map(|group| rows(group, "tasks").clone())
            .collect()
    };
    let whole = |board: &Value| one(board).len() == 3;
    head.until("tasks", of(Value::Null), whole).await;
    let board = head.ask("tasks", of(json!("village:1"))).await;
    let tasks = one(&board);
    assert_eq!(titles(&tasks), ["Tiếp xúc từng người"]);
    assert_eq!(
        (&tasks[0]["progress"], &tasks[0]["writes"]),
        (&json!("chưa báo"), &json!(true))
    );

    // Progress is the village's own record; the neighbour's standing does not move.
    let progress =
        json!({"task": tasks[0]["key"], "due": "30/06/2026", "date": "09/06/2026", "percent": "50"});
    let input = json!({"input": {"kind": "progress", "place": "village:1", "values": progress, "subs": []}});
    head.ask("save", input).await;
    let half = |board: &Value| one(board).iter().any(|task| task["progress"] == "50 %");
    office.until("tasks", of(json!("village:1")), half).await;
    let neighbour = office.ask("tasks", of(json!("village:2"))).await;
    assert_eq!(one(&neighbour)[0]["progress"], "chưa báo");
    let board = office.ask("tasks", of(Value::Null)).await;
    assert!(
        one(&board).iter().any(|task| task["progress"] == "0/2 thôn"),
        "{board:#}"
    );
}

#[tokio::test]
async fn the_board_begins_with_the_plan_in_force_and_names_its_own_steps_and_phases() {
    let base = tempfile::tempdir().unwrap();
    let app = app_at(base.path(), "2025-06-10T09:00");
    ask(&app, "open_practice", json!({})).await;
    let board = ask(&app, "tasks", json!({"ask": {}})).await;
    let shipped = "plan/8a4049c90d028ba88aadc3b8006671ed";
    assert_eq!(board["plan"], shipped);
    let label = board["plans"][0]["label"].as_str().unwrap();
    assert!(label.ends_with("(đến 31/12/2025)"), "{label}");
    let first = board["groups"][0]["label"].as_str().unwrap();
    assert_eq!(
        first,
        "Bước 1: UBND ban hành kế hoạch · Giai đoạn 1 (đến 14/12/2024)"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn standing_duties_become_tasks_of_a_plan_once_and_are_taken_back_at_once() {
    let (_station, _dir, chief) = founded().await;
    let (office, head, plan) = with_plan(&chief).await;
    let offered = office.ask("duties", json!({"plan": plan})).await;
    let duties = rows(&offered, "rows");
    assert_eq!(duties.len(), 14);
    assert!(
        duties
            .iter()
            .all(|duty| duty["made"] == false && !duty["source"].as_str().unwrap().is_empty())
    );
    assert_eq!(
        duties[0]["detail"],
        "Trưởng thôn, từng thôn · hằng tháng, lần đầu 31/01/2026"
    );
    let make = |numbers: Value| json!({"plan": plan, "numbers": numbers});
    let refused = head.app.call("make_duties", make(json!(["TK01"]))).await;
    let refused = refused.expect_err("a village head makes no tasks of the commune");
    assert!(
        ["may_not_write", "no_book", "no_record"].contains(&refused.code),
        "{}",
        refused.code
    );
    let made = office.ask("make_duties", make(json!(["TK01", "TK09"]))).await;
    assert_eq!(made["says"], "Đã tạo 2 nhiệm vụ trên máy này");
    let five = |board: &Value| board["summary"].as_str().unwrap().starts_with("5 nhiệm vụ");
    head.until("tasks", json!({"ask": {"plan": plan}}), five).await;

    // Asked for again, what is there stays as it is.
    let again = office.ask("make_duties", make(json!(["TK01", "TK04"]))).await;
    assert_eq!(again["says"], "Đã tạo 1 nhiệm vụ trên máy này");
    let nothing = office.app.call("make_duties", make(json!(["TK01"]))).await;
    assert_eq!(nothing.expect_err("all of it is there").code, "nothing_to_write");

    // Taken back, they can be made again.
    office.ask("undo", json!({"act": made["act"]})).await;
    let offered = office.ask("duties", json!({"plan": plan})).await;
    let is_made: Vec<&Value> = rows(&offered, "rows")
        .iter()
        .filter(|duty| duty["made"] == true)
        .collect();
    assert_eq!(is_made.len(), 1, "{is_made:?}");
    let back = office.ask("make_duties", make(json!(["TK01"]))).await;
    assert_eq!(back["says"], "Đã tạo 1 nhiệm vụ trên máy này");
    let offered = office.ask("duties", json!({"plan": plan})).await;
    assert_eq!(offered["rows"][0]["made"], true);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_village_plans_for_itself_beside_the_communes_tasks_and_their_progress_stays() {
    let (_station, _dir, chief) = founded().await;
    let (office, head, plan) = with_plan(&chief).await;
    let board = async |person: &Person| {
        person
            .ask("tasks", json!({"ask": {"plan": plan, "place": null}}))
            .await
    };
    let three = |board: &Value| {
        let groups = rows(board, "groups").iter();
        groups.flat_map(|group| rows(group, "tasks")).count() == 3
    };
    let asked = json!({"ask": {"plan": plan, "place": null}});
    let before = head.until("tasks", asked.clone(), three).await;
    assert_eq!((&before["writesOwn"], &before["own"]), (&json!(true), &json!([])));
    let task = rows(&before, "groups")
        .iter()
        .flat_map(|group| rows(group, "tasks"))
        .find(|task| task["title"] == "Tiếp xúc từng người")
        .unwrap();
    let part = |title: &str, more: Value| {
        let mut values = json!({"title": title, "under": task["key"], "due": "20/12/2026"});
        values
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        json!({"list": "tasks", "key": null, "values": values})
    };
    let values = json!({"name": "Kế hoạch thôn năm 2026", "plan": plan, "issued_on": "05/01/2026",
        "from": "01/01/2026", "until": "31/12/2026"});
    let parts = json!([
        part("Họp thôn bàn cách làm", json!({"done_on": "01/06/2026"})),
        part("Đi từng ngõ", json!({})),
        part("Treo băng rôn", json!({"due": "05/06/2026"})),
    ]);
    let input = json!({"kind": "own-plan", "values": values, "subs": parts});
    let own = head.ask("save", json!({ "input": input })).await;
    let opened = head
        .ask("record", json!({"key": own["key"], "reason": null}))
        .await;
    assert!(opened["book"].as_str().unwrap().contains("Thôn 1"), "{opened:#}");

    // Who reads the village's book sees it with the commune's plan; nothing of the plan's own progress is different.
    let there = |board: &Value| !rows(board, "own").is_empty();
    let seen = office.until("tasks", asked.clone(), there).await;
    let row = &rows(&seen, "own")[0];
    assert_eq!(
        (&row["title"], &row["says"], &row["state"]["word"]),
        (
            &json!("Thôn 1: Kế hoạch thôn năm 2026"),
            &json!("từ 01/01/2026 đến 31/12/2026 · 3 việc · 1 xong"),
            &json!("Quá hạn 1 việc")
        )
    );
    let task_of = |board: &Value| {
        let groups = rows(board, "groups").iter();
        let mut tasks = groups.flat_map(|group| rows(group, "tasks"));
        tasks.find(|one| one["key"] == task["key"]).unwrap().clone()
    };
    assert_eq!(task_of(&seen)["own"], "Thôn 1: 3 việc riêng, 1 xong");
    let after = board(&head).await;
    assert_eq!(after["summary"], before["summary"]);
    assert_eq!(
        (&task_of(&after)["progress"], &task_of(&after)["state"]),
        (&task["progress"], &task["state"])
    );
    // The village is reminded of what it has set itself, nobody else is.
    let reminded = async |person: &Person| {
        let due = person.ask("all_due", json!({})).await;
        let whose = due
            .as_array()
            .unwrap()
            .iter()
            .filter(|row| row["kind"] == "own-plan");
        whose.map(|row| row["who"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(reminded(&head).await, [json!("Treo băng rôn")]);
    assert!(reminded(&office).await.is_empty());
    // The office writes no village's book: it cannot change the village's plan.
    let change = json!({"kind": "own-plan", "key": own["key"], "values": {"name": "Khác"}, "subs": []});
    assert_eq!(
        fault(&office.app, "save", json!({ "input": change })).await,
        "may_not_write"
    );
}

/// The commune's plan of the next year with all tasks of the old one that fall into it; gives its key.
async fn renewed_by_office(office: &Person, plan: &str) -> String {
    let mut ask = office.ask("renewing", json!({"plan": plan})).await["suggested"].clone();
    ask["name"] = json!("Kế hoạch năm 2027");
    ask["number"] = json!("01/KH-UBND");
    ask["issuedOn"] = json!("04/01/2027");
    let seen = office.ask("renewed_tasks", json!({"ask": ask})).await;
    let fitting = rows(&seen, "rows").iter().filter(|row| row["fits"] == true);
    let tasks: Vec<Value> = fitting
        .map(|row| json!({"key": row["key"], "deadline": row["deadline"], "repeatUntil": row["repeatUntil"]}))
        .collect();
    let made = office
        .ask("renew_plan", json!({"input": {"ask": ask, "tasks": tasks}}))
        .await;
    made["key"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_village_renews_its_own_plan_in_its_own_book_and_what_was_done_stays_with_the_old_one() {
    let (_station, _dir, chief) = founded().await;
    let (office, head, plan) = with_plan(&chief).await;
    let of = |plan: &str| json!({"ask": {"plan": plan, "place": null}});
    let served = |board: &Value| {
        let groups = rows(board, "groups").iter();
        let mut tasks = groups.flat_map(|group| rows(group, "tasks"));
        tasks
            .find(|task| task["title"] == "Tiếp xúc từng người")
            .map(|task| task["key"].clone())
    };
    let board = head
        .until("tasks", of(&plan), |board| served(board).is_some())
        .await;
    let under = served(&board).unwrap();
    let part = |values: Value| json!({"list": "tasks", "key": null, "values": values});
    let values = json!({"name": "Kế hoạch thôn năm 2026", "plan": plan, "issued_on": "05/01/2026",
        "from": "01/01/2026", "until": "31/12/2026", "goals": "Mọi hộ ký cam kết"});
    let parts = json!([
        part(
            json!({"title": "Họp thôn", "under": under, "lead": "Chi hội phụ nữ", "due": "28/02/2026",
            "done_on": "01/06/2026", "result": "52 hộ dự"})
        ),
        part(json!({"title": "Đi từng ngõ", "due": "31/12/2026"})),
        part(json!({"title": "Treo băng rôn", "due": "20/12/2025"})),
    ]);
    let input = json!({"kind": "own-plan", "values": values, "subs": parts});
    let own = head.ask("save", json!({ "input": input })).await["key"].clone();

    // Who reads it without writing there can do nothing of this.
    let there = |board: &Value| !rows(board, "own").is_empty();
    let seen = office.until("tasks", of(&plan), there).await;
    assert_eq!(seen["own"][0]["renews"], false);
    assert_eq!(
        fault(&office.app, "renewing", json!({ "plan": own })).await,
        "may_not_write"
    );
    let mine = head.ask("tasks", of(&plan)).await;
    assert_eq!(mine["own"][0]["renews"], true);
    let page = head.ask("renewing", json!({ "plan": own })).await;
    assert_eq!((&page["own"], &page["tasks"]), (&json!(true), &json!(3)));
    let mut ask = page["suggested"].clone();
    assert_eq!(
        (&ask["from"], &ask["until"]),
        (&json!("01/01/2027"), &json!("31/12/2027"))
    );
    ask["name"] = json!("Kế hoạch thôn năm 2027");
    let lacking = head.app.call("renewed_tasks", json!({"ask": ask})).await;
    let lacking = lacking.expect_err("a plan has its day; one of its own has no number");
    let fields: Vec<&str> = lacking
        .problems
        .iter()
        .map(|problem| problem.place.field.as_str())
        .collect();
    assert_eq!(fields, ["issued_on"]);
    ask["issuedOn"] = json!("06/06/2026");

    // As long as the commune has no plan for those days, none is named.
    let seen = head.ask("renewed_tasks", json!({"ask": ask})).await;
    let says = seen["says"][0].as_str().unwrap();
    assert!(says.starts_with("Xã chưa có kế hoạch"), "{says}");
    let detail = |seen: &Value, n: usize| rows(seen, "rows")[n]["detail"].as_str().unwrap().to_owned();
    assert_eq!(
        detail(&seen, 1),
        "Chi hội phụ nữ, không còn thuộc nhiệm vụ nào của xã, đã xong 01/06/2026"
    );
    let next = renewed_by_office(&office, &plan).await;
    let board = head
        .until("tasks", of(&next), |board| {
            board["plan"] == json!(next) && served(board).is_some()
        })
        .await;
    let under_next = served(&board).unwrap();
    assert_ne!(under_next, under);
    let seen = head.ask("renewed_tasks", json!({"ask": ask})).await;
    assert_eq!(
        seen["says"],
        json!(["Theo kế hoạch của xã: Kế hoạch năm 2027 (từ 01/01/2027 đến 31/12/2027)"])
    );
    let proposed = rows(&seen, "rows");
    assert_eq!(titles(proposed), ["Treo băng rôn", "Họp thôn", "Đi từng ngõ"]);
    assert!(
        detail(&seen, 1).contains("thuộc nhiệm vụ 2 – Tiếp xúc từng người"),
        "{seen:#}"
    );
    let dates: Vec<&Value> = proposed.iter().map(|row| &row["deadline"]).collect();
    assert_eq!(dates, ["20/12/2026", "28/02/2027", "31/12/2027"]);
    assert_eq!(
        (&proposed[0]["fits"], &seen["outside"]),
        (&json!(false), &json!(1))
    );

    // Days are looked at before anything is written, and each is told at its task.
    let taken = |n: usize, deadline: &str| json!({"key": proposed[n]["key"], "deadline": deadline, "repeatUntil": ""});
    let wrong =
        json!({"input": {"ask": ask, "tasks": [taken(2, ""), taken(0, "20/12/2026"), taken(1, "1/3/27x")]}});
    let wrong = head.app.call("renew_plan", wrong).await;
    let wrong = wrong.expect_err("a day outside of the period, one that is none, and none");
    let fields: Vec<String> = wrong
        .problems
        .iter()
        .map(|problem| problem.place.field.clone())
        .collect();
    let field = |n: usize| format!("deadline:{}", proposed[n]["key"].as_str().unwrap());
    assert_eq!(fields, [field(0), field(1), field(2)]);
    let stranger = json!({"input": {"ask": ask, "tasks": [{"key": "x", "deadline": "", "repeatUntil": ""}]}});
    assert_eq!(fault(&head.app, "renew_plan", stranger).await, "internal");

    let tasks = json!([taken(1, "15/03/2027"), taken(2, "31/12/2027")]);
    let input = json!({"input": {"ask": ask, "tasks": tasks}});
    assert_eq!(
        fault(&office.app, "renew_plan", input.clone()).await,
        "may_not_write"
    );
    let made = head.ask("renew_plan", input).await;
    assert_eq!(
        (&made["says"], &made["board"]),
        (
            &json!("Đã lập kế hoạch với 2 nhiệm vụ trên máy này"),
            &json!(next)
        )
    );
    let opened = head
        .ask("record", json!({"key": made["key"], "reason": null}))
        .await;
    assert!(opened["book"].as_str().unwrap().contains("Thôn 1"), "{opened:#}");
    let came = opened.to_string();
    for here in ["Họp thôn", "Đi từng ngõ", "15/03/2027", "Mọi hộ ký cam kết"] {
        assert!(came.contains(here), "{here} is not in {opened:#}");
    }
    for gone in ["Treo băng rôn", "01/06/2026", "52 hộ dự"] {
        assert!(!came.contains(gone), "{gone} is in {opened:#}");
    }

    // It comes to who reads the village's book, under the commune's next plan; the old one stays as it was.
    let seen = office.until("tasks", of(&next), there).await;
    assert_eq!(
        seen["own"][0]["says"],
        "từ 01/01/2027 đến 31/12/2027 · 2 việc · 0 xong"
    );
    let groups = rows(&seen, "groups").iter();
    let task = groups
        .flat_map(|group| rows(group, "tasks"))
        .find(|task| task["key"] == under_next);
    assert_eq!(task.unwrap()["own"], "Thôn 1: 1 việc riêng, 0 xong");
    let before = head.ask("tasks", of(&plan)).await;
    assert_eq!(
        (&before["own"][0]["says"], &before["own"][0]["renews"]),
        (
            &json!("từ 01/01/2026 đến 31/12/2026 · 3 việc · 1 xong"),
            &json!(false)
        )
    );

    // Taken back as one, it can be made again.
    head.ask("undo", json!({"act": made["act"]})).await;
    assert_eq!(head.ask("tasks", of(&next)).await["own"], json!([]));
    assert_eq!(head.ask("tasks", of(&plan)).await["own"][0]["renews"], true);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_unit_renews_its_own_plan_and_what_is_half_done_of_it_comes_back() {
    let (_station, _dir, chief) = founded().await;
    let women = admitted(&chief, "Vũ Thị Yến", "unit", UNIT).await;
    let part =
        json!({"list": "tasks", "key": null, "values": {"title": "Sinh hoạt chi hội", "due": "30/06/2026"}});
    let values = json!({"name": "Kế hoạch của Hội Phụ nữ", "issued_on": "05/01/2026", "until": "30/06/2026",
        "from": "01/01/2026"});
    let input = json!({"kind": "own-plan", "values": values, "subs": [part]});
    let own = women.ask("save", json!({ "input": input })).await["key"].clone();
    let mut ask = women.ask("renewing", json!({ "plan": own })).await["suggested"].clone();
    assert_eq!(
        (&ask["from"], &ask["until"]),
        (&json!("01/07/2026"), &json!("31/12/2026"))
    );
    ask["issuedOn"] = json!("06/06/2026");
    let half = json!({"page": "renewal", "ask": ask, "period": "", "tasks": []});
    women.ask("keep_unfinished", json!({ "half": half })).await;
    let kept = women.ask("drafts", json!({})).await;
    assert_eq!(kept[0]["kind"], "own-plan");

    let seen = women.ask("renewed_tasks", json!({"ask": ask})).await;
    let (row, says) = (&seen["rows"][0], &seen["says"]);
    // It named no plan of the commune: nothing is said of one.
    assert_eq!((&row["deadline"], says), (&json!("31/12/2026"), &json!([])));
    let tasks = json!([{"key": row["key"], "deadline": row["deadline"], "repeatUntil": ""}]);
    let made = women
        .ask("renew_plan", json!({"input": {"ask": ask, "tasks": tasks}}))
        .await;
    assert_eq!(made["board"], Value::Null);
    assert_eq!(women.ask("drafts", json!({})).await, json!([]));
    let opened = women
        .ask("record", json!({"key": made["key"], "reason": null}))
        .await;
    assert!(
        opened["book"].as_str().unwrap().contains('7'),
        "{}",
        opened["book"]
    );
    let board = women.ask("tasks", json!({"ask": {}})).await;
    let renews: Vec<&Value> = rows(&board, "own").iter().map(|own| &own["renews"]).collect();
    assert_eq!(renews, [true, false]);
}
