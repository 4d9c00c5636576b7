//! Answers of the police to who dropped a tip. Each is sealed to the device that told: who answered cannot open it again.

use sothon_ledger::BookId;
use sothon_records::kind::ChoiceSet as _;
use sothon_records::kinds::tip_reply::{State, TipReply};
use sothon_records::{RecordKey, Words, text};
use sothon_replica::ReplicaError;

use crate::api::{Choice, TipAnswers};
use crate::app::App;
use crate::desk::{Desk, key_of};
use crate::fault::{Done, Fault};

impl App {
    /// See [`crate::commands`].
    pub(crate) async fn answer_tip(
        &self,
        key: String,
        reason: String,
        state: String,
        text: String,
    ) -> Done<TipAnswers> {
        self.at_desk(move |desk| desk.answer_tip(&key_of(&key)?, &reason, &state, &text))
            .await
    }

    /// See [`crate::commands`].
    pub(crate) async fn tip_answers(&self, key: String) -> Done<TipAnswers> {
        self.at_desk(move |desk| {
            let key = key_of(&key)?;
            let (book, _) = desk.placed(&key)?;
            desk.tip_answers(&book, &key)
                .ok_or_else(|| ReplicaError::NoTip.into())
        })
        .await
    }
}

impl Desk {
    fn answer_tip(&mut self, key: &RecordKey, reason: &str, state: &str, words: &str) -> Done<TipAnswers> {
        let (book, _) = self.placed(key)?;
        let state = State::from_slug(state).ok_or_else(no_state)?;
        let reply = TipReply {
            state: Some(state),
            text: text::tidy_line(words),
        };
        self.record_answer(key, reason)?;
        let now = self.now();
        self.device_mut()
            .reply_to_tip(&book, key, &reply, now)
            .map_err(refused)?;
        self.wrote_answer(book);
        self.tip_answers(&book, key)
            .ok_or_else(|| ReplicaError::NoTip.into())
    }

    /// How the answers to a tip stand; `None` where nobody waits for one, or it is not this person's to answer.
    pub(crate) fn tip_answers(&self, book: &BookId, key: &RecordKey) -> Option<TipAnswers> {
        if key.kind != "tip" || !self.writes(book) {
            return None;
        }
        self.device().dropped_by(book, key)?;
        let made = self.device().replies_to_tip(book, key);
        let counting = made.counting.iter();
        let sent = counting.filter(|entry| self.device().is_at_relay(book, entry));
        let says = said(made.counting.len(), sent.count());
        let states = State::ALL.iter().map(|state| Choice {
            slug: state.slug().to_owned(),
            label: state.label().get(self.lang).to_owned(),
        });
        Some(TipAnswers {
            states: states.collect(),
            says: self.w(&says),
            lost: lost(made.lost.len(), made.counting.len()).map(|lost| self.w(&lost)),
        })
    }
}

/// What is known of the answers: that they have left. Whether the device that told has opened them nobody hears.
fn said(made: usize, sent: usize) -> Words {
    match made {
        0 => Words::default(),
        _ if sent == made => Words::new(
            format!("Đã trả lời {made} lần, đã tới trạm chuyển. Máy của người báo nhận ở lần gửi nhận tới."),
            format!(
                "Answered {made} times; at the relay. The device that told gets it at its next exchange."
            ),
        ),
        _ => Words::new(
            format!("Đã trả lời {made} lần, {} lần còn chờ gửi.", made - sent),
            format!("Answered {made} times; {} wait to be sent.", made - sent),
        ),
    }
}

/// That some answers do not count. What they said nobody can open but who told, so they are not written again by themselves.
fn lost(lost: usize, counting: usize) -> Option<Words> {
    let words = match (lost, counting) {
        (0, _) => return None,
        (_, 0) => Words::new(
            format!(
                "{lost} câu trả lời đã viết không được tính, nên người báo không đọc được. Mời trả lời lại."
            ),
            format!(
                "{lost} answers that were written do not count, so who told cannot read them. Answer again."
            ),
        ),
        _ => Words::new(
            format!("{lost} câu trả lời khác không được tính, nên người báo không đọc được."),
            format!("{lost} other answers do not count, so who told cannot read them."),
        ),
    };
    Some(words)
}

fn no_state() -> Fault {
    let place = sothon_records::Place::field("state");
    let (vi, en) = ("Chọn tin đang ở bước nào.", "Choose how far the tip is.");
    Fault::fields(vec![sothon_records::Problem::new(
        place,
        sothon_records::Code::Missing,
        vi,
        en,
    )])
}

fn refused(error: ReplicaError) -> Fault {
    match error {
        ReplicaError::TooLarge => {
            let place = sothon_records::Place::field("text");
            let (vi, en) = (
                "Lời trả lời quá dài. Viết ngắn lại, độ 1.000 chữ cái.",
                "The answer is too long. Make it about 1,000 letters.",
            );
            Fault::fields(vec![sothon_records::Problem::new(
                place,
                sothon_records::Code::TooLong,
                vi,
                en,
            )])
        }
        other => other.into(),
    }
}
