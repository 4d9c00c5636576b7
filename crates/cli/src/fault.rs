//! What went wrong, as a person is told: one sentence of what happened and what to do, and an exit code (docs/cli.md).

use std::process::ExitCode;

use serde_json::{Value, json};
use sothon_book::EditError;
use sothon_records::{Problem, Words};
use sothon_replica::slip::SlipError;
use sothon_replica::{
    CourierError, InvitationError, ReadError, ReadFault, RegistrarError, ReplicaError, StationError,
};
use sothon_store::{Fault as StoreFault, OpenError, PutError};
use sothon_vault::OpenError as UnlockError;

use crate::output::Out;

/// How the program ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Exit {
    /// Done.
    Done = 0,
    /// Something that should not happen.
    Internal = 1,
    /// The command line.
    Usage = 2,
    /// What was given cannot be saved as it is.
    Input = 3,
    /// A wrong passphrase.
    Passphrase = 4,
    /// This device may not do that, or cannot read it.
    NotAllowed = 5,
    /// The device's files: damaged, foreign, open elsewhere, or a full disk.
    Store = 6,
    /// No other device or relay was reached.
    NoPeer = 7,
    /// A check found something.
    Found = 8,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(exit as u8)
    }
}

/// What went wrong.
#[derive(Debug)]
pub struct Fault {
    /// How the program ends.
    pub exit: Exit,
    /// What, for machines.
    code: &'static str,
    /// What, and what to do.
    says: Words,
    /// The fields in question.
    problems: Vec<Problem>,
    /// Which item of a list, from 1.
    item: Option<usize>,
}

/// What can be asked of a command.
pub type Done<T = Exit> = Result<T, Fault>;

impl Fault {
    /// A fault with a sentence in both languages.
    pub fn new(exit: Exit, code: &'static str, vi: impl Into<String>, en: impl Into<String>) -> Fault {
        Fault {
            exit,
            code,
            says: Words::new(vi, en),
            problems: Vec::new(),
            item: None,
        }
    }

    /// The command line is not understood.
    pub fn usage(vi: impl Into<String>, en: impl Into<String>) -> Fault {
        Fault::new(Exit::Usage, "usage", vi, en)
    }

    /// What was given has to be changed.
    pub fn input(code: &'static str, vi: impl Into<String>, en: impl Into<String>) -> Fault {
        Fault::new(Exit::Input, code, vi, en)
    }

    /// This device may not.
    pub fn not_allowed(code: &'static str, vi: impl Into<String>, en: impl Into<String>) -> Fault {
        Fault::new(Exit::NotAllowed, code, vi, en)
    }

    /// Something that should not happen; `what` is for the helper.
    pub fn internal(what: impl std::fmt::Display) -> Fault {
        Fault::new(
            Exit::Internal,
            "internal",
            format!("Có việc chưa làm được. Sổ trên máy không thay đổi. Mời báo người hỗ trợ: {what}."),
            format!("Something could not be done. Nothing has changed. Tell whoever helps you: {what}."),
        )
    }

    /// Fields to be put right before saving.
    pub fn fields(problems: Vec<Problem>) -> Fault {
        let count = problems.len();
        let mut fault = Fault::input(
            "fields",
            format!("Có {count} chỗ cần sửa. Chưa lưu."),
            format!("{count} to be put right. Nothing was saved."),
        );
        fault.problems = problems;
        fault
    }

    /// The same, in this item of a list.
    pub fn at_item(mut self, item: usize) -> Fault {
        self.item = Some(item);
        self
    }

    /// Tells it, and gives the code with which the program ends.
    pub fn tell(&self, out: &Out) -> ExitCode {
        use std::io::Write as _;
        let mut to = std::io::stderr().lock();
        // Where nobody listens, the exit code remains.
        if out.json {
            let _ = writeln!(to, "{}", self.object(out));
        } else {
            let item = self.item.map(|n| match out.lang {
                sothon_records::Lang::Vi => format!("Mục {n}: "),
                sothon_records::Lang::En => format!("Item {n}: "),
            });
            let _ = writeln!(to, "{}{}", item.unwrap_or_default(), out.w(&self.says));
            for problem in &self.problems {
                let _ = writeln!(to, "  {}: {}", place(problem), out.w(&problem.says));
            }
        }
        self.exit.into()
    }

