//! Each rule of design.md §3.4 and §3.6 by itself, and the attacks that led to it.

use sothon_ledger::register::{Action, Cut, CutOf};
use sothon_ledger::verdict::{Admitted, Aside, EntrySet, Fact, Judge, Verdict};
use sothon_ledger::*;

use crate::commune::*;

const RIGHT: Verdict = Verdict::Admitted(Admitted::ByRight);

fn aside(why: Aside) -> Verdict {
    Verdict::Aside(why)
}

fn through(by: &Draft) -> Verdict {
    Verdict::Admitted(Admitted::Through(by.id()))
}

/// A village's book that O, A, B, C, R, K write and only O reads, with its first epoch.
fn village() -> (Commune, Draft) {
    let mut commune = Commune::new();
    commune.admit("O", Role::Office);
    let grants = [
        (Right::Read, Role::Office),
        (Right::Write, Role::Office),
        (Right::Write, Role::Unit),
    ];
    commune.open(BookKind::Village, &grants, &[]);
    for name in ["A", "B", "C", "R", "K"] {
        commune.admit(name, Role::Unit);
    }
    let height = commune.height();
    let epoch = epoch(&commune, "O.0", None, &[], height, height);
    (commune, epoch)
}

/// A village's book whose writers also read it.
fn readers() -> (Commune, Draft) {
    let mut commune = Commune::new();
    commune.admit("O", Role::Office);
    let grants = [Role::Office, Role::Unit].map(|role| (Right::Read, role));
    let write = [Role::Office, Role::Unit].map(|role| (Right::Write, role));
    let drop = [(Right::Drop, Role::VillageHead)];
    let grants: Vec<_> = grants.into_iter().chain(write).chain(drop).collect();
    commune.open(BookKind::Village, &grants, &[]);
    for name in ["A", "B", "R"] {
        commune.admit(name, Role::Unit);
    }
    commune.admit("D", Role::VillageHead);
    let height = commune.height();
    let epoch = epoch(&commune, "O.0", None, &[], height, height);
    (commune, epoch)
}

/// Two rival changes of R's first (actor, seq); the first has the lower hash.
fn rivals(c: &Commune, e: &Draft, height: u64) -> (Draft, Draft) {
    let make = |text: &str| change_as(c, "R.1", None, &[e], height, e, ("R/1", 1, text), &[]);
    let (x, y) = (make("x"), make("y"));
    if x.change(0).hash < y.change(0).hash {
        (x, y)
    } else {
        (y, x)
    }
}

#[test]
fn what_a_writer_writes_is_admitted_by_right() {
    let (c, e) = village();
    let a1 = change(&c, "A.1", None, &[&e], 8, &e);
    let a2 = change(&c, "A.1", Some(&a1), &[], 8, &e);
    let b1 = change(&c, "B.1", None, &[&a2], 8, &e);
    let all = verdicts(c.register(), &[&b1, &a2, &e, &a1]);
    assert!(all.iter().all(|(_, verdict)| *verdict == RIGHT));
}

#[test]
fn each_kind_needs_its_right() {
    let (c, e) = readers();
    let h = c.height();
    let needs = [
        (Kind::Changes, "A", "D"),
        (Kind::Checkpoint, "A", "D"),
        (Kind::Reply, "A", "D"),
        (Kind::Final, "A", "D"),
        (Kind::File, "A", "D"),
        (Kind::Epoch, "A", "D"),
        (Kind::Yes, "A", "D"),
        (Kind::Receipt, "A", "D"),
        (Kind::Drop, "D", "A"),
    ];
    for (kind, may, may_not) in needs {
        let draft = |who: &str| {
            let sealed = matches!(kind, Kind::Changes | Kind::Checkpoint | Kind::Drop | Kind::Epoch);
            entry(&c, &format!("{who}.1"), None, &[&e], h, kind).with(|header| {
                header.epoch = e.view.header.epoch.filter(|_| sealed);
            })
        };
        assert_eq!(verdict(c.register(), &draft(may), &[&e]), RIGHT, "{kind:?}");
        assert_eq!(
            verdict(c.register(), &draft(may_not), &[&e]),
            aside(Aside::NoRight),
            "{kind:?}"
        );
    }
    let keys = entry(&c, "A.1", None, &[&e], h, Kind::Keys);
    assert_eq!(verdict(c.register(), &keys, &[&e]), aside(Aside::NoRight));
}

#[test]
fn no_file_counts_in_a_book_of_tips() {
    for (kind, expected) in [
        (BookKind::Tips, aside(Aside::NoRight)),
        (BookKind::TipsPolice, aside(Aside::NoRight)),
        (BookKind::TipsAccess, aside(Aside::NoRight)),
        (BookKind::CareFiles, RIGHT),
    ] {
        let mut c = Commune::new();
        c.admit("P", Role::PoliceChief);
        let h = c.open(kind, &[(Right::Write, Role::PoliceChief)], &["P"]);
        let file = entry(&c, "P.1", None, &[], h, Kind::File);
        assert_eq!(verdict(c.register(), &file, &[]), expected, "{kind:?}");
    }
}

