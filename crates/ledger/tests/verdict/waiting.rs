//! What cannot be judged yet, and how it is judged when the rest has come.

use sothon_ledger::verdict::{Admitted, Fact, Judge, Pending, Verdict};
use sothon_ledger::*;

use crate::commune::*;

const RIGHT: Verdict = Verdict::Admitted(Admitted::ByRight);

fn pending(why: Pending) -> Verdict {
    Verdict::Pending(why)
}

/// A village's book that A and B read and write, with its first epoch.
fn village() -> (Commune, Draft) {
    let mut c = Commune::new();
    c.open(
        BookKind::Village,
        &[(Right::Read, Role::Unit), (Right::Write, Role::Unit)],
        &[],
    );
    c.admit("A", Role::Unit);
    let h = c.admit("B", Role::Unit);
    let e = epoch(&c, "A.0", None, &[], h, h);
    (c, e)
}

#[test]
fn an_entry_that_names_a_height_above_ours_waits_for_it() {
    let (mut c, e) = village();
    let before = c.height();
    let h = c.admit("N", Role::Unit);
    let n1 = change(&c, "N.1", None, &[&e], h, &e);
    let a1 = change(&c, "A.0", Some(&e), &[&n1], h, &e);
    let all = verdicts(c.at(before), &[&e, &n1, &a1]);
    assert_eq!(all.get(&n1.id()), Some(&pending(Pending::Height(Height(h)))));
    assert_eq!(all.get(&a1.id()), Some(&pending(Pending::Height(Height(h)))));
    assert!(verdicts(c.register(), &[&e, &n1, &a1]).is_admitted(&a1.id()));
    // A claim that nobody can meet waits for ever, and concerns nobody (A28).
    let far = n1.clone().with(|header| header.height = Height(u64::MAX));
    let never = pending(Pending::Height(Height(u64::MAX)));
    assert_eq!(verdict(c.register(), &far, &[&e]), never);
}

#[test]
fn a_courier_file_may_bring_an_entry_before_its_device_is_admitted() {
    // "Refused" does not depend on the order of arrival (A11).
    let (mut c, e) = village();
    let before = c.height();
    let h = c.admit("N", Role::Unit);
    let n1 = change(&c, "N.1", None, &[&e], h, &e);
    let mut judge = Judge::new(BOOK);
    let facts = [&e, &n1].map(|draft| (draft.id(), draft.fact.clone()));
    judge.advance(c.at(before), [n1.view.clone(), e.view.clone()], facts);
    assert_eq!(
        judge.verdict(&n1.id()),
        Some(&pending(Pending::Height(Height(h))))
    );
    let outcome = judge.advance(c.register(), [], []);
    assert_eq!(outcome.admitted, [n1.id()]);
}

#[test]
fn an_entry_that_names_another_operation_at_a_height_waits() {
    let (c, e) = village();
    let h = c.height();
    let other =
        change(&c, "A.0", Some(&e), &[], h, &e).with(|header| header.operation = OperationTag([9; 8]));
    let b1 = change(&c, "B.1", None, &[&other], h, &e);
    let all = verdicts(c.register(), &[&e, &other, &b1]);
    assert_eq!(
        all.get(&other.id()),
        Some(&pending(Pending::Operation(Height(h))))
    );
    assert_eq!(all.get(&b1.id()), Some(&pending(Pending::Behind(other.id()))));
}

#[test]
fn what_names_a_height_from_which_the_register_is_forked_waits() {
    let (mut c, e) = village();
    let h = c.admit("N", Role::Unit);
    let n1 = change(&c, "N.1", None, &[&e], h, &e);
    let mut judge = Judge::new(BOOK);
    let facts = [&e, &n1].map(|draft| (draft.id(), draft.fact.clone()));
    let entries = [&e, &n1].map(|draft| draft.view.clone());
    judge.advance(c.register(), entries, facts);
    assert_eq!(judge.verdict(&n1.id()), Some(&RIGHT));
    c.fork();
    let outcome = judge.advance(c.register(), [], []);
    assert!(outcome.rebuild);
    assert_eq!(
        judge.verdict(&n1.id()),
        Some(&pending(Pending::Height(Height(h))))
    );
    assert_eq!(judge.verdict(&e.id()), Some(&RIGHT));
}

