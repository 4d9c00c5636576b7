// Made from crates/app by `cargo xtask generate`. Not to be edited by hand.

import { call } from '../api';
import type { About, Account, AlikeRow, Asides, Asking, Before, CardsInput, CardsMade, CardsPage, CareList, ChoiceFieldPage, ChoiceFields, ClosedWithin, ClosingPage, ClosingRow, Conflict, Courier, CourierMade, CourierPhotos, CourierTaken, DaysOff, Decision, DraftCard, DraftKept, DraftOf, DueRow, Duties, DutiesMade, EntrySays, Exchange, ExportAsk, ExportPage, Exported, Form, FormAsk, FormInput, FoundInput, Gaps, HelperFile, Imported, InviteInput, InviteSeen, InviteSlipSeen, JoinInput, KindCard, LateRow, ListAsk, ListPage, ListTotals, LostDevice, MatterCheck, MatterPage, Matters, Me, MergePage, MovePage, OpenedByKey, Overview, OverviewAsk, OwnTips, People, PhotoAsk, PhotoInput, PhotoRow, PhotoSeen, PickAsk, PickRow, ReadingKeySheet, RecordPage, RecoveryAsk, RecoverySheet, RenewAsk, RenewInput, RenewPage, RenewTasks, Renewed, Review, RoleChange, RoleInput, RollRow, SavedAct, Secret, Settings, Shared, SharedMoved, Stack, StackInput, StackSaved, TableAsk, TableSeen, Tables, TakenOut, TaskAsk, TaskBoard, TellerSeen, TipAnswers, TipCheck, TipInbox, TipSealed, TipSize, Today, UnchosenRow, Undone, UndoneTold, Unfinished, VillageActAsk, VillageActInput, VillageActSeen, VillagePage, Villages, Waiting, Welcome, WrittenAgain } from './types';

/** What the first screen needs. */
export const welcome = (): Promise<Welcome> => call('welcome');

/** Keeps the settings of this machine. */
export const keepSettings = (settings: Settings): Promise<Settings> => call('keep_settings', { settings });

/** Four words for a passphrase, which Telex and VNI leave alone. */
export const drawWords = (): Promise<Array<string>> => call('draw_words');

/** Founds a commune and opens its book. */
export const found = (input: FoundInput): Promise<Me> => call('found', { input });

/** The recovery sheet of the commune that was founded here, until some of it was typed back. */
export const recoverySheet = (): Promise<RecoverySheet> => call('recovery_sheet');

/** Whether what was typed back from a sheet is right; in the order of the groups asked for. A recovery key is then
 * forgotten by the machine. */
export const confirmSheet = (groups: Array<string>): Promise<boolean> => call('confirm_sheet', { groups });

/** Reads an invitation. */
export const readInvite = (slip: string): Promise<InviteSeen> => call('read_invite', { slip });

/** Makes a device for an invitation and asks to be admitted. */
export const join = (input: JoinInput): Promise<Waiting> => call('join', { input });

/** How it stands with being admitted. */
export const waiting = (): Promise<Waiting> => call('waiting');

/** Makes the practice commune, or opens it. */
export const openPractice = (): Promise<Me> => call('open_practice');

/** Throws the practice commune away. */
export const discardPractice = (): Promise<Welcome> => call('discard_practice');

/** Opens a book. */
export const unlock = (folder: string, passphrase: Secret): Promise<Me> => call('unlock', { folder, passphrase });

/** Locks it. */
export const lock = (): Promise<void> => call('lock');

/** Somebody is there: the book is not locked yet. */
export const stay = (): Promise<void> => call('stay');

/** Whose book is open. */
export const me = (): Promise<Me> => call('me');

/** A person's home. */
export const today = (): Promise<Today> => call('today');

/** All that is due. */
export const allDue = (): Promise<Array<DueRow>> => call('all_due');

/** The kinds of records. */
export const kinds = (): Promise<Array<KindCard>> => call('kinds');

