//! What went wrong, as a person is told: one sentence of what happened, what is safe and what to do, and a code.

use std::collections::BTreeMap;

use serde::Serialize;
use sothon_book::EditError;
use sothon_records::{Lang, Problem, SubKey, Words};
use sothon_replica::slip::SlipError;
use sothon_replica::{RegistrarError, ReplicaError, StationError};
use sothon_store::{Fault as StoreFault, OpenError, PutError};
use sothon_vault::OpenError as UnlockError;

/// What went wrong, in both languages.
#[derive(Clone, Debug)]
pub struct Fault {
    /// What, for code.
    pub code: &'static str,
    /// What, and what to do.
    pub says: Words,
    /// The fields in question.
    pub problems: Vec<Problem>,
    /// Until when another try is refused, in unix seconds.
    pub until: Option<i64>,
    /// How the form that was sent names sub-records that have no key yet.
    pub(crate) renamed: BTreeMap<SubKey, String>,
}

/// What the web view hears of a fault.
#[derive(Clone, PartialEq, Debug, Serialize, ts_rs::TS)]
#[serde(rename_all = "camelCase")]
pub struct FaultTold {
    /// What, for code.
    pub code: String,
    /// What, and what to do.
    pub says: String,
    /// The fields in question.
    pub problems: Vec<ProblemTold>,
    /// Until when another try is refused, in unix seconds.
    pub until: Option<i64>,
}

/// A field to be put right.
#[derive(Clone, PartialEq, Debug, Serialize, ts_rs::TS)]
#[serde(rename_all = "camelCase")]
pub struct ProblemTold {
    /// The sub-record's key, if it is in one that is there; else `list:n`, the n-th of those typed.
    pub sub: Option<String>,
    /// The field's name, or the list's.
    pub field: String,
    /// One sentence.
    pub says: String,
}

/// What can be asked.
pub type Done<T = ()> = Result<T, Fault>;

impl Fault {
    /// This and another one, as one: the fields of both.
    pub(crate) fn and(mut self, other: Fault) -> Fault {
        self.problems.extend(other.problems);
        self.renamed.extend(other.renamed);
        self
    }

    /// A fault with a sentence in both languages.
    pub fn new(code: &'static str, vi: impl Into<String>, en: impl Into<String>) -> Fault {
        Fault {
            code,
            says: Words::new(vi, en),
            problems: Vec::new(),
            until: None,
            renamed: BTreeMap::new(),
        }
    }

    /// Something that should not happen; `what` is for the helper and goes into the log alone.
    pub fn internal(what: impl std::fmt::Display) -> Fault {
        tracing::error!(%what, "something could not be done");
        Fault::new(
            "internal",
            "Có việc chưa làm được. Sổ trên máy không thay đổi. Mời làm lại; nếu vẫn vậy, gửi tệp cho người hỗ trợ trong Cài đặt. (Đ-01)",
            "Something could not be done. Nothing has changed. Try again; if it stays so, send the helper's file from Settings. (Đ-01)",
        )
    }

    /// The window asked for something of another form: window and core are of different versions.
    pub(crate) fn not_understood(name: &str) -> Fault {
        Fault::internal(format_args!("the command {name} was not understood"))
    }

    /// Fields to be put right before saving.
    pub fn fields(problems: Vec<Problem>) -> Fault {
        let count = problems.len();
        let mut fault = Fault::new(
            "fields",
            format!("Có {count} chỗ cần sửa"),
            format!("{count} to be put right"),
        );
        fault.problems = problems;
        fault
    }

    /// A kind of records that another version knows.
    pub fn unknown_kind(slug: &str) -> Fault {
        Fault::new(
            "unknown_kind",
            format!("Phiên bản này chưa biết loại “{slug}”. Bản ghi được giữ nguyên."),
            format!("This version does not know the kind “{slug}”. The record is kept as it is."),
        )
    }

    /// Why a reading key could not be made.
    pub fn of_reading_key(error: ReplicaError) -> Fault {
        match error {
            ReplicaError::MayNotWrite => Fault::new(
                "not_head",
                "Chìa đọc do người đứng đầu ngành tạo: Trưởng Công an xã cho ngăn quản lý và tin báo, Chủ tịch cho các ngăn khác.",
                "A reading key is made by the service's head: the police chief for care and tips, the chair for the others.",
            ),
            other => other.into(),
        }
    }

