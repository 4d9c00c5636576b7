//! Care and tips (design.md §3.6): nobody becomes a reader unseen, and drops.

use sothon_ledger::register::Action;
use sothon_ledger::verdict::{Admitted, Aside, ChangeFact, Fact, Judge, Pending, Verdict};
use sothon_ledger::*;

use crate::commune::*;

const RIGHT: Verdict = Verdict::Admitted(Admitted::ByRight);

/// The tips book: police P was named at its opening, police X and Y came later, village head V may drop.
fn tips() -> (Commune, Draft) {
    let mut c = Commune::new();
    c.admit("P", Role::Police);
    c.admit("V", Role::VillageHead);
    let grants = [
        (Right::Read, Role::Police),
        (Right::Write, Role::Police),
        (Right::Drop, Role::VillageHead),
    ];
    let opened = c.open(BookKind::Tips, &grants, &["P"]);
    c.admit("X", Role::Police);
    c.admit("Y", Role::Police);
    let e = epoch(&c, "P.0", None, &[], opened, opened);
    (c, e)
}

fn yes(c: &Commune, at: &str, back: Option<&Draft>, after: &[&Draft], of: &str) -> Draft {
    entry(c, at, back, after, c.height(), Kind::Yes).knowing(Fact::Yes { device: device(of) })
}

fn dropped(c: &Commune, e: &Draft, at: &str, back: Option<&Draft>) -> Draft {
    let draft = change(c, at, back, &[], c.height(), e);
    let change = ChangeFact {
        actor: actor(&format!("{:?}", draft.id())),
        seq: 1,
        deps: vec![],
        ..draft.change(0).clone()
    };
    draft
        .with(|header| header.kind = Kind::Drop)
        .knowing(Fact::Changes(vec![change]))
}

#[test]
fn a_new_reader_makes_no_epoch_before_a_yes() {
    // The registrar admits X as police; nobody else has seen it (B9).
    let (c, e) = tips();
    let h = c.height();
    let unseen = epoch(&c, "X.1", None, &[&e], h, h);
    assert_eq!(
        verdict(c.register(), &unseen, &[&e]),
        Verdict::Aside(Aside::NoYes)
    );
    let receipt = entry(&c, "X.1", None, &[&e], h, Kind::Receipt);
    assert_eq!(
        verdict(c.register(), &receipt, &[&e]),
        Verdict::Aside(Aside::NoYes)
    );
    let on_unseen = change(&c, "P.0", Some(&e), &[&unseen], h, &unseen);
    assert_eq!(
        verdict(c.register(), &on_unseen, &[&e, &unseen]),
        Verdict::Aside(Aside::Names(unseen.id()))
    );

    let said = yes(&c, "P.0", Some(&e), &[], "X");
    let seen = epoch(&c, "X.1", None, &[&said], h, h);
    let on_seen = change(&c, "P.0", Some(&said), &[&seen], h, &seen);
    for draft in [&said, &seen, &on_seen] {
        let all = verdicts(c.register(), &[&e, &said, &seen, &on_seen]);
        assert_eq!(all.get(&draft.id()), Some(&RIGHT));
    }
    // A yes that is held, and on which the epoch does not build, does not count.
    assert_eq!(
        verdict(c.register(), &unseen, &[&e, &said]),
        Verdict::Aside(Aside::NoYes)
    );
}

#[test]
fn a_yes_counts_only_by_a_reader_that_counts_already() {
    let (c, e) = tips();
    let by_itself = yes(&c, "X.1", None, &[&e], "X");
    let by_unseen = yes(&c, "Y.1", None, &[&e], "X");
    for draft in [&by_itself, &by_unseen] {
        assert_eq!(verdict(c.register(), draft, &[&e]), Verdict::Aside(Aside::NoYes));
    }
    let first = yes(&c, "P.0", Some(&e), &[], "Y");
    let second = yes(&c, "Y.1", None, &[&first], "X");
    let seen = epoch(&c, "X.1", None, &[&second], c.height(), c.height());
    let all = verdicts(c.register(), &[&e, &first, &second, &seen]);
    assert!(all.iter().all(|(_, verdict)| *verdict == RIGHT));
}

#[test]
fn who_knows_that_a_reader_was_cut_does_not_count_its_later_yes() {
    let (mut c, e) = tips();
    let said = yes(&c, "P.0", Some(&e), &[], "X");
    let ignorant = epoch(&c, "X.1", None, &[&said], c.height(), c.height());
    let cut = c.cut("P", &[&e]);
    let again = epoch(&c, "X.2", None, &[&ignorant], cut, cut);
    let all = verdicts(c.register(), &[&e, &said, &ignorant, &again]);
    assert_eq!(all.get(&ignorant.id()), Some(&RIGHT));
    assert_eq!(
        all.get(&said.id()),
        Some(&Verdict::Admitted(Admitted::Through(ignorant.id())))
    );
    assert_eq!(all.get(&again.id()), Some(&Verdict::Aside(Aside::NoYes)));
}

#[test]
fn other_books_need_no_yes() {
    let mut c = Commune::new();
    let opened = c.open(BookKind::Village, &[(Right::Read, Role::Police)], &[]);
    let h = c.admit("X", Role::Police);
    let e = epoch(&c, "X.1", None, &[], h, opened);
    assert_eq!(verdict(c.register(), &e, &[]), RIGHT);
}

