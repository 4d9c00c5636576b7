//! A lost device in one flow: suspended at once, what was on it, its end with new keys, the 72 hours (Luật 91/2025/QH15, Điều 23).
//!
//! Every step follows from register and store and can be asked again after a crash. What is nowhere there, when the loss was
//! noticed and whether it was reported, this device keeps sealed for its own person: since then the hours run here.

use sothon_ledger::DeviceId;
use sothon_ledger::register::CutOf;
use sothon_ledger::{Right, Role};
use sothon_records::Words;
use sothon_records::problem::number;

use crate::api::*;
use crate::app::App;
use crate::desk::Desk;
use crate::fault::{Done, Fault};
use crate::people::device_of;
use crate::words;

const HOUR: i64 = 3_600;
/// Within so many seconds a loss is reported.
const REPORT_WITHIN: i64 = 72 * HOUR;
/// The names under which the device keeps losses.
const UNDER: &str = "lost/";

/// A loss as it is kept.
#[derive(Clone, Copy, serde::Serialize, serde::Deserialize)]
struct Loss {
    /// When it was first said here, in unix seconds.
    since: i64,
    /// When it was marked as reported.
    told: Option<i64>,
}

impl App {
    /// See [`crate::commands`].
    pub(crate) async fn lost_device(&self, device: String) -> Done<LostDevice> {
        self.at_desk(move |desk| desk.lost_device(device_of(&device)?))
            .await
    }

    /// See [`crate::commands`].
    pub(crate) async fn suspend_device(&self, device: String, begins: bool) -> Done<LostDevice> {
        self.at_desk(move |desk| {
            let device = device_of(&device)?;
            desk.device_mut().suspend(device, begins)?;
            // It was found again: nothing is to be reported.
            if begins {
                desk.notice_loss(device)?;
            } else {
                desk.device_mut().forget(&name_of(device))?;
            }
            desk.register_written()?;
            desk.lost_device(device)
        })
        .await
    }

    /// See [`crate::commands`].
    pub(crate) async fn end_lost(&self, device: String) -> Done<LostDevice> {
        self.at_desk(move |desk| {
            let device = device_of(&device)?;
            // The first key of a book needs this device's own keys.
            desk.publish()?;
            let now = desk.now();
            desk.device_mut().end_lost(device, now)?;
            desk.notice_loss(device)?;
            desk.register_written()?;
            desk.lost_device(device)
        })
        .await
    }

    /// See [`crate::commands`].
    pub(crate) async fn loss_reported(&self, device: String) -> Done<LostDevice> {
        self.at_desk(move |desk| {
            let device = device_of(&device)?;
            let now = desk.now();
            let loss = desk.loss(device)?.ok_or_else(not_lost)?;
            desk.keep_loss(
                device,
                Loss {
                    told: Some(now),
                    ..loss
                },
            )?;
            desk.lost_device(device)
        })
        .await
    }
}

/// What a cut had no room for. No honest device writes so many logs: whoever had it did.
fn left_out_words(logs: &str) -> Words {
    Words::new(
        format!(
            "Máy đó đã mở quá nhiều nhật ký: {logs} nhật ký không nêu hết được, nên không còn được tính."
        ),
        format!("That device had begun too many logs: {logs} had no room to be named, and count no more."),
    )
}

fn not_lost() -> Fault {
    Fault::new(
        "not_lost",
        "Chưa ghi nhận máy này bị mất. Làm bước tạm dừng hoặc cắt trước.",
        "Nobody has said here that the device is lost. Suspend or cut it first.",
    )
}

fn name_of(device: DeviceId) -> String {
    format!("{UNDER}{device}")
}

impl Desk {
    fn lost_device(&self, device: DeviceId) -> Done<LostDevice> {
        let this = self.device();
        let register = this.register()?;
        let at = register.effective_height();
        let info = register.rights().device(&device);
        let info = info.ok_or(sothon_replica::RegistrarError::UnknownDevice)?;
        let ended = info.role_at(at).is_none();
        let own = device == this.device();
        let registrar = this.is_registrar();
        let suspended = this.suspended().contains(&device);
        let role = self.span_of(&device);
        let role = role
            .map(|span| self.role_words(span.role, &span.scopes))
            .unwrap_or_default();
        let lacks = this.lacks_new_key(&device)?;
        let had = this.what_is_on(&device)?;
        Ok(LostDevice {
            person: self
                .person_of(&device)
                .map_or_else(|| role.clone(), |(name, _)| name),
            role,
            what: self.what_device(&device),
            short: words::short(device),
            suspended,
            // The registrar's own machine, too, is let go here where a chief suspended it.
            suspends: match own {
                true => registrar && suspended && !ended,
                false => !ended && (registrar || self.role() == Some(Role::PoliceChief)),
            },
            ended,
            ended_at: ended.then(|| self.ended_at(&device)).flatten(),
            ends: registrar && !own && !ended,
            had: had
                .iter()
                .map(|had| HadRow {
                    book: self.book_name(&had.book),
                    says: self.had_words(had),
                })
                .collect(),
            renews: registrar && lacks.iter().any(|book| this.may(book, Right::Read)),
            lacks_key: lacks.iter().map(|book| self.book_name(book)).collect(),
            left_out: self.not_named(&device)?,
            report: self.loss(device)?.map(|loss| self.report(loss)),
            device: device.to_string(),
        })
    }

