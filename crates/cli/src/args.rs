//! The command line.

mod ending;
mod villages;

pub use ending::{ChangeRole, Cut, Ending};
pub use villages::{VillageAct, VillageWhat};

use std::net::SocketAddr;
use std::path::PathBuf;

use chrono::{NaiveDate, NaiveDateTime};
use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};
use sothon_ledger::register::Relay;
use sothon_ledger::{Compartment, Role, TransportKey};

use crate::clock;
use crate::words::{self, parse_compartment, parse_role};

/// Printed below the help.
const EXIT_CODES: &str = "\
Mã kết thúc / exit codes:
  0  xong / done
  1  việc không nên xảy ra / internal
  2  dòng lệnh / usage, no device in the folder
  3  cần sửa những gì đã nhập / bad input (fields are named)
  4  mật khẩu chưa đúng / wrong passphrase
  5  máy này không được làm, không đọc được / not allowed, not readable
  6  tệp sổ hỏng, lạ, đang mở nơi khác, ổ đĩa đầy / store damaged, foreign, locked, disk full
  7  không gặp máy hay trạm nào / no peer reached
  8  có điều cần xem / something found (verify, conflicts --check)";

/// Sổ Thôn trên dòng lệnh. / Sổ Thôn on the command line.
#[derive(Parser, Debug)]
#[command(name = "sothon", version, about, after_help = EXIT_CODES, after_long_help = EXIT_CODES)]
pub struct Args {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub command: Command,
}

/// What every command takes.
#[derive(ClapArgs, Debug)]
pub struct Global {
    /// Thư mục của máy / the device's folder
    #[arg(long, global = true, env = "SOTHON_DIR", default_value = "sothon")]
    pub dir: PathBuf,
    /// Tệp có mật khẩu ở dòng đầu (hoặc biến SOTHON_PASSPHRASE) / a file with the passphrase
    #[arg(long, global = true)]
    pub passphrase_file: Option<PathBuf>,
    /// Độ khó đoán mật khẩu khi lập máy; lowest chỉ để thử / cost of a guess; lowest is for tests only
    #[arg(long, global = true, value_enum, default_value = "standard")]
    pub vault_cost: VaultCost,
    /// Đặt giờ (UTC+7): 2025-06-10 hoặc 2025-06-10T09:00 / set the clock, for demos and tests
    #[arg(long, global = true, env = "SOTHON_NOW", value_parser = clock::parse)]
    pub now: Option<NaiveDateTime>,
    /// In JSON cho máy đọc / JSON for machines
    #[arg(long, global = true)]
    pub json: bool,
    /// Ngôn ngữ / language
    #[arg(long, global = true, env = "SOTHON_LANG", value_enum, default_value = "vi")]
    pub lang: Language,
}

#[derive(ValueEnum, Clone, Copy, Debug)]
pub enum VaultCost {
    Lowest,
    Standard,
}

#[derive(ValueEnum, Clone, Copy, Debug)]
pub enum Language {
    Vi,
    En,
}

