//! Words for a passphrase, from a list that Telex and VNI leave alone: no digits, no w, no letter of a e o d twice in a
//! word, no s f r x j z after a vowel (ux.md §2). Whether the keyboard is on Telex or not, the same text comes out.

use rand_core::Rng;

const WORDS: &[&str] = &[
    "banh", "biem", "bien", "binh", "bong", "bung", "cam", "canh", "cau", "cay", "chanh", "chen", "chim",
    "chinh", "chong", "chum", "chung", "chuong", "cong", "cua", "cung", "dai", "dan", "dao", "dau", "den",
    "dinh", "dong", "dua", "dung", "duong", "ga", "gai", "gang", "gao", "gau", "ghe", "gia", "gian", "gieng",
    "gio", "gom", "gung", "hai", "hang", "hanh", "hat", "hem", "hoa", "hong", "hum", "huong", "kem", "ken",
    "keo", "khay", "khe", "kho", "khung", "kim", "kinh", "la", "lang", "lanh", "lau", "lem", "lim", "linh",
    "lo", "long", "lua", "lung", "ly", "mai", "mam", "man", "mang", "mat", "may", "men", "meo", "mia",
    "minh", "mo", "mong", "mua", "mui", "muong", "nai", "nam", "nan", "nang", "nem", "ngo", "ngon", "nhai",
    "nham", "nhan", "nhim", "nho", "non", "nong", "nuong", "ong", "phao", "phim", "pho", "phong", "phung",
    "quan", "quang", "que", "sam", "sao", "sen", "sim", "so", "soi", "song", "sung", "tam", "tan", "tem",
    "than", "thang", "thanh", "thau", "them", "thi", "tho", "thoi", "thon", "thuyen", "tim", "tinh", "tom",
    "tong", "trai", "tram", "trang", "trau", "tre", "trong", "trung", "truong", "tung", "tuong", "vai",
    "van", "vang", "ve", "vien", "vo", "voi", "vong", "vung", "xanh", "xe", "xoai", "xoi", "xuong", "yen",
];

/// Four words drawn evenly.
pub(crate) fn draw(rng: &mut impl Rng) -> Vec<String> {
    (0..4).map(|_| pick(rng).to_owned()).collect()
}

/// One word; numbers beyond the last whole round are drawn anew, so that none is likelier.
fn pick(rng: &mut impl Rng) -> &'static str {
    let count = WORDS.len() as u32;
    let fair = u32::MAX - u32::MAX % count;
    loop {
        let drawn = rng.next_u32();
        if drawn < fair
            && let Some(word) = WORDS.get((drawn % count) as usize)
        {
            return word;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// What Telex would make something else of (biquyetxaynha.com, "cách đánh máy kiểu Telex").
    fn telex_changes(word: &str) -> bool {
        let vowel = |c: char| "aeiouy".contains(c);
        let mut seen_vowel = false;
        for c in word.chars() {
            if seen_vowel && "sfrxjz".contains(c) {
                return true;
            }
            seen_vowel |= vowel(c);
        }
        word.contains('w') || ['a', 'e', 'o', 'd'].iter().any(|c| word.matches(*c).count() > 1)
    }

    #[test]
    fn no_word_is_changed_by_telex_or_vni() {
        for word in WORDS {
            assert!(word.chars().all(|c| c.is_ascii_lowercase()), "{word}");
            assert!(!telex_changes(word), "{word}");
        }
        assert!(telex_changes("bas") && telex_changes("aa") && telex_changes("tw"));
        assert!(!telex_changes("song"));
    }

    #[test]
    fn the_words_differ_and_four_of_them_are_hard_to_guess() {
        let words: BTreeSet<&str> = WORDS.iter().copied().collect();
        assert_eq!(words.len(), WORDS.len());
        assert!((WORDS.len() as f64).log2() * 4.0 > 29.0);
    }
}