#[test]
fn a_log_is_of_files_or_of_others_and_no_other_log_names_a_file() {
    let (c, e) = village();
    let h = c.height();
    let a1 = change(&c, "A.1", None, &[&e], h, &e);
    let f1 = entry(&c, "A.2", None, &[], h, Kind::File);
    let file_on_changes = entry(&c, "A.1", Some(&a1), &[], h, Kind::File);
    let changes_on_file = change(&c, "A.2", Some(&f1), &[&e], h, &e);
    let naming = change(&c, "B.1", None, &[&a1, &f1], h, &e);
    let on_naming = change(&c, "C.1", None, &[&naming], h, &e);
    let all = verdicts(
        c.register(),
        &[
            &e,
            &a1,
            &f1,
            &file_on_changes,
            &changes_on_file,
            &naming,
            &on_naming,
        ],
    );
    for (draft, expected) in [
        (&a1, RIGHT),
        (&f1, RIGHT),
        (&file_on_changes, aside(Aside::Backlink)),
        (&changes_on_file, aside(Aside::Backlink)),
        (&naming, aside(Aside::NamesFile(f1.id()))),
        (&on_naming, aside(Aside::OnRefused(naming.id()))),
    ] {
        assert_eq!(all.get(&draft.id()), Some(&expected));
    }
}

#[test]
fn keys_are_for_the_commune_book_and_its_readers() {
    let mut c = Commune::new();
    c.admit("A", Role::Unit);
    c.admit("L", Role::Leader);
    let h = c.open(BookKind::Commune, &[(Right::Read, Role::Unit)], &[]);
    let keys = |who: &str| entry(&c, who, None, &[], h, Kind::Keys);
    assert_eq!(verdict(c.register(), &keys("A.1"), &[]), RIGHT);
    assert_eq!(verdict(c.register(), &keys("L.1"), &[]), aside(Aside::NoRight));
}

#[test]
fn a_right_counts_from_the_height_that_the_entry_names() {
    let (mut c, e) = village();
    let before = c.height();
    let early = change(&c, "N.1", None, &[&e], before, &e);
    let h = c.admit("N", Role::Unit);
    let late = change(&c, "N.2", None, &[&e], h, &e);
    assert_eq!(verdict(c.register(), &early, &[&e]), aside(Aside::NoRight));
    assert_eq!(verdict(c.register(), &late, &[&e]), RIGHT);
}

#[test]
fn a_cut_counts_what_it_names_and_a_log_that_it_does_not_name_counts_as_nothing() {
    let (mut c, e) = village();
    let r1 = change(&c, "R.1", None, &[&e], 8, &e);
    let r2 = change(&c, "R.1", Some(&r1), &[], 8, &e);
    let other = change(&c, "R.2", None, &[&e], 8, &e);
    let cut = c.cut("R", &[&r1]);
    let all = verdicts(c.register(), &[&e, &r1, &r2, &other]);
    assert_eq!(all.get(&r1.id()), Some(&RIGHT));
    let past = aside(Aside::PastCut(Height(cut)));
    assert_eq!(all.get(&r2.id()), Some(&past));
    assert_eq!(all.get(&other.id()), Some(&past));
    // A register that does not know the cut yet admits them.
    assert_eq!(verdict(c.at(cut - 1), &r2, &[&e, &r1]), RIGHT);
}

#[test]
fn a_fork_below_a_cut_does_not_slip_in_once_the_head_is_held() {
    let (mut c, e) = village();
    let r1 = change(&c, "R.1", None, &[&e], 8, &e);
    let r2 = change(&c, "R.1", Some(&r1), &[], 8, &e);
    let fork = change_as(&c, "R.1", Some(&r1), &[], 8, &e, ("R/9", 1, "fork"), &[&r1]);
    let cut = c.cut("R", &[&r2]);
    assert_eq!(verdict(c.register(), &fork, &[&e, &r1]), RIGHT);
    let past = aside(Aside::PastCut(Height(cut)));
    assert_eq!(verdict(c.register(), &fork, &[&e, &r1, &r2]), past);
    assert_eq!(verdict(c.register(), &r2, &[&e, &r1, &fork]), RIGHT);
}

