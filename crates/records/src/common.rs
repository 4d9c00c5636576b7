//! What every record has beside the fields of its kind (domain.md §7.1): when it happened, notes, whether it is in
//! force, files. Number, village, recorder and time of recording are derived from the log, never kept here.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::kind::{Field, List, bytes, date, list, long, text, whole, yes_no};
use crate::raw::{Edit, RawRecord, RecordId, RecordKey, SubKey, Value};
use crate::record::{Reader, Sub, Writer, read_subs, write_subs};

/// The field "Ngày xảy ra".
pub const OCCURRED: &str = "occurred";
/// The field that is `true` in a voided record (trạng thái "đã hủy"; else "hiệu lực").
pub const VOIDED: &str = "voided";
/// The field with the reason for voiding.
pub const VOID_REASON: &str = "void_reason";

/// The field that says why a record that was written late in a village's old book stays there: where to it belongs had gone
/// to another village. Only the act that settles it writes it.
pub const LEFT_LATE: &str = "left_late";

/// The common fields of a record.
pub const FIELDS: &[Field] = &[
    date("Ngày xảy ra", "Date")
        .named(OCCURRED)
        .required()
        .past()
        .help(
            "Không rõ thì ghi ngày nắm được.",
            "If unknown, the day on which it became known.",
        ),
    long("Ghi chú", "Notes").named("note"),
    yes_no("Đã hủy", "Voided").named(VOIDED),
    text("Lý do hủy", "Reason for voiding", 300)
        .named(VOID_REASON)
        .required_when("khi hủy bản ghi", "when the record is voided"),
    text(
        "Ghi muộn, để ở sổ cũ vì",
        "Written late, left in the old book because",
        300,
    )
    .named(LEFT_LATE)
    .by_act(),
];

/// The common fields of a sub-record.
pub const SUB_FIELDS: &[Field] = &[
    yes_no("Đã hủy", "Voided").named(VOIDED),
    text("Lý do hủy", "Reason for voiding", 300).named(VOID_REASON),
];

/// Photos and signed papers of a record: each a blob sealed under a key of its own (design.md §5, Files).
pub const FILES: List = List {
    name: "files",
    fields: FileRef::FIELDS,
    ..list("Ảnh, giấy tờ", "Photos, papers")
};

/// What the common fields hold.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Common {
    /// When it happened, in kinds that have no date of their own for it.
    pub occurred: Option<NaiveDate>,
    /// Notes.
    pub note: Option<String>,
    /// Whether it is voided.
    pub voided: Option<bool>,
    /// Why it is voided.
    pub void_reason: Option<String>,
    /// Why it stays in a village's old book, in which it was written late.
    pub left_late: Option<String>,
    /// Files.
    pub files: BTreeMap<RecordId, FileRef>,
}

impl Common {
    /// Whether the record is in force.
    pub fn in_force(&self) -> bool {
        self.voided != Some(true)
    }

    pub(crate) fn read(raw: &RawRecord, problems: &mut Vec<crate::problem::Problem>) -> Self {
        let mut reader = Reader::new(FIELDS, &raw.fields, None);
        let mut common = Common {
            occurred: reader.take(),
            note: reader.take(),
            voided: reader.take(),
            void_reason: reader.take(),
            left_late: reader.take(),
            files: BTreeMap::new(),
        };
        problems.append(&mut reader.problems);
        common.files = read_subs(FILES.name, raw, problems);
        common
    }

    pub(crate) fn write(&self, raw: &mut RawRecord) {
        let mut writer = Writer::new(FIELDS, &mut raw.fields);
        writer.put(&self.occurred);
        writer.put(&self.note);
        writer.put(&self.voided);
        writer.put(&self.void_reason);
        writer.put(&self.left_late);
        write_subs(FILES.name, &self.files, raw);
    }
}

/// Whether a record, or a sub-record's fields, are voided.
pub fn is_voided(fields: &crate::raw::Fields) -> bool {
    fields.get(VOIDED) == Some(&Value::Bool(true))
}

/// The edit that voids a record. Nothing is ever deleted: a voided record is shown as such, and can be restored.
pub fn void(key: &RecordKey, reason: &str) -> Edit {
    let reason = Value::Text(crate::text::tidy_line(reason));
    set(
        key,
        [(VOIDED, Some(Value::Bool(true))), (VOID_REASON, Some(reason))],
    )
}

/// The edit that voids a part of a record.
pub fn void_part(key: &RecordKey, part: &SubKey, reason: &str) -> Edit {
    let mut edit = void(key, reason);
    if let Edit::Set { sub, .. } = &mut edit {
        *sub = Some(part.clone());
    }
    edit
}

/// The edit that takes a voiding back.
pub fn restore(key: &RecordKey) -> Edit {
    set(key, [(VOIDED, Some(Value::Bool(false))), (VOID_REASON, None)])
}

fn set(key: &RecordKey, fields: [(&str, Option<Value>); 2]) -> Edit {
    let fields = fields
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect();
    Edit::Set {
        key: key.clone(),
        sub: None,
        fields,
    }
}

/// One file of a record.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct FileRef {
    /// Its name as shown.
    pub name: Option<String>,
    /// Its media type.
    pub media: Option<String>,
    /// Its size in bytes before sealing.
    pub size: Option<i64>,
    /// SHA-256 of the sealed blob: its name where blobs are kept.
    pub hash: Option<Vec<u8>>,
    /// The key that opens the blob.
    pub key: Option<Vec<u8>>,
    /// Whether it is voided.
    pub voided: Option<bool>,
    /// Why it is voided.
    pub void_reason: Option<String>,
}

impl Sub for FileRef {
    const FIELDS: &'static [Field] = &[
        text("Tên tệp", "File name", 120).named("name").required(),
        text("Loại tệp", "File type", 80).named("media").required(),
        whole("Dung lượng (byte)", "Size (bytes)", 1, 512 * 1024)
            .named("size")
            .required(),
        bytes("Mã băm", "Hash").named("hash").required(),
        bytes("Khóa", "Key").named("key").required(),
    ];

    fn read_from(reader: &mut Reader<'_>) -> Self {
        FileRef {
            name: reader.take(),
            media: reader.take(),
            size: reader.take(),
            hash: reader.take(),
            key: reader.take(),
            voided: reader.take(),
            void_reason: reader.take(),
        }
    }

    fn write_to(&self, writer: &mut Writer<'_>) {
        writer.put(&self.name);
        writer.put(&self.media);
        writer.put(&self.size);
        writer.put(&self.hash);
        writer.put(&self.key);
        writer.put(&self.voided);
        writer.put(&self.void_reason);
    }
}
