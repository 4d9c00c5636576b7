//! What the police answer to who dropped a tip: how far it is, and a few words. Sealed to the author's device alone
//! (design.md §3.6), so it lies in no book.

use crate::declare::choices;
use crate::kind::ChoiceSet as _;
use crate::kind::Source;
use crate::raw::{RawRecord, Value};

/// The kind's part of the key of such a record.
pub const SLUG: &str = "tip-reply";
/// The fields.
const STATE: &str = "state";
const TEXT: &str = "text";

choices! {
    /// How far a tip is.
    State: Source::Reckoned => {
        Received = "received", "Đã tiếp nhận", "Received";
        Checking = "checking", "Đang xác minh", "Being checked";
        AskedMore = "asked-more", "Cần biết thêm", "More is needed";
        Transferred = "transferred", "Đã chuyển cơ quan điều tra", "Passed to the investigators";
        Done = "done", "Đã xử lý xong", "Done";
    }
}

/// An answer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TipReply {
    /// How far the tip is; `None` where a later release said something else.
    pub state: Option<State>,
    /// A few words; may be empty.
    pub text: String,
}

impl TipReply {
    /// As it is sealed.
    pub fn write(&self) -> RawRecord {
        let mut record = RawRecord::default();
        if let Some(state) = self.state {
            let state = Value::Text(state.slug().to_owned());
            record.fields.insert(STATE.to_owned(), state);
        }
        if !self.text.is_empty() {
            record
                .fields
                .insert(TEXT.to_owned(), Value::Text(self.text.clone()));
        }
        record
    }

    /// As it was opened.
    pub fn read(record: &RawRecord) -> TipReply {
        let text = |name: &str| match record.fields.get(name) {
            Some(Value::Text(text) | Value::Long(text)) => Some(text.clone()),
            _ => None,
        };
        TipReply {
            state: text(STATE).and_then(|code| State::from_slug(&code)),
            text: text(TEXT).unwrap_or_default(),
        }
    }
}
