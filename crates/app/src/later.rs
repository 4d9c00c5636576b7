//! Commands that are still to be written.
use crate::api::*;
use crate::app::App;
use crate::fault::{Done, Fault};
impl App {
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
