//! The clock: the machine's, or one that a demo or a test has set. Civil dates are those of UTC+7, never of the machine's
//! zone.

use std::time::{Instant, SystemTime, UNIX_EPOCH};

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, Utc};
use sothon_records::civil;

/// Where now comes from.
#[derive(Clone, Copy, Debug)]
pub enum Clock {
    /// The machine's.
    Machine,
    /// What was said at the start, and the time since then.
    Set {
        /// Unix milliseconds at the start.
        at: i64,
        /// The start.
        since: Instant,
    },
}

impl Clock {
    /// The machine's clock, or one that stands at this civil time in UTC+7 and goes on from there.
    pub fn new(set: Option<NaiveDateTime>) -> Clock {
        match set {
            Some(local) => Clock::Set {
                at: civil::instant_of(local).timestamp_millis(),
                since: Instant::now(),
            },
            None => Clock::Machine,
        }
    }

    /// Unix milliseconds; below zero before 1970.
    fn millis(&self) -> i64 {
        let millis = |time: std::time::Duration| i64::try_from(time.as_millis()).unwrap_or(i64::MAX);
        match self {
            Clock::Machine => SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, millis),
            Clock::Set { at, since } => at.saturating_add(millis(since.elapsed())),
        }
    }

    /// Unix seconds.
    pub fn now(&self) -> i64 {
        self.millis().div_euclid(1000)
    }

    /// The instant.
    pub fn instant(&self) -> DateTime<Utc> {
        DateTime::from_timestamp(self.now(), 0).unwrap_or(DateTime::UNIX_EPOCH)
    }

    /// The civil date in UTC+7.
    pub fn today(&self) -> NaiveDate {
        civil::date_in_vietnam(self.instant())
    }

    /// The civil year in UTC+7.
    pub fn year(&self) -> u32 {
        u32::try_from(self.today().year()).unwrap_or(0)
    }
}

impl sothon_replica::Clock for Clock {
    fn now_ms(&self) -> u64 {
        u64::try_from(self.millis()).unwrap_or(0)
    }

    fn now(&self) -> i64 {
        Clock::now(self)
    }

    fn year(&self) -> u32 {
        Clock::year(self)
    }
}

/// The civil date in UTC+7 of unix seconds.
pub fn day_of(at: i64) -> NaiveDate {
    civil::date_in_vietnam(DateTime::from_timestamp(at, 0).unwrap_or(DateTime::UNIX_EPOCH))
}

/// Reads `2025-06-10` (then 08:00) or `2025-06-10T09:00`.
///
/// # Errors
/// What to write instead.
pub fn parse(text: &str) -> Result<NaiveDateTime, String> {
    let date = |text: &str| {
        NaiveDate::parse_from_str(text, "%Y-%m-%d")
            .ok()?
            .and_hms_opt(8, 0, 0)
    };
    let time = |form: &str| NaiveDateTime::parse_from_str(text, form).ok();
    time("%Y-%m-%dT%H:%M")
        .or_else(|| time("%Y-%m-%dT%H:%M:%S"))
        .or_else(|| date(text))
        .ok_or_else(|| "2025-06-10 / 2025-06-10T09:00".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_clock_is_of_vietnam_and_goes_on() {
        let clock = Clock::new(Some(parse("2025-06-10T00:30").unwrap()));
        assert_eq!(clock.today().to_string(), "2025-06-10");
        assert_eq!(clock.instant().to_rfc3339(), "2025-06-09T17:30:00+00:00");
        assert_eq!(clock.year(), 2025);
        for odd in ["1970-01-01", "2100-12-31T23:59"] {
            let clock = Clock::new(Some(parse(odd).unwrap()));
            assert_eq!(clock.today().to_string(), odd[..10]);
        }
        assert!(parse("hôm nay").is_err());
    }
}