    /// No book is open.
    pub(crate) fn locked() -> Fault {
        Fault::new(
            "locked",
            "Sổ đã khóa. Mời mở sổ.",
            "The book is locked. Unlock it.",
        )
    }

    /// As the web view hears it.
    pub fn told(&self, lang: Lang) -> FaultTold {
        let problem = |problem: &Problem| ProblemTold {
            sub: problem.place.sub.as_ref().map(|sub| match self.renamed.get(sub) {
                Some(name) => name.clone(),
                None => sub.to_string(),
            }),
            field: problem.place.field.clone(),
            says: problem.says.get(lang).to_owned(),
        };
        FaultTold {
            code: self.code.to_owned(),
            says: self.says.get(lang).to_owned(),
            problems: self.problems.iter().map(problem).collect(),
            until: self.until,
        }
    }
}

impl From<StoreFault> for Fault {
    fn from(fault: StoreFault) -> Self {
        let told = |code, vi: &str, en: &str| Fault::new(code, vi, en);
        match fault {
            StoreFault::Full(_) => told(
                "disk_full",
                "Máy hết chỗ trống nên chưa lưu được. Những gì đã lưu vẫn còn. Xóa bớt ảnh hoặc tệp khác rồi làm lại. (Đ-07)",
                "The disk is full, so nothing was saved. What was saved before is still there. Make room, then try again. (Đ-07)",
            ),
            StoreFault::Locked(_) => told(
                "store_locked",
                "Sổ đang mở ở chương trình khác. Đóng chương trình kia rồi làm lại. (Đ-08)",
                "The books are open in another program. Close it, then try again. (Đ-08)",
            ),
            StoreFault::ReadOnly(_) => told(
                "store_read_only",
                "Không ghi được vào thư mục của sổ. Xem lại quyền của thư mục rồi làm lại. (Đ-09)",
                "The folder of the books cannot be written. Look at its permissions, then try again. (Đ-09)",
            ),
            StoreFault::Foreign(_) => told(
                "store_foreign",
                "Tệp sổ không phải của Sổ Thôn. Tệp được giữ nguyên. Nhờ người phụ trách sổ của xã xem giúp. (Đ-10)",
                "The file is not a store of Sổ Thôn. It was left as it is. Ask who keeps the commune's books. (Đ-10)",
            ),
            StoreFault::Damaged(_) => told(
                "store_damaged",
                "Tệp sổ đã hỏng. Tệp được giữ nguyên; những gì xã đã nhận vẫn còn ở xã. Nhờ người phụ trách sổ của xã duyệt lại máy. (Đ-11)",
                "The store is damaged. It was left as it is; what the commune has received is there. Ask to be admitted again. (Đ-11)",
            ),
            StoreFault::Disk(_) => told(
                "disk",
                "Ổ đĩa báo sự cố nên chưa lưu được. Những gì đã lưu vẫn còn. Sao lưu thư mục của sổ rồi kiểm tra ổ đĩa. (Đ-12)",
                "The disk reports an error, so nothing was saved. Copy the folder, then check the disk. (Đ-12)",
            ),
            other => told(
                "store",
                "Chưa đọc hoặc ghi được sổ. Sổ được giữ nguyên. Mời làm lại, hoặc báo người hỗ trợ. (Đ-13)",
                "The store could not be read or written. It was left as it is. Try again. (Đ-13)",
            )
            .with_cause(&other),
        }
    }
}

impl Fault {
    fn with_cause(self, cause: &dyn std::error::Error) -> Fault {
        tracing::error!(%cause, "the store");
        self
    }
}

