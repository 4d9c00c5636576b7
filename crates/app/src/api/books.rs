//! Lists and pages of records.

use super::{Delivered, data};

data! {
    /// What a list shows.
    #[derive(Default)]
    pub struct ListAsk {
        /// Only these kinds; empty: all that can be read outside care and tips.
        pub kinds: Vec<String>,
        /// What was typed into the search.
        pub typed: String,
        /// Only of this place: `village:3`, `unit:1`, `commune`.
        pub place: Option<String>,
        /// A filter of the kind's own, as [`ListFilter::slug`].
        pub filter: Option<String>,
        /// Sorted by: `name`, `number`, `newest`; empty: as the kind has it. With something typed: by fit.
        pub sort: String,
        /// Voided ones too.
        pub voided: bool,
        /// From the n-th on.
        pub from: usize,
        /// At most so many.
        pub count: usize,
    }

    /// A part of a list.
    pub struct ListPage {
        /// How many there are in all.
        pub total: usize,
        /// "128 hộ".
        pub total_words: String,
        /// The rows asked for.
        pub rows: Vec<ListRow>,
        /// Filters, at most three, with counts.
        pub filters: Vec<ListFilter>,
        /// The orders to choose from.
        pub sorts: Vec<super::Choice>,
        /// The order in use.
        pub sort: String,
        /// What should stand in a list of such a record and stands in none.
        pub left_out: Vec<super::LeftOut>,
    }

    /// A filter with a count.
    pub struct ListFilter {
        /// For [`ListAsk::filter`].
        pub slug: String,
        /// "Chưa ký 2026".
        pub label: String,
        /// How many.
        pub count: usize,
    }

    /// A row of a list.
    pub struct ListRow {
        /// The record.
        pub key: String,
        /// The kind's slug.
        pub kind: String,
        /// The kind's name.
        pub kind_label: String,
        /// Name or subject.
        pub title: String,
        /// Address, year, who.
        pub detail: String,
        /// Where.
        pub place: String,
        /// When it happened, `2025-06-10`.
        pub date: Option<String>,
        /// A word of state: "Đã ký 2026", "Quá hạn".
        pub state: Option<RowState>,
        /// How far it has come, where the commune does not have it yet.
        pub delivery: Option<Delivered>,
        /// Whether it is voided.
        pub voided: bool,
        /// Whether it came while the screen was open.
        pub fresh: bool,
    }

    /// A word of state.
    pub struct RowState {
        /// `ok`, `warn`, `late`, `plain`.
        pub tone: Tone,
        /// The word.
        pub word: String,
    }

    /// How a word of state looks; never said by colour alone.
    #[derive(Copy, Eq)]
    pub enum Tone {
        /// Done.
        Ok,
        /// Soon, or to be looked at.
        Warn,
        /// Late.
        Late,
        /// Neither.
        Plain,
    }

    /// A record's page.
    pub struct RecordPage {
        /// The record.
        pub key: String,
        /// The kind's slug.
        pub kind: String,
        /// The kind's name.
        pub kind_label: String,
        /// Its title.
        pub title: String,
        /// What tells it from others.
        pub detail: String,
        /// Where: "Sổ thôn, Thôn 3, 2025".
        pub book: String,
        /// How far it has come.
        pub delivery: Delivered,
        /// One sentence on how far, with the time where it is known.
        pub delivery_line: String,
        /// If voided: "Đã hủy ngày … vì …".
        pub voided: Option<String>,
        /// Why what it says counts for nothing, if it does: another office wrote it than the one whose it is.
        pub invalid: Option<String>,
        /// The record in which it goes on, if it was merged.
        pub goes_on_in: Option<LinkRow>,
        /// The records that were merged into it.
        pub taken_in: Vec<LinkRow>,
        /// Names the period that it closed, where it has closed one.
        pub closing: Option<String>,
        /// Whether this person can move it to another village.
        pub moves: bool,
        /// Whether this person can merge it with another one.
        pub merges: bool,
        /// Whether this person can make assignment cards of it.
        pub assigns: bool,
        /// The fields.
        pub facts: Vec<Fact>,
        /// Sub-records, list by list.
        pub parts: Vec<RecordPart>,
        /// Its photographs, those that were taken away too.
        pub photos: Vec<super::PhotoRow>,
        /// What the lists come to that are added up.
        pub totals: Vec<super::ListTotals>,
        /// What should stand in such a list and stands in none.
        pub left_out: Vec<super::LeftOut>,
        /// The records that it names.
        pub names: Vec<LinkRow>,
        /// What names it: pledge, visits …
        pub concerning: Vec<ConcerningRows>,
        /// What of it is there twice.
        pub twice: Vec<TwiceRow>,
        /// Open questions: fields that two people wrote differently.
        pub conflicts: Vec<ConflictMark>,
        /// What can be written from here with this record filled in.
        pub write: Vec<WriteFrom>,
        /// Whether this person may change it.
        pub writes: bool,
        /// For whom it was made: "Thay mặt Lê Văn Hùng, trưởng thôn"; empty: for nobody else.
        pub behalf: String,
        /// Of a person, a unit, a village: who acts for whom now.
        pub acting: Vec<String>,
        /// The head of the page on paper, as of the day on which it happened.
        pub head: super::DocumentHead,
        /// To whom a report goes that does not say it itself, for its foot on paper.
        pub sent_to: Vec<String>,
        /// Whether it has a sealed part, and may be opened here.
        pub sealed: bool,
        /// For a person under management: the episodes.
        pub episodes: Vec<EpisodeRow>,
        /// For a tip: the steps and what is due.
        pub steps: Vec<StepRow>,
        /// For a tip that was sealed on another device: what was answered there.
        pub answers: Option<super::TipAnswers>,
        /// Who wrote and changed it, newest first.
        pub history: Vec<HistoryLine>,
    }

    /// A field in words.
    pub struct Fact {
        /// The field's name.
        pub field: String,
        /// Its label.
        pub label: String,
        /// Its value; empty: "Chưa ghi".
        pub value: String,
        /// Whether part of it is not understood and shown as it is.
        pub flagged: bool,
        /// The record that it names.
        pub link: Option<String>,
        /// Whether two people wrote it differently.
        pub disputed: bool,
    }

    /// The budget of one year and source.
    pub struct Account {
        /// "Năm 2026 · Ngân sách xã".
        pub title: String,
        /// Its lines.
        pub lines: Vec<AccountLine>,
        /// All of them together.
        pub total: AccountLine,
    }

    /// A line of a budget. Amounts in words: "1.500.000"; empty where nothing is written.
    pub struct AccountLine {
        /// The record; empty for the total.
        pub key: String,
        /// For what.
        pub content: String,
        /// What is planned.
        pub planned: String,
        /// What was spent.
        pub spent: String,
        /// What is left.
        pub left: String,
        /// Whether more was spent than planned.
        pub over: bool,
    }

    /// A sub-record.
    pub struct RecordPart {
        /// Its key.
        pub key: String,
        /// The list's label.
        pub label: String,
        /// One line of it.
        pub title: String,
        /// Its fields that are filled in.
        pub facts: Vec<Fact>,
        /// Whether it is voided.
        pub voided: bool,
        /// Whether an act wrote it: it is neither voided nor brought back by itself.
        pub by_act: bool,
    }

    /// A link to another record.
    pub struct LinkRow {
        /// The record; `null`: not readable here.
        pub key: Option<String>,
        /// What it is to this one.
        pub label: String,
        /// Its title.
        pub title: String,
        /// When.
        pub date: Option<String>,
        /// Whether it is voided.
        pub voided: bool,
    }

    /// The records of one kind that name this one.
    pub struct ConcerningRows {
        /// The kind's slug.
        pub kind: String,
        /// The kind's name.
        pub label: String,
        /// The records, newest first.
        pub rows: Vec<LinkRow>,
    }

    /// Something that is there twice.
    pub struct TwiceRow {
        /// What.
        pub says: String,
        /// The other records.
        pub others: Vec<LinkRow>,
    }

    /// A field that two people wrote differently.
    pub struct ConflictMark {
        /// For the review.
        pub id: String,
        /// The field's label.
        pub label: String,
    }

    /// What can be written from a page.
    pub struct WriteFrom {
        /// The kind.
        pub kind: String,
        /// "Ghi bản cam kết".
        pub label: String,
        /// The field that names this record.
        pub field: String,
    }

    /// An episode on a person's time line.
    pub struct EpisodeRow {
        /// "Quản lý sau cai nghiện".
        pub state: String,
        /// From, `2025-06-10`.
        pub from: Option<String>,
        /// Until.
        pub until: Option<String>,
        /// "còn 38 ngày", "Hết thời hạn, chờ quyết định".
        pub time_left: Option<RowState>,
        /// The document that it rests on; empty: "Thiếu căn cứ".
        pub basis: String,
        /// Whether it is today's.
        pub current: bool,
        /// How far it has run, 0 to 100.
        pub percent: Option<u8>,
    }

    /// A step of handling.
    pub struct StepRow {
        /// "Chuyển tin".
        pub label: String,
        /// When it was done, or is due.
        pub date: Option<String>,
        /// The word of state.
        pub state: RowState,
    }

    /// One line of a record's history.
    pub struct HistoryLine {
        /// The device's clock, in unix seconds; `null`: the clock was wrong, or the time is left out.
        pub at: Option<i64>,
        /// Whether the time is left out on purpose: that of a tip may say who told.
        pub untimed: bool,
        /// Who: "Lê Văn Hùng, trưởng thôn".
        pub who: String,
        /// For whom, as its writer says: "thay mặt Lê Văn Hùng, trưởng thôn"; empty: for nobody else.
        pub behalf: String,
        /// What was done: "Ghi mới", "Sửa", …
        pub what: String,
        /// What changed.
        pub changes: Vec<ChangeLine>,
        /// How far it has come.
        pub delivery: Delivered,
        /// The act.
        pub act: String,
        /// Whether it can be undone as a whole by this person.
        pub undoable: bool,
        /// How many records are undone with it, of an act of many; 0: an act of this record.
        pub many: usize,
        /// Why it is not undone from here, in a few words: undone already, or changed since; empty: it is, or may not be by
        /// this person.
        pub not_undone: String,
    }

    /// A field before and after.
    pub struct ChangeLine {
        /// The label.
        pub label: String,
        /// Before; empty: nothing.
        pub from: String,
        /// After.
        pub to: String,
        /// For "Lấy lại giá trị cũ": the sub-record's key, if it is in one.
        pub sub: Option<String>,
        /// And the field.
        pub field: String,
        /// What to type to have the old value back; `null`: it cannot be taken back so.
        pub old_typed: Option<String>,
    }

    /// Who told, opened for a recorded reason.
    pub struct TellerSeen {
        /// The name.
        pub name: String,
        /// How to reach them.
        pub contact: String,
        /// Whether they ask for secrecy.
        pub secret: bool,
    }
}