#[test]
fn a_drop_is_not_refused_for_the_age_of_its_epoch() {
    // A village head's tip is not held up because no police device has made a fresh epoch (B14).
    let (mut c, e) = tips();
    let tip = dropped(&c, &e, "V.1", None);
    c.cut("P", &[&e]);
    let later = dropped(&c, &e, "V.1", Some(&tip));
    let all = verdicts(c.register(), &[&e, &tip, &later]);
    assert_eq!(all.get(&tip.id()), Some(&RIGHT));
    assert_eq!(all.get(&later.id()), Some(&RIGHT));
}

#[test]
fn a_missing_or_refused_drop_holds_back_itself_alone() {
    // Dummies are never fetched again: what their author drops after them counts (§3.4).
    let (c, e) = tips();
    let first = dropped(&c, &e, "V.1", None);
    let second = dropped(&c, &e, "V.1", Some(&first));
    let reply = change(&c, "P.0", Some(&e), &[&second], c.height(), &e);
    for (fact, expected) in [
        (Fact::Missing, Verdict::Pending(Pending::Payload)),
        (Fact::Refused(4), Verdict::Aside(Aside::Gate(4))),
        (Fact::Unreadable, RIGHT),
    ] {
        let first = first.clone().knowing(fact);
        let all = verdicts(c.register(), &[&e, &first, &second, &reply]);
        assert_eq!(all.get(&first.id()), Some(&expected));
        assert_eq!(all.get(&second.id()), Some(&RIGHT));
        assert_eq!(all.get(&reply.id()), Some(&RIGHT));
    }
}

#[test]
fn a_drop_that_was_withheld_does_not_turn_the_verdict_of_honest_work_when_it_comes() {
    let (c, e) = tips();
    let first = dropped(&c, &e, "V.1", None);
    let second = dropped(&c, &e, "V.1", Some(&first));
    let honest = change(&c, "P.0", Some(&e), &[&second], c.height(), &e);
    // Both carry a change of one (actor, seq); whichever has the lower hash.
    for low in [0, 0xff] {
        let rival = ChangeFact {
            hash: ChangeHash([low; 32]),
            ..second.change(0).clone()
        };
        let first = first.clone().knowing(Fact::Changes(vec![rival]));
        let all = verdicts(c.register(), &[&e, &first, &second, &honest]);
        assert_eq!(all.get(&honest.id()), Some(&RIGHT));
        assert_ne!(all.is_admitted(&first.id()), all.is_admitted(&second.id()));
    }
}

#[test]
fn what_stands_on_the_change_of_a_drop_that_lost_is_aside() {
    let (c, e) = tips();
    let tip = dropped(&c, &e, "V.1", None);
    let rival = ChangeFact {
        hash: ChangeHash([0; 32]),
        ..tip.change(0).clone()
    };
    let other = dropped(&c, &e, "V.2", None).knowing(Fact::Changes(vec![rival]));
    let on_tip = change_as(
        &c,
        "P.0",
        Some(&e),
        &[&tip],
        c.height(),
        &e,
        ("P", 1, ""),
        &[&tip],
    );
    let on_other = change_as(
        &c,
        "X.0",
        None,
        &[&e, &other],
        c.height(),
        &e,
        ("X", 1, ""),
        &[&other],
    );
    let all = verdicts(c.register(), &[&e, &tip, &other, &on_tip, &on_other]);
    // One supporter each: the lower hash.
    assert_eq!(all.get(&on_other.id()), Some(&RIGHT));
    let lost = Verdict::Aside(Aside::OnLoser(tip.id()));
    assert_eq!(all.get(&on_tip.id()), Some(&lost));

    // The same when it comes last, by way of a drop that did not lose.
    let next = dropped(&c, &e, "V.1", Some(&tip));
    let by_way = change_as(
        &c,
        "P.0",
        Some(&e),
        &[&next],
        c.height(),
        &e,
        ("P", 1, ""),
        &[&tip],
    );
    let mut judge = Judge::new(BOOK);
    for draft in [&e, &tip, &other, &on_other, &next, &by_way] {
        let fact = [(draft.id(), draft.fact.clone())];
        judge.advance(c.register(), [draft.view.clone()], fact);
    }
    assert_eq!(judge.verdict(&next.id()), Some(&RIGHT));
    assert_eq!(judge.verdict(&by_way.id()), Some(&lost));
}

#[test]
fn who_reads_nothing_judges_by_envelopes() {
    let (mut c, e) = tips();
    let p1 = change(&c, "P.0", Some(&e), &[], c.height(), &e).knowing(Fact::Unreadable);
    // Its changes stand on what cannot be read here.
    let unseen = ChangeFact {
        hash: ChangeHash([1; 32]),
        actor: actor("P"),
        seq: 2,
        deps: vec![ChangeHash([2; 32])],
    };
    let p2 = change(&c, "P.0", Some(&p1), &[], c.height(), &e).knowing(Fact::Changes(vec![unseen]));
    let all = verdicts(c.register(), &[&e, &p1, &p2]);
    assert!(all.iter().all(|(_, verdict)| *verdict == RIGHT));
    let h = c.op(Action::StillCurrent);
    let no_right = change(&c, "V.1", None, &[&p2], h, &e).knowing(Fact::Unreadable);
    assert_eq!(
        verdict(c.register(), &no_right, &[&e, &p1, &p2]),
        Verdict::Aside(Aside::NoRight)
    );
}