impl From<OpenError> for Fault {
    fn from(error: OpenError) -> Self {
        let told = |code, vi: &str, en: &str| Fault::new(code, vi, en);
        match error {
            OpenError::Fault(fault) => fault.into(),
            OpenError::Truncated { .. } => told(
                "store_truncated",
                "Tệp sổ bị cụt. Tệp được giữ nguyên; những gì xã đã nhận vẫn còn ở xã. Nhờ người phụ trách sổ của xã duyệt lại máy. (Đ-14)",
                "The store was cut off. It was left as it is; what the commune has received is there. Ask to be admitted again. (Đ-14)",
            ),
            OpenError::Foreign(_) | OpenError::OtherRoot { .. } => told(
                "store_foreign",
                "Tệp sổ không phải của máy này. Tệp được giữ nguyên. Nhờ người phụ trách sổ của xã xem giúp. (Đ-10)",
                "The store is not this device's. It was left as it is. Ask who keeps the commune's books. (Đ-10)",
            ),
            OpenError::Newer { .. } => told(
                "store_newer",
                "Sổ do phiên bản mới hơn ghi. Cài phiên bản mới rồi mở lại. Sổ được giữ nguyên. (Đ-15)",
                "The store was written by a later version. Install that, then open again. The store was left as it is. (Đ-15)",
            ),
            OpenError::Damaged(_) => told(
                "store_damaged",
                "Tệp sổ đã hỏng. Tệp được giữ nguyên; những gì xã đã nhận vẫn còn ở xã. Nhờ người phụ trách sổ của xã duyệt lại máy. (Đ-11)",
                "The store is damaged. It was left as it is; what the commune has received is there. Ask to be admitted again. (Đ-11)",
            ),
            OpenError::Missing(_) => told(
                "store_missing",
                "Thư mục này thiếu tệp sổ (store.db). Chép lại cả thư mục từ bản sao, hoặc nhờ xã duyệt lại máy. (Đ-16)",
                "The folder lacks its store (store.db). Copy the whole folder back, or ask to be admitted again. (Đ-16)",
            ),
            other => told(
                "store",
                "Chưa mở được sổ. Sổ được giữ nguyên. Mời báo người hỗ trợ. (Đ-13)",
                "The store could not be opened. It was left as it is. (Đ-13)",
            )
            .with_cause(&other),
        }
    }
}

impl From<PutError> for Fault {
    fn from(error: PutError) -> Self {
        match error {
            PutError::Fault(fault) => fault.into(),
            other => Fault::internal(other),
        }
    }
}

impl From<StationError> for Fault {
    fn from(error: StationError) -> Self {
        match error {
            StationError::Missing(dir) => Fault::new(
                "folder_gone",
                format!("Không thấy sổ trong {}. Thư mục đã bị chuyển hoặc ổ đĩa chưa gắn. Gắn lại ổ đĩa rồi mở lại. (Đ-19)", dir.display()),
                format!("There are no books in {}. The folder was moved, or its disk is not there. (Đ-19)", dir.display()),
            ),
            StationError::Exists(dir) => Fault::new(
                "folder_taken",
                format!("Đã có sổ trong {}. Sổ đó được giữ nguyên. (Đ-20)", dir.display()),
                format!("There are books in {} already. They were left as they are. (Đ-20)", dir.display()),
            ),
            StationError::Store(error) => error.into(),
            StationError::File(error) => error.into(),
            StationError::Vault(_) | StationError::OpenPart => vault_damaged(),
            other => Fault::new("store_damaged",
                "Danh bạ trong sổ đã hỏng. Sổ được giữ nguyên. Nhờ người phụ trách sổ của xã duyệt lại máy. (Đ-17)",
                "The stored register is damaged. It was left as it is. Ask to be admitted again. (Đ-17)",
            )
            .with_cause(&other),
        }
    }
}

fn vault_damaged() -> Fault {
    Fault::new(
        "vault_damaged",
        "Tệp khóa của máy (vault.sothon) đã hỏng hoặc do phiên bản khác ghi. Tệp được giữ nguyên. Chép lại từ bản sao, hoặc nhờ xã duyệt lại máy. (Đ-18)",
        "The vault (vault.sothon) is damaged or of another version. It was left as it is. Copy it back, or ask to be admitted again. (Đ-18)",
    )
}

impl From<sothon_vault::file::FileError> for Fault {
    fn from(error: sothon_vault::file::FileError) -> Self {
        StoreFault::from(error.source).into()
    }
}

impl From<UnlockError> for Fault {
    fn from(error: UnlockError) -> Self {
        match error {
            UnlockError::WrongPassphrase => Fault::new(
                "wrong_passphrase",
                "Mật khẩu chưa đúng. Xem lại bộ gõ tiếng Việt và phím Caps Lock, rồi nhập lại. Sổ vẫn còn nguyên.",
                "Not the right passphrase. Look at keyboard and Caps Lock, then try again. Nothing has changed.",
            ),
            UnlockError::Damaged => vault_damaged(),
            other => Fault::internal(other),
        }
    }
}