/** A form to fill in. */
export const form = (ask: FormAsk): Promise<Form> => call('form', { ask });

/** Keeps what was typed, sealed. */
export const keepDraft = (input: FormInput): Promise<DraftKept> => call('keep_draft', { input });

/** The drafts, newest first. */
export const drafts = (): Promise<Array<DraftCard>> => call('drafts');

/** Keeps what is half done on a page that is no form, sealed. */
export const keepUnfinished = (half: Unfinished): Promise<DraftKept> => call('keep_unfinished', { half });

/** What is half done there; nothing, if nothing is. */
export const unfinished = (of: DraftOf): Promise<Unfinished | null> => call('unfinished', { of });

/** Throws a draft away. */
export const discardDraft = (id: string): Promise<void> => call('discard_draft', { id });

/** Adds a photograph to a form: made small, without place and camera, and kept sealed with the draft. */
export const addPhoto = (input: PhotoInput): Promise<PhotoRow> => call('add_photo', { input });

/** A photograph, as far as it is here. Of a guarded record only after its page was opened. */
export const photo = (ask: PhotoAsk): Promise<PhotoSeen> => call('photo', { ask });

/** Records that what is typed may be twice with. */
export const alike = (input: FormInput): Promise<Array<AlikeRow>> => call('alike', { input });

/** Records to pick from. */
export const pick = (ask: PickAsk): Promise<Array<PickRow>> => call('pick', { ask });

/** Off what the parts of a list can be ticked: those of a place, where one is named. */
export const roll = (kind: string, list: string, place: string | null): Promise<Array<RollRow>> => call('roll', { kind, list, place });

/** The record from which a new one of a kind takes over in a place. */
export const before = (kind: string, place: string): Promise<Before | null> => call('before', { kind, place });

/** What the lists of a form come to so far. */
export const totals = (input: FormInput): Promise<Array<ListTotals>> => call('totals', { input });

/** Saves a form. */
export const save = (input: FormInput): Promise<SavedAct> => call('save', { input });

/** Undoes an act. */
export const undo = (act: string): Promise<Undone> => call('undo', { act });

/** A part of a list. */
export const list = (ask: ListAsk): Promise<ListPage> => call('list', { ask });

/** A record's page. Care and tips want a reason, which is recorded before anything is shown. */
export const record = (key: string, reason: string | null): Promise<RecordPage> => call('record', { key, reason });

/** Voids a record or a part of it. */
export const voidRecord = (key: string, sub: string | null, reason: string): Promise<SavedAct> => call('void_record', { key, sub, reason });

/** Takes voiding back. */
export const restoreRecord = (key: string, sub: string | null): Promise<SavedAct> => call('restore_record', { key, sub });

/** Gives a field the value that it had. */
export const setBack = (key: string, sub: string | null, field: string, typed: string): Promise<SavedAct> => call('set_back', { key, sub, field, typed });

/** Opens who told, for a reason that is recorded first. */
export const openTeller = (key: string, reason: string): Promise<TellerSeen> => call('open_teller', { key, reason });

/** What is to be looked at. */
export const review = (): Promise<Review> => call('review');

/** One question. */
export const conflict = (id: string): Promise<Conflict> => call('conflict', { id });

/** Decides it. */
export const decide = (id: string, decision: Decision): Promise<SavedAct> => call('decide', { id, decision });

/** Where a household or person can move to. */
export const moving = (key: string): Promise<MovePage> => call('moving', { key });

/** Moves it, as one act. */
export const moveRecord = (key: string, to: string, on: string): Promise<SavedAct> => call('move_record', { key, to, on });

/** Puts the day right on which it came to where it is. */
export const correctMove = (key: string, on: string): Promise<SavedAct> => call('correct_move', { key, on });

/** Takes up in its new village what nobody has taken up there. */
export const takeUp = (key: string): Promise<SavedAct> => call('take_up', { key });

/** What was written in a village's old book after what it is about had gone from there. */
export const lateEntries = (): Promise<Array<LateRow>> => call('late_entries');

