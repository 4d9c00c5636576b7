//! What a person types to open the app.

use std::fmt;

use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

/// A passphrase in Unicode normal form C, erased from memory when dropped.
///
/// The form matters: "mật" typed with Telex and "mật" pasted from a phone may be different bytes.
pub struct Passphrase(Zeroizing<String>);

/// Why a text is no passphrase.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum PassphraseError {
    /// There was nothing in it.
    #[error("the passphrase is empty")]
    Empty,
    /// Longer than [`Passphrase::MAX_LEN`] bytes.
    #[error("the passphrase is longer than {} bytes", Passphrase::MAX_LEN)]
    TooLong,
}

impl Passphrase {
    /// The longest text that is taken, in bytes as typed.
    pub const MAX_LEN: usize = 1024;

    /// Takes a text as typed. How strong it is, is for the screen that asks for it.
    ///
    /// # Errors
    /// [`PassphraseError`] where the text is empty or too long.
    pub fn new(typed: &str) -> Result<Self, PassphraseError> {
        if typed.is_empty() {
            return Err(PassphraseError::Empty);
        }
        if typed.len() > Self::MAX_LEN {
            return Err(PassphraseError::TooLong);
        }
        // NFC makes UTF-8 at most three times as long (Unicode UAX #15), so the string never moves in memory.
        let mut normal = Zeroizing::new(String::with_capacity(typed.len() * 3));
        normal.extend(typed.nfc());
        Ok(Self(normal))
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Passphrase(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn composed_and_decomposed_vietnamese_are_one_passphrase() {
        let composed = Passphrase::new("m\u{1ead}t kh\u{1ea9}u").unwrap();
        let decomposed = Passphrase::new("ma\u{323}\u{302}t kha\u{302}\u{309}u").unwrap();
        assert_eq!(composed.as_bytes(), decomposed.as_bytes());
    }

    #[test]
    fn an_empty_or_endless_text_is_no_passphrase() {
        assert_eq!(Passphrase::new("").unwrap_err(), PassphraseError::Empty);
        assert_eq!(
            Passphrase::new(&"x".repeat(1025)).unwrap_err(),
            PassphraseError::TooLong
        );
    }

    #[test]
    fn normalizing_never_moves_the_text_in_memory() {
        // U+0958 and U+FB2C are among those that grow most under NFC.
        for typed in [
            "\u{958}".repeat(340),
            "\u{fb2c}".repeat(340),
            "\u{1d160}".repeat(250),
        ] {
            let room = typed.len() * 3;
            let passphrase = Passphrase::new(&typed).unwrap();
            assert!(passphrase.as_bytes().len() <= room);
        }
    }

    #[test]
    fn debug_output_does_not_show_it() {
        let shown = format!("{:?}", Passphrase::new("bí mật").unwrap());
        assert!(!shown.contains("bí mật"));
    }
}