#[derive(Subcommand, Debug)]
pub enum Command {
    // The commune and its devices
    /// Lập sổ cho một xã, in phiếu khôi phục / found a commune, print the recovery sheet
    Found(Found),
    /// In phiếu của xã cho máy mới và cho trạm chuyển / print the slip for new devices and relays
    RootSlip,
    /// Mời một người: in phiếu mời cho máy mới của người đó / invite a person: the slip for their new device
    Invite(Invite),
    /// Các phiếu mời, và ai đang chờ duyệt / the invitations, and who waits
    Invites,
    /// Thu hồi phiếu mời / withdraw an invitation
    Withdraw {
        /// Phiếu mời: vài ký tự đầu / the invitation: the beginning of its id
        invitation: String,
    },
    /// Vào một xã bằng phiếu của xã hoặc phiếu mời, in phiếu xin vào / join by the commune's slip or an invitation
    Join {
        /// Phiếu của xã (STR-…) hoặc phiếu mời (STI-…) / the commune's slip or an invitation
        slip: String,
    },
    /// In lại phiếu xin vào / print the request again
    Request,
    /// Duyệt một máy / admit a device
    Admit(Admit),
    /// Các máy trong danh bạ / the devices of the register
    Devices,
    /// Các sổ, và máy này được làm gì / the books, and what this device may do
    Books,
    /// Trạm chuyển của xã / the commune's relays
    #[command(subcommand)]
    Relays(Relays),
    /// Mở sổ của một ngăn cho một năm / open the books of a compartment for a year
    OpenBooks(OpenBooks),
    /// Làm bản gộp của một sổ, để máy mới nhận sổ nhanh hơn / a checkpoint, from which a new device starts sooner
    Checkpoint {
        /// Mã sổ (lệnh books) / the book's id
        book: String,
    },
    /// Chìa đọc trên giấy / reading keys on paper
    #[command(subcommand)]
    ReadingKey(ReadingKey),
    /// Ai đang chờ được đọc ngăn quản lý, tin báo / readers in care and tips
    #[command(subcommand)]
    Readers(Readers),
    /// Chìa để các máy gần nhau nhận ra nhau / the key by which devices nearby know each other
    #[command(subcommand)]
    LanKey(LanKeyCommand),
    #[command(flatten)]
    Ending(Ending),

    // Recording
    /// Các loại bản ghi / the kinds of records
    Kinds,
    /// Các mục của một loại / the fields of a kind
    Form {
        /// Loại (household) hoặc mã (R01) / slug or code
        kind: String,
    },
    /// Ghi mới / add a record, or many from a file
    Add(Add),
    /// Sửa / edit a record
    Edit(Edit),
    /// Hủy bản ghi, có lý do / void a record
    Void {
        /// Bản ghi / the record
        key: String,
        /// Lý do / why
        #[arg(long)]
        reason: String,
        /// Chỉ một phần của bản ghi / only this sub-record
        #[arg(long)]
        sub: Option<String>,
        /// For whom.
        #[command(flatten)]
        behalf: OnBehalf,
    },
    /// Hoàn tác một lần ghi / undo an act
    Undo {
        /// Lần ghi (xem acts) / the act
        act: String,
        /// Lý do hủy những bản ghi mà lần ghi đó tạo ra / why its new records are voided
        #[arg(long, default_value = "Hoàn tác")]
        reason: String,
    },
    /// Ghi lại các lần ghi từ tệp JSON từng dòng / replay acts from JSON lines
    Replay {
        /// Tệp / the file
        #[arg(long)]
        file: PathBuf,
    },
    /// Mở phần kín của một tin báo; việc mở được ghi lại trước / open who told; recorded before it is shown
    Teller {
        /// Tin báo / the tip
        key: String,
        /// Lý do / why
        #[arg(long)]
        reason: String,
    },

    /// Báo tin kín cho Công an xã / tips for the police
    #[command(subcommand)]
    Tip(TipCommand),

    /// Đổi tên, sáp nhập, chia tách, giải thể một thôn, chuyển về xã khác / what happens to a village, by a day and a decision
    Village(VillageAct),

    // Looking
    /// Danh sách / list records of a kind
    List {
        /// Loại / the kind
        kind: String,
        /// Chỉ thôn này / only this village
        #[arg(long)]
        village: Option<u32>,
        /// Cả bản ghi đã hủy / voided ones too
        #[arg(long)]
        voided: bool,
    },
    /// Tìm theo tên, số nhà, điện thoại / find by name, house number, telephone
    Find {
        /// Chữ cần tìm, có dấu hay không / words, with marks or without
        #[arg(required = true)]
        words: Vec<String>,
        /// Nhiều nhất bao nhiêu / at most so many
        #[arg(long, default_value_t = 25)]
        most: usize,
    },
    /// Một bản ghi / one record
    Show {
        /// Bản ghi / the record
        key: String,
        /// Ai đã ghi, ai đã sửa / with its history
        #[arg(long)]
        history: bool,
        /// Lý do mở, với ngăn quản lý và tin báo / why it is opened, in care and tips
        #[arg(long)]
        reason: Option<String>,
    },
    /// Các lần ghi, mới nhất trước / acts, newest first
    Acts {
        /// Nhiều nhất bao nhiêu / at most so many
        #[arg(long, default_value_t = 25)]
        most: usize,
    },
    /// Cần xem lại: ghi khác nhau, ghi hai lần / what people wrote differently, or twice
    Conflicts {
        /// Mã 8 nếu có / exit code 8 if there is any
        #[arg(long)]
        check: bool,
    },
    /// Chọn một giá trị / choose a value
    Resolve {
        /// Bản ghi / the record
        key: String,
        /// Mục / the field
        field: String,
        /// Giá trị giữ lại, như khi ghi; rỗng: để trống / the value as typed; empty: none
        value: String,
        /// Phần của bản ghi / the sub-record
        #[arg(long)]
        sub: Option<String>,
    },

