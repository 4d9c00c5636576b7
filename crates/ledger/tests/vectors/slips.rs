//! `slips.json`: the commune's slip, an invitation, requests with and without it, and the eight words.

use serde_json::{Value, json};
use sothon_ledger::register::Relay;
use sothon_ledger::slip::{InvitationSecret, InviteSlip, RequestSlip, RootSlip};
use sothon_ledger::words::LIST;
use sothon_ledger::{Height, OperationId, Role, Root, Scope};

use super::world::{device, hex, key, seed, seed16, transport};

pub fn file() -> Value {
    let root_slip = root_slip();
    let invitation = invitation();
    let new_key = key("new device");
    let plain = RequestSlip::new(root_slip.root, transport("new device"), &new_key);
    let invited = RequestSlip::answering(&invitation, transport("new device"), &new_key);
    let proof = invitation
        .secret
        .proof(&root_slip.root, &device("new device"), &transport("new device"));
    json!({
        "about": "Slips and the eight words (docs/format.md §17). Keys: the secret of a signer is SHA-256(\"sothon/vector/\" ‖ its name).",
        "root": {
            "root": hex(root_slip.root),
            "height": root_slip.height.0,
            "operation": hex(root_slip.operation),
            "text": root_slip.to_text(),
        },
        "invitation": {
            "secret": hex(seed16("invitation")),
            "id": hex(invitation.id()),
            "expires": invitation.expires,
            "text": invitation.to_text(),
        },
        "request": request(&plain),
        "invited_request": request(&invited),
        "proof": hex(proof),
        "list": LIST.to_vec(),
        "invalid": invalid(&invitation, &invited),
    })
}

pub fn root_slip() -> RootSlip {
    let relay = Relay {
        key: transport("relay"),
        addresses: vec!["203.0.113.20:4433".into()],
    };
    RootSlip::new(
        Root(seed("root")),
        Height(300),
        OperationId(seed("operation")),
        vec![relay],
    )
}

pub fn invitation() -> InviteSlip {
    InviteSlip::new(
        &root_slip(),
        transport("registrar's device"),
        Role::VillageHead,
        vec![Scope::Village(3)],
        1_750_122_000,
        InvitationSecret::new(seed16("invitation")),
    )
}

fn request(request: &RequestSlip) -> Value {
    json!({
        "device": hex(request.device),
        "transport": hex(request.transport),
        "bytes": hex(request.to_bytes(&key("new device"))),
        "text": request.to_text(&key("new device")),
        "words": request.words(),
    })
}

/// Texts that no kind of slip takes.
fn invalid(invitation: &InviteSlip, request: &RequestSlip) -> Vec<Value> {
    let text = invitation.to_text();
    let at = text.len() - 12;
    let other = if text.as_bytes()[at] == b'A' { "B" } else { "A" };
    vec![
        json!({"reason": "a letter is wrong", "text": format!("{}{other}{}", &text[..at], &text[at + 1..])}),
        json!({"reason": "a letter is missing", "text": &text[..text.len() - 1]}),
        json!({"reason": "another kind", "text": text.replacen("STI", "STZ", 1)}),
        json!({"reason": "signed by another", "text": request.to_text(&key("village head"))}),
    ]
}