/** The periods that were closed, and how much was changed afterwards. */
export const closings = (): Promise<Array<ClosingRow>> => call('closings');

/** How much was changed in the period of a picture after it was closed. */
export const changedSinceClosing = (ask: OverviewAsk): Promise<ClosedWithin> => call('changed_since_closing', { ask });

/** One of them, with what was changed afterwards. */
export const closing = (id: string): Promise<ClosingPage> => call('closing', { id });

/** Takes something late over to where it belongs now, as one act. */
export const takeLate = (id: string): Promise<SavedAct> => call('take_late', { id });

/** Leaves something late where it is, for a reason. */
export const leaveLate = (id: string, reason: string): Promise<SavedAct> => call('leave_late', { id, reason });

/** Two records of which the first goes on, side by side. */
export const merging = (kept: string, other: string): Promise<MergePage> => call('merging', { kept, other });

/** Merges them, as one act. */
export const merge = (kept: string, other: string): Promise<SavedAct> => call('merge', { kept, other });

/** Takes merging back: the record counts by itself again. */
export const separate = (key: string): Promise<SavedAct> => call('separate', { key });

/** The villages, with their names by date. */
export const villages = (): Promise<Villages> => call('villages');

/** What is asked of what happens to one. */
export const villageAct = (number: number): Promise<VillageActAsk> => call('village_act', { number });

/** What it will change. */
export const seeVillageAct = (input: VillageActInput): Promise<VillageActSeen> => call('see_village_act', { input });

/** Records it, as one act. */
export const doVillageAct = (input: VillageActInput): Promise<SavedAct> => call('do_village_act', { input });

/** The households that a division gave to other villages and that still lie in the old book. */
export const shared = (number: number): Promise<Shared> => call('shared', { number });

/** Takes all of them over into the books where they belong, as one act. */
export const moveShared = (number: number): Promise<SharedMoved> => call('move_shared', { number });

/** The merged picture. */
export const overview = (ask: OverviewAsk): Promise<Overview> => call('overview', { ask });

/** The tasks of a plan, of all or of one place. */
export const tasks = (ask: TaskAsk): Promise<TaskBoard> => call('tasks', { ask });

/** With what a plan for the period after a plan's begins. */
export const renewing = (plan: string): Promise<RenewPage> => call('renewing', { plan });

/** The tasks of a plan with their dates in a new period; nothing is saved. */
export const renewedTasks = (ask: RenewAsk): Promise<RenewTasks> => call('renewed_tasks', { ask });

/** Writes a plan for a new period with the tasks that go on, as one act. */
export const renewPlan = (input: RenewInput): Promise<Renewed> => call('renew_plan', { input });

/** With what the assignment cards of a team begin. */
export const cards = (team: string): Promise<CardsPage> => call('cards', { team });

/** Makes them, as one act. */
export const makeCards = (input: CardsInput): Promise<CardsMade> => call('make_cards', { input });

/** Duties that come back, offered as tasks of a plan. */
export const duties = (plan: string): Promise<Duties> => call('duties', { plan });

/** Makes tasks of some of them, by their numbers, as one act; what is there already stays. */
export const makeDuties = (plan: string, numbers: Array<string>): Promise<DutiesMade> => call('make_duties', { plan, numbers });

/** What the commune sets, as it stands today. */
export const matters = (): Promise<Matters> => call('matters');

/** A matter, with all that was recorded of it. */
export const matter = (matter: string): Promise<MatterPage> => call('matter', { matter });

/** The choices of forms that the commune may change. */
export const choiceFields = (): Promise<ChoiceFields> => call('choice_fields');

/** A field with its choices and all that was recorded of them. */
export const choiceField = (of: string): Promise<ChoiceFieldPage> => call('choice_field', { of });

/** What setting a matter so would mean; nothing is saved. */
export const checkMatter = (input: FormInput): Promise<MatterCheck> => call('check_matter', { input });

/** What is not known enough, who fills it, and what then changes. */
export const gaps = (): Promise<Gaps> => call('gaps');