    // The merged picture
    /// Việc đến hạn / what is due
    Due {
        /// Đến ngày này thay vì hôm nay / as of this day instead of today
        #[arg(long)]
        as_of: Option<NaiveDate>,
    },
    /// Toàn xã: bảng theo thôn / the merged table by village
    Overview(Overview),

    // Travelling
    /// Đóng các lần ghi thành mục để gửi / make entries of what was saved
    Publish,
    /// Gửi và nhận / exchange with relays, a peer, or who is near
    Sync(Sync),
    /// Chờ máy khác gọi tới / wait for other devices to call
    Serve(Serve),
    /// Tệp chuyển tay: gửi nhận bằng thẻ nhớ hoặc tin nhắn / the courier file: exchange by a stick or a messenger
    #[command(subcommand)]
    Courier(Courier),

    // Keeping
    /// Xuất ra tệp; mỗi lần xuất được ghi lại / export to a file; recorded
    Export(Export),
    /// Kiểm tra mọi chữ ký, thứ tự, niêm phong / check every signature, backlink, seal
    Verify {
        /// Không mở khóa: chỉ những gì xem được khi máy khóa / without the passphrase
        #[arg(long)]
        locked: bool,
    },
    /// Tình trạng của máy / how this device stands
    Status,
}

#[derive(ClapArgs, Debug)]
pub struct Found {
    /// Vai trò của máy giữ danh bạ / the registrar's role
    #[arg(long, default_value = "office", value_parser = parse_role)]
    pub role: Role,
    /// Số thôn / how many villages
    #[arg(long)]
    pub villages: u32,
    /// Số đơn vị / how many units
    #[arg(long, default_value_t = 0)]
    pub units: u32,
    /// Máy này cũng ghi cho đơn vị này / this device also writes for this unit
    #[arg(long)]
    pub unit: Vec<u32>,
    /// Năm của sổ; mặc định: năm nay / the books' year
    #[arg(long)]
    pub year: Option<u32>,
    /// Trạm chuyển: KHÓA@địa-chỉ:cổng / a relay: KEY@host:port
    #[arg(long, value_parser = parse_relay)]
    pub relay: Vec<Relay>,
}

#[derive(ClapArgs, Debug)]
pub struct Invite {
    /// Vai trò / the role
    #[arg(long, value_parser = parse_role)]
    pub role: Role,
    /// Thôn / the village
    #[arg(long)]
    pub village: Vec<u32>,
    /// Đơn vị / the unit
    #[arg(long)]
    pub unit: Vec<u32>,
    /// Mời ai; chỉ máy này giữ, không có trong phiếu / whom; kept here alone
    #[arg(long)]
    pub note: String,
    /// Phiếu dùng được mấy ngày / for how many days
    #[arg(long, default_value_t = 7, value_parser = clap::value_parser!(u16).range(1..=30))]
    pub days: u16,
}

