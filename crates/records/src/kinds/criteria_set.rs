//! R59 Bộ tiêu chí: criteria as data, with source and certainty.

use chrono::NaiveDate;

use crate::declare::{choices, kind, sub};
use crate::kind::{Chapter, Once, Part, Shelf, Source, Unique, Within, choice, date, kind, list, text, whole};
use crate::label::Label;

choices! {
    /// How sure the text is (domain.md).
    Certainty: Source::Reckoned => {
        FullText = "full-text", "Đọc toàn văn", "Read in full";
        Partial = "partial", "Trích, báo chí", "In part, from the press";
        Unknown = "unknown", "Chưa đủ căn cứ", "Not known enough";
    }
}

choices! {
    /// Of what.
    CriterionLevel: Source::Reckoned => {
        Village = "village", "Thôn", "Village";
        Commune = "commune", "Xã", "Commune";
    }
}

choices! {
    /// How it is answered (domain.md §2.1).
    CriterionKind: Source::Reckoned => {
        YesNo = "yes-no", "Có, không", "Yes or no";
        AtLeast = "at-least", "Số, từ mức trở lên", "Number, at least";
        AtMost = "at-most", "Số, không quá mức", "Number, at most";
        Rate = "rate", "Tỷ lệ", "Rate";
        Text = "text", "Nhận xét", "Text";
    }
}

sub! {
    /// One criterion; what is not known of it is empty.
    Criterion {
        /// Code.
        code: Option<String> = text("Mã", "Code", 20).required(),
        /// Text.
        text: Option<String> = text("Nội dung", "Text", 1_000),
        /// Level.
        level: Option<CriterionLevel> = choice::<CriterionLevel>("Cấp", "Level"),
        /// Kind.
        kind_of: Option<CriterionKind> = choice::<CriterionKind>("Kiểu", "Kind"),
        /// Threshold.
        threshold: Option<String> = text("Ngưỡng", "Threshold", 100),
        /// Most points.
        score: Option<i64> = whole("Điểm tối đa", "Most points", 0, 1_000),
        /// The indicator from which it is computed (`I02`); empty where it is entered.
        computed_from: Option<String> = text("Tính từ chỉ tiêu", "Computed from", 10),
        /// Evidence asked for.
        evidence: Option<String> = text("Minh chứng cần có", "Evidence asked for", 300),
    }
}

kind! {
    /// A set of criteria, filled in by the commune (domain.md §2.1). What is not known stays empty.
    CriteriaSet = kind(Chapter::Figures, "R59", "criteria-set", "Bộ tiêu chí", "Set of criteria")
        .purpose("Chấm điểm theo bộ tiêu chí có nguồn rõ ràng", "To score by criteria whose source is known")
        .on(Shelf::Commune)
        .titled(&["name"])
        .happened("from")
        .feeds(&["I48"])
        .unique(&[Unique {
            name: "criteria-set-same-name",
            label: Label::new("Hai bộ tiêu chí cùng tên, cùng ngày hiệu lực", "Two sets of one name and date"),
            once: Once::Record { within: Within::Commune, parts: &[Part::Folded("name"), Part::Exact("from")] },
        }]);
    fields {
        /// Name.
        name: Option<String> = text("Tên bộ tiêu chí", "Name", 200).required().searchable(),
        /// Source.
        source: Option<String> = text("Nguồn", "Source", 300).required(),
        /// Valid from.
        from: Option<NaiveDate> = date("Hiệu lực từ", "Valid from").required(),
        /// Valid until.
        until: Option<NaiveDate> = date("Hiệu lực đến", "Valid until").not_before("from"),
        /// Certainty.
        certainty: Option<Certainty> = choice::<Certainty>("Độ chắc chắn", "Certainty"),
    }
    lists {
        /// Its criteria.
        criteria: Criterion = list("Danh mục tiêu chí", "Criteria").at_least_one(),
    }
}

/// What a set of criteria does not say yet: the codes of its criteria, in their order.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Blanks {
    /// How many criteria it has.
    pub of: usize,
    /// Those without a text.
    pub texts: Vec<String>,
    /// Those that are measured, and have no threshold.
    pub thresholds: Vec<String>,
}

impl CriteriaSet {
    /// What it does not say yet.
    pub fn blanks(&self) -> Blanks {
        let mut criteria: Vec<&Criterion> = self.criteria.values().filter(|one| one.in_force()).collect();
        criteria.sort_by_key(|one| order(one.code.as_deref()));
        let codes = |lacks: &dyn Fn(&Criterion) -> bool| {
            let lacking = criteria.iter().filter(|one| lacks(one));
            lacking.filter_map(|one| one.code.clone()).collect()
        };
        let measured = |one: &Criterion| {
            matches!(
                one.kind_of,
                Some(CriterionKind::AtLeast | CriterionKind::AtMost | CriterionKind::Rate)
            )
        };
        Blanks {
            of: criteria.len(),
            texts: codes(&|one| one.text.is_none()),
            thresholds: codes(&|one| one.text.is_some() && measured(one) && one.threshold.is_none()),
        }
    }
}

/// Codes that are numbers stand in the order of the numbers: 2 before 10.
fn order(code: Option<&str>) -> (Option<u32>, String) {
    let code = code.unwrap_or_default();
    (code.parse().ok(), code.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::raw::RecordId;

    #[test]
    fn a_set_says_which_criteria_have_no_text_and_which_no_threshold() {
        let criterion = |code: &str, text: Option<&str>, kind_of, threshold: Option<&str>| Criterion {
            code: Some(code.to_owned()),
            text: text.map(str::to_owned),
            kind_of,
            threshold: threshold.map(str::to_owned),
            ..Criterion::default()
        };
        let voided = Criterion {
            voided: Some(true),
            ..criterion("11", None, None, None)
        };
        let criteria = [
            criterion("10", None, None, None),
            criterion("2", Some("Dưới 10 người nghiện"), Some(CriterionKind::AtMost), Some("10")),
            criterion("3", Some("Âm tính"), Some(CriterionKind::Rate), None),
            criterion("4", None, Some(CriterionKind::Rate), None),
            criterion("5", Some("Có nghị quyết"), Some(CriterionKind::YesNo), None),
            voided,
        ];
        let set = CriteriaSet {
            criteria: (0u128..)
                .map(|n| RecordId(uuid::Uuid::from_u128(n)))
                .zip(criteria)
                .collect(),
            ..CriteriaSet::default()
        };
        let blanks = Blanks {
            of: 5,
            texts: vec!["4".to_owned(), "10".to_owned()],
            thresholds: vec!["3".to_owned()],
        };
        assert_eq!(set.blanks(), blanks);
    }
}
