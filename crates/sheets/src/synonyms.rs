//! Words that people write for a choice, where they can mean one thing only.

use sothon_records::Field;
use sothon_records::text::folded_words;

/// Field, what is written (folded), the choice.
const WORDS: &[(&str, &[&str], &str)] = &[
    ("relation", &["ch", "chu ho", "chu", "ban than"], "head"),
    ("relation", &["vo", "chong"], "spouse"),
    (
        "relation",
        &["con", "con trai", "con gai", "con de", "con nuoi"],
        "child",
    ),
    (
        "relation",
        &["bo", "cha", "me", "bo de", "me de", "ba ma"],
        "parent",
    ),
    (
        "relation",
        &["ong", "ba", "ong noi", "ba noi", "ong ngoai", "ba ngoai"],
        "grandparent",
    ),
    (
        "relation",
        &["chau", "chau noi", "chau ngoai", "chau trai", "chau gai"],
        "grandchild",
    ),
    (
        "relation",
        &[
            "anh", "chi", "em", "anh trai", "chi gai", "em trai", "em gai", "anh ruot", "em ruot",
        ],
        "sibling",
    ),
    ("relation", &["dau", "re", "con dau", "con re"], "in-law"),
    ("sex", &["m", "trai", "nam gioi"], "male"),
    ("sex", &["f", "gai", "nu gioi"], "female"),
    ("residence", &["tt", "ho khau thuong tru", "kt1"], "permanent"),
    ("residence", &["kt3", "ho tam tru"], "temporary"),
    (
        "state",
        &[
            "su dung trai phep",
            "nguoi su dung trai phep",
            "su dung trai phep chat ma tuy",
        ],
        "u1",
    ),
    (
        "state",
        &["nghien", "nguoi nghien", "nghien ma tuy", "nguoi nghien ma tuy"],
        "a1",
    ),
    (
        "state",
        &["dieu tri thay the", "thay the", "methadone", "dieu tri methadone"],
        "a5",
    ),
    (
        "state",
        &["cai bat buoc", "cai nghien bat buoc", "dang cai bat buoc"],
        "c2",
    ),
    (
        "state",
        &["sau cai", "quan ly sau cai", "quan ly sau cai nghien"],
        "h1",
    ),
];

/// The choice that is meant by what is written, if it is one of these words.
pub(crate) fn of(field: &Field, typed: &str) -> Option<&'static str> {
    let said = folded_words(typed).join(" ");
    let sothon_records::FieldType::Choice(choices) = field.holds else {
        return None;
    };
    let mut words = WORDS.iter().filter(|(name, ..)| *name == field.name);
    let (.., slug) = words.find(|(_, words, _)| words.contains(&said.as_str()))?;
    choices
        .iter()
        .find(|choice| choice.slug == *slug)
        .map(|choice| choice.slug)
}

/// Whether what is written of a member says that it is the head.
pub(crate) fn is_head(typed: &str) -> bool {
    let said = folded_words(typed).join(" ");
    said == "head"
        || WORDS
            .iter()
            .any(|(_, words, slug)| *slug == "head" && words.contains(&said.as_str()))
}