#[test]
fn a_fork_that_begins_below_the_head_of_a_cut_is_past_it() {
    let (mut c, e) = village();
    let r1 = change(&c, "R.1", None, &[&e], 8, &e);
    let r2 = change(&c, "R.1", Some(&r1), &[], 8, &e);
    let r3 = change(&c, "R.1", Some(&r2), &[], 8, &e);
    let fork = change_as(&c, "R.1", Some(&r1), &[], 8, &e, ("R/9", 1, "fork"), &[&r1]);
    let cut = c.cut("R", &[&r3]);
    let all = verdicts(c.register(), &[&e, &r1, &r2, &r3, &fork]);
    let past = aside(Aside::PastCut(Height(cut)));
    assert_eq!(all.get(&fork.id()), Some(&past));
    assert_eq!(all.get(&r2.id()), Some(&RIGHT));

    // The head comes last, with the fork held and judged by its seq.
    let mut judge = Judge::new(BOOK);
    let facts = [&e, &r1, &r2, &r3, &fork].map(|draft| (draft.id(), draft.fact.clone()));
    let early = [&e, &r1, &r2, &fork].map(|draft| draft.view.clone());
    judge.advance(c.register(), early, facts);
    assert_eq!(judge.verdict(&fork.id()), Some(&RIGHT));
    let outcome = judge.advance(c.register(), [r3.view.clone()], []);
    assert_eq!(judge.verdict(&fork.id()), Some(&past));
    assert!(outcome.rebuild);
}

#[test]
fn a_cut_may_name_both_branches_of_a_fork() {
    let (mut c, e) = village();
    let r1 = change(&c, "R.1", None, &[&e], 8, &e);
    let r2 = change(&c, "R.1", Some(&r1), &[], 8, &e);
    let fork = change_as(&c, "R.1", Some(&r1), &[], 8, &e, ("R/9", 1, "fork"), &[&r1]);
    c.cut("R", &[&r2, &fork]);
    for draft in [&fork, &r2, &r1] {
        let all = verdicts(c.register(), &[&e, &r1, &r2, &fork]);
        assert_eq!(all.get(&draft.id()), Some(&RIGHT));
    }
}

#[test]
fn only_true_ignorance_admits_what_lies_past_a_cut() {
    let (mut c, e) = village();
    let r1 = change(&c, "R.1", None, &[&e], 8, &e);
    let a1 = change(&c, "A.1", None, &[&r1], 8, &e);
    let cut = c.cut("R", &[]);
    // B knows the cut and builds on it nevertheless; C knows it and builds on ignorant A's work.
    let b1 = change(&c, "B.1", None, &[&r1], cut, &e);
    let c1 = change(&c, "C.1", None, &[&a1], cut, &e);
    let past = aside(Aside::PastCut(Height(cut)));

    assert_eq!(verdict(c.register(), &r1, &[&e]), past);
    let all = verdicts(c.register(), &[&e, &r1, &b1]);
    assert_eq!(all.get(&b1.id()), Some(&aside(Aside::Names(r1.id()))));
    assert_eq!(all.get(&r1.id()), Some(&past));

    let all = verdicts(c.register(), &[&e, &r1, &a1, &b1, &c1]);
    assert_eq!(all.get(&r1.id()), Some(&through(&a1)));
    assert_eq!(all.admitted_through(&a1.id()), 1);
    assert_eq!(all.get(&a1.id()), Some(&RIGHT));
    assert_eq!(all.get(&b1.id()), Some(&aside(Aside::Names(r1.id()))));
    assert_eq!(all.get(&c1.id()), Some(&RIGHT));
}

#[test]
fn an_entry_names_no_greater_height_than_its_own() {
    let (mut c, e) = village();
    let h = c.op(Action::StillCurrent);
    let a1 = change(&c, "A.1", None, &[&e], h, &e);
    let k1 = change(&c, "K.1", None, &[&a1], 8, &e);
    let falls = aside(Aside::HeightFalls(a1.id()));
    assert_eq!(verdict(c.register(), &k1, &[&e, &a1]), falls);
}

#[test]
fn a_role_change_ends_old_logs_and_begins_new_ones_in_one_operation() {
    let (mut c, e) = village();
    let a1 = change(&c, "A.1", None, &[&e], 8, &e);
    let a2 = change(&c, "A.1", Some(&a1), &[], 8, &e);
    let role = c.op(Action::Role {
        device: device("A"),
        role: Role::Office,
        scopes: vec![Scope::Commune],
        heads: vec![a1.head()],
    });
    let on = change(&c, "A.2", None, &[&a1], role, &e);
    let on_old = change(&c, "A.3", None, &[&a2], role, &e);
    let all = verdicts(c.register(), &[&e, &a1, &a2, &on, &on_old]);
    assert_eq!(all.get(&a1.id()), Some(&RIGHT));
    assert_eq!(all.get(&a2.id()), Some(&aside(Aside::PastCut(Height(role)))));
    assert_eq!(all.get(&on.id()), Some(&RIGHT));
    assert_eq!(all.get(&on_old.id()), Some(&aside(Aside::Names(a2.id()))));
}

#[test]
fn a_later_grant_speaks_for_logs_that_begin_after_it() {
    let (mut c, e) = village();
    let r1 = change(&c, "R.1", None, &[&e], 8, &e);
    let cut = c.cut("R", &[]);
    let between = change(&c, "R.2", None, &[&e], cut, &e);
    let again = c.admit("R", Role::Unit);
    let late_in_old_log = change(&c, "R.2", Some(&between), &[], again, &e);
    let new = change(&c, "R.3", None, &[&e], again, &e);
    let all = verdicts(c.register(), &[&e, &r1, &between, &late_in_old_log, &new]);
    let past = Some(aside(Aside::PastCut(Height(cut))));
    for draft in [&r1, &between, &late_in_old_log] {
        assert_eq!(all.get(&draft.id()).copied(), past);
    }
    assert_eq!(all.get(&new.id()), Some(&RIGHT));
}

