//! Validation as a table: a record, what is wrong, the sentence. Sentences follow ux.md §1.4.

use sothon_records::civil::{self, YearOrDate};
use sothon_records::common::{Common, FileRef};
use sothon_records::files::{self, NoFiles};
use sothon_records::kinds::actor::Actor;
use sothon_records::kinds::household::{Member, Sex};
use sothon_records::kinds::outreach::{Audience, Form, Theme};
use sothon_records::kinds::person::{Episode, Regime, ResidenceKind, State};
use sothon_records::kinds::task::Repeat;
use sothon_records::kinds::*;
use sothon_records::{
    Code, Context, Lang, Problem, RawRecord, Record, RecordId, RecordKey, Value, Weight, show, validate,
};
use uuid::Uuid;

fn day(text: &str) -> Option<chrono::NaiveDate> {
    Some(civil::parse_date(text).unwrap())
}

fn id(n: u128) -> RecordId {
    RecordId(Uuid::from_u128(n))
}

fn to<R: Record>() -> Option<RecordKey> {
    Some(R::key(id(1)))
}

fn text(text: &str) -> Option<String> {
    Some(text.to_owned())
}

fn problems<R: Record>(raw: &RawRecord) -> Vec<Problem> {
    validate(R::KIND, raw, &context())
}

fn context() -> Context {
    Context {
        today: day("2025-06-10").unwrap(),
    }
}

fn says<R: Record>(record: &R) -> Vec<String> {
    problems::<R>(&record.write())
        .into_iter()
        .map(|problem| problem.says.vi)
        .collect()
}

fn on(date: &str) -> Common {
    Common {
        occurred: day(date),
        ..Common::default()
    }
}

fn household() -> Household {
    Household {
        number: text("12"),
        head: text("Nguyễn Văn An"),
        common: on("2025-06-01"),
        ..Household::default()
    }
}

fn pledge() -> Pledge {
    Pledge {
        household: to::<Household>(),
        year: Some(2025),
        signed_on: day("2025-06-10"),
        signer: text("Nguyễn Văn An"),
        ..Pledge::default()
    }
}

fn outreach() -> Outreach {
    Outreach {
        form: Some(Form::Talk),
        theme: [Theme::Harm].into(),
        date: day("2025-06-09"),
        place: text("Nhà văn hóa"),
        lead: Some(Actor::VillageHead),
        audience: [Audience::Everybody].into(),
        attendance: Some(40),
        ..Outreach::default()
    }
}

fn person() -> Person {
    let episode = Episode {
        state: Some(State::U1),
        from: day("2025-02-01"),
        basis: to::<Document>(),
        regime: Some(Regime::A),
        ..Episode::default()
    };
    Person {
        name: text("Lê Văn Mẫu"),
        born: Some(YearOrDate::Year(1990)),
        sex: Some(Sex::Male),
        residence: Some(ResidenceKind::Stable),
        episodes: [(id(5), episode)].into(),
        common: on("2025-02-01"),
        ..Person::default()
    }
}

#[test]
fn complete_records_have_nothing_to_be_said_of() {
    assert_eq!(says(&household()), [""; 0]);
    assert_eq!(says(&pledge()), [""; 0]);
    assert_eq!(says(&outreach()), [""; 0]);
    assert_eq!(says(&person()), [""; 0]);
}

#[test]
fn what_is_missing_is_asked_for_by_its_label() {
    assert_eq!(
        says(&Household::default()),
        ["Nhập số hộ.", "Nhập họ và tên chủ hộ.", "Nhập ngày xảy ra."]
    );
    assert_eq!(
        says(&Pledge::default()),
        ["Chọn hộ.", "Nhập năm cam kết.", "Nhập ngày ký.", "Nhập người ký."]
    );
    let mut with_member = household();
    with_member.members.insert(id(2), Member::default());
    assert_eq!(says(&with_member), ["Nhập họ và tên.", "Nhập năm sinh."]);
    let problem = &problems::<Household>(&with_member.write())[0];
    assert_eq!(
        problem.place.sub.as_ref().map(|key| key.kind.as_str()),
        Some("members")
    );
    assert_eq!(
        (problem.place.field.as_str(), problem.code, problem.weight),
        ("name", Code::Missing, Weight::Blocks)
    );
    let without_episode = Person {
        episodes: Default::default(),
        ..person()
    };
    assert_eq!(says(&without_episode), ["Thêm trạng thái."]);
}

