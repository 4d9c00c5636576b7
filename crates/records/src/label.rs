//! Words in the two languages of the app.

use serde::Serialize;

/// A language of the app.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Lang {
    /// Vietnamese, the language of every official term.
    #[default]
    Vi,
    /// English.
    En,
}

/// A label of a declaration, in both languages.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct Label {
    /// Vietnamese: the official term (domain.md), unchanged.
    pub vi: &'static str,
    /// English.
    pub en: &'static str,
}

impl Label {
    /// Makes a label.
    pub const fn new(vi: &'static str, en: &'static str) -> Self {
        Label { vi, en }
    }

    /// The label in one language.
    pub const fn get(&self, lang: Lang) -> &'static str {
        match lang {
            Lang::Vi => self.vi,
            Lang::En => self.en,
        }
    }

    /// The label as it stands inside a sentence: first letter small, unless it begins with an abbreviation ("QĐ số")
    /// or a name ("Ban Chỉ đạo").
    pub fn inside(&self, lang: Lang) -> String {
        let text = self.get(lang);
        let is_name = text
            .split(' ')
            .nth(1)
            .is_some_and(|word| word.starts_with(char::is_uppercase));
        let mut letters = text.chars();
        match (letters.next(), letters.clone().next()) {
            (Some(first), Some(second)) if !second.is_uppercase() && !is_name => {
                first.to_lowercase().chain(letters).collect()
            }
            _ => text.to_owned(),
        }
    }
}

/// Words made at run time, in both languages.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Words {
    /// Vietnamese.
    pub vi: String,
    /// English.
    pub en: String,
}

impl Words {
    /// Makes words that differ by language.
    pub fn new(vi: impl Into<String>, en: impl Into<String>) -> Self {
        Words {
            vi: vi.into(),
            en: en.into(),
        }
    }

    /// Makes words that are the same in every language (a name, a number).
    pub fn same(text: impl Into<String>) -> Self {
        let text = text.into();
        Words {
            en: text.clone(),
            vi: text,
        }
    }

    /// The words in one language.
    pub fn get(&self, lang: Lang) -> &str {
        match lang {
            Lang::Vi => &self.vi,
            Lang::En => &self.en,
        }
    }
}

impl From<Label> for Words {
    fn from(label: Label) -> Self {
        Words::new(label.vi, label.en)
    }
}
