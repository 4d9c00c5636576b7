//! What happens to a village.

use chrono::NaiveDate;
use clap::{Args as ClapArgs, Subcommand};

/// An act on a village.
#[derive(ClapArgs, Debug)]
pub struct VillageAct {
    /// Thôn nào: số của thôn / which village: its number
    pub number: u32,
    #[command(subcommand)]
    pub what: VillageWhat,
}

/// What happens to it.
#[derive(Subcommand, Debug)]
pub enum VillageWhat {
    /// Đổi tên từ một ngày / another name from a day on
    Rename {
        /// Tên, số mới / the name or number
        name: String,
        #[command(flatten)]
        by: By,
    },
    /// Sáp nhập vào một thôn khác / go on in another village
    Merge {
        /// Nhập vào thôn: số của thôn / the other village: its number
        into: u32,
        /// Tên của thôn sau sáp nhập / what both are called from then on
        #[arg(long)]
        name: Option<String>,
        #[command(flatten)]
        by: By,
    },
    /// Chia tách: một số hộ sang thôn mới (--name) hoặc thôn khác (--to) / some households go to a new village or another
    Split {
        /// Tên, số của thôn mới / the new village's name
        #[arg(long, conflicts_with = "to", required_unless_present = "to")]
        name: Option<String>,
        /// Thôn khác: số của thôn / the other village: its number
        #[arg(long)]
        to: Option<u32>,
        /// Hộ chuyển đi, nhiều lần / a household that goes, repeated
        #[arg(long = "household", required = true)]
        households: Vec<String>,
        #[command(flatten)]
        by: By,
    },
    /// Giải thể / end it
    Dissolve {
        #[command(flatten)]
        by: By,
    },
    /// Chuyển về xã khác / go to another commune
    Leave {
        /// Tên xã / the commune
        commune: String,
        #[command(flatten)]
        by: By,
    },
}

/// Since when and by what.
#[derive(ClapArgs, Debug)]
pub struct By {
    /// Ngày đầu tiên áp dụng / the first day
    #[arg(long)]
    pub from: NaiveDate,
    /// Quyết định số, ngày / the decision (number, date)
    #[arg(long)]
    pub decision: String,
}