impl From<RegistrarError> for Fault {
    fn from(error: RegistrarError) -> Self {
        match error {
            RegistrarError::NotRegistrar => Fault::new(
                "not_registrar",
                "Chỉ máy giữ danh bạ của xã làm được việc này.",
                "Only the registrar's machine can do that.",
            ),
            RegistrarError::ForeignRequest => Fault::new(
                "foreign_request",
                "Phiếu xin vào này gửi cho xã khác. Chưa duyệt. Nhờ máy kia vào lại bằng phiếu của xã này.",
                "That request is for another commune. Nothing was done.",
            ),
            RegistrarError::Frozen => Fault::new(
                "register_frozen",
                "Danh bạ của xã có hai nhánh nên tạm dừng. Dùng phiếu khôi phục của xã để chọn nhánh đúng.",
                "The register has a fork and is frozen, until the recovery key decides.",
            ),
            RegistrarError::NoSecondReader(_) => Fault::new(
                "no_second_reader",
                "Cần chìa đọc trên giấy, hoặc hai máy đọc được, rồi mới mở ngăn này.",
                "A reading key on paper or two reader devices are needed before that is opened.",
            ),
            RegistrarError::AlreadyOpen => Fault::new(
                "already_open",
                "Các sổ này đã mở rồi.",
                "These books are open already.",
            ),
            RegistrarError::UnknownDevice => Fault::new(
                "unknown_device",
                "Danh bạ của xã không có máy này.",
                "The device is not in the register.",
            ),
            RegistrarError::Register(error) => Fault::new(
                "register",
                format!("Danh bạ của xã không nhận việc này ({error}). Danh bạ không thay đổi."),
                format!("The register does not take that ({error}). It is as it was."),
            ),
            RegistrarError::UnknownBook => Fault::new(
                "no_book",
                "Xã chưa mở sổ này.",
                "The commune has not opened that book.",
            ),
            RegistrarError::NoRole => Fault::new(
                "no_role",
                "Máy này đã bị cắt quyền. Duyệt lại bằng phiếu xin vào của máy.",
                "That device was cut. Admit it again by its request.",
            ),
            RegistrarError::SameRole => Fault::new(
                "same_role",
                "Máy này đang có đúng vai trò đó. Danh bạ không thay đổi.",
                "That device has just that role. The register is as it was.",
            ),
            RegistrarError::OwnDevice => Fault::new(
                "own_device",
                "Đây chính là máy đang dùng. Việc này làm trên máy khác.",
                "That is this machine itself. It is done on another one.",
            ),
            RegistrarError::NotHeld(_) => Fault::new(
                "not_held",
                "Máy này không giữ đủ các sổ máy kia có thể đã ghi, nên chưa biết phần nào còn được tính. Đổi vai trò máy giữ danh bạ thành văn phòng, gửi nhận, rồi làm lại.",
                "This machine is not served all books in which that device may have written, so it does not know what still counts. Give it the office's role, exchange, then try again.",
            ),
            RegistrarError::NotAside => Fault::new(
                "not_aside",
                "Mục này không bị để riêng.",
                "That entry is not aside.",
            ),
            RegistrarError::WrittenAgain => Fault::new(
                "written_again",
                "Mục này, hoặc phần nó viết tiếp, đã được ghi lại hay đã giao ghi lại; tính thêm thì thành hai lần. Danh bạ không thay đổi.",
                "What that entry says, or goes on from, was or will be written again; it would be there twice. The register is as it was.",
            ),
            RegistrarError::StillWrites => Fault::new(
                "still_writes",
                "Máy đó còn quyền ghi sổ này nên sẽ tự ghi lại khi gửi nhận. Máy không về nữa thì cắt quyền máy đó trước.",
                "That device may write there, and writes it again itself when it exchanges. If it does not come back, end it first.",
            ),
            RegistrarError::NoRecords => Fault::new(
                "no_records",
                "Mục này không chứa bản ghi nên không ghi lại thay được. Mục đúng thì tính mục đó.",
                "The entry holds no records that others could write again. If it is right, let it in.",
            ),
            RegistrarError::NotOrdered => Fault::new(
                "not_ordered",
                "Máy giữ danh bạ chưa giao ghi lại mục này. Báo người giữ danh bạ.",
                "The registrar has not ordered that the entry be written again. Tell the registrar.",
            ),
            RegistrarError::Unreadable => Fault::new(
                "unreadable",
                "Máy này không đọc được sổ đó nên không biết mục đã được ghi lại chưa. Người viết tự ghi lại khi gửi nhận.",
                "This machine cannot read that book, and cannot see whether the entry was written again. Its author does that when exchanging.",
            ),
            RegistrarError::NoRival => Fault::new(
                "no_rival",
                "Chỗ này chỉ có một bản, không cần chọn.",
                "There is nothing to choose there.",
            ),
            RegistrarError::Chosen => Fault::new(
                "chosen",
                "Chỗ này đã chọn rồi, không chọn lại được. Bản kia đúng thì người viết sửa lại bản ghi.",
                "One is chosen there already, for good. If the other was right, its author changes the record.",
            ),
            RegistrarError::MayNotSuspend => Fault::new(
                "may_not_suspend",
                "Chỉ máy giữ danh bạ và Trưởng Công an xã tạm dừng được một máy. Gọi ngay một trong hai người.",
                "Only the registrar and the police chief suspend a device. Call one of them at once.",
            ),
            RegistrarError::Outweighed => Fault::new(
                "outweighed",
                "Máy giữ danh bạ đã quyết định khác về máy này. Gọi cho người giữ danh bạ; máy đó vẫn như cũ.",
                "The registrar has decided otherwise about this device. Call the registrar; the device is as it was.",
            ),
            RegistrarError::NotTheSheet => Fault::new(
                "not_the_sheet",
                "Chìa này không phải chìa khôi phục của xã. Danh bạ không thay đổi.",
                "That is not the commune's recovery key. The register is as it was.",
            ),
            RegistrarError::Branches(_) => Fault::new(
                "branches",
                "Danh bạ có nhiều nhánh. Chọn nhánh của máy giữ danh bạ thật.",
                "The register has several branches. Choose that of the true registrar.",
            ),
            other => Fault::internal(other),
        }
    }
}

