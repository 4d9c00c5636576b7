// Made from crates/app by `cargo xtask generate`. Not to be edited by hand.

/**
 * What the program says of itself.
 */
export type About = { 
/**
 * The version.
 */
version: string, 
/**
 * Licences of what it is built on: name, version, licence.
 */
parts: Array<[string, string, string]>, };

/**
 * The budget of one year and source.
 */
export type Account = { 
/**
 * "Năm 2026 · Ngân sách xã".
 */
title: string, 
/**
 * Its lines.
 */
lines: Array<AccountLine>, 
/**
 * All of them together.
 */
total: AccountLine, };

/**
 * A line of a budget. Amounts in words: "1.500.000"; empty where nothing is written.
 */
export type AccountLine = { 
/**
 * The record; empty for the total.
 */
key: string, 
/**
 * For what.
 */
content: string, 
/**
 * What is planned.
 */
planned: string, 
/**
 * What was spent.
 */
spent: string, 
/**
 * What is left.
 */
left: string, 
/**
 * Whether more was spent than planned.
 */
over: boolean, };

/**
 * Somebody who acts for somebody else.
 */
export type ActingRow = { 
/**
 * The record of the delegation.
 */
key: string, 
/**
 * "Đang thay mặt Lê Văn Hùng, trưởng thôn, đến hết 10/12/2026".
 */
says: string, 
/**
 * What the register does not give for it; empty: nothing lacks.
 */
lacks: string, };

/**
 * A record that what is being typed may be twice with.
 */
export type AlikeRow = { 
/**
 * The record.
 */
key: string, 
/**
 * "Thôn 3 đã có hộ “Nguyễn Văn An, ngõ 5”."
 */
says: string, };

/**
 * An entry that does not count.
 */
export type AsideRow = { 
/**
 * Its id.
 */
entry: string, 
/**
 * The beginning of its id.
 */
short: string, 
/**
 * Who wrote it.
 */
who: string, 
/**
 * The device that wrote it.
 */
device: string, 
/**
 * "Sổ thôn, Thôn 3, 2026".
 */
book: string, 
/**
 * Why, in one sentence.
 */
why: string, 
/**
 * When it came to this device, in unix seconds; `null`: it was written here.
 */
at: number | null, 
/**
 * How it stands: "Đã ghi lại", "Chưa ai ghi lại".
 */
state: RowState, 
/**
 * Whether it may be let in here.
 */
letsIn: boolean, 
/**
 * How this person may have it written again, or do so; `null`: not at all.
 */
again: WritesAgain | null, 
/**
 * Whether what it says can be looked at here.
 */
says: boolean, };

/**
 * What is aside in the books that concern this person.
 */
export type Asides = { 
/**
 * The entries, those that nobody wrote again first.
 */
rows: Array<AsideRow>, 
/**
 * Where a device wrote two different things at one place.
 */
rivals: Array<RivalRow>, 
/**
 * Whether this is the registrar's device, which lets in and chooses.
 */
registrar: boolean, };

/**
 * A device that asks to be admitted.
 */
export type Asking = { 
/**
 * The invitation.
 */
invite: string, 
/**
 * The device's id.
 */
device: string, 
/**
 * For whom the invitation was made: "Đỗ Thị Lan".
 */
person: string, 
/**
 * "Phó trưởng thôn, Thôn 3".
 */
role: string, 
/**
 * When it asked, in unix seconds.
 */
at: number, 
/**
 * The eight words.
 */
words: Array<string>, };

/**
 * The record from which a new one takes over.
 */
export type Before = { 
/**
 * Its key.
 */
key: string, 
/**
 * "Ca trước bàn giao".
 */
label: string, 
/**
 * Its title.
 */
title: string, 
/**
 * The field of the new one that names it.
 */
field: string, 
/**
 * What the new one is to know of it.
 */
facts: Array<Fact>, };

/**
 * Somebody for whom a record can be written today.
 */
export type BehalfChoice = { 
/**
 * The record of the delegation.
 */
delegation: string, 
/**
 * "Thay mặt Lê Văn Hùng, trưởng thôn".
 */
label: string, 
/**
 * "đến hết 10/12/2026".
 */
detail: string, 
/**
 * Where they work: what is written there is meant for them unless said otherwise.
 */
place: string | null, };

/**
 * Something that is there twice.
 */
export type BreachRow = { 
/**
 * What is twice; several reasons of one group stand beside each other.
 */
says: string, 
/**
 * The records.
 */
records: Array<LinkRow>, 
/**
 * Whether this person can make one of them.
 */
merges: boolean, };

/**
 * Cards as they are typed: the same for all who get one.
 */
export type CardsInput = { 
/**
 * The team.
 */
team: string, 
/**
 * Who gets one.
 */
names: Array<string>, 
/**
 * The person's address.
 */
address: string, 
/**
 * What is to be done.
 */
duties: string, 
/**
 * From.
 */
from: string, 
/**
 * Until.
 */
until: string, 
/**
 * The next contact.
 */
nextOn: string, 
/**
 * The decision on which they rest.
 */
basis: string, };

/**
 * What was made.
 */
export type CardsMade = { 
/**
 * The act, to be undone as one.
 */
act: string, 
/**
 * "Đã làm 2 thẻ tiếp xúc trên máy này".
 */
says: string, };

/**
 * With what the cards of a team begin.
 */
export type CardsPage = { 
/**
 * The person whom the team helps.
 */
person: string, 
/**
 * Those of the team who are no police.
 */
helpers: Array<HelperRow>, 
/**
 * The cards, as far as they follow from the team: for those who have none.
 */
suggested: CardsInput, };

/**
 * The persons under management, for who may read their files; the village head's assigned contacts.
 */
export type CareList = { 
/**
 * How many by list.
 */
counts: Array<ListFilter>, 
/**
 * The rows.
 */
rows: Array<CareRow>, };

/**
 * A person under management.
 */
export type CareRow = { 
/**
 * The record.
 */
key: string, 
/**
 * The name.
 */
name: string, 
/**
 * Year of birth, village.
 */
detail: string, 
/**
 * Today's state.
 */
state: string, 
/**
 * The time that is left.
 */
left: RowState | null, 
/**
 * The next contact.
 */
next: RowState | null, 
/**
 * Who is assigned.
 */
assigned: string, 
/**
 * The slug of [`CareList::counts`] that it belongs to.
 */
list: string, };

/**
 * A task while a plan for a new period is made.
 */
export type CarriedHalf = { 
/**
 * The old task.
 */
key: string, 
/**
 * Whether it goes on.
 */
taken: boolean, 
/**
 * When it is due, as typed.
 */
deadline: string, 
/**
 * The last day of one that returns, as typed.
 */
repeatUntil: string, };

/**
 * A field before and after.
 */
export type ChangeLine = { 
/**
 * The label.
 */
label: string, 
/**
 * Before; empty: nothing.
 */
from: string, 
/**
 * After.
 */
to: string, 
/**
 * For "Lấy lại giá trị cũ": the sub-record's key, if it is in one.
 */
sub: string | null, 
/**
 * And the field.
 */
field: string, 
/**
 * What to type to have the old value back; `null`: it cannot be taken back so.
 */
oldTyped: string | null, };

/**
 * A change after closing.
 */
export type ChangedAfter = { 
/**
 * The record.
 */
key: string, 
/**
 * Its title, or its kind where the title is not told.
 */
title: string, 
/**
 * The kind, and where it belongs.
 */
about: string, 
/**
 * What was done: "Ghi mới", "Sửa", "Hủy bản ghi".
 */
what: string, 
/**
 * Who.
 */
who: string, 
/**
 * When, by the writer's clock.
 */
at: number | null, 
/**
 * Where it was written before: when it came to this device, which was after.
 */
came: number | null, 
/**
 * The fields before and after; in care and tips the labels alone.
 */
changes: Array<ChangeLine>, };

/**
 * A line.
 */
export type ChartLine = { 
/**
 * Its name, written at its end.
 */
name: string, 
/**
 * Its values; `null`: no figure.
 */
values: Array<number | null>, };

/**
 * A line of a chart.
 */
export type ChartSeries = { 
/**
 * The finding in at most ten words, with unit and period.
 */
title: string, 
/**
 * The unit.
 */
unit: string, 
/**
 * The names of the points on the axis.
 */
at: Array<string>, 
/**
 * At most four lines.
 */
lines: Array<ChartLine>, };

/**
 * A field of a form as it would be saved.
 */
export type CheckLine = { 
/**
 * The field.
 */
field: string, 
/**
 * Its label.
 */
label: string, 
/**
 * Its value in words.
 */
value: string, };

/**
 * A value that can be chosen.
 */
export type Choice = { 
/**
 * As it is kept.
 */
slug: string, 
/**
 * As it is read.
 */
label: string, };

/**
 * A field with its choices and all that was recorded of them.
 */
export type ChoiceFieldPage = { 
/**
 * Its path.
 */
of: string, 
/**
 * "Cơ sở kinh doanh, Loại".
 */
label: string, 
/**
 * The choices, in the order of the form.
 */
values: Array<ChoiceValueRow>, 
/**
 * Why nothing can be added; empty: something can.
 */
addsNot: string, 
/**
 * One sentence for each choice and day of which two records say otherwise.
 */
toDecide: Array<string>, 
/**
 * All that was recorded, the newest first.
 */
recorded: Array<MatterRecorded>, 
/**
 * Whether this person may change them.
 */
sets: boolean, };

/**
 * A field as it stands today.
 */
export type ChoiceFieldRow = { 
/**
 * Its path.
 */
of: string, 
/**
 * "Loại".
 */
label: string, 
/**
 * "Xã thêm 1 · Không dùng 2"; empty: nothing was changed.
 */
changed: string, 
/**
 * Whether there is something to be decided.
 */
state: RowState | null, };

/**
 * "Lựa chọn trong biểu mẫu": every field whose choices the commune may change, kind by kind.
 */
export type ChoiceFields = { 
/**
 * The kinds.
 */
groups: Array<ChoiceGroup>, 
/**
 * Whether this person may change them.
 */
sets: boolean, };

/**
 * The fields of a kind.
 */
export type ChoiceGroup = { 
/**
 * "Cơ sở kinh doanh".
 */
label: string, 
/**
 * The fields, in the order of the form.
 */
rows: Array<ChoiceFieldRow>, };

/**
 * A choice as it stands today.
 */
export type ChoiceValueRow = { 
/**
 * What it is called.
 */
label: string, 
/**
 * "Sẵn có"; "Xã thêm từ 01/01/2026 · căn cứ · ai quyết định, ai ghi".
 */
stands: string, 
/**
 * Whether forms have it.
 */
offered: boolean, 
/**
 * What the form begins with that changes it.
 */
value: string | null, 
/**
 * The same of one that was added.
 */
words: string | null, };

/**
 * What was changed in the period of a picture after it was closed.
 */
export type ClosedWithin = { 
/**
 * How many changes; none: nothing was closed, or nothing changed since.
 */
changes: number, 
/**
 * The closing, where it is one.
 */
closing: string | null, };

/**
 * A period that was closed, and what was changed afterwards.
 */
export type ClosingPage = { 
/**
 * What it is.
 */
row: ClosingRow, 
/**
 * Published figures that would be others today.
 */
figures: Array<FigureThen>, 
/**
 * The changes, newest first, as many as are shown.
 */
changes: Array<ChangedAfter>, };

/**
 * A period that was closed: by a signed report, by figures that were published, by what a village or unit said of itself.
 */
export type ClosingRow = { 
/**
 * Names it.
 */
id: string, 
/**
 * "Báo cáo Quý, số 12/BC-UBND".
 */
title: string, 
/**
 * The period in words.
 */
period: string, 
/**
 * When and by whom: "Chốt 05/07/2026 09:00 · Phạm Minh Đức".
 */
closed: string, 
/**
 * How many changes came after.
 */
changes: number, };

/**
 * Something of the commune itself that is not recorded.
 */
export type CodeGap = { 
/**
 * The record where it belongs.
 */
key: string, 
/**
 * "Chưa có mã của Xã Quang Trung".
 */
says: string, };

/**
 * What a column holds.
 */
export type ColumnSaid = { 
/**
 * From 0.
 */
at: number, 
/**
 * As [`TableSeen::targets`] has it; empty: it is not used.
 */
into: string, };

/**
 * The records of one kind that name this one.
 */