/** The days off of a year; without one, of this year. */
export const daysOff = (year: number | null): Promise<DaysOff> => call('days_off', { year });

/** A village's page. */
export const village = (number: number): Promise<VillagePage> => call('village', { number });

/** Persons under management, or the contacts assigned. */
export const care = (): Promise<CareList> => call('care');

/** Tips, for the police. */
export const tips = (): Promise<TipInbox> => call('tips');

/** Answers who dropped a tip, for a reason that goes into the access log; gives how its answers stand. */
export const answerTip = (key: string, reason: string, state: string, text: string): Promise<TipAnswers> => call('answer_tip', { key, reason, state, text });

/** How the answers to a tip stand. Says nothing of the tip, so it is no look at it. */
export const tipAnswers = (key: string): Promise<TipAnswers> => call('tip_answers', { key });

/** The tips that this device sealed, and how the police are reached. */
export const ownTips = (): Promise<OwnTips> => call('own_tips');

/** How much of a tip fits, while it is typed. */
export const tipSize = (input: FormInput): Promise<TipSize> => call('tip_size', { input });

/** A tip as it will be sealed, to be looked at once more. */
export const checkTip = (input: FormInput): Promise<TipCheck> => call('check_tip', { input });

/** Seals a tip for the police; the draft that it was is gone. This device cannot open it again. */
export const sealTip = (input: FormInput): Promise<TipSealed> => call('seal_tip', { input });

/** Sends a tip at once, and those sealed before it. */
export const sendTipNow = (tip: string): Promise<OwnTips> => call('send_tip_now', { tip });

/** People and devices. */
export const people = (): Promise<People> => call('people');

/** Makes an invitation. */
export const invite = (input: InviteInput): Promise<InviteSlipSeen> => call('invite', { input });

/** Shows an invitation again. */
export const showInvite = (id: string): Promise<InviteSlipSeen> => call('show_invite', { id });

/** Withdraws it. */
export const withdrawInvite = (id: string): Promise<People> => call('withdraw_invite', { id });

/** Takes a request that was carried by hand. */
export const takeRequest = (text: string): Promise<Asking> => call('take_request', { text });

/** Admits a device whose eight words are right. */
export const admit = (invite: string, device: string): Promise<People> => call('admit', { invite, device });

/** Turns it away. */
export const refuse = (invite: string, device: string): Promise<People> => call('refuse', { invite, device });

/** What another role for a device would end and begin. */
export const roleChange = (input: RoleInput): Promise<RoleChange> => call('role_change', { input });

/** Gives a device another role, or another place. */
export const changeRole = (input: RoleInput): Promise<People> => call('change_role', { input });

/** Ends all that a device may. */
export const endDevice = (device: string): Promise<People> => call('end_device', { device });

/** A device that may be lost, and how far one has come with it. */
export const lostDevice = (device: string): Promise<LostDevice> => call('lost_device', { device });

/** Suspends a device, or lifts that. */
export const suspendDevice = (device: string, begins: boolean): Promise<LostDevice> => call('suspend_device', { device, begins });

/** Ends a lost device, with new keys for what it read; asked again it does what was left. */
export const endLost = (device: string): Promise<LostDevice> => call('end_lost', { device });

/** Says that its loss was reported. */
export const lossReported = (device: string): Promise<LostDevice> => call('loss_reported', { device });

/** What does not count, and why. */
export const asides = (): Promise<Asides> => call('asides');

/** What an entry says that does not count, or has a rival. */
export const entrySays = (entry: string): Promise<EntrySays> => call('entry_says', { entry });

/** Lets an entry in, with what it builds on. */
export const letIn = (entry: string): Promise<Asides> => call('let_in', { entry });

/** Has an entry written again whose author will not come back: orders it, writes what is ordered, or both. */
export const writeAgain = (entry: string): Promise<WrittenAgain> => call('write_again', { entry });

