//! What a person typed, or what stands in a cell of a table, as a value of a field. Accepts what is unambiguous:
//! "5/1/2026", "05012026", "1.500", "0912.345.678", a choice by its label or slug, with or without marks.

use chrono::{NaiveDate, NaiveTime};

use crate::added;
use crate::civil::{self, YearOrDate};
use crate::datum::{self, Datum};
use crate::kind::{Choice, Field, FieldType, Kind};
use crate::label::{Lang, Words};
use crate::problem::{Code, Place, Problem, Weight};
use crate::raw::{Fields, Value};
use crate::text;

/// Puts what was typed into fields: a value, nothing for an empty text, or for a choice of several its boxes.
///
/// # Errors
/// A problem that says what to type instead. The fields are then as before.
pub fn enter(field: &Field, typed: &str, fields: &mut Fields) -> Result<(), Problem> {
    let datum = understand(field, typed)?;
    fields.retain(|key, _| !crate::validate::is_key_of(field, key));
    datum::write(field, datum, fields);
    Ok(())
}

/// What was typed as a datum; `None` where nothing was.
///
/// # Errors
/// A problem that says what to type instead.
pub fn understand(field: &Field, typed: &str) -> Result<Option<Datum>, Problem> {
    let line = text::tidy_line(typed);
    if line.is_empty() {
        return Ok(None);
    }
    let place = || Place::field(field.name);
    let (vi, en) = (field.label.vi, field.label.en);
    let datum = match field.holds {
        FieldType::Text { .. } => Some(Datum::Text(line.clone())),
        FieldType::Long { .. } => Some(Datum::Text(text::tidy_long(typed))),
        FieldType::Whole { .. } | FieldType::Money => {
            let Some(n) = whole_number(&line) else {
                return Err(Problem::new(
                    place(),
                    Code::Broken,
                    format!("{vi} phải là số."),
                    format!("{en} must be a number."),
                ));
            };
            Some(Datum::Whole(n))
        }
        FieldType::YesNo => yes_or_no(&line).map(Datum::YesNo),
        FieldType::Date(_) => Some(Datum::Date(date(field, &line)?)),
        FieldType::YearOrDate => match line.parse::<YearOrDate>() {
            Ok(born) => Some(Datum::YearOrDate(born)),
            Err(_) => Some(Datum::YearOrDate(YearOrDate::Date(date(field, &line)?))),
        },
        FieldType::Instant(_) => Some(Datum::Instant(instant(field, &line)?)),
        FieldType::Phone => {
            let digits = text::tidy_phone(&line);
            if !datum::is_phone(&digits) {
                return Err(Problem::new(
                    place(),
                    Code::Broken,
                    format!("{vi} chỉ gồm chữ số."),
                    format!("{en} consists of digits only."),
                ));
            }
            Some(Datum::Text(digits))
        }
        FieldType::Choice(choices) => one_of(choices, &line)
            .map(Datum::Choice)
            .or_else(|| added::read(field, &line)),
        FieldType::Choices(choices) => {
            let ticked = some_of(choices, &line)
                .map_err(|part| Problem::unknown_choice(place(), field, &part).weighing(Weight::Blocks))?;
            (!ticked.is_empty()).then_some(Datum::Choices(ticked))
        }
        FieldType::Reference(_) => line.parse().ok().map(Datum::Reference),
        FieldType::Sealed(_) | FieldType::Bytes => None,
    };
    match datum {
        Some(datum) => Ok(Some(datum)),
        None if matches!(field.holds, FieldType::Choice(_)) => {
            let problem = match added::words(&line) {
                Some(words) => Problem::not_added(place(), field, words),
                None => Problem::unknown_choice(place(), field, &line),
            };
            Err(problem.weighing(Weight::Blocks))
        }
        None => Err(Problem::broken(place(), field, &datum::shown(&Value::Text(line)))),
    }
}

/// The field that a column of a table holds, by its heading: a label in either language, the field's name, or one of
/// the names that such tables use.
pub fn column(kind: &Kind, heading: &str) -> Option<&'static Field> {
    let heading = text::folded_words(heading);
    let is = |name: &str| !heading.is_empty() && text::folded_words(name) == heading;
    let mut fields = kind.all_fields().filter(|field| !field.is_hidden());
    fields.find(|field| {
        is(field.label.vi)
            || is(field.label.en)
            || is(field.name)
            || field.columns.iter().any(|name| is(name))
    })
}

fn yes_or_no(line: &str) -> Option<bool> {
    match text::fold(line).as_str() {
        "co" | "yes" | "y" | "true" | "x" | "1" | "roi" | "da" => Some(true),
        "khong" | "no" | "n" | "false" | "0" | "chua" => Some(false),
        _ => None,
    }
}

