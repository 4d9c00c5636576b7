//! Money, rewards, shifts and requests about data: what a list, a form or a due row makes of them.

use crate::common::{commune, day, general, id, put, village};
use sothon_overview::{DueKind, Place, View, Who};
use sothon_records::kinds::budget::{MoneySource, Payment};
use sothon_records::kinds::data_request::DataMatter;
use sothon_records::kinds::{Budget, DataRequest, Patrol, Reward, RewardProposal};
use sothon_records::{Record, civil};

fn line(year: i64, source: MoneySource, content: &str, planned: Option<i64>, payments: &[i64]) -> Budget {
    let payment = |amount: &i64| Payment {
        amount: Some(*amount),
        ..Payment::default()
    };
    Budget {
        year: Some(year),
        source: Some(source),
        content: Some(content.to_owned()),
        planned,
        payments: (1..).map(id).zip(payments.iter().map(payment)).collect(),
        ..Budget::default()
    }
}

#[test]
fn a_year_and_source_is_one_account_whose_sums_are_exact() {
    let mut written = line(2026, MoneySource::Commune, "Pa nô", Some(2_000_000), &[]);
    written.spent = Some(2_500_000);
    let mut voided = line(2026, MoneySource::Commune, "Ghi nhầm", Some(9), &[]);
    voided.common.voided = Some(true);
    let mut view = View::new();
    view.apply([
        put(
            commune(),
            1,
            &line(
                2026,
                MoneySource::Commune,
                "Tập huấn",
                Some(10_000_001),
                &[3_000_000, 1],
            ),
        ),
        put(commune(), 2, &written),
        put(
            commune(),
            3,
            &line(2026, MoneySource::Social, "Loa", None, &[i64::MAX, i64::MAX]),
        ),
        put(
            commune(),
            4,
            &line(2025, MoneySource::Commune, "Tờ rơi", Some(500_000), &[]),
        ),
        put(commune(), 5, &voided),
    ]);
    let accounts = view.accounts();
    let heads: Vec<(i64, Option<MoneySource>, usize)> = accounts
        .iter()
        .map(|account| (account.year, account.source, account.lines.len()))
        .collect();
    assert_eq!(
        heads,
        [
            (2026, Some(MoneySource::Commune), 2),
            (2026, Some(MoneySource::Social), 1),
            (2025, Some(MoneySource::Commune), 1),
        ]
    );
    let of_year = &accounts[0];
    assert_eq!(of_year.lines[0].content, "Pa nô", "in the order of names");
    assert_eq!(of_year.lines[0].left(), Some(-500_000), "more than planned");
    assert_eq!(of_year.lines[1].left(), Some(7_000_000));
    assert_eq!(
        (of_year.planned(), of_year.spent(), of_year.left()),
        (12_000_001, 5_500_001, 6_500_000)
    );
    assert_eq!(accounts[1].spent(), i128::from(i64::MAX) * 2);
    assert_eq!(accounts[1].lines[0].left(), None, "nothing is planned");
    assert_eq!(accounts[2].lines[0].left(), Some(500_000));
}

#[test]
fn a_proposal_waits_until_a_reward_in_force_names_it() {
    let proposal = |date: &str| RewardProposal {
        date: Some(day(date)),
        ..RewardProposal::default()
    };
    let mut reward = Reward {
        proposal: Some(RewardProposal::key(id(2))),
        ..Reward::default()
    };
    let mut view = View::new();
    view.apply([
        village(1),
        put(general(1), 1, &proposal("2025-06-02")),
        put(general(1), 2, &proposal("2025-05-02")),
    ]);
    let waiting = |view: &View| {
        view.undecided_proposals()
            .into_iter()
            .cloned()
            .collect::<Vec<_>>()
    };
    assert_eq!(
        waiting(&view),
        [RewardProposal::key(id(2)), RewardProposal::key(id(1))]
    );
    view.apply([put(commune(), 3, &reward)]);
    assert_eq!(waiting(&view), [RewardProposal::key(id(1))]);
    reward.common.voided = Some(true);
    view.apply([put(commune(), 3, &reward)]);
    assert_eq!(
        waiting(&view).len(),
        2,
        "a decision that is voided decides nothing"
    );
}

#[test]
fn a_shift_takes_over_from_the_one_that_began_last_in_the_same_place() {
    let shift = |begins: &str| Patrol {
        begins: civil::parse_instant(begins),
        ..Patrol::default()
    };
    let mut voided = shift("2025-06-09T20:00:00Z");
    voided.common.voided = Some(true);
    let mut view = View::new();
    view.apply([
        village(1),
        village(2),
        put(general(1), 1, &shift("2025-06-08T13:00:00Z")),
        put(general(1), 2, &shift("2025-06-08T22:00:00Z")),
        put(general(1), 3, &voided),
        put(general(2), 4, &shift("2025-06-09T13:00:00Z")),
    ]);
    let before = |village| view.before(Patrol::KIND, Place::Village(village)).cloned();
    assert_eq!(before(1), Some(Patrol::key(id(2))));
    assert_eq!(before(2), Some(Patrol::key(id(4))));
    assert_eq!(before(3), None);
    assert_eq!(
        view.before(Budget::KIND, Place::Commune),
        None,
        "money takes over from nothing"
    );
}

#[test]
fn a_request_about_data_is_due_to_be_acknowledged_and_settled_and_an_incident_in_72_hours() {
    let request = |matter, received: &str| DataRequest {
        type_of: Some(matter),
        received_on: Some(day(received)),
        ..DataRequest::default()
    };
    let settled = DataRequest {
        answered_on: Some(day("2026-06-04")),
        ..request(DataMatter::View, "2026-06-01")
    };
    let mut view = View::new();
    view.apply([
        put(commune(), 1, &request(DataMatter::Erase, "2026-06-05")),
        put(commune(), 2, &request(DataMatter::Incident, "2026-06-05")),
        put(commune(), 3, &settled),
    ]);
    let due = view.due(day("2026-06-08"), &Who::default());
    let rows: Vec<(String, DueKind, &str, i64)> = due
        .iter()
        .map(|due| {
            (
                due.date.to_string(),
                due.kind,
                due.what.vi.as_str(),
                due.late_by_days,
            )
        })
        .collect();
    let row = |date: &str, kind, what, late| (date.to_owned(), kind, what, late);
    assert_eq!(
        rows,
        [
            row(
                "2026-06-08",
                DueKind::DataRequest,
                "Báo cơ quan chuyên trách trong 72 giờ",
                0
            ),
            row("2026-06-09", DueKind::DataReply, "Báo đã nhận yêu cầu", 0),
            row("2026-06-25", DueKind::DataRequest, "Yêu cầu xóa dữ liệu", 0),
        ]
    );
    let of_a_village = view.due(day("2026-06-08"), &Who::village(1));
    assert!(of_a_village.is_empty(), "a village head is not asked");
}