/** What was ordered on a branch of the register that was not chosen, what is left to be said again first. */
export const unchosen = (): Promise<Array<UnchosenRow>> => call('unchosen');

/** Chooses the version that counts. */
export const chooseRival = (entry: string): Promise<Asides> => call('choose_rival', { entry });

/** Undoes all that a device wrote, where this one may write. */
export const undoDevice = (device: string, reason: string): Promise<UndoneTold> => call('undo_device', { device, reason });

/** Lets a device read care or tips. */
export const sayYes = (device: string, books: Array<string>): Promise<People> => call('say_yes', { device, books });

/** Names the commune's relays. */
export const setRelays = (relays: Array<string>): Promise<People> => call('set_relays', { relays });

/** Opens the books of a compartment for a year. */
export const openCompartment = (compartment: string, year: number): Promise<People> => call('open_compartment', { compartment, year });

/** Makes a reading key on paper. */
export const makeReadingKey = (compartment: string, year: number): Promise<ReadingKeySheet> => call('make_reading_key', { compartment, year });

/** Enters a reading key into the register. */
export const enterReadingKey = (slip: string): Promise<People> => call('enter_reading_key', { slip });

/** Opens a compartment on this device with its reading key on paper. */
export const readByPaper = (compartment: string, year: number, key: Secret): Promise<OpenedByKey> => call('read_by_paper', { compartment, year, key });

/** How the recovery sheet would be used here. */
export const recoveryAsk = (): Promise<RecoveryAsk> => call('recovery_ask');

/** Makes this device the registrar's with the recovery sheet. */
export const recover = (key: Secret, branch: string | null): Promise<People> => call('recover', { key, branch });

/** How the exchange stands. */
export const exchange = (): Promise<Exchange> => call('exchange');

/** Tries all ways now. */
export const sendNow = (): Promise<void> => call('send_now');

/** Where courier files are made and found. */
export const courier = (): Promise<Courier> => call('courier');

/** The photos that could go along with one: of what the commune lacks, for one device, or of all that is here. */
export const courierPhotos = (device: string | null, all: boolean): Promise<CourierPhotos> => call('courier_photos', { device, all });

/** Makes one in a place, with photos or without. */
export const courierOut = (place: string, device: string | null, all: boolean, photos: boolean): Promise<CourierMade> => call('courier_out', { place, device, all, photos });

/** Takes one in. */
export const courierIn = (file: string): Promise<CourierTaken> => call('courier_in', { file });

/** The households of a village whose pledge of this year is not signed. */
export const stack = (place: string | null): Promise<Stack> => call('stack', { place });

/** Saves the pledges of an evening as one act, or none. */
export const saveStack = (input: StackInput): Promise<StackSaved> => call('save_stack', { input });

/** The budget against what was spent, a table for each year and source. */
export const accounts = (): Promise<Array<Account>> => call('accounts');

/** Tables that can be taken in. */
export const tables = (): Promise<Tables> => call('tables');

/** Reads one, of records of a kind, and says what would come of it. */
export const openTable = (file: string, kind: string, place: string | null): Promise<TableSeen> => call('open_table', { file, kind, place });

/** The same, read in another way. */
export const seeTable = (ask: TableAsk): Promise<TableSeen> => call('see_table', { ask });

/** Saves what it holds as one act, or nothing. */
export const importTable = (): Promise<Imported> => call('import_table');

/** Ends reading a table, or writing one. */
export const stopTable = (): Promise<void> => call('stop_table');

/** What taking a list out means. */
export const exporting = (what: TakenOut): Promise<ExportPage> => call('exporting', { what });

/** Takes it out as a file, for a reason that is recorded first. */
export const exportList = (ask: ExportAsk): Promise<Exported> => call('export_list', { ask });

/** The file for the helper. */
export const helperFile = (): Promise<HelperFile> => call('helper_file');

/** Saves it into the folder for downloads; gives where. */
export const saveHelperFile = (): Promise<string> => call('save_helper_file');

/** What the program says of itself. */
export const about = (): Promise<About> => call('about');