#[test]
fn fields_say_their_bounds() {
    let address = "đường".repeat(43);
    assert_eq!(
        says(&Household {
            address: Some(address),
            ..household()
        }),
        ["Địa chỉ (ngõ, số nhà) dài nhất 200 ký tự (đang có 215)."]
    );
    assert_eq!(
        says(&Household {
            phone: text("12"),
            ..household()
        }),
        ["Điện thoại liên hệ phải có từ 3 đến 15 chữ số."]
    );
    assert_eq!(
        says(&Outreach {
            attendance: Some(-1),
            ..outreach()
        }),
        ["Số người phải từ 0 đến 100.000."]
    );
    assert_eq!(
        says(&Outreach {
            cost: Some(-5),
            ..outreach()
        }),
        ["Kinh phí phải từ 0 đến 1.000.000.000.000."]
    );
}

#[test]
fn dates_say_how_they_must_lie() {
    assert_eq!(
        says(&Pledge {
            signed_on: day("2025-06-11"),
            ..pledge()
        }),
        ["Ngày ký phải là hôm nay hoặc trước hôm nay."]
    );
    assert_eq!(
        says(&Pledge {
            valid_until: day("2025-06-09"),
            ..pledge()
        }),
        ["Hiệu lực đến phải là cùng ngày hoặc sau “ngày ký”."]
    );
    assert_eq!(
        says(&Pledge {
            signed_on: day("0205-06-10"),
            ..pledge()
        }),
        ["Năm của “Ngày ký” phải từ 1900 đến 2100."]
    );
    let mut away = household();
    away.members.insert(
        id(2),
        Member {
            name: text("Nguyễn Thị Bé"),
            born: Some(YearOrDate::Year(2030)),
            away_from: day("2025-05-01"),
            away_until: day("2025-04-01"),
            ..Member::default()
        },
    );
    assert_eq!(
        says(&away),
        [
            "Năm của “Năm sinh” phải từ 1900 đến 2025.",
            "Đi vắng đến ngày phải là cùng ngày hoặc sau “đi vắng từ ngày”."
        ]
    );
}

#[test]
fn broken_and_unknown_values_are_named_and_kept() {
    let mut raw = pledge().write();
    raw.fields
        .insert("signed_on".into(), Value::Text("2025-02-31".into()));
    raw.fields.insert("colour".into(), Value::Bool(true));
    raw.subs.insert(
        "visits/00000000000000000000000000000001".parse().unwrap(),
        Default::default(),
    );
    let found = problems::<Pledge>(&raw);
    let said: Vec<(Code, &str)> = found
        .iter()
        .map(|problem| (problem.code, problem.says.vi.as_str()))
        .collect();
    assert_eq!(
        said,
        [
            (Code::Broken, "Nhập lại ngày ký (đang ghi “2025-02-31”)."),
            (
                Code::UnknownField,
                "Phiên bản này chưa biết mục “colour”. Mục được giữ nguyên."
            ),
            (
                Code::UnknownField,
                "Phiên bản này chưa biết mục “visits”. Mục được giữ nguyên."
            ),
        ]
    );
    let mut raw = household().write();
    raw.fields
        .insert("residence".into(), Value::Text("floating".into()));
    let found = problems::<Household>(&raw);
    assert_eq!(
        (found[0].code, found[0].weight),
        (Code::UnknownChoice, Weight::Notice)
    );
}

#[test]
fn a_reference_to_the_wrong_kind_is_to_be_chosen_again() {
    let wrong = Pledge {
        household: to::<Person>(),
        ..pledge()
    };
    assert_eq!(says(&wrong), ["Chọn lại hộ (đang trỏ tới loại “person”)."]);
}

#[test]
fn a_visit_needs_its_household_and_everything_else_its_place() {
    let visit = Outreach {
        form: Some(Form::HouseholdVisit),
        place: None,
        ..outreach()
    };
    assert_eq!(says(&visit), ["Chọn hộ."]);
    assert_eq!(
        says(&Outreach {
            household: to::<Household>(),
            ..visit
        }),
        [""; 0]
    );
    assert_eq!(
        says(&Outreach {
            place: None,
            ..outreach()
        }),
        ["Nhập nơi."]
    );
}

#[test]
fn a_pledge_that_is_not_signed_says_why() {
    let unsigned = Pledge {
        signed_on: None,
        signer: None,
        ..pledge()
    };
    assert_eq!(says(&unsigned), ["Nhập ngày ký.", "Nhập người ký."]);
    assert_eq!(
        says(&Pledge {
            unsigned_reason: text("Chủ hộ đi vắng"),
            ..unsigned
        }),
        [""; 0]
    );
}