/// Reads "1500", "1.500", "1 500", "1.500 đồng"; dots and commas only where they group thousands.
fn whole_number(line: &str) -> Option<i64> {
    let bare = line.trim_end_matches(|c: char| c.is_alphabetic() || c.is_whitespace());
    let (negative, digits) = match bare.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, bare),
    };
    let groups: Vec<&str> = digits.split(['.', ',', ' ']).collect();
    let grouped = groups.iter().enumerate().all(|(at, group)| {
        let length = if at == 0 && groups.len() > 1 {
            1..=3
        } else if at == 0 {
            1..=18
        } else {
            3..=3
        };
        length.contains(&group.len()) && group.bytes().all(|b| b.is_ascii_digit())
    });
    if !grouped {
        return None;
    }
    let n: i64 = groups.concat().parse().ok()?;
    Some(if negative { -n } else { n })
}

fn one_of(choices: &'static [Choice], typed: &str) -> Option<&'static Choice> {
    let typed = typed.trim();
    let exact =
        |choice: &&Choice| choice.slug == typed || choice.label.vi == typed || choice.label.en == typed;
    choices.iter().find(exact).or_else(|| {
        let folded = text::fold(typed);
        let alike =
            |choice: &&Choice| text::fold(choice.label.vi) == folded || text::fold(choice.label.en) == folded;
        let mut alike = choices.iter().filter(alike);
        // Without marks "điểm d" and "điểm đ" are one: nobody guesses which is meant.
        alike.next().filter(|_| alike.next().is_none())
    })
}

/// Reads a list of choices divided by commas or semicolons, which may also stand inside a label: the longest label
/// counts. Fails with the part that is none.
fn some_of(choices: &'static [Choice], line: &str) -> Result<Vec<&'static Choice>, String> {
    let parts: Vec<&str> = line
        .split([',', ';'])
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .take(100)
        .collect();
    let mut ticked = Vec::new();
    let mut rest = parts.as_slice();
    while let Some(first) = rest.first() {
        let longest = (1..=rest.len().min(6)).rev().find_map(|n| {
            let (label, after) = rest.split_at_checked(n)?;
            Some((one_of(choices, &label.join(", "))?, after))
        });
        let (choice, after) = longest.ok_or_else(|| (*first).to_owned())?;
        if !ticked.contains(&choice) {
            ticked.push(choice);
        }
        rest = after;
    }
    Ok(ticked)
}

/// Reads a date as people write it: "5/1/2026", "05-01-2026", "5.1.2026", "05012026", "2026-01-05".
///
/// # Errors
/// Which part is missing, or which day does not exist.
pub fn date(field: &Field, line: &str) -> Result<NaiveDate, Problem> {
    if let Some(date) = civil::parse_date(line) {
        return Ok(date);
    }
    let (label_vi, label_en) = (field.label.vi, field.label.en);
    let says = |words: Words| Problem {
        place: Place::field(field.name),
        ..Problem::new(Place::default(), Code::Broken, words.vi, words.en)
    };
    let parts = date_parts(line);
    let Some(parts) = parts else {
        return Err(says(Words::new(
            format!(
                "Nhập {} theo ngày/tháng/năm, ví dụ 05/01/2026.",
                field.label.inside(Lang::Vi)
            ),
            format!(
                "Enter {} as day/month/year, for example 05/01/2026.",
                field.label.inside(Lang::En)
            ),
        )));
    };
    let [Some(day), Some(month), Some(year)] = parts else {
        let missing: Vec<(&str, &str)> = [("ngày", "day"), ("tháng", "month"), ("năm", "year")]
            .into_iter()
            .zip(parts)
            .filter_map(|(name, part)| part.is_none().then_some(name))
            .collect();
        let join = |pick: fn(&(&'static str, &'static str)) -> &'static str, and: &str| {
            missing.iter().map(pick).collect::<Vec<_>>().join(and)
        };
        return Err(says(Words::new(
            format!("{label_vi} còn thiếu {}.", join(|name| name.0, ", ")),
            format!("{label_en} lacks the {}.", join(|name| name.1, " and the ")),
        )));
    };
    let known = i32::try_from(year)
        .ok()
        .filter(|year| (1000..=9999).contains(year));
    let Some(known) = known else {
        return Err(says(Words::new(
            format!("Năm của “{label_vi}” phải có 4 chữ số."),
            format!("The year of “{label_en}” must have 4 digits."),
        )));
    };
    if !(1..=12).contains(&month) {
        return Err(says(Words::new(
            format!("{label_vi}: tháng phải từ 1 đến 12."),
            format!("{label_en}: the month must be from 1 to 12."),
        )));
    }
    NaiveDate::from_ymd_opt(known, month, day).ok_or_else(|| {
        says(Words::new(
            format!("Tháng {month:02}/{known} không có ngày {day}."),
            format!("Month {month:02}/{known} has no day {day}."),
        ))
    })
}

/// Day, month and year, each if it is there; nothing if it is no date at all.
fn date_parts(line: &str) -> Option<[Option<u32>; 3]> {
    if line.len() == 8 && line.bytes().all(|b| b.is_ascii_digit()) {
        let part = |range: std::ops::Range<usize>| line.get(range).and_then(|part| part.parse().ok());
        return Some([part(0..2), part(2..4), part(4..8)]);
    }
    let mut parts = [None; 3];
    let mut count = 0;
    for (at, part) in line.split(['/', '-', '.', ' ']).enumerate() {
        let part = part.trim();
        if part.len() > 9 || !part.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        *parts.get_mut(at)? = part.parse().ok();
        count += 1;
    }
    (count >= 2).then_some(parts)
}

fn instant(field: &Field, line: &str) -> Result<chrono::DateTime<chrono::Utc>, Problem> {
    if let Some(instant) = civil::parse_instant(line) {
        return Ok(instant);
    }
    let lacks_time = || {
        Problem::new(
            Place::field(field.name),
            Code::Broken,
            format!(
                "Nhập {} gồm ngày và giờ, ví dụ 05/01/2026 19:30.",
                field.label.inside(Lang::Vi)
            ),
            format!(
                "Enter {} with date and time, for example 05/01/2026 19:30.",
                field.label.inside(Lang::En)
            ),
        )
    };
    let (day, time) = line.rsplit_once(' ').ok_or_else(lacks_time)?;
    let time = NaiveTime::parse_from_str(time, "%H:%M").map_err(|_| lacks_time())?;
    Ok(civil::instant_of(date(field, day)?.and_time(time)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kind;

    fn date_says(typed: &str) -> Result<String, String> {
        let field = kind::date("Ngày ký", "Signed on").named("signed_on");
        date(&field, typed)
            .map(|date| date.to_string())
            .map_err(|problem| problem.says.vi)
    }

    #[test]
    fn what_is_unambiguous_is_accepted_as_a_date() {
        for typed in [
            "5/1/2026",
            "05/01/2026",
            "05-01-2026",
            "5.1.2026",
            "05012026",
            "2026-01-05",
            "5 1 2026",
        ] {
            assert_eq!(date_says(typed).as_deref(), Ok("2026-01-05"), "{typed}");
        }
    }

    #[test]
    fn a_date_that_cannot_be_is_answered_in_plain_words() {
        for (typed, says) in [
            ("31/02/2025", "Tháng 02/2025 không có ngày 31."),
            ("5/1", "Ngày ký còn thiếu năm."),
            ("5/13/2026", "Ngày ký: tháng phải từ 1 đến 12."),
            ("5/1/26", "Năm của “Ngày ký” phải có 4 chữ số."),
            ("hôm nay", "Nhập ngày ký theo ngày/tháng/năm, ví dụ 05/01/2026."),
            ("//", "Ngày ký còn thiếu ngày, tháng, năm."),
        ] {
            assert_eq!(date_says(typed), Err(says.to_owned()), "{typed}");
        }
    }

    #[test]
    fn columns_of_other_peoples_tables_are_recognised() {
        let household = Kind::by_code("R01").unwrap();
        let name = |heading| column(household, heading).map(|field| field.name);
        assert_eq!(name("Chủ hộ"), Some("head"));
        assert_eq!(name("HỌ VÀ TÊN CHỦ HỘ"), Some("head"));
        assert_eq!(name("dia chi"), Some("address"));
        assert_eq!(name("SĐT"), Some("phone"));
        assert_eq!(name("Cột lạ"), None);
        assert_eq!(name(""), None);
    }

    #[test]
    fn whole_numbers_are_read_with_and_without_grouping() {
        for (typed, n) in [
            ("1500", Some(1500)),
            ("1.500", Some(1500)),
            ("1,500,000 đồng", Some(1_500_000)),
            ("12 000", Some(12_000)),
            ("-3", Some(-3)),
            ("1.5", None),
            ("", None),
            ("mười", None),
            ("99999999999999999999", None),
        ] {
            assert_eq!(whole_number(typed), n, "{typed}");
        }
    }
}