export type ConcerningRows = { 
/**
 * The kind's slug.
 */
kind: string, 
/**
 * The kind's name.
 */
label: string, 
/**
 * The records, newest first.
 */
rows: Array<LinkRow>, };

/**
 * A question.
 */
export type Conflict = { 
/**
 * Names it.
 */
id: string, 
/**
 * The record.
 */
key: string, 
/**
 * Its title.
 */
about: string, 
/**
 * The kind's name.
 */
kindLabel: string, 
/**
 * The field's label.
 */
label: string, 
/**
 * Whether one side voided the record while the other changed it.
 */
voided: boolean, 
/**
 * What each wrote.
 */
sides: Array<ConflictSide>, 
/**
 * How a third value is typed; `null`: only these can be chosen.
 */
field: FormField | null, 
/**
 * Whether this person may decide it.
 */
decides: boolean, };

/**
 * A field that two people wrote differently.
 */
export type ConflictMark = { 
/**
 * For the review.
 */
id: string, 
/**
 * The field's label.
 */
label: string, };

/**
 * A question in the list.
 */
export type ConflictRow = { 
/**
 * Names it.
 */
id: string, 
/**
 * "Hai người ghi khác nhau: Ngày ký".
 */
title: string, 
/**
 * The record's title.
 */
about: string, 
/**
 * When the later of both was written.
 */
at: number | null, 
/**
 * Whether this person may decide it.
 */
decides: boolean, };

/**
 * What one wrote.
 */
export type ConflictSide = { 
/**
 * The value in words; empty: nothing.
 */
value: string, 
/**
 * The value with the parts that differ marked.
 */
pieces: Array<Piece>, 
/**
 * Who.
 */
who: string, 
/**
 * When, by the device's clock.
 */
at: number | null, 
/**
 * For a side that changed other fields than the one asked about: what it changed.
 */
label: string, };

/**
 * How a field is filled in.
 */
export type Control = { "type": "line", 
/**
 * Most characters.
 */
max: number, 
/**
 * Whether it is a person's name.
 */
name: boolean, } | { "type": "long", 
/**
 * Most characters.
 */
max: number, } | { "type": "number", 
/**
 * The unit behind it, or empty.
 */
unit: string, } | { "type": "phone" } | { "type": "yesNo" } | { "type": "date", 
/**
 * Whether the year alone will do.
 */
yearAlone: boolean, 
/**
 * Whether "Hôm nay" and "Hôm qua" are offered.
 */
quick: boolean, } | { "type": "instant" } | { "type": "choice", 
/**
 * Which.
 */
choices: Array<Choice>, } | { "type": "choices", 
/**
 * Which.
 */
choices: Array<Choice>, } | { "type": "record", 
/**
 * The kinds that fit.
 */
kinds: Array<string>, 
/**
 * The kind that can be written anew from here, if any.
 */
newKind: string | null, };

/**
 * Where courier files are made and found.
 */
export type Courier = { 
/**
 * The places where one can be made: the folder for downloads, sticks that are in.
 */
places: Array<Choice>, 
/**
 * The name of a file that the system handed over; taken in as `brought`.
 */
brought: string | null, 
/**
 * Files that lie there, the newest first; at most twenty.
 */
files: Array<CourierFile>, 
/**
 * The other devices, for one of which a file can be made.
 */
devices: Array<Choice>, 
/**
 * Whether this device is admitted: else a file asks for that.
 */
admitted: boolean, };

/**
 * A courier file that lies somewhere.
 */
export type CourierFile = { 
/**
 * By which it is taken in.
 */
id: string, 
/**
 * Its name.
 */
name: string, 
/**
 * Where it lies.
 */
place: string, 
/**
 * "12 KB".
 */
size: string, 
/**
 * When it was written there, in unix seconds.
 */
at: number, };

/**
 * A file that was made.
 */
export type CourierMade = { 
/**
 * Its name.
 */
name: string, 
/**
 * Where it lies, in words.
 */
place: string, 
/**
 * The same as a path.
 */
path: string, 
/**
 * "12 KB".
 */
size: string, 
/**
 * What a person should know of it.
 */
says: Array<string>, };

/**
 * The photos that could go along with a file.
 */
export type CourierPhotos = { 
/**
 * How many.
 */
count: number, 
/**
 * How much longer they make the file: "1,4 MB".
 */
size: string, };

/**
 * A file that was taken in.
 */
export type CourierTaken = { 
/**
 * Whether anything in it was new here.
 */
fresh: boolean, 
/**
 * What was taken, and what was not and why.
 */
says: Array<string>, 
/**
 * What was left, and for whom.
 */
left: Array<string>, 
/**
 * Whether somebody answers an invitation by it and waits for a yes.
 */
asked: boolean, 
/**
 * Whether this device is admitted now.
 */
admitted: boolean, };

/**
 * A set of criteria with blanks.
 */
export type CriteriaGap = { 
/**
 * The record.
 */
key: string, 
/**
 * Its name.
 */
name: string, 
/**
 * "7/10 tiêu chí chưa có nội dung: 4, 5, 6 …".
 */
says: Array<string>, };

/**
 * Days on which offices are closed, or a weekend on which they work.
 */
export type DayOffRow = { 
/**
 * The record; `null`: it is the law's.
 */
key: string | null, 
/**
 * What it is called.
 */
name: string, 
/**
 * When, with the days of the week.
 */
when: string, 
/**
 * What it rests on.
 */
basis: string, 
/**
 * Off, worked, or to be decided.
 */
state: RowState, };

/**
 * The days off of a year.
 */
export type DaysOff = { 
/**
 * The year.
 */
year: number, 
/**
 * The year before, if it can be looked at.
 */
before: number | null, 
/**
 * The next.
 */
after: number | null, 
/**
 * That no announced day off is recorded; empty: some are.
 */
unannounced: string, 
/**
 * The days, in their order.
 */
rows: Array<DayOffRow>, 
/**
 * Whether this person may record some.
 */
writes: boolean, };

/**
 * A decision.
 */
export type Decision = { "type": "side", 
/**
 * Counted from 0.
 */
index: number, } | { "type": "other", 
/**
 * What was typed.
 */
typed: string, };

/**
 * How far something has come: everywhere the same four.
 */
export type Delivered = "onDevice" | "atRelay" | "atCommune" | "heldBack";

/**
 * One line on delivery that needs no understanding.
 */
export type DeliveryLine = { 
/**
 * The sentence.
 */
says: string, 
/**
 * Whether all has come to the commune, by receipts.
 */
allThere: boolean, 
/**
 * How many records wait to be sent.
 */
waiting: number, 
/**
 * Whether a peer is connected now.
 */
connected: boolean, 
/**
 * Whether contact was lost for longer than the setting says.
 */
overdue: boolean, };

/**
 * A device.
 */
export type DeviceRow = { 
/**
 * Its id.
 */
id: string, 
/**
 * The beginning of its id.
 */
short: string, 
/**
 * What it is: "Điện thoại".
 */
what: string, 
/**
 * Whether it is this one.
 */
this: boolean, 
/**
 * When anything of it last came, in unix seconds.
 */
seen: number | null, 
/**
 * The word of state: "Đang dùng", "12 ngày chưa gửi", "Đã dừng".
 */
state: RowState, 
/**
 * Whether all that it may has ended.
 */
ended: boolean, 
/**
 * Since when it is admitted: the register's height.
 */
height: number, 
/**
 * How many entries of it are held.
 */
entries: number, 
/**
 * The official's record in the commune's book.
 */
official: string | null, };

/**
 * What stands at the head of a printed page.
 */
export type DocumentHead = { 
/**
 * Who stands above the commune, a line each.
 */
superiors: Array<string>, 
/**
 * The commune, under its name of the day.
 */
commune: string, };

/**
 * A draft that waits.
 */
export type DraftCard = { 
/**
 * Its id.
 */
id: string, 
/**
 * "Ghi thăm hộ".
 */
title: string, 
/**
 * The kind.
 */
kind: string, 
/**
 * The record that was edited.
 */
key: string | null, 
/**
 * When it was last typed in, in unix seconds.
 */
at: number, 
/**
 * Whom it concerns, where that is known and may be shown.
 */
about: string, 
/**
 * What was typed into fields that this version does not have: label or name, and value.
 */
unknown: Array<[string, string]>, 
/**
 * The page where it goes on, where that is no form.
 */
of: DraftOf | null, };

/**
 * A draft was kept.
 */
export type DraftKept = { 
/**
 * Its id.
 */
id: string, 
/**
 * When, in unix seconds.
 */
at: number, };

/**
 * A page that is no form and on which something is half done.
 */
export type DraftOf = { "page": "stack", 
/**
 * Whose: `village:3`.
 */
place: string, } | { "page": "renewal", 
/**
 * The plan before it.
 */
plan: string, };

/**
 * Something due.
 */
export type DueRow = { 
/**
 * The record that it is about; of a `lost-device` the device.
 */
key: string, 
/**
 * The kind's slug, or `lost-device`.
 */
kind: string, 
/**
 * Who; without a name where care or tips are concerned.
 */
who: string, 
/**
 * What.
 */
what: string, 
/**
 * "Quá hạn 3 ngày", "Hôm nay", "Còn 5 ngày, 15/06/2025".
 */
when: RowState, 
/**
 * What is written to do it: a kind, and the field that names the record.
 */
write: WriteFrom | null, 
/**
 * Where.
 */
place: string, 
/**
 * "Việc của Lê Văn Hùng (thay mặt)"; empty: this person's own.
 */
behalf: string, 
/**
 * The place of the frame where it is done; `null`: on the record's page.
 */
to: FramePlace | null, };

/**
 * Duties that come back every year, offered as tasks of a plan.
 */
export type Duties = { 
/**
 * The plan.
 */
plan: string, 
/**
 * Its name.
 */
name: string, 
/**
 * The duties that are due in its period.
 */
rows: Array<DutyRow>, };

/**
 * What was made.
 */
export type DutiesMade = { 
/**
 * The act, to be undone as one.
 */
act: string, 
/**
 * "Đã tạo 6 nhiệm vụ trên máy này".
 */
says: string, };

/**
 * A duty.
 */
export type DutyRow = { 
/**
 * Its number.
 */
number: string, 
/**
 * What.
 */
title: string, 
/**
 * What is to be done.
 */
content: string, 
/**
 * Who leads, how often, when the first time.
 */
detail: string, 
/**
 * On what it rests, and what of it is a default.
 */
source: string, 
/**
 * Whether it is a task of the plan already.
 */
made: boolean, };

/**
 * What an entry says, whether or not it counts.
 */
export type EntrySays = { 
/**
 * The records that it makes or changes; none: it says nothing that can be shown.
 */
records: Array<RecordSays>, };

/**
 * An episode on a person's time line.
 */
export type EpisodeRow = { 
/**
 * "Quản lý sau cai nghiện".
 */
state: string, 
/**
 * From, `2025-06-10`.
 */
from: string | null, 
/**
 * Until.
 */
until: string | null, 
/**
 * "còn 38 ngày", "Hết thời hạn, chờ quyết định".
 */
timeLeft: RowState | null, 
/**
 * The document that it rests on; empty: "Thiếu căn cứ".
 */
basis: string, 
/**
 * Whether it is today's.
 */
current: boolean, 
/**
 * How far it has run, 0 to 100.
 */
percent: number | null, };

/**
 * How the exchange stands.
 */
export type Exchange = { 
/**
 * The sentence on top: "Máy này và xã khớp nhau lúc 19:40".
 */
says: string, 
/**
 * Which books are read from a checkpoint that is being checked against their logs, and what that means.
 */
checkingWords: string | null, 
/**
 * Whether all has come to the commune, by receipts alone.
 */
allThere: boolean, 
/**
 * How many records written here stand where: on this device alone.
 */
onDevice: number, 
/**
 * At the relay.
 */
atRelay: number, 
/**
 * Held back: how often something was saved that does not count yet.
 */
heldBack: number, 
/**
 * Whether there are others, which are all at the commune.
 */
othersThere: boolean, 
/**
 * The ways: relay, nearby, file.
 */
ways: Array<WayRow>, 
/**
 * How far the present exchange has come.
 */
progress: Progress | null, 
/**
 * Bytes this month, out and in.
 */
monthBytes: number, 
/**
 * "1,2 MB trong tháng 6".
 */
monthWords: string, 
/**
 * How old the commune's register is that is here, by the registrar's last signature; nothing before it is here.
 */
registerWords: string, 
/**
 * How much of the disk the books take.
 */
diskWords: string, 
/**
 * Records that wait to be sent, the latest first; at most twenty.
 */
waiting: Array<RecentRow>, 
/**
 * What happened, newest first.
 */
log: Array<LogLine>, 
/**
 * Whether something is being tried now.
 */
busy: boolean, };