#[test]
fn a_cut_in_one_book_leaves_the_others() {
    let (mut c, e) = village();
    let r1 = change(&c, "R.1", None, &[&e], 8, &e);
    let cut = |book| {
        Action::Cut(Cut {
            of: CutOf::DeviceInBook(device("R"), book),
            heads: vec![],
        })
    };
    let other = BookId([8; 16]);
    c.op(Action::Open(open_book(other, BookKind::Unit, &[], &[])));
    c.op(cut(other));
    assert_eq!(verdict(c.register(), &r1, &[&e]), RIGHT);
    let at = c.op(cut(BOOK));
    assert_eq!(
        verdict(c.register(), &r1, &[&e]),
        aside(Aside::PastCut(Height(at)))
    );
}

#[test]
fn after_a_close_finals_and_receipts_may_follow_and_nobody_writes() {
    let (mut c, e) = village();
    let a1 = change(&c, "A.1", None, &[&e], 8, &e);
    let late = change(&c, "A.1", Some(&a1), &[], 8, &e);
    let closed = c.op(Action::Close {
        book: BOOK,
        heads: vec![e.head(), a1.head()],
        next: open_book(BookId([8; 16]), BookKind::Village, &[], &[]),
        carrier: device("O"),
    });
    let fin = entry(&c, "A.1", Some(&a1), &[], closed, Kind::Final);
    let receipt = entry(&c, "O.0", Some(&e), &[&a1], closed, Kind::Receipt);
    let file = entry(&c, "A.3", None, &[], closed, Kind::File);
    let checkpoint = entry(&c, "A.2", None, &[&a1], closed, Kind::Checkpoint)
        .with(|header| header.epoch = e.view.header.epoch);
    // Who is admitted after the close does not open the book again.
    let newcomer = c.admit("N", Role::Unit);
    let new = change(&c, "N.1", None, &[&a1], newcomer, &e);
    let all = verdicts(
        c.register(),
        &[&e, &a1, &late, &fin, &receipt, &checkpoint, &file, &new],
    );
    let past = aside(Aside::PastCut(Height(closed)));
    for (draft, expected) in [
        (&a1, RIGHT),
        (&fin, RIGHT),
        (&receipt, RIGHT),
        (&late, past),
        (&checkpoint, past),
        (&file, past),
        (&new, past),
    ] {
        assert_eq!(all.get(&draft.id()), Some(&expected));
    }
}

#[test]
fn what_is_let_in_brings_what_it_builds_on() {
    let (mut c, e) = village();
    let r1 = change(&c, "R.1", None, &[&e], 8, &e);
    let r2 = change(&c, "R.1", Some(&r1), &[], 8, &e);
    let r3 = change(&c, "R.1", Some(&r2), &[], 8, &e);
    let cut = c.cut("R", &[]);
    let h = c.let_in(r2.id());
    let on = change(&c, "A.1", None, &[&r2], h, &e);
    let too_early = change(&c, "B.1", None, &[&r2], cut, &e);
    let all = verdicts(c.register(), &[&e, &r1, &r2, &r3, &on, &too_early]);
    assert_eq!(all.get(&r1.id()), Some(&through(&r2)));
    assert_eq!(all.get(&r2.id()), Some(&RIGHT));
    assert_eq!(all.get(&r3.id()), Some(&aside(Aside::PastCut(Height(cut)))));
    assert_eq!(all.get(&on.id()), Some(&RIGHT));
    assert_eq!(all.get(&too_early.id()), Some(&aside(Aside::Names(r2.id()))));
}

#[test]
fn of_two_rivals_the_lower_hash_counts_where_nothing_else_decides() {
    let (c, e) = village();
    let (low, high) = rivals(&c, &e, 8);
    let on_high = change_as(&c, "R.1", Some(&high), &[], 8, &e, ("R/1", 2, ""), &[&high]);
    let all = verdicts(c.register(), &[&e, &low, &high, &on_high]);
    assert_eq!(all.get(&low.id()), Some(&RIGHT));
    let lost = aside(Aside::Rival(high.change(0).hash, low.change(0).hash));
    assert_eq!(all.get(&high.id()), Some(&lost));
    assert_eq!(all.get(&on_high.id()), Some(&aside(Aside::OnLoser(high.id()))));
}

