//! What the police answer to who dropped a tip: its author reads it, once, and nobody else (design.md §3.6).

use sothon_records::kinds::tip_reply::TipReply;

use super::law::Hold;
use super::*;

/// A reply that was acknowledged.
pub struct Reply {
    pub by: usize,
    /// Who dropped what it answers.
    pub to: usize,
    pub book: BookId,
    pub text: String,
    pub entry: EntryId,
    pub may_be_lost: bool,
}

impl World {
    /// Somebody answers the n-th tip, if it may and has read it.
    pub(super) fn reply(&mut self, by: usize, n: u16) -> Result<(), String> {
        let Ok(book) = self.device(by).find_book(BookKind::Tips, Scope::Commune, YEAR) else {
            return Ok(());
        };
        let mut tips: Vec<(usize, RecordKey)> = Vec::new();
        for (key, record) in self.device(by).records_of(&book) {
            let is_it = |dropped: &&Dropped| {
                let text = Value::Text(dropped.text.clone());
                dropped.book == book && record.fields.values().any(|value| *value == text)
            };
            tips.extend(
                self.dropped
                    .iter()
                    .find(is_it)
                    .map(|dropped| (dropped.by, key.clone())),
            );
        }
        let Some((to, mut key)) = tips.get(usize::from(n) % tips.len().max(1)).cloned() else {
            return Ok(());
        };
        if self.is_broken(Broken::Misaddressed)
            && let Some((_, other)) = tips.iter().find(|(author, _)| *author != to)
        {
            key = other.clone();
        }
        let text = self.text();
        let reply = TipReply {
            state: None,
            text: text.clone(),
        };
        let may = self.device(by).may(&book, Right::Write);
        match self.device_mut(by).reply_to_tip(&book, &key, &reply, NOW) {
            Ok(_) if !may => Err(format!("{} replied where it may not", name(by))),
            Ok(entry) => {
                self.note_trouble("replied");
                self.replies.push(Reply {
                    by,
                    to,
                    book,
                    text,
                    entry,
                    may_be_lost: !self.knows_its_terms(by),
                });
                Ok(())
            }
            Err(ReplicaError::NoKeyOfAuthor) => Ok(()),
            Err(error) => expected(by, error),
        }
    }

    /// Its author has every reply that counts, once; nobody else reads it, in no book either.
    pub(super) fn check_replies(&self) -> Result<(), String> {
        if self.replies.is_empty() {
            return Ok(());
        }
        for place in everybody() {
            let device = self.device(place);
            let tips = device.own_tips().map_err(|e| e.to_string())?;
            let read: Vec<&str> = tips
                .iter()
                .flat_map(|tip| &tip.replies)
                .map(|reply| reply.text.as_str())
                .collect();
            for reply in &self.replies {
                let many = read.iter().filter(|text| **text == reply.text).count();
                let value = Value::Text(reply.text.clone());
                let mut shown = device.records();
                let in_clear =
                    shown.any(|(_, _, record)| record.fields.values().any(|field| *field == value));
                if in_clear || place != reply.to && many > 0 {
                    return Err(format!("a reply to {} opens for {}", name(reply.to), name(place)));
                }
                if place == reply.to && (many > 1 || many == 0 && self.must_have(reply)) {
                    return Err(format!(
                        "{} has a reply of {} {many} times",
                        name(place),
                        name(reply.by)
                    ));
                }
            }
        }
        Ok(())
    }

    /// Whether the author of a tip must have a reply by now: it counts, and both are where they were.
    fn must_have(&self, reply: &Reply) -> bool {
        let verdicts = self.device(CHIEF).verdicts(&reply.book);
        let counts =
            verdicts.is_some_and(|all| all.get(&reply.entry).is_some_and(|verdict| verdict.is_by_right()));
        let is_served = self.hold_now(reply.to, &reply.book) > Hold::Nothing;
        counts && is_served && !reply.may_be_lost
    }
}
