//! "Báo tin": a tip is written here, sealed for the police and followed, by who may tell and not read (design.md §3.6).
//! Once it is sealed this device has no word of it.

use sothon_ledger::Role;
use sothon_records::enter::enter;
use sothon_records::kind::ChoiceSet as _;
use sothon_records::kinds::tip::{Channel, Teller};
use sothon_records::kinds::tip_parts::{MOST_PARTS, TipId, TooLong};
use sothon_records::kinds::tip_reply::TipReply;
use sothon_records::kinds::{Official, Tip, Unit, actor::Actor};
use sothon_records::record::Record as _;
use sothon_records::{RawRecord, RecordKey, Value, Words, show};
use sothon_replica::{ReplicaError, TipFit, TipState, tip_fit};

use crate::api::{
    FormInput, OwnTip, OwnTips, RowState, TipAnswer, TipCheck, TipLine, TipSealed, TipSize, Tone,
};
use crate::app::App;
use crate::desk::Desk;
use crate::fault::{Done, Fault};
use crate::save::{TELLER, teller_of};
use crate::typing::{check, entered};

impl App {
    /// See [`crate::commands`].
    pub(crate) async fn own_tips(&self) -> Done<OwnTips> {
        self.at_desk(|desk| desk.own_tips()).await
    }

    /// See [`crate::commands`].
    pub(crate) async fn tip_size(&self, input: FormInput) -> Done<TipSize> {
        self.at_desk(move |desk| Ok(desk.tip_size(&input))).await
    }

    /// See [`crate::commands`].
    pub(crate) async fn check_tip(&self, input: FormInput) -> Done<TipCheck> {
        self.at_desk(move |desk| desk.check_tip(&input)).await
    }

    /// See [`crate::commands`].
    pub(crate) async fn seal_tip(&self, input: FormInput) -> Done<TipSealed> {
        self.at_desk(move |desk| desk.seal_tip(&input)).await
    }

    /// See [`crate::commands`].
    pub(crate) async fn send_tip_now(&self, tip: String) -> Done<OwnTips> {
        self.at_desk(move |desk| {
            let tip: TipId = tip.parse().map_err(|_| Fault::from(ReplicaError::NoTip))?;
            let now = desk.now();
            desk.device_mut().send_tip_now(tip, now)?;
            desk.wrote_drop();
            desk.own_tips()
        })
        .await
    }
}

impl Desk {
    /// Whether this person tells the police by sealed tips: may, and does not read what is told.
    pub(crate) fn drops_tips(&self) -> bool {
        self.device().tips_book().is_some() && !self.writes_kind(Tip::KIND)
    }

    /// By which door a tip of this person comes, where their role says it.
    pub(crate) fn own_channel(&self) -> Option<(String, String)> {
        let channel = match self.role()? {
            Role::VillageHead | Role::DeputyVillageHead => Channel::VillageHead,
            Role::Health => Channel::Health,
            _ => return None,
        };
        Some(("channel".to_owned(), channel.slug().to_owned()))
    }

    fn own_tips(&self) -> Done<OwnTips> {
        let closed = if !self.drops_tips() {
            Some(NOT_HERE)
        } else if self.device().can_seal_tip() {
            None
        } else {
            Some(NO_KEY)
        };
        let tips = self.device().own_tips()?;
        Ok(OwnTips {
            call: self.call_police(),
            closed: closed.map(|(vi, en)| self.t(vi, en).to_owned()),
            tips: tips.iter().rev().map(|tip| self.own_tip(tip)).collect(),
        })
    }

    fn own_tip(&self, tip: &sothon_replica::OwnTip) -> OwnTip {
        let (tone, word, says) = self.standing_of(tip);
        OwnTip {
            id: tip.id.to_string(),
            sealed: tip.saved,
            state: RowState {
                tone,
                word: self.w(&word),
            },
            says: self.w(&says),
            waits: tip.parts.iter().any(|part| part.state == TipState::Waiting),
            answers: tip.replies.iter().map(|reply| self.answer(reply)).collect(),
        }
    }

    fn answer(&self, reply: &TipReply) -> TipAnswer {
        TipAnswer {
            state: match reply.state {
                Some(state) => state.label().get(self.lang).to_owned(),
                None => self.t("Đã trả lời", "Answered").to_owned(),
            },
            text: reply.text.clone(),
        }
    }