#[derive(ClapArgs, Debug)]
pub struct Admit {
    /// Phiếu xin vào (STQ-…), hoặc vài ký tự đầu của máy đang chờ (xem invites) / the request, or who waits
    pub request: String,
    /// Tám chữ đã khớp với máy của người được mời / the eight words were compared
    #[arg(long)]
    pub yes: bool,
    /// Vai trò, với máy vào bằng phiếu của xã / the role, where there was no invitation
    #[arg(long, value_parser = parse_role)]
    pub role: Option<Role>,
    /// Thôn / the village
    #[arg(long)]
    pub village: Vec<u32>,
    /// Đơn vị / the unit
    #[arg(long)]
    pub unit: Vec<u32>,
    /// Nhắc lại vào ngày này / remind on this day
    #[arg(long)]
    pub until: Option<NaiveDate>,
}

#[derive(Subcommand, Debug)]
pub enum Relays {
    /// Xem / show
    Show,
    /// Đặt lại tất cả / set all of them
    Set {
        /// KHÓA@địa-chỉ:cổng / KEY@host:port
        #[arg(value_parser = parse_relay)]
        relays: Vec<Relay>,
    },
}

#[derive(ClapArgs, Debug)]
pub struct OpenBooks {
    /// general, commune, care, tips
    #[arg(long, value_parser = parse_compartment)]
    pub compartment: Compartment,
    /// Năm / the year
    #[arg(long)]
    pub year: Option<u32>,
    /// Số thôn / how many villages
    #[arg(long, default_value_t = 0)]
    pub villages: u32,
    /// Số đơn vị / how many units
    #[arg(long, default_value_t = 0)]
    pub units: u32,
}

#[derive(Subcommand, Debug)]
pub enum ReadingKey {
    /// Người đứng đầu ngành tạo chìa, in ra giấy / made by the service's head, printed
    Make {
        #[arg(long, value_parser = parse_compartment)]
        compartment: Compartment,
        /// Năm / the year
        #[arg(long)]
        year: Option<u32>,
    },
    /// Mở các sổ trên máy này bằng chìa trên giấy, khi không còn máy nào đọc được / open the books here with the sheet
    Open {
        #[arg(long, value_parser = parse_compartment)]
        compartment: Compartment,
        /// Năm / the year
        #[arg(long)]
        year: Option<u32>,
        /// Tệp có chìa đọc (STS-…) ở dòng đầu; không có: hỏi / a file with the reading key; else it is asked for
        #[arg(long)]
        sheet_file: Option<PathBuf>,
    },
    /// Người giữ danh bạ ghi chìa vào danh bạ / entered by the registrar
    Enter {
        /// Phiếu (STK-…) / the slip
        slip: String,
    },
}

#[derive(Subcommand, Debug)]
pub enum Readers {
    /// Ai đang chờ / who is waiting
    Waiting,
    /// Đồng ý cho một máy đọc / say yes to a device
    Yes {
        /// Sổ / the book; all: mọi sổ máy đó chờ / every book
        book: String,
        /// Máy / the device
        device: String,
    },
}

#[derive(Subcommand, Debug)]
pub enum TipCommand {
    /// Niêm phong một tin: sau đó máy này không mở lại được / seal a tip; this device cannot open it again
    Seal(SealTip),
    /// Tin này chia thành mấy phần / into how many parts a tip goes; nothing is saved
    Size(SealTip),
    /// Tình trạng các tin máy này đã niêm phong / how far the tips of this device have come
    Mine,
    /// Gửi ngay một tin đang chờ / send a tip now that waits
    Send {
        /// Mã tin (xem tip mine) / its id
        tip: String,
    },
    /// Trả lời người đã báo (Công an xã) / answer who told (police)
    Reply {
        /// Tin báo / the tip
        key: String,
        /// Tình trạng: received, checking, asked-more, transferred, done / how far it is
        #[arg(long)]
        state: String,
        /// Vài lời / a few words
        #[arg(long, default_value = "")]
        text: String,
    },
}

/// Who told.
#[derive(ClapArgs, Debug)]
pub struct Teller {
    /// Người tố giác (tin báo) / who told (tips)
    #[arg(long)]
    pub teller_name: Option<String>,
    /// Liên hệ của người tố giác / how to reach them
    #[arg(long)]
    pub teller_contact: Option<String>,
    /// Người tố giác yêu cầu giữ bí mật / they ask for secrecy
    #[arg(long)]
    pub teller_secret: bool,
}