/**
 * What is to be taken out, as what, where and why.
 */
export type ExportAsk = { 
/**
 * What is taken out.
 */
what: TakenOut, 
/**
 * `xlsx` or `csv`.
 */
form: string, 
/**
 * Where, as [`ExportPage::places`] has it.
 */
place: string, 
/**
 * Why. Goes into the access log.
 */
reason: string, };

/**
 * What taking a list out means, before it is done.
 */
export type ExportPage = { 
/**
 * "Hộ gia đình".
 */
title: string, 
/**
 * What would be in the file: which records, how many.
 */
what: string, 
/**
 * How many records.
 */
count: number, 
/**
 * Where the file can be made.
 */
places: Array<Choice>, 
/**
 * What a person should know before: it can be read by anybody who has the file.
 */
says: Array<string>, };

/**
 * A file that was made.
 */
export type Exported = { 
/**
 * Its name.
 */
name: string, 
/**
 * Where it lies, in words.
 */
place: string, 
/**
 * The same as a path.
 */
path: string, 
/**
 * "12 KB".
 */
size: string, 
/**
 * How many records are in it.
 */
count: number, 
/**
 * What a person should know of it.
 */
says: Array<string>, };

/**
 * A field in words.
 */
export type Fact = { 
/**
 * The field's name.
 */
field: string, 
/**
 * Its label.
 */
label: string, 
/**
 * Its value; empty: "Chưa ghi".
 */
value: string, 
/**
 * Whether part of it is not understood and shown as it is.
 */
flagged: boolean, 
/**
 * The record that it names.
 */
link: string | null, 
/**
 * Whether two people wrote it differently.
 */
disputed: boolean, };

/**
 * What the web view hears of a fault.
 */
export type FaultTold = { 
/**
 * What, for code.
 */
code: string, 
/**
 * What, and what to do.
 */
says: string, 
/**
 * The fields in question.
 */
problems: Array<ProblemTold>, 
/**
 * Until when another try is refused, in unix seconds.
 */
until: number | null, };

/**
 * Fields of one subject.
 */
export type FieldGroup = { 
/**
 * Its heading; empty for the only one.
 */
label: string, 
/**
 * The fields.
 */
fields: Array<FormField>, };

/**
 * A figure.
 */
export type FigureCell = { 
/**
 * As it is shown: "142/180", "chưa có số liệu", "< 3".
 */
shown: string, 
/**
 * The share in hundredths, for the bar; `null`: none.
 */
percent: number | null, 
/**
 * The change on the period before: "▲ 5"; empty: none known.
 */
change: string, 
/**
 * For sorting; `null`: no figure.
 */
value: number | null, 
/**
 * "số đã công bố ngày …" where this role sees only that; else empty.
 */
source: string, };

/**
 * A column of figures.
 */
export type FigureColumn = { 
/**
 * The indicator's code and measure.
 */
id: string, 
/**
 * The heading.
 */
label: string, 
/**
 * The unit.
 */
unit: string, 
/**
 * Whether it is a share that reads better with its bar.
 */
share: boolean, };

/**
 * A row of figures.
 */
export type FigureRow = { 
/**
 * `village:3`; `null`: the units, or the commune.
 */
place: string | null, 
/**
 * The name.
 */
name: string, 
/**
 * The figures.
 */
cells: Array<FigureCell>, 
/**
 * How complete it is, in words; empty: complete.
 */
complete: string, };

/**
 * A published figure beside what is counted now.
 */
export type FigureThen = { 
/**
 * The indicator, and the village.
 */
label: string, 
/**
 * As it was published.
 */
then: string, 
/**
 * As it is counted now.
 */
now: string, };

/**
 * Files in the book of a village that was divided.
 */
export type FilesToMove = { 
/**
 * The village.
 */
number: number, 
/**
 * "2 hồ sơ cần chuyển sang thôn mới".
 */
says: string, 
/**
 * "Thôn 1 đã chia tách".
 */
from: string, };

/**
 * One person's books on this machine, before unlocking: readable by whoever holds the machine, so no names of people
 * but what its owner chose to call it.
 */
export type FolderCard = { 
/**
 * Names the folder in commands.
 */
id: string, 
/**
 * What its owner calls it, or role and place as the register has them: "Trưởng thôn, Thôn 3".
 */
title: string, 
/**
 * The commune's name as its owner typed it at the beginning; may be empty.
 */
commune: string, 
/**
 * Whether it is the practice commune.
 */
practice: boolean, 
/**
 * How this device stands; `null`: its folder cannot be read.
 */
standing: Standing | null, 
/**
 * After wrong passphrases: until when no other is tried, in unix seconds.
 */
waitUntil: number | null, 
/**
 * One sentence where the folder cannot be opened: damaged, of a newer version, open elsewhere.
 */
trouble: string | null, };

/**
 * A form to fill in.
 */
export type Form = { 
/**
 * The kind.
 */
kind: string, 
/**
 * The record that is edited; `null`: a new one.
 */
key: string | null, 
/**
 * "Ghi bản cam kết hộ", "Sửa …".
 */
title: string, 
/**
 * What its records are kept for.
 */
purpose: string, 
/**
 * The fields in groups of at most seven.
 */
groups: Array<FieldGroup>, 
/**
 * The lists of sub-records.
 */
lists: Array<FormList>, 
/**
 * Where it can be written; more than one: the person chooses.
 */
places: Array<FormPlace>, 
/**
 * What is filled in already, or was typed before: by field.
 */
values: { [key in string]: string }, 
/**
 * Sub-records that are there.
 */
subs: Array<SubInput>, 
/**
 * Where the values come from, if from a draft.
 */
draft: DraftCard | null, 
/**
 * Where it was to be written, if that was chosen in the draft.
 */
place: string | null, 
/**
 * Who told, as far as it stands in the draft.
 */
teller: TellerInput | null, 
/**
 * The titles of records that the values name, by key.
 */
names: { [key in string]: PickRow }, 
/**
 * Whether the form has a sealed part (the teller of a tip).
 */
sealed: boolean, 
/**
 * Whether this device seals it for the police and cannot open it again.
 */
drops: boolean, 
/**
 * Whether it takes over from the record before it in the same place.
 */
follows: boolean, 
/**
 * Whether it is shown what it would change, once more before it is saved.
 */
reviewed: boolean, 
/**
 * For whom it can be written today, beside oneself.
 */
behalf: Array<BehalfChoice>, 
/**
 * What of them stands there at first, as [`FormInput::behalf`].
 */
behalfSaid: string | null, 
/**
 * The photographs of the record and of the draft; `null`: such a record has none.
 */
photos: Array<PhotoRow> | null, };

/**
 * What a new form begins with.
 */
export type FormAsk = { 
/**
 * The kind; for an edit that of the record.
 */
kind: string, 
/**
 * The record to edit.
 */
key: string | null, 
/**
 * The draft to go on with.
 */
draft: string | null, 
/**
 * What is known already: by field.
 */
values: { [key in string]: string }, 
/**
 * Why a record of care or tips is opened for editing.
 */
reason: string | null, };

/**
 * A field of a form.
 */
export type FormField = { 
/**
 * Its name.
 */
name: string, 
/**
 * Its label.
 */
label: string, 
/**
 * One sentence of help, or empty.
 */
help: string, 
/**
 * How it is filled in.
 */
control: Control, 
/**
 * Whether it may stay empty.
 */
optional: boolean, 
/**
 * When it must be filled in, in words; empty: always or never.
 */
neededWhen: string, 
/**
 * Whether it is sensitive personal data; what it is kept for.
 */
sensitivePurpose: string, 
/**
 * Whether likely duplicates are looked for as it is typed.
 */
watch: boolean, };

/**
 * A form as it is saved, or kept as a draft.
 */
export type FormInput = { 
/**
 * The kind.
 */
kind: string, 
/**
 * The record that is edited.
 */
key: string | null, 
/**
 * The draft that it was.
 */
draft: string | null, 
/**
 * Where it belongs, as [`FormPlace::place`]; `null`: where this person works.
 */
place: string | null, 
/**
 * The fields, as typed. For an edit: all of the form.
 */
values: { [key in string]: string }, 
/**
 * The sub-records. For an edit: all that the form shows; one that is missing stays.
 */
subs: Array<SubInput>, 
/**
 * Who told, sealed once more (tips only).
 */
teller: TellerInput | null, 
/**
 * For whom it is written, as [`BehalfChoice::delegation`]; empty: for nobody else; `null`: as the place says.
 */
behalf: string | null, 
/**
 * The photographs that it adds, of those that lie with the draft.
 */
added: Array<string>, 
/**
 * The photographs of the record that it takes away, by their keys.
 */
taken: Array<string>, };

/**
 * A list of sub-records.
 */
export type FormList = { 
/**
 * Its name.
 */
name: string, 
/**
 * Its label.
 */
label: string, 
/**
 * What one more is called: "Thư"; for most lists their label.
 */
one: string, 
/**
 * Its fields.
 */
fields: Array<FormField>, 
/**
 * How many there must be.
 */
least: number, 
/**
 * Whether its parts can be ticked off what is recorded already.
 */
ticked: boolean, 
/**
 * Whether it is added up.
 */
addedUp: boolean, };

/**
 * Where a record can be written.
 */
export type FormPlace = { 
/**
 * `village:3`, `unit:1`, `commune`.
 */
place: string, 
/**
 * "Thôn 3".
 */
label: string, };

/**
 * How a commune is founded.
 */
export type FoundInput = { 
/**
 * The commune's name.
 */
commune: string, 
/**
 * The villages' names, in their order; their numbers are 1, 2, 3 …
 */
villages: Array<string>, 
/**
 * The person's name.
 */
person: string, 
/**
 * The person's role: one of `office`, `police`, `police-chief`, `chair`.
 */
role: string, 
/**
 * The passphrase.
 */
passphrase: Secret, 
/**
 * The commune's relay, as its machine printed it: `KEY@HOST:PORT`; may be empty and can be set later.
 */
relay: string, };

/**
 * A place of the frame that this person has.
 */
export type FramePlace = "today" | "households" | "books" | "commune" | "tasks" | "care" | "tips" | "people" | "exchange" | "help";

/**
 * Something that is not known enough.
 */
export type GapRow = { 
/**
 * The matter's slug.
 */
matter: string, 
/**
 * Its name.
 */
label: string, 
/**
 * What is known of it, and where it is named.
 */
missing: string, 
/**
 * Who finds it out.
 */
filledBy: string, 
/**
 * What then changes.
 */
changes: string, 
/**
 * What was recorded; empty: nothing.
 */
value: string, };

/**
 * "Chưa đủ căn cứ": what nobody could find in an official text, and who fills it.
 */
export type Gaps = { 
/**
 * What is missing.
 */
open: Array<GapRow>, 
/**
 * What the commune has found out since.
 */
filled: Array<GapRow>, 
/**
 * Sets of criteria with blanks.
 */
setsOfCriteria: Array<CriteriaGap>, 
/**
 * Codes of communes, and who is above this one, where that is not recorded.
 */
codes: Array<CodeGap>, 
/**
 * Years whose days off are not recorded, in words.
 */
daysOff: Array<string>, 
/**
 * Whether this person may fill it.
 */
fills: boolean, };

/**
 * A book that was on a device.
 */
export type HadRow = { 
/**
 * "Sổ thôn, Thôn 3, 2026".
 */
book: string, 
/**
 * "12 bản ghi · đọc được".
 */
says: string, };

/**
 * Something to be handled, a link.
 */
export type HandleRow = { 
/**
 * What.
 */
says: string, 
/**
 * How many.
 */
count: number, 
/**
 * How urgent.
 */
state: RowState, 
/**
 * Where it leads: `tasks`, `care`, `tips`, `review`, `exchange`, `people`.
 */
to: string, };

/**
 * The file for the helper: versions, codes, heights; no names.
 */
export type HelperFile = { 
/**
 * The text, to be read before it is sent.
 */
text: string, 
/**
 * What it would be called.
 */
name: string, };

/**
 * Somebody of a team.
 */
export type HelperRow = { 
/**
 * Full name.
 */
name: string, 
/**
 * What he is in the team.
 */
role: string, 
/**
 * Whether he has a card of this person that is in force.
 */
has: boolean, };

