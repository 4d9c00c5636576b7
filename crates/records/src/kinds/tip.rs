//! R40 Tin báo, tố giác: a tip-off. Who told is in a part sealed once more.

use std::fmt;

use chrono::{DateTime, Utc};

use crate::declare::{choices, kind};
use crate::civil;
use crate::datum::Sealed;
use crate::kind::{Chapter, Field, Shelf, Source, choice, instant, kind, long, sealed, text, yes_no};
use crate::label::Words;
use crate::problem::{Code, Context, Place, Problem, day};
use crate::raw::{Fields, RawRecord};
use crate::record::{Reader, Record, Sub, Writer};

choices! {
    /// By which door a tip came.
    Channel: Source::Own => {
        InPerson = "in-person", "Trực tiếp tại Công an xã", "In person";
        Box = "box", "Hòm thư tố giác", "Tip box";
        Hotline = "hotline", "Đường dây nóng", "Hotline";
        VillageHead = "village-head", "Trưởng thôn", "Village head";
        SecurityForce = "security-force", "Lực lượng an ninh, trật tự ở cơ sở", "Local security force";
        Union = "union", "Đoàn thể", "Union";
        Pharmacy = "pharmacy", "Quầy thuốc", "Pharmacy";
        Health = "health", "Trạm Y tế", "Health station";
        Social = "social", "Zalo, Facebook", "Zalo, Facebook";
        Vneid = "vneid", "VNeID", "VNeID";
        Central = "central", "Đường dây nóng Cục C04", "National hotline";
        Other = "other", "Khác", "Other";
    }
}

/// Who told: sealed once more inside the tip, opened one at a time with a reason. Its debug form shows nothing.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Teller {
    /// Name.
    pub name: Option<String>,
    /// How to reach them.
    pub contact: Option<String>,
    /// Whether they ask for secrecy (BLTTHS Điều 56).
    pub wants_secrecy: Option<bool>,
}

/// The bytes are not a teller: opened with a wrong key, or of a later release.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("the opened bytes are not a sealed part of a tip")]
pub struct BadTeller;

impl fmt::Debug for Teller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Teller(…)")
    }
}

impl Sub for Teller {
    const FIELDS: &'static [Field] = &[
        text("Người tố giác", "Teller", 100).named("name").sensitive("Trả lời, bảo vệ người tố giác", "To answer and protect them"),
        text("Liên hệ", "Contact", 200).named("contact").sensitive("Trả lời người tố giác", "To answer them"),
        yes_no("Yêu cầu giữ bí mật", "Asks for secrecy").named("wants_secrecy"),
    ];

    fn read_from(reader: &mut Reader<'_>) -> Self {
        Teller { name: reader.take(), contact: reader.take(), wants_secrecy: reader.take() }
    }

    fn write_to(&self, writer: &mut Writer<'_>) {
        writer.put(&self.name);
        writer.put(&self.contact);
        writer.put(&self.wants_secrecy);
    }
}

impl Teller {
    /// The readable bytes: to be sealed at once, and never kept. JSON of the fields.
    pub fn plain(&self) -> Vec<u8> {
        let mut fields = Fields::new();
        self.write_to(&mut Writer::new(Self::FIELDS, &mut fields));
        serde_json::to_vec(&fields).unwrap_or_default()
    }

    /// Reads bytes that were just opened.
    ///
    /// # Errors
    /// [`BadTeller`] where they are something else.
    pub fn from_plain(bytes: &[u8]) -> Result<Self, BadTeller> {
        let fields: Fields = serde_json::from_slice(bytes).map_err(|_| BadTeller)?;
        Ok(Self::read_from(&mut Reader::new(Self::FIELDS, &fields, None)))
    }
}

kind! {
    /// A tip-off. A village head's is a drop, which its author cannot read again; here it lies with the police.
    Tip = kind(Chapter::Tips, "R40", "tip", "Tin báo, tố giác", "Tip-off")
        .purpose("Tiếp nhận, xử lý tố giác, tin báo (BLTTHS Điều 144–147)", "Receiving and handling tip-offs")
        .on(Shelf::Tips)
        .titled_by(title)
        .happened("received_at")
        .without_files()
        .feeds(&["I34"])
        .checked_by(check);
    fields {
        /// The door.
        channel: Option<Channel> = choice::<Channel>("Kênh", "Channel").required(),
        /// Received at.
        received_at: Option<DateTime<Utc>> = instant("Nhận lúc", "Received at").required().past(),
        /// What it says.
        content: Option<String> = long("Nội dung", "Content").required()
            .help("Không ghi tên người tố giác ở đây.", "Do not name the teller here.")
            .sensitive("Xác minh tin", "To verify it"),
        /// Where.
        place: Option<String> = text("Nơi", "Place", 200).required().searchable(),
        /// Who is named in it.
        subjects: Option<String> = long("Đối tượng nêu", "Who is named").searchable()
            .sensitive("Xác minh tin", "To verify it"),
        /// Whether the teller is unknown.
        anonymous: Option<bool> = yes_no("Ẩn danh", "Anonymous"),
        /// Whether it cannot wait.
        urgent: Option<bool> = yes_no("Khẩn", "Urgent"),
        /// Who told.
        teller: Option<Sealed> = sealed::<Teller>("Phần kín", "Sealed part")
            .sensitive("Trả lời, bảo vệ người tố giác", "To answer and protect the teller"),
    }
}

fn title(raw: &RawRecord) -> Option<Words> {
    use crate::kind::ChoiceSet;

    let tip = Tip::read(raw).value;
    let channel = tip.channel.map(|channel| channel.label());
    let at = tip.received_at.map(civil::local)?;
    let when = format!("{} {}", day(at.date()), at.format("%H:%M"));
    let (vi, en) = channel.map_or(("", ""), |label| (label.vi, label.en));
    Some(Words::new(format!("Tin {when} {vi}").trim_end(), format!("Tip {when} {en}").trim_end()))
}

fn check(raw: &RawRecord, _: &Context, problems: &mut Vec<Problem>) {
    let tip = Tip::read(raw).value;
    if tip.anonymous == Some(true) && tip.teller.is_some() {
        problems.push(Problem::new(
            Place::field("anonymous"),
            Code::NotAllowed,
            "Tin ẩn danh không có phần kín. Bỏ chọn “Ẩn danh” hoặc không ghi phần kín.",
            "An anonymous tip has no sealed part. Take back “Anonymous” or leave the sealed part out.",
        ));
    }
}