    fn object(&self, out: &Out) -> Value {
        let problems: Vec<Value> = self
            .problems
            .iter()
            .map(|problem| {
                json!({
                    "field": problem.place.field,
                    "sub": problem.place.sub.as_ref().map(ToString::to_string),
                    "code": problem.code,
                    "says": out.w(&problem.says),
                })
            })
            .collect();
        json!({"error": {
            "exit": self.exit as u8,
            "code": self.code,
            "says": out.w(&self.says),
            "item": self.item,
            "problems": problems,
        }})
    }
}

/// A problem's place, as it is typed.
pub fn place(problem: &Problem) -> String {
    match &problem.place.sub {
        Some(sub) => format!("{}:{}", sub.kind, problem.place.field),
        None => problem.place.field.clone(),
    }
}

impl From<StoreFault> for Fault {
    fn from(fault: StoreFault) -> Self {
        let told = |code, vi: &str, en: &str| Fault::new(Exit::Store, code, vi, en);
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
                "Tệp sổ không phải của Sổ Thôn. Tệp được giữ nguyên. Xem lại --dir, hoặc nhờ người phụ trách sổ của xã. (Đ-10)",
                "The file is not a store of Sổ Thôn. It was left as it is. Look at --dir, or ask who keeps the commune's books. (Đ-10)",
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
        let told = |code, vi: &str, en: &str| Fault::new(Exit::Store, code, vi, en);
        match error {
            OpenError::Fault(fault) => fault.into(),
            OpenError::Truncated { .. } => told(
                "store_truncated",
                "Tệp sổ bị cụt. Tệp được giữ nguyên; những gì xã đã nhận vẫn còn ở xã. Nhờ người phụ trách sổ của xã duyệt lại máy. (Đ-14)",
                "The store was cut off. It was left as it is; what the commune has received is there. Ask to be admitted again. (Đ-14)",
            ),
            OpenError::Foreign(_) | OpenError::OtherRoot { .. } => told(
                "store_foreign",
                "Tệp sổ không phải của máy này. Tệp được giữ nguyên. Xem lại --dir, hoặc nhờ người phụ trách sổ của xã. (Đ-10)",
                "The store is not this device's. It was left as it is. Look at --dir, or ask who keeps the commune's books. (Đ-10)",
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
            StationError::Missing(dir) => Fault::usage(
                format!("Chưa có sổ trong {}. Lập sổ bằng found hoặc vào xã bằng join, hoặc xem lại --dir.", dir.display()),
                format!("There is no device in {}. Make one with found or join, or look at --dir.", dir.display()),
            ),
            StationError::Exists(dir) => Fault::usage(
                format!("Đã có sổ trong {}. Chọn thư mục khác bằng --dir.", dir.display()),
                format!("There is a device in {} already. Choose another folder with --dir.", dir.display()),
            ),
            StationError::Store(error) => error.into(),
            StationError::File(error) => error.into(),
            StationError::Vault(_) | StationError::OpenPart => vault_damaged(),
            other => Fault::new(
                Exit::Store,
                "store_damaged",
                "Danh bạ trong sổ đã hỏng. Sổ được giữ nguyên. Nhờ người phụ trách sổ của xã duyệt lại máy. (Đ-17)",
                "The stored register is damaged. It was left as it is. Ask to be admitted again. (Đ-17)",
            )
            .with_cause(&other),
        }
    }
}

fn vault_damaged() -> Fault {
    Fault::new(
        Exit::Store,
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
                Exit::Passphrase,
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
            RegistrarError::NotRegistrar => Fault::not_allowed(
                "not_registrar",
                "Chỉ máy giữ danh bạ của xã làm được việc này.",
                "Only the registrar's machine can do that.",
            ),
            RegistrarError::ForeignRequest => Fault::input(
                "foreign_request",
                "Phiếu xin vào này gửi cho xã khác. Chưa duyệt. Nhờ máy kia vào lại bằng phiếu của xã này.",
                "That request is for another commune. Nothing was done.",
            ),
            RegistrarError::Frozen => Fault::not_allowed(
                "register_frozen",
                "Danh bạ của xã có hai nhánh nên tạm dừng. Dùng phiếu khôi phục của xã để chọn nhánh đúng.",
                "The register has a fork and is frozen, until the recovery key decides.",
            ),
            RegistrarError::NoSecondReader(_) => Fault::input(
                "no_second_reader",
                "Cần chìa đọc trên giấy (reading-key) hoặc hai máy đọc được rồi mới mở ngăn này.",
                "A reading key on paper (reading-key) or two reader devices are needed before that is opened.",
            ),
            RegistrarError::AlreadyOpen => Fault::input(
                "already_open",
                "Các sổ này đã mở rồi.",
                "These books are open already.",
            ),
            RegistrarError::UnknownDevice => Fault::input(
                "unknown_device",
                "Danh bạ của xã không có máy này. Xem lệnh devices.",
                "The device is not in the register. See devices.",
            ),
            RegistrarError::Register(error) => Fault::input(
                "register",
                format!("Danh bạ của xã không nhận việc này ({error}). Danh bạ không thay đổi."),
                format!("The register does not take that ({error}). It is as it was."),
            ),
            other => Fault::internal(other),
        }
    }
}