/**
 * One line of a record's history.
 */
export type HistoryLine = { 
/**
 * The device's clock, in unix seconds; `null`: the clock was wrong, or the time is left out.
 */
at: number | null, 
/**
 * Whether the time is left out on purpose: that of a tip may say who told.
 */
untimed: boolean, 
/**
 * Who: "Lê Văn Hùng, trưởng thôn".
 */
who: string, 
/**
 * For whom, as its writer says: "thay mặt Lê Văn Hùng, trưởng thôn"; empty: for nobody else.
 */
behalf: string, 
/**
 * What was done: "Ghi mới", "Sửa", …
 */
what: string, 
/**
 * What changed.
 */
changes: Array<ChangeLine>, 
/**
 * How far it has come.
 */
delivery: Delivered, 
/**
 * The act.
 */
act: string, 
/**
 * Whether it can be undone as a whole by this person.
 */
undoable: boolean, 
/**
 * How many records are undone with it, of an act of many; 0: an act of this record.
 */
many: number, 
/**
 * Why it is not undone from here, in a few words: undone already, or changed since; empty: it is, or may not be by
 * this person.
 */
notUndone: string, };

/**
 * What was taken in.
 */
export type Imported = { 
/**
 * The act, for undoing it.
 */
act: string, 
/**
 * How many records.
 */
records: number, 
/**
 * "Đã nhập 128 hộ từ …".
 */
says: string, };

/**
 * An invitation to make.
 */
export type InviteInput = { 
/**
 * For whom.
 */
person: string, 
/**
 * The role's slug.
 */
role: string, 
/**
 * The place, as [`super::FormPlace::place`].
 */
place: string, 
/**
 * For how many days.
 */
days: number, 
/**
 * What the device is: "Điện thoại".
 */
what: string, };

/**
 * An invitation.
 */
export type InviteRow = { 
/**
 * Its id.
 */
id: string, 
/**
 * For whom.
 */
person: string, 
/**
 * The role and place.
 */
role: string, 
/**
 * Until when, in unix seconds.
 */
until: number, 
/**
 * The word of state: "Chưa dùng", "Đã dùng", "Hết hạn", "Đã rút lại".
 */
state: RowState, 
/**
 * Whether it can still be withdrawn or shown.
 */
open: boolean, };

/**
 * An invitation that was read.
 */
export type InviteSeen = { 
/**
 * "Phó trưởng thôn, Thôn 3".
 */
role: string, 
/**
 * The commune's root, shortened.
 */
communeMark: string, 
/**
 * Until when it can be used, in unix seconds.
 */
until: number, 
/**
 * Whether it can be used now by this machine's clock.
 */
expired: boolean, };

/**
 * An invitation's slip.
 */
export type InviteSlipSeen = { 
/**
 * The invitation's id.
 */
id: string, 
/**
 * For whom.
 */
person: string, 
/**
 * The role and place.
 */
role: string, 
/**
 * The text.
 */
text: string, 
/**
 * The same as a QR code.
 */
qr: QrCode, 
/**
 * Until when, in unix seconds.
 */
until: number, 
/**
 * The commune's name, for the print.
 */
commune: string, };

/**
 * How a new device joins.
 */
export type JoinInput = { 
/**
 * The invitation's text.
 */
slip: string, 
/**
 * What the owner calls the book on this machine; may be empty.
 */
title: string, 
/**
 * The passphrase.
 */
passphrase: Secret, };

/**
 * A kind of record that this person can write, or read.
 */
export type KindCard = { 
/**
 * Its slug.
 */
kind: string, 
/**
 * "Bản cam kết hộ".
 */
label: string, 
/**
 * The work that it belongs to, as the title of its group in lists: "Hộ và cam kết".
 */
chapter: string, 
/**
 * What its records are kept for.
 */
purpose: string, 
/**
 * Whether this person can write one.
 */
writes: boolean, 
/**
 * Whether this person reads a book that may hold one.
 */
reads: boolean, 
/**
 * How many there are that are not voided.
 */
count: number, 
/**
 * Whether its books are of care or tips.
 */
sensitive: boolean, };

/**
 * A language of the screens.
 */
export type Language = "vi" | "en";

/**
 * A move that was.
 */
export type LastMove = { 
/**
 * The village that it left.
 */
from: string, 
/**
 * The day, as it is typed.
 */
on: string, };

/**
 * Something that was written late: in a village's old book, after what it is about had gone to another village.
 */
export type LateRow = { 
/**
 * Names it: the record, and the book in which it was written.
 */
id: string, 
/**
 * The record.
 */
key: string, 
/**
 * Its title.
 */
title: string, 
/**
 * The kind's name.
 */
kindLabel: string, 
/**
 * Why it is late: "Ghi trong sổ Thôn 1; Nguyễn Văn An đã chuyển sang Thôn 2."
 */
why: string, 
/**
 * The village where it belongs now.
 */
to: string, 
/**
 * What was written in a copy that is old: "Địa chỉ: Ngõ 7". Empty: the record itself is new.
 */
said: Array<string>, 
/**
 * Who wrote it; several one beside the other.
 */
who: string, 
/**
 * When last, by the writer's clock.
 */
at: number | null, 
/**
 * Whether this person may settle it.
 */
decides: boolean, };

/**
 * What should stand in a list and stands in none.
 */
export type LeftOut = { 
/**
 * "Hộ chưa vào nhóm nào".
 */
label: string, 
/**
 * How many.
 */
count: number, 
/**
 * Which; at most a hundred.
 */
rows: Array<LinkRow>, };

/**
 * A link to another record.
 */
export type LinkRow = { 
/**
 * The record; `null`: not readable here.
 */
key: string | null, 
/**
 * What it is to this one.
 */
label: string, 
/**
 * Its title.
 */
title: string, 
/**
 * When.
 */
date: string | null, 
/**
 * Whether it is voided.
 */
voided: boolean, };

/**
 * What a list shows.
 */
export type ListAsk = { 
/**
 * Only these kinds; empty: all that can be read outside care and tips.
 */
kinds: Array<string>, 
/**
 * What was typed into the search.
 */
typed: string, 
/**
 * Only of this place: `village:3`, `unit:1`, `commune`.
 */
place: string | null, 
/**
 * A filter of the kind's own, as [`ListFilter::slug`].
 */
filter: string | null, 
/**
 * Sorted by: `name`, `number`, `newest`; empty: as the kind has it. With something typed: by fit.
 */
sort: string, 
/**
 * Voided ones too.
 */
voided: boolean, 
/**
 * From the n-th on.
 */
from: number, 
/**
 * At most so many.
 */
count: number, };

/**
 * A filter with a count.
 */
export type ListFilter = { 
/**
 * For [`ListAsk::filter`].
 */
slug: string, 
/**
 * "Chưa ký 2026".
 */
label: string, 
/**
 * How many.
 */
count: number, };

/**
 * A part of a list.
 */
export type ListPage = { 
/**
 * How many there are in all.
 */
total: number, 
/**
 * "128 hộ".
 */
totalWords: string, 
/**
 * The rows asked for.
 */
rows: Array<ListRow>, 
/**
 * Filters, at most three, with counts.
 */
filters: Array<ListFilter>, 
/**
 * The orders to choose from.
 */
sorts: Array<Choice>, 
/**
 * The order in use.
 */
sort: string, 
/**
 * What should stand in a list of such a record and stands in none.
 */
leftOut: Array<LeftOut>, };

/**
 * A row of a list.
 */
export type ListRow = { 
/**
 * The record.
 */
key: string, 
/**
 * The kind's slug.
 */
kind: string, 
/**
 * The kind's name.
 */
kindLabel: string, 
/**
 * Name or subject.
 */
title: string, 
/**
 * Address, year, who.
 */
detail: string, 
/**
 * Where.
 */
place: string, 
/**
 * When it happened, `2025-06-10`.
 */
date: string | null, 
/**
 * A word of state: "Đã ký 2026", "Quá hạn".
 */
state: RowState | null, 
/**
 * How far it has come, where the commune does not have it yet.
 */
delivery: Delivered | null, 
/**
 * Whether it is voided.
 */
voided: boolean, 
/**
 * Whether it came while the screen was open.
 */
fresh: boolean, };

/**
 * What a list comes to.
 */
export type ListTotals = { 
/**
 * The list.
 */
list: string, 
/**
 * Its label.
 */
label: string, 
/**
 * How many parts: "12".
 */
count: string, 
/**
 * "Lực lượng: Công an xã 3, Trạm Y tế 2".
 */
lines: Array<string>, };

/**
 * A line of the log.
 */
export type LogLine = { 
/**
 * When, in unix seconds.
 */
at: number, 
/**
 * What, in plain words.
 */
says: string, 
/**
 * The same for the helper: codes, no names.
 */
detail: string, };

/**
 * A device that may be lost, and how far one has come.
 */
export type LostDevice = { 
/**
 * Its id.
 */
device: string, 
/**
 * Whose: the person's name, else the role.
 */
person: string, 
/**
 * The role and place; the last one, where it has ended.
 */
role: string, 
/**
 * What it is: "Điện thoại".
 */
what: string, 
/**
 * The beginning of its id.
 */
short: string, 
/**
 * Whether nobody serves it for now.
 */
suspended: boolean, 
/**
 * Whether this person may suspend it, or lift that.
 */
suspends: boolean, 
/**
 * Whether all that it may has ended.
 */
ended: boolean, 
/**
 * When that was, in unix seconds, by the registrar's clock.
 */
endedAt: number | null, 
/**
 * Whether this person may end it.
 */
ends: boolean, 
/**
 * What was on it.
 */
had: Array<HadRow>, 
/**
 * Of an ended device: the books that still lack a key that it does not know.
 */
lacksKey: Array<string>, 
/**
 * Whether this device may make some of these keys.
 */
renews: boolean, 
/**
 * What the cut had no room to name, in a sentence: nothing of it counts. `null`: it named all that was held.
 */
leftOut: string | null, 
/**
 * By when the authority is to be told, where personal data were on it; `null`: nobody has said here that it is lost.
 */
report: Report | null, };

/**
 * What setting a matter so would mean: looked at once more before it is saved.
 */
export type MatterCheck = { 
/**
 * The matter's name.
 */
label: string, 
/**
 * What holds on that day as long as this is not saved.
 */
before: string, 
/**
 * What would hold.
 */
after: string, 
/**
 * The field in which that is mended; `null`: it is what was asked for.
 */
mends: string | null, 
/**
 * From that day on.
 */
from: string, 
/**
 * The other fields that were filled in.
 */
lines: Array<CheckLine>, 
/**
 * What changes with it.
 */
changes: string, 
/**
 * What is worth knowing: that the day is past, that another value is there for it.
 */
notices: Array<string>, };

/**
 * A matter with its history.
 */
export type MatterPage = { 
/**
 * Its slug.
 */
matter: string, 
/**
 * Its name.
 */
label: string, 
/**
 * What holds today; empty: nothing is known.
 */
value: string, 
/**
 * Since when: a day, or that it is the default.
 */
since: string, 
/**
 * On what it rests.
 */
basis: string, 
/**
 * Who decided it, and who wrote it down.
 */
setBy: string, 
/**
 * Where the default is from, or where the matter is named.
 */
source: string, 
/**
 * What changes with it.
 */
changes: string, 
/**
 * Who finds it out.
 */
filledBy: string, 
/**
 * One sentence for each day for which there are two values; which of them is to stand is decided by a person.
 */
toDecide: Array<string>, 
/**
 * All that was recorded of it, the newest first.
 */
recorded: Array<MatterRecorded>, 
/**
 * Whether this person may set it.
 */
sets: boolean, };

/**
 * A value that was recorded.
 */
export type MatterRecorded = { 
/**
 * The record, whose page has its history.
 */
key: string, 
/**
 * The value.
 */
value: string, 
/**
 * "Từ 01/01/2026 · QĐ 12/QĐ-UBND · Bùi Thị Lan, văn phòng".
 */
detail: string, 
/**
 * How it stands today.
 */
state: RowState, 
/**
 * Whether it is voided.
 */
voided: boolean, };

/**
 * A matter as it stands today.
 */
export type MatterRow = { 
/**
 * Its slug.
 */
matter: string, 
/**
 * "Hạn ký bản cam kết hằng năm".
 */
label: string, 
/**
 * "31/03"; empty: nothing is known.
 */
value: string, 
/**
 * Since when, on what it rests and who set it, in one line.
 */
restsOn: string, 
/**
 * Whether there is something to be decided, or another value ahead.
 */
state: RowState | null, };