    fn standing_of(&self, tip: &sothon_replica::OwnTip) -> (Tone, Words, Words) {
        if !tip.replies.is_empty() {
            return (
                Tone::Ok,
                Words::new("Công an xã đã trả lời", "Answered"),
                Words::default(),
            );
        }
        let waiting = tip.parts.iter().filter(|part| part.state == TipState::Waiting);
        let (waiting, all) = (waiting.count(), tip.parts.len());
        match tip.state() {
            TipState::Lost => (
                Tone::Late,
                Words::new("Không gửi được, cần viết lại", "Cannot be sent: write it again"),
                Words::new(
                    "Máy này đã trở lại bản sao cũ nên tin không đi được nữa.",
                    "This device was set back to an older copy, so the tip cannot go any more.",
                ),
            ),
            TipState::DeadBranch => (
                Tone::Late,
                Words::new("Không được tính, cần viết lại", "Does not count: write it again"),
                Words::new(
                    "Tin được niêm phong theo bản danh bạ mà sau đó xã không chọn, nên Công an xã không đọc được.",
                    "It was sealed by a version of the register that was not chosen later, so the police cannot read it.",
                ),
            ),
            TipState::Waiting => (
                Tone::Plain,
                Words::new("Đã niêm phong, chờ tới lượt đi", "Sealed, waits for its turn"),
                if all > 1 {
                    Words::new(
                        format!("Còn {waiting}/{all} phần. Mỗi lần khóa sổ hoặc mở sổ đầu ngày đi một phần."),
                        format!(
                            "{waiting} of {all} parts are left. One goes at each locking and each day's first unlocking."
                        ),
                    )
                } else {
                    Words::new(
                        "Tin tự đi khi khóa sổ, hoặc lần mở sổ đầu tiên của ngày sau.",
                        "It goes by itself when the book is locked, or at the next day's first unlocking.",
                    )
                },
            ),
            TipState::Sent => (
                Tone::Plain,
                Words::new(
                    "Đã tới lượt, chờ gửi nhận",
                    "Its turn came; waits for an exchange",
                ),
                Words::new(
                    "Tin đi ngay khi có mạng.",
                    "It goes as soon as there is a connection.",
                ),
            ),
            TipState::AtRelay => (
                Tone::Plain,
                Words::new("Đã gửi", "Sent"),
                Words::new(
                    "Tin đã tới trạm chuyển. Công an xã chưa báo nhận.",
                    "It is at the relay. The police have not confirmed it yet.",
                ),
            ),
            TipState::Received => (
                Tone::Ok,
                Words::new("Công an xã đã nhận", "The police have it"),
                Words::new("Công an xã chưa trả lời.", "They have not answered yet."),
            ),
        }
    }

    fn tip_size(&self, input: &FormInput) -> TipSize {
        // Half a form is no record yet: what cannot be read is left out.
        let mut raw = Tip::KIND.blank();
        for (name, typed) in &input.values {
            if let Some(field) = Tip::KIND.field(name).filter(|field| !field.is_hidden()) {
                let _ = enter(field, typed, &mut raw.fields);
            }
        }
        self.size_of(&raw, told(input).as_ref())
    }

    fn size_of(&self, record: &RawRecord, teller: Option<&Teller>) -> TipSize {
        let teller = teller.map_or(0, |teller| zeroize::Zeroizing::new(teller.plain()).len());
        let fit = tip_fit(record, teller);
        TipSize {
            fits: fit.is_ok(),
            says: match fit {
                Ok(TipFit { parts: 1, percent }) => self.w(&Words::new(
                    format!("Tin vừa một phần, đã dùng {percent} %."),
                    format!("The tip fits into one part, {percent} % of it used."),
                )),
                Ok(TipFit { parts, percent }) => self.w(&Words::new(
                    format!("Tin dài nên đi thành {parts} phần, nhiều nhất {MOST_PARTS}; phần cuối đã dùng {percent} %. Mỗi lần khóa hoặc mở sổ đi một phần."),
                    format!("The tip is long: it goes in {parts} parts of at most {MOST_PARTS}; {percent} % of the last is used. One goes at each locking or unlocking."),
                )),
                Err(TooLong) => self.w(&too_long().says),
            },
        }
    }

    fn check_tip(&mut self, input: &FormInput) -> Done<TipCheck> {
        let (record, teller) = self.typed_tip(input)?;
        let titles = |key: &_| self.view.title_words(key, self.lang);
        let mut lines: Vec<TipLine> = show::page(Tip::KIND, &record, &titles)
            .rows
            .iter()
            .filter(|row| !row.value.vi.is_empty())
            .map(|row| TipLine {
                field: row.place.field.clone(),
                label: self.w(&row.label),
                value: self.w(&row.value),
            })
            .collect();
        if let Some(teller) = &teller {
            lines.extend(self.teller_lines(teller));
        }
        Ok(TipCheck {
            lines,
            size: self.size_of(&record, teller.as_ref()),
            call: self.call_police(),
        })
    }

    fn seal_tip(&mut self, input: &FormInput) -> Done<TipSealed> {
        if !self.drops_tips() {
            return Err(Fault::new("may_not_tell", NOT_HERE.0, NOT_HERE.1));
        }
        let (record, teller) = self.typed_tip(input)?;
        let plain = teller.map(|teller| zeroize::Zeroizing::new(teller.plain()));
        let plain = plain.as_ref().map(|plain| plain.as_slice());
        let now = self.now();
        let id = self.device_mut().seal_tip(record, plain, now).map_err(refused)?;
        if let Some(draft) = &input.draft {
            self.discard_draft(draft)?;
        }
        Ok(TipSealed { id: id.to_string() })
    }

