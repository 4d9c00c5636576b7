//! R75 Xã (a number of ours; domain.md has none): what the commune is called and under which code, as its people read it on
//! every screen and print; which communes became it; and who stands above it, by date, whatever level that is (domain.md §8).

use chrono::NaiveDate;

use crate::civil;
use crate::declare::{choices, kind, sub};
use crate::kind::{Chapter, Shelf, Source, choice, date, kind, list, text, whole};
use crate::problem::{Context, Place, Problem};
use crate::raw::{RawRecord, SubKey};
use crate::record::{Record, Sub};
use crate::text::folded_words;

choices! {
    /// What somebody above the commune is to it (domain.md §8.3). No level is named: that is in the name.
    SuperiorRole: Source::Own => {
        Direct = "direct", "Cấp trên trực tiếp", "Direct superior";
        Police = "police", "Công an cấp trên", "Superior police";
        Recipient = "recipient", "Nơi nhận báo cáo", "Receives reports";
        Court = "court", "Tòa án", "Court";
        Finding = "finding", "Cơ sở y tế xác định tình trạng nghiện", "Determines addiction";
        Rehab = "rehab", "Cơ sở cai nghiện", "Rehab facility";
    }
}

sub! {
    /// Somebody above the commune, or outside it, for a time.
    Superior {
        /// What it is to the commune.
        role: Option<SuperiorRole> = choice::<SuperiorRole>("Vai trò", "Role").required(),
        /// Its name, with its level.
        body: Option<String> = text("Tên cơ quan", "Name", 200).required().searchable()
            .help("Ghi đủ tên và cấp, như trên văn bản.", "The whole name with its level, as on documents."),
        /// Its place among those of one role.
        order: Option<i64> = whole("Thứ tự", "Order", 1, 1_000),
        /// Since.
        from: Option<NaiveDate> = date("Từ ngày", "From").required(),
        /// Until.
        until: Option<NaiveDate> = date("Đến ngày", "Until").not_before("from"),
        /// On what it rests.
        basis: Option<String> = text("Căn cứ (văn bản số, ngày)", "Basis (number, date)", 200),
    }
}

sub! {
    /// A commune that became this one, or a part of it.
    Former {
        /// Its name.
        called: Option<String> = text("Tên xã, phường cũ", "Former commune", 120).required().searchable(),
        /// Its code.
        code: Option<String> = text("Mã cũ", "Former code", 10).searchable(),
        /// Where the code is from.
        code_source: Option<String> = text("Nguồn của mã", "Source of the code", 200),
        /// Its last day.
        until: Option<NaiveDate> = date("Đến hết ngày", "Until").required(),
    }
}

kind! {
    /// A commune, under the name that it bears for a time.
    Commune = kind(Chapter::Commune, "R75", "commune", "Xã", "Commune")
        .purpose("Tên, mã của xã và cơ quan cấp trên theo từng thời điểm", "The commune's name and code, and who is above it, as of each day")
        .on(Shelf::Commune)
        .titled(&["name"])
        .happened("from")
        .checked_by(check);
    fields {
        /// Its name.
        name: Option<String> = text("Tên xã", "The commune's name", 120).required().searchable(),
        /// Its code in the list of administrative units.
        code: Option<String> = text("Mã xã", "Code", 10).searchable()
            .help("Theo danh mục đơn vị hành chính. Chưa rõ thì để trống.", "As in the list of administrative units; empty if not known."),
        /// The code of the province.
        province_code: Option<String> = text("Mã tỉnh, thành phố", "Code of the province", 10),
        /// Where the codes are from.
        code_source: Option<String> = text("Nguồn của mã (văn bản số, ngày)", "Source of the codes (number, date)", 200)
            .required_when("khi có mã", "with a code"),
        /// The document by which it bears this name.
        decision: Option<String> = text("Nghị quyết số, ngày", "Resolution (number, date)", 120),
        /// Since.
        from: Option<NaiveDate> = date("Từ ngày", "From").required(),
        /// Until.
        until: Option<NaiveDate> = date("Đến ngày", "Until").not_before("from"),
    }
    lists {
        /// The communes that became it.
        formers: Former = list("Xã, phường cũ nhập vào", "Former communes"),
        /// Who stands above it, by date.
        superiors: Superior = list("Cơ quan cấp trên theo ngày", "Superiors by date"),
    }
}

