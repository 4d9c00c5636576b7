//! Names of invented persons: family, middle and given name are drawn apart. Frequencies of family names are those of
//! the common tables of Vietnamese family names, with Lê, Trịnh and Mai more frequent, as around Thanh Hóa.

use sothon_records::kinds::household::Sex;

use crate::dice::Dice;

/// Family names with their weight (about per thousand).
const FAMILY: &[(&str, u64)] = &[
    ("Nguyễn", 310),
    ("Lê", 150),
    ("Trần", 95),
    ("Phạm", 68),
    ("Hoàng", 46),
    ("Trịnh", 32),
    ("Bùi", 26),
    ("Vũ", 26),
    ("Mai", 24),
    ("Phan", 22),
    ("Đỗ", 22),
    ("Đặng", 18),
    ("Ngô", 15),
    ("Hà", 13),
    ("Dương", 11),
    ("Đinh", 11),
    ("Lưu", 10),
    ("Cao", 10),
    ("Tống", 9),
    ("Hồ", 8),
    ("Võ", 7),
    ("Lương", 7),
    ("Đào", 7),
    ("Trương", 7),
    ("Đoàn", 6),
    ("Quách", 5),
    ("Tạ", 5),
    ("Vương", 4),
    ("Thái", 4),
    ("Lại", 4),
    ("Lý", 4),
    ("Chu", 3),
    ("Tô", 3),
    ("Phùng", 3),
    ("Hứa", 2),
    ("La", 2),
    ("Kiều", 2),
    ("Thiều", 2),
    ("Viên", 1),
    ("Khương", 1),
    ("Doãn", 1),
    ("Nghiêm", 1),
];

const MIDDLE_MALE: &[&str] = &[
    "Văn", "Văn", "Văn", "Văn", "Hữu", "Đình", "Đức", "Xuân", "Quang", "Minh", "Ngọc", "Trọng", "Công", "Bá",
    "Thanh", "Duy", "Viết", "Thế", "Quốc", "Mạnh", "Tiến", "Anh", "Huy", "Gia",
];
const GIVEN_MALE: &[&str] = &[
    "An", "Bảo", "Bình", "Chiến", "Chung", "Cường", "Dũng", "Duy", "Đạt", "Định", "Đông", "Giang", "Hải",
    "Hậu", "Hiếu", "Hiển", "Hòa", "Hoàn", "Hùng", "Huy", "Khải", "Khánh", "Khôi", "Kiên", "Lâm", "Lộc",
    "Long", "Luân", "Mạnh", "Minh", "Nam", "Nghĩa", "Nhân", "Phong", "Phúc", "Phương", "Quân", "Quyết",
    "Sơn", "Tài", "Tâm", "Thái", "Thành", "Thắng", "Thịnh", "Thọ", "Tiến", "Toàn", "Trung", "Tú", "Tuấn",
    "Tùng", "Vinh", "Vượng",
];
const MIDDLE_FEMALE: &[&str] = &[
    "Thị", "Thị", "Thị", "Thị", "Thị", "Thu", "Ngọc", "Thanh", "Minh", "Hồng", "Kim", "Bích", "Mai",
    "Phương", "Thùy", "Diệu", "Khánh", "Quỳnh", "Hải", "Lan",
];
const GIVEN_FEMALE: &[&str] = &[
    "An", "Anh", "Ánh", "Bình", "Châu", "Chi", "Chinh", "Cúc", "Diệp", "Dung", "Duyên", "Đào", "Giang", "Hà",
    "Hạnh", "Hằng", "Hân", "Hiền", "Hoa", "Hoài", "Hồng", "Huệ", "Huyền", "Hương", "Hường", "Lan", "Liên",
    "Linh", "Loan", "Lụa", "Mai", "My", "Nga", "Ngân", "Ngọc", "Nhàn", "Nhung", "Oanh", "Phương", "Quyên",
    "Quỳnh", "Tâm", "Thảo", "Thắm", "Thơm", "Thu", "Thúy", "Thủy", "Trang", "Trinh", "Tuyết", "Vân", "Xuân",
    "Yến",
];

/// A family name.
pub(crate) fn family(dice: &mut Dice) -> &'static str {
    dice.weighted(FAMILY, "Nguyễn")
}

