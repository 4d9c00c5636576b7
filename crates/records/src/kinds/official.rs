//! R68 Thành viên: a person with a position in a unit.

use chrono::NaiveDate;

use crate::civil;
use crate::declare::{kind, sub};
use crate::kind::{Chapter, Shelf, date, kind, list, phone, refers, text};
use crate::raw::RecordKey;

sub! {
    /// A device of the person: the register names devices by their keys alone, and who is meant is said here.
    OfficialDevice {
        /// Its id in the register, in hexadecimal digits.
        device: Option<String> = text("Mã máy", "Device", 64).required(),
        /// What it is.
        what: Option<String> = text("Loại máy", "Kind of device", 60)
            .help("Điện thoại, máy tính xách tay", "Telephone, laptop"),
    }
}

kind! {
    /// A person with a position in a unit or village, for as long as they hold it.
    Official = kind(Chapter::Commune, "R68.1", "official", "Thành viên đơn vị", "Member of a unit")
        .purpose("Biết ai giữ việc gì, từ khi nào", "To know who holds which position, and since when")
        .on(Shelf::Commune)
        .titled(&["name", "position"])
        .happened("from")
        .feeds(&[]);
    fields {
        /// The unit, or the village.
        unit: Option<RecordKey> = refers(&["unit", "village"], "Đơn vị", "Unit").required(),
        /// Full name.
        name: Option<String> = text("Họ và tên", "Full name", 100).required().name()
            .columns(&["Người"])
            .purpose("Biết người phụ trách", "To know who is in charge"),
        /// The position.
        position: Option<String> = text("Chức vụ", "Position", 120).searchable(),
        /// A telephone number.
        phone: Option<String> = phone("Điện thoại", "Telephone").searchable(),
        /// Since.
        from: Option<NaiveDate> = date("Từ ngày", "From").required(),
        /// Until.
        until: Option<NaiveDate> = date("Đến ngày", "Until").not_before("from"),
    }
    lists {
        /// The devices with which the person works.
        devices: OfficialDevice = list("Máy đang dùng", "Devices"),
    }
}

impl Official {
    /// Whether the position is held on a day.
    pub fn holds_on(&self, day: NaiveDate) -> bool {
        self.common.in_force() && civil::is_within(self.from, self.until, day)
    }
}