#[test]
fn an_entry_waits_for_what_it_names() {
    let (c, e) = village();
    let h = c.height();
    let a1 = change(&c, "A.0", Some(&e), &[], h, &e);
    let a2 = change(&c, "A.0", Some(&a1), &[], h, &e);
    let all = verdicts(c.register(), &[&a2, &a1]);
    assert_eq!(all.get(&a1.id()), Some(&pending(Pending::Entry(e.id()))));
    assert_eq!(all.get(&a2.id()), Some(&pending(Pending::Behind(a1.id()))));
    assert!(verdicts(c.register(), &[&a2, &a1, &e]).is_admitted(&a2.id()));
}

#[test]
fn an_entry_waits_for_its_payload_and_for_its_epoch() {
    let (c, e) = village();
    let h = c.height();
    let a1 = change(&c, "A.0", Some(&e), &[], h, &e);
    let b1 = change(&c, "B.1", None, &[&a1], h, &e);
    let unread = a1.clone().knowing(Fact::Missing);
    let all = verdicts(c.register(), &[&e, &unread, &b1]);
    assert_eq!(all.get(&a1.id()), Some(&pending(Pending::Payload)));
    assert_eq!(all.get(&b1.id()), Some(&pending(Pending::Behind(a1.id()))));

    let unknown = EpochId([3; 32]);
    let strange = a1.clone().with(|header| header.epoch = Some(unknown));
    let waits = pending(Pending::Epoch(unknown));
    assert_eq!(verdict(c.register(), &strange, &[&e]), waits);

    let at_gate = a1.clone().knowing(Fact::Waiting(vec![a1.change(0).clone()]));
    assert_eq!(verdict(c.register(), &at_gate, &[&e]), pending(Pending::Gate));
}

#[test]
fn who_states_keys_names_only_what_it_has_read_and_stands_by_right() {
    let mut c = Commune::new();
    let grants = [(Right::Read, Role::Unit), (Right::Write, Role::Unit)];
    c.open(BookKind::Commune, &grants, &[]);
    c.admit("A", Role::Unit);
    let h = c.admit("B", Role::Unit);
    let e = epoch(&c, "A.0", None, &[], h, h);
    let past = entry(&c, "A.0", Some(&e), &[], h, Kind::Receipt);
    // B has not heard that A was cut; N cannot open what B wrote.
    let shut = change(&c, "B.1", None, &[&past], h, &e).knowing(Fact::Unreadable);
    c.cut("A", &[&e]);
    let h = c.admit("N", Role::Unit);
    let mut judge = Judge::new(BOOK);
    let facts = [&e, &past, &shut].map(|draft| (draft.id(), draft.fact.clone()));
    let entries = [&e, &past, &shut].map(|draft| draft.view.clone());
    judge.advance(c.register(), entries, facts);
    let through = Verdict::Admitted(Admitted::Through(shut.id()));
    assert_eq!(judge.verdict(&past.id()), Some(&through));
    let names = judge.heads_that_were_read();
    assert_eq!(names, [e.id()]);
    let keys = entry(&c, "N.2", None, &[], h, Kind::Keys).with(|header| header.after = names);
    judge.advance(
        c.register(),
        [keys.view.clone()],
        [(keys.id(), keys.fact.clone())],
    );
    assert_eq!(judge.verdict(&keys.id()), Some(&RIGHT));
}

#[test]
fn a_missing_receipt_or_checkpoint_holds_back_itself_alone() {
    let (c, e) = village();
    let h = c.height();
    for kind in [Kind::Receipt, Kind::Checkpoint] {
        let missing = entry(&c, "A.0", Some(&e), &[], h, kind)
            .with(|header| header.epoch = e.view.header.epoch.filter(|_| kind == Kind::Checkpoint))
            .knowing(Fact::Missing);
        let b1 = change(&c, "B.1", None, &[&missing], h, &e);
        let all = verdicts(c.register(), &[&e, &missing, &b1]);
        assert_eq!(all.get(&missing.id()), Some(&pending(Pending::Payload)));
        assert_eq!(all.get(&b1.id()), Some(&RIGHT));
    }
}

