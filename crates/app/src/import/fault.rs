//! Why a table cannot be opened, in words.

use sothon_sheets::OpenError;
use sothon_sheets::open::{Limit, ROWS};

use crate::fault::Fault;

impl From<OpenError> for Fault {
    fn from(error: OpenError) -> Self {
        let (code, vi, en) = match error {
            OpenError::Locked => (
                "table_locked",
                "Tệp có mật khẩu. Mở tệp trong Excel, bỏ mật khẩu rồi lưu lại.",
                "The file has a password. Open it in Excel, take the password off and save it.",
            ),
            OpenError::OldForm => (
                "table_old",
                "Tệp thuộc Excel đời cũ (.xls). Mở tệp trong Excel, lưu thành .xlsx rồi chọn lại.",
                "The file is of the old Excel (.xls). Open it in Excel, save it as .xlsx, then choose it again.",
            ),
            OpenError::OtherProgram => (
                "table_other",
                "Tệp của chương trình khác. Mở tệp ở chương trình đó, lưu thành .xlsx rồi chọn lại.",
                "The file is of another program. Open it there, save it as .xlsx, then choose it again.",
            ),
            OpenError::TooLarge(Limit::Rows) => {
                let vi = format!(
                    "Bảng có hơn {} dòng. Chia thành nhiều tệp rồi nhập từng tệp.",
                    ROWS - 100
                );
                let en = format!(
                    "The table has more than {} rows. Divide it and import one by one.",
                    ROWS - 100
                );
                return Fault::new("table_rows", vi, en);
            }
            OpenError::TooLarge(_) => (
                "table_large",
                "Tệp quá lớn nên không mở. Chép riêng danh sách sang tệp mới rồi chọn tệp đó.",
                "The file is too large to be opened. Copy the list into a new file, then choose that.",
            ),
            OpenError::Letters => (
                "table_letters",
                "Chữ trong tệp theo bảng mã cũ. Mở tệp trong Excel, lưu thành .xlsx rồi chọn lại.",
                "The letters of the file are of an old code. Open it in Excel, save it as .xlsx, then choose it again.",
            ),
            OpenError::Empty => (
                "table_empty",
                "Trong tệp không có gì. Chọn tệp khác.",
                "Nothing stands in the file. Choose another.",
            ),
            OpenError::Stopped => (
                "table_stopped",
                "Đã dừng đọc bảng. Chưa lưu gì.",
                "Reading was stopped. Nothing was saved.",
            ),
            _ => (
                "table_damaged",
                "Tệp này không phải bảng Excel hoặc đã hỏng. Mở thử bằng Excel, lưu lại rồi chọn lại.",
                "The file is no table of Excel, or is damaged. Try it in Excel, save it, then choose it again.",
            ),
        };
        Fault::new(code, vi, en)
    }
}
