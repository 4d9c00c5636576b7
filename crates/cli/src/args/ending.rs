//! What the registrar ends and changes, and what does not count.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Subcommand};
use sothon_ledger::Role;

use crate::words::parse_role;

#[derive(Subcommand, Debug)]
pub enum Ending {
    /// Đổi vai trò hoặc nơi làm việc của một máy / give a device another role, or other places
    Role(ChangeRole),
    /// Dừng quyền của một máy, của một máy trong một sổ, hoặc đóng một sổ / end what a device may, or may in a book, or a book
    Cut(Cut),
    /// Các mục không được tính, và vì sao / what does not count, and why
    Aside {
        /// Chỉ của máy này / only of this device
        #[arg(long)]
        device: Option<String>,
        /// Chỉ của sổ này / only of this book
        #[arg(long)]
        book: Option<String>,
    },
    /// Tính một mục đang để riêng, cùng những gì nó viết tiếp / let an entry in, with what it builds on
    LetIn {
        /// Mục (xem aside) / the entry
        entry: String,
    },
    /// Giao ghi lại thay một người không về nữa (máy giữ danh bạ); máy này được ghi sổ đó thì ghi luôn / order that an entry of one
    /// who will not come back be written again, and do so where this device may write
    OrderAgain {
        /// Mục (xem aside), cùng những gì nó viết tiếp / the entry, with what it builds on
        entry: String,
    },
    /// Ghi lại thay, sau khi máy giữ danh bạ đã giao / write again what the registrar has ordered, where this device may write
    WriteAgain {
        /// Mục (xem aside): cùng mọi mục đã giao của người đó trong sổ đó / the entry, with all that is ordered of its author there
        entry: String,
    },
    /// Tạm dừng một máy nghi mất: không máy nào, trạm nào gửi gì cho nó nữa / suspend a device: nobody serves it any more
    Suspend {
        /// Máy: vài ký tự đầu / the device: the beginning of its id
        device: String,
        /// Thôi tạm dừng / let it go again
        #[arg(long)]
        lift: bool,
    },
    /// Hoàn tác mọi điều một máy đã ghi, trong các sổ máy này được ghi / undo all that a device wrote, where this one may write
    UndoDevice {
        /// Máy: vài ký tự đầu / the device: the beginning of its id
        device: String,
        /// Lý do / why
        #[arg(long)]
        reason: String,
    },
    /// Máy bị mất: trên máy có gì, cắt mọi quyền, thay chìa các sổ / a lost device: what was on it, cut, new keys
    Lost {
        /// Máy: vài ký tự đầu / the device: the beginning of its id
        device: String,
        /// Chắc chắn; không có: chỉ xem trên máy có gì / sure; without it only what was on it is shown
        #[arg(long)]
        yes: bool,
    },
    /// Máy giữ danh bạ mất hoặc danh bạ có hai nhánh: máy này giữ danh bạ, theo phiếu khôi phục / the recovery sheet makes this
    /// machine the registrar's
    Recover {
        /// Tệp có chìa khôi phục (STS-…) ở dòng đầu; không có: hỏi / a file with the recovery key; else it is asked for
        #[arg(long)]
        sheet_file: Option<PathBuf>,
        /// Nhánh được chọn, khi danh bạ có hai nhánh / the branch that counts, where the register has two
        #[arg(long)]
        branch: Option<String>,
    },
    /// Giao danh bạ cho một máy khác đang làm việc, không cần phiếu khôi phục / hand the register over to another device, without
    /// the recovery sheet
    HandOver {
        /// Máy: vài ký tự đầu / the device: the beginning of its id
        device: String,
        /// Chắc chắn; không có: chỉ xem / sure; without it nothing is done
        #[arg(long)]
        yes: bool,
    },
    /// Mở sổ chung của một thôn cho một đơn vị xem, hoặc thôi mở / open a village's general book to a unit, or close it again
    OpenTo {
        /// Sổ: vài ký tự đầu, hoặc như village/village:1 / the book
        book: String,
        /// Đơn vị / the unit
        #[arg(long)]
        unit: u32,
        /// Thôi mở / close it again
        #[arg(long)]
        close: bool,
    },
    /// Việc đã ghi ở nhánh danh bạ không được chọn, và việc nào còn phải làm lại / what was ordered on a branch of the register that
    /// was not chosen, and what is left to be said again
    Unchosen,
    /// Những chỗ một máy đã ghi hai bản khác nhau / where a device wrote two different things at one place
    Rivals,
    /// Chọn bản được tính / choose which one counts
    Anchor {
        /// Mục (xem rivals) / the entry
        entry: String,
    },
}

#[derive(ClapArgs, Debug)]
pub struct ChangeRole {
    /// Máy: vài ký tự đầu / the device: the beginning of its id
    pub device: String,
    /// Vai trò mới / the new role
    #[arg(long, value_parser = parse_role)]
    pub role: Role,
    /// Thôn / the village
    #[arg(long)]
    pub village: Vec<u32>,
    /// Đơn vị / the unit
    #[arg(long)]
    pub unit: Vec<u32>,
}

#[derive(ClapArgs, Debug)]
#[group(required = true, multiple = true)]
pub struct Cut {
    /// Máy: vài ký tự đầu / the device: the beginning of its id
    pub device: Option<String>,
    /// Chỉ trong sổ này; không có máy: mọi máy / in this book alone; without a device: of everybody
    #[arg(long)]
    pub book: Option<String>,
}