/// A full name of this family. Two of three drawn names have one middle name, some have two.
pub(crate) fn of_family(dice: &mut Dice, family: &str, sex: Sex) -> String {
    let (middle, given) = match sex {
        Sex::Male => (MIDDLE_MALE, GIVEN_MALE),
        Sex::Female => (MIDDLE_FEMALE, GIVEN_FEMALE),
    };
    let first = dice.pick(middle);
    let mut given_name = dice.pick(given);
    while given_name == first {
        given_name = dice.pick(given);
    }
    let second = dice.pick(middle);
    let double =
        dice.percent(14) && second != first && second != given_name && !matches!(second, "Thị" | "Văn");
    if double {
        format!("{family} {first} {second} {given_name}")
    } else {
        format!("{family} {first} {given_name}")
    }
}

/// A full name.
pub(crate) fn full(dice: &mut Dice, sex: Sex) -> String {
    let family = family(dice);
    of_family(dice, family, sex)
}

/// Either sex.
pub(crate) fn sex(dice: &mut Dice) -> Sex {
    if dice.percent(50) { Sex::Male } else { Sex::Female }
}

/// A telephone number that nobody has: 010 is not assigned in Vietnam.
pub(crate) fn phone(dice: &mut Dice) -> String {
    format!("010{:07}", dice.below(10_000_000))
}

/// Whether a name is put together from the parts above and nothing else.
#[cfg(test)]
pub(crate) fn is_put_together(name: &str) -> bool {
    let parts: Vec<&str> = name.split(' ').collect();
    let [first, middle @ .., last] = parts.as_slice() else {
        return false;
    };
    let all = |names: &[&str], part: &&str| names.contains(part);
    FAMILY.iter().any(|(family, _)| family == first)
        && (1..=2).contains(&middle.len())
        && middle
            .iter()
            .all(|part| all(MIDDLE_MALE, part) || all(MIDDLE_FEMALE, part))
        && (all(GIVEN_MALE, last) || all(GIVEN_FEMALE, last))
}

/// A slip of a Telex keyboard or of a hurried hand: one word without its marks, or with the marks as keys.
pub(crate) fn slip(dice: &mut Dice, name: &str) -> String {
    let words: Vec<&str> = name.split(' ').collect();
    let marked: Vec<usize> = words
        .iter()
        .enumerate()
        .filter(|(_, word)| !word.is_ascii())
        .map(|(at, _)| at)
        .collect();
    let Some(at) = dice.choose(&marked) else {
        return name.replacen(' ', "  ", 1) + "h";
    };
    let telex = dice.percent(40);
    let bare = |word: &str| {
        let folded = sothon_records::text::fold(word);
        let mut letters = folded.chars();
        let first = letters
            .next()
            .map(|c| c.to_uppercase().to_string())
            .unwrap_or_default();
        format!("{first}{}{}", letters.as_str(), if telex { "s" } else { "" })
    };
    let slipped = words.iter().enumerate();
    let slipped = slipped.map(|(n, word)| if n == at { bare(word) } else { (*word).to_owned() });
    slipped.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_put_together_from_parts_and_a_slip_differs_from_it() {
        let mut dice = Dice::new(1, "names");
        for _ in 0..2_000 {
            let sex = sex(&mut dice);
            let name = full(&mut dice, sex);
            assert!(is_put_together(&name), "{name}");
            let wrong = slip(&mut dice, &name);
            assert_ne!(wrong, name);
        }
    }

    #[test]
    fn family_names_come_as_often_as_they_do() {
        let mut dice = Dice::new(2, "names");
        let drawn: Vec<&str> = (0..5_000).map(|_| family(&mut dice)).collect();
        let share = |name: &str| drawn.iter().filter(|drawn| **drawn == name).count() * 100 / drawn.len();
        assert!((24..=36).contains(&share("Nguyễn")) && (10..=18).contains(&share("Lê")));
        assert!(FAMILY.len() >= 40);
    }

    #[test]
    fn telephone_numbers_are_of_a_range_that_is_not_assigned() {
        let mut dice = Dice::new(3, "names");
        for _ in 0..100 {
            let phone = phone(&mut dice);
            assert!(phone.starts_with("010") && phone.len() == 10);
        }
    }
}