#[test]
fn a_ground_rival_does_not_throw_out_work_that_others_build_on() {
    let (c, e) = village();
    let (low, high) = rivals(&c, &e, 8);
    let a1 = change(&c, "A.1", None, &[&high], 8, &e);
    let all = verdicts(c.register(), &[&e, &low, &high, &a1]);
    assert_eq!(all.get(&high.id()), Some(&RIGHT));
    assert_eq!(all.get(&a1.id()), Some(&RIGHT));
    assert!(!all.is_admitted(&low.id()));
    // Of more devices on the other branch, those count.
    let b1 = change(&c, "B.1", None, &[&low], 8, &e);
    let c1 = change(&c, "C.1", None, &[&low], 8, &e);
    let all = verdicts(c.register(), &[&e, &low, &high, &a1, &b1, &c1]);
    assert!(all.is_admitted(&c1.id()) && all.is_admitted(&low.id()));
    assert_eq!(all.get(&a1.id()), Some(&aside(Aside::OnLoser(high.id()))));
    // One device that writes much is one device.
    let b2 = change(&c, "B.1", Some(&b1), &[], 8, &e);
    let all = verdicts(c.register(), &[&e, &low, &high, &a1, &b1, &b2]);
    assert!(
        all.is_admitted(&low.id()),
        "one device on each side: the lower hash"
    );
}

#[test]
fn a_rival_that_stands_by_right_beats_one_that_is_only_admitted_through() {
    let (mut c, e) = village();
    let (low, high) = rivals(&c, &e, 8);
    let k1 = change(&c, "K.1", None, &[&low], 8, &e);
    let b1 = change(&c, "B.1", None, &[&low], 8, &e);
    let a1 = change(&c, "A.1", None, &[&high], 8, &e);
    c.cut("R", &[&high]);
    let all = verdicts(c.register(), &[&e, &low, &high, &k1, &b1, &a1]);
    assert_eq!(all.get(&high.id()), Some(&RIGHT));
    assert_eq!(all.get(&a1.id()), Some(&RIGHT));
    assert!(!all.is_admitted(&k1.id()) && !all.is_admitted(&b1.id()));
}

#[test]
fn an_anchored_branch_counts_whatever_builds_on_the_other() {
    let (mut c, e) = village();
    let (low, high) = rivals(&c, &e, 8);
    let on_high = change_as(&c, "R.1", Some(&high), &[], 8, &e, ("R/1", 2, ""), &[&high]);
    let a1 = change(&c, "A.1", None, &[&low], 8, &e);
    let all = verdicts(c.register(), &[&e, &low, &high, &on_high, &a1]);
    assert!(all.is_admitted(&low.id()));
    c.anchor(on_high.id());
    let all = verdicts(c.register(), &[&e, &low, &high, &on_high, &a1]);
    assert!(all.is_admitted(&high.id()) && all.is_admitted(&on_high.id()));
    assert!(!all.is_admitted(&low.id()) && !all.is_admitted(&a1.id()));
}

#[test]
fn nobody_lawfully_builds_on_two_rivals() {
    // With rules that refer to one another in a circle these three entries have no verdicts (B1).
    let (mut c, e) = village();
    let (low, high) = rivals(&c, &e, 8);
    let k1 = change(&c, "K.1", None, &[&low, &high], 8, &e);
    c.cut("R", &[&high]);
    let all = verdicts(c.register(), &[&e, &low, &high, &k1]);
    let both = aside(Aside::RivalsBelow(actor("R/1"), 1));
    assert_eq!(all.get(&k1.id()), Some(&both));
    assert_eq!(all.get(&high.id()), Some(&RIGHT));
    assert!(!all.is_admitted(&low.id()));
}

#[test]
fn crossed_rivals_of_two_devices_have_one_answer() {
    // x needs p and q needs y: whether x stands on a loser plays no part in choosing between x and y (B1).
    let (c, e) = village();
    let make = |who: &str, on: &Draft, text: &str| {
        let deps: &[&Draft] = if on.id() == e.id() { &[] } else { &[on] };
        let log = format!("{who}.1");
        change_as(&c, &log, None, &[on], 8, &e, (who, 1, text), deps)
    };
    let (y, p) = (make("A", &e, "y"), make("B", &e, "p"));
    let low = |who: &str, on: &Draft, above: &Draft| {
        (0..)
            .map(|n| make(who, on, &format!("low {n}")))
            .find(|draft| draft.change(0).hash < above.change(0).hash)
            .unwrap()
    };
    let (x, q) = (low("A", &p, &y), low("B", &y, &p));
    let all = verdicts(c.register(), &[&e, &y, &p, &x, &q]);
    // y and p each have a supporter of another device, x and q have none.
    assert_eq!(all.get(&y.id()), Some(&RIGHT));
    assert_eq!(all.get(&p.id()), Some(&RIGHT));
    assert!(!all.is_admitted(&x.id()) && !all.is_admitted(&q.id()));
}