impl Superior {
    /// Whether it stands there on a day.
    pub fn holds_on(&self, day: NaiveDate) -> bool {
        self.in_force()
            && self.from.is_some() && civil::is_within(self.from, self.until, day)
    }
}

impl Commune {
    /// Whether the name is borne on a day.
    pub fn holds_on(&self, day: NaiveDate) -> bool {
        self.common.in_force() && civil::is_within(self.from, self.until, day)
    }

    /// A name without the kind of commune before it, as folded words: "Phường Quang Trung" is `quang trung`.
    pub fn bare(name: &str) -> Vec<String> {
        const KINDS: [&[&str]; 4] = [&["xa"], &["phuong"], &["thi", "tran"], &["dac", "khu"]];
        let words = folded_words(name);
        let typed = KINDS.iter().find_map(|kind| {
            let is_kind = words.iter().zip(*kind).all(|(word, of)| word == of);
            (is_kind && words.len() > kind.len()).then_some(kind.len())
        });
        words.into_iter().skip(typed.unwrap_or(0)).collect()
    }
}

/// A code has a source, or nobody can tell whether it was looked up or guessed.
fn check(raw: &RawRecord, _: &Context, problems: &mut Vec<Problem>) {
    let commune = Commune::read(raw).value;
    if commune.code.is_some() || commune.province_code.is_some() {
        crate::validate::needs(Commune::KIND, "code_source", raw, problems);
    }
    let sourceless = |former: &Former| former.in_force() && former.code.is_some() && former.code_source.is_none();
    for (id, _) in commune.formers.iter().filter(|(_, former)| sourceless(former)) {
        let Some(field) = Former::FIELDS.iter().find(|field| field.name == "code_source") else {
            continue;
        };
        let sub = SubKey {
            kind: "formers".to_owned(),
            id: *id,
        };
        let place = Place {
            sub: Some(sub),
            field: field.name.to_owned(),
        };
        problems.push(Problem::missing(place, field));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::raw::RecordId;

    fn problems(commune: &Commune) -> Vec<String> {
        let today = NaiveDate::from_ymd_opt(2026, 6, 10).unwrap();
        let mut problems = Vec::new();
        check(&commune.write(), &Context { today }, &mut problems);
        let field = |problem: Problem| {
            let sub = problem.place.sub.map(|sub| format!("{}-", sub.kind));
            sub.unwrap_or_default() + &problem.place.field
        };
        problems.into_iter().map(field).collect()
    }

    #[test]
    fn a_name_is_told_by_what_stands_behind_the_kind_of_commune() {
        for name in ["Quang Trung", "xã Quang Trung", "Phường Quang Trung", "XÃ QUANG TRUNG", "Thị trấn Quang Trung"] {
            assert_eq!(Commune::bare(name).join(" "), "quang trung", "{name}");
        }
        assert_eq!(Commune::bare("Xã").join(" "), "xa");
        assert_eq!(Commune::bare("Thị Sơn").join(" "), "thi son");
        assert!(Commune::bare("").is_empty());
    }

    #[test]
    fn a_code_without_its_source_is_asked_for_it() {
        let mut commune = Commune::default();
        assert!(problems(&commune).is_empty());
        commune.code = Some("14824".to_owned());
        let former = Former {
            called: Some("Xã Cũ".to_owned()),
            code: Some("14824".to_owned()),
            ..Former::default()
        };
        let id = RecordId(uuid::Uuid::from_bytes([7; 16]));
        commune.formers.insert(id, former);
        assert_eq!(problems(&commune), ["code_source", "formers-code_source"]);
        commune.code_source = Some("NQ 1686/NQ-UBTVQH15".to_owned());
        commune.formers.get_mut(&id).unwrap().voided = Some(true);
        assert!(problems(&commune).is_empty());
    }
}