    fn not_named(&self, device: &DeviceId) -> Done<Option<String>> {
        let logs = self.device().left_out(device)?;
        Ok((logs > 0).then(|| self.w(&left_out_words(&self.count(logs)))))
    }

    /// When the last cut of a device was written.
    fn ended_at(&self, device: &DeviceId) -> Option<i64> {
        let register = self.device().register().ok()?;
        let cuts = register.rights().cuts(register.effective_height());
        let last = cuts
            .filter(|(_, cut)| matches!(cut.of, CutOf::Device(of) if of == *device))
            .last();
        let operation = register.operation(last?.0)?;
        Some(operation.time()).filter(|time| *time != 0)
    }

    fn had_words(&self, had: &sothon_replica::HadOnIt) -> String {
        let said = match (had.read, had.records) {
            (true, Some(records)) => {
                let records = self.count(records);
                Words::new(
                    format!("{records} bản ghi, máy đó đọc được"),
                    format!("{records} records, readable there"),
                )
            }
            (true, None) => Words::new(
                "Máy đó đọc được; máy này không đọc được nên không đếm được",
                "Readable there; not readable here, so not counted",
            ),
            (false, _) => Words::new(
                "Máy đó chỉ gửi vào, không đọc được",
                "It wrote there and could not read",
            ),
        };
        let wrote = number(i64::try_from(had.wrote).unwrap_or(i64::MAX), self.lang);
        let wrote = Words::new(
            format!("{wrote} mục do máy đó ghi"),
            format!("{wrote} entries written by it"),
        );
        format!("{} · {}", self.w(&said), self.w(&wrote))
    }

    fn loss(&self, device: DeviceId) -> Done<Option<Loss>> {
        let name = name_of(device);
        let kept = self.device().kept(&name)?;
        let plain = kept.iter().find(|(of, _)| *of == name).map(|(_, plain)| plain);
        Ok(plain.and_then(|plain| serde_json::from_slice(plain).ok()))
    }

    fn keep_loss(&mut self, device: DeviceId, loss: Loss) -> Done {
        let plain = serde_json::to_vec(&loss).map_err(Fault::internal)?;
        Ok(self.device_mut().keep(&name_of(device), &plain)?)
    }

    /// The hours run from the first step on, whichever it was.
    fn notice_loss(&mut self, device: DeviceId) -> Done {
        if self.loss(device)?.is_some() {
            return Ok(());
        }
        let since = self.now();
        self.keep_loss(device, Loss { since, told: None })
    }

    fn report(&self, loss: Loss) -> Report {
        let until = loss.since.saturating_add(REPORT_WITHIN);
        let left = until - self.now();
        let (tone, said) = match loss.told {
            Some(_) => (Tone::Ok, Words::new("Đã báo", "Reported")),
            None if left < 0 => {
                let hours = -left / HOUR;
                (
                    Tone::Late,
                    Words::new(format!("Quá hạn {hours} giờ"), format!("{hours} hours late")),
                )
            }
            None => {
                let hours = left / HOUR;
                (
                    Tone::Warn,
                    Words::new(format!("Còn {hours} giờ"), format!("{hours} hours left")),
                )
            }
        };
        Report {
            since: loss.since,
            until,
            state: RowState {
                tone,
                word: self.w(&said),
            },
            told: loss.told,
        }
    }

    /// The losses that are still to be reported: the device, and by when.
    pub(crate) fn losses_to_report(&self) -> Vec<(DeviceId, Report)> {
        let kept = self.device().kept(UNDER).unwrap_or_default();
        let open = |(name, plain): &(String, zeroize::Zeroizing<Vec<u8>>)| {
            let device = name.strip_prefix(UNDER)?.parse().ok()?;
            let loss: Loss = serde_json::from_slice(plain).ok()?;
            loss.told.is_none().then(|| (device, self.report(loss)))
        };
        kept.iter().filter_map(open).collect()
    }
}
