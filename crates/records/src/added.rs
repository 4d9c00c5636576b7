//! A value that a commune has added to a choice, as a record keeps it: the choice's “Khác” with words of its own,
//! `other: chợ phiên`. Whoever asks for the choice finds “Khác”; whoever shows it finds the words, on every device and for ever,
//! also where nobody has the commune's settings or the value is not offered any more.

use crate::datum::Datum;
use crate::kind::{Choice, Field, FieldType, Source};
use crate::text;

/// The choice that stands for what is none of the others.
pub const OTHER: &str = "other";
/// What stands before the words.
const BEFORE: &str = "other: ";
/// Most characters of the words.
pub const LONGEST: usize = 60;

/// Words as a record keeps them.
pub fn kept(words: &str) -> String {
    format!("{BEFORE}{}", text::tidy_line(words))
}

/// The words of what a record keeps; `None`: it is no added value.
pub fn words(kept: &str) -> Option<&str> {
    kept.strip_prefix(BEFORE)
}

/// Whether these are words for a value: one tidy line of at most [`LONGEST`] characters that says something and has no marks
/// which turn a line around or cannot be seen.
pub fn is_words(words: &str) -> bool {
    let unseen = |c: char| matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
    words.chars().count() <= LONGEST
        && words.contains(char::is_alphanumeric)
        && !words.contains(unseen)
        && text::tidy_line(words) == words
}

/// Whether two values would be taken for one another: the same words but for case, marks and punctuation.
pub fn are_alike(one: &str, other: &str) -> bool {
    text::folded_words(one) == text::folded_words(other)
}

/// The choice of a field that stands for added values: “Khác” of one choice that this software begins with. `None`: nothing
/// can be added. What a law or the plan names is theirs to change, and of several each is a key of its own.
pub fn stands_for(field: &Field) -> Option<&'static Choice> {
    match (field.holds, field.source) {
        (FieldType::Choice(choices), Some(Source::Own)) => choices.iter().find(|choice| choice.slug == OTHER),
        _ => None,
    }
}

/// An added value of a field from what a record keeps; `None`: it is none, or none that this field can have.
pub(crate) fn read(field: &Field, kept: &str) -> Option<Datum> {
    let words = words(kept).filter(|words| is_words(words))?;
    let choice = stands_for(field)?;
    Some(Datum::Added {
        choice,
        words: words.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_one_tidy_line_that_says_something() {
        for good in ["Chợ phiên", "Tiệm xăm, phun", "Karaoke (loại 2)", "7"] {
            assert!(is_words(good), "{good}");
            assert_eq!(words(&kept(good)), Some(good));
        }
        for bad in [
            "",
            "…",
            " Chợ",
            "Chợ  phiên",
            "Chợ\nphiên",
            "Chợ\u{7}",
            "Cho\u{323}\u{31b}",
            "\u{202e}nêihp",
            "Chợ\u{200b}phiên",
            "a\u{2066}b",
        ] {
            assert!(!is_words(bad), "{bad:?}");
        }
        assert!(is_words(&"ệ".repeat(LONGEST)) && !is_words(&"ệ".repeat(LONGEST + 1)));
        assert_eq!(kept("  Cho\u{323}  phie\u{302}n "), "other: Chọ phiên");
    }

    #[test]
    fn words_that_differ_in_case_marks_or_punctuation_are_alike() {
        assert!(are_alike("Chợ phiên", "CHO PHIEN."));
        assert!(!are_alike("Chợ phiên", "Chợ"));
    }
}
