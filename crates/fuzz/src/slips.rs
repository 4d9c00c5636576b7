//! Slips: what people copy by hand, by QR or by messenger, and requests to be admitted.

use data_encoding::BASE32_NOPAD;
use sha2::{Digest, Sha256};
use sothon_ledger::sign::{self, Signed};
use sothon_ledger::slip::{
    InviteSlip, Knock, ReadingKeySlip, RequestSlip, RootSlip, secret_from_text, secret_to_text,
};

use crate::Target;
use crate::seeds::{hex, signer, slips};

pub(crate) const TARGETS: &[Target] = &[
    Target {
        name: "slip-text",
        about: "a slip as somebody typed it",
        seeds: texts,
        run: text,
        rounds: 8_000,
    },
    Target {
        name: "slip-body",
        about: "what is in a slip of any kind, with its checksum",
        seeds: bodies,
        run: body,
        rounds: 8_000,
    },
    Target {
        name: "request",
        about: "a request as it came, and whatever a stranger signs as one",
        seeds: requests,
        run: request,
        rounds: 4_000,
    },
];

fn texts() -> Vec<Vec<u8>> {
    let all = slips();
    let named = ["root", "invitation", "request", "invited_request"];
    let mut out: Vec<Vec<u8>> = named
        .iter()
        .filter_map(|name| Some(all[*name]["text"].as_str()?.as_bytes().to_vec()))
        .collect();
    out.push(secret_to_text(&[5; 32]).into_bytes());
    out
}

fn text(bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes);
    let mut taken = false;
    if let Ok(slip) = RootSlip::from_text(&text) {
        assert_eq!(RootSlip::from_text(&slip.to_text()), Ok(slip));
        taken = true;
    }
    if let Ok(slip) = InviteSlip::from_text(&text) {
        taken |= InviteSlip::from_text(&slip.to_text()).is_ok();
    }
    if let Ok(slip) = ReadingKeySlip::from_text(&text) {
        assert_eq!(ReadingKeySlip::from_text(&slip.to_text()), Ok(slip));
        taken = true;
    }
    if let Ok(secret) = secret_from_text(&text) {
        assert_eq!(secret_from_text(&secret_to_text(&secret)), Ok(secret));
        taken = true;
    }
    taken |= RequestSlip::from_text(&text).is_ok();
    taken
}

const KINDS: [char; 5] = ['R', 'I', 'Q', 'K', 'S'];

/// The bytes inside the slips, each after the letter of its kind.
fn bodies() -> Vec<Vec<u8>> {
    let mut out = Vec::new();
    for text in texts() {
        let plain: Vec<u8> = text
            .iter()
            .copied()
            .filter(|c| !c.is_ascii_whitespace() && *c != b'-')
            .collect();
        let [b'S', b'T', kind, base32 @ ..] = plain.as_slice() else {
            continue;
        };
        if let Ok(mut bytes) = BASE32_NOPAD.decode(base32) {
            bytes.truncate(bytes.len().saturating_sub(4));
            bytes.insert(0, *kind);
            out.push(bytes);
        }
    }
    out
}

fn body(bytes: &[u8]) -> bool {
    let Some((kind, body)) = bytes.split_first() else {
        return false;
    };
    let kind = KINDS[usize::from(*kind) % KINDS.len()];
    let kinds = [kind, char::from(bytes[0])];
    let mut taken = false;
    for kind in kinds.into_iter().filter(|kind| KINDS.contains(kind)) {
        let check = Sha256::new()
            .chain_update("sothon/slip/1")
            .chain_update([kind as u8])
            .chain_update(body)
            .finalize();
        let whole = [body, &check[..4]].concat();
        let slip = format!("ST{kind}-{}", BASE32_NOPAD.encode(&whole));
        taken |= text(slip.as_bytes());
    }
    taken
}

fn requests() -> Vec<Vec<u8>> {
    let all = slips();
    ["request", "invited_request"]
        .iter()
        .filter_map(|name| hex(&all[*name]["bytes"]))
        .filter_map(|bytes| Some(Signed::parse(&bytes).ok()?.payload.to_vec()))
        .collect()
}

fn request(bytes: &[u8]) -> bool {
    let _ = RequestSlip::from_bytes(bytes);
    let _ = Knock::parse(bytes);
    let mut taken = false;
    for name in ["new device", "police", "village head", "newcomer"] {
        let signed = sign::sign(sign::REQUEST, bytes, &signer(name));
        if let Ok(knock) = Knock::parse(&signed) {
            assert_eq!(knock.bytes(), signed);
            let _ = knock.request().words();
            taken = true;
        }
        if let Ok(request) = RequestSlip::from_bytes(&signed) {
            assert_eq!(request.to_bytes(&signer(name)), signed);
            taken = true;
        }
    }
    taken
}