impl From<SlipError> for Fault {
    fn from(error: SlipError) -> Self {
        let (vi, en) = match error {
            SlipError::Kind => (
                "Đây không phải phiếu cần dùng ở bước này. Xem lại phiếu.",
                "That is not the slip for this step. Look at it again.",
            ),
            SlipError::Mistyped => (
                "Phiếu thiếu hoặc nhầm một ký tự. Chép lại cả phiếu.",
                "A letter of the slip is wrong or missing. Copy the whole slip again.",
            ),
            _ => (
                "Phiếu này do phiên bản khác ghi, hoặc đã bị sửa. Xin phiếu mới.",
                "The slip is of another version, or was changed. Ask for a new one.",
            ),
        };
        Fault::new("slip", vi, en)
    }
}

impl From<EditError> for Fault {
    fn from(error: EditError) -> Self {
        match error {
            EditError::NothingToWrite => Fault::new(
                "nothing_to_write",
                "Sổ đã ghi đúng như vậy rồi, không có gì để sửa.",
                "The book says just that already; there is nothing to change.",
            ),
            EditError::KeyInUse(key) => Fault::new(
                "key_in_use",
                format!("Đã có bản ghi {key}. Chưa lưu."),
                format!("There is a record {key} already. Nothing was saved."),
            ),
            EditError::NoRecord(key) => Fault::new(
                "no_record",
                format!("Không có bản ghi {key}. Chưa lưu."),
                format!("There is no record {key}. Nothing was saved."),
            ),
            EditError::TooLarge => too_large(),
            other => Fault::new(
                "edit",
                format!("Sổ không ghi được như vậy ({other}). Chưa lưu."),
                format!("That cannot be written ({other}). Nothing was saved."),
            ),
        }
    }
}

fn too_large() -> Fault {
    Fault::new(
        "too_large",
        "Một lần lưu không chứa hết. Chia thành nhiều lần. Chưa lưu.",
        "That is more than can be saved at once. Divide it. Nothing was saved.",
    )
}

