//! Commands that are still to be written.
use crate::api::*;
use crate::app::App;
use crate::fault::{Done, Fault};
impl App {
    pub(crate) async fn today(&self) -> Done<Today> {
        Err(Fault::locked())
    }
    pub(crate) async fn all_due(&self) -> Done<Vec<DueRow>> {
        Err(Fault::locked())
    }
    pub(crate) async fn kinds(&self) -> Done<Vec<KindCard>> {
        Err(Fault::locked())
    }
    pub(crate) async fn form(&self, _ask: FormAsk) -> Done<Form> {
        Err(Fault::locked())
    }
    pub(crate) async fn keep_draft(&self, _input: FormInput) -> Done<DraftKept> {
        Err(Fault::locked())
    }
    pub(crate) async fn drafts(&self) -> Done<Vec<DraftCard>> {
        Err(Fault::locked())
    }
    pub(crate) async fn discard_draft(&self, _id: String) -> Done<()> {
        Err(Fault::locked())
    }
    pub(crate) async fn alike(&self, _input: FormInput) -> Done<Vec<AlikeRow>> {
        Err(Fault::locked())
    }
    pub(crate) async fn pick(&self, _ask: PickAsk) -> Done<Vec<PickRow>> {
        Err(Fault::locked())
    }
    pub(crate) async fn save(&self, _input: FormInput) -> Done<SavedAct> {
        Err(Fault::locked())
    }
    pub(crate) async fn undo(&self, _act: String) -> Done<()> {
        Err(Fault::locked())
    }
    pub(crate) async fn list(&self, _ask: ListAsk) -> Done<ListPage> {
        Err(Fault::locked())
    }
    pub(crate) async fn record(&self, _key: String, _reason: Option<String>) -> Done<RecordPage> {
        Err(Fault::locked())
    }
    pub(crate) async fn void_record(
        &self,
        _key: String,
        _sub: Option<String>,
        _reason: String,
    ) -> Done<SavedAct> {
        Err(Fault::locked())
    }
    pub(crate) async fn restore_record(&self, _key: String, _sub: Option<String>) -> Done<SavedAct> {
        Err(Fault::locked())
    }
    pub(crate) async fn set_back(
        &self,
        _key: String,
        _sub: Option<String>,
        _field: String,
        _typed: String,
    ) -> Done<SavedAct> {
        Err(Fault::locked())
    }
    pub(crate) async fn open_teller(&self, _key: String, _reason: String) -> Done<TellerSeen> {
        Err(Fault::locked())
    }
    pub(crate) async fn review(&self) -> Done<Review> {
        Err(Fault::locked())
    }
    pub(crate) async fn conflict(&self, _id: String) -> Done<Conflict> {
        Err(Fault::locked())
    }
    pub(crate) async fn decide(&self, _id: String, _decision: Decision) -> Done<SavedAct> {
        Err(Fault::locked())
    }
    pub(crate) async fn overview(&self, _ask: OverviewAsk) -> Done<Overview> {
        Err(Fault::locked())
    }
    pub(crate) async fn tasks(&self) -> Done<TaskBoard> {
        Err(Fault::locked())
    }
    pub(crate) async fn village(&self, _number: u32) -> Done<VillagePage> {
        Err(Fault::locked())
    }
    pub(crate) async fn care(&self) -> Done<CareList> {
        Err(Fault::locked())
    }
    pub(crate) async fn tips(&self) -> Done<TipInbox> {
        Err(Fault::locked())
    }
    pub(crate) async fn people(&self) -> Done<People> {
        Err(Fault::locked())
    }
    pub(crate) async fn invite(&self, _input: InviteInput) -> Done<InviteSlipSeen> {
        Err(Fault::locked())
    }
    pub(crate) async fn show_invite(&self, _id: String) -> Done<InviteSlipSeen> {
        Err(Fault::locked())
    }
    pub(crate) async fn withdraw_invite(&self, _id: String) -> Done<People> {
        Err(Fault::locked())
    }
    pub(crate) async fn take_request(&self, _text: String) -> Done<Asking> {
        Err(Fault::locked())
    }
    pub(crate) async fn admit(&self, _invite: String, _device: String) -> Done<People> {
        Err(Fault::locked())
    }
    pub(crate) async fn refuse(&self, _invite: String, _device: String) -> Done<People> {
        Err(Fault::locked())
    }
    pub(crate) async fn end_device(&self, _device: String) -> Done<People> {
        Err(Fault::locked())
    }
    pub(crate) async fn say_yes(&self, _device: String, _books: Vec<String>) -> Done<People> {
        Err(Fault::locked())
    }
    pub(crate) async fn set_relays(&self, _relays: Vec<String>) -> Done<People> {
        Err(Fault::locked())
    }
    pub(crate) async fn open_compartment(&self, _compartment: String) -> Done<People> {
        Err(Fault::locked())
    }
    pub(crate) async fn make_reading_key(&self, _compartment: String) -> Done<ReadingKeySheet> {
        Err(Fault::locked())
    }
    pub(crate) async fn enter_reading_key(&self, _slip: String) -> Done<People> {
        Err(Fault::locked())
    }
    pub(crate) async fn helper_file(&self) -> Done<HelperFile> {
        Err(Fault::locked())
    }
    pub(crate) async fn save_helper_file(&self) -> Done<String> {
        Err(Fault::locked())
    }
    pub(crate) async fn about(&self) -> Done<About> {
        Err(Fault::locked())
    }
}
