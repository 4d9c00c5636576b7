//! Keys on paper: the groups of letters that are printed, and those of them that are typed back to show that they are.

use sothon_replica::slip::secret_to_text;
use zeroize::Zeroizing;

use crate::api::RecoverySheet;
use crate::app::App;
use crate::desk::Desk;
use crate::fault::{Done, Fault};
use crate::qr;

/// A key in groups of letters, and which of them are to be typed back.
pub(crate) struct Printed {
    /// The groups.
    pub groups: Vec<String>,
    /// Which are asked for: the second and the last but one.
    pub ask: Vec<usize>,
}

impl Printed {
    /// A key as text: its kind, then its groups.
    pub fn of(key: &str) -> Printed {
        let groups = key.split(['-', ' ']).filter(|group| !group.is_empty());
        let groups: Vec<String> = groups.map(str::to_owned).collect();
        let mut ask = vec![1, groups.len().saturating_sub(2)];
        ask.dedup();
        ask.retain(|n| *n < groups.len());
        Printed { groups, ask }
    }

    /// What is to be typed back.
    pub fn expected(&self) -> Vec<String> {
        let asked = self.ask.iter().filter_map(|n| self.groups.get(*n));
        asked.cloned().collect()
    }
}

impl App {
    /// See [`crate::commands`].
    pub(crate) async fn recovery_sheet(&self) -> Done<RecoverySheet> {
        self.at_desk(|desk| desk.recovery_sheet()).await
    }

    /// See [`crate::commands`].
    pub(crate) async fn confirm_sheet(&self, groups: Vec<String>) -> Done<bool> {
        self.at_desk(move |desk| desk.confirm_sheet(&groups)).await
    }
}

impl Desk {
    fn recovery_key(&self) -> Option<Zeroizing<String>> {
        let key = self.device().recovery()?;
        Some(Zeroizing::new(secret_to_text(key)))
    }

    fn recovery_sheet(&self) -> Done<RecoverySheet> {
        let key = self.recovery_key().ok_or_else(|| {
            Fault::new(
                "sheet_is_on_paper",
                "Phiếu khôi phục đã in và đã gõ lại. Máy này không giữ phiếu nữa.",
                "The recovery sheet was printed and typed back. This device does not have it any more.",
            )
        })?;
        let Printed { groups, ask } = Printed::of(&key);
        Ok(RecoverySheet {
            commune: self.commune_name(),
            root: in_groups(&self.device().root().to_string()),
            qr: qr::of(&key)?,
            groups,
            ask,
            date: self.today().to_string(),
        })
    }

    /// A reading key that was just made comes first: it is what was shown last.
    fn confirm_sheet(&mut self, typed: &[String]) -> Done<bool> {
        let shown = std::mem::take(&mut self.sheet);
        if !shown.is_empty() {
            let right = is_the_same(typed, &shown);
            if !right {
                self.sheet = shown;
            }
            return Ok(right);
        }
        let Some(key) = self.recovery_key() else {
            return Ok(false);
        };
        let right = is_the_same(typed, &Printed::of(&key).expected());
        if right {
            self.device_mut().forget_recovery()?;
        }
        Ok(right)
    }
}

fn is_the_same(typed: &[String], expected: &[String]) -> bool {
    let plain = |text: &String| text.trim().to_uppercase();
    typed.iter().map(plain).eq(expected.iter().map(plain))
}

/// A long id in groups of four.
fn in_groups(text: &str) -> Vec<String> {
    let letters: Vec<char> = text.chars().collect();
    letters.chunks(4).map(|group| group.iter().collect()).collect()
}
