//! The order of Vietnamese text, as `Intl.Collator("vi")` and CLDR `common/collation/vi.xml` have it.
//!
//! Letters a ă â b c d đ e ê … o ô ơ … u ư … decide first; then the tones à ả ã á ạ; then small before capital. A
//! table of its own instead of `icu_collator`: this one alphabet is all that is needed, and its data is this page.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::text;

/// White space, punctuation and symbols in CLDR's order: before digits, before letters.
const SIGNS: &str = "\t\n\r _-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$";
const LETTERS: &str = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz";
const FIRST_SIGN: u8 = 0x02;
const FIRST_DIGIT: u8 = 0x40;
const FIRST_LETTER: u8 = 0x50;
/// Before the code point of any other letter or sign.
const OTHER: u8 = 0xf0;

/// The bytes by which texts sort. Comparing two keys compares the texts.
pub fn key(text: &str) -> Vec<u8> {
    let (mut letters, mut tones, mut cases) = (Vec::new(), Vec::new(), Vec::new());
    let mut rest = text.nfd().peekable();
    while let Some(c) = rest.next() {
        let mut letter = c.to_lowercase().next().unwrap_or(c);
        tones.push(1);
        cases.push(if c.is_uppercase() { 2 } else { 1 });
        let mut marks = Vec::new();
        while let Some(mark) = rest.next_if(|next| is_combining_mark(*next)) {
            match with_mark(letter, mark) {
                Some(marked) => letter = marked,
                None => marks.push(tone(mark)),
            }
        }
        tones.append(&mut marks);
        push_letter(letter, &mut letters);
    }
    letters.push(0);
    letters.append(&mut tones);
    letters.push(0);
    letters.append(&mut cases);
    letters
}

/// The bytes by which names of people sort: by the last word, then by the rest (ux.md §1.5).
pub fn name_key(name: &str) -> Vec<u8> {
    let (last, before) = text::call_name(name);
    let mut bytes = key(last);
    bytes.push(0);
    bytes.extend(key(before));
    bytes
}

/// ă â ê ô ơ ư are letters of their own, not a letter with a mark.
fn with_mark(letter: char, mark: char) -> Option<char> {
    Some(match (letter, mark) {
        ('a', '\u{306}') => 'ă',
        ('a', '\u{302}') => 'â',
        ('e', '\u{302}') => 'ê',
        ('o', '\u{302}') => 'ô',
        ('o', '\u{31b}') => 'ơ',
        ('u', '\u{31b}') => 'ư',
        _ => return None,
    })
}

fn tone(mark: char) -> u8 {
    match mark {
        '\u{300}' => 2,
        '\u{309}' => 3,
        '\u{303}' => 4,
        '\u{301}' => 5,
        '\u{323}' => 6,
        _ => 7,
    }
}

fn push_letter(letter: char, key: &mut Vec<u8>) {
    let place = |table: &str, first: u8| {
        let at = table.chars().position(|c| c == letter)?;
        u8::try_from(at).ok().map(|at| first.saturating_add(at))
    };
    let digit = letter.to_digit(10).and_then(|digit| u8::try_from(digit).ok());
    let known = digit.map(|digit| FIRST_DIGIT + digit);
    match known
        .or_else(|| place(LETTERS, FIRST_LETTER))
        .or_else(|| place(SIGNS, FIRST_SIGN))
    {
        Some(byte) => key.push(byte),
        None => {
            key.push(OTHER);
            // Never a zero byte, which would end this level of the key.
            let code = u32::from(letter);
            key.extend([code >> 14, code >> 7, code].map(|part| (part & 0x7f) as u8 + 1));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_sort_as_measured_with_the_collator_of_the_user_interface() {
        let sorted = "An Ăn Ân Da Dương Đặng đỗ Ông Ơn";
        let mut words: Vec<&str> = sorted.split(' ').rev().collect();
        words.sort_by_key(|word| key(word));
        assert_eq!(words.join(" "), sorted);
        let tones = "ma mà mả mã má mạ";
        let mut words: Vec<&str> = tones.split(' ').rev().collect();
        words.sort_by_key(|word| key(word));
        assert_eq!(words.join(" "), tones);
    }

    #[test]
    fn letters_decide_before_tones_and_tones_before_capitals() {
        for (first, second) in [
            ("mạ a", "ma b"),
            ("ma", "Ma"),
            ("Ma", "mà"),
            ("ma", "mab"),
            ("9", "a"),
            ("a b", "ab"),
            ("zz", "я"),
        ] {
            assert!(key(first) < key(second), "{first} before {second}");
        }
    }

    #[test]
    fn composed_and_decomposed_text_sort_alike() {
        assert_eq!(key("Nguyễn"), key("Nguye\u{302}\u{303}n"));
        assert_eq!(key("Ậ"), key("A\u{323}\u{302}"));
    }

    #[test]
    fn names_sort_by_the_last_word_then_by_the_rest() {
        let mut names = [
            "Trần Văn Ân",
            "Lê Thị Bình",
            "Nguyễn Văn An",
            "Đỗ Thị An",
            "Đặng An",
            "An",
        ];
        names.sort_by_key(|name| name_key(name));
        assert_eq!(
            names,
            [
                "An",
                "Đặng An",
                "Đỗ Thị An",
                "Nguyễn Văn An",
                "Trần Văn Ân",
                "Lê Thị Bình"
            ]
        );
    }
}