#[test]
fn what_a_later_version_wrote_waits_for_the_upgrade_and_is_never_admitted() {
    // An old release that ignored what it does not know would admit what a new one puts aside (A21).
    let (c, e) = village();
    let a1 = change(&c, "A.0", Some(&e), &[], c.height(), &e);
    let later = [
        a1.clone().with(|header| header.unknown_critical = true),
        a1.clone().with(|header| header.version = 2),
        a1.clone().with(|header| header.kind = Kind::Unknown(40)),
        a1.clone().with(|header| header.suite = Suite::Unknown(40)),
        a1.clone().with(|header| header.encoding = Encoding::Unknown(40)),
    ];
    for draft in later {
        let b1 = change(&c, "B.1", None, &[&draft], c.height(), &e);
        let all = verdicts(c.register(), &[&e, &draft, &b1]);
        assert_eq!(all.get(&draft.id()), Some(&pending(Pending::Upgrade)));
        assert_eq!(all.get(&b1.id()), Some(&pending(Pending::Behind(draft.id()))));
    }
}

#[test]
fn an_entry_of_another_book_is_not_taken_in() {
    let (c, e) = village();
    let other = change(&c, "A.0", Some(&e), &[], c.height(), &e).with(|header| header.book = BookId([9; 16]));
    let mut judge = Judge::new(BOOK);
    let outcome = judge.advance(c.register(), [other.view.clone()], [(other.id(), other.fact)]);
    assert!(outcome.changed.is_empty() && judge.set().is_empty());
}

#[test]
fn honest_work_is_judged_entry_by_entry_and_in_the_order_of_dependence() {
    let (c, e) = village();
    let h = c.height();
    let mut entries = vec![e.clone()];
    for n in 0..40 {
        let (mine, other) = if n % 2 == 0 {
            ("A.1", "B.1")
        } else {
            ("B.1", "A.1")
        };
        let last = |at: &str| {
            entries
                .iter()
                .rev()
                .find(|d| d.view.header.log == log(at))
                .cloned()
        };
        let after = last(other).unwrap_or_else(|| e.clone());
        let back = last(mine);
        let seq = n / 2 + 1;
        let draft = change_as(
            &c,
            mine,
            back.as_ref(),
            &[&after],
            h,
            &e,
            (mine, seq, ""),
            &[&after],
        );
        entries.push(draft);
    }
    let mut judge = Judge::new(BOOK);
    for draft in &entries {
        let outcome = judge.advance(
            c.register(),
            [draft.view.clone()],
            [(draft.id(), draft.fact.clone())],
        );
        assert_eq!(outcome.admitted, [draft.id()]);
        assert_eq!(judge.heads(), [draft.id()]);
    }
    assert_eq!(judge.full_judgements(), 0);
    // The same in one batch, the last first.
    let mut judge = Judge::new(BOOK);
    let outcome = judge.advance(
        c.register(),
        entries.iter().rev().map(|draft| draft.view.clone()),
        entries.iter().map(|draft| (draft.id(), draft.fact.clone())),
    );
    let written: Vec<EntryId> = entries.iter().map(Draft::id).collect();
    assert_eq!(outcome.admitted, written);
    assert_eq!(judge.full_judgements(), 0);
}

#[test]
fn a_file_counts_while_its_payload_has_not_come_and_is_named_by_nothing() {
    let (c, e) = village();
    let h = c.height();
    let a1 = change(&c, "A.1", None, &[&e], h, &e);
    let f1 = entry(&c, "A.2", None, &[], h, Kind::File);
    let f2 = entry(&c, "A.2", Some(&f1), &[], h, Kind::File);
    let mut judge = Judge::new(BOOK);
    let facts = [&e, &a1].map(|draft| (draft.id(), draft.fact.clone()));
    let all = [&e, &a1, &f1, &f2];
    judge.advance(c.register(), all.map(|draft| draft.view.clone()), facts);
    for draft in all {
        assert_eq!(judge.verdict(&draft.id()), Some(&RIGHT));
    }
    assert_eq!(judge.heads(), [a1.id()]);
    assert_eq!(judge.heads_that_were_read(), [a1.id()]);
}
