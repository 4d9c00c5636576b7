//! The plan as data: every field is sound, and every line of the plan has become something.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use sothon_records::kinds::task::{Phase, Repeat};
use sothon_records::kinds::{Plan, Task};
use sothon_records::plan::{ShippedPlan, shipped};
use sothon_records::raw::Value;
use sothon_records::{Context, Record, civil, validate};

fn context() -> Context {
    Context {
        today: civil::parse_date("2025-06-10").unwrap(),
    }
}

#[test]
fn every_task_is_complete() {
    let plan = shipped().unwrap();
    assert!(
        (80..=99).contains(&plan.tasks.len()),
        "some 80 tasks: {}",
        plan.tasks.len()
    );
    for task in &plan.tasks {
        let raw = task.task.write();
        assert_eq!(
            validate(Task::KIND, &raw, &context()),
            [],
            "{:?}",
            task.task.number
        );
        assert_eq!(
            Task::read(&raw).value,
            task.task,
            "written as it is read: NFC, tidy"
        );
        assert!(!task.carries.is_empty(), "{:?}", task.task.number);
    }
}

#[test]
fn only_number_and_date_of_the_plan_are_left_to_the_office() {
    let plan = shipped().unwrap();
    let problems = validate(Plan::KIND, &plan.plan.write(), &context());
    let open: Vec<&str> = problems
        .iter()
        .map(|problem| problem.place.field.as_str())
        .collect();
    assert_eq!(open, ["number", "issued_on"]);
}

#[test]
fn titles_are_short_and_differ() {
    let plan = shipped().unwrap();
    let titles: BTreeSet<_> = plan
        .tasks
        .iter()
        .map(|task| task.task.title.clone().unwrap())
        .collect();
    assert_eq!(titles.len(), plan.tasks.len());
    for title in titles {
        assert!(title.chars().count() <= 45, "{title}");
    }
}

#[test]
fn phases_and_repetitions_agree_with_the_dates() {
    let end_of_first = civil::parse_date("2024-12-14").unwrap();
    let end = civil::parse_date("2025-12-31").unwrap();
    for shipped in shipped().unwrap().tasks {
        let task = shipped.task;
        let deadline = task.deadline.unwrap();
        let at = task.number.clone();
        assert!(
            deadline <= end && task.repeat_until.is_none_or(|until| until <= end),
            "{at:?}"
        );
        match task.phase {
            Some(Phase::First) => assert!(
                deadline <= end_of_first && task.repeat == Some(Repeat::Once),
                "{at:?}"
            ),
            Some(Phase::Second) => assert!(deadline > end_of_first, "{at:?}"),
            _ => {}
        }
        let returns = task.repeat.and_then(Repeat::months).is_some();
        assert_eq!(returns, task.repeat_until.is_some(), "{at:?}");
        assert!(!task.due_dates(end).is_empty(), "{at:?}");
        assert!(
            !task.partners.contains(&task.lead.unwrap()),
            "{at:?} leads and takes part"
        );
    }
}

#[test]
fn every_line_of_the_plan_is_carried_or_said_to_be_something_else() {
    let plan = shipped().unwrap();
    let numbers: Vec<String> = plan.sources.iter().map(|source| source.number.clone()).collect();
    let expected: Vec<String> = (1..=108).map(|n| format!("S{n}")).collect();
    assert_eq!(numbers, expected);
    let carried = plan.carried();
    for source in &plan.sources {
        let by_task = carried.contains_key(source.number.as_str());
        assert_ne!(by_task, source.became.is_some(), "{}", source.number);
    }
    assert!(
        carried
            .keys()
            .all(|line| numbers.iter().any(|number| number == line))
    );
}

#[test]
fn the_five_steps_and_each_part_of_the_plan_have_tasks() {
    let plan = shipped().unwrap();
    let steps: BTreeSet<_> = plan.tasks.iter().filter_map(|task| task.task.step).collect();
    assert_eq!(steps.len(), 5);
    for part in [
        "I.", "II.1.a", "II.1.b", "II.1.c", "II.1.d", "II.1.đ", "II.1.e", "II.1.f", "II.2", "III.1",
    ] {
        let has =
            |section: &Option<String>| section.as_ref().is_some_and(|section| section.starts_with(part));
        assert!(plan.tasks.iter().any(|task| has(&task.task.section)), "{part}");
    }
}

#[test]
fn loading_the_plan_twice_makes_the_same_records() {
    let keys = |plan: &ShippedPlan| {
        plan.records()
            .into_iter()
            .map(|(key, _)| key)
            .collect::<BTreeSet<_>>()
    };
    let (first, second) = (shipped().unwrap(), shipped().unwrap());
    assert_eq!(first.records(), second.records());
    assert_eq!(keys(&first).len(), first.tasks.len() + 1);
    // Fixed for ever: books in the field hold these ids.
    assert_eq!(
        first.plan_key().to_string(),
        "plan/8a4049c90d028ba88aadc3b8006671ed"
    );
    let refers = Value::Text(first.plan_key().to_string());
    assert!(
        first
            .records()
            .iter()
            .skip(1)
            .all(|(_, raw)| raw.fields.get("plan") == Some(&refers))
    );
}

/// docs/plan-source.md is this table; run with `SOTHON_WRITE=1` to write it anew after a change of the data.
#[test]
fn the_table_of_sources_is_that_of_the_data() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/plan-source.md");
    let table = table(&shipped().unwrap());
    if std::env::var_os("SOTHON_WRITE").is_some() {
        std::fs::write(&path, &table).unwrap();
    }
    assert_eq!(std::fs::read_to_string(&path).unwrap(), table);
}

fn table(plan: &ShippedPlan) -> String {
    let mut page = String::from(
        "# From the plan to its tasks\n\n\
         Each line of the plan “Xã an toàn về ma túy, không ma túy” (2024), what it asks, in which record kinds it is\n\
         kept, and which tasks of `crates/records/data/plan-2024.json` carry it. This page is made from that file; a\n\
         test compares them. Deadlines and frequencies that the plan does not name are defaults of this project, to be\n\
         changed by the commune like any field.\n\n\
         | line | part | what it asks | kept in | tasks |\n| --- | --- | --- | --- | --- |\n",
    );
    let carried = plan.carried();
    for source in &plan.sources {
        let became = match (carried.get(source.number.as_str()), &source.became) {
            (Some(tasks), _) => tasks.join(", "),
            (None, Some(became)) => format!("none: {}", became.en),
            (None, None) => String::new(),
        };
        let row = (&source.number, &source.section, &source.asks, &source.records);
        writeln!(
            page,
            "| {} | {} | {} | {} | {became} |",
            row.0, row.1, row.2, row.3
        )
        .unwrap();
    }
    page.push_str("\n## The tasks\n\n| no. | part | task | led by | due | repeats | each village |\n");
    page.push_str("| --- | --- | --- | --- | --- | --- | --- |\n");
    for shipped in &plan.tasks {
        use sothon_records::ChoiceSet;
        let task = &shipped.task;
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let choice = |label: Option<sothon_records::Label>| label.map_or("", |label| label.vi);
        let due = task
            .deadline
            .map(sothon_records::problem::day)
            .unwrap_or_default();
        writeln!(
            page,
            "| {} | {} | {} | {} | {due} | {} | {} |",
            text(&task.number),
            text(&task.section),
            text(&task.title),
            choice(task.lead.map(|lead| lead.label())),
            choice(task.repeat.map(|repeat| repeat.label())),
            if task.per_village == Some(true) { "x" } else { "" },
        )
        .unwrap();
    }
    page
}
