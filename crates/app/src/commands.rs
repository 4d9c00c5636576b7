//! All that a window can ask, declared once: from this list come the dispatcher, the TypeScript wrappers and the names
//! that the shell allows.

use serde::Deserialize;
use serde_json::Value;

use crate::api::*;
use crate::app::App;
use crate::fault::Fault;
use crate::secret::Secret;

/// Declares commands; each is an async method of [`App`] of the same name.
macro_rules! commands {
    ($($(#[doc = $doc:literal])* $name:ident($($arg:ident: $of:ty),* $(,)?) -> $gives:ty;)*) => {
        /// The names of all commands, in the order of their declaration.
        pub const NAMES: &[&str] = &[$(stringify!($name)),*];

        impl App {
            /// Calls a command by its name, with its arguments as a JSON object.
            ///
            /// # Errors
            /// What the command says; an unknown name, or arguments of another form.
            pub async fn call(&self, name: &str, arguments: Value) -> Result<Value, Fault> {
                match name {
                    $(stringify!($name) => {
                        #[derive(Deserialize)]
                        #[serde(rename_all = "camelCase")]
                        struct Arguments { $($arg: $of),* }
                        let Arguments { $($arg),* } =
                            serde_json::from_value(arguments).map_err(|_| Fault::not_understood(name))?;
                        let given: $gives = self
                            .$name($($arg),*)
                            .await
                            .map_err(|fault| self.parts().note_fault(stringify!($name), fault))?;
                        serde_json::to_value(given).map_err(|_| Fault::not_understood(name))
                    })*
                    _ => Err(Fault::not_understood(name)),
                }
            }
        }

        /// The wrappers, and the types that they name.
        pub(crate) fn describe(to: &mut impl Describe) {
            $(to.command(
                stringify!($name),
                &[$($doc),*],
                &[$((stringify!($arg), to.type_of::<$of>())),*],
                &to.type_of::<$gives>(),
            );)*
        }
    };
}

/// Who is told of the commands.
pub(crate) trait Describe {
    /// A type, as TypeScript names it; its declaration is noted.
    fn type_of<T: ts_rs::TS + 'static>(&self) -> String;
    /// A command.
    fn command(&mut self, name: &str, doc: &[&str], arguments: &[(&str, String)], gives: &str);
}

commands! {
    /// What the first screen needs.
    welcome() -> Welcome;
    /// Keeps the settings of this machine.
    keep_settings(settings: Settings) -> Settings;
    /// Four words for a passphrase, which Telex and VNI leave alone.
    draw_words() -> Vec<String>;
    /// Founds a commune and opens its book.
    found(input: FoundInput) -> Me;
    /// The recovery sheet of the commune that was founded here, until some of it was typed back.
    recovery_sheet() -> RecoverySheet;
    /// Whether what was typed back from a sheet is right; in the order of the groups asked for. A recovery key is then
    /// forgotten by the machine.
    confirm_sheet(groups: Vec<String>) -> bool;
    /// Reads an invitation.
    read_invite(slip: String) -> InviteSeen;
    /// Makes a device for an invitation and asks to be admitted.
    join(input: JoinInput) -> Waiting;
    /// How it stands with being admitted.
    waiting() -> Waiting;
    /// Makes the practice commune, or opens it.
    open_practice() -> Me;
    /// Throws the practice commune away.
    discard_practice() -> Welcome;
    /// Opens a book.
    unlock(folder: String, passphrase: Secret) -> Me;
    /// Locks it.
    lock() -> ();
    /// Somebody is there: the book is not locked yet.
    stay() -> ();
    /// Whose book is open.
    me() -> Me;

    /// A person's home.
    today() -> Today;
    /// All that is due.
    all_due() -> Vec<DueRow>;
    /// The kinds of records.
    kinds() -> Vec<KindCard>;
    /// A form to fill in.
    form(ask: FormAsk) -> Form;
    /// Keeps what was typed, sealed.
    keep_draft(input: FormInput) -> DraftKept;
    /// The drafts, newest first.
    drafts() -> Vec<DraftCard>;
    /// Keeps what is half done on a page that is no form, sealed.
    keep_unfinished(half: Unfinished) -> DraftKept;
    /// What is half done there; nothing, if nothing is.
    unfinished(of: DraftOf) -> Option<Unfinished>;
    /// Throws a draft away.
    discard_draft(id: String) -> ();
    /// Adds a photograph to a form: made small, without place and camera, and kept sealed with the draft.
    add_photo(input: PhotoInput) -> PhotoRow;
    /// A photograph, as far as it is here. Of a guarded record only after its page was opened.
    photo(ask: PhotoAsk) -> PhotoSeen;
    /// Records that what is typed may be twice with.
    alike(input: FormInput) -> Vec<AlikeRow>;
    /// Records to pick from.
    pick(ask: PickAsk) -> Vec<PickRow>;
    /// Off what the parts of a list can be ticked: those of a place, where one is named.
    roll(kind: String, list: String, place: Option<String>) -> Vec<RollRow>;
    /// The record from which a new one of a kind takes over in a place.
    before(kind: String, place: String) -> Option<Before>;
    /// What the lists of a form come to so far.
    totals(input: FormInput) -> Vec<ListTotals>;
    /// Saves a form.
    save(input: FormInput) -> SavedAct;
    /// Undoes an act.
    undo(act: String) -> Undone;

    /// A part of a list.
    list(ask: ListAsk) -> ListPage;
    /// A record's page. Care and tips want a reason, which is recorded before anything is shown.
    record(key: String, reason: Option<String>) -> RecordPage;
    /// Voids a record or a part of it.
    void_record(key: String, sub: Option<String>, reason: String) -> SavedAct;
    /// Takes voiding back.
    restore_record(key: String, sub: Option<String>) -> SavedAct;
    /// Gives a field the value that it had.
    set_back(key: String, sub: Option<String>, field: String, typed: String) -> SavedAct;
    /// Opens who told, for a reason that is recorded first.
    open_teller(key: String, reason: String) -> TellerSeen;

    /// What is to be looked at.
    review() -> Review;
    /// One question.
    conflict(id: String) -> Conflict;
    /// Decides it.
    decide(id: String, decision: Decision) -> SavedAct;

    /// Where a household or person can move to.
    moving(key: String) -> MovePage;
    /// Moves it, as one act.
    move_record(key: String, to: String, on: String) -> SavedAct;
    /// Puts the day right on which it came to where it is.
    correct_move(key: String, on: String) -> SavedAct;
    /// Takes up in its new village what nobody has taken up there.
    take_up(key: String) -> SavedAct;
    /// What was written in a village's old book after what it is about had gone from there.
    late_entries() -> Vec<LateRow>;
    /// The periods that were closed, and how much was changed afterwards.
    closings() -> Vec<ClosingRow>;
    /// How much was changed in the period of a picture after it was closed.
    changed_since_closing(ask: OverviewAsk) -> ClosedWithin;
    /// One of them, with what was changed afterwards.
    closing(id: String) -> ClosingPage;
    /// Takes something late over to where it belongs now, as one act.
    take_late(id: String) -> SavedAct;
    /// Leaves something late where it is, for a reason.
    leave_late(id: String, reason: String) -> SavedAct;
    /// Two records of which the first goes on, side by side.
    merging(kept: String, other: String) -> MergePage;
    /// Merges them, as one act.
    merge(kept: String, other: String) -> SavedAct;
    /// Takes merging back: the record counts by itself again.
    separate(key: String) -> SavedAct;

    /// The villages, with their names by date.
    villages() -> Villages;
    /// What is asked of what happens to one.
    village_act(number: u32) -> VillageActAsk;
    /// What it will change.
    see_village_act(input: VillageActInput) -> VillageActSeen;
    /// Records it, as one act.
    do_village_act(input: VillageActInput) -> SavedAct;
    /// The households that a division gave to other villages and that still lie in the old book.
    shared(number: u32) -> Shared;
    /// Takes all of them over into the books where they belong, as one act.
    move_shared(number: u32) -> SharedMoved;

    /// The merged picture.
    overview(ask: OverviewAsk) -> Overview;
    /// The tasks of a plan, of all or of one place.
    tasks(ask: TaskAsk) -> TaskBoard;
    /// With what a plan for the period after a plan's begins.
    renewing(plan: String) -> RenewPage;
    /// The tasks of a plan with their dates in a new period; nothing is saved.
    renewed_tasks(ask: RenewAsk) -> RenewTasks;
    /// Writes a plan for a new period with the tasks that go on, as one act.
    renew_plan(input: RenewInput) -> Renewed;
    /// With what the assignment cards of a team begin.
    cards(team: String) -> CardsPage;
    /// Makes them, as one act.
    make_cards(input: CardsInput) -> CardsMade;
    /// Duties that come back, offered as tasks of a plan.
    duties(plan: String) -> Duties;
    /// Makes tasks of some of them, by their numbers, as one act; what is there already stays.
    make_duties(plan: String, numbers: Vec<String>) -> DutiesMade;
    /// What the commune sets, as it stands today.
    matters() -> Matters;
    /// A matter, with all that was recorded of it.
    matter(matter: String) -> MatterPage;
    /// The choices of forms that the commune may change.
    choice_fields() -> ChoiceFields;
    /// A field with its choices and all that was recorded of them.
    choice_field(of: String) -> ChoiceFieldPage;
    /// What setting a matter so would mean; nothing is saved.
    check_matter(input: FormInput) -> MatterCheck;
    /// What is not known enough, who fills it, and what then changes.
    gaps() -> Gaps;
    /// The days off of a year; without one, of this year.
    days_off(year: Option<i32>) -> DaysOff;
    /// A village's page.
    village(number: u32) -> VillagePage;
    /// Persons under management, or the contacts assigned.
    care() -> CareList;
    /// Tips, for the police.
    tips() -> TipInbox;
    /// Answers who dropped a tip, for a reason that goes into the access log; gives how its answers stand.
    answer_tip(key: String, reason: String, state: String, text: String) -> TipAnswers;
    /// How the answers to a tip stand. Says nothing of the tip, so it is no look at it.
    tip_answers(key: String) -> TipAnswers;

    /// The tips that this device sealed, and how the police are reached.
    own_tips() -> OwnTips;
    /// How much of a tip fits, while it is typed.
    tip_size(input: FormInput) -> TipSize;
    /// A tip as it will be sealed, to be looked at once more.
    check_tip(input: FormInput) -> TipCheck;
    /// Seals a tip for the police; the draft that it was is gone. This device cannot open it again.
    seal_tip(input: FormInput) -> TipSealed;
    /// Sends a tip at once, and those sealed before it.
    send_tip_now(tip: String) -> OwnTips;

    /// People and devices.
    people() -> People;
    /// Makes an invitation.
    invite(input: InviteInput) -> InviteSlipSeen;
    /// Shows an invitation again.
    show_invite(id: String) -> InviteSlipSeen;
    /// Withdraws it.
    withdraw_invite(id: String) -> People;
    /// Takes a request that was carried by hand.
    take_request(text: String) -> Asking;
    /// Admits a device whose eight words are right.
    admit(invite: String, device: String) -> People;
    /// Turns it away.
    refuse(invite: String, device: String) -> People;
    /// What another role for a device would end and begin.
    role_change(input: RoleInput) -> RoleChange;
    /// Gives a device another role, or another place.
    change_role(input: RoleInput) -> People;
    /// Ends all that a device may.
    end_device(device: String) -> People;
    /// A device that may be lost, and how far one has come with it.
    lost_device(device: String) -> LostDevice;
    /// Suspends a device, or lifts that.
    suspend_device(device: String, begins: bool) -> LostDevice;
    /// Ends a lost device, with new keys for what it read; asked again it does what was left.
    end_lost(device: String) -> LostDevice;
    /// Says that its loss was reported.
    loss_reported(device: String) -> LostDevice;
    /// What does not count, and why.
    asides() -> Asides;
    /// What an entry says that does not count, or has a rival.
    entry_says(entry: String) -> EntrySays;
    /// Lets an entry in, with what it builds on.
    let_in(entry: String) -> Asides;
    /// Has an entry written again whose author will not come back: orders it, writes what is ordered, or both.
    write_again(entry: String) -> WrittenAgain;
    /// What was ordered on a branch of the register that was not chosen, what is left to be said again first.
    unchosen() -> Vec<UnchosenRow>;
    /// Chooses the version that counts.
    choose_rival(entry: String) -> Asides;
    /// Undoes all that a device wrote, where this one may write.
    undo_device(device: String, reason: String) -> UndoneTold;
    /// Lets a device read care or tips.
    say_yes(device: String, books: Vec<String>) -> People;
    /// Names the commune's relays.
    set_relays(relays: Vec<String>) -> People;
    /// Opens the books of a compartment for a year.
    open_compartment(compartment: String, year: u32) -> People;
    /// Makes a reading key on paper.
    make_reading_key(compartment: String, year: u32) -> ReadingKeySheet;
    /// Enters a reading key into the register.
    enter_reading_key(slip: String) -> People;
    /// Opens a compartment on this device with its reading key on paper.
    read_by_paper(compartment: String, year: u32, key: Secret) -> OpenedByKey;
    /// How the recovery sheet would be used here.
    recovery_ask() -> RecoveryAsk;
    /// Makes this device the registrar's with the recovery sheet.
    recover(key: Secret, branch: Option<String>) -> People;

    /// How the exchange stands.
    exchange() -> Exchange;
    /// Tries all ways now.
    send_now() -> ();

    /// Where courier files are made and found.
    courier() -> Courier;
    /// The photos that could go along with one: of what the commune lacks, for one device, or of all that is here.
    courier_photos(device: Option<String>, all: bool) -> CourierPhotos;
    /// Makes one in a place, with photos or without.
    courier_out(place: String, device: Option<String>, all: bool, photos: bool) -> CourierMade;
    /// Takes one in.
    courier_in(file: String) -> CourierTaken;

    /// The households of a village whose pledge of this year is not signed.
    stack(place: Option<String>) -> Stack;
    /// Saves the pledges of an evening as one act, or none.
    save_stack(input: StackInput) -> StackSaved;

    /// The budget against what was spent, a table for each year and source.
    accounts() -> Vec<Account>;
    /// Tables that can be taken in.
    tables() -> Tables;
    /// Reads one, of records of a kind, and says what would come of it.
    open_table(file: String, kind: String, place: Option<String>) -> TableSeen;
    /// The same, read in another way.
    see_table(ask: TableAsk) -> TableSeen;
    /// Saves what it holds as one act, or nothing.
    import_table() -> Imported;
    /// Ends reading a table, or writing one.
    stop_table() -> ();
    /// What taking a list out means.
    exporting(what: TakenOut) -> ExportPage;
    /// Takes it out as a file, for a reason that is recorded first.
    export_list(ask: ExportAsk) -> Exported;

    /// The file for the helper.
    helper_file() -> HelperFile;
    /// Saves it into the folder for downloads; gives where.
    save_helper_file() -> String;
    /// What the program says of itself.
    about() -> About;
}
