//! Inviting a person, and saying yes to the device that answers.

use serde_json::{Value, json};
use sothon_replica::slip::RequestSlip;
use sothon_replica::{Asked, Invitation, InvitationState};

use super::commune::{places, tell_admitted, until};
use crate::args;
use crate::context::{Context, Device};
use crate::fault::{Done, Exit, Fault};
use crate::{lookup, words};

const DAY: i64 = 24 * 3600;

/// `invite`.
pub fn invite(context: &Context, invite: &args::Invite) -> Done {
    let scopes = places(invite.role, &invite.village, &invite.unit)?;
    let mut device = context.open()?;
    let now = context.clock.now();
    let expires = now + i64::from(invite.days) * DAY;
    let made = device.invite(invite.role, scopes, expires, &invite.note, now)?;
    let out = &context.out;
    out.object(&object(&made));
    out.line(out.t(
        "Phiếu mời, cho một máy mới (sothon join). Đưa tận tay; ai có phiếu cũng xin vào được, nên đối chiếu tám chữ rồi mới duyệt:",
        "The invitation, for one new device (sothon join). Hand it over; compare the eight words before you say yes:",
    ));
    out.line(&made.slip);
    out.line(format!(
        "{} {} · {} {}",
        out.t("Phiếu", "Invitation"),
        words::short(made.id),
        out.t("dùng được đến", "valid until"),
        out.w(&words::time(made.expires)),
    ));
    Ok(Exit::Done)
}

/// `invites`.
pub fn invites(context: &Context) -> Done {
    let device = context.open()?;
    let all = device.invitations(context.clock.now())?;
    let out = &context.out;
    out.object(&json!({"invitations": all.iter().map(object).collect::<Vec<_>>()}));
    for invitation in &all {
        out.line(format!(
            "{} · {} · {} · {} {} · {}",
            words::short(invitation.id),
            invitation.note,
            out.w(&words::role_in(invitation.role, &invitation.scopes)),
            out.t("đến", "until"),
            out.w(&words::time(invitation.expires)),
            out.w(&state(invitation.state).1),
        ));
        for asked in &invitation.asked {
            out.line(format!(
                "  {}  {}",
                words::short(asked.device),
                asked.words.join(" · ")
            ));
        }
    }
    Ok(Exit::Done)
}

/// `withdraw`.
pub fn withdraw(context: &Context, text: &str) -> Done {
    let mut device = context.open()?;
    let id = lookup::invitation(&device.invitations(context.clock.now())?, text)?;
    device.withdraw(&id)?;
    let out = &context.out;
    out.object(&json!({"withdrawn": id.to_string()}));
    out.line(format!(
        "{} {}",
        out.t("Đã thu hồi phiếu mời", "Withdrawn:"),
        words::short(id)
    ));
    Ok(Exit::Done)
}

/// `admit`, where the request answers an invitation.
pub fn admit(context: &Context, device: &mut Device, admit: &args::Admit) -> Done {
    if admit.role.is_some() || !admit.village.is_empty() || !admit.unit.is_empty() {
        return Err(Fault::usage(
            "Máy này được mời: vai trò và nơi làm việc lấy theo phiếu mời, bỏ --role, --village, --unit.",
            "That device was invited: leave out --role, --village and --unit.",
        ));
    }
    let now = context.clock.now();
    let asked = if RequestSlip::from_text(&admit.request).is_ok() {
        device.look_at_request(&admit.request, now)?
    } else {
        lookup::asked(device.invitations(now)?, &admit.request)?
    };
    let all = device.invitations(now)?;
    let invitation = all
        .into_iter()
        .find(|invitation| invitation.id == asked.invitation);
    let invitation = invitation.ok_or(sothon_replica::InvitationError::Unknown)?;
    let out = &context.out;
    if admit.yes {
        device.admit_asked(&asked.invitation, &asked.device, until(admit), now)?;
        return tell_admitted(context, device, asked.device, invitation.role);
    }
    let mut told = asked_object(&asked);
    told["note"] = json!(invitation.note);
    told["role"] = json!(words::role(invitation.role).0);
    told["admitted"] = json!(false);
    out.object(&told);
    out.line(format!(
        "{} · {}",
        invitation.note,
        out.w(&words::role_in(invitation.role, &invitation.scopes))
    ));
    out.line(asked.words.join(" · "));
    out.line(out.t(
        "Chưa duyệt. Hỏi người được mời: nếu tám chữ trên máy của họ đúng như trên, chạy lại với --yes.",
        "Not admitted. Ask the person: if their screen shows these eight words, run this again with --yes.",
    ));
    Ok(Exit::Found)
}

fn state(state: InvitationState) -> (&'static str, sothon_records::Words) {
    let (slug, vi, en) = match state {
        InvitationState::Open => ("open", "Chưa ai dùng", "Nobody has asked"),
        InvitationState::Asked => ("asked", "Đang chờ duyệt", "Waits for your yes"),
        InvitationState::Used(_) => ("used", "Đã duyệt một máy", "Used"),
        InvitationState::Expired => ("expired", "Hết hạn", "Expired"),
        InvitationState::Withdrawn => ("withdrawn", "Đã thu hồi", "Withdrawn"),
    };
    (slug, sothon_records::Words::new(vi, en))
}

fn object(invitation: &Invitation) -> Value {
    json!({
        "id": invitation.id.to_string(),
        "note": invitation.note,
        "role": words::role(invitation.role).0,
        "places": invitation.scopes.iter().map(|scope| words::scope_text(*scope)).collect::<Vec<_>>(),
        "made": invitation.made,
        "expires": invitation.expires,
        "state": state(invitation.state).0,
        "asked": invitation.asked.iter().map(asked_object).collect::<Vec<_>>(),
        "slip": invitation.slip,
    })
}

fn asked_object(asked: &Asked) -> Value {
    json!({
        "invitation": asked.invitation.to_string(),
        "device": asked.device.to_string(),
        "words": asked.words,
        "at": asked.at,
    })
}
