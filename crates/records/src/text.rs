//! Text as it is written (NFC, tidy) and as it is compared (without marks).

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// One line as it is written: NFC, no control characters, single spaces, none at the ends.
pub fn tidy_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for word in text
        .nfc()
        .collect::<String>()
        .split(|c: char| c.is_whitespace() || c.is_control())
    {
        if !word.is_empty() {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    line
}

/// A long text as it is written: NFC, lines ended by `\n`, no other control characters, no blanks at the end.
pub fn tidy_long(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let kept = text
        .chars()
        .filter(|c| !c.is_control() || matches!(c, '\n' | '\t'));
    kept.nfc().collect::<String>().trim().to_owned()
}

/// Digits of a telephone number as they are written: without spaces, dots, dashes and brackets.
pub fn tidy_phone(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '.' | '-' | '(' | ')' | '/'))
        .collect()
}

/// A mobile number of Việt Nam as people read it out, `0912 345 678`; any other number as it is.
pub fn group_phone(digits: &str) -> String {
    let mobile = digits.len() == 10
        && digits.bytes().all(|b| b.is_ascii_digit())
        && ["03", "05", "07", "08", "09"]
            .iter()
            .any(|start| digits.starts_with(start));
    match (digits.get(..4), digits.get(4..7), digits.get(7..)) {
        (Some(first), Some(second), Some(third)) if mobile => format!("{first} {second} {third}"),
        _ => digits.to_owned(),
    }
}

/// The key for comparing without marks: NFD, marks dropped, đ as d, small letters (ux.md §1.5).
pub fn fold(text: &str) -> String {
    text.nfd()
        .filter(|c| !is_combining_mark(*c))
        .flat_map(char::to_lowercase)
        .map(plain_d)
        .collect()
}

/// Appends the words of a text to two keys for comparing, a blank after each word: without marks, small letters, đ as
/// d; and with marks, the tone at the word's end, so that `hoà` and `hòa` agree.
pub fn push_words(text: &str, folded: &mut String, marked: &mut String) {
    let mut tones = String::new();
    let mut inside = false;
    for c in text.nfd() {
        if is_combining_mark(c) {
            // A mark without a letter before it belongs to no word.
            let key = if is_tone(c) { &mut tones } else { &mut *marked };
            if inside {
                key.push(c);
            }
        } else if c.is_alphanumeric() {
            inside = true;
            for small in c.to_lowercase() {
                folded.push(plain_d(small));
                marked.push(small);
            }
        } else {
            end_word(&mut inside, &mut tones, folded, marked);
        }
    }
    end_word(&mut inside, &mut tones, folded, marked);
}

fn end_word(inside: &mut bool, tones: &mut String, folded: &mut String, marked: &mut String) {
    if *inside {
        marked.push_str(tones);
        folded.push(' ');
        marked.push(' ');
        *inside = false;
    }
    tones.clear();
}

/// The words of a text for comparing: letters and digits of the folded text.
pub fn folded_words(text: &str) -> Vec<String> {
    fold(text)
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

/// The last word of a name, by which people are called and lists are sorted, and what stands before it.
pub fn call_name(name: &str) -> (&str, &str) {
    let name = name.trim();
    match name.rfind(char::is_whitespace) {
        Some(at) => {
            let (before, last) = name.split_at(at);
            (last.trim_start(), before.trim_end())
        }
        None => (name, ""),
    }
}

fn plain_d(c: char) -> char {
    if c == 'đ' { 'd' } else { c }
}

/// Grave, acute, tilde, hook above, dot below: the five tones. The marks of ă â ê ô ơ ư are letters, not tones.
pub(crate) const fn is_tone(c: char) -> bool {
    matches!(c, '\u{300}' | '\u{301}' | '\u{303}' | '\u{309}' | '\u{323}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folding_drops_marks_case_and_the_stroke_of_d() {
        assert_eq!(fold("Nguyễn Văn Đặng"), "nguyen van dang");
        assert_eq!(fold("Nguye\u{302}\u{303}n"), "nguyen");
        assert_eq!(fold("ĐỖ THỊ ƯỚC"), "do thi uoc");
    }

    #[test]
    fn the_two_ways_of_placing_a_tone_agree() {
        let keys = |text| {
            let (mut folded, mut marked) = (String::new(), String::new());
            push_words(text, &mut folded, &mut marked);
            (folded, marked)
        };
        assert_eq!(keys("Hoà"), keys("hòa"));
        assert_eq!(keys("Thuý (Đỗ)"), keys(" Thúy, đỗ"));
        assert_ne!(keys("Hoa").1, keys("Hòa").1);
        assert_ne!(keys("Ân").1, keys("An").1);
        assert_eq!(keys("Ân, ngõ 5/12").0, "an ngo 5 12 ");
    }

    #[test]
    fn lines_are_written_composed_and_without_stray_spaces() {
        assert_eq!(
            tidy_line("  Nguye\u{302}\u{303}n \t Va\u{306}n\nAn "),
            "Nguyễn Văn An"
        );
        assert_eq!(tidy_long(" một\r\nhai\u{0} \n"), "một\nhai");
        assert_eq!(tidy_phone("0912.345 678"), "0912345678");
    }

    #[test]
    fn mobile_numbers_are_read_in_groups_and_no_other_number_is_touched() {
        assert_eq!(group_phone("0912345678"), "0912 345 678");
        assert_eq!(tidy_phone(&group_phone("0987654321")), "0987654321");
        for other in [
            "02373774113",
            "113",
            "+84912345678",
            "0212345678",
            "09123456789",
            "",
            "hỏi Hòa ư",
        ] {
            assert_eq!(group_phone(other), other);
        }
    }

    #[test]
    fn people_are_called_by_the_last_word() {
        assert_eq!(call_name("Nguyễn Văn An"), ("An", "Nguyễn Văn"));
        assert_eq!(call_name("An"), ("An", ""));
        assert_eq!(call_name(""), ("", ""));
    }
}
