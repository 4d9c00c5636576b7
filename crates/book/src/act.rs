//! Acts: what a person did, as one thing (a form, an import, a move), and how it is told in a change's message.

use sothon_records::RecordId;

use crate::ids::ActId;

/// The longest code of what was done.
const MAX_WHAT: usize = 32;

/// What a change is part of. It is written into the change's message as `what [a=<act>] [u=<undone act>] [f=<delegation>]`,
/// so that an act that is one change costs no id of its own.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Act {
    /// The act's id, where it spans several changes or books; `None`: this one change is the act, and
    /// [`ActId::of_change`] names it.
    pub id: Option<ActId>,
    /// What was done, a short code for the screen to translate: ASCII letters, digits and `-`, at most 32.
    pub what: String,
    /// The act that this one undoes.
    pub undoes: Option<ActId>,
    /// The delegation (R68) by which its writer says to act for somebody else. It is the writer's word and gives no right:
    /// whether there was such a delegation on that day is for who shows it to see.
    pub by_delegation: Option<RecordId>,
    /// The device's clock in Unix seconds, if it has one. Outside 2020 to 2099 it is written as 0 = unknown.
    pub time: Option<i64>,
}

impl Act {
    /// What taking in a table is called: of its records each stands for itself, and is undone for itself.
    pub const IMPORT: &'static str = "import";

    /// An act of one change.
    pub fn of_one_change(what: &str, time: Option<i64>) -> Act {
        Act {
            id: None,
            what: what.to_owned(),
            undoes: None,
            by_delegation: None,
            time,
        }
    }

    pub(crate) fn is_writable(&self) -> bool {
        let code = |c: char| c.is_ascii_alphanumeric() || c == '-';
        !self.what.is_empty() && self.what.len() <= MAX_WHAT && self.what.chars().all(code)
    }

    pub(crate) fn message(&self) -> String {
        let mut message = self.what.clone();
        for (mark, id) in [(" a=", self.id), (" u=", self.undoes)] {
            if let Some(id) = id {
                message.push_str(mark);
                message.push_str(&id.to_string());
            }
        }
        if let Some(delegation) = self.by_delegation {
            message.push_str(" f=");
            message.push_str(&delegation.to_string());
        }
        message
    }

    /// The time that goes into the change.
    pub(crate) fn change_time(&self) -> i64 {
        /// 2020-01-01 to 2100-01-01, UTC.
        const TRUSTED: std::ops::Range<i64> = 1_577_836_800..4_102_444_800;
        self.time.filter(|time| TRUSTED.contains(time)).unwrap_or(0)
    }

    /// Reads a change's message; what is not understood is passed over.
    pub(crate) fn parse(message: &str, time: i64) -> Act {
        let mut words = message.split_ascii_whitespace();
        let what = words.next().unwrap_or_default().chars().take(MAX_WHAT).collect();
        let (mut id, mut undoes, mut by_delegation) = (None, None, None);
        for word in words {
            match word.split_once('=') {
                Some(("a", text)) => id = ActId::parse(text),
                Some(("u", text)) => undoes = ActId::parse(text),
                Some(("f", text)) => {
                    by_delegation = ActId::parse(text).map(|id| RecordId(uuid::Uuid::from_bytes(id.0)));
                }
                _ => {}
            }
        }
        Act {
            id,
            what,
            undoes,
            by_delegation,
            time: Some(time).filter(|time| *time != 0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_read_back_as_it_was_written() {
        let delegation = RecordId(uuid::Uuid::from_bytes([5; 16]));
        for (id, undoes, by_delegation) in [
            (None, None, None),
            (Some(ActId([7; 16])), None, None),
            (None, Some(ActId([9; 16])), None),
            (Some(ActId([7; 16])), None, Some(delegation)),
            (None, None, Some(delegation)),
        ] {
            let act = Act {
                id,
                what: "import".into(),
                undoes,
                by_delegation,
                time: Some(1_750_000_000),
            };
            assert_eq!(Act::parse(&act.message(), 1_750_000_000), act);
        }
    }

    #[test]
    fn a_foreign_message_is_no_error() {
        let act = Act::parse("a=xyz =  Đã sửa f=1 f=", 0);
        assert_eq!((act.id, act.undoes, act.time), (None, None, None));
        assert_eq!(act.by_delegation, None);
        assert_eq!(Act::parse("", 0).what, "");
    }

    #[test]
    fn a_clock_out_of_bounds_is_written_as_unknown() {
        for (clock, written) in [
            (None, 0),
            (Some(0), 0),
            (Some(1_577_836_799), 0),
            (Some(1_577_836_800), 1_577_836_800),
            (Some(4_102_444_799), 4_102_444_799),
            (Some(4_102_444_800), 0),
            (Some(i64::MAX), 0),
            (Some(-1), 0),
        ] {
            assert_eq!(Act::of_one_change("edit", clock).change_time(), written);
        }
    }
}