#[test]
fn an_heir_of_a_loser_is_no_rival_of_an_heir_of_the_winner() {
    let (c, e) = village();
    let (low, high) = rivals(&c, &e, 8);
    let heir = |of: &Draft, text: &str| change_as(&c, "R.1", Some(of), &[], 8, &e, ("R/1", 2, text), &[of]);
    let of_winner = heir(&low, "");
    let of_loser = (0..)
        .map(|n| heir(&high, &n.to_string()))
        .find(|draft| draft.change(0).hash < of_winner.change(0).hash)
        .unwrap();
    let all = verdicts(c.register(), &[&e, &low, &high, &of_winner, &of_loser]);
    assert_eq!(all.get(&of_winner.id()), Some(&RIGHT));
    assert_eq!(all.get(&of_loser.id()), Some(&aside(Aside::OnLoser(high.id()))));
}

#[test]
fn what_was_admitted_only_through_the_dead_is_aside() {
    let (mut c, e) = village();
    let (low, high) = rivals(&c, &e, 8);
    let k1 = change(&c, "K.1", None, &[&e], 8, &e);
    let r2 = change_as(
        &c,
        "R.1",
        Some(&high),
        &[&k1],
        8,
        &e,
        ("R/1", 2, ""),
        &[&high, &k1],
    );
    c.cut("K", &[]);
    let all = verdicts(c.register(), &[&e, &low, &high, &k1, &r2]);
    assert_eq!(all.get(&r2.id()), Some(&aside(Aside::OnLoser(high.id()))));
    assert_eq!(all.get(&k1.id()), Some(&aside(Aside::Alone)));
}

#[test]
fn two_entries_of_one_seq_without_rival_changes_both_count_and_are_shown() {
    let (c, e) = village();
    let r1 = change(&c, "R.1", None, &[&e], 8, &e);
    let one = change_as(&c, "R.1", Some(&r1), &[], 8, &e, ("R/2", 1, ""), &[&r1]);
    let two = change_as(&c, "R.1", Some(&r1), &[], 8, &e, ("R/3", 1, ""), &[&r1]);
    let all = verdicts(c.register(), &[&e, &r1, &one, &two]);
    assert!(all.is_admitted(&one.id()) && all.is_admitted(&two.id()));
    let mut set = EntrySet::new(BOOK);
    for draft in [&e, &r1, &one, &two] {
        set.insert(draft.view.clone());
    }
    let forks: Vec<_> = set.forks().map(|(a, b)| (a.id, b.id)).collect();
    assert_eq!(forks, [(one.id(), two.id())]);
}

#[test]
fn one_change_in_two_entries_is_one_change() {
    // A device that was set back publishes again what it had published: no rival, and nothing is aside (B11).
    let (c, e) = village();
    let a1 = change_as(&c, "A.1", None, &[&e], 8, &e, ("A/1", 1, ""), &[]);
    let again = change_as(&c, "A.2", None, &[&e], 8, &e, ("A/1", 1, ""), &[]);
    assert_eq!(a1.change(0), again.change(0));
    let b1 = change(&c, "B.1", None, &[&a1, &again], 8, &e);
    let all = verdicts(c.register(), &[&e, &a1, &again, &b1]);
    assert!(all.iter().all(|(_, verdict)| *verdict == RIGHT));
}

#[test]
fn a_change_that_lost_is_aside_in_every_entry_that_carries_it() {
    let (c, e) = village();
    let (low, high) = rivals(&c, &e, 8);
    let again = entry(&c, "R.2", None, &[&e], 8, Kind::Changes)
        .with(|header| header.epoch = e.view.header.epoch)
        .knowing(high.fact.clone());
    let mut judge = Judge::new(BOOK);
    for draft in [&e, &high, &low, &again] {
        let fact = [(draft.id(), draft.fact.clone())];
        judge.advance(c.register(), [draft.view.clone()], fact);
    }
    let lost = aside(Aside::Rival(high.change(0).hash, low.change(0).hash));
    assert_eq!(judge.verdict(&again.id()), Some(&lost));
}

#[test]
fn a_change_that_stands_on_two_rivals_displaces_nobody() {
    let (mut c, e) = village();
    let (low, high) = rivals(&c, &e, 8);
    let next = change_as(&c, "R.1", Some(&low), &[], 8, &e, ("R/1", 2, ""), &[&low]);
    let on_both = |n: u32| {
        let who = ("R/1", 2, &*n.to_string());
        change_as(&c, "R.2", None, &[&low, &high], 8, &e, who, &[&low, &high])
    };
    let on_both = (0..)
        .map(on_both)
        .find(|draft| draft.change(0).hash < next.change(0).hash)
        .unwrap();
    c.let_in(on_both.id());
    let all = verdicts(c.register(), &[&e, &low, &high, &next, &on_both]);
    assert_eq!(all.get(&next.id()), Some(&RIGHT));
    assert_eq!(all.get(&on_both.id()), Some(&aside(Aside::OnLoser(high.id()))));
}