impl From<ReplicaError> for Fault {
    fn from(error: ReplicaError) -> Self {
        match error {
            ReplicaError::Station(error) => error.into(),
            ReplicaError::Unlock(error) => error.into(),
            ReplicaError::File(error) => error.into(),
            ReplicaError::Secrets => vault_damaged(),
            ReplicaError::Put(error) => error.into(),
            ReplicaError::Fault(error) => error.into(),
            ReplicaError::Store(error) => error.into(),
            ReplicaError::Registrar(error) => error.into(),
            ReplicaError::Invitation(error) => error.into(),
            ReplicaError::Courier(error) => error.into(),
            ReplicaError::RegisterDiffers => Fault::new(
                "register_differs",
                "Danh bạ nhận được không khớp phiếu mà máy này đã dùng để vào. Dừng gửi nhận và báo ngay người giữ danh bạ.",
                "The register that came does not fit the slip by which this device joined. Stop, and tell the registrar at once.",
            ),
            ReplicaError::Unconfirmed => Fault::new(
                "unconfirmed",
                "Chưa hỏi được trạm chuyển danh bạ có gì mới hơn không, nên chưa ghi gì. Nối mạng tới trạm, đợi thấy \"Đang nối\" ở Gửi nhận, rồi làm lại.",
                "No relay could be asked yet whether the register has anything newer, so nothing was written. Connect to the relay, wait for \"Connected\", and do it again.",
            ),
            ReplicaError::Edit(error) => error.into(),
            ReplicaError::NotAdmitted => Fault::new(
                "not_admitted",
                "Đang chờ xã duyệt máy này.",
                "The commune has not admitted this device yet.",
            ),
            ReplicaError::NoBook => Fault::new(
                "no_book",
                "Xã chưa mở sổ này, hoặc danh bạ chưa về máy.",
                "The commune has not opened that book, or the register has not arrived.",
            ),
            ReplicaError::MayNotWrite => Fault::new(
                "may_not_write",
                "Máy này không được ghi vào sổ đó. Chưa lưu.",
                "This device may not write in that book. Nothing was saved.",
            ),
            ReplicaError::ChangedSince => Fault::new(
                "changed_since",
                "Đã có người sửa tiếp sau việc này, nên không hoàn tác được cả việc. Hãy sửa lại từng bản ghi.",
                "Somebody has changed since what this act wrote, so it cannot be undone as a whole. Change the records one by one.",
            ),
            ReplicaError::NotWhole => Fault::new(
                "not_whole",
                "Sổ này chưa về đủ máy. Gửi nhận rồi làm lại, hoặc làm trên máy của xã.",
                "The book is not here as a whole. Sync and try again, or do it on the commune's device.",
            ),
            ReplicaError::OfDrops => Fault::new(
                "of_drops",
                "Sổ tin báo không có bản gộp: máy mới nhận từng tin. Không phải làm gì thêm.",
                "A book of tips has no checkpoint: a new device receives each tip. Nothing is left to do.",
            ),
            ReplicaError::CannotRead => Fault::new(
                "cannot_read",
                "Máy này không mở được sổ đó: không có quyền, hoặc chìa chưa về. Gửi nhận rồi mở lại.",
                "This device cannot read that book: no right, or its key has not arrived. Exchange, then try again.",
            ),
            ReplicaError::NoEpoch => Fault::new(
                "no_epoch",
                "Sổ đó chưa có chìa mà máy này dùng được. Gửi nhận khi có máy đọc được sổ đó đang mở.",
                "The book has no key yet that this device could use. Exchange while a reader's device is on.",
            ),
            ReplicaError::SealedPart => Fault::new(
                "sealed_part",
                "Phần kín không mở được bằng những chìa máy này giữ.",
                "The sealed part does not open with what this device holds.",
            ),
            ReplicaError::NotTheKey => Fault::new(
                "not_the_key",
                "Chìa này không phải chìa đọc của ngăn và năm đó. Xem lại tờ giấy.",
                "That is not the reading key of that compartment and year. Look at the sheet.",
            ),
            ReplicaError::NoTip => Fault::new(
                "no_tip",
                "Máy này không có tin đó, hoặc tin đó không do máy khác niêm phong gửi tới.",
                "This device has no such tip, or none that was sealed elsewhere.",
            ),
            ReplicaError::InParts => Fault::new(
                "in_parts",
                "Nội dung tin này tới thành nhiều phần nên giữ nguyên như người báo viết. Ghi kết quả vào phần xử lý tin.",
                "That tip came in parts; its text stays as it was told. Write what was done in its handling.",
            ),
            ReplicaError::NoKeyOfAuthor => Fault::new(
                "no_key_of_author",
                "Máy của người báo chưa gửi chìa nhận trả lời. Trả lời sau khi máy đó gửi nhận lần tới.",
                "The device that told has not sent its key for answers. Answer after its next exchange.",
            ),
            ReplicaError::TooLarge => too_large(),
            ReplicaError::Undo(sothon_book::UndoError::NoAct(_)) => {
                Fault::new("no_act", "Không có lần ghi này.", "There is no such act.")
            }
            other => Fault::internal(other),
        }
    }
}