#[derive(ClapArgs, Debug)]
pub struct SealTip {
    /// Mục=giá trị, như người ta viết / field=value as people write
    pub fields: Vec<String>,
    /// Who told.
    #[command(flatten)]
    pub teller: Teller,
    /// Gửi ngay, không đợi lúc khóa sổ / send at once
    #[arg(long)]
    pub at_once: bool,
}

#[derive(Subcommand, Debug)]
pub enum LanKeyCommand {
    /// Đặt chìa mới (máy giữ danh bạ) / set a new one (registrar)
    Set,
}

/// For whom something is written.
#[derive(ClapArgs, Debug)]
pub struct OnBehalf {
    /// Ghi thay mặt, theo ủy quyền này (xem list delegation) / on behalf, by this delegation
    #[arg(long = "behalf", value_name = "DELEGATION")]
    pub said: Option<String>,
}

#[derive(ClapArgs, Debug)]
pub struct Add {
    /// Loại / the kind
    #[arg(required_unless_present = "file", conflicts_with = "file")]
    pub kind: Option<String>,
    /// Mục=giá trị, như người ta viết / field=value as people write
    pub fields: Vec<String>,
    /// Thôn / the village
    #[arg(long)]
    pub village: Option<u32>,
    /// Đơn vị / the unit
    #[arg(long)]
    pub unit: Option<u32>,
    /// Một phần: danh-sách:mục=giá trị,mục=giá trị / a sub-record: list:field=value,…
    #[arg(long)]
    pub sub: Vec<String>,
    /// Who told, of a tip.
    #[command(flatten)]
    pub teller: Teller,
    /// Nhiều bản từ một tệp JSON, thành một lần ghi / many from a JSON file, as one act
    #[arg(long)]
    pub file: Option<PathBuf>,
    /// For whom.
    #[command(flatten)]
    pub behalf: OnBehalf,
}

#[derive(ClapArgs, Debug)]
pub struct Edit {
    /// Bản ghi / the record
    pub key: String,
    /// Mục=giá trị; rỗng: để trống / field=value; empty: none
    pub fields: Vec<String>,
    /// Phần của bản ghi; tên danh sách: thêm phần mới / the sub-record; a list's name adds one
    #[arg(long)]
    pub sub: Option<String>,
    /// For whom.
    #[command(flatten)]
    pub behalf: OnBehalf,
}

#[derive(ClapArgs, Debug)]
pub struct Overview {
    /// Chỉ tiêu: I01, I21… mặc định: tất cả / indicators
    #[arg(long)]
    pub indicator: Vec<String>,
    /// Kỳ: 2025-Q2, 2025, 2025-06, 2025-06-10, police:2025, 6m:2025, 9m:2025 / the period
    #[arg(long)]
    pub period: Option<String>,
    /// Xem như ngày này / as of this day
    #[arg(long)]
    pub as_of: Option<NaiveDate>,
    /// Theo các thôn của ngày này; không có: của ngày tính số liệu / by the villages of this day, else of the figures' own
    #[arg(long)]
    pub villages_of: Option<NaiveDate>,
}

#[derive(ClapArgs, Debug)]
pub struct Travel {
    /// Ở lại bao nhiêu giây / stay for so many seconds
    #[arg(long = "for", value_name = "SECONDS")]
    pub stay: Option<u64>,
    /// Bỏ cuộc nếu sau bấy nhiêu giây chưa gặp ai, hoặc không có gì mới / give up after so many seconds without news
    #[arg(long, default_value_t = 20)]
    pub wait: u64,
    /// Tìm máy gần đây / look for devices nearby
    #[arg(long)]
    pub nearby: bool,
    /// Tìm ở giao diện mạng này; loopback: trong máy này / on this interface; loopback: on this machine
    #[arg(long)]
    pub interface: Vec<String>,
    /// Cổng mDNS (để thử) / the port of mDNS (for tests)
    #[arg(long, default_value_t = 5353, hide = true)]
    pub mdns_port: u16,
}

