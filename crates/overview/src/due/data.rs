//! Requests about personal data, and incidents: that they came in is to be said, and then they are to be settled.

use sothon_records::kinds::DataRequest;
use sothon_records::kinds::data_request::DataMatter;
use sothon_records::label::Words;
use sothon_records::{ChoiceSet as _, Record as _};

use super::{Asked, DueKind};

pub(super) fn due(asked: &mut Asked<'_>) {
    let view = asked.view;
    for (key, entry) in view.entries_of("data-request").filter(|(_, entry)| !entry.voided) {
        let Some(raw) = entry.raw() else { continue };
        let request = DataRequest::read(raw).value;
        if let Some(by) = request.reply_by(view.holidays()) {
            let what = Words::new("Báo đã nhận yêu cầu", "Say that the request came in");
            asked.note(by, DueKind::DataReply, key, entry.place, what);
        }
        let open = !request.is_settled();
        if let (true, Some(by), Some(matter)) = (open, request.deadline(view.holidays()), request.type_of) {
            let what = match matter {
                DataMatter::Incident => Words::new(
                    "Báo cơ quan chuyên trách trong 72 giờ",
                    "Tell the authority within 72 hours",
                ),
                _ => matter.label().into(),
            };
            asked.note(by, DueKind::DataRequest, key, entry.place, what);
        }
    }
}
