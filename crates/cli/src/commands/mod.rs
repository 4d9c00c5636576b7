//! The commands, one file for each group.

mod access;
mod batch;
mod behalf;
mod books;
mod commune;
pub mod confirming;
mod conflicts;
mod courier;
mod ending;
mod export;
mod finding;
mod handing_over;
mod invite;
mod keys;
mod lost;
mod picture;
mod record;
mod recovery;
mod shapes;
mod status;
mod telling;
mod tips;
mod travel;
mod verify;
mod villages;

use crate::args::{Command, Courier, LanKeyCommand, Readers, ReadingKey, Relays, TipCommand};
use crate::context::Context;
use crate::fault::Done;

/// Runs a command.
///
/// # Errors
/// What stands in the way.
pub fn run(context: &Context, command: Command) -> Done {
    match command {
        Command::Found(found) => commune::found(context, found),
        Command::RootSlip => commune::root_slip(context),
        Command::Invite(args) => invite::invite(context, &args),
        Command::Invites => invite::invites(context),
        Command::Withdraw { invitation } => invite::withdraw(context, &invitation),
        Command::Join { slip } => commune::join(context, &slip),
        Command::Request => commune::request(context),
        Command::Admit(admit) => commune::admit(context, &admit),
        Command::Devices => books::devices(context),
        Command::Books => books::books(context),
        Command::Checkpoint { book } => books::checkpoint(context, &book),
        Command::Relays(Relays::Show) => books::relays(context),
        Command::Relays(Relays::Set { relays }) => commune::set_relays(context, relays),
        Command::OpenBooks(open) => commune::open_books(context, &open),
        Command::ReadingKey(ReadingKey::Make { compartment, year }) => keys::make(context, compartment, year),
        Command::ReadingKey(ReadingKey::Enter { slip }) => keys::enter(context, &slip),
        Command::ReadingKey(ReadingKey::Open {
            compartment,
            year,
            sheet_file,
        }) => recovery::open(context, compartment, year, sheet_file.as_deref()),
        Command::Readers(Readers::Waiting) => keys::waiting(context),
        Command::Readers(Readers::Yes { book, device }) => keys::yes(context, &book, &device),
        Command::LanKey(LanKeyCommand::Set) => keys::set_lan_key(context),
        Command::Ending(ending) => ending::run(context, ending),
        Command::Kinds => shapes::kinds(context),
        Command::Form { kind } => shapes::form(context, &kind),
        Command::Add(add) => match &add.file {
            Some(file) => batch::add(context, file, add.behalf.said.as_deref()),
            None => record::add(context, &add),
        },
        Command::Edit(edit) => record::edit(context, &edit),
        Command::Void {
            key,
            reason,
            sub,
            behalf,
        } => record::void(context, &key, &reason, sub.as_deref(), behalf.said.as_deref()),
        Command::Undo { act, reason } => record::undo(context, &act, &reason),
        Command::Replay { file } => batch::replay(context, &file),
        Command::Teller { key, reason } => tips::teller(context, &key, &reason),
        Command::Tip(TipCommand::Seal(tip)) => telling::seal(context, &tip),
        Command::Tip(TipCommand::Size(tip)) => telling::size(context, &tip),
        Command::Tip(TipCommand::Mine) => telling::mine(context),
        Command::Tip(TipCommand::Send { tip }) => telling::send(context, &tip),
        Command::Tip(TipCommand::Reply { key, state, text }) => telling::reply(context, &key, &state, &text),
        Command::Village(asked) => villages::act(context, &asked),
        Command::List {
            kind,
            village,
            voided,
        } => finding::list(context, &kind, village, voided),
        Command::Find { words, most } => finding::find(context, &words.join(" "), most),
        Command::Show { key, history, reason } => finding::show(context, &key, history, reason.as_deref()),
        Command::Acts { most } => finding::acts(context, most),
        Command::Conflicts { check } => conflicts::list(context, check),
        Command::Resolve {
            key,
            field,
            value,
            sub,
        } => conflicts::resolve(context, &key, &field, &value, sub.as_deref()),
        Command::Due { as_of } => picture::due(context, as_of),
        Command::Overview(overview) => picture::overview(context, &overview),
        Command::Publish => status::publish(context),
        Command::Sync(sync) => travel::sync(context, sync),
        Command::Serve(serve) => travel::serve(context, serve),
        Command::Courier(Courier::Out(args)) => courier::out(context, &args),
        Command::Courier(Courier::In { file }) => courier::take_in(context, &file),
        Command::Export(export) => export::export(context, &export),
        Command::Verify { locked } => verify::verify(context, locked),
        Command::Status => status::status(context),
    }
}