#[derive(ClapArgs, Debug)]
pub struct Sync {
    /// Với trạm chuyển của xã (mặc định) / with the commune's relays (the default)
    #[arg(long)]
    pub relay: bool,
    /// Với máy ở địa chỉ này / with the device at this address
    #[arg(long, requires = "key")]
    pub peer: Option<String>,
    /// Khóa của máy đó (xem status) / its transport key (see status)
    #[arg(long)]
    pub key: Option<TransportKey>,
    /// Cũng chờ ở địa chỉ này / also listen here
    #[arg(long)]
    pub listen: Option<SocketAddr>,
    #[command(flatten)]
    pub travel: Travel,
}

#[derive(ClapArgs, Debug)]
pub struct Serve {
    /// Địa chỉ UDP / the UDP address
    #[arg(long, default_value = "0.0.0.0:0")]
    pub listen: SocketAddr,
    /// Để máy mới được mời tìm thấy máy này ở gần / let invited devices find this one nearby
    #[arg(long, requires = "nearby")]
    pub welcome: bool,
    #[command(flatten)]
    pub travel: Travel,
}

#[derive(Subcommand, Debug)]
pub enum Courier {
    /// Xuất tệp: những gì xã chưa nhận (mặc định) / make a file: what the commune lacks (the default)
    Out(CourierOut),
    /// Nhận tệp / take a file in
    In {
        /// Tệp / the file
        file: PathBuf,
    },
}

#[derive(ClapArgs, Debug)]
pub struct CourierOut {
    /// Tệp sẽ tạo, tên có đuôi .sothon / the file to be made, its name ending in .sothon
    pub file: PathBuf,
    /// Cho một máy: vài ký tự đầu (xem devices) / for one device: the beginning of its id
    #[arg(long = "for", value_name = "DEVICE", conflicts_with = "all")]
    pub device: Option<String>,
    /// Tất cả những gì máy này giữ / everything that this device holds
    #[arg(long)]
    pub all: bool,
    /// Mang theo cả ảnh / take the photos along; what goes to the commune takes them anyway
    #[arg(long)]
    pub photos: bool,
}

#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum Format {
    /// Bảng, mở được bằng Excel / a table
    Csv,
    /// Mọi trường / all fields
    Json,
    /// Cả sổ, dạng Automerge không niêm phong / a whole book, plain Automerge
    Automerge,
}

#[derive(ClapArgs, Debug)]
pub struct Export {
    /// Dạng / the format
    #[arg(value_enum)]
    pub format: Format,
    /// Loại (csv: đúng một) / kinds (csv: exactly one)
    #[arg(long)]
    pub kind: Vec<String>,
    /// Một danh sách con thay vì bản ghi (csv) / a list of sub-records instead (csv)
    #[arg(long)]
    pub list: Option<String>,
    /// Chỉ thôn này / only this village
    #[arg(long)]
    pub village: Option<u32>,
    /// Sổ (automerge) / the book (automerge)
    #[arg(long)]
    pub book: Option<String>,
    /// Tệp sẽ tạo / the file to be made
    #[arg(long)]
    pub out: PathBuf,
    /// Lý do; được ghi lại / why; recorded
    #[arg(long)]
    pub reason: String,
}

/// Reads `KEY@host:port`; several addresses of one relay are divided by commas.
fn parse_relay(text: &str) -> Result<Relay, String> {
    words::parse_relay(text).ok_or_else(|| "KEY@host:port".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        use clap::CommandFactory as _;
        Args::command().debug_assert();
    }

    #[test]
    fn a_relay_is_a_key_and_where_to_find_it() {
        let key = "ab".repeat(32);
        let relay = parse_relay(&format!("{key}@[::1]:4433,relay.example:443")).unwrap();
        assert_eq!(relay.addresses.len(), 2);
        assert!(parse_relay(&key).is_err());
        assert!(parse_relay(&format!("{key}@nowhere")).is_err());
    }
}
