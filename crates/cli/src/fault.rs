//! What went wrong, as a person is told: one sentence of what happened and what to do, and an exit code (docs/cli.md).

use std::process::ExitCode;

use serde_json::{Value, json};
use sothon_records::{Problem, Words};

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

/// What went wrong in the crates below is said in the app's words; here is added with which command one goes on.
impl<E> From<E> for Fault
where
    sothon_app::Fault: From<E>,
{
    fn from(error: E) -> Self {
        let told = sothon_app::Fault::from(error);
        let mut says = told.says;
        if let Some((vi, en)) = on_the_command_line(told.code) {
            says.vi = format!("{} {vi}", says.vi);
            says.en = format!("{} {en}", says.en);
        }
        Fault {
            exit: exit_of(told.code),
            code: told.code,
            says,
            problems: told.problems,
            item: None,
        }
    }
}

fn exit_of(code: &str) -> Exit {
    match code {
        "internal" => Exit::Internal,
        "folder_gone" | "folder_taken" => Exit::Usage,
        "wrong_passphrase" => Exit::Passphrase,
        "not_admitted" | "may_not_write" | "cannot_read" | "no_epoch" | "sealed_part" | "not_registrar"
        | "not_head" | "not_held" | "not_ordered" | "unreadable" | "may_not_suspend" | "outweighed"
        | "register_frozen" | "in_parts" | "no_key_of_author" => Exit::NotAllowed,
        "disk_full" | "store_locked" | "store_read_only" | "store_foreign" | "store_damaged" | "disk"
        | "store" | "store_truncated" | "store_newer" | "store_missing" | "vault_damaged"
        | "register_differs" => Exit::Store,
        "unconfirmed" => Exit::NoPeer,
        _ => Exit::Input,
    }
}

fn on_the_command_line(code: &str) -> Option<(&'static str, &'static str)> {
    Some(match code {
        "internal" => (
            "Chạy lại với SOTHON_LOG=error để thấy nguyên do.",
            "Run it again with SOTHON_LOG=error to see why.",
        ),
        "store_foreign" => ("Xem lại --dir.", "Look at --dir."),
        "folder_gone" => (
            "Chưa có sổ thì lập bằng found hoặc vào xã bằng join; có rồi thì xem lại --dir.",
            "Make one with found or join, or look at --dir.",
        ),
        "folder_taken" => (
            "Chọn thư mục khác bằng --dir.",
            "Choose another folder with --dir.",
        ),
        "no_second_reader" => ("Xem lệnh reading-key.", "See reading-key."),
        "unknown_device" => ("Xem lệnh devices.", "See devices."),
        "place" => ("Ghi --village n hoặc --unit n.", "Say --village n or --unit n."),
        "village" => ("Ghi --village n.", "Say --village n."),
        "unit" => ("Ghi --unit n.", "Say --unit n."),
        "not_invited" => (
            "Biết rõ máy đó thì duyệt bằng --role.",
            "If you know the device, admit it with --role.",
        ),
        "invitation_crowded" => ("Xem lệnh withdraw.", "See withdraw."),
        "not_admitted" => (
            "Đưa phiếu xin vào (lệnh request) cho xã, rồi chạy sync.",
            "Give the commune the request (command request), then run sync.",
        ),
        "no_book" | "may_not_write" => ("Xem lệnh books.", "See books."),
        "cannot_read" => ("Xem lệnh books, rồi chạy sync.", "See books, then run sync."),
        "no_epoch" => ("Chạy sync lúc đó.", "Run sync then."),
        "no_act" => ("Xem lệnh acts.", "See acts."),
        "not_aside" => ("Xem lệnh aside.", "See aside."),
        "still_writes" => ("Xem lệnh lost.", "See lost."),
        "chosen" => ("Xem lệnh rivals.", "See rivals."),
        "no_rival" => ("Xem lệnh rivals.", "See rivals."),
        "branches" => ("Chọn bằng --branch.", "Choose with --branch."),
        "no_tip" => ("Xem lệnh tip mine.", "See tip mine."),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use sothon_replica::{ReplicaError, StationError};

    use super::*;

    #[test]
    fn what_went_wrong_below_is_said_once_and_with_the_command_that_goes_on() {
        let fault = Fault::from(ReplicaError::NotAdmitted);
        let told = sothon_app::Fault::from(ReplicaError::NotAdmitted);
        assert_eq!((fault.exit, fault.code), (Exit::NotAllowed, told.code));
        assert!(fault.says.vi.starts_with(&told.says.vi) && fault.says.vi.contains("lệnh request"));
        let gone = Fault::from(StationError::Missing("x".into()));
        assert_eq!(gone.exit, Exit::Usage);
        assert!(gone.says.en.contains("found or join"));
    }
}