/**
 * "Quy định của xã": every matter that can be set, as it stands today.
 */
export type Matters = { 
/**
 * The matters for which a value holds, by default or as recorded.
 */
rows: Array<MatterRow>, 
/**
 * Who stands above the commune today, role by role.
 */
superiors: Array<SuperiorRow>, 
/**
 * How many matters wait to be known.
 */
unknown: number, 
/**
 * Whether this person may set them.
 */
sets: boolean, };

/**
 * Whose book is open and what that person can do here.
 */
export type Me = { 
/**
 * The folder.
 */
folder: string, 
/**
 * The person's name, where the commune's book has it.
 */
person: string, 
/**
 * "Trưởng thôn".
 */
role: string, 
/**
 * For code: `village-head`, `police`, …
 */
roleSlug: string, 
/**
 * "Thôn 3"; "Xã".
 */
place: string, 
/**
 * The commune's name.
 */
commune: string, 
/**
 * The head of pages that are printed today.
 */
head: DocumentHead, 
/**
 * The villages that this person works for, by number; all of the commune's for the commune's people.
 */
villages: Array<VillageName>, 
/**
 * Whether this person works for the whole commune.
 */
communeWide: boolean, 
/**
 * Today, `2025-06-10`.
 */
today: string, 
/**
 * Whether this is the practice commune.
 */
practice: boolean, 
/**
 * How this device stands; only what was admitted has more than [`Waiting`].
 */
standing: Standing, 
/**
 * The places of the frame, in their order.
 */
places: Array<FramePlace>, 
/**
 * Whether this is the registrar's device.
 */
registrar: boolean, 
/**
 * Whether the commune's recovery sheet is still to be printed and typed back; before that only it is there.
 */
sheetWaits: boolean, 
/**
 * One sentence where the clock of this machine cannot be right.
 */
clockTrouble: string | null, };

/**
 * Two records of which one goes on.
 */
export type MergePage = { 
/**
 * The one that goes on.
 */
kept: LinkRow, 
/**
 * The one that gives way.
 */
other: LinkRow, 
/**
 * What they say, where either says something.
 */
rows: Array<MergeRow>, 
/**
 * How many parts (members, episodes) are taken over.
 */
parts: number, 
/**
 * How many records name the one that gives way; they count with the other from then on.
 */
named: number, 
/**
 * Whether this person may write both.
 */
decides: boolean, };

/**
 * A field of both.
 */
export type MergeRow = { 
/**
 * Its label.
 */
label: string, 
/**
 * What the one that goes on says.
 */
kept: string, 
/**
 * What the other says.
 */
other: string, 
/**
 * Whether it is taken over, since the first says nothing.
 */
taken: boolean, };

/**
 * What a move is asked about.
 */
export type MovePage = { 
/**
 * The record.
 */
key: string, 
/**
 * Its title.
 */
title: string, 
/**
 * What tells it from others.
 */
detail: string, 
/**
 * Where it is.
 */
from: string, 
/**
 * Where it can go.
 */
villages: Array<MoveTo>, 
/**
 * How many pledges go with it.
 */
pledges: number, 
/**
 * How many assignment cards of the person end in the village that is left.
 */
cards: number, 
/**
 * How many self-management groups there the household leaves.
 */
groups: number, 
/**
 * The persons in care who live in the household, and whose files move by an act of their own.
 */
persons: Array<string>, 
/**
 * That figures were closed, and until when.
 */
closed: string | null, 
/**
 * The move by which it came to where it is.
 */
last: LastMove | null, };

/**
 * A village to which a record can move.
 */
export type MoveTo = { 
/**
 * `village:3`.
 */
to: FormPlace, 
/**
 * Whether this person may write in its book too; else somebody of the commune takes the record up there.
 */
arrives: boolean, };

/**
 * A record that moved and that nobody has taken up in its new village yet.
 */
export type MovedRow = { 
/**
 * The record.
 */
key: string, 
/**
 * Its title.
 */
title: string, 
/**
 * The village that it left.
 */
from: string, 
/**
 * The village to which it went.
 */
to: string, 
/**
 * Whether this person may take it up.
 */
decides: boolean, };

/**
 * What a reading key on paper opened.
 */
export type OpenedByKey = { 
/**
 * The books that can be read now.
 */
books: Array<string>, 
/**
 * What was opened and what was not, in a sentence.
 */
says: string, };

/**
 * The merged picture.
 */
export type Overview = { 
/**
 * The head of the page, as of the day for which it is.
 */
head: DocumentHead, 
/**
 * By which villages it can be counted; empty: the same villages were there as today.
 */
villages: Array<Choice>, 
/**
 * By which it is counted: `now` or `then`.
 */
byVillages: string, 
/**
 * The period in words.
 */
period: string, 
/**
 * The periods to choose from.
 */
spans: Array<Choice>, 
/**
 * The span in use.
 */
span: string, 
/**
 * A day of the period before, if there is one; of the next, if it has begun.
 */
before: string | null, 
/**
 * A day of the next period.
 */
after: string | null, 
/**
 * "Số liệu đến 05/01/2026 20:05 · 5/6 thôn đã gửi trong 7 ngày".
 */
freshness: string, 
/**
 * Villages that were not heard from for long, in words.
 */
silent: Array<string>, 
/**
 * What must be handled.
 */
handle: Array<HandleRow>, 
/**
 * The columns.
 */
columns: Array<FigureColumn>, 
/**
 * A row a village, then the units.
 */
rows: Array<FigureRow>, 
/**
 * The commune.
 */
total: FigureRow, 
/**
 * What a picture tells more of.
 */
charts: Array<ChartSeries>, };

/**
 * What the picture is asked for.
 */
export type OverviewAsk = { 
/**
 * `year`, `half`, `quarter`, `month`; empty: the year.
 */
span: string, 
/**
 * A day in it, `2025-06-10`; empty: today.
 */
day: string, 
/**
 * `then`: by the villages of that time; else by today's.
 */
villages: string, };

/**
 * A village's or unit's own plan.
 */
export type OwnPlanRow = { 
/**
 * The record.
 */
key: string, 
/**
 * "Thôn 1: Kế hoạch năm 2026".
 */
title: string, 
/**
 * "từ 01/01/2026 đến 31/12/2026 · 3 việc · 1 xong".
 */
says: string, 
/**
 * Whether this person can make a plan of it for the next period, and nobody has.
 */
renews: boolean, 
/**
 * How it stands.
 */
state: RowState, };

/**
 * A tip that this device sealed: all that it knows of it.
 */
export type OwnTip = { 
/**
 * Its id.
 */
id: string, 
/**
 * When it was sealed, in unix seconds.
 */
sealed: number, 
/**
 * How far it has come.
 */
state: RowState, 
/**
 * One sentence on that.
 */
says: string, 
/**
 * Whether some of it still waits here, so that it can be sent at once.
 */
waits: boolean, 
/**
 * What the police answered.
 */
answers: Array<TipAnswer>, };

/**
 * "Báo tin": the tips that this device sealed, and how the police are reached.
 */
export type OwnTips = { 
/**
 * "Gọi ngay Công an xã: số …".
 */
call: string, 
/**
 * Why none can be sealed now, and what to do; `null`: one can.
 */
closed: string | null, 
/**
 * The tips, the last first.
 */
tips: Array<OwnTip>, };

/**
 * People and devices.
 */
export type People = { 
/**
 * Whether this is the registrar's device.
 */
registrar: boolean, 
/**
 * "9 người, 10 máy".
 */
summary: string, 
/**
 * Devices that ask to be admitted.
 */
asking: Array<Asking>, 
/**
 * Devices that want to read care or tips, for who may say yes.
 */
readers: Array<ReaderAsk>, 
/**
 * People with their devices.
 */
people: Array<PersonRow>, 
/**
 * Invitations that were made.
 */
invites: Array<InviteRow>, 
/**
 * The roles that can be invited, and their places.
 */
roles: Array<RoleChoice>, 
/**
 * The relays, as the register names them.
 */
relays: Array<string>, 
/**
 * The commune's slip, which a relay is given before it serves the commune; admits nobody.
 */
relaySlip: string, 
/**
 * Compartments that are not open yet and why, for the registrar: care and tips.
 */
unopened: Array<Unopened>, 
/**
 * The years for which books are opened and reading keys are made now.
 */
years: Array<number>, 
/**
 * What the paper has: the register's head, "mốc 14 · 3fa9c1".
 */
register: string, 
/**
 * Whether a fork freezes the register, until the recovery sheet chooses.
 */
forked: boolean, 
/**
 * What was ordered on a branch of the register that was not chosen; empty: nothing ever was.
 */
unchosen: string, };

/**
 * A person with devices.
 */
export type PersonRow = { 
/**
 * The name; role and place where none is recorded.
 */
name: string, 
/**
 * The role and place.
 */
role: string, 
/**
 * For whom the person acts now, or who acts for them.
 */
acting: Array<string>, 
/**
 * `village` or `commune`, for the filter.
 */
group: string, 
/**
 * The devices.
 */
devices: Array<DeviceRow>, };

/**
 * A photograph to be looked at.
 */
export type PhotoAsk = { 
/**
 * The record that it belongs to; for one of a form `null`.
 */
key: string | null, 
/**
 * The draft that it lies with; for one of a record `null`.
 */
draft: string | null, 
/**
 * Which, as [`PhotoRow::photo`].
 */
photo: string, };

/**
 * A photograph to be added to a form.
 */
export type PhotoInput = { 
/**
 * The draft of the form.
 */
draft: string, 
/**
 * What its file is called.
 */
name: string, 
/**
 * The file's bytes, in base64.
 */
content: string, };

/**
 * A photograph of a record, or of a form that is being filled in.
 */
export type PhotoRow = { 
/**
 * Its key in the record, or its id with the draft.
 */
photo: string, 
/**
 * Its name.
 */
name: string, 
/**
 * "412 KB".
 */
size: string, 
/**
 * Whether it was taken away.
 */
taken: boolean, 
/**
 * How far it has come by itself, beside its record; `null`: it lies with a draft, or has not come here.
 */
delivery: Delivered | null, };

/**
 * A photograph as far as it is here.
 */
export type PhotoSeen = { 
/**
 * A JPEG, in base64; `null`: it is not here, and `says` says why.
 */
content: string | null, 
/**
 * One sentence where there is nothing to see.
 */
says: string, };

/**
 * What is picked from.
 */
export type PickAsk = { 
/**
 * The kinds that fit.
 */
kinds: Array<string>, 
/**
 * What was typed.
 */
typed: string, 
/**
 * Only of this place.
 */
place: string | null, };

/**
 * Who or what can be picked.
 */
export type PickRow = { 
/**
 * Its key.
 */
key: string, 
/**
 * Its title.
 */
title: string, 
/**
 * What tells it from others: year of birth, house number, village.
 */
detail: string, };

/**
 * A piece of a value.
 */
export type Piece = { 
/**
 * The text.
 */
text: string, 
/**
 * Whether the other side has something else here.
 */
differs: boolean, };

/**
 * A field to be put right.
 */
export type ProblemTold = { 
/**
 * The sub-record's key, if it is in one that is there; else `list:n`, the n-th of those typed.
 */
sub: string | null, 
/**
 * The field's name, or the list's.
 */
field: string, 
/**
 * One sentence.
 */
says: string, };

/**
 * How far something long has come.
 */
export type Progress = { 
/**
 * Done.
 */
done: number, 
/**
 * Of so many, as far as is known.
 */
of: number, };

/**
 * A QR code: rows of dark and light modules, without the quiet zone.
 */
export type QrCode = { 
/**
 * How many modules a side has.
 */
size: number, 
/**
 * The path of its dark modules, for an SVG with a view box of `size` by `size`.
 */
path: string, };

/**
 * A device that wants to read care or tips.
 */
export type ReaderAsk = { 
/**
 * The device's id.
 */
device: string, 
/**
 * Whose.
 */
person: string, 
/**
 * Role and place.
 */
role: string, 
/**
 * What it would read: "Ngăn quản lý, giúp đỡ".
 */
what: string, 
/**
 * The books, for the answer.
 */
books: Array<string>, };

/**
 * A reading key on paper, to be printed and then forgotten.
 */