#[test]
fn a_voided_record_needs_its_reason_and_nothing_else() {
    let mut voided = Household::default();
    voided.common.voided = Some(true);
    assert_eq!(says(&voided), ["Nhập lý do hủy."]);
    voided.common.void_reason = text("Ghi trùng");
    assert_eq!(says(&voided), [""; 0]);
}

#[test]
fn a_person_under_18_has_a_representative_and_no_files() {
    let mut minor = Person {
        born: Some(YearOrDate::Year(2009)),
        ..person()
    };
    assert_eq!(says(&minor), ["Nhập người đại diện (người dưới 18 tuổi)."]);
    minor.guardian = text("Lê Văn Cha");
    let file = photo("ảnh.jpg");
    minor.common.files.insert(id(3), file);
    assert_eq!(
        says(&minor),
        ["Không lưu ảnh của người dưới 18 tuổi. Bỏ các ảnh đã thêm."]
    );
}

#[test]
fn a_state_without_its_document_is_a_to_do_and_can_be_saved() {
    let mut lacking = person();
    lacking
        .episodes
        .values_mut()
        .for_each(|episode| episode.basis = None);
    let found = problems::<Person>(&lacking.write());
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].code, found[0].weight), (Code::LacksBasis, Weight::ToDo));
    assert!(found[0].says.vi.starts_with("Thiếu căn cứ"));
}

#[test]
fn the_law_of_an_episode_fits_its_date_and_state() {
    let with = |change: fn(&mut Episode)| {
        let mut changed = person();
        changed.episodes.values_mut().for_each(change);
        says(&changed)
    };
    assert_eq!(
        with(|episode| episode.regime = Some(Regime::B)),
        ["Luật 120/2025/QH15 áp dụng từ 01/07/2026. Chọn lại chế độ pháp luật hoặc từ ngày."]
    );
    assert_eq!(
        with(|episode| episode.state = Some(State::U2)),
        ["Trạng thái này chỉ có theo Luật 120/2025/QH15. Chọn lại trạng thái quản lý."]
    );
    assert_eq!(
        with(|episode| episode.state = Some(State::E0)),
        ["Chọn lý do ra khỏi danh sách."]
    );
    assert_eq!(
        with(|episode| episode.until = day("2025-01-31")),
        ["Hết hạn phải là cùng ngày hoặc sau “từ ngày”."]
    );
}

#[test]
fn a_task_that_returns_says_until_when() {
    let task = Task {
        plan: to::<Plan>(),
        section: text("II.1.b-2"),
        title: text("Rà soát, thống kê"),
        content: text("Rà soát người nghiện tại các thôn."),
        lead: Some(Actor::Police),
        deadline: day("2025-06-30"),
        repeat: Some(Repeat::Quarterly),
        ..Task::default()
    };
    assert_eq!(says(&task), ["Nhập ngày lặp lại cuối."]);
    assert_eq!(
        says(&Task {
            repeat_until: day("2025-12-31"),
            ..task.clone()
        }),
        [""; 0]
    );
    let once = Task {
        repeat: Some(Repeat::Once),
        repeat_until: day("2025-12-31"),
        ..task
    };
    assert_eq!(says(&once).len(), 1);
}

#[test]
fn an_anonymous_tip_has_no_sealed_part() {
    let tip = Tip {
        channel: Some(tip::Channel::Box),
        received_at: civil::parse_instant("2025-06-09T10:00:00Z"),
        content: text("Có người bán ma túy."),
        place: text("Ngõ 3"),
        anonymous: Some(true),
        ..Tip::default()
    };
    assert_eq!(says(&tip), [""; 0]);
    let sealed = Tip {
        teller: Some(sothon_records::Sealed(vec![1])),
        ..tip
    };
    assert_eq!(problems::<Tip>(&sealed.write())[0].code, Code::NotAllowed);
}

#[test]
fn sentences_never_blame_or_plead_and_end_with_a_full_stop() {
    let never = ["không hợp lệ", "bắt buộc", "vui lòng", "lỗi", "!"];
    for kind in sothon_records::Kind::all() {
        let context = Context {
            today: day("2025-06-10").unwrap(),
        };
        for problem in validate(kind, &RawRecord::default(), &context) {
            assert!(
                never
                    .iter()
                    .all(|word| !problem.says.vi.to_lowercase().contains(word)),
                "{}",
                problem.says.vi
            );
            assert!(
                problem.says.vi.ends_with('.') && problem.says.en.ends_with('.'),
                "{}",
                problem.says.vi
            );
        }
    }
}