#[test]
fn an_entry_is_aside_if_any_of_its_changes_lost() {
    let (c, e) = village();
    let (low, high) = rivals(&c, &e, 8);
    let fresh = change(&c, "R.9", None, &[&e], 8, &e);
    let both = Fact::Changes(vec![fresh.change(0).clone(), high.change(0).clone()]);
    let both = entry(&c, "R.2", None, &[&e], 8, Kind::Changes)
        .with(|header| header.epoch = e.view.header.epoch)
        .knowing(both);
    let all = verdicts(c.register(), &[&e, &low, &both]);
    let lost = aside(Aside::Rival(high.change(0).hash, low.change(0).hash));
    assert_eq!(all.get(&both.id()), Some(&lost));
}

#[test]
fn what_the_gate_refuses_is_aside_with_all_that_builds_on_it() {
    let (c, e) = village();
    let r1 = change(&c, "R.1", None, &[&e], 8, &e).knowing(Fact::Refused(3));
    let a1 = change(&c, "A.1", None, &[&r1], 8, &e);
    let a2 = change(&c, "A.1", Some(&a1), &[], 8, &e);
    let all = verdicts(c.register(), &[&e, &r1, &a1, &a2]);
    assert_eq!(all.get(&r1.id()), Some(&aside(Aside::Gate(3))));
    assert_eq!(all.get(&a1.id()), Some(&aside(Aside::OnRefused(r1.id()))));
    assert_eq!(all.get(&a2.id()), Some(&aside(Aside::OnRefused(a1.id()))));
}

#[test]
fn a_change_stands_only_on_changes_that_its_entry_builds_on() {
    let (c, e) = village();
    let a1 = change(&c, "A.1", None, &[&e], 8, &e);
    // R has A's change and does not name A's entry.
    let r1 = change_as(&c, "R.1", None, &[&e], 8, &e, ("R/1", 1, ""), &[&a1]);
    let uncovered = aside(Aside::Uncovered(a1.change(0).hash));
    assert_eq!(verdict(c.register(), &r1, &[&e, &a1]), uncovered);
    assert_eq!(verdict(c.register(), &r1, &[&e]), uncovered);
    let waiting = r1.clone().knowing(Fact::Waiting(vec![r1.change(0).clone()]));
    assert_eq!(verdict(c.register(), &waiting, &[&e]), uncovered);
}

#[test]
fn a_backlink_leads_to_the_entry_before_in_the_same_log() {
    let (c, e) = village();
    let a1 = change(&c, "A.1", None, &[&e], 8, &e);
    let a2 = change(&c, "A.1", Some(&a1), &[], 8, &e);
    let wrong = [
        a2.clone().with(|header| header.seq = 2),
        a2.clone().with(|header| header.log = log("A.2")),
        a2.clone().with(|header| header.device = device("R")),
    ];
    for draft in wrong {
        let found = verdict(c.register(), &draft, &[&e, &a1]);
        assert_eq!(found, aside(Aside::Backlink));
    }
}

#[test]
fn after_a_reader_is_removed_old_epochs_are_refused_to_who_knows_it() {
    let (mut c, e) = readers();
    let h = c.height();
    let a1 = change(&c, "A.1", None, &[&e], h, &e);
    let removed = c.cut("R", &[]);
    let ignorant = change(&c, "A.1", Some(&a1), &[], h, &e);
    let stale = change(&c, "A.2", None, &[&a1], removed, &e);
    let fresh_epoch = epoch(&c, "O.0", Some(&e), &[], removed, removed);
    let fresh = change(&c, "B.1", None, &[&fresh_epoch], removed, &fresh_epoch);
    let dropped =
        entry(&c, "D.1", None, &[], removed, Kind::Drop).with(|header| header.epoch = e.view.header.epoch);
    let all = verdicts(
        c.register(),
        &[&e, &a1, &ignorant, &stale, &fresh_epoch, &fresh, &dropped],
    );
    let too_old = aside(Aside::EpochTooOld(Height(h), Height(removed)));
    assert_eq!(all.get(&stale.id()), Some(&too_old));
    for draft in [&a1, &ignorant, &fresh, &dropped] {
        assert_eq!(all.get(&draft.id()), Some(&RIGHT));
    }
}

#[test]
fn an_epoch_is_what_an_entry_by_right_below_says_that_it_is() {
    let (mut c, e) = readers();
    let h = c.height();
    // Not below; made by one who may not read; for a height that its maker does not know; said twice.
    let apart = change(&c, "A.1", None, &[], h, &e);
    assert_eq!(verdict(c.register(), &apart, &[&e]), aside(Aside::NoEpoch));

    let foreign = epoch(&c, "D.1", None, &[&e], h, h);
    let on_foreign = change(&c, "A.1", None, &[&e, &foreign], h, &foreign);
    assert_eq!(verdict(c.register(), &foreign, &[&e]), aside(Aside::NoRight));
    let named = aside(Aside::Names(foreign.id()));
    assert_eq!(verdict(c.register(), &on_foreign, &[&e, &foreign]), named);

    let ahead = epoch(&c, "R.1", None, &[&e], h, h + 1000);
    let too_far = aside(Aside::EpochAhead(Height(h + 1000)));
    assert_eq!(verdict(c.register(), &ahead, &[&e]), too_far);

    let removed = c.cut("B", &[]);
    let younger = entry(&c, "R.1", None, &[&e], removed, Kind::Epoch)
        .with(|header| header.epoch = e.view.header.epoch)
        .knowing(Fact::Epoch {
            height: Height(removed),
        });
    let a1 = change(&c, "A.1", None, &[&younger], removed, &e);
    let too_old = aside(Aside::EpochTooOld(Height(h), Height(removed)));
    assert_eq!(verdict(c.register(), &younger, &[&e]), RIGHT);
    assert_eq!(verdict(c.register(), &a1, &[&e, &younger]), too_old);
}

