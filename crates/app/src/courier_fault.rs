//! What went wrong with a courier file, as a person is told.

use sothon_replica::{CourierError, ReadError, ReadFault};

use crate::fault::Fault;

impl From<CourierError> for Fault {
    fn from(error: CourierError) -> Self {
        match error {
            CourierError::Read(error) => error.into(),
            CourierError::OtherCommune { .. } => Fault::new(
                "courier_other_commune",
                "Tệp này của xã khác. Sổ trên máy không thay đổi gì. Nhờ người gửi xem lại tệp.",
                "The file is of another commune. Nothing has changed. Ask who sent it to look at it.",
            ),
            CourierError::Changed => Fault::new(
                "courier_changed",
                "Tệp thay đổi trong lúc đọc. Những gì đã nhận vẫn đúng. Chép tệp vào máy rồi nhận lại.",
                "The file changed while it was read. What was taken is right. Copy it to this machine, then take it in again.",
            ),
            CourierError::Io(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Fault::new(
                "file_exists",
                "Đã có tệp tên này. Không ghi đè; chọn tên khác.",
                "There is a file of that name already. It is not overwritten; choose another name.",
            ),
            CourierError::Io(error) if error.kind() == std::io::ErrorKind::StorageFull => Fault::new(
                "file",
                "Nơi chứa tệp hết chỗ trống nên chưa xuất được. Chọn chỗ khác hoặc thẻ nhớ lớn hơn.",
                "There is no room for the file. Choose another place or a larger stick.",
            ),
            CourierError::Io(error) => Fault::new(
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
        Fault::new(code, vi, en)
    }
}