export type ReadingKeySheet = { 
/**
 * "Ngăn quản lý, giúp đỡ, 2025".
 */
title: string, 
/**
 * The secret in groups of letters.
 */
groups: Array<string>, 
/**
 * What the registrar is given.
 */
slip: string, 
/**
 * Which groups are to be typed back, counted from 0.
 */
ask: Array<number>, };

/**
 * A record just written.
 */
export type RecentRow = { 
/**
 * The record.
 */
key: string, 
/**
 * The kind's name.
 */
kindLabel: string, 
/**
 * The kind's slug.
 */
kind: string, 
/**
 * Its title.
 */
title: string, 
/**
 * When it was last written, in unix seconds; `null`: the clock was wrong.
 */
at: number | null, 
/**
 * How far it has come.
 */
delivery: Delivered, };

/**
 * A record's page.
 */
export type RecordPage = { 
/**
 * The record.
 */
key: string, 
/**
 * The kind's slug.
 */
kind: string, 
/**
 * The kind's name.
 */
kindLabel: string, 
/**
 * Its title.
 */
title: string, 
/**
 * What tells it from others.
 */
detail: string, 
/**
 * Where: "Sổ thôn, Thôn 3, 2025".
 */
book: string, 
/**
 * How far it has come.
 */
delivery: Delivered, 
/**
 * One sentence on how far, with the time where it is known.
 */
deliveryLine: string, 
/**
 * If voided: "Đã hủy ngày … vì …".
 */
voided: string | null, 
/**
 * Why what it says counts for nothing, if it does: another office wrote it than the one whose it is.
 */
invalid: string | null, 
/**
 * The record in which it goes on, if it was merged.
 */
goesOnIn: LinkRow | null, 
/**
 * The records that were merged into it.
 */
takenIn: Array<LinkRow>, 
/**
 * Names the period that it closed, where it has closed one.
 */
closing: string | null, 
/**
 * Whether this person can move it to another village.
 */
moves: boolean, 
/**
 * Whether this person can merge it with another one.
 */
merges: boolean, 
/**
 * Whether this person can make assignment cards of it.
 */
assigns: boolean, 
/**
 * The fields.
 */
facts: Array<Fact>, 
/**
 * Sub-records, list by list.
 */
parts: Array<RecordPart>, 
/**
 * Its photographs, those that were taken away too.
 */
photos: Array<PhotoRow>, 
/**
 * What the lists come to that are added up.
 */
totals: Array<ListTotals>, 
/**
 * What should stand in such a list and stands in none.
 */
leftOut: Array<LeftOut>, 
/**
 * The records that it names.
 */
names: Array<LinkRow>, 
/**
 * What names it: pledge, visits …
 */
concerning: Array<ConcerningRows>, 
/**
 * What of it is there twice.
 */
twice: Array<TwiceRow>, 
/**
 * Open questions: fields that two people wrote differently.
 */
conflicts: Array<ConflictMark>, 
/**
 * What can be written from here with this record filled in.
 */
write: Array<WriteFrom>, 
/**
 * Whether this person may change it.
 */
writes: boolean, 
/**
 * For whom it was made: "Thay mặt Lê Văn Hùng, trưởng thôn"; empty: for nobody else.
 */
behalf: string, 
/**
 * Of a person, a unit, a village: who acts for whom now.
 */
acting: Array<string>, 
/**
 * The head of the page on paper, as of the day on which it happened.
 */
head: DocumentHead, 
/**
 * To whom a report goes that does not say it itself, for its foot on paper.
 */
sentTo: Array<string>, 
/**
 * Whether it has a sealed part, and may be opened here.
 */
sealed: boolean, 
/**
 * For a person under management: the episodes.
 */
episodes: Array<EpisodeRow>, 
/**
 * For a tip: the steps and what is due.
 */
steps: Array<StepRow>, 
/**
 * For a tip that was sealed on another device: what was answered there.
 */
answers: TipAnswers | null, 
/**
 * Who wrote and changed it, newest first.
 */
history: Array<HistoryLine>, };

/**
 * A sub-record.
 */
export type RecordPart = { 
/**
 * Its key.
 */
key: string, 
/**
 * The list's label.
 */
label: string, 
/**
 * One line of it.
 */
title: string, 
/**
 * Its fields that are filled in.
 */
facts: Array<Fact>, 
/**
 * Whether it is voided.
 */
voided: boolean, 
/**
 * Whether an act wrote it: it is neither voided nor brought back by itself.
 */
byAct: boolean, };

/**
 * What an entry says about one record.
 */
export type RecordSays = { 
/**
 * "Sửa: Hộ Nguyễn Văn An".
 */
title: string, 
/**
 * Its values: "Điện thoại: 0900 000 001".
 */
lines: Array<string>, };

/**
 * How the recovery sheet would be used here.
 */
export type RecoveryAsk = { 
/**
 * Whether this device is the registrar's already.
 */
registrar: boolean, 
/**
 * The register's branches to choose from, where it has several.
 */
branches: Array<RegisterBranch>, };

/**
 * The recovery sheet: kept sealed until some of it was typed back, then forgotten by the machine.
 */
export type RecoverySheet = { 
/**
 * The commune's name.
 */
commune: string, 
/**
 * The commune's root, in groups of letters.
 */
root: Array<string>, 
/**
 * The recovery key in numbered groups of letters.
 */
groups: Array<string>, 
/**
 * The same as a QR code, for the paper.
 */
qr: QrCode, 
/**
 * Which groups are to be typed back, counted from 0.
 */
ask: Array<number>, 
/**
 * The day, `2025-06-10`.
 */
date: string, };

/**
 * A branch of a register that has several.
 */
export type RegisterBranch = { 
/**
 * Its last operation.
 */
id: string, 
/**
 * "Nhánh 3fa9c120, đến mốc 14".
 */
says: string, };

/**
 * A plan for a new period, as it is typed.
 */
export type RenewAsk = { 
/**
 * The old plan.
 */
plan: string, 
/**
 * Its name.
 */
name: string, 
/**
 * Its number; an own plan has none.
 */
number: string, 
/**
 * When it was issued.
 */
issuedOn: string, 
/**
 * Its first day.
 */
from: string, 
/**
 * Its last day.
 */
until: string, };

/**
 * The new plan, with the tasks that are taken over: written as one act.
 */
export type RenewInput = { 
/**
 * The plan.
 */
ask: RenewAsk, 
/**
 * The tasks.
 */
tasks: Array<RenewTask>, };

/**
 * With what a plan for the next period begins.
 */
export type RenewPage = { 
/**
 * The old plan.
 */
plan: string, 
/**
 * Its name.
 */
name: string, 
/**
 * Whether it is a village's or unit's own: such a one has no number.
 */
own: boolean, 
/**
 * Its period in words: "đến 31/12/2025".
 */
period: string, 
/**
 * How many tasks it has in force.
 */
tasks: number, 
/**
 * The new one, as far as it follows from the old: the period after it, as long as its own.
 */
suggested: RenewAsk, };

/**
 * A task of the old plan as it would be in the new one.
 */
export type RenewRow = { 
/**
 * The old task.
 */
key: string, 
/**
 * Its number and title.
 */
title: string, 
/**
 * Who leads, and how often it returns.
 */
detail: string, 
/**
 * When it was due: "14/12/2024", "31/01/2025 – 31/12/2025".
 */
old: string, 
/**
 * When it would be due, as one types it.
 */
deadline: string, 
/**
 * The last day of one that returns, as one types it.
 */
repeatUntil: string, 
/**
 * Whether it returns, and so has a last day.
 */
returns: boolean, 
/**
 * Where the day is a day off: by when it binds, in words.
 */
binds: string, 
/**
 * Whether it falls into the period.
 */
fits: boolean, };

/**
 * A task that is taken over, with its dates as typed.
 */
export type RenewTask = { 
/**
 * The old task.
 */
key: string, 
/**
 * When it is due.
 */
deadline: string, 
/**
 * The last day of one that returns; else empty.
 */
repeatUntil: string, };

/**
 * The tasks of the old plan with their dates in the new period, to be looked through.
 */
export type RenewTasks = { 
/**
 * The tasks, in the order of the old plan.
 */
rows: Array<RenewRow>, 
/**
 * How many do not fall into the period: they are left out unless they are given another day.
 */
outside: number, 
/**
 * What else is in the new plan, in words: its phases; of an own plan, which one of the commune's it carries out.
 */
says: Array<string>, };

/**
 * What was written.
 */
export type Renewed = { 
/**
 * The act, to be undone as one.
 */
act: string, 
/**
 * The new plan.
 */
key: string, 
/**
 * The commune's plan on whose board it is found; `null`: on that of any.
 */
board: string | null, 
/**
 * "Đã lập kế hoạch với 62 nhiệm vụ trên máy này".
 */
says: string, };

/**
 * The 72 hours within which a loss of personal data is reported.
 */
export type Report = { 
/**
 * Since when they run, in unix seconds: when it was first said on this device that the other is lost.
 */
since: number, 
/**
 * Until when.
 */
until: number, 
/**
 * "Còn 71 giờ", "Quá hạn 5 giờ", "Đã báo".
 */
state: RowState, 
/**
 * When it was marked as reported; `null`: not yet.
 */
told: number | null, };

/**
 * What is to be looked at.
 */
export type Review = { 
/**
 * Fields that two people wrote differently.
 */
conflicts: Array<ConflictRow>, 
/**
 * What is there twice.
 */
twice: Array<BreachRow>, 
/**
 * What moved to another village and is not taken up there.
 */
moved: Array<MovedRow>, 
/**
 * Entries that do not count yet: how many wait or are held back.
 */
heldBack: number, 
/**
 * Entries that the registrar has ordered to be written again and that this device may write.
 */
writeAgain: number, 
/**
 * Places where a device wrote two different things, between which the registrar here is to choose.
 */
rivals: number, };

/**
 * One of several versions.
 */
export type RivalBranch = { 
/**
 * An entry that carries it.
 */
entry: string, 
/**
 * The beginning of its id.
 */
short: string, 
/**
 * When it came to this device, in unix seconds.
 */
at: number | null, 
/**
 * "Được tính", "Được tính, xã đã chọn", "Không được tính".
 */
state: RowState, 
/**
 * Whether it may be chosen.
 */
open: boolean, };

/**
 * Several versions that a device wrote at one place.
 */
export type RivalRow = { 
/**
 * Who.
 */
who: string, 
/**
 * The device that wrote them.
 */
device: string, 
/**
 * The book.
 */
book: string, 
/**
 * Whether what they say can be looked at here.
 */
says: boolean, 
/**
 * The versions: the one that counts first.
 */
branches: Array<RivalBranch>, };

/**
 * What another role ends and begins, before it is given.
 */
export type RoleChange = { 
/**
 * Whose device: the person's name, else the role.
 */
person: string, 
/**
 * What it is: "Điện thoại".
 */
what: string, 
/**
 * The beginning of its id.
 */
short: string, 
/**
 * The role and place until now.
 */
from: string, 
/**
 * The role and place from now on.
 */
to: string, 
/**
 * What it may no more.
 */
ends: Array<RoleLine>, 
/**
 * What it may from now on.
 */
begins: Array<RoleLine>, 
/**
 * Whether among what begins there is reading that somebody has to say yes to first.
 */
asks: boolean, };

/**
 * A role to choose, with its places.
 */
export type RoleChoice = { 
/**
 * The role's slug.
 */
slug: string, 
/**
 * "Trưởng thôn".
 */
label: string, 
/**
 * The places to choose from; empty: the whole commune.
 */
places: Array<FormPlace>, };

/**
 * Another role for a device.
 */
export type RoleInput = { 
/**
 * The device's id.
 */
device: string, 
/**
 * The role's slug.
 */
role: string, 
/**
 * The place, as [`super::FormPlace::place`].
 */
place: string, };

/**
 * A part of what a role ends or begins.
 */
export type RoleLine = { 
/**
 * "Không nhận thêm".
 */
says: string, 
/**
 * The books: "Sổ thôn (Thôn 3)".
 */
books: Array<string>, };

/**
 * Somebody or something that can be ticked for a list.
 */
export type RollRow = { 
/**
 * The name.
 */
title: string, 
/**
 * What tells it from others.
 */
detail: string, 
/**
 * Its unit or group; empty where none is known.
 */
under: string, 
/**
 * The part that a tick adds, as typed: by field.
 */
values: { [key in string]: string }, 
/**
 * The records that the values name.
 */
names: Array<PickRow>, 
/**
 * In which lists of the kind it stands already, where one is enough: their titles.
 */
namedIn: Array<string>, };