impl From<SlipError> for Fault {
    fn from(error: SlipError) -> Self {
        let (vi, en) = match error {
            SlipError::Kind => (
                "Đây không phải phiếu cần dùng cho lệnh này. Xem lại phiếu.",
                "That is not the slip that this command takes. Look at it again.",
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
        Fault::input("slip", vi, en)
    }
}

impl From<InvitationError> for Fault {
    fn from(error: InvitationError) -> Self {
        let (code, vi, en) = match error {
            InvitationError::Place => (
                "place",
                "Chọn thôn hoặc đơn vị của máy được mời: --village n, --unit n.",
                "Choose the invited device's village or unit: --village n, --unit n.",
            ),
            InvitationError::Past => (
                "past",
                "Hạn của phiếu mời đã qua theo giờ máy này. Xem lại giờ của máy.",
                "The invitation would be over already by this device's clock. Look at the clock.",
            ),
            InvitationError::ForeignCommune => return RegistrarError::ForeignRequest.into(),
            InvitationError::NotInvited => (
                "not_invited",
                "Phiếu xin vào này không theo phiếu mời nào. Duyệt bằng --role nếu đã biết rõ máy đó.",
                "That request answers no invitation. Admit it with --role if you know the device.",
            ),
            InvitationError::Invited => (
                "invited",
                "Phiếu xin vào này theo một phiếu mời. Vai trò lấy theo phiếu mời.",
                "That request answers an invitation, and is admitted by it.",
            ),
            InvitationError::Unknown => (
                "unknown_invitation",
                "Máy này không làm phiếu mời đó. Nhờ người kia xin lại bằng phiếu mới.",
                "That invitation was not made on this device. Make a new one.",
            ),
            InvitationError::Used => (
                "invitation_used",
                "Phiếu mời này đã dùng để duyệt một máy rồi. Chưa duyệt thêm. Làm phiếu mới nếu cần.",
                "A device was admitted by that invitation already. Nothing was done. Make a new one if needed.",
            ),
            InvitationError::Expired => (
                "invitation_expired",
                "Phiếu mời này đã hết hạn. Chưa duyệt. Làm phiếu mới.",
                "That invitation is over. Nothing was done. Make a new one.",
            ),
            InvitationError::Withdrawn => (
                "invitation_withdrawn",
                "Phiếu mời này đã thu hồi. Chưa duyệt. Làm phiếu mới nếu cần.",
                "That invitation was withdrawn. Nothing was done.",
            ),
            InvitationError::Proof => (
                "invitation_proof",
                "Phiếu xin vào này không phải từ máy đã đọc phiếu mời. Chưa duyệt.",
                "That request is not by a device that has read the invitation. Nothing was done.",
            ),
            InvitationError::TooMany => (
                "invitation_crowded",
                "Nhiều máy đã dùng phiếu mời này. Thu hồi phiếu (withdraw) và làm phiếu mới, đưa tận tay.",
                "Many devices have answered that invitation. Withdraw it, and hand over a new one.",
            ),
            InvitationError::Refused => (
                "refused",
                "Máy này đã bị từ chối. Chưa duyệt. Làm phiếu mới nếu muốn duyệt.",
                "That device was refused. Nothing was done.",
            ),
            InvitationError::NotAsked => (
                "not_asked",
                "Máy này chưa xin vào bằng phiếu mời đó.",
                "That device has not answered that invitation.",
            ),
            InvitationError::Slip(error) => return error.into(),
            other => return Fault::internal(other),
        };
        Fault::input(code, vi, en)
    }
}

impl From<EditError> for Fault {
    fn from(error: EditError) -> Self {
        match error {
            EditError::NothingToWrite => nothing_to_write(),
            EditError::KeyInUse(key) => Fault::input(
                "key_in_use",
                format!("Đã có bản ghi {key}. Chưa lưu."),
                format!("There is a record {key} already. Nothing was saved."),
            ),
            EditError::NoRecord(key) => Fault::input(
                "no_record",
                format!("Không có bản ghi {key}. Chưa lưu."),
                format!("There is no record {key}. Nothing was saved."),
            ),
            EditError::TooLarge => too_large(),
            other => Fault::input(
                "edit",
                format!("Sổ không ghi được như vậy ({other}). Chưa lưu."),
                format!("That cannot be written ({other}). Nothing was saved."),
            ),
        }
    }
}

/// There is nothing to be changed.
pub fn nothing_to_write() -> Fault {
    Fault::input(
        "nothing_to_write",
        "Sổ đã ghi đúng như vậy rồi, không có gì để sửa.",
        "The book says just that already; there is nothing to change.",
    )
}

fn too_large() -> Fault {
    Fault::input(
        "too_large",
        "Một lần lưu không chứa hết. Chia thành nhiều lần. Chưa lưu.",
        "That is more than can be saved at once. Divide it. Nothing was saved.",
    )
}

/// The register is another than the one that this device was told to trust.
pub fn register_differs() -> Fault {
    Fault::new(
        Exit::Store,
        "register_differs",
        "Danh bạ nhận được không khớp phiếu mà máy này đã dùng để vào. Dừng gửi nhận và báo ngay người giữ danh bạ.",
        "The register that came does not fit the slip by which this device joined. Stop, and tell the registrar at once.",
    )
}

impl From<CourierError> for Fault {
    fn from(error: CourierError) -> Self {
        match error {
            CourierError::Read(error) => error.into(),
            CourierError::OtherCommune { .. } => Fault::input(
                "courier_other_commune",
                "Tệp này của xã khác. Sổ trên máy không thay đổi gì. Nhờ người gửi xem lại tệp.",
                "The file is of another commune. Nothing has changed. Ask who sent it to look at it.",
            ),
            CourierError::Changed => Fault::input(
                "courier_changed",
                "Tệp thay đổi trong lúc đọc. Những gì đã nhận vẫn đúng. Chép tệp vào máy rồi nhận lại.",
                "The file changed while it was read. What was taken is right. Copy it to this machine, then take it in again.",
            ),
            CourierError::Io(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Fault::input(
                "file_exists",
                "Đã có tệp tên này. Không ghi đè; chọn tên khác.",
                "There is a file of that name already. It is not overwritten; choose another name.",
            ),
            CourierError::Io(error) if error.kind() == std::io::ErrorKind::StorageFull => Fault::input(
                "file",
                "Nơi chứa tệp hết chỗ trống nên chưa xuất được. Chọn chỗ khác hoặc thẻ nhớ lớn hơn.",
                "There is no room for the file. Choose another place or a larger stick.",
            ),
            CourierError::Io(error) => Fault::input(
                "file",
                format!("Không đọc hoặc ghi được tệp ({error}). Xem lại tên tệp, thẻ nhớ, rồi làm lại."),
                format!(
                    "The file cannot be read or written ({error}). Look at its name and at the stick, then try again."
                ),
            ),
            CourierError::Fault(fault) => fault.into(),
            CourierError::Put(error) => error.into(),
            other => Fault::internal(other),
        }
    }
}

impl From<ReadError> for Fault {
    fn from(error: ReadError) -> Self {
        let (code, vi, en) = match error.fault {
            ReadFault::Foreign => (
                "courier_foreign",
                "Tệp này không phải tệp chuyển tay của Sổ Thôn. Sổ trên máy không thay đổi gì. Xem lại tên tệp.",
                "That is not a courier file of Sổ Thôn. Nothing has changed. Look at the file's name.",
            ),
            ReadFault::Newer => (
                "courier_newer",
                "Tệp do phiên bản mới hơn ghi. Sổ trên máy không thay đổi gì. Cài phiên bản mới rồi nhận lại tệp.",
                "The file was written by a later version. Nothing has changed. Install that, then take the file in again.",
            ),
            ReadFault::Truncated => (
                "courier_truncated",
                "Tệp bị cụt. Sổ trên máy không thay đổi gì. Nhờ người gửi gửi lại tệp.",
                "The file is cut off. Nothing has changed. Ask who sent it to send it again.",
            ),
            _ => (
                "courier_damaged",
                "Tệp đã hỏng. Sổ trên máy không thay đổi gì. Nhờ người gửi gửi lại tệp.",
                "The file is damaged. Nothing has changed. Ask who sent it to send it again.",
            ),
        };
        tracing::info!(%error, "a courier file");
        Fault::input(code, vi, en)
    }
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
            ReplicaError::RegisterDiffers => register_differs(),
            ReplicaError::Edit(error) => error.into(),
            ReplicaError::NotAdmitted => Fault::not_allowed(
                "not_admitted",
                "Đang chờ xã duyệt máy này. Đưa phiếu xin vào (lệnh request) cho xã, rồi chạy sync.",
                "The commune has not admitted this device yet. Give it the request (command request), then run sync.",
            ),
            ReplicaError::NoBook => Fault::input(
                "no_book",
                "Xã chưa mở sổ này, hoặc danh bạ chưa về máy. Xem lệnh books.",
                "The commune has not opened that book, or the register has not arrived. See books.",
            ),
            ReplicaError::MayNotWrite => Fault::not_allowed(
                "may_not_write",
                "Máy này không được ghi vào sổ đó. Xem lệnh books. Chưa lưu.",
                "This device may not write in that book. See books. Nothing was saved.",
            ),
            ReplicaError::CannotRead => Fault::not_allowed(
                "cannot_read",
                "Máy này không mở được sổ đó: không có quyền, hoặc chìa chưa về. Xem lệnh books, rồi chạy sync.",
                "This device cannot read that book: no right, or its key has not arrived. See books, then run sync.",
            ),
            ReplicaError::NoEpoch => Fault::not_allowed(
                "no_epoch",
                "Sổ đó chưa có chìa mà máy này dùng được. Chạy sync khi có máy đọc được sổ đang mở.",
                "The book has no key yet that this device could use. Sync while a reader's device is on.",
            ),
            ReplicaError::SealedPart => Fault::not_allowed(
                "sealed_part",
                "Phần kín không mở được bằng những chìa máy này giữ.",
                "The sealed part does not open with what this device holds.",
            ),
            ReplicaError::TooLarge => too_large(),
            ReplicaError::Undo(sothon_book::UndoError::NoAct(_)) => Fault::input(
                "no_act",
                "Không có lần ghi này. Xem lệnh acts.",
                "There is no such act. See acts.",
            ),
            other => Fault::internal(other),
        }
    }
}