fn photo(name: &str) -> FileRef {
    FileRef {
        name: text(name),
        media: text("image/jpeg"),
        size: Some(10),
        hash: Some(vec![0xab; 32]),
        key: Some(vec![0xcd; 32]),
        ..FileRef::default()
    }
}

#[test]
fn the_history_says_that_a_photo_came_and_went_and_nothing_of_its_key() {
    let without = pledge().write();
    let mut with = without.clone();
    files::add(&mut with, id(3), photo("ban-ky.jpg"));
    let mut gone = with.clone();
    let fields = gone.subs.get_mut(&files::key(id(3))).unwrap();
    fields.insert("voided".into(), Value::Bool(true));
    fields.insert("void_reason".into(), Value::Text("Bỏ ảnh".into()));
    let lines = |before: &RawRecord, after: &RawRecord| -> Vec<String> {
        let changes = show::changes(Pledge::KIND, Some(before), after, &show::no_titles);
        changes.iter().map(|change| change.line(Lang::Vi)).collect()
    };
    assert_eq!(lines(&without, &with), ["Thêm ảnh: ban-ky.jpg"]);
    // As a step of the history has it: of what was not there, an empty part.
    let mut empty = without.clone();
    empty.subs.entry(files::key(id(3))).or_default();
    assert_eq!(lines(&empty, &with), ["Thêm ảnh: ban-ky.jpg"]);
    assert_eq!(lines(&with, &gone), ["Bỏ ảnh: ban-ky.jpg"]);
    assert_eq!(lines(&gone, &with), ["Lấy lại ảnh: ban-ky.jpg"]);
    assert_eq!(lines(&with, &with), [""; 0]);
    assert_eq!((files::count(&with), files::count(&gone)), (1, 0));
    // Neither page, export nor search has what opens it.
    let key = files::key(id(3));
    let open = show::exportable(Pledge::KIND, &with);
    assert!(!open.subs[&key].contains_key("key") && !open.subs[&key].contains_key("hash"));
    let page = show::page(Pledge::KIND, &with, &show::no_titles);
    let part = page.parts.iter().find(|part| part.key == key).unwrap();
    let shown: Vec<&str> = part.rows.iter().map(|row| row.place.field.as_str()).collect();
    assert_eq!(shown, ["name", "media", "size", "voided", "void_reason"]);
}

#[test]
fn nothing_is_kept_of_a_person_under_18_of_one_whose_age_is_not_known_or_with_a_tip() {
    let today = context().today;
    let born = |year| Person {
        born: year,
        ..person()
    };
    let about = Document {
        person: Some(RecordKey {
            kind: "person".into(),
            id: id(7),
        }),
        ..Document::default()
    }
    .write();
    let of = |person: Option<Person>| {
        let find = |key: &RecordKey| {
            (key.id == id(7))
                .then(|| person.as_ref().map(Record::write))
                .flatten()
        };
        files::refused(Document::KIND, &about, today, &find)
    };
    assert_eq!(of(Some(born(Some(YearOrDate::Year(1990))))), None);
    assert_eq!(of(Some(born(Some(YearOrDate::Year(2009))))), Some(NoFiles::Minor));
    assert_eq!(of(Some(born(None))), Some(NoFiles::AgeUnknown));
    assert_eq!(of(None), Some(NoFiles::AgeUnknown));
    let nobody = |_: &RecordKey| -> Option<RawRecord> { None };
    let itself = |year| {
        files::refused(
            Person::KIND,
            &born(Some(YearOrDate::Year(year))).write(),
            today,
            &nobody,
        )
    };
    assert_eq!((itself(1990), itself(2009)), (None, Some(NoFiles::Minor)));
    assert_eq!(
        files::refused(Tip::KIND, &Tip::KIND.blank(), today, &nobody),
        Some(NoFiles::Tips)
    );
    // What is about nobody in care asks nobody's age.
    assert_eq!(
        files::refused(Pledge::KIND, &pledge().write(), today, &nobody),
        None
    );
    for why in [NoFiles::Minor, NoFiles::AgeUnknown, NoFiles::Tips] {
        let says = why.says();
        assert!(says.vi.ends_with('.') && says.en.ends_with('.'));
    }
}