#[test]
fn an_epoch_counts_on_whichever_branch_it_was_made() {
    let (c, e) = readers();
    let h = c.height();
    let made = ["A.1", "B.1", "R.1"].map(|at| epoch(&c, at, None, &[], h, h));
    let [a1, b1, r1] = ["A.1", "B.1", "R.1"].map(|at| {
        let under = made.iter().find(|d| d.view.header.log == log(at)).unwrap();
        change(&c, at, Some(under), &[], h, under)
    });
    for under in &made {
        let o1 = change(&c, "O.0", Some(&e), &[&a1, &b1, &r1], h, under);
        let mut all: Vec<&Draft> = made.iter().collect();
        all.extend([&e, &a1, &b1, &r1, &o1]);
        let all = verdicts(c.register(), &all);
        assert!(all.iter().all(|(_, verdict)| *verdict == RIGHT));
    }
}

#[test]
fn of_several_fresh_epochs_the_lowest_id_at_the_greatest_height_is_used() {
    let (mut c, e) = readers();
    let before = c.height();
    let removed = c.cut("R", &[]);
    let on = |at: &str| epoch(&c, at, None, &[&e], removed, removed);
    let (a1, b1) = (on("A.1"), on("B.1"));
    let foreign = epoch(&c, "D.1", None, &[&e], removed, removed);
    let again = entry(&c, "A.2", None, &[&e], removed, Kind::Epoch)
        .with(|header| header.epoch = e.view.header.epoch)
        .knowing(Fact::Epoch {
            height: Height(removed),
        });
    let mut judge = Judge::new(BOOK);
    for draft in [&e, &a1, &b1, &foreign, &again] {
        let fact = [(draft.id(), draft.fact.clone())];
        judge.advance(c.register(), [draft.view.clone()], fact);
    }
    let mut ids = [&a1, &b1].map(|draft| draft.view.header.epoch.unwrap());
    ids.sort_unstable();
    let expected = ids.map(|id| (id, Height(removed)));
    assert_eq!(judge.usable_epochs(c.register()), expected);
    let mut judge = Judge::new(BOOK);
    judge.advance(c.at(before), [e.view.clone()], [(e.id(), e.fact.clone())]);
    assert_eq!(judge.usable_epochs(c.at(before)).len(), 1);
}

#[test]
fn the_epoch_of_one_who_may_not_read_is_no_epoch_whoever_builds_on_it() {
    let (mut c, e) = readers();
    let h = c.height();
    let foreign = epoch(&c, "D.1", None, &[&e], h, h);
    let a1 = change(&c, "A.1", None, &[&foreign], h, &e);
    let let_in = c.let_in(a1.id());
    let b1 = change(&c, "B.1", None, &[&a1], let_in, &foreign);
    let b2 = change(&c, "B.2", None, &[&a1], let_in, &e);
    let all = verdicts(c.register(), &[&e, &foreign, &a1, &b1, &b2]);
    assert_eq!(all.get(&foreign.id()), Some(&through(&a1)));
    assert_eq!(all.get(&b1.id()), Some(&aside(Aside::NoEpoch)));
    assert_eq!(all.get(&b2.id()), Some(&RIGHT));
}

#[test]
fn an_old_height_in_a_new_log_admits_only_what_its_author_could_write_itself() {
    // B24: K names an old height for ever. It must stop naming whoever moved on, and cutting it ends it.
    let (mut c, e) = village();
    let r1 = change(&c, "R.1", None, &[&e], 8, &e);
    let cut = c.cut("R", &[]);
    let k1 = change(&c, "K.1", None, &[&r1], 8, &e);
    let a1 = change(&c, "A.1", None, &[&e], cut, &e);
    let k2 = change(&c, "K.1", Some(&k1), &[&a1], 8, &e);
    let all = verdicts(c.register(), &[&e, &r1, &k1, &a1, &k2]);
    assert_eq!(all.get(&r1.id()), Some(&through(&k1)));
    assert_eq!(all.get(&k2.id()), Some(&aside(Aside::HeightFalls(a1.id()))));
    c.cut("K", &[]);
    let all = verdicts(c.register(), &[&e, &r1, &k1, &a1, &k2]);
    assert!(!all.is_admitted(&r1.id()) && !all.is_admitted(&k1.id()));
    assert_eq!(all.get(&a1.id()), Some(&RIGHT));
}
