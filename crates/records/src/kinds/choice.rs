//! R78 Lựa chọn trong biểu mẫu (a number of ours; issue 6 asks that settings are signed records): a value of a choice that the
//! commune adds, no longer uses or uses again, from a day on. Which choices it may change and what holds:
//! [`crate::settings::choices`].

use chrono::NaiveDate;

use crate::added;
use crate::declare::{choices, kind};
use crate::kind::{Chapter, Once, Part, Shelf, Source, Told, Unique, Within, choice, date, kind, text};
use crate::label::Label;
use crate::problem::{Code, Context, Place, Problem};
use crate::raw::RawRecord;
use crate::record::Record;
use crate::settings::choices::Changeable;

choices! {
    /// Whether a value is on forms. Of two that say otherwise from one day the greater counts: nothing leaves a form by mistake.
    Offer: Source::Reckoned => {
        Retired = "retired", "Không dùng nữa", "No longer used";
        Offered = "offered", "Được dùng", "In use";
    }
}

kind! {
    /// What the commune says of one value of a choice from a day on. Records that have the value keep it.
    ChoiceRule = kind(Chapter::Commune, "R78", "choice", "Lựa chọn trong biểu mẫu", "Choice in a form")
        .purpose("Biểu mẫu có các lựa chọn mà xã thực tế dùng", "Forms offer what the commune really uses")
        .on(Shelf::Commune)
        .titled(&["of", "value", "words"])
        .happened("from")
        .unique(&[Unique {
            name: "choice-same-day",
            label: Label::new("Hai lần quy định một lựa chọn từ cùng một ngày", "One value of a choice set twice from the same day"),
            once: Once::Record {
                within: Within::Commune,
                parts: &[Part::Exact("of"), Part::Maybe("value"), Part::Maybe("words"), Part::Exact("from")],
            },
        }])
        .checked_by(check);
    fields {
        /// Of which field, as its path: kind and field, or kind, list and field.
        of: Option<String> = text("Mục của biểu mẫu", "Field of a form", 120).required().told(Told::FieldOfForms),
        /// Which of its own values, as its slug; nothing for one that was added.
        value: Option<String> = text("Giá trị sẵn có", "Built-in value", 60).told(Told::ValueOf("of")),
        /// Which added value, in its words; nothing for one of the field's own.
        words: Option<String> = text("Giá trị xã thêm", "Added value", added::LONGEST).searchable()
            .required_when("khi không phải giá trị sẵn có", "when it is no built-in value"),
        /// Whether forms have it.
        offer: Option<Offer> = choice::<Offer>("Cách dùng", "Use").required(),
        /// Since.
        from: Option<NaiveDate> = date("Áp dụng từ ngày", "From").required(),
        /// What it rests on.
        basis: Option<String> = text("Căn cứ", "Basis", 300).required()
            .help("Số, ngày, cơ quan của văn bản.", "Number, date and issuer of the document."),
        /// Who decided.
        decided_by: Option<String> = text("Người quyết định", "Decided by", 100),
    }
}

fn check(raw: &RawRecord, _: &Context, problems: &mut Vec<Problem>) {
    let rule = ChoiceRule::read(raw).value;
    let Some(of) = &rule.of else { return };
    let mut says = |field, code, vi: String, en: String| {
        problems.push(Problem::new(Place::field(field), code, vi, en));
    };
    let Some(of) = Changeable::named(of) else {
        says(
            "of",
            Code::NotAllowed,
            "Chọn lại mục: các lựa chọn của mục này không do xã đặt.".to_owned(),
            "Choose another field: the values of this one are not the commune's to set.".to_owned(),
        );
        return;
    };
    match (&rule.value, &rule.words) {
        (None, None) => says(
            "words",
            Code::Missing,
            "Nhập giá trị xã thêm.".to_owned(),
            "Enter: added value.".to_owned(),
        ),
        (Some(_), Some(_)) => says(
            "words",
            Code::NotAllowed,
            "Chỉ ghi một giá trị: sẵn có hoặc xã thêm.".to_owned(),
            "Name one value: a built-in or an added one.".to_owned(),
        ),
        (Some(slug), None) if of.own(slug).is_none() => says(
            "value",
            Code::UnknownChoice,
            format!("Chọn lại giá trị: phiên bản này chưa biết lựa chọn “{slug}”."),
            format!("Choose again: this version does not know the choice “{slug}”."),
        ),
        (Some(_), None) => {}
        (None, Some(_)) if !of.takes_added() => says(
            "words",
            Code::NotAllowed,
            "Mục này không có “Khác” nên xã không thêm được giá trị.".to_owned(),
            "This field has no “other”, so nothing can be added to it.".to_owned(),
        ),
        (None, Some(words)) if !added::is_words(words) => {
            let most = added::LONGEST;
            says(
                "words",
                Code::Broken,
                format!("Giá trị xã thêm phải là một dòng chữ, dài nhất {most} ký tự."),
                format!("An added value must be one line of words, at most {most} characters."),
            );
        }
        (None, Some(words)) => {
            if let Some(known) = of.alike(words) {
                let (vi, en) = (known.vi, known.en);
                says(
                    "words",
                    Code::NotAllowed,
                    format!("Mục này đã có “{vi}”. Nhập một giá trị khác hẳn."),
                    format!("This field has “{en}” already. Enter a value that differs."),
                );
            }
        }
    }
}