/**
 * A word of state.
 */
export type RowState = { 
/**
 * `ok`, `warn`, `late`, `plain`.
 */
tone: Tone, 
/**
 * The word.
 */
word: string, };

/**
 * Saved.
 */
export type SavedAct = { 
/**
 * The act, for undoing it.
 */
act: string, 
/**
 * The record.
 */
key: string, 
/**
 * Its title.
 */
title: string, 
/**
 * What is worth knowing.
 */
notices: Array<string>, 
/**
 * When, in unix seconds.
 */
at: number, };

/**
 * A secret that was typed. TypeScript sees a string.
 */
export type Secret = string;

/**
 * Settings of this machine: kept open, so no secrets and no names are in them.
 */
export type Settings = { 
/**
 * The language of the screens.
 */
language: Language, 
/**
 * The text size in percent: 100, 125, 150, 200.
 */
text: number, 
/**
 * Light, dark, or as the system has it.
 */
theme: Theme, 
/**
 * After how many idle minutes the book is locked.
 */
lockMinutes: number, 
/**
 * After how many days without contact it is said.
 */
silentDays: number, };

/**
 * The households that a division gave to other villages and that still lie in the old book.
 */
export type Shared = { 
/**
 * The village.
 */
number: number, 
/**
 * Its name.
 */
name: string, 
/**
 * By the village to which they go.
 */
groups: Array<SharedTo>, 
/**
 * How many go now.
 */
moves: number, 
/**
 * How many files of persons in care go with them now.
 */
files: number, 
/**
 * What becomes of such files; who does not write them is told the same whether there are any or not.
 */
care: string, };

/**
 * They were taken over.
 */
export type SharedMoved = { 
/**
 * The act, for undoing it.
 */
act: string, 
/**
 * How many.
 */
says: string, };

/**
 * The households that go to one village.
 */
export type SharedTo = { 
/**
 * The village.
 */
name: string, 
/**
 * The households.
 */
households: Array<PickRow>, 
/**
 * Why they do not go yet; empty: they go.
 */
waits: string, 
/**
 * How many files of persons in care go along, for who writes them.
 */
files: number, 
/**
 * Why these do not go yet; empty: they go.
 */
filesWait: string, };

/**
 * The households of a village that have not signed this year's pledge.
 */
export type Stack = { 
/**
 * The villages where this person writes pledges.
 */
places: Array<Choice>, 
/**
 * The one that is shown: `village:3`; `null`: it is to be chosen.
 */
place: string | null, 
/**
 * The self-management groups that its households name.
 */
groups: Array<string>, 
/**
 * The year.
 */
year: number, 
/**
 * How many households have signed.
 */
signed: number, 
/**
 * Those that have not, by their number.
 */
rows: Array<StackRow>, };

/**
 * The sheets of the stack.
 */
export type StackInput = { 
/**
 * The village.
 */
place: string, 
/**
 * The day on which all of them were signed, as typed.
 */
signedOn: string, 
/**
 * One for each sheet.
 */
lines: Array<StackLine>, };

/**
 * One sheet.
 */
export type StackLine = { 
/**
 * The household.
 */
household: string, 
/**
 * Who signed for it.
 */
signer: string, };

/**
 * A household that has not signed.
 */
export type StackRow = { 
/**
 * Its key.
 */
household: string, 
/**
 * The head's name: who signs, unless somebody else did.
 */
head: string, 
/**
 * "Hộ số 12 · Ngõ 5".
 */
what: string, 
/**
 * Its self-management group, as it is written.
 */
group: string, 
/**
 * Why it had not signed when somebody came last.
 */
reason: string, };

/**
 * What was saved of a stack.
 */
export type StackSaved = { 
/**
 * The act, for undoing it.
 */
act: string, 
/**
 * "Đã lưu 12 bản cam kết trên máy này".
 */
says: string, };

/**
 * How a device stands with its commune, by the register as far as it has come here.
 */
export type Standing = "waiting" | "admitted" | "ended";

/**
 * A step of handling.
 */
export type StepRow = { 
/**
 * "Chuyển tin".
 */
label: string, 
/**
 * When it was done, or is due.
 */
date: string | null, 
/**
 * The word of state.
 */
state: RowState, };

/**
 * A sub-record as it is typed.
 */
export type SubInput = { 
/**
 * Its list.
 */
list: string, 
/**
 * Its key, if it is there already.
 */
key: string | null, 
/**
 * Its fields.
 */
values: { [key in string]: string }, };

/**
 * Who stands above the commune in a role.
 */
export type SuperiorRow = { 
/**
 * The record of the commune that says so, or is to say so; `null`: there is none.
 */
key: string | null, 
/**
 * "Cấp trên trực tiếp".
 */
role: string, 
/**
 * "UBND tỉnh: từ 01/07/2025 · NQ 203/2025/QH15", one each; none: nobody is recorded.
 */
bodies: Array<string>, };

/**
 * How the open table is to be read. What is left out is guessed.
 */
export type TableAsk = { 
/**
 * The sheet, from 0.
 */
sheet: number | null, 
/**
 * What its columns hold; the others as guessed.
 */
columns: Array<ColumnSaid>, 
/**
 * Where its records belong: `village:3`.
 */
place: string | null, 
/**
 * What holds for all rows: by the field's name, as one types it.
 */
values: { [key in string]: string }, 
/**
 * Whether rows are taken too that only may be there already.
 */
likely: boolean, };

/**
 * A column of a table.
 */
export type TableColumn = { 
/**
 * From 0.
 */
at: number, 
/**
 * As Excel names it: `B`.
 */
letters: string, 
/**
 * What stands in its head.
 */
head: string, 
/**
 * The first value below.
 */
sample: string, 
/**
 * What it holds; empty: it is not used.
 */
into: string, };

/**
 * A table that lies somewhere.
 */
export type TableFile = { 
/**
 * By which it is opened.
 */
id: string, 
/**
 * Its name.
 */
name: string, 
/**
 * Where it lies.
 */
place: string, 
/**
 * "12 KB".
 */
size: string, 
/**
 * When it was written there, in unix seconds.
 */
at: number, };

/**
 * A row that is no record of its own.
 */
export type TablePassed = { 
/**
 * The row.
 */
row: number, 
/**
 * Of whom or what it is, as it is written.
 */
title: string, 
/**
 * Why, or what it adds.
 */
says: string, };

/**
 * A table as it would be taken in. Nothing is saved yet.
 */
export type TableSeen = { 
/**
 * The file's name.
 */
file: string, 
/**
 * The kind of record that its rows become.
 */
kind: string, 
/**
 * As people read it.
 */
kindLabel: string, 
/**
 * Its sheets, where there are several.
 */
sheets: Array<string>, 
/**
 * The one that is read.
 */
sheet: number, 
/**
 * Where its records can belong.
 */
places: Array<Choice>, 
/**
 * Where they belong; none yet where there are several.
 */
place: string | null, 
/**
 * The number of the row with the heads.
 */
headRow: number, 
/**
 * Its columns.
 */
columns: Array<TableColumn>, 
/**
 * What a column can hold.
 */
targets: Array<Choice>, 
/**
 * What may be said once for all rows: fields that no column has.
 */
asked: Array<FormField>, 
/**
 * What is said for all rows.
 */
values: { [key in string]: string }, 
/**
 * How many records the rows make.
 */
records: number, 
/**
 * How many would be saved.
 */
fresh: number, 
/**
 * How many states would be added to persons who are in the register, or ended there.
 */
adds: number, 
/**
 * The first of them, in words.
 */
additions: Array<TablePassed>, 
/**
 * How many rows were passed over: sums, signatures, empty signatures, management that has ended.
 */
passed: number, 
/**
 * The first of them, and why.
 */
passes: Array<TablePassed>, 
/**
 * How many places are to be put right; then nothing is taken.
 */
wrong: number, 
/**
 * The first of them.
 */
wrongs: Array<TableWrong>, 
/**
 * How many cells are not taken, since an earlier row of the same household or person says something else.
 */
told: number, 
/**
 * The first of them.
 */
tells: Array<TableWrong>, 
/**
 * How many are there already.
 */
twice: number, 
/**
 * How many may be there already: one name, one year of birth.
 */
likely: number, 
/**
 * The first of both.
 */
twices: Array<TableTwice>, 
/**
 * The first records, as lists would show them.
 */
samples: Array<string>, 
/**
 * What is worth knowing before it is taken.
 */
notices: Array<string>, 
/**
 * Why it cannot be taken yet, in one sentence.
 */
waits: string | null, };

/**
 * A row that is there already, or may be.
 */
export type TableTwice = { 
/**
 * The row.
 */
row: number, 
/**
 * Its record's title.
 */
title: string, 
/**
 * With what it is twice.
 */
says: string, 
/**
 * Whether it only may be.
 */
likely: boolean, };

/**
 * A place to be put right.
 */
export type TableWrong = { 
/**
 * The row.
 */
row: number, 
/**
 * The column as Excel names it, with its head: "C, Năm sinh"; empty: the table has no column for it.
 */
column: string, 
/**
 * One sentence.
 */
says: string, };

/**
 * Where tables are found.
 */
export type Tables = { 
/**
 * Those that lie in the folder for downloads and on sticks, the newest first; at most twenty.
 */
files: Array<TableFile>, };

/**
 * What can be taken out, as it stands on its page.
 */
export type TakenOut = { "type": "list", 
/**
 * Which.
 */
list: ListAsk, } | { "type": "due" } | { "type": "late" } | { "type": "overview", 
/**
 * Of which period.
 */
ask: OverviewAsk, } | { "type": "board", 
/**
 * Of which plan and place.
 */
ask: TaskAsk, } | { "type": "changes", 
/**
 * The closing's id.
 */
closing: string, } | { "type": "accounts" } | { "type": "people" } | { "type": "gaps" };

/**
 * Which tasks are asked for.
 */
export type TaskAsk = { 
/**
 * The plan; `null`: the one in force.
 */
plan: string | null, 
/**
 * Of whom they are asked: `village:3`, `unit:1`, `commune`; `null`: of all.
 */
place: string | null, };

/**
 * The plan's tasks.
 */
export type TaskBoard = { 
/**
 * The plans with their periods, the newest first.
 */
plans: Array<Choice>, 
/**
 * The plan that is shown; `null`: there is none.
 */
plan: string | null, 
/**
 * Of whom tasks of it are asked.
 */
places: Array<Choice>, 
/**
 * Of whom they are shown.
 */
place: string | null, 
/**
 * Whether this person can make a plan of it for the next period.
 */
renews: boolean, 
/**
 * "88 nhiệm vụ · 31 xong · 4 quá hạn".
 */
summary: string, 
/**
 * By step and phase.
 */
groups: Array<TaskGroup>, 
/**
 * The units, for a filter.
 */
units: Array<Choice>, 
/**
 * The own plans of villages and units under it, of the place that is shown.
 */
own: Array<OwnPlanRow>, 
/**
 * Whether this person writes such a plan.
 */
writesOwn: boolean, };

/**
 * The tasks of a step or phase.
 */
export type TaskGroup = { 
/**
 * "Bước 2: …".
 */
label: string, 
/**
 * The tasks.
 */
tasks: Array<TaskRow>, 
/**
 * How many are done.
 */
done: number, };

/**
 * A task.
 */
export type TaskRow = { 
/**
 * The record.
 */
key: string, 
/**
 * Its number in the plan.
 */
number: string, 
/**
 * What.
 */
title: string, 
/**
 * Who is responsible.
 */
responsible: string, 
/**
 * For the filter: the responsible units' slugs.
 */
units: Array<string>, 
/**
 * By when, in words.
 */
due: string, 
/**
 * How it stands.
 */
state: RowState, 
/**
 * Progress as reported: "2/6 thôn".
 */
progress: string, 
/**
 * What villages and units have set themselves under it: "Thôn 1: 2 việc riêng, 1 xong"; empty: nothing.
 */
own: string, 
/**
 * Whether this person can report progress.
 */
writes: boolean, };

/**
 * Who told.
 */
export type TellerInput = { 
/**
 * The name.
 */
name: string, 
/**
 * How to reach them.
 */
contact: string, 
/**
 * Whether they ask for secrecy.
 */
secret: boolean, };

/**
 * Who told, opened for a recorded reason.
 */
