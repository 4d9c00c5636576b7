//! Eight words by which two people hear whether their devices mean the same keys (design.md §3.5).

use sha2::{Digest as _, Sha256};

use crate::ids::{DeviceId, InvitationId, Root, TransportKey};

/// How many words are compared.
pub const COUNT: usize = 8;

/// Eight words of [`LIST`].
pub type Words = [&'static str; COUNT];

/// The words for the keys of a device that asks to be admitted: the first eight bytes of a hash over them, a word each.
///
/// What 64 bits protect against: somebody who got hold of a slip and asks first, in the place of the person for whom it
/// was made. The registrar then hears other words from that person than the screen shows. To show the same words, the
/// thief must find, within the days that the slip is good for and after seeing the person's device, keys of its own that
/// hash to the same 64 bits: some 2^63 key pairs. The person's device chose its keys without the thief, so half as many
/// bits by a collision are not to be had. Whoever does not know the invitation's secret does not come this far.
pub fn of(
    root: &Root,
    device: &DeviceId,
    transport: &TransportKey,
    invitation: Option<&InvitationId>,
) -> Words {
    let hash = Sha256::new()
        .chain_update("sothon/words/1")
        .chain_update(root)
        .chain_update(device)
        .chain_update(transport)
        .chain_update(invitation.map_or(&[][..], |id| &id.0))
        .finalize();
    let mut words = [""; COUNT];
    for (word, byte) in words.iter_mut().zip(hash) {
        // A byte is a place in the list: it has 256.
        *word = LIST.get(usize::from(byte)).copied().unwrap_or_default();
    }
    words
}

/// 256 plain words of one syllable. No two are alike without their marks, and none are where a region does not tell apart
/// tr and ch, s and x, d, gi, r and v, l and n, or final n and ng, t and c.
#[rustfmt::skip]
pub const LIST: [&str; 256] = [
    "áo", "ấm", "bàn", "bát", "bãi", "bầu", "bè", "bến", "bếp", "bể", "biển", "bông", "bờ", "buồm", "bùn",
    "búa", "bút", "bưởi", "bừa", "cam", "canh", "cau", "cà", "cày", "cát", "chảo", "chăn", "chèo", "chén",
    "chép", "chiêng", "chiếu", "chì", "chìa", "chớp", "chợ", "chum", "chuông", "chuối", "cói", "công", "cột",
    "cơm", "cờ", "cua", "cuốc", "củi", "cừu", "cửa", "dây", "dép", "dê", "diều", "dừa", "đay", "đầm", "đậu",
    "đèn", "đèo", "đê", "đình", "đĩa", "đò", "đồi", "đồng", "đũa", "đục", "đường", "đước", "én", "ếch", "gánh",
    "gạch", "gạo", "gấc", "gấm", "ghế", "giếng", "gió", "gò", "gốc", "gối", "gốm", "gỗ", "guốc", "gùi", "gương",
    "hành", "hạt", "hầm", "hến", "hiên", "hòm", "hồ", "hồng", "hộp", "huệ", "hương", "hươu", "kèn", "kéo",
    "kẽm", "kệ", "khay", "khăn", "khe", "khèn", "khế", "khoai", "khóa", "khuy", "kiến", "kìm", "lau", "lạc",
    "lê", "liềm", "lọ", "lớp", "lúa", "lươn", "lưới", "lược", "lửa", "lựu", "mành", "mạch", "mâm", "mây", "mận",
    "mật", "mèo", "mía", "mít", "mõ", "muối", "muống", "múa", "mũ", "mưa", "mương", "mướp", "mực", "nai",
    "nắng", "neo", "nến", "nếp", "ngan", "ngao", "ngải", "nghệ", "ngói", "ngõ", "ngọc", "ngô", "ngỗng", "nguồn",
    "ngựa", "nhà", "nhài", "nhãn", "nhạc", "nhẫn", "nhím", "nho", "nia", "nón", "nồi", "núi", "ong", "ốc",
    "ống", "ổi", "ớt", "phao", "phà", "phiếu", "phím", "phố", "phở", "phượng", "quang", "quay", "quạ", "quạt",
    "quýt", "rau", "rèm", "riềng", "rong", "rồng", "rổ", "rơm", "ruộng", "rùa", "sàng", "sách", "sáo", "sả",
    "sân", "sấm", "sậy", "sen", "sếu", "sò", "sóc", "sóng", "sông", "sơn", "sợi", "sung", "suối", "sương",
    "sữa", "táo", "tằm", "than", "thác", "then", "thép", "thêu", "thềm", "thìa", "thoi", "thỏ", "thông", "thơ",
    "thớt", "thuyền", "thúng", "thước", "tỏi", "tôm", "tơ", "trai", "trắm", "tre", "trống", "trời", "trường",
    "tuyết", "tùng", "túi", "tủ", "vàng", "ve", "vẹt", "vịt", "voi", "vườn", "xoan", "xoài", "xóm", "xuân",
    "yến",
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    /// A letter without the tone's mark.
    fn toneless(letter: char) -> char {
        const VOWELS: [&str; 12] = [
            "aàáảãạ",
            "ăằắẳẵặ",
            "âầấẩẫậ",
            "eèéẻẽẹ",
            "êềếểễệ",
            "iìíỉĩị",
            "oòóỏõọ",
            "ôồốổỗộ",
            "ơờớởỡợ",
            "uùúủũụ",
            "ưừứửữự",
            "yỳýỷỹỵ",
        ];
        let vowel = VOWELS.iter().find(|marked| marked.contains(letter));
        vowel.and_then(|marked| marked.chars().next()).unwrap_or(letter)
    }

    /// The word as the least careful listener hears it: without tone, and with all that some region says alike.
    fn heard(word: &str) -> String {
        let plain: String = word.chars().map(toneless).collect();
        let (onset, rest) = ["ngh", "ng", "nh", "gi", "gh", "kh", "ph", "th", "tr", "ch", "qu"]
            .into_iter()
            .chain([
                "b", "c", "d", "đ", "g", "h", "k", "l", "m", "n", "p", "r", "s", "t", "v", "x",
            ])
            .find_map(|onset| Some((onset, plain.strip_prefix(onset)?)))
            .unwrap_or(("", &plain));
        let onset = match onset {
            "tr" => "ch",
            "s" => "x",
            "gi" | "r" | "v" => "d",
            "n" => "l",
            "ngh" => "ng",
            "gh" => "g",
            "k" => "c",
            same => same,
        };
        let glide = ["oa", "oă", "oe", "uy", "uâ", "uê", "uơ"]
            .iter()
            .any(|glide| rest.starts_with(glide));
        let rest = if glide {
            format!("w{}", rest.chars().skip(1).collect::<String>())
        } else {
            rest.to_owned()
        };
        let rest = rest.replace("ia", "iê").replace("ưa", "ươ").replace("ua", "uô");
        let (vowel, end) = [
            ("ng", "ng"),
            ("nh", "ng"),
            ("n", "ng"),
            ("ch", "c"),
            ("c", "c"),
            ("t", "c"),
        ]
        .into_iter()
        .chain([("m", "m"), ("p", "p")])
        .find_map(|(end, heard)| Some((rest.strip_suffix(end)?, heard)))
        .unwrap_or((&rest, ""));
        let vowel = match vowel {
            "ay" | "ây" => "ai",
            "au" | "âu" => "ao",
            "iêu" | "ươu" | "ưu" | "êu" => "iu",
            "uôi" => "ui",
            "ươi" => "ưi",
            "ôi" | "ơi" => "oi",
            other if end.is_empty() => other,
            "ă" => "a",
            "â" if end == "m" || end == "p" => "a",
            "ô" | "ơ" if end == "m" || end == "p" => "o",
            "iê" => "i",
            "uô" => "u",
            "ươ" => "ư",
            "e" => "ê",
            other => other,
        };
        // "hoa" and "qua", "oa" and "hoa".
        let (onset, vowel) = match (onset, vowel.strip_prefix('w')) {
            ("h" | "ng" | "", Some(vowel)) => ("qu", vowel),
            _ => (onset, vowel),
        };
        format!("{onset}{vowel}{end}")
    }

    #[test]
    fn no_two_words_sound_alike_in_any_region() {
        let mut sounds = BTreeMap::new();
        for word in LIST {
            if let Some(other) = sounds.insert(heard(word), word) {
                panic!("{word} and {other}");
            }
        }
        assert_eq!(heard("trăng"), heard("chăn"));
        assert_eq!(heard("lác"), heard("nạt"));
    }

    #[test]
    fn another_key_has_other_words() {
        let of = |device| {
            of(
                &Root([1; 32]),
                &DeviceId([device; 32]),
                &TransportKey([3; 32]),
                None,
            )
        };
        assert_eq!(of(1), of(1));
        assert_ne!(of(1), of(2));
    }
}