    /// What was typed, checked as a tip.
    fn typed_tip(&self, input: &FormInput) -> Done<(RawRecord, Option<Teller>)> {
        let context = self.context();
        let mut rng = rand_core::UnwrapErr(getrandom::SysRng);
        let record = entered(Tip::KIND, None, &input.values, &[], &context, &mut rng)?.record;
        let teller = told(input);
        if teller.is_some() {
            // Whether there may be a sealed part is asked before it is sealed.
            let mut whole = record.clone();
            whole.fields.insert(TELLER.to_owned(), Value::Bytes(vec![0]));
            check(Tip::KIND, &record, &whole, &context)?;
        }
        Ok((record, teller))
    }

    fn teller_lines(&self, teller: &Teller) -> Vec<TipLine> {
        let line = |field: &str, label: (&str, &str), value: String| TipLine {
            field: field.to_owned(),
            label: self.t(label.0, label.1).to_owned(),
            value,
        };
        let mut lines = Vec::new();
        if let Some(name) = &teller.name {
            lines.push(line(
                "teller-name",
                ("Họ và tên người báo", "Name of who told"),
                name.clone(),
            ));
        }
        if let Some(contact) = &teller.contact {
            lines.push(line(
                "teller-contact",
                ("Cách liên lạc", "How to reach them"),
                contact.clone(),
            ));
        }
        if teller.wants_secrecy == Some(true) {
            let wish = self.t("Giữ bí mật người báo tin", "Keep secret who told");
            lines.push(line(
                "teller-secret",
                ("Yêu cầu của người báo", "What they ask for"),
                wish.to_owned(),
            ));
        }
        lines
    }

    /// How the police are reached at once, with their number where the commune's book has it.
    fn call_police(&self) -> String {
        match self.police_phone() {
            Some(phone) => self.w(&Words::new(
                format!("Việc gấp thì đừng chờ. Gọi ngay Công an xã: số {phone}."),
                format!("If it is urgent, do not wait. Call the police now: {phone}."),
            )),
            None => self
                .t(
                    "Việc gấp thì đừng chờ. Gọi ngay Công an xã; số điện thoại chưa có trong sổ của xã.",
                    "If it is urgent, do not wait. Call the police now; the commune's book has no number of theirs.",
                )
                .to_owned(),
        }
    }

    /// The number of the police as a unit, else of one of its members.
    fn police_phone(&self) -> Option<String> {
        let units: Vec<&RecordKey> = self
            .view
            .of_kind(Unit::KIND.slug)
            .filter(|key| self.is_police(key))
            .collect();
        let of_units = units.iter().find_map(|key| self.phone(key));
        of_units.or_else(|| {
            let mut members = self.view.of_kind(Official::KIND.slug).filter(|key| {
                let official = self.view.record(key).map(|raw| Official::read(raw).value);
                official.is_some_and(|official| {
                    official.holds_on(self.today())
                        && official.unit.is_some_and(|unit| units.contains(&&unit))
                })
            });
            members.find_map(|key| self.phone(key))
        })
    }

    fn is_police(&self, unit: &RecordKey) -> bool {
        let unit = self.view.record(unit).map(|raw| Unit::read(raw).value);
        unit.is_some_and(|unit| {
            unit.common.in_force()
                && unit.actor == Some(Actor::Police)
                && unit.until.is_none_or(|until| self.today() <= until)
        })
    }

    /// A record's telephone number as it is read.
    fn phone(&self, key: &RecordKey) -> Option<String> {
        let field = sothon_records::Kind::by_slug(&key.kind)?.field("phone")?;
        let fields = &self.view.record(key)?.fields;
        let shown = show::in_words(field, fields, &|_| None).0;
        Some(self.w(&shown)).filter(|shown| !shown.is_empty())
    }
}

/// Why no tip can be sealed.
const NOT_HERE: (&str, &str) = (
    "Máy này không gửi tin kín được: xã chưa mở ngăn tin báo, hoặc vai trò này báo thẳng ở Công an xã.",
    "This device cannot send sealed tips: the commune has not opened them, or its role has another way.",
);
const NO_KEY: (&str, &str) = (
    "Chìa nhận tin của Công an xã chưa về máy này. Chọn Gửi nhận khi có mạng, rồi niêm phong.",
    "The police's key for tips has not come to this device. Exchange when there is a connection, then seal.",
);

/// Who told, as it was typed.
fn told(input: &FormInput) -> Option<Teller> {
    input.teller.as_ref().and_then(teller_of)
}

fn refused(error: ReplicaError) -> Fault {
    match error {
        ReplicaError::TooLarge => too_long(),
        ReplicaError::NoEpoch => Fault::new("no_epoch", NO_KEY.0, NO_KEY.1),
        other => other.into(),
    }
}

fn too_long() -> Fault {
    Fault::new(
        "too_long",
        format!("Tin quá dài, nhiều nhất {MOST_PARTS} phần. Viết ngắn lại, hoặc chia thành hai tin."),
        format!("The tip is too long, at most {MOST_PARTS} parts. Make it shorter, or two tips."),
    )
}