export type TellerSeen = { 
/**
 * The name.
 */
name: string, 
/**
 * How to reach them.
 */
contact: string, 
/**
 * Whether they ask for secrecy.
 */
secret: boolean, };

/**
 * The look.
 */
export type Theme = "system" | "light" | "dark";

/**
 * A big button.
 */
export type TileAct = { 
/**
 * The kind that is written.
 */
kind: string, 
/**
 * "Ghi bản cam kết".
 */
label: string, 
/**
 * Whether it leads to this device's own tips, from where one is written.
 */
tells: boolean, 
/**
 * What is filled in by it.
 */
values: { [key in string]: string }, };

/**
 * What the police answered.
 */
export type TipAnswer = { 
/**
 * How far they are.
 */
state: string, 
/**
 * A few words; may be empty.
 */
text: string, };

/**
 * The answers to a tip, for who answers. What they say cannot be opened again.
 */
export type TipAnswers = { 
/**
 * How far a tip can be.
 */
states: Array<Choice>, 
/**
 * "Đã trả lời 2 lần …"; empty: not answered yet.
 */
says: string, 
/**
 * That some answers do not count, as of a branch of the register that was not chosen; `null`: all do.
 */
lost: string | null, };

/**
 * A tip before it is sealed.
 */
export type TipCheck = { 
/**
 * Each field that is filled in; those about the teller after the others.
 */
lines: Array<TipLine>, 
/**
 * How it will go.
 */
size: TipSize, 
/**
 * "Gọi ngay Công an xã: số …".
 */
call: string, };

/**
 * Tips, for the police.
 */
export type TipInbox = { 
/**
 * Filters with counts.
 */
counts: Array<ListFilter>, 
/**
 * The tips, what is due first.
 */
rows: Array<TipRow>, };

/**
 * A line of it.
 */
export type TipLine = { 
/**
 * The field of the form.
 */
field: string, 
/**
 * Its label.
 */
label: string, 
/**
 * As it will be read.
 */
value: string, };

/**
 * A tip in the inbox: no word of what it says but its subject.
 */
export type TipRow = { 
/**
 * The record.
 */
key: string, 
/**
 * Its number or subject.
 */
title: string, 
/**
 * When it came.
 */
received: string | null, 
/**
 * The step that it is at.
 */
step: string, 
/**
 * What is due.
 */
due: RowState | null, 
/**
 * The slug of [`TipInbox::counts`] that it belongs to.
 */
list: string, };

/**
 * A tip was sealed.
 */
export type TipSealed = { 
/**
 * Its id.
 */
id: string, };

/**
 * How much of a tip fits.
 */
export type TipSize = { 
/**
 * In one sentence.
 */
says: string, 
/**
 * Whether it can be sealed so.
 */
fits: boolean, };

/**
 * A person's home.
 */
export type Today = { 
/**
 * "Thứ Ba, 10/06/2025".
 */
date: string, 
/**
 * "Thôn 3, xã Quang Trung".
 */
place: string, 
/**
 * One line on what is waiting and the connection.
 */
line: DeliveryLine, 
/**
 * For whom this person acts today, and who acts for this person.
 */
acting: Array<ActingRow>, 
/**
 * What is due, the first ten.
 */
due: Array<DueRow>, 
/**
 * How many are due in all.
 */
dueTotal: number, 
/**
 * If nothing is due: the next one.
 */
nextDue: DueRow | null, 
/**
 * The four most used acts.
 */
tiles: Array<TileAct>, 
/**
 * Drafts, newest first.
 */
drafts: Array<DraftCard>, 
/**
 * How many questions are open.
 */
review: number, 
/**
 * How much was written late in a village's old book and is not settled, whoever settles it.
 */
late: number, 
/**
 * Files of persons in care that wait to go over to another village, for who writes them.
 */
filesToMove: Array<FilesToMove>, 
/**
 * The last five records of this device.
 */
recent: Array<RecentRow>, 
/**
 * What asks for this person's word: a device that asks in, a reader to say yes to.
 */
asks: number, };

/**
 * What the web view hears without asking. No names, no contents.
 */
export type Told = { "type": "records", 
/**
 * The keys.
 */
keys: Array<string>, 
/**
 * Whether they came from others.
 */
foreign: boolean, } | { "type": "delivery" } | { "type": "register" } | { "type": "exchange" } | { "type": "locked", 
/**
 * Whether because nobody touched it.
 */
idle: boolean, } | { "type": "lockSoon", 
/**
 * Seconds.
 */
seconds: number, } | { "type": "waiting" } | { "type": "brought" } | { "type": "table", 
/**
 * Rows; records where they are being saved.
 */
rows: number, 
/**
 * Where they are being saved: of how many.
 */
of: number | null, } | { "type": "notify", 
/**
 * The sentence, without names.
 */
says: string, };

/**
 * How a word of state looks; never said by colour alone.
 */
export type Tone = "ok" | "warn" | "late" | "plain";

/**
 * Something that is there twice.
 */
export type TwiceRow = { 
/**
 * What.
 */
says: string, 
/**
 * The other records.
 */
others: Array<LinkRow>, };

/**
 * An operation on a branch of the register that was not chosen.
 */
export type UnchosenRow = { 
/**
 * Its id.
 */
operation: string, 
/**
 * "Duyệt máy: 3fa9c120, Trưởng thôn (Thôn 3)".
 */
says: string, 
/**
 * When it was ordered, in unix seconds, by the clock of who did; `null`: that was wrong.
 */
at: number | null, 
/**
 * "Còn phải làm lại", "Không cần làm lại".
 */
state: RowState, };

/**
 * An act that was undone.
 */
export type Undone = { 
/**
 * How many records were set back or voided.
 */
undone: number, 
/**
 * How many stay, whole or in part, since they were changed since.
 */
left: number, 
/**
 * One sentence, where something stays.
 */
says: string | null, };

/**
 * What undoing all that a device wrote did.
 */
export type UndoneTold = { 
/**
 * The act, by which it is taken back; `null`: there was nothing to undo.
 */
act: string | null, 
/**
 * What was done and what was left, one sentence each.
 */
says: Array<string>, };

/**
 * What is half done on such a page, as it stands there.
 */
export type Unfinished = { "page": "stack", 
/**
 * Whose: `village:3`.
 */
place: string, 
/**
 * The day on which they were signed, as typed.
 */
signedOn: string, 
/**
 * Who signed, by household.
 */
signers: { [key in string]: string }, } | { "page": "renewal", 
/**
 * What was typed of it.
 */
ask: RenewAsk, 
/**
 * For which period the tasks were looked through; empty: they were not.
 */
period: string, 
/**
 * The tasks as far as they were looked through.
 */
tasks: Array<CarriedHalf>, };

/**
 * Books that are not open yet.
 */
export type Unopened = { 
/**
 * The compartment's slug.
 */
compartment: string, 
/**
 * "Ngăn quản lý, giúp đỡ".
 */
label: string, 
/**
 * What is lacking, in one sentence; empty: it can be opened now.
 */
lacks: string, 
/**
 * The year.
 */
year: number, };

/**
 * What is asked of an act on a village.
 */
export type VillageActAsk = { 
/**
 * The village.
 */
number: number, 
/**
 * Its name today.
 */
name: string, 
/**
 * The other villages: `village:3`.
 */
others: Array<Choice>, 
/**
 * The kinds of places.
 */
types: Array<Choice>, 
/**
 * Its households.
 */
households: Array<PickRow>, };

/**
 * An act on a village, as typed.
 */
export type VillageActInput = { 
/**
 * The village.
 */
number: number, 
/**
 * `rename`, `merge`, `split`, `dissolve`, `leave`.
 */
what: string, 
/**
 * The first day.
 */
from: string, 
/**
 * The decision.
 */
decision: string, 
/**
 * The new name; of a merger that of both together, of a division that of the new village. Empty: none.
 */
name: string, 
/**
 * The new kind of place; empty: as it is.
 */
typeOf: string, 
/**
 * The other village; empty in a division: a new one.
 */
into: string, 
/**
 * The other commune.
 */
commune: string, 
/**
 * The households that go.
 */
households: Array<string>, };

/**
 * What an act will change, before it is saved.
 */
export type VillageActSeen = { 
/**
 * "Đổi tên Thôn 1".
 */
title: string, 
/**
 * What becomes different.
 */
changes: Array<string>, 
/**
 * What stays.
 */
stays: Array<string>, 
/**
 * What is to be done afterwards, and by whom.
 */
then: Array<string>, };

/**
 * A figure of a village.
 */
export type VillageFigure = { 
/**
 * The label.
 */
label: string, 
/**
 * The figure.
 */
cell: FigureCell, 
/**
 * The commune's figure.
 */
commune: string, };

/**
 * A village by number and name.
 */
export type VillageName = { 
/**
 * Its number.
 */
number: number, 
/**
 * Its name.
 */
name: string, };

/**
 * A village's page.
 */
export type VillagePage = { 
/**
 * Its number.
 */
number: number, 
/**
 * Its name.
 */
name: string, 
/**
 * Its people: head, deputy.
 */
people: Array<string>, 
/**
 * Who acts for whom now.
 */
acting: Array<string>, 
/**
 * When it was last heard from, in words.
 */
heard: string, 
/**
 * Its figures.
 */
figures: Array<VillageFigure>, 
/**
 * What is due there.
 */
due: Array<DueRow>, 
/**
 * The kinds of records and how many.
 */
kinds: Array<KindCard>, };

/**
 * A village.
 */
export type VillageRow = { 
/**
 * Its number.
 */
number: number, 
/**
 * Its name today, or its last.
 */
name: string, 
/**
 * "Thôn Đông: từ 01/07/2026 (QĐ 12)", the newest first.
 */
names: Array<string>, 
/**
 * What became of it, and what went into it: "Nhập vào Thôn 1 từ 01/07/2026".
 */
happened: Array<string>, 
/**
 * Whether it has ended.
 */
ended: boolean, 
/**
 * "42 hộ"; of one that has ended the households that no other village has.
 */
households: number, 
/**
 * How many that it gave away still lie in its book and can be taken over here.
 */
shared: number, 
/**
 * The same of files of persons in care; for who does not write them nothing.
 */
files: number, };

/**
 * The villages, with what they were called when.
 */
export type Villages = { 
/**
 * Those that are there today, in the order of the list; then those that have ended.
 */
rows: Array<VillageRow>, 
/**
 * Whether this person may record what happens to one.
 */
writes: boolean, };

/**
 * A device that waits to be admitted, or whose right has ended.
 */
export type Waiting = { 
/**
 * The folder.
 */
folder: string, 
/**
 * The eight words that the registrar sees too.
 */
words: Array<string>, 
/**
 * The role that was offered.
 */
role: string, 
/**
 * The request, to be shown or sent where there is no connection.
 */
request: string, 
/**
 * The same as a QR code.
 */
requestQr: QrCode, 
/**
 * How this device stands.
 */
standing: Standing, 
/**
 * How far the first exchange has come.
 */
progress: Progress | null, 
/**
 * One sentence: how the connection stands.
 */
line: string, };

/**
 * A way of the exchange.
 */
export type WayRow = { 
/**
 * `relay`, `nearby`, `file`.
 */
way: string, 
/**
 * "Trạm chuyển".
 */
label: string, 
/**
 * One sentence: what was tried and what answered.
 */
says: string, 
/**
 * When it last worked, in unix seconds.
 */
last: number | null, 
/**
 * Whether it is connected now.
 */
connected: boolean, };

/**
 * What the first screen needs.
 */
export type Welcome = { 
/**
 * The settings of this machine; no secrets and no names.
 */
settings: Settings, 
/**
 * Whether the language was chosen once.
 */
languageChosen: boolean, 
/**
 * Whose books are on this machine.
 */
folders: Array<FolderCard>, 
/**
 * The folder whose book is open now, if one is.
 */
open: string | null, 
/**
 * The name of a courier file that the system handed over and that waits to be taken in.
 */
brought: string | null, 
/**
 * The version of the program.
 */
version: string, };

/**
 * What can be written from a page.
 */
export type WriteFrom = { 
/**
 * The kind.
 */
kind: string, 
/**
 * "Ghi bản cam kết".
 */
label: string, 
/**
 * The field that names this record.
 */
field: string, };

/**
 * How what does not count is written again for an author who will not come back.
 */
export type WritesAgain = "orders" | "ordersAndWrites" | "writes";

/**
 * What came of it.
 */
export type WrittenAgain = { 
/**
 * In a sentence.
 */
says: string, };
