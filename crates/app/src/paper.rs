//! Keys on paper, used when machines are gone: a reading key opens a compartment on this device, the recovery sheet makes it the
//! registrar's.

use sothon_ledger::{Compartment, OperationId};
use sothon_records::Words;
use sothon_replica::slip::secret_from_text;
use zeroize::Zeroizing;

use crate::api::*;
use crate::app::App;
use crate::desk::Desk;
use crate::fault::{Done, Fault};
use crate::secret::Secret;
use crate::words;

impl App {
    /// See [`crate::commands`].
    pub(crate) async fn read_by_paper(
        &self,
        compartment: String,
        year: u32,
        key: Secret,
    ) -> Done<OpenedByKey> {
        self.at_desk(move |desk| {
            let compartment =
                words::parse_compartment(&compartment).map_err(|_| Fault::not_understood("compartment"))?;
            desk.read_by_paper(compartment, year, &key)
        })
        .await
    }

    /// See [`crate::commands`].
    pub(crate) async fn recovery_ask(&self) -> Done<RecoveryAsk> {
        self.at_desk(|desk| {
            let branches = desk.device().branches()?;
            let branch = |(height, id): &(sothon_ledger::Height, OperationId)| {
                let short = words::short(id);
                let said = Words::new(
                    format!("Nhánh {short}, đến mốc {height}"),
                    format!("Branch {short}, up to height {height}"),
                );
                RegisterBranch {
                    id: id.to_string(),
                    says: desk.w(&said),
                }
            };
            Ok(RecoveryAsk {
                registrar: desk.device().is_registrar(),
                branches: branches.iter().map(branch).collect(),
            })
        })
        .await
    }

    /// See [`crate::commands`].
    pub(crate) async fn recover(&self, key: Secret, branch: Option<String>) -> Done<People> {
        self.at_desk(move |desk| {
            let key = typed(&key)?;
            let branches = desk.device().branches()?;
            let after = branch.and_then(|text| {
                let mut ids = branches.iter().map(|(_, id)| *id);
                ids.find(|id| id.to_string() == text)
            });
            let now = desk.now();
            desk.device_mut().recover(&key, after, now)?;
            desk.register_written()
        })
        .await
    }
}

/// A key as it stands on the paper.
fn typed(key: &Secret) -> Done<Zeroizing<[u8; 32]>> {
    Ok(Zeroizing::new(secret_from_text(&key.0)?))
}

impl Desk {
    fn read_by_paper(&mut self, compartment: Compartment, year: u32, key: &Secret) -> Done<OpenedByKey> {
        let key = typed(key)?;
        let opened = self.device_mut().read_by_paper(compartment, year, *key)?;
        // Its own keys may be new: they go out, and the picture takes in what can be read now.
        self.publish()?;
        self.follow();
        let books: Vec<String> = opened.books.iter().map(|book| self.book_name(book)).collect();
        let said = match (opened.keys, opened.without) {
            (0, 0) => Words::new(
                "Máy này đã đọc được mọi sổ của ngăn đó.",
                "This device could read all books of that compartment already.",
            ),
            (_, 0) => Words::new(
                "Đã mở được mọi chìa của ngăn đó. Máy này đọc được từ nay; muốn ghi thì cần được duyệt vào ngăn.",
                "All keys of that compartment were opened. This device reads from now on; to write there it has to be let in.",
            ),
            (_, without) => Words::new(
                format!("Còn {without} chìa chưa có bản niêm phong cho tờ giấy này. Gửi nhận rồi mở lại."),
                format!(
                    "{without} keys are not wrapped for the sheet, or have not come. Exchange, then try again."
                ),
            ),
        };
        Ok(OpenedByKey {
            books,
            says: self.w(&said),
        })
    }
}
